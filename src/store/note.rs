//! Notes that a run leaves for later ones, and the version of the customer base.

use std::borrow::Cow;

use rusqlite::OptionalExtension;

use super::{Store, StoreError};

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note<'a> {
    /// What the models were last derived from.
    Derived,
    /// What the rows of the models were last written from, apart from the accounts that change.
    Models,
    /// The removal guard that holds the customer base, as JSON.
    Guard,
    /// The version of the customer base whose removals a person accepted.
    Accepted,
    /// The scheduled time at which exports were taken last, and by which expression.
    Collected,
    /// The scheduled time at which files were delivered last, and by which expression.
    Delivered,
    /// The same for the files of the route of this name.
    RouteDelivered(&'a str),
    /// What was told by mail, as JSON.
    ToldByMail,
    /// What was told by webhook, as JSON.
    ToldByWebhook,
}

impl Note<'_> {
    fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Note::Derived => "derived from",
            Note::Models => "models written from",
            Note::Guard => "removal guard",
            Note::Accepted => "removals accepted for",
            Note::Collected => "scheduled collecting done",
            Note::Delivered => "scheduled delivery done",
            Note::RouteDelivered(route) => return format!("scheduled delivery done of route {route}").into(),
            Note::ToldByMail => "told by mail",
            Note::ToldByWebhook => "told by webhook",
        })
    }
}

impl Store {
    /// A note.
    pub fn note(&self, note: Note<'_>) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM note WHERE name = ?1";
        Ok(self.connection.query_row(sql, [note.name()], |row| row.get(0)).optional()?)
    }

    /// Leaves a note; `None` takes it away.
    pub fn set_note(&mut self, note: Note<'_>, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => self.connection.execute(
                "INSERT INTO note (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [&*note.name(), value],
            )?,
            None => self.connection.execute("DELETE FROM note WHERE name = ?1", [note.name()])?,
        };
        Ok(())
    }

    /// Rises with every Amilia export that was read, and with every file that was discarded.
    pub fn customer_base_version(&self) -> Result<String, StoreError> {
        let sql = "SELECT coalesce(max(id), 0) FROM export WHERE outcome IN ('accepted', 'duplicate') \
                   AND schema LIKE 'amilia/%'";
        let exports: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(format!("{exports}-{}", self.discarded()?))
    }

    /// Files that were discarded so far: the rows of each count as not sent.
    pub fn discarded(&self) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM outbound WHERE state = 'discarded'";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::store;

    #[test]
    fn a_note_stands_until_it_is_taken_away() {
        let (_folder, mut store) = store();
        assert_eq!(store.note(Note::Guard).unwrap(), None);
        store.set_note(Note::Guard, Some("a")).unwrap();
        store.set_note(Note::Guard, Some("b")).unwrap();
        assert_eq!(store.note(Note::Guard).unwrap().as_deref(), Some("b"));
        assert_eq!(store.note(Note::Derived).unwrap(), None);
        store.set_note(Note::Guard, None).unwrap();
        assert_eq!(store.note(Note::Guard).unwrap(), None);
    }
}
