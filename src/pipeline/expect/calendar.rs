//! Expected against received, a mark a day.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{deadlines, expecting, is_good, terms};
use crate::config::Due;
use crate::intake::deadline::Deadlines;
use crate::pipeline::project::Project;
use crate::store::{Arrival, Expectation, Store, StoreError};
use crate::transform::zone;

/// What a day had for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It came in time; without a time, it came.
    InTime,
    /// It came late.
    Late,
    /// None came.
    Missing,
    /// What came has fewer or more rows than is expected, and nobody has released it.
    Outside,
    /// What came is empty.
    Empty,
    /// There is still time.
    Awaited,
    /// None was expected.
    NotExpected,
}

impl Mark {
    /// All of them, in the order of the legend.
    pub const ALL: [Mark; 7] = [
        Mark::InTime,
        Mark::Late,
        Mark::Missing,
        Mark::Outside,
        Mark::Empty,
        Mark::Awaited,
        Mark::NotExpected,
    ];

    /// Its word in JSON and in the names of sentences.
    pub fn word(self) -> &'static str {
        match self {
            Mark::InTime => "in-time",
            Mark::Late => "late",
            Mark::Missing => "missing",
            Mark::Outside => "outside",
            Mark::Empty => "empty",
            Mark::Awaited => "awaited",
            Mark::NotExpected => "not-expected",
        }
    }

    /// One character.
    pub fn sign(self) -> char {
        match self {
            Mark::InTime => '✓',
            Mark::Late => '+',
            Mark::Missing => '✗',
            Mark::Outside => '!',
            Mark::Empty => '0',
            Mark::Awaited => '?',
            Mark::NotExpected => '·',
        }
    }
}

/// A day of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayMark {
    /// The day, in the project's time zone.
    pub day: NaiveDate,
    /// What it had.
    pub mark: Mark,
    /// When the last one for the day came.
    pub came: Option<DateTime<Utc>>,
    /// Its rows, where they are known.
    pub rows: Option<u64>,
}

/// The last days of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Name of the route.
    pub route: String,
    /// When an export has to be there; `None`: at no time in particular.
    pub due: Option<Due>,
    /// Oldest first; the last is today.
    pub days: Vec<DayMark>,
}

/// The last `days` days of every route that expects something.
///
/// # Errors
/// The store's.
pub fn calendars(
    project: &Project,
    store: &Store,
    now: DateTime<Utc>,
    days: u64,
) -> Result<Vec<Calendar>, StoreError> {
    let today = zone::day(now, project.config.time_zone);
    let first = today - Days::new(days.saturating_sub(1));
    let mut calendars = Vec::new();
    let config = &project.config;
    for (route, expect) in expecting(config) {
        let deadlines = deadlines(config, expect);
        let since = deadlines.map_or_else(
            || {
                crate::intake::deadline::moment(
                    project.config.time_zone,
                    first.and_hms_opt(0, 0, 0).unwrap_or_default(),
                )
            },
            |deadlines| deadlines.opens(first),
        );
        let came = store.arrivals(&route.name, since)?;
        let begun = store.expectation(&route.name)?.filter(|begun| begun.terms == terms(config, expect));
        let day = |day: NaiveDate| match &deadlines {
            Some(deadlines) => due_day(deadlines, day, begun.as_ref(), &came, now),
            None => {
                let of_day = |arrival: &&Arrival| zone::day(arrival.came, project.config.time_zone) == day;
                mark(day, came.iter().filter(of_day), |_| true, Mark::NotExpected)
            }
        };
        calendars.push(Calendar {
            route: route.name.clone(),
            due: expect.due,
            days: first.iter_days().take_while(|day| *day <= today).map(day).collect(),
        });
    }
    Ok(calendars)
}

fn due_day(
    deadlines: &Deadlines,
    day: NaiveDate,
    begun: Option<&Expectation>,
    came: &[Arrival],
    now: DateTime<Utc>,
) -> DayMark {
    if !deadlines.names(day) {
        return DayMark { day, mark: Mark::NotExpected, came: None, rows: None };
    }
    let (deadline, window) = (deadlines.of(day), deadlines.opens(day)..deadlines.closes(day));
    let without = match begun {
        Some(begun) if deadline > begun.since && deadline > now => Mark::Awaited,
        Some(begun) if deadline > begun.since => Mark::Missing,
        _ => Mark::NotExpected,
    };
    let of_day = came.iter().filter(|arrival| window.contains(&arrival.came) && arrival.came <= now);
    mark(day, of_day, |arrival| arrival.came <= deadline, without)
}

/// The best of what came in time, else the best of what came.
fn mark<'a>(
    day: NaiveDate,
    came: impl Iterator<Item = &'a Arrival> + Clone,
    in_time: impl Fn(&Arrival) -> bool,
    without: Mark,
) -> DayMark {
    let mut good = came.clone().filter(|arrival| is_good(arrival));
    let last = came.clone().last();
    let mark = match last {
        None => without,
        Some(_) if good.clone().any(&in_time) => Mark::InTime,
        Some(_) if good.next().is_some() => Mark::Late,
        Some(arrival) if arrival.rows == Some(0) => Mark::Empty,
        Some(_) => Mark::Outside,
    };
    let rows = came.filter_map(|arrival| arrival.rows).last();
    DayMark { day, mark, came: last.map(|arrival| arrival.came), rows }
}

#[cfg(test)]
mod tests {
    use chrono::WeekdaySet;
    use chrono_tz::America;
    use rstest::rstest;

    use super::*;
    use crate::config::Due;
    use crate::store::OutboundId;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    /// What came on 29 February 2028 at that time.
    fn came(time: &str, rows: u64, outside: bool, (files, discarded, held): (u64, u64, bool)) -> Arrival {
        let came = at(&format!("2028-02-29T{time}:00-05:00"));
        let held = held.then_some(OutboundId(1));
        Arrival {
            id: 1,
            came,
            name: "a.csv".into(),
            rows: Some(rows),
            before: None,
            outside,
            files,
            discarded,
            held,
        }
    }

    /// By 02:00 of every day, expected since 25 February; looked at on 1 March at 09:00.
    fn mark_of(day: &str, came: &[Arrival]) -> Mark {
        let due = Due { by: "02:00".parse().ok(), days: WeekdaySet::ALL };
        let deadlines = Deadlines::new(due, America::Toronto);
        let since = at("2028-02-25T09:00:00-05:00");
        let begun = Expectation { terms: String::new(), since, told: since, told_arrival: 0 };
        due_day(&deadlines, day.parse().unwrap(), Some(&begun), came, at("2028-03-01T09:00:00-05:00")).mark
    }

    #[rstest]
    #[case::in_time(&[came("01:59", 9, false, (1, 0, false))], Mark::InTime)]
    #[case::late(&[came("11:00", 9, false, (1, 0, false))], Mark::Late)]
    #[case::of_the_day_after(&[came("13:00", 9, false, (1, 0, false))], Mark::Missing)]
    #[case::held(&[came("01:00", 9, true, (1, 0, true))], Mark::Outside)]
    #[case::released(&[came("01:00", 9, true, (1, 0, false))], Mark::InTime)]
    #[case::discarded(&[came("01:00", 9, true, (1, 1, false))], Mark::Outside)]
    #[case::gave_no_file(&[came("01:00", 9, true, (0, 0, false))], Mark::Outside)]
    #[case::empty(&[came("01:00", 0, true, (0, 0, false))], Mark::Empty)]
    #[case::empty_and_then_a_whole_one(
        &[came("01:00", 0, true, (0, 0, false)), came("01:30", 9, false, (1, 0, false))], Mark::InTime
    )]
    #[case::a_whole_one_that_came_late(
        &[came("01:00", 0, true, (0, 0, false)), came("03:00", 9, false, (1, 0, false))], Mark::Late
    )]
    #[case::none(&[], Mark::Missing)]
    fn a_day_has_the_best_of_what_came(#[case] came: &[Arrival], #[case] expected: Mark) {
        assert_eq!(mark_of("2028-02-29", came), expected);
    }

    #[rstest]
    #[case::before_it_was_set_up("2028-02-25", Mark::NotExpected)]
    #[case::the_first_one("2028-02-26", Mark::Missing)]
    #[case::today("2028-03-01", Mark::Missing)]
    #[case::tomorrow("2028-03-02", Mark::Awaited)]
    fn a_day_on_which_none_came(#[case] day: &str, #[case] expected: Mark) {
        assert_eq!(mark_of(day, &[]), expected);
    }
}
