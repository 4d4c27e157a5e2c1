//! Whether an export, or a model, has as many rows as its route expects.
//!
//! It is compared with the last one that was as expected, or that a person released. The last one alone, not an average of several: one
//! that is held never becomes the measure before a person says so, so that a truncated export cannot; and once a person has said so, the
//! next one of that size passes, which an average would hold for nights.

use crate::config::{Expect, Rows};
use crate::finding::Arg;
use crate::finding::text::Texts;
use crate::pipeline::run::percent;

/// Why something is not as its route expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outside {
    /// It has no row.
    Empty,
    /// It has fewer or more rows than `rows` says.
    Rows {
        /// Its rows.
        rows: u64,
        /// The range.
        range: Rows,
    },
    /// It has fewer or more rows than the one before, by more than `change_max`.
    Changed {
        /// Its rows.
        rows: u64,
        /// Those of the one before. Not 0.
        before: u64,
        /// The share that passes. In 0..=1.
        limit: f64,
    },
}

/// Why so many rows are not what is expected, after so many before; `None`: they are.
pub fn judge(expect: &Expect, before: Option<u64>, rows: u64) -> Option<Outside> {
    let may_be_empty = expect.rows.is_some_and(|range| range.least == 0);
    if rows == 0 && !may_be_empty {
        return Some(Outside::Empty);
    }
    if let Some(range) = expect.rows.filter(|range| !range.holds(rows)) {
        return Some(Outside::Rows { rows, range });
    }
    let (limit, before) = expect.change_max.zip(before.filter(|before| *before > 0))?;
    let outside = Outside::Changed { rows, before, limit };
    (outside.share() > limit).then_some(outside)
}

impl Outside {
    /// Its word in JSON: `empty`, `rows`, `change`.
    pub fn word(self) -> &'static str {
        match self {
            Outside::Empty => "empty",
            Outside::Rows { .. } => "rows",
            Outside::Changed { .. } => "change",
        }
    }

    /// The rows that it has.
    pub fn rows(self) -> u64 {
        match self {
            Outside::Empty => 0,
            Outside::Rows { rows, .. } | Outside::Changed { rows, .. } => rows,
        }
    }

    /// The share by which it has fewer or more rows than the one before; 0 where that does not matter.
    fn share(self) -> f64 {
        match self {
            Outside::Changed { rows, before, .. } => rows.abs_diff(before) as f64 / before as f64,
            Outside::Empty | Outside::Rows { .. } => 0.0,
        }
    }

    /// What a sentence about it needs besides the route.
    pub(super) fn args(self) -> Vec<(&'static str, Arg)> {
        match self {
            Outside::Empty => Vec::new(),
            Outside::Rows { rows, range } => {
                vec![("rows", rows.into()), ("range", range.to_string().into())]
            }
            Outside::Changed { rows, before, limit } => vec![
                ("rows", rows.into()),
                ("before", before.into()),
                ("share", percent(self.share()).into()),
                ("limit", percent(limit).into()),
                ("way", if rows < before { "fewer" } else { "more" }.into()),
            ],
        }
    }

    /// Why a file of it is held.
    pub fn hold_text(self, route: &str, texts: Texts) -> String {
        let mut args = self.args();
        args.push(("route", route.into()));
        texts.say(&format!("hold-outside-{}", self.word()), &args)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::first_one_has_nothing_to_be_compared_with(None, 5, None)]
    #[case::as_many_as_before(Some(100), 100, None)]
    #[case::fewer_within_the_limit(Some(100), 80, None)]
    #[case::fewer_than_the_limit(Some(100), 79, Some("change"))]
    #[case::more_within_the_limit(Some(100), 120, None)]
    #[case::more_than_the_limit(Some(100), 121, Some("change"))]
    #[case::doubled(Some(100), 200, Some("change"))]
    #[case::empty(Some(100), 0, Some("empty"))]
    #[case::empty_at_first(None, 0, Some("empty"))]
    #[case::after_an_empty_one_that_was_let_pass(Some(0), 100, None)]
    fn a_change_beyond_the_limit_is_outside(
        #[case] before: Option<u64>,
        #[case] rows: u64,
        #[case] expected: Option<&str>,
    ) {
        let expect = Expect { change_max: Some(0.2), ..Expect::default() };
        assert_eq!(judge(&expect, before, rows).map(Outside::word), expected);
    }

    #[rstest]
    #[case(10, Some(20), 9, Some("rows"))]
    #[case(10, Some(20), 10, None)]
    #[case(10, Some(20), 20, None)]
    #[case(10, Some(20), 21, Some("rows"))]
    #[case(10, None, 1_000_000, None)]
    #[case(10, None, 0, Some("empty"))]
    #[case(0, Some(20), 0, None)]
    fn a_range_has_both_its_ends(
        #[case] least: u64,
        #[case] most: Option<u64>,
        #[case] rows: u64,
        #[case] expected: Option<&str>,
    ) {
        let expect = Expect { rows: Some(Rows { least, most }), ..Expect::default() };
        assert_eq!(judge(&expect, Some(1), rows).map(Outside::word), expected);
    }

    #[test]
    fn an_empty_one_is_outside_whatever_else_is_expected() {
        assert_eq!(judge(&Expect::default(), None, 0), Some(Outside::Empty));
        assert_eq!(judge(&Expect::default(), Some(100), 1), None);
    }
}
