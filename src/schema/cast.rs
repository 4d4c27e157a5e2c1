//! Text → value of a field's type. The good way allocates nothing; only a problem does.

pub mod compare;
pub mod number;
pub mod text;

use super::label::fold;
use super::memo::Memo;
use super::pattern::{Kind, Miss, Options, Parsed, Pattern};
use super::types::{
    BooleanFormat, FieldType, IntegerFormat, ListFormat, ListItem, NumberFormat, StringFormat,
};
use crate::finding::{Problem, Reason};
use crate::schema::value::Value;

impl FieldType {
    /// Reads a text, which is no missing value, as this type.
    ///
    /// # Errors
    /// The problem, with the arguments that its sentence needs.
    pub fn cast(&self, text: &str) -> Result<Value, Problem> {
        match self {
            FieldType::String(format) => string(*format, text),
            FieldType::Integer(format) => number::integer(format, text),
            FieldType::Number(format) => number::number(format, text),
            FieldType::Boolean(format) => boolean(format, text),
            FieldType::Date(patterns) => temporal(patterns, Kind::Date, text),
            FieldType::Time(patterns) => temporal(patterns, Kind::Time, text),
            FieldType::DateTime(patterns) => temporal(patterns, Kind::DateTime, text),
            FieldType::Year => year(text).map(Value::Year).ok_or_else(|| Problem::new(Reason::NotYear)),
            FieldType::YearMonth => year_month(text).ok_or_else(|| Problem::new(Reason::NotYearMonth)),
            FieldType::List(format) => list(format, text),
            FieldType::Any => Ok(Value::Text),
        }
    }

    /// The type's name in Table Schema.
    pub fn name(&self) -> &'static str {
        match self {
            FieldType::String(_) => "string",
            FieldType::Integer(_) => "integer",
            FieldType::Number(_) => "number",
            FieldType::Boolean(_) => "boolean",
            FieldType::Date(_) => "date",
            FieldType::Time(_) => "time",
            FieldType::DateTime(_) => "datetime",
            FieldType::Year => "year",
            FieldType::YearMonth => "yearmonth",
            FieldType::List(_) => "list",
            FieldType::Any => "any",
        }
    }
}

impl From<Parsed> for Value {
    fn from(parsed: Parsed) -> Self {
        match parsed {
            Parsed::Date(date) => Value::Date(date),
            Parsed::Time(time) => Value::Time(time),
            Parsed::DateTime(local) => Value::DateTime(local),
            Parsed::Instant(utc) => Value::Instant(utc),
        }
    }
}

impl BooleanFormat {
    /// The standard's lists.
    pub fn standard() -> Self {
        let owned = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
        BooleanFormat {
            true_values: owned(["true", "True", "TRUE", "1"]),
            false_values: owned(["false", "False", "FALSE", "0"]),
            ignore_case: false,
            listed: Memo::default(),
        }
    }
}

impl Default for IntegerFormat {
    fn default() -> Self {
        IntegerFormat { bare_number: true, group_char: None }
    }
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat { bare_number: true, group_char: None, decimal_char: ".".to_owned() }
    }
}

impl ListItem {
    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            ListItem::String => "string",
            ListItem::Integer => "integer",
            ListItem::Number => "number",
            ListItem::Boolean => "boolean",
            ListItem::DateTime => "datetime",
            ListItem::Date => "date",
            ListItem::Time => "time",
        }
    }
}

fn string(format: StringFormat, text: &str) -> Result<Value, Problem> {
    let (fits, reason) = match format {
        StringFormat::Default => return Ok(Value::Text),
        StringFormat::Email => (text::is_email(text), Reason::NotEmail),
        StringFormat::Uri => (text::is_uri(text), Reason::NotUri),
        StringFormat::Binary => (text::is_base64(text), Reason::NotBinary),
        StringFormat::Uuid => (text::is_uuid(text), Reason::NotUuid),
    };
    if fits { Ok(Value::Text) } else { Err(Problem::new(reason)) }
}

fn boolean(format: &BooleanFormat, cell: &str) -> Result<Value, Problem> {
    if format.true_values.iter().any(|text| text == cell) {
        return Ok(Value::Boolean(true));
    }
    if format.false_values.iter().any(|text| text == cell) {
        return Ok(Value::Boolean(false));
    }
    if format.ignore_case {
        if format.true_values.iter().any(|text| same_folded(text, cell)) {
            return Ok(Value::Boolean(true));
        }
        if format.false_values.iter().any(|text| same_folded(text, cell)) {
            return Ok(Value::Boolean(false));
        }
    }
    let all = || format.true_values.iter().chain(&format.false_values).cloned().collect::<Vec<_>>();
    let allowed = format.listed.get(|| all().join(", "));
    Err(Problem::new(Reason::NotBoolean).with("allowed", allowed))
}

fn same_folded(text: &str, cell: &str) -> bool {
    if text.is_ascii() && cell.is_ascii() {
        text.eq_ignore_ascii_case(cell)
    } else {
        fold(text) == fold(cell)
    }
}

fn temporal(patterns: &[Pattern], kind: Kind, text: &str) -> Result<Value, Problem> {
    for pattern in patterns {
        if let Some(parsed) = pattern.try_parse(text.as_bytes()) {
            return Ok(parsed.into());
        }
    }
    Err(miss(patterns, kind, text))
}

/// The pattern that came closest says why.
fn miss(patterns: &[Pattern], kind: Kind, text: &str) -> Problem {
    let shape_only = match kind {
        Kind::Date => Reason::NotDate,
        Kind::Time => Reason::NotTime,
        Kind::DateTime => Reason::NotDateTime,
    };
    let takes_time = patterns.iter().any(Pattern::has_time);
    // Of two patterns that miss alike, the one that a corrected value of this length would fit.
    let mut closest = ((Miss::Shape, false), None);
    for pattern in patterns {
        let Err(miss) = pattern.parse(text.as_bytes()) else { continue };
        // A field that takes times does not refuse one because another of its patterns is a day alone.
        let miss = if miss == Miss::TimePresent && takes_time { Miss::Shape } else { miss };
        let rank = (miss, miss > Miss::Shape && pattern.has_width(text.len()));
        if rank > closest.0 || closest.1.is_none() {
            closest = (rank, Some(pattern));
        }
    }
    let ((miss, _), pattern) = closest;
    // Of what fits none of them, the first form that people write: without parts that may be missing.
    let plain = || patterns.iter().find(|pattern| !pattern.has_optional_parts());
    let pattern = if miss == Miss::Shape { plain().or(pattern) } else { pattern };
    let reason = match miss {
        // A field of datetimes that also takes days: the day is what is asked for.
        Miss::Shape if kind == Kind::DateTime && pattern.is_some_and(|pattern| !pattern.has_time()) => {
            Reason::NotDate
        }
        Miss::Shape => shape_only,
        Miss::TimePresent => Reason::TimeNotAllowed,
        Miss::TimeMissing => Reason::TimeMissing,
        Miss::NoSuchTime => Reason::NoSuchTime,
        Miss::NoSuchDay => Reason::NoSuchDay,
    };
    let problem = Problem::new(reason);
    match pattern {
        Some(pattern) => problem.with("pattern", pattern.shown()).with("example", pattern.example()),
        None => problem,
    }
}

/// Four digits, 0001 to 9999. XML Schema also allows more digits, a sign and a zone; nobody's exports do.
fn year(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 4 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = bytes.iter().fold(0, |year, digit| year * 10 + i32::from(digit - b'0'));
    (year > 0).then_some(year)
}

fn year_month(text: &str) -> Option<Value> {
    let (year_text, month) = text.split_once('-')?;
    let month: u8 = match month.as_bytes() {
        [tens @ b'0'..=b'1', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0'),
        _ => return None,
    };
    (1..=12).contains(&month).then_some(())?;
    Some(Value::YearMonth(year(year_text)?, month))
}

fn list(format: &ListFormat, text: &str) -> Result<Value, Problem> {
    if format.item == ListItem::String {
        return Ok(Value::Text);
    }
    let item_type = item_type(format.item);
    for item in text.split(format.delimiter.as_str()) {
        if item_type.cast(item).is_err() {
            return Err(Problem::new(Reason::NotListItem)
                .with("item", &*crate::finding::shown(item))
                .with("type", format.item.name()));
        }
    }
    Ok(Value::Text)
}

/// Items have the default format of their type (Table Schema v2, `list`).
fn item_type(item: ListItem) -> FieldType {
    let patterns = |kind| Pattern::of_format(kind, "default", Options::default()).unwrap_or_default();
    match item {
        ListItem::String => FieldType::String(StringFormat::Default),
        ListItem::Integer => FieldType::Integer(IntegerFormat::default()),
        ListItem::Number => FieldType::Number(NumberFormat::default()),
        ListItem::Boolean => FieldType::Boolean(BooleanFormat::standard()),
        ListItem::DateTime => FieldType::DateTime(patterns(Kind::DateTime)),
        ListItem::Date => FieldType::Date(patterns(Kind::Date)),
        ListItem::Time => FieldType::Time(patterns(Kind::Time)),
    }
}
