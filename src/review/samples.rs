//! Findings for the tests of this room.

use crate::finding::{Args, FieldRef, Finding, Reason, Severity};

/// A finding about a row.
pub(crate) fn row(reason: Reason, line: u64, args: Args) -> Finding {
    Finding {
        reason,
        severity: Severity::Error,
        line: Some(line),
        row: Some(line),
        field: None,
        cell: None,
        args,
    }
}

/// A finding about a cell of the third column.
pub(crate) fn cell(reason: Reason, line: u64, field: &str, value: &str, args: Args) -> Finding {
    Finding {
        field: Some(FieldRef { number: Some(3), name: field.into() }),
        cell: Some(value.into()),
        ..row(reason, line, args)
    }
}
