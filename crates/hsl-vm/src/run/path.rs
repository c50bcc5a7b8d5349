//! Changing places inside variables.
//!
//! A change walks from the root through arrays, which are created where they are missing. When it
//! meets an instance, it lets go of everything above and starts again from there, so that no two
//! borrows of an instance can meet, whatever refers to what.
//!
//! *Invariants*: keys are cast before the walk; nothing in a walk can call script code.
//!
//! *Sources*: language reference, 7.2 and 7.3.

use std::rc::Rc;

use smallvec::SmallVec;

use super::member::{self, Asker};
use super::registers::Window;
use super::slow;
use crate::code::{Binary, Crement, Function, Path, PathStep, Reg, Root};
use crate::native::Thrown;
use crate::operators;
use crate::unit::Unit;
use crate::value::{Array, Cell, Instance, Key, Value};

/// A step with its key.
enum Step {
    Key { key: Key, dynamic: bool },
    Append,
}

type Steps = SmallVec<[Step; 4]>;

/// What a walk came to.
enum Walked<R> {
    Changed(R),
    /// An instance, and how many steps are left from there.
    Instance(Rc<Instance>, usize),
}

/// What to do with a place. Called at most once.
type Change<'c, R> = &'c mut dyn FnMut(&mut Value) -> Result<R, Thrown>;

/// `R[a][] = value`
#[inline]
pub(super) fn push(place: &mut Value, value: Value) -> Result<(), Thrown> {
    array_at(place)?.push(value);
    Ok(())
}

/// `R[a][R[k]] = R[v]`
#[inline]
pub(super) fn set_index(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    (a, k, v): (Reg, Reg, Reg),
) -> Result<(), Thrown> {
    slow::check(regs, function, k)?;
    slow::check(regs, function, v)?;
    let operands = regs;
    // A text is not the array, and neither is the value: all three may be borrowed.
    if let Value::String(text) = &operands[k]
        && let Value::Array(array) = &mut regs[a]
        && v != a
        && array.set_in_place(text, &operands[v])
    {
        return Ok(());
    }
    let mut value = regs[v].copy();
    if let Value::Number(n) = regs[k]
        && let Value::Array(array) = &mut regs[a]
    {
        match array.set_number(n, value) {
            Ok(()) => return Ok(()),
            Err(back) => value = back,
        }
    }
    if let Value::String(text) = &operands[k]
        && let Value::Array(array) = &mut regs[a]
    {
        array.set_text(text, value);
        return Ok(());
    }
    let key = Key::cast(&regs[k]);
    if let Value::Array(array) = &mut regs[a] {
        array.set(key, value);
        return Ok(());
    }
    if let Value::Object(object) = &regs[a] {
        let object = Rc::clone(object);
        let steps: Steps = [Step::Key { key, dynamic: true }].into_iter().collect();
        let asker = Asker { function, unit };
        let this = member::this_of(&regs, function).cloned();
        return change_instance(object, &steps, asker, this.as_ref(), &mut |place| {
            *place = value.clone();
            Ok(())
        });
    }
    set_key(&mut regs[a], &key, value)
}

/// `place[key] = value` where the place holds no instance.
pub(super) fn set_key(place: &mut Value, key: &Key, value: Value) -> Result<(), Thrown> {
    array_at(place)?.set(key.clone(), value);
    Ok(())
}

/// `path = R[v]`
pub(super) fn set(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    v: Reg,
) -> Result<(), Thrown> {
    slow::check(regs, function, v)?;
    let value = regs[v].clone();
    change(regs, function, unit, path, &mut |place| {
        *place = value.clone();
        Ok(())
    })
}

/// `path op= R[v]`
pub(super) fn update(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    (op, v, d): (Binary, Reg, Reg),
) -> Result<(), Thrown> {
    slow::check(regs, function, v)?;
    if op == Binary::Concat && append_to_element(regs, &function.paths[usize::from(path)], (v, d)) {
        return Ok(());
    }
    let operand = regs[v].clone();
    let name = &function.paths[usize::from(path)];
    let bare = name.steps.is_empty();
    let undefined = || undefined_root(function, unit, name);
    let result = change(regs, function, unit, path, &mut |place| {
        match place {
            Value::Unset if bare => return Err(undefined()),
            Value::Unset => *place = Value::None,
            _ => {}
        }
        if op == Binary::Concat {
            operators::concat_into(place, &operand);
        } else {
            *place = operators::binary(op, place, &operand)?;
        }
        Ok(place.clone())
    })?;
    regs[d] = result;
    Ok(())
}

/// `$array[$text] .= R[v]` where the element exists; whether it was that.
fn append_to_element(mut regs: Window, path: &Path, (v, d): (Reg, Reg)) -> bool {
    let (Root::Register(root), [PathStep::Key(key)]) = (path.root, &path.steps[..]) else {
        return false;
    };
    let operands = regs;
    // Neither the key, a text, nor the operand is the array, so all three may be borrowed.
    if let Value::String(text) = &operands[*key]
        && let Value::Array(array) = &mut regs[root]
        && v != root
        && let Some(place) = array.text_mut(text)
    {
        operators::concat_into(place, &operands[v]);
        let result = place.clone();
        regs[d] = result;
        return true;
    }
    false
}

/// `++` and `--` on a path.
pub(super) fn crement(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    (kind, d): (Crement, Reg),
) -> Result<(), Thrown> {
    let by = match kind {
        Crement::PreIncrement | Crement::PostIncrement => 1.0,
        Crement::PreDecrement | Crement::PostDecrement => -1.0,
    };
    let name = &function.paths[usize::from(path)];
    let bare = name.steps.is_empty();
    let undefined = || undefined_root(function, unit, name);
    let result = change(regs, function, unit, path, &mut |place| {
        match place {
            Value::Unset if bare => return Err(undefined()),
            Value::Unset => *place = Value::None,
            _ => {}
        }
        let new = slow::stepped(place, by)?;
        let old = std::mem::replace(place, new);
        Ok(match kind {
            Crement::PreIncrement | Crement::PreDecrement => place.clone(),
            Crement::PostIncrement | Crement::PostDecrement => old,
        })
    })?;
    regs[d] = result;
    Ok(())
}

/// `isset(path)`
pub(super) fn is_set(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
) -> Result<bool, Thrown> {
    exists(regs, function, unit, path, Bytes::Present)
}

/// Whether the bytes of a string count as existing elements: they can be read but not removed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bytes {
    Present,
    Missing,
}

fn exists(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    bytes: Bytes,
) -> Result<bool, Thrown> {
    let path = &function.paths[usize::from(path)];
    let asker = Asker { function, unit };
    let mut value = root_value(regs, unit, path.root)?;
    for step in resolve(regs, function, unit, path)? {
        let Step::Key { key, .. } = step else { return Ok(false) };
        let next = match &value {
            Value::Array(array) => array.get(&key).cloned(),
            Value::Object(object) => {
                let visible = match &key {
                    Key::Str(name) => member::readable(object, name, asker).is_ok(),
                    _ => true,
                };
                object.get(&key).filter(|_| visible)
            }
            Value::String(_) if bytes == Bytes::Missing => None,
            Value::String(_) | Value::Native(_) => {
                Some(member::element(&value, &key, asker)?).filter(|value| !value.is_none())
            }
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return Ok(false),
        }
    }
    Ok(value.is_set())
}

/// `unset(path)`
pub(super) fn unset(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
) -> Result<bool, Thrown> {
    // Looking first keeps a change from creating what it only wants to remove, and shared arrays
    // from being copied for nothing.
    let existed = exists(regs, function, unit, path, Bytes::Missing)?;
    let mut steps = resolve(regs, function, unit, &function.paths[usize::from(path)])?;
    let last = steps.pop();
    let Some(Step::Key { key, .. }) = last else {
        if existed {
            change(regs, function, unit, path, &mut |place| {
                *place = Value::Unset;
                Ok(())
            })?;
        }
        return Ok(existed);
    };
    if !existed {
        return Ok(false);
    }
    let asker = Asker { function, unit };
    let this = member::this_of(&regs, function).cloned();
    let path = &function.paths[usize::from(path)];
    change_steps(regs, asker, path.root, &steps, this.as_ref(), &mut |place| match place {
        Value::Array(array) => {
            array.remove(&key);
            Ok(())
        }
        Value::Object(object) => {
            if let Key::Str(name) = &key {
                member::assignable(object, name, asker, this.as_ref())?;
            }
            let old = object.update(&key, true, Value::take);
            drop(old);
            Ok(())
        }
        other => Err(refused(other)),
    })?;
    Ok(true)
}

/// `path[first:last] = value`
pub(super) fn splice(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    base: Reg,
) -> Result<(), Thrown> {
    let [first, last, value] = operands(regs, function, base)?;
    change(regs, function, unit, path, &mut |place| {
        let array = array_at(place)?;
        *array = operators::splice(array, &first, &last, &value)?;
        Ok(())
    })
}

/// `unset(path[first:last])`
pub(super) fn unset_slice(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    base: Reg,
) -> Result<bool, Thrown> {
    if !exists(regs, function, unit, path, Bytes::Missing)? {
        return Ok(false);
    }
    let [first, last] = operands(regs, function, base)?;
    change(regs, function, unit, path, &mut |place| match place {
        Value::Array(array) => Ok(operators::unset_slice(array, &first, &last)?),
        _ => Ok(false),
    })
}

fn operands<const N: usize>(
    regs: Window,
    function: &Function,
    base: Reg,
) -> Result<[Value; N], Thrown> {
    for at in 0..N as u16 {
        slow::check(regs, function, Reg(base.0 + at))?;
    }
    Ok(std::array::from_fn(|at| regs[Reg(base.0 + at as u16)].clone()))
}

fn undefined_root(function: &Function, unit: &Unit, path: &Path) -> Thrown {
    match path.root {
        Root::Register(reg) | Root::Cell(reg) => slow::undefined(function, reg),
        Root::Global(global) => slow::undefined_global(unit, global),
    }
}

fn root_value(regs: Window, unit: &Unit, root: Root) -> Result<Value, Thrown> {
    Ok(match root {
        Root::Register(reg) => regs[reg].clone(),
        Root::Cell(reg) => slow::cell(&regs, reg)?.borrow().clone(),
        Root::Global(global) => unit.globals[global as usize].borrow().clone(),
    })
}

fn resolve(regs: Window, function: &Function, unit: &Unit, path: &Path) -> Result<Steps, Thrown> {
    let step = |step: &PathStep| {
        Ok(match step {
            PathStep::Key(reg) => {
                slow::check(regs, function, *reg)?;
                Step::Key { key: Key::cast(&regs[*reg]), dynamic: true }
            }
            PathStep::Const(k) => {
                Step::Key { key: Key::cast(&unit.constants[*k as usize]), dynamic: false }
            }
            PathStep::Append => Step::Append,
        })
    };
    path.steps.iter().map(step).collect()
}

/// Changes the place that a path names.
fn change<R>(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    path: u16,
    change: Change<'_, R>,
) -> Result<R, Thrown> {
    let path = &function.paths[usize::from(path)];
    let steps = resolve(regs, function, unit, path)?;
    let this = member::this_of(&regs, function).cloned();
    change_steps(regs, Asker { function, unit }, path.root, &steps, this.as_ref(), change)
}

fn change_steps<R>(
    mut regs: Window,
    asker: Asker<'_>,
    root: Root,
    steps: &[Step],
    this: Option<&Value>,
    change: Change<'_, R>,
) -> Result<R, Thrown> {
    let in_cell = |cell: &Cell, change: Change<'_, R>| walk(&mut cell.borrow_mut(), steps, change);
    let walked = match root {
        Root::Register(reg) => walk(&mut regs[reg], steps, change)?,
        Root::Cell(reg) => {
            let cell = Rc::clone(slow::cell(&regs, reg)?);
            in_cell(&cell, change)?
        }
        Root::Global(global) => {
            // A read-only hook variable may hold an object whose own state may change.
            let cell = &asker.unit.globals[global as usize];
            let content = cell.borrow().clone();
            if !matches!(content, Value::Object(_)) {
                slow::writable(asker.unit, global)?;
            }
            drop(content);
            in_cell(cell, change)?
        }
    };
    match walked {
        Walked::Changed(result) => Ok(result),
        Walked::Instance(instance, left) => {
            change_instance(instance, &steps[steps.len() - left..], asker, this, change)
        }
    }
}

fn change_instance<R>(
    instance: Rc<Instance>,
    steps: &[Step],
    asker: Asker<'_>,
    this: Option<&Value>,
    change: Change<'_, R>,
) -> Result<R, Thrown> {
    let Some((Step::Key { key, dynamic }, rest)) = steps.split_first() else {
        return Err(Thrown::error("[] does not apply to an object"));
    };
    if let Key::Str(name) = key {
        member::assignable(&instance, name, asker, this)?;
    }
    match instance.update(key, *dynamic, |place| walk(place, rest, change))? {
        Walked::Changed(result) => Ok(result),
        Walked::Instance(next, left) => {
            change_instance(next, &rest[rest.len() - left..], asker, this, change)
        }
    }
}

/// Walks through arrays and changes the place at the end. An instance under further steps ends the
/// walk early. A change that throws leaves everything as it was.
fn walk<R>(place: &mut Value, steps: &[Step], change: Change<'_, R>) -> Result<Walked<R>, Thrown> {
    let Some((step, rest)) = steps.split_first() else {
        return change(place).map(Walked::Changed);
    };
    let array = match place {
        Value::Array(array) => array,
        Value::Object(instance) => return Ok(Walked::Instance(Rc::clone(instance), steps.len())),
        other => {
            let (grown, result) = grow(other, steps, change)?;
            *other = grown;
            return Ok(Walked::Changed(result));
        }
    };
    if let Step::Key { key, .. } = step
        && let Some(next) = array.get_mut(key)
    {
        return walk(next, rest, change);
    }
    let (grown, result) = grow(&Value::None, rest, change)?;
    insert(array, step, grown);
    Ok(Walked::Changed(result))
}

fn insert(array: &mut Array, step: &Step, value: Value) {
    match step {
        Step::Key { key, .. } => array.set(key.clone(), value),
        Step::Append => array.push(value),
    }
}

/// What a value that holds no elements becomes by a change below it. The change sees the byte that
/// the steps read from a string: `$s[0] .= "x"` starts from it, then replaces the string.
fn grow<R>(old: &Value, steps: &[Step], change: Change<'_, R>) -> Result<(Value, R), Thrown> {
    if !steps.is_empty() && !gives_way(old) {
        return Err(refused(old));
    }
    let read = |value: Value, step: &Step| match (&value, step) {
        (Value::String(text), Step::Key { key, .. }) => member::byte_at(text, key),
        _ => Value::None,
    };
    let mut place = steps.iter().fold(old.clone(), read);
    let result = change(&mut place)?;
    let nest = |value: Value, step: &Step| {
        let mut array = Array::new();
        insert(&mut array, step, value);
        Value::Array(array)
    };
    Ok((steps.iter().rev().fold(place, nest), result))
}

/// The array in a place; what cannot hold elements is replaced by an empty one.
#[inline]
fn array_at(place: &mut Value) -> Result<&mut Array, Thrown> {
    if !matches!(place, Value::Array(_)) {
        replace_by_array(place)?;
    }
    match place {
        Value::Array(array) => Ok(array),
        other => Err(refused(other)),
    }
}

#[cold]
fn replace_by_array(place: &mut Value) -> Result<(), Thrown> {
    if !gives_way(place) {
        return Err(refused(place));
    }
    *place = Value::Array(Array::new());
    Ok(())
}

/// Whether an array takes the place of a value when an element of it is written.
fn gives_way(value: &Value) -> bool {
    matches!(
        value,
        Value::Unset | Value::None | Value::Boolean(_) | Value::Number(_) | Value::String(_)
    )
}

#[cold]
fn refused(value: &Value) -> Thrown {
    Thrown::Error(format!("elements of a {} cannot be changed", value.type_name()))
}
