//! A digest in words, and as JSON.

use std::fmt::Write;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::Channel;
use super::digest::{CauseLine, Digest, ExportLine, Occasion, State};
use super::memory::{Failing, Why};
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::finding::visible::visible;

/// The version of the JSON. It rises when a key goes or changes its meaning; new keys may come without.
pub const VERSION: u32 = 1;

/// Entries of a list that a mail shows.
const SHOWN: usize = 20;

/// Parts of the headline that a subject shows.
const IN_SUBJECT: usize = 3;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Of the mail.
    pub subject: String,
    /// Of the mail, plain text.
    pub body: String,
    /// Of the webhook.
    pub json: String,
}

/// What a channel has to say besides the digest.
#[derive(Debug, Clone, Default)]
pub struct Besides {
    /// Runs of which it told nothing, because it failed.
    pub missed: Vec<String>,
    /// Other channels that fail.
    pub failing: Vec<(Channel, Failing)>,
}

impl Letter {
    /// Writes a digest down.
    pub fn new(digest: &Digest, why: Why, besides: &Besides, texts: Texts) -> Letter {
        let parts = headline(digest, texts);
        let headline = parts.join(", ");
        let subject = match parts.get(..IN_SUBJECT) {
            Some(first) if parts.len() > IN_SUBJECT => format!("{}, …", first.join(", ")),
            _ => headline.clone(),
        };
        let key = if why == Why::Reminder { "notify-subject-reminder" } else { "notify-subject" };
        let args = [("project", digest.project.as_str().into()), ("headline", subject.as_str().into())];
        let mut page = Page { out: String::new(), texts };
        page.body(digest, &headline, besides);
        Letter { subject: texts.say(key, &args), body: page.out, json: json(digest, why, besides, &subject) }
    }
}

/// How things stand, in a few words each, what is most urgent first.
fn headline(digest: &Digest, texts: Texts) -> Vec<String> {
    if digest.occasion == Occasion::Test {
        return vec![texts.say("notify-test", &[])];
    }
    let counts = &digest.counts;
    let tried = digest.waiting.iter().filter(|file| file.reason.is_some()).count();
    let waits = if digest.things.standing.is_empty() { 0 } else { tried };
    let base_held = digest.customer_base.as_ref().is_some_and(|base| base.held.is_some());
    let base_rejected = digest.customer_base.as_ref().map_or(0, |base| base.rejected);
    let parts: [(&str, u64); 9] = [
        ("notify-count-failed", digest.error.is_some().into()),
        ("notify-count-held", counts.held as u64),
        ("notify-count-base", base_held.into()),
        ("notify-count-refused", counts.exports_refused as u64),
        ("notify-count-waiting-exports", counts.exports_waiting as u64),
        ("notify-count-not-delivered", waits as u64),
        ("notify-count-expectations", digest.expectations.len() as u64),
        ("notify-count-left", digest.left.len() as u64),
        ("notify-count-rejected", counts.rows_rejected + base_rejected),
    ];
    let mut said: Vec<String> = parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| texts.say(key, &[("count", (*count).into())]))
        .collect();
    if said.is_empty() {
        let key = if digest.delivered.is_empty() { "notify-count-nothing" } else { "notify-count-delivered" };
        said.push(texts.say(key, &[("count", counts.delivered.into())]));
    }
    said
}

/// The text of a mail.
struct Page {
    out: String,
    texts: Texts,
}

impl Page {
    fn body(&mut self, digest: &Digest, headline: &str, besides: &Besides) {
        // A sentence begins with a capital.
        let mut letters = headline.chars();
        let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        self.line(0, &format!("{first}{}.", letters.as_str()));
        if let Some(error) = &digest.error {
            self.gap();
            self.say(0, "notify-error", &[]);
            self.line(1, error);
        }
        self.held(digest);
        self.base(digest);
        self.waiting(digest);
        self.list("notify-expectations", &digest.expectations);
        let left: Vec<String> = digest.left.iter().map(|left| left.message.clone()).collect();
        self.list("notify-left", &left);
        self.exports(digest);
        self.delivered(digest);
        self.list("notify-remarks", &digest.remarks);
        self.besides(besides, digest.at.timezone());
        self.end(digest);
    }

    fn held(&mut self, digest: &Digest) {
        if digest.held.is_empty() {
            return;
        }
        self.heading("notify-held");
        for file in digest.held.iter().take(SHOWN) {
            let (id, rows) = (file.id.to_string().into(), file.rows.into());
            self.file(id, &file.file, rows, &file.destination);
            self.line(3, &file.reason);
            if let Some(command) = &file.release {
                self.say(3, "held-release", &[("command", command.as_str().into())]);
            }
            if let Some(command) = &file.discard {
                self.say(3, "held-discard", &[("command", command.as_str().into())]);
            }
        }
        self.more(digest.counts.held, digest.held.len());
    }

    fn base(&mut self, digest: &Digest) {
        let Some(base) = &digest.customer_base else { return };
        self.heading("notify-base");
        if let Some(held) = &base.held {
            self.line(1, held);
        }
        if base.rejected > 0 {
            self.say(1, "notify-base-rejected", &[("count", base.rejected.into())]);
            self.causes(&base.causes, 0);
        }
    }

    fn waiting(&mut self, digest: &Digest) {
        if !digest.waiting.is_empty() {
            self.heading("notify-waiting");
        }
        for file in digest.waiting.iter().take(SHOWN) {
            self.file(file.id.to_string().into(), &file.file, file.rows.into(), &file.destination);
            if let Some(reason) = &file.reason {
                self.line(3, reason);
            }
        }
        self.more(digest.counts.waiting, digest.waiting.len());
        if !digest.sets.is_empty() {
            self.heading("notify-sets");
        }
        for set in digest.sets.iter().take(SHOWN) {
            let args = [("set", set.name.as_str().into()), ("destination", set.destination.as_str().into())];
            self.say(1, "notify-set", &args);
            self.line(3, &set.reason);
        }
    }

    fn exports(&mut self, digest: &Digest) {
        if digest.exports.is_empty() {
            return;
        }
        self.heading("notify-exports");
        for export in digest.exports.iter().take(SHOWN) {
            self.export(export);
        }
        let counts = &digest.counts;
        let all = counts.exports_accepted + counts.exports_refused + counts.exports_waiting;
        self.more(all.max(digest.exports.len()), digest.exports.len());
    }

    fn export(&mut self, export: &ExportLine) {
        let args = [
            ("file", export.file.as_str().into()),
            ("rows", export.rows.into()),
            ("accepted", (export.rows - export.rejected).into()),
            ("rejected", export.rejected.into()),
        ];
        self.say(1, &format!("notify-export-{}", export.state), &args);
        if let Some(detail) = &export.detail {
            self.line(2, detail);
        }
        self.causes(&export.causes, export.more_causes);
        if let Some(path) = &export.rejected_file {
            self.say(2, "notify-rejected-file", &[]);
            self.line(3, path);
        }
    }

    fn causes(&mut self, causes: &[CauseLine], more: usize) {
        for cause in causes {
            self.line(2, &format!("- {}", cause.message));
        }
        if more > 0 {
            self.say(2, "more-causes", &[("count", more.into())]);
        }
    }

    fn delivered(&mut self, digest: &Digest) {
        if digest.delivered.is_empty() {
            return;
        }
        self.heading("notify-delivered");
        for file in digest.delivered.iter().take(SHOWN) {
            let args = [
                ("name", file.file.as_str().into()),
                ("rows", file.rows.into()),
                ("destination", file.destination.as_str().into()),
            ];
            self.say(1, "file-delivered", &args);
        }
        self.more(digest.counts.delivered, digest.delivered.len());
    }

    fn besides(&mut self, besides: &Besides, zone: FixedOffset) {
        if !besides.missed.is_empty() {
            self.heading("notify-missed");
            for run in &besides.missed {
                self.line(1, run);
            }
        }
        for (channel, failing) in &besides.failing {
            self.gap();
            let args = [
                ("channel", channel.name(self.texts).into()),
                ("since", moment(failing.since.with_timezone(&zone)).into()),
            ];
            self.say(0, "notify-failing", &args);
            self.line(1, &failing.error);
        }
    }

    fn end(&mut self, digest: &Digest) {
        self.gap();
        if digest.occasion == Occasion::Test {
            self.say(0, "notify-test-about", &[]);
        }
        if let Some(reports) = &digest.reports {
            self.say(0, "notify-reports", &[]);
            self.line(1, reports);
        }
        self.say(0, "notify-folder", &[]);
        self.line(1, &digest.folder);
        let at = moment(digest.at);
        match (&digest.run, digest.occasion) {
            (Some(run), Occasion::Run) => {
                self.say(0, "notify-run", &[("run", run.as_str().into()), ("at", at.into())]);
            }
            _ => self.say(0, "notify-at", &[("at", at.into())]),
        }
        if !digest.things.standing.is_empty() {
            self.say(0, "notify-once-a-day", &[]);
        }
    }

    fn file(&mut self, id: Arg, name: &str, rows: Arg, destination: &str) {
        let args = [("id", id), ("name", name.into()), ("rows", rows), ("destination", destination.into())];
        self.say(1, "status-file", &args);
    }

    fn list(&mut self, heading: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.heading(heading);
        for line in lines.iter().take(SHOWN) {
            self.line(1, line);
        }
        self.more(lines.len(), lines.len());
    }

    /// Says how many of a list are not shown.
    fn more(&mut self, all: usize, listed: usize) {
        let shown = listed.min(SHOWN);
        if all > shown {
            self.say(1, "notify-more", &[("count", (all - shown).into())]);
        }
    }

    fn heading(&mut self, key: &str) {
        self.gap();
        self.say(0, key, &[]);
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn say(&mut self, indent: usize, key: &str, args: &[(&str, Arg)]) {
        let text = self.texts.say(key, args);
        self.line(indent, &text);
    }

    fn line(&mut self, indent: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{:1$}{2}", "", indent * 2, visible(text));
    }
}

/// A moment for people.
pub fn moment(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M (UTC%:z)").to_string()
}

/// What is posted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'d> {
    version: u32,
    /// For services that show this key of whatever they get.
    text: String,
    state: State,
    reminder: bool,
    #[serde(flatten)]
    digest: &'d Digest,
    missed_runs: &'d [String],
    failing_channels: Vec<FailingChannel<'d>>,
}

#[derive(Serialize)]
struct FailingChannel<'d> {
    channel: &'static str,
    since: DateTime<FixedOffset>,
    error: &'d str,
}

fn json(digest: &Digest, why: Why, besides: &Besides, headline: &str) -> String {
    let failing = besides.failing.iter().map(|(channel, failing)| FailingChannel {
        channel: channel.word(),
        since: failing.since.fixed_offset(),
        error: &failing.error,
    });
    let message = Message {
        version: VERSION,
        text: format!("[{}] {headline}", digest.project),
        state: digest.state(),
        reminder: why == Why::Reminder,
        digest,
        missed_runs: &besides.missed,
        failing_channels: failing.collect(),
    };
    serde_json::to_string_pretty(&message).unwrap_or_default()
}

#[cfg(test)]
mod tests;
