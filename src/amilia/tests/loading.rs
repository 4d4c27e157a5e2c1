//! Exports become the snapshot.

use rstest::rstest;

use super::super::{AmiliaError, Changes, Kind, Loader, Mode, RowFate, Settings, known};
use super::world::*;

const TWO: &str = "person_id | email
                   101 | a@example.com
                   102 | b@example.com";

fn fates(world: &mut World, today: &str, kind: Kind) -> (Vec<RowFate>, Changes) {
    let (loaded, _) = world.try_run(today);
    let (_, fates, changes) = loaded.into_iter().find(|(loaded, ..)| *loaded == kind).unwrap();
    (fates, changes)
}

#[test]
fn the_schema_says_the_kind() {
    assert_eq!(Kind::of_schema("amilia/people"), Some(Kind::People));
    assert_eq!(Kind::of_schema("amilia/resale"), None);
    assert_eq!(Kind::of_schema("splio/people"), None);
}

#[test]
fn rows_are_added_then_unchanged() {
    let mut world = World::new();
    let (rows, changes) = fates(world.people(TWO), DAY_0, Kind::People);
    assert_eq!(rows, [RowFate::Added, RowFate::Added]);
    assert_eq!(changes, Changes { rows: 2, added: 2, ..Changes::default() });
    let (rows, changes) = fates(&mut world, DAY_1, Kind::People);
    assert_eq!(rows, [RowFate::Unchanged, RowFate::Unchanged]);
    assert_eq!(changes, Changes { rows: 2, unchanged: 2, ..Changes::default() });
}

#[test]
fn a_row_changes_goes_and_comes_back() {
    let mut world = World::new();
    world.people(TWO).run(DAY_0);
    let table = "person_id | email
                 101 | new@example.com";
    let (rows, changes) = fates(world.people(table), DAY_1, Kind::People);
    assert_eq!(rows, [RowFate::Changed]);
    assert_eq!(changes, Changes { rows: 1, changed: 1, gone: 1, ..Changes::default() });
    let (rows, changes) = fates(world.people(TWO), DAY_2, Kind::People);
    assert_eq!(rows, [RowFate::Changed, RowFate::Changed]);
    assert_eq!(changes, Changes { rows: 2, changed: 1, back: 1, ..Changes::default() });
}

#[test]
fn in_a_delta_nothing_is_missing() {
    let mut world = World::new();
    world.people(TWO).run(DAY_0);
    world.people("person_id | email\n103 | c@example.com");
    world.exports[0].1 = Mode::Delta;
    let (_, changes) = fates(&mut world, DAY_1, Kind::People);
    assert_eq!(changes, Changes { rows: 1, added: 1, ..Changes::default() });
}

#[rstest]
#[case("registration_id | person_id\nSUB-1 | 999", RowFate::UnknownPerson(999))]
#[case("registration_id | person_id | account_id\nSUB-1 | 101 | 77", RowFate::UnknownAccount(77))]
fn amilia_9_1_unknown_persons_and_accounts_are_refused_by_number(
    #[case] table: &str,
    #[case] expected: RowFate,
) {
    let mut world = World::new();
    let (rows, _) = fates(world.people(TWO).registrations(table), DAY_0, Kind::Registrations);
    assert_eq!(rows, [expected]);
}

#[rstest]
#[case(&["a", "b"], &["added", "conflict"])]
#[case(&["a", "a"], &["added", "unchanged"])]
#[case(&["a", "b", "a"], &["added", "conflict", "conflict"])]
fn amilia_9_2_one_key_with_two_contents_in_a_first_export(#[case] rows: &[&str], #[case] expected: &[&str]) {
    assert_eq!(conflicts(&[], rows).0, expected);
}

#[rstest]
#[case(&["x", "b"], &["unchanged", "conflict"])]
#[case(&["b", "x"], &["changed", "conflict"])]
#[case(&["b", "c"], &["changed", "conflict"])]
#[case(&["x", "b", "x"], &["unchanged", "conflict", "conflict"])]
fn amilia_9_2_both_rows_are_refused_and_the_state_before_stays(
    #[case] rows: &[&str],
    #[case] expected: &[&str],
) {
    let (fates, left) = conflicts(&["x"], rows);
    assert_eq!(fates, expected);
    assert_eq!(left, "x");
}

#[test]
fn amilia_9_2_a_row_of_a_first_export_that_is_contradicted_later_goes_again() {
    let mut world = World::new();
    let mut rows: Vec<String> = (1..=50).map(|number| format!("SUB-{number} | 101 | a")).collect();
    rows.push("SUB-1 | 101 | b".to_owned());
    rows.push("SUB-50 | 101 | b".to_owned());
    let table = format!("registration_id | person_id | activity\n{}", rows.join("\n"));
    let (_, changes) = fates(world.people(TWO).registrations(&table), DAY_0, Kind::Registrations);
    assert_eq!(changes, Changes { rows: 52, added: 48, rejected: 4, ..Changes::default() });
    let left = |sql: &str| -> i64 { world.store.connection().query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(left("SELECT count(*) FROM registration"), 48);
    assert_eq!(left("SELECT count(*) FROM registration WHERE registration_id IN ('SUB-1', 'SUB-50')"), 0);
    let indexes = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'registration'";
    assert_eq!(left(indexes), 3, "they are made again");
}

/// Loads exports of SUB-1 in which its activity has these names; says what became of the rows, and which name is left.
fn conflicts(before: &[&str], rows: &[&str]) -> (Vec<String>, String) {
    let table = |names: &[&str]| {
        let lines: Vec<String> = names.iter().map(|name| format!("SUB-1 | 101 | {name}")).collect();
        format!("registration_id | person_id | activity\n{}", lines.join("\n"))
    };
    let mut world = World::new();
    world.people(TWO);
    if !before.is_empty() {
        world.registrations(&table(before)).run(DAY_0);
    }
    let (fates, _) = fates(world.registrations(&table(rows)), DAY_1, Kind::Registrations);
    let fates = fates.iter().map(|fate| format!("{fate:?}").to_lowercase()).collect();
    let left = world.store.connection().query_row(
        "SELECT coalesce(max(activity || coalesce(missing_since, '')), '') FROM registration",
        [],
        |row| row.get(0),
    );
    (fates, left.unwrap())
}

#[test]
fn an_order_of_conflicting_rows_does_not_matter() {
    assert_eq!(conflicts(&[], &["a", "b"]).1, "");
    assert_eq!(conflicts(&[], &["b", "a"]).1, "");
}

#[test]
fn a_refused_row_is_not_taken_for_missing() {
    let mut world = World::new();
    world.people(TWO).run(DAY_0);
    let settings = settings();
    world.store.begin().unwrap();
    let connection = world.store.connection();
    let mut loader = Loader::begin(connection, Kind::People, Mode::Full, date(DAY_1), &settings).unwrap();
    loader.rejected(Some("101")).unwrap();
    assert_eq!(loader.finish().unwrap().gone, 1, "102 alone");
    let mut loader = Loader::begin(connection, Kind::People, Mode::Full, date(DAY_2), &settings).unwrap();
    loader.rejected(None).unwrap();
    assert_eq!(loader.finish().unwrap().gone, 0);
}

#[test]
fn the_waiting_list_says_nothing() {
    let mut world = World::new();
    world.people(TWO).registrations("registration_id | person_id | status\nSUB-1 | 101 | Waiting list");
    assert_eq!(fates(&mut world, DAY_0, Kind::Registrations).0, [RowFate::Ignored]);
}

#[test]
fn amilia_8_4_the_meaning_of_the_unsubscribed_list_is_never_guessed() {
    let world = World::new();
    let begun = Loader::begin(
        world.store.connection(),
        Kind::Unsubscribed,
        Mode::Full,
        date(DAY_0),
        &Settings::default(),
    );
    assert!(matches!(begun, Err(AmiliaError::UnsubscribedNotSet)));
}

#[test]
fn a_kind_is_known_after_its_first_whole_list() {
    let mut world = World::new();
    world.people("person_id | email").run(DAY_0);
    assert!(!known(world.store.connection(), Kind::People).unwrap(), "nobody was in it");
    world.delta(Kind::People, TWO).run(DAY_0);
    assert!(!known(world.store.connection(), Kind::People).unwrap(), "a part");
    world.people(TWO).run(DAY_0);
    assert!(known(world.store.connection(), Kind::People).unwrap());
    assert!(!known(world.store.connection(), Kind::Registrations).unwrap());
}
