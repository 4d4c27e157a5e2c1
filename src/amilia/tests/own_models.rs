//! The user's own models.

use std::path::Path;

use super::super::models;
use super::world::*;

/// What is said of `models/NAME.sql` with this text.
fn own(name: &str, sql: &str) -> Result<Vec<String>, String> {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), sql).unwrap();
    let error = |error: super::super::AmiliaError| {
        error.to_string().replace(folder.path().to_str().unwrap(), "models")
    };
    let models = models(world.store.connection(), folder.path()).map_err(error)?;
    let stem = name.trim_end_matches(".sql");
    Ok(models.get(stem).map(|model| model.columns.clone()).unwrap_or_default())
}

#[test]
fn a_model_of_ones_own_has_the_columns_of_its_query() {
    assert_eq!(
        own("birthdays.sql", "SELECT email, birth_date FROM contact ORDER BY email;"),
        Ok(vec!["email".into(), "birth_date".into()])
    );
}

#[test]
fn the_same_name_overrides() {
    assert_eq!(own("contacts.sql", "-- only addresses\nSELECT email FROM contact"), Ok(vec!["email".into()]));
}

#[test]
fn a_wrong_query_is_shown_with_its_place() {
    insta::assert_snapshot!(own("mine.sql", "SELECT email,\n  first_nam\nFROM contact").unwrap_err(), @"models/mine.sql, line 2: no such column: first_nam");
    insta::assert_snapshot!(own("mine.sql", "SELECT email\nFORM contact").unwrap_err(), @r#"models/mine.sql, line 2: near "contact": syntax error"#);
}

#[test]
fn a_model_only_reads() {
    insta::assert_snapshot!(own("mine.sql", "DELETE FROM contact").unwrap_err(), @"models/mine.sql: is not a SELECT; a model only reads");
    insta::assert_snapshot!(own("mine.sql", "PRAGMA user_version").unwrap_err(), @"models/mine.sql: is not a SELECT; a model only reads");
    insta::assert_snapshot!(own("mine.sql", "SELECT 1; DELETE FROM contact").unwrap_err(), @"models/mine.sql: holds more than one statement; a model is one SELECT");
    insta::assert_snapshot!(own("mine.sql", "DELETE FROM contact RETURNING email").unwrap_err(), @"models/mine.sql: is not a SELECT; a model only reads");
}

#[test]
fn columns_have_names_of_their_own_and_no_parameter_is_known() {
    insta::assert_snapshot!(own("mine.sql", "SELECT email, email FROM contact").unwrap_err(), @"models/mine.sql: has two columns named email; rename one with AS");
    insta::assert_snapshot!(own("mine.sql", "SELECT email FROM contact WHERE email = :email").unwrap_err(), @"models/mine.sql: holds a parameter; a model has none");
}

#[test]
fn names_of_models_are_plain() {
    insta::assert_snapshot!(own("My model.sql", "SELECT 1 AS one").unwrap_err(), @"models/My model.sql: `My model` is no name for a model: use a-z, 0-9 and `_`, and begin with a letter");
}

#[test]
fn other_files_are_left_alone() {
    assert_eq!(own("notes.txt", "no query"), Ok(vec![]));
    assert_eq!(own(".hidden.sql", "no query"), Ok(vec![]));
}

#[test]
fn cells_are_quoted_where_needed() {
    let mut world = World::new();
    world.people("person_id | email | city\n101 | a@example.com | Baie, \"la\"");
    world.registrations("registration_id | person_id\nSUB-1 | 101").run(DAY_0);
    assert!(world.model("contacts").contains(",\"Baie, \"\"la\"\"\","));
}

#[test]
fn an_unknown_model_names_the_known_ones() {
    let world = World::new();
    let models = models(world.store.connection(), Path::new("/nowhere")).unwrap();
    let error = models.write(world.store.connection(), "contact", &mut Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no model contact. Models: groups, contacts, group_members, group_removals, unsubscribes, cards"
    );
}
