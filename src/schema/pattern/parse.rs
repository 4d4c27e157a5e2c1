//! From the bytes of a cell to its meaning.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::{Fixed, Item, Miss, Parsed};

/// Two digits at a place.
fn two(cell: &[u8], at: usize) -> Option<u32> {
    let tens = cell.get(at)?.wrapping_sub(b'0');
    let ones = cell.get(at + 1)?.wrapping_sub(b'0');
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

fn four(cell: &[u8], at: usize) -> Option<i32> {
    Some((two(cell, at)? * 100 + two(cell, at + 2)?) as i32)
}

fn day_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if year < 1 { None } else { NaiveDate::from_ymd_opt(year, month, day) }
}

impl Fixed {
    /// The caller has compared the width.
    pub(super) fn parse(&self, cell: &[u8]) -> Option<Parsed> {
        for (at, byte) in &self.literals {
            if cell.get(*at) != Some(byte) {
                return None;
            }
        }
        let date = day_of(four(cell, self.year)?, two(cell, self.month)?, two(cell, self.day)?)?;
        match self.time {
            None => Some(Parsed::Date(date)),
            Some((hour, minute, second)) => {
                let time = NaiveTime::from_hms_opt(two(cell, hour)?, two(cell, minute)?, two(cell, second)?)?;
                Some(Parsed::DateTime(date.and_time(time)))
            }
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    minute: u32,
    second: u32,
    nano: u32,
    offset: Option<i32>,
}

impl Parts {
    fn date(&self) -> Result<Option<NaiveDate>, Miss> {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => day_of(year, month, day).map(Some).ok_or(Miss::NoSuchDay),
            _ => Ok(None),
        }
    }

    fn time(&self) -> Result<Option<NaiveTime>, Miss> {
        match self.hour {
            None => Ok(None),
            Some(hour) => NaiveTime::from_hms_nano_opt(hour, self.minute, self.second, self.nano)
                .map(Some)
                .ok_or(Miss::NoSuchTime),
        }
    }

    fn value(&self) -> Result<Parsed, Miss> {
        match (self.date()?, self.time()?) {
            (Some(date), None) => Ok(Parsed::Date(date)),
            (None, Some(time)) => Ok(Parsed::Time(time)),
            (Some(date), Some(time)) => match self.offset {
                None => Ok(Parsed::DateTime(date.and_time(time))),
                Some(seconds) => instant(date.and_time(time), seconds).map(Parsed::Instant),
            },
            (None, None) => Err(Miss::Shape),
        }
    }
}

fn instant(local: NaiveDateTime, seconds: i32) -> Result<NaiveDateTime, Miss> {
    let offset = FixedOffset::east_opt(seconds).ok_or(Miss::NoSuchTime)?;
    local.checked_sub_offset(offset).ok_or(Miss::NoSuchDay)
}

pub(super) fn walk(items: &[Item], cell: &[u8]) -> Result<Parsed, Miss> {
    let mut parts = Parts::default();
    let mut at = 0;
    for item in items {
        at = step(*item, cell, at, &mut parts).ok_or(Miss::Shape)?;
    }
    if at == cell.len() { parts.value() } else { Err(Miss::Shape) }
}

/// Reads one item at `at`; the place after it.
fn step(item: Item, cell: &[u8], at: usize, parts: &mut Parts) -> Option<usize> {
    match item {
        Item::Literal(byte) => return (cell.get(at) == Some(&byte)).then_some(at + 1),
        Item::Year => {
            parts.year = Some(four(cell, at)?);
            return Some(at + 4);
        }
        Item::ShortYear(pivot) => {
            let century = pivot - pivot.rem_euclid(100);
            let year = century + two(cell, at)? as i32;
            parts.year = Some(if year < pivot { year + 100 } else { year });
        }
        Item::Month => parts.month = Some(two(cell, at)?),
        Item::Day => parts.day = Some(two(cell, at)?),
        Item::Hour => parts.hour = Some(two(cell, at)?),
        Item::Minute => parts.minute = two(cell, at)?,
        Item::Second => parts.second = two(cell, at)?,
        Item::Fraction => return fraction(cell, at, parts),
        Item::OptionalFraction => {
            return if cell.get(at) == Some(&b'.') { fraction(cell, at + 1, parts) } else { Some(at) };
        }
        Item::Offset { names } => return offset(cell, at, names, parts),
        Item::OptionalOffset => {
            return if at == cell.len() { Some(at) } else { offset(cell, at, false, parts) };
        }
    }
    Some(at + 2)
}

fn fraction(cell: &[u8], start: usize, parts: &mut Parts) -> Option<usize> {
    let mut nano = 0;
    let mut count = 0;
    while let Some(digit) = cell.get(start + count).filter(|byte| byte.is_ascii_digit()) {
        if count == 9 {
            return None;
        }
        nano = nano * 10 + u32::from(digit - b'0');
        count += 1;
    }
    if count == 0 {
        return None;
    }
    parts.nano = nano * 10_u32.pow(9 - count as u32);
    Some(start + count)
}

fn offset(cell: &[u8], at: usize, names: bool, parts: &mut Parts) -> Option<usize> {
    let rest = cell.get(at..)?;
    let sign = match rest.first()? {
        b'Z' => {
            parts.offset = Some(0);
            return Some(at + 1);
        }
        b'U' | b'G' if names && (rest.starts_with(b"UTC") || rest.starts_with(b"GMT")) => {
            parts.offset = Some(0);
            return Some(at + 3);
        }
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two(rest, 1)?;
    let colon = usize::from(rest.get(3) == Some(&b':'));
    let minutes = two(rest, 3 + colon)?;
    // XML Schema: at most 14:00 from UTC.
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    parts.offset = Some(sign * (hours * 3600 + minutes * 60) as i32);
    Some(at + 5 + colon)
}

/// Why the cell does not fit: the slow way, for cells that are already known to be wrong.
pub(super) fn why(items: &[Item], cell: &[u8]) -> Miss {
    let wants_time = items.contains(&Item::Hour);
    let mut parts = Parts::default();
    let mut at = 0;
    for item in items {
        if at == cell.len() && wants_time && parts.hour.is_none() {
            return match parts.date() {
                Ok(Some(_)) => Miss::TimeMissing,
                Ok(None) => Miss::Shape,
                Err(miss) => miss,
            };
        }
        match step(*item, cell, at, &mut parts) {
            Some(next) => at = next,
            None => return Miss::Shape,
        }
    }
    let rest = cell.get(at..).unwrap_or_default();
    match rest {
        [] => parts.value().err().unwrap_or(Miss::Shape),
        [b' ' | b'T', hour, ..] if !wants_time && hour.is_ascii_digit() => match parts.date() {
            Ok(Some(_)) => Miss::TimePresent,
            Ok(None) => Miss::Shape,
            Err(miss) => miss,
        },
        _ => Miss::Shape,
    }
}
