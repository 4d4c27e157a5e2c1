//! What the integration tests share. Nothing here knows a rule of the product.
#![allow(dead_code, reason = "each test uses the part of the harness that it needs")]

pub(crate) mod certificates;
pub(crate) mod fault_server;
pub(crate) mod mail_server;
pub(crate) mod password_server;
pub(crate) mod project;
pub(crate) mod ssh_server;
pub(crate) mod sshd;
pub(crate) mod web_server;
