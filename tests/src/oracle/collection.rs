//! `Map` and `Set`, as far as section 13 describes them.

use std::sync::{Arc, Mutex};

use super::generator::{Generator, Turn};
use super::statement::Flow;
use super::value::Value;
use super::{Stop, compare, lock, thrown, unsupported};

/// A container object. Members of one type are compared by `===`.
pub(super) struct Collection {
    keys: String,
    /// Type of the values of a map; none for a set.
    values: Option<String>,
    entries: Mutex<Vec<(Value, Value)>>,
}

impl Collection {
    /// `Map(keys, values)` or `Set(members)`.
    pub(super) fn make(types: &[Value]) -> Result<Value, Stop> {
        let mut names = types.iter().map(|name| match name {
            Value::Text(name) => match &name[..] {
                b"string" | b"number" | b"boolean" => Ok(String::from_utf8_lossy(name).into()),
                _ => unsupported("a container of other types"),
            },
            _ => Err(thrown("wrong argument type")),
        });
        let keys = names.next().ok_or_else(|| thrown("wrong number of arguments"))??;
        let values = names.next().transpose()?;
        Ok(Value::Collection(Arc::new(Self { keys, values, entries: Mutex::default() })))
    }

    pub(super) fn name(&self) -> &'static str {
        if self.values.is_some() { "Map" } else { "Set" }
    }

    /// The pairs of a map, each a list of two, or the members of a set.
    fn items(&self) -> Vec<Value> {
        let entries = lock(&self.entries);
        let pair = |(key, value): &(Value, Value)| match &self.values {
            Some(_) => Value::list([key.clone(), value.clone()]),
            None => key.clone(),
        };
        entries.iter().map(pair).collect()
    }

    /// The items as they are now, each given once.
    pub(super) fn iterator(&self) -> Value {
        let items = self.items();
        let body = move |turn: Arc<Turn>| {
            items.into_iter().try_for_each(|item| turn.give(item).map(|_| ()))?;
            Ok(Flow::Normal)
        };
        let generator = Generator::start(body).of_pairs(self.values.is_some());
        Value::Generator(Arc::new(generator.into()))
    }

    fn find(&self, key: &Value) -> Option<usize> {
        lock(&self.entries).iter().position(|(known, _)| compare::identical(known, key))
    }

    pub(super) fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
        let key = |at: usize, kind: &str| match arguments.get(at) {
            Some(value) if type_of(value) == kind => Ok(value.clone()),
            Some(_) => Err(thrown("wrong argument type")),
            None => Err(thrown("wrong number of arguments")),
        };
        let at = |key: &Value| self.find(key);
        Ok(match (name, &self.values) {
            ("size", _) => Value::Number(lock(&self.entries).len() as f64),
            ("set", Some(_)) => Value::Boolean(self.put(arguments)?),
            ("add", None) => Value::Boolean(!self.put(arguments)?),
            ("entries", Some(_)) | ("values", None) => self.iterator(),
            ("has", _) => Value::Boolean(at(&key(0, &self.keys)?).is_some()),
            ("get", Some(_)) => {
                let place = at(&key(0, &self.keys)?);
                place.map_or(Value::None, |place| lock(&self.entries)[place].1.clone())
            }
            ("delete", _) => {
                let place = at(&key(0, &self.keys)?);
                place.map(|place| lock(&self.entries).remove(place));
                Value::Boolean(place.is_some())
            }
            _ => return unsupported(format!("method {name} of a container")),
        })
    }

    /// Adds or replaces an entry; whether it was there.
    fn put(&self, arguments: &[Value]) -> Result<bool, Stop> {
        let kinds = std::iter::once(&self.keys).chain(&self.values);
        if arguments.len() != kinds.clone().count() {
            return Err(thrown("wrong number of arguments"));
        }
        if arguments.iter().zip(kinds).any(|(value, kind)| type_of(value) != kind) {
            return Err(thrown("wrong argument type"));
        }
        let value = arguments.get(1).cloned().unwrap_or(Value::None);
        let place = self.find(&arguments[0]);
        let mut entries = lock(&self.entries);
        match place {
            Some(place) => entries[place].1 = value,
            None => entries.push((arguments[0].clone(), value)),
        }
        Ok(place.is_some())
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "string",
        Value::Number(_) => "number",
        Value::Boolean(_) => "boolean",
        _ => "other",
    }
}
