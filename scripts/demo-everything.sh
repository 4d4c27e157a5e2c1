#!/usr/bin/env bash
# All four platforms from the same exports, over SFTP: starts a private OpenSSH server on a free loopback port with four logins, each with a key
# and a folder of its own, runs the sample `everything` against it, and lists what each platform received. Touches nothing else: no system SSH
# service, no file in ~/.ssh.
#
#   scripts/demo-everything.sh
#   PASSEUR=path/of/the/binary uses one that is built already; KEEP=no removes everything at the end
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C.UTF-8
platforms=(cyberimpact splio symplify actito)

folder=$(mktemp -d "${TMPDIR:-/tmp}/passeur-demo-everything.XXXXXX")
server=
finish() {
    code=$?
    trap - EXIT INT TERM
    if [ -n "$server" ] && kill "$server" 2>/dev/null; then wait "$server" 2>/dev/null || true; fi
    if [ "$code" -ne 0 ] || [ "${KEEP:-yes}" = no ]; then rm -rf "$folder"; fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }

# shellcheck source=scripts/private-sshd.sh
. scripts/private-sshd.sh
private_sshd_needs awk gzip unzip

[ -n "${PASSEUR:-}" ] || say "Building passeur"
# shellcheck source=scripts/release-binary.sh
. scripts/release-binary.sh

say "Starting a private SSH server on this machine alone (127.0.0.1), with keys and configuration in $folder"
start_private_sshd "$folder" "AllowUsers $(id -un)"
: > "$folder/authorized_keys"
for platform in "${platforms[@]}"; do
    add_private_login "$folder" "$platform" "$folder/drops/$platform"
done
echo "Port $port, host key $fingerprint, logins: ${platforms[*]}"

say "Preparing a project: samples/everything, with the first day of exports, and a login for each platform"
cp -Rp samples "$folder/samples"
project=$folder/samples/everything
mkdir -p "$project/inbox"
cp samples/cyberimpact/day-1/*.csv "$project/inbox/"
# The blocks of the destinations, each replaced up to the empty line behind it.
PORT=$port ACCOUNT=$user KEYS=$folder FINGERPRINT=$fingerprint awk '
    /^\[destinations\./ {
        platform = substr($0, 15, length($0) - 15)
        print
        print "type = \"sftp\"\nhost = \"127.0.0.1\"\nport = " ENVIRON["PORT"] "\nuser = \"" ENVIRON["ACCOUNT"] "\""
        print "auth = { key = \"" ENVIRON["KEYS"] "/" platform "_key\" }"
        print "host_keys = [\"" ENVIRON["FINGERPRINT"] "\"]\nverify = \"content\""
        inside = 1
        next
    }
    !NF { inside = 0 }
    !inside' samples/everything/passeur.toml > "$project/passeur.toml"
[ "$(grep -c '^type = "sftp"' "$project/passeur.toml")" -eq ${#platforms[@]} ] ||
    fail "samples/everything/passeur.toml has no longer one [destinations.…] for each platform."

say "passeur run"
code=0
"$passeur" run --config "$project" --now 2026-11-15T02:00:00-05:00 --language "${DEMO_LANGUAGE:-en}" || code=$?
# 3: something waits for a person. The campaign does, as every file that makes a platform send mail.
[ "$code" -eq 3 ] || fail "passeur ended with exit code $code. The server said:
$(cat "$folder/sshd.log")"

say "What each platform received"
for platform in "${platforms[@]}"; do
    echo "$platform/"
    (cd "$folder/drops/$platform" && wc -c -- *) | awk '$2 != "total" { printf "    %-46s %6d bytes\n", $2, $1 }'
done

# The start of a file, unpacked, a line at a time.
start_of() {
    case $1 in
        *.gz) gzip -dc -- "$1" ;;
        *.zip) unzip -p "$1" "$2" ;;
        *) cat -- "$1" ;;
    esac | awk 'NR <= 3' | sed -e 's/\r$//' -e 's/^/    /'
}
say "The start of each file"
for platform in "${platforms[@]}"; do
    for file in "$folder/drops/$platform"/*; do
        case $file in
            *.zip)
                unzip -Z1 "$file" | while IFS= read -r member; do
                    echo "$platform/${file##*/} → $member"
                    start_of "$file" "$member"
                done
                ;;
            *)
                echo "$platform/${file##*/}"
                start_of "$file"
                ;;
        esac
    done
done

say "Done"
[ "${KEEP:-yes}" = no ] || echo "Everything of this demo: $folder   (remove it when you are done: rm -r $folder)"
