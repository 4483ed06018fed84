//! Small pictures of parts for the palette: a switch shows cages, a system its XPUs and cages, a cable its two ends.

use yew::prelude::*;

use crate::model::{CableKind, LinkLayer, Part, PartKind};

/// What a glyph depends on, cheap to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    kind: PartKind,
    /// The class that colours its cages, or a cable.
    class: &'static str,
}

/// Every class of cages, and of cables.
const CAGES: [&str; 4] = ["g-eth", "g-ib", "g-xpu", "g-plain"];
const CABLES: [&str; 2] = ["g-optic", "g-copper"];

impl Glyph {
    /// The glyph of a part.
    pub fn of(part: &Part) -> Self {
        let layers = part.ports.iter().flat_map(|group| group.layers.iter().copied());
        let layer = match part.kind {
            // A system's cages belong to the network between systems.
            PartKind::System => part.ports.iter().flat_map(|group| group.layers.iter().copied()).find(|layer| !layer.is_scale_up()),
            _ => None,
        };
        let optical = part.cable().is_some_and(|cable| matches!(cable.kind, CableKind::Aoc | CableKind::Optic));
        let mut layers = layers;
        let [optic, copper] = CABLES;
        let (kind, class) = match part.kind {
            PartKind::Cable | PartKind::Transceiver => (PartKind::Cable, if optical { optic } else { copper }),
            PartKind::Rack | PartKind::Xpu => (part.kind, ""),
            kind => (kind, layer_class(layer.or_else(|| layers.next()))),
        };
        Self { kind, class }
    }

    /// The glyph as an element that says nothing by itself. It shows one of the drawings of [`Glyph::sheet`]: a palette of hundreds of
    /// parts is drawn from two dozen of them.
    pub fn html(self) -> Html {
        html! { <svg class="glyph" aria-hidden="true"><use href={format!("#{}", self.id())} /></svg> }
    }

    /// Every drawing there is, once, not shown by itself.
    pub fn sheet() -> Html {
        let of = |kind: PartKind, classes: &[&'static str]| classes.iter().map(|class| Self { kind, class }.symbol()).collect::<Html>();
        html! {
            <svg class="sr-only" aria-hidden="true">
                { of(PartKind::Cable, &CABLES) }
                { of(PartKind::Nic, &CAGES) }
                { of(PartKind::Rack, &[""]) }
                { of(PartKind::Switch, &CAGES) }
                { of(PartKind::System, &CAGES) }
                { of(PartKind::Xpu, &[""]) }
            </svg>
        }
    }

    fn id(self) -> String {
        let kind = match self.kind {
            PartKind::Cable | PartKind::Transceiver => "cable",
            PartKind::Nic => "nic",
            PartKind::Rack => "rack",
            PartKind::Switch => "switch",
            PartKind::System => "system",
            PartKind::Xpu => "xpu",
        };
        format!("glyph-{kind}{}", self.class)
    }

    fn symbol(self) -> Html {
        let layer = self.class;
        let cages = |count: usize, step: f64, left: f64, top: f64, width: f64, height: f64, class: &'static str| -> Html {
            (0..count)
                .map(|at| {
                    html! { <rect class={class} x={(left + at as f64 * step).to_string()} y={top.to_string()} width={width.to_string()} height={height.to_string()} rx="0.8" /> }
                })
                .collect()
        };
        let drawing = match self.kind {
            PartKind::Cable | PartKind::Transceiver => {
                html! { <>
                    <path class={layer} d="M3 18C12 18 12 6 22 6" />
                    <rect class="g-end" x="22" y="3" width="10" height="6" rx="1.5" />
                    <rect class="g-end" x="0" y="15" width="6" height="6" rx="1.5" />
                </> }
            }
            PartKind::Nic => html! { <>
                <rect class="g-body" x="5" y="5" width="24" height="14" rx="2" />
                { cages(2, 8.0, 9.0, 8.0, 6.0, 6.0, layer) }
                <path class="g-edge" d="M9 21.5h12" />
            </> },
            PartKind::Rack => html! { <>
                <rect class="g-rack" x="9" y="1" width="16" height="22" rx="2" />
                { cages(1, 0.0, 11.0, 4.0, 12.0, 3.0, "g-end") }
                { cages(1, 0.0, 11.0, 9.0, 12.0, 3.0, "g-end") }
                { cages(1, 0.0, 11.0, 14.0, 12.0, 3.0, "g-end") }
            </> },
            PartKind::Switch => html! { <>
                <rect class="g-body" x="1" y="6" width="32" height="12" rx="2" />
                { cages(6, 5.0, 4.0, 10.0, 3.5, 4.0, layer) }
            </> },
            PartKind::System => html! { <>
                <rect class="g-body" x="1" y="3" width="32" height="18" rx="3" />
                { cages(4, 7.0, 4.0, 6.0, 5.0, 5.0, "g-xpu") }
                { cages(4, 7.0, 4.0, 14.0, 5.0, 4.0, layer) }
            </> },
            PartKind::Xpu => html! { <>
                <rect class="g-xpu" x="5" y="3" width="24" height="18" rx="3" />
                { cages(3, 6.0, 9.0, 8.0, 4.0, 8.0, "g-hole") }
            </> },
        };
        html! { <symbol id={self.id()} viewBox="0 0 34 24">{ drawing }</symbol> }
    }
}

const fn layer_class(layer: Option<LinkLayer>) -> &'static str {
    match layer {
        Some(LinkLayer::Ethernet) => CAGES[0],
        Some(LinkLayer::InfiniBand) => CAGES[1],
        Some(layer) if layer.is_scale_up() => CAGES[2],
        _ => CAGES[3],
    }
}
