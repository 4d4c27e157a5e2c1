//! What a machine room sees: health, metrics, the log.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::exposition;
use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD, USER};
use crate::support::project::{MEMBERSHIPS, NOW, Project};
use crate::support::watch::Watch;

/// Some hours after [`NOW`].
const LATER: &str = "2026-11-16T14:30:00-05:00";

/// An export with one good row and one whose purchase day is none.
fn export(number: u32) -> String {
    let row = |number: u32, day: &str| {
        format!(
            "{number},Annual gym pass,{number},{number},{day},2026-01-01,2026-12-31,Active,Marie.Tremblay{number}@example.com,AM-{number:07}\n"
        )
    };
    format!("{MEMBERSHIPS}{}{}", row(number, "2025-12-01"), row(number + 1000, "the thirteenth"))
}

fn to_fault_server(server: &FaultServer) -> Project {
    let project = Project::new();
    let folder = "[destinations.splio]\ntype = \"folder\"\npath = \"outbox\"\n";
    let sftp = format!(
        "[destinations.splio]\ntype = \"sftp\"\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{USER}\"\nfolder = \"/in\"\nretries = 0\n\
         auth = {{ password = {{ env = \"DROP_PASSWORD\" }} }}\nhost_keys = [\"{}\"]\n",
        server.port, server.fingerprint
    );
    let config = project.text("passeur.toml");
    assert!(config.contains(folder));
    project.config(&config.replace(folder, &sftp));
    project
}

/// The cells of an export that say something about a person: all that are not numbers alone and not in its header.
fn cells(export: &str) -> Vec<&str> {
    let cells = export.lines().skip(1).flat_map(|line| line.split(','));
    cells.filter(|cell| cell.len() >= 4 && cell.chars().any(|letter| !letter.is_ascii_digit())).collect()
}

/// A run that logs as JSON: its exit code, and its lines.
fn logged(project: &Project, moment: &str) -> (Option<i32>, Vec<Value>) {
    let mut command = project.command(&["run", "--now", moment, "--log", "json"]);
    command.env("DROP_PASSWORD", PASSWORD);
    let output = project.finish(command);
    let lines = output
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}")));
    (output.code, lines.collect())
}

#[test]
fn a_nights_log_is_json_and_a_files_way_can_be_followed() {
    let server = FaultServer::failing(Kind::Connection, 0, Act::DropBefore);
    let project = to_fault_server(&server);
    let (one, bad) = (export(1), "Jean Tremblay;514-555-0199\nx;y\n");
    project.write("inbox/memberships.csv", &one).write("inbox/not an export.csv", bad);
    let (code, mut lines) = logged(&project, NOW);
    assert_eq!(code, Some(3));
    let (code, second) = logged(&project, LATER);
    assert_eq!(code, Some(0));
    let runs = |lines: &[Value]| -> Vec<String> {
        let mut runs: Vec<_> = lines.iter().map(|line| line["run"].as_str().unwrap().to_owned()).collect();
        runs.dedup();
        runs
    };
    assert_eq!((runs(&lines).len(), runs(&second).len()), (1, 1), "each line has the run");
    lines.extend(second);
    let told: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "run begun",
            "export taken",
            "export accepted",
            "file staged",
            "export taken",
            "export refused",
            "connecting",
            "file not delivered",
            "run ended",
            "run begun",
            "connecting",
            "file delivered",
            "run ended"
        ]
    );
    let find = |message: &str| lines.iter().find(|line| line["message"] == message).unwrap();
    let accepted = find("export accepted");
    assert_eq!((&accepted["rows"], &accepted["rejected"]), (&2.into(), &1.into()), "{accepted}");
    assert_eq!(find("export refused")["causes"], "source-error");
    let (export, file) = (&accepted["export"], &find("file staged")["file"]);
    assert!(export.is_u64() && file.is_u64());
    let way: Vec<&str> = lines
        .iter()
        .filter(|line| line["file"] == *file || (line["export"] == *export && line["file"].is_null()))
        .map(|line| line["message"].as_str().unwrap())
        .collect();
    assert_eq!(way, ["export accepted", "file staged", "file not delivered", "file delivered"]);
    assert!(lines.iter().filter(|line| line["file"] == *file).all(|line| line["export"] == *export));
    for line in &lines {
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("timestamp");
        let text = line.to_string();
        for cell in cells(&one).into_iter().chain(["Jean Tremblay", "514-555-0199"]) {
            assert!(!text.contains(cell), "{cell} is in the log: {text}");
        }
    }
}

#[test]
fn the_log_for_people_says_the_same_and_only_when_asked() {
    let project = Project::new();
    project.write("inbox/a.csv", export(1));
    project.write("inbox/no export.csv", "x;y\n1;2\n");
    let quiet = project.run(&["run", "--now", NOW]);
    assert_eq!(quiet.stderr, "", "the report says it");
    project.write("inbox/b.csv", export(2));
    let told = project.run(&["run", "--now", LATER, "--log", "text"]).stderr;
    let file = told.lines().find(|line| line.contains("file delivered")).unwrap();
    assert!(file.contains("file=2") && file.contains("demo_cardcode_members2_20261116.csv"), "{file}");
    assert!(!told.contains("example.com") && !told.contains("thirteenth"), "{told}");
}

#[test]
fn a_watch_logs_what_happens_to_it() {
    let project = Project::new();
    let mut watch = Watch::start_with(&project, project.root(), |command| {
        command.env_remove("PASSEUR_LOG").env("PASSEUR_LOG_FORMAT", "json");
    });
    let good = project.text("passeur.toml");
    project.config(&good.replace("type = \"folder\"", "type = \"flder\""));
    watch.signal("-HUP");
    watch.until("the refusal", |watch| watch.says("The old one goes on"));
    project.config(&good);
    watch.signal("-HUP");
    watch.until("the reload", |watch| watch.says("was read again and counts"));
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    // A reload may have had a run of its own before.
    watch.until("the run's end", |_| {
        let log = project.text("err.log");
        log.split_once("\"file delivered\"").is_some_and(|(_, after)| after.contains("\"run ended\""))
    });
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
    let log = project.text("err.log");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let told: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    for message in [
        "watch started",
        "watch not reloaded: the config is wrong",
        "watch reloaded",
        "file delivered",
        "watch stopped",
    ] {
        assert_eq!(told.iter().filter(|told| **told == message).count(), 1, "{message}: {told:?}");
    }
    assert!(cells(&export(1)).iter().all(|cell| *cell == "2025-12-01" || !log.contains(cell)), "{log}");
}

#[test]
fn health_says_in_one_line_and_by_its_code_how_it_is() {
    let project = Project::new();
    let health = |moment: &str, code| project.run(&["health", "--now", moment]).expect_code(code).stdout;
    assert_eq!(health(NOW, 3), "attention: no run yet: `passeur run` or `passeur watch` makes the first\n");
    let good: String = export(1).lines().take(2).map(|line| format!("{line}\n")).collect();
    project.write("inbox/a.csv", good);
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(health(LATER, 0), "ok: nothing waits for a person; oldest last success: cards, 5 h ago\n");
    let days = "2026-11-19T09:30:00-05:00";
    assert_eq!(health(days, 6), "critical: cards: no success for 3 d (limit 26 h)\n");
    let longer = ["health", "--now", days, "--max-age", "cards=4d"];
    project.run(&longer).expect_code(0);
    project.write("inbox/b.csv", export(2));
    project.run(&["run", "--now", LATER]).expect_code(1);
    assert_eq!(health(LATER, 1), "attention: one row was rejected lately: see the reports\n");
    let json = project.run(&["health", "--now", LATER, "--format", "json"]).expect_code(1).json();
    assert_eq!(json["problems"][0]["code"], "rows-rejected");
    assert_eq!(json["routes"][0]["lastSuccess"], "2026-11-16T19:30:00+00:00");
    let unknown = project.run(&["health", "--max-age", "crads=1h"]).expect_code(2).stderr;
    assert!(unknown.contains("crads") && unknown.contains("It has: cards"), "{unknown}");
}

#[test]
fn health_sees_a_run_that_died() {
    let project = Project::new();
    project.run(&["run", "--now", NOW]).expect_code(0);
    let mut store = passeur::store::Store::open(&project.path("passeur.db")).unwrap();
    let later = chrono::DateTime::parse_from_rfc3339(LATER).unwrap().to_utc();
    store.begin_run(later).unwrap();
    let line = project.run(&["health", "--now", LATER]).expect_code(6).stdout;
    assert!(line.starts_with("critical: run 20261116T193000Z-"), "{line}");
    project.run(&["run", "--now", LATER]).expect_code(0);
    let line = project.run(&["health", "--now", LATER]).expect_code(3).stdout;
    assert_eq!(line, "attention: cards: no success yet\n");
}

#[test]
fn metrics_count_from_the_ledger_and_go_on_after_a_restart() {
    let project = Project::new();
    project.add_config("[metrics]\ntextfile = \"metrics/passeur.prom\"\n");
    project.write("inbox/a.csv", export(1)).write("inbox/b.csv", "nothing;known\n1;2\n");
    let output = project.run(&["run", "--now", NOW]).expect_code(1);
    assert!(output.stderr.contains("the metrics are not written"), "its folder is missing: {output}");
    assert!(project.matching("outbox/*.csv").len() == 1, "and that stops no delivery");
    std::fs::create_dir(project.path("metrics")).unwrap();
    project.write("inbox/c.csv", export(2));
    project.run(&["run", "--now", LATER]).expect_code(1);
    let text = project.text("metrics/passeur.prom");
    let samples = exposition::parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    for (sample, value) in [
        ("passeur_runs_total{outcome=\"attention\"}", 2.0),
        ("passeur_runs_total{outcome=\"failed\"}", 0.0),
        ("passeur_run_last_outcome{outcome=\"attention\"}", 1.0),
        ("passeur_run_open", 0.0),
        ("passeur_exports_total{outcome=\"accepted\",schema=\"amilia/memberships\"}", 2.0),
        ("passeur_exports_total{outcome=\"refused\",schema=\"\"}", 1.0),
        ("passeur_rows_total{outcome=\"accepted\",schema=\"amilia/memberships\"}", 4.0),
        ("passeur_rows_rejected_total{outcome=\"accepted\",schema=\"amilia/memberships\"}", 2.0),
        ("passeur_row_errors_total{cause=\"type-error\"}", 2.0),
        ("passeur_export_refusals_total{cause=\"source-error\"}", 1.0),
        ("passeur_deliveries_total{destination=\"splio\",route=\"cards\"}", 2.0),
        ("passeur_delivered_rows_total{destination=\"splio\",route=\"cards\"}", 2.0),
        ("passeur_files_waiting{destination=\"splio\"}", 0.0),
        ("passeur_files_held{destination=\"splio\"}", 0.0),
        (
            "passeur_route_last_success_timestamp_seconds{destination=\"splio\",route=\"cards\"}",
            1_794_857_400.0,
        ),
    ] {
        assert_eq!(samples.get(sample), Some(&value), "{sample}\n{text}");
    }
    for cell in cells(&export(1)) {
        assert!(!text.contains(cell), "{cell} is in the metrics");
    }
    assert!(project.matching("metrics/*").len() == 1, "no temporary file stays");
    let promtool = std::fs::File::open(project.path("metrics/passeur.prom")).and_then(|file| {
        std::process::Command::new("promtool").args(["check", "metrics"]).stdin(file).output()
    });
    match promtool {
        Ok(said) => assert!(said.status.success() && said.stderr.is_empty(), "{said:?}"),
        Err(error) => println!("not checked by promtool: {error}"),
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(project.path("metrics/passeur.prom")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "the collector is another user");
    }
}

#[test]
fn what_is_held_is_counted_with_its_reason() {
    let project = Project::new();
    let config = project.text("passeur.toml").replace("max_rejected = \"100 %\"", "max_rejected = \"0 %\"");
    project.config(&config).add_config("[metrics]\ntextfile = \"passeur.prom\"\n");
    project.write("inbox/a.csv", export(1));
    project.run(&["run", "--now", NOW]).expect_code(3);
    let samples = exposition::parse(&project.text("passeur.prom")).unwrap();
    let held = "passeur_files_held_by_reason{destination=\"splio\",reason=\"too-many-rejected\"}";
    assert_eq!(samples.get(held), Some(&1.0), "{samples:?}");
    assert_eq!(samples.get("passeur_files_held{destination=\"splio\"}"), Some(&1.0));
    let line = project.run(&["health", "--now", NOW]).expect_code(3).stdout;
    assert!(line.starts_with("attention: ") && line.contains("one file is held"), "{line}");
    // A decision is seen at once, not with the next run.
    project.run(&["discard", "1", "--reason", "wrong month"]).expect_code(0);
    let samples = exposition::parse(&project.text("passeur.prom")).unwrap();
    assert_eq!(samples.get("passeur_files_held{destination=\"splio\"}"), Some(&0.0), "{samples:?}");
    let discarded = "passeur_files_discarded_total{destination=\"splio\",route=\"cards\"}";
    assert_eq!(samples.get(discarded), Some(&1.0), "{samples:?}");
}

/// A port of this machine that nothing listens to.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Sends bytes, reads the answer: its first line, and what follows its headers.
fn ask(port: u16, request: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

fn get(port: u16, path: &str) -> (String, String) {
    ask(port, format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())
}

#[test]
fn a_watch_answers_a_monitor_and_no_run_waits_for_it() {
    let project = Project::new();
    let (port, other) = (free_port(), free_port());
    project.add_config(&format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n"));
    let mut watch = Watch::start(&project);
    watch.until("it answers", |_| TcpStream::connect(("127.0.0.1", port)).is_ok());
    // A client that says nothing, and one that sends a byte and stays.
    let silent = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut slow = TcpStream::connect(("127.0.0.1", port)).unwrap();
    slow.write_all(b"G").unwrap();
    std::fs::write(project.path("inbox/a.csv"), export(1)).unwrap();
    watch.until("delivery", |watch| watch.delivered() == 1);
    watch.until("the run's end", |_| project.matching("archive/2*/a.csv").len() == 1);
    let begin = Instant::now();
    let (status, body) = get(port, "/metrics");
    assert!(begin.elapsed() < Duration::from_secs(15), "the slow ones are left after a while");
    drop((silent, slow));
    assert_eq!(status, "HTTP/1.1 200 OK");
    let samples = exposition::parse(&body).unwrap_or_else(|why| panic!("{why}\n{body}"));
    assert_eq!(samples["passeur_deliveries_total{destination=\"splio\",route=\"cards\"}"], 1.0);
    let (status, body) = get(port, "/health");
    assert_eq!(status, "HTTP/1.1 200 OK");
    let health: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(health["state"], "attention", "one row was rejected: {health}");
    assert_eq!(get(port, "/passeur.toml").0, "HTTP/1.1 404 Not Found");
    assert_eq!(get(port, "/../etc/passwd").0, "HTTP/1.1 404 Not Found");
    assert_eq!(
        ask(port, b"DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").0,
        "HTTP/1.1 405 Method Not Allowed"
    );
    assert_eq!(ask(port, b"\x16\x03\x01\x02\x00\r\n\r\n").0, "HTTP/1.1 400 Bad Request");
    // Another address counts after the signal.
    let config = project.text("passeur.toml").replace(&port.to_string(), &other.to_string());
    project.config(&config);
    watch.signal("-HUP");
    watch.until("the other port answers", |_| TcpStream::connect(("127.0.0.1", other)).is_ok());
    assert_eq!(get(other, "/health").0, "HTTP/1.1 200 OK");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the old one does not");
    watch.signal("-TERM");
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn an_address_that_is_taken_is_said_and_watching_goes_on() {
    let project = Project::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let config =
        project.text("passeur.toml").replace("settle = \"0 s\"", "settle = \"0 s\"\nrescan = \"1 s\"");
    project.config(&config).add_config(&format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n"));
    project.write("inbox/a.csv", export(1));
    let watch = Watch::start(&project);
    watch.until("that it is said", |watch| watch.says("a monitor gets no answer"));
    watch.until("delivery", |watch| watch.delivered() == 1);
    drop(taken);
    watch.until("it answers later", |_| TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert_eq!(watch.said().matches("a monitor gets no answer").count(), 1, "{}", watch.said());
}

#[test]
fn the_same_labels_name_the_same_thing_in_every_family() {
    let project = Project::sample();
    project.add_config("[metrics]\ntextfile = \"passeur.prom\"\n");
    project.run(&["run", "--now", NOW]);
    let samples = exposition::parse(&project.text("passeur.prom")).unwrap();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for sample in samples.keys() {
        let (name, rest) = sample.split_once('{').unwrap_or((sample, ""));
        let names: Vec<&str> = rest.split(',').filter_map(|label| Some(label.split_once('=')?.0)).collect();
        let known = labels.entry(name.to_owned()).or_insert_with(|| names.join(","));
        assert_eq!(*known, names.join(","), "{name}");
    }
}
