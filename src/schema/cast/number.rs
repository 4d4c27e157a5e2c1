//! Integers and numbers.

use super::super::types::{IntegerFormat, NumberFormat};
use crate::finding::{Problem, Reason};
use crate::schema::value::Value;

/// A whole number: an optional sign and ASCII digits, within 128 bits.
///
/// # Errors
/// `SpreadsheetNumber` for a number that a spreadsheet shortened, else `NotInteger`.
pub fn integer(format: &IntegerFormat, text: &str) -> Result<Value, Problem> {
    let digits = if format.bare_number { text } else { bare(text) };
    match whole(digits, format.group_char.as_deref()) {
        Some(value) => Ok(Value::Integer(value)),
        None if is_spreadsheet_number(text) => Err(Problem::new(Reason::SpreadsheetNumber)),
        None => Err(Problem::new(Reason::NotInteger)),
    }
}

/// A decimal number, exact where 128 bits can hold it; `NaN`, `INF`, `-INF` in any case.
///
/// # Errors
/// `NotNumber`.
pub fn number(format: &NumberFormat, text: &str) -> Result<Value, Problem> {
    let digits = if format.bare_number { text } else { bare(text) };
    decimal(digits, &format.decimal_char, format.group_char.as_deref())
        .or_else(|| special(text))
        .ok_or_else(|| Problem::new(Reason::NotNumber))
}

/// `1.23E+05`, `1,23E+05`: what a spreadsheet writes in place of a long id.
pub fn is_spreadsheet_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let mut parts = mantissa.trim_start_matches('-').splitn(2, ['.', ',']);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = parts.next().is_some_and(|part| part.len() == 1 && all_digits(part));
    let fraction = parts.next().is_none_or(all_digits);
    whole
        && fraction
        && exponent.strip_prefix('+').is_some_and(|digits| digits.len() >= 2 && all_digits(digits))
}

fn whole(text: &str, group: Option<&str>) -> Option<i128> {
    let (negative, digits) = sign(text);
    let mut total: i128 = 0;
    each_digit(digits, group, |digit| {
        total = total.checked_mul(10)?.checked_sub(i128::from(digit))?;
        Some(())
    })?;
    if negative { Some(total) } else { total.checked_neg() }
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// Calls `take` with each digit. Group signs stand before every three digits counted from the end and nowhere else, so
/// that `1,50` is not one hundred and fifty. `None`: something else is in the text, or no digit at all.
fn each_digit(text: &str, group: Option<&str>, mut take: impl FnMut(u8) -> Option<()>) -> Option<()> {
    let mut rest = text;
    let mut count = 0;
    let mut grouped = false;
    while let Some(byte) = rest.bytes().next() {
        if byte.is_ascii_digit() {
            take(byte - b'0')?;
            count += 1;
            rest = &rest[1..];
            continue;
        }
        rest = rest.strip_prefix(group?)?;
        let fits = if grouped { count == 3 } else { (1..=3).contains(&count) };
        if !fits {
            return None;
        }
        grouped = true;
        count = 0;
    }
    let complete = if grouped { count == 3 } else { count > 0 };
    complete.then_some(())
}

fn decimal(text: &str, decimal_char: &str, group: Option<&str>) -> Option<Value> {
    let (unsigned, exponent) = match text.bytes().rposition(|byte| matches!(byte, b'E' | b'e')) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (negative, digits) = sign(unsigned);
    let (whole_part, fraction) = match digits.split_once(decimal_char) {
        Some((whole_part, fraction)) => (whole_part, fraction),
        None => (digits, ""),
    };
    if whole_part.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = Some(0_i128);
    let mut take = |digit: u8| {
        mantissa = mantissa
            .and_then(|mantissa| mantissa.checked_mul(10))
            .and_then(|mantissa| mantissa.checked_add(i128::from(digit)));
        Some(())
    };
    if !whole_part.is_empty() {
        each_digit(whole_part, group, &mut take)?;
    }
    if !fraction.is_empty() {
        each_digit(fraction, None, &mut take)?;
    }
    let exact =
        mantissa.and_then(|mantissa| scaled(mantissa, i64::try_from(fraction.len()).ok()? - exponent));
    match exact {
        Some((mantissa, scale)) => {
            Some(Value::Number { mantissa: if negative { -mantissa } else { mantissa }, scale })
        }
        None => float(negative, whole_part, fraction, group, exponent),
    }
}

fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    let mut total: i64 = 0;
    each_digit(digits, None, |digit| {
        // Beyond this every number is zero or infinite.
        total = (total * 10 + i64::from(digit)).min(100_000);
        Some(())
    })?;
    Some(if negative { -total } else { total })
}

fn scaled(mantissa: i128, scale: i64) -> Option<(i128, u8)> {
    if mantissa == 0 {
        return Some((0, u8::try_from(scale).unwrap_or(0)));
    }
    if scale >= 0 {
        return u8::try_from(scale).ok().map(|scale| (mantissa, scale));
    }
    let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    Some((mantissa.checked_mul(factor)?, 0))
}

/// Too long for 128 bits: rare enough to allocate.
fn float(negative: bool, whole: &str, fraction: &str, group: Option<&str>, exponent: i64) -> Option<Value> {
    let whole = group.map_or_else(|| whole.to_owned(), |group| whole.replace(group, ""));
    let sign = if negative { "-" } else { "" };
    format!("{sign}0{whole}.{fraction}0e{exponent}").parse().ok().map(Value::Float)
}

fn special(text: &str) -> Option<Value> {
    if text.eq_ignore_ascii_case("nan") {
        Some(Value::Float(f64::NAN))
    } else if text.eq_ignore_ascii_case("inf") {
        Some(Value::Float(f64::INFINITY))
    } else if text.eq_ignore_ascii_case("-inf") {
        Some(Value::Float(f64::NEG_INFINITY))
    } else {
        None
    }
}

/// The number in a text like `EUR -95` or `95 %`: from the first digit, with a sign or decimal sign right before it, to the last.
fn bare(text: &str) -> &str {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) =
        (bytes.iter().position(u8::is_ascii_digit), bytes.iter().rposition(u8::is_ascii_digit))
    else {
        return text;
    };
    let mut start = first;
    for sign in [&b".,"[..], &b"+-"[..]] {
        if start > 0 && sign.contains(&bytes[start - 1]) {
            start -= 1;
        }
    }
    text.get(start..=last).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn integers(group: Option<&str>, bare_number: bool) -> IntegerFormat {
        IntegerFormat { bare_number, group_char: group.map(str::to_owned) }
    }

    fn numbers(decimal: &str, group: Option<&str>, bare_number: bool) -> NumberFormat {
        NumberFormat { bare_number, group_char: group.map(str::to_owned), decimal_char: decimal.to_owned() }
    }

    #[rstest]
    #[case("0", Some(0))]
    #[case("-17", Some(-17))]
    #[case("+17", Some(17))]
    #[case("007", Some(7))]
    #[case("170141183460469231731687303715884105727", Some(i128::MAX))]
    #[case("170141183460469231731687303715884105728", None)]
    #[case("-170141183460469231731687303715884105728", Some(i128::MIN))]
    #[case("-170141183460469231731687303715884105729", None)]
    #[case("", None)]
    #[case("-", None)]
    #[case("+-1", None)]
    #[case("1.0", None)]
    #[case("1_000", None)]
    #[case("1,000", None)]
    #[case(" 1", None)]
    #[case("1 ", None)]
    #[case("0x10", None)]
    #[case("four", None)]
    #[case("١", None)]
    #[case("１", None)]
    fn an_integer(#[case] text: &str, #[case] expected: Option<i128>) {
        assert_eq!(integer(&integers(None, true), text).ok(), expected.map(Value::Integer));
    }

    #[rstest]
    #[case("1.23E+05")]
    #[case("1,23E+05")]
    #[case("1E+12")]
    #[case("5.84358E+12")]
    fn an_id_that_a_spreadsheet_shortened_is_named_as_such(#[case] text: &str) {
        assert_eq!(integer(&integers(None, true), text), Err(Problem::new(Reason::SpreadsheetNumber)));
    }

    #[rstest]
    #[case("1E5")]
    #[case("12.3E+05")]
    #[case("E+05")]
    #[case("1.23E+5x")]
    #[case("ABE+05")]
    fn other_texts_with_an_e_are_plainly_no_integers(#[case] text: &str) {
        assert_eq!(integer(&integers(None, true), text), Err(Problem::new(Reason::NotInteger)));
    }

    #[rstest]
    #[case(",", "100,000", Some(100_000))]
    #[case(",", "1,234,567", Some(1_234_567))]
    #[case(",", "-1,234", Some(-1234))]
    #[case(",", "1234567", Some(1_234_567))]
    #[case("\u{a0}", "1\u{a0}234", Some(1234))]
    #[case::decimal_comma(",", "1,50", None)]
    #[case(",", "1,2345", None)]
    #[case(",", "1234,567", None)]
    #[case(",", ",123", None)]
    #[case(",", "123,", None)]
    #[case(",", "1,,234", None)]
    #[case(",", "1 234", None)]
    fn groups_are_of_three_digits(#[case] group: &str, #[case] text: &str, #[case] expected: Option<i128>) {
        assert_eq!(integer(&integers(Some(group), true), text).ok(), expected.map(Value::Integer));
    }

    #[rstest]
    #[case("95%", Some(95))]
    #[case("€95", Some(95))]
    #[case("EUR -95", Some(-95))]
    #[case("95", Some(95))]
    #[case("9 5", None)]
    #[case("none", None)]
    fn text_around_an_integer_is_ignored_when_it_is_not_bare(
        #[case] text: &str,
        #[case] expected: Option<i128>,
    ) {
        assert_eq!(integer(&integers(None, false), text).ok(), expected.map(Value::Integer));
        assert_eq!(integer(&integers(None, true), "95%").ok(), None);
    }

    #[rstest]
    #[case("210", 210, 0)]
    #[case("-1.23", -123, 2)]
    #[case("12678967.543233", 12_678_967_543_233, 6)]
    #[case("+100000.00", 10_000_000, 2)]
    #[case(".5", 5, 1)]
    #[case("5.", 5, 0)]
    #[case("1E3", 1000, 0)]
    #[case("1.5e-3", 15, 4)]
    #[case("1.25E+1", 125, 1)]
    #[case("-0", 0, 0)]
    #[case("0E999999", 0, 0)]
    fn a_number_is_exact(#[case] text: &str, #[case] mantissa: i128, #[case] scale: u8) {
        assert_eq!(number(&numbers(".", None, true), text), Ok(Value::Number { mantissa, scale }));
    }

    #[rstest]
    #[case("")]
    #[case(".")]
    #[case("-")]
    #[case("1,5")]
    #[case("1.2.3")]
    #[case("1 000")]
    #[case("1e")]
    #[case("e5")]
    #[case("1e5.5")]
    #[case("infinity")]
    #[case("+INF")]
    #[case("0x1p3")]
    fn not_a_number(#[case] text: &str) {
        assert_eq!(number(&numbers(".", None, true), text), Err(Problem::new(Reason::NotNumber)));
    }

    #[rstest]
    #[case("1 234,5", Some((12345, 1)))]
    #[case("1234,5", Some((12345, 1)))]
    #[case("12 34,5", None)]
    #[case("1,234 5", None)]
    #[case("1234.5", None)]
    fn a_number_with_its_own_signs(#[case] text: &str, #[case] expected: Option<(i128, u8)>) {
        let expected = expected.map(|(mantissa, scale)| Value::Number { mantissa, scale });
        assert_eq!(number(&numbers(",", Some(" "), true), text).ok(), expected);
    }

    #[rstest]
    #[case("$ -1.50", -150)]
    #[case("1.50 CAD", 150)]
    fn text_around_a_number_is_ignored_when_it_is_not_bare(#[case] text: &str, #[case] mantissa: i128) {
        assert_eq!(number(&numbers(".", None, false), text), Ok(Value::Number { mantissa, scale: 2 }));
    }

    #[rstest]
    #[case("INF", f64::INFINITY)]
    #[case("inf", f64::INFINITY)]
    #[case("-Inf", f64::NEG_INFINITY)]
    #[case("1e300", 1e300)]
    #[case("-1E-300", -1e-300)]
    #[case("1000000000000000000000000000000000000000000", 1e42)]
    fn what_128_bits_cannot_hold_is_a_float(#[case] text: &str, #[case] expected: f64) {
        assert_eq!(number(&numbers(".", None, true), text), Ok(Value::Float(expected)));
    }

    #[test]
    fn nan_is_a_number_of_the_standard() {
        let value = number(&numbers(".", None, true), "nan");
        assert!(matches!(value, Ok(Value::Float(value)) if value.is_nan()));
    }
}
