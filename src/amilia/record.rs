//! A snapshot row: its text → the values of its table.

use rusqlite::types::Value;

use super::{AmiliaError, Kind, Settings, day, skills};
use crate::schema::label::fold;

/// A row taken apart.
pub(super) struct Record {
    /// What tells it apart.
    pub(super) key: Value,
    /// In the order of [`columns`].
    pub(super) values: Vec<Value>,
    pub(super) person: Option<i64>,
    pub(super) account: Option<i64>,
    /// A registration of the waiting list; an unsubscribed row whose status does not mean "no mail".
    pub(super) ignored: bool,
}

/// The columns of a kind's table that come from its rows. The key comes first.
pub(super) fn columns(kind: Kind) -> Vec<&'static str> {
    let mut columns = match kind {
        Kind::People => vec!["adult_on", "skill_list"],
        Kind::Registrations => vec!["number"],
        Kind::Memberships => vec!["row_key"],
        Kind::Unsubscribed => vec!["row_key", "no_mail"],
    };
    columns.extend(kind.columns());
    let key = kind.key_column();
    columns.sort_by_key(|name| *name != key);
    columns
}

/// The cells of a row, by name.
struct Cells<'a> {
    kind: Kind,
    record: &'a csv::ByteRecord,
}

impl Cells<'_> {
    fn wrong(&self, column: &'static str, why: &'static str) -> AmiliaError {
        AmiliaError::Row { kind: self.kind.word(), column, why }
    }

    fn text(&self, column: &'static str) -> Result<Option<&str>, AmiliaError> {
        let position = self.kind.columns().iter().position(|name| *name == column);
        let cell = position.and_then(|position| self.record.get(position)).unwrap_or_default();
        let text = std::str::from_utf8(cell).map_err(|_| self.wrong(column, "is not UTF-8"))?;
        Ok((!text.is_empty()).then_some(text))
    }

    fn id(&self, column: &'static str) -> Result<Option<i64>, AmiliaError> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(column, "is not a whole number"))
    }

    fn needed(&self, column: &'static str) -> Result<i64, AmiliaError> {
        self.id(column)?.ok_or_else(|| self.wrong(column, "is empty"))
    }

    fn value(&self, column: &'static str) -> Result<Value, AmiliaError> {
        Ok(match column {
            "person_id" | "account_id" | "account_owner_id" | "program_id" | "category_id"
            | "subcategory_id" | "activity_id" | "membership_id" => {
                self.id(column)?.map_or(Value::Null, Value::Integer)
            }
            "account_owner" | "child" | "archived" => match self.text(column)? {
                None => Value::Null,
                Some("true") => Value::Integer(1),
                Some("false") => Value::Integer(0),
                Some(_) => return Err(self.wrong(column, "is neither true nor false")),
            },
            "birth_date" | "join_date" | "activity_end" | "registered_on" | "drop_in_on" | "purchased_on"
            | "effective_on" | "expires_on" | "unsubscribed_on" => match self.text(column)? {
                None => Value::Null,
                Some(text) if day::parse(text).is_some() => Value::Text(text.to_owned()),
                Some(_) => return Err(self.wrong(column, "is not a day, YYYY-MM-DD")),
            },
            "email" => match self.text(column)?.map(address) {
                Some(address) if !address.is_empty() => Value::Text(address),
                _ => Value::Null,
            },
            _ => self.text(column)?.map_or(Value::Null, |text| Value::Text(text.to_owned())),
        })
    }
}

/// An address as it is compared and sent: without outer spaces, in lower case (CI-09).
pub(super) fn address(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Takes a row apart.
pub(super) fn record(
    kind: Kind,
    cells: &csv::ByteRecord,
    settings: &Settings,
) -> Result<Record, AmiliaError> {
    let cells = Cells { kind, record: cells };
    let mut ignored = false;
    let (mut person, mut account) = (None, None);
    let mut extra: Vec<(&'static str, Value)> = Vec::new();
    let key = match kind {
        Kind::People => {
            person = Some(cells.needed("person_id")?);
            account = Some(cells.needed("account_id")?);
            let adult_on = cells.text("birth_date")?.and_then(day::parse).and_then(day::adult_on);
            extra.push(("adult_on", adult_on.map_or(Value::Null, |day| Value::Text(day.to_string()))));
            extra.push(("skill_list", skill_list(cells.text("skills")?, settings)));
            cells.value("person_id")?
        }
        Kind::Registrations => {
            person = Some(cells.needed("person_id")?);
            account = Some(cells.needed("account_id")?);
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
    let mut values = Vec::new();
    for column in columns(kind) {
        let given = extra.iter().find(|(name, _)| *name == column).map(|(_, value)| value.clone());
        values.push(match given {
            Some(value) => value,
            None if column == kind.key_column() => key.clone(),
            None => cells.value(column)?,
        });
    }
    Ok(Record { key, values, person, account, ignored })
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
