//! What a watch survives: a full disk, a destination that is away for long, clocks that jump, more events than there is work, signals; and
//! exports that come with markers.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use crate::support::fault_server::{Act, FaultServer, Kind};
use crate::support::project::Project;
use crate::support::watch::Watch;
use crate::watch::{export, settling, to_fault_server};

/// Many subsections, so that many exports of a day have names.
fn many_names(project: &Project) {
    let names: Vec<String> = (1..=40).map(|number| format!("\"m{number}\"")).collect();
    let config = project.text("passeur.toml");
    let before = "subsections = [\"members\", \"members2\"]";
    assert!(config.contains(before));
    project.config(&config.replace(before, &format!("subsections = [{}]", names.join(", "))));
}

/// A small disk below a project; taken away with this value.
struct Disk<'p>(&'p Path);

impl<'p> Disk<'p> {
    /// `None`: this user may not mount anything.
    fn mount(folder: &'p Path) -> Option<Disk<'p>> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Disk(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// Writes until there is no room, then gives back so many bytes.
fn fill(file: &Path, room: u64) {
    use std::io::Write;
    let mut ballast = std::fs::File::create(file).unwrap();
    while ballast.write_all(&[0; 4096]).is_ok() {}
    let length = ballast.metadata().unwrap().len();
    ballast.set_len(length.saturating_sub(room)).unwrap();
}

#[test]
fn a_disk_that_was_full_and_is_free_again() {
    let project = Project::new();
    let config = project.text("passeur.toml");
    let Some(_disk) = Disk::mount(project.root()) else {
        println!("not tested: only root can mount a small disk");
        return;
    };
    let outbox = project.scratch().join("outbox");
    project.config(&config.replace("path = \"outbox\"", &format!("path = \"{}\"", outbox.display())));
    std::fs::create_dir(project.path("inbox")).unwrap();
    settling(&project, "0 s", "1 s");
    many_names(&project);
    let arrived = || std::fs::read_dir(&outbox).map_or(0, |entries| entries.count());
    let watch = Watch::start_with(&project, project.scratch(), |_| {});
    std::fs::write(project.path("inbox/0.csv"), export(100)).unwrap();
    watch.until("the first delivery", |_| arrived() == 1);
    let mut failed = 0;
    for (round, room) in [0, 4, 8, 16, 32, 64, 128].into_iter().enumerate() {
        let round = u32::try_from(round).unwrap() + 1;
        let part = project.path(&format!("inbox/{round}.csv.part"));
        std::fs::write(&part, export(round)).unwrap();
        fill(&project.path("ballast"), room * 1024);
        let said = watch.said().matches("tried again").count();
        std::fs::rename(&part, part.with_extension("")).unwrap();
        let begin = Instant::now();
        let done = |watch: &Watch<'_>| {
            watch.said().matches("tried again").count() > said || arrived() == round as usize + 1
        };
        watch.until("failure or delivery", done);
        failed += u32::from(arrived() == round as usize);
        assert!(begin.elapsed() < Duration::from_secs(30));
        std::fs::remove_file(project.path("ballast")).unwrap();
        watch.until("delivery", |_| arrived() == round as usize + 1);
        watch.until("that the ledger knows of it", |_| project.run(&["status"]).code == Some(0));
    }
    assert!(failed >= 2, "the disk was full in {failed} rounds only");
    println!("the disk was full in {failed} of 7 rounds");
    drop(watch);
    // Each export was sent once, and nothing of it is left behind.
    let mut cards: Vec<String> = std::fs::read_dir(&outbox)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .flat_map(|text| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    cards.sort();
    cards.dedup();
    assert_eq!(cards.len(), 8, "{cards:?}");
    assert_eq!(project.matching("archive/2*/*.csv").len(), 8);
    assert!(project.files("inbox").is_empty());
    project.run(&["status"]).expect_code(0);
    project.run(&["receipt", "verify", "--all"]).expect_code(0);
}

#[test]
fn a_destination_that_is_away_for_long_gets_each_file_once_and_in_order() {
    let server = FaultServer::start();
    server.state().faults = (0..5).map(|number| (Kind::Connection, number, Act::DropBefore)).collect();
    let project = to_fault_server(&server);
    many_names(&project);
    let watch = Watch::start(&project);
    for number in 1..=3 {
        std::fs::write(project.path(&format!("inbox/{number}.csv")), export(number)).unwrap();
        watch.until("that it waits", |watch| watch.said().matches("tried again").count() >= number as usize);
        assert!(server.state().appeared.is_empty());
    }
    watch.until("delivery", |_| server.state().appeared.len() == 3);
    std::thread::sleep(Duration::from_millis(500));
    let state = server.state();
    let cards: Vec<bool> = state
        .appeared
        .iter()
        .zip(1..)
        .map(|((_, bytes), number)| String::from_utf8_lossy(bytes).contains(&format!("AM-{number:07}")))
        .collect();
    assert_eq!(cards, [true, true, true], "{:?}", state.appeared);
}

#[test]
fn ten_thousand_events_are_few_looks() {
    let project = Project::new();
    settling(&project, "0 s", "1 h");
    let watch = Watch::start(&project);
    let before = watch.ticks();
    // Two events at least for each: made, written, renamed, gone. None of them is an export.
    for number in 0..5_000 {
        let part = project.path(&format!("inbox/{number}.part"));
        std::fs::write(&part, "x").unwrap();
        let other = part.with_extension("tmp");
        std::fs::rename(&part, &other).unwrap();
        std::fs::remove_file(&other).unwrap();
    }
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    let used = watch.ticks() - before;
    println!("20,000 events: {used} hundredths of a second of processor time, {} kB", watch.memory());
    assert!(used < 500, "{used} hundredths of a second");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(watch.delivered(), 1);
}

fn set_modified(path: &Path, time: SystemTime) {
    std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn times_of_other_clocks_delay_nothing_and_take_nothing_too_early() {
    let project = Project::new();
    settling(&project, "1 s", "1 h");
    many_names(&project);
    let watch = Watch::start(&project);
    // A share whose clock is a day ahead, and a file that is still being written there.
    let path = project.path("inbox/ahead.csv");
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    let mut text = String::new();
    for number in 1..=6_u32 {
        let whole = export(number);
        text.push_str(if number == 1 { &whole } else { whole.lines().nth(1).unwrap() });
        text.push_str(if number == 1 { "" } else { "\n" });
        std::fs::write(&path, &text).unwrap();
        set_modified(&path, tomorrow + Duration::from_secs(u64::from(number)));
        assert_eq!(watch.delivered(), 0, "taken after row {number}");
        std::thread::sleep(Duration::from_millis(400));
    }
    watch.until("delivery", |watch| watch.delivered() == 1);
    let sent = project.text(&project.only("outbox/*.csv"));
    assert_eq!(sent.matches("AM-").count(), 6, "{sent}");
    // One from 1970.
    let old = project.path("inbox/old.csv");
    std::fs::write(&old, export(9)).unwrap();
    set_modified(&old, SystemTime::UNIX_EPOCH);
    watch.until("delivery of the old one", |watch| watch.delivered() == 2);
}

#[test]
fn a_clock_that_was_set_back_delivers_nothing_twice() {
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    let expression = "* * * * *";
    project.add_config(&format!("[schedule]\ndeliver = \"{expression}\"\n"));
    let mut watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("the export is taken", |_| project.matching("archive/2*/a.csv").len() == 1);
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    drop(watch);
    // The last time that was done lies far ahead: the clock was wrong then, and is right now.
    let mut store = passeur::store::Store::open(&project.path("passeur.db")).unwrap();
    let ahead = format!("2099-06-01T00:00:00+00:00 America/Toronto {expression}");
    store.set_note(passeur::store::Note::Delivered, Some(&ahead)).unwrap();
    drop(store);
    let watch = Watch::start(&project);
    watch.until("delivery in the next minute", |watch| watch.delivered() == 1);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(watch.delivered(), 1);
    assert_eq!(project.run(&["status", "--format", "json"]).json()["outbound"]["delivered"], 1);
}

/// The library that gives a process a clock of its own (Debian's libfaketime; `FAKETIME_LIBRARY` names one elsewhere).
fn fake_clock() -> Option<std::path::PathBuf> {
    if let Some(named) = std::env::var_os("FAKETIME_LIBRARY") {
        return Some(named.into());
    }
    glob::glob("/usr/lib/*/faketime/libfaketimeMT.so.1").unwrap().find_map(Result::ok)
}

#[test]
fn a_clock_that_jumps_while_the_watch_is_up_delivers_once_and_at_its_time() {
    let Some(library) = fake_clock() else {
        println!("not tested: libfaketime is not installed");
        return;
    };
    let project = Project::new();
    settling(&project, "0 s", "1 s");
    many_names(&project);
    project.add_config("[schedule]\ndeliver = \"15 2 * * *\"\n");
    let set = |time: &str| std::fs::write(project.path("clock"), format!("@2026-11-{time}\n")).unwrap();
    set("20 02:14:00");
    let watch = Watch::start_with(&project, project.root(), |command| {
        command
            .env("LD_PRELOAD", &library)
            .env("FAKETIME_TIMESTAMP_FILE", project.path("clock"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("TZ", "America/Toronto");
    });
    let taken = |name: &str, number| {
        std::fs::write(project.path(&format!("inbox/{name}")), export(number)).unwrap();
        watch.until("the export is taken", |_| project.matching(&format!("archive/2*/{name}")).len() == 1);
    };
    let quiet = |count: usize| {
        std::thread::sleep(Duration::from_millis(2_500));
        assert_eq!(watch.delivered(), count, "{}", watch.said());
    };
    taken("a.csv", 1);
    quiet(0);
    set("20 02:16:00");
    watch.until("delivery after the jump ahead", |watch| watch.delivered() == 1);
    set("20 02:10:00");
    taken("b.csv", 2);
    quiet(1);
    set("20 02:16:30");
    watch.until("delivery when the time comes again", |watch| watch.delivered() == 2);
    set("24 23:00:00");
    taken("c.csv", 3);
    // The nights in between had nothing to deliver: they are caught up with at most what came since.
    set("25 02:15:10");
    watch.until("delivery of the next night", |watch| watch.delivered() == 3);
    quiet(3);
    let delivered = project.run(&["status", "--format", "json"]).json()["outbound"]["delivered"].clone();
    assert_eq!(delivered, 3);
}

#[test]
fn a_stop_comes_within_its_bound_while_a_server_says_nothing() {
    let server = FaultServer::failing(Kind::Write, 0, Act::Stall);
    let project = to_fault_server(&server);
    let config = project.text("passeur.toml").replace("retries = 0", "retries = 0\ntimeout = \"3 s\"");
    project.config(&config);
    project.write("inbox/a.csv", export(1));
    let mut watch = Watch::start(&project);
    watch.until("the upload", |_| server.state().count(Kind::Write) > 0);
    let begin = Instant::now();
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    // The answer that it waits for, and some for a busy machine.
    assert!(begin.elapsed() < Duration::from_secs(3 + 5), "{:?}", begin.elapsed());
    drop(watch);
    let watch = Watch::start(&project);
    watch.until("delivery", |_| server.state().appeared.len() == 1);
}

fn with_marker(marker: &str) -> Project {
    let project = Project::new();
    let config =
        project.text("passeur.toml").replace("settle = \"0 s\"", "settle = \"1 h\"\nrescan = \"1 h\"");
    project.config(&format!("marker = \"{marker}\"\n{config}"));
    project
}

#[test]
fn an_export_waits_for_its_marker_and_both_go() {
    let project = with_marker("{name}.ok");
    let watch = Watch::start(&project);
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(project.files("inbox"), ["inbox/a.csv"]);
    std::fs::write(project.path("inbox/a.csv.ok"), "").unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    watch.until("the marker is gone", |_| project.files("inbox").is_empty());
    // The same name again: the old marker does not count, for it is gone.
    std::fs::write(project.path("inbox/a.csv"), export(2)).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(watch.delivered(), 1);
    std::fs::write(project.path("inbox/a.csv.ok"), "rows=1\n").unwrap();
    watch.until("the second delivery", |watch| watch.delivered() == 2);
    watch.until("what stood in the marker is kept", |_| {
        project.matching("archive/2*/a.csv.ok").iter().any(|file| project.text(file) == "rows=1\n")
    });
}

#[test]
fn a_run_says_which_marker_it_waits_for() {
    let project = with_marker("{stem}.done");
    project.write("inbox/a.csv", export(1)).write("inbox/b.csv", export(2));
    std::fs::write(project.path("inbox/b.done"), "").unwrap();
    let said = project.run(&["run"]).expect_code(0).stdout;
    assert!(said.contains("a.csv: waits for its marker a.done"), "{said}");
    assert_eq!(project.files("inbox"), ["inbox/a.csv"]);
    project.assert_each_export_in_one_place();
    let plan = project.run(&["plan"]).expect_code(0).stdout;
    assert!(plan.contains("waits for its marker"), "{plan}");
}

#[test]
fn an_export_that_goes_back_to_the_inbox_keeps_its_marker() {
    let project = with_marker("{name}.ok");
    project.add_config("[customer_base]\n");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/exports");
    project.write("inbox/registrations.csv", std::fs::read(samples.join("registrations.csv")).unwrap());
    std::fs::write(project.path("inbox/registrations.csv.ok"), "").unwrap();
    project.run(&["run"]);
    assert_eq!(project.files("inbox"), ["inbox/registrations.csv", "inbox/registrations.csv.ok"]);
    project.write("inbox/people.csv", std::fs::read(samples.join("people.csv")).unwrap());
    std::fs::write(project.path("inbox/people.csv.ok"), "").unwrap();
    project.run(&["run"]);
    assert!(project.files("inbox").is_empty(), "{}", project.tree());
    project.assert_each_export_in_one_place();
}
