//! Rows against a schema: form, types, constraints, keys → findings.
//!
//! All findings of a row, not the first. Nothing is kept in memory from row to row but hashes of keys and counts of
//! what the columns hold ([`columns`]). This room knows
//! no route and writes nothing.

pub mod cell;
pub mod columns;
pub mod form;
pub mod keys;
pub mod order;
pub mod rows;
