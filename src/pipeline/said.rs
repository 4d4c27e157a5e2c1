//! What stopped a run, or one export, in the operator's language. What is wrong with the config, a schema or a model of the user's own is English
//! everywhere: whoever writes those reads it.

use std::io;

use super::error::PipelineError;
use super::full::FullError;
use crate::amilia::AmiliaError;
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::store::StoreError;

/// The sentence for what stopped a run.
pub fn said(error: &PipelineError, texts: Texts) -> String {
    match error {
        PipelineError::Io { doing, path, source } => {
            let args = [
                ("doing", doing_said(doing, texts).into()),
                ("path", path.display().to_string().into()),
                ("said", io_said(source, texts).into()),
            ];
            texts.say("error-io", &args)
        }
        PipelineError::Busy { lock } => {
            texts.say("error-busy", &[("lock", lock.display().to_string().into())])
        }
        PipelineError::Store(error) => store_said(error, texts),
        PipelineError::CustomerBase(error) => base_said(error, texts),
        PipelineError::Full(error) => full_said(error, texts),
        PipelineError::Config(_) | PipelineError::Setting(_) | PipelineError::Schema(_) => error.to_string(),
    }
}

fn full_said(error: &FullError, texts: Texts) -> String {
    match error {
        FullError::Unknown { route, near, known } => {
            let args = [
                ("guess", if near.is_some() { "yes" } else { "no" }.into()),
                ("route", route.as_str().into()),
                ("near", near.as_deref().unwrap_or_default().into()),
                ("known", known.as_str().into()),
            ];
            texts.say("sheet-no-route", &args)
        }
        FullError::Makes { route } => texts.say("error-full-makes", &[("route", route.as_str().into())]),
        FullError::Changes { route } => texts.say("error-full-changes", &[("route", route.as_str().into())]),
    }
}

/// Why one export could not be processed.
pub(super) fn export_said(doing: &str, path: &std::path::Path, source: &io::Error, texts: Texts) -> String {
    let args = [
        ("doing", doing_said(doing, texts).into()),
        ("path", path.display().to_string().into()),
        ("said", io_said(source, texts).into()),
    ];
    texts.say("error-export", &args)
}

/// The system's answer; or ours, where it came in the system's clothes.
pub fn io_said(error: &io::Error, texts: Texts) -> String {
    if let Some(inner) = error.get_ref() {
        if let Some(error) = inner.downcast_ref::<AmiliaError>() {
            return base_said(error, texts);
        }
        if let Some(error) = inner.downcast_ref::<StoreError>() {
            return store_said(error, texts);
        }
    }
    let key = match error.kind() {
        io::ErrorKind::NotFound => "error-os-not-found",
        io::ErrorKind::PermissionDenied => "error-os-permission-denied",
        io::ErrorKind::StorageFull => "error-os-storage-full",
        io::ErrorKind::QuotaExceeded => "error-os-quota-exceeded",
        io::ErrorKind::ReadOnlyFilesystem => "error-os-read-only",
        io::ErrorKind::AlreadyExists => "error-os-already-exists",
        io::ErrorKind::NotADirectory => "error-os-not-a-folder",
        io::ErrorKind::IsADirectory => "error-os-a-folder",
        _ => return error.to_string(),
    };
    let Some(code) = error.raw_os_error() else { return error.to_string() };
    texts.say(key, &[("code", code.to_string().into())])
}

fn base_said(error: &AmiliaError, texts: Texts) -> String {
    let key = |key: &str, args: &[(&str, Arg)]| texts.say(key, args);
    match error {
        AmiliaError::Row { kind, column, why } => key(
            "error-base-row",
            &[("kind", (*kind).into()), ("column", (*column).into()), ("why", (*why).into())],
        ),
        AmiliaError::UnsubscribedNotSet => key("error-unsubscribed-not-set", &[]),
        AmiliaError::Write { name, source } => key(
            "error-model-write",
            &[("name", name.as_str().into()), ("said", io_said(source, texts).into())],
        ),
        AmiliaError::Day { today } => key("error-day", &[("day", today.to_string().into())]),
        AmiliaError::Store(error) => store_said(error, texts),
        AmiliaError::CannotRead { .. }
        | AmiliaError::ModelName { .. }
        | AmiliaError::Query { .. }
        | AmiliaError::NoModel { .. } => error.to_string(),
    }
}

/// The sentence for what is wrong with the store.
pub fn store_said(error: &StoreError, texts: Texts) -> String {
    let versions = |key: &str, found: i64, known: i64| {
        texts.say(key, &[("found", found.to_string().into()), ("known", known.to_string().into())])
    };
    match error {
        StoreError::Missing { path } => {
            texts.say("error-store-missing", &[("path", path.display().to_string().into())])
        }
        StoreError::CannotOpen { path, detail } => {
            let args = [("path", path.display().to_string().into()), ("detail", detail.as_str().into())];
            texts.say("error-store-cannot-open", &args)
        }
        StoreError::Newer { found, known } => versions("error-store-newer", *found, *known),
        StoreError::Older { found, known } => versions("error-store-older", *found, *known),
        StoreError::Busy { seconds } => {
            texts.say("error-store-busy", &[("seconds", seconds.to_string().into())])
        }
        StoreError::DiskFull => texts.say("error-store-disk-full", &[]),
        StoreError::Damaged { detail } => {
            texts.say("error-store-damaged", &[("detail", detail.as_str().into())])
        }
        // What only a fault of ours can cause.
        _ => error.to_string(),
    }
}

/// What was being done; see the calls of `io_error`.
fn doing_said(doing: &str, texts: Texts) -> String {
    let key = format!("doing-{}", doing.replace(' ', "-"));
    let said = texts.say(&key, &[]);
    if said == key { doing.to_owned() } else { said }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::finding::Language;

    fn errors() -> Vec<PipelineError> {
        let path = || PathBuf::from("/p/passeur.db");
        let os = |code: i32| io::Error::from_raw_os_error(code);
        vec![
            PipelineError::Busy { lock: "/p/work/.lock".into() },
            PipelineError::Io { doing: "reading", path: "/p/a.csv".into(), source: io::Error::other("odd") },
            StoreError::Missing { path: path() }.into(),
            StoreError::CannotOpen { path: path(), detail: "why".into() }.into(),
            StoreError::Newer { found: 9, known: 6 }.into(),
            StoreError::Older { found: 5, known: 6 }.into(),
            StoreError::Busy { seconds: 30 }.into(),
            StoreError::DiskFull.into(),
            StoreError::Damaged { detail: "page 4".into() }.into(),
            AmiliaError::UnsubscribedNotSet.into(),
            AmiliaError::Row { kind: "people", column: "Person ID", why: "is no number" }.into(),
            AmiliaError::Day { today: chrono::NaiveDate::from_ymd_opt(9999, 1, 1).unwrap() }.into(),
            AmiliaError::Write { name: "contacts".into(), source: os(5) }.into(),
            FullError::Unknown {
                route: "card".into(),
                near: Some("cards".into()),
                known: "cards, tiers".into(),
            }
            .into(),
            FullError::Unknown { route: "x".into(), near: None, known: "cards, tiers".into() }.into(),
            FullError::Makes { route: "cards".into() }.into(),
            FullError::Changes { route: "tiers".into() }.into(),
        ]
    }

    #[test]
    fn in_english_it_is_the_text_of_the_error() {
        for error in errors() {
            assert_eq!(said(&error, Texts::new(Language::En)), error.to_string());
        }
    }

    #[test]
    fn in_french_it_is_french() {
        let french: String =
            errors().iter().map(|error| said(error, Texts::new(Language::Fr)) + "\n").collect();
        insta::assert_snapshot!(french);
    }

    #[test]
    fn what_the_system_says_is_said_in_both_languages() {
        let mut both = String::new();
        for code in [2, 13, 17, 20, 21, 28, 30, 122, 5] {
            let error = io::Error::from_raw_os_error(code);
            for language in [Language::En, Language::Fr] {
                both += &io_said(&error, Texts::new(language));
                both.push('\n');
            }
        }
        insta::assert_snapshot!(both);
    }

    #[test]
    fn an_error_of_ours_is_found_inside_one_of_the_system() {
        let error = io::Error::other(AmiliaError::UnsubscribedNotSet);
        let path = std::path::Path::new("/p/a.csv");
        insta::assert_snapshot!(export_said("processing", path, &error, Texts::new(Language::Fr)));
    }

    #[test]
    fn all_that_is_done_has_its_words_in_both_languages() {
        let pattern = regex::Regex::new(r#"io_error\("([a-z ]+)""#).unwrap();
        let mut found = 0;
        for entry in glob::glob(concat!(env!("CARGO_MANIFEST_DIR"), "/src/**/*.rs")).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap()).unwrap();
            for doing in pattern.captures_iter(&text) {
                let key = format!("doing-{}", doing[1].replace(' ', "-"));
                for language in [Language::En, Language::Fr] {
                    assert_ne!(Texts::new(language).say(&key, &[]), key);
                }
                found += 1;
            }
        }
        assert!(found > 20, "{found}");
    }
}
