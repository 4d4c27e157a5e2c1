//! Runs in the ledger.

use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{RunId, RunOutcome, Store, StoreError};

/// Tries to find an identity that no run has; two runs in one second are rare, the same digits rarer.
const TRIES: usize = 64;

impl Store {
    /// Enters a run.
    pub fn begin_run(&mut self, now: DateTime<Utc>) -> Result<RunId, StoreError> {
        for _ in 0..TRIES {
            let id = RunId(format!("{}-{:04x}", now.format("%Y%m%dT%H%M%SZ"), random() & 0xffff));
            let entered = self
                .connection
                .execute("INSERT OR IGNORE INTO run (id, started_at) VALUES (?1, ?2)", params![id, now])?;
            if entered == 1 {
                return Ok(id);
            }
        }
        Err(StoreError::Busy { seconds: 0 })
    }

    /// Closes the runs before `run` that were killed: as interrupted, when `run` noticed it. Only for a run that has the project's lock.
    pub fn close_dead_runs(&mut self, run: &RunId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE run SET ended_at = ?2, outcome = ?3, interrupted = 1 WHERE id <> ?1 AND ended_at IS NULL",
            params![run, now, RunOutcome::Failed],
        )?;
        Ok(())
    }

    /// Closes a run. A run that was closed stays as it is.
    pub fn end_run(
        &mut self,
        run: &RunId,
        now: DateTime<Utc>,
        outcome: RunOutcome,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE run SET ended_at = ?2, outcome = ?3 WHERE id = ?1 AND ended_at IS NULL",
            params![run, now, outcome],
        )?;
        Ok(())
    }
}

/// A random number; the standard library seeds its hash keys from the system.
fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

#[cfg(test)]
mod tests {
    use crate::store::RunOutcome;
    use crate::store::testing::{at, store};

    #[test]
    fn runs_of_the_same_second_differ_and_sort_by_time() {
        let (_folder, mut store) = store();
        let first = store.begin_run(at(0)).unwrap();
        let second = store.begin_run(at(0)).unwrap();
        let later = store.begin_run(at(1)).unwrap();
        assert_ne!(first, second);
        assert!(first < later && second < later);
        assert_eq!(first.as_str().len(), "20261115T020000Z-3f2a".len());
        assert!(first.as_str().starts_with("20261115T020000Z-"), "{first}");
    }

    #[test]
    fn a_killed_run_is_closed_by_the_next_and_that_one_stays_open() {
        let (_folder, mut store) = store();
        let dead = store.begin_run(at(0)).unwrap();
        let next = store.begin_run(at(60)).unwrap();
        store.close_dead_runs(&next, at(60)).unwrap();
        let runs = store.status(2).unwrap().runs;
        let ends: Vec<_> = runs.iter().map(|run| (&run.id, run.outcome)).collect();
        assert_eq!(ends, [(&next, None), (&dead, Some(RunOutcome::Interrupted))]);
    }

    #[test]
    fn a_run_ends_once() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        store.end_run(&run, at(5), RunOutcome::Attention).unwrap();
        store.end_run(&run, at(9), RunOutcome::Complete).unwrap();
        let record = store.status(1).unwrap().runs.remove(0);
        assert_eq!((record.ended_at, record.outcome), (Some(at(5)), Some(RunOutcome::Attention)));
    }
}
