//! Places: variables, and elements and properties below them.
//!
//! Keys are evaluated left to right into registers before the value; the path then does all its
//! steps at once, so that arrays are edited in place.

use hsl_analysis::hir::{ExprId, ExprKind, Loc};
use hsl_vm::Frozen;
use hsl_vm::code::{Op, Path, PathStep, Reg, Root};

use crate::body::{Body, Home};
use crate::fold;
use crate::variable::root_of;

/// An element or property, with its keys evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) root: Root,
    pub(crate) steps: Vec<PathStep>,
    /// Name of the last step, when that is `->name`.
    pub(crate) member: Option<std::sync::Arc<str>>,
    pub(crate) at: Loc,
}

impl Body<'_, '_> {
    /// Where a place lives, if it is a whole variable.
    pub(crate) fn home_at(&self, place: ExprId) -> Option<Home> {
        match self.kind(place) {
            ExprKind::Variable(id) => Some(self.home(*id)),
            ExprKind::Global(id) => self.link.global(*id).map(Home::Global),
            _ => None,
        }
    }

    /// Evaluates the keys of an element or property; `next` is evaluated before they are used.
    pub(crate) fn target(&mut self, place: ExprId, next: Option<ExprId>) -> Target {
        let mut chain = Vec::new();
        let mut root = place;
        while let ExprKind::Index { object, .. }
        | ExprKind::Member { object, .. }
        | ExprKind::Append { object } = self.kind(root)
        {
            chain.push(root);
            root = *object;
        }
        chain.reverse();
        let begin = self.root(root);
        let mut target =
            Target { root: begin, steps: Vec::new(), member: None, at: self.expr(place).at };
        for (at, step) in chain.iter().enumerate() {
            let later = chain[at + 1..].iter().filter_map(|step| self.key_of(*step)).chain(next);
            let changed = later.into_iter().any(|id| self.link.facts[id.index()].assigns);
            let step = self.step(*step, changed, &mut target.member);
            target.steps.push(step);
        }
        target
    }

    fn key_of(&self, step: ExprId) -> Option<ExprId> {
        match self.kind(step) {
            ExprKind::Index { index, .. } => Some(*index),
            _ => None,
        }
    }

    fn root(&mut self, id: ExprId) -> Root {
        match self.home_at(id) {
            Some(home) => root_of(home),
            None => Root::Register({
                let d = self.temp();
                self.value(id, d);
                d
            }),
        }
    }

    fn step(
        &mut self,
        step: ExprId,
        changed: bool,
        member: &mut Option<std::sync::Arc<str>>,
    ) -> PathStep {
        *member = None;
        match self.kind(step) {
            ExprKind::Member { name, .. } => {
                *member = Some(name.clone());
                PathStep::Const(self.constant(Frozen::String(name.as_bytes().into())))
            }
            ExprKind::Index { index, .. } => self.key(*index, changed),
            _ => PathStep::Append,
        }
    }

    fn key(&mut self, index: ExprId, changed: bool) -> PathStep {
        if let Some(constant) = fold::constant(self.link, index) {
            return PathStep::Const(self.constant(constant));
        }
        let s = self.operand(index);
        if changed && self.is_variable(s) {
            let d = self.temp();
            self.emit(Op::Load { d, s });
            return PathStep::Key(d);
        }
        PathStep::Key(s)
    }

    /// Assigns a register to an element or property.
    pub(crate) fn set_target(&mut self, target: &Target, v: Reg) {
        self.at(target.at);
        let v = match target.root {
            // The value must not be the array that is edited.
            Root::Register(root) if root == v => {
                let d = self.temp();
                self.emit(Op::Load { d, s: v });
                d
            }
            _ => v,
        };
        if let (Root::Register(a), [step]) = (target.root, &target.steps[..]) {
            match (step, &target.member) {
                (PathStep::Append, _) => return self.emit(Op::Push { a, v }),
                (PathStep::Key(k), _) => return self.emit(Op::SetIndex { a, k: *k, v }),
                (PathStep::Const(_), Some(name)) => {
                    let site = self.site(name, target.at);
                    return self.emit(Op::SetMember { o: a, site, v });
                }
                (PathStep::Const(_), None) => {}
            }
        }
        self.edit(target, &|path| Op::PathSet { path, v });
    }

    /// Performs an instruction on the path of a target. `a[]["k"] = v` appends what the rest of
    /// the path makes of nothing.
    pub(crate) fn edit(&mut self, target: &Target, op: &dyn Fn(u16) -> Op) {
        let last = target.steps.len().saturating_sub(1);
        let append = target.steps[..last].iter().rposition(|step| *step == PathStep::Append);
        let Some(append) = append else {
            let path = Path { root: target.root, steps: target.steps.clone().into() };
            let path = self.path(path, target.at);
            return self.emit(op(path));
        };
        let (element, was_set) = (self.temp(), self.temp());
        self.emit(Op::Unset { d: was_set, s: element });
        let steps = target.steps[append + 1..].to_vec();
        let inner = Target { root: Root::Register(element), steps, ..target.clone() };
        self.edit(&inner, op);
        let steps = target.steps[..=append].to_vec();
        let outer = Target { steps, member: None, ..target.clone() };
        self.edit(&outer, &|path| Op::PathSet { path, v: element });
    }

    /// Assigns a register to any place.
    pub(crate) fn store(&mut self, place: ExprId, s: Reg) {
        if let Some(home) = self.home_at(place) {
            self.at(self.expr(place).at);
            return self.store_home(home, s);
        }
        self.scratch(|this| match this.kind(place) {
            ExprKind::Slice { object, first, last, .. } => {
                let target = this.target(*object, None);
                let base = this.bounds(*first, *last);
                let v = this.temp();
                this.emit(Op::Load { d: v, s });
                this.splice(&target, base);
            }
            _ => {
                let target = this.target(place, None);
                this.set_target(&target, s);
            }
        });
    }

    /// First and last position in neighbouring registers; none for those left out.
    pub(crate) fn bounds(&mut self, first: Option<ExprId>, last: Option<ExprId>) -> Reg {
        let base = self.code.mark();
        for bound in [first, last] {
            self.bound(bound);
        }
        base
    }

    pub(crate) fn bound(&mut self, bound: Option<ExprId>) {
        let d = self.temp();
        match bound {
            Some(bound) => self.value(bound, d),
            None => self.emit(Op::None { d }),
        }
    }

    /// Replaces a slice; positions and value stand in neighbouring registers.
    pub(crate) fn splice(&mut self, target: &Target, base: Reg) {
        self.at(target.at);
        self.edit(target, &|path| Op::PathSplice { path, base });
    }

    pub(crate) fn isset(&mut self, place: ExprId, d: Reg) {
        match self.home_at(place) {
            Some(home) => self.is_home_set(home, d),
            None => {
                let target = self.target(place, None);
                self.edit(&target, &|path| Op::PathIsSet { d, path });
            }
        }
    }

    pub(crate) fn unset(&mut self, place: ExprId, d: Reg) {
        self.at(self.expr(place).at);
        if let Some(home) = self.home_at(place) {
            return self.unset_home(home, d);
        }
        match self.kind(place) {
            ExprKind::Slice { object, first, last, .. } => {
                let target = self.target(*object, None);
                let base = self.bounds(*first, *last);
                self.edit(&target, &|path| Op::PathUnsetSlice { d, path, base });
            }
            _ => {
                let target = self.target(place, None);
                self.edit(&target, &|path| Op::PathUnset { d, path });
            }
        }
    }

    /// The value of a place, none when its variable does not exist.
    pub(crate) fn quiet(&mut self, place: ExprId, d: Reg) {
        if let Some(home) = self.home_at(place) {
            return self.load_home(home, d, true);
        }
        let at = self.expr(place).at;
        match self.kind(place) {
            ExprKind::Index { object, index } => self.index(*object, *index, at, d, true),
            ExprKind::Member { object, name } => self.member(*object, name, at, d, true),
            _ => self.value(place, d),
        }
    }

    /// What an element or property is read from.
    fn object(&mut self, object: ExprId, quiet: bool) -> Reg {
        if !quiet {
            return self.operand(object);
        }
        let d = self.temp();
        self.quiet(object, d);
        d
    }

    pub(crate) fn index(&mut self, object: ExprId, index: ExprId, at: Loc, d: Reg, quiet: bool) {
        self.scratch(|this| {
            let a =
                if quiet { this.object(object, true) } else { this.operand_before(object, index) };
            if let Some(constant) = fold::constant(this.link, index)
                && let Ok(k) = u16::try_from(this.constant(constant))
            {
                this.at(at);
                return this.emit(Op::IndexConst { d, a, k });
            }
            let k = this.operand(index);
            this.at(at);
            this.emit(Op::Index { d, a, k });
        });
    }

    pub(crate) fn member(&mut self, object: ExprId, name: &str, at: Loc, d: Reg, quiet: bool) {
        self.scratch(|this| {
            let o = this.object(object, quiet);
            let site = this.site(name, at);
            this.at(at);
            this.emit(Op::Member { d, o, site });
        });
    }

    pub(crate) fn slice(&mut self, object: ExprId, parts: [Option<ExprId>; 3], at: Loc, d: Reg) {
        match parts {
            [Some(first), None, None] => {
                let a = self.operand_before(object, first);
                let first = self.operand(first);
                self.at(at);
                return self.emit(Op::SliceFrom { d, a, first });
            }
            [None, Some(last), None] => {
                let a = self.operand_before(object, last);
                let last = self.operand(last);
                self.at(at);
                return self.emit(Op::SliceTo { d, a, last });
            }
            _ => {}
        }
        let base = self.temp();
        self.value(object, base);
        parts.into_iter().for_each(|part| self.bound(part));
        self.at(at);
        self.emit(Op::Slice { d, base });
    }
}
