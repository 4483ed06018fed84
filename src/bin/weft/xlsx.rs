//! Tables as a workbook, one sheet each. Text is written as text: whatever a label says, no cell is a formula.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};
use weft::io::export::{Table, runs};

/// The widest a column is made, in characters.
const WIDEST: usize = 60;

/// The workbook. The same tables give the same bytes: it carries no time of day.
pub fn workbook(tables: &[(&str, Table)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    for (name, table) in tables {
        sheet(book.add_worksheet().set_name(*name)?, table)?;
    }
    book.save_to_buffer()
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    // What a spreadsheet would take for a formula once somebody edits the cell is marked as text for good.
    let text = Format::new().set_quote_prefix();
    for (column, of) in (0u16..).zip(table.columns) {
        sheet.write_string_with_format(0, column, of.label, &head)?;
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(column)));
        let width = cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(of.label.chars().count() + 2);
        sheet.set_column_width(column, width.min(WIDEST) as f64 + 1.0)?;
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for ((column, of), cell) in (0u16..).zip(table.columns).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) if of.numeric && number.is_finite() => sheet.write_number(row, column, number)?,
                _ if cell.is_empty() => continue,
                _ if runs(cell) => sheet.write_string_with_format(row, column, cell, &text)?,
                _ => sheet.write_string(row, column, cell)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u16::try_from(table.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    sheet.autofilter(0, 0, u32::try_from(table.rows.len()).unwrap_or(u32::MAX), last)?;
    Ok(())
}
