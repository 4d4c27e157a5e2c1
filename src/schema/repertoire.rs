//! Which characters a file of a declared encoding can hold. The web takes the label `iso-8859-1` for windows-1252, and so do we when we read; a
//! partner who demands ISO-8859-1 takes `€`, `œ` and `’` for other characters, or for none, so that files for partners are held to what the label says.

use encoding_rs::{EncoderResult, Encoding, UTF_8};

use super::types::Schema;

/// A repertoire that is smaller than that of the encoding that its label means on the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strict {
    /// ISO-8859-1: U+0020 to U+00FF without the control characters of 0x80 to 0x9F.
    Latin1,
    /// US-ASCII.
    Ascii,
}

impl Strict {
    /// What a label demands of a written file; `None`: what the encoding of that name can hold.
    pub(super) fn of_label(label: &str) -> Option<Strict> {
        match label.trim().to_ascii_lowercase().as_str() {
            "iso-8859-1" | "iso8859-1" | "iso88591" | "iso_8859-1" | "iso_8859-1:1987" | "iso-ir-100"
            | "latin1" | "l1" | "csisolatin1" | "cp819" | "ibm819" => Some(Strict::Latin1),
            "ascii" | "us-ascii" | "ansi_x3.4-1968" => Some(Strict::Ascii),
            _ => None,
        }
    }

    /// Whether the character is in it.
    pub fn holds(self, character: char) -> bool {
        match self {
            Strict::Latin1 => character.is_ascii() || matches!(character, '\u{a0}'..='\u{ff}'),
            Strict::Ascii => character.is_ascii(),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Strict::Latin1 => "ISO-8859-1",
            Strict::Ascii => "US-ASCII",
        }
    }
}

/// The characters that files of a schema can hold.
#[derive(Debug, Clone, Copy)]
pub struct Repertoire {
    encoding: &'static Encoding,
    strict: Option<Strict>,
}

impl Repertoire {
    /// Of files of this schema. Without a declared encoding: UTF-8.
    pub fn of(schema: &Schema) -> Self {
        Repertoire { encoding: schema.encoding.unwrap_or(UTF_8), strict: schema.rules.strict }
    }

    /// The name of the encoding, for people.
    pub fn name(self) -> &'static str {
        self.strict.map_or(self.encoding.name(), Strict::name)
    }

    /// Whether the character can be written.
    pub fn holds(self, character: char) -> bool {
        if character.is_ascii() || self.encoding == UTF_8 {
            return true;
        }
        if let Some(strict) = self.strict {
            return strict.holds(character);
        }
        let (mut text, mut bytes) = ([0; 4], [0; 8]);
        let text: &str = character.encode_utf8(&mut text);
        let mut encoder = self.encoding.new_encoder();
        let (result, ..) = encoder.encode_from_utf8_without_replacement(text, &mut bytes, true);
        matches!(result, EncoderResult::InputEmpty)
    }

    /// The first character of a text that cannot be written.
    pub fn lacks(self, text: &str) -> Option<char> {
        if text.is_ascii() || self.encoding == UTF_8 {
            return None;
        }
        text.chars().find(|character| !self.holds(*character))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load::load;

    fn repertoire(label: &str) -> Repertoire {
        let text = format!(
            r#"{{"encoding":"{label}","schema":{{"fields":[{{"name":"a"}}],"passeur":{{"scope":"x"}}}}}}"#
        );
        Repertoire::of(&load("x", text.as_bytes()).unwrap().schema)
    }

    #[test]
    fn a_label_holds_what_it_says_and_not_what_the_web_takes_it_for() {
        for (label, name, lacking) in [
            ("utf-8", "UTF-8", ""),
            ("windows-1252", "windows-1252", "→ł\u{1f600}"),
            ("iso-8859-1", "ISO-8859-1", "€œŒ’“”–…Ž→ł\u{81}\u{9f}\u{1f600}"),
            ("Latin1", "ISO-8859-1", "€œŒ’“”–…Ž→ł\u{81}\u{9f}\u{1f600}"),
            ("us-ascii", "US-ASCII", "éÉ€œŒ’“”–…Ž→ł\u{a0}\u{1f600}"),
            ("iso-8859-15", "ISO-8859-15", "’“”–…→ł\u{1f600}¤"),
        ] {
            let repertoire = repertoire(label);
            assert_eq!(repertoire.name(), name);
            let all = "aé É€œŒ’“”–…Ž→ł\u{81}\u{9f}\u{a0}\u{1f600}¤";
            for character in all.chars().filter(|character| lacking.contains(*character)) {
                assert_eq!(
                    repertoire.lacks(&character.to_string()),
                    Some(character),
                    "{label} {character:?}"
                );
            }
            assert_eq!(repertoire.lacks("a plain text"), None);
        }
        assert_eq!(repertoire("iso-8859-1").lacks("Étoile à 5 £ «ÿ»"), None);
        assert_eq!(repertoire("windows-1252").lacks("5 € l’œuvre…"), None);
    }

    #[test]
    fn exports_are_read_as_the_web_reads_them() {
        let text = r#"{"encoding":"iso-8859-1","schema":{"fields":[{"name":"a"}]}}"#;
        let schema = load("x", text.as_bytes()).unwrap().schema;
        assert_eq!((schema.encoding, schema.rules.strict), (Some(encoding_rs::WINDOWS_1252), None));
    }
}
