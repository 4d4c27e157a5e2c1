//! Columns whose dates contradict the order of day and month that their schema declares.
//!
//! A date that no order but the other one can read is refused with its row. `03/04/2026` beside it is a day in either order: read in the
//! wrong one it looks right and is wrong, so where the column contradicts the schema and such dates are in it, the file is refused.

use std::cmp::Reverse;

use super::columns::{Columns, DateOrder};
use crate::finding::{FieldRef, Finding, Reason, Severity};

/// Values that must be in the other order before a column with values in the declared order is said to contradict it: fewer are slips.
const LEAST: u64 = 3;
/// Likewise, one in so many of the values that tell.
const SHARE: u64 = 10;

/// A finding about each column that contradicts its schema: an error where dates that could be either would go out, else a
/// warning, since the rows that contradict are refused already. `name` gives the column of a field.
pub fn findings(columns: &Columns, name: impl Fn(usize) -> FieldRef) -> Vec<Finding> {
    let mut found: Vec<(&DateOrder, Finding)> = Vec::new();
    for order in columns.orders() {
        let Some(severity) = contradiction(order) else { continue };
        let finding = finding(order, severity, name(order.field));
        match found.last_mut() {
            // A field may have several patterns.
            Some((other, said)) if other.field == order.field => {
                if (severity, Reverse(order.other.rows)) < (said.severity, Reverse(other.other.rows)) {
                    (*other, *said) = (order, finding);
                }
            }
            _ => found.push((order, finding)),
        }
    }
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// Whether the values of a column contradict the declared order, and how much it matters.
pub fn contradiction(order: &DateOrder) -> Option<Severity> {
    let other = order.other.rows;
    let contradicted = match order.own {
        0 => other > 0,
        own => other >= LEAST && other.saturating_mul(SHARE) >= own,
    };
    match order.both {
        0 => (contradicted && other >= LEAST && other >= order.own).then_some(Severity::Warning),
        _ => contradicted.then_some(Severity::Error),
    }
}

fn finding(order: &DateOrder, severity: Severity, field: FieldRef) -> Finding {
    let reason = if order.own == 0 { Reason::DateOrderContradicted } else { Reason::DateOrderMixed };
    let mut lines: Vec<String> = order.other.lines.iter().map(u64::to_string).collect();
    if order.other.rows > lines.len() as u64 {
        lines.push("…".to_owned());
    }
    let args = vec![
        ("pattern", order.exchanged.shown().into()),
        ("expected", order.pattern.shown().into()),
        ("rows", order.other.rows.into()),
        ("lines", lines.join(", ").into()),
        ("own", order.own.into()),
        ("both", order.both.into()),
    ];
    let mut finding = Finding::of_file(reason, args);
    finding.severity = severity;
    finding.field = Some(field);
    finding
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::schema::load::load;

    /// The finding about a column of month-first dates, in short.
    fn found(formats: &str, values: &[&str]) -> Vec<(Reason, Severity)> {
        let table = format!(r#"{{"fields": [{{"name": "x", "type": "date", {formats}}}]}}"#);
        let mut columns = Columns::new(&load("test", table.as_bytes()).unwrap().schema);
        for (index, value) in values.iter().enumerate() {
            columns.see(0, value, true, index as u64 + 2);
        }
        let found = findings(&columns, |_| FieldRef { number: Some(1), name: "x".into() });
        found.into_iter().map(|finding| (finding.reason, finding.severity)).collect()
    }

    const OWN: &str = "04/13/2026";
    const OTHER: &str = "13/04/2026";
    const BOTH: &str = "03/04/2026";

    #[rstest]
    #[case::nothing_contradicts(&[OWN, BOTH, BOTH], None)]
    #[case::either_order_throughout(&[BOTH, BOTH, BOTH], None)]
    #[case::one_contradicts_and_none_supports(&[OTHER, BOTH], Some((Reason::DateOrderContradicted, Severity::Error)))]
    #[case::nothing_in_doubt_goes_out(&[OTHER, OTHER, OTHER], Some((Reason::DateOrderContradicted, Severity::Warning)))]
    #[case::two_refused_rows_are_no_column(&[OTHER, OTHER], None)]
    #[case::two_slips_among_others(&[OWN, OTHER, OTHER, BOTH], None)]
    #[case::both_orders(&[OWN, OTHER, OTHER, OTHER, BOTH], Some((Reason::DateOrderMixed, Severity::Error)))]
    #[case::both_orders_without_doubt(&[OWN, OTHER, OTHER, OTHER], Some((Reason::DateOrderMixed, Severity::Warning)))]
    fn what_is_said_of_a_column(#[case] values: &[&str], #[case] expected: Option<(Reason, Severity)>) {
        let found = found(r#""format": "%m/%d/%Y""#, values);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }

    #[rstest]
    #[case(30, true)]
    #[case(31, false)]
    fn slips_are_fewer_than_one_in_ten(#[case] own: usize, #[case] refused: bool) {
        let mut values = vec![OTHER, OTHER, OTHER, BOTH];
        values.resize(4 + own, OWN);
        assert_eq!(found(r#""format": "%m/%d/%Y""#, &values).len(), usize::from(refused));
    }

    #[test]
    fn a_field_with_several_patterns_has_one_finding() {
        let formats = r#""format": "%m/%d/%Y", "passeur": {"formats": ["%m-%d-%Y"]}"#;
        let found = found(formats, &["13-04-2026", "14-04-2026", "15-04-2026", OTHER, BOTH]);
        assert_eq!(found, [(Reason::DateOrderContradicted, Severity::Error)]);
    }
}
