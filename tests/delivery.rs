//! Delivery to real destinations: folders and OpenSSH.

mod faults;
mod folder;
mod login;
mod profile;
mod sets;
mod sftp;
mod signals;
mod trust;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use passeur::config::{Auth, DestinationConfig, DestinationKind, HostKeys, Retries, SftpConfig, Verify};
use passeur::delivery::waiting::{Means, deliver_with};
use passeur::delivery::{DeliveryError, DeliverySummary, Destination, Event, connect, connect_following};
use passeur::store::{
    ExportOutcome, NewExport, NewOutbound, OutboundId, OutboundRecord, RunId, Staged, Store,
};
use sha2::Digest;
use tempfile::TempDir;

use crate::support::sshd::{Sshd, user};

/// A project folder with a store, and destinations.
struct Project {
    folder: TempDir,
    store: Store,
    run: RunId,
    destinations: BTreeMap<String, DestinationConfig>,
    variables: Vec<(&'static str, OsString)>,
    staged: u8,
    waits: Mutex<Vec<Duration>>,
    stop: AtomicBool,
    stop_at_first_byte: bool,
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 15, 2, 0, 0).unwrap()
}

impl Project {
    fn new() -> Project {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("passeur.db")).unwrap();
        let run = store.begin_run(now()).unwrap();
        Project {
            folder,
            store,
            run,
            destinations: BTreeMap::new(),
            variables: Vec::new(),
            staged: 0,
            waits: Mutex::default(),
            stop: AtomicBool::new(false),
            stop_at_first_byte: false,
        }
    }

    /// A project whose destination `splio` is that server, with the plain key and the host key pinned.
    fn at(sshd: &Sshd) -> Project {
        let mut project = Project::new();
        project.add(sftp_destination("splio", sftp_config(sshd)));
        project
    }

    fn add(&mut self, destination: DestinationConfig) {
        self.destinations.insert(destination.name.clone(), destination);
    }

    /// Stages a file for a destination.
    fn stage(&mut self, destination: &str, name: &str, content: &[u8]) -> OutboundId {
        self.stage_for("cards", destination, name, content)
    }

    /// The same, of a route.
    fn stage_for(&mut self, route: &str, destination: &str, name: &str, content: &[u8]) -> OutboundId {
        self.staged += 1;
        let staged_path = PathBuf::from(format!("staged-{}", self.staged));
        std::fs::write(self.folder.path().join(&staged_path), content).unwrap();
        let export = NewExport {
            name: "members.csv".into(),
            sha256: [self.staged; 32],
            size: 1,
            work_path: "work/members.csv".into(),
            claimed_at: now(),
        };
        let export = self.store.claim_export(&self.run, export).unwrap();
        let file = NewOutbound {
            route: route.into(),
            destination: destination.into(),
            name: name.into(),
            staged_path,
            sha256: sha2::Sha256::digest(content).into(),
            size: content.len() as u64,
            rows: 1,
            schema: "splio/cardcode".into(),
            schema_sha256: [1; 32],
            config_sha256: [2; 32],
            held: None,
            batch: None,
        };
        let staged = Staged {
            export,
            run: self.run.clone(),
            at: now(),
            outcome: ExportOutcome::Accepted,
            schema: None,
            rows: 1,
            rejected: 0,
            report_path: None,
            outbound: vec![file],
        };
        self.store.stage(staged).unwrap()[0]
    }

    /// One run. Nothing waits before a retry; `waits` has the times.
    fn deliver(&mut self) -> DeliverySummary {
        let variables = self.variables.clone();
        let environment = |name: &str| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.clone())
        };
        let root = self.folder.path().to_owned();
        let means = Means {
            connect: &|config| connect_following(config, &root, &environment),
            clock: &now,
            wait: &|wait| self.waits.lock().unwrap().push(wait),
            stop: &self.stop,
            later: &|_| false,
        };
        deliver_with(
            &mut self.store,
            &self.run,
            &self.destinations,
            self.folder.path(),
            &means,
            &mut |event| {
                if self.stop_at_first_byte && matches!(event, Event::Sent { .. }) {
                    self.stop.store(true, Ordering::Relaxed);
                }
            },
        )
        .unwrap()
    }

    fn record(&self, id: OutboundId) -> OutboundRecord {
        self.store.outbound(id).unwrap()
    }
}

fn sftp_config(sshd: &Sshd) -> SftpConfig {
    SftpConfig {
        host: "127.0.0.1".into(),
        port: sshd.port,
        user: user(),
        folder: sshd.drop_folder().to_str().unwrap().to_owned(),
        auth: Auth::Key { path: sshd.key(), passphrase: None },
        host_keys: HostKeys::Pinned(vec![sshd.fingerprint("ed25519")]),
        timeout: Duration::from_secs(20),
    }
}

fn sftp_destination(name: &str, config: SftpConfig) -> DestinationConfig {
    DestinationConfig {
        name: name.into(),
        kind: DestinationKind::Sftp(config),
        verify: Verify::Size,
        temporary_suffix: ".part".into(),
        retries: Retries { count: 0, ..Retries::default() },
        sessions: NonZeroUsize::MIN,
    }
}

fn folder_destination(name: &str, path: PathBuf) -> DestinationConfig {
    DestinationConfig {
        name: name.into(),
        kind: DestinationKind::Folder { path },
        verify: Verify::Size,
        temporary_suffix: ".part".into(),
        retries: Retries { count: 0, ..Retries::default() },
        sessions: NonZeroUsize::MIN,
    }
}

/// Connects with these variables.
fn try_connect(
    config: SftpConfig,
    variables: &[(&str, &std::ffi::OsStr)],
) -> Result<Box<dyn Destination>, DeliveryError> {
    connect(&sftp_destination("splio", config), &|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    })
}

/// The text of the error that connecting gives.
#[track_caller]
fn refusal(config: SftpConfig, variables: &[(&str, &std::ffi::OsStr)]) -> String {
    match try_connect(config, variables) {
        Ok(_) => panic!("connected"),
        Err(error) => error.to_string(),
    }
}
