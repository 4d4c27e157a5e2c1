//! The ledger: what passeur remembers of runs, exports and outbound files, in one SQLite file.
//!
//! Every call that changes something is one durable transaction (WAL, `synchronous = FULL`): when it has returned, a power
//! cut does not undo it; when it failed, nothing of it is there. Readers work beside a running run. Paths are kept relative
//! to the project folder. This room stores facts; it knows no rule of a platform, touches no export and talks to no server.

mod arrival;
mod baseline;
mod erasure;
mod error;
mod export;
mod figures;
mod forgotten;
mod kept;
mod migrations;
mod note;
mod outbound;
mod pack;
mod run;
mod set;
mod status;
#[cfg(test)]
pub(crate) mod testing;
mod types;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::platform;

pub use arrival::{Arrival, Expectation, NewArrival};
pub use baseline::{Baseline, BatchId, CELL, Standing};
pub use erasure::{Cause, Erasure, Kept};
pub use error::StoreError;
pub use figures::{ExportFigures, Feeds, Figures, FileFigures, Refused, Rejections};
pub(crate) use forgotten::Mark;
pub use forgotten::{FORGOTTEN, Forgotten, ForgottenAddress};
pub use kept::{KeptFile, KeptRun};
pub use note::Note;
pub use outbound::{Entry, Step, Upload};
pub use pack::OutOfArchive;
pub use set::Incomplete;
pub use types::*;

/// How long a call waits for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Pages of the store kept in memory, in KiB.
const CACHE_KIB: i64 = 64 * 1024;

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the store for a run; makes it (0600) and brings its tables up to date.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        // Before SQLite makes it: its side files inherit the mode.
        platform::ensure_private_file(path)
            .map_err(|error| StoreError::CannotOpen { path: path.to_owned(), detail: error.to_string() })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = connect(path, flags)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        migrations::migrate(&mut connection)?;
        Ok(Store { connection })
    }

    /// A copy of the store at `path` (an empty one if there is none) in `folder`, to try things in. The original is only read.
    pub fn scratch(path: &Path, folder: &Path) -> Result<Store, StoreError> {
        let copy = folder.join("scratch.db");
        if path.exists() {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let original = connect(path, flags)?;
            let found = migrations::version(&original)?;
            if found > migrations::VERSION {
                return Err(StoreError::Newer { found, known: migrations::VERSION });
            }
            original.execute("VACUUM INTO ?1", [path_text(&copy)?])?;
        }
        Store::open(&copy)
    }

    /// Opens the store for questions, beside a run that may be writing. Changing calls fail.
    pub fn open_read_only(path: &Path) -> Result<Store, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let found = migrations::version(&connection)?;
        let known = migrations::VERSION;
        match found.cmp(&known) {
            std::cmp::Ordering::Greater => Err(StoreError::Newer { found, known }),
            std::cmp::Ordering::Less => Err(StoreError::Older { found, known }),
            std::cmp::Ordering::Equal => Ok(Store { connection }),
        }
    }

    /// A store that lives in memory and is gone with this value: for questions that need the tables and no content.
    pub fn in_memory() -> Result<Store, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        migrations::migrate(&mut connection)?;
        Ok(Store { connection })
    }

    /// The connection, for a room that keeps tables of its own in the store (the customer base). What it writes is part of the
    /// transaction that is open.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Store {
    /// Does several changes as one: all are durable when this returns, or none is there. Calls inside one another are part of
    /// the outermost.
    ///
    /// # Errors
    /// Those of `change`; what it did is undone then.
    pub fn atomically<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&mut Store) -> Result<T, E>,
    ) -> Result<T, E> {
        if !self.connection.is_autocommit() {
            return change(self);
        }
        self.begin()?;
        // Undone on every way out but the last, panics too.
        let guard = RollBack(self);
        let changed = change(guard.0)?;
        guard.0.commit()?;
        Ok(changed)
    }

    /// Begins a transaction that spans several calls; [`Store::commit`] or [`Store::roll_back`] ends it.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Marks a place in the transaction that [`Store::back_to_mark`] goes back to.
    pub fn mark(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("SAVEPOINT mark")?)
    }

    /// Undoes what was done since [`Store::mark`]; the mark stays.
    pub fn back_to_mark(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("ROLLBACK TO mark")?)
    }

    /// Takes the mark away: what was done since is part of the transaction. A mark that stays costs a copy of each page that
    /// is changed after it.
    pub fn forget_mark(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("RELEASE mark")?)
    }

    /// Makes what was done since [`Store::begin`] durable; nothing to do where that is not open.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Undoes what was done since [`Store::begin`], if that is still open.
    pub fn roll_back(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back; closing the store does it");
        }
    }
}

/// Rolls back what was not committed.
struct RollBack<'s>(&'s mut Store);

impl Drop for RollBack<'_> {
    fn drop(&mut self) {
        self.0.roll_back();
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| StoreError::CannotOpen { path: path.to_owned(), detail: error.to_string() })?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Names and addresses are not written to temporary files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}

/// The path as the ledger keeps it: relative to the project folder if it lies below it.
pub fn relative_to(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// A path as text, with `/` between its parts on every system.
fn path_text(path: &Path) -> Result<String, StoreError> {
    let text = path.to_str().ok_or_else(|| StoreError::PathNotText { path: path.to_owned() })?;
    Ok(if std::path::MAIN_SEPARATOR == '/' { text.to_owned() } else { text.replace('\\', "/") })
}

/// A size or a count as SQLite keeps it. Beyond 8 EiB it is cut, which no file reaches.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::testing::{at, store};
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_store_and_its_side_files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, mut store) = store();
        store.begin_run(at(0)).unwrap();
        let mut seen = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
            seen += 1;
        }
        assert!(seen >= 2, "the store and its WAL");
    }

    #[test]
    fn the_store_is_durable_and_checks_its_references() {
        let (_folder, store) = store();
        let pragma = |name: &str| -> String {
            store
                .connection
                .pragma_query_value(None, name, |row| {
                    row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}"))
                })
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");
    }

    #[test]
    fn a_reader_works_while_a_run_writes() {
        let (folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let transaction = store.connection.transaction().unwrap();
        transaction.execute("UPDATE run SET started_at = 'x'", []).unwrap();
        let reader = Store::open_read_only(&folder.path().join("passeur.db")).unwrap();
        assert_eq!(reader.status(5).unwrap().runs[0].id, run);
    }

    #[test]
    fn a_reader_cannot_write() {
        let (folder, _store) = store();
        let mut reader = Store::open_read_only(&folder.path().join("passeur.db")).unwrap();
        assert!(matches!(reader.begin_run(at(0)), Err(StoreError::Sqlite(_))));
    }

    #[test]
    fn a_store_that_is_not_there_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = Store::open_read_only(&folder.path().join("passeur.db")).unwrap_err();
        assert!(matches!(error, StoreError::Missing { .. }), "{error}");
        assert!(error.to_string().contains("`passeur run` makes it"));
    }

    #[test]
    fn a_store_of_a_newer_version_is_left_alone() {
        let (folder, store) = store();
        store.connection.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        let path = folder.path().join("passeur.db");
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { found: 99, .. })));
        assert!(matches!(Store::open_read_only(&path), Err(StoreError::Newer { found: 99, .. })));
    }

    #[test]
    fn a_file_that_is_no_store_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passeur.db");
        std::fs::write(&path, "Person ID;Email\n".repeat(100)).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn opening_again_keeps_what_is_there() {
        let (folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        drop(store);
        let store = Store::open(&folder.path().join("passeur.db")).unwrap();
        assert_eq!(store.status(5).unwrap().runs[0].id, run);
    }

    #[test]
    fn paths_below_the_project_are_kept_relative() {
        let root = Path::new("/srv/club");
        assert_eq!(relative_to(root, Path::new("/srv/club/work/a.csv")), Path::new("work/a.csv"));
        assert_eq!(relative_to(root, Path::new("/mnt/work/a.csv")), Path::new("/mnt/work/a.csv"));
    }
}
