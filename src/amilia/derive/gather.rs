//! Reads a family from the store: from one account, along addresses, owners and links, as far as they reach.

mod rows;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use super::super::household::link;
use super::super::rules::{Account, Address, Block, End, Family, Group, Place};
use super::super::{AmiliaError, Settings, record};
use rows::{AccountRows, Rows};

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
    /// Something was derived before: there are contacts, places and owners to look up.
    again: bool,
    /// There are accounts that are tied.
    ties: bool,
    /// Addresses that several persons have, where all accounts are looked at: nobody has to be searched by another one.
    shared: Option<HashSet<Box<str>>>,
    rows: Rows<'c>,
    blocks: Option<CachedStatement<'c>>,
    owner: CachedStatement<'c>,
    home: CachedStatement<'c>,
    linked: CachedStatement<'c>,
    contacts: CachedStatement<'c>,
    accounts_of_address: CachedStatement<'c>,
    account_of_contact: CachedStatement<'c>,
    /// Where the case of addresses counts: one mailbox, whoever is written to under whichever spelling.
    spellings: Option<CachedStatement<'c>>,
    places: CachedStatement<'c>,
    /// Used again from family to family.
    search: Search,
}

/// Of whom a search knows an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Of a person who has it.
    Now,
    /// Of a contact, or of a person who gave it up.
    Before,
}

/// What a search has found so far.
#[derive(Debug, Default)]
struct Search {
    /// Accounts, in the order in which they were found.
    accounts: Vec<i64>,
    met: HashSet<i64>,
    addresses: HashMap<Rc<str>, usize>,
}

impl<'c> Gatherer<'c> {
    /// `all`: every account is going to be looked at.
    pub(super) fn new(
        connection: &'c Connection,
        settings: &Settings,
        all: bool,
    ) -> Result<Self, AmiliaError> {
        let some = |table: &str| -> rusqlite::Result<bool> {
            connection.query_row(&format!("SELECT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0))
        };
        let prepare = |sql| connection.prepare_cached(sql);
        let blocks = "SELECT group_key, after_id, reason FROM owner_block WHERE person_id = ?";
        Ok(Gatherer {
            connection,
            again: some("account")? || some("contact")?,
            ties: some("account_link")?,
            shared: if all { Some(shared_addresses(connection)?) } else { None },
            rows: Rows::new(connection)?,
            blocks: if settings.owner_stays { None } else { Some(prepare(blocks)?) },
            owner: prepare("SELECT owner_id FROM account WHERE account_id = ?")?,
            home: prepare("SELECT account_id FROM person WHERE person_id = ?")?,
            linked: prepare("SELECT other_id FROM account_link WHERE account_id = ?")?,
            contacts: prepare("SELECT email FROM contact WHERE account_id = ?")?,
            accounts_of_address: prepare("SELECT account_id FROM person WHERE email = ?")?,
            account_of_contact: prepare("SELECT account_id FROM contact WHERE email = ?")?,
            spellings: if settings.addresses_ignore_case {
                None
            } else {
                Some(prepare("SELECT email FROM spelling WHERE lower_case = ?")?)
            },
            places: prepare("SELECT group_key, because, since, ended_on, reason FROM place WHERE email = ?")?,
            search: Search::default(),
        })
    }

    /// Reads the rows of the next accounts together; `first` to `last` have changed.
    pub(super) fn read_ahead(&mut self, first: i64, last: i64) -> Result<(), AmiliaError> {
        self.rows.read_ahead(first, last)
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
                self.address(&mut family, address.into(), Known::Before)?;
            }
        }
        let mut read = 0;
        // Rows and owners may name persons of accounts that nothing else ties to these.
        let (mut people, mut registrations) = (0, 0);
        loop {
            while let Some(account) = self.search.accounts.get(read).copied() {
                read += 1;
                let written = meet(account)?;
                self.again |= written;
                let rows = if written { self.rows.again(account)? } else { self.rows.of(account)? };
                self.account(&mut family, account, rows)?;
            }
            family.number_people();
            self.strangers(&family, people, registrations)?;
            (people, registrations) = (family.people.len(), family.registrations.len());
            if read == self.search.accounts.len() {
                return Ok(family);
            }
        }
    }

    /// Takes an account in, and meets its neighbours.
    fn account(&mut self, family: &mut Family, id: i64, rows: AccountRows) -> Result<(), AmiliaError> {
        let before: Option<Option<i64>> =
            if self.again { self.owner.query_row([id], |row| row.get(0)).optional()? } else { None };
        let people = self.people(family, rows.people)?;
        let registrations = append(&mut family.registrations, rows.registrations);
        let memberships = append(&mut family.memberships, rows.memberships);
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
            let addresses: Vec<Rc<str>> =
                self.contacts.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for address in addresses {
                self.address(family, address, Known::Before)?;
            }
        }
        Ok(())
    }

    fn people(
        &mut self,
        family: &mut Family,
        people: Vec<rows::PersonRow>,
    ) -> Result<Range<usize>, AmiliaError> {
        let start = family.people.len();
        for (mut person, email) in people {
            person.account = family.accounts.len();
            person.email = match email {
                Some(email) => Some(self.address(family, email, Known::Now)?),
                None => None,
            };
            if let Some(blocks) = &mut self.blocks {
                let mut rows = blocks.query([person.id])?;
                while let Some(row) = rows.next()? {
                    let reason = word(row, 2, End::of)?;
                    let Some((group, reason)) = word(row, 0, Group::of)?.zip(reason) else { continue };
                    let after = row.get(1)?;
                    family.blocks.push(Block { person: person.id, group, after, reason, changed: false });
                }
            }
            family.people.push(person);
        }
        Ok(start..family.people.len())
    }

    /// Where an address stands. A new one is read, and everyone who has it or was shown for it is met.
    fn address(&mut self, family: &mut Family, address: Rc<str>, known: Known) -> Result<usize, AmiliaError> {
        if let Some(at) = self.search.addresses.get(&address) {
            return Ok(*at);
        }
        let at = family.addresses.len();
        self.search.addresses.insert(address.clone(), at);
        let alone =
            known == Known::Now && self.shared.as_ref().is_some_and(|shared| !shared.contains(&*address));
        if !alone {
            let mut accounts = self.accounts_of_address.query([&*address])?;
            while let Some(row) = accounts.next()? {
                self.search.meet(row.get(0)?);
            }
        }
        let contact: Option<i64> = if self.again {
            self.account_of_contact.query_row([&*address], |row| row.get(0)).optional()?
        } else {
            None
        };
        let mut places = Vec::new();
        if let Some(account) = contact {
            self.search.meet(account);
            let mut rows = self.places.query([&*address])?;
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
        family.addresses.push(Address { text: address.clone(), contact: contact.is_some(), places });
        if let Some(spellings) = &mut self.spellings {
            let lower_case = record::address(&address);
            let mut others: Vec<Rc<str>> =
                spellings.query_map([&lower_case], |row| row.get(0))?.collect::<Result<_, _>>()?;
            others.push(lower_case.into());
            for other in others {
                self.address(family, other, Known::Before)?;
            }
        }
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

/// Moves rows behind others. Gives where they stand.
fn append<T>(list: &mut Vec<T>, mut rows: Vec<T>) -> Range<usize> {
    let start = list.len();
    list.append(&mut rows);
    start..list.len()
}

/// The addresses that several persons have.
fn shared_addresses(connection: &Connection) -> Result<HashSet<Box<str>>, AmiliaError> {
    let mut statement = connection
        .prepare("SELECT email FROM person WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
