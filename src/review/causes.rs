//! Causes: many findings said in a few sentences.
//!
//! Findings with the same reason, column and arguments (save those that differ from row to row,
//! [`crate::finding::varies`]) have one cause. Findings are counted as they come; memory is bounded by
//! [`MAX_CAUSES`], whatever the file holds.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::diagnosis::{BadRow, Diagnosis, Diagnostics};
use crate::check::columns::Columns;
use crate::finding::text::Texts;
use crate::finding::{Arg, Finding, Level, Severity, varies};

/// Causes that are told apart; findings of any further cause are counted together.
pub const MAX_CAUSES: usize = 500;
/// Lines that a cause keeps.
pub const LINES_KEPT: usize = 5;

/// Findings with one cause.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The first finding; its `cell` is the example.
    pub first: Finding,
    /// Rows that have it; for findings about the file or its header, findings.
    pub rows: u64,
    /// Findings; more than `rows` if a row has it twice.
    pub findings: u64,
    /// The first lines that have it, at most [`LINES_KEPT`].
    pub lines: Vec<u64>,
    last_line: Option<u64>,
}

/// Groups findings as they come.
#[derive(Debug, Clone, Default)]
pub struct Causes {
    groups: Vec<Cause>,
    index: HashMap<u64, usize>,
    others: u64,
    errors: u64,
    warnings: u64,
    diagnostics: Option<Box<Diagnostics>>,
    diagnoses: Vec<Diagnosis>,
    numbers: Vec<Option<usize>>,
}

impl Causes {
    /// No finding yet.
    pub fn new() -> Self {
        Causes::default()
    }

    /// Looks from now on for what happened to the file as a whole; see [`Causes::row`] and [`Causes::conclude`].
    pub fn diagnose(&mut self, diagnostics: Diagnostics) {
        self.diagnostics = Some(Box::new(diagnostics));
    }

    /// Counts the findings of one row, and looks at them together. Gives the number of each one's cause, as [`Causes::add`].
    pub fn row(&mut self, findings: &[Finding], row: &BadRow<'_>) -> &[Option<usize>] {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        numbers.extend(findings.iter().map(|finding| self.add(finding)));
        self.numbers = numbers;
        if !findings.is_empty()
            && let Some(diagnostics) = &mut self.diagnostics
        {
            diagnostics.row(findings, row);
        }
        &self.numbers
    }

    /// The file has ended: says what happened to it. `columns`: what all its rows, good ones too, told of them.
    pub fn conclude(&mut self, columns: &Columns) {
        if let Some(diagnostics) = self.diagnostics.take() {
            self.diagnoses = diagnostics.conclude(columns);
        }
    }

    /// What probably happened to the file, most rows first.
    pub fn diagnoses(&self) -> &[Diagnosis] {
        &self.diagnoses
    }

    /// Counts a finding. Findings of a row come one after the other. Gives the number of its cause, from 0, less than
    /// [`MAX_CAUSES`]; `None` if it was not told apart.
    pub fn add(&mut self, finding: &Finding) -> Option<usize> {
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        let position = self.place_of(finding);
        match position.and_then(|position| self.groups.get_mut(position)) {
            Some(cause) => cause.count(finding),
            None => self.others += 1,
        }
        position
    }

    /// Counts findings that are about no row.
    pub fn extend(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.add(finding);
        }
    }

    /// Adds what another part of the same file found. Parts are absorbed in the order of their lines.
    pub fn absorb(&mut self, other: Causes) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.others += other.others;
        for theirs in other.groups {
            let Some(ours) = self.place_of(&theirs.first).and_then(|position| self.groups.get_mut(position))
            else {
                self.others += theirs.findings;
                continue;
            };
            ours.rows += theirs.rows;
            ours.findings += theirs.findings;
            let room = LINES_KEPT.saturating_sub(ours.lines.len());
            ours.lines.extend(theirs.lines.into_iter().take(room));
            ours.last_line = theirs.last_line;
        }
    }

    /// The causes: those of the whole file first, then by number of rows, then by first line.
    pub fn sorted(&self) -> Vec<&Cause> {
        let mut sorted: Vec<&Cause> = self.groups.iter().collect();
        sorted.sort_by_key(|cause| {
            let of_rows = cause.first.level() >= Level::Row;
            (of_rows, Reverse(cause.rows), cause.lines.first().copied())
        });
        sorted
    }

    /// Findings whose cause was not told apart.
    pub fn others(&self) -> u64 {
        self.others
    }

    /// Error findings.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Warning findings.
    pub fn warnings(&self) -> u64 {
        self.warnings
    }

    /// Whether there was no finding.
    pub fn is_empty(&self) -> bool {
        self.errors + self.warnings == 0
    }

    /// The position of the finding's cause, a new one if there is room.
    fn place_of(&mut self, finding: &Finding) -> Option<usize> {
        let mut key = key(finding);
        while let Some(&position) = self.index.get(&key) {
            if self.groups.get(position).is_some_and(|cause| same(&cause.first, finding)) {
                return Some(position);
            }
            key = key.wrapping_add(1);
        }
        if self.groups.len() == MAX_CAUSES {
            return None;
        }
        self.index.insert(key, self.groups.len());
        self.groups.push(Cause {
            first: finding.clone(),
            rows: 0,
            findings: 0,
            lines: Vec::new(),
            last_line: None,
        });
        Some(self.groups.len() - 1)
    }
}

impl Cause {
    /// The cause in one sentence: `1,204 rows: Column “Price”: not a whole number.` Without any value of a cell.
    pub fn sentence(&self, texts: Texts) -> String {
        let what = texts.cause(&self.first);
        match self.first.level() {
            Level::File | Level::Header => what,
            Level::Row | Level::Cell => {
                texts.say("cause-rows", &[("rows", self.rows.into()), ("what", what.into())])
            }
        }
    }

    /// Where it is found first: `lines 3, 4, 5, …`. `None` for the file as a whole.
    pub fn places(&self, texts: Texts) -> Option<String> {
        places(texts, &self.lines, self.rows)
    }

    fn count(&mut self, finding: &Finding) {
        self.findings += 1;
        if finding.line.is_some() && finding.line == self.last_line {
            return;
        }
        self.rows += 1;
        self.last_line = finding.line;
        if let Some(line) = finding.line
            && self.lines.len() < LINES_KEPT
        {
            self.lines.push(line);
        }
    }
}

/// The first lines in words, with an ellipsis if there are more rows.
pub(super) fn places(texts: Texts, lines: &[u64], rows: u64) -> Option<String> {
    if lines.is_empty() {
        return None;
    }
    let mut shown = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if rows > lines.len() as u64 {
        shown.push_str(", …");
    }
    Some(texts.say("cause-lines", &[("count", lines.len().into()), ("lines", shown.into())]))
}

/// The arguments that tell causes apart.
fn lasting(finding: &Finding) -> impl Iterator<Item = &(&'static str, Arg)> {
    finding.args.iter().filter(|(name, _)| !varies(name))
}

fn same(one: &Finding, other: &Finding) -> bool {
    one.reason == other.reason
        && one.severity == other.severity
        && one.field == other.field
        && lasting(one).eq(lasting(other))
}

/// A number that causes rarely share. Looks at the ends of a text alone: a list of countries takes longer to hash than the rest
/// of the row takes to check.
fn key(finding: &Finding) -> u64 {
    let mut key = finding.reason as u64 * 2 + finding.severity as u64;
    let mut mix = |value: u64| key = (key.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    if let Some(field) = &finding.field {
        mix(u64::from(field.number.unwrap_or_default()));
        mix(ends(&field.name));
    }
    for (_, value) in lasting(finding) {
        mix(match value {
            Arg::Number(number) => *number,
            Arg::Text(text) => ends(text),
        });
    }
    key
}

/// The length of a text with its first and last bytes.
fn ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let first = bytes.iter().take(4);
    let last = bytes.iter().rev().take(4);
    first.chain(last).fold(bytes.len() as u64, |ends, byte| ends.rotate_left(8) ^ u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{FieldRef, Language, Reason};
    use crate::review::samples::{cell, row};

    fn texts() -> Texts {
        Texts::new(Language::En)
    }

    #[test]
    fn findings_of_one_column_and_reason_are_one_cause() {
        let mut causes = Causes::new();
        for line in 2..1206 {
            causes.add(&cell(Reason::NotInteger, line, "Price", &format!("{line},50"), vec![]));
        }
        causes.add(&cell(Reason::NotInteger, 9, "Age", "x", vec![]));
        let sorted = causes.sorted();
        assert_eq!(sorted.len(), 2);
        assert_eq!(sorted[0].sentence(texts()), "1,204 rows: Column “Price”: not a whole number.");
        assert_eq!(sorted[0].places(texts()).unwrap(), "lines 2, 3, 4, 5, 6, …");
        assert_eq!(sorted[0].first.cell.as_deref(), Some("2,50"));
        assert_eq!(sorted[1].sentence(texts()), "1 row: Column “Age”: not a whole number.");
        assert_eq!(sorted[1].places(texts()).unwrap(), "line 9");
        assert_eq!(causes.errors(), 1205);
    }

    #[test]
    fn arguments_that_differ_from_row_to_row_do_not_tell_causes_apart() {
        let mut causes = Causes::new();
        causes.add(&row(Reason::CellsMissing, 2, vec![("found", 3u64.into()), ("expected", 9u64.into())]));
        causes.add(&row(Reason::CellsMissing, 3, vec![("found", 4u64.into()), ("expected", 9u64.into())]));
        assert_eq!(causes.sorted().len(), 1);
        causes.add(&row(Reason::CellsMissing, 4, vec![("found", 4u64.into()), ("expected", 8u64.into())]));
        assert_eq!(causes.sorted().len(), 2);
    }

    #[test]
    fn a_row_that_has_a_cause_twice_is_one_row() {
        let mut causes = Causes::new();
        causes.add(&row(Reason::BareQuote, 2, vec![]));
        causes.add(&row(Reason::BareQuote, 2, vec![]));
        assert_eq!((causes.sorted()[0].rows, causes.sorted()[0].findings), (1, 2));
    }

    #[test]
    fn memory_is_bounded_and_nothing_goes_uncounted() {
        let mut causes = Causes::new();
        for number in 0..MAX_CAUSES as u64 + 20 {
            causes.add(&cell(Reason::TooLong, 2, "A", "x", vec![("limit", number.into())]));
        }
        assert_eq!(causes.sorted().len(), MAX_CAUSES);
        assert_eq!(causes.others(), 20);
        assert_eq!(causes.errors(), MAX_CAUSES as u64 + 20);
    }

    #[test]
    fn the_file_and_its_header_come_before_rows() {
        let mut causes = Causes::new();
        causes.add(&row(Reason::RowBlank, 2, vec![]));
        causes.add(&row(Reason::RowBlank, 3, vec![]));
        causes.add(&Finding::of_file(Reason::LabelMissing, vec![("label", "Email".into())]));
        let sorted = causes.sorted();
        assert_eq!(sorted[0].sentence(texts()), "The column “Email” is missing.");
        assert_eq!(sorted[0].places(texts()), None);
        assert_eq!(sorted[1].sentence(texts()), "2 rows: The row is empty.");
    }

    #[test]
    fn parts_of_a_file_add_up_to_the_whole() {
        let finding = |line| cell(Reason::NotEmail, line, "Email", "x", vec![]);
        let (mut whole, mut first, mut second) = (Causes::new(), Causes::new(), Causes::new());
        for line in 2..10 {
            whole.add(&finding(line));
            if line < 4 { &mut first } else { &mut second }.add(&finding(line));
        }
        first.absorb(second);
        assert_eq!(first.sorted()[0].rows, whole.sorted()[0].rows);
        assert_eq!(first.sorted()[0].lines, whole.sorted()[0].lines);
        assert_eq!(first.errors(), whole.errors());
    }

    #[test]
    fn columns_with_one_name_are_told_apart_by_position() {
        let mut one = cell(Reason::Required, 2, "Email", "", vec![]);
        one.field = Some(FieldRef { number: Some(1), name: "Email".into() });
        let mut two = one.clone();
        two.field = Some(FieldRef { number: Some(2), name: "Email".into() });
        let mut causes = Causes::new();
        causes.add(&one);
        causes.add(&two);
        assert_eq!(causes.sorted().len(), 2);
    }
}
