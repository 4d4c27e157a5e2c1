# shellcheck shell=bash
# Sourced in the top folder of the repository: sets `passeur` to the binary that PASSEUR names, or to a release build, made if needed.

if [ -z "${PASSEUR:-}" ]; then
    cargo build --release --locked
    PASSEUR=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/passeur
fi
# shellcheck disable=SC2034 # read by the script
passeur=$(realpath "$PASSEUR")
