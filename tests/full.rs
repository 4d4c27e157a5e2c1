//! `--full`: a route sends all that it has once more, because its list at the destination was lost.

use crate::crash::kill;
use crate::customer_base::{DAY_1, DAY_2, SPLIO, sample};
use crate::delta::{night, project, row};
use crate::support::project::{MEMBERSHIPS, Project};

fn run(project: &Project, arguments: &[&str], code: i32) -> String {
    let output = project.run(&[&["run", "--language", "en"], arguments].concat()).expect_code(code);
    project.mask(&output.stdout)
}

fn emails(project: &Project, file: &str) -> Vec<String> {
    let text = project.text(file);
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
}

#[test]
fn a_model_that_sends_changes_is_sent_whole_once_more() {
    let project = sample(1);
    run(&project, &["--now", DAY_1], 0);
    let first = emails(&project, "outbox/account_contacts_amilia_20261115.csv");
    assert_eq!(first.len(), 4);

    let before = project.tree();
    let plan =
        project.run(&["plan", "--full", "contacts", "--now", DAY_2, "--language", "en"]).expect_code(0);
    insta::assert_snapshot!(project.mask(&plan.stdout), @r"
    This is what a run would do. Nothing was written, moved or sent.

    Customer base: 4 contacts (1 archived), 7 places in groups, 1 unsubscribed address
      route contacts: 0 new, 0 changed, 4 as sent before, 0 gone
        --full: 4 rows are sent again as they were
      would send account_contacts_amilia_20261116.csv: 4 rows, to cyberimpact
        with the set cyberimpact
    ");
    assert_eq!(project.tree(), before);

    insta::assert_snapshot!(run(&project, &["--full", "contacts", "--now", DAY_2], 0), @r"
    Customer base: 4 contacts (1 archived), 7 places in groups, 1 unsubscribed address
      route contacts: 0 new, 0 changed, 4 as sent before, 0 gone
        --full: 4 rows are sent again as they were

    Files
      account_contacts_amilia_20261116.csv: 4 rows, delivered to cyberimpact
      Set cyberimpact: all of it is delivered to cyberimpact
    Reports: reports/[run]
    ");
    assert_eq!(emails(&project, "outbox/account_contacts_amilia_20261116.csv"), first);

    insta::assert_snapshot!(run(&project, &["--now", DAY_2], 0), @"Nothing to do: no export in inbox, nothing waits for delivery.");
    assert_eq!(project.matching("outbox/*20261116*").len(), 1);
}

#[test]
fn several_routes_of_a_set_go_together() {
    let project = sample(1);
    run(&project, &["--now", DAY_1], 0);
    let full = ["--full", "groups", "--full", "contacts", "--full", "group-members", "--now", DAY_2];
    run(&project, &full, 0);
    for scope in ["groups", "contacts", "group-members"] {
        let file = |day: u32| project.text(&format!("outbox/account_{scope}_amilia_202611{day}.csv"));
        assert_eq!(file(15), file(16), "{scope}");
    }
    assert_eq!(project.matching("outbox/*20261116*").len(), 3);
}

/// The rows of the export go; those that it lacks were lost, too, and are new when they come.
#[test]
fn a_route_of_exports_sends_the_export_whole_and_forgets_the_rest() {
    let project = project("changed");
    let one = MEMBERSHIPS.to_owned() + &row(1, "");
    project.write("inbox/a.csv", one.clone() + &row(2, ""));
    run(&project, &["--now", &night(16)], 0);
    project.write("inbox/b.csv", &one);
    insta::assert_snapshot!(run(&project, &["--full", "cards", "--now", &night(17)], 0), @r"
    b.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected
      route cards: 0 new, 0 changed, 1 as sent before, 0 gone
        --full: 1 row is sent again as it was

    Files
      demo_cardcode_members_20261117.csv: 1 row, delivered to splio
    Reports: reports/[run]
    ");
    assert_eq!(project.text("outbox/demo_cardcode_members_20261117.csv").lines().count(), 2);

    // What came before needs to be wanted again.
    project.write("inbox/b.csv", &one);
    insta::assert_snapshot!(run(&project, &["--full", "cards", "--now", &night(18)], 3), @r"
    b.csv
      the same content was processed before (as b.csv, run [run]): nothing is sent again. To send it again on purpose: passeur run --resend

    Route cards did not send all that it has: no export with rows was taken for it. Drop the newest one again; with --resend, if it came before
    Reports: reports/[run]
    ");
    project.write("inbox/b.csv", &one);
    run(&project, &["--full", "cards", "--resend", "--now", &night(18)], 0);
    assert_eq!(project.text("outbox/demo_cardcode_members_20261118.csv").lines().count(), 2);

    project.write("inbox/c.csv", one + &row(2, "") + &row(3, ""));
    let said = run(&project, &["--now", &night(19)], 0);
    assert!(said.contains("2 new, 0 changed, 1 as sent before"), "{said}");
}

/// The second export of a run does not undo what the first one sent.
#[test]
fn of_several_exports_every_row_goes_once() {
    let project = project("changed");
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, "") + &row(3, ""));
    run(&project, &["--now", &night(16)], 0);
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, "2027-01-01"));
    project.write("inbox/c.csv", MEMBERSHIPS.to_owned() + &row(3, "") + &row(1, ""));
    let counts = |said: &str| -> Vec<String> {
        said.lines()
            .filter(|line| line.contains("route cards") || line.contains("--full"))
            .map(|line| line.trim().to_owned())
            .collect()
    };
    let plan = project
        .run(&["plan", "--full", "cards", "--now", &night(17), "--format", "json"])
        .expect_code(0)
        .json();
    let said = run(&project, &["--full", "cards", "--now", &night(17)], 0);
    insta::assert_snapshot!(counts(&said).join("\n"), @r"
    route cards: 0 new, 1 changed, 1 as sent before, 0 gone
    --full: 1 row is sent again as it was
    route cards: 1 new, 0 changed, 1 as sent before, 0 gone
    ");
    for (place, (new, changed)) in [(0, 1), (1, 0)].into_iter().enumerate() {
        let changes = &plan["exports"][place]["changes"][0];
        assert_eq!(
            (changes["new"].as_u64(), changes["changed"].as_u64()),
            (Some(new), Some(changed)),
            "{plan:#}"
        );
    }
    assert_eq!(plan["exports"][0]["changes"][0]["again"], 1);
    project.write("inbox/d.csv", MEMBERSHIPS.to_owned() + &row(2, "2027-01-01") + &row(1, "") + &row(3, ""));
    let said = run(&project, &["--now", &night(18)], 0);
    assert!(said.contains("0 new, 0 changed, 3 as sent before"), "{said}");
}

#[test]
fn discarding_the_file_leaves_everything_as_sent() {
    let project = project("changed");
    let config = project.text("passeur.toml");
    project.config(&config.replace("100 %", "10 %"));
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, ""));
    run(&project, &["--now", &night(16)], 0);
    // The export lacks one row, and has one that holds the file.
    let bad = "4101,Annual gym pass,1,1,2026-13-02,,,Active,x@example.com,AM-9\n";
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(1, "") + bad);
    let said = run(&project, &["--full", "cards", "--now", &night(17)], 3);
    assert!(said.contains("HELD"), "{said}");
    project.run(&["discard", "2", "--reason", "nothing was lost"]).expect_code(0);
    project.write("inbox/c.csv", MEMBERSHIPS.to_owned() + &row(2, "") + &row(1, ""));
    let said = run(&project, &["--now", &night(18)], 0);
    assert!(said.contains("0 new, 0 changed, 2 as sent before"), "{said}");
}

#[test]
fn a_run_that_dies_has_sent_all_or_changed_nothing() {
    let contacts = |project: &Project| project.matching("outbox/*_contacts_*").len();
    for (point, files) in [("before-customer-base", 1), ("customer-base", 2)] {
        let project = sample(1);
        run(&project, &["--now", DAY_1], 0);
        assert!(kill(&project, &["run", "--full", "contacts", "--now", DAY_2], &[point]), "{point}");
        run(&project, &["--now", DAY_2], 0);
        assert_eq!(contacts(&project), files, "{point}");
        run(&project, &["--now", DAY_2], 0);
        assert_eq!(contacts(&project), files, "{point}");
    }
}

#[test]
fn what_cannot_be_sent_whole_is_refused_with_the_reason() {
    let project = Project::empty();
    project.config(SPLIO);
    let refused = |route: &str, language: &str| {
        let output =
            project.run(&["run", "--full", route, "--now", DAY_1, "--language", language]).expect_code(2);
        assert!(project.files("").iter().all(|file| file == "passeur.toml"), "{}", project.tree());
        output.stderr
    };
    insta::assert_snapshot!(refused("new-card", "en"), @"passeur: there is no route new-card (did you mean new-cards?); routes: new-cards, card-updates, tiers");
    insta::assert_snapshot!(refused("new-cards", "en"), @r#"passeur: route new-cards makes new records (send = "new"): sent again, they would be made twice, so it takes no --full. If the destination has really lost them, give the route another name: what was sent under this one then counts no more"#);
    insta::assert_snapshot!(refused("new-cards", "fr"), @r#"passeur: la route new-cards crée des enregistrements (send = "new") : envoyés une nouvelle fois, ils seraient créés en double ; elle n’accepte donc pas --full. Si la destination les a vraiment perdus, donnez un autre nom à la route : ce qui a été envoyé sous celui-ci ne compte alors plus"#);
    insta::assert_snapshot!(refused("tiers", "en"), @r#"passeur: route tiers changes records that another route makes (send = "updated"): where they were lost, there is nothing to change, so it takes no --full. Make the records again first"#);
}

#[test]
fn a_model_without_a_customer_base_yet_says_so() {
    let project = crate::customer_base::empty();
    insta::assert_snapshot!(run(&project, &["--full", "contacts", "--now", DAY_1], 3), @r"
    Nothing to do: no export in inbox, nothing waits for delivery.
    Route contacts did not send all that it has: its model has no rows, or the customer base waits for exports or for a decision
    ");
    let plan =
        project.run(&["plan", "--full", "contacts", "--now", DAY_1, "--language", "fr"]).expect_code(0);
    insta::assert_snapshot!(project.mask(&plan.stdout), @r"
    Rien à faire : aucun export dans inbox, rien n’attend d’être livré.
    La route contacts n’a pas tout envoyé : son modèle n’a pas de lignes, ou la base clients attend des exports ou une décision
    ");
}

/// Nothing has changed in the customer base: who was not named gets nothing.
#[test]
fn routes_that_nobody_named_send_nothing_more() {
    let project = sample(1);
    project.write(
        "models/everybody.sql",
        "SELECT DISTINCT email, NULL AS unsubscribed_on, 'ours' AS origin FROM person WHERE email LIKE '%@%'\nORDER BY email;\n",
    );
    let route = |name: &str, from: &str, to: &str, columns: &str| {
        format!(
            "[[routes]]\nname = \"{name}\"\nfrom = \"models/{from}\"\nto = \"cyberimpact/{to}\"\ndestination = \"cyberimpact\"\n\
             universe = \"{name}\"\nsubsections = [\"a\", \"b\", \"c\"]\nsend = \"all\"\n[routes.columns]\nemail = \"email\"\n{columns}"
        )
    };
    project.add_config(&route("whole", "contacts", "contacts", "\"Amilia.IsArchived\" = \"archived\"\n"));
    project.add_config(&route("own", "everybody", "unsubscribes", ""));
    run(&project, &["--now", DAY_1], 0);
    let sent = |name: &str| project.matching(&format!("outbox/{name}_*")).len();
    assert_eq!([sent("whole"), sent("own")], [1, 1]);
    let plan = project.run(&["plan", "--full", "contacts", "--now", DAY_1, "--language", "en"]).stdout;
    assert!(plan.contains("route contacts") && !plan.contains("whole_") && !plan.contains("own_"), "{plan}");
    let plan = project.run(&["plan", "--now", DAY_1, "--language", "en"]).stdout;
    assert!(!plan.contains("own_"), "as the run, which makes nothing: {plan}");
    run(&project, &["--full", "contacts", "--now", DAY_1], 0);
    assert_eq!([sent("whole"), sent("own")], [1, 1]);
    assert_eq!(project.matching("outbox/account_contacts_*").len(), 2);

    // A model of one's own is derived every day; a built-in one only where something changed.
    run(&project, &["--full", "contacts", "--now", DAY_2], 0);
    assert_eq!([sent("whole"), sent("own")], [1, 2]);
    assert_eq!(project.matching("outbox/account_contacts_*").len(), 3);
}

#[test]
fn a_model_without_rows_says_so() {
    let project = crate::customer_base::empty();
    let people =
        crate::customer_base::PEOPLE.to_owned() + &crate::customer_base::person(7, "a@example.com", "");
    project.write("inbox/people.csv", people);
    run(&project, &["--now", DAY_1], 0);
    insta::assert_snapshot!(run(&project, &["--full", "unsubscribes", "--now", DAY_2], 3), @r"
    Customer base: 0 contacts (0 archived), 0 places in groups, 0 unsubscribed addresses
      route unsubscribes: 0 new, 0 changed, 0 as sent before, 0 gone

    Route unsubscribes did not send all that it has: its model has no rows, or the customer base waits for exports or for a decision
    Reports: reports/[run]
    ");
}

/// The file has no primary key; two rows of the export are one in it.
#[test]
fn rows_that_are_one_in_the_file_go_once() {
    let project = Project::new();
    let to = r#"{ "title": "Out", "fields": [{ "name": "card", "type": "string" }], "passeur": { "scope": "out" } }"#;
    project.write("schemas/club/out.json", to);
    project.add_config(
        "[[routes]]\nname = \"list\"\nfrom = \"amilia/memberships\"\nto = \"club/out\"\ndestination = \"splio\"\nuniverse = \"u\"\n\
         subsections = [\"a\"]\nsend = \"changed\"\nkey = [\"card\"]\n[routes.columns]\ncard = { constant = \"one\" }\n",
    );
    project.write("inbox/a.csv", MEMBERSHIPS.to_owned() + &row(1, "") + &row(2, ""));
    run(&project, &["--now", &night(16)], 0);
    project.write("inbox/b.csv", MEMBERSHIPS.to_owned() + &row(2, "") + &row(1, ""));
    let said = run(&project, &["--full", "list", "--now", &night(17)], 0);
    assert!(said.contains("--full: 1 row is sent again as it was"), "{said}");
    for day in [16, 17] {
        assert_eq!(project.text(&format!("outbox/u_out_a_202611{day}.csv")), "card\none\n");
    }
}
