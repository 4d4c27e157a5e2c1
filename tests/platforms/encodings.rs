//! Characters that a partner's encoding lacks: findings, or replaced and told where the schema says so.

use crate::support::project::{NOW, Project};

/// A project with one route into a schema of the user's that differs from the built-in one of Symplify or Actito in this.
fn project(own: &str) -> Project {
    let project = Project::empty();
    project.write("schemas/club/list.json", own);
    project.config(
        r#"language = "en"
settle = "0 s"

[destinations.d]
type = "folder"
path = "outbox"

[[routes]]
name = "list"
from = "amilia/people"
to = "club/list"
destination = "d"
file_name = "list.txt"
mode = "add"
max_rejected = "100 %"

[routes.columns]
originalId = "Person ID"
emailAddress = { from = "Email", case = "lower" }
firstName = "First name"
lastName = "Last name"
"#,
    );
    let people =
        [("1", "Zoé", "Cœur"), ("2", "Łukasz", "d’Or"), ("3", "Anne", "Roy"), ("4", "Ça 5 €", "“Bo”")];
    let rows =
        people.map(|(id, first, last)| format!("{id},{id},{first},{last},a{id}@example.com\n")).concat();
    project.write("inbox/people.csv", format!("Person ID,Account ID,First name,Last name,Email\n{rows}"));
    project
}

fn schema(encoding: &str, rules: &str) -> String {
    format!(
        r#"{{ "title": "t", "encoding": "{encoding}",
              "schema": {{ "fields": [], "passeur": {{ "extends": "symplify/recipients"{rules} }} }} }}"#
    )
}

/// What is said of the rows, and the bytes that were sent.
fn run(project: &Project) -> (String, Vec<u8>) {
    let said = project.run(&["run", "--now", NOW]).stdout;
    let (said, _) = said.split_once("Files").unwrap();
    let said: Vec<&str> = said.lines().filter(|line| line.trim_start().starts_with(['-', '●'])).collect();
    (said.join("\n"), project.read("outbox/list.txt"))
}

#[test]
fn windows_1252_holds_the_typographic_signs_and_lacks_letters_of_other_languages() {
    let (said, bytes) = run(&project(&schema("windows-1252", "")));
    insta::assert_snapshot!(said, @"    - 1 row: Column “First name → firstName”: has a character that does not exist in windows-1252, which the destination expects. (line 3)");
    let text = encoding_rs::WINDOWS_1252.decode(&bytes).0;
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains("1\ta1@example.com\tZoé\tCœur\n") && text.contains("Ça 5 €\t“Bo”\n"), "{text}");
}

#[test]
fn a_partner_who_demands_iso_8859_1_gets_no_character_that_it_lacks() {
    let (said, bytes) = run(&project(&schema("iso-8859-1", "")));
    insta::assert_snapshot!(said, @r"
    - 3 rows: Column “Last name → lastName”: has a character that does not exist in ISO-8859-1, which the destination expects. (lines 2, 3, 5)
    - 2 rows: Column “First name → firstName”: has a character that does not exist in ISO-8859-1, which the destination expects. (lines 3, 5)
    ");
    assert_eq!(bytes, b"originalId\temailAddress\tfirstName\tlastName\n3\ta3@example.com\tAnne\tRoy\n");
}

#[test]
fn where_the_schema_says_so_they_are_replaced_and_each_is_told() {
    let project = project(&schema("iso-8859-1", ", \"unencodable\": \"replace\""));
    let (said, bytes) = run(&project);
    insta::assert_snapshot!(said, @r"
    - 3 rows: Column “Last name → lastName”: a character that does not exist in ISO-8859-1 was replaced, as the schema says. (lines 2, 3, 5)
    - 2 rows: Column “First name → firstName”: a character that does not exist in ISO-8859-1 was replaced, as the schema says. (lines 3, 5)
    ");
    // Latin-1 is the first 256 characters.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    insta::assert_snapshot!(text, @r"
    originalId	emailAddress	firstName	lastName
    1	a1@example.com	Zoé	Coeur
    2	a2@example.com	Lukasz	d'Or
    3	a3@example.com	Anne	Roy
    4	a4@example.com	Ça 5 EUR	«Bo»
    ");
}

#[test]
fn keys_that_become_the_same_by_a_replacement_are_the_same_key() {
    let project = project(&schema("iso-8859-1", ", \"unencodable\": \"replace\""));
    let config =
        project.text("passeur.toml").replace("originalId = \"Person ID\"", "originalId = \"First name\"");
    project.config(&config);
    let rows = ["Łu", "Lu"].map(|first| format!("1,1,{first},x,a@example.com\n")).concat();
    project.write(
        "inbox/people.csv",
        format!("Person ID,Account ID,First name,Last name,Email\n{rows}").replace("\n1,1,Lu", "\n2,2,Lu"),
    );
    let said = project.run(&["run", "--now", NOW]).stdout;
    assert!(said.contains("originalId") && said.contains("1 rejected"), "{said}");
}

#[test]
fn a_file_that_is_checked_against_such_a_schema_shows_them_too() {
    let project = project(&schema("iso-8859-1", ""));
    project.write("file.txt", b"originalId\tfirstName\n1\tZo\xe9\n2\t5 \x80\n");
    let output = project.run(&["check", "file.txt", "--schema", "club/list", "--format", "json"]);
    let report = output.json();
    let found = &report["tasks"][0]["errors"];
    let codes: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("{} {}", error["type"], error["rowNumber"]))
        .collect();
    assert_eq!(codes, ["\"cell-encoding\" 3"], "{report:#}");
}

#[test]
fn the_setup_sheet_names_the_encoding_that_was_asked_for() {
    let sheet = project(&schema("latin1", "")).run(&["setup-sheet", "list"]).expect_code(0).stdout;
    assert!(sheet.contains("ISO-8859-1, without byte order mark"), "{sheet}");
}
