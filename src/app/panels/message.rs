//! What follows from the size of a message: every collective's time and bandwidth at the size that the slider is on.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{TextField, choice_field};
use super::figure::Figure;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::store::View;
use crate::app::{asking, host};
use crate::editor::Intent;
use crate::engine::ask::{self, Curve};
use crate::engine::estimate::collective::Collective;
use crate::engine::estimate::show::quantity;
use crate::render::plot::of;
use crate::units::{Bytes, decimal, significant};

/// The smallest and the largest size of the slider: 1 KiB and 16 GiB, as powers of two.
const POWERS: (i32, i32) = (10, 34);
/// Collectives are worked out when nothing was edited for so long, in milliseconds.
const PAUSE: u32 = 300;
/// The size where neither the session nor the design names one.
const USUAL: f64 = 1_048_576.0;

/// The size that is looked at.
pub fn size(view: &View) -> f64 {
    view.ui.message.or(view.session.design().meta.settings.message.map(|size| size.0)).unwrap_or(USUAL)
}

/// The curves of a question: by collective, as far as they were answered.
type Curves = Vec<(Collective, Rc<Result<Curve, String>>)>;

/// Collectives at the size of a message.
#[component]
pub fn BySize() -> Html {
    let services = use_services();
    let drawn = use_state(|| Collective::AllReduce);
    let state = use_selector(|view| {
        let off = view.session.scenario().map(|scenario| scenario.off.clone()).unwrap_or_default();
        let xpus = view.session.report().is_some_and(|report| report.estimate("collective-all-reduce-busbw").is_some());
        (size(view), view.session.design().meta.settings.message.map(|size| size.0), off, xpus)
    });
    let asked = use_selector(|view| (view.session.revision(), view.session.is_report_current()));
    let (size, kept, off, any) = &*state;
    let size = *size;
    let exact = (size.log2().fract() != 0.0 || !(f64::from(POWERS.0)..=f64::from(POWERS.1)).contains(&size.log2())).then_some(size);
    let curves = use_state(|| (String::new(), Curves::new()));
    let key = {
        let off: String = off.iter().map(|text| format!("\noff {text}")).collect();
        let exact = exact.map_or_else(String::new, |size| format!("\nsize {size}"));
        format!("{}{off}{exact}", asked.0)
    };
    {
        let (services, curves, any) = (services.clone(), curves.clone(), *any);
        let gathered = use_mut_ref(|| (String::new(), Curves::new()));
        use_effect_with((key.clone(), asked.1 && any), move |(key, wanted)| {
            let key = key.clone();
            // While one edit follows another nobody reads on.
            let timer = (*wanted && gathered.borrow().0 != key).then(|| {
                Timeout::new(PAUSE, move || {
                    *gathered.borrow_mut() = (key.clone(), Curves::new());
                    let lines = key.split_once('\n').map_or("", |(_, lines)| lines).to_owned();
                    for (word, collective) in Collective::WORDS {
                        let (gathered, curves, key) = (gathered.clone(), curves.clone(), key.clone());
                        let question = format!("collective {word}\n{lines}");
                        asking::ask(
                            &services,
                            question,
                            |_| {},
                            move |said| {
                                // What belongs to an older state is dropped.
                                if host::is_poisoned() || gathered.borrow().0 != key {
                                    return;
                                }
                                gathered.borrow_mut().1.push((collective, Rc::new(ask::curve(&said.text))));
                                curves.set(gathered.borrow().clone());
                            },
                        );
                    }
                })
            });
            move || drop(timer)
        });
    }
    let set = use_action(|store, size: f64| store.change(|ui| ui.message = Some(size)));
    let slid = set.reform(|event: InputEvent| {
        let value = event.target_dyn_into::<HtmlInputElement>().and_then(|input| decimal(&input.value()));
        2f64.powf(value.unwrap_or(USUAL.log2()))
    });
    let typed = use_action(|store, text: String| match text.parse::<Bytes>().ok().filter(|size| (1.0..=1e15).contains(&size.0)) {
        Some(size) => store.change(|ui| ui.message = Some(size.0)),
        None => store.complain(format!("“{text}” is no size; write for example 64 KiB or 1 GiB")),
    });
    let keep = use_action(|store, _: MouseEvent| {
        let mut settings = store.read(|view| view.session.design().meta.settings.clone());
        settings.message = Some(store.read(|view| Bytes(self::size(view))));
        store.dispatch(Intent::Settings(Box::new(settings)));
    });
    if !*any {
        return Html::default();
    }
    let words = Bytes(size).to_string();
    let stale = curves.0 != key;
    let rows = Collective::WORDS.iter().map(|(word, collective)| {
        let found = curves.1.iter().find(|(known, _)| known == collective).map(|(_, curve)| curve.clone());
        let point = found.as_deref().map(|found| found.as_ref().map(|curve| curve.points.iter().rev().find(|point| (point.size / size - 1.0).abs() < 1e-6)));
        let cells = match &point {
            None => html! { <td colspan="3" class="faint">{ "…" }</td> },
            Some(Err(sentence)) => html! { <td colspan="3" class="faint">{ *sentence }</td> },
            Some(Ok(None)) => html! { <td colspan="3" class="faint">{ "unknown" }</td> },
            Some(Ok(Some(point))) => html! { <>
                <td>{ quantity(point.time, "ns") }</td><td>{ significant(point.algbw, 4) }</td><td>{ significant(point.busbw, 4) }</td>
            </> },
        };
        html! { <>
            <tr key={*word}><th scope="row">{ collective.title() }</th>{ cells }</tr>
            if let Some(Ok(Some(point))) = point { <tr class="by"><td colspan="4">{ &point.algorithm }</td></tr> }
        </> }
    });
    let ranks = curves.1.iter().find_map(|(_, curve)| curve.as_ref().as_ref().ok().map(|curve| curve.ranks.clone()));
    let figures = {
        let choices: Vec<(AttrValue, AttrValue)> = Collective::WORDS.iter().map(|(word, collective)| ((*word).into(), collective.title().into())).collect();
        let choose = {
            let drawn = drawn.setter();
            Callback::from(move |word: String| {
                if let Some((_, collective)) = Collective::WORDS.iter().find(|(known, _)| *known == word) {
                    drawn.set(*collective);
                }
            })
        };
        let known = curves.1.iter().find(|(known, _)| *known == *drawn).and_then(|(_, curve)| curve.as_ref().as_ref().ok().cloned());
        let plots = [of::Figure::Bandwidth, of::Figure::Time]
            .into_iter()
            .filter_map(|figure| of::collective(*drawn, known.as_ref()?, figure, Bytes(size)).map(Rc::new));
        html! { <>
            { choice_field("Figures", &choices, Some(drawn.word().into()), &choose) }
            { for plots.map(|plot| html! { <Figure key={plot.title.clone()} plot={plot.clone()} width={super::latency::WIDTH} /> }) }
        </> }
    };
    html! {
        <section class="by-size" aria-label="By message size">
            <h3 class="section">{ "By message size" }</h3>
            <input type="range" min={POWERS.0.to_string()} max={POWERS.1.to_string()} step="1" value={size.log2().round().to_string()} oninput={slid}
                aria-label="Message size" aria-valuetext={words.clone()} />
            <div class="by-size-value">
                <TextField label="Size" value={Some(AttrValue::from(words))} commit={typed} />
                if *kept != Some(size) { <button class="button" title="Makes it the design's own: the report and the command use it too" onclick={keep}>{ "Keep" }</button> }
            </div>
            <table class={classes!("beside", stale.then_some("stale"))}>
                <thead><tr><th scope="col">{ "Collective" }</th><th scope="col">{ "Time" }</th><th scope="col">{ "algbw, GB/s" }</th><th scope="col">{ "busbw, GB/s" }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            { figures }
            if let Some(ranks) = ranks { <p class="quiet">{ format!("{ranks}; by what the library would choose.") }</p> }
        </section>
    }
}
