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
    /// Persons whose address changed, with the one before and the new one.
    changed: Vec<(i64, String, String)>,
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
        let turned_off = fact(connection, FACT)?.is_none();
        Ok(Some(Spellings { turned_off, changed: Vec::new() }))
    }

    /// Notes how an address is written.
    pub(super) fn note(&self, connection: &Connection, email: &str) -> Result<(), AmiliaError> {
        let lower_case = record::address(email);
        if lower_case != email {
            connection
                .prepare_cached("INSERT OR IGNORE INTO spelling (email, lower_case) VALUES (?1, ?2)")?
                .execute([email, &lower_case])?;
        }
        Ok(())
    }

    /// Notes that a person's address was another one before this export.
    pub(super) fn changed(&mut self, person: i64, before: &str, now: &str) {
        if self.turned_off && before != now && record::address(before) == record::address(now) {
            self.changed.push((person, before.to_owned(), now.to_owned()));
        }
    }

    /// Ends the export. `counts` says whether what was noted of a person holds.
    pub(super) fn finish(
        self,
        connection: &Connection,
        mode: Mode,
        counts: impl Fn(i64) -> bool,
    ) -> Result<(), AmiliaError> {
        for (person, before, now) in &self.changed {
            if counts(*person) {
                respell(connection, before, now)?;
            }
        }
        if mode == Mode::Full {
            set_fact(connection, FACT, "counts")?;
        }
        Ok(())
    }
}

/// A contact and its places get another spelling, unless somebody else has the one before.
fn respell(connection: &Connection, before: &str, now: &str) -> Result<(), AmiliaError> {
    let mut somebody = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE email = ?1)")?;
    if somebody.query_row([before], |row| row.get(0))? {
        return Ok(());
    }
    for table in ["contact", "place"] {
        connection
            .prepare_cached(&format!("UPDATE OR IGNORE {table} SET email = ?2 WHERE email = ?1"))?
            .execute([before, now])?;
        // Under the new spelling there is one already.
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE email = ?1"))?.execute([before])?;
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
