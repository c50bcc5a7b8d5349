//! The text before an error that still matters there: what is complete and over is left out, so
//! that asking the parser costs what the open constructs cost, not what the file does.

use std::ops::Range;

use tree_sitter::{Node, Tree, TreeCursor};

use crate::ast::{AstNode, Member, Statement};

/// How far before an error a statement of the file can still matter, in bytes.
const NEAR: usize = 4096;

/// Longer excerpts are cut; they are of no use.
pub(super) const LIMIT: usize = 16 * 1024;

/// Tokens, each followed by a space.
pub(super) struct Excerpt {
    pub(super) text: Vec<u8>,
    /// Where each piece begins here, and what it covers in the file.
    pieces: Vec<(usize, Range<usize>)>,
    /// Where the error before this one is.
    floor: Option<usize>,
}

impl Excerpt {
    /// What stands before an offset, without what broke at `floor`, the error before this one.
    pub(super) fn before(tree: &Tree, text: &[u8], at: usize, floor: Option<usize>) -> Self {
        let mut excerpt = Self { text: Vec::new(), pieces: Vec::new(), floor };
        let mut cursor = tree.walk();
        while excerpt.level(&mut cursor, text, at) {}
        excerpt
    }

    /// The place in the file of an offset into the excerpt.
    pub(super) fn original(&self, offset: usize) -> usize {
        let next = self.pieces.partition_point(|(here, _)| *here <= offset);
        let Some((here, there)) = next.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return 0;
        };
        // A space ends each piece.
        let end = self.pieces.get(next).map_or(self.text.len(), |(here, _)| *here) - 1;
        if offset >= end { there.end } else { there.start + (offset - here) }
    }

    /// Takes the children of the node under the cursor, up to the one that holds the offset; moves
    /// to that one, or answers false when there is none.
    fn level(&mut self, cursor: &mut TreeCursor<'_>, text: &[u8], at: usize) -> bool {
        // Of a file, only the statements shortly before the offset are looked at.
        let around = cursor.node().kind();
        let found = match around {
            "source_file" => cursor.goto_first_child_for_byte(at.saturating_sub(NEAR)).is_some(),
            _ => cursor.goto_first_child(),
        };
        if !found {
            return false;
        }
        let mut over: Option<Node<'_>> = None;
        let mut previous: Option<Node<'_>> = None;
        let mut head = "";
        loop {
            let node = cursor.node();
            if node.start_byte() >= at {
                self.take(over, text);
                return false;
            }
            let skipped = node.is_extra() && !node.is_error();
            if !skipped {
                // What begins here shows whether the statement before it is complete.
                if !begins(node) {
                    self.take(over, text);
                }
                over = None;
                if node.end_byte() > at {
                    return self.open(node, text, at);
                }
                match node.kind() {
                    "{" if begins_block(around, previous, head) => self.restart(),
                    word @ ("if" | "while" | "for" | "foreach" | "switch" | "match" | "catch") => {
                        head = word;
                    }
                    _ => {}
                }
                match previous.is_none_or(|p| self.ends(p) || p.kind() == "{") && self.ends(node) {
                    true => over = Some(node),
                    false => self.take(Some(node), text),
                }
                previous = Some(node);
            }
            if !cursor.goto_next_sibling() {
                self.take(over, text);
                return false;
            }
        }
    }

    /// Forgets what is around a block: no token inside it depends on that.
    fn restart(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }

    /// A node that holds the offset: whether to go into it.
    fn open(&mut self, node: Node<'_>, text: &[u8], at: usize) -> bool {
        if matches!(node.kind(), "string" | "raw_string" | "regex") || node.child_count() == 0 {
            self.piece(node.start_byte()..at, text.get(node.start_byte()..at).unwrap_or_default());
            return false;
        }
        true
    }

    /// Whether the node is whole, or skipped text whose end is known.
    fn ends(&self, node: Node<'_>) -> bool {
        let last = || node.child(node.child_count().checked_sub(1)?).map(|last| last.kind());
        let is_over = || {
            self.floor.is_some_and(|floor| node.start_byte() <= floor)
                || last().is_some_and(|last| [";", "}"].contains(&last))
        };
        begins(node) || node.is_error() && is_over()
    }

    /// Takes the tokens of a whole node; what is closed inside it is taken as if it were empty.
    fn take(&mut self, node: Option<Node<'_>>, text: &[u8]) {
        let Some(mut cursor) = node.map(|node| node.walk()) else { return };
        loop {
            let node = cursor.node();
            let empty = if node.has_error() { None } else { empty(node.kind()) };
            match empty {
                _ if node.is_extra() && !node.is_error() => {}
                Some(empty) => self.piece(node.byte_range(), empty),
                None if cursor.goto_first_child() => continue,
                None if node.end_byte() == node.start_byte() => {}
                None => self.piece(node.byte_range(), &text[node.byte_range()]),
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn piece(&mut self, range: Range<usize>, text: &[u8]) {
        if self.text.len() > LIMIT {
            return;
        }
        self.pieces.push((self.text.len(), range));
        self.text.extend_from_slice(text);
        self.text.push(b' ');
    }
}

/// Whether a `{` begins a block of statements, not another body. `around` is what it stands in,
/// `head` the last word before a parenthesis beside it.
fn begins_block(around: &str, previous: Option<Node<'_>>, head: &str) -> bool {
    const BEFORE: &[&str] = &["parameters", "captures", "else", "try", "forever", "{"];
    match (around, previous) {
        ("block", _) => true,
        (_, Some(node)) if node.kind() == ")" => !["switch", "match"].contains(&head),
        (_, Some(node)) => BEFORE.contains(&node.kind()) || begins(node),
        _ => false,
    }
}

/// The shortest text of such a node, if what is in it does not matter.
fn empty(kind: &str) -> Option<&'static [u8]> {
    Some(match kind {
        "string" | "raw_string" => b"\"a\"",
        "regex" => b"#/a/",
        "arguments" | "parameters" => b"()",
        "block" => b"{}",
        _ => return None,
    })
}

/// Whether the node is a whole statement, member or label.
fn begins(node: Node<'_>) -> bool {
    Statement::cast(node).is_some()
        || Member::cast(node).is_some()
        || ["case_label", "default_label"].contains(&node.kind())
}
