//! Outbound files: their names and their bytes.

pub mod name;
