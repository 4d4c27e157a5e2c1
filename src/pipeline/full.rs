//! `--full`: once, a route sends all that it has, also what it sent before. For a list that was lost at its destination.
//!
//! What the route remembers moves in the transaction that stages the file, as with every file: a run that dies leaves it as it was, and
//! so does a file that is discarded.

use std::collections::BTreeSet;

use super::error::PipelineError;
use super::export::Outcome;
use super::project::{Project, Route, is_model};
use crate::config::Send;
use crate::suggest::nearest;

/// Why a route cannot send all that it has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FullError {
    /// No route has this name.
    #[error("there is no route {route}{}; routes: {known}", .near.as_ref().map(|near| format!(" (did you mean {near}?)")).unwrap_or_default())]
    Unknown {
        /// What was written.
        route: String,
        /// What was meant, perhaps.
        near: Option<String>,
        /// All routes.
        known: String,
    },
    /// `send = "new"`: its files make records.
    #[error(
        "route {route} makes new records (send = \"new\"): sent again, they would be made twice, so it takes no --full. If the destination has really lost them, give the route another name: what was sent under this one then counts no more"
    )]
    Makes {
        /// The route.
        route: String,
    },
    /// `send = "updated"`: its files change records that another route makes.
    #[error(
        "route {route} changes records that another route makes (send = \"updated\"): where they were lost, there is nothing to change, so it takes no --full. Make the records again first"
    )]
    Changes {
        /// The route.
        route: String,
    },
}

/// Routes that have not sent all yet in a run that wants them to. Of several exports of a route, the first is sent whole, and all that
/// it lacks counts as not sent; the others are compared with that.
#[derive(Debug, Default)]
pub struct Full(BTreeSet<usize>);

impl Full {
    /// As the project wants it.
    pub fn of(project: &Project) -> Full {
        let wanted = project.routes.iter().enumerate().filter(|(_, route)| route.full);
        Full(wanted.map(|(index, _)| index).collect())
    }

    /// Whether the route at this position still has to.
    pub fn has(&self, route: usize) -> bool {
        self.0.contains(&route)
    }

    /// The routes that made files of this are through.
    pub fn sent(&mut self, outcome: &Outcome) {
        self.0.retain(|index| {
            !outcome.routes.iter().any(|route| route.route == *index && !route.parts.is_empty())
        });
    }
}

impl Project {
    /// Lets routes send all that they have, in what this value of the project does next.
    ///
    /// # Errors
    /// [`FullError`]; nothing is changed then.
    pub fn send_in_full<S: AsRef<str>>(&mut self, names: &[S]) -> Result<(), PipelineError> {
        let mut routes = Vec::new();
        for name in names.iter().map(AsRef::as_ref) {
            let Some(index) = self.routes.iter().position(|route| route.config.name == name) else {
                let known = || self.routes.iter().map(|route| route.config.name.as_str());
                return Err(FullError::Unknown {
                    route: name.to_owned(),
                    near: nearest(name, known()).map(str::to_owned),
                    known: known().collect::<Vec<_>>().join(", "),
                }
                .into());
            };
            match self.routes.get(index).map(|route| route.config.send) {
                Some(Send::New) => return Err(FullError::Makes { route: name.to_owned() }.into()),
                Some(Send::Updated) => return Err(FullError::Changes { route: name.to_owned() }.into()),
                Some(Send::All | Send::Changed) | None => routes.push(index),
            }
        }
        for index in routes {
            if let Some(route) = self.routes.get_mut(index) {
                route.full = true;
            }
        }
        Ok(())
    }

    /// Some route of this model sends all that it has.
    pub(super) fn model_in_full(&self, model: &str) -> bool {
        self.routes.iter().any(|route| route.full && route.model() == Some(model))
    }
}

/// Routes that were to send all that they have, and got no row to send: no export came, or the customer base gave nothing.
pub fn unsent<'p>(project: &'p Project, outcomes: &[&Outcome]) -> Vec<&'p Route> {
    let gave = |outcome: &Outcome, index: usize| {
        let mut of_route = outcome.routes.iter().filter(|route| route.route == index);
        of_route.any(|route| outcome.rows > 0 || !route.parts.is_empty())
    };
    let came = |index: usize| outcomes.iter().any(|outcome| gave(outcome, index));
    let wanted = project.routes.iter().enumerate().filter(|(_, route)| route.full);
    wanted.filter(|(index, _)| !came(*index)).map(|(_, route)| route).collect()
}

/// The message for such a route.
pub fn unsent_key(route: &Route) -> &'static str {
    if is_model(&route.source.name) { "full-no-model" } else { "full-no-export" }
}
