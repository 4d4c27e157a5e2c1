//! Which row leads to which address: the holder's, or the owner's.

use super::ties::{Kind, Tie};
use super::{Block, End, Family, Group, Terms};

/// A row that leads to an address.
#[derive(Debug)]
pub(super) struct Lead {
    pub(super) address: usize,
    pub(super) tie: usize,
    /// It gives a place.
    pub(super) gives: bool,
    /// It keeps a place that is held.
    pub(super) keeps: bool,
    pub(super) ended: bool,
    /// Closed, because someone is archived.
    pub(super) archived: bool,
    pub(super) consents: bool,
}

/// Read literally, both seeds make the owner leave with each registrant (CI-29; the other value of CI-32 and CI-34): until a newer row
/// of the account in that group.
pub(super) fn block_owners(family: &mut Family, ties: &[Tie], terms: &Terms<'_>) {
    if terms.settings.owner_stays {
        return;
    }
    let reasons = [End::Unregistered, End::Archived];
    for reason in reasons {
        for tie in ties.iter().filter(|tie| tie.owner_id.is_some_and(|owner| owner != tie.holder_id)) {
            let archived = || {
                tie.holder.and_then(|at| family.people.get(at)).is_some_and(super::Person::is_newly_archived)
            };
            let applies = match reason {
                End::Archived => tie.keeps && archived(),
                _ => tie.ends,
            };
            if !applies {
                continue;
            }
            let after = match tie.kind {
                Kind::Registration => terms.last_registration,
                Kind::Membership => terms.last_membership,
            };
            block(family, tie.owner_id.unwrap_or_default(), &tie.group, after, reason);
        }
    }
}

fn block(family: &mut Family, person: i64, group: &Group, after: i64, reason: End) {
    let known = family.blocks.iter_mut().find(|block| block.person == person && block.group == *group);
    match known {
        Some(block) => {
            block.changed |= (block.after, block.reason) != (after, reason);
            (block.after, block.reason) = (after, reason);
        }
        None => family.blocks.push(Block { person, group: group.clone(), after, reason, changed: true }),
    }
}

/// The rows that lead to an address.
pub(super) fn of(family: &Family, ties: &[Tie], terms: &Terms<'_>) -> Vec<Lead> {
    let mut leads = Vec::with_capacity(ties.len() * 2);
    for (at, tie) in ties.iter().enumerate() {
        let Some((holder_at, holder)) = tie.holder.and_then(|at| Some((at, family.people.get(at)?))) else {
            continue;
        };
        let owner = tie.owner.and_then(|at| family.people.get(at));
        let holder_address = family.reached(holder_at);
        let owner_address = tie.owner.and_then(|at| family.reached(at));
        let lead = |address, closed: bool| Lead {
            address,
            tie: at,
            gives: tie.gives && !closed,
            keeps: tie.keeps && !closed,
            ended: tie.ended,
            archived: closed,
            consents: true,
        };
        // The registrant, if adult and with an address (CI-03 to CI-06, CI-10). An archived one leaves (CI-26); so does who shares the
        // address of an owner who is archived.
        if let Some(address) = holder_address.filter(|_| holder.now.imported) {
            let shared = owner_address == holder_address && owner.is_some_and(super::Person::is_archived);
            leads.push(lead(address, holder.is_archived() || shared));
        }
        // The owner, even when not the registrant (CI-02, CI-39). An archived registrant closes the places held through him alone (CI-34).
        let Some(owner) = tie.other_owner().and_then(|at| family.people.get(at)) else { continue };
        let Some(address) = owner_address.filter(|_| owner.now.imported) else { continue };
        let block = family.blocks.iter().find(|block| {
            !terms.settings.owner_stays
                && block.person == owner.id
                && block.group == tie.group
                && tie.id <= block.after
        });
        let mut lead = lead(address, holder.is_archived() || owner.is_archived());
        if let Some(block) = block {
            (lead.gives, lead.keeps) = (false, false);
            lead.ended |= block.reason == End::Unregistered;
            lead.archived |= block.reason == End::Archived;
        }
        // CI-56
        lead.consents =
            terms.settings.registrants_renew_owner || holder_address.is_none_or(|holder| holder == address);
        leads.push(lead);
    }
    leads
}
