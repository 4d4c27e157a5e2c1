//! A JSON descriptor → a compiled [`Schema`].
//!
//! The descriptor is a Table Schema, or a Data Resource that holds one inline. Everything that is wrong is reported at once,
//! each with its JSON pointer. Keys of other people pass, as the standard says; a near miss of a known key is a
//! warning; under `passeur` an unknown key is an error. What the standard has and passeur does not check is
//! refused or warned about, never silently ignored.

mod constraints;
mod dialect;
#[cfg(test)]
mod examples;
mod field;
mod names;
mod node;
mod rules;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use self::node::{Node, Report};
pub use self::rules::zone;
use super::repertoire::Strict;
use super::types::{Dialect, Quoting, Schema, Source};

/// A schema and what is doubtful in its descriptor.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The compiled schema.
    pub schema: Schema,
    /// What does no harm and is probably not meant.
    pub warnings: Vec<Remark>,
}

/// One thing that is wrong or doubtful in a descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where: a JSON pointer, `""` for the whole descriptor.
    pub pointer: String,
    /// Name of the field that it stands in.
    pub field: Option<String>,
    /// What, with the offending text, and what to do.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        match &self.field {
            Some(field) => write!(f, "{pointer} (field \"{field}\"): {}", self.message),
            None => write!(f, "{pointer}: {}", self.message),
        }
    }
}

/// Why there is no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The library has no schema of this name.
    #[error("there is no schema \"{name}\"{hint}; `passeur schema list` shows all of them")]
    NotFound {
        /// The name asked for.
        name: String,
        /// ` (did you mean "…"?)` or nothing.
        hint: String,
    },
    /// A name that cannot be one.
    #[error(
        "\"{name}\" is no name of a schema: a name is one or more words with / between them, a path ends in .json"
    )]
    BadName {
        /// The name asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("cannot read schema file {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A schema extends itself.
    #[error(
        "schema file {path} extends \"{base}\", which leads back to it or through too many others; extend a built-in schema"
    )]
    Circle {
        /// The file.
        path: String,
        /// What it extends.
        base: String,
    },
    /// A schema breaks a hard rule of the platform whose schema it extends.
    #[error("schema file {path}: \"{key}\" must be {is}, as in \"{base}\", because {why}. Leave it out")]
    Fixed {
        /// The file.
        path: String,
        /// What it extends.
        base: String,
        /// What it may not change.
        key: String,
        /// What that must be.
        is: String,
        /// Why.
        why: String,
    },
    /// The file is no JSON.
    #[error("schema {name}, line {line}, column {column}: this is not JSON: {reason}")]
    NotJson {
        /// Name or path of the schema.
        name: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The parser's reason.
        reason: String,
    },
    /// The descriptor is wrong.
    #[error("schema {name} cannot be used:{}", listed(.remarks))]
    Invalid {
        /// Name or path of the schema.
        name: String,
        /// Everything that is wrong.
        remarks: Vec<Remark>,
    },
}

fn listed(remarks: &[Remark]) -> String {
    remarks.iter().map(|remark| format!("\n  {remark}")).collect()
}

/// Compiles a descriptor. `name` is what messages call it: its name in the library, or its path.
///
/// # Errors
/// [`SchemaError::NotJson`], or [`SchemaError::Invalid`] with everything that is wrong.
pub fn load(name: &str, bytes: &[u8]) -> Result<Loaded, SchemaError> {
    let bytes_without_bom = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Json = serde_json::from_slice(bytes_without_bom).map_err(|error| not_json(name, &error))?;
    let mut report = Report::default();
    let schema = root(name, &json, &mut report);
    match schema {
        Some(mut schema) if report.errors.is_empty() => {
            schema.dialect.no_quotes = schema.rules.quoting == Quoting::Never;
            schema.sha256 = Sha256::digest(bytes).into();
            Ok(Loaded { schema, warnings: report.warnings })
        }
        _ => Err(SchemaError::Invalid { name: name.to_owned(), remarks: report.errors }),
    }
}

fn not_json(name: &str, error: &serde_json::Error) -> SchemaError {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text).to_owned();
    SchemaError::NotJson { name: name.to_owned(), line: error.line(), column: error.column(), reason }
}

/// Keys of a Data Resource. `passeur` is not among them: it stands in the schema.
const RESOURCE_KEYS: &[&str] = &[
    "$schema",
    "name",
    "type",
    "path",
    "data",
    "schema",
    "dialect",
    "encoding",
    "title",
    "description",
    "version",
    "sources",
    "licenses",
    "contributors",
    "keywords",
    "homepage",
    "format",
    "mediatype",
    "bytes",
    "hash",
    "profile",
];

fn root(name: &str, json: &Json, report: &mut Report) -> Option<Schema> {
    let Json::Object(map) = json else {
        report.error("", None, "a schema is a JSON object with \"fields\"");
        return None;
    };
    let node = Node::root(map);
    if map.contains_key("resources") {
        node.error(report, "resources", "this is a Data Package; make a file of one of its resources");
        return None;
    }
    match (map.get("schema"), map.get("fields")) {
        (Some(_), Some(_)) => {
            node.error(report, "fields", "\"fields\" stands inside \"schema\" or without it, not beside it");
            None
        }
        (Some(Json::Object(_)), None) => resource(name, &node, report),
        (Some(_), None) => {
            node.error(
                report,
                "schema",
                "passeur reads no schema by reference; put the schema itself here, as an object",
            );
            None
        }
        (None, Some(_)) => {
            let mut schema = table::read(name, &node, report)?;
            about(&mut schema, &node, report);
            Some(schema)
        }
        (None, None) => {
            let near = map.keys().find_map(|key| super::near::near(key, ["fields", "schema"]));
            let hint = near.map(|near| format!(" (did you mean \"{near}\"?)")).unwrap_or_default();
            node.error(report, "", &format!("there is no \"fields\", so this is no Table Schema{hint}"));
            None
        }
    }
}

fn resource(name: &str, node: &Node<'_>, report: &mut Report) -> Option<Schema> {
    node.strangers(RESOURCE_KEYS, report);
    for key in ["passeur", "primaryKey", "uniqueKeys", "fieldsMatch", "missingValues"] {
        if node.get(key).is_some() {
            node.error(report, key, &format!("\"{key}\" stands inside \"schema\", beside \"fields\""));
        }
    }
    let dialect = match node.get("dialect") {
        Some(Json::String(_)) => {
            node.error(
                report,
                "dialect",
                "passeur reads no dialect by reference; put the dialect itself here, as an object",
            );
            Dialect::default()
        }
        _ => {
            node.object("dialect", report).map(|dialect| dialect::read(&dialect, report)).unwrap_or_default()
        }
    };
    let encoding = node.text("encoding", report).and_then(|label| dialect::encoding(label, node, report));
    let mut schema = table::read(name, &node.object("schema", report)?, report)?;
    schema.dialect = dialect;
    schema.encoding = encoding;
    // What we write is held to the label; what we read follows the web.
    if schema.rules.scope.is_some() {
        schema.rules.strict = node.get("encoding").and_then(Json::as_str).and_then(Strict::of_label);
    }
    about(&mut schema, node, report);
    Some(schema)
}

/// Title, description, version and sources; those of a resource win over those of the schema in it.
fn about(schema: &mut Schema, node: &Node<'_>, report: &mut Report) {
    let owned = |text: Option<&str>, before: Option<String>| text.map(str::to_owned).or(before);
    schema.title = owned(node.text("title", report), schema.title.take());
    schema.description = owned(node.text("description", report), schema.description.take());
    schema.version = owned(node.text("version", report), schema.version.take());
    for source in node.objects("sources", report) {
        let path = source.text("path", report).map(str::to_owned);
        let title = source.text("title", report).map(str::to_owned).or_else(|| path.clone());
        match title {
            Some(title) => schema.sources.push(Source { title, path }),
            None => source.error(report, "", "a source has a \"title\" or a \"path\""),
        }
    }
}
