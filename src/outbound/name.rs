//! Names in the default grammar, `universe_scope_subsection_YYYYMMDD.csv` (seed 003), as a person writes them: read part by part, so that
//! what is wrong can be said. passeur's own names are made by [`NameTemplate::default_grammar`], and read back to the same parts.
//!
//! [`NameTemplate::default_grammar`]: crate::config::name::NameTemplate::default_grammar
//! Splio tolerates a name without subsection when one file a day is sent (seed 003); we always write it.

use chrono::NaiveDate;
use thiserror::Error;

use crate::config::part::{MAX_NAME_BYTES, PartError, check_part};

/// The only extension of the default grammar.
const EXTENSION: &str = ".csv";

/// The parts of an outbound name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameParts {
    /// The account at the platform.
    pub universe: String,
    /// The kind of content, from the target schema.
    pub scope: String,
    /// Tells files of the same scope and day apart.
    pub subsection: String,
    /// The day, in the zone of the config.
    pub date: NaiveDate,
}

/// Why a name cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// A part breaks the grammar.
    #[error("{part} `{}` {why}", .text.escape_debug())]
    Part {
        /// `universe`, `scope` or `subsection`.
        part: &'static str,
        /// What stood there.
        text: String,
        /// What is wrong with it.
        #[source]
        why: PartError,
    },
    /// A scope that the schemas do not know.
    #[error("scope `{}` is not known; known: {}. The order is universe_scope_subsection_YYYYMMDD.csv", .found.escape_debug(), .known.join(", "))]
    UnknownScope {
        /// What stood in the second place.
        found: String,
        /// What may stand there.
        known: Vec<String>,
    },
    /// Not four parts.
    #[error("the name has {0} parts; it needs four: universe_scope_subsection_YYYYMMDD.csv")]
    Parts(usize),
    /// Another ending than `.csv`.
    #[error("the name does not end with .csv in lower case: universe_scope_subsection_YYYYMMDD.csv")]
    Extension,
    /// Not eight digits.
    #[error("`{}` is not a date: eight digits, YYYYMMDD, without a time", .0.escape_debug())]
    DateShape(String),
    /// Eight digits that are no day.
    #[error("{0} is not a day of the calendar (YYYYMMDD)")]
    NoSuchDay(String),
    /// Longer than file systems allow.
    #[error(
        "the name would be {0} bytes long; at most {MAX_NAME_BYTES} are allowed: shorten universe or subsection"
    )]
    Long(usize),
}

impl NameParts {
    /// Reads a name back. `scopes`: the scope words of the schemas that are known.
    ///
    /// # Errors
    /// The first thing in which the text differs from the grammar.
    pub fn parse(name: &str, scopes: &[&str]) -> Result<Self, NameError> {
        if name.len() > MAX_NAME_BYTES {
            return Err(NameError::Long(name.len()));
        }
        let stem = name.strip_suffix(EXTENSION).ok_or(NameError::Extension)?;
        let parts: Vec<&str> = stem.split('_').collect();
        let &[universe, scope, subsection, date] = parts.as_slice() else {
            return Err(NameError::Parts(parts.len()));
        };
        if !scopes.contains(&scope) {
            return Err(NameError::UnknownScope {
                found: scope.to_owned(),
                known: scopes.iter().map(|&known| known.to_owned()).collect(),
            });
        }
        let parts = NameParts {
            universe: universe.to_owned(),
            scope: scope.to_owned(),
            subsection: subsection.to_owned(),
            date: day(date)?,
        };
        parts.check()?;
        Ok(parts)
    }

    fn check(&self) -> Result<(), NameError> {
        for (part, text) in
            [("universe", &self.universe), ("scope", &self.scope), ("subsection", &self.subsection)]
        {
            check_part(text).map_err(|why| NameError::Part { part, text: text.clone(), why })?;
        }
        Ok(())
    }
}

/// Eight digits that are a day. By hand: chrono's own parser takes signs, spaces and short numbers.
fn day(text: &str) -> Result<NaiveDate, NameError> {
    let shape = || NameError::DateShape(text.to_owned());
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(shape());
    }
    let number: u32 = text.parse().map_err(|_| shape())?;
    i32::try_from(number / 10_000)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100))
        .ok_or_else(|| NameError::NoSuchDay(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::config::name::{NameTemplate, NameValues, RenderError};

    const SCOPES: [&str; 2] = ["cardcode", "tierchange"];

    /// The name that passeur makes of these parts.
    fn built(parts: &NameParts) -> Result<String, RenderError> {
        let NameParts { universe, scope, subsection, date } = parts;
        let values = NameValues { universe, scope, subsection, day: *date, ..NameValues::default() };
        NameTemplate::default_grammar().render(&values)
    }

    fn parts(universe: &str, scope: &str, subsection: &str, day: (i32, u32, u32)) -> NameParts {
        NameParts {
            universe: universe.into(),
            scope: scope.into(),
            subsection: subsection.into(),
            date: NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap(),
        }
    }

    #[test]
    fn names_are_built_and_read_back() {
        for (name, expected) in [
            ("demo_cardcode_members_20260115.csv", parts("demo", "cardcode", "members", (2026, 1, 15))),
            (
                "myuniverse_cardcode_customers_20190214.csv",
                parts("myuniverse", "cardcode", "customers", (2019, 2, 14)),
            ),
            ("demo_tierchange_members_20240229.csv", parts("demo", "tierchange", "members", (2024, 2, 29))),
            ("my-club_cardcode_part-2_20261231.csv", parts("my-club", "cardcode", "part-2", (2026, 12, 31))),
            ("demo_cardcode_members_00260115.csv", parts("demo", "cardcode", "members", (26, 1, 15))),
        ] {
            assert_eq!(NameParts::parse(name, &SCOPES).unwrap(), expected, "{name}");
            assert_eq!(built(&expected).unwrap(), name);
        }
    }

    #[test]
    fn names_outside_the_grammar_are_refused() {
        let order = "The order is universe_scope_subsection_YYYYMMDD.csv";
        let unknown =
            |scope: &str| format!("scope `{scope}` is not known; known: cardcode, tierchange. {order}");
        let count = |n: usize| {
            format!("the name has {n} parts; it needs four: universe_scope_subsection_YYYYMMDD.csv")
        };
        let shape = |date: &str| format!("`{date}` is not a date: eight digits, YYYYMMDD, without a time");
        let no_day = |date: &str| format!("{date} is not a day of the calendar (YYYYMMDD)");
        let extension = NameError::Extension.to_string();
        for (name, text) in [
            // reference/splio.md, section 15
            ("demo_cardcode_20260115.csv", count(3)),
            ("demo_cardcode_members_2026-01-15.csv", shape("2026-01-15")),
            ("demo_cardcode_members_15012026.csv", no_day("15012026")),
            ("demo_cardcode_members_20260230.csv", no_day("20260230")),
            ("demo_cardcode_members_20260115_093000.csv", count(5)),
            ("demo_cardcode_members_20260115093000.csv", shape("20260115093000")),
            ("demo_subscriptions_members_20260115.csv", unknown("subscriptions")),
            ("cardcode_demo_members_20260115.csv", unknown("demo")),
            ("demo_cardcode_members_20260115.csv.gz", extension.clone()),
            // and what a hand may do to them
            ("demo_cardcode_members_20260115.CSV", extension.clone()),
            ("demo_cardcode_members_20260115", extension),
            ("", NameError::Extension.to_string()),
            (".csv", count(1)),
            ("demo_cardcode_members_20250229.csv", no_day("20250229")),
            ("demo_cardcode_members_+2026115.csv", shape("+2026115")),
            ("demo_cardcode_members_２０２６0115.csv", shape("２０２６0115")),
            (
                "demo_cardcode__20260115.csv",
                "subsection `` is empty; a part of an outbound name holds at least one letter or digit".into(),
            ),
            (
                "Demo_cardcode_members_20260115.csv",
                "universe `Demo` holds the capital letter `D`; parts of outbound names are lower case: write `demo`".into(),
            ),
            (
                "../demo_cardcode_members_20260115.csv",
                "universe `../demo` holds `.`, which belongs to paths and extensions; use a-z, 0-9 and `-`".into(),
            ),
        ] {
            assert_eq!(NameParts::parse(name, &SCOPES).unwrap_err().to_string(), text, "{name}");
        }
    }

    #[test]
    fn a_part_that_breaks_the_grammar_is_never_written() {
        for (universe, scope, subsection) in [
            ("my_club", "cardcode", "members"),
            ("demo", "card_code", "members"),
            ("demo", "cardcode", "a/b"),
            ("demo", "cardcode", "a.b"),
            ("", "cardcode", "members"),
            ("demo", "cardcode", "MEMBERS"),
            ("demo", "cardcode", "membres é"),
        ] {
            let result = built(&parts(universe, scope, subsection, (2026, 1, 15)));
            assert!(
                matches!(result, Err(RenderError::Part { .. })),
                "{universe} {scope} {subsection}: {result:?}"
            );
        }
    }

    #[test]
    fn a_name_has_at_most_255_bytes() {
        let longest = "a".repeat(255 - "_cardcode_m_20260115.csv".len());
        assert_eq!(built(&parts(&longest, "cardcode", "m", (2026, 1, 15))).unwrap().len(), 255);
        let result = built(&parts(&format!("{longest}a"), "cardcode", "m", (2026, 1, 15)));
        assert_eq!(result, Err(RenderError::Long(256)));
    }

    #[test]
    fn a_year_of_five_digits_is_refused() {
        let result = built(&parts("demo", "cardcode", "m", (10_000, 1, 1)));
        assert_eq!(result, Err(RenderError::Year(10_000)));
    }
}
