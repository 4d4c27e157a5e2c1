//! A truncated export must never archive a customer base (amilia 9.8).

use super::super::{Guard, Kind, suppressed};
use super::world::*;

/// Ten persons, each the owner of an account.
fn ten(archived: usize) -> String {
    let line = |number: usize| format!("{number}01 | p{number}@example.com | {}", number <= archived);
    let lines: Vec<String> = (1..=10).map(line).collect();
    format!("person_id | email | archived\n{}", lines.join("\n"))
}

/// Ten registrations, of which so many are cancelled.
fn registrations(cancelled: usize) -> String {
    let status = |number: usize| if number <= cancelled { "Cancelled" } else { "Registered" };
    let lines: Vec<String> =
        (1..=10).map(|number| format!("SUB-{number} | {number}01 | {}", status(number))).collect();
    format!("registration_id | person_id | status\n{}", lines.join("\n"))
}

fn world() -> World {
    let mut world = World::with(|settings| {
        settings.max_removed_registrations = 0.2;
        settings.max_archived_people = 0.1;
    });
    world.people(&ten(0)).registrations(&registrations(0)).run(DAY_0);
    world
}

#[test]
fn a_first_load_trips_no_guard() {
    let mut world = World::with(|settings| settings.max_archived_people = 0.0);
    assert_eq!(world.people(&ten(10)).registrations(&registrations(10)).run(DAY_0).guard, None);
}

#[test]
fn more_removed_registrations_than_allowed_hold_the_run() {
    let mut world = world();
    assert_eq!(world.registrations(&registrations(2)).run(DAY_1).guard, None, "20 % exactly pass");
    let guard = world.registrations(&registrations(5)).run(DAY_2).guard.unwrap();
    assert_eq!((guard.removed_registrations, guard.registrations), (3, 8));
    assert_eq!(world.removals().len(), 2, "as before");
}

#[test]
fn more_archived_people_than_allowed_hold_the_run() {
    let mut world = world();
    let guard = world.people(&ten(2)).run(DAY_1).guard;
    let expected = Guard {
        removed_registrations: 0,
        registrations: 10,
        max_removed_registrations: 0.2,
        archived_people: 2,
        people: 10,
        max_archived_people: 0.1,
        returned_addresses: 0,
        addresses: 0,
        max_returned_addresses: 1.0,
    };
    assert_eq!(guard, Some(expected));
    assert!(!world.show("contacts", &["archived"]).contains(&"True".into()));
}

#[test]
fn a_truncated_people_export_archives_nobody() {
    let mut world = world();
    let truncated: String = ten(0).lines().take(4).map(|line| format!("{line}\n")).collect();
    assert_eq!(world.people(&truncated).run(DAY_1).guard, None, "missing for the first time");
    let guard = world.run(DAY_2).guard.unwrap();
    assert_eq!((guard.archived_people, guard.people), (7, 10));
}

#[test]
fn a_truncated_registrations_export_ends_no_place() {
    let mut world = world();
    let truncated: String = registrations(0).lines().take(4).map(|line| format!("{line}\n")).collect();
    let guard = world.registrations(&truncated).run(DAY_1).guard.unwrap();
    assert_eq!((guard.removed_registrations, guard.registrations), (7, 10));
    assert_eq!(world.members().len(), 10);
}

#[test]
fn a_person_may_accept_the_removals() {
    let mut world = world();
    world.accept_removals = true;
    assert_eq!(world.registrations(&registrations(10)).run(DAY_1).guard, None);
    assert_eq!(world.removals().len(), 10);
}

#[test]
fn a_truncated_unsubscribed_list_brings_nobody_back() {
    let mut world = World::with(|settings| settings.max_returned_addresses = 0.2);
    let list = |count: usize| {
        let lines: Vec<String> = (1..=count).map(|number| format!("p{number}@example.com")).collect();
        format!("email\n{}", lines.join("\n"))
    };
    world.people(&ten(0)).registrations(&registrations(0)).unsubscribed(&list(10)).run(DAY_0);
    let guard = world.unsubscribed(&list(7)).run(DAY_1).guard.unwrap();
    assert_eq!((guard.returned_addresses, guard.addresses), (3, 10));
    assert!(world.contacts().is_empty());
    world.accept_removals = true;
    assert_eq!(world.run(DAY_1).guard, None);
    world.accept_removals = false;
    assert_eq!(world.run(DAY_1).guard, None, "accepted once");
    assert_eq!(world.contacts().len(), 3);
    world.unsubscribed(&list(8)).run(DAY_2);
    assert_eq!(world.contacts().len(), 2, "and unsubscribed again");
}

/// Ten persons, all on the list; then the list, or what its words mean, says so of seven or none.
fn all_unsubscribed() -> World {
    let mut world = World::with(|settings| settings.max_returned_addresses = 0.2);
    let lines: Vec<String> = (1..=10).map(|number| format!("p{number}@example.com")).collect();
    world.people(&ten(0)).registrations(&registrations(0));
    world.unsubscribed(&format!("email\n{}", lines.join("\n"))).run(DAY_0);
    world
}

#[test]
fn while_a_truncated_list_waits_for_a_person_its_addresses_stay_suppressed() {
    let mut world = all_unsubscribed();
    world.load(DAY_1, |world| world.unsubscribed("email\np1@example.com"));
    assert_eq!(suppressed(world.store.connection()).unwrap().len(), 10, "before the guard was asked");
    assert!(world.run(DAY_1).guard.is_some());
    assert_eq!(suppressed(world.store.connection()).unwrap().len(), 10, "and while it holds");
    world.accept_removals = true;
    assert_eq!(world.run(DAY_1).guard, None);
    assert_eq!(suppressed(world.store.connection()).unwrap().len(), 1);
}

#[test]
fn other_words_for_a_status_bring_nobody_back() {
    let mut world = all_unsubscribed();
    world.settings.unsubscribed_statuses = vec!["Unsubscribed".into()];
    let guard = world.run(DAY_1).guard.unwrap();
    assert_eq!((guard.returned_addresses, guard.addresses), (10, 10));
    // An export in the other language: what its words mean is not known.
    let mut world = all_unsubscribed();
    let lines: Vec<String> = (1..=10).map(|number| format!("p{number}@example.com | Unsubscribed")).collect();
    world.unsubscribed(&format!("email | status\n{}", lines.join("\n")));
    assert_eq!(world.run(DAY_1).guard.unwrap().returned_addresses, 10);
}

#[test]
fn without_statuses_the_list_that_is_known_stays() {
    let mut world = all_unsubscribed();
    world.settings.unsubscribed_statuses.clear();
    world.exports.retain(|(kind, ..)| *kind != Kind::Unsubscribed);
    assert_eq!(world.run(DAY_1).guard, None);
    assert!(world.contacts().is_empty());
    assert_eq!(world.show("unsubscribes", &["email"]).len(), 10);
}
