//! The baseline of a route: for each key, hashes of the cells that were last sent.
//!
//! It moves in the transaction that stages the file ([`Store::atomically`]), and back when a held file is discarded. A route's
//! baseline is read into memory once a run: 16 bytes a key and 8 a cell. Of a row that the run enters, the key alone is.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{OutboundId, Store, StoreError};
use crate::hash::{AsIs, Key};

/// Bytes of a cell's hash.
pub const CELL: usize = 8;

/// The rows that one outbound file takes, before the file has an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchId(i64);

/// How a row stands to what was sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Its key was never sent.
    New,
    /// Some cells differ: the hashes of all cells as they were sent.
    Changed(&'a [u8]),
    /// It is as it was sent.
    Same,
}

/// A route's baseline during a run.
pub struct Baseline<'c> {
    connection: &'c Connection,
    route: i64,
    /// By its place: in `known`, or behind it in the order in which rows were entered.
    places: HashMap<Key, u32, BuildHasherDefault<AsIs>>,
    /// The rows that the store had.
    known: Vec<Known>,
    /// The cells of all of these, one after the other.
    cells: Vec<u8>,
    /// The next id. Rows that are entered have one after the other.
    next: i64,
    entered: usize,
    /// The cells of an entered row that was looked up again.
    again: Vec<u8>,
    insert: CachedStatement<'c>,
    batches: Vec<BatchId>,
    /// Of rows that no file takes.
    silent: Option<BatchId>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    id: i64,
    start: usize,
    length: u32,
    seen: bool,
    /// By this run, anew.
    entered: bool,
}

impl Store {
    /// The baseline of a route. What is entered in it counts when the caller's transaction ends.
    pub fn baseline(&self, route: &str) -> Result<Baseline<'_>, StoreError> {
        let connection = &self.connection;
        connection.execute(
            "INSERT INTO baseline_route (name) VALUES (?1) ON CONFLICT (name) DO NOTHING",
            [route],
        )?;
        let route: i64 =
            connection
                .query_row("SELECT id FROM baseline_route WHERE name = ?1", [route], |row| row.get(0))?;
        let mut baseline = Baseline {
            connection,
            route,
            places: HashMap::default(),
            known: Vec::new(),
            cells: Vec::new(),
            next: 1,
            entered: 0,
            again: Vec::new(),
            insert: connection.prepare_cached(
                "INSERT INTO baseline_row (route, id, key, cells, batch) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            batches: Vec::new(),
            silent: None,
        };
        let mut statement = connection.prepare("SELECT id, key, cells FROM baseline_row WHERE route = ?1")?;
        let mut rows = statement.query([route])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let key: [u8; 16] = row.get(1)?;
            let cells = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            let (start, length) = (baseline.cells.len(), cells.len() as u32);
            let known = Known { id, start, length, seen: false, entered: false };
            baseline.cells.extend_from_slice(cells);
            baseline.next = baseline.next.max(id + 1);
            baseline.places.insert(key.into(), place(baseline.known.len()));
            baseline.known.push(known);
        }
        Ok(baseline)
    }
}

impl Baseline<'_> {
    /// How a row stands to what was sent. It counts as present from now on (see [`Baseline::forget_absent`]).
    ///
    /// # Errors
    /// The database's.
    pub fn standing(&mut self, key: u128, cells: &[u8]) -> Result<Standing<'_>, StoreError> {
        let Some(place) = self.places.get(&key.into()).map(|place| *place as usize) else {
            return Ok(Standing::New);
        };
        let before = match self.known.get_mut(place) {
            Some(known) => {
                known.seen = true;
                if known.length == 0 {
                    return Ok(Standing::New);
                }
                self.cells.get(known.start..known.start + known.length as usize).unwrap_or(&[])
            }
            None => {
                let mut entered = self
                    .connection
                    .prepare_cached("SELECT cells FROM baseline_row WHERE route = ?1 AND id = ?2")?;
                self.again = entered.query_row([self.route, self.id_at(place)], |row| row.get(0))?;
                &self.again
            }
        };
        Ok(if before == cells { Standing::Same } else { Standing::Changed(before) })
    }

    /// Whether this run has entered a row of that key: what it sends whole is sent once all the same.
    pub fn has_entered(&self, key: u128) -> bool {
        let place = self.places.get(&key.into()).map(|place| *place as usize);
        place.is_some_and(|place| self.known.get(place).is_none_or(|known| known.entered))
    }

    /// The id of the row at a place.
    fn id_at(&self, place: usize) -> i64 {
        match self.known.get(place) {
            Some(known) => known.id,
            None => self.next - (self.known.len() + self.entered - place) as i64,
        }
    }

    /// Enters a row that the file `part` (from 0) of this run takes.
    pub fn sent(&mut self, key: u128, cells: &[u8], part: usize) -> Result<(), StoreError> {
        while self.batches.len() <= part {
            let batch = self.new_batch()?;
            self.batches.push(batch);
        }
        match self.batches.get(part) {
            Some(batch) => self.enter(key, cells, *batch),
            None => Ok(()),
        }
    }

    /// Enters a row that no file takes: it is known from now on, and stays so.
    pub fn remember(&mut self, key: u128, cells: &[u8]) -> Result<(), StoreError> {
        let batch = match self.silent {
            Some(batch) => batch,
            None => *self.silent.insert(self.new_batch()?),
        };
        self.enter(key, cells, batch)
    }

    fn enter(&mut self, key: u128, cells: &[u8], batch: BatchId) -> Result<(), StoreError> {
        let Some(at) = self.places.get(&key.into()).map(|place| *place as usize) else {
            self.insert.execute(params![self.route, self.next, key.to_be_bytes(), cells, batch.0])?;
            self.places.insert(key.into(), place(self.known.len() + self.entered));
            self.next += 1;
            self.entered += 1;
            return Ok(());
        };
        let id = self.id_at(at);
        let mut keep = self.connection.prepare_cached(
            "INSERT INTO baseline_before (batch, key, cells, before) \
             SELECT ?1, key, cells, batch FROM baseline_row WHERE route = ?2 AND id = ?3 \
             ON CONFLICT (batch, key) DO NOTHING",
        )?;
        keep.execute(params![batch.0, self.route, id])?;
        let mut update = self
            .connection
            .prepare_cached("UPDATE baseline_row SET cells = ?1, batch = ?2 WHERE route = ?3 AND id = ?4")?;
        update.execute(params![cells, batch.0, self.route, id])?;
        if let Some(known) = self.known.get_mut(at) {
            let (start, length) = (self.cells.len(), cells.len() as u32);
            *known = Known { start, length, seen: true, entered: true, ..*known };
            self.cells.extend_from_slice(cells);
        }
        Ok(())
    }

    /// Forgets the rows that were not looked up since the baseline was opened: the list was complete, and they are no longer in it.
    /// Their number.
    pub fn forget_absent(&mut self) -> Result<u64, StoreError> {
        let mut delete =
            self.connection.prepare_cached("DELETE FROM baseline_row WHERE route = ?1 AND id = ?2")?;
        let mut gone = 0;
        for known in self.known.iter().filter(|known| !known.seen) {
            delete.execute([self.route, known.id])?;
            gone += 1;
        }
        let known = &self.known;
        self.places.retain(|_, place| known.get(*place as usize).is_none_or(|known| known.seen));
        Ok(gone)
    }

    /// Rows that were not looked up since the baseline was opened count as never sent, unless the first file of this run is discarded.
    /// Nothing, if this run made no file.
    pub fn unsend_absent(&mut self) -> Result<(), StoreError> {
        let Some(batch) = self.batches.first().copied() else { return Ok(()) };
        let absent = |place: u32| self.known.get(place as usize).is_some_and(|known| !known.seen);
        let absent: Vec<Key> =
            self.places.iter().filter(|(_, place)| absent(**place)).map(|(key, _)| *key).collect();
        // A row without cells is none that was sent.
        absent.into_iter().try_for_each(|key| self.enter(key.into(), &[], batch))
    }

    /// The batches of the files, in their order.
    pub fn batches(&self) -> &[BatchId] {
        &self.batches
    }

    fn new_batch(&self) -> Result<BatchId, StoreError> {
        self.connection.execute("INSERT INTO baseline_batch (route) VALUES (?1)", [self.route])?;
        Ok(BatchId(self.connection.last_insert_rowid()))
    }
}

/// A place as it is kept. No machine has memory for more rows.
fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Store {
    /// Forgets that rows with these keys were sent along a route. Gives how many there were.
    pub(crate) fn forget_sent(
        &mut self,
        route: &str,
        keys: &std::collections::BTreeSet<u128>,
    ) -> Result<u64, StoreError> {
        self.atomically(|store| {
            let connection = &store.connection;
            let id: Option<i64> = connection
                .query_row("SELECT id FROM baseline_route WHERE name = ?1", [route], |row| row.get(0))
                .optional()?;
            let Some(id) = id else { return Ok(0) };
            let mut sent = connection.prepare("DELETE FROM baseline_row WHERE route = ?1 AND key = ?2")?;
            let mut before = connection.prepare(
                "DELETE FROM baseline_before WHERE key = ?2 AND batch IN (SELECT id FROM baseline_batch WHERE route = ?1)",
            )?;
            let mut rows = 0;
            for key in keys {
                rows += sent.execute(params![id, key.to_be_bytes()])? + before.execute(params![id, key.to_be_bytes()])?;
            }
            Ok(rows as u64)
        })
    }
}

/// Says which file took the rows of a batch.
pub(super) fn adopt(connection: &Connection, batch: BatchId, file: OutboundId) -> Result<(), StoreError> {
    connection.execute("UPDATE baseline_batch SET outbound = ?2 WHERE id = ?1", params![batch.0, file])?;
    Ok(())
}

/// A file was delivered: its rows cannot be given back any more.
pub(super) fn settle(connection: &Connection, file: OutboundId) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM baseline_before WHERE batch IN (SELECT id FROM baseline_batch WHERE outbound = ?1)",
        [file],
    )?;
    Ok(())
}

/// A file was discarded: its rows count as they were before it.
pub(super) fn give_back(connection: &Connection, file: OutboundId) -> Result<(), StoreError> {
    let batch = connection
        .query_row("SELECT id, route FROM baseline_batch WHERE outbound = ?1", [file], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    let Some((batch, route)) = batch else { return Ok(()) };
    // Rows that a later file changed once more: that file's "before" becomes ours. What we added is its addition now.
    connection.execute(
        "DELETE FROM baseline_before WHERE before = ?1 \
         AND NOT EXISTS (SELECT 1 FROM baseline_before AS ours WHERE ours.batch = ?1 AND ours.key = baseline_before.key)",
        [batch],
    )?;
    connection.execute(
        "UPDATE baseline_before SET (cells, before) = \
         (SELECT ours.cells, ours.before FROM baseline_before AS ours WHERE ours.batch = ?1 AND ours.key = baseline_before.key) \
         WHERE before = ?1",
        [batch],
    )?;
    // Rows that are still as we sent them.
    connection.execute(
        "DELETE FROM baseline_row WHERE route = ?2 AND batch = ?1 \
         AND NOT EXISTS (SELECT 1 FROM baseline_before AS ours WHERE ours.batch = ?1 AND ours.key = baseline_row.key)",
        [batch, route],
    )?;
    connection.execute(
        "UPDATE baseline_row SET (cells, batch) = \
         (SELECT ours.cells, ours.before FROM baseline_before AS ours WHERE ours.batch = ?1 AND ours.key = baseline_row.key) \
         WHERE route = ?2 AND batch = ?1",
        [batch, route],
    )?;
    connection.execute("DELETE FROM baseline_before WHERE batch = ?1", [batch])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{HoldCode, HoldReason, NewOutbound};

    /// Stages a held file that took these rows (key, cells).
    fn stage(store: &mut Store, name: &str, rows: &[(u128, &[u8])]) -> OutboundId {
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(store, &run, name, 1);
        let held = Some(HoldReason { code: HoldCode::Guard, text: "wait".into() });
        store
            .atomically(|store| {
                let mut baseline = store.baseline("contacts")?;
                for (key, cells) in rows {
                    baseline.sent(*key, cells, 0)?;
                }
                let batch = baseline.batches().first().copied();
                drop(baseline);
                store.stage(staged(export, &run, vec![NewOutbound { held, batch, ..outbound(name) }]))
            })
            .unwrap()[0]
    }

    fn discard(store: &mut Store, file: OutboundId) {
        store.discard(file, at(9), "no", &|_, _| String::new()).unwrap();
    }

    fn standing(store: &Store, key: u128, cells: &[u8]) -> String {
        format!("{:?}", store.baseline("contacts").unwrap().standing(key, cells).unwrap())
    }

    #[test]
    fn rows_are_new_then_the_same_then_changed() {
        let (_folder, mut store) = store();
        assert_eq!(standing(&store, 1, b"a"), "New");
        stage(&mut store, "one.csv", &[(1, b"a")]);
        assert_eq!(standing(&store, 1, b"a"), "Same");
        assert_eq!(standing(&store, 1, b"b"), "Changed([97])");
        assert_eq!(standing(&store, 2, b"a"), "New");
    }

    #[test]
    fn routes_do_not_know_of_each_other() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a")]);
        assert_eq!(store.baseline("cards").unwrap().standing(1, b"a").unwrap(), Standing::New);
    }

    #[test]
    fn a_rolled_back_transaction_moves_nothing() {
        let (_folder, mut store) = store();
        let failed: Result<(), StoreError> = store.atomically(|store| {
            store.baseline("contacts")?.sent(1, b"a", 0)?;
            Err(StoreError::DiskFull)
        });
        assert!(failed.is_err());
        assert_eq!(standing(&store, 1, b"a"), "New");
    }

    #[test]
    fn discarding_a_file_gives_its_rows_back() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a")]);
        let second = stage(&mut store, "two.csv", &[(1, b"b"), (2, b"x")]);
        discard(&mut store, second);
        assert_eq!(standing(&store, 1, b"a"), "Same");
        assert_eq!(standing(&store, 2, b"x"), "New");
    }

    #[test]
    fn discarding_a_file_that_a_later_one_followed_keeps_what_the_later_one_sent() {
        let (_folder, mut store) = store();
        let first = stage(&mut store, "one.csv", &[(1, b"a"), (2, b"a")]);
        let second = stage(&mut store, "two.csv", &[(1, b"b")]);
        let third = stage(&mut store, "three.csv", &[(1, b"c")]);
        discard(&mut store, second);
        assert_eq!(standing(&store, 1, b"c"), "Same");
        discard(&mut store, third);
        assert_eq!(standing(&store, 1, b"a"), "Same", "as the first file has it");
        discard(&mut store, first);
        assert_eq!(standing(&store, 1, b"a"), "New");
        assert_eq!(standing(&store, 2, b"a"), "New");
    }

    #[test]
    fn what_a_discarded_file_added_is_an_addition_of_the_file_that_changed_it() {
        let (_folder, mut store) = store();
        let first = stage(&mut store, "one.csv", &[(1, b"a")]);
        let second = stage(&mut store, "two.csv", &[(1, b"b")]);
        discard(&mut store, first);
        assert_eq!(standing(&store, 1, b"b"), "Same");
        discard(&mut store, second);
        assert_eq!(standing(&store, 1, b"a"), "New");
    }

    #[test]
    fn rows_of_a_person_are_forgotten_with_what_they_held_before() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a"), (2, b"a")]);
        stage(&mut store, "two.csv", &[(1, b"b"), (2, b"b")]);
        let keys = std::collections::BTreeSet::from([1]);
        assert_eq!(store.forget_sent("cards", &keys).unwrap(), 0, "another route");
        assert_eq!(store.forget_sent("contacts", &keys).unwrap(), 2);
        assert_eq!(standing(&store, 1, b"b"), "New");
        assert_eq!(standing(&store, 2, b"b"), "Same");
    }

    #[test]
    fn a_row_that_comes_again_in_one_run_is_compared_with_the_earlier_one() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a"), (2, b"a")]);
        store.begin().unwrap();
        let mut baseline = store.baseline("contacts").unwrap();
        baseline.sent(3, b"c", 0).unwrap();
        baseline.sent(4, b"d", 0).unwrap();
        assert_eq!(baseline.standing(3, b"c").unwrap(), Standing::Same);
        assert_eq!(baseline.standing(4, b"c").unwrap(), Standing::Changed(b"d"));
        baseline.sent(3, b"x", 0).unwrap();
        assert_eq!(baseline.standing(3, b"x").unwrap(), Standing::Same);
        assert_eq!(baseline.standing(4, b"d").unwrap(), Standing::Same);
        baseline.sent(2, b"b", 0).unwrap();
        assert_eq!(baseline.standing(2, b"b").unwrap(), Standing::Same);
        assert_eq!(baseline.forget_absent().unwrap(), 1, "1 alone");
    }

    #[test]
    fn absent_rows_are_forgotten_on_request() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a"), (2, b"a")]);
        let mut baseline = store.baseline("contacts").unwrap();
        baseline.standing(1, b"a").unwrap();
        assert_eq!(baseline.forget_absent().unwrap(), 1);
        drop(baseline);
        assert_eq!(standing(&store, 2, b"a"), "New");
        assert_eq!(standing(&store, 1, b"a"), "Same");
    }

    #[test]
    fn absent_rows_count_as_not_sent_until_the_file_is_discarded() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a"), (2, b"a")]);
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "two.csv", 1);
        let held = Some(HoldReason { code: HoldCode::Guard, text: "wait".into() });
        let full = store
            .atomically(|store| {
                let mut baseline = store.baseline("contacts")?;
                baseline.unsend_absent()?;
                assert_eq!(baseline.standing(2, b"a")?, Standing::Same, "no file, no change");
                drop(baseline);
                let mut baseline = store.baseline("contacts")?;
                baseline.standing(1, b"a")?;
                baseline.sent(1, b"a", 0)?;
                baseline.unsend_absent()?;
                let batch = baseline.batches().first().copied();
                drop(baseline);
                store.stage(staged(export, &run, vec![NewOutbound { held, batch, ..outbound("two.csv") }]))
            })
            .unwrap()[0];
        assert_eq!(standing(&store, 1, b"a"), "Same");
        assert_eq!(standing(&store, 2, b"a"), "New");
        let third = stage(&mut store, "three.csv", &[(2, b"b")]);
        discard(&mut store, third);
        assert_eq!(standing(&store, 2, b"b"), "New");
        discard(&mut store, full);
        assert_eq!(standing(&store, 1, b"a"), "Same");
        assert_eq!(standing(&store, 2, b"a"), "Same");
    }

    #[test]
    fn a_delivered_file_keeps_no_earlier_state() {
        let (_folder, mut store) = store();
        stage(&mut store, "one.csv", &[(1, b"a")]);
        let file = stage(&mut store, "two.csv", &[(1, b"b")]);
        let count = |store: &Store| -> i64 {
            store.connection.query_row("SELECT count(*) FROM baseline_before", [], |row| row.get(0)).unwrap()
        };
        assert_eq!(count(&store), 1);
        settle(&store.connection, file).unwrap();
        assert_eq!(count(&store), 0);
    }
}
