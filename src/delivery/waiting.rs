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
use super::{DeliveryError, Destination, connect, receipt};
use crate::config::DestinationConfig;
use crate::fault;
use crate::store::{OutboundId, OutboundRecord, OutboundState, RunId, Store, StoreError};

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
}

/// What became of one file in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// The file.
    pub id: OutboundId,
    /// Its name.
    pub name: String,
    /// Its destination.
    pub destination: String,
    /// Its state in the ledger now.
    pub state: OutboundState,
    /// Why it is not delivered, and what to do. `None`: it is.
    pub reason: Option<String>,
}

/// What became of the files that waited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverySummary {
    /// One outcome a file, by destination and in staging order.
    pub files: Vec<FileOutcome>,
    /// What the operator should know although nothing failed.
    pub remarks: Vec<String>,
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
}

/// How a destination is reached.
pub type Connector<'a> =
    dyn Fn(&DestinationConfig) -> Result<Box<dyn Destination>, DeliveryError> + Sync + 'a;

/// Delivers what waits. `root` is the project folder; `stop` ends it early. Errors at a destination are in the summary; an error here is
/// one of the ledger, and what was done until then is in it.
pub fn deliver_waiting(
    store: &mut Store,
    run: &RunId,
    destinations: &BTreeMap<String, DestinationConfig>,
    root: &Path,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    stop: &AtomicBool,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<DeliverySummary, StoreError> {
    let means = Means {
        connect: &|config| connect(config, &|name| std::env::var_os(name)),
        clock,
        wait: &|time| wait_unless(stop, time),
        stop,
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
    write_receipts(store, root, &mut summary.remarks)?;
    let files: BTreeMap<OutboundId, OutboundRecord> =
        store.undelivered()?.into_iter().map(|file| (file.id, file)).collect();
    let mut waiting: BTreeMap<&str, Vec<&OutboundRecord>> = BTreeMap::new();
    for file in files.values() {
        waiting.entry(&file.destination).or_default().push(file);
    }

    let ledger = Ledger::new(store);
    let mut lanes = Vec::new();
    for (name, files) in waiting {
        if let Some(config) = destinations.get(name) {
            lanes.push(Lane::new(config, files, root, run, &ledger, means));
            continue;
        }
        for file in files {
            let reason = format!(
                "there is no destination {name} in the config any more: put it back, and the next run delivers the file"
            );
            let outcome = FileOutcome {
                id: file.id,
                name: file.name.clone(),
                destination: file.destination.clone(),
                state: file.state,
                reason: Some(reason),
            };
            events(Event::Finished(&outcome));
            summary.files.push(outcome);
        }
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
        let mut result = Ok(());
        for letter in letters {
            match letter {
                Letter::Connecting(destination) => events(Event::Connecting { destination }),
                Letter::Retrying { destination, reason, wait } => {
                    events(Event::Retrying { destination, reason: &reason, wait });
                }
                Letter::Remark(remark) if summary.remarks.contains(&remark) => {}
                Letter::Remark(remark) => summary.remarks.push(remark),
                Letter::Sent(file, sent) => events(Event::Sent { file, sent }),
                Letter::Finished(outcome) => {
                    if outcome.state == OutboundState::Delivered {
                        let written = write_receipts(&mut ledger.lock(), root, &mut summary.remarks);
                        result = result.and(written);
                    }
                    events(Event::Finished(&outcome));
                    summary.files.push(outcome);
                }
            }
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
    Ok(summary)
}

/// Writes the receipts that are missing: of files just delivered, and of those delivered by a run that was interrupted there.
fn write_receipts(store: &mut Store, root: &Path, remarks: &mut Vec<String>) -> Result<(), StoreError> {
    for file in store.without_receipt()? {
        match receipt::write(store, root, &file) {
            Ok(path) => {
                fault::point("receipt-written");
                store.receipt_written(file.id, &path)?;
                fault::point("receipt-recorded");
            }
            Err(receipt::ReceiptError::Store(error)) => return Err(error),
            Err(error) => {
                let remark = error.to_string();
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
    }
    Ok(())
}
