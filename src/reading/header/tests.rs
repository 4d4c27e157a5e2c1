use super::*;
use crate::schema::load::load;

fn schema(passeur: &str, fields_match: &str, fields: &str) -> Schema {
    let text = format!(r#"{{"fields":[{fields}],"fieldsMatch":"{fields_match}","passeur":{{{passeur}}}}}"#);
    load("test", text.as_bytes()).unwrap().schema
}

const ABC: &str = r#"{"name":"a"},{"name":"b"},{"name":"c"}"#;
const PEOPLE: &str = r#"
    {"name":"Person ID","passeur":{"aliases":["Numéro de personne"]}},
    {"name":"Email","passeur":{"aliases":["Courriel","Adresse courriel"],"optional":true}},
    {"name":"Birth date","passeur":{"aliases":["Date de naissance"]}}"#;

fn findings(schema: &Schema, labels: &[&str]) -> Vec<(Reason, Option<u32>)> {
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    match_header(schema, &labels, 1)
        .1
        .into_iter()
        .map(|finding| (finding.reason, finding.field.and_then(|field| field.number)))
        .collect()
}

#[test]
fn every_value_of_fields_match() {
    use Reason::{LabelExtra, LabelMissing, LabelMoved, LabelRenamed};
    let renamed = |number| (LabelRenamed, Some(number));
    let extra = |number| (LabelExtra, Some(number));
    let missing = (LabelMissing, None);
    let moved = |number| (LabelMoved, Some(number));
    for (mode, labels, expected) in [
        ("exact", &["a", "b", "c"][..], vec![]),
        ("exact", &["a", "c", "b"], vec![moved(2)]),
        ("exact", &["b", "c", "a"], vec![moved(3)]),
        ("exact", &["c", "a", "b"], vec![moved(1)]),
        ("exact", &["c", "b", "a"], vec![moved(1), moved(2)]),
        ("exact", &["c", "a"], vec![missing, moved(1)]),
        ("exact", &["a", "b"], vec![missing]),
        ("exact", &["a", "b", "c", "d"], vec![extra(4)]),
        ("exact", &["A", "b", "c"], vec![renamed(1)]),
        ("exact", &["a", "b", "x"], vec![missing, extra(3)]),
        ("equal", &["c", "a", "b"], vec![]),
        ("equal", &["a", "b"], vec![missing]),
        ("equal", &["a", "b", "c", "d"], vec![extra(4)]),
        ("subset", &["d", "c", "a", "b"], vec![]),
        ("subset", &["a", "b"], vec![missing]),
        ("superset", &["b"], vec![]),
        ("superset", &["b", "d"], vec![extra(2)]),
        ("partial", &["d", "b"], vec![]),
        ("partial", &["d", "e"], vec![missing, missing, missing]),
    ] {
        assert_eq!(findings(&schema("", mode, ABC), labels), expected, "{mode} {labels:?}");
    }
}

#[test]
fn labels_match_without_case_accents_spaces_and_by_alias() {
    let schema = schema(r#""headers":"normalised""#, "subset", PEOPLE);
    for labels in [
        ["Person ID", "Email", "Birth date"],
        ["NUMERO DE PERSONNE", "courriel", "date de naissance"],
        [" Nume\u{301}ro de\u{a0}personne ", "Adresse  courriel", "Date-de-naissance"],
    ] {
        assert_eq!(findings(&schema, &labels), [], "{labels:?}");
    }
}

#[test]
fn an_optional_column_may_be_missing_and_a_missing_one_suggests_the_closest() {
    let schema = schema(r#""headers":"normalised""#, "subset", PEOPLE);
    assert_eq!(findings(&schema, &["Person ID", "Birth date"]), []);
    let labels = ["Person ID".to_owned(), "Birth dat".to_owned()];
    let found = &match_header(&schema, &labels, 3).1[0];
    assert_eq!((found.reason, found.line), (Reason::LabelRenamed, Some(3)));
    assert!(found.args.contains(&("near", "Birth dat".into())), "{:?}", found.args);
}

#[test]
fn a_column_that_may_be_an_optional_one_is_not_passed_over_in_silence() {
    let schema = schema(r#""headers":"normalised""#, "subset", PEOPLE);
    let labels = ["Person ID", "Birth date", "Phone", "Courrie"].map(str::to_owned);
    let (layout, findings) = match_header(&schema, &labels, 1);
    let [found] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((found.reason, found.severity), (Reason::LabelNearOptional, Severity::Warning));
    assert_eq!(
        found.args,
        [("label", "Courrie".into()), ("position", 4usize.into()), ("expected", "Courriel".into())]
    );
    assert_eq!(layout.positions[1], None);
}

#[test]
fn blank_and_duplicate_labels_are_errors_but_not_the_empty_columns_of_a_spreadsheet() {
    let schema = schema(r#""headers":"normalised""#, "subset", PEOPLE);
    assert_eq!(
        findings(&schema, &["Person ID", "", "Birth date", "Numéro de personne"]),
        [(Reason::LabelBlank, Some(2)), (Reason::LabelDuplicate, Some(4))]
    );
    let labels = ["Person ID", "Birth date", "", " "].map(str::to_owned);
    let (layout, findings) = match_header(&schema, &labels, 1);
    assert_eq!((findings.len(), layout.width, layout.least), (0, 4, 2));
}

#[test]
fn the_columns_of_a_rejected_rows_file_are_passed_over() {
    let schema = schema("", "exact", ABC);
    let labels = ["_line", "_errors", "a", "b", "c"].map(str::to_owned);
    let (layout, findings) = match_header(&schema, &labels, 1);
    assert_eq!(findings, []);
    assert_eq!(layout.positions, [Some(2), Some(3), Some(4)]);
    assert_eq!(layout.field_ref_of(0).number, Some(1));
}
