//! A folder as a destination.

use passeur::config::Verify;
use passeur::store::{HoldCode, OutboundState};

use super::{Project, folder_destination};

#[test]
fn a_file_lands_in_a_folder_that_is_made_for_it_with_a_receipt() {
    let mut project = Project::new();
    let outbox = project.folder.path().join("outbox/splio");
    let mut destination = folder_destination("local", outbox.clone());
    destination.verify = Verify::Content;
    project.add(destination);
    let id = project.stage("local", "club_cardcode_main_20261115.csv", b"one\n");

    let summary = project.deliver();
    assert_eq!(summary.count(OutboundState::Delivered), 1, "{summary:?}");
    assert_eq!(summary.remarks, []);
    assert_eq!(std::fs::read(outbox.join("club_cardcode_main_20261115.csv")).unwrap(), b"one\n");
    assert_eq!(std::fs::read_dir(&outbox).unwrap().count(), 1, "no temporary file is left");
    let receipt = project.record(id).receipt_path.unwrap();
    assert_eq!(receipt.to_str().unwrap(), "receipts/club_cardcode_main_20261115.csv.json");
}

#[test]
fn two_destinations_with_the_same_file_name_keep_both_receipts() {
    let mut project = Project::new();
    for name in ["first", "second"] {
        let path = project.folder.path().join(name);
        project.add(folder_destination(name, path));
        project.stage(name, "contacts.csv", b"x");
    }
    assert_eq!(project.deliver().count(OutboundState::Delivered), 2);
    assert_eq!(std::fs::read_dir(project.folder.path().join("receipts")).unwrap().count(), 2);
}

#[test]
fn a_receipt_that_cannot_be_written_is_written_by_the_next_run() {
    let mut project = Project::new();
    project.add(folder_destination("local", project.folder.path().join("outbox")));
    let id = project.stage("local", "contacts.csv", b"x");
    let receipts = project.folder.path().join("receipts");
    std::fs::write(&receipts, "in the way").unwrap();

    let summary = project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Delivered);
    assert!(
        summary.remarks[0]
            .to_string()
            .starts_with("contacts.csv was delivered, but its receipt cannot be written to "),
        "{summary:?}"
    );

    std::fs::remove_file(&receipts).unwrap();
    let summary = project.deliver();
    assert_eq!((summary.files.len(), summary.remarks.len()), (0, 0));
    assert!(receipts.join("contacts.csv.json").is_file());
}

#[test]
fn a_name_that_is_there_already_is_held() {
    let mut project = Project::new();
    let outbox = project.folder.path().join("outbox");
    std::fs::create_dir(&outbox).unwrap();
    std::fs::write(outbox.join("contacts.csv"), "theirs").unwrap();
    project.add(folder_destination("local", outbox.clone()));
    let id = project.stage("local", "contacts.csv", b"ours");

    assert_eq!(project.deliver().count(OutboundState::Held), 1);
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::NameTaken);
    assert_eq!(std::fs::read(outbox.join("contacts.csv")).unwrap(), b"theirs");
}

#[test]
fn a_destination_that_the_config_lost_keeps_its_files_waiting() {
    let mut project = Project::new();
    let id = project.stage("gone", "contacts.csv", b"x");
    let summary = project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Staged);
    assert_eq!(
        summary.files[0].reason.as_ref().map(passeur::delivery::Why::english),
        Some(
            "destination gone: the config has no such destination any more: put it back, and the next run delivers the file"
        )
    );
}
