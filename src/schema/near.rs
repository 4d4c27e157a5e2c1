//! "Did you mean": the known name that is closest to a wrong one.

use std::collections::HashMap;
use std::sync::Mutex;

/// What wrong texts were probably meant to be, by position in one list of candidates. A column is often wrong in the same way in
/// every row, and comparing a text with a thousand candidates takes longer than checking the rest of the row.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<String, Option<usize>>>);

/// Different wrong texts for which a guess is made.
pub const MOST_GUESSES: usize = 1_000;

impl Clone for Guesses {
    fn clone(&self) -> Self {
        Guesses::default()
    }
}

impl Guesses {
    /// [`near`], for the first thousand different texts. The candidates are the same each time.
    pub fn near<'c>(&self, text: &str, candidates: &'c [String]) -> Option<&'c str> {
        // A guess is a courtesy: a poisoned lock costs the guess, not the run.
        let mut guesses = self.0.lock().ok()?;
        let guess = match guesses.get(text) {
            Some(guess) => *guess,
            None if guesses.len() >= MOST_GUESSES => None,
            None => {
                let near = near(text, candidates.iter().map(String::as_str));
                let guess = near.and_then(|near| candidates.iter().position(|candidate| candidate == near));
                guesses.insert(text.to_owned(), guess);
                guess
            }
        };
        candidates.get(guess?).map(String::as_str)
    }
}

/// The candidate that `name` was most likely meant to be, if one is close enough to say so.
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = plain(name);
    if name.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= reach(candidate) && distance * 2 <= name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// ` (did you mean "x"?)`, or nothing.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    near(name, candidates).map_or_else(String::new, |near| format!(" (did you mean \"{near}\"?)"))
}

/// Letters and digits alone: `primary_key` and `primaryKey` differ in nothing that matters here.
fn plain(name: &str) -> String {
    super::label::fold(name).chars().filter(|character| character.is_alphanumeric()).collect()
}

/// How many wrong letters a name of this length may have.
fn reach(candidate: &str) -> usize {
    match candidate.chars().count() {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("primary_key", Some("primaryKey"))]
    #[case("primarykey", Some("primaryKey"))]
    #[case("primayKey", Some("primaryKey"))]
    #[case("uniqueKey", Some("uniqueKeys"))]
    #[case("fields", Some("fields"))]
    #[case("colour", None)]
    #[case::one_letter_is_like_every_other("x", None)]
    #[case("", None)]
    fn the_closest_known_name(#[case] name: &str, #[case] expected: Option<&str>) {
        assert_eq!(near(name, ["fields", "primaryKey", "uniqueKeys", "a"]), expected);
    }
}
