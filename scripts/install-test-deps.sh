#!/usr/bin/env bash
# Installs what the tests need beyond Rust: Debian's openssh-server and openssh-client (the tests start a private
# sshd on a loopback port), and unzip (a demo shows what is in an archive). Does nothing when they are there. Uses apt, as root or through sudo, and says so first.
set -euo pipefail

PATH="$PATH:/usr/sbin:/sbin"

packages=()
command -v sshd >/dev/null || packages+=(openssh-server)
{ command -v ssh-keygen && command -v ssh-agent; } >/dev/null || packages+=(openssh-client)
command -v unzip >/dev/null || packages+=(unzip)
[ "${#packages[@]}" -eq 0 ] && exit 0

by_hand="Install OpenSSH's server and client (sshd, ssh-keygen, ssh-agent) and unzip with your system's package manager, then run this again."

if ! command -v apt-get >/dev/null; then
    echo "The tests need ${packages[*]}, and this system has no apt-get." >&2
    echo "$by_hand" >&2
    exit 2
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "The tests need ${packages[*]}. You are not root, and this system has no sudo." >&2
        echo "As root, run: apt-get install --no-install-recommends ${packages[*]}" >&2
        exit 2
    fi
    as_root=(sudo)
fi

echo "The tests need ${packages[*]}. Installing with: ${as_root[*]:+${as_root[*]} }apt-get install --no-install-recommends ${packages[*]}"
echo "(The tests start their own private server. The system's SSH service is neither started nor used.)"

# Debian starts a service when its package is installed, unless this file says no. Ours is there for the installation only.
policy=/usr/sbin/policy-rc.d
ours=no
restore() {
    if [ "$ours" = yes ]; then
        "${as_root[@]}" rm -f "$policy"
    fi
}
trap restore EXIT
if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi

# Package lists may be missing (a fresh container) or old: fetch them only if the installation fails without.
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
}
if ! install; then
    "${as_root[@]}" apt-get update -q
    install
fi

# On a machine with systemd the package also switches its service on for the next boot. Nobody asked for that.
if [ -d /run/systemd/system ] && [[ " ${packages[*]} " == *" openssh-server "* ]]; then
    "${as_root[@]}" systemctl disable --quiet ssh.service ssh.socket 2>/dev/null || true
    echo "The system's SSH service stays off. To have it: sudo systemctl enable --now ssh"
fi
