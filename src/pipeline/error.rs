//! What stops a run.

use std::io;
use std::path::{Path, PathBuf};

use super::full::FullError;
use crate::amilia::AmiliaError;
use crate::config::ConfigError;
use crate::schema::load::SchemaError;
use crate::schema::settings::UnknownSetting;
use crate::store::StoreError;

/// Why a run, or the loading of a project, stopped.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The config cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The ledger cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A route turns on a switch that its schema does not have.
    #[error(transparent)]
    Setting(#[from] UnknownSetting),
    /// The customer base cannot be brought up to date.
    #[error(transparent)]
    CustomerBase(#[from] AmiliaError),
    /// A schema that the project cannot do without.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A route cannot send all that it has.
    #[error(transparent)]
    Full(#[from] FullError),
    /// The system refuses something that a run cannot do without.
    #[error("{doing} {} failed: {source}. Nothing was lost: exports stay in inbox/ or work/, and the next run goes on", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Another run works on the project.
    #[error("another run is working on this project (it holds {}). Wait until it ends; `passeur status` shows what it does", .lock.display())]
    Busy {
        /// The lock file.
        lock: PathBuf,
    },
}

/// Names what was being done when the system refused.
pub(super) fn io_error<'a>(
    doing: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> PipelineError + use<'a> {
    move |source| PipelineError::Io { doing, path: path.to_owned(), source }
}
