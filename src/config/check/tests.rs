//! Every error text of the check.

use std::path::Path;

use super::super::load::parse;
use super::*;
use crate::schema::{
    BooleanFormat, Constraints, Dialect, FieldRules, FieldsMatch, IntegerFormat, Rules, Setting,
};

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.into(),
        title: None,
        description: None,
        example: None,
        kind,
        missing_values: vec![String::new()],
        constraints: Constraints::default(),
        rules: FieldRules::default(),
    }
}

fn text(name: &str) -> Field {
    field(name, FieldType::String(StringFormat::Default))
}

fn integer(name: &str) -> Field {
    field(name, FieldType::Integer(IntegerFormat { bare_number: true, group_char: None }))
}

fn required(mut field: Field) -> Field {
    field.constraints.required = true;
    field
}

fn schema(name: &str, fields: Vec<Field>, rules: Rules) -> Arc<Schema> {
    Arc::new(Schema {
        name: name.into(),
        title: None,
        description: None,
        version: None,
        sources: Vec::new(),
        fields,
        fields_match: FieldsMatch::Exact,
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        dialect: Dialect::default(),
        encoding: None,
        rules,
        sha256: [0; 32],
    })
}

fn memberships() -> Arc<Schema> {
    let mut email = field("Email", FieldType::String(StringFormat::Email));
    email.rules.aliases = vec!["Courriel".into()];
    let flag = BooleanFormat {
        true_values: vec!["Yes".into()],
        false_values: vec!["No".into()],
        ignore_case: false,
        listed: Default::default(),
    };
    let fields = vec![
        text("Membership"),
        text("Person ID"),
        field("Purchase date", FieldType::DateTime(Vec::new())),
        field("Active", FieldType::Boolean(flag)),
        email,
    ];
    schema("amilia/memberships", fields, Rules { normalise_headers: true, ..Rules::default() })
}

fn cards() -> Arc<Schema> {
    let mut code = required(text("card_code"));
    code.rules.empty_if = Some("generated-card-codes".into());
    let mut customer = required(field("customer_key", FieldType::String(StringFormat::Email)));
    customer.rules.optional = true;
    let fields =
        vec![code, customer, integer("id_program"), field("join_date", FieldType::DateTime(Vec::new()))];
    let setting = Setting { name: "generated-card-codes".into(), description: "For tests".into() };
    schema(
        "splio/cardcode",
        fields,
        Rules { scope: Some("cardcode".into()), settings: vec![setting], ..Rules::default() },
    )
}

fn checked(toml: &str) -> Result<(), ConfigError> {
    let names = ["amilia/memberships", "broken", "splio/cardcode"].map(str::to_owned);
    let find = |name: &str| match name {
        "amilia/memberships" => Ok(memberships()),
        "splio/cardcode" => Ok(cards()),
        "broken" => Err("schemas/broken.json: unknown type `strng`".to_owned()),
        _ => Err("there is no such schema".to_owned()),
    };
    let cell = |schema: &Schema, position: usize, text: &str| match schema.fields[position].kind {
        FieldType::Integer(_) if text.parse::<u64>().is_err() => Err("is not a whole number".to_owned()),
        _ => Ok(()),
    };
    let config = parse(toml.to_owned(), Path::new("/project/passeur.toml")).unwrap();
    check(&config, &Known { schema_names: &names, schema: &find, cell: &cell })
}

/// A config with one route; `route` replaces lines of the same key, `columns` is its map.
fn config(route: &str, columns: &str) -> String {
    let mut lines = vec![
        "name = \"cards\"",
        "from = \"amilia/memberships\"",
        "to = \"splio/cardcode\"",
        "destination = \"splio\"",
        "universe = \"demo\"",
        "subsections = [\"members\"]",
    ];
    let key = |line: &str| line.split(' ').next().unwrap_or_default().trim_end_matches('s').to_owned();
    for line in route.lines() {
        lines.retain(|old| key(old) != key(line.trim_start_matches('-')));
        lines.extend((!line.starts_with('-')).then_some(line));
    }
    let route = lines.join("\n");
    format!(
        "destinations.splio = {{ type = \"folder\", path = \"outbox\" }}\n[[routes]]\n{route}\n[routes.columns]\n{columns}"
    )
}

const COLUMNS: &str = "card_code = { template = \"AM-{Person ID}\" }\n";

#[test]
fn a_config_that_fits_its_schemas_passes() {
    checked(&config("", "card_code = { template = \"AM-{person  id}\" }\ncustomer_key = \"Courriel\"\nid_program = { constant = \"4\" }\njoin_date = \"Purchase date\"")).unwrap();
}

#[test]
fn a_setting_waives_the_column_that_it_is_about() {
    checked(&config("settings = [\"generated-card-codes\"]", "id_program = { constant = \"4\" }")).unwrap();
}

/// The template of `passeur init`, with lines replaced, against the built-in schemas.
fn template_with(replaced: &[(&str, &str)]) -> Result<(), ConfigError> {
    let library = crate::schema::library::Library::new(None);
    let mut text = crate::config::init::TEMPLATE.to_owned();
    for (line, other) in replaced {
        assert!(text.contains(line), "{line}");
        text = text.replace(line, other);
    }
    let config = parse(text, Path::new("/project/passeur.toml")).unwrap();
    let find = |name: &str| library.get(name).map_err(|error| error.to_string());
    let cell = |schema: &Schema, position: usize, text: &str| {
        schema.fields[position].kind.cast(text).map(drop).map_err(|_| "is of another type".to_owned())
    };
    check(&config, &Known { schema_names: &library.names(), schema: &find, cell: &cell })?;
    // What the check lets through, the schemas take too.
    for route in &config.routes {
        library.get(&route.to).unwrap().with_settings(&route.settings).unwrap();
    }
    Ok(())
}

#[test]
fn the_config_of_a_new_project_fits_the_built_in_schemas() {
    template_with(&[]).unwrap();
}

#[test]
fn the_settings_of_the_built_in_schemas_waive_their_columns() {
    let code = ("card_code = { template = \"AM-{Person ID}\" }\n", "");
    let setting = ("# settings = [", "settings = [");
    template_with(&[setting, code]).unwrap();
    let error = template_with(&[code]).unwrap_err().to_string();
    assert!(error.contains("it may stay empty with settings = [\"generated-card-codes\"]"), "{error}");
}

#[test]
fn no_routes_are_no_error() {
    checked("").unwrap();
}

#[test]
fn errors_of_the_check() {
    let mut out = String::new();
    for (route, columns) in [
        ("destination = \"spilo\"", COLUMNS),
        ("from = \"amilia/membership\"", COLUMNS),
        ("to = \"broken\"", COLUMNS),
        ("to = \"amilia/memberships\"", "Membership = \"Membership\""),
        ("-universe", COLUMNS),
        ("-subsections", COLUMNS),
        ("settings = [\"generate-card-code\"]", COLUMNS),
        ("settings = [\"fast\"]", COLUMNS),
        ("", "customer_key = \"Email\""),
        ("", "card_code = \"Person ID\"\ncustomer_keys = \"Email\""),
        ("", "card_code = \"Person ID\"\nuniverse = \"Email\""),
        ("", "card_code = \"Personne ID\""),
        ("", "card_code = { from = [\"Membership\", \"Card\"] }"),
        ("", "card_code = { template = \"AM-{Persn ID}\" }"),
        ("", "card_code = \"Person ID\"\njoin_date = \"Active\""),
        ("", "card_code = \"Person ID\"\nid_program = { from = [\"Membership\", \"Purchase date\"] }"),
        ("", "card_code = \"Person ID\"\ncustomer_key = \"Active\""),
        ("", "card_code = \"Person ID\"\nid_program = { constant = \"four\" }"),
        (
            "",
            "card_code = \"Person ID\"\nid_program = { from = \"Membership\", map = { \"Gold\" = \"two\", \"None\" = \"\" }, default = \"x\" }",
        ),
    ] {
        let error = checked(&config(route, columns)).unwrap_err().to_string().replace("/project/", "");
        out.push_str(&format!("──────── {route} {}\n{error}\n\n", columns.trim().escape_debug()));
    }
    insta::assert_snapshot!(out);
}

/// Two routes to destinations `a` and `b`.
fn two_routes(destinations: &str, second: &str) -> Result<(), ConfigError> {
    let route = |name: &str, rest: &str| {
        format!(
            "[[routes]]\nname = \"{name}\"\nfrom = \"amilia/memberships\"\nto = \"splio/cardcode\"\n{rest}\ncolumns = {{ card_code = \"Person ID\" }}\n"
        )
    };
    let first = route("one", "destination = \"a\"\nuniverse = \"demo\"\nsubsections = [\"x\", \"y\"]");
    checked(&format!("{destinations}\n{first}{}", route("two", second)))
}

const A_AND_B: &str = "destinations.a = { type = \"folder\", path = \"o\" }\ndestinations.b = { type = \"folder\", path = \"./o/\" }\ndestinations.c = { type = \"folder\", path = \"c\" }";

#[test]
fn two_routes_that_would_write_one_name_are_refused() {
    for destination in ["a", "b"] {
        let second =
            format!("destination = \"{destination}\"\nuniverse = \"demo\"\nsubsections = [\"z\", \"y\"]");
        let error = two_routes(A_AND_B, &second).unwrap_err().to_string();
        assert!(
            error.contains("routes `one` and `two` would both write demo_cardcode_y_YYYYMMDD.csv"),
            "{error}"
        );
    }
}

#[test]
fn routes_that_differ_in_one_part_of_the_name_pass() {
    for second in [
        "destination = \"a\"\nuniverse = \"demo\"\nsubsection = \"z\"",
        "destination = \"a\"\nuniverse = \"demo-2\"\nsubsection = \"x\"",
        "destination = \"c\"\nuniverse = \"demo\"\nsubsection = \"x\"",
    ] {
        two_routes(A_AND_B, second).unwrap();
    }
}

#[test]
fn a_name_over_255_bytes_is_refused_before_any_row() {
    let universe = "a".repeat(235);
    let error = checked(&config(&format!("universe = \"{universe}\""), COLUMNS)).unwrap_err().to_string();
    assert!(
        error.contains("names with subsection `members` would be 265 bytes long; at most 255 are allowed"),
        "{error}"
    );
}

#[test]
fn only_copies_that_can_never_work_are_refused() {
    let flag = || {
        FieldType::Boolean(BooleanFormat {
            true_values: Vec::new(),
            false_values: Vec::new(),
            ignore_case: false,
            listed: Default::default(),
        })
    };
    let number = || FieldType::Integer(IntegerFormat { bare_number: true, group_char: None });
    let date = || FieldType::Date(Vec::new());
    let string = || FieldType::String(StringFormat::Default);
    let email = || FieldType::String(StringFormat::Email);
    for (from, to, works) in [
        (string(), date(), true),
        (string(), email(), true),
        (FieldType::Any, number(), true),
        (date(), FieldType::DateTime(Vec::new()), true),
        (date(), string(), true),
        (number(), flag(), true),
        (number(), FieldType::Year, true),
        (flag(), date(), false),
        (date(), number(), false),
        (date(), email(), false),
        (email(), date(), false),
        (number(), date(), false),
        (FieldType::Time(Vec::new()), date(), false),
        (FieldType::YearMonth, FieldType::Year, false),
    ] {
        let (from, to) = (field("a", from), field("b", to));
        assert_eq!(can_copy(&from, &to), works, "{:?} → {:?}", from.kind, to.kind);
    }
}
