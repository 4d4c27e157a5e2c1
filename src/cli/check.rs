//! `passeur check`: files against a schema.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use encoding_rs::Encoding;

use super::table::TableSink;
use super::{Exit, schemas_folder, style, texts};
use crate::check::rows::RowChecker;
use crate::finding::text::Texts;
use crate::finding::{Args as FindingArgs, Finding, Language, Level, Reason};
use crate::pipeline::walk::{RawRow, walk};
use crate::platform;
use crate::reading::encoding::Choice;
use crate::reading::recognise::{self, Asked, Opened, Refused};
use crate::reading::survey::survey;
use crate::reading::text::decode_single_bytes;
use crate::review::causes::Causes;
use crate::review::diagnosis::{BadRow, Diagnostics};
use crate::review::frictionless::{Read, ReportWriter, Task, TaskEnd};
use crate::review::summary::Used;
use crate::review::terminal::{RowText, Terminal};
use crate::schema::Schema;
use crate::schema::library::Library;
use crate::schema::patch::{self, Change};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Schema: a name (`passeur schema list`) or the path of a .json file
    #[arg(long, value_name = "NAME|PATH")]
    schema: String,

    /// Encoding of the files, e.g. windows-1252 [default: the schema's, else found]
    #[arg(long, value_parser = encoding)]
    encoding: Option<&'static Encoding>,

    /// Separator: one character, or `tab` [default: the schema's, else found]
    #[arg(long, value_parser = delimiter)]
    delimiter: Option<u8>,

    /// Form of the report
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,

    /// Switches that the schema knows, as a route would turn them on
    #[arg(long = "setting", value_name = "NAME")]
    settings: Vec<String>,

    /// Folder of your own schemas [default: schemas, in a project]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,

    /// Write here a schema that accepts the headers of these files: the one given, with what it lacks
    #[arg(long, value_name = "PATH")]
    patch: Option<PathBuf>,
}

/// Form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    Text,
    /// Frictionless's report, for programs
    Json,
    /// A table with a line for each finding, for a spreadsheet
    Csv,
}

/// Bytes of output that are gathered before they are written.
const OUTPUT: usize = 256 * 1024;

/// The schema that accepts the files cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the schema {}: {source}", .path.display())]
pub(super) struct CannotPatch {
    path: PathBuf,
    source: io::Error,
}

/// The system does not let us read a file to its end.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", .path.display())]
pub(super) struct CannotRead {
    path: PathBuf,
    source: io::Error,
}

fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        "not an encoding that passeur knows; usual ones: utf-8, windows-1252, utf-16le".to_owned()
    })
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte]
                if byte.is_ascii()
                    && !byte.is_ascii_alphanumeric()
                    && !matches!(byte, b'"' | b'\n' | b'\r') =>
            {
                Ok(*byte)
            }
            _ => Err("one character such as , or ; or the word tab".to_owned()),
        },
    }
}

pub(super) fn check(args: &CheckArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let library = Library::new(schemas_folder(args.schemas.as_ref()));
    let schema = library.get(&args.schema)?;
    let schema =
        if args.settings.is_empty() { schema } else { Arc::new(schema.with_settings(&args.settings)?) };
    let texts = texts(language);
    let out = BufWriter::with_capacity(OUTPUT, io::stdout().lock());
    let started = Instant::now();
    let mut valid = true;
    let mut changes = Vec::new();
    match args.format {
        CheckFormat::Text => {
            let mut terminal = Terminal::new(out, texts, style());
            for path in &args.files {
                let file = path.display().to_string();
                let mut sink = TextSink { terminal: &mut terminal, file, texts, schema: &args.schema };
                valid &= check_file(args, path, &schema, &mut changes, &mut sink)?;
            }
            if let Some(path) = &args.patch {
                let key = if changes.is_empty() { "patch-none" } else { "patch-written" };
                terminal.note(&texts.say(key, &[("path", path.display().to_string().into())]))?;
            }
            terminal.finish()?;
        }
        CheckFormat::Json => {
            let mut report = ReportWriter::new(out, texts)?;
            for path in &args.files {
                let name =
                    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let task = report.task(&name, &path.display().to_string())?;
                valid &= check_file(args, path, &schema, &mut changes, &mut JsonSink { task: Some(task) })?;
            }
            report.finish(started.elapsed())?;
        }
        CheckFormat::Csv => {
            let mut sink = TableSink::new(out, texts)?;
            for path in &args.files {
                sink.file = path.display().to_string();
                valid &= check_file(args, path, &schema, &mut changes, &mut sink)?;
            }
            sink.finish()?;
        }
    }
    if let Some(path) = args.patch.as_ref().filter(|_| !changes.is_empty()) {
        let text = patch::apply(&library.descriptor_text(&args.schema)?, &changes)?;
        write_schema(path, &text).map_err(|source| CannotPatch { path: path.clone(), source })?;
    }
    Ok(if valid { Exit::Success } else { Exit::Findings })
}

/// Writes the changed schema; the one that is being changed may have this name.
fn write_schema(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    platform::write_whole(path, |file| file.write_all(text.as_bytes()))
}

/// Where the findings of one file go.
pub(super) trait Sink {
    /// How the file is read.
    fn opened(&mut self, opened: &Opened) -> io::Result<()>;
    /// What the schema would need to accept the header.
    fn changes(&mut self, changes: &[Change]) -> io::Result<()>;
    fn labels(&mut self, labels: &[String]);
    /// `cause`: its number in the file's causes, if it was told apart.
    fn finding(
        &mut self,
        finding: &Finding,
        cause: Option<usize>,
        row: Option<(RawRow<'_>, Choice)>,
    ) -> io::Result<()>;
    fn end(&mut self, end: &TaskEnd, causes: &Causes) -> io::Result<()>;
}

/// `true`: no error was found.
fn check_file(
    args: &CheckArgs,
    path: &Path,
    schema: &Arc<Schema>,
    changes: &mut Vec<Change>,
    sink: &mut dyn Sink,
) -> anyhow::Result<bool> {
    let started = Instant::now();
    let mut causes = Causes::new();
    let mut end = TaskEnd::default();
    let mut wanted = None;
    let mut tell = |sink: &mut dyn Sink, findings: &[Finding]| -> io::Result<()> {
        for finding in findings {
            let cause = causes.add(finding);
            sink.finding(finding, cause, None)?;
        }
        Ok(())
    };
    let cannot_read = |source: io::Error| CannotRead { path: path.to_owned(), source };
    if let Some(problem) = not_a_file(path) {
        tell(sink, &[problem])?;
    } else {
        let survey = survey(path).map_err(cannot_read)?;
        end.bytes = survey.size;
        end.sha256 = Some(survey.sha256);
        let asked = Asked {
            encoding: args.encoding,
            delimiter: args.delimiter,
            schema: true,
            workbook_delimiter: None,
        };
        match recognise::open(path, &survey, std::slice::from_ref(schema), asked) {
            Err(Refused::Io(error)) => return Err(cannot_read(error).into()),
            Err(Refused::Findings(findings, _)) => {
                wanted = patch::changes(&findings, schema);
                tell(sink, &findings)?;
            }
            Ok(opened) => {
                end.fields = opened.layout.labels.len() as u64;
                sink.labels(&opened.layout.labels);
                sink.opened(&opened)?;
                tell(sink, &opened.warnings)?;
                let encoding = opened.encoding;
                let diagnostics = Diagnostics::new(&opened.schema, &opened.layout);
                let checker = RowChecker::new(schema);
                causes.diagnose(diagnostics);
                let mut stopped = None;
                let walked = walk(opened, &checker, &(), |mut row, findings| {
                    let raw = row.raw;
                    if findings.is_empty() {
                        return Ok(row.accepted);
                    }
                    let bad = BadRow { cells: &row.cells(), columns: &|| raw.texts(encoding) };
                    let numbers = causes.row(findings, &bad);
                    // A blank line has nothing to show.
                    let shown = (!row.blank).then_some((raw, encoding));
                    for (finding, cause) in findings.iter().zip(numbers) {
                        if let Err(error) = sink.finding(finding, *cause, shown) {
                            stopped = Some(error.kind());
                            return Err(error);
                        }
                    }
                    Ok(row.accepted)
                });
                let walked = match walked {
                    Ok(walked) => walked,
                    // Our own output, not the file.
                    Err(error) if stopped.is_some() => return Err(error.into()),
                    Err(error) => return Err(cannot_read(error).into()),
                };
                end.rows = walked.rows;
                causes.conclude(&walked.columns);
                for finding in walked.warnings.iter().chain(&walked.fatal) {
                    let cause = causes.add(finding);
                    sink.finding(finding, cause, None)?;
                }
            }
        }
    }
    end.elapsed = started.elapsed();
    sink.end(&end, &causes)?;
    if let Some(wanted) = wanted {
        sink.changes(&wanted)?;
        wanted.into_iter().for_each(|change| {
            if !changes.contains(&change) {
                changes.push(change);
            }
        });
    }
    Ok(causes.errors() == 0)
}

/// A folder, a pipe, a path without a file.
fn not_a_file(path: &Path) -> Option<Finding> {
    let detail = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => return None,
        Ok(metadata) if metadata.is_dir() => "folder",
        Ok(_) => "special",
        Err(error) if error.kind() == io::ErrorKind::NotFound => "absent",
        Err(error) => {
            let args: FindingArgs = vec![("detail", error.to_string().into())];
            return Some(Finding::of_file(Reason::CannotRead, args));
        }
    };
    Some(Finding::of_file(Reason::NotAFile, vec![("detail", detail.into())]))
}

struct TextSink<'t, W: Write> {
    terminal: &'t mut Terminal<W>,
    file: String,
    texts: Texts,
    schema: &'t str,
}

impl<W: Write> Sink for TextSink<'_, W> {
    fn labels(&mut self, _labels: &[String]) {}

    fn opened(&mut self, opened: &Opened) -> io::Result<()> {
        let separator = match opened.form.form.delimiter {
            b'\t' => self.texts.say("separator-tab", &[]),
            other => char::from(other).to_string(),
        };
        let why = |kind: &str, key: &str| self.texts.say(&format!("{kind}-why-{key}"), &[]);
        let key = if opened.sheet.is_some() { "read-sheet-as" } else { "read-as" };
        let args = [
            ("schema", opened.schema.name.as_str().into()),
            ("sheet", opened.sheet.as_deref().unwrap_or_default().into()),
            ("encoding", opened.encoding.encoding.name().into()),
            ("why", why("encoding", opened.encoding.why.key()).into()),
            ("separator", separator.into()),
            ("separatorWhy", why("separator", opened.form.delimiter_why.key()).into()),
        ];
        let how = self.texts.say(key, &args);
        let args = [("file", self.file.as_str().into()), ("how", how.into())];
        self.terminal.note(&self.texts.say("read-file", &args))
    }

    fn changes(&mut self, changes: &[Change]) -> io::Result<()> {
        let texts = self.texts;
        self.terminal.note(&texts.say("patch-intro", &[]))?;
        for change in changes {
            let text = match change {
                Change::Alias { field, label } => texts
                    .say("patch-alias", &[("label", field.as_str().into()), ("near", label.as_str().into())]),
                Change::Optional { field } => {
                    texts.say("patch-optional", &[("label", field.as_str().into())])
                }
                Change::MoreColumns => texts.say("patch-more", &[]),
                Change::AnyOrder => texts.say("patch-order", &[]),
            };
            self.terminal.note(&format!("  {text}"))?;
        }
        let schema = self.schema.trim_end_matches(".json").trim_start_matches("schemas/");
        let path = format!("schemas/{schema}.json");
        let args =
            [("file", self.file.as_str().into()), ("schema", self.schema.into()), ("path", path.into())];
        self.terminal.note(&texts.say("patch-how", &args))
    }

    fn finding(
        &mut self,
        finding: &Finding,
        _cause: Option<usize>,
        row: Option<(RawRow<'_>, Choice)>,
    ) -> io::Result<()> {
        let decoded = row.filter(|_| self.terminal.has_room()).map(|(cells, encoding)| {
            let column = finding
                .field
                .as_ref()
                .and_then(|field| field.number)
                .filter(|_| finding.level() == Level::Cell);
            decode_row(cells, encoding, column)
        });
        let row = decoded.as_ref().map(|(text, cell)| RowText { text, cell: cell.clone() });
        self.terminal.finding(&self.file, finding, row)
    }

    fn end(&mut self, end: &TaskEnd, causes: &Causes) -> io::Result<()> {
        self.terminal.end_of_file(&self.file, end.rows, causes)
    }
}

/// The text of a row, and where the cell of a column (from 1) is in it.
fn decode_row(cells: RawRow<'_>, encoding: Choice, column: Option<u32>) -> (String, Option<Range<usize>>) {
    let raw = cells.bytes();
    let decode = |bytes: &[u8]| {
        if encoding.is_splittable() && encoding.encoding != encoding_rs::UTF_8 {
            let mut text = String::new();
            decode_single_bytes(bytes, encoding.encoding, &mut text);
            text
        } else {
            String::from_utf8_lossy(bytes).into_owned()
        }
    };
    let cell = column.and_then(|column| cells.place(column as usize - 1)).map(|place| {
        let before = decode(&raw[..place.start]);
        let inside = decode(&raw[place]);
        before.len()..before.len() + inside.len()
    });
    (decode(raw), cell)
}

struct JsonSink<'r, W: Write> {
    /// Gone when the file has ended.
    task: Option<Task<'r, W>>,
}

impl<W: Write> Sink for JsonSink<'_, W> {
    fn opened(&mut self, opened: &Opened) -> io::Result<()> {
        if let Some(task) = &mut self.task {
            task.read(Read {
                schema: opened.schema.name.clone(),
                encoding: Used::encoding(opened),
                delimiter: Used::delimiter(opened),
                sheet: opened.sheet.clone(),
            });
        }
        Ok(())
    }

    fn changes(&mut self, _changes: &[Change]) -> io::Result<()> {
        Ok(())
    }

    fn labels(&mut self, labels: &[String]) {
        if let Some(task) = &mut self.task {
            task.labels(&labels.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn finding(
        &mut self,
        finding: &Finding,
        cause: Option<usize>,
        row: Option<(RawRow<'_>, Choice)>,
    ) -> io::Result<()> {
        let Some(task) = &mut self.task else { return Ok(()) };
        match row {
            Some((row, encoding)) => task.finding(finding, cause, Some(&|| row.texts(encoding))),
            None => task.finding(finding, cause, None),
        }
    }

    fn end(&mut self, end: &TaskEnd, causes: &Causes) -> io::Result<()> {
        self.task.take().map_or(Ok(()), |task| task.finish(end, causes))
    }
}
