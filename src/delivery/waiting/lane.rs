//! The way to one destination: its files in staging order, carried by several sessions at once, each with a connection of its own.
//!
//! Uploads overlap. Files of one route get their names in staging order all the same, so that a partner who reads them as they
//! come never reads yesterday's after today's.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{FileOutcome, Means};
use crate::config::DestinationConfig;
use crate::delivery::ledger::Ledger;
use crate::delivery::protocol::{Carried, Carrier};
use crate::delivery::retry::Backoff;
use crate::delivery::{DeliveryError, Destination, Problem, Retry};
use crate::store::{OutboundId, OutboundRecord, RunId, StoreError};

/// Files in a row whose retries were used up: then the destination is left for this run. One alone may be the file's own fault.
const MOST_SPENT: u32 = 2;

/// What a session tells the thread that waits for it.
pub(super) enum Letter<'a> {
    Connecting(&'a str),
    Retrying { destination: &'a str, reason: String, wait: Duration },
    Remark(String),
    Sent(&'a OutboundRecord, u64),
    Finished(FileOutcome),
}

/// The way to one destination.
pub(super) struct Lane<'a> {
    config: &'a DestinationConfig,
    root: &'a Path,
    run: &'a RunId,
    ledger: &'a Ledger<'a>,
    means: &'a Means<'a>,
    files: usize,
    queue: Mutex<Queue<'a>>,
    done: Condvar,
}

struct Queue<'a> {
    waiting: VecDeque<&'a OutboundRecord>,
    under_way: Vec<&'a OutboundRecord>,
    /// Once set, nothing more is tried here in this run: the same error would come for each file.
    given_up: Option<String>,
    spent: u32,
}

impl<'a> Lane<'a> {
    pub(super) fn new(
        config: &'a DestinationConfig,
        files: Vec<&'a OutboundRecord>,
        root: &'a Path,
        run: &'a RunId,
        ledger: &'a Ledger<'a>,
        means: &'a Means<'a>,
    ) -> Lane<'a> {
        let count = files.len();
        let queue = Queue { waiting: files.into(), under_way: Vec::new(), given_up: None, spent: 0 };
        let (queue, done) = (Mutex::new(queue), Condvar::new());
        Lane { config, root, run, ledger, means, files: count, queue, done }
    }

    /// Sessions that are of use here.
    pub(super) fn sessions(&self) -> usize {
        self.config.sessions.get().min(self.files)
    }

    fn queue(&self) -> MutexGuard<'_, Queue<'a>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One session: takes files until none is left. An error is one of the ledger.
    pub(super) fn work(&'a self, post: &Sender<Letter<'a>>) -> Result<(), StoreError> {
        let mut open = None;
        while let Some(place) = self.next() {
            let result = self.file(place.file, &mut open, post);
            let result = result.and_then(|reason| self.finish(place.file, reason, post));
            if let Err(error) = result {
                self.queue().waiting.clear();
                return Err(error);
            }
        }
        Ok(())
    }

    fn next(&'a self) -> Option<Place<'a>> {
        let mut queue = self.queue();
        let file = queue.waiting.pop_front()?;
        queue.under_way.push(file);
        Some(Place { lane: self, file })
    }

    /// Tries one file until it is done with for this run. Gives why it is not delivered.
    fn file(
        &'a self,
        file: &'a OutboundRecord,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<Option<String>, StoreError> {
        let mut backoff = Backoff::new(self.config.retries);
        loop {
            if self.means.stop.load(Ordering::Relaxed) {
                return Ok(Some(DeliveryError::new(&self.config.name, Problem::Interrupted).to_string()));
            }
            if let Some(reason) = self.queue().given_up.clone() {
                return Ok(Some(reason));
            }
            let error = match self.attempt(file, open, post)? {
                Carried::Delivered => {
                    self.queue().spent = 0;
                    return Ok(None);
                }
                Carried::Held(error) => return Ok(Some(error.to_string())),
                Carried::Waiting(error) => error,
            };
            let reached = open.is_some();
            if error.connection_lost() {
                *open = None;
            }
            let reason = error.to_string();
            let next = match error.retry {
                Retry::Permanent => None,
                Retry::Transient | Retry::Unknown => backoff.again(),
            };
            let Some(wait) = next else {
                if error.concerns_destination() {
                    let mut queue = self.queue();
                    queue.spent += 1;
                    if error.retry == Retry::Permanent || !reached || queue.spent >= MOST_SPENT {
                        queue.given_up.get_or_insert_with(|| reason.clone());
                    }
                }
                return Ok(Some(reason));
            };
            let _ = post.send(Letter::Retrying { destination: &self.config.name, reason, wait });
            (self.means.wait)(wait);
        }
    }

    /// Connects if need be, and goes through the protocol from where the ledger says.
    fn attempt(
        &'a self,
        file: &'a OutboundRecord,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<Carried, StoreError> {
        let destination = match open {
            Some(destination) => destination,
            None => {
                let _ = post.send(Letter::Connecting(&self.config.name));
                match (self.means.connect)(self.config) {
                    Ok(destination) => {
                        for remark in destination.remarks() {
                            let _ = post.send(Letter::Remark(remark.clone()));
                        }
                        open.insert(destination)
                    }
                    Err(error) => return Ok(Carried::Waiting(error)),
                }
            }
        };
        let now = self.ledger.lock().outbound(file.id)?;
        let mut carrier = Carrier {
            ledger: self.ledger,
            destination: &mut **destination,
            config: self.config,
            root: self.root,
            run: self.run,
            clock: self.means.clock,
            stop: self.means.stop,
            turn: &|| self.wait_for_earlier(file),
            progress: &mut |sent| {
                let _ = post.send(Letter::Sent(file, sent));
            },
        };
        carrier.carry(&now)
    }

    /// Until no file that was staged earlier for the same route is under way.
    fn wait_for_earlier(&self, file: &OutboundRecord) {
        let earlier = |queue: &mut Queue<'_>| {
            queue.under_way.iter().any(|other| other.route == file.route && other.id < file.id)
        };
        let queue = self.queue();
        drop(self.done.wait_while(queue, earlier).unwrap_or_else(PoisonError::into_inner));
    }

    fn finish(
        &self,
        file: &OutboundRecord,
        reason: Option<String>,
        post: &Sender<Letter<'a>>,
    ) -> Result<(), StoreError> {
        let state = self.ledger.lock().outbound(file.id)?.state;
        let (name, destination) = (file.name.clone(), file.destination.clone());
        let _ = post.send(Letter::Finished(FileOutcome { id: file.id, name, destination, state, reason }));
        Ok(())
    }
}

/// A file under way. Others wait for it, so that it is given back however its session ends.
struct Place<'a> {
    lane: &'a Lane<'a>,
    file: &'a OutboundRecord,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let id: OutboundId = self.file.id;
        self.lane.queue().under_way.retain(|other| other.id != id);
        self.lane.done.notify_all();
    }
}
