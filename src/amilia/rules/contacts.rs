//! One contact an address (CI-08, CI-09).

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::leads::Lead;
use super::ties::{Kind, Tie};
use super::{Day, Family};

/// What a contact is made of. The details are those of the record shown.
#[derive(Debug)]
pub(in crate::amilia) struct Contact {
    /// Position among the family's addresses.
    pub(in crate::amilia) address: usize,
    /// Position of the record shown.
    pub(in crate::amilia) person: usize,
    /// How many accounts share the address.
    pub(in crate::amilia) accounts: i64,
    /// Names of skills, `, ` between them (CI-65).
    pub(in crate::amilia) skills: Option<String>,
    /// Position of the last membership (CI-64).
    pub(in crate::amilia) membership: Option<usize>,
    /// Day, proof and row of the newest consent (CI-50 to CI-56).
    pub(in crate::amilia) consent: Option<(Day, Option<Rc<str>>, Rc<str>)>,
}

/// The contacts that the family has now.
pub(super) fn of(family: &Family, ties: &[Tie], leads: &[Lead]) -> Vec<Contact> {
    let consents = consents(family, ties, leads);
    let memberships = memberships(family, ties);
    let mut contacts = Vec::new();
    for (address, shown) in shown(family).into_iter().enumerate() {
        let Some(Shown { person, accounts }) = shown else { continue };
        let folded = folded(family, person);
        let consent = consents.get(address).copied().flatten().and_then(|at| ties.get(at));
        contacts.push(Contact {
            address,
            person,
            accounts,
            skills: skills(family, &folded),
            membership: last_membership(family, &memberships, &folded),
            consent: consent.map(|tie| (tie.on_day, tie.proof.clone(), tie.because.clone())),
        });
    }
    contacts
}

struct Shown {
    person: usize,
    accounts: i64,
}

/// By address, which record is shown (cyberimpact section 9): an owner before a member, then the account with the newest registration
/// or purchase that counts, then the lowest account; inside an account the owner, else the lowest person. Only imported persons compete.
fn shown(family: &Family) -> Vec<Option<Shown>> {
    let newest: Vec<Option<Day>> = family
        .accounts
        .iter()
        .map(|account| {
            let registrations = family.registrations.get(account.registrations.clone()).unwrap_or_default();
            let memberships = family.memberships.get(account.memberships.clone()).unwrap_or_default();
            let registered = registrations
                .iter()
                .filter(|row| row.now.counted_on.is_some() && !row.cancelled)
                .map(|row| row.registered_on);
            let purchased = memberships
                .iter()
                .filter(|row| row.now.counted_on.is_some() && row.now.state.as_deref() != Some("cancelled"))
                .map(|row| row.purchased_on);
            registered.chain(purchased).max()
        })
        .collect();
    let mut shown: Vec<Option<Shown>> = Vec::new();
    shown.resize_with(family.addresses.len(), || None);
    // By address and account, so that accounts can be counted.
    let mut candidates: Vec<(usize, i64, usize)> = family
        .people
        .iter()
        .enumerate()
        .filter(|(_, person)| person.now.imported)
        .filter_map(|(at, person)| {
            let account = family.accounts.get(person.account)?;
            let address = family.reached(at)?;
            // Nobody becomes a contact after leaving Amilia: a child who is gone does not come of age here.
            let known = family.addresses.get(address).is_some_and(|address| address.contact);
            (known || !person.gone).then_some((address, account.id, at))
        })
        .collect();
    candidates.sort_unstable();
    for same in candidates.chunk_by(|one, other| one.0 == other.0) {
        let best = same.iter().min_by_key(|(_, account, at)| {
            let person = family.people.get(*at);
            let day = person.and_then(|person| newest.get(person.account).copied().flatten());
            (
                Reverse(person.is_some_and(|person| person.is_owner)),
                Reverse(day),
                *account,
                person.map(|person| person.id),
            )
        });
        let accounts = same.chunk_by(|one, other| one.1 == other.1).count();
        if let Some((address, _, person)) = best
            && let Some(slot) = shown.get_mut(*address)
        {
            *slot = Some(Shown { person: *person, accounts: i64::try_from(accounts).unwrap_or(i64::MAX) });
        }
    }
    shown
}

/// Who lends skills and membership (section 3): the record shown, who shares its address in the account, and the account's children where
/// it is the owner's. Never an adult with an own contact. The record shown comes first.
fn folded(family: &Family, shown: usize) -> Vec<usize> {
    let mut folded = vec![shown];
    let Some(record) = family.people.get(shown) else { return folded };
    let Some(account) = family.accounts.get(record.account) else { return folded };
    let owns = account.owner == Some(record.id);
    folded.extend(account.people.clone().filter(|at| {
        *at != shown
            && family.people.get(*at).is_some_and(|other| {
                (other.email.is_some() && other.email == record.email) || (other.is_child() && owns)
            })
    }));
    folded
}

/// Each name once, the shown person's first (CI-65).
fn skills(family: &Family, folded: &[usize]) -> Option<String> {
    let lists = folded.iter().filter_map(|at| family.people.get(*at)?.skills.as_deref());
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for list in lists {
        let list: Vec<String> = serde_json::from_str(list).unwrap_or_default();
        names.extend(list.into_iter().filter(|name| seen.insert(name.clone())));
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// By person, the memberships that count and are not cancelled: a cancelled one leaves the fields (CI-64).
fn memberships(family: &Family, ties: &[Tie]) -> HashMap<usize, Vec<usize>> {
    let mut held: HashMap<usize, Vec<usize>> = HashMap::new();
    for tie in ties.iter().filter(|tie| tie.kind == Kind::Membership) {
        let cancelled =
            family.memberships.get(tie.row).is_none_or(|row| row.now.state.as_deref() == Some("cancelled"));
        if let Some(holder) = tie.holder.filter(|_| !cancelled) {
            held.entry(holder).or_default().push(tie.row);
        }
    }
    held
}

/// The last one purchased, active or not (CI-64).
fn last_membership(family: &Family, held: &HashMap<usize, Vec<usize>>, folded: &[usize]) -> Option<usize> {
    let rows = folded.iter().filter_map(|at| held.get(at)).flatten().copied();
    rows.max_by_key(|at| {
        family.memberships.get(*at).map(|row| {
            (
                row.purchased_on,
                row.membership_id.unwrap_or_default(),
                !row.missing,
                row.effective_on,
                row.row_key.clone(),
            )
        })
    })
}

/// By address, the newest of the two kinds; on one day the registration, then the higher number (CI-50 to CI-56), then the later name.
fn consents(family: &Family, ties: &[Tie], leads: &[Lead]) -> Vec<Option<usize>> {
    let mut newest: Vec<Option<usize>> = vec![None; family.addresses.len()];
    let key =
        |at: usize| ties.get(at).map(|tie| (tie.on_day, tie.kind, tie.number, &tie.because, &tie.proof));
    for lead in leads.iter().filter(|lead| lead.consents) {
        if let Some(slot) = newest.get_mut(lead.address)
            && slot.is_none_or(|known| key(lead.tie) > key(known))
        {
            *slot = Some(lead.tie);
        }
    }
    newest
}
