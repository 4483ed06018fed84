//! Connecting without a pointer: from the selected port or node to a port found by typing, or all that is selected at once.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::dialog::Modal;
use super::finder::{Finder, Found};
use super::tried::{Tried, typed};
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::editor::{Intent, Session};
use crate::model::{PortRef, Subject};

/// Connecting without a pointer.
#[component]
pub fn Connect() -> Html {
    let sides = use_selector(|view| view.session.sides().map(|sides| (sides.words(view.session.design()), sides)));
    // As it was opened: what is joined becomes the selection.
    let sides = use_memo((), |()| (*sides).clone());
    match &*sides {
        Some((words, sides)) => html! { <Join words={words.clone()} even={sides.even} rails={sides.rails && sides.to.len() > 1} /> },
        None => html! { <ConnectOne /> },
    }
}

#[derive(Properties, PartialEq)]
struct JoinProps {
    words: AttrValue,
    even: u16,
    rails: bool,
}

/// Both sides of what is selected.
#[component]
fn Join(props: &JoinProps) -> Html {
    let count = use_state(|| props.even.to_string());
    let rails = use_state(|| false);
    let wanted = match count.trim().parse::<u16>() {
        Ok(count) if count > 0 || *rails => Some(Intent::Join { count, rails: *rails }),
        _ => None,
    };
    let chosen = {
        let rails = rails.clone();
        Callback::from(move |event: Event| rails.set(event.target_dyn_into::<HtmlSelectElement>().is_some_and(|select| select.selected_index() == 1)))
    };
    html! {
        <Tried id="connect" title="Connect" verb="Connect" {wanted} unclear="Write how many links each pair gets, 1 or more.">
            <p>{ &props.words }</p>
            if props.rails {
                <label class="labelled"><span>{ "How" }</span><select class="field" onchange={chosen}>
                    <option selected={!*rails}>{ "Each with each" }</option><option selected={*rails} title="The n-th adapter of each to the n-th switch">{ "By rail" }</option></select></label>
            }
            if !*rails {
                <label class="labelled"><span>{ "Links of each pair" }</span>
                    <input class="field" inputmode="numeric" autofocus=true value={(*count).clone()} oninput={typed(&count)} autocomplete="off" /></label>
            }
        </Tried>
    }
}

/// A port, to another found by typing.
#[component]
fn ConnectOne() -> Html {
    let store = use_store();
    let from = use_selector(|view| start(view.session).map(|port| (port, view.session.port_label(port))));
    let close = {
        let store = store.clone();
        Callback::from(move |()| {
            store.change(|ui| ui.dialog = None);
            host::focus("canvas");
        })
    };
    let Some((from, label)) = (*from).clone() else {
        return html! { <Modal id="connect" title="Connect" {close}><p>{ "Select a port, a node with a free port, or several nodes first." }</p></Modal> };
    };
    let search = {
        let store = store.clone();
        Callback::from(move |typed: String| {
            let targets = store.read(|view| view.session.fitting_targets(from, &typed));
            targets.into_iter().map(|(port, label)| Found { key: port.to_string().into(), label: label.into(), hint: AttrValue::default() }).collect::<Vec<_>>()
        })
    };
    let choose = {
        let (store, close) = (store.clone(), close.clone());
        Callback::from(move |key: AttrValue| {
            close.emit(());
            if let Ok(to) = key.parse::<PortRef>() {
                store.dispatch(Intent::Connect { ends: [from, to], part: None });
            }
        })
    };
    html! {
        <Modal id="connect" title={format!("Connect {label}")} {close}>
            <Finder label="The other port" placeholder="Type the name of a node or port" {search} {choose} />
        </Modal>
    }
}

/// The port a connection starts at: the selected one, or the first free one of the selected node.
fn start(session: &Session) -> Option<PortRef> {
    match session.selection().iter().next()? {
        Subject::Port(port) => Some(*port),
        Subject::Node(node) => session.catalog().first_free_port(session.design(), &session.port_use(), *node, |_| true),
        _ => None,
    }
}
