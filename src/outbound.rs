//! Outbound files: their names, their dialect, how rows become staged files.
//!
//! A row comes in checked; it leaves as bytes in exactly the dialect that the destination's schema declares. This room
//! knows no destination and sends nothing.

pub mod dialect;
pub mod name;
pub mod packaging;
pub mod replace;
pub mod staged;
