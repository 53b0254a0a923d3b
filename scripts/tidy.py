#!/usr/bin/env python3
"""Runs clang-tidy over our own sources, on all CPUs, and only over what changed.

A file is checked again when its own text, a project header that it includes, its compile command,
the configuration or clang-tidy itself differs from the last time that it was found clean, in
whatever checkout: like ccache's, the stamps are kept outside of it, in $XDG_CACHE_HOME/hypergauge
(~/.cache). System headers are not looked at: they change with the distribution.

usage: scripts/tidy.py BUILD_DIR [--skip FOLDER | FILE ...]

BUILD_DIR holds compile_commands.json; what lies in FOLDER is left out.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache",
                     "hypergauge", "tidy")
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def own_commands(build_dir):
    """The compile commands of our own sources, by file; generated code is left out."""
    with open(build_dir / "compile_commands.json", encoding="utf-8") as file:
        entries = json.load(file)
    commands = {}
    for entry in entries:
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "build"):
            if not path.is_relative_to(build_dir):
                commands[path] = entry["command"]
    return commands


def include_dirs(command):
    """The folders in which the compiler looks for headers, as the command names them."""
    words = shlex.split(command)
    dirs = []
    for index, word in enumerate(words):
        if word == "-isystem":
            dirs.append(pathlib.Path(words[index + 1]))
        elif word.startswith("-I"):
            dirs.append(pathlib.Path(word[2:]))
    return dirs


def digest(path, command, common):
    """A key that changes with everything of ours that clang-tidy would see, and not with where."""
    key = hashlib.sha256(common)
    key.update(command.replace(str(ROOT), ".").encode())
    dirs = include_dirs(command)
    pending, seen = [path], set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        text = current.read_bytes()
        key.update(str(current).replace(str(ROOT), ".").encode() + b"\0" + text)
        for name in INCLUDE.findall(text):
            for folder in [current.parent, *dirs]:
                candidate = folder / name.decode()
                if candidate.is_file():
                    pending.append(candidate)
                    break
    return key.hexdigest()


def check(path, build_dir):
    """Returns what clang-tidy complains about, empty when the file is clean."""
    result = subprocess.run(
        ["clang-tidy", "--quiet", "-p", str(build_dir), str(path)],
        capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return ""
    return result.stdout.strip() or result.stderr.strip() or f"exit code {result.returncode}"


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    build_dir = pathlib.Path(arguments[0]).resolve()
    commands = own_commands(build_dir)
    if arguments[1:2] == ["--skip"] and len(arguments) == 3:
        skipped = pathlib.Path(arguments[2]).resolve()
        commands = {path: command for path, command in commands.items()
                    if not path.is_relative_to(skipped)}
    elif len(arguments) > 1:
        wanted = {pathlib.Path(name).resolve() for name in arguments[1:]}
        for path in sorted(wanted - commands.keys()):
            print(f"{path}: not in {build_dir}/compile_commands.json", file=sys.stderr)
            return 2
        commands = {path: commands[path] for path in wanted}

    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    common = version
    for configuration in [ROOT / ".clang-tidy", *sorted(ROOT.glob("*/.clang-tidy"))]:
        common += configuration.read_bytes()
    CACHE.mkdir(parents=True, exist_ok=True)
    stamps = {path: CACHE / digest(path, command, common) for path, command in commands.items()}
    pending = [path for path, stamp in stamps.items() if not stamp.exists()]
    # The slowest first, so that no CPU waits long for the last one: size is a fair guess.
    pending.sort(key=lambda path: path.stat().st_size, reverse=True)

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        futures = {pool.submit(check, path, build_dir): path for path in pending}
        for future in concurrent.futures.as_completed(futures):
            complaints = future.result()
            if complaints:
                bad += 1
                print(complaints, flush=True)
            else:
                stamps[futures[future]].touch()
    print(f"clang-tidy: {len(commands)} files, {len(pending)} checked now, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
