//! Opens a file: finds its encoding, its separator, its header line, and the schema that it follows.
//!
//! Exports are recognised by their header, not by their name: people rename files. The name only breaks ties. Titles and blank
//! lines may stand above the header of an export (a schema with normalised headers), at most [`LINES_ABOVE_HEADER`].

use std::io;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};

use super::chunk::{Chunk, Row};
use super::dialect::{self, FormChoice, LINES_ABOVE_HEADER};
use super::encoding::{self, Choice};
use super::header::{Layout, match_header, score};
use super::reader::{ReadError, Reader};
use super::samples;
use super::split::Form;
use super::survey::Survey;
use super::text::RowText;
use super::workbook::{self, Head, Kind, Plan, Shape, WorkbookError};
use crate::finding::{Args, Finding, Level, Reason, Severity};
use crate::schema::Schema;
use crate::schema::label::normalise;

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
    /// The sheet, if it is a workbook.
    pub sheet: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// Which column is which field.
    pub layout: Layout,
    /// The first records, already read.
    pub first: Chunk,
    /// Records of `first` that are not data: lines above the header, and the header.
    pub passed: usize,
    /// The rest.
    pub reader: Reader,
    /// Warnings about the file and its header.
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
    /// The separator for rows of a workbook when neither the command nor the schema has one: what the reader's spreadsheet
    /// opens. Default `;`.
    pub workbook_delimiter: Option<u8>,
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

impl From<WorkbookError> for Refused {
    fn from(error: WorkbookError) -> Self {
        let (reason, args) = match error {
            WorkbookError::Io(error) => return Refused::Io(error),
            WorkbookError::Protected => (Reason::WorkbookProtected, Args::new()),
            WorkbookError::Kind(kind) => (Reason::WorkbookKind, vec![("kind", kind.into())]),
            WorkbookError::Damaged(detail) => (Reason::WorkbookDamaged, vec![("detail", detail.into())]),
            WorkbookError::SheetMissing { sheet, sheets } => {
                (Reason::SheetMissing, vec![("sheet", sheet.into()), ("sheets", sheets.into())])
            }
        };
        Refused::Findings(vec![Finding::of_file(reason, args)], None)
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

/// How well a schema fits: columns first, then the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    matched: usize,
    named: usize,
}

/// A schema that was tried.
struct Tried<'s> {
    schema: &'s Arc<Schema>,
    rank: Rank,
    found: Match,
}

/// Opens a file that follows one of `schemas`.
///
/// # Errors
/// [`Refused`]: no schema fits, the header is wrong, the file is empty or cannot be read.
pub fn open(path: &Path, survey: &Survey, schemas: &[Arc<Schema>], asked: Asked) -> Result<Opened, Refused> {
    let refuse = |reason, args| Err(Refused::Findings(vec![Finding::of_file(reason, args)], None));
    if survey.size == 0 {
        return refuse(Reason::EmptyFile, Args::new());
    }
    let is_workbook = match workbook::kind(&survey.head) {
        Some(Kind::Other(kind)) => return refuse(Reason::WorkbookKind, vec![("kind", kind.into())]),
        Some(Kind::Archive | Kind::Compound) => true,
        None => false,
    };
    let mut source = Source { path, survey, asked, is_workbook, heads: Vec::new() };
    let mut best: Option<Tried<'_>> = None;
    let mut runner_up: Option<(Rank, &str)> = None;
    let mut refused: Option<(Rank, Refused)> = None;
    for schema in schemas {
        let named = named(schema, path);
        let look = match source.look(schema) {
            Ok(look) => look,
            // Another schema may name another sheet, or declare another encoding.
            Err(error @ Refused::Findings(..)) if schemas.len() > 1 => {
                refused.get_or_insert((Rank { matched: 0, named: 0 }, error));
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(mut found) = find_header(look.first(), schema, look.encoding) else {
            let mut findings = look.warnings;
            findings.push(Finding::of_file(Reason::HeaderMissing, Args::new()));
            let error = Refused::Findings(findings, Some(schema.clone()));
            refused.get_or_insert((Rank { matched: 0, named: 0 }, error));
            continue;
        };
        // A mark that the partner takes for a part of the first label (Splio), or refuses (Actito).
        if survey.bom.is_some() && schema.rules.scope.is_some() && !schema.rules.bom {
            found.findings.push(Finding::of_file(Reason::MarkNotAllowed, Args::new()));
        }
        let rank = Rank { matched: found.layout.matched, named };
        if !found.fits() {
            if refused.as_ref().is_none_or(|(most, _)| rank > *most) {
                samples::explain(
                    schema,
                    &found.layout,
                    look.first(),
                    found.line,
                    look.encoding,
                    &mut found.findings,
                );
                let findings = look.warnings.into_iter().chain(found.findings).collect();
                refused = Some((rank, Refused::Findings(findings, Some(schema.clone()))));
            }
            continue;
        }
        found.findings.extend(look.warnings);
        let tried = Tried { schema, rank, found };
        let loser = match &best {
            Some(best) if rank <= best.rank => Some((rank, schema.name.as_str())),
            _ => best.replace(tried).map(|best| (best.rank, best.schema.name.as_str())),
        };
        if loser.is_some_and(|(rank, _)| runner_up.is_none_or(|(most, _)| rank > most)) {
            runner_up = loser;
        }
    }
    match (best, refused) {
        (Some(best), _) => source.open(best, runner_up.map(|(_, name)| name.to_owned())),
        (None, Some((rank, error))) if rank.matched > 0 || asked.schema || about_file(&error) => Err(error),
        _ => {
            let names: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
            refuse(Reason::NoSchemaFits, vec![("schemas", names.join(", ").into())])
        }
    }
}

/// Findings that no other schema would have changed.
fn about_file(error: &Refused) -> bool {
    let Refused::Findings(findings, _) = error else { return true };
    findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && finding.level() == Level::File
            && finding.reason != Reason::SheetMissing
    })
}

/// How many words of a schema's name and title stand in the name of a file.
fn named(schema: &Schema, path: &Path) -> usize {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let stem = normalise(&stem);
    let words = |text: &str| -> Vec<String> {
        let text = normalise(text);
        text.split(' ')
            .filter(|word| word.len() > 3)
            .map(|word| word.trim_end_matches('s').to_owned())
            .collect()
    };
    let mut known = words(schema.name.rsplit('/').next().unwrap_or_default());
    known.extend(words(schema.title.as_deref().unwrap_or_default()));
    known.sort();
    known.dedup();
    known.iter().filter(|word| stem.contains(word.as_str())).count()
}

/// A file, and what has been seen of it.
struct Source<'f> {
    path: &'f Path,
    survey: &'f Survey,
    asked: Asked,
    is_workbook: bool,
    /// The first rows of the sheets that schemas name.
    heads: Vec<(SheetKey, Arc<Head>)>,
}

type SheetKey = (Option<String>, Option<u32>);

/// The first rows of a file as one schema would read it.
struct Look {
    encoding: Choice,
    form: FormChoice,
    rows: Rows,
    warnings: Vec<Finding>,
}

enum Rows {
    Text(Box<Reader>, Chunk),
    Sheet(Arc<Head>),
}

impl Look {
    fn first(&self) -> &Chunk {
        match &self.rows {
            Rows::Text(_, first) => first,
            Rows::Sheet(head) => &head.chunk,
        }
    }
}

impl Source<'_> {
    fn look(&mut self, schema: &Schema) -> Result<Look, Refused> {
        if self.is_workbook { self.look_at_sheet(schema) } else { self.look_at_text(schema) }
    }

    fn look_at_text(&self, schema: &Schema) -> Result<Look, Refused> {
        let declared = self.asked.encoding.or(schema.encoding);
        let encoding = encoding::choose(self.asked.encoding, schema.encoding, self.survey);
        if let Some(looks) = encoding::looks_like_utf16(self.survey)
            && encoding.encoding != looks
        {
            let args = vec![("encoding", looks.name().into())];
            return Err(Refused::Findings(vec![Finding::of_file(Reason::LooksLikeUtf16, args)], None));
        }
        let mut warnings = Vec::new();
        if let (Some(declared), Some(marked)) = (declared, encoding::marked(self.survey))
            && declared != marked
        {
            let args = vec![("encoding", declared.name().into()), ("mark", marked.name().into())];
            let mut warning = Finding::of_file(Reason::EncodingContradicted, args);
            warning.severity = Severity::Warning;
            warnings.push(warning);
        }
        let form = dialect::choose(self.asked.delimiter, &schema.dialect, self.survey, encoding);
        let mut reader = Reader::open(self.path, encoding, form.form)?;
        let mut first = Chunk::default();
        if let Err(error) = reader.next_chunk(&mut first) {
            warnings.push(of_read_error(error)?);
            return Err(Refused::Findings(warnings, None));
        }
        Ok(Look { encoding, form, rows: Rows::Text(Box::new(reader), first), warnings })
    }

    fn look_at_sheet(&mut self, schema: &Schema) -> Result<Look, Refused> {
        let delimiter = self.asked.delimiter.or(schema.dialect.delimiter).or(self.asked.workbook_delimiter);
        let form = Form {
            delimiter: delimiter.unwrap_or(b';'),
            quote: Some(schema.dialect.quote_char.unwrap_or(b'"')),
            line_end: b'\n',
        };
        let key = (schema.dialect.sheet_name.clone(), schema.dialect.sheet_number);
        let head = match self.heads.iter().find(|(known, _)| *known == key) {
            Some((_, head)) => head.clone(),
            None => {
                let head = Arc::new(workbook::head(self.path, &schema.dialect, form)?);
                self.heads.push((key, head.clone()));
                head
            }
        };
        if head.chunk.rows.is_empty() {
            return Err(Refused::Findings(vec![Finding::of_file(Reason::EmptyFile, Args::new())], None));
        }
        let mut warnings = Vec::new();
        if !head.others.is_empty() {
            let args = vec![("sheet", head.sheet.as_str().into()), ("sheets", head.others.join(", ").into())];
            let mut warning = Finding::of_file(Reason::OtherSheets, args);
            warning.severity = Severity::Warning;
            warnings.push(warning);
        }
        let encoding = Choice { encoding: UTF_8, why: encoding::Why::Workbook, skip: 0 };
        let form = FormChoice { form, delimiter_why: dialect::Why::Workbook, crlf: true };
        Ok(Look { encoding, form, rows: Rows::Sheet(head), warnings })
    }

    /// Opens the file for the schema that fits best.
    fn open(&mut self, best: Tried<'_>, runner_up: Option<String>) -> Result<Opened, Refused> {
        let Tried { schema, found, .. } = best;
        let Look { encoding, form, rows, .. } = self.look(schema)?;
        let (reader, first, sheet) = match rows {
            Rows::Text(reader, first) => (*reader, first, None),
            Rows::Sheet(head) => {
                let shapes = shapes(schema, &found.layout);
                let plan = Plan { sheet: head.sheet.clone(), width: head.width, shapes };
                let mut reader = Reader::workbook(self.path, encoding, form.form, plan);
                let mut first = Chunk::default();
                if let Err(error) = reader.next_chunk(&mut first) {
                    return Err(Refused::Findings(vec![of_read_error(error)?], Some(schema.clone())));
                }
                (reader, first, Some(head.sheet.clone()))
            }
        };
        Ok(Opened {
            schema: schema.clone(),
            runner_up,
            encoding,
            form,
            sheet,
            bytes: self.survey.size,
            passed: if schema.dialect.no_header { 0 } else { found.line + 1 },
            layout: found.layout,
            first,
            reader,
            warnings: found.findings,
        })
    }
}

/// For each column of a sheet the form of its cells.
fn shapes(schema: &Schema, layout: &Layout) -> Vec<Shape> {
    let mut shapes = vec![Shape::Plain; layout.width as usize];
    for (field, position) in schema.fields.iter().zip(&layout.positions) {
        if let Some(shape) = position.and_then(|position| shapes.get_mut(position as usize)) {
            *shape = Shape::of(field);
        }
    }
    shapes
}

/// The finding for a file that cannot be read to its end.
///
/// # Errors
/// The system's own errors pass through.
pub fn of_read_error(error: ReadError) -> io::Result<Finding> {
    let (reason, line, args) = match error {
        ReadError::Io(error) => return Err(error),
        ReadError::QuoteOpen { line } => (Reason::QuoteNeverClosed, Some(line), Args::new()),
        ReadError::RecordTooLong { line } => {
            (Reason::RecordTooLong, Some(line), vec![("limit", super::reader::MAX_RECORD.into())])
        }
        ReadError::Workbook(detail) => (Reason::WorkbookDamaged, None, vec![("detail", detail.into())]),
    };
    let mut finding = Finding::of_file(reason, args);
    finding.line = line;
    Ok(finding)
}

fn find_header(first: &Chunk, schema: &Schema, encoding: Choice) -> Option<Match> {
    if schema.dialect.no_header {
        // Columns at the end may be left off; what a file without header has, its first row says.
        let columns = first.rows.first().map_or(usize::MAX, |row| row.count as usize);
        let labels: Vec<String> =
            schema.fields.iter().take(columns).map(|field| field.name.to_string()).collect();
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

#[cfg(test)]
mod tests;
