//! Finds an address in bytes whose encoding nobody told: UTF-8, Windows-1252 and UTF-16 of both byte orders, in any case.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::address::Address;

/// How often the address stands in the bytes. `whole`: as a whole; otherwise also as the end or the start of a longer text, as in a
/// file of a database, which puts nothing between two cells.
pub fn count(bytes: &[u8], address: &Address, whole: bool) -> u64 {
    // Four bytes a letter, and some on either side to see where the address ends.
    let around = address.as_str().len() * 4 + 8;
    let mut found = 0;
    for at in memchr::memchr_iter(b'@', bytes) {
        let before = bytes.get(at.saturating_sub(around)..at).unwrap_or_default();
        let after = bytes.get(at + 1..(at + 1 + around).min(bytes.len())).unwrap_or_default();
        found += u64::from(stands(before, after, address, whole));
    }
    found
}

fn stands(before: &[u8], after: &[u8], address: &Address, whole: bool) -> bool {
    let decoded = |encoding: &'static encoding_rs::Encoding, before: &[u8], after: &[u8]| {
        let before = encoding.decode_without_bom_handling(before).0;
        let after = encoding.decode_without_bom_handling(after).0;
        address.ends(&before, whole).is_some() && address.begins(&after, whole).is_some()
    };
    // Pairs of bytes, counted from the `@`.
    let pairs = |bytes: &[u8], from: usize| -> Vec<u8> {
        bytes.get(from..).unwrap_or_default().chunks_exact(2).flatten().copied().collect()
    };
    let even = |bytes: &[u8]| bytes.get(bytes.len() % 2..).unwrap_or_default().to_vec();
    decoded(UTF_8, before, after)
        || (!before.is_ascii() || !after.is_ascii()) && decoded(WINDOWS_1252, before, after)
        || after.first() == Some(&0) && decoded(UTF_16LE, &even(before), &pairs(after, 1))
        || before.last() == Some(&0)
            && decoded(UTF_16BE, &even(before.get(..before.len() - 1).unwrap_or_default()), &pairs(after, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn it_is_found_in_every_encoding_and_case() {
        let address = Address::parse("zoé@example.com").unwrap();
        let text = "Nom;Courriel\r\nZoë;ZOÉ@Example.com;x\r\nMax;max@example.com\r\nZoé;zoé@example.com";
        let (latin, _, _) = WINDOWS_1252.encode(text);
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("Windows-1252", latin.into_owned()),
            ("UTF-16LE", utf16(text, false)),
            ("UTF-16BE", utf16(text, true)),
            ("UTF-16LE, moved by a byte", [b"x".to_vec(), utf16(text, false)].concat()),
        ] {
            assert_eq!(count(&bytes, &address, true), 2, "{name}");
        }
    }

    #[test]
    fn a_longer_address_is_another_unless_cells_run_together() {
        let address = Address::parse("ann@example.com").unwrap();
        assert_eq!(count(b"joann@example.com,ann@example.com.au", &address, true), 0);
        assert_eq!(count(b"Royann@example.comF1980", &address, true), 0);
        assert_eq!(count(b"Royann@example.comF1980", &address, false), 1);
        assert_eq!(count(b"", &address, true), 0);
        assert_eq!(count(b"@", &address, true), 0);
    }
}
