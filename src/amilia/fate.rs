//! What became of the rows of an export.

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// The snapshot has it as it is.
    Unchanged,
    /// Its key was never seen.
    Added,
    /// Its key was known with other content, or it is back after it was missing.
    Changed,
    /// It says nothing: the waiting list, or a status of the unsubscribed list that does not mean "no mail".
    Ignored,
    /// Rejected: no people export ever held this person (amilia 9.1).
    UnknownPerson(i64),
    /// Rejected: nobody who is known lives in this account (amilia 9.1).
    UnknownAccount(i64),
    /// Rejected: the export has the key already, with other content (amilia 9.2). The earlier row is taken back at
    /// [`super::Loader::finish`]; the state before this export stays.
    Conflict,
}

/// What an export changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Rows read.
    pub rows: u64,
    /// Rows that are new.
    pub added: u64,
    /// Rows with other content than before.
    pub changed: u64,
    /// Rows of the export before that are missing now, for the first time.
    pub gone: u64,
    /// Rows that were missing and are there again.
    pub back: u64,
    /// Rows as they were.
    pub unchanged: u64,
    /// Rows that say nothing.
    pub ignored: u64,
    /// Rows rejected: unknown person or account, or a key twice.
    pub rejected: u64,
}
