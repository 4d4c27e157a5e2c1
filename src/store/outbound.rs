//! Outbound files in the ledger: the states of the delivery protocol, each entered in a durable transaction together with a
//! line of history. What leads from one state to the next is decided in `delivery`; which ways exist is checked here.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::baseline;
use super::export::path;
use super::{
    HoldReason, OutboundEvent, OutboundId, OutboundRecord, OutboundState, RunId, Store, StoreError, path_text,
};
use crate::fault;

const COLUMNS: &str = "id, export, run, route, destination, name, staged_path, sha256, size, row_count, schema, \
                       schema_sha256, config_sha256, state, temporary, address, host_key, held_code, held_text, \
                       staged_at, delivered_at, receipt_path";

/// Where a file goes, recorded before its first byte leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload<'a> {
    /// Its name at the destination until it is renamed.
    pub temporary: &'a str,
    /// The destination's address.
    pub address: &'a str,
    /// Fingerprint of the destination's host key; `None` for a folder.
    pub host_key: Option<&'a str>,
}

impl Store {
    /// Whether an outbound file of the ledger lies at this path, relative to the project folder.
    pub fn has_staged(&self, path: &Path) -> Result<bool, StoreError> {
        let path = path_text(path)?;
        let sql = "SELECT EXISTS (SELECT 1 FROM outbound WHERE staged_path = ?1)";
        Ok(self.connection.query_row(sql, [path], |row| row.get(0))?)
    }

    /// Whether the ledger has a file of this name at this destination, in any state but discarded.
    pub fn name_taken(&self, destination: &str, name: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .query_row(
                "SELECT 1 FROM outbound WHERE destination = ?1 AND name = ?2 AND state <> 'discarded'",
                [destination, name],
                |_| Ok(()),
            )
            .optional()?
            .is_some())
    }

    /// Whether a file of this name at this destination can still be sent: for names that come again and again.
    pub fn name_waits(&self, destination: &str, name: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbound WHERE destination = ?1 AND name = ?2 \
                   AND state NOT IN ('discarded', 'delivered'))";
        Ok(self.connection.query_row(sql, [destination, name], |row| row.get(0))?)
    }

    /// Rows of the files that a route delivered last: all those of one export. `None`: it never delivered any.
    pub fn last_delivered_rows(&self, route: &str) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT sum(row_count) FROM outbound WHERE route = ?1 AND state = 'delivered' AND export = \
                   (SELECT export FROM outbound WHERE route = ?1 AND state = 'delivered' ORDER BY id DESC LIMIT 1)";
        let rows: Option<i64> = self.connection.query_row(sql, [route], |row| row.get(0))?;
        Ok(rows.and_then(|rows| u64::try_from(rows).ok()))
    }

    /// Files that wait for delivery (staged to committing), in staging order.
    pub fn undelivered(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where("state IN ('staged', 'uploading', 'verified', 'committing')")
    }

    /// Files that were delivered and have no receipt yet, in staging order.
    pub fn without_receipt(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where("state = 'delivered' AND receipt_path IS NULL")
    }

    /// Held files, in staging order.
    pub(super) fn held(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where("state = 'held'")
    }

    fn outbound_where(&self, condition: &str) -> Result<Vec<OutboundRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM outbound WHERE {condition} ORDER BY id");
        let mut statement = self.connection.prepare(&sql)?;
        let records = statement.query_map([], record)?.collect::<Result<_, _>>()?;
        Ok(records)
    }

    /// One outbound file.
    pub fn outbound(&self, id: OutboundId) -> Result<OutboundRecord, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM outbound WHERE id = ?1");
        self.connection
            .query_row(&sql, [id], record)
            .optional()?
            .ok_or_else(|| StoreError::Unknown { what: "outbound file", id: id.to_string() })
    }

    /// The states that a file was in, oldest first.
    pub fn history(&self, id: OutboundId) -> Result<Vec<OutboundEvent>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT state, at, run, detail FROM outbound_event WHERE outbound = ?1 ORDER BY id")?;
        let events = statement
            .query_map([id], |row| {
                Ok(OutboundEvent {
                    state: row.get(0)?,
                    at: row.get(1)?,
                    run: row.get(2)?,
                    detail: row.get(3)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(events)
    }

    /// staged, uploading, verified, committing → uploading. Also the way back after a failed try.
    pub fn uploading(
        &mut self,
        id: OutboundId,
        run: &RunId,
        at: DateTime<Utc>,
        upload: Upload<'_>,
    ) -> Result<(), StoreError> {
        self.change(
            Change { id, run, at, to: OutboundState::Uploading, detail: Some(upload.address) },
            "temporary = ?3, address = ?4, host_key = ?5, ",
            "'staged', 'uploading', 'verified', 'committing'",
            &[&upload.temporary, &upload.address, &upload.host_key],
        )
    }

    /// uploading → verified.
    pub fn verified(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let change = Change { id, run, at, to: OutboundState::Verified, detail: None };
        self.change(change, "", "'uploading'", &[])
    }

    /// verified → committing.
    pub fn committing(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let change = Change { id, run, at, to: OutboundState::Committing, detail: None };
        self.change(change, "", "'verified'", &[])
    }

    /// committing → delivered.
    pub fn delivered(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let change = Change { id, run, at, to: OutboundState::Delivered, detail: None };
        self.change(change, "delivered_at = ?3, ", "'committing'", &[&at])
    }

    /// Every state before delivered → held.
    pub fn hold(
        &mut self,
        id: OutboundId,
        run: &RunId,
        at: DateTime<Utc>,
        reason: &HoldReason,
    ) -> Result<(), StoreError> {
        self.change(
            Change { id, run, at, to: OutboundState::Held, detail: Some(&reason.text) },
            "held_code = ?3, held_text = ?4, ",
            "'staged', 'uploading', 'verified', 'committing'",
            &[&reason.code, &reason.text],
        )
    }

    /// held → staged, under a new name if there is one; then the next upload gets a temporary name of its own. `run` is the one that
    /// staged the file: a person decides outside of runs. A name that the ledger has is [`StoreError::NameTaken`].
    pub fn release(
        &mut self,
        id: OutboundId,
        run: &RunId,
        at: DateTime<Utc>,
        rename: Option<&str>,
        detail: &str,
    ) -> Result<(), StoreError> {
        let file = self.outbound(id)?;
        if let Some(name) = rename.filter(|name| *name != file.name)
            && self.name_waits(&file.destination, name)?
        {
            return Err(StoreError::NameTaken { destination: file.destination, name: name.to_owned() });
        }
        let temporary = file.temporary.filter(|_| rename.is_none());
        self.change(
            Change { id, run, at, to: OutboundState::Staged, detail: Some(detail) },
            "held_code = NULL, held_text = NULL, name = ?3, temporary = ?4, ",
            "'held'",
            &[&rename.unwrap_or(&file.name), &temporary],
        )
    }

    /// held → discarded. `run` as in [`Store::release`].
    pub fn discard(
        &mut self,
        id: OutboundId,
        run: &RunId,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<(), StoreError> {
        let change = Change { id, run, at, to: OutboundState::Discarded, detail: Some(detail) };
        self.change(change, "held_code = NULL, held_text = NULL, ", "'held'", &[])
    }

    /// Says where the receipt of a delivered file is.
    pub fn receipt_written(&mut self, id: OutboundId, receipt_path: &Path) -> Result<(), StoreError> {
        let receipt = path_text(receipt_path)?;
        self.connection.execute(
            "UPDATE outbound SET receipt_path = ?2 WHERE id = ?1 AND state = 'delivered'",
            params![id, receipt],
        )?;
        Ok(())
    }

    fn change(
        &mut self,
        change: Change<'_>,
        set: &str,
        from: &str,
        values: &[&dyn ToSql],
    ) -> Result<(), StoreError> {
        let sql = format!("UPDATE outbound SET {set}state = ?2 WHERE id = ?1 AND state IN ({from})");
        let mut all: Vec<&dyn ToSql> = vec![&change.id, &change.to];
        all.extend_from_slice(values);
        let (before, after) = points(change.to);
        fault::point(before);
        self.atomically(|store| {
            let changed = store.connection.execute(&sql, all.as_slice())?;
            if changed != 1 {
                let found = store.outbound(change.id)?.state;
                return Err(StoreError::WrongState { id: change.id, found, wanted: change.to });
            }
            match change.to {
                OutboundState::Delivered => baseline::settle(&store.connection, change.id)?,
                OutboundState::Discarded => baseline::give_back(&store.connection, change.id)?,
                _ => {}
            }
            remember(&store.connection, change.id, change.run, change.at, change.to, change.detail)
        })?;
        fault::point(after);
        Ok(())
    }
}

/// The fault points around a change.
fn points(to: OutboundState) -> (&'static str, &'static str) {
    match to {
        OutboundState::Staged => ("before-released", "released"),
        OutboundState::Uploading => ("before-uploading", "uploading"),
        OutboundState::Verified => ("before-verified", "verified"),
        OutboundState::Committing => ("before-committing", "committing"),
        OutboundState::Delivered => ("before-delivered", "delivered"),
        OutboundState::Held => ("before-held", "held"),
        OutboundState::Discarded => ("before-discarded", "discarded"),
    }
}

struct Change<'a> {
    id: OutboundId,
    run: &'a RunId,
    at: DateTime<Utc>,
    to: OutboundState,
    detail: Option<&'a str>,
}

/// Adds a line of history.
pub(super) fn remember(
    connection: &Connection,
    id: OutboundId,
    run: &RunId,
    at: DateTime<Utc>,
    state: OutboundState,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO outbound_event (outbound, run, at, state, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, run, at, state, detail],
    )?;
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<OutboundRecord> {
    let held = match row.get("held_code")? {
        Some(code) => {
            Some(HoldReason { code, text: row.get::<_, Option<String>>("held_text")?.unwrap_or_default() })
        }
        None => None,
    };
    Ok(OutboundRecord {
        id: row.get("id")?,
        export: row.get("export")?,
        run: row.get("run")?,
        route: row.get("route")?,
        destination: row.get("destination")?,
        name: row.get("name")?,
        staged_path: path(row, "staged_path")?.unwrap_or_default(),
        sha256: row.get("sha256")?,
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        rows: row.get::<_, i64>("row_count")?.unsigned_abs(),
        schema: row.get("schema")?,
        schema_sha256: row.get("schema_sha256")?,
        config_sha256: row.get("config_sha256")?,
        state: row.get("state")?,
        temporary: row.get("temporary")?,
        address: row.get("address")?,
        host_key: row.get("host_key")?,
        held,
        staged_at: row.get("staged_at")?,
        delivered_at: row.get("delivered_at")?,
        receipt_path: path(row, "receipt_path")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{HoldCode, Store};

    fn with_file() -> (tempfile::TempDir, Store, RunId, OutboundId) {
        let (folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        let ids = store.stage(staged(export, &run, vec![outbound("one.csv")])).unwrap();
        (folder, store, run, ids[0])
    }

    const UPLOAD: Upload<'static> = Upload {
        temporary: "one.csv.x.part",
        address: "sftp://club@drop.example:22/in",
        host_key: Some("SHA256:abc"),
    };

    #[test]
    fn a_file_goes_through_the_states_and_they_are_remembered() {
        let (_folder, mut store, run, id) = with_file();
        store.uploading(id, &run, at(3), UPLOAD).unwrap();
        store.verified(id, &run, at(4)).unwrap();
        store.committing(id, &run, at(5)).unwrap();
        assert_eq!(store.undelivered().unwrap()[0].temporary.as_deref(), Some("one.csv.x.part"));
        store.delivered(id, &run, at(6)).unwrap();
        assert_eq!(store.undelivered().unwrap(), []);

        use OutboundState::*;
        let seen: Vec<_> =
            store.history(id).unwrap().into_iter().map(|event| (event.state, event.at)).collect();
        assert_eq!(
            seen,
            [(Staged, at(2)), (Uploading, at(3)), (Verified, at(4)), (Committing, at(5)), (Delivered, at(6))]
        );
        let record = store.outbound(id).unwrap();
        assert_eq!(record.delivered_at, Some(at(6)));
        assert_eq!(record.host_key.as_deref(), Some("SHA256:abc"));
    }

    #[test]
    fn a_state_cannot_be_skipped() {
        let (_folder, mut store, run, id) = with_file();
        for (result, wanted) in [
            (store.verified(id, &run, at(3)), "verified"),
            (store.committing(id, &run, at(3)), "committing"),
            (store.delivered(id, &run, at(3)), "delivered"),
        ] {
            assert_eq!(
                result.unwrap_err().to_string(),
                format!("outbound file {id} is staged, and cannot become {wanted} from there")
            );
        }
        assert_eq!(store.history(id).unwrap().len(), 1, "a refused change leaves no history");
    }

    #[test]
    fn a_delivered_file_never_goes_back() {
        let (_folder, mut store, run, id) = with_file();
        store.uploading(id, &run, at(3), UPLOAD).unwrap();
        store.verified(id, &run, at(3)).unwrap();
        store.committing(id, &run, at(3)).unwrap();
        store.delivered(id, &run, at(3)).unwrap();
        let reason = HoldReason { code: HoldCode::NameTaken, text: "taken".into() };
        assert!(store.uploading(id, &run, at(4), UPLOAD).is_err());
        assert!(store.hold(id, &run, at(4), &reason).is_err());
        assert!(store.name_taken("splio", "one.csv").unwrap());
    }

    #[test]
    fn a_delivered_file_waits_for_its_receipt() {
        let (_folder, mut store, run, id) = with_file();
        store.receipt_written(id, Path::new("receipts/one.csv.json")).unwrap();
        store.uploading(id, &run, at(3), UPLOAD).unwrap();
        store.verified(id, &run, at(3)).unwrap();
        store.committing(id, &run, at(3)).unwrap();
        store.delivered(id, &run, at(3)).unwrap();
        assert_eq!(store.without_receipt().unwrap().len(), 1);
        store.receipt_written(id, Path::new("receipts/one.csv.json")).unwrap();
        assert_eq!(store.without_receipt().unwrap(), []);
    }

    #[test]
    fn the_same_name_is_free_at_another_destination() {
        let (_folder, store, _run, _id) = with_file();
        assert!(store.name_taken("splio", "one.csv").unwrap());
        assert!(!store.name_taken("symplify", "one.csv").unwrap());
        assert!(!store.name_taken("splio", "two.csv").unwrap());
    }
}
