//! A name typed where it stands: a field over the thing on the drawing. Enter and leaving take it, Escape does not.

use std::cell::Cell;

use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::context_menu::put;
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::app::store::View;
use crate::editor::{Field, Intent};
use crate::model::Subject;
use crate::units::{Point, Rect};

/// The field's id.
pub const FIELD: &str = "rename-field";

/// The name of what is drawn, and its box in view pixels; `None` of what has no name of its own or is out of sight.
pub fn place(view: &View, subject: &Subject) -> Option<(String, Rect)> {
    let (session, design) = (view.session, view.session.design());
    let name = match subject {
        Subject::Group(id) => design.groups.get(*id)?.name.clone(),
        Subject::Node(id) => design.nodes.get(*id)?.name.clone(),
        Subject::Rack(id) => design.racks.get(*id)?.name.clone(),
        _ => return None,
    };
    let camera = session.camera();
    let rect = session.scene().subject_rect(subject).filter(|rect| rect.intersects(&camera.visible()))?;
    Some((name, Rect::spanning(camera.to_view(Point::new(rect.x, rect.y)), camera.to_view(Point::new(rect.right(), rect.bottom())))))
}

/// A name typed where it stands.
#[component]
pub fn Rename() -> Html {
    let store = use_store();
    let state = use_selector(|view| {
        let subject = view.ui.renaming.clone()?;
        let (name, rect) = place(view, &subject)?;
        Some((subject, name, rect))
    });
    let (frame, field) = (use_node_ref(), use_node_ref());
    // Leaving comes after Enter and Escape too.
    let done = use_memo((*state).as_ref().map(|(subject, ..)| subject.clone()), |_| Cell::new(false));
    {
        let field = field.clone();
        let name = (*state).as_ref().map(|(_, name, _)| name.clone());
        use_effect_with((*state).as_ref().map(|(subject, ..)| subject.clone()), move |_| {
            if let Some((input, name)) = field.cast::<HtmlInputElement>().zip(name) {
                input.set_value(&name);
                input.focus().ok();
                input.select();
            }
        });
    }
    {
        let frame = frame.clone();
        use_effect_with((*state).as_ref().map(|(_, _, rect)| *rect), move |rect| {
            if let Some((frame, rect)) = frame.cast::<HtmlElement>().zip(*rect) {
                put(&frame, Point::new(rect.x, rect.y));
            }
        });
    }
    let Some((subject, name, _)) = (*state).clone() else { return Html::default() };
    let finish = {
        let (store, field) = (store.clone(), field.clone());
        move |takes: bool| {
            if done.replace(true) {
                return;
            }
            let typed = field.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            store.change(|ui| ui.renaming = None);
            if takes && typed != name {
                store.dispatch(Intent::Edit { subjects: vec![subject.clone()], field: Field::Name(typed) });
            }
        }
    };
    let left = {
        let finish = finish.clone();
        Callback::from(move |_: FocusEvent| finish(true))
    };
    let pressed = Callback::from(move |event: KeyboardEvent| {
        let takes = match event.key().as_str() {
            "Enter" => true,
            "Escape" => false,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        finish(takes);
        host::focus("canvas");
    });
    html! {
        <div class="floating rename" ref={frame}>
            <input id={FIELD} class="field" ref={field} aria-label="Name" autocomplete="off" spellcheck="false" onblur={left} onkeydown={pressed} />
        </div>
    }
}
