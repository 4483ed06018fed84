//! The drawing as a tree of words: walked, searched and acted on by keyboard, in step with the canvas.

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::actions::OUTLINE_FILTER;
use crate::app::hooks::{use_selector, use_store};
use crate::app::ui::Dialog;
use crate::app::{actions, host};
use crate::editor::{Extend, Intent, Session};
use crate::model::{GroupId, Member, NodeId, PortRef, RackId, Subject};

/// More children of one thing than this are told as a number: typing finds the others.
const CHILDREN: usize = 200;

/// A line of the tree.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    subject: Option<Subject>,
    words: AttrValue,
    level: usize,
    open: Option<bool>,
    selected: bool,
}

/// The drawing as a tree of words.
#[component]
pub fn Outline() -> Html {
    let store = use_store();
    let opened = use_state(BTreeSet::<Subject>::new);
    let filter = use_state(String::new);
    let here = use_state(|| 0usize);
    let lines = {
        let (opened, filter) = ((*opened).clone(), (*filter).clone());
        use_selector(move |view| if filter.is_empty() { tree(view.session, &opened) } else { found(view.session, &filter) })
    };
    let at = (*here).min(lines.len().saturating_sub(1));

    let typed = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                filter.set(input.value().to_lowercase());
            }
        })
    };
    let leave = {
        let (filter, lines, store) = (filter.clone(), lines.clone(), store.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                host::focus("outline-0");
            }
            "Enter" => {
                if let Some(subject) = lines.first().and_then(|line| line.subject.clone()) {
                    store.dispatch(Intent::Reveal(vec![subject]));
                }
            }
            "Escape" => {
                filter.set(String::new());
                if let Some(input) = host::element::<HtmlInputElement>(OUTLINE_FILTER) {
                    input.set_value("");
                }
                host::focus("canvas");
                event.stop_propagation();
            }
            _ => {}
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
    let pressed = {
        let (lines, here, toggle, store) = (lines.clone(), here.clone(), toggle.clone(), store.clone());
        Callback::from(move |event: KeyboardEvent| {
            let go = |place: usize| {
                here.set(place);
                host::focus(&format!("outline-{place}"));
            };
            let Some(line) = lines.get(at) else { return };
            match (event.key().as_str(), &line.subject) {
                ("ArrowDown", _) => go((at + 1).min(lines.len() - 1)),
                ("ArrowUp", _) => go(at.saturating_sub(1)),
                ("Home", _) => go(0),
                ("End", _) => go(lines.len() - 1),
                ("ArrowRight", Some(subject)) => match line.open {
                    Some(false) => toggle.emit((subject.clone(), true)),
                    Some(true) => go((at + 1).min(lines.len() - 1)),
                    None => {}
                },
                ("ArrowLeft", Some(subject)) => match line.open {
                    Some(true) => toggle.emit((subject.clone(), false)),
                    _ => go(lines.iter().take(at).rposition(|other| other.level < line.level).unwrap_or(0)),
                },
                ("Enter" | " ", Some(subject)) => {
                    let extend = if event.ctrl_key() || event.meta_key() || event.shift_key() { Extend::Toggle } else { Extend::Replace };
                    store.dispatch(Intent::Select { subjects: vec![subject.clone()], extend });
                    if extend == Extend::Replace {
                        store.dispatch(Intent::Reveal(vec![subject.clone()]));
                    }
                }
                ("c" | "C", Some(subject)) if matches!(subject, Subject::Node(_) | Subject::Port(_)) && !event.ctrl_key() => {
                    store.dispatch(Intent::Select { subjects: vec![subject.clone()], extend: Extend::Replace });
                    store.change(|ui| ui.dialog = Some(Dialog::Connect));
                }
                ("Delete" | "Backspace", Some(subject)) => {
                    store.dispatch(Intent::Select { subjects: vec![subject.clone()], extend: Extend::Replace });
                    store.dispatch(Intent::Delete);
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let items = lines.iter().enumerate().map(|(place, line)| {
        let (store, toggle, toggle_twist, here, line_) = (store.clone(), toggle.clone(), toggle.clone(), here.clone(), line.clone());
        let clicked = Callback::from(move |event: MouseEvent| {
            here.set(place);
            let Some(subject) = line_.subject.clone() else { return };
            if event.detail() == 2
                && let Some(open) = line_.open
            {
                toggle.emit((subject, !open));
                return;
            }
            if event.ctrl_key() || event.shift_key() {
                store.dispatch(Intent::Select { subjects: vec![subject], extend: Extend::Toggle });
            } else {
                store.dispatch(Intent::Reveal(vec![subject]));
            }
        });
        let twist = match (line.open, line.subject.clone()) {
            (Some(open), Some(subject)) => {
                let toggle = toggle_twist.clone();
                let twisted = Callback::from(move |event: MouseEvent| {
                    event.stop_propagation();
                    toggle.emit((subject.clone(), !open));
                });
                html! { <span class="twist" aria-hidden="true" onclick={twisted}>{ if open { "▾" } else { "▸" } }</span> }
            }
            _ => html! { <span class="twist"></span> },
        };
        html! {
            <div key={place} id={format!("outline-{place}")} class={classes!("outline-line", format!("level-{}", line.level.min(6)))} role="treeitem"
                aria-level={(line.level + 1).to_string()} aria-selected={line.selected.to_string()} aria-expanded={line.open.map(|open| open.to_string())}
                tabindex={if place == at { "0" } else { "-1" }} onclick={clicked}>
                { twist }<span class="truncate">{ &line.words }</span>
            </div>
        }
    });
    html! { <>
        <div class="search">
            <input id={OUTLINE_FILTER} class="search-field" type="search" placeholder="Find in the design…" aria-label="Find in the design" autocomplete="off"
                spellcheck="false" oninput={typed} onkeydown={leave} />
            <kbd aria-hidden="true">{ "Ctrl F" }</kbd>
        </div>
        if lines.is_empty() {
            <p class="nothing">{ if filter.is_empty() { "Nothing is drawn yet." } else { "Nothing has these words." } }</p>
        } else {
            <div class="panel-body outline" role="tree" aria-label="Outline of the design" aria-multiselectable="true" onkeydown={pressed}>{ for items }</div>
        }
    </> }
}

/// Collects lines, as many as are open.
struct Tree<'a> {
    session: &'a Session,
    opened: &'a BTreeSet<Subject>,
    lines: Vec<Line>,
}

fn tree(session: &Session, opened: &BTreeSet<Subject>) -> Vec<Line> {
    let design = session.design();
    let mut tree = Tree { session, opened, lines: Vec::new() };
    let grouped: BTreeSet<Member> = design.groups.iter().flat_map(|(_, group)| group.members.iter().copied()).collect();
    let groups: Vec<GroupId> = design.groups.ids().filter(|id| !grouped.contains(&Member::Group(*id))).collect();
    let racks: Vec<RackId> = design.racks.ids().filter(|id| !grouped.contains(&Member::Rack(*id))).collect();
    let nodes: Vec<NodeId> = design.nodes.iter().filter(|(id, node)| node.rack.is_none() && !grouped.contains(&Member::Node(*id))).map(|(id, _)| id).collect();
    tree.some(&groups, 0, |tree, id| tree.group(id, 0));
    tree.some(&racks, 0, |tree, id| tree.rack(id, 0));
    tree.some(&nodes, 0, |tree, id| tree.node(id, 0));
    tree.lines
}

impl Tree<'_> {
    fn some<T: Copy>(&mut self, all: &[T], level: usize, mut line: impl FnMut(&mut Self, T)) {
        for one in all.iter().take(CHILDREN) {
            line(self, *one);
        }
        if all.len() > CHILDREN {
            let words = format!("and {} more; type to find them", all.len() - CHILDREN).into();
            self.lines.push(Line { subject: None, words, level, open: None, selected: false });
        }
    }

    /// Adds a line. Returns whether what it holds is shown.
    fn line(&mut self, subject: Subject, level: usize, holds: bool, words: String) -> bool {
        let open = holds.then(|| self.opened.contains(&subject));
        let selected = self.session.selection().contains(&subject);
        self.lines.push(Line { subject: Some(subject), words: words.into(), level, open, selected });
        open.unwrap_or(false)
    }

    fn group(&mut self, id: GroupId, level: usize) {
        // A group in itself would be refused when it is opened; the level bounds it all the same.
        let Some(group) = self.session.design().groups.get(id).filter(|_| level < 32) else { return };
        let subject = Subject::Group(id);
        let words = actions::subject_words(self.session, &subject);
        if self.line(subject, level, !group.members.is_empty(), words) {
            self.some(&group.members, level + 1, |tree, member| match member {
                Member::Group(id) => tree.group(id, level + 1),
                Member::Node(id) => tree.node(id, level + 1),
                Member::Rack(id) => tree.rack(id, level + 1),
            });
        }
    }

    fn rack(&mut self, id: RackId, level: usize) {
        let subject = Subject::Rack(id);
        let words = actions::subject_words(self.session, &subject);
        let open = self.opened.contains(&subject);
        let mut nodes: Vec<_> = self.session.design().nodes_in(id).map(|(id, node)| (std::cmp::Reverse(node.u), id)).collect();
        self.line(subject, level, !nodes.is_empty(), words);
        if open {
            nodes.sort();
            let nodes: Vec<NodeId> = nodes.into_iter().map(|(_, id)| id).collect();
            self.some(&nodes, level + 1, |tree, id| tree.node(id, level + 1));
        }
    }

    fn node(&mut self, id: NodeId, level: usize) {
        let subject = Subject::Node(id);
        let words = actions::subject_words(self.session, &subject);
        if self.line(subject, level, true, words) {
            let used = self.session.port_use();
            let ports = self.session.catalog().ports_of(self.session.design(), id, &used);
            self.some(&ports, level + 1, |tree, path| {
                let port = PortRef { node: id, port: path };
                let taken = used.at(port).first().copied();
                let words = match taken {
                    Some(link) => {
                        let other = tree.session.design().links.get(link).and_then(|link| link.ends.iter().find(|end| **end != port).copied());
                        let other = other.map_or_else(String::new, |other| format!(", connected to {}", tree.session.port_label(other)));
                        format!("port {path}{other}")
                    }
                    None => format!("port {path}, free"),
                };
                let shown = tree.line(Subject::Port(port), level + 1, taken.is_some(), words);
                if let Some(link) = taken.filter(|_| shown) {
                    let subject = Subject::Link(link);
                    let words = actions::subject_words(tree.session, &subject);
                    tree.line(subject, level + 2, false, words);
                }
            });
        }
    }
}

/// Things whose words hold every word typed.
fn found(session: &Session, filter: &str) -> Vec<Line> {
    let design = session.design();
    let words: Vec<&str> = filter.split_whitespace().collect();
    let all = design.groups.ids().map(Subject::Group).chain(design.racks.ids().map(Subject::Rack)).chain(design.nodes.ids().map(Subject::Node));
    let mut lines = Vec::new();
    for subject in all {
        let text = actions::subject_words(session, &subject);
        let lower = text.to_lowercase();
        let id = subject.to_string();
        if words.iter().all(|word| lower.contains(word) || id == *word) {
            let selected = session.selection().contains(&subject);
            lines.push(Line { subject: Some(subject), words: text.into(), level: 0, open: None, selected });
            if lines.len() == CHILDREN {
                break;
            }
        }
    }
    lines
}
