//! Moves files between inbox, work and archive so that each is always in exactly one of them.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::scan::{Entry, Stamp, State};
use crate::platform;

/// Takes a ready file: moves it to `target` and makes that durable. `false`: it was changed or taken away since it was
/// listed, and stays or is gone.
///
/// # Errors
/// The system refuses; the file is where it was.
pub fn claim(entry: &Entry, target: &Path) -> io::Result<bool> {
    let State::Ready(stamp) = &entry.state else { return Ok(false) };
    match fs::symlink_metadata(&entry.path) {
        Ok(metadata) if metadata.is_file() && Stamp::of(&metadata) == *stamp => {}
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    move_file(&entry.path, target)?;
    Ok(true)
}

/// Moves a file and makes the move durable. Over file systems it is copied under a hidden name (which no run takes for an export), made
/// durable, given its name, and then removed at its old place.
///
/// # Errors
/// The system refuses, or `target` exists.
pub fn move_file(source: &Path, target: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the target name is taken"));
    }
    match fs::rename(source, target) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(source, target)?;
            fs::remove_file(source)?;
        }
        Err(error) => return Err(error),
    }
    sync_parent(target)?;
    sync_parent(source)
}

/// Copies a file; there is nothing under the name `target` until all of it is there, durable.
fn copy(source: &Path, target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    // Made 0600, and removed when this fails.
    let mut copy = tempfile::Builder::new().prefix(".moving-").tempfile_in(folder)?;
    io::copy(&mut File::open(source)?, copy.as_file_mut())?;
    copy.as_file().sync_all()?;
    copy.persist_noclobber(target).map_err(|error| error.error)?;
    sync_parent(target)
}

/// A file name that is free in all `folders`: the name itself, else with a number before its ending.
pub fn free_name(folders: &[&Path], name: &str) -> String {
    let is_free = |name: &String| folders.iter().all(|folder| folder.join(name).symlink_metadata().is_err());
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let numbered = (2_u64..).map(|number| format!("{stem}-{number}{ending}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_owned())
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), platform::sync_dir)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::intake::scan::{Ignore, scan};

    #[test]
    fn a_file_that_still_grows_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (inbox, work) = (dir.path().join("inbox"), dir.path().join("work"));
        fs::create_dir(&inbox).unwrap();
        fs::create_dir(&work).unwrap();
        fs::write(inbox.join("a.csv"), "1").unwrap();
        let ignore = Ignore::new(&[]).unwrap();
        let listed = |now| scan(&inbox, &ignore, Duration::ZERO, now).unwrap().remove(0);
        let entry = listed(SystemTime::now());
        fs::write(inbox.join("a.csv"), "12").unwrap();
        let target = work.join("a.csv");
        assert!(!claim(&entry, &target).unwrap());
        assert!(claim(&listed(SystemTime::now()), &target).unwrap());
        assert_eq!(fs::read_to_string(target).unwrap(), "12");
        assert!(!inbox.join("a.csv").exists());
    }

    #[test]
    fn a_file_that_another_took_the_name_of_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (inbox, work) = (dir.path().join("inbox"), dir.path().join("work"));
        fs::create_dir(&inbox).unwrap();
        fs::create_dir(&work).unwrap();
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        for (name, text) in [("inbox/a.csv", "one"), ("b", "two")] {
            fs::write(dir.path().join(name), text).unwrap();
            let file = fs::File::options().write(true).open(dir.path().join(name)).unwrap();
            file.set_modified(hour_ago).unwrap();
        }
        let entry = scan(&inbox, &Ignore::builtin(), Duration::ZERO, SystemTime::now()).unwrap().remove(0);
        fs::rename(dir.path().join("b"), inbox.join("a.csv")).unwrap();
        assert!(!claim(&entry, &work.join("a.csv")).unwrap(), "size and time are the same, the file is not");
        assert_eq!(fs::read_to_string(inbox.join("a.csv")).unwrap(), "two");
    }

    #[test]
    fn a_copy_over_file_systems_is_whole_or_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("source"), "one").unwrap();
        copy(&at("source"), &at("target")).unwrap();
        assert_eq!(fs::read_to_string(at("target")).unwrap(), "one");
        fs::write(at("taken"), "theirs").unwrap();
        assert_eq!(copy(&at("source"), &at("taken")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(copy(&at("missing"), &at("third")).is_err());
        let mut names: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["source", "taken", "target"], "nothing is left of a copy that failed");
    }

    #[test]
    fn a_taken_name_gets_a_number_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.csv"), "old").unwrap();
        fs::write(dir.path().join("new"), "new").unwrap();
        assert_eq!(free_name(&[dir.path()], "a.csv"), "a-2.csv");
        assert_eq!(free_name(&[dir.path()], "b.csv"), "b.csv");
        let error = move_file(&dir.path().join("new"), &dir.path().join("a.csv")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(dir.path().join("a.csv")).unwrap(), "old");
    }
}
