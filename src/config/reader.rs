//! Reads typed values from the parsed config, and notes what is wrong with them in words of the key table ([`super::keys`]).

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Default, Key, SECTIONS, Section, Shape};
use super::problem::Problem;
use super::secrets;
use super::source::{Source, shown};

/// Collects problems while the config is read.
pub(super) struct Reader<'s> {
    pub(super) source: &'s Source,
    pub(super) problems: Vec<Problem>,
    /// Relative paths start here.
    pub(super) root: PathBuf,
}

/// A table of the config that is being read.
pub(super) struct Table<'a> {
    pub(super) section: &'static Section,
    pub(super) entries: &'a DeTable<'a>,
    /// Its heading, or its braces.
    pub(super) at: Range<usize>,
    /// For messages: `[destinations.splio]`.
    pub(super) label: String,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) at: Range<usize>,
}

impl<T> At<T> {
    fn of<U>(value: T, from: &Spanned<U>) -> Self {
        At { value, at: from.span() }
    }
}

impl<'a> Table<'a> {
    /// The key's entry in the table of keys, and its value in the file. A key that no table declares is a slip of ours, found by the tests
    /// that read every declared key.
    pub(super) fn get(&self, name: &str) -> Option<(&'static Key, &'a Spanned<DeValue<'a>>)> {
        let key = self.section.keys.iter().find(|key| key.name == name);
        debug_assert!(key.is_some(), "{} has no key {name}", self.section.heading);
        Some((key?, self.entries.get(name)?))
    }

    /// Where the name of a key stands.
    pub(super) fn key_at(&self, name: &str) -> Range<usize> {
        self.entries.get_key_value(name).map_or(self.at.clone(), |(key, _)| key.span())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }
}

impl Reader<'_> {
    pub(super) fn problem(&mut self, at: &Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::new(self.source, at, message));
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Takes a table: unknown keys and missing ones are noted.
    pub(super) fn open<'a>(
        &mut self,
        value: &'a Spanned<DeValue<'a>>,
        section: &'static Section,
        label: String,
    ) -> Option<Table<'a>> {
        let Some(entries) = value.get_ref().as_table() else {
            self.problem(&value.span(), format!("{label} must be a table, not {}", kind(value.get_ref())));
            return None;
        };
        Some(self.open_table(entries, value.span(), section, label))
    }

    /// The same for what is known to be a table.
    pub(super) fn open_table<'a>(
        &mut self,
        entries: &'a DeTable<'a>,
        at: Range<usize>,
        section: &'static Section,
        label: String,
    ) -> Table<'a> {
        let table = Table { section, entries, at, label };
        for (name, value) in entries {
            if !section.keys.iter().any(|key| key.name == name.get_ref().as_ref()) {
                self.unknown_key(&table, name.get_ref(), &name.span(), value.get_ref());
            }
        }
        table
    }

    fn unknown_key(&mut self, table: &Table<'_>, name: &str, at: &Range<usize>, value: &DeValue<'_>) {
        let keys = table.section.keys.iter().map(|key| key.name);
        let message = format!("unknown key `{}` in {}", shown(name), table.label);
        let mut problem = Problem::new(self.source, at, message).suggest(name, keys.clone());
        // A key below a `[section]` belongs to that section, whatever the writer meant.
        let elsewhere: Vec<&str> = SECTIONS
            .iter()
            .filter(|section| section.keys.iter().any(|key| key.name == name))
            .map(|section| section.heading)
            .collect();
        match *elsewhere.as_slice() {
            ["top level"] => {
                problem = problem
                    .note(format!("`{name}` belongs to the top level: move it above the first `[section]`"));
            }
            [heading] => problem = problem.note(format!("`{name}` belongs to `{heading}`")),
            [one, other] => problem = problem.note(format!("`{name}` belongs to `{one}` or `{other}`")),
            _ => {}
        }
        let allowed: Vec<&str> = keys.collect();
        problem = problem.note(format!("allowed here: {}", allowed.join(", ")));
        if secrets::is_secret_key(name) && !value.is_table() {
            problem = problem.note(SECRET_WAYS);
        }
        self.push(problem);
    }

    /// Notes the required keys that the table lacks; `kind`: the type of destination.
    pub(super) fn require(&mut self, table: &Table<'_>, kind: Option<&str>) {
        for key in table.section.keys {
            let wanted =
                matches!(key.default, Default::Required) && key.only.is_none_or(|only| Some(only) == kind);
            if wanted && !table.has(key.name) {
                let message = format!("`{}` is missing in {}", key.name, table.label);
                let problem = Problem::new(self.source, &table.at, message)
                    .note(format!("{} Example: {} = {}", key.about, key.name, key.example));
                self.push(problem);
            }
        }
    }

    /// Notes a value of the wrong type.
    pub(super) fn wrong_type(&mut self, key: &Key, value: &Spanned<DeValue<'_>>) {
        let message = format!("`{}` must be {}, not {}", key.name, key.shape.words(), kind(value.get_ref()));
        let problem = Problem::new(self.source, &value.span(), message)
            .note(format!("example: {} = {}", key.name, key.example));
        self.push(problem);
    }

    /// Notes a value of the right type that cannot be; `why` completes "`key` …".
    pub(super) fn wrong_value(&mut self, name: &str, at: &Range<usize>, why: &str) {
        self.problem(at, format!("`{name}` {why}"));
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, table: &Table<'_>, name: &str) -> Option<At<String>> {
        let (key, value) = table.get(name)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value);
            return None;
        };
        self.not_empty(key, text, value)
    }

    fn not_empty(&mut self, key: &Key, text: &str, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        if text.trim().is_empty() {
            let problem = Problem::new(self.source, &value.span(), format!("`{}` is empty", key.name))
                .note(format!("example: {} = {}", key.name, key.example));
            self.push(problem);
            return None;
        }
        Some(At::of(text.to_owned(), value))
    }

    /// A text, read by `parse`, whose error completes "`key` …".
    pub(super) fn parsed<T>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<At<T>> {
        let text = self.text(table, name)?;
        match parse(&text.value) {
            Ok(value) => Some(At { value, at: text.at }),
            Err(why) => {
                self.wrong_value(name, &text.at, &why);
                None
            }
        }
    }

    /// One of the words of the key's shape, as its position.
    pub(super) fn choice(&mut self, table: &Table<'_>, name: &str) -> Option<At<usize>> {
        let (key, _) = table.get(name)?;
        let text = self.text(table, name)?;
        let Shape::Choice(words) = key.shape else { return None };
        if let Some(position) = words.iter().position(|word| *word == text.value) {
            return Some(At { value: position, at: text.at });
        }
        let message = format!("`{name}` must be {}", key.shape.words());
        let problem =
            Problem::new(self.source, &text.at, message).suggest(&text.value, words.iter().copied());
        self.push(problem);
        None
    }

    /// `true` or `false`.
    pub(super) fn switch(&mut self, table: &Table<'_>, name: &str) -> Option<At<bool>> {
        let (key, value) = table.get(name)?;
        match value.get_ref().as_bool() {
            Some(on) => Some(At::of(on, value)),
            None => {
                self.wrong_type(key, value);
                None
            }
        }
    }

    /// A list of texts that are not empty.
    pub(super) fn texts(&mut self, table: &Table<'_>, name: &str) -> Option<At<Vec<At<String>>>> {
        let (key, value) = table.get(name)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value);
            return None;
        };
        let mut texts = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.extend(self.not_empty(key, text, item)),
                None => {
                    self.wrong_type(key, item);
                }
            }
        }
        Some(At::of(texts, value))
    }

    /// A path: `~/` is the home folder, a relative one starts at the config's folder.
    pub(super) fn path(&mut self, table: &Table<'_>, name: &str) -> Option<At<PathBuf>> {
        let text = self.text(table, name)?;
        match resolve(&self.root, &text.value) {
            Ok(value) => Some(At { value, at: text.at }),
            Err(why) => {
                self.wrong_value(name, &text.at, &why);
                None
            }
        }
    }
}

/// How a secret is given. Shown with every refusal of a literal one.
pub(super) const SECRET_WAYS: &str = "a secret never stands in the config: write { env = \"SPLIO_PASSWORD\" } and set that environment variable, or { file = \"secrets/splio\" } and put it in that file (chmod 600)";

/// The path, absolute, without `.` and `..` where that needs no look at the disk.
pub(super) fn resolve(root: &Path, text: &str) -> Result<PathBuf, String> {
    if text.contains('\0') {
        return Err("holds a NUL, which no path can".to_owned());
    }
    let path = match text.strip_prefix("~/") {
        Some(rest) => std::env::home_dir()
            .map(|home| home.join(rest))
            .ok_or("starts with `~/`, but this system names no home folder: write the whole path")?,
        None if text == "~" || text.starts_with('~') => {
            return Err("starts with `~`: only `~/` (your own home folder) is known".to_owned());
        }
        None => root.join(text),
    };
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            // `a/../b` is `b` unless `a` is a link; `..` stays where there is nothing to take back.
            Component::ParentDir if !clean.as_os_str().is_empty() && clean.file_name().is_some() => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    Ok(clean)
}

/// The TOML type of a value, with its article.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
