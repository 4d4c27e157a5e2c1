//! Keys: no two accepted rows have the same. Only hashes are kept, 128 bits a row and key.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use crate::hash::{AsIs, Key};
use crate::schema::Schema;
use crate::schema::value::Value;

/// The keys of a schema. Copies hash alike, so that rows may be hashed on several threads.
#[derive(Debug, Clone)]
pub struct Keys {
    keys: Vec<Vec<usize>>,
    /// The first of `keys` is the primary key.
    has_primary: bool,
    states: [RandomState; 2],
}

/// A key whose value an earlier row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Position in [`Keys::list`].
    pub key: usize,
    /// Line of the earlier row.
    pub first: u64,
}

/// The keys of all rows accepted so far.
#[derive(Debug, Default)]
pub struct SeenKeys(Vec<HashMap<Key, u32, BuildHasherDefault<AsIs>>>);

impl Keys {
    /// The keys of a schema: primary key, unique keys, and fields with the constraint `unique`.
    pub fn new(schema: &Schema) -> Self {
        let mut keys: Vec<Vec<usize>> = Vec::new();
        let unique = schema.fields.iter().enumerate().filter(|(_, field)| field.constraints.unique);
        let single = unique.map(|(index, _)| vec![index]);
        let all = std::iter::once(schema.primary_key.clone())
            .chain(schema.unique_keys.iter().cloned())
            .chain(single);
        for key in all {
            if !key.is_empty() && !keys.contains(&key) {
                keys.push(key);
            }
        }
        let states = [RandomState::new(), RandomState::new()];
        Keys { keys, has_primary: !schema.primary_key.is_empty(), states }
    }

    /// The fields of each key, in a fixed order.
    pub fn list(&self) -> &[Vec<usize>] {
        &self.keys
    }

    /// The key at this place is the primary key.
    pub fn is_primary(&self, key: usize) -> bool {
        self.has_primary && key == 0
    }

    /// Adds the hash of each key of a row; `None` for a key with an empty part, which is not compared (the standard's rule
    /// for unique keys).
    pub fn hash<'t>(
        &self,
        values: &[Value],
        text: impl Fn(usize) -> &'t str,
        hashes: &mut Vec<Option<u128>>,
    ) {
        for key in &self.keys {
            if key.iter().any(|field| values.get(*field).is_none_or(|value| *value == Value::Null)) {
                hashes.push(None);
                continue;
            }
            let half = |state: &RandomState| {
                let mut hasher = state.build_hasher();
                key.iter().for_each(|field| hash(values[*field], text(*field), &mut hasher));
                hasher.finish()
            };
            hashes.push(Some(u128::from(half(&self.states[0])) << 64 | u128::from(half(&self.states[1]))));
        }
    }
}

impl SeenKeys {
    /// The keys of a row, by their hashes, that an earlier accepted row has.
    pub fn look(&self, hashes: &[Option<u128>], taken: &mut Vec<Taken>) {
        for (key, (seen, hash)) in self.0.iter().zip(hashes).enumerate() {
            if let Some(first) = hash.and_then(|hash| seen.get(&hash.into())) {
                taken.push(Taken { key, first: u64::from(*first) });
            }
        }
    }

    /// A row is accepted: its keys are taken from now on.
    pub fn accept(&mut self, hashes: &[Option<u128>], line: u64) {
        if self.0.len() < hashes.len() {
            self.0.resize_with(hashes.len(), HashMap::default);
        }
        // A file of so many lines would not fit into memory as keys.
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        for (seen, hash) in self.0.iter_mut().zip(hashes) {
            if let Some(hash) = hash {
                seen.entry((*hash).into()).or_insert(line);
            }
        }
    }
}

/// Values are compared, not their spelling: `007` and `7` are one integer.
fn hash(value: Value, text: &str, hasher: &mut impl Hasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Text | Value::Float(_) => text.hash(hasher),
        Value::Known(number) => number.hash(hasher),
        Value::Integer(number) => number.hash(hasher),
        Value::Number { mut mantissa, mut scale } => {
            while scale > 0 && mantissa % 10 == 0 {
                mantissa /= 10;
                scale -= 1;
            }
            (mantissa, scale).hash(hasher);
        }
        Value::Boolean(truth) => truth.hash(hasher),
        Value::Date(date) => date.hash(hasher),
        Value::Time(time) => time.hash(hasher),
        Value::DateTime(moment) | Value::Instant(moment) => moment.hash(hasher),
        Value::Year(year) => year.hash(hasher),
        Value::YearMonth(year, month) => (year, month).hash(hasher),
    }
}
