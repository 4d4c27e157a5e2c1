//! Workbooks (`.xlsx`), read row by row as if they were delimited text.
//!
//! The sheet is streamed by a thread of its own, because the library's reader borrows from the workbook; what comes out are
//! the same [`Chunk`]s as from a text file, with rows numbered as Excel shows them. Only the workbook's table of shared
//! texts is held in memory. Other spreadsheet files are told apart by their content, never by their name.

mod guard;
mod rows;
mod texts;
mod value;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::chunk::Chunk;
use super::reader::ReadError;
use super::split::Form;
use crate::schema::Dialect;

use guard::guarded;
use rows::Rows;
pub use texts::every_row;
pub use value::Shape;

/// Rows of a sheet that are looked at before its schema is known: the header, and values of each column.
const HEAD_ROWS: usize = 1100;
/// Bytes of text in a chunk.
const CHUNK: usize = 256 * 1024;
/// What is wrong with a workbook over which the library panics.
const STRUCTURE: &str = "its structure is damaged";
/// Chunks that wait to be taken.
const AHEAD: usize = 2;

/// What a file is, when its first bytes say that it is not delimited text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A workbook that can be read, or another archive.
    Archive,
    /// Excel's old binary form, or a workbook with a password.
    Compound,
    /// Something else; the word for it in `locales/*.ftl` (`workbook-kind`).
    Other(&'static str),
}

/// Looks at the first bytes of a file. `None`: text.
pub fn kind(head: &[u8]) -> Option<Kind> {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    match head {
        [b'P', b'K', 3, 4, ..] => Some(Kind::Archive),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Some(Kind::Compound),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Other("pdf")),
        // What some web applications call .xls.
        _ if begins(b"<html") || begins(b"<!doctype html") || begins(b"<table") => Some(Kind::Other("html")),
        _ if begins(b"<?xml") => Some(Kind::Other("xml")),
        _ => None,
    }
}

/// Why a workbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It needs a password.
    #[error("the workbook is protected by a password")]
    Protected,
    /// It is no workbook of the form that passeur reads.
    #[error("not an .xlsx workbook: {0}")]
    Kind(&'static str),
    /// It is damaged.
    #[error("the workbook cannot be read: {0}")]
    Damaged(String),
    /// The sheet that the schema names is not in it.
    #[error("there is no sheet {sheet:?}; there are {sheets}")]
    SheetMissing {
        /// The sheet asked for.
        sheet: String,
        /// Those that there are.
        sheets: String,
    },
}

impl From<XlsxError> for WorkbookError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => WorkbookError::Protected,
            other => WorkbookError::Damaged(other.to_string()),
        }
    }
}

/// The first rows of a sheet, each cell in its plainest form.
#[derive(Debug)]
pub struct Head {
    /// The sheet.
    pub sheet: String,
    /// Other sheets that hold something.
    pub others: Vec<String>,
    /// The rows.
    pub chunk: Chunk,
    /// Columns of the table: the most that a row of the first dozen has.
    pub width: usize,
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, WorkbookError> {
    let file = File::open(path)?;
    match Xlsx::new(BufReader::new(file)) {
        Ok(workbook) => Ok(workbook),
        Err(XlsxError::Password) => Err(WorkbookError::Protected),
        Err(error) => Err(other_kind(path)?.unwrap_or_else(|| error.into())),
    }
}

/// What an archive is that holds no sheet that can be read.
fn other_kind(path: &Path) -> io::Result<Option<WorkbookError>> {
    let bytes = read_head(path)?;
    if kind(&bytes) == Some(Kind::Compound) {
        return Ok(Some(WorkbookError::Kind("xls")));
    }
    let has = |word: &[u8]| memchr::memmem::find(&bytes, word).is_some();
    // Names in an archive are not compressed. OpenDocument writes its type first, as plain text.
    let kind = [
        (has(b"opendocument.spreadsheet"), "ods"),
        (has(b"xl/workbook.bin"), "xlsb"),
        (has(b"word/") || has(b"ppt/") || has(b"opendocument"), "document"),
        (!has(b"xl/") && !has(b"[Content_Types].xml"), "archive"),
    ];
    Ok(kind.iter().find(|(is, _)| *is).map(|(_, kind)| WorkbookError::Kind(kind)))
}

/// Both ends of a file: an archive lists its names at the end.
fn read_head(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    const END: u64 = 64 * 1024;
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(END).read_to_end(&mut bytes)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(END)))?;
    file.take(END).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the first rows of the sheet that a dialect names: by name, by number, else the first one that people see.
///
/// # Errors
/// See [`WorkbookError`].
pub fn head(path: &Path, dialect: &Dialect, form: Form) -> Result<Head, WorkbookError> {
    guarded(|| first_rows(path, dialect, form))
        .unwrap_or_else(|| Err(WorkbookError::Damaged(STRUCTURE.to_owned())))
}

fn first_rows(path: &Path, dialect: &Dialect, form: Form) -> Result<Head, WorkbookError> {
    let mut workbook = open(path)?;
    let sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let found = match (&dialect.sheet_name, dialect.sheet_number) {
        (Some(name), _) => sheets.iter().position(|(sheet, _)| sheet == name),
        (None, Some(number)) => (number as usize).checked_sub(1).filter(|index| *index < sheets.len()),
        (None, None) => sheets.iter().position(|(_, visible)| *visible),
    };
    let Some((sheet, _)) = found.and_then(|index| sheets.get(index)).cloned() else {
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        let number = dialect.sheet_number.unwrap_or(1).to_string();
        let sheet = dialect.sheet_name.clone().unwrap_or(number);
        return Err(WorkbookError::SheetMissing { sheet, sheets: names.join(", ") });
    };
    let mut others = Vec::new();
    let asked = dialect.sheet_name.is_some() || dialect.sheet_number.is_some();
    for (name, visible) in &sheets {
        if !asked && *visible && *name != sheet && holds_something(&mut workbook, name) {
            others.push(name.clone());
        }
    }
    let mut rows = Rows::new(form, &[], 0);
    let mut cells = workbook.worksheet_cells_reader(&sheet)?;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        rows.cell(row, column, cell.get_value())?;
        if rows.chunk.rows.len() >= HEAD_ROWS || rows.chunk.bytes.len() >= CHUNK / 4 {
            break;
        }
    }
    rows.end_row();
    let chunk = rows.chunk;
    let first = chunk.rows.iter().filter(|row| !chunk.is_blank(row));
    let width = first.take(super::dialect::LINES_ABOVE_HEADER + 1).map(|row| row.count as usize).max();
    Ok(Head { sheet, others, chunk, width: width.unwrap_or(0) })
}

fn holds_something(workbook: &mut Xlsx<BufReader<File>>, sheet: &str) -> bool {
    let Ok(mut cells) = workbook.worksheet_cells_reader(sheet) else { return false };
    while let Ok(Some(cell)) = cells.next_cell() {
        if !matches!(cell.get_value(), DataRef::Empty) {
            return true;
        }
    }
    false
}

type Message = Result<Option<Chunk>, ReadError>;

/// All rows of a sheet, as chunks.
pub(super) struct Sheet {
    chunks: Receiver<Message>,
}

/// How a sheet becomes text.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The sheet.
    pub sheet: String,
    /// Columns that every row is filled up to.
    pub width: usize,
    /// How the cells of each column are written.
    pub shapes: Vec<Shape>,
}

impl Sheet {
    /// Starts to read. The thread ends with the sheet, or when the value is dropped.
    pub(super) fn open(path: &Path, form: Form, plan: Plan) -> Sheet {
        let (sender, chunks) = sync_channel::<Message>(AHEAD);
        let path: PathBuf = path.to_owned();
        thread::spawn(move || {
            let end = guarded(|| stream(&path, form, &plan, |chunk| sender.send(Ok(Some(chunk))).is_ok()));
            let end = end.unwrap_or_else(|| Err(ReadError::Workbook(STRUCTURE.to_owned())));
            // Nobody listens any more when the file was given up.
            let _ = sender.send(end.map(|()| None));
        });
        Sheet { chunks }
    }

    /// The next chunk; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, ReadError> {
        // The thread always sends a last message.
        self.chunks.recv().unwrap_or_else(|_| Err(ReadError::Workbook(STRUCTURE.to_owned())))
    }
}

fn stream(
    path: &Path,
    form: Form,
    plan: &Plan,
    mut each: impl FnMut(Chunk) -> bool,
) -> Result<(), ReadError> {
    let mut workbook = open(path).map_err(of_error)?;
    let mut rows = Rows::new(form, &plan.shapes, plan.width);
    let mut cells = workbook.worksheet_cells_reader(&plan.sheet).map_err(|error| of_error(error.into()))?;
    while let Some(cell) = cells.next_cell().map_err(|error| of_error(error.into()))? {
        let (row, column) = cell.get_position();
        let full = rows.chunk.bytes.len() >= CHUNK && rows.starts(row);
        if full {
            rows.end_row();
            if !each(rows.take()) {
                return Ok(());
            }
        }
        rows.cell(row, column, cell.get_value()).map_err(of_error)?;
    }
    rows.end_row();
    each(rows.take());
    Ok(())
}

fn of_error(error: WorkbookError) -> ReadError {
    match error {
        WorkbookError::Io(error) => ReadError::Io(error),
        WorkbookError::Damaged(detail) => ReadError::Workbook(detail),
        other => ReadError::Workbook(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
