//! One pass over a whole file before it is read: its hash, and what its bytes say about the encoding.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// What one pass over a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// SHA-256 of the whole file: its identity (names are not).
    pub sha256: [u8; 32],
    /// Bytes.
    pub size: u64,
    /// The byte order mark it starts with.
    pub bom: Option<Bom>,
    /// First byte that is not UTF-8; `None`: all of it is.
    pub not_utf8_at: Option<u64>,
    /// It has a line feed. A file without one may end its lines with carriage returns.
    pub has_line_feed: bool,
    /// It has a carriage return.
    pub has_carriage_return: bool,
    /// The first bytes, at most [`HEAD`].
    pub head: Vec<u8>,
}

/// Bytes of a file that [`Survey::head`] keeps.
pub const HEAD: usize = 64 * 1024;

/// A byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// EF BB BF
    Utf8,
    /// FF FE
    Utf16Le,
    /// FE FF
    Utf16Be,
}

impl Bom {
    /// Its length in bytes.
    pub fn size(self) -> u64 {
        match self {
            Bom::Utf8 => 3,
            Bom::Utf16Le | Bom::Utf16Be => 2,
        }
    }

    fn of(head: &[u8]) -> Option<Bom> {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Some(Bom::Utf8),
            [0xff, 0xfe, ..] => Some(Bom::Utf16Le),
            [0xfe, 0xff, ..] => Some(Bom::Utf16Be),
            _ => None,
        }
    }
}

/// Bytes that [`glimpse`] reads.
const GLIMPSE: u64 = 256 * 1024;

/// Surveys a file.
///
/// # Errors
/// The file cannot be opened or read.
pub fn survey(path: &Path) -> io::Result<Survey> {
    survey_bytes(File::open(path)?)
}

/// Looks at the beginning of a file: enough to tell which schema it follows, not what it holds. Size and hash are those of the beginning.
///
/// # Errors
/// The file cannot be opened or read.
pub fn glimpse(path: &Path) -> io::Result<Survey> {
    let mut survey = survey_bytes(File::open(path)?.take(GLIMPSE))?;
    // The cut may go through a character.
    if survey.size == GLIMPSE {
        survey.not_utf8_at = survey.not_utf8_at.filter(|at| at + 4 < GLIMPSE);
    }
    Ok(survey)
}

/// Surveys bytes that are no file, or not any more.
///
/// # Errors
/// They cannot be read.
pub fn survey_bytes(mut file: impl Read) -> io::Result<Survey> {
    let mut buffer = vec![0; 256 * 1024];
    let mut hash = Sha256::new();
    let mut head = Vec::new();
    let (mut size, mut carried) = (0_u64, 0_usize);
    let mut not_utf8_at = None;
    let (mut has_line_feed, mut has_carriage_return) = (false, false);
    loop {
        let read = match file.read(&mut buffer[carried..]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let new = &buffer[carried..carried + read];
        hash.update(new);
        has_line_feed = has_line_feed || memchr::memchr(b'\n', new).is_some();
        has_carriage_return = has_carriage_return || memchr::memchr(b'\r', new).is_some();
        if head.len() < HEAD {
            head.extend_from_slice(&new[..new.len().min(HEAD - head.len())]);
        }
        // A character may lie across two reads: its first bytes are carried over.
        let start = size - carried as u64;
        let filled = carried + read;
        size += read as u64;
        carried = 0;
        if not_utf8_at.is_none()
            && let Err(error) = std::str::from_utf8(&buffer[..filled])
        {
            match error.error_len() {
                Some(_) => not_utf8_at = Some(start + error.valid_up_to() as u64),
                None => {
                    carried = filled - error.valid_up_to();
                    buffer.copy_within(error.valid_up_to()..filled, 0);
                }
            }
        }
    }
    if carried > 0 && not_utf8_at.is_none() {
        not_utf8_at = Some(size - carried as u64);
    }
    let bom = Bom::of(&head);
    let sha256 = hash.finalize().into();
    Ok(Survey { sha256, size, bom, not_utf8_at, has_line_feed, has_carriage_return, head })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time: every character lies across reads.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn utf8_is_recognised_across_reads_and_the_first_wrong_byte_is_named() {
        for (bytes, wrong) in [
            ("é–😀".as_bytes(), None),
            (b"ab\xe9cd".as_slice(), Some(2)),
            (b"ab\xe9", Some(2)),
            (b"\xc3\xa9\xff", Some(2)),
            (b"", None),
        ] {
            assert_eq!(survey_bytes(Drip(bytes)).unwrap().not_utf8_at, wrong, "{bytes:?}");
            assert_eq!(survey_bytes(bytes).unwrap().not_utf8_at, wrong, "{bytes:?}");
        }
    }

    #[test]
    fn hash_size_and_mark() {
        let survey = survey_bytes(b"\xef\xbb\xbfabc\r\n".as_slice()).unwrap();
        assert_eq!((survey.size, survey.bom), (8, Some(Bom::Utf8)));
        assert!(survey.has_line_feed && survey.has_carriage_return);
        assert_eq!(survey.sha256, <[u8; 32]>::from(Sha256::digest(b"\xef\xbb\xbfabc\r\n")));
    }
}
