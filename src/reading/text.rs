//! The text of a row's cells, decoded without copying where that is possible.

use encoding_rs::Encoding;

use super::chunk::{Chunk, Field, Row};

/// Texts of the cells of one row, made again for each row in the same memory.
///
/// The text of a row that is plain UTF-8 is checked and copied once, whole; its cells are ranges of that copy. A cell that had
/// to be decoded or unquoted lies behind it.
#[derive(Debug, Default)]
pub struct RowText {
    text: String,
    cells: Vec<(u32, u32)>,
    has_controls: bool,
    is_ascii: bool,
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
        self.text.clear();
        self.cells.clear();
        let raw = chunk.raw(row);
        self.has_controls = has_controls(raw);
        let plain = if chunk.utf8 || raw.is_ascii() { std::str::from_utf8(raw).ok() } else { None };
        if let Some(plain) = plain {
            self.text.push_str(plain);
        }
        let fields = chunk.fields_of(row);
        let start = row.start as usize;
        for position in positions {
            let cell = match position.and_then(|position| fields.get(position as usize)) {
                None => (0, 0),
                Some(field) if plain.is_some() && !field.has_doubled_quotes() => {
                    (field.start() - start, field.end() - start)
                }
                Some(field) => self.decode(chunk, *field, encoding),
            };
            let cell = if trim { self.trimmed(cell) } else { cell };
            self.cells.push((cell.0 as u32, cell.1 as u32));
        }
        self.is_ascii = self.text.is_ascii();
    }

    /// The text of the cell for the `index`th of the positions given to [`RowText::take`].
    pub fn get(&self, index: usize) -> &str {
        let Some((start, end)) = self.cells.get(index) else { return "" };
        self.text.get(*start as usize..*end as usize).unwrap_or("")
    }

    /// Some cell may hold a control character.
    pub fn has_controls(&self) -> bool {
        self.has_controls
    }

    /// All cells are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    fn decode(&mut self, chunk: &Chunk, field: Field, encoding: &'static Encoding) -> (usize, usize) {
        let bytes = chunk.bytes_of(field);
        let from = self.text.len();
        if chunk.utf8 || encoding == encoding_rs::UTF_8 || bytes.is_ascii() {
            self.text.push_str(&String::from_utf8_lossy(bytes));
        } else {
            decode_single_bytes(bytes, encoding, &mut self.text);
        }
        if field.has_doubled_quotes() {
            let single = self.text[from..].replace("\"\"", "\"");
            self.text.truncate(from);
            self.text.push_str(&single);
        }
        (from, self.text.len())
    }

    /// The range without white space at both ends. No-break spaces count, because spreadsheets paste them.
    fn trimmed(&self, (start, end): (usize, usize)) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let ends_plain = |byte: Option<&u8>| byte.is_none_or(|byte| *byte > b' ' && *byte < 0x80);
        if start == end || (ends_plain(bytes.get(start)) && ends_plain(bytes.get(end - 1))) {
            return (start, end);
        }
        let text = self.text.get(start..end).unwrap_or("");
        let from = start + text.len() - text.trim_start().len();
        (from, from + text.trim().len())
    }
}

/// Whether control characters are among the bytes. Without a way out of the loop, so that it runs over many bytes at once.
pub fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, byte| found | (*byte < b' ') | (*byte == 0x7f))
}

/// Appends bytes of a single-byte encoding as text.
pub fn decode_single_bytes(bytes: &[u8], encoding: &'static Encoding, text: &mut String) {
    let (decoded, _) = encoding.decode_without_bom_handling(bytes);
    text.push_str(&decoded);
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
        (0..positions.len()).map(|index| text.get(index).to_owned()).collect()
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
