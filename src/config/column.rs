//! An entry of `[routes.columns]`: where the value of one target column comes from.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::keys::COLUMN;
use super::problem::Problem;
use super::reader::{Reader, Table};
use super::source::shown;
use super::{Case, ColumnConfig, Phone, Unmapped, template};

/// Reads one entry; `None` when what is wrong with it has been noted. `at`: where the target column's name stands.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    target: &str,
    at: &Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
) -> Option<ColumnConfig> {
    let target = shown(target);
    match value.get_ref() {
        DeValue::String(source) if source.trim().is_empty() => {
            let problem = Problem::new(
                reader.source,
                &value.span(),
                format!("column `{target}` names no source column"),
            )
            .note("leave the column out, and it stays empty");
            reader.push(problem);
            None
        }
        DeValue::String(source) => {
            Some(ColumnConfig { from: vec![source.to_string()], at: at.start, ..ColumnConfig::default() })
        }
        DeValue::Table(_) => {
            let table = reader.open(value, &COLUMN, format!("column `{target}`"))?;
            read_table(reader, &table, at)
        }
        other => {
            let message =
                format!("column `{target}` must be a text or a table, not {}", super::reader::kind(other));
            let mut problem = Problem::new(reader.source, &value.span(), message)
                .note(format!("a source column: {target} = \"Purchase date\""));
            if other.is_array() {
                problem = problem.note(format!(
                    "the first that is not empty: {target} = {{ from = [\"Email\", \"Card\"] }}"
                ));
            }
            if let DeValue::Integer(number) = other {
                problem = problem.note(format!(
                    "the same value in every row: {target} = {{ constant = \"{}\" }}",
                    number.as_str()
                ));
            }
            reader.push(problem);
            None
        }
    }
}

fn read_table(reader: &mut Reader<'_>, table: &Table<'_>, at: &Range<usize>) -> Option<ColumnConfig> {
    let from = from(reader, table);
    let constant = reader.text(table, "constant").map(|text| text.value);
    let template = reader.parsed(table, "template", |text| match template::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(why) => Err(why.to_string()),
    });
    let case =
        reader.choice(table, "case").map(|case| if case.value == 1 { Case::Upper } else { Case::Lower });
    let trim = reader.switch(table, "trim").is_some_and(|on| on.value);
    let strip_accents = reader.switch(table, "strip_accents").is_some_and(|on| on.value);
    let phone =
        reader.choice(table, "phone").map(|phone| if phone.value == 1 { Phone::Zeros } else { Phone::Plus });
    let calling_code = reader.parsed(table, "calling_code", calling_code).map(|code| code.value);
    let default = reader.text(table, "default").map(|text| text.value);
    let unmapped =
        reader.choice(table, "unmapped").map_or(Unmapped::Reject, |unmapped| match unmapped.value {
            1 => Unmapped::Keep,
            2 => Unmapped::Empty,
            _ => Unmapped::Reject,
        });
    let steps = ColumnConfig { trim, case, strip_accents, phone, calling_code, ..ColumnConfig::default() };
    let map = map(reader, table, &steps);
    contradictions(reader, table);
    Some(ColumnConfig {
        from,
        constant,
        template: template.map(|template| template.value),
        map,
        unmapped,
        default,
        at: at.start,
        ..steps
    })
}

/// One to three digits, as ITU-T E.164 has them.
fn calling_code(text: &str) -> Result<String, String> {
    let sound = (1..=3).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound {
        Ok(text.to_owned())
    } else {
        Err("is one to three digits, such as \"1\" for Canada".to_owned())
    }
}

fn from(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<String> {
    let Some((key, value)) = table.get("from") else { return Vec::new() };
    match value.get_ref() {
        DeValue::String(_) => reader.text(table, "from").map(|text| text.value).into_iter().collect(),
        DeValue::Array(_) => {
            let Some(list) = reader.texts(table, "from") else { return Vec::new() };
            if value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
                reader.wrong_value("from", &list.at, "is empty: name at least one source column");
            }
            let mut names: Vec<String> = Vec::new();
            for name in list.value {
                if names.contains(&name.value) {
                    reader.wrong_value("from", &name.at, &format!("names `{}` twice", shown(&name.value)));
                } else {
                    names.push(name.value);
                }
            }
            names
        }
        _ => {
            reader.wrong_type(key, value);
            Vec::new()
        }
    }
}

/// The value map. A key that no value can equal after the steps before it is refused.
fn map(reader: &mut Reader<'_>, table: &Table<'_>, steps: &ColumnConfig) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    let Some((key, value)) = table.get("map") else { return map };
    let Some(entries) = value.get_ref().as_table() else {
        reader.wrong_type(key, value);
        return map;
    };
    if entries.is_empty() {
        reader.wrong_value("map", &value.span(), "is empty: leave it out, or name at least one value");
    }
    for (name, value) in entries {
        let word = name.get_ref().as_ref();
        if let Some(step) = changed_by(word, steps) {
            let message =
                format!("`map` has the value `{}`, which nothing can equal after `{step}`", shown(word));
            let problem = Problem::new(reader.source, &name.span(), message)
                .note("values are compared after `trim`, `case` and `strip_accents`: write it as it is then");
            reader.push(problem);
        } else if word.is_empty() {
            let problem = Problem::new(
                reader.source,
                &name.span(),
                "`map` has an entry for the empty value, which is never looked up",
            )
            .note("write `default` for the value when there is none");
            reader.push(problem);
        }
        match value.get_ref().as_str() {
            Some(text) => {
                map.insert(word.to_owned(), text.to_owned());
            }
            None => {
                let mut problem = Problem::new(reader.source, &value.span(), "`map` turns texts into texts");
                if let Some(number) = value.get_ref().as_integer() {
                    problem = problem.note(format!("write it in quotes: \"{}\"", number.as_str()));
                }
                reader.push(problem);
            }
        }
    }
    map
}

/// The step that changes this text, if any does.
fn changed_by(text: &str, steps: &ColumnConfig) -> Option<&'static str> {
    let lower = |text: &str| text.chars().any(char::is_lowercase);
    let upper = |text: &str| text.chars().any(char::is_uppercase);
    match steps.case {
        _ if steps.trim && text.trim() != text => Some("trim"),
        Some(Case::Lower) if upper(text) => Some("case = \"lower\""),
        Some(Case::Upper) if lower(text) => Some("case = \"upper\""),
        _ if steps.strip_accents && text.nfd().any(is_combining_mark) => Some("strip_accents"),
        _ => None,
    }
}

/// Keys that exclude each other.
fn contradictions(reader: &mut Reader<'_>, table: &Table<'_>) {
    let sources: Vec<&str> =
        ["from", "constant", "template"].into_iter().filter(|name| table.has(name)).collect();
    match sources.as_slice() {
        [_] => {}
        [] => {
            let problem = Problem::new(reader.source, &table.at, format!("{} says no source", table.label))
                .note(
                    "write one of: from = \"Source column\", constant = \"…\", template = \"AM-{Person ID}\"",
                );
            reader.push(problem);
        }
        [first, second, ..] => {
            let message = format!("`{first}` and `{second}` exclude each other: keep one");
            reader.problem(&table.key_at(second), message);
        }
    }
    if sources == ["constant"] {
        for name in ["trim", "case", "strip_accents", "phone", "calling_code", "map", "unmapped", "default"] {
            if table.has(name) {
                let message = format!("`{name}` does nothing to a `constant`: write the value as it must be");
                reader.problem(&table.key_at(name), message);
            }
        }
    } else if table.has("unmapped") && !table.has("map") {
        let message = "`unmapped` says what a value that `map` lacks does, and there is no `map`";
        reader.problem(&table.key_at("unmapped"), message);
    }
}
