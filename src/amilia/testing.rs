//! A customer base for tests of other rooms.

use tempfile::TempDir;

use super::{Kind, Loader, Mode, Settings, day, derive};
use crate::store::Store;
use crate::store::testing::store;

/// A small base on its third day: an owner with a child, an address that has changed, one that is unsubscribed, and somebody whom
/// nothing imports.
pub(crate) fn three_days() -> (TempDir, Store) {
    let people = |archived: &str, email: &str| {
        vec![
            "1,1,true,,Anne,Roy,owner@example.com,F,1984-02-29,,,,,,,,,,,false".to_owned(),
            "2,1,,,Zoé,Roy,child@example.com,F,2015-01-01,true,,,,,,,,,,false".to_owned(),
            format!("3,1,,,Luc,Roy,{email},M,1980-01-01,false,,,,,,,,,,{archived}"),
            "4,2,true,,Parent of,Max,parent@example.com,,,,,,,,,,,,,false".to_owned(),
            "5,3,true,,Eva,Roy,gone@example.com,F,1990-01-01,,,,,,,,,,,false".to_owned(),
            "6,4,true,,Guy,Côté,quiet@example.com,M,1990-01-01,,,,,,,,,,,false".to_owned(),
            "7,5,true,,Anne,Roy,owner@example.com,F,1984-02-29,,,,,,,,,,,false".to_owned(),
        ]
    };
    let registrations = |status: &str| {
        let row = |id: &str, person: i64, account: i64, activity: i64, on: &str, status: &str| {
            format!(
                "{id},{person},{account},,,Automne,,Sport,,Yoga,{activity},Cours {activity},Normal,2026-12-15,{on},{status},"
            )
        };
        vec![
            row("SUB-1", 2, 1, 9, "2026-09-01", "Registered"),
            row("SUB-2", 3, 1, 10, "2026-09-02", status),
            row("SUB-3", 1, 1, 11, "2020-01-01", "Registered"),
            row("SUB-4", 5, 3, 9, "2026-09-03", "Registered"),
            row("SUB-5", 7, 5, 9, "2026-08-01", "Registered"),
        ]
    };
    let memberships = vec!["41,Gym,1,1,2025-12-01,2026-01-01,2026-12-31,Active,".to_owned()];
    let unsubscribed = vec!["gone@example.com,Désabonné,2026-10-02".to_owned()];
    let settings = Settings {
        unsubscribed_statuses: vec!["Désabonné".into()],
        max_removed_registrations: 1.0,
        ..Settings::default()
    };
    let (folder, mut store) = store();
    for (today, email, status) in [
        ("2026-11-15", "old@example.com", "Registered"),
        ("2026-11-16", "new@example.com", "Registered"),
        ("2026-11-17", "new@example.com", "Cancelled"),
    ] {
        let today = day::parse(today).unwrap();
        store.begin().unwrap();
        let connection = store.connection();
        for (kind, rows) in [
            (Kind::People, people("false", email)),
            (Kind::Registrations, registrations(status)),
            (Kind::Memberships, memberships.clone()),
            (Kind::Unsubscribed, unsubscribed.clone()),
        ] {
            let mut loader = Loader::begin(connection, kind, Mode::Full, today, &settings).unwrap();
            for row in rows {
                loader.row(row.as_bytes()).unwrap();
            }
            loader.finish().unwrap();
        }
        derive(connection, &settings, today, false).unwrap();
        store.commit().unwrap();
    }
    (folder, store)
}
