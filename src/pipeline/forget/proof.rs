//! Looks for the person again, everywhere, after the erasure.

use super::places::{self, Place};
use super::{Plan, how, read};
use crate::keeping::address::Address;
use crate::keeping::content::{self, Todo};
use crate::keeping::rows::Subject;
use crate::keeping::search;
use crate::pipeline::error::PipelineError;
use crate::pipeline::project::Project;
use crate::store::Store;

/// One place of the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The place.
    pub place: Place,
    /// Files, or rows of the store, in which the person was.
    pub found: u64,
    /// Of these, cleared or removed.
    pub erased: u64,
    /// Where the person still is, or where nobody can look.
    pub left: u64,
}

/// Searches everything again.
pub(super) fn prove(
    project: &Project,
    store: &Store,
    plan: &Plan,
    subject: &Subject,
    log_is_empty: bool,
) -> Result<Vec<Line>, PipelineError> {
    let address = &subject.address;
    let files = [
        Place::Exports,
        Place::Outbound,
        Place::Reports,
        Place::Work,
        Place::Other,
        Place::Inbox,
        Place::Foreign,
    ];
    let mut lines: Vec<Line> = files
        .iter()
        .map(|place| Line { place: *place, found: plan.found(*place).0, erased: 0, left: 0 })
        .collect();
    for found in places::files(project, store, address)? {
        let bytes = read(&found.path)?;
        let ours = !matches!(found.place, Place::Foreign | Place::Inbox);
        let remains = match content::count(&bytes, address) {
            Some(0) => ours && content::todo(&bytes, &how(project, &found), subject) != Todo::Nothing,
            // It is there, or it cannot be looked into.
            _ => true,
        };
        let named = address.find(&found.path.to_string_lossy()).is_some();
        if let Some(line) = lines.iter_mut().find(|line| line.place == found.place) {
            line.left += u64::from(remains || named);
        }
    }
    for line in &mut lines {
        line.found = line.found.max(line.left);
        line.erased = line.found - line.left;
    }
    let cells = store.count_texts(&|text| address.find(text).is_some())?;
    let rows = plan.rows_of_store();
    lines.push(Line { place: Place::Tables, found: rows.max(cells), erased: rows, left: cells });
    let left = bytes(project, store, address)? + u64::from(!log_is_empty);
    let found = plan.bytes.max(left);
    lines.push(Line { place: Place::Bytes, found, erased: found - left, left });
    Ok(lines)
}

/// How often the address stands in the bytes of the store's files, pages that were given up included.
pub(super) fn bytes(project: &Project, store: &Store, address: &Address) -> Result<u64, PipelineError> {
    let cells = store.count_texts(&|text| address.find(text).is_some())?;
    let with_longer = store.count_texts(&|text| search::count(text.as_bytes(), address, false) > 0)?;
    // Another address may end or begin with this one. Bytes alone cannot tell them apart where cells run together; the tables can.
    if with_longer > cells {
        return Ok(cells);
    }
    let mut found = 0;
    for path in places::of_store(project) {
        found += search::count(&read(&path)?, address, false);
    }
    Ok(found)
}
