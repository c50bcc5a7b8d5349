//! Classes: members are declared with the class, their bodies lowered where it stands.

use std::sync::Arc;

use diagnostics::{Span, codes};
use hsl_syntax::ast::{self, AstNode, Member as Node};

use super::Lowerer;
use super::function::Tail;
use super::scope::Definition;
use super::stmt::first_word;
use crate::hir::{ClassId, FunctionKind, Global, GlobalKind, Loc, Member, MemberKind};
use crate::{SymbolId, SymbolKind};

impl<'g> Lowerer<'g, '_> {
    /// Declares the members of a class; initial values and bodies come later.
    pub(super) fn declare_members(
        &mut self,
        class: ClassId,
        symbol: SymbolId,
        node: ast::ClassDefinition<'g>,
    ) {
        let first = self.facts.symbols.len();
        let outer = self.frame().class.replace(class);
        for member in node.members() {
            match member {
                Node::ConstructorDefinition(node) => self.declare_constructor(class, node),
                Node::MethodDefinition(node) => self.declare_method(class, node),
                Node::PropertyDefinition(node) => self.declare_property(class, node),
            }
        }
        self.frame().class = outer;
        for member in &mut self.facts.symbols[first..] {
            member.container = Some(symbol);
        }
    }

    fn declare_constructor(&mut self, class: ClassId, node: ast::ConstructorDefinition<'g>) {
        let at = self.at(node.span());
        if let Some(first) = self.program.class(class).constructor {
            let first = self.program.function(first).at;
            let message = "this class already has a constructor";
            let finding = self.finding(
                &codes::DUPLICATE_DEFINITION,
                first_word(at.span, "constructor"),
                message,
            );
            let first = Loc { span: first_word(first.span, "constructor"), ..first };
            let finding = self.label_at(finding, first, "first defined here");
            return self.report(finding);
        }
        let name = self.member_name(class, "constructor");
        let kind = FunctionKind::Constructor;
        let id = self.new_function(name, at, kind, node.parameters());
        self.program.classes[class.index()].constructor = Some(id);
        self.frame().definitions.insert(at, Definition::Function(id));
        let name_at = Loc { span: first_word(at.span, "constructor"), ..at };
        let kind = SymbolKind::Constructor;
        let symbol = self.new_symbol("constructor".into(), kind, Some(name_at), Some(at));
        self.describe(symbol, at);
    }

    fn declare_method(&mut self, class: ClassId, node: ast::MethodDefinition<'g>) {
        let Some(name) = node.name() else { return };
        let at = self.at(node.span());
        let text: Arc<str> = self.name_of(name).into();
        let modifiers = node.modifier_set();
        if modifiers.readonly {
            let span = node.modifiers().map(AstNode::span).reduce(Span::cover);
            let message = "`readonly` applies to variables only";
            self.error(&codes::INVALID_PARAMETERS, span.unwrap_or(name.span()), message);
        }
        let (kind, symbol) = match modifiers.is_static {
            true => (FunctionKind::Static, SymbolKind::StaticMethod),
            false => (FunctionKind::Method, SymbolKind::Method),
        };
        let full_name = self.member_name(class, &text);
        let id = self.new_function(full_name, at, kind, node.parameters());
        let member = match modifiers.is_static {
            true => MemberKind::StaticMethod(id),
            false => MemberKind::Method(id),
        };
        self.frame().definitions.insert(at, Definition::Function(id));
        let name_at = self.at(name.span());
        let private = modifiers.private;
        self.add_member(
            class,
            Member { name: text, at: name_at, private, kind: member },
            symbol,
            at,
        );
    }

    fn declare_property(&mut self, class: ClassId, node: ast::PropertyDefinition<'g>) {
        let Some(variable) = node.name() else { return };
        let at = self.at(variable.span());
        let dollar = self.name_of(variable);
        let name: Arc<str> = dollar.trim_start_matches('$').into();
        let modifiers = node.modifier_set();
        let readonly = modifiers.readonly;
        let initial = node.value().map(|value| self.constant(value, "an initial value"));
        let (kind, symbol) = if modifiers.is_static {
            let global = self.new_global(Global {
                name: self.static_name(class, &dollar),
                kind: GlobalKind::Static(class, initial),
                shared: true,
                created: true,
                readonly: false,
                at: Some(at),
            });
            (MemberKind::StaticProperty { global, readonly }, SymbolKind::StaticProperty)
        } else {
            (MemberKind::Property { initial, readonly }, SymbolKind::Property)
        };
        let member = Member { name, at, private: modifiers.private, kind };
        let full = self.at(node.span());
        self.add_member(class, member, symbol, full);
    }

    fn add_member(&mut self, class: ClassId, member: Member, symbol: SymbolKind, full: Loc) {
        if let Some((first, _)) = self.member(class, &member.name) {
            let first = self.program.class(class).members[first].at;
            let message = format!("the class already has a member `{}`", member.name);
            let finding = self.finding(&codes::DUPLICATE_DEFINITION, member.at.span, message);
            let finding = self.label_at(finding, first, "first defined here");
            return self.report(finding);
        }
        let (name, at) = (Arc::clone(&member.name), member.at);
        let symbol = self.new_symbol(name, symbol, Some(at), Some(full));
        self.describe(symbol, full);
        let members = &mut self.program.classes[class.index()].members;
        let known = self.members.entry(class).or_default();
        known.insert(Arc::clone(&member.name), (members.len(), symbol));
        members.push(member);
    }

    /// Position and symbol of the member of this name (without `$`).
    pub(super) fn member(&self, class: ClassId, name: &str) -> Option<(usize, SymbolId)> {
        self.members.get(&class)?.get(name).copied()
    }

    fn member_name(&self, class: ClassId, name: &str) -> Arc<str> {
        format!("{}::{name}", self.program.class(class).name).into()
    }

    fn static_name(&self, class: ClassId, name: &str) -> Arc<str> {
        self.member_name(class, name)
    }

    /// Lowers the bodies of a declared class.
    pub(super) fn class_definition(&mut self, node: ast::ClassDefinition<'g>) {
        let at = self.at(node.span());
        let Some(Definition::Class(class)) = self.frame().definitions.remove(&at) else { return };
        let outer = self.frame().class.replace(class);
        for member in node.members() {
            match member {
                Node::ConstructorDefinition(node) => {
                    let (parameters, captures) = (node.parameters(), node.captures());
                    self.member_body(node.span(), Tail { parameters, captures, body: node.body() });
                }
                Node::MethodDefinition(node) => {
                    let (parameters, captures) = (node.parameters(), node.captures());
                    self.member_body(node.span(), Tail { parameters, captures, body: node.body() });
                }
                Node::PropertyDefinition(_) => {}
            }
        }
        self.frame().class = outer;
    }

    fn member_body(&mut self, span: Span, tail: Tail<'g>) {
        let at = self.at(span);
        if let Some(Definition::Function(id)) = self.frame().definitions.remove(&at) {
            self.body(id, at, tail);
        }
    }
}
