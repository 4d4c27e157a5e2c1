//! Routes that send only what is new or changed.

use crate::support::project::{MEMBERSHIPS, Project};

pub(crate) fn row(number: usize, expires: &str) -> String {
    format!(
        "4101,Annual gym pass,{},{},2026-11-02,2026-11-02,{expires},Active,person{number}@example.com,AM-{number:07}\n",
        900_000 + number,
        700_000 + number
    )
}

pub(crate) fn project(send: &str) -> Project {
    let project = Project::new();
    let config = project.text("passeur.toml");
    project.config(&config.replace("max_rejected", &format!("send = \"{send}\"\nmax_rejected")));
    project
}

pub(crate) fn night(day: u32) -> String {
    format!("2026-11-{day:02}T02:00:00-05:00")
}

fn run(project: &Project, day: u32) -> String {
    let output = project.run(&["run", "--now", &night(day)]).expect_code(0);
    project.mask(&output.stdout)
}

#[test]
fn only_new_and_changed_rows_are_sent() {
    let project = project("changed");
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "2027-11-01") + &row(2, "2027-11-01"));
    insta::assert_snapshot!(run(&project, 16), @r"
    a.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      route cards: 2 new, 0 changed, 0 as sent before, 0 gone

    Files
      demo_cardcode_members_20261116.csv: 2 rows, delivered to splio
    Reports: reports/[run]
    ");

    project.write(
        "inbox/b.csv",
        MEMBERSHIPS.to_owned() + &row(1, "2027-11-01") + &row(2, "2028-01-01") + &row(3, ""),
    );
    insta::assert_snapshot!(run(&project, 17), @r"
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      3 rows: 3 accepted, 0 rejected
      route cards: 1 new, 1 changed, 1 as sent before, 0 gone
        changed columns: expiration_date 1

    Files
      demo_cardcode_members_20261117.csv: 2 rows, delivered to splio
    Reports: reports/[run]
    ");
    assert_eq!(
        project.text("outbox/demo_cardcode_members_20261117.csv"),
        "card_code;customer_key;id_program;join_date;expiration_date\n\
         \"AM-0000002\";\"person2@example.com\";\"4\";\"2026-11-02 00:00:00\";\"2028-01-01 00:00:00\"\n\
         \"AM-0000003\";\"person3@example.com\";\"4\";\"2026-11-02 00:00:00\";\n"
    );
    project.assert_each_export_in_one_place();
}

#[test]
fn a_second_export_with_the_same_rows_sends_nothing() {
    let project = project("changed");
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, ""));
    run(&project, 16);
    // Another order: another file.
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(2, "") + &row(1, ""));
    insta::assert_snapshot!(run(&project, 17), @r"
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      route cards: 0 new, 0 changed, 2 as sent before, 0 gone

    Reports: reports/[run]
    ");
    assert_eq!(project.matching("outbox/*"), ["outbox/demo_cardcode_members_20261116.csv"]);
}

#[test]
fn what_is_sent_once_is_never_sent_again() {
    let project = project("new");
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, ""));
    run(&project, 16);
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(1, "2030-01-01") + &row(2, ""));
    run(&project, 17);
    let sent = project.text("outbox/demo_cardcode_members_20261117.csv");
    assert_eq!(sent.lines().count(), 2, "{sent}");
    assert!(sent.contains("AM-0000002"), "{sent}");
}

#[test]
fn discarding_a_held_file_gives_its_rows_back() {
    let project = project("changed");
    let config = project.text("passeur.toml");
    project.config(&config.replace("100 %", "10 %"));
    let bad = "4101,Annual gym pass,1,1,2026-13-02,,,Active,x@example.com,AM-9\n";
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + bad);
    let output = project.run(&["run", "--now", &night(16)]).expect_code(3);
    assert!(output.stdout.contains("HELD"), "{}", output.stdout);
    project.run(&["discard", "1", "--reason", "wrong export"]).expect_code(0);

    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, ""));
    insta::assert_snapshot!(run(&project, 17), @r"
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      route cards: 2 new, 0 changed, 0 as sent before, 0 gone

    Files
      demo_cardcode_members_20261117.csv: 2 rows, delivered to splio
    Reports: reports/[run]
    ");
}

#[test]
fn plan_compares_shows_examples_and_changes_nothing() {
    let project = project("changed");
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, ""));
    run(&project, 16);
    let rows: String = (2..8).map(|number| row(number, "2027-01-01")).collect();
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &rows);
    let plan = || {
        let output = project.run(&["plan", "--now", &night(17)]).expect_code(0);
        project.mask(&output.stdout)
    };
    let before = project.tree();
    let first = plan();
    insta::assert_snapshot!(first, @r"
    This is what a run would do. Nothing was written, moved or sent.

    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      6 rows: 6 accepted, 0 rejected
      route cards: 5 new (AM-0000003, AM-0000004, AM-0000005, …), 1 changed (AM-0000002), 0 as sent before, 0 gone
        changed columns: expiration_date 1
      would send demo_cardcode_members_20261117.csv: 6 rows, to splio
    ");
    assert_eq!(plan(), first);
    assert_eq!(project.tree(), before);
    insta::assert_snapshot!(run(&project, 17), @r"
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      6 rows: 6 accepted, 0 rejected
      route cards: 5 new, 1 changed, 0 as sent before, 0 gone
        changed columns: expiration_date 1

    Files
      demo_cardcode_members_20261117.csv: 6 rows, delivered to splio
    Reports: reports/[run]
    ");
}

#[test]
fn a_route_that_remembers_needs_a_key() {
    let project = project("changed");
    let config = project
        .text("passeur.toml")
        .replace("max_rejected", "settings = [\"generated-card-codes\"]\nmax_rejected");
    project.config(&config);
    let output = project.run(&["run", "--now", &night(16)]).expect_code(2);
    insta::assert_snapshot!(project.mask(&output.stderr), @r#"
    passeur: error: `card_code`, the key of `splio/cardcode`, may be empty with these settings: such a row cannot be recognised
      --> [project]/passeur.toml:17:8
       |
    17 | send = "changed"
       |        ^^^^^^^^^
       = write send = "all", or another `key`

    1 error in [project]/passeur.toml
    "#);
}
