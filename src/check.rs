//! Rows against a schema: types, constraints, keys → findings.
pub mod cell;
pub mod value;
