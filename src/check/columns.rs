//! What the rows say about their columns as a whole: the order of day and month, and letters that another encoding garbled.
//!
//! Good rows count too: `03/04/2026` is a day in either order, so only the column tells which one it was. A few counters a
//! column, whatever the number of rows.

use encoding_rs::WINDOWS_1252;

use crate::schema::pattern::Pattern;
use crate::schema::{FieldType, Schema};

/// Lines that a count keeps.
pub const LINES_KEPT: usize = 5;

/// A number of rows, and the first of their lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// The first lines, at most [`LINES_KEPT`].
    pub lines: Vec<u64>,
    last: Option<u64>,
}

impl Tally {
    /// Counts the row on this line, once.
    pub fn add(&mut self, line: u64) {
        if self.last == Some(line) {
            return;
        }
        self.last = Some(line);
        self.rows += 1;
        if self.lines.len() < LINES_KEPT {
            self.lines.push(line);
        }
    }

    /// Adds the count of later rows.
    pub fn absorb(&mut self, later: &Tally) {
        self.rows += later.rows;
        let room = LINES_KEPT.saturating_sub(self.lines.len());
        self.lines.extend(later.lines.iter().take(room));
        self.last = later.last.or(self.last);
    }

    /// The line counted last.
    pub fn last(&self) -> Option<u64> {
        self.last
    }
}

/// How the dates of one column are written, where its patterns leave the order of day and month open.
#[derive(Debug, Clone)]
pub struct DateOrder {
    /// Position of the field in the schema.
    pub field: usize,
    /// The pattern that the schema reads.
    pub pattern: Pattern,
    /// The same with day and month exchanged.
    pub exchanged: Pattern,
    /// Values that are days in the schema's order alone.
    pub own: u64,
    /// Values that are days in the other order alone.
    pub other: Tally,
    /// Values that are two different days.
    pub both: u64,
}

/// Watches the columns of one file.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    orders: Vec<DateOrder>,
    /// For each field its first place in `orders`; `orders` has those of a field together.
    watched: Vec<Option<usize>>,
    /// Rows with letters such as `Ã©` in place of `é`: UTF-8 that was read as Windows-1252.
    pub garbled: Tally,
    /// Rows with U+FFFD: letters that were lost before the file came here.
    pub lost: Tally,
}

impl Columns {
    /// Columns of a file of this schema.
    pub fn new(schema: &Schema) -> Self {
        let mut columns = Columns::default();
        for (index, field) in schema.fields.iter().enumerate() {
            let patterns: &[Pattern] = match &field.kind {
                FieldType::Date(patterns) | FieldType::DateTime(patterns) => patterns,
                _ => &[],
            };
            let first = columns.orders.len();
            for pattern in patterns.iter().filter(|pattern| pattern.is_ambiguous()) {
                columns.orders.push(DateOrder {
                    field: index,
                    exchanged: pattern.swapped(),
                    pattern: pattern.clone(),
                    own: 0,
                    other: Tally::default(),
                    both: 0,
                });
            }
            columns.watched.push((columns.orders.len() > first).then_some(first));
        }
        columns
    }

    /// Looks at one cell. `ascii`: it is known to be ASCII.
    pub fn see(&mut self, field: usize, text: &str, ascii: bool, line: u64) {
        if let Some(Some(first)) = self.watched.get(field) {
            let orders = self.orders.iter_mut().skip(*first).take_while(|order| order.field == field);
            for order in orders {
                order.see(text.as_bytes(), line);
            }
        }
        if !ascii && !text.is_ascii() {
            self.letters(text, line);
        }
    }

    /// Adds what later rows of the same file said.
    pub fn absorb(&mut self, later: &Columns) {
        if self.watched.is_empty() {
            *self = later.clone();
            return;
        }
        for (order, later) in self.orders.iter_mut().zip(&later.orders) {
            order.own += later.own;
            order.other.absorb(&later.other);
            order.both += later.both;
        }
        self.garbled.absorb(&later.garbled);
        self.lost.absorb(&later.lost);
    }

    /// The columns whose dates could be in either order.
    pub fn orders(&self) -> &[DateOrder] {
        &self.orders
    }

    #[cold]
    fn letters(&mut self, text: &str, line: u64) {
        if text.contains('\u{fffd}') {
            self.lost.add(line);
        } else if is_garbled(text) {
            self.garbled.add(line);
        }
    }
}

impl DateOrder {
    fn see(&mut self, cell: &[u8], line: u64) {
        match (self.pattern.try_parse(cell), self.exchanged.try_parse(cell)) {
            (None, None) => {}
            (Some(_), None) => self.own += 1,
            (None, Some(_)) => self.other.add(line),
            // 04/04/2026 is one day in both orders.
            (Some(own), Some(other)) => self.both += u64::from(own != other),
        }
    }
}

/// Whether a text is UTF-8 that was read as Windows-1252: its bytes in Windows-1252 are UTF-8 again. `Âge` and `Ã` are not.
pub fn is_garbled(text: &str) -> bool {
    let lead = |character: char| matches!(character, 'Â' | 'Ã' | 'Å' | 'â');
    if !text.contains(lead) {
        return false;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    !unmappable && !bytes.is_ascii() && std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::schema::load::load;

    #[rstest]
    #[case("GeneviÃ¨ve", true)]
    #[case("MontrÃ©al", true)]
    #[case("lâ€™Ã©tÃ©", true)]
    #[case("Å’uvre", true)]
    #[case("Geneviève", false)]
    #[case("Âge", false)]
    #[case("CHÂTEAU", false)]
    #[case("São Paulo", false)]
    #[case("Ångström", false)]
    #[case("Łódź Ã", false)]
    #[case("", false)]
    fn text_read_in_the_wrong_encoding(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_garbled(text), expected);
    }

    fn columns(format: &str, values: &[&str]) -> DateOrder {
        let table = format!(r#"{{"fields": [{{"name": "x", "type": "date", "format": "{format}"}}]}}"#);
        let schema = load("test", table.as_bytes()).unwrap().schema;
        let mut columns = Columns::new(&schema);
        for (index, value) in values.iter().enumerate() {
            columns.see(0, value, false, index as u64 + 2);
        }
        columns.orders().first().cloned().unwrap()
    }

    #[test]
    fn values_are_counted_by_the_order_that_they_allow() {
        let order = columns("%m/%d/%Y", &["13/04/2026", "04/13/2026", "03/04/2026", "04/04/2026", "", "x"]);
        assert_eq!((order.own, order.other.rows, order.both), (1, 1, 1));
        assert_eq!(order.other.lines, [2]);
    }

    #[test]
    fn a_pattern_with_the_year_first_is_not_watched() {
        let table = r#"{"fields": [{"name": "x", "type": "date"}]}"#;
        assert!(Columns::new(&load("test", table.as_bytes()).unwrap().schema).orders().is_empty());
    }

    #[test]
    fn a_row_is_counted_once() {
        let mut tally = Tally::default();
        for line in [2, 2, 3, 4, 5, 6, 7, 8] {
            tally.add(line);
        }
        assert_eq!((tally.rows, tally.lines), (7, vec![2, 3, 4, 5, 6]));
    }
}
