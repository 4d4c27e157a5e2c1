//! What the customer base takes of each kind of export: a column map like a route's, whose target is the snapshot.

use std::path::Path;
use std::sync::Arc;

use super::project::Project;
use crate::amilia::{Kind, Mode};
use crate::config::ColumnConfig;
use crate::config::check::source_field;
use crate::reading::recognise::{self, Asked};
use crate::reading::survey::glimpse;
use crate::schema::load::load;
use crate::schema::{Schema, Zone};
use crate::store::ExportRecord;
use crate::transform::map::Map;
use crate::transform::shape::Zones;

/// Column of the snapshot, column of the export, type.
type Column = (&'static str, &'static str, &'static str);

/// Columns of the built-in schemas, in the order of [`Kind::columns`].
fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::People => &[
            ("person_id", "Person ID", "integer"),
            ("account_id", "Account ID", "integer"),
            ("account_owner", "Account owner", "boolean"),
            ("account_owner_id", "Account owner ID", "integer"),
            ("first_name", "First name", "string"),
            ("last_name", "Last name", "string"),
            ("email", "Email", "string"),
            ("gender", "Gender", "string"),
            ("birth_date", "Birth date", "date"),
            ("child", "Child", "boolean"),
            ("city", "City", "string"),
            ("province", "State/Province", "string"),
            ("postal_code", "Zip/Postal Code", "string"),
            ("country", "Country", "string"),
            ("phone", "Phone", "string"),
            ("mobile", "Mobile phone", "string"),
            ("join_date", "Join date", "date"),
            ("external_id", "External ID", "string"),
            ("skills", "Skills", "string"),
            ("archived", "Archived", "boolean"),
        ],
        Kind::Registrations => &[
            ("registration_id", "Registration ID", "string"),
            ("person_id", "Person ID", "integer"),
            ("account_id", "Account ID", "integer"),
            ("account_owner_id", "Account owner ID", "integer"),
            ("program_id", "Program ID", "integer"),
            ("program", "Program", "string"),
            ("category_id", "Category ID", "integer"),
            ("category", "Category", "string"),
            ("subcategory_id", "Sub-category ID", "integer"),
            ("subcategory", "Sub-category", "string"),
            ("activity_id", "Activity ID", "integer"),
            ("activity", "Activity", "string"),
            ("activity_status", "Activity status", "string"),
            ("activity_end", "Activity end date", "date"),
            ("registered_on", "Registration date", "date"),
            ("status", "Registration status", "string"),
            ("drop_in_on", "Drop-in date", "date"),
        ],
        Kind::Memberships => &[
            ("membership_id", "Membership ID", "integer"),
            ("membership", "Membership", "string"),
            ("person_id", "Person ID", "integer"),
            ("account_id", "Account ID", "integer"),
            ("purchased_on", "Purchase date", "date"),
            ("effective_on", "Effective date", "date"),
            ("expires_on", "Expiration date", "date"),
            ("status", "Status", "string"),
            ("card", "Card", "string"),
        ],
        Kind::Unsubscribed => &[
            ("email", "Email", "string"),
            ("status", "Email status", "string"),
            ("unsubscribed_on", "Unsubscribed on", "date"),
        ],
    }
}

/// The kind of snapshot that exports of this schema feed, in a project that keeps a customer base.
pub fn kind(project: &Project, schema: &str) -> Option<Kind> {
    project.config.customer_base.as_ref().and_then(|_| Kind::of_schema(schema))
}

/// Whether the customer base has to hear of an export whose content came before: on another day it says that nothing changed since.
pub fn hears_again(project: &Project, earlier: &ExportRecord) -> bool {
    earlier.schema.as_ref().is_some_and(|schema| kind(project, schema).is_some())
}

/// Where an export stands in the order of a run: the unsubscribed list first, because no route may mail it; then people, because
/// the others refer to them. The same for all in a project without a customer base, and for what cannot be read.
pub fn rank(project: &Project, path: &Path) -> usize {
    if project.config.customer_base.is_none() {
        return 0;
    }
    let schema = glimpse(path).ok().and_then(|content| {
        let opened = recognise::open(path, &content, &project.sources, Asked::default()).ok()?;
        Some(opened.schema.name.clone())
    });
    match schema.and_then(|schema| kind(project, &schema)) {
        Some(Kind::Unsubscribed) => 0,
        Some(Kind::People) => 1,
        Some(Kind::Registrations) => 2,
        Some(Kind::Memberships) => 3,
        None => 4,
    }
}

/// What an export holds: everything, unless its name says `delta` (amilia 8, "Snapshot rule").
pub fn mode(name: &str) -> Mode {
    let lower = name.to_lowercase();
    let word = lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "delta");
    if word { Mode::Delta } else { Mode::Full }
}

/// The way of an export's rows into the snapshot. Columns that the schema lacks (a user's own may) stay empty.
///
/// # Errors
/// A schema that lacks what the snapshot cannot do without, in words.
pub fn map(kind: Kind, source: &Schema, here: Zone) -> Result<Map, String> {
    let target = Arc::new(target(kind)?);
    let known = columns(kind).iter().filter(|(_, from, _)| source_field(source, from).is_some());
    let column = |from: &str| ColumnConfig { from: vec![from.to_owned()], ..ColumnConfig::default() };
    let mapped: Vec<_> = known.map(|(name, from, _)| ((*name).to_owned(), column(from))).collect();
    let zones = Zones { source: source.rules.time_zone.unwrap_or(here), target: here };
    Map::compile(&mapped, source, &target, zones)
        .map_err(|errors| errors.iter().map(|(_, error)| error.to_string()).collect::<Vec<_>>().join("; "))
}

/// The snapshot's rows as a schema: comma, `"`, LF, UTF-8.
fn target(kind: Kind) -> Result<Schema, String> {
    let fields = columns(kind).iter().map(|(name, _, kind)| match *kind {
        "date" => serde_json::json!({ "name": name, "type": "date", "format": "%Y-%m-%d" }),
        "boolean" => serde_json::json!({
            "name": name, "type": "boolean", "trueValues": ["true"], "falseValues": ["false"],
        }),
        kind => serde_json::json!({ "name": name, "type": kind }),
    });
    let descriptor = serde_json::json!({ "fields": fields.collect::<Vec<_>>() });
    let name = format!("snapshot/{}", kind.word());
    Ok(load(&name, descriptor.to_string().as_bytes()).map_err(|error| error.to_string())?.schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::library::Library;

    #[test]
    fn the_columns_are_those_of_the_snapshot() {
        for kind in Kind::ALL {
            let names: Vec<_> = columns(kind).iter().map(|(name, _, _)| *name).collect();
            assert_eq!(names, kind.columns(), "{}", kind.word());
        }
    }

    #[test]
    fn a_delta_says_so_in_its_name() {
        for (name, mode) in [
            ("people.csv", Mode::Full),
            ("personnes delta.csv", Mode::Delta),
            ("people-DELTA-2026.xlsx", Mode::Delta),
            ("deltaplane.csv", Mode::Full),
        ] {
            assert_eq!(super::mode(name), mode, "{name}");
        }
    }

    #[test]
    fn every_column_exists_in_the_built_in_schemas() {
        let library = Library::new(None);
        for kind in Kind::ALL {
            let schema = library.get(&format!("amilia/{}", kind.word())).unwrap();
            for (name, from, _) in columns(kind) {
                assert!(source_field(&schema, from).is_some(), "{} has no {from} for {name}", schema.name);
            }
            map(kind, &schema, Zone::Named(chrono_tz::America::Toronto)).unwrap();
        }
    }
}
