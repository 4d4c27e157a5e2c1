//! Sets over real servers: OpenSSH, and one that fails on command.

use std::num::NonZeroUsize;
use std::time::Duration;

use passeur::config::{Auth, HostKeys, Retries, Secret, SftpConfig};
use passeur::store::{NewSet, OutboundState, SetId, SetRoute, SetState};
use rstest::rstest;

use super::{Project, now, sftp_destination};
use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};
use crate::support::sshd::Sshd;

const NAMES: [&str; 5] = ["groups.csv", "contacts.csv", "members.csv", "removals.csv", "unsubscribes.csv"];
const MARKER: &str = "READY";

fn content(name: &str) -> Vec<u8> {
    name.as_bytes().iter().copied().cycle().take(40_000).collect()
}

/// Stages five files, in another order than the set's, and puts them into a set.
fn stage(project: &mut Project) -> SetId {
    let routes = NAMES.iter().map(|name| SetRoute { route: (*name).into(), required: true }).collect();
    let set = NewSet {
        name: "base".into(),
        destination: "splio".into(),
        routes,
        marker: Some(MARKER.into()),
        packed: false,
    };
    for name in NAMES.iter().rev() {
        project.stage_for(name, "splio", name, &content(name));
    }
    let run = project.run.clone();
    project.store.group_sets(&run, now(), &[set], true, &|_, _| String::new()).unwrap()[0]
}

fn project(server: &FaultServer, sessions: usize) -> (Project, SetId) {
    let mut project = Project::new();
    project.variables.push(("DROP_PASSWORD", PASSWORD.into()));
    let mut destination = sftp_destination(
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
    );
    destination.sessions = NonZeroUsize::new(sessions).unwrap();
    project.add(destination);
    let set = stage(&mut project);
    (project, set)
}

/// The partner saw all of the set once, in order, the marker last; no temporary file is left.
#[track_caller]
fn assert_once(server: &FaultServer, project: &Project, set: SetId) {
    assert_eq!(project.store.set(set).unwrap().state, SetState::Delivered);
    let state = server.state();
    let names: Vec<_> = state.appeared.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, NAMES.iter().copied().chain([MARKER]).collect::<Vec<_>>());
    assert!(state.appeared.iter().all(|(name, bytes)| name == MARKER || *bytes == content(name)));
    let left: Vec<_> = state.files.keys().filter(|name| name.ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[rstest]
#[case(1)]
#[case(4)]
fn a_set_appears_in_its_order_whatever_is_uploaded_first(#[case] sessions: usize) {
    let server = FaultServer::start();
    let (mut project, set) = project(&server, sessions);
    let summary = project.deliver();
    assert_once(&server, &project, set);
    assert_eq!(summary.files.len(), NAMES.len());
    assert_eq!(summary.sets[0].reason, None);
    let requests = server.state().requests.clone();
    let first_rename = requests.iter().position(|kind| *kind == Kind::Rename).unwrap();
    let opened = requests.iter().enumerate().filter(|(_, kind)| **kind == Kind::Open).map(|(at, _)| at);
    // The marker's is the last.
    assert_eq!(
        opened.filter(|at| *at < first_rename).count(),
        NAMES.len(),
        "all uploaded before the first rename"
    );
}

/// The line is cut before and after each of the renames, and while the marker is written, over a partner that picks up at once.
#[rstest]
#[case(Kind::Open, 2)]
#[case(Kind::Open, 5)]
#[case(Kind::Close, 4)]
#[case(Kind::Rename, 0)]
#[case(Kind::Rename, 1)]
#[case(Kind::Rename, 2)]
#[case(Kind::Rename, 3)]
#[case(Kind::Rename, 4)]
#[case(Kind::Rename, 5)]
fn a_line_that_breaks_on_the_way_doubles_nothing_and_the_next_run_completes_the_set(
    #[case] kind: Kind,
    #[case] number: usize,
    #[values(Act::DropBefore, Act::DropAfter)] act: Act,
    #[values(0, 1)] retries: u32,
) {
    let server = FaultServer::failing(kind, number, act);
    server.state().picks_up = true;
    let (mut project, set) = project(&server, 1);
    project.destinations.get_mut("splio").unwrap().retries = Retries { count: retries, ..Retries::default() };
    let summary = project.deliver();
    if retries == 0 {
        assert!(summary.sets[0].reason.is_some(), "{summary:?}");
        project.deliver();
    }
    assert_once(&server, &project, set);
}

#[test]
fn a_rename_that_is_refused_in_the_middle_holds_the_rest() {
    let server =
        FaultServer::failing(Kind::Rename, 2, Act::Refuse(russh_sftp::protocol::StatusCode::Failure));
    let (mut project, set) = project(&server, 1);
    project.deliver();
    let record = project.store.set(set).unwrap();
    assert_eq!(record.state, SetState::Committing);
    let states: Vec<_> = record.files.iter().map(|file| file.state).collect();
    use OutboundState::{Delivered, Held, Verified};
    assert_eq!(states, [Delivered, Delivered, Held, Verified, Verified]);
    let held = record.held().unwrap().id;
    project.store.release(held, now(), None, "released").unwrap();
    project.deliver();
    assert_once(&server, &project, set);
}

#[test]
fn an_upload_that_is_refused_shows_nothing_and_leaves_nothing_there() {
    let server =
        FaultServer::failing(Kind::Open, 3, Act::Refuse(russh_sftp::protocol::StatusCode::PermissionDenied));
    let (mut project, set) = project(&server, 1);
    let summary = project.deliver();
    assert_eq!(project.store.set(set).unwrap().state, SetState::Waiting);
    let state = server.state();
    assert!(state.appeared.is_empty());
    assert!(state.files.is_empty(), "{:?}", state.files.keys());
    drop(state);
    let waits = summary.files.iter().filter(|file| file.state != OutboundState::Held);
    assert!(
        waits.clone().count() == 4
            && waits.clone().all(|file| file.reason.as_ref().unwrap().english().contains("is held")),
        "{summary:?}"
    );
    let held = project.store.set(set).unwrap().held().unwrap().id;
    project.store.release(held, now(), None, "released").unwrap();
    project.deliver();
    assert_once(&server, &project, set);
}

#[test]
fn sets_of_one_name_come_in_the_order_of_their_runs() {
    let server = FaultServer::start();
    let (mut project, _) = project(&server, 4);
    // A run later; its set has no marker, so that it need not wait for the partner.
    project.run = project.store.begin_run(now()).unwrap();
    let routes = NAMES.iter().map(|name| SetRoute { route: (*name).into(), required: true }).collect();
    let second =
        NewSet { name: "base".into(), destination: "splio".into(), routes, marker: None, packed: false };
    for name in NAMES {
        project.stage_for(name, "splio", &format!("2-{name}"), &content(name));
    }
    let run = project.run.clone();
    project.store.group_sets(&run, now(), &[second], true, &|_, _| String::new()).unwrap();
    project.deliver();
    let names: Vec<_> = server.state().appeared.iter().map(|(name, _)| name.clone()).collect();
    let expected: Vec<_> = NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .chain([MARKER.to_owned()])
        .chain(NAMES.iter().map(|name| format!("2-{name}")))
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn a_set_goes_to_openssh() {
    let sshd = Sshd::start();
    let mut project = Project::at(&sshd);
    project.destinations.get_mut("splio").unwrap().sessions = NonZeroUsize::new(3).unwrap();
    let set = stage(&mut project);
    let summary = project.deliver();
    assert_eq!(project.store.set(set).unwrap().state, SetState::Delivered, "{summary:?}");
    let mut expected: Vec<_> = NAMES.iter().map(|name| ((*name).to_owned(), content(name))).collect();
    expected.push((MARKER.to_owned(), Vec::new()));
    expected.sort();
    assert!(sshd.files() == expected, "{:?}", sshd.files().iter().map(|file| &file.0).collect::<Vec<_>>());
    assert!(project.deliver().files.is_empty(), "nothing is left to do");
}

/// Two sets of one name, of two runs. The line breaks at a file of the first one, however many sessions carry both.
#[rstest]
fn a_set_that_fails_keeps_the_next_of_its_name_back(
    #[values("groups.csv", "unsubscribes.csv")] breaks_at: &str,
    #[values(1, 4)] sessions: usize,
) {
    let server = FaultServer::start();
    server.state().picks_up = true;
    server.state().breaks_at = Some(breaks_at.to_owned());
    let (mut project, first) = project(&server, sessions);
    let run = project.run.clone();
    for name in &NAMES[..2] {
        project.stage_for(name, "splio", &format!("next-{name}"), &content(name));
    }
    let route = |name: &&str| SetRoute { route: (*name).into(), required: true };
    let next = NewSet {
        name: "base".into(),
        destination: "splio".into(),
        routes: NAMES[..2].iter().map(route).collect(),
        marker: None,
        packed: false,
    };
    let second = project.store.group_sets(&run, now(), &[next], true, &|_, _| String::new()).unwrap()[0];
    let summary = project.deliver();
    let state = |project: &Project, set| project.store.set(set).unwrap().state;
    assert_eq!([state(&project, first), state(&project, second)], [SetState::Waiting; 2], "{summary:?}");
    assert!(server.state().appeared.is_empty());
    let reason = summary.sets[1].reason.as_ref().unwrap().english();
    assert!(reason.contains("an earlier set base is not delivered yet"), "{reason}");
    project.deliver();
    assert_eq!([state(&project, first), state(&project, second)], [SetState::Delivered; 2]);
    let seen: Vec<_> = server.state().appeared.iter().map(|(name, _)| name.clone()).collect();
    let all = NAMES.iter().copied().chain([MARKER]).map(str::to_owned);
    assert_eq!(seen, all.chain(NAMES[..2].iter().map(|name| format!("next-{name}"))).collect::<Vec<_>>());
}
