//! Array literals and destructuring.

use diagnostics::{Span, codes};
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

    fn pattern(&mut self, node: ast::ArrayPattern<'g>) -> Pattern {
        let mut pattern = Pattern { elements: Vec::new(), rest: None };
        let mut first: Option<(bool, Span)> = None;
        let mut rest: Option<Span> = None;
        for item in node.patterns() {
            if let Some(rest) = rest {
                let message = "the rest target must be the last";
                let finding = self.finding(&codes::INVALID_TARGET, rest, message);
                self.report(finding.label(item.span(), "this one follows"));
            }
            match item {
                Node::RestPattern(node) => {
                    rest = Some(node.span());
                    let target = node.target().map(ast::Expression::Variable);
                    pattern.rest = Some(self.place(target, Use::Assign, node.span()));
                }
                Node::PatternElement(node) => {
                    self.check_mixed(node, &mut first);
                    pattern.elements.push(self.pattern_element(node));
                }
            }
        }
        pattern
    }

    fn check_mixed(&mut self, node: ast::PatternElement<'g>, first: &mut Option<(bool, Span)>) {
        let keyed = node.key().is_some();
        match *first {
            None => *first = Some((keyed, node.span())),
            Some((other, span)) if other != keyed => {
                let message = "targets with and without keys cannot be mixed";
                let finding = self.finding(&codes::INVALID_TARGET, node.span(), message);
                let what = if other { "this one has a key" } else { "this one has no key" };
                self.report(finding.label(span, what));
            }
            Some(_) => {}
        }
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
