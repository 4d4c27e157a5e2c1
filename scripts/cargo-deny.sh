#!/usr/bin/env bash
# Runs cargo-deny with the arguments given; installs it first where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
if ! command -v cargo-deny >/dev/null; then
    echo "Installing cargo-deny with: cargo install cargo-deny --locked"
    echo "This happens once and takes a few minutes."
    cargo install cargo-deny --locked
fi
echo "cargo deny $*"
exec cargo-deny "$@"
