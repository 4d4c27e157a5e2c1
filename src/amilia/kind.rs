//! The kinds of Amilia's exports that the snapshot keeps.

use std::collections::HashSet;

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension};

use super::AmiliaError;

/// A kind of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Persons, with the account that each belongs to (amilia 8.1).
    People,
    /// Registrations to activities, drop-ins included (amilia 8.2).
    Registrations,
    /// Memberships held (amilia 8.3).
    Memberships,
    /// Addresses that must get no mail (amilia 8.4).
    Unsubscribed,
}

/// What an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Every row there is: one that is not in it is missing.
    Full,
    /// Only what is new or changed: nothing is missing.
    Delta,
}

impl Kind {
    /// All kinds, in the order in which they are loaded: rows of the later ones refer to people.
    pub const ALL: [Kind; 4] = [Kind::People, Kind::Registrations, Kind::Memberships, Kind::Unsubscribed];

    /// The kind that a schema's exports are of.
    pub fn of_schema(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| name.strip_prefix("amilia/") == Some(kind.word()))
    }

    /// Its name in the store and in messages.
    pub fn word(self) -> &'static str {
        match self {
            Kind::People => "people",
            Kind::Registrations => "registrations",
            Kind::Memberships => "memberships",
            Kind::Unsubscribed => "unsubscribed",
        }
    }

    /// The columns of a snapshot row, in order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::People => &[
                "person_id",
                "account_id",
                "account_owner",
                "account_owner_id",
                "first_name",
                "last_name",
                "email",
                "gender",
                "birth_date",
                "child",
                "city",
                "province",
                "postal_code",
                "country",
                "phone",
                "mobile",
                "join_date",
                "external_id",
                "skills",
                "archived",
            ],
            Kind::Registrations => &[
                "registration_id",
                "person_id",
                "account_id",
                "account_owner_id",
                "program_id",
                "program",
                "category_id",
                "category",
                "subcategory_id",
                "subcategory",
                "activity_id",
                "activity",
                "activity_status",
                "activity_end",
                "registered_on",
                "status",
                "drop_in_on",
            ],
            Kind::Memberships => &[
                "membership_id",
                "membership",
                "person_id",
                "account_id",
                "purchased_on",
                "effective_on",
                "expires_on",
                "status",
                "card",
            ],
            Kind::Unsubscribed => &["email", "status", "unsubscribed_on"],
        }
    }

    /// Its table.
    pub(super) fn table(self) -> &'static str {
        match self {
            Kind::People => "person",
            Kind::Registrations => "registration",
            Kind::Memberships => "membership",
            Kind::Unsubscribed => "unsubscribed",
        }
    }

    /// The column that tells its rows apart, across exports.
    pub(super) fn key_column(self) -> &'static str {
        match self {
            Kind::People => "person_id",
            Kind::Registrations => "registration_id",
            Kind::Memberships | Kind::Unsubscribed => "row_key",
        }
    }
}

/// Whether the snapshot has this kind. Registrations and memberships cannot be read without people (amilia 8.5).
///
/// # Errors
/// When the store fails.
pub fn known(connection: &Connection, kind: Kind) -> Result<bool, AmiliaError> {
    Ok(first_day(connection, kind)?.is_some())
}

/// The addresses that must get no mail, in lower case and as persons write them (CI-63).
///
/// # Errors
/// When the store fails.
pub fn suppressed(connection: &Connection) -> Result<HashSet<String>, AmiliaError> {
    let mut statement = connection.prepare("SELECT email FROM suppressed")?;
    let emails = statement.query_map([], |row| row.get(0))?;
    Ok(emails.collect::<Result<_, _>>()?)
}

/// The day of the kind's first export: what is seen that day is the initial load (cyberimpact 2.2).
pub(super) fn first_day(connection: &Connection, kind: Kind) -> Result<Option<String>, AmiliaError> {
    fact(connection, &format!("first day of {}", kind.word()))
}

pub(super) fn set_first_day(
    connection: &Connection,
    kind: Kind,
    today: NaiveDate,
) -> Result<(), AmiliaError> {
    set_fact(connection, &format!("first day of {}", kind.word()), &today.to_string())
}

/// A fact about the customer base as a whole.
pub(super) fn fact(connection: &Connection, key: &str) -> Result<Option<String>, AmiliaError> {
    let mut statement = connection.prepare_cached("SELECT value FROM customer_base WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Enters a fact. One that stands there already is not written again.
pub(super) fn set_fact(connection: &Connection, key: &str, value: &str) -> Result<(), AmiliaError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO customer_base (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
    )?;
    statement.execute([key, value])?;
    Ok(())
}
