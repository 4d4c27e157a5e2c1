//! Any labels against a schema of every kind of match: no panic, and what is placed lies in the header.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passeur::reading::header::{match_header, score};
use passeur::schema::Schema;
use passeur::schema::load::load;

static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    let mut schemas = Vec::new();
    for fields_match in ["exact", "equal", "subset", "superset", "partial"] {
        for headers in ["exact", "normalised"] {
            let text = format!(
                r#"{{"fields":[{{"name":"a"}},{{"name":"Email","passeur":{{"aliases":["Courriel"]}}}},
                {{"name":"b","passeur":{{"optional":true}}}},{{"name":"Nom de famille"}}],
                "fieldsMatch":"{fields_match}","passeur":{{"headers":"{headers}"}}}}"#
            );
            schemas.extend(load("fuzz", text.as_bytes()).map(|loaded| loaded.schema));
        }
    }
    assert_eq!(schemas.len(), 10);
    schemas
});

fuzz_target!(|labels: Vec<String>| {
    for schema in SCHEMAS.iter() {
        let (layout, _) = match_header(schema, &labels, 1);
        assert!(layout.positions.iter().flatten().all(|position| (*position as usize) < labels.len()));
        assert!(layout.least <= layout.width && layout.width as usize == labels.len());
        assert!(layout.matched <= schema.fields.len());
        (0..schema.fields.len()).for_each(|field| drop(layout.field_ref_of(field)));
        score(schema, &labels);
    }
});
