//! The value of a cell as text, in the form that the schema's field reads.

use std::io::Write;

use calamine::{DataRef, ExcelDateTime};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::schema::pattern::{Parsed, Pattern};
use crate::schema::{Field, FieldType};

/// How the cells of a column are written. Texts stay as they are, whatever the column.
#[derive(Debug, Clone, Default)]
pub enum Shape {
    /// ISO dates and times, `TRUE` and `FALSE`, a point as the decimal sign.
    #[default]
    Plain,
    /// Days.
    Date(Pattern),
    /// Times of day.
    Time(Pattern),
    /// Dates with times, and how a midnight is written where the field takes a day alone.
    DateTime(Pattern, Option<Pattern>),
    /// The words for true and false.
    Boolean(String, String),
    /// Numbers with this decimal sign.
    Number(String),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text of the cell itself.
    Text,
    /// A number, a date, a boolean, or nothing.
    Value,
    /// A number whose last digits Excel has lost, or the error of a formula.
    Damaged,
}

/// Digits that Excel keeps.
const DIGITS: usize = 15;

impl Shape {
    /// The form that a field reads.
    pub fn of(field: &Field) -> Shape {
        let noon = NaiveDate::from_ymd_opt(2026, 4, 30).unwrap_or_default().and_time(NaiveTime::MIN);
        // Excel knows no zone: a pattern that needs one would make one up.
        let without_zone = |pattern: &&Pattern| {
            let mut bytes = Vec::new();
            pattern.write(noon, None, &mut bytes);
            !matches!(pattern.try_parse(&bytes), Some(Parsed::Instant(_)) | None)
        };
        match &field.kind {
            FieldType::Date(patterns) => patterns.first().cloned().map(Shape::Date),
            FieldType::Time(patterns) => patterns.first().cloned().map(Shape::Time),
            FieldType::DateTime(patterns) => {
                let day = patterns.iter().find(|pattern| !pattern.has_time()).cloned();
                let time = patterns.iter().filter(|pattern| pattern.has_time()).find(without_zone).cloned();
                time.or_else(|| day.clone()).map(|time| Shape::DateTime(time, day))
            }
            FieldType::Boolean(format) => match (format.true_values.first(), format.false_values.first()) {
                (Some(yes), Some(no)) => Some(Shape::Boolean(yes.clone(), no.clone())),
                _ => None,
            },
            FieldType::Number(format) => Some(Shape::Number(format.decimal_char.clone())),
            _ => None,
        }
        .unwrap_or_default()
    }

    /// Writes a cell.
    pub(super) fn write(&self, value: &DataRef<'_>, out: &mut Vec<u8>) -> Kind {
        match value {
            DataRef::Empty => {}
            DataRef::String(text) => {
                out.extend_from_slice(text.as_bytes());
                return Kind::Text;
            }
            DataRef::SharedString(text) => {
                out.extend_from_slice(text.as_bytes());
                return Kind::Text;
            }
            DataRef::DurationIso(text) => out.extend_from_slice(text.as_bytes()),
            DataRef::Int(number) => return whole(*number as f64, out),
            DataRef::Float(number) => return self.number(*number, out),
            DataRef::Bool(value) => {
                let word = match (self, value) {
                    (Shape::Boolean(yes, _), true) => yes,
                    (Shape::Boolean(_, no), false) => no,
                    (_, true) => "TRUE",
                    (_, false) => "FALSE",
                };
                out.extend_from_slice(word.as_bytes());
            }
            DataRef::DateTime(moment) => self.serial(moment, out),
            DataRef::DateTimeIso(text) => match text.parse::<NaiveDateTime>() {
                Ok(moment) => self.moment(moment, out),
                Err(_) => match text.parse::<NaiveDate>() {
                    Ok(day) => self.moment(day.and_time(NaiveTime::MIN), out),
                    Err(_) => out.extend_from_slice(text.as_bytes()),
                },
            },
            DataRef::Error(error) => {
                push(out, format_args!("{error}"));
                return Kind::Damaged;
            }
        }
        Kind::Value
    }

    /// A number as Excel shows it when its cell is wide enough: 15 digits, no exponent.
    fn number(&self, number: f64, out: &mut Vec<u8>) -> Kind {
        if !number.is_finite() {
            push(out, format_args!("{number}"));
            return Kind::Damaged;
        }
        if number.fract() == 0.0 {
            return whole(number, out);
        }
        let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
        let text = rounded.to_string();
        match self {
            Shape::Number(decimal) if decimal != "." => {
                out.extend_from_slice(text.replacen('.', decimal, 1).as_bytes());
            }
            _ => out.extend_from_slice(text.as_bytes()),
        }
        Kind::Value
    }

    /// A date or time that Excel keeps as a number of days.
    fn serial(&self, moment: &ExcelDateTime, out: &mut Vec<u8>) {
        let days = moment.as_f64();
        if moment.is_duration() {
            let seconds = (days * 86_400.0).round() as i64;
            let (sign, seconds) = if seconds < 0 { ("-", -seconds) } else { ("", seconds) };
            let (minutes, second) = (seconds / 60, seconds % 60);
            return push(out, format_args!("{sign}{:02}:{:02}:{second:02}", minutes / 60, minutes % 60));
        }
        let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
        let time = NaiveTime::from_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())
            .unwrap_or_default();
        if (0.0..1.0).contains(&days) && !matches!(self, Shape::Date(_)) && days != 0.0 {
            return match self {
                Shape::Time(pattern) => pattern.write_time(time, out),
                _ => push(out, format_args!("{}", time.format("%H:%M:%S"))),
            };
        }
        if (0.0..1.0).contains(&days) {
            // What Excel shows for a zero in a column of dates.
            return match self {
                Shape::Time(pattern) => pattern.write_time(time, out),
                _ => out.extend_from_slice(b"1900-01-00"),
            };
        }
        match NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()) {
            Some(date) if (1.0..2_958_466.0).contains(&days) => self.moment(date.and_time(time), out),
            // 29 February 1900, which Excel takes for a day.
            None => push(out, format_args!("{year:04}-{month:02}-{day:02}")),
            // Excel shows ####.
            Some(_) => push(out, format_args!("{days}")),
        }
    }

    fn moment(&self, moment: NaiveDateTime, out: &mut Vec<u8>) {
        let midnight = moment.time().num_seconds_from_midnight() == 0 && moment.nanosecond() == 0;
        match self {
            Shape::Date(pattern) => {
                pattern.write_date(moment.date(), out);
                if !midnight {
                    push(out, format_args!(" {}", moment.time().format("%H:%M:%S")));
                }
            }
            Shape::DateTime(_, Some(day)) if midnight => day.write_date(moment.date(), out),
            Shape::DateTime(pattern, _) => pattern.write(moment, None, out),
            _ if midnight => push(out, format_args!("{}", moment.date())),
            _ => push(out, format_args!("{}", moment.format("%Y-%m-%d %H:%M:%S"))),
        }
    }
}

/// A whole number with all its digits. Excel keeps fifteen; of a longer one the last may be wrong.
fn whole(number: f64, out: &mut Vec<u8>) -> Kind {
    let start = out.len();
    push(out, format_args!("{}", if number == 0.0 { 0.0 } else { number }));
    let digits = out.iter().skip(start).filter(|byte| byte.is_ascii_digit()).count();
    if digits > DIGITS { Kind::Damaged } else { Kind::Value }
}

fn push(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    let _ = out.write_fmt(text);
}
