//! A project folder for one test: write files, run the binary in it, look at what is there afterwards.
//!
//! ```ignore
//! let project = Project::new();
//! project.write("inbox/memberships.csv", "Membership,…\n");
//! insta::assert_snapshot!(project.run(&["run", "--now", NOW]), @"…");
//! project.assert_each_export_in_one_place();
//! ```
//!
//! The binary sees nothing of the machine that the test runs on: no environment, an own home folder, an own folder for
//! temporary files. What differs from run to run (paths, run ids, hashes of the config, durations) is masked in whatever
//! a test shows.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use regex::Regex;
use tempfile::TempDir;

/// The moment of a run, unless a test is about time: a Monday morning in Toronto.
pub(crate) const NOW: &str = "2026-11-16T09:30:00-05:00";

/// The header line of an export of memberships, in English.
pub(crate) const MEMBERSHIPS: &str = "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card\n";

/// A run that takes longer has hung. Generous, because test machines are slow and debug builds too.
const LIMIT: Duration = Duration::from_secs(120);

/// One route from memberships to cards, into a folder.
const CONFIG: &str = r#"
language = "en"
time_zone = "America/Toronto"
settle = "0 s"

[destinations.splio]
type = "folder"
path = "outbox"

[[routes]]
name = "cards"
from = "amilia/memberships"
to = "splio/cardcode"
destination = "splio"
universe = "demo"
subsections = ["members", "members2"]
max_rejected = "100 %"

[routes.columns]
card_code = "Card"
customer_key = { from = "Email", trim = true, case = "lower" }
id_program = { constant = "4" }
join_date = "Purchase date"
expiration_date = "Expiration date"
"#;

/// A project folder. It is removed when the value is dropped.
pub(crate) struct Project {
    root: TempDir,
    /// Home folder and folder for temporary files.
    scratch: TempDir,
    /// Bytes of every file that was put in the inbox.
    exports: RefCell<Vec<Vec<u8>>>,
}

impl Project {
    /// A project with one route (memberships to cards, into `outbox/`) and an empty inbox.
    pub(crate) fn new() -> Self {
        let project = Self::empty();
        project.config(CONFIG);
        std::fs::create_dir(project.path("inbox")).unwrap();
        project
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        let folder = || tempfile::Builder::new().prefix("passeur-test-").tempdir().unwrap();
        Self { root: folder(), scratch: folder(), exports: RefCell::default() }
    }

    /// A copy of `samples/`.
    pub(crate) fn sample() -> Self {
        let project = Self::empty();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
        for file in files_below(&samples) {
            let relative = file.strip_prefix(&samples).unwrap().to_str().unwrap();
            project.write(relative, std::fs::read(&file).unwrap());
        }
        project
    }

    /// The project's folder.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// A folder outside of the project, on another file system if the project has one of its own.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// A path in the project.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    /// Writes a file and the folders above it. What goes in `inbox/` is remembered as an export, and looks as if it had lain
    /// there for an hour, so that nothing waits for it to settle.
    pub(crate) fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes.as_ref()).unwrap();
        if relative.starts_with("inbox/") {
            let hour_ago = SystemTime::now() - Duration::from_secs(3600);
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(hour_ago).unwrap();
            self.exports.borrow_mut().push(bytes.as_ref().to_vec());
        }
        self
    }

    /// Writes `passeur.toml`.
    pub(crate) fn config(&self, text: &str) -> &Self {
        self.write("passeur.toml", text)
    }

    /// Adds lines to the end of `passeur.toml`.
    pub(crate) fn add_config(&self, text: &str) -> &Self {
        let before = self.text("passeur.toml");
        self.config(&format!("{before}\n{text}"))
    }

    /// The bytes of a file; stops the test if there is none.
    pub(crate) fn read(&self, relative: &str) -> Vec<u8> {
        let path = self.path(relative);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{relative}: {error}; there is:\n{}", self.tree()))
    }

    /// A file as text; stops the test if it is not UTF-8.
    pub(crate) fn text(&self, relative: &str) -> String {
        String::from_utf8(self.read(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// The only file whose path in the project matches a glob, e.g. `reports/*/summary.json`.
    pub(crate) fn only(&self, pattern: &str) -> String {
        let found = self.matching(pattern);
        assert_eq!(found.len(), 1, "{pattern} matches {found:?}; there is:\n{}", self.tree());
        found.into_iter().next().unwrap()
    }

    /// The files whose path in the project matches a glob, sorted.
    pub(crate) fn matching(&self, pattern: &str) -> Vec<String> {
        let pattern = glob::Pattern::new(pattern).unwrap();
        self.files("").into_iter().filter(|file| pattern.matches(file)).collect()
    }

    /// The files below a folder of the project, sorted, as paths in the project. None if the folder is missing.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let relative = |file: PathBuf| file.strip_prefix(self.root()).unwrap().to_str().unwrap().to_owned();
        files_below(&self.path(folder)).into_iter().map(relative).collect()
    }

    /// All files with their sizes, sorted, one a line, masked. The store and what SQLite keeps beside it have no stable size.
    pub(crate) fn tree(&self) -> String {
        let mut lines = Vec::new();
        for file in self.files("") {
            if file.ends_with("-wal") || file.ends_with("-shm") {
                continue;
            }
            let size = std::fs::symlink_metadata(self.path(&file)).unwrap().len();
            let file = self.mask(&file);
            lines.push(if file.ends_with(".db") { file } else { format!("{file}  {size}") });
        }
        lines.sort();
        lines.join("\n")
    }

    /// Runs the binary in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.finish(self.command(arguments))
    }

    /// The binary with its arguments, in the project's clean environment, for a test that adds something (a variable, a signal).
    /// [`Project::finish`] runs it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.clean(env!("CARGO_BIN_EXE_passeur"));
        command.args(arguments);
        command
    }

    /// A program in the project's folder, with nothing of the test's environment.
    fn clean(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.root())
            .env_clear()
            .env("LANG", "C")
            .env("NO_COLOR", "1")
            .env("TZ", "UTC")
            .env("HOME", self.scratch.path())
            .env("TMPDIR", self.scratch.path())
            .stdin(Stdio::null());
        // Coverage tools say here where their counts go.
        if let Some(file) = std::env::var_os("LLVM_PROFILE_FILE") {
            command.env("LLVM_PROFILE_FILE", file);
        }
        command
    }

    /// Runs a command to its end and collects what it printed. One that takes longer than two minutes is killed, and the test fails.
    pub(crate) fn finish(&self, mut command: Command) -> Output {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        let end = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{command:?} did not end within {LIMIT:?}; it said:\n{}", stderr.join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        let shown = format!(
            "{}\n----- stdout -----\n{}\n----- stderr -----\n{}",
            status.code().map_or_else(|| status.to_string(), |code| format!("exit code: {code}")),
            self.mask(&stdout),
            self.mask(&stderr),
        );
        Output { code: status.code(), stdout, stderr, shown }
    }

    /// Replaces what differs from run to run, so that a snapshot is stable: the project's and the scratch folder, run ids, sums,
    /// durations and sizes in memory, and temporary names. Moments are not masked: tests fix them with `--now`.
    pub(crate) fn mask(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (folder, name) in [(self.root(), "[project]"), (self.scratch.path(), "[scratch]")] {
            // Where /tmp is a link, the binary may show either form.
            if let Ok(real) = folder.canonicalize() {
                text = text.replace(real.to_str().unwrap(), name);
            }
            text = text.replace(folder.to_str().unwrap(), name);
        }
        for (pattern, name) in MASKS {
            text = Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned();
        }
        text
    }

    /// Each export that was written to the inbox lies, unchanged, in exactly one of inbox, work and archive.
    ///
    /// Exports are known by their bytes, because a claimed one may have another name. One that was dropped twice must be there twice.
    pub(crate) fn assert_each_export_in_one_place(&self) {
        let kept: Vec<(String, Vec<u8>)> = ["inbox", "work", "archive"]
            .iter()
            .flat_map(|folder| self.files(folder))
            .filter(|file| file != "work/.lock")
            .map(|file| (file.clone(), self.read(&file)))
            .collect();
        let exports = self.exports.borrow();
        for (number, export) in exports.iter().enumerate() {
            let dropped = exports.iter().filter(|other| *other == export).count();
            let places: Vec<&str> =
                kept.iter().filter(|(_, bytes)| bytes == export).map(|(file, _)| file.as_str()).collect();
            assert_eq!(
                places.len(),
                dropped,
                "export {} of the test lies in {places:?}, not in one place; there is:\n{}",
                number + 1,
                self.tree()
            );
        }
    }
}

/// Pattern and what stands there instead. In this order.
const MASKS: &[(&str, &str)] = &[
    // SHA-256
    (r"\b[0-9a-f]{64}\b", "[sha256]"),
    // Run ids start with the moment of the run: 20261116T143000Z-1f3c
    (r"\b\d{8}T\d{6}Z?-[0-9a-z]{4,}\b", "[run]"),
    (r"\b\d+(\.\d+)? ?(ms|µs)\b", "[duration]"),
    (r"\b\d+\.\d+ ?s\b", "[duration]"),
];

/// What a run of the binary gave. Its `Display` is for snapshots: exit code, stdout and stderr, masked.
pub(crate) struct Output {
    /// Exit code; `None`: killed by a signal.
    pub(crate) code: Option<i32>,
    /// As printed.
    pub(crate) stdout: String,
    /// As printed.
    pub(crate) stderr: String,
    shown: String,
}

impl Output {
    /// Stops the test unless the exit code is this one.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not JSON ({error}):\n{self}"))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Reads a pipe to its end beside the test, so that a child that prints a lot never waits for us.
fn collect(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Regular files below a folder, sorted. Links and pipes are neither followed nor listed.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

mod tests {
    use super::Project;

    #[test]
    fn tree_lists_files_sorted_with_sizes_and_hides_what_differs() {
        let project = Project::empty();
        project
            .write("reports/20261116T143000Z-1f3c/summary.json", "{}")
            .write("inbox/b.csv", "12345")
            .write("inbox/a.csv", "")
            .write("passeur.db", "whatever")
            .write("passeur.db-wal", "whatever");
        assert_eq!(
            project.tree(),
            "inbox/a.csv  0\ninbox/b.csv  5\npasseur.db\nreports/[run]/summary.json  2"
        );
    }

    #[test]
    fn mask_replaces_folders_sums_and_durations() {
        let project = Project::empty();
        let text =
            format!("{} in 0.42 s, 17 ms, {}", project.path("outbox/a.csv").display(), "0f".repeat(32));
        assert_eq!(project.mask(&text), "[project]/outbox/a.csv in [duration], [duration], [sha256]");
    }

    #[test]
    fn mask_leaves_counts_and_moments() {
        let project = Project::empty();
        let text = "35 rows, 8 refused, 2026-11-16T09:30:00-05:00, demo_cardcode_members_20261116.csv";
        assert_eq!(project.mask(text), text);
    }

    #[test]
    fn an_export_that_moved_is_in_one_place() {
        let project = Project::empty();
        project.write("inbox/a.csv", "one").write("inbox/b.csv", "two");
        std::fs::create_dir_all(project.path("archive/run")).unwrap();
        std::fs::rename(project.path("inbox/a.csv"), project.path("archive/run/other-name.csv")).unwrap();
        project.assert_each_export_in_one_place();
    }

    #[test]
    #[should_panic(expected = "export 1 of the test lies in []")]
    fn a_lost_export_is_noticed() {
        let project = Project::empty();
        project.write("inbox/a.csv", "one");
        std::fs::remove_file(project.path("inbox/a.csv")).unwrap();
        project.assert_each_export_in_one_place();
    }

    #[test]
    #[should_panic(expected = r#"export 1 of the test lies in ["inbox/a.csv", "work/a.csv"]"#)]
    fn an_export_in_two_places_is_noticed() {
        let project = Project::empty();
        project.write("inbox/a.csv", "one").write("work/a.csv", "one");
        project.assert_each_export_in_one_place();
    }

    #[test]
    #[should_panic(expected = "export 1 of the test lies in []")]
    fn a_changed_export_is_noticed() {
        let project = Project::empty();
        project.write("inbox/a.csv", "one");
        std::fs::write(project.path("inbox/a.csv"), "on").unwrap();
        project.assert_each_export_in_one_place();
    }

    #[test]
    fn a_command_sees_nothing_of_the_environment_of_the_test() {
        let project = Project::empty();
        let printed = project.finish(project.clean("/usr/bin/env")).stdout;
        let mut names: Vec<_> =
            printed.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        names.retain(|name| *name != "LLVM_PROFILE_FILE");
        names.sort_unstable();
        assert_eq!(names, ["HOME", "LANG", "NO_COLOR", "TMPDIR", "TZ"]);
    }

    #[test]
    fn output_shows_code_and_both_streams_masked() {
        let project = Project::empty();
        let mut command = project.clean("/bin/sh");
        command.args(["-c", "pwd; echo 'took 3 ms' >&2; exit 3"]);
        let output = project.finish(command).expect_code(3);
        assert_eq!(
            output.to_string(),
            "exit code: 3\n----- stdout -----\n[project]\n\n----- stderr -----\ntook [duration]\n"
        );
    }
}
