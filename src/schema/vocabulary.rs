//! Vocabularies: the spellings that a field takes, each with its canonical value (`passeur.values`).
//!
//! People write `Homme`, `male` and `M` for one thing. A cell with any of the spellings is a value of the field, and
//! what leaves is the canonical one. Spellings are compared without case and accents.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::label::fold;
use super::memo::Memo;
use super::near::Guesses;

/// A closed list of canonical values, with their spellings.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    words: Vec<String>,
    spellings: Vec<String>,
    /// As the descriptor has them, and folded: most cells are found without folding them.
    index: HashMap<String, u16>,
    guesses: Guesses,
    listed: Memo,
}

/// A spelling that stands for two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// The spelling.
    pub spelling: String,
    /// The value that has it already.
    pub first: String,
    /// The value that claims it too.
    pub second: String,
}

/// ISO 3166-1: codes of two and three letters, and the names in English and French (Unicode CLDR), with usual variants. A
/// line a country, the canonical code first.
const COUNTRIES: &str = include_str!("vocabulary/countries.tsv");

static COUNTRY_CODES: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary = Vocabulary::default();
    for line in COUNTRIES.lines() {
        let mut names = line.split('\t');
        if let Some(code) = names.next() {
            // The table has no spelling twice; a test holds it to that.
            let _ = vocabulary.add(code, names);
        }
    }
    vocabulary
});

impl Vocabulary {
    /// The countries of ISO 3166-1; their codes of two letters are canonical (`"values": "countries"`).
    pub fn countries() -> Arc<Vocabulary> {
        Arc::new(COUNTRY_CODES.clone())
    }

    /// Adds a canonical value, which is a spelling of itself, with its other spellings.
    ///
    /// # Errors
    /// A spelling of another value.
    pub fn add<'s>(
        &mut self,
        word: &'s str,
        spellings: impl IntoIterator<Item = &'s str>,
    ) -> Result<(), Ambiguous> {
        let Ok(number) = u16::try_from(self.words.len()) else { return Ok(()) };
        self.words.push(word.to_owned());
        for spelling in std::iter::once(word).chain(spellings) {
            let folded = fold(spelling);
            if let Some(first) = self.index.get(&folded).filter(|first| **first != number) {
                return Err(Ambiguous {
                    spelling: spelling.to_owned(),
                    first: self.word(*first).unwrap_or_default().to_owned(),
                    second: word.to_owned(),
                });
            }
            self.spellings.push(spelling.to_owned());
            self.index.insert(folded, number);
            self.index.insert(spelling.to_owned(), number);
        }
        Ok(())
    }

    /// The value that a text is a spelling of.
    pub fn find(&self, text: &str) -> Option<u16> {
        self.index.get(text).or_else(|| self.index.get(&fold(text))).copied()
    }

    /// A canonical value by its number.
    pub fn word(&self, number: u16) -> Option<&str> {
        self.words.get(usize::from(number)).map(String::as_str)
    }

    /// The canonical values, in the order of the descriptor.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The canonical values in one text.
    pub fn listed(&self) -> &Arc<str> {
        self.listed.get(|| self.words.join(", "))
    }

    /// The spelling that a wrong text was probably meant to be; for the first thousand different texts.
    pub fn near(&self, text: &str) -> Option<&str> {
        self.guesses.near(text, &self.spellings)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::near::MOST_GUESSES;
    use super::*;

    #[rstest]
    #[case("Canada", Some("CA"))]
    #[case("CANADA", Some("CA"))]
    #[case("ca", Some("CA"))]
    #[case("CAN", Some("CA"))]
    #[case("États-Unis", Some("US"))]
    #[case("etats-unis", Some("US"))]
    #[case("États-Unis d’Amérique", Some("US"))]
    #[case("USA", Some("US"))]
    #[case("Allemagne", Some("DE"))]
    #[case("Germany", Some("DE"))]
    #[case("Côte d’Ivoire", Some("CI"))]
    #[case("Royaume-Uni", Some("GB"))]
    #[case("UK", Some("GB"))]
    #[case("Viêt Nam", Some("VN"))]
    #[case("Québec", None)]
    #[case("XX", None)]
    #[case("", None)]
    fn countries_by_code_and_name_in_both_languages(#[case] text: &str, #[case] code: Option<&str>) {
        let countries = Vocabulary::countries();
        assert_eq!(countries.find(text).and_then(|number| countries.word(number)), code);
    }

    #[test]
    fn the_table_of_countries_has_every_code_once_and_no_spelling_twice() {
        let mut vocabulary = Vocabulary::default();
        for line in COUNTRIES.lines() {
            let mut names = line.split('\t');
            let code = names.next().unwrap();
            assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{line}");
            assert_eq!(names.clone().next().unwrap().len(), 3, "{line}");
            assert_eq!(vocabulary.add(code, names), Ok(()), "{line}");
        }
        assert_eq!(vocabulary.words().len(), 249);
    }

    #[test]
    fn a_guess_is_made_for_a_bounded_number_of_texts() {
        let countries = Vocabulary::countries();
        assert_eq!(countries.near("Kanada"), Some("Canada"));
        assert_eq!(countries.near("Kanada"), Some("Canada"));
        for number in 0..2 * MOST_GUESSES {
            assert_eq!(countries.near(&number.to_string()), None);
        }
        assert_eq!(countries.near("Kanada"), Some("Canada"));
        assert_eq!(countries.near("Germny"), None);
        assert_eq!(Vocabulary::countries().near("Germny"), Some("Germany"));
    }

    #[test]
    fn a_spelling_of_two_values_is_refused() {
        let mut vocabulary = Vocabulary::default();
        assert_eq!(vocabulary.add("M", ["Male", "Homme"]), Ok(()));
        let error = vocabulary.add("F", ["Female", "HOMME"]).unwrap_err();
        assert_eq!((error.first.as_str(), error.second.as_str()), ("M", "F"));
    }
}
