//! Line icons, 16 pixels square, drawn in the colour of the text around them.

use yew::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Half a disc.
    Contrast,
    /// A floppy disk.
    Disk,
    /// A funnel.
    Filter,
    /// Tiles of a floor.
    Floor,
    /// A folder.
    Folder,
    /// A fresh sheet.
    Sheet,
    /// Small boxes joined.
    Template,
    /// An arrow pointer.
    Pointer,
    /// A cross.
    Close,
    /// An arrow into a tray.
    Download,
    /// A hand.
    Hand,
    /// A column on the left.
    Left,
    /// Two ends and a line.
    Link,
    /// Three lines.
    Menu,
    /// An arrow back.
    Redo,
    /// A column on the right.
    Right,
    /// An arrow forth.
    Undo,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Contrast => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M8 4.5h4M8 7h6M8 9.5h5.6M8 12h3.6",
            Self::Download => "M8 2v8M4.8 7L8 10.2 11.2 7M2.5 13.5h11",
            Self::Disk => "M2.5 2.5h9l2 2v9h-11zM5 2.5v3.5h5V2.5M5 13.5V9h6v4.5",
            Self::Filter => "M2.5 3.5h11L9.3 8.6v3.9l-2.6-1.6V8.6z",
            Self::Floor => "M2.5 2.5h11v11h-11zM2.5 8h11M8 2.5v11",
            Self::Folder => "M2 4.5V13h12V5.5H8L6.5 3.5H2z",
            Self::Sheet => "M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5M8.2 8v4M6.2 10h4",
            Self::Template => "M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5",
            Self::Hand => {
                "M5 8V4a1 1 0 0 1 2 0v3M7 7V2.8a1 1 0 0 1 2 0V7M9 7V3.6a1 1 0 0 1 2 0v4M11 7a1 1 0 0 1 2 0v2.6c0 2.6-1.6 4.4-4 4.4-2.2 0-3-.9-4.2-3L3 8.4c-.6-1 .7-1.8 1.4-.9L5 8.4"
            }
            Self::Left => "M2 3h12v10H2zM6 3v10",
            Self::Link => "M4.2 4.2h.1M11.7 11.7h.1M3 3h2.6v2.6H3zM10.4 10.4H13V13h-2.6zM5.6 4.3c4.8 0 .4 7.4 4.8 7.4",
            Self::Menu => "M2.5 4h11M2.5 8h11M2.5 12h11",
            Self::Pointer => "M3.5 2.5l9 4.6-3.8 1.3-1.5 4z",
            Self::Redo => "M10.5 3L13.5 6l-3 3M13.5 6H6.2a3.6 3.6 0 0 0 0 7.2H9",
            Self::Right => "M2 3h12v10H2zM10 3v10",
            Self::Undo => "M5.5 3L2.5 6l3 3M2.5 6h7.3a3.6 3.6 0 0 1 0 7.2H7",
        }
    }

    /// The icon as an element that says nothing by itself.
    pub fn html(self) -> Html {
        html! { <svg class="icon-svg" viewBox="0 0 16 16" aria-hidden="true"><path d={self.path()} /></svg> }
    }
}
