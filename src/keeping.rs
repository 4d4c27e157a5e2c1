//! What is kept, how long, and how one person is taken out of it: the rules, over bytes and days alone.
//!
//! [`term`] tells when something has been kept long enough; [`address`] and [`search`] find an address in text and in bytes; [`rows`]
//! takes the rows of a person out of a file of rows and leaves every other byte as it is; [`content`] tells what has to be done with a
//! file of some kind. This room opens no store and decides nothing about a whole project.

pub mod address;
pub mod content;
pub mod rows;
pub mod search;
pub mod term;
