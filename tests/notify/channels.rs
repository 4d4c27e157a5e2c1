//! `passeur notify --test`: each channel by itself, and what its failures say.

use super::{by_mail, by_mail_in_haste, drop_bad, project};
use crate::support::mail_server::{Act, Line, MailServer, PASSWORD, USER, dead_port};
use crate::support::project::{NOW, Output, Project};
use crate::support::web_server::WebServer;

const LOGIN: &str = "password = { env = \"MAIL_PASSWORD\" }\n";

fn test(project: &Project, password: &str) -> Output {
    let mut command = project.command(&["notify", "--test"]);
    command.env("MAIL_PASSWORD", password);
    project.finish(command)
}

/// A project for a server whose line is protected.
fn secured(server: &MailServer, tls: &str) -> Project {
    let notify =
        by_mail(server.port).replace("tls = \"none\"", &format!("tls = \"{tls}\"\nca_file = \"ca.pem\""));
    let project = project(&format!("{notify}username = \"{USER}\"\n{LOGIN}"));
    project.write("ca.pem", &server.authority);
    project
}

#[test]
fn a_test_goes_through_each_channel() {
    let (mail, web) = (MailServer::start(Line::Plain), WebServer::start(&[]));
    let hook = format!("[notify.webhook]\nurl = \"http://127.0.0.1:{}/\"\n", web.port);
    let project = project(&(by_mail(mail.port) + &hook));
    insta::assert_snapshot!(test(&project, ""), @r"
    exit code: 0
    ----- stdout -----
    Notification sent by e-mail.
    Notification sent by webhook.

    ----- stderr -----
    ");
    let mail = mail.mails().remove(0);
    let text = project.mask(&format!("{}\n\n{}", mail.subject(), mail.text()));
    let now = regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d").unwrap();
    insta::assert_snapshot!(now.replace(&text, "[now]"), @r"
    [Club] this is a test

    This is a test.

    Somebody gave the command passeur notify --test. There is nothing to do.
    Folder of the project:
      [project]
    [now] (UTC-05:00).
    ");
    assert_eq!(web.requests()[0].json()["occasion"], "test");
    assert!(!project.path("passeur.db").exists(), "a test makes no store");
}

#[test]
fn a_project_that_tells_nobody_says_so() {
    insta::assert_snapshot!(test(&Project::new(), ""), @r"
    exit code: 2
    ----- stdout -----
    Nobody is told: passeur.toml has neither [notify.email] nor [notify.webhook].

    ----- stderr -----
    ");
}

#[test]
fn starttls_and_a_login_are_used_before_anything_is_sent() {
    for (line, tls) in [(Line::StartTls, "required"), (Line::Implicit, "implicit")] {
        let server = MailServer::start(line);
        let project = secured(&server, tls);
        test(&project, PASSWORD).expect_code(0);
        let mail = server.mails().remove(0);
        assert!(mail.secured, "{tls}");
        assert_eq!(mail.login.as_deref(), Some(USER));
    }
}

#[test]
fn a_server_that_nothing_proves_gets_no_mail_and_no_password() {
    for (line, tls) in [(Line::StartTls, "required"), (Line::Implicit, "implicit")] {
        let server = MailServer::start(line);
        let project = secured(&server, tls);
        let config = project.text("passeur.toml").replace("ca_file = \"ca.pem\"\n", "");
        project.config(&config);
        let output = test(&project, PASSWORD).expect_code(5);
        assert!(output.stdout.contains("local issuer certificate"), "{output}");
        assert!(server.mails().is_empty());
    }
}

#[test]
fn each_failure_says_what_to_do() {
    let mut said = Vec::new();
    let differs = regex::Regex::new(r"Connection reset by peer \(os error 104\)|/tmp/\S+/").unwrap();
    let mut say = |what: &str, port: u16, output: Output| {
        let output = output.expect_code(5);
        let text = output.stdout.replace(&port.to_string(), "PORT");
        let text = differs.replace_all(&text, |found: &regex::Captures<'_>| match &found[0] {
            path if path.starts_with('/') => "[project]/",
            // Which of the two it is, is a matter of who is first.
            _ => "Broken pipe (os error 32)",
        });
        said.push(format!("{what}\n{text}"));
    };
    for act in [Act::Busy, Act::Hang, Act::RefuseSender, Act::Full, Act::Gibberish, Act::Break] {
        let server = MailServer::start(Line::Plain);
        server.act(act);
        let project = project(&by_mail(server.port).replace("\"20 s\"", "\"1 s\""));
        say(&format!("{act:?}"), server.port, test(&project, ""));
    }
    let silent = MailServer::start(Line::Implicit);
    silent.act(Act::Hang);
    let hanging = secured(&silent, "implicit");
    hanging.config(&hanging.text("passeur.toml").replace("\"20 s\"", "\"1 s\""));
    say("Hang in TLS", silent.port, test(&hanging, PASSWORD));
    let nobody = MailServer::start(Line::Plain);
    nobody.act(Act::RefuseNobody);
    let to_nobody = by_mail(nobody.port).replace("office@", "nobody@");
    say("nobody", nobody.port, test(&project(&to_nobody), ""));
    let dead = dead_port();
    say("nobody listens", dead, test(&project(&by_mail_in_haste(dead)), ""));
    let plain = MailServer::start(Line::Plain);
    say("no STARTTLS", plain.port, test(&secured(&plain, "required"), PASSWORD));
    say("TLS to a port that expects STARTTLS", plain.port, test(&secured(&plain, "implicit"), PASSWORD));
    let server = MailServer::start(Line::StartTls);
    say("a wrong password", server.port, test(&secured(&server, "required"), "wr0ng-p4ssword"));
    let lacking = secured(&server, "required");
    std::fs::remove_file(lacking.path("ca.pem")).unwrap();
    say("no certificates", server.port, test(&lacking, PASSWORD));
    let unset = secured(&server, "required");
    say("no secret", server.port, unset.run(&["notify", "--test"]));
    insta::assert_snapshot!(said.join("\n"), @r#"
    Busy
    Notification by e-mail FAILED:
      127.0.0.1:PORT does not take mail now (code 421): 4.3.2 too busy for you. The next run tries again

    Hang
    Notification by e-mail FAILED:
      127.0.0.1:PORT does not answer in time. Check `host`, `port` and `tls`: port 465 wants tls = "implicit". A slow server needs a longer `timeout`

    RefuseSender
    Notification by e-mail FAILED:
      127.0.0.1:PORT refused the mail (code 550): 5.7.1 you may not send for this address. Check `from`, `to` and whether this login may send for `from`

    Full
    Notification by e-mail FAILED:
      127.0.0.1:PORT does not take mail now (code 452): 4.2.2 the box is full. The next run tries again

    Gibberish
    Notification by e-mail FAILED:
      127.0.0.1:PORT does not answer like a mail server. Check `port` and `tls`

    Break
    Notification by e-mail FAILED:
      the connection to 127.0.0.1:PORT broke: Broken pipe (os error 32). The next run tries again

    Hang in TLS
    Notification by e-mail FAILED:
      the server did not answer within `timeout`. Check its address and port, and `tls`; a slow server needs a longer `timeout`

    nobody
    Notification by e-mail FAILED:
      127.0.0.1:PORT refused the mail (code 550): 5.1.1 no such user. Check `from`, `to` and whether this login may send for `from`

    nobody listens
    Notification by e-mail FAILED:
      no connection to 127.0.0.1:PORT: Connection refused (os error 111). Check `host` and `port`, and whether a firewall lets this machine out

    no STARTTLS
    Notification by e-mail FAILED:
      127.0.0.1:PORT offers no STARTTLS, and nothing is sent in clear. Port 465 wants tls = "implicit"

    TLS to a port that expects STARTTLS
    Notification by e-mail FAILED:
      no protected line to 127.0.0.1:PORT: wrong version number. A certificate of an authority of your own is named in `ca_file`; a port that expects STARTTLS wants tls = "required"

    a wrong password
    Notification by e-mail FAILED:
      127.0.0.1:PORT refused the login (code 535). Check `username` and the secret that `password` names

    no certificates
    Notification by e-mail FAILED:
      the certificates of `ca_file`, [project]/ca.pem, cannot be used: No such file or directory (os error 2)

    no secret
    Notification by e-mail FAILED:
      the environment variable MAIL_PASSWORD, which the config names for a secret, is not set
    "#);
}

#[test]
fn a_channel_that_works_again_is_no_longer_said_to_fail() {
    let server = MailServer::start(Line::Plain);
    server.act(Act::RefuseSender);
    let project = project(&by_mail(server.port));
    drop_bad(&project, "memberships.csv");
    project.run(&["run", "--now", NOW]).expect_code(3);
    assert!(project.run(&["status"]).stdout.contains("Notification by e-mail fails since"));
    let codes = || {
        let health = project.run(&["health", "--format", "json"]).json();
        let problems = health["problems"].as_array().unwrap().clone();
        problems.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(codes().contains(&"notification-failing".to_owned()), "{:?}", codes());
    server.act(Act::Take);
    test(&project, "").expect_code(0);
    assert!(!codes().contains(&"notification-failing".to_owned()), "{:?}", codes());
    assert!(!project.run(&["status"]).stdout.contains("Notification"));
    // What was not told is told all the same.
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert!(server.mails()[1].text().contains("Not told by this channel"), "{}", server.mails()[1].text());
}

#[test]
fn the_password_is_in_no_mail_no_output_and_no_file() {
    for password in [PASSWORD, "wr0ng-p4ssword-of-the-club"] {
        let server = MailServer::start(Line::StartTls);
        let project = secured(&server, "required");
        drop_bad(&project, "memberships.csv");
        let commands: [&[&str]; 4] =
            [&["notify", "--test"], &["run", "--now", NOW], &["status"], &["status", "--format", "json"]];
        for arguments in commands {
            let mut command = project.command(arguments);
            command.env("MAIL_PASSWORD", password).env("PASSEUR_LOG", "trace").env("RUST_BACKTRACE", "1");
            let output = project.finish(command);
            // The server repeats what it was given, in base64.
            let given = "AHBhc3NldXJAY2x1Yi5leGFtcGxl";
            for secret in [password, given] {
                assert!(!output.stdout.contains(secret) && !output.stderr.contains(secret), "{output}");
            }
        }
        for file in project.files("") {
            assert!(!String::from_utf8_lossy(&project.read(&file)).contains(password), "{file}");
        }
        assert!(
            server.mails().iter().all(|mail| !mail.raw.contains(password) && !mail.text().contains(password))
        );
        assert_eq!(server.mails().len(), if password == PASSWORD { 2 } else { 0 });
    }
}
