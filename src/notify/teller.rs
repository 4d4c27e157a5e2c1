//! Tells beside the run: one thread a channel, so that a server that hangs delays neither a run nor the other channel.
//!
//! What a channel told is written to the store before and after, so that what a process that was killed did not tell is told by the
//! next one. A channel that fails is tried again with growing pauses while the process stays up, and else by the next run.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::digest::{Digest, Occasion};
use super::failure::Failure;
use super::letter::{Besides, Letter};
use super::memory::{Failing, Memory, Why};
use super::{Carrier, Channel};
use crate::config::When;
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::store::{Store, StoreError};

/// The first pause of a channel that failed, in a process that stays up; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How long the end of a process waits for a notification after a signal.
const AFTER_SIGNAL: Duration = Duration::from_secs(5);

/// Beyond a channel's own time, before it is given up from outside.
const GRACE: Duration = Duration::from_secs(1);

/// What a teller needs to know of a project.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The store.
    pub store: PathBuf,
    /// Language of the letters.
    pub language: Language,
    /// When something is told.
    pub when: When,
    /// How.
    pub carriers: Vec<Carrier>,
}

/// What became of one notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// By which channel.
    pub channel: Channel,
    /// Addresses that were refused while others were taken; or why it failed.
    pub result: Result<Vec<String>, String>,
}

/// Is told what became of notifications.
pub type Listener = Arc<dyn Fn(&Told) + Send + Sync>;

/// Tells, in threads of its own.
pub struct Teller {
    workers: Vec<Handle>,
}

struct Handle {
    digests: Sender<Arc<Digest>>,
    /// Disconnected when the worker has ended.
    done: Receiver<()>,
    limit: Duration,
}

impl Teller {
    /// Starts a thread for each channel.
    pub fn start(settings: &Settings, listener: &Listener) -> Teller {
        let start = |carrier: &Carrier| {
            let (digests, receiver) = channel();
            let (alive, done) = channel();
            let mut worker = Worker::new(settings, carrier.clone(), listener.clone());
            std::thread::spawn(move || {
                let _alive = alive;
                worker.work(&receiver);
            });
            Handle { digests, done, limit: carrier.timeout() + GRACE * 2 }
        };
        Teller { workers: settings.carriers.iter().map(start).collect() }
    }

    /// Tells a digest, if there is reason to. Returns at once.
    pub fn tell(&self, digest: Digest) {
        let digest = Arc::new(digest);
        for worker in &self.workers {
            if worker.digests.send(digest.clone()).is_err() {
                tracing::error!("a channel of notifications has ended before its time");
            }
        }
    }

    /// Waits until all is told or has failed, within the time that the config gives it; after a signal a few seconds.
    pub fn finish(self, stop: &AtomicBool) {
        let started = Instant::now();
        let mut signal: Option<Instant> = None;
        for Handle { digests, done, limit } in self.workers {
            drop(digests);
            while done.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
                if stop.load(Ordering::Relaxed) {
                    signal.get_or_insert_with(Instant::now);
                }
                let late = signal.is_some_and(|signal| signal.elapsed() > AFTER_SIGNAL);
                if late || started.elapsed() > limit {
                    tracing::warn!("a notification was given up; the next run tells it");
                    break;
                }
            }
        }
    }
}

/// One channel.
struct Worker {
    store: PathBuf,
    texts: Texts,
    when: When,
    carrier: Carrier,
    others: Vec<Channel>,
    listener: Listener,
    /// As it was last known, for when the store cannot be asked.
    memory: Memory,
    /// The store could not be written: what it has is old.
    unsaved: bool,
    /// Not told yet.
    pending: Option<Arc<Digest>>,
    /// Before the next try.
    retry: Option<(Instant, Duration)>,
    /// A try that was given up from outside and has not ended.
    stuck: Option<JoinHandle<()>>,
}

impl Worker {
    fn new(settings: &Settings, carrier: Carrier, listener: Listener) -> Worker {
        let own = carrier.channel();
        let channels = settings.carriers.iter().map(Carrier::channel);
        Worker {
            store: settings.store.clone(),
            texts: Texts::new(settings.language),
            when: settings.when,
            others: channels.filter(|other| *other != own).collect(),
            carrier,
            listener,
            memory: Memory::default(),
            unsaved: false,
            pending: None,
            retry: None,
            stuck: None,
        }
    }

    fn work(&mut self, digests: &Receiver<Arc<Digest>>) {
        loop {
            let next = match self.retry.filter(|_| self.pending.is_some()) {
                Some((at, _)) => digests.recv_timeout(at.saturating_duration_since(Instant::now())),
                None => digests.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(digest) => self.take(digest),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(digest) = self.pending.take() {
                        self.tell(digest, Why::News);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Decides whether a digest is told, and when.
    fn take(&mut self, digest: Arc<Digest>) {
        self.remember();
        let Some(why) = self.memory.why(&digest, self.when) else {
            self.change(|memory| memory.forget(&digest));
            return;
        };
        if self.retry.is_some_and(|(at, _)| at > Instant::now()) {
            self.change(|memory| memory.begin(&digest));
            // The newest run says how things are, and those before are named; a look knows less than a run.
            if digest.occasion == Occasion::Run || self.pending.is_none() {
                self.pending = Some(digest);
            }
            return;
        }
        self.pending = None;
        self.tell(digest, why);
    }

    fn tell(&mut self, digest: Arc<Digest>, why: Why) {
        let own = digest.run.as_ref().filter(|_| digest.occasion == Occasion::Run);
        let missed = self.memory.missed.iter().filter(|run| own != Some(run));
        let besides =
            Besides { missed: missed.cloned().collect(), failing: failing(&self.store, &self.others) };
        self.change(|memory| memory.begin(&digest));
        let letter = Letter::new(&digest, why, &besides, self.texts);
        let result = self.try_to_send(letter).map_err(|failure| failure.say(self.texts));
        match &result {
            Ok(_) => {
                self.retry = None;
                self.change(|memory| {
                    memory.told(&digest);
                    memory.forget(&digest);
                });
            }
            Err(error) => {
                let pause = self.retry.map_or(FIRST_PAUSE, |(_, pause)| (pause * 2).min(LONGEST_PAUSE));
                self.retry = Some((Instant::now() + pause, pause));
                self.change(|memory| memory.failed(digest.at.to_utc(), error.clone()));
                self.pending = Some(digest);
            }
        }
        (self.listener)(&Told { channel: self.carrier.channel(), result });
    }

    fn try_to_send(&mut self, letter: Letter) -> Result<Vec<String>, Failure> {
        if self.stuck.as_ref().is_some_and(|stuck| !stuck.is_finished()) {
            return Err(overdue());
        }
        let (result, stuck) = send(&self.carrier, letter);
        self.stuck = stuck;
        result
    }

    /// Reads what was told, by other processes too.
    fn remember(&mut self) {
        if self.unsaved {
            return;
        }
        if let Some(memory) = read(&self.store, self.carrier.channel()) {
            self.memory = memory;
        }
    }

    /// Changes the memory, here and in the store.
    fn change(&mut self, change: impl FnOnce(&mut Memory)) {
        let before = self.memory.clone();
        change(&mut self.memory);
        if self.memory == before && !self.unsaved {
            return;
        }
        let written = write(&self.store, self.carrier.channel(), &self.memory);
        self.unsaved = written.is_err();
        if let Err(error) = written {
            tracing::warn!(%error, channel = self.carrier.channel().word(), "cannot note what was told");
        }
    }
}

/// Sends in a thread of its own: a library that waits longer than it was told to (lettre, in a TLS handshake) holds nothing up. Gives that
/// thread if it was left behind.
fn send(carrier: &Carrier, letter: Letter) -> (Result<Vec<String>, Failure>, Option<JoinHandle<()>>) {
    let (sender, result) = channel();
    let of_thread = carrier.clone();
    let thread = std::thread::spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = sender.send(of_thread.send(&letter, &|name| std::env::var_os(name)));
    });
    match result.recv_timeout(carrier.timeout() + GRACE) {
        Ok(result) => (result, None),
        Err(_) => (Err(overdue()), Some(thread)),
    }
}

fn overdue() -> Failure {
    Failure::new("notify-fail-overdue")
}

/// What a channel told, from the store; `None`: the store cannot be asked.
fn read(path: &Path, channel: Channel) -> Option<Memory> {
    let store = Store::open_read_only(path).ok()?;
    let text = store.note(channel.note()).ok()?;
    Some(Memory::read(text.as_deref()))
}

fn write(path: &Path, channel: Channel, memory: &Memory) -> Result<(), StoreError> {
    // A store that is not there is not made: only a run does that.
    if !path.exists() {
        return Ok(());
    }
    let text = (*memory != Memory::default()).then(|| memory.write());
    Store::open(path)?.set_note(channel.note(), text.as_deref())
}

/// The channels that fail, and since when.
pub fn failing(store: &Path, channels: &[Channel]) -> Vec<(Channel, Failing)> {
    let failing = |channel: &Channel| Some((*channel, read(store, *channel)?.failing?));
    channels.iter().filter_map(failing).collect()
}

/// Sends a digest once through a channel, whatever was told before. What works is no longer noted as failing.
///
/// # Errors
/// Why it failed.
pub fn test(
    settings: &Settings,
    carrier: &Carrier,
    digest: &Digest,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Failure> {
    debug_assert_eq!(digest.occasion, Occasion::Test);
    let letter = Letter::new(digest, Why::News, &Besides::default(), Texts::new(settings.language));
    let (result, _) = send(carrier, letter);
    if let Some(mut memory) = read(&settings.store, carrier.channel()) {
        let before = memory.clone();
        match &result {
            Ok(_) => memory.failing = None,
            Err(failure) if settings.when != When::Never => {
                memory.failed(now, failure.say(Texts::new(settings.language)));
            }
            Err(_) => {}
        }
        if memory != before
            && let Err(error) = write(&settings.store, carrier.channel(), &memory)
        {
            tracing::warn!(%error, "cannot note whether the channel works");
        }
    }
    result
}
