//! The exports of a run: taken out of the inbox (or found in work, where a killed run left them), processed, entered in the ledger with
//! their outbound files, archived.

mod markers;
mod models;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use chrono::{DateTime, NaiveDate, Utc};

use super::error::{PipelineError, io_error};
use super::expect;
use super::export::{Outcome, RouteOutcome, Target, process};
use super::full::Full;
use super::holds::hold;
use super::names::{self, Given};
use super::project::Project;
use super::run::{Event, ExportReport, Fate, Folders, Left, Options};
use super::said::export_said;
use super::snapshot;
use crate::config::MODELS;
use crate::fault;
use crate::finding::text::Texts;
use crate::finding::{Level, Severity};
use crate::intake::claim::{claim, free_name, move_file};
use crate::intake::scan::{Entry, Quiet, Stamp, State};
use crate::outbound::packaging::{inner_name, pack};
use crate::platform;
use crate::reading::survey::survey;
use crate::store::{
    ExportId, ExportOutcome, ExportRecord, ExportState, NewExport, NewOutbound, Rejections, RunId, Staged,
    Store, relative_to,
};
use crate::transform::zone;

/// Takes the exports of one run.
pub(super) struct Runner<'r> {
    pub(super) project: &'r Project,
    pub(super) options: Options,
    pub(super) texts: Texts,
    pub(super) clock: &'r dyn Fn() -> DateTime<Utc>,
    pub(super) folders: Folders,
    pub(super) reports: PathBuf,
    pub(super) run: RunId,
    pub(super) store: &'r mut Store,
    pub(super) given: Given,
    pub(super) full: Full,
    pub(super) exports: Vec<ExportReport>,
    pub(super) staged: Vec<crate::store::OutboundId>,
    pub(super) count: u64,
}

impl Runner<'_> {
    /// Takes what an interrupted run left in work, then what lies ready in the inbox.
    pub(super) fn intake(&mut self, events: &mut dyn FnMut(Event<'_>)) -> Result<Vec<Left>, PipelineError> {
        self.remove_orphans()?;
        let mut known = self.store.unfinished_exports()?;
        let mut found = Vec::new();
        for path in self.in_work()? {
            let relative = relative_to(&self.project.config.root, &path);
            let record = known.iter().position(|record| record.work_path == relative);
            let record = record.map(|index| known.swap_remove(index));
            match record {
                Some(record) if record.state != ExportState::Claimed => {
                    self.archive(&record, &path)?;
                    self.take_marker_away(&record.name);
                }
                record => found.push((snapshot::rank(self.project, &path), Found::InWork(path, record))),
            }
        }
        for path in in_folder(&self.folders.models)? {
            let relative = relative_to(&self.project.config.root, &path);
            match known.iter().position(|record| record.work_path == relative) {
                Some(index) => self.archive(&known.swap_remove(index), &path)?,
                // Its transaction did not come to its end: it is made again.
                None => fs::remove_file(&path).map_err(io_error("removing", &path))?,
            }
        }
        // Archived by a run that was killed before it could say so.
        for record in known {
            let archived = self.archive_path(&record.run, &record.work_path);
            if archived.exists() {
                let relative = relative_to(&self.project.config.root, &archived);
                self.store.archived(record.id, &relative, (self.clock)())?;
                fault::point("archive-recovered");
                if !record.schema.as_deref().is_some_and(|schema| schema.starts_with(MODELS)) {
                    self.take_marker_away(&record.name);
                }
            } else if record.state == ExportState::Claimed {
                // Back in the inbox: the run was killed before it could forget the claim.
                self.store.forget_claim(record.id)?;
            }
        }
        let mut left = Vec::new();
        for entry in self.settled()? {
            found.push((snapshot::rank(self.project, &entry.path), Found::InInbox(entry)));
        }
        found.sort_by_key(|(rank, _)| *rank);
        for (_, found) in found {
            let entry = match found {
                Found::InInbox(entry) => entry,
                Found::InWork(path, record) => {
                    let name = record.as_ref().map_or_else(|| name_of(&path), |record| record.name.clone());
                    events(Event::Export { name: &name });
                    self.export(name, path, record.map(|record| record.id), events)?;
                    continue;
                }
            };
            // What is not taken yet stays in the inbox for the next run.
            if platform::stop_flag().load(Ordering::Relaxed) {
                break;
            }
            // The archive keeps the name, so it must be free there too.
            let archive = self.project.config.archive.join(self.run.as_str());
            let path = self.folders.work.join(free_name(&[&self.folders.work, &archive], &entry.name));
            match claim(&entry, &path) {
                Ok(true) => {
                    fault::point("export-moved");
                    events(Event::Export { name: &entry.name });
                    self.export(entry.name, path, None, events)?;
                }
                Ok(false) => left.push(Left { name: entry.name, state: entry.state }),
                Err(error) => {
                    let why = super::said::io_said(&error, self.texts);
                    left.push(Left { name: entry.name, state: State::Unreadable(why) });
                }
            }
        }
        Ok(left)
    }

    /// Lists the inbox; files that were changed a moment ago get the settle time, once.
    fn settled(&self) -> Result<Vec<Entry>, PipelineError> {
        let config = &self.project.config;
        let mut quiet = Quiet::default();
        let mut list = || {
            quiet
                .scan(&config.inbox, &self.project.ignore, config.settle)
                .map_err(io_error("listing", &config.inbox))
        };
        let entries = list()?;
        let wait = entries.iter().filter_map(|entry| match entry.state {
            State::Settling(left) => Some(left),
            _ => None,
        });
        match wait.max() {
            None => Ok(entries),
            Some(wait) => {
                platform::wait_unless_stopped(wait);
                list()
            }
        }
    }

    /// Files in the work folder, which only an interrupted run leaves there.
    fn in_work(&self) -> Result<Vec<PathBuf>, PipelineError> {
        in_folder(&self.folders.work)
    }

    /// Removes staged files that no ledger entry refers to: a run was killed before it could enter them, and their export will
    /// be processed again.
    fn remove_orphans(&self) -> Result<(), PipelineError> {
        let folder = &self.folders.outbound;
        let remove = || -> io::Result<Vec<PathBuf>> {
            fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
        };
        for path in remove().map_err(io_error("listing", folder))? {
            let relative = relative_to(&self.project.config.root, &path);
            if !self.store.has_staged(&relative)? {
                fs::remove_file(&path).map_err(io_error("removing", &path))?;
                fault::point("orphan-removed");
            }
        }
        Ok(())
    }

    /// The way of one export that lies in work.
    fn export(
        &mut self,
        name: String,
        path: PathBuf,
        id: Option<ExportId>,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), PipelineError> {
        self.count += 1;
        let before = self.staged.len();
        let mut report =
            ExportReport { name, id, survey: None, fate: Fate::Accepted, outcome: Outcome::default(), path };
        let result = self.export_into(&mut report, id);
        // Open only after an error.
        self.store.roll_back();
        match result {
            Ok(()) => {}
            Err(PipelineError::Io { doing, path, source }) => {
                // One export that the system will not read must not stop the others.
                report.fate = Fate::Failed(export_said(doing, &path, &source, self.texts));
            }
            Err(error) => return Err(error),
        }
        events(Event::ExportDone(&report));
        self.tell_staged(before, events)?;
        self.exports.push(report);
        Ok(())
    }

    /// Tells of the files that were made since there were `before` of them.
    fn tell_staged(&self, before: usize, events: &mut dyn FnMut(Event<'_>)) -> Result<(), PipelineError> {
        for id in self.staged.iter().skip(before) {
            events(Event::Staged(&self.store.outbound(*id)?));
        }
        Ok(())
    }

    fn export_into(&mut self, report: &mut ExportReport, id: Option<ExportId>) -> Result<(), PipelineError> {
        let path = report.path.clone();
        let stamp = || fs::metadata(&path).map(|metadata| Stamp::of(&metadata));
        let before = stamp().map_err(io_error("looking at", &path))?;
        let survey = survey(&path).map_err(io_error("reading", &path))?;
        fault::point("export-surveyed");
        let duplicate = self.store.export_with_content(&survey.sha256)?.filter(|_| !self.options.resend);
        let id = match id {
            Some(id) => id,
            None => self.store.claim_export(
                &self.run,
                NewExport {
                    name: report.name.clone(),
                    sha256: survey.sha256,
                    size: survey.size,
                    work_path: relative_to(&self.project.config.root, &path),
                    claimed_at: (self.clock)(),
                },
            )?,
        };
        fault::point("export-claimed");
        report.id = Some(id);
        report.survey = Some(survey);
        let mut staged = Staged {
            export: id,
            run: self.run.clone(),
            at: (self.clock)(),
            outcome: ExportOutcome::Duplicate,
            schema: None,
            rows: 0,
            rejected: 0,
            report_path: None,
            outbound: Vec::new(),
        };
        if duplicate.as_ref().is_none_or(|earlier| snapshot::hears_again(self.project, earlier)) {
            // What was sent, the customer base, and what is staged now change as one. Content that came before goes along no route.
            self.store.begin()?;
            self.read(report, &path, duplicate.is_none())?;
            if stamp().map_err(io_error("looking at", &path))? != before {
                self.store.roll_back();
                return self.put_back(report, id, Fate::Changed);
            }
            if report.outcome.parked {
                self.store.roll_back();
                return self.put_back(report, id, Fate::Parked);
            }
        }
        if let Some(earlier) = duplicate {
            report.outcome = Outcome { snapshot: report.outcome.snapshot, ..Outcome::default() };
            staged.schema = earlier.schema.clone();
            report.fate = Fate::Duplicate(Box::new(earlier));
        } else {
            let outcome = &report.outcome;
            report.fate = if outcome.refused.is_empty() { Fate::Accepted } else { Fate::Refused };
            staged.outcome = match report.fate {
                Fate::Accepted => ExportOutcome::Accepted,
                _ => ExportOutcome::Refused,
            };
            staged.schema = outcome.schema.clone();
            staged.rows = outcome.rows;
            staged.rejected = outcome.rejected;
            staged.report_path =
                outcome.rejected_file.as_ref().map(|file| relative_to(&self.project.config.root, &file.path));
            for route in &outcome.routes {
                staged.outbound.extend(self.outbound(route, outcome.rows, outcome.rejected)?);
            }
        }
        self.store.add_rejections(&rejections(&report.outcome))?;
        fault::point("before-staged");
        let at = staged.at;
        let entered = self.store.stage(staged)?;
        if let (Fate::Accepted, Some(schema)) = (&report.fate, &report.outcome.schema) {
            expect::arrived(self.project, self.store, (schema, report.outcome.rows), id, at)?;
        }
        self.store.commit()?;
        fault::point("staged");
        self.full.sent(&report.outcome);
        self.staged.extend(entered);
        let record = self.store.export(id)?;
        self.archive(&record, &path)?;
        self.take_marker_away(&record.name);
        report.path = self.archive_path(&record.run, &record.work_path);
        Ok(())
    }

    fn read(&mut self, report: &mut ExportReport, path: &Path, routes: bool) -> Result<(), PipelineError> {
        let Some(survey) = &report.survey else { return Ok(()) };
        platform::create_private_dir(&self.reports).map_err(io_error("making the folder", &self.reports))?;
        let staged = format!("{}-{}", self.run, self.count);
        let stem = Path::new(&report.name).file_stem().unwrap_or_default().to_string_lossy();
        let target = Target {
            staged: Some((&self.folders.outbound, &staged)),
            rejected: routes
                .then(|| self.reports.join(free_name(&[&self.reports], &format!("{stem}.rejected.csv")))),
            store: Some(&*self.store),
            sources: &self.project.sources,
            today: self.today(),
            mode: snapshot::mode(&report.name),
            routes,
            full: &self.full,
            full_alone: false,
        };
        report.outcome =
            process(path, survey, self.project, &target).map_err(io_error("processing", path))?;
        Ok(())
    }

    /// The day of the run, in the project's zone.
    fn today(&self) -> NaiveDate {
        zone::day((self.clock)(), self.project.config.time_zone)
    }

    /// The ledger entries for the files of one route.
    fn outbound(
        &mut self,
        outcome: &RouteOutcome,
        rows: u64,
        rejected_rows: u64,
    ) -> Result<Vec<NewOutbound>, PipelineError> {
        let Some(route) = self.project.routes.get(outcome.route) else { return Ok(Vec::new()) };
        let date = self.today();
        let store = &*self.store;
        let names =
            self.given.name(route, &outcome.parts, date, &|_, name| names::taken(route, store, name))?;
        let counts = (rejected_rows, rows);
        let held = hold(route, Some(store), counts, &outcome.parts, names.hold)?
            .map(|held| held.reason(route, counts, self.texts));
        let mut entries = Vec::new();
        for (index, (part, name)) in outcome.parts.iter().zip(names.names).enumerate() {
            let packed = match route.config.packaging {
                Some(packaging) => {
                    let first = names::subsections(route).first().copied().unwrap_or_default();
                    let inner = inner_name(&names::build(route, first, date));
                    pack(part.clone(), packaging, &inner)
                        .map_err(io_error("packing", &self.folders.outbound))?
                }
                None => part.clone(),
            };
            let part = &packed;
            let Some(path) = &part.path else { continue };
            entries.push(NewOutbound {
                route: route.config.name.clone(),
                destination: route.config.destination.clone(),
                name,
                staged_path: relative_to(&self.project.config.root, path),
                sha256: part.sha256,
                size: part.bytes,
                rows: part.rows,
                schema: route.target.name.clone(),
                schema_sha256: route.target.sha256,
                config_sha256: self.project.config.sha256,
                held: held.clone(),
                batch: outcome.batches.get(index).copied(),
            });
        }
        Ok(entries)
    }

    /// Nothing of the file is used, and it goes back to the inbox.
    fn put_back(&mut self, report: &mut ExportReport, id: ExportId, fate: Fate) -> Result<(), PipelineError> {
        for part in report.outcome.routes.iter().flat_map(|route| &route.parts) {
            if let Some(path) = &part.path {
                fs::remove_file(path).map_err(io_error("removing", path))?;
            }
        }
        if let Some(file) = report.outcome.rejected_file.take() {
            fs::remove_file(&file.path).map_err(io_error("removing", &file.path))?;
        }
        fault::point("put-back-cleaned");
        let inbox = &self.project.config.inbox;
        let back = inbox.join(free_name(&[inbox], &report.name));
        move_file(&report.path, &back).map_err(io_error("putting back", &report.path))?;
        fault::point("put-back-moved");
        self.mark_put_back(&report.name, &back);
        self.store.forget_claim(id)?;
        report.outcome = Outcome::default();
        report.path = back;
        report.fate = fate;
        Ok(())
    }

    /// Moves an export whose work is done from work to the archive.
    fn archive(&mut self, record: &ExportRecord, path: &Path) -> Result<(), PipelineError> {
        let target = self.archive_path(&record.run, &record.work_path);
        if let Some(folder) = target.parent() {
            platform::create_private_dir(folder).map_err(io_error("making the folder", folder))?;
        }
        // Over file systems a move is a copy; a run may have been killed before it could remove the original.
        let copied =
            target.exists() && survey(&target).map_err(io_error("reading", &target))?.sha256 == record.sha256;
        let moved = if copied { fs::remove_file(path) } else { move_file(path, &target) };
        moved.map_err(io_error("archiving", path))?;
        fault::point("export-archived");
        let relative = relative_to(&self.project.config.root, &target);
        self.store.archived(record.id, &relative, (self.clock)())?;
        fault::point("archive-recorded");
        Ok(())
    }

    /// Where an export is archived: known from the ledger alone, so that an interrupted move can be recognised.
    fn archive_path(&self, run: &RunId, work_path: &Path) -> PathBuf {
        self.project
            .config
            .archive
            .join(run.as_str())
            .join(work_path.file_name().unwrap_or(work_path.as_os_str()))
    }
}

/// Why rows of an export were rejected, or all of it was refused.
pub(super) fn rejections(outcome: &Outcome) -> Rejections {
    let mut rejections = Rejections::default();
    for finding in &outcome.refused {
        *rejections.exports.entry(finding.slug().as_str().to_owned()).or_default() += 1;
    }
    if !outcome.refused.is_empty() {
        return rejections;
    }
    for cause in outcome.causes.sorted() {
        let of_rows = cause.first.level() >= Level::Row && cause.first.severity == Severity::Error;
        if of_rows {
            *rejections.rows.entry(cause.first.slug().as_str().to_owned()).or_default() += cause.findings;
        }
    }
    if outcome.causes.others() > 0 && outcome.rejected > 0 {
        rejections.rows.insert("other".to_owned(), outcome.causes.others());
    }
    rejections
}

/// An export that a run takes.
enum Found {
    /// In the work folder, with what the ledger knows of it.
    InWork(PathBuf, Option<ExportRecord>),
    /// In the inbox.
    InInbox(Entry),
}

/// The files of a folder that are not hidden, by name.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let list = || -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type()?.is_file() && !hidden {
                paths.push(entry.path());
            }
        }
        paths.sort();
        Ok(paths)
    };
    list().map_err(io_error("listing", folder))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
