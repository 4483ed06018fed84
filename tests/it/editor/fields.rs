//! Typed fields.

use super::*;

#[test]
fn fields_take_units_and_say_what_they_did_not_understand() {
    let (mut user, a, b) = two_switches();
    user.connect(PortRef::child(a, 1, 1), PortRef::child(b, 1, 1));
    user.edits(Field::Length("5 m".to_owned())).edits(Field::Rate("0.2 Tb/s".to_owned())).edits(Field::Latency("300".to_owned()));
    assert_eq!((user.link(1).length, user.link(1).gbps), (Some(Metres(5.0)), Some(Gbps(200.0))));
    user.edits(Field::Rate(" ".to_owned()));
    assert_eq!(user.link(1).gbps, None, "empty clears");
    let before = user.bytes();
    user.effects.clear();
    for (field, sentence) in [
        (Field::Length("5 bananas".to_owned()), "“bananas” is not a unit used here; write for example “400 m”"),
        (Field::Length("-1".to_owned()), "A length is more than 0 m and at most 1000 km"),
        (Field::Rate("1e300".to_owned()), "A rate is more than 0 Gb/s and at most 1000 Tb/s"),
        (Field::Name("x".to_owned()), "Nothing selected has or is a name"),
        (Field::Cable(Some(PartId::new("nvidia-qm9700"))), "QM9700 is a switch, not a cable"),
        (Field::Cable(Some(PartId::new("nonsense"))), "There is no part “nonsense” in the catalogue"),
    ] {
        user.edits(field.clone());
        let complaint = user.complained();
        assert!(complaint == sentence || (matches!(field, Field::Cable(_)) && complaint.ends_with("is a switch, not a cable")), "{field:?}: {complaint}");
    }
    assert_eq!(user.bytes(), before);

    user.selects([Subject::Node(a), Subject::Node(b)]).edits(Field::Name("leaf-1".to_owned()));
    assert_eq!(user.names(), ["leaf-1", "leaf-2"], "several things count on");
    user.edits(Field::X("80".to_owned())).edits(Field::Pinned(true)).edits(Field::Transit(Some(false)));
    assert!(user.session.design().nodes.iter().all(|(_, node)| node.at.x == 80.0 && node.pinned && node.transit == Some(false)));
    user.wants(Intent::Edit { subjects: vec![Subject::Design], field: Field::Name("My fabric".to_owned()) });
    user.key("Ctrl+S");
    assert!(matches!(user.effects.last(), Some(Effect::SaveFile { name }) if name == "my-fabric.weft.json"));
}

#[test]
fn generic_parts_have_as_many_ports_as_typed() {
    let mut user = User::new();
    let a = user.node("generic-switch", 400.0, 200.0);
    let b = user.node("generic-switch", 400.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 3 });
    user.selects([Subject::Node(a)]).edits(Field::Ports("2".to_owned()));
    assert_eq!(user.complained(), "Port 3 of switch-1 is in use, so it needs at least 3 ports");
    user.edits(Field::Ports("4".to_owned()));
    assert_eq!(user.session.catalog().ports_of(user.session.design(), a, &user.session.port_use()).len(), 4);
    user.edits(Field::Ports(String::new()));
    assert_eq!(user.session.design().nodes.get(a).unwrap().generic, None);
}

#[test]
fn settings_are_stated_for_several_at_once_and_taken_back() {
    let mut user = User::new();
    let a = user.node("generic-switch", 400.0, 200.0);
    let b = user.node("generic-switch", 400.0, 600.0);
    let before = user.bytes();
    let setting = |key: &str, text: &str| Field::Setting(key.to_owned(), text.to_owned());
    user.selects([Subject::Node(a), Subject::Node(b)]).edits(setting("mtu", "9 kB"));
    for id in [a, b] {
        assert_eq!(user.session.design().nodes.get(id).unwrap().traffic.mtu, Some(9000));
    }
    user.edits(setting("gbps", "400G"));
    assert_eq!(user.session.design().nodes.get(b).unwrap().generic.as_ref().unwrap().gbps.map(|rate| rate.0), Some(400.0));
    user.edits(setting("pfc", "9"));
    assert_eq!(user.complained(), "“9” is no whole number from 0 to 7; leave it empty for none");
    user.edits(setting("lmc", "1"));
    assert_eq!(user.complained(), "Nothing selected has or is a setting “lmc”");
    user.wants(Intent::Undo).wants(Intent::Undo);
    assert_eq!(user.bytes(), before, "two settings, two steps");
}

#[test]
fn a_new_fabric_takes_the_selected_links_and_what_is_required_of_it() {
    let mut user = User::new();
    let a = user.node("generic-switch", 400.0, 200.0);
    let b = user.node("generic-host", 400.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 2 });
    let before = user.bytes();
    user.selects(user.session.design().links.ids().map(Subject::Link).collect::<Vec<_>>()).edits(Field::NewFabric);
    let fabric = user.session.design().fabrics.ids().next().unwrap();
    assert!(user.session.design().links.iter().all(|(_, link)| link.fabric == Some(fabric)));

    let asks = |text: &str| Field::Requirement("latency".to_owned(), text.to_owned());
    user.selects([Subject::Fabric(fabric)]).edits(asks("3 µs")).edits(asks("4 us"));
    let required: Vec<_> = user.session.design().requirements.iter().map(|(_, requirement)| (requirement.kind, requirement.fabric)).collect();
    assert_eq!(required, [(weft::model::RequirementKind::Latency(weft::units::Nanoseconds(4000.0)), Some(fabric))]);
    user.edits(asks("soon"));
    assert!(user.complained().contains("does not start with a number"));
    user.edits(asks(""));
    assert_eq!(user.session.design().requirements.len(), 0);
    for _ in 0..4 {
        user.wants(Intent::Undo);
    }
    assert_eq!(user.bytes(), before);
}

#[test]
fn thresholds_are_typed_in_any_unit_and_given_back() {
    let mut user = User::new();
    let threshold = |text: &str| Intent::Edit { subjects: vec![Subject::Design], field: Field::Threshold("ualink-too-long".to_owned(), text.to_owned()) };
    user.wants(threshold("350 cm"));
    assert_eq!(user.session.design().meta.settings.thresholds.get("ualink-too-long"), Some(&3.5));
    user.wants(threshold("-1"));
    assert!(user.complained().ends_with("leave it empty for 4 m"));
    user.wants(threshold(""));
    assert!(user.session.design().meta.settings.thresholds.is_empty());
}

#[test]
fn cables_go_over_to_the_ports_of_a_part_that_takes_the_place_of_another() {
    let mut user = User::new();
    let a = user.node("nvidia-qm9700", 400.0, 200.0);
    let b = user.node("nvidia-qm9700", 400.0, 600.0);
    user.wants(Intent::ConnectNodes { a, b, count: 5 });
    user.connect(PortRef::child(a, 32, 2), PortRef::child(b, 32, 2));
    let ports = |user: &User, node: NodeId| -> Vec<String> {
        let design = user.session.design();
        design.links.iter().flat_map(|(_, link)| link.ends).filter(|end| end.node == node).map(|end| end.port.to_string()).collect()
    };
    let before = user.bytes();
    assert_eq!(ports(&user, a), ["1/1", "1/2", "2/1", "2/2", "3/1", "32/2"]);

    user.selects([Subject::Node(a), Subject::Node(b)]).edits(Field::Part(PartId::new("arista-7060x6-64pe")));
    for node in [a, b] {
        assert_eq!(ports(&user, node), ["1", "2", "3", "4", "5", "64"], "a switch of 64 single ports in place of 32 twin-port cages");
    }
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before, "it is one step");

    user.edits(Field::Part(PartId::new("generic-switch")));
    assert_eq!(ports(&user, a), ["1", "2", "3", "4", "5", "64"], "a generic switch has as many ports as are asked for");
    user.key("Ctrl+Z");

    user.edits(Field::Part(PartId::new("nvidia-q3400-ra")));
    assert_eq!(ports(&user, a), ["1/1", "1/2", "2/1", "2/2", "3/1", "32/2"], "ports that are there stay");
    user.key("Ctrl+Z");

    user.edits(Field::Part(PartId::new("nvidia-qm8700")));
    assert_eq!(ports(&user, a), ["1", "2", "3", "4", "5", "32/2"], "a switch of 40 ports has no 64th: that cable stays, for the rules to tell");
}
