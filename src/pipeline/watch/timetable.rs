//! Which scheduled times have come. The last one that was done is in the store, so that one that passed while nothing was up is caught
//! up, once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use croner::Cron;

use super::super::project::Project;
use crate::intake::schedule::{after, is_due};
use crate::store::{Note, Store, StoreError};

/// What has the same times of delivery: a route that has its own, by its name; `None`: all others.
pub(super) type Line = Option<String>;

/// What has a schedule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    Collecting,
    Delivering(Line),
}

/// The last times that were done.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    done: BTreeMap<Doing, DateTime<Utc>>,
}

/// What is due, and the moment that it is due by.
#[derive(Debug, Clone)]
pub(super) struct Due {
    /// Exports are to be taken.
    pub(super) collect: bool,
    /// Files of these are to be delivered.
    pub(super) deliver: BTreeSet<Line>,
    /// When it was looked.
    pub(super) at: DateTime<Utc>,
}

impl Due {
    /// Whether files are delivered now: at a time that has come, or at once where there are no times.
    pub(super) fn delivers(&self, project: &Project, line: &Line) -> bool {
        cron(project, &Doing::Delivering(line.clone())).is_none() || self.deliver.contains(line)
    }
}

/// By whose times the files of a route are delivered.
pub(super) fn line(project: &Project, route: &str) -> Line {
    let own = project.routes.iter().find(|known| known.config.name == route);
    own.filter(|route| route.config.deliver.is_some()).map(|route| route.config.name.clone())
}

impl Timetable {
    /// What is due now. The first time ever, nothing is: the schedule begins.
    pub(super) fn due(&mut self, project: &Project, at: DateTime<Utc>) -> Result<Due, StoreError> {
        let mut due = Due { collect: false, deliver: BTreeSet::new(), at };
        for (doing, cron) in scheduled(project) {
            if self.is_due(project, &doing, cron, at)? {
                match doing {
                    Doing::Collecting => due.collect = true,
                    Doing::Delivering(line) => {
                        due.deliver.insert(line);
                    }
                }
            }
        }
        Ok(due)
    }

    fn is_due(
        &mut self,
        project: &Project,
        doing: &Doing,
        cron: &Cron,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let known = match self.done.get(doing) {
            Some(known) => Some(*known),
            None => read(project, doing, cron)?,
        };
        match known.filter(|known| *known <= at) {
            Some(known) => {
                self.done.insert(doing.clone(), known);
                Ok(is_due(cron, project.config.time_zone, known, at))
            }
            // Or the clock was set back: it begins again, and does nothing twice.
            None => {
                write(project, doing, cron, at)?;
                self.done.insert(doing.clone(), at);
                Ok(false)
            }
        }
    }

    /// Exports were taken, of the time that was due then.
    pub(super) fn collected(&mut self, project: &Project, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.was_done(project, Doing::Collecting, at)
    }

    /// Files were delivered, of the time that was due then.
    pub(super) fn delivered(
        &mut self,
        project: &Project,
        line: &Line,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.was_done(project, Doing::Delivering(line.clone()), at)
    }

    fn was_done(&mut self, project: &Project, doing: Doing, at: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(cron) = cron(project, &doing) else { return Ok(()) };
        // Remembered first: a store that cannot be written is no reason to do it again at once.
        self.done.insert(doing.clone(), at);
        write(project, &doing, cron, at)
    }

    /// The next time of any kind.
    pub(super) fn next(&self, project: &Project, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let times = scheduled(project).into_iter();
        let times = times.filter_map(|(_, cron)| after(cron, project.config.time_zone, now));
        times.map(|time| time.to_utc()).min()
    }
}

/// Everything that has times of its own.
fn scheduled(project: &Project) -> Vec<(Doing, &Cron)> {
    let routes = project.routes.iter().filter(|route| route.config.deliver.is_some());
    let lines = routes.map(|route| Doing::Delivering(Some(route.config.name.clone())));
    let doings = [Doing::Collecting, Doing::Delivering(None)].into_iter().chain(lines);
    doings.filter_map(|doing| cron(project, &doing).map(|cron| (doing, cron))).collect()
}

fn cron<'p>(project: &'p Project, doing: &Doing) -> Option<&'p Cron> {
    match doing {
        Doing::Collecting => project.config.schedule.collect.as_ref(),
        Doing::Delivering(None) => project.config.schedule.deliver.as_ref(),
        Doing::Delivering(Some(name)) => {
            project.routes.iter().find(|route| route.config.name == *name)?.config.deliver.as_ref()
        }
    }
}

fn note(doing: &Doing) -> Note<'_> {
    match doing {
        Doing::Collecting => Note::Collected,
        Doing::Delivering(None) => Note::Delivered,
        Doing::Delivering(Some(route)) => Note::RouteDelivered(route),
    }
}

/// The time that was done last by this very expression in this zone: a new one has missed nothing.
fn read(project: &Project, doing: &Doing, cron: &Cron) -> Result<Option<DateTime<Utc>>, StoreError> {
    if !project.config.store.exists() {
        return Ok(None);
    }
    let text = Store::open(&project.config.store)?.note(note(doing))?;
    let parts = text.as_deref().and_then(|text| text.split_once(' '));
    let same = parts.filter(|(_, rest)| *rest == identity(project, cron));
    Ok(same.and_then(|(time, _)| DateTime::parse_from_rfc3339(time).ok()).map(|time| time.to_utc()))
}

fn write(project: &Project, doing: &Doing, cron: &Cron, at: DateTime<Utc>) -> Result<(), StoreError> {
    let value = format!("{} {}", at.to_rfc3339(), identity(project, cron));
    Store::open(&project.config.store)?.set_note(note(doing), Some(&value))
}

fn identity(project: &Project, cron: &Cron) -> String {
    format!("{} {}", project.config.time_zone.name(), cron.as_str())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn project(folder: &std::path::Path, cron: &str) -> Project {
        let config = format!("time_zone = \"America/Toronto\"\n[schedule]\ndeliver = \"{cron}\"\n");
        std::fs::write(folder.join("passeur.toml"), config).unwrap();
        Project::load(folder).unwrap()
    }

    /// A project with one route that is delivered at times of its own.
    fn with_route(folder: &std::path::Path, zone: &str, cron: &str) -> Project {
        let config = format!(
            "time_zone = \"{zone}\"\n[destinations.d]\ntype = \"folder\"\npath = \"out\"\n[[routes]]\nname = \"cards\"\n\
             from = \"amilia/memberships\"\nto = \"splio/cardcode\"\ndestination = \"d\"\nuniverse = \"u\"\nsubsection = \"s\"\n\
             schedule = {{ deliver = \"{cron}\" }}\n[routes.columns]\ncard_code = \"Card\"\n\
             customer_key = \"Email\"\nid_program = {{ constant = \"4\" }}\njoin_date = \"Purchase date\"\n"
        );
        std::fs::write(folder.join("passeur.toml"), config).unwrap();
        Project::load(folder).unwrap()
    }

    fn cards() -> Line {
        Some("cards".to_owned())
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn a_time_missed_while_nothing_was_up_is_caught_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path(), "0 2 * * *");
        let due = |table: &mut Timetable, now| table.due(&project, at(now)).unwrap().deliver.contains(&None);
        assert!(!due(&mut Timetable::default(), "2026-11-19T15:00:00Z"), "the schedule begins");
        // Up again three nights later, and killed before anything was delivered.
        assert!(due(&mut Timetable::default(), "2026-11-22T15:00:00Z"));
        let mut table = Timetable::default();
        assert!(due(&mut table, "2026-11-22T15:05:00Z"));
        table.delivered(&project, &None, at("2026-11-22T15:05:00Z")).unwrap();
        assert!(!due(&mut table, "2026-11-22T15:06:00Z"));
        assert!(!due(&mut Timetable::default(), "2026-11-22T15:07:00Z"), "nor after a start");
        assert!(due(&mut table, "2026-11-23T07:00:00Z"), "the next night");
    }

    #[test]
    fn a_new_expression_has_missed_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = project(folder.path(), "0 2 * * *");
        assert!(
            !Timetable::default().due(&first, at("2026-11-19T15:00:00Z")).unwrap().deliver.contains(&None)
        );
        let second = project(folder.path(), "0 9 * * *");
        assert!(
            !Timetable::default().due(&second, at("2026-11-22T15:00:00Z")).unwrap().deliver.contains(&None)
        );
    }

    #[test]
    fn a_clock_that_was_set_back_repeats_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path(), "0 2 * * *");
        let mut table = Timetable::default();
        assert!(!table.due(&project, at("2026-11-22T15:00:00Z")).unwrap().deliver.contains(&None));
        assert!(!table.due(&project, at("2026-11-20T15:00:00Z")).unwrap().deliver.contains(&None));
        assert!(table.due(&project, at("2026-11-21T07:00:00Z")).unwrap().deliver.contains(&None));
    }

    #[test]
    fn a_route_is_delivered_at_its_own_times_and_the_others_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let project = with_route(folder.path(), "America/Toronto", "0 3 * * *");
        let mut table = Timetable::default();
        let mut due = |now| table.due(&project, at(now)).unwrap();
        let early = due("2026-11-19T15:00:00Z");
        assert!(!early.delivers(&project, &cards()) && early.delivers(&project, &None));
        assert_eq!((line(&project, "cards"), line(&project, "gone")), (cards(), None));
        let night = due("2026-11-20T08:00:00Z");
        assert!(night.delivers(&project, &cards()));
        table.delivered(&project, &cards(), night.at).unwrap();
        assert!(!table.due(&project, at("2026-11-20T08:01:00Z")).unwrap().delivers(&project, &cards()));
        assert_eq!(table.next(&project, night.at), Some(at("2026-11-21T08:00:00Z")));
        // Three nights later, after a start: what was missed is caught up once.
        let mut table = Timetable::default();
        let up = table.due(&project, at("2026-11-23T15:00:00Z")).unwrap();
        assert!(up.delivers(&project, &cards()));
        table.delivered(&project, &cards(), up.at).unwrap();
        assert!(
            !Timetable::default()
                .due(&project, at("2026-11-23T15:01:00Z"))
                .unwrap()
                .delivers(&project, &cards())
        );
    }

    #[rstest]
    #[case::toronto_spring("America/Toronto", "2026-03-07T12:00:00Z", &["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"])]
    #[case::toronto_autumn("America/Toronto", "2026-10-31T12:00:00Z", &["2026-11-01T07:30:00Z", "2026-11-02T07:30:00Z"])]
    #[case::paris_spring("Europe/Paris", "2026-03-28T12:00:00Z", &["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])]
    #[case::paris_autumn("Europe/Paris", "2026-10-24T12:00:00Z", &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])]
    #[case::auckland_spring("Pacific/Auckland", "2026-09-26T02:00:00Z", &["2026-09-26T14:00:00Z", "2026-09-27T13:30:00Z"])]
    #[case::auckland_autumn("Pacific/Auckland", "2026-04-04T02:00:00Z", &["2026-04-04T13:30:00Z", "2026-04-05T14:30:00Z"])]
    fn a_route_is_delivered_once_in_each_night_of_a_change(
        #[case] zone: &str,
        #[case] from: &str,
        #[case] expected: &[&str],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let project = with_route(folder.path(), zone, "30 2 * * *");
        let mut table = Timetable::default();
        let mut done = Vec::new();
        for minute in (0..46 * 60).step_by(10) {
            let now = at(from) + chrono::TimeDelta::minutes(minute);
            let due = table.due(&project, now).unwrap();
            if due.delivers(&project, &cards()) {
                table.delivered(&project, &cards(), now).unwrap();
                done.push(now);
            }
        }
        let expected: Vec<_> = expected.iter().map(|time| at(time)).collect();
        assert_eq!(done, expected);
    }
}
