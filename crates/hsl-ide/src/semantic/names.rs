//! What names mean, for their colour.

use hsl_analysis::{Access, Meaning, Reference, Symbol, SymbolKind};
use hsl_decl::{Class, Contexts, Effect, Function, Variable};
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::Node;

use super::{SemanticToken, TokenKind, TokenModifier};
use crate::View;

/// The names of a file.
pub(super) struct Names<'v> {
    view: &'v View,
    /// Ordered by place.
    known: &'v [Reference],
    hook: Vec<&'static Variable>,
}

impl<'v> Names<'v> {
    pub(super) fn of(view: &'v View) -> Self {
        let all = &view.facts().references;
        let known = view.id().map_or(&all[..0], |id| {
            let first = all.partition_point(|reference| reference.at.file < id);
            let end = all.partition_point(|reference| reference.at.file <= id);
            &all[first..end]
        });
        Self { view, known, hook: view.unit.variables() }
    }

    /// The token of a name, with the nodes around it.
    pub(super) fn token<'t>(&self, node: Node<'t>, around: &[Node<'t>]) -> Option<SemanticToken> {
        let span = span_of(node);
        let end = self.known.partition_point(|known| known.at.span.start <= span.start);
        let known = self.known[..end].last().filter(|known| known.at.span == span);
        let (kind, mut modifiers) = match known.map(|known| known.meaning) {
            Some(Meaning::Function(function)) => self.function(function),
            Some(Meaning::Class(class)) => self.class(class),
            Some(Meaning::Symbol(symbol)) => self.symbol(self.view.facts().symbol(symbol)),
            Some(Meaning::File(_)) | None => self.unknown(node, around)?,
        };
        if known.is_some_and(|known| known.access == Access::Definition) {
            modifiers.push(TokenModifier::Definition);
        }
        Some(SemanticToken { span, kind, modifiers })
    }

    fn function(&self, function: &Function) -> (TokenKind, Vec<TokenModifier>) {
        let mut modifiers = vec![TokenModifier::DefaultLibrary];
        modifiers.extend(function.deprecated.map(|_| TokenModifier::Deprecated));
        let waits = function.effect == Effect::External;
        modifiers.extend(waits.then_some(TokenModifier::Async));
        modifiers.extend(self.missing(function.contexts));
        let ends = function.effect == Effect::Terminates;
        (if ends { TokenKind::Event } else { TokenKind::Function }, modifiers)
    }

    fn class(&self, class: &Class) -> (TokenKind, Vec<TokenModifier>) {
        let modifiers = [Some(TokenModifier::DefaultLibrary), self.missing(class.contexts)];
        (TokenKind::Class, modifiers.into_iter().flatten().collect())
    }

    /// A library may be imported into any hook.
    fn missing(&self, contexts: Contexts) -> Option<TokenModifier> {
        let is_here = self.view.unit.library || contexts.allow(self.view.unit.hook);
        (!is_here).then_some(TokenModifier::Unavailable)
    }

    fn symbol(&self, symbol: &Symbol) -> (TokenKind, Vec<TokenModifier>) {
        let kind = match symbol.kind {
            SymbolKind::Function => TokenKind::Function,
            SymbolKind::Class => TokenKind::Class,
            SymbolKind::Method | SymbolKind::StaticMethod | SymbolKind::Constructor => {
                TokenKind::Method
            }
            SymbolKind::Property | SymbolKind::StaticProperty => TokenKind::Property,
            SymbolKind::Variable => TokenKind::Variable,
            SymbolKind::Parameter => TokenKind::Parameter,
            SymbolKind::Namespace => TokenKind::Namespace,
            SymbolKind::HookVariable => return self.hook_variable(&symbol.name),
        };
        (kind, Vec::new())
    }

    fn hook_variable(&self, name: &str) -> (TokenKind, Vec<TokenModifier>) {
        let declared = self.hook.iter().find(|variable| variable.name == name);
        let access = match declared.is_some_and(|variable| variable.readonly) {
            true => TokenModifier::Readonly,
            false => TokenModifier::Mutable,
        };
        (TokenKind::Variable, vec![TokenModifier::DefaultLibrary, access])
    }

    /// A name that the analysis knows nothing of: what it must be from where it stands.
    fn unknown<'t>(
        &self,
        node: Node<'t>,
        around: &[Node<'t>],
    ) -> Option<(TokenKind, Vec<TokenModifier>)> {
        let parent = around.last();
        let name = std::str::from_utf8(self.view.text().get(node.byte_range())?).ok()?;
        if node.kind() == "variable" {
            let is_hook = self.hook.iter().any(|variable| variable.name == name);
            let is_property = parent.is_some_and(|up| up.kind() == "property_definition");
            return Some(match (is_hook, is_property) {
                (true, _) => self.hook_variable(name),
                (_, true) => (TokenKind::Property, Vec::new()),
                _ => (TokenKind::Variable, Vec::new()),
            });
        }
        let (parent, above) = around.split_last()?;
        let is_called = |node: Node<'_>, up: Option<&Node<'_>>| {
            let up = up.filter(|up| up.kind() == "call_expression");
            up.and_then(|up| up.child_by_field_name("function")) == Some(node)
        };
        let plain = |kind| Some((kind, Vec::new()));
        match parent.kind() {
            "member_expression" | "scoped_expression" if is_called(*parent, above.last()) => {
                plain(TokenKind::Method)
            }
            "member_expression" => plain(TokenKind::Property),
            "scoped_expression" | "class_definition" => plain(TokenKind::Class),
            "method_definition" => plain(TokenKind::Method),
            "namespace_import" => plain(TokenKind::Namespace),
            "function_definition" => plain(TokenKind::Function),
            _ if is_called(node, Some(parent)) => Some(self.elsewhere(name)),
            _ => None,
        }
    }

    /// A function that is called where it does not exist, or nowhere.
    fn elsewhere(&self, name: &str) -> (TokenKind, Vec<TokenModifier>) {
        let catalog = self.view.unit.catalog;
        let found = catalog.hooks_with(name).find_map(|hook| catalog.function(name, Some(hook)));
        found.map_or((TokenKind::Function, Vec::new()), |function| self.function(function))
    }
}
