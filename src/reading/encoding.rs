//! Which encoding a file has, and why: declared, or its byte order mark, or UTF-8 if valid, or Windows-1252.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::survey::{Bom, Survey};

/// The encoding taken, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Why this one.
    pub why: Why,
    /// Bytes of a byte order mark to skip.
    pub skip: u64,
}

/// Why an encoding was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// On the command line.
    Asked,
    /// By the schema.
    Declared,
    /// The file starts with its byte order mark.
    ByteOrderMark,
    /// Nothing was declared and every byte is valid UTF-8.
    ValidUtf8,
    /// Nothing was declared and the file is not UTF-8: what Excel writes in Western languages.
    NotUtf8,
    /// The file is a workbook, which holds text and not bytes.
    Workbook,
}

impl Why {
    /// Its key in `locales/*.ftl` (`encoding-why-…`) and its value in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Why::Asked => "asked",
            Why::Declared => "declared",
            Why::ByteOrderMark => "byte-order-mark",
            Why::ValidUtf8 => "valid-utf8",
            Why::NotUtf8 => "not-utf8",
            Why::Workbook => "workbook",
        }
    }
}

impl Choice {
    /// The bytes can be split and compared as they are: UTF-8, or a single-byte superset of ASCII.
    pub fn is_splittable(&self) -> bool {
        self.encoding == UTF_8 || (self.encoding.is_single_byte() && self.encoding.is_ascii_compatible())
    }
}

/// Decides. `asked` (the command line) comes before `declared` (the schema).
pub fn choose(
    asked: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
    survey: &Survey,
) -> Choice {
    let marked = marked(survey);
    let (encoding, why) = match (asked, declared, marked) {
        (Some(asked), ..) => (asked, Why::Asked),
        (None, Some(declared), _) => (declared, Why::Declared),
        (None, None, Some(marked)) => (marked, Why::ByteOrderMark),
        (None, None, None) if survey.not_utf8_at.is_none() => (UTF_8, Why::ValidUtf8),
        (None, None, None) => (WINDOWS_1252, Why::NotUtf8),
    };
    let skip = match survey.bom {
        Some(bom) if marked == Some(encoding) => bom.size(),
        _ => 0,
    };
    Choice { encoding, why, skip }
}

/// The encoding that the byte order mark stands for.
pub fn marked(survey: &Survey) -> Option<&'static Encoding> {
    survey.bom.map(|bom| match bom {
        Bom::Utf8 => UTF_8,
        Bom::Utf16Le => UTF_16LE,
        Bom::Utf16Be => UTF_16BE,
    })
}

/// Bytes of the head that are looked at for NULs.
const LOOKED_AT: usize = 4096;

/// What a file without a byte order mark looks like whose every second byte is a NUL, or nearly: text in Western letters,
/// saved as UTF-16. It is not read as such, because nothing in the file says so; it is said.
pub fn looks_like_utf16(survey: &Survey) -> Option<&'static Encoding> {
    let head = survey.head.get(..LOOKED_AT).unwrap_or(&survey.head);
    if survey.bom.is_some() || head.len() < 4 {
        return None;
    }
    let nuls = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), head.len() / 2);
    match (even * 4 >= pairs * 3, odd * 4 >= pairs * 3) {
        (false, true) if even * 8 <= odd => Some(UTF_16LE),
        (true, false) if odd * 8 <= even => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(head: &[u8]) -> Survey {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("export.csv");
        std::fs::write(&path, head).unwrap();
        super::super::survey::survey(&path).unwrap()
    }

    #[test]
    fn the_order_of_reasons() {
        for (bytes, asked, declared, encoding, why, skip) in [
            (b"\xef\xbb\xbfa".as_slice(), None, None, UTF_8, Why::ByteOrderMark, 3),
            (b"\xff\xfea\0", None, None, UTF_16LE, Why::ByteOrderMark, 2),
            (b"\xfe\xff\0a", None, None, UTF_16BE, Why::ByteOrderMark, 2),
            ("é".as_bytes(), None, None, UTF_8, Why::ValidUtf8, 0),
            (b"\xe9", None, None, WINDOWS_1252, Why::NotUtf8, 0),
            (b"\xe9", None, Some(UTF_8), UTF_8, Why::Declared, 0),
            (b"\xef\xbb\xbfa", None, Some(UTF_8), UTF_8, Why::Declared, 3),
            (b"\xef\xbb\xbfa", Some(WINDOWS_1252), Some(UTF_8), WINDOWS_1252, Why::Asked, 0),
        ] {
            assert_eq!(choose(asked, declared, &survey(bytes)), Choice { encoding, why, skip }, "{bytes:?}");
        }
    }
    #[test]
    fn utf16_without_a_mark_is_recognised_by_its_nuls() {
        let le: Vec<u8> = "Nom;Prénom\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "Nom;Prénom\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, looks) in [
            (le.as_slice(), Some(UTF_16LE)),
            (be.as_slice(), Some(UTF_16BE)),
            (b"\xff\xfea\0b\0", None),
            (b"a;b\r\n1;\0\r\n", None),
            (b"\0\0\0\0\0\0\0\0", None),
            (b"", None),
        ] {
            assert_eq!(looks_like_utf16(&survey(bytes)), looks, "{bytes:?}");
        }
    }
}
