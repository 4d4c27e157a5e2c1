//! What the platforms demand of routes: names, modes, guards, confirmations, changes alone.

use crate::support::project::{NOW, Project};

const LATER: &str = "2026-11-17T09:30:00-05:00";

/// A project with one route from people; `route` has the keys that differ.
fn project(to: &str, route: &str, columns: &str) -> Project {
    let project = Project::empty();
    project.config(&format!(
        "language = \"en\"\nsettle = \"0 s\"\n[destinations.d]\ntype = \"folder\"\npath = \"outbox\"\n\n[[routes]]\nname = \"r\"\n\
         from = \"amilia/people\"\nto = \"{to}\"\ndestination = \"d\"\n{route}\n\n[routes.columns]\n{columns}\n"
    ));
    std::fs::create_dir(project.path("inbox")).unwrap();
    project
}

const RECIPIENTS: &str = "originalId = \"Person ID\"\nemailAddress = { from = \"Email\", case = \"lower\" }";

fn people(ids: std::ops::Range<u32>) -> String {
    let mut export = String::from("Person ID,Account ID,First name,Last name,Email\n");
    for id in ids {
        export += &format!("{id},{id},Ada,Roy,a{id}@example.com\n");
    }
    export
}

/// The first line of each error, and its notes.
fn refusal(to: &str, route: &str, columns: &str) -> String {
    let output = project(to, route, columns).run(&["plan"]);
    assert_ne!(output.code, Some(0), "{}", output.stdout);
    let lines =
        output.stderr.lines().filter(|line| line.contains("error: ") || line.trim_start().starts_with("= "));
    lines.map(str::trim).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn what_no_source_states_is_refused_until_it_is_set() {
    let campaign = "symplify/send-campaign";
    let name = "file_name = \"{delivery}_{database}_{send_time:YYYYMMDDhhmm}.txt\"\n";
    let mut found = String::new();
    for (to, route) in [
        ("symplify/recipients", ""),
        ("symplify/recipients", "file_name = \"list_{YYYYMMDD}.txt\"\nmode = \"add\""),
        ("symplify/recipients", "file_name = \"../list.txt\"\nmode = \"add\""),
        (campaign, "file_name = \"campaign.txt\""),
        (campaign, name),
        (
            campaign,
            &format!(
                "{name}delivery = \"12a\"\ndatabase = \"1\"\nsend_time = \"tomorrow\"\nsend_time_zone = \"Europe/Paris\""
            ),
        ),
        ("symplify/batch-transactional", "file_name = \"welcome.csv\""),
    ] {
        found += &format!("--- {to} {route}\n{}", refusal(to, route, RECIPIENTS));
    }
    insta::assert_snapshot!(found, @r#"
    --- symplify/recipients 
    passeur: error: `file_name` is missing in route `r`
    = the name of `symplify/recipients` is what is set at the platform; no default is invented
    error: `mode` is missing in route `r`
    = as it is set at the platform: add, replace, unsubscribe
    = replace turns everybody inactive who is not in the file
    --- symplify/recipients file_name = "list_{YYYYMMDD}.txt"
    mode = "add"
    passeur: error: `file_name` changes from day to day, and `symplify/recipients` has one fixed name
    = the platform looks for the name that is set there: write it as it stands there
    --- symplify/recipients file_name = "../list.txt"
    mode = "add"
    passeur: error: `file_name` holds `/`, which no outbound name may have
    --- symplify/send-campaign file_name = "campaign.txt"
    passeur: error: `file_name` has no {database}, which names of `symplify/send-campaign` have
    error: `file_name` has no {delivery}, which names of `symplify/send-campaign` have
    error: `file_name` has no {send_time:YYYYMMDDhhmm}, which names of `symplify/send-campaign` have
    --- symplify/send-campaign file_name = "{delivery}_{database}_{send_time:YYYYMMDDhhmm}.txt"

    passeur: error: `database` is missing in route `r`
    = files of `symplify/send-campaign` are named delivery_database_YYYYMMDDhhmm.txt
    = no source states it, so it has no default: ask your contact at the platform
    error: `delivery` is missing in route `r`
    = files of `symplify/send-campaign` are named delivery_database_YYYYMMDDhhmm.txt
    = no source states it, so it has no default: ask your contact at the platform
    error: `send_time` is missing in route `r`
    = files of `symplify/send-campaign` are named delivery_database_YYYYMMDDhhmm.txt
    = no source states it, so it has no default: ask your contact at the platform
    error: `send_time_zone` is missing in route `r`
    = files of `symplify/send-campaign` are named delivery_database_YYYYMMDDhhmm.txt
    = no source states it, so it has no default: ask your contact at the platform
    --- symplify/send-campaign file_name = "{delivery}_{database}_{send_time:YYYYMMDDhhmm}.txt"
    delivery = "12a"
    database = "1"
    send_time = "tomorrow"
    send_time_zone = "Europe/Paris"
    passeur: error: `delivery` is a number, as the platform shows it, not `12a`
    error: `send_time` is a moment such as "2026-11-20T08:00:00-05:00" (date, T, time, offset or Z)
    --- symplify/batch-transactional file_name = "welcome.csv"
    passeur: error: `symplify/batch-transactional` is written only by a route that confirms it
    = write settings = ["trigger-is-live"] in route `r`
    = it means: Symplify has confirmed that this trigger still runs; every file of this route sends mail at once
    "#);
}

#[test]
fn a_server_of_actito_itself_is_refused_because_it_takes_no_sftp() {
    let said = |host: &str| {
        let actito = "file_name = \"p_{YYYYMMDD}.csv\"\ndays_ahead = 1\nentity = \"-\"\nsend = \"changed\"";
        let project =
            project("actito/profiles", actito, "customerId = \"Person ID\"\nemailAddress = \"Email\"");
        let server = format!("type = \"sftp\"\nhost = \"{host}\"\nuser = \"u\"\nauth = {{ agent = true }}\n");
        let config = project.text("passeur.toml");
        project.config(&config.replace("type = \"folder\"\npath = \"outbox\"\n", &server));
        project.run(&["plan"]).stderr
    };
    for host in ["ftp02.actito.be", "FTP02.Actito.be", "testftp.citobi.be"] {
        let said = said(host);
        assert!(said.contains("takes no SFTP") && said.contains("FTPS alone"), "{said}");
    }
    for host in ["sftp.example.com", "notactito.be", "actito.be.example.com"] {
        assert_eq!(said(host), "", "{host}");
    }
}

#[test]
fn a_route_that_would_do_harm_is_refused() {
    let mut found = String::new();
    let history = "originalId = \"Person ID\"\nsku = { constant = \"S\" }\nitemPrice = { constant = \"1.00\" }\ntransactionTime = \"Join date\"\nnumberOfItems = { constant = \"1\" }";
    let profiles = "customerId = \"Person ID\"\nemailAddress = \"Email\"";
    let actito = "file_name = \"p_{YYYYMMDD}.csv\"\ndays_ahead = 1\nentity = \"-\"";
    for (to, route, columns) in [
        (
            "symplify/recipients",
            "file_name = \"list.txt\"\nmode = \"replace\"\nsend = \"changed\"",
            RECIPIENTS,
        ),
        (
            "symplify/recipients",
            "file_name = \"list_{subsection}.txt\"\nsubsections = [\"a\", \"b\"]\nmode = \"replace\"",
            RECIPIENTS,
        ),
        ("symplify/history", "file_name = \"h.csv\"", history),
        ("symplify/history", "file_name = \"h.csv\"\nsend = \"new\"\ninitial = true", history),
        ("actito/profiles", actito, profiles),
        ("actito/profiles", "file_name = \"p.csv\"\nsend = \"changed\"", profiles),
        ("actito/profiles", &format!("{actito}\nsend = \"changed\"\npackaging = \"zip\""), profiles),
        (
            "symplify/recipients",
            "file_name = \"list.txt.gz\"\nmode = \"add\"\npackaging = \"gzip\"",
            RECIPIENTS,
        ),
        ("splio/deletecontacts", "universe = \"u\"\nsubsection = \"s\"", "email = \"Email\""),
        (
            "splio/deletecontacts",
            "universe = \"u\"\nsubsection = \"s\"\nsettings = [\"delete-contacts\"]",
            "",
        ),
    ] {
        found += &format!("--- {to} {}\n{}", route.replace('\n', " "), refusal(to, route, columns));
    }
    insta::assert_snapshot!(found, @r#"
    --- symplify/recipients file_name = "list.txt" mode = "replace" send = "changed"
    passeur: error: `mode = "replace"` wants every row: whoever is not in the file turns inactive
    = write send = "all", or leave it out; or mode = "add"
    --- symplify/recipients file_name = "list_{subsection}.txt" subsections = ["a", "b"] mode = "replace"
    passeur: error: `mode = "replace"` writes one file: a second one would replace the first
    = name one subsection
    --- symplify/history file_name = "h.csv"
    passeur: error: `symplify/history` doubles what is sent twice
    = write send = "new"
    --- symplify/history file_name = "h.csv" send = "new" initial = true
    passeur: error: `symplify/history` doubles what is sent twice
    = write send = "new"
    --- actito/profiles file_name = "p_{YYYYMMDD}.csv" days_ahead = 1 entity = "-"
    passeur: error: `actito/profiles` takes changes alone
    = write send = "new" or send = "changed" or send = "updated"
    = for a first load, write initial = true, and take it away afterwards
    --- actito/profiles file_name = "p.csv" send = "changed"
    passeur: error: `entity` is missing in route `r`
    = files of `actito/profiles` are named p.csv
    = no source states it, so it has no default: ask your contact at the platform
    error: `days_ahead` is missing in route `r`
    = files of `actito/profiles` are named p.csv
    = no source states it, so it has no default: ask your contact at the platform
    error: `file_name` has no {YYYYMMDD}, which names of `actito/profiles` have
    --- actito/profiles file_name = "p_{YYYYMMDD}.csv" days_ahead = 1 entity = "-" send = "changed" packaging = "zip"
    passeur: error: `file_name` does not end in .zip, and the file is packed so
    --- symplify/recipients file_name = "list.txt.gz" mode = "add" packaging = "gzip"
    passeur: error: files of `symplify/recipients` are not packed by `gzip`
    = no source says that the platform takes packed files: leave it out
    --- splio/deletecontacts universe = "u" subsection = "s"
    passeur: error: `splio/deletecontacts` is written only by a route that confirms it
    = write settings = ["delete-contacts"] in route `r`
    = it means: The contacts in this route's files are erased at Splio, for good
    --- splio/deletecontacts universe = "u" subsection = "s" settings = ["delete-contacts"]
    passeur: error: one of the columns email, customer_key of `splio/deletecontacts` must hold a value, and route `r` fills none
    "#);
}

#[test]
fn a_first_load_of_actito_sends_all() {
    let route = "file_name = \"p_{YYYYMMDD}.csv\"\ndays_ahead = 1\nentity = \"-\"\ninitial = true";
    let project = project("actito/profiles", route, "customerId = \"Person ID\"\nemailAddress = \"Email\"");
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    // The name is that of the day on which Actito looks, one day ahead.
    let text = project.text("outbox/p_20261117.csv");
    assert_eq!(text, "customerId;emailAddress\r\n1;a1@example.com\r\n2;a2@example.com\r\n");
}

#[test]
fn a_fixed_name_comes_again_once_the_platform_took_the_file() {
    let project = project("symplify/recipients", "file_name = \"list.txt\"\nmode = \"add\"", RECIPIENTS);
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(project.files("outbox"), ["outbox/list.txt"]);

    // It is still there on the next day: ours waits, and nothing is replaced.
    project.write("inbox/people.csv", people(1..4));
    project.run(&["run", "--now", LATER]).expect_code(3);
    assert_eq!(project.text("outbox/list.txt").lines().count(), 3);
    let status = project.run(&["status"]);
    assert!(status.stdout.contains("passeur release 2 --as list.txt"), "{}", status.stdout);

    std::fs::remove_file(project.path("outbox/list.txt")).unwrap();
    project.run(&["release", "2", "--as", "list.txt"]).expect_code(0);
    project.run(&["run", "--now", LATER]).expect_code(0);
    assert_eq!(project.text("outbox/list.txt").lines().count(), 4);
}

#[test]
fn a_list_that_shrinks_is_held_when_it_replaces() {
    let route = "file_name = \"list.txt\"\nmode = \"replace\"\nmax_shrink = \"20 %\"";
    let project = project("symplify/recipients", route, RECIPIENTS);
    project.write("inbox/people.csv", people(1..11));
    project.run(&["run", "--now", NOW]).expect_code(0);
    std::fs::remove_file(project.path("outbox/list.txt")).unwrap();

    project.write("inbox/people.csv", people(1..8));
    let plan = project.run(&["plan", "--now", LATER]).stdout;
    assert!(plan.contains("7 rows, after 10") && plan.contains("30 %"), "{plan}");
    project.run(&["run", "--now", LATER]).expect_code(3);
    assert!(project.files("outbox").is_empty());
    assert!(project.run(&["status", "--format", "json"]).stdout.contains("\"shrunk\""));
    project.run(&["release", "2"]).expect_code(0);
    project.run(&["run", "--now", LATER]).expect_code(0);
    assert_eq!(project.text("outbox/list.txt").lines().count(), 8);
}

const CAMPAIGN: &str = "file_name = \"{delivery}_{database}_{send_time:YYYYMMDDhhmm}.txt\"\ndelivery = \"12\"\ndatabase = \"7\"\n\
                        send_time = \"2099-11-20T08:00:00-05:00\"\nsend_time_zone = \"Europe/Paris\"";

#[test]
fn a_campaign_waits_for_a_person() {
    let project = project("symplify/send-campaign", CAMPAIGN, RECIPIENTS);
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(3);
    assert!(project.files("outbox").is_empty());
    assert!(project.run(&["status", "--format", "json"]).stdout.contains("\"sends-mail\""));
    project.run(&["release", "1"]).expect_code(0);
    project.run(&["run", "--now", NOW]).expect_code(0);
    // 08:00 in Toronto is 14:00 in Paris.
    assert_eq!(project.files("outbox"), ["outbox/12_7_209911201400.txt"]);

    // The same campaign is never sent twice.
    project.write("inbox/people.csv", people(1..5));
    project.run(&["run", "--now", LATER]).expect_code(3);
    let status = project.run(&["status"]).stdout;
    assert!(status.contains("no free name"), "{status}");
}

#[test]
fn a_campaign_whose_time_has_passed_is_not_released_and_not_delivered() {
    let project = project("symplify/send-campaign", CAMPAIGN, RECIPIENTS);
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(3);
    project.run(&["release", "1"]).expect_code(0);
    project.run(&["run", "--now", "2099-11-20T14:00:00-05:00"]).expect_code(3);
    assert!(project.files("outbox").is_empty(), "the time came before the file went");
    project.config(&project.text("passeur.toml").replace("2099", "2020"));
    let refused = project.run(&["release", "1", "--as", "12_7_202011201400.txt"]).expect_code(2);
    assert!(refused.stderr.contains("has passed"), "{}", refused.stderr);
}

#[test]
fn an_event_that_was_sent_is_never_sent_again() {
    let columns = "originalId = \"Person ID\"\nsku = { constant = \"S\" }\nitemPrice = { constant = \"1.00\" }\ntransactionTime = { constant = \"2026-01-02 03:04:05\" }\nnumberOfItems = { constant = \"1\" }\ncustom2 = \"City\"";
    let project = project("symplify/history", "file_name = \"h.csv\"\nsend = \"new\"", columns);
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(
        project.text("outbox/h.csv"),
        "1;S;1.00;2026-01-02 03:04:05;1;;\n2;S;1.00;2026-01-02 03:04:05;1;;\n",
        "the empty column in the middle keeps its place"
    );
    std::fs::remove_file(project.path("outbox/h.csv")).unwrap();
    project.write("inbox/people.csv", people(2..4).replace("Roy", "Leroy"));
    project.run(&["run", "--now", LATER]).expect_code(0);
    assert_eq!(project.text("outbox/h.csv"), "3;S;1.00;2026-01-02 03:04:05;1;;\n");
}

#[test]
fn a_schema_of_ones_own_extends_a_built_in_one() {
    let project = project(
        "club/contacts",
        "universe = \"u\"\nsubsection = \"s\"",
        "email = \"Email\"\nclub_member = { constant = \"yes\" }",
    );
    let own = r#"{ "title": "Ours", "fields": [{ "name": "club_member", "type": "string" }], "passeur": { "extends": "splio/contacts", "maxRows": 2 } }"#;
    project.write("schemas/club/contacts.json", own);
    project.write("inbox/people.csv", people(1..3));
    project.run(&["run", "--now", NOW]).expect_code(0);
    assert_eq!(
        project.text("outbox/u_contacts_s_20261116.csv"),
        "email;club_member\n\"a1@example.com\";\"yes\"\n\"a2@example.com\";\"yes\"\n"
    );
    let shown = project.run(&["schema", "show", "club/contacts"]).expect_code(0).stdout;
    assert!(
        shown.contains("\"dateOfCreation\"")
            && shown.contains("\"club_member\"")
            && !shown.contains("\"extends\""),
        "{shown}"
    );
}
