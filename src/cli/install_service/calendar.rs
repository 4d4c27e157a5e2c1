//! A cron expression as systemd's calendar events (systemd.time(7)).

use anyhow::bail;
use chrono_tz::Tz;
use croner::Cron;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// The events of an expression, in a zone. Two where cron means "on these days of the month, and on those of the week".
pub(super) fn events(cron: &Cron, zone: Tz) -> anyhow::Result<Vec<String>> {
    let pattern = &cron.pattern;
    if pattern.days.has_modifiers() || pattern.days_of_week.has_modifiers() {
        bail!(
            "the schedule \"{}\" has L, W or #, which a systemd timer cannot say the same way. Let `passeur watch` keep it: it does",
            cron.as_str()
        );
    }
    let time = format!(
        "{}:{}:00 {}",
        numbers(&pattern.hours.values(), 0..=23),
        numbers(&pattern.minutes.values(), 0..=59),
        zone.name()
    );
    let months = numbers(&pattern.months.values(), 1..=12);
    let (by_month, by_week) = (!pattern.is_dom_wildcard(), !pattern.is_dow_wildcard());
    let days = numbers(&pattern.days.values(), 1..=31);
    let week = weekdays(&pattern.days_of_week.values());
    Ok(match (by_month, by_week) {
        (true, true) if pattern.matches_dom_and_dow() => vec![format!("{week}*-{months}-{days} {time}")],
        (true, true) => {
            vec![format!("*-{months}-{days} {time}"), format!("{week}*-{months}-* {time}")]
        }
        (true, false) => vec![format!("*-{months}-{days} {time}")],
        (false, true) => vec![format!("{week}*-{months}-* {time}")],
        (false, false) => vec![format!("*-{months}-* {time}")],
    })
}

/// `*`, or numbers with the neighbours joined: `01..05,09`.
fn numbers(values: &[u16], all: std::ops::RangeInclusive<u16>) -> String {
    if values.len() == all.count() {
        return "*".to_owned();
    }
    let name = |value: u16| format!("{value:02}");
    joined(values, &name)
}

fn weekdays(values: &[u16]) -> String {
    let name = |value: u16| DAYS.get(usize::from(value % 7)).copied().unwrap_or_default().to_owned();
    if values.len() >= 7 {
        return String::new();
    }
    // A week begins on Monday, so that Sunday closes a range.
    let mut values: Vec<u16> = values.iter().map(|value| if *value == 0 { 7 } else { *value }).collect();
    values.sort_unstable();
    values.dedup();
    format!("{} ", joined(&values, &name))
}

fn joined(values: &[u16], name: &dyn Fn(u16) -> String) -> String {
    let runs = values.chunk_by(|one, next| one + 1 == *next);
    let parts = runs.flat_map(|run| match run {
        [first, .., last] if run.len() > 2 => vec![format!("{}..{}", name(*first), name(*last))],
        run => run.iter().map(|value| name(*value)).collect(),
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("15 2 * * *", &["*-*-* 02:15:00 America/Toronto"])]
    #[case("0 22 * * 1-6", &["Mon..Sat *-*-* 22:00:00 America/Toronto"])]
    #[case("0 22 * * 0,3", &["Wed,Sun *-*-* 22:00:00 America/Toronto"])]
    #[case("0 22 * * 7", &["Sun *-*-* 22:00:00 America/Toronto"])]
    #[case("0 22 * * 5-7", &["Fri..Sun *-*-* 22:00:00 America/Toronto"])]
    #[case("*/15 6-8,20 * * *", &["*-*-* 06..08,20:00,15,30,45:00 America/Toronto"])]
    #[case("5 4 1,15 3,9 *", &["*-03,09-01,15 04:05:00 America/Toronto"])]
    #[case("5 4 1 * 1", &["*-*-01 04:05:00 America/Toronto", "Mon *-*-* 04:05:00 America/Toronto"])]
    #[case("* * * * *", &["*-*-* *:*:00 America/Toronto"])]
    fn expressions_become_events(#[case] expression: &str, #[case] expected: &[&str]) {
        let cron = Cron::from_str(expression).unwrap();
        assert_eq!(events(&cron, chrono_tz::America::Toronto).unwrap(), expected);
    }

    #[rstest]
    #[case("0 2 L * *")]
    #[case("0 2 15W * *")]
    #[case("0 2 * * 1#2")]
    fn what_a_timer_cannot_say_is_refused(#[case] expression: &str) {
        let cron = Cron::from_str(expression).unwrap();
        assert!(events(&cron, chrono_tz::UTC).is_err());
    }
}
