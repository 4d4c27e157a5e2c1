#!/usr/bin/env bash
# What the customer base costs a whole `passeur run`: the first load of 200,000 people, 400,000 registrations and 50,000 memberships; the same
# files the next night; the same rows in another order. With the contacts and groups that follow from them, staged and delivered to a
# folder. Prints wall time and peak memory of each night, and the medians.
#
#   benches/base.sh                    three rounds
#   PEOPLE=20000 ROUNDS=1 benches/base.sh
#   PASSEUR=/path/to/passeur benches/base.sh    another binary, for a comparison
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

people=${PEOPLE:-200000}
rounds=${ROUNDS:-3}
# shellcheck source=scripts/release-binary.sh
. scripts/release-binary.sh
# shellcheck source=benches/measure.sh
. benches/measure.sh

# On a disk, not in memory: the ledger and the staged files are fsynced, and that is part of the cost.
folder=$(mktemp -d "${BENCH_DIR:-/var/tmp}/passeur-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/one" "$folder/other"

# The same bytes every time. Five persons in two accounts: two owners, an adult and two children; registrations in no order of theirs.
awk -v people="$people" -v to="$folder/one" 'BEGIN {
    OFS = ","
    seed = 7
    accounts = int(people / 5 * 2)
    file = to "/people.csv"
    print "Person ID,Account ID,Account owner ID,First name,Last name,Email,Gender,Birth date,Child,City,State/Province,Zip/Postal Code,Country,Phone,Mobile phone,Join date,External ID,Skills,Archived" > file
    for (n = 0; n < people; n++) {
        account[n] = int(n / 5) * 2 + (n % 5 > 2)
        owner = int(n / 5) * 5 + (n % 5 > 2 ? 3 : 0)
        child = n % 5 == 2 || n % 5 == 4
        born = (child ? 2012 + n % 12 : 1950 + n % 50) sprintf("-%02d-%02d", n % 12 + 1, n % 28 + 1)
        print 900001 + n, 700001 + account[n], 900001 + owner, "Prénom" n % 997, "Nom" n % 499, child ? "" : "person" n "@example.com", \
            n % 2 ? "Male" : "Female", born, child ? "Yes" : "No", "Trois-Rivières", "Québec", "H0H 0H0", "Canada", \
            sprintf("819 555-%04d", n % 10000), "", "2019-09-03", "", n % 5 ? "" : "\"Canard, Tortue\"", n % 50 == 7 ? "Yes" : "No" > file
    }
    file = to "/registrations.csv"
    print "Registration ID,Person ID,Account ID,Program,Category,Sub-category,Activity ID,Activity,Activity status,Activity end date,Registration date,Registration status,Drop-in date" > file
    for (row = 1; row <= people * 2; row++) {
        seed = (seed * 16807) % 2147483647
        n = seed % people
        activity = int(seed / 997) % 2600
        year = 2023 + int(seed / 131) % 4
        day = (year == 2026 ? seed % 10 : seed % 12) + 1
        print "SUB-" row, 900001 + n, 700001 + account[n], "Saison " activity % 12, "Secteur " activity % 31, "Niveau " activity % 53, \
            30001 + activity, "Cours " activity, activity % 90 ? "Normal" : "Cancelled", activity % 2 ? "2027-01-31" : "2026-06-30", \
            sprintf("%d-%02d-%02d 09:12", year, day, row % 28 + 1), seed % 20 ? "Registered" : "Cancelled", "" > file
    }
    file = to "/memberships.csv"
    print "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status" > file
    for (row = 0; row < people / 4; row++) {
        n = row * 4
        print 4001 + row % 20, "Carte " row % 20, 900001 + n, 700001 + account[n], sprintf("2026-%02d-%02d", row % 10 + 1, row % 28 + 1), \
            "2026-01-01", "2026-12-31", row % 9 ? "Active" : "Expired" > file
    }
    file = to "/unsubscribed.csv"
    print "Email,Email status,Unsubscribed on" > file
    for (row = 0; row < people / 100; row++) print "person" row * 50 "@example.com", "Désabonné", "2026-10-01" > file
}'
for file in "$folder"/one/*.csv; do
    { head -n 1 "$file"; tail -n +2 "$file" | tac; } > "$folder/other/$(basename "$file")"
done

# A run of one night; adds "wall ms, peak KiB" to the results of its kind.
night() {
    local kind=$1 files=$2 now=$3
    cp "$files"/*.csv "$project/inbox/"
    sync -f "$project"
    measure 0.2 "$folder/said" "$passeur" run --config "$project/passeur.toml" --now "$now"
    if [ "$code" -gt 0 ]; then
        echo "The $kind night failed (exit code $code). It said:" >&2
        cat "$folder/said" >&2
        exit 1
    fi
    printf '%-22s %10s %12s\n' "$kind" "$wall" "$peak"
    echo "$wall $peak" >> "$folder/$kind"
}

echo "$people people, $((people * 2)) registrations, $((people / 4)) memberships, $rounds rounds, $(nproc) cores"
printf '%-22s %10s %12s\n' night 'wall ms' 'peak KiB'
for _ in $(seq "$rounds"); do
    project=$folder/project
    rm -rf "$project"
    mkdir -p "$project/inbox"
    {
        echo 'settle = "0 s"'
        sed 's/"amilia-2", "amilia-3"/"amilia-2", "amilia-3", "amilia-4", "amilia-5"/' samples/cyberimpact/passeur.toml
    } > "$project/passeur.toml"
    night first-load "$folder/one" 2026-11-15T02:00:00-05:00
    delivered=$(find "$project/outbox" -name '*.csv' | wc -l)
    night same-files "$folder/one" 2026-11-16T02:00:00-05:00
    night other-order "$folder/other" 2026-11-17T02:00:00-05:00
    # Nothing has changed: nothing may have been sent again.
    if [ "$delivered" -eq 0 ] || [ "$(find "$project/outbox" -name '*.csv' | wc -l)" -ne "$delivered" ]; then
        echo "A night sent other files than expected. It said:" >&2
        cat "$folder/said" >&2
        exit 1
    fi
done

column() { cut -d' ' -f"$2" "$folder/$1"; }
for kind in first-load same-files other-order; do
    printf 'median %-15s %10s %12s\n' "$kind" "$(column "$kind" 1 | median)" "$(column "$kind" 2 | median)"
done
