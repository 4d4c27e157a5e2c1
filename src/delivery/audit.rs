//! Checks a receipt again: against the ledger, the archived export, our copy of the file, and the destination. Only reads.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sha2::Digest;

use super::folder::read_some;
use super::protocol::hex;
use super::receipt::Receipt;
use super::{DeliveryError, Destination, Found};
use crate::store::{ExportRecord, OutboundId, OutboundRecord, Sha256, Store, StoreError};

/// What a receipt is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the ledger has.
    Ledger,
    /// The export in the archive.
    Export,
    /// The bytes that were sent, as we keep them.
    Copy,
    /// The file at the destination.
    Destination,
}

/// What the comparison gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The same bytes.
    Same,
    /// As many bytes; the content was not asked for.
    SameSize,
    /// Something else.
    Differs {
        /// In the receipt.
        expected: String,
        /// Found.
        found: String,
    },
    /// The same bytes but for what was erased, as the receipt says: a person was forgotten.
    Erased {
        /// The day of the last erasure, UTC.
        on: String,
        /// Rows that were taken out or changed in all.
        rows: u64,
    },
    /// The file was removed, as the receipt says.
    Removed {
        /// The day, UTC.
        on: String,
        /// Why: `forgotten`, `retention`.
        cause: String,
    },
    /// No file there, and there should be one.
    Missing(PathBuf),
    /// No file there any more: the partner took it.
    PickedUp,
    /// It cannot be looked at.
    Unreadable(String),
}

impl Verdict {
    /// The receipt holds here.
    pub fn holds(&self) -> bool {
        matches!(
            self,
            Verdict::Same
                | Verdict::SameSize
                | Verdict::PickedUp
                | Verdict::Erased { .. }
                | Verdict::Removed { .. }
        )
    }
}

/// Reads a receipt.
///
/// # Errors
/// The system's, or text that is no receipt.
pub fn read(path: &Path) -> Result<Receipt, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("it is no receipt ({error})"))
}

/// Compares a receipt with what this machine has. `root` is the project folder.
///
/// # Errors
/// Those of the ledger.
pub fn check_here(receipt: &Receipt, store: &Store, root: &Path) -> Result<Vec<(Part, Verdict)>, StoreError> {
    let file = match store.outbound(OutboundId(receipt.id)) {
        Ok(file) => file,
        Err(StoreError::Unknown { .. }) => {
            let differs =
                Verdict::Differs { expected: format!("#{}", receipt.id), found: "nothing".to_owned() };
            return Ok(vec![(Part::Ledger, differs)]);
        }
        Err(error) => return Err(error),
    };
    let export = store.export(file.export)?;
    let archived =
        |export: &ExportRecord| root.join(export.archive_path.as_deref().unwrap_or(&export.work_path));
    let mut verdicts = vec![
        (Part::Ledger, compare_ledger(receipt, &file, &export, &super::receipt::of(store, &file)?)),
        (Part::Export, compare_kept(receipt, "export", &archived(&export), &receipt.export.sha256)),
        (Part::Copy, compare_kept(receipt, "file", &root.join(&file.staged_path), &receipt.file.sha256)),
    ];
    for member in &receipt.inside {
        let inside = store.outbound(OutboundId(member.id))?;
        let export = store.export(inside.export)?;
        let pairs = [
            (member.file.name.clone(), inside.name.clone()),
            (member.file.sha256.clone(), hex(&inside.sha256)),
            (member.export.sha256.clone(), hex(&export.sha256)),
            (receipt.id.to_string(), inside.packed_in.map(|archive| archive.to_string()).unwrap_or_default()),
        ];
        verdicts.push((Part::Ledger, first_difference(pairs)));
        let of = super::receipt::export_inside(&member.file.name);
        verdicts.push((Part::Export, compare_kept(receipt, &of, &archived(&export), &member.export.sha256)));
    }
    Ok(verdicts)
}

/// Compares a receipt with the file at its destination: its size, or with `content` its bytes. A file that is gone was picked up.
///
/// # Errors
/// Those of the destination: it cannot be looked at.
pub fn check_there(
    receipt: &Receipt,
    destination: &mut dyn Destination,
    content: bool,
) -> Result<Verdict, DeliveryError> {
    if receipt.destination.address != destination.address() {
        let found = destination.address().to_owned();
        return Ok(Verdict::Differs { expected: receipt.destination.address.clone(), found });
    }
    let name = receipt.file.name.as_str();
    let bytes = |size: u64| format!("{size} bytes");
    Ok(match destination.look(name)? {
        Found::Absent => Verdict::PickedUp,
        Found::Other => Verdict::Differs { expected: bytes(receipt.file.size), found: "no file".to_owned() },
        Found::File { size } if size != receipt.file.size => {
            Verdict::Differs { expected: bytes(receipt.file.size), found: bytes(size) }
        }
        Found::File { .. } if content => same(&receipt.file.sha256, &destination.sha256(name)?),
        Found::File { .. } => Verdict::SameSize,
    })
}

/// The first thing in which receipt and ledger differ.
fn compare_ledger(receipt: &Receipt, file: &OutboundRecord, export: &ExportRecord, now: &Receipt) -> Verdict {
    let erasures = |receipt: &Receipt| -> String {
        let each = receipt.erasures.iter().map(|erasure| {
            let after = erasure.after.as_deref().unwrap_or("removed");
            format!("{} {} -> {after}", erasure.of, erasure.before)
        });
        format!("{} erasures {}", receipt.erasures.len(), each.collect::<Vec<_>>().join(", "))
            .trim()
            .to_owned()
    };
    let pairs = [
        (receipt.file.name.clone(), file.name.clone()),
        (receipt.file.sha256.clone(), hex(&file.sha256)),
        (receipt.file.size.to_string(), file.size.to_string()),
        (receipt.destination.name.clone(), file.destination.clone()),
        (receipt.destination.address.clone(), file.address.clone().unwrap_or_default()),
        (receipt.destination.host_key.clone().unwrap_or_default(), file.host_key.clone().unwrap_or_default()),
        (receipt.export.sha256.clone(), hex(&export.sha256)),
        ("delivered".to_owned(), file.state.to_string()),
        (erasures(receipt), erasures(now)),
    ];
    first_difference(pairs)
}

fn first_difference(pairs: impl IntoIterator<Item = (String, String)>) -> Verdict {
    pairs
        .into_iter()
        .find(|(expected, found)| expected != found)
        .map_or(Verdict::Same, |(expected, found)| Verdict::Differs { expected, found })
}

/// Compares a copy with what it must be after the erasures that the receipt names. Each must go on where the one before ended.
fn compare_kept(receipt: &Receipt, of: &str, path: &Path, first: &str) -> Verdict {
    let erasures: Vec<_> = receipt.erasures.iter().filter(|erasure| erasure.of == of).collect();
    let mut expected = first;
    for erasure in &erasures {
        if erasure.before != expected {
            let found = format!("SHA-256 {}", erasure.before);
            return Verdict::Differs { expected: format!("SHA-256 {expected}"), found };
        }
        expected = erasure.after.as_deref().unwrap_or(expected);
    }
    let Some(last) = erasures.last() else { return compare_file(path, first) };
    let on = last.at.get(..10).unwrap_or(&last.at).to_owned();
    match compare_file(path, expected) {
        Verdict::Missing(_) if last.after.is_none() => Verdict::Removed { on, cause: last.cause.clone() },
        Verdict::Same if last.after.is_some() => {
            Verdict::Erased { on, rows: erasures.iter().map(|erasure| erasure.rows).sum() }
        }
        other => other,
    }
}

fn compare_file(path: &Path, expected: &str) -> Verdict {
    match hash(path) {
        Ok(found) => same(expected, &found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Verdict::Missing(path.to_owned()),
        Err(error) => Verdict::Unreadable(format!("{}: {error}", path.display())),
    }
}

fn same(expected: &str, found: &Sha256) -> Verdict {
    let found = hex(found);
    if found == expected {
        Verdict::Same
    } else {
        Verdict::Differs { expected: format!("SHA-256 {expected}"), found: format!("SHA-256 {found}") }
    }
}

fn hash(path: &Path) -> io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = read_some(&mut file, &mut piece)?;
        match piece.get(..count) {
            Some([]) | None => return Ok(hasher.finalize().into()),
            Some(bytes) => hasher.update(bytes),
        }
    }
}
