//! All cells of a workbook as text, for a search: every sheet, hidden ones too.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};

use super::guard::guarded;

/// Gives every row of every sheet to `row`, with the number of its sheet. `false`: the workbook is damaged or protected, and some of it
/// was not read.
pub fn every_row(bytes: &[u8], row: &mut dyn FnMut(usize, &[String])) -> bool {
    let read = || -> Option<()> {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).ok()?;
        let mut cells = Vec::new();
        for (sheet, name) in workbook.sheet_names().into_iter().enumerate() {
            let range = workbook.worksheet_range(&name).ok()?;
            for values in range.rows() {
                cells.clear();
                cells.extend(values.iter().map(ToString::to_string));
                row(sheet, &cells);
            }
        }
        Some(())
    };
    guarded(read).flatten().is_some()
}
