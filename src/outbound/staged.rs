//! Staged files: rows written to private files, split where the schema's limits want it, hashed as they are written.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::dialect::{RowWriter, Unwritable};
use crate::platform;
use crate::schema::Schema;

/// A finished file: part of what one export gives one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it lies; `None` when it was only counted.
    pub path: Option<PathBuf>,
    /// Data rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of all its bytes.
    pub sha256: [u8; 32],
}

/// Writes the rows of one export for one route.
#[derive(Debug)]
pub struct Stager {
    output: Output,
    /// What every file starts with.
    start: Vec<u8>,
    max_rows: u64,
    max_bytes: u64,
    open: Option<Open>,
    parts: Vec<Part>,
}

/// Where rows go.
#[derive(Debug, Clone)]
pub enum Output {
    /// Into files `STEM-1.csv`, `STEM-2.csv`, … of a folder.
    Files {
        /// The folder.
        folder: PathBuf,
        /// Start of the file names.
        stem: String,
    },
    /// Nowhere: they are only counted and hashed (`plan`).
    Nowhere,
}

#[derive(Debug)]
struct Open {
    file: Option<(File, PathBuf)>,
    buffer: Vec<u8>,
    hash: Sha256,
    rows: u64,
    bytes: u64,
}

/// Bytes collected before they are written.
const BUFFER: usize = 128 * 1024;

impl Stager {
    /// A stager for files of this schema.
    ///
    /// # Errors
    /// A label that the schema's encoding cannot hold.
    pub fn new(schema: &Schema, output: Output) -> Result<Self, Unwritable> {
        let mut writer = RowWriter::new(schema);
        let mut start = Vec::new();
        writer.start(schema, &mut start)?;
        Ok(Stager {
            output,
            start,
            max_rows: schema.rules.max_rows.unwrap_or(u64::MAX),
            max_bytes: schema.rules.max_bytes.unwrap_or(u64::MAX),
            open: None,
            parts: Vec::new(),
        })
    }

    /// Adds an encoded row, in a new file where a limit of the schema wants one.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn push(&mut self, row: &[u8]) -> io::Result<()> {
        let added = row.len() as u64;
        let full = self.open.as_ref().is_some_and(|open| {
            open.rows >= self.max_rows || (open.rows > 0 && open.bytes + added > self.max_bytes)
        });
        if full {
            self.close()?;
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin()?,
        };
        open.buffer.extend_from_slice(row);
        open.bytes += added;
        open.rows += 1;
        let flushed = if open.buffer.len() >= BUFFER { open.flush() } else { Ok(()) };
        self.open = Some(open);
        flushed
    }

    /// The place (from 0) of the file that took the last row.
    pub fn part(&self) -> usize {
        self.parts.len()
    }

    /// Closes the last file; all files and their folder are durable then. Without a row there is no file.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(mut self) -> io::Result<Vec<Part>> {
        self.close()?;
        if let (Output::Files { folder, .. }, false) = (&self.output, self.parts.is_empty()) {
            platform::sync_dir(folder)?;
        }
        Ok(std::mem::take(&mut self.parts))
    }

    /// Removes everything that was written.
    pub fn discard(mut self) {
        if let Some(Open { file: Some((_, path)), .. }) = self.open.take() {
            remove(Some(&path));
        }
        for part in &self.parts {
            remove(part.path.as_deref());
        }
    }

    fn begin(&self) -> io::Result<Open> {
        let file = match &self.output {
            Output::Nowhere => None,
            Output::Files { folder, stem } => {
                let path = folder.join(format!("{stem}-{}.csv", self.parts.len() + 1));
                Some((platform::create_private_file(&path)?, path))
            }
        };
        let buffer = self.start.clone();
        let bytes = buffer.len() as u64;
        Ok(Open { file, buffer, hash: Sha256::new(), rows: 0, bytes })
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.flush()?;
        let path = match open.file {
            None => None,
            Some((file, path)) => {
                file.sync_all()?;
                Some(path)
            }
        };
        let sha256 = open.hash.finalize().into();
        self.parts.push(Part { path, rows: open.rows, bytes: open.bytes, sha256 });
        Ok(())
    }
}

impl Open {
    fn flush(&mut self) -> io::Result<()> {
        self.hash.update(&self.buffer);
        if let Some((file, _)) = &mut self.file {
            file.write_all(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }
}

/// Removes a file of ours that nothing refers to yet.
fn remove(path: Option<&Path>) {
    if let Some(path) = path
        && let Err(error) = std::fs::remove_file(path)
    {
        tracing::warn!(%error, "a staged file that is not needed could not be removed");
    }
}
