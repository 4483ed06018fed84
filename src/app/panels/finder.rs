//! A field with a list below it: type, walk with the arrow keys, Enter takes.

use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// Something found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What is handed on when it is taken.
    pub key: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// A remark at the right.
    pub hint: AttrValue,
}

/// A field with a list below it.
#[derive(Properties, PartialEq)]
pub struct FinderProps {
    /// What is looked for.
    pub label: AttrValue,
    /// What the empty field says.
    pub placeholder: AttrValue,
    /// Finds.
    pub search: Callback<String, Vec<Found>>,
    /// Takes the key of what was chosen.
    pub choose: Callback<AttrValue>,
}

/// A field with a list below it.
#[component]
pub fn Finder(props: &FinderProps) -> Html {
    let typed = use_state(String::new);
    let at = use_state(|| 0usize);
    let field = use_node_ref();
    let list = use_node_ref();
    let found = props.search.emit((*typed).clone());
    let here = (*at).min(found.len().saturating_sub(1));
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.focus().ok();
            }
        });
    }
    {
        let list = list.clone();
        use_effect_with(here, move |here| {
            if let Some(item) = list.cast::<Element>().and_then(|list| list.children().item(*here as u32)) {
                item.scroll_into_view_with_bool(false);
            }
        });
    }
    let changed = {
        let (typed, at) = (typed.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                at.set(0);
                typed.set(input.value());
            }
        })
    };
    let pressed = {
        let (at, choose) = (at.clone(), props.choose.clone());
        let (count, taken) = (found.len(), found.get(here).map(|found| found.key.clone()));
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => at.set((here + 1).min(count.saturating_sub(1))),
                "ArrowUp" => at.set(here.saturating_sub(1)),
                "Enter" => {
                    if let Some(taken) = &taken {
                        choose.emit(taken.clone());
                    }
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let lines = found.iter().enumerate().map(|(place, found)| {
        let (choose, key) = (props.choose.clone(), found.key.clone());
        html! {
            <div key={found.key.to_string()} id={format!("found-{place}")} class="found" role="option" aria-selected={(place == here).to_string()}
                onclick={Callback::from(move |_: MouseEvent| choose.emit(key.clone()))}>
                <span class="truncate">{ &found.label }</span><span class="faint">{ &found.hint }</span>
            </div>
        }
    });
    html! {
        <div class="finder">
            <input class="field" ref={field} autofocus=true role="combobox" aria-expanded="true" aria-controls="found" aria-label={props.label.clone()}
                aria-activedescendant={(!found.is_empty()).then(|| format!("found-{here}"))} placeholder={props.placeholder.clone()}
                oninput={changed} onkeydown={pressed} autocomplete="off" spellcheck="false" />
            <div id="found" class="found-list" role="listbox" aria-label={props.label.clone()} ref={list}>{ for lines }</div>
            if found.is_empty() { <p class="nothing">{ "Nothing fits." }</p> }
        </div>
    }
}
