//! Splio's loyalty files (seed 003; reference/splio.md, sections 4 and 14).

use std::fmt::Write;

use super::{Case, checked};

const HEADER: &str = "card_code;customer_key;id_program;join_date;expiration_date;birthday;id_tier";

/// One file a row of cells, below the header of new cards.
fn cards(settings: &[&str], rows: &[(&str, &str)]) -> String {
    let files: Vec<(&str, String)> =
        rows.iter().map(|(rule, rows)| (*rule, format!("{HEADER}\n{rows}\n"))).collect();
    let cases: Vec<Case<'_>> = files.iter().map(|(rule, file)| (*rule, file.as_bytes())).collect();
    checked("splio/cardcode", settings, &cases)
}

#[test]
fn rows_of_new_cards() {
    let good = "AM-1;marie.t@example.com;4;2026-01-15 10:00:00;2027-01-15 10:00:00;1990-02-01;3";
    let found = cards(
        &[],
        &[
            ("a good card", good),
            ("code empty", ";marie.t@example.com;4;;;;"),
            ("holder empty", "AM-1;;4;;;;"),
            ("program empty", "AM-1;marie.t@example.com;;;;;"),
            ("program zero", "AM-1;marie.t@example.com;0;;;;"),
            ("program in words", "AM-1;marie.t@example.com;gold;;;;"),
            ("tier negative", "AM-1;marie.t@example.com;4;;;;-1"),
            ("tier with decimals", "AM-1;marie.t@example.com;4;;;;1.5"),
            ("day first", "AM-1;marie.t@example.com;4;15/01/2026 10:00:00;;;"),
            ("no such day", "AM-1;marie.t@example.com;4;2026-02-30 10:00:00;;;"),
            ("zone in a moment", "AM-1;marie.t@example.com;4;2026-01-15 10:00:00+02:00;;;"),
            ("moment without a time: a warning", "AM-1;marie.t@example.com;4;2026-01-15;;;"),
            ("time in a birthday", "AM-1;marie.t@example.com;4;;;1990-02-01 00:00:00;"),
            ("capitals in an address", "AM-1;Marie.T@example.com;4;;;;"),
            ("capitals in another key", "AM-1;M-00042;4;;;;"),
            ("code twice", "AM-1;a@example.com;4;;;;\nAM-1;b@example.com;4;;;;"),
            ("second card of a holder in a program", "AM-1;a@example.com;4;;;;\nAM-2;a@example.com;4;;;;"),
            ("cards of a holder in two programs", "AM-1;a@example.com;4;;;;\nAM-2;a@example.com;5;;;;"),
            ("fewer cells", "AM-1;a@example.com;4"),
            ("more cells", "AM-1;a@example.com;4;;;;;x"),
            ("line break in a value", "\"AM\n1\";a@example.com;4;;;;"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    a good card: valid
    code empty: constraint-error in card_code
    holder empty: constraint-error in customer_key
    program empty: constraint-error in id_program
    program zero: constraint-error in id_program
    program in words: type-error in id_program
    tier negative: constraint-error in id_tier
    tier with decimals: type-error in id_tier
    day first: type-error in join_date
    no such day: type-error in join_date
    zone in a moment: type-error in join_date
    moment without a time: a warning: valid
    time in a birthday: type-error in birthday
    capitals in an address: constraint-error in customer_key
    capitals in another key: valid
    code twice: primary-key in card_code
    second card of a holder in a program: unique-error
    cards of a holder in two programs: valid
    fewer cells: missing-cell
    more cells: extra-cell
    line break in a value: forbidden-character in card_code
    ");
}

#[test]
fn what_a_setting_allows() {
    let mut found =
        cards(&["generated-card-codes"], &[("code empty", ";a@example.com;4;;;;\n;b@example.com;4;;;;")]);
    found += &cards(
        &["unlinked-cards"],
        &[("holder empty", "AM-1;;4;;;;\nAM-2;;4;;;;"), ("code empty", ";a@example.com;4;;;;")],
    );
    insta::assert_snapshot!(found, @r"
    code empty: valid
    holder empty: valid
    code empty: constraint-error in card_code
    ");
}

#[test]
fn headers_of_cards() {
    let mut found = String::new();
    let row = "AM-1;a@example.com;4\n";
    for (schema, rule, file) in [
        (
            "splio/cardcode",
            "order of columns",
            "customer_key;card_code;id_program\na@example.com;AM-1;4\n".to_owned(),
        ),
        (
            "splio/cardcode",
            "no program in new cards",
            "card_code;customer_key\nAM-1;a@example.com\n".to_owned(),
        ),
        ("splio/cardcode", "unknown column", format!("card_code;customer_key;id_program;name\n{row}")),
        ("splio/cardcode", "capitals in a label", format!("Card_code;customer_key;id_program\n{row}")),
        ("splio/cardcode", "comma", "card_code,customer_key,id_program\nAM-1,a@example.com,4\n".to_owned()),
        ("splio/cardcode", "byte order mark", format!("\u{feff}card_code;customer_key;id_program\n{row}")),
        (
            "splio/cardcode-update",
            "program in an update",
            format!("card_code;customer_key;id_program\n{row}"),
        ),
        (
            "splio/cardcode-update",
            "tier in an update",
            "card_code;customer_key;id_tier\nAM-1;a@example.com;3\n".to_owned(),
        ),
        (
            "splio/cardcode-update",
            "code empty in an update",
            "card_code;customer_key\n;a@example.com\n".to_owned(),
        ),
    ] {
        write!(found, "{schema}, {}", checked(schema, &[], &[(rule, file.as_bytes())])).unwrap();
    }
    insta::assert_snapshot!(found, @r"
    splio/cardcode, order of columns: incorrect-label in customer_key
    splio/cardcode, no program in new cards: missing-label in id_program
    splio/cardcode, unknown column: extra-label in name
    splio/cardcode, capitals in a label: incorrect-label in card_code
    splio/cardcode, comma: missing-label in card_code, missing-label in customer_key, missing-label in id_program, extra-label in card_code,customer_key,id_program
    splio/cardcode, byte order mark: encoding-error
    splio/cardcode-update, program in an update: extra-label in id_program
    splio/cardcode-update, tier in an update: extra-label in id_tier
    splio/cardcode-update, code empty in an update: constraint-error in card_code
    ");
}

#[test]
fn moves_to_a_tier() {
    let cases: Vec<(&str, String)> = [
        ("a good move", "AM-1;Gold;upgrade;2026-01-15 10:00:00;"),
        ("code empty", ";Gold;;2026-01-15 10:00:00;"),
        ("tier empty", "AM-1;;;2026-01-15 10:00:00;"),
        ("date empty", "AM-1;Gold;;;"),
        ("bad date", "AM-1;Gold;;2026-01-15T10:00:00;"),
        ("bad date of the check", "AM-1;Gold;;2026-01-15 10:00:00;yesterday"),
    ]
    .map(|(rule, row)| {
        (rule, format!("card_code;tier_name;context;value_date;last_downgrade_check\n{row}\n"))
    })
    .to_vec();
    let mut cases: Vec<Case<'_>> = cases.iter().map(|(rule, file)| (*rule, file.as_bytes())).collect();
    cases.push((
        "a column of cards",
        b"card_code;tier_name;value_date;id_program\nAM-1;Gold;2026-01-15 10:00:00;4\n",
    ));
    insta::assert_snapshot!(checked("splio/tierchange", &[], &cases), @r"
    a good move: valid
    code empty: constraint-error in card_code
    tier empty: constraint-error in tier_name
    date empty: constraint-error in value_date
    bad date: type-error in value_date
    bad date of the check: type-error in last_downgrade_check
    a column of cards: extra-label in id_program
    ");
}
