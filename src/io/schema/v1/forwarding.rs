//! `tables` of a fabric in version 1: forwarding tables as they were read from the running one. Texts in lists, one for each address and for each part
//! of a switch's table, so that a table of thousands of entries is a few lines and no text is long.

use std::str::FromStr;
use std::sync::Arc;

use super::faults::Fault;
use super::visit::{Reading, Row, one, string};
use super::write::Line;
use crate::json::{Error, Reader};
use crate::model::{Address, Extra, Forwarding};
use crate::units::order;

/// Tables as they are read.
#[derive(Default)]
struct TablesRow(Forwarding);

impl Row for TablesRow {
    fn what(&self) -> &'static str {
        "forwarding tables"
    }
    fn field(&mut self, key: &str, input: &mut Reader<'_>, reading: &mut Reading) -> Result<bool, Error> {
        let tables = &mut self.0;
        match key {
            "from" => tables.from = string(input)?,
            "links" => {
                let text = input.string()?;
                tables.links = u64::from_str_radix(&text, 16).ok();
                if tables.links.is_none() {
                    reading.faults.note(Fault::OutOfRange);
                }
            }
            "lids" => tables.lids = parsed(input, reading)?,
            "rows" => tables.rows = parsed(input, reading)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn extra(&mut self) -> &mut Extra {
        &mut self.0.extra
    }
}

/// A list of texts that each say something; what says nothing is left out and noted.
fn parsed<T: FromStr>(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Vec<T>, Error> {
    input.list("a list of texts")?;
    let mut all = Vec::new();
    while input.item()? {
        match input.text()?.parse() {
            Ok(one) => all.push(one),
            Err(_) => reading.faults.note(Fault::BadTable),
        }
    }
    Ok(all)
}

/// Reads the tables of a fabric, puts them in order, and leaves out what says again of an address what was said before.
pub(super) fn read(input: &mut Reader<'_>, reading: &mut Reading) -> Result<Option<Arc<Forwarding>>, Error> {
    if input.null()? {
        return Ok(None);
    }
    let TablesRow(mut tables) = one(input, reading)?;
    order::sort_by_key(&mut tables.rows, |row| (row.node, row.first));
    let mut end = None;
    let mut note = |twice: bool| {
        if twice {
            reading.faults.note(Fault::BadTable);
        }
        !twice
    };
    tables.rows.retain(|row| {
        let twice = end.is_some_and(|(node, last)| node == row.node && row.first <= last);
        if !twice {
            end = Some((row.node, row.last()));
        }
        note(twice)
    });
    order::sort_by_key(&mut tables.lids, |address: &Address| (address.first, address.last));
    let mut last = 0;
    tables.lids.retain(|address| {
        let twice = address.first <= last;
        last = last.max(address.last);
        note(twice)
    });
    Ok(Some(Arc::new(tables)))
}

/// The tables of a fabric as JSON.
pub(super) fn text(tables: &Forwarding) -> String {
    let mut line = Line::new();
    line.text("from", Some(tables.from.as_str()).filter(|from| !from.is_empty()));
    line.plain("links", tables.links.map(|links| format!("{links:016x}")));
    // One for each line of the file: a switch that changes is a line that changes.
    line.texts_apart("lids", tables.lids.iter());
    line.texts_apart("rows", tables.rows.iter());
    line.finish(&tables.extra)
}
