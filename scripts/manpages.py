#!/usr/bin/env python3
"""Makes the man pages in docs/man of what the programs say by --help, and of NAME.in beside them.

  scripts/manpages.py FOLDER_OF_PROGRAMS [--check]

FOLDER is build/PRESET/bin. With --check nothing is written: exits 1 and prints a difference where
the pages are not what they would become.
"""

import difflib
import pathlib
import re
import subprocess
import sys

PROGRAMS = ("hypergauge", "hypergauge-aggregator", "hypergauge-probe", "hypergauge-bench")
PAGES = pathlib.Path(__file__).resolve().parent.parent / "docs" / "man"
COLUMN = 30  # where CLI11 begins its descriptions
COMMANDS = "Subcommands"


def help_of(folder, words):
    command = [str(folder / words[0]), *words[1:], "--help"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def is_name_alone(line, following):
    """Whether the description is on the next line, or there is none."""
    return following.strip() and following.startswith(" " * COLUMN) or (
        len(re.findall(r"[\[{]", line[:COLUMN])) > len(re.findall(r"[\]}]", line[:COLUMN])))


class Help:
    """What one --help says: .about, .usage, and .sections as {title: [(name, description)]}."""

    def __init__(self, text, words):
        lines = text.rstrip("\n").split("\n")
        self.about = lines[0].strip()
        usage = next(line for line in lines if line.startswith("Usage: "))
        self.usage = " ".join(words) + usage.partition(words[0])[2].removeprefix(
            "".join(" " + word for word in words[1:]))
        self.sections = {}
        entries = None
        for line, following in zip(lines, lines[1:] + [""]):
            if re.match(r"^\S.*:$", line):
                entries = self.sections.setdefault(line[:-1], [])
            elif entries is None or not line.startswith("  "):
                continue
            elif line.startswith(" " * COLUMN):
                entries[-1] = (entries[-1][0], (entries[-1][1] + " " + line.strip()).strip())
            elif is_name_alone(line, following):
                entries.append((line.strip(), ""))
            else:
                entries.append((line[:COLUMN].strip(), line[COLUMN:].strip()))

    def commands(self):
        """Names with what else they are called: [["run-now", "run"], ...]."""
        return [name.replace(" ", "").split(",") for name, _ in self.sections.get(COMMANDS, [])]


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


# "TEXT:{auto,never}=auto (Env:NAME) REQUIRED ..." as CLI11 writes it.
VALUE = re.compile(r"(?P<type>[A-Z]+)(?P<checks>:(?:INT:|UINT:|FLOAT:)?(?:\{[^}]*\}|[A-Z]+(?: in \[[^]]*\])?))?(=(?P<default>.*?))?"
                   r"( \(Env:(?P<env>\w+)\))?(?P<required> REQUIRED)?(?P<many> \.\.\.)?")


def entry(name, description):
    flag, _, value = name.partition(" ")
    title = f"\\fB{roff(flag.replace(',', ', '))}\\fR"
    parts = VALUE.fullmatch(value)
    notes = []
    if parts:
        checks = re.sub(r"^:(INT|UINT|FLOAT)?:?", "", parts["checks"] or "")
        kind = checks[1:-1].replace(",", "|") if checks.startswith("{") else parts["type"]
        title += f" \\fI{roff(kind)}\\fR" + (" ..." if parts["many"] else "")
        limits = re.search(r"in \[(.*) - (.*)\]", checks)
        notes += [f"from {limits[1]} to {limits[2]}"] if limits else []
        notes += [f"by default {parts['default']}"] if parts["default"] else []
        notes += [f"environment: {parts['env']}"] if parts["env"] else []
    elif value:
        title += f" \\fI{roff(value)}\\fR"
    text = description + (f" ({'; '.join(notes)})" if notes else "")
    return f".TP\n{title}\n{roff(text.strip()) or 'As its name says.'}\n"


def entries(help_text, skip):
    text = ""
    for title, listed in help_text.sections.items():
        if title == COMMANDS:
            continue
        kept = [(name, about) for name, about in listed if not name.startswith(skip)]
        if kept and title not in ("Options", "Positionals"):
            text += f".PP\n{roff(title)}:\n"
        text += "".join(entry(name, about) for name, about in kept)
    return text


def command_pages(folder, words):
    """The commands below `words`, one after the other, each with what is below it."""
    text = ""
    for name, *aliases in Help(help_of(folder, words), words).commands():
        path = [*words, name]
        about = Help(help_of(folder, path), path)
        usage = about.usage.replace(" [OPTIONS]", "")
        text += f".SS {roff(usage[len(words[0]) + 1:])}\n{roff(about.about)}\n"
        text += "".join(f".PP\nAlso called\n.BR {roff(alias)} .\n" for alias in aliases)
        text += entries(about, ("-h,--help",))
        text += command_pages(folder, path)
    return text


def page_of(folder, program):
    about = Help(help_of(folder, [program]), [program])
    own = (PAGES / f"{program}.in").read_text()
    description, _, rest = own.partition("\n.SH ")
    name = program.upper().replace("-", "\\-")
    text = f".\\\" Made by scripts/manpages.py of --help and {program}.in: change those.\n"
    text += f".TH {name} 1 \"\" \"hypergauge\" \"hypergauge\"\n"
    text += f".SH NAME\n{roff(program)} \\- {roff(about.about[0].lower() + about.about[1:])}\n"
    text += f".SH SYNOPSIS\n.B {roff(about.usage)}\n"
    text += f".SH DESCRIPTION\n{description.strip()}\n"
    text += ".SH OPTIONS\n" + entries(about, ())
    commands = command_pages(folder, [program])
    if commands:
        text += ".SH COMMANDS\n" + commands
    return text + (".SH " + rest.strip() + "\n" if rest else "")


def main(arguments):
    if not arguments or arguments[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0]).resolve()
    differs = False
    for program in PROGRAMS:
        path = PAGES / f"{program}.1"
        page = page_of(folder, program)
        if len(arguments) == 1:
            path.write_text(page)
            continue
        old = path.read_text() if path.exists() else ""
        lines = list(difflib.unified_diff(old.splitlines(), page.splitlines(), str(path),
                                          "made anew", lineterm=""))
        differs = differs or bool(lines)
        print("\n".join(lines), end="\n" if lines else "")
    if differs:
        sys.exit(f"docs/man is not what --help says: scripts/manpages.py {arguments[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
