//! What a server really does, found out by doing it: on files of our own under temporary names, which are removed again. No partner's
//! pattern matches them, so nobody picks them up.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ssh2::{ErrorCode, OpenFlags, OpenType};

use super::{Answer, FILE_MODE, SftpDrop, address, connection, login};
use crate::config::SftpConfig;
use crate::delivery::{DeliveryError, Destination, Doing, Environment, Found};

/// Bytes sent to measure the throughput.
const SAMPLE: usize = 2 * 1024 * 1024;
/// Requests whose median is the round-trip time.
const ROUND_TRIPS: usize = 7;

/// What a server does. `None`: not tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this shape: 1.
    pub version: u32,
    /// Where it is.
    pub address: String,
    /// When it was probed, UTC.
    pub probed_at: String,
    /// What stays the same as long as nobody changes the server.
    pub abilities: Abilities,
    /// What differs from probe to probe.
    pub speed: Speed,
}

/// What stays the same as long as nobody changes the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abilities {
    /// How the server names itself.
    pub server: String,
    /// Fingerprint of its host key.
    pub host_key: String,
    /// Ways to log in that it accepts for this user.
    pub login_methods: Vec<String>,
    /// Key exchange, host key, cipher and integrity check agreed on.
    pub algorithms: Vec<String>,
    /// A file can be written under a name that begins with a dot.
    pub hidden_names: Option<bool>,
    /// A file can be renamed.
    pub rename: Option<bool>,
    /// A rename onto a name that is taken is refused.
    pub never_replaces: Option<bool>,
    /// A file can be read back.
    pub read_back: Option<bool>,
    /// A file can be made durable (`fsync@openssh.com`).
    pub fsync: Option<bool>,
    /// Free space can be asked for (`statvfs@openssh.com`).
    pub statvfs: Option<bool>,
    /// `posix-rename@openssh.com`. Never tested: libssh2 offers it through unsafe calls alone, and the protocol does not want a
    /// rename that replaces.
    pub posix_rename: Option<bool>,
}

/// What differs from probe to probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// Microseconds from a request to its answer; the median of some.
    pub round_trip_us: u64,
    /// Bytes a second of an upload of 2 MiB.
    pub upload_bytes_per_second: u64,
}

/// A probe that came to its end.
#[derive(Debug)]
pub struct Probe {
    /// What it found.
    pub profile: Profile,
    /// Files that it could not remove.
    pub left: Vec<String>,
}

/// Where the profile of a destination is, relative to the project folder.
pub fn profile_path(name: &str) -> PathBuf {
    PathBuf::from("profiles").join(format!("{name}.json"))
}

/// The profile that the last probe wrote; `None`: there is none that can be read.
pub fn last_profile(root: &Path, name: &str) -> Option<Profile> {
    serde_json::from_slice(&std::fs::read(root.join(profile_path(name))).ok()?).ok()
}

impl Abilities {
    /// What differs, as `name: before → now`.
    pub fn changes(&self, now: &Abilities) -> Vec<String> {
        let table = |abilities: &Abilities| match serde_json::to_value(abilities) {
            Ok(serde_json::Value::Object(table)) => table,
            _ => serde_json::Map::new(),
        };
        let after = table(now);
        let differs = |(key, before): (String, serde_json::Value)| {
            let after = after.get(&key).cloned().unwrap_or_default();
            (before != after).then(|| format!("{key}: {before} → {after}"))
        };
        table(self).into_iter().filter_map(differs).collect()
    }
}

/// Probes the server of the destination `name`. `at` is now, as the profile says it.
///
/// # Errors
/// It cannot be reached, or the connection breaks on the way; files of the probe may be left then, and the next one does not mind.
pub fn probe(
    name: &str,
    config: &SftpConfig,
    suffix: &str,
    environment: Environment<'_>,
    at: String,
) -> Result<Probe, DeliveryError> {
    let login_methods = login_methods(name, config)?;
    let mut drop = SftpDrop::connect(name, config, environment)?;
    let (algorithms, server) = (drop.algorithms(), drop.server());

    let stem = format!("passeur-probe-{}", std::process::id());
    let [first, second, hidden] =
        [format!("{stem}-1{suffix}"), format!("{stem}-2{suffix}"), format!(".{stem}-3{suffix}")];
    let mut trial = Trial { drop: &mut drop };
    let tried = trial.all(&first, &second, &hidden);
    let mut left = Vec::new();
    for name in [first, second, hidden] {
        // The connection may be gone; the first error is the one that counts.
        if drop.remove(&name).is_err() && !matches!(drop.look(&name), Ok(Found::Absent)) {
            left.push(name);
        }
    }
    let (mut abilities, speed) = tried?;
    abilities.server = server;
    abilities.host_key = drop.fingerprint.clone();
    abilities.login_methods = login_methods;
    abilities.algorithms = algorithms;
    let profile = Profile { version: 1, address: address(config), probed_at: at, abilities, speed };
    Ok(Probe { profile, left })
}

/// What the server accepts, asked on a connection of its own: after a login it cannot be asked any more.
fn login_methods(name: &str, config: &SftpConfig) -> Result<Vec<String>, DeliveryError> {
    let fail = |problem| DeliveryError::new(name, problem);
    let connection = connection::open(name, config).map_err(fail)?;
    let methods = login::accepted(&connection.session, config);
    let _ = connection.socket.shutdown(std::net::Shutdown::Both);
    methods.map_err(fail)
}

struct Trial<'a> {
    drop: &'a mut SftpDrop,
}

impl Trial<'_> {
    fn all(&mut self, first: &str, second: &str, hidden: &str) -> Result<(Abilities, Speed), DeliveryError> {
        let round_trip = self.round_trip(first)?;
        let content: Vec<u8> = (0..SAMPLE).map(|at| (at % 251) as u8).collect();
        let began = Instant::now();
        self.drop.upload(first, SAMPLE as u64, &mut content.as_slice(), &mut |_| {})?;
        let seconds = began.elapsed().as_secs_f64().max(1e-6);
        let (fsync, statvfs) = self.extensions(first)?;
        let read_back = self.answered(|drop| drop.sha256(first).map(drop_value))?;
        let rename = self.rename(first, second)?;
        let never_replaces = if rename { Some(self.never_replaces(first, second)?) } else { None };
        let hidden_names =
            self.answered(|drop| drop.upload(hidden, 1, &mut [b'x'].as_slice(), &mut |_| {}))?;
        let abilities = Abilities {
            server: String::new(),
            host_key: String::new(),
            login_methods: Vec::new(),
            algorithms: Vec::new(),
            hidden_names: Some(hidden_names),
            rename: Some(rename),
            never_replaces,
            read_back: Some(read_back),
            fsync: Some(fsync),
            statvfs: Some(statvfs),
            posix_rename: None,
        };
        let speed = Speed {
            round_trip_us: u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX),
            upload_bytes_per_second: (SAMPLE as f64 / seconds) as u64,
        };
        Ok((abilities, speed))
    }

    fn round_trip(&mut self, name: &str) -> Result<Duration, DeliveryError> {
        let mut times = Vec::new();
        for _ in 0..ROUND_TRIPS {
            let began = Instant::now();
            self.drop.look(name)?;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        Ok(times.get(ROUND_TRIPS / 2).copied().unwrap_or_default())
    }

    /// Whether the server does it. A connection that breaks is an error; a refusal is an answer.
    fn answered(
        &mut self,
        work: impl FnOnce(&mut SftpDrop) -> Result<(), DeliveryError>,
    ) -> Result<bool, DeliveryError> {
        match work(self.drop) {
            Ok(()) => Ok(true),
            Err(error) if error.connection_lost() => Err(error),
            Err(_) => Ok(false),
        }
    }

    fn extensions(&mut self, name: &str) -> Result<(bool, bool), DeliveryError> {
        let path: PathBuf = self.drop.path(name);
        let opened = self.drop.sftp.open_mode(&path, OpenFlags::WRITE, FILE_MODE, OpenType::File);
        let mut file = match opened {
            Ok(file) => file,
            Err(error) => return self.refused(&error).map(|()| (false, false)),
        };
        let fsync = file.fsync();
        let statvfs = file.statvfs().map(drop_value);
        let _ = file.close();
        let mut does = |result: Result<(), ssh2::Error>| match result {
            Ok(()) => Ok(true),
            Err(error) => self.refused(&error).map(|()| false),
        };
        Ok((does(fsync)?, does(statvfs)?))
    }

    /// An answer of a server that lives.
    fn refused(&mut self, error: &ssh2::Error) -> Result<(), DeliveryError> {
        // libssh2 says "not supported" of an extension that the server did not offer as an error of the session.
        let unsupported =
            matches!(error.code(), ErrorCode::Session(_)) && self.drop.sftp.lstat(&self.drop.folder).is_ok();
        match Answer::of(error) {
            Answer::Dead | Answer::TimedOut if !unsupported => {
                Err(self.drop.translate(Doing::Looking, error))
            }
            _ => Ok(()),
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<bool, DeliveryError> {
        let renamed = self.answered(|drop| drop.rename_no_replace(from, to))?;
        Ok(renamed && self.drop.look(to)? != Found::Absent)
    }

    /// Whether the name `taken` is left alone when another file is renamed onto it.
    fn never_replaces(&mut self, other: &str, taken: &str) -> Result<bool, DeliveryError> {
        self.drop.upload(other, 1, &mut [b'x'].as_slice(), &mut |_| {})?;
        let (from, to) = (self.drop.path(other), self.drop.path(taken));
        // Not through `rename_no_replace`, which looks for itself.
        if let Err(error) = self.drop.sftp.rename(&from, &to, Some(ssh2::RenameFlags::empty())) {
            self.refused(&error)?;
        }
        Ok(self.drop.look(taken)? == Found::File { size: SAMPLE as u64 })
    }
}

fn drop_value<T>(_: T) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn abilities() -> Abilities {
        Abilities {
            server: "SSH-2.0-OpenSSH_9.6".into(),
            host_key: "SHA256:one".into(),
            login_methods: vec!["publickey".into()],
            algorithms: vec!["curve25519-sha256".into()],
            hidden_names: Some(true),
            rename: Some(true),
            never_replaces: Some(true),
            read_back: Some(true),
            fsync: Some(true),
            statvfs: Some(true),
            posix_rename: None,
        }
    }

    #[test]
    fn a_change_is_told_with_before_and_now() {
        let now = Abilities { never_replaces: Some(false), host_key: "SHA256:two".into(), ..abilities() };
        assert_eq!(
            abilities().changes(&now),
            [r#"host_key: "SHA256:one" → "SHA256:two""#, "never_replaces: true → false"]
        );
        assert!(abilities().changes(&abilities()).is_empty());
    }
}
