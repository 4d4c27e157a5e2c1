//! What there is to tell of a run, from what the run did and from the ledger.
//!
//! What goes out of the house holds names of files, counts and causes. A cause of rows names a column of the schema and no cell; a
//! cause of the whole file is said by its kind alone where its sentence would quote the file: the first line of a file without a
//! header is data.

use chrono::{DateTime, FixedOffset, Utc};

use super::customer_base::guard_reason;
use super::decide::{Ways, ways};
use super::error::PipelineError;
use super::expect::{Unmet, unmet};
use super::project::Project;
use super::run::{ExportReport, Fate, Report};
use super::said::said;
use crate::delivery::Why;
use crate::finding::text::Texts;
use crate::finding::visible::visible;
use crate::finding::{Level, Reason};
use crate::intake::scan::State;
use crate::notify::carriers;
use crate::notify::digest::{
    BaseLine, CauseLine, Digest, ExportLine, FileLine, HeldLine, LeftLine, MOST, Occasion, SetLine, Thing,
    WaitingLine,
};
use crate::notify::teller::Settings;
use crate::review::causes::Causes;
use crate::review::held::held_reason;
use crate::store::{OutboundId, OutboundRecord, OutboundState, Status, Store, StoreError};

/// Causes of an export that are told; its report has all.
const CAUSES: usize = 12;

/// What the ledger says beside a run.
pub struct Ledger {
    /// What waits.
    pub status: Status,
    /// For held files: the commands that act.
    pub ways: Vec<(OutboundId, Ways)>,
    /// What routes expect and did not receive, a sentence each.
    pub unmet: Vec<String>,
}

/// What the teller of a project needs; `None`: nobody is told.
pub fn settings(project: &Project) -> Option<Settings> {
    let config = &project.config;
    let carriers = carriers(&config.notify);
    (!carriers.is_empty()).then(|| Settings {
        store: config.store.clone(),
        language: config.language,
        when: config.notify.when,
        carriers,
    })
}

/// Asks the ledger.
///
/// # Errors
/// The store's.
pub fn ledger(project: &Project, now: DateTime<Utc>) -> Result<Ledger, StoreError> {
    let store = Store::open_read_only(&project.config.store)?;
    let status = store.status(1)?;
    let texts = Texts::new(project.config.language);
    let of = |file: &OutboundRecord| Some((file.id, ways(project, &store, file, now, texts)?));
    let ways = status.held.iter().take(MOST).filter_map(of).collect();
    let unmet = sentences(&unmet(&project.config, &store, now)?, texts);
    Ok(Ledger { status, ways, unmet })
}

fn sentences(unmet: &[Unmet], texts: Texts) -> Vec<String> {
    unmet.iter().map(|unmet| visible(&unmet.sentence(texts)).into_owned()).collect()
}

/// A run that went to its end.
pub fn of_run(project: &Project, report: &Report, ledger: Option<&Ledger>) -> Digest {
    let texts = Texts::new(project.config.language);
    let mut digest = empty(project, report.finished, Occasion::Run);
    digest.run = Some(report.run.to_string());
    digest.started = Some(zoned(project, report.started));
    digest.reports = report.reports.as_ref().map(|path| path.display().to_string());
    digest.things.saw_inbox = report.took_exports;
    exports(&mut digest, report, texts);
    base(&mut digest, report, texts);
    left(&mut digest, report, texts);
    let delivered = report.files.iter().filter(|file| file.state == OutboundState::Delivered);
    digest.counts.delivered = delivered.clone().count();
    digest.delivered = delivered.take(MOST).map(file_line).collect();
    let reasons = report.delivery.sets.iter().filter_map(|set| Some((set, set.reason.as_ref()?.said(texts))));
    for (set, reason) in reasons.take(MOST) {
        let (name, destination) = (set.name.clone(), set.destination.clone());
        digest.things.standing.insert(Thing::of_ledger(&format!("set {}", set.id)));
        digest.sets.push(SetLine { name, destination, reason: visible(&reason).into_owned() });
    }
    digest.busy |= digest.counts.delivered > 0;
    digest.remarks = report.remarks.iter().map(|remark| visible(remark).into_owned()).collect();
    if let Some(ledger) = ledger {
        waiting(&mut digest, project, Some(report), ledger, texts);
    }
    expect(&mut digest, sentences(&report.unmet, texts));
    digest
}

fn expect(digest: &mut Digest, expectations: Vec<String>) {
    let things = expectations.iter().map(|expectation| Thing::of_ledger(&format!("expected {expectation}")));
    digest.things.standing.extend(things);
    digest.expectations = expectations;
}

/// A run that could not go on. `None`: another one is working, and it tells.
pub fn of_failure(
    project: &Project,
    error: &PipelineError,
    now: DateTime<Utc>,
    ledger: Option<&Ledger>,
) -> Option<Digest> {
    if matches!(error, PipelineError::Busy { .. }) {
        return None;
    }
    let mut digest = empty(project, now, Occasion::Run);
    let text = visible(&said(error, Texts::new(project.config.language))).into_owned();
    digest.things.standing.insert(Thing::passing(&format!("failed {text}")));
    digest.error = Some(text);
    if let Some(ledger) = ledger {
        digest.run = ledger.status.runs.first().map(|run| run.id.to_string());
        waiting(&mut digest, project, None, ledger, Texts::new(project.config.language));
    }
    Some(digest)
}

/// No run: what still waits, so that it is told again once a day.
pub fn of_standing(project: &Project, now: DateTime<Utc>, ledger: &Ledger) -> Digest {
    let mut digest = empty(project, now, Occasion::Look);
    digest.run = ledger.status.runs.first().map(|run| run.id.to_string());
    waiting(&mut digest, project, None, ledger, Texts::new(project.config.language));
    expect(&mut digest, ledger.unmet.clone());
    // Things that only a run sees are not over because a look does not see them.
    digest.things.saw_ledger = false;
    digest
}

/// A message for trying the channels.
pub fn of_test(project: &Project, now: DateTime<Utc>) -> Digest {
    empty(project, now, Occasion::Test)
}

fn empty(project: &Project, at: DateTime<Utc>, occasion: Occasion) -> Digest {
    let config = &project.config;
    let folder = || config.root.file_name().map_or_else(|| "passeur".into(), |name| name.to_string_lossy());
    let name = config.notify.name.clone().unwrap_or_else(|| folder().into_owned());
    Digest {
        occasion,
        project: visible(&name).into_owned(),
        folder: config.root.display().to_string(),
        at: zoned(project, at),
        ..Digest::default()
    }
}

/// In the project's zone, whole seconds.
fn zoned(project: &Project, at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let whole = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    whole.with_timezone(&project.config.time_zone).fixed_offset()
}

fn exports(digest: &mut Digest, report: &Report, texts: Texts) {
    let counts = &mut digest.counts;
    let things = &mut digest.things;
    for export in &report.exports {
        let outcome = &export.outcome;
        match &export.fate {
            Fate::Accepted => {
                counts.exports_accepted += 1;
                counts.rows += outcome.rows;
                counts.rows_rejected += outcome.rejected;
                things.news |= outcome.rejected > 0;
                digest.busy = true;
            }
            Fate::Refused => {
                counts.exports_refused += 1;
                things.news = true;
                digest.busy = true;
            }
            Fate::Failed(_) => {
                counts.exports_waiting += 1;
                things.standing.insert(Thing::of_inbox(&format!("failed {}", export.name)));
            }
            Fate::Parked => {
                counts.exports_waiting += 1;
                things.standing.insert(Thing::of_inbox(&format!("parked {}", export.name)));
            }
            Fate::Duplicate(_) => digest.busy = true,
            // It goes with the next run, which tells of it.
            Fate::Changed => {}
        }
    }
    let mut lines: Vec<ExportLine> = report.exports.iter().map(|export| export_line(export, texts)).collect();
    // Those with something wrong first; else in their order.
    lines.sort_by_key(|line| line.state == "accepted" && line.rejected == 0);
    lines.truncate(MOST);
    digest.exports = lines;
}

fn export_line(export: &ExportReport, texts: Texts) -> ExportLine {
    let outcome = &export.outcome;
    let (state, detail) = match &export.fate {
        Fate::Accepted => ("accepted", None),
        Fate::Refused => ("refused", None),
        Fate::Duplicate(_) => ("already-processed", None),
        Fate::Changed => ("put-back", None),
        Fate::Parked => ("parked", None),
        Fate::Failed(why) => ("failed", Some(visible(why).into_owned())),
    };
    let mut causes = causes(&outcome.causes, texts);
    if causes.is_empty() {
        let mut refused = Causes::new();
        refused.extend(&outcome.refused);
        causes = self::causes(&refused, texts);
    }
    let more_causes = causes.len().saturating_sub(CAUSES);
    causes.truncate(CAUSES);
    let file = outcome.rejected_file.as_ref();
    ExportLine {
        file: visible(&export.name).into_owned(),
        state,
        rows: outcome.rows,
        rejected: outcome.rejected,
        causes,
        more_causes,
        detail,
        rejected_file: file.map(|file| file.path.display().to_string()),
    }
}

/// What was wrong, most rows first, without anything that the file says.
fn causes(causes: &Causes, texts: Texts) -> Vec<CauseLine> {
    let diagnoses = causes.diagnoses().iter().map(|diagnosis| CauseLine {
        slug: diagnosis.slug.as_str(),
        reason: diagnosis.key,
        findings: diagnosis.rows,
        message: diagnosis.sentence(texts),
    });
    let sorted = causes.sorted().into_iter().map(|cause| {
        let first = &cause.first;
        let quotes_the_file = first.level() < Level::Row && !says_only_the_schema(first.reason);
        CauseLine {
            slug: first.slug().as_str(),
            reason: first.reason.key(),
            findings: cause.findings,
            message: match quotes_the_file {
                true => format!("{}.", texts.title(first.slug())),
                false => cause.sentence(texts),
            },
        }
    });
    let mut lines: Vec<CauseLine> = Vec::new();
    for line in diagnoses.chain(sorted) {
        // Several labels that may not be named are one line.
        match lines.iter_mut().find(|known| known.reason == line.reason && known.message == line.message) {
            Some(known) => known.findings += line.findings,
            None => lines.push(line),
        }
    }
    lines
}

/// The reasons about a file or its header whose sentence names columns of the schema, numbers and nothing else.
fn says_only_the_schema(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NotAFile
            | Reason::CannotRead
            | Reason::EmptyFile
            | Reason::NoSchemaFits
            | Reason::WorkbookProtected
            | Reason::WorkbookKind
            | Reason::WorkbookDamaged
            | Reason::SheetMissing
            | Reason::EncodingContradicted
            | Reason::LooksLikeUtf16
            | Reason::MarkNotAllowed
            | Reason::UnknownEncoding
            | Reason::MalformedBytes
            | Reason::QuoteNeverClosed
            | Reason::TooManyRows
            | Reason::TooManyBytes
            | Reason::HeaderMissing
            | Reason::LabelBlank
            | Reason::LabelMissing
            | Reason::LabelRenamed
            | Reason::LabelMoved
            | Reason::DateOrderContradicted
            | Reason::DateOrderMixed
    )
}

fn base(digest: &mut Digest, report: &Report, texts: Texts) {
    let Some(base) = &report.base else { return };
    let held = base.derived.guard.as_ref().map(|guard| guard_reason(guard, texts));
    digest.busy |= held.is_none();
    let rejected = base.models.iter().map(|model| model.outcome.rejected).sum();
    // They are rejected again by each run until they are corrected in Amilia.
    for model in base.models.iter().filter(|model| model.outcome.rejected > 0) {
        digest.things.standing.insert(Thing::passing(&format!("rejected model {}", model.name)));
    }
    let all = base.models.iter().flat_map(|model| causes(&model.outcome.causes, texts));
    if held.is_some() || rejected > 0 {
        digest.customer_base = Some(BaseLine { held, rejected, causes: all.take(CAUSES).collect() });
    }
}

fn left(digest: &mut Digest, report: &Report, texts: Texts) {
    for entry in &report.left {
        let file = visible(&entry.name).into_owned();
        let name = ("name", file.as_str().into());
        let message = match &entry.state {
            State::Ready(_) | State::Settling(_) | State::NoMarker(_) => continue,
            State::NotAFile(kind) => {
                let kind = texts.say(&format!("left-kind-{kind}"), &[]);
                texts.say("left-not-a-file", &[name, ("kind", kind.into())])
            }
            State::Unreadable(detail) => {
                texts.say("left-unreadable", &[name, ("detail", detail.as_str().into())])
            }
        };
        digest.things.standing.insert(Thing::of_inbox(&format!("left {file}")));
        if digest.left.len() < MOST {
            digest.left.push(LeftLine { file, message });
        }
    }
}

/// What the ledger has that waits: held files, files that are not delivered, a held customer base.
fn waiting(digest: &mut Digest, project: &Project, report: Option<&Report>, ledger: &Ledger, texts: Texts) {
    let status = &ledger.status;
    digest.things.saw_ledger = true;
    digest.counts.held = status.held.len();
    digest.counts.waiting = status.waiting.len();
    for file in &status.held {
        let code = file.held.as_ref().map_or("", |held| held.code.word());
        digest.things.standing.insert(Thing::of_ledger(&format!("held {} {code}", file.id)));
    }
    let held = status.held.iter().take(MOST).map(|file| held_line(project, ledger, file, texts));
    digest.held = held.collect();
    for file in &status.waiting {
        let tried = report.and_then(|report| report.delivery.files.iter().find(|tried| tried.id == file.id));
        let reason = tried.and_then(|tried| tried.reason.as_ref());
        let key = |reason: &Why| {
            let reason = reason.english();
            // All files that one thing stops are one thing.
            Thing::passing(&format!("away {} {}", file.destination, reason.replace(&file.name, "")))
        };
        match reason {
            Some(reason) => digest.things.standing.insert(key(reason)),
            None => false,
        };
        if digest.waiting.len() < MOST {
            digest.waiting.push(waiting_line(file, reason.map(|why| why.said(texts))));
        }
    }
    let open = status.sets.iter().map(|set| Thing::of_ledger(&format!("set {}", set.id)));
    digest.things.lingering.extend(open);
    if let Some(guard) = &status.guard {
        digest.things.standing.insert(Thing::of_ledger(&format!("guard {guard}")));
        if digest.customer_base.as_ref().is_none_or(|base| base.held.is_none()) {
            let base = digest.customer_base.get_or_insert_with(BaseLine::default);
            base.held = Some(texts.say("notify-base-still-held", &[]));
        }
    }
}

fn held_line(project: &Project, ledger: &Ledger, file: &OutboundRecord, texts: Texts) -> HeldLine {
    let ways = ledger.ways.iter().find(|(id, _)| *id == file.id).map(|(_, ways)| ways);
    HeldLine {
        id: file.id.0,
        file: visible(&file.name).into_owned(),
        destination: file.destination.clone(),
        rows: file.rows,
        code: file.held.as_ref().map_or("", |held| held.code.word()),
        reason: held_reason(texts, file),
        since: zoned(project, file.staged_at),
        release: ways.map(|ways| ways.release.clone()),
        discard: ways.map(|ways| ways.discard.clone()),
    }
}

fn waiting_line(file: &OutboundRecord, reason: Option<String>) -> WaitingLine {
    WaitingLine {
        id: file.id.0,
        file: visible(&file.name).into_owned(),
        destination: file.destination.clone(),
        rows: file.rows,
        reason: reason.map(|reason| visible(&reason).into_owned()),
    }
}

fn file_line(file: &OutboundRecord) -> FileLine {
    FileLine {
        file: visible(&file.name).into_owned(),
        destination: file.destination.clone(),
        rows: file.rows,
    }
}

#[cfg(test)]
mod tests;
