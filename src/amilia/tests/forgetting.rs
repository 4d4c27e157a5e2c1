//! Persons who were forgotten: nothing of them comes back, and nobody else loses anything.

use proptest::prelude::*;

use super::world::*;
use crate::amilia::forget::{erase, persons};
use crate::amilia::{Kind, RowFate};
use crate::store::Store;

const ANN: &str = "ann@example.com";

/// Forgets an address as the command does; gives how many rows were changed.
fn forget(world: &mut World, address: &str, on: &str, may_return: bool) -> u64 {
    let mark = world.store.forget_address(address, on, may_return).unwrap();
    let found = persons(world.store.connection(), address, Some(&mark)).unwrap();
    let change = |store: &mut Store| erase(store.connection(), address, &mark, &found);
    world.store.atomically(change).unwrap().values().sum()
}

/// Account 1: an owner with a small child and a husband; account 2: somebody else.
fn household() -> World {
    let mut world = World::new();
    world
        .people(
            "person_id|email|birth_date
             101|ann@example.com|1984-02-29
             102||2016-04-09
             103|max@example.com|1982-11-05
             201|eve@example.com|1990-01-01",
        )
        .registrations(
            "registration_id|person_id|activity_id
             SUB-1|101|9
             SUB-2|102|10
             SUB-3|103|9
             SUB-4|201|9",
        )
        .memberships(
            "membership_id|person_id|account_id
             41|101|1
             42||1
             41|201|2",
        );
    world.run(DAY_0);
    world
}

/// All text of all tables.
fn texts(world: &World) -> String {
    let connection = world.store.connection();
    let tables =
        ["person", "registration", "membership", "unsubscribed", "contact", "place", "changed_address"];
    let mut all = String::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let rusqlite::types::ValueRef::Text(text) = row.get_ref(column).unwrap() {
                    all.push_str(std::str::from_utf8(text).unwrap());
                    all.push('\n');
                }
            }
        }
    }
    all
}

#[test]
fn who_has_the_address_and_who_lives_by_it_is_nameless_and_the_others_stay() {
    let mut world = household();
    let found = persons(world.store.connection(), " ANN@example.com", None).unwrap();
    assert_eq!((Vec::from_iter(found.own), Vec::from_iter(found.dependants)), (vec![101], vec![102]));
    assert!(forget(&mut world, ANN, DAY_0, false) > 0);
    let left = texts(&world);
    for gone in [ANN, "P101", "P102", "1984-02-29", "2016-04-09", "SUB-1", "SUB-2"] {
        assert!(!left.lines().any(|text| text.contains(gone)), "{gone}");
    }
    for stays in ["max@example.com", "eve@example.com", "P103", "SUB-3", "SUB-4"] {
        assert!(left.contains(stays), "{stays}");
    }
    assert_eq!(forget(&mut world, ANN, DAY_0, false), 0, "the same again changes nothing");
}

#[test]
fn the_same_exports_bring_nobody_back_and_end_no_place() {
    let mut world = household();
    let before = world.members();
    forget(&mut world, ANN, DAY_0, false);
    for day in [DAY_1, DAY_2, DAY_3] {
        let (loaded, derived) = world.try_run(day);
        assert_eq!(derived.guard, None);
        for (kind, fates, changes) in loaded {
            let fine = |fate: &RowFate| matches!(fate, RowFate::Unchanged | RowFate::Ignored);
            assert!(fates.iter().all(fine), "{kind:?} {fates:?}");
            assert_eq!((changes.gone, changes.rejected), (0, 0), "{kind:?}");
        }
        assert_eq!(world.contacts(), ["eve@example.com", "max@example.com"]);
        let others: Vec<_> = before.iter().filter(|member| !member.starts_with(ANN)).cloned().collect();
        assert_eq!(world.members(), others);
        assert_eq!(world.removals(), [] as [String; 0]);
        assert!(!texts(&world).contains(ANN));
    }
}

#[test]
fn somebody_new_with_the_address_is_nameless_too() {
    let mut world = household();
    forget(&mut world, ANN, DAY_0, false);
    world.people("person_id|email|birth_date\n101|ann@example.com|1984-02-29\n301|Ann@Example.com|1984-02-29\n103|max@example.com|1982-11-05\n201|eve@example.com|1990-01-01\n102||2016-04-09");
    world.run(DAY_1);
    assert_eq!(world.contacts(), ["eve@example.com", "max@example.com"]);
    let left = texts(&world);
    assert!(!left.to_lowercase().contains(ANN) && !left.contains("P301"), "{left}");
}

#[test]
fn the_forgotten_person_stays_so_under_another_address() {
    let mut world = household();
    forget(&mut world, ANN, DAY_0, false);
    world.people("person_id|email|birth_date\n101|new@example.com|1984-02-29\n102||2016-04-09\n103|max@example.com|1982-11-05\n201|eve@example.com|1990-01-01");
    world.run(DAY_1);
    assert_eq!(world.contacts(), ["eve@example.com", "max@example.com"]);
}

#[test]
fn a_member_who_is_forgotten_takes_no_place_from_the_owner() {
    let mut world = World::new();
    world
        .people(
            "person_id|email|birth_date\n101|owner@example.com|1984-02-29\n103|ann@example.com|1982-11-05",
        )
        .registrations("registration_id|person_id|activity_id\nSUB-3|103|9");
    world.run(DAY_0);
    assert_eq!(world.members(), ["ann@example.com|activity:9", "owner@example.com|activity:9"]);
    forget(&mut world, ANN, DAY_0, false);
    world.run(DAY_1);
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
    assert_eq!(world.removals(), [] as [String; 0]);
    // And when the registration ends, the owner leaves as anybody would.
    world.registrations("registration_id|person_id|activity_id|status\nSUB-3|103|9|Cancelled");
    world.run(DAY_2);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|unregistered"]);
}

#[test]
fn a_child_with_an_address_of_its_own_stays() {
    let mut world = World::new();
    world
        .people("person_id|email|birth_date\n101|ann@example.com|1984-02-29\n102|zoe@example.com|2011-08-21");
    world.run(DAY_0);
    let found = persons(world.store.connection(), ANN, None).unwrap();
    assert_eq!(Vec::from_iter(found.dependants), [] as [i64; 0]);
    forget(&mut world, ANN, DAY_0, false);
    world.run(DAY_1);
    assert!(texts(&world).contains("zoe@example.com"));
    assert_eq!(world.contacts(), [] as [String; 0], "no child is ever mailed");
}

#[test]
fn a_row_of_the_unsubscribed_list_is_not_taken_in_again() {
    let mut world = household();
    world.unsubscribed("email|status\nann@example.com|Désabonné\neve@example.com|Désabonné");
    world.run(DAY_1);
    forget(&mut world, ANN, DAY_1, false);
    let (loaded, derived) = world.try_run(DAY_2);
    let (_, fates, changes) = loaded.iter().find(|(kind, ..)| *kind == Kind::Unsubscribed).unwrap();
    assert_eq!(fates, &[RowFate::Ignored, RowFate::Unchanged]);
    assert_eq!((changes.gone, derived.guard), (0, None));
    assert!(!world.model("unsubscribes").contains(ANN));
    assert!(!world.contacts().contains(&ANN.to_owned()), "and it is no contact either");
}

#[test]
fn who_may_return_does_so_by_a_later_registration() {
    let rows = |more: &str| {
        format!(
            "registration_id|person_id|activity_id|registered_on\nSUB-1|101|9|2026-09-01\nSUB-4|201|9|2026-09-01{more}"
        )
    };
    for (on, returns) in [(DAY_0, false), (DAY_1, true)] {
        for may_return in [false, true] {
            let mut world = household();
            forget(&mut world, ANN, DAY_0, may_return);
            world.registrations(&rows(&format!("\nSUB-9|101|12|{on}")));
            world.run(DAY_1);
            world.run(DAY_2);
            let back = world.contacts().contains(&ANN.to_owned());
            assert_eq!(back, returns && may_return, "registered on {on}, may return: {may_return}");
            if back {
                assert!(world.members().contains(&"ann@example.com|activity:12".to_owned()));
                assert!(world.store.forgotten().unwrap().is_empty());
            }
        }
    }
}

#[test]
fn who_may_return_does_so_as_somebody_new() {
    let mut world = household();
    forget(&mut world, ANN, DAY_0, true);
    world.people("person_id|email|birth_date\n101|ann@example.com|1984-02-29\n301|ann@example.com|1984-02-29\n103|max@example.com|1982-11-05\n201|eve@example.com|1990-01-01\n102||2016-04-09");
    world.run(DAY_1);
    assert!(world.contacts().contains(&ANN.to_owned()));
}

#[test]
fn a_dependant_with_an_address_of_its_own_is_one_like_any_other() {
    let mut world = household();
    forget(&mut world, ANN, DAY_0, false);
    let people = |email: &str| {
        format!(
            "person_id|email|birth_date\n101|ann@example.com|1984-02-29\n102|{email}|1990-04-09\n103|max@example.com|1982-11-05\n201|eve@example.com|1990-01-01"
        )
    };
    world.people(&people("zac@example.com"));
    world.run(DAY_1);
    let numbers = crate::amilia::forget::numbers(world.store.connection()).unwrap();
    assert_eq!(Vec::from_iter(numbers), [(101, DAY_0.to_owned())]);
    assert!(texts(&world).contains("P102"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// In any small world: after one address was forgotten, the next days give everybody else what they would have given.
    #[test]
    fn nobody_else_notices(
        people in prop::collection::btree_map(
            (1_u32..4, 1_u32..4),
            (0_usize..5, any::<bool>()),
            1..8,
        ),
        registrations in prop::collection::vec((1_u32..4, 1_u32..4, 9_u32..12, any::<bool>()), 0..8),
        memberships in prop::collection::vec((1_u32..4, 0_u32..4), 0..4),
        forgotten in 1_usize..5,
    ) {
        let address = |number: usize| if number == 0 { String::new() } else { format!("a{number}@example.com") };
        let mut table = "person_id|email|birth_date".to_owned();
        for ((account, member), (email, child)) in &people {
            let born = if *child && *member != 1 { "2016-01-01" } else { "1980-01-01" };
            table.push_str(&format!("\n{account}0{member}|{}|{born}", address(*email)));
        }
        let known = |account: u32, member: u32| people.contains_key(&(account, member));
        let rows = |day: usize| {
            let mut rows = "registration_id|person_id|activity_id|status".to_owned();
            for (number, (account, member, activity, ends)) in registrations.iter().enumerate() {
                if known(*account, *member) {
                    let status = if day > 0 && *ends { "Cancelled" } else { "Registered" };
                    rows.push_str(&format!("\nSUB-{number}|{account}0{member}|{activity}|{status}"));
                }
            }
            rows
        };
        let mut held = "membership_id|person_id|account_id".to_owned();
        for (number, (account, member)) in memberships.iter().enumerate() {
            if *member == 0 && people.keys().any(|(known, _)| known == account) {
                held.push_str(&format!("\n{}||{account}", 41 + number));
            } else if known(*account, *member) {
                held.push_str(&format!("\n{}|{account}0{member}|{account}", 41 + number));
            }
        }
        let forgotten = address(forgotten);
        let mut outcomes = Vec::new();
        for forgets in [false, true] {
            let mut world = World::new();
            world.people(&table).registrations(&rows(0)).memberships(&held);
            world.run(DAY_0);
            if forgets {
                forget(&mut world, &forgotten, DAY_0, false);
            }
            let mut seen = Vec::new();
            for (day, today) in [DAY_0, DAY_1, DAY_2].into_iter().enumerate() {
                world.registrations(&rows(day));
                world.run(today);
                let mut all = [world.contacts(), world.members(), world.removals()].concat();
                all.retain(|line| line.split('|').next() != Some(forgotten.as_str()));
                seen.push(all);
                prop_assert!(!forgets || !texts(&world).contains(&forgotten));
            }
            outcomes.push(seen);
        }
        prop_assert_eq!(&outcomes[0], &outcomes[1]);
    }
}

#[test]
fn who_was_unsubscribed_does_not_return() {
    let back = "registration_id|person_id|activity_id|registered_on\nSUB-9|301|9|2026-11-17";
    let people = "person_id|email|birth_date\n301|ann@example.com|1984-02-29\n201|eve@example.com|1990-01-01";
    for listed_when_forgotten in [false, true] {
        let mut world = household();
        if listed_when_forgotten {
            world.unsubscribed("email\nAnn@example.com").run(DAY_0);
        }
        forget(&mut world, ANN, DAY_0, true);
        // The list of a later day has the address, or not any more.
        world.unsubscribed(if listed_when_forgotten {
            "email\nx@example.com"
        } else {
            "email\nann@example.com"
        });
        world.run(DAY_1);
        world.people(people).registrations(back).run(DAY_2);
        world.unsubscribed("email\nx@example.com").run(DAY_3);
        assert!(!world.contacts().contains(&ANN.into()), "{listed_when_forgotten}");
        forget(&mut world, ANN, DAY_3, true);
        world.run(DAY_3);
        assert!(!world.contacts().contains(&ANN.into()), "forgotten again: {listed_when_forgotten}");
    }
}

#[test]
fn a_number_of_the_store_that_is_free_again_blocks_no_new_row() {
    let mut world = World::with(|settings| settings.owner_stays = false);
    let people = "person_id|email|birth_date
                  101|ann@example.com|1984-02-29
                  102||2016-04-09
                  103||2017-04-09
                  201|eve@example.com|1990-01-01";
    let rows = |status: &str, more: &str| {
        format!("registration_id|person_id|activity_id|status\nSUB-1|102|9|{status}\n{more}")
    };
    world.people(people).registrations(&rows("Registered", "SUB-2|201|9|Registered")).run(DAY_0);
    world.registrations(&rows("Cancelled", "SUB-2|201|9|Registered")).run(DAY_1);
    forget(&mut world, "eve@example.com", DAY_1, false);
    world.registrations(&rows("Cancelled", "SUB-3|103|9|Registered")).run(DAY_2);
    assert_eq!(world.members(), ["ann@example.com|activity:9"]);
}
