//! The text of a row's cells, decoded without copying where that is possible.

use encoding_rs::Encoding;

use super::chunk::{Chunk, Field, Row};

/// Texts of the cells of one row, made again for each row in the same memory.
///
/// A cell that is plain UTF-8 is a slice of its chunk; one that had to be decoded or unquoted lies in a scratch
/// buffer.
#[derive(Debug, Default)]
pub struct RowText {
    scratch: String,
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Absent,
    Chunk(u32, u32),
    Scratch(u32, u32),
}

impl RowText {
    /// Takes the cells at `positions` (columns of the file) from a row. A position that is `None`, or that the
    /// row lacks, is an empty text.
    pub fn take(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        positions: &[Option<u32>],
        encoding: &'static Encoding,
        trim: bool,
    ) {
        self.scratch.clear();
        self.places.clear();
        let fields = chunk.fields_of(row);
        for position in positions {
            let field = position.and_then(|position| fields.get(position as usize));
            let place = match field {
                None => Place::Absent,
                Some(field) => self.place(chunk, *field, encoding, trim),
            };
            self.places.push(place);
        }
    }

    /// The text of the cell for the `index`th of the positions given to [`RowText::take`].
    pub fn get<'a>(&'a self, chunk: &'a Chunk, index: usize) -> &'a str {
        match self.places.get(index) {
            None | Some(Place::Absent) => "",
            Some(Place::Chunk(start, end)) => {
                let bytes = chunk.bytes.get(*start as usize..*end as usize).unwrap_or(&[]);
                // Checked when the place was noted; checking again costs less than a trusted `unsafe`.
                std::str::from_utf8(bytes).unwrap_or("")
            }
            Some(Place::Scratch(start, end)) => {
                self.scratch.get(*start as usize..*end as usize).unwrap_or("")
            }
        }
    }

    fn place(&mut self, chunk: &Chunk, field: Field, encoding: &'static Encoding, trim: bool) -> Place {
        let bytes = chunk.bytes_of(field);
        let plain = chunk.utf8 || bytes.is_ascii();
        if plain && !field.has_doubled_quotes() {
            let (mut start, mut end) = (field.start(), field.end());
            if trim {
                (start, end) = trimmed(bytes, start);
            }
            return Place::Chunk(start as u32, end as u32);
        }
        let from = self.scratch.len();
        if plain || encoding == encoding_rs::UTF_8 {
            self.scratch.push_str(&String::from_utf8_lossy(bytes));
        } else {
            decode_single_bytes(bytes, encoding, &mut self.scratch);
        }
        if field.has_doubled_quotes() {
            let single = self.scratch[from..].replace("\"\"", "\"");
            self.scratch.truncate(from);
            self.scratch.push_str(&single);
        }
        let (mut start, mut end) = (from, self.scratch.len());
        if trim {
            (start, end) = trimmed(&self.scratch.as_bytes()[from..], from);
        }
        Place::Scratch(start as u32, end as u32)
    }
}

/// Appends bytes of a single-byte encoding as text.
pub fn decode_single_bytes(bytes: &[u8], encoding: &'static Encoding, text: &mut String) {
    let (decoded, _) = encoding.decode_without_bom_handling(bytes);
    text.push_str(&decoded);
}

/// Range of `bytes` (which lie at `offset`) without white space at both ends. No-break spaces count, because
/// spreadsheets paste them.
fn trimmed(bytes: &[u8], offset: usize) -> (usize, usize) {
    let ends_plain = |byte: Option<&u8>| byte.is_none_or(|byte| *byte > b' ' && *byte < 0x80);
    if ends_plain(bytes.first()) && ends_plain(bytes.last()) {
        return (offset, offset + bytes.len());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let start = text.len() - text.trim_start().len();
            (offset + start, offset + start + text.trim().len())
        }
        Err(_) => (offset, offset + bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::split::{Form, split};

    fn cells(bytes: &[u8], encoding: &'static Encoding, trim: bool) -> Vec<String> {
        let mut chunk = Chunk { bytes: bytes.to_vec(), ..Chunk::default() };
        split(&mut chunk, Form { delimiter: b';', quote: Some(b'"'), line_end: b'\n' }, &mut 1, true);
        chunk.utf8 = std::str::from_utf8(bytes).is_ok() && encoding == encoding_rs::UTF_8;
        let mut text = RowText::default();
        let positions: Vec<_> = (0..chunk.rows[0].count).map(Some).collect();
        text.take(&chunk, &chunk.rows[0], &positions, encoding, trim);
        (0..positions.len()).map(|index| text.get(&chunk, index).to_owned()).collect()
    }

    #[test]
    fn texts_are_decoded_unquoted_and_trimmed() {
        let utf8 = encoding_rs::UTF_8;
        let ansi = encoding_rs::WINDOWS_1252;
        for (bytes, encoding, trim, expected) in [
            ("é;\"b\"\"c\"; d ".as_bytes(), utf8, false, vec!["é", "b\"c", " d "]),
            ("\u{a0}é ;\" \"\"c \"; ".as_bytes(), utf8, true, vec!["é", "\"c", ""]),
            (b"\xe9t\xe9;\"\x93a\x94\"\"\"", ansi, false, vec!["été", "“a”\""]),
            (b"\xa0\xe9 ;plain", ansi, true, vec!["é", "plain"]),
            (b"a\xffb;c", utf8, false, vec!["a\u{fffd}b", "c"]),
        ] {
            assert_eq!(cells(bytes, encoding, trim), expected, "{bytes:?}");
        }
    }
}
