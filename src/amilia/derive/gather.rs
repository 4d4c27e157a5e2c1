//! Reads a family from the store: from one account, along addresses, owners and links, as far as they reach.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use super::super::household::link;
use super::super::rules::{
    Account, Address, Block, End, Family, Group, KeptOut, Membership, MembershipState, Person, PersonState,
    Place, Registration, RowState,
};
use super::super::{AmiliaError, Settings};

/// Where a search begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start<'a> {
    Account(i64),
    /// An address that a person gave up.
    Address(&'a str),
}

/// Reads families.
pub(super) struct Gatherer<'c> {
    connection: &'c Connection,
    /// Activities that are cancelled.
    cancelled: HashSet<i64>,
    /// Something was derived before: there are contacts, places and owners to look up.
    again: bool,
    /// There are accounts that are tied.
    ties: bool,
    blocks: Option<CachedStatement<'c>>,
    owner: CachedStatement<'c>,
    people: CachedStatement<'c>,
    home: CachedStatement<'c>,
    registrations: CachedStatement<'c>,
    memberships: CachedStatement<'c>,
    linked: CachedStatement<'c>,
    contacts: CachedStatement<'c>,
    accounts_of_address: CachedStatement<'c>,
    account_of_contact: CachedStatement<'c>,
    places: CachedStatement<'c>,
    /// Used again from family to family.
    search: Search,
}

/// What a search has found so far.
#[derive(Debug, Default)]
struct Search {
    /// Accounts, in the order in which they were found.
    accounts: Vec<i64>,
    met: HashSet<i64>,
    addresses: HashMap<Rc<str>, usize>,
    name: String,
}

impl<'c> Gatherer<'c> {
    pub(super) fn new(connection: &'c Connection, settings: &Settings) -> Result<Self, AmiliaError> {
        let mut statement = connection.prepare("SELECT activity_id FROM activity WHERE cancelled")?;
        let cancelled = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let some = |table: &str| -> rusqlite::Result<bool> {
            connection.query_row(&format!("SELECT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0))
        };
        let prepare = |sql| connection.prepare_cached(sql);
        let blocks = "SELECT group_key, after_id, reason FROM owner_block WHERE person_id = ?";
        Ok(Gatherer {
            connection,
            cancelled,
            again: some("account")? || some("contact")?,
            ties: some("account_link")?,
            blocks: if settings.owner_stays { None } else { Some(prepare(blocks)?) },
            owner: prepare("SELECT owner_id FROM account WHERE account_id = ?")?,
            people: prepare(
                "SELECT person_id, email, account_owner, account_owner_id, first_name, last_name, child, adult_on, archived,
                        gone, missing_since IS NOT NULL, first_seen, skill_list, imported_on IS NOT NULL, was_archived,
                        reached, kept_out
                 FROM person WHERE account_id = ? ORDER BY person_id",
            )?,
            home: prepare("SELECT account_id FROM person WHERE person_id = ?")?,
            registrations: prepare(
                "SELECT id, registration_id, number, first_seen, missing_since IS NOT NULL, person_id, account_owner_id,
                        activity_id, registered_on, status IS 'Cancelled', removed IS 1, left_out, counted_on, ended_on
                 FROM registration WHERE account_id = ?",
            )?,
            memberships: prepare(
                "SELECT id, row_key, first_seen, missing_since IS NOT NULL, membership_id, membership, person_id, purchased_on,
                        effective_on, expires_on, status, state, counted_on, joined_on, ended_on
                 FROM membership WHERE account_id = ?",
            )?,
            linked: prepare("SELECT other_id FROM account_link WHERE account_id = ?")?,
            contacts: prepare("SELECT email FROM contact WHERE account_id = ?")?,
            accounts_of_address: prepare("SELECT account_id FROM person WHERE email = ?")?,
            account_of_contact: prepare("SELECT account_id FROM contact WHERE email = ?")?,
            places: prepare("SELECT group_key, because, since, ended_on, reason FROM place WHERE email = ?")?,
            search: Search::default(),
        })
    }

    /// The accounts at a place to start from. Of one family all are.
    pub(super) fn accounts_at(&mut self, start: Start<'_>) -> Result<Vec<i64>, AmiliaError> {
        let address = match start {
            Start::Account(account) => return Ok(vec![account]),
            Start::Address(address) => address,
        };
        let mut accounts: Vec<i64> =
            self.accounts_of_address.query_map([address], |row| row.get(0))?.collect::<Result<_, _>>()?;
        accounts.extend(self.account_of_contact.query_row([address], |row| row.get::<_, i64>(0)).optional()?);
        Ok(accounts)
    }

    /// The family around a place to start from. `meet` hears of each account before it is read, and says whether it was written meanwhile.
    pub(super) fn family(
        &mut self,
        start: Start<'_>,
        meet: &mut dyn FnMut(i64) -> Result<bool, AmiliaError>,
    ) -> Result<Family, AmiliaError> {
        let mut family = Family::default();
        self.search.accounts.clear();
        self.search.met.clear();
        self.search.addresses.clear();
        match start {
            Start::Account(account) => self.search.meet(account),
            Start::Address(address) => {
                self.address(&mut family, address)?;
            }
        }
        let mut read = 0;
        // Rows and owners may name persons of accounts that nothing else ties to these.
        let (mut people, mut registrations) = (0, 0);
        loop {
            while let Some(account) = self.search.accounts.get(read).copied() {
                read += 1;
                self.again |= meet(account)?;
                self.account(&mut family, account)?;
            }
            family.number_people();
            self.strangers(&family, people, registrations)?;
            (people, registrations) = (family.people.len(), family.registrations.len());
            if read == self.search.accounts.len() {
                return Ok(family);
            }
        }
    }

    /// Reads an account, and meets its neighbours.
    fn account(&mut self, family: &mut Family, id: i64) -> Result<(), AmiliaError> {
        let before: Option<Option<i64>> =
            if self.again { self.owner.query_row([id], |row| row.get(0)).optional()? } else { None };
        let people = self.people(family, id)?;
        let registrations = self.registrations(family, id)?;
        let memberships = self.memberships(family, id)?;
        family.accounts.push(Account {
            id,
            owner: before.flatten(),
            before,
            people,
            registrations,
            memberships,
        });
        if self.ties {
            let mut linked = self.linked.query([id])?;
            while let Some(row) = linked.next()? {
                self.search.meet(row.get(0)?);
            }
        }
        if self.again {
            let addresses: Vec<String> =
                self.contacts.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for address in addresses {
                self.address(family, &address)?;
            }
        }
        Ok(())
    }

    fn people(&mut self, family: &mut Family, id: i64) -> Result<std::ops::Range<usize>, AmiliaError> {
        let start = family.people.len();
        let account = family.accounts.len();
        let mut emails: Vec<Option<Rc<str>>> = Vec::new();
        let mut rows = self.people.query([id])?;
        while let Some(row) = rows.next()? {
            emails.push(row.get(1)?);
            let placeholder = placeholder(row, &mut self.search.name)?;
            let reached = row.get(15)?;
            let before = PersonState {
                imported: row.get(13)?,
                archived: row.get(14)?,
                address: reached,
                kept_out: word(row, 16, KeptOut::of)?,
            };
            family.people.push(Person {
                id: row.get(0)?,
                account,
                email: None,
                marked_owner: row.get::<_, Option<bool>>(2)?.unwrap_or_default(),
                names_owner: row.get(3)?,
                placeholder,
                child: row.get(6)?,
                adult_on: row.get(7)?,
                marked_archived: row.get::<_, Option<bool>>(8)?.unwrap_or_default(),
                gone: row.get(9)?,
                missing: row.get(10)?,
                first_seen: row.get(11)?,
                skills: row.get(12)?,
                is_owner: false,
                now: before.clone(),
                before,
                import: None,
            });
        }
        drop(rows);
        for (at, email) in (start..).zip(emails) {
            let Some(email) = email else { continue };
            let email = self.address(family, &email)?;
            if let Some(person) = family.people.get_mut(at) {
                person.email = Some(email);
            }
        }
        if let Some(blocks) = &mut self.blocks {
            for person in family.people.get(start..).unwrap_or_default() {
                let mut rows = blocks.query([person.id])?;
                while let Some(row) = rows.next()? {
                    let reason = word(row, 2, End::of)?;
                    let Some((group, reason)) = word(row, 0, Group::of)?.zip(reason) else { continue };
                    let after = row.get(1)?;
                    family.blocks.push(Block { person: person.id, group, after, reason, changed: false });
                }
            }
        }
        Ok(start..family.people.len())
    }

    fn registrations(&mut self, family: &mut Family, id: i64) -> Result<std::ops::Range<usize>, AmiliaError> {
        let start = family.registrations.len();
        let mut rows = self.registrations.query([id])?;
        while let Some(row) = rows.next()? {
            let activity = row.get(7)?;
            let before =
                RowState { left_out: row.get(11)?, counted_on: row.get(12)?, ended_on: row.get(13)? };
            family.registrations.push(Registration {
                id: row.get(0)?,
                registration_id: row.get(1)?,
                number: row.get::<_, Option<i64>>(2)?.unwrap_or_default(),
                first_seen: row.get(3)?,
                missing: row.get(4)?,
                person_id: row.get(5)?,
                names_owner: row.get(6)?,
                activity,
                activity_cancelled: self.cancelled.contains(&activity),
                registered_on: row.get(8)?,
                cancelled: row.get(9)?,
                removed: row.get(10)?,
                before,
                now: before,
                ends: false,
            });
        }
        Ok(start..family.registrations.len())
    }

    fn memberships(&mut self, family: &mut Family, id: i64) -> Result<std::ops::Range<usize>, AmiliaError> {
        let start = family.memberships.len();
        let mut rows = self.memberships.query([id])?;
        while let Some(row) = rows.next()? {
            let before = MembershipState {
                state: row.get(11)?,
                counted_on: row.get(12)?,
                joined_on: row.get(13)?,
                ended_on: row.get(14)?,
            };
            family.memberships.push(Membership {
                id: row.get(0)?,
                row_key: row.get(1)?,
                first_seen: row.get(2)?,
                missing: row.get(3)?,
                membership_id: row.get(4)?,
                name: row.get(5)?,
                person_id: row.get(6)?,
                purchased_on: row.get(7)?,
                effective_on: row.get(8)?,
                expires_on: row.get(9)?,
                status: row.get(10)?,
                now: before.clone(),
                before,
                ends: false,
            });
        }
        Ok(start..family.memberships.len())
    }

    /// Where an address stands. A new one is read, and everyone who has it or was shown for it is met.
    fn address(&mut self, family: &mut Family, address: &str) -> Result<usize, AmiliaError> {
        if let Some(at) = self.search.addresses.get(address) {
            return Ok(*at);
        }
        let at = family.addresses.len();
        let text: Rc<str> = address.into();
        self.search.addresses.insert(text.clone(), at);
        let mut accounts = self.accounts_of_address.query([address])?;
        while let Some(row) = accounts.next()? {
            self.search.meet(row.get(0)?);
        }
        drop(accounts);
        let contact: Option<i64> = if self.again {
            self.account_of_contact.query_row([address], |row| row.get(0)).optional()?
        } else {
            None
        };
        let mut places = Vec::new();
        if let Some(account) = contact {
            self.search.meet(account);
            let mut rows = self.places.query([address])?;
            while let Some(row) = rows.next()? {
                let Some(group) = word(row, 0, Group::of)? else { continue };
                let reason = word(row, 4, End::of)?;
                places.push(Place {
                    group,
                    because: row.get(1)?,
                    since: row.get(2)?,
                    ended: row.get::<_, Option<_>>(3)?.zip(reason),
                    changed: false,
                });
            }
        }
        family.addresses.push(Address { text, contact: contact.is_some(), places });
        Ok(at)
    }

    /// Meets the accounts of persons who are named as owner or holder, and are not here yet. From now on the accounts are tied.
    fn strangers(&mut self, family: &Family, people: usize, registrations: usize) -> Result<(), AmiliaError> {
        let named = family
            .people
            .iter()
            .skip(people)
            .filter_map(|person| Some((family.accounts.get(person.account)?.id, person.names_owner?)));
        let new_rows = |account: &'_ Account| account.registrations.end > registrations;
        let rows = family.accounts.iter().filter(|account| new_rows(account)).flat_map(|account| {
            let rows = family.registrations.get(account.registrations.clone()).unwrap_or_default();
            let named = rows.iter().flat_map(|row| [Some(row.person_id), row.names_owner]);
            named.flatten().map(|person| (account.id, person))
        });
        for (account, person) in named.chain(rows) {
            let here = family.person(person).and_then(|at| family.people.get(at));
            let home = match here.and_then(|person| family.accounts.get(person.account)) {
                Some(account) => Some(account.id),
                None => self.home.query_row([person], |row| row.get(0)).optional()?,
            };
            if let Some(home) = home.filter(|home| *home != account) {
                link(self.connection, account, home)?;
                self.ties = true;
                self.search.meet(home);
            }
        }
        Ok(())
    }
}

impl Search {
    fn meet(&mut self, account: i64) {
        if self.met.insert(account) {
            self.accounts.push(account);
        }
    }
}

/// What a word of the store stands for.
fn word<T>(row: &Row<'_>, column: usize, of: impl Fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(of))
}

/// How staff begin the name of an owner whom nobody knows (CI-10, amilia 9.4).
const PLACEHOLDERS: [&str; 4] = ["parent of ", "parent de ", "parent d'", "parent d’"];

/// Whether first and last name together are a placeholder's. `name` is room to work in.
fn placeholder(row: &Row<'_>, name: &mut String) -> rusqlite::Result<bool> {
    name.clear();
    for column in [4, 5] {
        if let Some(part) = row.get_ref(column)?.as_str_or_null()? {
            name.push_str(part.trim_matches(' '));
            name.push(' ');
        }
    }
    let name = name.trim_matches(' ').as_bytes();
    Ok(PLACEHOLDERS.iter().any(|begin| {
        name.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin.as_bytes()))
    }))
}
