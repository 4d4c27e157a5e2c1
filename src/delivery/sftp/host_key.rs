//! Whether the server is who we think: its host key against pinned fingerprints or a known_hosts file. libssh2's own check takes
//! revoked keys and misses wildcards (design facts A4), so it is not used.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::Digest;

use super::known_hosts::{self, KnownHosts, Verdict};
use crate::config::HostKeys;
use crate::delivery::error::UnknownHostKey;
use crate::delivery::{Problem, Remark};

/// A server's host key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostKey {
    /// As the protocol carries it.
    pub(super) blob: Vec<u8>,
}

impl HostKey {
    /// `ssh-ed25519`; the first string of the blob.
    pub(super) fn key_type(&self) -> &str {
        let Some((length, rest)) = self.blob.split_first_chunk::<4>() else { return "unknown" };
        let length = u32::from_be_bytes(*length) as usize;
        rest.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("unknown")
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub(super) fn fingerprint(&self) -> String {
        format!("SHA256:{}", Base64Unpadded::encode_string(&sha2::Sha256::digest(&self.blob)))
    }

    fn base64(&self) -> String {
        Base64::encode_string(&self.blob)
    }
}

/// What we know about the keys of one server.
pub(super) enum Trust {
    Pinned(Vec<String>),
    Known { file: PathBuf, hosts: KnownHosts },
}

/// A refusal. `Other`: the server may have another key that is trusted; a handshake for other types can ask for it.
pub(super) enum Refusal {
    Final(Problem),
    Other(Problem),
}

impl Trust {
    /// Reads what the config names. A known_hosts file that does not exist knows nobody.
    pub(super) fn read(keys: &HostKeys) -> Result<Trust, Problem> {
        match keys {
            HostKeys::Pinned(list) => Ok(Trust::Pinned(list.clone())),
            HostKeys::KnownHosts(file) => {
                let text = match std::fs::read(file) {
                    Ok(bytes) => bytes,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
                    Err(error) => {
                        return Err(Problem::KnownHostsUnreadable {
                            file: file.clone(),
                            detail: error.to_string(),
                        });
                    }
                };
                let hosts = KnownHosts::parse(&String::from_utf8_lossy(&text));
                Ok(Trust::Known { file: file.clone(), hosts })
            }
        }
    }

    /// Lines of known_hosts that cannot be read.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        match self {
            Trust::Pinned(_) => Vec::new(),
            Trust::Known { file, hosts } => {
                let remark = |(line, why): &(usize, _)| Remark::KnownHostsLine {
                    file: file.clone(),
                    line: *line,
                    why: *why,
                };
                hosts.broken.iter().map(remark).collect()
            }
        }
    }

    /// Algorithms to ask for, best first, one list a handshake: the next is tried when the key of the one before is not trusted.
    /// Types that are known for the host come first, so that a known key is shown and not another one of the same server.
    pub(super) fn handshakes(&self, host: &str, port: u16, supported: &[&str]) -> Vec<Vec<String>> {
        // Host certificates are not checked here; a server that has them shows its plain key.
        let plain: Vec<&str> = supported.iter().copied().filter(|name| !name.contains("-cert-")).collect();
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        match self {
            Trust::Pinned(_) => {
                let mut lists = vec![own(&plain)];
                for family in [
                    "ssh-ed25519",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521",
                    "rsa-",
                ] {
                    let members: Vec<&str> =
                        plain.iter().copied().filter(|name| name.starts_with(family)).collect();
                    if !members.is_empty() {
                        lists.push(own(&members));
                    }
                }
                lists
            }
            Trust::Known { hosts, .. } => {
                let known = hosts.key_types(host, port);
                let is_known = |algorithm: &str| {
                    known.iter().any(|&kind| {
                        kind == algorithm || (kind == "ssh-rsa" && algorithm.starts_with("rsa-sha2-"))
                    })
                };
                let (mut first, rest): (Vec<&str>, Vec<&str>) =
                    plain.iter().copied().partition(|name| is_known(name));
                first.extend(rest);
                vec![own(&first)]
            }
        }
    }

    /// The decision. `destination` is for the text alone.
    pub(super) fn check(
        &self,
        destination: &str,
        host: &str,
        port: u16,
        key: &HostKey,
    ) -> Result<(), Refusal> {
        let shown = known_hosts::name_of(host, port);
        let fingerprint = key.fingerprint();
        match self {
            Trust::Pinned(list) => {
                if list.iter().any(|pinned| pinned.trim_end_matches('=') == fingerprint) {
                    return Ok(());
                }
                Err(Refusal::Other(Problem::HostKeyNotListed {
                    host: shown,
                    fingerprint,
                    listed: list.join(", "),
                }))
            }
            Trust::Known { file, hosts } => {
                let key_type = key.key_type().to_owned();
                let file = file.clone();
                Err(Refusal::Final(match hosts.check(host, port, &key.blob, key.key_type()) {
                    Verdict::Trusted => return Ok(()),
                    Verdict::Revoked { line } => {
                        Problem::HostKeyRevoked { host: shown, fingerprint, file, line }
                    }
                    Verdict::Changed { line } => {
                        Problem::HostKeyChanged { host: shown, key_type, fingerprint, file, line }
                    }
                    Verdict::Authority { line } => {
                        Problem::HostKeyAuthority { host: shown, fingerprint, file, line }
                    }
                    Verdict::Unknown { other_type } => unknown(destination, shown, key, &file, other_type),
                }))
            }
        }
    }
}

fn unknown(
    destination: &str,
    host: String,
    key: &HostKey,
    file: &Path,
    other: Option<(usize, String)>,
) -> Problem {
    Problem::HostKeyUnknown(Box::new(UnknownHostKey {
        destination: destination.to_owned(),
        key_type: key.key_type().to_owned(),
        fingerprint: key.fingerprint(),
        file: file.to_owned(),
        line: format!("{host} {} {}", key.key_type(), key.base64()),
        host,
        other,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    fn key() -> HostKey {
        HostKey { blob: Base64::decode_vec(ED25519).unwrap() }
    }

    #[test]
    fn type_and_fingerprint_are_those_of_ssh_keygen() {
        // GitHub's published ed25519 key and fingerprint.
        assert_eq!(key().key_type(), "ssh-ed25519");
        assert_eq!(key().fingerprint(), "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
    }

    #[test]
    fn a_pinned_fingerprint_is_trusted_with_or_without_padding() {
        for pinned in [
            "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
            "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU=",
        ] {
            let trust = Trust::Pinned(vec!["SHA256:other".into(), pinned.into()]);
            assert!(trust.check("splio", "drop.example", 22, &key()).is_ok());
        }
    }

    #[test]
    fn a_fingerprint_that_is_not_listed_is_refused_and_told() {
        let trust = Trust::Pinned(vec!["SHA256:other".into()]);
        let Err(Refusal::Other(problem)) = trust.check("splio", "drop.example", 22, &key()) else {
            panic!("trusted")
        };
        insta::assert_snapshot!(problem.to_string(), @"drop.example shows a host key that `host_keys` does not list: SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU (listed: SHA256:other). Nothing was sent. Ask the partner whether they changed the key; if they did, add the new fingerprint beside the old one");
    }

    #[test]
    fn known_types_are_asked_for_first_and_certificates_never() {
        let hosts = KnownHosts::parse("drop.example ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQA=\n");
        let trust = Trust::Known { file: "known_hosts".into(), hosts };
        let supported = ["ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", "rsa-sha2-512", "rsa-sha2-256"];
        assert_eq!(
            trust.handshakes("drop.example", 22, &supported),
            [["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]]
        );
        assert_eq!(
            trust.handshakes("other.example", 22, &supported),
            [["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"]]
        );
    }

    #[test]
    fn a_broken_key_is_no_panic() {
        for blob in [vec![], vec![0, 0, 0], vec![255, 255, 255, 255, 1], vec![0, 0, 0, 1, 0xff]] {
            assert_eq!(HostKey { blob }.key_type(), "unknown");
        }
    }
}
