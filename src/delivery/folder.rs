//! A local folder as a destination, through the same protocol as a server.
//!
//! The rename never replaces: Linux and macOS have a system call for that, elsewhere and on file systems without it the file is
//! linked under its name and the temporary name removed (both through `tempfile`, which also knows Windows). A file system that can do neither is
//! refused: looking first and renaming then could overwrite a file that comes in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use sha2::Digest;
use tempfile::TempPath;

use super::{DeliveryError, Destination, Doing, Found, Problem, Remark};
use crate::platform;
use crate::store::Sha256;

/// Bytes copied at a time.
const PIECE: usize = 256 * 1024;

/// A local folder.
#[derive(Debug)]
pub struct Folder {
    name: String,
    path: PathBuf,
    address: String,
}

impl Folder {
    /// The folder of the destination `name`; it is made when the first file comes.
    pub fn new(name: &str, path: &Path) -> Self {
        Folder { name: name.to_owned(), path: path.to_owned(), address: path.display().to_string() }
    }

    fn fail(&self, problem: Problem) -> DeliveryError {
        DeliveryError::new(&self.name, problem)
    }

    fn translate(&self, doing: Doing, error: &io::Error) -> DeliveryError {
        let folder = self.address.clone();
        self.fail(match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Problem::PermissionDenied { doing, folder }
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::DiskFull { folder },
            ErrorKind::NotFound if !self.path.is_dir() => Problem::FolderMissing { folder },
            _ => Problem::Refused { doing, folder, detail: error.to_string() },
        })
    }

    fn sync_folder(&self, doing: Doing) -> Result<(), DeliveryError> {
        platform::sync_dir(&self.path).map_err(|error| self.translate(doing, &error))
    }
}

impl Destination for Folder {
    fn address(&self) -> &str {
        &self.address
    }

    fn host_key(&self) -> Option<&str> {
        None
    }

    fn remarks(&self) -> &[Remark] {
        &[]
    }

    fn prepare(&mut self) -> Result<(), DeliveryError> {
        platform::create_private_dir(&self.path).map_err(|error| {
            self.fail(Problem::FolderNotMade { folder: self.address.clone(), detail: error.to_string() })
        })
    }

    fn look(&mut self, name: &str) -> Result<Found, DeliveryError> {
        match fs::symlink_metadata(self.path.join(name)) {
            Ok(metadata) if metadata.is_file() => Ok(Found::File { size: metadata.len() }),
            Ok(_) => Ok(Found::Other),
            Err(error) if error.kind() == ErrorKind::NotFound && self.path.is_dir() => Ok(Found::Absent),
            Err(error) => Err(self.translate(Doing::Looking, &error)),
        }
    }

    fn upload(
        &mut self,
        temporary: &str,
        _size: u64,
        content: &mut dyn Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), DeliveryError> {
        let failed = |error: io::Error| self.translate(Doing::Uploading, &error);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(self.path.join(temporary))
            .map_err(failed)?;
        let mut piece = vec![0; PIECE];
        let mut written = 0;
        loop {
            let count = read_some(content, &mut piece)
                .map_err(|error| self.fail(Problem::StagedUnreadable { detail: error.to_string() }))?;
            let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
            file.write_all(bytes).map_err(failed)?;
            written += count as u64;
            progress(written);
        }
        file.sync_all().map_err(failed)?;
        self.sync_folder(Doing::Uploading)
    }

    fn sha256(&mut self, name: &str) -> Result<Sha256, DeliveryError> {
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::NotFound => {
                self.fail(Problem::Gone { name: name.to_owned(), doing: Doing::ReadingBack })
            }
            _ => self.translate(Doing::ReadingBack, &error),
        };
        let mut file = File::open(self.path.join(name)).map_err(failed)?;
        let mut hasher = sha2::Sha256::new();
        let mut piece = vec![0; PIECE];
        loop {
            let count = read_some(&mut file, &mut piece).map_err(failed)?;
            let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
            hasher.update(bytes);
        }
        Ok(hasher.finalize().into())
    }

    fn rename_no_replace(&mut self, temporary: &str, name: &str) -> Result<(), DeliveryError> {
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::AlreadyExists => self.fail(Problem::NameTaken { name: name.to_owned() }),
            // EPERM is what file systems without links (FAT) answer to a link.
            _ if error.kind() == ErrorKind::Unsupported
                || (cfg!(unix) && error.raw_os_error() == Some(1)) =>
            {
                self.fail(Problem::NoSafeRename { folder: self.address.clone() })
            }
            _ => self.translate(Doing::Renaming, &error),
        };
        let from = TempPath::try_from_path(self.path.join(temporary)).map_err(failed)?;
        if let Err(refused) = from.persist_noclobber(self.path.join(name)) {
            // Dropping the path would remove the file.
            let _ = refused.path.keep();
            return Err(failed(refused.error));
        }
        self.sync_folder(Doing::Renaming)
    }

    fn remove(&mut self, temporary: &str) -> Result<(), DeliveryError> {
        match fs::remove_file(self.path.join(temporary)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.translate(Doing::Removing, &error)),
        }
    }

    fn temporaries(&mut self, suffix: &str) -> Result<Vec<String>, DeliveryError> {
        let failed = |error: io::Error| self.translate(Doing::Listing, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            names.extend(name.into_string().ok().filter(|name| name.ends_with(suffix)));
        }
        names.sort();
        Ok(names)
    }
}

/// Reads once, again if a signal came in between.
pub(super) fn read_some(from: &mut (impl Read + ?Sized), into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::new("local", &place.path().join("outbox"));
        folder.prepare().unwrap();
        (place, folder)
    }

    fn upload(folder: &mut Folder, temporary: &str, content: &[u8]) {
        folder.upload(temporary, content.len() as u64, &mut &content[..], &mut |_| {}).unwrap();
    }

    #[test]
    fn a_file_arrives_under_its_name_and_the_temporary_name_is_gone() {
        let (_place, mut folder) = folder();
        upload(&mut folder, "a.csv.part", b"one");
        assert_eq!(folder.look("a.csv.part").unwrap(), Found::File { size: 3 });
        folder.rename_no_replace("a.csv.part", "a.csv").unwrap();
        assert_eq!(fs::read(folder.path.join("a.csv")).unwrap(), b"one");
        assert_eq!(folder.look("a.csv.part").unwrap(), Found::Absent);
    }

    #[test]
    fn a_rename_never_replaces_and_keeps_the_temporary_file() {
        let (_place, mut folder) = folder();
        fs::write(folder.path.join("a.csv"), "theirs").unwrap();
        upload(&mut folder, "a.csv.part", b"ours");
        let error = folder.rename_no_replace("a.csv.part", "a.csv").unwrap_err();
        assert!(matches!(*error.problem, Problem::NameTaken { .. }), "{error}");
        assert_eq!(fs::read(folder.path.join("a.csv")).unwrap(), b"theirs");
        assert_eq!(fs::read(folder.path.join("a.csv.part")).unwrap(), b"ours");
    }

    #[test]
    fn a_left_over_temporary_file_is_replaced() {
        let (_place, mut folder) = folder();
        upload(&mut folder, "a.csv.part", b"a longer one");
        upload(&mut folder, "a.csv.part", b"new");
        assert_eq!(folder.look("a.csv.part").unwrap(), Found::File { size: 3 });
        let hash: Sha256 = sha2::Sha256::digest(b"new").into();
        assert_eq!(folder.sha256("a.csv.part").unwrap(), hash);
    }

    #[test]
    fn a_missing_folder_is_not_taken_for_an_empty_one() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::new("local", &place.path().join("not-mounted"));
        let error = folder.look("a.csv").unwrap_err();
        assert!(matches!(*error.problem, Problem::FolderMissing { .. }), "{error}");
    }

    #[test]
    fn a_folder_or_a_link_under_the_name_is_something_else() {
        let (_place, mut folder) = folder();
        fs::create_dir(folder.path.join("a.csv")).unwrap();
        assert_eq!(folder.look("a.csv").unwrap(), Found::Other);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", folder.path.join("b.csv")).unwrap();
            assert_eq!(folder.look("b.csv").unwrap(), Found::Other);
        }
    }

    #[test]
    fn temporary_files_are_listed_and_removed() {
        let (_place, mut folder) = folder();
        upload(&mut folder, "b.csv.x.part", b"");
        upload(&mut folder, "a.csv.x.part", b"");
        upload(&mut folder, "a.csv", b"");
        assert_eq!(folder.temporaries(".part").unwrap(), ["a.csv.x.part", "b.csv.x.part"]);
        folder.remove("a.csv.x.part").unwrap();
        folder.remove("a.csv.x.part").unwrap();
        assert_eq!(folder.temporaries(".part").unwrap(), ["b.csv.x.part"]);
    }

    #[test]
    fn progress_is_told() {
        let (_place, mut folder) = folder();
        let content = vec![1; PIECE + 10];
        let mut seen = Vec::new();
        folder
            .upload("a.part", content.len() as u64, &mut content.as_slice(), &mut |at| seen.push(at))
            .unwrap();
        assert_eq!(seen, [PIECE as u64, PIECE as u64 + 10]);
    }
}
