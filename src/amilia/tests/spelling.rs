//! `addresses_ignore_case = false`: addresses that differ in case are different addresses (the other reading of CI-09).

use rstest::rstest;

use super::world::*;
use crate::amilia::explain::{Verdict, explain};
use crate::amilia::{Changes, Kind, forget};

/// Two accounts whose owners write one address in two ways, and a third one.
const PEOPLE: &str = "person_id | email
                      101 | Ann@Example.com
                      201 |  ann@example.com
                      301 | ÉVA@example.com";

const ROWS: &str = "registration_id | person_id | activity_id | status
                    SUB-1 | 101 | 9 | Registered
                    SUB-2 | 201 | 10 | Registered
                    SUB-3 | 301 | 11 | Registered
                    SUB-4 | 101 | 12 | Registered
                    SUB-5 | 201 | 12 | Registered";

const BOTH: [&str; 2] = ["Ann@Example.com", "ann@example.com"];

fn world(ignore_case: bool) -> World {
    let mut world = World::with(|settings| settings.addresses_ignore_case = ignore_case);
    world.people(PEOPLE).registrations(ROWS).memberships("person_id\n101\n201");
    world
}

/// What the export of people changed on a day.
fn changes(world: &mut World, today: &str) -> Changes {
    let (loaded, _) = world.try_run(today);
    loaded.into_iter().find(|(kind, ..)| *kind == Kind::People).unwrap().2
}

fn spellings(world: &World) -> i64 {
    world.store.connection().query_row("SELECT count(*) FROM spelling", [], |row| row.get(0)).unwrap()
}

#[test]
fn ci_09_read_literally_two_cases_are_two_contacts() {
    let mut world = world(false);
    world.run(DAY_0);
    assert_eq!(
        world.show("contacts", &["email", "person_id"]),
        ["Ann@Example.com|101", "ann@example.com|201", "ÉVA@example.com|301"]
    );
    assert_eq!(
        world.members(),
        [
            "Ann@Example.com|activity:12",
            "Ann@Example.com|activity:9",
            "Ann@Example.com|membership:41",
            "ann@example.com|activity:10",
            "ann@example.com|activity:12",
            "ann@example.com|membership:41",
            "ÉVA@example.com|activity:11"
        ]
    );
}

/// One spelling on the list, in whatever case, before the contacts or after them; and an ended place of each.
#[rstest]
#[case("contacts", 1)]
#[case("group_members", 2)]
#[case("group_removals", 0)]
#[case("cards", 0)]
fn ci_63_one_unsubscribed_spelling_keeps_all_of_them_out(#[case] model: &str, #[case] left: usize) {
    for (listed, first) in [("ann@example.com", true), ("ANN@example.COM", false), ("Ann@Example.com", false)]
    {
        let mut world = world(false);
        let list = format!("email\n{listed}");
        if first {
            world.unsubscribed(&list);
        }
        world.run(DAY_0);
        world
            .unsubscribed(&list)
            .registrations(&ROWS.replace("12 | Registered", "12 | Cancelled"))
            .run(DAY_1);
        let emails = world.show(model, &["email"]);
        assert_eq!(emails, vec!["ÉVA@example.com"; left], "{listed}");
        let lists = world.show("unsubscribes", &["email"]);
        assert_eq!(lists, BOTH, "every spelling is unsubscribed at the destination");
        let groups = world.show("groups", &["group_key"]);
        assert!(!groups.contains(&"activity:9".to_owned()), "{groups:?}");
    }
}

#[test]
fn ci_63_an_unsubscribed_address_with_an_accent_counts_in_any_case_too() {
    let mut world = world(false);
    world.unsubscribed("email\néva@Example.com").run(DAY_0);
    assert_eq!(world.contacts(), BOTH);
}

#[test]
fn a_change_of_the_setting_reads_the_same_export_again() {
    let mut world = world(true);
    world.run(DAY_0);
    assert_eq!(world.contacts(), ["ann@example.com", "éva@example.com"]);
    world.settings.addresses_ignore_case = false;
    assert_eq!(changes(&mut world, DAY_1), Changes { rows: 3, changed: 3, ..Changes::default() });
    assert_eq!(world.contacts(), ["Ann@Example.com", "ann@example.com", "ÉVA@example.com"]);
    assert_eq!(changes(&mut world, DAY_2), Changes { rows: 3, unchanged: 3, ..Changes::default() });
    world.settings.addresses_ignore_case = true;
    assert_eq!(changes(&mut world, DAY_3), Changes { rows: 3, changed: 3, ..Changes::default() });
    assert_eq!(world.contacts(), ["ann@example.com", "éva@example.com"]);
    assert_eq!(spellings(&world), 0);
}

/// Nobody is in a group twice, and nobody leaves one, because addresses are written in another way.
#[test]
fn a_change_of_the_setting_takes_nobody_out_of_a_group() {
    let mut world = world(true);
    world.run(DAY_0);
    let before = world.members();
    world.settings.addresses_ignore_case = false;
    world.run(DAY_1);
    let eva = |world: &World| -> Vec<String> {
        world
            .show("group_members", &["email", "group_key"])
            .into_iter()
            .filter(|row| row.contains("11"))
            .collect()
    };
    assert_eq!(eva(&world), ["ÉVA@example.com|activity:11"]);
    assert!(!world.removals().iter().any(|removal| removal.contains("va@")), "{:?}", world.removals());
    world.settings.addresses_ignore_case = true;
    world.run(DAY_2);
    assert_eq!(world.members(), before);
    assert!(
        !world.contacts().iter().any(|email| email.contains(char::is_uppercase)),
        "{:?}",
        world.contacts()
    );
}

#[test]
fn the_order_of_rows_does_not_decide_which_spelling_a_contact_gets() {
    let rows = ["101 | Ann@example.com", "201 | ANN@example.com"];
    let contacts = |rows: [&str; 2]| {
        let mut world = World::new();
        let people = format!("person_id | email\n{}", rows.join("\n"));
        world
            .people(&people)
            .registrations("registration_id | person_id\nSUB-1 | 101\nSUB-2 | 201")
            .run(DAY_0);
        world.settings.addresses_ignore_case = false;
        world.run(DAY_1);
        let mut all = world.show("contacts", &["email", "person_id"]);
        all.extend(world.show("group_members", &["email", "group_key", "because"]));
        all.extend(world.removals());
        all
    };
    let [one, other] = rows;
    assert_eq!(contacts([one, other]), contacts([other, one]));
    assert_eq!(contacts([one, other])[..2], ["ANN@example.com|201", "Ann@example.com|101"]);
}

/// Not the setting, the person: Amilia writes the address in another way.
#[test]
fn ci_09_read_literally_another_case_is_another_address() {
    let mut world = world(false);
    world.run(DAY_0);
    world.people(&PEOPLE.replace("ÉVA@", "Éva@")).run(DAY_1);
    assert_eq!(world.removals(), ["ÉVA@example.com|activity:11|address changed"]);
    assert!(world.members().contains(&"Éva@example.com|activity:11".to_owned()));
}

#[test]
fn who_is_forgotten_is_forgotten_in_every_case() {
    let mut world = world(false);
    world.run(DAY_0);
    let mark = world.store.forget_address("ann@example.com", DAY_0, false).unwrap();
    let connection = world.store.connection();
    let found = forget::persons(connection, "ann@example.com", Some(&mark)).unwrap();
    assert_eq!(Vec::from_iter(found.own.clone()), [101, 201]);
    let counts = forget::erase(connection, "ann@example.com", &mark, &found).unwrap();
    assert_eq!((counts["contact"], counts["spelling"]), (2, 1));
    for day in [DAY_1, DAY_2] {
        world.run(day);
        assert_eq!(world.contacts(), ["ÉVA@example.com"]);
        assert_eq!(spellings(&world), 1, "that of Éva");
    }
}

#[rstest]
#[case("Ann@Example.com", "Ann@Example.com", Verdict::Contact)]
#[case(" ann@example.com ", "ann@example.com", Verdict::Contact)]
#[case("ANN@EXAMPLE.COM", "ann@example.com", Verdict::Contact)]
#[case("éva@example.com", "ÉVA@example.com", Verdict::Contact)]
#[case("Bob@example.com", "bob@example.com", Verdict::Unknown)]
fn explain_takes_the_spelling_that_was_written_else_one_that_is_known(
    #[case] written: &str,
    #[case] meant: &str,
    #[case] verdict: Verdict,
) {
    let mut world = world(false);
    world.run(DAY_0);
    let found = explain(world.store.connection(), written).unwrap();
    assert_eq!((found.email.as_str(), found.verdict), (meant, verdict));
}

#[test]
fn a_mailbox_that_is_a_childs_now_is_written_to_in_no_case() {
    // Of one account, and of two.
    for child in
        ["102 | Zoe@example.com | true", "201 | mum@example.com | false\n202 | Zoe@example.com | true"]
    {
        let mut world = World::with(|settings| settings.addresses_ignore_case = false);
        world
            .people("person_id | email | child\n101 | zoe@example.com | false")
            .registrations(ADULT)
            .run(DAY_0);
        assert_eq!(world.contacts(), ["zoe@example.com"]);
        world
            .people(&format!("person_id | email | child\n101 | own@example.com | false\n{child}"))
            .run(DAY_1);
        assert!(!world.contacts().iter().any(|email| email.to_lowercase() == "zoe@example.com"), "{child}");
    }
}

const ADULT: &str = "registration_id | person_id\nSUB-1 | 101";
