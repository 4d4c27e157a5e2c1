//! What a channel told, so that it says a thing once, and again once a day while it lasts.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::digest::{Digest, Kind, Occasion, Thing};
use crate::config::When;

/// A thing that lasts is told again after this long: once a day, also by a nightly run that ends a little earlier than the last.
const REMIND_HOURS: i64 = 22;

/// Runs that are remembered as not told.
const MOST_MISSED: usize = 50;

/// What a channel told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Things and when they were told last.
    #[serde(default)]
    told: BTreeMap<String, DateTime<Utc>>,
    /// Runs of which something was to be told and was not.
    #[serde(default)]
    pub missed: Vec<String>,
    /// Since when the channel fails.
    #[serde(default)]
    pub failing: Option<Failing>,
}

/// A channel that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, the last time.
    pub error: String,
}

/// Why something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is news.
    News,
    /// Things last that were told a day ago.
    Reminder,
}

impl Memory {
    /// The memory that was written down; an empty one for what cannot be read.
    pub fn read(text: Option<&str>) -> Memory {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// To be written down.
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether this is to be told, and why.
    pub fn why(&self, digest: &Digest, when: When) -> Option<Why> {
        let always = when == When::Always && digest.busy;
        if digest.things.news || always || !self.missed.is_empty() {
            return Some(Why::News);
        }
        let at = digest.at.to_utc();
        let mut remind = false;
        for thing in self.current(digest) {
            match self.told.get(thing.text()) {
                None => return Some(Why::News),
                Some(told) => remind |= at - *told >= Duration::hours(REMIND_HOURS),
            }
        }
        remind.then_some(Why::Reminder)
    }

    /// What needs a person now: what this digest saw, and what it could not see but was there.
    fn current<'d>(&self, digest: &'d Digest) -> impl Iterator<Item = &'d Thing> {
        let lingering = digest.things.lingering.iter().filter(|thing| self.told.contains_key(thing.text()));
        digest.things.standing.iter().chain(lingering)
    }

    /// About to be told: if the process dies now, it was not.
    pub fn begin(&mut self, digest: &Digest) {
        let Some(run) = digest.run.as_ref().filter(|_| digest.occasion == Occasion::Run) else { return };
        if !self.missed.contains(run) {
            self.missed.push(run.clone());
        }
        let excess = self.missed.len().saturating_sub(MOST_MISSED);
        self.missed.drain(..excess);
    }

    /// It was told.
    pub fn told(&mut self, digest: &Digest) {
        let current: Vec<String> = self.current(digest).map(|thing| thing.text().to_owned()).collect();
        let at = digest.at.to_utc();
        self.told.extend(current.into_iter().map(|thing| (thing, at)));
        self.missed.clear();
        self.failing = None;
    }

    /// It could not be told.
    pub fn failed(&mut self, at: DateTime<Utc>, error: String) {
        let since = self.failing.as_ref().map_or(at, |failing| failing.since);
        self.failing = Some(Failing { since, error });
    }

    /// Forgets what is over.
    pub fn forget(&mut self, digest: &Digest) {
        let things = &digest.things;
        let at = digest.at.to_utc();
        self.told.retain(|text, told| {
            let thing = Thing::written(text);
            let lasts = things.standing.contains(&thing) || things.lingering.contains(&thing);
            lasts
                || match thing.kind() {
                    Kind::Ledger => !things.saw_ledger,
                    Kind::Inbox => !things.saw_inbox,
                    Kind::Passing => at - *told < Duration::hours(REMIND_HOURS),
                }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn digest(hour: i64, standing: &[Thing]) -> Digest {
        let at = DateTime::UNIX_EPOCH + Duration::hours(hour);
        let mut digest =
            Digest { at: at.fixed_offset(), run: Some(format!("run-{hour}")), ..Digest::default() };
        digest.things.standing = standing.iter().cloned().collect();
        digest.things.saw_inbox = true;
        digest.things.saw_ledger = true;
        digest
    }

    /// Lets one digest after the other through a memory; each is told where there is reason to.
    fn told(when: When, digests: &[Digest]) -> Vec<Option<Why>> {
        let mut memory = Memory::default();
        let one = |digest: &Digest| {
            let why = memory.why(digest, when);
            if why.is_some() {
                memory.begin(digest);
                memory.told(digest);
            }
            memory.forget(digest);
            memory = Memory::read(Some(&memory.write()));
            why
        };
        digests.iter().map(one).collect()
    }

    #[test]
    fn what_lasts_is_told_once_and_again_once_a_day() {
        let held = Thing::of_ledger("held 3");
        let nights: Vec<Digest> =
            [0, 1, 5, 21, 23, 24, 44, 46].map(|hour| digest(hour, from_ref(&held))).into();
        let (news, reminder) = (Some(Why::News), Some(Why::Reminder));
        assert_eq!(told(When::Attention, &nights), [news, None, None, None, reminder, None, None, reminder]);
    }

    #[test]
    fn a_new_thing_is_told_at_once_and_a_thing_less_is_not() {
        let (one, two) = (Thing::of_ledger("held 3"), Thing::of_ledger("held 4"));
        let both = [one.clone(), two.clone()];
        let digests =
            [digest(0, from_ref(&one)), digest(1, &both), digest(2, from_ref(&two)), digest(3, &[])];
        let news = Some(Why::News);
        assert_eq!(told(When::Attention, &digests), [news, news, None, None]);
        // What was over and comes again is news.
        let again = [digest(0, from_ref(&one)), digest(1, &[]), digest(2, from_ref(&one))];
        assert_eq!(told(When::Attention, &again), [news, None, news]);
    }

    #[test]
    fn a_destination_that_comes_and_goes_is_told_once_a_day() {
        let away = |port: u16| Thing::passing(&format!("away splio cannot connect to 127.0.0.1:{port}"));
        let digests = [
            digest(0, &[away(22)]),
            digest(1, &[]),
            digest(2, &[away(2222)]),
            digest(3, &[]),
            digest(25, &[]),
            digest(26, &[away(22)]),
        ];
        let news = Some(Why::News);
        assert_eq!(told(When::Attention, &digests), [news, None, None, None, None, news]);
    }

    #[test]
    fn what_a_run_did_not_look_at_is_not_over() {
        let (held, left) = (Thing::of_ledger("held 3"), Thing::of_inbox("left x"));
        let mut delivering = digest(1, from_ref(&held));
        delivering.things.saw_inbox = false;
        let mut failed = digest(2, &[]);
        (failed.things.saw_inbox, failed.things.saw_ledger) = (false, false);
        let all = [held, left];
        let digests = [digest(0, &all), delivering, failed, digest(3, &all)];
        assert_eq!(told(When::Attention, &digests), [Some(Why::News), None, None, None]);
    }

    #[test]
    fn what_was_not_tried_counts_if_it_was_told_before() {
        let away = Thing::passing("away splio");
        let lingers = |hour| {
            let mut digest = digest(hour, &[]);
            digest.things.lingering.insert(away.clone());
            digest
        };
        assert_eq!(told(When::Attention, &[lingers(0)]), [None], "a file that waits for its time");
        let digests = [digest(0, from_ref(&away)), lingers(1), lingers(23)];
        assert_eq!(told(When::Attention, &digests), [Some(Why::News), None, Some(Why::Reminder)]);
    }

    #[test]
    fn rejected_rows_are_news_each_time() {
        let mut one = digest(0, &[]);
        one.things.news = true;
        let mut two = digest(1, &[]);
        two.things.news = true;
        assert_eq!(told(When::Attention, &[one, two]), [Some(Why::News), Some(Why::News)]);
    }

    #[test]
    fn always_tells_each_run_that_did_something() {
        let mut did = digest(0, &[]);
        did.busy = true;
        let digests = [did.clone(), digest(1, &[])];
        assert_eq!(told(When::Always, &digests), [Some(Why::News), None]);
        assert_eq!(told(When::Attention, &[did]), [None]);
    }

    #[test]
    fn what_was_not_told_is_told_with_the_next_run() {
        let mut memory = Memory::default();
        let mut bad = digest(0, &[]);
        bad.things.news = true;
        memory.begin(&bad);
        memory.failed(bad.at.to_utc(), "no connection".into());
        memory.forget(&bad);
        let good = digest(5, &[]);
        assert_eq!(memory.why(&good, When::Attention), Some(Why::News));
        assert_eq!(memory.missed, ["run-0"]);
        memory.failed(good.at.to_utc(), "no answer".into());
        let failing = memory.failing.clone().unwrap();
        assert_eq!((failing.since, failing.error.as_str()), (bad.at.to_utc(), "no answer"));
        memory.told(&good);
        assert_eq!(memory, Memory::default());
    }

    #[test]
    fn a_memory_that_cannot_be_read_is_an_empty_one() {
        for text in [None, Some(""), Some("{"), Some("{\"told\":3}")] {
            assert_eq!(Memory::read(text), Memory::default());
        }
    }
}
