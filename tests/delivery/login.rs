//! Logging in to OpenSSH: key, passphrase, agent, password, and what is said when it fails.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use passeur::config::{Auth, HostKeys, Secret, SftpConfig};
use russh::MethodKind;

use super::{refusal, sftp_config, try_connect};
use crate::support::password_server::{self, password_server};
use crate::support::ssh_server::SshServer;
use crate::support::sshd::{Account, Agent, PASSPHRASE, Setup, Sshd, is_root};

fn env(name: &str) -> Secret {
    Secret::Env(name.into())
}

#[test]
fn a_key_is_let_in() {
    let sshd = Sshd::start();
    assert!(try_connect(sftp_config(&sshd), &[]).is_ok(), "{}", sshd.log());
}

#[test]
fn a_key_with_a_passphrase_is_let_in() {
    let sshd = Sshd::start();
    let auth = Auth::Key { path: sshd.locked_key(), passphrase: Some(env("PASSPHRASE")) };
    let config = SftpConfig { auth, ..sftp_config(&sshd) };
    assert!(try_connect(config, &[("PASSPHRASE", OsStr::new(PASSPHRASE))]).is_ok(), "{}", sshd.log());
}

#[test]
fn a_wrong_passphrase_is_told_and_not_shown() {
    let sshd = Sshd::start();
    let auth = Auth::Key { path: sshd.locked_key(), passphrase: Some(env("PASSPHRASE")) };
    let text = refusal(SftpConfig { auth, ..sftp_config(&sshd) }, &[("PASSPHRASE", OsStr::new("wr0ng-one"))]);
    let key = sshd.locked_key();
    assert_eq!(
        text,
        format!(
            "destination splio: the passphrase does not open the private key {}: check the secret that `passphrase` names",
            key.display()
        )
    );
}

#[test]
fn a_missing_passphrase_is_told() {
    let sshd = Sshd::start();
    let auth = Auth::Key { path: sshd.locked_key(), passphrase: None };
    let text = refusal(SftpConfig { auth, ..sftp_config(&sshd) }, &[]);
    assert!(text.contains("has a passphrase: name it with `passphrase`"), "{text}");
}

#[test]
fn a_key_that_is_not_let_in_is_told() {
    let sshd = Sshd::start();
    let auth = Auth::Key { path: sshd.stranger_key(), passphrase: None };
    let text = refusal(SftpConfig { auth, ..sftp_config(&sshd) }, &[]);
    assert!(text.contains("the server refused the login of"), "{text}");
    assert!(text.contains("with key (it accepts: publickey)"), "{text}");
}

#[test]
fn a_missing_key_file_and_a_file_that_is_no_key_are_told_apart() {
    let sshd = Sshd::start();
    let with = |path| SftpConfig { auth: Auth::Key { path, passphrase: None }, ..sftp_config(&sshd) };
    let text = refusal(with("/nowhere/id_ed25519".into()), &[]);
    assert!(text.contains("cannot read the private key /nowhere/id_ed25519: No such file"), "{text}");

    let folder = tempfile::tempdir().unwrap();
    let putty = folder.path().join("id.ppk");
    std::fs::write(&putty, "PuTTY-User-Key-File-3: ssh-ed25519\n").unwrap();
    let text = refusal(with(putty), &[]);
    assert!(text.contains("id.ppk is no private key that passeur can use"), "{text}");
}

#[test]
fn every_identity_of_the_agent_is_tried() {
    let sshd = Sshd::start();
    let agent = Agent::with(&[sshd.stranger_key(), sshd.key()]);
    let config = SftpConfig { auth: Auth::Agent, ..sftp_config(&sshd) };
    let result = try_connect(config, &[("SSH_AUTH_SOCK", agent.socket().as_os_str())]);
    assert!(result.is_ok(), "{:?}\n{}", result.err(), sshd.log());
}

#[test]
fn an_agent_that_is_not_there_or_has_no_key_is_told() {
    let sshd = Sshd::start();
    let config = || SftpConfig { auth: Auth::Agent, ..sftp_config(&sshd) };
    assert!(refusal(config(), &[]).contains("no SSH agent answers (SSH_AUTH_SOCK is not set)"));
    let text = refusal(config(), &[("SSH_AUTH_SOCK", OsStr::new("/nowhere/agent"))]);
    assert!(text.contains("no SSH agent answers"), "{text}");
    let agent = Agent::with(&[]);
    let text = refusal(config(), &[("SSH_AUTH_SOCK", agent.socket().as_os_str())]);
    assert!(text.contains("the SSH agent holds no key: add one with ssh-add"), "{text}");
}

/// The servers that a password is tried on. OpenSSH takes passwords of real accounts alone, which only root can make; the other one
/// is always there.
fn password_servers(lines: &[&str], method: MethodKind) -> Vec<Taking> {
    let mut servers = vec![Taking::own(password_server(method))];
    if is_root() {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        servers.push(Taking::openssh(Sshd::start_with(&Setup { lines, ..Setup::default() })));
    } else {
        eprintln!("not root: passwords are tried on the built-in server alone, not on OpenSSH");
    }
    servers
}

/// A server that takes a password.
struct Taking {
    config: SftpConfig,
    password: String,
    _alive: Box<dyn std::any::Any>,
}

impl Taking {
    fn own(server: SshServer) -> Taking {
        let config = SftpConfig {
            host: "127.0.0.1".into(),
            port: server.port,
            user: password_server::USER.into(),
            folder: "/in".into(),
            auth: Auth::Password(env("DROP_PASSWORD")),
            host_keys: HostKeys::Pinned(vec![server.fingerprint.clone()]),
            timeout: Duration::from_secs(20),
        };
        Taking { config, password: password_server::PASSWORD.into(), _alive: Box::new(server) }
    }

    fn openssh(sshd: Sshd) -> Taking {
        let account = Account::make(&sshd.drop_folder());
        let config = SftpConfig {
            user: account.name.clone(),
            auth: Auth::Password(env("DROP_PASSWORD")),
            ..sftp_config(&sshd)
        };
        Taking { config, password: account.password.clone(), _alive: Box::new((sshd, account)) }
    }

    #[track_caller]
    fn assert_lets_in(&self) {
        let result = try_connect(self.config.clone(), &[("DROP_PASSWORD", OsStr::new(&self.password))]);
        assert!(result.is_ok(), "{}", result.err().unwrap());
    }
}

#[test]
fn a_password_is_let_in() {
    for server in password_servers(&["PasswordAuthentication yes"], MethodKind::Password) {
        server.assert_lets_in();
    }
}

#[test]
fn a_password_from_a_private_file_is_let_in() {
    let server = Taking::own(password_server(MethodKind::Password));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{}\n", server.password)).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let auth = Auth::Password(Secret::File(file));
    let result = try_connect(SftpConfig { auth, ..server.config.clone() }, &[]);
    assert!(result.is_ok(), "{}", result.err().unwrap());
}

#[test]
fn a_server_that_asks_interactively_gets_the_password_too() {
    let lines = ["UsePAM yes", "KbdInteractiveAuthentication yes"];
    for server in password_servers(&lines, MethodKind::KeyboardInteractive) {
        server.assert_lets_in();
    }
}

#[test]
fn a_wrong_password_is_told_and_not_shown() {
    for server in password_servers(&["PasswordAuthentication yes"], MethodKind::Password) {
        let text = refusal(server.config.clone(), &[("DROP_PASSWORD", OsStr::new("wr0ng-one"))]);
        let user = &server.config.user;
        assert!(
            text.starts_with(&format!(
                "destination splio: the server refused the login of {user} with password (it accepts: "
            )),
            "{text}"
        );
        assert!(text.ends_with("password). Check the user name and the password"), "{text}");
        assert!(!text.contains("wr0ng"), "{text}");
    }
}

#[test]
fn a_server_that_takes_no_passwords_is_told() {
    let sshd = Sshd::start();
    let auth = Auth::Password(env("DROP_PASSWORD"));
    let text = refusal(SftpConfig { auth, ..sftp_config(&sshd) }, &[("DROP_PASSWORD", OsStr::new("s3cret"))]);
    assert!(text.contains("the server does not accept password for"), "{text}");
    assert!(text.contains("it accepts: publickey."), "{text}");
    assert!(!text.contains("s3cret"));
}

#[test]
fn a_secret_that_is_not_set_is_named() {
    let sshd = Sshd::start();
    let auth = Auth::Password(env("DROP_PASSWORD"));
    let text = refusal(SftpConfig { auth, ..sftp_config(&sshd) }, &[]);
    assert!(text.contains("the environment variable DROP_PASSWORD"), "{text}");
}
