//! What a run would do, without doing anything.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};

use super::customer_base::{self, Base, How, Places};
use super::error::{PipelineError, io_error};
use super::export::{Outcome, Target, process};
use super::full::Full;
use super::holds;
pub use super::holds::PlannedHold;
use super::late::foretold;
use super::names::{self, Given};
use super::packing;
use super::project::Project;
use super::run::Left;
use super::said::io_said;
use super::snapshot;
use crate::config::SetConfig;
use crate::finding::text::Texts;
use crate::intake::scan::{State, scan};
use crate::reading::survey::survey;
use crate::store::{ExportRecord, HoldReason, Note, OutboundId, OutboundRecord, Store};
use crate::transform::zone;

/// What a run would do.
pub struct Plan {
    /// With each export in the inbox.
    pub exports: Vec<PlannedExport>,
    /// Entries that stay in the inbox, and why.
    pub left: Vec<Left>,
    /// What the customer base would give; `None`: the project keeps none, or nothing would change.
    pub base: Option<PlannedBase>,
    /// Files of earlier runs that wait for delivery.
    pub waiting: Vec<OutboundRecord>,
    /// Those of them that it would hold, because they came too late, and why.
    pub late: BTreeMap<OutboundId, HoldReason>,
}

/// What the customer base would give.
pub struct PlannedBase {
    /// What the derivation found, and what each model gives its routes.
    pub base: Base,
    /// The files they would become.
    pub files: Vec<PlannedFile>,
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
    /// Its position in the project's routes.
    pub route_index: usize,
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
    /// The set that it would go with.
    pub set: Option<String>,
    /// Name of the archive inside which it would go.
    pub archive: Option<String>,
}

/// A folder for the copy of the store; removed when it is dropped.
fn private_folder() -> Result<tempfile::TempDir, PipelineError> {
    tempfile::tempdir().map_err(io_error("making a folder in", &std::env::temp_dir()))
}

/// Rows of who was forgotten go nowhere, in any project.
fn has_forgotten(project: &Project) -> bool {
    let forgotten = Store::open_read_only(&project.config.store).and_then(|store| store.forgotten());
    forgotten.is_ok_and(|forgotten| !forgotten.is_empty())
}

/// Plans a run at `now`. Nothing is written, moved or sent. With `resend`, content that was processed before is planned again.
///
/// # Errors
/// What stops a run.
pub fn plan(project: &Project, now: DateTime<Utc>, resend: bool) -> Result<Plan, PipelineError> {
    let config = &project.config;
    // What was sent is compared, and moved, in a copy.
    let folder = private_folder()?;
    let remembers = project.remembers() || has_forgotten(project);
    let mut store = if remembers {
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
    let texts = Texts::new(config.language);
    let mut given = Given::default();
    let mut full = Full::of(project);
    let mut plan = Plan {
        exports: Vec::new(),
        left: Vec::new(),
        base: None,
        waiting: Vec::new(),
        late: BTreeMap::new(),
    };
    let mut ready = Vec::new();
    for entry in entries {
        match entry.state {
            State::Ready(_) => ready.push((snapshot::rank(project, &entry.path), entry)),
            state => plan.left.push(Left { name: entry.name, state }),
        }
    }
    ready.sort_by_key(|(rank, _)| *rank);
    if let Some(store) = &mut store {
        plan.waiting = store.undelivered()?;
        plan.late = foretold(project, store, now, texts)?;
        if remembers {
            // Never committed: the copy goes with its folder.
            store.begin()?;
        }
    }
    for (_, entry) in ready {
        let mut planned = PlannedExport {
            name: entry.name,
            duplicate: None,
            outcome: Outcome::default(),
            files: Vec::new(),
            failed: None,
        };
        match survey(&entry.path) {
            Err(error) => planned.failed = Some(io_said(&error, texts)),
            Ok(survey) => {
                if let (Some(store), false) = (&store, resend) {
                    planned.duplicate = store.export_with_content(&survey.sha256)?;
                }
                let target = Target {
                    staged: None,
                    rejected: None,
                    store: store.as_ref().filter(|_| remembers),
                    sources: &project.sources,
                    today: date,
                    mode: snapshot::mode(&planned.name),
                    routes: planned.duplicate.is_none(),
                    full: &full,
                    full_alone: false,
                };
                if planned.duplicate.as_ref().is_none_or(|earlier| snapshot::hears_again(project, earlier)) {
                    match process(&entry.path, &survey, project, &target) {
                        Err(error) => planned.failed = Some(io_said(&error, texts)),
                        Ok(outcome) => planned.outcome = outcome,
                    }
                }
            }
        }
        full.sent(&planned.outcome);
        planned.files = files(project, store.as_ref(), &mut given, date, &planned.outcome)?;
        plan.exports.push(planned);
    }
    if let Some(store) = &store
        && customer_base::exists(project, store)?
    {
        let accepted = store.note(Note::Accepted)? == Some(store.customer_base_version()?);
        let places = Places { tables: folder.path(), archive: None, staged: None, rejected: None };
        // Exports that are planned are in no ledger, of which the fingerprint is.
        let unchanged = plan.exports.iter().all(|export| export.outcome.snapshot.is_none())
            && store.note(Note::Derived)? == Some(customer_base::fingerprint(project, store, date)?);
        let how = How { accept_removals: accepted, unchanged };
        let base = customer_base::bring_up_to_date(project, store, date, how, &places)?;
        let mut planned = Vec::new();
        for model in &base.models {
            planned.extend(files(project, Some(store), &mut given, date, &model.outcome)?);
        }
        plan.base = Some(PlannedBase { base, files: planned });
    }
    Ok(plan)
}

/// The files that the routes of an export or a model would become.
fn files(
    project: &Project,
    store: Option<&Store>,
    given: &mut Given,
    date: NaiveDate,
    outcome: &Outcome,
) -> Result<Vec<PlannedFile>, PipelineError> {
    let mut files = Vec::new();
    for of_route in &outcome.routes {
        let Some(route) = project.routes.get(of_route.route) else { continue };
        let taken = |_: &str, name: &str| store.map_or(Ok(false), |store| names::taken(route, store, name));
        let names = given.name(route, &of_route.parts, date, &taken)?;
        let counts = (outcome.rejected, outcome.rows);
        let hold = holds::hold(route, store, counts, &of_route.parts, names.hold)?;
        let in_set = |set: &&SetConfig| set.routes.iter().any(|member| member.route == route.config.name);
        let set = project.config.sets.iter().find(in_set);
        let archive = set.and_then(|set| Some(packing::name(project, set, set.archive.as_ref()?, date)));
        for (part, name) in of_route.parts.iter().zip(names.names) {
            files.push(PlannedFile {
                route: route.config.name.clone(),
                route_index: of_route.route,
                destination: route.config.destination.clone(),
                name,
                rows: part.rows,
                bytes: part.bytes,
                hold,
                set: set.map(|set| set.name.clone()),
                archive: archive.clone(),
            });
        }
    }
    Ok(files)
}
