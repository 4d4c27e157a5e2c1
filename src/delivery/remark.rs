//! What the operator should know although nothing failed.

use std::path::PathBuf;

use super::receipt::ReceiptError;

/// A remark on the way to a destination. Its text is for logs; the operator's is in `said`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum Remark {
    #[error("{}, line {line}: {why}; the line is left out, the others count", file.display())]
    KnownHostsLine { file: PathBuf, line: usize, why: BrokenLine },
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

/// Why a line of known_hosts cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum BrokenLine {
    #[error("it is empty")]
    Empty,
    #[error("its marker is neither @revoked nor @cert-authority")]
    Marker,
    #[error("it names no host")]
    NoHost,
    #[error("it has no key")]
    NoKey,
    #[error("it has no key, or no key type")]
    NoKeyOrType,
    #[error("its key is not valid base64")]
    KeyNotBase64,
    #[error("its key is not of the type that it names")]
    OtherType,
    #[error("its hashed name is not valid base64")]
    NameNotBase64,
    #[error("its hashed name is cut short")]
    NameCut,
    #[error("its name is hashed in a way that is not known")]
    NameUnknown,
}
