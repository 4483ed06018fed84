//! Small pictures of the shapes a fabric may have, to begin with one of them.

use yew::prelude::*;

/// A shape drawn small: outlines as SVG paths in a box of 120 by 64. No real design is drawn; these are signs, like the icons.
#[derive(PartialEq)]
pub struct Sketch {
    /// The template that makes such a fabric.
    pub template: &'static str,
    /// What it is called in few words.
    pub words: &'static str,
    /// The class that colours its cables.
    layer: &'static str,
    cables: &'static str,
    boxes: &'static str,
    xpus: &'static str,
}

/// The shapes that are offered on an empty canvas.
#[rustfmt::skip]
pub const SKETCHES: [Sketch; 6] = [
    Sketch {
        template: "rail-optimised",
        words: "Rail-optimised",
        layer: "sketch-ib",
        cables: "M43 10C43 16 19 16 19 22M43 10C43 16 46.3 16 46.3 22M43 10C43 16 73.7 16 73.7 22M43 10C43 16 101 16 101 22M77 10C77 16 19 16 19 22M77 10C77 16 46.3 16 46.3 22M77 10C77 16 73.7 16 73.7 22M77 10C77 16 101 16 101 22M14.5 28C14.5 36 8.5 36 8.5 44M41.8 28C41.8 36 13.5 36 13.5 44M69.2 28C69.2 36 18.5 36 18.5 44M96.5 28C96.5 36 23.5 36 23.5 44M17.5 28C17.5 36 37.8 36 37.8 44M44.8 28C44.8 36 42.8 36 42.8 44M72.2 28C72.2 36 47.8 36 47.8 44M99.5 28C99.5 36 52.8 36 52.8 44M20.5 28C20.5 36 67.2 36 67.2 44M47.8 28C47.8 36 72.2 36 72.2 44M75.2 28C75.2 36 77.2 36 77.2 44M102.5 28C102.5 36 82.2 36 82.2 44M23.5 28C23.5 36 96.5 36 96.5 44M50.8 28C50.8 36 101.5 36 101.5 44M78.2 28C78.2 36 106.5 36 106.5 44M105.5 28C105.5 36 111.5 36 111.5 44",
        boxes: "M34 4h18v6h-18zM68 4h18v6h-18zM10 22h18v6h-18zM37.3 22h18v6h-18zM64.7 22h18v6h-18zM92 22h18v6h-18zM4 44h24v16h-24zM33.3 44h24v16h-24zM62.7 44h24v16h-24zM92 44h24v16h-24z",
        xpus: "M6.5 47h4v4h-4zM11.5 47h4v4h-4zM16.5 47h4v4h-4zM21.5 47h4v4h-4zM35.8 47h4v4h-4zM40.8 47h4v4h-4zM45.8 47h4v4h-4zM50.8 47h4v4h-4zM65.2 47h4v4h-4zM70.2 47h4v4h-4zM75.2 47h4v4h-4zM80.2 47h4v4h-4zM94.5 47h4v4h-4zM99.5 47h4v4h-4zM104.5 47h4v4h-4zM109.5 47h4v4h-4z",
    },
    Sketch {
        template: "nvl72",
        words: "NVLink racks",
        layer: "sketch-ib",
        cables: "M38 9C38 12.5 18 12.5 18 16M82 9C82 12.5 26 12.5 26 16M38 9C38 12.5 56 12.5 56 16M82 9C82 12.5 64 12.5 64 16M38 9C38 12.5 94 12.5 94 16M82 9C82 12.5 102 12.5 102 16",
        boxes: "M8 16h28v46h-28zM11 37h22v2.6h-22zM11 41h22v2.6h-22zM46 16h28v46h-28zM49 37h22v2.6h-22zM49 41h22v2.6h-22zM84 16h28v46h-28zM87 37h22v2.6h-22zM87 41h22v2.6h-22zM29 3h18v6h-18zM73 3h18v6h-18z",
        xpus: "M11 20h22v2.6h-22zM11 24h22v2.6h-22zM11 28h22v2.6h-22zM11 32h22v2.6h-22zM11 46h22v2.6h-22zM11 50h22v2.6h-22zM11 54h22v2.6h-22zM49 20h22v2.6h-22zM49 24h22v2.6h-22zM49 28h22v2.6h-22zM49 32h22v2.6h-22zM49 46h22v2.6h-22zM49 50h22v2.6h-22zM49 54h22v2.6h-22zM87 20h22v2.6h-22zM87 24h22v2.6h-22zM87 28h22v2.6h-22zM87 32h22v2.6h-22zM87 46h22v2.6h-22zM87 50h22v2.6h-22zM87 54h22v2.6h-22z",
    },
    Sketch {
        template: "ualink-pod",
        words: "UALink pod",
        layer: "sketch-xpu",
        cables: "M17 18C17 33 20 33 20 48M17 18C17 33 46.7 33 46.7 48M17 18C17 33 73.3 33 73.3 48M17 18C17 33 100 33 100 48M34.2 18C34.2 33 20 33 20 48M34.2 18C34.2 33 46.7 33 46.7 48M34.2 18C34.2 33 73.3 33 73.3 48M34.2 18C34.2 33 100 33 100 48M51.4 18C51.4 33 20 33 20 48M51.4 18C51.4 33 46.7 33 46.7 48M51.4 18C51.4 33 73.3 33 73.3 48M51.4 18C51.4 33 100 33 100 48M68.6 18C68.6 33 20 33 20 48M68.6 18C68.6 33 46.7 33 46.7 48M68.6 18C68.6 33 73.3 33 73.3 48M68.6 18C68.6 33 100 33 100 48M85.8 18C85.8 33 20 33 20 48M85.8 18C85.8 33 46.7 33 46.7 48M85.8 18C85.8 33 73.3 33 73.3 48M85.8 18C85.8 33 100 33 100 48M103 18C103 33 20 33 20 48M103 18C103 33 46.7 33 46.7 48M103 18C103 33 73.3 33 73.3 48M103 18C103 33 100 33 100 48",
        boxes: "M10 48h20v7h-20zM36.7 48h20v7h-20zM63.3 48h20v7h-20zM90 48h20v7h-20z",
        xpus: "M12 8h10v10h-10zM29.2 8h10v10h-10zM46.4 8h10v10h-10zM63.6 8h10v10h-10zM80.8 8h10v10h-10zM98 8h10v10h-10z",
    },
    Sketch {
        template: "leaf-spine",
        words: "Leaf and spine",
        layer: "sketch-eth",
        cables: "M26 12C26 21 16 21 16 30M26 12C26 21 45.3 21 45.3 30M26 12C26 21 74.7 21 74.7 30M26 12C26 21 104 21 104 30M60 12C60 21 16 21 16 30M60 12C60 21 45.3 21 45.3 30M60 12C60 21 74.7 21 74.7 30M60 12C60 21 104 21 104 30M94 12C94 21 16 21 16 30M94 12C94 21 45.3 21 45.3 30M94 12C94 21 74.7 21 74.7 30M94 12C94 21 104 21 104 30M16 37C16 43.5 8 43.5 8 50M16 37C16 43.5 16 43.5 16 50M16 37C16 43.5 24 43.5 24 50M45.3 37C45.3 43.5 37.3 43.5 37.3 50M45.3 37C45.3 43.5 45.3 43.5 45.3 50M45.3 37C45.3 43.5 53.3 43.5 53.3 50M74.7 37C74.7 43.5 66.7 43.5 66.7 50M74.7 37C74.7 43.5 74.7 43.5 74.7 50M74.7 37C74.7 43.5 82.7 43.5 82.7 50M104 37C104 43.5 96 43.5 96 50M104 37C104 43.5 104 43.5 104 50M104 37C104 43.5 112 43.5 112 50",
        boxes: "M16 5h20v7h-20zM50 5h20v7h-20zM84 5h20v7h-20zM6 30h20v7h-20zM35.3 30h20v7h-20zM64.7 30h20v7h-20zM94 30h20v7h-20zM5 50h6v9h-6zM13 50h6v9h-6zM21 50h6v9h-6zM34.3 50h6v9h-6zM42.3 50h6v9h-6zM50.3 50h6v9h-6zM63.7 50h6v9h-6zM71.7 50h6v9h-6zM79.7 50h6v9h-6zM93 50h6v9h-6zM101 50h6v9h-6zM109 50h6v9h-6z",
        xpus: "",
    },
    Sketch {
        template: "fat-tree",
        words: "Fat tree",
        layer: "sketch-eth",
        cables: "M25 10C25 17 12 17 12 24M48.3 10C48.3 17 12 17 12 24M12 30C12 37 12 37 12 44M12 30C12 37 30 37 30 44M71.7 10C71.7 17 30 17 30 24M95 10C95 17 30 17 30 24M30 30C30 37 12 37 12 44M30 30C30 37 30 37 30 44M8 50v8M16 50v8M26 50v8M34 50v8M25 10C25 17 51 17 51 24M48.3 10C48.3 17 51 17 51 24M51 30C51 37 51 37 51 44M51 30C51 37 69 37 69 44M71.7 10C71.7 17 69 17 69 24M95 10C95 17 69 17 69 24M69 30C69 37 51 37 51 44M69 30C69 37 69 37 69 44M47 50v8M55 50v8M65 50v8M73 50v8M25 10C25 17 90 17 90 24M48.3 10C48.3 17 90 17 90 24M90 30C90 37 90 37 90 44M90 30C90 37 108 37 108 44M71.7 10C71.7 17 108 17 108 24M95 10C95 17 108 17 108 24M108 30C108 37 90 37 90 44M108 30C108 37 108 37 108 44M86 50v8M94 50v8M104 50v8M112 50v8",
        boxes: "M18 4h14v6h-14zM41.3 4h14v6h-14zM64.7 4h14v6h-14zM88 4h14v6h-14zM5 24h14v6h-14zM23 24h14v6h-14zM5 44h14v6h-14zM23 44h14v6h-14zM44 24h14v6h-14zM62 24h14v6h-14zM44 44h14v6h-14zM62 44h14v6h-14zM83 24h14v6h-14zM101 24h14v6h-14zM83 44h14v6h-14zM101 44h14v6h-14z",
        xpus: "",
    },
    Sketch {
        template: "dragonfly",
        words: "Dragonfly",
        layer: "sketch-eth",
        cables: "M65.6 7.2L60 15.5M54.4 7.2L60 15.5M54.4 7.2L65.6 7.2M104.8 28.9L93.8 26.9M101.3 19.8L93.8 26.9M101.3 19.8L104.8 28.9M82 54.8L80.9 45.3M91.2 49.2L80.9 45.3M91.2 49.2L82 54.8M28.8 49.2L39.1 45.3M38 54.8L39.1 45.3M38 54.8L28.8 49.2M18.7 19.8L26.2 26.9M15.2 28.9L26.2 26.9M15.2 28.9L18.7 19.8M93.8 26.9L60 15.5M80.9 45.3L65.6 7.2M82 54.8L104.8 28.9M39.1 45.3L54.4 7.2M28.8 49.2L101.3 19.8M38 54.8L91.2 49.2M26.2 26.9L60 15.5M18.7 19.8L93.8 26.9M15.2 28.9L80.9 45.3M26.2 26.9L39.1 45.3",
        boxes: "M57 13.5h6v4h-6zM62.6 5.2h6v4h-6zM51.4 5.2h6v4h-6zM90.8 24.9h6v4h-6zM101.8 26.9h6v4h-6zM98.3 17.8h6v4h-6zM77.9 43.3h6v4h-6zM79 52.8h6v4h-6zM88.2 47.2h6v4h-6zM36.1 43.3h6v4h-6zM25.8 47.2h6v4h-6zM35 52.8h6v4h-6zM23.2 24.9h6v4h-6zM15.7 17.8h6v4h-6zM12.2 26.9h6v4h-6z",
        xpus: "",
    },
];

impl Sketch {
    /// The picture, which says nothing by itself.
    pub fn html(&self) -> Html {
        html! {
            <svg class={classes!("sketch", self.layer)} viewBox="0 0 120 64" aria-hidden="true">
                <path class="cables" d={self.cables} />
                <path class="boxes" d={self.boxes} />
                <path class="xpus" d={self.xpus} />
            </svg>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_one_that_can_be_made() {
        for sketch in &SKETCHES {
            assert!(crate::engine::templates::all().iter().any(|template| template.name == sketch.template), "{}", sketch.template);
        }
    }
}
