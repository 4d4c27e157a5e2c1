//! What `run`, `plan` and `status` print alike.

use std::io::{self, Write};
use std::path::Path;

use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::intake::scan::State;
use crate::pipeline::customer_base::{Base, guard_reason, warnings};
use crate::pipeline::delta::Tally;
use crate::pipeline::expect::Unmet;
use crate::pipeline::export::Outcome;
use crate::pipeline::full::unsent_key;
use crate::pipeline::project::{Project, Route};
use crate::pipeline::run::Left;
use crate::review::causes::Causes;
use crate::review::summary::Used;

/// Causes shown for one export; the report has all.
const CAUSES: usize = 12;

/// Prints lines for people, in their language.
pub(super) struct Printer<W: Write> {
    pub(super) out: W,
    pub(super) texts: Texts,
}

impl<W: Write> Printer<W> {
    /// A message on a line of its own, indented by `indent` steps.
    pub(super) fn say(
        &mut self,
        indent: usize,
        key: &str,
        args: &[(&str, crate::finding::Arg)],
    ) -> io::Result<()> {
        let text = self.texts.say(key, args);
        writeln!(self.out, "{:indent$}{text}", "", indent = indent * 2)
    }

    /// What routes expect and have not received.
    pub(super) fn unmet<'u>(&mut self, unmet: impl Iterator<Item = &'u Unmet>) -> io::Result<()> {
        for (position, unmet) in unmet.enumerate() {
            if position == 0 {
                self.say(0, "unmet-title", &[])?;
            }
            writeln!(self.out, "  {}", unmet.sentence(self.texts))?;
        }
        Ok(())
    }

    /// Routes that were to send all that they have, and had nothing to send it from.
    pub(super) fn unsent(&mut self, routes: &[&Route]) -> io::Result<()> {
        for route in routes {
            self.say(0, unsent_key(route), &[("route", route.config.name.as_str().into())])?;
        }
        Ok(())
    }

    /// How an export was read: schema, encoding, separator.
    pub(super) fn read_as(&mut self, outcome: &Outcome) -> io::Result<()> {
        let Some(schema) = &outcome.schema else { return Ok(()) };
        let (Some(encoding), Some(delimiter)) = (&outcome.encoding, &outcome.delimiter) else {
            return self.say(1, "read-schema", &[("schema", schema.as_str().into())]);
        };
        let separator = match delimiter.value.as_str() {
            "\t" => self.texts.say("separator-tab", &[]),
            other => other.to_owned(),
        };
        let why = self.texts.say(&format!("encoding-why-{}", encoding.why), &[]);
        let separator_why = self.texts.say(&format!("separator-why-{}", delimiter.why), &[]);
        if let Some(sheet) = &outcome.sheet {
            let args = [("schema", schema.as_str().into()), ("sheet", sheet.as_str().into())];
            self.say(1, "read-sheet-as", &args)?;
            return self.runner_up(outcome);
        }
        let args = [
            ("schema", schema.as_str().into()),
            ("encoding", encoding.value.as_str().into()),
            ("why", why.into()),
            ("separator", separator.into()),
            ("separatorWhy", separator_why.into()),
        ];
        self.say(1, "read-as", &args)?;
        self.runner_up(outcome)
    }

    fn runner_up(&mut self, outcome: &Outcome) -> io::Result<()> {
        if let Some(runner_up) = &outcome.runner_up {
            self.say(1, "read-runner-up", &[("schema", runner_up.as_str().into())])?;
        }
        Ok(())
    }

    /// Rows accepted and rejected, and why.
    pub(super) fn rows(&mut self, outcome: &Outcome) -> io::Result<()> {
        let args = [
            ("rows", outcome.rows.into()),
            ("accepted", (outcome.rows - outcome.rejected).into()),
            ("rejected", outcome.rejected.into()),
        ];
        self.say(1, "rows", &args)?;
        self.causes(&outcome.causes)
    }

    /// What an export changed in the customer base.
    pub(super) fn snapshot(&mut self, outcome: &Outcome) -> io::Result<()> {
        let Some((kind, changes)) = &outcome.snapshot else { return Ok(()) };
        let kind = self.texts.say(&format!("kind-{}", kind.word()), &[]);
        let args = [
            ("kind", kind.into()),
            ("added", changes.added.into()),
            ("changed", changes.changed.into()),
            ("unchanged", changes.unchanged.into()),
            ("missing", changes.gone.into()),
            ("back", changes.back.into()),
            ("ignored", changes.ignored.into()),
        ];
        self.say(1, "snapshot-changes", &args)
    }

    /// What the customer base gives its routes.
    pub(super) fn base(&mut self, project: &Project, base: &Base, examples: bool) -> io::Result<()> {
        let counts = base.derived.counts;
        if let Some(guard) = &base.derived.guard {
            self.say(0, "base-held", &[])?;
            return writeln!(self.out, "  {}", guard_reason(guard, self.texts));
        }
        let args = [
            ("contacts", counts.contacts.into()),
            ("archived", counts.archived.into()),
            ("places", counts.places.into()),
            ("unsubscribed", counts.unsubscribed.into()),
        ];
        self.say(0, "base", &args)?;
        for warning in warnings(base, self.texts) {
            writeln!(self.out, "  - {warning}")?;
        }
        for model in &base.models {
            self.tallies(project, &model.outcome, examples)?;
            if !model.outcome.refused.is_empty() {
                self.refused(&model.outcome)?;
            } else if model.outcome.rejected > 0 {
                self.say(1, "base-model", &[("model", model.name.as_str().into())])?;
                self.rows(&model.outcome)?;
                if let Some(file) = &model.outcome.rejected_file {
                    let path = short(&project.config.root, &file.path);
                    self.say(1, "base-rejected-file", &[("path", path.into())])?;
                }
            }
        }
        Ok(())
    }

    /// What the routes of an export that do not send everything found new, changed and gone. With examples only for people who
    /// look: a run's words may end in a log.
    pub(super) fn tallies(&mut self, project: &Project, outcome: &Outcome, examples: bool) -> io::Result<()> {
        for (route, tally) in outcome.tallies(project) {
            self.tally(route, tally, examples)?;
        }
        Ok(())
    }

    fn tally(&mut self, route: &str, tally: &Tally, examples: bool) -> io::Result<()> {
        let keys = |keys: &[String], all: u64| match keys {
            _ if !examples => String::new(),
            [] => String::new(),
            keys => {
                let more = if all > keys.len() as u64 { ", …" } else { "" };
                format!(" ({}{more})", visible(&keys.join(", ")))
            }
        };
        let columns = tally.columns.iter().map(|(column, count)| format!("{column} {count}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let args = [
            ("route", route.into()),
            ("new", tally.new.into()),
            ("newKeys", keys(&tally.new_keys, tally.new).into()),
            ("changed", tally.changed.into()),
            ("changedKeys", keys(&tally.changed_keys, tally.changed).into()),
            ("same", tally.same.into()),
            ("gone", tally.gone.into()),
        ];
        self.say(1, "delta", &args)?;
        if tally.again > 0 {
            self.say(2, "delta-again", &[("count", tally.again.into())])?;
        }
        if !columns.is_empty() {
            self.say(2, "delta-columns", &[("columns", columns.into())])?;
        }
        Ok(())
    }

    /// The causes, most rows first.
    pub(super) fn causes(&mut self, causes: &Causes) -> io::Result<()> {
        for diagnosis in causes.diagnoses() {
            let places =
                diagnosis.places(self.texts).map(|places| format!(" ({places})")).unwrap_or_default();
            writeln!(self.out, "    ● {}{places}", diagnosis.sentence(self.texts))?;
            writeln!(self.out, "      → {}", diagnosis.hint(self.texts))?;
        }
        let sorted = causes.sorted();
        for cause in sorted.iter().take(CAUSES) {
            let places = cause.places(self.texts).map(|places| format!(" ({places})")).unwrap_or_default();
            writeln!(self.out, "    - {}{places}", cause.sentence(self.texts))?;
        }
        let more = sorted.len().saturating_sub(CAUSES);
        if more > 0 {
            self.say(2, "more-causes", &[("count", more.into())])?;
        }
        Ok(())
    }

    /// Why nothing of an export was used.
    pub(super) fn refused(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.say(1, "export-refused", &[])?;
        for finding in outcome.refused.iter().take(CAUSES) {
            let line = finding.line.map(|line| self.texts.say("on-line", &[("line", line.into())]));
            let line = line.map(|line| format!(" ({line})")).unwrap_or_default();
            writeln!(self.out, "    - {}{line}", self.texts.message(finding))?;
            if let Some(hint) = self.texts.hint(finding) {
                writeln!(self.out, "      → {hint}")?;
            }
        }
        Ok(())
    }

    /// Entries that stay in the inbox.
    pub(super) fn left(&mut self, left: &[Left]) -> io::Result<()> {
        for entry in left {
            let name = ("name", visible(&entry.name).into());
            match &entry.state {
                State::Ready(_) => self.say(0, "left-changed", &[name])?,
                State::Settling(_) => self.say(0, "left-settling", &[name])?,
                State::NoMarker(marker) => {
                    self.say(0, "left-no-marker", &[name, ("marker", visible(marker).into())])?;
                }
                State::NotAFile(kind) => {
                    let kind = self.texts.say(&format!("left-kind-{kind}"), &[]);
                    self.say(0, "left-not-a-file", &[name, ("kind", kind.into())])?;
                }
                State::Unreadable(detail) => {
                    self.say(0, "left-unreadable", &[name, ("detail", detail.as_str().into())])?;
                }
            }
        }
        Ok(())
    }
}

/// A path as people see it from the project's folder.
pub(super) fn short(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// For JSON.
pub(super) fn used(used: Option<&Used>) -> serde_json::Value {
    used.map_or(serde_json::Value::Null, |used| serde_json::json!({ "value": used.value, "why": used.why }))
}
