//! Calls, members and elements in a row.

use hsl_syntax::KindName as _;
use hsl_syntax::tree_sitter::Node;

use super::{Layout, children};
use crate::doc::Doc;

/// Calls of methods in a row from which on each may stand on its line.
const LONG: usize = 3;

impl<'t> Layout<'t> {
    /// Everything behind one operand: `$a->b(1)[2]->c()`.
    pub(super) fn chain(&self, node: Node<'t>) -> Doc<'t> {
        let mut links = Vec::new();
        let mut first = node;
        while is_link(first) {
            let nodes = children(first);
            let Some((operand, rest)) = nodes.split_first() else { break };
            links.push(rest.to_vec());
            first = *operand;
        }
        links.reverse();
        let calls = links.windows(2).filter(|pair| is_method_call(&pair[0], &pair[1])).count();
        let may_break = calls >= LONG;
        let mut parts = Vec::new();
        for (at, link) in links.iter().enumerate() {
            let called = links.get(at + 1).is_some_and(|next| is_method_call(link, next));
            parts.extend((may_break && called).then(Doc::soft));
            parts.push(self.joined(link.iter().copied()));
        }
        let rest = Doc::concat(parts);
        let first = self.node(first);
        if may_break { first.then(rest.indent()).group() } else { first.then(rest) }
    }
}

fn is_link(node: Node<'_>) -> bool {
    matches!(
        node.kind_name(),
        "call_expression"
            | "member_expression"
            | "subscript_expression"
            | "append_expression"
            | "slice_expression"
    )
}

/// Whether a link names a member and the next one calls it.
fn is_method_call(link: &[Node<'_>], next: &[Node<'_>]) -> bool {
    link.first().is_some_and(|sign| sign.kind_name() == "->")
        && next.first().is_some_and(|arguments| arguments.kind_name() == "arguments")
}
