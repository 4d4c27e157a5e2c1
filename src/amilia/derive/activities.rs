//! Brings activities and memberships up to date, as their newest rows name them.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::super::AmiliaError;
use super::super::rules::Day;

/// What the rows of an activity say of it.
struct Activity {
    /// None of its rows is in the newest export.
    missing: bool,
    registered_on: Day,
    number: Option<i64>,
    registration_id: String,
    /// The row that names it, by its number in the store: one of the newest export before one that vanished.
    newest: i64,
    cancelled: bool,
}

/// Brings the activities and memberships of the accounts that changed up to date. An activity that is cancelled or taken up again concerns everyone who ever registered: their accounts have
/// changed, too.
pub(super) fn bring_up_to_date(connection: &Connection, all: bool) -> Result<(), AmiliaError> {
    let of_changed = "activity_id IN (SELECT registration.activity_id FROM changed_account
         CROSS JOIN registration ON registration.account_id = changed_account.account_id)";
    let sql = format!(
        "SELECT activity_id, missing_since IS NOT NULL, registered_on, number, registration_id, id,
                activity_status IS 'Cancelled'
         FROM registration WHERE {}",
        if all { "true" } else { of_changed }
    );
    let mut activities: HashMap<i64, Activity> = HashMap::new();
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        match activities.get_mut(&id) {
            Some(activity) => activity.look(row)?,
            None => {
                activities.insert(id, Activity::of(row)?);
            }
        }
    }
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS touched_activity (activity_id INTEGER PRIMARY KEY, newest INTEGER, cancelled INTEGER);
         DELETE FROM touched_activity;",
    )?;
    let mut insert = connection.prepare_cached("INSERT INTO touched_activity VALUES (?, ?, ?)")?;
    for (id, activity) in &activities {
        insert.execute(params![id, activity.newest, activity.cancelled])?;
    }
    connection.execute_batch(include_str!("activities.sql"))?;
    Ok(())
}

impl Activity {
    fn of(row: &Row<'_>) -> rusqlite::Result<Activity> {
        Ok(Activity {
            missing: row.get(1)?,
            registered_on: row.get(2)?,
            number: row.get(3)?,
            registration_id: row.get(4)?,
            newest: row.get(5)?,
            cancelled: row.get(6)?,
        })
    }

    /// Looks at a further row.
    fn look(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let missing: bool = row.get(1)?;
        let cancelled: bool = row.get(6)?;
        if missing != self.missing {
            // Rows that vanished say nothing beside one that is there.
            if self.missing {
                *self = Activity::of(row)?;
            }
            return Ok(());
        }
        let known = (self.registered_on, self.number, self.registration_id.as_str());
        let newer = (row.get(2)?, row.get(3)?, row.get_ref(4)?.as_str()?) > known;
        if newer {
            *self = Activity { cancelled: self.cancelled, ..Activity::of(row)? };
        }
        self.cancelled |= cancelled;
        Ok(())
    }
}
