//! Table Dialect and encoding.

use encoding_rs::Encoding;

use super::node::{Node, Report};
use crate::schema::near;
use crate::schema::types::{Dialect, LineEnd};

const KEYS: &[&str] = &[
    "$schema",
    "name",
    "title",
    "description",
    "header",
    "headerRows",
    "headerJoin",
    "commentRows",
    "commentChar",
    "delimiter",
    "lineTerminator",
    "quoteChar",
    "doubleQuote",
    "escapeChar",
    "nullSequence",
    "skipInitialSpace",
    "sheetNumber",
    "sheetName",
    "caseSensitiveHeader",
    "csvddfVersion",
    "property",
    "itemType",
    "itemKeys",
    "table",
];

/// Keys that would change what a file means and that passeur does not follow, with what to do instead.
const REFUSED: &[(&str, &str)] = &[
    ("headerJoin", "give the file one header line"),
    ("commentRows", "remove the comment lines"),
    ("commentChar", "remove the comment lines"),
    ("escapeChar", "quotes are doubled inside quotes"),
    ("nullSequence", "use \"missingValues\" in the schema"),
    ("property", "passeur reads delimited text and workbooks"),
    ("itemType", "passeur reads delimited text and workbooks"),
    ("itemKeys", "passeur reads delimited text and workbooks"),
    ("table", "passeur reads delimited text and workbooks"),
];

pub(super) fn read(node: &Node<'_>, report: &mut Report) -> Dialect {
    node.strangers(KEYS, report);
    for (key, instead) in REFUSED {
        if node.get(key).is_some() {
            node.error(report, key, &format!("passeur does not follow \"{key}\": {instead}"));
        }
    }
    if node.flag("skipInitialSpace", report) == Some(true) {
        node.error(
            report,
            "skipInitialSpace",
            "passeur does not follow \"skipInitialSpace\": set \"trim\" under \"passeur\" in the schema",
        );
    }
    if let Some(rows) = node.get("headerRows")
        && *rows != serde_json::json!([1])
    {
        node.error(
            report,
            "headerRows",
            "the header is the first line; passeur finds it below titles by itself",
        );
    }
    if node.get("caseSensitiveHeader").is_some() {
        node.warn(
            report,
            "caseSensitiveHeader",
            "\"caseSensitiveHeader\" is of version 1 and is ignored; see \"headers\" under \"passeur\" in the schema",
        );
    }
    Dialect {
        delimiter: byte("delimiter", node, report),
        quote_char: byte("quoteChar", node, report),
        no_quotes: false,
        no_double_quote: node.flag("doubleQuote", report) == Some(false),
        line_terminator: node.word("lineTerminator", &[("\n", LineEnd::Lf), ("\r\n", LineEnd::CrLf)], report),
        no_header: node.flag("header", report) == Some(false),
        sheet_name: node.text("sheetName", report).map(str::to_owned),
        sheet_number: node.count("sheetNumber", 1, report).and_then(|number| u32::try_from(number).ok()),
    }
}

/// One ASCII character that can stand between or around cells.
fn byte(key: &str, node: &Node<'_>, report: &mut Report) -> Option<u8> {
    let text = node.text(key, report)?;
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\r\n\0".contains(byte) => {
            Some(*byte)
        }
        _ => {
            let message = format!(
                "\"{key}\" is one ASCII character that is no letter, digit or line end, not {text:?}"
            );
            node.error(report, key, &message);
            None
        }
    }
}

/// Labels that people write most; encoding_rs knows many more.
const LABELS: &[&str] =
    &["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "utf-16le", "utf-16be", "macintosh"];

pub(super) fn encoding(label: &str, node: &Node<'_>, report: &mut Report) -> Option<&'static Encoding> {
    let found = Encoding::for_label_no_replacement(label.trim().as_bytes());
    if found.is_none() {
        let hint = match label {
            "utf-8-sig" | "utf8-sig" => " (write \"utf-8\", and \"bom\": true under \"passeur\")".to_owned(),
            _ => near::hint(label, LABELS.iter().copied()),
        };
        node.error(report, "encoding", &format!("there is no encoding \"{label}\"{hint}"));
    }
    found
}
