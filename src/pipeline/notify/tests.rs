//! What a run says of itself, and that it says no more than it may.

use std::path::PathBuf;

use super::*;
use crate::config::When;
use crate::delivery::DeliverySummary;
use crate::delivery::{DeliveryError, Doing, FileOutcome, Problem};
use crate::finding::catalogue::example;
use crate::finding::{Arg, Finding, Language};
use crate::intake::scan::Stamp;
use crate::notify::digest::State as Standing;
use crate::notify::memory::{Memory, Why};
use crate::pipeline::expect::{Miss, Unmet};
use crate::pipeline::export::Outcome;
use crate::pipeline::run::Left;
use crate::store::testing::{at, claim, outbound, staged, store};
use crate::store::{HoldCode, HoldReason, OutboundState};

/// A project in a folder with a store, and a run that did nothing in it.
fn quiet() -> (tempfile::TempDir, Project, Report) {
    let (folder, mut store) = store();
    std::fs::write(folder.path().join("passeur.toml"), "time_zone = \"America/Toronto\"\n").unwrap();
    let project = Project::load(folder.path()).unwrap();
    let run = store.begin_run(at(0)).unwrap();
    let report = Report {
        run,
        started: at(0),
        finished: at(5),
        exports: Vec::new(),
        left: Vec::new(),
        base: None,
        files: Vec::new(),
        delivery: DeliverySummary::default(),
        remarks: Vec::new(),
        unmet: Vec::new(),
        removed: crate::pipeline::retention::Plan::default(),
        reports: None,
        took_exports: true,
    };
    (folder, project, report)
}

fn export(name: &str, fate: Fate, rejected: u64) -> ExportReport {
    let outcome = Outcome { rows: 10, rejected, ..Outcome::default() };
    ExportReport { name: name.into(), id: None, survey: None, fate, outcome, path: PathBuf::new() }
}

fn digest(project: &Project, report: &Report) -> Digest {
    let ledger = ledger(project, report.finished).unwrap();
    of_run(project, report, Some(&ledger))
}

#[test]
fn a_run_that_did_nothing_needs_nobody() {
    let (_folder, project, report) = quiet();
    let digest = digest(&project, &report);
    assert_eq!((digest.state(), digest.busy), (Standing::Complete, false));
    assert_eq!(Memory::default().why(&digest, When::Always), None);
    assert_eq!(digest.at.to_rfc3339(), "2026-11-14T21:00:05-05:00");
}

#[test]
fn rejected_rows_and_refused_exports_are_news() {
    let (_folder, project, mut report) = quiet();
    for (fate, rejected, news) in
        [(Fate::Accepted, 0, false), (Fate::Accepted, 1, true), (Fate::Refused, 0, true)]
    {
        report.exports = vec![export("a.csv", fate, rejected)];
        let digest = digest(&project, &report);
        assert_eq!((digest.things.news, digest.busy), (news, true), "{rejected}");
    }
}

#[test]
fn what_is_read_again_by_each_run_is_told_once() {
    let (_folder, project, mut report) = quiet();
    report.exports = vec![
        export("parked.csv", Fate::Parked, 3),
        export("failed.csv", Fate::Failed("permission denied".into()), 0),
        export("changed.csv", Fate::Changed, 3),
    ];
    report.left = vec![Left { name: "folder".into(), state: State::NotAFile("folder") }];
    let digest = digest(&project, &report);
    assert!(!digest.things.news && !digest.busy);
    let things: Vec<&str> = digest.things.standing.iter().map(Thing::text).collect();
    assert_eq!(things, ["inbox failed failed.csv", "inbox left folder", "inbox parked parked.csv"]);
    let mut memory = Memory::default();
    assert_eq!(memory.why(&digest, When::Always), Some(Why::News));
    memory.told(&digest);
    assert_eq!(memory.why(&digest, When::Always), None, "also for those who want to hear of each run");
}

#[test]
fn an_entry_that_is_still_written_is_nothing_to_tell() {
    let (_folder, project, mut report) = quiet();
    let stamp = Stamp { size: 1, modified: None, inode: 0 };
    report.left = vec![
        Left { name: "a".into(), state: State::Ready(stamp) },
        Left { name: "b".into(), state: State::Settling(std::time::Duration::from_secs(1)) },
    ];
    let digest = digest(&project, &report);
    assert_eq!(digest.state(), Standing::Complete);
    assert_eq!(digest.left, []);
}

#[test]
fn a_held_file_of_an_earlier_run_is_told_again_while_nothing_comes() {
    let (folder, project, report) = quiet();
    let mut store = Store::open(&folder.path().join("passeur.db")).unwrap();
    let id = claim(&mut store, &report.run, "a.csv", 1);
    let held = HoldReason { code: HoldCode::TooManyRejected, text: "too many".into() };
    let mut file = outbound("one.csv");
    file.held = Some(held);
    store.stage(staged(id, &report.run, vec![file])).unwrap();
    let first = digest(&project, &report);
    assert_eq!(first.held[0].release.as_deref(), Some("passeur release 1"));
    let mut memory = Memory::default();
    memory.told(&first);

    let day = 24 * 3600;
    let look = |seconds| of_standing(&project, at(seconds), &ledger(&project, at(seconds)).unwrap());
    assert_eq!(memory.why(&look(3600), When::Attention), None);
    let reminder = look(day);
    assert_eq!(memory.why(&reminder, When::Attention), Some(Why::Reminder));
    assert_eq!(reminder.occasion, Occasion::Look);
    assert_eq!(reminder.held.len(), 1);
}

#[test]
fn a_file_that_waits_for_its_time_needs_nobody() {
    let (folder, project, report) = quiet();
    let mut store = Store::open(&folder.path().join("passeur.db")).unwrap();
    let id = claim(&mut store, &report.run, "a.csv", 1);
    store.stage(staged(id, &report.run, vec![outbound("one.csv")])).unwrap();
    let digest = digest(&project, &report);
    assert_eq!((digest.counts.waiting, digest.state()), (1, Standing::Complete));
}

#[test]
fn files_that_one_failure_keeps_are_one_thing() {
    let (folder, project, mut report) = quiet();
    let mut store = Store::open(&folder.path().join("passeur.db")).unwrap();
    let id = claim(&mut store, &report.run, "a.csv", 1);
    let files = vec![outbound("one.csv"), outbound("two.csv")];
    store.stage(staged(id, &report.run, files)).unwrap();
    for file in store.status(1).unwrap().waiting {
        let problem = Problem::Gone { name: file.name.clone(), doing: Doing::Looking };
        report.delivery.files.push(FileOutcome {
            id: file.id,
            export: file.export,
            reason: Some(DeliveryError::new("splio", problem).why()),
            name: file.name,
            destination: file.destination,
            state: OutboundState::Staged,
        });
    }
    let digest = digest(&project, &report);
    assert_eq!(digest.things.standing.len(), 1);
    assert_eq!((digest.counts.waiting, digest.state()), (2, Standing::Attention));
}

#[test]
fn what_was_expected_and_did_not_come_is_told() {
    let (_folder, project, mut report) = quiet();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
    let what = Miss::Overdue { day, by: None, in_a_row: 1, open: true, instead: None };
    report.unmet = vec![Unmet { route: "cards".into(), what, told: false }];
    let digest = of_run(&project, &report, None);
    assert_eq!(digest.state(), Standing::Attention);
    assert_eq!(
        digest.expectations,
        [
            "Route cards: no export came on Monday 16 November. See why it was not made, or not put in the inbox."
        ]
    );
}

#[test]
fn a_run_that_waits_for_another_one_says_nothing() {
    let (_folder, project, _) = quiet();
    let busy = PipelineError::Busy { lock: "work/.lock".into() };
    assert!(of_failure(&project, &busy, at(0), None).is_none());
}

/// Arguments that come from the schema, the config or the system, and are amounts or places.
const SAFE: [&str; 26] = [
    "detail",
    "schemas",
    "kind",
    "encoding",
    "mark",
    "limit",
    "count",
    "byte",
    "position",
    "first",
    "expected",
    "pattern",
    "rows",
    "lines",
    "own",
    "both",
    "fields",
    "field",
    "allowed",
    "example",
    "zone",
    "type",
    "code",
    "character",
    "route",
    "column",
];

#[test]
fn no_cause_quotes_what_a_file_says() {
    // The column that the schema has.
    let of_schema = [Reason::LabelMissing, Reason::LabelRenamed, Reason::LabelMoved];
    for reason in Reason::ALL {
        let mut finding: Finding = example(*reason);
        finding.cell = finding.cell.map(|_| "Marie Tremblay".into());
        for (name, value) in &mut finding.args {
            let safe = SAFE.contains(name)
                || (*name == "label" && of_schema.contains(reason))
                || (*name == "sheet" && *reason == Reason::SheetMissing)
                || *name == "why";
            if !safe {
                *value = Arg::from("Marie Tremblay");
            }
        }
        let mut found = Causes::new();
        found.add(&finding);
        for language in [Language::En, Language::Fr] {
            let lines = causes(&found, Texts::new(language));
            assert_eq!(lines.len(), 1);
            assert!(!lines[0].message.contains("Tremblay"), "{reason:?}: {}", lines[0].message);
        }
    }
}

#[test]
fn several_columns_that_may_not_be_named_are_one_line() {
    let label = |label: &str| {
        Finding::of_file(Reason::LabelExtra, vec![("label", label.into()), ("position", 1u64.into())])
    };
    let mut found = Causes::new();
    found.extend(&[label("Marie"), label("Paul")]);
    let lines = causes(&found, Texts::new(Language::En));
    assert_eq!((lines.len(), lines[0].findings, lines[0].message.as_str()), (1, 2, "Unexpected column."));
}
