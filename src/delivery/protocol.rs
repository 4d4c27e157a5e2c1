//! The delivery protocol: one outbound file, from `staged` to `delivered`, exactly once.
//!
//! | state in the ledger | what is true | what the next run does there |
//! |---|---|---|
//! | `staged` | nothing of it is at the destination | looks at the final name (taken: held), goes on to `uploading` |
//! | `uploading` | part of it may be there, under the temporary name in the ledger | uploads it again from the start, under another temporary name, and removes the first |
//! | `verified` | all of it is there under the temporary name; no rename was ever sent | verifies again; wrong or gone: `uploading` |
//! | `committing` | a rename was sent, or not, or its answer was lost | asks for the temporary name, see [`Carrier::resolve`] |
//! | `delivered` | it is, or was, there under its own name | writes the receipt if there is none; never touches the destination |
//! | `held` | no rename of it was carried out, or only a person can tell | nothing |
//!
//! Why no crash loses or doubles a file. A state is durable before the first request that it allows, so that a crash can only
//! leave the ledger *behind* the destination by one request. Up to `verified` every request is about the temporary name, and
//! repeating it changes nothing that anybody reads. The one request that cannot be repeated blindly is the rename; it
//! is sent in `committing` alone, and the temporary name tells whether it was carried out: a rename removes that name, and nothing else
//! does, because from `committing` on we remove a temporary file only after `held` or `delivered` is durable. So: temporary name there → not renamed,
//! rename (again). Gone → renamed, even if the final name has already been picked up.
//!
//! A name is looked at before the upload and again before `committing`, because some servers rename over a file; on
//! those that do not (OpenSSH, and our folders) the rename itself is what never replaces. Where a probe saw that, the second look is left out.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use sha2::Digest;

use super::error::Content;
use super::ledger::Ledger;
use super::{DeliveryError, Destination, Doing, Found, Problem, Retry};
use crate::config::{DestinationConfig, Verify};
use crate::fault;
use crate::store::{
    Entry, HoldReason, OutboundId, OutboundRecord, OutboundState, RunId, Sha256, Step, StoreError,
};

/// Longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// How far a file came in this run.
#[derive(Debug)]
pub enum Carried {
    /// It is delivered; the ledger says so.
    Delivered,
    /// It is verified, as asked; the ledger says so.
    Verified,
    /// It is held; the ledger says so, with this error as the reason.
    Held(DeliveryError),
    /// It stays where it is in the ledger, and the next run goes on there.
    Waiting(DeliveryError),
}

/// How far a file shall come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// All of it at the destination, under its temporary name. Such a file is of a set, which gives the names when all are that far.
    Verified,
    /// Visible, under its own name.
    Delivered,
}

/// Why a file stopped: at the destination, which is its own affair, or in the ledger, which stops the run.
enum Stop {
    Delivery(DeliveryError),
    /// At the destination, before it could be told whether the file was renamed: it must stay as it is.
    Unresolved(DeliveryError),
    Store(StoreError),
}

impl From<DeliveryError> for Stop {
    fn from(error: DeliveryError) -> Self {
        Stop::Delivery(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Store(error)
    }
}

/// Carries one file as far as it goes.
pub struct Carrier<'a, 's> {
    /// The ledger.
    pub ledger: &'a Ledger<'s>,
    /// Where the file goes.
    pub destination: &'a mut dyn Destination,
    /// Its config.
    pub config: &'a DestinationConfig,
    /// The project folder, which staged paths are relative to.
    pub root: &'a Path,
    /// The run.
    pub run: &'a RunId,
    /// Now.
    pub clock: &'a dyn Fn() -> DateTime<Utc>,
    /// Once set, the file stays where it is before the next step, and an upload is abandoned.
    pub stop: &'a AtomicBool,
    /// Waits until it is this file's turn to get its name. An error: it does not come in this run.
    pub turn: &'a dyn Fn() -> Result<(), DeliveryError>,
    /// Gets bytes acknowledged.
    pub progress: &'a mut dyn FnMut(u64),
    /// How far the file shall come.
    pub goal: Goal,
}

impl Carrier<'_, '_> {
    /// Goes through the protocol from where the ledger says. An error is one of the ledger.
    pub fn carry(&mut self, file: &OutboundRecord) -> Result<Carried, StoreError> {
        let result = match file.state {
            OutboundState::Staged | OutboundState::Uploading => self.go_from_upload(file),
            OutboundState::Verified => self.go_from_verified(file),
            OutboundState::Committing => self.resolve(file),
            OutboundState::Delivered | OutboundState::Held | OutboundState::Discarded => Ok(()),
        };
        self.carried(file, result)
    }

    /// The rename of a file that this run has verified.
    pub(super) fn carry_verified(&mut self, file: &OutboundRecord) -> Result<Carried, StoreError> {
        let result = match self.same_place(file) {
            Some(temporary) if file.state == OutboundState::Verified => self.commit(file, &temporary),
            _ => return self.carry(file),
        };
        self.carried(file, result)
    }

    /// Looks at the final name; a file whose name is taken is held. `None`: it is free.
    pub(super) fn look_ahead(&mut self, file: &OutboundRecord) -> Result<Option<Carried>, StoreError> {
        match self.expect_free(&file.name) {
            Ok(()) => Ok(None),
            Err(error) => self.stopped(file, error).map(Some),
        }
    }

    fn carried(&mut self, file: &OutboundRecord, result: Result<(), Stop>) -> Result<Carried, StoreError> {
        match result {
            Ok(()) if self.goal == Goal::Verified => Ok(Carried::Verified),
            Ok(()) => Ok(Carried::Delivered),
            Err(Stop::Store(error)) => Err(error),
            Err(Stop::Unresolved(error)) => Ok(Carried::Waiting(error)),
            Err(Stop::Delivery(error)) => self.stopped(file, error),
        }
    }

    /// staged, uploading: upload to the temporary name, verify, commit.
    fn go_from_upload(&mut self, file: &OutboundRecord) -> Result<(), Stop> {
        self.go_on()?;
        self.destination.prepare()?;
        self.expect_free(&file.name)?;
        // A name of its own for each try: a request of a dead connection that the server carries out late must not reach the
        // file of this one.
        if let Some(earlier) = &file.temporary {
            self.destination.remove(earlier)?;
        }
        let tries = if file.temporary.is_some() || file.state != OutboundState::Staged {
            let history = self.ledger.lock().history(file.id)?;
            history.iter().filter(|event| event.state == OutboundState::Uploading).count()
        } else {
            0
        };
        let temporary = temporary_name(&file.name, self.run, file.id, tries, &self.config.temporary_suffix);
        let (address, host_key) =
            (self.destination.address().to_owned(), self.destination.host_key().map(str::to_owned));
        self.enter(file, Step::Uploading { temporary: temporary.clone(), address, host_key })?;

        self.upload(file, &temporary)?;
        self.verify(file, &temporary)?;
        self.enter(file, Step::Verified)?;
        self.commit(file, &temporary)
    }

    /// verified: no rename was sent yet. The upload need not be done again if what is there is still right.
    fn go_from_verified(&mut self, file: &OutboundRecord) -> Result<(), Stop> {
        let Some(temporary) = self.same_place(file) else { return self.go_from_upload(file) };
        match self.verify(file, &temporary) {
            Ok(()) => self.commit(file, &temporary),
            Err(error) if matches!(*error.problem, Problem::VerifyFailed { .. } | Problem::Gone { .. }) => {
                self.go_from_upload(file)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The step that makes the file visible. `committing` is durable before the rename is sent.
    fn commit(&mut self, file: &OutboundRecord, temporary: &str) -> Result<(), Stop> {
        if self.goal == Goal::Verified {
            return Ok(());
        }
        (self.turn)()?;
        self.go_on()?;
        // Where the rename itself never replaces, that is all; others rename over a file.
        if !self.destination.never_replaces() {
            self.expect_free(&file.name)?;
        }
        self.enter(file, Step::Committing)?;
        self.rename(file, temporary, true)
    }

    /// `first`: no rename of this file was sent before.
    fn rename(&mut self, file: &OutboundRecord, temporary: &str, first: bool) -> Result<(), Stop> {
        if let Err(error) = self.destination.rename_no_replace(temporary, &file.name) {
            // No answer: only the next connection can ask. An answer is checked all the same, for servers that rename and
            // then fail at something else.
            if error.connection_lost() || error.retry == Retry::Unknown {
                return Err(Stop::Unresolved(error));
            }
            if self.destination.look(temporary).map_err(Stop::Unresolved)? != Found::Absent {
                return Err(error.into());
            }
            // An earlier rename may have been carried out late, and then ours found nothing. If ours is the only one, an
            // error that left nothing means either that it was carried out, or that somebody removed our file.
            let arrived = self.destination.look(&file.name).map_err(Stop::Unresolved)?;
            if first && arrived != (Found::File { size: file.size }) {
                return Err(Stop::Delivery(
                    self.fail(Problem::Vanished { name: file.name.clone(), detail: error.hold_text() }),
                ));
            }
        }
        Ok(self.enter(file, Step::Delivered)?)
    }

    /// committing: a rename was sent, or not, or its answer was lost. The temporary name tells.
    fn resolve(&mut self, file: &OutboundRecord) -> Result<(), Stop> {
        let Some(temporary) = self.same_place(file) else {
            return Err(Stop::Delivery(self.fail(Problem::AddressChanged {
                before: file.address.clone().unwrap_or_default(),
                after: self.destination.address().to_owned(),
            })));
        };
        let there = self.destination.look(&temporary).map_err(Stop::Unresolved)?;
        let last = self.destination.look(&file.name).map_err(Stop::Unresolved)?;
        match (there, last) {
            // Renamed, and picked up or still there.
            (Found::Absent, Found::Absent) => {}
            (Found::Absent, Found::File { size }) if size == file.size => {}
            // Renamed, and then something else came under the name; or it was never ours. A person looks.
            (Found::Absent, other) => {
                let found = if let Found::File { size } = other { size } else { 0 };
                return Err(Stop::Delivery(self.fail(Problem::Uncertain {
                    name: file.name.clone(),
                    expected: file.size,
                    found,
                })));
            }
            // Not renamed.
            (_, Found::Absent) => {
                return match self.verify(file, &temporary) {
                    Ok(()) => self.rename(file, &temporary, false),
                    Err(error) if matches!(*error.problem, Problem::VerifyFailed { .. }) => {
                        self.go_from_upload(file)
                    }
                    Err(error) => Err(error.into()),
                };
            }
            // Both: somebody took the name, or the server links and then removes and died between the two.
            (_, Found::File { size })
                if size == file.size && self.is_ours(file).map_err(Stop::Unresolved)? =>
            {
                self.enter(file, Step::Delivered)?;
                // Delivered all the same if this fails: partners do not read temporary names.
                let _ = self.destination.remove(&temporary);
                return Ok(());
            }
            (_, _) => {
                return Err(Stop::Delivery(self.fail(Problem::NameTaken { name: file.name.clone() })));
            }
        }
        Ok(self.enter(file, Step::Delivered)?)
    }

    /// Writes the ledger's side of an error: held where a person has to act on this file; else the file stays as it is.
    fn stopped(&mut self, file: &OutboundRecord, error: DeliveryError) -> Result<Carried, StoreError> {
        let Some(code) = error.hold_code() else { return Ok(Carried::Waiting(error)) };
        // A file of which it is not known whether it was renamed does not come here ([`Stop::Unresolved`]), save where the
        // reason says just that to a person.
        let reason = HoldReason { code, text: error.hold_text() };
        self.ledger.lock().hold(file.id, self.run, (self.clock)(), &reason)?;
        // Only now: had it been removed before, a crash in between would read as "it was renamed".
        let now = self.ledger.lock().outbound(file.id)?;
        if let (Some(temporary), false) =
            (&now.temporary, matches!(*error.problem, Problem::AddressChanged { .. }))
        {
            let _ = self.destination.remove(temporary);
        }
        Ok(Carried::Held(error))
    }

    /// Makes a step durable.
    fn enter(&self, file: &OutboundRecord, step: Step) -> Result<(), StoreError> {
        self.ledger.enter(Entry { id: file.id, run: self.run.clone(), at: (self.clock)(), step })
    }

    /// The temporary name, if the last upload went to the place that the destination is now.
    fn same_place(&self, file: &OutboundRecord) -> Option<String> {
        let same = file.address.as_deref() == Some(self.destination.address());
        file.temporary.clone().filter(|_| same)
    }

    pub(super) fn go_on(&self) -> Result<(), DeliveryError> {
        if self.stop.load(Ordering::Relaxed) { Err(self.fail(Problem::Interrupted)) } else { Ok(()) }
    }

    fn expect_free(&mut self, name: &str) -> Result<(), DeliveryError> {
        match self.destination.look(name)? {
            Found::Absent => Ok(()),
            Found::File { .. } | Found::Other => Err(self.fail(Problem::NameTaken { name: name.to_owned() })),
        }
    }

    /// Sends the staged bytes, and checks on the way that they are the ones in the ledger.
    fn upload(&mut self, file: &OutboundRecord, temporary: &str) -> Result<(), DeliveryError> {
        let path = self.root.join(&file.staged_path);
        let staged = File::open(&path).map_err(|error| {
            self.fail(Problem::StagedUnreadable { detail: format!("{}: {error}", path.display()) })
        })?;
        let mut content = Hashing { inner: staged, hasher: sha2::Sha256::new(), bytes: 0, stop: self.stop };
        let result = self.destination.upload(temporary, file.size, &mut content, self.progress);
        if result.is_err() {
            self.go_on()?;
        }
        result?;
        let sent: Sha256 = content.hasher.finalize().into();
        if content.bytes != file.size || sent != file.sha256 {
            return Err(self.fail(Problem::StagedChanged { path: file.staged_path.clone() }));
        }
        fault::point("uploaded");
        Ok(())
    }

    /// Looks at the temporary file before anybody else can see it.
    fn verify(&mut self, file: &OutboundRecord, temporary: &str) -> Result<(), DeliveryError> {
        match self.destination.look(temporary)? {
            Found::File { size } if size == file.size => {}
            Found::File { size } => {
                let (expected, found) = (Content::Bytes(file.size), Content::Bytes(size));
                return Err(self.fail(Problem::VerifyFailed { expected, found }));
            }
            Found::Absent | Found::Other => {
                return Err(self.fail(Problem::Gone { name: temporary.to_owned(), doing: Doing::Looking }));
            }
        }
        if self.config.verify == Verify::Content {
            let found = self.destination.sha256(temporary)?;
            if found != file.sha256 {
                let (expected, found) = (Content::Sha256(hex(&file.sha256)), Content::Sha256(hex(&found)));
                return Err(self.fail(Problem::VerifyFailed { expected, found }));
            }
        }
        Ok(())
    }

    /// Whether the file under the final name has our bytes.
    fn is_ours(&mut self, file: &OutboundRecord) -> Result<bool, DeliveryError> {
        match self.destination.sha256(&file.name) {
            Ok(found) => Ok(found == file.sha256),
            Err(error) if matches!(*error.problem, Problem::Gone { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn fail(&self, problem: Problem) -> DeliveryError {
        DeliveryError::new(&self.config.name, problem)
    }
}

/// `club_cardcode_main_20261115.csv.20261115T020000Z-3f2a-17.part`: in the same folder, outside the partner's globs, and no other
/// outbound file's, of this project or another. A later try has its number behind the file's.
fn temporary_name(name: &str, run: &RunId, id: OutboundId, tries: usize, suffix: &str) -> String {
    let again = if tries == 0 { String::new() } else { format!("-{}", tries + 1) };
    let tail = format!(".{run}-{id}{again}{suffix}");
    let mut keep = name.len().min(LONGEST_NAME.saturating_sub(tail.len()));
    while !name.is_char_boundary(keep) {
        keep -= 1;
    }
    format!("{}{tail}", name.get(..keep).unwrap_or(name))
}

/// Hexadecimal text of a hash.
pub(super) fn hex(hash: &Sha256) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hashes what is read through it, and fails once it shall stop.
struct Hashing<'a, R> {
    inner: R,
    stop: &'a AtomicBool,
    hasher: sha2::Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped by a signal"));
        }
        let count = self.inner.read(buffer)?;
        if let Some(bytes) = buffer.get(..count) {
            self.hasher.update(bytes);
        }
        self.bytes += count as u64;
        fault::point("sending");
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
