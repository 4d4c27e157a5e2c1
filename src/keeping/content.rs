//! What has to be done with one file, by what it holds: rows are taken out, packed files are packed again, a workbook goes as a whole.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use super::address::Address;
use super::rows::{self, Columns, Fate, NotRows, Subject, Written};
use super::search;
use crate::config::Packaging;
use crate::outbound::packaging::pack_bytes;
use crate::reading::workbook::{self, Kind, every_row};
use crate::store::FORGOTTEN;

/// Bytes that are unpacked of one file, at most: an archive that promises more is not looked into.
const MOST: u64 = 1 << 30;

/// What has to be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Todo {
    /// The person is not in it.
    Nothing,
    /// Its content becomes this.
    Rewrite {
        /// The whole file.
        bytes: Vec<u8>,
        /// Rows that went or lost the address.
        rows: u64,
        /// The cells of the first row, which may be a header.
        labels: Vec<String>,
        /// The cells of the rows that went.
        gone: Vec<Vec<String>>,
    },
    /// It goes: it cannot be written without the person.
    Remove,
    /// It cannot be looked into.
    Closed,
}

/// How a file is taken.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// How its rows were written, where that is known.
    pub written: Written,
    /// How we packed it.
    pub packed: Option<Packaging>,
    /// It is one of our reports.
    pub report: Option<Report>,
}

/// A report that holds no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// JSON: the address is replaced.
    Json,
    /// Anything else: it goes.
    Other,
}

/// Says what has to be done with a file.
pub fn todo(bytes: &[u8], how: &How, subject: &Subject) -> Todo {
    match (how.report, how.packed) {
        (Some(Report::Json), _) => json(bytes, subject),
        (Some(Report::Other), _) if search::count(bytes, &subject.address, true) > 0 => Todo::Remove,
        (Some(Report::Other), _) => Todo::Nothing,
        (None, Some(packaging)) => packed(bytes, packaging, how, subject),
        (None, None) => plain(bytes, how, subject),
    }
}

fn plain(bytes: &[u8], how: &How, subject: &Subject) -> Todo {
    match workbook::kind(bytes) {
        Some(Kind::Archive) => archive(bytes, subject),
        Some(Kind::Compound) if is_encrypted(bytes) => Todo::Closed,
        Some(_) if search::count(bytes, &subject.address, true) > 0 => Todo::Remove,
        Some(_) => Todo::Nothing,
        None => match rows::erase(bytes, &how.written, subject) {
            Ok(Some(erased)) => Todo::Rewrite {
                bytes: erased.bytes,
                rows: erased.rows + erased.cells,
                labels: erased.labels,
                gone: erased.gone,
            },
            // What rows do not show may still be there.
            Ok(None) | Err(NotRows) if search::count(bytes, &subject.address, true) > 0 => Todo::Remove,
            Ok(None) | Err(NotRows) => Todo::Nothing,
        },
    }
}

/// A workbook, or another archive that somebody dropped.
fn archive(bytes: &[u8], subject: &Subject) -> Todo {
    let mut columns: (usize, Option<Columns>) = (0, None);
    let mut has = false;
    let whole = every_row(bytes, &mut |sheet, cells| {
        let cells: Vec<Cow<'_, str>> = cells.iter().map(|cell| Cow::Borrowed(cell.as_str())).collect();
        if columns.0 != sheet {
            columns = (sheet, None);
        }
        if columns.1.is_none() {
            columns.1 = Columns::of(&cells, None);
        }
        has |= columns.1.clone().unwrap_or_default().judge(&cells, subject) != Fate::Stays;
    });
    match (has, unpacked_count(bytes, &subject.address)) {
        (true, _) => Todo::Remove,
        (false, Some(found)) if found > 0 => Todo::Remove,
        (false, Some(_)) => Todo::Nothing,
        (false, None) if whole => Todo::Nothing,
        (false, None) => Todo::Closed,
    }
}

fn packed(bytes: &[u8], packaging: Packaging, how: &How, subject: &Subject) -> Todo {
    if packaging == Packaging::Zip && zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|all| all.len() > 1)
    {
        return archive_of_set(bytes, how, subject);
    }
    let Some((inner, name)) = unpack(bytes, packaging) else { return Todo::Closed };
    match plain(&inner, how, subject) {
        Todo::Rewrite { bytes, rows, labels, gone } => match pack_bytes(&bytes, packaging, &name) {
            Ok(bytes) => Todo::Rewrite { bytes, rows, labels, gone },
            Err(_) => Todo::Remove,
        },
        other => other,
    }
}

/// The archive of a set. It goes as a whole: the files inside it are kept beside it, each by itself.
fn archive_of_set(bytes: &[u8], how: &How, subject: &Subject) -> Todo {
    let (mut has, mut closed) = (false, false);
    let whole = each_inside(bytes, &mut |inner| match plain(inner, how, subject) {
        Todo::Rewrite { .. } | Todo::Remove => has = true,
        Todo::Closed => closed = true,
        Todo::Nothing => {}
    });
    match whole {
        _ if has => Todo::Remove,
        Some(()) if !closed => Todo::Nothing,
        _ => Todo::Closed,
    }
}

/// The file in a packed file, and its name.
fn unpack(bytes: &[u8], packaging: Packaging) -> Option<(Vec<u8>, String)> {
    let mut inner = Vec::new();
    let name = match packaging {
        Packaging::Gzip => {
            flate2::read::MultiGzDecoder::new(bytes).take(MOST + 1).read_to_end(&mut inner).ok()?;
            String::new()
        }
        Packaging::Zip => {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
            let file = archive.by_index(0).ok()?;
            let name = file.name().ok()?.into_owned();
            file.take(MOST + 1).read_to_end(&mut inner).ok()?;
            name
        }
    };
    (inner.len() as u64 <= MOST).then_some((inner, name))
}

/// A summary holds no cell; an address may stand in the name of an export, or in what a person wrote.
fn json(bytes: &[u8], subject: &Subject) -> Todo {
    let found = search::count(bytes, &subject.address, true);
    let Some(mut text) = (found > 0).then(|| String::from_utf8(bytes.to_vec()).ok()).flatten() else {
        return if found > 0 { Todo::Remove } else { Todo::Nothing };
    };
    while let Some(place) = subject.address.find(&text) {
        text.replace_range(place, FORGOTTEN);
    }
    Todo::Rewrite { bytes: text.into_bytes(), rows: 0, labels: Vec::new(), gone: Vec::new() }
}

/// Whether an Office file is protected by a password: its content is one encrypted stream of this name.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &name).is_some()
}

/// How often the address stands in a file, packed or not; `None`: it cannot be looked into.
pub fn count(bytes: &[u8], address: &Address) -> Option<u64> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => {
            let mut cells = 0;
            let whole = every_row(bytes, &mut |_, row| {
                cells += row.iter().filter(|cell| address.find(cell).is_some()).count() as u64;
            });
            match unpacked_count(bytes, address) {
                Some(found) => Some(found.max(cells)),
                None => whole.then_some(cells),
            }
        }
        [0x1f, 0x8b, ..] => {
            let (inner, _) = unpack(bytes, Packaging::Gzip)?;
            Some(search::count(&inner, address, true))
        }
        _ if workbook::kind(bytes) == Some(Kind::Compound) && is_encrypted(bytes) => None,
        _ => Some(search::count(bytes, address, true)),
    }
}

/// The same in all files of an archive.
fn unpacked_count(bytes: &[u8], address: &Address) -> Option<u64> {
    let mut found = 0;
    each_inside(bytes, &mut |inner| found += search::count(inner, address, true))?;
    Some(found)
}

/// Shows each file of an archive, in order. `None`: one cannot be read, or they are too large together; those before it were shown.
fn each_inside(bytes: &[u8], show: &mut dyn FnMut(&[u8])) -> Option<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut left = MOST;
    for index in 0..archive.len() {
        let mut inner = Vec::new();
        archive.by_index(index).ok()?.take(left + 1).read_to_end(&mut inner).ok()?;
        left = left.checked_sub(inner.len() as u64)?;
        show(&inner);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn subject() -> Subject {
        Subject {
            address: Address::parse("ann@example.com").unwrap(),
            own: BTreeSet::from([1]),
            dependants: BTreeSet::new(),
            others: BTreeSet::new(),
        }
    }

    const ROWS: &str = "email;points\nbob@x.ca;1\nann@example.com;2\n";

    fn workbook(cells: &[&str]) -> Vec<u8> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(0, column as u16, *cell).unwrap();
        }
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn a_packed_file_is_packed_again_without_the_person() {
        for packaging in [Packaging::Gzip, Packaging::Zip] {
            let how = How { packed: Some(packaging), ..How::default() };
            let bytes = pack_bytes(ROWS.as_bytes(), packaging, "points.csv").unwrap();
            assert_eq!(count(&bytes, &subject().address), Some(1));
            let Todo::Rewrite { bytes, rows, .. } = todo(&bytes, &how, &subject()) else { panic!() };
            assert_eq!(rows, 1);
            assert_eq!(count(&bytes, &subject().address), Some(0));
            let (inner, name) = unpack(&bytes, packaging).unwrap();
            assert_eq!(String::from_utf8(inner).unwrap(), "email;points\nbob@x.ca;1\n");
            assert!(packaging == Packaging::Gzip || name == "points.csv");
            assert_eq!(todo(&bytes, &how, &subject()), Todo::Nothing);
        }
    }

    #[test]
    fn a_workbook_goes_as_a_whole_or_not_at_all() {
        let how = How::default();
        assert_eq!(todo(&workbook(&["Email", "ANN@example.com"]), &how, &subject()), Todo::Remove);
        assert_eq!(todo(&workbook(&["Email", "bob@x.ca"]), &how, &subject()), Todo::Nothing);
        assert_eq!(todo(b"PK\x03\x04 damaged", &how, &subject()), Todo::Closed);
        assert_eq!(count(b"PK\x03\x04 damaged", &subject().address), None);
    }

    #[test]
    fn a_report_loses_the_address_or_goes() {
        let json = How { report: Some(Report::Json), ..How::default() };
        let found = todo(br#"{"file":"Ann@example.com.csv"}"#, &json, &subject());
        assert!(matches!(found, Todo::Rewrite { bytes, .. } if bytes == br#"{"file":"(forgotten).csv"}"#));
        assert_eq!(todo(br#"{"file":"a.csv"}"#, &json, &subject()), Todo::Nothing);
        let other = How { report: Some(Report::Other), ..How::default() };
        assert_eq!(todo(b"<td>ann@example.com</td>", &other, &subject()), Todo::Remove);
        assert_eq!(todo(b"<td>bob@x.ca</td>", &other, &subject()), Todo::Nothing);
    }

    #[test]
    fn what_is_no_rows_goes_when_the_person_is_in_it() {
        let utf16: Vec<u8> = "x;ann@example.com\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(todo(&utf16, &How::default(), &subject()), Todo::Remove);
        assert_eq!(todo(b"a\0b", &How::default(), &subject()), Todo::Nothing);
        assert_eq!(todo(b"<html>ann@example.com", &How::default(), &subject()), Todo::Remove);
    }

    #[test]
    fn the_archive_of_a_set_goes_as_a_whole_if_any_file_in_it_has_the_person() {
        use std::io::Write;
        let archive = |second: &str| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for (name, content) in [("a.csv", "email;points\nbob@x.ca;1\n"), ("b.csv", second)] {
                archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
                archive.write_all(content.as_bytes()).unwrap();
            }
            archive.finish().unwrap().into_inner()
        };
        let how = How { packed: Some(Packaging::Zip), ..How::default() };
        assert!(matches!(todo(&archive(ROWS), &how, &subject()), Todo::Remove));
        assert!(matches!(todo(&archive("email\nbob@x.ca\n"), &how, &subject()), Todo::Nothing));
    }
}
