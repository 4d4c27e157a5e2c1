//! The customer base: what passeur knows of Amilia's people, registrations and memberships, and the contacts, groups and
//! cards that follow from it (reference cyberimpact, rules CI-01 to CI-67).
//!
//! Three steps, in one transaction of the caller: a [`Loader`] takes the accepted rows of an export into the snapshot;
//! [`derive`] brings history and derived tables up to date; a [`Model`] is read from them. Who is a contact, and why, is decided in
//! `amilia/rules/`, one file a step; what leaves, in the SQL of `amilia/models/`, one file a model. Each rule stands there with its
//! number. This room opens no store, reads no file but the user's models, and names no destination.

mod day;
mod derive;
mod entries;
mod error;
pub mod explain;
mod fate;
pub mod forget;
mod fresh;
mod household;
mod kind;
mod loader;
mod models;
mod packed;
mod record;
mod rules;
mod skills;
mod spelling;
mod table;

pub use derive::{Counts, Derived, Guard, Warning, derive};
pub use entries::{Entries, RowReader};
pub use error::AmiliaError;
pub use fate::{Changes, RowFate};
pub use kind::{Kind, Mode, known, suppressed};
pub use loader::Loader;
pub use models::{Model, Models, models};

pub use crate::config::CustomerBase as Settings;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
