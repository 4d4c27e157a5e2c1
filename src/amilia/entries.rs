//! Rows of an export, taken apart where their chunk is: all that needs no other row. [`super::Loader`] enters what is left of them, in
//! order.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::packed::Packed;
use super::record::{Hash, Head, Plan, Wrong, take_apart};
use super::{AmiliaError, Kind, Settings};
use crate::check::rows::Cells;
use crate::hash::{AsIs, Key};

/// What the export before held, by the hashes of its rows.
#[derive(Debug, Default)]
pub(super) struct Before {
    places: HashMap<Key, u32, BuildHasherDefault<AsIs>>,
    /// The rows, by their place.
    pub(super) ids: Vec<i64>,
}

impl Before {
    pub(super) fn read(connection: &Connection, kind: Kind) -> Result<Before, AmiliaError> {
        let mut before = Before::default();
        let sql = format!("SELECT hash, rowid FROM {} WHERE missing_since IS NULL", kind.table());
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (hash, id): (Hash, i64) = (row.get(0)?, row.get(1)?);
            match before.places.entry(hash.into()) {
                Slot::Vacant(slot) => {
                    slot.insert(u32::try_from(before.ids.len()).unwrap_or(u32::MAX));
                    before.ids.push(id);
                }
                Slot::Occupied(slot) => {
                    if let Some(known) = before.ids.get_mut(*slot.get() as usize) {
                        *known = id;
                    }
                }
            }
        }
        Ok(before)
    }

    /// The place of the row with this hash.
    pub(super) fn place(&self, hash: &Hash) -> Option<usize> {
        self.places.get(&(*hash).into()).map(|place| *place as usize)
    }
}

/// Takes the rows of one export apart. Copies work on several threads.
#[derive(Clone)]
pub struct RowReader {
    plan: Arc<Plan>,
    settings: Arc<Settings>,
    before: Arc<Before>,
}

impl std::fmt::Debug for RowReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowReader").field("kind", &self.plan.kind).finish_non_exhaustive()
    }
}

impl RowReader {
    pub(super) fn new(plan: Arc<Plan>, settings: Arc<Settings>, before: Arc<Before>) -> RowReader {
        RowReader { plan, settings, before }
    }

    /// Adds a row to `entries`. `line`: its CSV record (comma, `"` where needed, a line end or none) in the order of
    /// [`Kind::columns`]; `cells`: the same cells.
    pub fn read(&self, line: &[u8], cells: &impl Cells, entries: &mut Entries) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let case_counts = self.plan.kind == Kind::People && !self.settings.addresses_ignore_case;
        let hash = hash(line.strip_suffix(b"\r").unwrap_or(line), case_counts);
        // A row that is there already is not taken apart.
        if let Some(place) = self.before.place(&hash) {
            entries.list.push(Listed::Same(place));
            return;
        }
        let start = entries.bytes.len();
        entries.list.push(match take_apart(&self.plan, cells, &self.settings, &mut entries.bytes) {
            Ok(head) => Listed::Row(Head { hash, ..head }, start, entries.bytes.len()),
            Err(wrong) => {
                entries.bytes.truncate(start);
                Listed::Wrong(wrong)
            }
        });
    }
}

/// Where the case of addresses counts, a row has another hash: a change of the setting makes every row be read again.
fn hash(line: &[u8], case_counts: bool) -> Hash {
    let salt: &[u8] = if case_counts { b"the case of addresses counts\n" } else { b"" };
    let digest = Sha256::new().chain_update(salt).chain_update(line).finalize();
    let mut hash = Hash::default();
    hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    hash
}

/// Rows that were taken apart, each by its number (from 0).
#[derive(Debug, Default)]
pub struct Entries {
    list: Vec<Listed>,
    /// The cells of all rows, one after the other.
    bytes: Vec<u8>,
}

#[derive(Debug)]
enum Listed {
    Refused,
    Same(usize),
    Row(Head, usize, usize),
    Wrong(Wrong),
}

/// What a row was found to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'e> {
    /// At this place of what the export before held.
    Same(usize),
    /// To be entered.
    Row(&'e Head, Packed<'e>),
    /// It cannot be entered.
    Wrong(Wrong),
}

impl Entries {
    /// Forgets the rows.
    pub fn clear(&mut self) {
        self.list.clear();
        self.bytes.clear();
    }

    /// Numbers the rows up to `count`, which were refused before they came here.
    pub fn refuse_up_to(&mut self, count: usize) {
        if self.list.len() < count {
            self.list.resize_with(count, || Listed::Refused);
        }
    }

    /// A row; `None`: it was refused.
    pub(super) fn get(&self, number: usize) -> Option<Entry<'_>> {
        Some(match self.list.get(number)? {
            Listed::Refused => return None,
            Listed::Same(place) => Entry::Same(*place),
            Listed::Row(head, start, end) => Entry::Row(head, Packed(self.bytes.get(*start..*end)?)),
            Listed::Wrong(wrong) => Entry::Wrong(*wrong),
        })
    }
}
