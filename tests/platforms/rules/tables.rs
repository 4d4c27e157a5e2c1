//! What a user's own table adds: types, names and limits that the platforms' pages state for any column (Actito, section 7; Symplify, section 3).

use crate::support::project::Project;

use super::Case;

/// As [`super::checked`], against a schema of the user's.
fn checked(own: &str, cases: &[Case<'_>]) -> String {
    let project = Project::empty();
    project.config("").write("schemas/own.json", own);
    super::checked_in(&project, "own", &[], cases)
}

/// What loading the schema says.
fn refused(own: &str) -> String {
    let project = Project::empty();
    project.config("").write("schemas/own.json", own).write("file.csv", "a\n");
    let output = project.run(&["check", "file.csv", "--schema", "own"]);
    assert_ne!(output.code, Some(0), "{output}");
    output.stderr
}

#[test]
fn subscriptions_segments_numbers_and_truth_values_of_actito() {
    let own = r#"{ "schema": {
        "fields": [
            { "name": "newsletter", "type": "string", "constraints": { "required": true, "enum": ["Y", "N"] } },
            { "name": "tier", "type": "string", "constraints": { "enum": ["Gold", "Silver"] }, "passeur": { "optional": true } },
            { "name": "visits", "type": "integer", "passeur": { "optional": true } },
            { "name": "paid", "type": "boolean", "trueValues": ["TRUE", "1", "Y"], "falseValues": ["FALSE", "0", "N"],
              "passeur": { "optional": true } }
        ],
        "passeur": { "extends": "actito/profiles" }
    } }"#;
    let header = "customerId;emailAddress;newsletter;tier;visits;paid";
    let files: Vec<(&str, String)> = [
        ("a good row", "1;a@example.com;Y;Gold;12;TRUE"),
        ("another one", "1;a@example.com;N;;;0"),
        ("subscription empty", "1;a@example.com;;Gold;12;1"),
        ("subscription in words", "1;a@example.com;yes;Gold;12;1"),
        ("segment outside the list", "1;a@example.com;Y;Bronze;12;1"),
        ("number with a comma", "1;a@example.com;Y;Gold;1,5;1"),
        ("truth in words", "1;a@example.com;Y;Gold;12;vrai"),
        ("small letters", "1;a@example.com;Y;Gold;12;true"),
    ]
    .map(|(rule, row)| (rule, format!("{header}\r\n{row}\r\n")))
    .to_vec();
    let cases: Vec<Case<'_>> = files.iter().map(|(rule, file)| (*rule, file.as_bytes())).collect();
    insta::assert_snapshot!(checked(own, &cases), @r"
    a good row: valid
    another one: valid
    subscription empty: constraint-error in newsletter
    subscription in words: constraint-error in newsletter
    segment outside the list: constraint-error in tier
    number with a comma: type-error in visits
    truth in words: type-error in paid
    small letters: type-error in paid
    ");
}

#[test]
fn a_file_over_the_limit_of_bytes() {
    let own =
        r#"{ "schema": { "fields": [], "passeur": { "extends": "actito/profiles", "maxBytes": 60 } } }"#;
    let file = format!("customerId;emailAddress\r\n{}", "1;a@example.com\r\n".repeat(9));
    let found = checked(own, &[("over the limit", file.as_bytes())]);
    assert!(found.contains("table-dimensions"), "{found}");
}

#[test]
fn names_that_a_platform_reserves_or_cannot_have() {
    let own = |base: &str, name: &str| {
        format!(
            r#"{{ "schema": {{ "fields": [{{ "name": "{name}", "type": "string" }}], "passeur": {{ "extends": "{base}" }} }} }}"#
        )
    };
    let mut found = String::new();
    for (base, name) in [
        ("actito/interactions", "id"),
        ("actito/interactions", "creationMoment"),
        ("actito/interactions", "updateMoment"),
        ("symplify/recipients", "Member since"),
        ("symplify/recipients", "e-mail"),
        ("symplify/recipients", "prénom"),
    ] {
        found += &refused(&own(base, name));
    }
    insta::assert_snapshot!(found, @r#"
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/reservedLabels: "id" belongs to the platform, which ignores the column: leave it out
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/reservedLabels: "creationMoment" belongs to the platform, which ignores the column: leave it out
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/reservedLabels: "updateMoment" belongs to the platform, which ignores the column: leave it out
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/labels: the platform takes no column named "Member since": names match [A-Za-z0-9_]+ ("labels")
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/labels: the platform takes no column named "e-mail": names match [A-Za-z0-9_]+ ("labels")
    passeur: schema schemas/own.json cannot be used:
      /schema/passeur/labels: the platform takes no column named "prénom": names match [A-Za-z0-9_]+ ("labels")
    "#);
}
