//! What fits what: ports, cables, cages.

use super::*;

/// Says in one word how a cable suits two ports: "fits" or the code of what is wrong.
fn check(design: &Design, ends: [&str; 2], cable: &str, length: Option<f64>) -> &'static str {
    let catalog = Catalog::builtin();
    let part = catalog.built_in(cable).unwrap_or_else(|| panic!("no part {cable}"));
    fit::cable_fits(&catalog, design, ends.map(port), part, length.map(Metres)).map_or_else(|misfit| known(&misfit), |()| "fits")
}

/// The code of a misfit, which must be one that the rules explain.
fn known(misfit: &Misfit) -> &'static str {
    assert!(weft::engine::rules::documentation(misfit.code()).is_some(), "no rule explains {}", misfit.code());
    misfit.code()
}

#[test]
fn two_ports_may_meet_or_not() {
    let catalog = Catalog::builtin();
    let mut design = placed(&[
        "nvidia-qm9700",
        "dgx-h100",
        "nvidia-sn5600",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-switch",
        "nvidia-b200-sxm",
        "cx7-osfp",
    ]);
    design.links.push(Link::between(port("n1/1/1"), port("n2/1/1")));
    break_out(&mut design, 3, 1, "2x400G");
    let used = PortUse::of(&design);
    for (a, b, answer) in [
        ("n1/2/1", "n2/2/1", "fits"),
        ("n1/1/1", "n2/2/1", "port-used-twice"),
        ("n1/1", "n2/2/1", "port-used-twice"),
        ("n1/1/2", "n2/2/1", "fits"),
        ("n1/2/1", "n1/2/1", "link-to-itself"),
        ("n1/2/1", "n1/3/1", "link-to-itself"),
        ("n1/33/1", "n2/2/1", "port-unknown"),
        ("n9/1", "n2/2/1", "port-unknown"),
        ("n1/2/1", "n3/2", "link-layer-mismatch"),
        ("n2/2/1", "n3/1/1", "fits"),
        ("n4/1", "n5/1", "fits"),
        ("n4/1", "n1/2/1", "form-factor-mismatch"),
        ("n4/73", "n1/2/1", "fits"),
        ("n4/1", "n7/1", "fits"),
        ("n6/1", "n4/1", "fits"),
        ("n6/1", "n1/2/1", "fits"),
        ("n8/2", "n1/2/1", "form-factor-mismatch"),
        // 800G against 400G: works at the lower rate, so it is for the rules to say.
        ("n3/2", "n2/2/1", "fits"),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            let found = fit::may_connect(&catalog, &design, &used, port(a), port(b)).map_or_else(|misfit| known(&misfit), |()| "fits");
            assert_eq!(found, answer, "{a} to {b}");
        }
    }
    let link = Link::between(port("n3/2"), port("n2/2/1"));
    let misfit = fit::rates_differ(&catalog, &design, &link).unwrap();
    assert_eq!(misfit.to_string(), "One end runs at 800 Gb/s, the other at 400 Gb/s");
    assert_eq!(misfit.code(), "link-rate-mismatch");
}

#[test]
fn a_cable_fits_or_says_why() {
    // n1, n2 NDR switches, n3 DGX H100, n4 single-port adapter, n5 QSFP112 adapter, n6 HDR switch, n7 EDR switch, n8 XDR
    // switch, n9 its adapter, n10 Ethernet switch 800G, n11 Ethernet switch QSFP-DD, n12 compute tray, n13 switch tray
    let mut design = placed(&[
        "nvidia-qm9700",
        "nvidia-qm9700",
        "dgx-h100",
        "cx7-osfp",
        "bf3-b3140h",
        "nvidia-qm8700",
        "mellanox-sb7800",
        "nvidia-q3400-ra",
        "cx8",
        "nvidia-sn5600",
        "nvidia-sn4700",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-xpu",
    ]);
    break_out(&mut design, 10, 1, "2x400G");
    for (a, b, cable, length, answer) in [
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", Some(2.0), "fits"),
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", Some(2.5), "cable-too-long"),
        ("n1/1/1", "n2/1/1", "dac-800g-osfp", None, "fits"),
        ("n1/1", "n2/1", "dac-800g-osfp", Some(1.0), "fits"),
        ("n1/1/1", "n3/1/1", "dac-800g-osfp", Some(1.0), "module-top-mismatch"),
        ("n1/1/1", "n3/1/1", "dac-800g-osfp-flat", Some(1.0), "fits"),
        ("n1/1/1", "n3/1/1", "optic-400g-dr4-dgx", Some(60.0), "fits"),
        ("n1/1/1", "n3/1/1", "optic-400g-sr4-dgx", Some(60.0), "cable-too-long"),
        ("n1/1/1", "n4/1", "dac-400g-osfp", Some(3.0), "fits"),
        ("n1/1/1", "n4/1", "optic-400g-dr4-osfp", Some(100.0), "fits"),
        ("n1/1/1", "n4/1", "optic-400g-dr4-qsfp112", Some(10.0), "form-factor-mismatch"),
        ("n1/1/1", "n5/1", "optic-400g-dr4-qsfp112", Some(10.0), "fits"),
        ("n1/1", "n4/1", "dac-400g-osfp", Some(1.0), "cable-split-mismatch"),
        ("n1/1/1", "n2/1/1", "400g-dr4-osfp-rhs", Some(1.0), "module-top-mismatch"),
        ("n3/1/1", "n3/2/1", "400g-dr4-osfp-rhs", Some(1.0), "cable-split-mismatch"),
        ("n4/1", "n3/1/1", "800g-2xdr4-100m-flat", Some(1.0), "cable-split-mismatch"),
        // QSFP112 cages take QSFP56 and QSFP28, OSFP cages neither; NDR meets HDR through a special splitter.
        ("n5/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "fits"),
        ("n5/1", "n7/1", "dac-100g-qsfp28", Some(1.0), "fits"),
        ("n1/1/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "form-factor-mismatch"),
        ("n7/1", "n6/1", "dac-200g-qsfp56", Some(1.0), "form-factor-mismatch"),
        ("n1/1/1", "n6/1", "dac-2x200-osfp-2xqsfp56", Some(2.0), "fits"),
        ("n6/1", "n1/1/1", "aoc-2x200-osfp", Some(20.0), "fits"),
        ("n8/1/1", "n9/1", "optic-800g-dr4-xdr", Some(400.0), "fits"),
        ("n8/1/1", "n8/2/1", "800g-2xdr4-100m", Some(10.0), "fits"),
        ("n1/1/1", "n2/1/1", "1600g-2xdr4", Some(10.0), "form-factor-mismatch"),
        ("n10/2", "n10/3", "800g-dr8-osfp", Some(400.0), "fits"),
        ("n1/1/1", "n2/1/1", "800g-dr8-osfp", Some(400.0), "link-layer-mismatch"),
        ("n10/1/1", "n11/1", "optic-400g-fr4-qsfpdd", Some(2000.0), "fits"),
        ("n11/1", "n11/2", "400g-dr4-qsfpdd", Some(300.0), "fits"),
        ("n11/1", "n11/2", "400g-dr4-qsfp112", Some(300.0), "form-factor-mismatch"),
        ("n12/1", "n13/1", "copper-backplane-nvl72", Some(1.0), "fits"),
        ("n12/1", "n13/1", "dac-800g-osfp", Some(1.0), "form-factor-mismatch"),
        ("n14/1", "n13/1", "copper-backplane-nvl72", Some(1.0), "fits"),
        ("n14/1", "n1/1/1", "generic-cable", Some(9e9), "fits"),
        ("n1/1/1", "n2/1/1", "nvidia-qm9700", None, "part-unknown"),
        ("n1/77", "n2/1/1", "generic-cable", None, "port-unknown"),
    ] {
        assert_eq!(check(&design, [a, b], cable, length), answer, "{cable} from {a} to {b}");
        assert_eq!(check(&design, [b, a], cable, length) == "fits", answer == "fits", "{cable} from {b} to {a}");
    }
}

#[test]
fn a_misfit_names_both_numbers() {
    let catalog = Catalog::builtin();
    let design = placed(&["nvidia-qm9700", "nvidia-qm9700", "dgx-h100", "nvidia-qm8700"]);
    let say = |a: &str, b: &str, cable: &str, length: f64| {
        let part = catalog.built_in(cable).unwrap();
        fit::cable_fits(&catalog, &design, [port(a), port(b)], part, Some(Metres(length))).unwrap_err().to_string()
    };
    assert_eq!(say("n1/1/1", "n2/1/1", "dac-800g-osfp", 3.0), "The run is 3 m, the cable reaches 2 m");
    assert_eq!(say("n1/1/1", "n3/1/1", "dac-800g-osfp", 1.0), "Port n3/1/1 needs a flat top, the module has a finned top");
    assert_eq!(say("n1/1/1", "n4/1", "dac-200g-qsfp56", 1.0), "Port n1/1/1 needs OSFP, the cable has QSFP56");
    assert_eq!(Misfit::Layer { a: vec![LinkLayer::InfiniBand], b: vec![LinkLayer::Ethernet] }.to_string(), "One end speaks InfiniBand, the other Ethernet");
}

#[test]
fn the_best_cable_is_the_cheapest_that_reaches() {
    let catalog = Catalog::builtin();
    let mut design = placed(&[
        "nvidia-qm9700",
        "nvidia-qm9700",
        "dgx-h100",
        "cx7-osfp",
        "nvidia-sn5600",
        "nvidia-sn5600",
        "gb200-nvl72-compute-tray",
        "nvlink5-switch-tray",
        "generic-xpu",
        "generic-switch",
        "nvidia-qm8700",
        "mellanox-sb7800",
        "dgx-a100",
    ]);
    break_out(&mut design, 5, 1, "2x400G");
    for (a, b, length, best) in [
        ("n1/1/1", "n2/1/1", Some(1.0), Some("dac-800g-osfp")),
        ("n1/1/1", "n2/1/1", None, Some("800g-2xsr4-osfp")),
        ("n1/1", "n2/1", None, Some("dac-800g-osfp")),
        ("n1/1/1", "n4/1", None, Some("dac-400g-osfp")),
        ("n1/1/1", "n2/1/1", Some(4.0), Some("lacc-800g-osfp")),
        ("n1/1/1", "n2/1/1", Some(30.0), Some("800g-2xsr4-osfp")),
        ("n1/1/1", "n2/1/1", Some(80.0), Some("800g-2xdr4-100m")),
        ("n1/1/1", "n2/1/1", Some(300.0), Some("800g-2xdr4-500m")),
        ("n1/1/1", "n2/1/1", Some(1500.0), Some("800g-2xfr4")),
        ("n1/1/1", "n2/1/1", Some(5000.0), None),
        ("n1/1/1", "n3/1/1", Some(2.0), Some("dac-800g-osfp-flat")),
        ("n1/1/1", "n3/1/1", Some(40.0), Some("optic-400g-sr4-dgx")),
        ("n3/1/1", "n1/1/1", Some(90.0), Some("optic-400g-dr4-dgx")),
        ("n1/1/1", "n4/1", Some(3.0), Some("dac-400g-osfp")),
        ("n5/1/1", "n4/1", Some(80.0), Some("optic-400g-dr4-osfp")),
        ("n5/2", "n6/2", Some(1.0), Some("dac-800g-osfp")),
        ("n7/1", "n8/1", Some(1.0), Some("copper-backplane-nvl72")),
        ("n9/1", "n10/1", Some(30.0), Some("generic-cable")),
        ("n11/1", "n13/1", Some(50.0), Some("aoc-200g-qsfp56")),
        ("n11/1", "n12/1", Some(3.0), Some("dac-100g-qsfp28")),
        ("n1/1/1", "n11/1", Some(10.0), Some("aoc-2x200-osfp")),
    ] {
        let found = fit::best_cable(&catalog, &design, [port(a), port(b)], length.map(Metres));
        assert_eq!(found.as_ref().map(PartId::as_str), best, "{a} to {b} over {length:?} m");
        let listed = fit::cables_for(&catalog, &design, [port(a), port(b)], length.map(Metres));
        assert!(found.is_none_or(|best| listed.contains(&best)));
    }
}

#[test]
fn a_link_runs_at_the_least_of_ports_and_cable() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-qm9700", "dgx-h100", "nvidia-qm8700", "nvidia-sn5600", "generic-xpu", "nvidia-q3400-ra"]);
    break_out(&mut design, 1, 2, "4x200G");
    for (a, b, part, stated, rate, layer) in [
        ("n1/1/1", "n2/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n1/1/1", "n2/1/1", Some("optic-400g-dr4-dgx"), None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n1/1/1", "n3/1", Some("dac-2x200-osfp-2xqsfp56"), None, Some(200.0), Some(LinkLayer::InfiniBand)),
        ("n1/2/1", "n3/1", Some("dac-2x200-osfp-4xqsfp56"), None, Some(100.0), Some(LinkLayer::InfiniBand)),
        ("n4/1", "n2/1/1", None, None, Some(400.0), Some(LinkLayer::Ethernet)),
        ("n6/1/1", "n1/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n1/1/1", None, None, Some(400.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n1/1/1", None, Some(56.0), Some(56.0), Some(LinkLayer::InfiniBand)),
        ("n5/1", "n4/1", Some("no-such-part"), None, Some(800.0), Some(LinkLayer::Ethernet)),
        ("n1/1/1", "n4/1", None, None, Some(400.0), None),
        ("n77/1", "n78/1", None, None, None, None),
    ] {
        let mut link = Link::between(port(a), port(b));
        link.part = part.map(PartId::new);
        link.gbps = stated.map(Gbps);
        assert_eq!(fit::effective_rate(&catalog, &design, &link).map(|rate| rate.0), rate, "{a} to {b} with {part:?}");
        assert_eq!(fit::link_layer(&catalog, &design, &link), layer, "{a} to {b}");
    }
    let mut link = Link::between(port("n1/1/1"), port("n2/1/1"));
    link.part = Some(PartId::new("optic-400g-dr4-dgx"));
    let power = fit::link_power(&catalog, &design, &link).unwrap();
    assert_eq!((power.value.0, power.confidence), (17.0, Confidence::Datasheet), "half of a 17 W module at each end");
    assert_eq!(fit::link_electronics(&catalog, &design, &link).map(|latency| (latency.value.0, latency.is_recalled())), Some((200.0, true)));
}

#[test]
fn links_of_one_cage_share_its_module() {
    let catalog = Catalog::builtin();
    // The two links of cage 1 of n1: where each leads and by what, and whether that can be.
    for (first, second, answer) in [
        (("n2/1/1", "dac-800g-osfp"), ("n2/1/2", "dac-800g-osfp"), true),
        (("n2/1/1", "dac-800g-osfp"), ("n3/1/1", "dac-800g-osfp"), false),
        (("n2/1/1", "dac-800g-osfp"), ("n2/2/1", "dac-800g-osfp"), false),
        (("n2/1/1", "800g-2xdr4-100m"), ("n3/1/1", "800g-2xdr4-100m"), true),
        (("n2/1/1", "800g-2xdr4-100m"), ("n3/1/1", "800g-2xsr4-osfp"), false),
        (("n2/1/1", "800g-2xdr4-100m"), ("n4/1/1", "optic-400g-dr4-dgx"), true),
        (("n5/1", "dac-400g-osfp"), ("n6/1", "dac-400g-osfp"), true),
        (("n5/1", "dac-400g-osfp"), ("n6/1", "optic-400g-sr4-osfp"), false),
    ] {
        let mut design = placed(&["nvidia-qm9700", "nvidia-qm9700", "nvidia-qm9700", "dgx-h100", "cx7-osfp", "cx7-osfp"]);
        for (child, (far, cable)) in (1..).zip([first, second]) {
            let mut link = Link::between(port(&format!("n1/1/{child}")), port(far));
            link.part = Some(PartId::new(cable));
            design.links.push(link);
        }
        let used = PortUse::of(&design);
        for (id, link) in design.links.iter() {
            let found = fit::cage_shared(&catalog, &design, &used, link);
            assert!(found.as_ref().err().map(known).is_none_or(|code| code == "cage-divided"));
            assert_eq!(found.is_ok(), answer, "{id} of {first:?} and {second:?}: {found:?}");
        }
    }
}

#[test]
fn cages_list_the_splits_they_allow() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-sn5600", "generic-switch", "nvidia-qm9700"]);
    let splits = |design: &Design, node: u32| -> Vec<String> { catalog.breakouts(design, NodeId(node), 1).iter().map(Breakout::to_string).collect() };
    assert_eq!(splits(&design, 1), ["2x400G", "4x200G"]);
    assert_eq!(splits(&design, 2), [""; 0]);
    assert_eq!(splits(&design, 3), ["4x200G"]);
    let mut generic = design.nodes.get(NodeId(2)).unwrap().clone();
    generic.generic = Some(Box::new(Generic { gbps: Some(Gbps(800.0)), ..Generic::default() }));
    design.nodes.set(NodeId(2), Some(generic.into()));
    assert_eq!(splits(&design, 2), ["2x400G", "4x200G", "8x100G"]);
}

#[test]
fn what_fits_shows_parts_that_could_be_joined() {
    let catalog = Catalog::builtin();
    let mut design = placed(&["nvidia-qm9700", "gb200-nvl72-compute-tray"]);
    let found = |design: &Design, at: &str| -> BTreeSet<String> {
        fit::what_fits(&catalog, design, &PortUse::of(design), port(at)).into_iter().map(|id| id.to_string()).collect()
    };
    let beside_switch = found(&design, "n1/1/1");
    assert!(beside_switch.contains("dgx-h100") && beside_switch.contains("generic-host") && beside_switch.contains("cx7-osfp"));
    assert!(!beside_switch.contains("nvidia-sn5600") && !beside_switch.contains("nvlink5-switch-tray") && !beside_switch.contains("dac-800g-osfp"));
    let beside_tray = found(&design, "n2/1");
    assert!(beside_tray.contains("nvlink5-switch-tray") && !beside_tray.contains("dgx-h100"));
    let host = placed(&["dgx-b200"]);
    let offered = fit::what_fits(&catalog, &host, &PortUse::of(&host), port("n1/1/1"));
    let kinds: Vec<bool> = offered.iter().filter_map(|id| catalog.built_in(id.as_str())).map(|part| part.kind == PartKind::Switch).collect();
    assert!(kinds[0] && kinds.is_sorted_by(|a, b| a >= b), "a server hangs on a switch");
    design.links.push(Link::between(port("n1/1/1"), port("n2/73")));
    assert!(found(&design, "n1/1/1").is_empty());
}

#[test]
fn what_fits_a_port_is_what_fits_when_drawn() {
    use weft::catalog::reach::{Shelf, port_kinds};
    let catalog = Catalog::builtin();
    let nothing = Design::default();
    let shelf = Shelf::of(&catalog, &nothing);
    let mut judged = 0;
    for near in ["nvidia-qm9700", "nvidia-sn5600", "dgx-h100", "cx7-qsfp112", "nvidia-qm8700", "nvlink5-switch-tray", "generic-switch"] {
        for (at, kind) in port_kinds(&catalog.built_in(near).unwrap().ports[0]).enumerate() {
            let found = shelf.fitting(&kind.view);
            for far in ["nvidia-qm9700", "dgx-b200", "nvidia-q3400-ra", "cx7-osfp", "whitebox-64x800-th5", "bf3", "gb200-nvl72-compute-tray"] {
                // The same two ports in a design, each way the far cage can be split.
                let mut drawn = BTreeSet::new();
                for (far_at, group) in catalog.built_in(far).unwrap().ports.iter().enumerate() {
                    let first: u16 = catalog.built_in(far).unwrap().ports.iter().take(far_at).filter_map(|group| group.count).sum::<u16>() + 1;
                    for other in port_kinds(group) {
                        let mut design = placed(&[near, far]);
                        let mut end = |node: u32, cage: u16, kind: &weft::catalog::reach::PortKind| {
                            if let Some(split) = kind.split {
                                break_out(&mut design, node, cage, &split.to_string());
                            }
                            let child = if kind.view.sharing() > 1 { "/1" } else { "" };
                            port(&format!("n{node}/{cage}{child}"))
                        };
                        let ends = [end(1, 1, &kind), end(2, first, &other)];
                        if fit::ports_agree(&catalog, &design, ends).is_ok() {
                            drawn.extend(fit::cables_for(&catalog, &design, ends, None).into_iter().map(|id| id.to_string()));
                        }
                    }
                }
                let leads = found.iter().filter(|fitting| fitting.reaches.iter().any(|part| part.id.as_str() == far));
                let listed: BTreeSet<String> = leads.map(|fitting| fitting.cable.id.to_string()).collect();
                assert_eq!(listed, drawn, "{near} (kind {at}) to {far}");
                judged += drawn.len();
            }
        }
    }
    assert!(judged > 100, "the test must see cables that fit, saw {judged}");
    let dac = catalog.built_in("dac-200g-qsfp56").unwrap();
    let takers: Vec<&str> = shelf.takers(dac).iter().map(|part| part.id.as_str()).collect();
    assert!(takers.contains(&"nvidia-qm8700") && !takers.contains(&"nvidia-qm9700"), "{takers:?}");
}
