//! Trees to a resolved program: binds names, puts includes in place, checks every static rule.
//!
//! One pass per scope declares functions, classes and imports, so that order does not matter for
//! them; a second lowers statements. Modules are lowered dependencies first, so an importer finds
//! finished tables of names.
//!
//! *Invariants.* Total on broken trees: what is missing becomes [`ExprKind::Error`] and the syntax
//! error already reported is the finding. Recursion is bounded by [`DEPTH`].

mod array;
mod call;
mod class;
mod constant;
mod declare;
mod expr;
mod function;
mod import;
mod names;
mod options;
mod place;
mod record;
mod scope;
mod sealed;
mod stmt;
mod variable;

use std::borrow::Cow;
use std::sync::Arc;

use diagnostics::{Code, Diagnostic, Span, codes};
use hsl_syntax::ast::AstNode;
use rustc_hash::FxHashMap;

use crate::graph::Graph;
use crate::hir::{
    Expr, ExprId, ExprKind, FileId, FunctionId, GlobalId, Loc, Module, ModuleId, Program, Stmt,
    StmtKind,
};
use crate::memory::Memory;
use crate::{Facts, Reference, Resolved, SymbolId, Unit};
use declare::Arity;
use scope::{Exports, Frame};
pub(crate) use sealed::Fragment;
use sealed::Touched;

/// Nested constructs, includes counted, beyond which a program is refused: everything behind this
/// recurses over what is lowered here.
const DEPTH: usize = 500;

/// Files put in place by `include`, nested or not: includes of includes multiply.
const INCLUDES: usize = 2_000;

/// Errors, and as many lesser findings, that are kept; a program of noise has one for each of its
/// words.
pub(crate) const FINDINGS: usize = 200;

/// Errors, and as many lesser findings, that are reported in one run.
const REPORTED: usize = 50;

/// Lowers everything that was loaded.
pub(crate) fn lower(graph: &Graph, unit: &Unit<'_>, names: &[&str]) -> Resolved {
    lower_with(None, graph, unit, names)
}

/// Lowers everything that was loaded, but for what is known from before.
pub(crate) fn lower_with(
    memory: Option<Arc<Memory>>,
    graph: &Graph,
    unit: &Unit<'_>,
    names: &[&str],
) -> Resolved {
    let mut lowerer = Lowerer::new(graph, unit);
    memory.iter().for_each(|memory| memory.begin());
    lowerer.memory = memory;
    lowerer.hook_variables(names);
    for file in &graph.modules {
        lowerer.module(*file);
    }
    lowerer.check_globals();
    lowerer.finish()
}

/// Lowers one input of a shell: its variables stay, some exist already, and its last expression is
/// its value.
pub(crate) fn lower_input(graph: &Graph, unit: &Unit<'_>, known: &[&str]) -> Resolved {
    let mut lowerer = Lowerer::new(graph, unit);
    lowerer.hook_variables(&[]);
    for file in &graph.modules {
        lowerer.module(*file);
    }
    lowerer.keep_globals(known);
    lowerer.check_globals();
    if let Some(top) = lowerer.program.entry().map(|entry| entry.top) {
        let mut body = std::mem::take(&mut lowerer.program.functions[top.index()].body);
        lowerer.return_last(&mut body);
        lowerer.program.functions[top.index()].body = body;
    }
    lowerer.finish()
}

/// Makes the only statement of a program, an expression, its return value.
pub(crate) fn return_expression(program: &mut Program) -> bool {
    let Some(top) = program.entry().map(|entry| entry.top) else { return false };
    match &mut program.functions[top.index()].body[..] {
        [Stmt { kind, .. }] => match *kind {
            StmtKind::Expr(value) => {
                *kind = StmtKind::Return(Some(value));
                true
            }
            _ => false,
        },
        _ => false,
    }
}

pub(crate) struct Lowerer<'g, 'u> {
    unit: &'u Unit<'u>,
    graph: &'g Graph,
    program: Program,
    facts: Facts,
    diagnostics: Vec<Diagnostic>,
    /// How many of them are errors.
    errors: usize,
    /// Parallel to the functions of the program: known before their bodies are.
    arities: Vec<Arity>,
    /// Finished modules by file.
    exports: FxHashMap<FileId, Exports>,
    /// Predefined variables.
    hook: FxHashMap<Arc<str>, (GlobalId, SymbolId)>,
    /// Functions being lowered, innermost last; the first is the module's top level.
    frames: Vec<Frame>,
    module: ModuleId,
    /// The file whose tree is being read.
    file: FileId,
    /// Its text, when that is UTF-8 throughout.
    words: Option<&'g str>,
    /// Includes that lead to it.
    chain: Vec<Loc>,
    includes: usize,
    depth: usize,
    /// Where the statement that the grammar refuses ends: what else is wrong up to there follows from
    /// that.
    refused: u32,
    /// Members of each class by name: position in the class, and symbol.
    members: FxHashMap<crate::hir::ClassId, FxHashMap<Arc<str>, (usize, SymbolId)>>,
    /// First plain read of each global that nothing has created yet.
    global_reads: FxHashMap<GlobalId, Loc>,
    /// Functions of earlier analyses.
    memory: Option<Arc<Memory>>,
    /// Those that a declaration of this module found, by where it stands.
    met: FxHashMap<Loc, Arc<Fragment>>,
    /// What the function of the top level that is being lowered touches, when it may be kept.
    touched: Option<Touched>,
}

impl<'g, 'u> Lowerer<'g, 'u> {
    fn new(graph: &'g Graph, unit: &'u Unit<'u>) -> Self {
        let program = Program { files: graph.files.clone(), ..Program::default() };
        Self {
            unit,
            graph,
            program,
            facts: Facts::default(),
            diagnostics: graph.diagnostics.clone(),
            errors: graph.diagnostics.iter().filter(|finding| finding.is_error()).count(),
            arities: Vec::new(),
            exports: FxHashMap::default(),
            hook: FxHashMap::default(),
            frames: Vec::new(),
            module: ModuleId(0),
            file: FileId(0),
            words: None,
            chain: Vec::new(),
            includes: 0,
            depth: 0,
            refused: 0,
            members: FxHashMap::default(),
            global_reads: FxHashMap::default(),
            memory: None,
            met: FxHashMap::default(),
            touched: None,
        }
    }

    /// Lowers a file as a module with globals of its own.
    fn module(&mut self, file: FileId) {
        let Some(parse) = self.graph.tree(file) else { return };
        self.read_file(file);
        self.module = ModuleId(self.program.modules.len() as u32);
        let at = Loc { file, span: Span::new(0, parse.text.len()) };
        let name = Arc::clone(&self.graph.files[file.index()].name);
        let top = self.new_function(name, at, crate::hir::FunctionKind::Module, None);
        self.program.modules.push(Module { file, top });
        self.enter(Frame::new(top), at);
        let root = parse.root().syntax();
        self.declare_scope(root);
        let body = self.statements(root);
        self.program.functions[top.index()].body = body;
        let frame = self.leave(top);
        self.exports.insert(file, Exports::of(self.module, &frame, &self.program, top));
    }

    /// Makes the value of an expression that ends a block the result of the program. An assignment
    /// is made for its effect and gives none.
    fn return_last(&self, block: &mut crate::hir::Block) {
        let Some(Stmt { kind, .. }) = block.last_mut() else { return };
        match kind {
            StmtKind::Block(inner) => self.return_last(inner),
            StmtKind::Expr(value) if !self.program.expr(*value).kind.is_assignment() => {
                *kind = StmtKind::Return(Some(*value));
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Resolved {
        let name = |d: &Diagnostic| (Arc::clone(&d.file), d.span, d.code.id, d.message.clone());
        self.diagnostics.sort_by_cached_key(name);
        self.diagnostics.dedup_by(|a, b| name(a) == name(b));
        self.diagnostics = first(self.diagnostics);
        self.facts.references.sort_by_key(order);
        self.facts.references.dedup();
        Resolved { program: self.program, facts: self.facts, diagnostics: self.diagnostics }
    }

    fn at(&self, span: Span) -> Loc {
        Loc { file: self.file, span }
    }

    fn text(&self) -> &'g [u8] {
        self.graph.text(self.file)
    }

    /// Goes on in another file.
    fn read_file(&mut self, file: FileId) {
        self.file = file;
        self.words = str::from_utf8(self.graph.text(file)).ok();
    }

    /// The text of a node.
    fn name_of<'t>(&self, node: impl AstNode<'t>) -> Cow<'g, str> {
        let range = node.syntax().byte_range();
        // Most files were looked at as a whole.
        match self.words.and_then(|words| words.get(range.clone())) {
            Some(name) => Cow::Borrowed(name),
            None => String::from_utf8_lossy(self.text().get(range).unwrap_or_default()),
        }
    }

    fn expression(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(self.program.exprs.len() as u32);
        self.program.exprs.push(Expr { at: self.at(span), kind });
        id
    }

    fn broken(&mut self, span: Span) -> ExprId {
        self.expression(span, ExprKind::Error)
    }

    fn finding(&self, code: &'static Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.program.file_name(self.file), span, message)
    }

    /// Whether an error would not be kept, so that nothing needs to be known for it.
    fn is_silent(&self, span: Span) -> bool {
        self.errors >= FINDINGS || self.follows_from_another(span)
    }

    /// Whether something stands in what the grammar refuses.
    fn follows_from_another(&self, span: Span) -> bool {
        span.start < self.refused
    }

    /// Reports a finding, with the includes that lead to its file.
    fn report(&mut self, mut finding: Diagnostic) {
        if self.follows_from_another(finding.span) {
            return;
        }
        for at in self.chain.iter().rev() {
            let file = Arc::clone(self.program.file_name(at.file));
            finding = finding.label_in(file, at.span, "included here");
        }
        self.keep(finding);
    }

    /// Keeps a finding, unless there are enough: errors are counted alone, so that nothing hides the
    /// first of them.
    fn keep(&mut self, finding: Diagnostic) {
        let others = self.diagnostics.len() - self.errors;
        let known = if finding.is_error() { &mut self.errors } else { &mut { others } };
        if *known < FINDINGS {
            *known += 1;
            self.diagnostics.push(finding);
        }
    }

    fn error(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        let finding = self.finding(code, span, message);
        self.report(finding);
    }

    /// Adds "first defined here" to a finding.
    fn label_at(&self, finding: Diagnostic, at: Loc, message: &str) -> Diagnostic {
        finding.label_in(Arc::clone(self.program.file_name(at.file)), at.span, message)
    }

    /// Goes one level down; reports and answers false when that is too deep.
    fn descend(&mut self, span: Span) -> bool {
        if self.depth >= DEPTH {
            self.error(&codes::CODE_LIMIT, span, "this is nested too deeply");
            return false;
        }
        self.depth += 1;
        true
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn function(&self) -> FunctionId {
        self.frames[self.frames.len() - 1].function
    }
}

/// What references are ordered by. Two numbers compare faster than the parts of a place one by one.
pub(crate) fn order(reference: &Reference) -> (u64, u64) {
    let Loc { file, span } = reference.at;
    let place = u64::from(file.0) << 32 | u64::from(span.start);
    (place, u64::from(span.end) << 8 | u64::from(reference.access as u8))
}

/// The first [`REPORTED`] errors and the first [`REPORTED`] others, in their order.
fn first(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (mut errors, mut others) = (0, 0);
    let mut kept = findings;
    kept.retain(|finding| {
        let count = if finding.is_error() { &mut errors } else { &mut others };
        *count += 1;
        *count <= REPORTED
    });
    kept
}
