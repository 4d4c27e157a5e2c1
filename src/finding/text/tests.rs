//! The sentences: complete, equal in both languages, and as they read.

use std::collections::BTreeSet;
use std::fmt::Write;

use fluent_syntax::ast::{self, CallArguments, Entry};
use fluent_syntax::parser;

use super::*;
use crate::finding::catalogue::{DIAGNOSES, args_of, example};
use crate::finding::varies;

const LANGUAGES: [Language; 2] = [Language::En, Language::Fr];

/// Every text of a language: (`key` or `key.attribute`, its pattern).
fn texts_of(resource: &ast::Resource<&'static str>) -> Vec<(String, ast::Pattern<&'static str>)> {
    let mut texts = Vec::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        if let Some(value) = &message.value {
            texts.push((message.id.name.to_owned(), value.clone()));
        }
        for attribute in &message.attributes {
            texts.push((format!("{}.{}", message.id.name, attribute.id.name), attribute.value.clone()));
        }
    }
    texts
}

fn parsed(language: Language) -> Vec<(String, ast::Pattern<&'static str>)> {
    texts_of(&parser::parse(source(language)).expect("the file has no syntax error"))
}

/// The arguments that a pattern uses, in all its choices.
fn arguments(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) {
    fn inline(expression: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
        match expression {
            InlineExpression::VariableReference { id } => {
                found.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
                positional.iter().for_each(|argument| inline(argument, found));
            }
            InlineExpression::Placeable { expression: nested } => expression_of(nested, found),
            _ => {}
        }
    }
    fn expression_of(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
        match expression {
            Expression::Inline(nested) => inline(nested, found),
            Expression::Select { selector, variants } => {
                inline(selector, found);
                variants.iter().for_each(|variant| arguments(&variant.value, found));
            }
        }
    }
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_of(expression, found);
        }
    }
}

#[test]
fn every_reason_has_sentence_hint_and_cause_and_every_kind_title_and_description() {
    for language in LANGUAGES {
        let keys: BTreeSet<String> = parsed(language).into_iter().map(|(key, _)| key).collect();
        let mut missing = Vec::new();
        for reason in Reason::ALL {
            missing.extend(["", ".hint", ".cause"].map(|part| format!("{}{part}", reason.key())));
        }
        for slug in Slug::ALL {
            missing.extend(["", ".about"].map(|part| format!("slug-{}{part}", slug.as_str())));
        }
        missing.retain(|key| !keys.contains(key));
        assert_eq!(missing, Vec::<String>::new(), "missing in {language:?}");
    }
}

#[test]
fn every_diagnosis_has_its_texts_and_every_text_of_one_is_in_the_catalogue() {
    for language in LANGUAGES {
        let keys: BTreeSet<String> = parsed(language)
            .into_iter()
            .filter_map(|(key, _)| Some(key.strip_prefix("diagnosis-")?.into()))
            .collect();
        let known = DIAGNOSES.iter().flat_map(|(key, _)| [(*key).to_owned(), format!("{key}.hint")]);
        assert_eq!(keys, known.collect(), "{language:?}");
    }
}

#[test]
fn a_diagnosis_uses_only_arguments_that_it_has_and_reads_as_one_line() {
    for (key, pattern) in parsed(Language::En) {
        let Some(key) = key.strip_prefix("diagnosis-") else { continue };
        let mut used = BTreeSet::new();
        arguments(&pattern, &mut used);
        let own = DIAGNOSES.iter().find(|(own, _)| *own == key.trim_end_matches(".hint")).unwrap().1;
        for name in used {
            assert!(own.iter().any(|(known, _)| *known == name), "{key} uses ${name}");
        }
    }
    for texts in LANGUAGES.map(Texts::new) {
        for (key, examples) in DIAGNOSES {
            for rows in [1u64, 1204] {
                let mut args = args_of(examples);
                args.retain(|(name, _)| *name != "rows");
                args.push(("rows", rows.into()));
                for text in [texts.diagnosis(key, &args), texts.diagnosis_hint(key, &args)] {
                    assert!(
                        !text.contains(['\n', '{', '}', '\u{2068}']) && !text.contains("  "),
                        "{key}: {text}"
                    );
                    assert!(text.trim() == text && text.ends_with('.'), "{key}: {text}");
                }
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    let all = |language| {
        parsed(language)
            .into_iter()
            .map(|(key, pattern)| {
                let mut used = BTreeSet::new();
                arguments(&pattern, &mut used);
                (key, used)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(all(Language::En), all(Language::Fr));
}

#[test]
fn a_sentence_uses_only_arguments_that_its_reason_declares() {
    let common = ["field", "cell", "line", "guess"];
    for (key, pattern) in parsed(Language::En) {
        let Some(reason) = Reason::from_key(key.split('.').next().unwrap()) else { continue };
        let mut used = BTreeSet::new();
        arguments(&pattern, &mut used);
        let declared: Vec<&str> = example(reason).args.iter().map(|(name, _)| *name).chain(common).collect();
        for name in used {
            assert!(
                declared.contains(&name.as_str()),
                "{key} uses ${name}, which {reason:?} does not declare"
            );
        }
    }
}

#[test]
fn causes_and_hints_use_nothing_that_differs_from_row_to_row() {
    for (key, pattern) in parsed(Language::En)
        .into_iter()
        .filter(|(key, _)| Reason::from_key(key.split('.').next().unwrap()).is_some() && key.contains('.'))
    {
        let mut used = BTreeSet::new();
        arguments(&pattern, &mut used);
        for name in used {
            assert!(
                !varies(&name) && !["cell", "line", "guess"].contains(&name.as_str()),
                "{key} uses ${name}"
            );
        }
    }
}

#[test]
fn pieces_and_fluent_give_the_same_text() {
    for language in LANGUAGES {
        let texts = Texts::new(language);
        for reason in Reason::ALL {
            let finding = example(*reason);
            let pattern = texts.bundle.get_message(reason.key()).unwrap().value().unwrap();
            let mut through_fluent = String::new();
            texts.write_choice(pattern, Which::Sentence, &finding, &mut through_fluent);
            assert_eq!(texts.message(&finding), through_fluent);
        }
    }
}

#[test]
fn every_text_is_one_line_without_a_gap() {
    for language in LANGUAGES {
        let texts = Texts::new(language);
        for reason in Reason::ALL {
            let finding = example(*reason);
            for text in [texts.message(&finding), texts.hint(&finding).unwrap(), texts.cause(&finding)] {
                assert!(!text.contains(['\n', '\r', '{', '}', '\u{2068}', '\u{2069}']), "{reason:?}: {text}");
                assert!(!text.contains("  ") && text.trim() == text, "{reason:?}: {text}");
                assert!(text.ends_with(['.', '?', '"']) || text.ends_with("\u{202f}?"), "{reason:?}: {text}");
                assert!(!text.starts_with(['=', '+', '-', '@']), "{reason:?}: {text}");
            }
        }
    }
}

#[test]
fn french_has_its_own_spaces_quotes_and_apostrophes() {
    for (number, line) in source(Language::Fr).lines().enumerate().filter(|(_, line)| !line.starts_with('#'))
    {
        for wrong in [" :", " ;", " ?", " !", "« ", " »", "'", "“", "”", "..."] {
            assert!(!line.contains(wrong), "fr.ftl line {}: {wrong:?} in {line}", number + 1);
        }
    }
    for (number, line) in source(Language::En).lines().enumerate().filter(|(_, line)| !line.starts_with('#'))
    {
        for wrong in ["'", "«", "...", "\u{a0}"] {
            assert!(!line.contains(wrong), "en.ftl line {}: {wrong:?} in {line}", number + 1);
        }
    }
}

#[test]
fn amounts_are_grouped_and_places_are_not() {
    let finding = Finding::of_file(
        Reason::TooManyRows,
        vec![("limit", 200_000u64.into()), ("count", 1_200_001u64.into())],
    );
    assert_eq!(
        Texts::new(Language::En).message(&finding),
        "The file has 1,200,001 rows; at most 200,000 are allowed."
    );
    assert_eq!(
        Texts::new(Language::Fr).message(&finding),
        "Le fichier a 1\u{202f}200\u{202f}001 lignes\u{202f}; 200\u{202f}000 au plus sont permises."
    );
    let finding =
        Finding::of_file(Reason::KeyDuplicate, vec![("fields", "Email".into()), ("first", 12_345u64.into())]);
    assert_eq!(Texts::new(Language::En).message(&finding), "This row has the same Email as line 12345.");
}

#[test]
fn plural_forms_follow_the_language() {
    let cells = |found: u64| {
        Finding::of_file(Reason::CellsMissing, vec![("found", found.into()), ("expected", 9u64.into())])
    };
    let (english, french) = (Texts::new(Language::En), Texts::new(Language::Fr));
    assert_eq!(english.message(&cells(1)), "This row has 1 cell; 9 are expected.");
    assert_eq!(english.message(&cells(0)), "This row has 0 cells; 9 are expected.");
    // Zero is singular in French.
    assert_eq!(french.message(&cells(0)), "Cette ligne a 0 cellule\u{202f}; 9 sont attendues.");
    assert_eq!(french.message(&cells(2)), "Cette ligne a 2 cellules\u{202f}; 9 sont attendues.");
}

#[test]
fn a_suggestion_is_made_only_when_there_is_one() {
    let missing = |near: &str| {
        Finding::of_file(Reason::LabelMissing, vec![("label", "Email".into()), ("near", near.into())])
    };
    let english = Texts::new(Language::En);
    assert_eq!(english.message(&missing("")), "The column “Email” is missing.");
    assert_eq!(english.message(&missing("E-mail")), "The column “Email” is missing; “E-mail” looks like it.");
    let finding = Finding::of_file(Reason::LabelMissing, vec![("label", "Email".into())]);
    assert_eq!(english.message(&finding), "The column “Email” is missing.");
}

#[test]
fn a_dropped_value_says_why_in_the_same_language() {
    let finding = example(Reason::ValueDropped);
    assert_eq!(
        Texts::new(Language::En).message(&finding),
        "The value was left out, the row was kept. Column “Price”: “12 CAD” is not a number."
    );
    assert_eq!(
        Texts::new(Language::Fr).message(&finding),
        "La valeur a été laissée de côté, la ligne a été gardée. Colonne «\u{a0}Price\u{a0}»\u{a0}: «\u{a0}12 CAD\u{a0}» n’est pas un nombre."
    );
}

#[test]
fn a_reason_that_names_itself_does_not_turn_in_circles() {
    let mut finding = example(Reason::ValueDropped);
    finding.args = vec![("why", "value-dropped".into())];
    assert!(Texts::new(Language::En).message(&finding).ends_with("value-dropped"));
}

#[test]
fn cells_are_shown_on_one_line_and_short() {
    let mut finding = example(Reason::NotInteger);
    finding.cell = Some(format!("a\n\u{202e}{}", "x".repeat(100)).into());
    let message = Texts::new(Language::En).message(&finding);
    assert!(message.starts_with("Column “Price”: “a\\n<U+202E>xxx"), "{message}");
    assert!(message.ends_with("x…” is not a whole number."), "{message}");
    assert!(message.chars().count() < 120, "{message}");
}

#[test]
fn date_patterns_are_shown_in_the_letters_of_the_language() {
    assert_eq!(date_letters("%Y-%m-%d %H:%M:%S", Language::En), "YYYY-MM-DD hh:mm:ss");
    assert_eq!(date_letters("%d/%m/%Y", Language::Fr), "JJ/MM/AAAA");
    assert_eq!(date_letters("YYYY %% %q %", Language::En), "YYYY % %q %");
}

#[test]
fn a_long_list_of_allowed_values_is_cut_and_the_hint_has_it_whole() {
    let mut finding = example(Reason::NotInEnum);
    finding.args = vec![("allowed", "a, b, c, d, e, f, g".into()), ("near", "".into())];
    let texts = Texts::new(Language::En);
    assert!(texts.message(&finding).ends_with("(a, b, c, d, e, f, …)."), "{}", texts.message(&finding));
    assert!(texts.cause(&finding).ends_with("(a, b, c, d, e, f, …)."));
    assert_eq!(texts.hint(&finding).unwrap(), "Write one of the allowed values: a, b, c, d, e, f, g.");
    let codes: Vec<String> = (100..200u64).map(|code| code.to_string()).collect();
    finding.args = vec![("allowed", codes.join(", ").into())];
    assert!(texts.hint(&finding).unwrap().ends_with("137, 138, …."), "{}", texts.hint(&finding).unwrap());
    finding.args = vec![("allowed", "a, b, c, d, e, f".into())];
    assert!(texts.cause(&finding).ends_with("(a, b, c, d, e, f)."));
}

#[test]
fn patterns_already_in_letters_are_shown_in_those_of_the_language() {
    assert_eq!(date_letters("DD/MM/YYYY", Language::En), "DD/MM/YYYY");
    assert_eq!(date_letters("DD/MM/YYYY", Language::Fr), "JJ/MM/AAAA");
}

#[test]
fn any_message_can_be_said() {
    let texts = Texts::new(Language::Fr);
    let args = [("rows", Arg::from(1204u64)), ("what", Arg::from("x"))];
    assert_eq!(texts.say("cause-rows", &args), "1\u{202f}204 lignes\u{a0}: x");
    assert_eq!(texts.say("slug-type-error.about", &[]), texts.about(Slug::TypeError));
    assert_eq!(texts.say("no-such-message", &[]), "no-such-message");
    assert_eq!(texts.say("cause-rows.no-such", &[]), "cause-rows.no-such");
}

#[test]
fn whole_catalogue() {
    for (language, name) in [(Language::En, "catalogue_en"), (Language::Fr, "catalogue_fr")] {
        let texts = Texts::new(language);
        let mut out = String::new();
        for reason in Reason::ALL {
            let finding = example(*reason);
            writeln!(out, "{} ({})", reason.key(), reason.slug().as_str()).unwrap();
            writeln!(out, "  {}", texts.message(&finding)).unwrap();
            writeln!(out, "  {}", texts.hint(&finding).unwrap()).unwrap();
            writeln!(out, "  {}", texts.cause(&finding)).unwrap();
        }
        for slug in Slug::ALL {
            writeln!(out, "{}: {}. {}", slug.as_str(), texts.title(*slug), texts.about(*slug)).unwrap();
        }
        insta::assert_snapshot!(name, out);
    }
}

#[test]
fn numbers_agree_with_their_nouns() {
    let parts = ["rejected", "registrations", "people", "returned"];
    let shares = regex::Regex::new(r" \([^)]*\)").unwrap();
    let totals = ["rows", "ofRegistrations", "ofPeople", "ofAddresses"];
    let mut said = String::new();
    for language in [Language::En, Language::Fr] {
        for (part, of) in [(0, 1), (1, 2), (2, 2)] {
            let mut args: Vec<(&str, Arg)> = parts.iter().map(|name| (*name, Arg::Number(part))).collect();
            args.extend(totals.iter().map(|name| (*name, Arg::Number(of))));
            for key in ["hold-too-many-rejected", "hold-removals", "status-base-held"] {
                let text = Texts::new(language).say(key, &args);
                // Up to what a person can do, without shares and limits.
                let text = shares.replace_all(&text, "");
                let told =
                    text.split(['.', ';']).find(|part| part.contains(char::is_numeric)).unwrap_or_default();
                writeln!(said, "{}", told.trim()).unwrap();
            }
        }
    }
    insta::assert_snapshot!(said, @r"
    0 of 1 row are rejected
    This would end 0 of 1 registration, archive 0 of 1 person, and take 0 of 1 address off the unsubscribed list
    It would end 0 of 1 registration, archive 0 of 1 person, and take 0 of 1 address off the unsubscribed list
    1 of 2 rows is rejected
    This would end 1 of 2 registrations, archive 1 of 2 people, and take 1 of 2 addresses off the unsubscribed list
    It would end 1 of 2 registrations, archive 1 of 2 people, and take 1 of 2 addresses off the unsubscribed list
    2 of 2 rows are rejected
    This would end 2 of 2 registrations, archive 2 of 2 people, and take 2 of 2 addresses off the unsubscribed list
    It would end 2 of 2 registrations, archive 2 of 2 people, and take 2 of 2 addresses off the unsubscribed list
    0 ligne sur 1 est rejetée
    Cela mettrait fin à 0 inscription sur 1, archiverait 0 personne sur 1 et retirerait 0 adresse sur 1 de la liste des désabonnés
    Cela mettrait fin à 0 inscription sur 1, archiverait 0 personne sur 1 et retirerait 0 adresse sur 1 de la liste des désabonnés
    1 ligne sur 2 est rejetée
    Cela mettrait fin à 1 inscription sur 2, archiverait 1 personne sur 2 et retirerait 1 adresse sur 2 de la liste des désabonnés
    Cela mettrait fin à 1 inscription sur 2, archiverait 1 personne sur 2 et retirerait 1 adresse sur 2 de la liste des désabonnés
    2 lignes sur 2 sont rejetées
    Cela mettrait fin à 2 inscriptions sur 2, archiverait 2 personnes sur 2 et retirerait 2 adresses sur 2 de la liste des désabonnés
    Cela mettrait fin à 2 inscriptions sur 2, archiverait 2 personnes sur 2 et retirerait 2 adresses sur 2 de la liste des désabonnés
    ");
}
