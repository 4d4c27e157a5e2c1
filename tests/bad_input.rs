//! What people drop that is not an export: each gives its finding or a clear text, the others still go through, and nothing is
//! lost.

use std::fs;

use crate::support::project::{NOW, Project};

const HEADER: &str = "Membership ID,Membership,Person ID,Account ID,Purchase date,Effective date,Expiration date,Status,Email,Card";
const ROW: &str =
    "4101,Annual gym pass,900101,700101,2026-11-02,2026-11-02,2027-11-01,Active,a@example.com,AM-1";

/// Drops one bad file beside a good one; the good one must go through. What was printed about the bad one.
fn beside_a_good_one(bytes: impl AsRef<[u8]>) -> String {
    let project = Project::new();
    project.write("inbox/bad.csv", bytes);
    project.write("inbox/good.csv", format!("{HEADER}\n{ROW}\n"));
    let output = project.run(&["run", "--now", NOW]).expect_code(1);
    let sent = project.files("outbox");
    assert!(sent.iter().any(|file| project.text(file).contains("AM-1")), "{output}");
    project.assert_each_export_in_one_place();
    project.mask(&output.stdout).split("good.csv\n").next().unwrap().to_owned()
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(beside_a_good_one(""), @r"
    bad.csv
      refused: nothing of this file was used
        - The file is empty.
          → Export it again; the export was probably interrupted.
      the file is kept in archive/[run]/bad.csv
    ");
}

#[test]
fn another_kind_of_file() {
    insta::assert_snapshot!(beside_a_good_one("Dear all,\nplease find attached\n"), @r"
    bad.csv
      refused: nothing of this file was used
        - The columns of this file match none of the known kinds of export (amilia/memberships).
          → Check that this is the right export, and that the line with the column names is the first one.
      the file is kept in archive/[run]/bad.csv
    ");
    insta::assert_snapshot!(beside_a_good_one(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01".as_slice()), @r"
    bad.csv
      refused: nothing of this file was used
        - The columns of this file match none of the known kinds of export (amilia/memberships).
          → Check that this is the right export, and that the line with the column names is the first one.
      the file is kept in archive/[run]/bad.csv
    ");
}

#[test]
fn a_missing_column() {
    let header = HEADER.replace("Person ID", "Persn ID");
    insta::assert_snapshot!(beside_a_good_one(format!("{header}\n{ROW}\n")), @r"
    bad.csv
      schema amilia/memberships
      refused: nothing of this file was used
        - The column “Person ID” is missing; column 3, “Persn ID”, looks like it: 1 of its first 1 values fit. (line 1)
          → Correct the name in the first line, or enter it as an alias in the schema.
      the file is kept in archive/[run]/bad.csv
    ");
}

#[test]
fn a_column_twice_and_one_without_a_name() {
    let header = HEADER.replace("Status", "Email").replace("Effective date", "");
    insta::assert_snapshot!(beside_a_good_one(format!("{header}\n{ROW}\n")), @r"
    bad.csv
      schema amilia/memberships
      refused: nothing of this file was used
        - Column 6 has no name. (line 1)
          → Name the column, or delete it if it is empty.
        - Two columns are named “Email”: columns 8 and 9. (line 1)
          → Delete or rename one of the two.
      the file is kept in archive/[run]/bad.csv
    ");
}

#[test]
fn a_quote_that_never_closes() {
    let rest = format!("{ROW}\n").replace("AM-1", "AM-5").repeat(3);
    insta::assert_snapshot!(beside_a_good_one(format!("{HEADER}\n{}\n4101,\"Annual gym pass,1\n{rest}", ROW.replace("AM-1", "AM-4"))), @r"
    bad.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      refused: nothing of this file was used
        - A quotation mark opens on line 3 and is never closed: everything after it was read as one cell. (line 3)
          → Add the missing quotation mark on that line, or remove the one that opens.
      the file is kept in archive/[run]/bad.csv
    ");
}

#[test]
fn ragged_rows_text_after_a_quote_nul_and_a_lone_carriage_return() {
    let rows = [
        ROW.replace(",Active", ""),
        format!("{ROW},more"),
        ROW.replace("Annual gym pass", "\"Annual\" gym pass"),
        ROW.replace("Annual", "An\0nual"),
        ROW.replace("Annual", "An\rnual"),
        ROW.replace("AM-1", "AM-2"),
    ];
    insta::assert_snapshot!(beside_a_good_one(format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))), @r"
    bad.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      6 rows: 1 accepted, 5 rejected
        - 1 row: The row has fewer than 10 cells. (line 2)
        - 1 row: The row has more than 10 cells. (line 3)
        - 1 row: There is text after a closing quotation mark. (line 4)
        - 1 row: Column “Membership”: holds a NUL byte; the file is damaged. (line 5)
        - 1 row: There is a line end of an old kind (a carriage return alone) in the row. (line 6)
      rejected rows, to correct and drop again: reports/[run]/bad.rejected.csv
    ");
}

#[test]
fn bytes_that_the_declared_encoding_does_not_allow() {
    let project = Project::new();
    project.write(
        "bad.csv",
        [HEADER.as_bytes(), b"\n4101,Caf\xe9,1,1,2026-11-02,,,Active,a@example.com,AM-1\n"].concat(),
    );
    let path = project.path("bad.csv");
    let output = project.run(&[
        "check",
        path.to_str().unwrap(),
        "--schema",
        "amilia/memberships",
        "--encoding",
        "utf-8",
    ]);
    insta::assert_snapshot!(output.expect_code(1), @r"
    exit code: 1
    ----- stdout -----
    [project]/bad.csv: read as amilia/memberships, UTF-8 (asked for), separator , (most frequent on the header line)
    [project]/bad.csv:2 [encoding-error] Wrong encoding
      2 │ 4101,Caf�,1,1,2026-11-02,,,Active,a@example.com,AM-1
      This text is not valid UTF-8: bytes E9 at position 117 of the file.
      → hint: Save the file again as “CSV UTF-8”, or say which encoding it has.

    [project]/bad.csv: 1 row, 1 error, 0 warnings
      Some text is not valid UTF-8. (line 2)

    ----- stderr -----
    ");
}

#[test]
fn five_megabytes_in_one_cell() {
    let row = ROW.replace("Annual gym pass", &"x".repeat(5_000_000));
    insta::assert_snapshot!(beside_a_good_one(format!("{HEADER}\n{row}\n{}\n", ROW.replace("AM-1", "AM-2"))), @r"
    bad.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      2 rows: 1 accepted, 1 rejected
        - 1 row: Column “Membership”: larger than the 65,536 bytes that are allowed. (line 2)
      rejected rows, to correct and drop again: reports/[run]/bad.rejected.csv
    ");
}

#[test]
fn a_header_without_rows_is_no_problem_and_no_file() {
    let project = Project::new();
    project.write("inbox/memberships.csv", format!("{HEADER}\n"));
    let output = project.run(&["run", "--now", NOW]).expect_code(0);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    memberships.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      0 rows: 0 accepted, 0 rejected

    Reports: reports/[run]
    ");
    assert!(project.files("outbox").is_empty());
}

#[test]
fn more_rows_than_a_schema_allows_are_a_finding_of_check() {
    let project = Project::new();
    let mut text = "card_code;tier_name;context;value_date;last_downgrade_check\n".to_owned();
    for number in 0..200_001 {
        text.push_str(&format!("\"{number}\";\"Gold\";;\"2026-02-01 00:00:00\";\n"));
    }
    project.write("big.csv", text);
    let path = project.path("big.csv");
    let output = project.run(&["check", path.to_str().unwrap(), "--schema", "splio/tierchange"]);
    insta::assert_snapshot!(output.expect_code(1), @r"
    exit code: 1
    ----- stdout -----
    [project]/big.csv: read as splio/tierchange, UTF-8 (the schema says so), separator ; (the schema says so)
    [project]/big.csv [table-dimensions] Too large
      The file has 200,001 rows; at most 200,000 are allowed.
      → hint: Split the export into several files.

    [project]/big.csv: 200,001 rows, 1 error, 0 warnings
      The file has more rows than the 200,000 that are allowed.

    ----- stderr -----
    ");
}

#[test]
fn a_folder_a_pipe_and_a_link_stay_where_they_are() {
    let project = Project::new();
    fs::create_dir(project.path("inbox/folder.csv")).unwrap();
    let pipe = project.path("inbox/pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("/nowhere", project.path("inbox/link.csv")).unwrap();
    project.write("inbox/good.csv", format!("{HEADER}\n{ROW}\n"));
    let output = project.run(&["run", "--now", NOW]).expect_code(1);
    insta::assert_snapshot!(project.mask(&output.stdout), @r"
    good.csv
      read as amilia/memberships, UTF-8 (every byte fits), separator , (most frequent on the header line)
      1 row: 1 accepted, 0 rejected

    folder.csv: a folder, not a file; it stays in the inbox. Drop the exports themselves
    link.csv: a link, not a file; it stays in the inbox. Drop the exports themselves
    pipe.csv: a pipe or device, not a file; it stays in the inbox. Drop the exports themselves
    Files
      demo_cardcode_members_20261116.csv: 1 row, delivered to splio
    Reports: reports/[run]
    ");
    assert!(pipe.exists());
    assert_eq!(project.files("outbox").len(), 1);
}

#[test]
fn an_unreadable_file_stays_where_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new();
    project.write("inbox/secret.csv", format!("{HEADER}\n{ROW}\n"));
    project.write("inbox/good.csv", format!("{HEADER}\n{}\n", ROW.replace("AM-1", "AM-2")));
    fs::set_permissions(project.path("inbox/secret.csv"), fs::Permissions::from_mode(0o000)).unwrap();
    let output = project.run(&["run", "--now", NOW]);
    // The superuser may read everything: then there is nothing to refuse.
    let superuser = fs::File::open(project.path("archive")).is_ok() && project.files("outbox").len() == 2;
    if superuser {
        assert_eq!(output.code, Some(0), "{output}");
    } else {
        assert!(output.stdout.contains("secret.csv: cannot be read"), "{output}");
        assert_eq!(project.files("outbox").len(), 1);
    }
    project.assert_each_export_in_one_place();
}

#[test]
fn check_names_what_it_cannot_find() {
    let project = Project::empty();
    insta::assert_snapshot!(project.run(&["check", "nowhere.csv", "--schema", "splio/cardcode"]).expect_code(1), @r"
    exit code: 1
    ----- stdout -----
    nowhere.csv [source-error] File cannot be used
      This is not a file: it is a folder, a link or a device.
      → hint: Put the exported file itself in the folder.

    nowhere.csv: 0 rows, 1 error, 0 warnings
      This is not a file.

    ----- stderr -----
    ");
    insta::assert_snapshot!(project.run(&["check", "a.csv", "--schema", "splio/cardcod"]).expect_code(2), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    passeur: there is no schema "splio/cardcod" (did you mean "splio/cardcode"?); `passeur schema list` shows all of them
    "#);
    insta::assert_snapshot!(project.run(&["check", "."  , "--schema", "splio/cardcode"]).expect_code(1), @r"
    exit code: 1
    ----- stdout -----
    . [source-error] File cannot be used
      This is not a file: it is a folder, a link or a device.
      → hint: Put the exported file itself in the folder.

    .: 0 rows, 1 error, 0 warnings
      This is not a file.

    ----- stderr -----
    ");
}

#[test]
fn the_sample_of_seed_003_is_wrong_in_exactly_two_rows() {
    let project = Project::empty();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/seed-003-cardcode.csv");
    let report = project
        .run(&["check", sample, "--schema", "splio/cardcode", "--format", "json"])
        .expect_code(1)
        .json();
    let errors = report["tasks"][0]["errors"].as_array().unwrap();
    let found: Vec<(u64, u64, &str)> = errors
        .iter()
        .map(|error| {
            (
                error["rowNumber"].as_u64().unwrap(),
                error["lineNumber"].as_u64().unwrap(),
                error["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, [(2, 2, "type-error"), (2, 2, "type-error"), (3, 3, "missing-cell")]);
    assert_eq!(report["valid"], false);
    assert_eq!(report["tasks"][0]["stats"]["rows"], 3);
}

#[test]
fn a_wrong_config_is_shown_in_its_place() {
    let project = Project::new();
    project.config(
        &project
            .text("passeur.toml")
            .replace("splio/cardcode", "splio/cardcod")
            .replace("\"Card\"", "\"Crad\""),
    );
    insta::assert_snapshot!(project.run(&["run"]).expect_code(2), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    passeur: error: there is no schema `splio/cardcod`
      --> [project]/passeur.toml:13:6
       |
    13 | to = "splio/cardcod"
       |      ^^^^^^^^^^^^^^^
       = did you mean `splio/cardcode`?
       = schemas: actito/interactions, actito/profiles, amilia/memberships, amilia/people, amilia/registrations, amilia/resale, amilia/unsubscribed, cyberimpact/contacts, cyberimpact/group-members, cyberimpact/group-removals, cyberimpact/groups, cyberimpact/unsubscribes, models/cards, models/contacts, models/group_members, models/group_removals, models/groups, models/unsubscribes, splio/cardcode, splio/cardcode-update, splio/contacts, splio/creditpoints, splio/deletecontacts, splio/orders, splio/ordersitems, splio/products, splio/stores, splio/tierchange, symplify/batch-transactional, symplify/history, symplify/recipients, symplify/send-campaign
       = your own stand in [project]/schemas

    error: schema `amilia/memberships` has no column `Crad`
      --> [project]/passeur.toml:20:13
       |
    20 | card_code = "Crad"
       |             ^^^^^^
       = did you mean `Card`?
       = columns: Membership ID, Membership, Person ID, Account ID, Purchase date, Effective date, Expiration date, Status, Email, Card, First name, Last name

    2 errors in [project]/passeur.toml
    "#);
}
