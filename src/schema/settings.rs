//! Schemas as one route uses them: with its switches on, or with another order of day and month.

use super::near;
use super::types::{DateOrder, Field, FieldType, Schema};

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
