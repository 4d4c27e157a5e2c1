//! Who lives in which account, and which accounts hang together.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use rusqlite::Connection;

use super::AmiliaError;
use crate::hash::OfNumber;

/// Persons and accounts that are known, read when the first row asks.
pub(super) struct Household {
    pub(super) account_of: HashMap<i64, i64, BuildHasherDefault<OfNumber>>,
    pub(super) accounts: HashSet<i64, BuildHasherDefault<OfNumber>>,
}

impl Household {
    pub(super) fn read(connection: &Connection) -> Result<Household, AmiliaError> {
        let mut account_of = HashMap::default();
        let mut statement = connection.prepare_cached("SELECT person_id, account_id FROM person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            account_of.insert(row.get(0)?, row.get(1)?);
        }
        let accounts = account_of.values().copied().collect();
        Ok(Household { account_of, accounts })
    }
}

/// Ties two accounts: what changes one changes the other.
pub(super) fn link(connection: &Connection, one: i64, other: i64) -> Result<(), AmiliaError> {
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO account_link (account_id, other_id) VALUES (?1, ?2), (?2, ?1)",
    )?;
    statement.execute([one, other])?;
    Ok(())
}
