//! The proof of one delivery, written beside the ledger: `receipts/<file>.json`. All of it comes from the ledger, so that a
//! receipt that a crash prevented is written by the next run, the same.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::protocol::hex;
use crate::platform;
use crate::store::{Erasure, Kept, OutboundRecord, Store, StoreError};

/// Folder of receipts in the project folder.
pub const FOLDER: &str = "receipts";

/// A receipt cannot be written. The file is delivered all the same; the next run tries again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum ReceiptError {
    #[error("{name} was delivered, but its receipt cannot be written to {}: {detail}. The next run writes it", path.display())]
    NotWritten { name: String, path: PathBuf, detail: String },
    #[error("the folder {} cannot be synced: {detail}. The receipts in it are written again by the next run", path.display())]
    NotDurable { path: PathBuf, detail: String },
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this shape: 1.
    pub version: u32,
    /// Identity of the outbound file in the ledger.
    pub id: i64,
    /// The outbound file.
    pub file: ReceiptFile,
    /// Where it went.
    pub destination: ReceiptDestination,
    /// The route that made it.
    pub route: String,
    /// The set that it was delivered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<ReceiptSet>,
    /// The export it came from; of an archive, that of its first file.
    pub export: ReceiptExport,
    /// The schema it follows; of an archive, those of its files, with one hash over theirs.
    pub schema: ReceiptSchema,
    /// The files inside, if it is an archive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<ReceiptMember>,
    /// SHA-256 of the config that it was made with.
    pub config_sha256: String,
    /// When it was delivered, UTC.
    pub delivered_at: Option<String>,
    /// The states that it went through.
    pub states: Vec<ReceiptState>,
    /// What was erased from our copies since, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erasures: Vec<ReceiptErasure>,
}

/// A change of one of our copies in a receipt. It says nothing about whose data it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptErasure {
    /// `file`: our copy of the outbound file; `export`: the archived export.
    pub of: String,
    /// When, UTC.
    pub at: String,
    /// `forgotten`: a person asked for it; `retention`: its term was over.
    pub cause: String,
    /// SHA-256 of the copy before.
    pub before: String,
    /// And after; absent: the copy was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows taken out or changed; 0: the copy was removed as a whole.
    pub rows: u64,
}

/// The outbound file in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFile {
    /// Its name at the destination.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Data rows.
    pub rows: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A file inside an archive in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptMember {
    /// Identity of the file in the ledger.
    pub id: i64,
    /// The file; its name is the one inside.
    pub file: ReceiptFile,
    /// The route that made it.
    pub route: String,
    /// The export it came from.
    pub export: ReceiptExport,
    /// The schema it follows.
    pub schema: ReceiptSchema,
}

/// The destination in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptDestination {
    /// Its name in the config.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Fingerprint of its host key; absent for a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_key: Option<String>,
}

/// The export in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptExport {
    /// Its file name in the inbox.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The set in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptSet {
    /// Its name.
    pub name: String,
    /// Identity of this delivery of it in the ledger.
    pub id: i64,
}

/// The schema in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSchema {
    /// Its name.
    pub name: String,
    /// SHA-256 of its descriptor.
    pub sha256: String,
}

/// A state in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptState {
    /// The state.
    pub state: String,
    /// Since when, UTC.
    pub at: String,
    /// The run that put it there; absent: a person decided it, outside of any run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// Writes the receipt of a delivered file; its bytes are durable then, its name after [`make_durable`]. Gives its path, relative to `root`.
pub fn write(root: &Path, receipt: &Receipt) -> Result<PathBuf, ReceiptError> {
    let name = &receipt.file.name;
    // Two destinations may have a file of the same name.
    let plain = Path::new(FOLDER).join(format!("{name}.json"));
    let path = match fs::read(root.join(&plain)).ok().map(|bytes| serde_json::from_slice::<Receipt>(&bytes)) {
        None => plain,
        Some(Ok(there)) if there.id == receipt.id => plain,
        Some(_) => Path::new(FOLDER).join(format!("{name}.{}.json", receipt.id)),
    };
    let full = root.join(&path);
    put(&full, receipt).map_err(|error| ReceiptError::NotWritten {
        name: name.clone(),
        path: full.clone(),
        detail: error.to_string(),
    })?;
    Ok(path)
}

/// Makes the names of receipts durable that were written just now.
pub fn make_durable(root: &Path) -> Result<(), ReceiptError> {
    let path = root.join(FOLDER);
    platform::sync_dir(&path).map_err(|error| ReceiptError::NotDurable { path, detail: error.to_string() })
}

/// The receipt of a delivered file.
pub fn of(store: &Store, file: &OutboundRecord) -> Result<Receipt, StoreError> {
    let members = store.inside(file.id)?;
    let mut erased = [
        erasures(store, "file", Kept::Outbound(file.id))?,
        erasures(store, "export", Kept::Export(file.export))?,
    ]
    .concat();
    for member in &members {
        erased.extend(erasures(store, &export_inside(&member.name), Kept::Export(member.export))?);
    }
    let inside = members.iter().map(|member| {
        Ok(ReceiptMember {
            id: member.id.0,
            file: file_of(member),
            route: member.route.clone(),
            export: export_of(store, member)?,
            schema: schema_of(member),
        })
    });
    let states = store
        .history(file.id)?
        .into_iter()
        .map(|event| ReceiptState {
            state: event.state.to_string(),
            at: time(event.at),
            run: event.run.map(|run| run.to_string()),
        })
        .collect();
    Ok(Receipt {
        version: 1,
        id: file.id.0,
        file: file_of(file),
        destination: ReceiptDestination {
            name: file.destination.clone(),
            address: file.address.clone().unwrap_or_default(),
            host_key: file.host_key.clone(),
        },
        route: file.route.clone(),
        set: match file.set {
            Some(id) => Some(ReceiptSet { name: store.set(id)?.name, id: id.0 }),
            None => None,
        },
        export: export_of(store, file)?,
        schema: schema_of(file),
        inside: inside.collect::<Result<_, StoreError>>()?,
        config_sha256: hex(&file.config_sha256),
        delivered_at: file.delivered_at.map(time),
        states,
        erasures: erased,
    })
}

fn file_of(file: &OutboundRecord) -> ReceiptFile {
    ReceiptFile { name: file.name.clone(), size: file.size, rows: file.rows, sha256: hex(&file.sha256) }
}

fn export_of(store: &Store, file: &OutboundRecord) -> Result<ReceiptExport, StoreError> {
    let export = store.export(file.export)?;
    Ok(ReceiptExport { name: export.name, size: export.size, sha256: hex(&export.sha256) })
}

fn schema_of(file: &OutboundRecord) -> ReceiptSchema {
    ReceiptSchema { name: file.schema.clone(), sha256: hex(&file.schema_sha256) }
}

/// What [`ReceiptErasure::of`] calls the export behind a file inside an archive.
pub(super) fn export_inside(name: &str) -> String {
    format!("export of {name}")
}

fn erasures(store: &Store, name: &str, of: Kept) -> Result<Vec<ReceiptErasure>, StoreError> {
    let erasure = |erasure: Erasure| ReceiptErasure {
        of: name.to_owned(),
        at: time(erasure.at),
        cause: erasure.cause.to_string(),
        before: hex(&erasure.before),
        after: erasure.after.as_ref().map(hex),
        rows: erasure.rows,
    };
    Ok(store.erasures(of)?.into_iter().map(erasure).collect())
}

/// Writes the receipt of a delivered file again where the ledger says otherwise now. `false`: it was right, or is not there.
///
/// # Errors
/// The ledger's, and what [`write`] says.
pub fn renew(root: &Path, store: &Store, file: &OutboundRecord) -> Result<bool, RenewError> {
    let Some(path) = &file.receipt_path else { return Ok(false) };
    let full = root.join(path);
    let receipt = of(store, file)?;
    match fs::read(&full).ok().map(|bytes| serde_json::from_slice::<Receipt>(&bytes)) {
        // Somebody took it away, or it is somebody else's: it is not ours to make anew.
        None => return Ok(false),
        Some(Ok(there)) if there == receipt || there.id != receipt.id => return Ok(false),
        Some(_) => {}
    }
    put(&full, &receipt).map_err(|error| ReceiptError::NotWritten {
        name: file.name.clone(),
        path: full.clone(),
        detail: error.to_string(),
    })?;
    Ok(true)
}

/// Why a receipt was not written again.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum RenewError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Writes through a temporary file, so that a receipt is whole or absent. The temporary name is always the same: what a run that
/// was killed here left is replaced by the next one.
fn put(path: &Path, receipt: &Receipt) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    platform::create_private_dir(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let temporary = path.with_file_name(name);
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = platform::create_private_file(&temporary)?;
    serde_json::to_writer_pretty(&mut file, receipt)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}
