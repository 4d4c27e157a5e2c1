//! The cells of a snapshot row as bytes, one after the other: what is left of a row that was taken apart until it is entered. No
//! cell has memory of its own.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

/// A cell of a snapshot table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Null,
    Integer(i64),
    /// UTF-8.
    Text(&'a [u8]),
}

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const TEXT: u8 = 2;

impl Cell<'_> {
    /// Appends the cell.
    pub(super) fn pack(self, bytes: &mut Vec<u8>) {
        match self {
            Cell::Null => bytes.push(NULL),
            Cell::Integer(number) => {
                bytes.push(INTEGER);
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            Cell::Text(text) => {
                bytes.push(TEXT);
                bytes.extend_from_slice(&text.len().to_le_bytes());
                bytes.extend_from_slice(text);
            }
        }
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Integer(number) => Cell::Integer(*number),
            Value::Text(text) => Cell::Text(text.as_bytes()),
            // A snapshot row has neither fractions nor blobs.
            Value::Null | Value::Real(_) | Value::Blob(_) => Cell::Null,
        }
    }
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Value::Null,
            Cell::Integer(number) => Value::Integer(number),
            Cell::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        }
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Cell::Null => ValueRef::Null,
            Cell::Integer(number) => ValueRef::Integer(*number),
            Cell::Text(text) => ValueRef::Text(text),
        }))
    }
}

/// The cells that [`Cell::pack`] left, in their order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Packed<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Packed<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        if *tag == NULL {
            return Some(Cell::Null);
        }
        let (number, rest) = rest.split_first_chunk()?;
        self.0 = rest;
        if *tag == INTEGER {
            return Some(Cell::Integer(i64::from_le_bytes(*number)));
        }
        let (text, rest) = rest.split_at_checked(usize::from_le_bytes(*number))?;
        self.0 = rest;
        Some(Cell::Text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were() {
        let cells = [Cell::Text(b"\xc3\x89t\xc3\xa9"), Cell::Null, Cell::Integer(-7), Cell::Text(b"")];
        let mut bytes = Vec::new();
        cells.iter().for_each(|cell| cell.pack(&mut bytes));
        assert_eq!(Packed(&bytes).collect::<Vec<_>>(), cells);
    }

    #[test]
    fn bytes_that_end_early_give_no_cell() {
        let mut bytes = Vec::new();
        Cell::Text(b"abc").pack(&mut bytes);
        bytes.pop();
        assert_eq!(Packed(&bytes).next(), None);
    }
}
