//! Models: one SQL query each, built in or the user's own, and their rows as CSV.

use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::AmiliaError;

/// The built-in models, in the order in which their files are delivered.
const BUILT_IN: [(&str, &str); 6] = [
    ("groups", include_str!("models/groups.sql")),
    ("contacts", include_str!("models/contacts.sql")),
    ("group_members", include_str!("models/group_members.sql")),
    ("group_removals", include_str!("models/group_removals.sql")),
    ("unsubscribes", include_str!("models/unsubscribes.sql")),
    ("cards", include_str!("models/cards.sql")),
];

/// A table derived from the snapshot by one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name, as routes call it: `contacts`.
    pub name: String,
    /// The columns of its rows, in order.
    pub columns: Vec<String>,
    /// The user's file; `None`: built in.
    pub file: Option<PathBuf>,
    sql: String,
}

/// The models there are.
#[derive(Debug, Clone)]
pub struct Models {
    models: Vec<Model>,
}

/// The models there are: the built-in ones and the user's `*.sql` in the folder `own` (the same name overrides), each prepared
/// against the tables of the store. A folder that does not exist holds none.
///
/// # Errors
/// A query that is wrong, with its file, its line and what SQLite says; a file that cannot be read.
pub fn models(connection: &Connection, own: &Path) -> Result<Models, AmiliaError> {
    let mut models = Vec::new();
    for (name, sql) in BUILT_IN {
        models.push(prepare(connection, name, sql, None)?);
    }
    for path in own_files(own)? {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !stem.starts_with(|letter: char| letter.is_ascii_lowercase()) || !stem.chars().all(allowed) {
            return Err(AmiliaError::ModelName { path, stem });
        }
        let sql = std::fs::read_to_string(&path)
            .map_err(|source| AmiliaError::CannotRead { path: path.clone(), source })?;
        let model = prepare(connection, &stem, &sql, Some(path))?;
        match models.iter_mut().find(|known| known.name == stem) {
            Some(known) => *known = model,
            None => models.push(model),
        }
    }
    Ok(Models { models })
}

/// The user's files, by name.
fn own_files(folder: &Path) -> Result<Vec<PathBuf>, AmiliaError> {
    let cannot_read = |source| AmiliaError::CannotRead { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot_read(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(cannot_read)?.path();
        let hidden =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'));
        if path.extension().is_some_and(|extension| extension == "sql") && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn prepare(
    connection: &Connection,
    name: &str,
    sql: &str,
    file: Option<PathBuf>,
) -> Result<Model, AmiliaError> {
    let shown = file.as_ref().map_or_else(|| format!("model {name}"), |file| file.display().to_string());
    let wrong = |offset: Option<usize>, why: String| {
        let before = offset.and_then(|offset| sql.get(..offset));
        let place = match before {
            Some(before) => format!("{shown}, line {}", 1 + before.matches('\n').count()),
            None => shown.clone(),
        };
        AmiliaError::Query { place, why }
    };
    let statement = connection.prepare(sql).map_err(|error| match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => wrong(usize::try_from(offset).ok(), msg),
        rusqlite::Error::MultipleStatement => {
            wrong(None, "holds more than one statement; a model is one SELECT".into())
        }
        other => wrong(None, other.to_string()),
    })?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    if !statement.readonly() || columns.is_empty() || !is_select(sql) {
        return Err(wrong(None, "is not a SELECT; a model only reads".into()));
    }
    if statement.parameter_count() > 0 {
        return Err(wrong(None, "holds a parameter; a model has none".into()));
    }
    if let Some(twice) = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
        return Err(wrong(None, format!("has two columns named {}; rename one with AS", twice.1)));
    }
    Ok(Model { name: name.to_owned(), columns, file, sql: sql.to_owned() })
}

/// Whether the first word, after comments, begins a query. `PRAGMA` and `EXPLAIN` only read, too, but make no model.
fn is_select(sql: &str) -> bool {
    let mut rest = sql.trim_start();
    loop {
        rest = if let Some(after) = rest.strip_prefix("--") {
            after.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(after) = rest.strip_prefix("/*") {
            after.split_once("*/").map_or("", |(_, after)| after)
        } else {
            break;
        }
        .trim_start();
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    ["select", "with", "values"].contains(&word.to_lowercase().as_str())
}

impl Model {
    /// Its query.
    pub fn sql(&self) -> &str {
        &self.sql
    }
}

impl Models {
    /// A model by its name.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    /// All models: the built-in ones in the order of delivery, then the user's.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.models.iter()
    }

    /// Writes a model's rows as CSV: a header, commas, `"` where needed, LF; in the order that the query says. Returns the
    /// number of rows.
    ///
    /// # Errors
    /// An unknown name, a query that fails, and when `out` does.
    pub fn write(
        &self,
        connection: &Connection,
        name: &str,
        out: &mut dyn Write,
    ) -> Result<u64, AmiliaError> {
        let Some(model) = self.get(name) else {
            let known: Vec<&str> = self.models.iter().map(|model| model.name.as_str()).collect();
            return Err(AmiliaError::NoModel { name: name.to_owned(), known: known.join(", ") });
        };
        let mut statement = connection.prepare_cached(&model.sql)?;
        let failed = |source| AmiliaError::Write { name: name.to_owned(), source };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
        let io = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => std::io::Error::other(format!("{other:?}")),
        };
        writer.write_record(&model.columns).map_err(|error| failed(io(error)))?;
        let rows = write_rows(&mut statement, &mut writer)?.map_err(|error| failed(io(error)))?;
        writer.flush().map_err(failed)?;
        Ok(rows)
    }
}

/// The rows. The outer error is the store's, the inner one the writer's.
fn write_rows(
    statement: &mut Statement<'_>,
    writer: &mut csv::Writer<&mut dyn Write>,
) -> Result<Result<u64, csv::Error>, AmiliaError> {
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let written = match row.get_ref(column)? {
                ValueRef::Null => writer.write_field(""),
                ValueRef::Integer(number) => writer.write_field(number.to_string()),
                ValueRef::Real(number) => writer.write_field(number.to_string()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => writer.write_field(bytes),
            };
            if let Err(error) = written {
                return Ok(Err(error));
            }
        }
        if let Err(error) = writer.write_record(None::<&[u8]>) {
            return Ok(Err(error));
        }
        count += 1;
    }
    Ok(Ok(count))
}
