//! Host keys of a real server: who is let through, and what is said to whom is not.

use std::path::PathBuf;
use std::process::Command;

use passeur::config::{HostKeys, SftpConfig};
use tempfile::TempDir;

use super::{refusal, sftp_config, try_connect};
use crate::support::sshd::{Setup, Sshd};

/// The server with a known_hosts file of that content.
fn knowing(sshd: &Sshd, content: &str) -> (TempDir, PathBuf, SftpConfig) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_hosts");
    std::fs::write(&file, content).unwrap();
    let config = SftpConfig { host_keys: HostKeys::KnownHosts(file.clone()), ..sftp_config(sshd) };
    (folder, file, config)
}

/// A key of the right type that is not the server's.
fn other_key(sshd: &Sshd, kind: &str) -> String {
    let other = Sshd::start();
    let name = format!("[127.0.0.1]:{} ", sshd.port);
    let line = other.known_hosts_line(kind);
    name + line.split_once(' ').unwrap().1
}

#[test]
fn a_pinned_key_is_trusted_whichever_of_the_servers_keys_it_is() {
    let sshd = Sshd::start();
    for kind in ["ed25519", "rsa"] {
        let pinned = vec!["SHA256:AAAA".to_owned(), sshd.fingerprint(kind)];
        let config = SftpConfig { host_keys: HostKeys::Pinned(pinned), ..sftp_config(&sshd) };
        let destination = try_connect(config, &[]).unwrap();
        assert_eq!(destination.host_key(), Some(sshd.fingerprint(kind).as_str()));
    }
}

#[test]
fn a_key_that_is_not_pinned_is_refused_before_anything_is_sent() {
    let sshd = Sshd::start();
    let host_keys = HostKeys::Pinned(vec!["SHA256:AAAA".to_owned()]);
    let text = refusal(SftpConfig { host_keys, ..sftp_config(&sshd) }, &[]);
    assert!(text.contains("shows a host key that `host_keys` does not list"), "{text}");
    assert!(text.contains(&sshd.fingerprint("ed25519")), "{text}");
    assert!(!sshd.log().contains("Accepted"), "{}", sshd.log());
    assert!(!sshd.log().contains("Failed"), "no login was tried: {}", sshd.log());
}

#[test]
fn a_known_key_is_trusted_plain_and_hashed_and_of_the_type_that_is_known() {
    let sshd = Sshd::start();
    for kind in ["ed25519", "rsa"] {
        let (_folder, file, config) = knowing(&sshd, &sshd.known_hosts_line(kind));
        assert!(try_connect(config.clone(), &[]).is_ok(), "{kind}, plain");
        let hashed = Command::new("ssh-keygen").arg("-Hf").arg(&file).output().unwrap();
        assert!(hashed.status.success());
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("|1|"));
        assert!(try_connect(config, &[]).is_ok(), "{kind}, hashed");
    }
}

#[test]
fn an_unknown_server_is_refused_with_what_would_trust_it() {
    let sshd = Sshd::start();
    let (_folder, file, config) = knowing(&sshd, "");
    let text = refusal(config, &[]);
    assert!(text.contains(&sshd.fingerprint("ed25519")), "{text}");
    assert!(text.contains("run `passeur trust splio`"), "{text}");
    assert!(text.contains(file.to_str().unwrap()), "{text}");
    // The line that it proposes does trust the server.
    assert!(text.contains(sshd.known_hosts_line("ed25519").trim()), "{text}");
}

#[test]
fn a_known_hosts_file_that_does_not_exist_knows_nobody() {
    let sshd = Sshd::start();
    let (_folder, file, config) = knowing(&sshd, "");
    std::fs::remove_file(file).unwrap();
    assert!(refusal(config, &[]).contains("is not known: ssh-ed25519"));
}

#[test]
fn a_changed_key_stops_hard_with_file_and_line() {
    let sshd = Sshd::start();
    let content = format!("# keys of partners\n{}", other_key(&sshd, "ed25519"));
    let (_folder, file, config) = knowing(&sshd, &content);
    let text = refusal(config, &[]);
    assert!(text.contains("THE HOST KEY OF [127.0.0.1]:"), "{text}");
    assert!(text.contains(&format!("but {}, line 2, has another one", file.display())), "{text}");
    assert!(!sshd.log().contains("Accepted"), "{}", sshd.log());
}

#[test]
fn a_revoked_key_is_refused_though_it_is_known() {
    let sshd = Sshd::start();
    let line = sshd.known_hosts_line("ed25519");
    let (_folder, _file, config) = knowing(&sshd, &format!("{line}@revoked {line}"));
    let text = refusal(config, &[]);
    assert!(text.contains("is revoked in"), "{text}");
    assert!(text.contains("line 2"), "{text}");
}

#[test]
fn a_certificate_authority_is_refused_with_a_clear_text() {
    let sshd = Sshd::start();
    let (_folder, _file, config) =
        knowing(&sshd, &format!("@cert-authority {}", sshd.known_hosts_line("ed25519")));
    let text = refusal(config, &[]);
    assert!(text.contains("passeur does not check host certificates"), "{text}");
}

#[test]
fn a_broken_line_is_remarked_and_the_others_count() {
    let sshd = Sshd::start();
    let (_folder, file, config) = knowing(&sshd, &format!("garbage\n{}", sshd.known_hosts_line("ed25519")));
    let destination = try_connect(config, &[]).unwrap();
    assert_eq!(
        destination.remarks().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [format!("{}, line 1: it has no key; the line is left out, the others count", file.display())]
    );
}

#[test]
fn a_server_with_sha1_alone_is_told_what_can_be_done() {
    let setup = Setup { lines: vec!["HostKeyAlgorithms ssh-rsa".into()], ..Setup::default() };
    let sshd = Sshd::start_with(&setup);
    let text = refusal(sftp_config(&sshd), &[]);
    assert!(text.contains("no algorithm in common"), "{text}");
    assert!(text.contains("ask the partner to offer rsa-sha2-256"), "{text}");
}
