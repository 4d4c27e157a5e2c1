//! One run over the inbox and the outbox.
//!
//! Each export is at every moment in exactly one of inbox, work and archive, and the ledger says what was done with it. A run that
//! is killed leaves a state from which the next run goes on: an export still in work is processed (again), unless the ledger
//! already has its outbound files, and then it is only archived.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::error::{PipelineError, io_error};
use super::export::{Outcome, RouteOutcome, Target, process};
use super::names::{Given, Shortage};
use super::project::Project;
use crate::delivery::sftp::probe::last_profile;
use crate::delivery::{DeliverySummary, Event as Delivery, deliver_waiting};
use crate::fault;
use crate::finding::text::Texts;
use crate::intake::claim::{claim, free_name, move_file};
use crate::intake::scan::{Entry, Stamp, State, scan};
use crate::platform;
use crate::reading::survey::{Survey, survey};
use crate::store::{
    ExportId, ExportOutcome, ExportRecord, ExportState, HoldCode, HoldReason, NewExport, NewOutbound,
    OutboundRecord, RunId, RunOutcome, Staged, Store, relative_to,
};
use crate::transform::zone;

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The time to run at; `None`: the clock's.
    pub now: Option<DateTime<Utc>>,
    /// Exports whose content was processed before are processed again.
    pub resend: bool,
}

/// What happens while a run goes on, for people who watch it.
pub enum Event<'a> {
    /// An export is taken up.
    Export {
        /// Its name.
        name: &'a str,
    },
    /// Something about delivery.
    Delivery(Delivery<'a>),
}

/// What a run did.
pub struct Report {
    /// Its id.
    pub run: RunId,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// What became of each export.
    pub exports: Vec<ExportReport>,
    /// Entries of the inbox that stay there, and why.
    pub left: Vec<Left>,
    /// The outbound files that this run made, tried to deliver, or found held.
    pub files: Vec<OutboundRecord>,
    /// Delivery's words on each file that it tried.
    pub delivery: DeliverySummary,
    /// The folder of its reports, if it wrote any.
    pub reports: Option<PathBuf>,
}

/// What became of one export.
pub struct ExportReport {
    /// Its name in the inbox.
    pub name: String,
    /// Its content.
    pub survey: Option<Survey>,
    /// What became of it.
    pub fate: Fate,
    /// What was read.
    pub outcome: Outcome,
    /// Where it is now.
    pub path: PathBuf,
}

/// What became of an export.
#[derive(Debug)]
pub enum Fate {
    /// Its rows were used, save the rejected ones.
    Accepted,
    /// Nothing of it was used: the findings say why.
    Refused,
    /// The same content was processed before.
    Duplicate(Box<ExportRecord>),
    /// It was changed while it was read; it is back in the inbox.
    Changed,
    /// The system refused; it stays in work for the next run.
    Failed(String),
}

/// An entry of the inbox that stays there.
pub struct Left {
    /// Its name.
    pub name: String,
    /// Why.
    pub state: State,
}

/// Runs once.
///
/// # Errors
/// What stops a run; see [`PipelineError`]. What is wrong with one export or one destination is in the report.
pub fn run(
    project: &Project,
    options: Options,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<Report, PipelineError> {
    let clock = move || options.now.unwrap_or_else(Utc::now);
    let folders = Folders::make(project)?;
    let _lock = lock(&folders.work)?;
    let mut store = Store::open(&project.config.store)?;
    let started = clock();
    let id = store.begin_run(started)?;
    // This run has the lock, so that an earlier one that is still open was killed.
    store.close_dead_runs(&id, started)?;
    fault::point("run-begun");
    let texts = Texts::new(project.config.language);
    let mut runner = Runner {
        project,
        options,
        texts,
        clock: &clock,
        folders,
        reports: project.config.reports.join(id.as_str()),
        run: id.clone(),
        store: &mut store,
        given: Given::default(),
        exports: Vec::new(),
        staged: Vec::new(),
        count: 0,
    };
    let left = runner.intake(events)?;
    let Runner { exports, staged, reports, .. } = runner;
    let mut delivery = {
        let mut forward = |event: Delivery<'_>| events(Event::Delivery(event));
        deliver_waiting(
            &mut store,
            &id,
            &project.config.destinations,
            &project.config.root,
            &clock,
            platform::stop_flag(),
            &mut forward,
        )?
    };
    let mut files = Vec::new();
    let tried = delivery.files.iter().map(|file| file.id);
    let mut ids: Vec<_> = staged.into_iter().chain(tried).collect();
    ids.sort_unstable();
    ids.dedup();
    for file in ids {
        files.push(store.outbound(file)?);
    }
    delivery.remarks.extend(drifted(project, &files, texts));
    let finished = clock();
    let mut report = Report { run: id, started, finished, exports, left, files, delivery, reports: None };
    if !report.exports.is_empty() || !report.files.is_empty() {
        write_summary(&report, &reports, texts)?;
        fault::point("summary-written");
        report.reports = Some(reports);
    }
    let outcome = if report.needs_a_person() { RunOutcome::Attention } else { RunOutcome::Complete };
    store.end_run(&report.run, finished, outcome)?;
    fault::point("run-ended");
    Ok(report)
}

/// Destinations that showed another host key than when they were probed.
fn drifted(project: &Project, files: &[OutboundRecord], texts: Texts) -> Vec<String> {
    let mut remarks = Vec::new();
    for file in files {
        let Some(now) = &file.host_key else { continue };
        let profile = last_profile(&project.config.root, &file.destination);
        let same_place = profile.filter(|profile| Some(&profile.address) == file.address.as_ref());
        if let Some(profile) = same_place.filter(|profile| profile.abilities.host_key != *now) {
            let args = [
                ("destination", file.destination.as_str().into()),
                ("before", profile.abilities.host_key.as_str().into()),
                ("now", now.as_str().into()),
            ];
            let remark = texts.say("probe-host-key-changed", &args);
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
    }
    remarks
}

/// The folders of a project, made where they are missing.
struct Folders {
    work: PathBuf,
    outbound: PathBuf,
}

impl Folders {
    fn make(project: &Project) -> Result<Self, PipelineError> {
        let config = &project.config;
        let work = config.work.clone();
        let outbound = config.archive.join("outbound");
        for folder in [&config.inbox, &config.archive, &config.reports, &work, &outbound] {
            platform::create_private_dir(folder).map_err(io_error("making the folder", folder))?;
        }
        Ok(Folders { work, outbound })
    }
}

/// Takes the project's lock, which the system gives back when this process ends, however it ends.
pub(super) fn lock(work: &Path) -> Result<File, PipelineError> {
    let path = work.join(".lock");
    let file = match platform::create_private_file(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            File::options().write(true).open(&path).map_err(io_error("opening the lock", &path))?
        }
        Err(error) => return Err(io_error("making the lock", &path)(error)),
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(PipelineError::Busy { lock: path }),
        Err(TryLockError::Error(error)) => Err(io_error("locking", &path)(error)),
    }
}

struct Runner<'r> {
    project: &'r Project,
    options: Options,
    texts: Texts,
    clock: &'r dyn Fn() -> DateTime<Utc>,
    folders: Folders,
    reports: PathBuf,
    run: RunId,
    store: &'r mut Store,
    given: Given,
    exports: Vec<ExportReport>,
    staged: Vec<crate::store::OutboundId>,
    count: u64,
}

impl Runner<'_> {
    /// Takes what an interrupted run left in work, then what lies ready in the inbox.
    fn intake(&mut self, events: &mut dyn FnMut(Event<'_>)) -> Result<Vec<Left>, PipelineError> {
        self.remove_orphans()?;
        let mut known = self.store.unfinished_exports()?;
        for path in self.in_work()? {
            let relative = relative_to(&self.project.config.root, &path);
            let record = known.iter().position(|record| record.work_path == relative);
            let record = record.map(|index| known.swap_remove(index));
            match record {
                Some(record) if record.state != ExportState::Claimed => self.archive(&record, &path)?,
                record => {
                    let name = record.as_ref().map_or_else(|| name_of(&path), |record| record.name.clone());
                    events(Event::Export { name: &name });
                    self.export(name, path, record.map(|record| record.id))?;
                }
            }
        }
        // Archived by a run that was killed before it could say so.
        for record in known {
            let archived = self.archive_path(&record.run, &record.work_path);
            if archived.exists() {
                let relative = relative_to(&self.project.config.root, &archived);
                self.store.archived(record.id, &relative, (self.clock)())?;
                fault::point("archive-recovered");
            } else if record.state == ExportState::Claimed {
                // Back in the inbox: the run was killed before it could forget the claim.
                self.store.forget_claim(record.id)?;
            }
        }
        let mut left = Vec::new();
        for entry in self.settled()? {
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
                    self.export(entry.name, path, None)?;
                }
                Ok(false) => left.push(Left { name: entry.name, state: entry.state }),
                Err(error) => {
                    left.push(Left { name: entry.name, state: State::Unreadable(error.to_string()) });
                }
            }
        }
        Ok(left)
    }

    /// Lists the inbox; files that were changed a moment ago get the settle time, once.
    fn settled(&self) -> Result<Vec<Entry>, PipelineError> {
        let config = &self.project.config;
        let list = || {
            scan(&config.inbox, &self.project.ignore, config.settle, SystemTime::now())
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
                sleep(wait);
                list()
            }
        }
    }

    /// Files in the work folder, which only an interrupted run leaves there.
    fn in_work(&self) -> Result<Vec<PathBuf>, PipelineError> {
        let list = || -> io::Result<Vec<PathBuf>> {
            let mut paths = Vec::new();
            for entry in fs::read_dir(&self.folders.work)? {
                let entry = entry?;
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                if entry.file_type()?.is_file() && !hidden {
                    paths.push(entry.path());
                }
            }
            paths.sort();
            Ok(paths)
        };
        list().map_err(io_error("listing", &self.folders.work))
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
    fn export(&mut self, name: String, path: PathBuf, id: Option<ExportId>) -> Result<(), PipelineError> {
        self.count += 1;
        let mut report =
            ExportReport { name, survey: None, fate: Fate::Accepted, outcome: Outcome::default(), path };
        let result = self.export_into(&mut report, id);
        match result {
            Ok(()) => {}
            Err(PipelineError::Io { doing, path, source }) => {
                // One export that the system will not read must not stop the others.
                report.fate = Fate::Failed(format!("{doing} {}: {source}", path.display()));
            }
            Err(error) => return Err(error),
        }
        self.exports.push(report);
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
        if let Some(earlier) = duplicate {
            report.fate = Fate::Duplicate(Box::new(earlier));
        } else {
            self.read(report, &path)?;
            if stamp().map_err(io_error("looking at", &path))? != before {
                return self.put_back(report, id);
            }
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
        fault::point("before-staged");
        let entered = self.store.stage(staged)?;
        fault::point("staged");
        self.staged.extend(entered);
        let record = self.store.export(id)?;
        self.archive(&record, &path)?;
        report.path = self.archive_path(&record.run, &record.work_path);
        Ok(())
    }

    fn read(&mut self, report: &mut ExportReport, path: &Path) -> Result<(), PipelineError> {
        let Some(survey) = &report.survey else { return Ok(()) };
        platform::create_private_dir(&self.reports).map_err(io_error("making the folder", &self.reports))?;
        let staged = format!("{}-{}", self.run, self.count);
        let stem = Path::new(&report.name).file_stem().unwrap_or_default().to_string_lossy();
        let target = Target {
            staged: Some((&self.folders.outbound, &staged)),
            rejected: Some(self.reports.join(free_name(&[&self.reports], &format!("{stem}.rejected.csv")))),
        };
        report.outcome =
            process(path, survey, self.project, &target).map_err(io_error("processing", path))?;
        Ok(())
    }

    /// The ledger entries for the files of one route.
    fn outbound(
        &mut self,
        outcome: &RouteOutcome,
        rows: u64,
        rejected_rows: u64,
    ) -> Result<Vec<NewOutbound>, PipelineError> {
        let Some(route) = self.project.routes.get(outcome.route) else { return Ok(Vec::new()) };
        let date = zone::day((self.clock)(), self.project.config.time_zone);
        let store = &*self.store;
        let names = self
            .given
            .name(route, &outcome.parts, date, &|destination, name| store.name_taken(destination, name))?;
        let rejected = super::plan::too_many_rejected(route, rejected_rows, rows).map(|share| {
            let args = [
                ("rejected", rejected_rows.into()),
                ("rows", rows.into()),
                ("limit", percent(route.config.max_rejected).into()),
                ("share", percent(share).into()),
                ("route", route.config.name.as_str().into()),
            ];
            HoldReason {
                code: HoldCode::TooManyRejected,
                text: self.texts.say("hold-too-many-rejected", &args),
            }
        });
        let held =
            rejected.or_else(|| names.hold.map(|(code, shortage)| self.shortage(code, shortage, route)));
        let mut entries = Vec::new();
        for (part, name) in outcome.parts.iter().zip(names.names) {
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
            });
        }
        Ok(entries)
    }

    fn shortage(&self, code: HoldCode, shortage: Shortage, route: &super::project::Route) -> HoldReason {
        let args = [
            ("needed", shortage.needed.into()),
            ("free", shortage.free.into()),
            ("route", route.config.name.as_str().into()),
        ];
        HoldReason { code, text: self.texts.say("hold-too-few-subsections", &args) }
    }

    /// Somebody wrote into the file while it was read: nothing of it is used, and it goes back to the inbox.
    fn put_back(&mut self, report: &mut ExportReport, id: ExportId) -> Result<(), PipelineError> {
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
        self.store.forget_claim(id)?;
        report.outcome = Outcome::default();
        report.path = back;
        report.fate = Fate::Changed;
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

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// A share as people write it: `12.5 %`.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    format!("{tenths} %")
}

fn write_summary(report: &Report, folder: &Path, texts: Texts) -> Result<(), PipelineError> {
    platform::create_private_dir(folder).map_err(io_error("making the folder", folder))?;
    let path = folder.join("summary.json");
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        super::summary::of(report, folder, texts).write(io::BufWriter::new(&mut file))?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        platform::sync_dir(folder)
    };
    write().map_err(io_error("writing", &path))
}

impl Report {
    /// Something waits for a person: rejected rows, refused exports, files held or not delivered.
    pub fn needs_a_person(&self) -> bool {
        use crate::store::OutboundState::{Delivered, Discarded};
        let exports = self.exports.iter().any(|export| {
            export.outcome.rejected > 0 || !matches!(export.fate, Fate::Accepted | Fate::Duplicate(_))
        });
        let files = self.files.iter().any(|file| !matches!(file.state, Delivered | Discarded));
        exports || files || self.left.iter().any(|left| !matches!(left.state, State::Settling(_)))
    }
}
