//! How the dates of a column are really written, from those that were refused.

use super::{Diagnosis, LEAST};
use crate::check::columns::Tally;
use crate::finding::{FieldRef, Slug};
use crate::schema::{Field, FieldType};

/// Forms that are told apart in one column.
const MOST_FORMS: usize = 12;

/// What is known about the refused dates of one column.
#[derive(Debug, Clone, Default)]
pub(super) struct DateForms {
    forms: Vec<Counted>,
    refused: u64,
}

#[derive(Debug, Clone)]
struct Counted {
    form: Form,
    tally: Tally,
    /// Values whose first number can only be a day.
    day_first: u64,
    /// Values whose second number can only be a day.
    month_first: u64,
    /// Values without leading zeros.
    short: u64,
}

/// A way to write a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Year, month, day with this separator; `0`: none.
    YearFirst { separator: u8, time: Time },
    /// Two numbers, then a year of two or four digits.
    YearLast { separator: u8, digits: u8, time: Time },
    /// The number of days by which a spreadsheet keeps a date.
    Serial,
    /// A month in words.
    Words,
}

/// The time after a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    None,
    Minutes,
    Seconds,
}

/// A refused date, taken apart.
struct Read {
    form: Form,
    day_first: bool,
    month_first: bool,
    short: bool,
}

impl DateForms {
    pub(super) fn see(&mut self, text: &str, line: u64) {
        self.refused += 1;
        let Some(read) = read(text) else { return };
        let position = self.forms.iter().position(|counted| counted.form == read.form);
        let position = position.unwrap_or_else(|| {
            if self.forms.len() < MOST_FORMS {
                let form = read.form;
                let tally = Tally::default();
                self.forms.push(Counted { form, tally, day_first: 0, month_first: 0, short: 0 });
            }
            self.forms.len() - 1
        });
        let Some(counted) = self.forms.get_mut(position).filter(|counted| counted.form == read.form) else {
            return;
        };
        counted.tally.add(line);
        counted.day_first += u64::from(read.day_first);
        counted.month_first += u64::from(read.month_first);
        counted.short += u64::from(read.short);
    }

    /// The form that most of the refused values have.
    pub(super) fn conclude(&self, field: &Field, name: &FieldRef) -> Option<Diagnosis> {
        let most = self.forms.iter().max_by_key(|counted| counted.tally.rows)?;
        if most.tally.rows < LEAST || most.tally.rows * 2 < self.refused {
            return None;
        }
        let (FieldType::Date(patterns) | FieldType::DateTime(patterns)) = &field.kind else { return None };
        let expected = patterns.first()?.shown();
        let of = |key| Diagnosis::new(key, Slug::TypeError, Some(name), &most.tally);
        let said = match most.form {
            Form::Serial => of("date-serial"),
            Form::Words => of("date-words"),
            // The order is right or the numbers are not; the plain findings say more.
            _ if most.tells_nothing(patterns) => return None,
            _ if most.is_open() => of("date-pattern-open").with("pattern", most.shown(true)),
            _ => of("date-pattern").with("pattern", most.shown(most.month_first == 0)),
        };
        Some(said.with("expected", expected))
    }
}

impl Counted {
    /// Whether the values allow both orders of day and month, or contradict each other.
    fn is_open(&self) -> bool {
        matches!(self.form, Form::YearLast { .. }) && (self.day_first > 0) == (self.month_first > 0)
    }

    /// Whether the schema reads this form, so that the form is not what is wrong.
    fn tells_nothing(&self, patterns: &[crate::schema::pattern::Pattern]) -> bool {
        let shown = [self.shown(true), self.shown(false)];
        patterns.iter().any(|pattern| shown.iter().any(|shown| **shown == **pattern.shown()))
    }

    fn shown(&self, day_first: bool) -> String {
        let (day, month) = if self.short > 0 { ("D", "M") } else { ("DD", "MM") };
        let (parts, separator, time) = match self.form {
            Form::YearFirst { separator, time } => (["YYYY", month, day], separator, time),
            Form::YearLast { separator, digits, time } => {
                let year = if digits == 2 { "YY" } else { "YYYY" };
                let [first, second] = if day_first { [day, month] } else { [month, day] };
                ([first, second, year], separator, time)
            }
            Form::Serial | Form::Words => return String::new(),
        };
        let separator = if separator == 0 { String::new() } else { char::from(separator).to_string() };
        let time = match time {
            Time::None => "",
            Time::Minutes => " HH:MM",
            Time::Seconds => " HH:MM:SS",
        };
        format!("{}{time}", parts.join(&separator))
    }
}

/// Takes a date apart. Loose on purpose: it says how a column is written, it accepts nothing.
fn read(text: &str) -> Option<Read> {
    let plain = |form| Read { form, day_first: false, month_first: false, short: false };
    if has_month_in_words(text) {
        return Some(plain(Form::Words));
    }
    if is_serial(text) {
        return Some(plain(Form::Serial));
    }
    let (date, time) = match text.split_once([' ', 'T']) {
        None => (text, Time::None),
        Some((date, time)) => {
            let numbers = time.split(':').count();
            if !time.starts_with(|character: char| character.is_ascii_digit()) || !(2..=3).contains(&numbers)
            {
                return None;
            }
            (date, if numbers == 2 { Time::Minutes } else { Time::Seconds })
        }
    };
    let Some(separator) = date.bytes().find(|byte| b"/-.".contains(byte)) else {
        return compact(date, time).map(plain);
    };
    let parts: Vec<&str> = date.split(char::from(separator)).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| match text.len() {
        1..=4 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<u32>().ok(),
        _ => None,
    };
    let numbers = [number(first)?, number(second)?, number(third)?];
    let day = |number: u32| (13..=31).contains(&number);
    let month = |number: u32| (1..=12).contains(&number);
    match [first.len(), second.len(), third.len()] {
        [4, months @ 1..=2, days @ 1..=2] => {
            let short = months == 1 || days == 1;
            Some(Read { short, ..plain(Form::YearFirst { separator, time }) })
        }
        [one @ 1..=2, two @ 1..=2, digits @ (2 | 4)] => Some(Read {
            form: Form::YearLast { separator, digits: digits as u8, time },
            day_first: day(numbers[0]) && month(numbers[1]),
            month_first: month(numbers[0]) && day(numbers[1]),
            short: one == 1 || two == 1,
        }),
        _ => None,
    }
}

/// The days since 1900 by which a spreadsheet keeps a date, with or without a time: 20000 is in 1954, 60000 in 2064.
fn is_serial(text: &str) -> bool {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    whole.len() == 5
        && digits(whole)
        && digits(fraction)
        && whole.parse().is_ok_and(|number| (20_000..=60_000).contains(&number))
}

/// `20260413`
fn compact(text: &str, time: Time) -> Option<Form> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(Form::YearFirst { separator: 0, time })
}

/// The first letters of the months, English and French, without accents.
const MONTHS: [&str; 17] = [
    "jan", "feb", "fev", "mar", "apr", "avr", "may", "mai", "jun", "juin", "jul", "juil", "aug", "aou",
    "sep", "oct", "nov",
];

fn has_month_in_words(text: &str) -> bool {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let folded = crate::schema::label::fold(text);
    folded.split(|character: char| !character.is_alphabetic()).any(|word| {
        word.len() >= 3 && (word.starts_with("dec") || MONTHS.iter().any(|month| word.starts_with(month)))
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::schema::load::load;

    fn said(values: &[&str]) -> Option<(&'static str, String)> {
        let table = r#"{"fields": [{"name": "x", "type": "date"}]}"#;
        let schema = load("test", table.as_bytes()).unwrap().schema;
        let mut forms = DateForms::default();
        for (index, value) in values.iter().enumerate() {
            forms.see(value, index as u64 + 2);
        }
        let name = FieldRef { number: Some(1), name: "x".into() };
        let diagnosis = forms.conclude(&schema.fields[0], &name)?;
        let pattern = diagnosis.args.iter().find(|(name, _)| *name == "pattern");
        Some((diagnosis.key, pattern.map(|(_, pattern)| pattern.to_string()).unwrap_or_default()))
    }

    #[rstest]
    #[case(&["13/04/2026", "03/04/2026", "05/06/2026"], "date-pattern", "DD/MM/YYYY")]
    #[case(&["04/13/2026", "03/04/2026", "05/06/2026"], "date-pattern", "MM/DD/YYYY")]
    #[case(&["01/04/2026", "03/04/2026", "05/06/2026"], "date-pattern-open", "DD/MM/YYYY")]
    #[case(&["13/4/2026", "3/4/2026", "5/6/2026"], "date-pattern", "D/M/YYYY")]
    #[case(&["13.04.26", "14.04.26", "15.04.26"], "date-pattern", "DD.MM.YY")]
    #[case(&["2026/04/13", "2026/04/14", "2026/04/15"], "date-pattern", "YYYY/MM/DD")]
    #[case(&["20260413", "20260414", "20260415"], "date-pattern", "YYYYMMDD")]
    #[case(&["13/04/2026 10:00", "14/04/2026 10:00", "15/04/2026 10:00"], "date-pattern", "DD/MM/YYYY HH:MM")]
    #[case(&["2026-04-13T10:00:00", "2026-04-14T10:00:00", "2026-04-15T10:00:00"], "date-pattern", "YYYY-MM-DD HH:MM:SS")]
    #[case(&["46125", "46126", "46127.5"], "date-serial", "")]
    #[case(&["13 avr. 2026", "14 April 2026", "1er août 2026"], "date-words", "")]
    fn the_form_that_most_values_have(
        #[case] values: &[&str],
        #[case] key: &'static str,
        #[case] pattern: &str,
    ) {
        assert_eq!(said(values), Some((key, pattern.to_owned())));
    }

    #[rstest]
    #[case::too_few(&["13/04/2026", "14/04/2026"])]
    #[case::the_form_is_right_the_days_are_not(&["2026-02-30", "2026-02-31", "2026-04-31"])]
    #[case::no_form_at_all(&["soon", "later", "12"])]
    #[case::less_than_half(&["13/04/2026", "14/04/2026", "15/04/2026", "a", "b", "c", "d"])]
    fn nothing_is_said_without_reason(#[case] values: &[&str]) {
        assert_eq!(said(values), None);
    }
}
