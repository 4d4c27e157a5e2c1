//! The text of `passeur.toml`: where things stand in it, and which parts of it are never shown.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::secrets;

/// The config's text, kept so that what is found later can still be shown in its place.
#[derive(Clone, Default)]
pub struct Source {
    /// The file, for messages.
    pub file: PathBuf,
    text: String,
    /// Secrets, in order and apart from each other.
    masks: Vec<Range<usize>>,
}

/// One step from the top of the config to a value in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key of a table.
    Key(&'a str),
    /// A place in a list.
    Index(usize),
}

/// What stands in for a secret. It does not show how long the secret is.
const MASK: &str = "******";

/// Most characters of a line that are shown.
const WIDTH: usize = 100;

/// A line of the config, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// From 1.
    pub(super) line: usize,
    /// Characters before, from 1.
    pub(super) column: usize,
    /// The line, secrets masked, cut to [`WIDTH`].
    pub(super) text: String,
    /// Characters before the marker.
    pub(super) indent: usize,
    /// Characters of the marker, at least 1.
    pub(super) width: usize,
}

impl Source {
    /// Takes the text; `tree` is what the parser made of it, `broken` says that it found errors.
    pub(super) fn new(file: PathBuf, text: String, tree: &DeTable<'_>, broken: bool) -> Self {
        let masks = secrets::find(&text, tree, broken);
        Source { file, text, masks }
    }

    /// Whether a letter stands there.
    pub(super) fn starts_with_letter(&self, at: &Range<usize>) -> bool {
        self.text.get(at.clone()).is_some_and(|text| text.starts_with(char::is_alphabetic))
    }

    /// Whether the byte belongs to a secret.
    fn masks(&self, at: usize) -> bool {
        self.masks.iter().any(|mask| mask.contains(&at))
    }

    /// Where the value at the end of the steps stands; the deepest part of the way that exists.
    pub fn locate(&self, steps: &[Step<'_>]) -> Range<usize> {
        let (tree, _) = DeTable::parse_recoverable(&self.text);
        follow(tree.get_ref(), steps).0.map_or(0..0, Spanned::span)
    }

    /// Where the key at the end of the steps stands (the name, not its value).
    pub fn locate_key(&self, steps: &[Step<'_>]) -> Range<usize> {
        let Some((Step::Key(name), above)) = steps.split_last() else { return self.locate(steps) };
        let (tree, _) = DeTable::parse_recoverable(&self.text);
        let table = match follow(tree.get_ref(), above) {
            (None, _) if above.is_empty() => Some(tree.get_ref()),
            (Some(value), taken) if taken == above.len() => value.get_ref().as_table(),
            _ => None,
        };
        match table.and_then(|table| table.get_key_value(*name)) {
            Some((key, _)) => key.span(),
            None => self.locate(above),
        }
    }

    /// The line where `at` starts.
    pub(super) fn excerpt(&self, at: &Range<usize>) -> Excerpt {
        let start = floor(&self.text, at.start);
        let end = floor(&self.text, at.end.max(start));
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline);
        let line = self.text[..start].matches('\n').count() + 1;
        let column = self.text[line_start..start].chars().count() + 1;

        // Character by character, so that the marker stays under what it marks when secrets shrink and tabs grow.
        let (mut text, mut length) = (String::new(), 0);
        let (mut indent, mut end_of_marker) = (None, 0);
        let mut mask_at: Option<usize> = None;
        for (offset, letter) in self.text[line_start..line_end].char_indices() {
            let here = line_start + offset;
            let from = match (self.masks(here), mask_at) {
                (true, Some(from)) => from,
                (masked, _) => {
                    let piece = if masked { MASK.to_owned() } else { shown_letter(letter) };
                    let from = length;
                    mask_at = masked.then_some(from);
                    length += piece.chars().count();
                    text.push_str(&piece);
                    from
                }
            };
            if here >= start && indent.is_none() {
                indent = Some(from);
            }
            if here < end {
                end_of_marker = length;
            }
        }
        let indent = indent.unwrap_or(length);
        let width = end_of_marker.saturating_sub(indent).max(1);
        cut(Excerpt { line, column, text, indent, width })
    }
}

/// Follows the steps as far as they lead: the last value, and how many steps were taken.
fn follow<'t>(tree: &'t DeTable<'t>, steps: &[Step<'_>]) -> (Option<&'t Spanned<DeValue<'t>>>, usize) {
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for (taken, step) in steps.iter().enumerate() {
        let here = value.map(Spanned::get_ref);
        let next = match (step, here) {
            (Step::Key(name), None) => tree.get(*name),
            (Step::Key(name), Some(here)) => here.as_table().and_then(|table| table.get(*name)),
            (Step::Index(place), here) => {
                here.and_then(DeValue::as_array).and_then(|array| array.get(*place))
            }
        };
        match next {
            Some(next) => value = Some(next),
            None => return (value, taken),
        }
    }
    (value, steps.len())
}

/// Cuts a long line around its marker.
fn cut(excerpt: Excerpt) -> Excerpt {
    let letters: Vec<char> = excerpt.text.trim_end().chars().collect();
    if letters.len() <= WIDTH {
        return Excerpt { text: letters.into_iter().collect(), ..excerpt };
    }
    let first = if excerpt.indent < WIDTH * 3 / 4 { 0 } else { excerpt.indent - WIDTH / 4 };
    let last = (first + WIDTH).min(letters.len());
    let mut text: String = letters.get(first..last).unwrap_or_default().iter().collect();
    let mut indent = excerpt.indent - first;
    if first > 0 {
        text.insert(0, '…');
        indent += 1;
    }
    let room = text.chars().count().saturating_sub(indent).max(1);
    if last < letters.len() {
        text.push('…');
    }
    Excerpt { text, indent, width: excerpt.width.min(room), ..excerpt }
}

/// The boundary of a character at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A letter as it may be shown on a terminal: tabs as spaces, other control characters escaped.
fn shown_letter(letter: char) -> String {
    match letter {
        '\t' => "    ".to_owned(),
        '\r' => String::new(),
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    }
}

/// A text of the file, as it may stand in a message: control characters escaped, cut to 60 characters.
pub(super) fn shown(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(60)
        .map(|letter| if letter == '\t' { " ".into() } else { shown_letter(letter) })
        .collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}

impl fmt::Debug for Source {
    /// Without the text: a config may be printed for debugging, and what a person wrote into it is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("file", &self.file).field("bytes", &self.text.len()).finish()
    }
}
