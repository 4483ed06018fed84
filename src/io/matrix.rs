//! A traffic matrix as people keep it in a spreadsheet: rows of sender, receiver and rate, or a square with names along both edges.
//!
//! Cells are parted by commas, semicolons or tabs and may be quoted. A list may have a heading; its rate may be left out (as much as it
//! gets). A square has an empty first cell. Rates are in Gb/s unless they say otherwise.

use super::limits;
use crate::engine::estimate::traffic::Row;
use crate::units::Gbps;

/// The most rows and columns that are read.
const MOST_ROWS: usize = 200_000;

/// Reads a matrix. What is wrong is said in one sentence with the line it is on.
///
/// ```
/// let rows = weft::io::matrix::read_matrix("from,to,Gb/s\na,b,100\nb,a,\n").unwrap();
/// assert_eq!((rows.len(), rows[0].gbps, rows[1].gbps), (2, Some(100.0), None));
/// let square = weft::io::matrix::read_matrix(",a,b\na,0,5\nb,7,0\n").unwrap();
/// assert_eq!(square.iter().map(|row| row.gbps.unwrap()).collect::<Vec<_>>(), [5.0, 7.0]);
/// assert_eq!(weft::io::matrix::read_matrix("a,b,fast").unwrap_err(), "Line 1: “fast” is no rate; write for example 100 or 100G");
/// ```
pub fn read_matrix(text: &str) -> Result<Vec<Row>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > limits::MAX_BYTES {
        return Err("The matrix is too large to be read".to_owned());
    }
    let mark = ['\t', ';', ','].into_iter().find(|mark| text.lines().next().unwrap_or_default().contains(*mark)).unwrap_or(',');
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, cells(line, mark))).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let Some((first, head)) = lines.next() else { return Err("The matrix is empty; write sender, receiver, rate in each line".to_owned()) };
    let mut rows = Vec::new();
    let square = head.first().is_some_and(String::is_empty);
    if !square && (rate(head.get(2), first).is_ok() || !is_heading(&head)) {
        list(&mut rows, first, &head)?;
    }
    for (at, cells) in lines {
        if rows.len() > MOST_ROWS {
            return Err(format!("Line {at}: a matrix has at most {MOST_ROWS} flows"));
        }
        if !square {
            list(&mut rows, at, &cells)?;
            continue;
        }
        let from = cells.first().cloned().unwrap_or_default();
        if from.is_empty() {
            return Err(format!("Line {at}: the name of who sends is missing"));
        }
        if cells.len() > head.len() {
            return Err(format!("Line {at}: {} cells, but the first line has {}", cells.len(), head.len()));
        }
        for (cell, to) in cells.iter().zip(&head).skip(1).filter(|(cell, to)| !cell.is_empty() && !to.is_empty()) {
            let gbps = rate(Some(cell), at)?.filter(|rate| *rate > 0.0);
            if gbps.is_some() && *to != from {
                rows.push(Row { from: from.clone(), to: to.clone(), gbps });
            }
        }
    }
    if rows.is_empty() { Err("The matrix names no flow".to_owned()) } else { Ok(rows) }
}

/// Whether a line names columns rather than ends.
fn is_heading(cells: &[String]) -> bool {
    let known = ["from", "to", "src", "dst", "source", "destination", "sender", "receiver"];
    cells.iter().take(2).all(|cell| known.contains(&cell.to_ascii_lowercase().as_str()))
}

fn list(rows: &mut Vec<Row>, at: usize, cells: &[String]) -> Result<(), String> {
    let (Some(from), Some(to)) = (cells.first().filter(|cell| !cell.is_empty()), cells.get(1).filter(|cell| !cell.is_empty())) else {
        return Err(format!("Line {at}: write sender, receiver, and a rate where there is one"));
    };
    rows.push(Row { from: from.clone(), to: to.clone(), gbps: rate(cells.get(2), at)? });
    Ok(())
}

fn rate(cell: Option<&String>, at: usize) -> Result<Option<f64>, String> {
    let Some(text) = cell.filter(|cell| !cell.is_empty()) else { return Ok(None) };
    let rate = text.parse::<Gbps>().ok().map(|rate| rate.0).filter(|rate| (0.0..=1e9).contains(rate));
    rate.map(Some).ok_or_else(|| format!("Line {at}: “{}” is no rate; write for example 100 or 100G", text.chars().take(40).collect::<String>()))
}

/// The cells of a line, without the quotes around them.
fn cells(line: &str, mark: char) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            letter if letter == mark && !quoted => cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    cells.push(cell);
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}
