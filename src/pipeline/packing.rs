//! The archives of a run: the files of a set that goes inside one (`packaging` of `[[sets]]`), packed when all of them are there and none is held.
//! The archive is staged as every outbound file is: bytes and folder durable, then one transaction of the ledger.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::decide::{UNASSIGNED, staged_is_intact};
use super::error::{PipelineError, io_error};
use super::names;
use super::project::Project;
use crate::config::SetConfig;
use crate::config::name::{NameTemplate, NameValues};
use crate::fault;
use crate::finding::text::Texts;
use crate::outbound::packaging::pack_together;
use crate::store::{
    HoldCode, HoldReason, NewArchive, OutboundId, OutboundRecord, RunId, SetRecord, Store, relative_to,
};
use crate::transform::zone;

/// Makes the archives that can be made. Gives the files that this entered or held.
///
/// # Errors
/// The disk's, and those of the ledger.
pub(super) fn pack_sets(
    project: &Project,
    store: &mut Store,
    run: &RunId,
    now: DateTime<Utc>,
) -> Result<Vec<OutboundId>, PipelineError> {
    let mut touched = Vec::new();
    let texts = Texts::new(project.config.language);
    for set in store.sets_to_pack()? {
        let config = project.config.sets.iter().find(|config| config.name == set.name);
        let Some((config, template)) = config.and_then(|config| Some((config, config.archive.as_ref()?)))
        else {
            store.leave_unpacked(set.id)?;
            continue;
        };
        let changed: Vec<&OutboundRecord> =
            set.live().filter(|file| !staged_is_intact(project, file)).collect();
        for file in &changed {
            let path = file.staged_path.display().to_string();
            let text = texts.say("hold-staged-file-changed", &[("path", path.into())]);
            store.hold(file.id, run, now, &HoldReason { code: HoldCode::StagedFileChanged, text })?;
            touched.push(file.id);
        }
        if !changed.is_empty() {
            continue;
        }
        let root = &project.config.root;
        let files: Vec<_> =
            set.live().map(|file| (root.join(&file.staged_path), file.name.as_str())).collect();
        let target = project.config.archive.join("outbound").join(format!("{run}-set-{}.zip", set.id));
        let (size, sha256) =
            pack_together(&files, &target).map_err(io_error("packing the files of a set into", &target))?;
        fault::point("archive-written");
        let (name, held) =
            named(project, store, config, template, &set, zone::day(now, project.config.time_zone))?;
        let archive = NewArchive {
            name,
            staged_path: relative_to(root, &target),
            sha256,
            size,
            config_sha256: project.config.sha256,
            held: held.or_else(|| too_large(project, &set, texts)),
        };
        touched.push(store.pack_set(set.id, run, now, archive)?);
    }
    Ok(touched)
}

/// The name of the archive of a run of the day `date`.
pub(super) fn name(
    project: &Project,
    config: &SetConfig,
    template: &NameTemplate,
    date: NaiveDate,
) -> String {
    let route = config.routes.first().map(|member| member.route.as_str());
    let route = project.config.routes.iter().find(|config| Some(config.name.as_str()) == route);
    let ahead = route.and_then(|route| route.naming.days_ahead).unwrap_or(0);
    of_day(template, date.checked_add_days(Days::new(ahead.into())).unwrap_or(date))
}

fn of_day(template: &NameTemplate, day: NaiveDate) -> String {
    let values = NameValues { day, ..NameValues::default() };
    // The config check has seen that the name is text and a day.
    template.render(&values).unwrap_or_else(|_| template.shown(&values))
}

/// The last day in the names of what goes inside: the archive has the same, also where a person released a file for another day.
fn day_inside(project: &Project, set: &SetRecord) -> Option<NaiveDate> {
    let day = |file: &OutboundRecord| {
        let route = project.routes.iter().find(|route| route.config.name == file.route)?;
        names::read(route, &file.name)?.day
    };
    set.live().filter_map(day).max()
}

/// The name, and why the archive is held when the ledger has a file of that name: then it gets one that no platform takes.
fn named(
    project: &Project,
    store: &Store,
    config: &SetConfig,
    template: &NameTemplate,
    set: &SetRecord,
    date: NaiveDate,
) -> Result<(String, Option<HoldReason>), PipelineError> {
    let name = match day_inside(project, set) {
        Some(day) => of_day(template, day),
        None => name(project, config, template, date),
    };
    let texts = Texts::new(project.config.language);
    let mut free = name.clone();
    let mut number = 0_u64;
    while store.name_taken(&set.destination, &free)? {
        number += 1;
        free = format!("{UNASSIGNED}{number}_{name}");
    }
    let held = (number > 0).then(|| HoldReason {
        code: HoldCode::TooFewSubsections,
        text: texts.say("hold-archive-name", &[("set", set.name.as_str().into()), ("name", name.into())]),
    });
    Ok((free, held))
}

/// Why an archive is held that holds more than the platform takes: measured before it is packed, because no source says otherwise.
fn too_large(project: &Project, set: &SetRecord, texts: Texts) -> Option<HoldReason> {
    let size: u64 = set.live().map(|file| file.size).sum();
    let of_set =
        |route: &&super::project::Route| set.routes.iter().any(|member| member.route == route.config.name);
    let routes = project.routes.iter().filter(of_set);
    let limit = routes.filter_map(|route| route.target.rules.max_bytes).min()?;
    (size > limit).then(|| {
        let args = [("set", set.name.as_str().into()), ("size", size.into()), ("limit", limit.into())];
        HoldReason { code: HoldCode::TooLarge, text: texts.say("hold-archive-too-large", &args) }
    })
}
