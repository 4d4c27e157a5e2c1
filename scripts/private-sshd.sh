# shellcheck shell=bash
# Sourced by scripts that need a server: starts a private OpenSSH server on a free loopback port, with keys of its own in a folder. Touches
# nothing else: no system SSH service, no file in ~/.ssh.
#
#   start_private_sshd FOLDER [LINE...]    lines are added to its configuration
#
#   add_private_login FOLDER NAME DROP     afterwards: one more login, with a key of its own, that starts in the folder DROP
#
# Makes FOLDER/host_key and FOLDER/client_key, and sets `server` (its process), `port`, `user` and `fingerprint`. What the server says is in
# FOLDER/sshd.log. Needs `fail MESSAGE` of the script.

private_sshd_needs() {
    local tool
    for tool in sshd ssh-keygen "$@"; do
        command -v "$tool" >/dev/null || fail "$tool is not installed. Run: make test-deps"
    done
}

start_private_sshd() {
    local folder=$1 pam=no try
    shift
    ssh-keygen -q -t ed25519 -N '' -C 'private server' -f "$folder/host_key"
    ssh-keygen -q -t ed25519 -N '' -C 'private client' -f "$folder/client_key"
    cp "$folder/client_key.pub" "$folder/authorized_keys"
    # shellcheck disable=SC2034 # read by the script
    fingerprint=$(ssh-keygen -l -E sha256 -f "$folder/host_key.pub" | awk '{ print $2 }')
    user=$(id -un)
    if [ "$(id -u)" -eq 0 ]; then
        # Where a server that runs as root locks itself in before login. Debian makes it when the SSH service starts.
        [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
        # Without PAM, sshd refuses an account whose password is locked, even with a key.
        case $(getent shadow "$user" | cut -d: -f2) in '!'*) pam=yes ;; esac
    fi
    port=
    for _ in $(seq 20); do
        try=$((20000 + RANDOM % 12000))
        # Somebody already answers there: not free.
        if (exec 3<> "/dev/tcp/127.0.0.1/$try") 2>/dev/null; then continue; fi
        cat > "$folder/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $try
HostKey $folder/host_key
PidFile none
AuthorizedKeysFile $folder/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM $pam
StrictModes no
Subsystem sftp internal-sftp
$(printf '%s\n' "$@")
CONFIG
        # It starts itself again for each connection and must therefore be called by its full path.
        "$(command -v sshd)" -D -e -f "$folder/sshd_config" 2> "$folder/sshd.log" &
        server=$!
        for _ in $(seq 100); do
            kill -0 "$server" 2>/dev/null || break
            if (exec 3<> "/dev/tcp/127.0.0.1/$try") 2>/dev/null; then
                # shellcheck disable=SC2034 # read by the script
                port=$try
                return
            fi
            sleep 0.1
        done
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    done
    fail "The server did not start. It said:
$(cat "$folder/sshd.log")"
}

# An ordinary user cannot start a server that switches accounts, so a login is a key: FOLDER/NAME_key speaks SFTP alone, and begins in DROP.
add_private_login() {
    local folder=$1 name=$2 drop=$3
    mkdir -p "$drop"
    ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$folder/${name}_key"
    printf 'restrict,command="internal-sftp -d %s" %s\n' "$drop" "$(cat "$folder/${name}_key.pub")" >> "$folder/authorized_keys"
}
