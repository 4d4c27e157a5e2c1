//! Where the project keeps files, and which of them are ours.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::delivery::receipt;
use crate::keeping::address::Address;
use crate::pipeline::error::{PipelineError, io_error};
use crate::pipeline::project::Project;
use crate::store::{FORGOTTEN, Kept, OutboundRecord, Store};

/// A kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Archived exports, and tables of models.
    Exports,
    /// Our copies of outbound files.
    Outbound,
    /// Reports and rejected rows.
    Reports,
    /// The work folder.
    Work,
    /// Receipts and profiles.
    Other,
    /// The inbox: not ours yet.
    Inbox,
    /// Files that somebody put into our folders.
    Foreign,
    /// Tables of the store.
    Tables,
    /// The bytes of the store's files.
    Bytes,
}

impl Place {
    /// Its name in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Place::Exports => "exports",
            Place::Outbound => "outbound",
            Place::Reports => "reports",
            Place::Work => "work",
            Place::Other => "other",
            Place::Inbox => "inbox",
            Place::Foreign => "foreign",
            Place::Tables => "tables",
            Place::Bytes => "bytes",
        }
    }
}

/// What the ledger knows of a file.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) of: Kept,
    /// The outbound file that it is our copy of.
    pub(super) file: Option<OutboundRecord>,
}

/// A file of the project.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) place: Place,
    pub(super) known: Option<Known>,
    /// Its name holds the address: where it belongs instead. The ledger may say so already.
    pub(super) renamed: Option<PathBuf>,
}

/// Every file that may hold a person, but for the store's own.
pub(super) fn files(
    project: &Project,
    store: &Store,
    address: &Address,
) -> Result<Vec<Found>, PipelineError> {
    let config = &project.config;
    let mut known = BTreeMap::new();
    for kept in store.all_kept()? {
        let file = match kept.of {
            Kept::Outbound(id) => Some(store.outbound(id)?),
            Kept::Export(_) => None,
        };
        known.insert(config.root.join(&kept.path), Known { of: kept.of, file });
    }
    let staged = config.archive.join("outbound");
    let mut found = Vec::new();
    let mut add = |path: PathBuf, place: Place| {
        let renamed = without_address(&path, address).filter(|renamed| !renamed.exists());
        let of = known.get(&path).or_else(|| known.get(renamed.as_ref()?)).cloned();
        // What no entry of the ledger refers to there, a run removes.
        let place = if of.is_none() && path.parent() == Some(staged.as_path()) { Place::Work } else { place };
        let place = match (place, &of) {
            (_, Some(Known { of: Kept::Outbound(_), .. })) => Place::Outbound,
            (_, Some(_)) => Place::Exports,
            (Place::Exports, None) if !is_leftover(&path) => Place::Foreign,
            (place, None) => place,
        };
        let ours = !matches!(place, Place::Inbox | Place::Foreign | Place::Work);
        found.push(Found { path, place, known: of, renamed: renamed.filter(|_| ours) });
    };
    for (folder, place) in [
        (config.archive.clone(), Place::Exports),
        (config.reports.clone(), Place::Reports),
        (config.work.clone(), Place::Work),
        (config.root.join(receipt::FOLDER), Place::Other),
        (config.root.join("profiles"), Place::Other),
        (config.inbox.clone(), Place::Inbox),
    ] {
        for path in below(&folder)? {
            if path != config.work.join(".lock") {
                add(path, place);
            }
        }
    }
    Ok(found)
}

/// The path of a file whose name holds the address, without it; the ledger changes its paths in the same way.
fn without_address(path: &Path, address: &Address) -> Option<PathBuf> {
    let mut name = path.file_name()?.to_str()?.to_owned();
    let before = name.clone();
    while let Some(place) = address.find(&name) {
        name.replace_range(place, FORGOTTEN);
    }
    (name != before).then(|| path.with_file_name(name))
}

/// What a write or a move left that was interrupted.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".tmp") || name.starts_with(".moving-")
}

/// The store's files.
pub(super) fn of_store(project: &Project) -> Vec<PathBuf> {
    let with = |ending: &str| {
        let mut name = project.config.store.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    ["", "-wal", "-shm", "-journal"].map(with).into_iter().filter(|path| path.exists()).collect()
}

/// Regular files below a folder, sorted. Links are not followed.
fn below(folder: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_error("listing", &folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(io_error("listing", &folder))?;
            let kind = entry.file_type().map_err(io_error("listing", &folder))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
