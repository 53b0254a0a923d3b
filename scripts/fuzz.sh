#!/usr/bin/env bash
# fuzz.sh SECONDS PROGRAM: runs one fuzzer, from the seeds in tests/fuzz/corpus and from what it found
# out before. Tells only what failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=$1
program=$2
name=$(basename "$program" _fuzz)
found=$root/build/fuzz/corpus/$name
log=$root/build/fuzz/$name.log
mkdir -p "$found"

"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -verbosity=0 \
  -print_final_stats=1 -artifact_prefix="$root/build/fuzz/$name-" \
  "$found" "$root/tests/fuzz/corpus/$name" >"$log" 2>&1 || {
  tail -n 40 "$log" >&2
  exit 1
}
sed -n "s/^stat::number_of_executed_units: */$name: executions /p" "$log"
