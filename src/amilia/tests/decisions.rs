//! Where the documents leave a choice: one test for each row of the first table of `reference/decisions.md`, in its order.

use rstest::rstest;

use super::world::*;

pub(super) const ONE: &str = "person_id | email\n101 | a@example.com";
pub(super) const COUPLE: &str = "person_id | email
                      101 | owner@example.com
                      102 | adult@example.com";
pub(super) const NOBODY: &str = "registration_id | person_id";
pub(super) const SUB_1: &str = "registration_id | person_id\nSUB-1 | 101";
pub(super) const SUB_1_OF_102: &str = "registration_id | person_id\nSUB-1 | 102";

/// People, and registrations of the first day.
pub(super) fn world(people: &str, registrations: &str) -> World {
    let mut world = World::new();
    world.people(people).registrations(registrations).run(DAY_0);
    world
}

pub(super) fn with_memberships(people: &str, memberships: &str) -> World {
    let mut world = World::new();
    world.people(people).memberships(memberships).run(DAY_0);
    world
}

// ---- Decided

#[test]
fn a_registration_that_leaves_the_window_later_changes_nothing() {
    let mut world = world(ONE, "registration_id | person_id | registered_on\nSUB-1 | 101 | 2024-11-15");
    let models = ["contacts", "group_members"].map(|model| world.model(model));
    world.run("2027-01-01");
    assert_eq!(["contacts", "group_members"].map(|model| world.model(model)), models);
}

// "The boundary: time of day, offsets": the snapshot holds local days; CI-15 tests the boundary.

#[test]
fn a_registrant_with_two_live_rows_in_one_activity_stays() {
    let two = "registration_id | person_id | status\nDI-1 | 101 | Registered\nDI-2 | 101 | Registered";
    let mut world = world(ONE, two);
    world.registrations(&two.replace("DI-2 | 101 | Registered", "DI-2 | 101 | Cancelled")).run(DAY_1);
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
    assert!(world.removals().is_empty());
}

#[rstest]
#[case("2020-01-01 | 2020-12-31 | Active", true)]
#[case("2026-01-01 | 2026-12-31 | Expired", false)]
#[case("2026-01-01 | 2026-12-31 | ", true)]
#[case("2026-01-01 | 2026-11-15 | ", true)]
#[case("2026-01-01 | 2026-11-14 | ", false)]
#[case(" | | ", true)]
fn the_status_of_a_membership_comes_before_its_days(#[case] row: &str, #[case] imported: bool) {
    let table = format!("person_id | effective_on | expires_on | status\n101 | {row}");
    assert_eq!(!with_memberships(ONE, &table).contacts().is_empty(), imported);
}

#[test]
fn plain_expiry_keeps_the_place() {
    let mut world = with_memberships(ONE, "person_id | expires_on | status\n101 | 2026-11-15 | ");
    world.run(DAY_1);
    assert_eq!(world.members(), ["a@example.com|membership:41"]);
}

#[test]
fn plain_expiry_the_other_reading_ends_the_place() {
    let mut world = World::with(|settings| settings.expired_memberships_stay = false);
    world.people(ONE).memberships("person_id | expires_on | status\n101 | 2026-11-15 | ").run(DAY_0);
    world.run(DAY_1);
    assert_eq!(world.removals(), ["a@example.com|membership:41|unregistered"]);
}

#[test]
fn a_vanished_row_of_a_past_season_changes_nothing() {
    let mut world = world(ONE, "registration_id | person_id | activity_end\nSUB-1 | 101 | 2026-11-01");
    let models = ["contacts", "group_members", "group_removals"].map(|model| world.model(model));
    world.registrations(NOBODY).run(DAY_1);
    assert_eq!(["contacts", "group_members", "group_removals"].map(|model| world.model(model)), models);
}

#[test]
fn a_person_missing_for_one_day_is_not_archived() {
    let mut world = world(COUPLE, SUB_1_OF_102);
    world.people("person_id | email\n101 | owner@example.com").run(DAY_1);
    assert_eq!(world.show("contacts", &["archived"]), ["False", "False"]);
    world.people(COUPLE).run(DAY_2);
    world.people("person_id | email\n101 | owner@example.com").run(DAY_3);
    assert_eq!(world.show("contacts", &["archived"]), ["False", "False"], "counted anew");
}

#[test]
fn an_archived_person_of_the_first_day_is_imported_into_customers_only() {
    let world = world("person_id | email | archived\n101 | a@example.com | true", SUB_1);
    assert_eq!(world.show("contacts", &["email", "archived"]), ["a@example.com|True"]);
    assert_eq!(world.show("group_members", &["group_key"]), ["customers"]);
}

#[test]
fn an_archived_adult_who_shares_the_owners_address_ends_the_places_held_through_him() {
    let people = "person_id | email | archived
                  101 | same@example.com | false
                  102 | same@example.com | false";
    let mut world = world(people, SUB_1_OF_102);
    assert_eq!(world.members(), ["same@example.com|activity:9"]);
    world
        .people(&people.replace("102 | same@example.com | false", "102 | same@example.com | true"))
        .run(DAY_1);
    assert_eq!(world.removals(), ["same@example.com|activity:9|archived"]);
    assert_eq!(world.show("contacts", &["archived"]), ["False"]);
}

#[test]
fn a_registration_of_a_cancelled_activity_imports_and_joins_on_the_first_day() {
    let world = world(ONE, "registration_id | person_id | activity_status\nSUB-1 | 101 | Cancelled");
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
}

#[test]
fn a_placeholder_owner_with_an_address_is_no_contact() {
    let people = "person_id | email | first_name | last_name
                  101 | a@example.com | Parent of | Zoé
                  102 | adult@example.com | Max | Test";
    assert_eq!(world(people, SUB_1_OF_102).contacts(), ["adult@example.com"]);
}

// "Impossible birth date: field dropped": the row check does it (`passeur.invalid = "drop"`); the loader sees an empty cell.

#[test]
fn a_newly_unsubscribed_address_is_not_removed_from_groups() {
    let mut world = world(ONE, SUB_1);
    world.unsubscribed("email\na@example.com").run(DAY_1);
    assert!(world.removals().is_empty());
}

#[test]
fn the_unsubscribes_hold_every_address_contact_or_not() {
    let mut world = world(ONE, SUB_1);
    world.unsubscribed("email\na@example.com\nstranger@example.com").run(DAY_1);
    assert_eq!(world.show("unsubscribes", &["email"]), ["a@example.com", "stranger@example.com"]);
}

// "Literal mode": ci_32_read_literally_the_owner_leaves_until_a_new_registration.
