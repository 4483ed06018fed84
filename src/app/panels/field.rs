//! Fields of the inspector: Enter commits, Escape reverts, leaving commits; several things with different values show “Mixed”.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A field for text or a quantity typed freely.
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// Its id, where a command puts the keyboard into it.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// What it is.
    pub label: AttrValue,
    /// Its value; `None` where several things differ.
    pub value: Option<AttrValue>,
    /// What to type, for example `5 m`.
    #[prop_or_default]
    pub example: AttrValue,
    /// Takes the new value.
    pub commit: Callback<String>,
    /// Whether it only shows.
    #[prop_or_default]
    pub read_only: bool,
}

/// A field for text or a quantity typed freely.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let node = use_node_ref();
    // The browser holds the draft; a value that changed elsewhere replaces it.
    {
        let node = node.clone();
        use_effect_with(props.value.clone(), move |value| {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                input.set_value(value.as_deref().unwrap_or_default());
            }
        });
    }
    let shown = props.value.clone().unwrap_or_default();
    let finish = {
        let (commit, shown) = (props.commit.clone(), shown.clone());
        move |input: &HtmlInputElement| {
            if input.value() != *shown {
                commit.emit(input.value());
                // A refused value must not stay as if it were taken; an accepted one comes back through the selector.
                input.set_value(&shown);
            }
        }
    };
    let left = {
        let finish = finish.clone();
        Callback::from(move |event: FocusEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                finish(&input);
            }
        })
    };
    let pressed = Callback::from(move |event: KeyboardEvent| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        match event.key().as_str() {
            "Enter" => {
                finish(&input);
                // Back to the drawing, so that keys are commands again.
                crate::app::host::focus("canvas");
            }
            "Escape" => {
                input.set_value(&shown);
                input.blur().ok();
                event.stop_propagation();
            }
            _ => {}
        }
    });
    let example = if props.value.is_none() { AttrValue::from("Mixed") } else { props.example.clone() };
    html! {
        <label class="labelled">
            <span>{ &props.label }</span>
            <input class="field" id={props.id.clone()} ref={node} placeholder={example} onblur={left} onkeydown={pressed} readonly={props.read_only}
                autocomplete="off" spellcheck="false" />
        </label>
    }
}

/// A choice among a few values: keys with their words, and the key of the value; `None` where several things differ.
pub fn choice_field(label: &'static str, choices: &[(AttrValue, AttrValue)], value: Option<AttrValue>, commit: &Callback<String>) -> Html {
    let commit = commit.clone();
    let changed = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            commit.emit(select.value());
        }
    });
    let options = choices.iter().map(|(key, words)| {
        let selected = value.as_ref() == Some(key);
        html! { <option key={key.to_string()} value={key} selected={selected}>{ words }</option> }
    });
    html! {
        <label class="labelled" key={label}>
            <span>{ label }</span>
            <select class="field" onchange={changed}>
                if value.is_none() {
                    <option value="" selected=true disabled=true>{ "Mixed" }</option>
                }
                { for options }
            </select>
        </label>
    }
}

/// Something that is so or not.
pub fn check_field(label: &'static str, value: bool, commit: &Callback<bool>) -> Html {
    let commit = commit.clone();
    let changed = Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            commit.emit(input.checked());
        }
    });
    html! {
        <label class="check" key={label}>
            <input type="checkbox" checked={value} onchange={changed} />
            <span>{ label }</span>
        </label>
    }
}
