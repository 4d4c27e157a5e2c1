//! What a route that does not send everything sends: rows that are new, or that differ from what was sent.

use crate::config::Send;
use crate::schema::Schema;
use crate::store::{Baseline, CELL, Standing, StoreError};

/// Keys shown as examples, at most.
const EXAMPLES: usize = 3;

/// The comparison of one route during a run.
pub struct Delta<'c> {
    baseline: Baseline<'c>,
    send: Send,
    /// What a cell holds that erases a value (`passeur.clear`).
    clear: Option<String>,
    /// The list that the rows come from is complete: what is not in it, is no longer there.
    complete: bool,
    /// All is sent, also what was sent before.
    full: bool,
    tally: Tally,
}

/// What the comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows whose key was never sent.
    pub new: u64,
    /// Rows that differ from what was sent.
    pub changed: u64,
    /// Rows that are as they were sent.
    pub same: u64,
    /// How many of these are sent again.
    pub again: u64,
    /// Rows that were sent and are no longer in the list.
    pub gone: u64,
    /// By target column: how many of the changed rows differ in it.
    pub columns: Vec<(String, u64)>,
    /// The first new keys.
    pub new_keys: Vec<String>,
    /// The first changed keys.
    pub changed_keys: Vec<String>,
}

/// What to do with a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not sent.
    Skip,
    /// It is not sent, and known from now on.
    Remember,
    /// It is sent as it is.
    Send,
    /// It is sent with these cells (by position) cleared.
    Clear(Vec<usize>),
}

impl<'c> Delta<'c> {
    /// A comparison with `baseline`, for rows of `target`. `complete`: what the list lacks is forgotten at the end, so that it is new
    /// when it comes back; `send = "new"` and `"updated"` never forget.
    pub fn new(baseline: Baseline<'c>, send: Send, target: &Schema, complete: bool) -> Self {
        let columns = target.fields.iter().map(|field| (field.name.to_string(), 0)).collect();
        let complete = complete && send == Send::Changed;
        let tally = Tally { columns, ..Tally::default() };
        Delta { baseline, send, clear: target.rules.clear.clone(), complete, full: false, tally }
    }

    /// The comparison, with everything sent: the destination has lost what it had. What is not in this list counts as not sent at its end.
    pub fn in_full(self) -> Self {
        Delta { full: true, ..self }
    }

    /// The text that clears a cell.
    pub fn clear(&self) -> Option<&str> {
        self.clear.as_deref()
    }

    /// Whether a row is sent. `name` gives its key for people.
    ///
    /// # Errors
    /// The store's.
    pub fn judge(
        &mut self,
        key: u128,
        cells: &[u8],
        name: impl FnOnce() -> String,
    ) -> Result<Verdict, StoreError> {
        Ok(match self.baseline.standing(key, cells)? {
            Standing::Same => {
                self.tally.same += 1;
                if self.full && !self.baseline.has_entered(key) {
                    self.tally.again += 1;
                    Verdict::Send
                } else {
                    Verdict::Skip
                }
            }
            Standing::New if self.send == Send::Updated => {
                self.tally.same += 1;
                Verdict::Remember
            }
            Standing::New => {
                self.tally.new += 1;
                if self.tally.new_keys.len() < EXAMPLES {
                    self.tally.new_keys.push(name());
                }
                Verdict::Send
            }
            Standing::Changed(_) if self.send == Send::New => {
                self.tally.same += 1;
                Verdict::Skip
            }
            Standing::Changed(before) => {
                self.tally.changed += 1;
                let mut cleared = Vec::new();
                let pairs =
                    before.chunks(CELL).chain(std::iter::repeat(&[0_u8; CELL][..])).zip(cells.chunks(CELL));
                for (index, (before, now)) in pairs.enumerate() {
                    if before != now {
                        if let Some((_, count)) = self.tally.columns.get_mut(index) {
                            *count += 1;
                        }
                        if now == [0; CELL] {
                            cleared.push(index);
                        }
                    }
                }
                if self.tally.changed_keys.len() < EXAMPLES {
                    self.tally.changed_keys.push(name());
                }
                if self.clear.is_none() || cleared.is_empty() {
                    Verdict::Send
                } else {
                    Verdict::Clear(cleared)
                }
            }
        })
    }

    /// A row was put into the file `part`.
    ///
    /// # Errors
    /// The store's.
    pub fn sent(&mut self, key: u128, cells: &[u8], part: usize) -> Result<(), StoreError> {
        self.baseline.sent(key, cells, part)
    }

    /// A row is known from now on, although no file takes it.
    ///
    /// # Errors
    /// The store's.
    pub fn remember(&mut self, key: u128, cells: &[u8]) -> Result<(), StoreError> {
        self.baseline.remember(key, cells)
    }

    /// Ends the comparison: what was found, and the batches of the files.
    ///
    /// # Errors
    /// The store's.
    pub fn finish(mut self) -> Result<(Tally, Vec<crate::store::BatchId>), StoreError> {
        if self.complete {
            self.tally.gone = self.baseline.forget_absent()?;
        } else if self.full {
            self.baseline.unsend_absent()?;
        }
        self.tally.columns.retain(|(_, count)| *count > 0);
        Ok((self.tally, self.baseline.batches().to_vec()))
    }
}
