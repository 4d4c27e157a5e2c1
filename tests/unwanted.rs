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
