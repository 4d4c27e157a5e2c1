//! The known_hosts file of OpenSSH (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): plain and hashed names, ports, wildcards, negation,
//! `@revoked`, `@cert-authority`. A line that cannot be read is reported with its number; the others count.

use base64ct::{Base64, Base64Unpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::delivery::BrokenLine;

/// The port that is not written.
const DEFAULT_PORT: u16 = 22;

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct KnownHosts {
    entries: Vec<Entry>,
    /// Lines that cannot be read, with why.
    pub(super) broken: Vec<(usize, BrokenLine)>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    marker: Marker,
    names: Names,
    key_type: String,
    blob: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    None,
    Revoked,
    Authority,
}

#[derive(Debug)]
enum Names {
    /// Patterns, with whether each is negated.
    Patterns(Vec<(bool, String)>),
    /// HMAC-SHA1 of the name.
    Hashed { salt: Vec<u8>, hash: Vec<u8> },
}

/// What the file says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Trusted,
    /// Another key of the same type stands for the host.
    Changed {
        line: usize,
    },
    Revoked {
        line: usize,
    },
    /// Only a certificate authority stands for the host.
    Authority {
        line: usize,
    },
    /// Nothing stands for the host, or only a key of another type.
    Unknown {
        other_type: Option<(usize, String)>,
    },
}

/// The name of a host in the file: bare on port 22, else `[host]:port`.
pub(super) fn name_of(host: &str, port: u16) -> String {
    let host = host.to_lowercase();
    if port == DEFAULT_PORT { host } else { format!("[{host}]:{port}") }
}

impl KnownHosts {
    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> KnownHosts {
        let mut known = KnownHosts::default();
        for (at, line) in text.lines().enumerate() {
            let line_number = at + 1;
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line_number, line) {
                Ok(entry) => known.entries.push(entry),
                Err(why) => known.broken.push((line_number, why)),
            }
        }
        known
    }

    /// Types of the keys that stand for the host.
    pub(super) fn key_types(&self, host: &str, port: u16) -> Vec<&str> {
        let mut types: Vec<&str> = Vec::new();
        for entry in self.of(host, port, Marker::None).chain(self.of_bare(host, port)) {
            if !types.contains(&entry.key_type.as_str()) {
                types.push(&entry.key_type);
            }
        }
        types
    }

    /// The decision. As OpenSSH: on another port than 22, a line with the bare name counts if it has this very key, and is
    /// otherwise left out.
    pub(super) fn check(&self, host: &str, port: u16, blob: &[u8], key_type: &str) -> Verdict {
        let revoked = |name_port| {
            self.of(host, name_port, Marker::Revoked).find(|entry| entry.blob == blob).map(|entry| entry.line)
        };
        if let Some(line) = revoked(port).or_else(|| revoked(DEFAULT_PORT)) {
            return Verdict::Revoked { line };
        }
        let mut same_type = None;
        let mut other_type = None;
        for entry in self.of(host, port, Marker::None) {
            if entry.blob == blob {
                return Verdict::Trusted;
            }
            if entry.key_type == key_type {
                same_type.get_or_insert(entry.line);
            } else {
                other_type.get_or_insert((entry.line, entry.key_type.clone()));
            }
        }
        if let Some(line) = same_type {
            return Verdict::Changed { line };
        }
        if self.of_bare(host, port).any(|entry| entry.blob == blob) {
            return Verdict::Trusted;
        }
        if other_type.is_none()
            && let Some(entry) = self.of(host, port, Marker::Authority).next()
        {
            return Verdict::Authority { line: entry.line };
        }
        Verdict::Unknown { other_type }
    }

    fn of(&self, host: &str, port: u16, marker: Marker) -> impl Iterator<Item = &Entry> {
        let name = name_of(host, port);
        self.entries.iter().filter(move |entry| entry.marker == marker && entry.names.fit(&name))
    }

    /// Lines with the bare name, for another port than 22.
    fn of_bare(&self, host: &str, port: u16) -> impl Iterator<Item = &Entry> {
        self.of(host, DEFAULT_PORT, Marker::None).filter(move |_| port != DEFAULT_PORT)
    }
}

impl Names {
    fn fit(&self, name: &str) -> bool {
        match self {
            // A negated pattern that fits wins over all others of the line.
            Names::Patterns(patterns) => {
                let fits = |negated| {
                    patterns.iter().any(|(is_negated, pattern)| {
                        *is_negated == negated && wildcard(pattern.as_bytes(), name.as_bytes())
                    })
                };
                !fits(true) && fits(false)
            }
            Names::Hashed { salt, hash } => match Hmac::<Sha1>::new_from_slice(salt) {
                Ok(mut hmac) => {
                    hmac.update(name.as_bytes());
                    hmac.verify_slice(hash).is_ok()
                }
                Err(_) => false,
            },
        }
    }
}

fn entry(line: usize, text: &str) -> Result<Entry, BrokenLine> {
    let mut words = text.split_ascii_whitespace();
    let mut word = || words.next();
    let mut names = word().ok_or(BrokenLine::Empty)?;
    let marker = match names {
        "@revoked" => Marker::Revoked,
        "@cert-authority" => Marker::Authority,
        other if other.starts_with('@') => return Err(BrokenLine::Marker),
        _ => Marker::None,
    };
    if marker != Marker::None {
        names = word().ok_or(BrokenLine::NoHost)?;
    }
    let key_type = word().ok_or(BrokenLine::NoKey)?;
    let encoded = word().ok_or(BrokenLine::NoKeyOrType)?;
    let blob = Base64::decode_vec(encoded).map_err(|_| BrokenLine::KeyNotBase64)?;
    let names_itself = blob
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| rest.get(..u32::from_be_bytes(*length) as usize))
        .is_some_and(|name| name == key_type.as_bytes());
    if !names_itself {
        return Err(BrokenLine::OtherType);
    }
    Ok(Entry { line, marker, names: parse_names(names)?, key_type: key_type.to_owned(), blob })
}

fn parse_names(text: &str) -> Result<Names, BrokenLine> {
    if let Some(hashed) = text.strip_prefix("|1|") {
        let decode = |part: &str| {
            Base64::decode_vec(part)
                .or_else(|_| Base64Unpadded::decode_vec(part))
                .map_err(|_| BrokenLine::NameNotBase64)
        };
        let (salt, hash) = hashed.split_once('|').ok_or(BrokenLine::NameCut)?;
        return Ok(Names::Hashed { salt: decode(salt)?, hash: decode(hash)? });
    }
    if text.starts_with('|') {
        return Err(BrokenLine::NameUnknown);
    }
    let patterns = text
        .split(',')
        .filter(|pattern| !pattern.is_empty())
        .map(|pattern| match pattern.strip_prefix('!') {
            Some(negated) => (true, negated.to_lowercase()),
            None => (false, pattern.to_lowercase()),
        })
        .collect();
    Ok(Names::Patterns(patterns))
}

/// `*` stands for any characters, `?` for one.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // Where to go on after the last `*`, if what follows it does not fit here.
    let mut back: Option<(usize, usize)> = None;
    while let Some(character) = text.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == character => {
                at += 1;
                from += 1;
            }
            _ => match back {
                Some((star, start)) => {
                    back = Some((star, start + 1));
                    at = star + 1;
                    from = start + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests;
