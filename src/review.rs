//! Review: what a run or a check tells a person about findings.
//!
//! Rejected rows go back in the export's own form ([`rejected`]), findings that have one cause are said once ([`causes`]),
//! and a run is summed up ([`summary`]). `check` prints text ([`terminal`]) or Frictionless's report
//! ([`frictionless`]); [`exposition`] writes figures for monitors. This room finds no problem itself and never changes a row; it takes findings as they come,
//! one row at a time, and holds memory that does not grow with the file.

pub mod causes;
pub mod diagnosis;
pub mod exposition;
pub mod frictionless;
pub mod held;
pub mod rejected;
#[cfg(test)]
pub(crate) mod samples;
pub mod setup_sheet;
pub mod summary;
pub mod terminal;
