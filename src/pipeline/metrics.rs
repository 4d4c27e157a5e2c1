//! The figures of a project for a monitor: which ones there are, and what they mean (`docs/operations.md` has the list). They follow from the
//! ledger and the config alone. No figure, label or name holds anything from an export.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};

use super::expect::unmet;
use super::health::last_successes;
use crate::config::Config;
use crate::notify::all_channels;
use crate::notify::teller::failing;
use crate::platform;
use crate::review::exposition::{Exposition, Kind};
use crate::store::{ExportFigures, Figures, FileFigures, OutboundState, RunOutcome, Store, StoreError};

/// The figures as text, for a collector.
///
/// # Errors
/// The store's.
pub fn text(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<String, StoreError> {
    let figures = store.figures()?;
    let mut out = Exposition::default();
    out.family("passeur_build_info", Kind::Gauge, "The program that wrote this.")
        .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    runs(&mut out, &figures);
    exports(&mut out, &figures);
    files(&mut out, config, &figures);
    waiting(&mut out, config, &figures);
    let mut family = out.family(
        "passeur_route_last_success_timestamp_seconds",
        Kind::Gauge,
        "When all was well with a route for the last time: its file was delivered, or an export left it nothing to send. Missing: never.",
    );
    for (route, success) in last_successes(config, store)? {
        if let Some(success) = success {
            let labels = [("route", route.name.as_str()), ("destination", route.destination.as_str())];
            family.sample(&labels, seconds(success));
        }
    }
    let unmet = unmet(config, store, now)?;
    let mut family = out.family(
        "passeur_expectations_unmet",
        Kind::Gauge,
        "What a route expects (`expect`) and did not receive: deadlines that passed, and exports with other numbers of rows.",
    );
    for route in config.routes.iter().filter(|route| route.expect.is_some()) {
        let count = unmet.iter().filter(|unmet| unmet.route == route.name).count();
        family.sample(&[("route", &route.name)], count as u64);
    }
    let channels = all_channels(&config.notify);
    let failing = failing(&config.store, &channels);
    let mut family =
        out.family("passeur_notifications_failing", Kind::Gauge, "1: the last message could not be sent.");
    for channel in channels {
        family.sample(&[("channel", channel.word())], failing.iter().any(|(of, _)| *of == channel));
    }
    Ok(out.finish())
}

/// Writes the file that the config names, if it names one. A monitor that cannot be told is no reason not to go on: it is logged.
pub fn renew(config: &Config, store: &Store, now: DateTime<Utc>) {
    if let Some(path) = &config.metrics.textfile
        && let Err(problem) = write(config, store, now, path)
    {
        tracing::warn!(problem, "the metrics are not written");
    }
}

/// Writes the figures to a file that is there as a whole; everybody on the machine may read it.
///
/// # Errors
/// The store's and the system's, in one sentence.
fn write(config: &Config, store: &Store, now: DateTime<Utc>, path: &Path) -> Result<(), String> {
    let text = text(config, store, now).map_err(|error| error.to_string())?;
    let write = |file: &mut std::fs::File| -> io::Result<()> {
        file.write_all(text.as_bytes())?;
        // The collector is another user.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        Ok(())
    };
    platform::write_whole(path, write).map_err(|error| {
        format!("the metrics cannot be written to {}: {error}. Make its folder, and let the user of the runs write there", path.display())
    })
}

fn runs(out: &mut Exposition, figures: &Figures) {
    use RunOutcome::{Attention, Complete, Failed, Interrupted};
    let outcomes = [Complete, Attention, Failed, Interrupted];
    let mut family = out.family("passeur_runs_total", Kind::Counter, "Runs that ended, by how they ended.");
    for outcome in outcomes {
        let count = figures.runs.iter().find(|(of, _)| *of == outcome).map_or(0, |(_, count)| *count);
        family.sample(&[("outcome", outcome.word())], count);
    }
    let open = figures.newest.as_ref().is_some_and(|run| run.ended_at.is_none());
    out.family(
        "passeur_run_open",
        Kind::Gauge,
        "1: a run has begun and has not ended; its process may be gone.",
    )
    .sample(&[], open);
    let Some(run) = &figures.ended else { return };
    let mut family =
        out.family("passeur_run_last_outcome", Kind::Gauge, "1 for how the last run that ended did.");
    for outcome in outcomes {
        family.sample(&[("outcome", outcome.word())], run.outcome == Some(outcome));
    }
    out.family(
        "passeur_run_last_start_timestamp_seconds",
        Kind::Gauge,
        "When the last run that ended began.",
    )
    .sample(&[], seconds(run.started_at));
    if let Some(ended) = run.ended_at {
        out.family("passeur_run_last_end_timestamp_seconds", Kind::Gauge, "When the last run ended.")
            .sample(&[], seconds(ended));
        out.family("passeur_run_last_duration_seconds", Kind::Gauge, "How long the last run took.")
            .sample(&[], seconds(ended) - seconds(run.started_at));
    }
}

fn exports(out: &mut Exposition, figures: &Figures) {
    // An empty label says that no schema fitted.
    let schema = |export: &ExportFigures| export.schema.clone().unwrap_or_default();
    type Value = fn(&ExportFigures) -> u64;
    let families: [(&'static str, &str, Value); 3] = [
        ("passeur_exports_total", "Exports that were taken, by schema and what became of them.", |export| {
            export.count
        }),
        ("passeur_rows_total", "Data rows of the exports that were taken.", |export| export.rows),
        ("passeur_rows_rejected_total", "Rows that no outbound file took.", |export| export.rejected),
    ];
    for (name, help, value) in families {
        let mut family = out.family(name, Kind::Counter, help);
        for export in &figures.exports {
            let labels = [("schema", schema(export)), ("outcome", export.outcome.word().to_owned())];
            family.sample(&labels.each_ref().map(|(name, value)| (*name, value.as_str())), value(export));
        }
    }
    let mut family = out.family(
        "passeur_row_errors_total",
        Kind::Counter,
        "Findings that rejected rows, by cause; a row with two counts twice.",
    );
    figures.causes.rows.iter().for_each(|(cause, count)| family.sample(&[("cause", cause)], *count));
    let mut family = out.family(
        "passeur_export_refusals_total",
        Kind::Counter,
        "Findings for which whole exports were refused, by cause.",
    );
    figures.causes.exports.iter().for_each(|(cause, count)| family.sample(&[("cause", cause)], *count));
    out.family(
        "passeur_exports_in_work",
        Kind::Gauge,
        "Exports that were taken and not read to their end yet.",
    )
    .sample(&[], figures.in_work);
}

fn files(out: &mut Exposition, config: &Config, figures: &Figures) {
    type Value = fn(&FileFigures) -> u64;
    let families: [(&'static str, &str, Value); 3] = [
        ("passeur_deliveries_total", "Files that were delivered.", |file| file.count),
        ("passeur_delivered_rows_total", "Rows of the files that were delivered.", |file| file.rows),
        ("passeur_delivered_bytes_total", "Bytes of the files that were delivered.", |file| file.bytes),
    ];
    // A route of the config has its sample from the beginning on, so that a rate can be taken of its first delivery.
    let mut ways: BTreeSet<(&str, &str)> =
        config.routes.iter().map(|route| (route.name.as_str(), route.destination.as_str())).collect();
    ways.extend(figures.files.iter().map(|file| (file.route.as_str(), file.destination.as_str())));
    let of = |way: (&str, &str), state, value: Value| -> u64 {
        let mine = |file: &&FileFigures| {
            (file.route.as_str(), file.destination.as_str()) == way && file.state == state
        };
        figures.files.iter().filter(mine).map(value).sum()
    };
    for (name, help, value) in families {
        let mut family = out.family(name, Kind::Counter, help);
        for way in &ways {
            let labels = [("route", way.0), ("destination", way.1)];
            family.sample(&labels, of(*way, OutboundState::Delivered, value));
        }
    }
    let mut family = out.family(
        "passeur_files_discarded_total",
        Kind::Counter,
        "Files that a person decided not to send.",
    );
    for way in &ways {
        let labels = [("route", way.0), ("destination", way.1)];
        family.sample(&labels, of(*way, OutboundState::Discarded, |file| file.count));
    }
}

fn waiting(out: &mut Exposition, config: &Config, figures: &Figures) {
    let mut destinations: BTreeSet<&str> = config.destinations.keys().map(String::as_str).collect();
    destinations.extend(figures.files.iter().map(|file| file.destination.as_str()));
    let is_waiting = |state| {
        use OutboundState::{Committing, Staged, Uploading, Verified};
        matches!(state, Staged | Uploading | Verified | Committing)
    };
    let mut family =
        out.family("passeur_files_waiting", Kind::Gauge, "Files that are made and not delivered yet.");
    for destination in &destinations {
        let mine = |file: &&FileFigures| file.destination == *destination && is_waiting(file.state);
        let count: u64 = figures.files.iter().filter(mine).map(|file| file.count).sum();
        family.sample(&[("destination", destination)], count);
    }
    let mut family = out.family("passeur_files_held", Kind::Gauge, "Files that wait for a person.");
    for destination in &destinations {
        let mine = figures.held.iter().filter(|(of, _, _)| of == destination);
        let count: u64 = mine.map(|(_, _, count)| count).sum();
        family.sample(&[("destination", destination)], count);
    }
    let mut family =
        out.family("passeur_files_held_by_reason", Kind::Gauge, "Files that wait for a person, and why.");
    for (destination, reason, count) in &figures.held {
        family.sample(&[("destination", destination), ("reason", reason.word())], *count);
    }
    let mut family = out.family("passeur_sets_open", Kind::Gauge, "Sets that are not delivered, by state.");
    for (set, destination, state, count) in &figures.sets {
        family.sample(&[("set", set), ("destination", destination), ("state", state.word())], *count);
    }
    out.family("passeur_customer_base_held", Kind::Gauge, "1: the removal guard holds the customer base.")
        .sample(&[], figures.guarded);
}

/// Seconds since 1970, to the millisecond.
fn seconds(moment: DateTime<Utc>) -> f64 {
    moment.timestamp_millis() as f64 / 1000.0
}
