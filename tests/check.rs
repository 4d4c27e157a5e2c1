//! `passeur check` on files as people write them: what is found, and on which line.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

use crate::support::project::{NOW, Output, Project};

const SCHEMA: &str = r#"{"fields":[
    {"name":"id","type":"integer"},
    {"name":"name"},
    {"name":"day","type":"date"}
  ],"fieldsMatch":"subset","passeur":{"headers":"normalised","maxRowBytes":200,"maxCellBytes":100}}"#;

fn check(bytes: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    let project = Project::empty();
    project.write("s.json", SCHEMA).write("export.csv", bytes);
    let mut all = vec!["check", "export.csv", "--schema", "s.json"];
    all.extend(arguments);
    project.run(&all)
}

/// Kind, line and column of each error, and kind of each warning.
fn found(output: &Output) -> Vec<(String, Option<u64>, Option<u64>)> {
    let report = output.json();
    let task = &report["tasks"][0];
    let errors = task["errors"].as_array().unwrap();
    let number = |error: &Value, key: &str| error[key].as_u64();
    errors
        .iter()
        .map(|error| {
            let kind = error["type"].as_str().unwrap().to_owned();
            (kind, number(error, "lineNumber"), number(error, "fieldNumber"))
        })
        .collect()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn each_encoding_is_read_and_said() {
    let text = "id;name;day\r\n1;Zoé Côté;2026-04-03\r\n";
    let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let cases: [(Vec<u8>, &[&str], &str); 7] = [
        (text.into(), &[], "UTF-8 (every byte fits)"),
        (format!("\u{feff}{text}").into(), &[], "UTF-8 (its byte order mark says so)"),
        (windows.clone(), &[], "windows-1252 (it is not UTF-8)"),
        (windows, &["--encoding", "windows-1252"], "windows-1252 (asked for)"),
        (utf16(&format!("\u{feff}{text}"), true), &[], "UTF-16LE (its byte order mark says so)"),
        (utf16(&format!("\u{feff}{text}"), false), &[], "UTF-16BE (its byte order mark says so)"),
        (utf16(text, true), &["--encoding", "utf-16le"], "UTF-16LE (asked for)"),
    ];
    for (bytes, arguments, said) in cases {
        let output = check(&bytes, arguments).expect_code(0);
        assert!(output.stdout.contains(said), "{said}: {output}");
        assert!(output.stdout.contains("separator ; (most frequent"), "{output}");
    }
}

#[test]
fn malformed_bytes_are_found_with_their_line_and_their_place_in_the_file() {
    let mut le = utf16("\u{feff}id;name;day\r\n1;a", true);
    let place = le.len();
    le.extend([0x00, 0xd8]);
    le.extend(utf16("b;2026-04-03\r\n2;x;2026-04-03\r\n", true));
    for (bytes, arguments, place, shown) in [
        (b"id;name;day\n1;a\xe9b;2026-04-03\n".to_vec(), ["--encoding", "utf-8"].as_slice(), 15, "E9 62 3B"),
        (b"\xef\xbb\xbfid;name;day\n1;a\xe9b;2026-04-03\n".to_vec(), &[], 18, "E9"),
        (le, &[], place, "00 D8"),
    ] {
        let output = check(&bytes, &[arguments, &["--format", "json"]].concat()).expect_code(1);
        let report = output.json();
        let error = &report["tasks"][0]["errors"][0];
        let message = error["message"].as_str().unwrap();
        assert_eq!(error["type"], "encoding-error", "{output}");
        assert!(message.contains(&format!("position {place} of the file")), "{message}");
        assert!(message.contains(&shown[..2]), "{message}");
        assert_eq!(found(&output)[0].1, Some(2), "{output}");
    }
}

#[test]
fn the_form_of_a_row_is_found_on_its_physical_line() {
    let long = "x".repeat(150);
    let table: Vec<(String, &str, u64)> = vec![
        (
            "id,name,day\n1,\"two\nlines\",2026-04-03\n2,\"open,2026-04-03\n3,c,\n".into(),
            "quote-not-closed",
            4,
        ),
        ("id,name,day\n\n\n1,\"a\"b,2026-04-03\n".into(), "quote-error", 4),
        ("id,name,day\n1,\"two\nlines\",2026-04-03\n2,b\n".into(), "missing-cell", 4),
        ("id,name,day\n1,a,2026-04-03,x\n".into(), "extra-cell", 2),
        ("id,name,day,,\n1,a,2026-04-03,,\n2,a,2026-04-03,,x\n".into(), "extra-cell", 3),
        ("id,name,day\n1,a\u{0}b,2026-04-03\n".into(), "forbidden-character", 2),
        ("id,name,day\n1,a,2026-04-03\n2,a\rb,2026-04-03\n".into(), "quote-error", 3),
        (format!("id,name,day\n1,{long},2026-04-03\n"), "cell-too-long", 2),
        (format!("id,name,day\n1,a,2026-04-03\n2,\"{long}\n{long}\",2026-04-03\n"), "row-too-long", 3),
        ("id,name,day\n1,\"two\n\nlines\",2026-04-03\nx,b,2026-04-03\n".into(), "type-error", 5),
        ("id,name,day\n1,a,2026-04-03\nTotal,1,\n".into(), "type-error", 3),
    ];
    for (text, kind, line) in table {
        for (text, line_end) in [(text.clone(), "LF"), (text.replace('\n', "\r\n"), "CRLF")] {
            for mark in ["", "\u{feff}"] {
                let output = check(format!("{mark}{text}"), &["--format", "json"]).expect_code(1);
                let errors = found(&output);
                let hit = errors.iter().find(|(found, ..)| found == kind);
                assert_eq!(hit.and_then(|hit| hit.1), Some(line), "{kind} {line_end} {text:?}: {output}");
            }
        }
    }
}

#[test]
fn blank_rows_and_columns_after_the_table_mean_nothing() {
    for text in [
        "id,name,day\n1,a,2026-04-03\n\n\n",
        "id,name,day,,\n1,a,2026-04-03,,\n,,,,\n,,,,\n",
        "Liste\n\nid,name,day\n1,a,2026-04-03\n",
        "id,name,day\r1,a,2026-04-03\r",
    ] {
        let output = check(text, &[]).expect_code(0);
        assert!(output.stdout.contains("1 row, no problem found"), "{text:?}: {output}");
    }
}

#[test]
fn a_label_that_is_blank_or_there_twice_is_found() {
    for (text, kind, column) in
        [("id,name,,day\n", "blank-label", 3), ("id,name,day,NAME\n", "duplicate-label", 4)]
    {
        let output = check(text, &["--format", "json"]).expect_code(1);
        assert_eq!(found(&output), [(kind.to_owned(), Some(1), Some(column))], "{output}");
    }
}

#[test]
fn a_header_that_differs_is_explained_and_the_patched_schema_accepts_it() {
    let project = Project::empty();
    project
        .write(
            "schemas/people.json",
            r#"{"fields":[{"name":"id"},{"name":"Prénom"},{"name":"Courriel"},{"name":"Ville"},{"name":"Âge","type":"integer"}]}"#,
        )
        .write("export.csv", "id,Courriel,Ville,Prénom,Age (ans),Extra\n1,a@b.ca,Laval,Zoé,12,x\n");
    let output =
        project.run(&["check", "export.csv", "--schemas", "schemas", "--schema", "people"]).expect_code(1);
    for said in [
        "The column “Prénom” is in position 4; it is expected in position 2.",
        "“Âge”",
        "columns in any order",
        "--patch schemas/people.json",
    ] {
        assert!(output.stdout.contains(said), "{said}: {output}");
    }
    project
        .run(&[
            "check",
            "export.csv",
            "--schemas",
            "schemas",
            "--schema",
            "people",
            "--patch",
            "schemas/people.json",
        ])
        .expect_code(1);
    project.run(&["check", "export.csv", "--schemas", "schemas", "--schema", "people"]).expect_code(0);
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write(0, 0, "Liste des personnes").unwrap();
    sheet.write_row(2, 0, ["id", "name", "day"]).unwrap();
    for row in 3..6 {
        sheet.write(row, 0, row + 1).unwrap();
        sheet.write(row, 1, "Zoé; \"Côté\"").unwrap();
        sheet.write_with_format(row, 2, ExcelDateTime::from_ymd(2026, 4, 3).unwrap(), &day).unwrap();
    }
    sheet.write(4, 0, "douze").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn findings_in_a_workbook_have_the_numbers_that_excel_shows() {
    let output = check(workbook(), &["--format", "json"]).expect_code(1);
    assert_eq!(found(&output), [("type-error".to_owned(), Some(5), Some(1))], "{output}");
    let output = check(workbook(), &[]).expect_code(1);
    assert!(output.stdout.contains("sheet “Sheet1” of a workbook"), "{output}");
    assert!(output.stdout.contains("export.csv:5 "), "{output}");
}

#[test]
fn files_that_are_no_table_say_what_they_are() {
    for (bytes, said) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), "Excel’s old form (.xls)"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04 nothing", "a compressed archive"),
        (b"", "The file is empty"),
    ] {
        let output = check(bytes, &[]).expect_code(1);
        assert!(output.stdout.contains(said), "{said}: {output}");
    }
}

/// A workbook of memberships goes all the way, and its rejected rows come back as CSV that passeur reads.
#[test]
fn a_run_takes_a_workbook_and_hands_back_its_rejected_rows_as_csv() {
    let project = Project::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let labels = project.run(&["schema", "show", "amilia/memberships"]).json();
    let required: Vec<String> = labels["schema"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap().to_owned())
        .collect();
    let column = |name: &str| required.iter().position(|label| label == name).unwrap() as u16;
    sheet.write_row(0, 0, &required).unwrap();
    for (row, email) in [(1, "jane@example.com"), (2, "not an address")] {
        let fields = labels["schema"]["fields"].as_array().unwrap();
        for (index, field) in fields.iter().enumerate() {
            let example = field["example"].as_str().unwrap_or_default();
            match example.parse::<f64>() {
                Ok(number) => sheet.write(row, index as u16, number).unwrap(),
                Err(_) => sheet.write(row, index as u16, example).unwrap(),
            };
        }
        sheet.write(row, column("Email"), email).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 1, 15).unwrap();
        sheet.write_with_format(row, column("Purchase date"), &date, &day).unwrap();
    }
    project.write("inbox/abonnements.xlsx", workbook.save_to_buffer().unwrap());
    let output = project.run(&["run", "--now", NOW]);
    assert!(output.stdout.contains("2 rows: 1 accepted, 1 rejected"), "{output}");
    let sent = project.text(&project.only("outbox/*.csv"));
    assert!(sent.contains("jane@example.com") && sent.contains("2026-01-15"), "{sent}");
    let rejected = project.text(&project.only("reports/*/abonnements.rejected.csv"));
    assert!(rejected.starts_with("\u{feff}_line,_errors,"), "{rejected}");
    assert!(rejected.contains("\r\n3,"), "{rejected}");
    let corrected = rejected.replace("not an address", "zoe@example.com");
    project.write("inbox/corrected.csv", corrected);
    let output = project.run(&["run", "--now", NOW]);
    assert!(output.stdout.contains("1 row: 1 accepted, 0 rejected"), "{output}");
    project.assert_each_export_in_one_place();
}

/// Each sample, and what `schema infer` must have seen in it. The proposal accepts the file that it was made from.
#[test]
fn a_proposed_schema_accepts_the_files_it_was_made_from() {
    let mut rows = String::new();
    for number in 0..60 {
        let (day, month) = (number % 28 + 1, number % 12 + 1);
        rows.push_str(&format!(
            "{:05};{};zoe{number}@example.com;{day:02}/{month:02}/2026;{},5;{};{}\r\n",
            number + 1,
            1000 + number,
            number,
            ["Actif", "Expiré", "Annulé"][number % 3],
            ["", "Oui", "Non", "-"][number % 4],
        ));
    }
    let text = format!("Carte;Numéro;Courriel;Naissance;Montant;Statut;Abonné\r\n{rows}");
    let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let titled = format!("Liste des personnes\r\n\r\n{text}");
    for (name, bytes) in [
        ("utf8.csv", text.clone().into_bytes()),
        ("windows.csv", windows),
        ("utf16.csv", utf16(&format!("\u{feff}{text}"), true)),
        ("titled.csv", titled.into_bytes()),
    ] {
        let project = Project::empty();
        project.write(name, &bytes);
        let proposed = project.run(&["schema", "infer", name]).expect_code(0);
        let json = proposed.json();
        let kinds: Vec<&str> = json["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["type"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            ["string", "integer", "string", "date", "number", "string", "boolean"],
            "{name}: {proposed}"
        );
        assert_eq!(json["schema"]["primaryKey"], serde_json::json!(["Carte"]), "{proposed}");
        assert_eq!(json["schema"]["fields"][3]["format"], "%d/%m/%Y", "{proposed}");
        assert_eq!(json["schema"]["fields"][5]["constraints"]["enum"][0], "Actif", "{proposed}");
        project.write("s.json", &proposed.stdout);
        project.run(&["check", name, "--schema", "s.json"]).expect_code(0);
    }
    let project = Project::empty();
    project.write("book.xlsx", workbook()).write("other.csv", "id,name,town\n1,a,Laval\n");
    let proposed = project.run(&["schema", "infer", "book.xlsx", "other.csv"]).expect_code(0);
    project.write("s.json", &proposed.stdout);
    project.run(&["check", "book.xlsx", "other.csv", "--schema", "s.json"]).expect_code(0);
}

#[test]
fn what_cannot_be_a_schema_is_said() {
    for (bytes, said) in [
        (b"a,,c\n1,2,3\n".as_slice(), "column 2 of its header has no name"),
        (b"a,b,a\n1,2,3\n", "column 3 of its header has the name of another one"),
        (b"", "it is empty"),
        (b"%PDF-1.7", "no .xlsx workbook"),
    ] {
        let project = Project::empty();
        project.write("x.csv", bytes);
        let output = project.run(&["schema", "infer", "x.csv"]);
        assert!(output.code != Some(0) && output.stderr.contains(said), "{said}: {output}");
    }
}

#[test]
fn the_findings_as_a_table_for_a_spreadsheet() {
    let project = Project::empty();
    project.write("cards.csv", "card_code;tier_name;context;value_date\nAM-1;=Gold;;2026-02-30 10:00:00\n;Gold;;2026-02-01 10:00:00\n");
    let output = project
        .run(&["check", "cards.csv", "--schema", "splio/tierchange", "--format", "csv"])
        .expect_code(1);
    let text = output.stdout.strip_prefix('\u{feff}').expect("a byte order mark");
    let rows: Vec<Vec<String>> = csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().take(7).map(str::to_owned).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["cards.csv", "2", "4", "value_date", "type-error", "error", "2026-02-30 10:00:00"],
            ["cards.csv", "3", "1", "card_code", "constraint-error", "error", ""],
        ]
    );
}

#[test]
fn a_near_miss_of_a_schema_key_is_a_warning_and_an_unknown_passeur_key_an_error() {
    let project = Project::empty();
    project.write("list.csv", "a\n1\n");
    let schema = r#"{"fields": [{"name": "a", "type": "string"}], "primary_key": "a", "owner": "somebody"}"#;
    project.write("s.json", schema);
    let output = project.run(&["check", "list.csv", "--schema", "s.json"]).expect_code(0);
    assert!(output.stderr.contains("primary_key") && output.stderr.contains("primaryKey"), "{output}");
    assert!(!output.stderr.contains("owner"), "other people's keys pass: {output}");
    project.write("s.json", schema.replace("\"owner\": \"somebody\"", "\"passeur\": {\"maxRow\": 3}"));
    let output = project.run(&["check", "list.csv", "--schema", "s.json"]).expect_code(2);
    assert!(output.stderr.contains("did you mean \"maxRows\"?"), "{output}");
}

/// Text shows the first hundred; the table and the rejected-rows file have them all.
#[test]
fn no_finding_of_a_file_in_which_every_row_is_bad_is_lost() {
    const ROWS: usize = 30_000;
    let header = "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card";
    let mut export = format!("{header}\n");
    for row in 0..ROWS {
        let line =
            format!("{row},Gym,x{row},7,2026-01-01,,soon,Active,person{row} at example.com,AM-{row:09}\n");
        export.push_str(&line);
    }
    let project = Project::new();
    project.write("inbox/memberships.csv", &export);
    let check = |format| {
        let arguments =
            ["check", "--schema", "amilia/memberships", "--format", format, "inbox/memberships.csv"];
        project.run(&arguments).expect_code(1)
    };

    let text = check("text").stdout;
    // The Membership ID of the first row is 0, which is less than 1.
    let all = 3 * ROWS + 1;
    assert_eq!(text.matches("[type-error]").count() + text.matches("[constraint-error]").count(), 100);
    let left = all - 100;
    let left = format!(
        "… and {},{:03} more findings, counted below; --format csv lists them all",
        left / 1000,
        left % 1000
    );
    assert!(text.contains(&left), "{left} in {}", text.lines().rev().take(12).collect::<Vec<_>>().join("\n"));
    assert!(text.contains("30,000 rows: Column “Email”: not an e-mail address."), "{text}");

    let table = check("csv").stdout;
    assert_eq!(table.lines().count(), 1 + all);
    assert!(table.contains(&format!("“person{} at example.com”", ROWS - 1)));
    let report = check("json").json();
    assert_eq!(report["tasks"][0]["errors"].as_array().unwrap().len(), all);

    project.run(&["run", "--now", NOW]).expect_code(1);
    let rejected = project.text(&project.only("reports/*/memberships.rejected.csv"));
    let mut rows = rejected.lines().skip(1);
    for (number, row) in export.lines().skip(1).enumerate() {
        let line = rows.next().unwrap_or_else(|| panic!("row {number} is missing"));
        assert!(line.starts_with(&format!("{},", number + 2)) && line.ends_with(row), "{line}");
        assert!(
            line.contains("“soon”") && line.contains(&format!("“person{number} at example.com”")),
            "{line}"
        );
    }
    assert_eq!(rows.next(), None);
}
