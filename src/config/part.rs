//! What a part of an outbound file's name may be made of.
//!
//! The one home of this rule: `passeur.toml` is checked with it, and so is every name that is built or read. Splio documents
//! no character set; all its examples are lower-case ASCII, so nothing else is written
//! (reference/splio.md, section 2). A universe whose real name has capitals needs a decision by a person, not a guess.

use thiserror::Error;

/// Most bytes in a file name: the limit of common file systems.
pub const MAX_NAME_BYTES: usize = 255;

/// Why a text cannot be a part of an outbound name. The texts complete "universe `x` …".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PartError {
    /// Nothing there.
    #[error("is empty; a part of an outbound name holds at least one letter or digit")]
    Empty,
    /// `_` would shift the parts that follow.
    #[error("holds `_`, which separates the parts of an outbound name; use `-` inside a part")]
    Separator,
    /// A capital.
    #[error("holds the capital letter `{letter}`; parts of outbound names are lower case: write `{lower}`")]
    Capital {
        /// The first one.
        letter: char,
        /// A part that would pass.
        lower: String,
    },
    /// `/`, `\` or `.`.
    #[error("holds `{0}`, which belongs to paths and extensions; use a-z, 0-9 and `-`")]
    Path(char),
    /// Anything else.
    #[error("holds `{}`, which is not allowed in an outbound name; use a-z, 0-9 and `-`", .0.escape_debug())]
    Character(char),
    /// Too long for any name.
    #[error("is {0} bytes long; a whole name may have {MAX_NAME_BYTES}")]
    Long(usize),
}

/// Checks one part: a-z, 0-9 and `-`, at least one of them.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_part(part: &str) -> Result<(), PartError> {
    if part.is_empty() {
        return Err(PartError::Empty);
    }
    if part.len() > MAX_NAME_BYTES {
        return Err(PartError::Long(part.len()));
    }
    match part.chars().find(|letter| !matches!(letter, 'a'..='z' | '0'..='9' | '-')) {
        None => Ok(()),
        Some('_') => Err(PartError::Separator),
        Some(letter @ ('/' | '\\' | '.')) => Err(PartError::Path(letter)),
        Some(letter @ 'A'..='Z') => Err(PartError::Capital { letter, lower: allowed(part) }),
        Some(letter) => Err(PartError::Character(letter)),
    }
}

/// The nearest part that is allowed, as a suggestion.
fn allowed(part: &str) -> String {
    let lower = part.to_ascii_lowercase();
    lower.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_ascii_digits_and_hyphens_pass() {
        for part in ["demo", "am-2026", "4", "-"] {
            assert_eq!(check_part(part), Ok(()), "{part}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (part, text) in [
            ("", "is empty; a part of an outbound name holds at least one letter or digit"),
            ("my_club", "holds `_`, which separates the parts of an outbound name; use `-` inside a part"),
            (
                "MyClub",
                "holds the capital letter `M`; parts of outbound names are lower case: write `myclub`",
            ),
            (
                "My_Club",
                "holds the capital letter `M`; parts of outbound names are lower case: write `my-club`",
            ),
            ("../x", "holds `.`, which belongs to paths and extensions; use a-z, 0-9 and `-`"),
            ("a/b", "holds `/`, which belongs to paths and extensions; use a-z, 0-9 and `-`"),
            ("a\\b", "holds `\\`, which belongs to paths and extensions; use a-z, 0-9 and `-`"),
            ("été", "holds `é`, which is not allowed in an outbound name; use a-z, 0-9 and `-`"),
            ("a\0b", "holds `\\0`, which is not allowed in an outbound name; use a-z, 0-9 and `-`"),
            ("a b", "holds ` `, which is not allowed in an outbound name; use a-z, 0-9 and `-`"),
        ] {
            assert_eq!(check_part(part).unwrap_err().to_string(), text, "{part}");
        }
    }
}
