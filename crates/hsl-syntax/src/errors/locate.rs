//! From ERROR and MISSING nodes to the token that broke the grammar.
//!
//! One broken statement often shows as several such nodes; only the first place of each innermost
//! statement is an error of its own.

use std::collections::BTreeMap;

use tree_sitter::{Node, Tree};

use super::leaves::{Leaves, fits};
use crate::ast::{AstNode, MissingOperand, Statement};

/// A place where the grammar is broken.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    /// Start of the offending token; the length of the text for its end.
    pub(super) at: usize,
    /// The token that the parser made up here.
    pub(super) missing: Option<&'t str>,
}

/// The places, in the order of the text. Missing operands stand in nodes without ERROR: they are
/// searched only when there are any.
pub(super) fn places<'t>(
    tree: &'t Tree,
    leaves: &Leaves<'t>,
    lacks_operand: bool,
) -> Vec<Place<'t>> {
    let mut walk = Walk { units: Vec::new(), first: BTreeMap::new() };
    let mut cursor = tree.walk();
    // Kinds of the nodes around the cursor: asking a node for its parent searches from the root.
    let mut around: Vec<&str> = Vec::new();
    loop {
        let node = cursor.node();
        let depth = cursor.depth();
        walk.enter(node, depth, around.last().copied().unwrap_or_default());
        if node.is_error() || node.is_missing() || lacks(node) {
            walk.add(place(node, leaves));
        }
        if (lacks_operand || node.has_error()) && cursor.goto_first_child() {
            around.push(node.kind());
            continue;
        }
        while !cursor.goto_next_sibling() {
            around.pop();
            if !cursor.goto_parent() {
                let mut places: Vec<_> = walk.first.into_values().collect();
                places.sort_by_key(|place| place.at);
                places.dedup_by_key(|place| place.at);
                return places;
            }
        }
    }
}

struct Walk<'t> {
    /// Statements and outermost ERROR nodes around the cursor: depth, identity, whether an ERROR.
    units: Vec<(u32, usize, bool)>,
    /// The first place of each unit.
    first: BTreeMap<usize, Place<'t>>,
}

impl<'t> Walk<'t> {
    fn enter(&mut self, node: Node<'t>, depth: u32, around: &str) {
        while self.units.last().is_some_and(|(above, ..)| *above >= depth) {
            self.units.pop();
        }
        // An ERROR inside a statement or another ERROR is part of what broke there.
        let is_unit = match self.units.last() {
            _ if !node.is_error() => Statement::cast(node).is_some(),
            Some((above, _, is_error)) => {
                !is_error && *above + 1 < depth && holds_statements(around)
            }
            None => true,
        };
        if is_unit {
            self.units.push((depth, node.id(), node.is_error()));
        }
    }

    fn add(&mut self, place: Place<'t>) {
        let unit = self.units.last().map_or(0, |(_, id, _)| *id);
        let first = self.first.entry(unit).or_insert(place);
        if place.at < first.at {
            *first = place;
        }
    }
}

/// Whether what stands in such a node is among statements, so that an ERROR is one that failed.
fn holds_statements(kind: &str) -> bool {
    ["source_file", "block", "switch_body", "ERROR"].contains(&kind)
}

/// Whether the node stands for a missing operand.
fn lacks(node: Node<'_>) -> bool {
    node.kind_id() == MissingOperand::KIND
}

fn place<'t>(node: Node<'t>, leaves: &Leaves<'t>) -> Place<'t> {
    let missing = node.is_missing().then(|| node.kind());
    let at = match missing.is_some() || lacks(node) {
        true => leaves.next(node.start_byte()),
        false => offending(node, leaves),
    };
    Place { at, missing }
}

/// The start of the first token in or behind an ERROR that did not fit. What the parser did next,
/// outside an inner ERROR, came later and may look as if it fitted.
fn offending(error: Node<'_>, leaves: &Leaves<'_>) -> usize {
    let mut cursor = error.walk();
    let inner = error.children(&mut cursor).filter(|c| c.is_error() && c.child_count() > 0);
    inner.map(|child| misfit(child, leaves)).fold(misfit(error, leaves), usize::min)
}

fn misfit(error: Node<'_>, leaves: &Leaves<'_>) -> usize {
    let inside = leaves.from(error.start_byte()).iter();
    let bad = inside.take_while(|leaf| leaf.start_byte() < error.end_byte()).find(|l| !fits(**l));
    bad.map_or_else(|| leaves.next(error.end_byte()), |leaf| leaf.start_byte())
}
