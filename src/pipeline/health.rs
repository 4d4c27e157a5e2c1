//! How a project is: fine, in need of a person, or not doing its work. It follows from config, ledger and clock alone and changes nothing.
//! What is silent counts as much as what failed: a route that has had no success for too long is an alarm.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::expect::unmet;
use crate::config::{Config, MODELS, RouteConfig};
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::intake::schedule::after;
use crate::notify::teller::failing;
use crate::notify::{Channel, all_channels};
use crate::store::{Feeds, Figures, OutboundRecord, RunOutcome, Store, StoreError};

/// How long a file may wait after the moment from which on it can be delivered, before that is worth a word: tries go on all the time.
const WAIT: Duration = Duration::from_secs(15 * 60);

/// How a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It does its work.
    Ok,
    /// It does its work; something waits for a person.
    Attention,
    /// It does not do its work.
    Critical,
}

impl State {
    /// The word, the same in all languages, for programs.
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Attention => "attention",
            State::Critical => "critical",
        }
    }
}

/// How old the last success of a route may be; `None`: it is not looked at.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Of routes that are not named.
    pub others: Option<Duration>,
    /// By route.
    pub routes: BTreeMap<String, Option<Duration>>,
}

impl Limits {
    /// Those of the config.
    pub fn of(config: &Config) -> Limits {
        Limits { others: Some(config.metrics.max_age), routes: BTreeMap::new() }
    }

    fn of_route(&self, route: &str) -> Option<Duration> {
        self.routes.get(route).copied().unwrap_or(self.others)
    }

    /// For how long back what was refused is told.
    fn memory(&self) -> Duration {
        self.others.unwrap_or(Duration::from_secs(26 * 3600))
    }
}

/// Why a project is not fine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum Problem {
    NoRun,
    Store { detail: String },
    StoreOlder,
    RunFailed { run: String },
    RunDied { run: String },
    RouteLate { route: String, age: Duration, limit: Duration },
    RouteNever { route: String, limit: Duration, late: bool },
    Held { files: u64 },
    CustomerBaseHeld,
    Waiting { files: u64, destination: String, age: Duration },
    Refused { exports: u64 },
    Rejected { rows: u64 },
    Unmet { routes: Vec<String> },
    Untold { channel: Channel, age: Duration },
}

impl Problem {
    /// How bad it is.
    pub fn state(&self) -> State {
        match self {
            Problem::Store { .. }
            | Problem::RunFailed { .. }
            | Problem::RunDied { .. }
            | Problem::RouteLate { .. }
            | Problem::RouteNever { late: true, .. } => State::Critical,
            _ => State::Attention,
        }
    }

    /// Its kind, stable.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::NoRun => "no-run",
            Problem::Store { .. } => "store-unreadable",
            Problem::StoreOlder => "store-older",
            Problem::RunFailed { .. } => "run-failed",
            Problem::RunDied { .. } => "run-died",
            Problem::RouteLate { .. } => "route-late",
            Problem::RouteNever { .. } => "route-never",
            Problem::Held { .. } => "files-held",
            Problem::CustomerBaseHeld => "customer-base-held",
            Problem::Waiting { .. } => "files-waiting",
            Problem::Refused { .. } => "exports-refused",
            Problem::Rejected { .. } => "rows-rejected",
            Problem::Unmet { .. } => "expected-unmet",
            Problem::Untold { .. } => "notification-failing",
        }
    }

    /// It is about rows or exports alone: everything else goes its way.
    pub fn is_about_content(&self) -> bool {
        matches!(self, Problem::Refused { .. } | Problem::Rejected { .. })
    }

    /// In words.
    pub fn text(&self, texts: Texts) -> String {
        let age = |age: &Duration| -> Arg { in_words(*age, texts).into() };
        let args: Vec<(&str, Arg)> = match self {
            Problem::NoRun | Problem::StoreOlder | Problem::CustomerBaseHeld => Vec::new(),
            Problem::Store { detail } => vec![("detail", detail.as_str().into())],
            Problem::RunFailed { run } | Problem::RunDied { run } => vec![("run", run.as_str().into())],
            Problem::RouteLate { route, age: of, limit } => {
                vec![("route", route.as_str().into()), ("age", age(of)), ("limit", age(limit))]
            }
            Problem::RouteNever { route, limit, .. } => {
                vec![("route", route.as_str().into()), ("limit", age(limit))]
            }
            Problem::Held { files } => vec![("count", (*files).into())],
            Problem::Waiting { files, destination, age: of } => {
                vec![
                    ("count", (*files).into()),
                    ("destination", destination.as_str().into()),
                    ("age", age(of)),
                ]
            }
            Problem::Refused { exports } => vec![("count", (*exports).into())],
            Problem::Rejected { rows } => vec![("count", (*rows).into())],
            Problem::Unmet { routes } => vec![("routes", routes.join(", ").into())],
            Problem::Untold { channel, age: of } => {
                vec![("channel", channel.name(texts).into()), ("age", age(of))]
            }
        };
        texts.say(&format!("health-{}", self.code()), &args)
    }
}

/// How a project is, and why.
#[derive(Debug, Clone)]
pub struct Health {
    /// The moment that it is about.
    pub at: DateTime<Utc>,
    /// What is wrong, the worst first.
    pub problems: Vec<Problem>,
    /// The last success of each route, with its destination.
    pub routes: Vec<(String, String, Option<DateTime<Utc>>)>,
}

impl Health {
    /// Looks at a project. What cannot be looked at is a problem too, so that there is always an answer.
    pub fn of(config: &Config, limits: &Limits, now: DateTime<Utc>) -> Health {
        let mut health = Health { at: now, problems: Vec::new(), routes: Vec::new() };
        match health.look(config, limits) {
            Ok(()) => {}
            Err(StoreError::Missing { .. }) => health.problems.push(Problem::NoRun),
            Err(StoreError::Older { .. }) => health.problems.push(Problem::StoreOlder),
            Err(error) => health.problems.push(Problem::Store { detail: error.to_string() }),
        }
        health.problems.sort_by_key(|problem| std::cmp::Reverse(problem.state()));
        health
    }

    fn look(&mut self, config: &Config, limits: &Limits) -> Result<(), StoreError> {
        let store = Store::open_read_only(&config.store)?;
        let figures = store.figures()?;
        self.run(config, &figures)?;
        self.routes(config, &store, &figures, limits)?;
        let held = figures.held.iter().map(|(_, _, count)| count).sum();
        if held > 0 {
            self.problems.push(Problem::Held { files: held });
        }
        if figures.guarded {
            self.problems.push(Problem::CustomerBaseHeld);
        }
        self.waiting(config, &store.undelivered()?);
        // What is held of it is counted above.
        let unmet = unmet(config, &store, self.at)?.into_iter().filter(|unmet| !unmet.is_held());
        let routes: BTreeSet<String> = unmet.map(|unmet| unmet.route).collect();
        if !routes.is_empty() {
            self.problems.push(Problem::Unmet { routes: routes.into_iter().collect() });
        }
        for (channel, failing) in failing(&config.store, &all_channels(&config.notify)) {
            self.problems.push(Problem::Untold { channel, age: age(failing.since, self.at) });
        }
        let since = self.at - chrono::Duration::from_std(limits.memory()).unwrap_or_default();
        let refused = store.refused_since(since)?;
        if refused.exports > 0 {
            self.problems.push(Problem::Refused { exports: refused.exports });
        }
        if refused.rows > 0 {
            self.problems.push(Problem::Rejected { rows: refused.rows });
        }
        Ok(())
    }

    fn run(&mut self, config: &Config, figures: &Figures) -> Result<(), StoreError> {
        let Some(run) = &figures.newest else {
            self.problems.push(Problem::NoRun);
            return Ok(());
        };
        let id = run.id.to_string();
        match run.outcome {
            Some(RunOutcome::Failed) => self.problems.push(Problem::RunFailed { run: id }),
            None if !is_alive(config) => {
                // It may have ended between the two looks.
                let now = Store::open_read_only(&config.store)?.figures()?.newest;
                if now.is_some_and(|now| now.id == run.id && now.ended_at.is_none()) {
                    self.problems.push(Problem::RunDied { run: id });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn routes(
        &mut self,
        config: &Config,
        store: &Store,
        figures: &Figures,
        limits: &Limits,
    ) -> Result<(), StoreError> {
        for (route, success) in last_successes(config, store)? {
            self.routes.push((route.name.clone(), route.destination.clone(), success));
            let Some(limit) = limits.of_route(&route.name) else { continue };
            let name = route.name.clone();
            let problem = match (success, figures.first_run) {
                (Some(success), _) => {
                    let age = age(success, self.at);
                    (age > limit).then_some(Problem::RouteLate { route: name, age, limit })
                }
                (None, Some(first)) => {
                    let late = age(first, self.at) > limit;
                    Some(Problem::RouteNever { route: name, limit, late })
                }
                (None, None) => None,
            };
            self.problems.extend(problem);
        }
        Ok(())
    }

    /// Files that wait for longer than it takes to deliver them.
    fn waiting(&mut self, config: &Config, files: &[OutboundRecord]) {
        let mut late: BTreeMap<&str, (u64, Duration)> = BTreeMap::new();
        for file in files {
            let own = config.routes.iter().find(|route| route.name == file.route);
            let own = own.and_then(|route| route.deliver.as_ref());
            let due = match own.or(config.schedule.deliver.as_ref()) {
                Some(cron) => after(cron, config.time_zone, file.staged_at).map(|time| time.to_utc()),
                None => Some(file.staged_at),
            };
            let Some(due) = due.filter(|due| age(*due, self.at) > WAIT) else { continue };
            let (count, longest) = late.entry(&file.destination).or_default();
            *count += 1;
            *longest = age(due, self.at).max(*longest);
        }
        for (destination, (files, age)) in late {
            self.problems.push(Problem::Waiting { files, destination: destination.to_owned(), age });
        }
    }

    /// The worst of its problems.
    pub fn state(&self) -> State {
        self.problems.iter().map(Problem::state).max().unwrap_or(State::Ok)
    }

    /// One line: the state, and why.
    pub fn line(&self, texts: Texts) -> String {
        let mut parts: Vec<String> = self.problems.iter().map(|problem| problem.text(texts)).collect();
        if parts.is_empty() {
            parts.push(texts.say("health-quiet", &[]));
            let oldest =
                self.routes.iter().filter_map(|(route, _, success)| Some((success.as_ref()?, route)));
            if let Some((success, route)) = oldest.min() {
                let age = in_words(age(*success, self.at), texts);
                let args = [("route", route.as_str().into()), ("age", age.into())];
                parts.push(texts.say("health-oldest", &args));
            }
        }
        // One line, whatever an error says.
        let args = [
            ("state", texts.say(&format!("health-state-{}", self.state().word()), &[]).into()),
            ("said", parts.join("; ").replace(['\n', '\r'], " ").into()),
        ];
        texts.say("health-line", &args)
    }

    /// For programs.
    pub fn json(&self, texts: Texts) -> Value {
        let problem = |problem: &Problem| json!({ "state": problem.state(), "code": problem.code(), "text": problem.text(texts) });
        let route = |(name, destination, success): &(String, String, Option<DateTime<Utc>>)| {
            json!({
                "name": name, "destination": destination,
                "lastSuccess": success.map(|success| success.to_rfc3339()),
                "ageSeconds": success.map(|success| age(success, self.at).as_secs()),
            })
        };
        json!({
            "state": self.state(),
            "at": self.at.to_rfc3339(),
            "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
            "routes": self.routes.iter().map(route).collect::<Vec<_>>(),
        })
    }
}

/// A route of the config and its last success; `None`: never.
pub type LastSuccess<'c> = (&'c RouteConfig, Option<DateTime<Utc>>);

/// The last success of each route of the config.
///
/// # Errors
/// The store's.
pub fn last_successes<'c>(config: &'c Config, store: &Store) -> Result<Vec<LastSuccess<'c>>, StoreError> {
    let success = |route: &'c RouteConfig| {
        let feeds = match route.from.starts_with(MODELS) {
            true => Feeds::CustomerBase,
            false => Feeds::Schema(&route.from),
        };
        Ok((route, store.last_success(&route.name, feeds)?))
    };
    config.routes.iter().map(success).collect()
}

/// Whether some process works on the project: it has the lock. Only asked when the ledger has a run that has not ended.
fn is_alive(config: &Config) -> bool {
    let Ok(lock) = File::open(config.work.join(".lock")) else { return false };
    // Shared, and given back at once with the file: runs try again for a moment before they say that another one works.
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// How long ago; a moment to come is now.
fn age(moment: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (now - moment).to_std().unwrap_or_default()
}

/// `12 min`, `26 h`, `3 d`.
fn in_words(time: Duration, texts: Texts) -> String {
    let seconds = time.as_secs();
    let (key, count) = match seconds {
        0..=119 => ("age-seconds", seconds),
        120..=7_199 => ("age-minutes", seconds / 60),
        7_200..=259_199 => ("age-hours", seconds / 3_600),
        _ => ("age-days", seconds / 86_400),
    };
    texts.say(key, &[("count", count.into())])
}

#[cfg(test)]
mod tests;
