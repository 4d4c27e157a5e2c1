//! Archives in the ledger: outbound files that hold the files of a set. What is inside an archive has no way of its own: it is delivered,
//! discarded and proved with the archive.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::outbound::{Change, record, remember};
use super::{
    HoldReason, NewArchive, NewOutbound, OutboundId, OutboundRecord, OutboundState, RunId, SetId, SetRecord,
    SetState, Store, StoreError, baseline, export,
};
use crate::fault;

/// Why a file that is taken out of its archive waits for a person.
pub type OutOfArchive<'a> = &'a dyn Fn(&OutboundRecord) -> HoldReason;

impl Store {
    /// Sets whose files go inside an archive that can be made now: all of them are there, and none is held.
    pub fn sets_to_pack(&self) -> Result<Vec<SetRecord>, StoreError> {
        let mut sets = self.open_sets()?;
        sets.retain(|set| {
            let staged = set.live().all(|file| file.state == OutboundState::Staged);
            set.state == SetState::Waiting && set.lacks_archive() && staged && set.live().next().is_some()
        });
        Ok(sets)
    }

    /// The files of such a set go by themselves after all: the config has no archive for it any more.
    pub fn leave_unpacked(&mut self, id: SetId) -> Result<(), StoreError> {
        self.connection.execute("UPDATE delivery_set SET packed = 0 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Enters the archive of a set; its files are inside from now on. One transaction. A name that the ledger has there already is
    /// [`StoreError::NameTaken`].
    pub fn pack_set(
        &mut self,
        id: SetId,
        run: &RunId,
        at: DateTime<Utc>,
        archive: NewArchive,
    ) -> Result<OutboundId, StoreError> {
        let set = self.set(id)?;
        let (schema, schema_sha256) = schemas(&set);
        // Of several exports, the first; the receipt has those of all members.
        let first = set.live().next().map(|file| file.export);
        let Some(export) = first.filter(|_| set.lacks_archive() && set.state == SetState::Waiting) else {
            return Err(StoreError::SetNotReady { id, found: set.state, wanted: SetState::Waiting });
        };
        let file = NewOutbound {
            route: set.name.clone(),
            destination: set.destination.clone(),
            name: archive.name,
            staged_path: archive.staged_path,
            sha256: archive.sha256,
            size: archive.size,
            rows: set.live().map(|file| file.rows).sum(),
            schema,
            schema_sha256,
            config_sha256: archive.config_sha256,
            held: archive.held,
            batch: None,
        };
        fault::point("before-packed");
        let entered = self.atomically(|store| {
            let connection = &store.connection;
            let entered = export::enter(connection, export, run, at, &file)?;
            connection
                .execute("UPDATE outbound SET delivery_set = ?2 WHERE id = ?1", params![entered, id])?;
            for member in set.live() {
                connection.execute(
                    "UPDATE outbound SET packed_in = ?2 WHERE id = ?1",
                    params![member.id, entered],
                )?;
            }
            Ok::<_, StoreError>(entered)
        })?;
        fault::point("packed");
        Ok(entered)
    }

    /// The files inside an archive, in staging order; none, if it is none.
    pub fn inside(&self, archive: OutboundId) -> Result<Vec<OutboundRecord>, StoreError> {
        inside(&self.connection, archive)
    }

    /// Takes an archive apart whose rename was not sent: it is discarded, and what was inside is held, each file by itself. One transaction.
    pub fn take_apart(
        &mut self,
        archive: OutboundId,
        run: &RunId,
        at: DateTime<Utc>,
        why: OutOfArchive<'_>,
    ) -> Result<Vec<OutboundId>, StoreError> {
        fault::point("before-held");
        let members = self.atomically(|store| {
            let connection = &store.connection;
            let sql = "UPDATE outbound SET state = 'discarded', held_code = NULL, held_text = NULL \
                       WHERE id = ?1 AND state IN ('staged', 'uploading', 'verified', 'held')";
            if connection.execute(sql, [archive])? != 1 {
                let found = store.outbound(archive)?.state;
                return Err(StoreError::WrongState { id: archive, found, wanted: OutboundState::Discarded });
            }
            let members = inside(connection, archive)?;
            for member in &members {
                let HoldReason { code, text } = why(member);
                connection.execute(
                    "UPDATE outbound SET packed_in = NULL, state = 'held', held_code = ?2, held_text = ?3 WHERE id = ?1",
                    params![member.id, code, text],
                )?;
                remember(connection, member.id, Some(run), at, OutboundState::Held, Some(&text))?;
            }
            let detail = members.first().map(|member| why(member).text);
            remember(connection, archive, Some(run), at, OutboundState::Discarded, detail.as_deref())?;
            Ok(members)
        })?;
        fault::point("held");
        Ok(members.into_iter().map(|member| member.id).collect())
    }
}

/// What is inside a file that was delivered is delivered too.
pub(super) fn delivered(connection: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    for member in inside(connection, change.id)? {
        connection.execute(
            "UPDATE outbound SET state = 'delivered', (temporary, address, host_key, delivered_at) = \
             (SELECT archive.temporary, archive.address, archive.host_key, archive.delivered_at \
              FROM outbound AS archive WHERE archive.id = ?2) WHERE id = ?1",
            params![member.id, change.id],
        )?;
        baseline::settle(connection, member.id)?;
        remember(connection, member.id, change.run, change.at, OutboundState::Delivered, None)?;
    }
    Ok(())
}

/// What is inside a file that a person discarded is never sent either.
pub(super) fn discarded(
    connection: &Connection,
    archive: OutboundId,
    at: DateTime<Utc>,
    detail: &str,
) -> Result<Vec<OutboundId>, StoreError> {
    let mut members = Vec::new();
    for member in inside(connection, archive)? {
        connection.execute("UPDATE outbound SET state = 'discarded' WHERE id = ?1", [member.id])?;
        baseline::give_back(connection, member.id)?;
        remember(connection, member.id, None, at, OutboundState::Discarded, Some(detail))?;
        members.push(member.id);
    }
    Ok(members)
}

fn inside(connection: &Connection, archive: OutboundId) -> Result<Vec<OutboundRecord>, StoreError> {
    let sql = format!("SELECT {} FROM outbound WHERE packed_in = ?1 ORDER BY id", super::outbound::COLUMNS);
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_map([archive], record)?.collect::<Result<_, _>>()?)
}

/// The schemas of what goes inside: their names, and one hash over theirs, in the order of the archive.
fn schemas(set: &SetRecord) -> (String, super::Sha256) {
    let (mut names, mut hash): (Vec<&str>, _) = (Vec::new(), Sha256::new());
    for file in set.live() {
        if !names.contains(&file.schema.as_str()) {
            names.push(&file.schema);
            hash.update(file.schema_sha256);
        }
    }
    (names.join(", "), hash.finalize().into())
}

#[cfg(test)]
mod tests;
