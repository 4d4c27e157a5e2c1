//! The files for Cyberimpact (reference/cyberimpact.md, sections 3 and 7): no page of theirs states a file format, so that the rules are those that its
//! web service has for the same fields.

use super::{Case, checked};
use crate::support::project::Project;

/// The columns of contacts, in the order of the schema.
fn columns() -> Vec<String> {
    let shown = Project::empty().run(&["schema", "show", "cyberimpact/contacts"]).expect_code(0).json();
    let fields = shown["schema"]["fields"].as_array().unwrap();
    fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn contacts() {
    let cases = [
        ("a good contact", "anne@example.com;f;1984-02-29;CA;True;active-clients;2026-08-20;SUB-1"),
        ("address empty", ";f;;;True;;;"),
        ("no address", "anne.example.com;;;;True;;;"),
        ("capitals in an address", "Anne@example.com;;;;True;;;"),
        ("gender in words", "anne@example.com;female;;;True;;;"),
        ("birth date day first: left out, with a warning", "anne@example.com;;29/02/1984;;True;;;"),
        ("no such day: left out, with a warning", "anne@example.com;;1983-02-29;;True;;;"),
        ("country in words", "anne@example.com;;;Canada;True;;;"),
        ("archived in French", "anne@example.com;;;;Vrai;;;"),
        ("archived as a number", "anne@example.com;;;;1;;;"),
        ("relation that is none", "anne@example.com;;;;True;client;;"),
        ("consent with a time", "anne@example.com;;;;True;active-clients;2026-08-20 10:00;"),
        ("proof over 255", "anne@example.com;;;;True;active-clients;2026-08-20;LONG"),
    ];
    let filled = [
        "email",
        "gender",
        "birthdate",
        "country",
        "Amilia.IsArchived",
        "relationType",
        "consentDate",
        "consentProof",
    ];
    let columns = columns();
    let file = |row: &str| {
        let cells: Vec<String> = row.split(';').map(|cell| cell.replace("LONG", &"x".repeat(256))).collect();
        let cell = |column: &String| {
            filled.iter().position(|name| name == column).map_or("", |place| cells[place].as_str()).to_owned()
        };
        let row: Vec<String> = columns.iter().map(cell).collect();
        format!("{}\n{}\n", columns.join(","), row.join(","))
    };
    let mut files: Vec<(&str, String)> = cases.iter().map(|(rule, row)| (*rule, file(row))).collect();
    let good = file("anne@example.com;;;;True;;;");
    let row = good.lines().nth(1).unwrap();
    files.push(("address twice", format!("{good}{row}\n")));
    files.push(("unknown column", format!("{},phone\n{row},1\n", columns.join(","))));
    files.push(("column missing", good.replacen(",firstname", "", 1)));
    files.push(("byte order mark", format!("\u{feff}{good}")));
    let cases: Vec<Case<'_>> = files.iter().map(|(rule, file)| (*rule, file.as_bytes())).collect();
    insta::assert_snapshot!(checked("cyberimpact/contacts", &[], &cases), @r"
    a good contact: valid
    address empty: constraint-error in email
    no address: type-error in email
    capitals in an address: constraint-error in email
    gender in words: constraint-error in gender
    birth date day first: left out, with a warning: valid
    no such day: left out, with a warning: valid
    country in words: constraint-error in country
    archived in French: constraint-error in Amilia.IsArchived
    archived as a number: constraint-error in Amilia.IsArchived
    relation that is none: constraint-error in relationType
    consent with a time: type-error in consentDate
    proof over 255: constraint-error in consentProof
    address twice: primary-key in email
    unknown column: extra-label in phone
    column missing: missing-label in firstname
    byte order mark: encoding-error
    ");
}

#[test]
fn groups_places_and_unsubscribed_addresses() {
    let mut found = checked(
        "cyberimpact/groups",
        &[],
        &[
            (
                "a good group",
                b"groupKey,title,kind,isPublic,criterion\ncustomers,Clients Amilia,static,false,\n",
            ),
            ("key empty", b"groupKey,title,kind,isPublic,criterion\n,Clients Amilia,static,false,\n"),
            ("title empty", b"groupKey,title,kind,isPublic,criterion\ncustomers,,static,false,\n"),
            ("kind that is none", b"groupKey,title,kind,isPublic,criterion\ncustomers,C,fixed,false,\n"),
            (
                "public (CI-35: private)",
                b"groupKey,title,kind,isPublic,criterion\ncustomers,C,static,true,\n",
            ),
            ("key twice", b"groupKey,title,kind,isPublic,criterion\na,C,static,false,\na,D,static,false,\n"),
        ],
    );
    found += &checked(
        "cyberimpact/group-members",
        &[],
        &[
            ("a good place", b"email,groupKey,because\nanne@example.com,customers,SUB-1\n"),
            ("no group", b"email,groupKey,because\nanne@example.com,,SUB-1\n"),
            ("place twice", b"email,groupKey,because\na@example.com,g,SUB-1\na@example.com,g,SUB-2\n"),
        ],
    );
    found += &checked(
        "cyberimpact/group-removals",
        &[],
        &[
            ("a good end", b"email,groupKey,reason\nanne@example.com,activity:1,unregistered\n"),
            ("reason that is none", b"email,groupKey,reason\nanne@example.com,activity:1,because\n"),
        ],
    );
    found += &checked(
        "cyberimpact/unsubscribes",
        &[],
        &[
            ("a good address", b"email,unsubscribedOn,origin\nanne@example.com,2026-10-02,amilia-list\n"),
            ("no address", b"email,unsubscribedOn,origin\n,2026-10-02,amilia-list\n"),
            ("bad day", b"email,unsubscribedOn,origin\nanne@example.com,02/10/2026,amilia-list\n"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    a good group: valid
    key empty: constraint-error in groupKey
    title empty: constraint-error in title
    kind that is none: constraint-error in kind
    public (CI-35: private): constraint-error in isPublic
    key twice: primary-key in groupKey
    a good place: valid
    no group: constraint-error in groupKey
    place twice: primary-key
    a good end: valid
    reason that is none: constraint-error in reason
    a good address: valid
    no address: constraint-error in email
    bad day: type-error in unsubscribedOn
    ");
}
