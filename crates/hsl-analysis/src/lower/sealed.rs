//! Functions that are taken from an earlier analysis.
//!
//! A function of the top level is sealed when it finds nothing wrong and touches nothing outside but
//! functions by their name: no variable of the module, no class, no file. What was made of it is a
//! [`Fragment`], which stands for every function of the same text: in every hook, unless it names
//! something that not all of them have.
//!
//! *Invariants.* A recalled fragment adds to program and facts exactly what lowering its text would,
//! in the same order.
//!
//! *Not here.* How ids and places move (`hir/moved.rs`), how long fragments are kept (`memory.rs`).

use std::sync::Arc;

use diagnostics::Span;
use hsl_syntax::ast::{self, AstNode};
use rustc_hash::FxHashMap;

use super::declare::Arity;
use super::function::Tail;
use super::scope::{Definition, Named};
use super::{FINDINGS, Lowerer, order};
use crate::hir::{Expr, Function, FunctionId, Loc, Memo, Move, Sealed};
use crate::memory::{Around, Memory};
use crate::{Meaning, Reference, Scope, Symbol, SymbolId};

/// What was made of a function.
#[derive(Debug)]
pub(crate) struct Fragment {
    pub(crate) text: Box<[u8]>,
    pub(crate) around: Around,
    /// The ids and the place that it was made with.
    id: FunctionId,
    at: Loc,
    first: Counts,
    outer: Vec<Outer>,
    function: Function,
    nested: Vec<Function>,
    arities: Vec<Arity>,
    exprs: Vec<Expr>,
    symbols: Vec<Symbol>,
    references: Vec<Reference>,
    scopes: Vec<Scope>,
    memo: Arc<Memo>,
    head: Head,
}

/// What the text of a function says before its body is looked at.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) name: Arc<str>,
    pub(super) arity: Arity,
    pub(super) signature: Option<String>,
    /// Where the name stands, counted from the start of the function.
    name_at: Span,
}

impl Head {
    /// Where the name of a function stands.
    pub(super) fn name_at(&self, function: Loc) -> Span {
        let start = function.span.start;
        Span { start: self.name_at.start + start, end: self.name_at.end + start }
    }
}

/// A name that the function does not define.
#[derive(Debug)]
struct Outer {
    name: Arc<str>,
    /// The function of the script; none for what the script does not define.
    found: Option<(FunctionId, SymbolId, Arity)>,
}

/// How much there is of everything that a function may add to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    functions: usize,
    exprs: usize,
    symbols: usize,
    references: usize,
    scopes: usize,
    /// What a sealed function adds nothing to.
    fixed: [usize; 5],
}

/// What a function that is being lowered touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    names: FxHashMap<Arc<str>, Option<Named>>,
    /// Whether it touched anything but functions.
    is_open: bool,
    /// Whether it named something of the library that not every hook has.
    is_bound: bool,
}

impl<'g> Lowerer<'g, '_> {
    /// What was made of a definition of the top level with the same text.
    pub(super) fn known(
        &self,
        at: Loc,
        node: ast::FunctionDefinition<'g>,
    ) -> Option<Arc<Fragment>> {
        let memory = self.memory.as_ref().filter(|_| self.frames.len() == 1)?;
        if !self.chain.is_empty() || node.syntax().has_error() {
            return None;
        }
        memory.find(&self.text()[at.span.range(self.text().len())], Around::of(self.unit))
    }

    /// Lowers a function of the top level, or takes what was made of the same text before.
    pub(super) fn body_or_recall(
        &mut self,
        id: FunctionId,
        at: Loc,
        node: ast::FunctionDefinition<'g>,
        tail: Tail<'g>,
    ) {
        let Some(memory) = self.memory.clone().filter(|_| self.may_seal(node)) else {
            return self.body(id, at, tail);
        };
        let around = Around::of(self.unit);
        let text = &self.text()[at.span.range(self.text().len())];
        let known = self.met.remove(&at).or_else(|| memory.find(text, around));
        if let Some(known) = known
            && let Some(outer) = self.outer_of(&known)
        {
            return self.recall(&known, (id, at), outer);
        }
        let first = self.counts();
        self.touched = Some(Touched::default());
        self.body(id, at, tail);
        if let Some(touched) = self.touched.take() {
            self.seal(&memory, (id, at), first, touched);
        }
    }

    /// Whether nothing around a function decides how it is lowered.
    fn may_seal(&self, node: ast::FunctionDefinition<'g>) -> bool {
        self.frames.len() == 1
            && self.depth == 1
            && self.chain.is_empty()
            && self.refused == 0
            && !node.syntax().has_error()
            && self.errors < FINDINGS
            && self.diagnostics.len() - self.errors < FINDINGS
    }

    /// Notes that a name was looked for beyond the function that is being lowered.
    pub(super) fn touches_name(&mut self, name: &str, found: Option<(usize, Named)>) {
        let Some(touched) = &mut self.touched else { return };
        let found = match found {
            Some((frame, _)) if frame > 0 => return,
            found => found.map(|(_, named)| named),
        };
        let is_function = |named: Named| matches!(named.definition, Definition::Function(_));
        touched.is_open |= !found.is_none_or(is_function);
        if !touched.names.contains_key(name) {
            touched.names.insert(name.into(), found);
        }
    }

    /// Notes that the function that is being lowered touches something that is not its own.
    pub(super) fn touches_others(&mut self) {
        if let Some(touched) = &mut self.touched {
            touched.is_open = true;
        }
    }

    /// Notes that a name is looked for in the library.
    pub(super) fn touches_library(&mut self, name: &str) {
        if let Some(touched) = &mut self.touched {
            touched.is_bound |= !self.unit.catalog.is_everywhere(name);
        }
    }

    fn counts(&self) -> Counts {
        let program = &self.program;
        Counts {
            functions: program.functions.len(),
            exprs: program.exprs.len(),
            symbols: self.facts.symbols.len(),
            references: self.facts.references.len(),
            scopes: self.facts.scopes.len(),
            fixed: [
                program.classes.len(),
                program.globals.len(),
                program.data.len(),
                self.diagnostics.len(),
                self.frames[0].variables.len(),
            ],
        }
    }

    fn seal(&mut self, memory: &Memory, (id, at): (FunctionId, Loc), first: Counts, seen: Touched) {
        if seen.is_open || self.counts().fixed != first.fixed {
            return;
        }
        let here = Around::of(self.unit);
        let around = if seen.is_bound { here } else { here.anywhere() };
        let outer = seen.names.into_iter().map(|(name, found)| {
            let found = found.and_then(|named| match named.definition {
                Definition::Function(id) => Some((id, named.symbol, self.arities[id.index()])),
                _ => None,
            });
            Outer { name, found }
        });
        let mut outer: Vec<_> = outer.collect();
        outer.sort_by(|a, b| a.name.cmp(&b.name));
        let Some(head) = self.head_of(id, at) else { return };
        let mut references = self.facts.references[first.references..].to_vec();
        // What is in order already is put in order faster.
        references.sort_by_key(order);
        let text = self.text();
        let fragment = Fragment {
            text: text[at.span.range(text.len())].into(),
            around,
            id,
            at,
            first,
            function: self.program.function(id).clone(),
            nested: self.program.functions[first.functions..].to_vec(),
            arities: self.arities[first.functions..].to_vec(),
            exprs: self.program.exprs[first.exprs..].to_vec(),
            symbols: self.facts.symbols[first.symbols..].to_vec(),
            references,
            scopes: self.facts.scopes[first.scopes..].to_vec(),
            memo: Arc::default(),
            head,
            outer,
        };
        let callees = fragment.callees().collect();
        self.note_sealed(id, first, callees, Arc::clone(&fragment.memo));
        memory.keep(Arc::new(fragment));
    }

    fn head_of(&self, id: FunctionId, at: Loc) -> Option<Head> {
        let name = Arc::clone(&self.program.function(id).name);
        let named = self.frames[0].names.get(&name)?;
        let (start, span) = (at.span.start, named.at.span);
        (named.definition == Definition::Function(id)).then(|| Head {
            name,
            arity: self.arities[id.index()],
            signature: self.facts.symbol(named.symbol).signature.clone(),
            name_at: Span { start: span.start - start, end: span.end - start },
        })
    }

    fn note_sealed(
        &mut self,
        function: FunctionId,
        first: Counts,
        callees: Vec<FunctionId>,
        memo: Arc<Memo>,
    ) {
        let exprs = first.exprs as u32..self.program.exprs.len() as u32;
        let nested = first.functions as u32..self.program.functions.len() as u32;
        self.program.sealed.push(Sealed { function, exprs, nested, callees, memo });
    }

    /// What the outer names of a fragment mean here; none when that is something else.
    fn outer_of(&self, fragment: &Fragment) -> Option<Vec<(FunctionId, SymbolId)>> {
        let mut all = Vec::with_capacity(fragment.outer.len());
        for outer in &fragment.outer {
            match (self.frames[0].names.get(&outer.name), outer.found) {
                (None, None) => {}
                (Some(named), Some((_, _, arity))) => match named.definition {
                    Definition::Function(id) if self.arities[id.index()] == arity => {
                        all.push((id, named.symbol));
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
        Some(all)
    }

    fn recall(
        &mut self,
        fragment: &Fragment,
        (id, at): (FunctionId, Loc),
        outer: Vec<(FunctionId, SymbolId)>,
    ) {
        let first = self.counts();
        let before = fragment.outer.iter().filter_map(|outer| outer.found);
        let symbols: Vec<_> =
            before.clone().zip(&outer).map(|((_, from, _), (_, to))| (from, *to)).collect();
        let mut functions: Vec<_> = before.zip(&outer).map(|((f, ..), (to, _))| (f, *to)).collect();
        functions.push((fragment.id, id));
        let to = Move {
            file: at.file,
            text: at.span.start.wrapping_sub(fragment.at.span.start),
            exprs: distance(fragment.first.exprs, first.exprs),
            first_function: fragment.first.functions as u32,
            functions: distance(fragment.first.functions, first.functions),
            outer: functions,
        };
        self.recall_program(fragment, id, &to);
        self.recall_facts(fragment, first, &to, &symbols);
        let callees = outer.into_iter().map(|(id, _)| id).collect();
        self.note_sealed(id, first, callees, Arc::clone(&fragment.memo));
    }

    fn recall_program(&mut self, fragment: &Fragment, id: FunctionId, to: &Move) {
        let program = &mut self.program;
        program.functions[id.index()].take_body(&fragment.function, to);
        for inner in &fragment.nested {
            let mut function = inner.clone();
            function.at = to.loc(inner.at);
            function.module = self.module;
            function.take_body(inner, to);
            program.functions.push(function);
        }
        self.arities.extend(&fragment.arities);
        program.exprs.extend(fragment.exprs.iter().map(|expr| expr.moved(to)));
    }

    fn recall_facts(
        &mut self,
        fragment: &Fragment,
        first: Counts,
        to: &Move,
        outer: &[(SymbolId, SymbolId)],
    ) {
        let by = distance(fragment.first.symbols, first.symbols);
        let symbol = |id: SymbolId| match outer.iter().find(|(from, _)| *from == id) {
            Some((_, known)) => *known,
            None => SymbolId(id.0.wrapping_add(by)),
        };
        let around = self.frames[0].scope;
        let scopes = distance(fragment.first.scopes, first.scopes);
        let facts = &mut self.facts;
        facts.symbols.extend(fragment.symbols.iter().map(|known| Symbol {
            name_at: known.name_at.map(|at| to.loc(at)),
            full: known.full.map(|at| to.loc(at)),
            container: known.container.map(symbol),
            ..known.clone()
        }));
        facts.references.extend(fragment.references.iter().map(|known| {
            let meaning = match known.meaning {
                Meaning::Symbol(id) => Meaning::Symbol(symbol(id)),
                meaning => meaning,
            };
            Reference { at: to.loc(known.at), meaning, access: known.access }
        }));
        let parent = |known: u32| match (known as usize) < fragment.first.scopes {
            true => around,
            false => known.wrapping_add(scopes),
        };
        facts.scopes.extend(fragment.scopes.iter().map(|known| Scope {
            at: to.loc(known.at),
            function: to.function(known.function),
            parent: known.parent.map(parent),
            symbols: known.symbols.iter().copied().map(symbol).collect(),
        }));
    }
}

impl Fragment {
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    fn callees(&self) -> impl Iterator<Item = FunctionId> {
        self.outer.iter().filter_map(|outer| Some(outer.found?.0))
    }
}

/// From one count to another, for wrapping addition.
fn distance(from: usize, to: usize) -> u32 {
    (to as u32).wrapping_sub(from as u32)
}
