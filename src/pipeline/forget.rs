//! Takes one person out of everything that the project keeps: archive, delivered copies, reports, leftovers and store. Everybody else's
//! rows stay as they are.
//!
//! [`plan`] looks and changes nothing; [`erase`] does what it says, then looks again and gives the proof. The order: the address is noted
//! (as a keyed hash) so that no run takes it in again, then the store, then the files, then the receipts, then the store's own bytes. Every
//! step can be done again; what a crash left is finished by the same command. The address itself is written nowhere.

mod places;
mod proof;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::error::{PipelineError, io_error};
use super::project::{Project, Route};
use super::retention::renew;
use crate::amilia;
use crate::config::{DestinationKind, Packaging, Send};
use crate::fault;
use crate::hash;
use crate::keeping::address::Address;
use crate::keeping::content::{self, How, Report, Todo};
use crate::keeping::rows::{Subject, Written};
use crate::platform;
use crate::schema::Dialect;
use crate::schema::label::normalise;
use crate::store::{Cause, Erasure, Note, OutboundId, OutboundRecord, OutboundState, Store};
use crate::transform::zone;

pub use places::Place;
pub use proof::Line;

use places::{Found, Known};

/// What would be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The day since when the address is forgotten already.
    pub since: Option<String>,
    /// Files of ours in which the person is: what has to be done with each.
    files: Vec<FilePlan>,
    /// How many rows of each table of the store would be changed.
    pub tables: BTreeMap<&'static str, u64>,
    /// Files that are not delivered yet and name the person: a person decides on them first.
    pub blocked: Vec<OutboundRecord>,
    /// Exports in the work folder that name the person: a run has to finish them first.
    pub in_work: Vec<PathBuf>,
    /// Files that cannot be looked into.
    pub closed: Vec<PathBuf>,
    /// Files that are not ours, and name the person: in the inbox, or put into our folders.
    pub foreign: Vec<PathBuf>,
    /// What was delivered with the person in it.
    pub delivered: Vec<Delivered>,
    /// How often the address stands in the bytes of the store's files.
    pub bytes: u64,
    /// Delivered files whose copies were removed before: nobody can tell who was in them.
    pub copies_gone: u64,
    /// By route, the keys of the rows of the person that were sent.
    keys: BTreeMap<String, BTreeSet<u128>>,
    subject: Option<Subject>,
}

/// A file of ours in which the person is.
#[derive(Debug)]
struct FilePlan {
    path: PathBuf,
    place: Place,
    known: Option<Known>,
    how: How,
    /// It goes as a whole.
    removed: bool,
    rows: u64,
}

/// A file that was delivered with the person in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Its number in the ledger.
    pub id: OutboundId,
    /// Where it went.
    pub destination: String,
    /// Its name there.
    pub name: String,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// It went into a folder, and still lies there.
    pub still_there: bool,
}

impl Plan {
    /// Adds the keys of rows that went out of our copy of a file.
    fn add_keys(&mut self, project: &Project, route: &str, labels: &[String], gone: &[Vec<String>]) {
        let route = project.routes.iter().find(|known| known.config.name == route);
        if let Some(route) = route.filter(|route| route.config.send != Send::All) {
            let of_route = self.keys.entry(route.config.name.clone()).or_default();
            of_route.extend(keys_of(route, labels, gone));
        }
    }

    /// The person is nowhere.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
            && self.tables.values().all(|count| *count == 0)
            && self.foreign.is_empty()
            && self.blocked.is_empty()
            && self.in_work.is_empty()
    }

    /// Something has to be decided first; nothing may be erased.
    pub fn is_blocked(&self) -> bool {
        !self.blocked.is_empty() || !self.in_work.is_empty()
    }

    /// Files of a place, and rows in them.
    pub fn found(&self, place: Place) -> (u64, u64) {
        let files = self.files.iter().filter(|file| file.place == place);
        files.fold((0, 0), |(files, rows), file| (files + 1, rows + file.rows))
    }

    /// Files that would go as a whole.
    pub fn removed(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter(|file| file.removed).map(|file| file.path.as_path())
    }

    /// Rows of the store that would be changed.
    pub fn rows_of_store(&self) -> u64 {
        self.tables.values().sum()
    }
}

/// What was done, and the proof.
#[derive(Debug)]
pub struct Outcome {
    /// By place, what was found, what was erased and what is left.
    pub lines: Vec<Line>,
    /// Receipts that were written again.
    pub receipts: u64,
}

impl Outcome {
    /// Something is left of the person, or could not be looked into.
    pub fn is_incomplete(&self) -> bool {
        self.lines.iter().any(|line| line.left > 0)
    }
}

/// Looks for a person. Nothing is changed; the caller has the project's lock.
///
/// # Errors
/// The ledger's and the system's.
pub fn plan(project: &Project, store: &mut Store, address: &Address) -> Result<Plan, PipelineError> {
    let forgotten = store.forgotten()?;
    let mark = forgotten.find(address.as_str()).and_then(|_| forgotten.mark(address.as_str()));
    let persons = amilia::forget::persons(store.connection(), address.as_str(), mark.as_ref())?;
    let mut plan =
        Plan { since: forgotten.find(address.as_str()).map(|found| found.on.clone()), ..Plan::default() };
    let subject = Subject {
        address: address.clone(),
        own: persons.own.clone(),
        dependants: persons.dependants.clone(),
        others: persons.others.clone(),
    };
    for found in places::files(project, store, address)? {
        look(project, &found, &subject, &mut plan)?;
    }
    store.begin()?;
    let erased = erase_store(project, store, address, &mark.unwrap_or_default(), &persons, &plan.keys);
    store.roll_back();
    plan.tables = erased?;
    plan.copies_gone = store.copies_gone()?;
    plan.bytes = proof::bytes(project, store, address)?;
    plan.subject = Some(subject);
    Ok(plan)
}

/// Looks into one file.
fn look(project: &Project, found: &Found, subject: &Subject, plan: &mut Plan) -> Result<(), PipelineError> {
    let bytes = read(&found.path)?;
    let relative = || crate::store::relative_to(&project.config.root, &found.path);
    if found.place == Place::Foreign || found.place == Place::Inbox {
        match content::count(&bytes, &subject.address) {
            Some(0) => {}
            Some(_) => plan.foreign.push(relative()),
            None => plan.closed.push(relative()),
        }
        return Ok(());
    }
    let how = how(project, found);
    let (removed, rows) = match content::todo(&bytes, &how, subject) {
        Todo::Nothing => return Ok(()),
        Todo::Closed => {
            plan.closed.push(relative());
            return Ok(());
        }
        Todo::Rewrite { rows, labels, gone, .. } => {
            if let Some(Known { file: Some(file), .. }) = &found.known {
                plan.add_keys(project, &file.route, &labels, &gone);
            }
            (false, rows)
        }
        Todo::Remove => (true, 0),
    };
    match &found.known {
        Some(Known { file: Some(file), .. }) => match file.state {
            OutboundState::Delivered => plan.delivered.push(Delivered {
                id: file.id,
                destination: file.destination.clone(),
                name: file.name.clone(),
                at: file.delivered_at,
                still_there: match project.config.destinations.get(&file.destination).map(|known| &known.kind)
                {
                    Some(DestinationKind::Folder { path }) => path.join(&file.name).exists(),
                    _ => false,
                },
            }),
            OutboundState::Discarded => {}
            _ => {
                plan.blocked.push(file.clone());
                return Ok(());
            }
        },
        None if found.place == Place::Work => {
            plan.in_work.push(relative());
            return Ok(());
        }
        _ => {}
    }
    let FoundParts { path, place, known } = found.parts();
    plan.files.push(FilePlan { path, place, known, how, removed, rows });
    Ok(())
}

struct FoundParts {
    path: PathBuf,
    place: Place,
    known: Option<Known>,
}

impl Found {
    fn parts(&self) -> FoundParts {
        FoundParts { path: self.path.clone(), place: self.place, known: self.known.clone() }
    }
}

/// How a file of ours has to be taken.
fn how(project: &Project, found: &Found) -> How {
    let ending = found.path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match (found.place, &found.known) {
        (Place::Reports, _) => How {
            report: match ending {
                "csv" => None,
                "json" => Some(Report::Json),
                _ => Some(Report::Other),
            },
            ..How::default()
        },
        (Place::Other, _) => How { report: Some(Report::Json), ..How::default() },
        (_, Some(Known { file: Some(file), .. })) => How {
            written: Written {
                dialect: project
                    .library
                    .get(&file.schema)
                    .map_or_else(|_| Dialect::default(), |schema| schema.dialect.clone()),
                person: person_column(project, &file.route),
            },
            packed: match ending {
                "gz" => Some(Packaging::Gzip),
                "zip" => Some(Packaging::Zip),
                _ => None,
            },
            report: None,
        },
        _ => How::default(),
    }
}

/// The column in which a route writes Amilia's number of the person.
fn person_column(project: &Project, route: &str) -> Option<String> {
    let route = project.routes.iter().find(|known| known.config.name == route)?;
    let is_person = |from: &Vec<String>| matches!(from.as_slice(), [name] if normalise(name) == "person id");
    route.config.columns.iter().find(|(_, column)| is_person(&column.from)).map(|(name, _)| name.clone())
}

/// Erases a person, as planned. Doing it again does what a crash left, and else nothing. The caller has the project's lock.
///
/// # Errors
/// The ledger's and the system's.
pub fn erase(
    project: &Project,
    store: &mut Store,
    plan: &Plan,
    may_return: bool,
    now: DateTime<Utc>,
) -> Result<Outcome, PipelineError> {
    let Some(subject) = &plan.subject else { return Ok(Outcome { lines: Vec::new(), receipts: 0 }) };
    let today = zone::day(now, project.config.time_zone).to_string();
    store.erase_securely()?;
    let mark = store.forget_address(subject.address.as_str(), &today, may_return)?;
    fault::point("forget-noted");
    let persons = amilia::forget::Persons {
        own: subject.own.clone(),
        dependants: subject.dependants.clone(),
        others: subject.others.clone(),
    };
    store.atomically(|store| erase_store(project, store, &subject.address, &mark, &persons, &plan.keys))?;
    fault::point("forget-store");
    let mut folders = BTreeSet::new();
    for file in &plan.files {
        erase_file(store, file, subject, now)?;
        folders.extend(file.path.parent().map(Path::to_owned));
        fault::point("forget-file");
    }
    for found in places::files(project, store, &subject.address)? {
        if let Some(renamed) = &found.renamed {
            fs::rename(&found.path, renamed).map_err(io_error("renaming", &found.path))?;
            folders.extend(found.path.parent().map(Path::to_owned));
        }
    }
    for folder in &folders {
        platform::sync_dir(folder).map_err(io_error("syncing", folder))?;
    }
    for file in plan.files.iter().filter(|file| file.removed) {
        if let Some(known) = &file.known {
            store.removed(known.of, now)?;
        }
    }
    let mut receipts = 0;
    for file in store.delivered_with_erasures()? {
        receipts += u64::from(renew(&project.config.root, store, &file)?);
    }
    fault::point("forget-receipts");
    let log_is_empty = store.rewrite()?;
    fault::point("forget-rewritten");
    Ok(Outcome { lines: proof::prove(project, store, plan, subject, log_is_empty)?, receipts })
}

fn erase_file(
    store: &mut Store,
    file: &FilePlan,
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let bytes = read(&file.path)?;
    let (after, rows) = match content::todo(&bytes, &file.how, subject) {
        Todo::Nothing | Todo::Closed => return Ok(()),
        Todo::Rewrite { bytes, rows, .. } => (Some(bytes), rows),
        Todo::Remove => (None, 0),
    };
    if let Some(known) = &file.known {
        let erasure = Erasure {
            at: now,
            cause: Cause::Forgotten,
            before: Sha256::digest(&bytes).into(),
            after: after.as_ref().map(|after| Sha256::digest(after).into()),
            rows,
        };
        store.enter_erasure(known.of, &erasure)?;
        fault::point("forget-erasure");
    }
    match after {
        Some(after) => platform::write_whole(&file.path, |out| std::io::Write::write_all(out, &after))
            .map_err(io_error("writing", &file.path)),
        None => fs::remove_file(&file.path).map_err(io_error("removing", &file.path)),
    }
}

/// Takes a person out of the store, inside a transaction. Gives how many rows of each table were changed.
fn erase_store(
    project: &Project,
    store: &mut Store,
    address: &Address,
    mark: &[u8; 32],
    persons: &amilia::forget::Persons,
    keys: &BTreeMap<String, BTreeSet<u128>>,
) -> Result<BTreeMap<&'static str, u64>, PipelineError> {
    let spellings = amilia::forget::spellings(store.connection(), address.as_str())?;
    let mut tables = amilia::forget::erase(store.connection(), address.as_str(), mark, persons)?;
    // A route whose rows are told apart by the address alone needs no file to know the key.
    let mut keys = keys.clone();
    for route in project.routes.iter().filter(|route| route.config.send != Send::All) {
        let key = route.config.key_fields(&route.target);
        if key.len() == 1 {
            let of_route = keys.entry(route.config.name.clone()).or_default();
            of_route.extend(spellings.iter().map(|spelling| hash::key(std::iter::once(spelling.as_str()))));
        }
    }
    let mut rows = 0;
    for (route, keys) in &keys {
        rows += store.forget_sent(route, keys)?;
    }
    tables.insert("baseline_row", rows);
    tables.insert("ledger", store.erase_from_ledger(&|text| address.find(text))?);
    if tables.values().any(|count| *count > 0) {
        // The next run derives again, for whoever shares an account with the person.
        store.set_note(Note::Derived, None)?;
    }
    Ok(tables)
}

/// The keys of rows of a file, as the baseline has them.
fn keys_of(route: &Route, labels: &[String], rows: &[Vec<String>]) -> Vec<u128> {
    let fields = route.config.key_fields(&route.target);
    let position = |field: &usize| {
        let name = route.target.fields.get(*field).map(|field| field.name.to_string())?;
        if route.target.dialect.no_header {
            Some(*field)
        } else {
            labels.iter().position(|label| *label == name)
        }
    };
    let Some(columns) = fields.iter().map(position).collect::<Option<Vec<usize>>>() else {
        return Vec::new();
    };
    let key = |row: &Vec<String>| {
        hash::key(columns.iter().map(|column| row.get(*column).map_or("", String::as_str)))
    };
    rows.iter().map(key).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, PipelineError> {
    fs::read(path).map_err(io_error("reading", path))
}
