//! Which separator, quote and line end a file has, when nobody declared them.

use super::encoding::Choice;
use super::split::{Form, count_outside_quotes, first_line};
use super::survey::Survey;
use super::text::decode_single_bytes;
use crate::schema::Dialect;

/// Separators that are looked for.
pub const CANDIDATES: [u8; 4] = *b";,\t|";

/// The form taken, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormChoice {
    /// The form.
    pub form: Form,
    /// Whether the separator was told or found.
    pub delimiter_why: Why,
    /// The file's lines end with `\r\n` (needed to write a file like it).
    pub crlf: bool,
}

/// Why a separator was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// On the command line.
    Asked,
    /// By the schema.
    Declared,
    /// It stands most often on the header line.
    Counted,
    /// The file is a workbook, whose cells need none; rejected rows get this one.
    Workbook,
}

impl Why {
    /// Its value in JSON and the end of its key in `locales/*.ftl`.
    pub fn key(self) -> &'static str {
        match self {
            Why::Asked => "asked",
            Why::Declared => "declared",
            Why::Counted => "counted",
            Why::Workbook => "workbook",
        }
    }
}

/// The head of a file as UTF-8, for a look at its first lines.
pub fn head_text(survey: &Survey, encoding: Choice) -> String {
    let bytes = survey.head.get(encoding.skip as usize..).unwrap_or(&[]);
    let mut text = String::new();
    decode_single_bytes(bytes, encoding.encoding, &mut text);
    text
}

/// Decides on the form of a file. `asked` comes before the dialect of the schema; without both, the candidate
/// that stands most often on the first line with any of them wins (titles above the header hold none).
pub fn choose(asked: Option<u8>, dialect: &Dialect, survey: &Survey, encoding: Choice) -> FormChoice {
    let quote = dialect.quote_char.unwrap_or(b'"');
    let head = head_text(survey, encoding);
    let (delimiter, delimiter_why) = match (asked, dialect.delimiter) {
        (Some(asked), _) => (asked, Why::Asked),
        (None, Some(declared)) => (declared, Why::Declared),
        (None, None) => (count(head.as_bytes(), quote), Why::Counted),
    };
    let line_end = if survey.has_carriage_return && !survey.has_line_feed { b'\r' } else { b'\n' };
    let crlf = head.contains("\r\n");
    FormChoice {
        form: Form { delimiter, quote: (!dialect.no_quotes).then_some(quote), line_end },
        delimiter_why,
        crlf,
    }
}

/// Lines that may stand above the header.
pub const LINES_ABOVE_HEADER: usize = 10;

fn count(head: &[u8], quote: u8) -> u8 {
    let mut rest = head;
    let mut best = (0, b',');
    for _ in 0..=LINES_ABOVE_HEADER {
        let end = first_line(rest, quote);
        let counts = count_outside_quotes(&rest[..end], quote, &CANDIDATES);
        for (candidate, count) in CANDIDATES.iter().zip(counts) {
            if count > best.0 {
                best = (count, *candidate);
            }
        }
        let next = end + 1 + usize::from(rest.get(end..end + 2) == Some(b"\r\n"));
        match rest.get(next..) {
            Some(next) if !next.is_empty() => rest = next,
            _ => break,
        }
        // A line with several separators is a header or a row: later lines must not outvote it.
        if best.0 >= 2 {
            break;
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_of_the_header_line_wins() {
        for (head, expected) in [
            ("a;b;c\n1,5;2,5;3\n", b';'),
            ("a,b,c\n", b','),
            ("a\tb\n", b'\t'),
            ("\"a;b;c;d\",b,c\n", b','),
            ("Liste des abonnements\r\n\r\nNuméro;Nom;Ville\r\n1;a,b,c,d,e;x\r\n", b';'),
            ("single\n1\n", b','),
            ("", b','),
        ] {
            assert_eq!(count(head.as_bytes(), b'"'), expected, "{head:?}");
        }
    }
}
