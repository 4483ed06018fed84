//! What is stated of a design as a whole, below the inspector: its fabrics, what it must reach, the thresholds of its rules.

use yew::prelude::*;

use super::field::TextField;
use crate::app::hooks::{use_action, use_selector};
use crate::editor::{Extend, Field, Intent};
use crate::engine::conventions;
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::engine::requirements;
use crate::model::{FabricId, Requirement, Subject};
use crate::units::significant;

/// The fabrics of the design: one is opened by a click, several by clicks with Ctrl; and the way to another.
#[component]
pub fn Fabrics() -> Html {
    let shown = use_selector(|view| {
        let design = view.session.design();
        let chosen = view.session.selection();
        let rows = design.fabrics.iter().map(|(id, fabric)| {
            let role = crate::engine::settable::value(design, &Subject::Fabric(id), "role").unwrap_or_default();
            (id, fabric.name.clone(), role, chosen.contains(&Subject::Fabric(id)))
        });
        rows.collect::<Vec<(FabricId, String, String, bool)>>()
    });
    let select = use_action(|store, (subjects, extend): (Vec<Subject>, Extend)| store.dispatch(Intent::Select { subjects, extend }));
    let add = use_action(|store, _: MouseEvent| store.dispatch(Intent::Edit { subjects: vec![Subject::Design], field: Field::NewFabric }));
    let rows = shown.iter().map(|(id, name, role, chosen)| {
        let id = *id;
        let press = select.reform(move |event: MouseEvent| {
            let several = event.ctrl_key() || event.meta_key() || event.shift_key();
            (vec![Subject::Fabric(id)], if several { Extend::Toggle } else { Extend::Replace })
        });
        html! {
            <button key={id.to_string()} type="button" class="listed" aria-pressed={chosen.to_string()} onclick={press}>
                <span class="truncate">{ if name.is_empty() { id.to_string() } else { name.clone() } }</span><small>{ role }</small>
            </button>
        }
    });
    let all: Vec<Subject> = shown.iter().map(|(id, ..)| Subject::Fabric(*id)).collect();
    let every = select.reform(move |_: MouseEvent| (all.clone(), Extend::Replace));
    html! {
        <section aria-label="Fabrics">
            <h3 class="inspector-group">{ "Fabrics" }</h3>
            if shown.is_empty() { <p class="note">{ "None is stated. Rules then go by what the links suggest; a fabric of its own has a role, a shape and settings." }</p> }
            { for rows }
            <div class="listed-tools">
                <button type="button" class="button" onclick={add}>{ "Add a fabric" }</button>
                if shown.len() > 1 { <button type="button" class="button" onclick={every}>{ "Select all" }</button> }
            </div>
        </section>
    }
}

/// What has to be reached: typed, and beside it what is reached.
#[component]
pub fn Requirements() -> Html {
    let shown = use_selector(|view| {
        let design = view.session.design();
        let fabrics: Vec<FabricId> =
            view.session.selection().iter().filter_map(|subject| if let Subject::Fabric(id) = subject { Some(*id) } else { None }).collect();
        let stands = |word: &str, fabric: Option<FabricId>| {
            let same = |requirement: &&Requirement| requirements::word(&requirement.kind) == word && requirement.fabric == fabric;
            design.requirements.iter().map(|(_, requirement)| requirement).find(same).map_or_else(String::new, |found| requirements::shown(&found.kind))
        };
        let missed: Vec<Subject> = view
            .session
            .report()
            .map(|report| report.diagnostics.iter().filter(|finding| finding.code == "requirement-missed").map(|finding| finding.subject.clone()).collect())
            .unwrap_or_default();
        let rows = requirements::ALL.iter().filter(|asked| fabrics.is_empty() || asked.of_fabric).map(|asked| {
            let mut values = if fabrics.is_empty() { vec![stands(asked.word, None)] } else { Vec::new() };
            values.extend(fabrics.iter().map(|fabric| stands(asked.word, Some(*fabric))));
            let same = values.windows(2).all(|pair| pair.first() == pair.last());
            let value = values.first().filter(|_| same).cloned();
            let fails = design
                .requirements
                .iter()
                .filter(|(_, requirement)| requirements::word(&requirement.kind) == asked.word)
                .filter(|(_, requirement)| requirement.fabric.map_or(fabrics.is_empty(), |fabric| fabrics.contains(&fabric)))
                .any(|(id, _)| missed.contains(&Subject::Requirement(id)));
            // What is reached is known of the design as a whole.
            let reached = fabrics.is_empty().then(|| view.session.report().and_then(|report| answer(&report.estimates, asked.estimate))).flatten();
            (*asked, value, fails, reached)
        });
        rows.collect::<Vec<_>>()
    });
    let about = use_selector(|view| view.session.selection().is_empty());
    let edit = {
        let about = *about;
        use_action(move |store, field: Field| {
            let subjects = if about { vec![Subject::Design] } else { Vec::new() };
            store.dispatch(Intent::Edit { subjects, field });
        })
    };
    let rows = shown.iter().map(|(asked, value, fails, reached)| {
        let word = asked.word;
        let commit = edit.reform(move |text: String| Field::Requirement(word.to_owned(), text));
        let asks = value.as_ref().is_none_or(|value| !value.is_empty());
        let verdict = match (asks, fails) {
            (false, _) => ("", ""),
            (true, true) => ("error-text", "● not reached"),
            (true, false) => ("ok-text", "✓ reached"),
        };
        let is = reached.as_ref().map_or_else(String::new, |reached| format!("is {reached}"));
        html! {
            <div class="setting" key={word}>
                <TextField label={asked.label} value={value.clone().map(AttrValue::from)} example={format!("none; {}", asked.example)} {commit} />
                <small><span class={verdict.0}>{ verdict.1 }</span>{ if verdict.1.is_empty() || is.is_empty() { "" } else { " · " } }{ is }</small>
            </div>
        }
    });
    html! {
        <section aria-label="Requirements">
            <h3 class="inspector-group">{ "It must reach" }</h3>
            { for rows }
        </section>
    }
}

/// What an estimate says, the worst where there are several of a kind.
fn answer(estimates: &[Estimate], key: &str) -> Option<String> {
    let answers = |estimate: &&Estimate| estimate.key().strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '.']));
    let found = estimates.iter().filter(answers).max_by(|a, b| a.value().unwrap_or(f64::MIN).total_cmp(&b.value().unwrap_or(f64::MIN)))?;
    found.value().map(|value| quantity(value, found.unit()))
}

/// The thresholds of rules that are conventions.
#[component]
pub fn Thresholds() -> Html {
    let own = use_selector(|view| {
        let settings = &view.session.design().meta.settings;
        conventions::ALL.iter().map(|convention| convention.own(settings)).collect::<Vec<Option<f64>>>()
    });
    let edit = use_action(|store, field: Field| store.dispatch(Intent::Edit { subjects: vec![Subject::Design], field }));
    let rows = conventions::ALL.iter().zip(own.iter()).map(|(convention, own)| {
        let code = convention.code;
        let commit = edit.reform(move |text: String| Field::Threshold(code.to_owned(), text));
        let shown = |value: f64| format!("{} {}", significant(value, 6), convention.unit);
        html! {
            <div class="setting tall" key={code}>
                <TextField label={convention.label} value={AttrValue::from(own.map_or_else(String::new, shown))} example={shown(convention.usual)} {commit} />
                <small><span class="code">{ code }</span>{ " · " }{ if own.is_some() { "stated in this design" } else { convention.source } }</small>
            </div>
        }
    });
    let stated = own.iter().flatten().count();
    let words = if stated == 0 { "Thresholds of rules".to_owned() } else { format!("Thresholds of rules, {stated} stated here") };
    html! { <details class="thresholds"><summary>{ words }</summary>{ for rows }</details> }
}
