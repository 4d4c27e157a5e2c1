//! The way of one export, and of one run: this room calls the rooms below in order, and holds no rule itself.
//!
//! [`project`] loads what a run needs; [`walk`] goes over the rows of a file, [`carry`] takes a row along
//! its routes, [`delta`] compares it with what was sent; [`export`] takes one export from its bytes to
//! staged files and a rejected-rows file; [`run`] does that for the whole inbox (`taking`: the exports of a run), with the ledger, delivery, archive and
//! summary (`sets`: which of its files are delivered together; [`expect`]: what did not come); [`plan`] is the same without doing anything; [`watch`] stays up and starts runs;
//! [`health`] and [`metrics`] say for monitors how a project is; [`retention`] removes what has been kept long enough, [`forget`] takes one person out of everything;
//! [`notify`] says what there is to tell of one; [`full`] lets a route send all that it has, once.

pub mod carry;
pub mod customer_base;
pub mod decide;
pub mod delta;
pub mod error;
pub mod expect;
pub mod export;
pub mod forget;
pub mod full;
pub mod health;
pub mod holds;
mod late;
pub mod metrics;
pub mod names;
pub mod notify;
mod packing;
pub mod plan;
pub mod project;
pub mod retention;
pub mod run;
pub mod said;
mod sets;
pub mod snapshot;
pub mod summary;
mod taking;
mod unwanted;
pub mod walk;
pub mod watch;
