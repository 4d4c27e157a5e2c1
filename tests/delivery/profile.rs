//! The uploader follows what the last probe found, and tells what has changed since.

use std::time::Duration;

use passeur::config::{Auth, HostKeys, Secret, SftpConfig, Verify};
use passeur::delivery::Drift;
use passeur::delivery::sftp::probe::{Profile, probe, profile_path};
use passeur::store::{HoldCode, OutboundState};

use super::{Project, sftp_destination};
use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};

const PROBED_AT: &str = "2026-11-14T09:00:00Z";

fn config(server: &FaultServer) -> SftpConfig {
    SftpConfig {
        host: "127.0.0.1".into(),
        port: server.port,
        user: USER.into(),
        folder: "/in".into(),
        auth: Auth::Password(Secret::Env("DROP_PASSWORD".into())),
        host_keys: HostKeys::Pinned(vec![server.fingerprint.clone()]),
        timeout: Duration::from_secs(20),
    }
}

/// A project whose destination was probed; `change` makes another profile of what was found.
fn probed(server: &FaultServer, change: impl FnOnce(&mut Profile)) -> Project {
    let mut project = Project::new();
    project.variables.push(("DROP_PASSWORD", PASSWORD.into()));
    project.add(sftp_destination("splio", config(server)));
    let environment = |_: &str| Some(PASSWORD.into());
    let mut found = probe("splio", &config(server), ".part", &environment, PROBED_AT.into()).unwrap();
    assert!(found.left.is_empty());
    change(&mut found.profile);
    let path = project.folder.path().join(profile_path("splio"));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, serde_json::to_vec(&found.profile).unwrap()).unwrap();
    let mut state = server.state();
    (state.requests, state.appeared) = (Vec::new(), Vec::new());
    state.files.clear();
    drop(state);
    project
}

fn drift(ability: &'static str, before: &str, now: &str) -> (String, Drift) {
    let drift = Drift { ability, before: before.into(), now: now.into(), since: PROBED_AT.into() };
    ("splio".to_owned(), drift)
}

#[test]
fn a_server_without_fsync_is_asked_once_a_connection() {
    let server = FaultServer::start();
    server.state().no_fsync = true;
    let mut project = probed(&server, |_| {});
    for name in ["one.csv", "two.csv", "three.csv"] {
        project.stage("splio", name, b"content");
    }
    let summary = project.deliver();
    assert_eq!(summary.count(OutboundState::Delivered), 3, "{summary:?}");
    assert_eq!(summary.drift, []);
    assert_eq!(server.state().count(Kind::Sync), 1);
}

#[test]
fn an_ability_that_went_or_came_is_told_and_the_files_go_all_the_same() {
    for (before, now) in [(true, false), (false, true)] {
        let server = FaultServer::start();
        server.state().no_fsync = !before;
        let mut project = probed(&server, |_| {});
        server.state().no_fsync = !now;
        project.stage("splio", "one.csv", b"content");
        project.stage("splio", "two.csv", b"content");
        let summary = project.deliver();
        assert_eq!(summary.count(OutboundState::Delivered), 2, "{summary:?}");
        assert_eq!(summary.drift, [drift("fsync", &before.to_string(), &now.to_string())]);
    }
}

#[test]
fn where_a_rename_never_replaces_a_name_is_looked_at_once() {
    let server = FaultServer::start();
    let mut project = probed(&server, |_| {});
    project.stage("splio", "one.csv", b"content");
    project.deliver();
    assert_eq!(server.state().count(Kind::Look), 2, "the final name, and the temporary one");
}

#[test]
fn a_name_that_is_taken_at_the_last_moment_is_held_without_the_second_look() {
    let server = FaultServer::start();
    let mut project = probed(&server, |_| {});
    // The first look finds nothing; somebody puts the file there while ours is uploaded.
    server.state().faults.push((Kind::Look, 0, Act::Refuse(russh_sftp::protocol::StatusCode::NoSuchFile)));
    server.state().files.insert("one.csv".into(), b"theirs".to_vec());
    let id = project.stage("splio", "one.csv", b"content");
    project.deliver();
    assert_eq!(project.record(id).held.unwrap().code, HoldCode::NameTaken);
    let state = server.state();
    assert_eq!(state.files.keys().collect::<Vec<_>>(), ["one.csv"], "no temporary file is left");
    assert_eq!(state.files["one.csv"], b"theirs");
}

#[test]
fn where_a_rename_replaces_the_name_is_looked_at_again() {
    let server = FaultServer::start();
    server.state().rename_replaces = true;
    let mut project = probed(&server, |_| {});
    project.stage("splio", "one.csv", b"content");
    project.deliver();
    assert_eq!(server.state().count(Kind::Look), 3);
}

#[test]
fn other_software_behind_the_address_is_told_and_not_trusted_to_be_as_it_was() {
    let server = FaultServer::start();
    let mut project = probed(&server, |profile| profile.abilities.server = "SSH-2.0-other".into());
    project.stage("splio", "one.csv", b"content");
    let summary = project.deliver();
    assert_eq!(summary.count(OutboundState::Delivered), 1);
    let abilities: Vec<_> =
        summary.drift.iter().map(|(_, drift)| (drift.ability, drift.before.as_str())).collect();
    assert_eq!(abilities, [("server", "SSH-2.0-other")]);
    assert_eq!(server.state().count(Kind::Look), 3, "looked at again, as if it had not been probed");
}

#[test]
fn a_server_that_cannot_do_what_is_needed_is_refused_before_anything_is_sent() {
    let server = FaultServer::start();
    let mut project = probed(&server, |profile| profile.abilities.rename = Some(false));
    let id = project.stage("splio", "one.csv", b"content");
    let summary = project.deliver();
    assert!(
        summary.files[0].reason.as_ref().unwrap().english().contains("this server does not rename"),
        "{summary:?}"
    );
    assert_eq!(project.record(id).state, OutboundState::Staged);
    assert_eq!(server.state().count(Kind::Open), 0);

    let mut project = probed(&server, |profile| profile.abilities.read_back = Some(false));
    project.destinations.get_mut("splio").unwrap().verify = Verify::Content;
    project.stage("splio", "two.csv", b"content");
    let summary = project.deliver();
    assert!(
        summary.files[0].reason.as_ref().unwrap().english().contains("nothing can be read back"),
        "{summary:?}"
    );
    assert_eq!(server.state().count(Kind::Open), 0);
}
