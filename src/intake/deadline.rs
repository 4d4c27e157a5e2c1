//! By when an export has to be there, and which day one counts for.
//!
//! A deadline is a local time on a named day. An export that comes after it is late for that day until noon, where the deadline is before
//! noon, else until midnight; from then on an export counts for the next named day. So one of the evening counts for the morning after, a
//! late one of the morning does not, and a day whose export never comes does not shift the days after it.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::config::Due;

/// Most days that are looked at, back from now: what is older is of no use to anybody.
const LONGEST: usize = 31;

/// The clocks of no zone ever skipped more than a day.
const LONGEST_GAP: i64 = 24 * 60;

/// The deadlines of one route.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    due: Due,
    zone: Tz,
}

/// A named day on which no export came, neither in time nor late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The day.
    pub day: NaiveDate,
    /// When it was over for the export.
    pub deadline: DateTime<Utc>,
    /// The how manyth named day in a row it is, from 1.
    pub in_a_row: u64,
    /// Since then none came at all.
    pub open: bool,
}

impl Deadlines {
    /// Those of a route in a project's zone.
    pub fn new(due: Due, zone: Tz) -> Deadlines {
        Deadlines { due, zone }
    }

    /// Whether an export has to be there on that day.
    pub fn names(&self, day: NaiveDate) -> bool {
        self.due.days.contains(day.weekday())
    }

    /// The deadline of a day.
    pub fn of(&self, day: NaiveDate) -> DateTime<Utc> {
        match self.due.by {
            Some(by) => moment(self.zone, day.and_time(by)),
            None => self.midnight_after(day),
        }
    }

    /// From when on an export counts for a named day.
    pub fn opens(&self, day: NaiveDate) -> DateTime<Utc> {
        let before = self.neighbour(day, |day| day.pred_opt());
        match self.due.by.zip(NaiveTime::from_hms_opt(12, 0, 0)) {
            Some((by, noon)) if by < noon => moment(self.zone, before.and_time(noon)),
            _ => self.midnight_after(before),
        }
    }

    /// Until when an export counts for a named day as a late one.
    pub fn closes(&self, day: NaiveDate) -> DateTime<Utc> {
        self.opens(self.neighbour(day, |day| day.succ_opt()))
    }

    /// The first deadline after a moment.
    pub fn next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut day = self.local(now) - Days::new(2);
        loop {
            day = self.neighbour(day, |day| day.succ_opt());
            let deadline = self.of(day);
            if deadline > now {
                return deadline;
            }
        }
    }

    /// The named days whose deadline has passed, the newest first.
    fn past(&self, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let deadlines = *self;
        let first = self.neighbour(self.local(now) + Days::new(1), |day| day.pred_opt());
        let days = std::iter::successors(Some(first), move |day| {
            Some(deadlines.neighbour(*day, |day| day.pred_opt()))
        });
        days.filter(move |day| deadlines.of(*day) <= now).take(LONGEST)
    }

    /// The last named days on which none came, oldest first; of those before `begun` nothing is known. Those that were told are left
    /// out, save the newest while none has come since.
    ///
    /// `arrivals` are the moments at which exports came, in any order.
    pub fn missed(
        &self,
        begun: DateTime<Utc>,
        told: DateTime<Utc>,
        now: DateTime<Utc>,
        arrivals: &[DateTime<Utc>],
    ) -> Vec<Missed> {
        let came = |from: DateTime<Utc>, to: DateTime<Utc>| arrivals.iter().any(|at| (from..to).contains(at));
        let mut days: Vec<NaiveDate> = self.past(now).take_while(|day| self.of(*day) > begun).collect();
        let newest = days.first().copied();
        days.reverse();
        let mut in_a_row = 0;
        let mut missed = Vec::new();
        for day in days {
            if came(self.opens(day), self.closes(day)) {
                in_a_row = 0;
                continue;
            }
            in_a_row += 1;
            let open = Some(day) == newest && !arrivals.iter().any(|at| *at >= self.opens(day) && *at <= now);
            let deadline = self.of(day);
            if open || deadline > told {
                missed.push(Missed { day, deadline, in_a_row, open });
            }
        }
        missed
    }

    /// The calendar day of a moment.
    pub fn local(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// The nearest named day in one direction.
    fn neighbour(&self, day: NaiveDate, step: impl Fn(NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
        let mut next = day;
        // At least one day of the week is named.
        for _ in 0..7 {
            next = step(next).unwrap_or(next);
            if self.names(next) {
                break;
            }
        }
        next
    }

    fn midnight_after(&self, day: NaiveDate) -> DateTime<Utc> {
        moment(self.zone, (day + Days::new(1)).and_time(NaiveTime::MIN))
    }
}

/// The moment of a local time. One that the clocks skip comes when they go on, one that they repeat is its first occurrence, as in
/// [`super::schedule`].
pub fn moment(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let minutes = (0..=LONGEST_GAP).map(|minutes| local + TimeDelta::minutes(minutes));
    let there = minutes.map(|local| zone.from_local_datetime(&local)).find_map(MappedLocalTime::earliest);
    there.map_or_else(|| local.and_utc(), |moment| moment.to_utc())
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use chrono::WeekdaySet;
    use chrono_tz::{America, Europe, Pacific};
    use croner::Cron;
    use rstest::rstest;

    use super::*;
    use crate::intake::schedule;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn deadlines(by: &str, days: WeekdaySet, zone: Tz) -> Deadlines {
        let by = (!by.is_empty()).then(|| by.parse().unwrap());
        Deadlines::new(Due { by, days }, zone)
    }

    fn week_days() -> WeekdaySet {
        use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
        WeekdaySet::from_array([Mon, Tue, Wed, Thu, Fri])
    }

    #[rstest]
    #[case::toronto_spring(America::Toronto, "02:30", "2026-03-08", "2026-03-08T03:00:00-04:00")]
    #[case::toronto_autumn(America::Toronto, "01:30", "2026-11-01", "2026-11-01T01:30:00-04:00")]
    #[case::paris_spring(Europe::Paris, "02:00", "2026-03-29", "2026-03-29T03:00:00+02:00")]
    #[case::paris_autumn(Europe::Paris, "02:30", "2026-10-25", "2026-10-25T02:30:00+02:00")]
    #[case::auckland_spring(Pacific::Auckland, "02:15", "2026-09-27", "2026-09-27T03:00:00+13:00")]
    #[case::auckland_autumn(Pacific::Auckland, "02:15", "2026-04-05", "2026-04-05T02:15:00+13:00")]
    #[case::leap_day(America::Toronto, "02:00", "2028-02-29", "2028-02-29T02:00:00-05:00")]
    #[case::new_year(Pacific::Auckland, "00:00", "2027-01-01", "2027-01-01T00:00:00+13:00")]
    fn a_deadline_is_where_the_schedule_would_be(
        #[case] zone: Tz,
        #[case] by: &str,
        #[case] named: &str,
        #[case] expected: &str,
    ) {
        let deadlines = deadlines(by, WeekdaySet::ALL, zone);
        assert_eq!(deadlines.of(day(named)), at(expected));
        let (hour, minute) = by.split_once(':').unwrap();
        let cron = Cron::from_str(&format!("{minute} {hour} * * *")).unwrap();
        let before = at(expected) - TimeDelta::hours(20);
        assert_eq!(schedule::after(&cron, zone, before).unwrap().to_utc(), at(expected));
        assert_eq!(deadlines.next(before), at(expected), "and it is the next one");
        assert!(deadlines.next(at(expected)) > at(expected));
    }

    #[test]
    fn a_day_without_a_time_ends_at_midnight() {
        let ends = deadlines("", WeekdaySet::ALL, America::Toronto);
        assert_eq!(ends.of(day("2026-03-08")), at("2026-03-09T00:00:00-04:00"));
        assert_eq!(ends.opens(day("2026-03-08")), at("2026-03-08T00:00:00-05:00"));
        // The clocks of Cairo skip midnight itself.
        let cairo = deadlines("", WeekdaySet::ALL, chrono_tz::Africa::Cairo);
        assert_eq!(cairo.of(day("2026-04-23")), at("2026-04-24T01:00:00+03:00"));
    }

    #[rstest]
    #[case::of_the_night("02:00", "2026-11-17", "2026-11-16T12:00:00-05:00", "2026-11-17T12:00:00-05:00")]
    #[case::of_the_evening("22:00", "2026-11-17", "2026-11-17T00:00:00-05:00", "2026-11-18T00:00:00-05:00")]
    #[case::over_a_week_end("02:00", "2026-11-16", "2026-11-13T12:00:00-05:00", "2026-11-16T12:00:00-05:00")]
    fn an_export_counts_for_one_day(
        #[case] by: &str,
        #[case] named: &str,
        #[case] opens: &str,
        #[case] closes: &str,
    ) {
        let deadlines = deadlines(by, week_days(), America::Toronto);
        assert_eq!(deadlines.opens(day(named)), at(opens));
        assert_eq!(deadlines.closes(day(named)), at(closes));
    }

    /// By 02:00 from Monday to Friday in Toronto; begun on Sunday 8 November at noon. Gives day, count in a row, `open`.
    fn missed(told: &str, now: &str, arrivals: &[&str]) -> Vec<(String, u64, bool)> {
        let deadlines = deadlines("02:00", week_days(), America::Toronto);
        let arrivals: Vec<_> = arrivals.iter().map(|arrival| at(arrival)).collect();
        let begun = at("2026-11-08T12:00:00-05:00");
        let told = if told.is_empty() { begun } else { at(told) };
        let missed = deadlines.missed(begun, told, at(now), &arrivals);
        missed.iter().map(|missed| (missed.day.to_string(), missed.in_a_row, missed.open)).collect()
    }

    #[rstest]
    #[case::before_the_first_deadline("2026-11-09T01:59:59-05:00", &[], &[])]
    #[case::at_the_first_deadline("2026-11-09T02:00:00-05:00", &[], &[("2026-11-09", 1, true)])]
    #[case::it_came_the_evening_before("2026-11-09T03:00:00-05:00", &["2026-11-08T23:50:00-05:00"], &[])]
    #[case::it_came_in_the_last_second("2026-11-09T03:00:00-05:00", &["2026-11-09T02:00:00-05:00"], &[])]
    #[case::it_came_late("2026-11-09T09:00:00-05:00", &["2026-11-09T08:00:00-05:00"], &[])]
    #[case::a_late_one_does_not_count_for_the_day_after(
        "2026-11-10T02:00:00-05:00", &["2026-11-09T08:00:00-05:00"], &[("2026-11-10", 1, true)]
    )]
    #[case::it_came_far_too_late(
        "2026-11-09T16:00:00-05:00", &["2026-11-09T15:00:00-05:00"], &[("2026-11-09", 1, false)]
    )]
    #[case::two_nights_in_a_row(
        "2026-11-10T02:00:00-05:00", &[], &[("2026-11-09", 1, false), ("2026-11-10", 2, true)]
    )]
    #[case::the_next_one_came(
        "2026-11-10T02:00:00-05:00", &["2026-11-10T01:00:00-05:00"], &[("2026-11-09", 1, false)]
    )]
    #[case::nothing_is_due_on_a_week_end(
        "2026-11-15T23:00:00-05:00",
        &["2026-11-09T01:00:00-05:00", "2026-11-10T01:00:00-05:00", "2026-11-11T01:00:00-05:00",
          "2026-11-12T01:00:00-05:00", "2026-11-13T01:00:00-05:00"],
        &[]
    )]
    fn what_did_not_come(
        #[case] now: &str,
        #[case] arrivals: &[&str],
        #[case] expected: &[(&str, u64, bool)],
    ) {
        let expected: Vec<_> =
            expected.iter().map(|(day, row, open)| ((*day).to_owned(), *row, *open)).collect();
        assert_eq!(missed("", now, arrivals), expected);
    }

    #[test]
    fn what_was_told_is_told_again_only_while_nothing_comes() {
        let (tuesday, told) = ("2026-11-10T09:00:00-05:00", "2026-11-10T02:00:01-05:00");
        let day = |day: &str, row, open| (day.to_owned(), row, open);
        assert_eq!(missed(told, tuesday, &[]), [day("2026-11-10", 2, true)]);
        assert_eq!(missed(told, tuesday, &["2026-11-10T08:00:00-05:00"]), []);
        // Down since Tuesday: every day that passed meanwhile.
        assert_eq!(
            missed(told, "2026-11-12T09:00:00-05:00", &[]),
            [day("2026-11-11", 3, false), day("2026-11-12", 4, true)]
        );
    }

    #[rstest]
    #[case::toronto_spring(
        America::Toronto,
        "02:30",
        "2026-03-07T12:00:00-05:00",
        "2026-03-08T03:00:00-04:00"
    )]
    #[case::toronto_autumn(
        America::Toronto,
        "01:30",
        "2026-10-31T12:00:00-04:00",
        "2026-11-01T01:30:00-04:00"
    )]
    #[case::paris_spring(Europe::Paris, "02:30", "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00")]
    #[case::auckland_autumn(
        Pacific::Auckland,
        "02:30",
        "2026-04-04T12:00:00+13:00",
        "2026-04-05T02:30:00+13:00"
    )]
    #[case::leap_night(America::Toronto, "00:00", "2028-02-28T12:00:00-05:00", "2028-02-29T00:00:00-05:00")]
    fn a_night_of_a_change_has_one_deadline(
        #[case] zone: Tz,
        #[case] by: &str,
        #[case] begun: &str,
        #[case] deadline: &str,
    ) {
        let deadlines = deadlines(by, WeekdaySet::ALL, zone);
        let (begun, deadline) = (at(begun), at(deadline));
        let second = TimeDelta::seconds(1);
        let missed = |now, arrivals: &[_]| deadlines.missed(begun, begun, now, arrivals).len();
        assert_eq!(missed(deadline - second, &[]), 0);
        assert_eq!(missed(deadline, &[]), 1);
        assert_eq!(missed(deadline + TimeDelta::hours(20), &[]), 1, "once in this night");
        assert_eq!(missed(deadline, &[deadline - TimeDelta::minutes(30)]), 0);
        assert_eq!(missed(deadline + TimeDelta::hours(20), &[begun + second]), 0, "since the noon before");
    }

    #[test]
    fn only_the_last_month_is_looked_at() {
        let deadlines = deadlines("02:00", WeekdaySet::ALL, America::Toronto);
        let begun = at("2020-01-01T00:00:00-05:00");
        let missed = deadlines.missed(begun, begun, at("2026-11-22T12:00:00-05:00"), &[]);
        assert_eq!((missed.len(), missed.last().unwrap().in_a_row), (31, 31));
    }
}
