//! Strict patterns of dates and times.
//!
//! A [`Pattern`] is compiled once, when the schema is loaded, and then compares bytes: exact width, ASCII digits, days
//! that are in the calendar. It never guesses and never allocates. chrono's own parser is not used: it takes
//! `2025-1-5`, `25-01-05` and leading spaces for `%Y-%m-%d`.
//!
//! Deliberate limits: years 0001 to 9999; `24:00:00` and leap seconds are refused; names of months and days,
//! 12-hour clocks and day-of-year are not patterns that passeur reads.

mod compile;
mod parse;
#[cfg(test)]
mod tests;
mod write;

pub use compile::PatternError;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::memo::Memo;
use super::types::DateOrder;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    source: String,
    items: Vec<Item>,
    fixed: Option<Fixed>,
    min_width: usize,
    max_width: usize,
    shown: Memo,
    example: Memo,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// Four digits.
    Year,
    /// Two digits; the first of the hundred years that they can mean.
    ShortYear(i32),
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// One to nine digits.
    Fraction,
    /// `.` and one to nine digits, or nothing.
    OptionalFraction,
    /// `Z`, `+02:00` or `+0200`; with `names`, also `UTC` and `GMT`.
    Offset {
        names: bool,
    },
    /// The same without names, or nothing.
    OptionalOffset,
    /// This byte.
    Literal(u8),
}

/// Positions of a pattern whose every part has one place: the quick way through.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fixed {
    year: usize,
    month: usize,
    day: usize,
    time: Option<(usize, usize, usize)>,
    literals: Vec<(usize, u8)>,
}

/// What a cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// A calendar day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date and time as written, without an offset.
    DateTime(NaiveDateTime),
    /// A date and time with an offset: the moment, in UTC.
    Instant(NaiveDateTime),
}

/// Why a cell does not fit a pattern. The later ones say more than the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Miss {
    /// Other characters or another length.
    Shape,
    /// The day fits, and a time follows that the pattern does not have.
    TimePresent,
    /// The day fits, and the time that the pattern wants is not there.
    TimeMissing,
    /// The shape fits, the time is not on a clock: 24:00:00, 12:60:00, a leap second.
    NoSuchTime,
    /// The shape fits, the day is not in the calendar.
    NoSuchDay,
}

/// What a pattern is for: decides which parts it must and may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A day, no time.
    Date,
    /// A time, no day.
    Time,
    /// A day, with or without a time.
    DateTime,
}

/// What a schema says about its patterns as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// `passeur.dateOrder`: puts day and month in this order wherever a pattern leaves it open
    /// (see [`Pattern::is_ambiguous`]).
    pub order: DateOrder,
    /// `passeur.yearPivot`: the first of the hundred years that two digits can mean. Without it `%y` is refused.
    pub pivot: Option<i32>,
}

/// Shapes of `format: any`. Closed: what is not here is refused. Only shapes with the year first, since a
/// standard `any` may not guess which of two numbers is the month.
const ANY_DATE: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"];
const ANY_TIME: &[&str] = &["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"];
const ANY_DATE_TIME: &[&str] = &[
    "default",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
];

impl Pattern {
    /// Whether some parts of a value may be missing, as fraction and offset in the standard's default for datetimes.
    pub fn has_optional_parts(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::OptionalFraction | Item::OptionalOffset))
    }

    /// Compiles one strftime-like pattern: `%Y %y %m %d %H %M %S %f %z %Z %F %T %R %%` and literals.
    ///
    /// # Errors
    /// An unknown, repeated or incomplete part; `%y`, which needs a pivot ([`Pattern::compile_with`]).
    pub fn compile(source: &str) -> Result<Pattern, PatternError> {
        Pattern::compile_with(source, Options::default())
    }

    /// Compiles one pattern under a schema's options.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn compile_with(source: &str, options: Options) -> Result<Pattern, PatternError> {
        compile::compile(source, options)
    }

    /// The patterns that a Table Schema `format` stands for: `default`, `any` (a closed list), or one pattern.
    /// The first is the one written.
    ///
    /// # Errors
    /// As [`Pattern::compile`]; also a part that the kind must not have, or lacks.
    pub fn of_format(kind: Kind, format: &str, options: Options) -> Result<Vec<Pattern>, PatternError> {
        let sources = match (kind, format) {
            (Kind::Date, "any") => ANY_DATE,
            (Kind::Time, "any") => ANY_TIME,
            (Kind::DateTime, "any") => ANY_DATE_TIME,
            _ => std::slice::from_ref(&format),
        };
        let mut patterns = Vec::with_capacity(sources.len());
        for source in sources {
            let pattern = match (kind, *source) {
                (Kind::Date, "default") => Pattern::compile("%Y-%m-%d")?,
                (Kind::Time, "default") => Pattern::compile("%H:%M:%S")?,
                (Kind::DateTime, "default") => compile::xml_date_time(),
                _ => compile::compile(source, options)?,
            };
            pattern.fits(kind)?;
            patterns.push(pattern);
        }
        Ok(patterns)
    }

    /// The cell's meaning, or `None` if it does not fit. The hot path: use it to try several patterns.
    pub fn try_parse(&self, cell: &[u8]) -> Option<Parsed> {
        if cell.len() < self.min_width || cell.len() > self.max_width {
            return None;
        }
        match &self.fixed {
            Some(fixed) => fixed.parse(cell),
            None => parse::walk(&self.items, cell).ok(),
        }
    }

    /// The cell's meaning, or why it does not fit.
    ///
    /// # Errors
    /// The [`Miss`] that says most.
    pub fn parse(&self, cell: &[u8]) -> Result<Parsed, Miss> {
        match self.try_parse(cell) {
            Some(parsed) => Ok(parsed),
            None => Err(parse::why(&self.items, cell)),
        }
    }

    /// Whether a cell of this many bytes could fit.
    pub fn has_width(&self, bytes: usize) -> bool {
        (self.min_width..=self.max_width).contains(&bytes)
    }

    /// The pattern as the schema has it (day and month in the order that is in force).
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it has a day.
    pub fn has_date(&self) -> bool {
        self.items.contains(&Item::Day)
    }

    /// Whether it has a time of day.
    pub fn has_time(&self) -> bool {
        self.items.contains(&Item::Hour)
    }

    /// Whether it must have an offset from UTC.
    pub fn has_offset(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Offset { .. }))
    }

    /// Whether day and month could be taken for each other: both are there and the year does not come first.
    pub fn is_ambiguous(&self) -> bool {
        let at = |wanted: fn(&Item) -> bool| self.items.iter().position(wanted);
        let year = at(|item| matches!(item, Item::Year | Item::ShortYear(_)));
        let month = at(|item| *item == Item::Month);
        let day = at(|item| *item == Item::Day);
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => year > month || year > day,
            _ => false,
        }
    }

    /// The same pattern with day and month in this order, if it leaves the order open. `AsWritten` changes nothing.
    pub fn with_order(&self, order: DateOrder) -> Pattern {
        let month = self.items.iter().position(|item| *item == Item::Month);
        let day = self.items.iter().position(|item| *item == Item::Day);
        let swap = match order {
            DateOrder::AsWritten => false,
            DateOrder::MonthFirst => day < month,
            DateOrder::DayFirst => month < day,
        };
        if swap && self.is_ambiguous() { self.swapped() } else { self.clone() }
    }

    /// The same pattern with day and month exchanged: to say that a whole column is in the other order.
    pub fn swapped(&self) -> Pattern {
        let exchange = |item: &Item| match item {
            Item::Month => Item::Day,
            Item::Day => Item::Month,
            other => *other,
        };
        compile::finish(self.items.iter().map(exchange).collect())
    }

    fn fits(&self, kind: Kind) -> Result<(), PatternError> {
        let source = || self.source.clone();
        match kind {
            Kind::Date if !self.has_date() => Err(PatternError::NoDay { pattern: source() }),
            Kind::Date if self.has_time() => Err(PatternError::TimeInDate { pattern: source() }),
            Kind::DateTime if !self.has_date() => Err(PatternError::NoDay { pattern: source() }),
            Kind::Time if self.has_date() => Err(PatternError::DayInTime { pattern: source() }),
            Kind::Time if self.has_offset() => Err(PatternError::OffsetInTime { pattern: source() }),
            _ => Ok(()),
        }
    }
}
