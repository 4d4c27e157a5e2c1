//! The ledger, shared by the sessions of a run: one call at a time, in whatever thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::Store;

/// The store of a run behind a lock.
pub struct Ledger<'s> {
    store: Mutex<&'s mut Store>,
}

impl<'s> Ledger<'s> {
    /// Shares a store.
    pub fn new(store: &'s mut Store) -> Ledger<'s> {
        Ledger { store: Mutex::new(store) }
    }

    /// The store, for one call. Every call is a transaction of its own, so that a thread that panicked left nothing half done.
    pub fn lock(&self) -> MutexGuard<'_, &'s mut Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
