//! What the fabric can do: one row per number, each opening its formula, inputs, assumptions and sources.

use yew::prelude::*;

use super::latency::Latency;
use crate::app::hooks::{use_action, use_selector};
use crate::app::ui::{Dialog, Purchase};
use crate::engine::estimate::pair::ends_told;
use crate::engine::estimate::show::quantity;
use crate::engine::estimate::{Estimate, Input};
use crate::units::{Nanoseconds, significant};

/// What the fabric can do.
#[component]
pub fn Estimates() -> Html {
    let state = use_selector(|view| {
        let list = view.session.report().map(|report| report.estimates.clone());
        let pair = match (view.session.design().meta.settings.pair.is_some(), view.session.selection().len()) {
            (true, _) => "",
            (false, 2) => ", the slowest pair there is. That of the two selected is told on the drawing.",
            (false, _) => ", the slowest pair there is. Select two things to see theirs.",
        };
        (list, view.session.is_report_current(), view.ui.explained.clone(), pair, view.session.scenario().map(|scenario| scenario.name.clone()))
    });
    let toggle = use_action(|store, key: String| store.change(|ui| ui.explained = (ui.explained.as_ref() != Some(&key)).then_some(key)));
    let show_bill = use_action(|store, _: MouseEvent| store.change(|ui| ui.dialog = Some(Dialog::Purchase(Purchase::Materials))));
    let (list, current, explained, pair, scenario) = &*state;
    let Some(list) = list.as_ref().filter(|list| !list.is_empty()) else {
        return html! { <p class="nothing">{ if list.is_some() { "Place at least two endpoints to see what the fabric can do." } else { "Estimating…" } }</p> };
    };
    let press = |key: &str| {
        let key = key.to_owned();
        toggle.reform(move |_: MouseEvent| key.clone())
    };
    // What is a part of another number stands with it.
    let parts_of = |key: &str| list.iter().filter(move |part| part.key().strip_prefix(key).is_some_and(|rest| rest.starts_with('.'))).collect::<Vec<_>>();
    let one = |estimate: &Estimate| {
        let key = estimate.key();
        let asked = explained.as_deref();
        let parts = parts_of(key);
        let inside = asked.is_some_and(|asked| asked == key || parts.iter().any(|part| part.key() == asked));
        html! {
            <>
                { row(estimate, asked == Some(key), press(key)) }
                if inside && !parts.is_empty() {
                    <ul class="part-list">{ for parts.iter().map(|term| part(estimate, term, asked == Some(term.key()), press(term.key()))) }</ul>
                }
            </>
        }
    };
    let bill = html! { <p class="estimates-more"><button class="button" onclick={show_bill}>{ "Bill of materials…" }</button></p> };
    let is_part = |estimate: &Estimate| estimate.key().rsplit_once('.').is_some_and(|(whole, _)| list.iter().any(|other| other.key() == whole));
    let sections = SECTIONS.iter().filter_map(|(title, _)| {
        let rows: Html = list.iter().filter(|estimate| section(estimate.key()) == *title && !is_part(estimate)).map(&one).collect();
        let any = list.iter().any(|estimate| section(estimate.key()) == *title && !is_part(estimate));
        let ends = ends_told(list).filter(|_| *title == PAIR).map(|ends| {
            html! { <p class="quiet estimates-note">{ ends }{ *pair }</p> }
        });
        any.then(|| html! { <section key={*title} aria-label={*title}><h3 class="section estimates-head">{ *title }</h3>{ ends }{ rows }{ if *title == COST { bill.clone() } else { Html::default() } }</section> })
    });
    html! {
        <>
            if let Some(name) = scenario { <p class="quiet estimates-note">{ format!("Of the whole fabric. What {name} leaves of it stands in Failures.") }</p> }
            <div class={classes!("estimates", (!current).then_some("stale"))}>{ for sections }</div>
            <Fold title="Latency over all pairs"><Latency /></Fold>
            <super::message::BySize />
        </>
    }
}

/// The heading of what one pair gets.
const PAIR: &str = "Pair";
/// The heading of what it costs, now and later.
const COST: &str = "Cost and openness";
/// Headings with the beginnings of the keys below them; what no heading names is of the fabric.
const SECTIONS: [(&str, &[&str]); 5] = [
    (PAIR, &["pair-"]),
    ("Fabric", &[]),
    ("Collectives", &["collective-"]),
    ("Power", &["power", "energy", "optics-power"]),
    (COST, &["cost", "break-even", "openness", "scale-up-change"]),
];

fn section(key: &str) -> &'static str {
    SECTIONS.iter().find(|(_, begins)| begins.iter().any(|begin| key.starts_with(begin))).map_or("Fabric", |(title, _)| title)
}

/// A part of a number: its colour in the bar, what it is, how much.
fn part(whole: &Estimate, term: &Estimate, open: bool, toggle: Callback<MouseEvent>) -> Html {
    let word = term.key().rsplit('.').next().unwrap_or_default();
    let place = whole.inputs().iter().filter(|input| input.unit == Nanoseconds::UNIT && input.value.is_some()).position(|input| input.name == word);
    let value = term.value().map_or_else(|| "unknown".to_owned(), |value| quantity(value, term.unit()));
    html! {
        <li key={term.key().to_owned()}>
            <button class="part-row" aria-expanded={open.to_string()} onclick={toggle}>
                if let Some(place) = place { { swatch(place) } }
                <span class="estimate-label">{ term.label() }</span><span class={classes!(term.is_recalled().then_some("recalled"))}>{ value }</span>
            </button>
            if open { { reasons(term) } }
        </li>
    }
}

/// The colour of a part of a bar.
pub(super) fn swatch(place: usize) -> Html {
    html! { <svg class="chip-dot" viewBox="0 0 8 8" aria-hidden="true"><rect class={format!("term-{}", place % 8)} width="8" height="8" rx="2" /></svg> }
}

#[derive(Properties, PartialEq)]
struct FoldProps {
    title: &'static str,
    children: Html,
}

/// What is worked out only while it is open.
#[component]
fn Fold(props: &FoldProps) -> Html {
    let open = use_state(|| false);
    let flip = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <section class="fold">
            <h3><button class="fold-head" aria-expanded={open.to_string()} onclick={flip}>{ props.title }</button></h3>
            if *open { <div class="fold-body">{ props.children.clone() }</div> }
        </section>
    }
}

/// The id of the row of an estimate.
pub(in crate::app) fn estimate_id(key: &str) -> String {
    format!("estimate-{key}")
}

/// A number that opens its formula.
pub(super) fn row(estimate: &Estimate, open: bool, toggle: Callback<MouseEvent>) -> Html {
    let value = estimate.value().map_or_else(|| "unknown".to_owned(), |value| quantity(value, estimate.unit()));
    let range = estimate.range().filter(|(low, high)| high - low > 1e-9 * high.abs()).map(|(low, high)| spread(estimate.value(), low, high, estimate.unit()));
    let recalled = estimate.is_recalled();
    // That a number is worked out goes without saying: most are.
    let plain = range.is_none() && !recalled && estimate.confidence() == "derived";
    html! {
        <div class="estimate" key={estimate.key().to_owned()}>
            <button class="estimate-row" id={estimate_id(estimate.key())} aria-expanded={open.to_string()} onclick={toggle}>
                <span class="estimate-label">{ estimate.label() }</span>
                <b class={classes!("estimate-value", recalled.then_some("recalled"), estimate.value().is_none().then_some("unknown"))}>{ value }</b>
                { estimate_stack(estimate) }
                if !plain {
                    <small>{ if recalled { "rests on a recalled figure" } else { estimate.confidence() } }</small>
                    <small class="estimate-range">{ range }</small>
                }
            </button>
            if open { { reasons(estimate) } }
        </div>
    }
}

/// The parts of a latency as a bar, where it is made of several.
pub(super) fn estimate_stack(estimate: &Estimate) -> Html {
    let terms = || estimate.inputs().iter().filter(|input| input.unit == Nanoseconds::UNIT).filter_map(|input| Some((input.label.as_str(), input.value?)));
    let total: f64 = terms().map(|(_, value)| value).sum();
    if is_stacked(estimate) { stack(terms(), total) } else { Html::default() }
}

/// Whether it is a latency that is made of several.
fn is_stacked(estimate: &Estimate) -> bool {
    let takes = |input: &&Input| input.unit == Nanoseconds::UNIT && input.value.is_some_and(|value| value > 0.0);
    estimate.unit() == Nanoseconds::UNIT && estimate.inputs().iter().filter(takes).count() > 1
}

/// Parts of a time as a bar; `whole` is as long as the bar can be.
pub(super) fn stack<'a>(terms: impl Iterator<Item = (&'a str, f64)>, whole: f64) -> Html {
    let mut left = 0.0;
    let pieces = terms.enumerate().filter(|(_, (_, value))| *value > 0.0 && whole > 0.0).map(|(at, (label, value))| {
        let width = value / whole * 100.0;
        let start = left;
        left += width;
        let words = format!("{label}: {}", quantity(value, Nanoseconds::UNIT));
        html! { <rect key={at} class={format!("term-{}", at % 8)} x={format!("{start:.2}")} y="0" width={format!("{:.2}", (width - 0.4).max(0.3))} height="8"><title>{ words }</title></rect> }
    });
    let pieces: Html = pieces.collect();
    html! { <svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{ pieces }</svg> }
}

fn reasons(estimate: &Estimate) -> Html {
    let bar = is_stacked(estimate);
    let inputs = estimate.inputs().iter().enumerate().map(|(at, input)| {
        let in_bar = |input: &&Input| input.unit == Nanoseconds::UNIT && input.value.is_some();
        let place = (bar && in_bar(&input)).then(|| estimate.inputs().iter().take(at).filter(in_bar).count());
        let value = input.value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &input.unit));
        let range = input.low.zip(input.high).filter(|(low, high)| high > low);
        let range = range.map(|(low, high)| html! { <small>{ spread(input.value, low, high, &input.unit) }</small> });
        html! {
            <tr key={at}>
                <td>{ place.map(swatch) }<code>{ &input.name }</code>{ " " }{ &input.label }</td>
                <td class="number"><span class={classes!(input.recalled.then_some("recalled"))}>{ value }</span>{ range }<small>{ &input.confidence }</small></td>
            </tr>
        }
    });
    let list = |title: &'static str, lines: &[String]| {
        if lines.is_empty() {
            return Html::default();
        }
        html! { <><h3>{ title }</h3><ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul></> }
    };
    html! {
        <div class="reasons">
            <h3>{ "Formula" }</h3>
            <code class="formula">{ format!("{} = {}", estimate.key(), estimate.formula()) }</code>
            <table aria-label="Inputs"><tbody>{ for inputs }</tbody></table>
            { list("Assumptions", estimate.assumptions()) }
            { list("Sources", estimate.sources()) }
        </div>
    }
}

/// A range in the fewest characters: `± 6 %` where it is even, else both ends.
fn spread(value: Option<f64>, low: f64, high: f64, unit: &str) -> String {
    if let Some(value) = value.filter(|value| *value > 0.0) {
        let (down, up) = ((value - low) / value * 100.0, (high - value) / value * 100.0);
        if (down - up).abs() < 0.5 {
            return format!("± {} %", significant(up, 2));
        }
    }
    let (low, high) = (quantity(low, unit), quantity(high, unit));
    // One unit is said once: narrow columns have room for no more.
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, first)), Some((_, second))) if first == second => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_takes_the_fewest_characters() {
        assert_eq!(spread(Some(100.0), 94.0, 106.0, "W"), "± 6 %");
        assert_eq!(spread(Some(100.0), 90.0, 150.0, "ns"), "90 to 150 ns");
        assert_eq!(spread(Some(900.0), 600.0, 3400.0, "ns"), "600 ns to 3.4 µs");
        assert_eq!(spread(None, 1.0, 2.0, ""), "1 to 2");
        assert_eq!(spread(None, 0.25, 1.5, "per year"), "0.25 to 1.5 per year");
    }
}
