//! Rows with more cells than columns: a separator inside a value that has no quotes.

use super::{Diagnosis, LEAST, fits};
use crate::check::columns::Tally;
use crate::finding::{FieldRef, Finding, Slug};
use crate::reading::header::Layout;
use crate::schema::Schema;

/// Rows in which the broken value is looked for.
const PROBED: u64 = 200;

#[derive(Debug, Clone)]
pub(super) struct Shifted {
    width: usize,
    /// For each column of the file the field that it is.
    columns: Vec<Option<usize>>,
    tally: Tally,
    /// Record numbers of the first and last row that has it.
    first_row: u64,
    last_row: u64,
    /// Votes for the column whose value was broken.
    votes: Vec<u64>,
}

impl Shifted {
    pub(super) fn new(layout: &Layout) -> Self {
        let width = (layout.width - layout.own) as usize;
        let mut columns = vec![None; width];
        for (field, position) in layout.positions.iter().enumerate() {
            let column = position.and_then(|position| (position as usize).checked_sub(layout.own as usize));
            if let Some(place) = column.and_then(|column| columns.get_mut(column)) {
                *place = Some(field);
            }
        }
        Shifted { width, columns, tally: Tally::default(), first_row: 0, last_row: 0, votes: vec![0; width] }
    }

    pub(super) fn see(
        &mut self,
        finding: &Finding,
        line: u64,
        schema: &Schema,
        cells: &dyn Fn() -> Vec<String>,
    ) {
        self.tally.add(line);
        let row = finding.row.unwrap_or(0);
        if self.tally.rows == 1 {
            self.first_row = row;
        }
        self.last_row = row;
        if self.tally.rows <= PROBED
            && let Some(vote) = self.broken(schema, &cells()).and_then(|column| self.votes.get_mut(column))
        {
            *vote += 1;
        }
    }

    /// The column whose value, put together again, lets the rest of the row fit.
    fn broken(&self, schema: &Schema, cells: &[String]) -> Option<usize> {
        let extra = cells.len().checked_sub(self.width).filter(|extra| *extra > 0)?;
        let misfits = |broken: usize| {
            let misfit = |(column, field): (usize, &Option<usize>)| {
                let cell = match column {
                    _ if column < broken => cells.get(column),
                    // The put-together value is text: it fits a column of free text alone.
                    _ if column == broken => None,
                    _ => cells.get(column + extra),
                };
                let Some(field) = field.and_then(|field| schema.fields.get(field)) else { return 0 };
                match cell {
                    Some(cell) => u32::from(!cell.is_empty() && !fits(field, cell.trim())),
                    None => u32::from(!fits(field, "a, b")) * 2,
                }
            };
            self.columns.iter().enumerate().map(misfit).sum::<u32>()
        };
        let all: Vec<u32> = (0..self.width).map(misfits).collect();
        let least = all.iter().min()?;
        let mut best = (0..self.width).filter(|column| all.get(*column) == Some(least));
        let first = best.next()?;
        // Neighbouring columns of free text cannot be told apart, save by the space that people write after a separator.
        let spaced = |column: &usize| cells.get(column + 1).is_some_and(|cell| cell.starts_with(' '));
        let tied: Vec<usize> = best.collect();
        if tied.is_empty() || spaced(&first) { Some(first) } else { tied.into_iter().find(spaced) }
    }

    pub(super) fn conclude(&self, names: &[FieldRef]) -> Option<Diagnosis> {
        if self.tally.rows < LEAST {
            return None;
        }
        let probed = self.tally.rows.min(PROBED);
        let column = self.votes.iter().position(|votes| votes * 2 > probed);
        let name = column.and_then(|column| names.iter().find(|name| name.number == Some(column as u32 + 1)));
        let run = self.last_row + 1 - self.first_row == self.tally.rows;
        let first = self.tally.lines.first().copied().unwrap_or(0);
        let last = self.tally.last().unwrap_or(0);
        let one = Diagnosis::new("shifted", Slug::ExtraCell, name, &self.tally);
        let one = if name.is_some() { one } else { one.with("field", "") };
        let known = if name.is_some() { "yes" } else { "no" };
        let run = if run { "yes" } else { "no" };
        Some(one.with("known", known).with("run", run).with("first", first).with("to", last))
    }
}
