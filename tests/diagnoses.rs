//! Thousands of bad rows are said in a few sentences, in both languages.

use std::fmt::Write;

use crate::support::project::Project;

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

#[test]
fn a_column_in_the_other_order_of_day_and_month_is_said_once() {
    let text =
        people(|number| with(number, 5, format!("{:02}/{:02}/1984", 1 + number % 28, 1 + number % 12)));
    let said = in_english(&text);
    assert_eq!(said.keys(), ["date-order"]);
    assert_eq!(
        said.message("date-order"),
        "1,712 values of “Birth date” can only be DD/MM/YYYY, none can only be MM/DD/YYYY as the schema says: the whole \
         column is probably written DD/MM/YYYY. 856 more could be either and were read as MM/DD/YYYY: their days and \
         months may be exchanged."
    );
    let said = in_french(&text);
    assert_eq!(
        said.message("date-order"),
        "1\u{202f}712 valeurs de «\u{a0}Birth date\u{a0}» ne peuvent être que JJ/MM/AAAA, aucune ne peut être que MM/JJ/AAAA \
         comme le veut le schéma\u{a0}: toute la colonne est probablement écrite JJ/MM/AAAA. 856 autres peuvent \
         se lire des deux façons et ont été lues MM/JJ/AAAA\u{a0}: jours et mois y sont peut-être échangés."
    );
}

#[test]
fn a_column_that_mixes_both_orders_says_so() {
    let text = people(|number| {
        let (day, month) = (13 + number % 16, 1 + number % 12);
        let date = if number % 3 == 0 {
            format!("{month:02}/{day:02}/1984")
        } else {
            format!("{day:02}/{month:02}/1984")
        };
        with(number, 5, date)
    });
    let said = in_english(&text);
    assert_eq!(said.keys(), ["date-order-mixed"]);
    assert_eq!(
        said.message("date-order-mixed"),
        "2,000 values of “Birth date” can only be DD/MM/YYYY, and 1,000 can only be MM/DD/YYYY: the column mixes both."
    );
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
    let report = project.run(&["check", "--schema", "prices", "--format", "json", "list.csv"]).json();
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
