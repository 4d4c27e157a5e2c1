use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

use super::*;

fn subject() -> Subject {
    Subject {
        address: Address::parse("ann@example.com").unwrap(),
        own: BTreeSet::from([1]),
        dependants: BTreeSet::from([2]),
        others: BTreeSet::from([3]),
    }
}

/// What is left of a file, the rows that went, and those that lost the address.
fn erased(text: &str) -> (String, u64, u64) {
    match erase(text.as_bytes(), &Written::default(), &subject()).unwrap() {
        Some(erased) => (String::from_utf8(erased.bytes).unwrap(), erased.rows, erased.cells),
        None => (text.to_owned(), 0, 0),
    }
}

#[test]
fn a_row_goes_by_its_own_address_and_the_others_stay_byte_for_byte() {
    let text = "Name;E-mail;Note\r\nAnn;ANN@Example.com ;x\r\n\"Bob; Jr\";\"bob@example.com\";\"a\"\"b\r\nc\"\r\n\r\nAnn;ann@example.com;last";
    let left = "Name;E-mail;Note\r\n\"Bob; Jr\";\"bob@example.com\";\"a\"\"b\r\nc\"\r\n\r\n";
    assert_eq!(erased(text), (left.to_owned(), 2, 0));
}

#[test]
fn a_row_goes_by_the_number_of_its_person() {
    let text = "Registration ID,Person ID,Activity\nS-1,1,Yoga\nS-2,2,Swimming\nS-3,3,Yoga\nS-4,12,Yoga\n";
    let left = "Registration ID,Person ID,Activity\nS-3,3,Yoga\nS-4,12,Yoga\n";
    assert_eq!(erased(text), (left.to_owned(), 2, 0));
}

#[test]
fn a_column_of_persons_may_have_a_name_of_its_own() {
    let written = Written { person: Some("customerId".to_owned()), ..Written::default() };
    let erased = erase(b"customerId;activity\n1;Yoga\n3;Yoga\n", &written, &subject()).unwrap().unwrap();
    assert_eq!(String::from_utf8(erased.bytes).unwrap(), "customerId;activity\n3;Yoga\n");
}

#[test]
fn who_lives_by_the_address_goes_unless_there_is_another_one() {
    let text = "Person ID,Email,Account owner email\n2,,ann@example.com\n2,kid@example.com,ann@example.com\n";
    let left = "Person ID,Email,Account owner email\n2,kid@example.com,\n";
    assert_eq!(erased(text), (left.to_owned(), 1, 1));
}

#[test]
fn a_row_of_somebody_else_loses_the_address_alone() {
    for (text, left) in [
        ("Email,Account owner email\nbob@x.ca,Ann@Example.com\n", "Email,Account owner email\nbob@x.ca,\n"),
        (
            "Email;Note\nbob@x.ca;\"friend of <ann@example.com>; yes\"\n",
            "Email;Note\nbob@x.ca;\"friend of <>; yes\"\n",
        ),
        ("Person ID;Owner e-mail\n3;ann@example.com\n", "Person ID;Owner e-mail\n3;\n"),
    ] {
        assert_eq!(erased(text), (left.to_owned(), 0, 1), "{text}");
    }
}

#[test]
fn a_row_that_only_this_address_names_goes() {
    for text in ["customer_key;points\nann@example.com;3\n", "Person ID;Owner e-mail\n77;ann@example.com\n"] {
        let header = text.split_inclusive('\n').next().unwrap();
        assert_eq!(erased(text), (header.to_owned(), 1, 0), "{text}");
    }
}

#[test]
fn a_file_without_the_person_is_left_alone() {
    for text in ["", "\n", "a;b\n1;2\n", "E-mail\njoann@example.com\nann@example.com.au\n"] {
        assert_eq!(erase(text.as_bytes(), &Written::default(), &subject()), Ok(None), "{text}");
    }
}

#[test]
fn titles_above_the_header_are_no_header() {
    let text =
        "List of members\nmade by the office\nNumber;Person ID;E-mail\n9;1;other@example.com\n8;3;bob@x.ca\n";
    let (left, rows, _) = erased(text);
    assert_eq!((left.contains("other@"), left.contains("bob@"), rows), (false, true, 1));
}

#[test]
fn a_file_without_a_header_has_its_rows_taken_out_too() {
    assert_eq!(erased("bob@x.ca;1\nann@example.com;2\n"), ("bob@x.ca;1\n".to_owned(), 1, 0));
}

#[test]
fn a_quote_that_never_closes_costs_no_other_row() {
    let text = "Name,Email\n\"Ann,ann@example.com\nBob,bob@x.ca\n";
    assert_eq!(erased(text), ("Name,Email\nBob,bob@x.ca\n".to_owned(), 1, 0));
}

#[test]
fn where_quotes_mean_nothing_they_join_no_rows() {
    let dialect = Dialect { delimiter: Some(b'\t'), no_quotes: true, ..Dialect::default() };
    let written = Written { dialect, ..Written::default() };
    let text = "email\tname\nbob@x.ca\tthe \"boss\nann@example.com\t\"x\neve@x.ca\tb\"\n";
    let erased = erase(text.as_bytes(), &written, &subject()).unwrap().unwrap();
    assert_eq!(
        String::from_utf8(erased.bytes).unwrap(),
        "email\tname\nbob@x.ca\tthe \"boss\neve@x.ca\tb\"\n"
    );
}

#[test]
fn every_encoding_keeps_its_bytes() {
    let text = "Prénom;Courriel\r\nZoé;ann@example.com\r\nNoël;noel@x.ca\r\n";
    let left = "Prénom;Courriel\r\nNoël;noel@x.ca\r\n";
    let utf16 = |text: &str, encoding, mark: [u8; 2]| [mark.to_vec(), utf16(text, encoding)].concat();
    for (name, before, after) in [
        ("mark", format!("\u{feff}{text}").into_bytes(), format!("\u{feff}{left}").into_bytes()),
        ("latin", WINDOWS_1252.encode(text).0.into_owned(), WINDOWS_1252.encode(left).0.into_owned()),
        ("little", utf16(text, UTF_16LE, [0xff, 0xfe]), utf16(left, UTF_16LE, [0xff, 0xfe])),
        ("big", utf16(text, UTF_16BE, [0xfe, 0xff]), utf16(left, UTF_16BE, [0xfe, 0xff])),
    ] {
        let erased = erase(&before, &Written::default(), &subject()).unwrap().unwrap();
        assert_eq!((erased.bytes, erased.rows), (after, 1), "{name}");
    }
}

#[test]
fn what_cannot_be_put_together_again_is_said_so() {
    // Half a pair of UTF-16, and a file with NULs that says nothing of UTF-16.
    for bytes in [b"\xff\xfea\0\n\0\x00\xd8\n\0".to_vec(), b"a\0n\0n\0@\0".to_vec()] {
        assert_eq!(erase(&bytes, &Written::default(), &subject()), Err(NotRows));
    }
}

proptest! {
    /// Whatever the rows are: those of others are all still there, in their order, and nothing of the person is.
    #[test]
    fn nothing_of_others_is_lost(
        rows in prop::collection::vec(
            (prop::sample::select(vec!["ann@example.com", "ANN@EXAMPLE.COM", "bob@x.ca", "joann@example.com", "eve@x.ca", ""]),
             "[a-z;\" \r\n@é]{0,12}"),
            0..20,
        ),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let line = |email: &str, note: &str| format!("{email};\"{}\"{end}", note.replace('"', "\"\""));
        let head = format!("Email;Note{end}");
        let is_ann = |email: &str| email.eq_ignore_ascii_case("ann@example.com");
        let all: String = rows.iter().map(|(email, note)| line(email, note)).collect();
        let others: String =
            rows.iter().filter(|(email, _)| !is_ann(email)).map(|(email, note)| line(email, note)).collect();
        let (left, gone, cells) = erased(&format!("{head}{all}"));
        prop_assert_eq!(left, format!("{head}{others}"));
        prop_assert_eq!((gone, cells), (rows.iter().filter(|(email, _)| is_ann(email)).count() as u64, 0));
    }
}
