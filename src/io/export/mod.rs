//! What leaves besides the design itself: the cable schedule, the bill of materials, the report. JSON export is [`super::save`], SVG is
//! drawn by `render`.

pub mod bill;
mod cables;
mod csv;
mod lfts;
mod materials;
mod rows;
mod table;

pub use cables::{COLUMNS as CABLE_COLUMNS, cables, cables_csv};
pub use csv::{number, rows_csv, runs};
pub use lfts::lfts;
pub use materials::{COLUMNS as MATERIAL_COLUMNS, bom_csv, materials, price_form, priced_materials};
pub use rows::{Excerpt, Rows, Tables};
pub use table::{Column, Table};

use crate::engine::report::Report;

/// The report as versioned JSON (`weft-report`), indented. The same report gives the same bytes everywhere.
pub fn report_json(report: &Report) -> String {
    let mut text = report.to_json();
    text.push('\n');
    text
}
