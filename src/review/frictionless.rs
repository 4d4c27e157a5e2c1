//! The JSON report of `check`, in the shape of Frictionless's report (frictionless-py 5), with `lineNumber`, `reason` and `hint` added.
//!
//! Errors are written as they are found, so that memory does not grow with them; what counts them (`stats`, `valid`) comes
//! after them in the file. Warnings are kept by cause and written as sentences, as Frictionless has them.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

mod entry;

use entry::Entries;

use super::causes::Causes;
use super::summary::{CauseSummary, Used, hex};
use crate::finding::text::Texts;
use crate::finding::{Finding, Severity};

/// Writes one report of one or more files.
pub struct ReportWriter<W: Write> {
    out: W,
    texts: Texts,
    tasks: u64,
    errors: u64,
    warnings: u64,
}

/// Writes the part of one file.
pub struct Task<'r, W: Write> {
    report: &'r mut ReportWriter<W>,
    errors: u64,
    labels: Vec<String>,
    read: Option<Read>,
    entries: Entries,
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

/// How a file is read, beside Frictionless's keys.
#[derive(Debug, Clone, Serialize)]
pub struct Read {
    /// Its schema.
    pub schema: String,
    /// The encoding of its bytes.
    pub encoding: Used,
    /// What separates its cells.
    pub delimiter: Used,
    /// The sheet, if it is a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
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
        Ok(ReportWriter { out, texts, tasks: 0, errors: 0, warnings: 0 })
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
        let entries = Entries::new(self.texts);
        Ok(Task { report: self, errors: 0, labels: Vec::new(), read: None, entries, warnings: Causes::new() })
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
    /// How the file is read.
    pub fn read(&mut self, read: Read) {
        self.read = Some(read);
    }

    /// The labels of the file's header; told before findings about the header, so that they can show them.
    pub fn labels(&mut self, labels: &[&str]) {
        self.labels = labels.iter().map(|label| (*label).to_owned()).collect();
    }

    /// Adds a finding. `cause`: the number of its cause in the [`Causes`] of this file; `cells`: the row that it is about, where
    /// it is at hand.
    pub fn finding(
        &mut self,
        finding: &Finding,
        cause: Option<usize>,
        cells: Option<&dyn Fn() -> Vec<String>>,
    ) -> io::Result<()> {
        if finding.severity == Severity::Warning {
            self.warnings.add(finding);
            return Ok(());
        }
        let out = &mut self.report.out;
        out.write_all(if self.errors == 0 { b"\n" } else { b",\n" })?;
        self.errors += 1;
        self.entries.write(finding, cause, &self.labels, cells, out)
    }

    /// Completes the part of this file. `causes`: all its findings, which come beside Frictionless's keys, grouped.
    pub fn finish(self, end: &TaskEnd, causes: &Causes) -> io::Result<()> {
        let Task { report, errors, labels, read, warnings, entries: _ } = self;
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
        if let Some(read) = read {
            report.entry("read", &read)?;
            report.out.write_all(b",")?;
        }
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
            let cause = causes.add(finding);
            let texts = cells.map(|cells| || cells.iter().map(|cell| (*cell).to_owned()).collect());
            task.finding(finding, cause, texts.as_ref().map(|cells| cells as &dyn Fn() -> Vec<String>))
                .unwrap();
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
            task.finding(&row(Reason::RowBlank, 2, vec![]), Some(0), Some(&Vec::new)).unwrap();
            task.finding(&row(Reason::RowBlank, 3, vec![]), None, None).unwrap();
            task.finish(&TaskEnd::default(), &Causes::new()).unwrap();
        }
        let report: Value = serde_json::from_slice(&report.finish(Duration::ZERO).unwrap()).unwrap();
        assert_eq!(report["stats"]["tasks"], 2);
        assert_eq!(report["stats"]["errors"], 4);
        assert_eq!(report["tasks"][1]["errors"][1]["lineNumber"], 3);
        assert_eq!(report["tasks"][1]["errors"][1]["message"], "Cette ligne est vide.");
    }
}
