//! Which hooks reach which functions, and by which way.
//!
//! A hook's script runs its top level; running refers to functions, makes functions without a name,
//! imports files and includes them. What may be called counts as called: a method by its name alone
//! when the class of the object is not known.

use std::collections::VecDeque;
use std::iter;
use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::{SymbolId, SymbolKind};
use hsl_decl::{Hook, HookSet};
use rustc_hash::FxHashMap;

use crate::resolve::Defined;
use crate::script::{Edge, EdgeTo, LinkKind, Script};
use crate::{File, FileNo, Graph, Linked, Role};

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
///
/// Calls of methods of unknown classes, which may be any of that name, lead to a place of that name
/// from which all of them are reached: there are many such calls, and many such methods.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Number of the first scope of each file.
    first: Vec<u32>,
    hooks: Vec<HookSet>,
    /// For each hook, the step by which a scope was reached first, as an index of `steps`.
    ways: Vec<Vec<u32>>,
    steps: Vec<(u32, u32, Step)>,
    /// What the numbers behind those of scopes stand for: scopes, ordered.
    shared: Vec<Vec<u32>>,
}

/// There is no step: the hook begins there, or does not come there.
const NO_STEP: u32 = u32::MAX;

/// Where a step leads, before scopes have numbers.
#[derive(Clone, Copy)]
enum Target {
    Scope(FileNo, u32),
    /// An element of `Reading::names`.
    Members(u32),
}

/// What is noted while each script is looked at once.
#[derive(Default)]
struct Reading {
    steps: Vec<(FileNo, u32, Target, Step)>,
    numbers: FxHashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Reach {
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut first = Vec::with_capacity(graph.files.len());
        let mut count = 0;
        let mut reading = Reading::default();
        let mut pragmas = Vec::with_capacity(graph.files.len());
        for (number, _) in graph.files() {
            first.push(count);
            let linked = graph.linked(number);
            pragmas.push(linked.as_ref().map_or(HookSet::NONE, |linked| linked.script.pragma));
            if let Some(linked) = linked {
                count += linked.script.facts.scopes.len().max(1) as u32;
                reading.links(graph, number, &linked);
                reading.calls(graph, number, &linked.script);
            }
        }
        let hooks = vec![HookSet::NONE; count as usize];
        let mut reach = Self { first, hooks, ..Self::default() };
        let bodies = |name: &Arc<str>| {
            let members = graph.instance_members(name).into_iter();
            let mut bodies: Vec<u32> = members
                .flat_map(|member| graph.bodies(member))
                .map(|(file, scope)| reach.node(file, scope))
                .collect();
            bodies.sort_unstable();
            bodies
        };
        reach.shared = reading.names.iter().map(bodies).collect();
        let number = |target: Target| match target {
            Target::Scope(file, scope) => reach.node(file, scope),
            Target::Members(name) => count + name,
        };
        let steps = reading.steps.into_iter();
        reach.steps = steps
            .map(|(file, scope, target, step)| (reach.node(file, scope), number(target), step))
            .collect();
        reach.steps.sort_by_key(|(from, to, step)| (*from, *to, step.kind, step.at));
        reach.ways = Hook::ALL.map(|hook| reach.walk(graph, &pragmas, hook)).into();
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

    /// The scopes that a number stands for.
    fn scopes<'r>(&'r self, to: &'r u32) -> &'r [u32] {
        match (*to as usize).checked_sub(self.hooks.len()) {
            Some(name) => &self.shared[name],
            None => std::slice::from_ref(to),
        }
    }

    fn steps_from(&self, node: u32) -> impl Iterator<Item = (usize, &(u32, u32, Step))> {
        let start = self.steps.partition_point(|(from, ..)| *from < node);
        let steps = self.steps.iter().enumerate().skip(start);
        steps.take_while(move |(_, (from, ..))| *from == node)
    }

    /// Walks from every script of a hook, nearest first, so that ways are short.
    fn walk(&mut self, graph: &Graph, pragmas: &[HookSet], hook: Hook) -> Vec<u32> {
        let here = HookSet::of(&[hook]);
        let mut ways = vec![NO_STEP; self.hooks.len()];
        let mut is_reached = vec![false; self.hooks.len() + self.shared.len()];
        let mut open = VecDeque::new();
        for ((number, file), pragma) in graph.files().zip(pragmas) {
            if begins(file, *pragma, hook) {
                let node = self.node(number, 0);
                is_reached[node as usize] = true;
                open.push_back(node);
            }
        }
        while let Some(node) = open.pop_front() {
            for (at, (_, to, _)) in self.steps_from(node) {
                if *to as usize >= self.hooks.len()
                    && std::mem::replace(&mut is_reached[*to as usize], true)
                {
                    continue;
                }
                for scope in self.scopes(to) {
                    if !std::mem::replace(&mut is_reached[*scope as usize], true) {
                        ways[*scope as usize] = at as u32;
                        open.push_back(*scope);
                    }
                }
            }
        }
        for (hooks, _) in self.hooks.iter_mut().zip(&is_reached).filter(|(_, reached)| **reached) {
            *hooks = hooks.union(here);
        }
        ways
    }
}

impl Reading {
    fn links(&mut self, graph: &Graph, number: FileNo, linked: &Linked) {
        for (link, target) in linked.links() {
            // What is included may be no script.
            let Some(target) = target.filter(|target| graph.file(*target).is_script()) else {
                continue;
            };
            let kind = match link.kind {
                LinkKind::Include => StepKind::Include,
                LinkKind::Names | LinkKind::Namespace => StepKind::Import,
                LinkKind::Data => continue,
            };
            let step = Step { kind, file: number, at: link.at };
            self.steps.push((number, link.scope, Target::Scope(target, 0), step));
        }
    }

    fn calls(&mut self, graph: &Graph, file: FileNo, script: &Script) {
        for edge in &script.edges {
            let kind = match edge.to {
                EdgeTo::Scope(_) => StepKind::Closure,
                _ => StepKind::Call,
            };
            let step = Step { kind, file, at: edge.at };
            if let EdgeTo::Member(at) = edge.to {
                let used = &script.members[at as usize];
                if graph.class_of(file, used).is_none() {
                    let target = Target::Members(self.name(&used.name));
                    self.steps.push((file, edge.from, target, step));
                    continue;
                }
            }
            for (to, scope) in graph.bodies_of(file, script, edge) {
                self.steps.push((file, edge.from, Target::Scope(to, scope), step));
            }
        }
    }

    fn name(&mut self, name: &Arc<str>) -> u32 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let number = self.names.len() as u32;
        self.names.push(Arc::clone(name));
        self.numbers.insert(Arc::clone(name), number);
        number
    }
}

fn begins(file: &File, pragma: HookSet, hook: Hook) -> bool {
    pragma.contains(hook) || matches!(&file.role, Role::Hook(of, _) if *of == hook)
}

impl Graph {
    /// The hooks that run the top level of a file: of a library, those of every file that includes or
    /// imports it. Empty for a file that no hook reaches.
    pub fn hooks_of(&self, file: FileNo) -> HookSet {
        self.hooks_of_scope(file, 0)
    }

    /// The hooks that reach a function, by its scope.
    pub fn hooks_of_scope(&self, file: FileNo, scope: u32) -> HookSet {
        if !self.file(file).is_script() {
            return HookSet::NONE;
        }
        if self.is_large() {
            return self.hooks_of_importers(file);
        }
        let reach = self.reach();
        reach.hooks.get(reach.node(file, scope) as usize).copied().unwrap_or_default()
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
        let reach = self.reach();
        let Some(ways) = reach.ways.get(hook as usize) else { return way };
        let mut node = reach.node(file, scope);
        while let Some(at) = ways.get(node as usize).copied().filter(|at| *at != NO_STEP) {
            let (from, _, step) = reach.steps[at as usize];
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
        if !self.file(file).is_script() {
            return Vec::new();
        }
        let reach = self.reach();
        let node = reach.node(file, scope);
        let leads_here = |to: &u32| reach.scopes(to).binary_search(&node).is_ok();
        let steps = reach.steps.iter().filter(|(_, to, _)| leads_here(to));
        steps.map(|(from, _, step)| reach.placed(*from, *step)).collect()
    }

    /// What a function refers to and a file runs, by the scope of that, with where.
    pub fn callees(&self, file: FileNo, scope: u32) -> Vec<(FileNo, u32, Step)> {
        if !self.file(file).is_script() {
            return Vec::new();
        }
        let reach = self.reach();
        let steps = reach.steps_from(reach.node(file, scope));
        let steps =
            steps.flat_map(|(_, (_, to, step))| reach.scopes(to).iter().zip(iter::repeat(step)));
        steps.map(|(to, step)| reach.placed(*to, *step)).collect()
    }

    /// The bodies that an edge leads to.
    fn bodies_of(&self, file: FileNo, script: &Script, edge: &Edge) -> Vec<(FileNo, u32)> {
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
    fn bodies(&self, (file, id): Defined) -> Vec<(FileNo, u32)> {
        let Some(script) = self.script(file) else { return Vec::new() };
        let called = match script.symbol(id).kind {
            SymbolKind::Class => constructor_of(&script, id),
            _ => Some(id),
        };
        let body = called.and_then(|id| script.bodies.get(&id).copied());
        body.map(|scope| (file, scope)).into_iter().collect()
    }
}

/// The constructor of a class.
fn constructor_of(script: &Script, class: SymbolId) -> Option<SymbolId> {
    let symbols = script.facts.symbols.iter().zip(0..);
    let mut own = symbols.filter(|(symbol, _)| symbol.container == Some(class));
    own.find(|(symbol, _)| symbol.kind == SymbolKind::Constructor).map(|(_, id)| SymbolId(id))
}
