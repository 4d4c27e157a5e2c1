//! What the first values of a column say about a field that seems to have another name.

use encoding_rs::Encoding;

use super::chunk::Chunk;
use super::encoding::Choice;
use super::header::Layout;
use super::text::RowText;
use crate::finding::{Arg, Finding, Reason};
use crate::schema::{Field, FieldType, Schema, StringFormat};

/// Values that are looked at.
const SAMPLES: usize = 1000;
/// Fewest values that say something by themselves, when the names do not.
const FEWEST: usize = 3;

/// Adds to each finding about a renamed column how many of its values fit the field, and finds the column of a missing field by its
/// values where no name comes close. `header` is the place of the header's row in `first`.
pub(super) fn explain(
    schema: &Schema,
    layout: &Layout,
    first: &Chunk,
    header: usize,
    encoding: Choice,
    findings: &mut Vec<Finding>,
) {
    let sample = Sample { schema, first, header, encoding: encoding.encoding };
    let mut taken: Vec<u32> = layout.positions.iter().flatten().copied().collect();
    for finding in findings.iter_mut().filter(|finding| finding.reason == Reason::LabelRenamed) {
        let Some(field) = field_of(schema, finding) else { continue };
        let Some(Arg::Number(position)) = argument(finding, "position").cloned() else { continue };
        let column = position as u32 + layout.own - 1;
        taken.push(column);
        let (fit, count) = sample.fit(field, column);
        set(finding, fit, count);
    }
    let mut found: Vec<u32> = Vec::new();
    for finding in findings.iter_mut().filter(|finding| finding.reason == Reason::LabelMissing) {
        let Some(field) = field_of(schema, finding).filter(|field| tells(field)) else { continue };
        let fitting: Vec<(u32, usize)> = (layout.own..layout.least)
            .filter(|column| !taken.contains(column))
            .map(|column| (column, sample.fit(field, column)))
            .filter(|(_, (fit, count))| *count >= FEWEST && fit == count)
            .map(|(column, (_, count))| (column, count))
            .collect();
        // Two columns that fit say nothing.
        let [(column, count)] = fitting.as_slice() else { continue };
        let near = layout.labels.get(*column as usize).map_or("", |label| label.trim()).to_owned();
        let position = column - layout.own + 1;
        finding.reason = Reason::LabelRenamed;
        finding.args.retain(|(name, _)| *name == "label");
        finding.args.push(("near", near.into()));
        finding.args.push(("position", u64::from(position).into()));
        set(finding, *count, *count);
        if let Some(field) = &mut finding.field {
            field.number = Some(position);
        }
        taken.push(*column);
        found.push(position);
    }
    // A column that was found is no longer one too many.
    findings.retain(|finding| {
        let number = finding.field.as_ref().and_then(|field| field.number);
        finding.reason != Reason::LabelExtra || !number.is_some_and(|number| found.contains(&number))
    });
}

/// Types of which few texts are by accident.
fn tells(field: &Field) -> bool {
    !matches!(
        field.kind,
        FieldType::Any | FieldType::List(_) | FieldType::String(StringFormat::Default | StringFormat::Binary)
    ) || field.constraints.allowed.is_some()
        || field.constraints.pattern.is_some()
}

fn argument<'f>(finding: &'f Finding, name: &str) -> Option<&'f Arg> {
    finding.args.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
}

fn field_of<'s>(schema: &'s Schema, finding: &Finding) -> Option<&'s Field> {
    let Some(Arg::Text(label)) = argument(finding, "label") else { return None };
    schema.fields.iter().find(|field| *field.name == **label)
}

fn set(finding: &mut Finding, fit: usize, count: usize) {
    finding.args.retain(|(name, _)| !matches!(*name, "fit" | "count"));
    finding.args.push(("fit", fit.into()));
    finding.args.push(("count", count.into()));
}

struct Sample<'s> {
    schema: &'s Schema,
    first: &'s Chunk,
    header: usize,
    encoding: &'static Encoding,
}

impl Sample<'_> {
    /// How many of a column's first values fit a field, and how many there are.
    fn fit(&self, field: &Field, column: u32) -> (usize, usize) {
        let mut text = RowText::default();
        let (mut fit, mut count) = (0, 0);
        for row in self.first.rows.iter().skip(self.header + 1) {
            text.take(self.first, row, &[Some(column)], self.encoding, self.schema.rules.trim);
            let cell = text.get(0);
            if cell.is_empty() || field.missing_values.iter().any(|missing| missing == cell) {
                continue;
            }
            count += 1;
            fit += usize::from(fits(field, cell));
            if count == SAMPLES {
                break;
            }
        }
        (fit, count)
    }
}

fn fits(field: &Field, cell: &str) -> bool {
    let constraints = &field.constraints;
    field.kind.cast(cell).is_ok()
        && constraints.pattern.as_ref().is_none_or(|(_, pattern)| pattern.is_match(cell))
        && constraints
            .allowed
            .as_ref()
            .is_none_or(|allowed| !allowed.values.is_empty() || allowed.set.contains(cell))
}
