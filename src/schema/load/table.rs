//! The table level of a descriptor: fields, keys, `fieldsMatch`, `missingValues`.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::node::{Node, Report, shown};
use super::{field, names, rules};
use crate::schema::label::normalise;
use crate::schema::near;
use crate::schema::types::{Dialect, Field, FieldsMatch, Schema};

const KEYS: &[&str] = &[
    "$schema",
    "name",
    "title",
    "description",
    "version",
    "sources",
    "fields",
    "fieldsMatch",
    "missingValues",
    "primaryKey",
    "uniqueKeys",
    "foreignKeys",
    "passeur",
];

pub(super) fn read(name: &str, node: &Node<'_>, report: &mut Report) -> Option<Schema> {
    node.strangers(KEYS, report);
    let (rules, version) = match node.object("passeur", report) {
        Some(node) => rules::of_table(&node, report),
        None => Default::default(),
    };
    let missing_values = missing_values(node, report).unwrap_or_else(|| vec![String::new()]);
    let mut fields = Vec::new();
    for node in node.objects("fields", report) {
        fields.extend(field::read(&node, &rules, &missing_values, report));
    }
    if node.get("fields").is_none_or(|fields| fields.as_array().is_some_and(Vec::is_empty)) {
        node.error(report, "fields", "\"fields\" is a list of at least one field");
        return None;
    }
    labels(&fields, rules.normalise_headers, node, report);
    if let Some(node) = node.object("passeur", &mut Report::default()) {
        names::labels(&node, &rules, &fields, report);
    }
    let primary_key = primary_key(&fields, node, report);
    for at in &primary_key {
        // Table Schema: a field of the primary key is required.
        if let Some(field) = fields.get_mut(*at) {
            field.constraints.required = true;
        }
    }
    let unique_keys = unique_keys(&fields, node, report);
    if node.get("foreignKeys").is_some() {
        node.warn(report, "foreignKeys", "passeur does not check foreign keys");
    }
    Some(Schema {
        name: name.to_owned(),
        title: node.text("title", report).map(str::to_owned),
        description: node.text("description", report).map(str::to_owned),
        version,
        sources: Vec::new(),
        fields_match: fields_match(node, report),
        fields,
        primary_key,
        unique_keys,
        dialect: Dialect::default(),
        encoding: None,
        rules,
        sha256: [0; 32],
    })
}

/// `missingValues` of a table or of a field: texts, or objects with `value` and `label`.
pub(super) fn missing_values(node: &Node<'_>, report: &mut Report) -> Option<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    for item in node.list("missingValues", report)? {
        let text = match item {
            Json::Object(map) => map.get("value").and_then(Json::as_str),
            other => other.as_str(),
        };
        match text {
            Some(text) if values.iter().any(|value| value == text) => {
                node.warn(report, "missingValues", &format!("\"{text}\" stands twice in \"missingValues\""));
            }
            Some(text) => values.push(text.to_owned()),
            None => {
                let message = format!(
                    "\"missingValues\" holds texts as they stand in a cell, or objects with a \"value\", not {}",
                    shown(item)
                );
                node.error(report, "missingValues", &message);
            }
        }
    }
    Some(values)
}

fn fields_match(node: &Node<'_>, report: &mut Report) -> FieldsMatch {
    const WORDS: &[(&str, FieldsMatch)] = &[
        ("exact", FieldsMatch::Exact),
        ("equal", FieldsMatch::Equal),
        ("subset", FieldsMatch::Subset),
        ("superset", FieldsMatch::Superset),
        ("partial", FieldsMatch::Partial),
    ];
    // The 2.0 profile has an array of one word where the text has the word.
    let found = match node.get("fieldsMatch") {
        Some(Json::Array(items)) => match items.as_slice() {
            [Json::String(word)] => match WORDS.iter().find(|(known, _)| known == word) {
                Some((_, value)) => Some(*value),
                None => {
                    let hint = near::hint(word, WORDS.iter().map(|(known, _)| *known));
                    node.error(
                        report,
                        "fieldsMatch",
                        &format!(
                            "\"fieldsMatch\" is one of exact, equal, subset, superset, partial, not \"{word}\"{hint}"
                        ),
                    );
                    None
                }
            },
            _ => {
                node.error(report, "fieldsMatch", "\"fieldsMatch\" is one word, or a list of one word");
                None
            }
        },
        _ => node.word("fieldsMatch", WORDS, report),
    };
    found.unwrap_or_default()
}

/// Names and aliases must tell the columns apart.
fn labels(fields: &[Field], normalised: bool, node: &Node<'_>, report: &mut Report) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for field in fields {
        let own = std::iter::once(&*field.name).chain(field.rules.aliases.iter().map(String::as_str));
        let mut of_field: Vec<String> = Vec::new();
        for label in own {
            let label = if normalised { normalise(label) } else { label.to_owned() };
            if of_field.contains(&label) {
                continue;
            }
            if let Some(other) = seen.get(&label) {
                node.error(
                    report,
                    "fields",
                    &format!(
                        "\"{label}\" would mean both \"{other}\" and \"{}\"; give each column its own labels",
                        field.name
                    ),
                );
            }
            of_field.push(label);
        }
        seen.extend(of_field.into_iter().map(|label| (label, &*field.name)));
    }
}

fn primary_key(fields: &[Field], node: &Node<'_>, report: &mut Report) -> Vec<usize> {
    match node.get("primaryKey") {
        None => Vec::new(),
        Some(key) => names(key, "primaryKey", fields, node, report),
    }
}

fn unique_keys(fields: &[Field], node: &Node<'_>, report: &mut Report) -> Vec<Vec<usize>> {
    let mut keys = Vec::new();
    for key in node.list("uniqueKeys", report).unwrap_or_default() {
        let key = names(key, "uniqueKeys", fields, node, report);
        if !key.is_empty() {
            keys.push(key);
        }
    }
    keys
}

/// A name or a list of names → positions.
fn names(key: &Json, at: &str, fields: &[Field], node: &Node<'_>, report: &mut Report) -> Vec<usize> {
    let items = match key {
        Json::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut positions = Vec::new();
    for item in items {
        let Json::String(name) = item else {
            node.error(report, at, &format!("\"{at}\" names fields, not {}", shown(item)));
            continue;
        };
        match fields.iter().position(|field| *field.name == **name) {
            Some(position) if positions.contains(&position) => {
                node.error(report, at, &format!("\"{at}\" names \"{name}\" twice"));
            }
            Some(position) => positions.push(position),
            None => {
                let hint = near::hint(name, fields.iter().map(|field| &*field.name));
                node.error(report, at, &format!("\"{at}\" names \"{name}\", which no field has{hint}"));
            }
        }
    }
    positions
}
