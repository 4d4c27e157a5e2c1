//! Whole runs in a project folder, through the binary.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::support::project::{MEMBERSHIPS, NOW, Project};
use crate::support::sshd::Sshd;

fn row(number: usize) -> String {
    format!(
        "4101,Annual gym pass,{},{},2026-11-02 20:30,2026-11-02,2027-11-01,Active,Person{number}@Example.com,AM-{number:07}\n",
        900_000 + number,
        700_000 + number
    )
}

fn export(rows: std::ops::Range<usize>) -> String {
    MEMBERSHIPS.to_owned() + &rows.map(row).collect::<String>()
}

#[test]
fn a_run_writes_splios_file_to_the_byte() {
    let project = Project::new();
    project.write("inbox/any name.csv", export(1..3));
    let output = project.run(&["run", "--now", NOW]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    any name.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected

    Files
      demo_cardcode_members_20261116.csv: 2 rows, delivered to splio
    Reports: reports/[run]
    ");
    // 20:30 in Toronto on 2 November (UTC-5) is 03:30 on the 3rd at UTC+2; an expiry without time is that day.
    assert_eq!(
        project.text("outbox/demo_cardcode_members_20261116.csv"),
        "card_code;customer_key;id_program;join_date;expiration_date\n\
         \"AM-0000001\";\"person1@example.com\";\"4\";\"2026-11-03 03:30:00\";\"2027-11-01 00:00:00\"\n\
         \"AM-0000002\";\"person2@example.com\";\"4\";\"2026-11-03 03:30:00\";\"2027-11-01 00:00:00\"\n"
    );
    project.assert_each_export_in_one_place();
}

#[test]
fn the_same_run_in_french() {
    let project = Project::new();
    let config = project.text("passeur.toml").replace("language = \"en\"", "language = \"fr\"");
    project.config(&config);
    project.write(
        "inbox/abonnements.csv",
        export(1..3) + "4101,Annual gym pass,3,3,2026-13-02,,,Active,x@example.com,AM-3\n",
    );
    let output = project.run(&["run", "--now", NOW]).expect_code(1);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    abonnements.csv
      lu comme amilia/memberships, UTF-8 (tous les octets y correspondent), séparateur , (le plus fréquent dans la ligne d’en-tête)
      3 lignes : 2 acceptées, 1 rejetée
        - 1 ligne : Colonne « Purchase date » : pas un jour du calendrier (lu comme AAAA-MM-JJ). (ligne 4)
      lignes rejetées, à corriger puis à redéposer : reports/[run]/abonnements.rejected.csv

    Fichiers
      demo_cardcode_members_20261116.csv : 2 lignes, livrées à splio
    Rapports : reports/[run]
    ");
    insta::assert_snapshot!(project.text(&project.only("reports/*/*.rejected.csv")), @r"
    ﻿_line,_errors,Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card
    4,Colonne « Purchase date » : « 2026-13-02 » n’est pas un jour du calendrier (lu comme AAAA-MM-JJ).,4101,Annual gym pass,3,3,2026-13-02,,,Active,x@example.com,AM-3
    ");
}

#[test]
fn plan_says_the_same_and_changes_nothing() {
    let project = Project::new();
    project.write("inbox/memberships.csv", export(1..3));
    let before = project.tree();
    let output = project.run(&["plan", "--now", NOW]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    This is what a run would do. Nothing was written, moved or sent.

    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      would send demo_cardcode_members_20261116.csv: 2 rows, to splio
    ");
    assert_eq!(project.tree(), before);
}

#[test]
fn nothing_to_do_is_said() {
    let project = Project::new();
    insta::assert_snapshot!(project.mask(&project.run(&["run", "--now", NOW]).expect_code(0).stdout), @"Nothing to do: no export in inbox, nothing waits for delivery.");
    insta::assert_snapshot!(project.mask(&project.run(&["status"]).expect_code(0).stdout), @r"
    Last runs
      [run]  complete
    0 files delivered so far.
    Nothing waits, nothing is held.
    ");
}

#[test]
fn status_works_before_and_after_runs() {
    let project = Project::new();
    insta::assert_snapshot!(project.mask(&project.run(&["status"]).expect_code(0).stdout), @"No run yet.");
    project.write("inbox/memberships.csv", export(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    insta::assert_snapshot!(project.mask(&project.run(&["status"]).expect_code(0).stdout), @r"
    Last runs
      [run]  complete
    1 file delivered so far.
    Nothing waits, nothing is held.
    ");
    let json = project.run(&["status", "--format", "json"]).expect_code(0).json();
    assert_eq!(json["outbound"]["delivered"], 1);
    assert_eq!(json["exports"]["accepted"], 1);
}

#[test]
fn the_same_content_is_not_sent_again_unless_asked_whatever_its_name() {
    let project = Project::new();
    project.write("inbox/one.csv", export(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    project.write("inbox/two.csv", export(1..3));
    let output = project.run(&["run", "--now", NOW]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    two.csv
      the same content was processed before (as one.csv, run [run]): nothing is sent again. To send it again on purpose: passeur run --resend

    Reports: reports/[run]
    ");
    assert_eq!(project.files("outbox").len(), 1);
    project.write("inbox/three.csv", export(1..3));
    project.run(&["run", "--now", NOW, "--resend"]).expect_code(0);
    assert_eq!(project.files("outbox").len(), 2);
    project.assert_each_export_in_one_place();
}

#[test]
fn a_second_file_of_the_day_takes_the_next_subsection_and_a_third_is_held() {
    let project = Project::new();
    for (name, rows) in [("a", 1..2), ("b", 2..3), ("c", 3..4)] {
        project.write(&format!("inbox/{name}.csv"), export(rows));
    }
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    a.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected

    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected

    c.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected

    Files
      demo_cardcode_members_20261116.csv: 1 row, delivered to splio
      demo_cardcode_members2_20261116.csv: 1 row, delivered to splio
      demo_cardcode_unassigned-1_20261116.csv: 1 row, HELD, not sent to splio
        route cards needs 1 free subsection today and has 0: each file needs a name of its own. Add subsections to the route (the platform must know them), or wait until tomorrow
    Reports: reports/[run]
    ");
    let delivered = project.files("outbox");
    assert_eq!(
        delivered,
        ["outbox/demo_cardcode_members2_20261116.csv", "outbox/demo_cardcode_members_20261116.csv"]
    );
    let status = project.mask(&project.run(&["status"]).expect_code(3).stdout);
    // The name that it proposes is of the day of the status.
    let status = regex::Regex::new(r"(--as \w+)_\d{8}").unwrap().replace_all(&status, "${1}_[today]");
    insta::assert_snapshot!(status, @r#"
    Last runs
      [run]  something waits for a person
    2 files delivered so far.
    Held, waiting for a person
      #3 demo_cardcode_unassigned-1_20261116.csv: 1 row, for splio
          route cards needs 1 free subsection today and has 0: each file needs a name of its own. Add subsections to the route (the platform must know them), or wait until tomorrow
          send it:       passeur release 3 --as demo_cardcode_members_[today].csv
          never send it: passeur discard 3 --reason "…"
    "#);
    project.assert_each_export_in_one_place();
}

#[test]
fn too_many_rejected_rows_hold_the_file() {
    let project = Project::new();
    project.config(&project.text("passeur.toml").replace("100 %", "20 %"));
    project.write(
        "inbox/memberships.csv",
        export(1..4) + "4101,Pass,x,1,2026-11-02,,,Active,a@example.com,AM-9\n",
    );
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      4 rows: 3 accepted, 1 rejected
        - 1 row: Column “Person ID”: not a whole number. (line 5)
      rejected rows, to correct and drop again: reports/[run]/memberships.rejected.csv

    Files
      demo_cardcode_members_20261116.csv: 3 rows, HELD, not sent to splio
        1 of 4 rows (25 %) is rejected; route cards allows 20 % (max_rejected). Correct the rows and drop the export again, or raise max_rejected
    Reports: reports/[run]
    ");
    assert!(project.files("outbox").is_empty());
}

#[test]
fn more_rows_than_the_limit_are_split_over_the_subsections_and_none_is_lost() {
    let project = Project::new();
    let rows = 200_001;
    project.write("inbox/memberships.csv", export(1..rows + 1));
    project.run(&["run", "--now", NOW]).expect_code(0);
    let count = |name: &str| project.text(name).lines().count() - 1;
    assert_eq!(count("outbox/demo_cardcode_members_20261116.csv"), 200_000);
    assert_eq!(count("outbox/demo_cardcode_members2_20261116.csv"), 1);
    assert!(project.text("outbox/demo_cardcode_members2_20261116.csv").contains("AM-0200001"));
}

#[test]
fn too_few_subsections_hold_all_parts() {
    let project = Project::new();
    project.config(&project.text("passeur.toml").replace(r#", "members2""#, ""));
    project.write("inbox/memberships.csv", export(1..200_002));
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      200,001 rows: 200,001 accepted, 0 rejected

    Files
      demo_cardcode_members_20261116.csv: 200,000 rows, HELD, not sent to splio
        route cards needs 2 free subsections today and has 1: each file needs a name of its own. Add subsections to the route (the platform must know them), or wait until tomorrow
      demo_cardcode_unassigned-1_20261116.csv: 1 row, HELD, not sent to splio
        route cards needs 2 free subsections today and has 1: each file needs a name of its own. Add subsections to the route (the platform must know them), or wait until tomorrow
    Reports: reports/[run]
    ");
    assert!(project.files("outbox").is_empty());
}

#[test]
fn rejected_rows_corrected_in_their_own_file_are_accepted_when_dropped_again() {
    let project = Project::new();
    let bad = row(3).replace("2026-11-02 20:30", "31/11/2026");
    project.write("inbox/memberships.csv", export(1..3) + &bad);
    project.run(&["run", "--now", NOW]).expect_code(1);
    let rejected = project.text(&project.only("reports/*/memberships.rejected.csv"));
    assert!(rejected.starts_with("\u{feff}_line,_errors,Membership ID,"), "{rejected}");
    assert!(rejected.ends_with(&bad), "the row is untouched");
    project.write("inbox/corrected.csv", rejected.replace("31/11/2026", "2026-11-30"));
    let output = project.run(&["run", "--now", NOW]);
    assert_eq!(output.code, Some(0), "{output}");
    assert!(project.text("outbox/demo_cardcode_members2_20261116.csv").contains("AM-0000003"));
}

#[test]
fn a_row_that_one_route_refuses_goes_to_no_route() {
    let project = Project::new();
    project.add_config(
        r#"
[[routes]]
name = "tiers"
from = "amilia/memberships"
to = "splio/tierchange"
destination = "splio"
universe = "demo"
subsections = ["tiers"]
max_rejected = "100 %"
[routes.columns]
card_code = "Card"
tier_name = { constant = "Gold" }
value_date = "Purchase date"
"#,
    );
    let without_email = row(2).replace("Person2@Example.com", "");
    project.write("inbox/memberships.csv", export(1..2) + &without_email);
    project.run(&["run", "--now", NOW]).expect_code(1);
    assert!(!project.text("outbox/demo_tierchange_tiers_20261116.csv").contains("AM-0000002"));
    let rejected = project.text(&project.only("reports/*/memberships.rejected.csv"));
    assert_eq!(rejected.lines().count(), 2, "{rejected}");
}

#[test]
fn a_file_that_was_changed_a_moment_ago_settles_first() {
    let project = Project::new();
    project.config(&project.text("passeur.toml").replace("0 s", "1 s"));
    project.write("inbox/memberships.csv", export(1..2));
    let file = fs::File::options().write(true).open(project.path("inbox/memberships.csv")).unwrap();
    file.set_modified(SystemTime::now()).unwrap();
    let started = std::time::Instant::now();
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert!(started.elapsed() > Duration::from_millis(500));
    assert_eq!(project.files("outbox").len(), 1);
}

#[test]
fn two_runs_at_once_are_not_possible_and_status_works_beside_a_run() {
    let project = Project::new();
    project.run(&["run", "--now", NOW]).expect_code(0);
    let lock = fs::File::options().write(true).open(project.path("work/.lock")).unwrap();
    lock.lock().unwrap();
    let output = project.run(&["run", "--now", NOW]).expect_code(4);
    insta::assert_snapshot!(project.mask(&output.stderr), @"passeur: another run is working on this project (it holds [project]/work/.lock). Wait until it ends; `passeur status` shows what it does");
    project.run(&["status"]).expect_code(0);
}

#[test]
fn everything_private_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new();
    project.write("inbox/memberships.csv", export(1..3) + "bad\n");
    project.run(&["run", "--now", NOW]).expect_code(1);
    for folder in ["archive", "reports", "work", "receipts", "outbox"] {
        let mode = fs::metadata(project.path(folder)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{folder}");
    }
    let files = ["reports", "archive/outbound", "receipts"]
        .into_iter()
        .flat_map(|folder| project.matching(&format!("{folder}/**/*")));
    for file in files.chain(["passeur.db".to_owned()]) {
        let metadata = fs::metadata(project.path(&file)).unwrap();
        if metadata.is_file() {
            assert_eq!(metadata.permissions().mode() & 0o077, 0, "{file}");
        }
    }
}

#[test]
fn the_whole_way_over_sftp() {
    let sshd = Sshd::start();
    let project = Project::new();
    let config = project.text("passeur.toml");
    let (before, after) = config.split_once("type = \"folder\"\npath = \"outbox\"").unwrap();
    let sftp = format!(
        "type = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}\"\nhost_keys = [\"{}\"]\nverify = \"content\"\nauth = {{ key = \"{}\" }}",
        sshd.port,
        crate::support::sshd::user(),
        sshd.drop_folder().display(),
        sshd.fingerprint("ed25519"),
        sshd.key().display(),
    );
    project.config(&format!("{before}{sftp}{after}"));
    project.write("inbox/memberships.csv", export(1..3));
    let output = project.run(&["run", "--now", NOW]);
    assert_eq!(output.code, Some(0), "{output}");
    let files = sshd.files();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "demo_cardcode_members_20261116.csv");
    assert!(String::from_utf8_lossy(&files[0].1).contains("person2@example.com"));
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(sshd.files().len(), 1);
}

#[test]
fn a_destination_that_is_away_leaves_the_file_for_the_next_run() {
    let project = Project::new();
    let config = project.text("passeur.toml");
    let (before, after) = config.split_once("type = \"folder\"\npath = \"outbox\"").unwrap();
    let away = "type = \"sftp\"\nhost = \"127.0.0.1\"\nport = 1\nuser = \"demo\"\nhost_keys = [\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]\nauth = { password = { env = \"PASSEUR_TEST_PASSWORD\" } }";
    project.config(&format!("{before}{away}{after}"));
    project.write("inbox/memberships.csv", export(1..3));
    let mut command = project.command(&["run", "--now", NOW]);
    command.env("PASSEUR_TEST_PASSWORD", "not-to-be-seen");
    let output = project.finish(command).expect_code(3);
    assert!(!output.to_string().contains("not-to-be-seen"));
    project.config(&config);
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(project.files("outbox").len(), 1);
}

#[test]
fn an_optional_column_that_nothing_fills_is_left_out_because_an_empty_cell_may_erase() {
    let project = Project::new();
    let config = project.text("passeur.toml").replace("splio/cardcode", "splio/cardcode-update");
    project.config(
        &config
            .replace("id_program = { constant = \"4\" }\n", "")
            .replace("join_date = \"Purchase date\"\n", ""),
    );
    project.write("inbox/memberships.csv", export(1..2));
    let output = project.run(&["run", "--now", NOW]);
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(
        project.text("outbox/demo_cardcode_members_20261116.csv"),
        "card_code;customer_key;expiration_date\n\"AM-0000001\";\"person1@example.com\";\"2027-11-01 00:00:00\"\n"
    );
}
