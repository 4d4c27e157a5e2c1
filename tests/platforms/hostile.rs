//! Hostile values on their way to each platform: they arrive as they are, or are a finding; never a shifted row. Written files are read back by
//! the csv crate, which is nobody's relative here.

use std::collections::BTreeMap;

use crate::support::project::{NOW, Project};

const SOURCE: &str = r#"{ "fields": [
    { "name": "id", "type": "string", "constraints": { "required": true } },
    { "name": "email", "type": "string" },
    { "name": "moment", "type": "datetime", "format": "%Y-%m-%d %H:%M:%S" },
    { "name": "text", "type": "string" }
] }"#;

fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "plain",
        "a;b",
        "a,b",
        "a\tb",
        "a|b",
        "\"quoted\"",
        "6\" ball",
        "'single'",
        "it's",
        "line\nbreak",
        "cr\r\nlf",
        "cr\ralone",
        "\u{1}",
        "a\u{b}b",
        "a\u{7f}b",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\u{202e}gnp.exe",
        "e\u{301}",
        "👪",
        " blanks ",
        "\"",
        "\"\"",
        ";;;",
        "NULL",
        "\\",
        "a\\\"b",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("x".repeat(10_000));
    values
}

/// Runs the values along one route; what was written, by id, and the ids that were rejected.
fn carried(to: &str, route: &str, columns: &str) -> (BTreeMap<String, Vec<String>>, Vec<String>, usize) {
    let project = Project::empty();
    project.write("schemas/raw.json", SOURCE);
    project.config(&format!(
        "settle = \"0 s\"\n[destinations.d]\ntype = \"folder\"\npath = \"outbox\"\n\n[[routes]]\nname = \"r\"\nfrom = \"raw\"\nto = \"{to}\"\n\
         destination = \"d\"\nmax_rejected = \"100 %\"\n{route}\n[routes.columns]\n{columns}\n"
    ));
    let mut export = csv::Writer::from_writer(Vec::new());
    export.write_record(["id", "email", "moment", "text"]).unwrap();
    for (number, value) in values().iter().enumerate() {
        let id = format!("id{number}");
        export.write_record([&id, &format!("{id}@example.com"), "2026-01-02 03:04:05", value]).unwrap();
    }
    project.write("inbox/raw.csv", export.into_inner().unwrap());
    project.run(&["run", "--now", NOW]).expect_code(1);
    let (delimiter, headers, quoting) = match to {
        "symplify/recipients" => (b'\t', true, false),
        "symplify/history" => (b';', false, true),
        _ => (b';', true, true),
    };
    let written = project.read(&project.only("outbox/*"));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(headers)
        .quoting(quoting)
        .from_reader(written.as_slice());
    let mut rows = BTreeMap::new();
    let mut width = 0;
    for record in reader.records() {
        // A row of another width is an error of the reader.
        let record = record.unwrap_or_else(|error| panic!("{to}: {error}"));
        width = record.len();
        rows.insert(record[0].to_owned(), record.iter().map(str::to_owned).collect());
    }
    let rejected = project.read(&project.only("reports/*/raw.rejected.csv"));
    let rejected = csv::ReaderBuilder::new().flexible(true).from_reader(rejected.as_slice()).into_records();
    let lost: Vec<String> = rejected
        .map(|record| {
            record.unwrap().iter().find(|cell| cell.starts_with("id")).unwrap_or_default().to_owned()
        })
        .collect();
    (rows, lost, width)
}

fn assert_intact(to: &str, route: &str, columns: &str, place: usize) -> Vec<String> {
    let (rows, rejected, width) = carried(to, route, columns);
    assert!(width > place);
    let mut refused = Vec::new();
    for (number, value) in values().iter().enumerate() {
        let id = format!("id{number}");
        match rows.get(&id) {
            Some(cells) => {
                assert_eq!(&cells[place], value, "{to}");
                assert!(!rejected.contains(&id), "{to}: {value:?} was sent and rejected");
            }
            None => {
                assert!(rejected.contains(&id), "{to}: {value:?} is in neither file");
                refused.push(value.chars().take(12).collect::<String>().escape_debug().to_string());
            }
        }
    }
    refused
}

#[test]
fn splio_refuses_line_breaks_and_control_characters() {
    let refused = assert_intact(
        "splio/creditpoints",
        "universe = \"demo\"\nsubsection = \"a\"\nsend = \"new\"",
        "card_code = \"id\"\ncredit_date = \"moment\"\ncontext = \"text\"\nnq_points = { constant = \"1\" }",
        2,
    );
    insta::assert_snapshot!(refused.join(" "), @r"line\nbreak cr\r\nlf cr\ralone \u{1} a\u{b}b a\u{7f}b");
}

#[test]
fn symplify_refuses_what_needs_quotes() {
    let refused = assert_intact(
        "symplify/recipients",
        "file_name = \"list.txt\"\nmode = \"add\"",
        "originalId = \"id\"\nemailAddress = \"email\"\nlastName = \"text\"",
        2,
    );
    insta::assert_snapshot!(refused.join(" "), @r#"a\tb \"quoted\" 6\" ball \'single\' line\nbreak cr\r\nlf cr\ralone \u{1} a\u{b}b a\u{7f}b \" \"\" a\\\"b"#);
}

#[test]
fn symplifys_history_refuses_quotes_and_line_breaks() {
    let refused = assert_intact(
        "symplify/history",
        "file_name = \"history.csv\"\nsend = \"new\"",
        "originalId = \"id\"\nsku = { constant = \"S\" }\nitemPrice = { constant = \"1.00\" }\ntransactionTime = \"moment\"\nnumberOfItems = { constant = \"1\" }\ncustom2 = \"text\"",
        6,
    );
    insta::assert_snapshot!(refused.join(" "), @r#"\"quoted\" 6\" ball line\nbreak cr\r\nlf cr\ralone \u{1} a\u{b}b a\u{7f}b \" \"\" a\\\"b"#);
}

#[test]
fn actito_takes_everything_but_control_characters_and_long_texts() {
    let refused = assert_intact(
        "actito/interactions",
        "file_name = \"i_{YYYYMMDD}.csv\"\ndays_ahead = 0\nentity = \"-\"\nsend = \"new\"",
        "registrationId = \"id\"\ncustomerId = \"email\"\nregistrationMoment = \"moment\"\nactivity = \"text\"",
        3,
    );
    insta::assert_snapshot!(refused.join(" "), @r"\u{1} a\u{b}b a\u{7f}b xxxxxxxxxxxx");
}
