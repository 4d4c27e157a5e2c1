//! The protocol over a server that fails on command. Whatever it does, the partner gets the file once and whole.

use std::time::Duration;

use passeur::config::{Auth, DestinationConfig, HostKeys, Retries, Secret, SftpConfig, Verify};
use passeur::store::{HoldCode, OutboundId, OutboundState};
use rstest::rstest;
use russh_sftp::protocol::StatusCode;

use super::{Project, now, sftp_destination};
use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};

const NAME: &str = "club_cardcode_main_20261115.csv";

/// More than three packets of libssh2.
fn content() -> Vec<u8> {
    (0..100_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn destination(server: &FaultServer) -> DestinationConfig {
    sftp_destination(
        "splio",
        SftpConfig {
            host: "127.0.0.1".into(),
            port: server.port,
            user: USER.into(),
            folder: "/in".into(),
            auth: Auth::Password(Secret::Env("DROP_PASSWORD".into())),
            host_keys: HostKeys::Pinned(vec![server.fingerprint.clone()]),
            timeout: Duration::from_secs(20),
        },
    )
}

/// A project with one staged file for the server.
fn project(server: &FaultServer) -> (Project, OutboundId) {
    let mut project = Project::new();
    project.variables.push(("DROP_PASSWORD", PASSWORD.into()));
    project.add(destination(server));
    let id = project.stage("splio", NAME, &content());
    (project, id)
}

/// The same, with a time-out of so many seconds.
fn impatient(server: &FaultServer, seconds: u64) -> (Project, OutboundId) {
    let (mut project, id) = project(server);
    let mut destination = destination(server);
    let passeur::config::DestinationKind::Sftp(config) = &mut destination.kind else { panic!("sftp") };
    config.timeout = Duration::from_secs(seconds);
    project.add(destination);
    (project, id)
}

/// The partner got the file once, byte for byte, and nothing else; no temporary file is left.
#[track_caller]
fn assert_once(server: &FaultServer, project: &Project, id: OutboundId) {
    let record = project.record(id);
    assert_eq!(record.state, OutboundState::Delivered, "{:?}", record.held);
    let state = server.state();
    let names: Vec<_> = state.appeared.iter().map(|(name, bytes)| (name, bytes.len())).collect();
    assert!(state.appeared == [(NAME.to_owned(), content())], "{names:?}");
    let left: Vec<_> = state.files.keys().filter(|name| name.ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Nothing was seen by the partner.
#[track_caller]
fn assert_unseen(server: &FaultServer) {
    assert!(server.state().appeared.is_empty());
    assert!(!server.state().files.contains_key(NAME));
}

#[test]
fn without_faults_the_requests_come_in_this_order() {
    let server = FaultServer::start();
    let (mut project, id) = project(&server);
    project.deliver();
    assert_once(&server, &project, id);
    let mut requests = server.state().requests.clone();
    requests.dedup();
    use Kind::*;
    assert_eq!(requests, [Connection, Look, Open, Write, Sync, Close, Look, Rename]);
    assert_eq!(server.state().count(Look), 3, "the final name, the temporary one, and the final one again");
    assert_eq!(server.state().count(Write), 4);
}

/// The line is cut before and after every request of a delivery, over a partner that picks up at once.
#[rstest]
#[case(Kind::Connection, 0)]
#[case(Kind::Look, 0)]
#[case(Kind::Open, 0)]
#[case(Kind::Write, 0)]
#[case(Kind::Write, 2)]
#[case(Kind::Write, 3)]
#[case(Kind::Sync, 0)]
#[case(Kind::Close, 0)]
#[case(Kind::Look, 1)]
#[case(Kind::OpenToRead, 0)]
#[case(Kind::Read, 0)]
#[case(Kind::Look, 2)]
#[case(Kind::Rename, 0)]
fn a_line_cut_at_any_request_loses_and_doubles_nothing(#[case] kind: Kind, #[case] number: usize) {
    for act in [Act::DropBefore, Act::DropAfter] {
        for picks_up in [true, false] {
            let server = FaultServer::failing(kind, number, act);
            server.state().picks_up = picks_up;
            let (mut project, id) = project(&server);
            project.destinations.get_mut("splio").unwrap().verify = Verify::Content;
            let first = project.deliver();
            assert_eq!(first.count(OutboundState::Delivered), 0, "{act:?}: {first:?}");
            assert!(server.state().requests.contains(&kind), "the fault was reached");
            project.deliver();
            assert_once(&server, &project, id);
            assert!(project.deliver().files.is_empty(), "the next run finds nothing to do");
        }
    }
}

/// The reply to the rename is lost, and the line is cut again at each request of the recovery.
#[rstest]
#[case(Kind::Look, 3)]
#[case(Kind::Look, 4)]
#[case(Kind::Connection, 1)]
fn a_second_cut_during_the_recovery_doubles_nothing(#[case] kind: Kind, #[case] number: usize) {
    for act in [Act::DropBefore, Act::DropAfter] {
        let server = FaultServer::failing(Kind::Rename, 0, Act::DropAfter);
        server.state().picks_up = true;
        server.state().faults.push((kind, number, act));
        let (mut project, id) = project(&server);
        for _ in 0..2 {
            project.deliver();
            assert_eq!(project.record(id).state, OutboundState::Committing);
        }
        project.deliver();
        assert_once(&server, &project, id);
        assert_eq!(server.state().count(Kind::Rename), 1, "asked, not tried again");
    }
}

/// A server that stays silent at a request: one time-out, and the next run delivers.
#[rstest]
#[case(Kind::Open, 0)]
#[case(Kind::Write, 1)]
#[case(Kind::Close, 0)]
#[case(Kind::Look, 1)]
#[case(Kind::Rename, 0)]
fn a_stall_is_given_up_and_the_file_goes_later(#[case] kind: Kind, #[case] number: usize) {
    let server = FaultServer::failing(kind, number, Act::Stall);
    let (mut project, id) = impatient(&server, 1);
    let summary = project.deliver();
    let reason = summary.files[0].reason.clone().unwrap().to_string();
    assert!(reason.contains("no answer within 1 s"), "{reason}");
    project.deliver();
    assert_once(&server, &project, id);
}

/// The rename is carried out while nobody waits for its answer any more, after the next run has asked what became of it.
#[test]
fn a_rename_that_is_carried_out_late_doubles_nothing() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::Late(Duration::from_millis(2_500)));
    server.state().picks_up = true;
    // The recovery's own rename comes after the late one.
    server.state().faults.push((Kind::Rename, 1, Act::Late(Duration::from_millis(1_500))));
    let (mut project, id) = impatient(&server, 2);
    project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Committing);
    project.deliver();
    assert_once(&server, &project, id);
    assert_eq!(server.state().count(Kind::Rename), 2);
}

/// A request of a dead connection empties the temporary file of the first try, while the second try has verified its own and is about to
/// rename. With one temporary name for both, an empty file would get the final name.
#[test]
fn a_late_request_of_a_dead_try_does_not_reach_the_file_of_the_next_try() {
    let server = FaultServer::failing(Kind::Open, 0, Act::Late(Duration::from_millis(3_000)));
    server.state().faults.push((Kind::Look, 3, Act::Late(Duration::from_millis(1_600))));
    let (mut project, id) = impatient(&server, 2);
    project.deliver();
    project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Delivered);
    assert!(server.state().appeared == [(NAME.to_owned(), content())]);
}

#[test]
fn bytes_acknowledged_and_then_lost_at_the_end_are_missed_by_size() {
    let server = FaultServer::failing(Kind::Write, 3, Act::Lie);
    let (mut project, id) = project(&server);
    let summary = project.deliver();
    let reason = summary.files[0].reason.clone().unwrap().to_string();
    assert!(reason.contains("is not what was sent: 90000 bytes, expected 100000 bytes"), "{reason}");
    assert_unseen(&server);
    project.deliver();
    assert_once(&server, &project, id);
}

/// A hole of zeros in the middle: the size is right.
#[test]
fn bytes_acknowledged_and_then_lost_in_the_middle_are_missed_by_content() {
    let server = FaultServer::failing(Kind::Write, 1, Act::Lie);
    let (mut project, id) = project(&server);
    project.destinations.get_mut("splio").unwrap().verify = Verify::Content;
    let summary = project.deliver();
    assert!(summary.files[0].reason.clone().unwrap().to_string().contains("is not what was sent: SHA-256"));
    assert_unseen(&server);
    project.deliver();
    assert_once(&server, &project, id);
}

#[test]
fn a_wrong_size_is_not_renamed() {
    let server = FaultServer::failing(Kind::Look, 1, Act::WrongSize);
    let (mut project, id) = project(&server);
    project.deliver();
    assert_unseen(&server);
    assert_eq!(project.record(id).state, OutboundState::Uploading);
    project.deliver();
    assert_once(&server, &project, id);
}

#[test]
fn a_refused_rename_is_held_and_leaves_nothing() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::Refuse(StatusCode::PermissionDenied));
    let (mut project, id) = project(&server);
    project.deliver();
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::PermissionDenied);
    assert!(server.state().files.is_empty(), "the temporary file is taken back");
    assert_unseen(&server);
}

#[test]
fn a_server_that_renames_and_then_says_failure_is_believed_by_what_is_there() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::RefuseAfter);
    let (mut project, id) = project(&server);
    project.deliver();
    assert_once(&server, &project, id);
}

/// The same, and the partner took the file: it cannot be told from a temporary file that somebody removed.
#[test]
fn a_rename_that_failed_and_left_no_trace_is_for_a_person() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::RefuseAfter);
    server.state().picks_up = true;
    let (mut project, id) = project(&server);
    project.deliver();
    let held = project.record(id).held.unwrap();
    assert_eq!(held.code, HoldCode::Vanished);
    assert_eq!(held.text, "failure", "the words of the server");
}

#[test]
fn a_full_disk_is_told_from_other_failures_by_asking_the_file_system() {
    let server = FaultServer::failing(Kind::Write, 1, Act::Full);
    let (mut project, id) = project(&server);
    project.deliver();
    let held = project.record(id).held.unwrap();
    assert_eq!(held.code, HoldCode::DiskFull, "{}", held.text);
    assert_unseen(&server);
}

/// Servers tell of a quota when the file is closed, with a status that says no more than "failure".
#[rstest]
#[case(Kind::Write, 1)]
#[case(Kind::Close, 0)]
fn a_failure_with_room_left_is_held_as_a_refusal(#[case] kind: Kind, #[case] number: usize) {
    let server = FaultServer::failing(kind, number, Act::Refuse(StatusCode::Failure));
    let (mut project, id) = project(&server);
    project.deliver();
    let held = project.record(id).held.unwrap();
    assert_eq!(held.code, HoldCode::ServerRefused, "{}", held.text);
    assert_eq!(held.text, "failure", "the words of the server");
    assert_unseen(&server);
}

#[test]
fn a_full_disk_that_shows_when_the_file_is_closed_is_told() {
    let server = FaultServer::failing(Kind::Close, 0, Act::Full);
    let (mut project, id) = project(&server);
    project.deliver();
    let held = project.record(id).held.unwrap();
    assert_eq!(held.code, HoldCode::DiskFull, "{}", held.text);
    assert_unseen(&server);
}

#[test]
fn a_folder_that_only_reads_holds_the_file() {
    let server = FaultServer::failing(Kind::Open, 0, Act::Refuse(StatusCode::PermissionDenied));
    let (mut project, id) = project(&server);
    project.deliver();
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::PermissionDenied);
    assert_unseen(&server);
}

#[test]
fn a_server_that_cannot_sync_is_taken_as_it_is() {
    let server = FaultServer::failing(Kind::Sync, 0, Act::Refuse(StatusCode::OpUnsupported));
    let (mut project, id) = project(&server);
    project.deliver();
    assert_once(&server, &project, id);
}

#[test]
fn on_a_server_whose_rename_replaces_a_taken_name_is_seen_by_looking() {
    let server = FaultServer::start();
    server.state().rename_replaces = true;
    server.state().files.insert(NAME.into(), b"theirs".to_vec());
    let (mut project, id) = project(&server);
    project.deliver();
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::NameTaken);
    assert_eq!(server.state().files[NAME], b"theirs");
}

#[test]
fn a_temporary_file_of_a_dead_run_is_removed_by_the_next() {
    let server = FaultServer::failing(Kind::Write, 1, Act::DropAfter);
    let (mut project, id) = project(&server);
    project.deliver();
    let dead = project.record(id).temporary.unwrap();
    assert!(server.state().files.contains_key(&dead));
    project.deliver();
    assert_once(&server, &project, id);
    assert_ne!(project.record(id).temporary.unwrap(), dead, "a try has a name of its own");
}

#[test]
fn a_slow_link_is_only_slow() {
    let server = FaultServer::start();
    server.state().slow = Duration::from_millis(400);
    let (mut project, id) = impatient(&server, 1);
    project.deliver();
    assert_once(&server, &project, id);
}

/// A run retries within itself what can heal: here the line is cut three times, and the fourth try goes through.
#[test]
fn a_broken_line_is_tried_again_within_the_run() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropAfter);
    server.state().faults.push((Kind::Connection, 1, Act::DropBefore));
    server.state().faults.push((Kind::Rename, 0, Act::DropAfter));
    server.state().picks_up = true;
    let (mut project, id) = project(&server);
    project.destinations.get_mut("splio").unwrap().retries = Retries::default();
    let summary = project.deliver();
    assert_eq!(summary.files[0].reason, None);
    assert_once(&server, &project, id);
    let waits = project.waits.lock().unwrap();
    assert_eq!(waits.len(), 3, "{waits:?}");
    assert!(waits.is_sorted(), "each is longer: {waits:?}");
}

#[test]
fn retries_end_and_the_file_waits_for_the_next_run() {
    let server = FaultServer::start();
    for number in 0..3 {
        server.state().faults.push((Kind::Write, number, Act::DropBefore));
    }
    let (mut project, id) = project(&server);
    project.destinations.get_mut("splio").unwrap().retries = Retries { count: 2, ..Retries::default() };
    let summary = project.deliver();
    assert!(
        summary.files[0].reason.as_ref().unwrap().english().contains("the connection broke"),
        "{summary:?}"
    );
    assert_eq!(server.state().count(Kind::Connection), 3);
    project.deliver();
    assert_once(&server, &project, id);
}

#[rstest]
#[case(Kind::Open, StatusCode::PermissionDenied)]
#[case(Kind::Open, StatusCode::Failure)]
#[case(Kind::Rename, StatusCode::PermissionDenied)]
fn what_cannot_heal_is_not_tried_again(#[case] kind: Kind, #[case] status: StatusCode) {
    let server = FaultServer::failing(kind, 0, Act::Refuse(status));
    let (mut project, id) = project(&server);
    project.destinations.get_mut("splio").unwrap().retries = Retries::default();
    project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Held);
    assert!(project.waits.lock().unwrap().is_empty());
}

/// A file at which the line always breaks does not keep the others from going.
#[test]
fn one_file_that_kills_the_line_does_not_stop_the_next() {
    let server = FaultServer::start();
    for number in 0..2 {
        server.state().faults.push((Kind::Write, number, Act::DropBefore));
    }
    let (mut project, id) = project(&server);
    let second = project.stage_for("contacts", "splio", "second.csv", b"2");
    project.destinations.get_mut("splio").unwrap().retries = Retries { count: 1, ..Retries::default() };
    project.deliver();
    assert_eq!(project.record(id).state, OutboundState::Uploading);
    assert_eq!(project.record(second).state, OutboundState::Delivered);
}

/// The next file of the same route is uploaded, and gets its name only behind it.
#[test]
fn a_file_that_fails_keeps_the_later_ones_of_its_route_back() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropBefore);
    let (mut project, first) = project(&server);
    let second = project.stage("splio", "second.csv", b"2");
    let third = project.stage("splio", "third.csv", b"3");
    let other = project.stage_for("contacts", "splio", "contacts.csv", b"4");
    let summary = project.deliver();
    let states: Vec<_> = summary.files.iter().map(|file| (file.id, file.state)).collect();
    use OutboundState::{Delivered, Uploading, Verified};
    assert_eq!(states, [(first, Uploading), (second, Verified), (third, Verified), (other, Delivered)]);
    for file in &summary.files[1..3] {
        let reason = file.reason.as_ref().unwrap().english();
        assert!(reason.contains(&format!("it waits for {NAME} (#{first})")), "{reason}");
    }
    assert_eq!(project.deliver().count(Delivered), 3);
    let state = server.state();
    let names: Vec<_> = state.appeared.iter().map(|file| file.0.as_str()).collect();
    assert_eq!(names, ["contacts.csv", NAME, "second.csv", "third.csv"]);
}

/// Whatever the request at which one of several sessions loses its line: each file once, in staging order, over as many runs as it takes.
#[rstest]
#[case(Kind::Write, 0)]
#[case(Kind::Write, 3)]
#[case(Kind::Look, 4)]
#[case(Kind::Close, 2)]
#[case(Kind::Rename, 0)]
#[case(Kind::Rename, 2)]
fn sessions_without_retries_keep_the_order_of_a_route(
    #[case] kind: Kind,
    #[case] number: usize,
    #[values(Act::DropBefore, Act::DropAfter)] act: Act,
) {
    let server = FaultServer::failing(kind, number, act);
    server.state().picks_up = true;
    let (mut project, _) = project(&server);
    project.destinations.get_mut("splio").unwrap().sessions = std::num::NonZeroUsize::new(4).unwrap();
    let mut names = vec![NAME.to_owned()];
    for number in 1..6 {
        names.push(format!("file_{number}.csv"));
        project.stage("splio", names.last().unwrap(), &content()[..90_000 / number]);
    }
    let mut runs = 0;
    while !project.deliver().files.is_empty() {
        runs += 1;
        assert!(runs < 4, "it does not end");
    }
    let state = server.state();
    assert_eq!(state.appeared.iter().map(|file| file.0.clone()).collect::<Vec<_>>(), names);
}

/// A file that is held waits for a person, who may take days; the next of its route does not wait with it.
#[test]
fn a_held_file_does_not_keep_the_later_ones_of_its_route_back() {
    let server = FaultServer::failing(Kind::Open, 0, Act::Refuse(StatusCode::PermissionDenied));
    let (mut project, first) = project(&server);
    let second = project.stage("splio", "second.csv", b"2");
    project.deliver();
    assert_eq!(project.record(first).state, OutboundState::Held);
    assert_eq!(project.record(second).state, OutboundState::Delivered);
    assert_eq!(project.store.delivered_after(&project.record(first)).unwrap(), 1);
}

/// The way out where a file can never arrive: a person ends it, and the route goes on.
#[test]
fn a_file_that_waits_can_be_discarded_and_the_next_of_its_route_goes() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropBefore);
    let (mut project, first) = project(&server);
    let second = project.stage("splio", "second.csv", b"2");
    project.deliver();
    let discarded = project.store.discard(first, now(), "no use", &|_, _| String::new()).unwrap();
    assert_eq!(discarded, [first]);
    project.deliver();
    assert_eq!(project.record(second).state, OutboundState::Delivered);
    assert_eq!(server.state().appeared, [("second.csv".to_owned(), b"2".to_vec())]);
}

/// A rename that was sent may have been carried out: only the destination can tell.
#[test]
fn a_file_that_may_be_visible_cannot_be_discarded() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::DropAfter);
    let (mut project, first) = project(&server);
    project.deliver();
    assert_eq!(project.record(first).state, OutboundState::Committing);
    project.store.discard(first, now(), "no use", &|_, _| String::new()).unwrap_err();
    project.deliver();
    assert_once(&server, &project, first);
}

#[test]
fn what_waits_for_a_file_that_may_be_visible_is_not_told_to_discard_it() {
    let server = FaultServer::failing(Kind::Rename, 0, Act::DropAfter);
    let (mut project, _) = project(&server);
    let second = project.stage("splio", "second.csv", b"2");
    let summary = project.deliver();
    let reason = summary.files[1].reason.as_ref().unwrap().english();
    assert!(reason.contains("its rename was begun") && !reason.contains("passeur discard"), "{reason}");
    project.deliver();
    assert_eq!(project.record(second).state, OutboundState::Delivered);
}

/// Several sessions at once: names appear in staging order, each file once, and each session has a connection of its own.
#[test]
fn parallel_sessions_keep_the_order_of_a_route() {
    let server = FaultServer::start();
    server.state().slow = Duration::from_millis(10);
    let (mut project, first) = project(&server);
    let destination = project.destinations.get_mut("splio").unwrap();
    destination.sessions = std::num::NonZeroUsize::new(4).unwrap();
    // The later ones are smaller, and uploaded first.
    let mut ids = vec![first];
    let mut names = vec![NAME.to_owned()];
    for number in 1..9 {
        names.push(format!("file_{number}.csv"));
        ids.push(project.stage("splio", names.last().unwrap(), &content()[..90_000 / number]));
    }
    let summary = project.deliver();
    assert_eq!(summary.count(OutboundState::Delivered), 9, "{summary:?}");
    assert_eq!(summary.files.iter().map(|file| file.id).collect::<Vec<_>>(), ids);
    let state = server.state();
    assert_eq!(state.appeared.iter().map(|file| file.0.clone()).collect::<Vec<_>>(), names);
    assert_eq!(state.count(Kind::Connection), 4);
    assert_eq!(state.most_connections, 4);
}

/// The same while lines are cut left and right.
#[test]
fn parallel_sessions_over_breaking_lines_double_nothing() {
    let server = FaultServer::start();
    server.state().picks_up = true;
    for number in (0..60).step_by(7) {
        server.state().faults.push((Kind::Write, number, Act::DropAfter));
        server.state().faults.push((Kind::Rename, number, Act::DropAfter));
        server.state().faults.push((Kind::Look, number * 2, Act::DropBefore));
    }
    let (mut project, _) = project(&server);
    let destination = project.destinations.get_mut("splio").unwrap();
    destination.sessions = std::num::NonZeroUsize::new(3).unwrap();
    destination.retries = Retries { count: 8, ..Retries::default() };
    for number in 1..12 {
        project.stage("splio", &format!("file_{number:02}.csv"), &content());
    }
    while !project.deliver().files.is_empty() {}
    let state = server.state();
    let mut names: Vec<_> = state.appeared.iter().map(|file| file.0.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 12);
    assert_eq!(state.appeared.len(), 12, "none came twice");
    assert!(state.appeared.iter().all(|file| file.1 == content()));
}

/// A signal during the upload: it is abandoned, the next file is not begun, and the next run delivers both.
#[test]
fn a_stop_abandons_the_upload_and_says_what_is_left() {
    let server = FaultServer::start();
    let mut project = Project::new();
    project.variables.push(("DROP_PASSWORD", PASSWORD.into()));
    project.add(destination(&server));
    let big = vec![7; 20_000_000];
    let ids = [project.stage("splio", NAME, &big), project.stage("splio", "second.csv", b"2")];
    project.stop_at_first_byte = true;
    let summary = project.deliver();
    assert_eq!(project.record(ids[0]).state, OutboundState::Uploading);
    assert_eq!(project.record(ids[1]).state, OutboundState::Staged);
    for file in &summary.files {
        assert!(file.reason.as_ref().unwrap().english().contains("stopped by a signal"), "{file:?}");
    }
    assert_unseen(&server);
    project.stop_at_first_byte = false;
    project.stop.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(project.deliver().count(OutboundState::Delivered), 2);
    assert_eq!(server.state().appeared.len(), 2);
}

/// A destination is left after two files in a row whose retries were used up. One that is uploaded whole between them, and waits only for its turn, shows that it works.
#[test]
fn a_file_that_waits_for_its_turn_shows_that_the_destination_works() {
    let server = FaultServer::failing(Kind::Write, 0, Act::DropBefore);
    server.state().faults.push((Kind::Write, 2, Act::DropBefore));
    let (mut project, _) = project(&server);
    let destination = project.destinations.get_mut("splio").unwrap();
    destination.retries = Retries { count: 0, ..Retries::default() };
    project.stage("splio", "second.csv", b"waits for the first");
    project.stage_for("tiers", "splio", "third.csv", b"its line breaks too");
    let fourth = project.stage_for("people", "splio", "fourth.csv", b"goes out");
    let summary = project.deliver();
    let second = summary.files[1].reason.as_ref().unwrap().english();
    assert!(second.contains("which was made earlier for the same route"), "{second}");
    assert_ne!(summary.files[2].state, OutboundState::Delivered, "{summary:?}");
    assert_eq!(project.record(fourth).state, OutboundState::Delivered, "{summary:?}");
}
