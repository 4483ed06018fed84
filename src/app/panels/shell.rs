//! The frame of the page: where everything stands, what is in front, and files dropped anywhere.

use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, HtmlInputElement};
use yew::prelude::*;

use super::{busy, commands, connect, context_menu, empty, left, offer, purchase, rescue, right, shortcuts, status_bar, templates, toasts, top_bar};
use crate::app::canvas::{Minimap, Stage};
use crate::app::effects::Services;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::ui::Dialog;
use crate::app::{files, host};

/// What the page stands on.
#[derive(Properties, PartialEq)]
pub struct ShellProps {
    /// The store and what effects reach.
    pub services: Services,
}

/// What a column is made of.
#[derive(Properties, PartialEq)]
pub struct ColumnProps {
    /// Whether what is in it is shown yet.
    pub whole: bool,
}

/// The page.
#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let services = props.services.clone();
    html! {
        <ContextProvider<Services> context={services}>
            <Frame />
        </ContextProvider<Services>>
    }
}

#[component]
fn Frame() -> Html {
    let services = use_services();
    let over = use_state(|| false);
    let (front, hint, busy) = (use_front(), toasts::use_hint(), busy::use_busy());
    let whole = use_whole();
    let state = use_selector(|view| (view.ui.drawer.is_some(), view.ui.viewing));
    let (drawer, viewing) = *state;
    let shut = use_action(|store, _: MouseEvent| store.change(|ui| ui.drawer = None));
    let veil = html! { <button class={classes!("drawer-veil", drawer.then_some("open"))} aria-label="Close the panel" tabindex="-1" onclick={shut}></button> };

    let dragged = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(true);
        })
    };
    let gone = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            if event.related_target().is_none() {
                over.set(false);
            }
        })
    };
    let dropped = {
        let (over, services) = (over.clone(), services.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            files::open_list(&services, event.data_transfer().and_then(|data| data.files()));
        })
    };
    let chosen = Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            files::open_list(&services, input.files());
        }
    });

    html! {
        <div class={classes!("app", viewing.then_some("viewing"))} ondragover={dragged} ondragleave={gone} ondrop={dropped}>
            <top_bar::TopBar />
            <left::Left {whole} />
            <main class="stage" aria-label="Drawing">
                <Stage />
                if whole {
                    <empty::Empty />
                    <Minimap />
                    <super::finding_card::FindingCard />
                    <super::floor::FloorPlan />
                    <super::loads::Loads />
                    <super::ways::Ways />
                    <offer::OfferedParts />
                    <context_menu::ContextMenu />
                }
                { hint }
                { busy }
                if whole {
                    <super::pointer_hint::PointerHint />
                    <super::rename::Rename />
                }
            </main>
            <right::Right {whole} />
            <status_bar::StatusBar />
            { veil }
            <toasts::Toasts />
            { front }
            { super::glyph::Glyph::sheet() }
            <super::palette::Ghost />
            if *over { <div class="drop-veil">{ "Drop a design, a fabric dump or device types to open them" }</div> }
            <input id={files::CHOOSER} type="file" multiple=true class="sr-only" tabindex="-1" aria-hidden="true" onchange={chosen} />
        </div>
    }
}

/// Whether all of the page is shown: at first only its frame is, so that no task makes all of it.
#[hook]
fn use_whole() -> bool {
    let whole = use_state(|| false);
    {
        let whole = whole.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                host::turn().await;
                whole.set(true);
            });
        });
    }
    *whole
}

/// The dialog in front.
#[hook]
fn use_front() -> Html {
    let dialog = use_selector(|view| view.ui.dialog);
    match *dialog {
        Some(Dialog::Commands) => html! { <commands::Commands /> },
        Some(Dialog::Compare) => html! { <super::compare::Compare /> },
        Some(Dialog::Connect) => html! { <connect::Connect /> },
        Some(Dialog::Part) => html! { <super::part_page::PartPage /> },
        Some(Dialog::PartForm(start)) => html! { <super::part_form::PartFormDialog {start} /> },
        Some(Dialog::Pattern) => html! { <super::pattern::RenameByPattern /> },
        Some(Dialog::Repeat) => html! { <super::repeat::Repeat /> },
        Some(Dialog::Purchase(page)) => html! { <purchase::PurchaseDialog {page} /> },
        Some(Dialog::Rescue) => html! { <rescue::Rescue /> },
        Some(Dialog::Shortcuts) => html! { <shortcuts::Shortcuts /> },
        Some(Dialog::Templates(template)) => html! { <templates::Templates key="templates" {template} /> },
        Some(Dialog::Examples) => html! { <templates::Templates key="examples" examples={true} /> },
        None => Html::default(),
    }
}
