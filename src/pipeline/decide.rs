//! A person's decision on a held file: send it after all, or never. Both are durable, with who decided, when and why in the history of
//! the file, and both need the project's lock, so that no run works on the file meanwhile.

use chrono::{DateTime, Utc};
use sha2::Digest;

use super::error::{PipelineError, io_error};
use super::late::missed_day;
use super::names;
use super::packing;
use super::project::{Project, Route};
use super::run::lock;
use super::sets::incomplete;
use crate::config::SetConfig;
use crate::config::name::{NameTemplate, NameValues};
use crate::finding::text::Texts;
use crate::outbound::name::{NameError, NameParts};
use crate::platform;
use crate::schema::NameGrammar;
use crate::store::{ExportRecord, HoldCode, OutboundId, OutboundRecord, OutboundState, SetRecord, Store};
use crate::transform::zone;

/// What a name without a subsection of the route has in its place (see `names`).
pub(super) const UNASSIGNED: &str = "unassigned-";

/// How a held file can be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Under its name, once the cause is gone.
    AsIs,
    /// Under another name alone.
    UnderAnotherName,
}

/// Why a decision is refused; nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The project, its lock or its ledger.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// Only held files wait for a decision.
    #[error("the file is {0}, not held")]
    NotHeld(OutboundState),
    /// It waits, and is delivered with the set of this name.
    #[error("the file is {0} and belongs to the set {1}")]
    OfSet(OutboundState, String),
    /// It may be visible at the destination already.
    #[error("whether the file arrived is not known")]
    Unresolved,
    /// The name is taken, or no subsection was free.
    #[error("the file needs another name")]
    NeedsName,
    /// The new name breaks the grammar.
    #[error("the name cannot be used: {0}")]
    Name(#[from] NameError),
    /// The new name is for another universe or another kind of file.
    #[error("the name must begin with {0}")]
    OtherKind(String),
    /// The new name is none that the route makes.
    #[error("the name must be {0}")]
    OtherName(String),
    /// The platform looks for the name of another day by now.
    #[error("the day in the name is past")]
    DayPast,
    /// The campaign would have had to be sent already.
    #[error("the send time is past")]
    SendTimePast,
    /// The ledger has a file of that name there already.
    #[error("the ledger has a file of that name at this destination already")]
    Taken,
    /// The staged bytes are not the ones in the ledger.
    #[error("the staged file is missing or differs from the ledger")]
    StagedChanged,
}

/// What was decided.
#[derive(Debug)]
pub struct Decision {
    /// The file, as it is now.
    pub file: OutboundRecord,
    /// Its export.
    pub export: ExportRecord,
    /// The same export may be dropped again: none of its files was sent or will be.
    pub export_is_free: bool,
    /// Its set, as it is now.
    pub set: Option<SetRecord>,
    /// Other files of its set, for which the same was decided.
    pub others: Vec<OutboundId>,
    /// Later files of its route that are delivered already.
    pub overtaken: u64,
    /// The temporary name under which some of a discarded file may lie at the destination.
    pub left: Option<String>,
}

/// How a file could be released. `None`: it is not held.
pub fn way_out(project: &Project, file: &OutboundRecord, now: DateTime<Utc>) -> Option<Release> {
    let held = file.held.as_ref()?;
    let nameless = file.name.split('_').any(|part| part.starts_with(UNASSIGNED));
    let late = missed_day(project, file, &file.name, now).is_some();
    Some(match held.code {
        HoldCode::TooFewSubsections | HoldCode::NameTaken => Release::UnderAnotherName,
        _ if nameless || late => Release::UnderAnotherName,
        _ => Release::AsIs,
    })
}

/// The commands that act on a held file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// Sends it after all.
    pub release: String,
    /// Ends it.
    pub discard: String,
}

/// The commands that act on a held file; with a name that is free on the day of `now`, where its own cannot be used. `None`: it is not held.
pub fn ways(
    project: &Project,
    store: &Store,
    file: &OutboundRecord,
    now: DateTime<Utc>,
    texts: Texts,
) -> Option<Ways> {
    let release = match way_out(project, file, now)? {
        Release::AsIs => format!("passeur release {}", file.id),
        Release::UnderAnotherName => {
            let date = zone::day(now, project.config.time_zone);
            let name =
                free_name(project, store, file, date).unwrap_or_else(|| texts.say("held-other-name", &[]));
            format!("passeur release {} --as {name}", file.id)
        }
    };
    Some(Ways { release, discard: format!("passeur discard {} --reason \"…\"", file.id) })
}

/// Puts a held file back to `staged`, so that the next run delivers it; under the name `rename`, if given. A file that is held because its set is
/// incomplete is released with all of the set that is held for that: the set goes without what it lacks.
///
/// # Errors
/// See [`DecideError`].
pub fn release(
    project: &Project,
    id: OutboundId,
    rename: Option<&str>,
    who: &str,
    now: DateTime<Utc>,
) -> Result<Decision, DecideError> {
    let (mut store, _lock) = open(project)?;
    let file = held(&store, id)?;
    let detail = match rename {
        Some(name) => {
            check_name(project, &file, name)?;
            let taken = match route_of(project, &file) {
                Some(route) if route.target.rules.same_name => {
                    name != file.name && names::taken(route, &store, name).map_err(PipelineError::from)?
                }
                _ => store.name_taken(&file.destination, name).map_err(PipelineError::from)?,
            };
            if taken {
                return Err(DecideError::Taken);
            }
            format!("released by {who}, as {name} instead of {}", file.name)
        }
        None if way_out(project, &file, now) == Some(Release::UnderAnotherName) => {
            return Err(DecideError::NeedsName);
        }
        None => format!("released by {who}"),
    };
    if send_time(project, &file, rename.unwrap_or(&file.name)).is_some_and(|time| time <= now) {
        return Err(DecideError::SendTimePast);
    }
    if missed_day(project, &file, rename.unwrap_or(&file.name), now).is_some() {
        return Err(DecideError::DayPast);
    }
    if !staged_is_intact(project, &file) {
        return Err(DecideError::StagedChanged);
    }
    match (file.set, &file.held) {
        (Some(set), Some(held)) if held.code == HoldCode::SetIncomplete && rename.is_none() => {
            let detail = format!("{detail}, with the set as it is");
            store.release_set(set, now, &detail).map_err(PipelineError::from)?;
            let of_set = store.set(set).map_err(PipelineError::from)?;
            let staged = of_set.live().filter(|file| file.state == OutboundState::Staged);
            decision(project, &store, id, staged.map(|file| file.id).collect(), now)
        }
        _ => {
            store.release(id, now, rename, &detail).map_err(PipelineError::from)?;
            decision(project, &store, id, vec![id], now)
        }
    }
}

/// Ends a file that is held, or that waits and was never on the point of being seen: it is never sent, its name is free, and its rows count as not sent. A file that is held because its set is incomplete is
/// discarded with all of the set that is held for that. When the set must have the file, what is left of the set is held.
///
/// # Errors
/// See [`DecideError`].
pub fn discard(
    project: &Project,
    id: OutboundId,
    reason: &str,
    who: &str,
    now: DateTime<Utc>,
) -> Result<Decision, DecideError> {
    let (mut store, _lock) = open(project)?;
    let file = store.outbound(id).map_err(PipelineError::from)?;
    if !file.can_be_discarded() {
        return Err(refused(&store, &file)?);
    }
    // Of a held one it was removed.
    let left = file.temporary.filter(|_| file.state != OutboundState::Held);
    let detail = format!("discarded by {who}: {reason}");
    let texts = Texts::new(project.config.language);
    let discarded = store
        .discard(id, now, &detail, &|set, missing| incomplete(texts, set, missing))
        .map_err(PipelineError::from)?;
    Ok(Decision { left, ..decision(project, &store, id, discarded, now)? })
}

/// A name under which a held file could be released: the first subsection of its route that is free on that day.
pub fn free_name(
    project: &Project,
    store: &Store,
    file: &OutboundRecord,
    date: chrono::NaiveDate,
) -> Option<String> {
    if let Some((set, template)) = archive_of(project, file) {
        let name = packing::name(project, set, template, date);
        return (!store.name_taken(&file.destination, &name).ok()?).then_some(name);
    }
    let route = route_of(project, file)?;
    names::subsections(route).into_iter().find_map(|subsection| {
        let name = names::build(route, subsection, date);
        let own = name == file.name;
        let free =
            if own { route.target.rules.same_name } else { !names::taken(route, store, &name).ok()? };
        free.then_some(name)
    })
}

/// Takes the project's lock and opens its ledger, for a command that is no run.
///
/// # Errors
/// A run is working on the project, or nothing ever ran in it.
pub fn open(project: &Project) -> Result<(Store, std::fs::File), PipelineError> {
    // The lock lies in `work`, which the first run makes; without one there is no ledger either.
    if project.config.store.exists() {
        platform::create_private_dir(&project.config.work)
            .map_err(io_error("making the folder", &project.config.work))?;
    } else {
        return Err(crate::store::StoreError::Missing { path: project.config.store.clone() }.into());
    }
    let lock = lock(&project.config.work)?;
    Ok((Store::open(&project.config.store)?, lock))
}

/// Why a file cannot be discarded.
fn refused(store: &Store, file: &OutboundRecord) -> Result<DecideError, PipelineError> {
    Ok(match (file.state, file.set) {
        (OutboundState::Committing, _) => DecideError::Unresolved,
        (OutboundState::Staged | OutboundState::Uploading | OutboundState::Verified, Some(set)) => {
            DecideError::OfSet(file.state, store.set(set)?.name)
        }
        (state, _) => DecideError::NotHeld(state),
    })
}

fn held(store: &Store, id: OutboundId) -> Result<OutboundRecord, DecideError> {
    let file = store.outbound(id).map_err(PipelineError::from)?;
    if file.state == OutboundState::Held { Ok(file) } else { Err(DecideError::NotHeld(file.state)) }
}

fn decision(
    project: &Project,
    store: &Store,
    id: OutboundId,
    decided: Vec<OutboundId>,
    now: DateTime<Utc>,
) -> Result<Decision, DecideError> {
    super::metrics::renew(&project.config, store, now);
    let find = || -> Result<Decision, PipelineError> {
        let file = store.outbound(id)?;
        let export = store.export(file.export)?;
        let export_is_free = store.export_with_content(&export.sha256)?.is_none();
        let set = file.set.map(|set| store.set(set)).transpose()?;
        let others = decided.into_iter().filter(|other| *other != id).collect();
        let overtaken = store.delivered_after(&file)?;
        Ok(Decision { file, export, export_is_free, set, others, overtaken, left: None })
    };
    Ok(find()?)
}

/// A new name must be one of the same universe and scope, or one that the route makes: another one would be another kind of file for the
/// platform.
fn check_name(project: &Project, file: &OutboundRecord, name: &str) -> Result<(), DecideError> {
    if let Some((_, template)) = archive_of(project, file) {
        let other = || DecideError::OtherName(template.text().to_owned());
        return template.read(name, &NameValues::default()).map(|_| ()).ok_or_else(other);
    }
    if let Some(route) = route_of(project, file)
        && route.target.rules.name != NameGrammar::Default
    {
        let shown = names::template(route).text().to_owned();
        return names::read(route, name).map(|_| ()).ok_or(DecideError::OtherName(shown));
    }
    let mut parts = file.name.split('_');
    let (Some(universe), Some(scope)) = (parts.next(), parts.next()) else {
        return Err(NameError::Parts(1).into());
    };
    let parsed = NameParts::parse(name, &[scope])?;
    if parsed.universe != universe || parsed.subsection.starts_with(UNASSIGNED) {
        return Err(DecideError::OtherKind(format!("{universe}_{scope}_")));
    }
    Ok(())
}

fn route_of<'p>(project: &'p Project, file: &OutboundRecord) -> Option<&'p Route> {
    project.routes.iter().find(|route| route.config.name == file.route)
}

/// The set of which a file is the archive, with the template of its name. `None`: it is none.
pub(super) fn archive_of<'p>(
    project: &'p Project,
    file: &OutboundRecord,
) -> Option<(&'p SetConfig, &'p NameTemplate)> {
    let set = project.config.sets.iter().find(|set| set.name == file.route)?;
    Some((set, set.archive.as_ref()?))
}

/// When the campaign is sent that a file of this name starts: by its name, else by the route. `None`: it starts none.
pub(super) fn send_time(project: &Project, file: &OutboundRecord, name: &str) -> Option<DateTime<Utc>> {
    let route = route_of(project, file).filter(|route| route.target.rules.sends_mail)?;
    let naming = &route.config.naming;
    let in_name = || {
        let local = names::read(route, name)?.send_time?;
        Some(zone::to_utc(local, naming.send_time_zone?).ok()?.and_utc())
    };
    in_name().or_else(|| Some(naming.send_time?.to_utc()))
}

/// Whether the bytes of a file are still those of the ledger.
pub(super) fn staged_is_intact(project: &Project, file: &OutboundRecord) -> bool {
    let hash = || -> std::io::Result<crate::store::Sha256> {
        let mut hasher = sha2::Sha256::new();
        let mut staged = std::fs::File::open(project.config.root.join(&file.staged_path))?;
        let mut piece = vec![0; 256 * 1024];
        loop {
            let count = std::io::Read::read(&mut staged, &mut piece)?;
            match piece.get(..count) {
                Some([]) | None => return Ok(hasher.finalize().into()),
                Some(bytes) => hasher.update(bytes),
            }
        }
    };
    hash().is_ok_and(|found| found == file.sha256)
}
