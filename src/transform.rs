//! Column maps: a checked row of an export → a row of an outbound file, one row at a time.
//!
//! A map is compiled once per route ([`map`]); a value is parsed by its source schema and written in the target schema's
//! shape and time zone ([`shape`]). This room decides nothing about whether a row is sent; the target schema is checked
//! after it.

pub mod map;
pub mod phone;
pub mod row;
pub mod shape;
pub mod zone;

#[cfg(test)]
mod tests;
