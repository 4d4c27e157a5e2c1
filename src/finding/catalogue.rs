//! The catalogue of findings, `docs/findings.md`: every kind and every reason in both languages, with example values.

use super::text::Texts;
use super::{Arg, Args, FieldRef, Finding, Language, Level, Reason, Slug};

/// For each reason a cell and its arguments (those that `src/finding.rs` names beside it), with example values.
const EXAMPLES: &[(Reason, &str, Named)] = &[
    (Reason::CannotRead, "", &[("detail", Text("permission denied"))]),
    (Reason::NoSchemaFits, "", &[("schemas", Text("amilia/people, amilia/memberships"))]),
    (Reason::WorkbookKind, "", &[("kind", Text("xls"))]),
    (Reason::WorkbookDamaged, "", &[("detail", Text("unexpected end of file"))]),
    (Reason::SheetMissing, "", &[("sheet", Text("Export")), ("sheets", Text("Sheet1, Notes"))]),
    (Reason::OtherSheets, "", &[("sheet", Text("Export")), ("sheets", Text("Notes"))]),
    (Reason::EncodingContradicted, "", &[("encoding", Text("windows-1252")), ("mark", Text("UTF-8"))]),
    (Reason::LooksLikeUtf16, "", &[("encoding", Text("UTF-16LE"))]),
    (Reason::UnknownEncoding, "", &[("encoding", Text("utf-9"))]),
    (
        Reason::MalformedBytes,
        "",
        &[("encoding", Text("UTF-8")), ("byte", Number(1042)), ("bytes", Text("E9 6C"))],
    ),
    (Reason::TooManyRows, "", &[("limit", Number(200_000)), ("count", Number(200_001))]),
    (Reason::TooManyBytes, "", &[("limit", Number(50_000_000)), ("count", Number(61_500_000))]),
    (Reason::LabelBlank, "", &[("position", Number(4))]),
    (Reason::LabelDuplicate, "", &[("label", Text("Email")), ("first", Number(3)), ("position", Number(7))]),
    (Reason::LabelMissing, "", &[("label", Text("Email")), ("near", Text("E-mail"))]),
    (
        Reason::LabelRenamed,
        "",
        &[
            ("label", Text("Email")),
            ("near", Text("E-mail 1")),
            ("position", Number(7)),
            ("fit", Number(997)),
            ("count", Number(1000)),
        ],
    ),
    (Reason::LabelExtra, "", &[("label", Text("E-mail")), ("position", Number(7)), ("near", Text("Email"))]),
    (
        Reason::LabelIncorrect,
        "",
        &[("label", Text("City")), ("position", Number(2)), ("expected", Text("Email"))],
    ),
    (Reason::LabelMoved, "", &[("label", Text("Email")), ("from", Number(6)), ("to", Number(9))]),
    (
        Reason::LabelNearOptional,
        "",
        &[("label", Text("Courrie")), ("position", Number(7)), ("expected", Text("Courriel"))],
    ),
    (Reason::DateOrderContradicted, "", DATE_ORDER),
    (Reason::DateOrderMixed, "", DATE_ORDER),
    (Reason::CellsMissing, "", &[("found", Number(7)), ("expected", Number(9))]),
    (Reason::CellsExtra, "", &[("found", Number(10)), ("expected", Number(9))]),
    (Reason::KeyDuplicate, "", &[("fields", Text("Card code")), ("first", Number(12))]),
    (Reason::KeyContradicted, "", &[("fields", Text("Registration ID")), ("other", Number(12))]),
    (Reason::PersonUnknown, "", &[("id", Number(900_102))]),
    (Reason::AccountUnknown, "", &[("id", Number(700_101))]),
    (Reason::AddressForgotten, "", &[("day", Text("2026-11-17"))]),
    (Reason::KeyEmpty, "", &[("field", Text("Card code"))]),
    (Reason::UniqueDuplicate, "", &[("fields", Text("Email")), ("first", Number(12))]),
    (Reason::RowOverLimit, "", &[("limit", Number(1_048_576)), ("count", Number(5_000_000))]),
    (Reason::RecordTooLong, "", &[("limit", Number(16_777_216))]),
    (Reason::NoneFilled, "", &[("fields", Text("nq_points, q_points"))]),
    (Reason::NotInteger, "12,5", &[]),
    (Reason::NotNumber, "12 CAD", &[]),
    (Reason::NotBoolean, "maybe", &[("allowed", Text("true, false"))]),
    (Reason::NotDate, "21 nov.", &[("pattern", Text("%d/%m/%Y")), ("example", Text("21/11/2026"))]),
    (Reason::NotTime, "9h", &[("pattern", Text("%H:%M")), ("example", Text("09:00"))]),
    (
        Reason::NotDateTime,
        "21 nov. 9h",
        &[("pattern", Text("%Y-%m-%d %H:%M:%S")), ("example", Text("2026-11-21 09:00:00"))],
    ),
    (Reason::NoSuchDay, "31/02/2026", &[("pattern", Text("%d/%m/%Y"))]),
    (Reason::NoSuchTime, "25:00", &[("pattern", Text("%H:%M")), ("example", Text("17:45"))]),
    (Reason::MidnightAssumed, "2026-11-21", &[("pattern", Text("%Y-%m-%d %H:%M:%S"))]),
    (Reason::TimeNotAllowed, "21/11/2026 09:00", &[("pattern", Text("%d/%m/%Y"))]),
    (Reason::TimeMissing, "2026-11-21", &[("pattern", Text("%Y-%m-%d %H:%M:%S"))]),
    (Reason::NoSuchLocalTime, "2026-03-08 02:30", &[("zone", Text("America/Toronto"))]),
    (Reason::NotYear, "26", &[]),
    (Reason::NotYearMonth, "2026/4", &[]),
    (Reason::NotEmail, "jane.example.org", &[]),
    (Reason::NotUri, "example", &[]),
    (Reason::NotUuid, "1234", &[]),
    (Reason::NotBinary, "é", &[]),
    (Reason::NotPostalCode, "H2X OY4", &[("near", Text("H2X 0Y4"))]),
    (Reason::NotListItem, "1,x", &[("item", Text("x")), ("type", Text("integer"))]),
    (Reason::SpreadsheetNumber, "1.23E+05", &[]),
    (Reason::FormulaError, "#N/A", &[]),
    (Reason::TooShort, "AB", &[("limit", Number(3)), ("count", Number(2))]),
    (Reason::TooLong, "ABCDEF", &[("limit", Number(5)), ("count", Number(6))]),
    (Reason::TooManyCellBytes, "", &[("limit", Number(255)), ("count", Number(1_300))]),
    (Reason::BelowMinimum, "0", &[("limit", Text("1"))]),
    (Reason::AboveMaximum, "101", &[("limit", Text("100"))]),
    (Reason::NotAboveMinimum, "0", &[("limit", Text("0"))]),
    (Reason::NotBelowMaximum, "100", &[("limit", Text("100"))]),
    (Reason::PatternMismatch, "H2X1Y4", &[("pattern", Text("[A-Z][0-9][A-Z] [0-9][A-Z][0-9]"))]),
    (Reason::NotInEnum, "Femal", &[("allowed", Text("Female, Male")), ("near", Text("Female"))]),
    (Reason::NotLowercase, "Jane@example.org", &[]),
    (Reason::ValueDropped, "12 CAD", &[("why", Text("not-number"))]),
    (Reason::ControlCharacter, "", &[("code", Text("U+0007"))]),
    (Reason::CellOverLimit, "", &[("limit", Number(65_536)), ("count", Number(5_000_000))]),
    (Reason::NeedsQuotes, "", &[("character", Text(";"))]),
    (
        Reason::CharacterReplaced,
        "Łukasz",
        &[("character", Text("Ł")), ("substitute", Text("L")), ("encoding", Text("windows-1252"))],
    ),
    (Reason::Unwritable, "", &[("character", Text("→")), ("encoding", Text("windows-1252"))]),
    (
        Reason::ValueUnmapped,
        "Goldd",
        &[("route", Text("cards")), ("column", Text("id_tier")), ("near", Text("Gold"))],
    ),
    (Reason::CreationOnly, "", &[("column", Text("id_program"))]),
];

const DATE_ORDER: Named = &[
    ("pattern", Text("DD/MM/YYYY")),
    ("expected", Text("MM/DD/YYYY")),
    ("rows", Number(1204)),
    ("lines", Text("2, 3, 5, 9, 11, …")),
    ("own", Number(310)),
    ("both", Number(856)),
];

/// What may be said of a file as a whole: the key of each diagnosis and the arguments of its texts, with example values.
pub const DIAGNOSES: &[(&str, Named)] = &[
    (
        "date-pattern",
        &[
            ("rows", Number(1204)),
            ("field", Text("Birth date")),
            ("pattern", Text("D.M.YYYY")),
            ("expected", Text("YYYY-MM-DD")),
        ],
    ),
    (
        "date-pattern-open",
        &[
            ("rows", Number(1204)),
            ("field", Text("Birth date")),
            ("pattern", Text("DD.MM.YYYY")),
            ("expected", Text("YYYY-MM-DD")),
        ],
    ),
    (
        "date-serial",
        &[("rows", Number(1204)), ("field", Text("Birth date")), ("expected", Text("YYYY-MM-DD"))],
    ),
    (
        "date-words",
        &[("rows", Number(1204)), ("field", Text("Birth date")), ("expected", Text("YYYY-MM-DD"))],
    ),
    ("decimal-comma", &[("rows", Number(1204)), ("field", Text("Price"))]),
    ("spreadsheet-number", &[("rows", Number(12)), ("field", Text("Card code"))]),
    ("exchanged", &[("rows", Number(1204)), ("field", Text("First name")), ("other", Text("Email"))]),
    (
        "shifted",
        &[
            ("rows", Number(87)),
            ("run", Text("yes")),
            ("first", Number(812)),
            ("to", Number(898)),
            ("known", Text("yes")),
            ("field", Text("Address")),
        ],
    ),
    ("garbled", &[("rows", Number(1204))]),
    ("letters-lost", &[("rows", Number(1204))]),
];

type Named = &'static [(&'static str, Example)];

/// A value of an argument.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "plain words")]
pub enum Example {
    Text(&'static str),
    Number(u64),
}
use Example::{Number, Text};

/// A finding with example values, for the catalogue and for tests of the sentences.
pub fn example(reason: Reason) -> Finding {
    let (cell, args) = EXAMPLES
        .iter()
        .find(|(of, ..)| *of == reason)
        .map_or(("", &[] as Named), |(_, cell, args)| (cell, args));
    let args = args_of(args);
    let level = reason.slug().level();
    let severity = reason.severity();
    Finding {
        reason,
        severity,
        line: (level >= Level::Row || reason == Reason::QuoteNeverClosed).then_some(812),
        row: (level >= Level::Row).then_some(812),
        field: (level == Level::Cell || reason.slug() == Slug::DateOrder)
            .then(|| FieldRef { number: Some(3), name: column(reason).into() }),
        cell: (level == Level::Cell).then(|| cell.into()),
        args,
    }
}

/// Example values as arguments.
pub fn args_of(examples: &[(&'static str, Example)]) -> Args {
    let arg = |(name, value): &(&'static str, Example)| match value {
        Text(text) => (*name, Arg::from(*text)),
        Number(number) => (*name, Arg::from(*number)),
    };
    examples.iter().map(arg).collect()
}

/// A column in which the reason would be found.
fn column(reason: Reason) -> &'static str {
    match reason {
        Reason::NotDate | Reason::NotDateTime | Reason::NoSuchDay | Reason::TimeNotAllowed => "Start date",
        Reason::DateOrderContradicted | Reason::DateOrderMixed => "Birth date",
        Reason::TimeMissing | Reason::NotTime | Reason::NoSuchLocalTime => "Start time",
        Reason::NotYear | Reason::NotYearMonth => "Season",
        Reason::NotEmail | Reason::NotLowercase | Reason::Required => "Email",
        Reason::NotUri => "Website",
        Reason::NotUuid | Reason::SpreadsheetNumber | Reason::KeyEmpty | Reason::TooShort => "Card code",
        Reason::NotBoolean => "Active",
        Reason::NotListItem => "Points",
        Reason::PatternMismatch | Reason::NotPostalCode => "Postal code",
        Reason::NotInEnum => "Gender",
        Reason::ValueUnmapped => "Tier",
        Reason::NotInteger | Reason::NotNumber | Reason::ValueDropped => "Price",
        Reason::BelowMinimum | Reason::AboveMaximum => "Age",
        Reason::NotAboveMinimum | Reason::NotBelowMaximum => "Discount",
        _ => "Notes",
    }
}

/// The text of `docs/findings.md`.
pub fn markdown() -> String {
    let (english, french) = (Texts::new(Language::En), Texts::new(Language::Fr));
    let mut out = String::from(HEAD);
    for (level, title) in LEVELS {
        out.push_str(&format!("\n## {title}\n"));
        for slug in Slug::ALL.iter().copied().filter(|slug| slug.level() == *level) {
            out.push_str(&format!(
                "\n### `{}`\n\n**{}.** {}\n\n**{}.** {}\n",
                slug.as_str(),
                english.title(slug),
                english.about(slug),
                french.title(slug),
                french.about(slug),
            ));
            for reason in Reason::ALL.iter().copied().filter(|reason| reason.slug() == slug) {
                let example = example(reason);
                out.push_str(&format!("\n- `{}`\n", reason.key()));
                for texts in [english, french] {
                    let message = texts.message(&example);
                    let hint = texts.hint(&example).unwrap_or_default();
                    out.push_str(&format!("  - {message}\n    *{hint}*\n"));
                }
            }
        }
    }
    out.push_str(OF_THE_WHOLE);
    for (key, args) in DIAGNOSES {
        let args = args_of(args);
        out.push_str(&format!("\n- `{key}`\n"));
        for texts in [english, french] {
            let (text, hint) = (texts.diagnosis(key, &args), texts.diagnosis_hint(key, &args));
            out.push_str(&format!("  - {text}\n    *{hint}*\n"));
        }
    }
    out
}

const OF_THE_WHOLE: &str = "
## What probably happened · ce qui est probablement arrivé

Many rows that are wrong in one way are one mistake. These sentences stand first in the text of `passeur check` and `run`, and in the
`causes` of their reports (`\"diagnosis\": true`). They explain findings that are counted below them, and reject nothing themselves.

*Beaucoup de lignes fausses de la même façon sont une seule erreur. Ces phrases viennent en premier ; elles expliquent les constats
comptés ensuite, et ne refusent rien elles-mêmes.*
";

const HEAD: &str = "\
<!-- Generated from src/finding.rs and locales/*.ftl: PASSEUR_BLESS=1 cargo test --lib catalogue -->

# Findings

Everything that passeur can say about a file, with example values, in English and in French. Names in `code` never
change: filter reports by them. A name that Frictionless has too means the same thing there. An error about the file or
its header refuses the file; an error about a row or a cell rejects that row, and the other rows go on.

*Tout ce que passeur peut dire d’un fichier, avec des valeurs d’exemple, en anglais et en français.*
";

const LEVELS: &[(Level, &str)] = &[
    (Level::File, "About the file · le fichier"),
    (Level::Header, "About the header · l’en-tête"),
    (Level::Row, "About a row · une ligne"),
    (Level::Cell, "About a cell · une cellule"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_catalogue_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");
        if std::env::var_os("PASSEUR_BLESS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
            std::fs::write(path, markdown()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == markdown(),
            "docs/findings.md is not current: run PASSEUR_BLESS=1 cargo test --lib catalogue"
        );
    }
}
