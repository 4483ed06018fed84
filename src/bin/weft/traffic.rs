//! Patterns of traffic as the command names them: words, ends by name, tables.

use weft::engine::context::Context;
use weft::engine::estimate::flows::{Flow, FlowSet, Names};
use weft::engine::estimate::traffic::{self, Question, Row, Traffic};
use weft::io::matrix::read_matrix;
use weft::model::Element;

use crate::text::tame;
use crate::{Failure, files};

/// More flows than this are not listed one by one. A limit of Weft.
const MOST_LISTED: u64 = 1_000_000;

/// The rows of a table.
pub fn rows(path: &str) -> Result<Vec<Row>, Failure> {
    read_matrix(&files::read(path)?).map_err(|sentence| Failure::new(format!("{}: {}", tame(files::shown(path)), tame(&sentence))))
}

/// What is asked, with ends by name.
pub fn question(context: &Context, traffic: Traffic, from: &Option<String>, to: &Option<String>, rows: &[Row]) -> Result<Question, Failure> {
    let names = Names::of(context);
    let end = |option: &str, text: &Option<String>| -> Result<Option<Element>, Failure> {
        let Some(text) = text else { return Ok(None) };
        let element = names.element(text).filter(|element| context.topology.vertex_of(context.design, context.catalog, element).is_some());
        element.map(Some).ok_or_else(|| Failure::new(format!("--{option} {}: names no single node of the design", tame(text))))
    };
    let asked = Question { traffic, from: end("from", from)?, to: end("to", to)?, rows: rows.to_vec() };
    match traffic {
        Traffic::OnePair if asked.from.is_none() || asked.to.is_none() => Err(Failure::new("--traffic one-pair: name both ends with --from and --to")),
        Traffic::Matrix if asked.rows.is_empty() => Err(Failure::new("--traffic matrix: name its table with --matrix FILE.csv")),
        _ => Ok(asked),
    }
}

/// A pattern that needs no table.
pub fn simple(word: &str) -> Result<Traffic, Failure> {
    let known = || Traffic::WORDS.iter().filter(|(_, traffic)| *traffic != Traffic::Matrix);
    known().find(|(known, _)| *known == word).map(|(_, traffic)| *traffic).ok_or_else(|| {
        let all: Vec<&str> = known().map(|(word, _)| *word).collect();
        Failure::new(format!("--traffic {}: there is no such pattern; choose one of {}", tame(word), all.join(", ")))
    })
}

/// The flows of a pattern, one by one.
pub fn flows(context: &Context, word: &str, from: &Option<String>, to: &Option<String>) -> Result<FlowSet, Failure> {
    let asked = question(context, simple(word)?, from, to, &[])?;
    let pairs = traffic::pairs(context, &asked, MOST_LISTED).map_err(|sentence| Failure::new(format!("--traffic {word}: {}", tame(&sentence))))?;
    let name = |vertex: u32| {
        let element = context.topology.element_of(context.design, context.catalog, vertex);
        element.map_or_else(String::new, |element| element.to_string())
    };
    Ok(FlowSet { flows: pairs.into_iter().map(|(from, to)| Flow { src: name(from), dst: name(to), path: None }).collect() })
}
