//! Plots: what a figure says and how it is drawn, from data to SVG, CSV and the words of each point.

use weft::catalog::Catalog;
use weft::editor::Theme;
use weft::engine::ask::{self, OFF};
use weft::engine::compare::{json, markdown, rows};
use weft::engine::context::Context;
use weft::engine::estimate::collective::Collective;
use weft::engine::latency::answer::Answer;
use weft::engine::service::evaluate;
use weft::engine::templates;
use weft::model::Design;
use weft::render::plot::{Axis, Kind, Plot, Series, Spot, of};
use weft::render::{Align, Colour, Shape, palette};
use weft::units::{Bytes, Point, Rect, SortedMap};

use crate::graphs::fat_tree;

fn latency(design: &Design) -> Plot {
    let catalog = Catalog::builtin();
    of::latency(&Answer::of(&Context::new(design, &catalog), u64::MAX, &mut |_| {})).unwrap()
}

fn pilot() -> Design {
    templates::generate("rail-optimised", &SortedMap::new(), &Catalog::builtin()).unwrap()
}

#[test]
fn a_histogram_of_latency_is_drawn_and_written() {
    let plot = latency(&fat_tree(4));
    insta::with_settings!({snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!("plot_latency_svg", plot.svg(480.0, Theme::Light));
        insta::assert_snapshot!("plot_latency_csv", plot.csv());
    });
    let shares: f64 = plot.series.iter().flat_map(|series| &series.spots).map(|spot| spot.y).sum();
    assert!((shares - 100.0).abs() < 1e-9, "every pair stands in one bar");
    let dark = plot.svg(480.0, Theme::Dark);
    assert!(dark.contains(palette::hex(Colour::Accent, Theme::Dark)) && !dark.contains(palette::hex(Colour::Accent, Theme::Light)));
}

#[test]
fn a_collective_names_the_best_algorithm_along_its_curve() {
    let curve = ask::curve(&ask::answer("collective all-reduce", &pilot(), &Catalog::builtin(), &mut |_| {}).text).unwrap();
    assert_eq!(curve.points.len(), 25, "1 KiB to 16 GiB");
    for figure in [of::Figure::Bandwidth, of::Figure::Time] {
        let plot = of::collective(Collective::AllReduce, &curve, figure, Bytes(65536.0)).unwrap();
        let drawn = plot.drawn(640.0);
        let texts: Vec<&str> = drawn.shapes.iter().filter_map(|shape| if let Shape::Text { text, .. } = shape { Some(text.as_str()) } else { None }).collect();
        let named = texts.iter().filter(|text| plot.series[0].spots.iter().any(|spot| spot.note == **text)).count();
        assert!(named > 1, "algorithms stand at the curve: {texts:?}");
        assert!(texts.contains(&"64 KiB"), "the marked size: {texts:?}");
        assert_eq!(drawn.targets.len(), plot.rows().count());
    }
}

/// Whether a line passes through a box; looked at in steps of half a pixel.
fn passes_through(points: &[Point], area: &Rect) -> bool {
    points.windows(2).any(|ends| {
        let steps = (ends[0].distance(ends[1]) * 2.0).ceil() as u32 + 1;
        (0..=steps).any(|step| area.contains(ends[0].toward(ends[1], f64::from(step) / f64::from(steps))))
    })
}

#[test]
fn words_at_a_curve_keep_off_every_curve() {
    let catalog = Catalog::builtin();
    for collective in [Collective::AllReduce, Collective::AllToAll, Collective::Broadcast] {
        let curve = ask::curve(&ask::answer(&format!("collective {}", collective.word()), &pilot(), &catalog, &mut |_| {}).text).unwrap();
        for (figure, width) in
            [of::Figure::Bandwidth, of::Figure::Time].into_iter().flat_map(|figure| [240.0, 288.0, 320.0, 640.0].map(|width| (figure, width)))
        {
            let plot = of::collective(collective, &curve, figure, Bytes(65536.0)).unwrap();
            let drawn = plot.drawn(width);
            let curves: Vec<&Vec<Point>> = drawn
                .shapes
                .iter()
                .filter_map(|shape| if let Shape::Polyline { points, line } = shape { (line.width > 1.0).then_some(points) } else { None })
                .collect();
            let notes: Vec<&str> =
                plot.series.iter().flat_map(|series| series.spots.iter().map(|spot| spot.note.as_str()).chain([series.name.as_str()])).collect();
            let mut written = Vec::new();
            for shape in &drawn.shapes {
                let Shape::Text { at, text, align, font, .. } = shape else { continue };
                if !notes.contains(&text.as_str()) {
                    continue;
                }
                let wide = text.chars().count() as f64 * if font.bold { 7.0 } else { 6.0 };
                let left = at.x
                    - match align {
                        Align::Start => 0.0,
                        Align::Middle => wide / 2.0,
                        Align::End => wide,
                    };
                let area = Rect::new(left, at.y - 9.0, wide, 11.0);
                assert!(!curves.iter().any(|points| passes_through(points, &area)), "{}, {width} wide: a curve runs through “{text}”", plot.title);
                assert!(left >= 0.0 && area.right() <= width, "{}, {width} wide: “{text}” is cut", plot.title);
                assert!(area.bottom() <= drawn.size.1 - 36.0, "{}, {width} wide: “{text}” lies on the axis", plot.title);
                written.push(text.as_str());
            }
            let named = plot.series.iter().filter(|series| written.contains(&series.name.as_str())).count();
            assert!(plot.series.len() == 1 || named == plot.series.len(), "{}, {width} wide: {written:?}", plot.title);
            // So wide are the page's; in narrower ones there may be no room for the longest words.
            let told = written.len() > named || plot.series[0].spots[0].note.is_empty();
            assert!(told || width < 288.0, "{}, {width} wide: {written:?}", plot.title);
        }
    }
}

#[test]
fn load_falls_from_the_fullest_link_to_the_idlest() {
    assert_eq!(of::utilisation("nothing", &[]), None);
    let plot = of::utilisation("half shift", &[0.0, 400.0, 400.0, 400.0, OFF, OFF, 50.0, 100.0, 1.0, 0.0, 200.0, 200.0]).unwrap();
    let spots: Vec<(f64, f64)> = plot.series[0].spots.iter().map(|spot| (spot.x, spot.y)).collect();
    assert_eq!(spots, [(0.0, 100.0), (50.0, 100.0), (50.0, 50.0), (75.0, 50.0), (75.0, 0.0), (100.0, 0.0)]);
    assert!(plot.description.contains("Full: 2 of 4. Idle: 1 of 4."), "{}", plot.description);
}

#[test]
fn cost_stands_against_bandwidth_once_two_are_known() {
    let catalog = Catalog::builtin();
    let mut smaller = SortedMap::new();
    smaller.insert("servers".to_owned(), "8".to_owned());
    let reports = [evaluate(&pilot(), &catalog), evaluate(&templates::generate("rail-optimised", &smaller, &catalog).unwrap(), &catalog)];
    let rows = rows(&reports.iter().collect::<Vec<_>>(), |_| true);
    let plot = of::cost(&["one".to_owned(), "a | b\n".to_owned()], &rows).unwrap();
    assert!(plot.series.iter().map(|series| series.spots.len()).sum::<usize>() >= 2);
    assert!(plot.svg(600.0, Theme::Light).contains("one"));
    let table = markdown(&["one".to_owned(), "a | b\n".to_owned()], &rows);
    assert!(table.starts_with("| | one | a \\| b  |\n|---|---:|---:|\n| "), "{table}");
    assert_eq!(table.lines().count(), rows.len() + 2);
    let read: serde_json::Value = serde_json::from_str(&json(&["one".to_owned(), "two".to_owned()], &rows)).unwrap();
    assert_eq!((read["format"].as_str(), read["estimates"].as_array().unwrap().len()), (Some("weft-comparison"), rows.len()));
}

/// Whatever is handed over, a drawing has finite places inside itself.
#[test]
fn hostile_numbers_are_drawn_inside_or_not_at_all() {
    let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1e300, f64::MIN_POSITIVE, 1.0, 5e-324, 1e18];
    for kind in [Kind::Bars(1.0), Kind::Bars(f64::NAN), Kind::Dots, Kind::Line] {
        for (x, y) in [(Axis::log("x", "B"), Axis::log("y", "ns")), (Axis::from_zero("x", ""), Axis::from_zero("y", "%"))] {
            for first in numbers {
                let spots = numbers.iter().map(|other| Spot { x: first, y: *other, note: "<b>&".to_owned() }).collect();
                let series = vec![Series { name: "\u{0}n".to_owned(), kind, spots }];
                let plot =
                    Plot { title: "<t>".to_owned(), description: String::new(), x: x.clone(), y: y.clone(), series, mark: Some((first, "m".to_owned())) };
                let svg = plot.svg(300.0, Theme::Light);
                assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<b>"), "{first}: {svg}");
                let drawn = plot.drawn(300.0);
                for target in &drawn.targets {
                    let area = target.area;
                    assert!([area.x, area.y, area.width, area.height].iter().all(|number| number.is_finite()), "{area:?}");
                }
            }
        }
    }
}
