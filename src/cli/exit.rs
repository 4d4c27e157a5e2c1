//! Exit codes: an interface that scripts rely on.

use std::process::ExitCode;

use crate::amilia::AmiliaError;
use crate::pipeline::error::PipelineError;

/// How the program ends. The numbers never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Everything went through.
    Success = 0,
    /// Rows or files were refused: see the report. All others went through.
    Findings = 1,
    /// The command line, the config or a schema is wrong; nothing was done.
    Usage = 2,
    /// An outbound file is held or could not be delivered yet, or an expected export did not come: see `passeur status`.
    Undelivered = 3,
    /// Another run is working on the project; nothing was done.
    Busy = 4,
    /// The system or a server refused: disk, permissions, ledger. What was done is in the ledger; the next run goes on.
    System = 5,
    /// `passeur health` found that the project does not do its work.
    Critical = 6,
}

/// The table that `--help` shows. The README has the same.
pub(super) const HELP: &str = "\
Exit codes:
  0  everything went through
  1  rows or files were refused: see the report
  2  the command line, the config or a schema is wrong; nothing was done
  3  a file is held or not delivered yet, or an expected export did not come: see `passeur status`
  4  another run is working on the project; nothing was done
  5  the system or a server refused (disk, permissions, ledger, login); the next run goes on
  6  `passeur health`: critical (a route is silent for too long, a run failed or died, no ledger)";

impl Exit {
    /// The exit code for an error.
    pub fn of_error(error: &anyhow::Error) -> Exit {
        if error.is::<super::check::CannotRead>() {
            return Exit::System;
        }
        if error.is::<crate::delivery::DeliveryError>() {
            return Exit::System;
        }
        match error.downcast_ref::<PipelineError>() {
            Some(PipelineError::Busy { .. }) => Exit::Busy,
            Some(PipelineError::Io { .. } | PipelineError::Store(_)) => Exit::System,
            Some(PipelineError::CustomerBase(AmiliaError::Store(_))) => Exit::System,
            Some(
                PipelineError::Config(_)
                | PipelineError::Setting(_)
                | PipelineError::Schema(_)
                | PipelineError::Full(_)
                | PipelineError::CustomerBase(_),
            ) => Exit::Usage,
            None if error.is::<std::io::Error>() => Exit::System,
            None => Exit::Usage,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
