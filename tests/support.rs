//! What several tests need.

pub(crate) mod password_server;
pub(crate) mod sshd;
