#!/usr/bin/env bash
# Runs a command against a throw-away PostgreSQL server: starts one from Debian's package in a folder
# of its own, sets INTERDICT_TEST_POSTGRES, and stops it afterwards. Without a command it runs the
# tests that need one. The server refuses to run as root; root starts it as `postgres` or `nobody`.
#
#   tests/postgres.sh
#   tests/postgres.sh env INTERDICT_TEST_ON=postgres cargo test -p interdict-desk
#   tests/postgres.sh cargo test -p interdict-store postgres
set -euo pipefail

bin=${INTERDICT_POSTGRES_BIN:-}
for candidate in "$bin" /usr/lib/postgresql/*/bin; do
  [ -n "$candidate" ] && [ -x "$candidate/initdb" ] && bin=$candidate
done
if [ -z "$bin" ]; then
  echo "no PostgreSQL here (Debian: apt-get install postgresql): what needs one is skipped"
  [ $# -eq 0 ] && exit 0
  exec "$@"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/interdict-postgres.XXXXXX")
chmod 711 "$folder"
as_user=()
if [ "$(id -u)" = 0 ]; then
  user=postgres
  id -u postgres > /dev/null 2>&1 || user=nobody
  chown "$user" "$folder"
  as_user=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$folder")
fi
cleanup() {
  "${as_user[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop > /dev/null 2>&1 || true
  rm -rf "$folder"
}
trap cleanup EXIT

# A free port: two runs on one machine must not meet.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
"${as_user[@]}" "$bin/initdb" -D "$folder/data" -U interdict --auth=trust --encoding=UTF8 \
  --locale=C.UTF-8 --no-sync > "$folder/initdb.log"
cat >> "$folder/data/postgresql.conf" <<CONF
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
CONF
"${as_user[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w start > /dev/null
cd - > /dev/null

export INTERDICT_TEST_POSTGRES="postgres://interdict@127.0.0.1:$port/postgres"
# How the tests stop and start the server in mid-work.
export INTERDICT_TEST_POSTGRES_CTL="${as_user[*]} $bin/pg_ctl -D $folder/data -l $folder/server.log -w"
if [ $# -gt 0 ]; then
  "$@"
  exit
fi
cargo test -p interdict-store --test it
cargo test -p interdict --test it storage::
# The tests of the desk, all on PostgreSQL.
INTERDICT_TEST_ON=postgres cargo test -p interdict-desk --test it
