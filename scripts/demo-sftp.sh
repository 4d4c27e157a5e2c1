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

for tool in sshd ssh-keygen; do
    command -v "$tool" >/dev/null || fail "$tool is not installed. Run: make test-deps"
done
# sshd starts itself again for each connection and must therefore be called by its full path.
sshd=$(command -v sshd)

say "Building passeur"
cargo build --release --locked

say "Making keys and a server's configuration in $folder"
mkdir -p "$folder/drop" "$folder/project"
ssh-keygen -q -t ed25519 -N '' -C 'demo server' -f "$folder/host_key"
ssh-keygen -q -t ed25519 -N '' -C 'demo client' -f "$folder/client_key"
cp "$folder/client_key.pub" "$folder/authorized_keys"
fingerprint=$(ssh-keygen -l -E sha256 -f "$folder/host_key.pub" | awk '{ print $2 }')
user=$(id -un)

pam=no
if [ "$(id -u)" -eq 0 ]; then
    # Where a server that runs as root locks itself in before login. Debian makes it when the SSH service starts.
    [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
    # Without PAM, sshd refuses an account whose password is locked, even with a key.
    case $(getent shadow "$user" | cut -d: -f2) in '!'*) pam=yes ;; esac
fi

start() {
    cat > "$folder/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $1
HostKey $folder/host_key
PidFile none
AuthorizedKeysFile $folder/authorized_keys
AllowUsers $user
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM $pam
StrictModes no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
CONFIG
    "$sshd" -D -e -f "$folder/sshd_config" 2> "$folder/sshd.log" &
    server=$!
    for _ in $(seq 100); do
        if ! kill -0 "$server" 2>/dev/null; then
            wait "$server" || true
            server=
            return 1
        fi
        if (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

say "Starting a private SSH server on this machine alone (127.0.0.1)"
port=
for _ in $(seq 20); do
    try=$((20000 + RANDOM % 12000))
    # Somebody already answers there: not free.
    if (exec 3<> "/dev/tcp/127.0.0.1/$try") 2>/dev/null; then continue; fi
    if start "$try"; then
        port=$try
        break
    fi
    stop
done
[ -n "$port" ] || fail "The server did not start. It said:
$(cat "$folder/sshd.log")"
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
