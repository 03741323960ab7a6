#!/bin/sh
# The API by its own description: a good request to every operation, then hundreds that schemathesis (PyPI)
# makes up from the description, as admin on a seeded store. No answer may be a failure of the server.
#
#   tests/judges/ci_schemathesis.sh [PROGRAM]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${1:-${INTERDICT:-$root/target/debug/interdict}}
venv=$root/target/judges/schemathesis
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import schemathesis' 2>/dev/null || "$venv/bin/pip" install --quiet 'schemathesis>=4,<5'
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
export INTERDICT_DATA_DIR="$folder/data" INTERDICT_LOG=error
"$program" --quiet import --dataset example_watchlist "$root/examples/watchlist.ftm.json" >/dev/null
sed 's/Belousov/Belousow/' "$root/examples/watchlist.ftm.json" >"$folder/second.ftm.json"
"$program" --quiet import --dataset example_watchlist "$folder/second.ftm.json" >/dev/null
# Two publications that the guard holds back, to be decided about.
for lines in 1 2; do
    head -n $lines "$root/examples/watchlist.ftm.json" >"$folder/cut-$lines.ftm.json"
    "$program" --quiet import --dataset example_watchlist "$folder/cut-$lines.ftm.json" >/dev/null 2>&1 || true
done
INTERDICT_SERVER_UPDATE_TOKEN=token "$program" serve --port 0 >"$folder/out" 2>"$folder/log" &
server=$!
until grep -q 'serves on' "$folder/out"; do kill -0 $server; sleep 0.2; done
address=$(sed -n 's/.*serves on //p' "$folder/out")
"$venv/bin/python" "$root/tests/judges/describe.py" "$address" "$folder/data/first-admin.key" || {
    tail -20 "$folder/log" >&2
    exit 1
}
