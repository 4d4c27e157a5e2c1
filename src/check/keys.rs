//! Keys: no two accepted rows have the same. Only hashes are kept, 128 bits a row and key.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use crate::schema::Schema;
use crate::schema::value::Value;

/// The keys of a schema and those of all rows accepted so far.
#[derive(Debug)]
pub struct Keys {
    keys: Vec<Key>,
    states: [RandomState; 2],
    /// Hashes of the row looked at last, for [`Keys::accept`].
    pending: Vec<Option<u128>>,
}

/// A key of the schema.
#[derive(Debug)]
pub struct Key {
    /// Its fields.
    pub fields: Vec<usize>,
    /// It is the primary key: empty values are not allowed.
    pub primary: bool,
    /// Line of the first row with each value.
    seen: HashMap<u128, u64, BuildHasherDefault<AsIs>>,
}

/// A key whose value an earlier row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Position in [`Keys::list`].
    pub key: usize,
    /// Line of the earlier row.
    pub first: u64,
}

/// The hashes are random already: the table takes their low half as it is.
#[derive(Debug, Default)]
struct AsIs(u64);

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

impl Keys {
    /// The keys of a schema: primary key, unique keys, and fields with the constraint `unique`.
    pub fn new(schema: &Schema) -> Self {
        let mut keys: Vec<Key> = Vec::new();
        let mut add = |fields: Vec<usize>, primary: bool| {
            if !fields.is_empty() && !keys.iter().any(|key| key.fields == fields) {
                keys.push(Key { fields, primary, seen: HashMap::default() });
            }
        };
        add(schema.primary_key.clone(), true);
        for key in &schema.unique_keys {
            add(key.clone(), false);
        }
        for (index, field) in schema.fields.iter().enumerate() {
            if field.constraints.unique {
                add(vec![index], false);
            }
        }
        let pending = vec![None; keys.len()];
        Keys { keys, states: [RandomState::new(), RandomState::new()], pending }
    }

    /// The keys, in a fixed order.
    pub fn list(&self) -> &[Key] {
        &self.keys
    }

    /// Looks a row's keys up, and remembers them for [`Keys::accept`]. A key with an empty part is not compared (the
    /// standard's rule for unique keys).
    pub fn look<'t>(&mut self, values: &[Value], text: impl Fn(usize) -> &'t str, taken: &mut Vec<Taken>) {
        for (index, key) in self.keys.iter().enumerate() {
            self.pending[index] = None;
            if key.fields.iter().any(|field| values.get(*field).is_none_or(|value| *value == Value::Null)) {
                continue;
            }
            let mut hashers = [self.states[0].build_hasher(), self.states[1].build_hasher()];
            for hasher in &mut hashers {
                for field in &key.fields {
                    hash(values[*field], text(*field), hasher);
                }
            }
            let hash = u128::from(hashers[0].finish()) << 64 | u128::from(hashers[1].finish());
            if let Some(first) = key.seen.get(&hash) {
                taken.push(Taken { key: index, first: *first });
            }
            self.pending[index] = Some(hash);
        }
    }

    /// The row looked at last is accepted: its keys are taken from now on.
    pub fn accept(&mut self, line: u64) {
        for (key, pending) in self.keys.iter_mut().zip(&mut self.pending) {
            if let Some(hash) = pending.take() {
                key.seen.entry(hash).or_insert(line);
            }
        }
    }
}

/// Values are compared, not their spelling: `007` and `7` are one integer.
fn hash(value: Value, text: &str, hasher: &mut impl Hasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Text | Value::Float(_) => text.hash(hasher),
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
