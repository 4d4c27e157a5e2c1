//! One row after the other against a schema.

use std::sync::Arc;

use super::cell::{self, Problem};
use super::form::{Place, of_row};
use super::keys::{Keys, Taken};
use crate::schema::value::Value;
use crate::finding::{Args, FieldRef, Finding, Reason, Severity, shown};
use crate::schema::{DEFAULT_MAX_CELL_BYTES, Schema};

/// The texts of a row's cells, by position in the schema.
pub trait Cells {
    /// The text of a cell; empty when the row does not have it.
    fn text(&self, field: usize) -> &str;
}

/// Checks rows against one schema, and remembers their keys.
#[derive(Debug)]
pub struct RowChecker {
    schema: Arc<Schema>,
    keys: Keys,
    values: Vec<Value>,
    problems: Vec<Problem>,
    taken: Vec<Taken>,
}

impl RowChecker {
    /// A checker for rows of `schema`. `settings` are the switches that the route turns on: a field that may be empty
    /// under one of them is not required then.
    pub fn new(schema: &Arc<Schema>, settings: &[String]) -> Self {
        let waived = |name: &Option<String>| name.as_ref().is_some_and(|name| settings.contains(name));
        let schema = if schema.fields.iter().any(|field| waived(&field.rules.empty_if)) {
            let mut changed = Schema::clone(schema);
            for field in changed.fields.iter_mut().filter(|field| waived(&field.rules.empty_if)) {
                field.constraints.required = false;
            }
            Arc::new(changed)
        } else {
            schema.clone()
        };
        let keys = Keys::new(&schema);
        RowChecker { schema, keys, values: Vec::new(), problems: Vec::new(), taken: Vec::new() }
    }

    /// The schema that rows are checked against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The values of the row checked last, by position in the schema.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Checks a row and adds all its findings. `true`: no error among them. `name` gives the column of a field as the
    /// reader of the finding knows it.
    pub fn check(
        &mut self,
        cells: &impl Cells,
        place: Place,
        name: &impl Fn(usize) -> FieldRef,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let mut accepted = true;
        self.values.clear();
        let rules = &self.schema.rules;
        let most = rules.max_cell_bytes.unwrap_or(DEFAULT_MAX_CELL_BYTES);
        for (index, field) in self.schema.fields.iter().enumerate() {
            let text = cells.text(index);
            let mut value = Value::Null;
            if text.len() as u64 > most {
                let args = vec![("limit", most.into()), ("count", text.len().into())];
                self.problems.push(Problem { reason: Reason::CellOverLimit, args });
            } else {
                if rules.no_line_breaks && text.bytes().any(|byte| byte < b' ' && byte != b'\t') {
                    forbidden(text, &mut self.problems);
                }
                value = cell::check(field, text, &mut self.problems);
            }
            for problem in self.problems.drain(..) {
                let severity = if field.rules.drop_invalid && problem.reason != Reason::Required {
                    value = Value::Null;
                    Severity::Warning
                } else {
                    accepted = false;
                    Severity::Error
                };
                let mut finding = of_row(problem.reason, place, problem.args);
                finding.severity = severity;
                finding.field = Some(name(index));
                finding.cell = Some(shown(text));
                findings.push(finding);
                if severity == Severity::Warning {
                    let why = problem.reason.key();
                    let mut dropped = of_row(Reason::ValueDropped, place, vec![("why", why.into())]);
                    dropped.severity = Severity::Warning;
                    dropped.field = Some(name(index));
                    findings.push(dropped);
                }
            }
            self.values.push(value);
        }
        accepted & self.check_keys(cells, place, name, findings)
    }

    fn check_keys(
        &mut self,
        cells: &impl Cells,
        place: Place,
        name: &impl Fn(usize) -> FieldRef,
        findings: &mut Vec<Finding>,
    ) -> bool {
        self.taken.clear();
        self.keys.look(&self.values, |field| cells.text(field), &mut self.taken);
        let before = findings.len();
        for taken in &self.taken {
            let key = &self.keys.list()[taken.key];
            let names: Vec<_> = key.fields.iter().map(|field| name(*field).name).collect();
            let values: Vec<_> = key.fields.iter().map(|field| cells.text(*field)).collect();
            let reason = if key.primary { Reason::KeyDuplicate } else { Reason::UniqueDuplicate };
            let args = vec![("fields", names.join(", ").into()), ("first", taken.first.into())];
            let mut finding = of_row(reason, place, args);
            if let [field] = key.fields.as_slice() {
                finding.field = Some(name(*field));
            }
            finding.cell = Some(shown(&values.join(", ")));
            findings.push(finding);
        }
        // A primary key without a value; a required field has said so already.
        for key in self.keys.list().iter().filter(|key| key.primary) {
            for field in &key.fields {
                let rules = &self.schema.fields[*field];
                let may_be_empty = rules.rules.empty_if.is_some() && !rules.constraints.required;
                if self.values[*field] == Value::Null && !rules.constraints.required && !may_be_empty {
                    let mut finding = of_row(Reason::KeyEmpty, place, Args::new());
                    finding.field = Some(name(*field));
                    findings.push(finding);
                }
            }
        }
        findings.len() == before
    }

    /// The row checked last is accepted: no later row may have its keys.
    pub fn accept(&mut self, place: Place) {
        self.keys.accept(place.line);
    }
}

/// Characters that no value of a file without line breaks may hold.
fn forbidden(text: &str, problems: &mut Vec<Problem>) {
    if text.contains(['\n', '\r']) {
        problems.push(Problem { reason: Reason::LineBreakInCell, args: Args::new() });
    }
    let other = text.chars().find(|character| *character < ' ' && !matches!(character, '\t' | '\n' | '\r'));
    if let Some(character) = other {
        let args = vec![("code", format!("U+{:04X}", u32::from(character)).into())];
        problems.push(Problem { reason: Reason::ControlCharacter, args });
    }
}
