//! Arithmetic with local days that SQL cannot do.

use chrono::{Months, NaiveDate};

/// Full age.
const ADULT_YEARS: u32 = 18;

/// A day as the snapshot keeps it.
pub(super) fn parse(text: &str) -> Option<NaiveDate> {
    // chrono's own reading is slow, and takes `2026-1-5`.
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = <[u8; 10]>::try_from(text.as_bytes()).ok()? else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number: u32, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// The day from which a person is an adult (CI-07). Born on 29 February: 1 March.
pub(super) fn adult_on(birth: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    let year = birth.year().checked_add(i32::try_from(ADULT_YEARS).ok()?)?;
    birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}

/// The first day of the window that ends today (CI-15): so many months back; where that day does not exist, the last of
/// the month.
pub(super) fn window_start(today: NaiveDate, months: u16) -> Option<NaiveDate> {
    today.checked_sub_months(Months::new(u32::from(months)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-01-05", true)]
    #[case("2024-02-29", true)]
    #[case("2025-02-29", false)]
    #[case("2026-1-5", false)]
    #[case("2026/01/05", false)]
    #[case("+026-01-05", false)]
    #[case("2026-01-051", false)]
    #[case("", false)]
    fn a_day_is_ten_characters(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(parse(text).is_some_and(|day| day.to_string() == text), expected);
    }

    #[rstest]
    #[case("2008-11-15", "2026-11-15")]
    #[case("2008-02-29", "2026-03-01")]
    #[case("2010-02-28", "2028-02-28")]
    fn ci_07_the_eighteenth_birthday(#[case] birth: &str, #[case] expected: &str) {
        assert_eq!(adult_on(parse(birth).unwrap()), parse(expected));
    }

    #[rstest]
    #[case("2026-11-15", 24, "2024-11-15")]
    #[case("2026-02-28", 24, "2024-02-28")]
    #[case("2024-02-29", 24, "2022-02-28")]
    #[case("2026-03-31", 1, "2026-02-28")]
    fn ci_15_the_window_counts_calendar_months(
        #[case] today: &str,
        #[case] months: u16,
        #[case] expected: &str,
    ) {
        assert_eq!(window_start(parse(today).unwrap(), months), parse(expected));
    }

    #[rstest]
    #[case("2026-1-5")]
    #[case("2026-02-30")]
    #[case("")]
    fn what_is_no_day(#[case] text: &str) {
        assert_eq!(parse(text), None);
    }
}
