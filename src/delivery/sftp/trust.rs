//! Trusting a server for the first time: what it shows, whether it lets us in, and only then a line in known_hosts.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::path::Path;

use super::{connection, login};
use crate::config::{HostKeys, SftpConfig};
use crate::delivery::error::UnknownHostKey;
use crate::delivery::{DeliveryError, Environment, Problem};

/// What a server shows, against what is known of it.
#[derive(Debug)]
pub enum Shown {
    /// Its key is trusted already.
    Trusted {
        /// `SHA256:…`
        fingerprint: String,
    },
    /// Nothing stands for it.
    Unknown(Box<UnknownHostKey>),
    /// The config pins other keys.
    NotPinned {
        /// `SHA256:…`
        fingerprint: String,
        /// Those of the config.
        pinned: Vec<String>,
    },
}

/// Asks the server for its key. Nothing is sent to it that is ours.
///
/// # Errors
/// It cannot be reached; or its key has changed, is revoked, or stands under a certificate authority: these name file and line.
pub fn look(name: &str, config: &SftpConfig) -> Result<Shown, DeliveryError> {
    match connection::open(name, config) {
        Ok(connection) => {
            let _ = connection.socket.shutdown(Shutdown::Both);
            Ok(Shown::Trusted { fingerprint: connection.fingerprint })
        }
        Err(Problem::HostKeyUnknown(key)) => Ok(Shown::Unknown(key)),
        Err(Problem::HostKeyNotListed { fingerprint, .. }) => {
            let pinned = match &config.host_keys {
                HostKeys::Pinned(list) => list.clone(),
                HostKeys::KnownHosts(_) => Vec::new(),
            };
            Ok(Shown::NotPinned { fingerprint, pinned })
        }
        Err(problem) => Err(DeliveryError::new(name, problem)),
    }
}

/// Logs in to the server that shows this very key, and then records it.
///
/// # Errors
/// It shows another key now, or does not let us in: nothing is recorded. Or the file cannot be written.
pub fn log_in_and_record(
    name: &str,
    config: &SftpConfig,
    key: &UnknownHostKey,
    environment: Environment<'_>,
) -> Result<(), DeliveryError> {
    let fail = |problem| DeliveryError::new(name, problem);
    let pinned = SftpConfig { host_keys: HostKeys::Pinned(vec![key.fingerprint.clone()]), ..config.clone() };
    let connection = connection::open(name, &pinned).map_err(fail)?;
    let entered = login::log_in(&connection.session, config, environment);
    if entered.is_ok() {
        let _ = connection.session.disconnect(None, "done", None);
    }
    let _ = connection.socket.shutdown(Shutdown::Both);
    entered.map_err(fail)?;
    append(&key.file, &key.line).map_err(|error| {
        fail(Problem::KnownHostsUnwritable { file: key.file.clone(), detail: error.to_string() })
    })
}

/// Adds a line, durable. The file is made for its owner alone; one that is there keeps its mode.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    crate::platform::create_private_dir(folder)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let unfinished = last_byte(&mut file)?.is_some_and(|byte| byte != b'\n');
    let text = format!("{}{line}\n", if unfinished { "\n" } else { "" });
    // One write, so that two of them cannot mix.
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    crate::platform::sync_dir(folder)
}

fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_added_after_a_last_one_without_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/known_hosts");
        append(&path, "one").unwrap();
        append(&path, "two").unwrap();
        std::fs::write(&path, "# ours\nthree").unwrap();
        append(&path, "four").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "# ours\nthree\nfour\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known_hosts");
        append(&path, "one").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
