//! Methods that a script can replace.
//!
//! Methods are found by the class of their object, not by the program, so a replaceable library has a
//! table of stand-ins beside its classes. A program that was loaded without one never looks for it.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hsl_decl::Function;

use super::{Found, MockTable, Mocks, PLACES, place};
use crate::native::{Cx, NativeClass, NativeMethod, NativeObject, NativeResult};
use crate::value::Value;

/// The stand-in of each method, by class and name.
#[derive(Clone)]
pub(crate) struct StandIns(Arc<HashMap<(&'static str, &'static str), NativeMethod>>);

impl StandIns {
    /// Stand-ins for all methods of these classes, inherited ones too.
    pub(super) fn new(classes: &[&'static NativeClass], table: &MockTable) -> Self {
        let mut all = HashMap::new();
        for class in classes {
            for (names, decl, method) in methods(class) {
                let key = (class.decl.name, decl.name);
                if !all.contains_key(&key)
                    && let Some(stand_in) = table.method_stand_in(names, method)
                {
                    all.insert(key, stand_in);
                }
            }
        }
        Self(Arc::new(all))
    }

    /// The stand-in of a method of a class.
    pub(crate) fn of(&self, class: &NativeClass, decl: &Function) -> Option<NativeMethod> {
        self.0.get(&(class.decl.name, decl.name)).copied()
    }
}

/// The methods of a class, those of the classes that it extends last. The names are what a replacement
/// can call it: `Class->method` of each class from this one to the one that has the method.
fn methods(class: &'static NativeClass) -> Vec<(Vec<String>, &'static Function, NativeMethod)> {
    let mut classes = vec![class];
    let mut all = Vec::new();
    while let Some(last) = classes.last().copied() {
        for (decl, method) in last.methods {
            let name = |class: &&NativeClass| format!("{}->{}", class.decl.name, decl.name);
            all.push((classes.iter().map(name).collect(), *decl, *method));
        }
        match last.extends {
            Some(base) => classes.push(base),
            None => break,
        }
    }
    all
}

impl MockTable {
    /// The stand-in of a method; none when the table is full.
    fn method_stand_in(&self, names: Vec<String>, method: NativeMethod) -> Option<NativeMethod> {
        let mut all = self.0.borrow_mut();
        let same = |a: &NativeMethod, b: &NativeMethod| std::ptr::fn_addr_eq(*a, *b);
        let place = place(&mut all.methods, &names, method, same);
        if place.is_none() {
            all.left_out.extend(names);
        }
        STAND_INS.as_flattened().get(place?).copied()
    }
}

/// Calls the replacement with the object before the arguments, or the method.
fn numbered<const PLACE: usize>(
    cx: &mut Cx<'_>,
    object: &Rc<dyn NativeObject>,
    args: &mut [Value],
) -> NativeResult {
    call(PLACE, cx, object, args)
}

fn call(
    place: usize,
    cx: &mut Cx<'_>,
    object: &Rc<dyn NativeObject>,
    args: &mut [Value],
) -> NativeResult {
    let this = || Some(Value::from(Rc::clone(object)));
    match Mocks::call(cx, |all| &all.methods, place, args.iter_mut(), this)? {
        Found::Own(method) => method(cx, object, args),
        Found::Replaced(step) => Ok(step),
    }
}

static STAND_INS: [[NativeMethod; 16]; PLACES / 16] = stand_ins!(numbered, NativeMethod);
