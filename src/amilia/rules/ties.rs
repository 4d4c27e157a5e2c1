//! The rows that count, each with its holder and the owner behind it, and whom they import.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Day, Family, Group, Import, Membership, Terms};

/// A row that counts. A membership of the whole account has a tie a person.
#[derive(Debug)]
pub(super) struct Tie {
    pub(super) kind: Kind,
    /// Position among the family's rows of its kind.
    pub(super) row: usize,
    /// The row's number in the store.
    pub(super) id: i64,
    pub(super) holder_id: i64,
    pub(super) holder: Option<usize>,
    pub(super) owner_id: Option<i64>,
    pub(super) owner: Option<usize>,
    pub(super) group: Group,
    /// SUB-50012, or membership:4101
    pub(super) because: Rc<str>,
    /// CI-53
    pub(super) proof: Option<Rc<str>>,
    /// Of registration or purchase (CI-52).
    pub(super) on_day: Day,
    /// Digits of the registration id, or the membership id.
    pub(super) number: i64,
    pub(super) first_seen: Day,
    /// Of the initial load.
    pub(super) first: bool,
    /// It gives a place.
    pub(super) gives: bool,
    /// It keeps a place that is held.
    pub(super) keeps: bool,
    pub(super) ended: bool,
    /// It ends today.
    pub(super) ends: bool,
}

/// Of two rows of one day, the registration is the newer one (CI-55).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Membership,
    Registration,
}

/// The rows that count.
pub(super) fn of(family: &Family, terms: &Terms<'_>) -> Vec<Tie> {
    let mut ties = Vec::with_capacity(family.registrations.len() + family.memberships.len());
    let held_now: HashSet<Held<'_>> =
        family.memberships.iter().filter(|row| !row.missing).filter_map(held).collect();
    for account in &family.accounts {
        let owner = account.owner.and_then(|owner| family.person(owner));
        for at in account.registrations.clone() {
            let Some(row) = family.registrations.get(at).filter(|row| row.now.counted_on.is_some()) else {
                continue;
            };
            // The owner behind the registration (D5); without the column, the account's.
            let named = row.names_owner.filter(|named| family.person(*named).is_some());
            let live = row.now.ended_on.is_none();
            ties.push(Tie {
                kind: Kind::Registration,
                row: at,
                id: row.id,
                holder_id: row.person_id,
                holder: family.person(row.person_id),
                owner_id: named.or(account.owner),
                owner: named.map_or(owner, |named| family.person(named)),
                group: Group::Activity(row.activity), // drop-ins like any other (CI-40)
                because: row.registration_id.clone(),
                proof: Some(row.registration_id.clone()),
                on_day: row.registered_on,
                number: row.number,
                first_seen: row.first_seen,
                first: terms.first_registrations.is_none_or(|first| row.first_seen <= first),
                gives: live && !row.missing && !row.cancelled,
                keeps: live, // vanished, or cancelled after its activity (CI-30): keeps, gives none
                ended: !live,
                ends: row.ends,
            });
        }
        for at in account.memberships.clone() {
            let Some(row) = family.memberships.get(at).filter(|row| row.now.counted_on.is_some()) else {
                continue;
            };
            // The export has it under another account or day: it was corrected, and that row stands for this one.
            if row.missing && held(row).is_some_and(|corrected| held_now.contains(&corrected)) {
                continue;
            }
            let key: Rc<str> = match (row.membership_id, &row.name) {
                (Some(id), _) => id.to_string().into(),
                (None, Some(name)) => name.clone(),
                // The row check lets none through without both.
                (None, None) => continue,
            };
            let group = Group::Membership(key);
            let because: Rc<str> = group.to_string().into();
            let state = row.now.state.as_deref();
            let expired = state == Some("expired") && !terms.settings.expired_memberships_stay;
            let live = row.now.joined_on.is_some() && row.now.ended_on.is_none();
            let everybody = family.people.get(account.people.clone()).unwrap_or_default();
            let holders = match row.person_id {
                Some(person) => vec![person],
                None => everybody.iter().map(|person| person.id).collect(),
            };
            for holder_id in holders {
                ties.push(Tie {
                    kind: Kind::Membership,
                    row: at,
                    id: row.id,
                    holder_id,
                    holder: family.person(holder_id),
                    owner_id: account.owner,
                    owner,
                    group: group.clone(),
                    because: because.clone(),
                    proof: row.name.clone(),
                    on_day: row.purchased_on,
                    number: row.membership_id.unwrap_or_default(),
                    first_seen: row.first_seen,
                    first: terms.first_memberships.is_none_or(|first| row.first_seen <= first),
                    gives: live && !row.missing && matches!(state, Some("active" | "future")),
                    keeps: live && !expired,
                    ended: row.now.ended_on.is_some() || expired,
                    ends: row.ends,
                });
            }
        }
    }
    ties
}

/// A membership and who holds it.
type Held<'f> = (Option<i64>, Option<&'f str>, i64);

/// `None`: the whole account holds it.
fn held(row: &Membership) -> Option<Held<'_>> {
    // By id where there is one (amilia 9.10).
    let name = row.name.as_deref().filter(|_| row.membership_id.is_none());
    Some((row.membership_id, name, row.person_id?))
}

impl Tie {
    /// The owner behind the row, where that is not who holds it.
    pub(super) fn other_owner(&self) -> Option<usize> {
        self.owner.filter(|_| self.owner_id != Some(self.holder_id))
    }

    fn import(&self, rule: &'static str) -> Import {
        Import { on_day: Some(self.on_day), number: self.number, row: Some(self.because.clone()), rule }
    }
}

/// Imports whom a row imports. Imported is for ever, since nothing deletes a contact (CI-31). Neither a recent registration nor an active membership
/// on the first day: not imported (CI-14).
pub(super) fn import(family: &mut Family, ties: &[Tie], terms: &Terms<'_>) {
    // A registration or membership imports its registrant (CI-03, CI-11, CI-13, CI-19) …
    for tie in ties.iter().filter(|tie| tie.gives) {
        let rule = match tie.kind {
            _ if !tie.first => "CI-19",
            Kind::Registration => "CI-11",
            Kind::Membership => "CI-13",
        };
        newest(family, tie.holder, || tie.import(rule));
    }
    // … and the owner (CI-02).
    for tie in ties.iter().filter(|tie| tie.gives) {
        newest(family, tie.other_owner(), || tie.import("CI-02"));
    }
    // A person who is created is imported, and so is the owner, even without any registration (CI-16).
    let created: Vec<(usize, i64, Option<usize>)> = family
        .people
        .iter()
        .enumerate()
        .filter(|(_, person)| {
            !person.before.imported && terms.first_people.is_some_and(|first| person.first_seen > first)
        })
        .map(|(at, person)| {
            let owner = family.accounts.get(person.account).and_then(|account| account.owner);
            (at, person.id, owner.and_then(|owner| family.person(owner)))
        })
        .collect();
    let import = |row| Import { on_day: None, number: 0, row, rule: "CI-16" };
    for (at, ..) in &created {
        otherwise(family, *at, || import(None));
    }
    let mut through: Vec<(usize, i64)> =
        created.iter().filter_map(|(_, id, owner)| Some(((*owner)?, *id))).collect();
    through.sort_unstable();
    for (owner, id) in through {
        otherwise(family, owner, || import(Some(format!("person:{id}").into())));
    }
    for person in &mut family.people {
        person.now.imported |= person.import.is_some();
    }
}

/// Of the rows that import a person, the newest is named.
fn newest(family: &mut Family, person: Option<usize>, import: impl FnOnce() -> Import) {
    let Some(person) = person.and_then(|at| family.people.get_mut(at)) else { return };
    if person.before.imported {
        return;
    }
    let import = import();
    let newer =
        |old: &Import| (&import.on_day, import.number, &import.row) > (&old.on_day, old.number, &old.row);
    if person.import.as_ref().is_none_or(newer) {
        person.import = Some(import);
    }
}

/// Imports a person whom no row imports.
fn otherwise(family: &mut Family, person: usize, import: impl FnOnce() -> Import) {
    if let Some(person) = family.people.get_mut(person)
        && !person.before.imported
        && person.import.is_none()
    {
        person.import = Some(import());
    }
}
