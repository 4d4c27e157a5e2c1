//! What the project keeps of work that is done, with its age: archived exports, our copies of outbound files, receipts, reports.
//! Nothing that is still needed is listed.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

use super::export::path;
use super::{ExportId, Kept, OutboundId, RunId, Sha256, Store, StoreError};

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// What it is.
    pub of: Kept,
    /// Where it lies, relative to the project folder.
    pub path: PathBuf,
    /// SHA-256 of its bytes, as they are after the erasures that the ledger knows.
    pub sha256: Sha256,
    /// Since when: archived, delivered or discarded.
    pub since: DateTime<Utc>,
}

/// A run whose reports are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// The run.
    pub id: RunId,
    /// When it ended.
    pub since: DateTime<Utc>,
}

/// The bytes of a file as they are now: after its last erasure.
macro_rules! now {
    ($table:literal) => {
        concat!(
            "coalesce((SELECT after FROM erasure WHERE erasure.",
            $table,
            " = ",
            $table,
            ".id AND after IS NOT NULL ORDER BY erasure.id DESC LIMIT 1), sha256) AS sha256"
        )
    };
}

impl Store {
    /// At most `most` archived exports from before `until`, oldest first, none of whose files waits for delivery or for a person.
    pub(crate) fn kept_exports(
        &self,
        until: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<KeptFile>, StoreError> {
        let sql = concat!(
            "SELECT id, archive_path AS path, archived_at AS since, ",
            now!("export"),
            " FROM export
             WHERE removed_at IS NULL AND archived_at IS NOT NULL AND archived_at < ?1 AND archive_path IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.export = export.id
                             AND outbound.state NOT IN ('delivered', 'discarded'))
             ORDER BY archived_at, id LIMIT ?2"
        );
        self.kept(sql, until, most, |row| Ok(Kept::Export(ExportId(row.get("id")?))))
    }

    /// At most `most` of our copies of outbound files that were delivered (with their receipts, and with all of their sets) or discarded
    /// before `until`, oldest first.
    pub(crate) fn kept_outbound(
        &self,
        until: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<KeptFile>, StoreError> {
        let sql = concat!(
            "SELECT * FROM (
               SELECT id, staged_path AS path, ",
            now!("outbound"),
            ", iif(state = 'delivered', delivered_at,
                      (SELECT max(at) FROM outbound_event WHERE outbound_event.outbound = outbound.id)) AS since
               FROM outbound
               WHERE removed_at IS NULL
               AND (state = 'discarded' OR (state = 'delivered' AND receipt_path IS NOT NULL))
               AND (delivery_set IS NULL OR EXISTS (SELECT 1 FROM delivery_set WHERE delivery_set.id = outbound.delivery_set
                                                    AND delivery_set.state IN ('delivered', 'discarded')))
             )
             WHERE since < ?1 ORDER BY since, id LIMIT ?2"
        );
        self.kept(sql, until, most, |row| Ok(Kept::Outbound(OutboundId(row.get("id")?))))
    }

    /// At most `most` receipts of files that were delivered before `until`, oldest first.
    pub(crate) fn kept_receipts(
        &self,
        until: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<KeptFile>, StoreError> {
        let sql = "SELECT id, receipt_path AS path, delivered_at AS since, sha256 FROM outbound
                   WHERE receipt_removed_at IS NULL AND receipt_path IS NOT NULL AND delivered_at < ?1
                   ORDER BY delivered_at, id LIMIT ?2";
        self.kept(sql, until, most, |row| Ok(Kept::Outbound(OutboundId(row.get("id")?))))
    }

    fn kept(
        &self,
        sql: &str,
        until: DateTime<Utc>,
        most: usize,
        of: impl Fn(&Row<'_>) -> rusqlite::Result<Kept>,
    ) -> Result<Vec<KeptFile>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let files = statement.query_map(params![until, most], |row| {
            Ok(KeptFile {
                of: of(row)?,
                path: path(row, "path")?.unwrap_or_default(),
                sha256: row.get("sha256")?,
                since: row.get("since")?,
            })
        })?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// At most `most` runs that ended before `until`, oldest first, of which no export is in work and no file waits.
    pub(crate) fn kept_reports(&self, until: DateTime<Utc>, most: usize) -> Result<Vec<KeptRun>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, ended_at FROM run
             WHERE reports_removed_at IS NULL AND ended_at < ?1
             AND NOT EXISTS (SELECT 1 FROM export WHERE export.run = run.id AND export.state <> 'archived')
             AND NOT EXISTS (SELECT 1 FROM outbound WHERE outbound.run = run.id
                             AND outbound.state NOT IN ('delivered', 'discarded'))
             ORDER BY ended_at, id LIMIT ?2",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let runs = statement
            .query_map(params![until, most], |row| Ok(KeptRun { id: row.get(0)?, since: row.get(1)? }))?;
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// Says that a file lies nowhere any more.
    pub(crate) fn removed(&mut self, of: Kept, at: DateTime<Utc>) -> Result<(), StoreError> {
        match of {
            Kept::Export(id) => {
                self.connection.execute("UPDATE export SET removed_at = ?2 WHERE id = ?1", params![id, at])?
            }
            Kept::Outbound(id) => self
                .connection
                .execute("UPDATE outbound SET removed_at = ?2 WHERE id = ?1", params![id, at])?,
        };
        Ok(())
    }

    /// Says that the receipt of a file was removed. It is not written again.
    pub(crate) fn receipt_removed(&mut self, id: OutboundId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE outbound SET receipt_removed_at = ?2 WHERE id = ?1";
        self.connection.execute(sql, params![id, at])?;
        Ok(())
    }

    /// Says that the reports of a run were removed.
    pub(crate) fn reports_removed(&mut self, run: &RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.connection.execute("UPDATE run SET reports_removed_at = ?2 WHERE id = ?1", params![run, at])?;
        Ok(())
    }

    /// Delivered files whose copies were removed as their term was over.
    pub(crate) fn copies_gone(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM outbound WHERE state = 'delivered' AND removed_at IS NOT NULL AND NOT EXISTS
                   (SELECT 1 FROM erasure WHERE erasure.outbound = outbound.id AND erasure.cause = 'forgotten')";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// Every archived export and every outbound file, with where it lies, save the removed ones.
    pub(crate) fn all_kept(&self) -> Result<Vec<KeptFile>, StoreError> {
        let exports = concat!(
            "SELECT id, archive_path AS path, claimed_at AS since, ",
            now!("export"),
            " FROM export WHERE archive_path IS NOT NULL AND removed_at IS NULL AND claimed_at < ?1 ORDER BY id LIMIT ?2"
        );
        let outbound = concat!(
            "SELECT id, staged_path AS path, staged_at AS since, ",
            now!("outbound"),
            " FROM outbound WHERE removed_at IS NULL AND staged_at < ?1 ORDER BY id LIMIT ?2"
        );
        // Times are compared as texts, whose years have four digits.
        let ever = DateTime::<Utc>::UNIX_EPOCH + chrono::TimeDelta::days(365 * 8_000);
        let mut all =
            self.kept(exports, ever, usize::MAX, |row| Ok(Kept::Export(ExportId(row.get("id")?))))?;
        all.extend(
            self.kept(outbound, ever, usize::MAX, |row| Ok(Kept::Outbound(OutboundId(row.get("id")?))))?,
        );
        Ok(all)
    }
}
