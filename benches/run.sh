#!/usr/bin/env bash
# What a whole `passeur run` costs: 200,000 memberships, 1 % of them wrong, checked, transformed, staged and delivered to a
# folder, store and reports included. Prints wall time and peak memory of each round, and the medians.
#
#   benches/run.sh                     five rounds over 200,000 rows
#   ROWS=50000 ROUNDS=3 benches/run.sh
#   PASSEUR=/path/to/passeur benches/run.sh     another binary, for a comparison
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

rows=${ROWS:-200000}
rounds=${ROUNDS:-5}
# shellcheck source=scripts/release-binary.sh
. scripts/release-binary.sh
# shellcheck source=benches/measure.sh
. benches/measure.sh

# On a disk, not in memory: the ledger and the staged files are fsynced, and that is part of the cost.
folder=$(mktemp -d "${BENCH_DIR:-/var/tmp}/passeur-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT

# The same bytes every time. Every 100th row is wrong in one of four ways.
awk -v rows="$rows" 'BEGIN {
    OFS = ","
    print "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card"
    split("Annual gym pass;Carte Loisirs Montréal;\"Swim pass, adults\";Aquafit 55+", names, ";")
    for (row = 1; row <= rows; row++) {
        bought = sprintf("2026-%02d-%02d", row % 12 + 1, row % 28 + 1)
        ends = sprintf("2027-%02d-%02d", row % 12 + 1, row % 28 + 1)
        status = "Active"; email = "person" row "@mail" row % 50 ".example.com"
        if (row % 100 == 0) {
            fault = row / 100 % 4
            if (fault == 0) bought = "31/12/2026"
            if (fault == 1) email = "nobody at example.com"
            if (fault == 2) status = "Perhaps"
            if (fault == 3) ends = "2027-02-30"
        }
        print 4101 + row % 4, names[row % 4 + 1], 900000 + row, 700000 + int(row / 3), bought, bought, ends, status, email, \
            sprintf("AM-%09d", row)
    }
}' > "$folder/memberships.csv"

cat > "$folder/passeur.toml" <<'CONFIG'
time_zone = "America/Toronto"
settle = "0 s"
[destinations.drop]
type = "folder"
path = "outbox"
[[routes]]
name = "cards"
from = "amilia/memberships"
to = "splio/cardcode"
destination = "drop"
universe = "bench"
subsections = ["members", "members2"]
[routes.columns]
card_code = "Card"
customer_key = { from = "Email", trim = true, case = "lower" }
id_program = { constant = "4" }
join_date = "Purchase date"
expiration_date = "Expiration date"
CONFIG

echo "$rows rows, $(stat -c %s "$folder/memberships.csv") bytes, $rounds rounds, $(nproc) cores"
printf '%-8s %10s %12s\n' round 'wall ms' 'peak KiB'
for round in $(seq "$rounds"); do
    project=$folder/project
    rm -rf "$project"
    mkdir -p "$project/inbox"
    cp "$folder/passeur.toml" "$project/"
    cp "$folder/memberships.csv" "$project/inbox/"
    sync -f "$project"

    measure 0.005 "$folder/said" "$passeur" run --config "$project/passeur.toml"

    # 1: rows were refused, as they should be. A run that failed is not a measurement.
    delivered=$(find "$project/outbox" -name '*.csv' 2>/dev/null | wc -l)
    if [ "$code" -gt 1 ] || [ "$delivered" -eq 0 ]; then
        echo "Round $round failed (exit code $code, $delivered files delivered). It said:" >&2
        cat "$folder/said" >&2
        exit 1
    fi
    printf '%-8s %10s %12s\n' "$round" "$wall" "$peak"
    echo "$wall $peak" >> "$folder/results"
done

column() { cut -d' ' -f"$1" "$folder/results"; }
printf '%-8s %10s %12s\n' median "$(column 1 | median)" "$(column 2 | median)"
