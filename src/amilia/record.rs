//! A snapshot row: its text → the cells of its table.

use std::io::Write;

use rusqlite::types::Value;

use super::packed::{Cell, Packed};
use super::rules::{Day, Window};
use super::{AmiliaError, Kind, Settings, day, skills};
use crate::check::rows::Cells;
use crate::hash;
use crate::schema::label::fold;

/// The first 128 bits of the SHA-256 of an accepted row.
pub(super) type Hash = [u8; 16];

/// What is known of a row besides its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) hash: Hash,
    /// Of what tells the row apart.
    pub(super) key: u128,
    pub(super) person: Option<i64>,
    pub(super) account: Option<i64>,
    /// The owner behind a registration.
    pub(super) owner: Option<i64>,
    /// A registration of the waiting list; an unsubscribed row whose status does not mean "no mail".
    pub(super) ignored: bool,
}

/// A row whose cells can be changed.
pub(super) struct Record {
    /// In the order of [`Plan::columns`].
    pub(super) values: Vec<Value>,
    pub(super) person: Option<i64>,
    pub(super) account: Option<i64>,
    pub(super) owner: Option<i64>,
    /// As [`Head::ignored`].
    pub(super) ignored: bool,
}

impl Record {
    /// The row with this head and these cells.
    pub(super) fn new(head: &Head, cells: Packed<'_>) -> Record {
        let Head { person, account, owner, ignored, .. } = *head;
        Record { values: cells.map(Value::from).collect(), person, account, owner, ignored }
    }

    /// Appends its cells.
    pub(super) fn pack(&self, bytes: &mut Vec<u8>) {
        self.values.iter().for_each(|value| Cell::from(value).pack(bytes));
    }
}

/// Why a row cannot be taken apart: a fault of ours, because the row check has let it through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) column: &'static str,
    pub(super) why: &'static str,
}

impl Wrong {
    /// As the error that ends the export.
    pub(super) fn of(self, kind: Kind) -> AmiliaError {
        AmiliaError::Row { kind: kind.word(), column: self.column, why: self.why }
    }
}

/// The columns of a kind's table that come from its rows, and where each stands in a row.
pub(super) struct Plan {
    pub(super) kind: Kind,
    columns: Vec<Column>,
    /// The rows are registrations of the initial load: which of them count is known at once.
    initial: Option<Window>,
}

struct Column {
    name: &'static str,
    /// In the row; `None`: computed.
    at: Option<usize>,
    holds: Holds,
}

#[derive(Clone, Copy)]
enum Holds {
    Text,
    Id,
    Flag,
    Day,
    Address,
}

impl Plan {
    /// With `initial`, the rows are the first of their kind.
    pub(super) fn new(kind: Kind, initial: Option<Window>) -> Plan {
        let initial = initial.filter(|_| kind == Kind::Registrations);
        let computed: &[&'static str] = match kind {
            Kind::People => &["adult_on", "skill_list"],
            Kind::Registrations if initial.is_some() => &["number", "left_out", "counted_on"],
            Kind::Registrations => &["number"],
            Kind::Memberships => &["row_key"],
            Kind::Unsubscribed => &["row_key", "no_mail"],
        };
        let computed = computed.iter().map(|name| Column { name, at: None, holds: Holds::Text });
        let given = kind.columns().iter().enumerate().map(|(at, name)| Column {
            name,
            at: Some(at),
            holds: match *name {
                "person_id" | "account_id" | "account_owner_id" | "program_id" | "category_id"
                | "subcategory_id" | "activity_id" | "membership_id" => Holds::Id,
                "account_owner" | "child" | "archived" => Holds::Flag,
                "birth_date" | "join_date" | "activity_end" | "registered_on" | "drop_in_on"
                | "purchased_on" | "effective_on" | "expires_on" | "unsubscribed_on" => Holds::Day,
                "email" => Holds::Address,
                _ => Holds::Text,
            },
        });
        Plan { kind, columns: computed.chain(given).collect(), initial }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// Where a column stands among them.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// The cells of one CSV record.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    ends: Vec<usize>,
}

impl Line {
    /// Takes a CSV record without its line end apart: commas, `"` around a cell, `""` inside one. `false` when it is none.
    pub(super) fn read(&mut self, line: &str) -> bool {
        self.text.clear();
        self.ends.clear();
        let mut rest = line;
        loop {
            if let Some(quoted) = rest.strip_prefix('"') {
                rest = quoted;
                loop {
                    let Some((cell, after)) = rest.split_once('"') else { return false };
                    self.text.push_str(cell);
                    rest = after;
                    match rest.strip_prefix('"') {
                        Some(inside) => {
                            self.text.push('"');
                            rest = inside;
                        }
                        None => break,
                    }
                }
            } else {
                let (cell, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                self.text.push_str(cell);
                rest = after;
            }
            self.ends.push(self.text.len());
            if rest.is_empty() {
                return true;
            }
            match rest.strip_prefix(',') {
                Some(after) => rest = after,
                None => return false,
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

impl Cells for Line {
    fn text(&self, field: usize) -> &str {
        let start = match field.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(field).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The cells of a row, by name.
struct Named<'a, C> {
    kind: Kind,
    cells: &'a C,
    /// Addresses of people stay in the case in which they are written.
    case_counts: bool,
}

impl<'a, C: Cells> Named<'a, C> {
    fn at(&self, at: usize) -> Option<&'a str> {
        Some(self.cells.text(at)).filter(|text| !text.is_empty())
    }

    fn text(&self, column: &'static str) -> Option<&'a str> {
        self.at(self.kind.columns().iter().position(|name| *name == column)?)
    }

    fn id(&self, column: &'static str) -> Result<Option<i64>, Wrong> {
        self.text(column).map(|text| number(text, column)).transpose()
    }

    fn needed(&self, column: &'static str) -> Result<i64, Wrong> {
        self.id(column)?.ok_or(Wrong { column, why: "is empty" })
    }

    /// Appends the cell of a column.
    fn pack(&self, at: usize, column: &Column, bytes: &mut Vec<u8>) -> Result<(), Wrong> {
        let wrong = |why| Wrong { column: column.name, why };
        let Some(text) = self.at(at) else {
            Cell::Null.pack(bytes);
            return Ok(());
        };
        let cell = match column.holds {
            Holds::Id => Cell::Integer(number(text, column.name)?),
            Holds::Flag => match text {
                "true" => Cell::Integer(1),
                "false" => Cell::Integer(0),
                _ => return Err(wrong("is neither true nor false")),
            },
            Holds::Day if day::parse(text).is_none() => return Err(wrong("is not a day, YYYY-MM-DD")),
            Holds::Address if !is_clean(text) => {
                let address = if self.case_counts { text.trim().to_owned() } else { address(text) };
                let cell = if address.is_empty() { Cell::Null } else { Cell::Text(address.as_bytes()) };
                cell.pack(bytes);
                return Ok(());
            }
            Holds::Text | Holds::Day | Holds::Address => Cell::Text(text.as_bytes()),
        };
        cell.pack(bytes);
        Ok(())
    }
}

fn number(text: &str, column: &'static str) -> Result<i64, Wrong> {
    text.parse().map_err(|_| Wrong { column, why: "is not a whole number" })
}

/// The text is an address as [`address`] makes them, most likely.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
}

/// An address as it is compared: without outer spaces, in lower case (CI-09). It is kept and sent so, too, unless
/// `addresses_ignore_case = false`.
pub(super) fn address(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Takes a row apart; appends its cells in the order of [`Plan::columns`]. Its hash is the caller's.
pub(super) fn take_apart(
    plan: &Plan,
    cells: &impl Cells,
    settings: &Settings,
    bytes: &mut Vec<u8>,
) -> Result<Head, Wrong> {
    let kind = plan.kind;
    // The unsubscribed list counts in any case.
    let case_counts = kind == Kind::People && !settings.addresses_ignore_case;
    let cells = Named { kind, cells, case_counts };
    let empty = |column| Wrong { column, why: "is empty" };
    let mut head =
        Head { hash: Hash::default(), key: 0, person: None, account: None, owner: None, ignored: false };
    // The columns that are computed come first.
    match kind {
        Kind::People => {
            let person = cells.needed("person_id")?;
            head.person = Some(person);
            head.account = Some(cells.needed("account_id")?);
            // Numbers in a row are spread, for a table that takes hashes as they are.
            head.key = u128::from(person.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15));
            match cells.text("birth_date").and_then(day::parse).and_then(day::adult_on) {
                Some(day) => pack_shown(day, bytes),
                None => Cell::Null.pack(bytes),
            }
            Cell::from(&skill_list(cells.text("skills"), settings)).pack(bytes);
        }
        Kind::Registrations => {
            head.person = Some(cells.needed("person_id")?);
            head.account = Some(cells.needed("account_id")?);
            head.owner = cells.id("account_owner_id")?;
            cells.needed("activity_id")?;
            let id = cells.text("registration_id").ok_or(empty("registration_id"))?;
            let registered_on = cells.text("registered_on").ok_or(empty("registered_on"))?;
            head.ignored = cells.text("status") == Some("Waiting list");
            head.key = hash::key(std::iter::once(id));
            digits(id).map_or(Cell::Null, Cell::Integer).pack(bytes);
            if let Some(window) = plan.initial {
                let day = Day::of(registered_on)
                    .ok_or(Wrong { column: "registered_on", why: "is not a day, YYYY-MM-DD" })?;
                let state = window.first_state(day, cells.text("status") == Some("Cancelled"));
                state.left_out.map_or(Cell::Null, |out| Cell::Integer(out.into())).pack(bytes);
                match state.counted_on {
                    Some(day) => Cell::Text(day.text().as_bytes()).pack(bytes),
                    None => Cell::Null.pack(bytes),
                }
            }
        }
        Kind::Memberships => {
            head.person = cells.id("person_id")?;
            head.account = cells.id("account_id")?;
            cells.text("purchased_on").ok_or(empty("purchased_on"))?;
            let mut parts = Vec::new();
            for column in ["membership_id", "person_id", "account_id", "purchased_on", "effective_on"] {
                parts.push(cells.text(column).unwrap_or_default());
            }
            // By id where there is one (amilia 9.10).
            let name = cells.text("membership").unwrap_or_default();
            parts.push(if cells.text("membership_id").is_some() { "" } else { name });
            let key = parts.join("|");
            head.key = hash::key(std::iter::once(key.as_str()));
            Cell::Text(key.as_bytes()).pack(bytes);
        }
        Kind::Unsubscribed => {
            let email = cells.text("email").map(address).filter(|email| !email.is_empty());
            let email = email.ok_or(empty("email"))?;
            let status = cells.text("status");
            let no_mail = no_mail(status, settings);
            head.ignored = !no_mail;
            // All of the row is its key: two rows of one address never push each other out.
            let on = cells.text("unsubscribed_on").unwrap_or_default();
            let key = format!("{email}|{}|{on}", status.unwrap_or_default());
            head.key = hash::key(std::iter::once(key.as_str()));
            Cell::Text(key.as_bytes()).pack(bytes);
            Cell::Integer(i64::from(no_mail)).pack(bytes);
        }
    }
    for column in &plan.columns {
        if let Some(at) = column.at {
            cells.pack(at, column, bytes)?;
        }
    }
    Ok(head)
}

/// The number that the digits of an id make (cyberimpact 9.4), where it has some and they are not too many.
fn digits(id: &str) -> Option<i64> {
    let mut digits = id.bytes().filter(u8::is_ascii_digit).map(|digit| i64::from(digit - b'0')).peekable();
    digits.peek()?;
    digits.try_fold(0_i64, |number, digit| number.checked_mul(10)?.checked_add(digit))
}

fn pack_shown(shown: impl std::fmt::Display, bytes: &mut Vec<u8>) {
    let mut text = Vec::with_capacity(10);
    // Memory takes every byte.
    let _ = write!(text, "{shown}");
    Cell::Text(&text).pack(bytes);
}

/// The names in a cell of skills, as JSON.
pub(super) fn skill_list(cell: Option<&str>, settings: &Settings) -> Value {
    let names = cell.map(|cell| skills::names(cell, &settings.known_skills, settings.skills_comma_separates));
    match names {
        Some(names) if !names.is_empty() => Value::Text(serde_json::json!(names).to_string()),
        _ => Value::Null,
    }
}

/// Whether a row of the unsubscribed list means "no mail" (amilia 8.4).
pub(super) fn no_mail(status: Option<&str>, settings: &Settings) -> bool {
    if settings.every_row_unsubscribes {
        return true;
    }
    let status = fold(status.unwrap_or_default().trim());
    settings.unsubscribed_statuses.iter().any(|known| fold(known.trim()) == status)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a,b", &["a", "b"])]
    #[case("", &[""])]
    #[case(",", &["", ""])]
    #[case(r#""a, b",c"#, &["a, b", "c"])]
    #[case(r#""say ""hi""","""" "#.trim(), &["say \"hi\"", "\""])]
    #[case("\"two\nlines\",", &["two\nlines", ""])]
    #[case(r#"a"b,c"#, &["a\"b", "c"])]
    fn a_record_is_taken_apart(#[case] line: &str, #[case] expected: &[&str]) {
        let mut cells = Line::default();
        assert!(cells.read(line));
        let read: Vec<&str> = (0..cells.len()).map(|at| cells.text(at)).collect();
        assert_eq!(read, expected);
    }

    #[rstest]
    #[case(r#""open"#)]
    #[case(r#""a"b"#)]
    fn what_is_no_record(#[case] line: &str) {
        assert!(!Line::default().read(line));
    }

    #[rstest]
    #[case("SUB-50012", Some(50012))]
    #[case("A1-B2", Some(12))]
    #[case("SUB", None)]
    #[case("99999999999999999999", None)]
    fn cyberimpact_9_4_the_digits_of_an_id(#[case] id: &str, #[case] expected: Option<i64>) {
        assert_eq!(digits(id), expected);
    }

    #[rstest]
    #[case("a@example.com", Cell::Text(b"a@example.com"))]
    #[case(" A@Example.COM ", Cell::Text(b"a@example.com"))]
    #[case("\u{a0}\u{c9}@example.com", Cell::Text("\u{e9}@example.com".as_bytes()))]
    #[case(" ", Cell::Null)]
    fn ci_09_an_address_is_kept_clean(#[case] cell: &str, #[case] expected: Cell<'_>) {
        let mut line = Line::default();
        assert!(line.read(&format!("1,2,,,,,{cell},,,,,,,,,,,,,")));
        let mut bytes = Vec::new();
        let plan = Plan::new(Kind::People, None);
        take_apart(&plan, &line, &Settings::default(), &mut bytes).unwrap();
        assert_eq!(Packed(&bytes).nth(plan.position("email").unwrap()), Some(expected));
    }
}
