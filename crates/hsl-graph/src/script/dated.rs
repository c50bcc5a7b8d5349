//! Keys of hook variables that came with a later version of the configuration format.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::SymbolKind;
use hsl_syntax::ast::{self, AstNode, Expression};

use super::collect::Collector;
use super::{DatedUse, access, literal};

impl<'p> Collector<'p> {
    /// `$connection["priority"]`. Who asks whether the key is there (`isset`, `??`) does not need it.
    pub(super) fn dated_subscript(&mut self, node: ast::SubscriptExpression<'p>) {
        let Some((variable, way, at)) = self.way(Expression::SubscriptExpression(node)) else {
            return;
        };
        let (is_asked, _) = access::context_of(node.syntax(), &self.above);
        if !is_asked {
            self.note_dated(variable, &way, at);
        }
    }

    /// `["priority" => $priority] = $connection`. An element with a default does not need the key.
    pub(super) fn dated_pattern(&mut self, node: ast::DestructuringAssignment<'p>) {
        let Some((variable, mut way, _)) = node.right().and_then(|value| self.way(value)) else {
            return;
        };
        for pattern in node.pattern().into_iter().flat_map(ast::ArrayPattern::patterns) {
            let ast::Pattern::PatternElement(element) = pattern else { continue };
            let key = element.key().and_then(|key| literal::of_expression(key, &self.parse.text));
            if let Some(key) = key.filter(|_| element.default().is_none()) {
                way.push(key.value);
                self.note_dated(variable, &way, key.at);
                way.pop();
            }
        }
    }

    fn note_dated(&mut self, variable: &str, way: &[Arc<str>], at: Span) {
        if let Some(key) = self.declarations.dated(variable, way) {
            let scope = self.scope();
            self.script.dated.push(DatedUse { key, at, scope });
        }
    }

    /// The hook variable in which an expression is an element, the keys that lead there, and where the
    /// last of them stands; none for variables without dated keys.
    fn way(&self, expression: Expression<'p>) -> Option<(&'p str, Vec<Arc<str>>, Span)> {
        let mut place = expression;
        while let Expression::SubscriptExpression(access) = place {
            place = access.object()?;
        }
        let Expression::Variable(variable) = place else { return None };
        let name = std::str::from_utf8(self.parse.text_of(variable)).ok()?;
        let is_own = |id| self.kind_of(id) == SymbolKind::HookVariable;
        if !self.declarations.has_dated(name)
            || !self.symbol_at(variable.span()).is_some_and(is_own)
        {
            return None;
        }
        let (mut way, mut at) = (Vec::new(), None);
        let mut place = expression;
        while let Expression::SubscriptExpression(access) = place {
            let key = literal::of_expression(access.index()?, &self.parse.text)?;
            at.get_or_insert(key.at);
            way.push(key.value);
            place = access.object()?;
        }
        way.reverse();
        Some((name, way, at.unwrap_or(variable.span())))
    }
}
