//! The lines of `ibnetdiscover` output and of `ibsim` nets, taken apart. No meaning yet.
//!
//! A node starts with `Switch`, `Ca`, `Hca` or `Rt`, a port count and an id in quotes; its ports follow, one a line:
//! `[port] "remote id"[remote port] # "remote description" lid 9 4xQDR`. Port GUIDs stand in round brackets, chassis ports in
//! `[ext 5]`. Descriptions are free text: they may hold `#`, `;` and quotes, so a description runs from the first quote
//! after the `#` to the last.

use super::{ImportError, Unread};
use crate::model::HIGHEST_LID;

/// What a node says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A channel adapter.
    Adapter,
    /// A switch or a router.
    Switch,
}

/// A node of the dump.
#[derive(Clone, Debug)]
pub(super) struct DumpNode<'t> {
    /// Its line; 0 for a node that only its neighbours mention.
    pub line: usize,
    pub kind: Kind,
    /// How many ports its line states.
    pub ports: u16,
    /// Its id, without quotes.
    pub id: &'t str,
    /// Its description, empty if there is none.
    pub description: &'t str,
    /// Its own addresses: the port (0 for a switch itself), the first and the last.
    pub lids: Vec<(u16, u16, u16)>,
    pub lines: Vec<PortLine<'t>>,
}

/// A port of a node and what it is cabled to.
#[derive(Clone, Debug)]
pub(super) struct PortLine<'t> {
    pub port: u16,
    pub remote: &'t str,
    pub remote_port: u16,
    /// The description of the remote node, as this line gives it.
    pub description: &'t str,
    /// `4xQDR`, if it stands there.
    pub rate: Option<&'t str>,
}

/// Everything a dump says.
#[derive(Debug, Default)]
pub(super) struct Dump<'t> {
    pub nodes: Vec<DumpNode<'t>>,
    /// Lines that mean nothing here.
    pub unread: Unread,
}

/// Takes a dump apart. Time: O(bytes).
pub(super) fn read(text: &str) -> Result<Dump<'_>, ImportError> {
    let mut dump = Dump::default();
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') || is_identity(line) {
            continue;
        }
        let understood = match line.split_whitespace().next() {
            Some("Switch" | "Ca" | "Hca" | "Rt") => {
                dump.nodes.push(node(line, number)?);
                true
            }
            Some(word) if word.starts_with('[') => match (dump.nodes.last_mut(), port_line(line)) {
                (Some(node), Some(port)) => {
                    // A switch says of its neighbour which address that has, an adapter first of itself.
                    if let Some(own) = port.as_ref().filter(|_| node.kind == Kind::Adapter) {
                        node.lids
                            .extend(line.split_once('#').and_then(|(_, comment)| lid(comment.split('"').next()?)).map(|(first, last)| (own.port, first, last)));
                    }
                    node.lines.extend(port);
                    true
                }
                _ => false,
            },
            _ => false,
        };
        if !understood {
            dump.unread.note(number);
        }
    }
    if dump.nodes.is_empty() {
        let message = "no line starts a node (Switch, Ca, Hca or Rt), so this is no ibnetdiscover output; choose another file or say what it is".to_owned();
        return Err(ImportError { line: dump.unread.first, message });
    }
    Ok(dump)
}

/// `vendid=0x2c9`, `switchguid=0x8f1(8f1)`: identities of the node that follows.
fn is_identity(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn node(line: &str, number: usize) -> Result<DumpNode<'_>, ImportError> {
    let wrong = || ImportError {
        line: Some(number),
        message: "a node needs its number of ports and an id in quotes, for example Switch 36 \"S-0002c90200417670\"; correct the line or take the node out"
            .to_owned(),
    };
    let (word, rest) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let (ports, rest) = rest.split_once('"').ok_or_else(wrong)?;
    let (id, rest) = rest.split_once('"').ok_or_else(wrong)?;
    if id.is_empty() {
        return Err(wrong());
    }
    let ports = ports.trim().parse::<u16>().map_err(|_| wrong())?;
    let kind = if matches!(word, "Switch" | "Rt") { Kind::Switch } else { Kind::Adapter };
    let comment = rest.split_once('#').map_or("", |(_, comment)| comment);
    let own = comment.rsplit('"').next().and_then(lid).filter(|_| word == "Switch");
    let lids = own.map(|(first, last)| (0, first, last)).into_iter().collect();
    Ok(DumpNode { line: number, kind, ports, id, description: description(comment), lids, lines: Vec::new() })
}

/// A port's line: `None` if it is not one, an inner `None` if nothing is cabled there.
fn port_line(line: &str) -> Option<Option<PortLine<'_>>> {
    let (port, rest) = bracketed(line)?;
    let rest = skip_brackets(rest)?;
    if rest.is_empty() {
        return Some(None);
    }
    let (remote, rest) = rest.strip_prefix('"')?.split_once('"')?;
    let (remote_port, rest) = bracketed(rest.trim_start())?;
    let rest = skip_brackets(rest)?;
    // Port 0 is a switch's own management port: nothing is ever cabled to it.
    if port == 0 || remote_port == 0 || remote.is_empty() {
        return None;
    }
    let comment = rest.split_once('#').map_or("", |(_, comment)| comment);
    let rate = comment.split_whitespace().next_back().filter(|word| super::ibnetdiscover::rate(word).is_some());
    Some(Some(PortLine { port, remote, remote_port, description: description(comment), rate }))
}

/// The number in `[15]` and what follows.
fn bracketed(text: &str) -> Option<(u16, &str)> {
    let (number, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some((number.trim().parse().ok()?, rest))
}

/// Passes over `[ext 5]` and `(2c90300048289)`.
fn skip_brackets(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let close = match rest.as_bytes().first() {
            Some(b'[') => ']',
            Some(b'(') => ')',
            _ => return Some(rest),
        };
        rest = rest.split_once(close)?.1.trim_start();
    }
}

/// ` lid 93 lmc 0`: the first and the last address.
fn lid(text: &str) -> Option<(u16, u16)> {
    let mut words = text.split_whitespace();
    words.by_ref().find(|word| *word == "lid")?;
    let first: u16 = words.next()?.parse().ok().filter(|lid| (1..=HIGHEST_LID).contains(lid))?;
    let bits: u32 = if words.next() == Some("lmc") { words.next()?.parse().ok().filter(|bits| *bits < 8)? } else { 0 };
    let last = first.checked_add((1 << bits) - 1).filter(|last| *last <= HIGHEST_LID)?;
    Some((first, last))
}

/// The free text of a comment: from its first quote to its last.
fn description(comment: &str) -> &str {
    let inside = comment.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'));
    inside.map_or("", |(description, _)| description.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_line_comes_apart_whatever_its_description_holds() {
        let line = "[17][ext 5]\t\"H-0002\"[1](2c903) \t\t# \"say \"hi\" # 5; 4xSDR\" lid 9 4xQDR";
        let port = port_line(line).flatten().unwrap();
        assert_eq!((port.port, port.remote, port.remote_port), (17, "H-0002", 1));
        assert_eq!((port.description, port.rate), ("say \"hi\" # 5; 4xSDR", Some("4xQDR")));

        let adapter = port_line("[1](3048c707b60001) \t\"S-0008\"[32]\t\t# lid 93 lmc 0 \"leaf # 2\" lid 9 4xDDR").flatten().unwrap();
        assert_eq!((adapter.port, adapter.remote, adapter.remote_port, adapter.description), (1, "S-0008", 32, "leaf # 2"));

        let simulated = port_line("[3]\t\"Switch2\"[4]  w=12").flatten().unwrap();
        assert_eq!((simulated.remote, simulated.rate, simulated.description), ("Switch2", None, ""));
        assert!(matches!(port_line("[5]"), Some(None)));
        for wrong in ["[x] \"a\"[1]", "[1] \"a", "[1] \"a\"", "[1] a[1]", "[0] \"a\"[1]", "[1] \"a\"[1](", "[1] \"\"[1]", "[70000] \"a\"[1]"] {
            assert!(port_line(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_node_without_an_id_says_what_it_needs() {
        let error = read("# a dump\nSwitch 36 S-0002\n").unwrap_err();
        assert_eq!(error.line, Some(2));
        assert!(read("hello\nworld\n").unwrap_err().to_string().starts_with("line 1: no line starts a node"));
    }
}
