//! Arrays: ordered maps with a fast form for plain lists.
//!
//! *Invariants*: a change is never visible through another holder.
//!
//! *Not here*: where elements lie is in `form`.

mod form;
mod spare;

use std::rc::Rc;

use form::Form;

use super::ordered::Ordered;
use super::{Key, Str, Value, key, memory};

/// An ordered map of keys to values. Cloning shares; the first change of a shared one copies.
#[derive(Clone)]
pub struct Array(Rc<Form>);

impl Array {
    /// The empty array.
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// An empty array with room for some elements.
    pub fn with_capacity(capacity: usize) -> Self {
        let mut array = Self::list(std::iter::empty::<Value>());
        if capacity > 0 {
            array.grow(|form| form.reserve(capacity));
        }
        array
    }

    /// A list with keys from 0.
    pub fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Self {
        Self(spare::list(values.into_iter().map(Into::into)))
    }

    /// The values over and over, as a list.
    pub(crate) fn repeat(&self, times: usize) -> Self {
        let values: Vec<_> = self.values().cloned().collect();
        Self(spare::make(Form::repeated(&values, times).reported()))
    }

    /// An array with the same keys and other values, in order.
    pub(crate) fn with_values(&self, values: impl Iterator<Item = Value>) -> Self {
        match &*self.0 {
            Form::Map(map) => Self(spare::make(Form::Map(map.with_values(values)).reported())),
            Form::List(_) | Form::Flags(_) => Self::list(values),
        }
    }

    /// An array of pairs with string keys.
    pub fn record<'k, T: Into<Value>>(pairs: impl IntoIterator<Item = (&'k str, T)>) -> Self {
        pairs.into_iter().map(|(key, value)| (Key::from(key), value.into())).collect()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the keys are 0…n-1 in order and nothing was ever removed.
    pub fn is_list(&self) -> bool {
        !matches!(&*self.0, Form::Map(_))
    }

    /// The elements of a list, when they lie beside each other as values.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &*self.0 {
            Form::List(list) => Some(list),
            Form::Flags(_) | Form::Map(_) => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        match (&*self.0, key) {
            (Form::Map(map), key) => map.find_key(key).map(|at| map.at(at)),
            (list, Key::Int(n)) => list.element(usize::try_from(*n).ok()?),
            _ => None,
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
        self.0.element(whole(n)?)
    }

    /// The element of a list at this number for editing, when nobody else holds the list.
    #[inline(always)]
    pub(crate) fn own_element(&mut self, n: f64) -> Option<&mut Value> {
        let Form::List(list) = Rc::get_mut(&mut self.0)? else { return None };
        list.get_mut(whole(n)?)
    }

    /// Overwrites a boolean of a list of booleans, when nobody else holds the list; whether it did.
    #[inline(always)]
    pub(crate) fn own_flag(&mut self, n: f64, flag: bool) -> bool {
        if let Some(Form::Flags(flags)) = Rc::get_mut(&mut self.0)
            && let Some(place) = whole(n).and_then(|at| flags.get_mut(at))
        {
            *place = flag;
            return true;
        }
        false
    }

    fn index_any(&self, subscript: &Value) -> Option<&Value> {
        self.get(&Key::cast(subscript))
    }

    /// The element at a position in iteration order.
    pub fn nth(&self, at: usize) -> Option<&Value> {
        match &*self.0 {
            Form::Map(_) => self.values().nth(at),
            list => list.element(at),
        }
    }

    /// The key that [`Array::push`] would use.
    pub fn next_key(&self) -> i64 {
        match &*self.0 {
            Form::Map(map) => map.next_key(),
            list => list.len() as i64,
        }
    }

    /// Sets the value under a key; an existing key keeps its position.
    pub fn set(&mut self, key: Key, value: Value) {
        self.grow(|form| {
            let value = match &key {
                Key::Int(n) => match form.put(usize::try_from(*n).unwrap_or(usize::MAX), value) {
                    Ok(()) => return,
                    Err(value) => value,
                },
                _ => value,
            };
            form.map().insert(key, value);
        });
    }

    /// Copies a value to the key that a text is cast to, when nobody else holds the array and it takes
    /// both as it is; whether it did.
    pub(crate) fn set_in_place(&mut self, text: &Str, value: &Value) -> bool {
        match Rc::get_mut(&mut self.0) {
            Some(Form::Map(map)) if !key::is_integer(text) => map.set_in_place(text, value),
            _ => false,
        }
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
            Form::Map(_) => Err(value),
            _ => self.grow(|form| form.put(at, value)),
        }
    }

    /// Adds an element under the next integer key.
    pub fn push(&mut self, value: Value) {
        self.grow(|form| form.push(value));
    }

    /// The value under a key for editing; a missing one is created as none.
    pub fn entry(&mut self, key: Key) -> &mut Value {
        let at = match self.0.find(&key) {
            Some(at) => at,
            None => self.add(key),
        };
        self.found_mut(at)
    }

    /// Adds a missing key with the value none. Gives its place.
    fn add(&mut self, key: Key) -> usize {
        self.grow(|form| match key {
            Key::Int(n)
                if form.put(usize::try_from(n).unwrap_or(usize::MAX), Value::None).is_ok() =>
            {
                form.len() - 1
            }
            key => form.map().insert_new(key, Value::None),
        })
    }

    /// The value under a key for editing, if there is one.
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        let at = self.0.find(key)?;
        Some(self.found_mut(at))
    }

    /// The value under the key that a text is cast to, for editing, if the array is a map with it.
    pub(crate) fn text_mut(&mut self, text: &Str) -> Option<&mut Value> {
        let Form::Map(map) = &*self.0 else { return None };
        if key::is_integer(text) {
            return None;
        }
        let at = map.find_str(text)?;
        Some(self.form().found_mut(at))
    }

    fn found_mut(&mut self, at: usize) -> &mut Value {
        if matches!(&*self.0, Form::Flags(_)) {
            self.grow(|form| {
                form.found_mut(at);
            });
        }
        self.form().found_mut(at)
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
            Form::Map(map) => map.visit(each),
            list => (0..list.len())
                .filter_map(|at| Some((at, list.element(at)?)))
                .try_for_each(|(at, value)| each(&Key::Int(at as i64), value)),
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
            Form::Map(map) => map.slot_from(cursor).map(|(at, slot)| (at + 1, &slot.value)),
            list => list.element(cursor).map(|value| (cursor + 1, value)),
        }
    }

    /// The key of the element before a cursor.
    pub(crate) fn key_before(&self, cursor: usize) -> Value {
        match &*self.0 {
            Form::Map(map) => map.slot_from(cursor - 1).map_or(Value::None, |s| s.1.key.to_value()),
            _ => Value::Number(cursor as f64 - 1.0),
        }
    }

    /// The element at a cursor, and the cursor after it: for a walk that is interrupted. Walks begin
    /// at 0.
    pub fn step(&self, cursor: usize) -> Option<(usize, Key, &Value)> {
        match &*self.0 {
            Form::Map(map) => {
                let (at, slot) = map.slot_from(cursor)?;
                Some((at + 1, slot.key.clone(), &slot.value))
            }
            list => list.element(cursor).map(|value| (cursor + 1, Key::Int(cursor as i64), value)),
        }
    }

    fn form(&mut self) -> &mut Form {
        if self.is_shared() {
            self.0 = match &*self.0 {
                Form::List(list) => spare::list(list.iter().cloned()),
                form => spare::make(form.clone()),
            };
        }
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

impl Drop for Array {
    #[inline]
    fn drop(&mut self) {
        if Rc::strong_count(&self.0) == 1 {
            spare::end(&mut self.0);
        }
    }
}

/// A number as a position, when it is one below 2³².
#[inline(always)]
pub(crate) fn whole(n: f64) -> Option<usize> {
    // Added to this, a whole number stands in the lower bits; the usual conversion also looks at
    // what cannot be converted, which the comparison here refuses anyway.
    const SHIFT: f64 = (1_u64 << 52) as f64;
    let at = (n + SHIFT).to_bits() as u32;
    (f64::from(at) == n).then_some(at as usize)
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
        Self(spare::make(Form::of(list).reported()))
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
        Self(spare::make(Form::Map(map).reported()))
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self::list(values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// One change of an array.
    fn change(array: &mut Array, (kind, at, value): &(u8, i64, Value)) {
        let key = || Key::from(*at);
        match kind {
            0 => array.push(value.clone()),
            1 => array.set(key(), value.clone()),
            2 => *array.entry(key()) = value.clone(),
            3 => {
                array.remove(&key());
            }
            4 => {
                let _ = array.set_number(*at as f64, value.clone());
            }
            5 => {
                let mut kept = array.clone();
                kept.own_flag(*at as f64, true);
                kept.push(value.clone());
            }
            _ => array.set(Key::from("k"), value.clone()),
        }
    }

    fn changes() -> impl Strategy<Value = Vec<(u8, i64, Value)>> {
        let value = prop_oneof![
            8 => any::<bool>().prop_map(Value::from),
            1 => (-9.0..9.0_f64).prop_map(Value::from),
        ];
        let kind = prop_oneof![12 => 0_u8..3, 1 => 3_u8..7];
        prop::collection::vec((kind, -2_i64..150, value), 0..150)
    }

    proptest! {
        #[test]
        fn booleans_lie_closer_without_showing_it(start in 0_usize..140, changes in changes()) {
            let before = memory::held();
            let mut list = Array::list((0..start).map(|at| at % 3 == 0));
            // What was a map once stays one.
            let mut map = list.clone();
            map.set(Key::from("gone"), Value::none());
            map.remove(&Key::from("gone"));
            for one in &changes {
                let set_by_number = one.0 == 4;
                if set_by_number && usize::try_from(one.1).is_ok_and(|at| at <= list.len()) && list.is_list() {
                    map.set(Key::from(one.1), one.2.clone());
                }
                change(&mut list, one);
                if !set_by_number {
                    change(&mut map, one);
                }
                prop_assert_eq!(list.next_key(), map.next_key());
            }
            let same = list.iter().eq(map.iter());
            prop_assert!(same, "{:?} {:?}", list, map);
            prop_assert!(list.iter().all(|(key, value)| list.get(&key) == Some(value)));
            drop((list, map));
            prop_assert_eq!(memory::held(), before);
        }
    }

    #[test]
    fn a_long_list_of_booleans_takes_a_byte_for_each() {
        let before = memory::held();
        let repeated = Array::list([true]).repeat(1_000_000);
        assert!((memory::held() - before) < 1_001_000);
        let mut pushed = Array::new();
        (0..1_000_000).for_each(|at| pushed.push((at % 2 == 0).into()));
        assert!((memory::held() - before) < 4_000_000);
        drop((repeated, pushed));
        assert_eq!(memory::held(), before);
    }
}
