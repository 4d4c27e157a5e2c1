//! How files of a schema are named, and what a route that writes them must say: the part of the key `passeur` that `config` follows.

use super::node::{Node, Report};
use crate::config::name::{NamePart, NameTemplate};
use crate::schema::near;
use crate::schema::types::{Field, NameGrammar, Rules};

/// `name`: a template, or `{file_name}`, which leaves it to the route; `nameHolds`: the parts that the route's must have.
pub(super) fn grammar(node: &Node<'_>, report: &mut Report) -> NameGrammar {
    let parts = NamePart::ALL.map(|part| (part.word(), part));
    let holds = words(node, "nameHolds", &parts, report);
    let text = node.text("name", report);
    if text.is_some() && node.get("scope").is_none() {
        node.error(
            report,
            "name",
            "a schema with a \"name\" has a \"scope\" too: what its files are called here",
        );
    }
    if node.get("nameHolds").is_some() && text != Some("{file_name}") {
        node.error(
            report,
            "nameHolds",
            "\"nameHolds\" says what a route's \"file_name\" has: write \"name\": \"{file_name}\"",
        );
    }
    match text {
        None => NameGrammar::Default,
        Some("{file_name}") => NameGrammar::Route(holds),
        Some(text) => match NameTemplate::parse(text) {
            Ok(template) => NameGrammar::Template(template),
            Err(why) => {
                node.error(report, "name", &format!("\"name\" {why}"));
                NameGrammar::Default
            }
        },
    }
}

/// `confirm`: one of the settings.
pub(super) fn confirm(node: &Node<'_>, report: &mut Report) -> Option<String> {
    let confirm = node.text("confirm", report)?;
    let settings = node.list("settings", report).unwrap_or_default();
    let known = settings.iter().filter_map(|setting| setting.get("name")?.as_str());
    if !known.clone().any(|name| name == confirm) {
        let hint = near::hint(confirm, known);
        let message =
            format!("\"confirm\" names the setting \"{confirm}\", which \"settings\" does not have{hint}");
        node.error(report, "confirm", &message);
    }
    Some(confirm.to_owned())
}

/// `anyOf`: lists of column names.
pub(super) fn groups(node: &Node<'_>, report: &mut Report) -> Vec<Vec<String>> {
    let mut groups = Vec::new();
    for group in node.list("anyOf", report).unwrap_or_default() {
        let names = group.as_array().and_then(|names| {
            names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        match names {
            Some(names) if !names.is_empty() => groups.push(names),
            _ => node.error(
                report,
                "anyOf",
                "\"anyOf\" is a list of lists of columns, of which one must hold a value",
            ),
        }
    }
    groups
}

/// What the table's rules say about the labels of its columns: `anyOf` names columns, `labels` is a pattern that all follow, and
/// `reservedLabels` names none of them.
pub(super) fn labels(node: &Node<'_>, rules: &Rules, fields: &[Field], report: &mut Report) {
    for name in rules.any_of.iter().flatten() {
        if !fields.iter().any(|field| *field.name == **name) {
            let hint = near::hint(name, fields.iter().map(|field| &*field.name));
            node.error(report, "anyOf", &format!("\"anyOf\" names \"{name}\", which no field has{hint}"));
        }
    }
    if let Some(pattern) = node.text("labels", report) {
        match regex::Regex::new(&format!("^(?:{pattern})$")) {
            Ok(regex) => {
                for field in fields.iter().filter(|field| !regex.is_match(&field.name)) {
                    let message = format!(
                        "the platform takes no column named \"{}\": names match {pattern} (\"labels\")",
                        field.name
                    );
                    node.error(report, "labels", &message);
                }
            }
            Err(_) => {
                node.error(report, "labels", &format!("\"labels\" is no regular expression: {pattern}"))
            }
        }
    }
    for name in node.texts("reservedLabels", report).unwrap_or_default() {
        if fields.iter().any(|field| *field.name == *name) {
            let message =
                format!("\"{name}\" belongs to the platform, which ignores the column: leave it out");
            node.error(report, "reservedLabels", &message);
        }
    }
}

/// A list of words of a closed list, each at most once.
pub(super) fn words<T: Copy>(node: &Node<'_>, key: &str, known: &[(&str, T)], report: &mut Report) -> Vec<T> {
    let mut found = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for text in node.texts(key, report).unwrap_or_default() {
        match known.iter().find(|(word, _)| *word == text) {
            Some(_) if seen.contains(&text) => {
                node.error(report, key, &format!("\"{key}\" names \"{text}\" twice"));
            }
            Some((_, value)) => found.push(*value),
            None => {
                let all: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                let hint = near::hint(&text, all.iter().copied());
                node.error(report, key, &format!("\"{key}\" takes {}, not \"{text}\"{hint}", all.join(", ")));
            }
        }
        seen.push(text);
    }
    found
}
