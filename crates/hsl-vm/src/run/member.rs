//! Elements, properties and methods: reading them, and who may.
//!
//! *Invariants*: a site remembers a slot or method only after access to it was allowed, which depends
//! on nothing but the class of the instance and the function that the site stands in.
//!
//! *Sources*: language reference, sections 7.2 and 12.

use std::rc::Rc;

use hsl_decl::Function as Declaration;

use super::registers::Window;
use super::{Generator, slow};
use crate::code::{ClassDef, Function, FunctionId, Reg, Storage};
use crate::native::{NativeMethod, NativeRef, Thrown};
use crate::unit::{Site, Unit};
use crate::value::{Callable, Instance, Key, Str, Value};

/// What a method call found.
pub(super) enum Callee {
    /// An instance function of the running unit; the receiver stays in place.
    Own(FunctionId),
    /// A method of a native object.
    Native(&'static Declaration, NativeMethod, NativeRef),
    /// Something to call as a value.
    Value(Value),
}

/// Who asks: the running function.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) function: &'a Function,
    pub(super) unit: &'a Rc<Unit>,
}

impl Asker<'_> {
    /// Whether the function belongs to the class of the instance.
    pub(super) fn is_of_class(self, instance: &Instance) -> bool {
        self.function.class.is_some_and(|class| self.unit.class_key(class) == instance.class_key())
    }
}

/// `R[d] = R[a][R[k]]`
#[inline(never)]
pub(super) fn index(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    d: Reg,
    (a, k): (Reg, Reg),
) -> Result<(), Thrown> {
    if let Value::Array(array) = &regs[a]
        && let key @ (Value::Number(_) | Value::String(_)) = &regs[k]
    {
        load(regs, d, array.index(key));
        return Ok(());
    }
    slow::check(regs, function, a)?;
    slow::check(regs, function, k)?;
    let value = match &regs[a] {
        Value::String(text) => byte_at(text, &Key::cast(&regs[k])),
        value => element(value, &Key::cast(&regs[k]), Asker { function, unit })?,
    };
    regs[d].put(value);
    Ok(())
}

/// `R[d] = R[a][key]` where that is a byte of a text; whether it is.
#[inline(never)]
pub(super) fn byte(mut regs: Window, d: Reg, a: Reg, key: &Key) -> bool {
    // Negative positions are beyond any text.
    if let (Value::String(text), Key::Int(at)) = (&regs[a], key)
        && let Some(byte) = text.get(*at as usize).copied()
    {
        regs[d].put(Value::String(Str::byte(byte)));
        return true;
    }
    false
}

/// `R[d] = R[a][key]`
#[inline(never)]
pub(super) fn index_key(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    d: Reg,
    (a, key): (Reg, &Key),
) -> Result<(), Thrown> {
    match &regs[a] {
        Value::Array(array) => load(regs, d, array.get(key)),
        Value::String(text) => {
            let byte = byte_at(text, key);
            regs[d].put(byte);
        }
        _ => {
            let value = index_other(regs, function, unit, (a, key))?;
            regs[d].put(value);
        }
    }
    Ok(())
}

/// Apart, so that elements and bytes need not make room for its errors.
#[cold]
#[inline(never)]
fn index_other(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    (a, key): (Reg, &Key),
) -> Result<Value, Thrown> {
    slow::check(regs, function, a)?;
    element(&regs[a], key, Asker { function, unit })
}

/// Copies an element into a register; none when there is none.
#[inline(always)]
fn load(mut regs: Window, d: Reg, element: Option<&Value>) {
    match element {
        Some(value) => regs.load(d, value),
        None => regs[d].put(Value::None),
    }
}

/// The element, byte or property under a key; none when there is none.
pub(super) fn element(value: &Value, key: &Key, asker: Asker<'_>) -> Result<Value, Thrown> {
    Ok(match value {
        Value::Array(array) => array.get(key).cloned().unwrap_or(Value::None),
        Value::String(text) => byte_at(text, key),
        Value::Object(object) => property(object, key, asker)?,
        Value::Native(object) => native_property(object, key, asker.unit),
        _ => Value::None,
    })
}

/// The byte of a string at a position, none outside it.
pub(super) fn byte_at(text: &Str, position: &Key) -> Value {
    let Key::Int(at) = position else { return Value::None };
    // Negative positions are beyond any text.
    match text.get(*at as usize) {
        Some(byte) => Value::String(Str::byte(*byte)),
        None => Value::None,
    }
}

/// A property, else a bound method, else none.
fn property(object: &Rc<Instance>, key: &Key, asker: Asker<'_>) -> Result<Value, Thrown> {
    if let Key::Str(name) = key {
        readable(object, name, asker)?;
    }
    if let Some(value) = object.get(key) {
        return Ok(value);
    }
    let Key::Str(name) = key else { return Ok(Value::None) };
    match find_method(object, name, asker)? {
        Some(function) => {
            let this = Rc::clone(object);
            Ok(Callable::Method { function, this }.into_value())
        }
        None => Ok(Value::None),
    }
}

/// Refuses to read a private property from outside.
pub(super) fn readable(object: &Instance, name: &Str, asker: Asker<'_>) -> Result<(), Thrown> {
    let private = declared(object.class(), name).is_some_and(|p| p.private);
    if private && !asker.is_of_class(object) {
        return Err(denied("private variable", object, name));
    }
    Ok(())
}

/// Refuses to write a private property from outside, a read-only one from another instance, and what
/// has the name of a function of the class: a call would not find it.
pub(super) fn assignable(
    object: &Rc<Instance>,
    name: &Str,
    asker: Asker<'_>,
    this: Option<&Value>,
) -> Result<(), Thrown> {
    let Some(definition) = declared(object.class(), name) else {
        return match object.class().methods.iter().any(|m| m.name.as_bytes() == &name[..]) {
            true => Err(denied("function", object, name)),
            false => Ok(()),
        };
    };
    if definition.private && !asker.is_of_class(object) {
        return Err(denied("private variable", object, name));
    }
    let own = matches!(this, Some(Value::Object(this)) if Rc::ptr_eq(this, object));
    if definition.readonly && !own {
        return Err(denied("read-only variable", object, name));
    }
    Ok(())
}

fn declared<'c>(class: &'c ClassDef, name: &Str) -> Option<&'c crate::code::PropertyDef> {
    class.properties.iter().find(|p| p.name.as_bytes() == &name[..])
}

#[cold]
fn denied(what: &str, object: &Instance, name: &Str) -> Thrown {
    let name = name.to_lossy();
    Thrown::Error(format!("{name} is a {what} of class {}", object.class().name))
}

fn find_method(
    object: &Instance,
    name: &Str,
    asker: Asker<'_>,
) -> Result<Option<FunctionId>, Thrown> {
    let methods = object.class().methods.iter();
    let Some(method) = methods.into_iter().find(|m| m.name.as_bytes() == &name[..]) else {
        return Ok(None);
    };
    if method.private && !asker.is_of_class(object) {
        return Err(denied("private function", object, name));
    }
    Ok(Some(method.function))
}

fn native_property(object: &NativeRef, key: &Key, unit: &Unit) -> Value {
    let Key::Str(name) = key else { return Value::None };
    let name = name.to_lossy();
    if let Some(value) = object.object().property(&name) {
        return value;
    }
    if object.downcast::<Generator>().is_some() && name == "next" {
        return Callable::Next(Value::Native(object.clone())).into_value();
    }
    match method_of(object, &name, unit) {
        Some((decl, method)) => {
            Callable::NativeMethod { decl, method, this: object.clone() }.into_value()
        }
        None => Value::None,
    }
}

/// A method of a native object, or what a test put in its place.
fn method_of(
    object: &NativeRef,
    name: &str,
    unit: &Unit,
) -> Option<(&'static Declaration, NativeMethod)> {
    let (decl, method) = object.class().method(name)?;
    let stand_in = unit.stand_ins.as_ref().and_then(|all| all.of(object.class(), decl));
    Some((decl, stand_in.unwrap_or(method)))
}

/// `R[o]->name`, when the site does not remember it.
#[inline(never)]
pub(super) fn get(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    o: Reg,
    site: &Site,
) -> Result<Value, Thrown> {
    let asker = Asker { function, unit };
    let Value::Object(object) = &regs[o] else {
        slow::check(regs, function, o)?;
        return element(&regs[o], &site.key, asker);
    };
    let value = property(object, &site.key, asker)?;
    if let Some(slot) = object.slot(&site.name) {
        site.seen.set(object.shape_id());
        site.found.set(slot as u32);
    }
    Ok(value)
}

/// `R[o]->name = R[v]`, when the site does not remember it.
#[inline(never)]
pub(super) fn set(
    mut regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    (o, v): (Reg, Reg),
    site: &Site,
) -> Result<(), Thrown> {
    slow::check(regs, function, v)?;
    let value = regs[v].clone();
    let Value::Object(object) = &regs[o] else {
        return super::path::set_key(&mut regs[o], &site.key, value);
    };
    let object = Rc::clone(object);
    let asker = Asker { function, unit };
    let this = this_of(&regs, function);
    assignable(&object, &site.name, asker, this)?;
    let old = object.update(&site.key, false, |place| std::mem::replace(place, value));
    drop(old);
    let readonly = declared(object.class(), &site.name).is_some_and(|p| p.readonly);
    if let Some(slot) = object.slot(&site.name).filter(|_| !readonly) {
        site.seen.set(object.shape_id());
        site.found.set(slot as u32);
    }
    Ok(())
}

/// `$this` of the running function, also a captured one.
pub(super) fn this_of<'w>(regs: &'w Window, function: &Function) -> Option<&'w Value> {
    if function.method {
        return Some(&regs[Reg(0)]);
    }
    let this = function.locals.iter().find(|local| &*local.name == "$this")?;
    match this.storage {
        Storage::Register(reg) => Some(&regs[reg]),
        Storage::Cell(_) => None,
    }
}

/// What `R[o]->name(…)` calls, when the site does not remember it.
#[inline(never)]
pub(super) fn method(
    regs: Window,
    function: &Function,
    unit: &Rc<Unit>,
    o: Reg,
    site: &Site,
) -> Result<Callee, Thrown> {
    let asker = Asker { function, unit };
    match &regs[o] {
        Value::Object(object) => {
            if let Some(method) = find_method(object, &site.name, asker)? {
                if !Rc::ptr_eq(object.unit(), unit) {
                    let this = Rc::clone(object);
                    let bound = Callable::Method { function: method, this };
                    return Ok(Callee::Value(bound.into_value()));
                }
                site.seen.set(object.class_key());
                site.found.set(method);
                return Ok(Callee::Own(method));
            }
            let value = property(object, &site.key, asker)?;
            if value.is_none() {
                return Err(missing(&object.class().name, &site.name));
            }
            Ok(Callee::Value(value))
        }
        Value::Native(object) => native_method(object, site, unit),
        value => {
            slow::check(regs, function, o)?;
            let member = element(value, &site.key, asker)?;
            if member.is_none() {
                return Err(missing(value.type_name(), &site.name));
            }
            Ok(Callee::Value(member))
        }
    }
}

fn native_method(object: &NativeRef, site: &Site, unit: &Unit) -> Result<Callee, Thrown> {
    let name = site.name.to_lossy();
    if let Some((decl, method)) = method_of(object, &name, unit) {
        return Ok(Callee::Native(decl, method, object.clone()));
    }
    match native_property(object, &site.key, unit) {
        Value::None => Err(missing(object.class().decl.name, &site.name)),
        value => Ok(Callee::Value(value)),
    }
}

#[cold]
fn missing(owner: &str, name: &Str) -> Thrown {
    Thrown::Error(format!("{owner} has no function {}", name.to_lossy()))
}
