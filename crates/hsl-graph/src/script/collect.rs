//! One walk over a script's tree.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::{Access, Meaning, Reference, SymbolId, SymbolKind};
use hsl_decl::{Hook, HookSet};
use hsl_syntax::Parse;
use hsl_syntax::ast::{self, AstNode, Expression, Statement};
use hsl_syntax::tree_sitter::Node;
use rustc_hash::FxHashMap;

use super::{Edge, EdgeTo, Script, literal};
use crate::Declarations;

/// How a comment names the hooks of a file.
const PRAGMA: &str = "hsl:hooks";

pub(super) struct Collector<'p> {
    pub(super) parse: &'p Parse,
    pub(super) declarations: &'p Declarations,
    pub(super) script: Script,
    /// References by the place of their name; definitions give way to uses.
    references: FxHashMap<Span, Reference>,
    /// Scopes by their place.
    scopes: FxHashMap<Span, u32>,
    /// Scopes around the node that is looked at, with their ends.
    open: Vec<(usize, u32)>,
    /// The nodes around the one that is looked at, the innermost last: a node finds its parent from the
    /// root, which takes long.
    pub(super) above: Vec<Node<'p>>,
    /// Texts that variables were given once, for keys of `$context`.
    pub(super) constants: FxHashMap<SymbolId, Option<literal::Literal>>,
}

impl<'p> Collector<'p> {
    pub(super) fn new(parse: &'p Parse, declarations: &'p Declarations, script: Script) -> Self {
        let references = script.facts.references.iter();
        let references = references.map(|r| (r.at.span, *r)).collect();
        let scopes = script.facts.scopes.iter().zip(0..).skip(1);
        let scopes = scopes.map(|(scope, at)| (scope.at.span, at)).collect();
        let constants = FxHashMap::default();
        let (open, above) = (Vec::new(), Vec::new());
        Self { parse, declarations, script, references, scopes, open, above, constants }
    }

    /// Walks over everything.
    pub(super) fn collect(mut self) -> Script {
        let mut cursor = self.parse.tree.walk();
        loop {
            let node = cursor.node();
            self.node(node);
            // To ask the cursor of a leaf for children takes longer than to count them.
            if node.child_count() > 0 && cursor.goto_first_child() {
                self.above.push(node);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    self.settle_computed_keys();
                    return self.script;
                }
                self.above.pop();
            }
        }
    }

    fn node(&mut self, node: Node<'p>) {
        while self.open.last().is_some_and(|(end, _)| *end <= node.start_byte()) {
            self.open.pop();
        }
        if !node.is_named() {
            return;
        }
        match Expression::cast(node) {
            Some(Expression::Identifier(identifier)) => return self.identifier(identifier),
            Some(Expression::Variable(variable)) => return self.context_variable(variable),
            Some(Expression::CallExpression(call)) => self.call(call),
            Some(Expression::ScopedExpression(scoped)) => self.scoped(scoped),
            Some(Expression::MemberExpression(member)) => self.member(member),
            Some(Expression::SubscriptExpression(access)) => {
                self.subscript(access);
                self.dated_subscript(access);
            }
            Some(Expression::AssignmentExpression(set)) => {
                self.assignment(set);
                self.element(set);
            }
            Some(Expression::BinaryExpression(binary)) => self.comparison(binary),
            Some(Expression::ArrayLiteral(array)) => self.array(array),
            Some(Expression::CacheExpression(cache)) => self.cache(cache),
            Some(Expression::MatchExpression(choice)) => self.choice(choice),
            Some(Expression::DestructuringAssignment(set)) => self.dated_pattern(set),
            Some(_) => {}
            None => self.statement(node),
        }
        self.enter(node);
    }

    fn statement(&mut self, node: Node<'p>) {
        match Statement::cast(node) {
            Some(Statement::IncludeStatement(include)) => self.include(include),
            Some(Statement::SymbolImport(import)) => self.import_names(import),
            Some(Statement::NamespaceImport(import)) => self.import_namespace(import),
            Some(Statement::DataImport(import)) => self.import_data(import),
            Some(Statement::SwitchStatement(switch)) => self.cases(switch),
            Some(Statement::BarrierStatement(barrier)) => self.barrier(barrier),
            Some(_) => {}
            None => {
                if let Some(comment) = ast::Comment::cast(node) {
                    self.comment(comment);
                }
            }
        }
    }

    /// Opens the scope that a node is; one without a name is referred to where it stands.
    fn enter(&mut self, node: Node<'p>) {
        let Some(scope) = self.scopes.get(&ast::span_of(node)).copied() else { return };
        if self.open.last().is_some_and(|(_, open)| *open == scope) {
            return;
        }
        if ast::FunctionExpression::cast(node).is_some() {
            let at = Span::new(node.start_byte(), node.start_byte() + "function".len());
            self.edge(at, EdgeTo::Scope(scope));
        }
        self.open.push((node.end_byte(), scope));
    }

    /// `// hsl:hooks connect, eod`
    fn comment(&mut self, comment: ast::Comment<'_>) {
        let text = String::from_utf8_lossy(self.parse.text_of(comment)).into_owned();
        let Some((_, list)) = text.split_once(PRAGMA) else { return };
        let words = list.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        for hook in words.map_while(Hook::from_name) {
            self.script.pragma = self.script.pragma.union(HookSet::of(&[hook]));
        }
    }

    /// The node around the one that is looked at.
    pub(super) fn parent(&self) -> Option<Node<'p>> {
        self.above.last().copied()
    }

    /// The scope of the node that is looked at.
    pub(super) fn scope(&self) -> u32 {
        self.open.last().map_or(0, |(_, scope)| *scope)
    }

    pub(super) fn edge(&mut self, at: Span, to: EdgeTo) {
        let from = self.scope();
        self.script.edges.push(Edge { from, at, to });
    }

    /// What a name means, as far as this file tells.
    pub(super) fn meaning(&self, at: Span) -> Option<Meaning> {
        self.references.get(&at).map(|reference| reference.meaning)
    }

    /// The symbol that a place defines or uses.
    pub(super) fn symbol_at(&self, at: Span) -> Option<SymbolId> {
        match self.meaning(at)? {
            Meaning::Symbol(id) => Some(id),
            _ => None,
        }
    }

    pub(super) fn access_at(&self, at: Span) -> Option<Access> {
        self.references.get(&at).map(|reference| reference.access)
    }

    pub(super) fn kind_of(&self, id: SymbolId) -> SymbolKind {
        self.script.facts.symbol(id).kind
    }

    pub(super) fn text<'t>(&self, node: impl AstNode<'t>) -> Arc<str> {
        String::from_utf8_lossy(self.parse.text_of(node)).as_ref().into()
    }
}
