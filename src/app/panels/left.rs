//! The left column: parts to place, or the drawing as a tree of words.

use yew::prelude::*;

use super::shell::ColumnProps;
use super::{outline, palette};
use crate::app::hooks::{use_action, use_selector};
use crate::app::ui::{LeftTab, Side};

/// The left column.
#[component]
pub fn Left(props: &ColumnProps) -> Html {
    let state = use_selector(|view| (view.ui.left, view.ui.drawer == Some(Side::Left), view.ui.viewing));
    let show = use_action(|store, tab: LeftTab| store.change(|ui| ui.left = tab));
    let (tab, open, viewing) = *state;
    html! {
        <aside class={classes!("left", open.then_some("open"))} aria-label="Parts and outline">
            <div class="tabs" role="tablist">
                if !viewing {
                    <button class="tab" role="tab" aria-selected={(tab == LeftTab::Parts).to_string()} onclick={show.reform(|_| LeftTab::Parts)}>{ "Parts" }</button>
                }
                <button class="tab" role="tab" aria-selected={(tab == LeftTab::Outline).to_string()} onclick={show.reform(|_| LeftTab::Outline)}>{ "Outline" }</button>
            </div>
            if props.whole {
                if tab == LeftTab::Parts { <palette::Palette /> } else { <outline::Outline /> }
            }
        </aside>
    }
}
