//! The table of a kind while an export is loaded: how its rows go in, are changed and taken back. It knows no rule.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::fresh::Going;
use super::packed::Cell;
use super::record::{Hash, Plan};
use super::{AmiliaError, Kind};

/// The table of a kind.
pub(super) struct Table<'c> {
    connection: &'c Connection,
    kind: Kind,
    /// The day of the export, as the tables have it.
    day: String,
    /// Where a row has its account.
    account_at: Option<usize>,
    /// Of a table that was empty: what makes its indexes again.
    indexes: Vec<String>,
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
    find: CachedStatement<'c>,
    keep: CachedStatement<'c>,
}

/// A row that is there.
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) hash: Hash,
    pub(super) missing: bool,
    /// 0 where the kind has none.
    pub(super) account: i64,
    /// Of a person.
    pub(super) email: Option<String>,
}

impl<'c> Table<'c> {
    /// Opens the table for an export of this day. `empty`: it holds nothing; its indexes are made at once when all rows are there, which
    /// is faster.
    pub(super) fn open(
        connection: &'c Connection,
        plan: &Plan,
        day: String,
        empty: bool,
    ) -> Result<Table<'c>, AmiliaError> {
        let kind = plan.kind;
        let (table, key) = (kind.table(), kind.key_column());
        let columns = plan.columns();
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!(
            "INSERT INTO {table} ({}, hash, first_seen) VALUES ({marks}, ?, ?) ON CONFLICT ({key}) DO NOTHING",
            columns.join(", ")
        );
        let assignments: Vec<String> = columns.iter().map(|name| format!("{name} = ?")).collect();
        let back = match kind {
            Kind::People => ", missing_since = NULL, gone = 0",
            Kind::Registrations => ", missing_since = NULL, removed = NULL",
            Kind::Memberships | Kind::Unsubscribed => ", missing_since = NULL",
        };
        let update = format!("UPDATE {table} SET {}, hash = ?{back} WHERE {key} = ?", assignments.join(", "));
        // What a row was before this export, in case its key comes twice.
        connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.before_export;
             CREATE TEMP TABLE before_export AS SELECT * FROM {table} WHERE 0;
             CREATE UNIQUE INDEX temp.before_export_key ON before_export ({key});"
        ))?;
        let indexes = if empty { without_indexes(connection, table)? } else { Vec::new() };
        let account = if kind == Kind::Unsubscribed { "0" } else { "account_id" };
        let email = if kind == Kind::People { "email" } else { "NULL" };
        Ok(Table {
            connection,
            kind,
            day,
            account_at: plan.position("account_id"),
            indexes,
            insert: connection.prepare_cached(&insert)?,
            update: connection.prepare_cached(&update)?,
            find: connection.prepare_cached(&format!(
                "SELECT rowid, hash, missing_since IS NOT NULL, {account}, {email} FROM {table} WHERE {key} = ?"
            ))?,
            keep: connection.prepare_cached(&format!(
                "INSERT OR IGNORE INTO temp.before_export SELECT * FROM {table} WHERE {key} = ?"
            ))?,
        })
    }

    /// Whether the table holds nothing.
    pub(super) fn is_empty(connection: &Connection, kind: Kind) -> Result<bool, AmiliaError> {
        let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {})", kind.table());
        Ok(connection.query_row(&sql, [], |row| row.get(0))?)
    }

    /// Puts a row in, unless its key is there. Its id.
    pub(super) fn insert(&mut self, row: &Going<'_>) -> Result<Option<i64>, AmiliaError> {
        bind(&mut self.insert, row, self.account_at, &Cell::Text(self.day.as_bytes()))?;
        Ok((self.insert.raw_execute()? == 1).then(|| self.connection.last_insert_rowid()))
    }

    /// Gives the row with this key other content, and keeps what it was.
    pub(super) fn change(&mut self, key: &Cell<'_>, row: &Going<'_>) -> Result<(), AmiliaError> {
        self.keep.execute([key])?;
        bind(&mut self.update, row, self.account_at, key)?;
        self.update.raw_execute()?;
        Ok(())
    }

    /// The row with this key.
    pub(super) fn find(&mut self, key: &Cell<'_>) -> Result<Option<Found>, AmiliaError> {
        let found = self.find.query_row([key], |row| {
            Ok(Found {
                id: row.get(0)?,
                hash: row.get(1)?,
                missing: row.get(2)?,
                account: row.get(3)?,
                email: row.get(4)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Takes a row out, by its key.
    pub(super) fn remove(&self, key: &Cell<'_>) -> Result<(), AmiliaError> {
        let sql = format!("DELETE FROM {} WHERE {} = ?", self.kind.table(), self.kind.key_column());
        self.connection.prepare_cached(&sql)?.execute([key])?;
        Ok(())
    }

    /// Takes a row out, by its id.
    pub(super) fn remove_id(&self, id: i64) -> Result<(), AmiliaError> {
        let sql = format!("DELETE FROM {} WHERE rowid = ?", self.kind.table());
        self.connection.prepare_cached(&sql)?.execute([id])?;
        Ok(())
    }

    /// Puts a row that was changed back to what it was.
    pub(super) fn put_back(&self, id: i64) -> Result<(), AmiliaError> {
        let column = if self.kind == Kind::People { "person_id" } else { "id" };
        let table = self.kind.table();
        let sql =
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM temp.before_export WHERE {column} = ?");
        self.connection.prepare_cached(&sql)?.execute([id])?;
        Ok(())
    }

    /// Notes that the export lacks a row, and its account.
    pub(super) fn miss(&self, id: i64) -> Result<(), AmiliaError> {
        let table = self.kind.table();
        let mark = format!("UPDATE {table} SET missing_since = ?1 WHERE rowid = ?2");
        self.connection.prepare_cached(&mark)?.execute(params![self.day, id])?;
        if self.kind != Kind::Unsubscribed {
            let note = format!(
                "INSERT OR IGNORE INTO changed_account (account_id) SELECT account_id FROM {table} WHERE rowid = ?"
            );
            self.connection.prepare_cached(&note)?.execute([id])?;
        }
        Ok(())
    }

    /// People who are missing in a second full export, of another day, are gone (cyberimpact section 8). Notes their accounts.
    pub(super) fn gone(&self) -> Result<(), AmiliaError> {
        self.connection.execute(
            "INSERT OR IGNORE INTO changed_account (account_id)
             SELECT account_id FROM person WHERE missing_since < ?1 AND gone = 0",
            [&self.day],
        )?;
        let gone = "UPDATE person SET gone = 1 WHERE missing_since < ?1 AND gone = 0";
        self.connection.execute(gone, [&self.day])?;
        Ok(())
    }

    /// Makes the indexes of a table that was empty: all rows are there.
    pub(super) fn index(&self) -> Result<(), AmiliaError> {
        Ok(self.connection.execute_batch(&self.indexes.join(";\n"))?)
    }

    /// Forgets what rows were before.
    pub(super) fn close(self) -> Result<(), AmiliaError> {
        Ok(self.connection.execute_batch("DROP TABLE IF EXISTS temp.before_export")?)
    }
}

/// Takes the indexes off an empty table. Gives what makes them again.
fn without_indexes(connection: &Connection, table: &str) -> Result<Vec<String>, AmiliaError> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let indexes: Vec<(String, String)> =
        statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Binds the cells of a row in the order of its [`Plan`], with its account in its place; then its hash, and what comes last.
fn bind(
    statement: &mut CachedStatement<'_>,
    row: &Going<'_>,
    account_at: Option<usize>,
    last: &Cell<'_>,
) -> rusqlite::Result<()> {
    let mut number = 0;
    for (at, cell) in row.cells.enumerate() {
        let account = row.account.filter(|_| account_at == Some(at));
        number = at + 1;
        statement.raw_bind_parameter(number, account.map_or(cell, Cell::Integer))?;
    }
    statement.raw_bind_parameter(number + 1, row.hash.as_slice())?;
    statement.raw_bind_parameter(number + 2, last)
}
