//! An e-mail address that is looked for, in whatever case it is written.

use std::ops::Range;

/// An address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Lower case.
    text: String,
    /// Where its `@` stands.
    at: usize,
}

/// It names a person: no log shows it.
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(…)")
    }
}

/// A text that is no e-mail address. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not an e-mail address: write it in full, such as jane@example.org")]
pub struct NotAnAddress;

impl Address {
    /// Reads an address; outer spaces and case make no difference (CI-09).
    ///
    /// # Errors
    /// [`NotAnAddress`]: what is looked for must be long enough to mean one person.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.split_once('@').ok_or(NotAnAddress)?;
        let strange = |letter: char| {
            letter.is_whitespace()
                || letter.is_control()
                || matches!(letter, '"' | ',' | ';' | '<' | '>' | '@')
        };
        let fits = !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.replacen('@', "", 1).contains(strange);
        let at = local.len();
        if fits { Ok(Address { text, at }) } else { Err(NotAnAddress) }
    }

    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a cell holds this address and nothing else.
    pub fn is(&self, cell: &str) -> bool {
        let cell = cell.trim();
        cell.contains('@') && cell.to_lowercase() == self.text
    }

    /// The first place in a text where the address stands as a whole: `joann@example.com` does not hold `ann@example.com`.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        memchr::memchr_iter(b'@', text.as_bytes()).find_map(|at| {
            let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
            Some(at - self.ends(before, true)?..at + 1 + self.begins(after, true)?)
        })
    }

    /// How many bytes at the end of `text` are what stands before the `@`. `whole`: nothing of an address may stand before them.
    pub(super) fn ends(&self, text: &str, whole: bool) -> Option<usize> {
        let local = self.text.get(..self.at).unwrap_or_default();
        let mut letters = text.char_indices().rev();
        let mut start = text.len();
        for wanted in local.chars().rev() {
            let (at, letter) = letters.next()?;
            if !same(letter, wanted) {
                return None;
            }
            start = at;
        }
        let before = letters.next().map(|(_, letter)| letter);
        let goes_on =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '%' | '+' | '-');
        (!whole || !before.is_some_and(goes_on)).then_some(text.len() - start)
    }

    /// How many bytes at the start of `text` are what stands behind the `@`.
    pub(super) fn begins(&self, text: &str, whole: bool) -> Option<usize> {
        let domain = self.text.get(self.at + 1..).unwrap_or_default();
        let mut letters = text.char_indices();
        let mut end = 0;
        for wanted in domain.chars() {
            let (at, letter) = letters.next()?;
            if !same(letter, wanted) {
                return None;
            }
            end = at + letter.len_utf8();
        }
        let rest = letters.as_str();
        let goes_on = match rest.chars().next() {
            Some('.') => !is_ending(rest) && rest.chars().nth(1).is_some_and(char::is_alphanumeric),
            Some(letter) => letter.is_alphanumeric() || matches!(letter, '-' | '_'),
            None => false,
        };
        (!whole || !goes_on).then_some(end)
    }
}

/// Whether a text begins like the ending of a file name, which is no part of an address: an export may be named for a person.
fn is_ending(text: &str) -> bool {
    const ENDINGS: [&str; 11] =
        ["csv", "xlsx", "xls", "txt", "tsv", "json", "html", "gz", "zip", "rejected", "model"];
    let word = text.get(1..).unwrap_or_default().split(|letter: char| !letter.is_alphanumeric()).next();
    word.is_some_and(|word| ENDINGS.iter().any(|ending| word.eq_ignore_ascii_case(ending)))
}

/// The same letter in either case.
fn same(letter: char, lower: char) -> bool {
    letter == lower || letter.to_lowercase().eq(std::iter::once(lower))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("")]
    #[case("a")]
    #[case("@example.com")]
    #[case("ann@")]
    #[case("ann@com")]
    #[case("ann@.com")]
    #[case("ann@example.")]
    #[case("a@b@example.com")]
    #[case("ann lee@example.com")]
    #[case("Ann <ann@example.com>")]
    #[case("ann@example.com;bob@example.com")]
    fn what_is_no_address(#[case] text: &str) {
        assert_eq!(Address::parse(text), Err(NotAnAddress));
    }

    #[rstest]
    #[case("ann@example.com", Some("ann@example.com"))]
    #[case("Ann <ANN@Example.COM>, Bob", Some("ANN@Example.COM"))]
    #[case("mailto:ann@example.com.", Some("ann@example.com"))]
    #[case("the owner, ann@example.com. She", Some("ann@example.com"))]
    #[case("ann@example.com.CSV", Some("ann@example.com"))]
    #[case("ann@example.com.rejected.csv", Some("ann@example.com"))]
    #[case("joann@example.com", None)]
    #[case("jo.ann@example.com", None)]
    #[case("x+ann@example.com", None)]
    #[case("ann@example.com.au", None)]
    #[case("ann@example.community", None)]
    #[case("ann@example.com-x.org", None)]
    #[case("joann@example.com;ann@example.com", Some("ann@example.com"))]
    #[case("éann@example.com", None)]
    #[case("", None)]
    fn it_is_found_as_a_whole(#[case] text: &str, #[case] expected: Option<&str>) {
        let address = Address::parse(" Ann@example.com").unwrap();
        assert_eq!(address.find(text).map(|place| &text[place]), expected);
    }

    #[test]
    fn letters_beyond_ascii_have_cases_too() {
        let address = Address::parse("Zoé@École.example").unwrap();
        assert!(address.is("ZOÉ@ÉCOLE.EXAMPLE "));
        assert!(address.find("à zoÉ@école.example").is_some());
    }

    #[test]
    fn it_does_not_show_itself() {
        assert_eq!(format!("{:?}", Address::parse("ann@example.com").unwrap()), "Address(…)");
        assert!(!NotAnAddress.to_string().contains("ann"));
    }
}
