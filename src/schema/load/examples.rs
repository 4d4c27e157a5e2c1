//! The examples of the Table Schema v2 profile (`properties`, `fields` and field types of tableschema.json), each as it stands there.
//! What passeur does not take of them it refuses with a reason; `docs/schemas.md` lists them.

use rstest::rstest;

use super::*;

/// What loading a descriptor gives: `loads`, its warnings, or its errors.
fn outcome(descriptor: &str) -> String {
    let shown = |remarks: &[Remark]| remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    match load("example", descriptor.as_bytes()) {
        Ok(loaded) if loaded.warnings.is_empty() => "loads".to_owned(),
        Ok(loaded) => format!("warning: {}", shown(&loaded.warnings)),
        Err(SchemaError::Invalid { remarks, .. }) => shown(&remarks),
        Err(other) => other.to_string(),
    }
}

#[rstest]
#[case::fields(r#"{"fields": [{"name": "my-field-name"}]}"#)]
#[case::fields_of_types(
    r#"{"fields": [{"name": "my-field-name", "type": "number"}, {"name": "my-field-name-2", "type": "string", "format": "email"}]}"#
)]
#[case::whole(
    r#"{"schema": {"fields": [{"name": "first_name", "type": "string", "constraints": {"required": true}}, {"name": "age", "type": "integer"}], "primaryKey": ["first_name"]}}"#
)]
#[case::primary_key(
    r#"{"fields": [{"name": "first_name"}, {"name": "last_name"}], "primaryKey": ["first_name", "last_name"]}"#
)]
#[case::missing_values(r#"{"fields": [{"name": "a"}], "missingValues": ["-", "NaN", ""]}"#)]
#[case::no_missing_values(r#"{"fields": [{"name": "a"}], "missingValues": []}"#)]
#[case::examples(
    r#"{"fields": [{"name": "a"}], "examples": [{"title": "Valid data", "path": "http://example.com/valid-data.csv"}]}"#
)]
fn an_example_of_the_profile_loads(#[case] descriptor: &str) {
    assert_eq!(outcome(descriptor), "loads");
}

#[rstest]
#[case::string(r#"{"name": "name", "type": "string"}"#)]
#[case::email(r#"{"name": "name", "type": "string", "format": "email"}"#)]
#[case::lengths(r#"{"name": "name", "type": "string", "constraints": {"minLength": 3, "maxLength": 35}}"#)]
#[case::boolean(r#"{"name": "registered", "type": "boolean"}"#)]
#[case::integer(
    r#"{"name": "age", "type": "integer", "constraints": {"unique": true, "minimum": 100, "maximum": 9999}}"#
)]
#[case::number(r#"{"name": "field-name", "type": "number"}"#)]
#[case::numbers_as_texts(
    r#"{"name": "field-name", "type": "number", "constraints": {"enum": ["1.00", "1.50", "2.00"]}}"#
)]
#[case::date(r#"{"name": "date_of_birth", "type": "date"}"#)]
#[case::time(r#"{"name": "appointment_start", "type": "time"}"#)]
#[case::time_any(r#"{"name": "appointment_start", "type": "time", "format": "any"}"#)]
#[case::datetime(r#"{"name": "timestamp", "type": "datetime"}"#)]
#[case::datetime_default(r#"{"name": "timestamp", "type": "datetime", "format": "default"}"#)]
#[case::year(r#"{"name": "year", "type": "year"}"#)]
#[case::years(r#"{"name": "year", "type": "year", "constraints": {"minimum": 1970, "maximum": 2003}}"#)]
#[case::month(r#"{"name": "month", "type": "yearmonth"}"#)]
#[case::list(r#"{"name": "options", "type": "list"}"#)]
#[case::any(r#"{"name": "notes", "type": "any"}"#)]
fn an_example_of_a_field_loads(#[case] field: &str) {
    assert_eq!(outcome(&format!(r#"{{"fields": [{field}]}}"#)), "loads");
}

/// Three examples contradict the profile itself; the others are of types that passeur does not check.
#[rstest]
#[case::minimum_in_another_form(
    r#"{"name": "date_of_birth", "type": "date", "constraints": {"minimum": "01-01-1900"}}"#,
    "minimum"
)]
#[case::pattern_without_directives(
    r#"{"name": "date_of_birth", "type": "date", "format": "MM-DD-YYYY"}"#,
    "%Y-%m-%d"
)]
#[case::months_without_a_year(
    r#"{"name": "month", "type": "yearmonth", "constraints": {"minimum": 1, "maximum": 6}}"#,
    "minimum"
)]
#[case::duration(r#"{"name": "period", "type": "duration"}"#, "duration")]
#[case::object(r#"{"name": "extra", "type": "object"}"#, "object")]
#[case::array(r#"{"name": "options", "type": "array"}"#, "array")]
#[case::geojson(r#"{"name": "city_limits", "type": "geojson"}"#, "geojson")]
#[case::geopoint(r#"{"name": "post_office", "type": "geopoint"}"#, "geopoint")]
fn an_example_that_is_refused_says_why(#[case] field: &str, #[case] reason: &str) {
    let outcome = outcome(&format!(r#"{{"fields": [{field}]}}"#));
    assert!(!outcome.starts_with("warning") && outcome.contains(reason), "{outcome}");
}

#[test]
fn foreign_keys_are_a_warning() {
    let table = r#"{"fields": [{"name": "state"}], "foreignKeys": [{"fields": "state", "reference": {"resource": "the-resource", "fields": "state_id"}}]}"#;
    let outcome = outcome(table);
    assert!(outcome.starts_with("warning: ") && outcome.contains("foreignKeys"), "{outcome}");
}
