//! `weft rename`: many names at once, by a pattern.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use weft::catalog::Catalog;
use weft::editor::as_placed;
use weft::engine::labels::{Naming, OF_NAMES};
use weft::io::save;
use weft::model::Subject;
use weft::scene::Scene;

use crate::{Failure, files};

/// What `rename` is told.
#[derive(Args)]
#[command(after_help = slots())]
pub struct Arguments {
    /// The design
    #[arg(value_name = "DESIGN")]
    design: String,
    /// The pattern of the new names, for example '{rack}-{u:2}' or 'leaf-{n:2}'
    #[arg(value_name = "PATTERN")]
    pattern: String,
    /// Only what is called so now; * stands for anything
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Racks instead of nodes
    #[arg(long)]
    racks: bool,
    /// Writes the design to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn slots() -> String {
    let rows = OF_NAMES.iter().map(|(name, words)| format!("  {:10} {words}", format!("{{{name}}}")));
    format!("Placeholders; {{u:2}} writes two digits:\n{}", rows.collect::<Vec<_>>().join("\n"))
}

/// Writes the design with its new names.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let loaded = files::open(&arguments.design)?.loaded;
    if let Some(reason) = &loaded.read_only {
        return Err(Failure::new(format!("{}: {reason}", files::shown(&arguments.design))));
    }
    let (mut design, catalog) = (loaded.design, Catalog::builtin());
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| matches(only, name));
    let chosen = if arguments.racks {
        design.racks.iter().filter(|(_, rack)| wanted(&rack.name)).map(|(id, _)| Subject::Rack(id)).collect()
    } else {
        design.nodes.iter().filter(|(_, node)| wanted(&node.name)).map(|(id, _)| Subject::Node(id)).collect()
    };
    let scene = Scene::build(&design, &catalog);
    let names = Naming::of(&design, &catalog).names(&as_placed(&scene, &chosen), &arguments.pattern).map_err(|sentence| {
        let nothing = chosen.is_empty().then(|| format!("nothing is called “{}”", arguments.only.as_deref().unwrap_or_default()));
        Failure::new(format!("{}: {}", files::shown(&arguments.design), nothing.unwrap_or(sentence)))
    })?;
    for (subject, name) in names {
        match subject {
            Subject::Node(id) => {
                let node = design.nodes.get(id).cloned().map(|node| weft::model::Node { name, ..node });
                design.nodes.set(id, node.map(Into::into));
            }
            Subject::Rack(id) => {
                let rack = design.racks.get(id).cloned().map(|rack| weft::model::Rack { name, ..rack });
                design.racks.set(id, rack.map(Into::into));
            }
            _ => {}
        }
    }
    files::write(arguments.output.as_deref(), &save(&design))?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a name is what `pattern` says, in which a star stands for anything. Time: O(pattern × name) at worst.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(mut piece) = pieces.next() else { return rest.is_empty() };
    for next in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        (rest, piece) = (after, next);
    }
    rest.ends_with(piece)
}
