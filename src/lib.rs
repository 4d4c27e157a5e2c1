//! passeur carries exported files across: people drop Amilia exports into an inbox folder; it reads, checks, transforms and
//! delivers them as correctly named files to the SFTP drops of marketing platforms, and hands every row that it refused back to
//! a person, with the reason.
//!
//! The rooms, top to bottom; each imports only from those below it:
//!
//! | room | what it is for |
//! |---|---|
//! | [`cli`] | the command line, one file a command |
//! | [`pipeline`] | the way of one export, and of one run |
//! | [`notify`] | who is told of a run: digest, mail, webhook |
//! | [`review`] | rejected rows, summaries, reports |
//! | [`keeping`] | how long things are kept, and how a person is taken out of them |
//! | [`delivery`] | destinations and the delivery protocol |
//! | [`outbound`] | names, dialect and staging of outbound files |
//! | [`transform`] | column maps |
//! | [`amilia`] | the customer base: snapshot, contact rules, models |
//! | [`check`] | rows against a schema → findings |
//! | [`reading`] | bytes → rows |
//! | [`intake`] | the inbox |
//! | [`store`] | the ledger |
//! | [`schema`] | descriptor → compiled schema |
//! | [`config`] | `passeur.toml` |
//! | [`finding`] | findings and their sentences |
//!
//! The way of an export: `intake → reading → check → transform → check → outbound → store → delivery → review`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod amilia;
pub mod check;
pub mod cli;
pub mod config;
pub mod delivery;
pub mod fault;
pub mod finding;
pub mod hash;
pub mod intake;
pub mod keeping;
pub mod notify;
pub mod outbound;
pub mod pipeline;
pub mod platform;
pub mod reading;
pub mod review;
pub mod schema;
pub mod store;
pub mod suggest;
pub mod transform;
