//! Opens a file: finds its encoding, its separator, its header line, and the schema that it follows.
//!
//! Exports are recognised by their header, not by their name: people rename files. Titles and blank lines may stand above the
//! header of an export (a schema with normalised headers), at most [`LINES_ABOVE_HEADER`].

use std::io;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::chunk::{Chunk, Row};
use super::dialect::{self, FormChoice, LINES_ABOVE_HEADER};
use super::encoding::{self, Choice};
use super::header::{Layout, match_header, score};
use super::reader::{ReadError, Reader};
use super::survey::Survey;
use super::text::RowText;
use crate::finding::{Args, Finding, Reason, Severity};
use crate::schema::Schema;

/// A file that is ready to be read row by row.
pub struct Opened {
    /// Its schema.
    pub schema: Arc<Schema>,
    /// The schema that fits second best.
    pub runner_up: Option<String>,
    /// Its encoding, and why.
    pub encoding: Choice,
    /// Its separator and line ends, and why.
    pub form: FormChoice,
    /// Which column is which field.
    pub layout: Layout,
    /// The first records, already read.
    pub first: Chunk,
    /// Records of `first` that are not data: lines above the header, and the header.
    pub passed: usize,
    /// The rest.
    pub reader: Reader,
    /// Warnings about the header.
    pub warnings: Vec<Finding>,
}

/// What a file is read with, when that is told and not found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Its encoding.
    pub encoding: Option<&'static Encoding>,
    /// Its separator.
    pub delimiter: Option<u8>,
    /// The schema was named by a person: a header that has nothing of it is compared with it all the same.
    pub schema: bool,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Refused {
    /// Its content: findings about the file or its header, and the schema that they are about.
    Findings(Vec<Finding>, Option<Arc<Schema>>),
    /// The system.
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Refused::Io(error)
    }
}

/// A line that may be the header, with a schema that may be the file's.
struct Match {
    line: usize,
    layout: Layout,
    findings: Vec<Finding>,
}

impl Match {
    fn fits(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Warning)
    }
}

/// Opens a file that follows one of `schemas`.
///
/// # Errors
/// [`Refused`]: no schema fits, the header is wrong, the file is empty or cannot be read.
pub fn open(path: &Path, survey: &Survey, schemas: &[Arc<Schema>], asked: Asked) -> Result<Opened, Refused> {
    if survey.size == 0 {
        return Err(Refused::Findings(vec![Finding::of_file(Reason::EmptyFile, Args::new())], None));
    }
    let mut best: Option<Opened> = None;
    let mut runner_up: Option<(usize, String)> = None;
    let mut refused: Option<(usize, Vec<Finding>, Arc<Schema>)> = None;
    // Schemas that declare the same encoding and separator share one look at the file.
    for schema in schemas {
        let encoding = encoding::choose(asked.encoding, schema.encoding, survey);
        let form = dialect::choose(asked.delimiter, &schema.dialect, survey, encoding);
        let mut reader = Reader::open(path, encoding, form.form)?;
        let mut first = Chunk::default();
        let read = reader.next_chunk(&mut first);
        if let Err(error) = read {
            let finding = of_read_error(error)?;
            return Err(Refused::Findings(vec![finding], Some(schema.clone())));
        }
        let Some(found) = find_header(&first, schema, encoding) else {
            let finding = Finding::of_file(Reason::HeaderMissing, Args::new());
            refused.get_or_insert((0, vec![finding], schema.clone()));
            continue;
        };
        let matched = found.layout.matched;
        if !found.fits() {
            if refused.as_ref().is_none_or(|(most, ..)| matched > *most) {
                refused = Some((matched, found.findings, schema.clone()));
            }
            continue;
        }
        let better = best.as_ref().is_none_or(|best| matched > best.layout.matched);
        let loser = if better {
            best.take().map(|best| (best.layout.matched, best.schema.name.clone()))
        } else {
            Some((matched, schema.name.clone()))
        };
        if let Some(loser) = loser
            && runner_up.as_ref().is_none_or(|(most, _)| loser.0 > *most)
        {
            runner_up = Some(loser);
        }
        if better {
            best = Some(Opened {
                schema: schema.clone(),
                runner_up: None,
                encoding,
                form,
                layout: found.layout,
                passed: if schema.dialect.no_header { 0 } else { found.line + 1 },
                first,
                reader,
                warnings: found.findings,
            });
        }
    }
    match (best, refused) {
        (Some(mut best), _) => {
            best.runner_up = runner_up.map(|(_, name)| name);
            Ok(best)
        }
        (None, Some((matched, findings, schema))) if matched > 0 || asked.schema => {
            Err(Refused::Findings(findings, Some(schema)))
        }
        _ => {
            let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
            let args = vec![("schemas", names.join(", ").into())];
            Err(Refused::Findings(vec![Finding::of_file(Reason::NoSchemaFits, args)], None))
        }
    }
}

/// The finding for a file that cannot be read to its end.
///
/// # Errors
/// The system's own errors pass through.
pub fn of_read_error(error: ReadError) -> io::Result<Finding> {
    let (reason, line, args) = match error {
        ReadError::Io(error) => return Err(error),
        ReadError::QuoteOpen { line } => (Reason::QuoteNeverClosed, line, Args::new()),
        ReadError::RecordTooLong { line } => {
            (Reason::RecordTooLong, line, vec![("limit", super::reader::MAX_RECORD.into())])
        }
    };
    let mut finding = Finding::of_file(reason, args);
    finding.line = Some(line);
    Ok(finding)
}

fn find_header(first: &Chunk, schema: &Schema, encoding: Choice) -> Option<Match> {
    if schema.dialect.no_header {
        let labels: Vec<String> = schema.fields.iter().map(|field| field.name.to_string()).collect();
        let (layout, findings) = match_header(schema, &labels, 1);
        return Some(Match { line: 0, layout, findings });
    }
    let lines = if schema.rules.normalise_headers { LINES_ABOVE_HEADER + 1 } else { 1 };
    let candidates = first.rows.iter().enumerate().filter(|(_, row)| !first.is_blank(row)).take(lines);
    let mut best: Option<(usize, Match)> = None;
    for (line, row) in candidates {
        let labels = labels(first, row, encoding.encoding);
        let score = score(schema, &labels);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            let (layout, findings) = match_header(schema, &labels, row.line);
            let found = Match { line, layout, findings };
            if found.fits() {
                return Some(found);
            }
            best = Some((score, found));
        }
    }
    best.map(|(_, found)| found)
}

/// The texts of a row's cells.
pub fn labels(chunk: &Chunk, row: &Row, encoding: &'static Encoding) -> Vec<String> {
    let mut text = RowText::default();
    let positions: Vec<Option<u32>> = (0..row.count).map(Some).collect();
    text.take(chunk, row, &positions, encoding, false);
    (0..positions.len()).map(|index| text.get(index).to_owned()).collect()
}
