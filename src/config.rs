//! `passeur.toml` → [`Config`].
//!
//! The config is checked whole before anything runs: unknown keys, routes to unknown destinations, column maps that name
//! no column. Every refusal names file, line, the offending text and, where it can, the likely intent. Secrets never stand in the
//! config: it names an environment variable or a file that holds them ([`Secret`]).

pub mod check;
pub mod document;
pub mod init;
pub mod load;
pub mod name;
pub mod naming;
pub mod notify;
pub mod part;
pub mod template;
pub mod types;

mod column;
mod customer_base;
mod destination;
mod expect;
mod keys;
mod marker;
mod metrics;
mod problem;
mod reader;
mod retention;
mod route;
mod schedule;
mod secrets;
mod set;
mod source;
mod values;

pub use expect::{Due, Expect, Rows, day_name};
pub use notify::{EmailConfig, MailAddress, MailTls, Notify, WebhookConfig, WebhookUrl, When};
pub use problem::{ConfigError, Problem, Problems};
pub use source::{Source, Step};
pub use types::*;
pub use values::duration;
