//! Exports in the ledger: claimed, then staged together with their outbound files, then archived.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    ExportId, ExportOutcome, ExportRecord, ExportState, NewExport, NewOutbound, OutboundId, OutboundState,
    RunId, Sha256, Staged, Store, StoreError, baseline, integer, outbound, path_text,
};

const COLUMNS: &str = "id, run, name, sha256, size, work_path, claimed_at, state, outcome, schema, row_count, \
                       rejected, report_path, archive_path";

impl Store {
    /// The first export with this content that was accepted. One whose files were all discarded does not count: nothing of it was
    /// sent, and it may come again.
    pub fn export_with_content(&self, sha256: &Sha256) -> Result<Option<ExportRecord>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM export WHERE sha256 = ?1 AND outcome = 'accepted' \
             AND (NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.export = export.id) \
             OR EXISTS (SELECT 1 FROM outbound WHERE outbound.export = export.id AND outbound.state <> 'discarded')) \
             ORDER BY id LIMIT 1"
        );
        Ok(self.connection.query_row(&sql, [sha256], record).optional()?)
    }

    /// Enters an export that was just taken out of the inbox.
    pub fn claim_export(&mut self, run: &RunId, export: NewExport) -> Result<ExportId, StoreError> {
        self.connection.execute(
            "INSERT INTO export (run, name, sha256, size, work_path, claimed_at, state) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'claimed')",
            params![
                run,
                export.name,
                export.sha256,
                integer(export.size),
                path_text(&export.work_path)?,
                export.claimed_at
            ],
        )?;
        Ok(ExportId(self.connection.last_insert_rowid()))
    }

    /// Forgets a claim, for an export that goes back to the inbox unread.
    pub fn forget_claim(&mut self, export: ExportId) -> Result<(), StoreError> {
        let forgotten = self
            .connection
            .execute("DELETE FROM export WHERE id = ?1 AND state = 'claimed'", params![export])?;
        if forgotten == 1 { Ok(()) } else { Err(self.wrong_state(export, "forgotten")) }
    }

    /// One export.
    pub fn export(&self, export: ExportId) -> Result<ExportRecord, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM export WHERE id = ?1");
        self.connection
            .query_row(&sql, [export], record)
            .optional()?
            .ok_or_else(|| StoreError::Unknown { what: "export", id: export.to_string() })
    }

    /// Exports that an interrupted run left: claimed, or staged and not archived. In the order of claiming.
    pub fn unfinished_exports(&self) -> Result<Vec<ExportRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM export WHERE state <> 'archived' ORDER BY id");
        let mut statement = self.connection.prepare(&sql)?;
        let records = statement.query_map([], record)?.collect::<Result<_, _>>()?;
        Ok(records)
    }

    /// Closes a claimed export and enters its outbound files, `staged` or `held`, in one transaction. The bytes of the
    /// files and the entries of their folder must have been fsynced before. A name that its destination already has in
    /// the ledger is [`StoreError::NameTaken`], and nothing is entered.
    pub fn stage(&mut self, staged: Staged) -> Result<Vec<OutboundId>, StoreError> {
        let report = staged.report_path.as_deref().map(path_text).transpose()?;
        self.atomically(|store| store.enter_staged(&staged, report.as_deref()))
    }

    fn enter_staged(&self, staged: &Staged, report: Option<&str>) -> Result<Vec<OutboundId>, StoreError> {
        let closed = self.connection.execute(
            "UPDATE export SET state = 'staged', outcome = ?2, schema = ?3, row_count = ?4, rejected = ?5, \
             report_path = ?6, staged_at = ?7 WHERE id = ?1 AND state = 'claimed'",
            params![
                staged.export,
                staged.outcome,
                staged.schema,
                integer(staged.rows),
                integer(staged.rejected),
                report,
                staged.at
            ],
        )?;
        if closed != 1 {
            return Err(self.wrong_state(staged.export, "staged"));
        }
        let mut ids = Vec::with_capacity(staged.outbound.len());
        for file in &staged.outbound {
            let id = enter(&self.connection, staged.export, &staged.run, staged.at, file)?;
            if let Some(batch) = file.batch {
                baseline::adopt(&self.connection, batch, id)?;
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// Says that a staged export lies in the archive now.
    pub fn archived(
        &mut self,
        export: ExportId,
        archive_path: &Path,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let archived = self.connection.execute(
            "UPDATE export SET state = 'archived', archive_path = ?2, archived_at = ?3 \
             WHERE id = ?1 AND state = 'staged'",
            params![export, path_text(archive_path)?, at],
        )?;
        if archived == 1 { Ok(()) } else { Err(self.wrong_state(export, "archived")) }
    }

    fn wrong_state(&self, export: ExportId, wanted: &'static str) -> StoreError {
        match self.export(export) {
            Ok(found) => StoreError::WrongExportState { id: export, found: found.state.to_string(), wanted },
            Err(error) => error,
        }
    }
}

pub(super) fn enter(
    connection: &Connection,
    export: ExportId,
    run: &RunId,
    at: DateTime<Utc>,
    file: &NewOutbound,
) -> Result<OutboundId, StoreError> {
    let state = if file.held.is_some() { OutboundState::Held } else { OutboundState::Staged };
    let entered = connection.execute(
        "INSERT INTO outbound (export, run, route, destination, name, staged_path, sha256, size, row_count, schema, \
         schema_sha256, config_sha256, state, held_code, held_text, staged_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
         ON CONFLICT (destination, name) WHERE state NOT IN ('discarded', 'delivered') DO NOTHING",
        params![
            export,
            run,
            file.route,
            file.destination,
            file.name,
            path_text(&file.staged_path)?,
            file.sha256,
            integer(file.size),
            integer(file.rows),
            file.schema,
            file.schema_sha256,
            file.config_sha256,
            state,
            file.held.as_ref().map(|held| held.code),
            file.held.as_ref().map(|held| held.text.as_str()),
            at
        ],
    )?;
    if entered != 1 {
        return Err(StoreError::NameTaken { destination: file.destination.clone(), name: file.name.clone() });
    }
    let id = OutboundId(connection.last_insert_rowid());
    outbound::remember(connection, id, Some(run), at, OutboundState::Staged, None)?;
    if let Some(held) = &file.held {
        outbound::remember(connection, id, Some(run), at, OutboundState::Held, Some(&held.text))?;
    }
    Ok(id)
}

fn record(row: &Row<'_>) -> rusqlite::Result<ExportRecord> {
    let unsigned = |value: Option<i64>| value.map(i64::unsigned_abs);
    Ok(ExportRecord {
        id: row.get("id")?,
        run: row.get("run")?,
        name: row.get("name")?,
        sha256: row.get("sha256")?,
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        work_path: path(row, "work_path")?.unwrap_or_default(),
        claimed_at: row.get("claimed_at")?,
        state: row.get::<_, ExportState>("state")?,
        outcome: row.get::<_, Option<ExportOutcome>>("outcome")?,
        schema: row.get("schema")?,
        rows: unsigned(row.get("row_count")?),
        rejected: unsigned(row.get("rejected")?),
        report_path: path(row, "report_path")?,
        archive_path: path(row, "archive_path")?,
    })
}

/// A path from the ledger.
pub(super) fn path(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<PathBuf>> {
    Ok(row.get::<_, Option<String>>(column)?.map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{at, claim, outbound, staged, store};
    use crate::store::{HoldCode, HoldReason};

    #[test]
    fn an_export_goes_from_claimed_to_archived() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "members.csv", 1);
        assert_eq!(store.unfinished_exports().unwrap()[0].state, ExportState::Claimed);

        store.stage(staged(export, &run, vec![outbound("club_cardcode_main_20261115.csv")])).unwrap();
        let left = store.unfinished_exports().unwrap();
        assert_eq!((left.len(), left[0].state), (1, ExportState::Staged));

        store.archived(export, Path::new("archive/x/members.csv"), at(3)).unwrap();
        assert_eq!(store.unfinished_exports().unwrap(), []);
        let record = store.export(export).unwrap();
        assert_eq!(record.archive_path.as_deref(), Some(Path::new("archive/x/members.csv")));
        assert_eq!(
            (record.outcome, record.rows, record.rejected),
            (Some(ExportOutcome::Accepted), Some(4), Some(1))
        );
    }

    #[test]
    fn only_an_accepted_export_makes_its_content_known() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let refused = claim(&mut store, &run, "a.csv", 1);
        store.stage(Staged { outcome: ExportOutcome::Refused, ..staged(refused, &run, vec![]) }).unwrap();
        assert_eq!(store.export_with_content(&[1; 32]).unwrap(), None);

        let accepted = claim(&mut store, &run, "b.csv", 1);
        assert_eq!(store.export_with_content(&[1; 32]).unwrap(), None, "claimed is not accepted");
        store.stage(staged(accepted, &run, vec![])).unwrap();
        assert_eq!(store.export_with_content(&[1; 32]).unwrap().map(|found| found.id), Some(accepted));
        assert_eq!(store.export_with_content(&[2; 32]).unwrap(), None);
    }

    #[test]
    fn a_taken_name_enters_nothing() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let first = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(first, &run, vec![outbound("one.csv")])).unwrap();

        let second = claim(&mut store, &run, "b.csv", 2);
        let error =
            store.stage(staged(second, &run, vec![outbound("two.csv"), outbound("one.csv")])).unwrap_err();
        assert!(matches!(&error, StoreError::NameTaken { name, .. } if name == "one.csv"), "{error}");
        assert_eq!(store.export(second).unwrap().state, ExportState::Claimed);
        assert!(!store.name_taken("splio", "two.csv").unwrap());
        assert_eq!(store.undelivered().unwrap().len(), 1);
    }

    #[test]
    fn an_export_is_staged_once() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(export, &run, vec![])).unwrap();
        let error = store.stage(staged(export, &run, vec![outbound("one.csv")])).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("export {export} cannot be staged: the ledger has it as staged")
        );
        assert_eq!(store.undelivered().unwrap(), []);
    }

    #[test]
    fn a_held_file_is_entered_as_held_with_its_reason() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        let held = HoldReason { code: HoldCode::TooManyRejected, text: "12 of 40 rows were rejected".into() };
        let file = NewOutbound { held: Some(held.clone()), ..outbound("one.csv") };
        store.stage(staged(export, &run, vec![file])).unwrap();
        assert_eq!(store.undelivered().unwrap(), []);
        assert_eq!(store.status(1).unwrap().held[0].held, Some(held));
        assert!(store.name_taken("splio", "one.csv").unwrap(), "a held file keeps its name");
    }

    #[test]
    fn a_claim_is_forgotten_only_while_it_is_one() {
        let (_folder, mut store) = store();
        let run = store.begin_run(at(0)).unwrap();
        let export = claim(&mut store, &run, "a.csv", 1);
        store.forget_claim(export).unwrap();
        assert_eq!(store.unfinished_exports().unwrap(), []);
        let export = claim(&mut store, &run, "a.csv", 1);
        store.stage(staged(export, &run, vec![])).unwrap();
        assert!(matches!(store.forget_claim(export), Err(StoreError::WrongExportState { .. })));
    }
}
