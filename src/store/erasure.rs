//! What happened to archived exports and delivered files after their receipts: rows taken out, files removed.

use std::fmt;

use chrono::{DateTime, Utc};
use rusqlite::params;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;

use super::types::words;
use super::{ExportId, OutboundId, OutboundRecord, Sha256, Store, StoreError, integer, outbound};

words! {
    /// Why something was erased.
    Cause {
        /// A person asked to be forgotten.
        Forgotten = "forgotten",
        /// Its term is over.
        Retention = "retention",
    }
}

/// A file that the ledger knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// An archived export.
    Export(ExportId),
    /// Our copy of an outbound file.
    Outbound(OutboundId),
}

/// One change of a file after its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub cause: Cause,
    /// SHA-256 of the file before.
    pub before: Sha256,
    /// And after; `None`: the file was removed.
    pub after: Option<Sha256>,
    /// Rows taken out or changed; 0: the file was removed as a whole.
    pub rows: u64,
}

impl Kept {
    fn column(self) -> (&'static str, Box<dyn ToSql>) {
        match self {
            Kept::Export(id) => ("export", Box::new(id)),
            Kept::Outbound(id) => ("outbound", Box::new(id)),
        }
    }
}

impl Store {
    /// Enters an erasure, before the file is changed. The same one again (the process died before it could change the file) is entered once.
    pub(crate) fn enter_erasure(&mut self, of: Kept, erasure: &Erasure) -> Result<(), StoreError> {
        let (column, id) = of.column();
        let sql = format!(
            "INSERT INTO erasure ({column}, at, cause, before, after, rows)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS
             (SELECT 1 FROM erasure WHERE {column} = ?1 AND before = ?4 AND after IS ?5)"
        );
        let Erasure { at, cause, before, after, rows } = erasure;
        self.connection.execute(&sql, params![id, at, cause, before, after, integer(*rows)])?;
        Ok(())
    }

    /// The erasures of a file, oldest first.
    pub fn erasures(&self, of: Kept) -> Result<Vec<Erasure>, StoreError> {
        let (column, id) = of.column();
        let sql =
            format!("SELECT at, cause, before, after, rows FROM erasure WHERE {column} = ?1 ORDER BY id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let erasures = statement.query_map([id], |row| {
            Ok(Erasure {
                at: row.get(0)?,
                cause: row.get(1)?,
                before: row.get(2)?,
                after: row.get(3)?,
                rows: row.get::<_, i64>(4)?.unsigned_abs(),
            })
        })?;
        Ok(erasures.collect::<Result<_, _>>()?)
    }

    /// Delivered files whose receipts have to name an erasure: of their own, or of their export.
    pub(crate) fn delivered_with_erasures(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where(
            "state = 'delivered' AND receipt_path IS NOT NULL AND receipt_removed_at IS NULL
             AND (id IN (SELECT outbound FROM erasure) OR export IN (SELECT export FROM erasure)
                  OR id IN (SELECT packed_in FROM outbound WHERE export IN (SELECT export FROM erasure)))",
        )
    }

    /// Delivered files of an export, and archives with one inside, in staging order.
    pub(crate) fn delivered_of(&self, export: ExportId) -> Result<Vec<OutboundRecord>, StoreError> {
        let sql = format!(
            "SELECT {} FROM outbound WHERE (export = ?1 OR id IN (SELECT packed_in FROM outbound WHERE export = ?1))
             AND state = 'delivered' ORDER BY id",
            outbound::COLUMNS
        );
        let mut statement = self.connection.prepare(&sql)?;
        let records = statement.query_map([export], outbound::record)?;
        Ok(records.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, store};

    #[test]
    fn an_erasure_is_entered_once() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = Kept::Export(claim(&mut store, &run, "a.csv", 1));
        let first =
            Erasure { at: at(5), cause: Cause::Forgotten, before: [1; 32], after: Some([2; 32]), rows: 3 };
        store.enter_erasure(export, &first).unwrap();
        store.enter_erasure(export, &Erasure { at: at(9), ..first.clone() }).unwrap();
        let last = Erasure { at: at(9), cause: Cause::Retention, before: [2; 32], after: None, rows: 0 };
        store.enter_erasure(export, &last).unwrap();
        store.enter_erasure(export, &last).unwrap();
        assert_eq!(store.erasures(export).unwrap(), [first, last]);
    }
}
