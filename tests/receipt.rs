//! `passeur receipt verify`.

use crate::support::project::{NOW, Project};

/// A project that has delivered one file.
fn delivered() -> Project {
    let project = Project::sample();
    std::fs::remove_file(project.path("inbox/abonnements.csv")).unwrap();
    let config = project.text("passeur.toml");
    let (cards, _) = config.split_once("# The same memberships as moves").unwrap();
    project.config(cards);
    project.run(&["run", "--now", NOW]).expect_code(1);
    project
}

const RECEIPT: &str = "receipts/myuniverse_cardcode_members_20261116.csv.json";
const FILE: &str = "outbox/myuniverse_cardcode_members_20261116.csv";

#[test]
fn a_receipt_holds_against_ledger_archive_copy_and_destination() {
    let project = delivered();
    let output = project.run(&["receipt", "verify", "--all", "--remote", "--content"]).expect_code(0);
    insta::assert_snapshot!(output.stdout, @"
    receipts/myuniverse_cardcode_members_20261116.csv.json
      ledger: the same, byte for byte
      export: the same, byte for byte
      our copy: the same, byte for byte
      destination: the same, byte for byte
    1 of 1 receipt holds.
    ");
    let here = project.run(&["receipt", "verify", RECEIPT]).expect_code(0);
    assert!(!here.stdout.contains("destination"), "{here}");
}

#[test]
fn a_file_that_was_picked_up_is_no_error() {
    let project = delivered();
    std::fs::remove_file(project.path(FILE)).unwrap();
    let output = project.run(&["receipt", "verify", "--all", "--remote"]).expect_code(0);
    assert!(output.stdout.contains("the partner has picked it up"), "{output}");
}

#[test]
fn another_file_under_the_name_differs() {
    let project = delivered();
    let mut bytes = project.read(FILE);
    bytes[0] ^= 1;
    std::fs::write(project.path(FILE), &bytes).unwrap();
    project.run(&["receipt", "verify", "--all", "--remote"]).expect_code(0);
    let output = project.run(&["receipt", "verify", "--all", "--remote", "--content"]).expect_code(1);
    assert!(output.stdout.contains("destination: DIFFERS, the receipt says SHA-256 "), "{output}");
    std::fs::write(project.path(FILE), "short").unwrap();
    let output = project.run(&["receipt", "verify", "--all", "--remote"]).expect_code(1);
    assert!(output.stdout.contains(" found 5 bytes"), "{output}");
    assert!(output.stdout.contains("0 of 1 receipt"), "{output}");
}

#[test]
fn a_changed_export_and_a_missing_copy_are_told() {
    let project = delivered();
    let export = project.only("archive/*/memberships.csv");
    std::fs::write(project.path(&export), "changed").unwrap();
    let copy = project.only("archive/outbound/*");
    std::fs::remove_file(project.path(&copy)).unwrap();
    let output = project.run(&["receipt", "verify", RECEIPT]).expect_code(1);
    assert!(output.stdout.contains("export: DIFFERS"), "{output}");
    assert!(output.stdout.contains("our copy: MISSING, there is no archive/outbound/"), "{output}");
}

#[test]
fn a_receipt_that_was_changed_is_told() {
    let project = delivered();
    let text = project.text(RECEIPT);
    std::fs::write(project.path(RECEIPT), text.replace("myuniverse_cardcode", "other_cardcode")).unwrap();
    let output = project.run(&["receipt", "verify", "--all"]).expect_code(1);
    assert!(output.stdout.contains("ledger: DIFFERS, the receipt says other_cardcode"), "{output}");
    std::fs::write(project.path(RECEIPT), "{}").unwrap();
    let output = project.run(&["receipt", "verify", "--all"]).expect_code(1);
    assert!(output.stdout.contains("CANNOT BE READ: it is no receipt"), "{output}");
}

#[test]
fn a_destination_that_cannot_be_looked_at_is_not_taken_for_empty() {
    let project = delivered();
    std::fs::remove_dir_all(project.path("outbox")).unwrap();
    let output = project.run(&["receipt", "verify", "--all", "--remote"]).expect_code(5);
    assert!(output.stdout.contains("destination: NOT CHECKED: "), "{output}");
    let french = ["--language", "fr", "receipt", "verify", "--all", "--remote"];
    let output = project.run(&french).expect_code(5);
    assert!(output.stdout.contains("il n’y a pas là-bas de dossier"), "{output}");
}

#[test]
fn a_receipt_that_cannot_be_written_is_told_in_the_language_of_the_project() {
    let project = Project::sample();
    project.write("receipts", "in the way");
    let said = project.run(&["run", "--now", NOW, "--language", "fr"]).stdout;
    assert!(said.contains("a été livré, mais son reçu ne peut pas être écrit dans"), "{said}");
    assert!(!said.contains("was delivered"), "{said}");
}
