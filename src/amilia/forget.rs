//! Takes a person out of the customer base, by the address.
//!
//! Who has the address, and who has none and lives by it, becomes a row without a name: Amilia's numbers stay, so that nobody else
//! loses a group and no later export makes a new person of it. Registrations and memberships go with them, unless they lead to
//! somebody else. A later export finds the rows again by the number or by the mark of the address, and takes nothing of them in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::record::{Plan, Record};
use super::{AmiliaError, Kind, spelling};
use crate::store::{Forgotten, Mark};

/// Persons of the customer base, by Amilia's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    /// Whose own address it is, or was when it was forgotten.
    pub own: BTreeSet<i64>,
    /// Who has none, in an account that one of them owns.
    pub dependants: BTreeSet<i64>,
    /// Everybody else.
    pub others: BTreeSet<i64>,
}

/// Whom an address means. `mark`: under which it was forgotten before.
///
/// # Errors
/// When the store fails.
pub fn persons(
    connection: &Connection,
    address: &str,
    mark: Option<&[u8; 32]>,
) -> Result<Persons, AmiliaError> {
    let mut persons = Persons::default();
    let mut forgotten = connection.prepare("SELECT person_id, own FROM forgotten_person WHERE mark = ?1")?;
    let mut rows = forgotten.query([mark.map(|mark| mark.as_slice())])?;
    while let Some(row) = rows.next()? {
        let set = if row.get(1)? { &mut persons.own } else { &mut persons.dependants };
        set.insert(row.get(0)?);
    }
    let mut with = connection.prepare("SELECT person_id FROM person WHERE email = ?1 OR reached = ?1")?;
    for spelling in spellings(connection, address)? {
        let ids: Vec<i64> = with.query_map([spelling], |row| row.get(0))?.collect::<Result<_, _>>()?;
        persons.own.extend(ids);
    }
    for owner in &persons.own {
        let mut statement = connection.prepare_cached(
            "SELECT person.person_id FROM person LEFT JOIN account ON account.account_id = person.account_id
             WHERE person.email IS NULL AND coalesce(person.account_owner_id, account.owner_id) = ?1",
        )?;
        let lives_by: Vec<i64> = statement.query_map([owner], |row| row.get(0))?.collect::<Result<_, _>>()?;
        persons.dependants.extend(lives_by);
    }
    persons.dependants.retain(|person| !persons.own.contains(person));
    let mut everybody = connection.prepare("SELECT person_id FROM person")?;
    persons.others = everybody.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    persons.others.retain(|person| !persons.own.contains(person) && !persons.dependants.contains(person));
    Ok(persons)
}

/// How an address is written in the customer base: lower case, and in other cases where these count (CI-09).
///
/// # Errors
/// When the store fails.
pub fn spellings(connection: &Connection, address: &str) -> Result<Vec<String>, AmiliaError> {
    spelling::all(connection, address)
}

/// Erases them and everything that has the address, inside the caller's transaction. Gives how many rows of each table were changed. The
/// same again changes nothing.
///
/// # Errors
/// When the store fails.
pub fn erase(
    connection: &Connection,
    address: &str,
    mark: &[u8; 32],
    persons: &Persons,
) -> Result<BTreeMap<&'static str, u64>, AmiliaError> {
    let spellings = spellings(connection, address)?;
    for spelling in &spellings {
        connection.execute(
            "UPDATE forgotten SET unsubscribed = 1 WHERE mark = ?1 AND EXISTS (SELECT 1 FROM suppressed WHERE email = ?2)",
            params![mark.as_slice(), spelling],
        )?;
    }
    let mut counts = BTreeMap::new();
    for (set, own) in [(&persons.own, true), (&persons.dependants, false)] {
        for person in set {
            connection.execute(
                "INSERT INTO forgotten_person (person_id, mark, own) VALUES (?1, ?2, ?3)
                 ON CONFLICT (person_id) DO UPDATE SET own = max(own, excluded.own)",
                params![person, mark.as_slice(), own],
            )?;
            let changed = nameless(connection, *person)?;
            *counts.entry("person").or_default() += u64::from(changed);
        }
    }
    connection.execute(
        "INSERT OR IGNORE INTO changed_account (account_id)
         SELECT account_id FROM person WHERE person_id IN (SELECT person_id FROM forgotten_person WHERE mark = ?1)",
        [mark.as_slice()],
    )?;
    for spelling in &spellings {
        connection.execute(
            "INSERT OR IGNORE INTO changed_account (account_id) SELECT account_id FROM contact WHERE email = ?1",
            [spelling],
        )?;
    }
    let steps: [(&'static str, &str); 9] = [
        ("registration", include_str!("forget/registrations.sql")),
        ("membership", include_str!("forget/memberships.sql")),
        (
            "owner_block",
            "DELETE FROM owner_block WHERE person_id IN (SELECT person_id FROM forgotten_person)",
        ),
        ("contact", "DELETE FROM contact WHERE email = ?1"),
        ("place", "DELETE FROM place WHERE email = ?1"),
        ("unsubscribed", "DELETE FROM unsubscribed WHERE email = ?1"),
        ("was_suppressed", "DELETE FROM was_suppressed WHERE email = ?1"),
        ("changed_address", "DELETE FROM changed_address WHERE email = ?1"),
        ("spelling", "DELETE FROM spelling WHERE email = ?1"),
    ];
    for (table, sql) in steps {
        let mut statement = connection.prepare(sql)?;
        let changed = match statement.parameter_count() {
            0 => statement.execute([])?,
            _ => spellings.iter().map(|spelling| statement.execute([spelling])).sum::<Result<usize, _>>()?,
        };
        *counts.entry(table).or_default() += changed as u64;
    }
    connection.execute_batch(include_str!("forget/numbers.sql"))?;
    Ok(counts)
}

/// Leaves of a person what others need: numbers, and whether it is a child or archived. `false`: that is all there was.
fn nameless(connection: &Connection, person: i64) -> Result<bool, AmiliaError> {
    type Shell = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, [u8; 16]);
    let found: Option<Shell> = connection
        .query_row(
            "SELECT account_id, account_owner, account_owner_id, child, archived, hash FROM person WHERE person_id = ?1",
            [person],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)),
        )
        .optional()?;
    let Some((account, owner, owner_id, child, archived, hash)) = found else { return Ok(false) };
    let shell = shell_hash(&[Some(person), Some(account), owner, owner_id, child, archived]);
    if shell == hash {
        return Ok(false);
    }
    connection.execute(
        "UPDATE person SET hash = ?2, first_name = NULL, last_name = NULL, email = NULL, gender = NULL, birth_date = NULL,
             adult_on = NULL, city = NULL, province = NULL, postal_code = NULL, country = NULL, phone = NULL, mobile = NULL,
             join_date = NULL, external_id = NULL, skills = NULL, skill_list = NULL, imported_on = NULL, imported_rule = NULL,
             imported_row = NULL, reached = NULL, kept_out = 'no address'
         WHERE person_id = ?1",
        params![person, shell.as_slice()],
    )?;
    Ok(true)
}

/// The columns that a forgotten person keeps.
const SHELL: [&str; 6] =
    ["person_id", "account_id", "account_owner", "account_owner_id", "child", "archived"];

/// What stands for the row of a forgotten person where rows are compared: of the numbers and flags alone.
fn shell_hash(values: &[Option<i64>; 6]) -> [u8; 16] {
    let digest = Sha256::digest(format!("forgotten {values:?}"));
    let mut hash = [0; 16];
    hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    hash
}

/// Amilia's numbers of persons who were forgotten, each with the day.
///
/// # Errors
/// When the store fails.
pub fn numbers(connection: &Connection) -> Result<BTreeMap<i64, String>, AmiliaError> {
    let memory = Memory::read(connection)?;
    let day = |mark: &Mark| memory.addresses.since(mark).unwrap_or_default();
    Ok(memory.persons.iter().map(|(person, (_, mark))| (*person, day(mark))).collect())
}

/// Who was forgotten, while an export is loaded.
pub(super) struct Memory {
    addresses: Forgotten,
    persons: BTreeMap<i64, (bool, Mark)>,
}

/// What becomes of a row of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// As any other.
    Whole,
    /// Its person was forgotten: numbers alone, compared by this hash.
    Nameless([u8; 16]),
    /// Not at all.
    Not,
}

impl Memory {
    pub(super) fn read(connection: &Connection) -> Result<Memory, AmiliaError> {
        let addresses = Forgotten::read(connection)?;
        let mut statement = connection.prepare("SELECT person_id, own, mark FROM forgotten_person")?;
        let persons = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(Memory { addresses, persons: persons.collect::<Result<_, _>>()? })
    }

    /// Nobody was: every row is taken as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.persons.is_empty()
    }

    /// What becomes of a row. A person whose row is nameless has it emptied.
    pub(super) fn take(
        &mut self,
        connection: &Connection,
        plan: &Plan,
        record: &mut Record,
    ) -> Result<Taken, AmiliaError> {
        let email = text(plan, record, "email").map(str::to_owned);
        let mark = email.as_deref().filter(|email| self.addresses.find(email).is_some());
        let mark = mark.and_then(|email| self.addresses.mark(email));
        match plan.kind {
            Kind::Unsubscribed => {
                let Some(mark) = mark else { return Ok(Taken::Whole) };
                if !record.ignored && self.may_return(&mark) {
                    connection.execute(
                        "UPDATE forgotten SET unsubscribed = 1 WHERE mark = ?1",
                        [mark.as_slice()],
                    )?;
                    *self = Memory::read(connection)?;
                }
                Ok(Taken::Not)
            }
            Kind::People => {
                let known = record.person.and_then(|person| self.persons.get(&person)).copied();
                if known.is_none()
                    && let Some(mark) = mark
                    && self.may_return(&mark)
                {
                    // Somebody who is new at Amilia came with the address.
                    self.forgive(connection, &mark)?;
                    return Ok(Taken::Whole);
                }
                let nameless = match known {
                    Some((true, _)) => true,
                    Some((false, _)) if email.is_none() || mark.is_some() => true,
                    Some((false, _)) => {
                        // An address of its own: the person lives by somebody else's no more.
                        if let Some(person) = record.person {
                            connection
                                .execute("DELETE FROM forgotten_person WHERE person_id = ?1", [person])?;
                            self.persons.remove(&person);
                        }
                        false
                    }
                    None => mark.is_some(),
                };
                if !nameless {
                    return Ok(Taken::Whole);
                }
                Ok(Taken::Nameless(empty(plan, record)))
            }
            Kind::Registrations | Kind::Memberships => {
                let Some((_, mark)) = record.person.and_then(|person| self.persons.get(&person)).copied()
                else {
                    return self.whole_account(connection, record);
                };
                let day = if plan.kind == Kind::Registrations { "registered_on" } else { "purchased_on" };
                let since = self.addresses.since(&mark);
                if let (Some(day), Some(since)) = (text(plan, record, day), since)
                    && self.may_return(&mark)
                    && is_after(day, &since)
                {
                    self.forgive(connection, &mark)?;
                    return Ok(Taken::Whole);
                }
                let owner = match record.owner {
                    Some(owner) if is_known(connection, owner)? => Some(owner),
                    _ => owner_of(connection, record.account)?,
                };
                let leads_elsewhere = owner.is_some_and(|owner| !self.persons.contains_key(&owner));
                Ok(if leads_elsewhere { Taken::Whole } else { Taken::Not })
            }
        }
    }

    /// A membership of a whole account, in which somebody was not forgotten.
    fn whole_account(&self, connection: &Connection, record: &Record) -> Result<Taken, AmiliaError> {
        let (None, Some(account), false) = (record.person, record.account, self.persons.is_empty()) else {
            return Ok(Taken::Whole);
        };
        let somebody: bool = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM person WHERE account_id = ?1
                                AND person_id NOT IN (SELECT person_id FROM forgotten_person))",
            )?
            .query_row([account], |row| row.get(0))?;
        Ok(if somebody { Taken::Whole } else { Taken::Not })
    }

    fn may_return(&self, mark: &Mark) -> bool {
        self.addresses.get(mark).is_some_and(|forgotten| forgotten.may_return)
    }

    /// The address is one like any other again.
    fn forgive(&mut self, connection: &Connection, mark: &Mark) -> Result<(), AmiliaError> {
        connection.execute("DELETE FROM forgotten WHERE mark = ?1", [mark.as_slice()])?;
        connection.execute("DELETE FROM forgotten_person WHERE mark = ?1", [mark.as_slice()])?;
        *self = Memory::read(connection)?;
        Ok(())
    }
}

fn text<'r>(plan: &Plan, record: &'r Record, column: &str) -> Option<&'r str> {
    match record.values.get(plan.position(column)?)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Empties a person's row but for numbers and flags; gives its hash.
fn empty(plan: &Plan, record: &mut Record) -> [u8; 16] {
    let mut shell = [None; 6];
    for (position, column) in plan.columns().into_iter().enumerate() {
        let Some(value) = record.values.get_mut(position) else { continue };
        match SHELL.iter().position(|kept| *kept == column) {
            Some(at) => {
                if let (Value::Integer(number), Some(slot)) = (&*value, shell.get_mut(at)) {
                    *slot = Some(*number);
                }
            }
            None => *value = Value::Null,
        }
    }
    shell_hash(&shell)
}

fn is_after(day: &str, since: &str) -> bool {
    match (day.parse::<NaiveDate>(), since.parse::<NaiveDate>()) {
        (Ok(day), Ok(since)) => day > since,
        _ => false,
    }
}

fn is_known(connection: &Connection, person: i64) -> Result<bool, AmiliaError> {
    let mut statement =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE person_id = ?1)")?;
    Ok(statement.query_row([person], |row| row.get(0))?)
}

fn owner_of(connection: &Connection, account: Option<i64>) -> Result<Option<i64>, AmiliaError> {
    let mut statement = connection.prepare_cached("SELECT owner_id FROM account WHERE account_id = ?1")?;
    Ok(statement.query_row([account], |row| row.get(0)).optional()?.flatten())
}
