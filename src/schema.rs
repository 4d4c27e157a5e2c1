//! Schemas: a Frictionless Table Schema v2 (or a Data Resource that holds one), compiled.
//!
//! A descriptor ([`load`]) becomes a [`Schema`]: every pattern, list and limit is ready to use, so that nothing is
//! looked up by name while rows pass. What the standard lacks lives under one key, `passeur` ([`Rules`], [`FieldRules`]).
//! [`cast`] reads the text of a cell, or of a bound in a descriptor, as a value of a field's type.
//! This room knows no file and no row.

pub mod cast;
mod extend;
pub mod infer;
pub mod label;
pub mod library;
pub mod load;
pub mod memo;
pub mod near;
pub mod patch;
pub mod pattern;
mod repertoire;
pub mod settings;
pub mod types;
pub mod value;
pub mod vocabulary;

pub use repertoire::{Repertoire, Strict};
pub use types::*;
