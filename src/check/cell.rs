//! One cell against its field: missing values, type, constraints. All problems, not the first.
//!
//! A good cell costs no allocation. A problem carries its reason and the arguments of its sentence; where it stands, and what
//! becomes of the row, is for the caller.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use crate::finding::Problem;
use crate::finding::{Arg, Reason, Severity};
use crate::schema::cast::text::{PostalCode, postal_code};
use crate::schema::cast::{compare::compare, number::is_spreadsheet_number};
use crate::schema::label::fold;
use crate::schema::value::Value;
use crate::schema::{Allowed, Bound, Constraints, Field, FieldType, Rules, StringFormat};

/// Checks one cell. `text` is decoded, and trimmed where the schema says so. Adds what is wrong to `problems` and gives
/// the value: `Null` for a missing value, for a text that is not of the field's type, and for a value that the field
/// drops (`passeur.invalid = "drop"`).
///
/// Not every problem rejects: see [`Reason::severity`]. Whether a required value may be missing under a route's settings
/// is part of the schema ([`crate::schema::Schema::with_settings`]).
pub fn check(field: &Field, text: &str, problems: &mut Vec<Problem>) -> Value {
    if field.missing_values.iter().any(|missing| missing == text) {
        if field.constraints.required {
            problems.push(Problem::new(Reason::Required));
        }
        return Value::Null;
    }
    let before = problems.len();
    let value = match field.kind.cast(text) {
        Ok(value) => {
            constraints(field, text, &value, problems);
            known(field, text, value, problems)
        }
        Err(problem) => {
            problems.push(problem);
            Value::Null
        }
    };
    of_text(field, text, problems);
    if field.rules.drop_invalid { dropped(field, value, before, problems) } else { value }
}

/// Whether every text that is not empty is a good value of this field, so that it need not be checked.
pub fn takes_any_text(field: &Field) -> bool {
    let Constraints {
        required: _,
        unique: _,
        min_length,
        max_length,
        minimum,
        maximum,
        exclusive_minimum,
        exclusive_maximum,
        pattern,
        allowed,
    } = &field.constraints;
    let bounds = [minimum, maximum, exclusive_minimum, exclusive_maximum];
    let rules = &field.rules;
    matches!(field.kind, FieldType::String(StringFormat::Default) | FieldType::Any)
        && field.missing_values.iter().all(String::is_empty)
        && (min_length.is_none() && max_length.is_none() && pattern.is_none() && allowed.is_none())
        && bounds.iter().all(|bound| bound.is_none())
        && (rules.values.is_none() && rules.max_bytes.is_none())
        && !(rules.lowercase || rules.lowercase_emails || rules.identifier || rules.postal_code)
}

/// A character that the declared encoding of a partner's file lacks, although the bytes can be read: `€` in ISO-8859-1.
pub fn repertoire(rules: &Rules, text: &str, problems: &mut Vec<Problem>) {
    let Some(strict) = rules.strict.filter(|_| !text.is_ascii()) else { return };
    if let Some(character) = text.chars().find(|character| !strict.holds(*character)) {
        let problem = Problem::new(Reason::Unwritable).with("character", character.to_string());
        problems.push(problem.with("encoding", strict.name()));
    }
}

/// Checks the characters of a cell, whatever its field: a NUL, a control character, and a line break where the schema
/// allows none.
pub fn characters(rules: &Rules, text: &str, problems: &mut Vec<Problem>) {
    repertoire(rules, text, problems);
    if !text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return;
    }
    if text.contains('\0') {
        problems.push(Problem::new(Reason::NulByte));
    }
    if rules.no_line_breaks && text.contains(['\n', '\r']) {
        problems.push(Problem::new(Reason::LineBreakInCell));
    }
    let control = |byte: &u8| matches!(byte, 0x01..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f);
    if let Some(code) = text.bytes().find(control) {
        problems.push(Problem::new(Reason::ControlCharacter).with("code", format!("U+{code:04X}")));
    }
}

/// The value goes, the row stays: one warning in place of the errors, with the first one and its
/// arguments. A required value cannot be dropped.
fn dropped(field: &Field, value: Value, before: usize, problems: &mut Vec<Problem>) -> Value {
    let first = problems.iter().skip(before).position(|problem| problem.reason.severity() == Severity::Error);
    let Some(first) = first.filter(|_| !field.constraints.required) else { return value };
    let why = problems.swap_remove(before + first);
    problems.truncate(before);
    let dropped = Problem { reason: Reason::ValueDropped, args: why.args };
    problems.push(dropped.with("why", why.reason.key()));
    Value::Null
}

/// What holds for the text, even if it is not of the field's type.
fn of_text(field: &Field, text: &str, problems: &mut Vec<Problem>) {
    let rules = &field.rules;
    if let Some(limit) = rules.max_bytes
        && text.len() as u64 > limit
    {
        problems.push(Problem::new(Reason::TooManyCellBytes).with("limit", limit).with("count", text.len()));
    }
    let lowercase = rules.lowercase || (rules.lowercase_emails && text.contains('@'));
    if lowercase && text.chars().any(char::is_uppercase) {
        problems.push(Problem::new(Reason::NotLowercase));
    }
    if rules.identifier && is_spreadsheet_number(text) {
        problems.push(Problem::new(Reason::SpreadsheetNumber));
    }
}

fn constraints(field: &Field, text: &str, value: &Value, problems: &mut Vec<Problem>) {
    let rules = &field.constraints;
    if rules.min_length.is_some() || rules.max_length.is_some() {
        length(&field.kind, rules, text, problems);
    }
    bounds(rules, value, problems);
    if let Some((source, regex)) = &rules.pattern
        && !regex.is_match(text)
    {
        problems.push(Problem::new(Reason::PatternMismatch).with("pattern", source.as_str()));
    }
    if let Some(allowed) = &rules.allowed
        && !is_allowed(allowed, text, value)
    {
        problems.push(not_in_enum(allowed, text));
    }
    if field.rules.warn_date_only
        && matches!(value, Value::Date(_))
        && let FieldType::DateTime(patterns) = &field.kind
    {
        let wanted = patterns.first().map_or_else(|| Arg::from(""), |pattern| pattern.shown().into());
        problems.push(Problem::new(Reason::MidnightAssumed).with("pattern", wanted));
    }
}

/// The canonical value that the text is a spelling of, where the field has a vocabulary.
fn known(field: &Field, text: &str, value: Value, problems: &mut Vec<Problem>) -> Value {
    if field.rules.postal_code
        && let PostalCode::Wrong(near) = postal_code(text)
    {
        let near = near.map(|near| String::from_utf8_lossy(&near).into_owned()).unwrap_or_default();
        problems.push(Problem::new(Reason::NotPostalCode).with("near", near));
    }
    let Some(vocabulary) = &field.rules.values else { return value };
    match vocabulary.find(text) {
        Some(number) => Value::Known(number),
        None => {
            let near = vocabulary.near(text).unwrap_or_default();
            let allowed = vocabulary.listed();
            problems.push(Problem::new(Reason::NotInEnum).with("allowed", allowed).with("near", near));
            value
        }
    }
}

/// Characters of a text, items of a list.
fn length(kind: &FieldType, rules: &Constraints, text: &str, problems: &mut Vec<Problem>) {
    let count = match kind {
        FieldType::List(format) => text.split(format.delimiter.as_str()).count(),
        _ => text.chars().count(),
    };
    if let Some(limit) = rules.min_length.filter(|limit| count < *limit) {
        problems.push(Problem::new(Reason::TooShort).with("limit", limit).with("count", count));
    }
    if let Some(limit) = rules.max_length.filter(|limit| count > *limit) {
        problems.push(Problem::new(Reason::TooLong).with("limit", limit).with("count", count));
    }
}

fn bounds(rules: &Constraints, value: &Value, problems: &mut Vec<Problem>) {
    let mut check = |bound: &Option<Bound>, reason: Reason, fits: fn(Ordering) -> bool| {
        if let Some(bound) = bound
            && !compare(value, &bound.value).is_some_and(fits)
        {
            problems.push(Problem::new(reason).with("limit", bound.text.as_str()));
        }
    };
    check(&rules.minimum, Reason::BelowMinimum, Ordering::is_ge);
    check(&rules.maximum, Reason::AboveMaximum, Ordering::is_le);
    check(&rules.exclusive_minimum, Reason::NotAboveMinimum, Ordering::is_gt);
    check(&rules.exclusive_maximum, Reason::NotBelowMaximum, Ordering::is_lt);
}

fn is_allowed(allowed: &Allowed, text: &str, value: &Value) -> bool {
    if !allowed.values.is_empty() {
        return allowed
            .values
            .iter()
            .any(|one| one == value || compare(one, value).is_some_and(Ordering::is_eq));
    }
    allowed.set.contains(text) || (allowed.ignore_case && allows_folded(allowed, text))
}

/// Short ASCII texts are folded on the stack.
fn allows_folded(allowed: &Allowed, text: &str) -> bool {
    let mut buffer = [0; 64];
    match buffer.get_mut(..text.len()) {
        Some(lower) if text.is_ascii() => {
            lower.copy_from_slice(text.as_bytes());
            lower.make_ascii_lowercase();
            std::str::from_utf8(lower).is_ok_and(|lower| allowed.folded.contains(lower))
        }
        _ => allowed.folded.contains(&fold(text)),
    }
}

fn not_in_enum(allowed: &Allowed, text: &str) -> Problem {
    let near = allowed.guesses.near(text, &allowed.texts).unwrap_or_default();
    let listed = allowed.listed.get(|| allowed.texts.join(", "));
    Problem::new(Reason::NotInEnum).with("allowed", listed).with("near", near)
}
