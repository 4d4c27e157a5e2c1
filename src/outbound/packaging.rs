//! Staged files, packed: the same rows give the same bytes, so nothing in an archive says when or where it was made.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::staged::Part;
use crate::config::Packaging;
use crate::platform;

/// Bytes read at a time.
const PIECE: usize = 128 * 1024;

/// The "unknown" of RFC 1952, so that no operating system is named.
const UNKNOWN_SYSTEM: u8 = 255;

/// Packs a staged file beside itself and removes it; durable when this returns. `inner` is the name of the file in a ZIP archive. A part that
/// was only counted stays as it is.
///
/// # Errors
/// The disk refuses. Then the staged file is still there, and the archive is not.
pub fn pack(part: Part, packaging: Packaging, inner: &str) -> io::Result<Part> {
    let Some(path) = part.path.clone() else { return Ok(part) };
    let mut target = path.clone().into_os_string();
    target.push(match packaging {
        Packaging::Gzip => ".gz",
        Packaging::Zip => ".zip",
    });
    let target = std::path::PathBuf::from(target);
    let packed = write(&path, &target, packaging, inner);
    if packed.is_err() && target.exists() {
        std::fs::remove_file(&target)?;
    }
    let (bytes, sha256) = packed?;
    std::fs::remove_file(&path)?;
    if let Some(folder) = target.parent() {
        platform::sync_dir(folder)?;
    }
    Ok(Part { path: Some(target), bytes, sha256, ..part })
}

/// The name of the file in an archive of this name: without its ending, and with `.csv` where that leaves none.
pub fn inner_name(archive: &str) -> String {
    let stem = archive.strip_suffix(".zip").or_else(|| archive.strip_suffix(".gz")).unwrap_or(archive);
    if stem.contains('.') { stem.to_owned() } else { format!("{stem}.csv") }
}

/// The same bytes as [`pack`] makes, of a content that is in memory.
///
/// # Errors
/// A name that cannot stand in an archive.
pub fn pack_bytes(content: &[u8], packaging: Packaging, inner: &str) -> io::Result<Vec<u8>> {
    Ok(pack_into(io::Cursor::new(Vec::new()), &mut &*content, packaging, inner)?.into_inner())
}

fn write(source: &Path, target: &Path, packaging: Packaging, inner: &str) -> io::Result<(u64, [u8; 32])> {
    let mut source = File::open(source)?;
    let file = platform::create_private_file(target)?;
    let file = pack_into(file, &mut source, packaging, inner)?;
    file.sync_all()?;
    drop(file);
    hash(target)
}

fn pack_into<W: Write + Seek>(
    target: W,
    source: &mut impl Read,
    packaging: Packaging,
    inner: &str,
) -> io::Result<W> {
    match packaging {
        Packaging::Gzip => {
            let mut gzip = GzBuilder::new()
                .mtime(0)
                .operating_system(UNKNOWN_SYSTEM)
                .write(target, Compression::default());
            io::copy(source, &mut gzip)?;
            gzip.finish()
        }
        Packaging::Zip => {
            let mut archive = ZipWriter::new(target);
            add(&mut archive, inner, source)?;
            Ok(archive.finish()?)
        }
    }
}

/// Adds a file to a ZIP archive: without its time and owner.
fn add<W: Write + Seek>(archive: &mut ZipWriter<W>, name: &str, source: &mut impl Read) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600);
    archive.start_file(name, options)?;
    io::copy(source, archive)?;
    Ok(())
}

/// Puts staged files into one new ZIP archive, in this order and under these names; durable when this returns. The files stay where they are.
/// Size and SHA-256 of the archive.
///
/// # Errors
/// The disk refuses. Then there is no archive.
pub fn pack_together(files: &[(PathBuf, &str)], target: &Path) -> io::Result<(u64, [u8; 32])> {
    let write = || -> io::Result<()> {
        let mut archive = ZipWriter::new(platform::create_private_file(target)?);
        for (path, name) in files {
            add(&mut archive, name, &mut File::open(path)?)?;
        }
        archive.finish()?.sync_all()
    };
    if let Err(error) = write() {
        if target.exists() {
            std::fs::remove_file(target)?;
        }
        return Err(error);
    }
    if let Some(folder) = target.parent() {
        platform::sync_dir(folder)?;
    }
    hash(target)
}

/// Size and SHA-256 of a file. A ZIP archive is not written front to back, so it is hashed when it is whole.
fn hash(path: &Path) -> io::Result<(u64, [u8; 32])> {
    let mut file = File::open(path)?;
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let count = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        size += count as u64;
    }
    Ok((size, hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "customerId;firstName\n10021;Ann\n10022;\"O\"\"Neil; Jr\"\n";

    fn staged(folder: &Path) -> Part {
        let path = folder.join("1-1.csv");
        std::fs::write(&path, ROWS).unwrap();
        Part { path: Some(path), rows: 2, bytes: ROWS.len() as u64, sha256: Sha256::digest(ROWS).into() }
    }

    #[test]
    fn a_packed_file_holds_the_rows_and_its_hash_is_of_its_own_bytes() {
        for packaging in [Packaging::Gzip, Packaging::Zip] {
            let folder = tempfile::tempdir().unwrap();
            let part = pack(staged(folder.path()), packaging, "profiles_20250601.csv").unwrap();
            let bytes = std::fs::read(part.path.as_ref().unwrap()).unwrap();
            assert_eq!((part.bytes, part.rows), (bytes.len() as u64, 2));
            assert_eq!(part.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
            let mut text = String::new();
            match packaging {
                Packaging::Gzip => {
                    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
                }
                Packaging::Zip => {
                    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
                    assert_eq!(archive.len(), 1);
                    archive.by_name("profiles_20250601.csv").unwrap().read_to_string(&mut text).unwrap();
                }
            }
            assert_eq!(text, ROWS);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the bare file is gone");
        }
    }

    #[test]
    fn the_same_rows_give_the_same_bytes_whenever_they_are_packed() {
        for packaging in [Packaging::Gzip, Packaging::Zip] {
            let packed = || {
                let folder = tempfile::tempdir().unwrap();
                let part = pack(staged(folder.path()), packaging, "a.csv").unwrap();
                std::fs::read(part.path.unwrap()).unwrap()
            };
            let first = packed();
            std::thread::sleep(std::time::Duration::from_millis(2100));
            assert_eq!(first, packed(), "{packaging:?}");
        }
    }

    #[test]
    fn files_go_together_in_their_order_and_the_same_files_give_the_same_bytes() {
        let together = || {
            let folder = tempfile::tempdir().unwrap();
            let files = ["second", "first"].map(|name| {
                let path = folder.path().join(name);
                std::fs::write(&path, format!("{name}\r\n")).unwrap();
                path
            });
            let [second, first] = files;
            let target = folder.path().join("a.zip");
            let (size, sha256) =
                pack_together(&[(first, "first.csv"), (second, "second.csv")], &target).unwrap();
            let bytes = std::fs::read(&target).unwrap();
            assert_eq!((size, sha256), (bytes.len() as u64, Sha256::digest(&bytes).into()));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "the files stay");
            bytes
        };
        let bytes = together();
        std::thread::sleep(std::time::Duration::from_millis(2100));
        assert_eq!(bytes, together());
        let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        let members: Vec<String> = (0..archive.len())
            .map(|place| {
                let mut member = archive.by_index(place).unwrap();
                let mut text = member.name().unwrap().into_owned() + "=";
                member.read_to_string(&mut text).unwrap();
                text.trim_end().to_owned()
            })
            .collect();
        assert_eq!(members, ["first.csv=first", "second.csv=second"]);
    }

    #[test]
    fn an_archive_that_cannot_be_made_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.zip");
        let missing = folder.path().join("missing");
        assert!(pack_together(&[(missing, "a.csv")], &target).is_err());
        assert!(!target.exists());
    }

    #[test]
    fn the_name_in_an_archive_is_its_own_without_the_ending() {
        for (archive, inner) in [
            ("amilia_20250601.zip", "amilia_20250601.csv"),
            ("profiles_20250601.csv.zip", "profiles_20250601.csv"),
            ("profiles.txt.gz", "profiles.txt"),
        ] {
            assert_eq!(inner_name(archive), inner);
        }
    }
}
