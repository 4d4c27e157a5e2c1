//! From a date or time to the bytes of a cell, and to forms that people read.

use std::sync::Arc;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::{Item, Pattern};

impl Pattern {
    /// Writes a date and time as this pattern has it. `local` is the time on the wall in the file's zone and `offset` that
    /// zone's distance from UTC at that moment (`None`: UTC; only patterns with an offset write it). A pattern without a time
    /// part writes the day alone; an optional fraction is written if it is not zero. Years outside 0 to 9999 come
    /// out with more digits, which the check of the outbound file then refuses.
    pub fn write(&self, local: NaiveDateTime, offset: Option<FixedOffset>, out: &mut Vec<u8>) {
        for item in &self.items {
            match *item {
                Item::Year => year(local.year(), out),
                Item::ShortYear(pivot) if (pivot..pivot + 100).contains(&local.year()) => {
                    digits(local.year().rem_euclid(100) as u32, 2, out);
                }
                Item::ShortYear(_) => year(local.year(), out),
                Item::Month => digits(local.month(), 2, out),
                Item::Day => digits(local.day(), 2, out),
                Item::Hour => digits(local.hour(), 2, out),
                Item::Minute => digits(local.minute(), 2, out),
                Item::Second => digits(local.second(), 2, out),
                Item::Fraction => digits(local.nanosecond() / 1000, 6, out),
                Item::OptionalFraction if local.nanosecond() == 0 => {}
                Item::OptionalFraction => {
                    out.push(b'.');
                    digits(local.nanosecond(), 9, out);
                    while out.last() == Some(&b'0') {
                        out.pop();
                    }
                }
                Item::Offset { .. } => write_offset(offset, out),
                Item::OptionalOffset if offset.is_none() => {}
                Item::OptionalOffset => write_offset(offset, out),
                Item::Literal(byte) => out.push(byte),
            }
        }
    }

    /// Writes a calendar day; a pattern with a time gets 00:00:00 of that day, without any change of zone.
    pub fn write_date(&self, date: NaiveDate, out: &mut Vec<u8>) {
        self.write(date.and_time(NaiveTime::MIN), None, out);
    }

    /// Writes a time of day with a pattern that has no day.
    pub fn write_time(&self, time: NaiveTime, out: &mut Vec<u8>) {
        self.write(NaiveDate::MIN.and_time(time), None, out);
    }

    /// A value that fits: 30 April 2026, 14:05:09, a day that shows which number is the month.
    pub fn example(&self) -> &Arc<str> {
        self.example.get(|| self.make_example())
    }

    /// The pattern as people write it: `YYYY-MM-DD HH:MM:SS`.
    pub fn shown(&self) -> &Arc<str> {
        self.shown.get(|| self.make_shown())
    }

    fn make_example(&self) -> String {
        let day = NaiveDate::from_ymd_opt(2026, 4, 30).unwrap_or_default();
        let time = NaiveTime::from_hms_opt(14, 5, 9).unwrap_or_default();
        let mut bytes = Vec::new();
        self.write(day.and_time(time), None, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn make_shown(&self) -> String {
        let mut bytes: Vec<u8> = Vec::new();
        for item in &self.items {
            match item {
                Item::Year => bytes.extend(b"YYYY"),
                Item::ShortYear(_) => bytes.extend(b"YY"),
                Item::Month | Item::Minute => bytes.extend(b"MM"),
                Item::Day => bytes.extend(b"DD"),
                Item::Hour => bytes.extend(b"HH"),
                Item::Second => bytes.extend(b"SS"),
                Item::Fraction => bytes.extend(b"sss"),
                Item::OptionalFraction => bytes.extend(b"[.sss]"),
                Item::Offset { .. } => bytes.extend("±HH:MM".as_bytes()),
                Item::OptionalOffset => bytes.extend("[±HH:MM]".as_bytes()),
                Item::Literal(byte) => bytes.push(*byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn year(year: i32, out: &mut Vec<u8>) {
    if year < 0 {
        out.push(b'-');
    }
    let magnitude = year.unsigned_abs();
    digits(magnitude, if magnitude > 9999 { 6 } else { 4 }, out);
}

fn digits(value: u32, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        out.push(b'0' + ((value / 10_u32.pow(place)) % 10) as u8);
    }
}

fn write_offset(offset: Option<FixedOffset>, out: &mut Vec<u8>) {
    let seconds = offset.map_or(0, |offset| offset.local_minus_utc());
    if seconds == 0 {
        out.push(b'Z');
        return;
    }
    out.push(if seconds < 0 { b'-' } else { b'+' });
    let minutes = seconds.unsigned_abs() / 60;
    digits(minutes / 60, 2, out);
    out.push(b':');
    digits(minutes % 60, 2, out);
}
