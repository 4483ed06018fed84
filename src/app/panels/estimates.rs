//! What the fabric can do: one row per number, each opening its formula, inputs, assumptions and sources.

use yew::prelude::*;

use crate::app::hooks::{use_action, use_selector};
use crate::engine::cost::grouped;
use crate::engine::estimate::{Estimate, Input};
use crate::model::Currency;
use crate::units::{Bytes, Gbps, GigabytesPerSecond, Metres, Nanoseconds, Watts, significant};

/// What the fabric can do.
#[component]
pub fn Estimates() -> Html {
    let state = use_selector(|view| {
        let list = view.session.report().map(|report| report.estimates.clone());
        (list, view.session.is_report_current(), view.ui.explained.clone())
    });
    let toggle = use_action(|store, key: String| store.change(|ui| ui.explained = (ui.explained.as_ref() != Some(&key)).then_some(key)));
    let (list, current, explained) = &*state;
    let Some(list) = list.as_ref().filter(|list| !list.is_empty()) else {
        return html! { <p class="nothing">{ if list.is_some() { "Place at least two endpoints to see what the fabric can do." } else { "Estimating…" } }</p> };
    };
    let rows = list.iter().map(|estimate| {
        let key = estimate.key().to_owned();
        let open = explained.as_deref() == Some(estimate.key());
        row(estimate, open, toggle.reform(move |_: MouseEvent| key.clone()))
    });
    html! { <>
        <div class={classes!("estimates", (!current).then_some("stale"))}>{ for rows }</div>
        <super::message::BySize />
    </> }
}

/// A number that opens its formula.
pub(super) fn row(estimate: &Estimate, open: bool, toggle: Callback<MouseEvent>) -> Html {
    let value = estimate.value().map_or_else(|| "unknown".to_owned(), |value| quantity(value, estimate.unit()));
    let range = estimate.range().filter(|(low, high)| high - low > 1e-9 * high.abs()).map(|(low, high)| spread(estimate.value(), low, high, estimate.unit()));
    let recalled = estimate.is_recalled();
    html! {
        <div class="estimate" key={estimate.key().to_owned()}>
            <button class="estimate-row" aria-expanded={open.to_string()} onclick={toggle}>
                <span class="estimate-label">{ estimate.label() }</span>
                <b class={classes!("estimate-value", recalled.then_some("recalled"), estimate.value().is_none().then_some("unknown"))}>{ value }</b>
                { stack(estimate) }
                <small>{ if recalled { "rests on a recalled figure" } else { estimate.confidence() } }</small>
                <small class="estimate-range">{ range }</small>
            </button>
            if open { { reasons(estimate) } }
        </div>
    }
}

/// The parts of a latency as a bar, where it is made of several.
pub(super) fn stack(estimate: &Estimate) -> Html {
    let terms: Vec<&Input> = estimate.inputs().iter().filter(|input| input.unit == Nanoseconds::UNIT && input.value.is_some_and(|value| value > 0.0)).collect();
    let total: f64 = terms.iter().filter_map(|input| input.value).sum();
    if estimate.unit() != Nanoseconds::UNIT || terms.len() < 2 || total <= 0.0 {
        return Html::default();
    }
    let mut left = 0.0;
    let pieces = terms.iter().enumerate().map(|(at, input)| {
        let width = input.value.unwrap_or(0.0) / total * 100.0;
        let start = left;
        left += width;
        let words = format!("{}: {}", input.label, quantity(input.value.unwrap_or(0.0), &input.unit));
        html! { <rect key={at} class={format!("term-{}", at % 8)} x={format!("{start:.2}")} y="0" width={format!("{:.2}", (width - 0.4).max(0.3))} height="8"><title>{ words }</title></rect> }
    });
    let pieces: Html = pieces.collect();
    html! { <svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{ pieces }</svg> }
}

fn reasons(estimate: &Estimate) -> Html {
    let inputs = estimate.inputs().iter().enumerate().map(|(at, input)| {
        let value = input.value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &input.unit));
        let range =
            input.low.zip(input.high).filter(|(low, high)| high > low).map(|(low, high)| format!(" ({}–{})", significant(low, 3), significant(high, 3)));
        html! {
            <tr key={at}>
                <td><code>{ &input.name }</code>{ " " }{ &input.label }</td>
                <td class={classes!("number", input.recalled.then_some("recalled"))}>{ value }{ range }</td>
                <td class="faint">{ &input.confidence }</td>
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

/// A number with its unit, with the prefix that keeps it short.
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "" => significant(value, 4),
        "B" => Bytes(value).to_string(),
        "GB/s" => GigabytesPerSecond(value).to_string(),
        "Gb/s" => Gbps(value).to_string(),
        "W" => Watts(value).to_string(),
        "m" => Metres(value).to_string(),
        "ns" => Nanoseconds(value).to_string(),
        unit if Currency::parse(unit).is_some_and(|currency| currency.to_string() == unit) => format!("{} {unit}", grouped((value * 100.0) as i64)),
        unit => format!("{} {unit}", significant(value, 4)),
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
    format!("{} to {}", quantity(low, unit), quantity(high, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_takes_the_fewest_characters() {
        assert_eq!(spread(Some(100.0), 94.0, 106.0, "W"), "± 6 %");
        assert_eq!(spread(Some(100.0), 90.0, 150.0, "ns"), "90 ns to 150 ns");
        assert_eq!(spread(None, 1.0, 2.0, ""), "1 to 2");
    }
}
