//! The log: one line an event, for people or as JSON, on standard error. Lines carry the ids of run, export and file, names of files,
//! routes and destinations, and counts; never anything that stood in an export, and no sentence that could hold some of it.

use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use crate::delivery::{Event as Delivery, FileOutcome, Why};
use crate::intake::scan::State;
use crate::pipeline::run::{Event, ExportReport, Fate, Report};
use crate::store::{OutboundRecord, OutboundState};

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// What is logged, and how, where nothing says otherwise.
const LEVEL: &str = "PASSEUR_LOG";
const FORM: &str = "PASSEUR_LOG_FORMAT";

/// Where events come from that a report on standard output tells too: not said twice to whoever asked for no log.
const TOLD: &str = "passeur::events";

/// From now on events go to standard error. Without a level in the environment, warnings and errors; with a form that was asked for,
/// all that is worth to know.
pub(super) fn start(asked: Option<LogFormat>) {
    let of_environment = || {
        let text = std::env::var(FORM).ok()?;
        LogFormat::from_str(&text, true).ok()
    };
    let form = asked.or_else(of_environment);
    let usual = if form.is_some() { "info".to_owned() } else { format!("warn,{TOLD}=off") };
    let filter = EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| usual.into());
    // At their most talkative these show addresses and headers, in which secrets stand.
    let quiet = ["ureq=off", "ureq_proto=off"].into_iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(io::stderr);
    // A second start, in a test, changes nothing.
    let _already = match form {
        Some(LogFormat::Json) => log.json().flatten_event(true).with_target(false).try_init(),
        _ => log.with_target(false).try_init(),
    };
}

/// Seconds to the millisecond.
pub(super) fn in_seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// Logs the events of runs. It remembers the run, so that each line has it.
#[derive(Debug, Default)]
pub(super) struct Log {
    run: String,
}

impl Log {
    /// One line for an event.
    pub(super) fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Begun { run, steps } => {
                run.as_str().clone_into(&mut self.run);
                tracing::info!(target: TOLD, run = self.run, steps = steps.word(), "run begun");
            }
            Event::Export { name } => tracing::info!(target: TOLD, run = self.run, name, "export taken"),
            Event::ExportDone(export) => self.export(export),
            Event::Staged(file) => self.staged(file),
            Event::Delivery(event) => self.delivery(event),
            Event::Over { outcome, seconds, report } => {
                let (run, outcome) = (self.run.as_str(), outcome.word());
                match report {
                    Some(report) => Log::over(report, run, outcome, seconds),
                    None => tracing::error!(target: TOLD, run, outcome, seconds, "run ended"),
                }
            }
        }
    }

    fn over(report: &Report, run: &str, outcome: &str, seconds: f64) {
        let settles = |left: &&crate::pipeline::run::Left| {
            !matches!(left.state, State::Settling(_) | State::NoMarker(_))
        };
        tracing::info!(
            target: TOLD, run,
            outcome,
            seconds,
            exports = report.exports.len(),
            files = report.files.len(),
            delivered = report.delivery.count(OutboundState::Delivered),
            left = report.left.iter().filter(settles).count(),
            "run ended"
        );
        for unmet in report.unmet.iter().filter(|unmet| !unmet.told) {
            let (route, kind) = (unmet.route.as_str(), unmet.word());
            tracing::warn!(target: TOLD, run, route, kind, "expected, and not received");
        }
    }

    fn export(&self, export: &ExportReport) {
        let (run, name) = (self.run.as_str(), export.name.as_str());
        let id = export.id.map(|id| id.0);
        let bytes = export.survey.as_ref().map_or(0, |survey| survey.size);
        let (outcome, schema) = (&export.outcome, export.outcome.schema.as_deref());
        match &export.fate {
            Fate::Accepted => {
                let (rows, rejected, warnings) = (outcome.rows, outcome.rejected, outcome.causes.warnings());
                tracing::info!(
                    target: TOLD, run,
                    export = id,
                    name,
                    bytes,
                    schema,
                    rows,
                    rejected,
                    warnings,
                    "export accepted"
                );
            }
            // The sentences of findings can show what stands in the file.
            Fate::Refused => {
                let causes: Vec<_> = outcome.refused.iter().map(|finding| finding.slug().as_str()).collect();
                tracing::warn!(
                    target: TOLD, run,
                    export = id,
                    name,
                    bytes,
                    schema,
                    causes = causes.join(","),
                    "export refused"
                );
            }
            Fate::Duplicate(earlier) => {
                let (earlier_run, earlier) = (earlier.run.as_str(), earlier.id.0);
                tracing::info!(target: TOLD, run, export = id, name, bytes, earlier, earlier_run, "export known already");
            }
            Fate::Changed => {
                tracing::warn!(target: TOLD, run, name, "export changed while it was read; put back")
            }
            Fate::Parked => {
                tracing::info!(target: TOLD, run, name, "export waits for one of people; put back")
            }
            Fate::Failed(why) => {
                tracing::error!(target: TOLD, run, export = id, name, why, "export failed; it stays in work")
            }
        }
    }

    fn staged(&self, file: &OutboundRecord) {
        let (run, id, export) = (self.run.as_str(), file.id.0, file.export.0);
        let (route, destination, name) = (&*file.route, &*file.destination, &*file.name);
        let (rows, bytes) = (file.rows, file.size);
        match &file.held {
            Some(held) => {
                let why = held.code.word();
                tracing::warn!(
                    target: TOLD, run,
                    file = id,
                    export,
                    route,
                    destination,
                    name,
                    rows,
                    bytes,
                    why,
                    "file held"
                );
            }
            None => {
                tracing::info!(target: TOLD, run, file = id, export, route, destination, name, rows, bytes, "file staged")
            }
        }
    }

    fn delivery(&self, event: Delivery<'_>) {
        let run = self.run.as_str();
        match event {
            Delivery::Connecting { destination } => {
                tracing::info!(target: TOLD, run, destination, "connecting")
            }
            Delivery::Retrying { destination, reason, wait } => {
                let seconds = in_seconds(wait);
                tracing::warn!(run, destination, reason, seconds, "trying again after a while");
            }
            Delivery::Sent { file, sent } => {
                tracing::debug!(target: TOLD, run, file = file.id.0, name = file.name, sent, bytes = file.size, "sent");
            }
            Delivery::Finished(file) => self.finished(file),
            Delivery::Set(set) => {
                let (id, name, destination) = (set.id.0, &*set.name, &*set.destination);
                let (state, reason) = (set.state.word(), set.reason.as_ref().map(Why::english));
                tracing::info!(target: TOLD, run, set = id, name, destination, state, reason, "set done");
            }
        }
    }

    fn finished(&self, file: &FileOutcome) {
        let (run, id, export) = (self.run.as_str(), file.id.0, file.export.0);
        let (name, destination, state) = (&*file.name, &*file.destination, file.state.word());
        match file.reason.as_ref().map(Why::english) {
            None => {
                tracing::info!(target: TOLD, run, file = id, export, destination, name, state, "file delivered")
            }
            Some(reason) if file.state == OutboundState::Held => {
                tracing::warn!(target: TOLD, run, file = id, export, destination, name, state, reason, "file held");
            }
            Some(reason) => {
                tracing::warn!(
                    target: TOLD, run,
                    file = id,
                    export,
                    destination,
                    name,
                    state,
                    reason,
                    "file not delivered"
                );
            }
        }
    }
}
