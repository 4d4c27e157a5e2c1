//! `passeur.toml` → [`Config`]: finds it, reads it, and says all that is wrong with it at once.
//!
//! What the config says by itself is checked here; what needs the schemas is checked in [`super::check`].

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use toml::de::DeTable;

use super::keys::{ROUTE, TOP};
use super::problem::{ConfigError, Problem, Problems};
use super::reader::{Reader, Table, resolve};
use super::source::Source;
use super::{
    Config, DestinationConfig, DestinationKind, Language, customer_base, destination, metrics, notify,
    retention, route, schedule, set, values,
};

/// The name of the config file.
pub const FILE_NAME: &str = "passeur.toml";

/// Largest config that is read, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The nearest `passeur.toml`: in the folder, or in one above it.
///
/// # Errors
/// [`ConfigError::NotFound`].
pub fn find(start: &Path) -> Result<PathBuf, ConfigError> {
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
    start
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
        .ok_or_else(|| ConfigError::NotFound(start.clone()))
}

/// Loads a config file, or the one in this folder.
///
/// # Errors
/// When it cannot be read, and all that is wrong with what it says.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
    let file = std::path::absolute(&file).unwrap_or(file);
    let cannot_read = |source| ConfigError::CannotRead { file: file.clone(), source };
    let metadata = match std::fs::metadata(&file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ConfigError::NoSuchFile(file));
        }
        Err(error) => return Err(cannot_read(error)),
    };
    if !metadata.is_file() {
        return Err(ConfigError::NotAFile(file));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(&file).map_err(cannot_read)?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(cannot_read)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::TooLarge {
            file,
            bytes: metadata.len().max(MAX_BYTES + 1),
            limit: MAX_BYTES,
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => parse(text, &file),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count();
            Err(ConfigError::NotText { file, line })
        }
    }
}

/// Loads a config from its text; `file` is where it stands, or would stand: relative paths start at its folder.
///
/// # Errors
/// All that is wrong with what it says.
pub fn parse(text: String, file: &Path) -> Result<Config, ConfigError> {
    let sha256 = Sha256::digest(text.as_bytes()).into();
    let root = file.parent().unwrap_or(Path::new("")).to_owned();
    let (tree, errors) = DeTable::parse_recoverable(&text);
    let source = Source::new(file.to_owned(), text.clone(), tree.get_ref(), !errors.is_empty());
    if !errors.is_empty() {
        return Err(syntax(&source, &errors));
    }
    let mut reader = Reader { source: &source, problems: Vec::new(), root: root.clone() };
    let top = reader.open_table(tree.get_ref(), 0..0, &TOP, "the top level".to_owned());
    let config = read(&mut reader, &top, file, sha256);
    let problems = std::mem::take(&mut reader.problems);
    Problems::result(&source, problems)?;
    Ok(Config { source: Arc::new(source), ..config })
}

/// Where the text is not TOML. Nothing else is checked then: half a tree would make false alarms.
fn syntax(source: &Source, errors: &[toml::de::Error]) -> ConfigError {
    let mut problems: Vec<Problem> = Vec::new();
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        let mut problem =
            Problem::new(source, &at, format!("not valid TOML: {}", error.message().replace('\n', "; ")));
        // The parser guesses `inf`, `true` and the like where a person forgot the quotes.
        if source.starts_with_letter(&at) && !error.message().contains("key") {
            problem = problem.note("a text stands in quotes: inbox = \"inbox\"");
        }
        // What follows a first error on a line is most often its echo.
        if problems.iter().all(|earlier| earlier.line() != problem.line()) {
            problems.push(problem);
        }
    }
    match Problems::result(source, problems) {
        Err(error) => error,
        Ok(()) => ConfigError::NotAFile(source.file.clone()),
    }
}

fn read(reader: &mut Reader<'_>, top: &Table<'_>, file: &Path, sha256: [u8; 32]) -> Config {
    let root = reader.root.clone();
    let mut folder = |name: &str| match reader.path(top, name) {
        Some(path) => path.value,
        None => resolve(&root, if name == "store" { "passeur.db" } else { name })
            .unwrap_or_else(|_| root.join(name)),
    };
    let (inbox, archive, reports) = (folder("inbox"), folder("archive"), folder("reports"));
    let (schemas, work, store) = (folder("schemas"), folder("work"), folder("store"));
    let models = folder("models");
    let language = match reader.choice(top, "language") {
        Some(language) if language.value == 1 => Language::Fr,
        _ => Language::En,
    };
    let time_zone =
        reader.parsed(top, "time_zone", values::named_zone).map_or(chrono_tz::UTC, |zone| zone.value);
    let settle = reader.parsed(top, "settle", values::duration).map(|settle| settle.value);
    let rescan = reader.parsed(top, "rescan", values::rescan).map(|rescan| rescan.value);
    let ignore = ignore(reader, top);
    let destinations = destinations(reader, top);
    let routes = routes(reader, top);
    let sets = set::read_all(reader, top, &routes, &destinations);
    let customer_base = customer_base::read(reader, top);
    let schedule = schedule::read(reader, top);
    let metrics = metrics::read(reader, top);
    let marker = reader.parsed(top, "marker", values::marker).map(|marker| marker.value);
    let notify = notify::read(reader, top);
    let retention = retention::read(reader, top);
    let config = Config {
        root,
        file: file.to_owned(),
        sha256,
        language,
        time_zone,
        inbox,
        archive,
        reports,
        schemas,
        work,
        store,
        ignore,
        settle: settle.unwrap_or(Duration::from_secs(2)),
        rescan: rescan.unwrap_or(Duration::from_secs(30)),
        destinations,
        routes,
        sets,
        models,
        customer_base,
        schedule,
        metrics,
        marker,
        notify,
        retention,
        source: Arc::default(),
    };
    separate_folders(reader, top, &config);
    config
}

/// The patterns of `ignore`, each valid.
fn ignore(reader: &mut Reader<'_>, top: &Table<'_>) -> Vec<String> {
    let mut patterns = Vec::new();
    for pattern in reader.texts(top, "ignore").map(|list| list.value).unwrap_or_default() {
        match glob::Pattern::new(&pattern.value) {
            Ok(_) => patterns.push(pattern.value),
            Err(error) => {
                let why = format!("holds a pattern that is not valid: {}", error.msg);
                reader.wrong_value("ignore", &pattern.at, &why);
            }
        }
    }
    patterns
}

fn destinations(reader: &mut Reader<'_>, top: &Table<'_>) -> BTreeMap<String, DestinationConfig> {
    let mut destinations = BTreeMap::new();
    let Some((key, value)) = top.get("destinations") else { return destinations };
    let Some(tables) = value.get_ref().as_table() else {
        reader.wrong_type(key, value);
        return destinations;
    };
    for (name, value) in tables {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if name.get_ref().is_empty() || name.get_ref().len() > 64 || !name.get_ref().chars().all(allowed) {
            reader.problem(
                &name.span(),
                "a destination's name has 1 to 64 letters (a-z, A-Z), digits, `-` and `_`",
            );
            continue;
        }
        if let Some(destination) = destination::read(reader, name.get_ref(), value) {
            destinations.insert(destination.name.clone(), destination);
        }
    }
    destinations
}

fn routes(reader: &mut Reader<'_>, top: &Table<'_>) -> Vec<super::RouteConfig> {
    let mut routes: Vec<super::RouteConfig> = Vec::new();
    let Some((_, value)) = top.get("routes") else { return routes };
    let Some(tables) = value.get_ref().as_array() else {
        let problem = Problem::new(reader.source, &value.span(), "routes are a list of tables")
            .note("write [[routes]], with two brackets, above each route");
        reader.push(problem);
        return routes;
    };
    for (position, value) in tables.iter().enumerate() {
        let name = value.get_ref().get("name").and_then(|name| name.get_ref().as_str());
        let label = match name {
            Some(name) => format!("route `{}`", super::source::shown(name)),
            None => format!("route {} of {}", position + 1, tables.len()),
        };
        let Some(table) = reader.open(value, &ROUTE, label) else { continue };
        let Some(route) = route::read(reader, &table) else { continue };
        if routes.iter().any(|earlier| earlier.name == route.name) {
            let at = table.get("name").map_or(table.at.clone(), |(_, name)| name.span());
            reader.problem(&at, format!("two routes are named `{}`", super::source::shown(&route.name)));
        }
        routes.push(route);
    }
    routes
}

/// Refuses folders that would feed each other: the same one twice, or one of ours inside the inbox.
fn separate_folders(reader: &mut Reader<'_>, top: &Table<'_>, config: &Config) {
    let mut folders: Vec<(String, &Path, std::ops::Range<usize>)> = Vec::new();
    for (name, path) in [
        ("inbox", &config.inbox),
        ("archive", &config.archive),
        ("reports", &config.reports),
        ("schemas", &config.schemas),
        ("work", &config.work),
        ("store", &config.store),
        ("models", &config.models),
    ] {
        let at = top.get(name).map_or(0..0, |(_, value)| value.span());
        folders.push((format!("`{name}`"), path, at));
    }
    for destination in config.destinations.values() {
        if let DestinationKind::Folder { path } = &destination.kind {
            use super::source::Step::Key;
            let at = reader.source.locate(&[Key("destinations"), Key(&destination.name), Key("path")]);
            folders.push((format!("`path` of destination `{}`", destination.name), path, at));
        }
    }
    if config.root.starts_with(&config.inbox) {
        let at = folders.first().map_or(0..0, |(_, _, at)| at.clone());
        reader.problem(
            &at,
            "the inbox holds the config's own folder: all of the project would be taken for exports",
        );
        return;
    }
    for (position, (name, path, at)) in folders.iter().enumerate() {
        for (other, other_path, other_at) in folders.iter().take(position) {
            // Point at the one that the file names.
            let at = if at.is_empty() { other_at } else { at };
            let both_destinations = name.starts_with("`path`") && other.starts_with("`path`");
            if path == other_path && !both_destinations {
                reader.problem(at, format!("{name} and {other} are the same path; each needs its own"));
            } else if other == "`inbox`" && path.starts_with(other_path) {
                reader.problem(
                    at,
                    format!("{name} lies inside the inbox, where it would be taken for exports"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
