//! `passeur forget`: a person is taken out of everything, everybody else stays, and it is proved.

use std::collections::BTreeMap;

#[cfg(debug_assertions)]
use crate::crash::{FORGET, kill};
use crate::customer_base::{DAY_1, DAY_2, DAY_3, drop_day, run, sample};
use crate::support::project::{NOW, Project};

const DAY_4: &str = "2026-11-18T02:00:00-05:00";
const ANN: &str = "genevieve.belanger@example.com";
/// Everybody else of the sample who has an address.
const OTHERS: [&str; 5] = [
    "zoe@example.com",
    "francois.cote@example.com",
    "js.leveque@example.com",
    "helene.theriault@example.com",
    "nadia.tremblay@example.com",
];

/// The sample of Cyberimpact after its three days; the partner has taken the files.
fn three_days() -> Project {
    let project = sample(1);
    run(&project, DAY_1, 0);
    drop_day(&project, 2);
    run(&project, DAY_2, 0);
    drop_day(&project, 3);
    run(&project, DAY_3, 3);
    project.run(&["release", "customer-base"]).expect_code(0);
    run(&project, DAY_3, 0);
    for file in project.files("outbox") {
        std::fs::remove_file(project.path(&file)).unwrap();
    }
    project
}

/// The bytes of every file of the project, in lower case.
fn everything(project: &Project) -> BTreeMap<String, Vec<u8>> {
    let files = project.files("").into_iter();
    files.map(|file| (file.clone(), project.read(&file).to_ascii_lowercase())).collect()
}

/// The files that hold a text, in UTF-8, Windows-1252 or UTF-16.
fn holding(project: &Project, text: &str) -> Vec<String> {
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let needles = [text.as_bytes().to_vec(), latin, wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
    let has = |bytes: &[u8]| needles.iter().any(|needle| memchr::memmem::find(bytes, needle).is_some());
    everything(project).into_iter().filter(|(_, bytes)| has(bytes)).map(|(file, _)| file).collect()
}

fn forget(project: &Project, address: &str, more: &[&str], code: i32) -> String {
    let mut arguments = vec!["forget", address, "--yes", "--now", DAY_3, "--language", "en"];
    arguments.extend(more);
    let output = project.run(&arguments).expect_code(code);
    assert!(!output.stdout.contains(address) && !output.stderr.contains(address), "{output}");
    project.mask(&output.stdout)
}

#[test]
fn a_person_is_nowhere_afterwards_and_everybody_else_is() {
    let project = three_days();
    assert!(holding(&project, ANN).len() > 5);
    let others: BTreeMap<_, _> = OTHERS.map(|other| (other, holding(&project, other))).into();
    insta::assert_snapshot!(forget(&project, "Genevieve.Belanger@Example.com", &[], 0), @r"
    The person is in
      archived exports: 9 files, 21 rows
      copies of delivered files: 3 files, 7 rows
      the store: 15 rows
    Delivered with the person in it, which cannot be recalled. Ask the partners to erase it (destination, file, day):
      cyberimpact  account_contacts_amilia_20261115.csv  2026-11-15
      cyberimpact  account_group-members_amilia_20261115.csv  2026-11-15
      cyberimpact  account_contacts_amilia_20261116.csv  2026-11-16
    place                                found  erased  left
    archived exports                         9       9     0
    copies of delivered files                3       3     0
    reports and rejected rows                0       0     0
    work folder                              0       0     0
    receipts and profiles                    0       0     0
    inbox                                    0       0     0
    other people’s files in our folders      0       0     0
    rows of the store                       15      15     0
    bytes of the store’s files               9       9     0
    4 receipts say now what was erased.
    Everything was searched again: nothing is left here.
    From now on no run takes the address in or sends it. Erase the person at Amilia too, or the next export brings it into the archive again.
    ");
    assert_eq!(holding(&project, ANN), [] as [String; 0]);
    // The child without an address went along, by its first name, which nobody else has.
    assert_eq!(holding(&project, "mile;c"), [] as [String; 0]);
    for (other, files) in others {
        assert_eq!(holding(&project, other), files, "{other}");
    }
    let verified = project.run(&["receipt", "verify", "--all", "--language", "en"]).expect_code(0);
    assert!(verified.stdout.contains("erased up to 2026-11-17, as the receipt says"), "{verified}");
}

#[test]
fn every_other_byte_of_a_file_stays() {
    let project = three_days();
    let before: Vec<(String, Vec<u8>)> = project
        .matching("archive/*/personnes*.csv")
        .into_iter()
        .map(|file| (file.clone(), project.read(&file)))
        .collect();
    forget(&project, ANN, &[], 0);
    assert!(!before.is_empty());
    for (file, bytes) in before {
        // Windows-1252 with its own line ends: the rows of persons 900101 and 900102 are gone.
        let gone = |line: &&[u8]| line.starts_with(b"900101;") || line.starts_with(b"900102;");
        let left: Vec<u8> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| !gone(line))
            .flatten()
            .copied()
            .collect();
        assert!(left.len() < bytes.len());
        assert_eq!(project.read(&file), left, "{file}");
    }
}

#[test]
fn the_next_runs_take_nothing_of_the_person_in_and_lose_nothing_of_others() {
    let project = three_days();
    forget(&project, ANN, &[], 0);
    // Amilia exports the person again, in another case, with something new for everybody.
    let people = encoding_rs::WINDOWS_1252
        .decode(
            &std::fs::read(format!("{}/samples/cyberimpact/day-2/personnes.csv", env!("CARGO_MANIFEST_DIR")))
                .unwrap(),
        )
        .0
        .into_owned();
    let people = people.replace(ANN, "Genevieve.BELANGER@example.com").replace("Lévis", "Rimouski");
    project.write("inbox/personnes.csv", people.as_bytes());
    let out = run(&project, DAY_4, 0);
    assert!(!out.to_lowercase().contains(ANN), "{out}");
    let sent = project.matching("outbox/*20261118*");
    let text: String = sent.iter().map(|file| project.text(file).to_lowercase()).collect();
    assert!(!text.contains("belanger"), "{text}");
    let explained = project.run(&["explain", ANN, "--language", "en"]).expect_code(0);
    insta::assert_snapshot!(explained.stdout, @"genevieve.belanger@example.com was forgotten on 2026-11-17: nothing of it is taken in or sent any more.");
    // Only the export that came with it holds it now; the same command takes it out again.
    let archived = project.matching("archive/*/personnes*.csv");
    assert_eq!(holding(&project, ANN), archived[archived.len() - 1..]);
    forget(&project, ANN, &[], 0);
    assert_eq!(holding(&project, ANN), [] as [String; 0]);
    project.run(&["receipt", "verify", "--all"]).expect_code(0);
}

#[test]
fn a_removal_is_not_sent_because_it_would_name_the_person() {
    let project = three_days();
    forget(&project, ANN, &[], 0);
    run(&project, DAY_4, 0);
    assert_eq!(project.files("outbox"), [] as [String; 0]);
}

#[test]
fn an_address_that_may_return_does_so_with_a_new_registration_alone() {
    let project = three_days();
    forget(&project, ANN, &["--allow-return"], 0);
    let read = |name: &str| {
        let path = format!("{}/samples/cyberimpact/{name}", env!("CARGO_MANIFEST_DIR"));
        encoding_rs::WINDOWS_1252.decode(&std::fs::read(path).unwrap()).0.into_owned()
    };
    let verdict = || {
        let output = project.run(&["explain", ANN, "--format", "json"]).expect_code(0);
        output.json()["verdict"].as_str().unwrap().to_owned()
    };
    let people = read("day-2/personnes.csv");
    project.write("inbox/personnes.csv", people.replace("Lévis", "Rimouski"));
    run(&project, DAY_4, 0);
    assert_eq!(verdict(), "forgotten", "the old rows bring nobody back");
    let new = "SUB-60001;900101;700101;Hiver 2027;Arts;Danse;32005;Danse;Normale;2027-03-18;2026-11-19 21:20;Inscrit;\r\n";
    project.write("inbox/inscriptions.csv", read("day-3/inscriptions.csv") + new);
    run(&project, "2026-11-20T02:00:00-05:00", 0);
    project.write("inbox/personnes.csv", people.replace("Lévis", "Gaspé"));
    run(&project, "2026-11-21T02:00:00-05:00", 0);
    assert_eq!(verdict(), "contact");
}

#[test]
fn what_is_still_on_its_way_comes_first() {
    let project = Project::new();
    let config = project.text("passeur.toml").replace("max_rejected = \"100 %\"", "max_rejected = \"0 %\"");
    project.config(&config);
    let rows = "4101,Gym,1,1,2026-01-01,2026-01-01,2026-12-31,Active,ann@example.com,C1\n4101,Gym,2,2,never,2026-01-01,2026-12-31,Active,bob@example.com,C2\n";
    project.write("inbox/m.csv", crate::support::project::MEMBERSHIPS.to_owned() + rows);
    project.run(&["run", "--now", NOW]).expect_code(3);
    let before = everything(&project);
    insta::assert_snapshot!(forget(&project, "ann@example.com", &[], 3), @r#"
    The person is in
      archived exports: one file, one row
    Nothing was erased: files that name the person are still on their way. Decide on them, then run this command again.
      #1 demo_cardcode_members_20261116.csv is held: passeur discard 1 --reason "…", or passeur release 1 and passeur run
    "#);
    let same = |name: &String| !name.starts_with("passeur.db");
    let after = everything(&project);
    assert!(before.iter().filter(|(name, _)| same(name)).eq(after.iter().filter(|(name, _)| same(name))));
    project.run(&["discard", "1", "--reason", "asked to be forgotten"]).expect_code(0);
    insta::assert_snapshot!(forget(&project, "ann@example.com", &[], 0), @r"
    The person is in
      archived exports: one file, one row
      copies of delivered files: one file, one row
    place                                found  erased  left
    archived exports                         1       1     0
    copies of delivered files                1       1     0
    reports and rejected rows                0       0     0
    work folder                              0       0     0
    receipts and profiles                    0       0     0
    inbox                                    0       0     0
    other people’s files in our folders      0       0     0
    rows of the store                        0       0     0
    bytes of the store’s files               0       0     0
    Everything was searched again: nothing is left here.
    From now on no run takes the address in or sends it. Erase the person at Amilia too, or the next export brings it into the archive again.
    ");
    assert_eq!(holding(&project, "ann@example.com"), [] as [String; 0]);
    assert_eq!(holding(&project, "bob@example.com").len(), 2, "the export and the rejected rows");
}

#[test]
fn a_dry_run_and_an_answer_that_is_missing_change_nothing() {
    let project = three_days();
    let before = everything(&project);
    for arguments in [&["forget", ANN, "--dry-run"][..], &["forget", ANN]] {
        let output = project.run(arguments);
        assert_eq!(output.code, Some(if arguments.len() == 3 { 0 } else { 2 }), "{output}");
    }
    let data = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<_, _> {
        files.into_iter().filter(|(file, _)| !file.ends_with("-wal") && !file.ends_with("-shm")).collect()
    };
    assert_eq!(data(before), data(everything(&project)));
}

#[test]
fn a_workbook_goes_as_a_whole_and_files_of_others_stay() {
    let project = Project::new();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let labels = crate::support::project::MEMBERSHIPS.trim().split(',');
    let rows = [
        labels.collect::<Vec<_>>(),
        vec![
            "4101",
            "Gym",
            "1",
            "1",
            "2026-01-01",
            "2026-01-01",
            "2026-12-31",
            "Active",
            "ann@example.com",
            "C1",
        ],
        vec![
            "4101",
            "Gym",
            "2",
            "2",
            "2026-01-01",
            "2026-01-01",
            "2026-12-31",
            "Active",
            "bob@example.com",
            "C2",
        ],
    ];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).unwrap();
        }
    }
    project.write("inbox/m.xlsx", workbook.save_to_buffer().unwrap());
    project.run(&["run", "--now", NOW]).expect_code(0);
    std::fs::write(project.path("archive/notes.txt"), "call ann@example.com").unwrap();
    insta::assert_snapshot!(forget(&project, "ann@example.com", &[], 1), @r"
    The person is in
      archived exports: one file, 0 rows
      copies of delivered files: one file, one row
      goes as a whole, because it cannot be written without the person: archive/[run]/m.xlsx
      not passeur’s, so it stays; remove or correct it yourself: archive/notes.txt
    Delivered with the person in it, which cannot be recalled. Ask the partners to erase it (destination, file, day):
      splio  demo_cardcode_members_20261116.csv  2026-11-16  (still in its folder)
    place                                found  erased  left
    archived exports                         1       1     0
    copies of delivered files                1       1     0
    reports and rejected rows                0       0     0
    work folder                              0       0     0
    receipts and profiles                    0       0     0
    inbox                                    0       0     0
    other people’s files in our folders      1       0     1
    rows of the store                        0       0     0
    bytes of the store’s files               0       0     0
    One receipt says now what was erased.
    Everything was searched again: something is left. See above for what is not passeur’s to erase; for the rest, end other passeur commands and run this one again.
    From now on no run takes the address in or sends it. Erase the person at Amilia too, or the next export brings it into the archive again.
    ");
    assert_eq!(project.matching("archive/*/m.xlsx"), [] as [String; 0]);
    assert!(project.path("archive/notes.txt").exists(), "it is not ours");
    let copy = project.text(&project.only("archive/outbound/*"));
    assert!(copy.contains("bob@example.com") && !copy.contains("ann@example.com"), "{copy}");
    let verified = project.run(&["receipt", "verify", "--all"]).expect_code(0);
    insta::assert_snapshot!(project.mask(&verified.stdout), @r"
    receipts/demo_cardcode_members_20261116.csv.json
      ledger: the same, byte for byte
      export: removed on 2026-11-17, when a person was forgotten, as the receipt says
      our copy: the same, but for one row erased up to 2026-11-17, as the receipt says
    1 of 1 receipt holds.
    ");
}

#[test]
fn a_file_that_is_named_for_the_person_gets_another_name() {
    let project = Project::new();
    let row = |email: &str, day: &str| {
        format!("4101,Gym,1,1,{day},2026-01-01,2026-12-31,Active,{email},C{}\n", email.len())
    };
    let rows = row("ann@example.com", "2026-01-01")
        + &row("bob@example.com.x", "2026-01-01")
        + &row("ann@example.com", "never");
    project.write("inbox/Ann@example.com.csv", crate::support::project::MEMBERSHIPS.to_owned() + &rows);
    project.run(&["run", "--now", NOW]).expect_code(1);
    let out = forget(&project, "ann@example.com", &[], 0);
    assert!(
        out.contains("splio  demo_cardcode_members_20261116.csv  2026-11-16  (still in its folder)"),
        "{out}"
    );
    std::fs::remove_dir_all(project.path("outbox")).unwrap();
    assert_eq!(holding(&project, "ann@example.com"), [] as [String; 0]);
    assert!(project.files("").iter().all(|file| !file.to_lowercase().contains("ann@")), "{}", project.tree());
    project.only("archive/*/(forgotten).csv");
    project.only("reports/*/(forgotten).rejected.csv");
    project.run(&["receipt", "verify", "--all"]).expect_code(0);
    project.run(&["run", "--now", NOW]).expect_code(0);
}

#[test]
fn packed_files_are_packed_again() {
    let (project, _) = crate::platforms::samples::run_with("actito", 0, str::to_owned);
    let arguments = ["forget", "js.leveque@example.com", "--yes", "--config", "actito", "--now", DAY_3];
    let output = project.run(&arguments).expect_code(0);
    assert!(!output.stdout.contains("goes as a whole"), "{output}");
    let gzip = project.read(&project.only("actito/archive/outbound/*.gz"));
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(gzip.as_slice())).unwrap();
    assert!(text.contains("genevieve.belanger@") && !text.contains("js.leveque@"), "{text}");
    let zip = project.read(&project.only("actito/archive/outbound/*.zip"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let text = std::io::read_to_string(archive.by_index(0).unwrap()).unwrap();
    assert!(text.contains(";900104;") || text.contains("\"900104\""), "{text}");
    assert!(!text.contains("90020"), "rows by the number of the person: {text}");
    project.run(&["receipt", "verify", "--all", "--config", "actito"]).expect_code(0);

    // The next export of registrations has the person's again, by the number alone: nothing of them is sent.
    let rows = project.read("cyberimpact/day-2/inscriptions.csv");
    let new = |row: &&[u8]| row.windows(9).any(|word| word == b"SUB-50018");
    let rows: Vec<&[u8]> = rows.split_inclusive(|byte| *byte == b'\n').filter(|row| !new(row)).collect();
    project.write("actito/inbox/inscriptions.csv", rows.concat());
    let now = "2026-11-16T02:00:00-05:00";
    let output = project.run(&["run", "--config", "actito", "--now", now, "--language", "en"]).expect_code(0);
    assert!(output.stdout.contains("The person was forgotten on request: not sent."), "{output}");
    let sent = project.matching("actito/outbox/actito/*20261116*");
    assert_eq!(sent, [] as [String; 0], "all other rows were sent before");
}

#[test]
fn without_a_customer_base_the_address_goes_nowhere_either() {
    let project = Project::new();
    let export = |card: &str| {
        format!(
            "{}4101,Gym,1,1,2026-01-01,2026-01-01,2026-12-31,Active,Ann@example.com,{card}\n4101,Gym,2,2,2026-01-01,2026-01-01,2026-12-31,Active,joann@example.com,{card}0\n",
            crate::support::project::MEMBERSHIPS
        )
    };
    project.write("inbox/m.csv", export("C1"));
    project.run(&["run", "--now", NOW]).expect_code(0);
    let refused = project.run(&["forget", "ann@example.com", "--allow-return", "--yes"]).expect_code(2);
    assert!(refused.stderr.contains("needs a customer base"), "{refused}");
    forget(&project, "ann@example.com", &[], 0);
    project.write("inbox/m2.csv", export("C2"));
    let output = project.run(&["run", "--now", "2026-11-17T09:30:00-05:00"]).expect_code(0);
    assert!(output.stdout.contains("The person was forgotten on request: not sent."), "{output}");
    let sent = project.text("outbox/demo_cardcode_members_20261117.csv");
    assert!(sent.contains("joann@example.com") && sent.lines().count() == 2, "{sent}");
    // The same content as before is recognised, although the archive's copy is another one now.
    project.write("inbox/again.csv", export("C1"));
    let output = project.run(&["run", "--now", "2026-11-18T09:30:00-05:00"]).expect_code(0);
    assert!(output.stdout.contains("was processed before"), "{output}");
}

#[test]
fn what_is_no_address_is_not_looked_for() {
    let project = three_days();
    for text in ["a", "example.com", "@example.com"] {
        let output = project.run(&["forget", text, "--yes", "--language", "en"]).expect_code(2);
        assert!(output.stderr.contains("not an e-mail address"), "{output}");
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_killed_command_is_finished_by_the_next() {
    for point in FORGET {
        for time in [1, 4] {
            let project = three_days();
            let arguments = ["forget", ANN, "--yes", "--now", DAY_3];
            let reached = kill(&project, &arguments, &[&format!("{point}:{time}")]);
            assert!(reached || time > 1, "{point} is never reached");
            forget(&project, ANN, &[], 0);
            assert_eq!(holding(&project, ANN), [] as [String; 0], "{point}");
            project.run(&["receipt", "verify", "--all"]).expect_code(0);
        }
    }
}
