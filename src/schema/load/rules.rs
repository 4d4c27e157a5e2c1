//! What the standard lacks: the key `passeur` of a table and of a field.

use std::sync::Arc;

use chrono::FixedOffset;
use serde_json::Value as Json;

use super::names;
use super::node::{Node, Report};
use crate::config::{Mode, Packaging, Send};
use crate::schema::extend::FIXED;
use crate::schema::near;
use crate::schema::types::{
    Constraints, DateOrder, FieldRules, FieldType, Quoting, Rules, Setting, StringFormat, Zone,
};
use crate::schema::vocabulary::Vocabulary;

const TABLE_KEYS: &[&str] = &[
    "version",
    "maxRows",
    "maxBytes",
    "maxCellBytes",
    "maxRowBytes",
    "headers",
    "trim",
    "dateOrder",
    "yearPivot",
    "lineBreaks",
    "bom",
    "unencodable",
    "quoting",
    "quoteHeader",
    "scope",
    "name",
    "nameHolds",
    "sameName",
    "nameDay",
    "sendsMail",
    "removesAddresses",
    "confirm",
    "modes",
    "send",
    "packaging",
    "timeZone",
    "emptyCell",
    "clear",
    "settings",
    "anyOf",
    "labels",
    "reservedLabels",
    "entity",
    "extends",
    "fixed",
    "refusedHosts",
];

pub(super) const FIELD_KEYS: &[&str] = &[
    "aliases",
    "optional",
    "formats",
    "invalid",
    "creationOnly",
    "lowercase",
    "emptyIf",
    "maxBytes",
    "personal",
    "ignoreCase",
    "identifier",
    "dateOnly",
    "values",
    "postalCode",
];

/// The rules of a table, and its version.
pub(super) fn of_table(node: &Node<'_>, report: &mut Report) -> (Rules, Option<String>) {
    node.only(TABLE_KEYS, report);
    if node.get("extends").is_some() {
        node.error(
            report,
            "extends",
            "\"extends\" is followed where schemas have names: load it through the library",
        );
    }
    for fixed in node.objects("fixed", report) {
        fixed.only(&["key", "is", "why"], report);
        let known = FIXED.iter().any(|(known, _)| fixed.get("key").and_then(Json::as_str) == Some(*known));
        if !known || fixed.text("why", report).is_none() || fixed.get("is").and_then(Json::as_array).is_none()
        {
            let keys = FIXED.map(|(key, _)| key).join(", ");
            let message = format!("what is fixed has a \"key\" ({keys}), a list \"is\", and a \"why\"");
            fixed.error(report, "", &message);
        }
    }
    let quoting = node.word(
        "quoting",
        &[
            ("necessary", Quoting::Necessary),
            ("always", Quoting::Always),
            ("non-empty", Quoting::NonEmpty),
            ("never", Quoting::Never),
        ],
        report,
    );
    let quoting = quoting.unwrap_or_default();
    let sends_mail = node.flag("sendsMail", report).unwrap_or(false);
    let rules = Rules {
        max_rows: node.count("maxRows", 1, report),
        max_bytes: node.count("maxBytes", 1, report),
        max_cell_bytes: node.count("maxCellBytes", 1, report),
        max_row_bytes: node.count("maxRowBytes", 1, report),
        normalise_headers: node
            .word("headers", &[("exact", false), ("normalised", true)], report)
            .unwrap_or(false),
        trim: node.flag("trim", report).unwrap_or(false),
        date_order: node
            .word(
                "dateOrder",
                &[("month-first", DateOrder::MonthFirst), ("day-first", DateOrder::DayFirst)],
                report,
            )
            .unwrap_or_default(),
        no_line_breaks: node.flag("lineBreaks", report) == Some(false),
        bom: node.flag("bom", report).unwrap_or(false),
        strict: None,
        replace_unencodable: node
            .word("unencodable", &[("error", false), ("replace", true)], report)
            .unwrap_or(false),
        quoting,
        quote_header: node.flag("quoteHeader", report).unwrap_or(quoting == Quoting::Always),
        scope: scope(node, report),
        name: names::grammar(node, report),
        same_name: node.flag("sameName", report).unwrap_or(false),
        name_day_of_pickup: node
            .word("nameDay", &[("run", false), ("pickup", true)], report)
            .unwrap_or(false),
        sends_mail,
        removes_addresses: removes_addresses(node, sends_mail, report),
        confirm: names::confirm(node, report),
        modes: names::words(node, "modes", &Mode::ALL.map(|mode| (mode.word(), mode)), report),
        send: names::words(
            node,
            "send",
            &[Send::All, Send::New, Send::Changed, Send::Updated].map(|send| (send.word(), send)),
            report,
        ),
        packaging: names::words(
            node,
            "packaging",
            &[Packaging::Gzip, Packaging::Zip].map(|packaging| (packaging.word(), packaging)),
            report,
        ),
        time_zone: node.text("timeZone", report).and_then(|text| match zone(text) {
            Ok(zone) => Some(zone),
            Err(message) => {
                node.error(report, "timeZone", &message);
                None
            }
        }),
        any_of: names::groups(node, report),
        entity: node.flag("entity", report).unwrap_or(false),
        refused_hosts: node.texts("refusedHosts", report).unwrap_or_default(),
        empty_cell: node.text("emptyCell", report).map(str::to_owned),
        clear: node.text("clear", report).map(str::to_owned),
        settings: settings(node, report),
        year_pivot: node.count("yearPivot", 1, report).and_then(|pivot| match i32::try_from(pivot) {
            Ok(pivot @ 1000..=9900) => Some(pivot),
            _ => {
                node.error(
                    report,
                    "yearPivot",
                    "\"yearPivot\" is a year of four digits: 1930 reads 30 as 1930 and 29 as 2029",
                );
                None
            }
        }),
    };
    (rules, node.text("version", report).map(str::to_owned))
}

/// A file that makes the platform send mail is none that takes addresses away.
fn removes_addresses(node: &Node<'_>, mails: bool, report: &mut Report) -> bool {
    let removes = node.flag("removesAddresses", report).unwrap_or(false);
    if removes && mails {
        node.error(report, "removesAddresses", "a file with \"sendsMail\" takes no addresses away");
    }
    removes && !mails
}

/// A part of a file name (DESIGN section 4): no `_`, no path separator.
fn scope(node: &Node<'_>, report: &mut Report) -> Option<String> {
    let scope = node.text("scope", report)?;
    let sound = !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !sound {
        node.error(
            report,
            "scope",
            &format!("\"scope\" is a part of a file name: letters, digits and -, not \"{scope}\""),
        );
    }
    sound.then(|| scope.to_owned())
}

fn settings(node: &Node<'_>, report: &mut Report) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for setting in node.objects("settings", report) {
        setting.only(&["name", "description"], report);
        let (Some(name), Some(description)) =
            (setting.text("name", report), setting.text("description", report))
        else {
            setting.error(report, "", "a setting has a \"name\" and a \"description\"");
            continue;
        };
        if settings.iter().any(|other| other.name == name) {
            setting.error(report, "name", &format!("there are two settings \"{name}\""));
        }
        settings.push(Setting { name: name.to_owned(), description: description.to_owned() });
    }
    settings
}

/// A time zone: an IANA name (`Europe/Paris`) or a fixed offset (`+02:00`).
///
/// # Errors
/// A sentence that says what a zone is.
pub fn zone(text: &str) -> Result<Zone, String> {
    if text == "UTC" || text == "Z" {
        return Ok(Zone::Named(chrono_tz::Tz::UTC));
    }
    if let [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] = text.as_bytes()
        && let [high, low] = hours
        && [high, low, tens, ones].into_iter().all(u8::is_ascii_digit)
    {
        let number = |tens: &u8, ones: &u8| i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
        let (hours, minutes) = (number(high, low), number(tens, ones));
        let seconds = (hours * 60 + minutes) * 60 * if *sign == b'-' { -1 } else { 1 };
        if minutes < 60
            && hours * 60 + minutes <= 14 * 60
            && let Some(offset) = FixedOffset::east_opt(seconds)
        {
            return Ok(Zone::Fixed(offset));
        }
    }
    match text.parse::<chrono_tz::Tz>() {
        // Abbreviations (EST, CET) say nothing about summer time.
        Ok(zone) if text.contains('/') => Ok(Zone::Named(zone)),
        _ => {
            let hint = near::hint(
                text,
                chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/')),
            );
            Err(format!(
                "\"{text}\" is no time zone{hint}; write a name such as Europe/Paris, or an offset such as +02:00"
            ))
        }
    }
}

/// The rules of a field, while the field is being read.
#[derive(Default)]
pub(super) struct Extra {
    pub(super) rules: FieldRules,
    pub(super) ignore_case: bool,
}

/// The rules of a field, and its further patterns.
pub(super) fn of_field(node: &Node<'_>, table: &Rules, report: &mut Report) -> (Extra, Vec<String>) {
    node.only(FIELD_KEYS, report);
    let lowercase = match node.get("lowercase") {
        Some(serde_json::Value::String(_)) => {
            let words = [("email", (false, true, false)), ("unless-case-counts", (true, false, true))];
            node.word("lowercase", &words, report).unwrap_or_default()
        }
        _ => (node.flag("lowercase", report).unwrap_or(false), false, false),
    };
    let empty_if = node.text("emptyIf", report);
    if let Some(setting) = empty_if
        && !table.settings.iter().any(|known| known.name == setting)
    {
        let hint = near::hint(setting, table.settings.iter().map(|known| known.name.as_str()));
        node.error(
            report,
            "emptyIf",
            &format!("\"emptyIf\" names the setting \"{setting}\", which the table's \"passeur\" does not have{hint}"),
        );
    }
    let rules = FieldRules {
        aliases: node.texts("aliases", report).unwrap_or_default(),
        optional: node.flag("optional", report).unwrap_or(false),
        drop_invalid: node.word("invalid", &[("drop", true)], report).unwrap_or(false),
        creation_only: node.flag("creationOnly", report).unwrap_or(false),
        lowercase: lowercase.0,
        lowercase_emails: lowercase.1,
        case_may_count: lowercase.2,
        identifier: node.flag("identifier", report).unwrap_or(false),
        warn_date_only: node.word("dateOnly", &[("warn", true)], report).unwrap_or(false),
        empty_if: empty_if.map(str::to_owned),
        max_bytes: node.count("maxBytes", 1, report),
        personal: node.flag("personal", report).unwrap_or(false),
        values: values(node, report),
        postal_code: node.word("postalCode", &[("CA", true)], report).unwrap_or(false),
    };
    let ignore_case = node.flag("ignoreCase", report).unwrap_or(false);
    (Extra { rules, ignore_case }, node.texts("formats", report).unwrap_or_default())
}

/// `"countries"`, or each canonical value with its other spellings.
fn values(node: &Node<'_>, report: &mut Report) -> Option<Arc<Vocabulary>> {
    if !matches!(node.get("values")?, Json::Object(_)) {
        return node.word("values", &[("countries", ())], report).map(|()| Vocabulary::countries());
    }
    let map = node.object("values", report)?;
    let mut vocabulary = Vocabulary::default();
    for word in map.keys() {
        let spellings = map.texts(word, report).unwrap_or_default();
        if let Err(both) = vocabulary.add(word, spellings.iter().map(String::as_str)) {
            let message =
                format!("\"{}\" stands for \"{}\" and for \"{}\"", both.spelling, both.first, both.second);
            map.error(report, word, &message);
        }
    }
    if vocabulary.words().is_empty() {
        node.error(report, "values", "\"values\" has at least one value");
    }
    Some(Arc::new(vocabulary))
}

/// Rules that would have no effect on this field are not what was meant.
pub(super) fn fits(
    node: &Node<'_>,
    kind: &FieldType,
    extra: &Extra,
    constraints: &Constraints,
    report: &mut Report,
) {
    let mut refuse = |when: bool, message: &str| {
        if when {
            node.error(report, "passeur", message);
        }
    };
    let boolean = matches!(kind, FieldType::Boolean(_));
    let text = matches!(kind, FieldType::String(_) | FieldType::Any);
    refuse(
        extra.ignore_case && !boolean && !(text && constraints.allowed.is_some()),
        "\"ignoreCase\" is for boolean fields and for texts with an \"enum\"",
    );
    refuse(
        (extra.rules.lowercase || extra.rules.lowercase_emails) && !text,
        "\"lowercase\" is for string fields",
    );
    refuse(
        extra.rules.identifier && !matches!(kind, FieldType::String(StringFormat::Default)),
        "\"identifier\" is for string fields without a format; integers are checked anyway",
    );
    let plain_text = matches!(kind, FieldType::String(StringFormat::Default));
    refuse(
        extra.rules.values.is_some() && (!plain_text || constraints.allowed.is_some()),
        "\"values\" is for string fields without a format and without an \"enum\"",
    );
    refuse(
        extra.rules.postal_code && (!plain_text || extra.rules.values.is_some()),
        "\"postalCode\" is for string fields without a format and without \"values\"",
    );
    refuse(
        extra.rules.warn_date_only && !matches!(kind, FieldType::DateTime(_)),
        "\"dateOnly\" is for datetime fields",
    );
}
