//! The findings of `check` as a table, for a spreadsheet.

use std::io::{self, Write};

use super::check::Sink;
use crate::finding::text::Texts;
use crate::finding::{Finding, Severity};
use crate::pipeline::walk::RawRow;
use crate::reading::encoding::Choice;
use crate::reading::recognise::Opened;
use crate::review::causes::Causes;
use crate::review::frictionless::TaskEnd;
use crate::schema::patch::Change;

/// The columns of the table.
const COLUMNS: [&str; 9] = ["file", "line", "column", "field", "type", "severity", "cell", "message", "hint"];

/// Writes findings as CSV, one line each.
pub(super) struct TableSink<W: Write> {
    writer: csv::Writer<W>,
    texts: Texts,
    /// The file being checked.
    pub(super) file: String,
}

impl<W: Write> TableSink<W> {
    /// A table with its header. It begins with a byte order mark, which Excel needs to show accents.
    pub(super) fn new(mut out: W, texts: Texts) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COLUMNS)?;
        Ok(TableSink { writer, texts, file: String::new() })
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl<W: Write> Sink for TableSink<W> {
    fn opened(&mut self, _opened: &Opened) -> io::Result<()> {
        Ok(())
    }

    fn changes(&mut self, _changes: &[Change]) -> io::Result<()> {
        Ok(())
    }

    fn labels(&mut self, _labels: &[String]) {}

    fn finding(&mut self, finding: &Finding, _row: Option<(RawRow<'_>, Choice)>) -> io::Result<()> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let field = finding.field.as_ref();
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let column = field.and_then(|field| field.number).map(u64::from);
        let record = [
            harmless(&self.file),
            number(finding.line),
            number(column),
            harmless(field.map_or("", |field| &field.name)),
            finding.slug().as_str().to_owned(),
            severity.to_owned(),
            harmless(finding.cell.as_deref().unwrap_or_default()),
            self.texts.message(finding),
            self.texts.hint(finding).unwrap_or_default(),
        ];
        self.writer.write_record(&record)?;
        Ok(())
    }

    fn end(&mut self, _end: &TaskEnd, _causes: &Causes) -> io::Result<()> {
        Ok(())
    }
}

/// A text that a spreadsheet does not take for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
