# Sourced by ./run, ./check and the other scripts: how they speak.
# shellcheck shell=bash

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  readonly BOLD=$'\e[1m' GREEN=$'\e[32m' RED=$'\e[31m' RESET=$'\e[0m'
else
  readonly BOLD='' GREEN='' RED='' RESET=''
fi

# What is being done now.
step() { printf '%s==>%s %s%s%s\n' "$GREEN" "$RESET" "$BOLD" "$*" "$RESET"; }

# A detail below a step.
note() { printf '    %s\n' "$*"; }

# What went wrong, on standard error; the caller decides what follows.
complain() { printf '%serror:%s %s\n' "$RED" "$RESET" "$*" >&2; }

# Ends the script: it was asked right and could not be done.
fail() {
  complain "$@"
  exit 1
}
