//! Reads sample files without a schema, and proposes one.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use super::chunk::Chunk;
use super::dialect::{self, FormChoice, LINES_ABOVE_HEADER};
use super::encoding::{self, Choice, Why};
use super::reader::{ReadError, Reader};
use super::recognise::labels;
use super::split::Form;
use super::survey::survey;
use super::text::RowText;
use super::workbook::{self, Kind, Plan, Shape, WorkbookError};
use crate::schema::Dialect;
use crate::schema::infer::{About, Column, propose as propose_schema};

/// Why no schema can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The system refused.
    #[error("cannot read the file: {0}")]
    Io(#[from] io::Error),
    /// It cannot be read to its end.
    #[error("{0}")]
    Read(ReadError),
    /// A workbook cannot be read.
    #[error("{0}")]
    Workbook(WorkbookError),
    /// It is no table.
    #[error("it is no text and no .xlsx workbook, but {0}: save it as CSV UTF-8 or .xlsx first")]
    Other(&'static str),
    /// It holds nothing.
    #[error("it is empty: take a file that holds a header and some rows")]
    Empty,
    /// A column cannot be a field.
    #[error("column {position} of its header has {what}: name each column, once")]
    Label {
        /// From 1.
        position: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nearly every second byte is zero.
    #[error("it looks like {0} without a byte order mark: save it as CSV UTF-8 first")]
    LooksLikeUtf16(&'static str),
}

/// A proposal that grows with each file.
#[derive(Default)]
pub struct Proposal {
    columns: Vec<Column>,
    about: About,
    files: usize,
    encodings: HashSet<&'static str>,
    delimiters: HashSet<u8>,
    workbooks: bool,
    seen: Vec<HashSet<String>>,
}

struct Opened {
    reader: Reader,
    encoding: Choice,
    form: FormChoice,
}

fn open(path: &Path) -> Result<Opened, ProposeError> {
    let survey = survey(path)?;
    if survey.size == 0 {
        return Err(ProposeError::Empty);
    }
    match workbook::kind(&survey.head) {
        Some(Kind::Other(kind)) => return Err(ProposeError::Other(kind)),
        Some(Kind::Archive | Kind::Compound) => {
            let form = Form { delimiter: b';', quote: Some(b'"'), line_end: b'\n' };
            let head = workbook::head(path, &Dialect::default(), form).map_err(ProposeError::Workbook)?;
            let plan = Plan { sheet: head.sheet, width: head.width, shapes: vec![Shape::Plain; head.width] };
            let encoding = Choice { encoding: encoding_rs::UTF_8, why: Why::Workbook, skip: 0 };
            let reader = Reader::workbook(path, encoding, form, plan);
            let form = FormChoice { form, delimiter_why: dialect::Why::Workbook, crlf: true };
            return Ok(Opened { reader, encoding, form });
        }
        None => {}
    }
    if let Some(looks) = encoding::looks_like_utf16(&survey) {
        return Err(ProposeError::LooksLikeUtf16(looks.name()));
    }
    let encoding = encoding::choose(None, None, &survey);
    let form = dialect::choose(None, &Dialect::default(), &survey, encoding);
    let reader = Reader::open(path, encoding, form.form)?;
    Ok(Opened { reader, encoding, form })
}

impl Proposal {
    /// A proposal for a schema of this name.
    pub fn new(name: &str) -> Self {
        Proposal { about: About { name: name.to_owned(), ..About::default() }, ..Proposal::default() }
    }

    /// Looks at all rows of a file. Rows with another number of cells than the header are left out; their number is given back.
    ///
    /// # Errors
    /// See [`ProposeError`].
    pub fn add(&mut self, path: &Path) -> Result<u64, ProposeError> {
        let Opened { mut reader, encoding, form } = open(path)?;
        let mut chunk = Chunk::default();
        if !reader.next_chunk(&mut chunk).map_err(ProposeError::Read)? {
            return Err(ProposeError::Empty);
        }
        let header = header(&chunk).ok_or(ProposeError::Empty)?;
        let row = chunk.rows.get(header).copied().ok_or(ProposeError::Empty)?;
        let names = names(labels(&chunk, &row, encoding.encoding))?;
        self.about.titles |= chunk.rows.iter().take(header).any(|row| !chunk.is_blank(row)) || header > 0;
        if encoding.why == Why::Workbook {
            self.workbooks = true;
        } else {
            self.encodings.insert(encoding.encoding.name());
            self.delimiters.insert(form.form.delimiter);
            if encoding.why == Why::NotUtf8 {
                let guessed = "The encoding is a guess: the file is not UTF-8.".to_owned();
                if !self.about.open.contains(&guessed) {
                    self.about.open.push(guessed);
                }
            }
        }
        let places: Vec<usize> = names.iter().map(|name| self.place(name)).collect();
        self.files += 1;
        self.seen.push(names.iter().cloned().collect());
        let mut left_out = 0;
        let mut skip = header + 1;
        let mut text = RowText::default();
        let positions: Vec<Option<u32>> = (0..names.len() as u32).map(Some).collect();
        loop {
            for row in chunk.rows.iter().skip(skip) {
                if chunk.is_blank(row) && (names.len() > 1 || row.start == row.end) {
                    continue;
                }
                if (row.count as usize) < names.len() || !row.flaws.is_empty() {
                    left_out += 1;
                    continue;
                }
                self.about.rows += 1;
                text.take(&chunk, row, &positions, encoding.encoding, false);
                for (index, place) in places.iter().enumerate() {
                    let cell = text.get(index);
                    let trimmed = cell.trim();
                    self.about.spaces |= trimmed.len() != cell.len();
                    if let Some(column) = self.columns.get_mut(*place) {
                        column.add(trimmed);
                    }
                }
            }
            skip = 0;
            if !reader.next_chunk(&mut chunk).map_err(ProposeError::Read)? {
                return Ok(left_out);
            }
        }
    }

    /// The descriptor.
    pub fn finish(mut self) -> String {
        for column in &self.columns {
            if self.seen.iter().any(|names| !names.contains(column.name())) {
                self.about.optional.insert(column.name().to_owned());
            }
        }
        let mut encodings = self.encodings.iter();
        match (encodings.next(), encodings.next()) {
            (Some(encoding), None) => self.about.encoding = Some(encoding.to_lowercase()),
            (Some(_), Some(_)) => {
                self.about.open.push("The files have different encodings: none is declared.".to_owned());
            }
            (None, _) => {}
        }
        let mut delimiters = self.delimiters.iter();
        match (delimiters.next(), delimiters.next()) {
            (Some(delimiter), None) => self.about.delimiter = Some(char::from(*delimiter)),
            (Some(_), Some(_)) => {
                self.about.open.push("The files have different separators: none is declared.".to_owned());
            }
            (None, _) => {}
        }
        propose_schema(&self.about, &self.columns)
    }

    fn place(&mut self, name: &str) -> usize {
        match self.columns.iter().position(|column| column.name() == name) {
            Some(place) => place,
            None => {
                self.columns.push(Column::new(name));
                self.columns.len() - 1
            }
        }
    }
}

/// The row that looks like the header: the first of those near the top that fills as many cells as any of the first rows, or
/// nearly as many.
fn header(chunk: &Chunk) -> Option<usize> {
    let filled = |index: &usize| {
        let cells = chunk.rows.get(*index).map_or(&[] as &[_], |row| chunk.fields_of(row));
        cells.iter().filter(|field| !chunk.bytes_of(**field).trim_ascii().is_empty()).count()
    };
    let rows: Vec<usize> = (0..chunk.rows.len())
        .filter(|index| chunk.rows.get(*index).is_some_and(|row| !chunk.is_blank(row)))
        .take(LINES_ABOVE_HEADER + 20)
        .collect();
    let most = rows.iter().map(filled).max()?;
    rows.into_iter().take(LINES_ABOVE_HEADER + 1).find(|index| filled(index) * 10 >= most * 6)
}

/// Labels without the empty ones at the end.
fn names(mut labels: Vec<String>) -> Result<Vec<String>, ProposeError> {
    while labels.last().is_some_and(|label| label.trim().is_empty()) {
        labels.pop();
    }
    let names: Vec<String> = labels.iter().map(|label| label.trim().to_owned()).collect();
    for (index, name) in names.iter().enumerate() {
        let position = index + 1;
        if name.is_empty() {
            return Err(ProposeError::Label { position, what: "no name" });
        }
        if names.iter().take(index).any(|other| other == name) {
            return Err(ProposeError::Label { position, what: "the name of another one" });
        }
    }
    Ok(names)
}
