//! A strict reader of JSON that builds values directly.
//!
//! Values and keys that no container holds yet stand on two stacks, so that each container is made
//! once, in its size, and a value is not handed from function to function.
//!
//! *Not here.* Strings and numbers are in `token`.

use hsl_vm::{Array, Key, Value};

use super::DEPTH_LIMIT;

/// Bytes of a container, besides its items.
const CONTAINER: usize = 100;

/// The text needs more memory than there is room.
pub(super) struct TooLarge;

/// The value of a text; none when it is malformed.
pub(super) fn read(text: &[u8], comments: bool, room: usize) -> Result<Option<Value>, TooLarge> {
    let mut reader = Reader::new(text, comments, room);
    let whole = reader.whole();
    if reader.room.is_none() { Err(TooLarge) } else { Ok(whole) }
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    comments: bool,
    /// The text of a string with escapes, while it is read.
    pub(super) unescaped: Vec<u8>,
    pub(super) values: Vec<Value>,
    pub(super) keys: Vec<Key>,
    /// Bytes that values may still take; none when they would not do.
    room: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8], comments: bool, room: usize) -> Self {
        let (unescaped, values, keys) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, at: 0, comments, unescaped, values, keys, room: Some(room) }
    }

    fn whole(&mut self) -> Option<Value> {
        self.value(0)?;
        self.space()?;
        if self.at == self.text.len() { self.values.pop() } else { None }
    }

    /// Takes the room of a container with so many items.
    fn reserve(&mut self, items: usize) -> Option<()> {
        self.room = self.room?.checked_sub(CONTAINER + items * size_of::<Value>());
        self.room.map(drop)
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<()> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())?;
        self.values.push(value);
        Some(())
    }

    /// Skips white space, and comments where they are allowed.
    #[inline]
    fn space(&mut self) -> Option<()> {
        match self.peek() {
            Some(b' ' | b'\t' | b'\n' | b'\r' | b'/') => self.more_space(),
            _ => Some(()),
        }
    }

    fn more_space(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.comments => self.comment()?,
                _ => return Some(()),
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with(b"//") {
            memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            memchr::memmem::find(&rest[2..], b"*/")? + 4
        } else {
            return None;
        };
        self.at += length;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.space()?;
        match self.peek()? {
            b'"' => self.string(),
            b'{' if depth < DEPTH_LIMIT => self.object(depth + 1),
            b'[' if depth < DEPTH_LIMIT => self.array(depth + 1),
            b't' => self.word(b"true", Value::boolean(true)),
            b'f' => self.word(b"false", Value::boolean(false)),
            b'n' => self.word(b"null", Value::none()),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let start = self.values.len();
        let first_key = self.keys.len();
        self.at += 1;
        self.space()?;
        if self.eat(b'}').is_none() {
            loop {
                self.space()?;
                self.key()?;
                self.space()?;
                self.eat(b':')?;
                self.value(depth)?;
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        self.reserve(2 * (self.values.len() - start))?;
        let pairs = self.keys.drain(first_key..).zip(self.values.drain(start..));
        let object: Array = pairs.collect();
        self.values.push(Value::array(object));
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let start = self.values.len();
        self.at += 1;
        self.space()?;
        if self.eat(b']').is_none() {
            loop {
                self.value(depth)?;
                if self.ends(b']')? {
                    break;
                }
            }
        }
        self.reserve(self.values.len() - start)?;
        let list: Array = self.values.drain(start..).collect();
        self.values.push(Value::array(list));
        Some(())
    }

    /// Whether the list is closed here; else a comma leads to the next item.
    #[inline]
    fn ends(&mut self, close: u8) -> Option<bool> {
        self.room = self.room.filter(|room| self.values.len() <= room / size_of::<Value>());
        self.room?;
        self.space()?;
        let byte = self.peek()?;
        self.at += 1;
        if byte == close {
            return Some(true);
        }
        (byte == b',').then_some(false)
    }
}
