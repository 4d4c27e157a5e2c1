//! Hashes of cells and keys that hold across runs, and tables keyed by hashes.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

/// The hasher of tables whose keys are hashes already: it takes their low half as it is.
#[derive(Debug, Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// The hasher of tables whose keys are numbers from exports: numbers in a row land far apart.
#[derive(Debug, Default)]
pub struct OfNumber(u64);

impl Hasher for OfNumber {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i64(i64::from(*byte));
        }
    }
    fn write_i64(&mut self, value: i64) {
        let spread = (self.0 ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }
}

/// A hash of 128 bits as tables keep it: a `u128` would be aligned, and its tables half as large again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 16]);

impl From<u128> for Key {
    fn from(hash: u128) -> Self {
        Key(hash.to_be_bytes())
    }
}

impl From<[u8; 16]> for Key {
    fn from(hash: [u8; 16]) -> Self {
        Key(hash)
    }
}

impl From<Key> for u128 {
    fn from(key: Key) -> Self {
        u128::from_be_bytes(key.0)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128((*self).into());
    }
}

/// 64 bits of the SHA-256 of a cell; all zero for an empty one, and for no other.
pub fn cell(text: &str) -> [u8; 8] {
    if text.is_empty() {
        return [0; 8];
    }
    let hash = Sha256::digest(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    first[0] |= 1;
    first
}

/// 128 bits of the SHA-256 of the parts of a key, told apart by their lengths.
pub fn key<'t>(parts: impl Iterator<Item = &'t str>) -> u128 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_cell_is_zero() {
        assert_eq!(cell(""), [0; 8]);
        assert_ne!(cell(" "), [0; 8]);
    }

    #[test]
    fn the_parts_of_a_key_do_not_run_together() {
        assert_ne!(key(["ab", "c"].into_iter()), key(["a", "bc"].into_iter()));
        assert_ne!(key(["a", ""].into_iter()), key(["", "a"].into_iter()));
    }

    #[test]
    fn hashes_are_the_same_in_every_version() {
        assert_eq!(format!("{:x}", u64::from_be_bytes(cell("a"))), "cb978112ca1bbdca");
        assert_eq!(
            format!("{:032x}", key(["a@example.com"].into_iter())),
            "987988c6a9e470adfbab24d26616840d"
        );
    }
}
