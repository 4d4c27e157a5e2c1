//! Fault points: places where a test stops the process, to kill it there. Release builds hold nothing of this.
//!
//! `PASSEUR_FAULT` names points, separated by commas, each with `:n` for its nth time (`staged:2`). At such a point the process makes the
//! file that `PASSEUR_FAULT_MARKER` names and waits for as long as the file is there. A test that sees the file sends SIGKILL, so that
//! no destructor runs and nothing is flushed; or it changes something and removes the file, and the process goes on.

/// All points, in the order in which a run comes by. The crash matrix (`tests/crash.rs`) kills a process at each of them.
pub const POINTS: &[&str] = &[
    // The run.
    "run-begun",
    // Intake: the export lies in work, the ledger does not know it yet.
    "export-moved",
    "export-surveyed",
    "export-claimed",
    // Its rows.
    "rejected-rows-written",
    "outbound-files-written",
    // Somebody wrote into it meanwhile: back to the inbox.
    "put-back-cleaned",
    "put-back-moved",
    // The ledger's transaction that closes the export and enters its files.
    "before-staged",
    "staged",
    // From work to the archive.
    "export-archived",
    "archive-recorded",
    // The transaction that brings the customer base up to date and stages what its routes send.
    "before-customer-base",
    "customer-base",
    // The files of a run are put into sets.
    "before-grouped",
    "grouped",
    // The files of a set that goes inside an archive: its bytes, then the transaction that enters it.
    "archive-written",
    "before-packed",
    "packed",
    // What an interrupted run left is cleared away.
    "orphan-removed",
    "archive-recovered",
    // Delivery: around each state and in the upload. The rename lies between `committing` and `before-delivered`.
    "before-uploading",
    "uploading",
    "sending",
    "uploaded",
    "before-verified",
    "verified",
    "before-committing",
    "committing",
    "before-delivered",
    "delivered",
    "before-held",
    "held",
    "receipt-written",
    "receipt-recorded",
    // A set: before the first rename, and around the marker. Between its renames lie the points of its files.
    "before-set-committing",
    "set-committing",
    "before-set-marking",
    "set-marking",
    "before-set-delivered",
    "set-delivered",
    // A person's decision on a held file.
    "before-released",
    "released",
    "before-discarded",
    "discarded",
    // What has been kept long enough is removed.
    "retention-entered",
    "retention-removed",
    "retention-recorded",
    // A person is forgotten.
    "forget-noted",
    "forget-store",
    "forget-erasure",
    "forget-file",
    "forget-receipts",
    "forget-rewritten",
    // The end.
    "summary-written",
    "run-ended",
];

/// Stops here if the test wants it.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Name, time, times so far.
    static WANTED: LazyLock<Vec<(String, u32, AtomicU32)>> = LazyLock::new(|| {
        let wanted = std::env::var("PASSEUR_FAULT").unwrap_or_default();
        let one = |text: &str| {
            let (name, time) = text.split_once(':').unwrap_or((text, "1"));
            (name.to_owned(), time.parse().unwrap_or(1), AtomicU32::new(0))
        };
        wanted.split(',').filter(|text| !text.is_empty()).map(one).collect()
    });
    debug_assert!(POINTS.contains(&name), "{name} is not in the list of points");
    for (wanted, time, times) in &*WANTED {
        if wanted == name && times.fetch_add(1, Ordering::Relaxed) + 1 == *time {
            wait_at(name);
        }
    }
}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn point(_name: &str) {}

#[cfg(debug_assertions)]
fn wait_at(name: &str) {
    let Some(marker) = std::env::var_os("PASSEUR_FAULT_MARKER").map(std::path::PathBuf::from) else { return };
    if std::fs::write(&marker, name).is_err() {
        return;
    }
    while marker.exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
