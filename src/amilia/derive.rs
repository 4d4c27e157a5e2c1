//! Brings history and derived tables up to date with the snapshot: reads each family that changed, has the rules decide, writes what differs.

mod activities;
mod gather;
mod warnings;
mod write;

use std::collections::HashSet;

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::household::link;
use super::kind::{fact, first_day, set_fact};
use super::rules::{self, Day, Terms, Window};
use super::{AmiliaError, Kind, Settings, record};
use gather::{Gatherer, Start};
use write::Writer;

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
    /// Addresses that left the unsubscribed list, and would come back.
    pub returned_addresses: u64,
    /// Of so many.
    pub addresses: u64,
    /// The largest share that passes, 0 to 1.
    pub max_returned_addresses: f64,
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
    /// Names of so many activities, or of a level above them, hold the separator of titles, ` \ `; it was replaced by ` / ` (amilia 9.9).
    SeparatorReplaced {
        /// How many.
        count: u64,
        /// The title of the first, as it was made.
        title: String,
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
    let (terms, all) = prepare(connection, settings, today)?;
    let guarded = Guarded::before(connection)?;
    activities::bring_up_to_date(connection, all)?;
    tie_owners(connection, all)?;
    let accounts = changed_accounts(connection, all)?;
    let addresses = changed_addresses(connection)?;
    let gatherer = Gatherer::new(connection, settings, all)?;
    let mut writer = Writer::new(connection, &terms)?;
    families(gatherer, &terms, &accounts, &addresses, &mut writer)?;
    connection.execute_batch("DELETE FROM changed_account; DELETE FROM changed_address")?;
    accept_list(connection)?;
    set_fact(connection, "derived on", &today.to_string())?;
    set_fact(connection, "derived with", &format!("{settings:?}"))?;
    for kind in [Kind::Registrations, Kind::Memberships] {
        set_fact(connection, &last_of(kind), &newest_counted(connection, kind)?.to_string())?;
    }
    let guard = if accept_removals { None } else { guarded.after(&writer, settings) };
    let derived = !accounts.is_empty();
    let contacts = Listed::count(connection)?;
    let counts = Counts {
        contacts: contacts.all,
        archived: contacts.archived,
        places: places(connection)?,
        unsubscribed: count(connection, &format!("SELECT count(*) FROM ({ON_THE_LIST})"))?,
    };
    Ok(Derived { counts, derived, guard, warnings: warnings::of(connection, &contacts)? })
}

/// Ties the accounts whose persons name an owner of another account to that account, before families are looked for.
fn tie_owners(connection: &Connection, all: bool) -> Result<(), AmiliaError> {
    let changed = "changed_account CROSS JOIN person AS one ON one.account_id = changed_account.account_id";
    let sql = format!(
        "SELECT one.account_id, owner.account_id FROM {}
         CROSS JOIN person AS owner ON owner.person_id = one.account_owner_id AND owner.account_id <> one.account_id",
        if all { "person AS one" } else { changed }
    );
    let mut statement = connection.prepare(&sql)?;
    let pairs: Vec<(i64, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (account, owners) in pairs {
        link(connection, account, owners)?;
    }
    Ok(())
}

/// Accounts to look at, in their order.
fn changed_accounts(connection: &Connection, all: bool) -> Result<Vec<i64>, AmiliaError> {
    if all {
        connection.execute(
            "INSERT OR IGNORE INTO changed_account (account_id) SELECT DISTINCT account_id FROM person ORDER BY 1",
            [],
        )?;
    }
    let mut statement = connection.prepare("SELECT account_id FROM changed_account ORDER BY 1")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Addresses that persons gave up.
fn changed_addresses(connection: &Connection) -> Result<Vec<String>, AmiliaError> {
    let mut statement = connection.prepare("SELECT email FROM changed_address ORDER BY email")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How many accounts are read together.
const AHEAD: usize = if cfg!(test) { 2 } else { 200 };

/// Has the rules look at each family that one of these accounts or addresses belongs to. `accounts` are those that changed, in their order.
fn families(
    mut gatherer: Gatherer<'_>,
    terms: &Terms<'_>,
    accounts: &[i64],
    addresses: &[String],
    writer: &mut Writer<'_>,
) -> Result<(), AmiliaError> {
    let mut done: HashSet<i64> = HashSet::new();
    for together in accounts.chunks(AHEAD) {
        if let [first, .., last] | [first @ last] = together {
            gatherer.read_ahead(*first, *last)?;
        }
        for account in together {
            family_at(&mut gatherer, Start::Account(*account), terms, &mut done, writer)?;
        }
    }
    for address in addresses {
        family_at(&mut gatherer, Start::Address(address), terms, &mut done, writer)?;
    }
    writer.flush()
}

/// Has the rules look at the family at this place, unless they did. `done`: accounts that they looked at.
fn family_at(
    gatherer: &mut Gatherer<'_>,
    start: Start<'_>,
    terms: &Terms<'_>,
    done: &mut HashSet<i64>,
    writer: &mut Writer<'_>,
) -> Result<(), AmiliaError> {
    if gatherer.accounts_at(start)?.iter().any(|account| done.contains(account)) {
        return Ok(());
    }
    let mut family = gatherer.family(start, &mut |account| {
        let written = !done.insert(account);
        if written {
            // Only now tied to one that was looked at: what waits to be written is read again.
            writer.flush()?;
        }
        Ok(written)
    })?;
    let contacts = rules::apply(&mut family, terms);
    writer.take(family, contacts)
}

/// Enters what the rules and models go by, and the accounts that time alone has changed. Returns it, and whether all accounts must be looked at.
fn prepare<'s>(
    connection: &Connection,
    settings: &'s Settings,
    today: NaiveDate,
) -> Result<(Terms<'s>, bool), AmiliaError> {
    let out_of_range = || AmiliaError::Day { today };
    let window = Window::of(today, settings).ok_or_else(out_of_range)?;
    let first = |kind| -> Result<Option<Day>, AmiliaError> {
        Ok(first_day(connection, kind)?.and_then(|day| Day::of(&day)))
    };
    let terms = Terms {
        today: Day::of(&today.to_string()).ok_or_else(out_of_range)?,
        window,
        first_people: first(Kind::People)?,
        first_registrations: first(Kind::Registrations)?,
        first_memberships: first(Kind::Memberships)?,
        last_registration: last_counted(connection, Kind::Registrations)?,
        last_membership: last_counted(connection, Kind::Memberships)?,
        settings,
    };
    let today = today.to_string();
    connection.execute("DELETE FROM setting", [])?;
    connection.execute(
        "INSERT INTO setting VALUES (:today, :window_start, :people, :registrations, :memberships, :last_registration,
             :last_membership, :owner_stays, :renew, :stay, :relation, :customers, :archived, :source)",
        named_params! {
            ":today": today,
            ":window_start": window.start,
            ":people": terms.first_people,
            ":registrations": terms.first_registrations,
            ":memberships": terms.first_memberships,
            ":last_registration": terms.last_registration,
            ":last_membership": terms.last_membership,
            ":owner_stays": settings.owner_stays,
            ":renew": settings.registrants_renew_owner,
            ":stay": settings.expired_memberships_stay,
            ":relation": settings.relation_without_consent,
            ":customers": settings.customers_title(),
            ":archived": settings.archived_title(),
            ":source": settings.consent_source(),
        },
    )?;
    let same_settings = fact(connection, "derived with")?.is_none_or(|with| with == format!("{settings:?}"));
    if !same_settings {
        cells_again(connection, settings)?;
    }
    let first_load = connection.execute("DELETE FROM customer_base WHERE key = 'derive all'", [])? > 0;
    let Some(before) = fact(connection, "derived on")? else { return Ok((terms, true)) };
    if !same_settings || first_load || before > today {
        return Ok((terms, true));
    }
    connection.execute(
        "INSERT OR IGNORE INTO changed_account (account_id)
         SELECT account_id FROM person WHERE adult_on > :before AND adult_on <= :today                    -- CI-07, amilia 9.6
         UNION ALL
         SELECT account_id FROM membership
         WHERE status IS NULL AND ((effective_on > :before AND effective_on <= :today)
                                   OR (expires_on >= :before AND expires_on < :today))",
        named_params! { ":before": before, ":today": today },
    )?;
    Ok((terms, false))
}

/// The newest row of a kind that counted when the base was derived last; 0: none did.
fn last_counted(connection: &Connection, kind: Kind) -> Result<i64, AmiliaError> {
    match fact(connection, &last_of(kind))? {
        Some(id) => Ok(id.parse().unwrap_or_default()),
        None if fact(connection, "derived on")?.is_some() => newest_counted(connection, kind),
        None => Ok(0),
    }
}

fn last_of(kind: Kind) -> String {
    format!("last of {}", kind.word())
}

fn newest_counted(connection: &Connection, kind: Kind) -> Result<i64, AmiliaError> {
    let table = kind.table();
    let sql = format!("SELECT id FROM {table} WHERE counted_on IS NOT NULL ORDER BY id DESC LIMIT 1");
    Ok(connection.query_row(&sql, [], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Reads again what depends on the settings: skills, and what the statuses of the unsubscribed list mean.
fn cells_again(connection: &Connection, settings: &Settings) -> Result<(), AmiliaError> {
    let mut people = connection.prepare("SELECT person_id, skills FROM person WHERE skills IS NOT NULL")?;
    let people: Vec<(i64, String)> =
        people.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut update = connection.prepare("UPDATE person SET skill_list = ?2 WHERE person_id = ?1")?;
    for (person, cell) in people {
        update.execute(params![person, record::skill_list(Some(&cell), settings)])?;
    }
    if settings.unsubscribed_statuses.is_empty() && !settings.every_row_unsubscribes {
        // The list is not read: what is known of it stays.
        return Ok(());
    }
    let mut statuses = connection.prepare("SELECT DISTINCT status FROM unsubscribed")?;
    let statuses: Vec<Option<String>> =
        statuses.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut update = connection.prepare("UPDATE unsubscribed SET no_mail = ?2 WHERE status IS ?1")?;
    for status in statuses {
        update.execute(params![status, record::no_mail(status.as_deref(), settings)])?;
    }
    Ok(())
}

/// From now on only those are suppressed who are on the unsubscribed list.
fn accept_list(connection: &Connection) -> Result<(), AmiliaError> {
    connection.execute(&format!("DELETE FROM was_suppressed WHERE email NOT IN ({ON_THE_LIST})"), [])?;
    connection.execute(&format!("INSERT OR IGNORE INTO was_suppressed {ON_THE_LIST}"), [])?;
    Ok(())
}

/// What the guards compare with.
struct Guarded {
    registrations: u64,
    people: u64,
    returned: u64,
    addresses: u64,
}

/// Addresses on the unsubscribed list. `suppressed` has further ones: spellings of them, and those whose return was not accepted.
const ON_THE_LIST: &str =
    "SELECT DISTINCT email FROM unsubscribed WHERE no_mail = 1 AND missing_since IS NULL";

impl Guarded {
    fn before(connection: &Connection) -> Result<Guarded, AmiliaError> {
        Ok(Guarded {
            registrations: count(
                connection,
                "SELECT count(*) FROM registration WHERE counted_on IS NOT NULL AND ended_on IS NULL
                 AND (missing_since IS NULL OR missing_since = (SELECT today FROM setting))",
            )?,
            people: count(connection, "SELECT count(*) FROM person WHERE was_archived = 0")?,
            returned: count(
                connection,
                &format!("SELECT count(*) FROM was_suppressed WHERE email NOT IN ({ON_THE_LIST})"),
            )?,
            addresses: count(
                connection,
                &format!("SELECT count(*) FROM (SELECT email FROM was_suppressed UNION {ON_THE_LIST})"),
            )?,
        })
    }

    /// More would be taken away than a person allowed (amilia 9.8).
    fn after(&self, written: &Writer<'_>, settings: &Settings) -> Option<Guard> {
        let guard = Guard {
            removed_registrations: written.ended,
            registrations: self.registrations,
            max_removed_registrations: settings.max_removed_registrations,
            archived_people: written.archived,
            people: self.people,
            max_archived_people: settings.max_archived_people,
            returned_addresses: self.returned,
            addresses: self.addresses,
            max_returned_addresses: settings.max_returned_addresses,
        };
        let over = |part: u64, whole: u64, most: f64| part > 0 && part as f64 > whole as f64 * most;
        let tripped = over(guard.removed_registrations, guard.registrations, guard.max_removed_registrations)
            || over(guard.archived_people, guard.people, guard.max_archived_people)
            || over(guard.returned_addresses, guard.addresses, guard.max_returned_addresses);
        tripped.then_some(guard)
    }
}

/// How many contacts are sent.
struct Listed {
    all: u64,
    archived: u64,
    /// Several accounts have the address.
    shared: u64,
    without_consent: u64,
}

impl Listed {
    fn count(connection: &Connection) -> Result<Listed, AmiliaError> {
        let number = |row: &Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        let sql = "SELECT count(*), coalesce(sum(archived), 0), coalesce(sum(accounts > 1), 0), coalesce(sum(consent_on IS NULL), 0)
                   FROM contact WHERE listed AND email NOT IN (SELECT email FROM suppressed)";
        Ok(connection.query_row(sql, [], |row| {
            Ok(Listed {
                all: number(row, 0)?,
                archived: number(row, 1)?,
                shared: number(row, 2)?,
                without_consent: number(row, 3)?,
            })
        })?)
    }
}

/// How many places are held and sent.
fn places(connection: &Connection) -> Result<u64, AmiliaError> {
    let held = count(connection, "SELECT count(*) FROM place WHERE ended_on IS NULL")?;
    let suppressed = count(
        connection,
        "SELECT count(*) FROM suppressed CROSS JOIN place USING (email) WHERE ended_on IS NULL",
    )?;
    Ok(held.saturating_sub(suppressed))
}

fn count(connection: &Connection, sql: &str) -> Result<u64, AmiliaError> {
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
}
