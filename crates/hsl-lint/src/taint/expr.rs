//! Expressions.

use hsl_analysis::hir::{Element, ExprId, ExprKind, Part, Pattern};
use hsl_decl::{Sink, Sinks};
use hsl_syntax::BinaryOp;

use super::flow::{From, Taint};
use super::walk::{Slot, Walk};

impl Walk<'_> {
    /// What a value carries; everything inside is walked.
    pub(super) fn value(&mut self, id: ExprId) -> Taint {
        let taint = self.carried(id);
        let expr = self.pass.expr(id);
        let checked = taint != Taint::default()
            && !self.state.checked.is_empty()
            && self.state.checked.contains(self.pass.text(expr.at));
        let number = self.pass.types().of(id).is_some_and(|ty| ty.is_number());
        // A check bounds what the value may be; a secret stays one.
        let taint = match checked || number {
            true => taint.map(|open| open.and(Sinks::SECRET)),
            false => taint,
        };
        let named = matches!(
            expr.kind,
            ExprKind::Variable(_) | ExprKind::Global(_) | ExprKind::Index { .. }
        );
        if named && taint != Taint::default() {
            self.hold(id, &taint);
        }
        taint
    }

    fn carried(&mut self, id: ExprId) -> Taint {
        let expr = self.pass.expr(id);
        match &expr.kind {
            ExprKind::Variable(variable) => self.read(self.slot(*variable)),
            ExprKind::Global(global) => self.read(Slot::Global(*global)),
            ExprKind::Index { object, index } => self.element(id, *object, *index),
            ExprKind::Member { object, .. } => self.value(*object),
            ExprKind::Slice { object, first, last, step } => {
                [first, last, step].into_iter().flatten().for_each(|id| drop(self.value(*id)));
                self.value(*object)
            }
            ExprKind::Interpolated(parts) => self.text(parts.iter().map(|part| match part {
                Part::Text(text) => Piece::Text(text),
                Part::Value(value) => Piece::Value(*value),
            })),
            ExprKind::Binary { .. } => self.binary(id),
            ExprKind::Ternary { condition, consequence, alternative } => {
                self.ternary(*condition, *consequence, *alternative)
            }
            ExprKind::Assign { place, value } => {
                let taint = self.value(*value);
                self.assign(*place, taint.clone(), true);
                taint
            }
            ExprKind::AssignOp { op, place, value } => {
                let taint = self.value(*value);
                let carries = matches!(op, BinaryOp::Concat | BinaryOp::Coalesce);
                let taint = if carries { taint } else { Taint::default() };
                self.assign(*place, taint.clone(), false);
                taint
            }
            ExprKind::Destructure { pattern, value } => {
                let taint = self.value(*value);
                self.destructure(pattern, &taint);
                taint
            }
            ExprKind::Array(elements) => self.array(elements),
            ExprKind::Call { callee, args } | ExprKind::Cache { callee, args, .. } => {
                self.call(id, callee, args)
            }
            ExprKind::Match { arms, subject } => {
                self.value(*subject);
                let values: Vec<_> = arms.iter().map(|arm| self.value(arm.value)).collect();
                joined(values)
            }
            other => {
                let mut operands = Vec::new();
                other.operands(&mut |operand| operands.push(operand));
                operands.into_iter().for_each(|operand| drop(self.value(operand)));
                Taint::default()
            }
        }
    }

    /// An element: of a variable of the hook the catalogue says what it is.
    fn element(&mut self, id: ExprId, object: ExprId, index: ExprId) -> Taint {
        self.value(index);
        let key = self.pass.string(index).unwrap_or_default();
        let of_object = self.value(object);
        if self.roles.is_own(key) {
            return Taint::default();
        }
        let ExprKind::Variable(variable) = self.pass.expr(self.root(object)).kind else {
            return of_object;
        };
        if !self.of_hook(variable) {
            return of_object;
        }
        let name = &self.here().variable(variable).name;
        let mut taint = of_object;
        if let Some(open) = self.roles.of_key(name, key) {
            taint.join(&Taint::from(From::Source(self.pass.expr(id).at), open));
        }
        taint
    }

    fn root(&self, mut id: ExprId) -> ExprId {
        while let ExprKind::Index { object, .. }
        | ExprKind::Member { object, .. }
        | ExprKind::Append { object }
        | ExprKind::Slice { object, .. } = self.pass.expr(id).kind
        {
            id = object;
        }
        id
    }

    /// Chains of operators are nested to the left and may be long.
    fn binary(&mut self, id: ExprId) -> Taint {
        let (mut chain, mut first) = (Vec::new(), id);
        while let ExprKind::Binary { op, left, right } = self.pass.expr(first).kind {
            chain.push((op, left, right));
            first = left;
        }
        chain.reverse();
        if chain.iter().all(|(op, ..)| *op == BinaryOp::Concat) {
            let ids = [first].into_iter().chain(chain.into_iter().map(|(.., id)| id));
            let pass = self.pass;
            return self.text(ids.map(|id| match pass.string(id) {
                Some(text) => Piece::Text(text),
                None => Piece::Value(id),
            }));
        }
        let mut taint = self.value(first);
        for (op, left, id) in chain {
            if matches!(op, BinaryOp::Match | BinaryOp::NotMatch) {
                self.reach(Sink::Subject, self.pass.expr(left).at, &taint);
            }
            let before = self.state.checked.clone();
            if op == BinaryOp::And {
                self.assume(first, true);
            }
            let right = self.value(id);
            self.state.checked = before;
            match op {
                BinaryOp::Coalesce | BinaryOp::Concat | BinaryOp::Add => drop(taint.join(&right)),
                _ => taint = Taint::default(),
            }
        }
        taint
    }

    /// A text of several pieces; what stands before a piece decides where in a URL it is.
    fn text<'t>(&mut self, pieces: impl Iterator<Item = Piece<'t>>) -> Taint {
        let (mut before, mut taint) = (Vec::new(), Taint::default());
        let mut named = false;
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    named |= text.contains(&b':');
                    before.extend_from_slice(text);
                }
                Piece::Value(id) => {
                    let value = self.value(id);
                    let place =
                        Sinks::of(&[if in_host(&before) { Sink::Query } else { Sink::Host }]);
                    let place = if before.is_empty() { Sinks::NONE } else { place };
                    taint.join(&value.map(|open| open.without(place)));
                    // Whatever the value is, what follows it is not at the beginning.
                    before.extend_from_slice(if before.is_empty() { b"://?/" } else { b"?" });
                }
            }
        }
        let lines = |open: Sinks| named && open.has(Sink::Lines);
        taint.map(|open| if lines(open) { open.union(Sinks::of(&[Sink::Header])) } else { open })
    }

    fn ternary(&mut self, condition: ExprId, then: Option<ExprId>, other: ExprId) -> Taint {
        let tested = self.value(condition);
        let before = self.state.checked.clone();
        self.assume(condition, true);
        let mut taint = then.map_or(tested, |then| self.value(then));
        self.state.checked = before.clone();
        self.assume(condition, false);
        taint.join(&self.value(other));
        self.state.checked = before;
        taint
    }

    fn array(&mut self, elements: &[Element]) -> Taint {
        let mut taint = Taint::default();
        for element in elements {
            let value = match element {
                Element::Item(value) | Element::Spread(value) => *value,
                Element::Pair(key, value) => {
                    self.value(*key);
                    *value
                }
            };
            taint.join(&self.value(value));
        }
        taint
    }

    fn assign(&mut self, place: ExprId, taint: Taint, whole: bool) {
        let root = self.root(place);
        let (slot, name) = match self.pass.expr(root).kind {
            ExprKind::Variable(variable) => {
                (self.slot(variable), self.here().variable(variable).name.to_string())
            }
            ExprKind::Global(global) => {
                (Slot::Global(global), self.pass.program.global(global).name.to_string())
            }
            _ => return,
        };
        self.forget(&name);
        self.write(slot, taint, whole && root == place);
    }

    fn destructure(&mut self, pattern: &Pattern, taint: &Taint) {
        let targets = pattern.elements.iter().map(|element| element.target);
        for target in targets.chain(pattern.rest) {
            self.assign(target, taint.clone(), true);
        }
    }
}

enum Piece<'t> {
    Text(&'t [u8]),
    Value(ExprId),
}

/// Whether what follows this beginning of a URL still belongs to its host.
fn in_host(before: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(before, b"://") else { return false };
    !before[at + 3..].iter().any(|byte| matches!(byte, b'/' | b'?' | b'#'))
}

pub(super) fn joined(values: impl IntoIterator<Item = Taint>) -> Taint {
    let mut all = Taint::default();
    for value in values {
        all.join(&value);
    }
    all
}
