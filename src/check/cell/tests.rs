use chrono::NaiveDate;
use rstest::rstest;

use super::*;
use crate::schema::load::load;

/// A field from its descriptor; the table allows the setting `switch`.
fn field(descriptor: &str) -> Field {
    let table = format!(
        r#"{{"fields": [{descriptor}], "passeur": {{"settings": [{{"name": "switch", "description": "For tests"}}]}}}}"#
    );
    load("test", table.as_bytes()).unwrap().schema.fields.remove(0)
}

/// A field `x` of a type, with more properties.
fn of(kind: &str, more: &str) -> Field {
    field(&format!(r#"{{"name": "x", "type": "{kind}"{}{more}}}"#, if more.is_empty() { "" } else { "," }))
}

fn checked(field: &Field, text: &str) -> (Value, Vec<Reason>) {
    let mut problems = Vec::new();
    let value = check(field, text, &mut problems);
    (value, problems.iter().map(|problem| problem.reason).collect())
}

fn reasons(field: &Field, text: &str) -> Vec<Reason> {
    checked(field, text).1
}

fn argument(field: &Field, text: &str, name: &str) -> String {
    let mut problems = Vec::new();
    check(field, text, &mut problems);
    let found = problems.iter().flat_map(|problem| &problem.args).find(|(key, _)| *key == name);
    found.map(|(_, value)| value.to_string()).unwrap_or_default()
}

#[rstest]
#[case("string", "", "anything", Value::Text)]
#[case("string", "", " ", Value::Text)]
#[case("integer", "", "42", Value::Integer(42))]
#[case("number", "", "2.50", Value::Number { mantissa: 250, scale: 2 })]
#[case("boolean", "", "TRUE", Value::Boolean(true))]
#[case("boolean", "", "0", Value::Boolean(false))]
#[case("year", "", "2026", Value::Year(2026))]
#[case("yearmonth", "", "2026-04", Value::YearMonth(2026, 4))]
#[case("yearmonth", "", "2026-12", Value::YearMonth(2026, 12))]
#[case("list", "", "a,b", Value::Text)]
#[case("list", r#""itemType": "integer", "delimiter": "; ""#, "1; 2", Value::Text)]
#[case("list", r#""itemType": "date""#, "2026-01-31,2026-02-28", Value::Text)]
#[case("any", "", "anything", Value::Text)]
#[case("date", "", "2024-02-29", Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()))]
#[case("date", r#""format": "any""#, "2024/02/29", Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()))]
#[case::version_0_prefix("date", r#""format": "fmt:%d/%m/%Y""#, "29/02/2024", Value::Date(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()))]
#[case("string", r#""format": "email""#, "marie.t@example.com", Value::Text)]
#[case("string", r#""format": "uri""#, "https://example.com/a", Value::Text)]
#[case("string", r#""format": "binary""#, "aGVsbG8=", Value::Text)]
#[case("string", r#""format": "uuid""#, "123e4567-e89b-12d3-a456-426614174000", Value::Text)]
#[case("integer", "", "-170141183460469231731687303715884105728", Value::Integer(i128::MIN))]
#[case("integer", r#""bareNumber": false"#, "95 %", Value::Integer(95))]
#[case("integer", r#""groupChar": " ""#, "1 204", Value::Integer(1204))]
#[case("number", r#""decimalChar": ",", "groupChar": ".""#, "1.204,50", Value::Number { mantissa: 120450, scale: 2 })]
#[case("number", r#""bareNumber": false"#, "$ 12.50", Value::Number { mantissa: 1250, scale: 2 })]
#[case("number", "", "-INF", Value::Float(f64::NEG_INFINITY))]
#[case("boolean", "", "false", Value::Boolean(false))]
#[case("boolean", r#""trueValues": ["Oui"], "falseValues": ["Non"]"#, "Non", Value::Boolean(false))]
#[case("year", "", "0001", Value::Year(1))]
#[case("year", "", "9999", Value::Year(9999))]
#[case("yearmonth", "", "0001-01", Value::YearMonth(1, 1))]
#[case("date", "", "0001-01-01", Value::Date(NaiveDate::from_ymd_opt(1, 1, 1).unwrap()))]
#[case("date", "", "9999-12-31", Value::Date(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap()))]
#[case::century_that_is_a_leap_year("date", "", "2000-02-29", Value::Date(NaiveDate::from_ymd_opt(2000, 2, 29).unwrap()))]
#[case("time", "", "00:00:00", Value::Time(chrono::NaiveTime::MIN))]
#[case("time", r#""format": "any""#, "23:59", Value::Time(chrono::NaiveTime::from_hms_opt(23, 59, 0).unwrap()))]
#[case("time", r#""format": "%H.%M""#, "23.59", Value::Time(chrono::NaiveTime::from_hms_opt(23, 59, 0).unwrap()))]
#[case("datetime", "", "2026-02-28T23:59:59", Value::DateTime(NaiveDate::from_ymd_opt(2026, 2, 28).unwrap().and_hms_opt(23, 59, 59).unwrap()))]
#[case("datetime", "", "2026-02-28T23:59:59-05:00", Value::Instant(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(4, 59, 59).unwrap()))]
#[case("datetime", r#""format": "%d/%m/%Y %H:%M""#, "28/02/2026 23:59", Value::DateTime(NaiveDate::from_ymd_opt(2026, 2, 28).unwrap().and_hms_opt(23, 59, 0).unwrap()))]
#[case("list", r#""itemType": "number""#, "1,2.5", Value::Text)]
#[case("list", r#""itemType": "boolean""#, "true,0", Value::Text)]
#[case("list", r#""itemType": "time""#, "12:00:00,00:00:00", Value::Text)]
#[case("list", r#""itemType": "datetime""#, "2026-02-28T00:00:00", Value::Text)]
fn a_value_of_the_type(#[case] kind: &str, #[case] more: &str, #[case] text: &str, #[case] value: Value) {
    assert_eq!(checked(&of(kind, more), text), (value, vec![]));
}

#[rstest]
#[case("integer", "", "1.0", Reason::NotInteger)]
#[case("integer", "", "1.23E+05", Reason::SpreadsheetNumber)]
#[case("number", "", "1,5", Reason::NotNumber)]
#[case("boolean", "", "yes", Reason::NotBoolean)]
#[case("boolean", "", "tRUE", Reason::NotBoolean)]
#[case("boolean", r#""trueValues": ["Oui"], "falseValues": ["Non"]"#, "true", Reason::NotBoolean)]
#[case("year", "", "26", Reason::NotYear)]
#[case("year", "", "02026", Reason::NotYear)]
#[case("year", "", "0000", Reason::NotYear)]
#[case("year", "", "+026", Reason::NotYear)]
#[case("yearmonth", "", "2026-13", Reason::NotYearMonth)]
#[case("yearmonth", "", "2026-00", Reason::NotYearMonth)]
#[case("yearmonth", "", "2026-4", Reason::NotYearMonth)]
#[case("yearmonth", "", "2026-04-01", Reason::NotYearMonth)]
#[case("list", r#""itemType": "integer""#, "1,two", Reason::NotListItem)]
#[case("list", r#""itemType": "integer""#, "1,", Reason::NotListItem)]
#[case("list", r#""itemType": "date""#, "2026-02-29", Reason::NotListItem)]
#[case("date", "", "2026-02-29", Reason::NoSuchDay)]
#[case("date", "", "29/02/2024", Reason::NotDate)]
#[case("date", "", "2026-02-28 00:00:00", Reason::TimeNotAllowed)]
#[case("datetime", "", "2026-02-28", Reason::TimeMissing)]
#[case("datetime", "", "2026-02-28T25:00:00", Reason::NoSuchTime)]
#[case("datetime", "", "noon", Reason::NotDateTime)]
#[case("time", "", "24:00:00", Reason::NoSuchTime)]
#[case("time", "", "12:00", Reason::NotTime)]
#[case("string", r#""format": "email""#, "a@example.com, b@example.com", Reason::NotEmail)]
#[case("string", r#""format": "uri""#, "example.com", Reason::NotUri)]
#[case("string", r#""format": "binary""#, "abc", Reason::NotBinary)]
#[case("string", r#""format": "uuid""#, "abc", Reason::NotUuid)]
#[case::one_above_the_largest("integer", "", "170141183460469231731687303715884105728", Reason::NotInteger)]
#[case("integer", "", "95 %", Reason::NotInteger)]
#[case("integer", r#""groupChar": " ""#, "12 04", Reason::NotInteger)]
#[case("integer", "", " 1", Reason::NotInteger)]
#[case("number", r#""decimalChar": ",""#, "1.5", Reason::NotNumber)]
#[case("number", "", "$ 12.50", Reason::NotNumber)]
#[case("number", "", "Infinity", Reason::NotNumber)]
#[case("boolean", "", "2", Reason::NotBoolean)]
#[case("date", "", "0000-01-01", Reason::NoSuchDay)]
#[case("date", "", "10000-01-01", Reason::NotDate)]
#[case::century_that_is_no_leap_year("date", "", "1900-02-29", Reason::NoSuchDay)]
#[case("date", "", "2026-00-10", Reason::NoSuchDay)]
#[case("date", "", "2026-1-1", Reason::NotDate)]
#[case("date", "", "26-01-01", Reason::NotDate)]
#[case("date", "", " 2026-01-01", Reason::NotDate)]
#[case("date", r#""format": "any""#, "01/02/2026", Reason::NotDate)]
#[case("time", "", "23:59:60", Reason::NoSuchTime)]
#[case("time", "", "23:60:00", Reason::NoSuchTime)]
#[case("time", "", "1:00:00", Reason::NotTime)]
#[case("datetime", "", "2026-02-29T00:00:00", Reason::NoSuchDay)]
#[case("datetime", "", "2026-02-28 00:00:00", Reason::NotDateTime)]
#[case("datetime", "", "2026-02-28T00:00:00+25:00", Reason::NotDateTime)]
#[case("list", r#""itemType": "number""#, "1,x", Reason::NotListItem)]
#[case("list", r#""itemType": "boolean""#, "true,yes", Reason::NotListItem)]
#[case("list", r#""itemType": "time""#, "12:00", Reason::NotListItem)]
#[case("list", r#""itemType": "datetime""#, "2026-02-28", Reason::NotListItem)]
fn a_value_of_another_type(
    #[case] kind: &str,
    #[case] more: &str,
    #[case] text: &str,
    #[case] reason: Reason,
) {
    assert_eq!(checked(&of(kind, more), text), (Value::Null, vec![reason]));
}

#[rstest]
#[case(r#""minLength": 2"#, "é", vec![Reason::TooShort])]
#[case(r#""minLength": 2"#, "éé", vec![])]
#[case(r#""maxLength": 2"#, "ééé", vec![Reason::TooLong])]
#[case(r#""maxLength": 2"#, "éé", vec![])]
#[case::anchored(r#""pattern": "[a-z]+""#, "abc1", vec![Reason::PatternMismatch])]
#[case::anchored_alternatives(r#""pattern": "a|b""#, "ab", vec![Reason::PatternMismatch])]
#[case::anchored_at_line_end(r#""pattern": "[a-z]+""#, "abc\n", vec![Reason::PatternMismatch])]
#[case(r#""pattern": "[a-z]+""#, "abc", vec![])]
#[case(r#""enum": ["a", "b"]"#, "b", vec![])]
#[case(r#""enum": ["a", "b"]"#, "B", vec![Reason::NotInEnum])]
#[case::all_at_once(r#""maxLength": 1, "pattern": "[a-z]+", "enum": ["a"]"#, "AB", vec![Reason::TooLong, Reason::PatternMismatch, Reason::NotInEnum])]
#[case(r#""minLength": 0, "maxLength": 0"#, "a", vec![Reason::TooLong])]
#[case::letters_are_counted_not_bytes(r#""maxLength": 1"#, "\u{1f600}", vec![])]
fn constraints_of_texts(#[case] constraints: &str, #[case] text: &str, #[case] expected: Vec<Reason>) {
    assert_eq!(reasons(&of("string", &format!(r#""constraints": {{{constraints}}}"#)), text), expected);
}

#[rstest]
#[case("integer", "", "10", "9", "10", "11")]
#[case("number", "", "1.5", "1.49", "1.50", "1.51")]
#[case("date", "", "2026-03-01", "2026-02-28", "2026-03-01", "2026-03-02")]
#[case("date", r#""format": "%d/%m/%Y","#, "01/03/2026", "28/02/2026", "01/03/2026", "02/03/2026")]
#[case("time", "", "12:00:00", "11:59:59", "12:00:00", "12:00:01")]
#[case(
    "datetime",
    "",
    "2026-03-01T00:00:00Z",
    "2026-03-01T00:59:59+01:00",
    "2026-03-01T01:00:00+01:00",
    "2026-02-28T23:00:01-01:00"
)]
#[case("year", "", "2026", "2025", "2026", "2027")]
#[case("yearmonth", "", "2026-01", "2025-12", "2026-01", "2026-02")]
fn bounds_at_their_edge(
    #[case] kind: &str,
    #[case] more: &str,
    #[case] bound: &str,
    #[case] below: &str,
    #[case] equal: &str,
    #[case] above: &str,
) {
    let with = |key: &str| of(kind, &format!(r#"{more} "constraints": {{"{key}": "{bound}"}}"#));
    for (key, texts, reason) in [
        ("minimum", [false, true, true], Reason::BelowMinimum),
        ("maximum", [true, true, false], Reason::AboveMaximum),
        ("exclusiveMinimum", [false, false, true], Reason::NotAboveMinimum),
        ("exclusiveMaximum", [true, false, false], Reason::NotBelowMaximum),
    ] {
        let field = with(key);
        for (text, fits) in [below, equal, above].into_iter().zip(texts) {
            let expected = if fits { vec![] } else { vec![reason] };
            assert_eq!(reasons(&field, text), expected, "{key} {bound}: {text}");
        }
    }
}

#[test]
fn not_a_number_is_outside_every_range() {
    let field = of("number", r#""constraints": {"minimum": 0}"#);
    assert_eq!(reasons(&field, "NaN"), [Reason::BelowMinimum]);
    assert_eq!(reasons(&field, "INF"), []);
}

#[rstest]
#[case("integer", "", r#"[1, "2"]"#, "02", vec![])]
#[case("integer", "", r#"[1, "2"]"#, "3", vec![Reason::NotInEnum])]
#[case("number", "", r#"[1.5]"#, "1.50", vec![])]
#[case("boolean", "", r#"[true]"#, "1", vec![])]
#[case("boolean", "", r#"[true]"#, "false", vec![Reason::NotInEnum])]
#[case("date", r#""format": "%d/%m/%Y","#, r#"["01/03/2026"]"#, "01/03/2026", vec![])]
#[case("year", "", r#"[2026]"#, "2026", vec![])]
#[case("time", "", r#"["12:00:00"]"#, "12:00:01", vec![Reason::NotInEnum])]
#[case("datetime", "", r#"["2026-03-01T00:00:00Z"]"#, "2026-03-01T01:00:00+01:00", vec![])]
#[case("yearmonth", "", r#"["2026-03"]"#, "2026-04", vec![Reason::NotInEnum])]
#[case("number", r#""decimalChar": ",","#, r#"[1.5]"#, "1,50", vec![])]
#[case("list", "", r#"["a,b"]"#, "a,b", vec![])]
#[case("list", "", r#"["a,b"]"#, "b,a", vec![Reason::NotInEnum])]
#[case("any", "", r#"["a"]"#, "b", vec![Reason::NotInEnum])]
fn allowed_values_are_compared_as_values(
    #[case] kind: &str,
    #[case] more: &str,
    #[case] allowed: &str,
    #[case] text: &str,
    #[case] expected: Vec<Reason>,
) {
    let field = of(kind, &format!(r#"{more} "constraints": {{"enum": {allowed}}}"#));
    assert_eq!(reasons(&field, text), expected);
}

#[rstest]
#[case(r#""categories": ["apple", "orange"]"#, "string", "pear")]
#[case(r#""categories": [{"value": 0, "label": "apple"}]"#, "integer", "1")]
fn categories_restrict_a_field(#[case] categories: &str, #[case] kind: &str, #[case] text: &str) {
    assert_eq!(reasons(&of(kind, categories), text), [Reason::NotInEnum]);
}

#[rstest]
#[case("a", vec![Reason::TooShort])]
#[case("a;b", vec![])]
#[case("a;b;c", vec![])]
#[case("a;b;c;d", vec![Reason::TooLong])]
fn the_length_of_a_list_is_its_items(#[case] text: &str, #[case] expected: Vec<Reason>) {
    let field = of("list", r#""delimiter": ";", "constraints": {"minLength": 2, "maxLength": 3}"#);
    assert_eq!(reasons(&field, text), expected);
}

#[rstest]
#[case("", vec![Reason::Required])]
#[case("-", vec![Reason::Required])]
#[case("0", vec![])]
fn missing_values_come_before_the_type(#[case] text: &str, #[case] expected: Vec<Reason>) {
    let field = of("integer", r#""missingValues": ["", "-"], "constraints": {"required": true}"#);
    assert_eq!(reasons(&field, text), expected);
}

#[test]
fn a_missing_value_is_null_and_meets_every_constraint_but_required() {
    let field = of("string", r#""constraints": {"minLength": 5, "enum": ["abcde"], "pattern": "a.*"}"#);
    assert_eq!(checked(&field, ""), (Value::Null, vec![]));
}

#[test]
fn without_missing_values_an_empty_text_is_a_value() {
    let field = of("string", r#""missingValues": [], "constraints": {"required": true, "minLength": 1}"#);
    assert_eq!(checked(&field, ""), (Value::Text, vec![Reason::TooShort]));
}

#[rstest]
#[case("Expiré")]
#[case("EXPIRE")]
#[case("expiré")]
#[case("expire\u{301}")]
#[case("ACTIVE")]
fn case_and_accents_can_be_ignored(#[case] text: &str) {
    let more = r#""constraints": {"enum": ["Active", "Expiré"]}"#;
    let field = of("string", &format!(r#"{more}, "passeur": {{"ignoreCase": true}}"#));
    assert_eq!(reasons(&field, text), []);
    assert_eq!(reasons(&field, "Expired"), [Reason::NotInEnum]);
    assert_eq!(argument(&field, "Actve", "near"), "Active");
}

#[test]
fn booleans_can_ignore_case() {
    let more = r#""trueValues": ["Oui"], "falseValues": ["Non"], "passeur": {"ignoreCase": true}"#;
    let field = of("boolean", more);
    assert_eq!(checked(&field, "OUI").0, Value::Boolean(true));
    assert_eq!(checked(&field, "non").0, Value::Boolean(false));
    assert_eq!(argument(&field, "o", "allowed"), "Oui, Non");
}

#[rstest]
#[case(r#"{"maxBytes": 3}"#, "éé", vec![Reason::TooManyCellBytes])]
#[case(r#"{"maxBytes": 4}"#, "éé", vec![])]
#[case(r#"{"lowercase": true}"#, "aBc", vec![Reason::NotLowercase])]
#[case(r#"{"lowercase": true}"#, "É", vec![Reason::NotLowercase])]
#[case(r#"{"lowercase": "email"}"#, "Marie@example.com", vec![Reason::NotLowercase])]
#[case(r#"{"lowercase": "email"}"#, "AM-1", vec![])]
#[case(r#"{"identifier": true}"#, "5.84E+12", vec![Reason::SpreadsheetNumber])]
#[case(r#"{"identifier": true}"#, "AM-1E+05", vec![])]
fn rules_beyond_the_standard(#[case] rules: &str, #[case] text: &str, #[case] expected: Vec<Reason>) {
    assert_eq!(reasons(&of("string", &format!(r#""passeur": {rules}"#)), text), expected);
}

#[test]
fn a_wrong_value_can_be_dropped_with_a_warning() {
    let field = of("date", r#""passeur": {"invalid": "drop"}"#);
    assert_eq!(checked(&field, "2026-02-30"), (Value::Null, vec![Reason::ValueDropped]));
    assert_eq!(argument(&field, "2026-02-30", "why"), "no-such-day");
    assert_eq!(argument(&field, "2026-02-30", "pattern"), "YYYY-MM-DD");
    assert_eq!(Reason::ValueDropped.severity(), Severity::Warning);
    assert_eq!(reasons(&field, "2026-02-28"), []);
}

#[test]
fn a_required_value_is_not_dropped() {
    let field = of("date", r#""constraints": {"required": true}, "passeur": {"invalid": "drop"}"#);
    assert_eq!(reasons(&field, "2026-02-30"), [Reason::NoSuchDay]);
}

#[test]
fn a_day_without_a_time_can_be_taken_with_a_warning() {
    let more = r#""format": "%Y-%m-%d %H:%M:%S", "passeur": {"formats": ["%Y-%m-%d"], "dateOnly": "warn"}"#;
    let field = of("datetime", more);
    let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    assert_eq!(checked(&field, "2026-03-01"), (Value::Date(day), vec![Reason::MidnightAssumed]));
    assert_eq!(Reason::MidnightAssumed.severity(), Severity::Warning);
    assert_eq!(reasons(&field, "2026-03-01 00:00:00"), []);
}

#[test]
fn the_closest_pattern_says_why() {
    let field = of("date", r#""passeur": {"formats": ["%Y/%m/%d", "%m/%d/%Y"]}"#);
    assert_eq!(reasons(&field, "13/04/2026"), [Reason::NoSuchDay]);
    assert_eq!(argument(&field, "13/04/2026", "pattern"), "MM/DD/YYYY");
    assert_eq!(argument(&field, "soon", "pattern"), "YYYY-MM-DD");
    assert_eq!(argument(&field, "soon", "example"), "2026-04-30");
}

/// The date-times of Amilia: the standard's shape, a day alone, a day and a time.
#[rstest]
#[case::day("2026-02-30", Reason::NoSuchDay, "YYYY-MM-DD")]
#[case::slashes("2026/02/30", Reason::NoSuchDay, "YYYY/MM/DD")]
#[case::day_and_time("2026-02-30 10:00", Reason::NoSuchDay, "YYYY-MM-DD HH:MM")]
#[case::standard("2026-02-30T10:00:00Z", Reason::NoSuchDay, "YYYY-MM-DDTHH:MM:SS[.sss][±HH:MM]")]
#[case::no_such_time("2026-02-28 24:00", Reason::NoSuchTime, "YYYY-MM-DD HH:MM")]
fn of_several_patterns_the_one_that_the_value_nearly_fits_is_named(
    #[case] text: &str,
    #[case] reason: Reason,
    #[case] pattern: &str,
) {
    let field = of("datetime", r#""passeur": {"formats": ["%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M"]}"#);
    assert_eq!(reasons(&field, text), [reason]);
    assert_eq!(argument(&field, text, "pattern"), pattern);
}

#[test]
fn a_spelling_has_the_canonical_value_and_others_are_refused() {
    let field = of("string", r#""passeur": {"values": {"M": ["Male", "Homme"], "F": ["Female", "Femme"]}}"#);
    assert_eq!(checked(&field, "homme"), (Value::Known(0), vec![]));
    assert_eq!(checked(&field, "F"), (Value::Known(1), vec![]));
    assert_eq!(reasons(&field, "Femal"), [Reason::NotInEnum]);
    assert_eq!(argument(&field, "Femal", "near"), "Female");
    assert_eq!(argument(&field, "Femal", "allowed"), "M, F");
    assert_eq!(field.canonical_text("femme", Value::Known(1)), "F");
}

#[test]
fn a_key_compares_canonical_values() {
    let table = r#"{"fields": [{"name": "x", "type": "string", "constraints": {"unique": true},
        "passeur": {"values": "countries"}}]}"#;
    let schema = std::sync::Arc::new(load("test", table.as_bytes()).unwrap().schema);
    let keys = crate::check::keys::Keys::new(&schema);
    let hash = |text: &'static str| {
        let mut hashes = Vec::new();
        keys.hash(&[checked(&schema.fields[0], text).0], |_| text, &mut hashes);
        hashes
    };
    assert_eq!(hash("Canada"), hash("CA"));
    assert_ne!(hash("Canada"), hash("France"));
}

#[rstest]
#[case("a\0b", vec![Reason::NulByte])]
#[case("a\nb", vec![Reason::LineBreakInCell])]
#[case("a\rb", vec![Reason::LineBreakInCell])]
#[case("a\u{b}b", vec![Reason::ControlCharacter])]
#[case("a\tb é", vec![])]
fn characters_that_a_cell_may_not_hold(#[case] text: &str, #[case] expected: Vec<Reason>) {
    let rules = Rules { no_line_breaks: true, ..Rules::default() };
    let mut problems = Vec::new();
    characters(&rules, text, &mut problems);
    assert_eq!(problems.iter().map(|problem| problem.reason).collect::<Vec<_>>(), expected);
}

#[test]
fn a_setting_of_the_route_lifts_required() {
    let table = r#"{"fields": [{"name": "x", "type": "string", "passeur": {"emptyIf": "switch"}}], "primaryKey": "x",
        "passeur": {"settings": [{"name": "switch", "description": "For tests"}]}}"#;
    let schema = load("test", table.as_bytes()).unwrap().schema;
    assert_eq!(reasons(&schema.fields[0], ""), [Reason::Required]);
    assert_eq!(reasons(&schema.with_settings(&["switch"]).unwrap().fields[0], ""), []);
    let error = schema.with_settings(&["swich"]).unwrap_err().to_string();
    assert_eq!(error, r#"schema test has no setting "swich" (did you mean "switch"?); it has: switch"#);
}
