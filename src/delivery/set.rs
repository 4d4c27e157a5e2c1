//! The protocol of a set: all of its files visible, in order, or none.
//!
//! | state in the ledger | what is true | what the next run does there |
//! |---|---|---|
//! | `gathering` | an export of its run is still in work | adds what comes out of it |
//! | `waiting` | no file of it is visible, no rename was sent; some may lie there under temporary names | uploads and verifies what is not; when all are verified and all names are free, `committing` |
//! | `committing` | all files lay verified at the destination; some may be visible | goes on with the first that is not delivered, in order, each through [`super::protocol`] |
//! | `marking` | all files are delivered; the marker's rename was sent, or not, or its answer was lost | asks for the marker's temporary name: gone means renamed |
//! | `delivered` | all of it is, or was, there | nothing |
//!
//! Why no crash leaves half a set for good, or sends one twice. `committing` is durable before the first rename, and is entered only when the
//! ledger has every file as verified: from then on the set is never begun again, each file keeps its own state, and the next run
//! goes on at the first that is not delivered. Up to `waiting` no rename is sent, so that any file may be uploaded again, and one that is held holds
//! all. The marker gets its name after every file is delivered; its temporary name is the same at each try, because it is empty:
//! a late request of a dead connection cannot change it.

use super::error::Content;
use super::protocol::{Carried, Carrier, Goal};
use super::{DeliveryError, Doing, Found, Problem};
use crate::store::{OutboundId, OutboundState, SetId, SetRecord, SetState, StoreError};

/// How far a set came.
#[derive(Debug)]
pub enum SetCarried {
    /// All of it is delivered, the marker too; the ledger says so.
    Delivered,
    /// It stays as it is in the ledger. With the file that it waits for, if it is one.
    Waiting(DeliveryError, Option<OutboundId>),
}

/// Why a set stopped.
enum Stop {
    Delivery(DeliveryError, Option<OutboundId>),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Store(error)
    }
}

impl From<DeliveryError> for Stop {
    fn from(error: DeliveryError) -> Self {
        Stop::Delivery(error, None)
    }
}

/// Carries a set, whose files are verified, as far as it goes; `verified`: by this run, over connections that have not broken since, so that they are
/// not verified once more. An error is one of the ledger.
pub fn carry(carrier: &mut Carrier<'_, '_>, id: SetId, verified: bool) -> Result<SetCarried, StoreError> {
    carrier.goal = Goal::Delivered;
    match go(carrier, id, verified) {
        Ok(()) => Ok(SetCarried::Delivered),
        Err(Stop::Delivery(error, file)) => Ok(SetCarried::Waiting(error, file)),
        Err(Stop::Store(error)) => Err(error),
    }
}

fn go(carrier: &mut Carrier<'_, '_>, id: SetId, verified: bool) -> Result<(), Stop> {
    let set = carrier.ledger.lock().set(id)?;
    if set.state == SetState::Waiting {
        begin(carrier, &set, verified)?;
    }
    if matches!(set.state, SetState::Waiting | SetState::Committing) {
        names(carrier, id, verified && set.state == SetState::Waiting)?;
    }
    mark(carrier, id)?;
    Ok(carrier.ledger.lock().end_set(id, (carrier.clock)())?)
}

/// waiting → committing: everything that can be seen in advance to stop a rename is looked at before the first.
fn begin(carrier: &mut Carrier<'_, '_>, set: &SetRecord, verified: bool) -> Result<(), Stop> {
    carrier.go_on()?;
    for file in set.live() {
        if !verified {
            carrier.goal = Goal::Verified;
            let result = carrier.carry(file);
            carrier.goal = Goal::Delivered;
            arrived(result?, file.id)?;
        }
        if let Some(stopped) = carrier.look_ahead(file)? {
            arrived(stopped, file.id)?;
        }
    }
    if let Some(marker) = &set.marker
        && carrier.destination.look(marker)? != Found::Absent
    {
        let problem = Problem::MarkerThere { set: set.name.clone(), marker: marker.clone() };
        return Err(carrier.fail(problem).into());
    }
    Ok(carrier.ledger.lock().commit_set(set.id)?)
}

/// committing: the files get their names in order. `verified`: none of them has been sent a rename yet.
fn names(carrier: &mut Carrier<'_, '_>, id: SetId, verified: bool) -> Result<(), Stop> {
    let set = carrier.ledger.lock().set(id)?;
    for file in set.live().filter(|file| file.state != OutboundState::Delivered) {
        carrier.go_on()?;
        if file.state == OutboundState::Held {
            let (id, name, set) = (file.id.0, file.name.clone(), set.name.clone());
            return Err(Stop::Delivery(carrier.fail(Problem::SetHeld { set, id, name }), Some(file.id)));
        }
        let result = if verified { carrier.carry_verified(file) } else { carrier.carry(file) };
        arrived(result?, file.id)?;
    }
    Ok(())
}

fn arrived(carried: Carried, file: OutboundId) -> Result<(), Stop> {
    match carried {
        Carried::Delivered | Carried::Verified => Ok(()),
        Carried::Held(error) | Carried::Waiting(error) => Err(Stop::Delivery(error, Some(file))),
    }
}

/// committing → marking: the marker becomes visible after every file. Whoever put one there meanwhile: a partner who sees it finds the whole set.
fn mark(carrier: &mut Carrier<'_, '_>, id: SetId) -> Result<(), Stop> {
    let set = carrier.ledger.lock().set(id)?;
    let Some(marker) = &set.marker else { return Ok(()) };
    carrier.go_on()?;
    let temporary = match &set.marker_temporary {
        Some(temporary) => temporary.clone(),
        None => {
            let temporary = format!("{marker}.{}-s{id}{}", set.run, carrier.config.temporary_suffix);
            write_marker(carrier, &temporary)?;
            carrier.ledger.lock().mark_set(id, &temporary)?;
            temporary
        }
    };
    if set.state == SetState::Marking && carrier.destination.look(&temporary)? == Found::Absent {
        return Ok(());
    }
    match carrier.destination.rename_no_replace(&temporary, marker) {
        Ok(()) => Ok(()),
        Err(error) if error.connection_lost() => Err(error.into()),
        Err(error) => {
            if carrier.destination.look(&temporary)? == Found::Absent {
                return Ok(());
            }
            if !matches!(*error.problem, Problem::NameTaken { .. }) {
                return Err(error.into());
            }
            // Also where a server links, removes, and died between the two. Visible is what it has to be.
            let _ = carrier.destination.remove(&temporary);
            Ok(())
        }
    }
}

fn write_marker(carrier: &mut Carrier<'_, '_>, temporary: &str) -> Result<(), DeliveryError> {
    carrier.destination.upload(temporary, 0, &mut std::io::empty(), &mut |_| {})?;
    match carrier.destination.look(temporary)? {
        Found::File { size: 0 } => Ok(()),
        Found::File { size } => {
            Err(carrier
                .fail(Problem::VerifyFailed { expected: Content::Bytes(0), found: Content::Bytes(size) }))
        }
        Found::Absent | Found::Other => {
            Err(carrier.fail(Problem::Gone { name: temporary.to_owned(), doing: Doing::Looking }))
        }
    }
}

#[cfg(test)]
mod tests;
