//! The compiled form of a schema.

use std::collections::HashSet;
use std::sync::Arc;

use super::memo::Memo;
use super::near::Guesses;
use super::pattern::Pattern;
use super::repertoire::Strict;
use super::vocabulary::Vocabulary;
use crate::config::name::{NamePart, NameTemplate};
use crate::config::{Mode, Packaging, Send};

/// A compiled schema: the columns of an export or of an outbound file, and the shape of the file.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Name in the library (`splio/cardcode`), or the path it was read from.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// Version of the descriptor: which state of the partner's rules it follows.
    pub version: Option<String>,
    /// Where the rules come from.
    pub sources: Vec<Source>,
    /// The columns, in order.
    pub fields: Vec<Field>,
    /// How the header must match `fields`.
    pub fields_match: FieldsMatch,
    /// Positions in `fields`.
    pub primary_key: Vec<usize>,
    /// Positions in `fields`, one list a key.
    pub unique_keys: Vec<Vec<usize>>,
    /// Separator, quoting, header.
    pub dialect: Dialect,
    /// Declared encoding; `None`: found when the file is read.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// What the standard lacks.
    pub rules: Rules,
    /// SHA-256 of the descriptor's bytes, for receipts.
    pub sha256: [u8; 32],
}

/// A document that rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Its address, if any.
    pub path: Option<String>,
}

/// Table Schema v2 `fieldsMatch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldsMatch {
    /// Same columns, same order.
    #[default]
    Exact,
    /// Same columns, any order.
    Equal,
    /// The file has all the schema's columns and may have more.
    Subset,
    /// The file has some of the schema's columns and no others.
    Superset,
    /// At least one column in common.
    Partial,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Field {
    /// The column's name; in outbound files, its label.
    pub name: Arc<str>,
    /// For people.
    pub title: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// For people and partner sheets.
    pub example: Option<String>,
    /// Type and format.
    pub kind: FieldType,
    /// Cell texts that mean "no value", compared before the type is tried. The field's own `missingValues`, else the schema's.
    pub missing_values: Vec<String>,
    /// Constraints.
    pub constraints: Constraints,
    /// What the standard lacks.
    pub rules: FieldRules,
}

/// Type and format of a column (Table Schema v2).
#[derive(Debug, Clone)]
pub enum FieldType {
    /// Text.
    String(StringFormat),
    /// Whole number.
    Integer(IntegerFormat),
    /// Decimal number.
    Number(NumberFormat),
    /// True or false.
    Boolean(BooleanFormat),
    /// A calendar day. The first pattern is the one written.
    Date(Vec<Pattern>),
    /// A time of day.
    Time(Vec<Pattern>),
    /// A date with a time. A pattern without a time part takes a calendar day as it is (see `Value::Date`).
    DateTime(Vec<Pattern>),
    /// A year.
    Year,
    /// A year and a month, `2026-04`.
    YearMonth,
    /// Values with a delimiter between them.
    List(ListFormat),
    /// Anything.
    Any,
}

/// `format` of a string field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StringFormat {
    /// Any text.
    #[default]
    Default,
    /// One e-mail address.
    Email,
    /// A URI.
    Uri,
    /// Base64.
    Binary,
    /// A UUID.
    Uuid,
}

/// Properties of an integer field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegerFormat {
    /// `false`: text around the digits is ignored (`95%`).
    pub bare_number: bool,
    /// Thousands separator.
    pub group_char: Option<String>,
}

/// Properties of a number field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    /// `false`: text around the digits is ignored.
    pub bare_number: bool,
    /// Thousands separator.
    pub group_char: Option<String>,
    /// Decimal sign, default `.`.
    pub decimal_char: String,
}

/// Properties of a boolean field. The first of each list is the one written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BooleanFormat {
    /// Texts that mean true.
    pub true_values: Vec<String>,
    /// Texts that mean false.
    pub false_values: Vec<String>,
    /// `passeur.ignoreCase`: compare without case.
    pub ignore_case: bool,
    /// Both lists in one text, for findings.
    pub listed: Memo,
}

/// Properties of a list field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFormat {
    /// Between items, default `,`.
    pub delimiter: String,
    /// Type of an item.
    pub item: ListItem,
}

/// `itemType` of a list field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "named as in the standard")]
pub enum ListItem {
    #[default]
    String,
    Integer,
    Number,
    Boolean,
    DateTime,
    Date,
    Time,
}

/// Constraints of a column (Table Schema v2), compiled.
#[derive(Debug, Clone, Default)]
pub struct Constraints {
    /// The cell must hold a value.
    pub required: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// Fewest characters (string) or items (list).
    pub min_length: Option<usize>,
    /// Most characters (string) or items (list).
    pub max_length: Option<usize>,
    /// Lowest value.
    pub minimum: Option<Bound>,
    /// Highest value.
    pub maximum: Option<Bound>,
    /// The value is above it.
    pub exclusive_minimum: Option<Bound>,
    /// The value is below it.
    pub exclusive_maximum: Option<Bound>,
    /// The whole cell matches it; kept with its source text.
    pub pattern: Option<(String, regex::Regex)>,
    /// The allowed values.
    pub allowed: Option<Allowed>,
}

/// A bound of a range: the text of the descriptor and its value in the field's type.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// As the descriptor has it, for messages.
    pub text: String,
    /// In the field's type.
    pub value: crate::schema::value::Value,
}

/// The `enum` constraint: texts as declared, and, for typed fields, their values.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// In the order of the descriptor.
    pub texts: Vec<String>,
    /// The same, for look-up.
    pub set: HashSet<String>,
    /// Values in the field's type; empty for strings.
    pub values: Vec<crate::schema::value::Value>,
    /// `passeur.ignoreCase`: compare texts without case and accents.
    pub ignore_case: bool,
    /// The texts folded ([`super::label::fold`]), for look-up when case is ignored.
    pub folded: HashSet<String>,
    /// All of them in one text, for findings.
    pub listed: Memo,
    /// What wrong texts were probably meant to be.
    pub guesses: Guesses,
}

/// Table Dialect, the part that matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dialect {
    /// Separator; `None`: found when the file is read.
    pub delimiter: Option<u8>,
    /// Quote character, default `"`.
    pub quote_char: Option<u8>,
    /// The file knows no quotes (`passeur.quoting = "never"`): `"` is a character like any other.
    pub no_quotes: bool,
    /// `"` doubled inside quotes (default true).
    pub no_double_quote: bool,
    /// Written line end; `None`: LF.
    pub line_terminator: Option<LineEnd>,
    /// `header: false`: no header line (Symplify's history files).
    pub no_header: bool,
    /// Sheet of a workbook, by name.
    pub sheet_name: Option<String>,
    /// Sheet of a workbook, from 1.
    pub sheet_number: Option<u32>,
}

/// How lines end in a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnd {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
}

/// What a schema says beyond the standard (key `passeur` beside `fields`).
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Most data rows in a file.
    pub max_rows: Option<u64>,
    /// Most bytes in a file.
    pub max_bytes: Option<u64>,
    /// Most bytes in a cell. Default [`DEFAULT_MAX_CELL_BYTES`].
    pub max_cell_bytes: Option<u64>,
    /// Most bytes in a row, separators and quotes counted. Default [`DEFAULT_MAX_ROW_BYTES`].
    pub max_row_bytes: Option<u64>,
    /// `headers = "normalised"`: labels are compared after NFC, trim, case, accents, spaces, and by alias.
    pub normalise_headers: bool,
    /// Spaces around a cell are removed before it is checked.
    pub trim: bool,
    /// A date cell may be written in either order of day and month: which one it is. Patterns with `%m/%d` follow it.
    pub date_order: DateOrder,
    /// A value may hold a line break.
    pub no_line_breaks: bool,
    /// Written files start with a BOM.
    pub bom: bool,
    /// Of each group of columns at least one holds a value in every row.
    pub any_of: Vec<Vec<String>>,
    /// The characters that the file may hold, where its encoding's label says fewer than the web takes it for.
    pub strict: Option<Strict>,
    /// `unencodable = "replace"`: a character that the encoding lacks is replaced, with a warning. Default: the row is refused.
    pub replace_unencodable: bool,
    /// Which cells are quoted in a written file.
    pub quoting: Quoting,
    /// Whether labels of the header are quoted in a written file.
    pub quote_header: bool,
    /// The scope word in `universe_scope_subsection_YYYYMMDD.csv`.
    pub scope: Option<String>,
    /// How files are named. Without a scope there are no outbound files.
    pub name: NameGrammar,
    /// A name comes again and again: a job of the platform looks for it (Symplify).
    pub same_name: bool,
    /// `nameDay = "pickup"`: the day in the name is the one on which the platform looks for it, `days_ahead` of the route (Actito).
    pub name_day_of_pickup: bool,
    /// The file makes the platform send mail: it is always held until a person releases it.
    pub sends_mail: bool,
    /// `removesAddresses`: the file takes addresses away at the platform, so that it may have those that no other file may.
    pub removes_addresses: bool,
    /// The setting without which no route may write this file, because it does what cannot be undone.
    pub confirm: Option<String>,
    /// What the file may do at the platform; a route names one.
    pub modes: Vec<Mode>,
    /// What routes may send; empty: anything.
    pub send: Vec<Send>,
    /// How files may be packed.
    pub packaging: Vec<Packaging>,
    /// Date-times in this file are in this zone.
    pub time_zone: Option<Zone>,
    /// A route names the entity that the file is for (Actito).
    pub entity: bool,
    /// Hosts, with all below them, that take no SFTP: the platform's own (Actito takes FTPS alone there).
    pub refused_hosts: Vec<String>,
    /// What an empty cell does at the destination, for people.
    pub empty_cell: Option<String>,
    /// What a cell holds that erases the value at the destination, where an empty one keeps it (`__EMPTY__`, Cyberimpact).
    pub clear: Option<String>,
    /// Switches that routes may turn on.
    pub settings: Vec<Setting>,
    /// The first of the hundred years that a two-digit year can mean; `None`: `%y` is not allowed.
    pub year_pivot: Option<i32>,
}

/// How the files of a schema are named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum NameGrammar {
    /// `universe_scope_subsection_YYYYMMDD.csv`
    #[default]
    Default,
    /// By this template.
    Template(NameTemplate),
    /// By the route's `file_name`, which must have these parts.
    Route(Vec<NamePart>),
}

/// A switch that a route may turn on, off by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name in a route's `settings`.
    pub name: String,
    /// What it does, for people.
    pub description: String,
}

/// Most bytes in a cell unless the schema says otherwise: 64 KiB.
pub const DEFAULT_MAX_CELL_BYTES: u64 = 64 * 1024;

/// Most bytes in a row unless the schema says otherwise: 16 MiB, the longest that is read at all.
pub const DEFAULT_MAX_ROW_BYTES: u64 = 16 * 1024 * 1024;

/// Order of day and month where a pattern leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Each pattern as the schema has it.
    #[default]
    AsWritten,
    /// 04/03/2026 is 3 April.
    MonthFirst,
    /// 04/03/2026 is 4 March.
    DayFirst,
}

/// Which cells are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// Where the content needs it.
    #[default]
    Necessary,
    /// Every cell, empty ones too.
    Always,
    /// Every cell that holds something; an empty one stays bare (Splio reads `""` and nothing as different, seed 003).
    NonEmpty,
    /// Never; a value that would need it is a finding.
    Never,
}

/// A time zone: a name with rules, or a fixed offset ("CEST" taken literally is +02:00 all year, seed 003).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// `America/Toronto`
    Named(chrono_tz::Tz),
    /// `+02:00`
    Fixed(chrono::FixedOffset),
}

/// What a field says beyond the standard (key `passeur` inside it).
#[derive(Debug, Clone, Default)]
pub struct FieldRules {
    /// Other labels for the column, in any language.
    pub aliases: Vec<String>,
    /// The column may be missing from the file although `fieldsMatch` wants it.
    pub optional: bool,
    /// `invalid = "drop"`: a wrong value is dropped with a warning, the row stays.
    pub drop_invalid: bool,
    /// Written for new records only (seed 003: `id_program`, `id_tier`).
    pub creation_only: bool,
    /// Letters must be lower case.
    pub lowercase: bool,
    /// `lowercase = "email"`: letters must be lower case if the value holds an `@`.
    pub lowercase_emails: bool,
    /// `lowercase = "unless-case-counts"`: letters must be lower case only because addresses that differ in case are one (CI-09); see
    /// [`Schema::where_case_counts`].
    pub case_may_count: bool,
    /// The value is an identifier although its type is not integer: `1.23E+05` is a spreadsheet's damage.
    pub identifier: bool,
    /// `dateOnly = "warn"`: a day without a time is accepted in this datetime field, with a warning.
    pub warn_date_only: bool,
    /// The value may be empty although it is required, when this setting of the route's universe is on
    /// (`generated-card-codes`, seed 003).
    pub empty_if: Option<String>,
    /// Most bytes of the cell.
    pub max_bytes: Option<u64>,
    /// The column holds personal data: never logged.
    pub personal: bool,
    /// The spellings that the field takes, with their canonical values.
    pub values: Option<Arc<Vocabulary>>,
    /// `postalCode = "CA"`: what has the shape of a Canadian postal code must be one, and leaves as `A1A 1A1`. Codes of
    /// other countries pass.
    pub postal_code: bool,
}
