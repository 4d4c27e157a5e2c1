//! What routes expect and did not receive: overdue, empty, or with fewer or more rows than is usual.
//!
//! A run asks at its end, a watch also when a deadline passes ([`next`]). What is found comes from the ledger alone, so that a project
//! that was down says it with its next run. It is found again until it is put right; [`Unmet::told`] says that an earlier run told it.

pub mod band;
pub mod calendar;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

pub use self::band::{Outside, judge};
use super::project::{Project, Route, is_model};
use crate::amilia::Kind;
use crate::config::{Config, Due, Expect, MODELS, RouteConfig, day_name};
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::intake::deadline::Deadlines;
use crate::store::{Arrival, ExportId, ExportOutcome, NewArrival, OutboundId, Store, StoreError};

/// Further back than any deadline that is looked at, with its own window.
const LONGEST: TimeDelta = TimeDelta::days(31 * 7 + 14);

/// Something that a route expects and did not receive. A person has to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmet {
    /// Name of the route.
    pub route: String,
    /// What is wrong.
    pub what: Miss,
    /// An earlier run told it: said again because it is still so, and nothing to mail a second time.
    pub told: bool,
}

/// What is wrong with what a route received.
#[derive(Debug, Clone, PartialEq)]
pub enum Miss {
    /// No export that was accepted came for a day.
    Overdue {
        /// The day, in the project's time zone.
        day: NaiveDate,
        /// Until when it was expected; `None`: until the day was over.
        by: Option<NaiveTime>,
        /// The how manyth expected day in a row, from 1.
        in_a_row: u64,
        /// None came since then either; `false`: a later one did, and this day stays without.
        open: bool,
        /// The last one that came for the day and was not accepted.
        instead: Option<Instead>,
    },
    /// What came is not as expected.
    Outside {
        /// Name of the export, or of the model.
        export: String,
        /// Why.
        why: Outside,
        /// The file of it that is held; `None`: it gave none.
        held: Option<OutboundId>,
    },
}

/// What came in the place of an export that could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// Its name.
    pub export: String,
    /// It was refused; `false`: its content had come before.
    pub refused: bool,
}

impl Unmet {
    /// The file of it is held, which is told as such too.
    pub fn is_held(&self) -> bool {
        matches!(self.what, Miss::Outside { held: Some(_), .. })
    }

    /// Its word in JSON: `overdue`, `empty`, `rows`, `change`.
    pub fn word(&self) -> &'static str {
        match &self.what {
            Miss::Overdue { .. } => "overdue",
            Miss::Outside { why, .. } => why.word(),
        }
    }

    /// It in a sentence, with what to do; no personal data.
    pub fn sentence(&self, texts: Texts) -> String {
        let route = ("route", Arg::from(self.route.as_str()));
        match &self.what {
            Miss::Overdue { day, by, in_a_row, open, instead } => {
                let weekday = texts.say(&format!("weekday-{}", day.weekday().number_from_monday()), &[]);
                let month = texts.say(&format!("month-{}", day.month()), &[]);
                let (name, state) = match instead {
                    Some(Instead { export, refused: true }) => (export.as_str(), "refused"),
                    Some(Instead { export, .. }) => (export.as_str(), "repeated"),
                    None => ("", "nothing"),
                };
                let since = match (open, instead) {
                    (false, _) => "later",
                    (true, Some(_)) => "came",
                    (true, None) => "nothing",
                };
                let args = [
                    route,
                    ("weekday", weekday.into()),
                    ("day", u64::from(day.day()).into()),
                    ("month", month.into()),
                    ("time", by.map(|by| by.format("%H:%M").to_string()).unwrap_or_default().into()),
                    ("until", if by.is_some() { "time" } else { "day" }.into()),
                    ("count", (*in_a_row).into()),
                    ("since", since.into()),
                    ("instead", state.into()),
                    ("name", visible(name).into()),
                ];
                texts.say("unmet-overdue", &args)
            }
            Miss::Outside { export, why, held } => {
                let mut args = why.args();
                args.extend([
                    route,
                    ("name", visible(export).into()),
                    ("file", if held.is_some() { "held" } else { "none" }.into()),
                    ("id", held.map(|id| id.to_string()).unwrap_or_default().into()),
                ]);
                texts.say(&format!("unmet-{}", why.word()), &args)
            }
        }
    }
}

/// What the routes of a project expect and have not received. Empty where all is well, and before a run has begun to expect anything.
///
/// # Errors
/// The store's.
pub fn unmet(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Vec<Unmet>, StoreError> {
    let mut found = Vec::new();
    for (route, expect) in expecting(config) {
        let name = &route.name;
        let Some(begun) = store.expectation(name)? else { continue };
        if let Some(deadlines) = deadlines(config, expect)
            && begun.terms == terms(config, expect)
        {
            let came = store.came(name, now - LONGEST)?;
            for missed in deadlines.missed(begun.since, begun.told, now, &came) {
                let until = deadlines.closes(missed.day);
                let instead =
                    store.came_in_vain(&sources(&route.from), deadlines.opens(missed.day), until)?;
                let instead = instead
                    .map(|(export, outcome)| Instead { export, refused: outcome == ExportOutcome::Refused });
                let by = expect.due.and_then(|due| due.by);
                let (day, in_a_row, open) = (missed.day, missed.in_a_row, missed.open);
                let what = Miss::Overdue { day, by, in_a_row, open, instead };
                found.push(Unmet { route: name.clone(), what, told: missed.deadline <= begun.told });
            }
        }
        for arrival in store.unexpected(name, begun.told_arrival)? {
            let why = arrival.rows.and_then(|rows| judge(expect, arrival.before, rows));
            // A config that lets it pass now has put it right.
            let Some(why) = why else { continue };
            let told = arrival.id <= begun.told_arrival;
            let model = is_model(&route.from).then(|| route.from.clone());
            let what = Miss::Outside { export: model.unwrap_or(arrival.name), why, held: arrival.held };
            found.push(Unmet { route: name.clone(), what, told });
        }
    }
    Ok(found)
}

/// Begins to expect what the config says, where that is new: nothing is overdue that was due before. A clock that was set back begins
/// anew, too.
///
/// # Errors
/// The store's.
pub fn begin(project: &Project, store: &mut Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    let config = &project.config;
    let names: Vec<&str> = expecting(config).map(|(route, _)| route.name.as_str()).collect();
    store.keep_expectations(&names)?;
    for (route, expect) in expecting(config) {
        let terms = terms(config, expect);
        let begun = store.expectation(&route.name)?;
        if !begun.is_some_and(|begun| begun.terms == terms && begun.since.max(begun.told) <= now) {
            store.begin_expectation(&route.name, &terms, now)?;
        }
    }
    Ok(())
}

/// The next deadline of any route. `None`: nothing is due at any time.
pub fn next(project: &Project, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let config = &project.config;
    let deadlines = expecting(config).filter_map(|(_, expect)| deadlines(config, expect));
    deadlines.map(|deadlines| deadlines.next(now)).min()
}

/// Looks when a deadline has passed: begins to expect what is new, and says whether there is something that no run has told.
///
/// # Errors
/// The store's.
pub fn is_news(project: &Project, now: DateTime<Utc>) -> Result<bool, StoreError> {
    if expecting(&project.config).next().is_none() {
        return Ok(false);
    }
    let mut store = Store::open(&project.config.store)?;
    begin(project, &mut store, now)?;
    Ok(unmet(&project.config, &store, now)?.iter().any(|unmet| !unmet.told))
}

/// Enters an export that was accepted as what came for its routes; part of the transaction that stages their files.
///
/// # Errors
/// The store's.
pub(super) fn arrived(
    project: &Project,
    store: &mut Store,
    (schema, rows): (&str, u64),
    export: ExportId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for route in project.routes.iter().filter(|route| route.source.name == schema) {
        enter(store, route, export, Some(export), at, Some(rows))?;
    }
    Ok(())
}

/// Enters the exports that the customer base was derived from as what came for the routes of models; also those whose content came before,
/// for the customer base hears of them that nothing has changed. `models`: by name the rows of those
/// that were written, and the entries that hold their files; `None`: the model was refused.
///
/// # Errors
/// The store's.
pub(super) fn derived(
    project: &Project,
    store: &mut Store,
    models: &[(String, Option<u64>, Option<ExportId>)],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for route in project.routes.iter().filter(|route| is_model(&route.source.name)) {
        let model = route.source.name.strip_prefix(MODELS);
        let of_route = models.iter().find(|(name, _, _)| Some(name.as_str()) == model);
        if of_route.is_some_and(|(_, rows, _)| rows.is_none()) {
            continue;
        }
        let last = store.last_source(&route.config.name)?;
        let mut sources = store.used_after(&sources(&route.source.name), last)?;
        let (rows, export) = of_route.map_or((None, None), |(_, rows, export)| (*rows, *export));
        let newest = match (sources.pop(), rows) {
            (Some(newest), _) => newest,
            // The customer base changed without an export: the day, or the config.
            (None, Some(_)) => match last {
                Some(last) => last,
                None => continue,
            },
            (None, None) => continue,
        };
        for source in sources {
            enter(store, route, source, None, at, None)?;
        }
        enter(store, route, newest, export, at, rows)?;
    }
    Ok(())
}

fn enter(
    store: &mut Store,
    route: &Route,
    source: ExportId,
    export: Option<ExportId>,
    at: DateTime<Utc>,
    rows: Option<u64>,
) -> Result<(), StoreError> {
    let name = &route.config.name;
    let before = store.usual_rows(name)?;
    let expect = route.config.expect.as_ref();
    let outside = expect.zip(rows).and_then(|(expect, rows)| judge(expect, before, rows)).is_some();
    store.arrive(&NewArrival { route: name.clone(), source, export, at, rows, before, outside })
}

/// The schemas of the exports that a route from there receives; for the route of a model, those of the customer base.
fn sources(from: &str) -> Vec<String> {
    if is_model(from) {
        Kind::ALL.iter().map(|kind| format!("amilia/{}", kind.word())).collect()
    } else {
        vec![from.to_owned()]
    }
}

/// Routes that expect something.
fn expecting(config: &Config) -> impl Iterator<Item = (&RouteConfig, &Expect)> {
    config.routes.iter().filter_map(|route| Some((route, route.expect.as_ref()?)))
}

fn deadlines(config: &Config, expect: &Expect) -> Option<Deadlines> {
    expect.due.map(|due| Deadlines::new(due, config.time_zone))
}

/// What `by` and `days` say, to notice when they are changed.
fn terms(config: &Config, expect: &Expect) -> String {
    let due = expect.due.map(|due| format!("{} {}", in_words(due, &day_name), config.time_zone.name()));
    due.unwrap_or_default()
}

/// `02:00 Mon-Sat`, with these names of days; with [`day_name`], as the config has it.
pub fn in_words<N: AsRef<str>>(due: Due, name: &dyn Fn(Weekday) -> N) -> String {
    let by = due.by.map(|by| format!("{:02}:{:02} ", by.hour(), by.minute())).unwrap_or_default();
    let mut ranges: Vec<(Weekday, Weekday)> = Vec::new();
    for day in due.days.iter(Weekday::Mon) {
        match ranges.last_mut() {
            Some((_, last)) if last.succ() == day => *last = day,
            _ => ranges.push((day, day)),
        }
    }
    let range = |(first, last): &(Weekday, Weekday)| match first == last {
        true => name(*first).as_ref().to_owned(),
        false => format!("{}-{}", name(*first).as_ref(), name(*last).as_ref()),
    };
    format!("{by}{}", ranges.iter().map(range).collect::<Vec<_>>().join(","))
}

/// A person let it pass, or nobody has to.
fn is_good(arrival: &Arrival) -> bool {
    !arrival.outside || (arrival.files > 0 && arrival.held.is_none() && arrival.discarded == 0)
}
