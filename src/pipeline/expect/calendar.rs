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
    for (route, expect) in expecting(project) {
        let deadlines = deadlines(project, expect);
        let since = deadlines.map_or_else(
            || {
                crate::intake::deadline::moment(
                    project.config.time_zone,
                    first.and_hms_opt(0, 0, 0).unwrap_or_default(),
                )
            },
            |deadlines| deadlines.opens(first),
        );
        let came = store.arrivals(&route.config.name, since)?;
        let begun =
            store.expectation(&route.config.name)?.filter(|begun| begun.terms == terms(project, expect));
        let day = |day: NaiveDate| match &deadlines {
            Some(deadlines) => due_day(deadlines, day, begun.as_ref(), &came, now),
            None => {
                let of_day = |arrival: &&Arrival| zone::day(arrival.came, project.config.time_zone) == day;
                mark(day, came.iter().filter(of_day), |_| true, Mark::NotExpected)
            }
        };
        calendars.push(Calendar {
            route: route.config.name.clone(),
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
