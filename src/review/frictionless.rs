//! The JSON report of `check`, in the shape of Frictionless's report (frictionless-py 5), with `lineNumber`, `reason` and `hint` added.
//!
//! Errors are written as they are found, so that memory does not grow with them; what counts them (`stats`, `valid`) comes
//! after them in the file. Warnings are kept by cause and written as sentences, as Frictionless has them.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::causes::Causes;
use super::summary::{CauseSummary, hex};
use crate::finding::text::Texts;
use crate::finding::{Arg, Finding, Level, Severity, Slug};

/// Writes one report of one or more files.
pub struct ReportWriter<W: Write> {
    out: W,
    texts: Texts,
    kinds: Vec<(Slug, String, String)>,
    tasks: u64,
    errors: u64,
    warnings: u64,
}

/// Writes the part of one file.
pub struct Task<'r, W: Write> {
    report: &'r mut ReportWriter<W>,
    errors: u64,
    labels: Vec<String>,
    warnings: Causes,
}

/// What is known about a file once it has been read.
#[derive(Debug, Clone, Default)]
pub struct TaskEnd {
    /// Size of the file.
    pub bytes: u64,
    /// Columns.
    pub fields: u64,
    /// Data rows.
    pub rows: u64,
    /// Of the file's bytes; `None` if it could not be read.
    pub sha256: Option<[u8; 32]>,
    /// Time that the check took.
    pub elapsed: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorEntry<'a> {
    #[serde(rename = "type")]
    slug: &'static str,
    title: &'a str,
    description: &'a str,
    message: &'a str,
    tags: &'static [&'static str],
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row_numbers: Option<[u64; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<&'a [&'a str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_number: Option<u64>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Serialize)]
struct TaskStats {
    errors: u64,
    warnings: u64,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    bytes: u64,
    fields: u64,
    rows: u64,
}

#[derive(Serialize)]
struct ReportStats {
    tasks: u64,
    errors: u64,
    warnings: u64,
    seconds: f64,
}

impl<W: Write> ReportWriter<W> {
    /// Begins a report. `out` is written in small pieces: hand over a buffered writer.
    pub fn new(mut out: W, texts: Texts) -> io::Result<Self> {
        out.write_all(b"{\"tasks\":[")?;
        let kinds = Slug::ALL.iter().map(|slug| (*slug, texts.title(*slug), texts.about(*slug))).collect();
        Ok(ReportWriter { out, texts, kinds, tasks: 0, errors: 0, warnings: 0 })
    }

    /// Begins the part of one file. `name` is short, `place` the path.
    pub fn task(&mut self, name: &str, place: &str) -> io::Result<Task<'_, W>> {
        if self.tasks > 0 {
            self.out.write_all(b",")?;
        }
        self.tasks += 1;
        self.out.write_all(b"\n{")?;
        self.entry("name", &name)?;
        self.out.write_all(b",")?;
        self.entry("type", &"table")?;
        self.out.write_all(b",")?;
        self.entry("place", &place)?;
        self.out.write_all(b",\"errors\":[")?;
        Ok(Task { report: self, errors: 0, labels: Vec::new(), warnings: Causes::new() })
    }

    /// Completes the report and gives the writer back, flushed.
    pub fn finish(mut self, elapsed: Duration) -> io::Result<W> {
        self.out.write_all(b"],\n\"errors\":[],\"warnings\":[],")?;
        let stats = ReportStats {
            tasks: self.tasks,
            errors: self.errors,
            warnings: self.warnings,
            seconds: seconds(elapsed),
        };
        self.entry("stats", &stats)?;
        self.out.write_all(b",")?;
        let valid = self.errors == 0;
        self.entry("valid", &valid)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn entry<T: Serialize>(&mut self, key: &str, value: &T) -> io::Result<()> {
        write!(self.out, "\"{key}\":")?;
        serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)
    }
}

impl<W: Write> Task<'_, W> {
    /// The labels of the file's header; told before findings about the header, so that they can show them.
    pub fn labels(&mut self, labels: &[&str]) {
        self.labels = labels.iter().map(|label| (*label).to_owned()).collect();
    }

    /// Adds a finding. `cells`: the row that it is about, where it is at hand.
    pub fn finding(&mut self, finding: &Finding, cells: Option<&[&str]>) -> io::Result<()> {
        if finding.severity == Severity::Warning {
            self.warnings.add(finding);
            return Ok(());
        }
        let report = &mut *self.report;
        report.out.write_all(if self.errors == 0 { b"\n" } else { b",\n" })?;
        self.errors += 1;
        let slug = finding.slug();
        let (title, description) = report
            .kinds
            .iter()
            .find(|(kind, ..)| *kind == slug)
            .map_or((slug.as_str(), ""), |(_, title, about)| (title, about));
        let header = finding.level() == Level::Header;
        let of_rows = finding.level() >= Level::Row;
        let entry = ErrorEntry {
            slug: slug.as_str(),
            title,
            description,
            message: &report.texts.message(finding),
            tags: tags(slug),
            note: report.texts.cause(finding),
            labels: header.then_some(self.labels.as_slice()),
            row_numbers: header.then_some([finding.row.unwrap_or(1)]),
            label: header.then(|| text_argument(finding, "label")),
            cells: cells.filter(|_| of_rows),
            row_number: finding.row.filter(|_| of_rows),
            cell: finding.cell.as_deref(),
            field_name: finding.field.as_ref().map(|field| &*field.name),
            field_number: finding
                .field
                .as_ref()
                .and_then(|field| field.number)
                .or_else(|| number_argument(finding, "position").filter(|_| header)),
            line_number: finding.line,
            reason: finding.reason.key(),
            hint: report.texts.hint(finding),
        };
        serde_json::to_writer(&mut report.out, &entry).map_err(io::Error::from)
    }

    /// Completes the part of this file. `causes`: all its findings, which come beside Frictionless's keys, grouped.
    pub fn finish(self, end: &TaskEnd, causes: &Causes) -> io::Result<()> {
        let Task { report, errors, labels, warnings } = self;
        let mut sentences: Vec<String> = Vec::new();
        for cause in warnings.sorted() {
            let places = cause.places(report.texts).map_or(String::new(), |places| format!(" ({places})"));
            sentences.push(format!("{}{places}", cause.sentence(report.texts)));
        }
        if warnings.others() > 0 {
            sentences.push(report.texts.say("cause-others", &[("rows", warnings.others().into())]));
        }
        let stats = TaskStats {
            errors,
            warnings: sentences.len() as u64,
            seconds: seconds(end.elapsed),
            sha256: end.sha256.map(|hash| hex(&hash)),
            bytes: end.bytes,
            fields: end.fields,
            rows: end.rows,
        };
        report.errors += errors;
        report.warnings += stats.warnings;
        report.out.write_all(b"],\n")?;
        report.entry("labels", &labels)?;
        report.out.write_all(b",")?;
        report.entry("stats", &stats)?;
        report.out.write_all(b",")?;
        report.entry("warnings", &sentences)?;
        report.out.write_all(b",\n")?;
        report.entry("causes", &CauseSummary::of(causes, report.texts))?;
        report.out.write_all(b",")?;
        report.entry("valid", &(errors == 0))?;
        report.out.write_all(b"}")
    }
}

/// Frictionless's tags of an error; of our own kinds, those of the nearest of its kinds.
fn tags(slug: Slug) -> &'static [&'static str] {
    match (slug, slug.level()) {
        (Slug::SourceError | Slug::EncodingError, _) => &[],
        (Slug::TableDimensions, _) => &["#table"],
        (_, Level::File) => &["#file"],
        (Slug::BlankHeader, _) => &["#table", "#header"],
        (_, Level::Header) => &["#table", "#header", "#label"],
        (Slug::MissingCell | Slug::ExtraCell | Slug::UniqueError, _) | (_, Level::Cell) => {
            &["#table", "#row", "#cell"]
        }
        (_, Level::Row) => &["#table", "#row"],
    }
}

fn text_argument<'a>(finding: &'a Finding, name: &str) -> &'a str {
    match finding.args.iter().find(|(own, _)| *own == name) {
        Some((_, Arg::Text(text))) => text,
        _ => "",
    }
}

fn number_argument(finding: &Finding, name: &str) -> Option<u32> {
    match finding.args.iter().find(|(own, _)| *own == name) {
        Some((_, Arg::Number(number))) => u32::try_from(*number).ok(),
        _ => None,
    }
}

/// To the millisecond, as Frictionless.
fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Language, Reason};
    use crate::review::samples::{cell, row};
    use serde_json::Value;

    fn end() -> TaskEnd {
        TaskEnd {
            bytes: 51,
            fields: 3,
            rows: 2,
            sha256: Some([0xab; 32]),
            elapsed: Duration::from_micros(1_234_567),
        }
    }

    fn report(findings: &[(Finding, Option<&[&str]>)]) -> Value {
        let mut report = ReportWriter::new(Vec::new(), Texts::new(Language::En)).unwrap();
        let mut task = report.task("bad", "in/bad.csv").unwrap();
        task.labels(&["id", "name", "when"]);
        let mut causes = Causes::new();
        for (finding, cells) in findings {
            causes.add(finding);
            task.finding(finding, *cells).unwrap();
        }
        task.finish(&end(), &causes).unwrap();
        serde_json::from_slice(&report.finish(Duration::from_secs(2)).unwrap()).unwrap()
    }

    fn keys(value: &Value) -> Vec<&str> {
        let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_shape_is_that_of_frictionless() {
        let wrong = cell(
            Reason::NotDate,
            2,
            "when",
            "2026-2-3",
            vec![("pattern", "%Y-%m-%d".into()), ("example", "2026-02-03".into())],
        );
        let report = report(&[(wrong, Some(&["1", "Zoé", "2026-2-3"]))]);
        // As `frictionless validate --json` (frictionless 5) prints them, md5 aside.
        assert_eq!(keys(&report), ["errors", "stats", "tasks", "valid", "warnings"]);
        assert_eq!(keys(&report["stats"]), ["errors", "seconds", "tasks", "warnings"]);
        let task = &report["tasks"][0];
        assert_eq!(
            keys(task),
            ["causes", "errors", "labels", "name", "place", "stats", "type", "valid", "warnings"]
        );
        assert_eq!(
            keys(&task["stats"]),
            ["bytes", "errors", "fields", "rows", "seconds", "sha256", "warnings"]
        );
        let theirs = [
            "cell",
            "cells",
            "description",
            "fieldName",
            "fieldNumber",
            "message",
            "note",
            "rowNumber",
            "tags",
            "title",
            "type",
        ];
        for key in theirs {
            assert!(!task["errors"][0][key].is_null(), "{key}");
        }
        insta::assert_json_snapshot!(report);
    }

    #[test]
    fn a_report_without_findings_is_valid() {
        let report = report(&[]);
        assert_eq!(report["valid"], true);
        assert_eq!(report["tasks"][0]["valid"], true);
        assert_eq!(report["stats"]["seconds"], 2.0);
    }

    #[test]
    fn warnings_are_sentences_and_leave_the_file_valid() {
        let mut dropped = cell(Reason::ValueDropped, 4, "Phone", "x", vec![("why", "not-integer".into())]);
        dropped.severity = Severity::Warning;
        let report = report(&[(dropped, None)]);
        assert_eq!(report["valid"], true);
        assert_eq!(report["stats"]["warnings"], 1);
        assert_eq!(
            report["tasks"][0]["warnings"][0],
            "1 row: The value was left out, the row was kept. Column “Phone”: not a whole number. (line 4)"
        );
    }

    #[test]
    fn a_header_error_has_labels_and_no_row_number() {
        let finding = Finding::of_file(
            Reason::LabelIncorrect,
            vec![("label", "nme".into()), ("position", 2u64.into()), ("expected", "name".into())],
        );
        let report = report(&[(finding, None)]);
        let error = &report["tasks"][0]["errors"][0];
        assert_eq!(error["labels"], serde_json::json!(["id", "name", "when"]));
        assert_eq!((error["label"].as_str(), error["fieldNumber"].as_u64()), (Some("nme"), Some(2)));
        assert!(error["rowNumber"].is_null());
    }

    #[test]
    fn several_files_are_several_tasks() {
        let mut report = ReportWriter::new(Vec::new(), Texts::new(Language::Fr)).unwrap();
        for name in ["a", "b"] {
            let mut task = report.task(name, name).unwrap();
            task.finding(&row(Reason::RowBlank, 2, vec![]), Some(&[])).unwrap();
            task.finding(&row(Reason::RowBlank, 3, vec![]), None).unwrap();
            task.finish(&TaskEnd::default(), &Causes::new()).unwrap();
        }
        let report: Value = serde_json::from_slice(&report.finish(Duration::ZERO).unwrap()).unwrap();
        assert_eq!(report["stats"]["tasks"], 2);
        assert_eq!(report["stats"]["errors"], 4);
        assert_eq!(report["tasks"][1]["errors"][1]["lineNumber"], 3);
        assert_eq!(report["tasks"][1]["errors"][1]["message"], "Cette ligne est vide.");
    }
}
