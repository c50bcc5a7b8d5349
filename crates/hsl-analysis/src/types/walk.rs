//! The walk over one function: its variables, and what is known at each place.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::Callers;
use super::declared;
use super::env::{Binding, Defined, Delta, Env, STALE};
use super::summary::{Cell, Summaries};
use super::ty::{Instance, Type};
use crate::Unit;
use crate::hir::{
    ExprId, Function, FunctionId, GlobalId, GlobalKind, Loc, Program, Storage, VarId, Variable,
};

/// Expressions in expressions beyond which nothing is known.
const DEEPEST: usize = 300;

/// Where `break` and `continue` lead to.
#[derive(Debug, Default)]
pub(super) struct Jumps {
    /// The moment that changes are counted from.
    pub(super) mark: usize,
    /// Whether `continue` passes through.
    pub(super) is_switch: bool,
    pub(super) breaks: Vec<Delta>,
    pub(super) continues: Vec<Delta>,
}

/// A walk over one function.
#[derive(Debug)]
pub(super) struct Walk<'p> {
    pub(super) program: &'p Program,
    pub(super) unit: &'p Unit<'p>,
    pub(super) callers: Callers,
    pub(super) table: &'p mut Summaries,
    pub(super) found: &'p mut Found,
    pub(super) id: FunctionId,
    pub(super) env: Env,
    pub(super) jumps: Vec<Jumps>,
    /// What `return` gave.
    pub(super) result: Type,
    /// Loops around this place.
    pub(super) loops: usize,
    /// Conditions that hold here, by their text.
    pub(super) conditions: Vec<u64>,
    /// Above zero where variables and keys may be missing: `isset`, `??`.
    pub(super) quiet: usize,
    depth: usize,
}

/// What was found about expressions and places.
#[derive(Debug)]
pub(super) struct Found {
    walking: FunctionId,
    /// The expressions that the last walk of each function reached.
    reached: Vec<Vec<ExprId>>,
    pub(super) types: Vec<Option<Type>>,
    pub(super) doubts: FxHashMap<ExprId, Defined>,
    pub(super) places: FxHashMap<(Loc, super::Slot), Type>,
    /// The number of the kept walk that each function's types are from.
    pub(super) walks: FxHashMap<FunctionId, u64>,
    /// The places that the walk of now has bound.
    pub(super) bound_now: Vec<(Loc, super::Slot)>,
    /// Types of library functions by their declaration.
    pub(super) library: FxHashMap<usize, Type>,
}

impl Found {
    /// Nothing yet.
    pub(super) fn new(program: &Program) -> Self {
        Self {
            walking: FunctionId(0),
            reached: vec![Vec::new(); program.functions.len()],
            types: vec![None; program.exprs.len()],
            doubts: FxHashMap::default(),
            places: FxHashMap::default(),
            walks: FxHashMap::default(),
            bound_now: Vec::new(),
            library: FxHashMap::default(),
        }
    }

    /// A function is walked, so that what its last walk found does not count any more.
    pub(super) fn begins(&mut self, id: FunctionId) {
        self.walking = id;
        self.bound_now.clear();
        self.walks.remove(&id);
        for expr in std::mem::take(&mut self.reached[id.index()]) {
            self.types[expr.index()] = None;
            self.doubts.remove(&expr);
        }
    }

    /// Notes what a place binds.
    pub(super) fn bind(&mut self, at: Loc, slot: super::Slot, ty: Type) {
        self.places.insert((at, slot), ty);
        self.bound_now.push((at, slot));
    }

    /// Notes the types of all expressions of the function that is walked, which are these.
    pub(super) fn note_all(&mut self, ids: std::ops::Range<u32>, types: &[Option<Type>]) {
        self.types[ids.start as usize..ids.end as usize].clone_from_slice(types);
        self.reached[self.walking.index()].extend(ids.map(ExprId));
    }

    pub(super) fn note(&mut self, id: ExprId, ty: Type) {
        if self.types[id.index()].replace(ty).is_none() {
            self.reached[self.walking.index()].push(id);
        }
    }
}

impl<'p> Walk<'p> {
    pub(super) fn new(
        program: &'p Program,
        unit: &'p Unit<'p>,
        callers: Callers,
        table: &'p mut Summaries,
        found: &'p mut Found,
        hook: &FxHashMap<u32, Type>,
        id: FunctionId,
    ) -> Self {
        let function = program.function(id);
        let slots = function.variables.iter().map(|v| first_binding(program, v.storage, hook));
        let env = Env::new(slots.collect());
        let mut walk = Self {
            program,
            unit,
            callers,
            table,
            found,
            id,
            env,
            jumps: Vec::new(),
            result: Type::NEVER,
            loops: 0,
            conditions: Vec::new(),
            quiet: 0,
            depth: 0,
        };
        walk.bind_parameters(function);
        walk
    }

    /// Walks the whole function and notes what it gives, which is the answer.
    pub(super) fn run(mut self) -> Type {
        let program = self.program;
        let function = program.function(self.id);
        self.block(&function.body);
        if self.env.reachable {
            self.result = self.result.or(&Type::NONE);
        }
        let result = if function.generator {
            Type::instance(Instance::Generator(self.id))
        } else {
            self.result.clone()
        };
        self.table.returns(self.id, &result);
        result
    }

    fn bind_parameters(&mut self, function: &Function) {
        if let (Some(class), Some(first)) = (function.class, function.variables.first())
            && &*first.name == "$this"
        {
            self.write(VarId(0), Type::instance(Instance::Own(class)));
        }
        for (at, param) in function.params.iter().enumerate() {
            let mut ty = match self.callers {
                Callers::Known => self.table.param(self.id, at),
                Callers::Unknown => Type::UNKNOWN,
            };
            if let Some(default) = param.default {
                ty = ty.or(&self.eval(default));
            }
            self.found.bind(param.at, super::Slot::Parameter, ty.clone());
            self.write(param.variable, ty);
        }
        if let Some(rest) = function.rest {
            self.write(rest, Type::list(Type::UNKNOWN));
        }
    }

    /// The type of an expression, noted.
    pub(super) fn eval(&mut self, id: ExprId) -> Type {
        if self.depth >= DEEPEST {
            return Type::UNKNOWN;
        }
        self.depth += 1;
        let ty = self.compute(id);
        self.depth -= 1;
        self.note(id, ty.clone());
        ty
    }

    pub(super) fn note(&mut self, id: ExprId, ty: Type) {
        self.found.note(id, ty);
    }

    /// The type of an expression of which parts may be missing.
    pub(super) fn eval_quietly(&mut self, id: ExprId) -> Type {
        self.quiet += 1;
        let ty = self.eval(id);
        self.quiet -= 1;
        ty
    }

    /// The shared variable that a variable of this function stands for.
    pub(super) fn cell(&self, id: VarId) -> Option<Cell> {
        cell_of(self.program, self.table, self.id, id)
    }

    /// What a variable holds here.
    pub(super) fn read(&self, id: VarId) -> Type {
        let binding = self.env.get(id);
        match self.program.function(self.id).variable(id).storage {
            Storage::Local => binding.ty.clone(),
            _ if binding.since == self.env.calls || binding.since == 0 => binding.ty.clone(),
            _ => self.cell(id).map_or(Type::UNKNOWN, |cell| self.table.cell(cell)),
        }
    }

    /// Whether a variable of this function alone exists; others are taken to.
    pub(super) fn defined(&self, id: VarId) -> Defined {
        let binding = self.env.get(id);
        let holds = |condition| self.conditions.contains(&condition);
        if !self.is_own(id) || binding.under.is_some_and(holds) {
            return Defined::Yes;
        }
        binding.defined
    }

    /// Whether no other function can change a variable.
    fn is_own(&self, id: VarId) -> bool {
        match self.program.function(self.id).variable(id).storage {
            Storage::Local => true,
            Storage::Global(global) => is_fixed(self.program, global),
            _ => false,
        }
    }

    /// Gives a variable a value.
    pub(super) fn write(&mut self, id: VarId, ty: Type) {
        if let Some(cell) = self.cell(id) {
            self.table.sets_cell(cell, &ty);
        }
        self.refine(id, ty);
    }

    /// Says more about the value that a variable has.
    pub(super) fn refine(&mut self, id: VarId, ty: Type) {
        let since = if self.is_own(id) { 0 } else { self.env.calls };
        let under = self.conditions.last().copied();
        self.env.set(id, Binding { ty, defined: Defined::Yes, since, under });
    }

    /// Notes that script code ran which may have changed shared variables.
    pub(super) fn called(&mut self) {
        self.env.calls += 1;
    }

    /// The condition as something to compare with: its text.
    pub(super) fn condition(&self, id: ExprId, holds: bool) -> u64 {
        let at = self.program.expr(id).at;
        let text = &self.program.files[at.file.index()].text;
        let mut hasher = FxHasher::default();
        text.get(at.span.range(text.len())).unwrap_or_default().hash(&mut hasher);
        holds.hash(&mut hasher);
        hasher.finish()
    }
}

/// What is known about a variable when its function begins.
fn first_binding(program: &Program, storage: Storage, hook: &FxHashMap<u32, Type>) -> Binding {
    let unset = Binding { ty: Type::NEVER, defined: Defined::No, since: 0, under: None };
    match storage {
        Storage::Local => unset,
        Storage::Global(id) => match program.global(id) {
            global if global.kind == GlobalKind::Hook && global.readonly => {
                let ty = hook.get(&id.0).cloned().unwrap_or(Type::UNKNOWN);
                Binding { ty, defined: Defined::Yes, ..unset }
            }
            global if !global.shared && matches!(global.kind, GlobalKind::Module(_)) => unset,
            _ => Binding { since: STALE, defined: Defined::Yes, ..unset },
        },
        _ => Binding { since: STALE, defined: Defined::Yes, ..unset },
    }
}

/// Whether no function but the top level of its module can change a variable.
fn is_fixed(program: &Program, id: GlobalId) -> bool {
    let global = program.global(id);
    match global.kind {
        GlobalKind::Module(_) => !global.shared,
        GlobalKind::Hook => global.readonly,
        GlobalKind::Static(..) => false,
    }
}

fn cell_of(program: &Program, table: &Summaries, function: FunctionId, id: VarId) -> Option<Cell> {
    let (mut function, mut id) = (function, id);
    // A closure in a closure passes on what it captured: as many steps as closures are nested.
    for _ in 0..DEEPEST {
        match program.function(function).variable(id).storage {
            Storage::Local => return None,
            Storage::Global(global) | Storage::Switched(global) => {
                return (!is_fixed(program, global)).then_some(Cell::Global(global));
            }
            Storage::Shared => return Some(Cell::Captured(function, id)),
            Storage::Captured => {
                let captures = &program.function(function).captures;
                let outer = captures.iter().find(|capture| capture.inner == id)?.outer;
                (function, id) = (table.creator(function)?, outer);
            }
        }
    }
    None
}

/// The type of each predefined variable that some function names or may change: their arrays are
/// large.
pub(super) fn hook_types(program: &Program, unit: &Unit<'_>) -> FxHashMap<u32, Type> {
    let variables = program.functions.iter().flat_map(|function| &function.variables);
    let global = |variable: &Variable| match variable.storage {
        Storage::Global(id) => Some(id.index()),
        _ => None,
    };
    let named: FxHashSet<usize> = variables.filter_map(global).collect();
    let globals = program.globals.iter().enumerate();
    let hook = globals.filter(|(at, global)| {
        global.kind == GlobalKind::Hook && (!global.readonly || named.contains(at))
    });
    hook.map(|(at, global)| (at as u32, declared::variable(unit, &global.name))).collect()
}
