//! Refuses programs whose instructions point outside registers, constants or code.
//!
//! *Invariants*: the run loop relies on what is checked here, and on nothing else about a program.

use std::sync::Arc;

use super::op::{Op, Reg};
use super::path::{PathStep, Root};
use super::program::{Function, Program, Storage};
use super::shape::Operand;
use crate::value::{Frozen, FrozenKey};

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("function `{function}`, instruction {pc}: {what}")]
pub struct VerifyError {
    /// Name of the function, or of the table.
    pub function: Arc<str>,
    /// Instruction, or row of the table.
    pub pc: usize,
    /// What it points to.
    pub what: &'static str,
}

/// Checks a whole program.
pub(crate) fn verify(program: &Program) -> Result<(), VerifyError> {
    let error = |table: &str, row, what| VerifyError { function: table.into(), pc: row, what };
    for (row, value) in program.constants.iter().enumerate() {
        if !is_sound(value) {
            return Err(error("constants", row, "a regular expression that does not compile"));
        }
    }
    if program.main as usize >= program.functions.len() {
        return Err(error("main", 0, "a function"));
    }
    for (row, class) in program.classes.iter().enumerate() {
        let functions = class.constructor.iter().chain(class.methods.iter().map(|m| &m.function));
        let methods = functions.map(|id| program.functions.get(*id as usize));
        if methods.into_iter().any(|f| !f.is_some_and(|f| f.method)) {
            return Err(error("classes", row, "an instance function"));
        }
        let mut initial = class.properties.iter().map(|p| p.initial);
        if initial.any(|k| k as usize >= program.constants.len()) {
            return Err(error("classes", row, "a constant"));
        }
    }
    for (row, module) in program.modules.iter().enumerate() {
        let main = program.functions.get(module.main as usize);
        if !main.is_some_and(takes_nothing) {
            return Err(error("modules", row, "a function without parameters"));
        }
    }
    for (row, global) in program.globals.iter().enumerate() {
        if global.initial.is_some_and(|k| k as usize >= program.constants.len()) {
            return Err(error("globals", row, "a constant"));
        }
    }
    if !takes_nothing(&program.functions[program.main as usize]) {
        return Err(error("main", 0, "a function without parameters"));
    }
    program.functions.iter().try_for_each(|f| check_function(program, f))
}

fn takes_nothing(f: &Function) -> bool {
    f.signature.params == 0 && !f.signature.rest && !f.method && f.captures == 0 && !f.generator
}

fn is_sound(value: &Frozen) -> bool {
    match value {
        Frozen::Regex(pattern) => pattern.check().is_ok(),
        Frozen::Array(pairs) => pairs.iter().all(|(key, value)| {
            let key = if let FrozenKey::Other(key) = key { is_sound(key) } else { true };
            key && is_sound(value)
        }),
        Frozen::Object(object) => object.is_constant(),
        _ => true,
    }
}

fn check_function(program: &Program, f: &Function) -> Result<(), VerifyError> {
    let error = |pc, what| VerifyError { function: Arc::clone(&f.name), pc, what };
    let needed = u32::from(f.captures_at()) + u32::from(f.captures);
    if needed > u32::from(f.registers) {
        return Err(error(0, "registers for the arguments"));
    }
    if f.named > f.registers || u32::from(f.named) < needed {
        return Err(error(0, "registers of variables"));
    }
    let s = &f.signature;
    if f.plain && (s.rest || f.generator || f.captures > 0) {
        return Err(error(0, "a plain function"));
    }
    if s.required > s.params || s.defaults.len() != usize::from(s.params - s.required) {
        return Err(error(0, "the defaults of parameters"));
    }
    if s.defaults.iter().any(|k| *k as usize >= program.constants.len()) {
        return Err(error(0, "a constant"));
    }
    match f.code.last() {
        Some(op) if op.ends_block() => {}
        _ => return Err(error(f.code.len(), "an instruction past the end")),
    }
    for (pc, op) in f.code.iter().enumerate() {
        check_op(program, f, pc, *op).map_err(|what| error(pc, what))?;
    }
    for path in &f.paths {
        check_path(program, f, path).map_err(|what| error(0, what))?;
    }
    for h in &f.handlers {
        let inside = h.start <= h.end && (h.end as usize) <= f.code.len();
        if !inside || h.target as usize >= f.code.len() || h.value.0 >= f.registers {
            return Err(error(h.start as usize, "a handler outside the code"));
        }
    }
    for local in &f.locals {
        let (Storage::Register(reg) | Storage::Cell(reg)) = local.storage;
        if reg.0 >= f.registers {
            return Err(error(0, "a register of a variable"));
        }
    }
    let ascending = |rows: &mut dyn Iterator<Item = u32>| rows.is_sorted();
    if !ascending(&mut f.lines.iter().map(|row| row.pc))
        || !ascending(&mut f.statements.iter().map(|row| row.pc))
    {
        return Err(error(0, "source rows out of order"));
    }
    if f.statements.iter().any(|row| row.pc as usize >= f.code.len()) {
        return Err(error(0, "a statement past the end"));
    }
    Ok(())
}

fn check_op(program: &Program, f: &Function, pc: usize, op: Op) -> Result<(), &'static str> {
    if let Some(off) = op.offset() {
        let target = pc as i64 + i64::from(off);
        if target < 0 || target >= f.code.len() as i64 {
            return Err("a jump outside the code");
        }
    }
    match op {
        Op::Break { .. } => return Err("a breakpoint"),
        Op::Yield { .. } if !f.generator => return Err("a yield outside a generator"),
        Op::Call { function, argc, .. } => check_call(program, function.into(), argc)?,
        Op::Closure { base, function, .. } => {
            let captures = program.functions.get(usize::from(function)).map_or(0, |f| f.captures);
            in_window(f, base, captures.into())?;
        }
        Op::Function { function, .. } => {
            let target = program.functions.get(function as usize);
            if target.is_some_and(|f| f.captures > 0 || f.method) {
                return Err("a function that needs captures or an instance");
            }
        }
        _ => {}
    }
    let mut result = Ok(());
    op.operands(|operand| {
        if result.is_ok() {
            result = check_operand(program, f, operand);
        }
    });
    result
}

fn check_call(program: &Program, function: u32, argc: u8) -> Result<(), &'static str> {
    let Some(target) = program.functions.get(function as usize) else { return Err("a function") };
    let s = &target.signature;
    let argc = u16::from(argc);
    if target.method || target.captures > 0 {
        return Err("a function that needs captures or an instance");
    }
    if argc < s.required || argc > s.params && !s.rest {
        return Err("a function with other parameters");
    }
    Ok(())
}

fn check_operand(program: &Program, f: &Function, operand: Operand) -> Result<(), &'static str> {
    let within =
        |index: usize, length: usize, what| if index < length { Ok(()) } else { Err(what) };
    match operand {
        Operand::Registers(base, count) => in_window(f, base, count),
        Operand::Constant(k) => within(k as usize, program.constants.len(), "a constant"),
        Operand::Number(n) => within(n.into(), program.numbers.len(), "a number"),
        Operand::Site(s) => within(s.into(), program.sites.len(), "a site"),
        Operand::Path(p) => within(p.into(), f.paths.len(), "a path"),
        Operand::Global(g) => within(g as usize, program.globals.len(), "a global"),
        Operand::Function(i) => within(i as usize, program.functions.len(), "a function"),
        Operand::Native(n) => within(n as usize, program.natives.len(), "a native"),
        Operand::Class(c) => within(c as usize, program.classes.len(), "a class"),
        Operand::Module(m) => within(m as usize, program.modules.len(), "a module"),
    }
}

fn in_window(f: &Function, base: Reg, count: u32) -> Result<(), &'static str> {
    // A base of zero registers may stand one past the last.
    if u32::from(base.0) + count <= f.registers.into() { Ok(()) } else { Err("a register") }
}

fn check_path(
    program: &Program,
    f: &Function,
    path: &super::path::Path,
) -> Result<(), &'static str> {
    match path.root {
        Root::Register(reg) | Root::Cell(reg) => in_window(f, reg, 1)?,
        Root::Global(g) => check_operand(program, f, Operand::Global(g))?,
    }
    for step in &path.steps {
        match step {
            PathStep::Key(reg) => in_window(f, *reg, 1)?,
            PathStep::Const(k) => check_operand(program, f, Operand::Constant(*k))?,
            PathStep::Append => {}
        }
    }
    Ok(())
}
