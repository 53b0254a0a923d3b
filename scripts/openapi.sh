#!/usr/bin/env bash
# Makes docs/openapi.json from the .proto files: scripts/openapi.sh [--check]
# --check changes nothing and fails when the committed file is not what the sources make.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/common.sh
source scripts/common.sh

[[ $# -eq 0 || ( $# -eq 1 && $1 == --check ) ]] || fail "usage: scripts/openapi.sh [--check]"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
protoc --proto_path=proto --include_imports --include_source_info \
  --descriptor_set_out="$folder/contract" hypergauge/v1/query.proto hypergauge/v1/analysis.proto
# Debian's own Python, which has Debian's packages, whatever else is in the path.
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 scripts/openapi.py "$folder/contract" >"$folder/openapi.json"
if [[ ${1:-} != --check ]]; then
  cp "$folder/openapi.json" docs/openapi.json
elif ! diff -u docs/openapi.json "$folder/openapi.json" >"$folder/difference"; then
  head -n 40 "$folder/difference" >&2
  fail "docs/openapi.json is not what the .proto files and scripts/openapi_routes.py say; run scripts/openapi.sh"
fi
