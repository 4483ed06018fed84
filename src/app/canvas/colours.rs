//! The colours of the theme in force, read once from the style sheet: only `styles/tokens.css` knows colours.

use crate::render::Colour;

/// Every role with the variable that holds its colour.
const ROLES: [(Colour, &str); 23] = [
    (Colour::Paper, "--paper"),
    (Colour::Grid, "--grid"),
    (Colour::Panel, "--panel"),
    (Colour::Line, "--line"),
    (Colour::Ink, "--ink"),
    (Colour::Ink2, "--ink2"),
    (Colour::Ink3, "--ink3"),
    (Colour::Accent, "--accent"),
    (Colour::AccentSoft, "--accent-soft"),
    (Colour::ScaleUp, "--nvlink"),
    (Colour::InfiniBand, "--ib"),
    (Colour::Ethernet, "--eth"),
    (Colour::Neutral, "--mgmt"),
    (Colour::Optic, "--optic"),
    (Colour::Error, "--err"),
    (Colour::ErrorSoft, "--err-soft"),
    (Colour::Warning, "--warn"),
    (Colour::WarningSoft, "--warn-soft"),
    (Colour::Good, "--ok"),
    (Colour::Rack, "--rack"),
    (Colour::Metal, "--metal"),
    (Colour::MetalEdge, "--metal2"),
    (Colour::Cage, "--cage"),
];

/// The colours of the theme in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Colours {
    colours: Vec<String>,
    /// The interface font.
    pub font: String,
}

impl Colours {
    /// Reads the style sheet.
    pub fn read() -> Self {
        let style = crate::app::host::window().and_then(|window| {
            let root = window.document()?.document_element()?;
            window.get_computed_style(&root).ok()?
        });
        let value = |name: &str| style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default().trim().to_owned();
        Self { colours: ROLES.iter().map(|(_, name)| value(name)).collect(), font: value("--font") }
    }

    /// The colour of a role, as CSS writes it.
    pub fn of(&self, role: Colour) -> &str {
        let place = ROLES.iter().position(|(colour, _)| *colour == role);
        place.and_then(|place| self.colours.get(place)).map_or("#888", String::as_str)
    }
}
