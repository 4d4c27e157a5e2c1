//! The form of a row: its cells counted, its bytes sound.

use crate::finding::{Args, FieldRef, Finding, Reason, Severity};
use crate::reading::chunk::{Chunk, Field, Flaws, Row};
use crate::reading::encoding::Choice;
use crate::reading::header::Layout;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Physical line.
    pub line: u64,
    /// Record number, the header counted.
    pub row: u64,
}

/// A finding about a whole row.
pub fn of_row(reason: Reason, place: Place, args: Args) -> Finding {
    Finding {
        reason,
        severity: Severity::Error,
        line: Some(place.line),
        row: Some(place.row),
        field: None,
        cell: None,
        args,
    }
}

/// Adds what is wrong with the form of a row; `false` when its cells cannot be told apart, so that checking them one by
/// one would only make noise. A row of which it finds something is refused either way.
pub fn check(
    chunk: &Chunk,
    row: &Row,
    layout: &Layout,
    encoding: Choice,
    place: Place,
    most_bytes: u64,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
    // A damaged value stands in its own cell; the others can be checked.
    let sound =
        |findings: &[Finding]| findings.iter().skip(before).all(|finding| is_damaged_value(finding.reason));
    let bytes = u64::from(row.end - row.start);
    if bytes > most_bytes {
        let args = vec![("limit", most_bytes.into()), ("count", bytes.into())];
        findings.push(of_row(Reason::RowOverLimit, place, args));
    }
    let fields = chunk.fields_of(row);
    if !row.flaws.is_empty() {
        flaws(chunk, row, layout, encoding, place, findings);
    }
    let found = row.count.saturating_sub(layout.own);
    let bare_quote = || {
        fields
            .iter()
            .any(|field| !field.is_quoted() && memchr::memchr(b'"', chunk.bytes_of(*field)).is_some())
    };
    if row.count < layout.least {
        let args = vec![
            ("found", u64::from(found).into()),
            ("expected", u64::from(layout.least - layout.own).into()),
        ];
        findings.push(of_row(Reason::CellsMissing, place, args));
    } else if row.count > layout.least {
        // A value behind the last column that has a name would be lost without a word.
        let last = fields.iter().rposition(|field| !chunk.bytes_of(*field).trim_ascii().is_empty());
        if let Some(last) = last.filter(|last| *last >= layout.least as usize) {
            let args = vec![
                ("found", u64::from((last as u32 + 1).saturating_sub(layout.own)).into()),
                ("expected", u64::from(layout.least - layout.own).into()),
            ];
            findings.push(of_row(Reason::CellsExtra, place, args));
        }
    }
    if !sound(findings) && !row.flaws.has(Flaws::TEXT_AFTER_QUOTE) && bare_quote() {
        findings.push(of_row(Reason::BareQuote, place, Args::new()));
    }
    sound(findings)
}

/// Whether a finding of [`check`] is about the value of one cell and says nothing about the others.
fn is_damaged_value(reason: Reason) -> bool {
    matches!(reason, Reason::FormulaError | Reason::SpreadsheetNumber)
}

fn flaws(
    chunk: &Chunk,
    row: &Row,
    layout: &Layout,
    encoding: Choice,
    place: Place,
    findings: &mut Vec<Finding>,
) {
    if row.flaws.has(Flaws::TEXT_AFTER_QUOTE) {
        findings.push(of_row(Reason::TextAfterQuote, place, Args::new()));
    }
    if row.flaws.has(Flaws::LONE_CR) {
        findings.push(of_row(Reason::LoneCarriageReturn, place, Args::new()));
    }
    for (column, field) in chunk.fields_of(row).iter().enumerate() {
        let bytes = chunk.bytes_of(*field);
        let column_ref = || {
            let column = column as u32;
            let name = layout.labels.get(column as usize).map_or("", |label| label.trim());
            Some(FieldRef { number: Some(column.saturating_sub(layout.own) + 1), name: name.into() })
        };
        if row.flaws.has(Flaws::NUL) && memchr::memchr(0, bytes).is_some() {
            let mut finding = of_row(Reason::NulByte, place, Args::new());
            finding.field = column_ref();
            findings.push(finding);
        }
        if row.flaws.has(Flaws::MALFORMED)
            && let Some((offset, malformed)) = malformed(chunk, *field, encoding)
        {
            let shown: Vec<String> = malformed.iter().map(|byte| format!("{byte:02X}")).collect();
            let args = vec![
                ("encoding", encoding.encoding.name().into()),
                ("byte", offset.into()),
                ("bytes", shown.join(" ").into()),
            ];
            let mut finding = of_row(Reason::MalformedBytes, place, args);
            finding.field = column_ref();
            finding.cell = Some(crate::finding::shown(&String::from_utf8_lossy(bytes)));
            findings.push(finding);
        }
        // A column that nobody reads may hold what it likes.
        if row.flaws.has(Flaws::SPREADSHEET)
            && !field.is_quoted()
            && layout.positions.contains(&Some(column as u32))
        {
            let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
            let reason = match bytes.first() {
                Some(b'#') => Reason::FormulaError,
                Some(_) if digits > 15 && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-')) => {
                    Reason::SpreadsheetNumber
                }
                _ => continue,
            };
            let mut finding = of_row(reason, place, Args::new());
            finding.field = column_ref();
            finding.cell = Some(crate::finding::shown(&String::from_utf8_lossy(bytes)));
            findings.push(finding);
        }
    }
}

/// The first malformed bytes of a field, with their offset in the file.
fn malformed(chunk: &Chunk, field: Field, encoding: Choice) -> Option<(u64, &[u8])> {
    if encoding.encoding != encoding_rs::UTF_8 {
        let first = chunk.malformed.partition_point(|malformed| malformed.place < field.start());
        let malformed = chunk.malformed.get(first).filter(|malformed| malformed.place < field.end())?;
        return Some((malformed.offset, &malformed.bytes));
    }
    let bytes = chunk.bytes_of(field);
    let bad = std::str::from_utf8(bytes).err()?.valid_up_to();
    let shown = bytes.get(bad..).unwrap_or_default();
    Some((chunk.offset + (field.start() + bad) as u64, shown.get(..4).unwrap_or(shown)))
}
