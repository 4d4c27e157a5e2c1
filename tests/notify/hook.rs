//! What is posted.

use super::{drop_bad, project};
use crate::support::project::{NOW, Project};
use crate::support::web_server::WebServer;

fn by_hook(port: u16, more: &str) -> String {
    format!(
        "[notify]\nname = \"Club\"\n[notify.webhook]\nurl = \"http://127.0.0.1:{port}/hook?key=t0p\"\n{more}"
    )
}

fn run(project: &Project) -> crate::support::project::Output {
    let mut command = project.command(&["run", "--now", NOW]);
    command.env("HOOK_TOKEN", "hook-t0ken");
    project.finish(command)
}

#[test]
fn a_busy_server_is_tried_again_with_the_same_message() {
    let server = WebServer::start(&[500, 503]);
    let project = project(&by_hook(server.port, "token = { env = \"HOOK_TOKEN\" }\n"));
    drop_bad(&project, "memberships.csv");
    let output = run(&project).expect_code(3);
    assert!(output.stdout.ends_with("Notification sent by webhook.\n"), "{output}");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    let first = &requests[0];
    assert_eq!(first.line, "POST /hook?key=t0p HTTP/1.1");
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("authorization"), Some("Bearer hook-t0ken"));
    let mut json = first.json();
    assert!(json["run"].as_str().unwrap().starts_with("20261116T143000Z-"));
    json["run"] = "[run]".into();
    insta::assert_snapshot!(project.mask(&serde_json::to_string_pretty(&json).unwrap()), @r#"
    {
      "version": 1,
      "text": "[Club] 1 file held, 1 row rejected",
      "state": "attention",
      "reminder": false,
      "occasion": "run",
      "project": "Club",
      "folder": "[project]",
      "at": "2026-11-16T09:30:00-05:00",
      "run": "[run]",
      "started": "2026-11-16T09:30:00-05:00",
      "error": null,
      "counts": {
        "exportsAccepted": 1,
        "exportsRefused": 0,
        "exportsWaiting": 0,
        "rows": 2,
        "rowsRejected": 1,
        "delivered": 0,
        "held": 1,
        "waiting": 0
      },
      "exports": [
        {
          "file": "memberships.csv",
          "state": "accepted",
          "rows": 2,
          "rejected": 1,
          "causes": [
            {
              "type": "type-error",
              "reason": "no-such-day",
              "findings": 1,
              "message": "1 row: Column “Purchase date”: not a day of the calendar (read as MM/DD/YYYY)."
            },
            {
              "type": "type-error",
              "reason": "not-email",
              "findings": 1,
              "message": "1 row: Column “Email”: not an e-mail address."
            }
          ],
          "moreCauses": 0,
          "rejectedFile": "[project]/reports/[run]/memberships.rejected.csv"
        }
      ],
      "customerBase": null,
      "held": [
        {
          "id": 1,
          "file": "demo_cardcode_members_20261116.csv",
          "destination": "splio",
          "rows": 1,
          "code": "too-many-rejected",
          "reason": "1 of 2 rows (50 %) is rejected; route cards allows 1 % (max_rejected). Correct the rows and drop the export again, or raise max_rejected",
          "since": "2026-11-16T09:30:00-05:00",
          "release": "passeur release 1",
          "discard": "passeur discard 1 --reason \"…\""
        }
      ],
      "waiting": [],
      "sets": [],
      "delivered": [],
      "left": [],
      "expectations": [],
      "remarks": [],
      "reports": "[project]/reports/[run]",
      "missedRuns": [],
      "failingChannels": []
    }
    "#);
    // The same state is not posted again.
    run(&project);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_server_that_stays_busy_is_given_up_and_told_of_by_the_next_run() {
    let server = WebServer::start(&[500; 2]);
    let project = project(&by_hook(server.port, "timeout = \"2 s\"\n"));
    drop_bad(&project, "memberships.csv");
    let started = std::time::Instant::now();
    let output = run(&project).expect_code(3);
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    assert!(output.stdout.contains("could not take the post (status 500)"), "{output}");
    assert_eq!(server.requests().len(), 2);
    run(&project);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[2].json()["missedRuns"], serde_json::json!([requests[0].json()["run"]]));
}

#[test]
fn a_redirect_takes_the_token_nowhere() {
    let server = WebServer::start(&[307]);
    let project = project(&by_hook(server.port, "token = { env = \"HOOK_TOKEN\" }\n"));
    drop_bad(&project, "memberships.csv");
    let output = run(&project).expect_code(3);
    assert!(output.stdout.contains("sends the post elsewhere (status 307)"), "{output}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_server_is_proved_by_its_authority() {
    let server = WebServer::secured(&[]);
    let secured = by_hook(server.port, "ca_file = \"ca.pem\"\n").replace("http://", "https://");
    let project = project(&secured);
    project.write("ca.pem", &server.authority);
    drop_bad(&project, "memberships.csv");
    run(&project).expect_code(3);
    assert_eq!(server.requests().len(), 1);

    let project = super::project(&secured.replace("ca_file = \"ca.pem\"\n", ""));
    drop_bad(&project, "memberships.csv");
    let output = run(&project).expect_code(3);
    assert!(output.stdout.contains("no protected line to https://127.0.0.1:"), "{output}");
    assert!(output.stdout.contains("unable to get local issuer certificate"), "{output}");
    assert_eq!(server.requests().len(), 1, "nothing is posted to a server that is not proved");
}

#[test]
fn the_address_and_the_token_of_a_webhook_are_shown_nowhere() {
    let server = WebServer::start(&[404]);
    let project = project(&by_hook(server.port, "token = { env = \"HOOK_TOKEN\" }\n"));
    drop_bad(&project, "memberships.csv");
    let mut command = project.command(&["run", "--now", NOW]);
    command.env("PASSEUR_LOG", "trace").env("HOOK_TOKEN", "hook-t0ken");
    let output = project.finish(command).expect_code(3);
    assert_eq!(server.requests()[0].line, "POST /hook?key=t0p HTTP/1.1");
    assert!(output.stdout.contains("refused the post (status 404)"), "{output}");
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer hook-t0ken"));
    for secret in ["t0p", "hook-t0ken"] {
        assert!(!output.stderr.contains(secret) && !output.stdout.contains(secret), "{output}");
        for file in project.files("").into_iter().filter(|file| file != "passeur.toml") {
            assert!(!String::from_utf8_lossy(&project.read(&file)).contains(secret), "{file}");
        }
    }
}
