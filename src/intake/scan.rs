//! Lists the inbox.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use glob::Pattern;

/// Names that browsers, spreadsheets, editors and file-transfer programs give to files that are not ready.
pub const IGNORED: [&str; 12] = [
    ".*",
    "~$*",
    "*~",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.tmp",
    "*.crdownload",
    "*.download",
    "*.swp",
    "Thumbs.db",
    "desktop.ini",
];

/// One entry of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: PathBuf,
    /// Its name, as text.
    pub name: String,
    /// What to do with it.
    pub state: State,
}

/// What an entry of the inbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// A file that has been quiet long enough.
    Ready(Stamp),
    /// A file that was changed a moment ago, and how long it must stay quiet from now on.
    Settling(Duration),
    /// Not a file: a folder, a pipe, a device, a link to nothing. It stays where it is.
    NotAFile(&'static str),
    /// The system does not let us look at it. It stays where it is.
    Unreadable(String),
}

/// What must not change between listing and taking a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Time of the last change.
    pub modified: Option<SystemTime>,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(metadata: &Metadata) -> Self {
        Stamp { size: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// Patterns of names that are left alone: the built-in ones and those of the config.
#[derive(Debug, Clone)]
pub struct Ignore(Vec<Pattern>);

impl Ignore {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// A pattern of the config that is not a glob.
    pub fn new(more: &[String]) -> Result<Self, glob::PatternError> {
        let patterns = IGNORED.iter().copied().chain(more.iter().map(String::as_str)).map(Pattern::new);
        Ok(Ignore(patterns.collect::<Result<_, _>>()?))
    }

    /// The built-in patterns alone.
    pub fn builtin() -> Self {
        Ignore(IGNORED.iter().filter_map(|pattern| Pattern::new(pattern).ok()).collect())
    }

    /// The name is left alone.
    pub fn matches(&self, name: &str) -> bool {
        let options = glob::MatchOptions {
            case_sensitive: false,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        self.0.iter().any(|pattern| pattern.matches_with(name, options))
    }
}

/// Lists the inbox by name, ignored names left out.
///
/// # Errors
/// The folder cannot be listed.
pub fn scan(inbox: &Path, ignore: &Ignore, settle: Duration, now: SystemTime) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(inbox)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if ignore.matches(&name) {
            continue;
        }
        let path = entry.path();
        // A file that somebody took away between listing and looking is nobody's business any more.
        let state = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => State::Unreadable(error.to_string()),
            Ok(metadata) => state(&path, &metadata, settle, now),
        };
        entries.push(Entry { path, name, state });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

fn state(path: &Path, metadata: &Metadata, settle: Duration, now: SystemTime) -> State {
    let kind = metadata.file_type();
    if kind.is_dir() {
        return State::NotAFile("folder");
    }
    if kind.is_symlink() {
        return State::NotAFile("link");
    }
    if !kind.is_file() {
        return State::NotAFile("special");
    }
    // Opening tells early, and without taking the file, whether it can be read.
    if let Err(error) = fs::File::open(path) {
        return State::Unreadable(error.to_string());
    }
    let stamp = Stamp::of(metadata);
    let quiet = stamp.modified.and_then(|modified| now.duration_since(modified).ok());
    match quiet {
        Some(quiet) if quiet < settle => State::Settling(settle - quiet),
        // A time in the future comes from another computer's clock: there is nothing to wait for.
        _ => State::Ready(stamp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_ready_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.CSV", ".hidden", "~$a.xlsx", "c.csv.part", "d.csv.CRDOWNLOAD", "mine.bak"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        fs::create_dir(dir.path().join("folder")).unwrap();
        let ignore = Ignore::new(&["*.bak".to_owned()]).unwrap();
        let later = SystemTime::now() + Duration::from_secs(60);
        let found: Vec<_> = scan(dir.path(), &ignore, Duration::from_secs(2), later)
            .unwrap()
            .into_iter()
            .map(|entry| (entry.name, matches!(entry.state, State::Ready(_))))
            .collect();
        assert_eq!(found, [("a.CSV".into(), true), ("b.csv".into(), true), ("folder".into(), false)]);
    }

    #[test]
    fn a_fresh_file_settles_first() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.csv"), "x").unwrap();
        let ignore = Ignore::new(&[]).unwrap();
        let entries = scan(dir.path(), &ignore, Duration::from_secs(60), SystemTime::now()).unwrap();
        assert!(matches!(entries[0].state, State::Settling(left) if left > Duration::from_secs(50)));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_link_are_not_files() {
        let dir = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo").arg(dir.path().join("a.csv")).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("/nowhere", dir.path().join("b.csv")).unwrap();
        let ignore = Ignore::new(&[]).unwrap();
        let entries = scan(dir.path(), &ignore, Duration::ZERO, SystemTime::now()).unwrap();
        let states: Vec<_> = entries.into_iter().map(|entry| entry.state).collect();
        assert_eq!(states, [State::NotAFile("special"), State::NotAFile("link")]);
    }
}
