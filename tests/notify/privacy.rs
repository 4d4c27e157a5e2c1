//! Nothing of what the exports hold leaves by a notification, whatever goes wrong with them.

use std::collections::BTreeSet;
use std::path::Path;

use super::by_mail;
use crate::support::mail_server::{Line, MailServer};
use crate::support::project::Project;
use crate::support::web_server::WebServer;

/// The cells of an export that are about a person: addresses, and the columns that people's names are in.
fn personal(bytes: &[u8]) -> BTreeSet<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Windows-1252, as far as it matters here.
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let separator = if text.lines().next().unwrap_or_default().contains(';') { ';' } else { ',' };
    let header: Vec<String> =
        text.lines().next().unwrap_or_default().split(separator).map(str::to_lowercase).collect();
    let mut found = BTreeSet::new();
    for line in text.lines().skip(1) {
        for (column, cell) in line.split(separator).enumerate() {
            let name = header.get(column).map_or("", String::as_str);
            let cell = cell.trim_matches('"').trim();
            let of_a_person =
                ["nom", "name", "card", "carte", "adress"].iter().any(|part| name.contains(part));
            if cell.len() >= 4 && (cell.contains('@') || of_a_person) {
                found.insert(cell.to_owned());
            }
        }
    }
    found
}

/// Runs a project on its exports, and looks for what they hold in all that is told, and in the log.
fn told_nothing_of(project: &Project, days: &[Vec<(String, Vec<u8>)>]) {
    let (mail, web) = (MailServer::start(Line::Plain), WebServer::start(&[]));
    let hook = format!("[notify.webhook]\nurl = \"http://127.0.0.1:{}/\"\n", web.port);
    let always = by_mail(mail.port).replace("[notify]\n", "[notify]\nwhen = \"always\"\n");
    project.add_config(&(always + &hook));
    let mut persons = BTreeSet::new();
    for (day, exports) in days.iter().enumerate() {
        for (name, bytes) in exports {
            persons.extend(personal(bytes));
            project.write(&format!("inbox/{name}"), bytes);
        }
        let now = format!("2026-11-{:02}T02:00:00-05:00", 16 + day);
        let mut command = project.command(&["run", "--now", &now]);
        command.env("PASSEUR_LOG", "debug");
        let output = project.finish(command);
        for person in &persons {
            assert!(!output.stderr.contains(person), "the log holds {person}");
        }
    }
    assert_eq!((mail.mails().len(), web.requests().len()), (days.len(), days.len()));
    assert!(persons.len() > 10, "the search has something to look for: {persons:?}");
    for mail in mail.mails() {
        let text = format!("{}\n{}\n{}", mail.raw, mail.subject(), mail.text());
        let found: Vec<_> = persons.iter().filter(|person| text.contains(*person)).collect();
        assert!(found.is_empty(), "{found:?} in\n{text}");
    }
    for request in web.requests() {
        let found: Vec<_> = persons.iter().filter(|person| request.body.contains(*person)).collect();
        assert!(found.is_empty(), "{found:?} in\n{}", request.body);
    }
}

fn exports_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn of_samples_with_broken_rows() {
    let project = Project::sample();
    let exports = exports_in(&project.path("inbox"));
    told_nothing_of(&project, &[exports]);
}

#[test]
fn of_people_and_their_registrations() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/cyberimpact");
    let project = Project::empty();
    project.config(&std::fs::read_to_string(samples.join("passeur.toml")).unwrap());
    let days = ["day-1", "day-2", "day-3"].map(|day| exports_in(&samples.join(day)));
    told_nothing_of(&project, &days);
}

#[test]
fn of_files_whose_header_is_data() {
    let project = Project::sample();
    let without_header = exports_in(&project.path("inbox")).into_iter().map(|(name, bytes)| {
        let start = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let whole = bytes.clone();
        (name, bytes[start..].to_vec(), whole)
    });
    let (mut cut, mut persons) = (Vec::new(), Vec::new());
    for (name, bytes, whole) in without_header {
        std::fs::remove_file(project.path(&format!("inbox/{name}"))).unwrap();
        cut.push((format!("cut-{name}"), bytes));
        persons.push((name, whole));
    }
    told_nothing_of(&project, &[cut, persons]);
}
