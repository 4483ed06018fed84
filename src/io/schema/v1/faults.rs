//! What was repaired while a file was read, counted, and the sentences that tell it.

use crate::units::SortedMap;

/// Something in a file that was repaired. [`Faults`] counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// An id that another record has.
    DuplicateId,
    /// One more own part that cannot be used.
    BadPart,
    /// An address or a part of a forwarding table that says nothing, says it again, or is of a node that is not there.
    BadTable,
    /// A link end on a node that is not there.
    LinkToNothing,
    /// A fabric that is not there.
    FabricUnknown,
    /// A rack that is not there.
    RackUnknown,
    /// A member of a group that is not there.
    MemberUnknown,
    /// A thing in two groups.
    MemberTwice,
    /// A group that contains itself.
    GroupCycle,
    /// A pair of elements that are not there.
    PairUnknown,
    /// A coordinate beyond the edge of the canvas.
    FarAway,
    /// A number outside what can be meant.
    OutOfRange,
    /// A word this version does not know.
    UnknownWord,
    /// An entry of a price book that is not understood.
    UnknownPrice,
    /// A requirement this version does not know.
    UnknownRequirement,
    /// A setting of a port that is not a number.
    PortUnknown,
}

impl Fault {
    /// One sentence without a full stop, with its count.
    pub(crate) fn sentence(self, count: usize) -> String {
        let (one, many) = match self {
            Self::DuplicateId => ("record had an id that another record has; it got a new one", "records had an id that another record has; they got new ones"),
            Self::BadPart => ("more part cannot be used; kept but not used", "more parts cannot be used; kept but not used"),
            Self::BadTable => (
                "entry of imported forwarding tables is wrong, stands twice or is of a node that does not exist; left out",
                "entries of imported forwarding tables are wrong, stand twice or are of nodes that do not exist; left out",
            ),
            Self::FabricUnknown => {
                ("record named a fabric that does not exist; it belongs to none now", "records named a fabric that does not exist; they belong to none now")
            }
            Self::FarAway => ("thing was drawn absurdly far away; moved to the edge", "things were drawn absurdly far away; moved to the edge"),
            Self::GroupCycle => ("group contained itself; taken out of itself", "groups contained themselves; taken out of themselves"),
            Self::LinkToNothing => ("link pointed to nothing; left out", "links pointed to nothing; left out"),
            Self::MemberTwice => ("thing was a member of two groups; it stays in the first", "things were members of two groups; they stay in the first"),
            Self::MemberUnknown => ("member of a group does not exist; left out", "members of groups do not exist; left out"),
            Self::OutOfRange => ("number was out of range; left out", "numbers were out of range; left out"),
            Self::PairUnknown => {
                ("pair to be shown does not exist; the worst pair is shown instead", "pairs to be shown do not exist; the worst pair is shown instead")
            }
            Self::PortUnknown => ("port setting named no port; left out", "port settings named no port; left out"),
            Self::RackUnknown => {
                ("node stood in a rack that does not exist; it stands free now", "nodes stood in racks that do not exist; they stand free now")
            }
            Self::UnknownPrice => (
                "price is not understood (it needs a part and whole cents above 0, within its own range, and no length of 0); kept but not used",
                "prices are not understood (each needs a part and whole cents above 0, within its own range, and no length of 0); kept but not used",
            ),
            Self::UnknownRequirement => (
                "requirement is of a kind this version does not know; kept but not checked",
                "requirements are of a kind this version does not know; kept but not checked",
            ),
            Self::UnknownWord => ("word is one this version does not know; kept but not used", "words are ones this version does not know; kept but not used"),
        };
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    }
}

/// How often each fault was met, and what has a sentence of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    counts: SortedMap<Fault, usize>,
    told: Vec<String>,
}

/// So many faults get a sentence of their own; the rest are counted.
const MOST_TOLD: usize = 20;

impl Faults {
    /// Notes one more.
    pub(crate) fn note(&mut self, fault: Fault) {
        *self.counts.entry(fault).or_default() += 1;
    }
    /// Notes an own part that cannot be used, and why.
    pub(crate) fn refuse_part(&mut self, why: &str) {
        if self.told.len() < MOST_TOLD {
            self.told.push(format!("{why}; kept but not used"));
        } else {
            self.note(Fault::BadPart);
        }
    }
    /// One sentence for each kind, and for each that has its own.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.told.iter().cloned().chain(self.counts.iter().map(|(fault, count)| fault.sentence(*count))).collect()
    }
}
