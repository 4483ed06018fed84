//! Parts of one's own: made, copied, changed, removed, refused with reason, and used like every other part.

use super::*;
use weft::catalog::fit;
use weft::editor::part_form::PartForm;
use weft::engine::service::evaluate;
use weft::model::{Confidence, Design, Part, PartKind};

/// A form filled in: `key value` pairs.
fn filled(mut form: PartForm, values: &[(&str, &str)]) -> PartForm {
    for (key, value) in values {
        form.set(key, (*value).to_owned());
    }
    form
}

fn leaf() -> PartForm {
    filled(
        PartForm::blank(),
        &[
            ("name", "Our leaf"),
            ("vendor", "Ourselves"),
            ("0.count", "32"),
            ("0.form", "osfp"),
            ("0.gbps", "800G"),
            ("0.lanes", "8"),
            ("0.speaks", "roce-800"),
            ("0.breakouts", "2x400G"),
            ("power_w", "1.2 kW"),
            ("rack_units", "2"),
            ("weight_kg", "20 kg"),
            ("price", "12000 EUR"),
        ],
    )
}

fn put(user: &mut User, form: &PartForm) -> PartId {
    let catalog = Catalog::builtin();
    let (part, price) = form.read(&catalog, user.session.design()).unwrap();
    let id = part.id.clone();
    user.wants(Intent::PutPart { part: Box::new(part), price });
    id
}

#[test]
fn a_part_from_scratch_is_used_like_every_other() {
    let mut user = User::new();
    let id = put(&mut user, &leaf());
    assert_eq!((id.as_str(), user.session.can_undo()), ("own-our-leaf", Some("Add part Our leaf")));
    let part = user.session.design().parts[&id].clone();
    assert_eq!((part.kind, part.summary.as_str()), (PartKind::Switch, "32 × 800 Gb/s OSFP"));
    let power = part.power.as_ref().unwrap();
    assert_eq!((power.value.0, power.confidence, part.ports[0].basis.confidence), (1200.0, Confidence::Stated, Confidence::Stated));
    assert_eq!(user.session.design().meta.prices.book[0].value.0, 1_200_000);

    let a = user.node("own-our-leaf", 300.0, 300.0);
    let b = user.node("nvidia-sn5600", 900.0, 300.0);
    user.wants(Intent::ConnectNodes { a, b, count: 2 });
    let design = user.session.design();
    assert_eq!(design.links.len(), 2);
    assert!(design.links.iter().all(|(_, link)| link.part.is_some()), "a cable was found");
    let report = evaluate(design, &Catalog::builtin());
    assert!(!report.diagnostics.iter().any(|diagnostic| diagnostic.code == "part-unknown"));
    assert!(report.estimates.iter().any(|estimate| estimate.key() == "cost"));
    let saved = user.bytes();
    assert!(saved.contains("own-our-leaf") && saved.contains(r#""power_w":[1200,"stated"]"#), "{saved}");
    assert_eq!(io::save(&io::load(&saved).unwrap().design), saved);
}

#[test]
fn an_own_cable_is_chosen_for_links() {
    let mut user = User::new();
    let form = filled(
        PartForm::blank(),
        &[
            ("name", "Our cable"),
            ("kind", "cable"),
            ("carries", "dac"),
            ("0.form", "osfp"),
            ("0.gbps", "800G"),
            ("0.lanes", "8"),
            ("0.count", "1"),
            ("reach_m", "40 m"),
        ],
    );
    let id = put(&mut user, &form);
    let a = user.node("nvidia-sn5600", 300.0, 300.0);
    let b = user.node("nvidia-sn5600", 900.0, 300.0);
    let catalog = Catalog::builtin();
    let ends = [PortRef::cage(a, 1), PortRef::cage(b, 1)];
    let fitting = fit::cables_for(&catalog, user.session.design(), ends, Some(Metres(30.0)));
    assert!(fitting.contains(&id), "{fitting:?}");
    assert_eq!(fit::best_cable(&catalog, user.session.design(), ends, Some(Metres(30.0))), Some(id.clone()), "no other copper reaches 30 m");
    user.wants(Intent::Connect { ends, part: Some(id.clone()) });
    assert_eq!(user.session.design().links.iter().next().unwrap().1.part, Some(id));
}

#[test]
fn an_own_system_brings_its_xpus_and_rails() {
    let mut user = User::new();
    let form = filled(
        PartForm::blank(),
        &[
            ("name", "Our box"),
            ("kind", "system"),
            ("xpus", "8"),
            ("scale_up", "3.6 Tb/s"),
            ("scale_up_layer", "ualink"),
            ("0.count", "8"),
            ("0.form", "osfp"),
            ("0.gbps", "400G"),
            ("0.speaks", "roce-400"),
            ("rack_units", "6"),
        ],
    );
    let id = put(&mut user, &form);
    let part = user.session.design().parts[&id].clone();
    let inside = part.inside().unwrap();
    assert_eq!((part.xpu_count(), inside.vertices.len(), inside.edges.len()), (8, 17, 16));
    assert_eq!(part.ports[0].inside.len(), 8, "each port hangs on an adapter of its own");
    let a = user.node(id.as_str(), 300.0, 300.0);
    let b = user.node("nvidia-sn5600", 900.0, 300.0);
    user.wants(Intent::ConnectNodes { a, b, count: 8 });
    let report = evaluate(user.session.design(), &Catalog::builtin());
    assert_eq!(report.counts.xpus, 8);
}

#[test]
fn a_copy_keeps_sources_where_it_was_not_touched() {
    let catalog = Catalog::builtin();
    let base = catalog.built_in("nvidia-qm9700").unwrap();
    let form = filled(PartForm::of(base, &Design::default(), false), &[("power_w", "900 W")]);
    let (part, _) = form.read(&catalog, &Design::default()).unwrap();
    assert_eq!((part.name.as_str(), part.ports == base.ports, &part.sources), ("QM9700 / QM9790 (own)", true, &base.sources));
    assert_eq!(part.power.as_ref().map(|power| (power.value.0, power.confidence)), Some((900.0, Confidence::Stated)));
    assert_eq!(part.weight, base.weight, "untouched figures keep value, confidence and source");
    assert_eq!(part.switch(), base.switch());
    assert!(part.notes[0].starts_with("Copied from"), "{:?}", part.notes);
    // Every part of the catalogue can be copied as it is.
    for base in catalog.parts() {
        let form = PartForm::of(base, &Design::default(), false);
        let (copy, _) = form.read(&catalog, &Design::default()).unwrap_or_else(|wrong| panic!("{}: {wrong:?}", base.id));
        let same = Part { id: base.id.clone(), name: base.name.clone(), notes: base.notes.clone(), ..copy };
        assert_eq!(&same, base, "{}", base.id);
    }
}

#[test]
fn bad_fields_get_one_sentence_each() {
    let catalog = Catalog::builtin();
    let wrong = |values: &[(&str, &str)]| -> Vec<String> {
        let form = filled(leaf(), values);
        form.read(&catalog, &Design::default()).unwrap_err().into_iter().map(|complaint| format!("{}: {}", complaint.key, complaint.sentence)).collect()
    };
    for (values, sentences) in [
        (&[("power_w", "-5 W")][..], &["power_w: Power: “-5 W” is not more than 0 and at most 10 MW"][..]),
        (&[("weight_kg", "heavy")], &["weight_kg: Weight: “heavy” is not understood; type for example 20 kg"]),
        (&[("rack_units", "1e300")], &["rack_units: Height, U: “1e300” is not more than 0 and at most 100"]),
        (
            &[("power_w", "NaN"), ("price", "-1")],
            &[
                "power_w: Power: “NaN” is not understood; type for example 1.2 kW",
                "price: Price: “-1” is not an amount of more than 0 with a currency; type for example 12000 USD",
            ],
        ),
        (&[("0.count", "9000")], &["0.count: How many cages: “9000” is not a whole number from 1 to 8192"]),
        (&[("0.gbps", "900 Tb/s")], &["0.gbps: Rate: “900 Tb/s” is not a rate of more than 0 and at most 100 Tb/s; type for example 800G"]),
        (&[("0.breakouts", "2x400G, many")], &["0.breakouts: Splits: “many” does not look like 2x400G"]),
        (&[("name", "")], &["name: A part needs a name of at most 120 letters"]),
        (&[("name", "sn5600")], &["name: There is a part of this name already (nvidia-sn5600); choose another name"]),
        (&[("kind", "rack"), ("units", "")], &["units: A rack needs its height in units, for example 48"]),
    ] {
        assert_eq!(wrong(values), sentences, "{values:?}");
    }
    let mut many = leaf();
    many.add_row();
    let many = filled(many, &[("0.count", "8000"), ("1.count", "8000")]);
    let told = many.read(&catalog, &Design::default()).unwrap_err();
    assert_eq!(told[0].sentence, "A part has at most 8192 cages, and this one has 16000");
}

#[test]
fn changing_and_removing_are_steps_and_a_part_in_use_stays() {
    let mut user = User::new();
    let id = put(&mut user, &leaf());
    let catalog = Catalog::builtin();
    let a = user.node("own-our-leaf", 300.0, 300.0);
    let b = user.node("nvidia-sn5600", 900.0, 300.0);
    user.wants(Intent::Connect { ends: [PortRef::cage(a, 32), PortRef::cage(b, 1)], part: None });
    let before = user.bytes();

    user.wants(Intent::RemovePart(id.clone()));
    assert!(user.complained().contains("Our leaf is in use by"), "the refusal says by whom");
    assert_eq!(user.bytes(), before);

    let part = user.session.design().parts[&id].clone();
    let form = filled(PartForm::of(&part, user.session.design(), true), &[("1.count", "16"), ("price", "")]);
    assert_eq!(form.changes(), Some(&id));
    let (smaller, price) = form.read(&catalog, user.session.design()).unwrap();
    assert_eq!((smaller.id.clone(), smaller.ports[0].count, price.is_none()), (id.clone(), Some(16), true));
    user.heard();
    user.wants(Intent::PutPart { part: Box::new(smaller), price });
    assert_eq!(user.heard(), ["1 link ends on a port that the part no longer has"]);
    let report = evaluate(user.session.design(), &catalog);
    assert!(report.diagnostics.iter().any(|diagnostic| diagnostic.code == "port-unknown"));
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);

    user.selects([Subject::Node(a)]).key("Delete");
    user.wants(Intent::RemovePart(id.clone()));
    assert!(user.session.design().parts.is_empty() && user.session.design().meta.prices.book.is_empty());
    user.key("Ctrl+Z").key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
}

#[test]
fn clashes_and_rings_are_refused() {
    let mut user = User::new();
    let catalog = Catalog::builtin();
    let part = catalog.built_in("nvidia-qm9700").unwrap().clone();
    user.wants(Intent::PutPart { part: Box::new(part), price: None });
    assert_eq!(user.complained(), "The catalogue has a part nvidia-qm9700 already; give yours another id");
    let system = |id: &str, holds: &str| {
        let text = format!(r#"{{"id":"{id}","kind":"system","inside":{{"things":[{{"name":"box","kind":"xpu","part":"{holds}"}}]}}}}"#);
        Box::new(weft::catalog::part_from_json(&weft::json::parse(&text).unwrap()).unwrap())
    };
    user.wants(Intent::PutPart { part: system("a", "b"), price: None });
    let before = user.bytes();
    user.wants(Intent::PutPart { part: system("b", "a"), price: None });
    assert_eq!(user.complained(), "b would contain itself: b holds a, a holds b");
    user.wants(Intent::PutPart { part: system("c", "c"), price: None });
    assert_eq!(user.complained(), "c would contain itself: c holds c");
    assert_eq!(user.bytes(), before);
    user.wants(Intent::RemovePart(PartId::new("b")));
    assert_eq!(user.complained(), "This design has no part b of its own");
}
