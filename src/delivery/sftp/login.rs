//! Logging in: password (also asked for interactively), private key, agent.

use std::path::Path;

use base64ct::{Base64, Encoding};
use secrecy::{ExposeSecret, SecretString};
use ssh2::{KeyboardInteractivePrompt, Prompt, Session};

use super::answer::{self, Answer};
use crate::config::{Auth, SftpConfig};
use crate::delivery::error::{Detail, Method};
use crate::delivery::{Doing, Environment, Problem, secret};

/// Logs in as the config says. Gives the methods that the server accepts.
pub(super) fn log_in(
    session: &Session,
    config: &SftpConfig,
    environment: Environment<'_>,
) -> Result<Vec<String>, Problem> {
    let login = Login { session, config, accepted: accepted(session, config)? };
    if session.authenticated() {
        return Ok(login.accepted);
    }
    login.log_in(environment)?;
    Ok(login.accepted)
}

/// The methods that the server accepts for this user. A server that lets everybody in says none.
pub(super) fn accepted(session: &Session, config: &SftpConfig) -> Result<Vec<String>, Problem> {
    match session.auth_methods(&config.user) {
        Ok(list) => Ok(list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()),
        Err(_) if session.authenticated() => Ok(Vec::new()),
        Err(error) => Err(broken(config, &error)),
    }
}

fn broken(config: &SftpConfig, error: &ssh2::Error) -> Problem {
    let doing = Doing::LoggingIn;
    match Answer::of(error) {
        Answer::TimedOut => Problem::TimedOut { doing, timeout: config.timeout },
        _ => Problem::ConnectionLost { doing, detail: error.message().to_owned() },
    }
}

struct Login<'a> {
    session: &'a Session,
    config: &'a SftpConfig,
    accepted: Vec<String>,
}

impl Login<'_> {
    fn log_in(&self, environment: Environment<'_>) -> Result<(), Problem> {
        match &self.config.auth {
            Auth::Password(place) => self.with_password(&secret::read(place, environment)?),
            Auth::Key { path, passphrase } => {
                let passphrase =
                    passphrase.as_ref().map(|place| secret::read(place, environment)).transpose()?;
                self.with_key(path, passphrase.as_ref())
            }
            Auth::Agent => self.with_agent(environment),
        }
    }

    fn accepts(&self, method: &str) -> bool {
        self.accepted.iter().any(|name| name == method)
    }

    fn method_refused(&self, method: Method) -> Problem {
        let user = self.config.user.clone();
        Problem::MethodRefused { user, method, accepted: self.accepted.join(", ") }
    }

    fn login_refused(&self, method: Method) -> Problem {
        let user = self.config.user.clone();
        Problem::LoginRefused { user, method, accepted: self.accepted.join(", ") }
    }

    /// A refusal is `Ok(false)`; a broken connection is an error.
    fn let_in(&self, result: Result<(), ssh2::Error>) -> Result<bool, Problem> {
        match result {
            Ok(()) => Ok(true),
            Err(error) if answer::is_dead(&error) => Err(broken(self.config, &error)),
            Err(_) => Ok(false),
        }
    }

    /// Many servers switch plain passwords off and ask for the same one interactively.
    fn with_password(&self, password: &SecretString) -> Result<(), Problem> {
        let (plain, asked) = (self.accepts("password"), self.accepts("keyboard-interactive"));
        if !plain && !asked {
            return Err(self.method_refused(Method::Password));
        }
        let user = &self.config.user;
        if plain && self.let_in(self.session.userauth_password(user, password.expose_secret()))? {
            return Ok(());
        }
        if asked {
            let mut answers = Answers { password };
            if self.let_in(self.session.userauth_keyboard_interactive(user, &mut answers))? {
                return Ok(());
            }
        }
        Err(self.login_refused(Method::Password))
    }

    fn with_key(&self, path: &Path, passphrase: Option<&SecretString>) -> Result<(), Problem> {
        // libssh2 has one error for a file that is missing, that cannot be read, and that needs another passphrase.
        let text = std::fs::read(path)
            .map(|bytes| SecretString::from(String::from_utf8_lossy(&bytes).into_owned()))
            .map_err(|error| Problem::KeyUnreadable { path: path.to_owned(), detail: error.to_string() })?;
        let locked = has_passphrase(text.expose_secret());
        if locked && passphrase.is_none() {
            return Err(Problem::PassphraseMissing { path: path.to_owned() });
        }
        if !self.accepts("publickey") {
            return Err(self.method_refused(Method::Key));
        }
        let passphrase = passphrase.map(ExposeSecret::expose_secret);
        match self.session.userauth_pubkey_file(&self.config.user, None, path, passphrase) {
            Ok(()) => Ok(()),
            Err(error) if answer::is_dead(&error) => Err(broken(self.config, &error)),
            Err(error) if is_file_error(&error) && locked => {
                Err(Problem::PassphraseWrong { path: path.to_owned() })
            }
            Err(error) if is_file_error(&error) => {
                Err(Problem::KeyUnusable { path: path.to_owned(), detail: error.message().to_owned() })
            }
            Err(_) => Err(self.login_refused(Method::Key)),
        }
    }

    /// Tries every identity of the agent; libssh2's own call tries the first alone.
    fn with_agent(&self, environment: Environment<'_>) -> Result<(), Problem> {
        if !self.accepts("publickey") {
            return Err(self.method_refused(Method::Key));
        }
        let unavailable = |error: ssh2::Error| Problem::AgentUnavailable {
            detail: Detail::Quoted(error.message().to_owned()),
        };
        let mut agent = self.session.agent().map_err(unavailable)?;
        if cfg!(unix) {
            let socket = environment("SSH_AUTH_SOCK")
                .ok_or(Problem::AgentUnavailable { detail: Detail::NoAgentSocket })?;
            agent.set_identity_path(Path::new(&socket)).map_err(unavailable)?;
        }
        agent.connect().map_err(unavailable)?;
        agent.list_identities().map_err(unavailable)?;
        let identities = agent.identities().map_err(unavailable)?;
        if identities.is_empty() {
            return Err(Problem::AgentEmpty);
        }
        for identity in &identities {
            if self.let_in(agent.userauth(&self.config.user, identity))? {
                return Ok(());
            }
        }
        Err(self.login_refused(Method::AgentKeys))
    }
}

/// Answers each hidden question with the password.
struct Answers<'a> {
    password: &'a SecretString,
}

impl KeyboardInteractivePrompt for Answers<'_> {
    fn prompt<'a>(&mut self, _user: &str, _instructions: &str, prompts: &[Prompt<'a>]) -> Vec<String> {
        prompts
            .iter()
            .map(|prompt| if prompt.echo { String::new() } else { self.password.expose_secret().to_owned() })
            .collect()
    }
}

/// libssh2: `LIBSSH2_ERROR_FILE`, `LIBSSH2_ERROR_KEYFILE_AUTH_FAILED`, and what a key that cannot be parsed gives.
fn is_file_error(error: &ssh2::Error) -> bool {
    const FILE: i32 = -16;
    const METHOD_NONE: i32 = -17;
    const PROTO: i32 = -14;
    const KEYFILE_AUTH_FAILED: i32 = -48;
    matches!(error.code(), ssh2::ErrorCode::Session(FILE | METHOD_NONE | PROTO | KEYFILE_AUTH_FAILED))
}

/// Whether a private key is locked with a passphrase, from its text.
fn has_passphrase(text: &str) -> bool {
    const MAGIC: &[u8] = b"openssh-key-v1\0";
    let Some(rest) = text.split("-----BEGIN OPENSSH PRIVATE KEY-----").nth(1) else {
        // PEM: a header line, or the name of the block.
        return text.contains("ENCRYPTED");
    };
    let body = rest.split("-----END").next().unwrap_or_default();
    let encoded: String = body.chars().filter(|character| !character.is_whitespace()).collect();
    let Ok(blob) = Base64::decode_vec(&encoded) else { return false };
    // The name of the cipher comes first.
    blob.strip_prefix(MAGIC)
        .and_then(|rest| rest.split_first_chunk::<4>())
        .and_then(|(length, rest)| rest.get(..u32::from_be_bytes(*length) as usize))
        .is_some_and(|cipher| cipher != b"none")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openssh(cipher: &str) -> String {
        let mut blob = b"openssh-key-v1\0".to_vec();
        blob.extend((cipher.len() as u32).to_be_bytes());
        blob.extend(cipher.as_bytes());
        blob.extend([0; 40]);
        format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
            Base64::encode_string(&blob)
        )
    }

    #[test]
    fn a_locked_key_is_told_from_an_open_one() {
        let table = [
            (openssh("none"), false),
            (openssh("aes256-ctr"), true),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n".to_owned(), false),
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n".to_owned(), true),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n".to_owned(), true),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nnot base64!\n".to_owned(), false),
            (String::new(), false),
        ];
        for (text, locked) in table {
            assert_eq!(has_passphrase(&text), locked, "{text}");
        }
    }
}
