//! Removes what has been kept long enough (`[retention]`), at the end of a run and by `passeur clean`.
//!
//! The plan names what goes, oldest first, and nothing that is still needed. What the ledger remembers stays: exports are recognised and
//! nothing is sent twice, whatever is removed. A step that a crash interrupted is done again: the erasure is entered first, then the file
//! goes, then the receipts say so, then the ledger forgets the file.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::error::{PipelineError, io_error};
use super::project::Project;
use crate::config::Term;
use crate::delivery::receipt::{self, ReceiptError};
use crate::fault;
use crate::keeping::term::{is_over, latest};
use crate::platform;
use crate::store::{Cause, Erasure, Kept, KeptFile, KeptRun, Store, StoreError};

/// What a run removes at its end of each kind, at most: the rest goes with the next ones.
const AFTER_RUN: usize = 1_000;

/// What has been kept long enough.
#[derive(Debug, Default)]
pub struct Plan {
    /// Archived exports.
    pub exports: Vec<KeptFile>,
    /// Our copies of outbound files.
    pub outbound: Vec<KeptFile>,
    /// Receipts.
    pub receipts: Vec<KeptFile>,
    /// Runs whose reports go.
    pub reports: Vec<KeptRun>,
}

impl Plan {
    /// How much it is.
    pub fn counts(&self) -> Counts {
        Counts {
            exports: self.exports.len(),
            outbound: self.outbound.len(),
            receipts: self.receipts.len(),
            reports: self.reports.len(),
        }
    }
}

/// How much was removed of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Archived exports.
    pub exports: usize,
    /// Our copies of outbound files.
    pub outbound: usize,
    /// Receipts.
    pub receipts: usize,
    /// Runs whose reports went.
    pub reports: usize,
}

impl Counts {
    /// Nothing.
    pub fn is_empty(&self) -> bool {
        *self == Counts::default()
    }
}

/// Plans what goes at `now`: at most `most` of each kind.
///
/// # Errors
/// The ledger's.
pub fn plan(
    project: &Project,
    store: &Store,
    now: DateTime<Utc>,
    most: usize,
) -> Result<Plan, PipelineError> {
    let terms = project.config.retention;
    let zone = project.config.time_zone;
    let over = |term: Term, since: DateTime<Utc>| is_over(term, since, now, zone);
    type Find = fn(&Store, DateTime<Utc>, usize) -> Result<Vec<KeptFile>, StoreError>;
    let files = |term: Option<Term>, find: Find| -> Result<Vec<KeptFile>, PipelineError> {
        let Some(term) = term else { return Ok(Vec::new()) };
        let mut files = find(store, latest(term, now), most)?;
        files.retain(|file| over(term, file.since));
        Ok(files)
    };
    let reports = match terms.reports {
        None => Vec::new(),
        Some(term) => {
            let mut runs = store.kept_reports(latest(term, now), most)?;
            runs.retain(|run| over(term, run.since));
            runs
        }
    };
    Ok(Plan {
        exports: files(terms.exports, Store::kept_exports)?,
        outbound: files(terms.outbound, Store::kept_outbound)?,
        receipts: files(terms.receipts, Store::kept_receipts)?,
        reports,
    })
}

/// Plans and removes, at the end of a run. Gives what went.
pub(super) fn after_run(
    project: &Project,
    store: &mut Store,
    now: DateTime<Utc>,
) -> Result<Plan, PipelineError> {
    let plan = plan(project, store, now, AFTER_RUN)?;
    if !plan.counts().is_empty() {
        apply(project, store, &plan, now)?;
    }
    Ok(plan)
}

/// Does what a plan says. The caller has the project's lock.
///
/// # Errors
/// The ledger's and the system's; what was done stays done, and the same again does the rest.
pub fn apply(
    project: &Project,
    store: &mut Store,
    plan: &Plan,
    now: DateTime<Utc>,
) -> Result<Counts, PipelineError> {
    let root = &project.config.root;
    let files: Vec<&KeptFile> = plan.exports.iter().chain(&plan.outbound).collect();
    store.atomically(|store| {
        for file in &files {
            let erasure =
                Erasure { at: now, cause: Cause::Retention, before: file.sha256, after: None, rows: 0 };
            store.enter_erasure(file.of, &erasure)?;
        }
        Ok::<(), StoreError>(())
    })?;
    fault::point("retention-entered");
    let mut folders = BTreeSet::new();
    for file in &files {
        remove(&root.join(&file.path), &mut folders)?;
    }
    clear(&folders, &[&project.config.archive.join("outbound")])?;
    fault::point("retention-removed");
    for file in &files {
        renew_receipts(root, store, file.of)?;
    }
    let mut folders = BTreeSet::new();
    for file in &plan.receipts {
        remove(&root.join(&file.path), &mut folders)?;
    }
    for folder in &folders {
        platform::sync_dir(folder).map_err(io_error("syncing", folder))?;
    }
    let mut folders = BTreeSet::new();
    for run in &plan.reports {
        for path in our_reports(&project.config.reports.join(run.id.as_str()))? {
            remove(&path, &mut folders)?;
        }
    }
    clear(&folders, &[&project.config.reports])?;
    store.atomically(|store| {
        for file in &files {
            store.removed(file.of, now)?;
        }
        for file in &plan.receipts {
            if let Kept::Outbound(id) = file.of {
                store.receipt_removed(id, now)?;
            }
        }
        for run in &plan.reports {
            store.reports_removed(&run.id, now)?;
        }
        Ok::<(), StoreError>(())
    })?;
    fault::point("retention-recorded");
    Ok(plan.counts())
}

/// Writes the receipts again that name a file which was changed or removed.
pub(super) fn renew_receipts(root: &Path, store: &Store, of: Kept) -> Result<(), PipelineError> {
    let delivered = match of {
        Kept::Export(id) => store.delivered_of(id)?,
        Kept::Outbound(id) => vec![store.outbound(id)?],
    };
    for file in delivered {
        renew(root, store, &file)?;
    }
    Ok(())
}

/// Writes a receipt again, where the ledger says otherwise now.
pub(super) fn renew(
    root: &Path,
    store: &Store,
    file: &crate::store::OutboundRecord,
) -> Result<bool, PipelineError> {
    receipt::renew(root, store, file).map_err(|error| match error {
        receipt::RenewError::Store(error) => error.into(),
        receipt::RenewError::Receipt(
            ReceiptError::NotWritten { detail, .. } | ReceiptError::NotDurable { detail, .. },
        ) => {
            let path = root.join(file.receipt_path.as_deref().unwrap_or(Path::new(receipt::FOLDER)));
            io_error("writing the receipt", &path)(io::Error::other(detail))
        }
    })
}

/// The files in the folder of a run's reports that have names of ours.
fn our_reports(folder: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let list = || -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = ["summary.json", "report.html", "index.html"].contains(&name.as_str())
                || name.ends_with(".rejected.csv")
                || name.starts_with(".rejected-");
            if ours && entry.file_type()?.is_file() {
                paths.push(entry.path());
            }
        }
        Ok(paths)
    };
    match list() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(io_error("listing", folder)),
    }
}

/// Removes a file. One that is gone, or is no file any more, is nothing to do.
fn remove(path: &Path, folders: &mut BTreeSet<PathBuf>) -> Result<(), PipelineError> {
    if !path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(io_error("removing", path)(error));
        }
        _ => {}
    }
    if let Some(folder) = path.parent() {
        folders.insert(folder.to_owned());
    }
    Ok(())
}

/// Makes removals durable, and removes folders that are empty now, save those that stay.
fn clear(folders: &BTreeSet<PathBuf>, stay: &[&Path]) -> Result<(), PipelineError> {
    for folder in folders {
        platform::sync_dir(folder).map_err(io_error("syncing", folder))?;
        // One that holds something else stays.
        if !stay.contains(&folder.as_path())
            && fs::remove_dir(folder).is_ok()
            && let Some(above) = folder.parent()
        {
            platform::sync_dir(above).map_err(io_error("syncing", above))?;
        }
    }
    Ok(())
}
