//! The instruction loop.
//!
//! *Invariants*: fuel is spent on backward jumps and calls only; the observer compiles to nothing for
//! [`crate::debug::Quiet`]; the plain cases of two numbers stand here, all others in `slow`.

use std::rc::Rc;

use super::call::release;
use super::registers::{Window, fetch, number, push, set_number, set_value};
use super::{Exit, barrier, cache, iterate, member, path, slow};
use crate::code::{Function, Op, Reg};
use crate::debug::{Moment, PauseReason, Probe, Verdict};
use crate::fiber::{Fiber, Frame, ScriptFrame, Target};
use crate::native::{Cx, NativeStep, Thrown};
use crate::operators::{self, Bits, remainder_of};
use crate::value::{Array, Value, memory};

/// Runs script functions until something else must happen.
pub(super) fn execute<P: Probe>(fiber: &mut Fiber, probe: &mut P, fuel: &mut u32) -> Exit {
    let mut running = usize::MAX;
    let mut unit = Rc::clone(&fiber.units[0]);
    let mut loaded = unit.loaded();
    // The copy may have been swapped since the fiber paused at a breakpoint.
    fiber.past_breakpoint &= fiber.stands_at_breakpoint();
    'frame: loop {
        let mut depth = fiber.frames.len();
        let Some(Frame::Script(frame)) = fiber.frames.last_mut() else {
            return Exit::Throw(Thrown::error("no script function is running"));
        };
        let mut frame: &mut ScriptFrame = frame;
        if usize::from(frame.unit) != running {
            running = usize::from(frame.unit);
            unit = Rc::clone(&fiber.units[running]);
            loaded = unit.loaded();
        }
        let mut base = frame.base as usize;
        let functions = &loaded.program.functions[..];
        let numbers = &loaded.program.numbers[..];
        let constants = &loaded.constants[..];
        let mut function: &Function = &functions[frame.function as usize];
        let mut code = &function.code[..];
        let mut regs = Window::new(&mut fiber.stack[base..base + usize::from(function.registers)]);
        let mut pc = frame.pc as usize;
        let mut op = fetch(code, pc);
        // Whether the observer has seen the instruction that a breakpoint replaced.
        let mut observed = false;

        // Leaves the loop; the instruction under way counts as begun.
        macro_rules! exit {
            ($exit:expr) => {{
                frame.pc = pc as u32 + 1;
                return Exit::from($exit);
            }};
        }
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(error) => exit!(error),
                }
            };
        }
        // Lets the loop over activations look at a script that holds or touches much. Stands after
        // instructions that make values grow, and goes on behind them.
        macro_rules! bounded {
            () => {
                if memory::is_noteworthy() {
                    exit!(Exit::Noteworthy);
                }
            };
        }
        // Copies a value into a register part by part: a value that was just written in parts and is
        // then read as a whole costs a stall.
        macro_rules! copy {
            ($d:ident, $source:expr) => {
                match $source {
                    Value::Number(n) => {
                        let n = *n;
                        regs.set_number($d, n);
                    }
                    Value::Boolean(b) => {
                        let b = *b;
                        regs.set_bool($d, b);
                    }
                    Value::String(s) => {
                        let s = s.clone();
                        regs[$d].put(Value::String(s));
                    }
                    Value::Array(a) => {
                        let a = a.clone();
                        regs[$d].put(Value::Array(a));
                    }
                    Value::Object(o) => {
                        let o = Rc::clone(o);
                        regs[$d].put(Value::Object(o));
                    }
                    other => {
                        let other = other.clone();
                        regs[$d].put(other);
                    }
                }
            };
        }
        // Goes on at another instruction; going back costs.
        macro_rules! jump {
            ($off:expr) => {{
                let off = $off as isize;
                pc = pc.wrapping_add_signed(off);
                if off < 0 {
                    *fuel -= 1;
                    if *fuel == 0 {
                        frame.pc = pc as u32;
                        return Exit::OutOfFuel;
                    }
                }
                op = fetch(code, pc);
                continue;
            }};
        }
        macro_rules! arithmetic {
            ($d:ident, $a:ident, $b:ident, $fast:expr, $slow:path) => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[$a], &regs[$b]) {
                    let n: f64 = $fast(*x, *y);
                    regs.set_number($d, n);
                } else {
                    attempt!(slow::binary(&mut regs, function, ($d, $a, $b), $slow));
                    bounded!();
                }
            };
        }
        macro_rules! arithmetic_number {
            ($d:ident, $a:ident, $n:ident, $fast:expr, $slow:path) => {
                if let Value::Number(x) = &regs[$a] {
                    let n: f64 = $fast(*x, number(numbers, $n));
                    regs.set_number($d, n);
                } else {
                    let y = Value::Number(number(numbers, $n));
                    attempt!(slow::binary_with(&mut regs, function, ($d, $a), &y, $slow));
                    bounded!();
                }
            };
        }
        macro_rules! bits {
            ($d:ident, $a:ident, $b:ident, $bits:expr) => {
                attempt!(slow::binary(&mut regs, function, ($d, $a, $b), |a, b| {
                    operators::bitwise($bits, a, b)
                }))
            };
        }
        macro_rules! compare {
            ($a:ident, $b:ident, $fast:expr, $slow:path) => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[$a], &regs[$b]) {
                    $fast(x, y)
                } else {
                    attempt!(slow::compare(&regs, function, $a, $b, $slow))
                }
            };
        }
        macro_rules! compare_number {
            ($a:ident, $n:ident, $fast:expr, $slow:expr) => {
                if let Value::Number(x) = &regs[$a] {
                    $fast(*x, number(numbers, $n))
                } else {
                    let y = Value::Number(number(numbers, $n));
                    attempt!(slow::compare_with(&regs, function, $a, &y, $slow))
                }
            };
        }
        macro_rules! equal {
            ($a:ident, $b:ident, $how:ident) => {
                attempt!(slow::equal(&regs, function, $a, $b, Value::$how))
            };
        }
        macro_rules! equal_const {
            ($a:ident, $k:ident, $how:ident) => {{
                attempt!(slow::check(&regs, function, $a));
                regs[$a].$how(&loaded.constants[usize::from($k)])
            }};
        }
        macro_rules! step {
            ($i:ident) => {
                if let Value::Number(n) = &mut regs[$i] {
                    *n += 1.0;
                } else {
                    attempt!(slow::crement(&mut regs, function, $i, 1.0));
                }
            };
        }
        macro_rules! jump_when {
            ($condition:expr, $off:ident) => {
                if $condition {
                    jump!($off);
                }
            };
        }

        // Enters a function of the same unit. The common case needs no default, no rest list and no
        // more stack.
        macro_rules! enter {
            ($callee:expr, $base:expr, $first:expr, $argc:ident, $target:expr) => {{
                let (callee, start, argc, target) = ($callee, $base, usize::from($argc), $target);
                let entered = &functions[callee as usize];
                let unit = frame.unit;
                frame.pc = pc as u32 + 1;
                *fuel -= 1;
                let end = start + usize::from(entered.registers);
                let plain = entered.plain && argc == usize::from(entered.signature.params);
                if plain && end <= fiber.stack.len() && depth < fiber.limits.call_depth {
                    for slot in &mut fiber.stack[$first + argc..start + usize::from(entered.named)]
                    {
                        slot.put(Value::Unset);
                    }
                    let new =
                        ScriptFrame { function: callee, pc: 0, base: start as u32, unit, target };
                    frame = push(&mut fiber.frames, new);
                    base = start;
                    depth += 1;
                    function = entered;
                    code = &function.code[..];
                    regs = Window::new(&mut fiber.stack[base..end]);
                    pc = 0;
                    op = fetch(code, pc);
                    if *fuel == 0 {
                        return Exit::OutOfFuel;
                    }
                    continue;
                } else {
                    match fiber.enter(unit, callee, start, argc, target, &[]) {
                        Ok(_) => {}
                        Err(thrown) => return Exit::Throw(thrown),
                    }
                }
                if *fuel == 0 {
                    return Exit::OutOfFuel;
                }
                continue 'frame;
            }};
        }
        // Leaves the function. The common caller is a script function that wants the result.
        macro_rules! leave {
            ($value:expr, $d:ident, $write:ident) => {{
                let value = $value;
                release(regs.all());
                std::mem::forget(fiber.frames.pop());
                if let Some(Frame::Script(caller)) = fiber.frames.last() {
                    $write(&mut fiber.stack[caller.base as usize + usize::from($d.0)], value);
                }
                continue 'frame;
            }};
        }

        loop {
            if P::ACTIVE && !std::mem::take(&mut observed) {
                let statement = slow::is_statement(function, pc);
                let moment = Moment { function: frame.function, pc: pc as u32, depth, statement };
                if probe.observe(moment) == Verdict::Pause {
                    frame.pc = pc as u32;
                    fiber.past_breakpoint = matches!(op, Op::Break { .. });
                    return Exit::Pause(PauseReason::Step);
                }
            }
            match op {
                Op::Move { d, s } => copy!(d, &regs[s]),
                Op::Load { d, s } => {
                    attempt!(slow::check(&regs, function, s));
                    copy!(d, &regs[s]);
                }
                Op::LoadQuiet { d, s } => match &regs[s] {
                    Value::Unset => regs[d].put(Value::None),
                    value => copy!(d, value),
                },
                Op::Take { d, s } => {
                    let value = regs[s].take();
                    regs[d].put(value);
                }
                Op::Const { d, k } => copy!(d, &constants[k as usize]),
                Op::Int { d, value } => regs.set_number(d, f64::from(value)),
                Op::None { d } => regs[d].put(Value::None),
                Op::Bool { d, value } => regs.set_bool(d, value),
                Op::IsSet { d, s } => {
                    let set = regs[s].is_set();
                    regs.set_bool(d, set);
                }
                Op::Unset { d, s } => {
                    let set = regs[s].take().is_set();
                    regs.set_bool(d, set);
                }
                Op::Check { s } => attempt!(slow::check(&regs, function, s)),

                Op::MakeCell { d } => {
                    let value = regs[d].take();
                    regs[d].put(unit.cell(value));
                }
                Op::CellGet { d, c } => {
                    let value = attempt!(slow::cell(&regs, c)).borrow().copy();
                    if !value.is_set() {
                        exit!(slow::undefined(function, c));
                    }
                    regs[d].put(value);
                }
                Op::CellGetQuiet { d, c } => {
                    let value = attempt!(slow::cell(&regs, c)).borrow().copy();
                    regs[d].put(if value.is_set() { value } else { Value::None });
                }
                Op::CellSet { c, s } => {
                    attempt!(slow::check(&regs, function, s));
                    let old = attempt!(slow::cell(&regs, c)).replace(regs[s].clone());
                    drop(old);
                }
                Op::CellIsSet { d, c } => {
                    let set = attempt!(slow::cell(&regs, c)).borrow().is_set();
                    regs.set_bool(d, set);
                }
                Op::CellUnset { d, c } => {
                    let set = attempt!(slow::cell(&regs, c)).replace(Value::Unset).is_set();
                    regs.set_bool(d, set);
                }
                Op::BindGlobal { c, g } => {
                    let cell = &unit.globals[g as usize];
                    attempt!(slow::bind_global(&mut regs, function, c, cell));
                }
                Op::GlobalCell { d, g } => {
                    regs[d].put(Value::Cell(Rc::clone(&unit.globals[g as usize])));
                }
                Op::GlobalGet { d, g } => {
                    let value = unit.globals[g as usize].borrow().copy();
                    if !value.is_set() {
                        exit!(slow::undefined_global(&unit, g));
                    }
                    regs[d].put(value);
                }
                Op::GlobalGetQuiet { d, g } => {
                    let value = unit.globals[g as usize].borrow().copy();
                    regs[d].put(if value.is_set() { value } else { Value::None });
                }
                Op::GlobalSet { s, g } => {
                    attempt!(slow::check(&regs, function, s));
                    attempt!(slow::writable(&unit, g));
                    let old = unit.globals[g as usize].replace(regs[s].clone());
                    drop(old);
                }
                Op::GlobalIsSet { d, g } => {
                    let set = unit.globals[g as usize].borrow().is_set();
                    regs.set_bool(d, set);
                }
                Op::GlobalUnset { d, g } => {
                    attempt!(slow::writable(&unit, g));
                    let set = unit.globals[g as usize].replace(Value::Unset).is_set();
                    regs.set_bool(d, set);
                }

                Op::Add { d, a, b } => arithmetic!(d, a, b, |x, y| x + y, operators::add),
                Op::Sub { d, a, b } => arithmetic!(d, a, b, |x, y| x - y, operators::subtract),
                Op::Mul { d, a, b } => arithmetic!(d, a, b, |x, y| x * y, operators::multiply),
                Op::Div { d, a, b } => arithmetic!(d, a, b, |x, y| x / y, operators::divide),
                Op::Rem { d, a, b } => arithmetic!(d, a, b, remainder_of, operators::remainder),
                Op::Pow { d, a, b } => arithmetic!(d, a, b, f64::powf, operators::power),
                Op::AddNumber { d, a, n } => {
                    arithmetic_number!(d, a, n, |x, y| x + y, operators::add);
                }
                Op::SubNumber { d, a, n } => {
                    arithmetic_number!(d, a, n, |x, y| x - y, operators::subtract);
                }
                Op::MulNumber { d, a, n } => {
                    arithmetic_number!(d, a, n, |x, y| x * y, operators::multiply);
                }
                Op::DivNumber { d, a, n } => {
                    arithmetic_number!(d, a, n, |x, y| x / y, operators::divide);
                }
                Op::RemNumber { d, a, n } => {
                    arithmetic_number!(d, a, n, remainder_of, operators::remainder);
                }
                Op::And { d, a, b } => bits!(d, a, b, Bits::And),
                Op::Or { d, a, b } => bits!(d, a, b, Bits::Or),
                Op::Xor { d, a, b } => bits!(d, a, b, Bits::Xor),
                Op::ShiftLeft { d, a, b } => bits!(d, a, b, Bits::ShiftLeft),
                Op::ShiftRight { d, a, b } => bits!(d, a, b, Bits::ShiftRight),
                Op::ShiftZero { d, a, b } => bits!(d, a, b, Bits::ShiftZero),
                Op::Negate { d, a } => {
                    attempt!(slow::unary(&mut regs, function, d, a, operators::negate));
                }
                Op::Plus { d, a } => {
                    attempt!(slow::unary(&mut regs, function, d, a, operators::plus));
                }
                Op::BitNot { d, a } => {
                    attempt!(slow::unary(&mut regs, function, d, a, operators::bit_not));
                }
                Op::Not { d, a } => {
                    attempt!(slow::check(&regs, function, a));
                    let truth = regs[a].truthy();
                    regs.set_bool(d, !truth);
                }
                Op::Truth { d, a } => {
                    attempt!(slow::check(&regs, function, a));
                    let truth = regs[a].truthy();
                    regs.set_bool(d, truth);
                }
                Op::Equal { d, a, b } => {
                    let result = equal!(a, b, loose_eq);
                    regs.set_bool(d, result);
                }
                Op::NotEqual { d, a, b } => {
                    let result = !equal!(a, b, loose_eq);
                    regs.set_bool(d, result);
                }
                Op::Identical { d, a, b } => {
                    let result = equal!(a, b, strict_eq);
                    regs.set_bool(d, result);
                }
                Op::NotIdentical { d, a, b } => {
                    let result = !equal!(a, b, strict_eq);
                    regs.set_bool(d, result);
                }
                Op::Less { d, a, b } => {
                    let result = compare!(a, b, |x, y| x < y, operators::less);
                    regs.set_bool(d, result);
                }
                Op::LessEqual { d, a, b } => {
                    let result = compare!(a, b, |x, y| x <= y, operators::less_equal);
                    regs.set_bool(d, result);
                }
                Op::Match { d, a, b } => {
                    let result = attempt!(slow::compare(&regs, function, a, b, operators::matches));
                    regs.set_bool(d, result);
                }
                Op::NotMatch { d, a, b } => {
                    let result = attempt!(slow::compare(&regs, function, a, b, operators::matches));
                    regs.set_bool(d, !result);
                }
                Op::Increment { d } => {
                    if let Value::Number(n) = &mut regs[d] {
                        *n += 1.0;
                    } else {
                        attempt!(slow::crement(&mut regs, function, d, 1.0));
                    }
                }
                Op::Decrement { d } => {
                    if let Value::Number(n) = &mut regs[d] {
                        *n -= 1.0;
                    } else {
                        attempt!(slow::crement(&mut regs, function, d, -1.0));
                    }
                }
                Op::Concat { d, a, b } => {
                    attempt!(slow::binary(&mut regs, function, (d, a, b), |a, b| {
                        Ok(operators::concat(a, b))
                    }));
                    bounded!();
                }
                Op::ConcatAll { d, base, count } => {
                    let text = attempt!(slow::concat_all(&mut regs, function, base, count));
                    regs[d].put(text);
                    bounded!();
                }
                Op::AppendText { d, s } => {
                    attempt!(slow::append_text(&mut regs, function, d, s));
                    bounded!();
                }
                Op::AppendAll { d, base, count } => {
                    attempt!(slow::append_all(&mut regs, function, d, base, count));
                    bounded!();
                }

                Op::Jump { off } => jump!(off),
                Op::JumpIf { s, off } => {
                    attempt!(slow::check(&regs, function, s));
                    jump_when!(regs[s].truthy(), off);
                }
                Op::JumpIfNot { s, off } => {
                    attempt!(slow::check(&regs, function, s));
                    jump_when!(!regs[s].truthy(), off);
                }
                Op::JumpIfNone { s, off } => jump_when!(regs[s].is_none(), off),
                Op::JumpIfSome { s, off } => jump_when!(!regs[s].is_none(), off),
                Op::JumpIfSet { s, off } => jump_when!(regs[s].is_set(), off),
                Op::JumpLess { a, b, off } => {
                    jump_when!(compare!(a, b, |x, y| x < y, operators::less), off);
                }
                Op::JumpNotLess { a, b, off } => {
                    jump_when!(!compare!(a, b, |x, y| x < y, operators::less), off);
                }
                Op::JumpLessEqual { a, b, off } => {
                    jump_when!(compare!(a, b, |x, y| x <= y, operators::less_equal), off);
                }
                Op::JumpNotLessEqual { a, b, off } => {
                    jump_when!(!compare!(a, b, |x, y| x <= y, operators::less_equal), off);
                }
                Op::JumpLessNumber { a, n, off } => {
                    jump_when!(compare_number!(a, n, |x, y| x < y, operators::less), off);
                }
                Op::JumpNotLessNumber { a, n, off } => {
                    jump_when!(!compare_number!(a, n, |x, y| x < y, operators::less), off);
                }
                Op::JumpLessEqualNumber { a, n, off } => {
                    jump_when!(compare_number!(a, n, |x, y| x <= y, operators::less_equal), off);
                }
                Op::JumpNotLessEqualNumber { a, n, off } => {
                    jump_when!(!compare_number!(a, n, |x, y| x <= y, operators::less_equal), off);
                }
                Op::JumpGreaterNumber { a, n, off } => {
                    jump_when!(compare_number!(a, n, |x, y| x > y, slow::greater), off);
                }
                Op::JumpNotGreaterNumber { a, n, off } => {
                    jump_when!(!compare_number!(a, n, |x, y| x > y, slow::greater), off);
                }
                Op::JumpEqual { a, b, off } => jump_when!(equal!(a, b, loose_eq), off),
                Op::JumpNotEqual { a, b, off } => jump_when!(!equal!(a, b, loose_eq), off),
                Op::JumpEqualConst { a, k, off } => jump_when!(equal_const!(a, k, loose_eq), off),
                Op::JumpNotEqualConst { a, k, off } => {
                    jump_when!(!equal_const!(a, k, loose_eq), off);
                }
                Op::JumpIdentical { a, b, off } => jump_when!(equal!(a, b, strict_eq), off),
                Op::JumpNotIdentical { a, b, off } => jump_when!(!equal!(a, b, strict_eq), off),
                Op::JumpIdenticalConst { a, k, off } => {
                    jump_when!(equal_const!(a, k, strict_eq), off);
                }
                Op::JumpNotIdenticalConst { a, k, off } => {
                    jump_when!(!equal_const!(a, k, strict_eq), off);
                }
                Op::StepLess { i, limit, off } => {
                    step!(i);
                    jump_when!(compare!(i, limit, |x, y| x < y, operators::less), off);
                }
                Op::StepLessNumber { i, n, off } => {
                    step!(i);
                    jump_when!(compare_number!(i, n, |x, y| x < y, operators::less), off);
                }
                Op::StepLessEqual { i, limit, off } => {
                    step!(i);
                    jump_when!(compare!(i, limit, |x, y| x <= y, operators::less_equal), off);
                }
                Op::StepLessEqualNumber { i, n, off } => {
                    step!(i);
                    jump_when!(compare_number!(i, n, |x, y| x <= y, operators::less_equal), off);
                }

                Op::Array { d, capacity } => {
                    regs[d].put(Value::Array(Array::with_capacity(capacity.into())));
                }
                Op::List { d, base, count } => {
                    let items = regs.run(base, count.into()).iter_mut().map(Value::take);
                    let list = Array::from(items.collect::<Vec<_>>());
                    regs[d].put(Value::Array(list));
                }
                Op::Push { a, v } => {
                    attempt!(slow::check(&regs, function, v));
                    let value = regs[v].copy();
                    attempt!(path::push(&mut regs[a], value));
                    bounded!();
                }
                Op::SetIndex { a, k, v } => {
                    attempt!(path::set_index(&mut regs, function, &unit, (a, k, v)));
                    bounded!();
                }
                Op::Spread { a, s } => match slow::spread(&mut regs, function, a, s) {
                    Ok(None) => bounded!(),
                    Ok(Some(step)) => {
                        let target = Target::Register(a);
                        exit!(Exit::Step { step, name: "...", target })
                    }
                    Err(error) => exit!(error),
                },
                Op::Index { d, a, k } => {
                    if let (Value::Array(array), Value::Number(n)) = (&regs[a], &regs[k])
                        && let Some(value) = array.at_number(*n)
                    {
                        copy!(d, value);
                    } else {
                        let value = attempt!(member::index(&regs, function, &unit, a, k));
                        regs[d].put(value);
                    }
                }
                Op::IndexConst { d, a, k } => {
                    let key = &loaded.keys[usize::from(k)];
                    if let Value::Array(array) = &regs[a]
                        && let Some(value) = array.get(key)
                    {
                        copy!(d, value);
                    } else {
                        let value = attempt!(member::index_key(&regs, function, &unit, a, key));
                        regs[d].put(value);
                    }
                }
                Op::Slice { d, base } => {
                    attempt!(slow::slice(&mut regs, function, d, base));
                    bounded!();
                }
                Op::PathSet { path, v } => {
                    attempt!(path::set(&mut regs, function, &unit, path, v));
                    bounded!();
                }
                Op::PathUpdate { op, path, v, d } => {
                    attempt!(path::update(&mut regs, function, &unit, path, (op, v, d)));
                    bounded!();
                }
                Op::PathCrement { kind, path, d } => {
                    attempt!(path::crement(&mut regs, function, &unit, path, (kind, d)));
                    bounded!();
                }
                Op::PathIsSet { d, path } => {
                    let set = attempt!(path::is_set(&regs, function, &unit, path));
                    regs.set_bool(d, set);
                }
                Op::PathUnset { d, path } => {
                    let set = attempt!(path::unset(&mut regs, function, &unit, path));
                    regs.set_bool(d, set);
                }
                Op::PathSplice { path, base } => {
                    attempt!(path::splice(&mut regs, function, &unit, path, base));
                    bounded!();
                }
                Op::PathUnsetSlice { d, path, base } => {
                    let set = attempt!(path::unset_slice(&mut regs, function, &unit, path, base));
                    regs.set_bool(d, set);
                }

                Op::Nth { d, a, at } => {
                    let value = regs[a].as_array().and_then(|array| array.nth(at.into()));
                    let value = value.cloned().unwrap_or(Value::Unset);
                    regs[d].put(value);
                }
                Op::Field { d, a, k } => {
                    let value = regs[a].as_array().and_then(|array| array.index(&regs[k]));
                    let value = value.cloned().unwrap_or(Value::Unset);
                    regs[d].put(value);
                }
                Op::Rest { d, a, at } => {
                    let values = regs[a]
                        .as_array()
                        .map(|array| Array::list(array.values().skip(at.into()).cloned()));
                    regs[d].put(Value::Array(values.unwrap_or_default()));
                    bounded!();
                }

                Op::Member { d, o, site } => {
                    let site = &loaded.sites[usize::from(site)];
                    if let Value::Object(object) = &regs[o]
                        && object.shape_id() == site.seen.get()
                        && let slots = object.slots()
                        && let Some(value) = slots.get(site.found.get() as usize)
                        && value.is_set()
                    {
                        // The borrow of the slots ends before the register is written, since that
                        // may drop the instance.
                        if let Value::Number(n) = value {
                            let n = *n;
                            drop(slots);
                            regs.set_number(d, n);
                        } else {
                            let value = value.clone();
                            drop(slots);
                            regs[d].put(value);
                        }
                    } else {
                        let value = attempt!(member::get(&regs, function, &unit, o, site));
                        regs[d].put(value);
                    }
                }
                Op::SetMember { o, site, v } => {
                    let site = &loaded.sites[usize::from(site)];
                    if let Value::Object(object) = &regs[o]
                        && object.shape_id() == site.seen.get()
                        && regs[v].is_set()
                    {
                        object.overwrite(site, regs[v].copy());
                    } else {
                        attempt!(member::set(&mut regs, function, &unit, (o, v), site));
                        bounded!();
                    }
                }

                Op::Call { d, base: first, argc, function: callee } => {
                    let first = base + usize::from(first.0);
                    enter!(u32::from(callee), first, first, argc, Target::Register(d));
                }
                Op::CallNative { d, base: first, argc, native } => {
                    let linked = loaded.natives[usize::from(native)];
                    let surroundings = &fiber.surroundings;
                    let limit = fiber.limits.memory;
                    let mut cx = Cx::with(&*surroundings.world, &surroundings.data, limit);
                    let args = regs.run(first, argc.into());
                    let result = (linked.native)(&mut cx, args);
                    release(args);
                    *fuel = fuel.saturating_sub(cx.fuel()).max(1);
                    match result {
                        Ok(NativeStep::Return(value)) => {
                            regs[d].put(value);
                            bounded!();
                        }
                        Ok(step) => {
                            let target = Target::Register(d);
                            exit!(Exit::Step { step, name: linked.decl.name, target })
                        }
                        Err(thrown) => exit!(thrown),
                    }
                }
                Op::CallValue { d, base: first, argc } => {
                    attempt!(slow::check(&regs, function, first));
                    let first = base + usize::from(first.0);
                    let target = Target::Register(d);
                    exit!(Exit::Invoke { base: first, argc: argc.into(), target })
                }
                Op::CallMethod { d, base: first, argc, site } => {
                    let site = &loaded.sites[usize::from(site)];
                    let target = Target::Register(d);
                    let at = base + usize::from(first.0);
                    if let Value::Object(object) = &regs[first]
                        && object.class_key() == site.seen.get()
                        && Rc::ptr_eq(object.unit(), &unit)
                    {
                        enter!(site.found.get(), at, at + 1, argc, target);
                    }
                    let callee = attempt!(member::method(&regs, function, &unit, first, site));
                    match callee {
                        member::Callee::Own(callee) => {
                            enter!(callee, at, at + 1, argc, target);
                        }
                        member::Callee::Native(decl, method, object) => {
                            let surroundings = &fiber.surroundings;
                            let limit = fiber.limits.memory;
                            let mut cx = Cx::with(&*surroundings.world, &surroundings.data, limit);
                            attempt!(slow::count(decl, argc.into()));
                            let args = regs.run(Reg(first.0 + 1), argc.into());
                            let result = method(&mut cx, object.object(), args);
                            release(args);
                            *fuel = fuel.saturating_sub(cx.fuel()).max(1);
                            match result {
                                Ok(NativeStep::Return(value)) => {
                                    regs[d].put(value);
                                    bounded!();
                                }
                                Ok(step) => exit!(Exit::Step { step, name: decl.name, target }),
                                Err(thrown) => exit!(thrown),
                            }
                        }
                        member::Callee::Value(callee) => {
                            regs[first] = callee;
                            exit!(Exit::Invoke { base: at, argc: argc.into(), target })
                        }
                    }
                }
                Op::New { d, base: first, argc, class } => {
                    regs[first] = slow::class_value(&unit, class.into());
                    let base = base + usize::from(first.0);
                    exit!(Exit::Invoke { base, argc: argc.into(), target: Target::Register(d) })
                }
                Op::CallSpread { d, base } => {
                    let step = attempt!(slow::spread_call(&mut regs, function, base));
                    exit!(Exit::Step { step, name: "...", target: Target::Register(d) })
                }
                Op::CallMethodSpread { d, base, site } => {
                    let site = &loaded.sites[usize::from(site)];
                    let callee = attempt!(member::get(&regs, function, &unit, base, site));
                    regs[base] = callee;
                    let step = attempt!(slow::spread_call(&mut regs, function, base));
                    exit!(Exit::Step { step, name: "...", target: Target::Register(d) })
                }
                Op::CacheCall { d, base, argc, k } => {
                    let name = &loaded.constants[usize::from(k)];
                    let step = attempt!(cache::call(regs.run(base, usize::from(argc) + 2), name));
                    exit!(Exit::Step { step, name: "cache", target: Target::Register(d) })
                }
                Op::Return { s } => {
                    attempt!(slow::check(&regs, function, s));
                    let Target::Register(d) = frame.target else {
                        exit!(Exit::Return(regs[s].take()))
                    };
                    // A number goes by itself: reading all of a value that was just written in parts
                    // costs a stall.
                    if let Value::Number(n) = regs[s] {
                        leave!(n, d, set_number);
                    }
                    leave!(regs[s].take(), d, set_value)
                }
                Op::ReturnNone => {
                    let Target::Register(d) = frame.target else {
                        exit!(Exit::Return(Value::None))
                    };
                    leave!(Value::None, d, set_value)
                }
                Op::Yield { d, s } => {
                    attempt!(slow::check(&regs, function, s));
                    let item = regs[s].clone();
                    exit!(Exit::YieldItem { item, register: d })
                }
                Op::Function { d, function } => {
                    regs[d].put(slow::function_value(&unit, function, Box::default()));
                }
                Op::Native { d, native } => {
                    let linked = loaded.natives[native as usize];
                    regs[d].put(slow::native_value(linked));
                }
                Op::Class { d, class } => regs[d].put(slow::class_value(&unit, class)),
                Op::Closure { d, base, function } => {
                    let count = loaded.program.functions[usize::from(function)].captures;
                    let captures = regs.run(base, count.into()).iter().cloned().collect();
                    regs[d].put(slow::function_value(&unit, function.into(), captures));
                    bounded!();
                }

                Op::IterStart { d, s } => {
                    attempt!(slow::check(&regs, function, s));
                    let iteration = attempt!(iterate::start(&regs[s]));
                    regs[d].put(iteration);
                }
                Op::IterNext { i, v, off } => match iterate::next(&mut regs, i, v, None) {
                    iterate::Item::Given => {}
                    iterate::Item::End => jump!(off),
                    iterate::Item::Ask(generator) => {
                        exit!(Exit::GeneratorNext { generator, at: pc as u32 })
                    }
                },
                Op::IterNextKey { i, v, off } => {
                    let key = Some(Reg(i.0 + 1));
                    match iterate::next(&mut regs, i, v, key) {
                        iterate::Item::Given => {}
                        iterate::Item::End => jump!(off),
                        iterate::Item::Ask(generator) => {
                            exit!(Exit::GeneratorNext { generator, at: pc as u32 })
                        }
                    }
                }

                Op::Echo { s } => {
                    attempt!(slow::check(&regs, function, s));
                    let text = regs[s].to_text();
                    // A text that was cut because it is too long is not shown.
                    if !memory::is_exceeded() {
                        fiber.surroundings.world.echo(&text);
                    }
                    bounded!();
                }
                Op::Throw { s } => {
                    attempt!(slow::check(&regs, function, s));
                    exit!(Thrown::Value(regs[s].clone()))
                }
                Op::Fail { k } => {
                    let message = loaded.constants[k as usize].to_text();
                    exit!(Thrown::Error(message.to_lossy().into_owned()))
                }
                Op::NoMatch { s } => exit!(slow::no_match(&regs[s])),
                Op::EndCleanup { s } => exit!(Exit::EndCleanup(regs[s].take())),
                Op::RunModule { module } => {
                    if unit.start_module(module) {
                        exit!(Exit::Module(module));
                    }
                }
                Op::Lock { bind, d, s } => {
                    attempt!(slow::check(&regs, function, s));
                    let key = regs[s].to_text().to_vec();
                    exit!(Exit::Lock { key, register: d, fetch: bind })
                }
                Op::Unlock { bind, s } => {
                    let value = bind.then(|| barrier::variable(&regs[s]));
                    exit!(Exit::Unlock { value })
                }
                Op::Break { id } => {
                    if !std::mem::take(&mut fiber.past_breakpoint) {
                        fiber.past_breakpoint = true;
                        frame.pc = pc as u32;
                        return Exit::Pause(PauseReason::Breakpoint(id));
                    }
                    op = loaded.originals.get(frame.function, pc as u32);
                    observed = true;
                    continue;
                }
                Op::Nop => {}
            }
            pc += 1;
            op = fetch(code, pc);
        }
    }
}
