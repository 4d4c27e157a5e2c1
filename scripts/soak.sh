#!/usr/bin/env bash
# The soak: passeur against a real OpenSSH server, killed (SIGKILL) at a random moment in each round, while a simulated partner takes
# every file away the moment it appears. At the end: no file lost, none doubled, none partial, each export in one place.
#
#   ROUNDS=500 scripts/soak.sh
#   PASSEUR=path/of/the/binary uses one that is built already; ROWS=20000 is the size of the largest export
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C
rounds=${ROUNDS:-500}

folder=$(mktemp -d "${TMPDIR:-/tmp}/passeur-soak.XXXXXX")
server=
partner=
finish() {
    code=$?
    trap - EXIT INT TERM
    for process in $server $partner; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    if [ "$code" -eq 0 ]; then rm -rf "$folder"; else echo "Kept for a look: $folder" >&2; fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
fail() { printf '\n%s\n' "$*" >&2; exit 1; }

# shellcheck source=scripts/private-sshd.sh
. scripts/private-sshd.sh
private_sshd_needs sha256sum

# shellcheck source=scripts/release-binary.sh
. scripts/release-binary.sh

mkdir -p "$folder/drop" "$folder/got" "$folder/project/inbox"
start_private_sshd "$folder" 'MaxStartups 100'

cat > "$folder/project/passeur.toml" <<CONFIG
time_zone = "UTC"
settle = "0 s"

[destinations.splio]
type = "sftp"
host = "127.0.0.1"
port = $port
user = "$user"
folder = "$folder/drop"
auth = { key = "$folder/client_key" }
host_keys = ["$fingerprint"]

[[routes]]
name = "cards"
from = "amilia/memberships"
to = "splio/cardcode"
destination = "splio"
universe = "soak"
subsections = [$(seq -f '"s%g",' 60 | tr -d '\n')]

[routes.columns]
card_code = "Card"
customer_key = { from = "Email", trim = true, case = "lower" }
id_program = { constant = "4" }
join_date = "Purchase date"
expiration_date = "Expiration date"
CONFIG

# The partner: takes what its pattern matches, at once.
(
    shopt -s nullglob
    number=0
    while :; do
        for file in "$folder/drop/"*.csv; do
            number=$((number + 1))
            mv -n "$file" "$folder/got/$(printf '%06d' "$number")-${file##*/}"
        done
        sleep 0.004
    done
) &
partner=$!

# An export whose rows no other export has. Written beside the inbox and moved in, as people do it.
export_number=0
drop_export() {
    export_number=$((export_number + 1))
    awk -v number="$export_number" -v rows=$((1 + RANDOM % ${ROWS:-20000})) 'BEGIN {
        print "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card"
        for (row = 1; row <= rows; row++)
            printf "%d,Annual gym pass,900104,700101,2025-12-01,2026-01-01,2026-12-31,Active,p%d-%d@example.com,AM-%05d-%05d\n", \
                number * 100000 + row, number, row, number, row
    }' > "$folder/project/new.csv"
    mv "$folder/project/new.csv" "$folder/project/inbox/memberships-$export_number.csv"
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
day() { date -u -d "2026-01-01 + $1 days" +%Y-%m-%dT12:00:00Z; }
# Names are used once a day, so each round is a day of its own.
carry() { "$passeur" run --config "$folder/project" --now "$(day "$1")" >> "$folder/output" 2>&1; }

drop_export
usual=0
# A run to its end, which tells how long one takes now.
undisturbed() {
    local began
    began=$(milliseconds)
    carry "$1" || fail "A run that was not killed failed: $(tail -n 20 "$folder/output")"
    usual=$(($(milliseconds) - began))
}
undisturbed 0
echo "An undisturbed run takes $usual ms. $rounds rounds, killed somewhere in each."

killed=0
survived=0
delivering=0
started=$(milliseconds)
for round in $(seq "$rounds"); do
    for _ in $(seq $((RANDOM % 3))); do drop_export; done
    "$passeur" run --config "$folder/project" --now "$(day "$round")" >> "$folder/output" 2>&1 &
    run=$!
    # Anywhere in the run, and sometimes later than it takes.
    wait_for=$((RANDOM % (usual * 5 / 4 + 1)))
    sleep "$((wait_for / 1000)).$(printf '%03d' $((wait_for % 1000)))"
    kill -KILL "$run" 2>/dev/null || true
    code=0
    wait "$run" 2>/dev/null || code=$?
    case $code in
        137)
            killed=$((killed + 1))
            "$passeur" status --config "$folder/project" > /dev/null 2>&1 || delivering=$((delivering + 1))
            ;;
        0) survived=$((survived + 1)) ;;
        *) fail "A run that was not killed ended with $code: $(tail -n 20 "$folder/output")" ;;
    esac
    # Now and then a run comes through, so that not all kills hit the intake of a heap of exports.
    [ $((RANDOM % 2)) -eq 0 ] || { drop_export; undisturbed "$round"; }
    [ $((round % 50)) -ne 0 ] || echo "  $round rounds, $killed killed, $export_number exports so far"
done

# What a dead run left is finished by the next one; the one after it has nothing to do.
undisturbed $((rounds + 1))
undisturbed $((rounds + 2))
tail -n 1 "$folder/output" | grep -q '^Nothing to do' || fail "There is always something to do: $(tail -n 20 "$folder/output")"
"$passeur" status --config "$folder/project" > "$folder/status" || fail "Something waits: $(cat "$folder/status")"
sleep 0.2

# The files that the partner got, and the ones that the ledger has, by what is in them.
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | cut -d ' ' -f 1 | sort); }
sums "$folder/got" > "$folder/got.sums"
sums "$folder/project/archive/outbound" > "$folder/made.sums"
lost=$(comm -13 <(uniq "$folder/got.sums") "$folder/made.sums" | wc -l)
doubled=$(uniq -d "$folder/got.sums" | wc -l)
partial=$(comm -23 <(uniq "$folder/got.sums") <(uniq "$folder/made.sums") | wc -l)
left=$(find "$folder/drop" -type f | wc -l)
kept=$(find "$folder/project/archive" -name 'memberships-*.csv' -not -path '*/outbound/*' | wc -l)
astray=$(find "$folder/project/inbox" "$folder/project/work" -type f -not -name '.lock' | wc -l)
printf '%s\n' \
    "rounds              $rounds ($killed killed, $delivering of them with files on their way; $survived ended before)" \
    "seconds             $((($(milliseconds) - started) / 1000))" \
    "exports             $export_number dropped, $kept in the archive, $astray elsewhere" \
    "outbound files      $(wc -l < "$folder/made.sums") made, $(wc -l < "$folder/got.sums") received" \
    "lost                $lost" \
    "doubled             $doubled" \
    "partial or strange  $partial" \
    "left on the server  $left temporary files"
[ "$lost$doubled$partial$left$astray" = 00000 ] || fail "The soak FAILED."
[ "$kept" -eq "$export_number" ] || fail "The soak FAILED: not each export is in the archive once."
[ "$(wc -l < "$folder/made.sums")" -eq "$export_number" ] || fail "The soak FAILED: not each export gave one file."
echo "The soak passed."
