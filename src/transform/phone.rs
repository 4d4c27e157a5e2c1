//! Telephone numbers in international form. No directory of numbering plans: a number that says its country keeps it, one that does not gets the
//! route's calling code, and a length that no number has (ITU-T E.164) is no number.

use crate::config::Phone;

/// Digits of an international number without what stands before the calling code.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Calling code of North America, whose national numbers have ten digits.
const NORTH_AMERICA: &str = "1";

/// The number in international form; `None`: this is no telephone number, or it does not say its country and there is no `calling_code`.
pub fn international(text: &str, prefix: Phone, calling_code: Option<&str>) -> Option<String> {
    let text = text.trim();
    let (marked, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest
        .chars()
        .any(|character| !matches!(character, '0'..='9' | ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}'))
    {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let whole = if marked {
        digits
    } else if let Some(whole) = digits.strip_prefix("00") {
        whole.to_owned()
    } else {
        let code = calling_code?;
        if code == NORTH_AMERICA {
            let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
            if national.len() != 10 {
                return None;
            }
            format!("1{national}")
        } else {
            format!("{code}{}", digits.strip_prefix('0').unwrap_or(&digits))
        }
    };
    if whole.starts_with('0') || !DIGITS.contains(&whole.len()) {
        return None;
    }
    let prefix = match prefix {
        Phone::Plus => "+",
        Phone::Zeros => "00",
    };
    Some(format!("{prefix}{whole}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_international_form() {
        for (text, code, expected) in [
            ("819 555-0101", Some("1"), Some("0018195550101")),
            ("(514) 555.0142", Some("1"), Some("0015145550142")),
            ("1-514-555-0142", Some("1"), Some("0015145550142")),
            ("+1 514 555 0142", None, Some("0015145550142")),
            ("0033 6 12 34 56 78", None, Some("0033612345678")),
            ("06 12 34 56 78", Some("33"), Some("0033612345678")),
            ("+33612345678", Some("1"), Some("0033612345678")),
            ("555-0142", Some("1"), None),
            ("819 555-0101", None, None),
            ("819 555-0101 poste 12", Some("1"), None),
            ("+1", None, None),
            ("+0 514 555 0142", None, None),
            ("1.51E+10", Some("1"), None),
            ("", Some("1"), None),
        ] {
            assert_eq!(international(text, Phone::Zeros, code).as_deref(), expected, "{text}");
        }
        assert_eq!(international("819 555-0101", Phone::Plus, Some("1")).unwrap(), "+18195550101");
    }
}
