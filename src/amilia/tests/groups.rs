//! Groups (cyberimpact 2.5).

use rstest::rstest;

use super::super::Warning;
use super::world::*;

const FAMILY: &str = "person_id | email | child
                      101 | owner@example.com | false
                      102 | adult@example.com | false
                      103 | child@example.com | true";

fn registered(registrations: &str) -> World {
    let mut world = World::new();
    world.people(FAMILY).registrations(registrations).run(DAY_0);
    world
}

#[rstest]
#[case(true, "customers|Clients Amilia|static|false")]
#[case(false, "customers|Amilia Customers|static|false")]
fn ci_35_the_customers_group_holds_every_contact(#[case] french: bool, #[case] expected: &str) {
    use crate::config::Language;
    let mut world =
        World::with(|settings| settings.language = if french { Language::Fr } else { Language::En });
    world.people(FAMILY).registrations("registration_id | person_id\nSUB-1 | 102").run(DAY_0);
    assert_eq!(world.show("groups", &["group_key", "title", "kind", "is_public"])[0], expected);
    assert_eq!(
        world
            .show("group_members", &["email", "group_key"])
            .iter()
            .filter(|place| place.ends_with("customers"))
            .count(),
        world.contacts().len()
    );
}

#[test]
fn ci_36_one_static_private_group_an_activity() {
    let world = registered("registration_id | person_id | activity_id\nSUB-1 | 101 | 9\nSUB-2 | 101 | 10");
    let groups = world.show("groups", &["group_key", "title", "kind", "is_public"]);
    assert_eq!(
        groups[1..3],
        [
            "activity:9|Automne \\ Sport \\ Yoga \\ Cours 9|static|false",
            "activity:10|Automne \\ Sport \\ Yoga \\ Cours 10|static|false",
        ]
    );
}

#[test]
fn ci_37_the_three_upper_groups_are_dynamic() {
    let world = registered("registration_id | person_id\nSUB-1 | 101");
    let groups = world.show("groups", &["group_key", "title", "kind", "criterion"]);
    assert_eq!(
        groups[3..],
        [
            "program:Automne|Automne|dynamic|activity group name contains «Automne»",
            "category:Automne \\ Sport|Automne \\ Sport|dynamic|activity group name contains «Automne \\ Sport»",
            "subcategory:Automne \\ Sport \\ Yoga|Automne \\ Sport \\ Yoga|dynamic|activity group name contains «Automne \\ Sport \\ Yoga»",
        ]
    );
}

#[test]
fn amilia_9_10_keys_are_ids_where_there_are_any() {
    let world = registered("registration_id | person_id | program_id | category_id\nSUB-1 | 101 | 7 | 8");
    assert_eq!(
        world.show("groups", &["group_key"])[3..],
        ["program:7", "category:7 \\ 8", "subcategory:7 \\ 8 \\ Yoga"]
    );
}

#[test]
fn ci_38_one_static_private_group_a_membership() {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id | membership_id\n101 | 41\n101 | 42").run(DAY_0);
    assert_eq!(
        world.show("groups", &["group_key", "title", "kind", "is_public"])[1..3],
        ["membership:41|Carte 41|static|false", "membership:42|Carte 42|static|false"]
    );
}

#[test]
fn ci_38_a_membership_without_id_is_known_by_its_name() {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id | membership_id | membership\n101 | | Gym").run(DAY_0);
    assert_eq!(world.show("groups", &["group_key", "title"])[1], "membership:Gym|Gym");
}

#[rstest]
#[case("102", &["adult@example.com|activity:9", "owner@example.com|activity:9"])]
#[case("103", &["owner@example.com|activity:9"])]
fn ci_39_owner_and_eligible_registrant_both_join(#[case] person: &str, #[case] expected: &[&str]) {
    assert_eq!(registered(&format!("registration_id | person_id\nSUB-1 | {person}")).members(), expected);
}

#[rstest]
#[case("102", &["adult@example.com|membership:41", "owner@example.com|membership:41"])]
#[case("103", &["owner@example.com|membership:41"])]
fn ci_39_memberships_alike(#[case] person: &str, #[case] expected: &[&str]) {
    let mut world = World::new();
    world.people(FAMILY).memberships(&format!("person_id\n{person}")).run(DAY_0);
    assert_eq!(world.members(), expected);
}

#[test]
fn ci_40_drop_ins_join_like_any_other() {
    let world = registered("registration_id | person_id | drop_in_on\nDI-1 | 101 | 2026-11-20");
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
}

#[test]
fn ci_41_a_registration_makes_exactly_two_static_places() {
    let world = registered("registration_id | person_id\nSUB-1 | 101");
    assert_eq!(world.show("group_members", &["group_key"]), ["activity:9", "customers"]);
}

#[test]
fn ci_42_a_membership_makes_exactly_two() {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id\n101").run(DAY_0);
    assert_eq!(world.show("group_members", &["group_key"]), ["customers", "membership:41"]);
}

#[test]
fn ci_43_groups_are_made_when_they_are_needed() {
    let world =
        registered("registration_id | person_id | activity_id | registered_on\nSUB-1 | 101 | 9 | 2020-01-01");
    assert_eq!(world.show("groups", &["group_key"]), ["customers", "archived"]);
}

#[test]
fn ci_44_the_separator_is_space_backslash_space() {
    let world = registered("registration_id | person_id\nSUB-1 | 101");
    assert_eq!(world.show("groups", &["title"])[1].as_bytes()[7..10], [0x20, 0x5c, 0x20]);
}

#[rstest]
#[case("Sport | Yoga | Doux", "Automne \\ Sport \\ Yoga \\ Doux")]
#[case("Sport |  | Doux", "Automne \\ Sport \\ Doux")]
#[case(" |  | Doux", "Automne \\ Doux")]
#[case("A \\ B | C\\D | x \\ \\ y", "Automne \\ A / B \\ C\\D \\ x / / y")]
fn ci_44_empty_levels_are_left_out_and_separators_in_names_replaced(
    #[case] levels: &str,
    #[case] title: &str,
) {
    let table =
        format!("registration_id | person_id | category | subcategory | activity\nSUB-1 | 101 | {levels}");
    assert_eq!(registered(&table).show("groups", &["title"])[1], title);
}

#[test]
fn a_separator_that_was_replaced_in_a_name_is_told() {
    let mut world = World::new();
    let table = "registration_id | person_id | activity_id | activity
                 SUB-1 | 101 | 9 | Yoga \\ doux
                 SUB-2 | 101 | 10 | Yoga / doux
                 SUB-3 | 101 | 11 | C\\D";
    let derived = world.people(FAMILY).registrations(table).run(DAY_0);
    let title = "Automne \\ Sport \\ Yoga \\ Yoga / doux".to_owned();
    let equal = Warning::EqualTitles { title: title.clone(), activities: vec![9, 10] };
    assert_eq!(derived.warnings, [equal, Warning::SeparatorReplaced { count: 1, title }]);
}

#[test]
fn equal_titles_are_warned_about_and_not_merged() {
    let mut world = World::new();
    let table = "registration_id | person_id | activity_id | activity
                 SUB-1 | 101 | 9 | Yoga
                 SUB-2 | 101 | 10 | Yoga";
    let derived = world.people(FAMILY).registrations(table).run(DAY_0);
    let title = "Automne \\ Sport \\ Yoga \\ Yoga".to_owned();
    assert_eq!(derived.warnings, [Warning::EqualTitles { title, activities: vec![9, 10] }]);
    assert_eq!(world.members(), ["owner@example.com|activity:10", "owner@example.com|activity:9"]);
}

#[test]
fn a_renamed_activity_keeps_its_key() {
    let mut world = registered("registration_id | person_id | activity\nSUB-1 | 101 | Yoga");
    world.registrations("registration_id | person_id | activity\nSUB-1 | 101 | Pilates").run(DAY_1);
    assert_eq!(
        world.show("groups", &["group_key", "title"])[1],
        "activity:9|Automne \\ Sport \\ Yoga \\ Pilates"
    );
    assert!(world.removals().is_empty());
}
