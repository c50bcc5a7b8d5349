//! Allocations of arrays that have ended, for the next ones of the thread.
//!
//! *Invariants*: a spare array is empty, has no room and no holder but the list.

use std::cell::RefCell;
use std::rc::Rc;

use super::Form;

/// Most that a thread keeps.
const MOST: usize = 64;

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
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    if let Ok(Some(mut spare)) = spare
        && let Some(place) = Rc::get_mut(&mut spare)
    {
        *place = form;
        return spare;
    }
    Rc::new(form)
}
