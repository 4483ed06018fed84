//! The right column: findings, estimates, traffic, failures, inspector.

use yew::prelude::*;

use super::shell::ColumnProps;
use super::{estimates, failures, findings, inspector, traffic};
use crate::app::hooks::{use_action, use_selector};
use crate::app::ui::{RightTab, Side};
use crate::units::significant;

/// The right column.
#[component]
pub fn Right(props: &ColumnProps) -> Html {
    let state = use_selector(|view| {
        let findings = view.session.report().map_or(0, |report| report.diagnostics.iter().filter(|diagnostic| diagnostic.silenced.is_none()).count());
        (view.ui.right, view.ui.drawer == Some(Side::Right), findings)
    });
    let show = use_action(|store, tab: RightTab| store.change(|ui| ui.right = tab));
    let (shown, open, count) = *state;
    let tab = |tab: RightTab, words: String| {
        html! { <button class="tab" role="tab" aria-selected={(shown == tab).to_string()} onclick={show.reform(move |_| tab)}>{ words }</button> }
    };
    let findings = match count {
        0 => "Findings".to_owned(),
        // The strip has room for no more.
        1000.. => format!("Findings {}k", significant(count as f64 / 1000.0, if count < 10_000 { 2 } else { 3 })),
        _ => format!("Findings {count}"),
    };
    html! {
        <aside class={classes!("right", open.then_some("open"))} aria-label="Findings, estimates, traffic, failures and inspector">
            <div class="tabs" role="tablist">
                { tab(RightTab::Findings, findings) }
                { tab(RightTab::Estimates, "Estimates".to_owned()) }
                { tab(RightTab::Traffic, "Traffic".to_owned()) }
                { tab(RightTab::Failures, "Failures".to_owned()) }
                { tab(RightTab::Inspector, "Inspector".to_owned()) }
            </div>
            <div class="panel-body" role="tabpanel">
                if props.whole {
                    if shown == RightTab::Findings { <findings::Findings /> }
                    if shown == RightTab::Estimates { <estimates::Estimates /> }
                    if shown == RightTab::Traffic { <traffic::TrafficPanel /> }
                    if shown == RightTab::Failures { <failures::Failures /> }
                    if shown == RightTab::Inspector { <inspector::Inspector /> }
                }
            </div>
        </aside>
    }
}
