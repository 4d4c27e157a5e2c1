//! "Did you mean …?": the known word that a person most likely meant.
//!
//! Used wherever a name written by a person is compared with a list. It suggests only; it never decides.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words longer than this are not compared: a whole cell pasted as a key is not a typing slip.
const LONGEST: usize = 100;

/// The candidate closest to `word`, if one is close enough to be a typing slip: about one letter in three may differ, after
/// [`fold`]. Of two equally close ones the first wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = joined(word);
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let folded = joined(candidate);
        let longer = length.max(folded.chars().count());
        if folded.is_empty() || longer > LONGEST {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &folded);
        let close = distance <= (longer / 3).max(1) && distance < longer;
        if close && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The text without what people vary by accident: case, accents, spaces at the ends and doubled spaces.
pub fn fold(text: &str) -> String {
    let plain: String =
        text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`fold`], with `_`, `-` and space alike.
fn joined(text: &str) -> String {
    fold(text).chars().map(|letter| if matches!(letter, '_' | ' ') { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_word_meant() {
        for (word, candidates, meant) in [
            ("inbx", &["inbox", "archive"][..], Some("inbox")),
            ("Purchase Date", &["Purchase date", "Effective date"], Some("Purchase date")),
            ("generated-card-codes", &["generated_card_codes"], Some("generated_card_codes")),
            ("statut", &["Status", "Email"], Some("Status")),
            ("Prénom", &["Nom", "Prenom"], Some("Prenom")),
            ("ab", &["ac", "ad"], Some("ac")),
            ("colour", &["inbox", "archive"], None),
            ("x", &["y"], None),
            ("", &["inbox"], None),
        ] {
            assert_eq!(nearest(word, candidates.iter().copied()), meant, "{word}");
        }
    }

    #[test]
    fn a_pasted_page_is_not_compared() {
        let page = "a".repeat(1_000_000);
        assert_eq!(nearest(&page, ["inbox"]), None);
        assert_eq!(nearest("inbox", [page.as_str()]), None);
    }

    #[test]
    fn folding_removes_case_accents_and_doubled_spaces() {
        assert_eq!(fold("  Date  d’Échéance "), "date d’echeance");
        assert_eq!(fold("E\u{301}t\u{e9}"), "ete");
    }
}
