//! When something is due: cron expressions in the project's time zone.
//!
//! A local time that the clocks skip in spring comes when they go on; one that they repeat in autumn comes once. A time that
//! passed while nothing was up is caught up once, however many passed.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;

/// The first time after a moment. `None`: there is none.
pub fn after(cron: &Cron, zone: Tz, moment: DateTime<Utc>) -> Option<DateTime<Tz>> {
    cron.find_next_occurrence(&moment.with_timezone(&zone), false).ok()
}

/// The next `count` times after a moment.
pub fn next(cron: &Cron, zone: Tz, moment: DateTime<Utc>, count: usize) -> Vec<DateTime<Tz>> {
    let first = after(cron, zone, moment);
    std::iter::successors(first, |time| after(cron, zone, time.to_utc())).take(count).collect()
}

/// Whether a time has come since it was last looked. A clock that was set back is no reason to do anything twice.
pub fn is_due(cron: &Cron, zone: Tz, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    after(cron, zone, last.min(now)).is_some_and(|time| time <= now)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use chrono_tz::{America, Australia, Europe};
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn times(cron: &str, zone: Tz, from: &str, count: usize) -> Vec<String> {
        let cron = Cron::from_str(cron).unwrap();
        next(&cron, zone, at(from), count).iter().map(|time| time.to_rfc3339()).collect()
    }

    #[rstest]
    #[case::toronto_skips_the_hour_and_runs_when_it_is_over(
        "30 2 * * *", America::Toronto, "2026-03-07T12:00:00Z",
        &["2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"]
    )]
    #[case::paris_skips_the_hour_and_runs_when_it_is_over(
        "30 2 * * *", Europe::Paris, "2026-03-28T12:00:00Z",
        &["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
    )]
    #[case::sydney_skips_in_october(
        "30 2 * * *", Australia::Sydney, "2026-10-03T02:00:00Z",
        &["2026-10-04T03:00:00+11:00", "2026-10-05T02:30:00+11:00"]
    )]
    #[case::toronto_repeats_the_hour_and_runs_once(
        "30 1 * * *", America::Toronto, "2026-10-31T12:00:00Z",
        &["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"]
    )]
    #[case::paris_repeats_the_hour_and_runs_once(
        "30 2 * * *", Europe::Paris, "2026-10-24T12:00:00Z",
        &["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
    )]
    #[case::sydney_repeats_in_april(
        "30 2 * * *", Australia::Sydney, "2026-04-04T02:00:00Z",
        &["2026-04-05T02:30:00+11:00", "2026-04-06T02:30:00+10:00"]
    )]
    #[case::days_of_the_week_begin_with_monday(
        "15 2 * * 1-6", America::Toronto, "2026-11-20T12:00:00Z",
        &["2026-11-21T02:15:00-05:00", "2026-11-23T02:15:00-05:00"]
    )]
    fn the_next_times(#[case] cron: &str, #[case] zone: Tz, #[case] from: &str, #[case] expected: &[&str]) {
        assert_eq!(times(cron, zone, from, expected.len()), expected);
    }

    /// Looks once a minute through the night, as a watch that never sleeps would at worst.
    #[rstest]
    #[case::spring_west("30 2 * * *", America::Toronto, "2026-03-08T04:00:00Z")]
    #[case::autumn_west("30 1 * * *", America::Toronto, "2026-11-01T03:00:00Z")]
    #[case::spring_east("30 2 * * *", Europe::Paris, "2026-03-28T22:00:00Z")]
    #[case::autumn_east("30 2 * * *", Europe::Paris, "2026-10-24T22:00:00Z")]
    fn a_nightly_time_is_due_once_in_a_night_of_a_change(
        #[case] cron: &str,
        #[case] zone: Tz,
        #[case] from: &str,
    ) {
        let cron = Cron::from_str(cron).unwrap();
        let mut last = at(from);
        let mut due = 0;
        for minute in 0..12 * 60 {
            let now = at(from) + chrono::TimeDelta::minutes(minute);
            if is_due(&cron, zone, last, now) {
                due += 1;
                last = now;
            }
        }
        assert_eq!(due, 1);
    }

    #[test]
    fn three_nights_that_were_missed_are_due_once() {
        let cron = Cron::from_str("0 2 * * *").unwrap();
        let zone = America::Toronto;
        let now = at("2026-11-22T15:00:00Z");
        assert!(is_due(&cron, zone, at("2026-11-19T15:00:00Z"), now));
        assert!(!is_due(&cron, zone, now, now));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nothing_due() {
        let cron = Cron::from_str("0 2 * * *").unwrap();
        let (last, now) = (at("2026-11-22T15:00:00Z"), at("2026-11-20T15:00:00Z"));
        assert!(!is_due(&cron, America::Toronto, last, now));
        assert!(is_due(&cron, America::Toronto, last.min(now), at("2026-11-21T08:00:00Z")));
    }
}
