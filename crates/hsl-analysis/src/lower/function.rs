//! Functions: parameters, captures and bodies.

use std::borrow::Cow;
use std::sync::Arc;

use diagnostics::{Span, codes};
use hsl_syntax::ast::{self, AstNode, ParametersItem};
use hsl_syntax::tree_sitter::Node;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Lowerer;
use super::scope::{Definition, Frame};
use crate::hir::{
    Capture, ExprId, ExprKind, FunctionId, FunctionKind, GlobalId, Loc, Param, StmtKind, Storage,
    VarId,
};
use crate::marks::Marks;
use crate::{Access, SymbolKind};

/// Bound names that are looked for one by one; of more, every variable is looked at.
const FEW_NAMES: usize = 8;

/// The parts that every kind of function has.
#[derive(Clone, Copy)]
pub(super) struct Tail<'t> {
    pub(super) parameters: Option<ast::Parameters<'t>>,
    pub(super) captures: Option<ast::Captures<'t>>,
    pub(super) body: Option<ast::Block<'t>>,
}

impl<'g> Lowerer<'g, '_> {
    /// Lowers the body of a definition that the scope has declared.
    pub(super) fn function_definition(&mut self, node: ast::FunctionDefinition<'g>) {
        let at = self.at(node.span());
        let Some(Definition::Function(id)) = self.frame().definitions.remove(&at) else { return };
        let tail =
            Tail { parameters: node.parameters(), captures: node.captures(), body: node.body() };
        self.body_or_recall(id, at, node, tail);
    }

    /// A function that is a value.
    pub(super) fn function_expression(&mut self, node: ast::FunctionExpression<'g>) -> ExprId {
        let at = self.at(node.span());
        let name = "function".into();
        let id = self.new_function(name, at, FunctionKind::Anonymous, node.parameters());
        let tail =
            Tail { parameters: node.parameters(), captures: node.captures(), body: node.body() };
        self.body(id, at, tail);
        self.expression(node.span(), ExprKind::Closure(id))
    }

    /// Lowers parameters, captures and statements of a function.
    pub(super) fn body(&mut self, id: FunctionId, at: Loc, tail: Tail<'g>) {
        if !self.descend(at.span) {
            return;
        }
        let mut frame = Frame::new(id);
        frame.class = self.program.function(id).class;
        self.enter(frame, at);
        let kind = self.program.function(id).kind;
        if matches!(kind, FunctionKind::Method | FunctionKind::Constructor) {
            self.this_variable(at);
        }
        self.parameters(tail.parameters);
        self.captures(tail.captures);
        if let Some(body) = tail.body {
            self.bind_globals(body);
            self.declare_scope(body.syntax());
            let body = self.statements(body.syntax());
            self.program.functions[id.index()].body = body;
        }
        let frame = self.leave(id);
        self.share_captures(id, &frame);
        self.ascend();
    }

    /// `$this`: the first variable of every function that has an instance.
    fn this_variable(&mut self, at: Loc) {
        let frame = self.frames.len() - 1;
        let id = self.add_variable(frame, "$this".into(), Storage::Local, at);
        let function = self.function();
        let variable = &mut self.program.functions[function.index()].variables[id.index()];
        variable.created = true;
        variable.readonly = true;
    }

    fn parameters(&mut self, parameters: Option<ast::Parameters<'g>>) {
        let mut rest: Option<Span> = None;
        let mut defaulted: Option<Span> = None;
        for item in parameters.into_iter().flat_map(ast::Parameters::items) {
            if let Some(first) = rest {
                let message = "the rest parameter must be the last";
                let finding = self.finding(&codes::INVALID_PARAMETERS, first, message);
                self.report(finding.label(item.span(), "this one follows"));
            }
            match item {
                ParametersItem::Parameter(node) => {
                    let Some(name) = node.name() else { continue };
                    let default = node.default().map(|value| self.constant(value, "a default"));
                    match (default, defaulted) {
                        (Some(_), _) => defaulted = defaulted.or(Some(name.span())),
                        (None, Some(first)) => {
                            let message = "a required parameter cannot follow one with a default";
                            let finding =
                                self.finding(&codes::INVALID_PARAMETERS, name.span(), message);
                            self.report(finding.label(first, "this one has a default"));
                        }
                        (None, None) => {}
                    }
                    let Some(variable) = self.parameter(name) else { continue };
                    let at = self.at(node.span());
                    let function = self.function();
                    let params = &mut self.program.functions[function.index()].params;
                    params.push(Param { variable, default, at });
                }
                ParametersItem::RestParameter(node) => {
                    let Some(name) = node.name() else { continue };
                    rest = Some(node.span());
                    let variable = self.parameter(name);
                    let function = self.function();
                    self.program.functions[function.index()].rest = variable;
                }
            }
        }
    }

    /// Makes the variable of a parameter; reports and gives none when the name is taken.
    fn parameter(&mut self, node: ast::Variable<'g>) -> Option<VarId> {
        let (name, at) = (self.name_of(node), self.at(node.span()));
        let frame = self.frames.len() - 1;
        if let Some(id) = self.frame().variables.get(&*name).copied() {
            self.taken(&name, id, at, &codes::DUPLICATE_DEFINITION);
            return None;
        }
        let name: Arc<str> = name.into();
        let id = self.add_variable(frame, Arc::clone(&name), Storage::Local, at);
        self.created(id);
        let symbol = self.new_symbol(name, SymbolKind::Parameter, Some(at), None);
        self.frame().symbols.insert(id, symbol);
        self.scope_symbol(frame, symbol);
        Some(id)
    }

    fn taken(&mut self, name: &str, id: VarId, at: Loc, code: &'static diagnostics::Code) {
        let first = self.program.function(self.function()).variable(id);
        let (first, readonly) = (first.at, first.readonly);
        if readonly {
            let message = format!("{name} cannot be a parameter");
            return self.error(&codes::READONLY_ASSIGNMENT, at.span, message);
        }
        let message = format!("{name} is already a parameter or capture of this function");
        let finding = self.finding(code, at.span, message);
        let finding = self.label_at(finding, first, "first defined here");
        self.report(finding);
    }

    fn captures(&mut self, captures: Option<ast::Captures<'g>>) {
        for node in captures.into_iter().flat_map(ast::Captures::variables) {
            let (name, at) = (self.name_of(node), self.at(node.span()));
            if let Some(id) = self.frame().variables.get(&*name).copied() {
                self.taken(&name, id, at, &codes::DUPLICATE_DEFINITION);
                continue;
            }
            let Some(outer_frame) = self.frames.len().checked_sub(2) else { continue };
            let kind = self.program.function(self.function()).kind;
            if kind != FunctionKind::Anonymous && outer_frame > 0 {
                // A named function is made when its scope is compiled: no variable of the function
                // around it exists then.
                let message = "a named function inside a function cannot share its variables";
                self.error(&codes::INVALID_PARAMETERS, at.span, message);
                continue;
            }
            let outer = self.variable_in(outer_frame, &name, at);
            self.capture(outer_frame, outer, &name, at);
        }
    }

    fn capture(&mut self, outer_frame: usize, outer: VarId, name: &str, at: Loc) {
        let frame = self.frames.len() - 1;
        let creator = self.frames[outer_frame].function;
        let variable = &mut self.program.functions[creator.index()].variables[outer.index()];
        let (readonly, this) = (variable.readonly, name == "$this");
        let symbol = self.frames[outer_frame].symbols.get(&outer).copied();
        let id = match variable.storage {
            Storage::Global(global) => {
                self.program.globals[global.index()].shared = true;
                self.add_variable(frame, name.into(), Storage::Global(global), at)
            }
            storage => {
                if storage == Storage::Local && !this {
                    variable.storage = Storage::Shared;
                }
                let inner = self.add_variable(frame, name.into(), Storage::Captured, at);
                let function = self.function();
                let captures = &mut self.program.functions[function.index()].captures;
                captures.push(Capture { outer, inner });
                inner
            }
        };
        let function = self.function();
        self.program.functions[function.index()].variables[id.index()].readonly = readonly;
        if let Some(symbol) = symbol {
            self.frame().symbols.insert(id, symbol);
            self.scope_symbol(frame, symbol);
            self.refer(at, symbol, Access::Read);
        }
    }

    /// A capture that a closure creates exists in the creating function too.
    fn share_captures(&mut self, id: FunctionId, frame: &Frame) {
        let Some(outer) = self.frames.last().map(|f| f.function) else { return };
        let mut first = FxHashMap::default();
        for read in &frame.reads {
            first.entry(read.variable).or_insert(read.at);
        }
        for capture in self.program.function(id).captures.clone() {
            if self.program.function(id).variable(capture.inner).created {
                self.created_in(outer, capture.outer);
            }
            if let Some(at) = first.get(&capture.inner).copied() {
                let reads = &mut self.frame().reads;
                reads.push(super::scope::Read { variable: capture.outer, at });
            }
        }
    }

    /// Decides which variables of a body are module variables throughout: those that are only
    /// mentioned behind a `global` statement, in the same block. Any other is a local until the
    /// statement runs.
    fn bind_globals(&mut self, body: ast::Block<'g>) {
        let text = self.text();
        let mut bound: FxHashMap<Cow<'g, str>, Vec<Span>> = FxHashMap::default();
        // Most bodies hold no such statement, which their text tells at once.
        self.survey(body, &self.graph.words(self.file).global, |node, end| {
            let statement = ast::GlobalStatement::cast(node);
            for variable in statement.into_iter().flat_map(ast::GlobalStatement::variables) {
                let reach = Span::new(variable.syntax().start_byte(), end);
                bound.entry(self.name_of(variable)).or_default().push(reach);
            }
        });
        if bound.is_empty() {
            return;
        }
        bound.values_mut().for_each(|reaches| lengthen(reaches));
        let mut exposed: FxHashSet<Cow<'g, str>> = FxHashSet::default();
        let marks = if bound.len() <= FEW_NAMES {
            // Without the `$`, which is apart from the name in `${name}`.
            let words = bound.keys().map(|name| name.trim_start_matches('$').as_bytes());
            Marks::of(text, body.span(), words)
        } else {
            Marks::of(text, body.span(), [&b"$"[..]])
        };
        self.survey(body, &marks, |node, _| {
            let Some(variable) = ast::Variable::cast(node) else { return };
            let name = self.variable_name(variable);
            let at = node.start_byte();
            if bound.get(&name).is_some_and(|reaches| !covered(reaches, at)) {
                exposed.insert(name);
            }
        });
        bound.retain(|name, _| !exposed.contains(name));
        let mut names: Vec<_> = bound.into_iter().collect();
        names.sort();
        for (name, reaches) in names {
            if !self.frame().variables.contains_key(&*name) {
                let start = reaches[0].start as usize;
                let at = self.at(Span::new(start, start + name.len()));
                let global = self.global_of(&name, at);
                let frame = self.frames.len() - 1;
                let id = self.add_variable(frame, (&*name).into(), Storage::Global(global), at);
                self.adopt_symbol(&name, id);
            }
        }
    }

    /// Shows the nodes of a body around marked places, each with the end of the block that it
    /// stands in; of a function inside, only what it captures is mentioned in this scope.
    fn survey(&self, body: ast::Block<'g>, marks: &Marks, mut visit: impl FnMut(Node<'g>, usize)) {
        let mut cursor = body.syntax().walk();
        let mut ends = vec![body.syntax().end_byte()];
        loop {
            let node = cursor.node();
            if marks.within(node.byte_range()) {
                let end = ends.last().copied().unwrap_or_default();
                visit(node, end);
                let inner = ast::FunctionDefinition::cast(node).is_some()
                    || ast::FunctionExpression::cast(node).is_some()
                    || ast::ClassDefinition::cast(node).is_some();
                if inner {
                    let captures = ast::FunctionExpression::cast(node).and_then(|f| f.captures());
                    let captured = captures.into_iter().flat_map(ast::Captures::variables);
                    captured.for_each(|variable| visit(variable.syntax(), end));
                } else if cursor.goto_first_child() {
                    let is_own = ast::Block::cast(node).is_some() || is_single_body(node);
                    ends.push(if is_own { node.end_byte() } else { end });
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                ends.pop();
            }
        }
    }

    /// `global $x;`: none when the variable is the module's throughout.
    pub(super) fn bind_global(&mut self, node: ast::Variable<'g>) -> Option<StmtKind> {
        let (name, at) = (self.name_of(node), self.at(node.span()));
        let global = self.global_of(&name, at);
        let id = self.variable(&name, at);
        self.adopt_symbol(&name, id);
        if let Some(symbol) = self.frame().symbols.get(&id).copied() {
            self.refer(at, symbol, Access::Read);
        }
        let function = self.function();
        let variable = &mut self.program.functions[function.index()].variables[id.index()];
        match variable.storage {
            Storage::Global(_) => return None,
            Storage::Local => variable.storage = Storage::Switched(global),
            _ => {}
        }
        Some(StmtKind::BindGlobal { variable: id, global })
    }

    /// The module's variable of this name, made if it is new.
    fn global_of(&mut self, name: &str, at: Loc) -> GlobalId {
        let id = self.variable_in(0, name, at);
        let top = self.frames[0].function;
        match self.program.function(top).variable(id).storage {
            Storage::Global(global) => {
                self.program.globals[global.index()].shared = true;
                global
            }
            _ => GlobalId(0),
        }
    }

    /// Makes a local variable known to editors as the module's.
    fn adopt_symbol(&mut self, name: &str, id: VarId) {
        let top = &self.frames[0];
        let symbol = top.variables.get(name).and_then(|id| top.symbols.get(id)).copied();
        if let Some(symbol) = symbol {
            let frame = self.frames.len() - 1;
            if self.frame().symbols.insert(id, symbol) != Some(symbol) {
                self.scope_symbol(frame, symbol);
            }
        }
    }
}

/// Lets each of several reaches, which begin in order, end with the one before it that ends last:
/// then the last that has begun tells of all.
fn lengthen(reaches: &mut [Span]) {
    let mut end = 0;
    for reach in reaches {
        end = end.max(reach.end);
        reach.end = end;
    }
}

/// Whether a place lies in one of several lengthened reaches.
fn covered(reaches: &[Span], at: usize) -> bool {
    let begun = reaches.partition_point(|reach| reach.start as usize <= at);
    reaches[..begun].last().is_some_and(|reach| reach.touches(at))
}

/// Whether a `global` directly inside is the whole body of a conditional statement.
fn is_single_body(node: Node<'_>) -> bool {
    ast::IfStatement::cast(node).is_some()
        || ast::WhileStatement::cast(node).is_some()
        || ast::ForStatement::cast(node).is_some()
        || ast::ForeachStatement::cast(node).is_some()
        || ast::ForeverStatement::cast(node).is_some()
        || ast::SwitchStatement::cast(node).is_some()
}
