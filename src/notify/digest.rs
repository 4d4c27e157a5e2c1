//! What there is to tell of a run, as data. Names of files, counts, causes and commands; never the value of a cell.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

/// Entries of each list that a digest holds; the counts say how many there are.
pub const MOST: usize = 100;

/// Why there is something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    /// A run has ended.
    #[default]
    Run,
    /// No run: a look at what still waits.
    Look,
    /// A person tries the channels.
    Test,
}

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Everything went through.
    Complete,
    /// Something needs a person.
    Attention,
    /// The run could not go on.
    Failed,
}

/// What there is to tell.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    /// Why.
    pub occasion: Occasion,
    /// What the project is called.
    pub project: String,
    /// Its folder.
    pub folder: String,
    /// The moment that this is told of, in the project's zone.
    pub at: DateTime<FixedOffset>,
    /// Id of the run; of a look, of the last one.
    pub run: Option<String>,
    /// When the run began.
    pub started: Option<DateTime<FixedOffset>>,
    /// Why the run could not go on.
    pub error: Option<String>,
    /// How many of each.
    pub counts: Counts,
    /// The exports that the run took, those with something wrong first.
    pub exports: Vec<ExportLine>,
    /// What stops the customer base, or what of it was rejected.
    pub customer_base: Option<BaseLine>,
    /// Files that wait for a decision, those of earlier runs too.
    pub held: Vec<HeldLine>,
    /// Files that are not delivered yet, those of earlier runs too.
    pub waiting: Vec<WaitingLine>,
    /// Sets that are not delivered, and why.
    pub sets: Vec<SetLine>,
    /// Files that the run delivered.
    pub delivered: Vec<FileLine>,
    /// Entries of the inbox that stay there.
    pub left: Vec<LeftLine>,
    /// What did not come as it was expected, a sentence each.
    pub expectations: Vec<String>,
    /// What the operator should know although nothing failed.
    pub remarks: Vec<String>,
    /// The folder of the run's reports.
    pub reports: Option<String>,
    /// What it says that needs a person.
    #[serde(skip)]
    pub things: Things,
    /// The run did something.
    #[serde(skip)]
    pub busy: bool,
}

/// How many of each there are, whatever the lists hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Exports whose rows were used, save the rejected ones.
    pub exports_accepted: usize,
    /// Exports of which nothing was used.
    pub exports_refused: usize,
    /// Exports that could not be processed, or that wait for another one.
    pub exports_waiting: usize,
    /// Data rows.
    pub rows: u64,
    /// Of these, with an error.
    pub rows_rejected: u64,
    /// Files that the run delivered.
    pub delivered: usize,
    /// Files that wait for a decision.
    pub held: usize,
    /// Files that are not delivered yet.
    pub waiting: usize,
}

/// An export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportLine {
    /// Its name in the inbox.
    pub file: String,
    /// `accepted`, `refused`, `already-processed`, `put-back`, `parked`, `failed`.
    pub state: &'static str,
    /// Data rows.
    pub rows: u64,
    /// Of these, with an error.
    pub rejected: u64,
    /// What was wrong.
    pub causes: Vec<CauseLine>,
    /// Causes that are not listed.
    pub more_causes: usize,
    /// What the system said, of one that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Its rejected rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_file: Option<String>,
}

/// A cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CauseLine {
    /// Slug of the findings (docs/findings.md).
    #[serde(rename = "type")]
    pub slug: &'static str,
    /// Key of the reason.
    pub reason: &'static str,
    /// Findings.
    pub findings: u64,
    /// In words.
    pub message: String,
}

/// What stops the customer base, or what of it was rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseLine {
    /// Why a guard holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Rows of models that no file took.
    pub rejected: u64,
    /// What was wrong with them.
    pub causes: Vec<CauseLine>,
}

/// A held file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldLine {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub file: String,
    /// Where it goes.
    pub destination: String,
    /// Data rows.
    pub rows: u64,
    /// Why, as a word that never changes.
    pub code: &'static str,
    /// Why, in words.
    pub reason: String,
    /// When it was made.
    pub since: DateTime<FixedOffset>,
    /// The command that sends it after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The command that ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discard: Option<String>,
}

/// A file that is not delivered yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitingLine {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub file: String,
    /// Where it goes.
    pub destination: String,
    /// Data rows.
    pub rows: u64,
    /// What failed; none: its delivery was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A set that is not delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetLine {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub destination: String,
    /// Why.
    pub reason: String,
}

/// A file that was delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileLine {
    /// Its name.
    pub file: String,
    /// Where it went.
    pub destination: String,
    /// Data rows.
    pub rows: u64,
}

/// An entry of the inbox that stays there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftLine {
    /// Its name.
    pub file: String,
    /// Why, in a sentence with its name.
    pub message: String,
}

/// What of a digest needs a person, as keys that say whether it was told before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Things {
    /// Something happened in this run that happens once: rows or exports were refused.
    pub news: bool,
    /// What lasts until somebody does something.
    pub standing: BTreeSet<Thing>,
    /// What lasts if it was there before: this run could not see.
    pub lingering: BTreeSet<Thing>,
    /// The inbox was looked at, so that what is not named of it is over.
    pub saw_inbox: bool,
    /// The ledger was looked at.
    pub saw_ledger: bool,
}

/// One thing that needs a person: its kind and its identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing(String);

/// Where a thing is found, and so how it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In the ledger: a held file, a set, a guard.
    Ledger,
    /// In the inbox or in work.
    Inbox,
    /// It comes and goes by itself: a destination that is away, a run that fails. It is over a day after it was told last.
    Passing,
}

impl Thing {
    /// In the ledger.
    pub fn of_ledger(what: &str) -> Thing {
        Thing(format!("ledger {what}"))
    }

    /// In the inbox.
    pub fn of_inbox(what: &str) -> Thing {
        Thing(format!("inbox {what}"))
    }

    /// One that comes and goes. Numbers in it make no difference: they count seconds, tries and ports.
    pub fn passing(what: &str) -> Thing {
        let kept: String = what.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        Thing(format!("passing {kept}"))
    }

    /// The thing that was written down as this text.
    pub fn written(text: &str) -> Thing {
        Thing(text.to_owned())
    }

    /// As it is written down.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Where it is found.
    pub fn kind(&self) -> Kind {
        match self.0.split_once(' ') {
            Some(("ledger", _)) => Kind::Ledger,
            Some(("inbox", _)) => Kind::Inbox,
            _ => Kind::Passing,
        }
    }
}

impl Digest {
    /// How things stand.
    pub fn state(&self) -> State {
        if self.error.is_some() {
            State::Failed
        } else if self.things.news || !self.things.standing.is_empty() || !self.things.lingering.is_empty() {
            State::Attention
        } else {
            State::Complete
        }
    }
}
