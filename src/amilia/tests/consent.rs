//! Consent (cyberimpact 2.6).

use rstest::rstest;

use super::super::Warning;
use super::world::*;
use crate::config::Language;

const FAMILY: &str = "person_id | email
                      101 | owner@example.com
                      102 | adult@example.com";

const CONSENT: [&str; 3] = ["email", "consent_on", "consent_proof"];

fn world(registrations: &str, memberships: &str) -> World {
    let mut world = World::new();
    world.people(FAMILY).registrations(registrations).memberships(memberships).run(DAY_0);
    world
}

const NO_ROWS: &str = "registration_id | person_id";
const NO_MEMBERSHIPS: &str = "person_id";

#[rstest]
#[case(Language::Fr, "active-clients|API ou Webhook - Client actif")]
#[case(Language::En, "active-clients|API or Webhook - Active client")]
fn ci_50_the_source_is_in_the_language_of_the_account(#[case] language: Language, #[case] expected: &str) {
    let mut world = World::with(|settings| settings.language = language);
    world.people(FAMILY).registrations("registration_id | person_id\nSUB-1 | 101").run(DAY_0);
    assert_eq!(world.show("contacts", &["relation", "consent_source"]), [expected]);
}

#[test]
fn ci_51_ci_59_the_expiry_is_the_destinations_and_not_sent() {
    let world = world("registration_id | person_id\nSUB-1 | 101", NO_MEMBERSHIPS);
    let header = world.model("contacts").lines().next().unwrap().to_owned();
    assert!(header.ends_with("relation,consent_source,consent_on,consent_proof"), "{header}");
    assert!(!header.contains("consent_exp"), "{header}");
}

#[rstest]
#[case(
    "registration_id | person_id | registered_on\nSUB-7 | 101 | 2026-03-04",
    NO_MEMBERSHIPS,
    "2026-03-04|SUB-7"
)]
#[case(NO_ROWS, "person_id | purchased_on | membership\n101 | 2026-05-06 | Gym", "2026-05-06|Gym")]
fn ci_52_ci_53_date_and_proof(
    #[case] registrations: &str,
    #[case] memberships: &str,
    #[case] expected: &str,
) {
    let world = world(registrations, memberships);
    assert_eq!(world.show("contacts", &CONSENT), [format!("owner@example.com|{expected}")]);
}

#[test]
fn ci_54_each_new_row_renews() {
    let mut world =
        world("registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-03-04", NO_MEMBERSHIPS);
    world.registrations(
        "registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-03-04\nSUB-2 | 101 | 2026-11-16",
    );
    world.run(DAY_1);
    assert_eq!(world.show("contacts", &CONSENT), ["owner@example.com|2026-11-16|SUB-2"]);
    world.memberships("person_id | purchased_on\n101 | 2026-11-17").run(DAY_2);
    assert_eq!(world.show("contacts", &CONSENT), ["owner@example.com|2026-11-17|Carte 41"]);
}

#[rstest]
#[case("2026-03-04", "2026-03-03", "2026-03-04|SUB-1")]
#[case("2026-03-03", "2026-03-04", "2026-03-04|Carte 41")]
#[case("2026-03-04", "2026-03-04", "2026-03-04|SUB-1")]
fn ci_55_the_newest_of_the_two_kinds_wins(
    #[case] registered: &str,
    #[case] purchased: &str,
    #[case] expected: &str,
) {
    let world = world(
        &format!("registration_id | person_id | registered_on\nSUB-1 | 101 | {registered}"),
        &format!("person_id | purchased_on\n101 | {purchased}"),
    );
    assert_eq!(world.show("contacts", &CONSENT), [format!("owner@example.com|{expected}")]);
}

#[test]
fn ci_55_the_date_never_moves_back() {
    let mut world =
        world("registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-03-04", NO_MEMBERSHIPS);
    world.registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-01-01").run(DAY_1);
    assert_eq!(world.show("contacts", &CONSENT), ["owner@example.com|2026-03-04|SUB-1"]);
}

#[test]
fn ci_55_the_other_reading_lets_the_date_follow_the_rows() {
    let mut world =
        world("registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-03-04", NO_MEMBERSHIPS);
    world.settings.consent_never_moves_back = false;
    world.registrations("registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-01-01").run(DAY_1);
    assert_eq!(world.show("contacts", &CONSENT), ["owner@example.com|2026-01-01|SUB-1"]);
}

#[test]
fn ci_55_a_cancelled_row_does_not_renew() {
    let rows = "registration_id | person_id | registered_on | status
                SUB-1 | 101 | 2026-03-04 | Registered
                SUB-2 | 101 | 2026-09-01 | Cancelled";
    assert_eq!(
        world(rows, NO_MEMBERSHIPS).show("contacts", &CONSENT),
        ["owner@example.com|2026-03-04|SUB-1"]
    );
    let memberships = "person_id | purchased_on | status\n101 | 2026-09-01 | Cancelled";
    let rows = "registration_id | person_id | registered_on\nSUB-1 | 101 | 2026-03-04";
    assert_eq!(world(rows, memberships).show("contacts", &CONSENT), ["owner@example.com|2026-03-04|SUB-1"]);
}

#[test]
fn ci_56_any_registrant_renews_the_owners_consent() {
    let world =
        world("registration_id | person_id | registered_on\nSUB-1 | 102 | 2026-03-04", NO_MEMBERSHIPS);
    assert_eq!(
        world.show("contacts", &CONSENT),
        ["adult@example.com|2026-03-04|SUB-1", "owner@example.com|2026-03-04|SUB-1"]
    );
}

#[test]
fn ci_56_the_other_reading_only_own_rows_renew() {
    let mut world = World::with(|settings| settings.registrants_renew_owner = false);
    world.people("person_id | email | child\n101 | owner@example.com | false\n102 | adult@example.com | false\n103 | | true");
    world.registrations(
        "registration_id | person_id | registered_on\nSUB-1 | 102 | 2026-03-04\nSUB-2 | 103 | 2026-02-01",
    );
    world.run(DAY_0);
    assert_eq!(
        world.show("contacts", &CONSENT),
        ["adult@example.com|2026-03-04|SUB-1", "owner@example.com|2026-02-01|SUB-2"]
    );
}

// CI-57 (a better consent is not lowered) is the destination's: it refuses the override. The model says active-clients and no more.

#[test]
fn ci_58_without_registration_and_purchase_date_and_proof_stay_empty() {
    let mut world = World::new();
    world.people("person_id | email\n201 | ").run(DAY_0);
    let derived = world.people("person_id | email\n201 | \n101 | a@example.com").run(DAY_1);
    assert_eq!(
        world.show("contacts", &["email", "consent_on", "consent_proof", "relation"]),
        ["a@example.com|||active-clients"]
    );
    assert_eq!(derived.warnings, [Warning::NoConsent { count: 1 }]);
    assert_eq!(world.show("group_members", &["because"]), ["person:101"]);
}

#[test]
fn ci_58_the_other_reading_no_relation_without_consent() {
    let mut world = World::with(|settings| settings.relation_without_consent = false);
    world.people("person_id | email\n201 | ").run(DAY_0);
    world.people("person_id | email\n201 | \n101 | a@example.com").run(DAY_1);
    assert_eq!(world.show("contacts", &["relation", "consent_source"]), ["|"]);
}

#[test]
fn ci_53_the_proof_does_not_depend_on_the_order_of_rows() {
    let proofs = [["102 | Gym", "103 | Gym annuel"], ["103 | Gym annuel", "102 | Gym"]].map(|rows| {
        let mut world = World::new();
        world
            .people("person_id | email | child\n101 | owner@example.com | false\n102 | | true\n103 | | true");
        world.memberships(&format!("person_id | membership\n{}", rows.join("\n"))).run(DAY_0);
        world.show("contacts", &["consent_proof"])
    });
    assert_eq!(proofs[0], proofs[1]);
}
