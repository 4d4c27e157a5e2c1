//! Any bytes, split whole and in two pieces: no panic, fields in bounds, lines that rise, and the same rows either way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passeur::reading::chunk::{Chunk, Row};
use passeur::reading::split::{Form, Stop, split};
use passeur::reading::text::RowText;

fuzz_target!(|input: (u8, bool, u16, &[u8])| {
    let (delimiter, old_lines, cut, bytes) = input;
    let delimiter = *b";,\t|".get(usize::from(delimiter) % 4).unwrap_or(&b';');
    let form = Form { delimiter, quote: Some(b'"'), line_end: if old_lines { b'\r' } else { b'\n' } };
    let (whole, line, stop) = rows(bytes, form, 1, true);
    let mut text = RowText::default();
    let mut last = 0;
    for row in &whole.rows {
        assert!(row.line > last, "lines rise");
        last = row.line;
        assert!(row.start <= row.end && row.end as usize <= bytes.len());
        for field in whole.fields_of(row) {
            assert!(row.start as usize <= field.raw_start() && field.start() <= field.end());
            assert!(field.end() <= row.end as usize, "a field lies in its row");
        }
        let positions: Vec<_> = (0..row.count).map(Some).collect();
        text.take(&whole, row, &positions, encoding_rs::UTF_8, true);
        (0..positions.len()).for_each(|cell| drop(text.get(cell).to_owned()));
    }
    assert!(line >= last);

    // Cut anywhere, the first piece gives rows that are complete, and the rest gives the others.
    let cut = usize::from(cut).min(bytes.len());
    let (first, line, first_stop) = rows(&bytes[..cut], form, 1, false);
    let Stop::Partial(from) = first_stop else {
        assert_eq!(first_stop, Stop::Complete);
        return joined(&whole, &first, &rows(&bytes[cut..], form, line, true).0);
    };
    let (second, _, second_stop) = rows(&bytes[from..], form, line, true);
    joined(&whole, &first, &second);
    if let (Stop::QuoteOpen { line: one, .. }, Stop::QuoteOpen { line: two, .. }) = (stop, second_stop) {
        assert_eq!(one, two);
    }
});

fn rows(bytes: &[u8], form: Form, first: u64, last: bool) -> (Chunk, u64, Stop) {
    let mut chunk = Chunk { bytes: bytes.to_vec(), ..Chunk::default() };
    let mut line = first;
    let stop = split(&mut chunk, form, &mut line, last);
    (chunk, line, stop)
}

fn joined(whole: &Chunk, first: &Chunk, second: &Chunk) {
    let all = |chunk: &Chunk, row: &Row| {
        let fields: Vec<Vec<u8>> =
            chunk.fields_of(row).iter().map(|field| chunk.bytes_of(*field).to_vec()).collect();
        (row.line, row.flaws, fields)
    };
    let one: Vec<_> = whole.rows.iter().map(|row| all(whole, row)).collect();
    let two: Vec<_> = first
        .rows
        .iter()
        .map(|row| all(first, row))
        .chain(second.rows.iter().map(|row| all(second, row)))
        .collect();
    assert_eq!(one, two);
}
