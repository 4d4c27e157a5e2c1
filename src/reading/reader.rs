//! Reads a file as chunks of whole records.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::chunk::{Chunk, Flaws, Malformed};
use super::encoding::Choice;
use super::split::{Form, Stop, split};
use super::transcode::Transcoder;
use super::workbook::{self, Sheet};

/// Bytes read at a time: they stay in the processor's cache.
const CHUNK: usize = 256 * 1024;

/// Longest record, 16 MiB. A longer one is not a row but a quote that never closed.
pub const MAX_RECORD: usize = 16 * 1024 * 1024;

/// Why reading stopped before the end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The quote that opened on this line never closes (or not within [`MAX_RECORD`]).
    #[error("the quote opened on line {line} never closes")]
    QuoteOpen {
        /// Physical line of the opening quote.
        line: u64,
    },
    /// A record without a line end within [`MAX_RECORD`].
    #[error("the record that starts on line {line} is longer than {MAX_RECORD} bytes")]
    RecordTooLong {
        /// Physical line on which it starts.
        line: u64,
    },
    /// A workbook is damaged.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
}

/// A file, read as chunks.
pub struct Reader {
    source: Source,
    encoding: Choice,
    form: Form,
    /// Bytes of an incomplete record, for the next chunk.
    carried: Vec<u8>,
    /// Offset of the next chunk in the stream.
    offset: u64,
    line: u64,
    at_end: bool,
    /// Bytes that are no character in the file's encoding, if it is a single-byte one that has such bytes.
    undefined: Option<Box<[bool; 256]>>,
}

enum Source {
    Plain(File),
    Transcoded(Box<Transcoder<File>>),
    Workbook(Sheet),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::Plain(file) => file.read(buffer),
            Source::Transcoded(transcoder) => transcoder.read(buffer),
            // A workbook comes as rows, not as bytes.
            Source::Workbook(_) => Ok(0),
        }
    }
}

impl Reader {
    /// Opens a file whose encoding and form are known.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path, encoding: Choice, form: Form) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(encoding.skip))?;
        let source = if encoding.is_splittable() {
            Source::Plain(file)
        } else {
            Source::Transcoded(Box::new(Transcoder::new(file, encoding.encoding, encoding.skip)))
        };
        let offset = if encoding.is_splittable() { encoding.skip } else { 0 };
        Ok(Reader::of(source, encoding, form, offset))
    }

    /// Opens a sheet of a workbook.
    pub fn workbook(path: &Path, encoding: Choice, form: Form, plan: workbook::Plan) -> Self {
        Reader::of(Source::Workbook(Sheet::open(path, form, plan)), encoding, form, 0)
    }

    fn of(source: Source, encoding: Choice, form: Form, offset: u64) -> Self {
        let undefined = undefined(encoding);
        Reader { source, encoding, form, carried: Vec::new(), offset, line: 1, at_end: false, undefined }
    }

    /// Fills `chunk` with the next records; `false` when there are no more.
    ///
    /// # Errors
    /// See [`ReadError`]. The records before the place of the error have been handed out.
    pub fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        if let Source::Workbook(sheet) = &mut self.source {
            return Ok(match sheet.next()? {
                Some(next) => {
                    *chunk = next;
                    true
                }
                None => false,
            });
        }
        std::mem::swap(&mut chunk.bytes, &mut self.carried);
        chunk.offset = self.offset;
        let mut goal = CHUNK;
        loop {
            self.fill(&mut chunk.bytes, goal)?;
            if chunk.bytes.is_empty() {
                return Ok(false);
            }
            let mut line = self.line;
            let stop = split(chunk, self.form, &mut line, self.at_end);
            let complete = match stop {
                Stop::Complete => chunk.bytes.len(),
                Stop::Partial(0) if chunk.bytes.len() >= MAX_RECORD => return Err(self.too_long(chunk)),
                Stop::Partial(0) => {
                    goal = chunk.bytes.len() * 2;
                    continue;
                }
                Stop::Partial(start) => start,
                Stop::QuoteOpen { start, .. } if start > 0 => start,
                Stop::QuoteOpen { line, .. } => return Err(ReadError::QuoteOpen { line }),
            };
            self.carried.clear();
            self.carried.extend_from_slice(&chunk.bytes[complete..]);
            chunk.bytes.truncate(complete);
            self.offset += complete as u64;
            self.line = line;
            self.mark_malformed(chunk);
            return Ok(true);
        }
    }

    /// Reads until `bytes` holds `goal` bytes or the file ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, goal: usize) -> io::Result<()> {
        let mut filled = bytes.len();
        // The transcoder wants some room even when little is missing.
        bytes.resize(goal.max(filled + 1024), 0);
        while filled + 16 <= bytes.len() && !self.at_end {
            match self.source.read(&mut bytes[filled..]) {
                Ok(0) => self.at_end = true,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    bytes.truncate(filled);
                    return Err(error);
                }
            }
        }
        bytes.truncate(filled);
        Ok(())
    }

    /// A record over the limit: an open quote, or a line without an end.
    fn too_long(&self, chunk: &mut Chunk) -> ReadError {
        let mut line = self.line;
        match split(chunk, self.form, &mut line, true) {
            Stop::QuoteOpen { line, .. } => ReadError::QuoteOpen { line },
            _ => ReadError::RecordTooLong { line: self.line },
        }
    }

    fn mark_malformed(&mut self, chunk: &mut Chunk) {
        match &mut self.source {
            Source::Plain(_) if self.encoding.encoding != encoding_rs::UTF_8 => {
                chunk.utf8 = chunk.bytes.is_ascii();
                if let Some(undefined) = &self.undefined {
                    mark_undefined(undefined, chunk);
                }
            }
            Source::Plain(_) => {
                chunk.utf8 = std::str::from_utf8(&chunk.bytes).is_ok();
                if !chunk.utf8 {
                    for row in &mut chunk.rows {
                        if std::str::from_utf8(&chunk.bytes[row.start as usize..row.end as usize]).is_err() {
                            row.flaws.add(Flaws::MALFORMED);
                        }
                    }
                }
            }
            Source::Transcoded(transcoder) => {
                chunk.utf8 = true;
                let (start, end) = (chunk.offset, chunk.offset + chunk.bytes.len() as u64);
                for malformed in &transcoder.malformed {
                    if (start..end).contains(&(malformed.place as u64)) {
                        let place = malformed.place - start as usize;
                        note(chunk, Malformed { place, ..malformed.clone() });
                    }
                }
                transcoder.malformed.retain(|malformed| malformed.place as u64 >= end);
            }
            Source::Workbook(_) => {}
        }
    }
}

/// The bytes that a single-byte encoding leaves undefined; `None` if it has none.
fn undefined(encoding: Choice) -> Option<Box<[bool; 256]>> {
    if !encoding.is_splittable() || encoding.encoding == encoding_rs::UTF_8 {
        return None;
    }
    let mut bytes = Box::new([false; 256]);
    for (byte, undefined) in (0..=u8::MAX).zip(bytes.iter_mut()) {
        *undefined = encoding.encoding.decode_without_bom_handling(&[byte]).1;
    }
    bytes.contains(&true).then_some(bytes)
}

fn mark_undefined(undefined: &[bool; 256], chunk: &mut Chunk) {
    let places = chunk.bytes.iter().enumerate().filter(|(_, byte)| undefined[usize::from(**byte)]);
    let found: Vec<Malformed> = places
        .map(|(place, byte)| Malformed { place, offset: chunk.offset + place as u64, bytes: vec![*byte] })
        .collect();
    for malformed in found {
        note(chunk, malformed);
    }
}

/// Notes a malformed character, and marks its row.
fn note(chunk: &mut Chunk, malformed: Malformed) {
    let index = chunk.rows.partition_point(|row| (row.end as usize) <= malformed.place);
    if let Some(row) = chunk.rows.get_mut(index) {
        row.flaws.add(Flaws::MALFORMED);
    }
    chunk.malformed.push(malformed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::encoding::Why;

    const FORM: Form = Form { delimiter: b',', quote: Some(b'"'), line_end: b'\n' };

    fn open(dir: &tempfile::TempDir, bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Reader {
        let path = dir.path().join("export.csv");
        std::fs::write(&path, bytes).unwrap();
        Reader::open(&path, Choice { encoding, why: Why::Asked, skip: 0 }, FORM).unwrap()
    }

    #[test]
    fn chunks_join_to_the_whole_file_with_right_lines() {
        let dir = tempfile::tempdir().unwrap();
        let mut text = String::new();
        for number in 0..60_000 {
            text.push_str(&format!("{number},\"two\nlines\",é\r\n"));
        }
        let mut reader = open(&dir, text.as_bytes(), encoding_rs::UTF_8);
        let mut chunk = Chunk::default();
        let (mut count, mut chunks) = (0_u64, 0);
        while reader.next_chunk(&mut chunk).unwrap() {
            chunks += 1;
            assert!(chunk.utf8);
            for row in &chunk.rows {
                assert_eq!(row.line, count * 2 + 1);
                let first = chunk.bytes_of(chunk.fields_of(row)[0]);
                assert_eq!(first, count.to_string().as_bytes());
                count += 1;
            }
        }
        assert_eq!(count, 60_000);
        assert!(chunks > 2);
    }

    #[test]
    fn a_cell_of_five_megabytes_is_one_record() {
        let dir = tempfile::tempdir().unwrap();
        let text = format!("a,b\n{},c\nd,e\n", "x".repeat(5_000_000));
        let mut reader = open(&dir, text.as_bytes(), encoding_rs::UTF_8);
        let mut chunk = Chunk::default();
        let mut rows = 0;
        while reader.next_chunk(&mut chunk).unwrap() {
            rows += chunk.rows.len();
        }
        assert_eq!(rows, 3);
    }

    #[test]
    fn an_open_quote_stops_the_file_after_the_rows_before_it() {
        let dir = tempfile::tempdir().unwrap();
        for tail in [100, MAX_RECORD] {
            let text = format!("a,b\nc,\"d\n{}", "x\n".repeat(tail / 2));
            let mut reader = open(&dir, text.as_bytes(), encoding_rs::UTF_8);
            let mut chunk = Chunk::default();
            assert!(reader.next_chunk(&mut chunk).unwrap());
            assert_eq!(chunk.rows.len(), 1);
            let error = reader.next_chunk(&mut chunk).unwrap_err();
            assert!(matches!(error, ReadError::QuoteOpen { line: 2 }), "{error}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused_not_buffered() {
        let dir = tempfile::tempdir().unwrap();
        let text = "x".repeat(MAX_RECORD * 2 + 10);
        let mut reader = open(&dir, text.as_bytes(), encoding_rs::UTF_8);
        let error = reader.next_chunk(&mut Chunk::default()).unwrap_err();
        assert!(matches!(error, ReadError::RecordTooLong { line: 1 }), "{error}");
    }

    #[test]
    fn malformed_bytes_mark_their_row_only() {
        let dir = tempfile::tempdir().unwrap();
        let mut reader = open(&dir, b"a\nb\xe9\nc\n", encoding_rs::UTF_8);
        let mut chunk = Chunk::default();
        assert!(reader.next_chunk(&mut chunk).unwrap());
        let marked: Vec<bool> = chunk.rows.iter().map(|row| row.flaws.has(Flaws::MALFORMED)).collect();
        assert_eq!(marked, [false, true, false]);
        let bytes: Vec<u8> =
            [0x61_u16, 0x0a, 0xd800, 0x0a, 0x63].iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let mut reader = open(&dir, &bytes, encoding_rs::UTF_16LE);
        assert!(reader.next_chunk(&mut chunk).unwrap());
        let marked: Vec<bool> = chunk.rows.iter().map(|row| row.flaws.has(Flaws::MALFORMED)).collect();
        assert_eq!(marked, [false, true, false]);
    }

    #[test]
    fn an_empty_file_has_no_chunk() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!open(&dir, b"", encoding_rs::UTF_8).next_chunk(&mut Chunk::default()).unwrap());
    }

    #[test]
    fn bytes_that_a_code_page_leaves_undefined_are_malformed() {
        let dir = tempfile::tempdir().unwrap();
        let mut reader = open(&dir, b"a\nb\xff\nc\xe1\n", encoding_rs::WINDOWS_1253);
        let mut chunk = Chunk::default();
        assert!(reader.next_chunk(&mut chunk).unwrap());
        let marked: Vec<bool> = chunk.rows.iter().map(|row| row.flaws.has(Flaws::MALFORMED)).collect();
        assert_eq!(marked, [false, true, false]);
        assert_eq!(chunk.malformed, [Malformed { place: 3, offset: 3, bytes: vec![0xff] }]);
    }
}
