//! Findings: what passeur says about a problem, as data.
//!
//! A finding names a [`Reason`] and its arguments; the sentence is made late, in English or French, from
//! `locales/*.ftl` (see [`text`]). Every reason belongs to one stable [`Slug`]; slugs are the error types of
//! Frictionless where one exists. This room holds no rule: it does not know why a value is wrong.

pub mod catalogue;
pub mod text;
pub mod visible;

use std::fmt;
use std::sync::Arc;

/// Language of messages and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English
    #[default]
    En,
    /// French
    Fr,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The file as a whole: nothing in it can be trusted.
    File,
    /// The header line.
    Header,
    /// One record.
    Row,
    /// One cell of one record.
    Cell,
}

/// Whether a finding rejects what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Rejects the row (row and cell findings) or the file (file and header findings).
    Error,
    /// Is reported and changes nothing.
    Warning,
}

macro_rules! slugs {
    ($($variant:ident = $slug:literal, $level:ident;)*) => {
        /// The stable identifier of a kind of finding. Never renamed: people filter reports by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each slug is described in locales/*.ftl and docs/findings.md")]
        pub enum Slug { $($variant,)* }

        impl Slug {
            /// All slugs, in the order of the catalogue.
            pub const ALL: &'static [Slug] = &[$(Slug::$variant,)*];

            /// The stable text form, e.g. `type-error`.
            pub fn as_str(self) -> &'static str {
                match self { $(Slug::$variant => $slug,)* }
            }

            /// What findings of this kind are about.
            pub fn level(self) -> Level {
                match self { $(Slug::$variant => Level::$level,)* }
            }
        }
    };
}

slugs! {
    // File
    SourceError = "source-error", File;
    SheetNotRead = "sheet-not-read", File;
    EncodingError = "encoding-error", File;
    QuoteNotClosed = "quote-not-closed", File;
    TableDimensions = "table-dimensions", File;
    // Header
    BlankHeader = "blank-header", Header;
    BlankLabel = "blank-label", Header;
    DuplicateLabel = "duplicate-label", Header;
    MissingLabel = "missing-label", Header;
    ExtraLabel = "extra-label", Header;
    IncorrectLabel = "incorrect-label", Header;
    DateOrder = "date-order", Header;
    // Row
    BlankRow = "blank-row", Row;
    MissingCell = "missing-cell", Row;
    ExtraCell = "extra-cell", Row;
    PrimaryKey = "primary-key", Row;
    UniqueError = "unique-error", Row;
    ForeignKey = "foreign-key", Row;
    RowLeftOut = "row-left-out", Row;
    QuoteError = "quote-error", Row;
    RowTooLong = "row-too-long", Row;
    RowConstraint = "row-constraint", Row;
    // Cell
    TypeError = "type-error", Cell;
    ConstraintError = "constraint-error", Cell;
    ForbiddenCharacter = "forbidden-character", Cell;
    CellTooLong = "cell-too-long", Cell;
    CellEncoding = "cell-encoding", Cell;
    UnmappedValue = "unmapped-value", Cell;
    ColumnNotAllowed = "column-not-allowed", Cell;
}

macro_rules! reasons {
    ($($variant:ident = $key:literal of $slug:ident;)*) => {
        /// Why a finding was made. One sentence in each language belongs to each reason.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each reason is worded in locales/*.ftl under its key")]
        pub enum Reason { $($variant,)* }

        impl Reason {
            /// All reasons.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant,)*];

            /// The reason whose sentence has this id.
            pub fn from_key(key: &str) -> Option<Reason> {
                Reason::ALL.iter().copied().find(|reason| reason.key() == key)
            }

            /// The id of the sentence in `locales/*.ftl`.
            pub fn key(self) -> &'static str {
                match self { $(Reason::$variant => $key,)* }
            }

            /// The kind of finding that this reason makes.
            pub fn slug(self) -> Slug {
                match self { $(Reason::$variant => Slug::$slug,)* }
            }
        }
    };
}

// Arguments that every sentence may use besides its own: $field, $cell, $line.
reasons! {
    // File: $detail
    NotAFile = "not-a-file" of SourceError;
    CannotRead = "cannot-read" of SourceError;                 // $detail
    EmptyFile = "empty-file" of SourceError;
    NoSchemaFits = "no-schema-fits" of SourceError;            // $schemas
    WorkbookProtected = "workbook-protected" of SourceError;
    WorkbookKind = "workbook-kind" of SourceError;             // $kind: xls, ods, xlsb, document, archive, pdf, html, xml
    WorkbookDamaged = "workbook-damaged" of SourceError;       // $detail
    SheetMissing = "sheet-missing" of SourceError;             // $sheet $sheets
    OtherSheets = "other-sheets" of SheetNotRead;              // warning: $sheet $sheets (not read)
    EncodingContradicted = "encoding-contradicted" of EncodingError; // warning: $encoding $mark
    LooksLikeUtf16 = "looks-like-utf16" of EncodingError;      // $encoding
    MarkNotAllowed = "mark-not-allowed" of EncodingError;
    UnknownEncoding = "unknown-encoding" of EncodingError;     // $encoding
    MalformedBytes = "malformed-bytes" of EncodingError;       // $encoding $byte $bytes
    QuoteNeverClosed = "quote-never-closed" of QuoteNotClosed; // $line: where it opened
    TooManyRows = "too-many-rows" of TableDimensions;          // $limit $count
    TooManyBytes = "too-many-bytes" of TableDimensions;        // $limit $count
    // Header
    HeaderMissing = "header-missing" of BlankHeader;
    LabelBlank = "label-blank" of BlankLabel;                  // $position
    LabelDuplicate = "label-duplicate" of DuplicateLabel;      // $label $first $position
    LabelMissing = "label-missing" of MissingLabel;            // $label $near (may be "")
    LabelRenamed = "label-renamed" of IncorrectLabel;          // $label $near (its name) $position $fit of $count values
    LabelNearOptional = "label-near-optional" of ExtraLabel;   // warning: $label $position $expected
    LabelExtra = "label-extra" of ExtraLabel;                  // $label $position $near (may be "")
    LabelIncorrect = "label-incorrect" of IncorrectLabel;      // $label $position $expected
    LabelMoved = "label-moved" of IncorrectLabel;              // $label $from (expected position) $to (found)
    DateOrderContradicted = "date-order-contradicted" of DateOrder; // $pattern $expected $rows $lines $own $both
    DateOrderMixed = "date-order-mixed" of DateOrder;          // the same
    // Row
    RowBlank = "row-blank" of BlankRow;
    CellsMissing = "cells-missing" of MissingCell;             // $found $expected
    CellsExtra = "cells-extra" of ExtraCell;                   // $found $expected
    KeyDuplicate = "key-duplicate" of PrimaryKey;              // $fields $first (line)
    KeyContradicted = "key-contradicted" of PrimaryKey;        // $fields $other (line)
    PersonUnknown = "person-unknown" of ForeignKey;            // $id
    AccountUnknown = "account-unknown" of ForeignKey;          // $id (0: none)
    AddressUnsubscribed = "address-unsubscribed" of RowLeftOut;
    AddressForgotten = "address-forgotten" of RowLeftOut;      // warning: $day
    KeyEmpty = "key-empty" of PrimaryKey;                      // $field
    UniqueDuplicate = "unique-duplicate" of UniqueError;       // $fields $first (line)
    TextAfterQuote = "text-after-quote" of QuoteError;
    BareQuote = "bare-quote" of QuoteError;
    LoneCarriageReturn = "lone-carriage-return" of QuoteError;
    RowOverLimit = "row-over-limit" of RowTooLong;             // $limit $count (bytes)
    RecordTooLong = "record-too-long" of RowTooLong;           // $limit (bytes): the file cannot be read on
    NoneFilled = "none-filled" of RowConstraint;               // $fields: one of them must hold a value
    // Cell: type errors
    NotInteger = "not-integer" of TypeError;
    NotNumber = "not-number" of TypeError;
    NotBoolean = "not-boolean" of TypeError;                   // $allowed
    NotDate = "not-date" of TypeError;                         // $pattern $example
    NotTime = "not-time" of TypeError;                         // $pattern $example
    NotDateTime = "not-datetime" of TypeError;                 // $pattern $example
    NoSuchDay = "no-such-day" of TypeError;                    // $pattern
    TimeNotAllowed = "time-not-allowed" of TypeError;          // a time in a date-only field; $pattern
    TimeMissing = "time-missing" of TypeError;                 // a date-only value in a date-time field; $pattern
    NoSuchTime = "no-such-time" of TypeError;                  // 24:00:00, 12:60:00, a leap second; $pattern
    MidnightAssumed = "midnight-assumed" of TypeError;         // warning: a day without a time, taken as 00:00:00; $pattern
    NoSuchLocalTime = "no-such-local-time" of TypeError;       // skipped by daylight saving; $zone
    NotYear = "not-year" of TypeError;
    NotYearMonth = "not-yearmonth" of TypeError;
    NotEmail = "not-email" of TypeError;
    NotUri = "not-uri" of TypeError;
    NotUuid = "not-uuid" of TypeError;
    NotBinary = "not-binary" of TypeError;
    NotPostalCode = "not-postal-code" of TypeError;            // $near (may be "")
    NotListItem = "not-list-item" of TypeError;                // $item $type
    SpreadsheetNumber = "spreadsheet-number" of TypeError;     // 1.23E+05: an id damaged by a spreadsheet
    FormulaError = "formula-error" of TypeError;               // #N/A: the formula of a workbook's cell failed
    // Cell: constraints
    Required = "required" of ConstraintError;
    TooShort = "too-short" of ConstraintError;                 // $limit $count
    TooLong = "too-long" of ConstraintError;                   // $limit $count
    TooManyCellBytes = "too-many-cell-bytes" of ConstraintError; // $limit $count
    BelowMinimum = "below-minimum" of ConstraintError;         // $limit
    AboveMaximum = "above-maximum" of ConstraintError;         // $limit
    NotAboveMinimum = "not-above-minimum" of ConstraintError;  // $limit (exclusive)
    NotBelowMaximum = "not-below-maximum" of ConstraintError;  // $limit (exclusive)
    PatternMismatch = "pattern-mismatch" of ConstraintError;   // $pattern
    NotInEnum = "not-in-enum" of ConstraintError;              // $allowed $near (may be "")
    NotLowercase = "not-lowercase" of ConstraintError;
    ValueDropped = "value-dropped" of ConstraintError;         // warning: passeur.invalid = "drop"; $why: key of the reason, with its arguments
    // Cell: characters
    NulByte = "nul-byte" of ForbiddenCharacter;
    LineBreakInCell = "line-break-in-cell" of ForbiddenCharacter;
    ControlCharacter = "control-character" of ForbiddenCharacter; // $code
    CellOverLimit = "cell-over-limit" of CellTooLong;          // $limit $count (bytes)
    Unwritable = "unwritable" of CellEncoding;                 // $character $encoding
    CharacterReplaced = "character-replaced" of CellEncoding;  // warning: $character $substitute $encoding
    NeedsQuotes = "needs-quotes" of CellEncoding;              // $character: the dialect has no quotes
    ValueUnmapped = "value-unmapped" of UnmappedValue;         // $route $column $near (may be "")
    CreationOnly = "creation-only" of ColumnNotAllowed;        // $column
}

impl Reason {
    /// Whether a problem with this reason rejects. Callers may lower it, never raise it.
    pub fn severity(self) -> Severity {
        match self {
            Reason::ValueDropped | Reason::MidnightAssumed | Reason::CharacterReplaced => Severity::Warning,
            Reason::AddressUnsubscribed | Reason::AddressForgotten => Severity::Warning,
            Reason::OtherSheets | Reason::EncodingContradicted => Severity::Warning,
            Reason::LabelNearOptional => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// A problem with a value, before it is known where the value stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Why.
    pub reason: Reason,
    /// Arguments of the sentence.
    pub args: Args,
}

impl Problem {
    /// A problem whose sentence needs no arguments.
    pub fn new(reason: Reason) -> Self {
        Problem { reason, args: Vec::new() }
    }

    /// Adds an argument of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// One argument of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A count, a limit, a position.
    Number(u64),
    /// Anything else. Shared: the same list of allowed values may be in a million findings.
    Text(Arc<str>),
}

impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Arg::Number(value)
    }
}

impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Arg::Number(value as u64)
    }
}

impl From<std::borrow::Cow<'_, str>> for Arg {
    fn from(value: std::borrow::Cow<'_, str>) -> Self {
        Arg::Text(value.into())
    }
}

impl From<&Arc<str>> for Arg {
    fn from(value: &Arc<str>) -> Self {
        Arg::Text(value.clone())
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Arg::Text(value.into())
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Arg::Text(value.into())
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Number(number) => number.fmt(f),
            Arg::Text(text) => text.fmt(f),
        }
    }
}

/// Named arguments of a sentence.
pub type Args = Vec<(&'static str, Arg)>;

/// The column that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRef {
    /// Position in the file, from 1. `None`: the column is not in the file.
    pub number: Option<u32>,
    /// The label as the file has it; the schema's name if the file lacks the column.
    pub name: Arc<str>,
}

/// One problem found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Why.
    pub reason: Reason,
    /// Whether it rejects.
    pub severity: Severity,
    /// Physical line, from 1, as an editor shows it; where the record starts.
    pub line: Option<u64>,
    /// Record number, from 1, the header counted (Frictionless's `rowNumber`).
    pub row: Option<u64>,
    /// The column.
    pub field: Option<FieldRef>,
    /// The value found, shortened to [`CELL_SHOWN`] characters.
    pub cell: Option<Box<str>>,
    /// Arguments of the sentence.
    pub args: Args,
}

/// Whether an argument of this name differs from row to row although the cause is the same. Hints and `.cause` sentences use
/// none of them, and causes are grouped without them.
pub fn varies(argument: &str) -> bool {
    matches!(
        argument,
        "byte"
            | "bytes"
            | "character"
            | "code"
            | "count"
            | "detail"
            | "first"
            | "found"
            | "id"
            | "item"
            | "near"
            | "other"
            | "position"
            | "substitute"
    )
}

/// Characters of a cell that a finding keeps.
pub const CELL_SHOWN: usize = 200;

impl Finding {
    /// A finding about the whole file or its header.
    pub fn of_file(reason: Reason, args: Args) -> Self {
        Finding { reason, severity: Severity::Error, line: None, row: None, field: None, cell: None, args }
    }

    /// Its kind.
    pub fn slug(&self) -> Slug {
        self.reason.slug()
    }

    /// What it is about.
    pub fn level(&self) -> Level {
        self.reason.slug().level()
    }
}

/// Shortens a cell for a finding: at most [`CELL_SHOWN`] characters, cut with an ellipsis.
pub fn shown(cell: &str) -> Box<str> {
    match cell.char_indices().nth(CELL_SHOWN) {
        None => cell.into(),
        Some((end, _)) => format!("{}…", &cell[..end]).into(),
    }
}
