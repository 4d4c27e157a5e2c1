//! Who becomes a contact, and the initial load (cyberimpact 2.1 and 2.2).

use rstest::rstest;

use super::super::Kind;
use super::world::*;

/// An owner with an adult (102) and a child (103).
const FAMILY: &str = "person_id | email | child
                      101 | owner@example.com | false
                      102 | adult@example.com | false
                      103 | child@example.com | true";

fn registered(people: &str, person: &str) -> World {
    let mut world = World::new();
    world.people(people).registrations(&format!("registration_id | person_id\nSUB-1 | {person}")).run(DAY_0);
    world
}

#[test]
fn ci_01_no_address_no_contact() {
    let world = registered("person_id | email\n101 | ", "101");
    assert!(world.contacts().is_empty());
}

#[test]
fn ci_02_the_owner_is_imported_even_when_not_the_registrant() {
    assert!(registered(FAMILY, "102").contacts().contains(&"owner@example.com".into()));
}

#[test]
fn ci_03_the_registrant_is_imported_too() {
    assert_eq!(registered(FAMILY, "102").contacts(), ["adult@example.com", "owner@example.com"]);
}

#[test]
fn ci_04_a_registered_child_brings_only_the_owner() {
    let world = registered(FAMILY, "103");
    assert_eq!(world.show("contacts", &["email", "first_name", "person_id"]), ["owner@example.com|P101|101"]);
}

#[test]
fn ci_05_a_registrant_with_the_owners_address_brings_only_the_owner() {
    let people = "person_id | email
                  101 | same@example.com
                  102 | same@example.com";
    let world = registered(people, "102");
    assert_eq!(world.show("contacts", &["email", "person_id"]), ["same@example.com|101"]);
}

#[test]
fn ci_06_a_child_with_an_own_address_is_left_out() {
    assert_eq!(registered(FAMILY, "103").contacts(), ["owner@example.com"]);
}

#[rstest]
#[case("2008-11-15", true)]
#[case("2008-11-16", false)]
fn ci_07_a_child_is_younger_than_18(#[case] born: &str, #[case] adult: bool) {
    let people = format!(
        "person_id | email | birth_date
         101 | owner@example.com | 1980-01-01
         102 | young@example.com | {born}"
    );
    let world = registered(&people, "102");
    assert_eq!(world.contacts().contains(&"young@example.com".into()), adult);
}

#[test]
fn ci_08_a_known_address_is_updated_and_not_added_again() {
    let mut world = registered(FAMILY, "102");
    world.people(&FAMILY.replace("| owner@", "| OWNER@")).run(DAY_1);
    assert_eq!(world.contacts(), ["adult@example.com", "owner@example.com"]);
}

#[test]
fn ci_09_case_and_outer_spaces_make_no_other_address() {
    let people = "person_id | email
                  101 | A@Example.com
                  102 | a@example.COM";
    let world = registered(people, "102");
    assert_eq!(world.show("contacts", &["email", "person_id"]), ["a@example.com|101"]);
}

#[test]
fn ci_10_an_owner_without_address_does_not_block_an_adult_registrant() {
    let world = registered("person_id | email\n101 |\n102 | adult@example.com", "102");
    assert_eq!(world.contacts(), ["adult@example.com"]);
}

/// A registration of the owner, made on that day, and the contacts it brings on the first day.
fn made_on(day: &str) -> Vec<String> {
    let mut world = World::new();
    let table = format!("registration_id | person_id | registered_on\nSUB-1 | 101 | {day}");
    world.people("person_id | email\n101 | a@example.com").registrations(&table).run(DAY_0);
    world.contacts()
}

#[rstest]
#[case("2024-12-15", 1)]
#[case("2024-10-15", 0)]
fn ci_11_registrations_of_the_last_24_months(#[case] day: &str, #[case] contacts: usize) {
    assert_eq!(made_on(day).len(), contacts);
}

#[test]
fn ci_12_the_day_of_the_registration_counts_and_not_the_activitys() {
    let mut world = World::new();
    let table = "registration_id | person_id | registered_on | activity_end
                 SUB-1 | 101 | 2023-01-01 | 2027-06-30";
    world.people("person_id | email\n101 | a@example.com").registrations(table).run(DAY_0);
    assert!(world.contacts().is_empty());
}

#[test]
fn ci_13_an_active_membership_counts_whatever_the_day_of_purchase() {
    let mut world = World::new();
    world.people("person_id | email\n101 | a@example.com");
    world.memberships("person_id | purchased_on | status\n101 | 2021-01-01 | Active").run(DAY_0);
    assert_eq!(world.contacts(), ["a@example.com"]);
}

#[rstest]
#[case("2021-01-01 | Expired")]
#[case("2026-01-01 | Inactive")]
#[case("2026-01-01 | Cancelled")]
fn ci_14_without_recent_registration_and_active_membership_nobody_is_imported(#[case] membership: &str) {
    let mut world = World::new();
    world.people("person_id | email\n101 | a@example.com");
    world.memberships(&format!("person_id | purchased_on | status\n101 | {membership}")).run(DAY_0);
    assert!(world.contacts().is_empty());
}

#[rstest]
#[case("2024-11-15", 1)]
#[case("2024-11-14", 0)]
fn ci_15_exactly_24_months_ago_is_inside(#[case] day: &str, #[case] contacts: usize) {
    assert_eq!(made_on(day).len(), contacts);
}

#[rstest]
#[case("2024-11-15", 0)]
#[case("2024-11-16", 1)]
fn ci_15_the_other_reading_leaves_the_boundary_out(#[case] day: &str, #[case] contacts: usize) {
    let mut world = World::with(|settings| settings.window_includes_boundary = false);
    world.people("person_id | email\n101 | a@example.com");
    world
        .registrations(&format!("registration_id | person_id | registered_on\nSUB-1 | 101 | {day}"))
        .run(DAY_0);
    assert_eq!(world.contacts().len(), contacts);
}

#[test]
fn ci_15_the_length_of_the_window_is_a_setting() {
    let mut world = World::with(|settings| settings.window_months = 12);
    world.people("person_id | email\n101 | a@example.com");
    world.registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2025-11-14").run(DAY_0);
    assert!(world.contacts().is_empty());
}

#[test]
fn ci_16_a_person_who_is_created_is_imported_with_the_owner() {
    let mut world = World::new();
    world.people("person_id | email\n101 | owner@example.com").run(DAY_0);
    assert!(world.contacts().is_empty());
    world.people("person_id | email\n101 | owner@example.com\n102 | new@example.com").run(DAY_1);
    assert_eq!(world.contacts(), ["new@example.com", "owner@example.com"]);
}

#[test]
fn ci_16_a_child_who_is_created_brings_the_owner_alone() {
    let mut world = World::new();
    world.people("person_id | email | child\n101 | owner@example.com | false").run(DAY_0);
    let people = "person_id | email | child
                  101 | owner@example.com | false
                  102 | child@example.com | true";
    world.people(people).run(DAY_1);
    assert_eq!(world.contacts(), ["owner@example.com"]);
}

#[rstest]
#[case(false)]
#[case(true)]
fn ci_11_the_window_begins_with_the_first_whole_list(#[case] part: bool) {
    let mut world = World::new();
    world.people("person_id | email\n101 | owner@example.com\n201 | other@example.com");
    if part {
        world.delta(Kind::Registrations, "registration_id | person_id\nSUB-9 | 201");
    } else {
        world.registrations("registration_id | person_id");
    }
    world.run(DAY_0);
    world.registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2012-01-01").run(DAY_1);
    assert!(!world.contacts().contains(&"owner@example.com".into()));
    world.registrations(
        "registration_id | person_id | registered_on\nSUB-1 | 101 | 2012-01-01\nSUB-2 | 101 | 2012-01-01",
    );
    world.run(DAY_2);
    assert!(world.contacts().contains(&"owner@example.com".into()), "a later one counts whatever its age");
}
