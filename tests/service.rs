//! `passeur install-service`: the units, and what systemd itself says of them.

use std::process::Command;

use crate::support::fault_server::{FaultServer, PASSWORD};
use crate::support::project::Project;
use crate::watch::{export, to_fault_server};

/// What a project of some size has: a schedule, secrets of both kinds, folders elsewhere.
const MORE: &str = r#"
[schedule]
deliver = "15 2 * * 1-6"

[metrics]
textfile = "/var/lib/node_exporter/passeur.prom"

[destinations.one]
type = "sftp"
host = "sftp.example.com"
user = "u"
auth = { password = { env = "SPLIO_PASSWORD" } }
known_hosts = "known_hosts"
timeout = "45 s"

[destinations.two]
type = "sftp"
host = "sftp.example.com"
user = "u"
auth = { key = "secrets/key", passphrase = { file = "secrets/passphrase" } }
known_hosts = "known_hosts"
"#;

/// The units without what differs from machine to machine.
fn masked(project: &Project, text: &str) -> String {
    let program = env!("CARGO_BIN_EXE_passeur");
    let text = project.mask(&text.replace(program, "[program]"));
    let sum = regex::Regex::new("follows: [0-9a-f]{16}").unwrap();
    let root = regex::Regex::new("LoadCredential=[^ ]*-secrets-passphrase:").unwrap();
    let text = sum.replace_all(&text, "follows: [sum]").into_owned();
    root.replace_all(&text, "LoadCredential=[path]-secrets-passphrase:").into_owned()
}

#[test]
fn the_units_of_a_project() {
    let project = Project::new();
    project.add_config(MORE);
    let printed = project.run(&["install-service", "--user", "passeur", "--print"]).expect_code(0).stdout;
    insta::assert_snapshot!("units", masked(&project, &printed));
    assert!(!project.path("passeur.service").exists());
}

#[test]
fn it_says_what_it_wrote_and_what_comes_next() {
    let project = Project::new();
    project.add_config(MORE);
    std::fs::create_dir(project.path("units")).unwrap();
    let install = ["install-service", "--user", "nobody", "--dir", "units"];
    let said = project.run(&install).expect_code(0).stdout;
    let said =
        regex::Regex::new("belongs to [^,]+,").unwrap().replace(&said, "belongs to [owner],").into_owned();
    insta::assert_snapshot!(masked(&project, &said), @r"
    Written: units/passeur.service
    Written: units/passeur-run.service
    Written: units/passeur-run.timer
    [project] belongs to [owner], and the service runs as nobody: give the folder to that user (chown -R nobody: …).
    The secret SPLIO_PASSWORD comes from the machine’s store of credentials: put it in /etc/credstore/SPLIO_PASSWORD (owner root, mode 0600).
    Next:
      sudo cp units/passeur.service units/passeur-run.service units/passeur-run.timer /etc/systemd/system/
      sudo systemctl daemon-reload
    To carry exports across as they come:
      sudo systemctl enable --now passeur.service
    Or once a night (Mon..Sat *-*-* 02:15:00 America/Toronto):
      sudo systemctl enable --now passeur-run.timer
    ");
    let again = project.run(&install).expect_code(0).stdout;
    assert_eq!(again.matches("Unchanged: ").count(), 3, "{again}");
    let unit = project.text("units/passeur.service");
    project.write("units/passeur.service", unit.replace("Restart=on-failure", "Restart=no"));
    let refused = project.run(&install).expect_code(2);
    assert!(refused.stderr.contains("was changed since passeur wrote it"), "{refused}");
    let other = project.run(&["install-service", "--user", "nobody", "--dir", "units", "--name", "club"]);
    other.expect_code(0);
    assert_eq!(project.files("units").len(), 6);
}

#[test]
fn a_folder_that_it_may_not_write_to_is_said() {
    let project = Project::new();
    let refused =
        project.run(&["install-service", "--user", "nobody", "--dir", "/proc/nowhere"]).expect_code(5);
    assert!(refused.stderr.contains("run it with sudo"), "{refused}");
}

#[test]
fn a_service_never_runs_as_root_unasked() {
    use std::os::unix::fs::MetadataExt;
    let project = Project::new();
    if std::fs::metadata(project.root()).unwrap().uid() != 0 {
        project.run(&["install-service", "--print"]).expect_code(0);
        return;
    }
    let refused = project.run(&["install-service", "--print"]).expect_code(2);
    assert!(refused.stderr.contains("belongs to root. Give the service a user of its own"), "{refused}");
}

#[test]
fn what_a_timer_cannot_say_is_refused() {
    let project = Project::new();
    project.add_config("[schedule]\ndeliver = \"0 2 L * *\"\n");
    let refused = project.run(&["install-service", "--user", "nobody", "--print"]).expect_code(2);
    assert!(refused.stderr.contains("Let `passeur watch` keep it"), "{refused}");
}

#[test]
fn a_service_logs_in_with_its_credentials() {
    let server = FaultServer::start();
    let project = to_fault_server(&server);
    project.write("inbox/a.csv", export(1));
    let run = |folder: &str| {
        let mut command = project.command(&["run"]);
        command.env("CREDENTIALS_DIRECTORY", project.path(folder));
        project.finish(command)
    };
    let without = run("nowhere").expect_code(3);
    assert!(without.stdout.contains("/etc/credstore/DROP_PASSWORD"), "{without}");
    // As systemd hands it over: others are kept out by the folder, whatever the mode of the file.
    project.write("credentials/DROP_PASSWORD", format!("{PASSWORD}\n"));
    run("credentials").expect_code(0);
    assert_eq!(server.state().appeared.len(), 1);
}

/// Runs systemd's own check, where systemd is installed.
fn systemd_analyze(arguments: &[&str]) -> Option<(bool, String)> {
    let output = match Command::new("systemd-analyze").args(arguments).env("TZ", "UTC").output() {
        Ok(output) => output,
        Err(error) => {
            println!("not checked by systemd-analyze: {error}");
            return None;
        }
    };
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

#[test]
fn systemd_finds_nothing_wrong_with_units_of_an_awkward_path() {
    let project = Project::new();
    let folder = "my club 50%h $HOME \"x\" \\n é";
    project.write(&format!("{folder}/passeur.toml"), project.text("passeur.toml") + MORE);
    std::fs::create_dir(project.path("units")).unwrap();
    let config = project.path(folder).join("passeur.toml");
    let config = config.to_str().unwrap();
    project
        .run(&["install-service", "--config", config, "--user", "daemon", "--dir", "units"])
        .expect_code(0);
    let units = project.files("units");
    let paths: Vec<String> = units.iter().map(|unit| project.path(unit).display().to_string()).collect();
    let mut arguments = vec!["verify", "--man=no"];
    arguments.extend(paths.iter().map(String::as_str));
    let Some((well, said)) = systemd_analyze(&arguments) else { return };
    assert!(well && said.trim().is_empty(), "{said}");
    // Of 10, where 10 is open to everything.
    for service in paths.iter().filter(|path| path.ends_with(".service")) {
        let threshold = ["security", "--offline=true", "--threshold=20", service];
        let Some((well, said)) = systemd_analyze(&threshold) else { return };
        assert!(well, "{said}");
        println!("{}", said.lines().last().unwrap_or_default());
    }
}

#[test]
fn systemd_reads_the_calendar_as_the_schedule_means_it() {
    let project = Project::new();
    let config = project.text("passeur.toml");
    let times =
        regex::Regex::new(r"(?m)(?:Next elapse|Iteration #\d+|Iter\. #\d+): \w+ (\S+ \S+) UTC").unwrap();
    for cron in ["15 2 * * 1-6", "*/20 6-8,20 1,15 * *", "0 4 1 3,9 *", "30 5 * * 0,3", "30 3 * * *"] {
        project.config(&format!("{config}\n[schedule]\ndeliver = \"{cron}\"\n"));
        let units = project.run(&["install-service", "--user", "nobody", "--print"]).expect_code(0).stdout;
        let event = units.lines().find_map(|line| line.strip_prefix("OnCalendar=")).unwrap();
        // Ten days before the clocks change.
        let arguments = ["calendar", "--iterations=30", "--base-time=2026-10-22 12:00:00 UTC", event];
        let Some((well, said)) = systemd_analyze(&arguments) else { return };
        assert!(well, "{said}");
        let found: Vec<&str> =
            times.captures_iter(&said).map(|found| found.get(1).unwrap().as_str()).collect();
        let begin = chrono::DateTime::parse_from_rfc3339("2026-10-22T12:00:00Z").unwrap().to_utc();
        let expected: Vec<String> =
            passeur::intake::schedule::next(&cron.parse().unwrap(), chrono_tz::America::Toronto, begin, 30)
                .iter()
                .map(|time| time.to_utc().format("%Y-%m-%d %H:%M:%S").to_string())
                .collect();
        assert_eq!(found, expected, "{cron}: {said}");
    }
}
