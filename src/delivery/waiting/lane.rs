//! The way to one destination: its files in staging order, carried by several sessions at once, each with a connection of its own.
//!
//! Uploads overlap. Files of one route get their names in staging order all the same, so that a partner who reads them as they
//! come never reads yesterday's after today's; parts of one export need no order. One that is not delivered in this run, and not held, keeps the later ones of its route from
//! getting theirs. The files of a set are uploaded like others; the session that has verified the last of them
//! gives them their names.

mod turn;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{FileOutcome, Means, SetOutcome};
use crate::config::DestinationConfig;
use crate::delivery::ledger::Ledger;
use crate::delivery::protocol::{Carried, Carrier, Goal};
use crate::delivery::retry::Backoff;
use crate::delivery::set::{self, SetCarried};
use crate::delivery::{DeliveryError, Destination, Drift, Problem, Remark, Retry, Why};
use crate::store::{OutboundId, OutboundRecord, OutboundState, RunId, SetRecord, SetState, StoreError};

/// Files in a row whose retries were used up: then the destination is left for this run. One alone may be the file's own fault.
const MOST_SPENT: u32 = 2;

/// What a session tells the thread that waits for it.
pub(super) enum Letter<'a> {
    Connecting(&'a str),
    Retrying { destination: &'a str, reason: String, wait: Duration },
    Remark(Remark),
    Drift(&'a str, Drift),
    Sent(&'a OutboundRecord, u64),
    Finished(FileOutcome),
    Set(SetOutcome),
}

/// What a session takes up.
#[derive(Clone, Copy)]
enum Job<'a> {
    /// A file of its own.
    File(&'a OutboundRecord),
    /// A file of the set at this position, up to its verification.
    Member(&'a OutboundRecord, usize),
    /// The set at this position, whose files were all uploaded by an earlier run.
    Set(usize),
}

impl<'a> Job<'a> {
    fn file(self) -> Option<&'a OutboundRecord> {
        match self {
            Job::File(file) | Job::Member(file, _) => Some(file),
            Job::Set(_) => None,
        }
    }
}

/// A set on its way.
struct SetWay {
    /// Files that are not verified yet.
    left: usize,
    /// Files that could not be, and why.
    stopped: Vec<(OutboundId, Why)>,
    /// It is done with for this run.
    ended: bool,
    /// The next of its name may follow it: it is delivered, or held.
    gives_way: bool,
}

/// The way to one destination.
pub(super) struct Lane<'a> {
    config: &'a DestinationConfig,
    root: &'a Path,
    run: &'a RunId,
    ledger: &'a Ledger<'a>,
    means: &'a Means<'a>,
    sets: Vec<&'a SetRecord>,
    jobs: usize,
    queue: Mutex<Queue<'a>>,
    done: Condvar,
}

struct Queue<'a> {
    waiting: VecDeque<Job<'a>>,
    under_way: Vec<&'a OutboundRecord>,
    /// Files of no set that are done with for this run and neither delivered nor held: later ones of their routes wait with them.
    stayed: Vec<&'a OutboundRecord>,
    /// As [`Lane::sets`].
    sets: Vec<SetWay>,
    /// A session ended before its time; nobody waits for it.
    broken: bool,
    /// Once set, nothing more is tried here in this run: the same error would come for each file.
    given_up: Option<Why>,
    spent: u32,
}

impl<'a> Lane<'a> {
    /// `files` are of no set; of the sets, none waits for a person.
    pub(super) fn new(
        config: &'a DestinationConfig,
        files: Vec<&'a OutboundRecord>,
        sets: Vec<&'a SetRecord>,
        root: &'a Path,
        run: &'a RunId,
        ledger: &'a Ledger<'a>,
        means: &'a Means<'a>,
    ) -> Lane<'a> {
        let mut jobs: Vec<(Option<OutboundId>, Job<'a>)> =
            files.into_iter().map(|file| (Some(file.id), Job::File(file))).collect();
        let mut ways = Vec::new();
        let firsts = turn::of_sets(&sets);
        for ((position, set), first) in sets.iter().enumerate().zip(firsts) {
            let members: Vec<_> = match set.state {
                SetState::Waiting => set.live().map(|file| Job::Member(file, position)).collect(),
                _ => Vec::new(),
            };
            ways.push(SetWay { left: members.len(), stopped: Vec::new(), ended: false, gives_way: false });
            if members.is_empty() {
                jobs.push((first, Job::Set(position)));
            }
            jobs.extend(members.into_iter().map(|member| (first, member)));
        }
        // In staging order; stable, so that the files of a set stay together.
        jobs.sort_by_key(|(first, _)| *first);
        let waiting: VecDeque<_> = jobs.into_iter().map(|(_, job)| job).collect();
        let jobs = waiting.len();
        let queue = Queue {
            waiting,
            under_way: Vec::new(),
            stayed: Vec::new(),
            sets: ways,
            broken: false,
            given_up: None,
            spent: 0,
        };
        let (queue, done) = (Mutex::new(queue), Condvar::new());
        Lane { config, root, run, ledger, means, sets, jobs, queue, done }
    }

    /// Sessions that are of use here.
    pub(super) fn sessions(&self) -> usize {
        self.config.sessions.get().min(self.jobs)
    }

    fn queue(&self) -> MutexGuard<'_, Queue<'a>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One session: takes files until none is left. An error is one of the ledger.
    pub(super) fn work(&'a self, post: &Sender<Letter<'a>>) -> Result<(), StoreError> {
        let alarm = Alarm { lane: self, off: false };
        let mut open = None;
        while let Some(job) = self.next() {
            self.job(job, &mut open, post)?;
        }
        alarm.end();
        Ok(())
    }

    fn next(&'a self) -> Option<Job<'a>> {
        let mut queue = self.queue();
        let job = queue.waiting.pop_front()?;
        queue.under_way.extend(job.file());
        Some(job)
    }

    fn job(
        &'a self,
        job: Job<'a>,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<(), StoreError> {
        // The files of a set keep no file of its own back.
        let gives_way = !matches!(job, Job::File(_));
        let mut place = job.file().map(|file| Place { lane: self, file, gives_way });
        match job {
            Job::File(file) => {
                let reason = self.file(file, Goal::Delivered, open, post)?;
                let state = self.state(file, reason.as_ref())?;
                if let Some(place) = &mut place {
                    place.gives_way = matches!(state, OutboundState::Delivered | OutboundState::Held);
                }
                drop(place);
                self.finish(file, state, reason, post);
                Ok(())
            }
            Job::Member(file, position) => {
                let reason = self.file(file, Goal::Verified, open, post)?;
                drop(place);
                let mut queue = self.queue();
                let Some(way) = queue.sets.get_mut(position) else { return Ok(()) };
                way.stopped.extend(reason.map(|reason| (file.id, reason)));
                way.left = way.left.saturating_sub(1);
                let (last, stopped) = (way.left == 0, way.stopped.clone());
                drop(queue);
                if last { self.set(position, stopped, open, post) } else { Ok(()) }
            }
            Job::Set(position) => self.set(position, Vec::new(), open, post),
        }
    }

    /// The renames of a set, once its files are uploaded. `stopped`: those that could not be.
    fn set(
        &'a self,
        position: usize,
        stopped: Vec<(OutboundId, Why)>,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<(), StoreError> {
        let Some(set) = self.sets.get(position) else { return Ok(()) };
        let turn = self.wait_for_earlier_sets(position);
        // One of which something may be visible is completed as far as it goes.
        let behind = turn.err().filter(|_| set.state == SetState::Waiting);
        if self.queue().broken {
            return Ok(());
        }
        let (mut reason, mut at) = (behind.map(|error| error.why()), None);
        if stopped.is_empty() && reason.is_none() {
            // Verified by this run, over lines that held; after a break, what is there is looked at once more.
            let mut verified = set.state == SetState::Waiting;
            reason = self.tries(open, post, |lane, destination| {
                let mut progress = |_| {};
                let mut carrier = lane.carrier(destination, Goal::Delivered, &|| Ok(()), &mut progress);
                let result = set::carry(&mut carrier, set.id, std::mem::take(&mut verified))?;
                Ok(match result {
                    SetCarried::Delivered => Carried::Delivered,
                    SetCarried::Waiting(error, file) => {
                        at = file;
                        Carried::Waiting(error)
                    }
                })
            })?;
        }
        let now = self.ledger.lock().set(set.id)?;
        let first = stopped.first().cloned().or_else(|| Some((at?, reason.clone()?)));
        if now.state == SetState::Waiting && now.held().is_some() {
            self.clear(&now, open);
        }
        let blocked = first.as_ref().map(|(id, reason)| self.blocked(&now, *id, reason));
        for file in now.live().filter(|file| set.files.iter().any(|before| unfinished(before, file))) {
            let own = stopped.iter().chain(&first).find(|(id, _)| *id == file.id);
            let why = match own {
                _ if file.state == OutboundState::Delivered => None,
                Some((_, reason)) => Some(reason.clone()),
                None => blocked.clone().or_else(|| reason.clone()),
            };
            let state = self.state(file, why.as_ref())?;
            self.finish(file, state, why, post);
        }
        let reason = first.map(|(_, reason)| reason).or(reason);
        let gives_way = now.state == SetState::Delivered || now.held().is_some();
        let _ = post.send(Letter::Set(SetOutcome::of(&now, reason)));
        if let Some(way) = self.queue().sets.get_mut(position) {
            (way.ended, way.gives_way) = (true, gives_way);
        }
        self.done.notify_all();
        Ok(())
    }

    /// Why the other files of a set wait.
    fn blocked(&self, set: &SetRecord, id: OutboundId, detail: &Why) -> Why {
        let file = set.files.iter().find(|file| file.id == id);
        let name = file.map_or_else(|| id.to_string(), |file| file.name.clone());
        let problem = match file {
            Some(file) if file.state == OutboundState::Held => {
                Problem::SetHeld { set: set.name.clone(), id: id.0, name }
            }
            _ => Problem::SetNotReady { set: set.name.clone(), name, detail: detail.clone() },
        };
        DeliveryError::new(&self.config.name, problem).why()
    }

    /// Removes what lies at the destination of a set that waits for a person: that can take days. Where it fails, the next upload does it.
    fn clear(&self, set: &SetRecord, open: &mut Option<Box<dyn Destination>>) {
        let Some(destination) = open else { return };
        for file in set.live() {
            if let (OutboundState::Uploading | OutboundState::Verified, Some(temporary)) =
                (file.state, &file.temporary)
                && destination.remove(temporary).is_err_and(|error| error.connection_lost())
            {
                *open = None;
                return;
            }
        }
    }

    /// Tries one file until it is done with for this run. Gives why it did not come as far as it should.
    fn file(
        &'a self,
        file: &'a OutboundRecord,
        goal: Goal,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<Option<Why>, StoreError> {
        let mut again = None;
        self.tries(open, post, |lane, destination| {
            // As it was when the run began, until this one has changed it.
            let now = match again.replace(()) {
                None => file.clone(),
                Some(()) => lane.ledger.lock().outbound(file.id)?,
            };
            let turn = || lane.wait_for_earlier(file);
            let mut progress = |sent| {
                let _ = post.send(Letter::Sent(file, sent));
            };
            lane.carrier(destination, goal, &turn, &mut progress).carry(&now)
        })
    }

    /// Connects if need be and attempts, again where that can help, until it is done with for this run. Gives why it failed.
    fn tries(
        &'a self,
        open: &mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
        mut attempt: impl FnMut(&'a Self, &mut dyn Destination) -> Result<Carried, StoreError>,
    ) -> Result<Option<Why>, StoreError> {
        let mut backoff = Backoff::new(self.config.retries);
        loop {
            if self.means.stop.load(Ordering::Relaxed) {
                return Ok(Some(DeliveryError::new(&self.config.name, Problem::Interrupted).why()));
            }
            if let Some(reason) = self.queue().given_up.clone() {
                return Ok(Some(reason));
            }
            let carried = match self.connected(open, post) {
                Ok(destination) => {
                    let carried = attempt(self, destination)?;
                    for drift in destination.drift() {
                        let _ = post.send(Letter::Drift(&self.config.name, drift.clone()));
                    }
                    carried
                }
                Err(error) => Carried::Waiting(error),
            };
            let error = match carried {
                Carried::Delivered | Carried::Verified => {
                    self.queue().spent = 0;
                    return Ok(None);
                }
                Carried::Held(error) => return Ok(Some(error.why())),
                Carried::Waiting(error) => error,
            };
            // All of it is uploaded: the destination works.
            if matches!(*error.problem, Problem::EarlierWaits { .. } | Problem::EarlierUnresolved { .. }) {
                self.queue().spent = 0;
            }
            let reached = open.is_some();
            if error.connection_lost() {
                *open = None;
            }
            let reason = error.why();
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
            let _ = post.send(Letter::Retrying {
                destination: &self.config.name,
                reason: reason.to_string(),
                wait,
            });
            (self.means.wait)(wait);
        }
    }

    fn connected<'o>(
        &self,
        open: &'o mut Option<Box<dyn Destination>>,
        post: &Sender<Letter<'a>>,
    ) -> Result<&'o mut dyn Destination, DeliveryError> {
        if open.is_none() {
            let _ = post.send(Letter::Connecting(&self.config.name));
            let destination = (self.means.connect)(self.config)?;
            for remark in destination.remarks() {
                let _ = post.send(Letter::Remark(remark.clone()));
            }
            *open = Some(destination);
        }
        match open {
            Some(destination) => Ok(&mut **destination),
            None => Err(DeliveryError::new(&self.config.name, Problem::Interrupted)),
        }
    }

    fn carrier<'c>(
        &'c self,
        destination: &'c mut dyn Destination,
        goal: Goal,
        turn: &'c dyn Fn() -> Result<(), DeliveryError>,
        progress: &'c mut dyn FnMut(u64),
    ) -> Carrier<'c, 'a> {
        Carrier {
            ledger: self.ledger,
            destination,
            config: self.config,
            root: self.root,
            run: self.run,
            clock: self.means.clock,
            stop: self.means.stop,
            turn,
            progress,
            goal,
        }
    }

    /// The state of a file in the ledger. `reason`: why it is not delivered.
    fn state(&self, file: &OutboundRecord, reason: Option<&Why>) -> Result<OutboundState, StoreError> {
        match reason {
            None => Ok(OutboundState::Delivered),
            Some(_) => Ok(self.ledger.lock().outbound(file.id)?.state),
        }
    }

    fn finish(
        &self,
        file: &OutboundRecord,
        state: OutboundState,
        reason: Option<Why>,
        post: &Sender<Letter<'a>>,
    ) {
        let (name, destination) = (file.name.clone(), file.destination.clone());
        let (id, export) = (file.id, file.export);
        let _ = post.send(Letter::Finished(FileOutcome { id, export, name, destination, state, reason }));
    }
}

/// Whether a file of a set was not delivered when the run began with it.
fn unfinished(before: &OutboundRecord, now: &OutboundRecord) -> bool {
    before.id == now.id && before.state != OutboundState::Delivered
}

/// Tells the other sessions when one ends before its time: by an error of the ledger, or a panic.
struct Alarm<'a> {
    lane: &'a Lane<'a>,
    off: bool,
}

impl Alarm<'_> {
    fn end(mut self) {
        self.off = true;
    }
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if !self.off {
            let mut queue = self.lane.queue();
            queue.waiting.clear();
            queue.broken = true;
            drop(queue);
            self.lane.done.notify_all();
        }
    }
}

/// A file under way. Others wait for it, so that it is given back however its session ends.
struct Place<'a> {
    lane: &'a Lane<'a>,
    file: &'a OutboundRecord,
    /// Later files of its route may follow it. Not where its session ends before its time.
    gives_way: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let id: OutboundId = self.file.id;
        let mut queue = self.lane.queue();
        queue.under_way.retain(|other| other.id != id);
        if !self.gives_way {
            queue.stayed.push(self.file);
        }
        drop(queue);
        self.lane.done.notify_all();
    }
}

#[cfg(test)]
mod tests;
