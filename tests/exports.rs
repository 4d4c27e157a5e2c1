//! Each export in `samples/exports/` is recognised as what it is among all kinds, and is sound save the one that is not.

use std::path::Path;
use std::sync::Arc;

use passeur::check::rows::RowChecker;
use passeur::finding::Finding;
use passeur::pipeline::walk::walk;
use passeur::reading::recognise::{self, Asked};
use passeur::reading::survey::survey;
use passeur::schema::Schema;
use passeur::schema::library::Library;

/// File, its schema, its encoding, its separator, its data rows.
const EXPORTS: [(&str, &str, &str, u8, u64); 9] = [
    ("personnes.csv", "amilia/people", "windows-1252", b';', 9),
    ("people.csv", "amilia/people", "UTF-8", b',', 5),
    ("inscriptions.csv", "amilia/registrations", "UTF-8", b';', 8),
    ("registrations.csv", "amilia/registrations", "UTF-8", b',', 4),
    ("affiliations.txt", "amilia/memberships", "UTF-16LE", b'\t', 3),
    ("memberships.csv", "amilia/memberships", "UTF-8", b',', 3),
    ("courriels_desabonnes.csv", "amilia/unsubscribed", "windows-1252", b';', 2),
    ("unsubscribed.csv", "amilia/unsubscribed", "UTF-8", b',', 2),
    ("resale.csv", "amilia/resale", "UTF-8", b',', 2),
];

const BROKEN: &str = "personnes-cassees.csv";

struct Read {
    schema: String,
    encoding: &'static str,
    delimiter: u8,
    rows: u64,
    findings: Vec<Finding>,
}

/// An export read with the schema, among those of Amilia in this order, that fits it best.
fn read(name: &str, order: &[&str]) -> Read {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/exports").join(name);
    let library = Library::default();
    let schemas: Vec<Arc<Schema>> = order.iter().map(|name| library.get(name).expect("built in")).collect();
    let survey = survey(&path).expect("the sample is there");
    let opened = match recognise::open(&path, &survey, &schemas, Asked::default()) {
        Ok(opened) => opened,
        Err(_) => panic!("{name} is not recognised"),
    };
    let schema = opened.schema.name.clone();
    let encoding = opened.encoding.encoding.name();
    let delimiter = opened.form.form.delimiter;
    let checker = RowChecker::new(&opened.schema);
    let mut findings = opened.warnings.clone();
    let walked = walk(opened, &checker, &(), |row, found| {
        findings.extend(found.iter().cloned());
        Ok(row.accepted)
    });
    Read { schema, encoding, delimiter, rows: walked.expect("the sample can be read").rows, findings }
}

fn kinds() -> Vec<&'static str> {
    vec![
        "amilia/memberships",
        "amilia/people",
        "amilia/registrations",
        "amilia/resale",
        "amilia/unsubscribed",
    ]
}

#[test]
fn each_export_is_recognised_among_all_kinds_in_either_order() {
    let mut reversed = kinds();
    reversed.reverse();
    for (name, schema, encoding, delimiter, rows) in EXPORTS {
        for order in [&kinds(), &reversed] {
            let read = read(name, order);
            assert_eq!(
                (read.schema.as_str(), read.encoding, read.delimiter, read.rows),
                (schema, encoding, delimiter, rows),
                "{name}"
            );
        }
    }
}

#[test]
fn a_sound_export_has_no_findings() {
    for (name, ..) in EXPORTS {
        assert_eq!(read(name, &kinds()).findings, [], "{name}");
    }
}

#[test]
fn the_folder_has_these_exports_and_the_broken_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/exports");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut expected: Vec<&str> = EXPORTS.iter().map(|export| export.0).chain([BROKEN]).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn the_broken_export_is_one_of_people_and_no_row_of_it_is_sound() {
    let read = read(BROKEN, &kinds());
    assert_eq!((read.schema.as_str(), read.rows), ("amilia/people", 20));
    let mut lines: Vec<u64> = read.findings.iter().filter_map(|finding| finding.line).collect();
    lines.dedup();
    assert_eq!(lines, (2..=21).collect::<Vec<_>>());
}
