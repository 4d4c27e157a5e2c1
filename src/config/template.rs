//! Templates of column maps: `AM-{Person ID}`.

use thiserror::Error;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Stands as it is; `{{` and `}}` are already braces.
    Text(String),
    /// The value of this source column.
    Column(String),
}

/// Why a template cannot be used. The texts complete "`template` …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// `{` without `}`.
    #[error("has a `{{` without its `}}`; a brace that stands for itself is doubled")]
    Open,
    /// `}` without `{`.
    #[error("has a `}}` without its `{{`; a brace that stands for itself is doubled")]
    Close,
    /// `{}`.
    #[error("has empty braces; they hold the name of a source column, for example \"AM-{{Person ID}}\"")]
    NoName,
    /// No column.
    #[error("names no source column; write `constant` for a value that is the same in every row")]
    NoColumn,
}

/// Splits a template. Spaces inside braces around the name do not count.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(template: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut letters = template.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                text.push(letter);
            }
            '{' => {
                let mut name = String::new();
                loop {
                    match letters.next() {
                        Some('}') => break,
                        None | Some('{') => return Err(TemplateError::Open),
                        Some(letter) => name.push(letter),
                    }
                }
                if name.trim().is_empty() {
                    return Err(TemplateError::NoName);
                }
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Column(name.trim().to_owned()));
            }
            '}' => return Err(TemplateError::Close),
            letter => text.push(letter),
        }
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
        return Err(TemplateError::NoColumn);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    fn column(name: &str) -> Piece {
        Piece::Column(name.into())
    }

    #[test]
    fn a_template_is_text_and_columns() {
        for (template, pieces) in [
            ("AM-{Person ID}", vec![text("AM-"), column("Person ID")]),
            ("{a}{ b }", vec![column("a"), column("b")]),
            ("{{{a}}}", vec![text("{"), column("a"), text("}")]),
            ("é {Prénom}!", vec![text("é "), column("Prénom"), text("!")]),
        ] {
            assert_eq!(parse(template).as_ref(), Ok(&pieces), "{template}");
        }
    }

    #[test]
    fn a_wrong_template_is_refused() {
        for (template, error) in [
            ("AM-{Person ID", TemplateError::Open),
            ("{a{b}}", TemplateError::Open),
            ("AM-}", TemplateError::Close),
            ("{}", TemplateError::NoName),
            ("{  }", TemplateError::NoName),
            ("AM", TemplateError::NoColumn),
            ("", TemplateError::NoColumn),
            ("{{a}}", TemplateError::NoColumn),
        ] {
            assert_eq!(parse(template), Err(error), "{template}");
        }
    }
}
