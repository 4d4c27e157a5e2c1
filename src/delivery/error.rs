//! What can go wrong at a destination, and whether trying again can help.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::said::Why;
use super::secret::SecretError;
use crate::store::HoldCode;

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It can: the cause may be gone the next time.
    Transient,
    /// It cannot: a person has to change something first.
    Permanent,
    /// The request was sent and the answer never came: it may have been carried out.
    Unknown,
}

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain words")]
pub enum Doing {
    Connecting,
    LoggingIn,
    OpeningFolder,
    Looking,
    Uploading,
    ReadingBack,
    Renaming,
    Removing,
    Listing,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Doing::Connecting => "connecting",
            Doing::LoggingIn => "logging in",
            Doing::OpeningFolder => "opening the folder",
            Doing::Looking => "looking at a name",
            Doing::Uploading => "uploading",
            Doing::ReadingBack => "reading the file back",
            Doing::Renaming => "renaming",
            Doing::Removing => "removing a temporary file",
            Doing::Listing => "listing the folder",
        })
    }
}

/// What a login is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "plain words")]
pub enum Method {
    #[error("password")]
    Password,
    #[error("key")]
    Key,
    #[error("keys of the agent")]
    AgentKeys,
}

/// What is known of a failure besides its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum Detail {
    /// As the system, a library or the server said it.
    #[error("{0}")]
    Quoted(String),
    #[error("SSH_AUTH_SOCK is not set")]
    NoAgentSocket,
    #[error("this build knows no host key algorithm")]
    NoAlgorithm,
    #[error("the name cannot be resolved ({0})")]
    Unresolved(String),
    #[error("the name has no address")]
    NoAddress,
}

/// What a file holds, as far as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// So many bytes.
    Bytes(u64),
    /// Bytes with this SHA-256, in hexadecimal.
    Sha256(String),
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Bytes(count) => f.write_str(&bytes(*count)),
            Content::Sha256(hash) => write!(f, "SHA-256 {hash}"),
        }
    }
}

fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// A failure at a destination.
#[derive(Debug, thiserror::Error)]
#[error("destination {destination}: {problem}")]
pub struct DeliveryError {
    /// Name of the destination.
    pub destination: String,
    /// What happened.
    pub problem: Box<Problem>,
    /// Whether trying again can help.
    pub retry: Retry,
}

/// What happened at a destination. The texts say what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum Problem {
    #[error(
        "cannot connect to {address}: {detail}. Check host and port, and that this machine is let through; the files wait for the next run"
    )]
    CannotConnect { address: String, detail: Detail },

    #[error("no answer within {} s while {doing}. The files wait for the next run; if the server is slow, raise `timeout`", timeout.as_secs_f32())]
    TimedOut { doing: Doing, timeout: Duration },

    #[error("the connection broke while {doing} ({detail}). The files wait for the next run")]
    ConnectionLost { doing: Doing, detail: String },

    #[error(
        "the server and passeur have no algorithm in common ({detail}). Old servers offer only ssh-rsa (SHA-1) keys or SHA-1 key \
         exchange, which passeur does not use: ask the partner to offer rsa-sha2-256, ecdsa or ed25519 keys and a curve25519, ecdh or \
         SHA-2 group key exchange"
    )]
    NoCommonAlgorithm { detail: Detail },

    #[error(transparent)]
    HostKeyUnknown(Box<UnknownHostKey>),

    #[error(
        "{host} shows a host key that `host_keys` does not list: {fingerprint} (listed: {listed}). Nothing was sent. Ask the partner \
         whether they changed the key; if they did, add the new fingerprint beside the old one"
    )]
    HostKeyNotListed { host: String, fingerprint: String, listed: String },

    #[error(
        "THE HOST KEY OF {host} HAS CHANGED: it is now {key_type} {fingerprint}, but {}, line {line}, has another one. Somebody may \
         be listening in. Nothing was sent. Ask the partner; only if they confirm the new fingerprint, replace that line", file.display()
    )]
    HostKeyChanged { host: String, key_type: String, fingerprint: String, file: PathBuf, line: usize },

    #[error(
        "the host key of {host}, {fingerprint}, is revoked in {}, line {line}. Nothing was sent. Ask the partner for their new host key", file.display()
    )]
    HostKeyRevoked { host: String, fingerprint: String, file: PathBuf, line: usize },

    #[error(
        "{}, line {line}, trusts a certificate authority (@cert-authority) for {host}; passeur does not check host certificates. Pin the \
         server's own key instead: `host_keys = [\"{fingerprint}\"]`, after comparing it with the one the partner gave you", file.display()
    )]
    HostKeyAuthority { host: String, fingerprint: String, file: PathBuf, line: usize },

    #[error("cannot read {}: {detail}. It holds the host keys that you trust", file.display())]
    KnownHostsUnreadable { file: PathBuf, detail: String },

    #[error("cannot write {}: {detail}. The server let us in, but its key is not recorded", file.display())]
    KnownHostsUnwritable { file: PathBuf, detail: String },

    #[error(
        "the server refused the login of {user} with {method} (it accepts: {accepted}). Check the user name and the {method}"
    )]
    LoginRefused { user: String, method: Method, accepted: String },

    #[error(
        "the server does not accept {method} for {user}; it accepts: {accepted}. Change `auth` of the destination, or ask the partner"
    )]
    MethodRefused { user: String, method: Method, accepted: String },

    #[error("cannot read the private key {}: {detail}", path.display())]
    KeyUnreadable { path: PathBuf, detail: String },

    #[error("the private key {} has a passphrase: name it with `passphrase` in the destination (env or file)", path.display())]
    PassphraseMissing { path: PathBuf },

    #[error("the passphrase does not open the private key {}: check the secret that `passphrase` names", path.display())]
    PassphraseWrong { path: PathBuf },

    #[error(
        "{} is no private key that passeur can use ({detail}). It takes OpenSSH and PEM keys of the types ed25519, ecdsa and rsa; a \
         PuTTY key (.ppk) must be converted: puttygen KEY.ppk -O private-openssh -o KEY", path.display()
    )]
    KeyUnusable { path: PathBuf, detail: String },

    #[error("no SSH agent answers ({detail}): start one and set SSH_AUTH_SOCK, or use a key file")]
    AgentUnavailable { detail: Detail },

    #[error("the SSH agent holds no key: add one with ssh-add")]
    AgentEmpty,

    #[error(transparent)]
    Secret(#[from] SecretError),

    #[error(
        "the server lets us log in but offers no SFTP ({detail}). Ask the partner to switch SFTP on for this user"
    )]
    NoSftp { detail: String },

    #[error("there is no folder {folder} there. Check `folder`, or ask the partner to make it")]
    FolderMissing { folder: String },

    #[error("cannot make the folder {folder}: {detail}")]
    FolderNotMade { folder: String, detail: String },

    #[error(
        "permission denied while {doing} in {folder}. This user needs the right to write, rename and read there: give it, or ask the partner to"
    )]
    PermissionDenied { doing: Doing, folder: String },

    #[error(
        "{name} is there already, and passeur did not put it there under this delivery. Nothing was replaced. Find out who did; then discard ours, or release it under another name (`passeur status` says how)"
    )]
    NameTaken { name: String },

    #[error("no space is left in {folder}. Free some there, or ask the partner to")]
    DiskFull { folder: String },

    #[error(
        "the file system of {folder} can neither link nor rename without replacing, so a file could be overwritten unseen. Use a folder on a local disk (ext4, XFS, Btrfs, APFS, NTFS)"
    )]
    NoSafeRename { folder: String },

    #[error(
        "the uploaded file is not what was sent: {found}, expected {expected}. It was not renamed; the next run uploads it again"
    )]
    VerifyFailed { expected: Content, found: Content },

    #[error("the file is gone at the destination ({name}) while {doing}. The next run uploads it again")]
    Gone { name: String, doing: Doing },

    #[error(
        "the server refused while {doing} in {folder}: {detail}. Its SFTP protocol says no more; common causes are a quota, a name it does not allow, or a full disk. Ask the partner"
    )]
    Refused { doing: Doing, folder: String, detail: String },

    #[error("cannot read the staged file: {detail}")]
    StagedUnreadable { detail: String },

    #[error("the staged file {} differs from what the ledger has; it was changed after it was made. Discard it and send the export again", path.display())]
    StagedChanged { path: PathBuf },

    #[error(
        "the file was under way to {before}, and the destination is now {after}; whether it arrived there cannot be asked any more. Look there, then release or discard it"
    )]
    AddressChanged { before: String, after: String },

    #[error("stopped by a signal before it was done. The next run goes on where this one stopped")]
    Interrupted,

    #[error(
        "after a lost answer, {name} at the destination has {}, and ours has {expected}. Look at it, then release or discard ours", bytes(*found)
    )]
    Uncertain { name: String, expected: u64, found: u64 },

    #[error(
        "the server answered the rename with an error, and neither the temporary file nor {name} is there: either it was renamed and \
         picked up at once, or something removed it. Ask the partner whether they have it, then release or discard ours. The error \
         was: {detail}"
    )]
    Vanished { name: String, detail: String },

    #[error(
        "the probe of {since} found that this server does not rename, and nothing may appear there under its own name before it is whole. Nothing was \
         sent. Ask the partner to allow it; then `passeur probe` again"
    )]
    CannotRename { since: String },

    #[error(
        "the probe of {since} found that nothing can be read back there, which verify = \"content\" needs. Nothing was sent. Use verify = \"size\", or \
         ask the partner to allow reading; then `passeur probe` again"
    )]
    CannotReadBack { since: String },

    #[error(
        "it is delivered with the set {set}, of which {name} (#{id}) is held: nothing of the set is sent until that is decided (`passeur status` says how)"
    )]
    SetHeld { set: String, id: i64, name: String },

    #[error("it is delivered with the set {set}, of which {name} is not ready: {detail}")]
    SetNotReady { set: String, name: String, detail: Why },

    #[error(
        "it is delivered with the set {set}, and an export of its run is still in work: the next run goes on with it"
    )]
    SetGathers { set: String },

    #[error(
        "it waits for {name} (#{id}), which was made earlier for the same route and is not delivered yet: the files of a route get their names in \
         order. The next run goes on with both; if that one can never arrive: passeur discard {id} --reason \"…\""
    )]
    EarlierWaits { name: String, id: i64 },

    #[error(
        "it waits for {name} (#{id}), which was made earlier for the same route: its rename was begun, and whether it arrived is not known yet. The \
         next run looks there, and goes on with both; what it cannot tell, it holds for a decision (`passeur status` says how)"
    )]
    EarlierUnresolved { name: String, id: i64 },

    #[error(
        "an earlier set {set} is not delivered yet: the sets of one name become visible in order. The next run goes on with both"
    )]
    EarlierSetWaits { set: String },

    #[error("the config has no such destination any more: put it back, and the next run delivers the file")]
    NotInConfig,

    #[error("it goes inside the archive of the set {set}, which is not made yet: the next run makes it")]
    SetUnpacked { set: String },

    #[error(
        "the marker {marker} of an earlier set is there still: the partner has not taken that one yet. The set {set} waits for the next run"
    )]
    MarkerThere { set: String, marker: String },
}

/// The host key of a server that nothing stands for, with the three ways to trust it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the host key of {host} is not known: {key_type} {fingerprint}{}. Compare the fingerprint with the one the partner gave \
     you; if it is theirs, run `passeur trust {destination}`, or add `host_keys = [\"{fingerprint}\"]` to the destination, or \
     this line to {}: {line}", note(file, other.as_ref()), file.display()
)]
pub struct UnknownHostKey {
    /// The server, as known_hosts names it.
    pub host: String,
    /// Name of the destination.
    pub destination: String,
    /// `ssh-ed25519`
    pub key_type: String,
    /// `SHA256:…`
    pub fingerprint: String,
    /// The known_hosts file.
    pub file: PathBuf,
    /// The line that would trust it.
    pub line: String,
    /// What the file has instead, if anything: the number of the line, and the type of the key.
    pub other: Option<(usize, String)>,
}

/// What known_hosts has instead of the key that is shown.
fn note(file: &Path, other: Option<&(usize, String)>) -> String {
    match other {
        Some((line, kind)) => format!(
            " ({}, line {line}, has a key of the type {kind} for it, which the server no longer shows)",
            file.display()
        ),
        None => String::new(),
    }
}

impl DeliveryError {
    /// An error whose kind says whether trying again can help. A lost connection while renaming is [`Retry::Unknown`].
    pub fn new(destination: &str, problem: Problem) -> Self {
        let retry = match &problem {
            Problem::TimedOut { doing: Doing::Renaming, .. }
            | Problem::ConnectionLost { doing: Doing::Renaming, .. } => Retry::Unknown,
            Problem::CannotConnect { .. }
            | Problem::TimedOut { .. }
            | Problem::ConnectionLost { .. }
            | Problem::VerifyFailed { .. }
            | Problem::Gone { .. }
            | Problem::AgentUnavailable { .. }
            | Problem::Interrupted => Retry::Transient,
            _ => Retry::Permanent,
        };
        DeliveryError { destination: destination.to_owned(), problem: Box::new(problem), retry }
    }

    /// The connection is of no more use.
    pub fn connection_lost(&self) -> bool {
        matches!(*self.problem, Problem::TimedOut { .. } | Problem::ConnectionLost { .. })
    }

    /// Every other file of the destination would meet it too, so that trying them in this run is of no use.
    pub fn concerns_destination(&self) -> bool {
        self.hold_code().is_none()
            && !matches!(
                *self.problem,
                Problem::VerifyFailed { .. }
                    | Problem::Gone { .. }
                    | Problem::SetHeld { .. }
                    | Problem::SetNotReady { .. }
                    | Problem::SetGathers { .. }
                    | Problem::SetUnpacked { .. }
                    | Problem::MarkerThere { .. }
                    | Problem::EarlierWaits { .. }
                    | Problem::EarlierUnresolved { .. }
                    | Problem::EarlierSetWaits { .. }
            )
    }

    /// What the ledger keeps of why one file is held, beside the kind and what it has of the file: where the kind needs more to be told in any
    /// language, that alone, in the words of the server.
    pub fn hold_text(&self) -> String {
        match &*self.problem {
            Problem::Refused { detail, .. } | Problem::Vanished { detail, .. } => detail.clone(),
            Problem::NoSafeRename { folder } => folder.clone(),
            _ => self.to_string(),
        }
    }

    /// The kind under which one file is held. `None`: the cause lies with the destination as a whole (or can pass), so that files
    /// wait for the next run as they are, and nobody has to release them one by one.
    pub fn hold_code(&self) -> Option<HoldCode> {
        match *self.problem {
            Problem::PermissionDenied { .. } => Some(HoldCode::PermissionDenied),
            Problem::NameTaken { .. } => Some(HoldCode::NameTaken),
            Problem::DiskFull { .. } => Some(HoldCode::DiskFull),
            Problem::Refused { .. } => Some(HoldCode::ServerRefused),
            Problem::NoSafeRename { .. } => Some(HoldCode::NoSafeRename),
            Problem::StagedUnreadable { .. } | Problem::StagedChanged { .. } => {
                Some(HoldCode::StagedFileChanged)
            }
            Problem::AddressChanged { .. } => Some(HoldCode::DestinationChanged),
            Problem::Uncertain { .. } => Some(HoldCode::Uncertain),
            Problem::Vanished { .. } => Some(HoldCode::Vanished),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_to_a_rename_is_unknown_and_to_anything_else_transient() {
        let lost = |doing| {
            DeliveryError::new("splio", Problem::ConnectionLost { doing, detail: "closed".into() }).retry
        };
        assert_eq!(lost(Doing::Renaming), Retry::Unknown);
        assert_eq!(lost(Doing::Uploading), Retry::Transient);
    }

    #[test]
    fn an_unknown_host_key_is_told_with_all_three_ways_to_trust_it() {
        let problem = Problem::HostKeyUnknown(Box::new(UnknownHostKey {
            host: "[drop.example]:2222".into(),
            destination: "splio".into(),
            key_type: "ssh-ed25519".into(),
            fingerprint: "SHA256:abc".into(),
            file: "/home/club/.ssh/known_hosts".into(),
            line: "[drop.example]:2222 ssh-ed25519 AAAA".into(),
            other: None,
        }));
        insta::assert_snapshot!(DeliveryError::new("splio", problem), @"destination splio: the host key of [drop.example]:2222 is not known: ssh-ed25519 SHA256:abc. Compare the fingerprint with the one the partner gave you; if it is theirs, run `passeur trust splio`, or add `host_keys = [\"SHA256:abc\"]` to the destination, or this line to /home/club/.ssh/known_hosts: [drop.example]:2222 ssh-ed25519 AAAA");
    }
}
