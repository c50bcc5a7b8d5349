//! From JSON to values.
//!
//! Values and keys that no container holds yet stand on two stacks, so that each container is made
//! once, in its size.

use hsl_vm::{Array, Key, Value};
use json_data::{Enough, Limits, Step};

use super::DEPTH_LIMIT;

/// Bytes of a container, besides its items.
const CONTAINER: usize = 100;

/// The text needs more memory than there is room.
pub(super) struct TooLarge;

/// The value of a text; none when it is malformed.
pub(super) fn read(text: &[u8], comments: bool, room: usize) -> Result<Option<Value>, TooLarge> {
    let mut stacks = Stacks { values: Vec::new(), keys: Vec::new(), room: Some(room) };
    let limits = Limits { depth: DEPTH_LIMIT, comments };
    let whole = json_data::read(text, limits, |step| stacks.step(step).ok_or(Enough));
    match whole {
        _ if stacks.room.is_none() => Err(TooLarge),
        Ok(()) => Ok(stacks.values.pop()),
        Err(_) => Ok(None),
    }
}

struct Stacks {
    values: Vec<Value>,
    keys: Vec<Key>,
    /// Bytes that values may still take; none when they would not do.
    room: Option<usize>,
}

impl Stacks {
    /// Nothing when there is no room.
    #[inline]
    fn step(&mut self, step: Step<'_>) -> Option<()> {
        let value = match step {
            Step::None => Value::none(),
            Step::Boolean(flag) => Value::boolean(flag),
            Step::Number(number) => Value::number(number),
            Step::Text(text) => Value::from(text.as_bytes()),
            Step::Key(name) => {
                self.keys.push(Key::text(name.as_bytes()));
                return Some(());
            }
            Step::List(items) => {
                self.reserve(items)?;
                let start = self.values.len().checked_sub(items)?;
                Value::array(self.values.drain(start..).collect::<Array>())
            }
            Step::Object(pairs) => {
                self.reserve(2 * pairs)?;
                let start = self.values.len().checked_sub(pairs)?;
                let keys = self.keys.drain(self.keys.len().checked_sub(pairs)?..);
                Value::array(keys.zip(self.values.drain(start..)).collect::<Array>())
            }
        };
        self.values.push(value);
        self.room = self.room.filter(|room| self.values.len() <= room / size_of::<Value>());
        self.room.map(drop)
    }

    /// Takes the room of a container with so many items.
    fn reserve(&mut self, items: usize) -> Option<()> {
        self.room = self.room?.checked_sub(CONTAINER + items * size_of::<Value>());
        self.room.map(drop)
    }
}
