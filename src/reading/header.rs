//! Which column of a file is which field of a schema.

use std::sync::Arc;

use crate::finding::{Args, FieldRef, Finding, Reason, Severity};
use crate::schema::label::normalise;
use crate::schema::{Field, FieldsMatch, Schema};
use crate::suggest::nearest;

/// Columns that passeur itself puts in front of a rejected-rows file; they are passed over when it is dropped again.
pub const OWN_COLUMNS: [&str; 2] = ["_line", "_errors"];

/// The match of a file's header with a schema.
#[derive(Debug, Clone)]
pub struct Layout {
    /// For each field of the schema its column in the file, from 0.
    pub positions: Vec<Option<u32>>,
    /// The labels as they stand in the file.
    pub labels: Vec<String>,
    /// Columns that a row may have; more are too many.
    pub width: u32,
    /// Fewest columns of a row: trailing columns without a label may be missing.
    pub least: u32,
    /// Leading columns of ours (see [`OWN_COLUMNS`]).
    pub own: u32,
    /// Fields of the schema that were found.
    pub matched: usize,
    /// For each field of the schema the name that its findings use: its label in the file, else its own name.
    names: Vec<Arc<str>>,
}

impl Layout {
    /// The column of a field, for findings.
    pub fn field_ref_of(&self, field: usize) -> FieldRef {
        let number = self.positions.get(field).copied().flatten().map(|position| position - self.own + 1);
        FieldRef { number, name: self.names.get(field).cloned().unwrap_or_default() }
    }
}

fn names(field: &Field, normalised: bool) -> Vec<String> {
    if !normalised {
        return vec![field.name.to_string()];
    }
    std::iter::once(&*field.name)
        .chain(field.rules.aliases.iter().map(String::as_str))
        .map(normalise)
        .collect()
}

/// How many fields of the schema a header holds: how well a line fits as its header.
pub fn score(schema: &Schema, labels: &[String]) -> usize {
    let normalised = schema.rules.normalise_headers;
    let labels: Vec<String> =
        labels.iter().map(|label| if normalised { normalise(label) } else { label.clone() }).collect();
    schema
        .fields
        .iter()
        .filter(|field| names(field, normalised).iter().any(|name| labels.contains(name)))
        .count()
}

/// Matches a header with a schema. `line` is its physical line. The findings say what is wrong with it; with an
/// error among them the file cannot be read.
pub fn match_header(schema: &Schema, labels: &[String], line: u64) -> (Layout, Vec<Finding>) {
    let normalised = schema.rules.normalise_headers;
    let own = labels.iter().zip(OWN_COLUMNS).take_while(|(label, own)| label.trim() == *own).count();
    let own = if own == OWN_COLUMNS.len() { own } else { 0 };
    let shape: Vec<String> =
        labels.iter().map(|label| if normalised { normalise(label) } else { label.clone() }).collect();
    let mut findings = Vec::new();
    let mut say = |reason: Reason, severity: Severity, column: Option<usize>, name: &str, args: Args| {
        let number = column.map(|column| (column - own + 1) as u32);
        let field = Some(FieldRef { number, name: name.into() });
        findings.push(Finding { reason, severity, line: Some(line), row: Some(1), field, cell: None, args });
    };

    // Columns that a spreadsheet leaves behind: no label, after the last labelled one.
    let labelled = labels.iter().rposition(|label| !label.trim().is_empty()).map_or(0, |last| last + 1);
    let mut owner: Vec<Option<usize>> = vec![None; labels.len()];
    let mut positions: Vec<Option<u32>> = vec![None; schema.fields.len()];
    for (column, label) in shape.iter().enumerate().skip(own).take(labelled.saturating_sub(own)) {
        if label.trim().is_empty() {
            say(
                Reason::LabelBlank,
                Severity::Error,
                Some(column),
                "",
                vec![("position", (column - own + 1).into())],
            );
            continue;
        }
        if let Some(first) = shape[own..column].iter().position(|other| other == label) {
            let args = vec![
                ("label", labels[column].trim().into()),
                ("first", (first + 1).into()),
                ("position", (column - own + 1).into()),
            ];
            say(Reason::LabelDuplicate, Severity::Error, Some(column), labels[column].trim(), args);
            continue;
        }
        let field = schema.fields.iter().position(|field| names(field, normalised).contains(label));
        if let Some(field) = field {
            match positions[field] {
                None => {
                    positions[field] = Some(column as u32);
                    owner[column] = Some(field);
                }
                Some(first) => {
                    let args = vec![
                        ("label", labels[column].trim().into()),
                        ("first", (first as usize - own + 1).into()),
                        ("position", (column - own + 1).into()),
                    ];
                    say(Reason::LabelDuplicate, Severity::Error, Some(column), labels[column].trim(), args);
                }
            }
        }
    }

    let may_miss = matches!(schema.fields_match, FieldsMatch::Superset | FieldsMatch::Partial);
    let may_have_more = matches!(schema.fields_match, FieldsMatch::Subset | FieldsMatch::Partial);
    let unknown: Vec<usize> = (own..labelled)
        .filter(|column| owner[*column].is_none() && !labels[*column].trim().is_empty())
        .collect();
    let matched = positions.iter().flatten().count();
    let required = |field: &Field| !field.rules.optional && !may_miss;
    let renamed = renamed(schema, &positions, &unknown, labels, required);
    for (index, field) in schema.fields.iter().enumerate() {
        if positions[index].is_some() || field.rules.optional || may_miss {
            continue;
        }
        match renamed.iter().find(|(missing, _)| *missing == index) {
            Some((_, column)) => {
                let args = vec![
                    ("label", (&*field.name).into()),
                    ("near", labels[*column].trim().into()),
                    ("position", (column - own + 1).into()),
                    ("fit", 0_usize.into()),
                    ("count", 0_usize.into()),
                ];
                say(Reason::LabelRenamed, Severity::Error, Some(*column), &field.name, args);
            }
            None => {
                let args = vec![("label", (&*field.name).into()), ("near", "".into())];
                say(Reason::LabelMissing, Severity::Error, None, &field.name, args);
            }
        }
    }
    if !may_have_more {
        for column in unknown.iter().copied() {
            if renamed.iter().any(|(_, found)| *found == column) {
                continue;
            }
            let label = labels[column].trim();
            let missing = schema.fields.iter().zip(&positions).filter(|(_, position)| position.is_none());
            let near = nearest(label, missing.map(|(field, _)| &*field.name)).unwrap_or("").to_owned();
            let args =
                vec![("label", label.into()), ("position", (column - own + 1).into()), ("near", near.into())];
            say(Reason::LabelExtra, Severity::Error, Some(column), label, args);
        }
    } else if schema.fields_match == FieldsMatch::Partial && matched == 0 {
        for field in &schema.fields {
            let args = vec![("label", (&*field.name).into()), ("near", "".into())];
            say(Reason::LabelMissing, Severity::Error, None, &field.name, args);
        }
    }
    if may_have_more && matched > 0 {
        // It would be passed over without a word, like a column that the schema does not know.
        let unknown: Vec<usize> =
            unknown.into_iter().filter(|column| !renamed.iter().any(|(_, found)| found == column)).collect();
        for (index, column) in self::renamed(schema, &positions, &unknown, labels, |field| !required(field)) {
            let Some(field) = schema.fields.get(index) else { continue };
            let label = labels[column].trim();
            let position = column - own + 1;
            let expected = near_name(field, label);
            let args =
                vec![("label", label.into()), ("position", position.into()), ("expected", expected.into())];
            say(Reason::LabelNearOptional, Severity::Warning, Some(column), label, args);
        }
    }
    if schema.fields_match == FieldsMatch::Exact {
        // A column put elsewhere shifts all between: only what was put elsewhere is said.
        let found: Vec<usize> = owner.iter().flatten().copied().collect();
        let kept = longest_rising(&found);
        for field in found.iter().filter(|field| !kept.contains(field)) {
            if let (Some(position), Some(moved)) = (positions[*field], schema.fields.get(*field)) {
                let column = position as usize;
                let args = vec![
                    ("label", labels[column].trim().into()),
                    ("from", (field + 1).into()),
                    ("to", (column - own + 1).into()),
                ];
                say(Reason::LabelMoved, Severity::Error, Some(column), &moved.name, args);
            }
        }
    }
    let width = labels.len() as u32;
    let named = schema.fields.iter().zip(&positions).map(|(field, position)| {
        match position.and_then(|position| labels.get(position as usize)) {
            Some(label) => label.trim().into(),
            None => field.name.clone(),
        }
    });
    let layout = Layout {
        names: named.collect(),
        positions,
        labels: labels.to_vec(),
        width,
        least: labelled as u32,
        own: own as u32,
        matched,
    };
    (layout, findings)
}

/// Missing fields that are wanted with the unknown column whose name is closest, each column once.
fn renamed(
    schema: &Schema,
    positions: &[Option<u32>],
    unknown: &[usize],
    labels: &[String],
    wanted: impl Fn(&Field) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (index, field) in schema.fields.iter().enumerate() {
        if positions.get(index).is_none_or(Option::is_some) || !wanted(field) {
            continue;
        }
        let free = |column: &&usize| !pairs.iter().any(|(_, taken)| taken == *column);
        let words = std::iter::once(&*field.name).chain(field.rules.aliases.iter().map(String::as_str));
        let found = words.into_iter().find_map(|word| {
            let candidates = unknown.iter().filter(free).filter_map(|column| labels.get(*column));
            let near = nearest(word, candidates.map(|label| label.trim()))?;
            unknown.iter().filter(free).copied().find(|column| labels[*column].trim() == near)
        });
        if let Some(column) = found {
            pairs.push((index, column));
        }
    }
    pairs
}

/// The name of a field that a label was probably meant to be.
fn near_name<'f>(field: &'f Field, label: &str) -> &'f str {
    let words = std::iter::once(&*field.name).chain(field.rules.aliases.iter().map(String::as_str));
    nearest(label, words).unwrap_or(&field.name)
}

/// The longest part of a list that rises, as the list has it.
fn longest_rising(list: &[usize]) -> Vec<usize> {
    // `ends[n]`: where the part of length n + 1 ends whose last value is lowest; `before[i]`: what stands before i in its part.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        let length = ends.partition_point(|end| list[*end] < *value);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut rising: Vec<usize> =
        std::iter::successors(ends.last().copied(), |at| before[*at]).map(|at| list[at]).collect();
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests;
