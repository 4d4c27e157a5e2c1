//! Who owns each account; who is a child, who is archived, and who is written to.

use std::cmp::Reverse;

use super::{Family, KeptOut, PersonState, Terms};

/// Who owns each account: the person whom the newest rows mark (amilia 8.1).
pub(super) fn owners(family: &mut Family) {
    let owners: Vec<Option<Option<i64>>> = family
        .accounts
        .iter()
        .map(|account| {
            let people = family.people.get(account.people.clone())?;
            let claims = people.iter().map(|person| {
                let owner = if person.marked_owner { Some(person.id) } else { person.names_owner };
                let owner = owner.filter(|owner| family.person(*owner).is_some());
                // Known before unknown, there before missing, marked before named, the lowest number.
                (Reverse(owner.is_some()), person.missing, !person.marked_owner, owner)
            });
            claims.min().map(|(.., owner)| owner)
        })
        .collect();
    for (account, owner) in family.accounts.iter_mut().zip(owners) {
        // An account that nobody is left in keeps its owner.
        account.owner = owner.unwrap_or(account.owner);
    }
}

/// Who is a child, who is archived, and who is written to.
pub(super) fn standings(family: &mut Family, terms: &Terms<'_>) {
    for person in &mut family.people {
        let owner = family.accounts.get(person.account).and_then(|account| account.owner);
        person.is_owner = person.marked_owner || owner == Some(person.id);
        // A child by the column or by age is never written to (CI-04, CI-06, CI-07).
        let kept_out = if person.child == Some(true) || person.adult_on.is_some_and(|day| day > terms.today) {
            Some(KeptOut::Child)
        // Without both, an adult only as the owner (amilia 9.5).
        } else if person.child.is_none() && person.adult_on.is_none() && !person.is_owner {
            Some(KeptOut::UnknownAge)
        // Staff enter `Parent of …` where no owner is known (CI-10, amilia 9.4).
        } else if person.is_owner && person.placeholder {
            Some(KeptOut::Placeholder)
        // No address, no contact (CI-01).
        } else if person.email.is_none() {
            Some(KeptOut::NoAddress)
        } else {
            None
        };
        let address = person.email.filter(|_| kept_out.is_none());
        person.now = PersonState {
            imported: person.before.imported,
            archived: Some(person.marked_archived || person.gone), // CI-17, CI-18
            address: address.and_then(|at| family.addresses.get(at)).map(|address| address.text.clone()),
            kept_out,
        };
    }
}

impl super::Person {
    /// A child, or of unknown age.
    pub(super) fn is_child(&self) -> bool {
        matches!(self.now.kept_out, Some(KeptOut::Child | KeptOut::UnknownAge))
    }

    pub(super) fn is_archived(&self) -> bool {
        self.now.archived == Some(true)
    }

    /// Archived since the last derivation.
    pub(in crate::amilia) fn is_newly_archived(&self) -> bool {
        self.is_archived() && self.before.archived == Some(false)
    }
}
