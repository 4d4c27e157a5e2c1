//! The integration tests: the binary itself, run in a project folder of its own.
//!
//! One binary for all of them, because linking takes longer than running. A test file is a `mod` line here.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop there")]

mod awkward;
mod bad_input;
mod check;
#[cfg(debug_assertions)]
mod crash;
mod customer_base;
mod decide;
mod delivery;
mod delta;
mod diagnoses;
mod expect;
mod exports;
mod forget;
mod full;
mod nights;
mod no_secret;
mod notify;
mod operations;
mod platforms;
mod probe;
mod reading;
mod receipt;
mod retention;
mod run;
mod samples;
mod service;
mod sets;
mod support;
mod survival;
mod trust;
mod unwanted;
mod watch;
