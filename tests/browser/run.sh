#!/usr/bin/env bash
# The workbench in a real browser: installs what it needs from npm into this folder, starts the real
# program on a folder of its own, and follows people through their work.
#
#   tests/browser/run.sh            the release build
#   INTERDICT_BIN=… tests/browser/run.sh
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
bin=${INTERDICT_BIN:-}
if [ -z "$bin" ]; then
  (cd "$root" && cargo build --quiet --release -p interdict)
  bin=$root/target/release/interdict
fi
chromium=${CHROMIUM:-$(command -v chromium)}
npm ci --silent --no-audit --no-fund
work=$(mktemp -d "${TMPDIR:-/tmp}/interdict-browser.XXXXXX")
trap 'rm -rf "$work"' EXIT
INTERDICT_BIN=$bin CHROMIUM=$chromium WORK=$work ROOT=$root node --test --test-concurrency=1 workbench.test.mjs
