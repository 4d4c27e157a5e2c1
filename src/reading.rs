//! Bytes → rows: encoding, dialect, records with their physical lines, header match.
//!
//! A file is surveyed once ([`survey`]: hash, BOM, is it UTF-8), then read in chunks of whole records ([`chunk`]).
//! A record is a slice of its chunk plus the ends of its fields, so that a chunk can be handed to another
//! core, and text is decoded only where somebody needs it ([`text`]). Nothing malformed passes in silence: each flaw is
//! marked on its row. This room knows no type and no rule of a platform.

pub mod ahead;
pub mod chunk;
pub mod dialect;
pub mod encoding;
pub mod header;
pub mod propose;
pub mod reader;
pub mod recognise;
mod samples;
pub mod split;
pub mod survey;
pub mod text;
mod transcode;
pub mod workbook;
