//! What an expression calls, and with what.

use hsl_analysis::hir::{Arg, Callee, Element, ExprId, ExprKind, Stmt, StmtKind};
use hsl_decl::{Effect, Function};
use hsl_syntax::UnaryOp;

use crate::Pass;

impl<'a> Pass<'a> {
    /// The library functions that a call may mean, with the arguments: one, or, for a method, those
    /// of every class of the library that has it. Empty when a script may have defined it.
    pub fn declarations(&self, id: ExprId) -> (&'a [&'static Function], &'a [Arg]) {
        let (callee, args) = match &self.expr(id).kind {
            ExprKind::Call { callee, args } | ExprKind::Cache { callee, args, .. } => {
                (callee, args)
            }
            _ => return (&[], &[]),
        };
        let found = match callee {
            Callee::Builtin(function) | Callee::BuiltinStatic(_, function) => {
                std::slice::from_ref(function)
            }
            Callee::BuiltinClass(class) => class.constructor.as_slice(),
            Callee::Method { name, .. } if !self.defines_member(name) => {
                self.catalog().methods_named(name)
            }
            _ => &[],
        };
        (found, args)
    }

    /// The method that an expression calls, the object and the arguments. None for a name that a
    /// class of the scripts has too: whose method it is cannot be told.
    pub fn method_call(&self, id: ExprId) -> Option<(&'a str, ExprId, &'a [Arg])> {
        match &self.expr(id).kind {
            ExprKind::Call { callee: Callee::Method { object, name }, args } => {
                (!self.defines_member(name)).then_some((&**name, *object, &**args))
            }
            _ => None,
        }
    }

    /// The verdict that an expression calls: its declaration and the arguments.
    pub fn verdict(&self, id: ExprId) -> Option<(&'static Function, &'a [Arg])> {
        match &self.expr(id).kind {
            ExprKind::Call { callee: Callee::Builtin(function), args } => {
                (function.effect == Effect::Terminates).then_some((*function, &**args))
            }
            _ => None,
        }
    }

    /// The first verdict that is a statement of this block itself.
    pub fn verdict_in(&self, block: &[Stmt]) -> Option<(ExprId, &'static Function)> {
        block.iter().find_map(|stmt| match &stmt.kind {
            StmtKind::Expr(value) => Some((*value, self.verdict(*value)?.0)),
            StmtKind::Block(block) => self.verdict_in(block),
            _ => None,
        })
    }

    /// The array literal that is the options of a call.
    pub fn options(&self, function: &Function, args: &[Arg]) -> Option<ExprId> {
        let place = function.options_at().filter(|_| !args.iter().any(|arg| arg.spread))?;
        let array = args.get(place).or_else(|| self.only_options(function, args))?;
        matches!(self.expr(array.value).kind, ExprKind::Array(_)).then_some(array.value)
    }

    /// Whether more options may come in than the text of the array shows.
    pub fn is_open(&self, options: ExprId) -> bool {
        let ExprKind::Array(elements) = &self.expr(options).kind else { return true };
        elements.iter().any(|element| match element {
            Element::Pair(key, _) => self.string(*key).is_none(),
            Element::Spread(_) => true,
            Element::Item(_) => false,
        })
    }

    /// Verdicts take the options as their first argument too.
    fn only_options<'s>(&self, function: &Function, args: &'s [Arg]) -> Option<&'s Arg> {
        (function.effect == Effect::Terminates && args.len() == 1).then(|| args.first())?
    }

    /// The number that is written here, also behind a minus.
    pub fn number(&self, id: ExprId) -> Option<f64> {
        match self.expr(id).kind {
            ExprKind::Number(number) => Some(number),
            ExprKind::Unary { op: UnaryOp::Minus, operand } => {
                self.number(operand).map(|number| -number)
            }
            _ => None,
        }
    }
}
