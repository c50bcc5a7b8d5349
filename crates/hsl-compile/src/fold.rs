//! Constant folding: what can be computed before the program runs, the machine itself computes.
//!
//! Every constant expression becomes a program of a few instructions and is run with a small limit,
//! so a folded value can never differ from the one that the instructions would give. Calls of pure
//! library functions fold like operators. What throws, or grows beyond a page, stays code.

use std::rc::Rc;
use std::sync::Arc;

use diagnostics::{Diagnostic, Severity, codes};
use hsl_analysis::hir::{Arg, Callee, Element, Expr, ExprId, ExprKind, Program};
use hsl_decl::Effect;
use hsl_syntax::{BinaryOp, UnaryOp};
use hsl_vm::code::{FunctionBuilder, Op, ProgramBuilder};
use hsl_vm::debug::Quiet;
use hsl_vm::{
    Array, Fiber, Frozen, Key, Library, Limits, Loaded, Outcome, Resume, Step, Value, World,
};

use crate::link::Link;

/// Bytes of a folded string and elements of a folded array: a program should not grow by folding.
const LARGEST: usize = 4096;

/// Turns that a folded call may take.
const SLICE: u32 = 10_000;

/// The constant that an expression always is.
pub(crate) fn constant(link: &Link<'_>, id: ExprId) -> Option<Frozen> {
    link.constants.get(id.index()).cloned().flatten()
}

/// The value of an expression that must be constant.
pub(crate) fn evaluate(link: &Link<'_>, id: ExprId) -> Result<Frozen, String> {
    let message = || "this value cannot be computed before the program runs".to_owned();
    constant(link, id).ok_or_else(message)
}

/// The constants of a whole program, by expression, and findings about those that fail.
pub(crate) fn survey(
    program: &Program,
    library: &Library,
) -> (Vec<Option<Frozen>>, Vec<Diagnostic>) {
    let known = Vec::with_capacity(program.exprs.len());
    let mut folder = Folder { program, library, known, findings: Vec::new() };
    // Parts stand before the whole.
    for expr in &program.exprs {
        let value = folder.fold(expr);
        folder.known.push(value);
    }
    (folder.known, folder.findings)
}

struct Folder<'p> {
    program: &'p Program,
    library: &'p Library,
    known: Vec<Option<Frozen>>,
    findings: Vec<Diagnostic>,
}

impl Folder<'_> {
    fn get(&self, id: ExprId) -> Option<&Frozen> {
        self.known.get(id.index())?.as_ref()
    }

    fn fold(&mut self, expr: &Expr) -> Option<Frozen> {
        match &expr.kind {
            ExprKind::None => Some(Frozen::None),
            ExprKind::Boolean(value) => Some(Frozen::Boolean(*value)),
            ExprKind::Number(value) => Some(Frozen::Number(*value)),
            ExprKind::String(text) => Some(Frozen::String(Arc::clone(text))),
            ExprKind::Regex { pattern, flags } => Some(Frozen::regex(pattern, flags)),
            ExprKind::Array(elements) => self.array(elements),
            ExprKind::Unary { op, operand } => {
                let operand = self.get(*operand)?.clone();
                self.run(expr, &[operand], |_| unary(*op), true)
            }
            ExprKind::Binary { op, left, right } => self.binary(expr, *op, *left, *right),
            ExprKind::Ternary { condition, consequence, alternative } => {
                let decided = self.get(*condition)?;
                match (decided.thaw().truthy(), consequence) {
                    (true, Some(consequence)) => self.get(*consequence).cloned(),
                    (true, None) => Some(decided.clone()),
                    (false, _) => self.get(*alternative).cloned(),
                }
            }
            ExprKind::Index { object, index } => {
                let operands = [self.get(*object)?.clone(), self.get(*index)?.clone()];
                self.run(expr, &operands, |[d, a, k]| Op::Index { d, a, k }, false)
            }
            ExprKind::Call { callee: Callee::Builtin(decl), args }
                if decl.effect == Effect::Pure =>
            {
                self.call(expr, decl.name, args)
            }
            _ => None,
        }
    }

    fn array(&self, elements: &[Element]) -> Option<Frozen> {
        let mut array = Array::new();
        for element in elements {
            match element {
                Element::Item(value) => array.push(self.get(*value)?.thaw()),
                Element::Pair(key, value) => {
                    array.set(Key::cast(&self.get(*key)?.thaw()), self.get(*value)?.thaw());
                }
                Element::Spread(value) => match self.get(*value)?.thaw() {
                    Value::Array(inner) => {
                        for (key, value) in inner.iter() {
                            match key {
                                Key::Int(_) => array.push(value.clone()),
                                key => array.set(key, value.clone()),
                            }
                        }
                    }
                    _ => return None,
                },
            }
        }
        Frozen::constant(&Value::array(array))
    }

    fn binary(&mut self, expr: &Expr, op: BinaryOp, left: ExprId, right: ExprId) -> Option<Frozen> {
        let a = self.get(left)?.clone();
        let decided = match op {
            BinaryOp::And => !a.thaw().truthy(),
            BinaryOp::Or => a.thaw().truthy(),
            BinaryOp::Coalesce => a != Frozen::None,
            _ => {
                let b = self.get(right)?.clone();
                return self.run(
                    expr,
                    &[a, b],
                    |[d, a, b]| crate::operator::plain(op, d, a, b),
                    true,
                );
            }
        };
        let b = if decided { a.clone() } else { self.get(right)?.clone() };
        match op {
            BinaryOp::Coalesce => Some(b),
            _ => Some(Frozen::Boolean(b.thaw().truthy())),
        }
    }

    fn call(&mut self, expr: &Expr, name: &str, args: &[Arg]) -> Option<Frozen> {
        if args.is_empty() || args.iter().any(|arg| arg.spread) {
            return None;
        }
        let values: Option<Vec<_>> = args.iter().map(|arg| self.get(arg.value).cloned()).collect();
        let values = values?;
        let argc = u8::try_from(values.len()).ok()?;
        let _ = expr;
        execute(&values, Some(name), self.library, |[d, base, _]| Op::CallNative {
            d,
            base,
            argc,
            native: 0,
        })
        .ok()
        .flatten()
    }

    /// Runs one instruction on constants; one that throws on literals is worth a warning.
    fn run(
        &mut self,
        expr: &Expr,
        operands: &[Frozen],
        op: impl FnOnce([hsl_vm::code::Reg; 3]) -> Op,
        warn: bool,
    ) -> Option<Frozen> {
        match execute(operands, None, self.library, op) {
            Ok(value) => value,
            Err(message) => {
                if warn {
                    let file = self.program.file_name(expr.at.file);
                    let code = &codes::UNSUPPORTED_OPERANDS;
                    let mut finding = Diagnostic::new(code, file, expr.at.span, message);
                    finding.severity = Severity::Warning;
                    self.findings.push(finding);
                }
                None
            }
        }
    }
}

/// Runs one instruction: operands stand in registers 1 and on, the result in register 0. The
/// registers handed to `op` are the result's and those of the first two operands.
fn execute(
    operands: &[Frozen],
    native: Option<&str>,
    library: &Library,
    op: impl FnOnce([hsl_vm::code::Reg; 3]) -> Op,
) -> Result<Option<Frozen>, String> {
    let mut program = ProgramBuilder::new();
    let file = program.file(&"constant".into(), b"");
    if let Some(name) = native {
        program.native(name);
    }
    let mut code = FunctionBuilder::new("constant", file, diagnostics::Span::default());
    let d = code.register();
    let regs: Vec<_> = operands.iter().map(|_| code.register()).collect();
    for (reg, value) in regs.iter().zip(operands) {
        let k = program.constant(value.clone());
        code.emit(Op::Const { d: *reg, k });
    }
    let second = |at: usize| regs.get(at).copied().unwrap_or(d);
    let op = op([d, second(0), second(1)]);
    code.emit(op);
    code.emit(Op::Return { s: d });
    let main = program.declare_function();
    let Ok(function) = code.finish() else { return Ok(None) };
    program.define_function(main, function);
    let Ok(program) = program.finish(main) else { return Ok(None) };
    let Ok(loaded) = Loaded::new(program, library) else { return Ok(None) };
    let limits = Limits { memory: 1 << 16, ..Limits::default() };
    let mut fiber = Fiber::new(&loaded, Rc::new(Nowhere), limits);
    match fiber.resume(Resume::Start, SLICE, &mut Quiet) {
        Step::Done(Outcome::Returned(value)) => Ok(Frozen::constant(&value).filter(is_small)),
        // What is too large for the compiler may still be right at run time.
        Step::Failed(trap) if trap.limit.is_none() => Err(trap.message),
        _ => Ok(None),
    }
}

fn is_small(value: &Frozen) -> bool {
    match value {
        Frozen::String(text) => text.len() <= LARGEST,
        Frozen::Array(pairs) => pairs.len() <= LARGEST,
        _ => true,
    }
}

fn unary(op: UnaryOp) -> Op {
    use hsl_vm::code::Reg;
    let (d, a) = (Reg(0), Reg(1));
    match op {
        UnaryOp::Not => Op::Not { d, a },
        UnaryOp::Minus => Op::Negate { d, a },
        UnaryOp::Plus => Op::Plus { d, a },
        UnaryOp::BitNot => Op::BitNot { d, a },
    }
}

/// A world without time, chance or output: pure functions ask for none.
struct Nowhere;

impl World for Nowhere {
    fn now(&self) -> f64 {
        0.0
    }

    fn elapsed(&self) -> f64 {
        0.0
    }

    fn random(&self) -> u64 {
        0
    }

    fn echo(&self, _: &[u8]) {}

    fn hostname(&self) -> String {
        String::new()
    }
}
