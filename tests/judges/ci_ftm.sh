#!/usr/bin/env bash
# Compares our FollowTheMoney output with that of the FollowTheMoney package, on the example list
# and, where it is at hand, on real files. PYTHON names an interpreter with followthemoney 4.11.2.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${PYTHON:?set PYTHON to an interpreter that has followthemoney==4.11.2}"
cargo build -q -p interdict-model --example ftm-roundtrip

files=(examples/watchlist.ftm.json)
data=${INTERDICT_DATA:-../shared/data}
if [ -d "$data/ftm" ]; then
  for file in "$data"/ftm/*.ftm.json "$data"/ftm/*.ftm.json.zst; do
    case "$file" in
      *.zst) command -v zstd > /dev/null || { echo "skipped: $file needs zstd"; continue; } ;;
    esac
    [ -e "$file" ] && files+=("$file")
  done
else
  echo "skipped: no real files in $data/ftm"
fi
"$PYTHON" tests/judges/ftm.py "${files[@]}"
