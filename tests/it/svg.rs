//! Drawings as SVG files: what stands in them, how large they are, which colours they have.

use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::model::{Design, Link, Node, PortRef};
use weft::render::svg::svg;
use weft::units::Point;

use crate::render::{fat_tree, small};

/// Element names and attribute names of an SVG file, with a check that every element is closed.
pub fn parsed(text: &str) -> (std::collections::BTreeSet<String>, std::collections::BTreeSet<String>) {
    let (mut open, mut elements, mut attributes) = (Vec::<String>::new(), std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "a bracket stands in text: {}", &rest[..start]);
        let end = rest[start..].find('>').expect("every tag ends") + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "elements nest");
            continue;
        }
        let (body, closed) = tag.strip_suffix('/').map_or((tag, false), |body| (body, true));
        let (name, mut written) = body.split_once(' ').unwrap_or((body, ""));
        elements.insert(name.to_owned());
        while let Some((attribute, value)) = written.split_once("=\"") {
            attributes.insert(attribute.trim().to_owned());
            written = value.split_once('"').expect("every value ends").1;
        }
        assert!(written.trim().is_empty(), "only attributes stand in a tag: {tag}");
        if !closed {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "everything is closed: {open:?}");
    (elements, attributes)
}

#[test]
fn a_drawing_opened_by_itself_fits_what_shows_it() {
    let text = svg(&fat_tree("4"), &Catalog::builtin(), weft::editor::Theme::Light);
    let head = text.lines().next().unwrap();
    assert!(head.contains(r#"width="100%" height="100%""#) && head.contains("viewBox="), "{head}");
}

#[test]
fn a_file_holds_only_harmless_elements_whatever_labels_say() {
    let mut design = small();
    let hostile = "</text><script>alert(1)</script>\u{0}\u{7}\u{202e}\u{ffff}&\"'<image href='https://evil.example/x'/> onload=x";
    let node = design.nodes.ids().next().unwrap();
    let mut changed = design.nodes.get(node).unwrap().clone();
    changed.name = hostile.to_owned();
    design.nodes.set(node, Some(changed.into()));
    let group = design.groups.ids().next().unwrap();
    let mut changed = design.groups.get(group).unwrap().clone();
    changed.name = hostile.to_owned();
    design.groups.set(group, Some(changed.into()));
    std::sync::Arc::make_mut(&mut design.meta).name = hostile.to_owned();
    for theme in [Theme::Light, Theme::Dark] {
        let text = svg(&design, &Catalog::builtin(), theme);
        let (elements, attributes) = parsed(&text);
        let allowed = ["circle", "desc", "g", "path", "rect", "svg", "text", "title"];
        assert!(elements.iter().all(|element| allowed.contains(&element.as_str())), "{elements:?}");
        assert!(attributes.iter().all(|attribute| !attribute.starts_with("on") && !attribute.contains("href") && attribute != "style"), "{attributes:?}");
        assert!(!text.chars().any(|character| character != '\n' && (character.is_control() || character == '\u{202e}' || character == '\u{ffff}')));
        assert!(text.contains("&lt;script&gt;"), "the label is there as text");
    }
    assert!(parsed(&svg(&Design::default(), &Catalog::builtin(), Theme::Light)).0.contains("title"), "an empty design is a file too");
}

#[test]
fn a_file_of_a_small_design() {
    let mut design = Design::default();
    std::sync::Arc::make_mut(&mut design.meta).name = "Two hosts".to_owned();
    let switch = design.nodes.push(Node::new("generic-switch".into(), "leaf-1", Point::new(0.0, 0.0)));
    for i in 0..2u16 {
        let host = design.nodes.push(Node::new("generic-host".into(), format!("host-{}", i + 1), Point::new(110.0 * f64::from(i), 120.0)));
        design.links.push(Link::between(PortRef::cage(switch, i + 1), PortRef::cage(host, 1)));
    }
    let text = svg(&design, &Catalog::builtin(), Theme::Light);
    parsed(&text);
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("render_svg", text) });
    assert_eq!(text, svg(&design, &Catalog::builtin(), Theme::Light));
}

#[test]
fn a_file_of_a_large_design_stays_small() {
    let text = svg(&fat_tree("32"), &Catalog::builtin(), Theme::Dark);
    parsed(&text);
    assert!(text.len() < 1_000_000, "{} bytes", text.len());
    assert!(text.contains(">Pod 32<") || text.contains(">32<"));
}

#[test]
fn files_and_the_page_have_the_same_colours() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("styles/tokens.css");
    let css = std::fs::read_to_string(path).unwrap();
    for (role, token, light, dark) in weft::render::palette::TOKENS {
        assert!(css.contains(&format!("{token}: light-dark({light}, {dark});")), "{role:?}: {token} is light-dark({light}, {dark}) in the style sheet");
    }
    for (token, [light, dark]) in [("load", weft::render::palette::LOADS), ("class", weft::render::palette::CLASSES)] {
        for (at, (light, dark)) in light.iter().zip(dark).enumerate() {
            assert!(css.contains(&format!("--{token}-{at}: light-dark({light}, {dark});")), "--{token}-{at}");
        }
    }
}
