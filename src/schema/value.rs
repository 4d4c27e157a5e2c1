//! The value of a cell after its type has been checked.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// A cell's value. Text is not copied: it stays in the row, and `Text` says that it is what counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Value {
    /// No value: the cell is empty or holds a missing-value marker.
    #[default]
    Null,
    /// The cell's own text.
    Text,
    /// A spelling of a canonical value: its number in the field's vocabulary (`passeur.values`).
    Known(u16),
    /// Whole number.
    Integer(i128),
    /// Decimal number: `mantissa` / 10^`scale`, exact.
    Number {
        /// All digits.
        mantissa: i128,
        /// Digits after the decimal sign.
        scale: u8,
    },
    /// A number that only floating point can hold (NaN, INF, huge exponents).
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A calendar day, without time or zone.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date and time as written, in the zone of the file.
    DateTime(NaiveDateTime),
    /// A date and time with its offset: the moment, in UTC.
    Instant(NaiveDateTime),
    /// A year.
    Year(i32),
    /// A year and a month.
    YearMonth(i32, u8),
}
