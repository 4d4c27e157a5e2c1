//! The rejected-rows file: the rows that were refused, as they came, each preceded by its line and the reasons.
//!
//! The file has the export's own separator, encoding and line ends, so that a person corrects it where it is and drops it
//! again (the reading room leaves `_line` and `_errors` out). The bytes of a row are never touched. The file gets its
//! name when it is complete and on disk; an export without a rejected row leaves no file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{EncoderResult, Encoding, UTF_8};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::finding::text::Texts;
use crate::finding::text::wording::Wordings;
use crate::finding::{Finding, Language, Severity};
use crate::platform;
use crate::schema::LineEnd;

/// Label of the first added column: the line of the export where the row starts.
pub const LINE_LABEL: &str = "_line";
/// Label of the second added column: the reasons.
pub const ERRORS_LABEL: &str = "_errors";
/// Between two reasons of a row.
const BETWEEN: &str = " | ";
/// Bytes gathered before they are written.
const CHUNK: usize = 256 * 1024;

/// Byte order of a UTF-16 file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain words")]
pub enum Endian {
    Little,
    Big,
}

/// The form of the export, and so of its rejected rows.
#[derive(Debug, Clone, Copy)]
pub struct RejectedFormat {
    /// Separator.
    pub delimiter: u8,
    /// Quote character.
    pub quote: u8,
    /// Encoding of the raw bytes that are handed over.
    pub encoding: &'static Encoding,
    /// The export is UTF-16: raw bytes are handed over as UTF-8 and written back as UTF-16.
    pub utf16: Option<Endian>,
    /// End of a line.
    pub line_end: LineEnd,
}

/// A rejected-rows file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Where it is.
    pub path: PathBuf,
    /// Rejected rows.
    pub rows: u64,
    /// Of the whole file.
    pub sha256: [u8; 32],
}

/// Writes one rejected-rows file, row by row.
pub struct RejectedWriter {
    path: PathBuf,
    format: RejectedFormat,
    wordings: Wordings,
    /// Own cells and separators go through it, so that they are quoted as the export needs it.
    quoter: csv_core::Writer,
    out: Option<Out>,
    header: Vec<u8>,
    buffer: Vec<u8>,
    sentence: String,
    rows: u64,
}

struct Out {
    file: NamedTempFile,
    hash: Sha256,
}

impl RejectedWriter {
    /// A writer for the file at `path`, whose folder exists. Nothing is created before the first row.
    pub fn create(path: &Path, format: RejectedFormat, language: Language) -> Self {
        let quoter = csv_core::WriterBuilder::new().delimiter(format.delimiter).quote(format.quote).build();
        RejectedWriter {
            path: path.to_owned(),
            format,
            wordings: Wordings::new(Texts::new(language)),
            quoter,
            out: None,
            header: Vec::new(),
            buffer: Vec::new(),
            sentence: String::new(),
            rows: 0,
        }
    }

    /// The export's header line, as it is in the file, without its line end; a BOM is left out. Call it once, before the
    /// first row, or not at all for an export without a header.
    pub fn header(&mut self, raw: &[u8]) {
        self.header = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw).to_vec();
    }

    /// Adds a rejected row: `line` is where it starts in the export, `raw` its bytes without the line end, `causes` the
    /// numbers of its findings' causes, where they are known. Warnings among the findings are left out; they did not reject
    /// the row.
    pub fn row(
        &mut self,
        line: u64,
        findings: &[Finding],
        causes: &[Option<usize>],
        raw: &[u8],
    ) -> io::Result<()> {
        if self.out.is_none() {
            self.start()?;
        }
        let mut sentence = std::mem::take(&mut self.sentence);
        sentence.clear();
        let causes = causes.iter().copied().chain(std::iter::repeat(None));
        for (finding, cause) in findings.iter().zip(causes) {
            if finding.severity != Severity::Error {
                continue;
            }
            if !sentence.is_empty() {
                sentence.push_str(BETWEEN);
            }
            self.wordings.message_into(cause, finding, &mut sentence);
        }
        harmless(&mut sentence);
        self.record(&line.to_string(), &sentence, raw);
        self.sentence = sentence;
        self.rows += 1;
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Completes the file: on disk, then under its name. `None` if no row was rejected. If this fails, or if the writer is
    /// dropped before, no file is left.
    pub fn finish(mut self) -> io::Result<Option<Finished>> {
        self.flush()?;
        let Some(Out { file, hash }) = self.out else { return Ok(None) };
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        platform::sync_dir(folder(&self.path))?;
        Ok(Some(Finished { path: self.path, rows: self.rows, sha256: hash.finalize().into() }))
    }

    /// Creates the file (readable by its owner alone) and puts the BOM and the header in it.
    fn start(&mut self) -> io::Result<()> {
        let file = tempfile::Builder::new().prefix(".rejected-").tempfile_in(folder(&self.path))?;
        self.out = Some(Out { file, hash: Sha256::new() });
        // Excel shows the accents of a UTF-8 file only if it begins with a BOM.
        match self.format.utf16 {
            Some(Endian::Little) => self.buffer.extend_from_slice(b"\xff\xfe"),
            Some(Endian::Big) => self.buffer.extend_from_slice(b"\xfe\xff"),
            None if self.format.encoding == UTF_8 => self.buffer.extend_from_slice(b"\xef\xbb\xbf"),
            None => {}
        }
        if !self.header.is_empty() {
            let header = std::mem::take(&mut self.header);
            self.record(LINE_LABEL, ERRORS_LABEL, &header);
        }
        Ok(())
    }

    /// Two own cells, the raw bytes, a line end.
    fn record(&mut self, first: &str, second: &str, raw: &[u8]) {
        let start = self.buffer.len();
        for cell in [first, second] {
            match self.format.utf16 {
                Some(_) => self.quoted(cell.as_bytes()),
                None => {
                    let cell = encoded(cell, self.format.encoding);
                    self.quoted(&cell);
                }
            }
        }
        self.buffer.extend_from_slice(raw);
        self.buffer.extend_from_slice(match self.format.line_end {
            LineEnd::Lf => b"\n",
            LineEnd::CrLf => b"\r\n",
        });
        if let Some(endian) = self.format.utf16 {
            let text = String::from_utf8_lossy(self.buffer.get(start..).unwrap_or_default()).into_owned();
            self.buffer.truncate(start);
            for unit in text.encode_utf16() {
                self.buffer.extend_from_slice(&match endian {
                    Endian::Little => unit.to_le_bytes(),
                    Endian::Big => unit.to_be_bytes(),
                });
            }
        }
    }

    /// Appends a cell and a separator.
    fn quoted(&mut self, mut cell: &[u8]) {
        let mut piece = [0u8; 1024];
        loop {
            let (result, read, written) = self.quoter.field(cell, &mut piece);
            self.buffer.extend_from_slice(piece.get(..written).unwrap_or_default());
            cell = cell.get(read..).unwrap_or_default();
            if result == csv_core::WriteResult::InputEmpty {
                break;
            }
        }
        // Closes the quotes and separates; a piece of 1 KiB always has room for it.
        let (_, written) = self.quoter.delimiter(&mut piece);
        self.buffer.extend_from_slice(piece.get(..written).unwrap_or_default());
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(out) = &mut self.out {
            out.file.write_all(&self.buffer)?;
            out.hash.update(&self.buffer);
        }
        self.buffer.clear();
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A spreadsheet runs a cell that begins with one of these as a formula. No sentence of ours does; a column's name at the
/// start of one might.
fn harmless(sentence: &mut String) {
    if sentence.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        sentence.insert(0, '\'');
    }
}

/// The text in the encoding of the file. What the encoding lacks is written more simply, never as `&#…;`.
fn encoded<'a>(text: &'a str, encoding: &'static Encoding) -> std::borrow::Cow<'a, [u8]> {
    if encoding == UTF_8 || text.is_ascii() && encoding.is_ascii_compatible() {
        return text.as_bytes().into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut encoder = encoding.new_encoder();
    let mut rest = text;
    loop {
        let room =
            encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len() * 4);
        bytes.reserve(room + 16);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return bytes.into(),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => bytes.extend_from_slice(simpler(character).as_bytes()),
        }
    }
}

/// ASCII in place of a character that an encoding lacks.
fn simpler(character: char) -> String {
    use unicode_normalization::UnicodeNormalization;
    match character {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ".into(),
        '’' | '‘' => "'".into(),
        '“' | '”' | '«' | '»' | '„' => "'".into(),
        '…' => "...".into(),
        '–' | '—' | '‑' => "-".into(),
        'œ' => "oe".into(),
        'Œ' => "OE".into(),
        'æ' => "ae".into(),
        'ß' => "ss".into(),
        _ => {
            let base: String = character.nfkd().filter(char::is_ascii).collect();
            if base.is_empty() { "?".into() } else { base }
        }
    }
}

#[cfg(test)]
#[path = "rejected/tests.rs"]
mod tests;
