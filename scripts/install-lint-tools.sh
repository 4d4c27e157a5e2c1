#!/usr/bin/env bash
# Installs rustfmt and clippy where rustup came without them (its "minimal" profile). Does nothing when they are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
cargo fmt --version >/dev/null 2>&1 || missing+=(rustfmt)
cargo clippy --version >/dev/null 2>&1 || missing+=(clippy)
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v rustup >/dev/null; then
    echo "Not found: ${missing[*]}, and there is no rustup to install them with." >&2
    echo "Install them with the package manager that Rust came from." >&2
    exit 2
fi
echo "Installing with rustup: ${missing[*]}"
rustup component add "${missing[@]}"
