#!/usr/bin/env bash
# Runs each fuzz target for a while (FUZZ_SECONDS, a minute by default) on the stable toolchain: without a sanitizer, which
# passeur's own code, free of `unsafe`, does not need. Installs cargo-fuzz if it is missing. Only the rooms under test are built (a minute
# or two); the built-in schemas are what the schema target starts from.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

if ! command -v cargo-fuzz >/dev/null; then
    echo 'cargo-fuzz is missing: installing it (a minute or two)'
    cargo install --locked cargo-fuzz
fi
for target in "${@:-reading header schema}"; do
    for name in $target; do
        echo "fuzzing $name"
        seeds=() longest=4096
        if [[ $name == schema ]]; then
            seeds=(../schemas) longest=16384
        fi
        mkdir -p "corpus/$name"
        cargo fuzz run --sanitizer none "$name" "corpus/$name" "${seeds[@]}" -- \
            -max_total_time="${FUZZ_SECONDS:-60}" -max_len="$longest" -timeout=10 -rss_limit_mb=2048
    done
done
