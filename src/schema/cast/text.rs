//! Formats of string fields. All compare bytes and allocate nothing.

/// One e-mail address, as mail systems really take them: no comments, no quoted local part, no display name, no list, ASCII
/// alone (an internationalised domain in its `xn--` form), a domain with a dot. RFC 5321 lengths.
pub fn is_email(text: &str) -> bool {
    if text.len() > 254 {
        return false;
    }
    let Some((local, domain)) = text.split_once('@') else { return false };
    is_local_part(local.as_bytes()) && is_domain(domain)
}

fn is_local_part(local: &[u8]) -> bool {
    let edge_dot = local.first() == Some(&b'.') || local.last() == Some(&b'.');
    let mut before = 0;
    (1..=64).contains(&local.len())
        && !edge_dot
        && local.iter().all(|byte| {
            let double_dot = *byte == b'.' && before == b'.';
            before = *byte;
            !double_dot && (byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(byte))
        })
}

fn is_domain(domain: &str) -> bool {
    let mut last = "";
    let mut labels = 0;
    for label in domain.split('.') {
        let bytes = label.as_bytes();
        let sound = (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-');
        if !sound {
            return false;
        }
        labels += 1;
        last = label;
    }
    let letters = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let international = last.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    labels >= 2 && (letters || international)
}

/// A URI (RFC 3986) with a scheme: `https://example.com/a?b#c`, `mailto:a@example.com`.
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme = scheme.as_bytes();
    if !scheme.first().is_some_and(u8::is_ascii_alphabetic)
        || !scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
    {
        return false;
    }
    let rest = rest.as_bytes();
    let authority_missing = rest.starts_with(b"//") && matches!(rest.get(2), None | Some(b'/' | b'?' | b'#'));
    let empty_authority_allowed = scheme.eq_ignore_ascii_case(b"file");
    !rest.is_empty()
        && (!authority_missing || (empty_authority_allowed && rest.len() > 2))
        && rest.iter().filter(|byte| **byte == b'#').count() <= 1
        && rest.iter().enumerate().all(|(at, byte)| match byte {
            b'%' => matches!(rest.get(at + 1..at + 3), Some(hex) if hex.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte),
        })
}

/// Base64 (RFC 4648 section 4), padded, without line breaks.
pub fn is_base64(text: &str) -> bool {
    let bytes = text.as_bytes();
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    bytes.len().is_multiple_of(4)
        && padding <= 2
        && bytes[..bytes.len() - padding]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
}

/// A UUID in its canonical form, `8-4-4-4-12` hexadecimal digits in either case.
pub fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// What a text is as a Canadian postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostalCode {
    /// A code, as it is written: `A1A 1A1`.
    Canadian([u8; 7]),
    /// Letters and digits alternate as in a code, and no such code exists. With what it was most likely meant to be: a
    /// letter O or I in the place of a digit, a digit 0 or 1 in the place of a letter.
    Wrong(Option<[u8; 7]>),
    /// A code of another country, or anything else.
    Other,
}

/// Reads a Canadian postal code in any case, with or without a space or hyphen in the middle. Canada Post uses no D, F, I, O,
/// Q and U, and no W and Z in the first place.
pub fn postal_code(text: &str) -> PostalCode {
    let mut code = [b' '; 7];
    let (first, last) = match text.as_bytes() {
        [first @ .., b' ' | b'-', a, b, c] if first.len() == 3 => (first, [*a, *b, *c]),
        [first @ .., a, b, c] if first.len() == 3 => (first, [*a, *b, *c]),
        _ => return PostalCode::Other,
    };
    code[..3].copy_from_slice(first);
    code[4..].copy_from_slice(&last);
    code.make_ascii_uppercase();
    let mut corrected = code;
    for (at, byte) in corrected.iter_mut().enumerate().filter(|(at, _)| *at != 3) {
        let letter = matches!(at, 0 | 2 | 5);
        match (letter, *byte) {
            (true, b'A'..=b'Z') | (false, b'0'..=b'9') => {}
            (false, b'O') => *byte = b'0',
            (false, b'I' | b'L') => *byte = b'1',
            _ => return PostalCode::Other,
        }
    }
    let exists = |code: &[u8; 7]| {
        [0, 2, 5].into_iter().all(|at| !b"DFIOQU".contains(&code[at])) && !matches!(code[0], b'W' | b'Z')
    };
    match (exists(&corrected), corrected == code) {
        (true, true) => PostalCode::Canadian(code),
        (true, false) => PostalCode::Wrong(Some(corrected)),
        (false, _) => PostalCode::Wrong(None),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("marie.t@example.com", true)]
    #[case("Marie.T+pool@Example.CO.UK", true)]
    #[case("o'brien@example.com", true)]
    #[case("a@xn--qubec-csa.ca", true)]
    #[case("a@example.xn--p1ai", true)]
    #[case("a@b.co", true)]
    #[case("a@localhost", false)]
    #[case("a@example.c", false)]
    #[case("a@1.2.3.4", false)]
    #[case("a@[1.2.3.4]", false)]
    #[case("a@-example.com", false)]
    #[case("a@example-.com", false)]
    #[case("a@example..com", false)]
    #[case("a@example.com.", false)]
    #[case(".a@example.com", false)]
    #[case("a.@example.com", false)]
    #[case("a..b@example.com", false)]
    #[case("a b@example.com", false)]
    #[case("a@b@example.com", false)]
    #[case("@example.com", false)]
    #[case("a@", false)]
    #[case("", false)]
    #[case("example.com", false)]
    #[case("\"a b\"@example.com", false)]
    #[case("Marie <marie@example.com>", false)]
    #[case("mailto:marie@example.com", false)]
    #[case("rené@example.com", false)]
    #[case("a@québec.ca", false)]
    #[case::list_semicolon("a@example.com;b@example.com", false)]
    #[case::list_comma("a@example.com,b@example.com", false)]
    #[case::list_space("a@example.com b@example.com", false)]
    fn an_email_is_one_address(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_email(text), expected);
    }

    #[test]
    fn an_email_has_the_lengths_of_the_standard() {
        assert!(is_email(&format!("{}@example.com", "a".repeat(64))));
        assert!(!is_email(&format!("{}@example.com", "a".repeat(65))));
        let label = "b".repeat(63);
        assert!(is_email(&format!("a@{label}.com")));
        assert!(!is_email(&format!("a@b{label}.com")));
        assert!(!is_email(&format!("a@{label}.{label}.{label}.{label}.com")));
    }

    #[rstest]
    #[case("https://example.com/a?b=c#d", true)]
    #[case("mailto:a@example.com", true)]
    #[case("urn:isbn:0451450523", true)]
    #[case("file:///tmp/a", true)]
    #[case("https://example.com/%C3%A9", true)]
    #[case("example.com", false)]
    #[case("https://", false)]
    #[case("https:", false)]
    #[case("1https://example.com", false)]
    #[case("https://exa mple.com", false)]
    #[case("https://example.com/é", false)]
    #[case("https://example.com/%4", false)]
    #[case("a:b#c#d", false)]
    fn a_uri_has_a_scheme(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_uri(text), expected);
    }

    fn code(text: &str) -> [u8; 7] {
        text.as_bytes().try_into().unwrap()
    }

    #[rstest]
    #[case("H2X 1Y4", PostalCode::Canadian(code("H2X 1Y4")))]
    #[case("h2x1y4", PostalCode::Canadian(code("H2X 1Y4")))]
    #[case("H2X-1Y4", PostalCode::Canadian(code("H2X 1Y4")))]
    #[case("V0W 9Z9", PostalCode::Canadian(code("V0W 9Z9")))]
    #[case::letter_o("H2X OY4", PostalCode::Wrong(Some(code("H2X 0Y4"))))]
    #[case::letter_l("h2xly4", PostalCode::Wrong(Some(code("H2X 1Y4"))))]
    #[case::never_used("D2X 1Y4", PostalCode::Wrong(None))]
    #[case::never_first("W2X 1Y4", PostalCode::Wrong(None))]
    #[case::united_states("12345", PostalCode::Other)]
    #[case::united_states_long("12345-6789", PostalCode::Other)]
    #[case::france("75011", PostalCode::Other)]
    #[case::united_kingdom("SW1A 1AA", PostalCode::Other)]
    #[case::united_kingdom_short("B33 8TH", PostalCode::Other)]
    #[case::netherlands("1012 AB", PostalCode::Other)]
    #[case::two_spaces("H2X  1Y4", PostalCode::Other)]
    #[case::not_ascii("É2X 1Y4", PostalCode::Other)]
    #[case("", PostalCode::Other)]
    fn canadian_postal_codes_and_those_of_others(#[case] text: &str, #[case] expected: PostalCode) {
        assert_eq!(postal_code(text), expected);
    }

    #[rstest]
    #[case("aGVsbG8=", true)]
    #[case("aGVsbA==", true)]
    #[case("+/+/", true)]
    #[case("aGVsbG8", false)]
    #[case("aGVs-G8=", false)]
    #[case("a===", false)]
    #[case("aG=s", false)]
    fn base64_is_padded(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_base64(text), expected);
    }

    #[rstest]
    #[case("123e4567-e89b-12d3-a456-426614174000", true)]
    #[case("123E4567-E89B-12D3-A456-426614174000", true)]
    #[case("123e4567e89b12d3a456426614174000", false)]
    #[case("{123e4567-e89b-12d3-a456-426614174000}", false)]
    #[case("123e4567-e89b-12d3-a456-42661417400g", false)]
    #[case("123e4567-e89b-12d3-a456-4266141740000", false)]
    fn a_uuid_is_canonical(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_uuid(text), expected);
    }
}
