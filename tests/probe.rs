//! `passeur probe` against a real server.

use regex::Regex;

use crate::support::project::{NOW, Project};
use crate::support::sshd::{Setup, Sshd, user};

fn project(sshd: &Sshd) -> Project {
    let project = Project::sample();
    let block = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    let server = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}\"\n\
         auth = {{ key = \"{}\" }}\nhost_keys = [\"{}\", \"{}\"]\n",
        sshd.port,
        user(),
        sshd.drop_folder().display(),
        sshd.key().display(),
        sshd.fingerprint("ed25519"),
        sshd.fingerprint("rsa"),
    );
    let config = project.text("passeur.toml").replace(block, &server);
    project.config(&config);
    project
}

#[test]
fn a_server_is_described_and_nothing_is_left_there() {
    let sshd = Sshd::start();
    let project = project(&sshd);
    let output = project.run(&["probe", "splio"]).expect_code(0);
    let shown = output.stdout.replace(&sshd.fingerprint("ed25519"), "[key]");
    let shown = Regex::new("sftp://.*").unwrap().replace(&shown, "[address and software]");
    let shown = Regex::new("(algorithms: ).*").unwrap().replace(&shown, "$1[algorithms]");
    let shown = Regex::new("(answer after ).*").unwrap().replace(&shown, "$1[speed]");
    insta::assert_snapshot!(shown, @r#"
    [address and software]
      host key: [key]
      login: publickey
      algorithms: [algorithms]
      rename: yes
      rename onto a taken name: refused, nothing can be overwritten
      posix-rename: not tested (passeur never asks for a rename that replaces)
      reading back: yes, verify = "content" is possible
      durable on request (fsync): yes
      tells its free space (statvfs): yes
      hidden temporary names: allowed
      answer after [speed]
    Written to profiles/splio.json.
    "#);
    assert_eq!(sshd.files(), []);
    let again = project.run(&["probe", "splio"]).expect_code(0);
    assert!(!again.stdout.contains("differs"), "{again}");
}

#[test]
fn a_server_that_was_changed_is_told() {
    let sshd = Sshd::start();
    let project = project(&sshd);
    project.run(&["probe", "splio"]).expect_code(0);
    let profile = project.text("profiles/splio.json");
    let before = profile.replace("\"fsync\": true", "\"fsync\": false");
    assert_ne!(before, profile);
    project.write("profiles/splio.json", before);
    let output = project.run(&["probe", "splio"]).expect_code(1);
    assert!(output.stdout.contains("This differs from the probe of "), "{output}");
    assert!(output.stdout.ends_with("  fsync: false → true\n"), "{output}");
    assert!(project.text("profiles/splio.json").contains("\"fsync\": true"), "the new one is kept");
}

#[test]
fn a_run_says_when_the_host_key_is_not_the_one_that_was_probed() {
    let sshd = Sshd::start();
    let project = project(&sshd);
    project.run(&["probe", "splio"]).expect_code(0);
    let profile = project.text("profiles/splio.json");
    let before = profile.replace(&sshd.fingerprint("ed25519"), "SHA256:another");
    project.write("profiles/splio.json", before);
    let output = project.run(&["run", "--now", NOW]).expect_code(1);
    let remarks = output.stdout.matches("splio shows another host key than when it was probed").count();
    assert_eq!(remarks, 1, "{output}");
    assert_eq!(sshd.files().len(), 4);
}

#[test]
fn a_folder_that_cannot_be_written_stops_the_probe() {
    let sshd = Sshd::start_with(&Setup { sftp: "-R".into(), ..Setup::default() });
    let project = project(&sshd);
    let output = project.run(&["probe", "splio"]).expect_code(5);
    assert!(output.stderr.contains("permission denied"), "{output}");
    assert!(!project.path("profiles").exists());
}
