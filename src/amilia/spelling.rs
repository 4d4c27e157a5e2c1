//! Addresses that are kept in the case in which they are written: `addresses_ignore_case = false`, the other reading of CI-09.
//!
//! Each spelling that is not lower case is noted with its lower case, so that what must not depend on case (the unsubscribed list, a
//! person who is forgotten) reaches all of them. A change of the setting makes the next export of people read every row again; it gives
//! nobody another address: the contact and its places are written anew under the other spelling.

use rusqlite::{Connection, OptionalExtension};

use super::kind::{fact, set_fact};
use super::{AmiliaError, Kind, Mode, Settings, record};

/// The fact that a full export of people was read with the setting off.
const FACT: &str = "case of addresses";

/// What an export of people does with the case of addresses while the setting is off.
pub(super) struct Spellings {
    /// No full export was read so since the setting was turned off: an address that differs in case alone is the same one.
    turned_off: bool,
}

impl Spellings {
    /// `None`: the case of addresses does not count here. What an earlier setting left is undone then.
    pub(super) fn begin(
        connection: &Connection,
        kind: Kind,
        settings: &Settings,
    ) -> Result<Option<Spellings>, AmiliaError> {
        if kind != Kind::People {
            return Ok(None);
        }
        if settings.addresses_ignore_case {
            fold(connection)?;
            return Ok(None);
        }
        Ok(Some(Spellings { turned_off: fact(connection, FACT)?.is_none() }))
    }

    /// Ends the export, when all its rows are in: notes how addresses are written now.
    pub(super) fn finish(self, connection: &Connection, mode: Mode) -> Result<(), AmiliaError> {
        note(connection)?;
        if self.turned_off {
            respell(connection)?;
        }
        if mode == Mode::Full {
            set_fact(connection, FACT, "counts")?;
        }
        Ok(())
    }
}

/// Notes every address that is not lower case.
fn note(connection: &Connection) -> Result<(), AmiliaError> {
    let mut insert = connection
        .prepare("INSERT INTO spelling (email, lower_case) VALUES (?1, ?2) ON CONFLICT (email) DO NOTHING")?;
    let mut people = connection.prepare("SELECT email FROM person WHERE email IS NOT NULL")?;
    let mut people = people.query([])?;
    while let Some(row) = people.next()? {
        let email: String = row.get(0)?;
        let lower_case = record::address(&email);
        if lower_case != email {
            insert.execute([email, lower_case])?;
        }
    }
    Ok(())
}

/// A contact and its places in lower case get the first other spelling, unless somebody has the lower case.
fn respell(connection: &Connection) -> Result<(), AmiliaError> {
    for table in ["contact", "place"] {
        connection.execute(
            &format!(
                "UPDATE OR IGNORE {table}
                 SET email = (SELECT min(spelling.email) FROM spelling WHERE lower_case = {table}.email)
                 WHERE email IN (SELECT lower_case FROM spelling) AND email NOT IN (SELECT email FROM person WHERE email IS NOT NULL)"
            ),
            [],
        )?;
    }
    Ok(())
}

/// The setting is on (again): every address is in lower case.
fn fold(connection: &Connection) -> Result<(), AmiliaError> {
    connection.execute("DELETE FROM customer_base WHERE key = ?1", [FACT])?;
    let some: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM spelling)", [], |row| row.get(0))?;
    if !some {
        return Ok(());
    }
    for table in ["person", "contact", "place"] {
        connection.execute(
            &format!(
                "UPDATE OR IGNORE {table}
                 SET email = (SELECT lower_case FROM spelling WHERE spelling.email = {table}.email)
                 WHERE email IN (SELECT email FROM spelling)"
            ),
            [],
        )?;
    }
    connection.execute_batch(
        "DELETE FROM contact WHERE email IN (SELECT email FROM spelling);
         DELETE FROM place WHERE email IN (SELECT email FROM spelling);
         INSERT OR IGNORE INTO changed_address (email) SELECT lower_case FROM spelling;
         DELETE FROM spelling;",
    )?;
    set_fact(connection, "derive all", "yes")
}

/// The spellings of an address: lower case first, then those that persons have or had.
pub(super) fn all(connection: &Connection, address: &str) -> Result<Vec<String>, AmiliaError> {
    let address = record::address(address);
    let mut others = connection.prepare("SELECT email FROM spelling WHERE lower_case = ?1 ORDER BY email")?;
    let others = others.query_map([&address], |row| row.get(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(std::iter::once(address).chain(others).collect())
}

/// The spelling that is meant by what somebody wrote: exactly this one, else the lower case, else another, as long as anybody has it.
pub(super) fn meant(connection: &Connection, written: &str) -> Result<String, AmiliaError> {
    let mut spellings = all(connection, written)?;
    // A stable sort: the others stay as they stand.
    spellings.sort_by_key(|spelling| spelling != written.trim());
    let mut known = connection.prepare(
        "SELECT 1 FROM person WHERE email = ?1 UNION ALL SELECT 1 FROM contact WHERE email = ?1 LIMIT 1",
    )?;
    for spelling in spellings {
        if known.query_row([&spelling], |_| Ok(())).optional()?.is_some() {
            return Ok(spelling);
        }
    }
    Ok(record::address(written))
}
