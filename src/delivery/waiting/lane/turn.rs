//! Whose turn it is: files of one route, and sets of one name, become visible in order, whatever is uploaded first.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use super::super::WAIT_PIECE;
use super::{Lane, Queue};
use crate::delivery::{DeliveryError, Problem};
use crate::store::{OutboundId, OutboundRecord, SetRecord};

/// Where each set stands in staging order: at its first file, and no later than the next of its name. That one waits for it, and may have
/// the older files: an archive gets its number when it is packed.
pub(super) fn of_sets(sets: &[&SetRecord]) -> Vec<Option<OutboundId>> {
    let mut nexts: BTreeMap<&str, Option<OutboundId>> = BTreeMap::new();
    let mut firsts: Vec<_> = sets
        .iter()
        .rev()
        .map(|set| {
            let own = set.live().map(|file| file.id).min();
            let first = nexts.get(set.name.as_str()).map_or(own, |next| own.min(*next));
            nexts.insert(&set.name, first);
            first
        })
        .collect();
    firsts.reverse();
    firsts
}

impl<'a> Lane<'a> {
    /// Until no set of the same name that was staged earlier is under way. An error: one of them waits for the next run, and so does this one.
    pub(super) fn wait_for_earlier_sets(&self, position: usize) -> Result<(), DeliveryError> {
        let name = self.sets.get(position).map(|set| set.name.as_str());
        let earlier = |queue: &Queue<'_>| {
            let mut before = self.sets.iter().zip(&queue.sets).take(position);
            !queue.broken && before.any(|(set, way)| Some(set.name.as_str()) == name && !way.ended)
        };
        let queue = self.wait_while(earlier)?;
        let mut before = self.sets.iter().zip(&queue.sets).take(position);
        match before.find(|(set, way)| Some(set.name.as_str()) == name && !way.gives_way) {
            None => Ok(()),
            Some((set, _)) => {
                let problem = Problem::EarlierSetWaits { set: set.name.clone() };
                Err(DeliveryError::new(&self.config.name, problem))
            }
        }
    }

    /// Until no file that was staged earlier for the same route is under way. The parts of one export hold different rows, so that their order says
    /// nothing. An error: one of them waits for the next run, and so does this one.
    pub(super) fn wait_for_earlier(&self, file: &OutboundRecord) -> Result<(), DeliveryError> {
        let before = |other: &&&OutboundRecord| {
            other.route == file.route && other.export != file.export && other.id < file.id
        };
        let earlier = |queue: &Queue<'_>| queue.under_way.iter().any(|other| before(&other));
        let queue = self.wait_while(earlier)?;
        let first = queue.stayed.iter().filter(before).min_by_key(|other| other.id).copied();
        drop(queue);
        let Some(first) = first else { return Ok(()) };
        let (name, id) = (first.name.clone(), first.id.0);
        // As it is now; a ledger that cannot be asked says so at the next step.
        let can_be_discarded =
            self.ledger.lock().outbound(first.id).is_ok_and(|first| first.can_be_discarded());
        let problem = if can_be_discarded {
            Problem::EarlierWaits { name, id }
        } else {
            Problem::EarlierUnresolved { name, id }
        };
        Err(DeliveryError::new(&self.config.name, problem))
    }

    /// Waits until that holds no more. An error: the run is to stop.
    fn wait_while(
        &self,
        holds: impl Fn(&Queue<'a>) -> bool,
    ) -> Result<MutexGuard<'_, Queue<'a>>, DeliveryError> {
        let mut queue = self.queue();
        while holds(&queue) {
            if self.means.stop.load(Ordering::Relaxed) {
                return Err(DeliveryError::new(&self.config.name, Problem::Interrupted));
            }
            let waited = self.done.wait_timeout(queue, WAIT_PIECE);
            (queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        Ok(queue)
    }
}
