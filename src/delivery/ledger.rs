//! The ledger, shared by the sessions of a run: one call at a time, in whatever thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::{Entry, Store, StoreError};

/// The store of a run behind a lock.
pub struct Ledger<'s> {
    store: Mutex<&'s mut Store>,
    waiting: Mutex<Vec<(Entry, Arc<Answer>)>>,
}

/// What became of a step that somebody else entered.
#[derive(Default)]
struct Answer(Mutex<Option<Result<(), StoreError>>>);

impl<'s> Ledger<'s> {
    /// Shares a store.
    pub fn new(store: &'s mut Store) -> Ledger<'s> {
        Ledger { store: Mutex::new(store), waiting: Mutex::default() }
    }

    /// The store, for one call. Every call is a transaction of its own, so that a thread that panicked left nothing half done.
    pub fn lock(&self) -> MutexGuard<'_, &'s mut Store> {
        unpoisoned(&self.store)
    }

    /// Enters a step of the protocol; it is durable when this returns. Steps that come while another one is written to the disk wait for it, and
    /// are then written together: the disk is synced once for all of them.
    ///
    /// # Errors
    /// Those of the store; then nothing of this step is in it.
    pub fn enter(&self, entry: Entry) -> Result<(), StoreError> {
        let answer = Arc::new(Answer::default());
        unpoisoned(&self.waiting).push((entry, Arc::clone(&answer)));
        let mut store = self.lock();
        if let Some(result) = unpoisoned(&answer.0).take() {
            return result;
        }
        // Nobody has taken it, so that it is among the ones that wait, with those of others.
        let together = std::mem::take(&mut *unpoisoned(&self.waiting));
        let entries: Vec<&Entry> = together.iter().map(|(entry, _)| entry).collect();
        for (result, (_, answer)) in store.enter_all(&entries).into_iter().zip(&together) {
            *unpoisoned(&answer.0) = Some(result);
        }
        let own = unpoisoned(&answer.0).take();
        own.unwrap_or(Err(StoreError::Busy { seconds: 0 }))
    }
}

/// No holder of these locks leaves anything half done.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{OutboundState, Step};

    #[test]
    fn steps_of_many_threads_are_all_entered_and_each_gets_its_own_answer() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        let names: Vec<_> = (0..24).map(|number| outbound(&format!("{number}.csv"))).collect();
        let ids = store.stage(staged(export, &run, names)).unwrap();
        let ledger = Ledger::new(&mut store);
        std::thread::scope(|scope| {
            for id in &ids {
                scope.spawn(|| {
                    let entry = |step| Entry { id: *id, run: run.clone(), at: at(3), step };
                    assert!(matches!(
                        ledger.enter(entry(Step::Delivered)),
                        Err(StoreError::WrongState { .. })
                    ));
                    let upload =
                        Step::Uploading { temporary: "t".into(), address: "a".into(), host_key: None };
                    for step in [upload, Step::Verified, Step::Committing, Step::Delivered] {
                        ledger.enter(entry(step)).unwrap();
                    }
                });
            }
        });
        for id in ids {
            assert_eq!(store.outbound(id).unwrap().state, OutboundState::Delivered);
            assert_eq!(store.history(id).unwrap().len(), 5);
        }
    }
}
