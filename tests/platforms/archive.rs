//! Several files in one archive (`packaging` of a set): what Actito's multi-file imports take.

use std::io::Read;

use passeur::store::{OutboundState, Store};

use crate::support::project::{NOW, Project};

const RUN: &[&str] = &["run", "--now", NOW];
const ARCHIVE: &str = "outbox/amilia_20261116.zip";

/// People as profiles and memberships as interactions, in one archive. `more`: of the set.
pub(crate) fn project(more: &str) -> Project {
    let project = Project::empty();
    project.config(&format!(
        r#"language = "en"
time_zone = "America/Toronto"
settle = "0 s"

[destinations.actito]
type = "folder"
path = "outbox"

[[routes]]
name = "profiles"
from = "amilia/people"
to = "actito/profiles"
destination = "actito"
file_name = "profiles_{{YYYYMMDD}}.csv"
days_ahead = 0
entity = "-"
send = "changed"

[routes.columns]
customerId = "Person ID"
emailAddress = {{ from = "Email", case = "lower" }}
lastName = "Last name"

[[routes]]
name = "registrations"
from = "amilia/registrations"
to = "actito/interactions"
destination = "actito"
file_name = "registrations_{{YYYYMMDD}}.csv"
days_ahead = 0
entity = "-"
send = "new"

[routes.columns]
registrationId = "Registration ID"
customerId = "Person ID"
registrationMoment = "Registration date"
activity = "Activity"

[[sets]]
name = "actito"
routes = ["profiles", "registrations"]
packaging = "zip"
file_name = "amilia_{{YYYYMMDD}}.zip"
{more}"#
    ));
    std::fs::create_dir(project.path("inbox")).unwrap();
    drop_people(&project, "Roy");
    drop_registrations(&project, "SUB-1");
    project
}

fn drop_people(project: &Project, last_name: &str) {
    let people =
        format!("Person ID,Account ID,First name,Last name,Email\n1,1,Ada,{last_name},a1@example.com\n");
    project.write("inbox/people.csv", people);
}

fn drop_registrations(project: &Project, id: &str) {
    let header = "Registration ID,Person ID,Account ID,Program,Activity ID,Activity,Registration date,Registration status";
    let row = format!("{id},1,1,Summer,31001,\"Danse; \"\"en ligne\"\"\",2026-05-04T09:12:00,Registered");
    project.write("inbox/registrations.csv", format!("{header}\n{row}\n"));
}

/// Name and text of every file in an archive, in its order.
fn unpacked(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut member = archive.by_index(place).unwrap();
            let name = member.name().unwrap().into_owned();
            let mut text = String::new();
            member.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

fn store(project: &Project) -> Store {
    Store::open_read_only(&project.path("passeur.db")).unwrap()
}

#[test]
fn the_files_of_a_set_are_one_outbound_file_in_the_order_of_its_routes() {
    let project = project("");
    let said = project.run(RUN).expect_code(0).stdout;
    let (_, files) = said.split_once("Files\n").unwrap();
    insta::assert_snapshot!(project.mask(files), @r"
      profiles_20261116.csv: 1 row, inside amilia_20261116.zip
      registrations_20261116.csv: 1 row, inside amilia_20261116.zip
      amilia_20261116.zip: 2 rows, delivered to actito
      Set actito: all of it is delivered to actito
    Reports: reports/[run]
    ");
    assert_eq!(project.files("outbox"), [ARCHIVE]);
    let inside = unpacked(project.read(ARCHIVE));
    let text: String =
        inside.iter().map(|(name, text)| format!("{name}\n{}\n", text.replace("\r\n", "\n"))).collect();
    insta::assert_snapshot!(text, @r#"
    profiles_20261116.csv
    customerId;emailAddress;lastName
    1;a1@example.com;Roy

    registrations_20261116.csv
    registrationId;customerId;registrationMoment;activity
    SUB-1;1;2026-05-04 09:12:00;"Danse; ""en ligne"""
    "#);
    insta::assert_snapshot!(project.mask(&project.run(&["status"]).expect_code(0).stdout), @r"
    Last runs
      [run]  complete
    1 file delivered so far.
    Nothing waits, nothing is held.
    ");
    // Nothing has changed: nothing is made, and nothing goes twice.
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("outbox"), [ARCHIVE]);
}

#[test]
fn the_same_rows_give_the_same_archive() {
    let bytes = || {
        let project = project("");
        project.run(RUN).expect_code(0);
        project.read(ARCHIVE)
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_receipt_of_an_archive_names_what_is_inside_and_is_verified_with_it() {
    let project = project("");
    project.run(RUN).expect_code(0);
    assert_eq!(project.files("receipts"), ["receipts/amilia_20261116.zip.json"]);
    let receipt: serde_json::Value =
        serde_json::from_slice(&project.read("receipts/amilia_20261116.zip.json")).unwrap();
    let inside: Vec<_> = receipt["inside"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| {
            format!(
                "{} {} {} {}",
                member["file"]["name"],
                member["file"]["rows"],
                member["export"]["name"],
                member["schema"]["name"]
            )
        })
        .collect();
    assert_eq!(
        inside,
        [
            "\"profiles_20261116.csv\" 1 \"people.csv\" \"actito/profiles\"",
            "\"registrations_20261116.csv\" 1 \"registrations.csv\" \"actito/interactions\""
        ]
    );
    project.run(&["receipt", "verify", "--all"]).expect_code(0);
    let second = project.only("archive/*/registrations.csv");
    std::fs::write(project.path(&second), "other").unwrap();
    let verified = project.run(&["receipt", "verify", "--all"]);
    assert_ne!(verified.code, Some(0), "the export of the second file differs: {verified}");
}

#[test]
fn a_plan_says_inside_which_archive_a_file_would_go() {
    let project = project("");
    let said = project.run(&["plan", "--now", NOW]).expect_code(0).stdout;
    let lines: Vec<&str> =
        said.lines().filter(|line| line.contains("would send") || line.contains("inside")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    would send profiles_20261116.csv: 1 row, to actito
      inside amilia_20261116.zip, with the set actito
    would send registrations_20261116.csv: 1 row, to actito
      inside amilia_20261116.zip, with the set actito
    ");
    let plan = project.run(&["plan", "--now", NOW, "--format", "json"]).expect_code(0).json();
    let file = &plan["exports"][0]["files"][0];
    assert_eq!(
        (file["set"].as_str(), file["archive"].as_str()),
        (Some("actito"), Some("amilia_20261116.zip"))
    );
}

#[test]
fn an_archive_without_a_required_file_is_not_made_and_without_an_optional_one_it_is() {
    let required = project("");
    std::fs::remove_file(required.path("inbox/registrations.csv")).unwrap();
    let said = required.run(RUN).expect_code(3).stdout;
    assert!(said.contains("the set actito lacks a file of the route registrations"), "{said}");
    assert!(required.files("outbox").is_empty() && store(&required).status(1).unwrap().held.len() == 1);
    let optional = project("optional = [\"registrations\"]\n");
    std::fs::remove_file(optional.path("inbox/registrations.csv")).unwrap();
    optional.run(RUN).expect_code(0);
    let names: Vec<String> = unpacked(optional.read(ARCHIVE)).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["profiles_20261116.csv"]);
}

/// So many days from now, as a moment for `--now` and as the day in names.
fn day(ahead: i64) -> (String, String) {
    let moment =
        (chrono::Utc::now() + chrono::TimeDelta::days(ahead)).with_timezone(&chrono_tz::America::Toronto);
    (moment.to_rfc3339(), moment.format("%Y%m%d").to_string())
}

fn run_at(project: &Project, now: &str) -> crate::support::project::Output {
    project.run(&["run", "--now", now])
}

/// A run of yesterday whose destination was away.
fn missed(project: &Project) {
    project.write("outbox", "not a folder");
    run_at(project, &day(-1).0).expect_code(3);
    std::fs::remove_file(project.path("outbox")).unwrap();
}

#[test]
fn a_required_file_that_is_missing_can_be_done_without_by_a_person() {
    let project = project("");
    std::fs::remove_file(project.path("inbox/registrations.csv")).unwrap();
    let (now, today) = day(0);
    run_at(&project, &now).expect_code(3);
    project.run(&["release", "1"]).expect_code(0);
    run_at(&project, &now).expect_code(0);
    assert_eq!(project.files("outbox"), [format!("outbox/amilia_{today}.zip")]);
}

#[test]
fn a_file_whose_day_is_past_is_held_and_goes_under_the_name_of_a_day_to_come() {
    let project = project("");
    let config = project.text("passeur.toml");
    let (alone, _) = config.split_once("[[sets]]").unwrap();
    project.config(alone);
    std::fs::remove_file(project.path("inbox/registrations.csv")).unwrap();
    missed(&project);
    let ((_, yesterday), (now, _), (_, tomorrow)) = (day(-1), day(0), day(1));
    let plan = project.run(&["plan", "--now", &now]).stdout;
    assert!(
        plan.contains(&format!("would HOLD profiles_{yesterday}.csv: 1 row from an earlier run, for actito")),
        "{plan}"
    );
    assert!(plan.contains("looks for the name of the day on which it looks"), "{plan}");
    let plan = project.run(&["plan", "--now", &now, "--format", "json"]).json();
    assert_eq!(plan["waiting"][0]["held"], "day-past");
    let plan = project.run(&["plan", "--now", &day(-1).0, "--format", "json"]).json();
    assert_eq!(plan["waiting"][0]["held"], serde_json::Value::Null, "in time yesterday");
    let said = run_at(&project, &now).expect_code(3).stdout;
    let named = format!("profiles_{yesterday}.csv: 1 row, HELD, not sent to actito");
    assert!(
        said.contains(&named) && said.contains("looks for the name of the day on which it looks"),
        "{said}"
    );
    assert!(project.files("outbox").is_empty());
    let status = project.run(&["status"]).expect_code(3).stdout;
    assert!(status.contains("passeur release 1 --as profiles_"), "{status}");
    let refused = project.run(&["release", "1"]).expect_code(2);
    assert!(refused.stderr.contains("--as"), "{refused}");
    let refused = project.run(&["release", "1", "--as", "profiles_20240229.csv"]).expect_code(2);
    insta::assert_snapshot!(refused.stderr, @"passeur: the day in the name of file #1 is past: the platform looks for the name of the day on which it looks. Give the file the name of a day that is to come (--as)");
    project.run(&["release", "1", "--as", &format!("profiles_{tomorrow}.csv")]).expect_code(0);
    run_at(&project, &now).expect_code(0);
    assert_eq!(project.files("outbox"), [format!("outbox/profiles_{tomorrow}.csv")]);
}

#[test]
fn an_archive_whose_day_is_past_is_taken_apart_because_its_files_have_that_day_too() {
    let project = project("");
    missed(&project);
    let ((_, yesterday), (now, _), (_, tomorrow)) = (day(-1), day(0), day(1));
    let plan = project.run(&["plan", "--now", &now]).stdout;
    assert!(plan.contains(&format!("would HOLD amilia_{yesterday}.zip")), "{plan}");
    run_at(&project, &now).expect_code(3);
    let archive = store(&project).outbound(passeur::store::OutboundId(3)).unwrap();
    assert_eq!((archive.name, archive.state), (format!("amilia_{yesterday}.zip"), OutboundState::Discarded));
    let held = store(&project).status(1).unwrap().held;
    assert_eq!(held.iter().map(|file| file.id.0).collect::<Vec<_>>(), [1, 2]);
    run_at(&project, &now);
    assert!(project.files("outbox").is_empty(), "no file of the set goes by itself");
    project.run(&["release", "1", "--as", &format!("profiles_{tomorrow}.csv")]).expect_code(0);
    run_at(&project, &now).expect_code(3);
    project.run(&["release", "2", "--as", &format!("registrations_{tomorrow}.csv")]).expect_code(0);
    run_at(&project, &now).expect_code(0);
    let sent = format!("outbox/amilia_{tomorrow}.zip");
    assert_eq!(project.files("outbox"), std::slice::from_ref(&sent));
    let names: Vec<String> = unpacked(project.read(&sent)).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [format!("profiles_{tomorrow}.csv"), format!("registrations_{tomorrow}.csv")]);
}

#[test]
fn an_archive_that_is_fetched_tomorrow_has_the_name_of_tomorrow_and_is_not_late_then() {
    let project = project("");
    project.config(&project.text("passeur.toml").replace("days_ahead = 0", "days_ahead = 1"));
    missed(&project);
    let (now, today) = day(0);
    run_at(&project, &now).expect_code(0);
    let sent = format!("outbox/amilia_{today}.zip");
    assert_eq!(project.files("outbox"), std::slice::from_ref(&sent));
    assert_eq!(unpacked(project.read(&sent))[0].0, format!("profiles_{today}.csv"));
}

#[test]
fn an_archive_that_is_larger_than_the_platform_takes_is_held() {
    let project = project("");
    for (kind, file) in [("profiles", "p"), ("interactions", "i")] {
        let own = format!(
            "{{\"title\":\"{kind}\",\"schema\":{{\"fields\":[],\"passeur\":{{\"extends\":\"actito/{kind}\",\"maxBytes\":120}}}}}}"
        );
        project.write(&format!("schemas/club/{file}.json"), own);
    }
    let config = project.text("passeur.toml");
    project.config(&config.replace("actito/profiles", "club/p").replace("actito/interactions", "club/i"));
    let (now, today) = day(0);
    let said = run_at(&project, &now).expect_code(3).stdout;
    let reason = said.lines().find(|line| line.contains("bytes together")).unwrap_or(&said).trim();
    insta::assert_snapshot!(reason, @"the files of the set actito are 162 bytes together, and the platform takes 120, which may be meant before packing. Discard the archive and send less at a time, or release it if your contact at the platform says that it is taken");
    assert!(project.files("outbox").is_empty());
    project.run(&["release", "3"]).expect_code(0);
    run_at(&project, &now).expect_code(0);
    assert_eq!(project.files("outbox"), [format!("outbox/amilia_{today}.zip")]);
}

#[test]
fn rows_of_a_discarded_archive_count_as_not_sent() {
    let project = project("");
    let (now, today) = day(0);
    project.write(&format!("outbox/amilia_{today}.zip"), "theirs");
    run_at(&project, &now).expect_code(3);
    let discarded = project.run(&["discard", "3", "--reason", "wrong"]).expect_code(0);
    assert!(store(&project).open_sets().unwrap().is_empty(), "{discarded}");
    std::fs::remove_file(project.path(&format!("outbox/amilia_{today}.zip"))).unwrap();
    drop_people(&project, "Roy");
    drop_registrations(&project, "SUB-1");
    run_at(&project, &now).expect_code(0);
    let inside = unpacked(project.read(&format!("outbox/amilia_{today}.zip")));
    assert!(inside[1].1.contains("SUB-1"), "{inside:?}");
}

#[test]
fn a_second_archive_of_a_day_waits_for_a_name() {
    let project = project("");
    let (now, _) = day(0);
    run_at(&project, &now).expect_code(0);
    drop_people(&project, "Cyr");
    drop_registrations(&project, "SUB-2");
    let said = run_at(&project, &now).expect_code(3).stdout;
    assert!(said.contains("HELD"), "{said}");
    assert_eq!(project.files("outbox").len(), 1);
}

#[test]
fn a_schema_whose_platform_takes_no_archive_is_refused_in_one() {
    let project = project("");
    let config = project.text("passeur.toml");
    project.config(&config.replace(
        "to = \"actito/interactions\"",
        "to = \"splio/contacts\"\nuniverse = \"u\"\nsubsection = \"s\"",
    ));
    let output = project.run(&["plan"]);
    assert!(output.stderr.contains("files of `splio/contacts` are not packed by zip"), "{output}");
}

/// The archive of the first set is made after that of the second, because one of its files had to be released first.
#[test]
fn an_archive_that_is_made_late_goes_before_those_of_later_sets() {
    let project = project("optional = [\"profiles\"]\n");
    let config = project.text("passeur.toml");
    project.config(&config.replace("send = \"new\"\n", "send = \"new\"\nmax_rejected = \"1 %\"\n"));
    std::fs::remove_file(project.path("inbox/people.csv")).unwrap();
    let good = project.text("inbox/registrations.csv");
    let bad = "SUB-2,x,1,Summer,31001,Yoga,2026-05-04T09:12:00,Registered";
    project.write("inbox/registrations.csv", format!("{good}{bad}\n"));
    let (first, today) = day(0);
    run_at(&project, &first).expect_code(3);
    // The second set is packed, and cannot leave.
    project.write("outbox", "in the way");
    drop_registrations(&project, "SUB-3");
    let (second, tomorrow) = day(1);
    run_at(&project, &second).expect_code(3);
    std::fs::remove_file(project.path("outbox")).unwrap();
    project.run(&["release", "1"]).expect_code(0);
    let said = run_at(&project, &first).expect_code(0).stdout;
    assert_eq!(said.matches("Set actito: all of it is delivered to actito").count(), 2, "{said}");
    assert!(store(&project).open_sets().unwrap().is_empty());
    assert_eq!(project.files("outbox"), [today, tomorrow].map(|day| format!("outbox/amilia_{day}.zip")));
}
