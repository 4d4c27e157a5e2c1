//! Addresses that were forgotten: only a keyed hash of each is kept, so that a later export that has one is recognised.
//!
//! The key is random, made with the first address, and never leaves the store: without the store nobody can try addresses out.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Sha256;

use super::{Store, StoreError};

/// What stands in a text instead of an address that was forgotten.
pub const FORGOTTEN: &str = "(forgotten)";

/// A keyed hash of an address.
pub(crate) type Mark = [u8; 32];

/// An address that was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenAddress {
    /// The day, in the project's zone: `2026-11-17`.
    pub on: String,
    /// Who registers again after that day comes back: it was allowed, and the address is not unsubscribed.
    pub may_return: bool,
}

/// All addresses that were forgotten.
#[derive(Debug, Default)]
pub struct Forgotten {
    key: Option<[u8; 32]>,
    marks: HashMap<Mark, ForgottenAddress>,
}

impl Forgotten {
    /// As the store has them.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let key = connection.query_row("SELECT key FROM forgotten_key", [], |row| row.get(0)).optional()?;
        let mut statement = connection
            .prepare("SELECT mark, forgotten_on, may_return AND NOT unsubscribed FROM forgotten")?;
        let marks = statement.query_map([], |row| {
            Ok((row.get(0)?, ForgottenAddress { on: row.get(1)?, may_return: row.get(2)? }))
        })?;
        Ok(Forgotten { key, marks: marks.collect::<Result<_, _>>()? })
    }

    /// Nothing was forgotten.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Whether an address was forgotten; outer spaces and case make no difference (CI-09).
    pub fn find(&self, address: &str) -> Option<&ForgottenAddress> {
        // What is no address costs no hash.
        if self.marks.is_empty() || !address.contains('@') {
            return None;
        }
        self.marks.get(&self.mark(address)?)
    }

    /// What is noted under a mark.
    pub(crate) fn get(&self, mark: &Mark) -> Option<&ForgottenAddress> {
        self.marks.get(mark)
    }

    /// The day since when what has this mark is forgotten.
    pub(crate) fn since(&self, mark: &Mark) -> Option<String> {
        self.marks.get(mark).map(|forgotten| forgotten.on.clone())
    }

    /// The keyed hash of an address; `None`: there is no key yet.
    pub(crate) fn mark(&self, address: &str) -> Option<Mark> {
        self.key.map(|key| mark(&key, address))
    }
}

fn mark(key: &[u8; 32], address: &str) -> Mark {
    let mut hmac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(hmac) => hmac,
        // A key may have any length.
        Err(_) => return Mark::default(),
    };
    hmac.update(address.trim().to_lowercase().as_bytes());
    hmac.finalize().into_bytes().into()
}

impl Store {
    /// The addresses that were forgotten.
    pub fn forgotten(&self) -> Result<Forgotten, StoreError> {
        Forgotten::read(&self.connection)
    }

    /// Notes that an address is forgotten from `on` (a day) on. One that is noted already keeps its day, unless it had come back; whether
    /// it may return is what is said now. Gives its mark.
    pub(crate) fn forget_address(
        &mut self,
        address: &str,
        on: &str,
        may_return: bool,
    ) -> Result<Mark, StoreError> {
        self.atomically(|store| {
            let connection = &store.connection;
            // SQLite's generator is seeded from the system's.
            connection
                .execute("INSERT OR IGNORE INTO forgotten_key (id, key) VALUES (1, randomblob(32))", [])?;
            let key: [u8; 32] =
                connection.query_row("SELECT key FROM forgotten_key", [], |row| row.get(0))?;
            let mark = mark(&key, address);
            connection.execute(
                "INSERT INTO forgotten (mark, forgotten_on, may_return) VALUES (?1, ?2, ?3)
                 ON CONFLICT (mark) DO UPDATE SET may_return = excluded.may_return",
                params![mark, on, may_return],
            )?;
            Ok(mark)
        })
    }

    /// Takes an address out of the texts that people and the ledger wrote (names and paths of exports, reasons): [`FORGOTTEN`] stands there
    /// instead. Gives how many cells were changed. `find` says where in a text the address stands. Files have to be renamed alike.
    pub(crate) fn erase_from_ledger(
        &mut self,
        find: &dyn Fn(&str) -> Option<std::ops::Range<usize>>,
    ) -> Result<u64, StoreError> {
        const TEXTS: [(&str, &str); 8] = [
            ("export", "name"),
            ("export", "work_path"),
            ("export", "archive_path"),
            ("export", "report_path"),
            ("outbound", "held_text"),
            ("outbound_event", "detail"),
            ("note", "value"),
            ("customer_base", "value"),
        ];
        self.atomically(|store| {
            let mut changed = 0;
            for (table, column) in TEXTS {
                let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE instr({column}, '@') > 0");
                let mut statement = store.connection.prepare(&sql)?;
                let texts: Vec<String> =
                    statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
                let update = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
                for text in texts {
                    let mut without = text.clone();
                    while let Some(place) = find(&without) {
                        without.replace_range(place, FORGOTTEN);
                    }
                    if without != text {
                        changed += store.connection.execute(&update, [&text, &without])? as u64;
                    }
                }
            }
            Ok(changed)
        })
    }

    /// How many cells of all tables hold a text for which `has` is true.
    pub(crate) fn count_texts(&self, has: &dyn Fn(&str) -> bool) -> Result<u64, StoreError> {
        let mut tables = self
            .connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
        let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut found = 0;
        for table in tables {
            let mut statement = self.connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    let cell = row.get_ref(column)?;
                    let bytes = match cell {
                        rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                            bytes
                        }
                        _ => continue,
                    };
                    if memchr::memchr(b'@', bytes).is_some() && has(&String::from_utf8_lossy(bytes)) {
                        found += 1;
                    }
                }
            }
        }
        Ok(found)
    }

    /// From now on what is deleted or overwritten in the store is overwritten with zeros in its file.
    pub(crate) fn erase_securely(&self) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "secure_delete", "ON")?)
    }

    /// Writes the store's file anew, without pages that hold what was deleted before, and empties its log. `false`: a reader beside us
    /// kept the log in use.
    pub(crate) fn rewrite(&self) -> Result<bool, StoreError> {
        self.connection.execute_batch("VACUUM")?;
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing::{at, claim, store};

    #[test]
    fn an_address_is_known_again_whatever_its_case_and_another_is_not() {
        let (_folder, mut store) = store();
        assert!(store.forgotten().unwrap().find("ann@example.com").is_none());
        store.forget_address("Ann@Example.com", "2026-11-17", false).unwrap();
        let forgotten = store.forgotten().unwrap();
        assert_eq!(forgotten.find(" ANN@example.com ").unwrap().on, "2026-11-17");
        assert!(forgotten.find("joann@example.com").is_none());
        assert!(forgotten.find("").is_none());
    }

    #[test]
    fn the_first_day_stays_and_the_switch_is_the_last_one() {
        let (_folder, mut store) = store();
        store.forget_address("ann@example.com", "2026-11-17", false).unwrap();
        store.forget_address("ann@example.com", "2026-12-01", true).unwrap();
        let forgotten = store.forgotten().unwrap();
        let found = forgotten.find("ann@example.com").unwrap();
        assert_eq!((found.on.as_str(), found.may_return), ("2026-11-17", true));
    }

    #[test]
    fn two_stores_have_different_marks() {
        let marks: Vec<_> = (0..2)
            .map(|_| store().1.forget_address("ann@example.com", "2026-11-17", false).unwrap())
            .collect();
        assert_ne!(marks[0], marks[1]);
    }

    #[test]
    fn the_ledger_loses_the_address_and_nothing_else() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "for ann@x.ca and ann@x.ca.csv", 1);
        let find = |text: &str| text.find("ann@x.ca").map(|at| at..at + 8);
        assert_eq!(store.erase_from_ledger(&find).unwrap(), 2);
        assert_eq!(store.export(export).unwrap().name, "for (forgotten) and (forgotten).csv");
        assert_eq!(store.count_texts(&|text| text.contains("ann@x.ca")).unwrap(), 0);
    }

    #[test]
    fn every_table_and_column_is_in_the_page_on_privacy() {
        let (_folder, store) = store();
        let page = include_str!("../../docs/privacy.md");
        let mut tables = store
            .connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in &tables {
            let line = page.lines().find(|line| line.starts_with(&format!("| `{table}` |")));
            let line = line.unwrap_or_else(|| panic!("docs/privacy.md has no line for the table {table}"));
            let statement = store.connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
            for column in statement.column_names() {
                assert!(line.contains(&format!("`{column}`")), "docs/privacy.md: {table} lacks {column}");
            }
        }
        let listed = page.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 3);
        let listed: Vec<_> =
            listed.filter_map(|line| line.split('`').nth(1)).filter(|name| !name.contains('/')).collect();
        for name in listed.into_iter().filter(|name| *name != "passeur.db") {
            assert!(
                tables.iter().any(|table| table == name),
                "docs/privacy.md has a line for {name}, which is no table"
            );
        }
    }

    #[test]
    fn what_was_deleted_is_gone_from_the_files_bytes() {
        let (folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let bytes = || -> Vec<u8> {
            let files = std::fs::read_dir(folder.path()).unwrap();
            files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
        };
        let there = || bytes().windows(8).any(|window| window == b"ann@x.ca");
        // Deleted before anything was erased securely.
        let export = claim(&mut store, &run, "ann@x.ca", 1);
        store.forget_claim(export).unwrap();
        assert!(there());
        store.erase_securely().unwrap();
        assert!(store.rewrite().unwrap());
        assert!(!there());
    }
}
