//! Why the files that one export gives one route wait for a person before they go: the same for `plan` and `run`.

use super::expect::{Outside, judge};
use super::names::Shortage;
use super::project::Route;
use super::run::percent;
use crate::config::Mode;
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::outbound::staged::Part;
use crate::store::{HoldCode, HoldReason, Store, StoreError};

/// Why a file is held, or would be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlannedHold {
    /// This share of the rows was rejected, more than the route allows.
    TooManyRejected(f64),
    /// Too few names.
    TooFewSubsections(Shortage),
    /// Its export, or its model, has fewer or more rows than the route expects.
    Outside(Outside),
    /// A file that replaces a list is much shorter than the one before.
    Shrunk(Shrunk),
    /// It makes the platform send mail.
    SendsMail,
}

/// A file that is shorter than the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// Rows of the last file delivered.
    pub before: u64,
    /// Rows of this one.
    pub now: u64,
}

impl Shrunk {
    /// The share that is gone. In 0..=1.
    pub fn share(self) -> f64 {
        if self.before == 0 { 0.0 } else { self.before.saturating_sub(self.now) as f64 / self.before as f64 }
    }
}

/// The first reason to hold the files of a route, if there is one. `rejected` and `rows` are those of the export, or of the model. Without a store nothing was
/// delivered before.
///
/// # Errors
/// The store's.
pub fn hold(
    route: &Route,
    store: Option<&Store>,
    (rejected, rows): (u64, u64),
    parts: &[Part],
    shortage: Option<Shortage>,
) -> Result<Option<PlannedHold>, StoreError> {
    if parts.is_empty() {
        return Ok(None);
    }
    if let Some(share) = too_many_rejected(route, rejected, rows) {
        return Ok(Some(PlannedHold::TooManyRejected(share)));
    }
    if let Some(shortage) = shortage {
        return Ok(Some(PlannedHold::TooFewSubsections(shortage)));
    }
    if let Some(expect) = &route.config.expect {
        let before = store.map(|store| store.usual_rows(&route.config.name)).transpose()?.flatten();
        if let Some(outside) = judge(expect, before, rows) {
            return Ok(Some(PlannedHold::Outside(outside)));
        }
    }
    if route.config.mode == Some(Mode::Replace)
        && let Some(before) =
            store.map(|store| store.last_delivered_rows(&route.config.name)).transpose()?.flatten()
    {
        let shrunk = Shrunk { before, now: parts.iter().map(|part| part.rows).sum() };
        if shrunk.share() > route.config.max_shrink {
            return Ok(Some(PlannedHold::Shrunk(shrunk)));
        }
    }
    Ok(route.target.rules.sends_mail.then_some(PlannedHold::SendsMail))
}

/// The share of rejected rows, when it is above the route's limit.
fn too_many_rejected(route: &Route, rejected: u64, rows: u64) -> Option<f64> {
    let share = if rows == 0 { 0.0 } else { rejected as f64 / rows as f64 };
    (share > route.config.max_rejected).then_some(share)
}

impl PlannedHold {
    /// Its code in the ledger.
    pub fn code(self) -> HoldCode {
        match self {
            PlannedHold::TooManyRejected(_) => HoldCode::TooManyRejected,
            PlannedHold::TooFewSubsections(_) => HoldCode::TooFewSubsections,
            PlannedHold::Outside(_) => HoldCode::OutsideBand,
            PlannedHold::Shrunk(_) => HoldCode::Shrunk,
            PlannedHold::SendsMail => HoldCode::SendsMail,
        }
    }

    /// What the operator is told, for every reason but rejected rows, which the caller knows more about.
    pub fn text(self, route: &Route, texts: Texts) -> String {
        let name: Arg = route.config.name.as_str().into();
        match self {
            PlannedHold::TooManyRejected(share) => {
                texts.say("plan-hold-rejected", &[("share", percent(share).into())])
            }
            PlannedHold::TooFewSubsections(shortage) => {
                let key = if shortage.one_name { "hold-one-name" } else { "hold-too-few-subsections" };
                let args =
                    [("route", name), ("needed", shortage.needed.into()), ("free", shortage.free.into())];
                texts.say(key, &args)
            }
            PlannedHold::Outside(outside) => outside.hold_text(&route.config.name, texts),
            PlannedHold::Shrunk(shrunk) => texts.say(
                "hold-shrunk",
                &[
                    ("route", name),
                    ("before", shrunk.before.into()),
                    ("now", shrunk.now.into()),
                    ("share", percent(shrunk.share()).into()),
                    ("limit", percent(route.config.max_shrink).into()),
                ],
            ),
            PlannedHold::SendsMail => {
                let naming = &route.config.naming;
                let time = naming.send_time.map(|time| time.to_rfc3339()).unwrap_or_default();
                texts.say("hold-sends-mail", &[("route", name), ("time", time.into())])
            }
        }
    }

    /// As the ledger keeps it.
    pub fn reason(self, route: &Route, (rejected, rows): (u64, u64), texts: Texts) -> HoldReason {
        let text = match self {
            PlannedHold::TooManyRejected(share) => texts.say(
                "hold-too-many-rejected",
                &[
                    ("rejected", rejected.into()),
                    ("rows", rows.into()),
                    ("limit", percent(route.config.max_rejected).into()),
                    ("share", percent(share).into()),
                    ("route", route.config.name.as_str().into()),
                ],
            ),
            other => other.text(route, texts),
        };
        HoldReason { code: self.code(), text }
    }
}
