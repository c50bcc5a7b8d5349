//! A strict reader of JSON that builds values directly.
//!
//! Items of arrays and objects that are not closed yet stand on two stacks, so that each container is
//! made once, in its size.
//!
//! *Not here.* Strings and numbers are in `token`.

use hsl_vm::{Array, Key, Value};

use super::DEPTH_LIMIT;

/// The value of a text; none when it is malformed.
pub(super) fn read(text: &[u8], comments: bool) -> Option<Value> {
    let mut reader = Reader::new(text, comments);
    let value = reader.value(0)?;
    reader.space()?;
    (reader.at == text.len()).then_some(value)
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    comments: bool,
    /// The text of a string with escapes, while it is read.
    pub(super) unescaped: Vec<u8>,
    items: Vec<Value>,
    pairs: Vec<(Key, Value)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8], comments: bool) -> Self {
        let (unescaped, items, pairs) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, at: 0, comments, unescaped, items, pairs }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<Value> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())?;
        Some(value)
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

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.space()?;
        match self.peek()? {
            b'"' => self.string().map(Value::string),
            b'{' if depth < DEPTH_LIMIT => self.object(depth + 1),
            b'[' if depth < DEPTH_LIMIT => self.array(depth + 1),
            b't' => self.word(b"true", Value::boolean(true)),
            b'f' => self.word(b"false", Value::boolean(false)),
            b'n' => self.word(b"null", Value::none()),
            _ => self.number().map(Value::number),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let start = self.pairs.len();
        self.at += 1;
        self.space()?;
        if self.eat(b'}').is_some() {
            return Some(Value::array(Array::new()));
        }
        loop {
            self.space()?;
            let key = self.key()?;
            self.space()?;
            self.eat(b':')?;
            let value = self.value(depth)?;
            self.pairs.push((key, value));
            if self.ends(b'}')? {
                return Some(Value::array(self.pairs.drain(start..).collect()));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let start = self.items.len();
        self.at += 1;
        self.space()?;
        if self.eat(b']').is_some() {
            return Some(Value::array(Array::new()));
        }
        loop {
            let value = self.value(depth)?;
            self.items.push(value);
            if self.ends(b']')? {
                return Some(Value::array(self.items.drain(start..).collect()));
            }
        }
    }

    /// Whether the list is closed here; else a comma leads to the next item.
    #[inline]
    fn ends(&mut self, close: u8) -> Option<bool> {
        self.space()?;
        let byte = self.peek()?;
        self.at += 1;
        if byte == close {
            return Some(true);
        }
        (byte == b',').then_some(false)
    }
}
