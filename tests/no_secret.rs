//! No secret is printed or kept: not the password, not the passphrase, not the private key, whether a run goes well or badly.

use std::path::Path;

use russh::MethodKind;

use crate::support::password_server::{self, password_server};
use crate::support::project::{Output, Project};
use crate::support::sshd::{PASSPHRASE, Sshd, user};

/// Looks for secrets in all that was printed and in all files of a project.
struct Search {
    secrets: Vec<String>,
}

impl Search {
    fn new(secrets: &[&str]) -> Search {
        Search { secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect() }
    }

    /// The lines of a private key file, save the first and the last, which all keys have.
    fn with_key(mut self, path: &Path) -> Search {
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<_> = text.lines().filter(|line| !line.contains("PRIVATE KEY")).collect();
        assert!(lines.len() > 1);
        self.secrets.extend(lines.into_iter().map(str::to_owned));
        self
    }

    #[track_caller]
    fn output(&self, output: &Output) {
        for secret in &self.secrets {
            assert!(!output.stdout.contains(secret) && !output.stderr.contains(secret), "{output}");
        }
    }

    #[track_caller]
    fn files(&self, project: &Project) {
        for file in project.files("") {
            let bytes = project.read(&file);
            for secret in &self.secrets {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{file} holds a secret");
            }
        }
    }
}

/// The samples, for a server with this destination.
fn project(port: u16, user: &str, folder: &str, auth: &str, keys: &str) -> Project {
    let project = Project::sample();
    let block = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    let server = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {port}\nuser = \"{user}\"\n\
         folder = \"{folder}\"\nauth = {auth}\n{keys}\n"
    );
    let config = project.text("passeur.toml").replace(block, &server);
    project.config(&config);
    project
}

/// Every command that connects, or shows what a connection gave, with the log at its most talkative.
fn everything(project: &Project, search: &Search, password: &str) {
    let commands: [&[&str]; 8] = [
        &["plan"],
        &["trust", "splio", "--yes"],
        &["probe", "splio"],
        &["run"],
        &["run", "--format", "json"],
        &["status"],
        &["status", "--format", "json"],
        &["receipt", "verify", "--all", "--remote"],
    ];
    for arguments in commands {
        let mut command = project.command(arguments);
        command.env("PASSEUR_LOG", "trace").env("RUST_BACKTRACE", "1").env("DROP_SECRET", password);
        search.output(&project.finish(command));
    }
    search.files(project);
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let search = Search::new(&["s3cret-in-a-file"]);
    let project = Project::sample();
    search.files(&project);
    project.write("reports/x", "before s3cret-in-a-file after");
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| search.files(&project))).is_err());
}

#[test]
fn a_password_appears_nowhere() {
    let server = password_server(MethodKind::Password);
    let keys = format!("host_keys = [\"{}\"]", server.fingerprint);
    for password in [password_server::PASSWORD, "wr0ng-p4ssword-of-the-club"] {
        let auth = "{ password = { env = \"DROP_SECRET\" } }";
        let project = project(server.port, password_server::USER, "", auth, &keys);
        everything(&project, &Search::new(&[password]), password);
    }
}

#[test]
fn a_passphrase_and_a_private_key_appear_nowhere() {
    let sshd = Sshd::start();
    let auth =
        format!("{{ key = \"{}\", passphrase = {{ env = \"DROP_SECRET\" }} }}", sshd.locked_key().display());
    for passphrase in [PASSPHRASE, "wr0ng passphrase of the club"] {
        let folder = sshd.drop_folder();
        let keys = "known_hosts = \"known_hosts\"";
        let project = project(sshd.port, &user(), folder.to_str().unwrap(), &auth, keys);
        let search = Search::new(&[passphrase]).with_key(&sshd.locked_key());
        everything(&project, &search, passphrase);
        let delivered = sshd.files().len();
        assert_eq!(delivered, 4, "the right passphrase comes first, and the wrong one sends nothing");
    }
}

#[test]
fn a_plain_key_that_is_not_let_in_appears_nowhere() {
    let sshd = Sshd::start();
    let auth = format!("{{ key = \"{}\" }}", sshd.stranger_key().display());
    let keys = format!("host_keys = [\"{}\"]", sshd.fingerprint("ed25519"));
    let folder = sshd.drop_folder();
    let project = project(sshd.port, &user(), folder.to_str().unwrap(), &auth, &keys);
    everything(&project, &Search::new(&[]).with_key(&sshd.stranger_key()), "unused");
}
