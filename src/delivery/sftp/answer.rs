//! What an error of libssh2 means.

use ssh2::{Error, ErrorCode};

/// Kinds of errors that we act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// No answer in time.
    TimedOut,
    /// The session can no longer be used.
    Dead,
    /// The server lives and says: no such file.
    NoSuchFile,
    /// … permission denied, or write-protected.
    PermissionDenied,
    /// … the name is taken. OpenSSH never says this.
    Exists,
    /// … no space, or over quota. OpenSSH never says this.
    DiskFull,
    /// … it failed, or is not supported.
    Failure,
}

/// libssh2: `LIBSSH2_ERROR_TIMEOUT`.
const TIMEOUT: i32 = -9;
/// libssh2: `LIBSSH2_ERROR_SOCKET_TIMEOUT`.
const SOCKET_TIMEOUT: i32 = -30;

/// The binding's text for the status "permission denied".
pub(super) const PERMISSION_DENIED: &str = "permission denied";

impl Answer {
    /// The meaning of an error. Every error of the session means that the connection is of no more use; a status is an answer of a
    /// server that lives.
    pub(super) fn of(error: &Error) -> Answer {
        match error.code() {
            ErrorCode::Session(TIMEOUT | SOCKET_TIMEOUT) => Answer::TimedOut,
            ErrorCode::Session(_) => Answer::Dead,
            // SSH_FX_NO_CONNECTION, SSH_FX_CONNECTION_LOST
            ErrorCode::SFTP(6 | 7) => Answer::Dead,
            // SSH_FX_NO_SUCH_FILE, SSH_FX_NO_SUCH_PATH
            ErrorCode::SFTP(2 | 10) => Answer::NoSuchFile,
            // SSH_FX_PERMISSION_DENIED, SSH_FX_WRITE_PROTECT
            ErrorCode::SFTP(3 | 12) => Answer::PermissionDenied,
            // SSH_FX_FILE_ALREADY_EXISTS
            ErrorCode::SFTP(11) => Answer::Exists,
            // SSH_FX_NO_SPACE_ON_FILESYSTEM, SSH_FX_QUOTA_EXCEEDED
            ErrorCode::SFTP(14 | 15) => Answer::DiskFull,
            ErrorCode::SFTP(_) => Answer::Failure,
        }
    }
}

/// Whether the text of an error of `write`, which has lost its code, is that of a full disk.
pub(super) fn says_full(text: &str) -> bool {
    matches!(text, "no space on filesystem" | "quota exceeded")
}

/// Whether an error while logging in is one of the connection, and not a refusal.
pub(super) fn is_dead(error: &Error) -> bool {
    // BANNER_RECV, BANNER_SEND, INVALID_MAC, SOCKET_SEND, TIMEOUT, DECRYPT, SOCKET_DISCONNECT, PROTO, SOCKET_TIMEOUT,
    // SOCKET_RECV, ENCRYPT, BAD_SOCKET
    matches!(
        error.code(),
        ErrorCode::Session(-2 | -3 | -4 | -7 | TIMEOUT | -12 | -13 | -14 | SOCKET_TIMEOUT | -43 | -44 | -45)
    )
}

/// Whether a handshake failed because no algorithm is common to both sides: KEX_FAILURE, KEY_EXCHANGE_FAILURE, HOSTKEY_INIT,
/// HOSTKEY_SIGN, METHOD_NONE, METHOD_NOT_SUPPORTED.
pub(super) fn is_mismatch(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::Session(-5 | -8 | -10 | -11 | -17 | -33))
}
