//! A table of the page: sorted by a click on a column, the rows that are scrolled to shown, copied and saved whole.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::app::effects::{copy, download};
use crate::app::hooks::use_services;
use crate::io::export::{Column, Excerpt};
use crate::units::{counted, grouped};

/// How many rows are shown at first.
const FIRST: usize = 80;
/// How many rows are kept ready above and below those that are seen, and how many of them have to be left before more are asked for.
const READY: usize = 60;
const LEFT: usize = 20;
/// So many letters are told in full on hover, as a narrow window may cut them off.
const LONG: usize = 20;
/// How high a row is until one is seen, in CSS pixels.
const HEIGHT: f64 = 27.0;

/// Draws a cell of its own: the rows that are there, which of them, and the column. `None` leaves the text.
type DrawCell = Callback<(Rc<Excerpt>, usize, &'static Column), Option<Html>>;

/// A table.
#[derive(Properties, PartialEq)]
pub struct GridProps {
    /// What it is, for assistive technology.
    pub label: AttrValue,
    /// All its columns.
    pub columns: &'static [Column],
    /// Its name among [`crate::io::export::Tables`].
    pub table: &'static str,
    /// The revision of the design that it is of.
    pub revision: u64,
    /// Keys of the columns that are shown, in this order; all are copied and saved.
    pub shown: &'static [&'static str],
    /// The name of the file it is saved as.
    pub file: AttrValue,
    /// Draws a cell of its own.
    #[prop_or_default]
    pub cell: Option<DrawCell>,
    /// The last row, which stays in view: texts by key.
    #[prop_or_default]
    pub foot: Vec<(&'static str, AttrValue)>,
    /// Further buttons.
    #[prop_or_default]
    pub children: Html,
}

/// A table.
#[component]
pub fn Grid(props: &GridProps) -> Html {
    let services = use_services();
    let sorting = use_state(|| None::<(usize, bool)>);
    let wanted = use_state(|| (0, FIRST));
    let found = use_state(|| None::<Rc<Excerpt>>);
    let height = use_state(|| HEIGHT);
    let body = use_node_ref();
    let asked = use_mut_ref(|| 0u32);
    let order = sorting.map_or_else(|| "-".to_owned(), |(column, descending)| format!("{column}{}", if descending { '-' } else { '+' }));
    {
        let (services, found, asked) = (services.clone(), found.setter(), asked.clone());
        use_effect_with((props.table, props.revision, order.clone(), *wanted), move |(table, _, order, (from, count))| {
            let number = *asked.borrow() + 1;
            *asked.borrow_mut() = number;
            services.table(&format!("{table} {order} rows {from} {count}"), move |answer| {
                // What was asked for since then comes later.
                let excerpt = answer.as_string().filter(|_| *asked.borrow() == number).and_then(|answer| Excerpt::read(&answer));
                if let Some(excerpt) = excerpt {
                    found.set(Some(Rc::new(excerpt)));
                }
            });
        });
    }
    {
        let services = services.clone();
        use_effect_with((), move |()| {
            move || {
                // An answer that is on its way finds nobody.
                *asked.borrow_mut() += 1;
                services.table("", |_| {});
            }
        });
    }
    {
        let (body, height) = (body.clone(), height.clone());
        use_effect_with(found.clone(), move |_| {
            let row = body.cast::<HtmlElement>().and_then(|body| body.query_selector("[aria-rowindex]").ok().flatten());
            let seen = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
            if seen > 1.0 && (seen - *height).abs() > 0.01 {
                height.set(seen);
            }
        });
    }
    let Some(excerpt) = (*found).clone() else { return html! { <p class="nothing" role="status">{ "Making the table…" }</p> } };
    let columns: Vec<(usize, &'static Column)> =
        props.shown.iter().filter_map(|key| props.columns.iter().enumerate().find(|(_, column)| column.key == *key)).collect();
    let head = columns.iter().map(|(at, column)| {
        let (at, now, sorting) = (*at, *sorting, sorting.clone());
        let order = now.filter(|(sorted, _)| *sorted == at).map(|(_, descending)| descending);
        let press = Callback::from(move |_: MouseEvent| sorting.set(if order == Some(true) { None } else { Some((at, order == Some(false))) }));
        let (aria, sign) = match order {
            None => ("none", ""),
            Some(false) => ("ascending", " ↑"),
            Some(true) => ("descending", " ↓"),
        };
        html! { <th key={column.key} aria-sort={aria} class={class_of(column)}><button type="button" onclick={press}>{ column.label }{ sign }</button></th> }
    });
    let rows = excerpt.rows.iter().enumerate().map(|(line, (place, row))| {
        let cells = columns.iter().filter_map(|(at, column)| Some((row.get(*at)?, column))).map(|(text, column)| {
            let own = props.cell.as_ref().and_then(|cell| cell.emit((excerpt.clone(), line, column)));
            let plain = || {
                if column.numeric {
                    html! { legible(text) }
                } else {
                    html! { text }
                }
            };
            // What a narrow window cuts off can still be read.
            let title = (!column.numeric && own.is_none() && text.len() > LONG).then(|| text.clone());
            html! { <td key={column.key} class={class_of(column)} {title}>{ own.unwrap_or_else(plain) }</td> }
        });
        html! { <tr key={*place} aria-rowindex={(excerpt.from + line + 2).to_string()}>{ for cells }</tr> }
    });
    let foot = columns.iter().map(|(_, column)| {
        let text = props.foot.iter().find(|(key, _)| *key == column.key).map(|(_, text)| text.clone()).unwrap_or_default();
        html! { <td key={column.key} class={class_of(column)}>{ text }</td> }
    });
    // Rows that are not there are as high as if they were.
    let gap = |key: &'static str, rows: usize| {
        let height = (rows as f64 * *height).round();
        (rows > 0).then(|| html! { <tr {key} class="gap" aria-hidden="true"><td colspan={columns.len().to_string()} height={height.to_string()}></td></tr> })
    };
    let below = excerpt.all.saturating_sub(excerpt.from + excerpt.rows.len());
    // And columns are as wide as if all were.
    let widest = (excerpt.rows.len() < excerpt.all).then(|| {
        let cells = columns.iter().map(|(at, column)| html! { <td class={class_of(column)}>{ excerpt.widest.get(*at).map(|text| if column.numeric { legible(text) } else { text.clone() }) }</td> });
        html! { <tr class="widest" aria-hidden="true">{ for cells }</tr> }
    });
    let scrolled = {
        let (wanted, height, all) = (wanted.clone(), *height, excerpt.all);
        Callback::from(move |event: Event| {
            let Some(frame) = event.target_dyn_into::<HtmlElement>() else { return };
            let (first, seen) = ((f64::from(frame.scroll_top()) / height) as usize, (f64::from(frame.client_height()) / height) as usize + 1);
            let (from, count) = *wanted;
            if first.saturating_sub(LEFT) < from || (first + seen + LEFT).min(all) > from + count {
                wanted.set((first.saturating_sub(READY), seen + 2 * READY));
            }
        })
    };
    let copied = {
        let (services, table, rows) = (services.clone(), props.table, excerpt.all);
        Callback::from(move |_: MouseEvent| {
            let store = services.store.clone();
            services.table(&format!("{table} {order} tabbed"), move |text| {
                copy(&store, text.clone());
                store.say(format!("{} on the clipboard, ready to paste into a spreadsheet.", counted(rows as u64, "row is", "rows are")));
            });
        })
    };
    let saved = {
        let (table, file) = (props.table, props.file.clone());
        Callback::from(move |_: MouseEvent| {
            let file = file.clone();
            services.table(&format!("{table} - csv"), move |text| download(&file, "text/csv", text));
        })
    };
    html! {
        <>
            <div class="grid-tools">
                <span class="faint">{ counted(excerpt.all as u64, "row", "rows") }</span>
                <span class="grow"></span>
                { props.children.clone() }
                <button type="button" class="button" onclick={copied}>{ "Copy" }</button>
                <button type="button" class="button" onclick={saved}>{ "Download CSV" }</button>
            </div>
            <div class="grid-frame" tabindex="0" role="region" aria-label={props.label.clone()} onscroll={scrolled}>
                <table class="grid" aria-rowcount={(excerpt.all + 1).to_string()}>
                    <thead><tr>{ for head }</tr>{ widest }</thead>
                    <tbody ref={body}>{ gap("above", excerpt.from) }{ for rows }{ gap("below", below) }</tbody>
                    if !props.foot.is_empty() { <tfoot><tr>{ for foot }</tr></tfoot> }
                </table>
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
