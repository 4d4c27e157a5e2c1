//! What has been kept long enough goes; what is needed stays; what was sent stays known.

#[cfg(debug_assertions)]
use crate::crash::{RETENTION, kill};
use crate::support::project::{MEMBERSHIPS, NOW, Project};

const TERMS: &str =
    "[retention]\nexports = 30\noutbound = \"10 days\"\nreports = \"1 month\"\nreceipts = \"2 years\"\n";

fn export(card: u32) -> String {
    format!("{MEMBERSHIPS}4101,Gym,1,1,2026-01-01,2026-01-01,2026-12-31,Active,ann@example.com,C{card}\n")
}

/// A project that delivered one file.
fn delivered(terms: &str) -> Project {
    let project = Project::new();
    project.add_config(terms);
    project.write("inbox/m.csv", export(1));
    project.run(&["run", "--now", NOW]).expect_code(0);
    project
}

fn clean(project: &Project, now: &str) -> String {
    project.mask(&project.run(&["clean", "--now", now]).expect_code(0).stdout)
}

#[test]
fn each_kind_goes_in_its_time_and_receipts_say_so() {
    let project = delivered(TERMS);
    assert_eq!(
        clean(&project, "2026-11-25T23:59:59-05:00"),
        "Nothing has been kept longer than [retention] says.\n"
    );
    insta::assert_snapshot!(clean(&project, "2026-11-26T00:00:00-05:00"), @r"
    One copy of an outbound file:
      2026-11-16  archive/outbound/[run]-1-cards-1.csv
    Removed, as kept long enough: exports 0, copies of outbound files 1, receipts 0, reports of runs 0. What was sent is remembered.
    ");
    insta::assert_snapshot!(clean(&project, "2026-12-16T00:00:00-05:00"), @r"
    One archived export:
      2026-11-16  archive/[run]/m.csv
    The reports of one run:
      2026-11-16  reports/[run]
    Removed, as kept long enough: exports 1, copies of outbound files 0, receipts 0, reports of runs 1. What was sent is remembered.
    ");
    let verified = project.run(&["receipt", "verify", "--all"]).expect_code(0);
    insta::assert_snapshot!(verified.stdout, @r"
    receipts/demo_cardcode_members_20261116.csv.json
      ledger: the same, byte for byte
      export: removed on 2026-12-16, when its term was over, as the receipt says
      our copy: removed on 2026-11-26, when its term was over, as the receipt says
    1 of 1 receipt holds.
    ");
    assert_eq!(project.files("archive"), [] as [String; 0]);
    assert_eq!(project.files("reports"), [] as [String; 0]);
    insta::assert_snapshot!(clean(&project, "2028-11-16T00:00:00-05:00"), @r"
    One receipt:
      2026-11-16  receipts/demo_cardcode_members_20261116.csv.json
    Removed, as kept long enough: exports 0, copies of outbound files 0, receipts 1, reports of runs 0. What was sent is remembered.
    ");
    assert_eq!(project.files("receipts"), [] as [String; 0]);
}

#[test]
fn a_run_removes_at_its_end_and_still_knows_what_came_and_what_was_sent() {
    let project = delivered(TERMS);
    project.write("inbox/new.csv", export(2));
    let output = project.run(&["run", "--now", "2027-01-16T09:30:00-05:00"]).expect_code(0);
    assert!(
        output.stdout.contains("Removed, as kept long enough: exports 1, copies of outbound files 1"),
        "{output}"
    );
    // The reports of the first run are gone: this is the summary of the second.
    let summary: serde_json::Value =
        serde_json::from_str(&project.text(&project.only("reports/20270116*/summary.json"))).unwrap();
    let removed = |kind: &str| summary["removed"][kind].as_array().unwrap().clone();
    assert_eq!(removed("exports").len(), 1, "{summary}");
    assert!(removed("exports")[0].as_str().unwrap().ends_with("/m.csv"), "{summary}");
    assert!(removed("outbound")[0].as_str().unwrap().starts_with("archive/outbound/"), "{summary}");
    assert_eq!(project.matching("archive/*/m.csv"), [] as [String; 0], "{}", project.tree());
    assert_eq!(project.files("archive").len(), 2, "the new export and its file: {}", project.tree());
    project.write("inbox/again.csv", export(1));
    let output = project.run(&["run", "--now", "2027-01-17T09:30:00-05:00"]).expect_code(0);
    assert!(output.stdout.contains("was processed before"), "{output}");
}

#[test]
fn without_terms_nothing_goes() {
    let project = delivered("");
    let before = project.tree();
    assert_eq!(
        clean(&project, "2099-01-01T00:00:00Z"),
        "Nothing has been kept longer than [retention] says.\n"
    );
    assert_eq!(project.tree(), before);
}

#[test]
fn a_dry_run_says_what_would_go() {
    let project = delivered(TERMS);
    let before = project.tree();
    let output = project.run(&["clean", "--dry-run", "--now", "2027-01-16T09:30:00-05:00"]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    One archived export:
      2026-11-16  archive/[run]/m.csv
    One copy of an outbound file:
      2026-11-16  archive/outbound/[run]-1-cards-1.csv
    The reports of one run:
      2026-11-16  reports/[run]
    Nothing was removed.
    ");
    assert_eq!(project.tree(), before);
}

#[test]
fn what_is_held_keeps_its_export_and_its_reports() {
    let project = Project::new();
    project.config(&project.text("passeur.toml").replace("\"100 %\"", "\"0 %\""));
    project.add_config(TERMS);
    project.write(
        "inbox/m.csv",
        export(1) + "4101,Gym,1,1,never,2026-01-01,2026-12-31,Active,bob@example.com,C9\n",
    );
    project.run(&["run", "--now", NOW]).expect_code(3);
    let before = project.tree();
    assert_eq!(
        clean(&project, "2099-01-01T00:00:00Z"),
        "Nothing has been kept longer than [retention] says.\n"
    );
    assert_eq!(project.tree(), before);
    project.run(&["release", "1"]).expect_code(0);
    project.run(&["run", "--now", "2099-01-01T00:00:00Z"]).expect_code(0);
    assert!(clean(&project, "2099-03-01T00:00:00Z").contains("Removed"));
    assert_eq!(project.files("archive"), [] as [String; 0]);
}

#[test]
fn files_of_others_stay() {
    let project = delivered(TERMS);
    let run = project.only("reports/*/summary.json").replace("/summary.json", "");
    for file in [
        "archive/note.txt".to_owned(),
        "archive/outbound.txt".to_owned(),
        format!("{run}/letter.docx"),
        "reports/mine.csv".to_owned(),
    ] {
        std::fs::write(project.path(&file), "mine").unwrap();
    }
    clean(&project, "2099-01-01T00:00:00Z");
    assert_eq!(project.files("archive"), ["archive/note.txt", "archive/outbound.txt"]);
    assert_eq!(project.files("reports"), [format!("{run}/letter.docx"), "reports/mine.csv".to_owned()]);
}

#[cfg(debug_assertions)]
#[test]
fn a_killed_command_is_finished_by_the_next() {
    for point in RETENTION {
        let project = delivered(TERMS);
        let arguments = ["clean", "--now", "2027-01-16T09:30:00-05:00"];
        assert!(kill(&project, &arguments, &[point]), "{point} is never reached");
        project.run(&arguments).expect_code(0);
        assert_eq!(project.files("archive"), [] as [String; 0], "{point}");
        project.run(&["receipt", "verify", "--all"]).expect_code(0);
    }
}
