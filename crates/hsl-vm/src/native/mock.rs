//! Natives that a script can replace, for tests of scripts.
//!
//! A [`Library`] made replaceable binds each name, and each method of its classes, to a stand-in that
//! knows its place in a [`MockTable`] only. What the place means for a fiber is in the [`Mocks`] that the host attached
//! to it: the replacement, a script function, or else the native that was there before.
//!
//! *Invariants.* Other libraries know nothing of this and pay nothing for it. Without [`Mocks`] a
//! stand-in throws, so nothing that a test may replace is computed at compile time. While a
//! replacement runs, the native is reached under its own name. Libraries whose functions may meet in
//! one fiber share one table.
//!
//! *Not here.* Methods (`mock/methods`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{
    CallArgs, Cx, Input, Library, Native, NativeFrame, NativeMethod, NativeResult, NativeStep,
    Thrown,
};
use crate::value::Value;

/// What the stand-ins of one thread stand for, in the order of their places.
#[derive(Clone, Default)]
pub struct MockTable(Rc<RefCell<Tables>>);

#[derive(Default)]
struct Tables {
    natives: Table<Native>,
    methods: Table<NativeMethod>,
    /// Names for which there was no place.
    left_out: Vec<String>,
}

/// The code at each place, with the names that replace it, the closest one first.
type Table<F> = Vec<(Vec<String>, F)>;

/// How many places a table has.
const PLACES: usize = 1024;

/// The place of code in a table, where it is put if it is new; none when the table is full. The code is
/// compared by `same`.
fn place<F>(
    table: &mut Table<F>,
    names: &[String],
    code: F,
    same: fn(&F, &F) -> bool,
) -> Option<usize> {
    let known = table.iter().position(|(of, known)| *of == names && same(known, &code));
    if known.is_none() && table.len() < PLACES {
        table.push((names.to_vec(), code));
        return Some(table.len() - 1);
    }
    known
}

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

    /// The code at a place of a table, and what replaces it now, taken out.
    fn find<F: Copy>(
        &self,
        table: fn(&Tables) -> &Table<F>,
        place: usize,
    ) -> Option<(F, Option<(String, Value)>)> {
        let all = self.table.0.borrow();
        let (names, code) = table(&all).get(place)?;
        let taken = |name: &String| Some((name.clone(), self.replacements.take(name)?));
        Some((*code, names.iter().find_map(taken)))
    }

    /// Calls what is at a place of a table: the code, or its replacement with
    /// these arguments and before them `this`.
    fn call<'v, F: Copy>(
        cx: &mut Cx<'_>,
        table: fn(&Tables) -> &Table<F>,
        place: usize,
        args: impl Iterator<Item = &'v mut Value>,
        this: impl FnOnce() -> Option<Value>,
    ) -> Result<Found<F>, Thrown> {
        let Some(mocks) = cx.data::<Self>() else {
            return Err(Thrown::error("this function can only be called by a test that runs"));
        };
        let Some((code, found)) = mocks.find(table, place) else {
            return Err(Thrown::error("this function belongs to another library"));
        };
        let Some((name, function)) = found else { return Ok(Found::Own(code)) };
        let args = Some(this().into_iter().chain(args.map(std::mem::take)).collect());
        let replacements = mocks.replacements.clone();
        let running = Running { name, function, args, replacements };
        Ok(Found::Replaced(NativeStep::enter(running)))
    }
}

/// What stands behind a stand-in.
enum Found<F> {
    /// What was there before.
    Own(F),
    /// The running replacement.
    Replaced(NativeStep),
}

impl MockTable {
    /// Every name in it: all that can be replaced.
    pub fn names(&self) -> Vec<String> {
        let all = self.0.borrow();
        let natives = all.natives.iter().flat_map(|(names, _)| names);
        let methods = all.methods.iter().flat_map(|(names, _)| names);
        natives.chain(methods).cloned().collect()
    }

    /// Names that have no place in it, since it is full: they cannot be replaced.
    pub fn left_out(&self) -> Vec<String> {
        self.0.borrow().left_out.clone()
    }

    /// The stand-in of a native; none when the table is full.
    fn stand_in(&self, name: &str, native: Native) -> Option<Native> {
        let mut all = self.0.borrow_mut();
        let same = |a: &Native, b: &Native| std::ptr::fn_addr_eq(*a, *b);
        let place = place(&mut all.natives, &[name.to_owned()], native, same);
        if place.is_none() {
            all.left_out.push(name.to_owned());
        }
        STAND_INS.as_flattened().get(place?).copied()
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
    /// Makes every function, constructor, static function and method replaceable by [`Mocks`]; of more
    /// than 1024 of them, or 1024 methods, in one table, the first ones, and [`MockTable::left_out`] has the names of the others.
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
        self.methods = Some(StandIns::new(&self.classes, table));
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
    match Mocks::call(cx, |all| &all.natives, place, args.iter_mut(), || None)? {
        Found::Own(native) => native(cx, args),
        Found::Replaced(step) => Ok(step),
    }
}

fn numbered<const PLACE: usize>(cx: &mut Cx<'_>, args: &mut [Value]) -> NativeResult {
    call(PLACE, cx, args)
}

/// A function for each place: a native is a plain function pointer, which knows nothing but itself.
macro_rules! sixteen {
    ($code:ident, $of:ty, $start:expr; $($offset:literal)*) => {
        [$($code::<{ $start + $offset }> as $of),*]
    };
    ($code:ident, $of:ty, $start:expr) => {
        sixteen!($code, $of, $start; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
}

macro_rules! stand_ins {
    ($code:ident, $of:ty; $($sixteen:literal)*) => { [$(sixteen!($code, $of, $sixteen * 16)),*] };
    ($code:ident, $of:ty) => {
        stand_ins!($code, $of;
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
            32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60
            61 62 63)
    };
}

static STAND_INS: [[Native; 16]; PLACES / 16] = stand_ins!(numbered, Native);

// Behind the macros, which it uses too.
mod methods;
pub(crate) use methods::StandIns;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_takes_nothing_more() {
        let mut table = Table::default();
        let mut put =
            |number: usize| place(&mut table, &[number.to_string()], number, |a, b| a == b);
        assert!((0..PLACES).all(|number| put(number) == Some(number)));
        assert_eq!((put(PLACES), put(7)), (None, Some(7)));
    }
}
