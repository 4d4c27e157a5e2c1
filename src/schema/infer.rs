//! A proposal for a schema, from the values that columns hold.
//!
//! Nothing is decided that the values do not show; what stays open is said under `$comment`, a key that the standard lets pass.
//! This room sees texts only: who reads the files hands them over.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value as Json, json};

use super::pattern::{Kind, Options, Pattern};
use super::types::{BooleanFormat, FieldType, IntegerFormat, NumberFormat, StringFormat};

/// Texts that people and programs write where there is no value.
const MARKERS: [&str; 8] = ["-", "N/A", "n/a", "NA", "null", "NULL", "#N/A", "0001-01-01"];
/// Most different values of a list.
const MOST_LISTED: usize = 12;
/// Fewest values that show that they are all of a list, and how often each must stand on average.
const FEWEST_LISTED: u64 = 30;
/// Longest value of a list, in characters.
const LONGEST_LISTED: usize = 40;
/// Values whose being different is followed; above it nothing is said.
const MOST_FOLLOWED: usize = 1_000_000;
/// Fewer values than this show little.
const FEW: u64 = 20;

const DATES: [&str; 9] = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%m.%d.%Y",
];
const CLOCKS: [&str; 2] = ["%H:%M:%S", "%H:%M"];
const BOOLEANS: [(&str, &str); 10] = [
    ("true", "false"),
    ("TRUE", "FALSE"),
    ("True", "False"),
    ("Oui", "Non"),
    ("oui", "non"),
    ("OUI", "NON"),
    ("Yes", "No"),
    ("yes", "no"),
    ("Vrai", "Faux"),
    ("VRAI", "FAUX"),
];

/// A type that a column may have, and its words in a descriptor.
struct Guess {
    kind: FieldType,
    words: Vec<(&'static str, Json)>,
    formats: Vec<String>,
    alive: bool,
}

/// What is known about one column.
pub struct Column {
    name: String,
    guesses: Vec<Guess>,
    values: u64,
    missing: u64,
    markers: Vec<String>,
    leading_zero: bool,
    all_digits: bool,
    longest: usize,
    listed: Vec<String>,
    hashes: HashSet<u64>,
    repeated: bool,
    example: String,
}

/// What stays the same for all columns of a proposal.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Name of the table.
    pub name: String,
    /// Label of the encoding that all files have.
    pub encoding: Option<String>,
    /// Separator that all files have.
    pub delimiter: Option<char>,
    /// The header is not the first line.
    pub titles: bool,
    /// Values have spaces around them.
    pub spaces: bool,
    /// Number of data rows.
    pub rows: u64,
    /// Columns that not all files have.
    pub optional: HashSet<String>,
    /// What else was not decided.
    pub open: Vec<String>,
}

fn guesses() -> Vec<Guess> {
    let mut guesses = Vec::new();
    let mut add = |kind: FieldType, words: Vec<(&'static str, Json)>, formats: Vec<String>| {
        guesses.push(Guess { kind, words, formats, alive: true });
    };
    for (yes, no) in BOOLEANS {
        let format = BooleanFormat {
            true_values: vec![yes.to_owned()],
            false_values: vec![no.to_owned()],
            ignore_case: false,
            listed: Default::default(),
        };
        let words =
            vec![("type", json!("boolean")), ("trueValues", json!([yes])), ("falseValues", json!([no]))];
        add(FieldType::Boolean(format), words, Vec::new());
    }
    let patterns =
        |kind: Kind, format: &str| Pattern::of_format(kind, format, Options::default()).unwrap_or_default();
    for format in DATES {
        let words = vec![("type", json!("date")), ("format", json!(format))];
        add(FieldType::Date(patterns(Kind::Date, format)), words, Vec::new());
    }
    add(FieldType::Integer(IntegerFormat::default()), vec![("type", json!("integer"))], Vec::new());
    add(FieldType::Number(NumberFormat::default()), vec![("type", json!("number"))], Vec::new());
    let comma = NumberFormat { decimal_char: ",".to_owned(), ..NumberFormat::default() };
    add(FieldType::Number(comma), vec![("type", json!("number")), ("decimalChar", json!(","))], Vec::new());
    add(
        FieldType::DateTime(patterns(Kind::DateTime, "default")),
        vec![("type", json!("datetime"))],
        Vec::new(),
    );
    for day in DATES {
        for between in [" ", "T"] {
            for clock in CLOCKS {
                let format = format!("{day}{between}{clock}");
                let mut accepted = patterns(Kind::DateTime, &format);
                let words = vec![("type", json!("datetime")), ("format", json!(format))];
                add(FieldType::DateTime(accepted.clone()), words.clone(), Vec::new());
                accepted.extend(patterns(Kind::DateTime, day));
                add(FieldType::DateTime(accepted), words, vec![day.to_owned()]);
            }
        }
    }
    for clock in CLOCKS {
        let words = vec![("type", json!("time")), ("format", json!(clock))];
        add(FieldType::Time(patterns(Kind::Time, clock)), words, Vec::new());
    }
    for (format, word) in [(StringFormat::Email, "email"), (StringFormat::Uuid, "uuid")] {
        let words = vec![("type", json!("string")), ("format", json!(word))];
        add(FieldType::String(format), words, Vec::new());
    }
    add(FieldType::String(StringFormat::Default), vec![("type", json!("string"))], Vec::new());
    guesses
}

impl Column {
    /// A column with this label.
    pub fn new(name: &str) -> Self {
        Column {
            name: name.to_owned(),
            guesses: guesses(),
            values: 0,
            missing: 0,
            markers: Vec::new(),
            leading_zero: false,
            all_digits: true,
            longest: 0,
            listed: Vec::new(),
            hashes: HashSet::new(),
            repeated: false,
            example: String::new(),
        }
    }

    /// Its label.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One more cell, without spaces around it.
    pub fn add(&mut self, cell: &str) {
        if cell.is_empty() {
            self.missing += 1;
            return;
        }
        if MARKERS.contains(&cell) {
            self.missing += 1;
            if !self.markers.iter().any(|marker| marker == cell) {
                self.markers.push(cell.to_owned());
            }
            return;
        }
        self.values += 1;
        if self.values == 1 {
            self.example = cell.to_owned();
        }
        for guess in self.guesses.iter_mut().filter(|guess| guess.alive) {
            guess.alive = guess.kind.cast(cell).is_ok();
        }
        self.all_digits &= cell.bytes().all(|byte| byte.is_ascii_digit());
        self.leading_zero |=
            cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|byte| byte.is_ascii_digit());
        self.longest = self.longest.max(cell.chars().count());
        if self.listed.len() <= MOST_LISTED && !self.listed.iter().any(|listed| listed == cell) {
            self.listed.push(cell.to_owned());
        }
        if !self.repeated && self.hashes.len() < MOST_FOLLOWED {
            let mut hasher = DefaultHasher::new();
            cell.hash(&mut hasher);
            self.repeated = !self.hashes.insert(hasher.finish());
        }
    }

    fn is_unique(&self) -> bool {
        !self.repeated && self.missing == 0 && self.values >= FEW && self.hashes.len() < MOST_FOLLOWED
    }

    /// Could be a column that identifies a row.
    fn is_key(&self) -> bool {
        self.is_unique() && self.all_digits
    }

    /// The places in `guesses` of all types that every value fits.
    fn alive(&self) -> impl Iterator<Item = &Guess> {
        self.guesses.iter().filter(|guess| guess.alive)
    }

    /// Whether every value reads the same with day and month exchanged; the two patterns.
    fn both_orders(&self) -> Option<(&Guess, &Guess)> {
        let first = self.alive().next()?;
        let format = first.words.iter().find(|(word, _)| *word == "format")?.1.as_str()?;
        if !format.starts_with("%d") && !format.starts_with("%m") {
            return None;
        }
        let swapped = format.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m");
        let other = self.alive().find(|guess| {
            let formats = guess.formats.is_empty() == first.formats.is_empty();
            formats && guess.words.iter().any(|(word, value)| *word == "format" && *value == json!(swapped))
        })?;
        Some((first, other))
    }

    /// The order that the values show, if they show one.
    fn shown_order(&self) -> Option<bool> {
        if self.values == 0 || self.both_orders().is_some() {
            return None;
        }
        let first = self.alive().next()?;
        let format = first.words.iter().find(|(word, _)| *word == "format")?.1.as_str()?;
        match format {
            _ if format.starts_with("%d") => Some(true),
            _ if format.starts_with("%m") => Some(false),
            _ => None,
        }
    }

    /// The field of the descriptor. `day_first`: what other columns show about the order of day and month.
    fn field(&self, day_first: Option<bool>, about: &About) -> Json {
        let mut field = Map::new();
        let mut rules = Map::new();
        let mut constraints = Map::new();
        let mut open: Vec<String> = Vec::new();
        field.insert("name".to_owned(), json!(self.name));
        let text = self.guesses.last();
        let mut chosen = self.alive().next().or(text);
        if self.values == 0 {
            open.push("no value was seen: the type is not known".to_owned());
            chosen = text;
        } else if self.leading_zero || self.all_digits && self.longest > 15 {
            // 00123 and numbers of cards are names, not amounts.
            let date = chosen.is_some_and(|guess| matches!(guess.kind, FieldType::Date(_)));
            if !date {
                chosen = text;
                rules.insert("identifier".to_owned(), json!(true));
            }
        } else if let Some((first, other)) = self.both_orders() {
            let first_is_day = first
                .words
                .iter()
                .any(|(_, value)| value.as_str().is_some_and(|text| text.starts_with("%d")));
            chosen = Some(if day_first.unwrap_or(true) == first_is_day { first } else { other });
            open.push(match day_first {
                Some(_) => "day or month first? Both fit; taken as in the other columns".to_owned(),
                None => "day or month first? Every value fits both; day first was taken".to_owned(),
            });
        }
        if let Some(guess) = chosen {
            for (word, value) in &guess.words {
                field.insert((*word).to_owned(), value.clone());
            }
            if !guess.formats.is_empty() {
                rules.insert("formats".to_owned(), json!(guess.formats));
            }
            let listed = self.listed.len();
            let few = listed <= MOST_LISTED
                && self.values >= FEWEST_LISTED
                && self.values >= 4 * listed as u64
                && self.longest <= LONGEST_LISTED;
            if few
                && matches!(guess.kind, FieldType::String(StringFormat::Default))
                && !rules.contains_key("identifier")
            {
                constraints.insert("enum".to_owned(), json!(self.listed));
                open.push(format!("{listed} different values were seen: are these all?"));
            }
            if matches!(guess.kind, FieldType::Integer(_))
                && self.listed.iter().all(|value| value == "0" || value == "1")
            {
                open.push("only 0 and 1 were seen: perhaps a boolean".to_owned());
            }
            if matches!(guess.kind, FieldType::Boolean(_)) && listed < 2 {
                open.push(format!("only \"{}\" was seen: perhaps no boolean", self.example));
            }
        }
        if self.missing == 0 && self.values > 0 && !about.optional.contains(&self.name) {
            constraints.insert("required".to_owned(), json!(true));
        }
        if about.optional.contains(&self.name) {
            rules.insert("optional".to_owned(), json!(true));
            open.push("not all files have this column".to_owned());
        }
        if self.is_unique() {
            open.push("no value stands twice: perhaps unique".to_owned());
        }
        if (1..FEW).contains(&self.values) {
            open.push(format!("only {} values were seen", self.values));
        }
        if !constraints.is_empty() {
            field.insert("constraints".to_owned(), Json::Object(constraints));
        }
        if !rules.is_empty() {
            field.insert("passeur".to_owned(), Json::Object(rules));
        }
        if !open.is_empty() {
            field.insert("$comment".to_owned(), json!(open.join("; ")));
        }
        Json::Object(field)
    }
}

/// The descriptor: a Data Resource with its schema, as indented JSON.
pub fn propose(about: &About, columns: &[Column]) -> String {
    let shown: Vec<bool> = columns.iter().filter_map(Column::shown_order).collect();
    let day_first = match (shown.contains(&true), shown.contains(&false)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let mut missing = vec![String::new()];
    for marker in columns.iter().flat_map(|column| &column.markers) {
        if !missing.contains(marker) {
            missing.push(marker.clone());
        }
    }
    let fields: Vec<Json> = columns.iter().map(|column| column.field(day_first, about)).collect();
    let mut schema = Map::new();
    schema.insert("fieldsMatch".to_owned(), json!("equal"));
    schema.insert("missingValues".to_owned(), json!(missing));
    schema.insert("fields".to_owned(), Json::Array(fields));
    if let Some(key) = columns.iter().find(|column| column.is_key()) {
        schema.insert("primaryKey".to_owned(), json!([key.name]));
    }
    let mut rules = Map::new();
    if about.titles {
        rules.insert("headers".to_owned(), json!("normalised"));
    }
    if about.spaces {
        rules.insert("trim".to_owned(), json!(true));
    }
    if !rules.is_empty() {
        schema.insert("passeur".to_owned(), Json::Object(rules));
    }
    let mut root = Map::new();
    root.insert("$schema".to_owned(), json!("https://datapackage.org/profiles/2.0/dataresource.json"));
    root.insert("name".to_owned(), json!(about.name));
    root.insert("type".to_owned(), json!("table"));
    let seen = format!("Proposed from {} rows. $comment says what the values do not decide.", about.rows);
    let comment: Vec<String> = std::iter::once(seen).chain(about.open.iter().cloned()).collect();
    root.insert("$comment".to_owned(), json!(comment.join(" ")));
    if let Some(encoding) = &about.encoding {
        root.insert("encoding".to_owned(), json!(encoding));
    }
    if let Some(delimiter) = about.delimiter {
        root.insert("dialect".to_owned(), json!({ "delimiter": delimiter.to_string() }));
    }
    root.insert("schema".to_owned(), Json::Object(schema));
    // A map of texts and numbers is always JSON.
    serde_json::to_string_pretty(&Json::Object(root)).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn field(cells: &[&str]) -> Json {
        let mut column = Column::new("c");
        cells.iter().for_each(|cell| column.add(cell));
        column.field(None, &About::default())
    }

    #[rstest]
    #[case(&["1", "2"], json!({"type": "integer"}))]
    #[case(&["1.5", "2"], json!({"type": "number"}))]
    #[case(&["1,5", "2"], json!({"type": "number", "decimalChar": ","}))]
    #[case(&["Oui", "Non"], json!({"type": "boolean", "trueValues": ["Oui"], "falseValues": ["Non"]}))]
    #[case(&["2026-04-03"], json!({"type": "date", "format": "%Y-%m-%d"}))]
    #[case(&["20260403"], json!({"type": "date", "format": "%Y%m%d"}))]
    #[case(&["03/04/2026", "31/12/2026"], json!({"type": "date", "format": "%d/%m/%Y"}))]
    #[case(&["03/04/2026", "12/31/2026"], json!({"type": "date", "format": "%m/%d/%Y"}))]
    #[case(&["2026-04-03 09:30", "2026-04-03 23:59"], json!({"type": "datetime", "format": "%Y-%m-%d %H:%M"}))]
    #[case(&["09:30"], json!({"type": "time", "format": "%H:%M"}))]
    #[case(&["a@b.ca"], json!({"type": "string", "format": "email"}))]
    #[case(&["a", "1"], json!({"type": "string"}))]
    #[case(&["00123", "456"], json!({"type": "string", "passeur": {"identifier": true}}))]
    #[case(&["1234567890123456"], json!({"type": "string", "passeur": {"identifier": true}}))]
    fn the_narrowest_type_that_all_values_have(#[case] cells: &[&str], #[case] expected: Json) {
        let found = field(cells);
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&found[key], value, "{cells:?}: {found}");
        }
        assert_eq!(found.get("format").is_some(), expected.get("format").is_some(), "{found}");
    }

    #[test]
    fn a_datetime_column_may_hold_days() {
        let found = field(&["2026-04-03 09:30:00", "2026-04-04"]);
        assert_eq!(found["type"], "datetime");
        assert_eq!(found["passeur"]["formats"], json!(["%Y-%m-%d"]));
    }

    #[test]
    fn what_the_values_do_not_decide_is_said() {
        assert!(field(&["03/04/2026"])["$comment"].as_str().unwrap().starts_with("day or month first?"));
        assert!(field(&[])["$comment"].as_str().unwrap().starts_with("no value was seen"));
        assert!(field(&["0", "1"])["$comment"].as_str().unwrap().contains("boolean"));
    }

    #[test]
    fn the_order_that_one_column_shows_holds_for_the_others() {
        let mut open = Column::new("a");
        open.add("03/04/2026");
        let mut shown = Column::new("b");
        shown.add("12/31/2026");
        let text = propose(&About::default(), &[open, shown]);
        let json: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(json["schema"]["fields"][0]["format"], "%m/%d/%Y");
    }

    #[test]
    fn few_values_are_a_list_and_empty_ones_are_not_required() {
        let mut column = Column::new("status");
        for number in 0..60 {
            column.add(["Active", "Expired", ""][number % 3]);
        }
        let found = column.field(None, &About::default());
        assert_eq!(found["constraints"], json!({"enum": ["Active", "Expired"]}));
    }

    #[test]
    fn a_number_that_never_repeats_is_the_key() {
        let (mut id, mut kind) = (Column::new("id"), Column::new("kind"));
        for number in 0..30 {
            id.add(&(1000 + number).to_string());
            kind.add("x");
        }
        let json: Json = serde_json::from_str(&propose(&About::default(), &[kind, id])).unwrap();
        assert_eq!(json["schema"]["primaryKey"], json!(["id"]));
    }
}
