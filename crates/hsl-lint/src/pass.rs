//! One walk over a program, shared by all rules.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::{Diagnostic, Span};
use hsl_analysis::hir::{Arg, Callee, Expr, ExprId, ExprKind, Function, Loc, Program, Stmt};
use hsl_analysis::types::{Callers, Types, infer};
use hsl_analysis::{Facts, Resolved, Unit};
use hsl_decl::Catalog;
use rustc_hash::FxHashSet;

use crate::flow::Flow;
use crate::lint::{Check, Lint};
use crate::surroundings::Surroundings;
use crate::taint::{self, Flows, Reach};

/// What the rules see, and where they report.
#[derive(Debug)]
pub struct Pass<'a> {
    /// The program, with its names bound.
    pub program: &'a Program,
    /// Symbols and uses of names.
    pub facts: &'a Facts,
    /// Whether an error keeps the program from running: parts of it may be missing.
    pub broken: bool,
    /// Where each expression stands.
    pub around: Surroundings,
    unit: &'a Unit<'a>,
    /// Whether a rule asked for it.
    wanted_unit: Cell<bool>,
    types: OnceCell<Types>,
    flows: OnceCell<Flows>,
    /// Names of the members of all classes of the scripts.
    members: OnceCell<FxHashSet<Arc<str>>>,
    /// Which functions never come back.
    never: OnceCell<Rc<[bool]>>,
    /// Whether a rule asked for them.
    wanted_reach: Cell<bool>,
    findings: Vec<Diagnostic>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(resolved: &'a Resolved, unit: &'a Unit<'a>) -> Self {
        let program = &resolved.program;
        let around = Surroundings::of(program);
        Self {
            program,
            facts: &resolved.facts,
            unit,
            broken: resolved.has_errors(),
            around,
            types: OnceCell::new(),
            flows: OnceCell::new(),
            members: OnceCell::new(),
            never: OnceCell::new(),
            wanted_unit: Cell::new(false),
            wanted_reach: Cell::new(false),
            findings: Vec::new(),
        }
    }

    pub(crate) fn run(&mut self, lints: &[&Lint]) {
        self.look(&Local::of(lints));
        for lint in lints {
            if let Check::Program(check) = lint.check {
                check(self);
            }
        }
    }

    pub(crate) fn statements(&mut self, function: &Function, checks: &[fn(&mut Pass<'_>, &Stmt)]) {
        let mut todo: Vec<&Stmt> = function.body.iter().collect();
        while let Some(stmt) = todo.pop() {
            checks.iter().for_each(|check| check(self, stmt));
            todo.extend(stmt.kind.nested());
        }
    }

    /// The findings, each once, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        let mut seen = FxHashSet::default();
        self.findings
            .retain(|f| seen.insert((f.file.clone(), f.span, f.code.id, f.message.clone())));
        self.findings.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
        self.findings
    }

    /// Where the program runs and what exists there. Findings of rules that ask for it are kept for
    /// that place alone, so it is asked for last.
    pub fn unit(&self) -> &'a Unit<'a> {
        self.wanted_unit.set(true);
        self.unit
    }

    /// Everything that can be named, wherever the program runs.
    pub fn catalog(&self) -> &'a Catalog {
        self.unit.catalog
    }

    /// Types that hold whoever calls a function, made when they are first asked for.
    pub fn types(&self) -> &Types {
        self.types.get_or_init(|| infer(self.program, self.unit, Callers::Unknown))
    }

    /// Whether a class of the scripts has a member of this name.
    pub(crate) fn defines_member(&self, name: &str) -> bool {
        let classes = &self.program.classes;
        let names = || {
            classes.iter().flat_map(|class| &class.members).map(|member| Arc::clone(&member.name))
        };
        self.members.get_or_init(|| names().collect()).contains(name)
    }

    /// Which calls never return, found when it is first asked for.
    pub(crate) fn flow(&self) -> Flow<'a> {
        let never = self.never.get_or_init(|| Flow::of(self.program).never());
        Flow::known(self.program, Rc::clone(never))
    }

    /// What reaches places where it does harm, found when it is first asked for.
    pub(crate) fn reaches(&self) -> &[Reach] {
        self.wanted_reach.set(true);
        &self.flows.get_or_init(|| taint::follow(self)).reached
    }

    /// Begins to note what rules want to know.
    pub(crate) fn forget_wanted(&self) {
        self.wanted_unit.set(false);
        self.wanted_reach.set(false);
    }

    /// Whether a rule wanted to know since where the program runs.
    pub(crate) fn wanted_unit(&self) -> bool {
        self.wanted_unit.get()
    }

    /// Whether a rule wanted to know since what reaches a place.
    pub(crate) fn wanted_reach(&self) -> bool {
        self.wanted_reach.get()
    }

    /// Everything that was found so far.
    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Makes a finding; [`Pass::push`] reports it.
    pub fn finding(&self, lint: &'static Lint, at: Loc, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&lint.code, self.program.file_name(at.file), at.span, message)
    }

    /// Reports a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Reports a finding that needs nothing but a message.
    pub fn report(&mut self, lint: &'static Lint, at: Loc, message: impl Into<String>) {
        let finding = self.finding(lint, at, message);
        self.push(finding);
    }

    /// The expression of an id.
    pub fn expr(&self, id: ExprId) -> &'a Expr {
        self.program.expr(id)
    }

    /// The text of a place.
    pub fn text(&self, at: Loc) -> &'a [u8] {
        let text = &self.program.files[at.file.index()].text;
        &text[at.span.range(text.len())]
    }

    /// The bytes of a string without interpolation.
    pub fn string(&self, id: ExprId) -> Option<&'a [u8]> {
        match &self.expr(id).kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The library function that an expression calls, by its name, with the arguments.
    pub fn builtin_call(&self, id: ExprId) -> Option<(&'static str, &'a [Arg])> {
        match &self.expr(id).kind {
            ExprKind::Call { callee: Callee::Builtin(function), args } => {
                Some((function.name, args))
            }
            _ => None,
        }
    }

    /// The value of a string key in an array literal.
    pub fn option(&self, array: ExprId, name: &str) -> Option<ExprId> {
        let ExprKind::Array(elements) = &self.expr(array).kind else { return None };
        elements.iter().rev().find_map(|element| match element {
            hsl_analysis::hir::Element::Pair(key, value) => {
                (self.string(*key)? == name.as_bytes()).then_some(*value)
            }
            _ => None,
        })
    }

    /// From the start of one place to the end of another in the same file.
    pub fn between(&self, first: Loc, last: Loc) -> Span {
        first.span.cover(last.span)
    }
}

/// The checks of rules that look at one function at a time.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) exprs: Vec<fn(&mut Pass<'_>, ExprId, &Expr)>,
    pub(crate) stmts: Vec<fn(&mut Pass<'_>, &Stmt)>,
    pub(crate) functions: Vec<fn(&mut Pass<'_>, &Function)>,
}

impl Local {
    fn of(lints: &[&Lint]) -> Self {
        let exprs = checks(lints, |check| match check {
            Check::Expr(check) => Some(check),
            _ => None,
        });
        let stmts = checks(lints, |check| match check {
            Check::Stmt(check) => Some(check),
            _ => None,
        });
        let functions = checks(lints, |check| match check {
            Check::Function(check) => Some(check),
            _ => None,
        });
        Self { exprs, stmts, functions }
    }
}

fn checks<F>(lints: &[&Lint], pick: impl Fn(Check) -> Option<F>) -> Vec<F> {
    lints.iter().filter_map(|lint| pick(lint.check)).collect()
}
