//! The files of a run, put into sets: after all of them are staged, before any is delivered.

use chrono::{DateTime, Utc};

use super::project::Project;
use super::run::{ExportReport, Fate, Left};
use crate::finding::text::Texts;
use crate::intake::scan::State;
use crate::store::{NewSet, RunId, SetId, SetRoute, Store, StoreError};

/// Puts the files that wait in no set into the sets of the config. `whole`: see [`is_whole`].
///
/// # Errors
/// Those of the ledger.
pub(super) fn group(
    project: &Project,
    store: &mut Store,
    run: &RunId,
    at: DateTime<Utc>,
    whole: bool,
) -> Result<Vec<SetId>, StoreError> {
    let sets: Vec<NewSet> = project.config.sets.iter().filter_map(|set| new_set(project, set)).collect();
    let texts = Texts::new(project.config.language);
    store.group_sets(run, at, &sets, whole, &|set, missing| incomplete(texts, set, missing))
}

/// Whether no export of the run is left from which files for a set could still come with the next run.
pub(super) fn is_whole(exports: &[ExportReport], left: &[Left], stopped: bool) -> bool {
    let stays = |export: &ExportReport| matches!(export.fate, Fate::Failed(_) | Fate::Changed);
    let comes = |left: &Left| matches!(left.state, State::Settling(_) | State::Ready(_));
    !stopped && !exports.iter().any(stays) && !left.iter().any(comes)
}

/// Why the files of a set are held that lacks files of these routes.
pub(super) fn incomplete(texts: Texts, set: &str, missing: &[&str]) -> String {
    let args = [("set", set.into()), ("routes", missing.join(", ").into()), ("count", missing.len().into())];
    texts.say("hold-set-incomplete", &args)
}

fn new_set(project: &Project, set: &crate::config::SetConfig) -> Option<NewSet> {
    // The config check has seen that all of its routes have the same destination.
    let of_set = |route: &&crate::config::RouteConfig| {
        set.routes.first().is_some_and(|first| first.route == route.name)
    };
    let first = project.config.routes.iter().find(of_set)?;
    Some(NewSet {
        name: set.name.clone(),
        destination: first.destination.clone(),
        routes: set
            .routes
            .iter()
            .map(|member| SetRoute { route: member.route.clone(), required: member.required })
            .collect(),
        marker: set.marker.clone(),
        packed: set.archive.is_some(),
    })
}
