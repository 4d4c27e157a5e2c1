//! The ledger in figures, for metrics and for questions about health. Nothing is counted apart: each figure follows from what the ledger
//! keeps, so that it survives a restart; only the causes of rejected rows, which no table has, are added up in a note.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ExportOutcome, HoldCode, Note, OutboundState, RunOutcome, RunRecord, SetState, Store, StoreError,
};

/// What a project did so far, and what waits. Holds no value of any cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Runs that ended, by outcome.
    pub runs: Vec<(RunOutcome, u64)>,
    /// The newest run.
    pub newest: Option<RunRecord>,
    /// The newest run that ended.
    pub ended: Option<RunRecord>,
    /// When the first run began.
    pub first_run: Option<DateTime<Utc>>,
    /// Exports that were taken, by schema and outcome; tables of models too, whose schema begins with `models/`.
    pub exports: Vec<ExportFigures>,
    /// Exports in work.
    pub in_work: u64,
    /// Why rows were rejected and exports refused.
    pub causes: Rejections,
    /// Outbound files, by route, destination and state.
    pub files: Vec<FileFigures>,
    /// Held files, by destination and reason.
    pub held: Vec<(String, HoldCode, u64)>,
    /// Sets that are not delivered, by name, destination and state.
    pub sets: Vec<(String, String, SetState, u64)>,
    /// The removal guard holds the customer base.
    pub guarded: bool,
}

/// Exports of one schema with one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFigures {
    /// The schema; `None`: none fitted.
    pub schema: Option<String>,
    /// What became of them.
    pub outcome: ExportOutcome,
    /// How many.
    pub count: u64,
    /// Their data rows.
    pub rows: u64,
    /// Rows that no outbound file took.
    pub rejected: u64,
}

/// Outbound files of one route for one destination in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFigures {
    /// The route that made them.
    pub route: String,
    /// Where they go.
    pub destination: String,
    /// Their state.
    pub state: OutboundState,
    /// How many.
    pub count: u64,
    /// Their data rows.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Findings that cost something, by slug, since the store was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejections {
    /// Findings that rejected rows; a row with two of them counts twice.
    pub rows: BTreeMap<String, u64>,
    /// Findings for which whole exports were refused.
    pub exports: BTreeMap<String, u64>,
}

impl Rejections {
    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.exports.is_empty()
    }

    fn add(&mut self, other: &Rejections) {
        for (ours, theirs) in [(&mut self.rows, &other.rows), (&mut self.exports, &other.exports)] {
            for (slug, count) in theirs {
                let sum = ours.entry(slug.clone()).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    }
}

/// What was refused lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refused {
    /// Exports of which nothing was used.
    pub exports: u64,
    /// Rows that no outbound file took.
    pub rows: u64,
}

/// Exports that feed a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feeds<'a> {
    /// Those of this schema.
    Schema(&'a str),
    /// All that the customer base is made of.
    CustomerBase,
}

impl Store {
    /// All figures, as one consistent picture even beside a run.
    pub fn figures(&self) -> Result<Figures, StoreError> {
        let _picture = self.connection.unchecked_transaction()?;
        Ok(Figures {
            runs: self.runs_by_outcome()?,
            newest: self.last_runs(1)?.pop(),
            ended: self.last_ended_run()?,
            first_run: self.connection.query_row("SELECT min(started_at) FROM run", [], |row| row.get(0))?,
            exports: self.exports_by_outcome()?,
            in_work: self.count("SELECT count(*) FROM export WHERE outcome IS NULL")?,
            causes: self.rejections()?,
            files: self.files_by_state()?,
            held: self.held_by_reason()?,
            sets: self.sets_by_state()?,
            guarded: self.note(Note::Guard)?.is_some(),
        })
    }

    /// Adds to the causes for which rows were rejected and exports refused; part of the transaction that is open.
    pub fn add_rejections(&mut self, more: &Rejections) -> Result<(), StoreError> {
        if more.is_empty() {
            return Ok(());
        }
        let mut sum = self.rejections()?;
        sum.add(more);
        // Maps of text to numbers: nothing in them can fail to be written.
        let text = serde_json::to_string(&sum).unwrap_or_default();
        self.set_note(Note::Rejections, Some(&text))
    }

    /// What was refused since a moment.
    pub fn refused_since(&self, since: DateTime<Utc>) -> Result<Refused, StoreError> {
        let sql = "SELECT coalesce(sum(outcome = 'refused'), 0), coalesce(sum(iif(outcome = 'refused', 0, rejected)), 0) \
                   FROM export WHERE outcome IS NOT NULL AND staged_at >= ?1";
        let row =
            |row: &rusqlite::Row<'_>| Ok(Refused { exports: unsigned(row, 0)?, rows: unsigned(row, 1)? });
        Ok(self.connection.query_row(sql, [since], row)?)
    }

    /// When all was well with a route for the last time: a file of it was delivered, or an export that feeds it was taken after which nothing of
    /// the route was left to do. What was taken since a file of the route waits, or is held, does not count. `None`: never.
    pub fn last_success(&self, route: &str, feeds: Feeds<'_>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let delivered: Option<DateTime<Utc>> = self.connection.query_row(
            "SELECT max(delivered_at) FROM outbound WHERE route = ?1 AND state = 'delivered'",
            [route],
            |row| row.get(0),
        )?;
        let open: Option<DateTime<Utc>> = self.connection.query_row(
            "SELECT min(staged_at) FROM outbound WHERE route = ?1 AND state NOT IN ('delivered', 'discarded')",
            [route],
            |row| row.get(0),
        )?;
        let (schema, like) = match feeds {
            Feeds::Schema(schema) => (schema, ""),
            // While the guard holds it, nothing of it goes anywhere.
            Feeds::CustomerBase if self.note(Note::Guard)?.is_some() => return Ok(delivered),
            Feeds::CustomerBase => ("", "amilia/%"),
        };
        let taken: Option<DateTime<Utc>> = self.connection.query_row(
            "SELECT max(staged_at) FROM export WHERE (schema = ?1 OR schema LIKE ?2) \
             AND outcome IN ('accepted', 'duplicate') AND (rejected = 0 OR rejected < row_count) \
             AND (?3 IS NULL OR staged_at < ?3)",
            rusqlite::params![schema, like, open],
            |row| row.get(0),
        )?;
        Ok(delivered.max(taken))
    }

    fn rejections(&self) -> Result<Rejections, StoreError> {
        let note = self.note(Note::Rejections)?;
        Ok(note.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    fn runs_by_outcome(&self) -> Result<Vec<(RunOutcome, u64)>, StoreError> {
        self.list(
            "SELECT iif(interrupted, 'interrupted', outcome) AS word, count(*) FROM run WHERE ended_at IS NOT NULL \
             GROUP BY word ORDER BY word",
            |row| Ok((row.get(0)?, unsigned(row, 1)?)),
        )
    }

    fn last_ended_run(&self) -> Result<Option<RunRecord>, StoreError> {
        let runs = self.list(
            "SELECT id, started_at, ended_at, iif(interrupted, 'interrupted', outcome) FROM run \
             WHERE ended_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1",
            |row| {
                let (id, started_at) = (row.get(0)?, row.get(1)?);
                Ok(RunRecord { id, started_at, ended_at: row.get(2)?, outcome: row.get(3)? })
            },
        )?;
        Ok(runs.into_iter().next())
    }

    fn exports_by_outcome(&self) -> Result<Vec<ExportFigures>, StoreError> {
        self.list(
            "SELECT schema, outcome, count(*), coalesce(sum(row_count), 0), coalesce(sum(rejected), 0) FROM export \
             WHERE outcome IS NOT NULL GROUP BY schema, outcome ORDER BY schema, outcome",
            |row| {
                let (count, rows, rejected) = (unsigned(row, 2)?, unsigned(row, 3)?, unsigned(row, 4)?);
                Ok(ExportFigures { schema: row.get(0)?, outcome: row.get(1)?, count, rows, rejected })
            },
        )
    }

    fn files_by_state(&self) -> Result<Vec<FileFigures>, StoreError> {
        self.list(
            "SELECT route, destination, state, count(*), sum(row_count), sum(size) FROM outbound \
             GROUP BY route, destination, state ORDER BY route, destination, state",
            |row| {
                let (count, rows, bytes) = (unsigned(row, 3)?, unsigned(row, 4)?, unsigned(row, 5)?);
                let (route, destination, state) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(FileFigures { route, destination, state, count, rows, bytes })
            },
        )
    }

    fn held_by_reason(&self) -> Result<Vec<(String, HoldCode, u64)>, StoreError> {
        self.list(
            "SELECT destination, held_code, count(*) FROM outbound WHERE state = 'held' \
             GROUP BY destination, held_code ORDER BY destination, held_code",
            |row| Ok((row.get(0)?, row.get(1)?, unsigned(row, 2)?)),
        )
    }

    fn sets_by_state(&self) -> Result<Vec<(String, String, SetState, u64)>, StoreError> {
        self.list(
            "SELECT name, destination, state, count(*) FROM delivery_set WHERE state NOT IN ('delivered', 'discarded') \
             GROUP BY name, destination, state ORDER BY name, destination, state",
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, unsigned(row, 3)?)),
        )
    }

    fn count(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(self.connection.query_row(sql, [], |row| unsigned(row, 0))?)
    }

    fn list<T>(
        &self,
        sql: &str,
        record: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let records = statement.query_map([], record)?.collect::<Result<_, _>>()?;
        Ok(records)
    }
}

fn unsigned(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{HoldReason, Upload};

    const MEMBERSHIPS: Feeds<'_> = Feeds::Schema("amilia/memberships");

    /// Sends the file of the last export.
    fn deliver(store: &mut Store, second: i64) {
        let file = store.undelivered().unwrap().remove(0).id;
        let run = store.last_runs(1).unwrap().remove(0).id;
        let to = Upload { temporary: "x.part", address: "folder", host_key: None };
        store.uploading(file, &run, at(second), to).unwrap();
        store.verified(file, &run, at(second)).unwrap();
        store.committing(file, &run, at(second)).unwrap();
        store.delivered(file, &run, at(second)).unwrap();
    }

    #[test]
    fn figures_count_what_the_ledger_has() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        let hold = HoldReason { code: HoldCode::SendsMail, text: "x".into() };
        let held = crate::store::NewOutbound { held: Some(hold), ..outbound("two.csv") };
        store.stage(staged(export, &run, vec![outbound("one.csv"), held])).unwrap();
        claim(&mut store, &run, "b.csv", 2);
        store.end_run(&run, at(9), RunOutcome::Attention).unwrap();
        let figures = store.figures().unwrap();
        assert_eq!(figures.runs, [(RunOutcome::Attention, 1)]);
        assert_eq!(figures.newest, figures.ended);
        assert_eq!(figures.first_run, Some(at(0)));
        let export = ExportFigures {
            schema: Some("amilia/memberships".into()),
            outcome: ExportOutcome::Accepted,
            count: 1,
            rows: 4,
            rejected: 1,
        };
        assert_eq!(figures.exports, [export]);
        assert_eq!(figures.in_work, 1);
        let files: Vec<_> = figures.files.iter().map(|file| (file.state, file.count, file.rows)).collect();
        assert_eq!(files, [(OutboundState::Held, 1, 3), (OutboundState::Staged, 1, 3)]);
        assert_eq!(figures.held, [("splio".to_owned(), HoldCode::SendsMail, 1)]);
        assert!(!figures.guarded);
    }

    #[test]
    fn an_empty_store_has_figures() {
        let figures = Store::in_memory().unwrap().figures().unwrap();
        assert_eq!((figures.newest, figures.first_run, figures.in_work), (None, None, 0));
    }

    #[test]
    fn causes_add_up_and_are_undone_with_their_transaction() {
        let (_folder, mut store) = store();
        let one = |slug: &str, count| Rejections {
            rows: BTreeMap::from([(slug.to_owned(), count)]),
            exports: BTreeMap::new(),
        };
        store.add_rejections(&one("type-error", 3)).unwrap();
        store.begin().unwrap();
        store.add_rejections(&one("type-error", 100)).unwrap();
        store.roll_back();
        store.add_rejections(&one("type-error", 2)).unwrap();
        store.add_rejections(&one("unique-error", 1)).unwrap();
        let rows = store.figures().unwrap().causes.rows;
        assert_eq!(rows, BTreeMap::from([("type-error".into(), 5), ("unique-error".into(), 1)]));
    }

    #[test]
    fn a_route_succeeds_when_its_file_is_delivered() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), None);
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(export, &run, vec![outbound("one.csv")])).unwrap();
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), None, "its file waits");
        deliver(&mut store, 50);
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), Some(at(50)));
    }

    #[test]
    fn an_export_after_which_nothing_was_to_send_is_a_success() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(export, &run, vec![])).unwrap();
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), Some(at(2)));
        assert_eq!(store.last_success("cards", Feeds::CustomerBase).unwrap(), Some(at(2)));
        assert_eq!(store.last_success("cards", Feeds::Schema("amilia/people")).unwrap(), None);
        // The next night's file waits: the night before still counts, this one does not.
        let next = claim(&mut store, &run, "b.csv", 2);
        let later = crate::store::Staged { at: at(90), ..staged(next, &run, vec![outbound("one.csv")]) };
        store.stage(later).unwrap();
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), Some(at(2)));
        store.set_note(Note::Guard, Some("{}")).unwrap();
        assert_eq!(store.last_success("cards", Feeds::CustomerBase).unwrap(), None, "the guard holds it");
    }

    #[test]
    fn an_export_of_which_every_row_was_rejected_is_no_success() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(crate::store::Staged { rejected: 4, ..staged(export, &run, vec![]) }).unwrap();
        assert_eq!(store.last_success("cards", MEMBERSHIPS).unwrap(), None);
        assert_eq!(store.refused_since(at(2)).unwrap(), Refused { exports: 0, rows: 4 });
        assert_eq!(store.refused_since(at(3)).unwrap(), Refused::default());
    }
}
