//! Why a notification failed, in words that say what to do. Never holds a secret: what a server answers to a login is not quoted.

use crate::finding::text::Texts;
use crate::finding::{Arg, Args};

/// Why a notification failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    key: &'static str,
    args: Args,
    heals: bool,
}

impl Failure {
    /// One that a retry does not heal; `key` of its sentence in `locales/*.ftl`.
    pub fn new(key: &'static str) -> Failure {
        Failure { key, args: Vec::new(), heals: false }
    }

    /// With an argument of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Failure {
        self.args.push((name, value.into()));
        self
    }

    /// One that a retry may heal.
    #[must_use]
    pub fn healing(mut self) -> Failure {
        self.heals = true;
        self
    }

    /// Whether a retry may help.
    pub fn can_heal(&self) -> bool {
        self.heals
    }

    /// Which one.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// What failed and what to do.
    pub fn say(&self, texts: Texts) -> String {
        texts.say(self.key, &self.args)
    }
}

/// The innermost cause of an error: what a person can do something about.
pub(super) fn root<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> &'e (dyn std::error::Error + 'static) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}

/// The answer of the system in an error, if one is in it.
pub(super) fn io_in<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e std::io::Error> {
    let mut next = Some(error);
    let mut found = None;
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            found = Some(io);
        }
        next = error.source();
    }
    found
}

/// Nobody answered in time.
pub(super) fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock)
}

/// What TLS says is wrong, without the names of its functions.
pub(super) fn tls_detail(text: &str) -> String {
    let verdict = text.rsplit_once('(').and_then(|(_, end)| end.trim_end().strip_suffix(')'));
    let short = match verdict {
        Some(verdict) if text.contains("certificate") => verdict,
        // error:NUMBER:library:function:what:file:line:
        _ => text.split(':').nth(4).filter(|_| text.starts_with("error:")).unwrap_or(text),
    };
    short.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tls_says_is_cut_to_what_helps() {
        for (text, detail) in [
            (
                "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:ssl/statem/statem_clnt.c:2123: (self-signed certificate in certificate chain)",
                "self-signed certificate in certificate chain",
            ),
            (
                "error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:ssl/record/methods/tlsany_meth.c:84:",
                "wrong version number",
            ),
            ("unexpected EOF", "unexpected EOF"),
        ] {
            assert_eq!(tls_detail(text), detail);
        }
    }
}
