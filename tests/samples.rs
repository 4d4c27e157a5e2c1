//! The samples are what `samples/README.md` says, to the line.

use std::collections::BTreeSet;

use crate::support::project::{NOW, Project};

/// The lines that the README's tables name as refused for one export.
fn lines_in_readme(project: &Project, export: &str) -> BTreeSet<u64> {
    let readme = project.text("README.md");
    let heading = format!("| {export} | what people do |");
    let (_, table) = readme.split_once(&heading).expect("the README has a table for each export");
    table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.trim_start_matches('|').split('|').next()?.trim().parse().ok())
        .collect()
}

/// The `_line` column of the rejected-rows file of one export.
fn lines_refused(project: &Project, export: &str, delimiter: u8) -> BTreeSet<u64> {
    let name = format!("reports/*/{}.rejected.csv", export.trim_end_matches(".csv"));
    let bytes = project.read(&project.only(&name));
    let mut rows =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes.as_slice());
    let rows = rows.byte_records().map(|row| row.expect("the rejected-rows file is a CSV file"));
    rows.map(|row| String::from_utf8_lossy(&row[0]).parse().expect("_line is a number")).collect()
}

#[test]
fn the_readme_names_eight_broken_rows_of_each_export() {
    let project = Project::sample();
    assert_eq!(lines_in_readme(&project, "memberships.csv").len(), 8);
    assert_eq!(lines_in_readme(&project, "abonnements.csv").len(), 8);
}

#[test]
fn the_english_export_is_utf_8_with_lf() {
    let bytes = Project::sample().read("inbox/memberships.csv");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.starts_with("Membership ID,Membership,Person ID,"));
    assert!(text.contains("Montréal"));
    assert!(!text.contains('\r'));
    assert_eq!(text.lines().count(), 36);
}

#[test]
fn the_french_export_is_windows_1252_with_crlf() {
    let bytes = Project::sample().read("inbox/abonnements.csv");
    assert!(std::str::from_utf8(&bytes).is_err());
    let text = encoding_rs::WINDOWS_1252.decode(&bytes).0;
    assert!(text.starts_with("Numéro d'abonnement;Abonnement;Numéro de personne;"));
    assert_eq!(text.matches("\r\n").count(), 31);
    assert_eq!(text.matches('\n').count(), 31);
}

#[test]
fn all_addresses_are_invented() {
    let project = Project::sample();
    for export in project.files("inbox") {
        let bytes = project.read(&export);
        let text = encoding_rs::WINDOWS_1252.decode(&bytes).0.to_lowercase();
        let strange: Vec<_> = text
            .split([',', ';', '\r', '\n'])
            .filter(|cell| cell.contains('@') && !cell.trim().ends_with("@example.com"))
            .collect();
        assert!(strange.is_empty(), "{export}: {strange:?}");
    }
}

#[test]
fn a_run_refuses_the_rows_that_the_readme_names_and_no_others() {
    let project = Project::sample();
    project.run(&["run", "--now", NOW]).expect_code(1);
    for (export, delimiter) in [("memberships.csv", b','), ("abonnements.csv", b';')] {
        assert_eq!(lines_refused(&project, export, delimiter), lines_in_readme(&project, export), "{export}");
    }
    project.assert_each_export_in_one_place();
}

#[test]
fn a_run_delivers_both_exports_to_both_scopes_under_names_of_their_own() {
    let project = Project::sample();
    project.run(&["run", "--now", NOW]).expect_code(1);
    assert_eq!(
        project.files("outbox"),
        [
            "outbox/myuniverse_cardcode_members2_20261116.csv",
            "outbox/myuniverse_cardcode_members_20261116.csv",
            "outbox/myuniverse_tierchange_tiers2_20261116.csv",
            "outbox/myuniverse_tierchange_tiers_20261116.csv",
        ]
    );
}
