//! A table of the page: sorted by a click on a column, its first rows shown, copied and saved whole.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::effects::{copy, download};
use crate::app::hooks::use_services;
use crate::io::export::{Column, Table};
use crate::units::grouped;

/// How many rows are shown at once, and how many more with each press.
const PAGE: usize = 200;

/// Draws a cell of its own: row in the order of the table, key, text. `None` leaves the text.
type DrawCell = Callback<(usize, &'static str, String), Option<Html>>;

/// A table.
#[derive(Properties)]
pub struct GridProps {
    /// What it is, for assistive technology.
    pub label: AttrValue,
    /// The table.
    pub table: Rc<Table>,
    /// Keys of the columns that are shown, in this order; all are copied and saved.
    pub shown: &'static [&'static str],
    /// The name of the file it is saved as.
    pub file: AttrValue,
    /// Draws a cell of its own: row in the order of the table, key, text.
    #[prop_or_default]
    pub cell: Option<DrawCell>,
    /// The last row, which stays in view: texts by key.
    #[prop_or_default]
    pub foot: Vec<(&'static str, AttrValue)>,
    /// Further buttons.
    #[prop_or_default]
    pub children: Html,
}

impl PartialEq for GridProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.table, &other.table)
            && self.label == other.label
            && self.file == other.file
            && self.cell == other.cell
            && self.foot == other.foot
            && self.children == other.children
    }
}

/// A table.
#[component]
pub fn Grid(props: &GridProps) -> Html {
    let services = use_services();
    let sorting = use_state(|| None::<(usize, bool)>);
    let rows = use_state(|| PAGE);
    // Rows carry their place in the table through the sort, so that a control in a cell knows its line.
    let sorted = use_memo((props.table.clone() as Rc<Table>, *sorting), |(table, sorting)| {
        let mut sorted = Table { columns: table.columns, rows: table.rows.clone() };
        for (at, row) in sorted.rows.iter_mut().enumerate() {
            row.push(at.to_string());
        }
        if let Some((column, descending)) = sorting {
            sorted.sort(*column, *descending);
        }
        sorted
    });
    let columns: Vec<usize> = props.shown.iter().filter_map(|key| props.table.columns.iter().position(|column| column.key == *key)).collect();
    let head = columns.iter().filter_map(|at| Some((*at, props.table.columns.get(*at)?))).map(|(at, column)| {
        let (now, sorting) = (*sorting, sorting.clone());
        let order = now.filter(|(sorted, _)| *sorted == at).map(|(_, descending)| descending);
        let press = Callback::from(move |_: MouseEvent| sorting.set(if order == Some(true) { None } else { Some((at, order == Some(false))) }));
        let (aria, sign) = match order {
            None => ("none", ""),
            Some(false) => ("ascending", " ↑"),
            Some(true) => ("descending", " ↓"),
        };
        html! { <th key={column.key} aria-sort={aria} class={class_of(column)}><button type="button" onclick={press}>{ column.label }{ sign }</button></th> }
    });
    let body = sorted.rows.iter().take(*rows).map(|row| {
        let place: usize = row.last().and_then(|place| place.parse().ok()).unwrap_or_default();
        let cells = columns.iter().filter_map(|at| Some((row.get(*at)?, props.table.columns.get(*at)?))).map(|(text, column)| {
            let own = props.cell.as_ref().and_then(|cell| cell.emit((place, column.key, text.clone())));
            let plain = || {
                if column.numeric {
                    html! { legible(text) }
                } else {
                    html! { text }
                }
            };
            html! { <td key={column.key} class={class_of(column)}>{ own.unwrap_or_else(plain) }</td> }
        });
        html! { <tr key={place}>{ for cells }</tr> }
    });
    let foot = columns.iter().filter_map(|at| props.table.columns.get(*at)).map(|column| {
        let text = props.foot.iter().find(|(key, _)| *key == column.key).map(|(_, text)| text.clone()).unwrap_or_default();
        html! { <td key={column.key} class={class_of(column)}>{ text }</td> }
    });
    let more = sorted.rows.len().saturating_sub(*rows);
    let show = {
        let rows = rows.clone();
        Callback::from(move |_: MouseEvent| rows.set(*rows + PAGE))
    };
    let copied = {
        let (store, sorted) = (services.store.clone(), sorted.clone());
        Callback::from(move |_: MouseEvent| {
            let count = sorted.columns.len();
            let plain = Table { columns: sorted.columns, rows: sorted.rows.iter().map(|row| row.iter().take(count).cloned().collect()).collect() };
            copy(&store, plain.tabbed());
            store.say(format!("{} rows are on the clipboard, ready to paste into a spreadsheet.", plain.rows.len()));
        })
    };
    let saved = {
        let (table, file) = (props.table.clone(), props.file.clone());
        Callback::from(move |_: MouseEvent| download(&file, "text/csv", &table.csv().into()))
    };
    html! {
        <>
            <div class="grid-tools">
                <span class="faint">{ format!("{} rows", props.table.rows.len()) }</span>
                <span class="grow"></span>
                { props.children.clone() }
                <button type="button" class="button" onclick={copied}>{ "Copy" }</button>
                <button type="button" class="button" onclick={saved}>{ "Download CSV" }</button>
            </div>
            <div class="grid-frame" tabindex="0" role="region" aria-label={props.label.clone()}>
                <table class="grid"><thead><tr>{ for head }</tr></thead><tbody>{ for body }</tbody>if !props.foot.is_empty() { <tfoot><tr>{ for foot }</tr></tfoot> }</table>
                if more > 0 { <button type="button" class="button" onclick={show}>{ format!("Show more, {more} are left") }</button> }
            </div>
        </>
    }
}

/// Numbers stand right, names may be cut short.
fn class_of(column: &Column) -> Classes {
    classes!(column.numeric.then_some("number"), matches!(column.key, "name" | "part_name").then_some("name"))
}

/// A number with its digits in groups; any other text as it is.
fn legible(text: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, rest)| (whole, rest));
    match whole.parse::<u64>() {
        Ok(number) if rest.is_empty() => grouped(number),
        Ok(number) => format!("{}.{rest}", grouped(number)),
        Err(_) => text.to_owned(),
    }
}
