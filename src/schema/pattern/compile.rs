//! From the text of a pattern to its items.

use super::{Fixed, Item, Options, Pattern};
use crate::schema::types::DateOrder;

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing in it stands for a part of a date or time.
    #[error("\"{pattern}\" has no part of a date or time; patterns are written like %Y-%m-%d")]
    NoParts {
        /// The pattern.
        pattern: String,
    },
    /// A directive that passeur does not read.
    #[error("\"{pattern}\": {directive} is not one that passeur reads; {hint}")]
    Unknown {
        /// The pattern.
        pattern: String,
        /// The directive.
        directive: String,
        /// What to write instead.
        hint: &'static str,
    },
    /// The same part twice.
    #[error("\"{pattern}\" has the {part} twice")]
    Repeated {
        /// The pattern.
        pattern: String,
        /// The part.
        part: &'static str,
    },
    /// A part that needs another one.
    #[error("\"{pattern}\" has the {part} and not the {missing}; passeur reads whole days and times")]
    Incomplete {
        /// The pattern.
        pattern: String,
        /// The part that is there.
        part: &'static str,
        /// The part that is not.
        missing: &'static str,
    },
    /// `%y` without a pivot.
    #[error(
        "\"{pattern}\" has a two-digit year; write %Y, or say which century it is with \"yearPivot\" under \
         \"passeur\" (1930 reads 30 to 99 as 1930 to 1999, and 00 to 29 as 2000 to 2029)"
    )]
    NoPivot {
        /// The pattern.
        pattern: String,
    },
    /// `%f` right before another digit: where it ends is not known.
    #[error("\"{pattern}\": %f has no fixed width, so a literal that is no digit must follow it")]
    OpenEnd {
        /// The pattern.
        pattern: String,
    },
    /// A date field with a time.
    #[error("\"{pattern}\" has a time; a field of type date has none, use type datetime")]
    TimeInDate {
        /// The pattern.
        pattern: String,
    },
    /// A time field with a day.
    #[error("\"{pattern}\" has a day; a field of type time has none, use type datetime")]
    DayInTime {
        /// The pattern.
        pattern: String,
    },
    /// A time field with an offset.
    #[error("\"{pattern}\" has an offset; a time without its day has none, use type datetime")]
    OffsetInTime {
        /// The pattern.
        pattern: String,
    },
    /// A date or datetime field without a day.
    #[error("\"{pattern}\" has no day")]
    NoDay {
        /// The pattern.
        pattern: String,
    },
}

/// XML Schema dateTime, the `default` of datetime fields: `2024-01-26T15:00:00.300-05:00`, fraction and offset optional.
pub(super) fn xml_date_time() -> Pattern {
    use Item::{Day, Hour, Literal, Minute, Month, OptionalFraction, OptionalOffset, Second, Year};
    finish(vec![
        Year,
        Literal(b'-'),
        Month,
        Literal(b'-'),
        Day,
        Literal(b'T'),
        Hour,
        Literal(b':'),
        Minute,
        Literal(b':'),
        Second,
        OptionalFraction,
        OptionalOffset,
    ])
}

pub(super) fn compile(source: &str, options: Options) -> Result<Pattern, PatternError> {
    let items = items(source, options)?;
    check(source, &items)?;
    let pattern = finish(items);
    Ok(match options.order {
        DateOrder::AsWritten => pattern,
        order => pattern.with_order(order),
    })
}

fn items(source: &str, options: Options) -> Result<Vec<Item>, PatternError> {
    let mut items = Vec::new();
    let mut rest = source.chars();
    while let Some(next) = rest.next() {
        if next != '%' {
            push_literal(&mut items, next);
            continue;
        }
        let unknown =
            |directive: String, hint| PatternError::Unknown { pattern: source.to_owned(), directive, hint };
        match rest.next() {
            Some('Y') => items.push(Item::Year),
            Some('y') => {
                let pivot =
                    options.pivot.ok_or_else(|| PatternError::NoPivot { pattern: source.to_owned() })?;
                items.push(Item::ShortYear(pivot));
            }
            Some('m') => items.push(Item::Month),
            Some('d') => items.push(Item::Day),
            Some('H') => items.push(Item::Hour),
            Some('M') => items.push(Item::Minute),
            Some('S') => items.push(Item::Second),
            Some('f') => items.push(Item::Fraction),
            Some('z') => items.push(Item::Offset { names: false }),
            Some('Z') => items.push(Item::Offset { names: true }),
            Some('F') => {
                items.extend([Item::Year, Item::Literal(b'-'), Item::Month, Item::Literal(b'-'), Item::Day]);
            }
            Some('T') => items.extend([
                Item::Hour,
                Item::Literal(b':'),
                Item::Minute,
                Item::Literal(b':'),
                Item::Second,
            ]),
            Some('R') => items.extend([Item::Hour, Item::Literal(b':'), Item::Minute]),
            Some('%') => items.push(Item::Literal(b'%')),
            Some(other) => {
                let mut directive = format!("%{other}");
                if matches!(other, '-' | '_' | '0' | '#') {
                    directive.extend(rest.next());
                }
                return Err(unknown(directive, hint(other)));
            }
            None => return Err(unknown("%".to_owned(), "write %% for a percent sign")),
        }
    }
    Ok(items)
}

fn push_literal(items: &mut Vec<Item>, literal: char) {
    let mut bytes = [0; 4];
    items.extend(literal.encode_utf8(&mut bytes).bytes().map(Item::Literal));
}

fn hint(directive: char) -> &'static str {
    match directive {
        '-' | '_' | '#' | '0' | 'e' | 'k' | 'l' => "widths are exact: write %d, %m, %H",
        'b' | 'B' | 'h' => "names of months are not read: write %m for 01 to 12",
        'a' | 'A' | 'w' | 'u' => "days of the week are not read: write %d for 01 to 31",
        'I' | 'p' => "12-hour clocks are not read: write %H for 00 to 23",
        'D' | 'x' | 'c' | 'X' | 'j' | 'U' | 'W' | 'G' | 'g' | 'V' | 's' => "write it with %Y %m %d %H %M %S",
        _ => "it reads %Y %y %m %d %H %M %S %f %z",
    }
}

/// One part of a pattern, as errors name it.
fn part(item: Item) -> Option<&'static str> {
    Some(match item {
        Item::Year | Item::ShortYear(_) => "year",
        Item::Month => "month",
        Item::Day => "day",
        Item::Hour => "hour",
        Item::Minute => "minute",
        Item::Second => "second",
        Item::Fraction | Item::OptionalFraction => "fraction of a second",
        Item::Offset { .. } | Item::OptionalOffset => "offset",
        Item::Literal(_) => return None,
    })
}

/// (part, what it needs)
const NEEDS: &[(&str, &str)] = &[
    ("year", "month"),
    ("month", "day"),
    ("day", "month"),
    ("month", "year"),
    ("minute", "hour"),
    ("hour", "minute"),
    ("second", "minute"),
    ("fraction of a second", "second"),
    ("offset", "hour"),
];

fn check(source: &str, items: &[Item]) -> Result<(), PatternError> {
    let pattern = || source.to_owned();
    let mut seen: Vec<&'static str> = Vec::new();
    for item in items {
        if let Some(part) = part(*item) {
            if seen.contains(&part) {
                return Err(PatternError::Repeated { pattern: pattern(), part });
            }
            seen.push(part);
        }
    }
    if seen.is_empty() {
        return Err(PatternError::NoParts { pattern: pattern() });
    }
    for (part, missing) in NEEDS {
        if seen.contains(part) && !seen.contains(missing) {
            return Err(PatternError::Incomplete { pattern: pattern(), part, missing });
        }
    }
    for pair in items.windows(2) {
        if let [Item::Fraction, next] = pair {
            let closed = match next {
                Item::Literal(byte) => !byte.is_ascii_digit(),
                Item::Offset { .. } => true,
                _ => false,
            };
            if !closed {
                return Err(PatternError::OpenEnd { pattern: pattern() });
            }
        }
    }
    Ok(())
}

/// Works out widths, positions and the source text of the items.
pub(super) fn finish(items: Vec<Item>) -> Pattern {
    let (min_width, max_width) = items.iter().fold((0, 0), |(min, max), item| {
        let (low, high) = width(*item);
        (min + low, max + high)
    });
    let (shown, example) = Default::default();
    Pattern { source: source(&items), fixed: fixed(&items), items, min_width, max_width, shown, example }
}

fn width(item: Item) -> (usize, usize) {
    match item {
        Item::Year => (4, 4),
        Item::ShortYear(_) | Item::Month | Item::Day | Item::Hour | Item::Minute | Item::Second => (2, 2),
        Item::Fraction => (1, 9),
        Item::OptionalFraction => (0, 10),
        Item::Offset { .. } => (1, 6),
        Item::OptionalOffset => (0, 6),
        Item::Literal(_) => (1, 1),
    }
}

fn source(items: &[Item]) -> String {
    let mut bytes = Vec::new();
    for item in items {
        match item {
            Item::Year => bytes.extend(b"%Y"),
            Item::ShortYear(_) => bytes.extend(b"%y"),
            Item::Month => bytes.extend(b"%m"),
            Item::Day => bytes.extend(b"%d"),
            Item::Hour => bytes.extend(b"%H"),
            Item::Minute => bytes.extend(b"%M"),
            Item::Second => bytes.extend(b"%S"),
            Item::Fraction => bytes.extend(b"%f"),
            Item::OptionalFraction => bytes.extend(b"[.%f]"),
            Item::Offset { names: false } => bytes.extend(b"%z"),
            Item::Offset { names: true } => bytes.extend(b"%Z"),
            Item::OptionalOffset => bytes.extend(b"[%z]"),
            Item::Literal(b'%') => bytes.extend(b"%%"),
            Item::Literal(byte) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn fixed(items: &[Item]) -> Option<Fixed> {
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut hour, mut minute, mut second) = (None, None, None);
    let mut literals = Vec::new();
    let mut at = 0;
    for item in items {
        match item {
            Item::Year => year = Some(at),
            Item::Month => month = Some(at),
            Item::Day => day = Some(at),
            Item::Hour => hour = Some(at),
            Item::Minute => minute = Some(at),
            Item::Second => second = Some(at),
            Item::Literal(byte) => literals.push((at, *byte)),
            _ => return None,
        }
        at += width(*item).0;
    }
    let time = match (hour, minute, second) {
        (None, None, None) => None,
        (Some(hour), Some(minute), Some(second)) => Some((hour, minute, second)),
        _ => return None,
    };
    Some(Fixed { year: year?, month: month?, day: day?, time, literals })
}
