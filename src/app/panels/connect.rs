//! Connecting without a pointer: from the selected port or node to a port found by typing.

use yew::prelude::*;

use super::dialog::Modal;
use super::finder::{Finder, Found};
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::editor::{Intent, Session};
use crate::model::{PortRef, Subject};

/// Connecting without a pointer.
#[component]
pub fn Connect() -> Html {
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
        return html! { <Modal id="connect" title="Connect" {close}><p>{ "Select a port, or a node with a free port, first." }</p></Modal> };
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
