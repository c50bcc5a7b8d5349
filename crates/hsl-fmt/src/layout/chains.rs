//! Calls, members and elements in a row.

use super::Layout;
use crate::forms::Form;
use crate::tree::Node;

/// Calls of methods in a row from which on each may stand on its line.
const LONG: usize = 3;

impl Layout<'_> {
    /// Everything behind one operand: `$a->b(1)[2]->c()`.
    pub(super) fn chain(&mut self, node: Node) {
        let mut links = Vec::new();
        let mut first = node;
        while first.form == Form::Link
            && let [operand, link @ ..] = self.tree.children(first)
        {
            links.push(link);
            first = *operand;
        }
        links.reverse();
        let calls = links.windows(2).filter(|pair| is_method_call(pair[0], pair[1])).count();
        if calls < LONG {
            self.node(first);
            for link in links {
                self.joined(link);
            }
            return;
        }
        self.group(|layout| {
            layout.node(first);
            layout.indent(|layout| {
                for (at, link) in links.iter().enumerate() {
                    if links.get(at + 1).is_some_and(|next| is_method_call(link, next)) {
                        layout.out.soft();
                    }
                    layout.joined(link);
                }
            });
        });
    }
}

/// Whether a link names a member and the next one calls it.
fn is_method_call(link: &[Node], next: &[Node]) -> bool {
    link.first().is_some_and(|sign| sign.form == Form::Member)
        && next.first().is_some_and(|arguments| arguments.form == Form::Arguments)
}
