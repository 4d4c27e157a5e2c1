//! Properties of reading as a whole: any bytes are read without a panic, and what is written is read back equal.

use proptest::collection::vec;
use proptest::prelude::*;

use passeur::check::rows::Cells;
use passeur::outbound::dialect::RowWriter;
use passeur::reading::chunk::Chunk;
use passeur::reading::encoding::{Choice, Why, choose};
use passeur::reading::reader::{ReadError, Reader};
use passeur::reading::recognise::labels;
use passeur::reading::split::Form;
use passeur::reading::survey::survey;
use passeur::schema::load::load;

struct Row<'r>(&'r [String]);

impl Cells for Row<'_> {
    fn text(&self, field: usize) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
}

/// Rows of a file: line and cells.
type Read = Vec<(u64, Vec<String>)>;

fn read(
    bytes: &[u8],
    form: Form,
    declared: Option<&'static encoding_rs::Encoding>,
) -> Result<Read, ReadError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.csv");
    std::fs::write(&path, bytes).unwrap();
    let encoding = choose(None, declared, &survey(&path).unwrap());
    read_path(&path, form, encoding)
}

fn read_path(path: &std::path::Path, form: Form, encoding: Choice) -> Result<Read, ReadError> {
    let mut reader = Reader::open(path, encoding, form)?;
    let mut chunk = Chunk::default();
    let mut read = Vec::new();
    let mut last = 0;
    while reader.next_chunk(&mut chunk)? {
        for row in &chunk.rows {
            assert!(row.line > last, "lines rise");
            last = row.line;
            assert!(row.end as usize <= chunk.bytes.len());
            for field in chunk.fields_of(row) {
                assert!(row.start as usize <= field.raw_start() && field.start() <= field.end());
                assert!(field.end() <= row.end as usize, "a field lies in its row");
            }
            read.push((row.line, labels(&chunk, row, encoding.encoding)));
        }
    }
    Ok(read)
}

fn form(delimiter: u8) -> Form {
    Form { delimiter, quote: Some(b'"'), line_end: b'\n' }
}

/// Cells that are hard to write: separators, quotes, line ends, spaces, nothing, other alphabets.
fn cell() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just(","),
        Just(";"),
        Just("\t"),
        Just("|"),
        Just("\""),
        Just("\"\""),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just(" "),
        Just("é"),
        Just("日本"),
        Just("😀"),
        Just("=1+1"),
        Just("0"),
        Just("text"),
    ];
    vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

/// Bytes that are likely to form records.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => proptest::sample::select(b"\",;\t\r\n\0 ab".to_vec()),
        1 => any::<u8>(),
    ];
    vec(byte, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_in_any_encoding(bytes in bytes(), delimiter in proptest::sample::select(b",;\t|".to_vec())) {
        use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1253};
        let encodings = [None, Some(UTF_8), Some(UTF_16LE), Some(UTF_16BE), Some(WINDOWS_1252), Some(WINDOWS_1253), Some(SHIFT_JIS)];
        for declared in encodings {
            match read(&bytes, form(delimiter), declared) {
                Ok(_) | Err(ReadError::QuoteOpen { .. }) => {}
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back_equal(
        rows in vec(vec(cell(), 2..5), 1..8),
        delimiter in proptest::sample::select(vec![",", ";", "\t", "|"]),
        quoting in proptest::sample::select(vec!["necessary", "always", "non-empty"]),
        line_end in proptest::sample::select(vec!["\\n", "\\r\\n"]),
        bom in any::<bool>(),
        utf16 in any::<bool>(),
    ) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(2);
        let fields: Vec<String> = (0..width).map(|index| format!(r#"{{"name":"c{index}"}}"#)).collect();
        let delimiter_json = serde_json::to_string(delimiter).unwrap();
        let text = format!(
            r#"{{"dialect":{{"delimiter":{delimiter_json},"lineTerminator":"{line_end}"}},"schema":{{"fields":[{}],
            "passeur":{{"quoting":"{quoting}","bom":{bom}}}}}}}"#,
            fields.join(",")
        );
        let schema = load("out", text.as_bytes()).unwrap().schema;
        let mut writer = RowWriter::new(&schema);
        let mut file = Vec::new();
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|mut row| {
                row.resize(width, String::new());
                row
            })
            .collect();
        for row in &rows {
            writer.row(&Row(row), &mut file).unwrap();
        }
        // A BOM is the file's, not a row's: the stager puts it there.
        let mut bytes: Vec<u8> = if bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        bytes.extend(&file);
        let mut declared = Some(encoding_rs::UTF_8);
        if utf16 {
            bytes = String::from_utf8(bytes).unwrap().encode_utf16().flat_map(u16::to_be_bytes).collect();
            declared = Some(encoding_rs::UTF_16BE);
        }
        let read = read(&bytes, form(delimiter.as_bytes()[0]), declared).unwrap();
        let cells: Vec<&Vec<String>> = read.iter().map(|(_, cells)| cells).collect();
        prop_assert_eq!(cells, rows.iter().collect::<Vec<_>>());
        let mut line = 1;
        for ((at, _), row) in read.iter().zip(&rows) {
            prop_assert_eq!(*at, line);
            line += 1 + row.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        }
    }
}

#[test]
fn a_long_file_is_read_alike_however_it_is_cut() {
    // Longer than a chunk, with a character of several bytes and a quoted line end at every place of the cut.
    for shift in 0..24 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("export.csv");
        let row = "é,\"a\r\n\"\"b\"\"\",😀\r\n";
        let text = format!("{}\r\n{}", "x".repeat(shift), row.repeat(13_000));
        std::fs::write(&path, &text).unwrap();
        let encoding = Choice { encoding: encoding_rs::UTF_8, why: Why::ValidUtf8, skip: 0 };
        let read = read_path(&path, form(b','), encoding).unwrap();
        assert_eq!(read.len(), 13_001);
        let wrong = read.iter().skip(1).find(|(_, cells)| cells != &["é", "a\r\n\"b\"", "😀"]);
        assert_eq!(wrong, None);
        assert_eq!(read.last().unwrap().0, 26_000);
    }
}
