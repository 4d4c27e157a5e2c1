//! What happened at a destination, in the operator's language: messages `delivery-…` and `delivering-…` of `locales/*.ftl`. The text of the error
//! itself stays English, for logs. What servers and the system answered is quoted as they said it.

use std::fmt;
use std::path::Path;

use super::error::{Content, Detail, Doing, Method, Problem, UnknownHostKey};
use super::receipt::ReceiptError;
use super::secret::SecretError;
use super::{BrokenLine, DeliveryError, Remark};
use crate::finding::Arg;
use crate::finding::text::Texts;

/// Why something is not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    english: String,
    sentence: Sentence,
}

impl Why {
    /// The text of the error, for logs, and to tell one reason from another.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The sentence for the operator.
    pub fn said(&self, texts: Texts) -> String {
        self.sentence.said(texts)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl DeliveryError {
    /// The sentence for the operator.
    pub fn said(&self, texts: Texts) -> String {
        self.why().said(texts)
    }

    /// The error without its effects: for a report.
    pub fn why(&self) -> Why {
        let args = vec![text("destination", &self.destination), ("said", Value::Sentence(of(&self.problem)))];
        Why { english: self.to_string(), sentence: Sentence { key: "delivery-at", args } }
    }
}

impl Remark {
    /// The sentence for the operator.
    pub fn said(&self, texts: Texts) -> String {
        self.sentence().said(texts)
    }

    fn sentence(&self) -> Sentence {
        match self {
            Remark::KnownHostsLine { file, line, why } => Sentence::new(
                "delivery-known-hosts-line",
                [path("file", file), number("line", line), ("why", Value::Sentence(broken_line(*why)))],
            ),
            Remark::Receipt(ReceiptError::NotWritten { name, path: file, detail }) => Sentence::new(
                "delivery-receipt-not-written",
                [text("name", name), path("path", file), text("detail", detail)],
            ),
            Remark::Receipt(ReceiptError::NotDurable { path: folder, detail }) => {
                Sentence::new("delivery-receipt-not-durable", [path("path", folder), text("detail", detail)])
            }
        }
    }
}

/// A message, with what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sentence {
    key: &'static str,
    args: Vec<(&'static str, Value)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    /// Grouped for people, and what its noun agrees with.
    Count(u64),
    Sentence(Sentence),
}

impl Sentence {
    fn new<const N: usize>(key: &'static str, args: [(&'static str, Value); N]) -> Sentence {
        Sentence { key, args: args.into() }
    }

    fn said(&self, texts: Texts) -> String {
        let value = |value: &Value| -> Arg {
            match value {
                Value::Text(text) => text.as_str().into(),
                Value::Count(count) => (*count).into(),
                Value::Sentence(sentence) => sentence.said(texts).into(),
            }
        };
        let args: Vec<(&str, Arg)> = self.args.iter().map(|(name, of)| (*name, value(of))).collect();
        texts.say(self.key, &args)
    }
}

fn text(name: &'static str, text: &str) -> (&'static str, Value) {
    (name, Value::Text(text.to_owned()))
}

fn path(name: &'static str, path: &Path) -> (&'static str, Value) {
    (name, Value::Text(path.display().to_string()))
}

/// A number that is not grouped, as in the text of the error.
fn number(name: &'static str, number: impl ToString) -> (&'static str, Value) {
    (name, Value::Text(number.to_string()))
}

fn count(name: &'static str, count: u64) -> (&'static str, Value) {
    (name, Value::Count(count))
}

fn doing(doing: Doing) -> (&'static str, Value) {
    let key = match doing {
        Doing::Connecting => "delivering-connecting",
        Doing::LoggingIn => "delivering-logging-in",
        Doing::OpeningFolder => "delivering-opening-folder",
        Doing::Looking => "delivering-looking",
        Doing::Uploading => "delivering-uploading",
        Doing::ReadingBack => "delivering-reading-back",
        Doing::Renaming => "delivering-renaming",
        Doing::Removing => "delivering-removing",
        Doing::Listing => "delivering-listing",
    };
    ("doing", Value::Sentence(Sentence::new(key, [])))
}

fn method(method: Method) -> (&'static str, Value) {
    let key = match method {
        Method::Password => "delivering-by-password",
        Method::Key => "delivering-by-key",
        Method::AgentKeys => "delivering-by-agent-keys",
    };
    ("method", Value::Sentence(Sentence::new(key, [])))
}

fn detail(detail: &Detail) -> (&'static str, Value) {
    let sentence = match detail {
        Detail::Quoted(quoted) => return text("detail", quoted),
        Detail::NoAgentSocket => Sentence::new("delivering-no-agent-socket", []),
        Detail::NoAlgorithm => Sentence::new("delivering-no-algorithm", []),
        Detail::Unresolved(quoted) => Sentence::new("delivering-unresolved", [text("detail", quoted)]),
        Detail::NoAddress => Sentence::new("delivering-no-address", []),
    };
    ("detail", Value::Sentence(sentence))
}

fn content(name: &'static str, content: &Content) -> (&'static str, Value) {
    let sentence = match content {
        Content::Bytes(bytes) => Sentence::new("delivering-bytes", [count("count", *bytes)]),
        Content::Sha256(hash) => Sentence::new("delivering-sha256", [text("hash", hash)]),
    };
    (name, Value::Sentence(sentence))
}

fn of(problem: &Problem) -> Sentence {
    match problem {
        Problem::CannotConnect { address, detail } => {
            Sentence::new("delivery-cannot-connect", [text("address", address), self::detail(detail)])
        }
        Problem::TimedOut { doing: of, timeout } => {
            Sentence::new("delivery-timed-out", [doing(*of), number("seconds", timeout.as_secs_f32())])
        }
        Problem::ConnectionLost { doing: of, detail } => {
            Sentence::new("delivery-connection-lost", [doing(*of), text("detail", detail)])
        }
        Problem::NoCommonAlgorithm { detail } => {
            Sentence::new("delivery-no-common-algorithm", [self::detail(detail)])
        }
        Problem::HostKeyUnknown(key) => unknown_key(key),
        Problem::HostKeyNotListed { host, fingerprint, listed } => Sentence::new(
            "delivery-host-key-not-listed",
            // The list is to be copied, and so not cut: `said` is not.
            [text("host", host), text("fingerprint", fingerprint), text("said", listed)],
        ),
        Problem::HostKeyChanged { host, key_type, fingerprint, file, line } => Sentence::new(
            "delivery-host-key-changed",
            [
                text("host", host),
                text("type", key_type),
                text("fingerprint", fingerprint),
                path("file", file),
                number("line", line),
            ],
        ),
        Problem::HostKeyRevoked { host, fingerprint, file, line } => Sentence::new(
            "delivery-host-key-revoked",
            [text("host", host), text("fingerprint", fingerprint), path("file", file), number("line", line)],
        ),
        Problem::HostKeyAuthority { host, fingerprint, file, line } => Sentence::new(
            "delivery-host-key-authority",
            [text("host", host), text("fingerprint", fingerprint), path("file", file), number("line", line)],
        ),
        Problem::KnownHostsUnreadable { file, detail } => {
            Sentence::new("delivery-known-hosts-unreadable", [path("file", file), text("detail", detail)])
        }
        Problem::KnownHostsUnwritable { file, detail } => {
            Sentence::new("delivery-known-hosts-unwritable", [path("file", file), text("detail", detail)])
        }
        Problem::LoginRefused { user, method, accepted } => Sentence::new(
            "delivery-login-refused",
            [text("user", user), self::method(*method), text("accepted", accepted)],
        ),
        Problem::MethodRefused { user, method, accepted } => Sentence::new(
            "delivery-method-refused",
            [text("user", user), self::method(*method), text("accepted", accepted)],
        ),
        Problem::KeyUnreadable { path: key, detail } => {
            Sentence::new("delivery-key-unreadable", [path("path", key), text("detail", detail)])
        }
        Problem::PassphraseMissing { path: key } => {
            Sentence::new("delivery-passphrase-missing", [path("path", key)])
        }
        Problem::PassphraseWrong { path: key } => {
            Sentence::new("delivery-passphrase-wrong", [path("path", key)])
        }
        Problem::KeyUnusable { path: key, detail } => {
            Sentence::new("delivery-key-unusable", [path("path", key), text("detail", detail)])
        }
        Problem::AgentUnavailable { detail } => {
            Sentence::new("delivery-agent-unavailable", [self::detail(detail)])
        }
        Problem::AgentEmpty => Sentence::new("delivery-agent-empty", []),
        Problem::Secret(error) => secret(error),
        Problem::NoSftp { detail } => Sentence::new("delivery-no-sftp", [text("detail", detail)]),
        Problem::FolderMissing { folder } => {
            Sentence::new("delivery-folder-missing", [text("folder", folder)])
        }
        Problem::FolderNotMade { folder, detail } => {
            Sentence::new("delivery-folder-not-made", [text("folder", folder), text("detail", detail)])
        }
        Problem::PermissionDenied { doing: of, folder } => {
            Sentence::new("delivery-permission-denied", [doing(*of), text("folder", folder)])
        }
        Problem::NameTaken { name } => Sentence::new("delivery-name-taken", [text("name", name)]),
        Problem::DiskFull { folder } => Sentence::new("delivery-disk-full", [text("folder", folder)]),
        Problem::NoSafeRename { folder } => {
            Sentence::new("delivery-no-safe-rename", [text("folder", folder)])
        }
        Problem::VerifyFailed { expected, found } => {
            Sentence::new("delivery-verify-failed", [content("expected", expected), content("found", found)])
        }
        Problem::Gone { name, doing: of } => Sentence::new("delivery-gone", [text("name", name), doing(*of)]),
        Problem::Refused { doing: of, folder, detail } => {
            Sentence::new("delivery-refused", [doing(*of), text("folder", folder), text("detail", detail)])
        }
        Problem::StagedUnreadable { detail } => {
            Sentence::new("delivery-staged-unreadable", [text("detail", detail)])
        }
        Problem::StagedChanged { path: staged } => {
            Sentence::new("delivery-staged-changed", [path("path", staged)])
        }
        Problem::AddressChanged { before, after } => {
            Sentence::new("delivery-address-changed", [text("before", before), text("after", after)])
        }
        Problem::Interrupted => Sentence::new("delivery-interrupted", []),
        Problem::Uncertain { name, expected, found } => Sentence::new(
            "delivery-uncertain",
            [text("name", name), count("expected", *expected), count("found", *found)],
        ),
        Problem::Vanished { name, detail } => {
            Sentence::new("delivery-vanished", [text("name", name), text("detail", detail)])
        }
        Problem::CannotRename { since } => Sentence::new("delivery-cannot-rename", [text("since", since)]),
        Problem::CannotReadBack { since } => {
            Sentence::new("delivery-cannot-read-back", [text("since", since)])
        }
        Problem::SetHeld { set, id, name } => {
            Sentence::new("delivery-set-held", [text("set", set), text("name", name), number("id", id)])
        }
        Problem::SetNotReady { set, name, detail } => Sentence::new(
            "delivery-set-not-ready",
            [text("set", set), text("name", name), ("said", Value::Sentence(detail.sentence.clone()))],
        ),
        Problem::EarlierWaits { name, id } => {
            Sentence::new("delivery-earlier-waits", [text("name", name), number("id", id)])
        }
        Problem::EarlierUnresolved { name, id } => {
            Sentence::new("delivery-earlier-unresolved", [text("name", name), number("id", id)])
        }
        Problem::EarlierSetWaits { set } => Sentence::new("delivery-earlier-set-waits", [text("set", set)]),
        Problem::NotInConfig => Sentence::new("delivery-not-in-config", []),
        Problem::SetGathers { set } => Sentence::new("delivery-set-gathers", [text("set", set)]),
        Problem::SetUnpacked { set } => Sentence::new("delivery-set-unpacked", [text("set", set)]),
        Problem::MarkerThere { set, marker } => {
            Sentence::new("delivery-marker-there", [text("set", set), text("marker", marker)])
        }
    }
}

fn broken_line(why: BrokenLine) -> Sentence {
    let key = match why {
        BrokenLine::Empty => "delivering-line-empty",
        BrokenLine::Marker => "delivering-line-marker",
        BrokenLine::NoHost => "delivering-line-no-host",
        BrokenLine::NoKey => "delivering-line-no-key",
        BrokenLine::NoKeyOrType => "delivering-line-no-key-or-type",
        BrokenLine::KeyNotBase64 => "delivering-line-key-not-base64",
        BrokenLine::OtherType => "delivering-line-other-type",
        BrokenLine::NameNotBase64 => "delivering-line-name-not-base64",
        BrokenLine::NameCut => "delivering-line-name-cut",
        BrokenLine::NameUnknown => "delivering-line-name-unknown",
    };
    Sentence::new(key, [])
}

fn unknown_key(key: &UnknownHostKey) -> Sentence {
    let UnknownHostKey { host, destination, key_type, fingerprint, file, line, other } = key;
    let (number_of, kind) = match other {
        Some((number, kind)) => (number.to_string(), kind.as_str()),
        None => (String::new(), "none"),
    };
    Sentence::new(
        "delivery-host-key-unknown",
        [
            text("host", host),
            text("type", key_type),
            text("fingerprint", fingerprint),
            number("line", number_of),
            text("kind", kind),
            text("destination", destination),
            path("file", file),
            // The line is to be copied, and so not cut: `said` is not.
            text("said", line),
        ],
    )
}

fn secret(error: &SecretError) -> Sentence {
    match error {
        SecretError::NotSet(name) => Sentence::new("delivery-secret-not-set", [text("name", name)]),
        SecretError::NotText(name) => Sentence::new("delivery-secret-not-text", [text("name", name)]),
        SecretError::NoCredential(name) => {
            Sentence::new("delivery-secret-no-credential", [text("name", name)])
        }
        SecretError::Unreadable { path: file, detail } => {
            Sentence::new("delivery-secret-unreadable", [path("path", file), text("detail", detail)])
        }
        SecretError::NotPrivate { path: file, mode } => Sentence::new(
            "delivery-secret-not-private",
            [path("path", file), ("mode", Value::Text(format!("{mode:04o}")))],
        ),
        SecretError::NotASecret { path: file } => {
            Sentence::new("delivery-secret-not-a-secret", [path("path", file)])
        }
    }
}

#[cfg(test)]
mod tests;
