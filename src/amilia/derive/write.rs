//! Writes what the rules made of families.

use std::rc::Rc;

use rusqlite::{CachedStatement, Connection, named_params, params};

use super::super::rules::{
    Contact, Day, Family, Import, MembershipState, PersonState, Place, RowState, Terms,
};
use super::super::{AmiliaError, record};

/// Rows that wait at most, about: tables are written in their own order, some thousand rows at a time, since a table larger than the cache is slow to write here and there.
const WAITING: usize = 50_000;

/// Writes families to the store.
pub(super) struct Writer<'c> {
    today: Day,
    never_back: bool,
    waiting: Waiting,
    /// Registrations that ended, and persons who were archived: for the guards.
    pub(super) ended: u64,
    pub(super) archived: u64,
    account: CachedStatement<'c>,
    person: CachedStatement<'c>,
    import: CachedStatement<'c>,
    registration: CachedStatement<'c>,
    membership: CachedStatement<'c>,
    block: CachedStatement<'c>,
    contact: CachedStatement<'c>,
    not_held: CachedStatement<'c>,
    place: CachedStatement<'c>,
}

#[derive(Default)]
struct Waiting {
    accounts: Vec<(i64, Option<i64>)>,
    people: Vec<(i64, PersonState, Option<Import>)>,
    registrations: Vec<(i64, RowState)>,
    memberships: Vec<(i64, MembershipState)>,
    contacts: Vec<WaitingContact>,
    not_held: Vec<(Rc<str>, bool)>,
    places: Vec<(Rc<str>, Place)>,
}

struct WaitingContact {
    email: Rc<str>,
    person: i64,
    archived: bool,
    accounts: i64,
    skills: Option<String>,
    /// By its number in the store.
    membership: Option<i64>,
    consent: Option<(Day, Option<Rc<str>>, Rc<str>)>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(connection: &'c Connection, terms: &Terms<'_>) -> Result<Self, AmiliaError> {
        let prepare = |sql| connection.prepare_cached(sql);
        Ok(Writer {
            today: terms.today,
            never_back: terms.settings.consent_never_moves_back,
            waiting: Waiting::default(),
            ended: 0,
            archived: 0,
            account: prepare(
                "INSERT INTO account (account_id, owner_id) VALUES (?, ?)
                 ON CONFLICT (account_id) DO UPDATE SET owner_id = excluded.owner_id",
            )?,
            person: prepare("UPDATE person SET reached = ?, kept_out = ?, was_archived = ? WHERE person_id = ?")?,
            import: prepare(
                "UPDATE person SET reached = ?, kept_out = ?, was_archived = ?,
                                   imported_on = ?, imported_rule = ?, imported_row = ?
                 WHERE person_id = ?",
            )?,
            registration: prepare(
                "UPDATE registration SET left_out = ?, counted_on = ?, ended_on = ? WHERE id = ?",
            )?,
            membership: prepare(
                "UPDATE membership SET state = ?, counted_on = ?, joined_on = ?, ended_on = ? WHERE id = ?",
            )?,
            block: prepare(
                "INSERT INTO owner_block (person_id, group_key, after_id, reason) VALUES (?, ?, ?, ?)
                 ON CONFLICT (person_id, group_key) DO UPDATE SET after_id = excluded.after_id, reason = excluded.reason",
            )?,
            contact: prepare(include_str!("contact.sql"))?,
            not_held: prepare(
                "UPDATE contact SET held = 0, listed = ?2 WHERE email = ?1 AND (held OR listed <> ?2)",
            )?,
            place: prepare(
                "INSERT INTO place (email, group_key, because, since, ended_on, reason) VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (email, group_key) DO UPDATE SET because = excluded.because, since = excluded.since,
                     ended_on = excluded.ended_on, reason = excluded.reason",
            )?,
        })
    }

    /// Takes what differs from the store.
    pub(super) fn take(&mut self, family: Family, contacts: Vec<Contact>) -> Result<(), AmiliaError> {
        let waiting = &mut self.waiting;
        let mut shown = vec![false; family.addresses.len()];
        for contact in contacts {
            if let Some(shown) = shown.get_mut(contact.address) {
                *shown = true;
            }
            let (Some(address), Some(person)) =
                (family.addresses.get(contact.address), family.people.get(contact.person))
            else {
                continue;
            };
            let membership = contact.membership.and_then(|at| family.memberships.get(at));
            waiting.contacts.push(WaitingContact {
                email: address.text.clone(),
                person: person.id,
                archived: person.now.archived == Some(true), // CI-24, CI-33: the flag of the record shown
                accounts: contact.accounts,
                skills: contact.skills,
                membership: membership.map(|membership| membership.id),
                consent: contact.consent,
            });
        }
        // An address that nobody imported has any more keeps its last row, unless today it is a child's or a placeholder's.
        for (at, address) in family.addresses.iter().enumerate() {
            if address.contact && shown.get(at) == Some(&false) {
                // One mailbox in any case.
                let mailbox = record::address(&address.text);
                let has = |of: usize| {
                    let other = family.addresses.get(of);
                    other.is_some_and(|other| record::address(&other.text) == mailbox)
                };
                let mut there = family.people.iter().filter(|person| person.email.is_some_and(has));
                let listed = !there.any(|person| person.now.kept_out.is_some());
                waiting.not_held.push((address.text.clone(), listed));
            }
        }
        for account in &family.accounts {
            if account.before.map_or(!account.people.is_empty(), |before| before != account.owner) {
                waiting.accounts.push((account.id, account.owner));
            }
        }
        for row in &family.registrations {
            self.ended += u64::from(row.ends);
            if row.now != row.before {
                waiting.registrations.push((row.id, row.now));
            }
        }
        for row in family.memberships {
            if row.now != row.before {
                waiting.memberships.push((row.id, row.now));
            }
        }
        for person in family.people {
            self.archived += u64::from(person.is_newly_archived());
            if person.now != person.before {
                waiting.people.push((person.id, person.now, person.import));
            }
        }
        for address in family.addresses {
            let changed = address.places.into_iter().filter(|place| place.changed);
            waiting.places.extend(changed.map(|place| (address.text.clone(), place)));
        }
        for block in family.blocks.iter().filter(|block| block.changed) {
            let group = block.group.to_string();
            self.block.execute(params![block.person, group, block.after, block.reason.word()])?;
        }
        if waiting.len() >= WAITING { self.flush() } else { Ok(()) }
    }

    /// Writes all that waits.
    pub(super) fn flush(&mut self) -> Result<(), AmiliaError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        for (id, owner) in waiting.accounts.drain(..) {
            self.account.execute(params![id, owner])?;
        }
        waiting.registrations.sort_unstable_by_key(|(id, _)| *id);
        for (id, now) in waiting.registrations.drain(..) {
            self.registration.execute(params![now.left_out, now.counted_on, now.ended_on, id])?;
        }
        for (id, now) in waiting.memberships.drain(..) {
            self.membership.execute(params![now.state, now.counted_on, now.joined_on, now.ended_on, id])?;
        }
        waiting.people.sort_unstable_by_key(|(id, ..)| *id);
        for (id, now, import) in waiting.people.drain(..) {
            let kept_out = now.kept_out.map(super::super::rules::KeptOut::word);
            match import {
                None => self.person.execute(params![now.address, kept_out, now.archived, id])?,
                Some(import) => self.import.execute(params![
                    now.address,
                    kept_out,
                    now.archived,
                    self.today,
                    import.rule,
                    import.row,
                    id
                ])?,
            };
        }
        // After memberships and people: details come from their rows.
        waiting.contacts.sort_unstable_by(|one, other| one.email.cmp(&other.email));
        for contact in waiting.contacts.drain(..) {
            let (consent_on, proof, row) = match contact.consent {
                Some((day, proof, row)) => (Some(day), proof, Some(row)),
                None => (None, None, None),
            };
            self.contact.execute(named_params! {
                ":email": contact.email,
                ":person": contact.person,
                ":archived": contact.archived,
                ":accounts": contact.accounts,
                ":skills": contact.skills,
                ":membership": contact.membership,
                ":consent_on": consent_on,
                ":consent_proof": proof,
                ":consent_row": row,
                ":never_back": self.never_back,
            })?;
        }
        for (email, listed) in waiting.not_held.drain(..) {
            self.not_held.execute(params![email, listed])?;
        }
        waiting.places.sort_unstable_by(|one, other| (&one.0, &one.1.group).cmp(&(&other.0, &other.1.group)));
        for (email, place) in waiting.places.drain(..) {
            let (ended_on, reason) = place.ended.map(|(day, reason)| (day, reason.word())).unzip();
            let group = place.group.to_string();
            self.place.execute(params![email, group, place.because, place.since, ended_on, reason])?;
        }
        self.waiting = waiting;
        Ok(())
    }
}

impl Waiting {
    fn len(&self) -> usize {
        self.people.len() + self.registrations.len() + self.contacts.len() + self.places.len()
    }
}
