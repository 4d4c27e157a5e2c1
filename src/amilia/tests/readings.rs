//! One test for each row of the second table of `reference/decisions.md` (defaults among two defensible readings), in its order.

use rstest::rstest;

use super::decisions::*;
use super::world::*;

#[test]
fn a_registration_cancelled_when_first_seen_imports_nobody() {
    let mut world = world(ONE, "registration_id | person_id | status\nSUB-1 | 101 | Cancelled");
    assert!(world.contacts().is_empty());
    world.registrations(
        "registration_id | person_id | status\nSUB-1 | 101 | Cancelled\nSUB-2 | 101 | Cancelled",
    );
    world.run(DAY_1);
    assert!(world.contacts().is_empty(), "nor on a later day");
}

#[test]
fn a_registration_first_seen_later_counts_whatever_its_age() {
    let rows = "registration_id | person_id | registered_on\nSUB-0 | 101 | 2019-01-01";
    let mut world = world(ONE, rows);
    assert!(world.contacts().is_empty());
    world.registrations(&format!("{rows}\nSUB-1 | 101 | 2020-01-01")).run(DAY_1);
    assert_eq!(world.contacts(), ["a@example.com"]);
}

#[test]
fn a_registration_left_out_on_the_first_day_stays_out_when_modified() {
    let mut world = world(ONE, "registration_id | person_id | registered_on\nSUB-1 | 101 | 2020-01-01");
    world.registrations(
        "registration_id | person_id | registered_on | activity\nSUB-1 | 101 | 2020-01-01 | New",
    );
    world.run(DAY_1);
    assert!(world.contacts().is_empty());
}

#[test]
fn a_registration_cancelled_when_first_seen_counts_once_it_is_registered() {
    let mut world = world(ONE, "registration_id | person_id | status\nSUB-1 | 101 | Cancelled");
    world.registrations(SUB_1).run(DAY_1);
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
}

#[test]
fn an_imported_person_who_gets_a_first_address_becomes_a_contact_at_once() {
    let mut world = world("person_id | email\n101 | ", SUB_1);
    assert!(world.contacts().is_empty());
    world.people(ONE).run(DAY_1);
    assert_eq!(world.contacts(), ["a@example.com"]);
}

#[test]
fn a_person_never_imported_stays_out_when_the_address_changes() {
    let mut world = world(ONE, NOBODY);
    world.people("person_id | email\n101 | b@example.com").run(DAY_1);
    assert!(world.contacts().is_empty());
}

#[test]
fn an_imported_child_who_turns_18_becomes_a_contact() {
    let people = "person_id | email | birth_date
                  101 | owner@example.com | 1980-01-01
                  102 | young@example.com | 2008-11-16";
    let rows = "registration_id | person_id | activity_end\nSUB-1 | 102 | 2026-10-01";
    let mut world = world(people, rows);
    world.registrations(NOBODY).run(DAY_0);
    assert_eq!(world.contacts(), ["owner@example.com"]);
    world.run(DAY_1);
    assert_eq!(world.contacts(), ["owner@example.com", "young@example.com"]);
    assert_eq!(world.members(), ["owner@example.com|activity:9"], "a vanished row gives no new place");
}

#[test]
fn a_person_first_seen_later_and_archived_becomes_a_contact() {
    let mut world = world(ONE, NOBODY);
    let people = "person_id | email | archived\n101 | a@example.com | false\n201 | b@example.com | true";
    world.people(people).run(DAY_1);
    assert_eq!(world.show("contacts", &["email", "archived"]), ["b@example.com|True"]);
}

// "Gone after two full files of two different run dates": ci_17_the_same_export_twice_on_one_day_deletes_nobody.
// "Born on 29 February", "24 months before a day that does not exist": src/amilia/day.rs.

#[test]
fn rows_of_a_known_person_missing_today_are_read() {
    let mut world = world(COUPLE, NOBODY);
    world.people("person_id | email\n101 | owner@example.com").registrations(SUB_1_OF_102).run(DAY_1);
    assert_eq!(world.contacts(), ["adult@example.com", "owner@example.com"]);
}

#[rstest]
#[case("Parent of", "Zoé", false)]
#[case("parent de", "Zoé", false)]
#[case("Parent d'", "Émile", false)]
#[case("Parent", "d’Émile", false)]
#[case("", "Parent of Zoé", false)]
#[case("Parente", "Of", true)]
#[case("Zoé", "Parent", true)]
fn placeholder_owners(#[case] first: &str, #[case] last: &str, #[case] contact: bool) {
    let people =
        format!("person_id | email | first_name | last_name\n101 | a@example.com | {first} | {last}");
    assert_eq!(!world(&people, SUB_1).contacts().is_empty(), contact);
}

#[test]
fn only_imported_persons_compete_for_a_shared_address() {
    let people = "person_id | email\n101 | same@example.com\n201 | \n202 | same@example.com";
    // 101, an owner, would win, but nothing imports him.
    let world = world(people, "registration_id | person_id\nSUB-1 | 202");
    assert_eq!(world.show("contacts", &["person_id"]), ["202"]);
}

#[test]
fn an_owner_record_beats_a_member_record_with_newer_rows() {
    let people = "person_id | email\n101 | same@example.com\n201 | \n202 | same@example.com";
    let rows =
        "registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-01-01\nSUB-2 | 202 | 2026-09-01";
    assert_eq!(world(people, rows).show("contacts", &["person_id"]), ["101"]);
}

/// Two owners with one address; the first account's rows are all of 1 May.
fn two_accounts(rows: &str) -> Vec<String> {
    let people = "person_id | email\n101 | same@example.com\n102 | \n201 | same@example.com\n202 | ";
    let rows = format!(
        "registration_id | person_id | registered_on | status\nSUB-1 | 101 | 2026-05-01 | Registered\n{rows}"
    );
    world(people, &rows).show("contacts", &["account_id"])
}

#[rstest]
#[case("SUB-2 | 201 | 2026-06-01 | Registered", "2")]
#[case("SUB-2 | 201 | 2026-05-01 | Registered", "1")]
#[case("SUB-2 | 201 | 2026-04-01 | Registered\nSUB-3 | 201 | 2026-06-01 | Cancelled", "1")]
#[case("SUB-2 | 201 | 2026-04-01 | Registered\nSUB-3 | 202 | 2026-06-01 | Registered", "2")]
fn of_two_accounts_the_one_with_the_newest_row_that_counts_is_shown(
    #[case] rows: &str,
    #[case] account: &str,
) {
    assert_eq!(two_accounts(rows), [account]);
}

#[test]
fn an_archived_record_competes_like_any_other_and_its_flag_is_shown() {
    let people = "person_id | email | archived
                  101 | same@example.com | true
                  102 | same@example.com | false";
    let world = world(people, SUB_1_OF_102);
    assert_eq!(world.show("contacts", &["person_id", "archived"]), ["101|True"]);
}

#[test]
fn the_flag_is_that_of_the_record_shown() {
    let people = "person_id | email | archived
                  101 | same@example.com | false
                  102 | same@example.com | true";
    assert_eq!(world(people, SUB_1_OF_102).show("contacts", &["person_id", "archived"]), ["101|False"]);
}

#[test]
fn skills_of_the_owner_and_of_folded_persons_are_joined() {
    let people = "person_id | email | child | skills
                  101 | a@example.com | false | Yoga
                  102 |  | true | Canard
                  103 | a@example.com | false | Yoga, Crabe";
    assert_eq!(world(people, SUB_1).show("contacts", &["skills"]), ["Yoga, Canard, Crabe"]);
}

// "A comma in a skills cell separates", "known_skills": src/amilia/skills.rs, ci_65_….

#[test]
fn the_newest_purchase_among_owner_and_folded_persons() {
    let memberships = "person_id | membership_id | purchased_on
                       101 | 41 | 2026-01-10
                       102 | 42 | 2026-02-10";
    let world =
        with_memberships("person_id | email | child\n101 | a@example.com | false\n102 | | true", memberships);
    assert_eq!(world.show("contacts", &["membership"]), ["Carte 42"]);
}

#[rstest]
#[case("", "false", "", "Yoga")]
#[case("", "", "", "Yoga, Canard")]
#[case("", "true", "true", "Yoga, Canard")]
fn who_is_folded(#[case] email: &str, #[case] child: &str, #[case] archived: &str, #[case] skills: &str) {
    // An adult without address is not; a person of unknown age is, and so is an archived one.
    let people = format!(
        "person_id | email | child | archived | birth_date | skills
         101 | a@example.com | false | | | Yoga
         102 | {email} | {child} | {archived} | | Canard"
    );
    assert_eq!(world(&people, SUB_1).show("contacts", &["skills"]), [skills]);
}

#[test]
fn amilia_9_5_a_person_of_unknown_age_is_an_adult_only_as_the_owner() {
    let people = "person_id | email | birth_date | child
                  101 | owner@example.com | | 
                  102 | unknown@example.com | | ";
    assert_eq!(world(people, SUB_1_OF_102).contacts(), ["owner@example.com"]);
}

#[test]
fn two_members_who_share_an_address_are_folded_too() {
    let people = "person_id | email | skills
                  101 |  | 
                  102 | same@example.com | Yoga
                  103 | same@example.com | Crabe";
    let world = world(people, "registration_id | person_id\nSUB-1 | 102");
    assert_eq!(world.show("contacts", &["person_id", "skills"]), ["102|Yoga, Crabe"]);
}

#[test]
fn only_persons_of_the_account_shown_are_folded() {
    let people = "person_id | email | skills
                  101 | same@example.com | Yoga
                  201 | same@example.com | Crabe";
    let rows = "registration_id | person_id\nSUB-1 | 101\nSUB-2 | 201";
    assert_eq!(world(people, rows).show("contacts", &["skills"]), ["Yoga"]);
}

#[test]
fn of_two_purchases_of_one_day_the_higher_membership_is_the_last() {
    let world = with_memberships(ONE, "person_id | membership_id\n101 | 9\n101 | 41\n101 | 10");
    assert_eq!(world.show("contacts", &["membership", "consent_proof"]), ["Carte 41|Carte 41"]);
}

#[test]
fn a_membership_cancelled_later_leaves_the_fields() {
    let table = "person_id | membership_id | purchased_on | status
                 101 | 41 | 2025-01-01 | Active
                 101 | 42 | 2026-01-01 | Active";
    let mut world = with_memberships(ONE, table);
    world.memberships(&table.replace("2026-01-01 | Active", "2026-01-01 | Cancelled")).run(DAY_1);
    assert_eq!(world.show("contacts", &["membership", "consent_proof"]), ["Carte 41|Carte 42"]);
}

// "Details follow every snapshot": ci_22_details_follow_every_export.
// "Same registration date means same day": the snapshot holds days; of_two_accounts_….

#[test]
fn the_higher_registration_id_compares_digits() {
    let rows = "registration_id | person_id\nSUB-9 | 101\nSUB-10 | 101\nDI-8 | 101";
    assert_eq!(world(ONE, rows).show("contacts", &["consent_proof"]), ["SUB-10"]);
}

// "Registration and purchase on one day": ci_55_the_newest_of_the_two_kinds_wins.

#[test]
fn registrations_left_out_by_the_window_give_no_consent() {
    let mut world = World::new();
    world.people(ONE).registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2024-11-01");
    world.memberships("person_id | purchased_on\n101 | 2020-01-01").run(DAY_0);
    assert_eq!(world.show("contacts", &["consent_on"]), ["2020-01-01"]);
}

#[test]
fn the_purchase_of_an_expired_membership_is_a_consent() {
    let mut world = World::new();
    world.people(ONE).registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2025-01-01");
    world.memberships("person_id | purchased_on | status\n101 | 2025-02-01 | Expired").run(DAY_0);
    assert_eq!(world.show("contacts", &["consent_on", "consent_proof"]), ["2025-02-01|Carte 41"]);
}

#[test]
fn a_registration_in_a_cancelled_activity_renews() {
    let rows = "registration_id | person_id | registered_on | activity_id | activity_status
                SUB-1 | 101 | 2026-01-01 | 9 | Normal
                SUB-2 | 101 | 2026-02-01 | 10 | Cancelled";
    assert_eq!(world(ONE, rows).show("contacts", &["consent_proof"]), ["SUB-2"]);
}

#[test]
fn a_changed_address_takes_the_consent_of_the_persons_rows() {
    let mut world = world(ONE, SUB_1);
    world.people("person_id | email\n101 | b@example.com").run(DAY_1);
    assert_eq!(
        world.show("contacts", &["email", "consent_on", "consent_proof"]),
        ["a@example.com|2026-09-01|SUB-1", "b@example.com|2026-09-01|SUB-1"]
    );
}

#[test]
fn the_proof_of_a_row_cancelled_later_stays() {
    let rows = "registration_id | person_id | status\nSUB-1 | 101 | Registered\nSUB-2 | 101 | Registered";
    let mut world = world(ONE, rows);
    world.registrations(&rows.replace("SUB-2 | 101 | Registered", "SUB-2 | 101 | Cancelled")).run(DAY_1);
    assert_eq!(world.show("contacts", &["consent_proof"]), ["SUB-2"]);
}

// "relationType active-clients even without consent date": ci_58_….

#[test]
fn a_cancelled_row_of_a_cancelled_activity_first_seen_so_is_not_in_the_group() {
    let rows = "registration_id | person_id | activity_status | status
                SUB-1 | 101 | Cancelled | Cancelled";
    assert!(world(ONE, rows).members().is_empty());
}

#[test]
fn a_row_cancelled_after_its_activity_keeps_its_place() {
    let mut world = world(ONE, SUB_1);
    world.registrations("registration_id | person_id | activity_status\nSUB-1 | 101 | Cancelled").run(DAY_1);
    let both = "registration_id | person_id | activity_status | status\nSUB-1 | 101 | Cancelled | Cancelled";
    world.registrations(both).run(DAY_2);
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
}

#[test]
fn a_row_cancelled_before_its_activity_stays_out() {
    let mut world = world(ONE, SUB_1);
    world.registrations("registration_id | person_id | status\nSUB-1 | 101 | Cancelled").run(DAY_1);
    let both = "registration_id | person_id | activity_status | status\nSUB-1 | 101 | Cancelled | Cancelled";
    world.registrations(both).run(DAY_2);
    assert_eq!(world.removals(), ["a@example.com|activity:9|unregistered"]);
}

#[test]
fn a_new_registration_in_a_cancelled_activity_joins() {
    let mut world = world(ONE, NOBODY);
    world.registrations("registration_id | person_id | activity_status\nSUB-1 | 101 | Cancelled").run(DAY_1);
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
}

#[test]
fn archived_persons_leave_the_group_of_a_cancelled_activity_too() {
    let mut world = world(ONE, "registration_id | person_id | activity_status\nSUB-1 | 101 | Cancelled");
    world.people("person_id | email | archived\n101 | a@example.com | true").run(DAY_1);
    assert_eq!(world.removals(), ["a@example.com|activity:9|archived"]);
}

#[test]
fn an_archived_owners_address_is_in_no_group_even_if_a_live_member_shares_it() {
    let people = "person_id | email | archived
                  101 | same@example.com | false
                  102 | same@example.com | false
                  103 | other@example.com | false";
    let rows = "registration_id | person_id\nSUB-1 | 102\nSUB-2 | 103";
    let mut world = world(people, rows);
    world
        .people(&people.replace("101 | same@example.com | false", "101 | same@example.com | true"))
        .run(DAY_1);
    assert_eq!(world.members(), ["other@example.com|activity:9"]);
}

#[test]
fn a_membership_not_yet_effective_on_the_first_day_joins_when_it_is_active() {
    let mut world = with_memberships(ONE, "person_id | effective_on | status\n101 | 2026-11-17 | ");
    world.run(DAY_1);
    assert!(world.contacts().is_empty());
    world.run(DAY_2);
    assert_eq!(world.members(), ["a@example.com|membership:41"]);
}

#[rstest]
#[case("2027-01-01 |  | ", true)]
#[case("2026-01-01 | 2026-06-30 | ", false)]
#[case(" | | Expired", false)]
#[case(" | | Inactive", false)]
#[case(" | | Active", true)]
fn a_purchase_first_seen_later_joins_at_once_unless_expired_or_inactive(
    #[case] row: &str,
    #[case] joins: bool,
) {
    let mut world = with_memberships(ONE, "person_id | membership_id | status\n101 | 40 | Expired");
    world.memberships(&format!("person_id | effective_on | expires_on | status\n101 | {row}")).run(DAY_1);
    assert_eq!(!world.members().is_empty(), joins);
}

#[test]
fn a_membership_row_that_vanishes_changes_nothing() {
    let mut world = with_memberships(ONE, "person_id\n101");
    let models = ["contacts", "group_members", "group_removals", "cards"].map(|model| world.model(model));
    world.memberships("person_id").run(DAY_1);
    world.run(DAY_2);
    assert_eq!(
        ["contacts", "group_members", "group_removals", "cards"].map(|model| world.model(model)),
        models
    );
}

#[test]
fn a_membership_of_the_whole_account_is_held_by_all_its_persons() {
    let world = with_memberships(COUPLE, "person_id | account_id\n | 1");
    assert_eq!(world.members(), ["adult@example.com|membership:41", "owner@example.com|membership:41"]);
    assert_eq!(world.show("contacts", &["membership"]), ["Carte 41", "Carte 41"]);
}

// "An activity that ends today does not end in the future": amilia_9_7_absence_….

#[test]
fn activities_with_equal_titles_are_told_apart_by_id() {
    let rows = "registration_id | person_id | activity_id | activity | status
                SUB-1 | 101 | 9 | Yoga | Registered
                SUB-2 | 101 | 10 | Yoga | Registered";
    let mut world = world(ONE, rows);
    world.registrations(&rows.replace("10 | Yoga | Registered", "10 | Yoga | Cancelled")).run(DAY_1);
    assert_eq!(world.removals(), ["a@example.com|activity:10|unregistered"]);
}

// "Places kept … are listed as wanted": a_vanished_row_of_a_past_season_…, plain_expiry_…, a_registration_that_leaves_the_window_….

#[test]
fn a_vanished_row_gives_no_place_to_a_changed_address_or_a_restored_person() {
    let people = "person_id | email | archived\n101 | a@example.com | false\n201 | b@example.com | false";
    let rows =
        "registration_id | person_id | activity_end\nSUB-1 | 101 | 2026-11-01\nSUB-2 | 201 | 2026-11-01";
    let mut world = world(people, rows);
    world.registrations(NOBODY);
    let changed = "person_id | email | archived\n101 | new@example.com | false\n201 | b@example.com | true";
    world.people(changed).run(DAY_1);
    world.people(&changed.replace("| true", "| false")).run(DAY_2);
    assert!(world.members().is_empty());
    assert_eq!(
        world.removals(),
        ["a@example.com|activity:9|address changed", "b@example.com|activity:9|archived"]
    );
}

#[test]
fn a_live_row_gives_its_place_to_the_changed_address() {
    let mut world = world(ONE, SUB_1);
    world.people("person_id | email\n101 | new@example.com").run(DAY_1);
    assert_eq!(world.members(), ["new@example.com|activity:9"]);
    assert_eq!(world.removals(), ["a@example.com|activity:9|address changed"]);
}

#[test]
fn an_address_deleted_without_a_new_one_leaves_its_groups() {
    let mut world = world(ONE, SUB_1);
    world.people("person_id | email\n101 | ").run(DAY_1);
    assert_eq!(world.removals(), ["a@example.com|activity:9|address changed"]);
}

#[test]
fn an_address_nobody_has_any_more_is_listed_with_its_last_row() {
    let mut world = world(ONE, SUB_1);
    let before = world.model("contacts");
    world.people("person_id | email | first_name\n101 | | Other").run(DAY_1);
    assert_eq!(world.model("contacts"), before);
}

#[test]
fn an_address_that_is_only_a_childs_today_is_not_listed() {
    let mut world = world(ONE, SUB_1);
    world.people("person_id | email | child\n101 | a@example.com | true").run(DAY_1);
    assert!(world.contacts().is_empty());
    assert!(world.model("group_members").lines().count() == 1);
    assert_eq!(world.removals(), ["a@example.com|activity:9|address changed"]);
}

// "A contact on the unsubscribed list is left out": ci_63_….

#[test]
fn an_address_that_leaves_the_unsubscribed_list_may_come_back() {
    let mut world = World::new();
    world.people(ONE).registrations(SUB_1).unsubscribed("email\na@example.com").run(DAY_0);
    assert!(world.contacts().is_empty());
    world.unsubscribed("email").run(DAY_1);
    assert_eq!(world.contacts(), ["a@example.com"]);
    assert_eq!(world.members(), ["a@example.com|activity:9"]);
}

#[test]
fn nothing_is_sent_for_an_unsubscribed_address_that_is_unregistered() {
    let mut world = world(ONE, SUB_1);
    world.unsubscribed("email\na@example.com");
    world.registrations("registration_id | person_id | status\nSUB-1 | 101 | Cancelled").run(DAY_1);
    assert!(world.removals().is_empty());
}

// ---- Contradictions: 1 src/amilia/skills.rs; 2 ci_17_…; 3 ci_29_a_cancelled_membership_…; 4 and 5 above; 7 equal_titles_…;
// 8 ci_32_…, ci_34_…; 9 the row check; 10 rows_of_a_known_person_…; 11 all of this file.

#[rstest]
#[case("true", "1990-01-01", false)]
#[case("false", "2010-01-01", false)]
#[case("", "2010-01-01", false)]
#[case("", "1990-01-01", true)]
#[case("false", "", true)]
fn contradiction_6_a_child_by_the_column_or_by_age(
    #[case] child: &str,
    #[case] born: &str,
    #[case] adult: bool,
) {
    let people = format!(
        "person_id | email | child | birth_date
         101 | owner@example.com | false |
         102 | b@example.com | {child} | {born}"
    );
    assert_eq!(world(&people, SUB_1_OF_102).contacts().contains(&"b@example.com".into()), adult);
}
