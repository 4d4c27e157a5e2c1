//! Brings the tables of a store to this version: one SQL file a version, `user_version` says which ones ran.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// The files, in order. The position (from 1) is the version. A file that was released is never edited.
const FILES: [&str; 11] = [
    include_str!("migrations/001.sql"),
    include_str!("migrations/002.sql"),
    include_str!("migrations/003.sql"),
    include_str!("migrations/004.sql"),
    include_str!("migrations/005.sql"),
    include_str!("migrations/006.sql"),
    include_str!("migrations/008.sql"),
    include_str!("migrations/009.sql"),
    include_str!("migrations/010.sql"),
    include_str!("migrations/011.sql"),
    include_str!("migrations/012.sql"),
];

/// The version of the tables that this program needs.
pub(super) const VERSION: i64 = FILES.len() as i64;

/// The version of the tables in the store.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Runs the files that have not run yet, each in its own transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    loop {
        // Read again under the write lock: another process may have migrated meanwhile.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        if found > VERSION {
            return Err(StoreError::Newer { found, known: VERSION });
        }
        let Some(sql) = usize::try_from(found).ok().and_then(|at| FILES.get(at)) else { return Ok(()) };
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_outlive_the_table_that_was_made_anew() {
        let mut connection = Connection::open_in_memory().unwrap();
        FILES[..9].iter().for_each(|sql| connection.execute_batch(sql).unwrap());
        connection.pragma_update(None, "user_version", 9).unwrap();
        let put = |connection: &Connection, reason: &str| {
            let sql =
                "INSERT INTO place VALUES ('a@example.com', ?1, 'SUB-1', '2026-01-01', '2026-02-01', ?1)";
            connection.execute(sql, [reason])
        };
        put(&connection, "archived").unwrap();
        migrate(&mut connection).unwrap();
        put(&connection, "unregistered").unwrap();
        put(&connection, "forgotten").unwrap_err();
        let reasons: Vec<String> = connection
            .prepare("SELECT reason FROM place ORDER BY reason")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(reasons, ["archived", "unregistered"]);
    }
}
