//! What is mailed, and how often.

use super::{bad, by_mail, by_mail_in_haste, drop_bad, drop_good, project, subjects};
use crate::support::mail_server::{Act, Line, MailServer, dead_port};
use crate::support::project::{MEMBERSHIPS, NOW, Project};

/// A run at that hour of the nights from the 16th on.
fn at(night: u32, hour: &str) -> String {
    format!("2026-11-{:02}T{hour}:15:00-05:00", 16 + night)
}

fn run_at(project: &Project, night: u32, hour: &str) -> Option<i32> {
    project.run(&["run", "--now", &at(night, hour)]).code
}

#[test]
fn a_held_file_is_mailed_once_and_again_once_a_day_until_somebody_decides() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    drop_bad(&project, "memberships.csv");
    assert_eq!(run_at(&project, 0, "02"), Some(3));
    assert_eq!(subjects(&server), ["[Club] 1 file held, 1 row rejected"]);
    // The same state does not mail again.
    for hour in ["03", "04", "22"] {
        run_at(&project, 0, hour);
    }
    assert_eq!(server.mails().len(), 1);
    // The next night it does, a little earlier than a day later.
    project.run(&["run", "--now", "2026-11-17T02:14:10-05:00"]);
    assert_eq!(subjects(&server)[1..], ["[Club] reminder: 1 file held"]);
    run_at(&project, 1, "03");
    assert_eq!(server.mails().len(), 2);
    project.run(&["discard", "1", "--reason", "a test"]).expect_code(0);
    for night in 2..4 {
        assert_eq!(run_at(&project, night, "02"), Some(0));
    }
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn a_second_held_file_is_told_at_once_with_the_first() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    drop_bad(&project, "memberships.csv");
    run_at(&project, 0, "02");
    drop_bad(&project, "more-memberships.csv");
    run_at(&project, 0, "03");
    assert_eq!(
        subjects(&server),
        ["[Club] 1 file held, 1 row rejected", "[Club] 2 files held, 1 row rejected"]
    );
    let text = server.mails()[1].text();
    assert!(text.contains("passeur release 1\n") && text.contains("passeur release 2\n"), "{text}");
}

#[test]
fn a_mail_says_what_is_held_why_and_what_to_do() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    drop_bad(&project, "memberships.csv");
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    assert!(output.stdout.ends_with("Notification sent by e-mail.\n"), "{output}");
    let mail = server.mails().remove(0);
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("passeur@club.example", &["office@club.example".to_owned()][..])
    );
    assert_eq!(mail.header("From").unwrap(), "Passeur <passeur@club.example>");
    assert_eq!(mail.header("Auto-Submitted").unwrap(), "auto-generated");
    assert!(mail.header("Message-ID").is_some() && mail.header("Date").is_some());
    assert!(mail.raw.is_ascii(), "servers without 8BITMIME take it too");
    insta::assert_snapshot!(project.mask(&format!("{}\n\n{}", mail.subject(), mail.text())), @r#"
    [Club] 1 file held, 1 row rejected

    1 file held, 1 row rejected.

    Held: not sent before you decide
      #1 demo_cardcode_members_20261116.csv: 1 row, for splio
          1 of 2 rows (50 %) is rejected; route cards allows 1 % (max_rejected). Correct the rows and drop the export again, or raise max_rejected
          send it:       passeur release 1
          never send it: passeur discard 1 --reason "…"

    Exports
      memberships.csv: 2 rows, 1 accepted, 1 rejected
        - 1 row: Column “Purchase date”: not a day of the calendar (read as MM/DD/YYYY).
        - 1 row: Column “Email”: not an e-mail address.
        its rejected rows, to correct and drop again:
          [project]/reports/[run]/memberships.rejected.csv

    Reports:
      [project]/reports/[run]
    Folder of the project:
      [project]
    Run [run], 2026-11-16 09:30 (UTC-05:00).
    What waits for you is told again once a day.
    "#);
}

#[test]
fn a_mail_is_in_the_language_of_the_project() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    project.config(&project.text("passeur.toml").replace("language = \"en\"", "language = \"fr\""));
    drop_bad(&project, "memberships.csv");
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    assert!(output.stdout.ends_with("Avis envoyé par courriel.\n"), "{output}");
    let mail = server.mails().remove(0);
    insta::assert_snapshot!(project.mask(&format!("{}\n\n{}", mail.subject(), mail.text())), @r#"
    [Club] 1 fichier retenu, 1 ligne rejetée

    1 fichier retenu, 1 ligne rejetée.

    Retenus : rien n’est envoyé avant votre décision
      #1 demo_cardcode_members_20261116.csv : 1 ligne, pour splio
          1 ligne sur 2 (50 %) est rejetée ; la route cards en permet 1 % (max_rejected). Corrigez les lignes et redéposez l’export, ou augmentez max_rejected
          l’envoyer :       passeur release 1
          ne pas l’envoyer : passeur discard 1 --reason "…"

    Exports
      memberships.csv : 2 lignes, 1 acceptée, 1 rejetée
        - 1 ligne : Colonne « Purchase date » : pas un jour du calendrier (lu comme MM/JJ/AAAA).
        - 1 ligne : Colonne « Email » : pas une adresse de courriel.
        ses lignes rejetées, à corriger et à déposer de nouveau :
          [project]/reports/[run]/memberships.rejected.csv

    Rapports :
      [project]/reports/[run]
    Dossier du projet :
      [project]
    Exécution [run], 2026-11-16 09:30 (UTC-05:00).
    Ce qui vous attend est rappelé une fois par jour.
    "#);
}

#[test]
fn a_refused_export_is_told_without_a_word_of_it() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    // Without its header, a row of data stands where the names of columns do.
    let line = MEMBERSHIPS.replace("Email", "marie@tremblay.example").replace("Card", "Marie Tremblay");
    project.write("inbox/memberships.csv", format!("{line}{}", bad(1)));
    project.write("inbox/cut.csv", bad(2).repeat(3));
    let renamed =
        MEMBERSHIPS.replace("Person ID", "Marie Tremblay").replace("Membership ID", "Membership ID,Paul");
    project.write("inbox/renamed.csv", format!("{renamed}{}", bad(3)));
    project.run(&["run", "--now", NOW]).expect_code(1);
    let mail = server.mails().remove(0);
    insta::assert_snapshot!(project.mask(&format!("{}\n\n{}", mail.subject(), mail.text())), @r"
    [Club] 2 exports refused, 1 row rejected

    2 exports refused, 1 row rejected.

    Exports
      cut.csv: refused, nothing of it was used
        - The columns of this file match none of the known kinds of export.
      memberships.csv: 1 row, 0 accepted, 1 rejected
        - 1 row: Column “Purchase date”: not a day of the calendar (read as MM/DD/YYYY).
        its rejected rows, to correct and drop again:
          [project]/reports/[run]/memberships.rejected.csv
      renamed.csv: refused, nothing of it was used
        - The column “Person ID” is missing.

    Reports:
      [project]/reports/[run]
    Folder of the project:
      [project]
    Run [run], 2026-11-16 09:30 (UTC-05:00).
    ");
    for name in ["Tremblay", "tremblay", "Paul"] {
        assert!(!mail.raw.contains(name) && !mail.text().contains(name), "{name}");
    }
}

#[test]
fn when_says_whether_a_good_run_is_told() {
    for (when, mails) in [("attention", 0), ("always", 1), ("never", 0)] {
        let server = MailServer::start(Line::Plain);
        let notify = by_mail(server.port).replace("[notify]\n", &format!("[notify]\nwhen = \"{when}\"\n"));
        let project = project(&notify);
        drop_good(&project, "memberships.csv", 1);
        project.run(&["run", "--now", NOW]).expect_code(0);
        // One that has nothing to do is never told.
        project.run(&["run", "--now", NOW]).expect_code(0);
        assert_eq!(server.mails().len(), mails, "{when}");
        if mails == 1 {
            assert_eq!(subjects(&server), ["[Club] 1 file delivered"]);
        }
    }
}

#[test]
fn a_run_that_could_not_go_on_is_told_once() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    project.run(&["run", "--now", NOW]).expect_code(0);
    drop_good(&project, "memberships.csv", 1);
    std::fs::remove_dir(project.path("reports")).unwrap();
    project.write("reports", "a file where a folder must be");
    for _ in 0..3 {
        project.run(&["run", "--now", NOW]).expect_code(5);
    }
    assert_eq!(subjects(&server), ["[Club] the run failed"]);
    assert!(server.mails()[0].text().contains("making the folder"), "{}", server.mails()[0].text());
}

#[test]
fn a_dead_mail_server_stops_no_delivery_and_changes_no_exit_code() {
    let port = dead_port();
    let project = project(&by_mail_in_haste(port));
    drop_good(&project, "memberships.csv", 1);
    drop_bad(&project, "more-memberships.csv");
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    assert_eq!(project.matching("outbox/*.csv").len(), 1, "{output}");
    let stdout = output.stdout.replace(&port.to_string(), "PORT");
    let (_, said) = stdout.split_once("Reports: ").unwrap();
    insta::assert_snapshot!(project.mask(said), @r"
    reports/[run]
    Notification by e-mail FAILED:
      no connection to 127.0.0.1:PORT: Connection refused (os error 111). Check `host` and `port`, and whether a firewall lets this machine out
    ");
    assert!(output.stderr.contains("notification failed"), "the log has it: {output}");
    let status = project.run(&["status"]).expect_code(3).stdout.replace(&port.to_string(), "PORT");
    let (_, failing) = status.split_once("Notification").unwrap();
    insta::assert_snapshot!(failing, @r"
    by e-mail fails since 2026-11-16 09:30 (UTC-05:00):
     no connection to 127.0.0.1:PORT: Connection refused (os error 111). Check `host` and `port`, and whether a firewall lets this machine out
     To try it: passeur notify --test
    ");
    let failing = &project.run(&["status", "--format", "json"]).json()["failingNotifications"];
    assert_eq!(failing[0]["channel"], "email");
    assert_eq!(failing[0]["since"], "2026-11-16T14:30:00+00:00");

    // Back again: what was not told is told, though this run has nothing new.
    let server = MailServer::start_on(port, Line::Plain);
    project.run(&["run", "--now", "2026-11-16T10:30:00-05:00"]).expect_code(0);
    let text = server.mails()[0].text();
    assert!(text.contains("Not told by this channel"), "{text}");
    assert!(text.contains("passeur release"), "{text}");
    let status = project.run(&["status"]).expect_code(3).stdout;
    assert!(!status.contains("Notification"), "{status}");
    project.run(&["run", "--now", "2026-11-16T11:30:00-05:00"]).expect_code(0);
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_mail_server_that_hangs_costs_no_more_than_its_time() {
    let server = MailServer::start(Line::Plain);
    server.act(Act::Hang);
    let project = project(&by_mail_in_haste(server.port));
    drop_bad(&project, "memberships.csv");
    let started = std::time::Instant::now();
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(output.stdout.contains("does not answer in time"), "{output}");
}

#[test]
fn json_of_a_run_stays_json() {
    let project = project(&by_mail_in_haste(dead_port()));
    drop_bad(&project, "memberships.csv");
    let output = project.run(&["run", "--now", NOW, "--format", "json"]).expect_code(3);
    assert_eq!(output.json()["exports"][0]["rejected"], 1);
    assert!(output.stderr.contains("Notification by e-mail FAILED"), "{output}");
}

#[test]
fn one_address_that_is_refused_does_not_keep_the_others_from_the_mail() {
    let server = MailServer::start(Line::Plain);
    server.act(Act::RefuseNobody);
    let to = "to = [\"nobody@club.example\", \"office@club.example\"]";
    let project = project(&by_mail(server.port).replace("to = [\"office@club.example\"]", to));
    drop_bad(&project, "memberships.csv");
    let output = project.run(&["run", "--now", NOW]).expect_code(3);
    assert_eq!(server.mails()[0].to, ["office@club.example"]);
    assert!(output.stdout.contains("refused these addresses; correct `to`: nobody@club.example"), "{output}");
}

#[test]
fn an_export_that_did_not_come_is_mailed_once_a_day_until_it_comes() {
    let server = MailServer::start(Line::Plain);
    let project = project(&by_mail(server.port));
    let config = project.text("passeur.toml");
    project.config(&config.replace("[routes.columns]", "expect = { by = \"02:00\" }\n\n[routes.columns]"));
    assert_eq!(run_at(&project, 0, "01"), Some(0));
    // The first night, by 02:00.
    assert_eq!(run_at(&project, 0, "02"), Some(3));
    assert_eq!(run_at(&project, 0, "03"), Some(3));
    assert_eq!(subjects(&server), ["[Club] 1 thing not as expected"]);
    let text = server.mails()[0].text();
    assert!(text.contains("no export came by 02:00 on Monday 16 November"), "{text}");
    drop_good(&project, "memberships.csv", 7);
    assert_eq!(run_at(&project, 0, "04"), Some(0));
    assert_eq!(run_at(&project, 0, "05"), Some(0));
    assert_eq!(server.mails().len(), 1);
}
