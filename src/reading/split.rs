//! Splits bytes into records and fields, counting physical lines.
//!
//! The grammar is RFC 4180: a quote opens a field only as its first byte, a doubled quote inside is one quote, a
//! quoted field may hold line breaks. What the csv crate accepts in silence is marked instead: text after a closing
//! quote, a quote that never closes, NUL, a carriage return by itself. Lines are those that an editor shows.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::chunk::{Chunk, Field, Flaws, Row};

/// The characters that give a file its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields; `None`: quotes mean nothing.
    pub quote: Option<u8>,
    /// Last byte of a line: `\n`, or `\r` in files that have no `\n`.
    pub line_end: u8,
}

/// Where splitting stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// All bytes belong to complete records.
    Complete,
    /// An incomplete record starts at this byte; more bytes are needed.
    Partial(usize),
    /// At the end of the file inside quotes: the quote that opened on this line never closes.
    QuoteOpen {
        /// First byte of the record.
        start: usize,
        /// Physical line of the opening quote.
        line: u64,
    },
}

/// Splits `chunk.bytes` into `chunk.rows`. `line` is the physical line of the first byte, and of the first byte after
/// the last complete record when it returns. `last`: no more bytes will come.
pub fn split(chunk: &mut Chunk, form: Form, line: &mut u64, last: bool) -> Stop {
    let Chunk { bytes, fields, rows, .. } = chunk;
    let bytes = bytes.as_slice();
    let mut at = 0;
    while at < bytes.len() {
        let first = fields.len();
        match record(bytes, at, form, fields, last) {
            Record::Complete { end, next, line_breaks, text_after_quote } => {
                let mut flaws = Flaws::default();
                if text_after_quote {
                    flaws.add(Flaws::TEXT_AFTER_QUOTE);
                }
                mark(bytes, at, end, &fields[first..], form, &mut flaws);
                rows.push(Row {
                    first: first as u32,
                    count: (fields.len() - first) as u32,
                    start: at as u32,
                    end: end as u32,
                    line: *line,
                    flaws,
                });
                *line += line_breaks;
                at = next;
            }
            Record::Partial => {
                fields.truncate(first);
                return Stop::Partial(at);
            }
            Record::QuoteOpen { line_breaks } => {
                fields.truncate(first);
                return Stop::QuoteOpen { start: at, line: *line + line_breaks };
            }
        }
    }
    Stop::Complete
}

enum Record {
    Complete { end: usize, next: usize, line_breaks: u64, text_after_quote: bool },
    Partial,
    QuoteOpen { line_breaks: u64 },
}

/// One record from `start` on: its fields, its end without the line end, where the next one starts.
fn record(bytes: &[u8], start: usize, form: Form, fields: &mut Vec<Field>, last: bool) -> Record {
    let mut at = start;
    let mut line_breaks = 0;
    let mut text_after_quote = false;
    loop {
        let mut end_of_field;
        if form.quote.is_some() && bytes.get(at).copied() == form.quote {
            let quote = form.quote.unwrap_or(b'"');
            let content = at + 1;
            let mut doubled = false;
            let mut from = content;
            let close = loop {
                match memchr(quote, &bytes[from..]) {
                    Some(found) if bytes.get(from + found + 1) == Some(&quote) => {
                        doubled = true;
                        from += found + 2;
                    }
                    Some(found) => break Some(from + found),
                    None => break None,
                }
            };
            // A quote that is the last byte so far may be the first half of a doubled one.
            let close = match close {
                Some(close) if close + 1 == bytes.len() && !last => return Record::Partial,
                Some(close) => close,
                None if last => return Record::QuoteOpen { line_breaks },
                None => return Record::Partial,
            };
            line_breaks += memchr_iter(form.line_end, &bytes[content..close]).count() as u64;
            end_of_field = close + 1;
            if at_boundary(bytes, end_of_field, form) {
                fields.push(Field::quoted(content, close, doubled));
            } else {
                text_after_quote = true;
                end_of_field = boundary(bytes, end_of_field, form);
                let end = without_cr(bytes, at, end_of_field, form);
                fields.push(Field::bare(at, end));
            }
        } else {
            end_of_field = boundary(bytes, at, form);
            let end = without_cr(bytes, at, end_of_field, form);
            fields.push(Field::bare(at, end));
        }
        // What stands at the boundary: a separator, a line end, or the end of the bytes.
        if bytes.get(end_of_field) == Some(&b'\r') && form.line_end == b'\n' {
            end_of_field += 1;
        }
        match bytes.get(end_of_field) {
            Some(byte) if *byte == form.delimiter => at = end_of_field + 1,
            Some(_) => {
                let end = without_cr(bytes, start, end_of_field, form);
                let next = end_of_field + 1;
                return Record::Complete { end, next, line_breaks: line_breaks + 1, text_after_quote };
            }
            None if last => {
                let end = without_cr(bytes, start, end_of_field, form);
                return Record::Complete { end, next: end_of_field, line_breaks, text_after_quote };
            }
            None => return Record::Partial,
        }
    }
}

/// The next separator or line end at or after `from`, or the end of the bytes.
fn boundary(bytes: &[u8], from: usize, form: Form) -> usize {
    // Short fields are the rule: a plain loop beats a search that sets itself up.
    let short = bytes.len().min(from + 12);
    for (index, byte) in bytes[from..short].iter().enumerate() {
        if *byte == form.delimiter || *byte == form.line_end {
            return from + index;
        }
    }
    memchr2(form.delimiter, form.line_end, &bytes[short..]).map_or(bytes.len(), |found| short + found)
}

/// A closing quote is well placed before a separator, a line end (`\r\n` too) or the end.
fn at_boundary(bytes: &[u8], at: usize, form: Form) -> bool {
    match bytes.get(at) {
        None => true,
        Some(byte) if *byte == form.delimiter || *byte == form.line_end => true,
        Some(b'\r') => form.line_end == b'\n' && matches!(bytes.get(at + 1), None | Some(b'\n')),
        Some(_) => false,
    }
}

/// `end` without the `\r` of a `\r\n`.
fn without_cr(bytes: &[u8], start: usize, end: usize, form: Form) -> usize {
    let line_feed = form.line_end == b'\n' && bytes.get(end).is_none_or(|byte| *byte == b'\n');
    if line_feed && end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// Looks for bytes that no table holds: NUL, and a carriage return outside quotes.
fn mark(bytes: &[u8], start: usize, end: usize, fields: &[Field], form: Form, flaws: &mut Flaws) {
    let row = &bytes[start..end];
    let Some(found) = memchr2(0, b'\r', row) else { return };
    if memchr(0, &row[found..]).is_some() {
        flaws.add(Flaws::NUL);
    }
    if form.line_end == b'\n' {
        let lone = fields
            .iter()
            .any(|field| !field.is_quoted() && memchr(b'\r', &bytes[field.start()..field.end()]).is_some());
        if lone {
            flaws.add(Flaws::LONE_CR);
        }
    }
}

/// How often each candidate stands outside quotes on the first line.
pub fn count_outside_quotes(line: &[u8], quote: u8, candidates: &[u8]) -> Vec<usize> {
    let mut counts = vec![0; candidates.len()];
    let mut inside = false;
    for byte in line {
        if *byte == quote {
            inside = !inside;
        } else if !inside && let Some(index) = candidates.iter().position(|candidate| candidate == byte) {
            counts[index] += 1;
        }
    }
    counts
}

/// The end of the first line outside quotes, without its line end.
pub fn first_line(bytes: &[u8], quote: u8) -> usize {
    let mut at = 0;
    let mut inside = false;
    while let Some(found) = memchr3(quote, b'\n', b'\r', &bytes[at..]) {
        match bytes[at + found] {
            byte if byte == quote => inside = !inside,
            _ if !inside => return at + found,
            _ => {}
        }
        at += found + 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Form = Form { delimiter: b',', quote: Some(b'"'), line_end: b'\n' };

    fn rows(text: &str) -> (Vec<(u64, Vec<String>, Flaws)>, Stop) {
        let mut chunk = Chunk { bytes: text.as_bytes().to_vec(), ..Chunk::default() };
        let mut line = 1;
        let stop = split(&mut chunk, COMMA, &mut line, true);
        let rows = chunk
            .rows
            .iter()
            .map(|row| {
                let cells = chunk
                    .fields_of(row)
                    .iter()
                    .map(|field| String::from_utf8_lossy(chunk.bytes_of(*field)).into_owned())
                    .collect();
                (row.line, cells, row.flaws)
            })
            .collect();
        (rows, stop)
    }

    fn plain(text: &str) -> Vec<(u64, Vec<String>)> {
        let (rows, stop) = rows(text);
        assert_eq!(stop, Stop::Complete, "{text:?}");
        rows.into_iter()
            .map(|(line, cells, flaws)| {
                assert!(flaws.is_empty(), "{text:?}: {flaws:?}");
                (line, cells)
            })
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn lines_are_those_of_an_editor_for_lf_and_crlf() {
        for text in ["a,b\nc,d\n\ne,f", "a,b\r\nc,d\r\n\r\ne,f\r\n"] {
            assert_eq!(
                plain(text),
                [row(1, &["a", "b"]), row(2, &["c", "d"]), row(3, &[""]), row(4, &["e", "f"])],
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_cell_over_several_lines_moves_the_lines_of_later_rows() {
        assert_eq!(plain("\"a\nb\",c\nd,e\n"), [row(1, &["a\nb", "c"]), row(3, &["d", "e"])]);
        assert_eq!(plain("\"a\r\nb\",c\r\nd,e\r\n"), [row(1, &["a\r\nb", "c"]), row(3, &["d", "e"])]);
    }

    #[test]
    fn quotes_double_inside_quotes_and_mean_nothing_inside_bare_cells() {
        assert_eq!(plain("\"a\"\"b\",5\"2,\"\"\n"), [row(1, &["a\"\"b", "5\"2", ""])]);
    }

    #[test]
    fn text_after_a_closing_quote_is_marked_and_kept_whole() {
        let (rows, stop) = rows("\"x\"y,z\r\nb,c\n");
        assert_eq!(stop, Stop::Complete);
        assert_eq!(rows[0].1, ["\"x\"y", "z"]);
        assert!(rows[0].2.has(Flaws::TEXT_AFTER_QUOTE));
        assert!(rows[1].2.is_empty());
    }

    #[test]
    fn a_quote_that_never_closes_says_where_it_opened() {
        let (rows, stop) = rows("a,b\n\"c\nd\",\"e,f\ng,h\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(stop, Stop::QuoteOpen { start: 4, line: 3 });
    }

    #[test]
    fn nul_and_lone_carriage_return_are_marked() {
        let (rows, _) = rows("a\0,b\nc\rd,e\r\n\"f\rg\",h\n");
        assert!(rows[0].2.has(Flaws::NUL));
        assert!(rows[1].2.has(Flaws::LONE_CR));
        assert!(rows[2].2.is_empty(), "inside quotes a carriage return is content");
    }

    #[test]
    fn an_incomplete_record_asks_for_more_bytes() {
        for text in ["a,b\nc,d", "a,b\n\"c\"", "a,b\n\"c\n", "a,b\nc\r"] {
            let mut chunk = Chunk { bytes: text.as_bytes().to_vec(), ..Chunk::default() };
            let mut line = 1;
            assert_eq!(split(&mut chunk, COMMA, &mut line, false), Stop::Partial(4), "{text:?}");
            assert_eq!((chunk.rows.len(), chunk.fields.len(), line), (1, 2, 2));
        }
    }

    #[test]
    fn a_trailing_separator_is_one_more_empty_cell() {
        assert_eq!(plain("a,\n,\n"), [row(1, &["a", ""]), row(2, &["", ""])]);
        assert_eq!(plain("a,"), [row(1, &["a", ""])]);
    }

    #[test]
    fn files_with_carriage_returns_only_are_split_at_them() {
        let form = Form { line_end: b'\r', ..COMMA };
        let mut chunk = Chunk { bytes: b"a,b\rc,d\r".to_vec(), ..Chunk::default() };
        let mut line = 1;
        assert_eq!(split(&mut chunk, form, &mut line, true), Stop::Complete);
        assert_eq!((chunk.rows.len(), chunk.rows[1].line), (2, 2));
    }

    #[test]
    fn separators_are_counted_outside_quotes_only() {
        assert_eq!(count_outside_quotes(b"a;\"b;c\";d,e", b'"', b";,\t"), [2, 1, 0]);
        assert_eq!(first_line(b"\"a\nb\";c\r\nd", b'"'), 7);
    }
}
