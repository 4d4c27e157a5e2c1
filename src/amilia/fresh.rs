//! The first rows of a kind. They can meet no row that is there, so that they may wait and go into the table in the order in which the
//! derivation reads them: those of an account together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use super::packed::Packed;
use super::record::{Hash, Head};
use super::{Kind, RowFate};
use crate::hash::AsIs;

/// Bytes of rows that wait before they are put in order: they bound the memory, and the smaller, the less they are in order.
const WAITING: usize = 8 << 20;

/// What the first rows of a kind have said so far.
pub(super) struct Fresh {
    kind: Kind,
    rows: HashMap<u128, Said, BuildHasherDefault<AsIs>>,
    /// They come in.
    waiting: Batch,
    /// They are in order, and go into the table, one for each that comes.
    going: Batch,
    gone: usize,
}

struct Said {
    hash: Hash,
    /// Another row says otherwise.
    contradicted: bool,
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

#[derive(Clone, Copy)]
struct Waiting {
    order: i64,
    start: usize,
    end: usize,
    head: Head,
}

impl Fresh {
    pub(super) fn new(kind: Kind) -> Fresh {
        Fresh { kind, rows: HashMap::default(), waiting: Batch::default(), going: Batch::default(), gone: 0 }
    }

    /// Takes a row; with [`RowFate::Added`] it waits.
    pub(super) fn take(&mut self, head: &Head, cells: Packed<'_>) -> Judged {
        match self.rows.entry(head.key) {
            Entry::Vacant(entry) => {
                entry.insert(Said { hash: head.hash, contradicted: false });
                self.waiting.push(self.kind, head, cells);
                Judged { fate: RowFate::Added, takes_back: false }
            }
            Entry::Occupied(mut entry) => {
                let said = entry.get_mut();
                if said.hash == head.hash && !said.contradicted {
                    return Judged { fate: RowFate::Unchanged, takes_back: false };
                }
                let takes_back = !std::mem::replace(&mut said.contradicted, true);
                Judged { fate: RowFate::Conflict, takes_back }
            }
        }
    }

    /// So many rows wait that the ones before them must be in the table ([`Fresh::next`]) and they be put in order
    /// ([`Fresh::turn`]).
    pub(super) fn is_full(&self) -> bool {
        self.waiting.bytes.len() >= WAITING
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
    pub(super) fn next(&mut self) -> Option<(Head, Packed<'_>)> {
        let row = loop {
            let row = *self.going.rows.get(self.gone)?;
            self.gone += 1;
            if !self.rows.get(&row.head.key).is_some_and(|said| said.contradicted) {
                break row;
            }
        };
        Some((row.head, Packed(self.going.bytes.get(row.start..row.end)?)))
    }
}

impl Batch {
    fn push(&mut self, kind: Kind, head: &Head, cells: Packed<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(cells.0);
        // The numbers of people are the order of their table.
        let order = if kind == Kind::People { head.person } else { head.account };
        let order = order.unwrap_or_default();
        self.rows.push(Waiting { order, start, end: self.bytes.len(), head: *head });
    }
}
