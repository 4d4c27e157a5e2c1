//! What can go wrong with the customer base.

use std::path::PathBuf;

use crate::store::StoreError;

/// A failure of the customer base. The caller drops its transaction, and nothing of the failed call is in the store.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum AmiliaError {
    #[error(
        "a row of {kind} cannot be entered in the snapshot: column {column} {why}. The row check should have refused it: report this"
    )]
    Row { kind: &'static str, column: &'static str, why: &'static str },
    #[error(
        "the list of unsubscribed addresses cannot be read: the config does not say which rows mean \"no mail\". \
         Under [customer_base], list the values of its status column in `unsubscribed_statuses`, or write `every_row_unsubscribes = true`"
    )]
    UnsubscribedNotSet,
    #[error("cannot read the model {}: {source}", path.display())]
    CannotRead { path: PathBuf, source: std::io::Error },
    #[error(
        "{}: `{stem}` is no name for a model: use a-z, 0-9 and `_`, and begin with a letter",
        path.display()
    )]
    ModelName { path: PathBuf, stem: String },
    #[error("{place}: {why}")]
    Query { place: String, why: String },
    #[error("there is no model {name}. Models: {known}")]
    NoModel { name: String, known: String },
    #[error("cannot write the rows of model {name}: {source}")]
    Write { name: String, source: std::io::Error },
    #[error("day {today} is out of range: check the clock of this computer")]
    Day { today: chrono::NaiveDate },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for AmiliaError {
    fn from(error: rusqlite::Error) -> Self {
        AmiliaError::Store(error.into())
    }
}
