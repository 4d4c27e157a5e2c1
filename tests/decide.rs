//! Held files: what `status` says about them, and what `release` and `discard` do.

use std::fs::File;

use passeur::store::{OutboundId, OutboundState, Store};

use russh_sftp::protocol::StatusCode;

use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD};
use crate::support::project::{NOW, Output, Project};
use crate::watch::{export, to_fault_server};

const RUN: &[&str] = &["run", "--now", NOW];
const TAKEN: &str = "myuniverse_cardcode_members_20261116.csv";

/// The samples, with one name taken at the destination.
fn name_taken() -> Project {
    let project = Project::sample();
    project.write(&format!("outbox/{TAKEN}"), "theirs");
    project.run(RUN).expect_code(3);
    project
}

/// One sample export, of which more rows are refused than the routes allow.
fn too_many_rejected() -> Project {
    let project = Project::sample();
    std::fs::remove_file(project.path("inbox/abonnements.csv")).unwrap();
    let config = project.text("passeur.toml").replace("max_rejected = \"30 %\"", "max_rejected = \"1 %\"");
    project.config(&config);
    project.run(RUN).expect_code(3);
    project
}

fn held(project: &Project) -> Vec<OutboundId> {
    let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
    store.status(1).unwrap().held.iter().map(|file| file.id).collect()
}

#[test]
fn status_says_why_each_file_is_held_and_what_acts() {
    // The name it proposes is of the day of the status.
    let status = name_taken().run(&["status", "--now", "2026-12-24T12:00:00-05:00"]).expect_code(3).stdout;
    let (_, held) = status.split_once("Held").unwrap();
    insta::assert_snapshot!(held, @r#"
    , waiting for a person
      #1 myuniverse_cardcode_members_20261116.csv: 22 rows, for splio
          splio has a file named myuniverse_cardcode_members_20261116.csv already, and passeur did not put it there under this delivery. Nothing was replaced. A name is used once: send ours under another name, or discard it
          later files of its route have been delivered since (1): released, it reaches the platform after them
          send it:       passeur release 1 --as myuniverse_cardcode_members_20261224.csv
          never send it: passeur discard 1 --reason "…"
    "#);
}

#[test]
fn the_reason_is_told_in_french_too() {
    let project = name_taken();
    let status = project.run(&["--language", "fr", "status"]).expect_code(3).stdout;
    assert!(status.contains("Un nom ne sert qu’une fois"), "{status}");
    assert!(status.contains("ne pas l’envoyer\u{a0}: passeur discard 1"), "{status}");
}

#[test]
fn a_released_file_is_delivered_by_the_next_run() {
    let project = too_many_rejected();
    assert!(project.files("outbox").is_empty());
    assert_eq!(held(&project).len(), 2);
    let said = project.run(&["release", "1", "--by", "Anne"]).expect_code(0).stdout;
    assert_eq!(
        said,
        "#1 myuniverse_cardcode_members_20261116.csv is released: the next run (passeur run) uploads it to splio under that \
         name.\n"
    );
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("outbox"), [format!("outbox/{TAKEN}")]);
    let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
    let history = store.history(OutboundId(1)).unwrap();
    let states: Vec<_> = history.iter().map(|event| event.state).collect();
    use OutboundState::{Committing, Delivered, Held, Staged, Uploading, Verified};
    assert_eq!(states, [Staged, Held, Staged, Uploading, Verified, Committing, Delivered]);
    assert_eq!(history[2].detail.as_deref(), Some("released by Anne"));
}

#[test]
fn a_file_whose_name_is_taken_goes_out_under_another_name_alone() {
    let project = name_taken();
    let refused = project.run(&["release", "1"]).expect_code(2);
    assert!(refused.stderr.contains("say another one with --as NAME"), "{refused}");
    assert_eq!(held(&project).len(), 1);
    for (name, why) in [
        ("myuniverse_cardcode_members2_20261116.csv", "a name is never used twice"),
        ("myuniverse_tierchange_members9_20261116.csv", "scope `tierchange` is not known"),
        ("other_cardcode_members9_20261116.csv", "must begin with myuniverse_cardcode_"),
        ("myuniverse_cardcode_unassigned-1_20261116.csv", "must begin with myuniverse_cardcode_"),
        ("myuniverse_cardcode_members9_20261131.csv", "is not a day of the calendar"),
        ("../x.csv", "cannot be used"),
    ] {
        let refused = project.run(&["release", "1", "--as", name]).expect_code(2);
        assert!(refused.stderr.contains(why), "{name}: {refused}");
    }
    let name = "myuniverse_cardcode_members9_20261116.csv";
    project.run(&["release", "1", "--as", name]).expect_code(0);
    project.run(RUN).expect_code(0);
    assert_eq!(project.read(&format!("outbox/{TAKEN}")), b"theirs");
    assert!(project.text(&format!("outbox/{name}")).lines().count() > 1);
    assert!(held(&project).is_empty());
}

#[test]
fn a_file_without_a_subsection_is_not_released_under_its_makeshift_name() {
    let project = Project::sample();
    let config = project.text("passeur.toml");
    let config = config.replace("[\"members\", \"members2\", \"members3\"]", "[\"members\"]");
    project.config(&config);
    project.run(RUN).expect_code(3);
    let held = held(&project);
    assert_eq!(held.len(), 1);
    let id = held[0].0.to_string();
    project.run(&["release", &id]).expect_code(2);
    let status = project.run(&["status"]).expect_code(3).stdout;
    assert!(status.contains(&format!("passeur release {id} --as ")), "{status}");
    project.run(&["release", &id, "--as", "myuniverse_cardcode_late_20261116.csv"]).expect_code(0);
    project.run(RUN).expect_code(0);
    assert!(project.files("outbox").contains(&"outbox/myuniverse_cardcode_late_20261116.csv".to_owned()));
}

#[test]
fn a_discarded_export_may_be_dropped_again_and_takes_the_same_names() {
    let project = too_many_rejected();
    let export = project.read(&project.only("archive/*/memberships.csv"));
    let said = project.run(&["discard", "1", "--reason", "wrong month"]).expect_code(0).stdout;
    assert!(said.contains("never be sent"), "{said}");
    assert!(said.contains("--resend"), "the other file of the export still waits: {said}");
    let said = project.run(&["discard", "#2", "--reason", "wrong month"]).expect_code(0).stdout;
    assert!(said.contains("dropped again, it is processed like a new one"), "{said}");
    project.run(RUN).expect_code(0);
    assert!(project.files("outbox").is_empty());

    let config = project.text("passeur.toml").replace("max_rejected = \"1 %\"", "max_rejected = \"50 %\"");
    project.config(&config).write("inbox/memberships.csv", export);
    project.run(RUN).expect_code(1);
    assert_eq!(
        project.files("outbox"),
        [format!("outbox/{TAKEN}"), "outbox/myuniverse_tierchange_tiers_20261116.csv".to_owned()]
    );
    let store = Store::open_read_only(&project.path("passeur.db")).unwrap();
    let history = store.history(OutboundId(1)).unwrap();
    let detail = history.last().unwrap().detail.clone().unwrap();
    assert!(detail.starts_with("discarded by ") && detail.ends_with(": wrong month"), "{detail}");
}

#[test]
fn an_export_of_which_one_file_was_sent_is_still_known() {
    let project = name_taken();
    let export = project.read(&project.only("archive/*/abonnements.csv"));
    project.run(&["discard", "1", "--reason", "theirs is right"]).expect_code(0);
    project.write("inbox/again.csv", export);
    let output = project.run(RUN).expect_code(0);
    assert!(output.stdout.contains("was processed before"), "{output}");
}

#[test]
fn only_a_held_file_can_be_decided_on() {
    let project = name_taken();
    let refused = project.run(&["discard", "2", "--reason", "x"]).expect_code(2);
    assert!(refused.stderr.contains("file #2 is not held, it is delivered"), "{refused}");
    let unknown = project.run(&["release", "99"]);
    assert!(unknown.stderr.contains("the store knows no outbound file 99"), "{unknown}");
    project.run(&["discard", "1"]).expect_code(2);
}

#[test]
fn a_file_whose_staged_copy_is_gone_is_not_released() {
    let project = too_many_rejected();
    let staged = project.matching("archive/outbound/*cards*");
    std::fs::write(project.path(&staged[0]), "something else").unwrap();
    let refused = project.run(&["release", "1"]).expect_code(2);
    assert!(refused.stderr.contains("are not the ones that were made"), "{refused}");
}

#[test]
fn nothing_is_decided_while_a_run_works() {
    let project = name_taken();
    let lock = File::options().write(true).open(project.path("work/.lock")).unwrap();
    lock.lock().unwrap();
    let busy = project.run(&["discard", "1", "--reason", "x"]).expect_code(4);
    assert!(busy.stderr.contains("another run is working"), "{busy}");
    assert_eq!(held(&project).len(), 1);
}

#[test]
fn a_project_that_never_ran_has_nothing_to_decide() {
    let output = Project::sample().run(&["release", "1"]).expect_code(5);
    assert!(output.stderr.contains("nothing has run in this project yet"), "{output}");
}

#[test]
fn who_releases_a_file_is_told_that_later_ones_of_its_route_are_there_already() {
    let project = Project::new();
    project.write("outbox/demo_cardcode_members_20261116.csv", "theirs");
    project.write("inbox/1.csv", export(1));
    project.run(RUN).expect_code(3);
    let status = project.run(&["status"]).stdout;
    assert!(!status.contains("later files"), "{status}");
    project.write("inbox/2.csv", export(2));
    project.run(RUN).expect_code(0);
    let told = "later files of its route have been delivered since (1)";
    let status = project.run(&["status"]).stdout;
    assert!(status.contains(told), "{status}");
    let released =
        project.run(&["release", "1", "--as", "demo_cardcode_late_20261116.csv"]).expect_code(0).stdout;
    assert!(released.contains(told), "{released}");
}

fn with_password(project: &Project, arguments: &[&str]) -> Output {
    let mut command = project.command(arguments);
    command.env("DROP_PASSWORD", PASSWORD);
    project.finish(command)
}

#[test]
fn what_waits_and_was_never_visible_can_be_discarded() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropBefore);
    let project = to_fault_server(&server);
    project.write("inbox/1.csv", export(1));
    with_password(&project, RUN).expect_code(3);
    let said = project.run(&["discard", "1", "--reason", "it cuts the line each time"]).expect_code(0).stdout;
    assert!(
        said.contains(
            "Part of it may lie at splio under the temporary name demo_cardcode_members_20261116.csv."
        ),
        "{said}"
    );
    with_password(&project, RUN).expect_code(0);
    project.run(&["status"]).expect_code(0);
    assert!(server.state().appeared.is_empty());
}

#[test]
fn what_may_be_visible_cannot_be_discarded_and_the_refusal_says_what_helps() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::DropAfter);
    let project = to_fault_server(&server);
    project.write("inbox/1.csv", export(1));
    with_password(&project, RUN).expect_code(3);
    let refused = |language: &str| {
        let command = ["--language", language, "discard", "1", "--reason", "no use"];
        project.run(&command).expect_code(2).stderr
    };
    insta::assert_snapshot!(refused("en") + &refused("fr"), @r"
    passeur: file #1 may be visible at the destination already: its rename was begun, and the answer is not known. The next run looks there; what it cannot tell, it holds for a decision
    passeur: le fichier #1 est peut-être déjà visible à la destination : son changement de nom a commencé, et la réponse n’est pas connue. La prochaine exécution regarde là-bas ; ce qu’elle ne peut pas établir, elle le retient pour une décision
    ");
    with_password(&project, RUN).expect_code(0);
}

#[test]
fn what_fails_at_a_destination_is_told_in_french_everywhere() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropBefore);
    server.state().faults.push((Kind::Rename, 0, Act::Refuse(StatusCode::Failure)));
    let project = to_fault_server(&server);
    project.write("inbox/1.csv", export(1));
    let output = with_password(&project, &["--language", "fr", "run", "--now", NOW]).expect_code(3);
    let broken = "destination splio\u{a0}: la connexion a été coupée pendant l’envoi";
    assert!(output.stdout.contains(broken), "{output}");
    let summary = project.text(&project.only("reports/*/summary.json"));
    assert!(summary.contains(broken), "{summary}");
    // The log is English in every language.
    let log =
        with_password(&project, &["--language", "fr", "--log", "json", "run", "--now", NOW]).expect_code(3);
    assert!(log.stderr.contains("the server refused while renaming in /in"), "{log}");
    assert!(!log.stdout.contains("the server refused"), "{log}");
    // What the ledger keeps is told in the language of whoever asks.
    for (language, told) in [("fr", "Il a dit\u{a0}: "), ("en", "It said: ")] {
        let status = project.run(&["--language", language, "status"]).expect_code(3).stdout;
        let (_, said) = status.split_once(told).unwrap();
        assert!(!said.contains("Its SFTP protocol"), "the words of the server alone: {status}");
    }
}
