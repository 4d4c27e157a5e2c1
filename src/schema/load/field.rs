//! One field: name, type, format and the properties of its type.

use serde_json::Value as Json;

use super::node::{Node, Report, shown};
use super::{constraints, rules, table};
use crate::schema::near;
use crate::schema::pattern::{Kind, Options, Pattern};
use crate::schema::types::{
    BooleanFormat, Constraints, Field, FieldType, IntegerFormat, ListFormat, ListItem, NumberFormat, Rules,
    StringFormat,
};

/// Keys that every field may have.
const KEYS: &[&str] = &[
    "name",
    "type",
    "format",
    "title",
    "description",
    "example",
    "constraints",
    "categories",
    "categoriesOrdered",
    "missingValues",
    "rdfType",
    "passeur",
];

/// Properties of single types.
const OF_TYPES: &[(&str, &[&str])] = &[
    ("bareNumber", &["integer", "number"]),
    ("groupChar", &["integer", "number"]),
    ("decimalChar", &["number"]),
    ("trueValues", &["boolean"]),
    ("falseValues", &["boolean"]),
    ("delimiter", &["list"]),
    ("itemType", &["list"]),
];

const TYPES: &[&str] = &[
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "list",
    "any",
    "object",
    "array",
    "geopoint",
    "geojson",
    "duration",
];

pub(super) fn read(
    node: &Node<'_>,
    table: &Rules,
    table_missing: &[String],
    report: &mut Report,
) -> Option<Field> {
    let name = node.text("name", report);
    let node = node.clone().of_field(name);
    let Some(name) = name else {
        if node.get("name").is_none() {
            node.error(report, "", "a field has a \"name\"");
        }
        return None;
    };
    if name.trim().is_empty() {
        node.error(report, "name", "a field's \"name\" is not blank");
    }
    keys(&node, report);
    let (rules, extra_formats) = match node.object("passeur", report) {
        Some(node) => rules::of_field(&node, table, report),
        None => Default::default(),
    };
    let mut constraints = Constraints::default();
    let kind = match kind(&node, table, &extra_formats, report) {
        Some(mut kind) => {
            if let FieldType::Boolean(format) = &mut kind {
                format.ignore_case = rules.ignore_case;
            }
            constraints = constraints::read(&node, &kind, rules.ignore_case, report);
            rules::fits(&node, &kind, &rules, &constraints, report);
            kind
        }
        // Reported; the field stays, so that keys which name it are not reported too.
        None => FieldType::Any,
    };
    Some(Field {
        name: name.into(),
        title: node.text("title", report).map(str::to_owned),
        description: node.text("description", report).map(str::to_owned),
        example: node.get("example").map(|example| match example {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }),
        missing_values: table::missing_values(&node, report).unwrap_or_else(|| table_missing.to_vec()),
        kind,
        constraints,
        rules: rules.rules,
    })
}

/// Keys that are nearly known, or known and in the wrong place.
fn keys(node: &Node<'_>, report: &mut Report) {
    let known: Vec<&str> = KEYS.iter().copied().chain(OF_TYPES.iter().map(|(key, _)| *key)).collect();
    for (misplaced, home) in constraints::KEYS
        .iter()
        .map(|key| (key, "constraints"))
        .chain(rules::FIELD_KEYS.iter().map(|key| (key, "passeur")))
    {
        if node.get(misplaced).is_some() {
            node.warn(
                report,
                misplaced,
                &format!("\"{misplaced}\" has no effect here; it belongs under \"{home}\""),
            );
        }
    }
    let all: Vec<&str> = known.iter().chain(constraints::KEYS).chain(rules::FIELD_KEYS).copied().collect();
    node.strangers(&all, report);
}

fn kind(node: &Node<'_>, table: &Rules, extra: &[String], report: &mut Report) -> Option<FieldType> {
    let name = match node.get("type") {
        None => "any",
        Some(_) => node.text("type", report)?,
    };
    for (key, types) in OF_TYPES {
        if node.get(key).is_some() && !types.contains(&name) && TYPES.contains(&name) {
            node.warn(report, key, &format!("\"{key}\" has no effect on a field of type {name}"));
        }
    }
    let format = node.text("format", report).map(|format| format.strip_prefix("fmt:").unwrap_or(format));
    if !extra.is_empty() && !matches!(name, "date" | "time" | "datetime") {
        node.error(
            report,
            "passeur",
            &format!("\"formats\" is for date, time and datetime fields, not for {name}"),
        );
    }
    match name {
        "string" => string(format, node, report).map(FieldType::String),
        "date" => temporal(Kind::Date, format, table, extra, node, report).map(FieldType::Date),
        "time" => temporal(Kind::Time, format, table, extra, node, report).map(FieldType::Time),
        "datetime" => temporal(Kind::DateTime, format, table, extra, node, report).map(FieldType::DateTime),
        "integer" | "number" | "boolean" | "year" | "yearmonth" | "list" | "any" => {
            if let Some(format) = format.filter(|format| *format != "default") {
                node.error(
                    report,
                    "format",
                    &format!("a field of type {name} has no formats, but \"{format}\" is given"),
                );
            }
            Some(plain(name, node, report))
        }
        unchecked => {
            let message = match instead(unchecked) {
                Some(instead) => format!("passeur does not check fields of type {unchecked}; {instead}"),
                None => {
                    let hint = near::hint(unchecked, TYPES.iter().copied());
                    format!("there is no type \"{unchecked}\"{hint}; types are {}", TYPES[..11].join(", "))
                }
            };
            node.error(report, "type", &message);
            None
        }
    }
}

fn instead(unchecked: &str) -> Option<&'static str> {
    Some(match unchecked {
        "object" | "geojson" => "use type string, and the cell passes as it is",
        "array" => "use type list with its \"delimiter\" if the cell holds plain values, else type string",
        "geopoint" => "use two fields of type number, or type string with a \"pattern\"",
        "duration" => "use type string with a \"pattern\", such as \"P([0-9]+Y)?([0-9]+M)?([0-9]+D)?\"",
        _ => return None,
    })
}

fn plain(name: &str, node: &Node<'_>, report: &mut Report) -> FieldType {
    match name {
        "integer" => FieldType::Integer(IntegerFormat {
            bare_number: node.flag("bareNumber", report).unwrap_or(true),
            group_char: sign("groupChar", node, report),
        }),
        "number" => {
            let format = NumberFormat {
                bare_number: node.flag("bareNumber", report).unwrap_or(true),
                group_char: sign("groupChar", node, report),
                decimal_char: sign("decimalChar", node, report).unwrap_or_else(|| ".".to_owned()),
            };
            if format.group_char.as_deref() == Some(&format.decimal_char) {
                node.error(
                    report,
                    "groupChar",
                    &format!("\"groupChar\" and \"decimalChar\" are both \"{}\"", format.decimal_char),
                );
            }
            FieldType::Number(format)
        }
        "boolean" => FieldType::Boolean(boolean(node, report)),
        "year" => FieldType::Year,
        "yearmonth" => FieldType::YearMonth,
        "list" => FieldType::List(list(node, report)),
        _ => FieldType::Any,
    }
}

/// A sign inside numbers: anything that cannot be taken for a part of the number itself.
fn sign(key: &str, node: &Node<'_>, report: &mut Report) -> Option<String> {
    let text = node.text(key, report)?;
    if text.is_empty()
        || text.contains(|character: char| character.is_ascii_digit() || "+-eE".contains(character))
    {
        node.error(
            report,
            key,
            &format!("\"{key}\" is a sign such as \",\" and no digit, sign or E, not \"{text}\""),
        );
        return None;
    }
    Some(text.to_owned())
}

fn boolean(node: &Node<'_>, report: &mut Report) -> BooleanFormat {
    let mut format = BooleanFormat::standard();
    for (key, values) in [("trueValues", &mut format.true_values), ("falseValues", &mut format.false_values)]
    {
        match node.texts(key, report) {
            Some(texts) if texts.is_empty() => {
                node.error(report, key, &format!("\"{key}\" is a list of at least one text"))
            }
            Some(texts) => *values = texts,
            None => {}
        }
    }
    if let Some(both) = format.true_values.iter().find(|text| format.false_values.contains(text)) {
        node.error(report, "trueValues", &format!("\"{both}\" is in \"trueValues\" and in \"falseValues\""));
    }
    format
}

fn list(node: &Node<'_>, report: &mut Report) -> ListFormat {
    let delimiter = node.text("delimiter", report).unwrap_or(",");
    if delimiter.is_empty() {
        node.error(report, "delimiter", "\"delimiter\" is not empty");
    }
    let item = node.word(
        "itemType",
        &[
            ("string", ListItem::String),
            ("integer", ListItem::Integer),
            ("number", ListItem::Number),
            ("boolean", ListItem::Boolean),
            ("datetime", ListItem::DateTime),
            ("date", ListItem::Date),
            ("time", ListItem::Time),
        ],
        report,
    );
    ListFormat { delimiter: delimiter.to_owned(), item: item.unwrap_or_default() }
}

fn string(format: Option<&str>, node: &Node<'_>, report: &mut Report) -> Option<StringFormat> {
    const WORDS: &[(&str, StringFormat)] = &[
        ("default", StringFormat::Default),
        ("email", StringFormat::Email),
        ("uri", StringFormat::Uri),
        ("binary", StringFormat::Binary),
        ("uuid", StringFormat::Uuid),
    ];
    match format {
        None => Some(StringFormat::Default),
        Some(_) => node.word("format", WORDS, report),
    }
}

fn temporal(
    kind: Kind,
    format: Option<&str>,
    table: &Rules,
    extra: &[String],
    node: &Node<'_>,
    report: &mut Report,
) -> Option<Vec<Pattern>> {
    let options = Options { order: table.date_order, pivot: table.year_pivot };
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut sound = true;
    let format = format.unwrap_or("default");
    for (at, source) in std::iter::once(format).chain(extra.iter().map(String::as_str)).enumerate() {
        match Pattern::of_format(kind, source, options) {
            Ok(more) => patterns
                .extend(more.into_iter().filter(|pattern| !patterns.contains(pattern)).collect::<Vec<_>>()),
            Err(error) => {
                sound = false;
                node.error(report, if at == 0 { "format" } else { "passeur" }, &error.to_string());
            }
        }
    }
    if let Some(both) =
        patterns.iter().find(|pattern| pattern.is_ambiguous() && patterns.contains(&pattern.swapped()))
    {
        sound = false;
        let message = format!(
            "{} and {} cannot both be accepted: 03/04 would mean two days; keep one, and set \"dateOrder\" under the \
             table's \"passeur\"",
            both.shown(),
            both.swapped().shown()
        );
        node.error(report, "format", &message);
    }
    sound.then_some(patterns)
}

/// A JSON value where a descriptor has a value of the field: as the text of a cell.
pub(super) fn cell_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// How a value of a descriptor is shown in a message.
pub(super) fn value_shown(value: &Json) -> String {
    shown(value)
}
