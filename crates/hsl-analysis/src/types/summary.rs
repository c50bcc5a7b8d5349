//! What functions, classes and shared variables are to those that use them.
//!
//! *Invariants.* Types only grow; who looked at one that did is walked again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::readers::Readers;
use super::ty::Type;
use crate::hir::{ClassId, FunctionId, GlobalId, Program, VarId};

/// A variable that more than one function sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cell {
    /// A variable of a module, a hook or a class.
    Global(GlobalId),
    /// A variable of the function that creates it.
    Captured(FunctionId, VarId),
}

/// What is known across functions.
#[derive(Debug)]
pub(super) struct Summaries {
    results: Vec<Type>,
    yields: Vec<Type>,
    params: Vec<Vec<Type>>,
    /// Functions whose callers are not all known.
    escaped: Vec<bool>,
    properties: Vec<BTreeMap<Arc<str>, Type>>,
    cells: FxHashMap<Cell, Type>,
    /// The function that creates a closure.
    creators: Vec<Option<FunctionId>>,
    readers: RefCell<Readers>,
    /// Whether whatever still grows is given up.
    pub(super) gives_up: bool,
}

impl Summaries {
    pub(super) fn new(program: &Program) -> Self {
        let count = program.functions.len();
        Self {
            results: vec![Type::NEVER; count],
            yields: vec![Type::NEVER; count],
            params: program.functions.iter().map(|f| vec![Type::NEVER; f.params.len()]).collect(),
            escaped: vec![false; count],
            properties: vec![BTreeMap::new(); program.classes.len()],
            cells: FxHashMap::default(),
            creators: vec![None; count],
            readers: RefCell::new(Readers::new(count)),
            gives_up: false,
        }
    }

    /// Whether a function is to be walked, which begins then.
    pub(super) fn begins(&mut self, id: FunctionId) -> bool {
        self.readers.get_mut().begins(id)
    }

    /// Whether anybody has to be walked again.
    pub(super) fn any_due(&mut self) -> bool {
        self.readers.get_mut().any_due()
    }

    /// What functions return, and the properties of classes.
    pub(super) fn finish(self) -> (Vec<Type>, Vec<BTreeMap<Arc<str>, Type>>) {
        (self.results, self.properties)
    }

    pub(super) fn result(&self, id: FunctionId) -> &Type {
        self.readers.borrow_mut().looks_at_result(id);
        &self.results[id.index()]
    }

    pub(super) fn returns(&mut self, id: FunctionId, ty: &Type) {
        let grown = grown(&self.results[id.index()], ty, self.gives_up);
        if replace(&mut self.results[id.index()], grown) {
            self.readers.get_mut().result_grew(id);
        }
    }

    pub(super) fn yielded(&self, id: FunctionId) -> &Type {
        self.readers.borrow_mut().looks_at_result(id);
        &self.yields[id.index()]
    }

    pub(super) fn yields(&mut self, id: FunctionId, ty: &Type) {
        let grown = grown(&self.yields[id.index()], ty, self.gives_up);
        if replace(&mut self.yields[id.index()], grown) {
            self.readers.get_mut().result_grew(id);
        }
    }

    /// What a parameter gets from all calls; unknown when not all are known.
    pub(super) fn param(&self, id: FunctionId, at: usize) -> Type {
        self.readers.borrow_mut().looks_at_params(id);
        let known = self.params[id.index()].get(at).filter(|_| !self.escaped[id.index()]);
        known.cloned().unwrap_or(Type::UNKNOWN)
    }

    /// Lets functions that nobody was seen to call be called from anywhere. Tells whether there are
    /// any.
    pub(super) fn uncalled_escape(&mut self) -> bool {
        let mut any = false;
        for (at, (params, escaped)) in self.params.iter().zip(&mut self.escaped).enumerate() {
            let is_uncalled = params.first().is_some_and(Type::is_never) && !*escaped;
            if is_uncalled {
                *escaped = true;
                self.readers.get_mut().params_grew(FunctionId(at as u32));
            }
            any |= is_uncalled;
        }
        any
    }

    pub(super) fn passes(&mut self, id: FunctionId, at: usize, ty: &Type) {
        let Some(param) = self.params[id.index()].get_mut(at) else { return };
        let grown = grown(param, &ty.clone().widened(), self.gives_up);
        if replace(param, grown) {
            self.readers.get_mut().params_grew(id);
        }
    }

    /// Notes that a function may be called from anywhere.
    pub(super) fn escapes(&mut self, id: FunctionId) {
        if !std::mem::replace(&mut self.escaped[id.index()], true) {
            self.readers.get_mut().params_grew(id);
        }
    }

    /// What a property of an instance holds; none when nothing is known to set it.
    pub(super) fn property(&self, class: ClassId, name: &str) -> Option<&Type> {
        self.readers.borrow_mut().looks_at_shared();
        self.properties[class.index()].get(name)
    }

    pub(super) fn sets_property(&mut self, class: ClassId, name: &Arc<str>, ty: &Type) {
        let properties = &mut self.properties[class.index()];
        let before = properties.entry(Arc::clone(name)).or_insert(Type::NEVER);
        let grown = grown(before, &ty.clone().widened(), self.gives_up);
        if replace(before, grown) {
            self.readers.get_mut().shared_grew();
        }
    }

    pub(super) fn cell(&self, cell: Cell) -> Type {
        self.readers.borrow_mut().looks_at_shared();
        self.cells.get(&cell).cloned().unwrap_or(Type::NEVER)
    }

    pub(super) fn sets_cell(&mut self, cell: Cell, ty: &Type) {
        let before = self.cells.entry(cell).or_insert(Type::NEVER);
        let grown = grown(before, &ty.clone().widened(), self.gives_up);
        if replace(before, grown) {
            self.readers.get_mut().shared_grew();
        }
    }

    pub(super) fn creator(&self, closure: FunctionId) -> Option<FunctionId> {
        self.readers.borrow_mut().looks_at_shared();
        self.creators[closure.index()]
    }

    pub(super) fn creates(&mut self, creator: FunctionId, closure: FunctionId) {
        let before = self.creators[closure.index()].replace(creator);
        if before != Some(creator) {
            self.readers.get_mut().shared_grew();
        }
    }

    /// Gives everything up: what does not come to rest is not known.
    pub(super) fn forget(&mut self) {
        let all = [&mut self.results, &mut self.yields].into_iter().flatten();
        all.chain(self.params.iter_mut().flatten())
            .chain(self.properties.iter_mut().flat_map(BTreeMap::values_mut))
            .chain(self.cells.values_mut())
            .for_each(|ty| *ty = Type::UNKNOWN);
        self.readers.get_mut().all_grew();
    }
}

fn grown(before: &Type, ty: &Type, gives_up: bool) -> Type {
    let joined = before.or(ty).bounded();
    if gives_up && joined != *before { Type::UNKNOWN } else { joined }
}

/// Whether the type is another one now.
fn replace(before: &mut Type, grown: Type) -> bool {
    let is_other = grown != *before;
    if is_other {
        *before = grown;
    }
    is_other
}
