//! Thousands of bad rows are said in a few sentences, in both languages.

use std::fmt::Write;

use crate::support::project::{NOW, Project};

const HEADER: &str = "Person ID,Account ID,First name,Last name,Email,Birth date,City,Join date";

/// What `passeur check` says of 3,000 rows: the diagnoses, as (key, column, rows, message, hint).
struct Said(Vec<serde_json::Value>);

impl Said {
    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|cause| cause["reason"].as_str().expect("a text")).collect()
    }

    fn message(&self, key: &str) -> &str {
        let cause = self.0.iter().find(|cause| cause["reason"] == key);
        cause.unwrap_or_else(|| panic!("no {key} in {:?}", self.keys()))["message"].as_str().expect("a text")
    }
}

/// A file of 3,000 people, each row made by `row` from its number.
fn people(row: impl Fn(usize) -> String) -> String {
    let mut text = format!("{HEADER}\n");
    for number in 0..3_000 {
        writeln!(text, "{}", row(number)).expect("a text can be written");
    }
    text
}

/// A good row, with one of its cells in another way.
fn cells(number: usize) -> [String; 8] {
    let (day, month) = (1 + number % 28, 1 + number % 12);
    [
        (1_000 + number).to_string(),
        (501 + number).to_string(),
        format!("Anne{number}"),
        "Côté".to_owned(),
        format!("anne{number}@example.com"),
        format!("1984-{month:02}-{day:02}"),
        "Montréal".to_owned(),
        format!("2024-{month:02}-{day:02}"),
    ]
}

fn with(number: usize, column: usize, cell: String) -> String {
    let mut cells = cells(number);
    cells[column] = cell;
    cells.join(",")
}

fn check(text: &[u8], language: &str, schema: &str) -> Said {
    let project = Project::empty();
    project.write("list.csv", text);
    let run =
        project.run(&["check", "--schema", schema, "--format", "json", "--language", language, "list.csv"]);
    let report = run.json();
    let causes = report["tasks"][0]["causes"].as_array().expect("a list").clone();
    Said(causes.into_iter().filter(|cause| cause["diagnosis"] == true).collect())
}

fn in_english(text: &str) -> Said {
    check(text.as_bytes(), "en", "amilia/people")
}

fn in_french(text: &str) -> Said {
    check(text.as_bytes(), "fr", "amilia/people")
}

#[test]
fn a_sound_file_has_nothing_to_say() {
    assert_eq!(in_english(&people(|number| cells(number).join(","))).keys(), Vec::<&str>::new());
}

/// Dates that are day-first in a column that is read month-first: the finding about the column, in this language.
fn date_order(text: &str, language: &str) -> serde_json::Value {
    let project = Project::empty();
    project.write("list.csv", text);
    let arguments = ["check", "--schema", "amilia/people", "--language", language, "--format"];
    let run = project.run(&[&arguments[..], &["json", "list.csv"]].concat()).expect_code(1);
    let report = run.json();
    let task = &report["tasks"][0];
    let errors = task["errors"].as_array().expect("a list");
    let found: Vec<_> = errors.iter().filter(|error| error["type"] == "date-order").cloned().collect();
    let table = project.run(&[&arguments[..], &["csv", "list.csv"]].concat()).expect_code(1);
    assert_eq!(table.stdout.matches(",date-order,").count(), 1, "{table}");
    match found.as_slice() {
        [one] => one.clone(),
        _ => task["warnings"].clone(),
    }
}

#[test]
fn a_column_in_the_other_order_of_day_and_month_is_said_once_and_refuses_the_file() {
    let text =
        people(|number| with(number, 5, format!("{:02}/{:02}/1984", 1 + number % 28, 1 + number % 12)));
    let said = date_order(&text, "en");
    assert_eq!(
        said["message"],
        "Column “Birth date”: 1,712 values (lines 14, 15, 16, 17, 18, …) can only be DD/MM/YYYY, although the schema says \
         MM/DD/YYYY. 856 more could be either: their days and months may be exchanged, so nothing of the file is used."
    );
    assert_eq!((said["fieldName"].as_str(), said["fieldNumber"].as_u64()), (Some("Birth date"), Some(6)));
    assert_eq!(
        date_order(&text, "fr")["message"],
        "Colonne «\u{a0}Birth date\u{a0}»\u{a0}: 1\u{202f}712 valeurs (lignes 14, 15, 16, 17, 18, …) ne peuvent être que \
         JJ/MM/AAAA, alors que le schéma demande MM/JJ/AAAA. 856 autres peuvent se lire des deux façons\u{a0}: leurs jours \
         et leurs mois sont peut-être échangés, et rien du fichier n’est utilisé."
    );
    assert_eq!(in_english(&text).keys(), Vec::<&str>::new());
}

#[test]
fn a_column_that_mixes_both_orders_says_so_and_is_a_warning_where_no_date_is_in_doubt() {
    let text = people(|number| {
        let (day, month) = (13 + number % 16, 1 + number % 12);
        let date = if number % 3 == 0 {
            format!("{month:02}/{day:02}/1984")
        } else {
            format!("{day:02}/{month:02}/1984")
        };
        with(number, 5, date)
    });
    assert_eq!(
        date_order(&text, "en"),
        serde_json::json!([
            "Column “Birth date”: 2,000 values (lines 3, 4, 6, 7, 9, …) can only be DD/MM/YYYY, and 1,000 can only be \
             MM/DD/YYYY, as the schema says: the column mixes both."
        ])
    );
}

/// `05/04/2026` would leave as the fourth of May, and nobody would notice.
#[test]
fn a_run_sends_nothing_of_a_column_that_contradicts_its_order() {
    let project = Project::new();
    let header = "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card";
    let row = |number: u32, bought: &str| {
        format!(
            "{number},Annual gym pass,{number},70,{bought},2026-01-01,2026-12-31,Active,a{number}@example.com,AM-{number:07}"
        )
    };
    let days = ["05/04/2026", "13/04/2026", "06/04/2026", "20/04/2026"];
    let rows: Vec<String> = days.iter().zip(1..).map(|(day, number)| row(number, day)).collect();
    project.write("inbox/memberships.csv", format!("{header}\n{}\n", rows.join("\n")));
    let output = project.run(&["run", "--now", NOW]);
    insta::assert_snapshot!(output, @r#"
    exit code: 1
    ----- stdout -----
    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      refused: nothing of this file was used
        - Column “Purchase date”: 2 values (lines 3, 5) can only be DD/MM/YYYY, although the schema says MM/DD/YYYY. 2 more could be either: their days and months may be exchanged, so nothing of the file is used.
          → Export the column as MM/DD/YYYY or with the year first. If DD/MM/YYYY is right, set "dateOrder" in a copy of the schema.
      the file is kept in archive/[run]/memberships.csv

    Reports: reports/[run]

    ----- stderr -----
    "#);
    assert!(
        project.matching("outbox/*").is_empty() && project.matching("reports/*/*.rejected.csv").is_empty()
    );
    project.assert_each_export_in_one_place();
}

#[test]
fn a_few_slips_in_a_column_are_no_diagnosis_of_the_column() {
    let text = people(|number| match number {
        7 | 9 => with(number, 5, "25/01/1984".to_owned()),
        _ => cells(number).join(","),
    });
    assert_eq!(in_english(&text).keys(), Vec::<&str>::new());
}

#[test]
fn a_column_in_another_pattern_names_the_pattern() {
    let text = people(|number| with(number, 5, format!("{}.{}.1984", 1 + number % 28, 1 + number % 12)));
    let said = in_english(&text);
    assert_eq!(said.keys(), ["date-pattern"]);
    assert_eq!(
        said.message("date-pattern"),
        "3,000 values of “Birth date” are written D.M.YYYY; the schema says YYYY-MM-DD."
    );
    assert_eq!(
        in_french(&text).message("date-pattern"),
        "3\u{202f}000 valeurs de «\u{a0}Birth date\u{a0}» sont écrites J.M.AAAA\u{202f}; le schéma demande AAAA-MM-JJ."
    );
}

#[test]
fn dates_that_a_spreadsheet_wrote_as_numbers_are_recognised() {
    let said = in_english(&people(|number| with(number, 7, (45_000 + number).to_string())));
    assert_eq!(
        said.message("date-serial"),
        "3,000 values of “Join date” are numbers by which a spreadsheet keeps dates; the schema says YYYY-MM-DD."
    );
}

#[test]
fn two_columns_in_each_others_place_are_named() {
    // The name takes anything, the address does not.
    let text = people(|number| {
        let mut cells = cells(number);
        cells.swap(2, 4);
        cells.join(",")
    });
    let said = in_english(&text);
    assert_eq!(said.keys(), ["exchanged"]);
    assert_eq!(
        said.message("exchanged"),
        "The values of “First name” and “Email” stand in each other’s column in 3,000 rows."
    );
    assert_eq!(
        in_french(&text).message("exchanged"),
        "Les valeurs de «\u{a0}First name\u{a0}» et de «\u{a0}Email\u{a0}» sont chacune dans la colonne de l’autre, \
         dans 3\u{202f}000 lignes."
    );
}

#[test]
fn two_typed_columns_in_each_others_place_are_named_once() {
    let said = in_english(&people(|number| {
        let mut cells = cells(number);
        cells.swap(4, 5);
        cells.join(",")
    }));
    assert_eq!(said.keys(), ["exchanged"]);
    assert_eq!(
        said.message("exchanged"),
        "The values of “Email” and “Birth date” stand in each other’s column in 3,000 rows."
    );
}

#[test]
fn rows_shifted_by_a_separator_name_the_column_and_the_lines() {
    let text = people(|number| match number {
        810.. => with(number, 6, "Montréal, Québec".to_owned()),
        _ => cells(number).join(","),
    });
    let said = in_english(&text);
    assert_eq!(said.keys(), ["shifted"]);
    assert_eq!(
        said.message("shifted"),
        "2,190 rows, from line 812 to line 3001 without a gap, have more cells than there are columns. A value of “City” \
         probably holds the separator and has no quotation marks around it."
    );
    assert!(in_french(&text).message("shifted").starts_with(
        "2\u{202f}190 lignes, de la ligne 812 à la ligne 3001 sans interruption, ont plus de cellules"
    ));
}

#[test]
fn shortened_ids_are_said_once() {
    let said = in_english(&people(|number| with(number, 0, format!("9.{number:04}E+05"))));
    assert_eq!(said.keys(), ["spreadsheet-number"]);
    assert_eq!(
        said.message("spreadsheet-number"),
        "3,000 identifiers in “Person ID” were shortened by a spreadsheet, like 1.23E+05; their digits are lost."
    );
}

#[test]
fn a_decimal_comma_is_recognised() {
    let project = Project::empty();
    project.write(
        "schemas/prices.json",
        r#"{"fields": [{"name": "id", "type": "integer"}, {"name": "price", "type": "number"}]}"#,
    );
    let mut text = "id;price\n".to_owned();
    for number in 0..3_000 {
        writeln!(text, "{number};{} {:03},50", 1 + number % 9, number % 1_000)
            .expect("a text can be written");
    }
    project.write("list.csv", text);
    let report =
        project.run(&["check", "--schema", "schemas/prices.json", "--format", "json", "list.csv"]).json();
    let cause = &report["tasks"][0]["causes"][0];
    assert_eq!(cause["reason"], "decimal-comma");
    assert_eq!(cause["message"], "3,000 values of “price” have a decimal comma.");
}

#[test]
fn a_file_that_went_through_the_wrong_encoding_is_recognised_although_every_row_is_accepted() {
    let garbled = people(|number| cells(number).join(",").replace('ô', "Ã´").replace('é', "Ã©"));
    let said = in_english(&garbled);
    assert_eq!(said.keys(), ["garbled"]);
    assert!(said.message("garbled").starts_with("3,000 rows have “Ã©” or the like in place of “é”"));
    let lost = people(|number| cells(number).join(",").replace(['ô', 'é'], "\u{fffd}"));
    assert_eq!(in_french(&lost).keys(), ["letters-lost"]);
}

#[test]
fn a_diagnosis_stands_first_in_the_text_and_holds_no_value_of_a_cell() {
    let project = Project::empty();
    project.write(
        "list.csv",
        people(|number| with(number, 5, format!("{}.{}.1984", 1 + number % 28, 1 + number % 12))),
    );
    let output =
        project.run(&["check", "--schema", "amilia/people", "--language", "fr", "list.csv"]).to_string();
    let (_, end) = output.split_once("3\u{202f}000 erreurs").expect("the figures");
    let lines: Vec<&str> = end.lines().skip(1).take(3).collect();
    assert_eq!(lines[0].trim(), "Probablement\u{a0}:");
    assert!(lines[1].contains("sont écrites J.M.AAAA") && lines[1].contains("(lignes 2, 3, 4, 5, 6, …)"));
    assert!(lines[2].trim().starts_with("→ "));
    assert!(!end.contains("1.1.1984") && !end.contains("Anne"));
}
