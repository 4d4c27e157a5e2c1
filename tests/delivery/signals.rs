//! Signals, through the real binary against a server that takes its time.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};
use crate::support::project::Project;

/// A project with one route to the server, and an export that waits for it.
fn project(server: &FaultServer) -> Project {
    let project = Project::new();
    let before = project.text("passeur.toml");
    let at = before.find("[destinations.").expect("a destination");
    let end = before[at + 1..].find("\n[").map_or(before.len(), |length| at + 1 + length);
    let name = before[at..].split(['.', ']']).nth(1).unwrap().to_owned();
    let destination = format!(
        "[destinations.{name}]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{USER}\"\nfolder = \"/in\"\n\
         auth = {{ password = {{ env = \"DROP_PASSWORD\" }} }}\nhost_keys = [\"{}\"]\n",
        server.port, server.fingerprint
    );
    project.config(&format!("{}{destination}{}", &before[..at], &before[end..]));
    project.write(
        "inbox/memberships.csv",
        "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card\n\
         4101,Annual gym pass,900104,700101,2025-12-01,2026-01-01,2026-12-31,Active,fc@example.com,AM-0001001\n",
    );
    project
}

fn run(project: &Project) -> Command {
    let mut command = project.command(&["run"]);
    command.env("DROP_PASSWORD", PASSWORD).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn wait_for(server: &FaultServer, kind: Kind) {
    let end = Instant::now() + Duration::from_secs(60);
    while server.state().count(kind) == 0 {
        assert!(Instant::now() < end, "no {kind:?} came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(pid: u32) {
    assert!(Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
}

#[test]
fn the_first_signal_ends_the_run_after_the_step_and_says_what_is_left() {
    let server = FaultServer::failing(Kind::Write, 0, Act::Late(Duration::from_millis(1_500)));
    let project = project(&server);
    let child = run(&project).spawn().unwrap();
    wait_for(&server, Kind::Write);
    signal(child.id());
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("Stopped by a signal"), "{text}");
    assert!(server.state().appeared.is_empty());

    let output = run(&project).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(server.state().appeared.len(), 1);
}

#[test]
fn a_second_signal_ends_the_run_at_once_and_nothing_is_lost() {
    let server = FaultServer::failing(Kind::Write, 0, Act::Stall);
    let project = project(&server);
    let mut child = run(&project).spawn().unwrap();
    wait_for(&server, Kind::Write);
    let begin = Instant::now();
    signal(child.id());
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the first one waits for the answer");
    signal(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(begin.elapsed() < Duration::from_secs(10));

    assert_eq!(run(&project).output().unwrap().status.code(), Some(0));
    assert_eq!(server.state().appeared.len(), 1);
}
