//! passeur carries exported files across: see README.md for what it does and docs/guide.md for how to set it up.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod check;
pub mod config;
pub mod delivery;
pub mod finding;
pub mod schema;
pub mod store;
