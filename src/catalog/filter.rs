//! Finding parts by words and by facets: vendor, protocol, rate, form factor, and what their ports rest on. Facets combine; each counts
//! what the others leave, and a search without a result says which of them to loosen.

use crate::model::{Confidence, FormFactor, Part, Status};
use crate::units::{Gbps, lower, order};

use super::Catalog;

/// A property parts are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// Who makes it.
    Vendor,
    /// What its ports or ends speak: link layers and their generations.
    Protocol,
    /// How fast one of its ports is as it comes, or one connector of a cable.
    Rate,
    /// The shape of its cages or connectors.
    Form,
    /// What ports, connectors and rates rest on.
    Confidence,
}

impl Facet {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Vendor, Self::Protocol, Self::Rate, Self::Form, Self::Confidence];

    /// Its words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Confidence => "Rests on",
            Self::Form => "Form factor",
            Self::Protocol => "Protocol",
            Self::Rate => "Port rate",
            Self::Vendor => "Vendor",
        }
    }
}

/// What a part says to a facet: a number to sort by, and the words.
type Answer = (u32, String);

/// What is looked for. Nothing is wanted of a facet that has no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words that all must occur, in small letters.
    pub words: String,
    /// What is wanted of each facet, in the order of [`Facet::ALL`].
    pub values: [Option<String>; 5],
}

impl Wanted {
    /// What is wanted of a facet.
    pub fn of(&self, facet: Facet) -> Option<&str> {
        self.values.get(facet as usize).and_then(Option::as_deref)
    }
    /// The same search with this wanted of a facet; `None` or nothing wants any.
    pub fn with(&self, facet: Facet, value: Option<&str>) -> Self {
        let mut changed = self.clone();
        if let Some(slot) = changed.values.get_mut(facet as usize) {
            *slot = value.filter(|value| !value.is_empty()).map(str::to_owned);
        }
        changed
    }
    /// How many facets want something.
    pub fn facets(&self) -> usize {
        self.values.iter().flatten().count()
    }
}

/// The words of a part that a search looks through, in small letters.
pub fn words_of(part: &Part) -> String {
    let status = match part.status {
        Status::Announced => "announced",
        Status::Retired => "used market",
        Status::Shipping => "",
    };
    lower(&format!("{} {} {} {} {} {status}", part.vendor, part.name, part.summary, part.kind.label(), part.id))
}

/// Whether every word of `wanted` occurs in `words`.
pub fn has_words(words: &str, wanted: &str) -> bool {
    wanted.split_whitespace().all(|word| words.contains(word))
}

/// What a part says to words and facets; made once, for many searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    words: String,
    values: [Vec<Answer>; 5],
}

impl Answers {
    /// Asks a part. Time: O(port groups).
    pub fn of(part: &Part, catalog: &Catalog) -> Self {
        let cable = part.cable();
        let ends = || cable.into_iter().flat_map(|cable| &cable.ends);
        let layers = part.ports.iter().flat_map(|group| &group.layers).chain(cable.into_iter().flat_map(|cable| &cable.layers));
        let layers = layers.map(|layer| (*layer as u32, layer.label().to_owned()));
        // Generations stand below all layers, each under its own.
        let generations = part.ports.iter().flat_map(|group| &group.protocols).filter_map(|id| catalog.protocol(id));
        let generations = generations.map(|protocol| (100 + protocol.layer as u32, protocol.name.clone()));
        let rates = part.ports.iter().filter_map(|group| group.gbps.map(|gbps| gbps / f64::from(group.per_cage.max(1))));
        let rates = rates.chain(ends().map(|end| end.gbps)).filter(|rate| rate.0 > 0.0).map(|rate: Gbps| (rate.0 as u32, rate.to_string()));
        let forms = part.ports.iter().map(|group| group.form).chain(ends().map(|end| end.form));
        let forms = forms.map(|form: FormFactor| (form as u32, form.label().to_owned()));
        let bases = part.ports.iter().map(|group| group.basis.confidence).chain(cable.map(|cable| cable.basis.confidence));
        let mut bases: Vec<Confidence> = bases.chain(part.rack().map(|rack| rack.basis.confidence)).collect();
        if bases.is_empty() {
            bases.extend(part.power.as_ref().map(|power| power.confidence));
        }
        let bases = bases.into_iter().map(|confidence| (confidence as u32, confidence.label().to_owned()));
        let vendor = std::iter::once((0, part.vendor.clone()));
        let sorted = |mut values: Vec<Answer>| {
            order::sort_unique(&mut values);
            values
        };
        let values = [vendor.collect(), layers.chain(generations).collect(), rates.collect(), forms.collect(), bases.collect()].map(sorted);
        Self { words: words_of(part), values }
    }

    fn says(&self, facet: Facet) -> &[Answer] {
        self.values.get(facet as usize).map(Vec::as_slice).unwrap_or_default()
    }

    fn meets_facet(&self, facet: Facet, wanted: &Wanted) -> bool {
        wanted.of(facet).is_none_or(|value| self.says(facet).iter().any(|(_, words)| words == value))
    }

    /// Whether the part is what is looked for.
    pub fn meets(&self, wanted: &Wanted) -> bool {
        has_words(&self.words, &wanted.words) && Facet::ALL.into_iter().all(|facet| self.meets_facet(facet, wanted))
    }
}

/// What a facet could be set to, with how many parts each value would leave: of those that words and the other facets leave. A value that
/// is wanted is listed even where it leaves none. Time: O(parts).
pub fn choices(parts: &[Answers], wanted: &Wanted, facet: Facet) -> Vec<(String, usize)> {
    let others = wanted.with(facet, None);
    let mut found: Vec<(Answer, usize)> = Vec::new();
    for answer in parts.iter().filter(|part| part.meets(&others)).flat_map(|part| part.says(facet)) {
        match found.iter_mut().find(|(known, _)| known == answer) {
            Some((_, count)) => *count += 1,
            None => found.push((answer.clone(), 1)),
        }
    }
    order::sort(&mut found);
    let mut choices: Vec<(String, usize)> = found.into_iter().map(|((_, words), count)| (words, count)).collect();
    if let Some(value) = wanted.of(facet).filter(|value| !choices.iter().any(|(words, _)| words == value)) {
        choices.push((value.to_owned(), 0));
    }
    choices
}

/// A way to find more: what to leave out, the search without it, and how many parts that finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loosened {
    /// `the words “qm97”`, `port rate 1.6 Tb/s`.
    pub without: String,
    /// The search without it.
    pub wanted: Wanted,
    /// What it finds.
    pub count: usize,
}

/// What to leave out of a search that finds nothing: each single wish without which it finds something; all wishes but the words, or the
/// words, where no single one is to blame. Time: O(parts).
pub fn loosened(parts: &[Answers], wanted: &Wanted) -> Vec<Loosened> {
    let try_out = |without: String, wanted: Wanted| {
        let count = parts.iter().filter(|part| part.meets(&wanted)).count();
        (count > 0).then_some(Loosened { without, wanted, count })
    };
    let wordless = Wanted { words: String::new(), ..wanted.clone() };
    let words = format!("the words “{}”", wanted.words.trim());
    let has_words = !wanted.words.trim().is_empty();
    let mut found: Vec<Loosened> = has_words.then(|| try_out(words.clone(), wordless)).flatten().into_iter().collect();
    found.extend(Facet::ALL.into_iter().filter_map(|facet| {
        let value = wanted.of(facet)?;
        try_out(format!("{} {value}", lower(facet.label())), wanted.with(facet, None))
    }));
    if found.is_empty() {
        let unfiltered = Wanted { words: wanted.words.clone(), ..Wanted::default() };
        found.extend((wanted.facets() > 0).then(|| try_out("all filters".to_owned(), unfiltered)).flatten());
        found.extend(has_words.then(|| try_out("words and filters".to_owned(), Wanted::default())).flatten().filter(|_| found.is_empty()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> (Catalog, Vec<Answers>) {
        let catalog = Catalog::builtin();
        let answers = catalog.parts().map(|part| Answers::of(part, &catalog)).collect();
        (catalog, answers)
    }

    fn found(catalog: &Catalog, answers: &[Answers], wanted: &Wanted) -> Vec<String> {
        catalog.parts().zip(answers).filter(|(_, answers)| answers.meets(wanted)).map(|(part, _)| part.id.to_string()).collect()
    }

    #[test]
    fn facets_combine_and_a_count_is_what_choosing_it_leaves() {
        let (catalog, answers) = shelf();
        let mut wanted = Wanted { words: "switch".to_owned(), ..Wanted::default() };
        wanted = wanted.with(Facet::Protocol, Some("InfiniBand")).with(Facet::Rate, Some("400 Gb/s"));
        let ids = found(&catalog, &answers, &wanted);
        assert!(ids.contains(&"nvidia-qm9700".to_owned()) && !ids.contains(&"nvidia-qm8700".to_owned()), "{ids:?}");
        for facet in Facet::ALL {
            for (value, count) in choices(&answers, &wanted, facet) {
                assert_eq!(found(&catalog, &answers, &wanted.with(facet, Some(&value))).len(), count, "{facet:?} {value}");
            }
        }
        assert_eq!(wanted.facets(), 2);
    }

    #[test]
    fn an_empty_result_names_the_wish_that_is_too_many() {
        let (catalog, answers) = shelf();
        let wanted = Wanted::default().with(Facet::Vendor, Some("Arista")).with(Facet::Protocol, Some("InfiniBand"));
        assert!(found(&catalog, &answers, &wanted).is_empty());
        let ways = loosened(&answers, &wanted);
        assert_eq!(ways.iter().map(|way| way.without.as_str()).collect::<Vec<_>>(), ["vendor Arista", "protocol InfiniBand"]);
        for way in ways {
            assert_eq!(found(&catalog, &answers, &way.wanted).len(), way.count);
        }
        let hopeless = Wanted { words: "zzzz".to_owned(), ..wanted };
        assert_eq!(loosened(&answers, &hopeless).iter().map(|way| way.without.as_str()).collect::<Vec<_>>(), ["words and filters"]);
        assert!(choices(&answers, &hopeless, Facet::Vendor).contains(&("Arista".to_owned(), 0)), "what is chosen stays in the list");
    }

    #[test]
    fn rates_rise_and_layers_come_before_their_generations() {
        let (_, answers) = shelf();
        let rates: Vec<Gbps> = choices(&answers, &Wanted::default(), Facet::Rate).iter().map(|(rate, _)| rate.parse().unwrap()).collect();
        assert!(rates.len() > 5 && rates.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{rates:?}");
        let protocols = choices(&answers, &Wanted::default(), Facet::Protocol);
        let place = |wanted: &str| protocols.iter().position(|(words, _)| words == wanted).unwrap();
        assert!(place("Ethernet") < place("UALink") && place("UALink") < place("InfiniBand NDR"), "{protocols:?}");
    }
}
