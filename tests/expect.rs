//! What routes expect: what did not come, what came with too few rows, and the calendar of `passeur status`.

use crate::customer_base;
use crate::support::exposition;
use crate::support::project::{MEMBERSHIPS, Output, Project};

/// An export with these cards.
fn export(first: u32, rows: u32) -> String {
    let row = |number: u32| {
        format!(
            "{number},Annual gym pass,{number},{number},2025-12-01,2026-01-01,2026-12-31,Active,p{number}@example.com,AM-{number:07}\n"
        )
    };
    format!("{MEMBERSHIPS}{}", (first..first + rows).map(row).collect::<String>())
}

/// The project of the other tests, with `expect` on its route.
fn project(expect: &str) -> Project {
    let project = Project::new();
    let config = project.text("passeur.toml");
    project.config(&config.replace("[routes.columns]", &format!("expect = {expect}\n\n[routes.columns]")));
    project
}

fn in_french(project: &Project) {
    project.config(&project.text("passeur.toml").replace("language = \"en\"", "language = \"fr\""));
}

#[track_caller]
fn run(project: &Project, now: &str, code: i32) -> Output {
    project.run(&["run", "--now", now]).expect_code(code)
}

#[test]
fn an_export_that_does_not_come_is_said_in_both_languages_until_it_comes() {
    let project = project(r#"{ by = "02:00", days = "Mon-Sat" }"#);
    // Monday: the first time that anything is expected; what was due before is not.
    run(&project, "2026-11-16T09:30:00-05:00", 0);
    let overdue = run(&project, "2026-11-17T02:00:00-05:00", 3);
    insta::assert_snapshot!(overdue, @r"
    exit code: 3
    ----- stdout -----
    Expected, and not received
      Route cards: no export came by 02:00 on Tuesday 17 November. See why it was not made, or not put in the inbox.
    Reports: reports/[run]

    ----- stderr -----
    ");
    let again = run(&project, "2026-11-17T02:15:00-05:00", 3);
    insta::assert_snapshot!(again, @r"
    exit code: 3
    ----- stdout -----
    Nothing to do: no export in inbox, nothing waits for delivery.
    Expected, and not received
      Route cards: no export came by 02:00 on Tuesday 17 November. See why it was not made, or not put in the inbox.

    ----- stderr -----
    ");
    in_french(&project);
    insta::assert_snapshot!(run(&project, "2026-11-18T03:00:00-05:00", 3), @r"
    exit code: 3
    ----- stdout -----
    Attendu, et pas reçu
      Route cards : aucun export n’est arrivé avant 02:00 le mercredi 18 novembre, 2 jours attendus de suite. Voyez pourquoi il n’a pas été fait, ou pas déposé.
    Rapports : reports/[run]

    ----- stderr -----
    ");
    project.write("inbox/late.csv", export(1, 10));
    let late = run(&project, "2026-11-18T08:00:00-05:00", 0);
    assert!(!late.stdout.contains("Attendu"), "{late}");
    run(&project, "2026-11-18T23:00:00-05:00", 0);
    let wednesday_counted = run(&project, "2026-11-19T02:00:00-05:00", 3);
    assert!(wednesday_counted.stdout.contains("jeudi 19 novembre."), "{wednesday_counted}");
}

#[test]
fn a_summary_and_the_status_say_what_is_overdue() {
    let project = project(r#"{ by = "02:00" }"#);
    project.add_config("[metrics]\ntextfile = \"passeur.prom\"\n");
    run(&project, "2026-11-16T09:30:00-05:00", 0);
    let unmet = || {
        let samples = exposition::parse(&project.text("passeur.prom")).unwrap();
        samples["passeur_expectations_unmet{route=\"cards\"}"]
    };
    assert_eq!(unmet(), 0.0);
    let json = |now: &str| project.run(&["run", "--format", "json", "--now", now]).expect_code(3).json();
    let first = json("2026-11-17T02:00:00-05:00");
    insta::assert_snapshot!(serde_json::to_string_pretty(&first["unmet"]).unwrap(), @r#"
    [
      {
        "route": "cards",
        "type": "overdue",
        "day": "2026-11-17",
        "inARow": 1,
        "told": false,
        "message": "Route cards: no export came by 02:00 on Tuesday 17 November. See why it was not made, or not put in the inbox."
      }
    ]
    "#);
    let summary: serde_json::Value =
        serde_json::from_str(&project.text(&project.only("reports/*/summary.json"))).unwrap();
    assert_eq!(summary["unmet"], first["unmet"]);
    assert_eq!(json("2026-11-17T03:00:00-05:00")["unmet"][0]["told"], true);
    assert_eq!(project.matching("reports/*/summary.json").len(), 1, "told again, but not in a report");
    let now = ["status", "--format", "json", "--now", "2026-11-17T03:00:00-05:00"];
    let status = project.run(&now).expect_code(3).json();
    assert_eq!(status["unmet"][0]["type"], "overdue");
    assert_eq!(status["runs"][0]["outcome"], "attention");
    assert_eq!(unmet(), 1.0);
    let health = |now: &str| project.run(&["health", "--now", now]).expect_code(3).stdout;
    let early = health("2026-11-17T01:00:00-05:00");
    assert!(!early.contains("expected"), "{early}");
    let late = health("2026-11-17T03:00:00-05:00");
    assert!(late.contains("not received as expected, by route: cards (see `passeur status`)"), "{late}");
    let days = status["expected"][0]["days"].as_array().unwrap();
    assert_eq!(days.len(), 14);
    assert_eq!(days[13]["state"], "missing");
    assert_eq!(days[12]["state"], "not-expected", "before it was set up");
}

#[test]
fn a_day_that_passed_while_nothing_was_up_is_said_with_the_next_run() {
    let project = project(r#"{ by = "02:00" }"#);
    project.write("inbox/a.csv", export(1, 10));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/b.csv", export(101, 10));
    let up = run(&project, "2026-11-19T01:30:00-05:00", 3);
    let missed: Vec<&str> = up.stdout.lines().filter(|line| line.contains("no export came")).collect();
    insta::assert_snapshot!(missed.join("\n"), @r"
    Route cards: no export came by 02:00 on Tuesday 17 November. A later one came since.
    Route cards: no export came by 02:00 on Wednesday 18 November, 2 expected days in a row now. A later one came since.
    ");
    assert!(!run(&project, "2026-11-19T01:45:00-05:00", 0).stdout.contains("no export came"), "once");
}

#[test]
fn what_came_and_could_not_be_used_is_named() {
    let project = project(r#"{ by = "02:00" }"#);
    project.write("inbox/a.csv", export(1, 10));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/again.csv", export(1, 10));
    let repeated = run(&project, "2026-11-17T01:30:00-05:00", 0);
    assert!(!repeated.stdout.contains("Expected"), "there is still time: {repeated}");
    let overdue = run(&project, "2026-11-17T02:30:00-05:00", 3);
    assert!(overdue.stdout.contains("What came (again.csv) has the content of an earlier one."), "{overdue}");
}

#[test]
fn an_empty_export_is_said_and_is_no_measure_for_the_next() {
    let project = project(r#"{ change_max = "20 %" }"#);
    project.write("inbox/a.csv", export(1, 10));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/empty.csv", MEMBERSHIPS);
    let empty = run(&project, "2026-11-17T01:30:00-05:00", 3);
    insta::assert_snapshot!(empty, @r"
    exit code: 3
    ----- stdout -----
    empty.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      0 rows: 0 accepted, 0 rejected

    Expected, and not received
      Route cards: what came last (empty.csv) is empty. Nothing was sent of it. Drop a whole export; if none is right, let `rows` of `expect` begin with 0
    Reports: reports/[run]

    ----- stderr -----
    ");
    assert!(
        run(&project, "2026-11-17T03:30:00-05:00", 3).stdout.contains("empty.csv"),
        "until another comes"
    );
    project.write("inbox/b.csv", export(101, 10));
    run(&project, "2026-11-18T01:30:00-05:00", 0);
    assert_eq!(project.files("outbox").len(), 2);
}

#[test]
fn a_file_of_an_export_that_shrank_is_held_until_it_is_released() {
    let project = project(r#"{ change_max = "20 %" }"#);
    project.write("inbox/a.csv", export(1, 100));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/b.csv", export(101, 70));
    let plan = project.run(&["plan", "--now", "2026-11-17T01:30:00-05:00"]).expect_code(0);
    assert!(plan.stdout.contains("70 rows, after 100 the last time on route cards: 30 % fewer"), "{plan}");
    insta::assert_snapshot!(run(&project, "2026-11-17T01:30:00-05:00", 3), @r"
    exit code: 3
    ----- stdout -----
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      70 rows: 70 accepted, 0 rejected

    Files
      demo_cardcode_members_20261117.csv: 70 rows, HELD, not sent to splio
        70 rows, after 100 the last time on route cards: 30 % fewer, and 20 % pass (`change_max` of `expect`). Was an export cut off, or is it another one? Discard the file, and drop the right one. If it is right: passeur release NUMBER (`passeur status` shows it); the next one is compared with it
    Expected, and not received
      Route cards: what came (b.csv) has 70 rows, after 100: 30 % fewer, and 20 % pass. Its file is held. If it is right: passeur release 2
    Reports: reports/[run]

    ----- stderr -----
    ");
    let status = project.run(&["status", "--now", "2026-11-17T02:00:00-05:00"]).expect_code(3);
    insta::assert_snapshot!(status, @r#"
    exit code: 3
    ----- stdout -----
    Last runs
      [run]  something waits for a person
      [run]  complete
    1 file delivered so far.
    Expected and received, up to Tuesday 17 November 2026
            We Th Fr Sa Su Mo Tu We Th Fr Sa Su Mo Tu
             4  5  6  7  8  9 10 11 12 13 14 15 16 17
      cards  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ✓  !
      ✓ in time   ! not as many rows as expected   · none expected
    Held, waiting for a person
      #2 demo_cardcode_members_20261117.csv: 70 rows, for splio
          70 rows, after 100 the last time on route cards: 30 % fewer, and 20 % pass (`change_max` of `expect`). Was an export cut off, or is it another one? Discard the file, and drop the right one. If it is right: passeur release NUMBER (`passeur status` shows it); the next one is compared with it
          send it:       passeur release 2
          never send it: passeur discard 2 --reason "…"

    ----- stderr -----
    "#);
    in_french(&project);
    let french = run(&project, "2026-11-17T02:30:00-05:00", 3);
    insta::assert_snapshot!(french, @r"
    exit code: 3
    ----- stdout -----
    Rien à faire : aucun export dans inbox, rien n’attend d’être livré.
    Attendu, et pas reçu
      Route cards : ce qui est arrivé (b.csv) a 70 lignes, après 100 : 30 % de moins, et 20 % passent. Son fichier est retenu. S’il est juste : passeur release 2

    ----- stderr -----
    ");
    assert_eq!(project.files("outbox").len(), 1);
    // A whole one is compared with the first, not with the held one.
    project.write("inbox/c.csv", export(201, 95));
    run(&project, "2026-11-18T01:30:00-05:00", 3);
    assert_eq!(project.files("outbox").len(), 2);
    project.run(&["release", "2", "--by", "Zoé"]).expect_code(0);
    run(&project, "2026-11-18T02:30:00-05:00", 0);
    assert_eq!(project.files("outbox").len(), 3);
}

#[test]
fn what_was_released_is_the_measure_for_the_next() {
    let project = project(r#"{ change_max = "20 %" }"#);
    project.write("inbox/a.csv", export(1, 100));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/b.csv", export(101, 70));
    run(&project, "2026-11-17T01:30:00-05:00", 3);
    project.run(&["release", "2"]).expect_code(0);
    project.write("inbox/c.csv", export(201, 65));
    run(&project, "2026-11-18T01:30:00-05:00", 0);
    project.write("inbox/d.csv", export(301, 100));
    let grown = run(&project, "2026-11-19T01:30:00-05:00", 3);
    assert!(grown.stdout.contains("100 rows, after 65 the last time on route cards: 53.8 % more"), "{grown}");
    // Thrown away: neither a measure, nor anything to tell.
    project.run(&["discard", "4", "--reason", "not ours"]).expect_code(0);
    assert!(run(&project, "2026-11-19T02:30:00-05:00", 0).stdout.contains("Nothing to do"));
    project.write("inbox/e.csv", export(401, 66));
    run(&project, "2026-11-20T01:30:00-05:00", 0);
}

#[test]
fn a_file_outside_the_range_of_rows_is_held() {
    let project = project(r#"{ rows = "5..20" }"#);
    project.write("inbox/a.csv", export(1, 4));
    let few = run(&project, "2026-11-16T01:30:00-05:00", 3);
    assert!(few.stdout.contains("4 rows for route cards, which expects 5..20"), "{few}");
    assert!(few.stdout.contains("If it is right: passeur release 1"), "{few}");
    assert!(project.files("outbox").is_empty());
    project.write("inbox/b.csv", export(101, 20));
    run(&project, "2026-11-16T01:45:00-05:00", 3);
    assert_eq!(project.files("outbox").len(), 1);
}

#[test]
fn the_first_run_that_finds_it_says_that_it_is_news() {
    let project = project(r#"{ rows = "5..20" }"#);
    let run = ["run", "--format", "json", "--now", "2026-11-16T01:30:00-05:00"];
    project.write("inbox/a.csv", export(1, 4));
    for told in [false, true] {
        assert_eq!(project.run(&run).expect_code(3).json()["unmet"][0]["told"], told);
    }
}

/// Only what changed is sent, but it is the export that has to have its size.
#[test]
fn a_route_of_changes_is_judged_by_the_rows_of_its_export() {
    let project = project(r#"{ change_max = "20 %" }"#);
    let config = project.text("passeur.toml");
    project.config(&config.replace("universe =", "send = \"changed\"\nuniverse ="));
    project.write("inbox/a.csv", export(1, 100));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/b.csv", export(2, 100));
    let one_new = run(&project, "2026-11-17T01:30:00-05:00", 0);
    assert!(one_new.stdout.contains("1 row, delivered"), "{one_new}");
    project.write("inbox/c.csv", export(2, 60));
    let nothing_new = run(&project, "2026-11-18T01:30:00-05:00", 3);
    assert!(nothing_new.stdout.contains("(c.csv) has 60 rows, after 100: 40 % fewer"), "{nothing_new}");
    assert!(nothing_new.stdout.contains("It gave no file."), "{nothing_new}");
    project.write("inbox/d.csv", export(50, 55));
    let held = run(&project, "2026-11-19T01:30:00-05:00", 3);
    assert!(held.stdout.contains("55 rows, after 100"), "{held}");
    assert_eq!(project.files("outbox").len(), 2);
    project.write("inbox/e.csv", export(120, 100));
    run(&project, "2026-11-20T01:30:00-05:00", 3);
    assert_eq!(project.files("outbox").len(), 3, "a whole one goes");
}

#[test]
fn the_times_of_a_route_are_said_in_words() {
    let project = project(r#"{ by = "02:30", days = "Fri-Sun" }"#);
    let config = project.text("passeur.toml");
    project.config(&config.replace("universe =", "schedule = { deliver = \"0 3 * * 1-5\" }\nuniverse ="));
    let now = ["schedule", "--now", "2026-03-06T12:00:00-05:00"];
    insta::assert_snapshot!(project.run(&now).expect_code(0).stdout, @r"
    Exports are taken as soon as they have settled.
    Files are delivered as soon as they are made.
    Files of the route cards are delivered (0 3 * * 1-5, America/Toronto):
      Monday 9 March 2026, 03:00 (UTC-04:00)
      Tuesday 10 March 2026, 03:00 (UTC-04:00)
      Wednesday 11 March 2026, 03:00 (UTC-04:00)
      Thursday 12 March 2026, 03:00 (UTC-04:00)
      Friday 13 March 2026, 03:00 (UTC-04:00)
    An export for the route cards is expected by (02:30 Fri-Sun, America/Toronto):
      Saturday 7 March 2026, 02:30 (UTC-05:00)
      Sunday 8 March 2026, 03:00 (UTC-04:00)
      Friday 13 March 2026, 02:30 (UTC-04:00)
      Saturday 14 March 2026, 02:30 (UTC-04:00)
      Sunday 15 March 2026, 02:30 (UTC-04:00)
    ");
}

/// What happens in a night.
enum Night {
    Comes,
    ComesLate,
    Shrinks,
    Empty,
    Nothing,
}

#[test]
fn the_calendar_of_fourteen_nights_over_the_change_to_winter_time() {
    use Night::{Comes, ComesLate, Empty, Nothing, Shrinks};
    let project = project(r#"{ by = "02:00", days = "Mon-Sat", change_max = "20 %" }"#);
    // From Monday 26 October on; the clocks go back on 1 November.
    let nights = [
        Comes, Comes, Nothing, Comes, ComesLate, Comes, Nothing, Comes, Shrinks, Comes, Comes, Empty, Comes,
        Nothing,
    ];
    let first: chrono::NaiveDate = "2026-10-26".parse().unwrap();
    run(&project, "2026-10-25T10:00:00-04:00", 0);
    let mut number = 1;
    for (day, night) in first.iter_days().zip(&nights) {
        let zone = if day < "2026-11-01".parse().unwrap() { "-04:00" } else { "-05:00" };
        let at = |time: &str| format!("{day}T{time}{zone}");
        let name = format!("inbox/{day}.csv");
        let rows = match night {
            Comes | ComesLate => 50,
            Shrinks => 30,
            Empty => 0,
            Nothing => {
                project.run(&["run", "--now", &at("02:15:00")]);
                continue;
            }
        };
        if matches!(night, ComesLate) {
            project.run(&["run", "--now", &at("02:15:00")]).expect_code(3);
        }
        project.write(&name, export(number, rows));
        number += 50;
        let time = if matches!(night, ComesLate) { "07:30:00" } else { "01:10:00" };
        project.run(&["run", "--now", &at(time)]);
    }
    let now = ["status", "--now", "2026-11-08T10:00:00-05:00"];
    insta::assert_snapshot!(project.run(&now).expect_code(3), @r#"
    exit code: 3
    ----- stdout -----
    Last runs
      [run]  something waits for a person
      [run]  something waits for a person
      [run]  something waits for a person
      [run]  something waits for a person
      [run]  something waits for a person
    9 files delivered so far.
    Expected and received, up to Sunday 8 November 2026
            Mo Tu We Th Fr Sa Su Mo Tu We Th Fr Sa Su
            26 27 28 29 30 31  1  2  3  4  5  6  7  8
      cards  ✓  ✓  ✗  ✓  +  ✓  ·  ✓  !  ✓  ✓  0  ✓  ·  by 02:00 Mo-Sa
      ✓ in time   + late   ✗ missing   ! not as many rows as expected   0 empty   · none expected
    Held, waiting for a person
      #7 demo_cardcode_members_20261103.csv: 30 rows, for splio
          30 rows, after 50 the last time on route cards: 40 % fewer, and 20 % pass (`change_max` of `expect`). Was an export cut off, or is it another one? Discard the file, and drop the right one. If it is right: passeur release NUMBER (`passeur status` shows it); the next one is compared with it
          later files of its route have been delivered since (3): released, it reaches the platform after them
          send it:       passeur release 7
          never send it: passeur discard 7 --reason "…"

    ----- stderr -----
    "#);
    in_french(&project);
    let french = project.run(&now).expect_code(3).stdout;
    let calendar: Vec<&str> =
        french.lines().skip_while(|line| !line.starts_with("Attendu et")).take(5).collect();
    insta::assert_snapshot!(calendar.join("\n"), @r"
    Attendu et reçu, jusqu’au dimanche 8 novembre 2026
            lu ma me je ve sa di lu ma me je ve sa di
            26 27 28 29 30 31  1  2  3  4  5  6  7  8
      cards  ✓  ✓  ✗  ✓  +  ✓  ·  ✓  !  ✓  ✓  0  ✓  ·  avant 02:00 lu-sa
      ✓ à temps   + en retard   ✗ manquant   ! pas autant de lignes que prévu   0 vide   · aucun prévu
    ");
    project.assert_each_export_in_one_place();
}

/// The sample of Cyberimpact, where the contacts are expected.
fn contacts(expect: &str) -> Project {
    let project = customer_base::empty();
    let config = project.text("passeur.toml");
    let from = "from = \"models/contacts\"";
    assert!(config.contains(from), "{config}");
    project.config(&config.replace(from, &format!("{from}\nexpect = {expect}")));
    in_english(&project);
    project
}

fn in_english(project: &Project) {
    project.config(&project.text("passeur.toml").replacen("language = \"fr\"", "language = \"en\"", 1));
}

fn people(from: u32, count: u32, city: &str) -> String {
    let person = |id: u32| customer_base::person(id, &format!("p{id}@example.com"), city);
    customer_base::PEOPLE.to_owned() + &(from..from + count).map(person).collect::<String>()
}

fn registrations(from: u32, count: u32) -> String {
    let row = |id: u32| customer_base::registration(id, id, "Registered");
    customer_base::REGISTRATIONS.to_owned() + &(from..from + count).map(row).collect::<String>()
}

#[test]
fn the_route_of_a_model_is_fed_by_any_export_that_the_customer_base_is_derived_from() {
    let project = contacts("{ by = \"02:00\" }");
    project.write("inbox/people.csv", people(1, 5, "Lévis"));
    project.write("inbox/registrations.csv", registrations(1, 5));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    // Nobody has changed: no file, and yet the customer base is up to date.
    project.write("inbox/people.csv", people(1, 5, "Lévis") + "\n");
    let same = run(&project, "2026-11-17T01:30:00-05:00", 0);
    assert!(!same.stdout.contains("no export came"), "{same}");
    run(&project, "2026-11-17T02:30:00-05:00", 0);
    let overdue = run(&project, "2026-11-18T02:30:00-05:00", 3);
    assert!(overdue.stdout.contains("Route contacts: no export came by 02:00 on Wednesday"), "{overdue}");
    let now = ["status", "--format", "json", "--now", "2026-11-18T03:00:00-05:00"];
    let days = project.run(&now).json()["expected"][0]["days"].clone();
    let marks: Vec<&str> =
        days.as_array().unwrap()[11..].iter().map(|day| day["state"].as_str().unwrap()).collect();
    assert_eq!(marks, ["in-time", "in-time", "missing"], "{days}");
}

#[test]
fn a_file_of_a_model_that_shrank_is_held() {
    let project = contacts("{ change_max = \"20 %\" }");
    project.write("inbox/people.csv", people(1, 10, "Lévis"));
    project.write("inbox/registrations.csv", registrations(1, 10));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    let sent = project.files("outbox").len();
    // Twice as many contacts; only the new ones would be sent.
    project.write("inbox/people.csv", people(1, 20, "Lévis"));
    project.write("inbox/registrations.csv", registrations(1, 20));
    let held = run(&project, "2026-11-17T01:30:00-05:00", 3);
    assert!(held.stdout.contains("20 rows, after 10 the last time on route contacts: 100 % more"), "{held}");
    assert_eq!(project.files("outbox").len(), sent, "nor anything of its set");
    let number = held.stdout.split("passeur release ").last().unwrap().split_whitespace().next().unwrap();
    project.run(&["release", number]).expect_code(0);
    run(&project, "2026-11-17T02:30:00-05:00", 0);
    assert!(project.files("outbox").len() > sent);
}

#[test]
fn nothing_has_come_for_a_model_while_a_guard_holds_the_customer_base() {
    let project = contacts("{ by = \"02:00\" }");
    project.write("inbox/people.csv", people(1, 20, "Lévis"));
    project.write("inbox/registrations.csv", registrations(1, 20));
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    project.write("inbox/people.csv", people(1, 20, "Québec"));
    project.write("inbox/registrations.csv", registrations(1, 3));
    run(&project, "2026-11-17T01:30:00-05:00", 3);
    let overdue = run(&project, "2026-11-17T02:30:00-05:00", 3);
    assert!(overdue.stdout.contains("Route contacts: no export came by 02:00 on Tuesday"), "{overdue}");
    project.run(&["release", "customer-base"]).expect_code(0);
    let released = run(&project, "2026-11-17T09:00:00-05:00", 0);
    assert!(!released.stdout.contains("no export came"), "{released}");
}

#[test]
fn content_that_came_before_tells_the_customer_base_that_nothing_has_changed() {
    let project = contacts("{ by = \"02:00\" }");
    let drop_both = || {
        project.write("inbox/people.csv", people(1, 5, "Lévis"));
        project.write("inbox/registrations.csv", registrations(1, 5));
    };
    drop_both();
    run(&project, "2026-11-16T01:30:00-05:00", 0);
    drop_both();
    let again = run(&project, "2026-11-17T02:00:00-05:00", 0);
    assert!(again.stdout.contains("the same content was processed before"), "{again}");
    run(&project, "2026-11-17T02:30:00-05:00", 0);
}
