//! The summary of a run, from what the run did.

use std::path::Path;

use super::customer_base::{Base, guard_reason, warnings};
use super::delta::Tally;
use super::expect::{Miss, Unmet};
use super::export::Outcome;
use super::project::Project;
use super::retention::Plan;
use super::run::{ExportReport, Fate, Report};
use crate::delivery::SetOutcome;
use crate::finding::text::Texts;
use crate::review::held::held_reason;
use crate::review::summary::{
    BaseSummary, CauseSummary, ChangeSummary, ExportSummary, FileSummary, RemovedSummary, RunSummary,
    SetSummary, UnmetSummary, hex,
};
use crate::store::{KeptFile, OutboundRecord};

/// Sums up. Paths in it are relative to `folder`.
pub fn of(project: &Project, report: &Report, folder: &Path, texts: Texts) -> RunSummary {
    let files = report.files.iter().map(|file| {
        let tried = report.delivery.files.iter().find(|outcome| outcome.id == file.id);
        let reason = file.held.as_ref().map(|_| held_reason(texts, file));
        FileSummary {
            route: file.route.clone(),
            destination: file.destination.clone(),
            name: file.name.clone(),
            archive: archive_of(report, file).map(str::to_owned),
            rows: file.rows,
            bytes: file.size,
            sha256: hex(&file.sha256),
            state: file.state.word().to_owned(),
            reason: reason.or_else(|| tried.and_then(|outcome| Some(outcome.reason.as_ref()?.said(texts)))),
        }
    });
    RunSummary {
        customer_base: report.base.as_ref().map(|base| of_base(project, base, texts)),
        run: report.run.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: report.started.to_rfc3339(),
        finished: report.finished.to_rfc3339(),
        exports: report.exports.iter().map(|export| of_export(project, export, folder, texts)).collect(),
        files: files.collect(),
        sets: report.delivery.sets.iter().map(|set| of_set(set, texts)).collect(),
        unmet: report.unmet.iter().map(|unmet| of_unmet(unmet, texts)).collect(),
        removed: (!report.removed.counts().is_empty()).then(|| of_removed(&report.removed)),
    }
}

fn of_removed(plan: &Plan) -> RemovedSummary {
    let paths = |files: &[KeptFile]| files.iter().map(|file| file.path.display().to_string()).collect();
    RemovedSummary {
        exports: paths(&plan.exports),
        outbound: paths(&plan.outbound),
        receipts: paths(&plan.receipts),
        reports: plan.reports.iter().map(|run| run.id.to_string()).collect(),
    }
}

/// What a route expects and has not received.
pub fn of_unmet(unmet: &Unmet, texts: Texts) -> UnmetSummary {
    let summary = UnmetSummary {
        route: unmet.route.clone(),
        kind: unmet.word(),
        told: unmet.told,
        message: unmet.sentence(texts),
        ..UnmetSummary::default()
    };
    match &unmet.what {
        Miss::Overdue { day, in_a_row, .. } => {
            UnmetSummary { day: Some(day.to_string()), in_a_row: Some(*in_a_row), ..summary }
        }
        Miss::Outside { export, why, held } => UnmetSummary {
            export: Some(export.clone()),
            rows: Some(why.rows()),
            held: held.map(|id| id.0),
            ..summary
        },
    }
}

/// The name of the archive inside which a file of a run goes.
pub fn archive_of<'r>(report: &'r Report, file: &OutboundRecord) -> Option<&'r str> {
    let archive = file.packed_in?;
    report.files.iter().find(|other| other.id == archive).map(|archive| archive.name.as_str())
}

fn of_set(set: &SetOutcome, texts: Texts) -> SetSummary {
    SetSummary {
        name: set.name.clone(),
        destination: set.destination.clone(),
        state: set.state.word().to_owned(),
        marker: set.marker.clone(),
        reason: set.reason.as_ref().map(|why| why.said(texts)),
    }
}

/// What the customer base gave.
pub fn of_base(project: &Project, base: &Base, texts: Texts) -> BaseSummary {
    let counts = base.derived.counts;
    let changes = base.models.iter().flat_map(|model| changes(project, &model.outcome));
    BaseSummary {
        contacts: counts.contacts,
        archived: counts.archived,
        places: counts.places,
        unsubscribed: counts.unsubscribed,
        held: base.derived.guard.as_ref().map(|guard| guard_reason(guard, texts)),
        warnings: warnings(base, texts),
        rejected: base.models.iter().map(|model| model.outcome.rejected).sum(),
        changes: changes.collect(),
    }
}

/// What the routes of an export found new and changed.
pub fn changes(project: &Project, outcome: &Outcome) -> Vec<ChangeSummary> {
    let summary = |(route, tally): (&str, &Tally)| ChangeSummary {
        route: route.to_owned(),
        new: tally.new,
        changed: tally.changed,
        same: tally.same,
        again: tally.again,
        gone: tally.gone,
        columns: tally.columns.iter().cloned().collect(),
    };
    outcome.tallies(project).map(summary).collect()
}

fn of_export(project: &Project, export: &ExportReport, folder: &Path, texts: Texts) -> ExportSummary {
    let outcome = &export.outcome;
    let (state, reason) = match &export.fate {
        Fate::Accepted => ("accepted", None),
        Fate::Refused => ("refused", outcome.refused.first().map(|finding| texts.message(finding))),
        Fate::Duplicate(earlier) => {
            let args = [("name", earlier.name.as_str().into()), ("run", earlier.run.as_str().into())];
            ("already-processed", Some(texts.say("export-duplicate", &args)))
        }
        Fate::Changed => ("put-back", Some(texts.say("export-changed", &[]))),
        Fate::Parked => ("parked", None),
        Fate::Failed(why) => ("failed", Some(why.clone())),
    };
    let rejected_file = outcome
        .rejected_file
        .as_ref()
        .map(|file| file.path.strip_prefix(folder).unwrap_or(&file.path).to_string_lossy().into_owned());
    ExportSummary {
        file: export.name.clone(),
        sha256: export.survey.as_ref().map(|survey| hex(&survey.sha256)).unwrap_or_default(),
        bytes: export.survey.as_ref().map_or(0, |survey| survey.size),
        state: state.to_owned(),
        reason,
        schema: outcome.schema.clone(),
        encoding: outcome.encoding.clone(),
        delimiter: outcome.delimiter.clone(),
        sheet: outcome.sheet.clone(),
        rows: outcome.rows,
        accepted: outcome.rows - outcome.rejected,
        rejected: outcome.rejected,
        warnings: outcome.causes.warnings(),
        causes: CauseSummary::of(&outcome.causes, texts),
        changes: changes(project, outcome),
        other_findings: outcome.causes.others(),
        rejected_file,
    }
}
