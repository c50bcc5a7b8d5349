//! Arrays: ordered maps with a fast form for plain lists.
//!
//! *Invariants*: a change is never visible through another holder. The list form means keys 0…n-1 in
//! order with `next_key() == n`.

use std::rc::Rc;

use super::ordered::Ordered;
use super::{Content, Key, Str, Value, key, memory, release};

/// An ordered map of keys to values. Cloning shares; the first change of a shared one copies.
#[derive(Clone)]
pub struct Array(Rc<Form>);

enum Form {
    List(Vec<Value>),
    Map(Ordered),
}

impl Array {
    /// The empty array.
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// An empty array with room for some elements.
    pub fn with_capacity(capacity: usize) -> Self {
        Self::from(Vec::with_capacity(capacity))
    }

    /// A list with keys from 0.
    pub fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::from(values.into_iter().map(Into::into).collect::<Vec<_>>())
    }

    /// An array of pairs with string keys.
    pub fn record<'k, T: Into<Value>>(pairs: impl IntoIterator<Item = (&'k str, T)>) -> Self {
        pairs.into_iter().map(|(key, value)| (Key::from(key), value.into())).collect()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match &*self.0 {
            Form::List(list) => list.len(),
            Form::Map(map) => map.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements, when the keys are 0…n-1 in order and nothing was ever removed.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &*self.0 {
            Form::List(list) => Some(list),
            Form::Map(_) => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        match (&*self.0, key) {
            (Form::List(list), Key::Int(n)) => list.get(usize::try_from(*n).ok()?),
            (Form::List(_), _) => None,
            (Form::Map(map), key) => map.find_key(key).map(|at| map.at(at)),
        }
    }

    /// The value under a string key.
    pub fn get_str(&self, key: &str) -> Option<&Value> {
        self.get(&Key::from(key))
    }

    /// The value under the key that `subscript` is cast to.
    #[inline]
    pub fn index(&self, subscript: &Value) -> Option<&Value> {
        match (subscript, &*self.0) {
            (Value::Number(n), Form::List(list)) => match whole(*n) {
                Some(at) => list.get(at),
                None => self.index_any(subscript),
            },
            (Value::String(text), Form::Map(map)) if !key::is_integer(text) => {
                map.find_str(text).map(|at| map.at(at))
            }
            _ => self.index_any(subscript),
        }
    }

    /// The element of a list at this number.
    #[inline(always)]
    pub(crate) fn at_number(&self, n: f64) -> Option<&Value> {
        let Form::List(list) = &*self.0 else { return None };
        list.get(whole(n)?)
    }

    /// The element of a list at this number for editing, when nobody else holds the list.
    #[inline(always)]
    pub(crate) fn own_element(&mut self, n: f64) -> Option<&mut Value> {
        let Form::List(list) = Rc::get_mut(&mut self.0)? else { return None };
        list.get_mut(whole(n)?)
    }

    fn index_any(&self, subscript: &Value) -> Option<&Value> {
        self.get(&Key::cast(subscript))
    }

    /// The element at a position in iteration order.
    pub fn nth(&self, at: usize) -> Option<&Value> {
        match &*self.0 {
            Form::List(list) => list.get(at),
            Form::Map(_) => self.values().nth(at),
        }
    }

    /// The key that [`Array::push`] would use.
    pub fn next_key(&self) -> i64 {
        match &*self.0 {
            Form::List(list) => list.len() as i64,
            Form::Map(map) => map.next_key(),
        }
    }

    /// Sets the value under a key; an existing key keeps its position.
    pub fn set(&mut self, key: Key, value: Value) {
        self.grow(|form| match (form, &key) {
            (Form::List(list), Key::Int(n)) if (*n as u64) < list.len() as u64 => {
                list[*n as usize] = value;
            }
            (Form::List(list), Key::Int(n)) if *n as u64 == list.len() as u64 => list.push(value),
            (Form::Map(map), _) => {
                map.insert(key, value);
            }
            (form, _) => {
                form.map().insert_new(key, value);
            }
        });
    }

    /// Sets the value under the key that a text is cast to, without a copy of one that exists.
    #[inline]
    pub(crate) fn set_text(&mut self, text: &Str, value: Value) {
        if key::is_integer(text) {
            return self.set(Key::from(text.clone()), value);
        }
        self.grow(|form| match form {
            Form::Map(map) => map.insert_str(text, value),
            form => {
                form.map().insert_new(Key::Str(text.clone()), value);
            }
        });
    }

    /// Overwrites an element of a list, or adds the one after its last. Gives the value back when
    /// the key is another.
    #[inline]
    pub(crate) fn set_number(&mut self, n: f64, value: Value) -> Result<(), Value> {
        let Some(at) = whole(n) else { return Err(value) };
        match self.form() {
            Form::List(list) if at < list.len() => {
                list[at] = value;
                Ok(())
            }
            Form::List(list) if at == list.len() => {
                self.push(value);
                Ok(())
            }
            _ => Err(value),
        }
    }

    /// Adds an element under the next integer key.
    pub fn push(&mut self, value: Value) {
        self.grow(|form| match form {
            Form::List(list) => list.push(value),
            Form::Map(map) => {
                let key = Key::Int(map.next_key());
                map.insert_new(key, value);
            }
        });
    }

    /// The value under a key for editing; a missing one is created as none.
    pub fn entry(&mut self, key: Key) -> &mut Value {
        let found = match (&*self.0, &key) {
            (Form::List(list), Key::Int(n)) if (*n as u64) < list.len() as u64 => Some(*n as usize),
            (Form::List(_), _) => None,
            (Form::Map(map), key) => map.find_key(key),
        };
        let at = match found {
            Some(at) => at,
            None => self.add(key),
        };
        match self.form() {
            Form::List(list) => &mut list[at],
            Form::Map(map) => map.at_mut(at),
        }
    }

    /// Adds a missing key with the value none. Gives its place.
    fn add(&mut self, key: Key) -> usize {
        self.grow(|form| match (form, key) {
            (Form::List(list), Key::Int(n)) if n as u64 == list.len() as u64 => {
                list.push(Value::None);
                list.len() - 1
            }
            (form, key) => form.map().insert_new(key, Value::None),
        })
    }

    /// The value under a key for editing, if there is one.
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        match (self.form(), key) {
            (Form::List(list), Key::Int(n)) => list.get_mut(usize::try_from(*n).ok()?),
            (Form::List(_), _) => None,
            (Form::Map(map), key) => map.find_key(key).map(|at| map.at_mut(at)),
        }
    }

    /// Removes a key; gives its value. Other keys stay.
    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        let _ = self.get(key)?;
        // The next key must not fall back, so even the last element of a list needs the map.
        self.grow(|form| {
            let map = form.map();
            let at = map.find_key(key)?;
            Some(map.remove(at))
        })
    }

    /// Takes the value under a key for a change; the key keeps its position.
    pub(crate) fn remove_keeping(&mut self, key: &Key) -> Option<Value> {
        self.get_mut(key).map(std::mem::take)
    }

    /// Keys and values in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { array: self, at: 0 }
    }

    /// Shows each key and value in order, until one answers none.
    pub fn visit(&self, mut each: impl FnMut(&Key, &Value) -> Option<()>) -> Option<()> {
        match &*self.0 {
            Form::List(list) => {
                let mut pairs = list.iter().enumerate();
                pairs.try_for_each(|(at, value)| each(&Key::Int(at as i64), value))
            }
            Form::Map(map) => map.visit(each),
        }
    }

    /// Values in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.iter().map(|(key, _)| key)
    }

    /// Whether somebody else holds the same allocation.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.0) > 1
    }

    /// What tells its allocation from those that live at the same time.
    pub(crate) fn address(&self) -> usize {
        Rc::as_ptr(&self.0).addr()
    }

    /// The value at a cursor, and the cursor after it.
    #[inline]
    pub(crate) fn item(&self, cursor: usize) -> Option<(usize, &Value)> {
        match &*self.0 {
            Form::List(list) => list.get(cursor).map(|value| (cursor + 1, value)),
            Form::Map(map) => map.slot_from(cursor).map(|(at, slot)| (at + 1, &slot.value)),
        }
    }

    /// The key of the element before a cursor.
    pub(crate) fn key_before(&self, cursor: usize) -> Value {
        match &*self.0 {
            Form::List(_) => Value::Number(cursor as f64 - 1.0),
            Form::Map(map) => map.slot_from(cursor - 1).map_or(Value::None, |s| s.1.key.to_value()),
        }
    }

    /// The element at a cursor, and the cursor after it: for a walk that is interrupted. Walks begin
    /// at 0.
    pub fn step(&self, cursor: usize) -> Option<(usize, Key, &Value)> {
        match &*self.0 {
            Form::List(list) => {
                list.get(cursor).map(|value| (cursor + 1, Key::Int(cursor as i64), value))
            }
            Form::Map(map) => {
                let (at, slot) = map.slot_from(cursor)?;
                Some((at + 1, slot.key.clone(), &slot.value))
            }
        }
    }

    fn form(&mut self) -> &mut Form {
        Rc::make_mut(&mut self.0)
    }

    /// Makes a change that may need more room.
    #[inline]
    fn grow<R>(&mut self, change: impl FnOnce(&mut Form) -> R) -> R {
        let form = self.form();
        let before = form.held();
        let result = change(form);
        let after = form.held();
        if after != before {
            memory::report(after - before);
        }
        result
    }
}

/// A number as a position, when it is one below 2³².
#[inline(always)]
fn whole(n: f64) -> Option<usize> {
    // Added to this, a whole number stands in the lower bits; the usual conversion also looks at
    // what cannot be converted, which the comparison here refuses anyway.
    const SHIFT: f64 = (1_u64 << 52) as f64;
    let at = (n + SHIFT).to_bits() as u32;
    (f64::from(at) == n).then_some(at as usize)
}

impl Clone for Form {
    fn clone(&self) -> Self {
        match self {
            Self::List(list) => Self::List(list.clone()).reported(),
            Self::Map(map) => Self::Map(map.clone()).reported(),
        }
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        memory::report(-self.held());
        match self {
            // Dropping what owns nothing does nothing, one by one.
            Self::List(list) if list.iter().all(Value::is_plain) => {
                list.drain(..).for_each(std::mem::forget);
            }
            Self::List(list) => release(Content::Values(std::mem::take(list))),
            Self::Map(map) if map.len() == 0 => {}
            Self::Map(map) => release(Content::Map(std::mem::take(map))),
        }
    }
}

impl Form {
    /// Bytes of the allocation itself, with its counts.
    const OWN: usize = size_of::<Self>() + 2 * size_of::<usize>();

    fn reported(self) -> Self {
        memory::report(self.held());
        self
    }

    /// Bytes that it holds, without its elements' own.
    #[inline(always)]
    fn held(&self) -> isize {
        let heap = match self {
            Self::List(list) => list.capacity() * size_of::<Value>(),
            Self::Map(map) => map.held(),
        };
        (Self::OWN + heap) as isize
    }

    /// Turns a list into a map.
    fn map(&mut self) -> &mut Ordered {
        if let Self::List(list) = self {
            let map = Ordered::from_list(std::mem::take(list));
            // The list that is dropped here takes back what belongs to the map now.
            memory::report(Self::OWN as isize);
            *self = Self::Map(map);
        }
        match self {
            Self::Map(map) => map,
            Self::List(_) => unreachable!("was turned into a map above"),
        }
    }
}

/// Pairs of an array in order.
#[derive(Clone)]
pub struct Iter<'a> {
    array: &'a Array,
    at: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Key, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        let (next, key, value) = self.array.step(self.at)?;
        self.at = next;
        Some((key, value))
    }
}

impl<'a> IntoIterator for &'a Array {
    type Item = (Key, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl Default for Array {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Array {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&Value::Array(self.clone()), f)
    }
}

impl From<Vec<Value>> for Array {
    fn from(list: Vec<Value>) -> Self {
        Self(Rc::new(Form::List(list).reported()))
    }
}

impl FromIterator<(Key, Value)> for Array {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(pairs: I) -> Self {
        let mut pairs = pairs.into_iter().peekable();
        // Keys that begin with a text give no list.
        if !matches!(pairs.peek(), Some((Key::Str(_), _))) {
            let mut array = Self::new();
            pairs.for_each(|(key, value)| array.set(key, value));
            return array;
        }
        let mut map = Ordered::with_capacity(pairs.size_hint().0);
        pairs.for_each(|(key, value)| {
            map.insert(key, value);
        });
        Self(Rc::new(Form::Map(map).reported()))
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self::from(values.into_iter().collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(keys: &[&str]) -> [Array; 2] {
        let pairs =
            || keys.iter().enumerate().map(|(at, key)| (Key::from(*key), Value::from(at as f64)));
        let mut one_by_one = Array::new();
        pairs().for_each(|(key, value)| one_by_one.set(key, value));
        [pairs().collect(), one_by_one]
    }

    #[test]
    fn pairs_gather_as_if_set_one_by_one() {
        for keys in
            [&[][..], &["a"], &["a", "b", "a"], &["0", "1", "a"], &["a", "7", "x"], &["1", "0"]]
        {
            let [all, one_by_one] = gathered(keys);
            assert_eq!(Value::from(all.clone()), Value::from(one_by_one.clone()), "{keys:?}");
            assert_eq!(all.next_key(), one_by_one.next_key(), "{keys:?}");
            assert_eq!(all.as_list().is_some(), one_by_one.as_list().is_some(), "{keys:?}");
        }
    }

    #[test]
    fn a_visit_passes_what_was_removed_and_stops_when_told() {
        let [mut array, _] = gathered(&["a", "b", "c"]);
        array.remove(&Key::from("b"));
        let mut seen = Vec::new();
        let end = array.visit(|key, _| {
            seen.push(key.clone());
            Some(())
        });
        assert_eq!((end, seen), (Some(()), vec![Key::from("a"), Key::from("c")]));
        assert_eq!(array.visit(|_, _| None), None);
        assert_eq!(
            Array::list([1.0]).visit(|key, _| (*key == Key::Int(0)).then_some(())),
            Some(())
        );
    }
}
