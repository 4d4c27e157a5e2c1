//! What follows from changes after the initial load (cyberimpact 2.3 and 2.4).

use rstest::rstest;

use super::super::{Kind, Loader, Mode};
use super::world::*;

const FAMILY: &str = "person_id | email | child | archived
                      101 | owner@example.com | false | false
                      102 | adult@example.com | false | false
                      103 |  | true | false";

/// The owner's family on the first day, with these registrations.
fn family(registrations: &str) -> World {
    let mut world = World::new();
    world.people(FAMILY).registrations(registrations).run(DAY_0);
    world
}

const ADULT_IN_YOGA: &str = "registration_id | person_id\nSUB-1 | 102";

const BOTH_PLACES: [&str; 2] = ["adult@example.com|activity:9", "owner@example.com|activity:9"];

#[test]
fn ci_17_a_deleted_person_is_archived_after_two_full_exports() {
    let mut world = family(ADULT_IN_YOGA);
    let rest = "person_id | email\n101 | owner@example.com\n103 |";
    let flags = |world: &World| world.show("contacts", &["email", "archived"]);
    world.people(rest).run(DAY_1);
    assert_eq!(flags(&world), ["adult@example.com|False", "owner@example.com|False"]);
    world.run(DAY_2);
    assert_eq!(flags(&world), ["adult@example.com|True", "owner@example.com|False"]);
    assert_eq!(
        world.removals(),
        ["adult@example.com|activity:9|archived", "owner@example.com|activity:9|archived"]
    );
}

#[test]
fn ci_17_the_same_export_twice_on_one_day_deletes_nobody() {
    let mut world = family(ADULT_IN_YOGA);
    world.people("person_id | email\n101 | owner@example.com").run(DAY_1);
    world.run(DAY_1);
    assert_eq!(world.show("contacts", &["archived"]), ["False", "False"]);
}

#[test]
fn ci_18_a_deleted_account_archives_its_owner_and_persons() {
    let mut world = family(ADULT_IN_YOGA);
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    assert_eq!(
        world.show("contacts", &["email", "archived"]),
        ["adult@example.com|True", "owner@example.com|True"]
    );
}

#[test]
fn ci_19_a_new_registration_adds_the_addresses_to_its_group() {
    let mut world = family("registration_id | person_id | activity_id\nSUB-1 | 102 | 9");
    world
        .registrations("registration_id | person_id | activity_id\nSUB-1 | 102 | 9\nSUB-2 | 102 | 10")
        .run(DAY_1);
    assert_eq!(
        world.members(),
        [
            "adult@example.com|activity:10",
            "adult@example.com|activity:9",
            "owner@example.com|activity:10",
            "owner@example.com|activity:9",
        ]
    );
}

#[test]
fn ci_19_a_new_membership_adds_the_addresses_to_its_group() {
    let mut world = family("registration_id | person_id");
    world.memberships("person_id").run(DAY_0);
    assert!(world.contacts().is_empty());
    world.memberships("person_id\n102").run(DAY_1);
    assert_eq!(world.members(), ["adult@example.com|membership:41", "owner@example.com|membership:41"]);
}

#[test]
fn ci_20_a_modified_registration_moves_the_place() {
    let mut world = family("registration_id | person_id | activity_id\nSUB-1 | 101 | 9");
    world.registrations("registration_id | person_id | activity_id\nSUB-1 | 101 | 10").run(DAY_1);
    assert_eq!(world.members(), ["owner@example.com|activity:10"]);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|unregistered"]);
}

#[test]
fn ci_21_a_deleted_registration_is_an_unregistration() {
    let mut world = family("registration_id | person_id | activity_end\nSUB-1 | 102 | 2026-12-15");
    world.registrations("registration_id | person_id").run(DAY_1);
    assert_eq!(
        world.removals(),
        ["adult@example.com|activity:9|unregistered", "owner@example.com|activity:9|unregistered"]
    );
}

/// Who is absent, when the activity ends then, has that status, and is still listed through another registration or not.
#[rstest]
#[case("2026-12-15", "Normal", false, true)]
#[case("2026-11-01", "Normal", true, true)]
#[case("2026-11-01", "Normal", false, false)]
#[case("2026-11-16", "Normal", false, false)]
#[case("", "Normal", false, false)]
#[case("2026-12-15", "Cancelled", true, false)]
fn amilia_9_7_absence_means_unregistered_only_under_the_strict_test(
    #[case] end: &str,
    #[case] status: &str,
    #[case] listed: bool,
    #[case] removed: bool,
) {
    let mut world = World::new();
    world.people("person_id | email\n101 | a@example.com\n201 | b@example.com");
    let header = "registration_id | person_id | activity_end | activity_status";
    let row = |id: &str, person: &str| format!("{id} | {person} | {end} | {status}");
    let other = if listed { row("SUB-2", "201") } else { String::new() };
    world.registrations(&format!("{header}\n{}\n{other}", row("SUB-1", "101"))).run(DAY_0);
    world.registrations(&format!("{header}\n{other}")).run(DAY_1);
    assert_eq!(!world.removals().is_empty(), removed);
    assert_eq!(world.members().contains(&"a@example.com|activity:9".into()), !removed);
}

#[test]
fn ci_22_details_follow_every_export() {
    let mut world = family(ADULT_IN_YOGA);
    let people = "person_id | email | first_name
                  101 | owner@example.com | New
                  102 | adult@example.com | P102
                  103 | | P103";
    world.people(people).run(DAY_1);
    assert_eq!(world.show("contacts", &["first_name"]), ["P102", "New"]);
}

// CI-23 (near real time) does not apply to files: a drop is the clock.

#[rstest]
#[case("true", "True")]
#[case("false", "False")]
#[case("", "False")]
fn ci_24_ci_25_the_flag_is_an_english_word(#[case] archived: &str, #[case] flag: &str) {
    let mut world = World::new();
    world.people(&format!("person_id | email | archived\n101 | a@example.com | {archived}"));
    world.registrations("registration_id | person_id\nSUB-1 | 101").run(DAY_0);
    assert_eq!(world.show("contacts", &["archived"]), [flag]);
}

#[test]
fn ci_26_archived_persons_and_owner_leave_activity_and_membership_groups() {
    let mut world = World::new();
    world.people(FAMILY).registrations(ADULT_IN_YOGA).memberships("person_id\n101").run(DAY_0);
    assert_eq!(world.members().len(), 3);
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    assert!(world.members().is_empty());
    assert_eq!(
        world.removals(),
        [
            "adult@example.com|activity:9|archived",
            "owner@example.com|activity:9|archived",
            "owner@example.com|membership:41|archived",
        ]
    );
}

#[test]
fn ci_27_archived_contacts_stay_in_the_customers_group() {
    let mut world = family(ADULT_IN_YOGA);
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    assert_eq!(
        world.show("group_members", &["email", "group_key"]),
        ["adult@example.com|customers", "owner@example.com|customers"]
    );
}

#[test]
fn ci_28_the_archived_group_is_dynamic_and_never_written_to() {
    let mut world = family(ADULT_IN_YOGA);
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    let groups = world.show("groups", &["group_key", "kind", "criterion"]);
    assert!(groups.contains(&"archived|dynamic|Amilia.IsArchived = True".into()), "{groups:?}");
    assert!(!world.model("group_members").contains(",archived,"));
}

#[rstest]
#[case("Cancelled")]
fn ci_29_unregistering_ends_the_places_of_owner_and_registrant(#[case] status: &str) {
    let mut world = family(ADULT_IN_YOGA);
    assert_eq!(world.members(), BOTH_PLACES);
    world.registrations(&format!("registration_id | person_id | status\nSUB-1 | 102 | {status}")).run(DAY_1);
    assert!(world.members().is_empty());
    assert_eq!(
        world.removals(),
        ["adult@example.com|activity:9|unregistered", "owner@example.com|activity:9|unregistered"]
    );
    assert_eq!(world.show("group_members", &["group_key"]), ["customers", "customers"]);
}

#[test]
fn ci_29_a_cancelled_membership_ends_the_places_too() {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id\n102").run(DAY_0);
    world.memberships("person_id | status\n102 | Cancelled").run(DAY_1);
    assert_eq!(
        world.removals(),
        ["adult@example.com|membership:41|unregistered", "owner@example.com|membership:41|unregistered"]
    );
}

/// Each registration's and the activity's status on the second day.
#[rstest]
#[case("Registered")]
#[case("Cancelled")]
fn ci_30_the_list_of_a_cancelled_activity_stays(#[case] status: &str) {
    let mut world = family(ADULT_IN_YOGA);
    let table =
        format!("registration_id | person_id | activity_status | status\nSUB-1 | 102 | Cancelled | {status}");
    world.registrations(&table).run(DAY_1);
    assert_eq!(world.members(), BOTH_PLACES);
    world.registrations("registration_id | person_id").run(DAY_2);
    assert_eq!(world.members(), BOTH_PLACES);
    assert!(world.removals().is_empty());
}

#[test]
fn ci_31_nothing_of_this_unsubscribes_or_deletes() {
    let mut world = family(ADULT_IN_YOGA);
    world.registrations("registration_id | person_id | status\nSUB-1 | 102 | Cancelled").run(DAY_1);
    world.people("person_id | email").registrations("registration_id | person_id").run(DAY_2);
    world.run(DAY_3);
    assert_eq!(world.contacts(), ["adult@example.com", "owner@example.com"]);
    assert_eq!(world.model("unsubscribes"), "email,unsubscribed_on,origin\n");
}

const TWO_CHILDREN: &str = "person_id | email | child | archived
                            101 | owner@example.com | false | false
                            103 |  | true | false
                            104 |  | true | false";

const BOTH_CHILDREN: &str = "registration_id | person_id | status
                             SUB-1 | 103 | Registered
                             SUB-2 | 104 | Registered";

/// Two children in one activity; then one unregisters.
fn one_of_two_leaves(mut world: World) -> World {
    world.people(TWO_CHILDREN).registrations(BOTH_CHILDREN).run(DAY_0);
    world.registrations(&BOTH_CHILDREN.replace("103 | Registered", "103 | Cancelled")).run(DAY_1);
    world
}

#[test]
fn ci_32_the_owner_stays_while_another_child_is_registered() {
    let mut world = one_of_two_leaves(World::new());
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
    world.registrations(&BOTH_CHILDREN.replace("Registered", "Cancelled")).run(DAY_2);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|unregistered"]);
}

#[test]
fn ci_32_read_literally_the_owner_leaves_until_a_new_registration() {
    let mut world = one_of_two_leaves(World::with(|settings| settings.owner_stays = false));
    assert_eq!(world.removals(), ["owner@example.com|activity:9|unregistered"]);
    world.run(DAY_2);
    assert!(world.members().is_empty());
    let again = BOTH_CHILDREN.replace("103 | Registered", "103 | Cancelled") + "\nSUB-3 | 103 | Registered";
    world.registrations(&again).run(DAY_3);
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
    assert!(world.removals().is_empty());
}

#[test]
fn ci_33_who_is_restored_gets_the_places_of_live_rows_back() {
    let mut world = family(ADULT_IN_YOGA);
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    world.people(FAMILY).run(DAY_2);
    assert_eq!(world.show("contacts", &["archived"]), ["False", "False"]);
    assert_eq!(world.members(), BOTH_PLACES);
    assert!(world.removals().is_empty());
}

#[test]
fn ci_33_the_other_reading_gives_places_back_only_with_a_newer_row() {
    let mut world = family(ADULT_IN_YOGA);
    world.settings.restored_regain_places = false;
    world.people(&FAMILY.replace("| false\n", "| true\n")).run(DAY_1);
    world.people(FAMILY).run(DAY_2);
    assert_eq!(world.show("contacts", &["archived"]), ["False", "False"]);
    assert!(world.members().is_empty());
    world.registrations(&format!("{ADULT_IN_YOGA}\nSUB-7 | 102")).run(DAY_3);
    assert_eq!(world.members(), BOTH_PLACES);
}

#[test]
fn ci_34_an_archived_child_ends_the_owners_place_and_marks_nobody() {
    let mut world = World::new();
    let child_alone = "registration_id | person_id | activity_id
                       SUB-1 | 103 | 9
                       SUB-2 | 104 | 10";
    world.people(TWO_CHILDREN).registrations(child_alone).run(DAY_0);
    world.people(&TWO_CHILDREN.replace("103 |  | true | false", "103 |  | true | true")).run(DAY_1);
    assert_eq!(world.show("contacts", &["archived"]), ["False"]);
    assert_eq!(world.members(), ["owner@example.com|activity:10"]);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|archived"]);
}

#[test]
fn ci_34_another_childs_registration_keeps_the_owner() {
    let mut world = World::new();
    world.people(TWO_CHILDREN).registrations(BOTH_CHILDREN).run(DAY_0);
    world.people(&TWO_CHILDREN.replace("103 |  | true | false", "103 |  | true | true")).run(DAY_1);
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
}

#[test]
fn ci_34_read_literally_the_owner_leaves_with_the_archived_child() {
    let mut world = World::with(|settings| settings.owner_stays = false);
    world.people(TWO_CHILDREN).registrations(BOTH_CHILDREN).run(DAY_0);
    world.people(&TWO_CHILDREN.replace("103 |  | true | false", "103 |  | true | true")).run(DAY_1);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|archived"]);
}

#[test]
fn who_is_gone_does_not_come_of_age_here() {
    let mut world = World::new();
    let others = "101 | owner@example.com | 1980-01-01";
    world.people(&format!("person_id | email | birth_date\n{others}\n102 | kid@example.com | 2008-12-01"));
    world.registrations("registration_id | person_id\nSUB-1 | 102").run(DAY_0);
    world.people(&format!("person_id | email | birth_date\n{others}")).run(DAY_1);
    world.run(DAY_2);
    world.run("2026-12-02");
    assert_eq!(world.contacts(), ["owner@example.com"]);
}

#[test]
fn who_is_back_in_a_rejected_row_is_restored() {
    let mut world = family(ADULT_IN_YOGA);
    world.people("person_id | email | child | archived\n101 | owner@example.com | false | false");
    world.run(DAY_1);
    world.run(DAY_2);
    assert!(world.removals().contains(&"adult@example.com|activity:9|archived".into()));
    // The row check rejects the row of that day, and only tells that there is one.
    world.store.begin().unwrap();
    let settings = world.settings.clone();
    let connection = world.store.connection();
    let mut loader = Loader::begin(connection, Kind::People, Mode::Full, date(DAY_3), &settings).unwrap();
    loader.row(&line(&rows(Kind::People, "person_id | email\n101 | owner@example.com")[0])).unwrap();
    loader.rejected(Some("102")).unwrap();
    loader.finish().unwrap();
    world.store.commit().unwrap();
    world.people(FAMILY).run("2026-11-19");
    assert_eq!(world.members(), BOTH_PLACES);
}

#[rstest]
#[case("102 | 201", "SUB-1 | 102 |")]
#[case("102 | 101", "SUB-1 | 102 | 201")]
fn an_owner_who_comes_later_gets_what_waited(#[case] child: &str, #[case] row: &str) {
    let mut world = World::new();
    let before = format!("person_id | account_owner_id | email | child\n{child} |  | true");
    let rows = format!("registration_id | person_id | account_owner_id\n{row}");
    world.people(&before).registrations(&rows).run(DAY_0);
    assert!(world.members().is_empty());
    world.people(&format!("{before}\n201 | 201 | owner@example.com | false")).run(DAY_1);
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
}

#[test]
fn the_reason_is_what_happened_last() {
    let mut world = World::with(|settings| settings.restored_regain_places = false);
    let people = |archived: bool| {
        format!(
            "{TWO_CHILDREN_HEAD}\n101 | owner@example.com | false | false\n102 |  | true | {archived}\n103 |  | true | false"
        )
    };
    let rows = |status: &str| {
        format!("registration_id | person_id | status\nSUB-1 | 102 | Registered\nSUB-2 | 103 | {status}")
    };
    world.people(&people(false)).registrations(&rows("Registered")).run(DAY_0);
    world.people(&people(true)).run(DAY_1);
    world.registrations(&rows("Cancelled")).run(DAY_2);
    assert_eq!(world.removals(), ["owner@example.com|activity:9|unregistered"]);
    world.registrations(&rows("Registered")).run(DAY_3);
    assert_eq!(world.members(), ["owner@example.com|activity:9"]);
}

const TWO_CHILDREN_HEAD: &str = "person_id | email | child | archived";

#[test]
fn a_membership_that_was_corrected_leaves_no_ghost() {
    let mut world = World::new();
    let held = |on: &str, status: &str| format!("person_id | purchased_on | status\n102 | {on} | {status}");
    world.people(FAMILY).memberships(&held("2026-10-01", "Active")).run(DAY_0);
    let expected = ["adult@example.com|membership:41", "owner@example.com|membership:41"];
    assert_eq!(world.members(), expected);
    world.memberships(&held("2026-09-01", "Active")).run(DAY_1);
    assert_eq!(world.members(), expected, "as before");
    assert_eq!(world.show("cards", &["email", "purchased_on"]), ["adult@example.com|2026-09-01"]);
    let purchased = |world: &World| world.show("contacts", &["email", "purchased_on"]);
    assert!(purchased(&world).contains(&"adult@example.com|2026-09-01".into()));
    world.memberships(&held("2026-09-01", "Cancelled")).run(DAY_2);
    assert!(world.members().is_empty(), "{:?}", world.members());
}

#[test]
fn a_membership_that_moves_with_its_holder_leaves_the_old_owner() {
    let mut world = World::new();
    let people = |account: u8| {
        format!(
            "person_id | account_id | email | child\n101 | 1 | old@example.com | false\n201 | 2 | new@example.com | false\n102 | {account} |  | true"
        )
    };
    let held = |account: u8| format!("person_id | account_id\n102 | {account}");
    world.people(&people(1)).memberships(&held(1)).run(DAY_0);
    assert_eq!(world.members(), ["old@example.com|membership:41"]);
    world.people(&people(2)).memberships(&held(2)).run(DAY_1);
    assert_eq!(world.members(), ["new@example.com|membership:41"]);
}

#[test]
fn a_part_may_send_a_registration_back_to_the_waiting_list() {
    let mut world = family(ADULT_IN_YOGA);
    assert_eq!(world.members(), BOTH_PLACES);
    let waiting = "registration_id | person_id | status\nSUB-1 | 102 | Waiting list";
    world.delta(Kind::Registrations, waiting).run(DAY_1);
    assert!(world.members().is_empty(), "{:?}", world.members());
}
