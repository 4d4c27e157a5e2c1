//! Sentences: a finding in words, English or French, from `locales/*.ftl`.
//!
//! The words live in the `.ftl` files alone. A message without a choice in it is taken apart once into pieces, because a
//! bad export has hundreds of thousands of findings; a message that chooses (plurals, suggestions) goes through Fluent
//! each time. Both ways give the same text.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent::concurrent::FluentBundle;
use fluent::types::{FluentNumber, FluentNumberOptions};
use fluent::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};

use super::visible::{shortened, visible};
use super::{Arg, Finding, Language, Reason, Slug};

pub mod wording;

type Bundle = FluentBundle<FluentResource>;

/// Characters of a cell that a sentence quotes; the row itself is beside it.
const CELL_QUOTED: usize = 60;
/// Characters of any other argument.
const ARGUMENT_QUOTED: usize = 200;

/// Allowed values that a sentence quotes.
const ITEMS_QUOTED: usize = 6;

/// Arguments that are places in a file, not amounts: written without a thousands separator.
const PLACES: [&str; 7] = ["line", "row", "first", "position", "from", "to", "byte"];

/// The sentences of one language. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts {
    language: Language,
    bundle: &'static Bundle,
    forms: &'static [[Form; 3]],
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

/// Which text of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Sentence = 0,
    Hint = 1,
    Cause = 2,
}

/// One text, ready to be written.
#[derive(Debug)]
enum Form {
    /// Text and arguments in turn.
    Pieces(Vec<Piece>),
    /// Has a choice in it.
    Choice(&'static Pattern<&'static str>),
    /// Not in the file.
    Missing,
}

#[derive(Debug)]
enum Piece {
    Text(&'static str),
    Argument(&'static str),
    /// One of these, by the value of the argument.
    Select {
        argument: &'static str,
        variants: Vec<(&'static str, Vec<Piece>)>,
        default: usize,
    },
}

/// An argument as a sentence shows it.
enum Shown<'a> {
    Text(Cow<'a, str>),
    Number(u64, bool),
}

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Fr));
static ENGLISH_FORMS: LazyLock<Vec<[Form; 3]>> = LazyLock::new(|| forms(&ENGLISH));
static FRENCH_FORMS: LazyLock<Vec<[Form; 3]>> = LazyLock::new(|| forms(&FRENCH));

/// The text of `locales/*.ftl`.
fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("../../locales/en.ftl"),
        Language::Fr => include_str!("../../locales/fr.ftl"),
    }
}

fn bundle(language: Language) -> Bundle {
    // A file with an error still gives its other messages; the tests allow no error.
    let resource = match FluentResource::try_new(source(language).to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let mut bundle = match language {
        Language::En => Bundle::new_concurrent(vec![locale("en")]),
        Language::Fr => Bundle::new_concurrent(vec![locale("fr")]),
    };
    bundle.set_use_isolating(false);
    match language {
        Language::En => bundle.set_formatter(Some(|value, _| grouped(value, Language::En))),
        Language::Fr => bundle.set_formatter(Some(|value, _| grouped(value, Language::Fr))),
    }
    bundle.add_resource_overriding(resource);
    bundle
}

fn locale(name: &str) -> unic_langid::LanguageIdentifier {
    name.parse().unwrap_or_default()
}

fn forms(bundle: &'static Bundle) -> Vec<[Form; 3]> {
    let of = |reason: &Reason| {
        let Some(message) = bundle.get_message(reason.key()) else {
            return [Form::Missing, Form::Missing, Form::Missing];
        };
        let attribute = |name| message.get_attribute(name).map_or(Form::Missing, |found| form(found.value()));
        [message.value().map_or(Form::Missing, form), attribute("hint"), attribute("cause")]
    };
    Reason::ALL.iter().map(of).collect()
}

fn form(pattern: &'static Pattern<&'static str>) -> Form {
    match pieces(pattern) {
        Some(pieces) => Form::Pieces(pieces),
        None => Form::Choice(pattern),
    }
}

/// `None`: something in it is for Fluent, as plural forms are.
fn pieces(pattern: &Pattern<&'static str>) -> Option<Vec<Piece>> {
    let piece = |element: &PatternElement<&'static str>| match element {
        PatternElement::TextElement { value } => Some(Piece::Text(value)),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(Piece::Argument(id.name)),
        PatternElement::Placeable {
            expression: Expression::Select { selector: InlineExpression::VariableReference { id }, variants },
        } => select(id.name, variants),
        PatternElement::Placeable { .. } => None,
    };
    pattern.elements.iter().map(piece).collect()
}

/// A choice between words.
fn select(argument: &'static str, variants: &[Variant<&'static str>]) -> Option<Piece> {
    let mut taken = Vec::new();
    for variant in variants {
        let VariantKey::Identifier { name } = variant.key else { return None };
        if matches!(name, "zero" | "one" | "two" | "few" | "many" | "other") {
            return None;
        }
        taken.push((name, pieces(&variant.value)?));
    }
    let default = variants.iter().position(|variant| variant.default)?;
    Some(Piece::Select { argument, variants: taken, default })
}

/// Numbers with their thousands set apart: `200,000`, `200 000`.
fn grouped(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    if !number.options.use_grouping || number.value < 0.0 || number.value.fract() != 0.0 {
        return None;
    }
    let mut out = String::new();
    push_grouped(number.value as u64, language, &mut out);
    Some(out)
}

fn push_grouped(number: u64, language: Language, out: &mut String) {
    let digits = number.to_string();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push_str(match language {
                Language::En => ",",
                Language::Fr => "\u{202f}",
            });
        }
        out.push(digit);
    }
}

/// `%d/%m/%Y` or `DD/MM/YYYY` in the letters that people know from spreadsheets: `DD/MM/YYYY`, `JJ/MM/AAAA`.
fn date_letters(pattern: &str, language: Language) -> String {
    let mut out = String::with_capacity(pattern.len() + 12);
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            out.push(match (character, language) {
                ('Y', Language::Fr) => 'A',
                ('D', Language::Fr) => 'J',
                _ => character,
            });
            continue;
        }
        match (rest.next(), language) {
            (Some('Y'), Language::En) => out.push_str("YYYY"),
            (Some('Y'), Language::Fr) => out.push_str("AAAA"),
            (Some('y'), Language::En) => out.push_str("YY"),
            (Some('y'), Language::Fr) => out.push_str("AA"),
            (Some('m'), _) => out.push_str("MM"),
            (Some('d'), Language::En) => out.push_str("DD"),
            (Some('d'), Language::Fr) => out.push_str("JJ"),
            (Some('H'), _) => out.push_str("hh"),
            (Some('M'), _) => out.push_str("mm"),
            (Some('S'), _) => out.push_str("ss"),
            (Some('F'), Language::En) => out.push_str("YYYY-MM-DD"),
            (Some('F'), Language::Fr) => out.push_str("AAAA-MM-JJ"),
            (Some('T'), _) => out.push_str("hh:mm:ss"),
            (Some('%') | None, _) => out.push('%'),
            (Some(other), _) => out.extend(['%', other]),
        }
    }
    out
}

impl Texts {
    /// The sentences of a language. They are read at the first use.
    pub fn new(language: Language) -> Self {
        match language {
            Language::En => Texts { language, bundle: &ENGLISH, forms: &ENGLISH_FORMS },
            Language::Fr => Texts { language, bundle: &FRENCH, forms: &FRENCH_FORMS },
        }
    }

    /// The language of these sentences.
    pub fn language(self) -> Language {
        self.language
    }

    /// A pattern of dates (`%d/%m/%Y` or `DD/MM/YYYY`) in the letters of the language.
    pub fn date_letters(self, pattern: &str) -> String {
        date_letters(pattern, self.language)
    }

    /// The finding in one sentence, on one line.
    pub fn message(self, finding: &Finding) -> String {
        let mut out = String::new();
        self.message_into(finding, &mut out);
        out
    }

    /// Appends [`Texts::message`] to `out`, without other allocation where the sentence has no choice in it.
    pub fn message_into(self, finding: &Finding, out: &mut String) {
        self.write(finding.reason, Which::Sentence, finding, out);
    }

    /// What to do about it.
    pub fn hint(self, finding: &Finding) -> Option<String> {
        let mut out = String::new();
        self.write(finding.reason, Which::Hint, finding, &mut out);
        (!out.is_empty()).then_some(out)
    }

    /// The problem said once for all rows that have it: names no cell, no line and no other argument that [`super::varies`].
    pub fn cause(self, finding: &Finding) -> String {
        let mut out = String::new();
        self.write(finding.reason, Which::Cause, finding, &mut out);
        out
    }

    /// The title of a kind of finding.
    pub fn title(self, slug: Slug) -> String {
        self.say(&format!("slug-{}", slug.as_str()), &[])
    }

    /// One sentence about a kind of finding.
    pub fn about(self, slug: Slug) -> String {
        self.say(&format!("slug-{}.about", slug.as_str()), &[])
    }

    /// What probably happened to a file: a message `diagnosis-` and `key` of `locales/*.ftl`.
    pub fn diagnosis(self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.diagnosis_part(key, "", args)
    }

    /// What to do about it.
    pub fn diagnosis_hint(self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.diagnosis_part(key, ".hint", args)
    }

    fn diagnosis_part(self, key: &str, attribute: &str, args: &[(&'static str, Arg)]) -> String {
        let shown = args.iter().map(|(name, value)| match value {
            Arg::Text(pattern) if matches!(*name, "pattern" | "expected") => {
                (*name, Arg::from(self.date_letters(pattern)))
            }
            other => (*name, other.clone()),
        });
        let text = self.say(&format!("diagnosis-{key}{attribute}"), &shown.collect::<Vec<_>>());
        // A choice may leave nothing at the end.
        text.trim_end().to_owned()
    }

    /// Any message of `locales/*.ftl`: `key`, or `key.attribute`. A key that the file lacks is given back as it is.
    pub fn say(self, key: &str, args: &[(&str, Arg)]) -> String {
        let (id, attribute) = match key.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (key, None),
        };
        let pattern = self.bundle.get_message(id).and_then(|message| match attribute {
            Some(name) => message.get_attribute(name).map(|found| found.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else { return key.to_owned() };
        let args: FluentArgs<'_> =
            args.iter().map(|(name, value)| (*name, fluent_value(plain(name, value)))).collect();
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    fn write(self, reason: Reason, which: Which, finding: &Finding, out: &mut String) {
        match self.forms.get(reason as usize).and_then(|forms| forms.get(which as usize)) {
            Some(Form::Pieces(pieces)) => {
                for piece in pieces {
                    self.write_piece(piece, which, finding, out);
                }
            }
            Some(Form::Choice(pattern)) => self.write_choice(pattern, which, finding, out),
            Some(Form::Missing) | None if which == Which::Sentence => out.push_str(reason.key()),
            Some(Form::Missing) | None => {}
        }
    }

    fn write_piece(self, piece: &Piece, which: Which, finding: &Finding, out: &mut String) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Argument(name) => self.write_argument(name, which, finding, out),
            Piece::Select { argument, variants, default } => {
                for piece in self.chosen(argument, which, finding, variants, *default).into_iter().flatten() {
                    self.write_piece(piece, which, finding, out);
                }
            }
        }
    }

    fn write_argument(self, name: &str, which: Which, finding: &Finding, out: &mut String) {
        match self.argument(name, which, finding) {
            Some(Shown::Text(text)) => out.push_str(&text),
            Some(Shown::Number(number, true)) => push_grouped(number, self.language, out),
            Some(Shown::Number(number, false)) => out.push_str(&number.to_string()),
            None => {}
        }
    }

    /// The variant that the value of an argument names, else the default one.
    fn chosen<'v, T>(
        self,
        argument: &str,
        which: Which,
        finding: &Finding,
        variants: &'v [(&'static str, T)],
        default: usize,
    ) -> Option<&'v T> {
        let value = match self.argument(argument, which, finding) {
            Some(Shown::Text(text)) => text,
            _ => "".into(),
        };
        let named = variants.iter().find(|(name, _)| *name == value);
        named.or_else(|| variants.get(default)).map(|(_, variant)| variant)
    }

    fn write_choice(
        self,
        pattern: &'static Pattern<&'static str>,
        which: Which,
        finding: &Finding,
        out: &mut String,
    ) {
        let mut args = FluentArgs::with_capacity(finding.args.len() + 4);
        let common = ["field", "cell", "line", "guess"];
        for name in finding.args.iter().map(|(name, _)| *name).chain(common) {
            if let Some(value) = self.argument(name, which, finding) {
                args.set(name, fluent_value(value));
            }
        }
        // Writing to a String cannot fail; an argument that is missing is shown as Fluent shows it, by its name.
        let _ = self.bundle.write_pattern(out, pattern, Some(&args), &mut Vec::new());
    }

    /// The value of an argument: the finding's own first, then those that every sentence may use.
    fn argument<'a>(self, name: &str, which: Which, finding: &'a Finding) -> Option<Shown<'a>> {
        if let Some((_, value)) = finding.args.iter().find(|(own, _)| *own == name) {
            return Some(match (name, value) {
                ("why", Arg::Text(key)) => self.nested(key, which, finding),
                // The hint has them all, or as many whole ones as fit.
                ("allowed", Arg::Text(list)) if which == Which::Hint && list.len() > ARGUMENT_QUOTED => {
                    Shown::Text(format!("{}, …", visible(whole_items(list))).into())
                }
                ("allowed", Arg::Text(list)) if which != Which::Hint => {
                    let items = first_items(list);
                    Shown::Text(shortened(visible(&items), ARGUMENT_QUOTED).into_owned().into())
                }
                ("pattern" | "expected", Arg::Text(pattern))
                    if matches!(finding.slug(), Slug::TypeError | Slug::DateOrder) =>
                {
                    Shown::Text(date_letters(&visible(pattern), self.language).into())
                }
                _ => plain(name, value),
            });
        }
        match name {
            "field" => {
                let name = finding.field.as_ref().map_or("", |field| &field.name);
                Some(Shown::Text(shortened(visible(name), ARGUMENT_QUOTED)))
            }
            "cell" => {
                let cell = finding.cell.as_deref().unwrap_or("");
                Some(Shown::Text(shortened(visible(cell), CELL_QUOTED)))
            }
            "line" => Some(finding.line.map_or(Shown::Text("".into()), |line| Shown::Number(line, false))),
            "guess" => {
                let near = finding.args.iter().find(|(own, _)| *own == "near");
                let known = matches!(near, Some((_, Arg::Text(text))) if !text.is_empty());
                Some(Shown::Text(if known { "yes" } else { "no" }.into()))
            }
            "near" => Some(Shown::Text("".into())),
            _ => None,
        }
    }

    /// The sentence of the reason that a `$why` names; any other text as it is.
    fn nested<'a>(self, key: &'a str, which: Which, finding: &'a Finding) -> Shown<'a> {
        match Reason::from_key(key) {
            Some(reason) if reason != finding.reason => {
                let mut out = String::new();
                self.write(reason, which, finding, &mut out);
                Shown::Text(out.into())
            }
            _ => Shown::Text(visible(key)),
        }
    }
}

/// The first items of a list of values, with an ellipsis if there are more.
fn first_items(list: &str) -> Cow<'_, str> {
    match list.match_indices(", ").nth(ITEMS_QUOTED - 1) {
        None => Cow::Borrowed(list),
        Some((end, _)) => Cow::Owned(format!("{}, …", list.get(..end).unwrap_or(list))),
    }
}

/// The start of a long list of values, cut between two of them.
fn whole_items(list: &str) -> &str {
    let cut = list.char_indices().map(|(at, _)| at).take(ARGUMENT_QUOTED).last().unwrap_or(0);
    let start = list.get(..cut).unwrap_or(list);
    start.rfind(", ").and_then(|end| start.get(..end)).unwrap_or(start)
}

fn plain<'a>(name: &str, value: &'a Arg) -> Shown<'a> {
    match value {
        Arg::Number(number) => Shown::Number(*number, !PLACES.contains(&name)),
        // A sentence of ours inside another one.
        Arg::Text(text) if name == "said" => Shown::Text(visible(text)),
        Arg::Text(text) => Shown::Text(shortened(visible(text), ARGUMENT_QUOTED)),
    }
}

fn fluent_value(shown: Shown<'_>) -> FluentValue<'_> {
    match shown {
        Shown::Text(text) => FluentValue::String(text),
        Shown::Number(number, use_grouping) => {
            let options = FluentNumberOptions { use_grouping, ..FluentNumberOptions::default() };
            FluentValue::Number(FluentNumber::new(number as f64, options))
        }
    }
}

#[cfg(test)]
#[path = "text/tests.rs"]
mod tests;
