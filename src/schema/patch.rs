//! Changes to a descriptor that would let a schema accept the header of a file.

use serde_json::{Map, Value as Json, json};

use super::types::Schema;
use crate::finding::{Arg, Finding, Level, Reason, Severity};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A field gets another label.
    Alias {
        /// Name of the field.
        field: String,
        /// The label in the file.
        label: String,
    },
    /// A field's column may be missing.
    Optional {
        /// Name of the field.
        field: String,
    },
    /// The file may have more columns.
    MoreColumns,
    /// Columns may come in any order.
    AnyOrder,
}

/// The changes that answer what was found in a header. `None`: there is nothing to change, or a finding that no change of the
/// schema can answer (a column without a name, two of one name, a file that is no table).
///
/// A file that lacks more than half of the columns that it must have is another kind of file.
pub fn changes(findings: &[Finding], schema: &Schema) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        if finding.level() != Level::Header {
            return None;
        }
        let argument = |name: &str| match finding.args.iter().find(|(own, _)| *own == name) {
            Some((_, Arg::Text(text))) => text.to_string(),
            _ => String::new(),
        };
        let change = match finding.reason {
            Reason::LabelRenamed => Change::Alias { field: argument("label"), label: argument("near") },
            Reason::LabelMissing => Change::Optional { field: argument("label") },
            Reason::LabelExtra => Change::MoreColumns,
            Reason::LabelMoved => Change::AnyOrder,
            _ => return None,
        };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let missing = changes.iter().filter(|change| matches!(change, Change::Optional { .. })).count();
    let needed = schema.fields.iter().filter(|field| !field.rules.optional).count();
    (!changes.is_empty() && missing * 2 <= needed).then_some(changes)
}

/// The descriptor with the changes made, as indented JSON. Everything else keeps its place.
///
/// # Errors
/// The text is not JSON.
pub fn apply(descriptor: &str, changes: &[Change]) -> Result<String, serde_json::Error> {
    let mut root: Json = serde_json::from_str(descriptor)?;
    let table = match root.get("schema") {
        Some(Json::Object(_)) => root.get_mut("schema"),
        _ => Some(&mut root),
    };
    if let Some(Json::Object(table)) = table {
        changes.iter().for_each(|change| change.make(table));
    }
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

impl Change {
    fn make(&self, table: &mut Map<String, Json>) {
        match self {
            Change::Alias { field, label } => {
                // Aliases are looked at in normalised headers alone.
                if let Some(rules) = rules(table) {
                    rules.insert("headers".to_owned(), json!("normalised"));
                }
                if let Some(rules) = field_of(table, field).and_then(rules)
                    && let Json::Array(aliases) = rules.entry("aliases").or_insert_with(|| json!([]))
                {
                    aliases.push(json!(label));
                }
            }
            Change::Optional { field } => {
                if let Some(rules) = field_of(table, field).and_then(rules) {
                    rules.insert("optional".to_owned(), json!(true));
                }
            }
            Change::MoreColumns => {
                let more = match table.get("fieldsMatch").and_then(Json::as_str) {
                    Some("superset" | "partial") => "partial",
                    _ => "subset",
                };
                table.insert("fieldsMatch".to_owned(), json!(more));
            }
            Change::AnyOrder => {
                if matches!(table.get("fieldsMatch").and_then(Json::as_str), None | Some("exact")) {
                    table.insert("fieldsMatch".to_owned(), json!("equal"));
                }
            }
        }
    }
}

/// The object under `passeur`, made if it is missing.
fn rules(of: &mut Map<String, Json>) -> Option<&mut Map<String, Json>> {
    of.entry("passeur").or_insert_with(|| json!({})).as_object_mut()
}

fn field_of<'t>(table: &'t mut Map<String, Json>, name: &str) -> Option<&'t mut Map<String, Json>> {
    let fields = table.get_mut("fields")?.as_array_mut()?;
    let found = fields.iter_mut().filter_map(Json::as_object_mut);
    found.into_iter().find(|field| field.get("name").and_then(Json::as_str) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::FieldsMatch;
    use crate::schema::load::load;

    #[test]
    fn the_changed_descriptor_loads_and_has_the_changes() {
        let text = r#"{"name":"x","schema":{"fields":[{"name":"a"},{"name":"b","type":"integer"}]},"encoding":"utf-8"}"#;
        let changes = [
            Change::Alias { field: "a".to_owned(), label: "A 2".to_owned() },
            Change::Optional { field: "b".to_owned() },
            Change::AnyOrder,
            Change::MoreColumns,
        ];
        let patched = apply(text, &changes).unwrap();
        let schema = load("x", patched.as_bytes()).unwrap().schema;
        assert_eq!(schema.fields_match, FieldsMatch::Subset);
        assert_eq!(schema.fields[0].rules.aliases, ["A 2"]);
        assert!(schema.fields[1].rules.optional && schema.rules.normalise_headers);
        assert!(patched.starts_with("{\n  \"name\": \"x\",\n  \"schema\": {\n"), "{patched}");
    }

    #[test]
    fn what_no_schema_can_answer_is_not_answered() {
        let schema = load("x", br#"{"fields":[{"name":"a"},{"name":"b"}]}"#).unwrap().schema;
        let changes = |findings: &[Finding]| changes(findings, &schema);
        let blank = Finding::of_file(Reason::LabelBlank, vec![]);
        let missing = |label: &str| Finding::of_file(Reason::LabelMissing, vec![("label", label.into())]);
        let extra = Finding::of_file(Reason::LabelExtra, vec![]);
        let empty = Finding::of_file(Reason::EmptyFile, vec![]);
        assert_eq!(changes(&[extra.clone(), blank]), None);
        assert_eq!(changes(&[extra.clone(), empty]), None);
        assert_eq!(changes(&[]), None);
        assert!(changes(&[missing("a")]).is_some());
        assert_eq!(changes(&[missing("a"), missing("b")]), None);
        assert_eq!(changes(&[extra.clone(), extra]), Some(vec![Change::MoreColumns]));
    }
}
