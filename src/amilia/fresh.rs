//! The first rows of a kind. They can meet no row that is there, so that they may wait and go into the table in the order in which the
//! derivation reads them: those of an account together.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use super::packed::Packed;
use super::record::{Hash, Head};
use super::{Kind, RowFate};
use crate::hash::{AsIs, Key};

/// What the first rows of a kind have said so far.
pub(super) struct Fresh {
    kind: Kind,
    most: usize,
    /// Row hashes by keys.
    rows: HashMap<Key, Hash, BuildHasherDefault<AsIs>>,
    /// Keys of which two rows say different things.
    contradicted: HashSet<Key>,
    /// They come in.
    waiting: Batch,
    /// They are in order, and go into the table, one for each that comes.
    going: Batch,
    gone: usize,
}

/// What became of a row, and whether an earlier one that counted as added does not count any more.
pub(super) struct Judged {
    pub(super) fate: RowFate,
    pub(super) takes_back: bool,
}

#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    rows: Vec<Waiting>,
}

/// A row that waits, without its cells.
#[derive(Clone, Copy)]
struct Waiting {
    order: i64,
    account: Option<i64>,
    key: Key,
    hash: Hash,
    start: usize,
    end: usize,
}

/// A row that goes into the table.
pub(super) struct Going<'f> {
    pub(super) account: Option<i64>,
    pub(super) hash: Hash,
    pub(super) cells: Packed<'f>,
}

impl Fresh {
    /// `most`: bytes of rows that wait before they are put in order. They bound the memory; the fewer, the less the rows are in order.
    pub(super) fn new(kind: Kind, most: usize) -> Fresh {
        Fresh {
            kind,
            most,
            rows: HashMap::default(),
            contradicted: HashSet::new(),
            waiting: Batch::default(),
            going: Batch::default(),
            gone: 0,
        }
    }

    /// Takes a row; with [`RowFate::Added`] it waits.
    pub(super) fn take(&mut self, head: &Head, cells: Packed<'_>) -> Judged {
        let key = head.key.into();
        match self.rows.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(head.hash);
                self.waiting.push(self.kind, head, cells);
                Judged { fate: RowFate::Added, takes_back: false }
            }
            Entry::Occupied(entry) => {
                if *entry.get() == head.hash && !self.contradicted.contains(&key) {
                    return Judged { fate: RowFate::Unchanged, takes_back: false };
                }
                Judged { fate: RowFate::Conflict, takes_back: self.contradicted.insert(key) }
            }
        }
    }

    /// So many rows wait that the ones before them must be in the table ([`Fresh::next`]) and they be put in order
    /// ([`Fresh::turn`]).
    pub(super) fn is_full(&self) -> bool {
        self.waiting.bytes.len() >= self.most
    }

    /// Puts the rows that wait in order. Those before them must be gone.
    pub(super) fn turn(&mut self) {
        std::mem::swap(&mut self.going, &mut self.waiting);
        self.waiting.bytes.clear();
        self.waiting.rows.clear();
        self.gone = 0;
        self.going.rows.sort_unstable_by_key(|row| (row.order, row.start));
    }

    /// The next row that goes into the table; `None`: others have to be put in order first. Rows that another contradicts stay out.
    pub(super) fn next(&mut self) -> Option<Going<'_>> {
        let row = loop {
            let row = *self.going.rows.get(self.gone)?;
            self.gone += 1;
            if !self.contradicted.contains(&row.key) {
                break row;
            }
        };
        let cells = Packed(self.going.bytes.get(row.start..row.end)?);
        Some(Going { account: row.account, hash: row.hash, cells })
    }
}

impl Batch {
    fn push(&mut self, kind: Kind, head: &Head, cells: Packed<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(cells.0);
        // The numbers of people are the order of their table.
        let order = if kind == Kind::People { head.person } else { head.account };
        self.rows.push(Waiting {
            order: order.unwrap_or_default(),
            account: head.account,
            key: head.key.into(),
            hash: head.hash,
            start,
            end: self.bytes.len(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amilia::packed::Cell;

    /// A row of this key, account and content.
    fn take(fresh: &mut Fresh, key: u128, account: i64, content: u8) -> (RowFate, bool) {
        let head = Head {
            hash: [content; 16],
            key,
            person: None,
            account: Some(account),
            owner: None,
            ignored: false,
        };
        let mut cells = Vec::new();
        Cell::Integer(account).pack(&mut cells);
        let judged = fresh.take(&head, Packed(&cells));
        (judged.fate, judged.takes_back)
    }

    fn accounts(fresh: &mut Fresh) -> Vec<i64> {
        std::iter::from_fn(|| fresh.next().and_then(|row| row.account)).collect()
    }

    #[test]
    fn rows_that_wait_together_go_by_account() {
        let mut fresh = Fresh::new(Kind::Registrations, 27);
        for (key, account) in [(1, 30), (2, 10), (3, 20)] {
            assert!(!fresh.is_full());
            take(&mut fresh, key, account, 0);
        }
        assert!(fresh.is_full());
        assert!(accounts(&mut fresh).is_empty(), "not in order yet");
        fresh.turn();
        take(&mut fresh, 4, 5, 0);
        assert_eq!(accounts(&mut fresh), [10, 20, 30]);
        fresh.turn();
        assert_eq!(accounts(&mut fresh), [5]);
    }

    #[test]
    fn rows_that_contradict_each_other_stay_out() {
        let mut fresh = Fresh::new(Kind::Registrations, usize::MAX);
        take(&mut fresh, 1, 10, b'a');
        take(&mut fresh, 2, 20, b'a');
        assert_eq!(take(&mut fresh, 2, 20, b'a'), (RowFate::Unchanged, false));
        assert_eq!(take(&mut fresh, 1, 10, b'b'), (RowFate::Conflict, true));
        assert_eq!(take(&mut fresh, 1, 10, b'a'), (RowFate::Conflict, false));
        fresh.turn();
        assert_eq!(accounts(&mut fresh), [20]);
    }
}
