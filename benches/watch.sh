#!/usr/bin/env bash
# How soon `passeur watch` delivers: from the moment when an export has settled to its verified file under its final name at a private
# OpenSSH server on loopback, 10,000 rows each, through the whole protocol. Then what an idle watch costs. Prints the median and the load.
#
# Both moments come from the file system: the export's last change plus the settle time, and the change of the delivered file's
# inode, which is its rename.
#
#   benches/watch.sh                          fifteen rounds
#   ROUNDS=5 ROWS=200000 SETTLE_MS=500 benches/watch.sh
#   PASSEUR=/path/to/passeur benches/watch.sh another binary, for a comparison
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C

rows=${ROWS:-10000}
rounds=${ROUNDS:-15}
settle=${SETTLE_MS:-1000}
target=0.5
# shellcheck source=scripts/release-binary.sh
. scripts/release-binary.sh

fail() { echo "benches/watch.sh: $*" >&2; exit 1; }
# shellcheck source=scripts/private-sshd.sh
. scripts/private-sshd.sh
private_sshd_needs awk stat

folder=$(mktemp -d "${BENCH_DIR:-/var/tmp}/passeur-watch.XXXXXX")
server='' watch=''
finish() {
    for pid in $watch $server; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT

mkdir -m 700 "$folder/ssh" "$folder/project" "$folder/drop"
mkdir -m 700 "$folder/project/inbox"
start_private_sshd "$folder/ssh"
names=$(seq -s, -f '"m%g"' "$rounds")
cat >"$folder/project/passeur.toml" <<CONFIG
time_zone = "America/Toronto"
settle = "$settle ms"

[destinations.splio]
type = "sftp"
host = "127.0.0.1"
port = $port
user = "$user"
folder = "$folder/drop"
auth = { key = "$folder/ssh/client_key" }
host_keys = ["$fingerprint"]

[[routes]]
name = "cards"
from = "amilia/memberships"
to = "splio/cardcode"
destination = "splio"
universe = "demo"
subsections = [$names]

[routes.columns]
card_code = "Card"
customer_key = { from = "Email", trim = true, case = "lower" }
id_program = { constant = "4" }
join_date = "Purchase date"
expiration_date = "Expiration date"
CONFIG

export_of() { # number of the round
    awk -v rows="$rows" -v round="$1" 'BEGIN {
        print "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card"
        for (row = 1; row <= rows; row++) {
            number = round * 1000000 + row
            printf "%d,Annual gym pass,%d,%d,2025-12-01,2026-01-01,2026-12-31,Active,p%d@example.com,AM-%09d\n", number, number, number, number, number
        }
    }'
}
arrived() { find "$folder/drop" -name '*.csv' | wc -l; }
load() { cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo '?'; }

PASSEUR_LOG=warn "$passeur" watch --config "$folder/project" >"$folder/watch.log" 2>&1 &
watch=$!
for _ in $(seq 100); do grep -q '^Watching' "$folder/watch.log" && break; sleep 0.1; done

echo "$rounds exports of $rows rows, settle $settle ms, $("$passeur" --version); load before: $(load)"
times=()
for round in $(seq "$rounds"); do
    export_of "$round" >"$folder/export.csv"
    cp "$folder/export.csv" "$folder/project/inbox/$round.csv"
    for _ in $(seq 1200); do [ "$(arrived)" -eq "$round" ] && break; sleep 0.05; done
    [ "$(arrived)" -eq "$round" ] || fail "round $round was not delivered in a minute: $(cat "$folder/watch.log")"
    # The export keeps its time when it is archived.
    for _ in $(seq 200); do
        archived=$(find "$folder/project/archive" -name "$round.csv")
        [ -n "$archived" ] && break
        sleep 0.05
    done
    changed=$(stat -c %.9Y "$archived")
    file=$(find "$folder/drop" -name "demo_cardcode_m${round}_*.csv")
    named=$(stat -c %.9Z "$file")
    lines=$(wc -l <"$file")
    [ "$lines" -eq $((rows + 1)) ] || fail "round $round delivered $lines lines"
    times+=("$(awk -v named="$named" -v changed="$changed" -v settle="$settle" 'BEGIN { printf "%.3f\n", named - changed - settle / 1000 }')")
    sleep 0.3
done
printf '%s\n' "${times[@]}" | sort -n | awk -v target="$target" '
    { all[NR] = $1 }
    END { printf "settled to delivered: median %.3f s, fastest %.3f s, slowest %.3f s  (target %.1f s)\n", all[int((NR + 1) / 2)], all[1], all[NR], target }'

if [ -r "/proc/$watch/stat" ]; then
    ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$watch/stat"; }
    before=$(ticks)
    sleep 10
    echo "idle: $(awk '/^VmRSS/ { printf "%.1f MiB", $2 / 1024 }' "/proc/$watch/status") resident, $(($(ticks) - before)) hundredths of a second of processor time in 10 s"
fi
echo "load after: $(load)"
