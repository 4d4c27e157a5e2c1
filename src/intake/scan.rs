//! Lists the inbox.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use glob::Pattern;

use crate::config::Marker;
use crate::platform;

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
    /// Its time lies in the future, so that it does not say how long the file has been quiet: see [`Quiet`].
    pub ahead: Option<Stamp>,
}

/// What an entry of the inbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// A file that has been quiet long enough.
    Ready(Stamp),
    /// A file that was changed a moment ago, and how long it must stay quiet from now on.
    Settling(Duration),
    /// A file whose marker, of this name, is not there yet. It stays where it is.
    NoMarker(String),
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
    /// Number of the file, so that another one of the same size and time that took its name is told apart; 0 where there is none.
    pub inode: u64,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(metadata: &Metadata) -> Self {
        Stamp { size: metadata.len(), modified: metadata.modified().ok(), inode: platform::inode(metadata) }
    }
}

/// Patterns of names that are left alone: the built-in ones and those of the config. It knows markers too, which are no exports either.
#[derive(Debug, Clone)]
pub struct Ignore {
    patterns: Vec<Pattern>,
    marker: Option<Marker>,
}

impl Ignore {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// A pattern of the config that is not a glob.
    pub fn new(more: &[String]) -> Result<Self, glob::PatternError> {
        let patterns = IGNORED.iter().copied().chain(more.iter().map(String::as_str)).map(Pattern::new);
        Ok(Ignore { patterns: patterns.collect::<Result<_, _>>()?, marker: None })
    }

    /// The same; exports are taken when their marker is there.
    #[must_use]
    pub fn with_marker(self, marker: Option<Marker>) -> Self {
        Ignore { marker, ..self }
    }

    /// The built-in patterns alone.
    pub fn builtin() -> Self {
        let patterns = IGNORED.iter().filter_map(|pattern| Pattern::new(pattern).ok()).collect();
        Ignore { patterns, marker: None }
    }

    /// The name is left alone.
    pub fn matches(&self, name: &str) -> bool {
        let options = glob::MatchOptions {
            case_sensitive: false,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        let is_marker = self.marker.as_ref().is_some_and(|marker| marker.is_marker(name));
        is_marker || self.patterns.iter().any(|pattern| pattern.matches_with(name, options))
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
            Ok(metadata) => {
                let entry = entry_of(path, name, &metadata, ignore, settle, now);
                entries.push(entry);
                continue;
            }
        };
        entries.push(Entry { path, name, state, ahead: None });
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
    match stamp.modified.map(|modified| now.duration_since(modified)) {
        Some(Ok(quiet)) if quiet < settle => State::Settling(settle - quiet),
        // The clock of another computer, or one that was set back: the file may be changing all the same.
        Some(Err(_)) if !settle.is_zero() => State::Settling(settle),
        _ => State::Ready(stamp),
    }
}

fn entry_of(
    path: PathBuf,
    name: String,
    metadata: &Metadata,
    ignore: &Ignore,
    settle: Duration,
    now: SystemTime,
) -> Entry {
    let mut settle = settle;
    let mut missing = None;
    if let Some(marker) = &ignore.marker {
        let marker = marker.of(&name);
        let there = fs::symlink_metadata(path.with_file_name(&marker)).ok().filter(Metadata::is_file);
        match there.and_then(|there| there.modified().ok()) {
            None => missing = Some(marker),
            // Its export was written before: it is whole. A marker that is older was left behind by another.
            Some(marked) if metadata.modified().is_ok_and(|modified| modified <= marked) => {
                settle = Duration::ZERO;
            }
            Some(_) => {}
        }
    }
    let state = state(&path, metadata, settle, now);
    let is_file = matches!(state, State::Ready(_) | State::Settling(_));
    let ahead =
        matches!(state, State::Settling(_)) && metadata.modified().is_ok_and(|modified| modified > now);
    let state = match missing {
        Some(marker) if is_file => State::NoMarker(marker),
        _ => state,
    };
    Entry { path, name, state, ahead: ahead.then(|| Stamp::of(metadata)) }
}

/// Remembers since when files whose time lies in the future have not changed: their own time does not tell.
#[derive(Debug, Default)]
pub struct Quiet(BTreeMap<String, (Stamp, Instant)>);

impl Quiet {
    /// Lists the inbox as [`scan`] does. A file from the future is ready when it was the same for the settle time between two calls.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn scan(&mut self, inbox: &Path, ignore: &Ignore, settle: Duration) -> io::Result<Vec<Entry>> {
        let mut entries = scan(inbox, ignore, settle, SystemTime::now())?;
        let mut seen = BTreeMap::new();
        for entry in &mut entries {
            let (Some(stamp), State::Settling(_)) = (&entry.ahead, &entry.state) else { continue };
            let known = self.0.remove(&entry.name).filter(|(before, _)| before == stamp);
            let (_, since) = seen
                .entry(entry.name.clone())
                .or_insert_with(|| known.unwrap_or_else(|| (stamp.clone(), Instant::now())));
            let quiet = since.elapsed();
            entry.state = match settle.checked_sub(quiet) {
                Some(left) if !left.is_zero() => State::Settling(left),
                _ => State::Ready(stamp.clone()),
            };
        }
        self.0 = seen;
        Ok(entries)
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

    #[test]
    fn an_export_is_taken_when_its_marker_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let ignore = Ignore::builtin().with_marker(Marker::new("{name}.ok"));
        let later = SystemTime::now() + Duration::from_secs(60);
        let states = || -> Vec<_> {
            let entries = scan(dir.path(), &ignore, Duration::from_secs(600), later).unwrap();
            entries.into_iter().map(|entry| (entry.name, entry.state)).collect()
        };
        fs::write(dir.path().join("a.csv"), "x").unwrap();
        assert_eq!(states(), [("a.csv".to_owned(), State::NoMarker("a.csv.ok".into()))]);
        fs::write(dir.path().join("a.csv.ok"), "").unwrap();
        let found = states();
        assert!(matches!(found.as_slice(), [(_, State::Ready(_))]), "{found:?}");
        // Written again after its marker: as if there were none, it settles.
        let file = fs::File::options().write(true).open(dir.path().join("a.csv")).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap();
        let found = states();
        assert!(matches!(found.as_slice(), [(_, State::Settling(_))]), "{found:?}");
    }

    #[test]
    fn a_file_from_the_future_settles_by_what_is_seen_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
        let touch = |text: &str| {
            fs::write(&path, text).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(tomorrow).unwrap();
        };
        touch("1");
        let mut quiet = Quiet::default();
        let settle = Duration::from_millis(300);
        let mut state = || quiet.scan(dir.path(), &Ignore::builtin(), settle).unwrap().remove(0).state;
        assert!(matches!(state(), State::Settling(_)));
        touch("12");
        std::thread::sleep(settle);
        assert!(matches!(state(), State::Settling(_)), "it has changed meanwhile");
        std::thread::sleep(settle);
        assert!(matches!(state(), State::Ready(_)));
    }

    #[cfg(unix)]
    #[test]
    fn another_file_of_the_same_size_and_time_is_another_file() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("a.csv"), dir.path().join("b"));
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        let stamp = || Stamp::of(&fs::metadata(&path).unwrap());
        for (path, text) in [(&path, "one"), (&other, "two")] {
            fs::write(path, text).unwrap();
            fs::File::options().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
        }
        let before = stamp();
        fs::rename(&other, &path).unwrap();
        let after = stamp();
        assert_eq!((before.size, before.modified), (after.size, after.modified));
        assert_ne!(before, after);
    }
}
