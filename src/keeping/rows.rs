//! Takes the rows of a person out of a file of rows. Every other byte stays as it is: encoding, separators, quotes, line ends.
//!
//! A row **goes** when its own address is the one looked for, when it is of a person who is erased (by the number in its person column), or
//! when the address stands in it and it has no other address of its own. Where a row is somebody else's, only the address goes out of the
//! cell. Columns are known by their labels.

use std::borrow::Cow;
use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::address::Address;
use crate::reading::chunk::{Chunk, Field};
use crate::reading::dialect;
use crate::reading::encoding::{self, Choice, Why};
use crate::reading::split::{Form, Stop, split};
use crate::reading::survey::survey_bytes;
use crate::schema::Dialect;
use crate::schema::label::normalise;

/// Rows at the top of a file among which its header is looked for.
const LINES: usize = dialect::LINES_ABOVE_HEADER + 1;

/// Who is taken out.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The address.
    pub address: Address,
    /// Amilia's numbers of the persons whose own address it is.
    pub own: BTreeSet<i64>,
    /// Of those who have none, and live by it.
    pub dependants: BTreeSet<i64>,
    /// Of everybody else whom the customer base knows.
    pub others: BTreeSet<i64>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The file without the person.
    pub bytes: Vec<u8>,
    /// Rows that went.
    pub rows: u64,
    /// Rows of others that lost the address.
    pub cells: u64,
    /// The cells of the first row, which may be a header.
    pub labels: Vec<String>,
    /// The cells of the rows that went.
    pub gone: Vec<Vec<String>>,
}

/// The file cannot be taken apart into rows and put together again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRows;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays as it is.
    Stays,
    /// It stays without the address.
    LosesAddress,
    /// It goes.
    Goes,
}

/// The columns of a file that matter, by position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// Addresses of the row's own person.
    own: Vec<usize>,
    /// Its number at Amilia.
    person: Option<usize>,
}

impl Columns {
    /// The columns that a header line names; `None`: it is none.
    pub(super) fn of(labels: &[Cow<'_, str>], person_label: Option<&str>) -> Option<Columns> {
        const OTHERS: [&str; 6] = ["owner", "proprietaire", "responsable", "titulaire", "parent", "tuteur"];
        const ABOUT: [&str; 5] = ["status", "statut", "etat", "date", "consent"];
        let mut columns = Columns::default();
        for (position, label) in labels.iter().enumerate() {
            // A header holds no address.
            if label.contains('@') {
                return None;
            }
            let words = normalise(label);
            let plain: String = words.chars().filter(|letter| *letter != ' ').collect();
            let names = |list: &[&str]| list.iter().any(|word| words.contains(word));
            if ["mail", "courriel", "adresseelectronique"].iter().any(|word| plain.contains(word))
                && !names(&OTHERS)
                && !names(&ABOUT)
            {
                columns.own.push(position);
            }
            let person = ["personid", "numerodepersonne", "numerodelapersonne", "nodepersonne"];
            let named = person_label.is_some_and(|name| name == label.trim());
            if named || (columns.person.is_none() && person.iter().any(|word| plain.ends_with(word))) {
                columns.person = Some(position);
            }
        }
        (!columns.own.is_empty() || columns.person.is_some()).then_some(columns)
    }

    /// What becomes of a row with these cells.
    pub(super) fn judge(&self, cells: &[Cow<'_, str>], subject: &Subject) -> Fate {
        let address = &subject.address;
        let own = || self.own.iter().filter_map(|column| cells.get(*column));
        let person = self.person.and_then(|column| cells.get(column)?.trim().parse::<i64>().ok());
        let is_one_of = |set: &BTreeSet<i64>| person.is_some_and(|person| set.contains(&person));
        if own().any(|cell| address.is(cell)) || is_one_of(&subject.own) {
            return Fate::Goes;
        }
        let has_another = own().any(|cell| cell.contains('@') && address.find(cell).is_none());
        if is_one_of(&subject.dependants) && !has_another {
            return Fate::Goes;
        }
        if cells.iter().all(|cell| address.find(cell).is_none()) {
            Fate::Stays
        } else if has_another || is_one_of(&subject.others) || is_one_of(&subject.dependants) {
            Fate::LosesAddress
        } else {
            Fate::Goes
        }
    }
}

/// How the rows of a file were written, where that is known.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Separator and quotes.
    pub dialect: Dialect,
    /// Label of the column that holds Amilia's number of the person, where it has a name of its own.
    pub person: Option<String>,
}

/// Takes a person out of a file of rows. `None`: the person is not in it.
///
/// # Errors
/// [`NotRows`]
pub fn erase(bytes: &[u8], written: &Written, subject: &Subject) -> Result<Option<Erased>, NotRows> {
    let survey = survey_bytes(bytes).map_err(|_| NotRows)?;
    let choice = encoding::choose(None, None, &survey);
    let (mark, body) = bytes.split_at_checked(choice.skip as usize).ok_or(NotRows)?;
    if choice.is_splittable() {
        if memchr::memchr(0, body).is_some() {
            return Err(NotRows);
        }
        return erase_rows(mark, body, choice, written, subject);
    }
    let text = choice.encoding.decode_without_bom_handling_and_without_replacement(body).ok_or(NotRows)?;
    if utf16(&text, choice.encoding) != body {
        return Err(NotRows);
    }
    let plain = Choice { encoding: UTF_8, why: Why::ByteOrderMark, skip: 0 };
    let Some(mut erased) = erase_rows(&[], text.as_bytes(), plain, written, subject)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&erased.bytes).map_err(|_| NotRows)?;
    erased.bytes = [mark, &utf16(text, choice.encoding)].concat();
    Ok(Some(erased))
}

fn utf16(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let big = encoding == UTF_16BE;
    debug_assert!(big || encoding == UTF_16LE);
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn erase_rows(
    mark: &[u8],
    body: &[u8],
    choice: Choice,
    written: &Written,
    subject: &Subject,
) -> Result<Option<Erased>, NotRows> {
    let survey = survey_bytes(body).map_err(|_| NotRows)?;
    let plain = Choice { skip: 0, ..choice };
    let form = dialect::choose(None, &written.dialect, &survey, plain).form;
    let chunk = rows_of(body, form)?;
    let decode = |field: &Field| decoded(chunk.bytes_of(*field), choice.encoding);
    let cells_of = |row: usize| -> Vec<Cow<'_, str>> {
        chunk.rows.get(row).map_or_else(Vec::new, |row| chunk.fields_of(row).iter().map(decode).collect())
    };
    let columns = (0..LINES.min(chunk.rows.len()))
        .find_map(|row| Columns::of(&cells_of(row), written.person.as_deref()));
    let columns = columns.unwrap_or_default();
    let texts = |row: usize| -> Vec<String> {
        let fields = chunk.rows.get(row).map_or(&[][..], |row| chunk.fields_of(row));
        let text = |field: &Field| match (decode(field), form.quote) {
            (cell, Some(quote)) if field.has_doubled_quotes() => {
                let quote = char::from(quote).to_string();
                cell.replace(&quote.repeat(2), &quote)
            }
            (cell, _) => cell.into_owned(),
        };
        fields.iter().map(text).collect()
    };
    let mut erased = Erased { bytes: mark.to_vec(), rows: 0, cells: 0, labels: texts(0), gone: Vec::new() };
    erased.bytes.reserve(body.len());
    for (number, row) in chunk.rows.iter().enumerate() {
        let end = chunk.rows.get(number + 1).map_or(body.len(), |next| next.start as usize);
        let line = body.get(row.start as usize..end).ok_or(NotRows)?;
        // Without a column of persons, a row without `@` is nobody's.
        if columns.person.is_none() && memchr::memchr(b'@', line).is_none() {
            erased.bytes.extend_from_slice(line);
            continue;
        }
        match columns.judge(&cells_of(number), subject) {
            Fate::Stays => erased.bytes.extend_from_slice(line),
            Fate::Goes => {
                erased.rows += 1;
                erased.gone.push(texts(number));
            }
            Fate::LosesAddress => {
                erased.cells += 1;
                let mut from = row.start as usize;
                for field in chunk.fields_of(row) {
                    let cell = decode(field);
                    if subject.address.find(&cell).is_some() {
                        erased.bytes.extend_from_slice(body.get(from..field.start()).ok_or(NotRows)?);
                        erased.bytes.extend(encoded(&without(&cell, &subject.address), choice.encoding)?);
                        from = field.end();
                    }
                }
                erased.bytes.extend_from_slice(body.get(from..end).ok_or(NotRows)?);
            }
        }
    }
    Ok((erased.rows + erased.cells > 0).then_some(erased))
}

/// The rows of a file. Where a quote never closes, quotes mean nothing: then a row is a line, as a person sees it.
fn rows_of(body: &[u8], form: Form) -> Result<Chunk, NotRows> {
    // Places of fields are kept in 31 bits.
    if body.len() >= 1 << 31 {
        return Err(NotRows);
    }
    for form in [form, Form { quote: None, ..form }] {
        let mut chunk = Chunk { bytes: body.to_vec(), ..Chunk::default() };
        if split(&mut chunk, form, &mut 1, true) == Stop::Complete {
            return Ok(chunk);
        }
    }
    Err(NotRows)
}

fn decoded<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    if encoding == UTF_8 {
        String::from_utf8_lossy(bytes)
    } else {
        encoding.decode_without_bom_handling(bytes).0
    }
}

fn encoded(text: &str, encoding: &'static Encoding) -> Result<Vec<u8>, NotRows> {
    let (bytes, _, unmappable) = encoding.encode(text);
    if unmappable { Err(NotRows) } else { Ok(bytes.into_owned()) }
}

/// A text without the address.
pub(super) fn without(text: &str, address: &Address) -> String {
    let mut text = text.to_owned();
    while let Some(place) = address.find(&text) {
        text.replace_range(place, "");
    }
    text
}

#[cfg(test)]
mod tests;
