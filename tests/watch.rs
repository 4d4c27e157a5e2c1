//! `passeur watch`: the real process, real signals, a folder or a real server as the destination.

use std::io::Write as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};
use crate::support::project::{MEMBERSHIPS, Project};
use crate::support::sshd::{Sshd, user};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// An export with one card.
fn export(number: u32) -> String {
    format!("{MEMBERSHIPS}{}\n", row(number))
}

fn row(number: u32) -> String {
    format!(
        "{number},Annual gym pass,{number},{number},2025-12-01,2026-01-01,2026-12-31,Active,p{number}@example.com,AM-{number:07}"
    )
}

/// A running watch; killed when the test ends.
struct Watch<'p> {
    project: &'p Project,
    child: Child,
}

impl<'p> Watch<'p> {
    fn start(project: &'p Project) -> Watch<'p> {
        let out = std::fs::File::create(project.path("out.log")).unwrap();
        let errors = std::fs::File::create(project.path("err.log")).unwrap();
        let mut command = project.command(&["watch"]);
        command.env("DROP_PASSWORD", PASSWORD).env("PASSEUR_LOG", "info").stdout(out).stderr(errors);
        let child = command.spawn().unwrap();
        let watch = Watch { project, child };
        watch.until("it is up", |watch| watch.says("Watching inbox"));
        watch
    }

    fn said(&self) -> String {
        self.project.text("out.log")
    }

    fn says(&self, text: &str) -> bool {
        self.said().contains(text)
    }

    #[track_caller]
    fn until(&self, what: &str, holds: impl Fn(&Watch<'_>) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            let there =
                || format!("{}\n{}\n{}", self.said(), self.project.text("err.log"), self.project.tree());
            assert!(Instant::now() < end, "{what}: not in time\n{}", there());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn delivered(&self) -> usize {
        self.project.matching("outbox/*.csv").len()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: the exit code.
    #[track_caller]
    fn end(&mut self) -> Option<i32> {
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
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Processor time so far, in hundredths of a second.
    fn ticks(&self) -> u64 {
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

/// A project whose destination is a server.
fn project_to(destination: &str) -> Project {
    let project = Project::new();
    let config = project.text("passeur.toml");
    let folder = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    assert!(config.contains(folder));
    project.config(&config.replace(folder, destination));
    project
}

fn to_fault_server(server: &FaultServer) -> Project {
    project_to(&format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{USER}\"\nfolder = \"/in\"\nretries = 0\n\
         auth = {{ password = {{ env = \"DROP_PASSWORD\" }} }}\nhost_keys = [\"{}\"]\n",
        server.port, server.fingerprint
    ))
}

fn to_sshd(sshd: &Sshd) -> Project {
    project_to(&format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nfolder = \"{}\"\n\
         auth = {{ key = \"{}\" }}\nhost_keys = [\"{}\"]\n",
        sshd.port,
        user(),
        sshd.drop_folder().display(),
        sshd.key().display(),
        sshd.fingerprint("ed25519")
    ))
}

/// Files that have their final names. Their content is not looked at: one that is being renamed is gone between the two.
fn arrived(sshd: &Sshd) -> usize {
    let entries = std::fs::read_dir(sshd.drop_folder()).unwrap();
    entries
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "csv"))
        .count()
}

/// With a settle time, and with a rescan that is too late for the test: only what the system tells wakes it.
fn settling(project: &Project, settle: &str, rescan: &str) {
    let config = project.text("passeur.toml");
    project.config(
        &config.replace("settle = \"0 s\"", &format!("settle = \"{settle}\"\nrescan = \"{rescan}\"")),
    );
}

#[test]
fn a_file_that_is_dropped_is_delivered_to_a_server() {
    let sshd = Sshd::start();
    let project = to_sshd(&sshd);
    settling(&project, "200 ms", "1 h");
    let mut watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery", |_| arrived(&sshd) == 1);
    watch.until("the run's end", |_| project.matching("archive/2*/a.csv").len() == 1);
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    let files = sshd.files();
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].0.starts_with("demo_cardcode_members_"), "{files:?}");
    assert!(String::from_utf8_lossy(&files[0].1).contains("AM-0000001"));
    assert!(!project.text("err.log").contains("example.com"), "no personal data in the log");
}

#[test]
fn what_lay_in_the_inbox_before_the_start_is_taken() {
    let project = Project::new();
    project.write("inbox/a.csv", export(1));
    let watch = Watch::start(&project);
    watch.until("delivery", |watch| watch.delivered() == 1);
}

#[test]
fn a_file_that_is_written_slowly_is_taken_when_it_is_whole() {
    let project = Project::new();
    settling(&project, "1500 ms", "1 h");
    let watch = Watch::start(&project);
    let mut file = std::fs::File::create(project.path("inbox/slow.csv")).unwrap();
    file.write_all(MEMBERSHIPS.as_bytes()).unwrap();
    for number in 1..=10 {
        std::thread::sleep(Duration::from_millis(300));
        writeln!(file, "{}", row(number)).unwrap();
        assert_eq!(watch.delivered(), 0, "taken after row {number}");
    }
    drop(file);
    watch.until("delivery", |watch| watch.delivered() == 1);
    let sent = project.text(&project.only("outbox/*.csv"));
    assert_eq!(sent.matches("AM-").count(), 10, "{sent}");
}

#[test]
fn a_burst_loses_no_file() {
    const FILES: usize = 2_000;
    let project = Project::new();
    settling(&project, "300 ms", "5 s");
    let watch = Watch::start(&project);
    for number in 0..FILES {
        // No schema fits: refused, and kept. Each in its own words, so that none is a duplicate.
        std::fs::write(project.path(&format!("inbox/{number}.csv")), format!("a,b\n{number},x\n")).unwrap();
    }
    std::fs::write(project.path("inbox/good.csv"), export(1)).unwrap();
    watch.until("the last file", |_| project.matching("archive/2*/*.csv").len() == FILES + 1);
    assert!(project.files("inbox").is_empty());
    watch.until("delivery", |watch| watch.delivered() == 1);
}

#[test]
fn an_inbox_that_was_made_again_is_watched() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let watch = Watch::start(&project);
    // The first run makes the folders that are missing, and then the store.
    watch.until("the first run", |_| project.path("passeur.db").exists());
    std::fs::remove_dir(project.path("inbox")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    // A run that was under way may have made it.
    std::fs::create_dir_all(project.path("inbox")).unwrap();
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    std::fs::remove_dir(project.path("inbox")).unwrap();
    watch.until("the inbox is there again", |watch| {
        watch.says("made again") && project.path("inbox").is_dir()
    });
    std::fs::write(project.path("inbox/b.csv"), export(2)).unwrap();
    watch.until("delivery of the second", |watch| watch.delivered() == 2);
}

#[test]
fn an_idle_watch_ends_at_once_and_used_no_processor_time() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let mut watch = Watch::start(&project);
    std::thread::sleep(Duration::from_secs(1));
    let before = watch.ticks();
    std::thread::sleep(Duration::from_secs(5));
    let used = watch.ticks() - before;
    assert!(used <= 5, "{used} hundredths of a second in five seconds, with five rescans");
    println!("idle: {} kB resident, {used} hundredths of a second of processor time in 5 s", watch.memory());
    let runs = project.run(&["status", "--format", "json"]).json()["runs"].as_array().unwrap().len();
    assert_eq!(runs, 1, "only the one at the start");
    let begin = Instant::now();
    watch.signal("-INT");
    assert_eq!(watch.end(), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(watch.says("Stopped by a signal"));
}

#[test]
fn a_signal_while_a_file_is_uploaded_ends_the_step_and_the_next_watch_goes_on() {
    let server = FaultServer::failing(Kind::Write, 0, Act::Late(Duration::from_millis(1_500)));
    let project = to_fault_server(&server);
    project.write("inbox/a.csv", export(1));
    let mut watch = Watch::start(&project);
    watch.until("the upload", |_| server.state().count(Kind::Write) > 0);
    let begin = Instant::now();
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(server.state().appeared.is_empty());
    drop(watch);
    let watch = Watch::start(&project);
    watch.until("delivery", |_| server.state().appeared.len() == 1);
    project.assert_each_export_in_one_place();
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = FaultServer::failing(Kind::Write, 0, Act::Stall);
    let project = to_fault_server(&server);
    project.write("inbox/a.csv", export(1));
    let mut watch = Watch::start(&project);
    watch.until("the upload", |_| server.state().count(Kind::Write) > 0);
    watch.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    let begin = Instant::now();
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(143));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_changed_config_counts_after_the_signal_and_a_wrong_one_never() {
    let project = Project::new();
    settling(&project, "0 s", "1 h");
    let watch = Watch::start(&project);
    let good = project.text("passeur.toml");
    project.config(&good.replace("path = \"outbox\"", "path = 7"));
    watch.signal("-HUP");
    watch.until("the refusal", |watch| watch.says("The old one goes on"));
    assert!(watch.says("path"), "{}", watch.said());
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery by the old config", |watch| watch.delivered() == 1);

    project.config(&good.replace("path = \"outbox\"", "path = \"elsewhere\""));
    watch.signal("-HUP");
    watch.until("the reload", |watch| watch.says("was read again and counts"));
    std::fs::write(project.path("inbox/b.csv"), export(2)).unwrap();
    watch.until("delivery elsewhere", |_| project.matching("elsewhere/*.csv").len() == 1);
    assert_eq!(watch.delivered(), 1);
}

#[test]
fn a_destination_that_was_down_gets_its_file_when_it_is_back() {
    let server = FaultServer::start();
    {
        let mut state = server.state();
        state.faults = (0..2).map(|number| (Kind::Connection, number, Act::DropBefore)).collect();
    }
    let project = to_fault_server(&server);
    project.write("inbox/a.csv", export(1));
    let watch = Watch::start(&project);
    watch.until("the first try", |watch| watch.says("waits for delivery and is tried again"));
    watch.until("delivery", |_| server.state().appeared.len() == 1);
    // Nothing else is tried afterwards.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(server.state().count(Kind::Connection), 3, "{}", watch.said());
}

#[test]
fn a_file_that_a_person_released_is_delivered_without_a_new_export() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let config = project.text("passeur.toml").replace("max_rejected = \"100 %\"", "max_rejected = \"0 %\"");
    project.config(&config);
    project.write(
        "inbox/a.csv",
        format!(
            "{}4,Annual gym pass,4,4,never,2026-01-01,2026-12-31,Active,p4@example.com,AM-4\n",
            export(1)
        ),
    );
    let watch = Watch::start(&project);
    watch.until("the hold", |watch| watch.says("HELD"));
    assert_eq!(watch.delivered(), 0);
    project.run(&["release", "1"]).expect_code(0);
    watch.until("delivery", |watch| watch.delivered() == 1);
}

#[test]
fn an_export_that_waits_for_another_is_read_again_only_when_something_comes() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    project.add_config("[customer_base]\n");
    let registrations = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/exports/registrations.csv"),
    );
    project.write("inbox/registrations.csv", registrations.unwrap());
    let watch = Watch::start(&project);
    watch.until("the first run", |watch| watch.says("registrations.csv\n"));
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(watch.said().matches("Run 2").count(), 1, "{}", watch.said());
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("the second run", |watch| watch.said().matches("registrations.csv\n").count() == 2);
}

#[test]
fn a_watch_waits_for_the_run_that_a_person_started() {
    let project = Project::new();
    std::fs::create_dir(project.path("work")).unwrap();
    let lock = std::fs::File::create(project.path("work/.lock")).unwrap();
    lock.lock().unwrap();
    project.write("inbox/a.csv", export(1));
    let watch = Watch::start(&project);
    watch.until("that it waits", |watch| watch.says("another run is working on this project"));
    assert_eq!(watch.delivered(), 0);
    lock.unlock().unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
}

/// The median of some deliveries to a real server, from the moment when a file has settled to its final name there.
#[test]
fn ten_thousand_rows_are_delivered_soon_after_they_settled() {
    let sshd = Sshd::start();
    let project = to_sshd(&sshd);
    settling(&project, "500 ms", "1 h");
    let config = project.text("passeur.toml");
    let subsections = "subsections = [\"members\", \"m2\", \"m3\", \"m4\", \"m5\", \"m6\"]";
    project.config(&config.replace("subsections = [\"members\", \"members2\"]", subsections));
    let watch = Watch::start(&project);
    let mut times = Vec::new();
    for file in 0..5_u32 {
        let rows: Vec<String> = (0..10_000).map(|number| row(file * 10_000 + number)).collect();
        std::fs::write(
            project.path(&format!("inbox/{file}.csv")),
            format!("{MEMBERSHIPS}{}\n", rows.join("\n")),
        )
        .unwrap();
        let settled = Instant::now() + Duration::from_millis(500);
        watch.until("delivery", |_| arrived(&sshd) == file as usize + 1);
        times.push(settled.elapsed());
        watch.until("the run's end", |watch| watch.said().matches("Run 2").count() == file as usize + 1);
    }
    times.sort();
    println!("from settled to delivered, 10,000 rows, debug build: median {:?} of {times:?}", times[2]);
    // A debug build on a busy machine: a release build takes a fraction of it.
    assert!(times[2] < Duration::from_secs(10), "{times:?}");
}

/// Says that a scheduled time was done last in 2020.
fn long_ago(project: &Project, note: passeur::store::Note<'_>, expression: &str) {
    let mut store = passeur::store::Store::open(&project.path("passeur.db")).unwrap();
    let last = store.note(note).unwrap().expect("the schedule has begun");
    assert!(last.ends_with(&format!(" America/Toronto {expression}")), "{last}");
    store.set_note(note, Some(&format!("2020-06-01T00:00:00+00:00 America/Toronto {expression}"))).unwrap();
}

#[test]
fn a_delivery_that_was_missed_is_caught_up_once() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    project.add_config("[schedule]\ndeliver = \"0 0 29 2 *\"\n");
    let mut watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("the export is taken", |_| project.matching("archive/2*/a.csv").len() == 1);
    let before = watch.ticks();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(watch.delivered(), 0, "not before its time");
    assert!(
        watch.ticks() - before <= 10,
        "it looks no more often than it has to while a file waits for its time"
    );
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    drop(watch);
    long_ago(&project, passeur::store::Note::Delivered, "0 0 29 2 *");
    let watch = Watch::start(&project);
    watch.until("what was missed", |watch| watch.delivered() == 1);
    std::fs::write(project.path("inbox/b.csv"), export(2)).unwrap();
    watch.until("the next export is taken", |_| project.matching("archive/2*/b.csv").len() == 1);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(watch.delivered(), 1, "once");
}

#[test]
fn exports_stay_in_the_inbox_until_their_time() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    project.add_config("[schedule]\ncollect = \"0 0 29 2 *\"\n");
    project.write("inbox/a.csv", export(1));
    let mut watch = Watch::start(&project);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(project.files("inbox"), ["inbox/a.csv"]);
    assert!(!watch.says("Run 2"), "{}", watch.said());
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    drop(watch);
    long_ago(&project, passeur::store::Note::Collected, "0 0 29 2 *");
    let watch = Watch::start(&project);
    watch.until("what was missed", |watch| watch.delivered() == 1);
    std::fs::write(project.path("inbox/b.csv"), export(2)).unwrap();
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(project.files("inbox"), ["inbox/b.csv"], "once");
    assert_eq!(watch.said().matches("Run 2").count(), 1, "{}", watch.said());
}

#[test]
fn the_next_times_are_said_in_words() {
    let project = Project::new();
    project.add_config("[schedule]\ndeliver = \"30 2 * * *\"\n");
    let spring = project.run(&["schedule", "--now", "2026-03-07T12:00:00-05:00"]).expect_code(0).stdout;
    insta::assert_snapshot!(spring, @r"
    Exports are taken as soon as they have settled.
    Files are delivered (30 2 * * *, America/Toronto):
      Sunday 8 March 2026, 03:00 (UTC-04:00)
      Monday 9 March 2026, 02:30 (UTC-04:00)
      Tuesday 10 March 2026, 02:30 (UTC-04:00)
      Wednesday 11 March 2026, 02:30 (UTC-04:00)
      Thursday 12 March 2026, 02:30 (UTC-04:00)
    ");
    project.config(&project.text("passeur.toml").replace("30 2 * * *", "30 1 * * *"));
    let autumn = ["schedule", "--now", "2026-10-30T12:00:00-04:00"];
    project.config(&project.text("passeur.toml").replace("language = \"en\"", "language = \"fr\""));
    insta::assert_snapshot!(project.run(&autumn).expect_code(0).stdout, @r"
    Les exports sont pris dès qu’ils ne changent plus.
    Les fichiers sont livrés (30 1 * * *, America/Toronto) :
      samedi 31 octobre 2026, 01:30 (UTC-04:00)
      dimanche 1er novembre 2026, 01:30 (UTC-04:00)
      lundi 2 novembre 2026, 01:30 (UTC-05:00)
      mardi 3 novembre 2026, 01:30 (UTC-05:00)
      mercredi 4 novembre 2026, 01:30 (UTC-05:00)
    ");
}

/// By the next minute of the clock.
#[test]
fn a_deadline_that_passes_is_told_once_although_nothing_arrives() {
    let project = Project::new();
    settling(&project, "0 s", "1 h");
    let soon =
        chrono::Utc::now().with_timezone(&chrono_tz::America::Toronto) + chrono::TimeDelta::seconds(65);
    let by = soon.format("%H:%M");
    let config = project.text("passeur.toml");
    project.config(&config.replace("universe =", &format!("expect = {{ by = \"{by}\" }}\nuniverse =")));
    let watch = Watch::start(&project);
    watch.until("the deadline", |watch| watch.says(&format!("no export came by {by}")));
    let report = project.text(&project.only("reports/*/summary.json"));
    assert!(report.contains("\"type\": \"overdue\""), "{report}");
    std::fs::write(project.path("inbox/late.csv"), export(1)).unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    std::fs::write(project.path("inbox/later.csv"), export(2)).unwrap();
    watch.until("the next", |_| project.matching("archive/2*/later.csv").len() == 1);
    assert_eq!(watch.said().matches("no export came").count(), 1, "{}", watch.said());
}

#[test]
fn what_was_overdue_while_nothing_was_up_is_told_at_the_start_and_once() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let config = project.text("passeur.toml");
    project.config(&config.replace("universe =", "expect = { by = \"00:00\" }\nuniverse ="));
    project.run(&["run", "--now", "2026-11-16T09:30:00-05:00"]).expect_code(0);
    let mut watch = Watch::start(&project);
    watch.until("it is told", |watch| watch.says("no export came by 00:00"));
    let before = watch.ticks();
    std::thread::sleep(Duration::from_secs(3));
    assert!(watch.ticks() - before <= 10, "it looks no more often than it has to");
    let said = watch.said();
    assert_eq!(said.matches("no export came").count(), said.matches("Route cards").count(), "{said}");
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    drop(watch);
    let watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    assert!(!watch.says("no export came"), "{}", watch.said());
}

#[test]
fn a_route_waits_for_its_time_while_another_is_delivered_at_once() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let config = project.text("passeur.toml");
    let (head, route) = config.split_once("[[routes]]").unwrap();
    let late = route.replace("universe =", "schedule = { deliver = \"0 0 29 2 *\" }\nuniverse =");
    let at_once = route.replace("\"cards\"", "\"at-once\"").replace("\"demo\"", "\"now\"");
    project.config(&format!("{head}[[routes]]{late}[[routes]]{at_once}"));
    let mut watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery of the one", |_| project.matching("outbox/now_*.csv").len() == 1);
    watch.until("the other is said", |watch| watch.says("goes to splio at its time"));
    std::fs::write(project.path("inbox/b.csv"), export(2)).unwrap();
    watch.until("the next export is taken", |_| project.matching("archive/2*/b.csv").len() == 1);
    let before = watch.ticks();
    std::thread::sleep(Duration::from_secs(3));
    assert!(
        watch.ticks() - before <= 10,
        "it looks no more often than it has to while files wait for their time"
    );
    assert!(project.matching("outbox/demo_*.csv").is_empty(), "{}", watch.said());
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    drop(watch);
    long_ago(&project, passeur::store::Note::RouteDelivered("cards"), "0 0 29 2 *");
    let watch = Watch::start(&project);
    watch.until("what was missed", |_| project.matching("outbox/demo_*.csv").len() == 2);
}
