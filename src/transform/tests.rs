//! One export row through a column map.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

use super::map::{Map, MapError};
use super::row::OutRow;
use super::shape::Zones;
use crate::check::rows::Cells;
use crate::config::{Case, ColumnConfig, Unmapped};
use crate::finding::Reason;
use crate::schema::load::load;
use crate::schema::value::Value;
use crate::schema::{Schema, Zone};

struct Texts(Vec<&'static str>);

impl Cells for Texts {
    fn text(&self, field: usize) -> &str {
        self.0[field]
    }
}

fn schema(fields: &str) -> Arc<Schema> {
    let text = format!(r#"{{"fields":[{fields}]}}"#);
    Arc::new(load("test", text.as_bytes()).unwrap().schema)
}

fn source() -> Arc<Schema> {
    schema(
        r#"{"name":"id","type":"integer"},{"name":"email"},{"name":"level"},{"name":"bought","type":"datetime","format":"%Y-%m-%d %H:%M"},
           {"name":"ends","type":"date"},{"name":"active","type":"boolean"},{"name":"price","type":"number","decimalChar":","}"#,
    )
}

fn zones() -> Zones {
    Zones {
        source: Zone::Named(chrono_tz::America::Toronto),
        target: Zone::Fixed(FixedOffset::east_opt(7200).unwrap()),
    }
}

fn day(text: &str) -> Value {
    Value::Date(NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap())
}

fn moment(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

/// The one target field `kind` made from `config`, for a row of the source above.
fn made(
    config: ColumnConfig,
    kind: &str,
    texts: [&'static str; 7],
    values: [Value; 7],
) -> Result<String, Reason> {
    let target = schema(&format!(r#"{{"name":"out",{kind}}}"#));
    let mut map = Map::compile(&[("out".to_owned(), config)], &source(), &target, zones()).unwrap();
    let (mut out, mut problems) = (OutRow::default(), Vec::new());
    map.apply(&Texts(texts.to_vec()), &values, &mut out, &mut problems);
    match problems.pop() {
        None => Ok(out.text(0).to_owned()),
        Some((_, problem)) => Err(problem.reason),
    }
}

const TEXTS: [&str; 7] = ["007", " Zoé@Example.com ", "Or", "2026-12-31 20:00", "2026-02-28", "Oui", "12,50"];

fn values() -> [Value; 7] {
    let price = Value::Number { mantissa: 1250, scale: 2 };
    let bought = Value::DateTime(moment("2026-12-31 20:00"));
    [Value::Integer(7), Value::Text, Value::Text, bought, day("2026-02-28"), Value::Boolean(true), price]
}

fn from(name: &str) -> ColumnConfig {
    ColumnConfig { from: vec![name.to_owned()], ..ColumnConfig::default() }
}

#[test]
fn values_take_the_shape_of_the_target() {
    let datetime = r#""type":"datetime","format":"%Y-%m-%d %H:%M:%S""#;
    for (name, kind, expected) in [
        ("id", r#""type":"integer""#, "7"),
        ("id", r#""type":"string""#, "007"),
        // A moment is written in the target's zone, a calendar day is not moved.
        ("bought", datetime, "2027-01-01 03:00:00"),
        ("ends", datetime, "2026-02-28 00:00:00"),
        ("ends", r#""type":"date","format":"%d/%m/%Y""#, "28/02/2026"),
        // The day of a moment is the day in the zone of the export.
        ("bought", r#""type":"date""#, "2026-12-31"),
        ("active", r#""type":"boolean","trueValues":["Y"],"falseValues":["N"]"#, "Y"),
        ("price", r#""type":"number""#, "12.50"),
        ("level", r#""type":"string""#, "Or"),
    ] {
        assert_eq!(made(from(name), kind, TEXTS, values()), Ok(expected.to_owned()), "{name} {kind}");
    }
}

#[test]
fn a_spelling_leaves_as_its_canonical_value_and_maps_see_that_value() {
    let source = schema(
        r#"{"name":"gender","type":"string","passeur":{"values":{"M":["Homme"],"F":["Femme"]}}},
           {"name":"code","type":"string","passeur":{"postalCode":"CA"}}"#,
    );
    let target =
        schema(r#"{"name":"plain"},{"name":"mapped"},{"name":"text"},{"name":"code"},{"name":"small"}"#);
    let map = [("F".to_owned(), "2".to_owned())].into();
    let columns = [
        ("plain".to_owned(), from("gender")),
        ("mapped".to_owned(), ColumnConfig { map, ..from("gender") }),
        ("text".to_owned(), ColumnConfig { template: Some("[{gender}]".into()), ..ColumnConfig::default() }),
        ("code".to_owned(), from("code")),
        ("small".to_owned(), ColumnConfig { case: Some(Case::Lower), ..from("code") }),
    ];
    let mut map = Map::compile(&columns, &source, &target, zones()).unwrap();
    let (mut out, mut problems) = (OutRow::default(), Vec::new());
    map.apply(&Texts(vec!["femme", "h2x1y4"]), &[Value::Known(1), Value::Text], &mut out, &mut problems);
    assert_eq!(problems, []);
    let cells: Vec<&str> = (0..5).map(|cell| out.text(cell)).collect();
    assert_eq!(cells, ["F", "2", "[F]", "H2X 1Y4", "h2x 1y4"]);
}

#[test]
fn steps_apply_in_order() {
    let string = r#""type":"string""#;
    let steps = ColumnConfig { trim: true, case: Some(Case::Lower), strip_accents: true, ..from("email") };
    assert_eq!(made(steps, string, TEXTS, values()), Ok("zoe@example.com".into()));
    let upper = ColumnConfig { trim: true, case: Some(Case::Upper), ..from("email") };
    assert_eq!(made(upper, string, TEXTS, values()), Ok("ZOÉ@EXAMPLE.COM".into()));
}

#[test]
fn a_template_with_an_empty_column_is_empty_and_the_default_fills_in() {
    let template = |text: &str| ColumnConfig { template: Some(text.to_owned()), ..ColumnConfig::default() };
    let string = r#""type":"string""#;
    assert_eq!(made(template("AM-{id}/{{{level}}}"), string, TEXTS, values()), Ok("AM-007/{Or}".into()));
    let mut without = values();
    without[0] = Value::Null;
    assert_eq!(made(template("AM-{id}"), string, TEXTS, without), Ok(String::new()));
    let with_default = ColumnConfig { default: Some("none".into()), ..template("AM-{id}") };
    assert_eq!(made(with_default, string, TEXTS, without), Ok("none".into()));
}

#[test]
fn the_first_column_that_is_not_empty_counts() {
    let config = ColumnConfig { from: vec!["level".into(), "id".into()], ..ColumnConfig::default() };
    let string = r#""type":"string""#;
    assert_eq!(made(config.clone(), string, TEXTS, values()), Ok("Or".into()));
    let mut without = values();
    without[2] = Value::Null;
    assert_eq!(made(config, string, TEXTS, without), Ok("007".into()));
}

#[test]
fn a_value_that_the_map_lacks_rejects_keeps_or_empties() {
    let map = BTreeMap::from([("Gold".to_owned(), "3".to_owned())]);
    let config = |unmapped| ColumnConfig { map: map.clone(), unmapped, ..from("level") };
    let string = r#""type":"string""#;
    assert_eq!(made(config(Unmapped::Reject), string, TEXTS, values()), Err(Reason::ValueUnmapped));
    assert_eq!(made(config(Unmapped::Keep), string, TEXTS, values()), Ok("Or".into()));
    assert_eq!(made(config(Unmapped::Empty), string, TEXTS, values()), Ok(String::new()));
    let gold = ["", "", "Gold", "", "", "", ""];
    assert_eq!(made(config(Unmapped::Reject), string, gold, values()), Ok("3".into()));
    // An empty cell is not a value: there is nothing to map.
    let mut without = values();
    without[2] = Value::Null;
    assert_eq!(made(config(Unmapped::Reject), string, TEXTS, without), Ok(String::new()));
}

#[test]
fn a_local_time_that_the_clocks_skipped_is_a_finding() {
    let mut skipped = values();
    skipped[3] = Value::DateTime(moment("2026-03-08 02:30"));
    let datetime = r#""type":"datetime","format":"%Y-%m-%d %H:%M:%S""#;
    assert_eq!(made(from("bought"), datetime, TEXTS, skipped), Err(Reason::NoSuchLocalTime));
}

#[test]
fn a_map_that_does_not_fit_the_schemas_is_refused_with_the_likely_name() {
    let target = schema(r#"{"name":"out"}"#);
    let columns = [("out".to_owned(), from("emial")), ("uot".to_owned(), from("id"))];
    let errors = Map::compile(&columns, &source(), &target, zones()).unwrap_err();
    let texts: Vec<String> = errors.into_iter().map(|(_, error)| error.to_string()).collect();
    assert_eq!(
        texts,
        [
            "test has no column `emial`: did you mean `email`?",
            "test has no column `uot`: did you mean `out`?",
        ]
    );
    let open = ColumnConfig { template: Some("AM-{id".into()), ..ColumnConfig::default() };
    let errors = Map::compile(&[("out".to_owned(), open)], &source(), &target, zones()).unwrap_err();
    assert!(matches!(errors[0].1, MapError::Template { .. }));
}
