//! NetBox device types become parts: what is understood, what is told, what is refused.

use std::fs;
use std::path::PathBuf;

use weft::catalog::{Catalog, fit, own_parts};
use weft::io::import::{DeviceType, read_device_type};
use weft::model::{Design, FormFactor, Link, LinkLayer, Node, NodeId, PartKind, PortRef, PortRole};
use weft::units::Point;

fn fixture(name: &str) -> DeviceType {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/netbox").join(name);
    read_device_type(&fs::read_to_string(path).unwrap(), name).unwrap()
}

#[test]
fn interfaces_become_ports_by_form_factor_and_rate() {
    let read = fixture("acme-leaf.yaml");
    let part = &read.part;
    assert_eq!((part.id.as_str(), part.kind, part.vendor.as_str(), part.name.as_str()), ("netbox-acme-leaf-48-8", PartKind::Switch, "Acme", "Leaf 48-8 \"L\""));
    let ports: Vec<_> = part.ports.iter().map(|group| (group.name.as_str(), group.count.unwrap(), group.form, group.gbps.unwrap().0, group.role)).collect();
    assert_eq!(
        ports,
        [
            ("eth0", 1, FormFactor::Rj45, 1.0, PortRole::Management),
            ("swp1", 3, FormFactor::Sfp, 25.0, PortRole::Compute),
            ("swp4", 2, FormFactor::Qsfp28, 100.0, PortRole::Compute),
            ("swp6", 1, FormFactor::Qsfp28, 40.0, PortRole::Compute),
            ("swp7", 1, FormFactor::Osfp, 800.0, PortRole::Compute),
            ("swp8", 1, FormFactor::QsfpDd, 400.0, PortRole::Compute),
        ]
    );
    let names: Vec<_> = part.ports.iter().map(|group| group.names.as_str()).collect();
    assert_eq!(names, ["eth0", "swp[1-3]", "swp[4-5]", "swp6", "swp7", "swp8"], "ports keep their names");
    let weight = part.weight.as_ref().unwrap();
    assert_eq!((part.rack_units.as_ref().unwrap().value, weight.value.0, weight.source), (1.0, 10.002, Some(0)));
    let power = part.power.as_ref().unwrap();
    assert_eq!((power.value.0, power.low.0, power.high.0), (600.0, 600.0, 1200.0));
    assert_eq!(part.sources[0].place, "acme-leaf.yaml");
    assert_eq!(
        read.told,
        [
            "line 44: interface “radio0” is of type “ieee802.11ax”, which is no cage or socket for a cable of the catalogue; left out",
            "line 46: interface “bare” has no type; left out",
            "QSFP+ cages are taken for QSFP28 ones, which have their shape",
            "its cages may carry Ethernet or InfiniBand: NetBox does not say which, so both are allowed",
            "taken for a switch, since it has 8 ports beside its management; change the kind if it is something else",
            "power is that of one of 2 supplies, up to all of them: NetBox does not say which are spare",
            "line 17: console-ports (1) are passed over",
        ]
    );
    assert!(part.notes[0].contains("# not a comment") && part.notes[0].ends_with("one of them spare."), "{:?}", part.notes[0]);
    assert_eq!(part.notes[1..], read.told, "its page tells the same");

    let host = fixture("acme-host.yml").part;
    assert_eq!((host.kind, host.ports[0].layers.as_slice(), host.ports[1].role), (PartKind::System, &[LinkLayer::InfiniBand][..], PortRole::Management));
}

#[test]
fn an_imported_part_is_cabled_like_every_other() {
    let catalog = Catalog::builtin();
    let mut design = Design::default();
    let (name, patch) = own_parts::taking(&design, vec![fixture("acme-leaf.yaml").part, fixture("acme-host.yml").part]);
    assert_eq!(name, "Import 2 parts");
    patch.apply(&mut design).unwrap();
    let again = own_parts::taking(&design, vec![fixture("acme-host.yml").part]).1;
    again.apply(&mut design).unwrap();
    assert_eq!(design.parts.len(), 2, "read again, it takes its own place");
    for part in ["netbox-acme-leaf-48-8", "nvidia-sn5600", "netbox-acme-host-2", "nvidia-qm8700"] {
        design.nodes.push(Node::new(part.into(), part, Point::default()));
    }
    let end = |node: u32, cage: u16| PortRef::cage(NodeId(node), cage);
    for ends in [[end(1, 8), end(2, 1)], [end(3, 1), end(4, 1)]] {
        assert_eq!(fit::ports_agree(&catalog, &design, ends), Ok(()));
        assert!(!fit::cables_for(&catalog, &design, ends, None).is_empty(), "{ends:?}");
    }
    // What its ports are called is what people read, in the schedule and on labels; one port is called otherwise here.
    let mut link = Link::between(end(1, 8), end(2, 1));
    link.part = Some("generic-cable".into());
    design.links.push(link);
    let row = |design: &Design| weft::io::export::cables(design, &catalog).rows.remove(0);
    let shown = row(&design);
    assert_eq!((shown[8].as_str(), shown[15].as_str()), ("swp7", "swp1"), "{shown:?}");
    assert_eq!(shown[9], "netbox-acme-leaf-48-8-swp7");
    assert_eq!(catalog.port(&design, end(1, 8)).unwrap().label, "swp7");
    let mut node = design.nodes.get(NodeId(1)).unwrap().clone();
    node.ports.entry(8).or_default().name = Some("up-{p}".to_owned());
    design.nodes.set(NodeId(1), Some(node.into()));
    assert_eq!(row(&design)[8], "up-1");
    let saved = weft::io::save(&design);
    assert_eq!(weft::io::save(&weft::io::load(&saved).unwrap().design), saved);
}

#[test]
fn what_is_no_device_type_gets_one_sentence_with_its_line() {
    let refused = |text: &str| read_device_type(text, "x.yaml").unwrap_err().to_string();
    for (text, sentence) in [
        ("", "this is no NetBox device type: it has no “manufacturer”; a device type says manufacturer, model and slug"),
        ("- a\n- b\n", "this is no NetBox device type: it has no “manufacturer”; a device type says manufacturer, model and slug"),
        ("manufacturer: A\nmodel: B\n", "this is no NetBox device type: it has no “slug”; a device type says manufacturer, model and slug"),
        ("manufacturer: A\n\tmodel: B\n", "line 2: a tab indents this line; use spaces"),
        ("manufacturer: &a A\n", "line 1: anchors (&) are not read; write the value out"),
        ("manufacturer: *a\n", "line 1: aliases (*) are not read; write the value out"),
        ("manufacturer: !!str A\n", "line 1: tags (!) are not read; write the value out"),
        ("manufacturer: \"A\n", "line 1: a quote is not closed, or something follows it"),
        ("manufacturer: A\nmanufacturer: B\n", "line 2: “manufacturer” stands twice; leave one of them out"),
        ("manufacturer: A\nnonsense\n", "line 2: this line is neither “key: value” nor an item of a list; correct it"),
        ("a: 1\n---\nb: 2\n", "line 2: a second document begins here; put it into a file of its own"),
        ("a:\n    b: 1\n  c: 2\n", "line 3: this line stands farther left or right than what it belongs to; correct its indentation"),
        ("interfaces: [a, b\n", "line 1: a list that begins with [ does not end with ]"),
    ] {
        assert_eq!(refused(text), sentence, "{text:?}");
    }
    let deep: String = (0..60).map(|depth| format!("{}a:\n", "  ".repeat(depth))).collect();
    assert!(refused(&deep).contains("nest deeper than 32"));
    assert!(refused(&format!("a: {}1{}", "[".repeat(100), "]".repeat(100))).contains("deeper than 32"));
    assert!(refused(&"x\n".repeat(200_000)).contains("more than 100000 lines"));
}

#[test]
fn absurd_figures_are_told_and_left_out() {
    let text = "manufacturer: A\nmodel: B\nslug: c\nu_height: -3\nweight: heavy\nweight_unit: kg\npower-ports:\n  - name: p\n    maximum_draw: 1e99\ninterfaces: nonsense\n";
    let read = read_device_type(text, "x.yaml").unwrap();
    assert_eq!((read.part.rack_units.is_none(), read.part.weight.is_none(), read.part.power.is_none(), read.part.ports.len()), (true, true, true, 0));
    for line in ["line 4: u_height is “-3”", "line 5: weight is “heavy”", "line 9: maximum_draw is “1e99”"] {
        assert!(read.told.iter().any(|told| told.starts_with(line)), "{line} in {:?}", read.told);
    }
    let many: String = (0..9000).map(|at| format!("  - name: p{at}\n    type: 10gbase-t\n")).collect();
    let read = read_device_type(&format!("manufacturer: A\nmodel: B\nslug: c\ninterfaces:\n{many}"), "x.yaml").unwrap();
    assert_eq!(read.part.ports[0].count, Some(8192));
    assert!(read.told[0].contains("more than 8192 interfaces"));
}

#[test]
fn nothing_that_is_read_makes_it_panic() {
    let whole = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/netbox/acme-leaf.yaml")).unwrap();
    for end in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let _ = read_device_type(&whole[..end], "cut.yaml");
        let _ = read_device_type(&whole[end..], "cut.yaml");
    }
    for (from, to) in [(":", ""), ("-", ":"), ("\n", ""), (" ", ""), ("\"", "'"), ("{", "["), ("name", "- name"), ("  ", "\u{a0}")] {
        let _ = read_device_type(&whole.replace(from, to), "changed.yaml");
    }
}

/// Device types that nobody of this project wrote, where they are present.
#[test]
fn real_device_types_are_read() {
    let beside = || Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared"));
    let Some(shared) = std::env::var_os("WEFT_SHARED").map(PathBuf::from).or_else(beside) else { return };
    let folder = shared.join("real-inputs/netbox-community+devicetype-library");
    if !folder.is_dir() {
        eprintln!("{} is absent: no real device type is read", folder.display());
        return;
    }
    let (mut open, mut read) = (vec![folder], 0);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let found = read_device_type(&fs::read_to_string(&path).unwrap(), &name).unwrap_or_else(|error| panic!("{name}: {error}"));
                read += 1;
                if name == "QM8790.yaml" {
                    let part = &found.part;
                    let cages: u16 = part.ports.iter().filter(|group| group.form == FormFactor::Qsfp56).filter_map(|group| group.count).sum();
                    assert_eq!((part.kind, part.vendor.as_str(), cages), (PartKind::Switch, "Mellanox", 40));
                    assert_eq!((part.rack_units.as_ref().unwrap().value, part.weight.as_ref().unwrap().value.0), (1.0, 11.4));
                    assert!(part.ports.iter().filter(|group| group.form == FormFactor::Qsfp56).all(|group| group.gbps.unwrap().0 == 200.0));
                }
            }
        }
    }
    assert!(read > 0, "the folder holds device types");
}
