use rstest::rstest;

use super::*;
use crate::schema::{DateOrder, FieldType, FieldsMatch, LineEnd, ListItem, Quoting, Zone};

fn loaded(descriptor: &str) -> Loaded {
    load("test", descriptor.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn errors(descriptor: &str) -> Vec<String> {
    match load("test", descriptor.as_bytes()) {
        Err(SchemaError::Invalid { remarks, .. }) => remarks.iter().map(ToString::to_string).collect(),
        Err(other) => vec![other.to_string()],
        Ok(_) => vec![],
    }
}

fn warnings(descriptor: &str) -> Vec<String> {
    loaded(descriptor).warnings.iter().map(ToString::to_string).collect()
}

/// A table with one field `x` of these properties.
fn with_field(properties: &str) -> String {
    format!(r#"{{"fields": [{{"name": "x", {properties}}}]}}"#)
}

#[test]
fn a_bare_table_schema() {
    let schema = loaded(r#"{"fields": [{"name": "a"}], "title": "A", "passeur": {"version": "3"}}"#).schema;
    assert_eq!(
        (&*schema.fields[0].name, schema.title.as_deref(), schema.version.as_deref()),
        ("a", Some("A"), Some("3"))
    );
    assert!(matches!(schema.fields[0].kind, FieldType::Any));
    assert_eq!(schema.fields[0].missing_values, [""]);
    assert_eq!(schema.encoding, None);
    assert_eq!(schema.dialect.delimiter, None);
}

#[test]
fn a_data_resource() {
    let schema = loaded(
        r#"{"name": "r", "version": "2", "title": "R", "encoding": "cp1252", "sources": [{"title": "S", "path": "https://example.com"}],
            "dialect": {"delimiter": "\t", "quoteChar": "'", "doubleQuote": false, "lineTerminator": "\r\n", "header": false},
            "schema": {"title": "inner", "fields": [{"name": "a", "type": "string"}]}}"#,
    )
    .schema;
    assert_eq!((schema.title.as_deref(), schema.version.as_deref()), (Some("R"), Some("2")));
    assert_eq!(schema.encoding, Some(encoding_rs::WINDOWS_1252));
    let dialect = &schema.dialect;
    assert_eq!((dialect.delimiter, dialect.quote_char), (Some(b'\t'), Some(b'\'')));
    assert_eq!(dialect.line_terminator, Some(LineEnd::CrLf));
    assert!(dialect.no_double_quote && dialect.no_header);
    assert_eq!(schema.sources[0].path.as_deref(), Some("https://example.com"));
}

#[test]
fn the_hash_is_of_the_bytes() {
    let descriptor = r#"{"fields": [{"name": "a"}]}"#;
    let expected: [u8; 32] = Sha256::digest(descriptor.as_bytes()).into();
    assert_eq!(loaded(descriptor).schema.sha256, expected);
}

#[rstest]
#[case(r#""exact""#, FieldsMatch::Exact)]
#[case(r#""equal""#, FieldsMatch::Equal)]
#[case(r#""subset""#, FieldsMatch::Subset)]
#[case(r#""superset""#, FieldsMatch::Superset)]
#[case(r#""partial""#, FieldsMatch::Partial)]
#[case::array_of_the_2_0_profile(r#"["partial"]"#, FieldsMatch::Partial)]
fn fields_match(#[case] value: &str, #[case] expected: FieldsMatch) {
    let descriptor = format!(r#"{{"fields": [{{"name": "a"}}], "fieldsMatch": {value}}}"#);
    assert_eq!(loaded(&descriptor).schema.fields_match, expected);
}

#[test]
fn keys_are_positions_and_a_primary_key_is_required() {
    let schema = loaded(
        r#"{"fields": [{"name": "a"}, {"name": "b"}, {"name": "c"}], "primaryKey": "b", "uniqueKeys": [["a"], ["c", "a"]]}"#,
    )
    .schema;
    assert_eq!((schema.primary_key, schema.unique_keys), (vec![1], vec![vec![0], vec![2, 0]]));
    let required: Vec<bool> = schema.fields.iter().map(|field| field.constraints.required).collect();
    assert_eq!(required, [false, true, false]);
}

#[test]
fn missing_values_of_a_field_replace_those_of_the_table() {
    let schema = loaded(
        r#"{"missingValues": ["", {"value": "-99", "label": "REFUSED"}],
            "fields": [{"name": "a"}, {"name": "b", "missingValues": ["-"]}, {"name": "c", "missingValues": []}]}"#,
    )
    .schema;
    assert_eq!(schema.fields[0].missing_values, ["", "-99"]);
    assert_eq!(schema.fields[1].missing_values, ["-"]);
    assert!(schema.fields[2].missing_values.is_empty());
}

#[test]
fn rules_of_a_table() {
    let rules = loaded(
        r#"{"fields": [{"name": "d", "type": "date", "format": "%d/%m/%Y"}], "passeur": {
            "maxRows": 10, "maxBytes": 20, "maxCellBytes": 30, "headers": "normalised", "trim": true,
            "dateOrder": "month-first", "lineBreaks": false, "bom": true, "quoting": "always",
            "scope": "cardcode", "timeZone": "Europe/Paris", "emptyCell": "NULL",
            "settings": [{"name": "s", "description": "S"}]}}"#,
    )
    .schema;
    let FieldType::Date(patterns) = &rules.fields[0].kind else { panic!("a date") };
    assert_eq!(patterns[0].source(), "%m/%d/%Y");
    let rules = rules.rules;
    assert_eq!((rules.max_rows, rules.max_bytes, rules.max_cell_bytes), (Some(10), Some(20), Some(30)));
    assert!(rules.normalise_headers && rules.trim && rules.no_line_breaks && rules.bom && rules.quote_header);
    assert_eq!((rules.quoting, rules.date_order), (Quoting::Always, DateOrder::MonthFirst));
    assert_eq!(rules.time_zone, Some(Zone::Named(chrono_tz::Europe::Paris)));
    assert_eq!(rules.settings[0].name, "s");
}

#[test]
fn rules_of_a_field() {
    let schema = loaded(
        r#"{"passeur": {"settings": [{"name": "s", "description": "S"}]}, "fields": [{"name": "x", "type": "string", "passeur": {
            "aliases": ["y"], "optional": true, "invalid": "drop", "creationOnly": true, "lowercase": true, "emptyIf": "s",
            "maxBytes": 9, "personal": true, "identifier": true}}]}"#,
    )
    .schema;
    let rules = &schema.fields[0].rules;
    assert_eq!((rules.aliases.as_slice(), rules.empty_if.as_deref()), (&["y".to_owned()][..], Some("s")));
    assert!(rules.optional && rules.drop_invalid && rules.creation_only && rules.lowercase && rules.personal);
    assert!(rules.identifier && !rules.lowercase_emails);
    assert_eq!(rules.max_bytes, Some(9));
}

#[test]
fn properties_of_a_list() {
    let schema = loaded(&with_field(r#""type": "list", "delimiter": "; ", "itemType": "date""#)).schema;
    let FieldType::List(format) = &schema.fields[0].kind else { panic!("a list") };
    assert_eq!((format.delimiter.as_str(), format.item), ("; ", ListItem::Date));
}

#[rstest]
#[case("Europe/Paris", true)]
#[case("+02:00", true)]
#[case("-03:30", true)]
#[case("UTC", true)]
#[case("+14:01", false)]
#[case("+2:00", false)]
#[case("CEST", false)]
#[case("EST", false)]
#[case("Europe/Pariss", false)]
fn time_zones(#[case] text: &str, #[case] good: bool) {
    assert_eq!(rules::zone(text).is_ok(), good);
}

#[test]
fn a_file_that_mails_is_none_that_takes_addresses_away() {
    let both = |more: &str| {
        format!(r#"{{"fields": [{{"name": "a"}}], "passeur": {{"removesAddresses": true{more}}}}}"#)
    };
    assert!(load("test", both("").as_bytes()).unwrap().schema.rules.removes_addresses);
    let refused = errors(&both(r#", "sendsMail": true"#));
    assert!(refused[0].contains("takes no addresses away"), "{refused:?}");
}

#[test]
fn other_peoples_keys_pass() {
    let descriptor = r#"{"x-owner": "us", "fields": [{"name": "a", "rdfType": "http://schema.org/Country", "colour": "red"}]}"#;
    assert_eq!(warnings(descriptor), Vec::<String>::new());
}

#[rstest]
#[case::table(
    r#"{"fields": [{"name": "a"}], "primary_key": "a"}"#,
    r#"/primary_key: unknown key "primary_key" is ignored (did you mean "primaryKey"?)"#
)]
#[case::field(
    r#"{"fields": [{"name": "a", "tittle": "A"}]}"#,
    r#"/fields/0/tittle (field "a"): unknown key "tittle" is ignored (did you mean "title"?)"#
)]
#[case::constraint(r#"{"fields": [{"name": "a", "constraints": {"require": true}}]}"#, r#"/fields/0/constraints/require (field "a"): unknown key "require" is ignored (did you mean "required"?)"#)]
#[case::constraint_in_field(
    r#"{"fields": [{"name": "a", "required": true}]}"#,
    r#"/fields/0/required (field "a"): "required" has no effect here; it belongs under "constraints""#
)]
#[case::rule_in_field(
    r#"{"fields": [{"name": "a", "aliases": ["b"]}]}"#,
    r#"/fields/0/aliases (field "a"): "aliases" has no effect here; it belongs under "passeur""#
)]
#[case::other_type(
    r#"{"fields": [{"name": "a", "type": "string", "groupChar": ","}]}"#,
    r#"/fields/0/groupChar (field "a"): "groupChar" has no effect on a field of type string"#
)]
#[case::foreign_keys(
    r#"{"fields": [{"name": "a"}], "foreignKeys": []}"#,
    "/foreignKeys: passeur does not check foreign keys"
)]
#[case::missing_twice(
    r#"{"fields": [{"name": "a"}], "missingValues": ["", ""]}"#,
    r#"/missingValues: "" stands twice in "missingValues""#
)]
fn what_is_doubtful_is_a_warning(#[case] descriptor: &str, #[case] expected: &str) {
    assert_eq!(warnings(descriptor), [expected]);
}

#[rstest]
#[case::unknown_table_rule(
    r#"{"fields": [{"name": "a"}], "passeur": {"maxrow": 1}}"#,
    r#"/passeur/maxrow: unknown key "maxrow"; did you mean "maxRows"?"#
)]
#[case::unknown_field_rule(
    r#"{"fields": [{"name": "a", "passeur": {"alias": []}}]}"#,
    r#"/fields/0/passeur/alias (field "a"): unknown key "alias"; did you mean "aliases"?"#
)]
#[case::key_of_no_field(
    r#"{"fields": [{"name": "card_code"}], "primaryKey": ["cardcode"]}"#,
    r#"/primaryKey: "primaryKey" names "cardcode", which no field has (did you mean "card_code"?)"#
)]
#[case::unique_key_of_no_field(
    r#"{"fields": [{"name": "a"}], "uniqueKeys": [["zzzz"]]}"#,
    r#"/uniqueKeys: "uniqueKeys" names "zzzz", which no field has"#
)]
#[case::fields_match(r#"{"fields": [{"name": "a"}], "fieldsMatch": "exactly"}"#, r#"/fieldsMatch: "fieldsMatch" is one of "exact", "equal", "subset", "superset", "partial", not "exactly" (did you mean "exact"?)"#)]
#[case::no_fields(r#"{"fields": []}"#, r#"/fields: "fields" is a list of at least one field"#)]
#[case::no_schema(
    r#"{"feilds": []}"#,
    r#"/: there is no "fields", so this is no Table Schema (did you mean "fields"?)"#
)]
#[case::package(
    r#"{"resources": []}"#,
    "/resources: this is a Data Package; make a file of one of its resources"
)]
#[case::by_reference(
    r#"{"schema": "other.json"}"#,
    "/schema: passeur reads no schema by reference; put the schema itself here, as an object"
)]
#[case::rules_in_resource(
    r#"{"passeur": {}, "schema": {"fields": [{"name": "a"}]}}"#,
    r#"/passeur: "passeur" stands inside "schema", beside "fields""#
)]
#[case::encoding(
    r#"{"encoding": "utf-88", "schema": {"fields": [{"name": "a"}]}}"#,
    r#"/encoding: there is no encoding "utf-88" (did you mean "utf-8"?)"#
)]
#[case::delimiter(r#"{"dialect": {"delimiter": "||"}, "schema": {"fields": [{"name": "a"}]}}"#, r#"/dialect/delimiter: "delimiter" is one ASCII character that is no letter, digit or line end, not "||""#)]
#[case::comment(
    r##"{"dialect": {"commentChar": "#"}, "schema": {"fields": [{"name": "a"}]}}"##,
    r#"/dialect/commentChar: passeur does not follow "commentChar": remove the comment lines"#
)]
#[case::same_name(
    r#"{"fields": [{"name": "a"}, {"name": "a"}]}"#,
    r#"/fields: "a" would mean both "a" and "a"; give each column its own labels"#
)]
#[case::same_alias(r#"{"passeur": {"headers": "normalised"}, "fields": [{"name": "Courriel"}, {"name": "b", "passeur": {"aliases": ["COURRIEL "]}}]}"#, r#"/fields: "courriel" would mean both "Courriel" and "b"; give each column its own labels"#)]
#[case::setting(r#"{"fields": [{"name": "a", "passeur": {"emptyIf": "generated"}}]}"#, r#"/fields/0/passeur/emptyIf (field "a"): "emptyIf" names the setting "generated", which the table's "passeur" does not have"#)]
#[case::scope(
    r#"{"fields": [{"name": "a"}], "passeur": {"scope": "card_code"}}"#,
    r#"/passeur/scope: "scope" is a part of a file name: letters, digits and -, not "card_code""#
)]
#[case::name(
    r#"{"fields": [{"name": "a"}], "passeur": {"scope": "x", "name": "{list}.csv"}}"#,
    r#"/passeur/name: "name" has a part `{list}`, which is not known; known: {universe}, {scope}, {subsection}, {database}, {delivery}, {YYYYMMDD}, {send_time:YYYYMMDDhhmm}"#
)]
#[case::name_without_scope(
    r#"{"fields": [{"name": "a"}], "passeur": {"name": "a.csv"}}"#,
    r#"/passeur/name: a schema with a "name" has a "scope" too: what its files are called here"#
)]
#[case::name_holds(
    r#"{"fields": [{"name": "a"}], "passeur": {"scope": "x", "nameHolds": ["day"]}}"#,
    r#"/passeur/nameHolds: "nameHolds" says what a route's "file_name" has: write "name": "{file_name}""#
)]
#[case::modes(
    r#"{"fields": [{"name": "a"}], "passeur": {"modes": ["ad"]}}"#,
    r#"/passeur/modes: "modes" takes add, replace, unsubscribe, not "ad" (did you mean "add"?)"#
)]
#[case::confirm(
    r#"{"fields": [{"name": "a"}], "passeur": {"confirm": "sure"}}"#,
    r#"/passeur/confirm: "confirm" names the setting "sure", which "settings" does not have"#
)]
#[case::any_of(
    r#"{"fields": [{"name": "a"}], "passeur": {"anyOf": [["a", "b"]]}}"#,
    r#"/passeur/anyOf: "anyOf" names "b", which no field has"#
)]
#[case::label_pattern(
    r#"{"fields": [{"name": "a b"}], "passeur": {"labels": "[a-z]+"}}"#,
    r#"/passeur/labels: the platform takes no column named "a b": names match [a-z]+ ("labels")"#
)]
#[case::reserved(
    r#"{"fields": [{"name": "id"}], "passeur": {"reservedLabels": ["id"]}}"#,
    r#"/passeur/reservedLabels: "id" belongs to the platform, which ignores the column: leave it out"#
)]
#[case::extends_outside_a_library(
    r#"{"fields": [{"name": "a"}], "passeur": {"extends": "splio/contacts"}}"#,
    r#"/passeur/extends: "extends" is followed where schemas have names: load it through the library"#
)]
#[case::zone(r#"{"fields": [{"name": "a"}], "passeur": {"timeZone": "Europe/Pari"}}"#, r#"/passeur/timeZone: "Europe/Pari" is no time zone (did you mean "Europe/Paris"?); write a name such as Europe/Paris, or an offset such as +02:00"#)]
#[case::wrong_kind(
    r#"{"fields": [{"name": "a"}], "passeur": {"trim": "yes"}}"#,
    r#"/passeur/trim: "trim" is true or false, not "yes""#
)]
#[case::wrong_count(
    r#"{"fields": [{"name": "a"}], "passeur": {"maxRows": 0}}"#,
    r#"/passeur/maxRows: "maxRows" is a whole number from 1 up, not 0"#
)]
#[case::not_json(
    "{\"fields\": [\n  {\"name\": }\n]}",
    "schema test, line 2, column 12: this is not JSON: expected value"
)]
#[case::not_an_object("[]", r#"/: a schema is a JSON object with "fields""#)]
fn what_is_wrong_in_a_table(#[case] descriptor: &str, #[case] expected: &str) {
    assert_eq!(errors(descriptor), [expected]);
}

#[rstest]
#[case(r#""type": "sting""#, r#"/fields/0/type (field "x"): there is no type "sting" (did you mean "string"?); types are string, integer, number, boolean, date, time, datetime, year, yearmonth, list, any"#)]
#[case(r#""type": "object""#, r#"/fields/0/type (field "x"): passeur does not check fields of type object; use type string, and the cell passes as it is"#)]
#[case(r#""type": "geopoint""#, r#"/fields/0/type (field "x"): passeur does not check fields of type geopoint; use two fields of type number, or type string with a "pattern""#)]
#[case(r#""type": "string", "format": "mail""#, r#"/fields/0/format (field "x"): "format" is one of "default", "email", "uri", "binary", "uuid", not "mail" (did you mean "email"?)"#)]
#[case(
    r#""type": "integer", "format": "email""#,
    r#"/fields/0/format (field "x"): a field of type integer has no formats, but "email" is given"#
)]
#[case(r#""type": "date", "format": "YYYY-MM-DD""#, r#"/fields/0/format (field "x"): "YYYY-MM-DD" has no part of a date or time; patterns are written like %Y-%m-%d"#)]
#[case(r#""type": "date", "passeur": {"formats": ["%d/%m/%Y", "%m/%d/%Y"]}"#, r#"/fields/0/format (field "x"): DD/MM/YYYY and MM/DD/YYYY cannot both be accepted: 03/04 would mean two days; keep one, and set "dateOrder" under the table's "passeur""#)]
#[case(
    r#""type": "string", "passeur": {"formats": ["%Y"]}"#,
    r#"/fields/0/passeur (field "x"): "formats" is for date, time and datetime fields, not for string"#
)]
#[case(
    r#""type": "number", "groupChar": ",", "decimalChar": ",""#,
    r#"/fields/0/groupChar (field "x"): "groupChar" and "decimalChar" are both ",""#
)]
#[case(
    r#""type": "boolean", "trueValues": ["x"], "falseValues": ["x"]"#,
    r#"/fields/0/trueValues (field "x"): "x" is in "trueValues" and in "falseValues""#
)]
#[case(r#""type": "boolean", "constraints": {"minimum": 1}"#, r#"/fields/0/constraints/minimum (field "x"): "minimum" is for integer, number, date, time, datetime, year and yearmonth fields, not for boolean"#)]
#[case(r#""constraints": {"pattern": "a"}"#, r#"/fields/0/constraints/pattern (field "x"): "pattern" is for string fields, not for any; give the field a "type""#)]
#[case(
    r#""type": "date", "constraints": {"minLength": 1}"#,
    r#"/fields/0/constraints/minLength (field "x"): "minLength" is for string and list fields, not for date"#
)]
#[case(r#""type": "integer", "constraints": {"minimum": "one"}"#, r#"/fields/0/constraints/minimum (field "x"): "minimum" is a value of the field's type integer, not "one""#)]
#[case(
    r#""type": "integer", "constraints": {"minimum": 3, "maximum": 2}"#,
    r#"/fields/0/constraints/minimum (field "x"): nothing would fit between "minimum" 3 and "maximum" 2"#
)]
#[case(r#""type": "integer", "constraints": {"exclusiveMinimum": 3, "maximum": 3}"#, r#"/fields/0/constraints/exclusiveMinimum (field "x"): nothing would fit between "exclusiveMinimum" 3 and "maximum" 3"#)]
#[case(
    r#""type": "string", "constraints": {"minLength": 3, "maxLength": 2}"#,
    r#"/fields/0/constraints/minLength (field "x"): "minLength" 3 is above "maxLength" 2: nothing would fit"#
)]
#[case(r#""type": "string", "constraints": {"pattern": "a)(b"}"#, r#"/fields/0/constraints/pattern (field "x"): "a)(b" is no regular expression that passeur reads: unopened group"#)]
#[case(
    r#""type": "string", "constraints": {"enum": []}"#,
    r#"/fields/0/constraints/enum (field "x"): "enum" is a list of at least one value"#
)]
#[case(
    r#""type": "integer", "constraints": {"enum": [1, "two"]}"#,
    r#"/fields/0/constraints/enum (field "x"): "two" in "enum" is no value of the field's type integer"#
)]
#[case(
    r#""type": "string", "categories": ["a"], "constraints": {"enum": ["b"]}"#,
    r#"/fields/0/constraints/enum (field "x"): "b" in "enum" is not in the field's "categories""#
)]
#[case(r#""type": "string", "constraints": {"jsonSchema": {}}"#, r#"/fields/0/constraints/jsonSchema (field "x"): "jsonSchema" is for object and array fields, which passeur does not check"#)]
#[case(r#""type": "integer", "missingValues": [0]"#, r#"/fields/0/missingValues (field "x"): "missingValues" holds texts as they stand in a cell, or objects with a "value", not 0"#)]
#[case(
    r#""type": "string", "passeur": {"invalid": "skip"}"#,
    r#"/fields/0/passeur/invalid (field "x"): "invalid" is one of "drop", not "skip""#
)]
#[case(
    r#""type": "string", "passeur": {"ignoreCase": true}"#,
    r#"/fields/0/passeur (field "x"): "ignoreCase" is for boolean fields and for texts with an "enum""#
)]
#[case(
    r#""type": "integer", "passeur": {"lowercase": true}"#,
    r#"/fields/0/passeur (field "x"): "lowercase" is for string fields"#
)]
fn what_is_wrong_in_a_field(#[case] properties: &str, #[case] expected: &str) {
    assert_eq!(errors(&with_field(properties)), [expected]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let error = load(
        "club/list",
        br#"{"fields": [{"name": "a", "type": "intger"}, {"type": "string"}], "primaryKey": "b", "passeur": {"scop": "x"}}"#,
    )
    .unwrap_err();
    insta::assert_snapshot!(error, @r#"
    schema club/list cannot be used:
      /passeur/scop: unknown key "scop"; did you mean "scope"?
      /fields/0/type (field "a"): there is no type "intger" (did you mean "integer"?); types are string, integer, number, boolean, date, time, datetime, year, yearmonth, list, any
      /fields/1: a field has a "name"
      /primaryKey: "primaryKey" names "b", which no field has
    "#);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_loading_panic(bytes: Vec<u8>) {
        let _ = load("fuzz", &bytes);
    }
}

#[rstest]
#[case::two_meanings(
    r#"{"M": ["Homme"], "F": ["HOMME"]}"#,
    r#"/fields/0/passeur/values/F (field "a"): "HOMME" stands for "M" and for "F""#
)]
#[case::no_values("{}", r#"/fields/0/passeur/values (field "a"): "values" has at least one value"#)]
#[case::unknown_list(r#""country""#, r#"/fields/0/passeur/values (field "a"): "values" is one of "countries", not "country" (did you mean "countries"?)"#)]
#[case::no_list(
    r#"{"M": "Homme"}"#,
    r#"/fields/0/passeur/values/M (field "a"): "M" is a list of texts, not "Homme""#
)]
fn vocabularies_that_cannot_be_used(#[case] values: &str, #[case] expected: &str) {
    let descriptor =
        format!(r#"{{"fields": [{{"name": "a", "type": "string", "passeur": {{"values": {values}}}}}]}}"#);
    assert_eq!(errors(&descriptor), [expected]);
}

#[rstest]
#[case(
    r#""type": "integer", "passeur": {"values": {"1": []}}"#,
    "\"values\" is for string fields without a format and without an \"enum\""
)]
#[case(
    r#""type": "string", "constraints": {"enum": ["a"]}, "passeur": {"values": {"a": []}}"#,
    "\"values\" is for string fields without a format and without an \"enum\""
)]
#[case(
    r#""type": "integer", "passeur": {"postalCode": "CA"}"#,
    "\"postalCode\" is for string fields without a format and without \"values\""
)]
fn vocabularies_and_postal_codes_are_for_plain_texts(#[case] properties: &str, #[case] expected: &str) {
    let found = errors(&format!(r#"{{"fields": [{{"name": "a", {properties}}}]}}"#));
    assert!(found.len() == 1 && found[0].ends_with(expected), "{found:?}");
}

/// Every property of the Table Schema v2 profile that passeur reads, on every type that has it.
#[test]
fn a_descriptor_with_all_of_the_profile_loads_without_a_warning() {
    let fields = [
        r#"{"name": "text", "type": "string", "format": "default", "title": "T", "description": "D", "example": "a", "rdfType": "https://schema.org/Text", "constraints": {"required": true, "unique": true, "minLength": 1, "maxLength": 9, "pattern": "[a-z]*", "enum": ["a", "b"]}}"#,
        r#"{"name": "email", "type": "string", "format": "email"}"#,
        r#"{"name": "uri", "type": "string", "format": "uri"}"#,
        r#"{"name": "binary", "type": "string", "format": "binary"}"#,
        r#"{"name": "uuid", "type": "string", "format": "uuid"}"#,
        r#"{"name": "size", "type": "string", "categories": ["small", "large"], "categoriesOrdered": true}"#,
        r#"{"name": "grade", "type": "integer", "categories": [{"value": 1, "label": "low"}, {"value": 2, "label": "high"}]}"#,
        r#"{"name": "integer", "type": "integer", "bareNumber": false, "groupChar": ",", "constraints": {"minimum": 1, "maximum": "9", "enum": [1, "2"]}}"#,
        r#"{"name": "number", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": true, "constraints": {"exclusiveMinimum": 0.5, "exclusiveMaximum": 9.5}}"#,
        r#"{"name": "boolean", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"], "constraints": {"enum": [true]}}"#,
        r#"{"name": "date", "type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "01/01/2026"}}"#,
        r#"{"name": "date-any", "type": "date", "format": "any"}"#,
        r#"{"name": "time", "type": "time", "format": "default", "constraints": {"maximum": "12:00:00"}}"#,
        r#"{"name": "datetime", "type": "datetime", "constraints": {"minimum": "2026-01-01T00:00:00Z"}}"#,
        r#"{"name": "year", "type": "year", "constraints": {"minimum": "2000", "maximum": "2100"}}"#,
        r#"{"name": "yearmonth", "type": "yearmonth", "constraints": {"exclusiveMinimum": "2000-01"}}"#,
        r#"{"name": "list", "type": "list", "delimiter": ";", "itemType": "date", "constraints": {"minLength": 1}}"#,
        r#"{"name": "any", "type": "any", "missingValues": ["-"]}"#,
        r#"{"name": "untyped", "missingValues": [{"value": "-99", "label": "refused"}]}"#,
    ];
    let descriptor = format!(
        r#"{{"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "name": "all", "title": "All", "description": "D",
            "fields": [{}], "fieldsMatch": "partial", "primaryKey": ["text"], "uniqueKeys": [["integer", "date"], ["year"]],
            "missingValues": ["", {{"value": "NA", "label": "not answered"}}]}}"#,
        fields.join(", ")
    );
    let loaded = loaded(&descriptor);
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.schema.fields.len(), fields.len());
    assert_eq!(loaded.schema.fields[18].missing_values, ["-99"]);
    assert_eq!(loaded.schema.fields[0].missing_values, ["", "NA"]);
}

#[rstest]
#[case::key_as_text(r#"{"fields": [{"name": "a"}], "primaryKey": "a"}"#)]
#[case::keys_of_a_resource(r#"{"name": "r", "path": "r.csv", "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "bytes": 9, "hash": "0", "encoding": "utf-8", "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": "'", "doubleQuote": true, "header": true}, "schema": {"fields": [{"name": "a"}]}, "licenses": [{"name": "CC0-1.0"}], "sources": [{"title": "S", "path": "https://example.com"}]}"#)]
#[case::pattern_of_version_0(r#"{"fields": [{"name": "a", "type": "date", "format": "fmt:%d/%m/%Y"}]}"#)]
fn older_and_wider_descriptors_load(#[case] descriptor: &str) {
    assert_eq!(loaded(descriptor).warnings, []);
}
