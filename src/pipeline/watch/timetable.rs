//! Which scheduled times have come. The last one that was done is in the store, so that one that passed while nothing was up is caught
//! up, once.

use chrono::{DateTime, Utc};
use croner::Cron;

use super::super::project::Project;
use crate::intake::schedule::{after, is_due};
use crate::store::{Note, Store, StoreError};

/// The last times that were done.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    collect: Option<DateTime<Utc>>,
    deliver: Option<DateTime<Utc>>,
}

/// What is due, and the moment that it is due by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    /// Exports are to be taken.
    pub(super) collect: bool,
    /// Files are to be delivered.
    pub(super) deliver: bool,
    /// When it was looked.
    pub(super) at: DateTime<Utc>,
}

impl Timetable {
    /// What is due now. The first time ever, nothing is: the schedule begins.
    pub(super) fn due(&mut self, project: &Project, at: DateTime<Utc>) -> Result<Due, StoreError> {
        let schedule = &project.config.schedule;
        let zone = project.config.time_zone;
        let due = |last: &mut Option<DateTime<Utc>>, note, cron: &Option<Cron>| -> Result<bool, StoreError> {
            let Some(cron) = cron else { return Ok(false) };
            let known = match *last {
                Some(known) => Some(known),
                None => read(project, note, cron)?,
            };
            match known.filter(|known| *known <= at) {
                Some(known) => {
                    *last = Some(known);
                    Ok(is_due(cron, zone, known, at))
                }
                // Or the clock was set back: it begins again, and does nothing twice.
                None => {
                    write(project, note, cron, at)?;
                    *last = Some(at);
                    Ok(false)
                }
            }
        };
        Ok(Due {
            collect: due(&mut self.collect, Note::Collected, &schedule.collect)?,
            deliver: due(&mut self.deliver, Note::Delivered, &schedule.deliver)?,
            at,
        })
    }

    /// Exports were taken, of the time that was due then.
    pub(super) fn collected(&mut self, project: &Project, at: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(cron) = &project.config.schedule.collect else { return Ok(()) };
        self.collect = Some(at);
        write(project, Note::Collected, cron, at)
    }

    /// Files were delivered, of the time that was due then.
    pub(super) fn delivered(&mut self, project: &Project, at: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(cron) = &project.config.schedule.deliver else { return Ok(()) };
        self.deliver = Some(at);
        write(project, Note::Delivered, cron, at)
    }

    /// The next time of any kind.
    pub(super) fn next(&self, project: &Project, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let schedule = &project.config.schedule;
        let times = [&schedule.collect, &schedule.deliver].into_iter().flatten();
        times.filter_map(|cron| after(cron, project.config.time_zone, now)).map(|time| time.to_utc()).min()
    }
}

/// The time that was done last by this very expression in this zone: a new one has missed nothing.
fn read(project: &Project, note: Note, cron: &Cron) -> Result<Option<DateTime<Utc>>, StoreError> {
    if !project.config.store.exists() {
        return Ok(None);
    }
    let text = Store::open(&project.config.store)?.note(note)?;
    let parts = text.as_deref().and_then(|text| text.split_once(' '));
    let same = parts.filter(|(_, rest)| *rest == identity(project, cron));
    Ok(same.and_then(|(time, _)| DateTime::parse_from_rfc3339(time).ok()).map(|time| time.to_utc()))
}

fn write(project: &Project, note: Note, cron: &Cron, at: DateTime<Utc>) -> Result<(), StoreError> {
    let value = format!("{} {}", at.to_rfc3339(), identity(project, cron));
    Store::open(&project.config.store)?.set_note(note, Some(&value))
}

fn identity(project: &Project, cron: &Cron) -> String {
    format!("{} {}", project.config.time_zone.name(), cron.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(folder: &std::path::Path, cron: &str) -> Project {
        let config = format!("time_zone = \"America/Toronto\"\n[schedule]\ndeliver = \"{cron}\"\n");
        std::fs::write(folder.join("passeur.toml"), config).unwrap();
        Project::load(folder).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn a_time_missed_while_nothing_was_up_is_caught_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path(), "0 2 * * *");
        let due = |table: &mut Timetable, now| table.due(&project, at(now)).unwrap().deliver;
        assert!(!due(&mut Timetable::default(), "2026-11-19T15:00:00Z"), "the schedule begins");
        // Up again three nights later, and killed before anything was delivered.
        assert!(due(&mut Timetable::default(), "2026-11-22T15:00:00Z"));
        let mut table = Timetable::default();
        assert!(due(&mut table, "2026-11-22T15:05:00Z"));
        table.delivered(&project, at("2026-11-22T15:05:00Z")).unwrap();
        assert!(!due(&mut table, "2026-11-22T15:06:00Z"));
        assert!(!due(&mut Timetable::default(), "2026-11-22T15:07:00Z"), "nor after a start");
        assert!(due(&mut table, "2026-11-23T07:00:00Z"), "the next night");
    }

    #[test]
    fn a_new_expression_has_missed_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = project(folder.path(), "0 2 * * *");
        assert!(!Timetable::default().due(&first, at("2026-11-19T15:00:00Z")).unwrap().deliver);
        let second = project(folder.path(), "0 9 * * *");
        assert!(!Timetable::default().due(&second, at("2026-11-22T15:00:00Z")).unwrap().deliver);
    }

    #[test]
    fn a_clock_that_was_set_back_repeats_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path(), "0 2 * * *");
        let mut table = Timetable::default();
        assert!(!table.due(&project, at("2026-11-22T15:00:00Z")).unwrap().deliver);
        assert!(!table.due(&project, at("2026-11-20T15:00:00Z")).unwrap().deliver);
        assert!(table.due(&project, at("2026-11-21T07:00:00Z")).unwrap().deliver);
    }
}
