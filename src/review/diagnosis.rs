//! Diagnosis: what probably happened to a file, from the findings of its rows.
//!
//! 200,000 rows that are wrong in one way are one mistake: a column in the other order of day and month, two columns
//! exchanged, a separator without quotes, a file saved in another encoding, ids that a spreadsheet shortened. Findings stay as they
//! are; this room only says the one thing that explains them, with a count, the first lines and the fix. It keeps
//! counters, never rows, and no text of it holds a value of a cell.

mod dates;
mod exchanged;
mod shifted;

use std::sync::Arc;

use dates::DateForms;
use exchanged::Exchanged;
use shifted::Shifted;

use crate::check::cell;
use crate::check::columns::{Columns, Tally};
use crate::check::order::contradiction;
use crate::check::rows::Cells;
use crate::finding::catalogue::DIAGNOSES;
use crate::finding::text::Texts;
use crate::finding::{Arg, Args, FieldRef, Finding, Reason, Slug};
use crate::reading::header::Layout;
use crate::schema::{Field, Schema};

/// Rows that must have it before anything is said about a column as a whole.
const LEAST: u64 = 3;

/// One thing that probably happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// Key of the sentence: `diagnosis-` and this, in `locales/*.ftl`.
    pub key: &'static str,
    /// Kind of the findings that it explains.
    pub slug: Slug,
    /// The column.
    pub field: Option<Arc<str>>,
    /// Arguments of the sentence.
    pub args: Args,
    /// Rows that have it.
    pub rows: u64,
    /// The first of their lines.
    pub lines: Vec<u64>,
}

impl Diagnosis {
    fn new(key: &'static str, slug: Slug, field: Option<&FieldRef>, tally: &Tally) -> Self {
        debug_assert!(DIAGNOSES.iter().any(|(known, _)| *known == key), "{key} is in no catalogue");
        let field = field.map(|field| field.name.clone());
        let args = field.iter().map(|name| ("field", Arg::from(&**name))).collect();
        Diagnosis { key, slug, field, args, rows: tally.rows, lines: tally.lines.clone() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// What happened, in one sentence with the number of rows. Without any value of a cell.
    pub fn sentence(&self, texts: Texts) -> String {
        texts.diagnosis(self.key, &self.all_args())
    }

    /// What to do about it.
    pub fn hint(&self, texts: Texts) -> String {
        texts.diagnosis_hint(self.key, &self.all_args())
    }

    /// Where it is found first.
    pub fn places(&self, texts: Texts) -> Option<String> {
        super::causes::places(texts, &self.lines, self.rows)
    }

    fn all_args(&self) -> Args {
        let mut args = self.args.clone();
        args.push(("rows", self.rows.into()));
        args
    }
}

/// What is counted for one column.
#[derive(Debug, Clone, Default)]
struct OfField {
    dates: DateForms,
    decimal_commas: Tally,
    spreadsheet: Tally,
}

/// Looks at the findings of one file, row by row.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    schema: Arc<Schema>,
    names: Vec<FieldRef>,
    fields: Vec<OfField>,
    exchanged: Exchanged,
    shifted: Shifted,
}

/// A row with findings.
pub struct BadRow<'a> {
    /// Its cells by position in the schema; empty texts when its form is wrong.
    pub cells: &'a dyn Cells,
    /// The texts of all its columns. Asked for a few rows only.
    pub columns: &'a dyn Fn() -> Vec<String>,
}

impl Diagnostics {
    /// For a file of this schema with this header.
    pub fn new(schema: &Arc<Schema>, layout: &Layout) -> Self {
        let count = schema.fields.len();
        let names = (0..count).map(|field| layout.field_ref_of(field)).collect();
        Diagnostics {
            schema: schema.clone(),
            names,
            fields: vec![OfField::default(); count],
            exchanged: Exchanged::default(),
            shifted: Shifted::new(layout),
        }
    }

    /// Looks at the findings of one row.
    pub fn row(&mut self, findings: &[Finding], row: &BadRow<'_>) {
        let mut wrong = Vec::new();
        for finding in findings {
            let Some(line) = finding.line else { continue };
            if finding.reason == Reason::CellsExtra {
                self.shifted.see(finding, line, &self.schema, row.columns);
            }
            let Some(field) = finding.field.as_ref().and_then(|field| self.position(field)) else { continue };
            if let Some(counts) = self.fields.get_mut(field) {
                counts.see(finding.reason, row.cells.text(field), line);
            }
            let of_type = finding.slug() == Slug::TypeError;
            if of_type || matches!(finding.reason, Reason::NotInEnum | Reason::PatternMismatch) {
                wrong.push((field, line));
            }
        }
        self.exchanged.see(&wrong, &self.schema, &self.names, row.cells);
    }

    /// What happened, most rows first.
    pub fn conclude(&self, columns: &Columns) -> Vec<Diagnosis> {
        let mut all = Vec::new();
        let letters = [("garbled", &columns.garbled), ("letters-lost", &columns.lost)];
        for (key, tally) in letters.into_iter().filter(|(_, tally)| tally.rows >= LEAST) {
            all.push(Diagnosis::new(key, Slug::EncodingError, None, tally));
        }
        all.extend(self.exchanged.conclude(&self.names));
        all.extend(self.shifted.conclude(&self.names));
        for (index, (counts, name)) in self.fields.iter().zip(&self.names).enumerate() {
            // The order of day and month is a finding of its own.
            let mut orders = columns.orders().iter().filter(|order| order.field == index);
            let said = orders.any(|order| contradiction(order).is_some()) || self.exchanged.explains(index);
            if let Some(field) = self.schema.fields.get(index).filter(|_| !said) {
                all.extend(counts.dates.conclude(field, name));
            }
            if counts.decimal_commas.rows >= LEAST {
                let tally = &counts.decimal_commas;
                all.push(Diagnosis::new("decimal-comma", Slug::TypeError, Some(name), tally));
            }
            if counts.spreadsheet.rows > 0 {
                let tally = &counts.spreadsheet;
                all.push(Diagnosis::new("spreadsheet-number", Slug::TypeError, Some(name), tally));
            }
        }
        all.sort_by_key(|one| (std::cmp::Reverse(one.rows), one.lines.first().copied()));
        all
    }

    /// The field that a finding is about; `None` for a column of an outbound file.
    fn position(&self, field: &FieldRef) -> Option<usize> {
        self.names.iter().position(|name| name == field)
    }
}

impl OfField {
    fn see(&mut self, reason: Reason, text: &str, line: u64) {
        match reason {
            Reason::NotDate
            | Reason::NotDateTime
            | Reason::NoSuchDay
            | Reason::TimeNotAllowed
            | Reason::TimeMissing => self.dates.see(text, line),
            Reason::NotInteger | Reason::NotNumber if has_decimal_comma(text) => {
                self.decimal_commas.add(line);
            }
            Reason::SpreadsheetNumber => self.spreadsheet.add(line),
            _ => {}
        }
    }
}

/// `12,50`, `1 204,5`, `-3,0 $`: a number as it is written in French.
fn has_decimal_comma(text: &str) -> bool {
    let text = text.trim_matches(|character: char| character.is_whitespace() || "$€".contains(character));
    let Some((whole, fraction)) = text.split_once(',') else { return false };
    let whole = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let groups = whole.split([' ', '\u{a0}', '\u{202f}', '\'']).enumerate();
    digits(fraction) && groups.into_iter().all(|(at, group)| digits(group) && (at == 0 || group.len() == 3))
}

/// Whether a text is a value of a field, without any problem.
fn fits(field: &Field, text: &str) -> bool {
    let mut problems = Vec::new();
    cell::check(field, text, &mut problems);
    problems.is_empty()
}
