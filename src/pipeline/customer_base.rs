//! From the customer base to outbound files: the models are derived, written as tables, and go along the routes that name them.
//!
//! All of it is one transaction of the caller: history, what was sent, and the staged files move together or not at all. A tripped
//! removal guard undoes it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::decide::open;
use super::delta::Delta;
use super::error::{PipelineError, io_error};
use super::export::{Outcome, RouteOutcome, Target, process};
use super::full::Full;
use super::project::{Project, Route};
use super::run::percent;
use crate::amilia::{Derived, Guard, Kind, Mode, Models, Warning, derive, known, suppressed};
use crate::config::Send;
use crate::finding::text::Texts;
use crate::intake::claim::free_name;
use crate::platform;
use crate::reading::survey::{Survey, survey};
use crate::review::summary::hex;
use crate::store::{Note, Store};

/// What the customer base gave.
#[derive(Debug)]
pub struct Base {
    /// What the derivation found; with a guard, nothing of it counts.
    pub derived: Derived,
    /// The models that routes name, in their order; where nothing can have changed, the user's own alone.
    pub models: Vec<ModelOutcome>,
    /// For [`Note::Models`], once this is durable.
    pub written_from: String,
}

/// What one model gave its routes.
#[derive(Debug)]
pub struct ModelOutcome {
    /// Its name.
    pub name: String,
    /// Its rows as a table.
    pub path: PathBuf,
    /// That table's content; `None`: it has no rows.
    pub survey: Option<Survey>,
    /// What the routes got.
    pub outcome: Outcome,
}

impl ModelOutcome {
    /// Some row goes out, or was refused.
    pub fn matters(&self) -> bool {
        self.outcome.rejected > 0 || self.outcome.routes.iter().any(|route| !route.parts.is_empty())
    }
}

/// How the models are brought up to date.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// A person has accepted what a guard held.
    pub accept_removals: bool,
    /// Nothing that it depends on has changed since the last time ([`fingerprint`]): routes that send all that they have get it once
    /// more, the others nothing.
    pub unchanged: bool,
}

/// Where the results of a derivation go.
pub struct Places<'a> {
    /// Tables of the models: a private folder.
    pub tables: &'a Path,
    /// Names that the tables must not have: the folder that they are archived in.
    pub archive: Option<PathBuf>,
    /// Staged files: folder and start of their names. `None`: rows are only counted.
    pub staged: Option<(&'a Path, &'a str)>,
    /// Rejected rows: a folder. `None`: none are written.
    pub rejected: Option<&'a Path>,
}

/// The project keeps a customer base, and has seen people.
///
/// # Errors
/// The store's.
pub fn exists(project: &Project, store: &Store) -> Result<bool, PipelineError> {
    Ok(project.config.customer_base.is_some() && known(store.connection(), Kind::People)?)
}

/// What a derivation depends on: exports, files that were given back, the day, the config, the models. The same again gives
/// the same.
///
/// # Errors
/// The store's.
pub fn fingerprint(project: &Project, store: &Store, today: NaiveDate) -> Result<String, PipelineError> {
    Ok(format!("{today} {} {}", store.customer_base_version()?, set_up(project)))
}

/// A hash of the config and of the models.
fn set_up(project: &Project) -> String {
    let mut hash = Sha256::new();
    hash.update(project.config.sha256);
    for model in project.models.iter().flat_map(Models::iter) {
        hash.update(format!("{}\n{}\n", model.name, model.sql()));
    }
    hex(&hash.finalize())
}

/// What the rows of the built-in models depend on besides the accounts: set-up, files given back, the unsubscribed list.
fn models_fingerprint(project: &Project, store: &Store) -> Result<String, PipelineError> {
    let mut addresses: Vec<String> = suppressed(store.connection())?.into_iter().collect();
    addresses.sort_unstable();
    let mut hash = Sha256::new();
    addresses.iter().for_each(|address| hash.update(format!("{address}\n")));
    Ok(format!("{} {} {}", set_up(project), store.discarded()?, hex(&hash.finalize())))
}

/// Derives the models and takes their rows along the routes, inside the caller's transaction. With a guard in what it found, the
/// caller rolls back.
///
/// # Errors
/// What stops a run.
pub fn bring_up_to_date(
    project: &Project,
    store: &Store,
    today: NaiveDate,
    how: How,
    places: &Places<'_>,
) -> Result<Base, PipelineError> {
    let (Some(settings), Some(models)) = (&project.config.customer_base, &project.models) else {
        return Ok(Base { derived: Derived::default(), models: Vec::new(), written_from: String::new() });
    };
    let derived = derive(store.connection(), settings, today, how.accept_removals)?;
    let written_from = models_fingerprint(project, store)?;
    // No account has changed, and nothing else: the built-in models have the rows that they had.
    let same = !derived.derived && store.note(Note::Models)?.as_ref() == Some(&written_from);
    let mut base = Base { derived, models: Vec::new(), written_from };
    if base.derived.guard.is_some() {
        return Ok(base);
    }
    // With each: only routes that send all that they have get its rows.
    let mut names: Vec<(&str, bool)> = Vec::new();
    for name in project.routes.iter().filter_map(Route::model) {
        let own = models.get(name).is_some_and(|model| model.file.is_some());
        let full_alone = how.unchanged || (same && !own);
        let known = names.iter().any(|(known, _)| *known == name);
        if !known && (!full_alone || project.model_in_full(name)) {
            names.push((name, full_alone));
        }
    }
    for (name, full_alone) in names {
        let folders = std::iter::once(places.tables).chain(places.archive.as_deref());
        let path = places.tables.join(free_name(&folders.collect::<Vec<_>>(), &format!("{name}.model.csv")));
        let write = |path: &Path| -> Result<u64, PipelineError> {
            let file = platform::create_private_file(path).map_err(io_error("making", path))?;
            let mut out = io::BufWriter::new(file);
            let rows = models.write(store.connection(), name, &mut out)?;
            out.flush().map_err(io_error("writing", path))?;
            Ok(rows)
        };
        let rows = write(&path)?;
        let model = along_routes(project, store, today, (name, full_alone), path, rows, places)?;
        base.models.push(model);
    }
    Ok(base)
}

fn along_routes(
    project: &Project,
    store: &Store,
    today: NaiveDate,
    (name, full_alone): (&str, bool),
    path: PathBuf,
    rows: u64,
    places: &Places<'_>,
) -> Result<ModelOutcome, PipelineError> {
    if rows == 0 {
        let outcome = none_left(project, store, name, full_alone)?;
        return Ok(ModelOutcome { name: name.to_owned(), path, survey: None, outcome });
    }
    let content = survey(&path).map_err(io_error("reading", &path))?;
    let stem = places.staged.map(|(folder, stem)| (folder, format!("{stem}-{name}")));
    let sources: Vec<_> = project
        .routes
        .iter()
        .filter(|route| route.model() == Some(name))
        .map(|route| route.source.clone())
        .take(1)
        .collect();
    let rejected =
        places.rejected.map(|folder| folder.join(free_name(&[folder], &format!("{name}.rejected.csv"))));
    let target = Target {
        staged: stem.as_ref().map(|(folder, stem)| (*folder, stem.as_str())),
        rejected,
        store: Some(store),
        sources: &sources,
        today,
        mode: Mode::Full,
        routes: true,
        full: &Full::of(project),
        full_alone,
    };
    let outcome = process(&path, &content, project, &target).map_err(io_error("processing", &path))?;
    Ok(ModelOutcome { name: name.to_owned(), path, survey: Some(content), outcome })
}

/// A model without rows: whatever its routes sent is no longer there.
fn none_left(
    project: &Project,
    store: &Store,
    name: &str,
    full_alone: bool,
) -> Result<Outcome, PipelineError> {
    let mut outcome = Outcome::default();
    for (index, route) in project.routes.iter().enumerate() {
        if route.model() != Some(name) || route.config.send == Send::All || (full_alone && !route.full) {
            continue;
        }
        let baseline = store.baseline(&route.config.name)?;
        let (tally, batches) = Delta::new(baseline, route.config.send, &route.target, true).finish()?;
        outcome.routes.push(RouteOutcome { route: index, parts: Vec::new(), tally: Some(tally), batches });
    }
    Ok(outcome)
}

/// A tripped guard as the store keeps it, for `status`.
pub fn guard_note(guard: &Guard) -> String {
    serde_json::json!({
        "removedRegistrations": guard.removed_registrations,
        "registrations": guard.registrations,
        "archivedPeople": guard.archived_people,
        "people": guard.people,
        "returnedAddresses": guard.returned_addresses,
        "addresses": guard.addresses,
    })
    .to_string()
}

/// Why a tripped guard holds the customer base, and what a person can do.
pub fn guard_reason(guard: &Guard, texts: Texts) -> String {
    let share = |part: u64, of: u64| percent(if of == 0 { 0.0 } else { part as f64 / of as f64 });
    let args = [
        ("registrations", guard.removed_registrations.into()),
        ("ofRegistrations", guard.registrations.into()),
        ("registrationShare", share(guard.removed_registrations, guard.registrations).into()),
        ("registrationLimit", percent(guard.max_removed_registrations).into()),
        ("people", guard.archived_people.into()),
        ("ofPeople", guard.people.into()),
        ("peopleShare", share(guard.archived_people, guard.people).into()),
        ("peopleLimit", percent(guard.max_archived_people).into()),
        ("returned", guard.returned_addresses.into()),
        ("ofAddresses", guard.addresses.into()),
        ("returnedShare", share(guard.returned_addresses, guard.addresses).into()),
        ("returnedLimit", percent(guard.max_returned_addresses).into()),
    ];
    texts.say("hold-removals", &args)
}

/// What people should know of what the customer base gave: warnings of the derivation, and rows of models that files must not have.
pub fn warnings(base: &Base, texts: Texts) -> Vec<String> {
    let of_derivation = base.derived.warnings.iter().map(|warning| warning_text(warning, texts));
    let left_out = base.models.iter().flat_map(|model| {
        model.outcome.left_out.iter().map(|(reason, count)| {
            let args = [("model", model.name.as_str().into()), ("count", (*count).into())];
            texts.say(&format!("base-{reason}"), &args)
        })
    });
    of_derivation.chain(left_out).collect()
}

/// A warning of the derivation, for people.
fn warning_text(warning: &Warning, texts: Texts) -> String {
    match warning {
        Warning::EqualTitles { title, activities } => {
            let activities: Vec<_> = activities.iter().map(i64::to_string).collect();
            let args = [("title", title.as_str().into()), ("activities", activities.join(", ").into())];
            texts.say("base-equal-titles", &args)
        }
        Warning::SeparatorReplaced { count, title } => {
            let args = [("count", (*count).into()), ("title", title.as_str().into())];
            texts.say("base-separator-replaced", &args)
        }
        Warning::SharedAddresses { count } => {
            texts.say("base-shared-addresses", &[("count", (*count).into())])
        }
        Warning::NoConsent { count } => texts.say("base-no-consent", &[("count", (*count).into())]),
    }
}

/// Lets the removals that a guard holds happen with the next run.
///
/// # Errors
/// The project's lock, or the store.
pub fn accept_removals(project: &Project) -> Result<Release, PipelineError> {
    let (mut store, _lock) = open(project)?;
    if store.note(Note::Guard)?.is_none() {
        return Ok(Release::NothingHeld);
    }
    let version = store.customer_base_version()?;
    store.set_note(Note::Accepted, Some(&version))?;
    store.set_note(Note::Derived, None)?;
    super::metrics::renew(&project.config, &store, Utc::now());
    Ok(Release::Accepted)
}

/// What became of the wish to release the customer base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// The next run goes on.
    Accepted,
    /// No guard holds it.
    NothingHeld,
}
