//! Names of functions, classes and members, where they are used.

use std::sync::Arc;

use hsl_analysis::{Access, Meaning, SymbolKind};
use hsl_syntax::ast::{self, AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::collect::Collector;
use super::{EdgeTo, MemberUse, NameUse, ScopedUse, access};

impl<'p> Collector<'p> {
    pub(super) fn identifier(&mut self, node: ast::Identifier<'p>) {
        let at = node.span();
        let library = match self.meaning(at) {
            Some(Meaning::Symbol(id)) => {
                if self.access_at(at) != Some(Access::Definition) {
                    self.edge(at, EdgeTo::Symbol(id));
                }
                return;
            }
            Some(Meaning::Function(decl)) => Some(decl.name),
            Some(Meaning::Class(decl)) => Some(decl.name),
            Some(Meaning::File(_)) => return,
            None if is_value(node.syntax(), self.parent()) => None,
            None => return,
        };
        let (name, scope) = (self.text(node), self.scope());
        self.edge(at, EdgeTo::Name(self.script.names.len() as u32));
        self.script.names.push(NameUse { name, at, scope, library });
    }

    /// `scope::name` whose name this file does not know.
    pub(super) fn scoped(&mut self, node: ast::ScopedExpression<'p>) {
        let (Some(scope), Some(name)) = (node.scope(), node.name()) else { return };
        let at = name.span();
        if self.meaning(at).is_some() {
            return;
        }
        let Some(of) = self.symbol_at(scope.span()) else { return };
        let access = access::of(node.syntax(), &self.above);
        let (name, scope) = (self.text(name), self.scope());
        self.edge(at, EdgeTo::Scoped(self.script.scoped.len() as u32));
        self.script.scoped.push(ScopedUse { of, name, at, scope, access });
    }

    pub(super) fn member(&mut self, node: ast::MemberExpression<'p>) {
        let Some(name) = node.name() else { return };
        let class = node.object().and_then(|object| self.class_of(object));
        let access = access::of(node.syntax(), &self.above);
        let (at, scope) = (name.span(), self.scope());
        let name: Arc<str> = self.text(name);
        self.edge(at, EdgeTo::Member(self.script.members.len() as u32));
        self.script.members.push(MemberUse { name, at, scope, class, access });
    }

    /// The class of `$this` and of `Name(…)`, the object of the node that is looked at.
    fn class_of(&self, object: Expression<'p>) -> Option<hsl_analysis::SymbolId> {
        match object {
            Expression::ParenthesizedExpression(inner) => self.class_of(inner.expression()?),
            Expression::Variable(variable) if &*self.text(variable) == "$this" => {
                let above = self.above.iter().rev().copied();
                let class = above.into_iter().find_map(ast::ClassDefinition::cast)?.name()?;
                self.symbol_at(class.span())
            }
            Expression::CallExpression(call) => {
                let symbol = self.symbol_at(call.function()?.span())?;
                let may_be = self.kind_of(symbol) == SymbolKind::Class
                    || self.script.bindings.contains_key(&symbol);
                may_be.then_some(symbol)
            }
            _ => None,
        }
    }
}

/// Whether an identifier is an expression, not the name in a definition or after `->` and `::`.
fn is_value(node: Node<'_>, parent: Option<Node<'_>>) -> bool {
    let Some(parent) = parent else { return false };
    if let Some(scoped) = ast::ScopedExpression::cast(parent) {
        return scoped.scope().is_some_and(|scope| scope.syntax().id() == node.id());
    }
    let named = ast::MemberExpression::cast(parent).is_some()
        || ast::ImportItem::cast(parent).is_some()
        || ast::NamespaceImport::cast(parent).is_some()
        || ast::FunctionDefinition::cast(parent).is_some()
        || ast::MethodDefinition::cast(parent).is_some()
        || ast::ClassDefinition::cast(parent).is_some()
        || parent.is_error();
    !named
}
