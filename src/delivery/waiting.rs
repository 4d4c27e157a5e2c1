//! Goes through the files that wait: all destinations at once, each in staging order through sessions of its own. A destination that
//! cannot be reached does not stop the others.

mod lane;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use self::lane::{Lane, Letter};
use super::ledger::Ledger;
use super::{DeliveryError, Destination, Drift, Problem, Remark, Why, connect_following, receipt};
use crate::config::DestinationConfig;
use crate::fault;
use crate::store::{
    ExportId, OutboundId, OutboundRecord, OutboundState, RunId, SetId, SetRecord, SetState, Store, StoreError,
};

/// How long a wait goes on before it looks for a signal.
const WAIT_PIECE: Duration = Duration::from_millis(50);

/// What happens while files are delivered.
#[derive(Debug)]
pub enum Event<'a> {
    /// A connection is being made.
    Connecting {
        /// To this destination.
        destination: &'a str,
    },
    /// Something failed that can heal; it is tried again after a while.
    Retrying {
        /// At this destination.
        destination: &'a str,
        /// What failed.
        reason: &'a str,
        /// How long is waited.
        wait: Duration,
    },
    /// The destination acknowledged so many bytes of the file.
    Sent {
        /// The file.
        file: &'a OutboundRecord,
        /// Bytes acknowledged; `file.size` is all of them.
        sent: u64,
    },
    /// One file is done with, for this run.
    Finished(&'a FileOutcome),
    /// One set is done with, for this run; its files were told before.
    Set(&'a SetOutcome),
}

/// What became of one file in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// The file.
    pub id: OutboundId,
    /// The export that it came from.
    pub export: ExportId,
    /// Its name.
    pub name: String,
    /// Its destination.
    pub destination: String,
    /// Its state in the ledger now.
    pub state: OutboundState,
    /// Why it is not delivered, and what to do. `None`: it is.
    pub reason: Option<Why>,
}

/// What became of one set in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOutcome {
    /// The set.
    pub id: SetId,
    /// Its name.
    pub name: String,
    /// Its destination.
    pub destination: String,
    /// Its state in the ledger now.
    pub state: SetState,
    /// The marker that was written last, or will be.
    pub marker: Option<String>,
    /// Why it is not delivered, and what to do. `None`: it is.
    pub reason: Option<Why>,
}

impl SetOutcome {
    fn of(set: &SetRecord, reason: Option<Why>) -> SetOutcome {
        SetOutcome {
            id: set.id,
            name: set.name.clone(),
            destination: set.destination.clone(),
            state: set.state,
            marker: set.marker.clone(),
            reason,
        }
    }
}

/// What became of the files that waited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverySummary {
    /// One outcome a file, by destination and in staging order.
    pub files: Vec<FileOutcome>,
    /// One outcome a set that is not delivered, or was now; by destination and in staging order.
    pub sets: Vec<SetOutcome>,
    /// What the operator should know although nothing failed.
    pub remarks: Vec<Remark>,
    /// What destinations do otherwise than when they were probed, each once, with the name of the destination.
    pub drift: Vec<(String, Drift)>,
}

impl DeliverySummary {
    /// Files in that state.
    pub fn count(&self, state: OutboundState) -> usize {
        self.files.iter().filter(|file| file.state == state).count()
    }
}

/// What delivery needs from outside.
pub struct Means<'a> {
    /// How a destination is reached.
    pub connect: &'a Connector<'a>,
    /// Now.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    /// Waits before a retry.
    pub wait: &'a (dyn Fn(Duration) + Sync),
    /// Once set, files stay where they are: the current step is ended or abandoned, and nothing new is begun.
    pub stop: &'a AtomicBool,
    /// Whether the files of the route of that name wait for a later time.
    pub later: &'a (dyn Fn(&str) -> bool + Sync),
}

/// What is delivered, and where to.
pub struct Errand<'a> {
    /// Destinations by name.
    pub destinations: &'a BTreeMap<String, DestinationConfig>,
    /// The project folder.
    pub root: &'a Path,
    /// Now.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    /// See [`Means::stop`].
    pub stop: &'a AtomicBool,
    /// See [`Means::later`].
    pub later: &'a (dyn Fn(&str) -> bool + Sync),
}

/// How a destination is reached.
pub type Connector<'a> =
    dyn Fn(&DestinationConfig) -> Result<Box<dyn Destination>, DeliveryError> + Sync + 'a;

/// Delivers what waits. Errors at a destination are in the summary; an error here is
/// one of the ledger, and what was done until then is in it.
pub fn deliver_waiting(
    store: &mut Store,
    run: &RunId,
    errand: &Errand<'_>,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<DeliverySummary, StoreError> {
    let &Errand { destinations, root, clock, stop, later } = errand;
    let means = Means {
        connect: &|config| connect_following(config, root, &|name| std::env::var_os(name)),
        clock,
        wait: &|time| wait_unless(stop, time),
        stop,
        later,
    };
    deliver_with(store, run, destinations, root, &means, events)
}

/// Waits in small pieces, so that a signal is heeded.
fn wait_unless(stop: &AtomicBool, time: Duration) {
    let end = Instant::now() + time;
    while !stop.load(Ordering::Relaxed) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(WAIT_PIECE));
    }
}

/// As [`deliver_waiting`], with other means. Destinations go at once, each with its own sessions; `events` is called in this
/// thread.
pub fn deliver_with(
    store: &mut Store,
    run: &RunId,
    destinations: &BTreeMap<String, DestinationConfig>,
    root: &Path,
    means: &Means<'_>,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<DeliverySummary, StoreError> {
    let mut summary = DeliverySummary::default();
    write_receipts(&Ledger::new(store), root, &mut summary.remarks)?;
    let files = store.undelivered()?;
    let sets = store.open_sets()?;
    let mut waiting: BTreeMap<&str, (Vec<&OutboundRecord>, Vec<&SetRecord>)> = BTreeMap::new();
    for file in files.iter().filter(|file| file.set.is_none() && !(means.later)(&file.route)) {
        waiting.entry(&file.destination).or_default().0.push(file);
    }
    // All routes of a set have the same times.
    let later = |set: &&SetRecord| set.routes.iter().any(|route| (means.later)(&route.route));
    for set in sets.iter().filter(|set| !later(set)) {
        waiting.entry(&set.destination).or_default().1.push(set);
    }

    let ledger = Ledger::new(store);
    let mut lanes = Vec::new();
    let mut stays = |files: &mut dyn Iterator<Item = &OutboundRecord>, reason: &Why| {
        for file in files.filter(|file| file.state != OutboundState::Held) {
            let outcome = FileOutcome {
                id: file.id,
                export: file.export,
                name: file.name.clone(),
                destination: file.destination.clone(),
                state: file.state,
                reason: Some(reason.clone()),
            };
            events(Event::Finished(&outcome));
            summary.files.push(outcome);
        }
    };
    let mut blocked = Vec::new();
    for (name, (files, mut sets)) in waiting {
        let Some(config) = destinations.get(name) else {
            let reason = DeliveryError::new(name, Problem::NotInConfig).why();
            stays(&mut files.into_iter(), &reason);
            for set in sets {
                stays(&mut set.live().filter(|file| file.state != OutboundState::Delivered), &reason);
                blocked.push(SetOutcome::of(set, Some(reason.clone())));
            }
            continue;
        };
        // Sets of one name become visible in the order of their runs; one that is held does not stop the next.
        let mut unready: Vec<&str> = Vec::new();
        sets.retain(|&set| {
            let held = set.state == SetState::Waiting && set.held().is_some();
            let problem = match cannot_go(set) {
                None if set.state == SetState::Waiting && unready.contains(&set.name.as_str()) => {
                    Problem::EarlierSetWaits { set: set.name.clone() }
                }
                None => return true,
                Some(problem) => problem,
            };
            if !held {
                unready.push(&set.name);
            }
            let reason = DeliveryError::new(name, problem).why();
            stays(&mut set.live(), &reason);
            blocked.push(SetOutcome::of(set, Some(reason)));
            false
        });
        if !files.is_empty() || !sets.is_empty() {
            lanes.push(Lane::new(config, files, sets, root, run, &ledger, means));
        }
    }
    for outcome in blocked {
        events(Event::Set(&outcome));
        summary.sets.push(outcome);
    }

    let (post, letters) = mpsc::channel();
    let result = std::thread::scope(|scope| {
        let mut sessions = Vec::new();
        for lane in &lanes {
            for _ in 0..lane.sessions() {
                let post = post.clone();
                sessions.push(scope.spawn(move || lane.work(&post)));
            }
        }
        drop(post);
        let (mut result, mut due) = (Ok(()), false);
        loop {
            // Receipts are written while nothing else is to be told, and then for all files that came meanwhile.
            let letter = match letters.try_recv() {
                Ok(letter) => letter,
                Err(mpsc::TryRecvError::Disconnected) => break,
                Err(mpsc::TryRecvError::Empty) => {
                    if std::mem::take(&mut due) {
                        result = result.and(write_receipts(&ledger, root, &mut summary.remarks));
                    }
                    match letters.recv() {
                        Ok(letter) => letter,
                        Err(mpsc::RecvError) => break,
                    }
                }
            };
            match letter {
                Letter::Connecting(destination) => events(Event::Connecting { destination }),
                Letter::Retrying { destination, reason, wait } => {
                    events(Event::Retrying { destination, reason: &reason, wait });
                }
                Letter::Remark(remark) if summary.remarks.contains(&remark) => {}
                Letter::Remark(remark) => summary.remarks.push(remark),
                Letter::Drift(destination, drift) => {
                    let known =
                        |(of, known): &(String, Drift)| of == destination && known.ability == drift.ability;
                    if !summary.drift.iter().any(known) {
                        summary.drift.push((destination.to_owned(), drift));
                    }
                }
                Letter::Sent(file, sent) => events(Event::Sent { file, sent }),
                Letter::Finished(outcome) => {
                    due |= outcome.state == OutboundState::Delivered;
                    events(Event::Finished(&outcome));
                    summary.files.push(outcome);
                }
                Letter::Set(outcome) => {
                    events(Event::Set(&outcome));
                    summary.sets.push(outcome);
                }
            }
        }
        if due {
            result = result.and(write_receipts(&ledger, root, &mut summary.remarks));
        }
        for session in sessions {
            match session.join() {
                Ok(ended) => result = result.and(ended),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        result
    });
    result?;
    summary.files.sort_by(|one, other| (&one.destination, one.id).cmp(&(&other.destination, other.id)));
    summary.sets.sort_by(|one, other| (&one.destination, one.id).cmp(&(&other.destination, other.id)));
    Ok(summary)
}

/// Why nothing of a set is tried, if nothing is. A set of which something may be visible is completed as far as it goes.
fn cannot_go(set: &SetRecord) -> Option<Problem> {
    match (set.state, set.held()) {
        (SetState::Gathering, _) => Some(Problem::SetGathers { set: set.name.clone() }),
        (SetState::Waiting, None) if set.lacks_archive() => {
            Some(Problem::SetUnpacked { set: set.name.clone() })
        }
        (SetState::Waiting, Some(held)) => {
            Some(Problem::SetHeld { set: set.name.clone(), id: held.id.0, name: held.name.clone() })
        }
        _ => None,
    }
}

/// Writes the receipts that are missing: of files just delivered, and of those delivered by a run that was interrupted there. The ledger is free
/// meanwhile for the sessions.
fn write_receipts(ledger: &Ledger<'_>, root: &Path, remarks: &mut Vec<Remark>) -> Result<(), StoreError> {
    let receipts = {
        let store = ledger.lock();
        let files = store.without_receipt()?;
        files
            .iter()
            .map(|file| Ok((file.id, receipt::of(&store, file)?)))
            .collect::<Result<Vec<_>, StoreError>>()?
    };
    let mut written = Vec::new();
    for (id, receipt) in receipts {
        match receipt::write(root, &receipt) {
            Ok(path) => {
                fault::point("receipt-written");
                written.push((id, path));
            }
            Err(error) => {
                let remark = Remark::from(error);
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
    }
    if written.is_empty() {
        return Ok(());
    }
    if let Err(error) = receipt::make_durable(root) {
        let remark = Remark::from(error);
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
        return Ok(());
    }
    ledger.lock().receipts_written(&written)?;
    written.iter().for_each(|_| fault::point("receipt-recorded"));
    Ok(())
}
