//! Instances of classes that scripts define.
//!
//! Properties live in slots; a [`Shape`] says which name has which slot, and is shared by all
//! instances that got the same properties in the same order, so that a place in the code can
//! remember the slot. Names that come from data, and names beyond the limit of shapes, go into an
//! array beside the slots.
//!
//! *Invariants*: a shape id is used once per thread; a slot whose value is unset stands for a property
//! that was removed.
//!
//! *Not here*: who may see what is in `run::member`.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use super::{Array, Content, Key, Str, Value, memory, release};
use crate::code::{ClassDef, ClassId};
use crate::unit::{Site, Unit};

/// Most properties in slots, and most successors of one shape.
const LIMIT: usize = 64;

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(1) };
}

/// A number that no other shape or class of this thread has; 0 is never given.
pub(crate) fn fresh_id() -> u32 {
    NEXT_ID.with(|next| next.replace(next.get().wrapping_add(1).max(1)))
}

/// Names of the slots of an instance.
pub(crate) struct Shape {
    pub(crate) id: u32,
    names: Vec<Str>,
    successors: RefCell<Vec<Rc<Self>>>,
}

impl Shape {
    /// The shape with these names.
    pub(crate) fn new(names: Vec<Str>) -> Rc<Self> {
        Rc::new(Self { id: fresh_id(), names, successors: RefCell::default() })
    }

    pub(crate) fn slot(&self, name: &Str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// The shape with one more name; none when the limit is reached.
    fn with(&self, name: &Str) -> Option<Rc<Self>> {
        let mut successors = self.successors.borrow_mut();
        if let Some(found) = successors.iter().find(|s| s.names.last() == Some(name)) {
            return Some(Rc::clone(found));
        }
        if self.names.len() >= LIMIT || successors.len() >= LIMIT {
            return None;
        }
        let names = self.names.iter().chain([name]).cloned().collect();
        let next = Self::new(names);
        successors.push(Rc::clone(&next));
        Some(next)
    }
}

/// An instance of a class.
pub struct Instance {
    unit: Rc<Unit>,
    class: ClassId,
    /// The same for all instances of the class, different for every other class of the thread.
    class_key: u32,
    shape_id: Cell<u32>,
    shape: RefCell<Rc<Shape>>,
    slots: RefCell<Vec<Value>>,
    extra: RefCell<Array>,
}

impl Instance {
    /// A new instance with the initial values of its class.
    pub(crate) fn of(unit: &Rc<Unit>, class: ClassId) -> Self {
        let loaded = unit.loaded();
        let definition = &loaded.classes[class as usize];
        let instance = Self {
            unit: Rc::clone(unit),
            class,
            class_key: definition.key,
            shape_id: Cell::new(definition.shape.id),
            shape: RefCell::new(Rc::clone(&definition.shape)),
            slots: RefCell::new(definition.initial.to_vec()),
            extra: RefCell::new(Array::new()),
        };
        memory::report(held(&instance.slots.borrow()));
        instance
    }

    pub(crate) fn unit(&self) -> &Rc<Unit> {
        &self.unit
    }

    pub(crate) fn class_key(&self) -> u32 {
        self.class_key
    }

    pub(crate) fn shape_id(&self) -> u32 {
        self.shape_id.get()
    }

    /// Its class.
    pub fn class(&self) -> &ClassDef {
        &self.unit.program().classes[self.class as usize]
    }

    /// The slot of a property, whether set or not.
    pub(crate) fn slot(&self, name: &Str) -> Option<usize> {
        self.shape.borrow().slot(name)
    }

    /// The value in a slot; none when that is unset.
    pub(crate) fn slot_value(&self, slot: usize) -> Option<Value> {
        self.slots.borrow().get(slot).filter(|value| value.is_set()).cloned()
    }

    /// The values of all slots, when they have the shape that a site remembers.
    #[inline(always)]
    pub(crate) fn slots_of(&self, site: &Site) -> Option<Ref<'_, Vec<Value>>> {
        (self.shape_id.get() == site.seen.get()).then(|| self.slots.borrow())
    }

    /// Writes into the slot that a site remembers.
    #[inline(always)]
    pub(crate) fn overwrite(&self, site: &Site, value: &Value) {
        let mut slots = self.slots.borrow_mut();
        let Some(slot) = slots.get_mut(site.found.get() as usize) else { return };
        match (slot, value) {
            (Value::Number(old), Value::Number(n)) => *old = *n,
            (slot, value) => {
                // Dropped after the borrow of the slots has ended, as dropping may come back here.
                let old = std::mem::replace(slot, value.copy());
                drop(slots);
                drop(old);
            }
        }
    }

    /// The value of a property, whoever asks.
    pub(crate) fn get(&self, key: &Key) -> Option<Value> {
        if let Key::Str(name) = key
            && let Some(slot) = self.slot(name)
        {
            return self.slot_value(slot);
        }
        self.extra.borrow().get(key).cloned()
    }

    /// Runs a change on a property, which is created unset when it is missing. `dynamic` says that
    /// the name is no constant of the program. When the property is unset afterwards, it is gone.
    pub(crate) fn update<R>(
        &self,
        key: &Key,
        dynamic: bool,
        change: impl FnOnce(&mut Value) -> R,
    ) -> R {
        if let Key::Str(name) = key
            && let Some(slot) = self.slot(name).or_else(|| self.grow(name, dynamic))
            && let Some(value) = self.slots.borrow_mut().get_mut(slot)
        {
            return change(value);
        }
        let mut value = self.extra.borrow_mut().remove_keeping(key).unwrap_or(Value::Unset);
        let result = change(&mut value);
        if value.is_set() {
            self.extra.borrow_mut().set(key.clone(), value);
        } else {
            self.extra.borrow_mut().remove(key);
        }
        result
    }

    fn grow(&self, name: &Str, dynamic: bool) -> Option<usize> {
        if dynamic || self.extra.borrow().get(&Key::Str(name.clone())).is_some() {
            return None;
        }
        let next = self.shape.borrow().with(name)?;
        self.shape_id.set(next.id);
        *self.shape.borrow_mut() = next;
        let mut slots = self.slots.borrow_mut();
        let before = held(&slots);
        slots.push(Value::Unset);
        memory::report(held(&slots) - before);
        Some(slots.len() - 1)
    }

    /// Properties that exist, in order of creation, private ones included.
    pub fn properties(&self) -> Array {
        let shape = self.shape.borrow();
        let slots = self.slots.borrow();
        let named = shape.names.iter().zip(slots.iter()).filter(|(_, value)| value.is_set());
        let named = named.map(|(name, value)| (Key::from(name.clone()), value.clone()));
        let extra = self.extra.borrow();
        let extra = extra.iter().map(|(key, value)| (key, value.clone()));
        named.chain(extra).collect()
    }

    /// Properties that everybody may read.
    pub fn public_properties(&self) -> Array {
        let class = self.class();
        let hidden = |key: &Key| {
            let private = class.properties.iter().filter(|p| p.private);
            private.into_iter().any(|p| matches!(key, Key::Str(s) if s[..] == *p.name.as_bytes()))
        };
        let all = self.properties();
        all.iter()
            .filter(|(key, _)| !hidden(key))
            .map(|(key, value)| (key, value.clone()))
            .collect()
    }
}

impl Instance {
    /// Drops what it holds, to end circles.
    pub(super) fn clear(&self) {
        // Dropped after the borrows have ended, since dropping may come back here.
        let slots = self.slots.take();
        memory::report(held(&Vec::new()) - held(&slots));
        let extra = self.extra.take();
        drop((slots, extra));
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let slots = std::mem::take(self.slots.get_mut());
        memory::report(-held(&slots));
        release(Content::Values(slots));
    }
}

/// Bytes that an instance with these slots holds.
const fn held(slots: &Vec<Value>) -> isize {
    let own = size_of::<Instance>() + 2 * size_of::<usize>();
    (own + slots.capacity() * size_of::<Value>()) as isize
}
