//! The rows of an opened file: checked on several threads, handed over in the order of the file.
//!
//! What needs no other row (form, cells, a route's map and target) is done by [`Work`] wherever its chunk is; what does (keys,
//! blank lines, writing) happens in order, on the caller's thread.

use std::io;
use std::ops::{ControlFlow, Range};
use std::thread::available_parallelism;

use crate::check::columns::Columns;
use crate::check::form::{self, Place};
use crate::check::keys::{SeenKeys, Taken};
use crate::check::order;
use crate::check::rows::{Cells, RowChecker};
use crate::finding::{Args, Finding, Reason, Severity};
use crate::reading::ahead;
use crate::reading::chunk::{Chunk, Row};
use crate::reading::encoding::Choice;
use crate::reading::header::Layout;
use crate::reading::recognise::{Opened, of_read_error};
use crate::reading::text::{RowText, decode_single_bytes};
use crate::schema::DEFAULT_MAX_ROW_BYTES;

/// What is done with each row on whatever thread has its chunk.
pub trait Work: Clone + Send {
    /// What it leaves behind for a chunk. Its memory is used again for other chunks.
    type Left: Default + Send;

    /// Forgets what was left for another chunk.
    fn clear(left: &mut Self::Left);

    /// A row whose form and cells were checked. May add findings; `false` refuses the row. Called once for every row that is
    /// not blank, in the order of the chunk.
    fn row(&mut self, seen: &Seen<'_>, left: &mut Self::Left, findings: &mut Vec<Finding>) -> bool;
}

/// No work beyond the check.
impl Work for () {
    type Left = ();

    fn clear((): &mut ()) {}

    fn row(&mut self, seen: &Seen<'_>, (): &mut (), _: &mut Vec<Finding>) -> bool {
        seen.accepted
    }
}

/// A row that has been checked by itself.
pub struct Seen<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its cells, by position in the schema. Empty texts when its form is wrong.
    pub cells: RowCells<'a>,
    /// The checker, with the row's values.
    pub checker: &'a RowChecker,
    /// The layout of the file.
    pub layout: &'a Layout,
    /// No error was found.
    pub accepted: bool,
}

/// The cells of a row.
pub struct RowCells<'a>(&'a RowText);

impl Cells for RowCells<'_> {
    fn text(&self, field: usize) -> &str {
        self.0.get(field)
    }

    fn has_controls(&self) -> bool {
        self.0.has_controls()
    }

    fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }
}

/// The bytes of a row in its chunk, without the columns that passeur put in front.
#[derive(Clone, Copy)]
pub struct RawRow<'a> {
    chunk: &'a Chunk,
    row: &'a Row,
    own: u32,
}

impl<'a> RawRow<'a> {
    /// The row behind its first `own` columns.
    pub fn new(chunk: &'a Chunk, row: &'a Row, own: u32) -> Self {
        RawRow { chunk, row, own }
    }

    fn start(&self) -> usize {
        match self.chunk.fields_of(self.row).get(self.own as usize) {
            Some(field) if self.own > 0 => field.raw_start(),
            _ => self.row.start as usize,
        }
    }

    /// The bytes as the file has them, without the line end.
    pub fn bytes(&self) -> &'a [u8] {
        self.chunk.bytes.get(self.start()..self.row.end as usize).unwrap_or(&[])
    }

    /// Where the cell of a column (from 0) lies in [`RawRow::bytes`], quotes left out.
    pub fn place(&self, column: usize) -> Option<Range<usize>> {
        let start = self.start();
        let field = self.chunk.fields_of(self.row).get(column + self.own as usize)?;
        Some(field.start().checked_sub(start)?..field.end().checked_sub(start)?)
    }

    /// The texts of all columns of the file, whatever the schema knows of them.
    pub fn texts(&self, encoding: Choice) -> Vec<String> {
        let decode = |bytes: &[u8]| {
            if !encoding.is_splittable() {
                return String::from_utf8_lossy(bytes).into_owned();
            }
            let mut text = String::new();
            decode_single_bytes(bytes, encoding.encoding, &mut text);
            text
        };
        self.columns().map(decode).collect()
    }

    /// The bytes of each cell, quotes left out.
    pub fn columns(&self) -> impl Iterator<Item = &'a [u8]> {
        let chunk = self.chunk;
        chunk.fields_of(self.row).iter().skip(self.own as usize).map(|field| chunk.bytes_of(*field))
    }
}

/// A row in its place in the order of the file.
pub struct Ordered<'a, 'o, W: Work> {
    /// Where it stands.
    pub place: Place,
    /// No error was found so far.
    pub accepted: bool,
    /// It is a blank line.
    pub blank: bool,
    /// Its bytes.
    pub raw: RawRow<'a>,
    /// What the work left for the chunk.
    pub left: &'a W::Left,
    /// Number of the row, from 0, among those of its chunk that were worked on.
    pub number: usize,
    /// Its cells can be told apart.
    sound: bool,
    worker: &'a mut Worker<'o, W>,
}

impl<W: Work> Ordered<'_, '_, W> {
    /// The cells of the row, by position in the schema; empty texts when its form is wrong.
    pub fn cells(&mut self) -> RowCells<'_> {
        self.worker.take(self.raw.chunk, self.raw.row, self.sound);
        RowCells(&self.worker.text)
    }

    /// Works on the row again, so that its texts are at hand: for findings that only show in order. The work, and the layout.
    pub fn again(&mut self) -> (&mut W, &Layout) {
        self.worker.row(self.raw.chunk, self.raw.row, self.place, &mut W::Left::default(), &mut Vec::new());
        (&mut self.worker.work, self.worker.layout)
    }
}

/// How a walk ended.
#[derive(Debug, Default)]
pub struct Walked {
    /// Data rows, blank lines left out.
    pub rows: u64,
    /// Why the file as a whole cannot be used, found on the way.
    pub fatal: Vec<Finding>,
    /// What else there is to say about its columns.
    pub warnings: Vec<Finding>,
    /// What all rows, good ones too, say about their columns.
    pub columns: Columns,
}

/// Threads that check, at most. The reader has one of its own.
const MOST_WORKERS: usize = 8;

/// Walks over the rows of a file. `each` gets every row in order, with its findings, may add to them, and says whether the row's
/// keys count as taken from now on.
///
/// # Errors
/// The system's, and those of `each`.
pub fn walk<W: Work>(
    opened: Opened,
    checker: &RowChecker,
    work: &W,
    each: impl FnMut(Ordered<'_, '_, W>, &mut Vec<Finding>) -> io::Result<bool>,
) -> io::Result<Walked> {
    let Opened { encoding, layout, first, passed, reader, sheet, bytes, .. } = opened;
    let worker = || {
        let mut checker = checker.clone();
        checker.watch_columns();
        Worker { layout: &layout, encoding, checker, text: RowText::default(), work: work.clone() }
    };
    let mut order = Order {
        worker: worker(),
        seen: SeenKeys::default(),
        taken: Vec::new(),
        blank: Vec::new(),
        rows: 0,
        findings: Vec::new(),
        columns: Columns::default(),
        each,
    };
    let mut left = Left::default();
    worker().chunk(&first, 0, passed, &mut left);
    order.chunk(&first, 0, &mut left)?;
    let before = first.rows.len() as u64;
    drop((first, left));
    let count = available_parallelism().map_or(1, |count| count.get()).min(MOST_WORKERS);
    let workers = (0..count).map(|_| {
        let mut worker = worker();
        move |chunk: &Chunk, before: u64, left: &mut Left<W::Left>| worker.chunk(chunk, before, 0, left)
    });
    let ended = ahead::in_order(reader, before, workers.collect(), |chunk, before, left| {
        match order.chunk(chunk, before, left) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    });
    let found = order::findings(&order.columns, |field| layout.field_ref_of(field));
    let (fatal, warnings) = found.into_iter().partition(|finding| finding.severity == Severity::Error);
    let mut walked = Walked { rows: order.rows, fatal, warnings, columns: order.columns };
    match ended {
        Ok(ControlFlow::Continue(())) => {}
        Ok(ControlFlow::Break(error)) => return Err(error),
        Err(error) => walked.fatal.push(of_read_error(error)?),
    }
    if let Some(limit) = checker.schema().rules.max_rows.filter(|limit| walked.rows > *limit) {
        let args = vec![("limit", limit.into()), ("count", walked.rows.into())];
        walked.fatal.push(Finding::of_file(Reason::TooManyRows, args));
    }
    // A workbook is no file for a platform: its size says nothing of the rows.
    let most = checker.schema().rules.max_bytes.filter(|_| sheet.is_none());
    if let Some(limit) = most.filter(|limit| bytes > *limit) {
        let args = vec![("limit", limit.into()), ("count", bytes.into())];
        walked.fatal.push(Finding::of_file(Reason::TooManyBytes, args));
    }
    Ok(walked)
}

/// What a worker leaves for a chunk.
#[derive(Debug, Default)]
struct Left<L> {
    rows: Vec<RowLeft>,
    /// Findings of all rows, one after the other.
    findings: Vec<Finding>,
    /// Hashes of the keys of all rows that were worked on.
    hashes: Vec<Option<u128>>,
    columns: Columns,
    work: L,
}

#[derive(Debug, Clone, Copy)]
enum RowLeft {
    /// A line above the data.
    Passed,
    Blank,
    Row {
        sound: bool,
        accepted: bool,
        findings: usize,
    },
}

/// Checks rows, each by itself.
struct Worker<'o, W> {
    layout: &'o Layout,
    encoding: Choice,
    checker: RowChecker,
    text: RowText,
    work: W,
}

impl<W: Work> Worker<'_, W> {
    fn chunk(&mut self, chunk: &Chunk, before: u64, passed: usize, left: &mut Left<W::Left>) {
        left.rows.clear();
        left.findings.clear();
        left.hashes.clear();
        W::clear(&mut left.work);
        for (index, row) in chunk.rows.iter().enumerate() {
            if index < passed {
                left.rows.push(RowLeft::Passed);
                continue;
            }
            // A table of one column has empty cells, not blank lines.
            if (self.layout.width > 1 || row.start == row.end) && chunk.is_blank(row) {
                left.rows.push(RowLeft::Blank);
                continue;
            }
            let place = Place { line: row.line, row: before + index as u64 + 1 };
            let found = left.findings.len();
            let (sound, accepted) = self.row(chunk, row, place, &mut left.work, &mut left.findings);
            self.checker.hash_keys(&RowCells(&self.text), &mut left.hashes);
            left.rows.push(RowLeft::Row { sound, accepted, findings: left.findings.len() - found });
        }
        left.columns = self.checker.watch_columns();
    }

    fn row(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        place: Place,
        left: &mut W::Left,
        findings: &mut Vec<Finding>,
    ) -> (bool, bool) {
        let most = self.checker.schema().rules.max_row_bytes.unwrap_or(DEFAULT_MAX_ROW_BYTES);
        let before = findings.len();
        let sound = form::check(chunk, row, self.layout, self.encoding, place, most, findings);
        let formed = findings.len();
        self.take(chunk, row, sound);
        let cells = RowCells(&self.text);
        let layout = self.layout;
        let accepted = if sound {
            let accepted = self.checker.check(&cells, place, &|field| layout.field_ref_of(field), findings);
            once_a_cell(findings, before, formed);
            accepted && formed == before
        } else {
            self.checker.forget();
            false
        };
        let seen = Seen { place, cells, checker: &self.checker, layout, accepted };
        (sound, self.work.row(&seen, left, findings))
    }

    fn take(&mut self, chunk: &Chunk, row: &Row, sound: bool) {
        let positions: &[Option<u32>] = if sound { &self.layout.positions } else { &[] };
        self.text.take(chunk, row, positions, self.encoding.encoding, self.checker.schema().rules.trim);
    }
}

/// Of a value that a spreadsheet has damaged, which the findings from `before` to `formed` say, nothing else is said.
fn once_a_cell(findings: &mut Vec<Finding>, before: usize, formed: usize) {
    if formed == before {
        return;
    }
    let said: Vec<_> =
        findings.iter().take(formed).skip(before).map(|finding| finding.field.clone()).collect();
    let mut index = 0;
    findings.retain(|finding| {
        index += 1;
        index <= formed || !said.contains(&finding.field)
    });
    if let Some(of_row) = findings.get_mut(before..) {
        of_row.sort_by_key(|finding| finding.field.as_ref().and_then(|field| field.number));
    }
}

/// Takes rows in the order of the file.
struct Order<'o, W, E> {
    worker: Worker<'o, W>,
    seen: SeenKeys,
    taken: Vec<Taken>,
    /// Blank lines that may turn out to be the end of the file, where they mean nothing.
    blank: Vec<Place>,
    rows: u64,
    findings: Vec<Finding>,
    columns: Columns,
    each: E,
}

impl<'o, W, E> Order<'o, W, E>
where
    W: Work,
    E: FnMut(Ordered<'_, 'o, W>, &mut Vec<Finding>) -> io::Result<bool>,
{
    fn chunk(&mut self, chunk: &Chunk, before: u64, left: &mut Left<W::Left>) -> io::Result<()> {
        let keys = self.worker.checker.keys();
        let mut found = left.findings.drain(..);
        let mut number = 0;
        for (index, (row, row_left)) in chunk.rows.iter().zip(&left.rows).enumerate() {
            let place = Place { line: row.line, row: before + index as u64 + 1 };
            let raw = RawRow::new(chunk, row, self.worker.layout.own);
            let (sound, accepted, findings) = match *row_left {
                RowLeft::Passed => continue,
                RowLeft::Blank => {
                    self.blank.push(place);
                    continue;
                }
                RowLeft::Row { sound, accepted, findings } => (sound, accepted, findings),
            };
            self.blank_lines(raw, &left.work, number)?;
            self.rows += 1;
            self.findings.clear();
            self.findings.extend(found.by_ref().take(findings));
            let hashes = left.hashes.get(number * keys..(number + 1) * keys).unwrap_or(&[]);
            let accepted = self.free_keys(chunk, row, place, hashes) && accepted;
            let ordered = Ordered {
                place,
                accepted,
                blank: false,
                raw,
                left: &left.work,
                number,
                sound,
                worker: &mut self.worker,
            };
            if (self.each)(ordered, &mut self.findings)? {
                self.seen.accept(hashes, place.line);
            }
            number += 1;
        }
        self.columns.absorb(&left.columns);
        Ok(())
    }

    /// Adds a finding for each key that an earlier row has.
    fn free_keys(&mut self, chunk: &Chunk, row: &Row, place: Place, hashes: &[Option<u128>]) -> bool {
        self.taken.clear();
        self.seen.look(hashes, &mut self.taken);
        if self.taken.is_empty() {
            return true;
        }
        let worker = &mut self.worker;
        worker.row(chunk, row, place, &mut W::Left::default(), &mut Vec::new());
        let layout = worker.layout;
        for taken in &self.taken {
            let name = |field| layout.field_ref_of(field);
            self.findings.push(worker.checker.taken(*taken, &RowCells(&worker.text), place, &name));
        }
        false
    }

    /// Blank lines with rows behind them: they are skipped, and said.
    fn blank_lines(&mut self, raw: RawRow<'_>, left: &W::Left, number: usize) -> io::Result<()> {
        for place in std::mem::take(&mut self.blank) {
            let mut finding = form::of_row(Reason::RowBlank, place, Args::new());
            finding.severity = Severity::Warning;
            self.findings.clear();
            self.findings.push(finding);
            let worker = &mut self.worker;
            let ordered =
                Ordered { place, accepted: false, blank: true, raw, left, number, sound: false, worker };
            (self.each)(ordered, &mut self.findings)?;
        }
        Ok(())
    }
}
