//! Expressions for their values.
//!
//! Three doors: [`Body::operand`] gives the register where a value is, without copying a variable;
//! [`Body::value`] puts it into a given register; [`Body::discard`] only wants the effects.

use hsl_analysis::hir::{Element, ExprId, ExprKind, Part, VarId};
use hsl_vm::code::{Op, Reg};
use hsl_vm::{Array, Frozen, Key, Value};

use crate::body::{Body, Home};
use crate::fold;

impl Body<'_, '_> {
    /// The register that holds the value: of a variable its own, else a new temporary. Valid until
    /// the variable changes or the temporary is given back.
    pub(crate) fn operand(&mut self, id: ExprId) -> Reg {
        match self.kind(id) {
            ExprKind::Variable(variable) => {
                if let Home::Register(reg) = self.home(*variable) {
                    return reg;
                }
            }
            ExprKind::Assign { .. } | ExprKind::AssignOp { .. } | ExprKind::Update { .. } => {
                if let Some(reg) = self.assigned_operand(id) {
                    return reg;
                }
            }
            _ => {}
        }
        let d = self.temp();
        self.value(id, d);
        d
    }

    /// As [`Self::operand`], for a value that is used after `next` was evaluated.
    pub(crate) fn operand_before(&mut self, id: ExprId, next: ExprId) -> Reg {
        let facts = self.link.facts[next.index()];
        let s = self.operand(id);
        if !self.is_variable(s) {
            return s;
        }
        if facts.assigns {
            let d = self.temp();
            self.emit(Op::Load { d, s });
            return d;
        }
        if facts.acts {
            // A variable that does not exist throws before what stands to its right happens.
            self.at(self.expr(id).at);
            self.emit(Op::Check { s });
        }
        s
    }

    /// Evaluates for the effects.
    pub(crate) fn discard(&mut self, id: ExprId) {
        match self.kind(id) {
            ExprKind::Assign { place, value } => self.assign(*place, *value, None),
            ExprKind::Update { increment, place, .. } => {
                self.update(*place, *increment, true, None)
            }
            ExprKind::AssignOp { op, place, value } => self.assign_op(*op, *place, *value, None),
            ExprKind::Variable(variable) => {
                let s = self.temp();
                self.load_variable(*variable, s, false);
            }
            _ => {
                let d = self.temp();
                self.value(id, d);
            }
        }
    }

    /// Evaluates into a register that no part of the expression reads.
    pub(crate) fn value(&mut self, id: ExprId, d: Reg) {
        if let Some(constant) = fold::constant(self.link, id) {
            return self.load_constant(constant, d);
        }
        self.scratch(|this| this.compute(id, d));
    }

    /// Evaluates into the register of a variable, which parts of the expression may read.
    pub(crate) fn value_into_variable(&mut self, id: ExprId, d: Reg) {
        if self.writes_last(id) {
            return self.value(id, d);
        }
        self.scratch(|this| {
            let s = this.temp();
            this.value(id, s);
            this.emit(Op::Take { d, s });
        });
    }

    /// Whether the last instruction of the expression is the only one that writes its result.
    fn writes_last(&self, id: ExprId) -> bool {
        match self.kind(id) {
            ExprKind::Binary { op, .. } => !crate::condition::is_short_circuit(*op),
            ExprKind::None
            | ExprKind::Boolean(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Regex { .. }
            | ExprKind::Variable(_)
            | ExprKind::Global(_)
            | ExprKind::Function(_)
            | ExprKind::Class(_)
            | ExprKind::Builtin(_)
            | ExprKind::BuiltinClass(_)
            | ExprKind::BuiltinStatic(..)
            | ExprKind::Closure(_)
            | ExprKind::Interpolated(_)
            | ExprKind::Call { .. }
            | ExprKind::Index { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Member { .. } => true,
            ExprKind::Unary { op, .. } => *op != hsl_syntax::UnaryOp::Not,
            _ => false,
        }
    }

    fn compute(&mut self, id: ExprId, d: Reg) {
        let at = self.expr(id).at;
        match self.kind(id) {
            ExprKind::Error => self.emit(Op::None { d }),
            ExprKind::None => self.emit(Op::None { d }),
            ExprKind::Boolean(value) => self.emit(Op::Bool { d, value: *value }),
            ExprKind::Number(value) => self.load_constant(Frozen::Number(*value), d),
            ExprKind::String(text) => self.load_constant(Frozen::String(text.clone()), d),
            ExprKind::Regex { pattern, flags } => {
                let regex = Frozen::regex(pattern, flags);
                self.load_constant(regex, d);
            }
            ExprKind::Interpolated(parts) => self.interpolated(parts, d),
            ExprKind::Variable(variable) => {
                self.at(at);
                self.load_variable(*variable, d, false);
            }
            ExprKind::Global(global) => {
                self.at(at);
                if let Some(g) = self.link.global(*global) {
                    self.emit(Op::GlobalGet { d, g });
                }
            }
            ExprKind::Function(id) => self.emit(Op::Function { d, function: id.0 }),
            ExprKind::Class(id) => self.emit(Op::Class { d, class: id.0 }),
            ExprKind::Builtin(decl) => self.native_value(decl.name, d),
            ExprKind::BuiltinClass(decl) => self.native_value(decl.name, d),
            ExprKind::BuiltinStatic(class, decl) => {
                self.native_value(&format!("{}::{}", class.name, decl.name), d);
            }
            ExprKind::Closure(function) => self.closure(*function, d),
            ExprKind::Array(elements) => self.array(elements, d),
            ExprKind::Unary { op, operand } => self.unary(*op, *operand, at, d),
            ExprKind::Binary { op, left, right } => self.binary(*op, *left, *right, id, d),
            ExprKind::Ternary { condition, consequence, alternative } => {
                self.ternary(*condition, *consequence, *alternative, d);
            }
            ExprKind::Assign { place, value } => self.assign(*place, *value, Some(d)),
            ExprKind::AssignOp { op, place, value } => {
                self.assign_op(*op, *place, *value, Some(d));
            }
            ExprKind::Update { increment, prefix, place } => {
                self.update(*place, *increment, *prefix, Some(d));
            }
            ExprKind::Destructure { pattern, value } => self.destructure(pattern, *value, d),
            ExprKind::Call { callee, args } => self.call(callee, args, at, d),
            ExprKind::Index { object, index } => self.index(*object, *index, at, d, false),
            ExprKind::Append { .. } => self.emit(Op::None { d }),
            ExprKind::Slice { object, first, last, step } => {
                self.slice(*object, [*first, *last, *step], at, d);
            }
            ExprKind::Member { object, name } => self.member(*object, name, at, d, false),
            ExprKind::Isset(place) => self.isset(*place, d),
            ExprKind::Unset(place) => self.unset(*place, d),
            ExprKind::Match { subject, arms } => {
                self.at(at);
                self.match_value(*subject, arms, d);
            }
            ExprKind::Yield(value) => self.yield_value(*value, at, d),
            ExprKind::Cache { options, name, callee, args } => {
                self.cache(*options, name, callee, args, at, d);
            }
        }
    }

    fn native_value(&mut self, name: &str, d: Reg) {
        let native = self.link.builder.native(name);
        self.emit(Op::Native { d, native });
    }

    fn interpolated(&mut self, parts: &[Part], d: Reg) {
        let pieces: Vec<Piece> = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Piece::Text(Frozen::String(text.clone())),
                Part::Value(value) => Piece::Shown(*value),
            })
            .collect();
        self.concat(&pieces, d);
    }

    /// Joins pieces: two by the plain instruction, more from neighbouring registers.
    pub(crate) fn concat(&mut self, pieces: &[Piece], d: Reg) {
        let base = self.pieces(pieces);
        let count = pieces.len() as u16;
        self.emit(Op::ConcatAll { d, base, count });
    }

    /// Puts pieces into neighbouring registers.
    pub(crate) fn pieces(&mut self, pieces: &[Piece]) -> Reg {
        let base = self.code.mark();
        for piece in pieces {
            let r = self.temp();
            match piece {
                Piece::Text(text) => self.load_constant(text.clone(), r),
                Piece::Value(value) => self.value(*value, r),
                Piece::Shown(value) => self.shown(*value, r),
            }
        }
        base
    }

    /// A value in a string shows `none`, which joining by `.` leaves out.
    fn shown(&mut self, value: ExprId, d: Reg) {
        self.value(value, d);
        let some = self.code.label();
        self.code.jump(Op::JumpIfSome { s: d, off: 0 }, some);
        self.load_constant("none".into(), d);
        self.bind(some);
    }

    fn closure(&mut self, function: hsl_analysis::hir::FunctionId, d: Reg) {
        let captures = &self.link.program.function(function).captures;
        if captures.is_empty() {
            return self.emit(Op::Function { d, function: function.0 });
        }
        let base = self.code.mark();
        for capture in captures {
            let r = self.temp();
            self.capture(capture.outer, r);
        }
        match u16::try_from(function.0) {
            Ok(function) => self.emit(Op::Closure { d, base, function }),
            Err(_) => {
                self.too_many("functions", self.hir.at);
            }
        }
    }

    /// The cell of a variable; of `$this` the object.
    fn capture(&mut self, outer: VarId, d: Reg) {
        match self.home(outer) {
            Home::Register(s) | Home::Cell(s) => self.emit(Op::Move { d, s }),
            Home::Global(g) => self.emit(Op::GlobalCell { d, g }),
        }
    }

    fn array(&mut self, elements: &[Element], d: Reg) {
        let plain = |element: &Element| matches!(element, Element::Item(_));
        if elements.iter().all(plain) && elements.len() <= LIST {
            let base = self.code.mark();
            for element in elements {
                let r = self.temp();
                self.element(*element, |this, value| this.value(value, r));
            }
            return self.emit(Op::List { d, base, count: elements.len() as u16 });
        }
        if let Some((k, count)) = self.keys(elements) {
            let base = self.code.mark();
            for element in elements {
                let r = self.temp();
                self.element(*element, |this, value| this.value(value, r));
            }
            return self.emit(Op::Record { d, base, count, k });
        }
        let capacity = u16::try_from(elements.len()).unwrap_or(u16::MAX);
        let a = self.temp();
        self.emit(Op::Array { d: a, capacity });
        for element in elements {
            self.scratch(|this| this.add_element(a, *element));
        }
        self.emit(Op::Take { d, s: a });
    }

    /// The constant with the keys of a literal, and their number, when all are texts that are known
    /// and differ.
    fn keys(&mut self, elements: &[Element]) -> Option<(u16, u8)> {
        let count = u8::try_from(elements.len()).ok()?;
        let mut keys = Array::with_capacity(0);
        for element in elements {
            let Element::Pair(key, _) = element else { return None };
            let key = Key::cast(&fold::constant(self.link, *key)?.thaw());
            if !matches!(key, Key::Str(_)) {
                return None;
            }
            keys.set(key, Value::none());
        }
        let keys = Some(keys).filter(|keys| keys.len() == elements.len())?;
        let k = self.constant(Frozen::constant(&keys.into())?);
        Some((u16::try_from(k).ok()?, count))
    }

    fn element(&mut self, element: Element, f: impl FnOnce(&mut Self, ExprId)) {
        match element {
            Element::Item(value) | Element::Spread(value) | Element::Pair(_, value) => {
                f(self, value)
            }
        }
    }

    fn add_element(&mut self, a: Reg, element: Element) {
        match element {
            Element::Item(value) => {
                let v = self.operand(value);
                self.emit(Op::Push { a, v });
            }
            Element::Pair(key, value) => {
                let k = self.operand_before(key, value);
                let v = self.operand(value);
                self.emit(Op::SetIndex { a, k, v });
            }
            Element::Spread(value) => {
                self.at(self.expr(value).at);
                let s = self.operand(value);
                self.emit(Op::Spread { a, s });
            }
        }
    }

    fn ternary(
        &mut self,
        condition: ExprId,
        consequence: Option<ExprId>,
        alternative: ExprId,
        d: Reg,
    ) {
        let end = self.code.label();
        match consequence {
            Some(consequence) => {
                let other = self.code.label();
                self.jump_unless(condition, other);
                self.scratch(|this| this.value(consequence, d));
                self.code.jump(Op::Jump { off: 0 }, end);
                self.bind(other);
            }
            None => {
                self.value(condition, d);
                self.code.jump(Op::JumpIf { s: d, off: 0 }, end);
            }
        }
        self.value(alternative, d);
        self.bind(end);
    }

    fn yield_value(&mut self, value: Option<ExprId>, at: hsl_analysis::hir::Loc, d: Reg) {
        let s = match value {
            Some(value) => self.operand(value),
            None => {
                let s = self.temp();
                self.emit(Op::None { d: s });
                s
            }
        };
        self.at(at);
        self.emit(Op::Yield { d, s });
    }
}

/// Elements of a list that may wait in registers.
const LIST: usize = 64;

/// A piece of a text that is joined.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Known bytes.
    Text(Frozen),
    /// An operand of `.`.
    Value(ExprId),
    /// A value inside a string.
    Shown(ExprId),
}
