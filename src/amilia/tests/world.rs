//! A customer base in a temporary store, fed with small tables.
//!
//! A table is written with the columns that the test is about, separated by `|`; the others are filled in: names, the account of the
//! person's number (101 belongs to account 1), an activity of 2026.

use chrono::NaiveDate;
use tempfile::TempDir;

use super::super::models::models;
use super::super::{Changes, Derived, Kind, Loader, Mode, RowFate, Settings, day, derive};
use crate::store::Store;
use crate::store::testing::store;

pub(super) const DAY_0: &str = "2026-11-15";
pub(super) const DAY_1: &str = "2026-11-16";
pub(super) const DAY_2: &str = "2026-11-17";
pub(super) const DAY_3: &str = "2026-11-18";

/// What became of an export's rows.
type Loaded = (Kind, Vec<RowFate>, Changes);

pub(super) struct World {
    _folder: TempDir,
    pub(super) store: Store,
    pub(super) settings: Settings,
    /// The exports of the day; a kind that is not there is not dropped.
    pub(super) exports: Vec<(Kind, Mode, Vec<Vec<String>>)>,
    pub(super) accept_removals: bool,
}

/// Guards as wide as can be: households of a test are small.
pub(super) fn settings() -> Settings {
    Settings {
        max_removed_registrations: 1.0,
        max_archived_people: 1.0,
        max_returned_addresses: 1.0,
        unsubscribed_statuses: vec!["Désabonné".into()],
        ..Settings::default()
    }
}

pub(super) fn date(text: &str) -> NaiveDate {
    day::parse(text).unwrap()
}

/// The rows of a small table: a header line, then one line a row.
pub(super) fn rows(kind: Kind, table: &str) -> Vec<Vec<String>> {
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let header: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).collect();
    for name in &header {
        assert!(kind.columns().contains(name), "{} has no column {name}", kind.word());
    }
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            let given = |name: &str| header.iter().position(|column| *column == name).map(|at| cells[at]);
            kind.columns()
                .iter()
                .map(|column| given(column).map_or_else(|| filled(kind, column, &given), str::to_owned))
                .collect()
        })
        .collect()
}

/// What a column holds that the test does not write.
fn filled<'a>(kind: Kind, column: &str, given: &dyn Fn(&str) -> Option<&'a str>) -> String {
    let person: i64 = given("person_id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let account = || given("account_id").map_or((person / 100).to_string(), str::to_owned);
    match (kind, column) {
        (_, "account_id") if person > 0 => account(),
        // Person 101 owns account 1.
        (Kind::People, "account_owner_id") => {
            format!("{}01", account())
        }
        (Kind::People, "first_name") => format!("P{person}"),
        (Kind::People, "last_name") => "Test".into(),
        (Kind::People, "child") if given("birth_date").is_none() => "false".into(),
        (Kind::People, "archived") => "false".into(),
        (Kind::Registrations, "program") => "Automne".into(),
        (Kind::Registrations, "category") => "Sport".into(),
        (Kind::Registrations, "subcategory") => "Yoga".into(),
        (Kind::Registrations, "activity_id") => "9".into(),
        (Kind::Registrations, "activity") => format!("Cours {}", given("activity_id").unwrap_or("9")),
        (Kind::Registrations, "activity_status") => "Normal".into(),
        (Kind::Registrations, "activity_end") => "2026-12-15".into(),
        (Kind::Registrations, "registered_on") => "2026-09-01".into(),
        (Kind::Registrations, "status") => "Registered".into(),
        (Kind::Memberships, "membership_id") => "41".into(),
        (Kind::Memberships, "membership") => format!("Carte {}", given("membership_id").unwrap_or("41")),
        (Kind::Memberships, "purchased_on") => "2026-01-10".into(),
        (Kind::Memberships, "status") => "Active".into(),
        (Kind::Unsubscribed, "status") => "Désabonné".into(),
        _ => String::new(),
    }
}

/// A row as the pipeline hands it over.
pub(super) fn line(cells: &[String]) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(cells).unwrap();
    writer.into_inner().unwrap()
}

impl World {
    pub(super) fn new() -> World {
        let (folder, store) = store();
        World { _folder: folder, store, settings: settings(), exports: Vec::new(), accept_removals: false }
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> World {
        let mut world = World::new();
        change(&mut world.settings);
        world
    }

    /// From now on the export of this kind holds these rows.
    pub(super) fn put(&mut self, kind: Kind, rows: Vec<Vec<String>>) -> &mut Self {
        self.exports.retain(|(known, ..)| *known != kind);
        self.exports.push((kind, Mode::Full, rows));
        self.exports.sort_by_key(|(kind, ..)| *kind);
        self
    }

    /// From now on the export of this kind is a part: these rows.
    pub(super) fn delta(&mut self, kind: Kind, table: &str) -> &mut Self {
        self.put(kind, rows(kind, table));
        self.exports
            .iter_mut()
            .filter(|(known, ..)| *known == kind)
            .for_each(|(_, mode, _)| *mode = Mode::Delta);
        self
    }

    pub(super) fn people(&mut self, table: &str) -> &mut Self {
        self.put(Kind::People, rows(Kind::People, table))
    }

    pub(super) fn registrations(&mut self, table: &str) -> &mut Self {
        self.put(Kind::Registrations, rows(Kind::Registrations, table))
    }

    pub(super) fn memberships(&mut self, table: &str) -> &mut Self {
        self.put(Kind::Memberships, rows(Kind::Memberships, table))
    }

    pub(super) fn unsubscribed(&mut self, table: &str) -> &mut Self {
        self.put(Kind::Unsubscribed, rows(Kind::Unsubscribed, table))
    }

    /// Loads exports and derives nothing, as a run does before it asks the guards.
    pub(super) fn load(&mut self, today: &str, exports: impl FnOnce(&mut World) -> &mut World) {
        exports(self);
        self.store.begin().unwrap();
        self.enter(date(today));
        self.store.commit().unwrap();
    }

    /// Takes the exports into the snapshot, inside a transaction.
    fn enter(&self, today: NaiveDate) -> Vec<Loaded> {
        let mut loaded = Vec::new();
        for (kind, mode, rows) in &self.exports {
            let connection = self.store.connection();
            let mut loader = Loader::begin(connection, *kind, *mode, today, &self.settings).unwrap();
            let fates = rows.iter().map(|row| loader.row(&line(row)).unwrap()).collect();
            loaded.push((*kind, fates, loader.finish().unwrap()));
        }
        loaded
    }

    /// Loads the exports and derives, as a run of that day does.
    pub(super) fn run(&mut self, today: &str) -> Derived {
        self.try_run(today).1
    }

    pub(super) fn try_run(&mut self, today: &str) -> (Vec<Loaded>, Derived) {
        let today = date(today);
        self.store.begin().unwrap();
        let loaded = self.enter(today);
        let derived = derive(self.store.connection(), &self.settings, today, self.accept_removals).unwrap();
        if derived.guard.is_none() {
            self.store.commit().unwrap();
        }
        self.store.roll_back();
        (loaded, derived)
    }

    /// A model as CSV.
    pub(super) fn model(&self, name: &str) -> String {
        let connection = self.store.connection();
        let models = models(connection, std::path::Path::new("/nowhere")).unwrap();
        let mut out = Vec::new();
        models.write(connection, name, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// These columns of a model's rows, `|` between them.
    pub(super) fn show(&self, name: &str, columns: &[&str]) -> Vec<String> {
        let csv = self.model(name);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let at: Vec<usize> = columns
            .iter()
            .map(|column| {
                header.iter().position(|name| name == *column).unwrap_or_else(|| panic!("no column {column}"))
            })
            .collect();
        reader
            .records()
            .map(|record| {
                let record = record.unwrap();
                at.iter().map(|at| record[*at].to_owned()).collect::<Vec<_>>().join("|")
            })
            .collect()
    }

    /// The addresses of the contacts.
    pub(super) fn contacts(&self) -> Vec<String> {
        self.show("contacts", &["email"])
    }

    /// `email|group` without the customers group.
    pub(super) fn members(&self) -> Vec<String> {
        let mut members = self.show("group_members", &["email", "group_key"]);
        members.retain(|member| !member.ends_with("|customers"));
        members
    }

    pub(super) fn removals(&self) -> Vec<String> {
        self.show("group_removals", &["email", "group_key", "reason"])
    }
}
