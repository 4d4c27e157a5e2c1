//! One JSON object of a descriptor, and what was found wrong in it.

use serde_json::{Map, Value as Json};

use super::Remark;
use crate::schema::near::near;

/// Everything that is wrong or doubtful so far.
#[derive(Default)]
pub(super) struct Report {
    pub(super) errors: Vec<Remark>,
    pub(super) warnings: Vec<Remark>,
}

impl Report {
    pub(super) fn error(&mut self, pointer: &str, field: Option<&str>, message: &str) {
        self.errors.push(remark(pointer, field, message));
    }
}

fn remark(pointer: &str, field: Option<&str>, message: &str) -> Remark {
    Remark { pointer: pointer.to_owned(), field: field.map(str::to_owned), message: message.to_owned() }
}

/// A JSON object and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    map: &'a Map<String, Json>,
    pointer: String,
    field: Option<&'a str>,
}

impl<'a> Node<'a> {
    pub(super) fn root(map: &'a Map<String, Json>) -> Self {
        Node { map, pointer: String::new(), field: None }
    }

    /// The same node, for messages that name the field.
    pub(super) fn of_field(self, field: Option<&'a str>) -> Self {
        Node { field, ..self }
    }

    /// The keys, in the order of the descriptor.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    /// A value; `null` counts as absent.
    pub(super) fn get(&self, key: &str) -> Option<&'a Json> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn at(&self, key: &str) -> String {
        if key.is_empty() {
            self.pointer.clone()
        } else {
            format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"))
        }
    }

    /// Reports an error at a key, or at the node itself (`""`).
    pub(super) fn error(&self, report: &mut Report, key: &str, message: &str) {
        report.errors.push(remark(&self.at(key), self.field, message));
    }

    /// Reports a warning at a key, or at the node itself (`""`).
    pub(super) fn warn(&self, report: &mut Report, key: &str, message: &str) {
        report.warnings.push(remark(&self.at(key), self.field, message));
    }

    fn wrong(&self, report: &mut Report, key: &str, wanted: &str, found: &Json) {
        self.error(report, key, &format!("\"{key}\" is {wanted}, not {}", shown(found)));
    }

    pub(super) fn text(&self, key: &str, report: &mut Report) -> Option<&'a str> {
        match self.get(key)? {
            Json::String(text) => Some(text),
            other => {
                self.wrong(report, key, "a text", other);
                None
            }
        }
    }

    pub(super) fn flag(&self, key: &str, report: &mut Report) -> Option<bool> {
        match self.get(key)? {
            Json::Bool(flag) => Some(*flag),
            other => {
                self.wrong(report, key, "true or false", other);
                None
            }
        }
    }

    /// A whole number from `least` up.
    pub(super) fn count(&self, key: &str, least: u64, report: &mut Report) -> Option<u64> {
        let value = self.get(key)?;
        match value.as_u64().filter(|count| *count >= least) {
            Some(count) => Some(count),
            None => {
                self.wrong(report, key, &format!("a whole number from {least} up"), value);
                None
            }
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str, report: &mut Report) -> Option<Vec<String>> {
        let value = self.get(key)?;
        let texts = value.as_array().and_then(|items| {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.wrong(report, key, "a list of texts", value);
        }
        texts
    }

    pub(super) fn list(&self, key: &str, report: &mut Report) -> Option<&'a [Json]> {
        match self.get(key)? {
            Json::Array(items) => Some(items),
            other => {
                self.wrong(report, key, "a list", other);
                None
            }
        }
    }

    pub(super) fn object(&self, key: &str, report: &mut Report) -> Option<Node<'a>> {
        match self.get(key)? {
            Json::Object(map) => Some(Node { map, pointer: self.at(key), field: self.field }),
            other => {
                self.wrong(report, key, "an object", other);
                None
            }
        }
    }

    /// The objects of a list.
    pub(super) fn objects(&self, key: &str, report: &mut Report) -> Vec<Node<'a>> {
        let mut nodes = Vec::new();
        for (at, item) in self.list(key, report).unwrap_or_default().iter().enumerate() {
            let pointer = format!("{}/{at}", self.at(key));
            match item {
                Json::Object(map) => nodes.push(Node { map, pointer, field: self.field }),
                other => {
                    report.error(&pointer, self.field, &format!("this is an object, not {}", shown(other)))
                }
            }
        }
        nodes
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)], report: &mut Report) -> Option<T> {
        let text = self.text(key, report)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let all = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            let hint = crate::schema::near::hint(text, words.iter().map(|(word, _)| *word));
            self.error(report, key, &format!("\"{key}\" is one of {all}, not \"{text}\"{hint}"));
        }
        found.map(|(_, value)| *value)
    }

    /// Keys of other people pass; a near miss of a known one is a warning.
    pub(super) fn strangers(&self, known: &[&str], report: &mut Report) {
        for key in self.map.keys().filter(|key| !known.contains(&key.as_str())) {
            if let Some(near) = near(key, known.iter().copied()) {
                self.warn(
                    report,
                    key,
                    &format!("unknown key \"{key}\" is ignored (did you mean \"{near}\"?)"),
                );
            }
        }
    }

    /// Unknown keys are errors.
    pub(super) fn only(&self, known: &[&str], report: &mut Report) {
        for key in self.map.keys().filter(|key| !known.contains(&key.as_str())) {
            let hint = match near(key, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known keys: {}", known.join(", ")),
            };
            self.error(report, key, &format!("unknown key \"{key}\"; {hint}"));
        }
    }
}

/// A JSON value in a message, shortened.
pub(super) fn shown(value: &Json) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
