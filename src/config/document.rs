//! `docs/configuration.md` and `docs/passeur.schema.json`, made from the table of keys, so that they cannot differ from what the loader
//! reads. After a change of the table: `PASSEUR_BLESS=1 cargo test --lib config::document`.

use serde_json::{Map, Value, json};

use super::keys::{COLUMN, Default, Key, SECTIONS, Section, Shape, TOP};

/// A JSON Schema (2020-12) of `passeur.toml`, for editors.
pub fn json_schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("passeur.toml"));
    schema.extend(object(&TOP, None));
    Value::Object(schema)
}

/// A table. `kind`: the type of destination, in a section whose keys depend on it.
fn object(section: &Section, kind: Option<&str>) -> Map<String, Value> {
    let keys = || section.keys.iter().filter(|key| key.only.is_none() || key.only == kind);
    let mut properties = Map::new();
    for key in keys() {
        let mut property = shape(&key.shape);
        if let (Some(kind), "type") = (kind, key.name) {
            property = map(json!({ "const": kind }));
        }
        property.insert("description".into(), json!(plain(key.about)));
        if let Some(default) = default_value(key) {
            property.insert("default".into(), default);
        }
        properties.insert(key.name.into(), Value::Object(property));
    }
    let required: Vec<&str> =
        keys().filter(|key| matches!(key.default, Default::Required)).map(|key| key.name).collect();
    let mut object =
        map(json!({ "type": "object", "additionalProperties": false, "properties": properties }));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    object
}

fn shape(shape: &Shape) -> Map<String, Value> {
    let part = json!({ "type": "string", "pattern": "^[a-z0-9-]+$" });
    let text = json!({ "type": "string", "minLength": 1 });
    map(match shape {
        Shape::Text | Shape::Path | Shape::Zone => text,
        Shape::Duration => {
            json!({ "type": "string", "pattern": r"^ *\d+(\.\d+)? *(ms|s|secs?|m|mins?|h|d|days?) *$" })
        }
        Shape::Term => json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 36_500 },
            { "type": "string", "pattern": r"^ *\d+ *(d|days?|weeks?|months?|y|years?) *$" },
        ] }),
        Shape::Share => json!({ "anyOf": [
            { "type": "string", "pattern": r"^ *\d+(\.\d+)? *% *$" },
            { "type": "number", "minimum": 0, "maximum": 1 },
        ] }),
        Shape::TimeOfDay => json!({ "type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$" }),
        Shape::Days => {
            let day = "([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn])";
            let part = format!(" *{day} *(- *{day} *)?");
            json!({ "type": "string", "pattern": format!("^{part}(,{part})*$") })
        }
        Shape::Rows => json!({ "type": "string", "pattern": r"^[\d _,]*\.\.[\d _,]*$" }),
        Shape::Switch => json!({ "type": "boolean" }),
        Shape::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Port => json!({ "type": "integer", "minimum": 1, "maximum": 65535 }),
        Shape::Part => part,
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Texts => json!({ "type": "array", "items": text }),
        Shape::Parts => json!({ "type": "array", "items": part, "minItems": 1, "uniqueItems": true }),
        Shape::TextOrTexts => json!({ "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }] }),
        Shape::TextMap => {
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "minProperties": 1 })
        }
        Shape::Secret => secret(),
        Shape::TextOrSecret => json!({ "anyOf": [text, secret()] }),
        Shape::Group(section) => Value::Object(object(section, None)),
        Shape::Groups(section) => json!({ "type": "array", "items": object(section, None) }),
        Shape::NamedGroups(section) => {
            let kinds: Vec<Value> =
                kinds(section).iter().map(|kind| Value::Object(object(section, Some(kind)))).collect();
            json!({ "type": "object", "additionalProperties": { "oneOf": kinds } })
        }
        Shape::Columns(section) => {
            json!({ "type": "object", "additionalProperties": { "anyOf": [text, object(section, None)] } })
        }
    })
}

/// Where a secret is found: one of the two.
fn secret() -> Value {
    let mut secret = object(&super::keys::SECRET, None);
    secret.insert("minProperties".into(), json!(1));
    secret.insert("maxProperties".into(), json!(1));
    Value::Object(secret)
}

/// The words of a section's `type`.
fn kinds(section: &Section) -> Vec<&'static str> {
    section
        .keys
        .iter()
        .find(|key| key.name == "type")
        .map(|key| match key.shape {
            Shape::Choice(words) => words.to_vec(),
            _ => Vec::new(),
        })
        .unwrap_or_default()
}

/// The default, where it is a value and not a sentence.
fn default_value(key: &Key) -> Option<Value> {
    match key.default {
        Default::Is(text) => serde_json::from_str(text).ok(),
        Default::Required => None,
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// `docs/configuration.md`.
pub fn markdown() -> String {
    let mut out = String::from(INTRODUCTION);
    for section in SECTIONS {
        let heading = match section.heading {
            "top level" => "Top level".to_owned(),
            "auth" => "`auth` of a destination".to_owned(),
            "secret" => "A secret".to_owned(),
            heading => format!("`{heading}`"),
        };
        out.push_str(&format!("\n## {heading}\n\n{}\n\n", section.about));
        out.push_str("| key | holds | when absent | meaning | example |\n|---|---|---|---|---|\n");
        for key in section.keys {
            let absent = match key.default {
                Default::Required => "refused".to_owned(),
                Default::Is(text) if text.starts_with('"') => format!("`{text}`"),
                Default::Is(text) => text.to_owned(),
            };
            let only = key.only.map(|kind| format!(" ({kind} only)")).unwrap_or_default();
            let example = match key.shape {
                Shape::Groups(_) => "see below".to_owned(),
                _ => format!("`{}`", key.example),
            };
            out.push_str(&format!(
                "| `{}`{only} | {} | {absent} | {} | {example} |\n",
                key.name,
                key.shape.words(),
                key.about
            ));
        }
        if section.heading == COLUMN.heading {
            out.push_str(COLUMN_EXAMPLE);
        }
    }
    out
}

const INTRODUCTION: &str = "# passeur.toml

<!-- Generated from src/config/keys.rs: PASSEUR_BLESS=1 cargo test --lib config::document -->

`passeur init` writes a commented one. The file is checked whole before anything runs; an error names line, column, what is allowed and
what was probably meant. Editors complete and check it with [passeur.schema.json](passeur.schema.json).
";

const COLUMN_EXAMPLE: &str = r#"
Example:

```toml
[routes.columns]
card_code = { template = "AM-{Person ID}" }
customer_key = { from = ["Email", "Account ID"], trim = true, case = "lower" }
id_program = { constant = "4" }
join_date = "Purchase date"
id_tier = { from = "Membership", map = { "Gold" = "2", "Silver" = "1" }, unmapped = "empty", default = "1" }
```
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::load::parse;
    use super::*;

    /// Compares a generated file with the committed one; writes it when `PASSEUR_BLESS` is set.
    fn current(name: &str, text: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        if std::env::var_os("PASSEUR_BLESS").is_some() {
            std::fs::write(&file, text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == text,
            "docs/{name} is not current: PASSEUR_BLESS=1 cargo test --lib config::document"
        );
    }

    #[test]
    fn the_committed_json_schema_is_current() {
        current("passeur.schema.json", &(serde_json::to_string_pretty(&json_schema()).unwrap() + "\n"));
    }

    #[test]
    fn the_committed_page_is_current() {
        current("configuration.md", &markdown());
    }

    /// A config in which one key stands with its example, and else only what is required.
    fn with_example(section: &str, key: &Key) -> String {
        let line = format!("{} = {}\n", key.name, key.example);
        let kind = key.only.unwrap_or("folder");
        let folder = "[destinations.d]\ntype = \"folder\"\npath = \"outbox\"\n";
        let sftp = "[destinations.d]\ntype = \"sftp\"\nhost = \"h\"\nuser = \"u\"\nauth = { agent = true }\n";
        let route = "[[routes]]\nname = \"r\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\n";
        let replaced = |text: &str| {
            let other: String = text
                .lines()
                .filter(|old| !old.starts_with(&format!("{} =", key.name)))
                .map(|old| format!("{old}\n"))
                .collect();
            other + &line
        };
        match section {
            "top level" => line,
            "[destinations.NAME]" if kind == "sftp" || key.name == "type" => replaced(sftp),
            "[destinations.NAME]" => replaced(folder),
            "[[routes]]" => replaced(route),
            "auth" => {
                let also = if key.name == "passphrase" { "key = \"k\"\n" } else { "" };
                replaced(
                    &sftp.replace("auth = { agent = true }\n", &format!("[destinations.d.auth]\n{also}")),
                )
            }
            "[[sets]]" => {
                let routes: String = ["groups", "contacts", "group-members"]
                    .map(|name| route.replace("\"r\"", &format!("\"{name}\"")))
                    .concat();
                let (name, list) = ("name = \"s\"", "routes = [\"groups\", \"contacts\", \"group-members\"]");
                let set: Vec<&str> =
                    [name, list].into_iter().filter(|line| !line.starts_with(key.name)).collect();
                // One of the two alone is refused.
                let also = match key.name {
                    "packaging" => "file_name = \"a.zip\"\n",
                    "file_name" => "packaging = \"zip\"\n",
                    _ => "",
                };
                format!("{routes}[[sets]]\n{}\n{also}{line}", set.join("\n"))
            }
            "[customer_base]" | "[schedule]" | "[metrics]" | "[retention]" | "[notify]" => {
                format!("{section}\n{line}")
            }
            "[routes.expect]" | "[routes.schedule]" => format!("{route}{section}\n{line}"),
            "[notify.email]" => {
                let also = match key.name {
                    "username" => "password = { env = \"MAIL_PASSWORD\" }\n",
                    "password" => "username = \"passeur\"\n",
                    _ => "",
                };
                let mail = "host = \"h\"\nfrom = \"a@example.com\"\nto = [\"b@example.com\"]\n";
                format!("{section}\n{also}{}", replaced(mail))
            }
            "[notify.webhook]" => format!("{section}\n{}", replaced("url = \"https://example.com/\"\n")),
            "secret" => format!(
                "{}[destinations.d.auth.password]\n{line}",
                sftp.replace("auth = { agent = true }\n", "")
            ),
            _ => {
                let also = match key.name {
                    "from" | "constant" | "template" => "",
                    "unmapped" => "from = \"x\"\nmap = { a = \"b\" }\n",
                    "map" => "from = \"x\"\n",
                    _ => "from = \"x\"\n",
                };
                format!("{route}[routes.columns.c]\n{also}{line}")
            }
        }
    }

    #[test]
    fn every_documented_example_loads() {
        for section in SECTIONS {
            for key in section.keys {
                let text = with_example(section.heading, key);
                if let Err(error) = parse(text, Path::new("/project/passeur.toml")) {
                    panic!("{} {}: {error}", section.heading, key.name);
                }
            }
        }
    }

    #[test]
    fn the_example_of_a_column_map_loads() {
        let columns = COLUMN_EXAMPLE.split("```").nth(1).unwrap().trim_start_matches("toml");
        let text =
            format!("[[routes]]\nname = \"r\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\n{columns}");
        assert_eq!(parse(text, Path::new("/p/passeur.toml")).unwrap().routes[0].columns.len(), 5);
    }
}
