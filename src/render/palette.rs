//! The colours of both themes, for the canvas and for SVG files. Panels take them from `styles/tokens.css`; a test holds the two together.

use super::display::Colour;
use crate::editor::Theme;

/// A role, the variable of the style sheet that holds it, and its colour in the light and the dark theme.
pub type Token = (Colour, &'static str, &'static str, &'static str);

/// All roles.
pub const TOKENS: [Token; 23] = [
    (Colour::Paper, "--paper", "#f6f6f3", "#15171b"),
    (Colour::Grid, "--grid", "#e3e3de", "#23262c"),
    (Colour::Panel, "--panel", "#ffffff", "#1c1f24"),
    (Colour::Line, "--line", "#dcdcd6", "#2e3239"),
    (Colour::Ink, "--ink", "#1b1e23", "#e8eaed"),
    (Colour::Ink2, "--ink2", "#5a616b", "#a8afb9"),
    (Colour::Ink3, "--ink3", "#636a74", "#8f97a2"),
    (Colour::Accent, "--accent", "#3b57d6", "#8ea2ff"),
    (Colour::AccentSoft, "--accent-soft", "#e9edfc", "#262d4a"),
    (Colour::ScaleUp, "--nvlink", "#7a4fd6", "#b49aff"),
    (Colour::InfiniBand, "--ib", "#0b8a7a", "#4fd0bd"),
    (Colour::Ethernet, "--eth", "#2a6fdb", "#7fb0ff"),
    (Colour::Neutral, "--mgmt", "#7d848e", "#838b96"),
    (Colour::Optic, "--optic", "#9a6300", "#e7b75a"),
    (Colour::Error, "--err", "#c0391a", "#ff8a6b"),
    (Colour::ErrorSoft, "--err-soft", "#fdeee9", "#3a211b"),
    (Colour::Warning, "--warn", "#8f5c00", "#e7b75a"),
    (Colour::WarningSoft, "--warn-soft", "#fdf4e0", "#352b17"),
    (Colour::Good, "--ok", "#2c7a4b", "#6fcf97"),
    (Colour::Rack, "--rack", "#fdfdfb", "#1a1d21"),
    (Colour::Metal, "--metal", "#eceff2", "#262a30"),
    (Colour::MetalEdge, "--metal2", "#cfd5db", "#3a4048"),
    (Colour::Cage, "--cage", "#aab2bb", "#565e68"),
];

/// The scale of loads in the light and the dark theme: even steps of lightness away from the paper, blue to red and on, so that order is seen
/// without colours too. Made in OKLCH; neighbours stay apart under protanopia, deuteranopia and tritanopia (Machado et al. 2009).
pub const LOADS: [[&str; 8]; 2] = [
    ["#418ad1", "#5d73d2", "#785ac8", "#8d3fa8", "#98227a", "#92044a", "#770328", "#5a060c"],
    ["#417acc", "#7b74de", "#ae6bdd", "#e26cba", "#ff7e86", "#ffa365", "#ffcf77", "#faf7a7"],
];
/// Colours of classes in both themes, after M. Okabe and K. Ito, darkened or lightened for lines.
pub const CLASSES: [[&str; 8]; 2] = [
    ["#0072b2", "#b35900", "#007a5a", "#a6437f", "#2b7fb8", "#8a7300", "#5b5f66", "#7446b8"],
    ["#56b4e9", "#e69f00", "#2fc59b", "#e58fbf", "#8fb4ff", "#f0e442", "#b5bac2", "#c3a2ff"],
];

/// The colour of a role, as `#rrggbb`.
pub fn hex(role: Colour, theme: Theme) -> &'static str {
    let of = |tables: &[[&'static str; 8]; 2], at: u8| {
        let table = if theme == Theme::Dark { tables[1] } else { tables[0] };
        table.get(usize::from(at) % table.len()).copied().unwrap_or("#888888")
    };
    match role {
        Colour::Load(step) => return of(&LOADS, step.min(7)),
        Colour::Class(class) => return of(&CLASSES, class),
        _ => {}
    }
    let token = TOKENS.iter().find(|(colour, ..)| *colour == role);
    token.map_or("#888888", |(_, _, light, dark)| if theme == Theme::Dark { dark } else { light })
}

/// How well two colours of a theme can be told apart: 1 not at all, 21 black on white (WCAG 2.2, contrast ratio).
pub fn contrast(a: Colour, b: Colour, theme: Theme) -> f64 {
    let (a, b) = (luminance(hex(a, theme)), luminance(hex(b, theme)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance (WCAG 2.2) of `#rrggbb`.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = hex.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_load_is_farther_from_the_paper() {
        for theme in [Theme::Light, Theme::Dark] {
            let steps: Vec<f64> = (0..8).map(|at| contrast(Colour::Load(at), Colour::Paper, theme)).collect();
            assert!(steps.windows(2).all(|pair| pair[1] > pair[0] * 1.08), "{theme:?}: {steps:?}");
        }
    }

    #[test]
    fn text_and_lines_can_be_read_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            for text in [Colour::Ink, Colour::Ink2] {
                for ground in [Colour::Paper, Colour::Panel, Colour::Metal, Colour::Rack] {
                    assert!(contrast(text, ground, theme) >= 4.5, "{text:?} on {ground:?} in {theme:?}: {:.2}", contrast(text, ground, theme));
                }
            }
            for text in [Colour::Error, Colour::Warning] {
                assert!(contrast(text, Colour::Panel, theme) >= 4.5, "{text:?} in {theme:?}");
            }
            let lines = [Colour::Accent, Colour::ScaleUp, Colour::InfiniBand, Colour::Ethernet, Colour::Neutral, Colour::Optic, Colour::Error, Colour::Warning];
            let scales = (0..8).flat_map(|at| [Colour::Load(at), Colour::Class(at)]);
            for line in lines.into_iter().chain(scales) {
                for ground in [Colour::Paper, Colour::Rack, Colour::Metal] {
                    assert!(contrast(line, ground, theme) >= 3.0, "{line:?} on {ground:?} in {theme:?}: {:.2}", contrast(line, ground, theme));
                }
            }
        }
    }
}
