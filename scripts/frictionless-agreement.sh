#!/usr/bin/env bash
# Measures how far passeur and frictionless-py agree on the cases of tests/fixtures/frictionless.
# Needs Python 3 with venv; frictionless is installed once, below target/.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
venv=$target/frictionless-venv
if [[ ! -x $venv/bin/frictionless ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet frictionless
fi
program=${1:-}
if [[ -z $program ]]; then
  cargo build --quiet
  program=$target/debug/passeur
fi
exec "$venv/bin/python" scripts/frictionless-agreement.py "$program" tests/fixtures/frictionless
