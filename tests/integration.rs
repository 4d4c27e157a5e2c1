//! Tests of the whole: real servers, real files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod delivery;
mod support;
