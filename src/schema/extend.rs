//! `passeur.extends`: a user's schema that says only what differs from another one, so that a partner's new rules reach it too.
//!
//! Objects are merged key by key, fields by their name; a field that the other schema lacks comes last. Everything else is
//! replaced. Works on JSON, before anything is compiled: the result is checked like a descriptor that says it all.

use serde_json::{Map, Value as Json};

/// The name of the schema that a descriptor extends.
pub(super) fn base_of(descriptor: &Json) -> Option<&str> {
    table(descriptor)?.get("passeur")?.get("extends")?.as_str()
}

/// The table of a descriptor: inside `schema` of a Data Resource, or the whole.
fn table(descriptor: &Json) -> Option<&Json> {
    descriptor.get("schema").or(Some(descriptor))
}

/// A hard rule of a platform (`passeur.fixed`) that a schema of a user's would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// What is fixed: `bom`, `encoding`, …
    pub(super) key: String,
    /// What it must be.
    pub(super) is: String,
    /// Why.
    pub(super) why: String,
}

/// What can be fixed, and where it stands in a descriptor.
pub(super) const FIXED: [(&str, Place); 6] = [
    ("bom", Place::Passeur),
    ("quoting", Place::Passeur),
    ("lineBreaks", Place::Passeur),
    ("delimiter", Place::Dialect),
    ("header", Place::Dialect),
    ("encoding", Place::Top),
];

/// A part of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `passeur` of the table.
    Passeur,
    /// `dialect` of the resource.
    Dialect,
    /// The resource itself.
    Top,
}

/// The first of the platform's hard rules in `base` that `own` breaks. A rule is no setting: a file that breaks it is refused by the platform, or harms.
pub(super) fn breaks(base: &Json, own: &Json) -> Option<Broken> {
    fixed_of(base).find_map(|rule| {
        let key = rule.get("key")?.as_str()?;
        let (_, place) = FIXED.iter().find(|(known, _)| *known == key)?;
        let said = match place {
            Place::Passeur => table(own)?.get("passeur")?.get(key)?,
            Place::Dialect => own.get("dialect")?.get(key)?,
            Place::Top => own.get(key)?,
        };
        let allowed = rule.get("is")?.as_array()?;
        (!allowed.iter().any(|allowed| same(allowed, said))).then(|| Broken {
            key: key.to_owned(),
            is: allowed.iter().map(Json::to_string).collect::<Vec<_>>().join(" or "),
            why: rule.get("why").and_then(Json::as_str).unwrap_or_default().to_owned(),
        })
    })
}

fn fixed_of(descriptor: &Json) -> impl Iterator<Item = &Json> {
    let fixed = table(descriptor).and_then(|table| table.get("passeur")?.get("fixed")?.as_array());
    fixed.into_iter().flatten()
}

fn same(one: &Json, other: &Json) -> bool {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other.trim()),
        _ => one == other,
    }
}

/// The descriptor `own` in front of `base`.
pub(super) fn extended(base: Json, own: Json) -> Json {
    let (Json::Object(mut base), Json::Object(mut own)) = (base, own) else { return Json::Null };
    // A bare table extends the table of a resource.
    if own.get("schema").is_none() && base.contains_key("schema") {
        own = about_and_table(own);
    } else if own.contains_key("schema") && base.get("schema").is_none() {
        base = about_and_table(base);
    }
    // Hard rules are added to, never taken away.
    let rules =
        |of: &Map<String, Json>| -> Vec<Json> { fixed_of(&Json::Object(of.clone())).cloned().collect() };
    let rules = [rules(&base), rules(&own)].concat();
    let mut merged = merge(base, own);
    let table = if merged.contains_key("schema") {
        merged.get_mut("schema").and_then(Json::as_object_mut)
    } else {
        Some(&mut merged)
    };
    if let Some(passeur) = table.and_then(|table| table.get_mut("passeur")).and_then(Json::as_object_mut) {
        passeur.remove("extends");
        if !rules.is_empty() {
            passeur.insert("fixed".into(), Json::Array(rules));
        }
    }
    Json::Object(merged)
}

/// A bare table as a resource: what both may have stays at the top.
fn about_and_table(table: Map<String, Json>) -> Map<String, Json> {
    let top = ["$schema", "title", "description", "version", "sources"];
    let (about, table): (Map<_, _>, Map<_, _>) =
        table.into_iter().partition(|(key, _)| top.contains(&key.as_str()));
    let mut resource = about;
    resource.insert("schema".into(), Json::Object(table));
    resource
}

fn merge(mut base: Map<String, Json>, own: Map<String, Json>) -> Map<String, Json> {
    for (key, value) in own {
        let value = match (base.remove(&key), value) {
            (Some(Json::Object(base)), Json::Object(own)) => Json::Object(merge(base, own)),
            (Some(Json::Array(base)), Json::Array(own)) if key == "fields" => Json::Array(fields(base, own)),
            (_, value) => value,
        };
        base.insert(key, value);
    }
    base
}

fn fields(mut base: Vec<Json>, own: Vec<Json>) -> Vec<Json> {
    for field in own {
        let same = base
            .iter_mut()
            .find(|known| known.get("name").is_some() && known.get("name") == field.get("name"));
        match (same, field) {
            (Some(known), Json::Object(field)) => {
                if let Json::Object(before) = known.take() {
                    *known = Json::Object(merge(before, field));
                }
            }
            (_, field) => base.push(field),
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_said_and_the_rest_stays() {
        let base = json!({
            "title": "A", "encoding": "utf-8", "dialect": { "delimiter": ";", "header": true },
            "schema": {
                "fields": [{ "name": "a", "type": "string", "constraints": { "required": true } }],
                "passeur": { "scope": "x", "maxRows": 10 }
            }
        });
        let own = json!({
            "title": "Mine", "dialect": { "delimiter": "," },
            "schema": {
                "fields": [{ "name": "a", "constraints": { "maxLength": 5 } }, { "name": "club", "type": "integer" }],
                "passeur": { "extends": "x/y", "maxRows": 5 }
            }
        });
        assert_eq!(base_of(&own), Some("x/y"));
        let merged = extended(base, own);
        assert_eq!(
            merged,
            json!({
                "title": "Mine", "encoding": "utf-8", "dialect": { "delimiter": ",", "header": true },
                "schema": {
                    "fields": [
                        { "name": "a", "type": "string", "constraints": { "required": true, "maxLength": 5 } },
                        { "name": "club", "type": "integer" }
                    ],
                    "passeur": { "scope": "x", "maxRows": 5 }
                }
            })
        );
    }

    #[test]
    fn a_hard_rule_of_the_base_is_kept_and_what_breaks_it_is_found() {
        let base = json!({ "schema": { "fields": [], "passeur": { "fixed": [
            { "key": "bom", "is": [false], "why": "no mark" },
            { "key": "encoding", "is": ["utf-8", "iso-8859-1"], "why": "two encodings" },
            { "key": "header", "is": [true], "why": "a header" },
        ] } } });
        let broken = |own: Json| breaks(&base, &own).map(|broken| (broken.key, broken.is));
        let found = |key: &str, is: &str| Some((key.to_owned(), is.to_owned()));
        assert_eq!(broken(json!({ "schema": { "passeur": { "bom": false, "maxRows": 5 } } })), None);
        assert_eq!(broken(json!({ "schema": { "passeur": { "bom": true } } })), found("bom", "false"));
        assert_eq!(broken(json!({ "passeur": { "bom": true } })), found("bom", "false"), "a bare table");
        assert_eq!(broken(json!({ "encoding": "ISO-8859-1" })), None);
        assert_eq!(
            broken(json!({ "encoding": "windows-1252" })),
            found("encoding", "\"utf-8\" or \"iso-8859-1\"")
        );
        assert_eq!(broken(json!({ "dialect": { "header": false } })), found("header", "true"));
        let own = json!({ "schema": { "passeur": { "extends": "x", "fixed": [] } } });
        let next = extended(base.clone(), own);
        assert!(
            breaks(&next, &json!({ "passeur": { "bom": true } })).is_some(),
            "nobody takes a rule away: {next}"
        );
    }

    #[test]
    fn a_bare_table_extends_the_table_of_a_resource() {
        let base = json!({ "title": "A", "schema": { "fields": [{ "name": "a" }] } });
        let own = json!({ "title": "B", "fields": [{ "name": "b" }], "passeur": { "extends": "x" } });
        let merged = json!({ "title": "B", "schema": { "fields": [{ "name": "a" }, { "name": "b" }], "passeur": {} } });
        assert_eq!(extended(base, own), merged);
    }
}
