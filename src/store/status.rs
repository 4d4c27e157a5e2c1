//! Questions of `passeur status`.

use rusqlite::types::FromSql;

use super::{Note, RunRecord, Status, Store, StoreError};

impl Store {
    /// The state of the project: the last `runs` runs, counts, and what waits. One consistent picture, even beside a run.
    pub fn status(&self, runs: usize) -> Result<Status, StoreError> {
        let _picture = self.connection.unchecked_transaction()?;
        Ok(Status {
            runs: self.last_runs(runs)?,
            exports: self.counts("SELECT outcome, count(*) FROM export GROUP BY outcome ORDER BY outcome")?,
            outbound: self.counts(
                "SELECT state, count(*) FROM outbound WHERE packed_in IS NULL GROUP BY state ORDER BY state",
            )?,
            held: self.held()?,
            waiting: self.undelivered()?,
            guard: self.note(Note::Guard)?.and_then(|note| serde_json::from_str(&note).ok()),
            sets: self.open_sets()?,
        })
    }

    pub(super) fn last_runs(&self, most: usize) -> Result<Vec<RunRecord>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT id, started_at, ended_at, iif(interrupted, 'interrupted', outcome) FROM run ORDER BY started_at DESC, id DESC LIMIT ?1",
        )?;
        let records = statement
            .query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
                Ok(RunRecord {
                    id: row.get(0)?,
                    started_at: row.get(1)?,
                    ended_at: row.get(2)?,
                    outcome: row.get(3)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(records)
    }

    fn counts<T: FromSql>(&self, sql: &str) -> Result<Vec<(T, u64)>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let counts = statement
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
            .collect::<Result<_, _>>()?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{ExportOutcome, OutboundState};

    #[test]
    fn status_counts_and_lists_what_waits() {
        let (_folder, mut store) = store();
        let first = store.begin_run(at(0)).unwrap();
        let second = store.begin_run(at(60)).unwrap();
        let export = claim(&mut store, &first, "a.csv", 1);
        store.stage(staged(export, &first, vec![outbound("one.csv"), outbound("two.csv")])).unwrap();
        claim(&mut store, &second, "b.csv", 2);

        let status = store.status(1).unwrap();
        assert_eq!(status.runs.iter().map(|run| &run.id).collect::<Vec<_>>(), [&second]);
        assert_eq!(status.exports, [(None, 1), (Some(ExportOutcome::Accepted), 1)]);
        assert_eq!(status.outbound, [(OutboundState::Staged, 2)]);
        let names: Vec<_> = status.waiting.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["one.csv", "two.csv"]);
        assert_eq!(status.held, []);
    }
}
