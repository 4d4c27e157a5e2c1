#!/usr/bin/env bash
# The sample exports, carried across over SFTP: starts a private OpenSSH server on a free loopback port, with keys of its
# own in a temporary folder, runs passeur against it, lists what arrived, and stops the server. Touches nothing else:
# no system SSH service, no file in ~/.ssh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C

folder=$(mktemp -d "${TMPDIR:-/tmp}/passeur-demo-sftp.XXXXXX")
server=
stop() {
    if [ -n "$server" ] && kill "$server" 2>/dev/null; then
        wait "$server" 2>/dev/null || true
        echo "The server is stopped."
    fi
    server=
}
# Keep the folder when all went well, so that there is something to look at; remove it otherwise.
finish() {
    code=$?
    trap - EXIT INT TERM
    stop
    [ "$code" -eq 0 ] || rm -rf "$folder"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }

# shellcheck source=scripts/private-sshd.sh
. scripts/private-sshd.sh
private_sshd_needs awk

say "Building passeur"
cargo build --release --locked

say "Starting a private SSH server on this machine alone (127.0.0.1), with keys and configuration in $folder"
mkdir -p "$folder/drop" "$folder/project"
start_private_sshd "$folder" "AllowUsers $(id -un)" 'ForceCommand internal-sftp'
echo "Port $port, host key $fingerprint"

say "Preparing a project: the samples, with that server as destination"
cp -Rp samples/. "$folder/project/"
# The block of the destination, replaced as a whole: up to the next heading.
DESTINATION="[destinations.splio]
type = \"sftp\"
host = \"127.0.0.1\"
port = $port
user = \"$user\"
folder = \"$folder/drop\"
auth = { key = \"$folder/client_key\" }
host_keys = [\"$fingerprint\"]
verify = \"content\"
" awk '
    /^\[destinations\.splio\]/ { print ENVIRON["DESTINATION"]; inside = 1; next }
    /^\[/ { inside = 0 }
    !inside' samples/passeur.toml > "$folder/project/passeur.toml"
grep -q '^type = "sftp"' "$folder/project/passeur.toml" || fail "samples/passeur.toml has no [destinations.splio] to replace."
awk '/^\[destinations/ { on = 1 } /^\[\[/ { on = 0 } on && NF' "$folder/project/passeur.toml" | sed 's/^/    /'

say "passeur run"
code=0
cargo run --release --locked --quiet -- run --config "$folder/project/passeur.toml" || code=$?
# 1: some rows were refused. The samples are wrong in places on purpose.
[ "$code" -le 1 ] || fail "passeur ended with exit code $code. The server said:
$(cat "$folder/sshd.log")"

say "What arrived on the server"
ls -l "$folder/drop"
shopt -s nullglob
arrived=("$folder/drop/"*.csv)
[ "${#arrived[@]}" -gt 0 ] || fail "Nothing arrived. The server said:
$(cat "$folder/sshd.log")"
say "The start of ${arrived[0]##*/}"
head -n 5 "${arrived[0]}"

say "Done"
stop
echo "Refused rows and reports: $folder/project/reports"
echo "Everything of this demo:  $folder   (remove it when you are done: rm -r $folder)"
