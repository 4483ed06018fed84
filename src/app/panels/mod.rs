//! Everything around the canvas, one file per panel. Components show and forward; what they show is read through selectors.

mod busy;
mod commands;
mod connect;
mod context_menu;
mod dialog;
mod empty;
mod estimates;
mod field;
mod finder;
mod finding_card;
mod findings;
mod glyph;
mod grid;
mod icon;
mod inspector;
mod left;
mod menu;
mod offer;
mod outline;
mod palette;
mod pointer_hint;
mod purchase;
mod rename;
mod repeat;
mod rescue;
mod right;
mod shell;
mod shortcuts;
mod status_bar;
mod templates;
mod toasts;
mod top_bar;

pub use palette::SEARCH as PART_SEARCH;
pub use purchase::change_meta;
pub use rename::place as name_place;
pub use shell::{Shell, ShellProps};
