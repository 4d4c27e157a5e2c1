//! Moments between time zones.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};

use crate::schema::Zone;

/// A local time that the clocks of its zone skipped when daylight saving began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped;

/// The moment of a local time. A time that occurs twice, when daylight saving ends, is its first occurrence.
///
/// # Errors
/// The clocks skipped it.
pub fn to_utc(local: NaiveDateTime, zone: Zone) -> Result<NaiveDateTime, Skipped> {
    let offset = match zone {
        Zone::Fixed(offset) => offset,
        Zone::Named(zone) => match zone.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
            LocalResult::None => return Err(Skipped),
        },
    };
    local.checked_sub_offset(offset).ok_or(Skipped)
}

/// The local time of a moment.
pub fn from_utc(moment: NaiveDateTime, zone: Zone) -> NaiveDateTime {
    let offset: FixedOffset = match zone {
        Zone::Fixed(offset) => offset,
        Zone::Named(zone) => zone.offset_from_utc_datetime(&moment).fix(),
    };
    moment.checked_add_offset(offset).unwrap_or(moment)
}

/// The calendar day of a moment in a zone.
pub fn day(now: DateTime<Utc>, zone: chrono_tz::Tz) -> chrono::NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// How a zone is shown.
pub fn shown(zone: Zone) -> String {
    match zone {
        Zone::Named(zone) => zone.name().to_owned(),
        Zone::Fixed(offset) => offset.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn toronto_to_splio_over_midnight_and_daylight_saving() {
        let toronto = Zone::Named(chrono_tz::America::Toronto);
        let cest = Zone::Fixed(FixedOffset::east_opt(7200).unwrap());
        let paris = Zone::Named(chrono_tz::Europe::Paris);
        for (local, in_cest, in_paris) in [
            ("2026-07-01 12:00", "2026-07-01 18:00", "2026-07-01 18:00"),
            // Winter: CEST taken literally stays at UTC+2, Paris does not.
            ("2026-01-15 09:30", "2026-01-15 16:30", "2026-01-15 15:30"),
            // A late evening lands on the next day, the last evening of a year in the next year.
            ("2026-12-31 20:00", "2027-01-01 03:00", "2027-01-01 02:00"),
            // 29 February, from the day before.
            ("2028-02-28 20:00", "2028-02-29 03:00", "2028-02-29 02:00"),
            // Between the two changes to summer time (8 and 29 March 2026).
            ("2026-03-20 12:00", "2026-03-20 18:00", "2026-03-20 17:00"),
            // 01:30 on 1 November 2026 occurs twice: the first, still in summer time.
            ("2026-11-01 01:30", "2026-11-01 07:30", "2026-11-01 06:30"),
        ] {
            let moment = to_utc(at(local), toronto).unwrap();
            assert_eq!(from_utc(moment, cest), at(in_cest), "{local}");
            assert_eq!(from_utc(moment, paris), at(in_paris), "{local}");
        }
        assert_eq!(to_utc(at("2026-03-08 02:30"), toronto), Err(Skipped));
    }

    #[test]
    fn the_day_of_a_moment_is_local() {
        let toronto = chrono_tz::America::Toronto;
        let night = DateTime::parse_from_rfc3339("2026-11-16T03:00:00Z").unwrap().to_utc();
        assert_eq!(day(night, toronto).to_string(), "2026-11-15");
    }
}
