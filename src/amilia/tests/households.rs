//! Random households over several days: no child and no unsubscribed address ever comes out, nothing depends on the order of rows, a second
//! run of a day changes nothing, and looking at what changed gives the same as looking at everything.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::explain::{Verdict, explain};
use super::super::kind::set_fact;
use super::super::{Kind, Mode};
use super::world::*;

const MODELS: [&str; 6] = ["groups", "contacts", "group_members", "group_removals", "unsubscribes", "cards"];
const DAYS: [&str; 3] = [DAY_0, DAY_1, DAY_2];

/// Persons 101 to 303 exist: three accounts of three. Each day says about each of them what varies.
#[derive(Debug, Clone)]
struct PersonDay {
    there: bool,
    address: usize,
    /// 0: adult by age; 1: child by the column; 2: child by age; 3: turns 18 on the second day; 4: unknown; 5: unknown with a flag `false`.
    age: usize,
    archived: bool,
    owner: usize,
}

#[derive(Debug, Clone)]
struct RowDay {
    there: bool,
    person: usize,
    activity: usize,
    cancelled: bool,
    old: bool,
}

#[derive(Debug, Clone)]
struct Day {
    people: Vec<PersonDay>,
    registrations: Vec<RowDay>,
    memberships: Vec<RowDay>,
    cancelled_activity: usize,
    unsubscribed: BTreeSet<usize>,
    full: bool,
}

const ADDRESSES: [&str; 6] =
    ["", "a@example.com", "b@example.com", "C@example.com", "d@example.com", "e@example.com"];

fn person_day() -> impl Strategy<Value = PersonDay> {
    (prop::bool::weighted(0.9), 0..ADDRESSES.len(), 0..6usize, prop::bool::weighted(0.2), 0..3usize)
        .prop_map(|(there, address, age, archived, owner)| PersonDay { there, address, age, archived, owner })
}

fn row_day() -> impl Strategy<Value = RowDay> {
    (prop::bool::weighted(0.8), 0..9usize, 0..3usize, prop::bool::weighted(0.2), prop::bool::weighted(0.2))
        .prop_map(|(there, person, activity, cancelled, old)| RowDay {
            there,
            person,
            activity,
            cancelled,
            old,
        })
}

fn day() -> impl Strategy<Value = Day> {
    (
        vec(person_day(), 9),
        vec(row_day(), 8),
        vec(row_day(), 4),
        0..6usize,
        prop::collection::btree_set(1..ADDRESSES.len(), 0..3),
        prop::bool::weighted(0.8),
    )
        .prop_map(|(people, registrations, memberships, cancelled_activity, unsubscribed, full)| Day {
            people,
            registrations,
            memberships,
            cancelled_activity,
            unsubscribed,
            full,
        })
}

fn person(number: usize) -> String {
    format!("{}0{}", number / 3 + 1, number % 3 + 1)
}

impl Day {
    /// The exports of the day; `turned`: in the other order.
    fn exports(&self, turned: bool) -> Vec<(Kind, Mode, Vec<Vec<String>>)> {
        let mut people = "person_id | email | child | birth_date | archived | account_owner_id\n".to_owned();
        for (number, day) in self.people.iter().enumerate().filter(|(_, day)| day.there) {
            let (child, born) = match day.age {
                0 => ("", "1980-05-05"),
                1 => ("true", "1980-05-05"),
                2 => ("false", "2015-05-05"),
                3 => ("", "2008-11-16"),
                4 => ("", ""),
                _ => ("false", ""),
            };
            let owner = person(number / 3 * 3 + day.owner);
            let address = ADDRESSES[day.address];
            people +=
                &format!("{} | {address} | {child} | {born} | {} | {owner}\n", person(number), day.archived);
        }
        let mut registrations =
            "registration_id | person_id | activity_id | activity_status | status | registered_on | activity_end\n".to_owned();
        for (number, day) in self.registrations.iter().enumerate().filter(|(_, day)| day.there) {
            let activity = if self.cancelled_activity == day.activity { "Cancelled" } else { "Normal" };
            let status = if day.cancelled { "Cancelled" } else { "Registered" };
            let on = if day.old { "2020-01-01" } else { "2026-09-01" };
            let end = if number % 2 == 0 { "2026-12-15" } else { "2026-10-01" };
            registrations += &format!(
                "SUB-{number} | {} | {} | {activity} | {status} | {on} | {end}\n",
                person(day.person),
                day.activity + 9
            );
        }
        let mut memberships = "person_id | account_id | membership_id | purchased_on | status\n".to_owned();
        for (number, day) in self.memberships.iter().enumerate().filter(|(_, day)| day.there) {
            let status = if day.cancelled { "Cancelled" } else { ["Active", "Expired", ""][day.activity] };
            let (holder, account) = if day.old {
                (String::new(), day.person / 3 + 1)
            } else {
                (person(day.person), day.person / 3 + 1)
            };
            memberships +=
                &format!("{holder} | {account} | {} | 2026-0{}-01 | {status}\n", 41 + number % 2, number + 1);
        }
        let list: Vec<&str> = self.unsubscribed.iter().map(|at| ADDRESSES[*at]).collect();
        let unsubscribed = format!("email\n{}", list.join("\n"));
        let tables = [people, registrations, memberships, unsubscribed];
        let mode = if self.full { Mode::Full } else { Mode::Delta };
        let exports = Kind::ALL.into_iter().zip(tables).map(|(kind, table)| {
            let mut rows = rows(kind, &table);
            if turned {
                rows.reverse();
            }
            // The list is always whole: a delta cannot say who left it.
            (kind, if kind == Kind::Unsubscribed { Mode::Full } else { mode }, rows)
        });
        exports.collect()
    }
}

fn models(world: &World) -> [String; 6] {
    MODELS.map(|model| world.model(model))
}

/// Persons that the snapshot has as children today, or whose age it does not know, by all that it was told last.
fn children(world: &World, today: &str) -> BTreeSet<String> {
    let sql = "SELECT person_id FROM person
               WHERE child = 1 OR date(birth_date, '+18 years') > ?1
                  OR (child IS NULL AND birth_date IS NULL AND person_id NOT IN
                     (SELECT owner_id FROM account WHERE owner_id IS NOT NULL))";
    let connection = world.store.connection();
    let mut statement = connection.prepare(sql).unwrap();
    let ids = statement.query_map([today], |row| row.get::<_, i64>(0)).unwrap();
    ids.map(|id| id.unwrap().to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_must_hold_of_every_household(days in vec(day(), 3)) {
        let (mut world, mut turned) = (World::new(), World::new());
        for (today, day) in DAYS.into_iter().zip(&days) {
            world.exports = day.exports(false);
            world.run(today);
            let now = models(&world);

            // No child's record, no unsubscribed address, in no model.
            let children = children(&world, today);
            for contact in world.show("contacts", &["person_id", "email"]) {
                let (person, email) = contact.split_once('|').unwrap();
                let held: i64 = world.store.connection()
                    .query_row("SELECT held FROM contact WHERE email = ?1", [email], |row| row.get(0)).unwrap();
                // A last row that nobody holds any more names no child's address: nobody has it.
                if held == 1 {
                    prop_assert!(!children.contains(person), "{contact} on {today}");
                } else {
                    let somebody: i64 = world.store.connection().query_row(
                        "SELECT count(*) FROM person WHERE email = ?1 AND kept_out IS NOT NULL", [email], |row| row.get(0)).unwrap();
                    prop_assert_eq!(somebody, 0, "{} on {}", contact, today);
                }
            }
            for at in &day.unsubscribed {
                let address = ADDRESSES[*at].to_lowercase();
                for model in ["contacts", "group_members", "group_removals", "cards"] {
                    prop_assert!(!world.show(model, &["email"]).contains(&address), "{address} in {model} on {today}");
                }
            }

            // A place is wanted or ended, never both; only contacts have places.
            let contacts: BTreeSet<String> = world.contacts().into_iter().collect();
            let removed: BTreeSet<String> = world.show("group_removals", &["email", "group_key"]).into_iter().collect();
            for place in world.show("group_members", &["email", "group_key"]) {
                prop_assert!(!removed.contains(&place), "{place} on {today}");
                prop_assert!(contacts.contains(place.split_once('|').unwrap().0), "{place} on {today}");
            }

            // Every contact can be traced.
            for contact in &contacts {
                let trace = explain(world.store.connection(), contact).unwrap();
                prop_assert_eq!(trace.verdict, Verdict::Contact);
                let imported = trace.persons.iter().any(|person| person.imported.is_some());
                let last_row = trace.contact.is_some_and(|contact| contact.why == super::super::explain::Why::LastRow);
                prop_assert!(imported || last_row, "{contact} on {today}");
            }

            // The same day again: nothing.
            let again = world.run(today);
            prop_assert!(!again.derived);
            prop_assert_eq!(&models(&world), &now);

            // All accounts looked at, in place of those that changed: the same.
            set_fact(world.store.connection(), "derive all", "yes").unwrap();
            world.run(today);
            prop_assert_eq!(&models(&world), &now, "on {}", today);

            // The rows in the other order: the same.
            turned.exports = day.exports(true);
            turned.run(today);
            prop_assert_eq!(&models(&turned), &now, "turned, on {}", today);
        }
    }
}
