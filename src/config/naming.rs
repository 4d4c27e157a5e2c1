//! What a route says about a platform's ways: the parts of its names, its mode, its guard, its packaging. Which of these a route must have is
//! said by its target schema; nothing that no source states has a default.

use chrono::{DateTime, FixedOffset};

use super::name::{NamePart, NameTemplate, NameValues};
use super::reader::{Reader, Table};
use super::{Mode, Naming, Packaging, RouteConfig, destination, route, values};
use crate::schema::{NameGrammar, Schema};

/// Reads the parts of names.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table<'_>) -> Naming {
    Naming {
        file_name: reader.parsed(table, "file_name", NameTemplate::parse).map(|name| name.value),
        entity: reader.text(table, "entity").map(|entity| entity.value),
        days_ahead: destination::count(reader, table, "days_ahead"),
        database: reader.parsed(table, "database", number).map(|database| database.value),
        delivery: reader.parsed(table, "delivery", number).map(|delivery| delivery.value),
        send_time: reader.parsed(table, "send_time", moment).map(|time| time.value),
        send_time_zone: reader.parsed(table, "send_time_zone", values::zone).map(|zone| zone.value),
    }
}

/// In the order of the words in `keys`.
pub(super) fn mode(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<Mode> {
    reader.choice(table, "mode").and_then(|mode| Mode::ALL.get(mode.value).copied())
}

/// In the order of the words in `keys`.
pub(super) fn packaging(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<Packaging> {
    reader.choice(table, "packaging").map(|packaging| match packaging.value {
        0 => Packaging::Gzip,
        _ => Packaging::Zip,
    })
}

/// The largest share by which a file may be shorter than the one before.
pub(super) fn max_shrink(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<f64> {
    route::share(reader, table, "max_shrink")
}

/// Ids of Symplify are digits (they go into a name as they are).
fn number(text: &str) -> Result<String, String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(format!("is a number, as the platform shows it, not `{}`", text.escape_debug()))
    }
}

fn moment(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text).map_err(|_| {
        "is a moment such as \"2026-11-20T08:00:00-05:00\" (date, T, time, offset or Z)".to_owned()
    })
}

impl Naming {
    /// Whether the setting that fills a part of a name is there.
    pub fn fills(&self, part: NamePart) -> bool {
        match part {
            NamePart::Database => self.database.is_some(),
            NamePart::Delivery => self.delivery.is_some(),
            NamePart::SendTime => self.send_time.is_some() && self.send_time_zone.is_some(),
            NamePart::Universe | NamePart::Scope | NamePart::Subsection | NamePart::Day => true,
        }
    }
}

/// The template of the names of a route's files: the schema's, or the route's own where the schema leaves it to the route. `None`: the
/// route does not say it.
pub fn template(route: &RouteConfig, to: &Schema) -> Option<NameTemplate> {
    match &to.rules.name {
        NameGrammar::Default => Some(NameTemplate::default_grammar()),
        NameGrammar::Template(template) => Some(template.clone()),
        NameGrammar::Route(_) => route.naming.file_name.clone(),
    }
}

/// The values of a route's name for this subsection, without the day and the send time.
pub fn values<'a>(route: &'a RouteConfig, to: &'a Schema, subsection: &'a str) -> NameValues<'a> {
    NameValues {
        universe: &route.universe,
        scope: to.rules.scope.as_deref().unwrap_or_default(),
        subsection,
        database: route.naming.database.as_deref().unwrap_or_default(),
        delivery: route.naming.delivery.as_deref().unwrap_or_default(),
        ..NameValues::default()
    }
}
