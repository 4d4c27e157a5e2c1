//! Files that came too late while they waited, held before delivery looks at them: a campaign whose time has passed would be sent at once, or
//! never; a file with the name of a day that is past would never be taken, or taken for that day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::decide::{archive_of, send_time};
use super::error::PipelineError;
use super::names;
use super::project::Project;
use crate::config::name::NameValues;
use crate::finding::text::Texts;
use crate::store::{
    HoldCode, HoldReason, OutboundId, OutboundRecord, OutboundState, RunId, SetId, SetRecord, SetState, Store,
};
use crate::transform::zone;

/// Holds what came too late. A file whose rename may have been sent is left alone: it goes to its end.
///
/// # Errors
/// Those of the ledger.
pub(super) fn hold_late(
    project: &Project,
    store: &mut Store,
    run: &RunId,
    now: DateTime<Utc>,
    texts: Texts,
) -> Result<Vec<OutboundId>, PipelineError> {
    let mut held = Vec::new();
    let sets = store.open_sets()?;
    let begun = begun(&sets);
    // Also those that are held for another reason: what is inside has the name of the past day too.
    let archives = sets.iter().flat_map(|set| set.live()).filter(|file| archive_of(project, file).is_some());
    let files: Vec<OutboundRecord> = archives.cloned().collect();
    for archive in files.into_iter().filter(|file| file.set.is_none_or(|set| !begun.contains(&set))) {
        if archive.state != OutboundState::Committing
            && let Some(day) = missed_day(project, &archive, &archive.name, now)
        {
            let why = |file: &OutboundRecord| past(file, day, texts);
            held.extend(store.take_apart(archive.id, run, now, &why)?);
        }
    }
    for file in store.undelivered()? {
        if let Some(reason) = too_late(project, &file, &begun, now, texts) {
            store.hold(file.id, run, now, &reason)?;
            held.push(file.id);
        }
    }
    Ok(held)
}

/// What a run at `now` would hold of the files that wait, and why. Of an archive, its name stands for what is inside.
///
/// # Errors
/// Those of the ledger.
pub(super) fn foretold(
    project: &Project,
    store: &Store,
    now: DateTime<Utc>,
    texts: Texts,
) -> Result<BTreeMap<OutboundId, HoldReason>, PipelineError> {
    let begun = begun(&store.open_sets()?);
    let late = |file: OutboundRecord| Some((file.id, too_late(project, &file, &begun, now, texts)?));
    Ok(store.undelivered()?.into_iter().filter_map(late).collect())
}

/// The sets of which something may be visible.
fn begun(sets: &[SetRecord]) -> BTreeSet<SetId> {
    let visible = |set: &&SetRecord| matches!(set.state, SetState::Committing | SetState::Marking);
    sets.iter().filter(visible).map(|set| set.id).collect()
}

/// Why a file that waits came too late. `None`: it did not, or it goes to its end.
fn too_late(
    project: &Project,
    file: &OutboundRecord,
    begun: &BTreeSet<SetId>,
    now: DateTime<Utc>,
    texts: Texts,
) -> Option<HoldReason> {
    let begun = file.set.is_some_and(|set| begun.contains(&set)) || file.state == OutboundState::Committing;
    let campaign = send_time(project, file, &file.name).filter(|time| *time <= now);
    if let (OutboundState::Staged, Some(time)) = (file.state, campaign) {
        let text = texts.say("hold-send-time-past", &[("time", time.to_rfc3339().into())]);
        return Some(HoldReason { code: HoldCode::SendsMail, text });
    }
    let day = missed_day(project, file, &file.name, now).filter(|_| !begun)?;
    Some(past(file, day, texts))
}

/// The day in a name of this file, if the platform looks for the day on which it looks (Actito), and that day is past. `None`: it is not.
pub(super) fn missed_day(
    project: &Project,
    file: &OutboundRecord,
    name: &str,
    now: DateTime<Utc>,
) -> Option<NaiveDate> {
    let picked_up_by_day = |name: &str| {
        let route = project.routes.iter().find(|route| route.config.name == name);
        route.filter(|route| route.target.rules.name_day_of_pickup)
    };
    let day = match archive_of(project, file) {
        Some((set, template)) => {
            set.routes.iter().find_map(|member| picked_up_by_day(&member.route))?;
            template.read(name, &NameValues::default())?.day?
        }
        None => names::read(picked_up_by_day(&file.route)?, name)?.day?,
    };
    (day < zone::day(now, project.config.time_zone)).then_some(day)
}

fn past(file: &OutboundRecord, day: NaiveDate, texts: Texts) -> HoldReason {
    let args = [
        ("name", file.name.as_str().into()),
        ("day", day.format("%Y-%m-%d").to_string().into()),
        ("destination", file.destination.as_str().into()),
    ];
    HoldReason { code: HoldCode::DayPast, text: texts.say("hold-day-past", &args) }
}
