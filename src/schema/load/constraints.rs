//! Constraints, each allowed only on the types that the standard gives it.

use regex::Regex;
use serde_json::Value as Json;

use super::field::{cell_text, value_shown};
use super::node::{Node, Report};
use crate::schema::cast::compare::compare;
use crate::schema::label::fold;
use crate::schema::types::{Allowed, Bound, Constraints, FieldType, IntegerFormat, NumberFormat};
use crate::schema::value::Value;

pub(super) const KEYS: &[&str] = &[
    "required",
    "unique",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "pattern",
    "enum",
    "jsonSchema",
];

pub(super) fn read(
    field: &Node<'_>,
    kind: &FieldType,
    ignore_case: bool,
    report: &mut Report,
) -> Constraints {
    let categories = categories(field, kind, ignore_case, report);
    let Some(node) = field.object("constraints", report) else {
        return Constraints { allowed: categories, ..Constraints::default() };
    };
    node.strangers(KEYS, report);
    if node.get("jsonSchema").is_some() {
        node.error(
            report,
            "jsonSchema",
            "\"jsonSchema\" is for object and array fields, which passeur does not check",
        );
    }
    let mut constraints = Constraints {
        required: node.flag("required", report).unwrap_or(false),
        unique: node.flag("unique", report).unwrap_or(false),
        min_length: length("minLength", &node, kind, report),
        max_length: length("maxLength", &node, kind, report),
        minimum: bound("minimum", &node, kind, report),
        maximum: bound("maximum", &node, kind, report),
        exclusive_minimum: bound("exclusiveMinimum", &node, kind, report),
        exclusive_maximum: bound("exclusiveMaximum", &node, kind, report),
        pattern: pattern(&node, kind, report),
        allowed: None,
    };
    if let Some((least, most)) = constraints.min_length.zip(constraints.max_length)
        && least > most
    {
        node.error(
            report,
            "minLength",
            &format!("\"minLength\" {least} is above \"maxLength\" {most}: nothing would fit"),
        );
    }
    ranges(&constraints, &node, report);
    if let Some(items) = node.list("enum", report) {
        constraints.allowed = allowed("enum", items, kind, ignore_case, &node, report);
        subset(constraints.allowed.as_ref(), categories.as_ref(), &node, report);
    } else {
        constraints.allowed = categories;
    }
    constraints
}

fn length(key: &str, node: &Node<'_>, kind: &FieldType, report: &mut Report) -> Option<usize> {
    let count = node.count(key, 0, report)?;
    if !matches!(kind, FieldType::String(_) | FieldType::List(_)) {
        not_on(key, "string and list fields", kind, node, report);
        return None;
    }
    usize::try_from(count).ok()
}

fn not_on(key: &str, types: &str, kind: &FieldType, node: &Node<'_>, report: &mut Report) {
    let kind = kind.name();
    let untyped = if kind == "any" { "; give the field a \"type\"" } else { "" };
    node.error(report, key, &format!("\"{key}\" is for {types}, not for {kind}{untyped}"));
}

fn bound(key: &str, node: &Node<'_>, kind: &FieldType, report: &mut Report) -> Option<Bound> {
    let json = node.get(key)?;
    let ordered = matches!(
        kind,
        FieldType::Integer(_)
            | FieldType::Number(_)
            | FieldType::Date(_)
            | FieldType::Time(_)
            | FieldType::DateTime(_)
            | FieldType::Year
            | FieldType::YearMonth
    );
    if !ordered {
        not_on(key, "integer, number, date, time, datetime, year and yearmonth fields", kind, node, report);
        return None;
    }
    match typed(json, kind) {
        Some((text, value)) => Some(Bound { text, value }),
        None => {
            let kind = kind.name();
            node.error(
                report,
                key,
                &format!("\"{key}\" is a value of the field's type {kind}, not {}", value_shown(json)),
            );
            None
        }
    }
}

/// A value of a descriptor in the field's type. JSON's own numbers and booleans are taken as such, whatever signs the
/// cells of the field use.
fn typed(json: &Json, kind: &FieldType) -> Option<(String, Value)> {
    let text = cell_text(json)?;
    let value = match (json, kind) {
        (Json::Bool(flag), FieldType::Boolean(_)) => Value::Boolean(*flag),
        (Json::Number(_), FieldType::Number(_)) => {
            FieldType::Number(NumberFormat::default()).cast(&text).ok()?
        }
        (Json::Number(_), FieldType::Integer(_)) => {
            FieldType::Integer(IntegerFormat::default()).cast(&text).ok()?
        }
        (Json::Bool(_), _) => return None,
        _ => kind.cast(&text).ok()?,
    };
    Some((text, value))
}

fn ranges(constraints: &Constraints, node: &Node<'_>, report: &mut Report) {
    let lows = [("minimum", &constraints.minimum), ("exclusiveMinimum", &constraints.exclusive_minimum)];
    let highs = [("maximum", &constraints.maximum), ("exclusiveMaximum", &constraints.exclusive_maximum)];
    for (low_key, low) in lows {
        for (high_key, high) in highs {
            let (Some(low), Some(high)) = (low, high) else { continue };
            let exclusive = low_key.starts_with('e') || high_key.starts_with('e');
            let fits = match compare(&low.value, &high.value) {
                Some(order) => order.is_lt() || (order.is_eq() && !exclusive),
                None => true,
            };
            if !fits {
                let message = format!(
                    "nothing would fit between \"{low_key}\" {} and \"{high_key}\" {}",
                    low.text, high.text
                );
                node.error(report, low_key, &message);
            }
        }
    }
}

/// Anchored to the whole cell, as in XML Schema.
fn pattern(node: &Node<'_>, kind: &FieldType, report: &mut Report) -> Option<(String, Regex)> {
    let source = node.text("pattern", report)?;
    if !matches!(kind, FieldType::String(_)) {
        not_on("pattern", "string fields", kind, node, report);
        return None;
    }
    // The source alone first: `a)(b` must not come to sense inside the group.
    match Regex::new(source).and_then(|_| Regex::new(&format!(r"\A(?:{source})\z"))) {
        Ok(regex) => Some((source.to_owned(), regex)),
        Err(error) => {
            let reason = match &error {
                regex::Error::Syntax(text) => {
                    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
                }
                other => other.to_string(),
            };
            node.error(
                report,
                "pattern",
                &format!("\"{source}\" is no regular expression that passeur reads: {reason}"),
            );
            None
        }
    }
}

fn allowed(
    key: &str,
    items: &[Json],
    kind: &FieldType,
    ignore_case: bool,
    node: &Node<'_>,
    report: &mut Report,
) -> Option<Allowed> {
    if items.is_empty() {
        node.error(report, key, &format!("\"{key}\" is a list of at least one value"));
        return None;
    }
    let by_text = matches!(kind, FieldType::String(_) | FieldType::Any | FieldType::List(_));
    let mut texts = Vec::new();
    let mut values = Vec::new();
    for item in items {
        match typed(item, kind) {
            Some((text, value)) => {
                texts.push(text);
                if !by_text {
                    values.push(value);
                }
            }
            None => {
                let kind = kind.name();
                node.error(
                    report,
                    key,
                    &format!("{} in \"{key}\" is no value of the field's type {kind}", value_shown(item)),
                );
            }
        }
    }
    let folded = if ignore_case { texts.iter().map(|text| fold(text)).collect() } else { Default::default() };
    let (listed, guesses) = Default::default();
    Some(Allowed {
        set: texts.iter().cloned().collect(),
        texts,
        values,
        ignore_case,
        folded,
        listed,
        guesses,
    })
}

/// `categories` restrict a field as `enum` does.
fn categories(field: &Node<'_>, kind: &FieldType, ignore_case: bool, report: &mut Report) -> Option<Allowed> {
    let items = field.list("categories", report)?;
    if !matches!(kind, FieldType::String(_) | FieldType::Integer(_)) {
        not_on("categories", "string and integer fields", kind, field, report);
        return None;
    }
    let values: Vec<Json> = items
        .iter()
        .map(|item| match item {
            Json::Object(map) => map.get("value").cloned().unwrap_or(Json::Null),
            other => other.clone(),
        })
        .collect();
    allowed("categories", &values, kind, ignore_case, field, report)
}

fn subset(allowed: Option<&Allowed>, categories: Option<&Allowed>, node: &Node<'_>, report: &mut Report) {
    let (Some(allowed), Some(categories)) = (allowed, categories) else { return };
    for text in &allowed.texts {
        if !categories.set.contains(text) {
            node.error(
                report,
                "enum",
                &format!("\"{text}\" in \"enum\" is not in the field's \"categories\""),
            );
        }
    }
}
