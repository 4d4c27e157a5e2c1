//! Values that stand in each other's column.

use super::{Diagnosis, LEAST, fits};
use crate::check::columns::Tally;
use crate::check::rows::Cells;
use crate::finding::{FieldRef, Slug};
use crate::schema::{FieldType, Schema, StringFormat};

/// Rows in which every pair of columns is tried; later ones try the pairs found so far.
const PROBED: u64 = 500;
/// Pairs that are counted.
const MOST_PAIRS: usize = 24;
/// Wrong cells of one row that are looked at.
const MOST_WRONG: usize = 6;

#[derive(Debug, Clone, Default)]
pub(super) struct Exchanged {
    /// Wrong cells by field, as far as it has any.
    wrong: Vec<u64>,
    pairs: Vec<Pair>,
    probed: u64,
}

#[derive(Debug, Clone)]
struct Pair {
    /// The field whose type refuses the value.
    field: usize,
    /// Where its value stands.
    other: usize,
    tally: Tally,
}

impl Exchanged {
    /// Looks at the cells of a row that are not of their type. `wrong`: their fields, with the row's line.
    pub(super) fn see(
        &mut self,
        wrong: &[(usize, u64)],
        schema: &Schema,
        names: &[FieldRef],
        cells: &dyn Cells,
    ) {
        if wrong.is_empty() {
            return;
        }
        self.wrong.resize(schema.fields.len(), 0);
        self.probed += 1;
        for (field, line) in wrong.iter().take(MOST_WRONG) {
            if let Some(count) = self.wrong.get_mut(*field) {
                *count += 1;
            }
            for pair in self.pairs.iter_mut().filter(|pair| pair.field == *field) {
                if stand_crosswise(schema, cells, *field, pair.other) {
                    pair.tally.add(*line);
                }
            }
            if self.probed > PROBED {
                continue;
            }
            let present = |other: &usize| names.get(*other).is_some_and(|name| name.number.is_some());
            for other in (0..schema.fields.len()).filter(present) {
                let known = |pair: &Pair| (pair.field, pair.other) == (*field, other);
                if other != *field
                    && self.pairs.len() < MOST_PAIRS
                    && !self.pairs.iter().any(known)
                    && stand_crosswise(schema, cells, *field, other)
                {
                    let mut tally = Tally::default();
                    tally.add(*line);
                    self.pairs.push(Pair { field: *field, other, tally });
                }
            }
        }
    }

    /// The pairs that explain at least half of a column's wrong cells.
    fn sure(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| {
            let wrong = self.wrong.get(pair.field).copied().unwrap_or(0);
            pair.tally.rows >= LEAST && pair.tally.rows * 2 >= wrong
        })
    }

    /// Whether an exchange explains the wrong cells of this field.
    pub(super) fn explains(&self, field: usize) -> bool {
        self.sure().any(|pair| pair.field == field || pair.other == field)
    }

    pub(super) fn conclude(&self, names: &[FieldRef]) -> Vec<Diagnosis> {
        let mut said: Vec<(usize, usize)> = Vec::new();
        let mut all = Vec::new();
        for pair in self.sure() {
            // Each of two typed columns finds the other.
            let both = (pair.field.min(pair.other), pair.field.max(pair.other));
            let (Some(name), Some(other)) = (names.get(both.0), names.get(both.1)) else { continue };
            if !said.contains(&both) {
                said.push(both);
                let one = Diagnosis::new("exchanged", Slug::TypeError, Some(name), &pair.tally);
                all.push(one.with("other", &*other.name));
            }
        }
        all
    }
}

/// Whether the value of each of two cells fits the other's field. The first field's type has refused its own.
fn stand_crosswise(schema: &Schema, cells: &dyn Cells, field: usize, other: usize) -> bool {
    let (Some(one), Some(two)) = (schema.fields.get(field), schema.fields.get(other)) else { return false };
    // A number in a column of free text says nothing.
    let number = matches!(one.kind, FieldType::Integer(_) | FieldType::Number(_) | FieldType::Boolean(_));
    let free = matches!(two.kind, FieldType::Any)
        || (matches!(two.kind, FieldType::String(StringFormat::Default)) && two.rules.values.is_none());
    if number && free {
        return false;
    }
    let (text, other_text) = (cells.text(field), cells.text(other));
    let empty = |text: &str| text.is_empty() || one.missing_values.iter().any(|missing| missing == text);
    !empty(text) && !empty(other_text) && fits(one, other_text) && fits(two, text)
}
