#!/usr/bin/env bash
# npm.sh FOLDER [SCRIPT [ARGUMENT ...]]: installs what FOLDER/package-lock.json names, unless it is
# there already, and runs a script of FOLDER/package.json.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

[[ $# -ge 1 && -f $1/package-lock.json ]] || fail "usage: npm.sh FOLDER [SCRIPT [ARGUMENT ...]]"
folder=$(cd "$1" && pwd)
shift
stamp=$folder/node_modules/.installed
# Two tests may want the same folder at once.
exec {lock}>"$folder/.npm.lock"
flock "$lock"
if ! cmp -s "$folder/package-lock.json" "$stamp"; then
  log=$(mktemp)
  # Scripts of packages fetch browsers and the like: nothing here needs them.
  npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "npm could not install what $folder/package-lock.json names"
  }
  rm -f "$log"
  cp "$folder/package-lock.json" "$stamp"
fi
exec {lock}>&-
[[ $# -eq 0 ]] || exec npm --prefix "$folder" run --silent "$1" -- "${@:2}"
