//! Natives that a script can replace, for tests of scripts.
//!
//! A [`Library`] made replaceable binds each name to a stand-in that knows its place in a
//! [`MockTable`] only. What the place means for a fiber is in the [`Mocks`] that the host attached
//! to it: the replacement, a script function, or else the native that was there before.
//!
//! *Invariants.* Other libraries know nothing of this and pay nothing for it. Without [`Mocks`] a
//! stand-in throws, so nothing that a test may replace is computed at compile time. While a
//! replacement runs, the native is reached under its own name. Libraries whose functions may meet in
//! one fiber share one table.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{CallArgs, Cx, Input, Library, Native, NativeFrame, NativeResult, NativeStep, Thrown};
use crate::value::Value;

/// What the stand-ins of one thread stand for, under their names, in the order of their places.
#[derive(Clone, Default)]
pub struct MockTable(Rc<RefCell<Vec<(String, Native)>>>);

/// Replacements that all fibers of one test share, by the name of what they replace.
#[derive(Clone, Default)]
pub struct Replacements(Rc<RefCell<HashMap<String, Value>>>);

/// What stands behind the stand-ins of a fiber.
pub struct Mocks {
    table: MockTable,
    replacements: Replacements,
}

impl Mocks {
    /// The natives of a table, with these replacements.
    pub fn new(table: &MockTable, replacements: &Replacements) -> Self {
        Self { table: table.clone(), replacements: replacements.clone() }
    }

    /// The native at a place, and what replaces it now, taken out.
    fn find(&self, place: usize) -> Option<(Native, Option<(String, Value)>)> {
        let all = self.table.0.borrow();
        let (name, native) = all.get(place)?;
        let function = self.replacements.take(name);
        Some((*native, function.map(|function| (name.clone(), function))))
    }
}

impl MockTable {
    /// Every name in it.
    pub fn names(&self) -> Vec<String> {
        self.0.borrow().iter().map(|(name, _)| name.clone()).collect()
    }

    /// The stand-in of a native; none when the table is full.
    fn stand_in(&self, name: &str, native: Native) -> Option<Native> {
        let mut all = self.0.borrow_mut();
        let is_same =
            |(known, of): &(String, Native)| known == name && std::ptr::fn_addr_eq(*of, native);
        let place = all.iter().position(is_same).unwrap_or_else(|| {
            all.push((name.to_owned(), native));
            all.len() - 1
        });
        STAND_INS.as_flattened().get(place).copied()
    }
}

impl Replacements {
    /// Replaces what has this name, or with none brings it back.
    pub fn set(&self, name: &str, function: Option<Value>) {
        let mut all = self.0.borrow_mut();
        let before = match function {
            Some(function) => all.insert(name.to_owned(), function),
            None => all.remove(name),
        };
        drop(all);
        drop(before);
    }

    /// Forgets all replacements: they are functions of a script that ends.
    pub fn clear(&self) {
        let all = self.0.take();
        drop(all);
    }

    fn take(&self, name: &str) -> Option<Value> {
        self.0.borrow_mut().remove(name)
    }

    fn give_back(&self, name: &str, function: Value) {
        self.0.borrow_mut().entry(name.to_owned()).or_insert(function);
    }
}

impl Library {
    /// Makes every function, constructor and static function replaceable by [`Mocks`]; of more than
    /// 1024 in one table, the first ones.
    #[must_use]
    pub fn replaceable(mut self, table: &MockTable) -> Self {
        let mut names: Vec<_> = self.names.iter().map(|(name, id)| (name.clone(), *id)).collect();
        names.sort();
        for (name, id) in names {
            let entry = &mut self.entries[id as usize];
            if let Some(stand_in) = table.stand_in(&name, entry.native) {
                entry.native = stand_in;
            }
        }
        self
    }
}

/// A running replacement: it is not replaced itself until it has ended.
struct Running {
    name: String,
    function: Value,
    args: Option<CallArgs>,
    replacements: Replacements,
}

impl NativeFrame for Running {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        match self.args.take() {
            Some(args) => Ok(NativeStep::Call { callee: self.function.clone(), args }),
            None => Ok(NativeStep::Return(input.into_value())),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.replacements.give_back(&self.name, std::mem::take(&mut self.function));
    }
}

fn call(place: usize, cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult {
    let Some(mocks) = cx.data::<Mocks>() else {
        return Err(Thrown::error("this function can only be called by a test that runs"));
    };
    let Some((native, found)) = mocks.find(place) else {
        return Err(Thrown::error("this function belongs to another library"));
    };
    let Some((name, function)) = found else { return native(cx, args) };
    let args = Some(args.iter_mut().map(std::mem::take).collect());
    let replacements = mocks.replacements.clone();
    Ok(NativeStep::enter(Running { name, function, args, replacements }))
}

fn numbered<const PLACE: usize>(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult {
    call(PLACE, cx, args)
}

/// A function for each place: a native is a plain function pointer, which knows nothing but itself.
macro_rules! sixteen {
    ($start:expr; $($offset:literal)*) => { [$(numbered::<{ $start + $offset }> as Native),*] };
    ($start:expr) => { sixteen!($start; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) };
}

macro_rules! table {
    ($($sixteen:literal)*) => { [$(sixteen!($sixteen * 16)),*] };
}

static STAND_INS: [[Native; 16]; 64] = table!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34
    35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
);
