//! A value in the shape of a target field.
//!
//! A calendar day without a time stays that day: it is no moment, so no zone moves it. As a date-time it is written at
//! 00:00:00. A date-time is a moment in the zone of its file (or has its own offset) and is written in the zone of the
//! outbound file; as a date it is the day in the zone of the export.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::zone::{Skipped, from_utc, to_utc};
use crate::schema::value::Value;
use crate::schema::{FieldType, Zone};

/// The zones of the two files.
#[derive(Debug, Clone, Copy)]
pub struct Zones {
    /// Of date-times in the export.
    pub source: Zone,
    /// Of date-times in the outbound file.
    pub target: Zone,
}

/// Appends `value`, whose text in the export is `text`, to `out` in the shape of `kind`.
///
/// # Errors
/// A local time that the clocks of the export's zone skipped.
pub fn write(
    value: Value,
    text: &str,
    kind: &FieldType,
    zones: Zones,
    scratch: &mut Vec<u8>,
    out: &mut String,
) -> Result<(), Skipped> {
    match (kind, value) {
        (_, Value::Null) => {}
        (FieldType::Date(patterns), _) if let Some(day) = day_of(value, zones) => {
            pattern(patterns, day, NaiveTime::MIN, scratch, out, text);
        }
        (FieldType::DateTime(patterns), _) => match moment_of(value, zones)? {
            Some(moment) => pattern(patterns, moment.date(), moment.time(), scratch, out, text),
            None => out.push_str(text),
        },
        (FieldType::Time(patterns), Value::Time(time)) => {
            pattern(patterns, NaiveDate::default(), time, scratch, out, text);
        }
        (FieldType::Boolean(format), Value::Boolean(truth)) => {
            let spellings = if truth { &format.true_values } else { &format.false_values };
            out.push_str(spellings.first().map_or(text, String::as_str));
        }
        (FieldType::Integer(_) | FieldType::Number(_), Value::Integer(number)) => {
            let mut digits = number_buffer(number);
            out.push_str(digits.text());
        }
        (FieldType::Number(format), Value::Number { mantissa, scale }) => {
            decimal(mantissa, scale, &format.decimal_char, out);
        }
        _ => out.push_str(text),
    }
    Ok(())
}

/// The calendar day of a value.
fn day_of(value: Value, zones: Zones) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(day),
        Value::DateTime(local) => Some(local.date()),
        Value::Instant(moment) => Some(from_utc(moment, zones.source).date()),
        _ => None,
    }
}

/// The local time of a value in the target's zone.
fn moment_of(value: Value, zones: Zones) -> Result<Option<NaiveDateTime>, Skipped> {
    Ok(match value {
        Value::Date(day) => Some(day.and_time(NaiveTime::MIN)),
        Value::DateTime(local) if zones.source == zones.target => Some(local),
        Value::DateTime(local) => Some(from_utc(to_utc(local, zones.source)?, zones.target)),
        Value::Instant(moment) => Some(from_utc(moment, zones.target)),
        _ => None,
    })
}

fn pattern(
    patterns: &[crate::schema::pattern::Pattern],
    day: NaiveDate,
    time: NaiveTime,
    scratch: &mut Vec<u8>,
    out: &mut String,
    text: &str,
) {
    scratch.clear();
    match patterns.first() {
        Some(first) => first.write(day.and_time(time), None, scratch),
        None => scratch.extend_from_slice(text.as_bytes()),
    }
    // Patterns write ASCII or the literals of a descriptor, which are text.
    out.push_str(std::str::from_utf8(scratch).unwrap_or(text));
}

/// Digits of an integer on the stack.
struct Digits {
    bytes: [u8; 40],
    from: usize,
}

fn number_buffer(number: i128) -> Digits {
    let mut digits = Digits { bytes: [0; 40], from: 40 };
    let mut rest = number.unsigned_abs();
    loop {
        digits.from -= 1;
        digits.bytes[digits.from] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.from -= 1;
        digits.bytes[digits.from] = b'-';
    }
    digits
}

impl Digits {
    fn text(&mut self) -> &str {
        std::str::from_utf8(&self.bytes[self.from..]).unwrap_or("")
    }
}

fn decimal(mantissa: i128, scale: u8, decimal_char: &str, out: &mut String) {
    if mantissa < 0 {
        out.push('-');
    }
    let mut digits = number_buffer(mantissa.unsigned_abs().try_into().unwrap_or(i128::MAX));
    let digits = digits.text();
    let scale = usize::from(scale);
    if digits.len() > scale {
        out.push_str(&digits[..digits.len() - scale]);
    } else {
        out.push('0');
    }
    if scale > 0 {
        out.push_str(decimal_char);
        for _ in digits.len()..scale {
            out.push('0');
        }
        out.push_str(&digits[digits.len().saturating_sub(scale)..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        for (mantissa, scale, expected) in [
            (250, 2, "2,50"),
            (-5, 2, "-0,05"),
            (0, 0, "0"),
            (12345678901234567890, 3, "12345678901234567,890"),
            (7, 0, "7"),
        ] {
            let mut out = String::new();
            decimal(mantissa, scale, ",", &mut out);
            assert_eq!(out, expected);
        }
    }
}
