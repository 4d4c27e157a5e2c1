use std::fs;

use rstest::rstest;

use super::*;
use crate::check::cell;
use crate::finding::{Problem, Reason};
use crate::schema::value::Value;
use crate::schema::{DateOrder, FieldType, FieldsMatch, Quoting, Zone};

fn built_in_schema(name: &str) -> Schema {
    let loaded = Library::default().load(name).unwrap();
    assert_eq!(loaded.warnings, []);
    loaded.schema
}

/// What is wrong in a row of `;`-separated cells, by field.
fn problems(schema: &Schema, row: &str) -> Vec<(String, Reason)> {
    let cells: Vec<&str> = row.split(';').collect();
    assert!(cells.len() <= schema.fields.len());
    let mut found = Vec::new();
    for (field, cell) in schema.fields.iter().zip(cells) {
        let mut problems: Vec<Problem> = Vec::new();
        cell::check(field, cell, &mut problems);
        found.extend(problems.into_iter().map(|problem| (field.name.to_string(), problem.reason)));
    }
    found
}

fn found(expected: &[(&str, Reason)]) -> Vec<(String, Reason)> {
    expected.iter().map(|(name, reason)| ((*name).to_owned(), *reason)).collect()
}

#[test]
fn every_descriptor_in_the_folder_is_built_in_and_loads_without_warnings() {
    let mut names = BTreeMap::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas"), "", DEPTH, &mut names);
    let built_in: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    let mut in_folder: Vec<&str> = names.keys().map(String::as_str).collect();
    in_folder.sort_unstable();
    let mut sorted = built_in.clone();
    sorted.sort_unstable();
    assert_eq!(in_folder, sorted);
    for name in built_in {
        let schema = built_in_schema(name);
        assert!(schema.title.is_some() && schema.version.is_some() && !schema.sources.is_empty(), "{name}");
        for field in &schema.fields {
            let example = field.example.as_deref().unwrap_or_default();
            assert_eq!(reasons(field, example), [], "example of {name}, {}: {example}", field.name);
        }
    }
}

fn reasons(field: &crate::schema::Field, text: &str) -> Vec<Reason> {
    let mut problems = Vec::new();
    cell::check(field, text, &mut problems);
    problems.into_iter().map(|problem| problem.reason).collect()
}

#[test]
fn schemas_that_extend_each_other_in_a_circle_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, base) in [("a", "b"), ("b", "a"), ("c", "c")] {
        let descriptor = format!(r#"{{"fields": [], "passeur": {{"extends": "{base}"}}}}"#);
        std::fs::write(folder.path().join(format!("{name}.json")), descriptor).unwrap();
    }
    let library = Library::new(Some(folder.path().to_owned()));
    for name in ["a", "b", "c"] {
        let error = library.get(name).unwrap_err();
        assert!(matches!(error, SchemaError::Circle { .. }), "{name}: {error}");
    }
}

#[test]
fn a_schema_in_place_of_a_built_in_one_may_extend_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("splio")).unwrap();
    let descriptor =
        r#"{"fields": [{"name": "club"}], "passeur": {"extends": "splio/stores", "maxRows": 5}}"#;
    std::fs::write(folder.path().join("splio/stores.json"), descriptor).unwrap();
    let schema = Library::new(Some(folder.path().to_owned())).get("splio/stores").unwrap();
    assert_eq!(schema.rules.max_rows, Some(5));
    assert_eq!(schema.fields.last().map(|field| &*field.name), Some("club"));
    assert_ne!(schema.sha256, built_in_schema("splio/stores").sha256);
}

#[test]
fn cardcode_has_the_shape_of_seed_003() {
    let schema = built_in_schema("splio/cardcode");
    let names: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
    let order =
        ["card_code", "customer_key", "id_program", "join_date", "expiration_date", "birthday", "id_tier"];
    assert_eq!(names, order);
    assert_eq!(schema.fields_match, FieldsMatch::Exact);
    assert_eq!(schema.primary_key, [0]);
    assert_eq!(schema.unique_keys, [vec![1, 2]]);
    assert_eq!(schema.rules.max_rows, Some(200_000));
    assert_eq!(schema.rules.scope.as_deref(), Some("cardcode"));
    assert_eq!(schema.rules.quoting, Quoting::NonEmpty);
    assert!(!schema.rules.quote_header && !schema.rules.bom && schema.rules.no_line_breaks);
    assert_eq!(schema.rules.time_zone, Some(Zone::Fixed(chrono::FixedOffset::east_opt(7200).unwrap())));
    assert_eq!(schema.dialect.delimiter, Some(b';'));
    assert_eq!(schema.encoding, Some(encoding_rs::UTF_8));
    let creation: Vec<&str> =
        schema.fields.iter().filter(|field| field.rules.creation_only).map(|field| &*field.name).collect();
    assert_eq!(creation, ["id_program", "id_tier"]);
}

#[rstest]
#[case::full("AM-1;marie.t@example.com;4;2026-01-15 15:30:00;2027-01-15 00:00:00;1984-03-22;2", &[])]
#[case::least("AM-1;marie.t@example.com;4;;;;", &[])]
#[case::third_row_of_the_seed("my_card_code1;[email\u{a0}protected];1;;;;4", &[])]
#[case::first_row_of_the_seed(
    "my_card_code;[email\u{a0}protected];1;2019-01-01 00:00:01;2020-01-01 00:00:01,1955-02-01;2;",
    &[("expiration_date", Reason::NotDateTime), ("birthday", Reason::NotDate)]
)]
#[case::no_code(";a@example.com;4;;;;", &[("card_code", Reason::Required)])]
#[case::no_customer("AM-1;;4;;;;", &[("customer_key", Reason::Required)])]
#[case::program_in_words("AM-1;a@example.com;four;;;;", &[("id_program", Reason::NotInteger)])]
#[case::program_not_positive("AM-1;a@example.com;-4;;;;", &[("id_program", Reason::BelowMinimum)])]
#[case::program_zero("AM-1;a@example.com;0;;;;", &[("id_program", Reason::BelowMinimum)])]
#[case::no_program("AM-1;a@example.com;;;;;", &[("id_program", Reason::Required)])]
#[case::french_date("AM-1;a@example.com;4;15/01/2026 09:00;;;", &[("join_date", Reason::NotDateTime)])]
#[case::iso_date("AM-1;a@example.com;4;2026-01-15T09:00:00Z;;;", &[("join_date", Reason::NotDateTime)])]
#[case::day_alone("AM-1;a@example.com;4;2026-01-15;;;", &[("join_date", Reason::MidnightAssumed)])]
#[case::birthday_with_time("AM-1;a@example.com;4;;;1984-03-22 00:00:00;", &[("birthday", Reason::TimeNotAllowed)])]
#[case::capitals("AM-1;Marie@example.com;4;;;;", &[("customer_key", Reason::NotLowercase)])]
#[case::damaged("5.84E+12;a@example.com;4;;;;", &[("card_code", Reason::SpreadsheetNumber)])]
#[case::all_of_a_row(";;x;x;;x;0", &[
    ("card_code", Reason::Required), ("customer_key", Reason::Required), ("id_program", Reason::NotInteger),
    ("join_date", Reason::NotDateTime), ("birthday", Reason::NotDate), ("id_tier", Reason::BelowMinimum),
])]
fn rows_of_cardcode(#[case] row: &str, #[case] expected: &[(&str, Reason)]) {
    assert_eq!(problems(&built_in_schema("splio/cardcode"), row), found(expected));
}

#[test]
fn settings_of_cardcode_allow_empty_values() {
    let schema = built_in_schema("splio/cardcode").with_settings(&["generated-card-codes", "unlinked-cards"]);
    assert_eq!(problems(&schema.unwrap(), ";;4;;;;"), found(&[]));
}

#[test]
fn an_update_of_a_card_has_no_creation_columns_and_no_generated_code() {
    let schema = built_in_schema("splio/cardcode-update");
    assert!(schema.field("id_program").is_none() && schema.field("id_tier").is_none());
    assert!(schema.with_settings(&["generated-card-codes"]).is_err());
    assert_eq!(problems(&schema, ";a@example.com;;;"), found(&[("card_code", Reason::Required)]));
    assert_eq!(schema.rules.scope.as_deref(), Some("cardcode"));
}

#[rstest]
#[case("AM-1;Gold;Renewed;2026-02-01 00:00:00;2026-01-31 02:00:00", &[])]
#[case("AM-1;Gold;;2026-02-01 00:00:00;", &[])]
#[case(";;;;", &[("card_code", Reason::Required), ("tier_name", Reason::Required), ("value_date", Reason::Required)])]
#[case("AM-1;Gold;;2026-02-01;", &[("value_date", Reason::MidnightAssumed)])]
fn rows_of_tierchange(#[case] row: &str, #[case] expected: &[(&str, Reason)]) {
    assert_eq!(problems(&built_in_schema("splio/tierchange"), row), found(expected));
}

#[rstest]
#[case::english("512;Annual;1001;501;2026-01-15;2026-01-15;01/15/2027;Active;marie.t@example.com;AM-1", &[])]
#[case::french("512;Annuel;1001;501;2026-01-15T15:30:00-05:00;2026/01/15;;EXPIRÉ;;", &[])]
#[case::markers("-;Annual;N/A;501;2026-01-15 15:30;0001-01-01;1900-01-00;-;null;-", &[])]
#[case::family("512;Family;;501;01/15/2026;;;;;", &[])]
#[case::required(";;;;;;;;;", &[
    ("Membership", Reason::Required), ("Account ID", Reason::Required), ("Purchase date", Reason::Required),
])]
#[case::wrong("1.23E+05;Annual;0;x;15/01/2026;2026-02-30;2026-01-15T00:00:00;Actve;a@b;1.23E+05", &[
    ("Membership ID", Reason::SpreadsheetNumber), ("Person ID", Reason::BelowMinimum), ("Account ID", Reason::NotInteger),
    ("Purchase date", Reason::NoSuchDay), ("Effective date", Reason::NoSuchDay), ("Expiration date", Reason::TimeNotAllowed),
    ("Status", Reason::NotInEnum), ("Email", Reason::NotEmail), ("Card", Reason::SpreadsheetNumber),
])]
fn rows_of_memberships(#[case] row: &str, #[case] expected: &[(&str, Reason)]) {
    assert_eq!(problems(&built_in_schema("amilia/memberships"), row), found(expected));
}

#[test]
fn memberships_may_have_more_columns_and_lack_the_optional_ones() {
    let schema = built_in_schema("amilia/memberships");
    assert_eq!(schema.fields_match, FieldsMatch::Subset);
    assert!(schema.rules.normalise_headers && schema.rules.trim);
    let wanted: Vec<&str> =
        schema.fields.iter().filter(|field| !field.rules.optional).map(|field| &*field.name).collect();
    assert_eq!(wanted, ["Membership", "Person ID", "Account ID", "Purchase date"]);
}

#[test]
fn one_setting_turns_all_dates_of_memberships_day_first() {
    let schema = built_in_schema("amilia/memberships").with_date_order(DateOrder::DayFirst);
    let row = "512;Annual;1001;501;15/01/2026 10:00;15/01/2026;15/01/2027;Active;;";
    assert_eq!(problems(&schema, row), found(&[]));
    for field in &schema.fields {
        if let FieldType::Date(patterns) | FieldType::DateTime(patterns) = &field.kind {
            assert!(patterns.iter().all(|pattern| !pattern.source().contains("%m/%d/%Y")));
        }
    }
}

/// Markers of "no value" in Amilia's exports (reference amilia section 8).
const NO_VALUE: &[&str] =
    &["", "-", "N/A", "n/a", "null", "NULL", "0001-01-01", "0001-01-01T00:00:00", "1900-01-00", "01/00/1900"];

#[rstest]
#[case("amilia/memberships")]
#[case("amilia/people")]
#[case("amilia/registrations")]
#[case("amilia/unsubscribed")]
fn every_marker_of_no_value_counts_as_empty_in_every_field(#[case] name: &str) {
    for field in &built_in_schema(name).fields {
        for marker in NO_VALUE {
            let mut problems = Vec::new();
            let value = cell::check(field, marker, &mut problems);
            assert_eq!(value, Value::Null, "{name}, {}: {marker:?}", field.name);
            let expected = if field.constraints.required { vec![Reason::Required] } else { vec![] };
            let reasons: Vec<_> = problems.into_iter().map(|problem| problem.reason).collect();
            assert_eq!(reasons, expected, "{name}, {}: {marker:?}", field.name);
        }
    }
}

#[test]
fn the_resale_template_has_the_headers_of_amilia_and_no_others() {
    let schema = built_in_schema("amilia/resale");
    let names: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names.len(), 18);
    assert_eq!(schema.fields_match, FieldsMatch::Equal);
    assert!(!schema.rules.normalise_headers);
    assert!(schema.fields.iter().all(|field| !field.rules.optional && field.rules.aliases.is_empty()));
    let id = schema.field("Amilia ID").unwrap().1;
    assert_eq!(reasons(id, ""), []);
    assert_eq!(reasons(id, "1001"), [Reason::TooLong]);
}

/// The text that a value of a field of `amilia/people` leaves with.
fn leaves_as(field: &str, text: &str) -> String {
    let schema = built_in_schema("amilia/people");
    let field = schema.field(field).unwrap().1;
    let mut problems = Vec::new();
    let value = cell::check(field, text, &mut problems);
    assert_eq!(problems, [], "{text}");
    field.canonical_text(text, value).into_owned()
}

#[rstest]
#[case("Gender", &["M", "m", "Male", "MALE", "Homme", "Masculin"], "M")]
#[case("Gender", &["F", "Female", "Femme", "Féminin", "FEMININ"], "F")]
#[case("Gender", &["Not specified", "Non précisé", "NotSpecified"], "NotSpecified")]
#[case("Gender", &["Prefer not to say", "Préfère ne pas répondre", "PreferNotToSay"], "PreferNotToSay")]
#[case("Country", &["CA", "ca", "CAN", "Canada", "CANADA"], "CA")]
#[case("Country", &["US", "USA", "United States", "États-Unis", "etats-unis"], "US")]
#[case("Country", &["FR", "France"], "FR")]
#[case("Zip/Postal Code", &["H2X 1Y4", "h2x1y4", "H2X-1Y4"], "H2X 1Y4")]
#[case("Zip/Postal Code", &["12345"], "12345")]
#[case("Phone", &["819 555-0101"], "819 555-0101")]
#[case("Mobile phone", &["+1 (819) 555.0102"], "+1 (819) 555.0102")]
#[case("External ID", &["00421"], "00421")]
fn values_leave_in_one_spelling(#[case] field: &str, #[case] texts: &[&str], #[case] expected: &str) {
    for text in texts {
        assert_eq!(leaves_as(field, text), expected, "{field}: {text}");
    }
}

#[rstest]
#[case("Gender", "Femal", Reason::NotInEnum)]
#[case("Gender", "X", Reason::NotInEnum)]
#[case("Country", "Québec", Reason::NotInEnum)]
#[case("Zip/Postal Code", "H2X OY4", Reason::NotPostalCode)]
#[case("Email", "a@example.com; b@example.com", Reason::NotEmail)]
#[case("Phone", "8.19555E+09", Reason::SpreadsheetNumber)]
#[case("Person ID", "9.00101E+05", Reason::SpreadsheetNumber)]
#[case("Person ID", "900101.0", Reason::NotInteger)]
#[case("Person ID", "0", Reason::BelowMinimum)]
#[case("Birth date", "29/02/1984", Reason::NoSuchDay)]
#[case("Child", "perhaps", Reason::NotBoolean)]
fn values_of_people_that_are_refused(#[case] field: &str, #[case] text: &str, #[case] expected: Reason) {
    let schema = built_in_schema("amilia/people");
    assert_eq!(reasons(schema.field(field).unwrap().1, text), [expected]);
}

#[rstest]
#[case(&["True", "TRUE", "true", "Yes", "OUI", "Oui", "Vrai", "1", "X", "x"], true)]
#[case(&["False", "false", "No", "NON", "Non", "Faux", "0"], false)]
fn booleans_of_people_in_both_languages(#[case] texts: &[&str], #[case] expected: bool) {
    let schema = built_in_schema("amilia/people");
    for text in texts {
        let mut problems = Vec::new();
        let value = cell::check(schema.field("Archived").unwrap().1, text, &mut problems);
        assert_eq!((value, problems), (Value::Boolean(expected), vec![]), "{text}");
    }
}

#[rstest]
#[case("amilia/people", &["First name", "Last name", "Email", "Gender", "Birth date", "Address", "Phone", "Zip/Postal Code"])]
#[case("amilia/registrations", &["Participant name", "Account owner email", "First name", "Last name"])]
#[case("amilia/memberships", &["Email", "First name", "Last name"])]
#[case("amilia/unsubscribed", &["Email", "First name", "Last name"])]
#[case("amilia/resale", &["First name", "Email", "Account owner email", "Birth date"])]
fn personal_columns_are_marked(#[case] name: &str, #[case] fields: &[&str]) {
    let schema = built_in_schema(name);
    for field in fields {
        assert!(schema.field(field).unwrap().1.rules.personal, "{name}: {field}");
    }
}

#[test]
fn a_users_schema_stands_before_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let own = r#"{"title": "Ours", "fields": [{"name": "card_code"}]}"#;
    fs::create_dir_all(folder.path().join("splio")).unwrap();
    fs::write(folder.path().join("splio/cardcode.json"), own).unwrap();
    fs::write(folder.path().join("club.json"), r#"{"fields": [{"name": "a"}]}"#).unwrap();
    fs::write(folder.path().join("broken.json"), r#"{"fields": []}"#).unwrap();
    let library = Library::new(Some(folder.path().to_owned()));

    assert_eq!(library.get("splio/cardcode").unwrap().title.as_deref(), Some("Ours"));
    assert_eq!(library.get("splio/cardcode").unwrap().name, "splio/cardcode");
    assert_eq!(library.descriptor_text("splio/cardcode").unwrap(), own);
    let list = library.list();
    let origin = |name: &str| list.iter().find(|entry| entry.name == name).unwrap().origin;
    assert_eq!(origin("splio/cardcode"), Origin::Overridden);
    assert_eq!(origin("splio/tierchange"), Origin::BuiltIn);
    assert_eq!(origin("club"), Origin::User);
    let broken = list.iter().find(|entry| entry.name == "broken").unwrap();
    assert!(broken.about.as_ref().unwrap_err().contains("broken.json cannot be used"));
}

#[test]
fn a_schema_can_be_given_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.json");
    fs::write(&path, r#"{"fields": [{"name": "a"}]}"#).unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(Library::default().get(path).unwrap().name, path);
    let error = Library::default().get("/nowhere/own.json").unwrap_err().to_string();
    assert!(error.starts_with("cannot read schema file /nowhere/own.json: "), "{error}");
}

#[rstest]
#[case("splio/card_code", r#"there is no schema "splio/card_code" (did you mean "splio/cardcode"?); `passeur schema list` shows all of them"#)]
#[case("zzz", r#"there is no schema "zzz"; `passeur schema list` shows all of them"#)]
#[case("../etc/passwd", r#""../etc/passwd" is no name of a schema: a name is one or more words with / between them, a path ends in .json"#)]
#[case("/etc/passwd", r#""/etc/passwd" is no name of a schema: a name is one or more words with / between them, a path ends in .json"#)]
#[case(
    "",
    r#""" is no name of a schema: a name is one or more words with / between them, a path ends in .json"#
)]
fn a_wrong_name_says_what_to_do(#[case] name: &str, #[case] expected: &str) {
    assert_eq!(Library::default().get(name).unwrap_err().to_string(), expected);
}

#[rstest]
#[case(
    "actito/profiles",
    r#""schema": { "fields": [], "passeur": { EXTENDS, "bom": true } }"#,
    "\"bom\" must be false"
)]
#[case(
    "actito/interactions",
    r#""encoding": "windows-1252", "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"encoding\" must be \"utf-8\" or \"iso-8859-1\""
)]
#[case(
    "actito/profiles",
    r#""schema": { "fields": [], "passeur": { EXTENDS, "quoting": "never" } }"#,
    "\"quoting\" must be \"necessary\" or \"always\" or \"non-empty\""
)]
#[case(
    "actito/profiles",
    r#""dialect": { "header": false }, "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"header\" must be true"
)]
#[case(
    "symplify/recipients",
    r#""schema": { "fields": [], "passeur": { EXTENDS, "quoting": "always" } }"#,
    "\"quoting\" must be \"never\""
)]
#[case(
    "symplify/send-campaign",
    r#""dialect": { "header": false }, "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"header\" must be true"
)]
#[case(
    "symplify/history",
    r#""dialect": { "header": true }, "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"header\" must be false"
)]
#[case(
    "symplify/history",
    r#""dialect": { "delimiter": "," }, "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"delimiter\" must be \";\""
)]
#[case(
    "splio/contacts",
    r#""schema": { "fields": [], "passeur": { EXTENDS, "bom": true } }"#,
    "\"bom\" must be false"
)]
#[case(
    "splio/orders",
    r#""encoding": "iso-8859-1", "schema": { "fields": [], "passeur": { EXTENDS } }"#,
    "\"encoding\" must be \"utf-8\""
)]
#[case(
    "splio/stores",
    r#""schema": { "fields": [], "passeur": { EXTENDS, "lineBreaks": true } }"#,
    "\"lineBreaks\" must be false"
)]
fn a_schema_that_breaks_a_hard_rule_of_its_platform_is_refused(
    #[case] base: &str,
    #[case] own: &str,
    #[case] why: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let own = own.replace("EXTENDS", &format!("\"extends\": \"{base}\""));
    fs::write(folder.path().join("own.json"), format!("{{ {own} }}")).unwrap();
    let error = Library::new(Some(folder.path().to_owned())).load("own").unwrap_err().to_string();
    assert!(error.contains(why) && error.contains(&format!("as in \"{base}\", because ")), "{error}");
}

/// The settings that the platforms leave open can be changed.
#[rstest]
#[case("symplify/recipients", r#""encoding": "windows-1252", "dialect": { "delimiter": ";" },"#)]
#[case("actito/profiles", r#""encoding": "iso-8859-1", "dialect": { "delimiter": "|" },"#)]
fn what_a_platform_leaves_open_can_be_changed(#[case] base: &str, #[case] own: &str) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(r#"{{ {own} "schema": {{ "fields": [], "passeur": {{ "extends": "{base}" }} }} }}"#);
    fs::write(folder.path().join("own.json"), text).unwrap();
    let loaded = Library::new(Some(folder.path().to_owned())).load("own").unwrap();
    assert_eq!(loaded.schema.encoding, Some(encoding_rs::WINDOWS_1252));
}

#[test]
fn the_built_in_schemas_keep_their_own_hard_rules() {
    let mut rules = 0;
    for (name, text) in BUILT_IN {
        let descriptor: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(extend::breaks(&descriptor, &descriptor), None, "{name}");
        rules += usize::from(text.contains("\"fixed\""));
    }
    assert_eq!(rules, 16, "all of Splio, Symplify and Actito");
}

#[test]
fn what_is_shown_of_a_built_in_schema_has_its_version_and_its_sources() {
    let month = regex::Regex::new(r"^20\d\d-\d\d$").unwrap();
    for (name, _) in BUILT_IN {
        let shown: serde_json::Value =
            serde_json::from_str(&Library::default().descriptor_text(name).unwrap()).unwrap();
        let version = shown["version"].as_str().unwrap_or_default();
        assert!(month.is_match(version), "{name}: {version}");
        let sources = shown["sources"].as_array().unwrap();
        assert!(!sources.is_empty(), "{name}");
        for source in sources {
            assert!(source["title"].as_str().is_some_and(|title| !title.is_empty()), "{name}: {source}");
        }
    }
}
