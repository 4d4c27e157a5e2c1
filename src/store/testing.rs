//! Stores for tests.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use tempfile::TempDir;

use super::{ExportId, ExportOutcome, NewExport, NewOutbound, RunId, Staged, Store};

/// 15 November 2026, 02:00 UTC, and so many seconds.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 15, 2, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// An empty store in a folder of its own.
pub(crate) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("passeur.db")).unwrap();
    (folder, store)
}

/// From now on the store cannot enter that state of an outbound file, as when the disk is full; `None`: it can again.
pub(crate) fn cannot_enter(store: &Store, state: Option<&str>) {
    let trigger = state.map_or_else(String::new, |state| {
        format!(
            "CREATE TRIGGER full BEFORE UPDATE ON outbound WHEN NEW.state = '{state}'
             BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;"
        )
    });
    store.connection.execute_batch(&format!("DROP TRIGGER IF EXISTS full; {trigger}")).unwrap();
}

/// An export whose content is `content`.
pub(crate) fn claim(store: &mut Store, run: &RunId, name: &str, content: u8) -> ExportId {
    let export = NewExport {
        name: name.into(),
        sha256: [content; 32],
        size: 1000,
        work_path: PathBuf::from("work").join(name),
        claimed_at: at(1),
    };
    store.claim_export(run, export).unwrap()
}

/// An outbound file of that name for the destination `splio`.
pub(crate) fn outbound(name: &str) -> NewOutbound {
    NewOutbound {
        route: "cards".into(),
        destination: "splio".into(),
        name: name.into(),
        staged_path: PathBuf::from("work/staged").join(name),
        sha256: [7; 32],
        size: 300,
        rows: 3,
        schema: "splio/cardcode".into(),
        schema_sha256: [8; 32],
        config_sha256: [9; 32],
        held: None,
        batch: None,
    }
}

/// The end of the work on an accepted export.
pub(crate) fn staged(export: ExportId, run: &RunId, outbound: Vec<NewOutbound>) -> Staged {
    Staged {
        export,
        run: run.clone(),
        at: at(2),
        outcome: ExportOutcome::Accepted,
        schema: Some("amilia/memberships".into()),
        rows: 4,
        rejected: 1,
        report_path: Some(PathBuf::from("reports/x/summary.json")),
        outbound,
    }
}
