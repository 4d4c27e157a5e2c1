//! A run of whole records, in one buffer.

/// Whole records of a file with the places of their fields.
#[derive(Debug, Default)]
pub struct Chunk {
    /// The bytes, in the file's encoding when that is UTF-8 or a single-byte superset of ASCII, else in UTF-8.
    pub bytes: Vec<u8>,
    /// Fields of all rows, one after the other.
    pub fields: Vec<Field>,
    /// Rows in the order of the file.
    pub rows: Vec<Row>,
    /// Offset of `bytes[0]` in the stream of bytes that was split.
    pub offset: u64,
    /// The bytes are valid UTF-8 (always false for single-byte encodings with bytes above 0x7f).
    pub utf8: bool,
    /// Malformed characters of encodings other than UTF-8, in the order of the file.
    pub malformed: Vec<Malformed>,
}

/// A place where the bytes of a file are no character of its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Where it stands in [`Chunk::bytes`].
    pub place: usize,
    /// Offset in the file.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Place of a field in its chunk; quotes around it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    start: u32,
    end: u32,
}

/// Marks a field that stood in quotes.
const QUOTED: u32 = 1 << 31;

impl Field {
    /// A field without quotes.
    pub(super) fn bare(start: usize, end: usize) -> Self {
        Field { start: start as u32, end: end as u32 }
    }

    /// A field in quotes; `doubled`: quotes inside it are doubled.
    pub(super) fn quoted(start: usize, end: usize, doubled: bool) -> Self {
        Field { start: start as u32 | QUOTED, end: end as u32 | if doubled { QUOTED } else { 0 } }
    }

    /// First byte of the content.
    pub fn start(self) -> usize {
        (self.start & !QUOTED) as usize
    }

    /// First byte after the content.
    pub fn end(self) -> usize {
        (self.end & !QUOTED) as usize
    }

    /// It stood in quotes.
    pub fn is_quoted(self) -> bool {
        self.start & QUOTED != 0
    }

    /// It has doubled quotes inside.
    pub fn has_doubled_quotes(self) -> bool {
        self.end & QUOTED != 0
    }

    /// First byte, an opening quote included.
    pub fn raw_start(self) -> usize {
        self.start() - usize::from(self.is_quoted())
    }
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its first field in [`Chunk::fields`].
    pub first: u32,
    /// How many fields.
    pub count: u32,
    /// Its first byte in the chunk.
    pub start: u32,
    /// Its end without the line end.
    pub end: u32,
    /// Physical line on which it starts, from 1.
    pub line: u64,
    /// What is wrong with its form.
    pub flaws: Flaws,
}

/// What is wrong with the form of a record, as a set of marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flaws(u8);

impl Flaws {
    /// Text stands between a closing quote and the next separator.
    pub const TEXT_AFTER_QUOTE: Flaws = Flaws(1);
    /// It holds a NUL byte.
    pub const NUL: Flaws = Flaws(2);
    /// It holds a carriage return that no line feed follows, outside quotes.
    pub const LONE_CR: Flaws = Flaws(4);
    /// It holds bytes that the encoding does not allow.
    pub const MALFORMED: Flaws = Flaws(8);
    /// A bare field of it is a number that a spreadsheet has cut, or the error of a formula.
    pub const SPREADSHEET: Flaws = Flaws(16);

    /// Nothing is wrong.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Has this mark.
    pub fn has(self, mark: Flaws) -> bool {
        self.0 & mark.0 != 0
    }

    /// Adds a mark.
    pub fn add(&mut self, mark: Flaws) {
        self.0 |= mark.0;
    }
}

impl Chunk {
    /// The fields of a row.
    pub fn fields_of(&self, row: &Row) -> &[Field] {
        let first = row.first as usize;
        self.fields.get(first..first + row.count as usize).unwrap_or(&[])
    }

    /// The bytes of a field, doubled quotes still doubled.
    pub fn bytes_of(&self, field: Field) -> &[u8] {
        self.bytes.get(field.start()..field.end()).unwrap_or(&[])
    }

    /// The bytes of a row without its line end.
    pub fn raw(&self, row: &Row) -> &[u8] {
        self.bytes.get(row.start as usize..row.end as usize).unwrap_or(&[])
    }

    /// A line without anything but separators, spaces and empty quotes.
    pub fn is_blank(&self, row: &Row) -> bool {
        self.fields_of(row).iter().all(|field| self.bytes_of(*field).iter().all(u8::is_ascii_whitespace))
    }

    /// Forgets everything but the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.fields.clear();
        self.rows.clear();
        self.utf8 = false;
        self.malformed.clear();
    }
}
