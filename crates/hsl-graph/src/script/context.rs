//! Keys of `$context`.

use hsl_analysis::{Access, SymbolId, SymbolKind};
use hsl_syntax::ast::{self, ArrayLiteralItem, AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::collect::Collector;
use super::{KeyUse, access, literal};

/// The variable.
const CONTEXT: &str = "$context";

impl<'p> Collector<'p> {
    /// `$context["key"]`
    pub(super) fn subscript(&mut self, node: ast::SubscriptExpression<'p>) {
        let Some(Expression::Variable(variable)) = node.object() else { return };
        if !self.is_context(variable) {
            return;
        }
        let (access, scope) = (access::of(node.syntax(), &self.above), self.scope());
        let written = node.index().and_then(|i| literal::of_expression(i, &self.parse.text));
        if let Some(text) = written {
            let (name, at) = (text.value, text.at);
            let (optional, value_used) = access::context_of(node.syntax(), &self.above);
            let key = KeyUse { name, at, scope, access, sure: true, optional, value_used };
            self.script.keys.push(key);
            return;
        }
        let index = node.index().map_or(node.span(), AstNode::span);
        self.script.dynamic_keys.push((index, access));
    }

    /// `$context` other than with a key: everything may happen to any key.
    pub(super) fn context_variable(&mut self, node: ast::Variable<'p>) {
        if !self.is_context(node) {
            return;
        }
        let Some(parent) = self.parent() else { return };
        let is_object = ast::SubscriptExpression::cast(parent)
            .and_then(ast::SubscriptExpression::object)
            .is_some_and(|object| object.syntax().id() == node.syntax().id());
        if !is_object && !only_names(parent) && !is_literal_assignment(parent, node) {
            let access = access::of(node.syntax(), &self.above);
            self.script.dynamic_keys.push((node.span(), access));
        }
    }

    pub(super) fn assignment(&mut self, node: ast::AssignmentExpression<'p>) {
        let (Some(Expression::Variable(variable)), Some(value)) = (node.left(), node.right())
        else {
            return;
        };
        match value {
            Expression::ArrayLiteral(array) if self.is_context(variable) => self.fill(array),
            value => self.note_constant(variable, value),
        }
    }

    /// `$context = ["key" => …]`
    fn fill(&mut self, array: ast::ArrayLiteral<'p>) {
        let scope = self.scope();
        for item in array.items() {
            let ArrayLiteralItem::ArrayElement(element) = item else { continue };
            let key = element.key().and_then(|k| literal::of_expression(k, &self.parse.text));
            if let Some(text) = key {
                let (name, at, access) = (text.value, text.at, Access::Write);
                let (sure, optional, value_used) = (true, false, false);
                let key = KeyUse { name, at, scope, access, sure, optional, value_used };
                self.script.keys.push(key);
            }
        }
    }

    /// Remembers the text of a variable that is given once.
    fn note_constant(&mut self, variable: ast::Variable<'p>, value: Expression<'p>) {
        let Some(symbol) = self.symbol_at(variable.span()) else { return };
        let text = literal::of_expression(value, &self.parse.text);
        let known = self.constants.contains_key(&symbol);
        self.constants.insert(symbol, text.filter(|_| !known));
    }

    /// Turns keys that are held by a variable with one text into uses of that key.
    pub(super) fn settle_computed_keys(&mut self) {
        let dynamic = std::mem::take(&mut self.script.dynamic_keys);
        for (at, access) in dynamic {
            let held = self.symbol_at(at).and_then(|symbol| self.constant(symbol));
            match held {
                Some((name, at)) => {
                    let scope = self.script.scope_at(at.start as usize);
                    // Where the variable is used as a key is not looked at.
                    let (sure, optional, value_used) = (false, true, true);
                    let key = KeyUse { name, at, scope, access, sure, optional, value_used };
                    self.script.keys.push(key);
                }
                None => self.script.dynamic_keys.push((at, access)),
            }
        }
    }

    fn constant(&self, symbol: SymbolId) -> Option<(std::sync::Arc<str>, diagnostics::Span)> {
        let writes = self.script.facts.uses(symbol).filter(|r| r.access == Access::Write).count();
        let text = self.constants.get(&symbol)?.as_ref()?;
        (writes == 1).then(|| (std::sync::Arc::clone(&text.value), text.at))
    }

    fn is_context(&self, variable: ast::Variable<'p>) -> bool {
        self.parse.text_of(variable) == CONTEXT.as_bytes()
            && self
                .symbol_at(variable.span())
                .is_some_and(|id| self.kind_of(id) == SymbolKind::HookVariable)
    }
}

/// Whether a node only brings the variable into a scope, or asks whether it exists.
fn only_names(parent: Node<'_>) -> bool {
    ast::GlobalStatement::cast(parent).is_some()
        || ast::Captures::cast(parent).is_some()
        || ast::IssetExpression::cast(parent).is_some()
}

fn is_literal_assignment(parent: Node<'_>, variable: ast::Variable<'_>) -> bool {
    ast::AssignmentExpression::cast(parent).is_some_and(|set| {
        set.left().is_some_and(|left| left.syntax().id() == variable.syntax().id())
            && matches!(set.right(), Some(Expression::ArrayLiteral(_)))
    })
}
