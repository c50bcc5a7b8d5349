//! The walk over a program until its summaries come to rest.

use std::collections::BTreeSet;

use hsl_analysis::hir::{
    ExprId, ExprKind, Function, FunctionId, GlobalId, GlobalKind, Loc, Storage, VarId,
};
use hsl_decl::{Sink, Sinks};
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::{From, Taint};
use super::learned::{Fact, Learned};
use super::roles::Roles;
use super::{Flows, Reach};
use crate::pass::Pass;

/// Rounds after which what still grows is left as it is: findings get fewer, never wrong.
const ROUNDS: usize = 8;

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Global(GlobalId),
    Of(FunctionId, VarId),
}

/// What is known at one point of a function.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) values: FxHashMap<Slot, Taint>,
    /// Texts of expressions that the script has checked.
    pub(super) checked: FxHashSet<Vec<u8>>,
}

impl State {
    /// What holds behind two branches.
    pub(super) fn join(&mut self, other: Self) {
        for (slot, taint) in &other.values {
            self.values.entry(*slot).or_default().join(taint);
        }
        self.checked.retain(|text| other.checked.contains(text));
    }
}

/// The walk, with the summaries of functions and shared variables.
pub(super) struct Walk<'p> {
    pub(super) pass: &'p Pass<'p>,
    pub(super) roles: &'p Roles<'p>,
    pub(super) function: FunctionId,
    pub(super) state: State,
    /// What callers give the parameters; sources only.
    pub(super) given: FxHashMap<(FunctionId, u32), Taint>,
    /// What functions return, by their parameters too.
    pub(super) results: FxHashMap<FunctionId, Taint>,
    /// What is assigned to variables that several functions see.
    shared: FxHashMap<Slot, Taint>,
    /// Variables of closures, by those that they share.
    captured: FxHashMap<(FunctionId, VarId), (FunctionId, VarId)>,
    reached: BTreeSet<Reach>,
    /// Variables and elements that hold what a peer wrote.
    held: FxHashSet<ExprId>,
    pub(super) learned: Learned,
}

impl<'p> Walk<'p> {
    /// Everything that reaches a sink in a program.
    pub(super) fn over(pass: &'p Pass<'p>, roles: &'p Roles<'p>) -> Flows {
        let mut walk = Self {
            pass,
            roles,
            function: FunctionId(0),
            state: State::default(),
            given: FxHashMap::default(),
            results: FxHashMap::default(),
            shared: FxHashMap::default(),
            captured: captured(pass),
            reached: BTreeSet::new(),
            held: FxHashSet::default(),
            learned: Learned::new(pass.program.functions.len()),
        };
        for _ in 0..ROUNDS {
            walk.round();
        }
        let mut held: Vec<_> = walk.held.into_iter().collect();
        held.sort_unstable();
        Flows { reached: walk.reached.into_iter().collect(), held }
    }

    fn round(&mut self) {
        for (number, function) in self.pass.program.functions.iter().enumerate() {
            self.function = FunctionId(number as u32);
            if !self.learned.begins(self.function) {
                continue;
            }
            self.state = State::default();
            for (at, param) in function.params.iter().enumerate() {
                let taint = Taint::from(From::Param(at as u32), Sinks::ALL);
                let slot = self.slot(param.variable);
                self.state.values.insert(slot, taint);
            }
            self.block(&function.body);
        }
    }

    pub(super) fn here(&self) -> &'p Function {
        self.pass.program.function(self.function)
    }

    pub(super) fn slot(&self, variable: VarId) -> Slot {
        match self.here().variable(variable).storage {
            Storage::Global(global) | Storage::Switched(global) => Slot::Global(global),
            Storage::Local | Storage::Shared | Storage::Captured => {
                let mut owner = (self.function, variable);
                while let Some(outer) = self.captured.get(&owner) {
                    owner = *outer;
                }
                Slot::Of(owner.0, owner.1)
            }
        }
    }

    /// The name of a variable that the hook predefines and scripts cannot assign.
    pub(super) fn of_hook(&self, variable: VarId) -> bool {
        let Slot::Global(global) = self.slot(variable) else { return false };
        let global = self.pass.program.global(global);
        global.kind == GlobalKind::Hook && global.readonly
    }

    pub(super) fn read(&mut self, slot: Slot) -> Taint {
        if let Some(known) = self.state.values.get(&slot) {
            return known.clone();
        }
        self.learned.reads(Fact::Shared(slot));
        self.shared.get(&slot).cloned().unwrap_or_default()
    }

    /// Assigns a variable; of an element or property the rest of the value stays.
    pub(super) fn write(&mut self, slot: Slot, mut taint: Taint, whole: bool) {
        if !whole {
            taint.join(&self.read(slot));
        }
        // Other functions see it without the parameters of this one.
        let seen = self.without_params(&taint);
        if self.shared.entry(slot).or_default().join(&seen) {
            self.learned.grew(Fact::Shared(slot));
        }
        self.state.values.insert(slot, taint);
    }

    /// The value with what callers give in place of parameters.
    pub(super) fn without_params(&mut self, taint: &Taint) -> Taint {
        let mut all = Taint::default();
        for (from, open) in taint.iter() {
            match from {
                From::Source(_) => _ = all.join(&Taint::from(from, open)),
                From::Param(at) => {
                    self.learned.reads(Fact::Given(self.function, at));
                    if let Some(given) = self.given.get(&(self.function, at)) {
                        all.join(&given.map(|more| more.and(open)));
                    }
                }
            }
        }
        all
    }

    /// Notes a variable or element that holds what a peer wrote.
    pub(super) fn hold(&mut self, id: ExprId, taint: &Taint) {
        let known = self.without_params(taint);
        if known.iter().any(|(_, open)| !open.and(Sinks::TEXT).is_empty()) {
            self.held.insert(id);
        }
    }

    /// Notes what of a value does harm in a place.
    pub(super) fn reach(&mut self, sink: Sink, at: Loc, taint: &Taint) {
        for (from, open) in self.without_params(taint).iter() {
            if let From::Source(read) = from
                && open.has(sink)
            {
                self.reached.insert(Reach { at, sink, read });
            }
        }
    }
}

/// Variables of closures, by those that they share.
fn captured(pass: &Pass<'_>) -> FxHashMap<(FunctionId, VarId), (FunctionId, VarId)> {
    let mut all = FxHashMap::default();
    for (number, expr) in pass.program.exprs.iter().enumerate() {
        let ExprKind::Closure(inner) = expr.kind else { continue };
        let id = hsl_analysis::hir::ExprId(number as u32);
        let Some(outer) = pass.around.function(id) else { continue };
        for capture in &pass.program.function(inner).captures {
            all.insert((inner, capture.inner), (outer, capture.outer));
        }
    }
    all
}
