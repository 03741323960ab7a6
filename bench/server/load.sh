#!/bin/sh
# Load on a running server: single matches, batches of 100 and searches, from 4 and from 64 connections.
#
#   bench/server/load.sh FOLDER [SECONDS]
#
# FOLDER is an empty folder for the data; lists are imported into it from $INTERDICT_DATA, as
# docs/figures.md names them ("the current lists"). Screenings are recorded and chained as always; the
# server asks for its key. Needs wrk, curl and python3. The load generator runs on the same machine.
set -eu
here=$(dirname "$0")
folder=$1
seconds=${2:-15}
data=${INTERDICT_DATA:?the folder with the lists}
program=${INTERDICT:-target/release/interdict}
export INTERDICT_DATA_DIR="$folder/data" INTERDICT_LOG=warn
mkdir -p "$folder/data"
[ -e "$folder/data/interdict.sqlite" ] || "$here/lists.sh" "$program" "$data"
port=${PORT:-18080}
"$program" serve --port "$port" >"$folder/serve.out" 2>"$folder/serve.err" &
server=$!
trap 'kill $server 2>/dev/null' EXIT
until curl -sf "http://127.0.0.1:$port/readyz" >/dev/null; do
    kill -0 $server
    sleep 0.2
done
key=$(cat "$folder/data/first-admin.key")
python3 "$here/questions.py" "$data" >"$folder/questions.lua"
memory() { awk '/VmHWM/ { printf "%d MB at most, ", $2 / 1024 } /VmRSS/ { printf "%d MB now\n", $2 / 1024 }' "/proc/$server/status"; }
echo "memory at rest: $(memory)"
for what in single batch search; do
    for connections in 4 64; do
        echo "== $what, $connections connections"
        before=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
        KEY=$key QUESTIONS="$folder/questions.lua" WHAT=$what wrk -t1 -c"$connections" -d"${seconds}s" \
            --latency -s "$here/ask.lua" "http://127.0.0.1:$port"
        after=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
        echo "processor seconds of the server: $(((after - before) / $(getconf CLK_TCK)))"
        echo "memory: $(memory)"
    done
done
curl -sf -H "Authorization: ApiKey $key" -H "Content-Type: application/json" -d '{}' \
    "http://127.0.0.1:$port/api/v1/audit/verify"
echo
