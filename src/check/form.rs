//! The form of a row: its cells counted, its bytes sound.

use crate::finding::{Args, FieldRef, Finding, Reason, Severity};
use crate::reading::chunk::{Chunk, Flaws, Row};
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
/// one would only make noise.
pub fn check(
    chunk: &Chunk,
    row: &Row,
    layout: &Layout,
    encoding: Choice,
    place: Place,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
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
            ("expected", u64::from(layout.width - layout.own).into()),
        ];
        findings.push(of_row(Reason::CellsMissing, place, args));
    } else if row.count > layout.width {
        let extra = fields.iter().skip(layout.width as usize);
        if extra.clone().any(|field| field.start() != field.end()) {
            let args = vec![
                ("found", u64::from(found).into()),
                ("expected", u64::from(layout.width - layout.own).into()),
            ];
            findings.push(of_row(Reason::CellsExtra, place, args));
        }
    }
    if findings.len() > before && !row.flaws.has(Flaws::TEXT_AFTER_QUOTE) && bare_quote() {
        findings.push(of_row(Reason::BareQuote, place, Args::new()));
    }
    findings.len() == before
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
        if row.flaws.has(Flaws::MALFORMED) {
            let bad = match std::str::from_utf8(bytes) {
                Err(error) => Some(error.valid_up_to()),
                Ok(text) if !encoding.is_splittable() => text.find('\u{fffd}'),
                Ok(_) => None,
            };
            if let Some(bad) = bad {
                let shown: Vec<String> =
                    bytes[bad..].iter().take(4).map(|byte| format!("{byte:02X}")).collect();
                let byte = chunk.offset + (field.start() + bad) as u64;
                let args = vec![
                    ("encoding", encoding.encoding.name().into()),
                    ("byte", byte.into()),
                    ("bytes", if encoding.is_splittable() { shown.join(" ").into() } else { "".into() }),
                ];
                let mut finding = of_row(Reason::MalformedBytes, place, args);
                finding.field = column_ref();
                finding.cell = Some(crate::finding::shown(&String::from_utf8_lossy(bytes)));
                findings.push(finding);
            }
        }
    }
}
