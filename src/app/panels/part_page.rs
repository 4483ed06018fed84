//! A part's page: its face, every figure with what it rests on and who says otherwise, its ports with what fits them, and its sources.

use yew::prelude::*;

use super::dialog::Modal;
use super::palette::place_in_view;
use crate::app::hooks::{use_action, use_selector, use_services, use_store};
use crate::app::ui::{Dialog, Start};
use crate::app::{actions, address};
use crate::catalog::reach::{PortKind, Shelf, port_kinds};
use crate::catalog::sheet::{self, Line};
use crate::catalog::{Catalog, more};
use crate::editor::{Intent, Theme};
use crate::model::{CableKind, Confidence, Design, InsideKind, Part, PartId, Source};
use crate::render::svg;
use crate::units::counted;

/// How wide the picture of a face is drawn, in view pixels.
const PLATE: f64 = 720.0;

/// A part's page.
#[component]
pub fn PartPage() -> Html {
    let services = use_services();
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let go = use_action(|store, id: PartId| actions::show_part(store, id));
    let state = use_selector(|view| (view.ui.part.clone(), view.session.revision(), actions::is_dark(view.ui.theme)));
    {
        use_effect_with(state.0.clone(), |id| {
            address::name_part(id.as_ref());
            || {
                address::name_part(None);
            }
        });
    }
    let body = {
        let (services, go) = (services.clone(), go.clone());
        use_memo(state, move |state| {
            let (id, _, dark) = &**state;
            services.store.read(|view| {
                let (design, catalog) = (view.session.design(), view.session.catalog());
                let part = id.as_ref().and_then(|id| catalog.part(design, id))?;
                Some((part.name.clone(), page(part, design, catalog, *dark, &go)))
            })
        })
    };
    let Some((name, body)) = (*body).clone() else {
        return html! {
            <Modal id="part-page" title="No such part" {close}>
                <p>{ "Neither the catalogue nor this design has a part of this name; it may have been removed." }</p>
            </Modal>
        };
    };
    html! {
        <Modal id="part-page" title={name} class="broad part-page" {close}>
            { body }
            <Buttons />
        </Modal>
    }
}

/// What can be done with a part.
#[component]
fn Buttons() -> Html {
    let state = use_selector(|view| {
        let id = view.ui.part.clone();
        let part = id.as_ref().and_then(|id| view.session.catalog().part(view.session.design(), id));
        let stands = part.is_some_and(|part| part.cable().is_none());
        (id.clone(), stands, id.is_some_and(|id| view.session.design().parts.contains_key(&id)), view.session.read_only().is_none())
    });
    let (id, stands, own, editable) = (*state).clone();
    let form = use_action(|store, start: Start| store.change(|ui| ui.dialog = Some(Dialog::PartForm(start))));
    let remove = {
        let id = id.clone();
        use_action(move |store, _: MouseEvent| {
            let Some(id) = id.clone() else { return };
            store.dispatch(Intent::RemovePart(id.clone()));
            if !store.read(|view| view.session.design().parts.contains_key(&id)) {
                store.change(|ui| ui.dialog = None);
            }
        })
    };
    let place = use_action(move |store, _: MouseEvent| {
        store.change(|ui| ui.dialog = None);
        if let Some(id) = &id {
            place_in_view(store, id);
        }
    });
    if !editable {
        return Html::default();
    }
    let button =
        |words: &'static str, start: Start| html! { <button type="button" class="button" onclick={form.reform(move |_: MouseEvent| start)}>{ words }</button> };
    html! {
        <div class="dialog-buttons part-buttons">
            if own { <button type="button" class="button" onclick={remove}>{ "Remove" }</button>{ button("Change…", Start::Change) } }
            { button("Copy as own part…", Start::Copy) }
            if stands { <button type="button" class="button primary" onclick={place}>{ "Place" }</button> }
        </div>
    }
}

fn page(part: &Part, design: &Design, catalog: &Catalog, dark: bool, go: &Callback<PartId>) -> Html {
    let own = design.parts.contains_key(&part.id);
    // Ports have a section of their own.
    let (lines, figures): (Vec<Line>, Vec<Line>) = sheet::lines(part, design).into_iter().partition(|line| line.label == sheet::PORTS);
    let recalled = lines.iter().chain(&figures).filter(|line| line.is_recalled()).count();
    html! {
        <div class="part-sheet">
            <p class="part-lead">
                <span>{ part.kind.label() }if !part.vendor.is_empty() { { " · " }{ &part.vendor } }</span>
                <code>{ part.id.to_string() }</code>
                if own { <span class="chip good">{ "own part" }</span> }
                if let Some(status) = sheet::status_in_words(part.status) { <span class="chip warning">{ status }</span> }
                if recalled > 0 { <span class="chip"><span class="recalled">{ format!("{recalled} recalled") }</span></span> }
            </p>
            if !part.summary.is_empty() { <p class="faint">{ &part.summary }</p> }
            <div class="part-columns">
                <div>
                    { plate(part, catalog, dark) }
                    { ports(part, &lines, go) }
                    { joined(part, design, catalog, go) }
                    { inside(part, catalog, go) }
                    { protocols(part, catalog) }
                </div>
                <div>
                    <h3>{ "Figures" }</h3>
                    { table(&figures) }
                    { known_besides(part) }
                    { notes(&sheet::notes(part, design)) }
                    { sources(&part.sources) }
                </div>
            </div>
        </div>
    }
}

/// The face of a part, as the canvas draws it; nothing of a cable.
pub fn plate(part: &Part, catalog: &Catalog, dark: bool) -> Option<Html> {
    let theme = if dark { Theme::Dark } else { Theme::Light };
    let drawing = svg::plate(part, catalog, theme, PLATE)?;
    let address = format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&drawing)));
    Some(html! { <img class="plate" src={address} alt={format!("{} as it is drawn", part.name)} /> })
}

/// What a line rests on, in words.
fn basis(line: &Line) -> String {
    let Some(confidence) = line.confidence else { return String::new() };
    let source = line.source.map(|source| format!(" [{}]", source + 1)).unwrap_or_default();
    let by = if line.by.is_empty() { String::new() } else { format!(", {}", line.by) };
    let words = if confidence == Confidence::Stated { "stated by the designer" } else { confidence.label() };
    format!("{words}{source}{by}")
}

/// The value of a line, with what other sources say.
fn value(line: &Line) -> Html {
    let others = line.others.iter().map(|(value, by)| html! { <small class="otherwise">{ format!("otherwise {value}: {by}") }</small> });
    html! { <><span class={classes!(line.is_recalled().then_some("recalled"))}>{ &line.value }</span>{ for others }</> }
}

/// Figures line by line.
fn table(lines: &[Line]) -> Html {
    let rows = lines.iter().enumerate().map(|(at, line)| {
        html! { <tr key={at}><th scope="row">{ &line.label }</th><td>{ value(line) }</td><td><small>{ basis(line) }</small></td></tr> }
    });
    html! { <table class="sheet"><tbody>{ for rows }</tbody></table> }
}

fn link(part: &Part, go: &Callback<PartId>) -> Html {
    let id = part.id.clone();
    html! { <button type="button" class="link-button" onclick={go.reform(move |_: MouseEvent| id.clone())}>{ &part.name }</button> }
}

// --- Ports ---

fn ports(part: &Part, lines: &[Line], go: &Callback<PartId>) -> Html {
    if part.ports.is_empty() {
        return Html::default();
    }
    let groups = part.ports.iter().zip(lines).enumerate().map(|(group, (ports, line))| {
        let kinds = port_kinds(ports).enumerate().map(|(kind, PortKind { split, view })| {
            let words = match split {
                Some(split) => format!("split into {split}"),
                None if view.sharing() > 1 => "a port of the cage".to_owned(),
                None => "the cage as it comes".to_owned(),
            };
            html! { <Fits key={kind} part={part.id.clone()} {group} {kind} {words} go={go.clone()} /> }
        });
        html! {
            <section key={group} class="port-kind">
                <h4>{ if ports.name.is_empty() { "Ports" } else { &ports.name } }<small>{ sheet::role_in_words(ports.role) }</small><small>{ basis(line) }</small></h4>
                <p>{ value(line) }</p>
                { for kinds }
            </section>
        }
    });
    html! { <><h3>{ "Ports, and what fits them" }</h3>{ for groups }</> }
}

#[derive(Properties, PartialEq)]
struct FitsProps {
    part: PartId,
    /// Which group of ports.
    group: usize,
    /// Which kind of port of the group: as it comes, then its splits.
    kind: usize,
    /// The kind in words.
    words: AttrValue,
    go: Callback<PartId>,
}

/// What fits a kind of port, looked up when it is asked for.
#[component]
fn Fits(props: &FitsProps) -> Html {
    let store = use_store();
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let list = use_memo((*open, props.part.clone(), props.group, props.kind), |(open, id, group, kind)| {
        if !*open {
            return Html::default();
        }
        store.read(|view| {
            let (design, catalog) = (view.session.design(), view.session.catalog());
            let ports = catalog.part(design, id).and_then(|part| part.ports.get(*group));
            let port = ports.and_then(|ports| port_kinds(ports).nth(*kind));
            port.map(|port| fitting(&Shelf::of(catalog, design), &port, &props.go)).unwrap_or_default()
        })
    });
    html! {
        <div class="fits">
            <button type="button" class="fits-head" aria-expanded={open.to_string()} onclick={toggle}>
                <span class="twist" aria-hidden="true">{ if *open { "▾" } else { "▸" } }</span>
                { "What fits " }{ &props.words }
            </button>
            { (*list).clone() }
        </div>
    }
}

fn fitting(shelf: &Shelf<'_>, port: &PortKind<'_>, go: &Callback<PartId>) -> Html {
    let found = shelf.fitting(&port.view);
    if found.is_empty() {
        return html! { <p class="faint">{ "No cable of the catalogue goes in here: it is joined inside a rack or on a board." }</p> };
    }
    let rows = found.iter().map(|fitting| {
        let reach = fitting.cable.cable().and_then(|cable| cable.reach.as_ref());
        let names: Vec<&str> = fitting.reaches.iter().map(|part| part.name.as_str()).collect();
        html! {
            <tr key={fitting.cable.id.to_string()}>
                <th scope="row">{ link(fitting.cable, go) }</th>
                <td>{ fitting.cable.cable().map_or("", |cable| cable.kind.label()) }</td>
                <td class="number">if let Some(reach) = reach { <span class={classes!(reach.is_recalled().then_some("recalled"))}>{ reach.value.to_string() }</span> }</td>
                <td><details><summary>{ counted(names.len() as u64, "part", "parts") }</summary><p>{ names.join(", ") }</p></details></td>
            </tr>
        }
    });
    html! {
        <table class="sheet fitting">
            <thead><tr><th scope="col">{ "Cable or transceiver" }</th><th scope="col">{ "Kind" }</th><th scope="col" class="number">{ "Reach" }</th><th scope="col">{ "Leads to" }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

/// Of a cable: what it joins, and the modules it is made of.
fn joined(part: &Part, design: &Design, catalog: &Catalog, go: &Callback<PartId>) -> Html {
    let Some(cable) = part.cable() else { return Html::default() };
    let takers = Shelf::of(catalog, design).takers(part);
    let optical = matches!(cable.kind, CableKind::Aoc | CableKind::Optic);
    let modules =
        cable.modules.iter().filter_map(|id| catalog.part(design, id)).map(|module| html! { <li key={module.id.to_string()}>{ link(module, go) }</li> });
    html! { <>
        <svg class="plate cable" viewBox="0 0 240 40" role="img" aria-label="Two ends and what joins them">
            <path class={if optical { "g-optic" } else { "g-copper" }} d="M60 26C110 26 130 14 180 14" />
            <rect class="g-end" x="14" y="18" width="46" height="16" rx="3" />
            <rect class="g-end" x="180" y="6" width="46" height="16" rx="3" />
        </svg>
        if !cable.modules.is_empty() { <h3>{ "Made of" }</h3><ul>{ for modules }</ul> }
        <h3>{ format!("Goes into ports of {} parts", takers.len()) }</h3>
        <p class="wrapped">{ for takers.into_iter().map(|taker| html! { <span key={taker.id.to_string()}>{ link(taker, go) }</span> }) }</p>
    </> }
}

// --- What belongs together ---

fn inside(part: &Part, catalog: &Catalog, go: &Callback<PartId>) -> Html {
    let mut groups: Vec<(InsideKind, Option<&PartId>, usize)> = Vec::new();
    for vertex in part.inside().into_iter().flat_map(|inside| &inside.vertices) {
        match groups.iter_mut().find(|(kind, part, _)| (*kind, *part) == (vertex.kind, vertex.part.as_ref())) {
            Some((.., count)) => *count += 1,
            None => groups.push((vertex.kind, vertex.part.as_ref(), 1)),
        }
    }
    let lines = groups.into_iter().enumerate().map(|(at, (kind, id, count))| {
        let word = match kind {
            InsideKind::Cpu => "host processor",
            InsideKind::Nic => "network adapter",
            InsideKind::Switch => "switch",
            InsideKind::Xpu => "XPU",
        };
        let known = id.and_then(|id| catalog.built_in(id.as_str()));
        html! { <li key={at}>{ format!("{count} × {word} ") }{ known.map(|part| link(part, go)) }</li> }
    });
    let holders: Vec<&Part> = catalog
        .parts()
        .filter(|other| other.inside().is_some_and(|inside| inside.vertices.iter().any(|vertex| vertex.part.as_ref() == Some(&part.id))))
        .collect();
    html! { <>
        if part.inside().is_some_and(|inside| !inside.vertices.is_empty()) { <h3>{ "Inside" }</h3><ul>{ for lines }</ul> }
        if !holders.is_empty() { <h3>{ "Built into" }</h3><p class="wrapped">{ for holders.into_iter().map(|part| link(part, go)) }</p> }
    </> }
}

fn protocols(part: &Part, catalog: &Catalog) -> Html {
    let mut ids: Vec<&str> = Vec::new();
    for id in part.ports.iter().flat_map(|group| &group.protocols) {
        if !ids.contains(&id.as_str()) {
            ids.push(id);
        }
    }
    let known = ids.into_iter().filter_map(|id| catalog.protocol(id));
    records("Protocols", known.map(|protocol| record(&protocol.id, &protocol.name, &sheet::protocol_lines(protocol), &protocol.notes, &protocol.sources)))
}

/// Records that are no parts and are about this one.
fn known_besides(part: &Part) -> Html {
    let about = more::about(part.id.as_str());
    records("Known besides", about.map(|about| record(&about.id, &about.name, &sheet::record_lines(about), &about.notes, &about.sources)))
}

/// Records under a title; nothing where there are none.
fn records(title: &'static str, records: impl Iterator<Item = Html>) -> Html {
    let records: Vec<Html> = records.collect();
    if records.is_empty() {
        return Html::default();
    }
    html! { <><h3>{ title }</h3>{ for records }</> }
}

/// Something that is no part, opened when it is asked for.
fn record(id: &str, name: &str, lines: &[Line], remarks: &[String], from: &[Source]) -> Html {
    let remarks: Vec<&str> = remarks.iter().map(String::as_str).collect();
    html! {
        <details class="record" key={id.to_owned()}>
            <summary>{ name.to_owned() }</summary>
            { table(lines) }
            { notes(&remarks) }
            { sources(from) }
        </details>
    }
}

fn notes(notes: &[&str]) -> Html {
    if notes.is_empty() {
        return Html::default();
    }
    html! { <><h3>{ "Remarks" }</h3><ul>{ for notes.iter().enumerate().map(|(at, note)| html! { <li key={at}>{ *note }</li> }) }</ul></> }
}

fn sources(sources: &[Source]) -> Html {
    if sources.is_empty() {
        return Html::default();
    }
    let lines = sources.iter().enumerate().map(|(at, source)| {
        html! { <li key={at}>{ &source.title }if !source.place.is_empty() { <small>{ &source.place }</small> }</li> }
    });
    html! { <><h3>{ "Sources" }</h3><ol class="sources">{ for lines }</ol></> }
}
