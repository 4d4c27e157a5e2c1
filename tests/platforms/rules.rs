//! Every row of the pages' "rules to enforce" that a file can break: one file that breaks just that rule, and what `passeur check` says.

mod cards;
mod cyberimpact;
mod tables;

use std::fmt::Write;

use crate::support::project::Project;

/// Rule, and the bytes of a file that breaks it.
type Case<'a> = (&'a str, &'a [u8]);

/// `rule: kinds of error at line` for each case.
fn checked(schema: &str, settings: &[&str], cases: &[Case<'_>]) -> String {
    checked_in(&Project::empty(), schema, settings, cases)
}

/// The same, with the schemas of a project.
fn checked_in(project: &Project, schema: &str, settings: &[&str], cases: &[Case<'_>]) -> String {
    let mut lines = String::new();
    for (rule, bytes) in cases {
        project.write("file.csv", bytes);
        let mut arguments = vec!["check", "file.csv", "--schema", schema, "--format", "json"];
        for setting in settings {
            arguments.extend(["--setting", setting]);
        }
        let output = project.run(&arguments);
        let report: serde_json::Value = serde_json::from_str(&output.stdout)
            .unwrap_or_else(|error| panic!("{rule}: {error}: {}{}", output.stdout, output.stderr));
        let errors = report["tasks"][0]["errors"].as_array().unwrap();
        let shown: Vec<String> = errors
            .iter()
            .map(|error| {
                let field = error["fieldName"].as_str().or(error["label"].as_str());
                let kind = error["type"].as_str().unwrap();
                field.map_or(kind.to_owned(), |field| format!("{kind} in {field}"))
            })
            .collect();
        writeln!(lines, "{rule}: {}", if shown.is_empty() { "valid".to_owned() } else { shown.join(", ") })
            .unwrap();
    }
    lines
}

#[test]
fn splio_contacts() {
    let found = checked(
        "splio/contacts",
        &[],
        &[
            (
                "a good file",
                b"email;lastname;language;cellphone\nmarie.t@example.com;Tremblay;fr;0015145550100\n",
            ),
            ("byte order mark", b"\xef\xbb\xbfemail\nmarie.t@example.com\n"),
            ("not UTF-8", b"email;lastname\nmarie.t@example.com;Tr\xe9mblay\n"),
            ("delimiter other than ;", b"email,lastname\nmarie.t@example.com,Tremblay\n"),
            ("line break in a value", b"email;lastname\nmarie.t@example.com;\"a\nb\"\n"),
            ("unknown column", b"email;phone\nmarie.t@example.com;1\n"),
            ("column twice", b"email;email\nmarie.t@example.com;marie.t@example.com\n"),
            ("wrong case of a column", b"Email\nmarie.t@example.com\n"),
            ("mandatory column missing", b"lastname\nTremblay\n"),
            ("cells missing", b"email;lastname\nmarie.t@example.com\n"),
            ("mandatory value empty", b"email;lastname\n;Tremblay\n"),
            ("capitals in the key", b"email\nMarie.T@example.com\n"),
            ("language outside the list", b"email;language\nmarie.t@example.com;fr-CA\n"),
            ("language of ISO that is not in the list", b"email;language\nmarie.t@example.com;pt\n"),
            (
                "over-long value",
                format!("email;lastname\nmarie.t@example.com;{}\n", "x".repeat(256)).as_bytes(),
            ),
            (
                "address over 100",
                format!("email\n{}@{}.example.com\n", "x".repeat(60), "y".repeat(40)).as_bytes(),
            ),
            (
                "telephone over 30: left out, with a warning",
                format!("email;cellphone\nmarie.t@example.com;{}\n", "0".repeat(31)).as_bytes(),
            ),
            (
                "telephone with +: left out, with a warning",
                b"email;cellphone\nmarie.t@example.com;+15145550100\n",
            ),
            ("more cells than labels", b"email;lastname\nmarie.t@example.com;Tremblay;x\n"),
            ("date", b"email;dateOfCreation\nmarie.t@example.com;15/01/2026\n"),
            ("same key twice", b"email\nmarie.t@example.com\nmarie.t@example.com\n"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    a good file: valid
    byte order mark: encoding-error
    not UTF-8: encoding-error in lastname
    delimiter other than ;: missing-label in email, extra-label in email,lastname
    line break in a value: forbidden-character in lastname
    unknown column: extra-label in phone
    column twice: duplicate-label in email, extra-label in email
    wrong case of a column: incorrect-label in email
    mandatory column missing: missing-label in email
    cells missing: missing-cell
    mandatory value empty: constraint-error in email
    capitals in the key: constraint-error in email
    language outside the list: constraint-error in language
    language of ISO that is not in the list: constraint-error in language
    over-long value: constraint-error in lastname
    address over 100: constraint-error in email
    telephone over 30: left out, with a warning: valid
    telephone with +: left out, with a warning: valid
    more cells than labels: extra-cell
    date: type-error in dateOfCreation
    same key twice: primary-key in email
    ");
}

#[test]
fn splio_points_stores_products_orders() {
    let mut found = checked(
        "splio/creditpoints",
        &[],
        &[
            (
                "a good row",
                b"card_code;credit_date;context;nq_points;q_points\nAM-1;2026-02-01 10:00:00;Swim;50;0\n",
            ),
            ("taken points", b"card_code;credit_date;context;nq_points\nAM-1;2026-02-01 10:00:00;Swim;-20\n"),
            (
                "no points but zero",
                b"card_code;credit_date;context;nq_points;q_points\nAM-1;2026-02-01 10:00:00;Swim;0;0\n",
            ),
            (
                "no points at all",
                b"card_code;credit_date;context;nq_points;q_points\nAM-1;2026-02-01 10:00:00;Swim;;\n",
            ),
            ("context empty", b"card_code;credit_date;context;nq_points\nAM-1;2026-02-01 10:00:00;;5\n"),
        ],
    );
    found += &checked(
        "splio/stores",
        &[],
        &[
            ("a good store", b"store_id;name;online;date_added\nPOOL-N;North Pool;0;2026-01-02 08:00:00\n"),
            ("online neither 0 nor 1", b"store_id;online\nPOOL-N;yes\n"),
            ("store_id over 50", format!("store_id\n{}\n", "x".repeat(51)).as_bytes()),
        ],
    );
    found += &checked(
        "splio/products",
        &[],
        &[
            ("a good product", b"product_id;price\nSWIM;2.50\n"),
            ("decimal comma", b"product_id;price\nSWIM;2,50\n"),
            ("one decimal", b"product_id;price\nSWIM;2.5\n"),
            (
                "description over 120",
                format!("product_id;description\nSWIM;{}\n", "x".repeat(121)).as_bytes(),
            ),
        ],
    );
    found += &checked(
        "splio/orders",
        &[],
        &[
            ("a good order", b"order_id;customer_key;store_id\nO-1;marie.t@example.com;POOL-N\n"),
            ("capitals in an address", b"order_id;customer_key;store_id\nO-1;Marie@example.com;POOL-N\n"),
            ("no store", b"order_id;customer_key;store_id\nO-1;marie.t@example.com;\n"),
        ],
    );
    found += &checked(
        "splio/ordersitems",
        &[],
        &[
            ("two lines of one order", b"order_id;product_id;unit_price\nO-1;SWIM;2.50\nO-1;SWIM;2.50\n"),
            ("no order", b"order_id;product_id\n;SWIM\n"),
        ],
    );
    found += &checked(
        "splio/deletecontacts",
        &[],
        &[
            ("by address", b"email\nmarie.t@example.com\n"),
            ("nobody: a blank line, left out", b"email;customer_key\nmarie.t@example.com;\n;\"\"\n"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    a good row: valid
    taken points: valid
    no points but zero: row-constraint
    no points at all: row-constraint
    context empty: constraint-error in context
    a good store: valid
    online neither 0 nor 1: constraint-error in online
    store_id over 50: constraint-error in store_id
    a good product: valid
    decimal comma: constraint-error in price
    one decimal: constraint-error in price
    description over 120: constraint-error in description
    a good order: valid
    capitals in an address: constraint-error in customer_key
    no store: constraint-error in store_id
    two lines of one order: valid
    no order: constraint-error in order_id
    by address: valid
    nobody: a blank line, left out: valid
    ");
}

#[test]
fn splio_takes_100_000_deletions_and_no_more() {
    let mut file = String::from("email\n");
    for number in 0..100_001 {
        writeln!(file, "a{number}@example.com").unwrap();
    }
    let found = checked("splio/deletecontacts", &[], &[("100,001 rows", file.as_bytes())]);
    insta::assert_snapshot!(found, @"100,001 rows: table-dimensions");
}

#[test]
fn splio_takes_200_000_rows_and_no_more() {
    let mut file = String::from("email\n");
    for number in 0..200_001 {
        writeln!(file, "a{number}@example.com").unwrap();
    }
    let cases: [Case<'_>; 1] = [("200,001 rows", file.as_bytes())];
    let found = checked("splio/contacts", &[], &cases);
    insta::assert_snapshot!(found, @"200,001 rows: table-dimensions");
}

/// Recipients of a list, of a campaign and of a trigger message: the same format (reference/symplify.md, sections 3 and 10).
#[test]
fn symplify_recipients_of_every_kind() {
    let campaign = recipients("symplify/send-campaign");
    assert_eq!(recipients("symplify/recipients"), campaign);
    assert_eq!(recipients("symplify/batch-transactional"), campaign);
    insta::assert_snapshot!(campaign, @r"
    a good file: valid
    no id column: missing-label in originalId
    empty id: constraint-error in originalId
    id twice: primary-key in originalId
    double quotes around a field: constraint-error in firstName
    single quotes around a field: constraint-error in firstName
    a lone double quote: constraint-error in firstName
    control character: forbidden-character in firstName
    header missing: missing-label in originalId, extra-label in 10021, extra-label in anne@example.com
    label with a blank: incorrect-label in originalId
    undeclared label: extra-label in emial
    delimiter in a value: extra-cell
    byte order mark: encoding-error
    label twice: duplicate-label in firstName, extra-label in firstName
    fewer cells than labels: missing-cell
    line break in a value: constraint-error in firstName, missing-cell, quote-error
    lone carriage return in a value: quote-error
    NUL: forbidden-character in firstName
    DEL: forbidden-character in firstName
    not UTF-8: encoding-error in firstName
    other separator: missing-label in originalId, extra-label in originalId;firstName
    ");
}

fn recipients(schema: &str) -> String {
    checked(
        schema,
        &[],
        &[
            (
                "a good file",
                "originalId\temailAddress\tfirstName\tlastName\n10022\tmarc@example.com\tMarc\tO'Neil\n"
                    .as_bytes(),
            ),
            ("no id column", b"emailAddress\tfirstName\nanne@example.com\tAnne\n"),
            ("empty id", b"originalId\temailAddress\n\tanne@example.com\n"),
            ("id twice", b"originalId\temailAddress\n1\ta@example.com\n1\tb@example.com\n"),
            ("double quotes around a field", b"originalId\tfirstName\n1\t\"Anne\"\n"),
            ("single quotes around a field", b"originalId\tfirstName\n1\t'Anne'\n"),
            ("a lone double quote", b"originalId\tfirstName\n1\tAn\"ne\n"),
            ("control character", b"originalId\tfirstName\n1\tAn\x0bne\n"),
            ("header missing", b"10021\tanne@example.com\n"),
            ("label with a blank", b"Original ID\temailAddress\n1\ta@example.com\n"),
            ("undeclared label", b"originalId\temial\n1\ta@example.com\n"),
            ("delimiter in a value", b"originalId\tfirstName\n1\tAn\tne\n"),
            ("byte order mark", b"\xef\xbb\xbforiginalId\temailAddress\n1\ta@example.com\n"),
            ("label twice", b"originalId\tfirstName\tfirstName\n1\tAnne\tAnne\n"),
            ("fewer cells than labels", b"originalId\tfirstName\n1\n"),
            ("line break in a value", b"originalId\tfirstName\n1\t\"An\nne\"\n"),
            ("lone carriage return in a value", b"originalId\tfirstName\n1\tAn\rne\n"),
            ("NUL", b"originalId\tfirstName\n1\tAn\x00ne\n"),
            ("DEL", b"originalId\tfirstName\n1\tAn\x7fne\n"),
            ("not UTF-8", b"originalId\tfirstName\n1\tZo\xe9\n"),
            ("other separator", b"originalId;firstName\n1;Anne\n"),
        ],
    )
}

#[test]
fn symplify_history() {
    let found = checked(
        "symplify/history",
        &[],
        &[
            ("good rows", b"10021;SWIM-L2;120.00;2025-05-01 09:30:00;1;120.00;Aquatics\n10021;SWIM-L2;120.00;2025-05-01 09:30:00;-1;-120.00;Aquatics\n"),
            ("trailing columns left off", b"10022;BADM;85.50;2025-05-02 18:05:10;2\n"),
            ("header", b"originalId;sku;itemPrice;transactionTime;numberOfItems\n10021;SWIM;1.00;2025-05-01 09:30:00;1\n"),
            ("decimal comma", b"10021;SWIM;120,00;2025-05-01 09:30:00;1\n"),
            ("not ISO 8601", b"10021;SWIM;120.00;01/05/2025;1\n"),
            ("lone quote", b"10021;6\" ball;5.00;2025-05-01 09:30:00;1\n"),
            ("comma for semicolon", b"10021,SWIM,120.00,2025-05-01 09:30:00,1\n"),
            ("fewer than three columns", b"10021;SWIM\n"),
            ("more than 31 columns", format!("1;S;1.00;2025-05-01 09:30:00;1{}\n", ";x".repeat(27)).as_bytes()),
            ("id empty", b";SWIM;1.00;2025-05-01 09:30:00;1\n"),
            ("product empty", b"10021;;1.00;2025-05-01 09:30:00;1\n"),
            ("one decimal", b"10021;SWIM;1.5;2025-05-01 09:30:00;1\n"),
            ("thousands", b"10021;SWIM;1 000.00;2025-05-01 09:30:00;1\n"),
            ("T in a time", b"10021;SWIM;1.00;2025-05-01T09:30:00;1\n"),
            ("half a piece", b"10021;SWIM;1.00;2025-05-01 09:30:00;0.5\n"),
            ("byte order mark", b"\xef\xbb\xbf10021;SWIM;1.00;2025-05-01 09:30:00;1\n"),
            ("unit price empty", b"10021;SWIM;;2025-05-01 09:30:00;1\n"),
            ("same row twice", b"10021;SWIM;1.00;2025-05-01 09:30:00;1\n10021;SWIM;1.00;2025-05-01 09:30:00;1\n"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    good rows: valid
    trailing columns left off: valid
    header: constraint-error in itemPrice, type-error in transactionTime, type-error in numberOfItems
    decimal comma: constraint-error in itemPrice
    not ISO 8601: type-error in transactionTime
    lone quote: constraint-error in sku
    comma for semicolon: missing-label in sku, missing-label in itemPrice, missing-label in transactionTime, missing-label in numberOfItems
    fewer than three columns: missing-label in itemPrice, missing-label in transactionTime, missing-label in numberOfItems
    more than 31 columns: extra-cell
    id empty: constraint-error in originalId
    product empty: constraint-error in sku
    one decimal: constraint-error in itemPrice
    thousands: constraint-error in itemPrice
    T in a time: type-error in transactionTime
    half a piece: type-error in numberOfItems
    byte order mark: encoding-error
    unit price empty: constraint-error in itemPrice
    same row twice: primary-key
    ");
}

#[test]
fn actito_profiles() {
    let row = |header: &str, cells: &str| {
        format!("customerId;emailAddress;{header}\r\n10021;anne@example.com;{cells}\r\n")
    };
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "a good file",
            row(
                "lastName;sex;birthdate;motherLanguage;addressCountry;gsmNumber",
                "\"O\"\"Neil; Jr\";F;1984-02-29;FR;CA;+15145550142",
            )
            .into(),
        ),
        ("byte order mark", format!("\u{feff}{}", row("sex", "F")).into()),
        ("no header", b"10021;anne@example.com;Anne\r\n".to_vec()),
        ("same name twice", row("sex;sex", "F;F").into()),
        ("key column missing", b"emailAddress\r\nanne@example.com\r\n".to_vec()),
        ("wrong width", row("sex;firstName", "F").into()),
        ("delimiter in a bare value", row("lastName", "O\"Neil; Jr").into()),
        ("not in the encoding", [row("lastName", "B").as_bytes(), b"3;b@example.com;\xe9\r\n"].concat()),
        ("key twice", b"customerId;emailAddress\r\n1;a@example.com\r\n1;b@example.com\r\n".to_vec()),
        ("key empty", b"customerId;emailAddress\r\n;a@example.com\r\n".to_vec()),
        ("256 characters", row("firstName", &"x".repeat(256)).into()),
        ("255 characters", row("firstName", &"é".repeat(255)).into()),
        ("more cells than labels", row("firstName", "Anne;x").into()),
        ("quote never closed", row("firstName", "\"Anne").into()),
        ("text after a quote", row("firstName", "\"An\"ne").into()),
        ("telephone without its country: left out, with a warning", row("gsmNumber", "514-555-0142").into()),
        ("UTF-16", row("firstName", "Anne").encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    for (rule, header, cell) in [
        ("day first", "birthdate", "29/02/1984"),
        ("no such day", "birthdate", "1984-02-30"),
        ("country in words", "addressCountry", "Canada"),
        ("country of three letters", "addressCountry", "CAN"),
        ("language of three letters", "motherLanguage", "fra"),
        ("language with a country", "motherLanguage", "fr-CA"),
        ("sex in words", "sex", "Female"),
        ("sex X", "sex", "X"),
        ("title outside the list", "personTitle", "Mme"),
    ] {
        cases.push((rule, row(header, cell).into()));
    }
    for (rule, address) in [
        ("accent in an address", "andré@example.com"),
        ("two dots", "a..b@example.com"),
        ("domain begins with -", "a@-example.com"),
        ("domain ends with -", "a@example-.com"),
        ("suffix of one letter", "a@example.c"),
        ("nothing before @", "@example.com"),
    ] {
        cases.push((rule, format!("customerId;emailAddress\r\n1;{address}\r\n").into()));
    }
    let cases: Vec<Case<'_>> = cases.iter().map(|(rule, bytes)| (*rule, bytes.as_slice())).collect();
    insta::assert_snapshot!(checked("actito/profiles", &[], &cases), @r"
    a good file: valid
    byte order mark: encoding-error
    no header: missing-label in customerId, missing-label in emailAddress, extra-label in 10021, extra-label in anne@example.com, extra-label in Anne
    same name twice: duplicate-label in sex, extra-label in sex
    key column missing: missing-label in customerId
    wrong width: missing-cell
    delimiter in a bare value: extra-cell, quote-error
    not in the encoding: encoding-error in lastName
    key twice: primary-key in customerId
    key empty: constraint-error in customerId
    256 characters: constraint-error in firstName
    255 characters: valid
    more cells than labels: extra-cell
    quote never closed: quote-not-closed
    text after a quote: quote-error
    telephone without its country: left out, with a warning: valid
    UTF-16: encoding-error
    day first: type-error in birthdate
    no such day: type-error in birthdate
    country in words: constraint-error in addressCountry
    country of three letters: constraint-error in addressCountry
    language of three letters: constraint-error in motherLanguage
    language with a country: constraint-error in motherLanguage
    sex in words: constraint-error in sex
    sex X: constraint-error in sex
    title outside the list: constraint-error in personTitle
    accent in an address: type-error in emailAddress
    two dots: type-error in emailAddress
    domain begins with -: type-error in emailAddress
    domain ends with -: type-error in emailAddress
    suffix of one letter: type-error in emailAddress
    nothing before @: type-error in emailAddress
    ");
}

#[test]
fn actito_takes_no_utf_16() {
    let file = "\u{feff}customerId;emailAddress\r\n1;a@example.com\r\n";
    let file: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = checked("actito/profiles", &[], &[("with a byte order mark", &file)]);
    assert!(found.ends_with(", encoding-error\n"), "{found}");
}

#[test]
fn actito_interactions() {
    let row = |moment: &str, amount: &str| {
        format!(
            "registrationId;customerId;registrationMoment;activity;amount\r\nR-1;10021;{moment};\"two\r\nlines\";{amount}\r\n"
        )
    };
    let cases = [
        ("a good file with a line break", row("2025-05-01 09:30:00", "120.00")),
        ("T and Z in a moment", row("2025-05-01T09:30:00Z", "120.00")),
        ("decimal comma", row("2025-05-01 09:30:00", "120,00")),
        (
            "reserved column",
            "registrationId;customerId;registrationMoment;updateMoment\r\nR-1;1;2025-05-01 09:30:00;x\r\n"
                .into(),
        ),
        (
            "another reserved column",
            "registrationId;customerId;registrationMoment;creationMoment\r\nR-1;1;2025-05-01 09:30:00;x\r\n"
                .into(),
        ),
        (
            "the third",
            "registrationId;customerId;registrationMoment;id\r\nR-1;1;2025-05-01 09:30:00;x\r\n".into(),
        ),
        ("no key", "customerId;registrationMoment\r\n1;2025-05-01 09:30:00\r\n".into()),
        (
            "link to no profile",
            "registrationId;customerId;registrationMoment\r\nR-1;;2025-05-01 09:30:00\r\n".into(),
        ),
        ("moment without seconds", row("2025-05-01 09:30", "120.00")),
        ("moment with an offset", row("2025-05-01 09:30:00+02:00", "120.00")),
        ("hour of twelve", row("2025-05-01 09:30:00 PM", "120.00")),
        ("thousands", row("2025-05-01 09:30:00", "1,200.00")),
    ];
    let cases: Vec<Case<'_>> = cases.iter().map(|(rule, text)| (*rule, text.as_bytes())).collect();
    insta::assert_snapshot!(checked("actito/interactions", &[], &cases), @r"
    a good file with a line break: valid
    T and Z in a moment: type-error in registrationMoment
    decimal comma: type-error in amount
    reserved column: extra-label in updateMoment
    another reserved column: extra-label in creationMoment
    the third: extra-label in id
    no key: missing-label in registrationId
    link to no profile: constraint-error in customerId
    moment without seconds: type-error in registrationMoment
    moment with an offset: type-error in registrationMoment
    hour of twelve: type-error in registrationMoment
    thousands: type-error in amount
    ");
}
