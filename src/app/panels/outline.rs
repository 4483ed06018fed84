//! The drawing as a tree of words: walked, searched and acted on by keyboard, in step with the canvas. Only the lines in sight are
//! elements, so a design of 10,000 nodes costs what the column shows.

use std::cell::RefCell;

use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::app::actions::{self, OUTLINE_FILTER, show_findings};
use crate::app::hooks::{use_selector, use_store};
use crate::app::host;
use crate::app::store::Store;
use crate::app::ui::Dialog;
use crate::editor::{Extend, Intent};
use crate::model::{Outage, Subject};
use crate::render::outline::{OutlineIndex, OutlineItem};
use crate::units::{SortedSet, grouped, lower};

/// The height of a line in `panels.css`, in pixels.
const LINE: f64 = 26.0;
/// Lines above and below those in sight.
const SPARE: usize = 12;
const TREE: &str = "outline";
/// Names of so many characters keep so many at their end where the column cuts them.
const LONG: usize = 26;
const KEPT: usize = 10;

/// The drawing as a tree of words.
#[component]
pub fn Outline() -> Html {
    let store = use_store();
    let opened = use_state(SortedSet::<Subject>::new);
    let filter = use_state(String::new);
    let here = use_state(|| 0usize);
    let sight = use_state(|| (0.0, 800.0));
    // Where a range begins that Shift extends.
    let anchor = use_mut_ref(|| None::<Subject>);
    let tree = use_node_ref();
    let (above, below) = (use_node_ref(), use_node_ref());

    let state =
        use_selector(|view| (view.session.revision(), view.session.is_report_current(), view.session.report().map_or(0, |report| report.diagnostics.len())));
    let selection = use_selector(|view| view.session.selection().clone());
    let off = use_selector(|view| view.session.scenario().map(|scenario| scenario.off.clone()).unwrap_or_default());
    let index = use_memo(*state, |_| store.read(|view| OutlineIndex::of(view.session.design(), view.session.report())));
    let lines =
        use_memo(
            (*state, (*opened).clone(), (*filter).clone()),
            |(_, opened, filter)| if filter.is_empty() { rows(&store, &index, opened) } else { finds(&store, &index, filter) },
        );
    let at = (*here).min(lines.len().saturating_sub(1));

    let (top, height) = *sight;
    let first = ((top / LINE) as usize).saturating_sub(SPARE).min(lines.len());
    let last = (((top + height) / LINE) as usize + SPARE).min(lines.len());
    {
        let (above, below) = (above.clone(), below.clone());
        use_effect_with((first, lines.len() - last), move |(before, after)| {
            for (node, count) in [(above, *before), (below, *after)] {
                if let Some(spacer) = node.cast::<HtmlElement>() {
                    spacer.style().set_property("height", &format!("{}px", count as f64 * LINE)).ok();
                }
            }
        });
    }
    {
        // What is selected on the canvas is where the tree goes on, if it is listed.
        let (here, lines) = (here.clone(), lines.clone());
        use_effect_with(selection.clone(), move |selection| {
            if lines.get(at).is_some_and(|line| selection.contains(&line.subject)) {
                return;
            }
            let place = selection.iter().next_back().and_then(|subject| lines.iter().position(|line| line.subject == *subject));
            if let Some(place) = place {
                here.set(place);
            }
        });
    }

    let scrolled = {
        let sight = sight.clone();
        Callback::from(move |event: Event| {
            if let Some(tree) = event.target_dyn_into::<HtmlElement>() {
                sight.set((f64::from(tree.scroll_top()), f64::from(tree.client_height())));
            }
        })
    };
    let toggle = {
        let opened = opened.clone();
        Callback::from(move |(subject, open): (Subject, bool)| {
            let mut changed = (*opened).clone();
            if open {
                changed.insert(subject)
            } else {
                changed.remove(&subject)
            };
            opened.set(changed);
        })
    };
    let choose = {
        let (store, lines, anchor) = (store.clone(), lines.clone(), anchor.clone());
        Callback::from(move |(place, how): (usize, Taking)| choose(&store, &lines, &anchor, at, place, how))
    };
    let every = {
        let (store, lines) = (store.clone(), lines.clone());
        Callback::from(move |_: MouseEvent| select_every(&store, &lines))
    };
    let pressed = {
        let (lines, here, toggle, store, tree, choose) = (lines.clone(), here.clone(), toggle.clone(), store.clone(), tree.clone(), choose.clone());
        let searching = !filter.is_empty();
        Callback::from(move |event: KeyboardEvent| {
            let Some(line) = lines.get(at) else { return };
            let end = lines.len() - 1;
            let page = ((height / LINE) as usize).max(1);
            let next = match event.key().as_str() {
                "ArrowDown" => Some((at + 1).min(end)),
                "ArrowUp" => Some(at.saturating_sub(1)),
                "ArrowLeft" if !line.expanded => lines.iter().take(at).rposition(|other| other.level < line.level),
                "ArrowRight" if line.expanded => Some((at + 1).min(end)),
                "End" => Some(end),
                "Home" => Some(0),
                "PageDown" => Some((at + page).min(end)),
                "PageUp" => Some(at.saturating_sub(page)),
                _ => None,
            };
            if let Some(next) = next {
                here.set(next);
                bring_into_sight(&tree, next);
                if !event.ctrl_key() {
                    choose.emit((next, if event.shift_key() { Taking::Range } else { Taking::One }));
                }
            } else if searching && event.key() == "a" && (event.ctrl_key() || event.meta_key()) {
                select_every(&store, &lines);
            } else if !act(&store, &event, line, &toggle) {
                return;
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let changed = {
        let (filter, here) = (filter.clone(), here.clone());
        Callback::from(move |typed: String| {
            here.set(0);
            filter.set(typed);
        })
    };
    let walked = {
        let here = here.clone();
        Callback::from(move |(place, how): (usize, Taking)| {
            choose.emit((place, how));
            here.set(place);
        })
    };
    let items = lines.iter().enumerate().take(last).skip(first).map(|(place, line)| {
        let state = State { place, selected: selection.contains(&line.subject), active: place == at, off: off.contains(&line.subject.to_string()) };
        item(&store, line, &state, &toggle, &walked)
    });
    html! { <>
        { filter_field(&store, &changed, lines.first().map(|line| line.subject.clone())) }
        if !filter.is_empty() && !lines.is_empty() {
            <p class="part-count found-count">
                <span role="status">{ format!("{} found", grouped(lines.len() as u64)) }</span>
                <button type="button" class="link-button" title="Ctrl+A in the list" onclick={every}>{ "Select all found" }</button>
            </p>
        }
        if lines.is_empty() {
            <p class="nothing">{ if filter.is_empty() { "Nothing is drawn yet." } else { "Nothing has these words." } }</p>
        }
        <div id={TREE} ref={tree} class="panel-body outline" role="tree" tabindex="0" aria-label="Outline of the design" aria-multiselectable="true"
            aria-activedescendant={(!lines.is_empty()).then(|| format!("outline-{at}"))} onkeydown={pressed} onscroll={scrolled} hidden={lines.is_empty()}>
            <div ref={above} role="presentation"></div>
            { for items }
            <div ref={below} role="presentation"></div>
        </div>
    </> }
}

/// What a line that is pressed or walked to does to the selection.
#[derive(Clone, Copy)]
enum Taking {
    /// It takes the place of all.
    One,
    /// It is added, or taken out.
    Toggled,
    /// All from where the range began to it.
    Range,
    /// It takes the place of all, and is brought into view.
    Shown,
}

/// Selects by a line; `at` is where the tree was until now.
fn choose(store: &Store, lines: &[OutlineItem], anchor: &RefCell<Option<Subject>>, at: usize, place: usize, how: Taking) {
    let Some(line) = lines.get(place) else { return };
    let mut subjects = vec![line.subject.clone()];
    if let Taking::Range = how {
        // What was selected elsewhere since begins a range of its own.
        let begun = anchor.borrow().clone().filter(|begun| store.read(|view| view.session.selection().contains(begun)));
        let from = begun.and_then(|begun| lines.iter().position(|line| line.subject == begun)).unwrap_or(at);
        *anchor.borrow_mut() = lines.get(from).map(|line| line.subject.clone());
        subjects = lines.iter().take(from.max(place) + 1).skip(from.min(place)).map(|line| line.subject.clone()).collect();
    } else {
        *anchor.borrow_mut() = subjects.first().cloned();
    }
    store.dispatch(match how {
        Taking::Shown => Intent::Reveal(subjects),
        Taking::Toggled => Intent::Select { subjects, extend: Extend::Toggle },
        Taking::One | Taking::Range => Intent::Select { subjects, extend: Extend::Replace },
    });
}

fn select_every(store: &Store, lines: &[OutlineItem]) {
    let subjects = lines.iter().map(|line| line.subject.clone()).collect();
    store.dispatch(Intent::Select { subjects, extend: Extend::Replace });
    store.announce(store.read(|view| actions::selection_words(view.session)));
}

/// Carries out what a key asks for at a line. Returns whether it asked for something.
fn act(store: &Store, event: &KeyboardEvent, line: &OutlineItem, toggle: &Callback<(Subject, bool)>) -> bool {
    let subject = line.subject.clone();
    // A line that is selected stands for all that is.
    let things = || {
        let selected =
            store.read(|view| Some(view.session.selection()).filter(|selected| selected.contains(&subject)).map(|all| all.iter().cloned().collect()));
        selected.unwrap_or_else(|| vec![subject.clone()])
    };
    let select = |extend| store.dispatch(Intent::Select { subjects: vec![subject.clone()], extend });
    let several = event.ctrl_key() || event.meta_key() || event.shift_key();
    match event.key().as_str() {
        "ArrowLeft" if line.expanded => toggle.emit((subject, false)),
        "ArrowRight" if line.expandable => toggle.emit((subject, true)),
        "Enter" | " " if several => select(Extend::Toggle),
        "Enter" | " " => store.dispatch(Intent::Reveal(vec![subject])),
        "c" | "C" if !event.ctrl_key() && matches!(line.subject, Subject::Node(_) | Subject::Port(_)) => {
            select(Extend::Replace);
            store.change(|ui| ui.dialog = Some(Dialog::Connect));
        }
        "f" | "F" if !several || event.shift_key() => show_findings(store, things()),
        "x" | "X" if !event.ctrl_key() && !event.meta_key() => store.dispatch(Intent::Fail(things().into_iter().filter_map(Outage::of).collect())),
        "Delete" | "Backspace" => {
            store.dispatch(Intent::Select { subjects: things(), extend: Extend::Replace });
            store.dispatch(Intent::Delete);
        }
        _ => return false,
    }
    true
}

fn bring_into_sight(tree: &NodeRef, place: usize) {
    let Some(tree) = tree.cast::<HtmlElement>() else { return };
    let (top, height) = (f64::from(tree.scroll_top()), f64::from(tree.client_height()));
    let line = place as f64 * LINE;
    if line < top {
        tree.set_scroll_top(line as i32);
    } else if line + LINE > top + height {
        tree.set_scroll_top((line + LINE - height) as i32);
    }
}

fn rows(store: &Store, index: &OutlineIndex, opened: &SortedSet<Subject>) -> Vec<OutlineItem> {
    store.read(|view| index.rows(view.session.design(), view.session.catalog(), opened))
}

/// Things whose words hold every word typed. Groups and racks are opened for it, nodes are not.
fn finds(store: &Store, index: &OutlineIndex, typed: &str) -> Vec<OutlineItem> {
    let words: Vec<String> = typed.split_whitespace().map(lower).collect();
    store.read(|view| {
        let design = view.session.design();
        let opened = design.groups.ids().map(Subject::Group).chain(design.racks.ids().map(Subject::Rack)).collect();
        let all = index.rows(design, view.session.catalog(), &opened);
        let fits = |line: &OutlineItem| {
            let text = lower(&format!("{} {} {}", line.label, line.detail, line.subject));
            words.iter().all(|word| text.contains(word))
        };
        all.into_iter().filter(fits).map(|line| OutlineItem { level: 1, expandable: false, expanded: false, ..line }).collect()
    })
}

fn filter_field(store: &Store, filter: &Callback<String>, first: Option<Subject>) -> Html {
    let typed = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                filter.emit(input.value());
            }
        })
    };
    let pressed = {
        let (filter, store) = (filter.clone(), store.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                host::focus(TREE);
            }
            "Enter" => {
                if let Some(subject) = first.clone() {
                    store.dispatch(Intent::Reveal(vec![subject]));
                }
            }
            "Escape" => {
                filter.emit(String::new());
                if let Some(input) = host::element::<HtmlInputElement>(OUTLINE_FILTER) {
                    input.set_value("");
                }
                host::focus("canvas");
                event.stop_propagation();
            }
            _ => {}
        })
    };
    html! {
        <div class="search">
            <input id={OUTLINE_FILTER} class="search-field" type="search" placeholder="Find in the design…" aria-label="Find in the design" autocomplete="off"
                spellcheck="false" oninput={typed} onkeydown={pressed} />
            <kbd aria-hidden="true">{ "Ctrl F" }</kbd>
        </div>
    }
}

/// How a line stands in the tree.
struct State {
    place: usize,
    selected: bool,
    active: bool,
    /// Whether it is off in the scenario that is looked at.
    off: bool,
}

/// A name of which a narrow column keeps the end, which tells it from its neighbours; a short one is cut like any text.
fn name(label: &str) -> Html {
    let length = label.chars().count();
    if length < LONG {
        return html! { <span class="truncate">{ label.to_owned() }</span> };
    }
    let (begin, end) = label.split_at(label.char_indices().nth(length - KEPT).map_or(0, |(at, _)| at));
    html! { <><span class="truncate">{ begin.to_owned() }</span><span class="outline-end">{ end.to_owned() }</span></> }
}

fn item(store: &Store, line: &OutlineItem, state: &State, toggle: &Callback<(Subject, bool)>, walked: &Callback<(usize, Taking)>) -> Html {
    let clicked = {
        let (walked, place) = (walked.clone(), state.place);
        let (subject, toggle, expandable, expanded) = (line.subject.clone(), toggle.clone(), line.expandable, line.expanded);
        Callback::from(move |event: MouseEvent| {
            let how = match (event.shift_key(), event.ctrl_key() || event.meta_key()) {
                (true, _) => Taking::Range,
                (false, true) => Taking::Toggled,
                (false, false) => Taking::Shown,
            };
            if event.detail() == 2 && expandable {
                toggle.emit((subject.clone(), !expanded));
            } else {
                walked.emit((place, how));
            }
        })
    };
    let twisted = {
        let (subject, toggle, expanded) = (line.subject.clone(), toggle.clone(), line.expanded);
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            toggle.emit((subject.clone(), !expanded));
        })
    };
    let told = {
        let (store, subject) = (store.clone(), line.subject.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            show_findings(&store, vec![subject.clone()]);
        })
    };
    let twist = match (line.expandable, line.expanded) {
        (true, true) => "▾",
        (true, false) => "▸",
        (false, _) => "",
    };
    html! {
        <div key={state.place} id={format!("outline-{}", state.place)} class={classes!("outline-line", format!("level-{}", line.level.min(6)), state.active.then_some("active"))}
            role="treeitem" aria-level={line.level.to_string()} aria-posinset={line.position.to_string()} aria-setsize={line.siblings.to_string()}
            aria-selected={state.selected.to_string()} aria-expanded={line.expandable.then(|| line.expanded.to_string())} aria-label={format!("{}{}", line.spoken(), if state.off { ", switched off" } else { "" })}
            title={line.spoken()} onclick={clicked}>
            <span class="twist" aria-hidden="true" onclick={twisted}>{ twist }</span>
            { name(&line.label) }<small class="truncate">{ format!("  {}", line.detail) }</small>
            if state.off { <span class="error-text" aria-hidden="true">{ "✕ off" }</span> }
            if line.errors > 0 { <span class="error-text outline-sign" aria-hidden="true" title="Show its findings" onclick={told}>{ format!("● {}", line.errors) }</span> }
            else if line.warnings > 0 { <span class="warning-text outline-sign" aria-hidden="true" title="Show its findings" onclick={told}>{ format!("▲ {}", line.warnings) }</span> }
        </div>
    }
}
