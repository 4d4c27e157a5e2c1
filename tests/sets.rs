//! Sets through the binary: what a person sees, and decides.

use passeur::store::{OutboundState, SetState, Store};

use crate::support::project::{NOW, Project};

const RUN: &[&str] = &["run", "--now", NOW];
const CARDS: &str = "myuniverse_cardcode_members_20261116.csv";

/// The samples, whose two routes go together, and a marker.
fn set(more: &str) -> Project {
    let project = Project::sample();
    project.add_config(&format!(
        "[[sets]]\nname = \"loyalty\"\nroutes = [\"tiers\", \"cards\"]\nmarker = \"READY\"\n{more}"
    ));
    project
}

/// The same, with a route of whose export none is there.
fn incomplete() -> Project {
    let project = Project::sample();
    let config = project.text("passeur.toml");
    let resale = "\n[[routes]]\nname = \"people\"\nfrom = \"amilia/people\"\nto = \"splio/cardcode\"\ndestination = \"splio\"\n\
                  universe = \"other\"\nsubsections = [\"people\"]\n[routes.columns]\ncard_code = \"Person ID\"\n\
                  customer_key = \"Email\"\nid_program = { constant = \"4\" }\n";
    project.config(&format!(
        "{config}{resale}\n[[sets]]\nname = \"loyalty\"\nroutes = [\"people\", \"tiers\", \"cards\"]\n"
    ));
    project
}

fn store(project: &Project) -> Store {
    Store::open_read_only(&project.path("passeur.db")).unwrap()
}

#[test]
fn a_set_is_delivered_whole_with_its_marker_last() {
    let project = set("");
    let output = project.run(RUN).expect_code(1);
    let (_, said) = output.stdout.split_once("Files\n").unwrap();
    insta::assert_snapshot!(project.mask(said), @r"
      myuniverse_cardcode_members_20261116.csv: 22 rows, delivered to splio
      myuniverse_tierchange_tiers_20261116.csv: 22 rows, delivered to splio
      myuniverse_cardcode_members2_20261116.csv: 27 rows, delivered to splio
      myuniverse_tierchange_tiers2_20261116.csv: 27 rows, delivered to splio
      Set loyalty: all of it is delivered to splio, and the marker READY
    Reports: reports/[run]
    ");
    assert_eq!(project.files("outbox").len(), 5, "{}", project.tree());
    assert_eq!(project.text("outbox/READY"), "");
    insta::assert_snapshot!(project.mask(&project.run(&["status"]).expect_code(0).stdout), @r"
    Last runs
      [run]  something waits for a person
    4 files delivered so far.
    Nothing waits, nothing is held.
    ");
    let receipt = project.text(&format!("receipts/{CARDS}.json"));
    assert!(receipt.contains("\"name\": \"loyalty\""), "{receipt}");
    project.run(RUN).expect_code(0);
}

#[test]
fn the_summary_has_the_set() {
    let project = set("");
    let summary = project.run(&["run", "--now", NOW, "--format", "json"]).expect_code(1).json();
    assert_eq!(
        summary["sets"],
        serde_json::json!([{ "name": "loyalty", "destination": "splio", "state": "delivered", "marker": "READY" }])
    );
}

#[test]
fn a_taken_name_holds_the_whole_set_and_another_name_lets_it_go() {
    let project = set("");
    project.write(&format!("outbox/{CARDS}"), "theirs");
    let output = project.run(RUN).expect_code(3);
    let (_, said) = output.stdout.split_once("Files\n").unwrap();
    insta::assert_snapshot!(project.mask(said), @r"
      myuniverse_cardcode_members_20261116.csv: 22 rows, HELD, not sent to splio
        splio has a file named myuniverse_cardcode_members_20261116.csv already, and passeur did not put it there under this delivery. Nothing was replaced. A name is used once: send ours under another name, or discard it
      myuniverse_tierchange_tiers_20261116.csv: 22 rows, not delivered to splio yet; the next run tries again
        destination splio: it is delivered with the set loyalty, of which myuniverse_cardcode_members_20261116.csv (#1) is held: nothing of the set is sent until that is decided (`passeur status` says how)
      myuniverse_cardcode_members2_20261116.csv: 27 rows, not delivered to splio yet; the next run tries again
        destination splio: it is delivered with the set loyalty, of which myuniverse_cardcode_members_20261116.csv (#1) is held: nothing of the set is sent until that is decided (`passeur status` says how)
      myuniverse_tierchange_tiers2_20261116.csv: 27 rows, not delivered to splio yet; the next run tries again
        destination splio: it is delivered with the set loyalty, of which myuniverse_cardcode_members_20261116.csv (#1) is held: nothing of the set is sent until that is decided (`passeur status` says how)
      Set loyalty: nothing of it is visible at splio yet
        destination splio: myuniverse_cardcode_members_20261116.csv is there already, and passeur did not put it there under this delivery. Nothing was replaced. Find out who did; then discard ours, or release it under another name (`passeur status` says how)
    Reports: reports/[run]
    ");
    assert_eq!(project.files("outbox"), [format!("outbox/{CARDS}")], "nothing of the set is visible");
    let status = project.run(&["status"]).expect_code(3).stdout;
    let (_, status) = status.split_once("Held").unwrap();
    let status = regex::Regex::new(r"(--as \w+)_\d{8}").unwrap().replace_all(status, "${1}_[today]");
    insta::assert_snapshot!(status, @r#"
    , waiting for a person
      #1 myuniverse_cardcode_members_20261116.csv: 22 rows, for splio, with the set loyalty
          splio has a file named myuniverse_cardcode_members_20261116.csv already, and passeur did not put it there under this delivery. Nothing was replaced. A name is used once: send ours under another name, or discard it
          send it:       passeur release 1 --as myuniverse_cardcode_members_[today].csv
          never send it: passeur discard 1 --reason "…"
    Waiting for delivery: the next run tries again
      #2 myuniverse_tierchange_tiers_20261116.csv: 22 rows, for splio, with the set loyalty
      #3 myuniverse_cardcode_members2_20261116.csv: 27 rows, for splio, with the set loyalty
      #4 myuniverse_tierchange_tiers2_20261116.csv: 27 rows, for splio, with the set loyalty
    Sets that are not delivered
      loyalty, for splio: waits for #1 myuniverse_cardcode_members_20261116.csv, which is held; nothing of it is sent until that is decided
    "#);
    let json = project.run(&["status", "--format", "json"]).expect_code(3).json();
    assert_eq!(json["sets"][0]["name"], "loyalty");
    assert_eq!(json["sets"][0]["held"], json["held"][0]["id"]);
    let id = json["held"][0]["id"].to_string();
    let other = "myuniverse_cardcode_members9_20261116.csv";
    let said = project.run(&["release", &id, "--as", other, "--by", "Anne"]).expect_code(0).stdout;
    assert!(said.contains("The set loyalty goes with the next run."), "{said}");
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("outbox").len(), 6, "{}", project.tree());
    assert_eq!(project.text(&format!("outbox/{CARDS}")), "theirs");
}

#[test]
fn too_many_rejected_rows_in_one_file_hold_the_set() {
    let project = set("");
    let config = project.text("passeur.toml");
    // Of the route that comes first in the config, cards.
    project.config(&config.replacen("max_rejected = \"30 %\"", "max_rejected = \"1 %\"", 1));
    project.run(RUN).expect_code(3);
    assert!(project.files("outbox").is_empty(), "{}", project.tree());
    let sets = store(&project).open_sets().unwrap();
    assert_eq!((sets.len(), sets[0].state), (1, SetState::Waiting));
    let held: Vec<_> = sets[0].live().filter(|file| file.state == OutboundState::Held).collect();
    for (number, file) in held.iter().enumerate() {
        assert!(project.files("outbox").is_empty(), "released {number} of {}", held.len());
        project.run(&["release", &file.id.to_string()]).expect_code(0);
        project.run(RUN);
    }
    assert_eq!(project.files("outbox").len(), 5, "{}", project.tree());
}

#[test]
fn a_set_that_lacks_a_file_is_held_and_the_reason_says_what_to_do() {
    let project = incomplete();
    project.run(RUN).expect_code(3);
    assert!(project.files("outbox").is_empty());
    let status = project.run(&["status"]).expect_code(3).stdout;
    let (_, status) = status.split_once("Held").unwrap();
    insta::assert_snapshot!(status, @r#"
    , waiting for a person
      #1 myuniverse_cardcode_members_20261116.csv: 22 rows, for splio, with the set loyalty
          the set loyalty lacks a file of the route people, which it must have: nothing of it is sent. To send it whole, discard these files and drop all exports of the set again, together; to send it without what is missing, release one of its files
          send it:       passeur release 1
          never send it: passeur discard 1 --reason "…"
      #2 myuniverse_tierchange_tiers_20261116.csv: 22 rows, for splio, with the set loyalty
          the set loyalty lacks a file of the route people, which it must have: nothing of it is sent. To send it whole, discard these files and drop all exports of the set again, together; to send it without what is missing, release one of its files
          send it:       passeur release 2
          never send it: passeur discard 2 --reason "…"
      #3 myuniverse_cardcode_members2_20261116.csv: 27 rows, for splio, with the set loyalty
          the set loyalty lacks a file of the route people, which it must have: nothing of it is sent. To send it whole, discard these files and drop all exports of the set again, together; to send it without what is missing, release one of its files
          send it:       passeur release 3
          never send it: passeur discard 3 --reason "…"
      #4 myuniverse_tierchange_tiers2_20261116.csv: 27 rows, for splio, with the set loyalty
          the set loyalty lacks a file of the route people, which it must have: nothing of it is sent. To send it whole, discard these files and drop all exports of the set again, together; to send it without what is missing, release one of its files
          send it:       passeur release 4
          never send it: passeur discard 4 --reason "…"
    Sets that are not delivered
      loyalty, for splio: waits for #2 myuniverse_tierchange_tiers_20261116.csv, which is held; nothing of it is sent until that is decided
    "#);
    let json = project.run(&["status", "--format", "json"]).expect_code(3).json();
    assert_eq!(json["sets"][0]["missing"], serde_json::json!(["people"]));
    let french = incomplete();
    french.config(&french.text("passeur.toml").replace("language = \"en\"", "language = \"fr\""));
    let said = french.run(RUN).expect_code(3).stdout;
    assert!(said.contains("le lot loyalty n’a pas de fichier de la route people"), "{said}");
}

#[test]
fn an_incomplete_set_goes_without_what_it_lacks_when_one_of_its_files_is_released() {
    let project = incomplete();
    project.run(RUN).expect_code(3);
    insta::assert_snapshot!(project.run(&["release", "2", "--by", "Anne"]).expect_code(0).stdout, @r"
    #2 myuniverse_tierchange_tiers_20261116.csv is released: the next run (passeur run) uploads it to splio under that name.
    So are the files of the set loyalty that were held with it: #4, #1, #3.
    The set loyalty goes with the next run.
    ");
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("outbox").len(), 4, "{}", project.tree());
    assert!(store(&project).open_sets().unwrap().is_empty());
}

#[test]
fn an_incomplete_set_is_discarded_with_one_of_its_files_and_can_be_dropped_again() {
    let project = incomplete();
    project.run(RUN).expect_code(3);
    insta::assert_snapshot!(project.run(&["discard", "1", "--reason", "people is missing"]).expect_code(0).stdout, @r"
    #1 myuniverse_cardcode_members_20261116.csv is discarded: it will never be sent, and its name is free.
    No file of abonnements.csv was sent or waits any more: dropped again, it is processed like a new one.
    So are the files of the set loyalty that were held with it: #2, #4, #3.
    ");
    project.run(&["status"]).expect_code(0);
    let name = "inbox/memberships.csv";
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    project.write(name, std::fs::read(sample).unwrap());
    let output = project.run(RUN).expect_code(3);
    assert!(!output.stdout.contains("processed before"), "{output}");
}

#[test]
fn an_optional_route_may_have_no_file() {
    let project = incomplete();
    project.add_config("optional = [\"people\"]\n");
    project.run(RUN).expect_code(1);
    assert_eq!(project.files("outbox").len(), 4, "{}", project.tree());
}

#[test]
fn a_marker_that_the_partner_has_not_taken_makes_the_next_set_wait() {
    let project = set("");
    project.write("outbox/READY", "");
    let output = project.run(RUN).expect_code(3);
    assert!(output.stdout.contains("the marker READY of an earlier set is there still"), "{output}");
    let visible: Vec<_> =
        project.files("outbox").into_iter().filter(|file| !file.ends_with(".part")).collect();
    assert_eq!(visible, ["outbox/READY"]);
    let refused = |language: &str| {
        let command = ["--language", language, "discard", "1", "--reason", "no use"];
        project.run(&command).expect_code(2).stderr
    };
    insta::assert_snapshot!(refused("en") + &refused("fr"), @r"
    passeur: file #1 (uploaded, and not visible yet) belongs to the set loyalty: it is delivered with the others, and cannot be discarded by itself while it is not held. `passeur status` shows what the set waits for
    passeur: le fichier #1 (envoyé, mais pas encore visible) fait partie du lot loyalty : il est livré avec les autres, et ne peut pas être abandonné seul tant qu’il n’est pas retenu. « passeur status » montre ce que le lot attend
    ");
    std::fs::remove_file(project.path("outbox/READY")).unwrap();
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("outbox").len(), 5, "{}", project.tree());
}

#[test]
fn a_set_config_that_names_what_is_not_there_is_refused() {
    let project = set("optional = [\"card\"]\n");
    let output = project.run(RUN).expect_code(2);
    assert!(output.stderr.contains("`optional` names `card`, which is not in `routes`"), "{output}");
    assert!(output.stderr.contains("did you mean `cards`?"), "{output}");
}
