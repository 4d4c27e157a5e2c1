//! Rows against a schema: types, constraints, keys → findings.
pub mod value;
