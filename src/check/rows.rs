//! One row after the other against a schema.

use std::sync::Arc;

use super::cell::{self, Problem};
use super::columns::Columns;
use super::form::{Place, of_row};
use super::keys::{Keys, Taken};
use crate::finding::{FieldRef, Finding, Reason, Severity, shown};
use crate::schema::value::Value;
use crate::schema::{DEFAULT_MAX_CELL_BYTES, Schema};

/// The texts of a row's cells, by position in the schema.
pub trait Cells {
    /// The text of a cell; empty when the row does not have it.
    fn text(&self, field: usize) -> &str;

    /// Some cell may hold a control character; `false` spares looking at each.
    fn has_controls(&self) -> bool {
        true
    }

    /// All cells are ASCII; `true` spares looking at the letters of each.
    fn is_ascii(&self) -> bool {
        false
    }
}

/// Checks rows against one schema, each by itself; whether their keys are taken is looked up by hash, see
/// [`RowChecker::hash_keys`].
#[derive(Debug, Clone)]
pub struct RowChecker {
    schema: Arc<Schema>,
    keys: Keys,
    /// What the rows say about their columns; none where nobody asks.
    columns: Option<Columns>,
    /// Fields in which every text that is not empty is a value.
    plain: Vec<bool>,
    values: Vec<Value>,
    problems: Vec<Problem>,
    /// By position: groups of columns of which one holds a value.
    any_of: Vec<Vec<usize>>,
}

impl RowChecker {
    /// A checker for rows of `schema`, with the switches that the route turns on applied already (see
    /// [`Schema::with_settings`]). Its clones hash keys alike.
    pub fn new(schema: &Arc<Schema>) -> Self {
        let keys = Keys::new(schema);
        let plain = schema.fields.iter().map(cell::takes_any_text).collect();
        let place = |name: &String| schema.field(name).map(|(place, _)| place);
        let any_of =
            schema.rules.any_of.iter().map(|group| group.iter().filter_map(place).collect()).collect();
        RowChecker {
            schema: schema.clone(),
            keys,
            columns: None,
            plain,
            values: Vec::new(),
            problems: Vec::new(),
            any_of,
        }
    }

    /// The schema that rows are checked against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Starts to watch the columns, from nothing; what the rows since the last call said about them.
    pub fn watch_columns(&mut self) -> Columns {
        self.columns.replace(Columns::new(&self.schema)).unwrap_or_default()
    }

    /// How many keys the schema has: the hashes of a row.
    pub fn keys(&self) -> usize {
        self.keys.list().len()
    }

    /// The values of the row checked last, by position in the schema.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Forgets the values of the last row: the next one cannot be checked.
    pub fn forget(&mut self) {
        self.values.clear();
    }

    /// Checks a row and adds all its findings, save those about keys. `true`: no error among them. `name` gives the
    /// column of a field as the reader of the finding knows it.
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
        let controls = cells.has_controls();
        let ascii = cells.is_ascii();
        let most = rules.max_cell_bytes.unwrap_or(DEFAULT_MAX_CELL_BYTES);
        for (index, field) in self.schema.fields.iter().enumerate() {
            let text = cells.text(index);
            let mut value = Value::Null;
            if text.len() as u64 > most {
                let args = vec![("limit", most.into()), ("count", text.len().into())];
                self.problems.push(Problem { reason: Reason::CellOverLimit, args });
            } else {
                if let Some(columns) = &mut self.columns {
                    columns.see(index, text, ascii, place.line);
                }
                if controls {
                    cell::characters(rules, text, &mut self.problems);
                } else if rules.strict.is_some() && !ascii {
                    cell::repertoire(rules, text, &mut self.problems);
                }
                value = match self.plain.get(index) {
                    Some(true) if !text.is_empty() => Value::Text,
                    _ => cell::check(field, text, &mut self.problems),
                };
            }
            self.values.push(value);
            if self.problems.is_empty() {
                continue;
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
        }
        for group in &self.any_of {
            if group.iter().all(|field| matches!(self.values.get(*field), None | Some(Value::Null))) {
                let names: Vec<_> = group.iter().map(|field| name(*field).name).collect();
                let args = vec![("fields", names.join(", ").into())];
                findings.push(of_row(Reason::NoneFilled, place, args));
                accepted = false;
            }
        }
        accepted
    }

    /// Adds the hashes of the keys of the row checked last, for [`super::keys::SeenKeys`].
    pub fn hash_keys(&self, cells: &impl Cells, hashes: &mut Vec<Option<u128>>) {
        self.keys.hash(&self.values, |field| cells.text(field), hashes);
    }

    /// The finding for a key that an earlier row has.
    pub fn taken(
        &self,
        taken: Taken,
        cells: &impl Cells,
        place: Place,
        name: &impl Fn(usize) -> FieldRef,
    ) -> Finding {
        let fields = self.keys.list().get(taken.key).map_or(&[][..], Vec::as_slice);
        let names: Vec<_> = fields.iter().map(|field| name(*field).name).collect();
        let values: Vec<_> = fields.iter().map(|field| cells.text(*field)).collect();
        let primary = self.keys.is_primary(taken.key);
        let reason = if primary { Reason::KeyDuplicate } else { Reason::UniqueDuplicate };
        let args = vec![("fields", names.join(", ").into()), ("first", taken.first.into())];
        let mut finding = of_row(reason, place, args);
        if let [field] = fields {
            finding.field = Some(name(*field));
        }
        finding.cell = Some(shown(&values.join(", ")));
        finding
    }
}
