//! Text from files, made safe to show on one line: what cannot be seen, or would change how the line reads, is named.

use std::borrow::Cow;

/// Whether a character must be named instead of printed: controls, line separators, marks that change the direction of
/// writing, and characters without width.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Writes the name of a hidden character: `\n`, `\t`, `\r`, else `<U+202E>`.
pub fn push_hidden(character: char, out: &mut String) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            use std::fmt::Write;
            // Writing to a String cannot fail.
            let _ = write!(out, "<U+{:04X}>", u32::from(character));
        }
    }
}

/// The text with its hidden characters named; the same text when it has none.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            push_hidden(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// At most `limit` characters of the text, an ellipsis where it was cut.
pub fn shortened(text: Cow<'_, str>, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return text;
    }
    match text.char_indices().nth(limit) {
        None => text,
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        for text in ["", "plain", "Zoé Côté", "日本語", "narrow\u{202f}space"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn hidden_characters_are_named() {
        for (text, shown) in [
            ("a\nb", "a\\nb"),
            ("a\r\tb", "a\\r\\tb"),
            ("\0", "<U+0000>"),
            ("\u{1b}[31m", "<U+001B>[31m"),
            ("abc\u{202e}fdp", "abc<U+202E>fdp"),
            ("\u{feff}id", "<U+FEFF>id"),
            ("a\u{2028}b", "a<U+2028>b"),
            ("\u{85}", "<U+0085>"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(shortened("éàü".into(), 3), "éàü");
        assert_eq!(shortened("éàüx".into(), 3), "éàü…");
    }
}
