//! Where a refactoring was asked for, and what stands there.

use diagnostics::{Edit, Span};
use hsl_analysis::{Meaning, Reference};
use hsl_syntax::ast::{AstNode, Expression, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::hover::token_at;

/// A selection in a view, without the space at its ends.
pub(crate) struct Place<'v> {
    pub(crate) view: &'v View,
    /// What is selected; empty for a cursor.
    pub(crate) span: Span,
}

impl<'v> Place<'v> {
    pub(crate) fn new(view: &'v View, selected: Span) -> Self {
        let range = selected.range(view.text().len());
        let text = &view.text()[range.clone()];
        let end = range.start + text.trim_ascii_end().len();
        let start = end - text.trim_ascii().len();
        let span = if text.trim_ascii().is_empty() {
            Span::new(range.start, range.start)
        } else {
            Span::new(start, end)
        };
        Self { view, span }
    }

    pub(crate) fn root(&self) -> Node<'v> {
        self.view.parse.tree.root_node()
    }

    /// The text of a node; none when it is not UTF-8, which no edit can write.
    pub(crate) fn text(&self, node: Node<'_>) -> Option<&'v str> {
        std::str::from_utf8(self.view.text().get(node.byte_range())?).ok()
    }

    /// The expression that is selected as a whole.
    pub(crate) fn selected_expression(&self) -> Option<Expression<'v>> {
        if self.span.start == self.span.end {
            return None;
        }
        let range = self.span.range(self.view.text().len());
        let node = self.root().descendant_for_byte_range(range.start, range.end)?;
        let fits = |node: &Node<'_>| span_of(*node) == self.span;
        let around = std::iter::successors(Some(node), |node| node.parent()).take_while(fits);
        around.filter_map(Expression::cast).last()
    }

    /// The nodes around the cursor, or around the selection, inner before outer.
    pub(crate) fn around(&self) -> impl Iterator<Item = Node<'v>> + use<'v> {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        let inner = match start == end {
            true => token_at(self.view, start),
            false => self.root().descendant_for_byte_range(start, end),
        };
        std::iter::successors(inner, |node| node.parent())
    }

    /// The statements that are selected: whole ones, one behind the other.
    pub(crate) fn selected_statements(&self) -> Option<Vec<Node<'v>>> {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        let inner = self.root().descendant_for_byte_range(start, end).filter(|_| start < end)?;
        let list =
            std::iter::successors(Some(inner), |node| node.parent()).find(|node| is_list(*node))?;
        let mut cursor = list.walk();
        let inside = |node: &Node<'_>| node.start_byte() < end && node.end_byte() > start;
        let found: Vec<_> = list
            .named_children(&mut cursor)
            .filter(|node| node.kind() != "comment")
            .filter(inside)
            .collect();
        let covers = found.first()?.start_byte() == start && found.last()?.end_byte() == end;
        let plain = found.iter().all(|node| is_statement(*node));
        (covers && plain).then_some(found)
    }

    /// What the name that begins at a node means.
    pub(crate) fn reference(&self, node: Node<'_>) -> Option<&'v Reference> {
        let file = self.view.id()?;
        let span = span_of(node);
        self.view.facts().references_in(file).find(|reference| reference.at.span == span)
    }

    /// The library function that a call calls by its name.
    pub(crate) fn builtin(&self, call: Node<'_>) -> Option<&'static hsl_decl::Function> {
        let callee = call.child_by_field_name("function")?;
        match self.reference(callee)?.meaning {
            Meaning::Function(function) => Some(function),
            _ => None,
        }
    }

    /// A replacement of a node.
    pub(crate) fn replace(&self, node: Node<'_>, text: impl Into<String>) -> Edit {
        Edit { span: span_of(node), text: text.into() }
    }
}

/// Text put in at an offset.
pub(crate) fn insert(at: usize, text: impl Into<String>) -> Edit {
    Edit { span: Span::new(at, at), text: text.into() }
}

/// Whether the node is a statement or definition.
pub(crate) fn is_statement(node: Node<'_>) -> bool {
    hsl_syntax::ast::Statement::cast(node).is_some()
}

/// Whether statements stand in the node one after the other.
pub(crate) fn is_list(node: Node<'_>) -> bool {
    matches!(node.kind(), "block" | "source_file" | "switch_body")
}

/// The statement that a node belongs to: the innermost, without leaving the function.
pub(crate) fn statement_of(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(Some(node), |node| node.parent()).find(|node| is_statement(*node))
}

/// Whether the node is the root of a place that is set, taken away or asked for, not of a value.
pub(crate) fn is_in_place(node: Node<'_>) -> bool {
    let mut top = node;
    while let Some(parent) = top.parent().filter(|up| up.child_by_field_name("object") == Some(top))
    {
        if parent.kind() == "append_expression" {
            return true;
        }
        top = parent;
    }
    let Some(parent) = top.parent() else { return false };
    match parent.kind() {
        "assignment_expression" => parent.child_by_field_name("left") == Some(top),
        "unset_expression"
        | "isset_expression"
        | "prefix_update_expression"
        | "postfix_update_expression"
        | "pattern_element"
        | "rest_pattern" => true,
        _ => false,
    }
}

/// Whether some node inside, or the node itself, is of one of these kinds.
pub(crate) fn holds(node: Node<'_>, wanted: &dyn Fn(Node<'_>) -> bool) -> bool {
    if wanted(node) {
        return true;
    }
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| holds(child, wanted))
}
