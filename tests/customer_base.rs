//! The customer base, from exports to files: the sample of Cyberimpact over its days.

use crate::support::project::Project;

pub(crate) const DAY_1: &str = "2026-11-15T02:00:00-05:00";
pub(crate) const DAY_2: &str = "2026-11-16T02:00:00-05:00";
pub(crate) const DAY_3: &str = "2026-11-17T02:00:00-05:00";

/// The sample with the exports of a day in its inbox.
pub(crate) fn sample(day: u32) -> Project {
    let project = Project::empty();
    project.write("passeur.toml", std::fs::read(samples().join("passeur.toml")).unwrap());
    std::fs::create_dir(project.path("inbox")).unwrap();
    drop_day(&project, day);
    project
}

fn samples() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/cyberimpact")
}

pub(crate) fn drop_day(project: &Project, day: u32) {
    let mut paths: Vec<_> = std::fs::read_dir(samples().join(format!("day-{day}")))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        project.write(&format!("inbox/{name}"), std::fs::read(&path).unwrap());
    }
}

pub(crate) fn run(project: &Project, now: &str, code: i32) -> String {
    let output = project.run(&["run", "--now", now, "--language", "en"]).expect_code(code);
    project.mask(&output.stdout)
}

pub(crate) const PEOPLE: &str =
    "Person ID,Account ID,Account owner ID,First name,Last name,Email,Birth date,City,Archived\n";
pub(crate) const REGISTRATIONS: &str = "Registration ID,Person ID,Account ID,Program,Activity ID,Activity,Registration date,Registration status\n";

pub(crate) fn person(id: u32, email: &str, city: &str) -> String {
    format!("{id},{id},{id},Ada,Roy,{email},1980-05-01,{city},No\n")
}

pub(crate) fn registration(id: u32, person: u32, status: &str) -> String {
    format!("SUB-{id},{person},{person},Fall 2026,31,Yoga,2026-10-01,{status}\n")
}

/// The sample's config with an empty inbox.
pub(crate) fn empty() -> Project {
    let project = Project::empty();
    project.write("passeur.toml", std::fs::read(samples().join("passeur.toml")).unwrap());
    std::fs::create_dir(project.path("inbox")).unwrap();
    project
}

fn sent(project: &Project, scope: &str, day: &str) -> String {
    project.text(&format!("outbox/account_{scope}_amilia_{day}.csv"))
}

/// What `explain` says of these addresses after the days of the sample, the third of which waits at a guard.
fn explained(language: &str) -> String {
    let project = sample(1);
    run(&project, DAY_1, 0);
    for (day, now) in [(2, DAY_2), (3, DAY_3)] {
        drop_day(&project, day);
        project.run(&["run", "--now", now]);
    }
    [
        "francois.cote@example.com",
        "zoe@example.com",
        "JS.Leveque@example.com",
        "anais.noel@example.com",
        "renee.desabonnee@example.com",
        "nobody@example.com",
    ]
    .map(|email| {
        let output = project.run(&["explain", email, "--language", language]).expect_code(0);
        format!("{}\n", project.mask(&output.stdout))
    })
    .concat()
}

#[test]
fn explain_says_why_an_address_is_a_contact_or_is_not() {
    insta::assert_snapshot!(explained("en"));
}

#[test]
fn explain_speaks_french() {
    insta::assert_snapshot!(explained("fr"));
}

#[test]
fn what_stops_an_export_is_said_in_the_language_of_the_project() {
    let project = sample(1);
    let config = project.text("passeur.toml");
    let config: String = config
        .lines()
        .filter(|line| !line.contains("unsubscribed"))
        .map(|line| format!("{line}\n"))
        .collect();
    project.config(&config);
    let said = project.run(&["run", "--now", DAY_1, "--language", "fr"]).stdout;
    let line =
        said.lines().find(|line| line.contains("pas pu être traité")).unwrap_or_else(|| panic!("{said}"));
    insta::assert_snapshot!(project.mask(line), @"  n’a pas pu être traité : traitement de [project]/work/courriels_desabonnes.csv : la liste des adresses désabonnées ne peut pas être lue : la configuration ne dit pas quelles lignes signifient « pas de courriel ». Sous [customer_base], énumérez les valeurs de sa colonne de statut dans `unsubscribed_statuses`, ou écrivez `every_row_unsubscribes = true`");
}

#[test]
fn what_stops_a_command_is_said_in_the_language_of_the_project() {
    let project = empty();
    let status = |language: &str| {
        let output = project.run(&["explain", "a@example.com", "--language", language]);
        project.mask(&output.stderr)
    };
    insta::assert_snapshot!(status("en") + &status("fr"), @r"
    passeur: there is no store at [project]/passeur.db: nothing has run in this project yet; `passeur run` makes it
    passeur: il n’y a pas de registre dans [project]/passeur.db : rien n’a encore été exécuté dans ce projet ; `passeur run` le crée
    ");
}

#[test]
fn registrations_wait_for_people() {
    let project = empty();
    project.write("inbox/registrations.csv", REGISTRATIONS.to_owned() + &registration(1, 7, "Registered"));
    insta::assert_snapshot!(run(&project, DAY_1, 3), @r"
    registrations.csv
      waits in inbox for an export of people: without one, nobody can tell who the owner of an account is or who is a child. Drop the people export; this file then goes with the next run

    Reports: reports/[run]
    ");
    assert_eq!(project.files("inbox"), ["inbox/registrations.csv"]);

    project.write("inbox/zpeople.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", "Lévis"));
    let out = run(&project, DAY_1, 0);
    assert!(
        out.find("zpeople.csv").unwrap() < out.find("registrations.csv").unwrap(),
        "people come first:\n{out}"
    );
    assert!(sent(&project, "group-members", "20261115").contains("ada@example.com,activity:31,SUB-1"));
    project.assert_each_export_in_one_place();
}

#[test]
fn a_row_that_names_nobody_known_is_rejected_by_name() {
    let project = empty();
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", ""));
    let rows = registration(1, 7, "Registered") + &registration(2, 8, "Registered");
    project.write("inbox/registrations.csv", REGISTRATIONS.to_owned() + &rows);
    insta::assert_snapshot!(run(&project, DAY_1, 1), @r"
    people.csv
      read as amilia/people, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected
      customer base (people): 1 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    registrations.csv
      read as amilia/registrations, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 1 accepted, 1 rejected
        - 1 row: The row names a person whom no export of people has. (line 3)
      rejected rows, to correct and drop again: reports/[run]/registrations.rejected.csv
      customer base (registrations): 1 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    Customer base: 1 contact (0 archived), 1 place in groups, 0 unsubscribed addresses
      route groups: 4 new, 0 changed, 0 as sent before, 0 gone
      route contacts: 1 new, 0 changed, 0 as sent before, 0 gone
      route group-members: 2 new, 0 changed, 0 as sent before, 0 gone
      route group-removals: 0 new, 0 changed, 0 as sent before, 0 gone
      route unsubscribes: 0 new, 0 changed, 0 as sent before, 0 gone

    Files
      account_groups_amilia_20261115.csv: 4 rows, delivered to cyberimpact
      account_contacts_amilia_20261115.csv: 1 row, delivered to cyberimpact
      account_group-members_amilia_20261115.csv: 2 rows, delivered to cyberimpact
      Set cyberimpact: all of it is delivered to cyberimpact
    Reports: reports/[run]
    ");
    insta::assert_snapshot!(project.text(&project.only("reports/*/registrations.rejected.csv")), @r#"
    ﻿_line,_errors,Registration ID,Person ID,Account ID,Program,Activity ID,Activity,Registration date,Registration status
    3,"This row names person 8, whom no export of people has.",SUB-2,8,8,Fall 2026,31,Yoga,2026-10-01,Registered
    "#);
}

#[test]
fn two_rows_that_contradict_each_other_are_both_rejected() {
    let project = empty();
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", ""));
    let rows = registration(1, 7, "Registered")
        + &registration(2, 7, "Registered")
        + &registration(1, 7, "Cancelled")
        + &registration(2, 7, "Registered");
    project.write("inbox/registrations.csv", REGISTRATIONS.to_owned() + &rows);
    run(&project, DAY_1, 1);
    insta::assert_snapshot!(project.text(&project.only("reports/*/registrations.rejected.csv")), @r"
    ﻿_line,_errors,Registration ID,Person ID,Account ID,Program,Activity ID,Activity,Registration date,Registration status
    2,This row and line 4 have the same Registration ID and different content: neither is used.,SUB-1,7,7,Fall 2026,31,Yoga,2026-10-01,Registered
    4,This row and line 2 have the same Registration ID and different content: neither is used.,SUB-1,7,7,Fall 2026,31,Yoga,2026-10-01,Cancelled
    5,This row has the same Registration ID as line 3.,SUB-2,7,7,Fall 2026,31,Yoga,2026-10-01,Registered
    ");
    let members = sent(&project, "group-members", "20261115");
    assert!(members.contains("activity:31,SUB-2") && !members.contains("SUB-1"), "{members}");
}

#[test]
fn the_same_exports_again_send_nothing() {
    let project = sample(1);
    run(&project, DAY_1, 0);
    let sent = project.files("outbox");
    for now in [DAY_1, DAY_2] {
        drop_day(&project, 1);
        let out = run(&project, now, 0);
        assert!(out.contains("the same content was processed before"), "{out}");
        assert_eq!(project.files("outbox"), sent, "{out}");
    }
}

#[test]
fn the_order_of_rows_columns_and_files_does_not_matter() {
    let first = sample(1);
    run(&first, DAY_1, 0);
    let second = empty();
    for (name, new) in [
        ("personnes.csv", "z.csv"),
        ("inscriptions.csv", "a.csv"),
        ("memberships.csv", "b.csv"),
        ("courriels_desabonnes.csv", "c.csv"),
    ] {
        let bytes = std::fs::read(samples().join("day-1").join(name)).unwrap();
        // Windows-1252 and UTF-8 with a BOM become UTF-16.
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
        };
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let text = lines.join("\n") + "\n";
        let utf16: Vec<u8> =
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        second.write(&format!("inbox/{new}"), utf16);
    }
    run(&second, DAY_1, 0);
    assert_eq!(first.files("outbox"), second.files("outbox"));
    for file in first.files("outbox") {
        assert_eq!(first.text(&file), second.text(&file), "{file}");
    }
}

#[test]
fn a_value_that_is_gone_is_cleared_and_an_empty_one_is_left_alone() {
    let project = empty();
    let rows = person(7, "ada@example.com", "Lévis") + &person(8, "bea@example.com", "");
    project.write("inbox/people.csv", PEOPLE.to_owned() + &rows);
    project.write(
        "inbox/registrations.csv",
        REGISTRATIONS.to_owned() + &registration(1, 7, "Registered") + &registration(2, 8, "Registered"),
    );
    run(&project, DAY_1, 0);
    let rows = person(7, "ada@example.com", "") + &person(8, "bea@example.com", "");
    project.write("inbox/people.csv", PEOPLE.to_owned() + &rows);
    run(&project, DAY_2, 0);
    let contacts = sent(&project, "contacts", "20261116");
    let rows: Vec<&str> = contacts.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "{contacts}");
    assert!(rows[0].starts_with("ada@example.com,Ada,Roy,,1980-05-01,,,__EMPTY__,,7,7,False,"), "{contacts}");
}

#[test]
fn an_address_that_was_given_up_leaves_its_groups() {
    let project = empty();
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "old@example.com", ""));
    project.write("inbox/registrations.csv", REGISTRATIONS.to_owned() + &registration(1, 7, "Registered"));
    run(&project, DAY_1, 0);
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "new@example.com", ""));
    run(&project, DAY_2, 0);
    assert_eq!(
        sent(&project, "group-removals", "20261116"),
        "email,groupKey,reason\nold@example.com,activity:31,address changed\n"
    );
    assert!(sent(&project, "group-members", "20261116").contains("new@example.com,activity:31,SUB-1"));
}

#[test]
fn a_delta_says_nothing_about_who_is_not_in_it() {
    let project = empty();
    let people = person(7, "ada@example.com", "") + &person(8, "bea@example.com", "");
    project.write("inbox/people.csv", PEOPLE.to_owned() + &people);
    project.write(
        "inbox/registrations.csv",
        REGISTRATIONS.to_owned() + &registration(1, 7, "Registered") + &registration(2, 8, "Registered"),
    );
    run(&project, DAY_1, 0);
    for now in [DAY_2, DAY_3] {
        project.write("inbox/people delta.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", now));
        project.write(
            "inbox/registrations delta.csv",
            REGISTRATIONS.to_owned() + &registration(3, 7, "Registered"),
        );
        let out = run(&project, now, 0);
        assert!(out.contains("0 missing"), "{out}");
    }
    assert!(!project.path("outbox/account_group-removals_amilia_20261117.csv").exists());
}

#[test]
fn discarding_a_held_file_of_a_model_sends_its_rows_again() {
    let project = sample(1);
    project.write("outbox/account_contacts_amilia_20261115.csv", "theirs");
    run(&project, DAY_1, 3);
    let status = project.run(&["status", "--format", "json"]).json();
    let id = status["held"][0]["id"].to_string();
    project.run(&["discard", &id, "--reason", "test"]).expect_code(0);
    run(&project, DAY_2, 0);
    assert_eq!(sent(&project, "contacts", "20261116").lines().count(), 5);
}

/// A refused export was taken row by row before its end was seen: nothing of that may show.
#[test]
fn a_refused_export_changes_nothing_in_plan_and_run() {
    let project = empty();
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", "Lévis"));
    project.write("inbox/registrations.csv", REGISTRATIONS.to_owned() + &registration(1, 7, "Registered"));
    run(&project, DAY_1, 0);
    let open =
        PEOPLE.to_owned() + &person(7, "ada@example.com", "Québec") + "8,8,8,\"Ada,Roy,,1980-05-01,,No\n";
    project.write("inbox/people.csv", open);
    let plan = project.run(&["plan", "--now", DAY_2, "--language", "en"]).expect_code(1);
    assert!(plan.stdout.contains("refused"), "{plan}");
    assert!(!plan.stdout.contains("1 changed"), "{plan}");
    let out = run(&project, DAY_2, 1);
    assert!(out.contains("refused") && !out.contains("1 changed"), "{out}");
    assert!(!project.path("outbox/account_contacts_amilia_20261116.csv").exists());
}

#[test]
fn a_model_of_the_users_own_is_a_source_for_routes() {
    let project = empty();
    project.write(
        "models/unsubscribes.sql",
        "SELECT email, NULL AS unsubscribed_on, 'ours' AS origin FROM person\nORDER BY email;\n",
    );
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "ada@example.com", "Lévis"));
    run(&project, DAY_1, 0);
    assert_eq!(
        sent(&project, "unsubscribes", "20261115"),
        "email,unsubscribedOn,origin\nada@example.com,,ours\n"
    );
}

#[test]
fn a_wrong_model_is_shown_with_its_place() {
    let project = empty();
    project.write("models/vip.sql", "SELECT email\nFROM persons\n");
    let output = project.run(&["run", "--now", DAY_1]).expect_code(2);
    insta::assert_snapshot!(project.mask(&output.stderr), @"passeur: [project]/models/vip.sql: no such table: persons");
}

#[test]
fn a_model_needs_a_customer_base() {
    let project = empty();
    let config = project.text("passeur.toml");
    let start = config.find("[customer_base]").unwrap();
    let end = config.find("[destinations").unwrap();
    project.config(&(config[..start].to_owned() + &config[end..]));
    let output = project.run(&["run", "--now", DAY_1]).expect_code(2);
    assert!(output.stderr.contains("which this project does not keep"), "{}", output.stderr);
}

#[test]
fn an_unsubscribed_list_that_nobody_explained_is_not_read() {
    let project = empty();
    let config = project.text("passeur.toml");
    let without: Vec<&str> =
        config.lines().filter(|line| !line.starts_with("unsubscribed_statuses")).collect();
    project.config(&without.join("\n"));
    project.write("inbox/d.csv", "Email,Email status\na@example.com,Unsubscribed\n");
    let output = project.run(&["run", "--now", DAY_1]).expect_code(5);
    assert!(
        output.stdout.contains("ne peut") || output.stdout.contains("which rows mean"),
        "{}",
        output.stdout
    );
    // Once it is explained, the next run reads it.
    project.config(&config.replace("[\"Désabonné\"]", "[\"Unsubscribed\"]"));
    project.write("inbox/people.csv", PEOPLE.to_owned() + &person(7, "b@example.com", ""));
    run(&project, DAY_1, 0);
    assert!(sent(&project, "unsubscribes", "20261115").contains("a@example.com"));
}

#[test]
fn plan_shows_what_the_customer_base_gives_and_changes_nothing() {
    let project = sample(1);
    run(&project, DAY_1, 0);
    drop_day(&project, 2);
    let before = project.tree();
    let output = project.run(&["plan", "--now", DAY_2, "--language", "en"]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    This is what a run would do. Nothing was written, moved or sent.

    personnes.csv
      read as amilia/people, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      9 rows: 9 accepted, 0 rejected
      customer base (people): 1 new, 2 changed, 6 as before, 0 missing, 0 back, 0 left aside

    inscriptions.csv
      read as amilia/registrations, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      8 rows: 8 accepted, 0 rejected
      customer base (registrations): 1 new, 1 changed, 6 as before, 0 missing, 0 back, 0 left aside

    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      4 rows: 4 accepted, 0 rejected
      customer base (memberships): 1 new, 0 changed, 3 as before, 0 missing, 0 back, 0 left aside

    Customer base: 6 contacts (1 archived), 9 places in groups, 1 unsubscribed address
      route groups: 2 new (activity:31004, subcategory:Automne 2026 \ Arts \ Poterie), 0 changed, 14 as sent before, 0 gone
      route contacts: 2 new (helene.theriault@example.com, nadia.tremblay@example.com), 1 changed (genevieve.belanger@example.com), 3 as sent before, 0 gone
        changed columns: Amilia.Address.City 1
      route group-members: 5 new (helene.theriault@example.com · activity:31002, helene.theriault@example.com · customers, nadia.tremblay@example.com · activity:31004, …), 0 changed, 10 as sent before, 1 gone
      route group-removals: 1 new (js.leveque@example.com · activity:31002), 0 changed, 0 as sent before, 0 gone
      route unsubscribes: 0 new, 0 changed, 1 as sent before, 0 gone
      would send account_groups_amilia_20261116.csv: 2 rows, to cyberimpact
        with the set cyberimpact
      would send account_contacts_amilia_20261116.csv: 3 rows, to cyberimpact
        with the set cyberimpact
      would send account_group-members_amilia_20261116.csv: 5 rows, to cyberimpact
        with the set cyberimpact
      would send account_group-removals_amilia_20261116.csv: 1 row, to cyberimpact
        with the set cyberimpact
    ");
    assert_eq!(project.tree(), before);
}

/// The scenario of the integration: what leaves is what its documents say, to the byte.
#[test]
fn the_first_day_of_the_sample() {
    let project = sample(1);
    insta::assert_snapshot!(run(&project, DAY_1, 0), @r"
    courriels_desabonnes.csv
      read as amilia/unsubscribed, UTF-8 (its byte order mark says so), separator ; (most frequent on the header line)
      1 row: 1 accepted, 0 rejected
      customer base (unsubscribed): 1 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    personnes.csv
      read as amilia/people, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      8 rows: 8 accepted, 0 rejected
      customer base (people): 8 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    inscriptions.csv
      read as amilia/registrations, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      7 rows: 7 accepted, 0 rejected
      customer base (registrations): 7 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      3 rows: 3 accepted, 0 rejected
      customer base (memberships): 3 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    Customer base: 4 contacts (1 archived), 7 places in groups, 1 unsubscribed address
      route groups: 14 new, 0 changed, 0 as sent before, 0 gone
      route contacts: 4 new, 0 changed, 0 as sent before, 0 gone
      route group-members: 11 new, 0 changed, 0 as sent before, 0 gone
      route group-removals: 0 new, 0 changed, 0 as sent before, 0 gone
      route unsubscribes: 1 new, 0 changed, 0 as sent before, 0 gone

    Files
      account_groups_amilia_20261115.csv: 14 rows, delivered to cyberimpact
      account_contacts_amilia_20261115.csv: 4 rows, delivered to cyberimpact
      account_group-members_amilia_20261115.csv: 11 rows, delivered to cyberimpact
      account_unsubscribes_amilia_20261115.csv: 1 row, delivered to cyberimpact
      Set cyberimpact: all of it is delivered to cyberimpact
    Reports: reports/[run]
    ");
    for scope in ["groups", "contacts", "group-members", "unsubscribes"] {
        insta::assert_snapshot!(format!("day-1-{scope}"), sent(&project, scope, "20261115"));
    }
}

#[test]
fn the_second_day_sends_what_changed() {
    let project = sample(1);
    run(&project, DAY_1, 0);
    drop_day(&project, 2);
    insta::assert_snapshot!(run(&project, DAY_2, 0), @r"
    personnes.csv
      read as amilia/people, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      9 rows: 9 accepted, 0 rejected
      customer base (people): 1 new, 2 changed, 6 as before, 0 missing, 0 back, 0 left aside

    inscriptions.csv
      read as amilia/registrations, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      8 rows: 8 accepted, 0 rejected
      customer base (registrations): 1 new, 1 changed, 6 as before, 0 missing, 0 back, 0 left aside

    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      4 rows: 4 accepted, 0 rejected
      customer base (memberships): 1 new, 0 changed, 3 as before, 0 missing, 0 back, 0 left aside

    Customer base: 6 contacts (1 archived), 9 places in groups, 1 unsubscribed address
      route groups: 2 new, 0 changed, 14 as sent before, 0 gone
      route contacts: 2 new, 1 changed, 3 as sent before, 0 gone
        changed columns: Amilia.Address.City 1
      route group-members: 5 new, 0 changed, 10 as sent before, 1 gone
      route group-removals: 1 new, 0 changed, 0 as sent before, 0 gone
      route unsubscribes: 0 new, 0 changed, 1 as sent before, 0 gone

    Files
      account_groups_amilia_20261116.csv: 2 rows, delivered to cyberimpact
      account_contacts_amilia_20261116.csv: 3 rows, delivered to cyberimpact
      account_group-members_amilia_20261116.csv: 5 rows, delivered to cyberimpact
      account_group-removals_amilia_20261116.csv: 1 row, delivered to cyberimpact
      Set cyberimpact: all of it is delivered to cyberimpact
    Reports: reports/[run]
    ");
    for scope in ["groups", "contacts", "group-members", "group-removals"] {
        insta::assert_snapshot!(format!("day-2-{scope}"), sent(&project, scope, "20261116"));
    }
}

#[test]
fn an_export_that_was_cut_off_holds_the_customer_base() {
    let project = sample(1);
    run(&project, DAY_1, 0);
    drop_day(&project, 2);
    run(&project, DAY_2, 0);
    let sent = project.files("outbox");
    drop_day(&project, 3);
    insta::assert_snapshot!(run(&project, DAY_3, 3), @r"
    courriels_desabonnes.csv
      read as amilia/unsubscribed, UTF-8 (its byte order mark says so), separator ; (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      customer base (unsubscribed): 1 new, 0 changed, 1 as before, 0 missing, 0 back, 0 left aside

    inscriptions.csv
      read as amilia/registrations, windows-1252 (it is not UTF-8), separator ; (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
      customer base (registrations): 0 new, 0 changed, 2 as before, 6 missing, 0 back, 0 left aside

    Customer base: HELD, nothing of it was sent
      This would end 2 of 5 registrations (40 %, at most 20 % pass), archive 0 of 8 people (0 %, at most 5 %), and take 0 of 2 addresses off the unsubscribed list (0 %, at most 20 %). Was an export cut off? Drop the whole one, and all is well. If it is right: passeur release customer-base

    Reports: reports/[run]
    ");
    let status = project.run(&["status", "--language", "fr"]).expect_code(3);
    insta::assert_snapshot!(project.mask(&status.stdout), @r"
    Dernières exécutions
      [run]  quelque chose attend une personne
      [run]  complète
      [run]  complète
    8 fichiers livrés jusqu’ici.
    Base clients : RETENUE par le garde-fou des retraits. Cela mettrait fin à 2 inscriptions sur 5, archiverait 0 personne sur 8 et retirerait 0 adresse sur 2 de la liste des désabonnés. Déposez les exports complets ; ou, si c’est voulu : passeur release customer-base
    ");
    assert_eq!(project.files("outbox"), sent, "nothing was sent");

    // The whole export heals it, although its content came before.
    let whole = std::fs::read(samples().join("day-2/inscriptions.csv")).unwrap();
    project.write("inbox/inscriptions.csv", whole);
    run(&project, "2026-11-18T02:00:00-05:00", 0);
    assert!(project.run(&["status"]).expect_code(0).stdout.contains("rien n"), "nothing is held");
    assert!(!project.path("outbox/account_group-removals_amilia_20261118.csv").exists());
}

#[test]
fn removals_that_a_person_accepts_happen() {
    let project = sample(1);
    run(&project, DAY_1, 0);
    drop_day(&project, 2);
    run(&project, DAY_2, 0);
    drop_day(&project, 3);
    run(&project, DAY_3, 3);
    let output = project.run(&["release", "customer-base", "--language", "en"]).expect_code(0);
    insta::assert_snapshot!(output.stdout, @"The next run brings the customer base up to date, removals included.");
    run(&project, DAY_3, 0);
    insta::assert_snapshot!(project.text("outbox/account_group-removals_amilia_20261117.csv"), @r"
    email,groupKey,reason
    helene.theriault@example.com,activity:31002,unregistered
    ");
    let again = project.run(&["release", "customer-base", "--language", "en"]).expect_code(2);
    insta::assert_snapshot!(again.stdout, @"Nothing to release: no guard holds the customer base.");
}

/// Routes from an export pass the models by; the unsubscribed list holds for them all the same.
#[test]
fn no_route_mails_an_unsubscribed_address() {
    let project = empty();
    project.write(
        "models/everybody.sql",
        "SELECT email, NULL AS unsubscribed_on, 'everybody' AS origin FROM person\nORDER BY email;\n",
    );
    project.add_config(
        "[[routes]]\nname = \"people\"\nfrom = \"amilia/people\"\nto = \"cyberimpact/contacts\"\ndestination = \"cyberimpact\"\n\
         universe = \"account\"\nsubsections = [\"people\"]\n[routes.columns]\nemail = \"Email\"\n\"Amilia.IsArchived\" = { constant = \"False\" }\n\
         [[routes]]\nname = \"everybody\"\nfrom = \"models/everybody\"\nto = \"cyberimpact/unsubscribes\"\ndestination = \"cyberimpact\"\n\
         universe = \"account\"\nsubsections = [\"everybody\"]\n[routes.columns]\nemail = \"email\"\n",
    );
    project.write("inbox/z.csv", "Courriel,État du courriel\nBEA@example.com,Désabonné\n");
    project.write(
        "inbox/people.csv",
        PEOPLE.to_owned() + &person(7, "ada@example.com", "") + &person(8, "bea@example.com", ""),
    );
    insta::assert_snapshot!(run(&project, DAY_1, 0), @r"
    z.csv
      read as amilia/unsubscribed, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected
      customer base (unsubscribed): 1 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    people.csv
      read as amilia/people, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 2 accepted, 0 rejected
        - 1 row: The address is on the unsubscribed list: not sent. (line 3)
      customer base (people): 2 new, 0 changed, 0 as before, 0 missing, 0 back, 0 left aside

    Customer base: 0 contacts (0 archived), 0 places in groups, 1 unsubscribed address
      route groups: 2 new, 0 changed, 0 as sent before, 0 gone
      route contacts: 0 new, 0 changed, 0 as sent before, 0 gone
      route group-members: 0 new, 0 changed, 0 as sent before, 0 gone
      route group-removals: 0 new, 0 changed, 0 as sent before, 0 gone
      route unsubscribes: 1 new, 0 changed, 0 as sent before, 0 gone

    Files
      account_contacts_people_20261115.csv: 1 row, delivered to cyberimpact
      account_groups_amilia_20261115.csv: 2 rows, delivered to cyberimpact
      account_unsubscribes_amilia_20261115.csv: 1 row, delivered to cyberimpact
      account_unsubscribes_everybody_20261115.csv: 2 rows, delivered to cyberimpact
      Set cyberimpact: all of it is delivered to cyberimpact
    Reports: reports/[run]
    ");
    for file in project.files("outbox") {
        let has = project.text(&file).contains("bea@example.com");
        assert_eq!(has, file.contains("_unsubscribes_"), "{file}:\n{}", project.text(&file));
        if file.contains("_people_") || file.contains("everybody") {
            assert!(project.text(&file).contains("ada@example.com"), "{file}");
        }
    }
}

pub(crate) const SPLIO: &str = r#"
time_zone = "America/Toronto"
settle = "0 s"
[customer_base]
[destinations.splio]
type = "folder"
path = "outbox"

# Cards for new members: a file of its own, with the columns that only a creation may have.
[[routes]]
name = "new-cards"
from = "models/cards"
to = "splio/cardcode"
destination = "splio"
universe = "demo"
subsections = ["new"]
send = "new"
[routes.columns]
card_code = { template = "AM-{person_id}" }
customer_key = "email"
id_program = { constant = "4" }
join_date = "purchased_on"
expiration_date = "expires_on"
id_tier = { from = "membership", map = { Silver = "1", Gold = "2" } }

# What changed on cards that exist.
[[routes]]
name = "card-updates"
from = "models/cards"
to = "splio/cardcode-update"
destination = "splio"
universe = "demo"
subsections = ["updates"]
send = "updated"
[routes.columns]
card_code = { template = "AM-{person_id}" }
customer_key = "email"
expiration_date = "expires_on"

# Another membership is another tier.
[[routes]]
name = "tiers"
from = "models/cards"
to = "splio/tierchange"
destination = "splio"
universe = "demo"
subsections = ["tiers"]
send = "updated"
key = ["card_code"]
compare = ["tier_name"]
[routes.columns]
card_code = { template = "AM-{person_id}" }
tier_name = "membership"
context = { template = "Amilia membership {membership_id}" }
value_date = "purchased_on"
"#;

const MEMBERSHIPS: &str =
    "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status\n";

/// Seed 003: creations and updates in files of their own, a tier change when the level changes, one card a customer.
#[test]
fn splio_gets_cards_updates_and_tier_changes_from_the_customer_base() {
    let project = Project::empty();
    project.config(SPLIO);
    std::fs::create_dir(project.path("inbox")).unwrap();
    let people = person(7, "ada@example.com", "")
        + &person(8, "bea@example.com", "")
        + &person(9, "cyd@example.com", "");
    project.write("inbox/people.csv", PEOPLE.to_owned() + &people);
    let day_1 = "1,Silver,7,7,2026-01-05,2026-01-05,2026-12-31,Active\n1,Silver,8,8,2026-02-05,2026-02-05,2026-12-31,Active\n";
    project.write("inbox/memberships.csv", MEMBERSHIPS.to_owned() + day_1);
    run(&project, DAY_1, 0);
    assert_eq!(
        project.files("outbox"),
        ["outbox/demo_cardcode_new_20261115.csv"],
        "nothing exists that could be updated"
    );
    assert_eq!(
        project.text("outbox/demo_cardcode_new_20261115.csv"),
        "card_code;customer_key;id_program;join_date;expiration_date;id_tier\n\
         \"AM-7\";\"ada@example.com\";\"4\";\"2026-01-05 00:00:00\";\"2026-12-31 00:00:00\";\"1\"\n\
         \"AM-8\";\"bea@example.com\";\"4\";\"2026-02-05 00:00:00\";\"2026-12-31 00:00:00\";\"1\"\n"
    );

    // Ada buys Gold, Bea's membership is extended, Cyd is new.
    let day_2 = "2,Gold,7,7,2026-11-15,2026-11-15,2027-11-14,Active\n1,Silver,7,7,2026-01-05,2026-01-05,2026-12-31,Active\n\
                 1,Silver,8,8,2026-02-05,2026-02-05,2027-06-30,Active\n1,Silver,9,9,2026-11-15,2026-11-15,2027-11-14,Active\n";
    project.write("inbox/memberships.csv", MEMBERSHIPS.to_owned() + day_2);
    run(&project, DAY_2, 0);
    assert_eq!(
        project.text("outbox/demo_cardcode_new_20261116.csv").lines().skip(1).collect::<Vec<_>>(),
        ["\"AM-9\";\"cyd@example.com\";\"4\";\"2026-11-15 00:00:00\";\"2027-11-14 00:00:00\";\"1\""]
    );
    assert_eq!(
        project.text("outbox/demo_cardcode_updates_20261116.csv"),
        "card_code;customer_key;expiration_date\n\
         \"AM-7\";\"ada@example.com\";\"2027-11-14 00:00:00\"\n\
         \"AM-8\";\"bea@example.com\";\"2027-06-30 00:00:00\"\n"
    );
    assert_eq!(
        project.text("outbox/demo_tierchange_tiers_20261116.csv"),
        "card_code;tier_name;context;value_date\n\
         \"AM-7\";\"Gold\";\"Amilia membership 2\";\"2026-11-15 00:00:00\"\n"
    );

    // The same again sends nothing.
    let sent = project.files("outbox");
    project.write("inbox/memberships.csv", MEMBERSHIPS.to_owned() + day_2);
    run(&project, DAY_3, 0);
    assert_eq!(project.files("outbox"), sent);
}

/// CI-09 read literally, along the way: the schemas of Cyberimpact take capitals, the unsubscribed list and `forget` hold in any case, for
/// direct routes too, and a change of the setting reads an export again that came before.
#[test]
fn addresses_that_differ_in_case_are_different_where_the_config_says_so() {
    let project = empty();
    let config = project.text("passeur.toml");
    let emails = |scope: &str, day: &str| -> Vec<String> {
        let text = project.text(&format!("outbox/account_{scope}_{day}.csv"));
        text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
    };
    let people = PEOPLE.to_owned()
        + &person(7, "Ada@example.com", "")
        + &person(8, "ada@example.com", "")
        + &person(9, "Bea@example.com", "")
        + &person(10, "bea@example.com", "");
    let rows: String = (7..11).map(|id| registration(id, id, "Registered")).collect();
    project.write("inbox/people.csv", &people).write("inbox/rows.csv", REGISTRATIONS.to_owned() + &rows);
    project.write("inbox/list.csv", "Courriel,État du courriel\nBEA@example.com,Désabonné\n");
    run(&project, DAY_1, 0);
    assert_eq!(emails("contacts_amilia", "20261115"), ["ada@example.com"]);

    project.config(&config.replace("[customer_base]", "[customer_base]\naddresses_ignore_case = false"));
    project.add_config(
        "[[routes]]\nname = \"people\"\nfrom = \"amilia/people\"\nto = \"cyberimpact/contacts\"\ndestination = \"cyberimpact\"\n\
         universe = \"account\"\nsubsections = [\"people\"]\n[routes.columns]\nemail = \"Email\"\n\"Amilia.IsArchived\" = { constant = \"False\" }\n",
    );
    project.write("inbox/again.csv", &people);
    let output = project.run(&["run", "--resend", "--now", DAY_2, "--language", "en"]).expect_code(0);
    assert!(output.stdout.contains("customer base (people): 0 new, 4 changed"), "{}", output.stdout);
    assert_eq!(emails("contacts_amilia", "20261116"), ["Ada@example.com", "ada@example.com"]);
    assert_eq!(emails("contacts_people", "20261116"), ["Ada@example.com", "ada@example.com"]);
    assert_eq!(
        emails("unsubscribes_amilia", "20261116"),
        ["Bea@example.com"],
        "the other one is sent already"
    );

    project.run(&["forget", "ada@example.com", "--yes"]).expect_code(0);
    let left: Vec<_> = project
        .files("")
        .into_iter()
        .filter(|file| file != "passeur.toml" && !file.starts_with("outbox/"))
        .collect();
    for file in left {
        let bytes = project.read(&file).to_ascii_lowercase();
        assert!(!bytes.windows(15).any(|bytes| bytes == b"ada@example.com"), "{file}");
    }
}
