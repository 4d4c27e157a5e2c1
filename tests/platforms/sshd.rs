//! The sample that feeds all four platforms, against a real server with a login for each of them: the command that shows it to people.

use std::process::Command;

/// What `scripts/demo-everything.sh` prints under a heading.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let (_, rest) =
        text.split_once(&format!("== {heading}\n")).unwrap_or_else(|| panic!("{heading}: {text}"));
    rest.split_once("\n== ").map_or(rest, |(section, _)| section)
}

#[test]
fn one_command_feeds_four_logins_on_a_server_and_lists_what_each_received() {
    let output = Command::new("scripts/demo-everything.sh")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PASSEUR", env!("CARGO_BIN_EXE_passeur"))
        .env("KEEP", "no")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let received = section(&text, "What each platform received");
    let names: Vec<&str> = received.lines().filter_map(|line| line.split_whitespace().next()).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    cyberimpact/
    account_contacts_amilia_20261115.csv
    account_group-members_amilia_20261115.csv
    account_groups_amilia_20261115.csv
    account_unsubscribes_amilia_20261115.csv
    splio/
    myuniverse_cardcode_amilia_20261115.csv
    myuniverse_contacts_amilia_20261115.csv
    myuniverse_creditpoints_amilia_20261115.csv
    symplify/
    activities.csv
    recipients.txt
    actito/
    amilia_20261115.zip
    ");
    let starts = section(&text, "The start of each file");
    for (kind, line) in [
        ("Cyberimpact", "    anais.noel@example.com,Anaïs,Noël,f,1990-10-10,CA,"),
        ("Splio", "    \"AM-4102-900401\";\"anais.noel@example.com\";\"5\";"),
        ("Symplify", "    900401\tanais.noel@example.com\tAnaïs\tNoël"),
        ("Symplify, without a header", "    900102;31001;0.00;2026-05-04 09:12:00;1;0.00;SUB-50011"),
        (
            "Actito, out of the archive, profiles",
            "    900401;anais.noel@example.com;Anaïs;Noël;F;1990-10-10;",
        ),
        ("Actito, out of the archive, registrations", "    SUB-50011;900102;2026-05-04 09:12:00;"),
    ] {
        assert!(starts.lines().any(|shown| shown.starts_with(line)), "{kind}: {starts}");
    }
}
