//! A running `passeur watch`: its output, its memory, signals to it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::fault_server::PASSWORD;
use super::project::Project;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running watch; killed when the test ends.
pub(crate) struct Watch<'p> {
    project: &'p Project,
    child: Child,
    /// Where its output goes.
    logs: PathBuf,
}

impl<'p> Watch<'p> {
    /// Starts it and waits until it is up.
    pub(crate) fn start(project: &'p Project) -> Watch<'p> {
        Watch::start_with(project, project.root(), |_| {})
    }

    /// The same; its output goes to files of this folder, and the command is changed before it starts.
    pub(crate) fn start_with(
        project: &'p Project,
        logs: &Path,
        change: impl FnOnce(&mut Command),
    ) -> Watch<'p> {
        let log = |name: &str| std::fs::File::create(logs.join(name)).unwrap();
        let mut command = project.command(&["watch"]);
        command.env("DROP_PASSWORD", PASSWORD).env("PASSEUR_LOG", "info");
        command.stdout(log("out.log")).stderr(log("err.log"));
        change(&mut command);
        let child = command.spawn().unwrap();
        let watch = Watch { project, child, logs: logs.to_owned() };
        watch.until("it is up", |watch| watch.says("Watching inbox"));
        watch
    }

    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.logs.join("out.log")).unwrap()
    }

    pub(crate) fn says(&self, text: &str) -> bool {
        self.said().contains(text)
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Watch<'_>) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            let errors = || std::fs::read_to_string(self.logs.join("err.log")).unwrap();
            let there = || format!("{}\n{}\n{}", self.said(), errors(), self.project.tree());
            assert!(Instant::now() < end, "{what}: not in time\n{}", there());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn delivered(&self) -> usize {
        self.project.matching("outbox/*.csv").len()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: the exit code.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < end, "it does not end\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A line of `/proc/PID/status`, in kB.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Processor time so far, in hundredths of a second.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
