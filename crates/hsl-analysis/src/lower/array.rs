//! Array literals and destructuring.

use hsl_syntax::ast::{self, ArrayLiteralItem, AstNode, Pattern as Node};

use super::Lowerer;
use super::place::Use;
use crate::hir::{Element, ExprId, ExprKind, Pattern, PatternElement};

impl<'g> Lowerer<'g, '_> {
    pub(super) fn array(&mut self, node: ast::ArrayLiteral<'g>) -> ExprId {
        let span = node.span();
        let elements = node.items().map(|item| self.array_item(item)).collect();
        self.expression(span, ExprKind::Array(elements))
    }

    fn array_item(&mut self, item: ArrayLiteralItem<'g>) -> Element {
        match item {
            ArrayLiteralItem::SpreadElement(node) => {
                Element::Spread(self.expr(node.value(), node.span()))
            }
            ArrayLiteralItem::ArrayElement(node) => match node.key() {
                None => Element::Item(self.expr(node.value(), node.span())),
                Some(key) => {
                    let key = self.expr(Some(key), node.span());
                    Element::Pair(key, self.expr(node.value(), node.span()))
                }
            },
        }
    }

    pub(super) fn destructuring(&mut self, node: ast::DestructuringAssignment<'g>) -> ExprId {
        let span = node.span();
        let value = self.expr(node.right(), span);
        let Some(pattern) = node.pattern() else { return self.broken(span) };
        let pattern = self.pattern(pattern);
        self.expression(span, ExprKind::Destructure { pattern, value })
    }

    /// The parser has refused mixed keys, and targets behind the rest.
    fn pattern(&mut self, node: ast::ArrayPattern<'g>) -> Pattern {
        let mut pattern = Pattern { elements: Vec::new(), rest: None };
        for item in node.patterns() {
            match item {
                Node::RestPattern(node) => {
                    let target = node.target().map(ast::Expression::Variable);
                    pattern.rest = Some(self.place(target, Use::Assign, node.span()));
                }
                Node::PatternElement(node) => {
                    pattern.elements.push(self.pattern_element(node));
                }
            }
        }
        pattern
    }

    fn pattern_element(&mut self, node: ast::PatternElement<'g>) -> PatternElement {
        let span = node.span();
        PatternElement {
            key: node.key().map(|key| self.expr(Some(key), span)),
            target: self.place(node.target(), Use::Assign, span),
            default: node.default().map(|value| self.expr(Some(value), span)),
        }
    }
}
