#!/usr/bin/env bash
# Interdict beside nomenklatura and rapidfuzz: the same pairs, the same lists, the same names.
#
# usage: bench/peers/run.sh [DATA] [QUERIES] [CLEAN]
#   DATA     folder of real lists (default ../shared/data beside the repository)
#   QUERIES  disguised names, half of people, half of organisations (default 2000)
#   CLEAN    names on no list (default 2000; 10000 for all)
# Takes about ten minutes, nearly all of it the peer's. Everything is written below target/peers.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(cd "${1:-../shared/data}" && pwd)
queries=${2:-2000}
clean=${3:-2000}
work=target/peers-run
python=target/peers/bin/python

if [ ! -x "$python" ]; then
  python3 -m venv target/peers
fi
target/peers/bin/pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt

cargo build --release -p interdict
cargo build --release -p interdict-screening --example peers
interdict=target/release/interdict
rm -rf "$work"
mkdir -p "$work"
"$interdict" --data-dir "$work/lists" -q import "$data"/ofac/current/{sdn,alt,add}.csv > /dev/null
"$interdict" --data-dir "$work/lists" -q import "$data/un/consolidated.xml" > /dev/null
"$interdict" --data-dir "$work/lists" -q import "$data"/eu/journal/consolidated-*.csv > /dev/null
zstd -dqc "$data/eu/fsf/eu-fsf-2021-03-02.xml.zst" > "$work/eu-fsf.xml"
"$interdict" --data-dir "$work/cross" -q import "$work/eu-fsf.xml" > /dev/null

side=target/release/examples/peers
"$side" prepare "$work/lists/segments" "$work/cross/segments" "$data" "$work/rows" "$queries" "$clean"
"$side" answer "$work/lists/segments" "$work/rows"
"$python" bench/peers/peer.py "$work/rows"
"$python" bench/peers/table.py "$work/rows"
