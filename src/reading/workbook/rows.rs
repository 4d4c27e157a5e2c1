//! Cells of a sheet, one after the other, put together as rows of a chunk.

use calamine::DataRef;

use super::WorkbookError;
use super::value::{Kind, Shape};
use crate::reading::chunk::{Chunk, Field, Flaws, Row};
use crate::reading::reader::MAX_RECORD;
use crate::reading::split::Form;

/// Rows and columns of the largest sheet that Excel knows.
const MOST: (u32, u32) = (1_048_576, 16_384);

/// Builds the rows of a sheet. Empty cells at the end of a row are left out, then it is filled up to the width of the table; a
/// row without cells is a blank line.
pub(super) struct Rows<'s> {
    pub(super) chunk: Chunk,
    form: Form,
    shapes: &'s [Shape],
    width: usize,
    /// The row being built, from 0.
    current: Option<u32>,
    /// The row after the last one that is complete, from 0.
    next: u32,
    /// Column after the last cell.
    column: u32,
    start: usize,
    first: usize,
    /// Bytes and fields up to the last cell that holds something.
    kept: (usize, usize),
    flaws: Flaws,
    text: Vec<u8>,
    offset: u64,
}

impl<'s> Rows<'s> {
    pub(super) fn new(form: Form, shapes: &'s [Shape], width: usize) -> Self {
        Rows {
            chunk: Chunk { utf8: true, ..Chunk::default() },
            form,
            shapes,
            width,
            current: None,
            next: 0,
            column: 0,
            start: 0,
            first: 0,
            kept: (0, 0),
            flaws: Flaws::default(),
            text: Vec::new(),
            offset: 0,
        }
    }

    /// Whether a cell of this row begins a new row.
    pub(super) fn starts(&self, row: u32) -> bool {
        self.current != Some(row)
    }

    /// The rows so far.
    pub(super) fn take(&mut self) -> Chunk {
        let mut chunk = std::mem::replace(&mut self.chunk, Chunk { utf8: true, ..Chunk::default() });
        chunk.offset = self.offset;
        self.offset += chunk.bytes.len() as u64;
        chunk
    }

    /// Adds a cell.
    pub(super) fn cell(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), WorkbookError> {
        let damaged =
            |what: &str| Err(WorkbookError::Damaged(format!("{what} (row {})", u64::from(row) + 1)));
        if row >= MOST.0 || column >= MOST.1 {
            return damaged("a cell lies outside of the sheet");
        }
        if self.starts(row) {
            self.end_row();
            if row < self.next {
                return damaged("its rows are not in order");
            }
            self.gap(row);
            self.begin(row);
        } else if column < self.column {
            return damaged("the cells of a row are not in order");
        }
        while self.column < column {
            self.empty();
        }
        if self.column > 0 {
            self.chunk.bytes.push(self.form.delimiter);
        }
        self.column = column + 1;
        self.text.clear();
        let shape = self.shapes.get(column as usize).unwrap_or(&Shape::Plain);
        let kind = shape.write(value, &mut self.text);
        if self.text.len() + self.chunk.bytes.len() - self.start > MAX_RECORD {
            return damaged("a row is too long");
        }
        self.push(kind);
        if !self.text.is_empty() {
            self.kept = (self.chunk.bytes.len(), self.chunk.fields.len());
        }
        Ok(())
    }

    /// Completes the row being built.
    pub(super) fn end_row(&mut self) {
        let Some(row) = self.current.take() else { return };
        self.chunk.bytes.truncate(self.kept.0);
        self.chunk.fields.truncate(self.kept.1);
        if self.kept.1 == self.first {
            self.column = 0;
            self.empty();
        } else {
            self.column = (self.kept.1 - self.first) as u32;
            while (self.column as usize) < self.width {
                self.empty();
            }
        }
        if memchr::memchr(0, self.chunk.bytes.get(self.start..).unwrap_or_default()).is_some() {
            self.flaws.add(Flaws::NUL);
        }
        self.push_row(row);
    }

    fn begin(&mut self, row: u32) {
        self.current = Some(row);
        self.column = 0;
        self.start = self.chunk.bytes.len();
        self.first = self.chunk.fields.len();
        self.kept = (self.start, self.first);
        self.flaws = Flaws::default();
    }

    /// Rows without cells, so that records are counted as Excel counts them.
    fn gap(&mut self, row: u32) {
        for blank in self.next..row {
            self.begin(blank);
            self.current = None;
            self.empty();
            self.push_row(blank);
        }
    }

    fn push_row(&mut self, row: u32) {
        self.chunk.rows.push(Row {
            first: self.first as u32,
            count: (self.chunk.fields.len() - self.first) as u32,
            start: self.start as u32,
            end: self.chunk.bytes.len() as u32,
            line: u64::from(row) + 1,
            flaws: self.flaws,
        });
        self.chunk.bytes.extend_from_slice(b"\r\n");
        self.next = row + 1;
    }

    /// An empty field.
    fn empty(&mut self) {
        if self.column > 0 {
            self.chunk.bytes.push(self.form.delimiter);
        }
        let at = self.chunk.bytes.len();
        self.chunk.fields.push(Field::bare(at, at));
        self.column += 1;
    }

    /// The text as a field, in quotes where delimited text needs them. A number that lost digits and a formula's error stay
    /// bare, and texts that look like them do not.
    fn push(&mut self, kind: Kind) {
        let quote = self.form.quote.unwrap_or(b'"');
        let special =
            |byte: &u8| *byte == self.form.delimiter || *byte == quote || matches!(byte, b'\r' | b'\n');
        let looks_damaged = kind == Kind::Text
            && (self.text.first() == Some(&b'#')
                || self.text.len() > 15 && self.text.iter().all(u8::is_ascii_digit));
        if kind == Kind::Damaged {
            self.flaws.add(Flaws::SPREADSHEET);
        }
        let bytes = &mut self.chunk.bytes;
        if !looks_damaged && !self.text.iter().any(special) {
            let start = bytes.len();
            bytes.extend_from_slice(&self.text);
            self.chunk.fields.push(Field::bare(start, bytes.len()));
            return;
        }
        bytes.push(quote);
        let start = bytes.len();
        let mut doubled = false;
        for byte in &self.text {
            if *byte == quote {
                doubled = true;
                bytes.push(quote);
            }
            bytes.push(*byte);
        }
        let end = bytes.len();
        bytes.push(quote);
        self.chunk.fields.push(Field::quoted(start, end, doubled));
    }
}
