//! `summary.json`: one run in figures, for scripts and for the run index.
//!
//! Holds no value of any cell: a summary may be mailed and kept. Times are RFC 3339, hashes lower-case hexadecimal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::causes::{Cause, Causes};
use super::diagnosis::Diagnosis;
use crate::finding::text::Texts;
use crate::finding::{Level, Severity};
use crate::reading::recognise::Opened;

/// A run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunSummary {
    /// Id of the run.
    pub run: String,
    /// The program's version.
    pub version: String,
    /// When it began.
    pub started: String,
    /// When it ended.
    pub finished: String,
    /// Every export that it took.
    pub exports: Vec<ExportSummary>,
    /// What the customer base gave; none: the project keeps none, or nothing had changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_base: Option<BaseSummary>,
    /// Every outbound file that it made or moved on.
    pub files: Vec<FileSummary>,
    /// Every set that it delivered, or that waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<SetSummary>,
    /// What routes expect and have not received.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<UnmetSummary>,
    /// What was kept long enough and removed at the end of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<RemovedSummary>,
}

/// What retention removed. Paths are relative to the project folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedSummary {
    /// Archived exports.
    pub exports: Vec<String>,
    /// Our copies of outbound files.
    pub outbound: Vec<String>,
    /// Receipts.
    pub receipts: Vec<String>,
    /// Ids of the runs whose reports went.
    pub reports: Vec<String>,
}

/// What the customer base gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseSummary {
    /// Contacts.
    pub contacts: u64,
    /// Of these, archived ones.
    pub archived: u64,
    /// Places in groups.
    pub places: u64,
    /// Addresses on the unsubscribed list.
    pub unsubscribed: u64,
    /// Why nothing of it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// To look at.
    pub warnings: Vec<String>,
    /// Rows of models that no file took.
    pub rejected: u64,
    /// By route, what is new and changed.
    pub changes: Vec<ChangeSummary>,
}

/// What became of one export.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportSummary {
    /// Its name in the inbox.
    pub file: String,
    /// Of its bytes.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// `accepted`, `refused`, `held`, `already-processed`, `failed`.
    pub state: String,
    /// Why, in one sentence, where the state needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The schema that it was checked against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// How its bytes were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Used>,
    /// How its cells were separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Used>,
    /// The sheet, if it is a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Data rows.
    pub rows: u64,
    /// Rows without an error.
    pub accepted: u64,
    /// Rows with an error.
    pub rejected: u64,
    /// Findings that changed nothing.
    pub warnings: u64,
    /// What was wrong, grouped.
    pub causes: Vec<CauseSummary>,
    /// By route, what is new and changed, where not everything is sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeSummary>,
    /// Findings of causes too many to list.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_findings: u64,
    /// The rejected-rows file, relative to the summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_file: Option<String>,
}

/// A setting of reading, and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// What was used: `windows-1252`, `;`.
    pub value: String,
    /// Why: `declared`, `byte order mark`, `found`.
    pub why: String,
}

impl Used {
    /// The encoding of a file that was opened.
    pub fn encoding(opened: &Opened) -> Used {
        Used { value: opened.encoding.encoding.name().to_owned(), why: opened.encoding.why.key().to_owned() }
    }

    /// The separator of a file that was opened.
    pub fn delimiter(opened: &Opened) -> Used {
        Used {
            value: char::from(opened.form.form.delimiter).to_string(),
            why: opened.form.delimiter_why.key().to_owned(),
        }
    }
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CauseSummary {
    /// Slug of the findings.
    #[serde(rename = "type")]
    pub slug: &'static str,
    /// Key of the reason; of a diagnosis, its own key.
    pub reason: &'static str,
    /// What probably happened: it explains findings that the other causes count too.
    #[serde(skip_serializing_if = "is_false")]
    pub diagnosis: bool,
    /// `file`, `header`, `row`, `cell`.
    pub level: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// Rows that have it.
    pub rows: u64,
    /// Findings.
    pub findings: u64,
    /// The first lines.
    pub lines: Vec<u64>,
    /// In words.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What a route that compares with what was sent found. No keys, no values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSummary {
    /// The route.
    pub route: String,
    /// Rows whose key was never sent.
    pub new: u64,
    /// Rows that differ from what was sent.
    pub changed: u64,
    /// Rows that are as they were sent.
    pub same: u64,
    /// How many of these are sent again (`--full`); left out if none.
    #[serde(skip_serializing_if = "is_none")]
    pub again: u64,
    /// Rows that were sent and are no longer in the list.
    pub gone: u64,
    /// By target column, how many of the changed rows differ in it.
    pub columns: BTreeMap<String, u64>,
}

/// What became of one outbound file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileSummary {
    /// The route that made it.
    pub route: String,
    /// Where it goes.
    pub destination: String,
    /// Its final name.
    pub name: String,
    /// Name of the archive inside which it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// Data rows.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// Of its bytes.
    pub sha256: String,
    /// Its state in the delivery protocol: `staged`, `delivered`, `held`, …
    pub state: String,
    /// Why it is held or waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of one set of files that are delivered together.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetSummary {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub destination: String,
    /// Its state: `waiting` (nothing of it is visible), `committing`, `marking`, `delivered`.
    pub state: String,
    /// The empty file that is written last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// Why it is not delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Something that a route expects and has not received.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnmetSummary {
    /// The route.
    pub route: String,
    /// `overdue`, `empty`, `rows` (outside the range) or `change` (more than passes).
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The day that is overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// How many expected days in a row, with this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_a_row: Option<u64>,
    /// The export, or the model, that is not as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// Its rows, or those of its model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Number of the file of it that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<i64>,
    /// An earlier run told it.
    pub told: bool,
    /// In words.
    pub message: String,
}

fn level(level: Level) -> &'static str {
    match level {
        Level::File => "file",
        Level::Header => "header",
        Level::Row => "row",
        Level::Cell => "cell",
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl CauseSummary {
    /// What probably happened, then the causes in the order of [`Causes::sorted`], in words.
    pub fn of(causes: &Causes, texts: Texts) -> Vec<CauseSummary> {
        let diagnoses =
            causes.diagnoses().iter().map(|diagnosis| CauseSummary::of_diagnosis(diagnosis, texts));
        diagnoses.chain(causes.sorted().into_iter().map(|cause| CauseSummary::one(cause, texts))).collect()
    }

    fn of_diagnosis(diagnosis: &Diagnosis, texts: Texts) -> CauseSummary {
        CauseSummary {
            slug: diagnosis.slug.as_str(),
            reason: diagnosis.key,
            diagnosis: true,
            level: level(diagnosis.slug.level()),
            severity: "error",
            field_name: diagnosis.field.as_ref().map(|field| field.to_string()),
            rows: diagnosis.rows,
            findings: diagnosis.rows,
            lines: diagnosis.lines.clone(),
            message: diagnosis.sentence(texts),
            hint: Some(diagnosis.hint(texts)),
        }
    }

    fn one(cause: &Cause, texts: Texts) -> CauseSummary {
        let first = &cause.first;
        CauseSummary {
            slug: first.slug().as_str(),
            reason: first.reason.key(),
            diagnosis: false,
            level: level(first.level()),
            severity: match first.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            field_name: first.field.as_ref().map(|field| field.name.to_string()),
            rows: cause.rows,
            findings: cause.findings,
            lines: cause.lines.clone(),
            message: cause.sentence(texts),
            hint: texts.hint(first),
        }
    }
}

impl RunSummary {
    /// Writes the summary, indented, with a line end.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")
    }
}

/// A hash as reports show it.
pub fn hex(hash: &[u8]) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(hash.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Language, Reason};
    use crate::review::samples::cell;

    #[test]
    fn a_summary_tells_the_run_without_any_cell() {
        let mut causes = Causes::new();
        for (line, email) in [(3, "jean.tremblay"), (7, "marie@")] {
            causes.add(&cell(Reason::NotEmail, line, "Courriel", email, vec![]));
        }
        causes.add(&cell(
            Reason::NotInEnum,
            9,
            "Genre",
            "Femal",
            vec![("allowed", "M, F".into()), ("near", "F".into())],
        ));
        let summary = RunSummary {
            customer_base: None,
            run: "20261121-0900-1".into(),
            version: "0.1.0".into(),
            started: "2026-11-21T09:00:00-05:00".into(),
            finished: "2026-11-21T09:00:01-05:00".into(),
            exports: vec![ExportSummary {
                file: "memberships.csv".into(),
                sha256: hex(&[0xab; 4]),
                bytes: 1024,
                state: "accepted".into(),
                schema: Some("amilia/memberships".into()),
                encoding: Some(Used { value: "windows-1252".into(), why: "not valid UTF-8".into() }),
                delimiter: Some(Used { value: ";".into(), why: "found".into() }),
                rows: 100,
                accepted: 97,
                rejected: 3,
                causes: CauseSummary::of(&causes, Texts::new(Language::Fr)),
                rejected_file: Some("memberships.rejected.csv".into()),
                ..ExportSummary::default()
            }],
            sets: Vec::new(),
            unmet: Vec::new(),
            removed: None,
            files: vec![FileSummary {
                route: "cards".into(),
                destination: "splio".into(),
                name: "club_cardcode_all_20261121.csv".into(),
                archive: None,
                rows: 97,
                bytes: 9000,
                sha256: hex(&[0xcd; 4]),
                state: "delivered".into(),
                reason: None,
            }],
        };
        let mut out = Vec::new();
        summary.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for value in ["jean.tremblay", "marie@", "Femal"] {
            assert!(!text.contains(value), "{value} is in the summary");
        }
        insta::assert_snapshot!(text);
    }
}
