//! A row on its way out.

use crate::check::rows::Cells;
use crate::reading::text::has_controls;

/// The cells of one outbound row, made again for each row in the same memory.
#[derive(Debug, Clone, Default)]
pub struct OutRow {
    text: String,
    ends: Vec<usize>,
}

impl OutRow {
    /// Forgets the last row.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Text of the cell being made; [`OutRow::end_cell`] closes it.
    pub fn cell(&mut self) -> &mut String {
        &mut self.text
    }

    /// Where the cell being made starts in [`OutRow::cell`].
    pub fn cell_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Gives cells another text.
    pub fn replace(&mut self, cells: &[(usize, String)]) {
        let mut row = OutRow::default();
        for field in 0..self.ends.len() {
            let other = cells.iter().find(|(of, _)| *of == field).map(|(_, text)| text.as_str());
            row.cell().push_str(other.unwrap_or_else(|| self.text(field)));
            row.end_cell();
        }
        *self = row;
    }

    /// Closes the cell being made.
    pub fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

impl Cells for OutRow {
    fn text(&self, field: usize) -> &str {
        let Some(end) = self.ends.get(field) else { return "" };
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        self.text.get(start..*end).unwrap_or("")
    }

    fn has_controls(&self) -> bool {
        has_controls(self.text.as_bytes())
    }
}
