use chrono::{FixedOffset, NaiveDate};
use rstest::rstest;

use super::*;

fn pattern(source: &str) -> Pattern {
    Pattern::compile(source).unwrap()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn at(date: NaiveDate, hour: u32, minute: u32, second: u32) -> NaiveDateTime {
    date.and_hms_opt(hour, minute, second).unwrap()
}

#[rstest]
#[case("%Y-%m-%d", "2024-02-29", day(2024, 2, 29))]
#[case("%Y-%m-%d", "0001-01-01", day(1, 1, 1))]
#[case("%Y-%m-%d", "9999-12-31", day(9999, 12, 31))]
#[case("%d/%m/%Y", "03/04/2026", day(2026, 4, 3))]
#[case("%m/%d/%Y", "03/04/2026", day(2026, 3, 4))]
#[case("%Y%m%d", "20260304", day(2026, 3, 4))]
#[case("le %d·%m·%Y", "le 03·04·2026", day(2026, 4, 3))]
#[case("%F", "2026-04-03", day(2026, 4, 3))]
#[case("100%% %Y-%m-%d", "100% 2026-04-03", day(2026, 4, 3))]
fn a_day_that_fits(#[case] source: &str, #[case] cell: &str, #[case] expected: NaiveDate) {
    assert_eq!(pattern(source).parse(cell.as_bytes()), Ok(Parsed::Date(expected)));
}

#[rstest]
#[case::unpadded("%Y-%m-%d", "2026-4-3", Miss::Shape)]
#[case::short_year("%Y-%m-%d", "26-04-03", Miss::Shape)]
#[case::leading_space("%Y-%m-%d", " 2026-04-03", Miss::Shape)]
#[case::trailing_space("%Y-%m-%d", "2026-04-03 ", Miss::Shape)]
#[case::sign("%Y-%m-%d", "+026-04-03", Miss::Shape)]
#[case::other_separator("%Y-%m-%d", "2026/04/03", Miss::Shape)]
#[case::full_width_digits("%Y-%m-%d", "２０２６-04-03", Miss::Shape)]
#[case::empty("%Y-%m-%d", "", Miss::Shape)]
#[case::packed_too_short("%Y%m%d", "2025015", Miss::Shape)]
#[case::no_leap_year("%Y-%m-%d", "2025-02-29", Miss::NoSuchDay)]
#[case::century_no_leap_year("%Y-%m-%d", "1900-02-29", Miss::NoSuchDay)]
#[case::day_zero("%Y-%m-%d", "1900-01-00", Miss::NoSuchDay)]
#[case::april_31("%Y-%m-%d", "2026-04-31", Miss::NoSuchDay)]
#[case::month_13("%m/%d/%Y", "13/04/2026", Miss::NoSuchDay)]
#[case::year_zero("%Y-%m-%d", "0000-01-01", Miss::NoSuchDay)]
#[case::time_present("%Y-%m-%d", "1984-03-22 00:00:00", Miss::TimePresent)]
#[case::iso_time_present("%Y-%m-%d", "1984-03-22T00:00:00", Miss::TimePresent)]
#[case::text_after("%Y-%m-%d", "1984-03-22 noon", Miss::Shape)]
#[case::no_such_day_with_time("%Y-%m-%d", "1984-02-30 00:00:00", Miss::NoSuchDay)]
#[case::time_missing("%Y-%m-%d %H:%M:%S", "2026-01-15", Miss::TimeMissing)]
#[case::time_missing_wrong_day("%Y-%m-%d %H:%M:%S", "2026-02-30", Miss::NoSuchDay)]
#[case::time_cut("%Y-%m-%d %H:%M:%S", "2026-01-15 10:00", Miss::Shape)]
#[case::iso_letter("%Y-%m-%d %H:%M:%S", "2026-01-15T09:00:00", Miss::Shape)]
#[case::midnight_24("%Y-%m-%d %H:%M:%S", "2026-01-15 24:00:00", Miss::NoSuchTime)]
#[case::leap_second("%Y-%m-%d %H:%M:%S", "2016-12-31 23:59:60", Miss::NoSuchTime)]
#[case::minute_60("%Y-%m-%d %H:%M:%S", "2016-12-31 23:60:00", Miss::NoSuchTime)]
#[case::offset_not_in_pattern("%Y-%m-%d %H:%M:%S", "2026-01-15 09:00:00Z", Miss::Shape)]
#[case::two_dates("%Y-%m-%d %H:%M:%S", "2020-01-01 00:00:01;1955-02-01", Miss::Shape)]
fn a_cell_that_does_not_fit(#[case] source: &str, #[case] cell: &str, #[case] expected: Miss) {
    assert_eq!(pattern(source).parse(cell.as_bytes()), Err(expected));
}

#[rstest]
#[case("2024-01-26T15:00:00", Ok(Parsed::DateTime(at(day(2024, 1, 26), 15, 0, 0))))]
#[case("2024-01-26T15:00:00Z", Ok(Parsed::Instant(at(day(2024, 1, 26), 15, 0, 0))))]
#[case("2024-01-26T15:00:00-05:00", Ok(Parsed::Instant(at(day(2024, 1, 26), 20, 0, 0))))]
#[case("2024-01-26T01:00:00+0200", Ok(Parsed::Instant(at(day(2024, 1, 25), 23, 0, 0))))]
#[case("2024-01-26T15:00:00+14:00", Ok(Parsed::Instant(at(day(2024, 1, 26), 1, 0, 0))))]
#[case("2024-01-26T15:00:00+14:01", Err(Miss::Shape))]
#[case("2024-01-26T15:00:00+02", Err(Miss::Shape))]
#[case("2024-01-26T15:00:00.", Err(Miss::Shape))]
#[case("2024-01-26T15:00:00.1234567890", Err(Miss::Shape))]
#[case("2024-01-26 15:00:00", Err(Miss::Shape))]
#[case("2024-01-26T24:00:00", Err(Miss::NoSuchTime))]
#[case("2024-01-26", Err(Miss::TimeMissing))]
fn the_default_of_a_datetime(#[case] cell: &str, #[case] expected: Result<Parsed, Miss>) {
    let patterns = Pattern::of_format(Kind::DateTime, "default", Options::default()).unwrap();
    assert_eq!(patterns[0].parse(cell.as_bytes()), expected);
}

#[test]
fn fractions_have_one_to_nine_digits() {
    let default = &Pattern::of_format(Kind::DateTime, "default", Options::default()).unwrap()[0];
    let expected = day(2024, 1, 26).and_hms_nano_opt(20, 0, 0, 300_000_000).unwrap();
    assert_eq!(default.parse(b"2024-01-26T15:00:00.300-05:00"), Ok(Parsed::Instant(expected)));
    let expected = day(2024, 1, 26).and_hms_nano_opt(15, 0, 0, 123_456_789).unwrap();
    assert_eq!(default.parse(b"2024-01-26T15:00:00.123456789"), Ok(Parsed::DateTime(expected)));
}

#[rstest]
#[case(Kind::Date, "2026/04/03", true)]
#[case(Kind::Date, "20260403", true)]
#[case(Kind::Date, "03/04/2026", false)]
#[case(Kind::Date, "April 3, 2026", false)]
#[case(Kind::Time, "14:05", true)]
#[case(Kind::Time, "14:05:09.5", true)]
#[case(Kind::Time, "2 pm", false)]
#[case(Kind::DateTime, "2026-04-03 14:05", true)]
#[case(Kind::DateTime, "2026-04-03T14:05:09+02:00", true)]
#[case(Kind::DateTime, "2026-04-03", false)]
fn any_is_a_closed_list(#[case] kind: Kind, #[case] cell: &str, #[case] fits: bool) {
    let patterns = Pattern::of_format(kind, "any", Options::default()).unwrap();
    assert_eq!(patterns.iter().any(|pattern| pattern.try_parse(cell.as_bytes()).is_some()), fits);
}

#[rstest]
#[case(1930, "30", 1930)]
#[case(1930, "29", 2029)]
#[case(1930, "99", 1999)]
#[case(1930, "00", 2000)]
#[case(2000, "99", 2099)]
fn two_digits_of_a_year_follow_the_pivot(#[case] pivot: i32, #[case] cell: &str, #[case] year: i32) {
    let options = Options { pivot: Some(pivot), ..Options::default() };
    let pattern = Pattern::compile_with("%d/%m/%y", options).unwrap();
    assert_eq!(pattern.parse(format!("03/04/{cell}").as_bytes()), Ok(Parsed::Date(day(year, 4, 3))));
}

#[rstest]
#[case("%d/%m/%Y", DateOrder::MonthFirst, "%m/%d/%Y")]
#[case("%d/%m/%Y", DateOrder::DayFirst, "%d/%m/%Y")]
#[case("%d/%m/%Y", DateOrder::AsWritten, "%d/%m/%Y")]
#[case("%m/%d/%Y %H:%M", DateOrder::DayFirst, "%d/%m/%Y %H:%M")]
#[case::year_first_is_not_ambiguous("%Y-%d-%m", DateOrder::MonthFirst, "%Y-%d-%m")]
#[case::iso_stays("%Y-%m-%d", DateOrder::DayFirst, "%Y-%m-%d")]
fn one_setting_orders_day_and_month(#[case] source: &str, #[case] order: DateOrder, #[case] expected: &str) {
    let options = Options { order, pivot: None };
    assert_eq!(Pattern::compile_with(source, options).unwrap().source(), expected);
    assert_eq!(pattern(source).with_order(order).source(), expected);
}

#[rstest]
#[case("YYYY-MM-DD", "no part of a date")]
#[case("", "no part of a date")]
#[case("%b %d, %Y", "%b is not one that passeur reads; names of months")]
#[case("%-d/%m/%Y", "%-d is not one that passeur reads; widths are exact")]
#[case("%Y-%m-%d %I:%M %p", "12-hour clocks")]
#[case("%Y-%m-%d%", "write %% for a percent sign")]
#[case("%Y-%m-%d %Y", "has the year twice")]
#[case("%Y-%m", "has the month and not the day")]
#[case("%d/%m", "has the month and not the year")]
#[case("%Y-%m-%d %H", "has the hour and not the minute")]
#[case("%d/%m/%y", "two-digit year")]
#[case("%H:%M:%S%f%Y%m%d", "no fixed width")]
fn a_wrong_pattern_says_what_to_do(#[case] source: &str, #[case] expected: &str) {
    let message = Pattern::compile(source).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[rstest]
#[case(Kind::Date, "%Y-%m-%d %H:%M:%S", "use type datetime")]
#[case(Kind::Date, "%H:%M", "has no day")]
#[case(Kind::DateTime, "%H:%M:%S", "has no day")]
#[case(Kind::Time, "%Y-%m-%d %H:%M", "has a day")]
#[case(Kind::Time, "%H:%M%z", "has an offset")]
fn a_pattern_must_fit_its_type(#[case] kind: Kind, #[case] source: &str, #[case] expected: &str) {
    let message = Pattern::of_format(kind, source, Options::default()).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[rstest]
#[case("%Y-%m-%d %H:%M:%S", "YYYY-MM-DD HH:MM:SS", "2026-04-30 14:05:09")]
#[case("%d/%m/%Y", "DD/MM/YYYY", "30/04/2026")]
#[case("%H:%M:%S.%f", "HH:MM:SS.sss", "14:05:09.000000")]
#[case("%Y-%m-%dT%H:%M:%S%z", "YYYY-MM-DDTHH:MM:SS±HH:MM", "2026-04-30T14:05:09Z")]
fn a_pattern_is_shown_to_people(#[case] source: &str, #[case] shown: &str, #[case] example: &str) {
    assert_eq!(&**pattern(source).shown(), shown);
    assert_eq!(&**pattern(source).example(), example);
}

#[test]
fn what_is_written_is_read_back_equal() {
    let offset = FixedOffset::east_opt(-4 * 3600).unwrap();
    let local = day(2026, 2, 28).and_hms_nano_opt(23, 59, 59, 120_000_000).unwrap();
    let default = &Pattern::of_format(Kind::DateTime, "default", Options::default()).unwrap()[0];
    let mut cell = Vec::new();
    default.write(local, Some(offset), &mut cell);
    assert_eq!(String::from_utf8_lossy(&cell), "2026-02-28T23:59:59.12-04:00");
    assert_eq!(default.parse(&cell), Ok(Parsed::Instant(local.checked_sub_offset(offset).unwrap())));
}

#[test]
fn a_day_is_written_as_midnight_of_that_day() {
    let mut cell = Vec::new();
    pattern("%Y-%m-%d %H:%M:%S").write_date(day(2026, 3, 1), &mut cell);
    assert_eq!(cell, b"2026-03-01 00:00:00");
}

#[test]
fn a_year_that_does_not_fit_is_not_cut() {
    let mut cell = Vec::new();
    pattern("%Y-%m-%d").write_date(day(10_000, 1, 1), &mut cell);
    assert_eq!(pattern("%Y-%m-%d").parse(&cell), Err(Miss::Shape), "{cell:?}");
}

proptest::proptest! {
    #[test]
    fn no_cell_makes_a_pattern_panic(cell: Vec<u8>) {
        for source in ["%Y-%m-%d", "%d/%m/%Y %H:%M", "%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%Z"] {
            let pattern = pattern(source);
            proptest::prop_assert_eq!(pattern.parse(&cell).ok(), pattern.try_parse(&cell));
        }
    }

    #[test]
    fn the_quick_way_and_the_walk_agree(cell in "[0-9]{4}[-/][0-9]{2}-[0-9]{2}") {
        let pattern = pattern("%Y-%m-%d");
        proptest::prop_assert_eq!(pattern.try_parse(cell.as_bytes()), parse::walk(&pattern.items, cell.as_bytes()).ok());
    }
}
