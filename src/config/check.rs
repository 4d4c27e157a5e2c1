//! A config against the schemas of its routes, before any row is read: names that do not exist, columns that nobody fills, copies
//! that can never work, outbound names that would collide.
//!
//! What depends on a row is left to the row check. Texts that stand in the config itself (constants, defaults, results of value maps) are
//! checked here through [`Known::cell`].

mod names;
#[cfg(test)]
mod tests;
mod ways;

use std::collections::HashMap;
use std::sync::Arc;

use super::problem::{ConfigError, Problem, Problems};
use super::source::Step::{self, Index, Key};
use super::source::shown;
use super::template::{self, Piece};
use super::{ColumnConfig, Config, DestinationKind, MODELS, RouteConfig, Send};
use crate::schema::label::normalise;
use crate::schema::{Field, FieldType, Schema, StringFormat};

/// What the config is checked against. The rooms that hold it stand beside or above this one.
pub struct Known<'a> {
    /// The names of all schemas, for suggestions.
    pub schema_names: &'a [String],
    /// A schema by its name; the error says why it cannot be used.
    pub schema: &'a dyn Fn(&str) -> Result<Arc<Schema>, String>,
    /// Whether a text may stand in a cell of this field (a position in `fields`); the error completes "`value` in column `x` …".
    pub cell: &'a dyn Fn(&Schema, usize, &str) -> Result<(), String>,
}

/// Checks all routes.
///
/// # Errors
/// All that is wrong, in the order of the file.
pub fn check(config: &Config, known: &Known<'_>) -> Result<(), ConfigError> {
    let mut check = Check { config, known, problems: Vec::new() };
    let mut names = HashMap::new();
    for (index, route) in config.routes.iter().enumerate() {
        let destination = check.destination(index, route);
        let from = check.schema(index, "from", &route.from);
        let to = check.schema(index, "to", &route.to);
        if let Some(to) = &to {
            check.settings(index, route, to);
            check.names(index, route, to, destination.as_deref(), &mut names);
            check.targets(index, route, to);
            check.memory(index, route, to);
            check.ways(index, route, to);
        }
        if route.from.starts_with(MODELS) && config.customer_base.is_none() {
            let message = format!(
                "`{}` is a model of the customer base, which this project does not keep",
                shown(&route.from)
            );
            let problem = check.at(index, &["from"], message).note("write a section [customer_base]");
            check.push(problem);
        }
        if let Some(from) = &from {
            check.sources(index, route, from);
        }
        if let (Some(from), Some(to)) = (&from, &to) {
            check.copies(index, route, from, to);
        }
    }
    check.archives();
    Problems::result(&config.source, check.problems)
}

/// The source field that a column map means: by exact name, then by alias, then, where the schema normalises headers, without
/// case, accents and doubled spaces. The way in which a file's own header is matched.
pub fn source_field(schema: &Schema, name: &str) -> Option<usize> {
    let position = |test: &dyn Fn(&str) -> bool| {
        let by_name = schema.fields.iter().position(|field| test(&field.name));
        by_name.or_else(|| {
            schema.fields.iter().position(|field| field.rules.aliases.iter().any(|alias| test(alias)))
        })
    };
    position(&|label| label == name).or_else(|| {
        let normal = normalise(name);
        schema.rules.normalise_headers.then(|| position(&|label| normalise(label) == normal))?
    })
}

impl RouteConfig {
    /// Positions of the target's columns that tell rows apart where not all are sent: `key`, else the primary key.
    pub fn key_fields(&self, to: &Schema) -> Vec<usize> {
        if self.key.is_empty() {
            return to.primary_key.clone();
        }
        let position = |name: &String| to.fields.iter().position(|field| *field.name == **name);
        self.key.iter().filter_map(position).collect()
    }
}

struct Check<'a> {
    config: &'a Config,
    known: &'a Known<'a>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// A problem at a key of a route.
    fn at(&self, index: usize, path: &[&str], message: impl Into<String>) -> Problem {
        let path: Vec<Step<'_>> = path.iter().map(|name| Key(name)).collect();
        self.at_steps(index, &path, message)
    }

    /// A problem at a place in a route. Where a step leads nowhere (a list's place in a single text), the place before counts.
    fn at_steps(&self, index: usize, path: &[Step<'_>], message: impl Into<String>) -> Problem {
        let steps = [&[Key("routes"), Index(index)], path].concat();
        Problem::new(&self.config.source, &self.config.source.locate(&steps), message)
    }

    /// A problem at the name of a target column.
    fn at_column(&self, index: usize, target: &str, message: impl Into<String>) -> Problem {
        let steps = [Key("routes"), Index(index), Key("columns"), Key(target)];
        Problem::new(&self.config.source, &self.config.source.locate_key(&steps), message)
    }

    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The place that the destination's files land in: two names may mean one place.
    fn destination(&mut self, index: usize, route: &RouteConfig) -> Option<String> {
        let config = self.config;
        match config.destinations.get(&route.destination).map(|destination| &destination.kind) {
            Some(DestinationKind::Folder { path }) => Some(path.display().to_string()),
            Some(DestinationKind::Sftp(sftp)) => {
                Some(format!("{}@{}:{}/{}", sftp.user, sftp.host.to_lowercase(), sftp.port, sftp.folder))
            }
            None => {
                let names = config.destinations.keys().map(String::as_str);
                let message = format!("there is no destination `{}`", shown(&route.destination));
                let mut problem =
                    self.at(index, &["destination"], message).suggest(&route.destination, names.clone());
                problem = problem.note(match names.clone().next() {
                    Some(_) => format!("destinations: {}", names.collect::<Vec<_>>().join(", ")),
                    None => format!("write a section [destinations.{}]", shown(&route.destination)),
                });
                self.push(problem);
                None
            }
        }
    }

    fn schema(&mut self, index: usize, key: &str, name: &str) -> Option<Arc<Schema>> {
        let error = match (self.known.schema)(name) {
            Ok(schema) => return Some(schema),
            Err(error) => error,
        };
        let names = self.known.schema_names;
        let problem = if names.iter().any(|known| known == name) {
            self.at(index, &[key], format!("schema `{}` cannot be used: {error}", shown(name)))
        } else {
            self.at(index, &[key], format!("there is no schema `{}`", shown(name)))
                .suggest(name, names.iter().map(String::as_str))
                .note(format!("schemas: {}", names.join(", ")))
                .note(format!("your own stand in {}", self.config.schemas.display()))
        };
        self.push(problem);
        None
    }

    fn settings(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let known: Vec<&str> = to.rules.settings.iter().map(|setting| setting.name.as_str()).collect();
        for (place, setting) in route.settings.iter().enumerate() {
            if known.contains(&setting.as_str()) {
                continue;
            }
            let message = format!("schema `{}` knows no setting `{}`", to.name, shown(setting));
            let mut problem = self
                .at_steps(index, &[Key("settings"), Index(place)], message)
                .suggest(setting, known.iter().copied());
            if known.is_empty() {
                problem = problem.note("it knows no settings at all");
            } else {
                problem = problem.note(format!("settings: {}", known.join(", ")));
            }
            self.push(problem);
        }
    }

    /// Every target column exists, every column that must hold a value has a source, every text of the config fits.
    fn targets(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let names = || to.fields.iter().map(|field| &*field.name);
        for (target, column) in &route.columns {
            let Some(position) = to.fields.iter().position(|field| *field.name == **target) else {
                let message = format!("schema `{}` has no column `{}`", to.name, shown(target));
                let mut problem = self.at_column(index, target, message).suggest(target, names());
                if super::keys::ROUTE.keys.iter().any(|key| key.name == target) {
                    problem = problem
                        .note(format!("`{target}` is a key of the route: move it above [routes.columns]"));
                }
                let problem = problem.note(format!("columns: {}", names().collect::<Vec<_>>().join(", ")));
                self.push(problem);
                continue;
            };
            self.texts(index, target, column, to, position);
        }
        let key = to.primary_key.iter().filter_map(|position| to.fields.get(*position));
        let keys: Vec<&str> = key.map(|field| &*field.name).collect();
        for field in &to.fields {
            let wanted = field.constraints.required || keys.contains(&&*field.name);
            let waived = field.rules.optional
                || field.rules.empty_if.as_ref().is_some_and(|setting| route.settings.contains(setting));
            if wanted && !waived && !route.columns.iter().any(|(target, _)| **target == *field.name) {
                let message = format!(
                    "column `{}` of `{}` must hold a value, and route `{}` gives it none",
                    field.name,
                    to.name,
                    shown(&route.name)
                );
                let mut problem = self.at(index, &["columns"], message).note(format!(
                    "write {0} = \"Source column\" or {0} = {{ constant = \"…\" }} under [routes.columns]",
                    field.name
                ));
                if let Some(setting) = &field.rules.empty_if {
                    problem = problem.note(format!("it may stay empty with settings = [\"{setting}\"]"));
                }
                self.push(problem);
            }
        }
    }

    /// What is sent only when it is new or changed is known by its key.
    fn memory(&mut self, index: usize, route: &RouteConfig, to: &Schema) {
        let named = [("key", &route.key), ("compare", &route.compare)];
        for (list, place, column) in named.iter().flat_map(|(list, columns)| {
            columns.iter().enumerate().map(move |(place, column)| (*list, place, column))
        }) {
            if to.fields.iter().any(|field| *field.name == **column) {
                continue;
            }
            let message = format!("schema `{}` has no column `{}`", to.name, shown(column));
            let names = to.fields.iter().map(|field| &*field.name);
            let problem = self.at_steps(index, &[Key(list), Index(place)], message).suggest(column, names);
            self.push(problem);
        }
        if route.send == Send::All {
            for (list, _) in named.iter().filter(|(_, columns)| !columns.is_empty()) {
                let problem = self
                    .at(index, &[list], format!("`{list}` has no effect: this route sends all rows"))
                    .note(format!("write send = \"changed\", \"new\" or \"updated\", or leave `{list}` out"));
                self.push(problem);
            }
            return;
        }
        let key = route.key_fields(to);
        let key: Vec<&Field> = key.iter().filter_map(|position| to.fields.get(*position)).collect();
        let problem = if key.is_empty() {
            let why = format!(
                "`{}` has no primary key, so rows cannot be told apart from those that were sent",
                to.name
            );
            self.at(index, &["send"], why).note("write key = [\"…\"]: the columns that tell its rows apart")
        } else if let Some(field) = key.iter().find(|field| {
            field.rules.empty_if.as_ref().is_some_and(|setting| route.settings.contains(setting))
        }) {
            let why = format!(
                "`{}`, the key of `{}`, may be empty with these settings: such a row cannot be recognised",
                field.name, to.name
            );
            self.at(index, &["send"], why).note("write send = \"all\", or another `key`")
        } else {
            return;
        };
        self.push(problem);
    }

    /// Constants, defaults and results of value maps fit the target column.
    fn texts(&mut self, index: usize, target: &str, column: &ColumnConfig, to: &Schema, position: usize) {
        let mut texts: Vec<(Vec<&str>, &str)> = Vec::new();
        texts.extend(column.constant.as_deref().map(|text| (vec!["constant"], text)));
        texts.extend(column.default.as_deref().map(|text| (vec!["default"], text)));
        texts.extend(column.map.iter().map(|(value, text)| (vec!["map", value.as_str()], text.as_str())));
        for (path, text) in texts {
            // An empty result is no value: `default` or the row check decides.
            if text.is_empty() {
                continue;
            }
            if let Err(why) = (self.known.cell)(to, position, text) {
                let mut steps = vec!["columns", target];
                steps.extend(&path);
                let message = format!("`{}` in column `{target}` of `{}` {why}", shown(text), to.name);
                let problem = self.at(index, &steps, message);
                self.push(problem);
            }
        }
    }

    /// Every source column exists.
    fn sources(&mut self, index: usize, route: &RouteConfig, from: &Schema) {
        let known = || {
            from.fields.iter().flat_map(|field| {
                std::iter::once(&*field.name).chain(field.rules.aliases.iter().map(String::as_str))
            })
        };
        for (target, column) in &route.columns {
            let pieces = column.template.as_deref().and_then(|text| template::parse(text).ok());
            let in_template = pieces.iter().flatten().filter_map(|piece| match piece {
                Piece::Column(name) => Some((name, vec![Key("columns"), Key(target), Key("template")])),
                Piece::Text(_) => None,
            });
            let in_from =
                column.from.iter().enumerate().map(|(place, name)| (name, from_steps(target, place)));
            for (name, steps) in in_from.chain(in_template) {
                if source_field(from, name).is_some() {
                    continue;
                }
                let message = format!("schema `{}` has no column `{}`", from.name, shown(name));
                let columns: Vec<&str> = from.fields.iter().map(|field| &*field.name).collect();
                let problem = self
                    .at_steps(index, &steps, message)
                    .suggest(name, known())
                    .note(format!("columns: {}", columns.join(", ")));
                self.push(problem);
            }
        }
    }

    /// Plain copies between types that have no value in common.
    fn copies(&mut self, index: usize, route: &RouteConfig, from: &Schema, to: &Schema) {
        for (target, column) in &route.columns {
            if !column.map.is_empty() {
                continue;
            }
            let Some(to_field) = to.fields.iter().find(|field| *field.name == **target) else { continue };
            for (place, name) in column.from.iter().enumerate() {
                let Some(from_field) =
                    source_field(from, name).and_then(|position| from.fields.get(position))
                else {
                    continue;
                };
                if !can_copy(from_field, to_field) {
                    let message = format!(
                        "`{}` holds {} and `{target}` takes {}: no value can be copied",
                        from_field.name,
                        type_words(&from_field.kind),
                        type_words(&to_field.kind)
                    );
                    let problem = self
                        .at_steps(index, &from_steps(target, place), message)
                        .note("name another source column, or turn its values with `map`");
                    self.push(problem);
                }
            }
        }
    }
}

/// Where a source column of a map entry stands: in a list, in `from`, or as the entry itself.
fn from_steps(target: &str, place: usize) -> Vec<Step<'_>> {
    vec![Key("columns"), Key(target), Key("from"), Index(place)]
}

/// Whether some value of the one type can be a value of the other. Only what can never work is refused here.
fn can_copy(from: &Field, to: &Field) -> bool {
    use FieldType as T;
    let dated = |kind: &T| matches!(kind, T::Date(_) | T::DateTime(_));
    let numeric = |kind: &T| matches!(kind, T::Integer(_) | T::Number(_));
    match (&from.kind, &to.kind) {
        (T::String(StringFormat::Email | StringFormat::Uri), T::String(_) | T::Any | T::List(_)) => true,
        (T::String(StringFormat::Email | StringFormat::Uri), _) => false,
        (T::String(_) | T::Any | T::List(_), _) => true,
        // What is typed and not text is never an address.
        (_, T::String(StringFormat::Email | StringFormat::Uri | StringFormat::Uuid)) => false,
        (_, T::String(_) | T::Any | T::List(_)) => true,
        (from, to) if dated(from) => !numeric(to) && !matches!(to, T::Boolean(_)),
        (T::Time(_), to) => matches!(to, T::Time(_)),
        (T::Year, to) => numeric(to) || matches!(to, T::Year),
        (T::YearMonth, to) => matches!(to, T::YearMonth),
        (T::Boolean(_), to) => numeric(to) || matches!(to, T::Boolean(_)),
        (_, to) => numeric(to) || matches!(to, T::Boolean(_) | T::Year),
    }
}

/// The type, for a sentence.
fn type_words(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::String(StringFormat::Email) => "e-mail addresses",
        FieldType::String(StringFormat::Uri) => "URIs",
        FieldType::String(StringFormat::Uuid) => "UUIDs",
        FieldType::String(_) => "texts",
        FieldType::Integer(_) => "whole numbers",
        FieldType::Number(_) => "numbers",
        FieldType::Boolean(_) => "true or false",
        FieldType::Date(_) => "dates",
        FieldType::Time(_) => "times",
        FieldType::DateTime(_) => "date-times",
        FieldType::Year => "years",
        FieldType::YearMonth => "months",
        FieldType::List(_) => "lists",
        FieldType::Any => "anything",
    }
}
