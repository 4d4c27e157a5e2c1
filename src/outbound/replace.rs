//! Characters that the encoding of a file lacks, replaced where its schema says so (`passeur.unencodable = "replace"`): by their letters without
//! accents, by the usual signs for typographic ones, else by `?`. Nothing is replaced in silence: each one is told.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::schema::{Quoting, Repertoire, Schema};

/// What stands for a character that nothing else stands for.
const UNKNOWN: &str = "?";

/// Replaces what files of one schema cannot hold.
#[derive(Debug, Clone, Copy)]
pub struct Replacer {
    repertoire: Repertoire,
    /// A double quote cannot be written.
    no_quotes: bool,
}

/// A character that was replaced, and by what.
pub type Replaced = (char, String);

impl Replacer {
    /// For files of this schema; `None`: it wants nothing replaced.
    pub fn of(schema: &Schema) -> Option<Self> {
        let never = schema.rules.quoting == Quoting::Never;
        let replacer = Replacer { repertoire: Repertoire::of(schema), no_quotes: never };
        schema.rules.replace_unencodable.then_some(replacer)
    }

    /// The name of the encoding, for people.
    pub fn encoding_name(self) -> &'static str {
        self.repertoire.name()
    }

    /// The text with everything replaced that cannot be written, and each such character once. `None`: all of it can be written.
    pub fn replace(self, text: &str) -> Option<(String, Vec<Replaced>)> {
        self.repertoire.lacks(text)?;
        let (mut out, mut replaced) = (String::with_capacity(text.len()), Vec::<Replaced>::new());
        // Composed, so that an accent that stands by itself finds its letter.
        for character in text.nfc() {
            if self.repertoire.holds(character) {
                out.push(character);
                continue;
            }
            let by = self.substitute(character);
            out.push_str(&by);
            if !replaced.iter().any(|(known, _)| *known == character) {
                replaced.push((character, by));
            }
        }
        Some((out, replaced))
    }

    fn substitute(self, character: char) -> String {
        let usual = match character {
            '’' | '‘' | '‚' | '′' | 'ʼ' => "'",
            '“' | '„' if self.no_quotes && self.repertoire.holds('«') => "«",
            '”' if self.no_quotes && self.repertoire.holds('»') => "»",
            '“' | '”' | '„' | '″' if self.no_quotes => "'",
            '“' | '”' | '„' | '″' => "\"",
            '–' | '—' | '‑' | '‒' | '−' => "-",
            'œ' => "oe",
            'Œ' => "OE",
            'æ' => "ae",
            'Æ' => "AE",
            'ø' => "o",
            'Ø' => "O",
            'ł' => "l",
            'Ł' => "L",
            'đ' => "d",
            'Đ' => "D",
            'ß' => "ss",
            '€' => "EUR",
            // Without a width, or a blank of another width.
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
            '\u{2000}'..='\u{200a}' | '\u{202f}' => " ",
            _ => {
                let letters: String =
                    std::iter::once(character).nfkd().filter(|part| !is_combining_mark(*part)).collect();
                let whole = !letters.is_empty() && letters.chars().all(|part| self.repertoire.holds(part));
                // A sign that the dialect needs is none that a name may turn into.
                let plain = letters.chars().all(|part| part.is_alphanumeric() || " .-'".contains(part));
                return if whole && plain { letters } else { UNKNOWN.to_owned() };
            }
        };
        usual.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load::load;

    fn replacer(encoding: &str, rules: &str) -> Option<Replacer> {
        let text = format!(
            r#"{{"encoding":"{encoding}","schema":{{"fields":[{{"name":"a"}}],"passeur":{{"scope":"x"{rules}}}}}}}"#
        );
        Replacer::of(&load("x", text.as_bytes()).unwrap().schema)
    }

    const REPLACE: &str = r#","unencodable":"replace""#;

    #[test]
    fn what_cannot_be_written_is_replaced_and_told() {
        for (encoding, text, expected) in [
            ("iso-8859-1", "Étoile", None),
            ("iso-8859-1", "l’œuvre à 5 €…", Some("l'oeuvre à 5 EUR...")),
            ("iso-8859-1", "Łukasz Dvořák", Some("Lukasz Dvorák")),
            ("iso-8859-1", "Tēvs – “Ž”", Some("Tevs - \"Z\"")),
            ("windows-1252", "Łukasz “Ž” 5 €", Some("Lukasz “Ž” 5 €")),
            ("us-ascii", "Françoise e\u{301}", Some("Francoise e")),
            ("iso-8859-1", "e\u{301}té", Some("été")),
            ("iso-8859-1", "山田\u{200b}\u{1f600}", Some("???")),
            // Full-width signs would become the separator or a quote.
            ("iso-8859-1", "a；b＂c", Some("a?b?c")),
            ("utf-8", "l’œuvre", None),
        ] {
            let found = replacer(encoding, REPLACE).unwrap().replace(text).map(|(text, _)| text);
            assert_eq!(found.as_deref(), expected, "{encoding} {text}");
        }
        let (_, replaced) = replacer("iso-8859-1", REPLACE).unwrap().replace("œœ€").unwrap();
        assert_eq!(replaced, [('œ', "oe".to_owned()), ('€', "EUR".to_owned())]);
    }

    #[test]
    fn without_quotes_in_the_dialect_none_comes_out_of_it() {
        let never = r#","unencodable":"replace","quoting":"never""#;
        for (encoding, expected) in [("iso-8859-1", "«a» 6'"), ("us-ascii", "'a' 6'")] {
            assert_eq!(replacer(encoding, never).unwrap().replace("“a” 6″").unwrap().0, expected);
        }
    }

    #[test]
    fn nothing_is_replaced_unless_the_schema_says_so() {
        assert!(replacer("iso-8859-1", "").is_none());
        assert!(replacer("iso-8859-1", r#","unencodable":"error""#).is_none());
    }
}
