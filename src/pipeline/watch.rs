//! Stays up and starts runs: when something in the inbox is ready, when files wait for a destination that was away, when a scheduled
//! time has come, and when an export has not come in time.
//!
//! What is to be done follows each time from a listing of the inbox and from the ledger; what the system tells about changes only says
//! when to look. So nothing is missed that was not told, and a watch that was killed knows after its start all that it has to.

mod pause;
mod timetable;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};

use self::pause::Pause;
use self::timetable::{Due, Line, Timetable, line};
use super::error::{PipelineError, io_error};
use super::expect;
use super::project::Project;
use super::run::{Event as RunEvent, Fate, Options, Report, Steps, run_but};
use crate::intake::scan::{Stamp, State, scan};
use crate::intake::wake::Waker;
use crate::platform;
use crate::store::{OutboundId, SetState, Store, StoreError};

/// The shortest time between two looks, however short the settle time is.
const SHORTEST: Duration = Duration::from_millis(50);

/// Reads the project again.
pub type Load<'a> = dyn Fn() -> Result<Project, PipelineError> + 'a;

/// What happens while a watch is up, for people who follow it.
pub enum Event<'a> {
    /// It is up.
    Started(&'a Project),
    /// Something about a run.
    Run(RunEvent<'a>),
    /// A run has ended.
    Ended(&'a Project, &'a Report),
    /// Files wait for delivery; they are tried again after a while, or earlier, when another file comes.
    Waiting {
        /// How many.
        files: usize,
        /// After how long.
        again: Duration,
    },
    /// A run could not go on; it is tried again after a while.
    Failed {
        /// Of this project.
        project: &'a Project,
        /// Why.
        error: &'a PipelineError,
        /// After how long.
        again: Duration,
    },
    /// Exports that the system would not give, or that stay in work; they are tried again after a while.
    Stuck {
        /// How many.
        exports: usize,
        /// After how long.
        again: Duration,
    },
    /// There is nothing to do now.
    Quiet(&'a Project),
    /// The inbox or the ledger cannot be looked at. The first time, a [`Event::Problem`] says so too.
    Blind {
        /// Of this project.
        project: &'a Project,
        /// Why.
        error: &'a PipelineError,
    },
    /// Something that the watch can do without for a while; said once.
    Problem(&'a str),
    /// The inbox was gone, and is made again.
    InboxMade(&'a Path),
    /// The config was read again, and counts from now on.
    Reloaded(&'a Project),
    /// The config was read again and is wrong: the old one goes on.
    NotReloaded(&'a PipelineError),
    /// A signal ended it.
    Stopped,
}

/// Watches until a signal ends it: SIGINT or SIGTERM, after the step in hand; a second one at once. SIGHUP reads the project again.
///
/// # Errors
/// Signals cannot be listened to. Everything else is told, and tried again.
pub fn watch(
    mut project: Project,
    load: &Load<'_>,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<(), PipelineError> {
    let listen = || {
        platform::heed_signals()?;
        platform::heed_reload()?;
        Waker::new()
    };
    let mut waker = listen().map_err(io_error("listening to signals for", &project.config.root))?;
    let mut watch = Watch::new(&project);
    events(Event::Started(&project));
    loop {
        if stopped() {
            events(Event::Stopped);
            return Ok(());
        }
        if platform::reload_flag().swap(false, Ordering::Relaxed) {
            match load() {
                Ok(loaded) => {
                    project = loaded;
                    watch = Watch::new(&project);
                    events(Event::Reloaded(&project));
                }
                Err(error) => events(Event::NotReloaded(&error)),
            }
        }
        if let Some(time) = watch.step(&project, &mut waker, events) {
            watch.woken = waker.wait(time);
        }
    }
}

fn stopped() -> bool {
    platform::stop_flag().load(Ordering::Relaxed)
}

/// What a watch remembers between two looks.
struct Watch {
    /// A run has to be made whatever lies in the inbox: at the start, where no schedule says when, and after one that failed.
    due: bool,
    /// The scheduled times that were done.
    timetable: Timetable,
    /// The next time at which an export may be overdue; `None`: it was not looked yet.
    deadline: Option<DateTime<Utc>>,
    /// Something is overdue, or the like, and no run has told it.
    news: bool,
    /// Before a run that failed is tried again.
    failing: Pause,
    /// Before files that could not be delivered are tried again.
    away: Pause,
    /// Files whose delivery was tried.
    tried: BTreeSet<OutboundId>,
    /// Ready exports that the last run left in the inbox.
    seen: BTreeMap<String, Stamp>,
    /// Since when the inbox is gone.
    gone: Option<Instant>,
    /// The problem that was told last.
    told: Option<String>,
    /// The last wait ended early.
    woken: bool,
}

/// What there is to do.
struct Look {
    /// Exports that may be taken.
    ready: BTreeMap<String, Stamp>,
    /// When the next one may be.
    settles: Option<Duration>,
    /// Files that wait for delivery and for nothing else but their time.
    waiting: BTreeMap<OutboundId, Line>,
    /// What the schedule asks for.
    due: Due,
}

impl Look {
    /// Files whose time has come, or that have none.
    fn ripe(&self, project: &Project) -> BTreeSet<OutboundId> {
        let ripe = self.waiting.iter().filter(|(_, line)| self.due.delivers(project, line));
        ripe.map(|(file, _)| *file).collect()
    }

    /// None waits of what is due there.
    fn is_done(&self, line: &Line) -> bool {
        self.waiting.values().all(|of| of != line)
    }
}

/// What there is reason to do.
struct Reason {
    collect: bool,
    deliver: bool,
}

impl Watch {
    fn new(project: &Project) -> Watch {
        Watch {
            due: project.config.schedule.collect.is_none(),
            timetable: Timetable::default(),
            deadline: None,
            news: false,
            failing: Pause::default(),
            away: Pause::default(),
            tried: BTreeSet::new(),
            seen: BTreeMap::new(),
            gone: None,
            told: None,
            woken: false,
        }
    }

    /// Looks, and makes a run if there is reason to. `Some`: there is none; how long to wait at most.
    fn step(
        &mut self,
        project: &Project,
        waker: &mut Waker,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Option<Duration> {
        let mut problem = self.arm(project, waker).err();
        let look = match self.look(project, events) {
            Ok(look) => look,
            Err(error) => {
                self.tell(Some(error.to_string()), events);
                events(Event::Blind { project, error: &error });
                return Some(project.config.rescan);
            }
        };
        if self.gone.is_some() {
            problem = None;
        }
        self.tell(problem, events);
        let reason = self.reason(project, &look);
        let ripe = look.ripe(project);
        let untried = ripe.iter().any(|file| !self.tried.contains(file));
        let now = Instant::now();
        let collect = reason.collect && self.failing.is_over(now);
        let away = !ripe.is_empty() && self.away.is_over(now);
        let deliver = reason.deliver && (untried || away);
        let steps = match (collect, deliver) {
            (true, _) if reason.deliver => Steps::All,
            (true, _) => Steps::Collect,
            (false, true) => Steps::Deliver,
            (false, false) if self.news && self.failing.is_over(now) => Steps::Tell,
            (false, false) => {
                if !reason.collect {
                    self.done(project, &look, events);
                }
                events(Event::Quiet(project));
                return Some(self.time(project, &look, &reason));
            }
        };
        self.run(project, steps, &look, events);
        None
    }

    /// Notes the times of delivery that were due and for which nothing waits.
    fn done(&mut self, project: &Project, look: &Look, events: &mut dyn FnMut(Event<'_>)) {
        for line in look.due.deliver.iter().filter(|line| look.is_done(line)) {
            if let Err(error) = self.timetable.delivered(project, line, look.due.at) {
                self.tell(Some(error.to_string()), events);
            }
        }
    }

    /// Listens to the inbox: when it was made again, and from time to time, because nothing tells when another folder got its name.
    fn arm(&self, project: &Project, waker: &mut Waker) -> Result<(), String> {
        let inbox = &project.config.inbox;
        if (waker.needs_arming(inbox) || !self.woken) && inbox.is_dir() {
            let without =
                |why| format!("the system does not tell about changes in {}: {why}", inbox.display());
            waker.arm(inbox).map_err(without)?;
        }
        Ok(())
    }

    fn tell(&mut self, problem: Option<String>, events: &mut dyn FnMut(Event<'_>)) {
        if let Some(problem) = problem.as_deref().filter(|problem| self.told.as_deref() != Some(problem)) {
            events(Event::Problem(problem));
        }
        self.told = problem;
    }

    fn look(&mut self, project: &Project, events: &mut dyn FnMut(Event<'_>)) -> Result<Look, PipelineError> {
        let config = &project.config;
        let entries = match scan(&config.inbox, &project.ignore, config.settle, SystemTime::now()) {
            Ok(entries) => {
                self.gone = None;
                entries
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Whoever took it away may be about to put it back.
                let gone = *self.gone.get_or_insert_with(Instant::now);
                if gone.elapsed() >= config.rescan {
                    platform::create_private_dir(&config.inbox)
                        .map_err(io_error("making the folder", &config.inbox))?;
                    events(Event::InboxMade(&config.inbox));
                }
                Vec::new()
            }
            Err(error) => return Err(io_error("listing", &config.inbox)(error)),
        };
        let mut ready = BTreeMap::new();
        let mut settles: Option<Duration> = None;
        for entry in entries {
            match entry.state {
                State::Ready(stamp) => {
                    ready.insert(entry.name, stamp);
                }
                State::Settling(left) => settles = Some(settles.map_or(left, |first| first.min(left))),
                State::NotAFile(_) | State::Unreadable(_) => {}
            }
        }
        self.seen.retain(|name, _| ready.contains_key(name));
        let now = Utc::now();
        let due = self.timetable.due(project, now)?;
        if self.deadline.is_none_or(|deadline| deadline <= now) {
            self.news = expect::is_news(project, now)?;
            self.deadline = Some(expect::next(project, now).unwrap_or(DateTime::<Utc>::MAX_UTC));
        }
        Ok(Look { ready, settles, waiting: waiting(project)?, due })
    }

    /// What a run would be for. Without a schedule, exports are taken when there is one that the last run did not leave, and files
    /// are delivered at any time.
    fn reason(&self, project: &Project, look: &Look) -> Reason {
        let schedule = &project.config.schedule;
        let fresh = || look.ready.iter().any(|(name, stamp)| self.seen.get(name) != Some(stamp));
        Reason {
            collect: self.due || look.due.collect || (schedule.collect.is_none() && fresh()),
            deliver: schedule.deliver.is_none() || !look.due.deliver.is_empty(),
        }
    }

    /// How long nothing has to be done.
    fn time(&self, project: &Project, look: &Look, reason: &Reason) -> Duration {
        let (now, clock) = (Instant::now(), Utc::now());
        let failing = reason.collect.then(|| self.failing.left(now));
        let away = (reason.deliver && !look.ripe(project).is_empty()).then(|| self.away.left(now));
        let settles = look.settles.filter(|_| project.config.schedule.collect.is_none());
        let scheduled = self.timetable.next(project, clock).and_then(|time| (time - clock).to_std().ok());
        let news = self.news.then(|| self.failing.left(now));
        let deadline = self.deadline.and_then(|time| (time - clock).to_std().ok());
        let times = [settles, failing, away, scheduled, news, deadline].into_iter().flatten();
        times.fold(project.config.rescan, Duration::min).max(SHORTEST)
    }

    fn run(&mut self, project: &Project, steps: Steps, look: &Look, events: &mut dyn FnMut(Event<'_>)) {
        let options = Options { now: None, resend: false, steps };
        let later = |route: &str| !look.due.delivers(project, &line(project, route));
        let report = match run_but(project, options, &later, &mut |event| events(Event::Run(event))) {
            Ok(report) => report,
            Err(error) => {
                // What failed while it only delivered is no reason to take exports before their time.
                self.due |= matches!(steps, Steps::All | Steps::Collect);
                let again = self.failing.failed();
                self.away.failed();
                self.tried = look.ripe(project);
                events(Event::Failed { project, error: &error, again });
                return;
            }
        };
        events(Event::Ended(project, &report));
        self.news = false;
        if stopped() {
            return;
        }
        if matches!(steps, Steps::All | Steps::Collect) {
            self.taken(project, &report, look, events);
            if look.due.collect
                && let Err(error) = self.timetable.collected(project, look.due.at)
            {
                self.tell(Some(error.to_string()), events);
            }
        }
        if matches!(steps, Steps::Collect | Steps::Tell) {
            return;
        }
        // If the ledger cannot be asked now, the next look says so.
        let Ok(waiting) = waiting(project) else { return };
        let left = Look { ready: BTreeMap::new(), settles: None, waiting, due: look.due.clone() };
        self.tried = left.ripe(project);
        if self.tried.is_empty() {
            self.away = Pause::default();
        } else {
            events(Event::Waiting { files: self.tried.len(), again: self.away.failed() });
        }
        self.done(project, &left, events);
    }

    /// After a run that took exports: what it left in the inbox is no reason for the next run.
    fn taken(&mut self, project: &Project, report: &Report, look: &Look, events: &mut dyn FnMut(Event<'_>)) {
        let now_at = |name: &str| {
            std::fs::symlink_metadata(project.config.inbox.join(name)).ok().map(|data| Stamp::of(&data))
        };
        let parked = report.exports.iter().filter(|export| matches!(export.fate, Fate::Parked));
        let parked: BTreeMap<String, Stamp> = parked
            .filter_map(|export| {
                let name = export.path.file_name()?.to_string_lossy().into_owned();
                now_at(&name).map(|stamp| (name, stamp))
            })
            .collect();
        let left = look
            .ready
            .iter()
            .filter(|(name, stamp)| !parked.contains_key(*name) && now_at(name).as_ref() == Some(*stamp));
        let left: BTreeMap<String, Stamp> = left.map(|(name, stamp)| (name.clone(), stamp.clone())).collect();
        let failed = report.exports.iter().filter(|export| matches!(export.fate, Fate::Failed(_))).count();
        let stuck = left.len() + failed;
        self.due = stuck > 0;
        if stuck > 0 {
            events(Event::Stuck { exports: stuck, again: self.failing.failed() });
        } else {
            self.failing = Pause::default();
        }
        self.seen = left;
        self.seen.extend(parked);
    }
}

/// The files that a run can deliver, and by whose times. Those that wait for a person, for the rest of their set, or for a destination that
/// the config does not have, are no reason for one.
fn waiting(project: &Project) -> Result<BTreeMap<OutboundId, Line>, StoreError> {
    let path = &project.config.store;
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let store = match Store::open_read_only(path) {
        Ok(store) => store,
        // The first run brings it up to date.
        Err(StoreError::Older { .. }) => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let sets = store.open_sets()?;
    let blocked: Vec<_> = sets
        .iter()
        .filter(|set| {
            set.state == SetState::Gathering || (set.state == SetState::Waiting && set.held().is_some())
        })
        .map(|set| Some(set.id))
        .collect();
    let files = store.undelivered()?.into_iter();
    let files = files.filter(|file| {
        let known = project.config.destinations.contains_key(&file.destination);
        known && (file.set.is_none() || !blocked.contains(&file.set))
    });
    Ok(files.map(|file| (file.id, line(project, &file.route))).collect())
}
