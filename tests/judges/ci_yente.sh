#!/usr/bin/env bash
# PyPI's yente-client, unmodified, against the real binary: library and command line, on FollowTheMoney
# files and on the lists of OFAC, UN, EU and UK together. PYTHON names the interpreter of a virtual
# environment, into which the client is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${PYTHON:?set PYTHON to the interpreter of a virtual environment}"
"$PYTHON" -m pip install --quiet --disable-pip-version-check 'yente-client[cli]==0.2.0'
if [ -z "${INTERDICT:-}" ]; then
  cargo build -q --release -p interdict
  INTERDICT=target/release/interdict
fi
"$PYTHON" tests/judges/yente.py "$INTERDICT" "${INTERDICT_DATA:-../shared/data}"
