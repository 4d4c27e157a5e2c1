//! Secrets that stand in `passeur.toml` although they must not: found so that no message ever shows them.
//!
//! A literal secret is refused by the loader; this file only makes sure that neither that refusal nor any other message
//! about the same line repeats it. It would rather hide too much.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Words in a key that say that its value is a secret.
const WORDS: [&str; 8] = ["pass", "pwd", "secret", "token", "credential", "apikey", "api_key", "private"];

/// Whether a key's name says that its value is a secret.
pub(super) fn is_secret_key(name: &str) -> bool {
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether this can be the name of an environment variable that holds a secret. Lower case is refused on purpose: it is far more
/// often the secret itself.
pub(super) fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether this is a private key itself instead of the path of one.
pub(super) fn is_key_text(text: &str) -> bool {
    text.contains('\n') || text.contains("-----BEGIN")
}

/// The parts of the text that must not be shown, in order and apart from each other. `broken`: the text has syntax errors, so the tree may
/// lack what a person meant as a secret; then the text itself is searched too.
pub(super) fn find(text: &str, tree: &DeTable<'_>, broken: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(tree, Place::Outside, &mut found);
    if broken {
        search(text, &mut found);
    }
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// What a table is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anything.
    Outside,
    /// `auth`
    Auth,
    /// `password` and the like.
    Secret,
}

fn walk(table: &DeTable<'_>, place: Place, found: &mut Vec<Range<usize>>) {
    for (name, value) in table {
        let name = name.get_ref().as_ref();
        let text = value.get_ref().as_str().unwrap_or_default();
        match (place, name) {
            (Place::Secret, "env") if is_variable(text) => {}
            (Place::Secret, "file") if value.get_ref().is_str() && !is_key_text(text) => {}
            (Place::Secret, _) => hide(value, Place::Secret, found),
            (_, name) if is_secret_key(name) => hide(value, Place::Secret, found),
            (Place::Auth, "key") if value.get_ref().is_str() && !is_key_text(text) => {}
            (Place::Auth, "agent") if value.get_ref().is_bool() => {}
            (Place::Auth, _) => hide(value, Place::Auth, found),
            (Place::Outside, "auth") => hide(value, Place::Auth, found),
            (Place::Outside, "host") if text.contains('@') => hide(value, place, found),
            // The address of a webhook often is its own password.
            (Place::Outside, "url") if text.contains("://") => hide(value, place, found),
            (Place::Outside, _) => descend(value, place, found),
        }
    }
}

/// Hides a value; of a table, what is inside decides.
fn hide(value: &Spanned<DeValue<'_>>, place: Place, found: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => walk(table, place, found),
        _ => found.push(value.span()),
    }
}

fn descend(value: &Spanned<DeValue<'_>>, place: Place, found: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => walk(table, place, found),
        DeValue::Array(array) => array.iter().for_each(|item| descend(item, place, found)),
        _ => {}
    }
}

/// Finds secrets in a text that does not parse: what follows a key with such a name, and what follows a heading with one.
fn search(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let trimmed = line.trim_start();
        let secretish = |part: &str| is_secret_key(part) || part.to_lowercase().contains("auth");
        if trimmed.starts_with('[') && secretish(trimmed) {
            let next = text[end..].find("\n[").map_or(text.len(), |at| end + at);
            found.push(end..next);
        } else if let Some(equals) = line.find(['=', ':']).filter(|_| secretish(line)) {
            let after = &text[start + equals + 1..end];
            let value = end - after.trim_start_matches([' ', '\t']).len();
            let rest = after.trim();
            // A quote or brace that stays open carries the secret into the lines below.
            let quotes = rest.matches(['"', '\'']).count();
            let open = quotes % 2 == 1
                || rest.contains("\"\"\"")
                || rest.contains("'''")
                || rest.matches(['{', '[']).count() != rest.matches(['}', ']']).count();
            found.push(value..if open { text.len() } else { end });
        } else if secretish(line) {
            found.push(start..end);
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what is hidden replaced.
    fn masked(text: &str) -> String {
        let (tree, errors) = DeTable::parse_recoverable(text);
        let mut out = String::new();
        let mut last = 0;
        for range in find(text, tree.get_ref(), !errors.is_empty()) {
            out.push_str(&text[last..range.start]);
            out.push('*');
            last = range.end;
        }
        out + &text[last..]
    }

    #[test]
    fn literal_secrets_are_hidden_wherever_they_stand() {
        for (text, shown) in [
            ("[destinations.a]\npassword = \"hunter2\"", "[destinations.a]\npassword = *"),
            ("[destinations.a.auth]\npassword = 1234", "[destinations.a.auth]\npassword = *"),
            ("x = { auth = \"hunter2\" }", "x = { auth = * }"),
            ("x = { auth = { pasword = \"hunter2\" } }", "x = { auth = { pasword = * } }"),
            ("x.auth.password.value = \"hunter2\"", "x.auth.password.value = *"),
            ("password = { env = \"hunter2\" }", "password = { env = * }"),
            ("password = [\"hunter2\", \"x\"]", "password = *"),
            ("[[a]]\n[[a.b]]\nsecret = \"hunter2\"", "[[a]]\n[[a.b]]\nsecret = *"),
            ("host = \"sftp://bob:hunter2@host\"", "host = *"),
            ("auth.key = \"\"\"\nhunter2\n\"\"\"", "auth.key = *"),
            ("[notify.webhook]\nurl = \"https://host/hunter2\"", "[notify.webhook]\nurl = *"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn pointers_to_secrets_are_shown() {
        for text in [
            "auth = { password = { env = \"SPLIO_PASSWORD\" } }",
            "auth = { key = \"~/.ssh/id\", passphrase = { file = \"secrets/x\" } }",
            "auth = { agent = true }",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn secrets_in_a_text_that_does_not_parse_are_hidden() {
        for text in [
            "password = \"hunter2",
            "password = hunter2",
            "password: hunter2",
            "password hunter2",
            "password = \"\"\"\nhunter2\n",
            "password = \"abc\nhunter2\"",
            "auth = { password = \"hunter2\"",
            "auth = {\n password = \n hunter2\n}",
            "[a.auth\nhunter2",
            "[a.auth]\nvalue = hunter2",
            "x = [\n passphrase = 'hunter2",
        ] {
            assert!(!masked(text).contains("hunter2"), "{text} → {}", masked(text));
        }
    }
}
