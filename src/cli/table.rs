//! The findings of `check` as a table, for a spreadsheet.

use std::io::{self, Write};

use memchr::{memchr, memchr3};

use super::check::Sink;
use crate::finding::text::Texts;
use crate::finding::text::wording::Wordings;
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
    out: W,
    texts: Texts,
    wordings: Wordings,
    common: Vec<Option<Common>>,
    message: String,
    line: Vec<u8>,
    /// The file being checked.
    pub(super) file: String,
}

/// The cells that all findings of a cause have in common, as they are written.
struct Common {
    /// From the column to the severity.
    column: Vec<u8>,
    /// The last one.
    hint: Vec<u8>,
}

impl Common {
    fn of(finding: &Finding, texts: Texts) -> Common {
        let field = finding.field.as_ref();
        let number = field.and_then(|field| field.number).map_or(String::new(), |number| number.to_string());
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut column = Vec::new();
        for text in
            [number.as_str(), field.map_or("", |field| &field.name), finding.slug().as_str(), severity]
        {
            column.push(b',');
            cell(text, &mut column);
        }
        column.push(b',');
        let mut hint = vec![b','];
        cell(&texts.hint(finding).unwrap_or_default(), &mut hint);
        hint.push(b'\n');
        Common { column, hint }
    }
}

impl<W: Write> TableSink<W> {
    /// A table with its header. It begins with a byte order mark, which Excel needs to show accents.
    pub(super) fn new(mut out: W, texts: Texts) -> io::Result<Self> {
        writeln!(out, "\u{feff}{}", COLUMNS.join(","))?;
        Ok(TableSink {
            out,
            texts,
            wordings: Wordings::new(texts),
            common: Vec::new(),
            message: String::new(),
            line: Vec::new(),
            file: String::new(),
        })
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
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

    fn finding(
        &mut self,
        finding: &Finding,
        cause: Option<usize>,
        _row: Option<(RawRow<'_>, Choice)>,
    ) -> io::Result<()> {
        self.message.clear();
        self.wordings.message_into(cause, finding, &mut self.message);
        let own;
        let common = match cause {
            Some(cause) => {
                if self.common.len() <= cause {
                    self.common.resize_with(cause + 1, || None);
                }
                let texts = self.texts;
                self.common
                    .get_mut(cause)
                    .map(|common| &*common.get_or_insert_with(|| Common::of(finding, texts)))
            }
            None => None,
        };
        let common = match common {
            Some(common) => common,
            None => {
                own = Common::of(finding, self.texts);
                &own
            }
        };
        let line = &mut self.line;
        line.clear();
        cell(&self.file, line);
        line.push(b',');
        if let Some(number) = finding.line {
            write!(line, "{number}")?;
        }
        line.extend_from_slice(&common.column);
        cell(finding.cell.as_deref().unwrap_or_default(), line);
        line.push(b',');
        cell(&self.message, line);
        line.extend_from_slice(&common.hint);
        self.out.write_all(line)
    }

    fn end(&mut self, _end: &TaskEnd, _causes: &Causes) -> io::Result<()> {
        // The next file has causes of its own.
        self.wordings = Wordings::new(self.texts);
        self.common.clear();
        Ok(())
    }
}

/// Adds a cell that a spreadsheet does not take for a formula, between quotation marks where it needs them.
fn cell(text: &str, out: &mut Vec<u8>) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark: &[u8] = if formula { b"'" } else { b"" };
    let bytes = text.as_bytes();
    if memchr3(b',', b'"', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() {
        out.extend_from_slice(mark);
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    out.extend_from_slice(mark);
    for (index, part) in bytes.split(|byte| *byte == b'"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_where_they_need_it_and_are_no_formulas() {
        for (text, written) in [
            ("", ""),
            ("Zoé; 1 204", "Zoé; 1 204"),
            ("a,b", "\"a,b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("\"", "\"\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"),
            ("-1,5", "\"'-1,5\""),
            ("\rx", "\"'\rx\""),
        ] {
            let mut out = Vec::new();
            cell(text, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }
}
