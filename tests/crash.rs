//! The crash matrix: the process is killed (SIGKILL) at each fault point of `passeur::fault`, and runs again. Nothing may be lost, nothing
//! may come twice, nothing partial may stand under a final name.
//!
//! Fault points exist in builds with debug assertions alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use passeur::fault::POINTS;
use passeur::store::{OutboundState, Store};

use crate::support::project::{NOW, Project};
use crate::support::sshd::{Sshd, user};

/// Points of a run in which nothing is wrong.
const INTAKE: &[&str] = &[
    "run-begun",
    "export-moved",
    "export-surveyed",
    "export-claimed",
    "rejected-rows-written",
    "outbound-files-written",
    "before-staged",
    "staged",
    "export-archived",
    "archive-recorded",
    "summary-written",
    "run-ended",
];

/// Points of delivery.
const DELIVERY: &[&str] = &[
    "before-uploading",
    "uploading",
    "sending",
    "uploaded",
    "before-verified",
    "verified",
    "before-committing",
    "committing",
    "before-delivered",
    "delivered",
    "receipt-written",
    "receipt-recorded",
];

/// Points of a set that is delivered, besides those of its files.
const SET: &[&str] = &[
    "before-grouped",
    "grouped",
    "before-set-committing",
    "set-committing",
    "before-set-marking",
    "set-marking",
    "before-set-delivered",
    "set-delivered",
];

/// Points of a set that goes inside an archive.
const ARCHIVE: &[&str] = &["archive-written", "before-packed", "packed"];

/// Points between the renames of a set: of the first file, the second, and so on.
const BETWEEN_RENAMES: &[&str] = &["before-committing", "committing", "before-delivered", "delivered"];

/// Points that come only in the run after one that was killed at another point.
const RECOVERY: &[(&str, &str)] =
    &[("outbound-files-written", "orphan-removed"), ("export-archived", "archive-recovered")];

/// Points of an export that changes while it is read.
const PUT_BACK: &[&str] = &["put-back-cleaned", "put-back-moved"];

/// Points of a file whose name is taken.
const HELD: &[&str] = &["before-held", "held"];

/// Points of the customer base.
const CUSTOMER_BASE: &[&str] = &["before-customer-base", "customer-base"];

/// Points of a person's decision.
const DECISION: &[&str] = &["before-released", "released", "before-discarded", "discarded"];

/// Points of removing what has been kept long enough (`tests/retention.rs`).
pub(crate) const RETENTION: &[&str] = &["retention-entered", "retention-removed", "retention-recorded"];

/// Points of forgetting a person (`tests/forget.rs`).
pub(crate) const FORGET: &[&str] =
    &["forget-noted", "forget-store", "forget-erasure", "forget-file", "forget-receipts", "forget-rewritten"];

const RUN: &[&str] = &["run", "--now", NOW];

/// Files of a folder, by name.
type Files = BTreeMap<String, Vec<u8>>;

/// What an undisturbed run of the samples delivers.
static UNDISTURBED: LazyLock<Files> = LazyLock::new(|| {
    let project = Project::sample();
    project.run(RUN).expect_code(1);
    let files = files(&project.path("outbox"));
    assert_eq!(files.len(), 4, "two exports, two routes");
    files
});

#[test]
fn every_point_is_in_the_matrix() {
    let recovery = RECOVERY.iter().map(|(_, point)| point);
    let lists = [INTAKE, DELIVERY, SET, ARCHIVE, PUT_BACK, HELD, CUSTOMER_BASE, DECISION, RETENTION, FORGET];
    let covered: BTreeSet<_> = lists.into_iter().flatten().chain(recovery).collect();
    assert_eq!(covered, POINTS.iter().collect());
}

#[test]
fn a_run_killed_anywhere_before_delivery_loses_nothing() {
    for point in INTAKE {
        for time in [1, 2] {
            let project = Project::sample();
            let reached = kill(&project, RUN, &[&format!("{point}:{time}")]);
            // Some points come once a run.
            assert!(reached || time == 2, "{point} is never reached");
            if reached {
                settle(&project);
                assert_undisturbed(&project, &files(&project.path("outbox")), point);
            }
        }
    }
}

#[test]
fn a_delivery_into_a_folder_killed_anywhere_is_made_once() {
    for point in DELIVERY {
        for time in [1, 3] {
            let project = Project::sample();
            assert!(
                kill(&project, RUN, &[&format!("{point}:{time}")]),
                "{point} is not reached {time} times"
            );
            settle(&project);
            assert_undisturbed(&project, &files(&project.path("outbox")), point);
        }
    }
}

#[test]
fn a_delivery_to_a_server_killed_anywhere_is_made_once() {
    for point in DELIVERY {
        let sshd = Sshd::start();
        let project = with_server(&sshd);
        assert!(kill(&project, RUN, &[&format!("{point}:2")]), "{point} is never reached");
        settle(&project);
        assert_undisturbed(&project, &files(&sshd.drop_folder()), point);
    }
}

#[test]
fn a_file_that_was_picked_up_before_the_crash_is_not_sent_again() {
    for point in ["before-delivered", "delivered", "receipt-written"] {
        let sshd = Sshd::start();
        let project = with_server(&sshd);
        assert!(kill(&project, RUN, &[point]));
        let drop = sshd.drop_folder();
        // Another session may have been faster with another file.
        let first: Vec<_> = files(&drop).into_keys().filter(|name| name.ends_with(".csv")).collect();
        assert!(!first.is_empty(), "{point}");
        let mut expected = UNDISTURBED.clone();
        for name in &first {
            std::fs::remove_file(drop.join(name)).unwrap();
            expected.remove(name).unwrap();
        }
        settle(&project);
        assert_eq!(names(&files(&drop)), names(&expected), "{point}");
        assert_ledger(&project, point);
    }
}

#[test]
fn a_run_killed_while_it_clears_up_after_a_killed_run_loses_nothing() {
    for (first, second) in RECOVERY {
        let project = Project::sample();
        assert!(kill(&project, RUN, &[first]), "{first} is never reached");
        assert!(kill(&project, RUN, &[second]), "{second} is never reached");
        settle(&project);
        assert_undisturbed(&project, &files(&project.path("outbox")), second);
    }
}

#[test]
fn a_set_killed_anywhere_is_completed_and_never_begun_again() {
    let mut points: Vec<String> = SET.iter().map(|point| format!("{point}:1")).collect();
    points.extend(["uploading:3", "verified:2", "verified:4"].map(str::to_owned));
    points
        .extend(BETWEEN_RENAMES.iter().flat_map(|point| (1..=4).map(move |time| format!("{point}:{time}"))));
    for point in points {
        let project = Project::sample();
        project.add_config(SET_CONFIG);
        assert!(kill(&project, RUN, &[&point]), "{point} is not reached");
        settle(&project);
        assert_set(&project, &files(&project.path("outbox")), &point);
    }
}

#[test]
fn a_set_on_a_server_killed_between_its_renames_is_completed_over_a_partner_that_picks_up() {
    for point in [
        "set-committing:1",
        "before-delivered:1",
        "delivered:2",
        "committing:3",
        "delivered:4",
        "before-set-delivered:1",
    ] {
        let sshd = Sshd::start();
        let project = with_server(&sshd);
        project.add_config(SET_CONFIG);
        assert!(kill(&project, RUN, &[point]), "{point} is not reached");
        // What became visible is gone when the next run looks.
        let drop = sshd.drop_folder();
        let mut got = Files::new();
        let mut pick_up = || {
            for (name, bytes) in files(&drop).into_iter().filter(|(name, _)| !name.ends_with(".part")) {
                std::fs::remove_file(drop.join(&name)).unwrap();
                assert!(got.insert(name.clone(), bytes).is_none(), "{point}: {name} came twice");
            }
        };
        pick_up();
        settle(&project);
        pick_up();
        assert!(files(&drop).is_empty(), "{point}: {:?}", names(&files(&drop)));
        assert_set(&project, &got, point);
    }
}

#[test]
fn an_archive_killed_anywhere_is_made_and_delivered_once() {
    let undisturbed = crate::platforms::archive::project("");
    undisturbed.run(RUN).expect_code(0);
    let expected = files(&undisturbed.path("outbox"));
    assert_eq!(names(&expected), ["amilia_20261116.zip"]);
    let points = ["staged:2", "before-grouped", "grouped"].iter().chain(ARCHIVE).chain(DELIVERY);
    for point in
        points.chain(&["before-set-committing", "set-committing", "before-set-delivered", "set-delivered"])
    {
        let project = crate::platforms::archive::project("");
        assert!(kill(&project, RUN, &[point]), "{point} is never reached");
        settle(&project);
        assert_same(&files(&project.path("outbox")), &expected, point);
        let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
        assert!(
            store.open_sets().unwrap().is_empty() && store.without_receipt().unwrap().is_empty(),
            "{point}"
        );
        assert_eq!(store.status(1).unwrap().outbound, [(OutboundState::Delivered, 1)], "{point}");
        for id in 1..=3 {
            let history = store.history(passeur::store::OutboundId(id)).unwrap();
            let times = history.iter().filter(|event| event.state == OutboundState::Delivered).count();
            assert_eq!(times, 1, "{point}: {history:?}");
        }
        assert_eq!(project.files("archive/outbound").len(), 3, "{point}: {}", project.tree());
        assert_eq!(project.files("receipts").len(), 1, "{point}");
    }
}

#[test]
fn an_archive_is_not_made_of_a_file_that_was_changed_before_the_next_run() {
    let project = crate::platforms::archive::project("");
    assert!(kill(&project, RUN, &["grouped"]));
    let staged = project.only("archive/outbound/*profiles*.csv");
    project.write(&staged, "customerId;emailAddress\r\n9;other@example.com\r\n");
    let said = project.run(RUN).expect_code(3).stdout;
    assert!(said.contains("missing or was changed after it was made"), "{said}");
    assert!(files(&project.path("outbox")).is_empty(), "nothing of the set goes");
}

/// As a move over file systems leaves it when it is killed between the copy and the removal.
#[test]
fn an_export_that_was_copied_to_the_archive_and_not_yet_removed_is_archived_once() {
    let project = Project::sample();
    assert!(kill(&project, RUN, &["staged"]));
    let record =
        Store::open_read_only(&project.path("passeur.db")).unwrap().unfinished_exports().unwrap().remove(0);
    let name = record.work_path.file_name().unwrap().to_str().unwrap().to_owned();
    let copy = format!("archive/{}/{name}", record.run);
    std::fs::create_dir_all(project.path(&copy).parent().unwrap()).unwrap();
    std::fs::copy(project.root().join(&record.work_path), project.path(&copy)).unwrap();
    settle(&project);
    assert_undisturbed(&project, &files(&project.path("outbox")), "copied");
}

#[test]
fn an_export_put_back_because_it_changed_is_not_lost_by_a_crash() {
    for point in PUT_BACK {
        let project = Project::sample();
        std::fs::remove_file(project.path("inbox/abonnements.csv")).unwrap();
        let mut run = Run::start(&project, RUN, &["outbound-files-written", point]);
        assert!(run.stopped());
        let work = project.path("work/memberships.csv");
        let mut bytes = std::fs::read(&work).unwrap();
        bytes.extend_from_slice(b"\n");
        std::fs::write(&work, &bytes).unwrap();
        run.go_on();
        assert!(run.stopped(), "{point} is never reached");
        run.kill();
        settle(&project);
        let places: Vec<_> = ["inbox", "work", "archive"]
            .iter()
            .flat_map(|folder| project.files(folder))
            .filter(|file| project.read(file) == bytes)
            .collect();
        assert_eq!(places.len(), 1, "{point}: {places:?}");
        assert!(places[0].starts_with("archive/"), "{point}: {places:?}");
        assert_eq!(files(&project.path("outbox")).len(), 2, "{point}");
        assert_ledger(&project, point);
    }
}

#[test]
fn a_customer_base_killed_anywhere_is_brought_up_to_date_once() {
    let arguments = ["run", "--now", crate::customer_base::DAY_1];
    let undisturbed = crate::customer_base::sample(1);
    undisturbed.run(&arguments).expect_code(0);
    let expected = files(&undisturbed.path("outbox"));
    assert_eq!(expected.len(), 4);
    let points = INTAKE.iter().filter(|point| **point != "rejected-rows-written").chain(CUSTOMER_BASE);
    for point in points.chain(&["export-archived:5", "before-staged:4"]) {
        let project = crate::customer_base::sample(1);
        assert!(kill(&project, &arguments, &[point]), "{point} is never reached");
        let again = project.run(&arguments);
        assert_eq!(again.code, Some(0), "{point}: {again}");
        assert_same(&files(&project.path("outbox")), &expected, point);
        assert!(project.files("work").iter().all(|file| file == "work/.lock"), "{point}: {}", project.tree());
        assert_ledger(&project, point);
        project.run(&arguments).expect_code(0);
        assert_same(&files(&project.path("outbox")), &expected, point);
    }
}

#[test]
fn a_file_that_is_being_held_when_the_process_dies_is_held_in_the_end() {
    let taken = "myuniverse_cardcode_members_20261116.csv";
    for point in HELD {
        let project = Project::sample();
        project.write(&format!("outbox/{taken}"), "theirs");
        assert!(kill(&project, RUN, &[point]), "{point} is never reached");
        let held = project.run(RUN);
        // 3 if this run held it, 0 if the dead one did.
        assert!(matches!(held.code, Some(0 | 3)), "{point}: {held}");
        project.assert_each_export_in_one_place();
        let mut expected = UNDISTURBED.clone();
        expected.insert(taken.to_owned(), b"theirs".to_vec());
        assert_same(&files(&project.path("outbox")), &expected, point);
        let status = Store::open_read_only(&project.path("passeur.db")).unwrap().status(9).unwrap();
        assert_eq!(status.held.len(), 1, "{point}");
        assert!(status.waiting.is_empty(), "{point}");
    }
}

#[test]
fn a_decision_that_dies_is_made_or_not_made() {
    let taken = "myuniverse_cardcode_members_20261116.csv";
    let other = "myuniverse_cardcode_members9_20261116.csv";
    for point in DECISION {
        let project = Project::sample();
        project.write(&format!("outbox/{taken}"), "theirs");
        project.run(RUN).expect_code(3);
        let release: &[&str] = &["release", "1", "--as", other];
        let discard: &[&str] = &["discard", "1", "--reason", "test"];
        let decision = if point.ends_with("released") { release } else { discard };
        assert!(kill(&project, decision, &[point]), "{point} is never reached");
        let again = project.run(decision);
        // Decided already when the transaction was through.
        assert_eq!(again.code, Some(if point.starts_with("before-") { 0 } else { 2 }), "{point}: {again}");
        settle(&project);
        let mut expected = UNDISTURBED.clone();
        let ours = expected.insert(taken.to_owned(), b"theirs".to_vec()).unwrap();
        if point.ends_with("released") {
            expected.insert(other.to_owned(), ours);
        }
        assert_same(&files(&project.path("outbox")), &expected, point);
    }
}

/// The routes of the samples together.
const SET_CONFIG: &str =
    "[[sets]]\nname = \"loyalty\"\nroutes = [\"tiers\", \"cards\"]\nmarker = \"READY\"\n";

/// All of the set is there once, with its marker.
#[track_caller]
fn assert_set(project: &Project, delivered: &Files, point: &str) {
    let mut files = delivered.clone();
    assert_eq!(files.remove("READY"), Some(Vec::new()), "{point}");
    assert_undisturbed(project, &files, point);
    let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
    assert!(store.open_sets().unwrap().is_empty(), "{point}");
}

/// A child of the test that stops at fault points.
struct Run {
    child: std::process::Child,
    marker: std::path::PathBuf,
}

impl Run {
    fn start(project: &Project, arguments: &[&str], points: &[&str]) -> Run {
        let marker = project.path("marker");
        let mut command = project.command(arguments);
        command.env("PASSEUR_FAULT", points.join(",")).env("PASSEUR_FAULT_MARKER", &marker);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Run { child, marker }
    }

    /// Waits until the process has stopped at a point. `false`: it has ended.
    fn stopped(&mut self) -> bool {
        let end = Instant::now() + Duration::from_secs(60);
        while !self.marker.exists() {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            if Instant::now() > end {
                let _ = self.child.kill();
                panic!("the run neither ends nor stops");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        true
    }

    fn go_on(&self) {
        std::fs::remove_file(&self.marker).unwrap();
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::fs::remove_file(&self.marker).unwrap();
    }
}

/// Kills a command at the last of these points. `false`: it ended before.
pub(crate) fn kill(project: &Project, arguments: &[&str], points: &[&str]) -> bool {
    let mut run = Run::start(project, arguments, points);
    let reached = run.stopped();
    if reached {
        run.kill();
    }
    reached
}

/// Runs until there is nothing to do, which must be soon.
fn settle(project: &Project) {
    for _ in 0..3 {
        let mut arguments = RUN.to_vec();
        arguments.extend(["--format", "json"]);
        let output = project.run(&arguments);
        assert!(matches!(output.code, Some(0 | 1)), "{output}");
        let summary = output.json();
        if summary["exports"] == serde_json::json!([]) && summary["files"] == serde_json::json!([]) {
            return;
        }
    }
    panic!("there is always something to do:\n{}", project.run(RUN));
}

/// All is as if nothing had happened.
#[track_caller]
fn assert_undisturbed(project: &Project, delivered: &Files, point: &str) {
    assert_same(delivered, &UNDISTURBED, point);
    project.assert_each_export_in_one_place();
    assert!(project.files("work").iter().all(|file| file == "work/.lock"), "{point}: {}", project.tree());
    assert_ledger(project, point);
    let status = Store::open_read_only(&project.path("passeur.db")).unwrap().status(1).unwrap();
    assert_eq!(status.outbound, [(OutboundState::Delivered, 4)], "{point}");
}

/// Each file of the ledger was delivered once and has a receipt; its bytes are staged, and nothing else is; no export is open.
#[track_caller]
fn assert_ledger(project: &Project, point: &str) {
    let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
    assert!(store.unfinished_exports().unwrap().is_empty(), "{point}");
    assert!(store.without_receipt().unwrap().is_empty(), "{point}");
    let status = store.status(9).unwrap();
    assert!(status.held.is_empty() && status.waiting.is_empty(), "{point}");
    assert!(status.runs.iter().all(|run| run.ended_at.is_some()), "{point}: a dead run is still open");
    let delivered: u64 = status.outbound.iter().map(|(_, count)| count).sum();
    assert_eq!(project.files("archive/outbound").len() as u64, delivered, "{point}: {}", project.tree());
    assert_eq!(project.files("receipts").len() as u64, delivered, "{point}");
    for id in 1..=i64::try_from(delivered).unwrap() {
        let history = store.history(passeur::store::OutboundId(id)).unwrap();
        let times = history.iter().filter(|event| event.state == OutboundState::Delivered).count();
        assert_eq!(times, 1, "{point}: {history:?}");
    }
}

#[track_caller]
fn assert_same(found: &Files, expected: &Files, point: &str) {
    assert_eq!(names(found), names(expected), "{point}");
    assert!(found == expected, "{point}: a file has other bytes");
}

fn names(files: &Files) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

fn files(folder: &Path) -> Files {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap());
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// The samples, with that server as the destination.
fn with_server(sshd: &Sshd) -> Project {
    let project = Project::sample();
    let config = project.text("passeur.toml");
    let block = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    assert!(config.contains(block));
    let server = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}\"\n\
         auth = {{ key = \"{}\" }}\nhost_keys = [\"{}\"]\nverify = \"content\"\n",
        sshd.port,
        user(),
        sshd.drop_folder().display(),
        sshd.key().display(),
        sshd.fingerprint("ed25519"),
    );
    project.config(&config.replace(block, &server));
    project
}
