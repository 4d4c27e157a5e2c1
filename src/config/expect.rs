//! `[routes.expect]`: what a route receives when all is well.

use chrono::{NaiveTime, Weekday, WeekdaySet};
use toml::Spanned;
use toml::de::DeValue;

use super::keys::EXPECT;
use super::problem::Problem;
use super::reader::{Reader, Table};
use super::route;
use super::source::shown;
use crate::suggest::nearest;

/// What a route receives when all is well (issue 7.3). Everything else is reported, and a file made of it is held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expect {
    /// On which days, and until when, an export has to be there; `None`: at no time in particular.
    pub due: Option<Due>,
    /// How many rows it has; `None`: any number but none at all.
    pub rows: Option<Rows>,
    /// The share by which it may have fewer or more rows than the one before; `None`: any. In 0..=1.
    pub change_max: Option<f64>,
}

/// When an export has to be there, in the project's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Until then; `None`: until the day is over.
    pub by: Option<NaiveTime>,
    /// On these days. Never empty.
    pub days: WeekdaySet,
}

/// A range of rows, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// At least so many; 0 lets an empty export pass.
    pub least: u64,
    /// At most so many; `None`: no limit.
    pub most: Option<u64>,
}

impl Rows {
    /// Whether so many rows are in the range.
    pub fn holds(self, rows: u64) -> bool {
        rows >= self.least && self.most.is_none_or(|most| rows <= most)
    }
}

impl std::fmt::Display for Rows {
    /// As the config has it: `180000..210000`, `180000..`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..", self.least)?;
        self.most.map_or(Ok(()), |most| write!(f, "{most}"))
    }
}

/// Reads `expect` of a route.
pub(super) fn read(reader: &mut Reader<'_>, route: &Table<'_>) -> Option<Expect> {
    let (_, value) = route.get("expect")?;
    let table = reader.open(value, &EXPECT, format!("`expect` of {}", route.label))?;
    if table.entries.is_empty() {
        nothing(reader, value);
    }
    let by = reader.parsed(&table, "by", time);
    let days = reader.parsed(&table, "days", days);
    let due = (by.is_some() || days.is_some())
        .then(|| Due { by: by.map(|by| by.value), days: days.map_or(WeekdaySet::ALL, |days| days.value) });
    let rows = reader.parsed(&table, "rows", rows).map(|rows| rows.value);
    let change_max = route::share(reader, &table, "change_max");
    Some(Expect { due, rows, change_max })
}

fn nothing(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) {
    let problem = Problem::new(reader.source, &value.span(), "`expect` says nothing")
        .note("write at least one of by, days, rows and change_max, or leave `expect` out");
    reader.push(problem);
}

/// `02:00`.
fn time(text: &str) -> Result<NaiveTime, String> {
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let exact = text.split_once(':').is_some_and(|(hour, minute)| digits(hour) && digits(minute));
    if let (true, Ok(time)) = (exact, NaiveTime::parse_from_str(text, "%H:%M")) {
        return Ok(time);
    }
    if text.trim() == "24:00" {
        return Err("has no 24:00: leave `by` out, and `days` alone means until the day is over".to_owned());
    }
    let error = "is not a time of day: write hour and minute, for example \"02:00\"".to_owned();
    let meant = text.trim().to_lowercase().replace(['h', '.'], ":");
    let meant = if meant.ends_with(':') { format!("{meant}00") } else { meant };
    Err(match NaiveTime::parse_from_str(&meant, "%H:%M") {
        Ok(time) => format!("{error}\ndid you mean \"{}\"?", time.format("%H:%M")),
        Err(_) => error,
    })
}

/// Names of days, from Monday on.
const DAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Mon),
    ("Tue", Weekday::Tue),
    ("Wed", Weekday::Wed),
    ("Thu", Weekday::Thu),
    ("Fri", Weekday::Fri),
    ("Sat", Weekday::Sat),
    ("Sun", Weekday::Sun),
];

/// The name of a day in the config.
pub fn day_name(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| name)
}

/// `Mon-Sat`, `Mon, Wed, Fri`, `Sat-Mon, Wed`.
fn days(text: &str) -> Result<WeekdaySet, String> {
    let mut set = WeekdaySet::EMPTY;
    for part in text.split(',').map(str::trim) {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(part)?, day(part)?),
        };
        let mut next = first;
        loop {
            if !set.insert(next) {
                return Err(format!("names {} twice", day_name(next)));
            }
            if next == last {
                break;
            }
            next = next.succ();
        }
    }
    Ok(set)
}

fn day(text: &str) -> Result<Weekday, String> {
    let text = text.trim();
    let by_name = |name: &str| DAYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((_, day)) = by_name(text) {
        return Ok(*day);
    }
    let error = if text.is_empty() {
        "lacks the name of a day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun, as a list (\"Mon, Thu\") or a range (\"Mon-Sat\")".to_owned()
    } else {
        format!(
            "holds `{}`, which is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun, as a list (\"Mon, Thu\") or a range (\"Mon-Sat\")",
            shown(text)
        )
    };
    let start = text.get(..3).and_then(by_name).map(|(name, _)| *name);
    let meant = start.or_else(|| nearest(text, DAYS.iter().map(|(name, _)| *name)));
    Err(meant.map_or(error.clone(), |name| format!("{error}\ndid you mean `{name}`?")))
}

/// `180000..210000`, `180000..`, `..210000`. Blanks, `_` and `,` may set thousands apart.
fn rows(text: &str) -> Result<Rows, String> {
    let wanted = "write the least and the most, for example \"180000..210000\", or one of them: \"180000..\", \"..210000\"";
    let number = |text: &str| -> Result<Option<u64>, String> {
        let digits: String = text.chars().filter(|letter| !" _,\u{a0}\u{202f}".contains(*letter)).collect();
        if digits.is_empty() {
            return if text.trim().is_empty() { Ok(None) } else { Err(format!("is not a range: {wanted}")) };
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("is not a range of rows: {wanted}"));
        }
        digits.parse().map(Some).map_err(|_| "has a number that no file reaches".to_owned())
    };
    let Some((least, most)) = text.split_once("..") else {
        let parts: Vec<&str> = text.split(['-', '–', '…']).collect();
        let meant = match parts.as_slice() {
            [one] => number(one)?.map(|rows| format!("{rows}..{rows}")),
            [least, most] => {
                number(least)?.zip(number(most)?).map(|(least, most)| format!("{least}..{most}"))
            }
            _ => None,
        };
        let error = format!("is not a range of rows: {wanted}");
        return Err(meant.map_or(error.clone(), |meant| format!("{error}\ndid you mean \"{meant}\"?")));
    };
    let (least, most) = (number(least)?, number(most)?);
    if least.is_none() && most.is_none() {
        return Err(format!("names no number: {wanted}"));
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return Err(format!("goes downwards: no number is in it\ndid you mean \"{most}..{least}\"?"));
    }
    if most == Some(0) {
        return Err("lets only empty exports pass".to_owned());
    }
    // Without a least number, an empty export is reported all the same.
    Ok(Rows { least: least.unwrap_or(1), most })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::super::load::parse;
    use super::*;

    fn of(expect: &str) -> Result<Option<Expect>, String> {
        let route = "[[routes]]\nname = \"r\"\nfrom = \"a\"\nto = \"b\"\ndestination = \"d\"\n";
        let text = format!("{route}expect = {expect}\n");
        let config = parse(text, Path::new("/p/passeur.toml")).map_err(|error| error.to_string())?;
        Ok(config.routes.into_iter().next().unwrap().expect)
    }

    #[test]
    fn each_part_may_stand_alone() {
        let night = NaiveTime::from_hms_opt(2, 0, 0);
        let due = |by, days| Some(Due { by, days });
        for (text, expect) in [
            ("{ by = \"02:00\" }", Expect { due: due(night, WeekdaySet::ALL), ..Expect::default() }),
            (
                "{ days = \"Sun\" }",
                Expect { due: due(None, WeekdaySet::single(Weekday::Sun)), ..Expect::default() },
            ),
            (
                "{ rows = \"..9\" }",
                Expect { rows: Some(Rows { least: 1, most: Some(9) }), ..Expect::default() },
            ),
            ("{ change_max = \"20 %\" }", Expect { change_max: Some(0.2), ..Expect::default() }),
        ] {
            assert_eq!(of(text).unwrap(), Some(expect), "{text}");
        }
    }

    #[rstest]
    #[case("Mon-Sat", &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])]
    #[case("Mon, wed,FRI", &["Mon", "Wed", "Fri"])]
    #[case("Sat-Mon, Wed", &["Mon", "Wed", "Sat", "Sun"])]
    #[case("Sun - Sun", &["Sun"])]
    #[case("Mon-Sun", &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])]
    fn days_are_lists_and_ranges(#[case] text: &str, #[case] expected: &[&str]) {
        let set = days(text).unwrap();
        let names: Vec<&str> = set.iter(Weekday::Mon).map(day_name).collect();
        assert_eq!(names, expected);
    }

    #[rstest]
    #[case("180000..210000", 180_000, Some(210_000))]
    #[case("180 000 .. 210_000", 180_000, Some(210_000))]
    #[case("5..", 5, None)]
    #[case("..5", 1, Some(5))]
    #[case("0..5", 0, Some(5))]
    fn rows_are_ranges(#[case] text: &str, #[case] least: u64, #[case] most: Option<u64>) {
        assert_eq!(rows(text).unwrap(), Rows { least, most });
    }

    #[rstest]
    #[case("{}", "`expect` says nothing")]
    #[case("{ by = \"2:00\" }", "did you mean \"02:00\"?")]
    #[case("{ by = \"2h30\" }", "did you mean \"02:30\"?")]
    #[case("{ by = \"24:00\" }", "leave `by` out")]
    #[case("{ by = \"two\" }", "`by` is not a time of day")]
    #[case("{ by = \"25:00\" }", "`by` is not a time of day")]
    #[case("{ by = 02:00:00 }", "`by` must be a time of day in quotes, not a date")]
    #[case("{ days = \"Mon-Sta\" }", "did you mean `Sat`?")]
    #[case("{ days = \"Monday\" }", "did you mean `Mon`?")]
    #[case("{ days = \"Mon,\" }", "`days` lacks the name of a day")]
    #[case("{ days = \"Mon-Wed, Tue\" }", "`days` names Tue twice")]
    #[case("{ days = [\"Mon\"] }", "`days` must be days of the week in quotes, not a list")]
    #[case("{ rows = \"9..3\" }", "did you mean \"3..9\"?")]
    #[case("{ rows = \"100\" }", "did you mean \"100..100\"?")]
    #[case("{ rows = \"1-9\" }", "did you mean \"1..9\"?")]
    #[case("{ rows = \"..\" }", "`rows` names no number")]
    #[case("{ rows = \"0..0\" }", "`rows` lets only empty exports pass")]
    #[case("{ rows = \"a..b\" }", "`rows` is not a range of rows")]
    #[case("{ rows = \"1..99999999999999999999\" }", "`rows` has a number that no file reaches")]
    #[case("{ change_max = 20 }", "write \"20 %\"")]
    #[case("{ change_max = \"200 %\" }", "`change_max` is outside 0 % to 100 %")]
    #[case("{ row = \"1..9\" }", "did you mean `rows`?")]
    fn nonsense_is_refused_with_what_was_meant(#[case] text: &str, #[case] why: &str) {
        let error = of(text).unwrap_err();
        assert!(error.contains(why), "{error}");
        assert!(error.contains("passeur.toml:6"), "with its place: {error}");
    }
}
