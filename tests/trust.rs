//! `passeur trust` against a real server.

use crate::support::project::{Output, Project};
use crate::support::sshd::{Sshd, user};

/// A project with that server as destination, logging in with `key`; `keys` says which host keys it knows.
fn project(sshd: &Sshd, key: &std::path::Path, keys: &str) -> Project {
    let project = Project::sample();
    let config = project.text("passeur.toml");
    let block = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    let server = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}\"\n\
         auth = {{ key = \"{}\" }}\n{keys}\n",
        sshd.port,
        user(),
        sshd.drop_folder().display(),
        key.display(),
    );
    project.config(&config.replace(block, &server));
    project
}

/// Everything printed, with the port masked.
fn said(sshd: &Sshd, output: &Output) -> String {
    output.stdout.replace(&sshd.port.to_string(), "[port]").replace(&sshd.fingerprint("ed25519"), "[key]")
}

const KNOWN: &str = "known_hosts = \"keys/known_hosts\"";

#[test]
fn a_key_is_recorded_after_the_login_and_the_next_run_delivers() {
    let sshd = Sshd::start();
    let project = project(&sshd, &sshd.key(), KNOWN);
    let output = project.run(&["trust", "splio", "--yes"]).expect_code(0);
    insta::assert_snapshot!(said(&sshd, &output), @"
    [127.0.0.1]:[port] shows the host key
      ssh-ed25519 [key]
    Compare it with the one that the partner gave you, not with what the network shows.
    splio let us in, and its key is recorded in keys/known_hosts.
    ");
    assert_eq!(project.text("keys/known_hosts"), sshd.known_hosts_line("ed25519"));
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(project.path("keys/known_hosts")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    project.run(&["run"]).expect_code(1);
    assert_eq!(sshd.files().len(), 4);
    let again = project.run(&["trust", "splio"]).expect_code(0);
    assert_eq!(said(&sshd, &again), "splio is trusted already: [key]\n");
    assert_eq!(project.text("keys/known_hosts"), sshd.known_hosts_line("ed25519"));
}

#[test]
fn nothing_is_recorded_without_a_yes() {
    let sshd = Sshd::start();
    let project = project(&sshd, &sshd.key(), KNOWN);
    let output = project.run(&["trust", "splio"]).expect_code(2);
    assert!(output.stdout.contains("Nothing was recorded"), "{output}");
    assert!(!project.path("keys").exists());
    assert!(!sshd.log().contains("Accepted"), "no login before the yes: {}", sshd.log());
}

#[test]
fn nothing_is_recorded_when_the_login_is_refused() {
    let sshd = Sshd::start();
    let project = project(&sshd, &sshd.stranger_key(), KNOWN);
    let output = project.run(&["trust", "splio", "--yes"]).expect_code(5);
    assert!(output.stderr.contains("refused the login"), "{output}");
    assert!(!project.path("keys").exists());
}

#[test]
fn a_changed_key_is_a_hard_stop_that_names_file_and_line() {
    let (sshd, other) = (Sshd::start(), Sshd::start());
    let project = project(&sshd, &sshd.key(), KNOWN);
    let theirs = other.known_hosts_line("ed25519").replace(&other.port.to_string(), &sshd.port.to_string());
    let before = format!("# ours\n{theirs}");
    project.write("keys/known_hosts", &before);
    let output = project.run(&["trust", "splio", "--yes"]).expect_code(5);
    assert!(output.stderr.contains("HAS CHANGED"), "{output}");
    assert!(output.stderr.contains("keys/known_hosts, line 2"), "{output}");
    assert_eq!(project.text("keys/known_hosts"), before);
    assert!(!sshd.log().contains("Accepted"), "{}", sshd.log());
}

#[test]
fn with_pinned_keys_the_line_for_the_config_is_shown() {
    let sshd = Sshd::start();
    let pinned = format!("SHA256:{}", "A".repeat(43));
    let keys = format!("host_keys = [\"{pinned}\"]");
    let output = project(&sshd, &sshd.key(), &keys).run(&["trust", "splio", "--yes"]).expect_code(2);
    let line = format!("  host_keys = [\"{pinned}\", \"{}\"]\n", sshd.fingerprint("ed25519"));
    assert!(output.stdout.ends_with(&line), "{output}");
}

#[test]
fn a_folder_and_an_unknown_name_are_said_so() {
    let project = Project::sample();
    let folder = project.run(&["trust", "splio"]).expect_code(2);
    assert!(folder.stderr.contains("is a local folder"), "{folder}");
    let unknown = project.run(&["trust", "splo"]).expect_code(2);
    assert!(
        unknown.stderr.contains("there is no destination splo in passeur.toml; there is: splio"),
        "{unknown}"
    );
}
