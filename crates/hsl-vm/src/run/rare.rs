//! Instructions that are rare, or whose work is long beside that of finding them.

use std::rc::Rc;

use super::machine::Machine;
use super::registers::{Window, entry};
use super::{Exit, barrier, cache, iterate, member, path, slow};
use crate::code::{Op, Reg};
use crate::fiber::Target;
use crate::native::{NativeStep, Thrown};
use crate::operators::{self, Bits};
use crate::value::{Array, Value, memory};

/// Runs an instruction that the loop does not know itself.
///
/// # Errors
/// What else must happen now.
#[inline(never)]
pub(super) fn run(m: &mut Machine<'_>, mut regs: Window, op: Op) -> Result<(), Exit> {
    let (function, unit, loaded) = (m.function, m.unit, m.loaded);
    let bits = |d, a, b, bits| {
        slow::binary(regs, function, (d, a, b), |a, b| operators::bitwise(bits, a, b))
    };
    match op {
        Op::Unset { d, s } => {
            let set = regs[s].take().is_set();
            regs.set_bool(d, set);
        }
        Op::MakeCell { d } => {
            let value = regs[d].take();
            regs[d].put(unit.cell(value));
        }
        Op::CellGetQuiet { d, c } => {
            let value = slow::cell(&regs, c)?.borrow().copy();
            regs[d].put(if value.is_set() { value } else { Value::None });
        }
        Op::CellIsSet { d, c } => {
            let set = slow::cell(&regs, c)?.borrow().is_set();
            regs.set_bool(d, set);
        }
        Op::CellUnset { d, c } => {
            let set = slow::cell(&regs, c)?.replace(Value::Unset).is_set();
            regs.set_bool(d, set);
        }
        Op::BindGlobal { c, g } => {
            slow::bind_global(regs, function, c, entry(&unit.globals, g as usize))?;
        }
        Op::GlobalCell { d, g } => {
            regs[d].put(Value::Cell(Rc::clone(entry(&unit.globals, g as usize))));
        }
        Op::GlobalGetQuiet { d, g } => {
            let value = entry(&unit.globals, g as usize).borrow().copy();
            regs[d].put(if value.is_set() { value } else { Value::None });
        }
        Op::GlobalSet { s, g } => {
            slow::check(regs, function, s)?;
            slow::writable(unit, g)?;
            let old = entry(&unit.globals, g as usize).replace(regs[s].copy());
            drop(old);
        }
        Op::GlobalIsSet { d, g } => {
            let set = entry(&unit.globals, g as usize).borrow().is_set();
            regs.set_bool(d, set);
        }
        Op::GlobalUnset { d, g } => {
            slow::writable(unit, g)?;
            let set = entry(&unit.globals, g as usize).replace(Value::Unset).is_set();
            regs.set_bool(d, set);
        }

        Op::Pow { d, a, b } => slow::binary(regs, function, (d, a, b), operators::power)?,
        Op::And { d, a, b } => bits(d, a, b, Bits::And)?,
        Op::Or { d, a, b } => bits(d, a, b, Bits::Or)?,
        Op::Xor { d, a, b } => bits(d, a, b, Bits::Xor)?,
        Op::ShiftLeft { d, a, b } => bits(d, a, b, Bits::ShiftLeft)?,
        Op::ShiftRight { d, a, b } => bits(d, a, b, Bits::ShiftRight)?,
        Op::ShiftZero { d, a, b } => bits(d, a, b, Bits::ShiftZero)?,
        Op::Negate { d, a } => slow::unary(regs, function, d, a, operators::negate)?,
        Op::Plus { d, a } => slow::unary(regs, function, d, a, operators::plus)?,
        Op::BitNot { d, a } => slow::unary(regs, function, d, a, operators::bit_not)?,
        Op::Match { d, a, b } => {
            let result = slow::compare(regs, function, a, b, operators::matches)?;
            regs.set_bool(d, result);
        }
        Op::NotMatch { d, a, b } => {
            let result = slow::compare(regs, function, a, b, operators::matches)?;
            regs.set_bool(d, !result);
        }
        Op::Concat { d, a, b } => {
            slow::binary(regs, function, (d, a, b), |a, b| Ok(operators::concat(a, b)))?;
        }

        Op::List { d, base, count } => {
            let items = regs.run(base, count.into()).iter_mut().map(Value::take);
            let list = Array::from(items.collect::<Vec<_>>());
            regs[d].put(Value::Array(list));
        }
        Op::Record { d, base, count, k } => {
            let values = regs.run(base, count.into()).iter_mut().map(Value::take);
            let keys = entry(&loaded.constants, usize::from(k)).as_array();
            let record = keys.map(|keys| keys.with_values(values)).unwrap_or_default();
            regs[d].put(Value::Array(record));
        }
        Op::Spread { a, s } => {
            if let Some(step) = slow::spread(regs, function, a, s)? {
                return Err(step_to(a, step, "..."));
            }
        }
        Op::Slice { d, base } => slow::slice(regs, function, d, base)?,
        Op::PathSet { path, v } => path::set(regs, function, unit, path, v)?,
        Op::PathUpdate { op, path, v, d } => {
            path::update(regs, function, unit, path, (op, v, d))?;
        }
        Op::PathCrement { kind, path, d } => {
            path::crement(regs, function, unit, path, (kind, d))?;
        }
        Op::PathIsSet { d, path } => {
            let set = path::is_set(regs, function, unit, path)?;
            regs.set_bool(d, set);
        }
        Op::PathUnset { d, path } => {
            let set = path::unset(regs, function, unit, path)?;
            regs.set_bool(d, set);
        }
        Op::PathSplice { path, base } => path::splice(regs, function, unit, path, base)?,
        Op::PathUnsetSlice { d, path, base } => {
            let set = path::unset_slice(regs, function, unit, path, base)?;
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
        }

        Op::CallValue { d, base, argc } => {
            slow::check(regs, function, base)?;
            let base = m.base + usize::from(base.0);
            let target = Target::Register(d);
            return Err(Exit::Invoke { base, argc: argc.into(), target });
        }
        Op::New { d, base, argc, class } => {
            regs[base] = slow::class_value(unit, class.into());
            let base = m.base + usize::from(base.0);
            let target = Target::Register(d);
            return Err(Exit::Invoke { base, argc: argc.into(), target });
        }
        Op::CallSpread { d, base } => {
            let step = slow::spread_call(regs, function, base)?;
            return Err(step_to(d, step, "..."));
        }
        Op::CallMethodSpread { d, base, site } => {
            let site = entry(&loaded.sites, usize::from(site));
            regs[base] = member::get(regs, function, unit, base, site)?;
            let step = slow::spread_call(regs, function, base)?;
            return Err(step_to(d, step, "..."));
        }
        Op::CacheCall { d, base, argc, k } => {
            let name = entry(&loaded.constants, usize::from(k));
            let step = cache::call(regs.run(base, usize::from(argc) + 2), name)?;
            return Err(step_to(d, step, "cache"));
        }
        Op::CacheCallSpread { d, base, k } => {
            let name = entry(&loaded.constants, usize::from(k));
            let step = cache::spread_call(regs.run(base, 3), name)?;
            return Err(step_to(d, step, "cache"));
        }
        Op::Yield { d, s } => {
            slow::check(regs, function, s)?;
            return Err(Exit::YieldItem { item: regs[s].clone(), register: d });
        }
        Op::Function { d, function } => {
            regs[d].put(slow::function_value(unit, function, Box::default()));
        }
        Op::Native { d, native } => {
            let linked = *entry(&loaded.natives, native as usize);
            regs[d].put(slow::native_value(linked));
        }
        Op::Class { d, class } => regs[d].put(slow::class_value(unit, class)),
        Op::Closure { d, base, function } => {
            let count = entry(m.functions, usize::from(function)).captures;
            let captures = regs.run(base, count.into()).iter().cloned().collect();
            regs[d].put(slow::function_value(unit, function.into(), captures));
        }
        Op::IterStart { d, s } => {
            slow::check(regs, function, s)?;
            let iteration = iterate::start(&regs[s])?;
            regs[d].put(iteration);
        }

        Op::Echo { s } => {
            slow::check(regs, function, s)?;
            let text = regs[s].to_text();
            // A text that was cut because it is too long is not shown.
            if !memory::is_exceeded() {
                m.fiber.surroundings.world.echo(&text);
            }
        }
        Op::Throw { s } => {
            slow::check(regs, function, s)?;
            return Err(Exit::Throw(Thrown::Value(regs[s].clone())));
        }
        Op::Fail { k } => {
            let message = entry(&loaded.constants, k as usize).to_text();
            return Err(Exit::Throw(Thrown::Error(message.to_lossy().into_owned())));
        }
        Op::NoMatch { s } => return Err(Exit::Throw(slow::no_match(&regs[s]))),
        Op::EndCleanup { s } => return Err(Exit::EndCleanup(regs[s].take())),
        Op::RunModule { module } if unit.start_module(module) => {
            return Err(Exit::Module(module));
        }
        Op::Lock { bind, d, s } => {
            slow::check(regs, function, s)?;
            let key = regs[s].to_text().to_vec();
            return Err(Exit::Lock { key, register: d, fetch: bind });
        }
        Op::Unlock { bind, s } => {
            return Err(Exit::Unlock { value: bind.then(|| barrier::variable(&regs[s])) });
        }
        // A breakpoint is met by the loop that watches for it; all others the loop knows.
        _ => {}
    }
    Ok(())
}

fn step_to(d: Reg, step: NativeStep, name: &'static str) -> Exit {
    Exit::Step { step, name, target: Target::Register(d) }
}
