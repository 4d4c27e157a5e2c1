//! `[[routes]]`

use toml::de::DeValue;

use super::part::check_part;
use super::reader::{At, Reader, Table};
use super::{RouteConfig, Send, column, expect, naming, schedule, values};

/// Share of rejected rows above which an outbound file is held, unless the route says otherwise.
const MAX_REJECTED: f64 = 0.10;

/// Share by which a file that replaces a list may be shorter than the one before, unless the route says otherwise.
const MAX_SHRINK: f64 = 0.10;

/// Reads one route; `None` when what it lacks has been noted.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<RouteConfig> {
    reader.require(table, None);
    let name = reader.text(table, "name");
    let from = reader.text(table, "from");
    let to = reader.text(table, "to");
    let destination = reader.text(table, "destination");
    let universe = part(reader, table, "universe");
    let subsections = subsections(reader, table);
    let send = send(reader, table);
    let initial = reader.switch(table, "initial").is_some_and(|on| on.value);
    let mode = naming::mode(reader, table);
    let max_shrink = naming::max_shrink(reader, table);
    let packaging = naming::packaging(reader, table);
    let naming = naming::read(reader, table);
    let mut columns_of = |name: &str| -> Vec<String> {
        let list = reader.texts(table, name).map(|list| list.value).unwrap_or_default();
        list.into_iter().map(|text| text.value).collect()
    };
    let (key, compare) = (columns_of("key"), columns_of("compare"));
    let max_rejected = share(reader, table, "max_rejected");
    let time_zone = reader.parsed(table, "time_zone", values::zone).map(|zone| zone.value);
    let settings = settings(reader, table);
    let columns = columns(reader, table);
    let expect = expect::read(reader, table);
    let deliver = schedule::of_route(reader, table);
    Some(RouteConfig {
        name: name?.value,
        from: from?.value,
        to: to?.value,
        destination: destination?.value,
        universe: universe.unwrap_or_default(),
        subsections,
        send,
        initial,
        mode,
        max_shrink: max_shrink.unwrap_or(MAX_SHRINK),
        packaging,
        naming,
        key,
        compare,
        max_rejected: max_rejected.unwrap_or(MAX_REJECTED),
        time_zone,
        settings,
        columns,
        expect,
        deliver,
        at: table.at.start,
    })
}

fn part(reader: &mut Reader<'_>, table: &Table<'_>, name: &str) -> Option<String> {
    let (key, value) = table.get(name)?;
    let Some(text) = value.get_ref().as_str() else {
        reader.wrong_type(key, value);
        return None;
    };
    checked_part(reader, name, At { value: text.to_owned(), at: value.span() })
}

fn checked_part(reader: &mut Reader<'_>, name: &str, text: At<String>) -> Option<String> {
    match check_part(&text.value) {
        Ok(()) => Some(text.value),
        Err(why) => {
            let message = format!("`{name}` {why}");
            reader.problem(&text.at, message);
            None
        }
    }
}

fn subsections(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<String> {
    if table.has("subsection") && table.has("subsections") {
        let message = "`subsection` and `subsections` exclude each other: keep one";
        reader.problem(&table.key_at("subsection"), message);
    }
    if table.has("subsection") {
        return part(reader, table, "subsection").into_iter().collect();
    }
    let Some(list) = reader.texts(table, "subsections") else { return Vec::new() };
    if list.value.is_empty() {
        reader.wrong_value("subsections", &list.at, "is empty: name at least one");
    }
    let mut parts: Vec<String> = Vec::new();
    for text in list.value {
        let at = text.at.clone();
        let Some(part) = checked_part(reader, "subsections", text) else { continue };
        if parts.contains(&part) {
            reader.wrong_value("subsections", &at, &format!("names `{part}` twice"));
        } else {
            parts.push(part);
        }
    }
    parts
}

/// In the order of the words in `keys`.
fn send(reader: &mut Reader<'_>, table: &Table<'_>) -> Send {
    match reader.choice(table, "send").map(|send| send.value) {
        Some(1) => Send::New,
        Some(2) => Send::Changed,
        Some(3) => Send::Updated,
        _ => Send::All,
    }
}

/// A percentage, or a number from 0.0 to 1.0. A whole number is refused, because 1 may mean 1 % or all.
pub(super) fn share(reader: &mut Reader<'_>, table: &Table<'_>, name: &str) -> Option<f64> {
    let (key, value) = table.get(name)?;
    let why = match value.get_ref() {
        DeValue::String(_) => {
            return reader.parsed(table, name, values::share).map(|share| share.value);
        }
        DeValue::Integer(number) if number.as_str() == "0" => return Some(0.0),
        DeValue::Integer(number) => {
            format!("is a whole number, which may mean a share or per cent: write \"{} %\"", number.as_str())
        }
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(share) if (0.0..=1.0).contains(&share) => return Some(share),
            Ok(percent) if percent > 1.0 && percent <= 100.0 => {
                format!("is a share from 0.0 to 1.0 when it is a number\ndid you mean \"{percent} %\"?")
            }
            _ => "is a share from 0.0 to 1.0 when it is a number".to_owned(),
        },
        _ => {
            reader.wrong_type(key, value);
            return None;
        }
    };
    reader.wrong_value(name, &value.span(), &why);
    None
}

/// Settings with `-`, as schemas write them.
fn settings(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<String> {
    let mut settings = Vec::new();
    for setting in reader.texts(table, "settings").map(|list| list.value).unwrap_or_default() {
        let name = setting.value.replace('_', "-");
        if settings.contains(&name) {
            reader.wrong_value(
                "settings",
                &setting.at,
                &format!("names `{}` twice", super::source::shown(&setting.value)),
            );
        } else {
            settings.push(name);
        }
    }
    settings
}

/// The column map, in the order of the file.
fn columns(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<(String, super::ColumnConfig)> {
    let Some((key, value)) = table.get("columns") else { return Vec::new() };
    let Some(entries) = value.get_ref().as_table() else {
        reader.wrong_type(key, value);
        return Vec::new();
    };
    let mut columns: Vec<(String, super::ColumnConfig)> = Vec::new();
    for (name, value) in entries {
        if let Some(column) = column::read(reader, name.get_ref(), &name.span(), value) {
            columns.push((name.get_ref().to_string(), column));
        }
    }
    columns.sort_by_key(|(_, column)| column.at);
    columns
}
