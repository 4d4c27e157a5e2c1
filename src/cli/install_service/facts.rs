//! What the units of a project depend on: its user, its folders, its secrets, its schedule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use super::calendar;
use crate::config::{Auth, Config, DestinationKind, HostKeys, Secret, WebhookUrl};
use crate::delivery::secret::credential_name;

/// When a project without a schedule runs: at an hour that no change of the clocks skips or repeats.
const NIGHTLY: &str = "30 3 * * *";

/// What the units of a project depend on.
#[derive(Debug)]
pub(super) struct Facts {
    /// Begin of their names.
    pub(super) name: String,
    /// The user that runs it.
    pub(super) user: String,
    /// The program.
    pub(super) program: PathBuf,
    /// The config file.
    pub(super) config: PathBuf,
    /// The project folder.
    pub(super) root: PathBuf,
    /// Other folders that a run writes to.
    pub(super) writable: Vec<PathBuf>,
    /// Credentials by name; with the file that holds one, or none for the machine's store of credentials.
    pub(super) credentials: BTreeMap<String, Option<PathBuf>>,
    /// Something of it lies in somebody's home.
    pub(super) needs_homes: bool,
    /// How long a stop can take.
    pub(super) stop: Duration,
    /// When a nightly run begins, as systemd says it.
    pub(super) calendar: Vec<String>,
    /// What to know.
    pub(super) remarks: Vec<Remark>,
}

/// A sentence for the operator.
#[derive(Debug)]
pub(super) struct Remark {
    /// Its key.
    pub(super) key: &'static str,
    /// What stands in it.
    pub(super) args: Vec<(&'static str, String)>,
}

impl Facts {
    /// Looks at a project.
    pub(super) fn gather(config: &Config, name: &str, user: Option<&str>) -> anyhow::Result<Facts> {
        let program = std::env::current_exe().context("finding the program itself")?;
        let owner = owner_of(&config.root);
        let mut remarks = Vec::new();
        let user = match (user, &owner) {
            (Some(user), _) => user.to_owned(),
            (None, Some(owner)) if owner != "root" => owner.clone(),
            (None, _) => bail!(
                "{} belongs to {}. Give the service a user of its own: `useradd --system --home-dir {} passeur`, `chown -R passeur: {}`, and --user passeur",
                config.root.display(),
                owner.as_deref().unwrap_or("a user without a name"),
                config.root.display(),
                config.root.display()
            ),
        };
        if let Some(owner) = owner.filter(|owner| *owner != user) {
            let args =
                vec![("folder", config.root.display().to_string()), ("owner", owner), ("user", user.clone())];
            remarks.push(Remark { key: "service-other-owner", args });
        }
        let mut facts = Facts {
            name: name.to_owned(),
            program,
            config: config.file.clone(),
            root: config.root.clone(),
            writable: writable(config),
            credentials: BTreeMap::new(),
            needs_homes: false,
            stop: Duration::from_secs(90),
            calendar: nightly(config)?,
            user,
            remarks,
        };
        facts.destinations(config);
        let looked_at = [&facts.program, &facts.config, &facts.root];
        let own = looked_at.into_iter().chain(&facts.writable).any(|path| is_in_a_home(path));
        facts.needs_homes |= own;
        Ok(facts)
    }

    /// Secrets, keys and time-outs of the destinations.
    fn destinations(&mut self, config: &Config) {
        let mut longest = Duration::ZERO;
        for destination in config.destinations.values() {
            let DestinationKind::Sftp(sftp) = &destination.kind else { continue };
            longest = longest.max(sftp.timeout);
            match &sftp.auth {
                Auth::Password(secret) => self.secret(secret),
                Auth::Key { path, passphrase } => {
                    self.needs_homes |= is_in_a_home(path);
                    passphrase.iter().for_each(|secret| self.secret(secret));
                }
                Auth::Agent => {
                    let args = vec![("destination", destination.name.clone())];
                    self.remarks.push(Remark { key: "service-agent", args });
                }
            }
            if let HostKeys::KnownHosts(path) = &sftp.host_keys {
                self.needs_homes |= is_in_a_home(path);
            }
        }
        let notify = &config.notify;
        let login =
            notify.email.iter().filter_map(|email| email.login.as_ref().map(|(_, password)| password));
        let token = notify.webhook.iter().filter_map(|hook| hook.token.as_ref());
        let address = notify.webhook.iter().filter_map(|hook| match &hook.url {
            WebhookUrl::Secret(secret) => Some(secret),
            _ => None,
        });
        login.chain(token).chain(address).for_each(|secret| self.secret(secret));
        // A step waits for one answer at most; then the export in hand is read to its end.
        self.stop += longest;
    }

    fn secret(&mut self, secret: &Secret) {
        let name = credential_name(secret);
        match secret {
            Secret::File(path) => {
                self.credentials.insert(name, Some(path.clone()));
            }
            Secret::Env(_) => {
                let args = vec![("name", name.clone())];
                if self.credentials.insert(name, None).is_none() {
                    self.remarks.push(Remark { key: "service-credential", args });
                }
            }
        }
    }
}

/// Folders outside of the project that a run writes to.
fn writable(config: &Config) -> Vec<PathBuf> {
    let folder_of = |file: &Path| file.parent().map(Path::to_owned);
    let mut folders: BTreeSet<PathBuf> =
        [&config.inbox, &config.archive, &config.reports, &config.work].into_iter().cloned().collect();
    folders.extend(folder_of(&config.store));
    folders.extend(config.metrics.textfile.as_deref().and_then(folder_of));
    folders.extend(config.destinations.values().filter_map(|destination| match &destination.kind {
        DestinationKind::Folder { path } => Some(path.clone()),
        DestinationKind::Sftp(_) => None,
    }));
    folders.into_iter().filter(|folder| !folder.starts_with(&config.root)).collect()
}

/// A run does both halves, so that it comes when files shall be delivered.
fn nightly(config: &Config) -> anyhow::Result<Vec<String>> {
    let usual: croner::Cron = NIGHTLY.parse().context("reading the usual time")?;
    let schedule = &config.schedule;
    let of_routes = config.routes.iter().find_map(|route| route.deliver.as_ref());
    let times = [schedule.deliver.as_ref(), of_routes, schedule.collect.as_ref()];
    let cron = times.into_iter().flatten().next().unwrap_or(&usual);
    calendar::events(cron, config.time_zone)
}

fn is_in_a_home(path: &Path) -> bool {
    ["/home", "/root", "/run/user"].iter().any(|home| path.starts_with(home))
}

/// The name of the owner of a folder.
#[cfg(unix)]
fn owner_of(folder: &Path) -> Option<String> {
    let id = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder).ok()?).to_string();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, uid) = (parts.next()?, parts.nth(1)?);
        (uid == id).then(|| name.to_owned())
    })
}

#[cfg(not(unix))]
fn owner_of(_: &Path) -> Option<String> {
    None
}
