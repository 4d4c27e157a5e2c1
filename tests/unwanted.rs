//! The unsubscribed list, and who was forgotten, along every way out: routes from exports, from models, through schemas of one's own.

use crate::customer_base::{DAY_1, PEOPLE, empty, person, run};
use crate::support::project::Project;

/// A customer base in which bea has unsubscribed.
fn unsubscribed() -> Project {
    let project = empty();
    project.write("inbox/z.csv", "Courriel,État du courriel\nBEA@example.com,Désabonné\n");
    let people = person(7, "ada@example.com", "") + &person(8, "bea@example.com", "");
    project.write("inbox/people.csv", PEOPLE.to_owned() + &people);
    project
}

/// A route from an export of a schema of one's own, whose column `label` has the addresses.
fn add_leads(project: &Project, label: &str, route: &str) {
    let schema = format!(
        r#"{{ "title": "Leads", "fields": [{{ "name": "number", "type": "string" }}, {{ "name": "{label}", "type": "string" }}] }}"#
    );
    project.write("schemas/club/leads.json", schema);
    project.add_config(&format!(
        "[[routes]]\nname = \"leads\"\nfrom = \"club/leads\"\ndestination = \"cyberimpact\"\nuniverse = \"u\"\nsubsections = [\"leads\"]\n{route}"
    ));
    project.write("inbox/leads.csv", format!("number,{label}\n1,ada@example.com\n2,Bea@Example.com\n"));
}

#[rstest::rstest]
#[case("Email")]
#[case("E-mail")]
#[case("E-mail address")]
#[case("Courriel")]
#[case("Adresse de courriel")]
#[case("Adresse électronique")]
fn an_address_in_a_text_column_is_found_by_the_name_of_the_column(#[case] label: &str) {
    let project = unsubscribed();
    let to = r#"{ "title": "Out", "fields": [{ "name": "number", "type": "string" }, { "name": "where", "type": "string" }], "passeur": { "scope": "out" } }"#;
    project.write("schemas/club/out.json", to);
    add_leads(
        &project,
        label,
        &format!("to = \"club/out\"\n[routes.columns]\nnumber = \"number\"\nwhere = \"{label}\"\n"),
    );
    run(&project, DAY_1, 0);
    assert_eq!(project.text("outbox/u_out_leads_20261115.csv"), "number,where\n1,ada@example.com\n");
}

/// By any other name, a column that fills an address of the file, or its key that may be one, has addresses.
#[rstest::rstest]
#[case("splio/contacts", "email = { from = \"identifiant\", case = \"lower\" }")]
#[case("splio/contacts", "email = { template = \"{identifiant}\", case = \"lower\" }")]
#[case(
    "splio/cardcode",
    "card_code = \"number\"\ncustomer_key = { from = \"identifiant\", case = \"lower\" }\nid_program = { constant = \"4\" }"
)]
fn an_address_is_found_by_where_its_column_goes(#[case] to: &str, #[case] columns: &str) {
    let project = unsubscribed();
    add_leads(&project, "identifiant", &format!("to = \"{to}\"\n[routes.columns]\n{columns}\n"));
    run(&project, DAY_1, 0);
    let sent = project.text(&project.only("outbox/u_*_leads_20261115.csv"));
    assert!(sent.contains("ada@example.com") && !sent.contains("bea@example.com"), "{sent}");
}

/// A model of one's own that lists who has unsubscribed, with a route to each of these.
fn listed(routes: &[(&str, &str)]) -> Project {
    let project = unsubscribed();
    project.write("models/gone.sql", "SELECT lower(email) AS email FROM person\nORDER BY email;\n");
    for (name, more) in routes {
        project.add_config(&format!(
            "[[routes]]\nname = \"{name}\"\nfrom = \"models/gone\"\ndestination = \"cyberimpact\"\n{more}\n[routes.columns]\nemail = \"email\"\n"
        ));
    }
    project
}

const ERASED: (&str, &str) = (
    "erased",
    "to = \"splio/deletecontacts\"\nuniverse = \"u\"\nsubsections = [\"erased\"]\nsettings = [\"delete-contacts\"]",
);
const TAKEN_OFF: (&str, &str) =
    ("taken-off", "to = \"cyberimpact/unsubscribes\"\nuniverse = \"u\"\nsubsections = [\"off\"]");
const MAILED: (&str, &str) =
    ("mailed", "to = \"splio/contacts\"\nuniverse = \"u\"\nsubsections = [\"mailed\"]");

#[test]
fn files_that_take_addresses_away_have_the_unsubscribed_ones_and_no_other_file_does() {
    let project = listed(&[ERASED, TAKEN_OFF, MAILED]);
    let said = run(&project, DAY_1, 0);
    for (file, has) in
        [("u_deletecontacts_erased", true), ("u_unsubscribes_off", true), ("u_contacts_mailed", false)]
    {
        let sent = project.text(&format!("outbox/{file}_20261115.csv"));
        assert!(sent.contains("ada@example.com"), "{file}: {sent}");
        assert_eq!(sent.contains("bea@example.com"), has, "{file}: {sent}");
    }
    let warning = "1 row of model gone is left out: its address is on the unsubscribed list";
    assert!(said.contains(warning), "{said}");
    assert!(project.text(&project.only("reports/*/summary.json")).contains(warning));
}

#[test]
fn the_list_itself_is_no_list_of_contacts() {
    let project = listed(&[]);
    for (from, universe) in [("models/unsubscribes", "m"), ("amilia/unsubscribed", "x")] {
        let email = if universe == "m" { "email" } else { "Email" };
        project.add_config(&format!(
            "[[routes]]\nname = \"{universe}\"\nfrom = \"{from}\"\nto = \"splio/contacts\"\ndestination = \"cyberimpact\"\nuniverse = \"{universe}\"\n\
             subsections = [\"mailed\"]\n[routes.columns]\nemail = {{ from = \"{email}\", case = \"lower\" }}\n"
        ));
    }
    run(&project, DAY_1, 0);
    assert!(project.matching("outbox/*_contacts_mailed*").is_empty());
    assert!(project.text(&project.only("outbox/*_unsubscribes_*")).contains("bea@example.com"));
}

#[test]
fn nothing_is_said_where_all_files_take_addresses_away() {
    let said = run(&listed(&[ERASED, TAKEN_OFF]), DAY_1, 0);
    assert!(!said.contains("left out"), "{said}");
}

/// Such a model made no file and said nothing.
#[test]
fn a_model_of_which_no_row_may_go_out_is_told() {
    let project = listed(&[MAILED]);
    project.write("models/gone.sql", "SELECT email FROM suppressed\nORDER BY email;\n");
    let said = run(&project, DAY_1, 0);
    assert!(project.matching("outbox/u_contacts_*").is_empty());
    assert!(said.contains("1 row of model gone is left out"), "{said}");
    let french = project.run(&["plan", "--now", crate::customer_base::DAY_2, "--language", "fr"]).stdout;
    assert!(french.contains("1 ligne du modèle gone est laissée de côté"), "{french}");
}

/// What a file of Symplify does is not in its schema, but in the mode of the route.
#[rstest::rstest]
#[case("unsubscribe", true)]
#[case("add", false)]
fn a_route_that_unsubscribes_has_the_unsubscribed_ones(#[case] mode: &str, #[case] has: bool) {
    let project = unsubscribed();
    project.write("models/gone.sql", "SELECT person_id, email FROM person\nORDER BY email;\n");
    project.add_config(&format!(
        "[[routes]]\nname = \"off\"\nfrom = \"models/gone\"\nto = \"symplify/recipients\"\ndestination = \"cyberimpact\"\nfile_name = \"off.txt\"\n\
         mode = \"{mode}\"\n[routes.columns]\noriginalId = \"person_id\"\nemailAddress = \"email\"\n"
    ));
    run(&project, DAY_1, 0);
    let bytes: Vec<u8> = project.read("outbox/off.txt").into_iter().filter(|byte| *byte != 0).collect();
    let sent = String::from_utf8_lossy(&bytes);
    assert!(sent.contains("ada@example.com"), "{sent}");
    assert_eq!(sent.contains("bea@example.com"), has, "{sent}");
}
