//! What can go wrong with the store.

use std::path::PathBuf;

use super::{ExportId, OutboundId, OutboundState, SetId, SetState};

/// A failure of the store. After any of these, nothing of the failed call is in the store.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum StoreError {
    #[error("there is no store at {}: nothing has run in this project yet; `passeur run` makes it", path.display())]
    Missing { path: PathBuf },
    #[error("cannot open the store {}: {detail}. Check that the folder exists and that this user may write to it", path.display())]
    CannotOpen { path: PathBuf, detail: String },
    #[error(
        "the store was written by a newer passeur (its version is {found}, this program knows {known}): update passeur"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "the store was written by an older passeur (its version is {found}, this program needs {known}): `passeur run` brings it up to date"
    )]
    Older { found: i64, known: i64 },
    #[error(
        "the store is busy: another passeur has been writing for more than {seconds} s; try again when it is done"
    )]
    Busy { seconds: u64 },
    #[error("the store cannot be written: the disk is full. Free some space; nothing is lost, run again")]
    DiskFull,
    #[error(
        "the store is damaged ({detail}). Put it back from a backup; do not delete it: it knows which files were already delivered"
    )]
    Damaged { detail: String },
    #[error(
        "destination {destination} already has a file named {name} in the ledger: a name is never used twice"
    )]
    NameTaken { destination: String, name: String },
    #[error("outbound file {id} is {found}, and cannot become {wanted} from there")]
    WrongState { id: OutboundId, found: OutboundState, wanted: OutboundState },
    #[error(
        "set {id} is {found} or not all of its files are that far, and it cannot become {wanted} from there"
    )]
    SetNotReady { id: SetId, found: SetState, wanted: SetState },
    #[error("export {id} cannot be {wanted}: the ledger has it as {found}")]
    WrongExportState { id: ExportId, found: String, wanted: &'static str },
    #[error("the store knows no {what} {id}")]
    Unknown { what: &'static str, id: String },
    #[error("the path {} cannot be kept in the store: it is not valid Unicode. Rename it", path.display())]
    PathNotText { path: PathBuf },
    #[error("the store failed: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StoreError::Busy { seconds: super::BUSY_TIMEOUT.as_secs() }
            }
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged { detail: error.to_string() }
            }
            _ => StoreError::Sqlite(error),
        }
    }
}
