//! One row after the other against a schema.

use std::sync::Arc;

use super::cell::{self, Problem};
use super::form::{Place, of_row};
use super::keys::{Keys, Taken};
use crate::finding::{FieldRef, Finding, Reason, Severity, shown};
use crate::schema::value::Value;
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
    /// A checker for rows of `schema`, with the switches that the route turns on applied already (see
    /// [`Schema::with_settings`]).
    pub fn new(schema: &Arc<Schema>) -> Self {
        let keys = Keys::new(schema);
        let (values, problems, taken) = (Vec::new(), Vec::new(), Vec::new());
        RowChecker { schema: schema.clone(), keys, values, problems, taken }
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
                cell::characters(rules, text, &mut self.problems);
                value = cell::check(field, text, &mut self.problems);
            }
            for problem in self.problems.drain(..) {
                let severity = problem.reason.severity();
                accepted &= severity == Severity::Warning;
                let mut finding = of_row(problem.reason, place, problem.args);
                finding.severity = severity;
                finding.field = Some(name(index));
                finding.cell = Some(shown(text));
                findings.push(finding);
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
        findings.len() == before
    }

    /// The row checked last is accepted: no later row may have its keys.
    pub fn accept(&mut self, place: Place) {
        self.keys.accept(place.line);
    }
}
