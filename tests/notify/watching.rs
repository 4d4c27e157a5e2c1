//! Notifications of a watch: it tries again and again, and says so once; and it never waits for a mail server.

use std::process::Child;
use std::time::{Duration, Instant};

use super::{by_mail, drop_bad, good, project, subjects};
use crate::support::mail_server::{Act, Line, MailServer, dead_port};
use crate::support::project::{MEMBERSHIPS, Project};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running watch; killed when the test ends.
struct Watch<'p> {
    project: &'p Project,
    child: Child,
}

impl<'p> Watch<'p> {
    fn start(project: &'p Project) -> Watch<'p> {
        let file = |name: &str| std::fs::File::create(project.path(name)).unwrap();
        let mut command = project.command(&["watch"]);
        command.env("PASSEUR_LOG", "info").stdout(file("out.log")).stderr(file("err.log"));
        Watch { project, child: command.spawn().unwrap() }
    }

    #[track_caller]
    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds() {
            let said = || format!("{}\n{}", self.project.text("out.log"), self.project.text("err.log"));
            assert!(Instant::now() < end, "{what}: not in time\n{}", said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end, and says how long that took.
    fn end(mut self) -> Duration {
        let started = Instant::now();
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
        started.elapsed()
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An export comes while the watch is up.
fn drop_in(project: &Project, name: &str, number: u32) {
    std::fs::write(project.path(&format!("inbox/{name}")), format!("{MEMBERSHIPS}{}", good(number))).unwrap();
}

#[test]
fn a_destination_that_is_away_is_told_once_however_often_it_is_tried() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    let folder = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    let away = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"u\"\nretries = 0\n\
         auth = {{ password = {{ env = \"HOME\" }} }}\nhost_keys = [\"SHA256:uNiVztksCsDhcc0u9e8BrYzO2yA0Hq+CkGtyeiTGZkA\"]\n",
        dead_port()
    );
    project.config(&project.text("passeur.toml").replace(folder, &away));
    drop_in(&project, "memberships.csv", 1);
    let watch = Watch::start(&project);
    watch.until("three tries", || project.text("out.log").matches("wait").count() >= 3);
    assert_eq!(subjects(&server), ["[Club] 1 file not delivered"]);
    assert!(server.mails()[0].text().contains("127.0.0.1"), "{}", server.mails()[0].text());
    watch.end();
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_mail_server_that_hangs_delays_neither_the_next_file_nor_the_end() {
    let server = MailServer::start(Line::Plain);
    server.act(Act::Hang);
    let project = project(&by_mail(server.port).replace("\"20 s\"", "\"5 min\""));
    drop_bad(&project, "memberships.csv");
    let watch = Watch::start(&project);
    watch.until("the mail is tried", || server.connections() == 1);
    drop_in(&project, "more.csv", 7);
    watch.until("delivery", || project.matching("outbox/*.csv").len() == 1);
    assert_eq!(server.connections(), 1, "it still hangs");
    assert!(watch.end() < Duration::from_secs(30));

    // What could not be told is told by the next process.
    server.act(Act::Take);
    project.run(&["run"]).expect_code(0);
    let text = server.mails()[0].text();
    assert!(text.contains("passeur release 1") && text.contains("Not told by this channel"), "{text}");
}

#[test]
fn a_mail_server_that_comes_back_gets_what_it_missed_without_a_new_run() {
    let server = MailServer::start(Line::Plain);
    server.act(Act::Busy);
    let project = project(&by_mail(server.port).replace("\"20 s\"", "\"1 s\""));
    drop_bad(&project, "memberships.csv");
    let watch = Watch::start(&project);
    watch.until("it failed", || project.text("out.log").contains("e-mail FAILED"));
    server.act(Act::Take);
    watch.until("it is told", || project.text("out.log").contains("Notification sent by e-mail."));
    assert_eq!(subjects(&server), ["[Club] 1 file held, 1 row rejected"]);
    watch.end();
}

#[test]
fn a_watch_that_cannot_look_at_its_inbox_says_so_once() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    let quick = "settle = \"0 s\"\nrescan = \"1 s\"";
    project.config(&project.text("passeur.toml").replace("settle = \"0 s\"", quick));
    let watch = Watch::start(&project);
    watch.until("the first run", || project.path("passeur.db").exists());
    std::fs::remove_dir(project.path("inbox")).unwrap();
    std::fs::write(project.path("inbox"), "a file where a folder must be").unwrap();
    watch.until("it is told", || !server.mails().is_empty());
    std::thread::sleep(Duration::from_secs(3));
    watch.end();
    assert_eq!(subjects(&server), ["[Club] the run failed"]);
    assert!(server.mails()[0].text().contains("Not a directory"), "{}", server.mails()[0].text());
}
