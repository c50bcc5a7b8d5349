//! Allocations of arrays that have ended, for the next ones of the thread.
//!
//! Lists of a few elements come and go with every match and every call, so the room for their elements
//! is kept with the allocation.
//!
//! *Invariants*: a spare array is an empty list with room for at most [`ROOM`] elements, and has no
//! holder but the list of them.

use std::cell::RefCell;
use std::rc::Rc;

use super::Form;
use crate::value::Value;

/// Most that a thread keeps.
const MOST: usize = 256;
/// Most elements that a spare array has room for.
pub(super) const ROOM: usize = 16;

thread_local! {
    static SPARE: RefCell<Vec<Rc<Form>>> = const { RefCell::new(Vec::new()) };
}

/// Ends an array whose last holder lets go.
#[inline(never)]
pub(super) fn end(array: &mut Rc<Form>) {
    let Some(form) = Rc::get_mut(array) else { return };
    form.end();
    // While the thread ends there is no list any more.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(Rc::clone(array));
        }
    });
}

/// An allocation with these elements.
#[inline]
pub(super) fn make(form: Form) -> Rc<Form> {
    let mut array = take();
    if let Some(place) = Rc::get_mut(&mut array) {
        *place = form;
    }
    array
}

/// An allocation with the elements of a list, which are written where they stay.
#[inline]
pub(super) fn list(values: impl Iterator<Item = Value>) -> Rc<Form> {
    let mut array = take();
    if let Some(place) = Rc::get_mut(&mut array) {
        if let Form::List(list) = place {
            if list.capacity() == 0 {
                list.reserve_exact(values.size_hint().0);
            }
            list.extend(values);
        }
        place.settle();
    }
    array
}

/// An empty list, perhaps with room.
#[inline]
fn take() -> Rc<Form> {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    spare.ok().flatten().unwrap_or_else(fresh)
}

#[cold]
fn fresh() -> Rc<Form> {
    Rc::new(Form::List(Vec::new()))
}
