//! Texts that mean more than themselves: durations, shares, zones. Each error completes
//! "`key` …" and says what is allowed.

use std::time::Duration;

use chrono::FixedOffset;

use crate::schema::Zone;
use crate::suggest::fold;

/// Units of a duration, with their milliseconds.
const UNITS: [(&str, u64); 8] = [
    ("ms", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("m", 60_000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("day", 86_400_000),
];

/// `30 s`, `2m`, `1.5 h`: a number and a unit.
///
/// # Errors
/// What is wrong with it; completes "`key` …".
pub fn duration(text: &str) -> Result<Duration, String> {
    let wanted = "a number and a unit (ms, s, min, h, d)";
    let (number, unit) = split_number(text);
    if number.is_empty() {
        return Err(format!("is not a duration: write {wanted}"));
    }
    if unit.is_empty() {
        return Err(format!("has no unit: write {wanted}, for example \"{number} s\""));
    }
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit || format!("{name}s") == unit) else {
        return Err(format!("has the unknown unit `{}`: write {wanted}", unit.escape_debug()));
    };
    let Ok(number) = number.parse::<f64>() else {
        return Err(format!("is not a duration: write {wanted}"));
    };
    let milliseconds = number * *factor as f64;
    if milliseconds > 365.0 * 86_400_000.0 {
        return Err("is longer than a year".to_owned());
    }
    Ok(Duration::from_millis(milliseconds.round() as u64))
}

/// What is wrong with a term that is none; it completes "`key` …".
pub(super) const TERM_RANGE: &str = "must be from 1 day to 100 years";

/// `90 days`, `6 months`, `2 years`: a whole number of days, weeks, months or years.
pub(super) fn term(text: &str) -> Result<super::Term, String> {
    use super::Term;
    let (number, unit) = split_number(text);
    let number = number.parse::<u32>().ok().filter(|_| !unit.is_empty()).ok_or(
        "is not a term: write a whole number of days, weeks, months or years, for example \"90 days\"",
    )?;
    let (days, months) = match unit.strip_suffix('s').unwrap_or(unit) {
        "d" | "day" => (1, 0),
        "week" => (7, 0),
        "month" => (0, 1),
        "y" | "year" => (0, 12),
        _ => {
            return Err(format!(
                "has the unknown unit `{}`: write days, weeks, months or years",
                unit.escape_debug()
            ));
        }
    };
    let term = match (number.checked_mul(days), number.checked_mul(months)) {
        (Some(days @ 1..=36_500), Some(0)) => Term::Days(days),
        (Some(0), Some(months @ 1..=1_200)) => Term::Months(months),
        _ => return Err(TERM_RANGE.to_owned()),
    };
    Ok(term)
}

/// A cron expression of five parts that comes some day.
pub(super) fn cron(text: &str) -> Result<croner::Cron, String> {
    use croner::parser::{CronParser, Seconds, Year};
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let cron = parser.parse(text).map_err(|error| {
        format!(
            "is not a cron expression ({error}): write minute, hour, day, month and day of the week, for example \"15 2 * * *\" for 02:15 every night"
        )
    })?;
    cron.find_next_occurrence(&chrono::DateTime::UNIX_EPOCH, false)
        .map_err(|_| "never comes: there is no such day".to_owned())?;
    Ok(cron)
}

/// A duration from a second to an hour.
pub(super) fn rescan(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if (Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&time) {
        Ok(time)
    } else {
        Err("must be from 1 s to 1 h".to_owned())
    }
}

/// `127.0.0.1:9187`: an address of this machine alone, and a port.
pub(super) fn loopback(text: &str) -> Result<std::net::SocketAddr, String> {
    let address: std::net::SocketAddr = text
        .parse()
        .map_err(|_| "is not an address with a port: write it like \"127.0.0.1:9187\"".to_owned())?;
    if !address.ip().is_loopback() {
        return Err("may listen only to this machine (127.0.0.1 or [::1]): what is served has no login and no encryption; for other machines put a proxy in front of it".to_owned());
    }
    if address.port() == 0 {
        return Err("has the port 0: write the port that is asked, for example \"127.0.0.1:9187\"".to_owned());
    }
    Ok(address)
}

/// What names the marker of an export: `{name}` or `{stem}` once, with something around it.
pub(super) fn marker(text: &str) -> Result<crate::config::Marker, String> {
    crate::config::Marker::new(text).ok_or_else(|| {
        "is not a name of markers: write \"{name}.ok\" (for memberships.csv: memberships.csv.ok) or \"{stem}.done\" (memberships.done); no `/`, and not hidden".to_owned()
    })
}

/// `10 %`, `2.5%` → the share, 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = split_number(text);
    if unit != "%" {
        return Err("is not a share: write a percentage, for example \"10 %\"".to_owned());
    }
    match number.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        Ok(_) => Err("is outside 0 % to 100 %".to_owned()),
        Err(_) => Err("is not a share: write a percentage, for example \"10 %\"".to_owned()),
    }
}

/// The number at the start, and the rest without spaces around it.
fn split_number(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

/// `America/Toronto` or `+02:00`.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    if text.starts_with(['+', '-', '−']) {
        return offset(text).map(Zone::Fixed).ok_or_else(|| {
            "is not an offset: write it as \"+02:00\" or \"-03:30\", at most 14 hours".to_owned()
        });
    }
    if let Ok(named) = text.parse::<chrono_tz::Tz>() {
        return Ok(Zone::Named(named));
    }
    let mut error =
        "is not a time zone: write a name of the IANA list, for example \"America/Toronto\", or an offset, for example \"+02:00\""
            .to_owned();
    if text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        error.push_str(
            "\nan abbreviation names no zone: its offset, or the rules behind it, may both be meant",
        );
    } else if let Some(name) = city(text).or_else(|| crate::suggest::nearest(text, zone_names())) {
        error.push_str(&format!("\ndid you mean `{name}`?"));
    }
    Err(error)
}

fn zone_names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The zone whose city this is.
fn city(text: &str) -> Option<&'static str> {
    let plain = |text: &str| fold(text).replace('_', " ");
    zone_names().find(|name| name.rsplit('/').next().is_some_and(|city| plain(city) == plain(text)))
}

/// A zone with a name, for calendar days: an offset is taken when it has one (whole hours).
pub(super) fn named_zone(text: &str) -> Result<chrono_tz::Tz, String> {
    match zone(text)? {
        Zone::Named(named) => Ok(named),
        Zone::Fixed(offset) => {
            let seconds = offset.local_minus_utc();
            // The names of the Etc area have the sign turned round: Etc/GMT-2 is +02:00.
            let name = match seconds / 3600 {
                0 => "Etc/GMT".to_owned(),
                hours => format!("Etc/GMT{:+}", -hours),
            };
            if seconds % 3600 != 0 {
                return Err("is an offset with minutes, which has no name: write the zone's name, for example \"America/St_Johns\"".to_owned());
            }
            name.parse().map_err(|_| "is an offset without a name: write the zone's name".to_owned())
        }
    }
}

fn offset(text: &str) -> Option<FixedOffset> {
    let sign = if text.starts_with('+') { 1 } else { -1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two = |digits: &str| -> Option<i32> {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        for (text, milliseconds) in [
            ("30 s", 30_000),
            ("2m", 120_000),
            ("2 min", 120_000),
            ("500ms", 500),
            ("1.5 h", 5_400_000),
            ("2 days", 172_800_000),
            ("0 s", 0),
            (" 10  sec ", 10_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in [
            "30",
            "s",
            "",
            "-5 s",
            "1.2.3 s",
            "5 parsecs",
            "30 S",
            "400 d",
            "1e9 s",
            "99999999999999999999 d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        for (text, value) in [("10 %", 0.1), ("10%", 0.1), ("0 %", 0.0), ("100 %", 1.0), ("2.5 %", 0.025)] {
            assert_eq!(share(text), Ok(value), "{text}");
        }
        for text in ["10", "101 %", "-1 %", "%", "ten %", "", "10 % of rows"] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn zones_are_names_or_offsets() {
        let fixed = |seconds| Zone::Fixed(FixedOffset::east_opt(seconds).unwrap());
        assert_eq!(zone("America/Toronto"), Ok(Zone::Named(chrono_tz::America::Toronto)));
        assert_eq!(zone("+02:00"), Ok(fixed(7200)));
        assert_eq!(zone("-03:30"), Ok(fixed(-12_600)));
        assert_eq!(zone("+00:00"), Ok(fixed(0)));
        for text in ["+2", "+02", "+15:00", "+02:60", "−02:00", "+é:00", "", "Montreal time", "CEST"] {
            assert!(zone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_wrong_zone_suggests_a_name() {
        for (text, name) in [
            ("America/Tornto", "America/Toronto"),
            ("Paris", "Europe/Paris"),
            ("montréal", "America/Montreal"),
        ] {
            let error = zone(text).unwrap_err();
            assert!(error.ends_with(&format!("did you mean `{name}`?")), "{text}: {error}");
        }
    }

    #[test]
    fn a_whole_hour_offset_has_a_name() {
        use chrono::{Offset, TimeZone};
        for (text, hours) in [("+02:00", 2), ("-05:00", -5), ("+00:00", 0)] {
            let zone = named_zone(text).unwrap();
            let moment = zone.with_ymd_and_hms(2026, 7, 1, 0, 0, 0).unwrap();
            assert_eq!(moment.offset().fix().local_minus_utc(), hours * 3600, "{text}");
        }
        assert!(named_zone("-03:30").is_err());
    }
}
