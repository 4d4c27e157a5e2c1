//! Which registrations and memberships count, and which have ended.

use std::rc::Rc;

use chrono::NaiveDate;

use super::super::{Settings, day};
use super::{Day, Family, Membership, Registration, RowState, Terms};

/// Which registrations count, and which have ended.
pub(super) fn registrations(family: &mut Family, terms: &Terms<'_>) {
    for row in &mut family.registrations {
        if row.now.counted_on.is_none() && row.now.left_out != Some(true) {
            row.now = enter(row, terms);
        }
        // Unregistered (CI-21, CI-29): cancelled, or absent under the strict test. The list of a cancelled activity is frozen (CI-30).
        let ends = row.removed || (row.cancelled && !row.activity_cancelled);
        if row.now.counted_on.is_some() && row.now.ended_on.is_none() && ends {
            row.now.ended_on = Some(terms.today);
            row.ends = true;
        }
        // Registered again.
        if !row.missing && !row.cancelled {
            row.now.ended_on = None;
        }
    }
}

/// The window of the initial load: of it, only registrations made in the window count (CI-11, CI-12, CI-15), by the day they were made. One
/// that is left out stays out.
#[derive(Debug, Clone, Copy)]
pub(in crate::amilia) struct Window {
    today: Day,
    pub(in crate::amilia) start: Day,
    includes_boundary: bool,
}

impl Window {
    /// The window that ends today. `None`: the day is out of range.
    pub(in crate::amilia) fn of(today: NaiveDate, settings: &Settings) -> Option<Window> {
        let start = day::window_start(today, settings.window_months)?;
        Some(Window {
            today: Day::of(&today.to_string())?,
            start: Day::of(&start.to_string())?,
            includes_boundary: settings.window_includes_boundary,
        })
    }

    fn leaves_out(&self, registered_on: Day) -> bool {
        registered_on < self.start || (registered_on == self.start && !self.includes_boundary)
    }

    /// What a registration of the initial load is on its first day.
    pub(in crate::amilia) fn first_state(&self, registered_on: Day, cancelled: bool) -> RowState {
        let out = self.leaves_out(registered_on);
        RowState {
            left_out: Some(out),
            counted_on: (!out && !cancelled).then_some(self.today),
            ended_on: None,
        }
    }
}

/// What is first seen later counts whatever its age (CI-19). A cancelled one does not count until it is registered (CI-55).
fn enter(row: &Registration, terms: &Terms<'_>) -> RowState {
    let initial = terms.first_registrations.is_none_or(|first| row.first_seen <= first);
    let out = row.now.left_out.unwrap_or(initial && terms.window.leaves_out(row.registered_on));
    let counts = !out && !row.missing && !row.cancelled;
    RowState { left_out: Some(out), counted_on: counts.then_some(terms.today), ..row.now }
}

/// Which memberships count, which give places, and which have ended.
pub(super) fn memberships(family: &mut Family, terms: &Terms<'_>) {
    for row in &mut family.memberships {
        let state = state(row, terms.today);
        if row.now.state.as_deref() != Some(state) {
            row.now.state = Some(Rc::from(state));
        }
        let cancelled = state == "cancelled";
        // Its purchase is a consent, unless it was cancelled from the start (CI-52, CI-55).
        if row.now.counted_on.is_none() && !row.missing && !cancelled {
            row.now.counted_on = Some(terms.today);
        }
        // It gives places from when it is active, whatever the day of its purchase (CI-13). A purchase seen later gives them at
        // once, even if it is effective later (CI-19).
        let later = terms.first_memberships.is_some_and(|first| row.first_seen > first);
        if row.now.joined_on.is_none() && !row.missing && (state == "active" || (state == "future" && later))
        {
            row.now.joined_on = Some(terms.today);
        }
        // Only a cancelled one leaves its group (CI-29). One that expires or vanishes changes nothing.
        if row.now.joined_on.is_some() && row.now.ended_on.is_none() && cancelled {
            row.now.ended_on = Some(terms.today);
            row.ends = true;
        }
        if !row.missing && !cancelled {
            row.now.ended_on = None;
        }
    }
}

/// What a membership is today: by its status, else by its days (amilia 8.3).
fn state(row: &Membership, today: Day) -> &'static str {
    match row.status.as_deref() {
        Some("Cancelled") => "cancelled",
        Some("Active") => "active",
        Some("Inactive") => "inactive",
        Some("Expired") => "expired",
        _ if row.expires_on.is_some_and(|day| day < today) => "expired",
        _ if row.effective_on.is_some_and(|day| day > today) => "future",
        _ => "active",
    }
}
