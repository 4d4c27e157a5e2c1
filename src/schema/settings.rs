//! Schemas as one route uses them: with its switches on, or with another order of day and month.

use std::borrow::Cow;

use super::cast::text::{PostalCode, postal_code};
use super::near;
use super::types::{DateOrder, Field, FieldType, Schema};
use super::value::Value;

/// A switch that the schema does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema {schema} has no setting \"{setting}\"{hint}; it has: {known}")]
pub struct UnknownSetting {
    /// Name of the schema.
    pub schema: String,
    /// The setting.
    pub setting: String,
    /// What it may have been meant to be.
    pub hint: String,
    /// All settings of the schema.
    pub known: String,
}

impl Field {
    /// Whether a value may leave under another text than the cell has.
    pub fn has_canonical_text(&self) -> bool {
        self.rules.values.is_some() || self.rules.postal_code
    }

    /// The text that a value leaves with: the canonical one where the field knows it, else the cell's own.
    pub fn canonical_text<'t>(&'t self, text: &'t str, value: Value) -> Cow<'t, str> {
        if let (Value::Known(number), Some(vocabulary)) = (value, &self.rules.values) {
            return Cow::Borrowed(vocabulary.word(number).unwrap_or(text));
        }
        if self.rules.postal_code
            && let PostalCode::Canadian(code) = postal_code(text)
        {
            return Cow::Owned(String::from_utf8_lossy(&code).into_owned());
        }
        Cow::Borrowed(text)
    }
}

impl Schema {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, field)| &*field.name == name)
    }

    /// The schema with these switches on: a field whose `passeur.emptyIf` names one of them may be empty. Nothing else in
    /// the check needs to know about settings.
    ///
    /// # Errors
    /// A setting that the schema does not declare.
    pub fn with_settings<S: AsRef<str>>(&self, settings: &[S]) -> Result<Schema, UnknownSetting> {
        let known = || self.rules.settings.iter().map(|setting| setting.name.as_str());
        let mut schema = self.clone();
        for setting in settings.iter().map(AsRef::as_ref) {
            if !known().any(|name| name == setting) {
                let all = known().collect::<Vec<_>>().join(", ");
                return Err(UnknownSetting {
                    schema: self.name.clone(),
                    setting: setting.to_owned(),
                    hint: near::hint(setting, known()),
                    known: if all.is_empty() { "none".to_owned() } else { all },
                });
            }
            for field in &mut schema.fields {
                if field.rules.empty_if.as_deref() == Some(setting) {
                    field.constraints.required = false;
                }
            }
        }
        Ok(schema)
    }

    /// The schema in a project in which addresses that differ in case are different addresses (CI-09): what had to be lower case only
    /// because they are one (`lowercase = "unless-case-counts"`) may be written as it is.
    pub fn where_case_counts(&self) -> Schema {
        let mut schema = self.clone();
        for field in schema.fields.iter_mut().filter(|field| field.rules.case_may_count) {
            field.rules.lowercase = false;
        }
        schema
    }

    /// The schema without the optional columns that `keep` does not name: what a file is written by when nothing fills them. An
    /// empty cell can erase a value at the destination (Splio, seed 003); a column that is left out cannot. Columns of a key
    /// stay.
    pub fn without_unfilled(&self, keep: impl Fn(&str) -> bool) -> Schema {
        let in_key = |index: usize| {
            std::iter::once(&self.primary_key).chain(&self.unique_keys).any(|key| key.contains(&index))
        };
        let stays: Vec<bool> = self
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| !field.rules.optional || keep(&field.name) || in_key(index))
            .collect();
        // Without a header columns are told by their place: what stands before one that is filled, stays.
        let last = stays.iter().rposition(|stays| *stays).unwrap_or(0);
        let stays: Vec<bool> = if self.dialect.no_header {
            (0..stays.len()).map(|index| index <= last).collect()
        } else {
            stays
        };
        let moved = |old: &usize| stays.iter().take(*old).filter(|stays| **stays).count();
        let mut schema = self.clone();
        let mut stay = stays.iter();
        schema.fields.retain(|_| stay.next().copied().unwrap_or(true));
        schema.primary_key = self.primary_key.iter().map(moved).collect();
        schema.unique_keys = self.unique_keys.iter().map(|key| key.iter().map(moved).collect()).collect();
        schema
    }

    /// The schema with day and month in this order in every pattern that leaves it open.
    pub fn with_date_order(&self, order: DateOrder) -> Schema {
        let mut schema = self.clone();
        schema.rules.date_order = order;
        for field in &mut schema.fields {
            if let FieldType::Date(patterns) | FieldType::DateTime(patterns) = &mut field.kind {
                for pattern in patterns {
                    *pattern = pattern.with_order(order);
                }
            }
        }
        schema
    }
}
