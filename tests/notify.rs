//! Who is told of a run: real servers on loopback, the real binary.

mod channels;
mod hook;
mod mail;
mod privacy;
mod watching;

use crate::support::mail_server::MailServer;
use crate::support::project::{MEMBERSHIPS, Project};

/// A row that can be sent.
fn good(number: u32) -> String {
    format!(
        "{number},Annual gym pass,{number},{number},2025-12-01,2026-01-01,2026-12-31,Active,p{number}@tremblay.example,AM-{number:07}\n"
    )
}

/// A row with an address that is none.
fn bad(number: u32) -> String {
    good(number).replace("@tremblay.example", ".tremblay.example").replace("2025-12-01", "31/02/2025")
}

/// A project that holds a file as soon as a row is rejected, and tells of it as `notify` says.
fn project(notify: &str) -> Project {
    let project = Project::new();
    let config = project.text("passeur.toml").replace("max_rejected = \"100 %\"", "max_rejected = \"1 %\"");
    project.config(&format!("{config}\n{notify}"));
    project
}

/// An export of which the file is held.
fn drop_bad(project: &Project, name: &str) {
    let number = u32::try_from(name.len()).unwrap() * 10;
    project.write(&format!("inbox/{name}"), format!("{MEMBERSHIPS}{}{}", good(number), bad(number + 1)));
}

/// An export of which everything is right.
fn drop_good(project: &Project, name: &str, number: u32) {
    project.write(&format!("inbox/{name}"), format!("{MEMBERSHIPS}{}", good(number)));
}

/// `[notify.email]` for a server without protection.
fn by_mail(port: u16) -> String {
    format!(
        "[notify]\nname = \"Club\"\n[notify.email]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
         from = \"Passeur <passeur@club.example>\"\nto = [\"office@club.example\"]\ntimeout = \"20 s\"\n"
    )
}

/// The same, for a server that fails: the test does not wait long.
fn by_mail_in_haste(port: u16) -> String {
    by_mail(port).replace("\"20 s\"", "\"2 s\"")
}

/// The subjects of all mails so far.
fn subjects(server: &MailServer) -> Vec<String> {
    server.mails().iter().map(|mail| mail.subject()).collect()
}
