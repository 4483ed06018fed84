//! The filters of the palette: a list of values for each facet, each with how many parts it leaves, and what to loosen where nothing is left.

use std::rc::Rc;

use yew::prelude::*;

use super::field::choice_field;
use crate::catalog::filter::{Answers, Facet, Wanted, choices, loosened};
use crate::units::counted;

/// What the filters are told.
#[derive(Properties, PartialEq)]
pub struct FiltersProps {
    /// What every part of the palette answers.
    pub parts: Rc<Vec<Answers>>,
    /// What is looked for.
    pub wanted: Wanted,
    /// How many parts are found.
    pub found: usize,
    /// Looks for something else.
    pub change: Callback<Wanted>,
}

/// The filters of the palette.
#[component]
pub fn Filters(props: &FiltersProps) -> Html {
    let fields = Facet::ALL.map(|facet| {
        let listed = choices(&props.parts, &props.wanted, facet).into_iter();
        let options = listed.map(|(value, count)| (AttrValue::from(value.clone()), AttrValue::from(format!("{value} ({count})"))));
        let options: Vec<_> = std::iter::once(("".into(), "any".into())).chain(options).collect();
        let wanted = props.wanted.clone();
        let set = props.change.reform(move |value: String| wanted.with(facet, Some(&value)));
        choice_field(facet.label(), &options, Some(props.wanted.of(facet).unwrap_or_default().to_owned().into()), &set)
    });
    let words = props.wanted.words.clone();
    let clear = props.change.reform(move |_: MouseEvent| Wanted { words: words.clone(), ..Wanted::default() });
    html! {
        <div id="part-filters" class="part-filters" role="group" aria-label="Filters">
            { for fields }
            <p class="part-count">
                <span role="status">{ format!("{} of {} parts", props.found, props.parts.len()) }</span>
                <button type="button" class="link-button" disabled={props.wanted.facets() == 0} onclick={clear}>{ "Clear" }</button>
            </p>
        </div>
    }
}

/// What is said where nothing is found: which wish is too many, and what there would be without it.
pub fn nothing_found(parts: &[Answers], wanted: &Wanted, change: &Callback<Wanted>) -> Html {
    let ways = loosened(parts, wanted).into_iter().map(|way| {
        let words = format!("Without {}: {}", way.without, counted(way.count as u64, "part", "parts"));
        let change = change.reform(move |_: MouseEvent| way.wanted.clone());
        html! { <button type="button" class="button" key={words.clone()} onclick={change}>{ words }</button> }
    });
    html! {
        <div class="nothing">
            <p role="status">{ if wanted.facets() == 0 { "No part has all of these words." } else { "No part is all of this." } }</p>
            { for ways }
        </div>
    }
}
