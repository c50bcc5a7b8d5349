//! Which hooks reach which functions, and by which way.
//!
//! A hook's script runs its top level; running refers to functions, makes functions without a name,
//! imports files and includes them. What may be called counts as called: a method by its name alone
//! when the class of the object is not known.

use std::collections::VecDeque;

use diagnostics::Span;
use hsl_analysis::{SymbolId, SymbolKind};
use hsl_decl::{Hook, HookSet};

use crate::resolve::Defined;
use crate::script::{Edge, EdgeTo, LinkKind, Script};
use crate::{File, FileNo, Graph, Role};

/// One step of the way from a hook to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub kind: StepKind,
    /// In which file.
    pub file: FileNo,
    /// Where.
    pub at: Span,
}

/// How something is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// `import`
    Import,
    /// `include`
    Include,
    /// A call, or a function that is passed on.
    Call,
    /// A function without a name.
    Closure,
}

/// The answer for every scope of every script.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Number of the first scope of each file.
    first: Vec<u32>,
    hooks: Vec<HookSet>,
    /// For each hook, the step by which a scope was reached first, as an index of `steps`.
    ways: Vec<Vec<u32>>,
    steps: Vec<(u32, u32, Step)>,
}

/// There is no step: the hook begins there, or does not come there.
const NO_STEP: u32 = u32::MAX;

impl Reach {
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut first = Vec::with_capacity(graph.files.len());
        let mut count = 0;
        for file in &graph.files {
            first.push(count);
            count +=
                file.script.as_ref().map_or(0, |script| script.facts.scopes.len().max(1)) as u32;
        }
        let mut reach =
            Self { first, hooks: vec![HookSet::NONE; count as usize], ..Self::default() };
        for (number, file) in graph.files() {
            if let Some(script) = &file.script {
                reach.links(number, file);
                reach.calls(graph, number, script);
            }
        }
        reach.steps.sort_by_key(|(from, to, step)| (*from, *to, step.kind, step.at));
        reach.ways = Hook::ALL.map(|hook| reach.walk(graph, hook)).into();
        reach
    }

    fn node(&self, file: FileNo, scope: u32) -> u32 {
        self.first[file.index()] + scope
    }

    fn placed(&self, node: u32, step: Step) -> (FileNo, u32, Step) {
        // Files without scopes begin where the next one does: the last of them is the right one.
        let file = self.first.partition_point(|first| *first <= node).saturating_sub(1);
        (FileNo(file as u32), node - self.first[file], step)
    }

    fn links(&mut self, number: FileNo, file: &File) {
        for (link, target) in file.links() {
            let Some(target) = target else { continue };
            let kind = match link.kind {
                LinkKind::Include => StepKind::Include,
                LinkKind::Names | LinkKind::Namespace => StepKind::Import,
                LinkKind::Data => continue,
            };
            let step = Step { kind, file: number, at: link.at };
            self.steps.push((self.node(number, link.scope), self.node(target, 0), step));
        }
    }

    fn calls(&mut self, graph: &Graph, file: FileNo, script: &Script) {
        for edge in &script.edges {
            let from = self.node(file, edge.from);
            let kind = match edge.to {
                EdgeTo::Scope(_) => StepKind::Closure,
                _ => StepKind::Call,
            };
            let step = Step { kind, file, at: edge.at };
            for (file, scope) in graph.bodies_of(file, edge) {
                self.steps.push((from, self.node(file, scope), step));
            }
        }
    }

    /// Walks from every script of a hook, nearest first, so that ways are short.
    fn walk(&mut self, graph: &Graph, hook: Hook) -> Vec<u32> {
        let here = HookSet::of(&[hook]);
        let mut ways = vec![NO_STEP; self.hooks.len()];
        let mut open = VecDeque::new();
        for (number, file) in graph.files() {
            if begins(file, hook) {
                let node = self.node(number, 0);
                self.hooks[node as usize] = self.hooks[node as usize].union(here);
                open.push_back(node);
            }
        }
        while let Some(node) = open.pop_front() {
            let start = self.steps.partition_point(|(from, ..)| *from < node);
            for at in start..self.steps.len() {
                let (from, to, _) = self.steps[at];
                if from != node {
                    break;
                }
                let known = &mut self.hooks[to as usize];
                if !known.contains(hook) {
                    *known = known.union(here);
                    ways[to as usize] = at as u32;
                    open.push_back(to);
                }
            }
        }
        ways
    }
}

fn begins(file: &File, hook: Hook) -> bool {
    let pragma = file.script.as_ref().is_some_and(|script| script.pragma.contains(hook));
    pragma || matches!(&file.role, Role::Hook(of, _) if *of == hook)
}

impl Graph {
    /// The hooks that run the top level of a file: of a library, those of every file that includes or
    /// imports it. Empty for a file that no hook reaches.
    pub fn hooks_of(&self, file: FileNo) -> HookSet {
        self.hooks_of_scope(file, 0)
    }

    /// The hooks that reach a function, by its scope.
    pub fn hooks_of_scope(&self, file: FileNo, scope: u32) -> HookSet {
        if self.script(file).is_none() {
            return HookSet::NONE;
        }
        let node = self.reach.node(file, scope);
        self.reach.hooks.get(node as usize).copied().unwrap_or_default()
    }

    /// The hooks that reach the function around an offset.
    pub fn hooks_at(&self, file: FileNo, offset: usize) -> HookSet {
        let scope = self.script(file).map_or(0, |script| script.scope_at(offset));
        self.hooks_of_scope(file, scope)
    }

    /// The way by which a hook reaches a function, from the hook's script on. Empty when the hook
    /// begins there, and when it does not come there.
    pub fn way(&self, file: FileNo, scope: u32, hook: Hook) -> Vec<Step> {
        let mut way = Vec::new();
        let Some(ways) = self.reach.ways.get(hook as usize) else { return way };
        let mut node = self.reach.node(file, scope);
        while let Some(at) = ways.get(node as usize).copied().filter(|at| *at != NO_STEP) {
            let (from, _, step) = self.reach.steps[at as usize];
            way.push(step);
            node = from;
        }
        way.reverse();
        way
    }

    /// What runs when a symbol is called: the function, or the constructor of a class.
    pub fn body_of(&self, file: FileNo, id: SymbolId) -> Option<(FileNo, u32)> {
        self.bodies(self.canonical((file, id))).first().copied()
    }

    /// What refers to a function or runs a file, by the scope that does, with where.
    pub fn callers(&self, file: FileNo, scope: u32) -> Vec<(FileNo, u32, Step)> {
        if self.script(file).is_none() {
            return Vec::new();
        }
        let node = self.reach.node(file, scope);
        let steps = self.reach.steps.iter().filter(|(_, to, _)| *to == node);
        steps.map(|(from, _, step)| self.reach.placed(*from, *step)).collect()
    }

    /// What a function refers to and a file runs, by the scope of that, with where.
    pub fn callees(&self, file: FileNo, scope: u32) -> Vec<(FileNo, u32, Step)> {
        if self.script(file).is_none() {
            return Vec::new();
        }
        let node = self.reach.node(file, scope);
        let start = self.reach.steps.partition_point(|(from, ..)| *from < node);
        let steps = self.reach.steps[start..].iter().take_while(|(from, ..)| *from == node);
        steps.map(|(_, to, step)| self.reach.placed(*to, *step)).collect()
    }

    /// The bodies that an edge leads to.
    pub(crate) fn bodies_of(&self, file: FileNo, edge: &Edge) -> Vec<(FileNo, u32)> {
        let Some(script) = self.script(file) else { return Vec::new() };
        match edge.to {
            EdgeTo::Scope(scope) => vec![(file, scope)],
            EdgeTo::Symbol(id) => self.bodies(self.canonical((file, id))),
            EdgeTo::Name(at) => {
                let found = self.name(file, &script.names[at as usize]);
                found.map(|found| self.bodies(found)).unwrap_or_default()
            }
            EdgeTo::Scoped(at) => {
                let found = self.scoped(file, &script.scoped[at as usize]);
                found.map(|found| self.bodies(found)).unwrap_or_default()
            }
            EdgeTo::Member(at) => {
                let (found, _) = self.member_candidates(file, &script.members[at as usize]);
                found.into_iter().flat_map(|member| self.bodies(member)).collect()
            }
        }
    }

    /// What runs when a symbol is called: the function, or the constructor of a class.
    pub(crate) fn bodies(&self, (file, id): Defined) -> Vec<(FileNo, u32)> {
        let Some(script) = self.script(file) else { return Vec::new() };
        let called = match script.symbol(id).kind {
            SymbolKind::Class => constructor_of(script, id),
            _ => Some(id),
        };
        let body = called.and_then(|id| script.bodies.get(&id).copied());
        body.map(|scope| (file, scope)).into_iter().collect()
    }
}

/// The constructor of a class.
pub(crate) fn constructor_of(script: &Script, class: SymbolId) -> Option<SymbolId> {
    let symbols = script.facts.symbols.iter().zip(0..);
    let mut own = symbols.filter(|(symbol, _)| symbol.container == Some(class));
    own.find(|(symbol, _)| symbol.kind == SymbolKind::Constructor).map(|(_, id)| SymbolId(id))
}
