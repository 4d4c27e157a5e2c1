//! Why an address is a contact, or is not: the trace behind `passeur explain`. It reads what the last derivation left, so that it
//! works beside a run, and it decides nothing.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{AmiliaError, spelling};
use crate::store::{Forgotten, ForgottenAddress};

/// Why an address is a contact, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The address, as it is compared (CI-09).
    pub email: String,
    /// The day of the derivation that this is about; `None`: there was none yet.
    pub day: Option<String>,
    /// What the address is.
    pub verdict: Verdict,
    /// Since when it is forgotten, and whether it may return.
    pub forgotten: Option<ForgottenAddress>,
    /// The contact's row; there, too, while it is not sent.
    pub contact: Option<Contact>,
    /// Everyone who has the address now; the record shown first.
    pub persons: Vec<Person>,
    /// The rows that lead to the address, newest first.
    pub rows: Vec<Source>,
    /// Places in groups of activities and memberships, held and ended.
    pub places: Vec<Place>,
}

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A contact; it is sent.
    Contact,
    /// A person asked to be forgotten: nothing of it is taken in or sent.
    Forgotten,
    /// On the unsubscribed list: nothing is sent (CI-63).
    Unsubscribed,
    /// Only a child's or a placeholder's today: nothing is sent (CI-04, CI-06, amilia 9.4).
    KeptOut,
    /// Of persons whom nothing imported yet (CI-14).
    NotImported,
    /// Nobody has it, and nobody ever did.
    Unknown,
}

impl Verdict {
    /// Its name in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Contact => "contact",
            Verdict::Forgotten => "forgotten",
            Verdict::Unsubscribed => "unsubscribed",
            Verdict::KeptOut => "kept-out",
            Verdict::NotImported => "not-imported",
            Verdict::Unknown => "unknown",
        }
    }
}

/// What is shown for the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose record.
    pub person: i64,
    /// Of which account.
    pub account: i64,
    /// Name on the record.
    pub name: String,
    /// Why this one.
    pub why: Why,
    /// Whether the record is archived (CI-24).
    pub archived: bool,
    /// Day of the consent (CI-52).
    pub consent_on: Option<String>,
    /// The row that gives it: a registration, or `membership:…`.
    pub consent_row: Option<String>,
    /// What brought the address into the customers group.
    pub because: String,
}

/// Why a record is shown for an address, and no other (cyberimpact section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nobody else competes.
    Only,
    /// An owner comes before a member.
    Owner,
    /// Its account has the newest registration or purchase.
    NewestAccount,
    /// The lowest account.
    LowestAccount,
    /// The lowest person of the account.
    LowestPerson,
    /// Nobody has the address any more: the last row is kept.
    LastRow,
}

impl Why {
    /// Its name in texts and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Why::Only => "only",
            Why::Owner => "owner",
            Why::NewestAccount => "newest-account",
            Why::LowestAccount => "lowest-account",
            Why::LowestPerson => "lowest-person",
            Why::LastRow => "last-row",
        }
    }
}

/// Someone who has the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub person: i64,
    /// The account.
    pub account: i64,
    /// First and last name.
    pub name: String,
    /// Owner of the account.
    pub owner: bool,
    /// Archived, or gone from the exports (CI-17).
    pub archived: bool,
    /// Why the person is not written to: `child`, `unknown age`, `placeholder`.
    pub kept_out: Option<String>,
    /// What imported the person.
    pub imported: Option<Imported>,
    /// Newest registration or purchase of the account that counts.
    newest: String,
}

/// What imported a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The day.
    pub on: String,
    /// The rule: `CI-11`.
    pub rule: String,
    /// The row: a registration, `membership:…`, or the `person:…` who was created.
    pub row: Option<String>,
}

/// A registration or membership that leads to the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A registration, or `membership:…`.
    pub row: String,
    /// Of what.
    pub title: String,
    /// Day of registration or purchase.
    pub on: String,
    /// Who is registered or holds it.
    pub holder: i64,
    /// It leads here because the address is the owner's (CI-02).
    pub through_owner: bool,
    /// `live`, `vanished`, `expired`, `frozen`, `unregistered`, `not-active`, `cancelled-first`, `too-old`.
    pub state: String,
}

/// A place in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The group.
    pub group: String,
    /// Its title.
    pub title: String,
    /// The row that gave it.
    pub because: String,
    /// Since when.
    pub since: String,
    /// When and why it ended.
    pub ended: Option<(String, String)>,
}

/// Traces an address.
///
/// # Errors
/// When the store fails.
pub fn explain(connection: &Connection, email: &str) -> Result<Explanation, AmiliaError> {
    let email = spelling::meant(connection, email)?;
    let day = super::kind::fact(connection, "derived on")?;
    let persons: Vec<Person> = all(connection, include_str!("explain/persons.sql"), &email, person)?;
    let rows: Vec<Source> = all(connection, include_str!("explain/rows.sql"), &email, source)?;
    let places: Vec<Place> = all(connection, PLACES, &email, place)?;
    let mut found = connection.prepare(
        "SELECT person_id, account_id, trim(concat_ws(' ', first_name, last_name)), archived, consent_on, consent_row, because,
                listed, held
         FROM contact WHERE email = :email",
    )?;
    let found = found
        .query_row(named_params! { ":email": email }, |row| {
            let contact = Contact {
                person: row.get(0)?,
                account: row.get(1)?,
                name: row.get(2)?,
                why: if row.get(8)? { why(&persons) } else { Why::LastRow },
                archived: row.get(3)?,
                consent_on: row.get(4)?,
                consent_row: row.get(5)?,
                because: row.get(6)?,
            };
            Ok((contact, row.get::<_, bool>(7)?))
        })
        .optional()?;
    let suppressed: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM suppressed WHERE email = :email)",
        named_params! { ":email": email },
        |row| row.get(0),
    )?;
    let forgotten = Forgotten::read(connection)?.find(&email).cloned();
    let verdict = match &found {
        _ if forgotten.is_some() => Verdict::Forgotten,
        _ if suppressed => Verdict::Unsubscribed,
        Some((_, true)) => Verdict::Contact,
        Some((_, false)) => Verdict::KeptOut,
        None if persons.is_empty() => Verdict::Unknown,
        None if persons.iter().all(|person| person.kept_out.is_some()) => Verdict::KeptOut,
        None => Verdict::NotImported,
    };
    let contact = found.map(|(contact, _)| contact);
    Ok(Explanation { email, day, verdict, forgotten, contact, persons, rows, places })
}

const PLACES: &str = "
    SELECT group_key, coalesce(activity.title, membership_kind.title, group_key), because, since, ended_on, reason
    FROM place
    LEFT JOIN activity ON place.group_key = 'activity:' || activity.activity_id
    LEFT JOIN membership_kind ON place.group_key = 'membership:' || membership_kind.membership_key
    WHERE email = :email
    ORDER BY ended_on IS NOT NULL, group_key";

fn all<T>(
    connection: &Connection,
    sql: &str,
    email: &str,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, AmiliaError> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(named_params! { ":email": email }, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let on: Option<String> = row.get(6)?;
    let imported = match on {
        Some(on) => Some(Imported {
            on,
            rule: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
            row: row.get(8)?,
        }),
        None => None,
    };
    Ok(Person {
        person: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        owner: row.get(3)?,
        archived: row.get(4)?,
        kept_out: row.get(5)?,
        imported,
        newest: row.get(9)?,
    })
}

fn source(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        row: row.get(0)?,
        title: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        on: row.get(2)?,
        holder: row.get(3)?,
        through_owner: row.get(4)?,
        state: row.get(5)?,
    })
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    let ended: Option<String> = row.get(4)?;
    let reason: Option<String> = row.get(5)?;
    Ok(Place {
        group: row.get(0)?,
        title: row.get(1)?,
        because: row.get(2)?,
        since: row.get(3)?,
        ended: ended.zip(reason),
    })
}

/// What decided between the first of the persons and the next one that competes.
fn why(persons: &[Person]) -> Why {
    let mut competing =
        persons.iter().filter(|person| person.imported.is_some() && person.kept_out.is_none());
    let (Some(shown), Some(next)) = (competing.next(), competing.next()) else { return Why::Only };
    if shown.owner != next.owner {
        Why::Owner
    } else if shown.newest != next.newest {
        Why::NewestAccount
    } else if shown.account != next.account {
        Why::LowestAccount
    } else {
        Why::LowestPerson
    }
}
