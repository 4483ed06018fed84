//! The colours of the theme in force, as the canvas needs them: those of [`palette`], which a test holds to `styles/tokens.css`.

use crate::app::host;
use crate::editor::Theme;
use crate::render::{Colour, palette};

/// The colours of the theme in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Colours {
    dark: bool,
    /// Whether the reader asked for more contrast.
    strong: bool,
    /// The interface font.
    pub font: String,
}

impl Colours {
    /// Reads which theme is in force: the one that was chosen, else the system's.
    pub fn read() -> Self {
        let root = host::window().and_then(|window| Some((window.document()?.document_element()?, window)));
        let chosen = root.as_ref().and_then(|(root, _)| root.get_attribute("data-theme"));
        let dark = chosen.map_or_else(|| host::matches_media("(prefers-color-scheme: dark)"), |theme| theme == "dark");
        let style = root.and_then(|(root, window)| window.get_computed_style(&root).ok()?);
        let font = style.and_then(|style| style.get_property_value("--font").ok()).unwrap_or_default().trim().to_owned();
        Self { dark, strong: host::matches_media("(prefers-contrast: more)"), font }
    }

    /// The colour of a role, as CSS writes it.
    pub fn of(&self, role: Colour) -> &'static str {
        let role = match role {
            Colour::Ink2 | Colour::Ink3 if self.strong => Colour::Ink,
            Colour::Line | Colour::MetalEdge | Colour::Cage if self.strong => Colour::Ink3,
            other => other,
        };
        palette::hex(role, if self.dark { Theme::Dark } else { Theme::Light })
    }
}
