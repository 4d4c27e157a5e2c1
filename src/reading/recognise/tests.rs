use super::*;
use crate::finding::text::Texts;
use crate::finding::{Arg, Language};
use crate::reading::survey::survey;
use crate::schema::load::load;

const PEOPLE: &str = r#"{"fields":[
    {"name":"Person ID","type":"integer"},
    {"name":"Email","type":"string","format":"email","passeur":{"aliases":["Courriel"]}},
    {"name":"Birth date","type":"date","format":"%d/%m/%Y","passeur":{"aliases":["Date de naissance"]}}
  ],"fieldsMatch":"subset","passeur":{"headers":"normalised"}}"#;

const EXACT: &str = r#"{"fields":[{"name":"a"},{"name":"b"},{"name":"c"}]}"#;

fn schema(name: &str, text: &str) -> Arc<Schema> {
    Arc::new(load(name, text.as_bytes()).unwrap().schema)
}

fn open_as(file: &str, bytes: &[u8], schemas: &[Arc<Schema>]) -> Result<Opened, Refused> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(file);
    std::fs::write(&path, bytes).unwrap();
    open(&path, &survey(&path).unwrap(), schemas, Asked::default())
}

fn refusals(bytes: &[u8], schema: Arc<Schema>) -> Vec<String> {
    match open_as("export.csv", bytes, &[schema]) {
        Err(Refused::Findings(findings, _)) => {
            let texts = Texts::new(Language::En);
            findings.iter().map(|finding| texts.message(finding)).collect()
        }
        Err(Refused::Io(error)) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn titles_and_blank_lines_above_the_header_are_passed_over_with_right_lines() {
    for (text, line) in [
        ("Person ID,Email,Birth date\n1,a@b.ca,01/02/2026\n", 2),
        ("\u{feff}Liste des personnes\n\nPerson ID,Email,Birth date\n1,a@b.ca,01/02/2026\n", 4),
        ("Titre\r\n\r\n;;\r\nPerson ID;Email;Birth date\r\n1;a@b.ca;01/02/2026\r\n", 5),
        ("\"Titre\nsur deux lignes\",,\nPerson ID,Email,Birth date\n1,a@b.ca,01/02/2026\n", 4),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nPerson ID,Email,Birth date\n1,a@b.ca,01/02/2026\n", 12),
    ] {
        let opened = open_as("x.csv", text.as_bytes(), &[schema("people", PEOPLE)]);
        let opened = opened.unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
        assert_eq!(opened.first.rows[opened.passed].line, line, "{text:?}");
    }
}

#[test]
fn an_eleventh_line_above_the_header_is_too_many() {
    let text = format!("{}Person ID,Email,Birth date\n", "titre\n".repeat(11));
    assert!(open_as("x.csv", text.as_bytes(), &[schema("people", PEOPLE)]).is_err());
}

#[test]
fn a_header_that_differs_is_explained() {
    for (text, expected) in [
        ("b,c,a\n", &["The column “a” is in position 3; it is expected in position 1."][..]),
        (
            "a,B,c\n1,2,3\n1,,3\n1,5,3\n",
            &["The column “b” is missing; column 2, “B”, looks like it: 2 of its first 2 values fit."],
        ),
        ("a,b\n", &["The column “c” is missing."]),
        ("a,b,c,zzzz\n", &["Column 4, “zzzz”, is not expected."]),
    ] {
        assert_eq!(refusals(text.as_bytes(), schema("abc", EXACT)), expected, "{text:?}");
    }
}

#[test]
fn a_renamed_column_is_found_by_its_name_and_its_values_are_counted() {
    let text = "Person ID;E-mail;Date de naissance\n1;a@b.ca;01/02/2026\n2;x;01/02/2026\n3;;01/02/2026\n";
    assert_eq!(
        refusals(text.as_bytes(), schema("people", PEOPLE)),
        ["The column “Email” is missing; column 2, “E-mail”, looks like it: 1 of its first 2 values fit."]
    );
}

#[test]
fn a_renamed_column_is_found_by_its_values_where_its_name_says_nothing() {
    let text = "Person ID;Adresse;Né le\n1;a@b.ca;01/02/2026\n2;b@b.ca;01/02/2026\n3;c@b.ca;31/12/2026\n";
    assert_eq!(
        refusals(text.as_bytes(), schema("people", PEOPLE)),
        [
            "The column “Email” is missing; column 2, “Adresse”, looks like it: 3 of its first 3 values fit.",
            "The column “Birth date” is missing; column 3, “Né le”, looks like it: 3 of its first 3 values fit.",
        ]
    );
}

#[test]
fn a_declared_encoding_that_the_mark_contradicts_is_said() {
    let text = r#"{"schema":{"fields":[{"name":"a"},{"name":"b"}]},"encoding":"windows-1252"}"#;
    let found = refusals(b"\xef\xbb\xbfa,b\n1,2\n", schema("x", text));
    assert_eq!(
        found[0],
        "The file is said to be windows-1252, but begins with the byte order mark of UTF-8. It was read as windows-1252."
    );
    let text = r#"{"schema":{"fields":[{"name":"a"},{"name":"b"}]},"encoding":"utf-8"}"#;
    assert!(refusals(b"\xef\xbb\xbfa,b\n1,2\n", schema("x", text)).is_empty());
}

#[test]
fn utf16_without_a_mark_is_refused_with_what_it_looks_like() {
    let bytes: Vec<u8> =
        "Person ID\tEmail\tBirth date\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let Err(Refused::Findings(findings, _)) = open_as("x.csv", &bytes, &[schema("people", PEOPLE)]) else {
        panic!("it was read")
    };
    assert_eq!(findings[0].reason, Reason::LooksLikeUtf16);
    assert_eq!(findings[0].args, [("encoding", Arg::from("UTF-16LE"))]);
    let declared = PEOPLE.replacen('{', r#"{"schema":{"#, 1) + r#","encoding":"utf-16le"}"#;
    let opened =
        open_as("x.csv", &bytes, &[schema("people", &declared)]).map_err(|error| format!("{error:?}"));
    assert_eq!(opened.unwrap().encoding.encoding, encoding_rs::UTF_16LE);
}

#[test]
fn the_name_breaks_a_tie_and_columns_outweigh_it() {
    let one = schema("amilia/people", PEOPLE);
    let two = schema("amilia/unsubscribed", PEOPLE);
    let more = schema(
        "amilia/other",
        &PEOPLE.replace(
            r#"{"name":"Person ID""#,
            r#"{"name":"Age","passeur":{"optional":true}},{"name":"Person ID""#,
        ),
    );
    let bytes = b"Person ID,Email,Birth date\n";
    for (file, schemas, taken, runner_up) in [
        ("export.csv", vec![one.clone(), two.clone()], "amilia/people", "amilia/unsubscribed"),
        ("Unsubscribed 2026.csv", vec![one.clone(), two.clone()], "amilia/unsubscribed", "amilia/people"),
        ("people.csv", vec![two.clone(), one.clone()], "amilia/people", "amilia/unsubscribed"),
    ] {
        let opened = open_as(file, bytes, &schemas).map_err(|error| format!("{error:?}")).unwrap();
        assert_eq!(opened.schema.name, taken, "{file}");
        assert_eq!(opened.runner_up.as_deref(), Some(runner_up), "{file}");
    }
    let opened = open_as("people.csv", b"Age,Person ID,Email,Birth date\n", &[one, more]);
    assert_eq!(opened.map_err(|error| format!("{error:?}")).unwrap().schema.name, "amilia/other");
}

#[test]
fn files_that_are_no_text_are_named_by_their_content() {
    for (bytes, kind) in [
        (b"%PDF-1.7\n".as_slice(), "pdf"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html>", "html"),
        (b"<table><tr><td>a</td></tr></table>", "html"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "xml"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "xls"),
        (b"PK\x03\x04\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods"),
        (b"PK\x03\x04\0\0 word/document.xml", "document"),
        (b"PK\x03\x04\0\0 a.csv", "archive"),
    ] {
        let Err(Refused::Findings(findings, _)) = open_as("x.csv", bytes, &[schema("people", PEOPLE)]) else {
            panic!("{kind} was read")
        };
        assert_eq!(findings[0].reason, Reason::WorkbookKind, "{kind}");
        assert_eq!(findings[0].args, [("kind", Arg::from(kind))]);
    }
}
