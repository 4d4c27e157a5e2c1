//! Outbound files in the ledger: the states of the delivery protocol, each entered in a durable transaction together with a
//! line of history. What leads from one state to the next is decided in `delivery`; which ways exist is checked here.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::baseline;
use super::export::path;
use super::pack;
use super::{
    HoldReason, OutboundEvent, OutboundId, OutboundRecord, OutboundState, RunId, Store, StoreError, path_text,
};
use crate::fault;

pub(super) const COLUMNS: &str = "id, export, run, route, destination, name, staged_path, sha256, size, row_count, schema, \
                       schema_sha256, config_sha256, state, temporary, address, host_key, held_code, held_text, \
                       staged_at, delivered_at, receipt_path, delivery_set, packed_in";

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

    /// Files that wait for delivery (staged to committing), in staging order; those inside an archive wait with it.
    pub fn undelivered(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where(
            "state IN ('staged', 'uploading', 'verified', 'committing') AND packed_in IS NULL",
        )
    }

    /// How many files of the same route and of other exports were staged later than this one and are delivered.
    pub fn delivered_after(&self, file: &OutboundRecord) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM outbound WHERE route = ?1 AND destination = ?2 AND export <> ?3 AND id > ?4 \
                   AND state = 'delivered'";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![file.route, file.destination, file.export, file.id];
        Ok(statement.query_row(values, |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// Files that were delivered and have no receipt yet, in staging order; those inside an archive are in its receipt.
    pub fn without_receipt(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where("state = 'delivered' AND receipt_path IS NULL AND packed_in IS NULL")
    }

    /// Held files, in staging order.
    pub(super) fn held(&self) -> Result<Vec<OutboundRecord>, StoreError> {
        self.outbound_where("state = 'held'")
    }

    pub(super) fn outbound_where(&self, condition: &str) -> Result<Vec<OutboundRecord>, StoreError> {
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
            .prepare("SELECT state, at, iif(decided, NULL, run), detail FROM outbound_event WHERE outbound = ?1 ORDER BY id")?;
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
        let step = Step::Uploading {
            temporary: upload.temporary.to_owned(),
            address: upload.address.to_owned(),
            host_key: upload.host_key.map(str::to_owned),
        };
        self.enter(&Entry { id, run: run.clone(), at, step })
    }

    /// uploading → verified.
    pub fn verified(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.enter(&Entry { id, run: run.clone(), at, step: Step::Verified })
    }

    /// verified → committing.
    pub fn committing(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.enter(&Entry { id, run: run.clone(), at, step: Step::Committing })
    }

    /// committing → delivered.
    pub fn delivered(&mut self, id: OutboundId, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.enter(&Entry { id, run: run.clone(), at, step: Step::Delivered })
    }

    /// Enters one step of the protocol.
    pub fn enter(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let mut result = self.enter_all(&[entry]);
        result.pop().unwrap_or(Ok(()))
    }

    /// Enters steps of several files in one durable transaction: one sync of the disk for all. Gives one result each, in their order; a
    /// step that cannot be made from where its file is stops no other.
    pub fn enter_all(&mut self, entries: &[&Entry]) -> Vec<Result<(), StoreError>> {
        entries.iter().for_each(|entry| fault::point(points(entry.step.state()).0));
        let results = match self.try_all(entries) {
            Ok(results) => results,
            Err(error) if entries.len() < 2 => vec![Err(error)],
            // Not together, for the disk is full or the like: then each finds out for itself.
            Err(_) => entries.iter().flat_map(|entry| flat(self.try_all(&[entry]))).collect(),
        };
        entries.iter().for_each(|entry| fault::point(points(entry.step.state()).1));
        results
    }

    fn try_all(&mut self, entries: &[&Entry]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        self.atomically(|store| {
            let mut results = Vec::new();
            for entry in entries {
                match entry.apply(&store.connection) {
                    // Nothing was changed by that one.
                    Err(error @ (StoreError::WrongState { .. } | StoreError::Unknown { .. })) => {
                        results.push(Err(error))
                    }
                    other => results.push(Ok(other?)),
                }
            }
            Ok(results)
        })
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
            Change { id, run: Some(run), at, to: OutboundState::Held, detail: Some(&reason.text) },
            "held_code = ?3, held_text = ?4, ",
            "'staged', 'uploading', 'verified', 'committing'",
            &[&reason.code, &reason.text],
        )
    }

    /// held → staged, under a new name if there is one; then the next upload gets a temporary name of its own. A person decides, outside
    /// of runs. A name that the ledger has is [`StoreError::NameTaken`].
    pub fn release(
        &mut self,
        id: OutboundId,
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
            Change { id, run: None, at, to: OutboundState::Staged, detail: Some(detail) },
            "held_code = NULL, held_text = NULL, name = ?3, temporary = ?4, ",
            "'held'",
            &[&rename.unwrap_or(&file.name), &temporary],
        )
    }

    /// Says where the receipts of delivered files are, in one transaction.
    pub fn receipts_written(&mut self, receipts: &[(OutboundId, PathBuf)]) -> Result<(), StoreError> {
        self.atomically(|store| {
            for (id, path) in receipts {
                let sql = "UPDATE outbound SET receipt_path = ?2 WHERE ?1 IN (id, packed_in) AND state = 'delivered'";
                store.connection.prepare_cached(sql)?.execute(params![id, path_text(path)?])?;
            }
            Ok(())
        })
    }

    fn change(
        &mut self,
        change: Change<'_>,
        set: &str,
        from: &str,
        values: &[&dyn ToSql],
    ) -> Result<(), StoreError> {
        let (before, after) = points(change.to);
        fault::point(before);
        self.atomically(|store| apply(&store.connection, change, set, from, values))?;
        fault::point(after);
        Ok(())
    }
}

/// A step of the protocol with one file, as the ledger keeps it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file.
    pub id: OutboundId,
    /// The run that makes the step.
    pub run: RunId,
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub step: Step,
}

/// A step of the protocol.
#[derive(Debug, Clone)]
pub enum Step {
    /// See [`Store::uploading`].
    Uploading {
        /// Its name at the destination until it is renamed.
        temporary: String,
        /// The destination's address.
        address: String,
        /// Fingerprint of the destination's host key; `None` for a folder.
        host_key: Option<String>,
    },
    /// See [`Store::verified`].
    Verified,
    /// See [`Store::committing`].
    Committing,
    /// See [`Store::delivered`].
    Delivered,
}

impl Step {
    fn state(&self) -> OutboundState {
        match self {
            Step::Uploading { .. } => OutboundState::Uploading,
            Step::Verified => OutboundState::Verified,
            Step::Committing => OutboundState::Committing,
            Step::Delivered => OutboundState::Delivered,
        }
    }
}

impl Entry {
    fn apply(&self, connection: &Connection) -> Result<(), StoreError> {
        let detail =
            if let Step::Uploading { address, .. } = &self.step { Some(address.as_str()) } else { None };
        let change = Change { id: self.id, run: Some(&self.run), at: self.at, to: self.step.state(), detail };
        match &self.step {
            Step::Uploading { temporary, address, host_key } => apply(
                connection,
                change,
                "temporary = ?3, address = ?4, host_key = ?5, ",
                "'staged', 'uploading', 'verified', 'committing'",
                &[temporary, address, host_key],
            ),
            Step::Verified => apply(connection, change, "", "'uploading'", &[]),
            Step::Committing => apply(connection, change, "", "'verified'", &[]),
            Step::Delivered => apply(connection, change, "delivered_at = ?3, ", "'committing'", &[&self.at]),
        }
    }
}

fn flat(result: Result<Vec<Result<(), StoreError>>, StoreError>) -> Vec<Result<(), StoreError>> {
    result.unwrap_or_else(|error| vec![Err(error)])
}

/// Changes one file and adds the line of history. [`StoreError::WrongState`] when it is not in one of these states; nothing is changed then.
fn apply(
    connection: &Connection,
    change: Change<'_>,
    set: &str,
    from: &str,
    values: &[&dyn ToSql],
) -> Result<(), StoreError> {
    let sql = format!("UPDATE outbound SET {set}state = ?2 WHERE id = ?1 AND state IN ({from})");
    let mut all: Vec<&dyn ToSql> = vec![&change.id, &change.to];
    all.extend_from_slice(values);
    if connection.prepare_cached(&sql)?.execute(all.as_slice())? != 1 {
        let sql = "SELECT state FROM outbound WHERE id = ?1";
        let found = connection.query_row(sql, [change.id], |row| row.get(0)).optional()?;
        return Err(match found {
            Some(found) => StoreError::WrongState { id: change.id, found, wanted: change.to },
            None => StoreError::Unknown { what: "outbound file", id: change.id.to_string() },
        });
    }
    match change.to {
        OutboundState::Delivered => {
            baseline::settle(connection, change.id)?;
            pack::delivered(connection, &change)?;
        }
        OutboundState::Discarded => baseline::give_back(connection, change.id)?,
        _ => {}
    }
    remember(connection, change.id, change.run, change.at, change.to, change.detail)
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

pub(super) struct Change<'a> {
    pub(super) id: OutboundId,
    /// `None`: a person decided it.
    pub(super) run: Option<&'a RunId>,
    pub(super) at: DateTime<Utc>,
    to: OutboundState,
    detail: Option<&'a str>,
}

/// Adds a line of history. Without a run, it is a person's decision.
pub(super) fn remember(
    connection: &Connection,
    id: OutboundId,
    run: Option<&RunId>,
    at: DateTime<Utc>,
    state: OutboundState,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO outbound_event (outbound, run, at, state, detail, decided) \
               SELECT id, coalesce(?2, run), ?3, ?4, ?5, ?2 IS NULL FROM outbound WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, run, at, state, detail])?;
    Ok(())
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<OutboundRecord> {
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
        set: row.get("delivery_set")?,
        packed_in: row.get("packed_in")?,
    })
}

#[cfg(test)]
mod tests;
