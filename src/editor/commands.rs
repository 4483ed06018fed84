//! Every command, declared once: menus, keys, the command palette and the shortcut sheet read this list.

use super::intent::{Align, Intent, KeyMods, ToolKind, Zoom};
use super::session::Session;
use crate::model::{GroupKind, Subject};
use crate::units::is_word;

/// What a command does.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Hands this intent to the session.
    Intent(fn() -> Intent),
    /// Is the page's own: opens a dialog, a file chooser, a panel.
    Page(PageAction),
}

/// What only the page can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageAction {
    /// The dialog that puts designs and scenarios beside the open design.
    Compare,
    /// The dialog that connects a port to another by typing.
    ConnectDialog,
    /// The export dialog.
    Export,
    /// The list of findings about the selection.
    Findings,
    /// The floor plan in place of the drawing, and back.
    Floor,
    /// The import dialog.
    Import,
    /// Links in the colours of what they carry, and back.
    Loads,
    /// The bill of materials, the cable schedule and what is assumed of them.
    Materials,
    /// The file chooser.
    OpenFile,
    /// The command palette.
    Palette,
    /// The form for a new part of one's own.
    NewPart,
    /// The page of the part that is selected.
    Part,
    /// Reads the clipboard and sends [`Intent::Paste`].
    Paste,
    /// The dialog that gives many names by a pattern.
    Pattern,
    /// The name field of the inspector.
    Rename,
    /// The dialog that makes an array of copies.
    Repeat,
    /// The search field.
    Search,
    /// The shortcut sheet.
    Shortcuts,
    /// The template dialog.
    Templates,
    /// Light or dark.
    Theme,
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its stable id: `zoom-fit`.
    pub id: &'static str,
    /// Its name, as menus and the palette show it.
    pub name: &'static str,
    /// The keys that menus show; empty if it has none.
    pub shortcut: &'static str,
    /// Further keys.
    pub also: &'static [&'static str],
    /// What it does, in a sentence.
    pub help: &'static str,
    /// The heading it stands under in menus and on the shortcut sheet.
    pub section: Section,
    /// Whether it can be used now.
    pub available: fn(&Session) -> bool,
    /// What it does.
    pub action: Action,
}

/// A heading of the menus and the shortcut sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Open, save, templates.
    File,
    /// Undo, clipboard, delete.
    Edit,
    /// Group, line up, move.
    Arrange,
    /// Tools.
    Tools,
    /// Zoom and panels.
    View,
    /// Help.
    Help,
}

impl Section {
    /// The heading's words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Arrange => "Arrange",
            Self::Edit => "Edit",
            Self::File => "File",
            Self::Help => "Help",
            Self::Tools => "Tools",
            Self::View => "View",
        }
    }
}

impl Command {
    /// Whether it can be used now.
    pub fn is_available(&self, session: &Session) -> bool {
        (self.available)(session)
    }
    /// The intent it sends; `None` if it is the page's own.
    pub fn intent(&self) -> Option<Intent> {
        match self.action {
            Action::Intent(intent) => Some(intent()),
            Action::Page(_) => None,
        }
    }
    /// What the page does; `None` if it sends an intent.
    pub fn page(&self) -> Option<PageAction> {
        match self.action {
            Action::Intent(_) => None,
            Action::Page(page) => Some(page),
        }
    }
    /// All its keys, the one that menus show first.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        [self.shortcut].into_iter().filter(|key| !key.is_empty()).chain(self.also.iter().copied())
    }
}

/// All commands, by id.
pub fn all() -> &'static [Command] {
    COMMANDS
}

/// The command with this id.
pub fn by_id(id: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.id == id)
}

/// The command for a key, as `KeyboardEvent.key` names it.
///
/// Shift is ignored for keys that print something other than a letter with it (`?`, `+`), since keyboards differ in where they have them.
pub fn for_key(key: &str, mods: KeyMods) -> Option<&'static Command> {
    let exact = COMMANDS.iter().find(|command| command.keys().any(|shortcut| matches(shortcut, key, mods, false)));
    exact.or_else(|| COMMANDS.iter().find(|command| command.keys().any(|shortcut| matches(shortcut, key, mods, true))))
}

/// The same for a physical digit key (`KeyboardEvent.code`, `Digit1`), which prints something else with Shift.
pub fn for_digit(digit: u8, mods: KeyMods) -> Option<&'static Command> {
    for_key(&digit.to_string(), mods)
}

fn matches(shortcut: &str, key: &str, mods: KeyMods, any_shift: bool) -> bool {
    let mut wanted = KeyMods { space: mods.space, ..KeyMods::default() };
    let mut rest = shortcut;
    loop {
        let (word, after) = match rest.split_once('+') {
            Some((word, after)) if !word.is_empty() && !after.is_empty() => (word, after),
            _ => break,
        };
        match word {
            "Alt" => wanted.alt = true,
            "Ctrl" => wanted.command = true,
            "Shift" => wanted.shift = true,
            _ => break,
        }
        rest = after;
    }
    let prints = key.chars().count() == 1 && !key.chars().all(is_word);
    if any_shift && prints {
        wanted.shift = mods.shift;
    }
    wanted == mods && !mods.space && rest.eq_ignore_ascii_case(key)
}

const fn always(_: &Session) -> bool {
    true
}
fn editable(session: &Session) -> bool {
    session.read_only().is_none() || session.is_locked()
}
fn drawn(session: &Session) -> bool {
    !session.design().is_empty()
}
fn selected(session: &Session) -> bool {
    !session.selection().is_empty()
}
fn selected_editable(session: &Session) -> bool {
    editable(session) && selected(session)
}
fn has_alike(session: &Session) -> bool {
    session.selection().iter().any(|subject| matches!(subject, Subject::Link(_) | Subject::Node(_) | Subject::Rack(_) | Subject::Trunk(..)))
}
/// Whether it has a place of its own in the drawing.
pub(super) fn stands(subject: &Subject) -> bool {
    matches!(subject, Subject::Group(_) | Subject::Node(_) | Subject::Rack(_))
}
fn standing_selected(session: &Session) -> bool {
    editable(session) && session.selection().iter().any(stands)
}
fn can_fail(session: &Session) -> bool {
    selected_editable(session) && session.selection().iter().any(|subject| !matches!(subject, Subject::Requirement(_)))
}
fn several_selected(session: &Session) -> bool {
    editable(session) && session.selection().iter().filter(|subject| stands(subject)).count() > 1
}
fn copyable(session: &Session) -> bool {
    session.selection().iter().any(stands)
}
fn group_selected(session: &Session) -> bool {
    editable(session) && session.selection().iter().any(|subject| matches!(subject, Subject::Group(_)))
}
fn nameable(session: &Session) -> bool {
    editable(session) && session.selection().iter().any(|subject| stands(subject) || matches!(subject, Subject::Fabric(_)))
}
fn connectable(session: &Session) -> bool {
    several_selected(session)
        || editable(session)
            && session.selection().len() == 1
            && session.selection().iter().all(|subject| matches!(subject, Subject::Node(_) | Subject::Port(_)))
}

const fn command(id: &'static str, name: &'static str, section: Section, available: fn(&Session) -> bool, action: Action) -> Command {
    Command { id, name, shortcut: "", also: &[], help: "", section, available, action }
}

impl Command {
    const fn keyed(self, shortcut: &'static str, also: &'static [&'static str]) -> Self {
        Self { shortcut, also, ..self }
    }
    const fn helping(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
}

use Action::{Intent as Sends, Page};
use Section::{Arrange, Edit, File, Help, Tools, View};

/// Sorted by id; a test holds it to that.
static COMMANDS: &[Command] = &[
    command("align-bottom", "Line up bottom edges", Arrange, several_selected, Sends(|| Intent::Align(Align::Bottom)))
        .helping("Moves what is selected to the lowest edge"),
    command("align-centre", "Line up in one column", Arrange, several_selected, Sends(|| Intent::Align(Align::Centre)))
        .helping("Puts the middles of what is selected below each other"),
    command("align-left", "Line up left edges", Arrange, several_selected, Sends(|| Intent::Align(Align::Left)))
        .helping("Moves what is selected to the leftmost edge"),
    command("align-middle", "Line up in one row", Arrange, several_selected, Sends(|| Intent::Align(Align::Middle)))
        .helping("Puts the middles of what is selected beside each other"),
    command("align-right", "Line up right edges", Arrange, several_selected, Sends(|| Intent::Align(Align::Right)))
        .helping("Moves what is selected to the rightmost edge"),
    command("align-top", "Line up top edges", Arrange, several_selected, Sends(|| Intent::Align(Align::Top)))
        .helping("Moves what is selected to the topmost edge"),
    command("compare", "Compare…", File, drawn, Page(PageAction::Compare))
        .helping("Puts another design, an example, a scenario or the last saved state beside this one: every estimate, the difference, the best"),
    command("connect", "Connect…", Edit, connectable, Page(PageAction::ConnectDialog))
        .keyed("Shift+C", &[])
        .helping("Connects the selected port or node to another one chosen by typing, or several selected nodes all at once"),
    command("copy", "Copy", Edit, copyable, Sends(|| Intent::Copy))
        .keyed("Ctrl+C", &[])
        .helping("Puts the selection on the clipboard, links between what is selected with it"),
    command("cut", "Cut", Edit, standing_selected, Sends(|| Intent::Cut)).keyed("Ctrl+X", &[]).helping("Copies the selection, then deletes it"),
    command("delete", "Delete", Edit, selected_editable, Sends(|| Intent::Delete))
        .keyed("Delete", &["Backspace"])
        .helping("Takes the selection out: nodes with their links, racks and groups with what they hold"),
    command("duplicate", "Duplicate", Edit, standing_selected, Sends(|| Intent::Duplicate))
        .keyed("Ctrl+D", &[])
        .helping("Copies the selection in place, links between what is selected with it"),
    command("escape", "Stop", Edit, always, Sends(|| Intent::Escape))
        .keyed("Escape", &[])
        .helping("Leaves the gesture, the tool, the selection: the nearest of them"),
    command("export", "Export…", File, drawn, Page(PageAction::Export)).keyed("Ctrl+Shift+E", &[]).helping("Saves a drawing or a cable schedule"),
    command("fail", "Switch off or on", Tools, can_fail, Sends(|| Intent::Fail(Vec::new())))
        .keyed("X", &[])
        .helping("Shows the fabric without what is selected, in a scenario; the design stays whole"),
    command("findings", "Findings about the selection", View, selected, Page(PageAction::Findings))
        .keyed("Shift+F", &[])
        .helping("Lists what is wrong with what is selected and what stands in it"),
    command("floor", "Floor plan", View, |session| !session.design().racks.is_empty(), Page(PageAction::Floor))
        .keyed("F", &[])
        .helping("Shows racks on their floor tiles in place of the drawing, and back"),
    command("group", "Group", Arrange, standing_selected, Sends(|| Intent::Group(GroupKind::Pod)))
        .keyed("Ctrl+G", &[])
        .helping("Puts selected nodes and racks into a new group"),
    command("import", "Import…", File, always, Page(PageAction::Import)).helping("Reads a dump of a running fabric or a graph"),
    command("lay-out", "Lay out", Arrange, |session| editable(session) && drawn(session), Sends(|| Intent::Layout))
        .helping("Arranges selected nodes and racks in tiers, or everything if none is selected"),
    command("loads", "Colour links by load", View, drawn, Page(PageAction::Loads))
        .keyed("L", &[])
        .helping("Colours and widens links by what the chosen traffic puts on them, and back"),
    command("materials", "Materials, cables and cost…", File, drawn, Page(PageAction::Materials))
        .keyed("Ctrl+Shift+B", &[])
        .helping("The bill of materials: what has to be bought, what it costs at which price, which cable goes where"),
    command("new", "New design", File, always, Sends(|| Intent::New)).helping("Opens a fresh design"),
    command("new-part", "New own part…", File, editable, Page(PageAction::NewPart))
        .helping("Describes a part that the catalogue does not have; it is saved in the design"),
    command("nudge-down", "Move down", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 0.0, dy: 1.0 }))
        .keyed("ArrowDown", &[])
        .helping("Moves the selection down by 1, or a node in a rack to the next free unit"),
    command("nudge-down-far", "Move down by 10", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 0.0, dy: 10.0 }))
        .keyed("Shift+ArrowDown", &[])
        .helping("Moves the selection down by 10"),
    command("nudge-left", "Move left", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: -1.0, dy: 0.0 }))
        .keyed("ArrowLeft", &[])
        .helping("Moves the selection left by 1"),
    command("nudge-left-far", "Move left by 10", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: -10.0, dy: 0.0 }))
        .keyed("Shift+ArrowLeft", &[])
        .helping("Moves the selection left by 10"),
    command("nudge-right", "Move right", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 1.0, dy: 0.0 }))
        .keyed("ArrowRight", &[])
        .helping("Moves the selection right by 1"),
    command("nudge-right-far", "Move right by 10", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 10.0, dy: 0.0 }))
        .keyed("Shift+ArrowRight", &[])
        .helping("Moves the selection right by 10"),
    command("nudge-up", "Move up", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 0.0, dy: -1.0 }))
        .keyed("ArrowUp", &[])
        .helping("Moves the selection up by 1, or a node in a rack to the next free unit"),
    command("nudge-up-far", "Move up by 10", Arrange, standing_selected, Sends(|| Intent::Nudge { dx: 0.0, dy: -10.0 }))
        .keyed("Shift+ArrowUp", &[])
        .helping("Moves the selection up by 10"),
    command("open", "Open…", File, always, Page(PageAction::OpenFile)).keyed("Ctrl+O", &[]).helping("Opens a design from a file"),
    command("palette", "Command palette", Help, always, Page(PageAction::Palette)).keyed("Ctrl+K", &[]).helping("Finds a command by its name"),
    command("part", "About this part…", View, |session| session.selected_part().is_some(), Page(PageAction::Part))
        .keyed("I", &[])
        .helping("Shows what is known of the part that is selected: figures, sources, and what fits its ports"),
    command("paste", "Paste", Edit, editable, Page(PageAction::Paste)).keyed("Ctrl+V", &[]).helping("Puts what was copied into the design under the pointer"),
    command("redo", "Redo", Edit, |session| session.can_redo().is_some(), Sends(|| Intent::Redo))
        .keyed("Ctrl+Shift+Z", &["Ctrl+Y"])
        .helping("Does the last undone step again"),
    command("rename", "Rename", Edit, nameable, Page(PageAction::Rename)).keyed("F2", &["Enter"]).helping("Changes the name of what is selected"),
    command("rename-by-pattern", "Rename by a pattern…", Edit, nameable, Page(PageAction::Pattern))
        .keyed("Shift+F2", &[])
        .helping("Gives everything selected a name made of its rack, its unit, its number and so on"),
    command("repeat", "Make copies…", Edit, standing_selected, Page(PageAction::Repeat))
        .keyed("Ctrl+Shift+D", &[])
        .helping("Copies the selection several times: in a row, along the units of a rack, or into the next racks"),
    command("save", "Save", File, always, Sends(|| Intent::Save)).keyed("Ctrl+S", &[]).helping("Saves the design as a file"),
    command("search", "Search", View, always, Page(PageAction::Search)).keyed("/", &["Ctrl+F"]).helping("Finds things of the design by name"),
    command("select-alike", "Select all alike", Edit, has_alike, Sends(|| Intent::SelectAlike))
        .keyed("Shift+A", &[])
        .helping("Selects racks and nodes of the same part that are joined alike, links by the same cable between such; once more, all of that part or cable"),
    command("select-all", "Select all", Edit, drawn, Sends(|| Intent::SelectAll)).keyed("Ctrl+A", &[]).helping("Selects everything that is drawn"),
    command("shortcuts", "Keyboard shortcuts", Help, always, Page(PageAction::Shortcuts)).keyed("?", &[]).helping("Lists all keys"),
    command("spread-across", "Spread across", Arrange, several_selected, Sends(|| Intent::Align(Align::SpreadAcross)))
        .helping("Gives what is selected equal gaps from left to right"),
    command("spread-down", "Spread down", Arrange, several_selected, Sends(|| Intent::Align(Align::SpreadDown)))
        .helping("Gives what is selected equal gaps from top to bottom"),
    command("templates", "Templates…", File, always, Page(PageAction::Templates)).helping("Makes a fabric from a few numbers"),
    command("theme", "Light or dark", View, always, Page(PageAction::Theme)).helping("Changes between light and dark"),
    command("tool-connect", "Connect ports", Tools, editable, Sends(|| Intent::Tool(ToolKind::Connect)))
        .keyed("C", &[])
        .helping("Connects by clicking one port, then another"),
    command("tool-hand", "Move the view", Tools, always, Sends(|| Intent::Tool(ToolKind::Hand)))
        .keyed("H", &[])
        .helping("Drags the view; so does holding Space with any tool"),
    command("tool-select", "Select", Tools, always, Sends(|| Intent::Tool(ToolKind::Select)))
        .keyed("V", &[])
        .helping("Selects and moves; a drag from a port connects"),
    command("undo", "Undo", Edit, |session| session.can_undo().is_some(), Sends(|| Intent::Undo)).keyed("Ctrl+Z", &[]).helping("Takes the last step back"),
    command("ungroup", "Ungroup", Arrange, group_selected, Sends(|| Intent::Ungroup)).keyed("Ctrl+Shift+G", &[]).helping("Dissolves selected groups"),
    command("zoom-actual", "Zoom to 100 %", View, always, Sends(|| Intent::Zoom(Zoom::Actual)))
        .keyed("Ctrl+0", &[])
        .helping("Shows the drawing at its own size"),
    command("zoom-fit", "Zoom to everything", View, always, Sends(|| Intent::Zoom(Zoom::Fit))).keyed("Shift+1", &[]).helping("Shows all of the drawing"),
    command("zoom-in", "Zoom in", View, always, Sends(|| Intent::Zoom(Zoom::In))).keyed("Ctrl++", &["Ctrl+="]).helping("Comes one step nearer"),
    command("zoom-out", "Zoom out", View, always, Sends(|| Intent::Zoom(Zoom::Out))).keyed("Ctrl+-", &[]).helping("Goes one step farther"),
    command("zoom-selection", "Zoom to selection", View, selected, Sends(|| Intent::Zoom(Zoom::FitSelection)))
        .keyed("Shift+2", &[])
        .helping("Shows what is selected"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str, mods: &str) -> Option<&'static str> {
        let mods = KeyMods { shift: mods.contains('S'), command: mods.contains('C'), alt: mods.contains('A'), space: false };
        for_key(key, mods).map(|command| command.id)
    }

    #[test]
    fn commands_are_sorted_and_complete() {
        assert!(COMMANDS.windows(2).all(|pair| pair[0].id < pair[1].id), "sorted by id, each id once");
        for command in COMMANDS {
            assert!(!command.help.is_empty(), "{} has help", command.id);
        }
    }

    #[test]
    fn every_key_means_one_command() {
        let mut keys: Vec<(String, &str)> = COMMANDS.iter().flat_map(|command| command.keys().map(|key| (key.to_lowercase(), command.id))).collect();
        crate::units::order::sort(&mut keys);
        for pair in keys.windows(2) {
            assert_ne!(pair[0].0, pair[1].0, "{} and {}", pair[0].1, pair[1].1);
        }
    }

    #[test]
    fn customary_keys_work() {
        let expected = [
            ("v", "", "tool-select"),
            ("h", "", "tool-hand"),
            ("c", "", "tool-connect"),
            ("C", "C", "copy"),
            ("c", "C", "copy"),
            ("Delete", "", "delete"),
            ("Backspace", "", "delete"),
            ("ArrowLeft", "", "nudge-left"),
            ("ArrowLeft", "S", "nudge-left-far"),
            ("z", "C", "undo"),
            ("Z", "CS", "redo"),
            ("y", "C", "redo"),
            ("x", "C", "cut"),
            ("v", "C", "paste"),
            ("d", "C", "duplicate"),
            ("a", "C", "select-all"),
            ("g", "C", "group"),
            ("G", "CS", "ungroup"),
            ("0", "C", "zoom-actual"),
            ("1", "S", "zoom-fit"),
            ("2", "S", "zoom-selection"),
            ("+", "C", "zoom-in"),
            ("+", "CS", "zoom-in"),
            ("=", "C", "zoom-in"),
            ("-", "C", "zoom-out"),
            ("s", "C", "save"),
            ("Escape", "", "escape"),
            ("?", "S", "shortcuts"),
            ("?", "", "shortcuts"),
            ("/", "", "search"),
            ("k", "C", "palette"),
            ("F2", "", "rename"),
            ("Enter", "", "rename"),
        ];
        for (name, mods, command) in expected {
            assert_eq!(key(name, mods), Some(command), "{mods} {name}");
        }
        assert_eq!(key("v", "A"), None);
        assert_eq!(key("", ""), None);
        assert_eq!(key("q", ""), None);
    }
}
