//! What a scope defines, found before any of its statements is lowered.
//!
//! Functions and classes are registered regardless of control flow, in included files too; imports
//! bind names for the whole scope.

use std::sync::Arc;

use diagnostics::codes;
use hsl_syntax::ast::{self, AstNode, IdentifierOrVariable, ParametersItem, Statement};
use hsl_syntax::tree_sitter::Node;
use hsl_syntax::words::ASSERT;

use super::Lowerer;
use super::scope::{Definition, Named};
use super::sealed::Head;
use crate::hir::{Class, ClassId, FileId, Function, FunctionId, FunctionKind, Loc};
use crate::{SymbolId, SymbolKind};

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arity {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

impl Arity {
    /// Counts parameters; order faults are reported where the function is lowered.
    pub(super) fn of(parameters: Option<ast::Parameters<'_>>) -> Self {
        let mut arity = Self { min: 0, max: Some(0) };
        for item in parameters.into_iter().flat_map(ast::Parameters::items) {
            match item {
                ParametersItem::Parameter(parameter) => {
                    arity.min += usize::from(parameter.default().is_none());
                    arity.max = arity.max.map(|max| max + 1);
                }
                ParametersItem::RestParameter(_) => arity.max = None,
            }
        }
        arity
    }
}

impl<'g> Lowerer<'g, '_> {
    /// Declares what a function body or file defines.
    pub(super) fn declare_scope(&mut self, root: Node<'g>) {
        self.declare(root);
        // Lowering meets the same includes in the same order and decides the same way.
        self.frame().included.clear();
    }

    /// Declares what the statements below a node define, without entering functions. Each definition
    /// begins with a word, and what holds none of them is passed over.
    fn declare(&mut self, root: Node<'g>) {
        let words = &self.graph.words(self.file).defining;
        if !words.within(root.byte_range()) {
            return;
        }
        // A stack of our own: the children of a statement that are statements, last first.
        let mut open: Vec<Node<'g>> = vec![root];
        while let Some(node) = open.pop() {
            match Statement::cast(node) {
                Some(Statement::FunctionDefinition(node)) => self.declare_function(node),
                Some(Statement::ClassDefinition(node)) => self.declare_class(node),
                Some(Statement::IncludeStatement(node)) => self.declare_included(node),
                Some(Statement::SymbolImport(node)) => self.declare_import(node),
                Some(Statement::NamespaceImport(node)) => self.declare_namespace(node),
                Some(Statement::ExpressionStatement(_) | Statement::EchoStatement(_)) => {}
                _ => {
                    let holds = |n: &Node<'_>| {
                        words.within(n.byte_range())
                            && (Statement::cast(*n).is_some()
                                || ast::SwitchBody::cast(*n).is_some())
                    };
                    let first = open.len();
                    open.extend(ast::children::<Node<'g>>(node).filter(holds));
                    open[first..].reverse();
                }
            }
        }
    }

    fn declare_included(&mut self, node: ast::IncludeStatement<'g>) {
        if let Some(file) = self.include_target(node) {
            self.inside(file, node.span(), |this, root| this.declare(root));
        }
    }

    /// The file of an `include`, unless it is missing or an `include_once` was here before.
    pub(super) fn include_target(&mut self, node: ast::IncludeStatement<'g>) -> Option<FileId> {
        self.touches_others();
        let at = self.at(node.span());
        let file = self.graph.links.get(&at).copied()?;
        if node.is_once() && self.frames.iter().any(|frame| frame.included.contains(&file)) {
            return None;
        }
        self.frame().included.push(file);
        Some(file)
    }

    /// Reads the tree of an included file in place.
    pub(super) fn inside(
        &mut self,
        file: FileId,
        from: diagnostics::Span,
        read: impl FnOnce(&mut Self, Node<'g>),
    ) {
        let graph = self.graph;
        let Some(parse) = graph.tree(file) else { return };
        if self.includes >= super::INCLUDES {
            self.error(&codes::CODE_LIMIT, from, "too many files are included");
            return;
        }
        if !self.descend(from) {
            return;
        }
        self.includes += 1;
        self.chain.push(self.at(from));
        let outer = self.file;
        self.read_file(file);
        read(self, parse.root().syntax());
        self.read_file(outer);
        self.chain.pop();
        self.ascend();
    }

    fn declare_function(&mut self, node: ast::FunctionDefinition<'g>) {
        let at = self.at(node.span());
        if let Some(known) = self.known(at, node) {
            self.declare_known(at, known.head());
            self.met.insert(at, known);
            return;
        }
        let Some(name) = node.name() else { return };
        let text: Arc<str> = self.name_of(name).into();
        let id = self.new_function(Arc::clone(&text), at, FunctionKind::Named, node.parameters());
        let definition = Definition::Function(id);
        let name_at = self.at(name.span());
        if self.define(&text, definition, name_at, at, SymbolKind::Function) {
            self.frame().definitions.insert(at, definition);
        }
    }

    /// Declares a function of which an earlier analysis met the same text.
    fn declare_known(&mut self, at: Loc, head: &Head) {
        let id = self.add_function(Arc::clone(&head.name), at, FunctionKind::Named, head.arity);
        let definition = Definition::Function(id);
        let name_at = Loc { span: head.name_at(at), ..at };
        let (name, kind) = (Arc::clone(&head.name), SymbolKind::Function);
        let symbol = self.new_symbol(name, kind, Some(name_at), Some(at));
        self.facts.symbols[symbol.0 as usize].signature.clone_from(&head.signature);
        self.document(symbol, at);
        if self.enter_name(&head.name, definition, name_at, symbol) {
            self.frame().definitions.insert(at, definition);
        }
    }

    fn declare_class(&mut self, node: ast::ClassDefinition<'g>) {
        let Some(name) = node.name() else { return };
        let at = self.at(node.span());
        let text: Arc<str> = self.name_of(name).into();
        let id = ClassId(self.program.classes.len() as u32);
        let module = self.module;
        self.program.classes.push(Class {
            name: Arc::clone(&text),
            at,
            module,
            constructor: None,
            members: Vec::new(),
        });
        let name_at = self.at(name.span());
        let definition = Definition::Class(id);
        let symbol = SymbolId(self.facts.symbols.len() as u32);
        if self.define(&text, definition, name_at, at, SymbolKind::Class) {
            self.frame().definitions.insert(at, definition);
            self.declare_members(id, symbol, node);
        }
    }

    /// Enters a name into the scope; reports and answers false when it is taken.
    pub(super) fn define(
        &mut self,
        name: &Arc<str>,
        definition: Definition,
        name_at: Loc,
        full: Loc,
        kind: SymbolKind,
    ) -> bool {
        let symbol = self.new_symbol(Arc::clone(name), kind, Some(name_at), Some(full));
        self.describe(symbol, full);
        self.enter_name(name, definition, name_at, symbol)
    }

    fn enter_name(
        &mut self,
        name: &Arc<str>,
        definition: Definition,
        at: Loc,
        symbol: SymbolId,
    ) -> bool {
        let is_new = self.bind(name, definition, at, symbol);
        if is_new {
            let frame = self.frames.len() - 1;
            self.scope_symbol(frame, symbol);
        }
        is_new
    }

    /// Binds a name of the scope; reports and answers false when it is taken.
    pub(super) fn bind(
        &mut self,
        name: &Arc<str>,
        definition: Definition,
        at: Loc,
        symbol: SymbolId,
    ) -> bool {
        if &**name == ASSERT {
            let message = format!("`{name}` is reserved: it is a function of tests");
            self.error(&codes::SYNTAX_ERROR, at.span, message);
            return false;
        }
        if let Some(first) = self.frame().names.get(name).copied() {
            let message = format!("`{name}` is already defined in this scope");
            let finding = self.finding(&codes::DUPLICATE_DEFINITION, at.span, message);
            let finding = self.label_at(finding, first.at, "first defined here");
            self.report(finding);
            return false;
        }
        self.frame().names.insert(Arc::clone(name), Named { definition, at, symbol });
        true
    }

    pub(super) fn new_function(
        &mut self,
        name: Arc<str>,
        at: Loc,
        kind: FunctionKind,
        parameters: Option<ast::Parameters<'_>>,
    ) -> FunctionId {
        self.add_function(name, at, kind, Arity::of(parameters))
    }

    fn add_function(
        &mut self,
        name: Arc<str>,
        at: Loc,
        kind: FunctionKind,
        arity: Arity,
    ) -> FunctionId {
        let id = FunctionId(self.program.functions.len() as u32);
        let class = self.frames.last().and_then(|f| f.class);
        self.arities.push(arity);
        self.program.functions.push(Function {
            name,
            at,
            kind,
            module: self.module,
            class,
            params: Vec::new(),
            rest: None,
            captures: Vec::new(),
            variables: Vec::new(),
            generator: false,
            body: Vec::new(),
        });
        id
    }

    fn declare_import(&mut self, node: ast::SymbolImport<'g>) {
        let file = self.graph.links.get(&self.at(node.span())).copied();
        for item in node.items() {
            let Some(name) = item.name() else { continue };
            let local = item.alias().unwrap_or(name);
            let Some(file) = file else {
                self.import_broken(local);
                continue;
            };
            match name {
                IdentifierOrVariable::Identifier(name) => {
                    self.import_name(file, &self.name_of(name), name.span(), local);
                }
                IdentifierOrVariable::Variable(name) => {
                    self.import_variable(file, &self.name_of(name), name.span(), local);
                }
            }
        }
    }

    fn declare_namespace(&mut self, node: ast::NamespaceImport<'g>) {
        let Some(alias) = node.alias() else { return };
        let (name, at) = (self.name_of(alias).into(), self.at(alias.span()));
        let full = self.at(node.span());
        let target = self.graph.links.get(&full).copied();
        let definition = target.map_or(Definition::Broken, Definition::Namespace);
        self.define(&name, definition, at, full, SymbolKind::Namespace);
    }
}
