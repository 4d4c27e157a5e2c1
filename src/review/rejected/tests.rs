use std::fs;
use std::os::unix::fs::PermissionsExt;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use rstest::rstest;

use super::*;
use crate::finding::Reason;
use crate::review::samples::{cell, row};

fn format(encoding: &'static Encoding) -> RejectedFormat {
    RejectedFormat { delimiter: b';', quote: b'"', encoding, utf16: None, line_end: LineEnd::Lf }
}

fn written(
    format: RejectedFormat,
    language: Language,
    header: &[u8],
    rows: &[(u64, Vec<Finding>, &[u8])],
) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.rejected.csv");
    let mut writer = RejectedWriter::create(&path, format, language);
    writer.header(header);
    for (line, findings, raw) in rows {
        writer.row(*line, findings, &[], raw).unwrap();
    }
    let finished = writer.finish().unwrap().unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(finished.rows, rows.len() as u64);
    assert_eq!(finished.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
    bytes
}

#[test]
fn rows_come_back_as_they_were_with_line_and_reasons() {
    let findings = vec![
        cell(Reason::NotInteger, 3, "Price", "x", vec![]),
        cell(Reason::Required, 3, "Email", "", vec![]),
    ];
    let bytes = written(
        format(UTF_8),
        Language::En,
        b"Name;Price;Email",
        &[
            (3, findings, b"\"Tremblay; Zo\xc3\xa9\";x;"),
            (9, vec![row(Reason::BareQuote, 9, vec![])], b"a \"b\" c;1;"),
        ],
    );
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\u{feff}_line;_errors;Name;Price;Email\n\
         3;Column “Price”: “x” is not a whole number. | Column “Email”: empty, although a value is required.;\"Tremblay; Zoé\";x;\n\
         9;There is a quotation mark inside a value that is not between quotation marks.;a \"b\" c;1;\n"
    );
}

#[rstest]
#[case(b';', "2;\"Column “A;B”: “say \"\"x\"\"” is not a whole number.\";raw\n")]
#[case(b',', "2,\"Column “A;B”: “say \"\"x\"\"” is not a whole number.\",raw\n")]
#[case(b'\t', "2\t\"Column “A;B”: “say \"\"x\"\"” is not a whole number.\"\traw\n")]
fn sentences_are_quoted_for_the_separator_of_the_export(#[case] delimiter: u8, #[case] expected: &str) {
    let finding = cell(Reason::NotInteger, 2, "A;B", "say \"x\"", vec![]);
    let bytes = written(
        RejectedFormat { delimiter, ..format(UTF_8) },
        Language::En,
        b"",
        &[(2, vec![finding], b"raw")],
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("\u{feff}{expected}"));
}

#[test]
fn what_the_csv_reader_reads_back_is_what_was_said() {
    let finding = cell(Reason::NotInteger, 2, "A", "1;\"2\"", vec![]);
    let bytes =
        written(format(UTF_8), Language::En, b"A;B", &[(2, vec![finding.clone()], b"\"1;\"\"2\"\"\";z")]);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(&bytes[..]);
    let record = reader.records().next().unwrap().unwrap();
    let expected = ["2", &Texts::new(Language::En).message(&finding), "1;\"2\"", "z"];
    assert_eq!(record.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn windows_1252_bytes_stay_and_sentences_are_encoded_in_it() {
    let mut format = format(WINDOWS_1252);
    format.line_end = LineEnd::CrLf;
    let finding = cell(Reason::NotInteger, 2, "Préparé", "x", vec![]);
    // 0x81 is no character of windows-1252; the row keeps it.
    let bytes = written(format, Language::Fr, b"Pr\xe9par\xe9", &[(2, vec![finding], b"x\x81\xe9")]);
    assert_eq!(
        bytes,
        b"_line;_errors;Pr\xe9par\xe9\r\n2;Colonne \xab\xa0Pr\xe9par\xe9\xa0\xbb\xa0: \xab\xa0x\xa0\xbb n\x92est pas un nombre entier.;x\x81\xe9\r\n"
    );
}

#[test]
fn characters_that_the_encoding_lacks_are_written_more_simply() {
    let finding =
        row(Reason::TooManyRows, 2, vec![("limit", 200_000u64.into()), ("count", 200_001u64.into())]);
    let bytes = written(format(WINDOWS_1252), Language::Fr, b"", &[(2, vec![finding], b"")]);
    assert_eq!(bytes, b"2;\"Le fichier a 200 001 lignes ; 200 000 au plus sont permises.\";\n");
    for (text, bytes) in [("a→b", "a?b"), ("ő", "o"), ("x\u{202f}y", "x y"), ("日本", "??"), ("…", "\u{85}")]
    {
        let expected: Vec<u8> = bytes.chars().map(|character| character as u8).collect();
        assert_eq!(encoded(text, WINDOWS_1252), expected, "{text}");
    }
}

#[test]
fn japanese_of_a_switching_encoding_reads_back() {
    let bytes = encoded("日本 → “é” 日", encoding_rs::ISO_2022_JP);
    let (text, _, malformed) = encoding_rs::ISO_2022_JP.decode(&bytes);
    assert!(!malformed && text.starts_with("日本 ") && text.ends_with('日'), "{text}");
}

#[rstest]
#[case(Endian::Little, UTF_16LE, b"\xff\xfe")]
#[case(Endian::Big, UTF_16BE, b"\xfe\xff")]
fn utf16_is_written_back_as_utf16(
    #[case] endian: Endian,
    #[case] encoding: &'static Encoding,
    #[case] bom: &[u8],
) {
    let bytes = written(
        RejectedFormat { utf16: Some(endian), delimiter: b'\t', ..format(UTF_8) },
        Language::En,
        "Prénom\tÂge".as_bytes(),
        &[(2, vec![cell(Reason::NotInteger, 2, "Âge", "𝟙", vec![])], "Zoé\t𝟙".as_bytes())],
    );
    assert!(bytes.starts_with(bom));
    let (text, malformed) = encoding.decode_with_bom_removal(&bytes);
    assert!(!malformed);
    assert_eq!(text, "_line\t_errors\tPrénom\tÂge\n2\tColumn “Âge”: “𝟙” is not a whole number.\tZoé\t𝟙\n");
}

#[test]
fn a_bom_of_the_export_is_not_doubled() {
    let bytes = written(
        format(UTF_8),
        Language::En,
        b"\xef\xbb\xbfA",
        &[(2, vec![row(Reason::RowBlank, 2, vec![])], b"")],
    );
    assert_eq!(bytes, "\u{feff}_line;_errors;A\n2;This row is empty.;\n".as_bytes());
}

#[test]
fn warnings_are_not_reasons() {
    let mut warning = cell(Reason::ValueDropped, 2, "A", "x", vec![("why", "not-integer".into())]);
    warning.severity = Severity::Warning;
    let bytes = written(
        format(UTF_8),
        Language::En,
        b"",
        &[(2, vec![warning, row(Reason::RowBlank, 2, vec![])], b"r")],
    );
    assert_eq!(bytes, "\u{feff}2;This row is empty.;r\n".as_bytes());
}

#[rstest]
#[case("=1+1", "'=1+1")]
#[case("+x", "'+x")]
#[case("-x", "'-x")]
#[case("@x", "'@x")]
#[case("Column", "Column")]
fn no_cell_of_ours_is_a_formula(#[case] sentence: &str, #[case] expected: &str) {
    let mut text = sentence.to_owned();
    harmless(&mut text);
    assert_eq!(text, expected);
}

#[test]
fn nothing_is_left_when_no_row_was_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RejectedWriter::create(&folder.path().join("x.csv"), format(UTF_8), Language::En);
    writer.header(b"A;B");
    assert_eq!(writer.finish().unwrap(), None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_is_left_when_the_run_stops_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RejectedWriter::create(&folder.path().join("x.csv"), format(UTF_8), Language::En);
    writer.row(2, &[row(Reason::RowBlank, 2, vec![])], &[], b"").unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_file_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let mut writer = RejectedWriter::create(&path, format(UTF_8), Language::En);
    writer.row(2, &[row(Reason::RowBlank, 2, vec![])], &[], b"").unwrap();
    writer.finish().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_folder_that_is_missing_is_an_error() {
    let mut writer = RejectedWriter::create(Path::new("/no/such/folder/x.csv"), format(UTF_8), Language::En);
    assert!(writer.row(2, &[row(Reason::RowBlank, 2, vec![])], &[], b"").is_err());
}

#[test]
fn a_long_sentence_and_many_rows_come_out_whole() {
    let finding = cell(
        Reason::NotInEnum,
        2,
        "A",
        "x",
        vec![("allowed", "\"".repeat(5000).into()), ("near", "".into())],
    );
    let findings: Vec<Finding> = std::iter::repeat_n(finding, 30).collect();
    let rows: Vec<(u64, Vec<Finding>, &[u8])> =
        (2..202).map(|line| (line, findings.clone(), &b"r"[..])).collect();
    let bytes = written(format(UTF_8), Language::En, b"A", &rows);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(&bytes[..]);
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(records.len(), 200);
    assert!(records.iter().all(|record| record.len() == 3 && &record[2] == "r" && record[1].len() > 6000));
}
