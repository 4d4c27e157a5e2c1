//! What came for each route, and what of it was expected: the history that the next export is compared with. Facts alone; what is as
//! expected is decided in `pipeline`.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::{ExportId, ExportOutcome, OutboundId, Store, StoreError, integer};

/// What came for a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArrival {
    /// The route.
    pub route: String,
    /// What came from outside; for the route of a model, the export that the customer base was derived from.
    pub source: ExportId,
    /// The entry whose outbound files are the route's; `None`: of a model that gave none.
    pub export: Option<ExportId>,
    /// When it was looked at.
    pub at: DateTime<Utc>,
    /// Rows of the export or of the model; `None`: the model was not written again.
    pub rows: Option<u64>,
    /// Rows of the one that it was compared with.
    pub before: Option<u64>,
    /// It is not as expected.
    pub outside: bool,
}

/// What came for a route, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its number; they rise.
    pub id: i64,
    /// When it came: when its export was taken from the inbox.
    pub came: DateTime<Utc>,
    /// Name of its export in the inbox.
    pub name: String,
    /// Rows of the export or of the model; `None`: the model was not written again.
    pub rows: Option<u64>,
    /// Rows of the one that it was compared with.
    pub before: Option<u64>,
    /// It was not as expected when it came.
    pub outside: bool,
    /// Outbound files of the route.
    pub files: u64,
    /// Of these, discarded ones.
    pub discarded: u64,
    /// Of these, the first that is held.
    pub held: Option<OutboundId>,
}

impl Arrival {
    /// It is not as expected, and no person has decided on it.
    pub fn waits(&self) -> bool {
        self.outside && (self.files == 0 || self.held.is_some())
    }
}

/// What is expected of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// When, in the words of the config.
    pub terms: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What had not come until then was told.
    pub told: DateTime<Utc>,
    /// What had come up to this one was told.
    pub told_arrival: i64,
}

const ARRIVALS: &str = "SELECT arrival.id, export.claimed_at, export.name, arrival.row_count, arrival.before, arrival.outside, \
    (SELECT count(*) FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route) AS files, \
    (SELECT count(*) FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route \
     AND outbound.state = 'discarded') AS discarded, \
    (SELECT min(id) FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route \
     AND outbound.state = 'held') AS held \
    FROM arrival JOIN export ON export.id = arrival.source WHERE arrival.route = ?1";

impl Store {
    /// Enters what came for a route; part of the transaction that stages its files.
    pub fn arrive(&mut self, arrival: &NewArrival) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO arrival (route, source, export, at, row_count, before, outside) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                arrival.route,
                arrival.source,
                arrival.export,
                arrival.at,
                arrival.rows.map(integer),
                arrival.before.map(integer),
                arrival.outside
            ],
        )?;
        Ok(())
    }

    /// Rows of the last export or model of a route that was as expected, or whose files a person released. One whose files were all
    /// discarded does not count. `None`: there was none.
    pub fn usual_rows(&self, route: &str) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT row_count FROM arrival WHERE route = ?1 AND row_count IS NOT NULL AND CASE outside \
             WHEN 0 THEN NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route) \
                  OR EXISTS (SELECT 1 FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route \
                             AND state <> 'discarded') \
             ELSE EXISTS (SELECT 1 FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route) \
                  AND NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.export = arrival.export AND outbound.route = arrival.route \
                                  AND state IN ('held', 'discarded')) \
             END ORDER BY id DESC LIMIT 1";
        let rows: Option<i64> = self.connection.query_row(sql, [route], |row| row.get(0)).optional()?;
        Ok(rows.map(i64::unsigned_abs))
    }

    /// What came for a route since a moment, in the order in which it was looked at.
    pub fn arrivals(&self, route: &str, since: DateTime<Utc>) -> Result<Vec<Arrival>, StoreError> {
        let sql = format!("{ARRIVALS} AND export.claimed_at >= ?2 ORDER BY arrival.id");
        let mut statement = self.connection.prepare(&sql)?;
        let found = statement.query_map(params![route, since], arrival)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// When exports came for a route since a moment.
    pub fn came(&self, route: &str, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let sql = "SELECT export.claimed_at FROM arrival JOIN export ON export.id = arrival.source \
                   WHERE arrival.route = ?1 AND export.claimed_at >= ?2";
        let mut statement = self.connection.prepare(sql)?;
        let found =
            statement.query_map(params![route, since], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// What came for a route and was not as expected: where a file of it is held, where it gave no file and is the newest, and where it
    /// came after `told`.
    pub fn unexpected(&self, route: &str, told: i64) -> Result<Vec<Arrival>, StoreError> {
        let sql = format!(
            "{ARRIVALS} AND arrival.outside AND (held IS NOT NULL OR (files = 0 AND (arrival.id > ?2 OR arrival.id = \
             (SELECT max(id) FROM arrival WHERE route = ?1 AND row_count IS NOT NULL)))) ORDER BY arrival.id"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let found = statement.query_map(params![route, told], arrival)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// The newest source of what came for a route.
    pub fn last_source(&self, route: &str) -> Result<Option<ExportId>, StoreError> {
        let sql = "SELECT max(source) FROM arrival WHERE route = ?1";
        Ok(self.connection.query_row(sql, [route], |row| row.get(0))?)
    }

    /// Exports of these schemas after one of them that were accepted, or whose content was before; oldest first. Without, the newest alone.
    pub fn used_after(
        &self,
        schemas: &[String],
        after: Option<ExportId>,
    ) -> Result<Vec<ExportId>, StoreError> {
        let names = serde_json::json!(schemas).to_string();
        let sql = "SELECT id FROM export WHERE outcome IN ('accepted', 'duplicate') AND schema IN (SELECT value FROM json_each(?1)) \
                   AND id > ?2 ORDER BY id";
        let newest = "SELECT max(id) FROM export WHERE outcome IN ('accepted', 'duplicate') AND schema IN (SELECT value FROM json_each(?1)) \
                      HAVING max(id) > ?2";
        let mut statement = self.connection.prepare(if after.is_some() { sql } else { newest })?;
        let after = after.map_or(0, |after| after.0);
        let found =
            statement.query_map(params![names, after], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// The last export of one of these schemas that came in that time and was not accepted: its name and what became of it.
    pub fn came_in_vain(
        &self,
        schemas: &[String],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Option<(String, ExportOutcome)>, StoreError> {
        let sql = "SELECT name, outcome FROM export WHERE outcome IN ('refused', 'duplicate') \
                   AND schema IN (SELECT value FROM json_each(?1)) AND claimed_at >= ?2 AND claimed_at < ?3 \
                   ORDER BY id DESC LIMIT 1";
        let names = serde_json::json!(schemas).to_string();
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(self.connection.query_row(sql, params![names, from, to], read).optional()?)
    }

    /// What is expected of a route. `None`: no run has seen it yet.
    pub fn expectation(&self, route: &str) -> Result<Option<Expectation>, StoreError> {
        let sql = "SELECT terms, since, told, told_arrival FROM expectation WHERE route = ?1";
        let read = |row: &Row<'_>| {
            Ok(Expectation {
                terms: row.get("terms")?,
                since: row.get("since")?,
                told: row.get("told")?,
                told_arrival: row.get("told_arrival")?,
            })
        };
        Ok(self.connection.query_row(sql, [route], read).optional()?)
    }

    /// From now on, this is expected of a route.
    pub fn begin_expectation(
        &mut self,
        route: &str,
        terms: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO expectation (route, terms, since, told, told_arrival) \
             VALUES (?1, ?2, ?3, ?3, (SELECT coalesce(max(id), 0) FROM arrival)) \
             ON CONFLICT (route) DO UPDATE SET terms = excluded.terms, since = excluded.since, told = excluded.told, \
             told_arrival = excluded.told_arrival",
            params![route, terms, now],
        )?;
        Ok(())
    }

    /// Nothing is expected any more of other routes than these. One that comes back begins anew.
    pub fn keep_expectations(&mut self, routes: &[&str]) -> Result<(), StoreError> {
        let names = serde_json::json!(routes).to_string();
        let sql = "DELETE FROM expectation WHERE route NOT IN (SELECT value FROM json_each(?1))";
        self.connection.execute(sql, [names])?;
        Ok(())
    }

    /// All that had not come until then was told, and all that has come.
    pub fn expectations_told(&mut self, until: DateTime<Utc>) -> Result<(), StoreError> {
        let sql =
            "UPDATE expectation SET told = ?1, told_arrival = (SELECT coalesce(max(id), 0) FROM arrival)";
        self.connection.execute(sql, [until])?;
        Ok(())
    }
}

fn arrival(row: &Row<'_>) -> rusqlite::Result<Arrival> {
    let unsigned = |value: Option<i64>| value.map(i64::unsigned_abs);
    Ok(Arrival {
        id: row.get("id")?,
        came: row.get("claimed_at")?,
        name: row.get("name")?,
        rows: unsigned(row.get("row_count")?),
        before: unsigned(row.get("before")?),
        outside: row.get("outside")?,
        files: row.get::<_, i64>("files")?.unsigned_abs(),
        discarded: row.get::<_, i64>("discarded")?.unsigned_abs(),
        held: row.get("held")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{HoldCode, HoldReason, NewOutbound, RunId};

    /// An export of so many rows for the route `cards`; held, if it is not as expected. Gives its file.
    fn came(
        store: &mut Store,
        run: &RunId,
        number: u8,
        rows: u64,
        outside: bool,
        file: bool,
    ) -> Option<OutboundId> {
        let source = claim(store, run, &format!("{number}.csv"), number);
        let held = outside.then(|| HoldReason { code: HoldCode::OutsideBand, text: "few".into() });
        let files =
            if file { vec![NewOutbound { held, ..outbound(&format!("{number}.csv")) }] } else { vec![] };
        let ids = store.stage(staged(source, run, files)).unwrap();
        let arrival = NewArrival {
            route: "cards".into(),
            source,
            export: Some(source),
            at: at(i64::from(number)),
            rows: Some(rows),
            before: None,
            outside,
        };
        store.arrive(&arrival).unwrap();
        ids.first().copied()
    }

    #[test]
    fn the_last_one_that_was_as_expected_is_the_usual_one() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        assert_eq!(store.usual_rows("cards").unwrap(), None);
        came(&mut store, &run, 1, 100, false, true);
        came(&mut store, &run, 2, 70, true, true);
        came(&mut store, &run, 3, 0, true, false);
        assert_eq!(store.usual_rows("cards").unwrap(), Some(100), "neither a held nor an empty one");
        assert_eq!(store.usual_rows("other").unwrap(), None);
        came(&mut store, &run, 4, 95, false, false);
        assert_eq!(store.usual_rows("cards").unwrap(), Some(95), "one that gave nothing new");
    }

    #[test]
    fn what_a_person_released_is_the_usual_one_and_what_was_discarded_is_not() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        came(&mut store, &run, 1, 100, false, true);
        let held = came(&mut store, &run, 2, 70, true, true).unwrap();
        assert_eq!(store.unexpected("cards", 99).unwrap().len(), 1);
        store.release(held, at(5), None, "released").unwrap();
        assert_eq!(store.usual_rows("cards").unwrap(), Some(70));
        assert_eq!(store.unexpected("cards", 99).unwrap(), []);
        let held = came(&mut store, &run, 3, 10, true, true).unwrap();
        store.discard(held, at(6), "cut off", &|_, _| String::new()).unwrap();
        assert_eq!(store.usual_rows("cards").unwrap(), Some(70));
        assert_eq!(store.unexpected("cards", 0).unwrap(), [], "a person has decided");
    }

    #[test]
    fn what_gave_no_file_is_unexpected_while_it_is_the_newest() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        came(&mut store, &run, 1, 0, true, false);
        let seen = |store: &Store, told| store.unexpected("cards", told).unwrap().len();
        assert_eq!((seen(&store, 0), seen(&store, 1)), (1, 1));
        came(&mut store, &run, 2, 100, false, true);
        assert_eq!((seen(&store, 0), seen(&store, 1)), (1, 0), "once more, if nobody was told");
    }

    #[test]
    fn an_arrival_knows_its_files() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let file = came(&mut store, &run, 1, 70, true, true);
        let found = store.arrivals("cards", at(0)).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].came, found[0].name.as_str(), found[0].rows), (at(1), "1.csv", Some(70)));
        assert_eq!((found[0].files, found[0].discarded, found[0].held), (1, 0, file));
        assert!(found[0].waits());
        assert_eq!(store.arrivals("cards", at(2)).unwrap(), []);
        assert_eq!(store.came("cards", at(0)).unwrap(), [at(1)]);
        assert!(store.came("cards", at(2)).unwrap().is_empty());
    }

    #[test]
    fn exports_for_models_are_found_after_the_last_one() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        for number in 1..=3 {
            came(&mut store, &run, number, 4, false, false);
        }
        let schemas = ["amilia/people".to_owned(), "amilia/memberships".to_owned()];
        let after = |after| store.used_after(&schemas, after).unwrap();
        assert_eq!(after(None), [ExportId(3)], "the newest");
        assert_eq!(after(Some(ExportId(1))), [ExportId(2), ExportId(3)]);
        assert_eq!(after(Some(ExportId(3))), []);
        assert_eq!(store.used_after(&schemas[..1], None).unwrap(), []);
        assert_eq!(store.last_source("cards").unwrap(), Some(ExportId(3)));
        assert_eq!(store.last_source("other").unwrap(), None);
    }

    #[test]
    fn an_expectation_lasts_until_the_route_is_gone() {
        let (_folder, mut store) = store();
        store.begin_expectation("cards", "by 02:00", at(1)).unwrap();
        assert_eq!(store.expectation("cards").unwrap().unwrap().told_arrival, 0);
        let run = store.begin_run(at(0)).unwrap();
        came(&mut store, &run, 1, 4, false, false);
        store.expectations_told(at(5)).unwrap();
        let expectation = store.expectation("cards").unwrap().unwrap();
        let expected = Expectation { terms: "by 02:00".into(), since: at(1), told: at(5), told_arrival: 1 };
        assert_eq!(expectation, expected);
        store.begin_expectation("cards", "by 03:00", at(9)).unwrap();
        assert_eq!(store.expectation("cards").unwrap().unwrap().told, at(9), "begun anew");
        store.keep_expectations(&["other"]).unwrap();
        assert_eq!(store.expectation("cards").unwrap(), None);
    }

    #[test]
    fn files_of_an_older_store_are_what_came_before() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(export, &run, vec![outbound("one.csv"), outbound("two.csv")])).unwrap();
        let older = "DROP TABLE arrival; DROP TABLE expectation; DROP INDEX outbound_export;";
        store.connection.execute_batch(older).unwrap();
        store.connection.execute_batch(include_str!("migrations/006.sql")).unwrap();
        assert_eq!(store.usual_rows("cards").unwrap(), Some(4));
        assert_eq!(store.arrivals("cards", at(0)).unwrap().len(), 1, "once, for both files");
    }
}
