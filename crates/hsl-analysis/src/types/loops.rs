//! Loops: their bodies are walked until nothing changes any more.

use std::collections::HashSet;

use super::env::Delta;
use super::ty::Type;
use super::walk::{Jumps, Walk};
use crate::hir::{Block, ExprId, VarId};

/// Walks before variables that still change are given up.
const PATIENCE: usize = 3;

/// Loops in loops that are walked more than once; in deeper ones what is assigned is not known, so
/// that the time does not double with each.
const NESTED: usize = 3;

impl Walk<'_> {
    /// `while`, `for` and `forever`.
    pub(super) fn run_loop(
        &mut self,
        condition: Option<ExprId>,
        update: Option<ExprId>,
        body: &Block,
    ) {
        let (leave, _) = self.repeat(body, |walk, continued| {
            if let Some(condition) = condition.filter(|_| !continued) {
                walk.eval(condition);
                walk.narrow(condition, true);
            }
            if let Some(update) = update.filter(|_| continued) {
                walk.eval(update);
            }
        });
        let mark = self.env.mark();
        let mut branches: Vec<Option<Delta>> = leave.into_iter().map(Some).collect();
        if let Some(condition) = condition {
            self.eval(condition);
            let always = self.found.types[condition.index()].as_ref().and_then(Type::truth);
            self.narrow(condition, false);
            let end = self.env.undo(mark);
            branches.push(end.filter(|_| always != Some(true)));
        }
        self.env.join(&branches);
    }

    /// `foreach`; `runs` tells that there is an element for certain.
    pub(super) fn each(&mut self, runs: bool, body: &Block, bind: impl Fn(&mut Self)) {
        let (leave, end) = self.repeat(body, |walk, continued| {
            if !continued {
                bind(walk);
            }
        });
        let mut branches: Vec<Option<Delta>> = leave.into_iter().map(Some).collect();
        // A loop that runs ends behind its body, any other may end before it.
        branches.push(if runs { end } else { Some(Delta::default()) });
        self.env.join(&branches);
    }

    /// Walks a body until nothing changes at its head, and leaves the head's state. Answers with
    /// the states of `break` and of the end of the body, counted from there.
    fn repeat(
        &mut self,
        body: &Block,
        mut head: impl FnMut(&mut Self, bool),
    ) -> (Vec<Delta>, Option<Delta>) {
        self.loops += 1;
        let mut assigned: HashSet<VarId> = HashSet::new();
        let mut pass = if self.loops > NESTED { PATIENCE + 1 } else { 0 };
        let leave = loop {
            let mark = self.env.mark();
            self.jumps.push(Jumps { mark, ..Jumps::default() });
            head(self, false);
            self.block(body);
            let jumps = self.continue_here(mark, &mut head);
            let end = self.env.undo(mark);
            assigned.extend(end.iter().flat_map(Delta::keys).copied());
            if pass > PATIENCE + 1 {
                break (jumps, end);
            }
            let changed = self.env.join(&[Some(Delta::default()), end.clone()]);
            self.env.reachable = true;
            if changed.is_empty() {
                break (jumps, end);
            }
            pass += 1;
            if pass == PATIENCE + 1 {
                changed.iter().for_each(|id| self.give_up(*id));
            } else if pass > PATIENCE {
                assigned.iter().for_each(|id| self.give_up(*id));
            }
        };
        self.loops -= 1;
        leave
    }

    /// Joins `continue` with the end of the body, and walks what follows both.
    fn continue_here(&mut self, mark: usize, head: &mut impl FnMut(&mut Self, bool)) -> Vec<Delta> {
        let jumps = self.jumps.pop().unwrap_or_default();
        if !jumps.continues.is_empty() {
            let end = self.env.undo(mark);
            let mut branches: Vec<_> = jumps.continues.into_iter().map(Some).collect();
            branches.push(end);
            self.env.join(&branches);
        }
        head(self, true);
        jumps.breaks
    }

    fn give_up(&mut self, id: VarId) {
        let binding = self.env.get(id).clone();
        self.env.set(id, super::env::Binding { ty: Type::UNKNOWN, ..binding });
    }
}
