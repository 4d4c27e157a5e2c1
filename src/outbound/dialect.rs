//! A row in the dialect of an outbound schema.

use encoding_rs::{Encoder, EncoderResult, Encoding, UTF_8};

use crate::check::rows::Cells;
use crate::schema::{LineEnd, Quoting, Schema, Strict};

/// Writes rows as a schema wants them: separator, quoting, line end, encoding, BOM.
#[derive(Debug, Clone)]
pub struct RowWriter {
    delimiter: u8,
    quote: u8,
    quoting: Quoting,
    quote_header: bool,
    line_end: &'static [u8],
    encoding: &'static Encoding,
    strict: Option<Strict>,
    bom: bool,
    columns: usize,
    scratch: Vec<u8>,
}

/// A cell that the dialect or the encoding cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritable {
    /// The encoding lacks this character.
    Character {
        /// Position of the field.
        field: usize,
        /// The character.
        character: char,
    },
    /// It needs quotes, and the dialect has none (Symplify).
    NeedsQuotes {
        /// Position of the field.
        field: usize,
        /// The character that needs them.
        character: char,
    },
}

impl RowWriter {
    /// A writer for files of this schema. Without declared separator and encoding: comma, UTF-8.
    pub fn new(schema: &Schema) -> Self {
        RowWriter {
            delimiter: schema.dialect.delimiter.unwrap_or(b','),
            quote: schema.dialect.quote_char.unwrap_or(b'"'),
            quoting: schema.rules.quoting,
            quote_header: schema.rules.quote_header,
            line_end: match schema.dialect.line_terminator.unwrap_or_default() {
                LineEnd::Lf => b"\n",
                LineEnd::CrLf => b"\r\n",
            },
            encoding: schema.encoding.unwrap_or(UTF_8),
            strict: schema.rules.strict,
            bom: schema.rules.bom,
            columns: schema.fields.len(),
            scratch: Vec::new(),
        }
    }

    /// The name of the encoding written.
    pub fn encoding_name(&self) -> &'static str {
        self.strict.map_or(self.encoding.name(), Strict::name)
    }

    /// Appends what a file starts with: BOM and header line.
    ///
    /// # Errors
    /// A label that the encoding cannot hold: a fault of the schema.
    pub fn start(&mut self, schema: &Schema, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        if self.bom && self.encoding == UTF_8 {
            out.extend_from_slice(b"\xef\xbb\xbf");
        }
        if schema.dialect.no_header {
            return Ok(());
        }
        let quoting = match (self.quoting, self.quote_header) {
            (Quoting::Never, _) => Quoting::Never,
            (_, true) => Quoting::NonEmpty,
            (_, false) => Quoting::Necessary,
        };
        let names: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                out.push(self.delimiter);
            }
            self.cell(index, name, quoting, out)?;
        }
        out.extend_from_slice(self.line_end);
        Ok(())
    }

    /// Appends one row. On an error `out` is as it was.
    ///
    /// # Errors
    /// A cell that cannot be written as it is; it is never changed to fit.
    pub fn row(&mut self, cells: &impl Cells, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        let start = out.len();
        for index in 0..self.columns {
            if index > 0 {
                out.push(self.delimiter);
            }
            if let Err(unwritable) = self.cell(index, cells.text(index), self.quoting, out) {
                out.truncate(start);
                return Err(unwritable);
            }
        }
        out.extend_from_slice(self.line_end);
        Ok(())
    }

    fn cell(
        &mut self,
        field: usize,
        text: &str,
        quoting: Quoting,
        out: &mut Vec<u8>,
    ) -> Result<(), Unwritable> {
        let bytes: &[u8] = if self.encoding == UTF_8 || text.is_ascii() {
            text.as_bytes()
        } else {
            if let Some(character) =
                self.strict.and_then(|strict| text.chars().find(|character| !strict.holds(*character)))
            {
                return Err(Unwritable::Character { field, character });
            }
            self.scratch.clear();
            encode(self.encoding.new_encoder(), text, &mut self.scratch)
                .map_err(|character| Unwritable::Character { field, character })?;
            &self.scratch
        };
        let special =
            |byte: &u8| *byte == self.delimiter || *byte == self.quote || matches!(byte, b'\n' | b'\r');
        let quoted = match quoting {
            Quoting::Always => true,
            Quoting::NonEmpty => !bytes.is_empty(),
            Quoting::Necessary => bytes.iter().any(special),
            Quoting::Never => {
                if let Some(byte) = bytes.iter().find(|byte| special(byte)) {
                    return Err(Unwritable::NeedsQuotes { field, character: char::from(*byte) });
                }
                false
            }
        };
        if !quoted {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        out.push(self.quote);
        let mut rest = bytes;
        while let Some(found) = memchr::memchr(self.quote, rest) {
            out.extend_from_slice(&rest[..=found]);
            out.push(self.quote);
            rest = &rest[found + 1..];
        }
        out.extend_from_slice(rest);
        out.push(self.quote);
        Ok(())
    }
}

/// Encodes text without ever replacing a character.
fn encode(mut encoder: Encoder, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
    out.reserve(
        encoder.max_buffer_length_from_utf8_without_replacement(text.len()).unwrap_or(text.len() * 4),
    );
    match encoder.encode_from_utf8_to_vec_without_replacement(text, out, true).0 {
        EncoderResult::InputEmpty => Ok(()),
        EncoderResult::Unmappable(character) => Err(character),
        // The reserve above is the encoder's own upper bound.
        EncoderResult::OutputFull => Err('\u{fffd}'),
    }
}
