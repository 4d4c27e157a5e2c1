//! Any bytes as a descriptor, and any text in the cells of what loads: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passeur::schema::load::load;

// The text stands behind the descriptor and a NUL, so that schemas can be given as they are to start from.
fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().rposition(|byte| *byte == 0);
    let (descriptor, cell) = match cut {
        Some(cut) => (&bytes[..cut], String::from_utf8_lossy(&bytes[cut + 1..])),
        None => (bytes, "2026-04-03".into()),
    };
    if let Ok(loaded) = load("fuzz", descriptor) {
        for field in &loaded.schema.fields {
            let _ = field.kind.cast(&cell);
        }
    }
});
