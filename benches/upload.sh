#!/usr/bin/env bash
# Uploads against OpenSSH's `sftp` in the same run, both with AES-GCM, to a private OpenSSH server on loopback that is started and
# stopped for it: 30 MB at once, 30 MB at 20 ms round trip (through a relay that holds every byte 10 ms each way), and 200 files of
# 100 KB at 20 ms. passeur goes through its whole protocol: ledger, temporary name, sync on the server, verification, rename, receipt.
# Rounds are interleaved; prints medians and their ratio. What arrives is compared byte for byte.
#
#   benches/upload.sh                    five rounds
#   ROUNDS=3 SESSIONS=4 benches/upload.sh
#   UPLOADER=/path/to/passeur-bench-upload benches/upload.sh    another build, for a comparison
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL=C

rounds=${ROUNDS:-5}
sessions=${SESSIONS:-10}
program=${UPLOADER:-}
if [ -z "$program" ]; then
    manifest=benches/upload/Cargo.toml
    cargo build --release --manifest-path "$manifest"
    target=$(cargo metadata --no-deps --format-version 1 --manifest-path "$manifest" |
        sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
    program=$target/release/passeur-bench-upload
fi

folder=$(mktemp -d "${BENCH_DIR:-/var/tmp}/passeur-upload.XXXXXX")
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
relay=$(free_port)
user=$(id -un)
mkdir "$folder/one" "$folder/many" "$folder/drop"
head -c 30000000 /dev/urandom >"$folder/one/big.csv"
for number in $(seq -w 200); do head -c 100000 /dev/urandom >"$folder/many/$number.csv"; done

ssh-keygen -q -t ed25519 -N '' -f "$folder/host"
ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
fingerprint=$(ssh-keygen -l -E sha256 -f "$folder/host" | awk '{ print $2 }')
cp "$folder/key.pub" "$folder/authorized"
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
cat >"$folder/config" <<CONFIG
Port $port
ListenAddress 127.0.0.1
HostKey $folder/host
PidFile $folder/pid
AuthorizedKeysFile $folder/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
MaxStartups 100
Ciphers aes256-gcm@openssh.com
Subsystem sftp internal-sftp
CONFIG
"$(command -v sshd)" -D -e -f "$folder/config" 2>"$folder/log" &
pids+=($!)
"$program" delay "$relay" "$port" 10 &
pids+=($!)
for _ in $(seq 50); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && (exec 3<>"/dev/tcp/127.0.0.1/$relay") 2>/dev/null; then break; fi
    sleep 0.1
done

# Each prints seconds.
with_sftp() { # port, folder of files
    local begin end
    begin=$(date +%s.%N)
    printf 'put %s/* %s/drop/\n' "$2" "$folder" |
        sftp -q -b - -P "$1" -i "$folder/key" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
            -o UserKnownHostsFile="$folder/known" -o Ciphers=aes256-gcm@openssh.com "$user@127.0.0.1" >/dev/null 2>&1
    end=$(date +%s.%N)
    awk -v begin="$begin" -v end="$end" 'BEGIN { printf "%.3f\n", end - begin }'
}
with_passeur() { # port, folder of files, sessions
    "$program" upload "$1" "$user" "$folder/key" "$fingerprint" "$folder/drop" "$2" "$3"
}
check() { # folder of files
    local file
    for file in "$1"/*; do cmp "$file" "$folder/drop/$(basename "$file")"; done
    rm -rf "$folder/drop"
    mkdir "$folder/drop"
}
# shellcheck source=benches/measure.sh
. benches/measure.sh

compare() { # title, target, port, folder of files, sessions
    local theirs=() ours=() _
    for _ in $(seq "$rounds"); do
        theirs+=("$(with_sftp "$3" "$4")")
        check "$4"
        ours+=("$(with_passeur "$3" "$4" "$5")")
        check "$4"
    done
    awk -v title="$1" -v target="$2" -v theirs="$(printf '%s\n' "${theirs[@]}" | median)" \
        -v ours="$(printf '%s\n' "${ours[@]}" | median)" -v sessions="$5" \
        'BEGIN { printf "%-30s sftp %7.3f s   passeur (sessions %d) %7.3f s   %.2fx  (target %s)\n", title, theirs, sessions, ours, ours / theirs, target }'
}

echo "$rounds rounds, medians; load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')"
compare '30 MB, loopback' 0.9x "$port" "$folder/one" 1
compare '30 MB, 20 ms' 1.0x "$relay" "$folder/one" 1
compare '200 x 100 KB, 20 ms' 0.3x "$relay" "$folder/many" 2
compare '200 x 100 KB, 20 ms' 0.3x "$relay" "$folder/many" "$sessions"
