//! The parts of a message: where each one stands.
//!
//! The tree holds positions only; bytes are read again when somebody asks for them.
//!
//! *Invariants.* Any bytes give a tree: what does not follow the rules is content of the part around
//! it, and the part says so in its [`Node::faults`]. A part lies inside its parent; parts do not
//! overlap. Depth and number of parts are bounded.
//!
//! *Not here.* Changing parts (`message`), making them (`builder`).
//!
//! *Sources.* RFC 2045, RFC 2046 §5.1.

pub(crate) mod parameters;
mod parse;
mod reader;
pub(crate) mod transfer;

use parameters::Parameterized;
pub(crate) use parse::{boundary_line, parse};
pub use transfer::Encoding;

/// Most parts of a message; the rest is content of the last one.
pub const MAX_PARTS: usize = 10_000;
/// How deep parts may lie in each other; deeper ones are content.
pub const MAX_DEPTH: usize = 64;

/// What is wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A line of its header is no field.
    BadHeader,
    /// Its last boundary is missing.
    UnclosedBoundary,
    /// It has parts that were not looked at: too many, or too deep.
    Limit,
}

impl Fault {
    /// The name that scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadHeader => "bad_header",
            Self::UnclosedBoundary => "unclosed_boundary",
            Self::Limit => "part_limit",
        }
    }
}

/// A part of the received message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// The part that it belongs to.
    pub(crate) parent: Option<usize>,
    /// Index after its last descendant: parts are in the order of their beginnings.
    pub(crate) last: usize,
    /// Where the line of its boundary begins; 0 for the message.
    pub(crate) line: u64,
    /// Where its header begins.
    pub(crate) start: u64,
    /// Where its body begins.
    pub(crate) body: u64,
    /// Where its body ends, before the line break that belongs to the boundary.
    pub(crate) end: u64,
    /// Where the line of the boundary after it begins; `end` for the message.
    pub(crate) next: u64,
    /// Whether a boundary follows, and not the end of the message.
    pub(crate) followed: bool,
    /// Whether a blank line ends its header.
    pub(crate) blank: bool,
    /// Its content type.
    pub(crate) kind: Option<Parameterized>,
    /// Boundaries, of a multipart.
    pub(crate) multipart: Option<Multipart>,
    /// What is wrong with it.
    pub(crate) faults: Vec<Fault>,
}

/// Where the lines of a multipart's boundaries stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Multipart {
    pub(crate) boundary: Vec<u8>,
    /// Beginning of the first line, and end of the preamble before it.
    pub(crate) first: Option<(u64, u64)>,
    /// Beginning of the closing line, its end without line break, and after that.
    pub(crate) close: Option<(u64, u64, u64)>,
}

impl Node {
    /// Whether a boundary line may begin another part of it.
    pub(crate) fn takes_parts(&self) -> bool {
        self.multipart.as_ref().is_some_and(|multipart| multipart.close.is_none())
    }

    /// Whether the boundary after the body has no line break of its own: the one before it ends
    /// the header.
    pub(crate) fn is_tight(&self) -> bool {
        self.next == self.end && self.followed
    }
}

/// Indexes of the direct parts of a part.
pub(crate) fn children(nodes: &[Node], of: usize) -> impl Iterator<Item = usize> + '_ {
    let end = nodes.get(of).map_or(0, |node| node.last);
    std::iter::successors(Some(of + 1), |&at| nodes.get(at).map(|node| node.last))
        .take_while(move |&at| at < end)
}
