//! What is like what is selected, and what kinds of things are selected.

use super::selection::{Selection, trunk_links};
use crate::catalog::Catalog;
use crate::model::{Design, PartId, Places, Subject};
use crate::units::intern::Intern;
use crate::units::{SortedMap, counted, order};

/// Everything of the design that is like something selected: racks of one part; nodes of one part that are joined with the same parts, so that
/// leaves are told from spines; links by one cable between nodes that are alike. `wide` asks for part and cable only.
///
/// Time: O(things of the design × log of them). Space: O(things of the design).
pub(super) fn alike(design: &Design, selected: &Selection, wide: bool) -> Selection {
    let mut numbers: SortedMap<&PartId, u64> = SortedMap::new();
    let mut number = |part| {
        let next = numbers.len() as u64 + 1;
        *numbers.entry(part).or_insert(next)
    };
    let mut known = Intern::default();
    let racks: Vec<u32> = design.racks.iter().map(|(_, rack)| known.number(&[0, number(&rack.part)])).collect();
    let parts: Vec<u64> = design.nodes.iter().map(|(_, node)| number(&node.part)).collect();
    let places = Places::of(design.nodes.ids().collect());
    let ends: Vec<[Option<usize>; 2]> = design.links.iter().map(|(_, link)| link.ends.map(|end| places.place(end.node))).collect();

    // Each node's place above the number of a part that it is joined with.
    let mut joined: Vec<u64> = Vec::new();
    if !wide {
        let pairs = ends.iter().flat_map(|[a, b]| [(*a, *b), (*b, *a)]).filter(|(from, to)| from != to);
        joined.extend(pairs.filter_map(|(from, to)| Some(((from? as u64) << 32) | parts.get(to?)?)));
        order::unique_words(&mut joined);
    }
    let mut rest = joined.as_slice();
    let mut words = Vec::new();
    let mut nodes = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        let (own, after) = rest.split_at(rest.iter().take_while(|word| (**word >> 32) as usize == place).count());
        rest = after;
        words.clear();
        words.extend([1, *part]);
        words.extend(own.iter().map(|word| word & u64::from(u32::MAX)));
        nodes.push(known.number(&words));
    }
    let class = |place: &Option<usize>| place.filter(|_| !wide).and_then(|place| nodes.get(place)).map_or(0, |class| u64::from(*class));
    let mut link = |cable: Option<_>, [a, b]: &[Option<usize>; 2]| {
        let (a, b) = (class(a), class(b));
        known.number(&[2, cable.map_or(0, &mut number), a.min(b), a.max(b)])
    };
    let links: Vec<u32> = design.links.iter().zip(&ends).map(|((_, record), ends)| link(record.part.as_ref(), ends)).collect();

    let things = || {
        let racks = design.racks.ids().map(Subject::Rack).zip(racks.iter());
        let nodes = design.nodes.ids().map(Subject::Node).zip(nodes.iter());
        racks.chain(nodes).chain(design.links.ids().map(Subject::Link).zip(links.iter()))
    };
    let mut selected = selected.clone();
    let trunks: Vec<_> = selected.iter().filter_map(|subject| if let Subject::Trunk(a, b) = subject { Some((*a, *b)) } else { None }).collect();
    for (a, b) in trunks {
        trunk_links(design, a, b).for_each(|id| {
            selected.insert(Subject::Link(id));
        });
    }
    let mut wanted = vec![false; known.len()];
    for (_, class) in things().filter(|(subject, _)| selected.contains(subject)) {
        wanted[*class as usize] = true;
    }
    things().filter(|(_, class)| wanted[**class as usize]).map(|(subject, _)| subject).collect()
}

/// What kinds of things are selected: how many in words (`4 switches`), and which. Time: O(selected).
pub fn kinds<'a>(design: &Design, catalog: &Catalog, selected: impl IntoIterator<Item = &'a Subject>) -> Vec<(String, Vec<&'a Subject>)> {
    let word = |subject: &Subject| match subject {
        Subject::Design => "design",
        Subject::Fabric(_) => "fabric",
        Subject::Group(_) => "group",
        Subject::Inside(_) => "thing inside a system",
        Subject::Link(_) => "link",
        Subject::Node(id) => match design.nodes.get(*id).and_then(|node| catalog.part(design, &node.part)).map(|part| part.kind) {
            Some(kind) => kind.label(),
            None => "node",
        },
        Subject::Port(_) => "port",
        Subject::Rack(_) => "rack",
        Subject::Requirement(_) => "requirement",
        Subject::Trunk(..) => "trunk",
    };
    let mut found: Vec<(&str, Vec<&Subject>)> = Vec::new();
    for subject in selected {
        let word = word(subject);
        match found.iter_mut().find(|(known, _)| *known == word) {
            Some((_, things)) => things.push(subject),
            None => found.push((word, vec![subject])),
        }
    }
    let told = |(word, things): (&str, Vec<&'a Subject>)| {
        let many = match word {
            "switch" => "switches".to_owned(),
            "thing inside a system" => "things inside systems".to_owned(),
            word => format!("{word}s"),
        };
        (counted(things.len() as u64, word, &many), things)
    };
    found.into_iter().map(told).collect()
}
