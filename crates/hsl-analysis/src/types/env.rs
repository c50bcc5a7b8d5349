//! What is known about the variables of a function at one moment.
//!
//! Branches are undone and joined through a journal of changes, so that a branch costs what it
//! changes, not what the function has.

use rustc_hash::FxHashMap;

use super::ty::Type;
use crate::hir::VarId;

/// Not known any more: another function may have changed it.
pub(super) const STALE: u32 = u32::MAX;

/// Whether a variable exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defined {
    /// It was not created.
    No,
    /// It was created on some paths.
    Maybe,
    /// It exists.
    Yes,
}

/// What is known about a variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Binding {
    /// Its type when it exists.
    pub(super) ty: Type,
    /// Whether it exists.
    pub(super) defined: Defined,
    /// For variables that other functions see: when this was known, see [`Env::calls`].
    pub(super) since: u32,
    /// The condition under which it was created, when there is one.
    pub(super) under: Option<u64>,
}

impl Binding {
    fn or(&self, other: &Self) -> Self {
        let defined = if self.defined == other.defined { self.defined } else { Defined::Maybe };
        let under = match (self.defined, other.defined) {
            (Defined::No, _) => other.under,
            (_, Defined::No) => self.under,
            _ => self.under.filter(|condition| other.under == Some(*condition)),
        };
        let since = if self.since == other.since { self.since } else { STALE };
        Self { ty: self.ty.or(&other.ty), defined, since, under }
    }
}

/// Changes of a branch.
pub(super) type Delta = FxHashMap<VarId, Binding>;

/// The variables of a function.
#[derive(Debug)]
pub(super) struct Env {
    slots: Vec<Binding>,
    journal: Vec<(VarId, Binding)>,
    /// For each `try` around this place, what variables held in it.
    watched: Vec<Delta>,
    /// Whether this place can be reached.
    pub(super) reachable: bool,
    /// Counts calls of script code, which may change variables that other functions see.
    pub(super) calls: u32,
}

impl Env {
    pub(super) fn new(slots: Vec<Binding>) -> Self {
        Self { slots, journal: Vec::new(), watched: Vec::new(), reachable: true, calls: 1 }
    }

    pub(super) fn get(&self, id: VarId) -> &Binding {
        &self.slots[id.index()]
    }

    pub(super) fn set(&mut self, id: VarId, binding: Binding) {
        if let Some(seen) = self.watched.last_mut() {
            note(seen, id, &binding);
        }
        let old = std::mem::replace(&mut self.slots[id.index()], binding);
        self.journal.push((id, old));
    }

    /// The present moment, to come back to.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// What changed since a moment; nothing is undone.
    pub(super) fn changes(&self, mark: usize) -> Delta {
        let ids = self.journal[mark..].iter().map(|(id, _)| *id);
        ids.map(|id| (id, self.slots[id.index()].clone())).collect()
    }

    /// Goes back to a moment, and tells what was undone; none when the place left could not be
    /// reached.
    pub(super) fn undo(&mut self, mark: usize) -> Option<Delta> {
        let delta = self.reachable.then(|| self.changes(mark));
        while self.journal.len() > mark {
            if let Some((id, old)) = self.journal.pop() {
                self.slots[id.index()] = old;
            }
        }
        self.reachable = true;
        delta
    }

    /// Goes on where one of several branches ended, all taken from here. Tells which variables
    /// changed by that.
    pub(super) fn join(&mut self, branches: &[Option<Delta>]) -> Vec<VarId> {
        let reached: Vec<&Delta> = branches.iter().flatten().collect();
        self.reachable = !reached.is_empty();
        let mut ids: Vec<VarId> = reached.iter().flat_map(|delta| delta.keys().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut changed = Vec::new();
        for id in ids {
            let before = &self.slots[id.index()];
            let mut sides = reached.iter().map(|delta| delta.get(&id).unwrap_or(before));
            let Some(first) = sides.next() else { continue };
            let joined = sides.fold(first.clone(), |all, side| all.or(side));
            if joined != *before {
                self.set(id, joined);
                changed.push(id);
            }
        }
        changed
    }

    /// Begins to collect every value that variables get: an exception may leave any of them.
    pub(super) fn watch(&mut self) {
        self.watched.push(Delta::default());
    }

    /// Ends that, and tells what variables may hold where an exception is caught, from here.
    pub(super) fn watched(&mut self) -> Delta {
        let mut delta = self.watched.pop().unwrap_or_default();
        if let Some(outer) = self.watched.last_mut() {
            delta.iter().for_each(|(id, binding)| note(outer, *id, binding));
        }
        for (id, binding) in &mut delta {
            *binding = binding.or(&self.slots[id.index()]);
        }
        delta
    }
}

fn note(delta: &mut Delta, id: VarId, binding: &Binding) {
    match delta.get_mut(&id) {
        Some(all) => *all = all.or(binding),
        None => _ = delta.insert(id, binding.clone()),
    }
}
