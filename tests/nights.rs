//! Twenty-four nights over a change of the clocks, with a server that fails every third one: what a partner finds in the morning.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono_tz::Tz;
use russh_sftp::protocol::StatusCode;

use crate::support::fault_server::{Act, FaultServer, Kind, PASSWORD};
use crate::watch::{export, to_fault_server};

/// What goes wrong in a bad night, in turn: the request from whose next one on the server fails, and how.
const FAULTS: [(Kind, Act); 8] = [
    (Kind::Connection, Act::DropBefore),
    (Kind::Rename, Act::DropAfter),
    (Kind::Write, Act::DropBefore),
    (Kind::Rename, Act::DropBefore),
    (Kind::Open, Act::Refuse(StatusCode::ConnectionLost)),
    (Kind::Close, Act::DropAfter),
    (Kind::Write, Act::DropAfter),
    (Kind::Look, Act::DropBefore),
];

/// Lives through the nights from a day on. The calendar: a line a night, with what appeared at the server and how the run ended.
fn nights(zone: Tz, cron: &str, from: &str) -> String {
    let server = FaultServer::start();
    // A partner who takes files at once: nothing there tells what was delivered before.
    server.state().picks_up = true;
    let project = to_fault_server(&server);
    let config = project.text("passeur.toml");
    let config = config
        .replace("time_zone = \"America/Toronto\"", &format!("time_zone = \"{}\"", zone.name()))
        .replace("retries = 0", "retries = 0\nsessions = 1");
    project.config(&config);
    let begin = chrono::DateTime::parse_from_rfc3339(from).unwrap().to_utc();
    let times = passeur::intake::schedule::next(&cron.parse().unwrap(), zone, begin, 24);
    let mut calendar = String::new();
    for (time, night) in times.iter().zip(1..) {
        project.write(&format!("inbox/night {night}.csv"), export(night));
        let seen = {
            let mut state = server.state();
            state.faults.clear();
            if night % 3 == 0 {
                let (kind, act) = FAULTS[night as usize / 3 - 1];
                let next = state.count(kind);
                state.faults = (next..next + 50).map(|number| (kind, number, act)).collect();
            }
            state.appeared.len()
        };
        let mut run = project.command(&["run", "--now", &time.to_rfc3339()]);
        run.env("DROP_PASSWORD", PASSWORD);
        let code = project.finish(run).code.unwrap();
        let state = server.state();
        let names: Vec<&str> = state.appeared[seen..]
            .iter()
            .map(|(name, _)| name.trim_start_matches("demo_cardcode_"))
            .collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        writeln!(calendar, "{} exit {code}: {}", time.format("%a %d %b %H:%M %z"), names).unwrap();
    }
    // The last night was a bad one.
    server.state().faults.clear();
    let after = *times.last().unwrap() + chrono::Duration::days(1);
    let mut run = project.command(&["run", "--now", &after.to_rfc3339()]);
    run.env("DROP_PASSWORD", PASSWORD);
    project.finish(run).expect_code(0);
    let state = server.state();
    let mut cards: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, bytes) in &state.appeared {
        for line in String::from_utf8_lossy(bytes).lines().skip(1) {
            let card: u32 = line.get(4..11).unwrap().parse().unwrap();
            *cards.entry(card).or_default() += 1;
        }
    }
    let once: BTreeMap<u32, u32> = (1..=24).map(|night| (night, 1)).collect();
    assert_eq!(cards, once, "each card once\n{calendar}");
    drop(state);
    assert_eq!(project.run(&["status", "--format", "json"]).json()["outbound"]["delivered"], 24);
    project.run(&["receipt", "verify", "--all"]).expect_code(0);
    project.assert_each_export_in_one_place();
    calendar
}

#[test]
fn twenty_four_nights_in_toronto_while_the_clocks_go_back() {
    let calendar = nights(chrono_tz::America::Toronto, "30 1 * * *", "2026-10-19T12:00:00-04:00");
    insta::assert_snapshot!(calendar, @r"
    Tue 20 Oct 01:30 -0400 exit 0: members_20261020.csv
    Wed 21 Oct 01:30 -0400 exit 0: members_20261021.csv
    Thu 22 Oct 01:30 -0400 exit 3: nothing
    Fri 23 Oct 01:30 -0400 exit 0: members_20261022.csv, members_20261023.csv
    Sat 24 Oct 01:30 -0400 exit 0: members_20261024.csv
    Sun 25 Oct 01:30 -0400 exit 3: members_20261025.csv
    Mon 26 Oct 01:30 -0400 exit 0: members_20261026.csv
    Tue 27 Oct 01:30 -0400 exit 0: members_20261027.csv
    Wed 28 Oct 01:30 -0400 exit 3: nothing
    Thu 29 Oct 01:30 -0400 exit 0: members_20261028.csv, members_20261029.csv
    Fri 30 Oct 01:30 -0400 exit 0: members_20261030.csv
    Sat 31 Oct 01:30 -0400 exit 3: nothing
    Sun 01 Nov 01:30 -0400 exit 0: members_20261031.csv, members_20261101.csv
    Mon 02 Nov 01:30 -0500 exit 0: members_20261102.csv
    Tue 03 Nov 01:30 -0500 exit 3: nothing
    Wed 04 Nov 01:30 -0500 exit 0: members_20261103.csv, members_20261104.csv
    Thu 05 Nov 01:30 -0500 exit 0: members_20261105.csv
    Fri 06 Nov 01:30 -0500 exit 3: nothing
    Sat 07 Nov 01:30 -0500 exit 0: members_20261106.csv, members_20261107.csv
    Sun 08 Nov 01:30 -0500 exit 0: members_20261108.csv
    Mon 09 Nov 01:30 -0500 exit 3: nothing
    Tue 10 Nov 01:30 -0500 exit 0: members_20261109.csv, members_20261110.csv
    Wed 11 Nov 01:30 -0500 exit 0: members_20261111.csv
    Thu 12 Nov 01:30 -0500 exit 3: nothing
    ");
}

#[test]
fn twenty_four_nights_in_paris_while_the_clocks_go_forward() {
    let calendar = nights(chrono_tz::Europe::Paris, "30 2 * * *", "2026-03-16T12:00:00+01:00");
    insta::assert_snapshot!(calendar, @r"
    Tue 17 Mar 02:30 +0100 exit 0: members_20260317.csv
    Wed 18 Mar 02:30 +0100 exit 0: members_20260318.csv
    Thu 19 Mar 02:30 +0100 exit 3: nothing
    Fri 20 Mar 02:30 +0100 exit 0: members_20260319.csv, members_20260320.csv
    Sat 21 Mar 02:30 +0100 exit 0: members_20260321.csv
    Sun 22 Mar 02:30 +0100 exit 3: members_20260322.csv
    Mon 23 Mar 02:30 +0100 exit 0: members_20260323.csv
    Tue 24 Mar 02:30 +0100 exit 0: members_20260324.csv
    Wed 25 Mar 02:30 +0100 exit 3: nothing
    Thu 26 Mar 02:30 +0100 exit 0: members_20260325.csv, members_20260326.csv
    Fri 27 Mar 02:30 +0100 exit 0: members_20260327.csv
    Sat 28 Mar 02:30 +0100 exit 3: nothing
    Sun 29 Mar 03:00 +0200 exit 0: members_20260328.csv, members_20260329.csv
    Mon 30 Mar 02:30 +0200 exit 0: members_20260330.csv
    Tue 31 Mar 02:30 +0200 exit 3: nothing
    Wed 01 Apr 02:30 +0200 exit 0: members_20260331.csv, members_20260401.csv
    Thu 02 Apr 02:30 +0200 exit 0: members_20260402.csv
    Fri 03 Apr 02:30 +0200 exit 3: nothing
    Sat 04 Apr 02:30 +0200 exit 0: members_20260403.csv, members_20260404.csv
    Sun 05 Apr 02:30 +0200 exit 0: members_20260405.csv
    Mon 06 Apr 02:30 +0200 exit 3: nothing
    Tue 07 Apr 02:30 +0200 exit 0: members_20260406.csv, members_20260407.csv
    Wed 08 Apr 02:30 +0200 exit 0: members_20260408.csv
    Thu 09 Apr 02:30 +0200 exit 3: nothing
    ");
}
