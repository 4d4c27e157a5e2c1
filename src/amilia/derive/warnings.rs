//! What a person should look at.

use rusqlite::Connection;

use super::super::AmiliaError;
use super::{Listed, Warning};

/// What the derived tables give reason to look at.
pub(super) fn of(connection: &Connection, contacts: &Listed) -> Result<Vec<Warning>, AmiliaError> {
    let mut warnings = Vec::new();
    let mut titles = connection.prepare(
        "SELECT title, json_group_array(activity_id ORDER BY activity_id) FROM activity
         GROUP BY title HAVING count(*) > 1 ORDER BY title",
    )?;
    let mut rows = titles.query([])?;
    while let Some(row) = rows.next()? {
        let activities: String = row.get(1)?;
        let activities = serde_json::from_str(&activities).unwrap_or_default();
        warnings.push(Warning::EqualTitles { title: row.get(0)?, activities });
    }
    // Only titles with the replacement can have had one; that spares a look at every registration.
    let mut replaced = connection.prepare(
        r"SELECT count(*), min(title) FROM activity WHERE instr(title, ' / ') > 0 AND EXISTS
          (SELECT 1 FROM registration WHERE registration.activity_id = activity.activity_id AND missing_since IS NULL
           AND instr(concat_ws(char(10), trim(registration.program), trim(registration.category), trim(registration.subcategory),
                               trim(registration.activity)), ' \ ') > 0)",
    )?;
    let (found, title) =
        replaced.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?)))?;
    if let Some(title) = title {
        warnings.push(Warning::SeparatorReplaced { count: found.unsigned_abs(), title });
    }
    if contacts.shared > 0 {
        warnings.push(Warning::SharedAddresses { count: contacts.shared });
    }
    if contacts.without_consent > 0 {
        warnings.push(Warning::NoConsent { count: contacts.without_consent });
    }
    Ok(warnings)
}
