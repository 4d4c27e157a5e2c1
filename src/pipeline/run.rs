//! One run over the inbox and the outbox.
//!
//! Each export is at every moment in exactly one of inbox, work and archive, and the ledger says what was done with it. A run that
//! is killed leaves a state from which the next run goes on: an export still in work is processed (again), unless the ledger
//! already has its outbound files, and then it is only archived.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::customer_base::Base;
use super::error::{PipelineError, io_error};
use super::expect::{self, Unmet};
use super::export::Outcome;
use super::full::Full;
use super::late::hold_late;
use super::names::Given;
use super::project::Project;
use super::retention;
use super::sets::is_whole;
use super::taking::Runner;
use crate::delivery::{DeliverySummary, Drift, Errand, Event as Delivery, deliver_waiting};
use crate::fault;
use crate::finding::text::Texts;
use crate::intake::scan::State;
use crate::platform;
use crate::reading::survey::Survey;
use crate::store::{ExportId, ExportRecord, OutboundRecord, OutboundState, RunId, RunOutcome, Store};

/// A look at the lock by `passeur health` is over long before this.
const LOOK: Duration = Duration::from_millis(100);

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The time to run at; `None`: the clock's.
    pub now: Option<DateTime<Utc>>,
    /// Exports whose content was processed before are processed again.
    pub resend: bool,
    /// Which half of the way; both, unless a schedule parts them.
    pub steps: Steps,
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// It takes exports and delivers.
    All,
    /// It takes exports up to staged files.
    Collect,
    /// It delivers what is staged; nothing in the inbox is touched.
    Deliver,
    /// It takes and delivers nothing: it says what did not come.
    Tell,
}

impl Steps {
    /// In one word, for the log.
    pub fn word(self) -> &'static str {
        match self {
            Steps::All => "all",
            Steps::Collect => "collect",
            Steps::Deliver => "deliver",
            Steps::Tell => "tell",
        }
    }
}

/// What happens while a run goes on, for people who watch it.
pub enum Event<'a> {
    /// The run is in the ledger.
    Begun {
        /// Its id.
        run: &'a RunId,
        /// What it does.
        steps: Steps,
    },
    /// An export is taken up.
    Export {
        /// Its name.
        name: &'a str,
    },
    /// An export is done with, for this run.
    ExportDone(&'a ExportReport),
    /// An outbound file was made: staged, or held.
    Staged(&'a OutboundRecord),
    /// Something about delivery.
    Delivery(Delivery<'a>),
    /// The run has ended.
    Over {
        /// How.
        outcome: RunOutcome,
        /// How long it took.
        seconds: f64,
        /// What it did; `None`: it could not go on.
        report: Option<&'a Report>,
    },
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
    /// What the customer base gave; `None`: the project keeps none, or nothing had changed.
    pub base: Option<Base>,
    /// The outbound files that this run made, tried to deliver, or found held.
    pub files: Vec<OutboundRecord>,
    /// Delivery's words on each file that it tried.
    pub delivery: DeliverySummary,
    /// What the operator should know although nothing failed.
    pub remarks: Vec<String>,
    /// What routes expect and have not received at its end.
    pub unmet: Vec<Unmet>,
    /// The folder of its reports, if it wrote any.
    pub reports: Option<PathBuf>,
    /// What it removed because it had been kept long enough.
    pub removed: retention::Plan,
    /// It looked at the inbox; a run that only delivers does not.
    pub took_exports: bool,
}

/// What became of one export.
pub struct ExportReport {
    /// Its name in the inbox.
    pub name: String,
    /// Its identity in the ledger; `None`: it did not come so far.
    pub id: Option<ExportId>,
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
    /// It cannot be read before an export of people was; it is back in the inbox.
    Parked,
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
    run_but(project, options, &|_| false, events)
}

/// Runs once, and leaves the files of some routes for a later time: of those for whose names `later` says so.
pub(super) fn run_but(
    project: &Project,
    options: Options,
    later: &(dyn Fn(&str) -> bool + Sync),
    events: &mut dyn FnMut(Event<'_>),
) -> Result<Report, PipelineError> {
    let clock = move || options.now.unwrap_or_else(Utc::now);
    let begin = Instant::now();
    let folders = Folders::make(project)?;
    let _lock = lock(&folders.work)?;
    let mut store = Store::open(&project.config.store)?;
    let started = clock();
    let id = store.begin_run(started)?;
    // This run has the lock, so that an earlier one that is still open was killed.
    store.close_dead_runs(&id, started)?;
    fault::point("run-begun");
    events(Event::Begun { run: &id, steps: options.steps });
    expect::begin(project, &mut store, started)?;
    let work = Work { project, options, clock: &clock, later, folders, run: id.clone(), started };
    let report = work.go(&mut store, events);
    let outcome = match &report {
        Ok(report) if report.needs_a_person() => RunOutcome::Attention,
        Ok(_) => RunOutcome::Complete,
        Err(_) => RunOutcome::Failed,
    };
    let ended = store.end_run(&id, clock(), outcome);
    fault::point("run-ended");
    let seconds = (begin.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    events(Event::Over { outcome, seconds, report: report.as_ref().ok() });
    super::metrics::renew(&project.config, &store, clock());
    // What stopped the run counts, not that the ledger could not say so.
    let report = report?;
    ended?;
    Ok(report)
}

/// A run that has begun.
struct Work<'a> {
    project: &'a Project,
    options: Options,
    clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    later: &'a (dyn Fn(&str) -> bool + Sync),
    folders: Folders,
    run: RunId,
    started: DateTime<Utc>,
}

impl Work<'_> {
    fn go(self, store: &mut Store, events: &mut dyn FnMut(Event<'_>)) -> Result<Report, PipelineError> {
        let Work { project, options, clock, later, folders, run: id, started } = self;
        let texts = Texts::new(project.config.language);
        let mut runner = Runner {
            project,
            options,
            texts,
            clock,
            folders,
            reports: project.config.reports.join(id.as_str()),
            run: id.clone(),
            store,
            given: Given::default(),
            full: Full::of(project),
            exports: Vec::new(),
            staged: Vec::new(),
            count: 0,
        };
        let collects = matches!(options.steps, Steps::All | Steps::Collect);
        let left = if collects { runner.intake(events)? } else { Vec::new() };
        let base = if collects { runner.customer_base(events)? } else { None };
        let Runner { exports, staged, reports, store, .. } = runner;
        let late = hold_late(project, store, &id, clock(), texts)?;
        let stopped = platform::stop_flag().load(Ordering::Relaxed);
        // A run that takes no exports cannot know whether more files for a set come.
        let whole = collects && is_whole(&exports, &left, stopped);
        super::sets::group(project, store, &id, clock(), whole)?;
        let packed = super::packing::pack_sets(project, store, &id, clock())?;
        let delivery = if matches!(options.steps, Steps::All | Steps::Deliver) {
            let mut forward = |event: Delivery<'_>| events(Event::Delivery(event));
            let errand = Errand {
                destinations: &project.config.destinations,
                root: &project.config.root,
                clock,
                stop: platform::stop_flag(),
                later,
            };
            deliver_waiting(store, &id, &errand, &mut forward)?
        } else {
            DeliverySummary::default()
        };
        let mut files = Vec::new();
        let tried = delivery.files.iter().map(|file| file.id);
        let mut ids: Vec<_> = staged.into_iter().chain(tried).chain(late).chain(packed).collect();
        ids.sort_unstable();
        ids.dedup();
        for file in ids {
            files.push(store.outbound(file)?);
        }
        let mut remarks: Vec<String> = delivery.remarks.iter().map(|remark| remark.said(texts)).collect();
        let removed = retention::after_run(project, store, clock()).unwrap_or_else(|error| {
            // The next run tries again; what was delivered is delivered.
            remarks.push(super::said::said(&error, texts));
            retention::Plan::default()
        });
        let drifted = delivery.drift.iter().map(|(destination, drift)| drifted(destination, drift, texts));
        remarks.extend(drifted);
        let finished = clock();
        let unmet = expect::unmet(&project.config, store, finished)?;
        let mut report = Report {
            run: id,
            started,
            finished,
            exports,
            left,
            base,
            files,
            delivery,
            remarks,
            unmet,
            reports: None,
            removed,
            took_exports: collects,
        };
        let news = report.unmet.iter().any(|unmet| !unmet.told);
        let did = !report.exports.is_empty() || !report.files.is_empty() || report.base.is_some();
        let did = did || !report.removed.counts().is_empty();
        if did || news || !report.delivery.sets.is_empty() {
            write_summary(project, &report, &reports, texts)?;
            fault::point("summary-written");
            report.reports = Some(reports);
        }
        if news {
            store.expectations_told(finished)?;
        }
        Ok(report)
    }
}

/// What a destination does otherwise than when it was probed, in words.
fn drifted(destination: &str, drift: &Drift, texts: Texts) -> String {
    let key = if drift.ability == "host_key" { "probe-host-key-changed" } else { "probe-drifted" };
    let args = [
        ("destination", destination.into()),
        ("ability", drift.ability.into()),
        ("before", drift.before.as_str().into()),
        ("now", drift.now.as_str().into()),
        ("since", drift.since.as_str().into()),
    ];
    texts.say(key, &args)
}

/// The folders of a project, made where they are missing.
pub(super) struct Folders {
    /// Claimed exports.
    pub(super) work: PathBuf,
    /// Staged files.
    pub(super) outbound: PathBuf,
    /// Tables of models, while they are on their way.
    pub(super) models: PathBuf,
}

impl Folders {
    fn make(project: &Project) -> Result<Self, PipelineError> {
        let config = &project.config;
        let work = config.work.clone();
        let outbound = config.archive.join("outbound");
        let models = work.join("models");
        for folder in [&config.inbox, &config.archive, &config.reports, &work, &outbound, &models] {
            platform::create_private_dir(folder).map_err(io_error("making the folder", folder))?;
        }
        Ok(Folders { work, outbound, models })
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
    let end = Instant::now() + LOOK;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(LOOK / 10),
            Err(TryLockError::WouldBlock) => return Err(PipelineError::Busy { lock: path }),
            Err(TryLockError::Error(error)) => return Err(io_error("locking", &path)(error)),
        }
    }
}

/// A share as people write it: `12.5 %`.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    format!("{tenths} %")
}

fn write_summary(
    project: &Project,
    report: &Report,
    folder: &Path,
    texts: Texts,
) -> Result<(), PipelineError> {
    platform::create_private_dir(folder).map_err(io_error("making the folder", folder))?;
    let path = folder.join("summary.json");
    let summary = super::summary::of(project, report, folder, texts);
    platform::write_whole(&path, |file| {
        let mut buffered = io::BufWriter::new(file);
        summary.write(&mut buffered)?;
        io::Write::flush(&mut buffered)
    })
    .map_err(io_error("writing", &path))
}

impl Report {
    /// There was nothing in the inbox, nothing to deliver, and nothing to tell that no run has told.
    pub fn did_nothing(&self) -> bool {
        let delivery = self.files.is_empty() && self.delivery.sets.is_empty();
        let news = self.unmet.iter().any(|unmet| !unmet.told);
        let rest = self.left.is_empty() && self.base.is_none() && self.removed.counts().is_empty();
        self.exports.is_empty() && delivery && rest && !news
    }

    /// A file of this run that was not tried: it waits for the time at which its route delivers.
    pub fn waits_for_its_time(&self, file: &OutboundRecord) -> bool {
        let tried = self.delivery.files.iter().any(|outcome| outcome.id == file.id);
        file.state == OutboundState::Staged && !tried
    }

    /// Something waits for a person: rejected rows, refused exports, files held or not delivered, exports that did not come.
    pub fn needs_a_person(&self) -> bool {
        use crate::store::OutboundState::{Delivered, Discarded};
        let exports = self.exports.iter().any(|export| {
            export.outcome.rejected > 0 || !matches!(export.fate, Fate::Accepted | Fate::Duplicate(_))
        });
        let files = self.files.iter().filter(|file| !matches!(file.state, Delivered | Discarded));
        let files = files.filter(|file| !self.waits_for_its_time(file)).count() > 0;
        let sets = self.delivery.sets.iter().any(|set| set.reason.is_some());
        let base = self.base.as_ref().is_some_and(|base| {
            base.derived.guard.is_some() || base.models.iter().any(|model| model.outcome.rejected > 0)
        });
        let left =
            self.left.iter().any(|left| !matches!(left.state, State::Settling(_) | State::NoMarker(_)));
        exports || files || sets || base || left || !self.unmet.is_empty()
    }
}
