//! Rows that no file may take, although nothing is wrong with them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;

use super::project::Project;
use crate::amilia::{forget, suppressed};
use crate::check::rows::Cells;
use crate::finding::{Args, Reason};
use crate::schema::label::normalise;
use crate::schema::{Field, FieldType, Schema, StringFormat};
use crate::store::{Forgotten, Store};
use crate::transform::map::Map;

/// What a column of addresses is called in schemas that do not give it the format `email`, as [`normalise`] writes it.
const NAMES: [&str; 15] = [
    "email",
    "e mail",
    "mail",
    "email address",
    "e mail address",
    "mail address",
    "emailaddress",
    "courriel",
    "adresse courriel",
    "adresse de courriel",
    "adresse e mail",
    "adresse email",
    "adresse mail",
    "adresse electronique",
    "adresse de courrier electronique",
];

/// Addresses that no route may mail (CI-63), and persons whom none may even name (forgotten ones), and where a row has its own.
#[derive(Debug)]
pub(super) struct Unwanted {
    addresses: HashSet<String>,
    forgotten: Forgotten,
    columns: Vec<usize>,
    /// By Amilia's number, with the day.
    persons: BTreeMap<i64, String>,
    person: Option<usize>,
    /// The rows are the unsubscribed list: whoever is in it is unwanted.
    everybody: bool,
}

impl Unwanted {
    /// `None`: no row can have one. `maps`: of the routes that take the rows. The unsubscribed list itself goes out, but for who was forgotten,
    /// where all its files take addresses away (`only_removals`); into no other.
    pub(super) fn of(
        schema: &Schema,
        maps: &[&Map],
        only_removals: bool,
        project: &Project,
        store: Option<&Store>,
    ) -> io::Result<Option<Self>> {
        let Some(store) = store else { return Ok(None) };
        let list = matches!(schema.name.as_str(), "amilia/unsubscribed" | "models/unsubscribes");
        let everybody = list && !only_removals && project.config.customer_base.is_some();
        let addresses = if project.config.customer_base.is_some() && !list {
            suppressed(store.connection()).map_err(io::Error::other)?
        } else {
            HashSet::new()
        };
        let forgotten = store.forgotten().map_err(io::Error::other)?;
        let persons = forget::numbers(store.connection()).map_err(io::Error::other)?;
        let named = schema.fields.iter().enumerate().filter(|(_, field)| is_address(field));
        let mut columns: BTreeSet<usize> = named.map(|(column, _)| column).collect();
        for map in maps {
            let fields = map.target().fields.iter().enumerate().filter(|(_, field)| is_address(field));
            columns.extend(fields.flat_map(|(field, _)| map.sources(field)));
        }
        let columns: Vec<usize> = columns.into_iter().collect();
        let person = schema.fields.iter().position(|field| normalise(&field.name) == "person id");
        let person = person.filter(|_| !persons.is_empty());
        let nobody = addresses.is_empty() && forgotten.is_empty() && !everybody;
        let some = person.is_some() || (!nobody && !columns.is_empty());
        Ok(some.then_some(Unwanted { addresses, forgotten, columns, persons, person, everybody }))
    }

    /// Why no file takes a row.
    pub(super) fn why(&self, cells: &impl Cells) -> Option<(Reason, Args)> {
        let forgotten = |day: &str| (Reason::AddressForgotten, vec![("day", day.into())]);
        let person = self.person.and_then(|column| cells.text(column).trim().parse::<i64>().ok());
        if let Some(day) = person.and_then(|person| self.persons.get(&person)) {
            return Some(forgotten(day));
        }
        self.columns.iter().find_map(|column| {
            let text = cells.text(*column).trim();
            if let Some(found) = self.forgotten.find(text) {
                return Some(forgotten(&found.on));
            }
            let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
            let listed = (self.everybody && !text.is_empty())
                || self.addresses.contains(text)
                || (!is_lower && self.addresses.contains(&text.to_lowercase()));
            listed.then(|| (Reason::AddressUnsubscribed, Vec::new()))
        })
    }
}

/// Whether a column has addresses, by its format, or by one of its names: a rule that a schema forgets to name must not let a row out.
fn is_address(field: &Field) -> bool {
    let mut names = std::iter::once(&*field.name)
        .chain(field.title.as_deref())
        .chain(field.rules.aliases.iter().map(String::as_str));
    matches!(field.kind, FieldType::String(StringFormat::Email))
        || field.rules.lowercase_emails
        || names.any(|name| NAMES.contains(&&*normalise(name)))
}
