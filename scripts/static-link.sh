#!/usr/bin/env bash
# Runs a link command and leaves out what the linker says of every dlopen and getaddrinfo in the
# archives of glibc and OpenSSL. Not by the linker's own --no-warnings, which is silent about
# undefined symbols too.
set -uo pipefail

messages=$("$@" 2>&1)
status=$?
if [[ $status -ne 0 ]]; then
  printf '%s\n' "$messages" >&2
else
  grep -vE "in function |warning: Using '[a-z_]+' in statically linked applications" \
    <<<"$messages" | grep . >&2
fi
exit "$status"
