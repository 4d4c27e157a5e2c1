//! The texts of one cause, with what its findings share filled in once: a bad export says the same million times.

use super::{Form, Piece, Texts, Which};
use crate::finding::{Finding, varies};

/// The texts of the findings of one cause.
#[derive(Debug, Clone)]
pub struct Wording {
    sentence: Option<Vec<Filled>>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The problem said once for all rows; see [`Texts::cause`].
    pub cause: String,
}

/// A part of a sentence.
#[derive(Debug, Clone)]
enum Filled {
    Text(String),
    /// The value of this argument, which each finding has its own of.
    Open(&'static str),
    /// One of these, by the value of the argument.
    Select {
        argument: &'static str,
        variants: Vec<(&'static str, Vec<Filled>)>,
        default: usize,
    },
}

impl Wording {
    /// The texts of all findings that have the same cause as this one.
    pub fn new(texts: Texts, finding: &Finding) -> Self {
        let form = texts.forms.get(finding.reason as usize).and_then(|forms| forms.first());
        let sentence = match form {
            Some(Form::Pieces(pieces)) => Some(fill(texts, pieces, finding)),
            _ => None,
        };
        Wording { sentence, hint: texts.hint(finding), cause: texts.cause(finding) }
    }

    /// Appends what [`Texts::message_into`] appends.
    pub fn message_into(&self, texts: Texts, finding: &Finding, out: &mut String) {
        match &self.sentence {
            Some(parts) => write(texts, parts, finding, out),
            None => texts.message_into(finding, out),
        }
    }
}

/// The wordings of the causes of one file, each made at its first use.
#[derive(Debug)]
pub struct Wordings {
    texts: Texts,
    known: Vec<Option<Wording>>,
}

impl Wordings {
    /// None yet.
    pub fn new(texts: Texts) -> Self {
        Wordings { texts, known: Vec::new() }
    }

    /// The wording of a cause by its number in [`crate::review`]'s causes; `finding` is any that has it.
    pub fn of(&mut self, cause: usize, finding: &Finding) -> Option<&Wording> {
        if self.known.len() <= cause {
            self.known.resize_with(cause + 1, || None);
        }
        let texts = self.texts;
        self.known.get_mut(cause).map(|known| &*known.get_or_insert_with(|| Wording::new(texts, finding)))
    }

    /// Appends the sentence of a finding. `cause`: its number, where the finding's cause was told apart.
    pub fn message_into(&mut self, cause: Option<usize>, finding: &Finding, out: &mut String) {
        let texts = self.texts;
        match cause.and_then(|cause| self.of(cause, finding)) {
            Some(wording) => wording.message_into(texts, finding, out),
            None => texts.message_into(finding, out),
        }
    }
}

fn fill(texts: Texts, pieces: &'static [Piece], finding: &Finding) -> Vec<Filled> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Argument(name) if is_open(name) => out.push(Filled::Open(name)),
            Piece::Select { argument, variants, default } if is_open(argument) => {
                let filled = variants.iter().map(|(key, pieces)| (*key, fill(texts, pieces, finding)));
                out.push(Filled::Select { argument, variants: filled.collect(), default: *default });
            }
            piece => {
                let mut text = String::new();
                texts.write_piece(piece, Which::Sentence, finding, &mut text);
                match out.last_mut() {
                    Some(Filled::Text(before)) => before.push_str(&text),
                    _ => out.push(Filled::Text(text)),
                }
            }
        }
    }
    out
}

fn write(texts: Texts, parts: &[Filled], finding: &Finding, out: &mut String) {
    for part in parts {
        match part {
            Filled::Text(text) => out.push_str(text),
            Filled::Open(name) => texts.write_argument(name, Which::Sentence, finding, out),
            Filled::Select { argument, variants, default } => {
                let chosen = texts.chosen(argument, Which::Sentence, finding, variants, *default);
                write(texts, chosen.map_or(&[], Vec::as_slice), finding, out);
            }
        }
    }
}

/// Whether findings of one cause differ in it. `$why` names another sentence, which quotes the cell.
fn is_open(argument: &str) -> bool {
    varies(argument) || matches!(argument, "cell" | "line" | "guess" | "why")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::catalogue::example;
    use crate::finding::{Language, Reason};

    /// The same cause in another row.
    fn another(finding: &Finding) -> Finding {
        let mut other = finding.clone();
        other.line = finding.line.map(|line| line + 1_000);
        other.cell = finding.cell.as_ref().map(|cell| format!("{cell}\n\u{202e}x").into());
        for (_, value) in other.args.iter_mut().filter(|(name, _)| varies(name)) {
            *value = match value {
                crate::finding::Arg::Number(number) => (*number + 1_000).into(),
                crate::finding::Arg::Text(text) => format!("{text}é").into(),
            };
        }
        other
    }

    #[test]
    fn a_wording_gives_the_same_texts_for_every_finding_of_its_cause() {
        for language in [Language::En, Language::Fr] {
            let texts = Texts::new(language);
            for reason in Reason::ALL {
                let first = example(*reason);
                let wording = Wording::new(texts, &first);
                let mut without_guess = another(&first);
                for (_, value) in without_guess.args.iter_mut().filter(|(name, _)| *name == "near") {
                    *value = "".into();
                }
                for finding in [&first, &another(&first), &without_guess] {
                    let mut message = String::new();
                    wording.message_into(texts, finding, &mut message);
                    assert_eq!(message, texts.message(finding));
                    assert_eq!(wording.hint, texts.hint(finding));
                    assert_eq!(wording.cause, texts.cause(finding));
                }
            }
        }
    }

    #[test]
    fn each_cause_has_its_own_wording() {
        let texts = Texts::new(Language::En);
        let mut wordings = Wordings::new(texts);
        for (cause, reason) in [(3, Reason::NotInteger), (0, Reason::NotEmail), (3, Reason::NotInteger)] {
            let finding = example(reason);
            let mut message = String::new();
            wordings.message_into(Some(cause), &finding, &mut message);
            assert_eq!(message, texts.message(&finding));
        }
    }
}
