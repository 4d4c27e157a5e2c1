//! What a run would do, without doing anything.

use std::io;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::error::{PipelineError, io_error};
use super::export::{Outcome, Target, process};
use super::names::{Given, Shortage};
use super::project::{Project, Route};
use super::run::Left;
use crate::intake::scan::{State, scan};
use crate::reading::survey::survey;
use crate::store::{ExportRecord, HoldCode, OutboundRecord, Store};
use crate::transform::zone;

/// What a run would do.
pub struct Plan {
    /// With each export in the inbox.
    pub exports: Vec<PlannedExport>,
    /// Entries that stay in the inbox, and why.
    pub left: Vec<Left>,
    /// Files of earlier runs that wait for delivery.
    pub waiting: Vec<OutboundRecord>,
}

/// What a run would do with one export.
pub struct PlannedExport {
    /// Its name.
    pub name: String,
    /// The export of the same content that was processed before.
    pub duplicate: Option<ExportRecord>,
    /// What it gives.
    pub outcome: Outcome,
    /// The files it would become.
    pub files: Vec<PlannedFile>,
    /// The system refuses to read it.
    pub failed: Option<String>,
}

/// A file that a run would make.
pub struct PlannedFile {
    /// The route.
    pub route: String,
    /// Where it would go.
    pub destination: String,
    /// Its name.
    pub name: String,
    /// Data rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Why it would be held.
    pub hold: Option<PlannedHold>,
}

/// Why a file would be held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlannedHold {
    /// This share of the rows was rejected, more than the route allows.
    TooManyRejected(f64),
    /// Too few subsections.
    TooFewSubsections(Shortage),
}

/// The share of rejected rows, when it is above the route's limit.
pub(super) fn too_many_rejected(route: &Route, rejected: u64, rows: u64) -> Option<f64> {
    let share = if rows == 0 { 0.0 } else { rejected as f64 / rows as f64 };
    (share > route.config.max_rejected).then_some(share)
}

/// A folder for the copy of the store; removed when it is dropped.
fn private_folder() -> Result<tempfile::TempDir, PipelineError> {
    tempfile::tempdir().map_err(io_error("making a folder in", &std::env::temp_dir()))
}

/// Plans a run at `now`. Nothing is written, moved or sent. With `resend`, content that was processed before is planned again.
///
/// # Errors
/// What stops a run.
pub fn plan(project: &Project, now: DateTime<Utc>, resend: bool) -> Result<Plan, PipelineError> {
    let config = &project.config;
    // What was sent is compared, and moved, in a copy.
    let folder = private_folder()?;
    let store = if project.remembers() {
        Some(Store::scratch(&config.store, folder.path())?)
    } else if config.store.exists() {
        Some(Store::open_read_only(&config.store)?)
    } else {
        None
    };
    let entries = match scan(&config.inbox, &project.ignore, std::time::Duration::ZERO, SystemTime::now()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        result => result.map_err(io_error("listing", &config.inbox))?,
    };
    let date = zone::day(now, config.time_zone);
    let mut given = Given::default();
    let mut plan = Plan { exports: Vec::new(), left: Vec::new(), waiting: Vec::new() };
    if let Some(store) = &store {
        plan.waiting = store.undelivered()?;
    }
    for entry in entries {
        let State::Ready(_) = entry.state else {
            plan.left.push(Left { name: entry.name, state: entry.state });
            continue;
        };
        let mut planned = PlannedExport {
            name: entry.name,
            duplicate: None,
            outcome: Outcome::default(),
            files: Vec::new(),
            failed: None,
        };
        match survey(&entry.path) {
            Err(error) => planned.failed = Some(error.to_string()),
            Ok(survey) => {
                if let (Some(store), false) = (&store, resend) {
                    planned.duplicate = store.export_with_content(&survey.sha256)?;
                }
                if planned.duplicate.is_none() {
                    match process(
                        &entry.path,
                        &survey,
                        project,
                        &Target { staged: None, rejected: None, store: store.as_ref() },
                    ) {
                        Err(error) => planned.failed = Some(error.to_string()),
                        Ok(outcome) => planned.outcome = outcome,
                    }
                }
            }
        }
        for outcome in &planned.outcome.routes {
            let Some(route) = project.routes.get(outcome.route) else { continue };
            let taken = |destination: &str, name: &str| match &store {
                Some(store) => store.name_taken(destination, name),
                None => Ok(false),
            };
            let names = given.name(route, &outcome.parts, date, &taken)?;
            let hold = too_many_rejected(route, planned.outcome.rejected, planned.outcome.rows)
                .map(PlannedHold::TooManyRejected)
                .or(names.hold.map(|(_, shortage): (HoldCode, _)| PlannedHold::TooFewSubsections(shortage)));
            for (part, name) in outcome.parts.iter().zip(names.names) {
                planned.files.push(PlannedFile {
                    route: route.config.name.clone(),
                    destination: route.config.destination.clone(),
                    name,
                    rows: part.rows,
                    bytes: part.bytes,
                    hold,
                });
            }
        }
        plan.exports.push(planned);
    }
    Ok(plan)
}
