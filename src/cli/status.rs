//! `passeur status`

use std::io::{self, BufWriter, Write};

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::decide::held_lines;
use super::show::Printer;
use super::{Exit, Format, ProjectArgs, calendar, load, moment, style};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::pipeline::expect::calendar::{Calendar, calendars};
use crate::pipeline::expect::{self, Unmet};
use crate::pipeline::project::Project;
use crate::review::held::held_reason;
use crate::store::{OutboundRecord, OutboundState, SetRecord, SetState, Status, Store};

/// Runs shown.
const RUNS: usize = 5;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    project: ProjectArgs,

    /// Look as if it were this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment, hide = true)]
    now: Option<DateTime<Utc>>,

    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn status(args: &StatusArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let mut out = BufWriter::new(io::stdout().lock());
    if !project.config.store.exists() {
        match args.format {
            Format::Json => writeln!(
                out,
                "{}",
                json!({ "runs": [], "held": [], "waiting": [], "sets": [], "expected": [], "unmet": [] })
            )?,
            Format::Text => Printer { out: &mut out, texts }.say(0, "status-never", &[])?,
        }
        return Ok(Exit::Success);
    }
    let store = Store::open_read_only(&project.config.store)?;
    let status = store.status(RUNS)?;
    let now = args.now.unwrap_or_else(Utc::now);
    let expected = Expected {
        calendars: calendars(&project, &store, now, calendar::DAYS)?,
        unmet: expect::unmet(&project.config, &store, now)?,
    };
    match args.format {
        Format::Json => {
            let mut json = as_json(&status, &expected, texts);
            if let Some(json) = json.as_object_mut() {
                json.insert("failingNotifications".to_owned(), super::notify::failing_json(&project));
            }
            serde_json::to_writer_pretty(&mut out, &json)?;
            out.write_all(b"\n")?;
        }
        Format::Text => {
            let mut printer = Printer { out: &mut out, texts };
            print(&project, &store, &status, &expected, now, &mut printer)?;
            super::notify::failing_lines(&project, &mut printer)?;
        }
    }
    out.flush()?;
    Ok(if is_quiet(&status) && expected.unmet.is_empty() { Exit::Success } else { Exit::Undelivered })
}

/// What routes expect, and what they received of it.
struct Expected {
    calendars: Vec<Calendar>,
    unmet: Vec<Unmet>,
}

fn print<W: Write>(
    project: &Project,
    store: &Store,
    status: &Status,
    expected: &Expected,
    now: DateTime<Utc>,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    printer.say(0, "status-runs", &[])?;
    for run in &status.runs {
        let outcome = run.outcome.map_or("unfinished", |outcome| outcome.word());
        let outcome = printer.texts.say(&format!("run-outcome-{outcome}"), &[]);
        writeln!(printer.out, "  {}  {outcome}", run.id)?;
    }
    let delivered = status.outbound.iter().find(|(state, _)| *state == OutboundState::Delivered);
    printer.say(0, "status-delivered", &[("count", delivered.map_or(0, |(_, count)| *count).into())])?;
    if let Some(guard) = &status.guard {
        let count = |name: &str| guard[name].as_u64().unwrap_or(0).into();
        let args = [
            ("registrations", count("removedRegistrations")),
            ("ofRegistrations", count("registrations")),
            ("people", count("archivedPeople")),
            ("ofPeople", count("people")),
            ("returned", count("returnedAddresses")),
            ("ofAddresses", count("addresses")),
        ];
        printer.say(0, "status-base-held", &args)?;
    }
    calendar::print(&expected.calendars, style(), printer)?;
    // What is held is said below.
    printer.unmet(expected.unmet.iter().filter(|unmet| !unmet.is_held()))?;
    if is_quiet(status) {
        return printer.say(0, "status-quiet", &[]);
    }
    if !status.held.is_empty() {
        printer.say(0, "status-held", &[])?;
    }
    for file in &status.held {
        line(file, &status.sets, printer)?;
        held_lines(project, store, file, now, printer)?;
    }
    if !status.waiting.is_empty() {
        printer.say(0, "status-waiting", &[])?;
    }
    for file in &status.waiting {
        line(file, &status.sets, printer)?;
    }
    if !status.sets.is_empty() {
        printer.say(0, "status-sets", &[])?;
    }
    for set in &status.sets {
        self::set(set, printer)?;
    }
    Ok(())
}

/// Nothing is held, nothing waits.
fn is_quiet(status: &Status) -> bool {
    let files = status.held.is_empty() && status.waiting.is_empty() && status.sets.is_empty();
    files && status.guard.is_none()
}

/// A set, and what it waits for.
fn set<W: Write>(set: &SetRecord, printer: &mut Printer<W>) -> io::Result<()> {
    let held = set.held();
    let args = [
        ("set", set.name.as_str().into()),
        ("destination", set.destination.as_str().into()),
        ("count", set.live().count().into()),
        ("id", held.map(|file| file.id.to_string()).unwrap_or_default().into()),
        ("name", held.map_or("", |file| &file.name).into()),
    ];
    let state = match held {
        Some(_) if set.state == SetState::Waiting => "held".to_owned(),
        _ => set.state.to_string(),
    };
    printer.say(1, &format!("status-set-{state}"), &args)
}

fn line<W: Write>(file: &OutboundRecord, sets: &[SetRecord], printer: &mut Printer<W>) -> io::Result<()> {
    let set = sets.iter().find(|set| Some(set.id) == file.set);
    let args = [
        ("set", set.map_or("", |set| &set.name).into()),
        ("id", file.id.to_string().into()),
        ("name", file.name.as_str().into()),
        ("rows", file.rows.into()),
        ("destination", file.destination.as_str().into()),
    ];
    printer.say(1, if set.is_some() { "status-file-of-set" } else { "status-file" }, &args)
}

fn as_json(status: &Status, expected: &Expected, texts: Texts) -> Value {
    let file = |file: &OutboundRecord| {
        json!({
            "id": file.id.0, "route": file.route, "destination": file.destination, "name": file.name,
            "rows": file.rows, "bytes": file.size, "state": file.state.word(), "stagedAt": file.staged_at.to_rfc3339(),
            "set": file.set.map(|set| set.0),
            "held": file.held.as_ref().map(|held| json!({ "code": held.code.word(), "reason": held_reason(texts, file) })),
        })
    };
    let set = |set: &SetRecord| {
        json!({
            "id": set.id.0, "name": set.name, "destination": set.destination, "state": set.state.word(),
            "run": set.run.as_str(), "marker": set.marker, "missing": set.missing(),
            "held": set.held().map(|file| file.id.0), "files": set.live().map(|file| file.id.0).collect::<Vec<_>>(),
        })
    };
    let exports: serde_json::Map<String, Value> = status
        .exports
        .iter()
        .map(|(outcome, count)| {
            (outcome.map_or("in-work", |outcome| outcome.word()).to_owned(), json!(count))
        })
        .collect();
    let outbound: serde_json::Map<String, Value> =
        status.outbound.iter().map(|(state, count)| (state.word().to_owned(), json!(count))).collect();
    json!({
        "runs": status.runs.iter().map(|run| json!({
            "id": run.id.as_str(), "startedAt": run.started_at.to_rfc3339(),
            "endedAt": run.ended_at.map(|at| at.to_rfc3339()), "outcome": run.outcome.map(|outcome| outcome.word()),
        })).collect::<Vec<_>>(),
        "exports": exports,
        "outbound": outbound,
        "held": status.held.iter().map(file).collect::<Vec<_>>(),
        "waiting": status.waiting.iter().map(file).collect::<Vec<_>>(),
        "customerBaseHeld": status.guard,
        "sets": status.sets.iter().map(set).collect::<Vec<_>>(),
        "expected": calendar::as_json(&expected.calendars),
        "unmet": calendar::unmet_json(&expected.unmet, texts),
    })
}
