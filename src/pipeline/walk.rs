//! The rows of an opened file, one after the other, checked against its schema.

use std::io;
use std::ops::ControlFlow;

use crate::check::form::{self, Place};
use crate::check::rows::{Cells, RowChecker};
use crate::finding::{Args, Finding, Reason, Severity};
use crate::reading::ahead;
use crate::reading::chunk::{Chunk, Row};
use crate::reading::header::Layout;
use crate::reading::recognise::{Opened, of_read_error};
use crate::reading::text::RowText;

/// A row that has been checked.
pub struct Seen<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its cells, by position in the schema. Empty texts when its form is wrong.
    pub cells: &'a RowCells<'a>,
    /// The checker, with the row's values.
    pub checker: &'a RowChecker,
    /// The layout of the file.
    pub layout: &'a Layout,
    /// No error was found.
    pub accepted: bool,
    /// The row is a blank line.
    pub blank: bool,
}

/// The cells of a row in their chunk.
pub struct RowCells<'a> {
    text: &'a RowText,
    chunk: &'a Chunk,
    row: &'a Row,
    own: u32,
}

impl Cells for RowCells<'_> {
    fn text(&self, field: usize) -> &str {
        self.text.get(self.chunk, field)
    }
}

impl RowCells<'_> {
    /// The bytes of the row as the file has them, without its line end and without the columns that passeur put in front.
    pub fn raw(&self) -> &[u8] {
        raw(self.chunk, self.row, self.own)
    }

    /// Where the cell of a column (from 0) lies in [`RowCells::raw`], quotes left out.
    pub fn place(&self, column: usize) -> Option<std::ops::Range<usize>> {
        let fields = self.chunk.fields_of(self.row);
        let first = fields.get(self.own as usize)?;
        let offset = if self.own > 0 { first.raw_start() } else { self.row.start as usize };
        let field = fields.get(column + self.own as usize)?;
        Some(field.start().checked_sub(offset)?..field.end().checked_sub(offset)?)
    }

    /// The bytes of each cell, quotes left out.
    pub fn columns(&self) -> impl Iterator<Item = &[u8]> {
        self.chunk.fields_of(self.row).iter().skip(self.own as usize).map(|field| self.chunk.bytes_of(*field))
    }
}

/// Bytes of a row behind its first `own` columns.
pub fn raw<'c>(chunk: &'c Chunk, row: &Row, own: u32) -> &'c [u8] {
    let start = match chunk.fields_of(row).get(own as usize) {
        Some(field) if own > 0 => field.raw_start(),
        _ => row.start as usize,
    };
    chunk.bytes.get(start..row.end as usize).unwrap_or(&[])
}

/// How a walk ended.
#[derive(Debug, Default)]
pub struct Walked {
    /// Data rows, blank lines left out.
    pub rows: u64,
    /// Why the file as a whole cannot be used, found on the way.
    pub fatal: Vec<Finding>,
}

/// Walks over the rows of a file. `each` gets every row with its findings, may add to them, and says whether the row's keys
/// count as taken from now on.
///
/// # Errors
/// The system's, and those of `each`.
pub fn walk(
    opened: Opened,
    checker: &mut RowChecker,
    mut each: impl FnMut(Seen<'_>, &mut Vec<Finding>) -> io::Result<bool>,
) -> io::Result<Walked> {
    let Opened { encoding, layout, first, passed, reader, .. } = opened;
    let mut walker = Walker {
        number: 0,
        rows: 0,
        blank: Vec::new(),
        text: RowText::default(),
        findings: Vec::new(),
        trim: checker.schema().rules.trim,
    };
    let mut chunk_of = |chunk: &Chunk, skip: usize| -> ControlFlow<io::Error> {
        for (index, row) in chunk.rows.iter().enumerate() {
            walker.number += 1;
            if index < skip {
                continue;
            }
            if let Err(error) = walker.row(chunk, row, &layout, encoding, checker, &mut each) {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    };
    if let ControlFlow::Break(error) = chunk_of(&first, passed) {
        return Err(error);
    }
    drop(first);
    let ended = ahead::for_each(reader, |chunk| chunk_of(chunk, 0));
    let mut walked = Walked { rows: walker.rows, fatal: Vec::new() };
    match ended {
        Ok(ControlFlow::Continue(())) => {}
        Ok(ControlFlow::Break(error)) => return Err(error),
        Err(error) => walked.fatal.push(of_read_error(error)?),
    }
    let rules = &checker.schema().rules;
    if let Some(limit) = rules.max_rows.filter(|limit| walked.rows > *limit) {
        let args = vec![("limit", limit.into()), ("count", walked.rows.into())];
        walked.fatal.push(Finding::of_file(Reason::TooManyRows, args));
    }
    Ok(walked)
}

struct Walker {
    number: u64,
    rows: u64,
    /// Blank lines that may turn out to be the end of the file, where they mean nothing.
    blank: Vec<Place>,
    text: RowText,
    findings: Vec<Finding>,
    trim: bool,
}

impl Walker {
    fn row(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        layout: &Layout,
        encoding: crate::reading::encoding::Choice,
        checker: &mut RowChecker,
        each: &mut impl FnMut(Seen<'_>, &mut Vec<Finding>) -> io::Result<bool>,
    ) -> io::Result<()> {
        let place = Place { line: row.line, row: self.number };
        // A table of one column has empty cells, not blank lines.
        if chunk.is_blank(row) && (layout.width > 1 || row.start == row.end) {
            self.blank.push(place);
            return Ok(());
        }
        for place in std::mem::take(&mut self.blank) {
            self.blank_line(chunk, row, place, layout, checker, each)?;
        }
        self.rows += 1;
        self.findings.clear();
        let sound = form::check(chunk, row, layout, encoding, place, &mut self.findings);
        let positions: &[Option<u32>] = if sound { &layout.positions } else { &[] };
        self.text.take(chunk, row, positions, encoding.encoding, self.trim);
        let cells = RowCells { text: &self.text, chunk, row, own: layout.own };
        let accepted = sound && {
            let name = |field: usize| layout.field_ref_of(field);
            checker.check(&cells, place, &name, &mut self.findings)
        };
        let seen = Seen { place, cells: &cells, checker, layout, accepted, blank: false };
        if each(seen, &mut self.findings)? {
            checker.accept(place);
        }
        Ok(())
    }

    /// A blank line between rows: it is skipped, and said.
    fn blank_line(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        place: Place,
        layout: &Layout,
        checker: &RowChecker,
        each: &mut impl FnMut(Seen<'_>, &mut Vec<Finding>) -> io::Result<bool>,
    ) -> io::Result<()> {
        let mut finding = form::of_row(Reason::RowBlank, place, Args::new());
        finding.severity = Severity::Warning;
        self.findings.clear();
        self.findings.push(finding);
        self.text.take(chunk, row, &[], encoding_rs::UTF_8, false);
        let cells = RowCells { text: &self.text, chunk, row, own: layout.own };
        let seen = Seen { place, cells: &cells, checker, layout, accepted: false, blank: true };
        each(seen, &mut self.findings)?;
        Ok(())
    }
}
