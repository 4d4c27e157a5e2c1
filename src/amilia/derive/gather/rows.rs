//! The rows of accounts: people, registrations, memberships. Those of many accounts are read at once, since a statement costs more
//! than a row.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rusqlite::{CachedStatement, Connection, Row, params_from_iter};

use super::super::super::AmiliaError;
use super::super::super::rules::{
    KeptOut, Membership, MembershipState, Person, PersonState, Registration, RowState,
};
use super::word;

/// A person, and the address as exported.
pub(super) type PersonRow = (Person, Option<Rc<str>>);

/// The rows of an account.
#[derive(Debug, Default)]
pub(super) struct AccountRows {
    /// By their number.
    pub(super) people: Vec<PersonRow>,
    pub(super) registrations: Vec<Registration>,
    pub(super) memberships: Vec<Membership>,
}

/// Reads rows of accounts.
pub(super) struct Rows<'c> {
    one: Statements<'c>,
    changed: Statements<'c>,
    reader: Reader,
    /// What was read and not yet asked for.
    ahead: HashMap<i64, AccountRows>,
}

struct Statements<'c> {
    people: CachedStatement<'c>,
    registrations: CachedStatement<'c>,
    memberships: CachedStatement<'c>,
}

/// Makes rows of the store into what the rules know.
struct Reader {
    /// Activities that are cancelled.
    cancelled: HashSet<i64>,
    /// Used again from row to row.
    name: String,
}

impl<'c> Rows<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, AmiliaError> {
        let mut statement = connection.prepare("SELECT activity_id FROM activity WHERE cancelled")?;
        let cancelled = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Rows {
            one: Statements::new(connection, |table| format!("{table} WHERE account_id = ?"))?,
            changed: Statements::new(connection, |table| {
                format!(
                    "changed_account CROSS JOIN {table} USING (account_id)
                     WHERE changed_account.account_id BETWEEN ? AND ?"
                )
            })?,
            reader: Reader { cancelled, name: String::new() },
            ahead: HashMap::new(),
        })
    }

    /// Reads the rows of the changed accounts from one to another.
    pub(super) fn read_ahead(&mut self, first: i64, last: i64) -> Result<(), AmiliaError> {
        self.ahead.clear();
        self.changed.read([first, last], &mut self.reader, &mut self.ahead)
    }

    /// The rows of an account.
    pub(super) fn of(&mut self, account: i64) -> Result<AccountRows, AmiliaError> {
        match self.ahead.remove(&account) {
            Some(rows) => Ok(rows),
            None => self.again(account),
        }
    }

    /// The rows of an account as they are now, whatever was read ahead.
    pub(super) fn again(&mut self, account: i64) -> Result<AccountRows, AmiliaError> {
        let mut read = HashMap::new();
        self.one.read([account], &mut self.reader, &mut read)?;
        Ok(read.remove(&account).unwrap_or_default())
    }
}

impl<'c> Statements<'c> {
    /// `from`: what to read of a table.
    fn new(connection: &'c Connection, from: impl Fn(&str) -> String) -> Result<Self, AmiliaError> {
        let prepare = |table: &str, columns: &str| {
            connection.prepare_cached(&format!("SELECT {table}.account_id, {columns} FROM {}", from(table)))
        };
        Ok(Statements {
            people: prepare(
                "person",
                "person_id, email, account_owner, account_owner_id, first_name, last_name, child, adult_on, archived, gone,
                 missing_since IS NOT NULL, first_seen, skill_list, imported_on IS NOT NULL, was_archived, reached, kept_out",
            )?,
            registrations: prepare(
                "registration",
                "id, registration_id, number, first_seen, missing_since IS NOT NULL, person_id, account_owner_id, activity_id,
                 registered_on, status IS 'Cancelled', removed IS 1, left_out, counted_on, ended_on",
            )?,
            memberships: prepare(
                "membership",
                "id, row_key, first_seen, missing_since IS NOT NULL, membership_id, membership, person_id, purchased_on,
                 effective_on, expires_on, status, state, counted_on, joined_on, ended_on",
            )?,
        })
    }

    fn read<const N: usize>(
        &mut self,
        which: [i64; N],
        reader: &mut Reader,
        accounts: &mut HashMap<i64, AccountRows>,
    ) -> Result<(), AmiliaError> {
        let mut rows = self.people.query(params_from_iter(which))?;
        while let Some(row) = rows.next()? {
            let person = reader.person(row)?;
            accounts.entry(row.get(0)?).or_default().people.push(person);
        }
        let mut rows = self.registrations.query(params_from_iter(which))?;
        while let Some(row) = rows.next()? {
            let registration = reader.registration(row)?;
            accounts.entry(row.get(0)?).or_default().registrations.push(registration);
        }
        let mut rows = self.memberships.query(params_from_iter(which))?;
        while let Some(row) = rows.next()? {
            accounts.entry(row.get(0)?).or_default().memberships.push(membership(row)?);
        }
        Ok(())
    }
}

impl Reader {
    fn person(&mut self, row: &Row<'_>) -> rusqlite::Result<PersonRow> {
        let before = PersonState {
            imported: row.get(14)?,
            archived: row.get(15)?,
            address: row.get(16)?,
            kept_out: word(row, 17, KeptOut::of)?,
        };
        let person = Person {
            id: row.get(1)?,
            account: 0,
            email: None,
            marked_owner: row.get::<_, Option<bool>>(3)?.unwrap_or_default(),
            names_owner: row.get(4)?,
            placeholder: placeholder(row, [5, 6], &mut self.name)?,
            child: row.get(7)?,
            adult_on: row.get(8)?,
            marked_archived: row.get::<_, Option<bool>>(9)?.unwrap_or_default(),
            gone: row.get(10)?,
            missing: row.get(11)?,
            first_seen: row.get(12)?,
            skills: row.get(13)?,
            is_owner: false,
            now: before.clone(),
            before,
            import: None,
        };
        Ok((person, row.get(2)?))
    }

    fn registration(&self, row: &Row<'_>) -> rusqlite::Result<Registration> {
        let activity = row.get(8)?;
        let before = RowState { left_out: row.get(12)?, counted_on: row.get(13)?, ended_on: row.get(14)? };
        Ok(Registration {
            id: row.get(1)?,
            registration_id: row.get(2)?,
            number: row.get::<_, Option<i64>>(3)?.unwrap_or_default(),
            first_seen: row.get(4)?,
            missing: row.get(5)?,
            person_id: row.get(6)?,
            names_owner: row.get(7)?,
            activity,
            activity_cancelled: self.cancelled.contains(&activity),
            registered_on: row.get(9)?,
            cancelled: row.get(10)?,
            removed: row.get(11)?,
            before,
            now: before,
            ends: false,
        })
    }
}

fn membership(row: &Row<'_>) -> rusqlite::Result<Membership> {
    let before = MembershipState {
        state: row.get(12)?,
        counted_on: row.get(13)?,
        joined_on: row.get(14)?,
        ended_on: row.get(15)?,
    };
    Ok(Membership {
        id: row.get(1)?,
        row_key: row.get(2)?,
        first_seen: row.get(3)?,
        missing: row.get(4)?,
        membership_id: row.get(5)?,
        name: row.get(6)?,
        person_id: row.get(7)?,
        purchased_on: row.get(8)?,
        effective_on: row.get(9)?,
        expires_on: row.get(10)?,
        status: row.get(11)?,
        now: before.clone(),
        before,
        ends: false,
    })
}

/// How staff begin the name of an owner whom nobody knows (CI-10, amilia 9.4).
const PLACEHOLDERS: [&str; 4] = ["parent of ", "parent de ", "parent d'", "parent d’"];

/// Whether first and last name together are a placeholder's. `name` is room to work in.
fn placeholder(row: &Row<'_>, columns: [usize; 2], name: &mut String) -> rusqlite::Result<bool> {
    name.clear();
    for column in columns {
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
