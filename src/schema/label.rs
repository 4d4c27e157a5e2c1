//! Texts compared the way people read them: labels of a header, values of a list.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Without case and accents, ligatures taken apart: `Expiré` and `EXPIRE` are the same, as are `Œuvre` and `oeuvre`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' | 'ʼ' => folded.push('\''),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
}

/// A header label, normalised (`passeur.headers = "normalised"`, reference amilia section 8): folded, and every run of
/// spaces and punctuation made one space. `Date d'achat`, `DATE D’ACHAT` and ` date_d-achat ` are the same label.
pub fn normalise(label: &str) -> String {
    let mut normalised = String::with_capacity(label.len());
    for character in fold(label).chars() {
        if character.is_alphanumeric() {
            normalised.push(character);
        } else if !normalised.ends_with(' ') && !normalised.is_empty() {
            normalised.push(' ');
        }
    }
    if normalised.ends_with(' ') {
        normalised.pop();
    }
    normalised
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Date d’achat", "date d achat")]
    #[case("  DATE_D'ACHAT ", "date d achat")]
    #[case("Date\u{a0}d’entrée  en vigueur", "date d entree en vigueur")]
    #[case("E-mail", "e mail")]
    #[case("Cafe\u{301}", "cafe")]
    #[case("N° de carte", "n de carte")]
    #[case("\u{feff}Email", "email")]
    #[case("***", "")]
    fn labels_are_compared_without_case_accents_and_punctuation(#[case] label: &str, #[case] expected: &str) {
        assert_eq!(normalise(label), expected);
    }

    #[rstest]
    #[case("Expiré", "expire")]
    #[case("ANNULÉE", "annulee")]
    #[case("Œuvre", "oeuvre")]
    #[case("a b", "a b")]
    fn values_are_folded_without_touching_spaces(#[case] value: &str, #[case] expected: &str) {
        assert_eq!(fold(value), expected);
    }
}
