//! The protocol over OpenSSH.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use passeur::config::{DestinationKind, SftpConfig, Verify};
use passeur::delivery::receipt::Receipt;
use passeur::store::{HoldCode, OutboundState};

use super::{Project, folder_destination, refusal, sftp_config, sftp_destination};
use crate::support::sshd::{Setup, Sshd};

/// So many bytes, none of them like its neighbours.
fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

#[test]
fn files_arrive_byte_for_byte_under_their_names_alone() {
    let sshd = Sshd::start();
    for verify in [Verify::Size, Verify::Content] {
        let mut project = Project::at(&sshd);
        project.destinations.get_mut("splio").unwrap().verify = verify;
        let files: Vec<_> = [0, 1, 29_999, 30_001, 9_000_017]
            .iter()
            .map(|size| (format!("{verify:?}_{size:08}.csv"), bytes(*size)))
            .collect();
        for (name, content) in &files {
            project.stage("splio", name, content);
        }
        let summary = project.deliver();
        assert_eq!(summary.count(OutboundState::Delivered), files.len(), "{summary:?}");
        assert!(sshd.files() == files, "{:?}", sshd.files().iter().map(|file| &file.0).collect::<Vec<_>>());
        for (name, _) in files {
            std::fs::remove_file(sshd.drop_folder().join(name)).unwrap();
        }
    }
}

#[test]
fn the_receipt_says_what_went_where() {
    let sshd = Sshd::start();
    let mut project = Project::at(&sshd);
    let id = project.stage("splio", "club_cardcode_main_20261115.csv", b"one\n");
    project.deliver();
    let path = project.folder.path().join(project.record(id).receipt_path.unwrap());
    let receipt: Receipt = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(receipt.file.name, "club_cardcode_main_20261115.csv");
    assert_eq!(receipt.file.size, 4);
    // printf 'one\n' | sha256sum
    assert_eq!(receipt.file.sha256, "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806");
    assert_eq!(receipt.export.sha256, "01".repeat(32));
    assert_eq!(receipt.schema.sha256, "01".repeat(32));
    assert_eq!(receipt.config_sha256, "02".repeat(32));
    assert_eq!(receipt.destination.host_key, Some(sshd.fingerprint("ed25519")));
    assert!(receipt.destination.address.ends_with(&format!(
        "@127.0.0.1:{}{}",
        sshd.port,
        sshd.drop_folder().display()
    )));
    let states: Vec<_> = receipt.states.iter().map(|state| state.state.as_str()).collect();
    assert_eq!(states, ["staged", "uploading", "verified", "committing", "delivered"]);
    assert_eq!(receipt.delivered_at.as_deref(), Some("2026-11-15T02:00:00.000Z"));
}

#[test]
fn a_taken_name_is_held_and_nothing_is_replaced() {
    let sshd = Sshd::start();
    std::fs::write(sshd.drop_folder().join("contacts.csv"), "theirs").unwrap();
    let mut project = Project::at(&sshd);
    let id = project.stage("splio", "contacts.csv", b"ours");
    let other = project.stage("splio", "other.csv", b"goes through");
    project.deliver();
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::NameTaken);
    assert_eq!(project.record(other).state, OutboundState::Delivered);
    let expected =
        [("contacts.csv".to_owned(), b"theirs".to_vec()), ("other.csv".to_owned(), b"goes through".to_vec())];
    assert_eq!(sshd.files(), expected);
}

#[test]
fn openssh_refuses_a_rename_over_a_file() {
    let sshd = Sshd::start();
    let mut destination = super::try_connect(sftp_config(&sshd), &[]).unwrap();
    destination.upload("contacts.csv.part", 4, &mut &b"ours"[..], &mut |_| {}).unwrap();
    std::fs::write(sshd.drop_folder().join("contacts.csv"), "theirs").unwrap();
    let error = destination.rename_no_replace("contacts.csv.part", "contacts.csv").unwrap_err();
    assert!(error.to_string().contains("contacts.csv is there already"), "{error}");
    assert_eq!(std::fs::read(sshd.drop_folder().join("contacts.csv")).unwrap(), b"theirs");
    assert_eq!(destination.temporaries(".part").unwrap(), ["contacts.csv.part"]);
    destination.remove("contacts.csv.part").unwrap();
    destination.remove("contacts.csv.part").unwrap();
    assert_eq!(destination.temporaries(".part").unwrap(), Vec::<String>::new());
}

#[test]
fn a_read_only_drop_holds_the_file_and_says_what_to_ask_for() {
    let sshd = Sshd::start_with(&Setup { sftp: "-R".into(), ..Setup::default() });
    let mut project = Project::at(&sshd);
    let id = project.stage("splio", "contacts.csv", b"ours");
    project.deliver();
    let held = project.record(id).held.unwrap();
    assert_eq!(held.code, HoldCode::PermissionDenied);
    assert!(held.text.contains("This user needs the right to write, rename and read there"), "{}", held.text);
    assert_eq!(sshd.files(), []);
}

#[test]
fn a_missing_folder_keeps_the_files_waiting() {
    let sshd = Sshd::start();
    let mut project = Project::new();
    project.add(sftp_destination("splio", SftpConfig { folder: "/nowhere/in".into(), ..sftp_config(&sshd) }));
    let id = project.stage("splio", "contacts.csv", b"ours");
    let summary = project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Staged);
    let reason = summary.files[0].reason.clone().unwrap().to_string();
    assert!(reason.contains("there is no folder /nowhere/in there"), "{reason}");
}

#[test]
fn a_server_without_sftp_is_told() {
    let setup = Setup { lines: vec!["ForceCommand /bin/false".into()], ..Setup::default() };
    let sshd = Sshd::start_with(&setup);
    let text = refusal(sftp_config(&sshd), &[]);
    assert!(text.contains("lets us log in but offers no SFTP"), "{text}");
}

#[test]
fn a_destination_that_is_away_stops_no_other_and_its_files_go_with_a_later_run() {
    let sshd = Sshd::start();
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut project = Project::new();
    project.add(sftp_destination("away", SftpConfig { port: away, ..sftp_config(&sshd) }));
    project.add(folder_destination("local", project.folder.path().join("outbox")));
    let first = project.stage("away", "one.csv", b"1");
    let second = project.stage("away", "two.csv", b"2");
    let local = project.stage("local", "three.csv", b"3");

    let summary = project.deliver();
    assert_eq!(project.record(local).state, OutboundState::Delivered);
    for (id, outcome) in [first, second].iter().zip(&summary.files) {
        assert_eq!(project.record(*id).state, OutboundState::Staged);
        let reason = outcome.reason.as_ref().unwrap().english();
        assert!(reason.starts_with("destination away: cannot connect to 127.0.0.1:"), "{reason}");
    }

    project.add(sftp_destination("away", sftp_config(&sshd)));
    assert_eq!(project.deliver().count(OutboundState::Delivered), 2);
    assert_eq!(sshd.files(), [("one.csv".into(), b"1".to_vec()), ("two.csv".into(), b"2".to_vec())]);
}

#[test]
fn a_server_that_says_nothing_is_left_after_the_time_out() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let sshd = Sshd::start();
    let config = SftpConfig {
        port: silent.local_addr().unwrap().port(),
        timeout: Duration::from_secs(1),
        ..sftp_config(&sshd)
    };
    let begin = Instant::now();
    let text = refusal(config, &[]);
    assert!(text.contains("no answer within 1 s while connecting"), "{text}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

/// Passes bytes on to a server; after so many from the client it passes nothing more and stays silent.
fn freezing_relay(server: u16, after: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            let (mut back_from, mut back_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut back_from, &mut back_to));
            std::thread::spawn(move || {
                let mut left = after;
                let mut piece = [0; 4096];
                while left > 0 {
                    match client.read(&mut piece) {
                        Ok(count) if count > 0 => {
                            server.write_all(&piece[..count]).unwrap();
                            left = left.saturating_sub(count);
                        }
                        _ => return,
                    }
                }
                // Both ends stay open, and nothing is read.
                std::thread::sleep(Duration::from_secs(600));
            });
        }
    });
    port
}

#[test]
fn a_line_that_freezes_is_given_up_after_one_time_out_and_the_file_goes_later() {
    let sshd = Sshd::start();
    let timeout = Duration::from_secs(2);
    let relay = freezing_relay(sshd.port, 400_000);
    let frozen = SftpConfig { port: relay, timeout, ..sftp_config(&sshd) };
    let content = bytes(6_000_000);
    let mut project = Project::new();
    project.add(sftp_destination("splio", frozen));
    let id = project.stage("splio", "contacts.csv", &content);

    let begin = Instant::now();
    let summary = project.deliver();
    let took = begin.elapsed();
    let reason = summary.files[0].reason.clone().unwrap().to_string();
    assert!(reason.contains("no answer within 2 s while uploading"), "{reason}");
    assert_eq!(project.record(id).state, OutboundState::Uploading);
    assert!(took < timeout * 3, "no time-out again for each handle that is dropped: {took:?}");
    let names: Vec<_> = sshd.files().into_iter().map(|file| file.0).collect();
    assert!(names.iter().all(|name| name.ends_with(".part")), "{names:?}");

    let DestinationKind::Sftp(config) = &mut project.destinations.get_mut("splio").unwrap().kind else {
        panic!("sftp")
    };
    *config = sftp_config(&sshd);
    assert_eq!(project.deliver().count(OutboundState::Delivered), 1);
    assert!(sshd.files() == [("contacts.csv".to_owned(), content)]);
}

#[test]
fn progress_is_told_up_to_the_last_byte() {
    let sshd = Sshd::start();
    let mut destination = super::try_connect(sftp_config(&sshd), &[]).unwrap();
    let content = bytes(5_000_000);
    let mut seen = Vec::new();
    destination
        .upload("a.part", content.len() as u64, &mut content.as_slice(), &mut |at| seen.push(at))
        .unwrap();
    assert!(seen.is_sorted());
    assert!(seen.len() > 10, "{}", seen.len());
    assert_eq!(seen.last(), Some(&5_000_000));
}
