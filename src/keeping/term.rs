//! How long something is kept: whole days, months or years, on the calendar of the project's time zone.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::config::Term;
use crate::transform::zone;

/// The first day on which what began on `from` need not be kept any more. A month or year that ends on a day that its month lacks ends on
/// the first day of the next one: a year from 29 February ends on 1 March. `None`: beyond the calendar, so never.
fn end(term: Term, from: NaiveDate) -> Option<NaiveDate> {
    match term {
        Term::Days(days) => from.checked_add_days(Days::new(u64::from(days))),
        Term::Months(months) => {
            let end = from.checked_add_months(Months::new(months))?;
            if end.day() < from.day() { end.succ_opt() } else { Some(end) }
        }
    }
}

/// Whether what is kept since `since` may go on the day of `now`, both as days of `zone`.
pub fn is_over(term: Term, since: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> bool {
    end(term, zone::day(since, zone)).is_some_and(|end| end <= zone::day(now, zone))
}

/// A moment before which everything lies whose term is over at `now`; some that lies before it may still be kept.
pub fn latest(term: Term, now: DateTime<Utc>) -> DateTime<Utc> {
    let days = match term {
        Term::Days(days) => i64::from(days),
        Term::Months(months) => i64::from(months) * 28,
    };
    // A day of a zone begins up to 14 hours before or after that of UTC.
    now.checked_sub_signed(TimeDelta::days(days - 2)).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America, Pacific};
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[rstest]
    #[case::a_day(Term::Days(1), "2026-11-16", "2026-11-17")]
    #[case::ninety_days(Term::Days(90), "2026-11-16", "2027-02-14")]
    #[case::ninety_days_over_a_leap_day(Term::Days(90), "2027-12-16", "2028-03-15")]
    #[case::over_new_year(Term::Days(1), "2026-12-31", "2027-01-01")]
    #[case::a_year(Term::Months(12), "2026-11-16", "2027-11-16")]
    #[case::a_year_over_a_leap_day(Term::Months(12), "2027-11-16", "2028-11-16")]
    #[case::a_year_from_a_leap_day(Term::Months(12), "2028-02-29", "2029-03-01")]
    #[case::four_years_from_a_leap_day(Term::Months(48), "2028-02-29", "2032-02-29")]
    #[case::a_month_from_the_thirty_first(Term::Months(1), "2027-01-31", "2027-03-01")]
    #[case::a_month_from_february(Term::Months(1), "2027-02-28", "2027-03-28")]
    fn a_term_ends(#[case] term: Term, #[case] from: NaiveDate, #[case] expected: NaiveDate) {
        assert_eq!(end(term, from), Some(expected));
    }

    #[test]
    fn a_term_beyond_the_calendar_never_ends() {
        assert_eq!(end(Term::Months(u32::MAX), NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()), None);
    }

    #[rstest]
    // 23:30 in Toronto is the next day in UTC; a term of a day is over when the next local day begins.
    #[case::before_local_midnight("2026-11-16T04:30:00Z", "2026-11-16T04:59:59Z", America::Toronto, false)]
    #[case::at_local_midnight("2026-11-16T04:30:00Z", "2026-11-16T05:00:00Z", America::Toronto, true)]
    #[case::utc_midnight_is_none("2026-11-15T20:00:00Z", "2026-11-16T00:30:00Z", America::Toronto, false)]
    #[case::the_other_way_round("2026-11-15T09:00:00Z", "2026-11-15T11:00:00Z", Pacific::Kiritimati, true)]
    // Clocks go back on 1 November 2026: that day has 25 hours.
    #[case::a_long_day("2026-11-01T04:00:00Z", "2026-11-02T04:30:00Z", America::Toronto, false)]
    #[case::after_a_long_day("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", America::Toronto, true)]
    #[case::a_clock_that_was_set_back(
        "2026-11-16T12:00:00Z",
        "2026-11-15T12:00:00Z",
        America::Toronto,
        false
    )]
    fn days_are_those_of_the_zone(
        #[case] since: &str,
        #[case] now: &str,
        #[case] zone: Tz,
        #[case] expected: bool,
    ) {
        assert_eq!(is_over(Term::Days(1), at(since), at(now), zone), expected);
    }

    #[rstest]
    fn whatever_is_over_lies_before_the_latest_moment(
        #[values(Term::Days(1), Term::Days(90), Term::Months(1), Term::Months(12))] term: Term,
        #[values(America::Toronto, Pacific::Kiritimati, Pacific::Pago_Pago)] zone: Tz,
    ) {
        let now = at("2028-03-01T03:00:00Z");
        for hours in 0..24 * 400 {
            let since = now - TimeDelta::hours(hours);
            if is_over(term, since, now, zone) {
                assert!(since < latest(term, now), "{since}");
            }
        }
    }
}
