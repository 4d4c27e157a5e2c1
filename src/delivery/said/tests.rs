use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::finding::Language;

fn file() -> PathBuf {
    "/home/club/.ssh/known_hosts".into()
}

fn some(word: &str) -> String {
    word.to_owned()
}

fn key(other: Option<(usize, String)>) -> Problem {
    Problem::HostKeyUnknown(Box::new(UnknownHostKey {
        host: some("drop.example"),
        destination: some("splio"),
        key_type: some("ssh-rsa"),
        fingerprint: some("SHA256:abc"),
        file: file(),
        // Longer than what a sentence usually quotes.
        line: format!("drop.example ssh-rsa {}", "A".repeat(400)),
        other,
    }))
}

/// Every problem, and every way of saying it.
fn all() -> Vec<Problem> {
    let folder = || some("/in");
    let detail = || some("why");
    let name = || some("a.csv");
    let set = || some("base");
    let mut problems = vec![
        Problem::CannotConnect { address: some("drop.example:22"), detail: Detail::Quoted(detail()) },
        Problem::CannotConnect { address: some("drop.example:22"), detail: Detail::Unresolved(detail()) },
        Problem::CannotConnect { address: some("drop.example:22"), detail: Detail::NoAddress },
        Problem::NoCommonAlgorithm { detail: Detail::Quoted(detail()) },
        Problem::NoCommonAlgorithm { detail: Detail::NoAlgorithm },
        key(None),
        key(Some((3, some("ssh-ed25519")))),
        Problem::HostKeyNotListed {
            host: some("drop.example"),
            fingerprint: some("SHA256:abc"),
            listed: ["SHA256:def"; 30].join(", "),
        },
        Problem::HostKeyChanged {
            host: some("drop.example"),
            key_type: some("ssh-rsa"),
            fingerprint: some("SHA256:abc"),
            file: file(),
            line: 1_234,
        },
        Problem::HostKeyRevoked {
            host: some("drop.example"),
            fingerprint: some("SHA256:abc"),
            file: file(),
            line: 3,
        },
        Problem::HostKeyAuthority {
            host: some("drop.example"),
            fingerprint: some("SHA256:abc"),
            file: file(),
            line: 3,
        },
        Problem::KnownHostsUnreadable { file: file(), detail: detail() },
        Problem::KnownHostsUnwritable { file: file(), detail: detail() },
        Problem::LoginRefused { user: some("club"), method: Method::Password, accepted: some("publickey") },
        Problem::LoginRefused { user: some("club"), method: Method::AgentKeys, accepted: some("password") },
        Problem::MethodRefused { user: some("club"), method: Method::Key, accepted: some("password") },
        Problem::KeyUnreadable { path: file(), detail: detail() },
        Problem::PassphraseMissing { path: file() },
        Problem::PassphraseWrong { path: file() },
        Problem::KeyUnusable { path: file(), detail: detail() },
        Problem::AgentUnavailable { detail: Detail::Quoted(detail()) },
        Problem::AgentUnavailable { detail: Detail::NoAgentSocket },
        Problem::AgentEmpty,
        Problem::Secret(SecretError::NotSet(some("DROP"))),
        Problem::Secret(SecretError::NotText(some("DROP"))),
        Problem::Secret(SecretError::NoCredential(some("DROP"))),
        Problem::Secret(SecretError::Unreadable { path: file(), detail: detail() }),
        Problem::Secret(SecretError::NotPrivate { path: file(), mode: 0o644 }),
        Problem::Secret(SecretError::NotASecret { path: file() }),
        Problem::NoSftp { detail: detail() },
        Problem::FolderMissing { folder: folder() },
        Problem::FolderNotMade { folder: folder(), detail: detail() },
        Problem::NameTaken { name: name() },
        Problem::DiskFull { folder: folder() },
        Problem::NoSafeRename { folder: folder() },
        Problem::VerifyFailed { expected: Content::Bytes(123_456), found: Content::Bytes(0) },
        Problem::VerifyFailed { expected: Content::Sha256(some("ab")), found: Content::Sha256(some("cd")) },
        Problem::Refused { doing: Doing::Renaming, folder: folder(), detail: detail() },
        Problem::StagedUnreadable { detail: detail() },
        Problem::StagedChanged { path: "outbox/a.csv".into() },
        Problem::AddressChanged { before: some("sftp://a"), after: some("sftp://b") },
        Problem::Interrupted,
        Problem::Uncertain { name: name(), expected: 123_456, found: 7 },
        Problem::Uncertain { name: name(), expected: 0, found: 1 },
        Problem::VerifyFailed { expected: Content::Bytes(1), found: Content::Bytes(2) },
        Problem::Vanished { name: name(), detail: detail() },
        Problem::CannotRename { since: some("2026-11-15") },
        Problem::CannotReadBack { since: some("2026-11-15") },
        Problem::SetHeld { set: set(), id: 1_234, name: name() },
        Problem::SetNotReady {
            set: set(),
            name: name(),
            detail: DeliveryError::new("splio", Problem::DiskFull { folder: folder() }).why(),
        },
        Problem::EarlierWaits { name: name(), id: 1_234 },
        Problem::EarlierUnresolved { name: name(), id: 1_234 },
        Problem::EarlierSetWaits { set: set() },
        Problem::NotInConfig,
        Problem::SetGathers { set: set() },
        Problem::SetUnpacked { set: set() },
        Problem::MarkerThere { set: set(), marker: some("READY") },
    ];
    let every = [
        Doing::Connecting,
        Doing::LoggingIn,
        Doing::OpeningFolder,
        Doing::Looking,
        Doing::Uploading,
        Doing::ReadingBack,
        Doing::Renaming,
        Doing::Removing,
        Doing::Listing,
    ];
    for doing in every {
        problems.push(Problem::TimedOut { doing, timeout: Duration::from_secs(30) });
        problems.push(Problem::ConnectionLost { doing, detail: detail() });
        problems.push(Problem::PermissionDenied { doing, folder: folder() });
        problems.push(Problem::Gone { name: name(), doing });
    }
    problems
}

/// Every remark.
fn remarks() -> Vec<Remark> {
    use BrokenLine::{
        Empty, KeyNotBase64, Marker, NameCut, NameNotBase64, NameUnknown, NoHost, NoKey, NoKeyOrType,
        OtherType,
    };
    let broken = [
        Empty,
        Marker,
        NoHost,
        NoKey,
        NoKeyOrType,
        KeyNotBase64,
        OtherType,
        NameNotBase64,
        NameCut,
        NameUnknown,
    ];
    let line = |why| Remark::KnownHostsLine { file: "/home/club/.ssh/known_hosts".into(), line: 1_234, why };
    let mut remarks: Vec<Remark> = broken.map(line).into();
    let detail = || some("why");
    remarks.push(
        ReceiptError::NotWritten {
            name: some("a.csv"),
            path: "receipts/a.csv.json".into(),
            detail: detail(),
        }
        .into(),
    );
    remarks.push(ReceiptError::NotDurable { path: "receipts".into(), detail: detail() }.into());
    remarks
}

fn keys(sentence: &Sentence, found: &mut BTreeSet<String>) {
    found.insert(sentence.key.to_owned());
    for (_, value) in &sentence.args {
        if let Value::Sentence(inner) = value {
            keys(inner, found);
        }
    }
}

#[test]
fn in_english_it_is_the_text_of_the_error() {
    for problem in all() {
        let error = DeliveryError::new("splio", problem);
        // Amounts are grouped for people alone.
        let said = error.said(Texts::new(Language::En)).replace('’', "'").replace("123,456", "123456");
        assert_eq!(said, error.to_string());
        assert_eq!(error.why().english(), error.to_string());
    }
    for remark in remarks() {
        assert_eq!(remark.said(Texts::new(Language::En)), remark.to_string());
    }
}

#[test]
fn every_problem_has_a_sentence_of_its_own_in_both_languages() {
    let mut used = BTreeSet::new();
    for problem in all() {
        keys(&DeliveryError::new("splio", problem).why().sentence, &mut used);
    }
    remarks().iter().for_each(|remark| keys(&remark.sentence(), &mut used));
    let pattern = regex::Regex::new(r#""(deliver(?:y|ing)-[a-z0-9-]+)""#).unwrap();
    let named: BTreeSet<String> =
        pattern.captures_iter(include_str!("../said.rs")).map(|found| found[1].to_owned()).collect();
    assert_eq!(named, used, "a problem is missing in the list of this test");
    for key in &used {
        let [english, french] =
            [Language::En, Language::Fr].map(|language| Texts::new(language).say(key, &[]));
        assert_ne!(english, *key);
        assert_ne!(french, *key);
        assert!(english != french || key == "delivering-sha256", "{key}");
    }
}

#[test]
fn in_french_it_is_french() {
    let mut said = String::new();
    for problem in all() {
        let error = DeliveryError::new("splio", problem);
        said += &error.said(Texts::new(Language::Fr)).replace(&"A".repeat(400), "AAAA");
        said.push('\n');
    }
    for remark in remarks() {
        said += &remark.said(Texts::new(Language::Fr));
        said.push('\n');
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_sentence_inside_another_one_is_of_the_same_language_and_whole() {
    let inner = DeliveryError::new("splio", key(None)).why();
    let outer = Problem::SetNotReady { set: some("base"), name: some("a.csv"), detail: inner };
    let said = DeliveryError::new("splio", outer).said(Texts::new(Language::Fr));
    assert!(said.starts_with("destination splio\u{a0}: il est livré avec le lot base"), "{said}");
    assert!(said.contains("la clé d’hôte de drop.example n’est pas connue"), "{said}");
    assert!(said.ends_with(&"A".repeat(400)), "{said}");
}
