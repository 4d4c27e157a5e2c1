//! One error of the report. What all errors of a cause have in common is made JSON once.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::text::Texts;
use crate::finding::text::wording::Wordings;
use crate::finding::{Arg, Finding, Level, Slug};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorEntry<'a> {
    #[serde(rename = "type")]
    slug: &'static str,
    title: &'a str,
    description: &'a str,
    message: &'a str,
    tags: &'static [&'static str],
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row_numbers: Option<[u64; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_number: Option<u64>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What all errors of one cause have in common, as JSON.
#[derive(Debug)]
struct Common {
    /// Up to the message.
    head: Vec<u8>,
    /// From the message to the cells.
    middle: Vec<u8>,
    /// The column.
    field: Vec<u8>,
    /// From the line to the end.
    tail: Vec<u8>,
}

/// Writes the errors of one file.
#[derive(Debug)]
pub(super) struct Entries {
    texts: Texts,
    kinds: Vec<(Slug, String, String)>,
    wordings: Wordings,
    common: Vec<Option<Common>>,
    /// The cells of the row written last, as JSON.
    cells: Option<(u64, Vec<u8>)>,
    message: String,
    line: Vec<u8>,
}

impl Entries {
    pub(super) fn new(texts: Texts) -> Self {
        Entries {
            texts,
            kinds: Slug::ALL.iter().map(|slug| (*slug, texts.title(*slug), texts.about(*slug))).collect(),
            wordings: Wordings::new(texts),
            common: Vec::new(),
            cells: None,
            message: String::new(),
            line: Vec::new(),
        }
    }

    /// Writes one error. `cells` gives the texts of its row.
    pub(super) fn write(
        &mut self,
        finding: &Finding,
        cause: Option<usize>,
        labels: &[String],
        cells: Option<&dyn Fn() -> Vec<String>>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match (cause, finding.row) {
            (Some(cause), Some(row)) if finding.level() >= Level::Row => {
                self.of_row(finding, cause, row, cells)?;
                out.write_all(&self.line)
            }
            _ => {
                let cells = cells.filter(|_| finding.level() >= Level::Row).map(|cells| cells());
                self.whole(finding, labels, cells.as_deref(), out)
            }
        }
    }

    /// Puts an error about a row together in `self.line`.
    fn of_row(
        &mut self,
        finding: &Finding,
        cause: usize,
        row: u64,
        cells: Option<&dyn Fn() -> Vec<String>>,
    ) -> io::Result<()> {
        self.learn(finding, cause)?;
        let Some(Some(common)) = self.common.get(cause) else { return Ok(()) };
        self.message.clear();
        self.wordings.message_into(Some(cause), finding, &mut self.message);
        let line = &mut self.line;
        line.clear();
        line.extend_from_slice(&common.head);
        serde_json::to_writer(&mut *line, &self.message)?;
        line.extend_from_slice(&common.middle);
        if let Some(cells) = cells {
            if self.cells.as_ref().is_none_or(|(of, _)| *of != row) {
                self.cells = Some((row, serde_json::to_vec(&cells())?));
            }
            line.extend_from_slice(b",\"cells\":");
            line.extend_from_slice(self.cells.as_ref().map_or(b"[]", |(_, cells)| cells));
        }
        write!(line, ",\"rowNumber\":{row}")?;
        if let Some(cell) = &finding.cell {
            line.extend_from_slice(b",\"cell\":");
            serde_json::to_writer(&mut *line, cell)?;
        }
        line.extend_from_slice(&common.field);
        if let Some(number) = finding.line {
            write!(line, ",\"lineNumber\":{number}")?;
        }
        line.extend_from_slice(&common.tail);
        Ok(())
    }

    /// Makes what the errors of a cause have in common, at the first of them.
    fn learn(&mut self, finding: &Finding, cause: usize) -> io::Result<()> {
        if self.common.len() <= cause {
            self.common.resize_with(cause + 1, || None);
        }
        if matches!(self.common.get(cause), Some(Some(_))) {
            return Ok(());
        }
        let slug = finding.slug();
        let (title, description) = self.kind(slug);
        let (mut head, mut middle, mut field, mut tail) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        head.push(b'{');
        for (key, value) in [("type", slug.as_str()), ("title", title), ("description", description)] {
            write!(head, "\"{key}\":{},", json(value)?)?;
        }
        head.extend_from_slice(b"\"message\":");
        let (note, hint) =
            self.wordings.of(cause, finding).map(|wording| (&*wording.cause, &wording.hint)).unzip();
        write!(middle, ",\"tags\":{},\"note\":{}", json(tags(slug))?, json(note.unwrap_or_default())?)?;
        if let Some(of) = &finding.field {
            write!(field, ",\"fieldName\":{}", json(&*of.name)?)?;
            if let Some(number) = of.number {
                write!(field, ",\"fieldNumber\":{number}")?;
            }
        }
        write!(tail, ",\"reason\":{}", json(finding.reason.key())?)?;
        if let Some(Some(hint)) = hint {
            write!(tail, ",\"hint\":{}", json(hint)?)?;
        }
        tail.push(b'}');
        if let Some(place) = self.common.get_mut(cause) {
            *place = Some(Common { head, middle, field, tail });
        }
        Ok(())
    }

    fn kind(&self, slug: Slug) -> (&str, &str) {
        let kind = self.kinds.iter().find(|(kind, ..)| *kind == slug);
        kind.map_or((slug.as_str(), ""), |(_, title, about)| (title, about))
    }

    /// An error that shares nothing.
    fn whole(
        &self,
        finding: &Finding,
        labels: &[String],
        cells: Option<&[String]>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let slug = finding.slug();
        let (title, description) = self.kind(slug);
        let header = finding.level() == Level::Header;
        let of_rows = finding.level() >= Level::Row;
        let field = finding.field.as_ref();
        let entry = ErrorEntry {
            slug: slug.as_str(),
            title,
            description,
            message: &self.texts.message(finding),
            tags: tags(slug),
            note: self.texts.cause(finding),
            labels: header.then_some(labels),
            row_numbers: header.then_some([finding.row.unwrap_or(1)]),
            label: header.then(|| text_argument(finding, "label")),
            cells,
            row_number: finding.row.filter(|_| of_rows),
            cell: finding.cell.as_deref(),
            field_name: field.map(|field| &*field.name),
            field_number: field
                .and_then(|field| field.number)
                .or_else(|| number_argument(finding, "position").filter(|_| header)),
            line_number: finding.line,
            reason: finding.reason.key(),
            hint: self.texts.hint(finding),
        };
        serde_json::to_writer(out, &entry).map_err(io::Error::from)
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

/// Frictionless's tags of an error; of our own kinds, those of the nearest of its kinds.
fn tags(slug: Slug) -> &'static [&'static str] {
    match (slug, slug.level()) {
        (Slug::SourceError | Slug::EncodingError, _) => &[],
        (Slug::TableDimensions, _) => &["#table"],
        (_, Level::File) => &["#file"],
        (Slug::BlankHeader, _) => &["#table", "#header"],
        (_, Level::Header) => &["#table", "#header", "#label"],
        (Slug::MissingCell | Slug::ExtraCell | Slug::UniqueError, _) | (_, Level::Cell) => {
            &["#table", "#row", "#cell"]
        }
        (_, Level::Row) => &["#table", "#row"],
    }
}

fn text_argument<'a>(finding: &'a Finding, name: &str) -> &'a str {
    match finding.args.iter().find(|(own, _)| *own == name) {
        Some((_, Arg::Text(text))) => text,
        _ => "",
    }
}

fn number_argument(finding: &Finding, name: &str) -> Option<u32> {
    match finding.args.iter().find(|(own, _)| *own == name) {
        Some((_, Arg::Number(number))) => u32::try_from(*number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::catalogue::example;
    use crate::finding::{Language, Reason};

    #[test]
    fn an_error_that_shares_its_json_reads_as_one_that_does_not() {
        let cells: &dyn Fn() -> Vec<String> = &|| vec!["1".to_owned(), "a \"b\"".to_owned()];
        for language in [Language::En, Language::Fr] {
            let mut entries = Entries::new(Texts::new(language));
            for (cause, reason) in Reason::ALL.iter().enumerate() {
                let finding = example(*reason);
                for cells in [None, Some(cells)] {
                    let (mut shared, mut whole) = (Vec::new(), Vec::new());
                    entries.write(&finding, Some(cause), &[], cells, &mut shared).unwrap();
                    entries.write(&finding, None, &[], cells, &mut whole).unwrap();
                    assert_eq!(String::from_utf8(shared).unwrap(), String::from_utf8(whole).unwrap());
                }
            }
        }
    }

    #[test]
    fn each_row_has_its_own_cells() {
        let mut entries = Entries::new(Texts::new(Language::En));
        let mut finding = example(Reason::NotInteger);
        for (row, cell) in [(2, "a"), (2, "a"), (3, "b")] {
            finding.row = Some(row);
            let mut out = Vec::new();
            entries.write(&finding, Some(0), &[], Some(&|| vec![cell.to_owned()]), &mut out).unwrap();
            let entry: serde_json::Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(entry["cells"], serde_json::json!([cell]));
        }
    }
}
