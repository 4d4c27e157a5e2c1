//! Sets in the ledger: which files are delivered together, and how far that is. What leads from one state to the next is decided
//! in `delivery`; that no step is skipped is checked here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::baseline;
use super::outbound::{record as file, remember};
use super::pack;
use super::{
    HoldCode, NewSet, OutboundId, OutboundRecord, OutboundState, RunId, SetId, SetRecord, SetRoute, SetState,
    Store, StoreError,
};
use crate::fault;

const COLUMNS: &str = "id, run, name, destination, state, marker, marker_temporary, packed";

/// The sentence with which the files of a set are held that lacks files of these routes.
pub type Incomplete<'a> = &'a dyn Fn(&str, &[&str]) -> String;

impl Store {
    /// At the end of a run's staging: puts the files that it made for the routes of sets into sets, and those of runs that were
    /// killed before they could. `whole`: no export stays in work, so that nothing can be added any more; a set that then lacks a
    /// required file is held, with the sentence of `incomplete`. One transaction.
    pub fn group_sets(
        &mut self,
        run: &RunId,
        at: DateTime<Utc>,
        sets: &[NewSet],
        whole: bool,
        incomplete: Incomplete<'_>,
    ) -> Result<Vec<SetId>, StoreError> {
        let mut grouped = BTreeSet::new();
        if sets.is_empty() {
            return Ok(Vec::new());
        }
        fault::point("before-grouped");
        self.atomically(|store| {
            let connection = &store.connection;
            for set in sets {
                let files = ungrouped(connection, run, set)?;
                let open = gathering(connection, &set.name)?;
                let id = match open {
                    Some(id) => id,
                    None if files.is_empty() => continue,
                    None => enter(connection, run, at, set)?,
                };
                enter_routes(connection, id, set)?;
                for file in files {
                    connection
                        .execute("UPDATE outbound SET delivery_set = ?2 WHERE id = ?1", params![file, id])?;
                }
                grouped.insert(id);
                let there = set_of(connection, id)?;
                if whole || there.missing().is_empty() {
                    change(connection, id, SetState::Waiting, &[SetState::Gathering])?;
                    hold_if_incomplete(connection, &there, Some(run), at, incomplete)?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
        fault::point("grouped");
        Ok(grouped.into_iter().collect())
    }

    /// Sets that are not delivered yet, in staging order.
    pub fn open_sets(&self) -> Result<Vec<SetRecord>, StoreError> {
        let sql = "SELECT id FROM delivery_set WHERE state NOT IN ('delivered', 'discarded') ORDER BY id";
        let mut statement = self.connection.prepare(sql)?;
        let ids = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<SetId>, _>>()?;
        ids.into_iter().map(|id| set_of(&self.connection, id)).collect()
    }

    /// One set.
    pub fn set(&self, id: SetId) -> Result<SetRecord, StoreError> {
        set_of(&self.connection, id)
    }

    /// waiting → committing: from now on the set is completed, whatever happens. All of its files must be verified.
    pub fn commit_set(&mut self, id: SetId) -> Result<(), StoreError> {
        let ready = |set: &SetRecord| {
            set.live().all(|file| file.state == OutboundState::Verified) && !set.files.is_empty()
        };
        self.change_set(id, SetState::Committing, &[SetState::Waiting], ready, |_| Ok(()))
    }

    /// committing → marking: all of its files have their names, and the marker lies under this temporary name.
    pub fn mark_set(&mut self, id: SetId, temporary: &str) -> Result<(), StoreError> {
        self.change_set(id, SetState::Marking, &[SetState::Committing], all_delivered, |connection| {
            let sql = "UPDATE delivery_set SET marker_temporary = ?2 WHERE id = ?1";
            connection.execute(sql, params![id, temporary])?;
            Ok(())
        })
    }

    /// committing, marking → delivered.
    pub fn end_set(&mut self, id: SetId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let from = [SetState::Committing, SetState::Marking];
        self.change_set(id, SetState::Delivered, &from, all_delivered, |connection| {
            connection.execute("UPDATE delivery_set SET ended_at = ?2 WHERE id = ?1", params![id, at])?;
            Ok(())
        })
    }

    /// Sends an incomplete set as it is: all of its files that are held for that → staged. A person decides.
    pub fn release_set(&mut self, id: SetId, at: DateTime<Utc>, detail: &str) -> Result<(), StoreError> {
        let set = self.set(id)?;
        fault::point("before-released");
        self.atomically(|store| {
            let connection = &store.connection;
            for route in set.missing() {
                let sql = "UPDATE delivery_set_route SET required = 0 WHERE delivery_set = ?1 AND route = ?2";
                connection.execute(sql, params![id, route])?;
            }
            for file in held_as_incomplete(&set) {
                decide(connection, file.id, at, OutboundState::Staged, detail)?;
            }
            Ok::<_, StoreError>(())
        })?;
        fault::point("released");
        Ok(())
    }

    /// held → discarded, for one file, with what is inside it if it is an archive; staged, uploading, verified → discarded, for a file of no set; or, when it is held because its set is incomplete, for all files that are held for that. What is left
    /// of a set of which nothing is visible yet is held, if it is incomplete now. A person decides.
    pub fn discard(
        &mut self,
        id: OutboundId,
        at: DateTime<Utc>,
        detail: &str,
        incomplete: Incomplete<'_>,
    ) -> Result<Vec<OutboundId>, StoreError> {
        let file = self.outbound(id)?;
        if !file.can_be_discarded() {
            return Err(StoreError::WrongState { id, found: file.state, wanted: OutboundState::Discarded });
        }
        let set = file.set.map(|set| self.set(set)).transpose()?;
        let of_set = file.held.as_ref().is_some_and(|held| held.code == HoldCode::SetIncomplete);
        let discarded: Vec<OutboundId> = match &set {
            Some(set) if of_set => held_as_incomplete(set).map(|file| file.id).collect(),
            _ => vec![id],
        };
        let mut inside = Vec::new();
        fault::point("before-discarded");
        self.atomically(|store| {
            let connection = &store.connection;
            for file in &discarded {
                decide(connection, *file, at, OutboundState::Discarded, detail)?;
                inside.extend(pack::discarded(connection, *file, at, detail)?);
            }
            if let Some(set) = set {
                let now = set_of(connection, set.id)?;
                let early = matches!(now.state, SetState::Gathering | SetState::Waiting);
                if early && now.live().next().is_none() {
                    change(
                        connection,
                        now.id,
                        SetState::Discarded,
                        &[SetState::Gathering, SetState::Waiting],
                    )?;
                } else if now.state == SetState::Waiting {
                    hold_if_incomplete(connection, &now, None, at, incomplete)?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
        fault::point("discarded");
        Ok(discarded.into_iter().chain(inside).collect())
    }

    fn change_set(
        &mut self,
        id: SetId,
        to: SetState,
        from: &[SetState],
        ready: impl FnOnce(&SetRecord) -> bool,
        also: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (before, after) = match to {
            SetState::Committing => ("before-set-committing", "set-committing"),
            SetState::Marking => ("before-set-marking", "set-marking"),
            _ => ("before-set-delivered", "set-delivered"),
        };
        fault::point(before);
        self.atomically(|store| {
            let connection = &store.connection;
            let set = set_of(connection, id)?;
            if !ready(&set) {
                return Err(StoreError::SetNotReady { id, found: set.state, wanted: to });
            }
            also(connection)?;
            change(connection, id, to, from)?;
            Ok::<_, StoreError>(())
        })?;
        fault::point(after);
        Ok(())
    }
}

fn all_delivered(set: &SetRecord) -> bool {
    set.live().all(|file| file.state == OutboundState::Delivered)
}

fn held_as_incomplete(set: &SetRecord) -> impl Iterator<Item = &OutboundRecord> {
    let of_set =
        |file: &&OutboundRecord| file.held.as_ref().is_some_and(|held| held.code == HoldCode::SetIncomplete);
    set.files.iter().filter(of_set)
}

/// Files for the routes of a set that are in none yet: of this run, and of runs that were killed before they could group theirs.
fn ungrouped(connection: &Connection, run: &RunId, set: &NewSet) -> Result<Vec<OutboundId>, StoreError> {
    let sql = "SELECT id FROM outbound WHERE route = ?2 AND destination = ?3 AND delivery_set IS NULL \
               AND state IN ('staged', 'held') \
               AND (run = ?1 OR run IN (SELECT id FROM run WHERE outcome = 'failed')) ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let mut files = Vec::new();
    for route in &set.routes {
        let found = statement.query_map(params![run, route.route, set.destination], |row| row.get(0))?;
        for id in found {
            files.push(id?);
        }
    }
    Ok(files)
}

/// The set of this name that waits for more files.
fn gathering(connection: &Connection, name: &str) -> Result<Option<SetId>, StoreError> {
    let sql = "SELECT id FROM delivery_set WHERE name = ?1 AND state = 'gathering'";
    Ok(connection.query_row(sql, [name], |row| row.get(0)).optional()?)
}

fn enter(connection: &Connection, run: &RunId, at: DateTime<Utc>, set: &NewSet) -> Result<SetId, StoreError> {
    connection.execute(
        "INSERT INTO delivery_set (run, name, destination, state, marker, made_at, packed) \
         VALUES (?1, ?2, ?3, 'gathering', ?4, ?5, ?6)",
        params![run, set.name, set.destination, set.marker, at, set.packed],
    )?;
    Ok(SetId(connection.last_insert_rowid()))
}

/// The routes as the config has them now.
fn enter_routes(connection: &Connection, id: SetId, set: &NewSet) -> Result<(), StoreError> {
    connection.execute("DELETE FROM delivery_set_route WHERE delivery_set = ?1", [id])?;
    for (place, route) in set.routes.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        connection.execute(
            "INSERT INTO delivery_set_route (delivery_set, place, route, required) VALUES (?1, ?2, ?3, ?4)",
            params![id, place, route.route, route.required],
        )?;
    }
    Ok(())
}

fn change(connection: &Connection, id: SetId, to: SetState, from: &[SetState]) -> Result<(), StoreError> {
    let from: Vec<String> = from.iter().map(|state| format!("'{state}'")).collect();
    let sql = format!("UPDATE delivery_set SET state = ?2 WHERE id = ?1 AND state IN ({})", from.join(", "));
    if connection.execute(&sql, params![id, to])? == 1 {
        return Ok(());
    }
    let found = set_of(connection, id)?.state;
    Err(StoreError::SetNotReady { id, found, wanted: to })
}

/// Holds what is not held of a set that lacks a required file.
fn hold_if_incomplete(
    connection: &Connection,
    set: &SetRecord,
    run: Option<&RunId>,
    at: DateTime<Utc>,
    incomplete: Incomplete<'_>,
) -> Result<(), StoreError> {
    let missing = set.missing();
    if missing.is_empty() {
        return Ok(());
    }
    let text = incomplete(&set.name, &missing);
    for file in set.live().filter(|file| file.state != OutboundState::Held) {
        connection.execute(
            "UPDATE outbound SET state = 'held', held_code = ?2, held_text = ?3 \
             WHERE id = ?1 AND state IN ('staged', 'uploading', 'verified')",
            params![file.id, HoldCode::SetIncomplete, text],
        )?;
        remember(connection, file.id, run, at, OutboundState::Held, Some(&text))?;
    }
    Ok(())
}

/// held → staged or discarded, waiting → discarded, by a person.
fn decide(
    connection: &Connection,
    id: OutboundId,
    at: DateTime<Utc>,
    to: OutboundState,
    detail: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE outbound SET state = ?2, held_code = NULL, held_text = NULL WHERE id = ?1 AND (state = 'held' \
               OR (?2 = 'discarded' AND state IN ('staged', 'uploading', 'verified')))";
    if connection.execute(sql, params![id, to])? != 1 {
        return Err(StoreError::Unknown { what: "held file", id: id.to_string() });
    }
    if to == OutboundState::Discarded {
        baseline::give_back(connection, id)?;
    }
    remember(connection, id, None, at, to, Some(detail))
}

fn set_of(connection: &Connection, id: SetId) -> Result<SetRecord, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM delivery_set WHERE id = ?1");
    let set = connection.query_row(&sql, [id], record).optional()?;
    let mut set = set.ok_or_else(|| StoreError::Unknown { what: "set", id: id.to_string() })?;
    let mut routes = connection
        .prepare("SELECT route, required FROM delivery_set_route WHERE delivery_set = ?1 ORDER BY place")?;
    set.routes = routes
        .query_map([id], |row| Ok(SetRoute { route: row.get(0)?, required: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    let columns = super::outbound::COLUMNS;
    let sql = format!(
        "SELECT {columns} FROM outbound \
         LEFT JOIN (SELECT route AS of_route, place FROM delivery_set_route WHERE delivery_set = ?1) ON of_route = route \
         WHERE delivery_set = ?1 ORDER BY place NULLS LAST, id"
    );
    set.files = connection.prepare(&sql)?.query_map([id], file)?.collect::<Result<_, _>>()?;
    Ok(set)
}

fn record(row: &Row<'_>) -> rusqlite::Result<SetRecord> {
    Ok(SetRecord {
        id: row.get("id")?,
        run: row.get("run")?,
        name: row.get("name")?,
        destination: row.get("destination")?,
        state: row.get("state")?,
        marker: row.get("marker")?,
        marker_temporary: row.get("marker_temporary")?,
        routes: Vec::new(),
        files: Vec::new(),
        packed: row.get("packed")?,
    })
}

#[cfg(test)]
mod tests;
