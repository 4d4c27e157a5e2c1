//! Unsubscribes and fields (cyberimpact 2.7 and section 3).

use super::super::Warning;
use super::world::*;

const FAMILY: &str = "person_id | email | child | skills
                      101 | owner@example.com | false | Crabe
                      102 | adult@example.com | false | Yoga
                      103 |  | true | Canard, Crabe";

const ADULT: &str = "registration_id | person_id\nSUB-1 | 102";

#[test]
fn ci_60_ci_61_ci_62_the_unsubscribed_list_is_carried() {
    let mut world = World::new();
    let list = "email | status | unsubscribed_on
                Renee@Example.com | Désabonné | 2026-10-02
                other@example.com | désabonne |
                known@example.com | Actif | 2026-10-03";
    world.unsubscribed(list).run(DAY_0);
    assert_eq!(
        world.model("unsubscribes"),
        "email,unsubscribed_on,origin\nother@example.com,,amilia-list\nrenee@example.com,2026-10-02,amilia-list\n"
    );
}

#[test]
fn ci_62_every_row_may_mean_no_mail() {
    let mut world = World::with(|settings| {
        settings.unsubscribed_statuses.clear();
        settings.every_row_unsubscribes = true;
    });
    world.unsubscribed("email | status\na@example.com | \nb@example.com | Actif").run(DAY_0);
    assert_eq!(world.show("unsubscribes", &["email"]), ["a@example.com", "b@example.com"]);
}

/// A family with registration, membership and a group place that has ended, before the adult unsubscribes or after.
fn suppressed(listed_first: bool) -> World {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id\n102");
    if listed_first {
        world.unsubscribed("email\nADULT@example.com");
    }
    world
        .registrations("registration_id | person_id | activity_id\nSUB-1 | 102 | 9\nSUB-2 | 102 | 10")
        .run(DAY_0);
    world.unsubscribed("email\nADULT@example.com");
    let rows = "registration_id | person_id | activity_id | status
                SUB-1 | 102 | 9 | Registered
                SUB-2 | 102 | 10 | Cancelled";
    world.registrations(rows).run(DAY_1);
    world
}

/// One test a model: contacts, group_members, group_removals, cards; `groups` lists no group for them alone.
#[rstest::rstest]
#[case("contacts", 1)]
#[case("group_members", 3)]
#[case("group_removals", 1)]
#[case("cards", 0)]
fn ci_63_an_unsubscribed_address_is_in_no_model(#[case] model: &str, #[case] rows: usize) {
    for listed_first in [false, true] {
        let world = suppressed(listed_first);
        let emails = world.show(model, &["email"]);
        assert!(!emails.contains(&"adult@example.com".into()), "{emails:?}");
        assert_eq!(emails.len(), rows, "{emails:?}");
    }
    assert_eq!(suppressed(false).show("unsubscribes", &["email"]), ["adult@example.com"]);
}

#[test]
fn ci_63_no_group_is_made_for_unsubscribed_addresses_alone() {
    let mut world = World::new();
    world
        .people("person_id | email\n101 | a@example.com")
        .registrations("registration_id | person_id\nSUB-1 | 101");
    world.unsubscribed("email\na@example.com").run(DAY_0);
    assert_eq!(world.show("groups", &["group_key"]), ["customers", "archived"]);
}

#[test]
fn ci_64_the_last_purchased_membership_active_or_not() {
    let mut world = World::new();
    let memberships = "person_id | membership_id | purchased_on | effective_on | expires_on | status
                       101 | 41 | 2025-01-10 | 2025-02-01 | 2027-01-31 | Active
                       101 | 42 | 2026-01-10 | 2026-02-01 | 2026-05-31 | Expired
                       101 | 43 | 2026-06-01 | 2026-06-01 |  | Cancelled";
    world.people(FAMILY).memberships(memberships).run(DAY_0);
    assert_eq!(
        world.show("contacts", &["membership", "purchased_on", "effective_on", "expires_on"]),
        ["Carte 42|2026-01-10|2026-02-01|2026-05-31"]
    );
}

#[test]
fn ci_64_an_ongoing_membership_has_no_expiry() {
    let mut world = World::new();
    world.people(FAMILY).memberships("person_id | status\n101 | ").run(DAY_0);
    assert_eq!(world.show("contacts", &["membership", "expires_on"]), ["Carte 41|"]);
}

#[test]
fn ci_65_skills_are_separated_by_commas_those_of_folded_persons_joined() {
    let mut world = World::new();
    world.people(FAMILY).registrations(ADULT).run(DAY_0);
    assert_eq!(
        world.show("contacts", &["email", "skills"]),
        ["adult@example.com|Yoga", "owner@example.com|Crabe, Canard"]
    );
}

#[test]
fn ci_65_the_list_of_known_skills_may_change_later() {
    let mut world = World::new();
    world.people("person_id | email | skills\n101 | a@example.com | Yoga, niveau 2");
    world.registrations("registration_id | person_id\nSUB-1 | 101").run(DAY_0);
    assert_eq!(world.show("contacts", &["skills"]), ["Yoga, niveau 2"]);
    world.settings.known_skills = vec!["Yoga, niveau 2".into()];
    world.run(DAY_1);
    assert_eq!(world.show("contacts", &["skills"]), ["Yoga niveau 2"]);
}

#[test]
fn ci_65_the_other_reading_a_comma_belongs_to_the_name() {
    let mut world = World::with(|settings| settings.skills_comma_separates = false);
    world.people("person_id | email | skills\n101 | a@example.com | Yoga, niveau 2");
    world.registrations("registration_id | person_id\nSUB-1 | 101").run(DAY_0);
    assert_eq!(world.show("contacts", &["skills"]), ["Yoga niveau 2"]);
}

/// CI-66 and CI-67 are about the account at the destination: 14 custom fields that exist beforehand. The model carries what fills
/// them: columns 8 to 21 of the table in section 3.
#[test]
fn ci_66_ci_67_the_21_fields_are_there() {
    let mut world = World::new();
    let header = world.people(FAMILY).registrations(ADULT);
    header.run(DAY_0);
    let model = world.model("contacts");
    let columns: Vec<&str> = model.lines().next().unwrap().split(',').collect();
    let fields = [
        "email",
        "first_name",
        "last_name",
        "gender",
        "birth_date",
        "country",
        "postal_code",
        "city",
        "province",
        "account_id",
        "person_id",
        "archived",
        "skills",
        "join_date",
        "membership",
        "purchased_on",
        "effective_on",
        "expires_on",
        "external_id",
        "phone",
        "mobile",
    ];
    assert_eq!(columns[..21], fields);
}

#[test]
fn addresses_shared_by_accounts_are_warned_about() {
    let mut world = World::new();
    world.people("person_id | email\n101 | a@example.com\n201 | a@example.com");
    let derived = world.registrations("registration_id | person_id\nSUB-1 | 101\nSUB-2 | 201").run(DAY_0);
    assert_eq!(derived.warnings, [Warning::SharedAddresses { count: 1 }]);
}
