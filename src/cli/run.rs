//! `passeur run`

use std::io::{self, BufWriter, Write};
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use clap::Args;

use super::log::Log;
use super::notify::Notifier;
use super::show::{Printer, short};
use super::{Exit, Format, ProjectArgs, load, moment};
use crate::delivery::SetOutcome;
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::intake::scan::State;
use crate::pipeline::error::PipelineError;
use crate::pipeline::full;
use crate::pipeline::project::{Project, Route};
use crate::pipeline::run::{ExportReport, Fate, Options, Report, Steps, run as run_pipeline};
use crate::pipeline::summary;
use crate::platform;
use crate::review::held::held_reason;
use crate::store::{OutboundState, SetState};

/// Arguments of `run`, and of `plan`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) project: ProjectArgs,

    /// Act as if it were this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(super) now: Option<DateTime<Utc>>,

    /// Take exports again whose content was processed before
    #[arg(long)]
    pub(super) resend: bool,

    /// Send all that ROUTE has, also what it sent before: its list at the destination was lost.
    /// May be given several times
    #[arg(long, value_name = "ROUTE")]
    pub(super) full: Vec<String>,

    /// Form of the output; for `run`, JSON is its summary.json
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

pub(super) fn run(args: &RunArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let mut project = load(&args.project, language)?;
    project.send_in_full(&args.full)?;
    let options = Options { now: args.now, resend: args.resend, steps: Steps::All };
    platform::heed_signals()?;
    let mut notifier = Notifier::start(&project, args.format);
    let done = run_and_print(&project, options, args.format);
    match &done {
        Ok(report) => notifier.ended(&project, report),
        Err(error) => {
            if let Some(error) = error.downcast_ref::<PipelineError>() {
                notifier.failed(&project, error, args.now.unwrap_or_else(Utc::now));
            }
        }
    }
    notifier.finish();
    done.map(|report| exit(&project, &report))
}

/// Which of the things that did not come are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    /// All.
    All,
    /// Those that no run has told.
    News,
}

/// Runs a project and prints what it did.
pub(super) fn run_and_print(project: &Project, options: Options, format: Format) -> anyhow::Result<Report> {
    let mut log = Log::default();
    let report = run_pipeline(project, options, &mut |event| log.event(event))?;
    let texts = Texts::new(project.config.language);
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Json => {
            let folder = report.reports.clone().unwrap_or_else(|| project.config.reports.clone());
            summary::of(project, &report, &folder, texts).write(&mut out)?;
        }
        Format::Text => print(project, &report, Tell::All, &mut Printer { out: &mut out, texts })?,
    }
    out.flush()?;
    Ok(report)
}

fn exit(project: &Project, report: &Report) -> Exit {
    let exports = report.exports.iter().map(|export| match export.fate {
        Fate::Failed(_) => Exit::System,
        Fate::Refused => Exit::Findings,
        Fate::Parked => Exit::Undelivered,
        _ if export.outcome.rejected > 0 => Exit::Findings,
        _ => Exit::Success,
    });
    let files = report.files.iter().map(|file| match file.state {
        OutboundState::Delivered | OutboundState::Discarded => Exit::Success,
        _ => Exit::Undelivered,
    });
    let sets = report.delivery.sets.iter().filter(|set| set.reason.is_some()).map(|_| Exit::Undelivered);
    let left = report.left.iter().map(|left| match left.state {
        State::Settling(_) | State::NoMarker(_) | State::Ready(_) => Exit::Success,
        State::NotAFile(_) | State::Unreadable(_) => Exit::Findings,
    });
    let base = report.base.as_ref().map_or(Exit::Success, |base| {
        if base.derived.guard.is_some() {
            Exit::Undelivered
        } else if base.models.iter().any(|model| model.outcome.rejected > 0) {
            Exit::Findings
        } else {
            Exit::Success
        }
    });
    let stopped = interrupted().then_some(Exit::Undelivered);
    let unmet = (!report.unmet.is_empty()).then_some(Exit::Undelivered);
    let unsent = (!unsent(project, report).is_empty()).then_some(Exit::Undelivered);
    let all =
        exports.chain(files).chain(sets).chain(left).chain([base]).chain(stopped).chain(unmet).chain(unsent);
    all.max().unwrap_or(Exit::Success)
}

/// Routes that were to send all that they have, and got nothing to send it from.
fn unsent<'p>(project: &'p Project, report: &Report) -> Vec<&'p Route> {
    let models = report.base.iter().flat_map(|base| &base.models).map(|model| &model.outcome);
    let outcomes: Vec<_> = report.exports.iter().map(|export| &export.outcome).chain(models).collect();
    full::unsent(project, &outcomes)
}

/// A signal ended the run before it was through.
fn interrupted() -> bool {
    platform::stop_flag().load(Ordering::Relaxed)
}

pub(super) fn print<W: Write>(
    project: &Project,
    report: &Report,
    tell: Tell,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    let root = &project.config.root;
    if interrupted() {
        printer.say(0, "run-interrupted", &[("inbox", short(root, &project.config.inbox).into())])?;
    } else if report.did_nothing() {
        printer.say(0, "run-nothing", &[("inbox", short(root, &project.config.inbox).into())])?;
        printer.unsent(&unsent(project, report))?;
        return printer.unmet(report.unmet.iter());
    }
    for export in &report.exports {
        self::export(project, export, printer)?;
    }
    if let Some(base) = &report.base {
        printer.base(project, base, false)?;
        writeln!(printer.out)?;
    }
    printer.left(&report.left)?;
    if !report.files.is_empty() {
        printer.say(0, "files", &[])?;
    }
    for file in &report.files {
        let args = [
            ("name", file.name.as_str().into()),
            ("rows", file.rows.into()),
            ("destination", file.destination.as_str().into()),
            ("id", file.id.to_string().into()),
        ];
        if let Some(archive) = summary::archive_of(report, file) {
            let [name, rows, ..] = args;
            printer.say(1, "file-inside", &[name, rows, ("archive", archive.into())])?;
            continue;
        }
        let tried = report.delivery.files.iter().find(|outcome| outcome.id == file.id);
        match file.state {
            OutboundState::Delivered => printer.say(1, "file-delivered", &args)?,
            OutboundState::Held => printer.say(1, "file-held", &args)?,
            OutboundState::Discarded => printer.say(1, "file-discarded", &args)?,
            _ if report.waits_for_its_time(file) => printer.say(1, "file-later", &args)?,
            _ => printer.say(1, "file-waiting", &args)?,
        }
        if file.state == OutboundState::Held {
            writeln!(printer.out, "    {}", held_reason(printer.texts, file))?;
        } else if let Some(reason) = tried.and_then(|outcome| outcome.reason.as_ref()) {
            writeln!(printer.out, "    {}", visible(&reason.said(printer.texts)))?;
        }
    }
    for set in &report.delivery.sets {
        self::set(set, printer)?;
    }
    for remark in &report.remarks {
        writeln!(printer.out, "  {}", visible(remark))?;
    }
    super::clean::removed(report.removed.counts(), printer)?;
    printer.unsent(&unsent(project, report))?;
    printer.unmet(report.unmet.iter().filter(|unmet| tell == Tell::All || !unmet.told))?;
    if let Some(reports) = &report.reports {
        printer.say(0, "reports-in", &[("folder", short(root, reports).into())])?;
    }
    Ok(())
}

fn set<W: Write>(set: &SetOutcome, printer: &mut Printer<W>) -> io::Result<()> {
    let args = [
        ("set", set.name.as_str().into()),
        ("destination", set.destination.as_str().into()),
        ("marker", set.marker.as_deref().unwrap_or_default().into()),
    ];
    let Some(reason) = &set.reason else {
        let key = if set.marker.is_some() { "set-delivered-with-marker" } else { "set-delivered" };
        return printer.say(1, key, &args);
    };
    printer.say(1, if set.state == SetState::Waiting { "set-waits" } else { "set-under-way" }, &args)?;
    writeln!(printer.out, "    {}", visible(&reason.said(printer.texts)))
}

fn export<W: Write>(project: &Project, export: &ExportReport, printer: &mut Printer<W>) -> io::Result<()> {
    let root = &project.config.root;
    writeln!(printer.out, "{}", visible(&export.name))?;
    let outcome = &export.outcome;
    match &export.fate {
        Fate::Accepted => {
            printer.read_as(outcome)?;
            printer.rows(outcome)?;
            printer.tallies(project, outcome, false)?;
            if let Some(file) = &outcome.rejected_file {
                printer.say(1, "rejected-file", &[("path", short(root, &file.path).into())])?;
            }
        }
        Fate::Refused => {
            printer.read_as(outcome)?;
            printer.refused(outcome)?;
            printer.say(1, "export-kept", &[("path", short(root, &export.path).into())])?;
        }
        Fate::Duplicate(earlier) => {
            let args = [("name", visible(&earlier.name).into()), ("run", earlier.run.as_str().into())];
            printer.say(1, "export-duplicate", &args)?;
        }
        Fate::Changed => printer.say(1, "export-changed", &[])?,
        Fate::Parked => {
            let inbox = short(root, &project.config.inbox);
            printer.say(1, "export-parked", &[("inbox", inbox.into())])?;
        }
        Fate::Failed(why) => {
            printer.say(1, "export-failed", &[("said", why.as_str().into())])?;
            printer.say(1, "export-kept", &[("path", short(root, &export.path).into())])?;
        }
    }
    printer.snapshot(outcome)?;
    writeln!(printer.out)
}
