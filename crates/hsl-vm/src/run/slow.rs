//! The uncommon cases of instructions, kept out of the loop so that the loop stays small.
//!
//! *Invariants*: an unset operand never reaches an operator: it throws "undefined variable".

use std::rc::Rc;

use hsl_decl::Function as Declaration;

use super::call::release;
use super::iterate::SpreadFrame;
use super::registers::Window;
use crate::code::{ClassId, Function, FunctionId, Reg};
use crate::native::{NativeStep, Thrown};
use crate::operators;
use crate::unit::{LinkedNative, Unit, fits};
use crate::value::{Callable, Cell, Str, Value, whole};

type Outcome = Result<Value, String>;

/// Whether a statement starts at this instruction.
pub(super) fn is_statement(function: &Function, pc: usize) -> bool {
    function.statements.binary_search_by_key(&(pc as u32), |row| row.pc).is_ok()
}

/// The exception for reading a variable that does not exist.
#[cold]
pub(super) fn undefined(function: &Function, reg: Reg) -> Thrown {
    match function.variable_in(reg) {
        Some(name) => Thrown::Error(format!("undefined variable {name}")),
        None => Thrown::error("undefined value"),
    }
}

/// The same for a global.
#[cold]
pub(super) fn undefined_global(unit: &Unit, global: u32) -> Thrown {
    Thrown::Error(format!("undefined variable {}", unit.program.globals[global as usize].name))
}

/// Refuses to change a read-only global.
pub(super) fn writable(unit: &Unit, global: u32) -> Result<(), Thrown> {
    let global = &unit.program.globals[global as usize];
    if global.readonly {
        return Err(Thrown::Error(format!("{} is read-only", global.name)));
    }
    Ok(())
}

/// Throws when a register is unset.
#[inline(always)]
pub(super) fn check(regs: Window, function: &Function, reg: Reg) -> Result<(), Thrown> {
    if regs[reg].is_set() { Ok(()) } else { Err(undefined(function, reg)) }
}

#[inline(never)]
pub(super) fn binary(
    mut regs: Window,
    function: &Function,
    (d, a, b): (Reg, Reg, Reg),
    apply: impl Fn(&Value, &Value) -> Outcome,
) -> Result<(), Thrown> {
    check(regs, function, a)?;
    check(regs, function, b)?;
    regs[d] = apply(&regs[a], &regs[b])?;
    Ok(())
}

#[inline(never)]
pub(super) fn binary_with(
    mut regs: Window,
    function: &Function,
    (d, a): (Reg, Reg),
    b: f64,
    apply: impl Fn(&Value, &Value) -> Outcome,
) -> Result<(), Thrown> {
    check(regs, function, a)?;
    regs[d] = apply(&regs[a], &Value::Number(b))?;
    Ok(())
}

#[inline(never)]
pub(super) fn unary(
    mut regs: Window,
    function: &Function,
    d: Reg,
    a: Reg,
    apply: impl Fn(&Value) -> Outcome,
) -> Result<(), Thrown> {
    check(regs, function, a)?;
    regs[d] = apply(&regs[a])?;
    Ok(())
}

#[inline(never)]
pub(super) fn compare(
    regs: Window,
    function: &Function,
    a: Reg,
    b: Reg,
    apply: impl Fn(&Value, &Value) -> Result<bool, String>,
) -> Result<bool, Thrown> {
    check(regs, function, a)?;
    check(regs, function, b)?;
    Ok(apply(&regs[a], &regs[b])?)
}

#[inline(never)]
pub(super) fn compare_with(
    regs: Window,
    function: &Function,
    a: Reg,
    b: f64,
    apply: impl Fn(&Value, &Value) -> Result<bool, String>,
) -> Result<bool, Thrown> {
    check(regs, function, a)?;
    Ok(apply(&regs[a], &Value::Number(b))?)
}

pub(super) fn greater(a: &Value, b: &Value) -> Result<bool, String> {
    operators::less(b, a)
}

#[inline(never)]
pub(super) fn equal(
    regs: Window,
    function: &Function,
    a: Reg,
    b: Reg,
    apply: impl Fn(&Value, &Value) -> bool,
) -> Result<bool, Thrown> {
    check(regs, function, a)?;
    check(regs, function, b)?;
    Ok(apply(&regs[a], &regs[b]))
}

/// `++` and `--` on a register whose value is no number.
#[inline(never)]
pub(super) fn crement(
    mut regs: Window,
    function: &Function,
    d: Reg,
    by: f64,
) -> Result<(), Thrown> {
    check(regs, function, d)?;
    regs[d] = stepped(&regs[d], by)?;
    Ok(())
}

/// A value plus or minus one: none counts as 0.
pub(super) fn stepped(value: &Value, by: f64) -> Outcome {
    match value {
        Value::None => Ok(Value::Number(by)),
        value if by > 0.0 => operators::add(value, &Value::Number(1.0)),
        value => operators::subtract(value, &Value::Number(1.0)),
    }
}

/// The cell in a register. Only a faulty compiler lets there be none.
#[inline]
pub(super) fn cell(regs: &Window, c: Reg) -> Result<&Cell, Thrown> {
    match &regs[c] {
        Value::Cell(cell) => Ok(cell),
        _ => Err(no_cell()),
    }
}

#[cold]
pub(super) fn no_cell() -> Thrown {
    Thrown::error("a captured variable is missing")
}

pub(super) fn bind_global(
    mut regs: Window,
    function: &Function,
    c: Reg,
    global: &Cell,
) -> Result<(), Thrown> {
    let clash = match &regs[c] {
        Value::Cell(own) => !Rc::ptr_eq(own, global) && own.borrow().is_set(),
        own => own.is_set(),
    };
    if clash {
        let name = function.variable_in(c).map_or("a variable", |name| name);
        return Err(Thrown::Error(format!("{name} exists already and cannot become global")));
    }
    regs[c] = Value::Cell(Rc::clone(global));
    Ok(())
}

/// `R[d] = R[base] . …`; the registers let go of what they hold.
#[inline(never)]
pub(super) fn concat_all(
    mut regs: Window,
    function: &Function,
    d: Reg,
    (base, count): (Reg, u16),
) -> Result<(), Thrown> {
    let pieces = regs.run(base, count.into());
    let text = match operators::join_short(pieces) {
        Some(text) => text,
        None => {
            check_run(regs, function, base, count)?;
            operators::join(pieces)
        }
    };
    release(pieces);
    regs[d].put(Value::String(text));
    Ok(())
}

/// `R[d] = text . R[b]`
#[inline(never)]
pub(super) fn text_before(
    mut regs: Window,
    function: &Function,
    d: Reg,
    (text, b): (&Value, Reg),
) -> Result<(), Thrown> {
    check(regs, function, b)?;
    let joined = operators::join_two(text, &regs[b]);
    regs[d].put(Value::String(joined));
    Ok(())
}

#[inline(never)]
pub(super) fn append_text(
    mut regs: Window,
    function: &Function,
    d: Reg,
    s: Reg,
) -> Result<(), Thrown> {
    check(regs, function, d)?;
    check(regs, function, s)?;
    // A clone keeps the borrow apart; when `d` is `s` it also forces the copy that is needed.
    let piece = regs[s].clone();
    operators::concat_into(&mut regs[d], &piece);
    Ok(())
}

#[inline(never)]
pub(super) fn append_all(
    mut regs: Window,
    function: &Function,
    d: Reg,
    base: Reg,
    count: u16,
) -> Result<(), Thrown> {
    check(regs, function, d)?;
    check_run(regs, function, base, count)?;
    for at in base.0..base.0 + count {
        let piece = regs[Reg(at)].take();
        operators::concat_into(&mut regs[d], &piece);
    }
    Ok(())
}

fn check_run(regs: Window, function: &Function, base: Reg, count: u16) -> Result<(), Thrown> {
    (base.0..base.0 + count).try_for_each(|at| check(regs, function, Reg(at)))
}

/// Spreads an array into one that is being built; an iterator needs a native frame.
pub(super) fn spread(
    mut regs: Window,
    function: &Function,
    a: Reg,
    s: Reg,
) -> Result<Option<NativeStep>, Thrown> {
    check(regs, function, s)?;
    let source = regs[s].clone();
    match source {
        Value::Array(items) => {
            if let Some(array) = regs[a].as_array_mut() {
                operators::spread(array, &items);
            }
            Ok(None)
        }
        other => {
            let start = regs[a].take();
            SpreadFrame::start(start, other).map(Some)
        }
    }
}

pub(super) fn slice(
    mut regs: Window,
    function: &Function,
    d: Reg,
    base: Reg,
) -> Result<(), Thrown> {
    check_run(regs, function, base, 4)?;
    let at = |n| &regs[Reg(base.0 + n)];
    let result = operators::slice(at(0), at(1), at(2), at(3))?;
    regs[d] = result;
    Ok(())
}

/// `R[d] = R[a][R[first]:]` of a text, from a position counted from its start; whether it was that.
#[inline(never)]
pub(super) fn slice_from(mut regs: Window, d: Reg, a: Reg, first: Reg) -> bool {
    if let (Value::String(text), Value::Number(n)) = (&regs[a], &regs[first])
        && let Some(from) = whole(*n)
    {
        let part = Str::from(text.as_bytes().get(from..).unwrap_or_default());
        regs[d].put(Value::String(part));
        return true;
    }
    false
}

/// The same for `R[d] = R[a][: R[last]]`.
#[inline(never)]
pub(super) fn slice_to(mut regs: Window, d: Reg, a: Reg, last: Reg) -> bool {
    if let (Value::String(text), Value::Number(n)) = (&regs[a], &regs[last])
        && let Some(to) = whole(*n)
    {
        let text = text.as_bytes();
        let part = Str::from(text.get(..to).unwrap_or(text));
        regs[d].put(Value::String(part));
        return true;
    }
    false
}

/// `R[d] = R[a][R[first] : R[last]]`
#[inline(never)]
pub(super) fn slice_part(
    mut regs: Window,
    function: &Function,
    d: Reg,
    (a, first, last): (Reg, Option<Reg>, Option<Reg>),
) -> Result<(), Thrown> {
    check(regs, function, a)?;
    let bound = |reg: Option<Reg>| match reg {
        None => Ok(&Value::None),
        Some(reg) => check(regs, function, reg).map(|()| &regs[reg]),
    };
    let (first, last) = (bound(first)?, bound(last)?);
    match operators::part_of_text(&regs[a], first, last) {
        Some(part) => {
            let part = Str::from(part);
            regs[d].put(Value::String(part));
        }
        None => {
            let part = operators::slice(&regs[a], first, last, &Value::None)?;
            regs[d].put(part);
        }
    }
    Ok(())
}

/// The call of `R[base]` with the elements of `R[base+1]`.
pub(super) fn spread_call(
    mut regs: Window,
    function: &Function,
    base: Reg,
) -> Result<NativeStep, Thrown> {
    check_run(regs, function, base, 2)?;
    let callee = regs[base].take();
    let args = regs[Reg(base.0 + 1)].take();
    let args = args.as_array().map(|args| args.values().cloned().collect()).unwrap_or_default();
    Ok(NativeStep::Call { callee, args })
}

pub(super) fn function_value(
    unit: &Rc<Unit>,
    function: FunctionId,
    captures: Box<[Value]>,
) -> Value {
    Callable::Script { unit: Rc::clone(unit), function, captures }.into_value()
}

pub(super) fn class_value(unit: &Rc<Unit>, class: ClassId) -> Value {
    Callable::Class { unit: Rc::clone(unit), class }.into_value()
}

pub(super) fn native_value(linked: LinkedNative) -> Value {
    Callable::Native { decl: linked.decl, native: linked.native }.into_value()
}

/// Refuses a wrong number of arguments for a native.
pub(super) fn count(decl: &Declaration, argc: usize) -> Result<(), Thrown> {
    if !fits(decl, argc) {
        return Err(Thrown::Error(wrong_count(decl.name, argc)));
    }
    Ok(())
}

pub(super) fn wrong_count(name: &str, argc: usize) -> String {
    let plural = if argc == 1 { "argument" } else { "arguments" };
    format!("{name} cannot be called with {argc} {plural}")
}

#[cold]
pub(super) fn no_match(value: &Value) -> Thrown {
    let dump = value.dump();
    Thrown::Error(format!("no arm of match applies to {}", String::from_utf8_lossy(&dump)))
}
