//! The library of schemas: the built-in ones, and a user's own that stand before them.
//!
//! A user's `schemas/splio/cardcode.json` is the schema `splio/cardcode`, and replaces the built-in one of that name.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::extend;
use super::load::{Loaded, SchemaError, load};
use super::near;
use super::types::Schema;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../schemas/", $name, ".json")))),*]
    };
}

/// Name and descriptor of every built-in schema.
const BUILT_IN: &[(&str, &str)] = built_in![
    "actito/interactions",
    "actito/profiles",
    "amilia/memberships",
    "amilia/people",
    "amilia/registrations",
    "amilia/resale",
    "amilia/unsubscribed",
    "cyberimpact/contacts",
    "cyberimpact/group-members",
    "cyberimpact/group-removals",
    "cyberimpact/groups",
    "cyberimpact/unsubscribes",
    "models/cards",
    "models/contacts",
    "models/group_members",
    "models/group_removals",
    "models/groups",
    "models/unsubscribes",
    "splio/cardcode",
    "splio/cardcode-update",
    "splio/contacts",
    "splio/creditpoints",
    "splio/deletecontacts",
    "splio/orders",
    "splio/ordersitems",
    "splio/products",
    "splio/stores",
    "splio/tierchange",
    "symplify/batch-transactional",
    "symplify/history",
    "symplify/recipients",
    "symplify/send-campaign"
];

/// Folders below the user's folder that are looked into.
const DEPTH: usize = 4;

/// Schemas that extend one another, at most.
const MOST_EXTENDED: usize = 4;

/// All schemas that a project can name.
#[derive(Debug, Clone, Default)]
pub struct Library {
    folder: Option<PathBuf>,
}

/// One schema of the library, for lists.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The user's file, if it is one.
    pub path: Option<PathBuf>,
    /// Title and version, or why it cannot be used.
    pub about: Result<About, String>,
}

/// What a list says about a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its title.
    pub title: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Number of its fields.
    pub fields: usize,
}

/// Where a schema comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    BuiltIn,
    /// The user's own.
    User,
    /// The user's own, in place of a built-in one.
    Overridden,
}

impl Library {
    /// A library with this folder of the user's own schemas, which need not exist.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Library { folder }
    }

    /// The schema of this name, or in this file (a path that ends in `.json`). What is doubtful in its descriptor goes to the log.
    ///
    /// # Errors
    /// No such schema (with a suggestion), or one that cannot be used.
    pub fn get(&self, name: &str) -> Result<Arc<Schema>, SchemaError> {
        let loaded = self.load(name)?;
        for remark in &loaded.warnings {
            tracing::warn!("schema {name}: {remark}");
        }
        Ok(Arc::new(loaded.schema))
    }

    /// The same, with what is doubtful in the descriptor.
    ///
    /// # Errors
    /// As [`Library::get`].
    pub fn load(&self, name: &str) -> Result<Loaded, SchemaError> {
        match self.find(name)? {
            Found::File(path) => {
                let bytes = self.whole(name, &path, read(&path)?, 0)?;
                let loaded = load(&path.display().to_string(), &bytes);
                loaded.map(|mut loaded| {
                    loaded.schema.name = name.to_owned();
                    loaded
                })
            }
            Found::BuiltIn(text) => load(name, text.as_bytes()),
        }
    }

    /// The descriptor of a user's file, with what it extends filled in. A schema that stands in place of a built-in one may extend that one.
    fn whole(&self, name: &str, path: &Path, bytes: Vec<u8>, depth: usize) -> Result<Vec<u8>, SchemaError> {
        // What is no JSON is reported where it is loaded.
        let Ok(own) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(bytes) };
        let Some(base) = extend::base_of(&own) else { return Ok(bytes) };
        let circle = || SchemaError::Circle { path: path.display().to_string(), base: base.to_owned() };
        let found = if base == name {
            built_in(name).map(Found::BuiltIn).ok_or_else(circle)?
        } else {
            self.find(base)?
        };
        let under = match found {
            Found::BuiltIn(text) => text.as_bytes().to_vec(),
            Found::File(_) if depth == MOST_EXTENDED => return Err(circle()),
            Found::File(path) => self.whole(base, &path, read(&path)?, depth + 1)?,
        };
        let Ok(under) = serde_json::from_slice::<serde_json::Value>(&under) else {
            return load(base, &under).map(|_| bytes);
        };
        if let Some(extend::Broken { key, is, why }) = extend::breaks(&under, &own) {
            let (path, base) = (path.display().to_string(), base.to_owned());
            return Err(SchemaError::Fixed { path, base, key, is, why });
        }
        Ok(extend::extended(under, own).to_string().into_bytes())
    }

    /// The descriptor's text, as it is; of one that extends another, the whole.
    ///
    /// # Errors
    /// No such schema, or a file that cannot be read.
    pub fn descriptor_text(&self, name: &str) -> Result<String, SchemaError> {
        match self.find(name)? {
            Found::File(path) => {
                let own = read(&path)?;
                let whole = self.whole(name, &path, own.clone(), 0)?;
                if whole == own {
                    return Ok(String::from_utf8_lossy(&own).into_owned());
                }
                let json: Result<serde_json::Value, _> = serde_json::from_slice(&whole);
                Ok(json.map(|json| format!("{json:#}")).unwrap_or_default())
            }
            Found::BuiltIn(text) => Ok(text.to_owned()),
        }
    }

    /// All schemas, by name. One that cannot be used is listed with its reason.
    pub fn list(&self) -> Vec<Entry> {
        self.found().into_iter().map(|(name, path)| self.entry(name, path)).collect()
    }

    /// Names of all schemas.
    pub fn names(&self) -> Vec<String> {
        self.found().into_keys().collect()
    }

    /// Names, with the user's file where there is one.
    fn found(&self) -> BTreeMap<String, Option<PathBuf>> {
        let mut names = BUILT_IN.iter().map(|(name, _)| ((*name).to_owned(), None)).collect();
        if let Some(folder) = &self.folder {
            collect(folder, "", DEPTH, &mut names);
        }
        names
    }

    fn entry(&self, name: String, path: Option<PathBuf>) -> Entry {
        let origin = match (&path, built_in(&name)) {
            (None, _) => Origin::BuiltIn,
            (Some(_), None) => Origin::User,
            (Some(_), Some(_)) => Origin::Overridden,
        };
        let about = match self.get(&name) {
            Ok(schema) => Ok(About {
                title: schema.title.clone(),
                version: schema.version.clone(),
                fields: schema.fields.len(),
            }),
            Err(error) => Err(error.to_string()),
        };
        Entry { name, origin, path, about }
    }

    fn find(&self, name: &str) -> Result<Found, SchemaError> {
        if name.ends_with(".json") {
            return Ok(Found::File(PathBuf::from(name)));
        }
        if !is_name(name) {
            return Err(SchemaError::BadName { name: name.to_owned() });
        }
        if let Some(path) = self.folder.as_ref().map(|folder| folder.join(format!("{name}.json")))
            && path.is_file()
        {
            return Ok(Found::File(path));
        }
        match built_in(name) {
            Some(text) => Ok(Found::BuiltIn(text)),
            None => {
                let names = self.names();
                let hint = near::hint(name, names.iter().map(String::as_str));
                Err(SchemaError::NotFound { name: name.to_owned(), hint })
            }
        }
    }
}

enum Found {
    File(PathBuf),
    BuiltIn(&'static str),
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Words with `/` between them: nothing that leaves the folder.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && !name.contains("//")
        && !name.ends_with('/')
        && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn read(path: &Path) -> Result<Vec<u8>, SchemaError> {
    std::fs::read(path).map_err(|source| SchemaError::Unreadable { path: path.display().to_string(), source })
}

/// Names of the `.json` files below a folder. Folders that cannot be read hold no schemas.
fn collect(folder: &Path, prefix: &str, depth: usize, names: &mut BTreeMap<String, Option<PathBuf>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(file_name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if file_name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if depth > 1 {
                collect(&path, &format!("{prefix}{file_name}/"), depth - 1, names);
            }
        } else if let Some(name) = file_name.strip_suffix(".json") {
            names.insert(format!("{prefix}{name}"), Some(path.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
