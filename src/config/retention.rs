//! Reads `[retention]`.

use super::keys::{RETENTION, Shape};
use super::reader::{Reader, Table};
use super::{Retention, Term, values};

pub(super) fn read(reader: &mut Reader<'_>, top: &Table<'_>) -> Retention {
    let Some((_, value)) = top.get("retention") else { return Retention::default() };
    let Some(table) = reader.open(value, &RETENTION, "[retention]".to_owned()) else {
        return Retention::default();
    };
    Retention {
        exports: term(reader, &table, "exports"),
        outbound: term(reader, &table, "outbound"),
        reports: term(reader, &table, "reports"),
        receipts: term(reader, &table, "receipts"),
    }
}

/// A number of days, or a text.
fn term(reader: &mut Reader<'_>, table: &Table<'_>, name: &'static str) -> Option<Term> {
    let (key, value) = table.get(name)?;
    debug_assert!(matches!(key.shape, Shape::Term));
    if let Some(number) = value.get_ref().as_integer() {
        let days = i64::from_str_radix(number.as_str(), number.radix()).ok();
        return match days.map(|days| values::term(&format!("{days} days"))) {
            Some(Ok(term)) => Some(term),
            _ => {
                reader.wrong_value(name, &value.span(), values::TERM_RANGE);
                None
            }
        };
    }
    if !value.get_ref().is_str() {
        reader.wrong_type(key, value);
        return None;
    }
    reader.parsed(table, name, values::term).map(|term| term.value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::super::load::parse;
    use super::*;

    #[rstest]
    #[case("90", Some(Term::Days(90)))]
    #[case("\"90 days\"", Some(Term::Days(90)))]
    #[case("\"1 day\"", Some(Term::Days(1)))]
    #[case("\"2 d\"", Some(Term::Days(2)))]
    #[case("\"2 weeks\"", Some(Term::Days(14)))]
    #[case("\"6 months\"", Some(Term::Months(6)))]
    #[case("\"7 years\"", Some(Term::Months(84)))]
    #[case("\"1 year\"", Some(Term::Months(12)))]
    #[case("0", None)]
    #[case("-1", None)]
    #[case("1.5", None)]
    #[case("true", None)]
    #[case("36501", None)]
    #[case("\"101 years\"", None)]
    #[case("\"0 days\"", None)]
    #[case("\"1.5 years\"", None)]
    #[case("\"90\"", None)]
    #[case("\"90 minutes\"", None)]
    #[case("\"ninety days\"", None)]
    #[case("\"99999999999999999999 days\"", None)]
    fn a_term_is_a_whole_number_of_days_months_or_years(#[case] text: &str, #[case] expected: Option<Term>) {
        let config = parse(format!("[retention]\nexports = {text}\n"), Path::new("/p/passeur.toml"));
        assert_eq!(config.ok().and_then(|config| config.retention.exports), expected);
    }

    #[test]
    fn what_is_not_written_is_kept_for_ever() {
        let config = parse("[retention]\nreceipts = 30\n".to_owned(), Path::new("/p/passeur.toml")).unwrap();
        assert_eq!(config.retention, Retention { receipts: Some(Term::Days(30)), ..Retention::default() });
    }
}
