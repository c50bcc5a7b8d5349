//! The instruction loop.
//!
//! It keeps two pointers, the instruction and the window; everything else is in the [`Machine`]. The
//! plain cases of usual instructions stand here, their other cases in `slow`, `member` and `path`, and
//! unusual instructions in `rare`: what stands here takes registers of the processor from all others.
//!
//! *Invariants*: fuel is spent on backward jumps and calls only. A loop that nobody watches has no trace
//! of observers and breakpoints.

use std::rc::Rc;

use super::machine::Machine;
use super::registers::{call, entry};
use super::{Exit, iterate, member, path, rare, slow};
use crate::code::{Op, Reg};
use crate::debug::Probe;
use crate::fiber::{Fiber, Frame, ScriptFrame, Target};
use crate::native::Thrown;
use crate::operators::{self, remainder_of, remainder_of_sum, remainder_with};
use crate::value::{Array, Value, memory};

/// Runs script functions until something else must happen.
pub(super) fn execute<P: Probe>(fiber: &mut Fiber, probe: &mut P, fuel: &mut u32) -> Exit {
    let Some(Frame::Script(frame)) = fiber.frames.last() else {
        return Exit::Throw(Thrown::error("no script function is running"));
    };
    let frame = *frame;
    let unit = Rc::clone(&fiber.units[usize::from(frame.unit)]);
    let loaded = unit.loaded();
    if P::ACTIVE || loaded.originals.exist() {
        // The copy may have been swapped since the fiber paused at a breakpoint.
        fiber.past_breakpoint &= fiber.breakpoint().is_some();
        run::<P, true>(fiber, frame, (&unit, &loaded), probe, fuel)
    } else {
        fiber.past_breakpoint = false;
        run::<P, false>(fiber, frame, (&unit, &loaded), probe, fuel)
    }
}

fn run<P: Probe, const WATCHED: bool>(
    fiber: &mut Fiber,
    frame: ScriptFrame,
    (unit, loaded): (&Rc<crate::unit::Unit>, &crate::unit::Loaded),
    probe: &mut P,
    fuel: &mut u32,
) -> Exit {
    let (mut m, mut ip, mut regs) = Machine::enter(fiber, frame, (unit, loaded), *fuel);
    let (numbers, inverses) = (&loaded.program.numbers[..], &loaded.inverses[..]);
    let exit = 'run: loop {
        // Leaves the loop; the instruction under way counts as begun.
        macro_rules! leave {
            ($exit:expr) => {{
                let exit = $exit;
                m.save(ip.next());
                break 'run exit;
            }};
        }
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(error) => leave!(m.fail(error)),
                }
            };
        }
        macro_rules! checked {
            ($reg:ident) => {
                if !regs[$reg].is_set() {
                    leave!(m.undefined($reg));
                }
            };
        }
        // Lets the loop over activations look at a script that holds or touches much. Stands after
        // instructions that make values grow, and goes on behind them.
        macro_rules! bounded {
            () => {
                if memory::is_noteworthy() {
                    leave!(Exit::Noteworthy);
                }
            };
        }
        // Goes on at another instruction; going back costs, and so does staying: `while (true) {}`.
        macro_rules! jump {
            ($off:expr) => {{
                let off = $off as isize;
                ip = ip.jump(off);
                if off <= 0 {
                    m.fuel -= 1;
                    if m.fuel == 0 {
                        m.save(ip);
                        break 'run Exit::OutOfFuel;
                    }
                }
                continue 'run;
            }};
        }
        macro_rules! jump_when {
            ($condition:expr, $off:ident) => {
                if $condition {
                    jump!($off);
                }
            };
        }
        macro_rules! arithmetic {
            ($d:ident, $a:ident, $b:ident, $fast:expr, $slow:path) => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[$a], &regs[$b]) {
                    let n: f64 = $fast(*x, *y);
                    regs.set_number($d, n);
                } else {
                    attempt!(slow::binary(regs, m.function, ($d, $a, $b), $slow));
                    bounded!();
                }
            };
        }
        macro_rules! arithmetic_number {
            ($d:ident, $a:ident, $n:ident, $fast:expr, $slow:path) => {
                if let Value::Number(x) = &regs[$a] {
                    let n: f64 = $fast(*x, *entry(numbers, usize::from($n)));
                    regs.set_number($d, n);
                } else {
                    let y = *entry(numbers, usize::from($n));
                    attempt!(slow::binary_with(regs, m.function, ($d, $a), y, $slow));
                    bounded!();
                }
            };
        }
        macro_rules! compare {
            ($a:ident, $b:ident, $fast:expr, $slow:path) => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[$a], &regs[$b]) {
                    $fast(*x, *y)
                } else {
                    attempt!(slow::compare(regs, m.function, $a, $b, $slow))
                }
            };
        }
        macro_rules! compare_number {
            ($a:ident, $n:ident, $fast:expr, $slow:expr) => {
                if let Value::Number(x) = &regs[$a] {
                    $fast(*x, *entry(numbers, usize::from($n)))
                } else {
                    let y = *entry(numbers, usize::from($n));
                    attempt!(slow::compare_with(regs, m.function, $a, y, $slow))
                }
            };
        }
        macro_rules! equal {
            ($a:ident, $b:ident, $how:ident) => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[$a], &regs[$b]) {
                    x == y
                } else if let (Value::String(x), Value::String(y)) = (&regs[$a], &regs[$b]) {
                    x == y
                } else {
                    attempt!(slow::equal(regs, m.function, $a, $b, Value::$how))
                }
            };
        }
        macro_rules! equal_const {
            ($a:ident, $k:ident, $how:ident) => {{
                let constant = entry(&loaded.constants, usize::from($k));
                if let (Value::String(x), Value::String(y)) = (&regs[$a], constant) {
                    x == y
                } else {
                    checked!($a);
                    regs[$a].$how(constant)
                }
            }};
        }
        macro_rules! truth {
            ($s:ident) => {
                match &regs[$s] {
                    Value::Boolean(b) => *b,
                    value => {
                        let truth = value.truthy();
                        checked!($s);
                        truth
                    }
                }
            };
        }
        macro_rules! step {
            ($i:ident, $by:expr) => {
                if let Value::Number(n) = &mut regs[$i] {
                    *n += $by;
                } else {
                    attempt!(slow::crement(regs, m.function, $i, $by));
                }
            };
        }
        // Enters a function of the same unit. The common case needs no default, no rest list and no
        // more stack. `above` is the register where its window begins, `first` the first argument.
        macro_rules! enter {
            ($callee:expr, $above:expr, $first:expr, $argc:ident, $d:ident) => {{
                let (callee, argc) = ($callee, usize::from($argc));
                let entered = entry(m.functions, callee as usize);
                let start = m.base + usize::from($above);
                let end = start + usize::from(entered.registers);
                m.fuel -= 1;
                let plain = entered.plain && argc == usize::from(entered.signature.params);
                if plain
                    && end <= m.fiber.stack.len()
                    && (m.fiber.frames.len() < m.room || m.grow())
                {
                    let pc = ip.next().pc(&m.function.code);
                    let base = start as u32;
                    let target = Target::Caller($d);
                    let new = ScriptFrame { function: callee, pc: 0, base, unit: m.index, target };
                    call(&mut m.fiber.frames, pc, new);
                    (ip, regs) = m.go_on(new);
                    let filled = usize::from($first - $above) + argc;
                    for at in filled..usize::from(entered.named) {
                        regs[Reg(at as u16)].put(Value::Unset);
                    }
                } else {
                    m.save(ip.next());
                    match m.enter_any(callee, start, argc, $d) {
                        Ok(entered) => (ip, regs) = entered,
                        Err(exit) => break 'run exit,
                    }
                }
                if m.fuel == 0 {
                    m.save(ip);
                    break 'run Exit::OutOfFuel;
                }
                continue 'run;
            }};
        }
        // Leaves the function. The common caller is a script function that wants the result.
        macro_rules! give_back {
            ($value:expr, $write:ident) => {{
                let value = $value;
                let Some((after, window, d)) = m.leave(regs) else {
                    leave!(Exit::Return(Value::from(value)));
                };
                (ip, regs) = (after, window);
                regs.$write(d, value);
                continue 'run;
            }};
        }
        macro_rules! native {
            ($d:ident, $args:expr, $name:expr, $call:expr) => {
                match m.native(regs, $d, $args, $call) {
                    None => bounded!(),
                    Some(Ok(step)) => {
                        let target = Target::Register($d);
                        leave!(Exit::Step { step, name: $name, target })
                    }
                    Some(Err(thrown)) => leave!(m.fail(thrown)),
                }
            };
        }

        let shown;
        let op = if WATCHED {
            match m.watch(ip, probe) {
                Ok(op) => {
                    shown = op;
                    &shown
                }
                Err(exit) => {
                    m.save(ip);
                    break 'run exit;
                }
            }
        } else {
            ip.op()
        };
        match *op {
            Op::Move { d, s } => regs.copy(d, s),
            Op::Load { d, s } => {
                if regs[s].is_plain_and_set() {
                    regs.copy_plain(d, s);
                } else {
                    checked!(s);
                    regs.copy_counted(d, s);
                }
            }
            Op::LoadQuiet { d, s } => {
                if regs[s].is_set() {
                    regs.copy(d, s);
                } else {
                    regs[d].put(Value::None);
                }
            }
            Op::Take { d, s } => {
                let value = regs[s].take();
                regs[d].put(value);
            }
            Op::Const { d, k } => regs.load(d, entry(&loaded.constants, k as usize)),
            Op::Int { d, value } => regs.set_number(d, f64::from(value)),
            Op::None { d } => regs[d].put(Value::None),
            Op::Bool { d, value } => regs.set_bool(d, value),
            Op::IsSet { d, s } => {
                let set = regs[s].is_set();
                regs.set_bool(d, set);
            }
            Op::Check { s } => checked!(s),

            Op::CellGet { d, c } => {
                let Value::Cell(cell) = &regs[c] else { leave!(m.fail(slow::no_cell())) };
                let value = cell.borrow().copy();
                if !value.is_set() {
                    leave!(m.undefined(c));
                }
                regs[d].put(value);
            }
            Op::CellSet { c, s } => {
                checked!(s);
                let Value::Cell(cell) = &regs[c] else { leave!(m.fail(slow::no_cell())) };
                let old = cell.replace(regs[s].copy());
                drop(old);
            }
            Op::GlobalGet { d, g } => {
                let value = m.unit.globals[g as usize].borrow().copy();
                if !value.is_set() {
                    leave!(m.fail(slow::undefined_global(m.unit, g)));
                }
                regs[d].put(value);
            }

            Op::Add { d, a, b } => arithmetic!(d, a, b, |x, y| x + y, operators::add),
            Op::AddRem { d, a, b } => {
                if let (Value::Number(x), Value::Number(y)) = (&regs[a], &regs[b])
                    && let Op::RemNumber { d: rest, n, .. } = *ip.next().op()
                {
                    let divisor = *entry(numbers, usize::from(n));
                    let inverse = *entry(inverses, usize::from(n));
                    let (sum, n) = remainder_of_sum(*x, *y, divisor, inverse);
                    regs.set_number(d, sum);
                    regs.set_number(rest, n);
                    ip = ip.next();
                } else {
                    attempt!(slow::binary(regs, m.function, (d, a, b), operators::add));
                    bounded!();
                }
            }
            Op::Sub { d, a, b } => arithmetic!(d, a, b, |x, y| x - y, operators::subtract),
            Op::Mul { d, a, b } => arithmetic!(d, a, b, |x, y| x * y, operators::multiply),
            Op::Div { d, a, b } => arithmetic!(d, a, b, |x, y| x / y, operators::divide),
            Op::Rem { d, a, b } => arithmetic!(d, a, b, remainder_of, operators::remainder),
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
                let inverse = *entry(inverses, usize::from(n));
                let rest = |x, y| remainder_with(x, y, inverse);
                arithmetic_number!(d, a, n, rest, operators::remainder);
            }
            Op::Not { d, a } => {
                let truth = truth!(a);
                regs.set_bool(d, !truth);
            }
            Op::Truth { d, a } => {
                let truth = truth!(a);
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
            Op::Increment { d } => step!(d, 1.0),
            Op::Decrement { d } => step!(d, -1.0),
            Op::ConcatAll { d, base, count } => {
                attempt!(slow::concat_all(regs, m.function, d, (base, count)));
                bounded!();
            }
            Op::TextBefore { d, k, b } => {
                let text = entry(&loaded.constants, usize::from(k));
                attempt!(slow::text_before(regs, m.function, d, (text, b)));
                bounded!();
            }
            Op::AppendText { d, s } => {
                attempt!(slow::append_text(regs, m.function, d, s));
                bounded!();
            }
            Op::AppendAll { d, base, count } => {
                attempt!(slow::append_all(regs, m.function, d, base, count));
                bounded!();
            }

            Op::Jump { off } => jump!(off),
            Op::JumpIf { s, off } => jump_when!(truth!(s), off),
            Op::JumpIfNot { s, off } => jump_when!(!truth!(s), off),
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
                step!(i, 1.0);
                jump_when!(compare!(i, limit, |x, y| x < y, operators::less), off);
            }
            Op::StepLessNumber { i, n, off } => {
                step!(i, 1.0);
                jump_when!(compare_number!(i, n, |x, y| x < y, operators::less), off);
            }
            Op::StepLessEqual { i, limit, off } => {
                step!(i, 1.0);
                jump_when!(compare!(i, limit, |x, y| x <= y, operators::less_equal), off);
            }
            Op::StepLessEqualNumber { i, n, off } => {
                step!(i, 1.0);
                jump_when!(compare_number!(i, n, |x, y| x <= y, operators::less_equal), off);
            }

            Op::Array { d, capacity } => {
                regs[d].put(Value::Array(Array::with_capacity(capacity.into())));
            }
            Op::Push { a, v } => {
                checked!(v);
                let value = regs[v].copy();
                attempt!(path::push(&mut regs[a], value));
                bounded!();
            }
            Op::SetIndex { a, k, v } => {
                let mut owner = regs;
                if let Value::Number(n) = regs[k]
                    && regs[v].is_plain_and_set()
                    && let Value::Array(array) = &mut owner[a]
                    && let Some(place) = array.own_element(n)
                {
                    regs.store_plain(place, v);
                } else if let (Value::Number(n), Value::Boolean(flag)) = (&regs[k], &regs[v])
                    && let Value::Array(array) = &mut owner[a]
                    && array.own_flag(*n, *flag)
                {
                } else {
                    attempt!(path::set_index(regs, m.function, m.unit, (a, k, v)));
                    bounded!();
                }
            }
            Op::Index { d, a, k } => {
                if let (Value::Array(array), Value::Number(n)) = (&regs[a], &regs[k])
                    && let Some(value) = array.at_number(*n)
                {
                    regs.load(d, value);
                } else {
                    attempt!(member::index(regs, m.function, m.unit, d, (a, k)));
                }
            }
            Op::IndexConst { d, a, k } => {
                let key = entry(&loaded.keys, usize::from(k));
                if let Value::Array(array) = &regs[a]
                    && let Some(value) = array.get(key)
                {
                    regs.load(d, value);
                } else if !member::byte(regs, d, a, key) {
                    attempt!(member::index_key(regs, m.function, m.unit, d, (a, key)));
                }
            }

            Op::SliceFrom { d, a, first } => {
                if !slow::slice_from(regs, d, a, first) {
                    attempt!(slow::slice_part(regs, m.function, d, (a, Some(first), None)));
                }
                bounded!();
            }
            Op::SliceTo { d, a, last } => {
                if !slow::slice_to(regs, d, a, last) {
                    attempt!(slow::slice_part(regs, m.function, d, (a, None, Some(last))));
                }
                bounded!();
            }

            Op::Member { d, o, site } => {
                let site = entry(&loaded.sites, usize::from(site));
                let owner = regs;
                if let Value::Object(object) = &owner[o]
                    && let Some(slots) = object.slots_of(site)
                    && let Some(value) = slots.get(site.found.get() as usize)
                    && value.is_set()
                {
                    // The borrow of the slots ends before the register is written, since that may
                    // drop the instance.
                    if let Value::Number(n) = value {
                        let n = *n;
                        drop(slots);
                        regs.set_number(d, n);
                    } else {
                        let value = value.copy();
                        drop(slots);
                        regs[d].put(value);
                    }
                } else {
                    let value = attempt!(member::get(regs, m.function, m.unit, o, site));
                    regs[d].put(value);
                }
            }
            Op::SetMember { o, site, v } => {
                let site = entry(&loaded.sites, usize::from(site));
                if let Value::Object(object) = &regs[o]
                    && object.shape_id() == site.seen.get()
                    && regs[v].is_set()
                {
                    object.overwrite(site, &regs[v]);
                } else {
                    attempt!(member::set(regs, m.function, m.unit, (o, v), site));
                    bounded!();
                }
            }

            Op::Call { d, base, argc, function } => {
                enter!(u32::from(function), base.0, base.0, argc, d)
            }
            Op::CallNative { d, base, argc, native } => {
                let linked = *entry(&loaded.natives, usize::from(native));
                let args = regs.run(base, argc.into());
                native!(d, args, linked.decl.name, linked.native);
            }
            Op::CallMethod { d, base, argc, site } => {
                let site = entry(&loaded.sites, usize::from(site));
                if let Value::Object(object) = &regs[base]
                    && object.class_key() == site.seen.get()
                    && Rc::ptr_eq(object.unit(), m.unit)
                {
                    enter!(site.found.get(), base.0, base.0 + 1, argc, d);
                }
                match attempt!(member::method(regs, m.function, m.unit, base, site)) {
                    member::Callee::Own(callee) => enter!(callee, base.0, base.0 + 1, argc, d),
                    member::Callee::Native(decl, method, object) => {
                        attempt!(slow::count(decl, argc.into()));
                        let args = regs.run(Reg(base.0 + 1), argc.into());
                        native!(d, args, decl.name, |cx, args| method(cx, object.object(), args));
                    }
                    member::Callee::Value(callee) => {
                        regs[base] = callee;
                        let base = m.base + usize::from(base.0);
                        let target = Target::Register(d);
                        leave!(Exit::Invoke { base, argc: argc.into(), target })
                    }
                }
            }
            Op::Return { s } => {
                checked!(s);
                // A number goes by itself: reading all of a value that was just written in parts
                // costs a stall.
                if let Value::Number(n) = regs[s] {
                    give_back!(n, set_number);
                }
                give_back!(regs[s].take(), set)
            }
            Op::ReturnNone => give_back!(Value::None, set),

            Op::IterNext { i, v, off } => match iterate::next(regs, i, v, None) {
                iterate::Item::Given => {}
                iterate::Item::End => jump!(off),
                iterate::Item::Ask(generator) => {
                    let at = ip.pc(&m.function.code);
                    leave!(Exit::GeneratorNext { generator, at })
                }
            },
            Op::IterNextKey { i, v, off } => match iterate::next(regs, i, v, Some(Reg(i.0 + 1))) {
                iterate::Item::Given => {}
                iterate::Item::End => jump!(off),
                iterate::Item::Ask(generator) => {
                    let at = ip.pc(&m.function.code);
                    leave!(Exit::GeneratorNext { generator, at })
                }
            },
            Op::Nop => {}
            // All of them by name: then every instruction has its place in the table of the jump, and
            // nothing needs to ask whether it has.
            op @ (Op::Unset { .. }
            | Op::MakeCell { .. }
            | Op::CellGetQuiet { .. }
            | Op::CellIsSet { .. }
            | Op::CellUnset { .. }
            | Op::BindGlobal { .. }
            | Op::GlobalCell { .. }
            | Op::GlobalGetQuiet { .. }
            | Op::GlobalSet { .. }
            | Op::GlobalIsSet { .. }
            | Op::GlobalUnset { .. }
            | Op::Pow { .. }
            | Op::And { .. }
            | Op::Or { .. }
            | Op::Xor { .. }
            | Op::ShiftLeft { .. }
            | Op::ShiftRight { .. }
            | Op::ShiftZero { .. }
            | Op::Negate { .. }
            | Op::Plus { .. }
            | Op::BitNot { .. }
            | Op::Match { .. }
            | Op::NotMatch { .. }
            | Op::Concat { .. }
            | Op::List { .. }
            | Op::Record { .. }
            | Op::Spread { .. }
            | Op::Slice { .. }
            | Op::PathSet { .. }
            | Op::PathUpdate { .. }
            | Op::PathCrement { .. }
            | Op::PathIsSet { .. }
            | Op::PathUnset { .. }
            | Op::PathSplice { .. }
            | Op::PathUnsetSlice { .. }
            | Op::Nth { .. }
            | Op::Field { .. }
            | Op::Rest { .. }
            | Op::CallValue { .. }
            | Op::New { .. }
            | Op::CallSpread { .. }
            | Op::CallMethodSpread { .. }
            | Op::CacheCall { .. }
            | Op::CacheCallSpread { .. }
            | Op::Yield { .. }
            | Op::Function { .. }
            | Op::Native { .. }
            | Op::Class { .. }
            | Op::Closure { .. }
            | Op::IterStart { .. }
            | Op::Echo { .. }
            | Op::Throw { .. }
            | Op::Fail { .. }
            | Op::NoMatch { .. }
            | Op::EndCleanup { .. }
            | Op::RunModule { .. }
            | Op::Lock { .. }
            | Op::Unlock { .. }
            | Op::Break { .. }) => match rare::run(&mut m, regs, op) {
                Ok(()) => bounded!(),
                Err(exit) => leave!(exit),
            },
        }
        ip = ip.next();
    };
    *fuel = m.fuel;
    exit
}
