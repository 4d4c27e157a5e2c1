//! Any bytes as a descriptor, and any text in the cells of what loads: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passeur::schema::load::load;

fuzz_target!(|input: (&str, &[u8])| {
    let (cell, descriptor) = input;
    if let Ok(loaded) = load("fuzz", descriptor) {
        for field in &loaded.schema.fields {
            let _ = field.kind.cast(cell);
        }
    }
});
