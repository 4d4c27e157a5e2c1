//! `[[sets]]`

use std::collections::BTreeMap;

use super::keys::SET;
use super::problem::Problem;
use super::reader::{At, Reader, Table};
use super::source::shown;
use super::{DestinationConfig, RouteConfig, SetConfig, SetMember};

/// Longest name of a marker, in bytes: its temporary name has a run and a suffix behind it.
const LONGEST_MARKER: usize = 100;

/// Reads all sets. `routes` are the ones that could be read.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    top: &Table<'_>,
    routes: &[RouteConfig],
    destinations: &BTreeMap<String, DestinationConfig>,
) -> Vec<SetConfig> {
    let mut sets: Vec<SetConfig> = Vec::new();
    let Some((_, value)) = top.get("sets") else { return sets };
    let Some(tables) = value.get_ref().as_array() else {
        let problem = Problem::new(reader.source, &value.span(), "sets are a list of tables")
            .note("write [[sets]], with two brackets, above each set");
        reader.push(problem);
        return sets;
    };
    // A route with a mistake of its own is known by its name all the same.
    let written: Vec<&str> = top
        .get("routes")
        .and_then(|(_, value)| value.get_ref().as_array())
        .into_iter()
        .flat_map(|tables| tables.iter())
        .filter_map(|table| table.get_ref().get("name")?.get_ref().as_str())
        .collect();
    for (position, value) in tables.iter().enumerate() {
        let name = value.get_ref().get("name").and_then(|name| name.get_ref().as_str());
        let label = match name {
            Some(name) => format!("set `{}`", shown(name)),
            None => format!("set {} of {}", position + 1, tables.len()),
        };
        let Some(table) = reader.open(value, &SET, label) else { continue };
        let known = Known { written: &written, routes, destinations, sets: &sets };
        sets.extend(read(reader, &table, &known));
    }
    sets
}

/// What the rest of the config says.
struct Known<'a> {
    written: &'a [&'a str],
    routes: &'a [RouteConfig],
    destinations: &'a BTreeMap<String, DestinationConfig>,
    sets: &'a [SetConfig],
}

/// Reads one set; `None` when what it lacks has been noted.
fn read(reader: &mut Reader<'_>, table: &Table<'_>, known: &Known<'_>) -> Option<SetConfig> {
    reader.require(table, None);
    let name = reader.text(table, "name");
    if let Some(name) = &name
        && known.sets.iter().any(|set| set.name == name.value)
    {
        reader.problem(&name.at, format!("two sets are named `{}`", shown(&name.value)));
    }
    let routes = routes(reader, table, known);
    let required = required(reader, table, routes.as_deref().unwrap_or_default());
    let routes = routes?;
    let destination = destination(reader, &routes, known);
    let marker = reader.parsed(table, "marker", |text| check_marker(text, destination));
    let members = routes
        .into_iter()
        .map(|route| SetMember { required: required.contains(&route.value), route: route.value })
        .collect();
    Some(SetConfig { name: name?.value, routes: members, marker: marker.map(|marker| marker.value) })
}

/// The routes of a set: each exists, once, and in no other set.
fn routes(reader: &mut Reader<'_>, table: &Table<'_>, known: &Known<'_>) -> Option<Vec<At<String>>> {
    let list = reader.texts(table, "routes")?;
    if list.value.is_empty() {
        reader.wrong_value("routes", &list.at, "is empty: name the routes of the set");
    }
    let mut routes: Vec<At<String>> = Vec::new();
    for route in list.value {
        let name = shown(&route.value).to_string();
        if !known.written.contains(&route.value.as_str()) {
            let problem = Problem::new(reader.source, &route.at, format!("there is no route `{name}`"))
                .suggest(&route.value, known.written.iter().copied());
            reader.push(problem);
        } else if routes.iter().any(|earlier| earlier.value == route.value) {
            reader.wrong_value("routes", &route.at, &format!("names `{name}` twice"));
        } else if let Some(other) =
            known.sets.iter().find(|set| set.routes.iter().any(|member| member.route == route.value))
        {
            let problem = Problem::new(
                reader.source,
                &route.at,
                format!("route `{name}` is in set `{}` already", shown(&other.name)),
            )
            .note("a route belongs to one set at most: its file cannot wait for two sets");
            reader.push(problem);
        } else {
            routes.push(route);
        }
    }
    Some(routes)
}

/// The routes without which the set is held.
fn required(reader: &mut Reader<'_>, table: &Table<'_>, routes: &[At<String>]) -> Vec<String> {
    if table.has("required") && table.has("optional") {
        let message = "`required` and `optional` exclude each other: keep one";
        reader.problem(&table.key_at("optional"), message);
    }
    let all = || routes.iter().map(|route| route.value.clone());
    let mut named = |key: &'static str| -> Option<Vec<String>> {
        let list = reader.texts(table, key)?;
        let mut names = Vec::new();
        for name in list.value {
            if routes.iter().any(|route| route.value == name.value) {
                names.push(name.value);
            } else {
                let message = format!("`{key}` names `{}`, which is not in `routes`", shown(&name.value));
                let problem = Problem::new(reader.source, &name.at, message)
                    .suggest(&name.value, routes.iter().map(|route| route.value.as_str()));
                reader.push(problem);
            }
        }
        Some(names)
    };
    if let Some(required) = named("required") {
        return required;
    }
    let optional = named("optional").unwrap_or_default();
    all().filter(|route| !optional.contains(route)).collect()
}

/// The one destination of all routes.
fn destination<'a>(
    reader: &mut Reader<'_>,
    routes: &[At<String>],
    known: &Known<'a>,
) -> Option<&'a DestinationConfig> {
    let of = |route: &At<String>| known.routes.iter().find(|known| known.name == route.value);
    let first = routes.iter().find_map(of)?;
    for route in routes {
        if let Some(other) = of(route)
            && other.destination != first.destination
        {
            let message = format!(
                "routes of one set go to one destination: `{}` goes to `{}`, `{}` to `{}`",
                shown(&first.name),
                shown(&first.destination),
                shown(&other.name),
                shown(&other.destination)
            );
            reader.problem(&route.at, message);
        }
        let times = |route: &RouteConfig| route.deliver.as_ref().map(|cron| cron.as_str().to_owned());
        if let Some(other) = of(route)
            && times(other) != times(first)
        {
            let said =
                |times: Option<String>| times.map_or("none".to_owned(), |times| format!("\"{times}\""));
            let message = format!(
                "routes of one set are delivered at the same times: `{}` has {} in `schedule`, `{}` has {}",
                shown(&first.name),
                said(times(first)),
                shown(&other.name),
                said(times(other))
            );
            reader.problem(&route.at, message);
        }
    }
    known.destinations.get(&first.destination)
}

/// A plain file name that is none of our temporary ones.
fn check_marker(text: &str, destination: Option<&DestinationConfig>) -> Result<String, String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if text.len() > LONGEST_MARKER || !text.chars().all(allowed) || text.chars().all(|letter| letter == '.') {
        return Err(format!(
            "must be a file name of at most {LONGEST_MARKER} letters (a-z, A-Z), digits, `.`, `-` and `_`"
        ));
    }
    let suffix = destination.map_or(".part", |destination| &destination.temporary_suffix);
    if text.ends_with(suffix) {
        return Err(format!(
            "ends with \"{suffix}\", as our temporary files do: the partner would not read it"
        ));
    }
    Ok(text.to_owned())
}
