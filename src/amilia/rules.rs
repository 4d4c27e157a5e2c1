//! The contact rules (reference cyberimpact, CI-01 to CI-67) over one family: accounts that an address, an owner or a row ties together, and
//! all that is known of them.
//!
//! A family holds what stands in the store; the rules bring it up to date in place, one file a step, in the order of [`apply`]. No file here
//! reads or writes the store, and a family knows nothing of another.

mod contacts;
mod day;
mod family;
mod leads;
mod persons;
mod places;
mod rows;
mod ties;

pub(super) use contacts::Contact;
pub(super) use day::Day;
pub(super) use family::{
    Account, Address, Block, End, Family, Group, Import, KeptOut, Membership, MembershipState, Person,
    PersonState, Place, Registration, RowState,
};

pub(super) use rows::Window;

use super::Settings;

/// What the rules go by on a day.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) today: Day,
    pub(super) window: Window,
    /// The first day of each kind: its initial load.
    pub(super) first_people: Option<Day>,
    pub(super) first_registrations: Option<Day>,
    pub(super) first_memberships: Option<Day>,
    /// The newest rows that counted before.
    pub(super) last_registration: i64,
    pub(super) last_membership: i64,
    pub(super) settings: &'a Settings,
}

/// Brings a family up to date. Returns the contacts that it has now.
pub(super) fn apply(family: &mut Family, terms: &Terms<'_>) -> Vec<Contact> {
    persons::owners(family);
    persons::standings(family, terms);
    rows::registrations(family, terms);
    rows::memberships(family, terms);
    let ties = ties::of(family, terms);
    ties::import(family, &ties, terms);
    leads::block_owners(family, &ties, terms);
    let leads = leads::of(family, &ties, terms);
    let contacts = contacts::of(family, &ties, &leads);
    places::bring(family, &ties, &leads, terms);
    contacts
}
