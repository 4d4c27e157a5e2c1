//! A snapshot row: its text → the values of its table.

use rusqlite::types::Value;

use super::{AmiliaError, Kind, Settings, day, skills};
use crate::schema::label::fold;

/// A row taken apart.
pub(super) struct Record {
    /// What tells it apart.
    pub(super) key: Value,
    /// In the order of [`Plan::columns`].
    pub(super) values: Vec<Value>,
    pub(super) person: Option<i64>,
    pub(super) account: Option<i64>,
    /// The owner behind a registration.
    pub(super) owner: Option<i64>,
    /// A registration of the waiting list; an unsubscribed row whose status does not mean "no mail".
    pub(super) ignored: bool,
}

/// The columns of a kind's table that come from its rows, and where each stands in a row.
pub(super) struct Plan {
    pub(super) kind: Kind,
    columns: Vec<Column>,
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
    pub(super) fn new(kind: Kind) -> Plan {
        let computed: &[&'static str] = match kind {
            Kind::People => &["adult_on", "skill_list"],
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
        Plan { kind, columns: computed.chain(given).collect() }
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

/// The cells of one row.
#[derive(Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    /// Takes a CSV record without its line end apart: commas, `"` around a cell, `""` inside one. `false` when it is none.
    pub(super) fn read(&mut self, line: &[u8]) -> bool {
        self.bytes.clear();
        self.ends.clear();
        let mut rest = line;
        loop {
            if let Some(quoted) = rest.strip_prefix(b"\"") {
                rest = quoted;
                loop {
                    let Some(end) = memchr::memchr(b'"', rest) else { return false };
                    let (cell, after) = rest.split_at(end);
                    self.bytes.extend_from_slice(cell);
                    rest = after.get(1..).unwrap_or_default();
                    match rest.strip_prefix(b"\"") {
                        Some(inside) => {
                            self.bytes.push(b'"');
                            rest = inside;
                        }
                        None => break,
                    }
                }
            } else {
                let end = memchr::memchr(b',', rest).unwrap_or(rest.len());
                let (cell, after) = rest.split_at(end);
                self.bytes.extend_from_slice(cell);
                rest = after;
            }
            self.ends.push(self.bytes.len());
            match rest.split_first() {
                None => return true,
                Some((b',', after)) => rest = after,
                Some(_) => return false,
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// The cells of a row, by name.
struct Named<'a> {
    kind: Kind,
    cells: &'a Cells,
    /// Addresses of people stay in the case in which they are written.
    case_counts: bool,
}

impl Named<'_> {
    fn wrong(&self, column: &'static str, why: &'static str) -> AmiliaError {
        AmiliaError::Row { kind: self.kind.word(), column, why }
    }

    fn at(&self, at: usize, column: &'static str) -> Result<Option<&str>, AmiliaError> {
        let text = std::str::from_utf8(self.cells.get(at)).map_err(|_| self.wrong(column, "is not UTF-8"))?;
        Ok((!text.is_empty()).then_some(text))
    }

    fn text(&self, column: &'static str) -> Result<Option<&str>, AmiliaError> {
        match self.kind.columns().iter().position(|name| *name == column) {
            Some(at) => self.at(at, column),
            None => Ok(None),
        }
    }

    fn number(&self, text: Option<&str>, column: &'static str) -> Result<Option<i64>, AmiliaError> {
        let Some(text) = text else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(column, "is not a whole number"))
    }

    fn id(&self, column: &'static str) -> Result<Option<i64>, AmiliaError> {
        self.number(self.text(column)?, column)
    }

    fn needed(&self, column: &'static str) -> Result<i64, AmiliaError> {
        self.id(column)?.ok_or_else(|| self.wrong(column, "is empty"))
    }

    fn value(&self, at: usize, column: &Column) -> Result<Value, AmiliaError> {
        let Some(text) = self.at(at, column.name)? else { return Ok(Value::Null) };
        Ok(match column.holds {
            Holds::Id => self.number(Some(text), column.name)?.map_or(Value::Null, Value::Integer),
            Holds::Flag => match text {
                "true" => Value::Integer(1),
                "false" => Value::Integer(0),
                _ => return Err(self.wrong(column.name, "is neither true nor false")),
            },
            Holds::Day if day::parse(text).is_none() => {
                return Err(self.wrong(column.name, "is not a day, YYYY-MM-DD"));
            }
            Holds::Address => match if self.case_counts { text.trim().to_owned() } else { address(text) } {
                address if address.is_empty() => Value::Null,
                address => Value::Text(address),
            },
            Holds::Text | Holds::Day => Value::Text(text.to_owned()),
        })
    }
}

/// An address as it is compared: without outer spaces, in lower case (CI-09). It is kept and sent so, too, unless
/// `addresses_ignore_case = false`.
pub(super) fn address(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Takes a row apart.
pub(super) fn record(plan: &Plan, cells: &Cells, settings: &Settings) -> Result<Record, AmiliaError> {
    let kind = plan.kind;
    // The unsubscribed list counts in any case.
    let case_counts = kind == Kind::People && !settings.addresses_ignore_case;
    let cells = Named { kind, cells, case_counts };
    let mut ignored = false;
    let (mut person, mut account, mut owner) = (None, None, None);
    let mut extra: Vec<(&'static str, Value)> = Vec::new();
    let key = match kind {
        Kind::People => {
            person = Some(cells.needed("person_id")?);
            account = Some(cells.needed("account_id")?);
            let adult_on = cells.text("birth_date")?.and_then(day::parse).and_then(day::adult_on);
            extra.push(("adult_on", adult_on.map_or(Value::Null, |day| Value::Text(day.to_string()))));
            extra.push(("skill_list", skill_list(cells.text("skills")?, settings)));
            person.map_or(Value::Null, Value::Integer)
        }
        Kind::Registrations => {
            person = Some(cells.needed("person_id")?);
            account = Some(cells.needed("account_id")?);
            owner = cells.id("account_owner_id")?;
            cells.needed("activity_id")?;
            let id =
                cells.text("registration_id")?.ok_or_else(|| cells.wrong("registration_id", "is empty"))?;
            if cells.text("registered_on")?.is_none() {
                return Err(cells.wrong("registered_on", "is empty"));
            }
            ignored = cells.text("status")? == Some("Waiting list");
            let digits: String = id.chars().filter(char::is_ascii_digit).collect();
            extra.push(("number", digits.parse().map_or(Value::Null, Value::Integer)));
            Value::Text(id.to_owned())
        }
        Kind::Memberships => {
            person = cells.id("person_id")?;
            account = cells.id("account_id")?;
            if cells.text("purchased_on")?.is_none() {
                return Err(cells.wrong("purchased_on", "is empty"));
            }
            let mut parts = Vec::new();
            for column in ["membership_id", "person_id", "account_id", "purchased_on", "effective_on"] {
                parts.push(cells.text(column)?.unwrap_or_default());
            }
            // By id where there is one (amilia 9.10).
            let name = cells.text("membership")?.unwrap_or_default();
            parts.push(if cells.text("membership_id")?.is_some() { "" } else { name });
            Value::Text(parts.join("|"))
        }
        Kind::Unsubscribed => {
            let Some(email) = cells.text("email")?.map(address).filter(|email| !email.is_empty()) else {
                return Err(cells.wrong("email", "is empty"));
            };
            let status = cells.text("status")?;
            let no_mail = no_mail(status, settings);
            ignored = !no_mail;
            extra.push(("no_mail", Value::Integer(i64::from(no_mail))));
            // All of the row is its key: two rows of one address never push each other out.
            let on = cells.text("unsubscribed_on")?.unwrap_or_default();
            Value::Text(format!("{email}|{}|{on}", status.unwrap_or_default()))
        }
    };
    let mut values = Vec::with_capacity(plan.columns.len());
    for column in &plan.columns {
        values.push(match column.at {
            Some(at) => cells.value(at, column)?,
            None => match extra.iter_mut().find(|(name, _)| *name == column.name) {
                Some((_, value)) => std::mem::replace(value, Value::Null),
                None => key.clone(),
            },
        });
    }
    Ok(Record { key, values, person, account, owner, ignored })
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
        let mut cells = Cells::default();
        assert!(cells.read(line.as_bytes()));
        let read: Vec<&str> =
            (0..cells.len()).map(|at| std::str::from_utf8(cells.get(at)).unwrap()).collect();
        assert_eq!(read, expected);
    }

    #[rstest]
    #[case(r#""open"#)]
    #[case(r#""a"b"#)]
    fn what_is_no_record(#[case] line: &str) {
        assert!(!Cells::default().read(line.as_bytes()));
    }
}
