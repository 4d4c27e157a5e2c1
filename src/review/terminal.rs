//! Findings as text, for `check` and `run`: where, the row with the cell marked, the sentence, what to do; then a count by cause.
//!
//! What comes from the file is shown with its hidden characters named, so that no cell can move the cursor, change colours or
//! turn the line around.

use std::io::{self, Write};
use std::ops::Range;

use super::causes::Causes;
use crate::finding::text::Texts;
use crate::finding::visible::{is_hidden, push_hidden, visible};
use crate::finding::{Finding, Level, Severity};

/// Findings of a file that a terminal shows one by one: nobody reads on, and a bad file has a million.
const AT_MOST: u64 = 100;

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Colours; else the cell is underlined with `^^^^`.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Findings of a file shown before the rest is only counted; `None`: all.
    pub at_most: Option<u64>,
}

impl Style {
    /// The style for an output: colours on a terminal unless `NO_COLOR` is set; `COLUMNS`, else 100 columns.
    pub fn detect(is_terminal: bool) -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        Style { colour: is_terminal && !no_colour, width: columns.unwrap_or(100), at_most: Some(AT_MOST) }
    }
}

/// The row that a finding is about, decoded.
#[derive(Debug, Clone)]
pub struct RowText<'a> {
    /// The whole record, without its line end.
    pub text: &'a str,
    /// The bytes of `text` that are the cell; `None`: the row as a whole.
    pub cell: Option<Range<usize>>,
}

/// Prints findings.
pub struct Terminal<W: Write> {
    out: W,
    texts: Texts,
    style: Style,
    shown: u64,
    left_out: u64,
}

const BOLD: &str = "\x1b[1m";
pub(crate) const RED: &str = "\x1b[1;31m";
pub(crate) const YELLOW: &str = "\x1b[1;33m";
const MARKED: &str = "\x1b[1;4;31m";
pub(crate) const DIM: &str = "\x1b[2m";
pub(crate) const PLAIN: &str = "\x1b[0m";

impl<W: Write> Terminal<W> {
    /// Prints to `out`, which should be buffered.
    pub fn new(out: W, texts: Texts, style: Style) -> Self {
        Terminal { out, texts, style, shown: 0, left_out: 0 }
    }

    /// Whether the next finding will be shown; if not, its row need not be decoded.
    pub fn has_room(&self) -> bool {
        self.style.at_most.is_none_or(|most| self.shown < most)
    }

    /// Prints a finding of a file, with its row if there is one.
    pub fn finding(&mut self, file: &str, finding: &Finding, row: Option<RowText<'_>>) -> io::Result<()> {
        // What is wrong with the file as a whole is said whatever its rows have.
        if !self.has_room() && finding.level() >= Level::Row {
            self.left_out += 1;
            return Ok(());
        }
        self.shown += 1;
        let (mark, word) = match finding.severity {
            Severity::Error => (RED, String::new()),
            Severity::Warning => (YELLOW, format!("{}, ", self.texts.say("report-warning", &[]))),
        };
        let slug = finding.slug();
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        self.paint(BOLD, &format!("{}{line}", visible(file)))?;
        self.out.write_all(b" ")?;
        self.paint(mark, &format!("[{word}{}]", slug.as_str()))?;
        writeln!(self.out, " {}", self.texts.title(slug))?;
        if let Some(row) = row {
            self.row(finding.line, &row)?;
        }
        writeln!(self.out, "  {}", self.texts.message(finding))?;
        if let Some(hint) = self.texts.hint(finding) {
            let hint = self.texts.say("report-hint", &[("hint", hint.into())]);
            self.paint(DIM, &format!("  → {hint}"))?;
            self.out.write_all(b"\n")?;
        }
        self.out.write_all(b"\n")
    }

    /// Ends a file: what was not shown, the figures, a count by cause.
    pub fn end_of_file(&mut self, file: &str, rows: u64, causes: &Causes) -> io::Result<()> {
        if self.left_out > 0 {
            let text = self.texts.say("report-not-shown", &[("count", self.left_out.into())]);
            writeln!(self.out, "{text}\n")?;
        }
        (self.shown, self.left_out) = (0, 0);
        if causes.is_empty() {
            let text = self.texts.say("report-valid", &[("file", file.into()), ("rows", rows.into())]);
            return writeln!(self.out, "{text}");
        }
        let counts = self.texts.say(
            "report-counts",
            &[
                ("file", file.into()),
                ("rows", rows.into()),
                ("errors", causes.errors().into()),
                ("warnings", causes.warnings().into()),
            ],
        );
        self.paint(BOLD, &counts)?;
        self.out.write_all(b"\n")?;
        if !causes.diagnoses().is_empty() {
            writeln!(self.out, "  {}", self.texts.say("diagnoses", &[]))?;
        }
        for diagnosis in causes.diagnoses() {
            write!(self.out, "  ● {}", diagnosis.sentence(self.texts))?;
            if let Some(places) = diagnosis.places(self.texts) {
                self.paint(DIM, &format!(" ({places})"))?;
            }
            self.out.write_all(b"\n")?;
            let hint = self.texts.say("report-hint", &[("hint", diagnosis.hint(self.texts).into())]);
            self.paint(DIM, &format!("    → {hint}"))?;
            self.out.write_all(b"\n")?;
        }
        for cause in causes.sorted() {
            write!(self.out, "  {}", cause.sentence(self.texts))?;
            if let Some(places) = cause.places(self.texts) {
                self.paint(DIM, &format!(" ({places})"))?;
            }
            self.out.write_all(b"\n")?;
        }
        if causes.others() > 0 {
            let text = self.texts.say("cause-others", &[("rows", causes.others().into())]);
            writeln!(self.out, "  {text}")?;
        }
        Ok(())
    }

    /// Prints a line about a file as a whole.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        self.paint(DIM, text)?;
        self.out.write_all(b"\n")
    }

    /// Gives the output back, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn row(&mut self, line: Option<u64>, row: &RowText<'_>) -> io::Result<()> {
        let number = line.map_or(String::new(), |line| line.to_string());
        let gutter = format!("  {number} │ ");
        let room = self.style.width.saturating_sub(gutter.chars().count()).max(20);
        let window = Window::around(row, room);
        self.paint(DIM, &gutter)?;
        self.out.write_all(window.before.as_bytes())?;
        self.paint(MARKED, &window.cell)?;
        writeln!(self.out, "{}", window.after)?;
        // An empty cell has nothing to colour.
        if window.marked && (!self.style.colour || window.cell.is_empty()) {
            let blank = " ".repeat(number.len());
            let indent = " ".repeat(width(&window.before));
            self.paint(DIM, &format!("  {blank} │ "))?;
            writeln!(self.out, "{indent}{}", "^".repeat(width(&window.cell).max(1)))?;
        }
        Ok(())
    }

    fn paint(&mut self, colour: &str, text: &str) -> io::Result<()> {
        if self.style.colour && !text.is_empty() {
            write!(self.out, "{colour}{text}{PLAIN}")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// The part of a row that is shown, cut around the cell.
struct Window {
    before: String,
    cell: String,
    after: String,
    marked: bool,
}

impl Window {
    /// At most about `room` columns: the cell first, then what follows and what precedes it.
    fn around(row: &RowText<'_>, room: usize) -> Window {
        let span = row.cell.clone().filter(|span| row.text.get(span.clone()).is_some());
        let marked = span.is_some();
        let span = span.unwrap_or(0..0);
        let part = |range: Range<usize>| row.text.get(range).unwrap_or_default();
        let cell = start_of(part(span.clone()), room * 2 / 3);
        let rest = room.saturating_sub(width(&cell));
        let before = end_of(part(0..span.start), rest / 2);
        let after = start_of(part(span.end..row.text.len()), rest.saturating_sub(width(&before)));
        // Where what follows is short, its room goes to what precedes.
        let before = end_of(part(0..span.start), rest.saturating_sub(width(&after)));
        Window { before, cell, after, marked }
    }
}

/// The start of a text in at most `room` columns, hidden characters named; an ellipsis where it was cut.
fn start_of(text: &str, room: usize) -> String {
    let mut out = String::new();
    let (mut used, mut kept) = (0, 0);
    for character in text.chars() {
        let length = out.len();
        push_shown(character, &mut out);
        used += width(out.get(length..).unwrap_or_default());
        if used > room {
            out.truncate(kept);
            out.push('…');
            break;
        }
        if used < room {
            kept = out.len();
        }
    }
    out
}

/// The end of a text, likewise.
fn end_of(text: &str, room: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    let (mut used, mut kept) = (0, 0);
    for character in text.chars().rev() {
        let mut part = String::new();
        push_shown(character, &mut part);
        used += width(&part);
        if used > room {
            parts.truncate(kept);
            parts.push("…".to_owned());
            break;
        }
        parts.push(part);
        if used < room {
            kept = parts.len();
        }
    }
    parts.into_iter().rev().collect()
}

fn push_shown(character: char, out: &mut String) {
    if is_hidden(character) { push_hidden(character, out) } else { out.push(character) }
}

/// Columns that a text takes: none for a mark on a letter, two for the wide letters of East Asia and emoji.
fn width(text: &str) -> usize {
    text.chars()
        .map(|character| match character {
            _ if unicode_normalization::char::is_combining_mark(character) => 0,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
#[path = "terminal/tests.rs"]
mod tests;
