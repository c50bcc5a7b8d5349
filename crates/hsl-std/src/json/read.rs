//! A strict reader of JSON that builds values directly.

use hsl_vm::{Array, Key, Value};

use super::DEPTH_LIMIT;

/// The value of a text; none when it is malformed.
pub(super) fn read(text: &[u8], comments: bool) -> Option<Value> {
    let mut reader = Reader { text, at: 0, comments };
    let value = reader.value(0)?;
    reader.space()?;
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    comments: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<Value> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())?;
        Some(value)
    }

    /// Skips white space, and comments where they are allowed.
    fn space(&mut self) -> Option<()> {
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
            rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
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
            b'{' if depth < DEPTH_LIMIT => self.object(depth + 1),
            b'[' if depth < DEPTH_LIMIT => self.array(depth + 1),
            b'"' => self.string().map(Value::string),
            b't' => self.word(b"true", Value::boolean(true)),
            b'f' => self.word(b"false", Value::boolean(false)),
            b'n' => self.word(b"null", Value::none()),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut array = Array::new();
        self.eat(b'{')?;
        self.space()?;
        if self.eat(b'}').is_some() {
            return Some(Value::array(array));
        }
        loop {
            self.space()?;
            let key = Key::text(&self.string()?);
            self.space()?;
            self.eat(b':')?;
            array.set(key, self.value(depth)?);
            if self.ends(b'}')? {
                return Some(Value::array(array));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut array = Array::new();
        self.eat(b'[')?;
        self.space()?;
        if self.eat(b']').is_some() {
            return Some(Value::array(array));
        }
        loop {
            array.push(self.value(depth)?);
            if self.ends(b']')? {
                return Some(Value::array(array));
            }
        }
    }

    /// Whether the list is closed here; else a comma leads to the next item.
    fn ends(&mut self, close: u8) -> Option<bool> {
        self.space()?;
        if self.eat(close).is_some() {
            return Some(true);
        }
        self.eat(b',').map(|()| false)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let _ = self.eat(b'-');
        if self.eat(b'0').is_none() {
            self.digits()?;
        }
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        text.parse().ok().map(Value::number)
    }

    fn digits(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(())
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.eat(b'"')?;
        let mut out = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.iter().take_while(|b| **b >= b' ' && **b != b'"' && **b != b'\\');
            let count = plain.count();
            out.extend_from_slice(&rest[..count]);
            self.at += count + 1;
            match rest.get(count)? {
                b'"' => return Some(out),
                b'\\' => self.escape(&mut out)?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = self.unicode()?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        };
        out.push(plain);
        Some(())
    }

    /// A character, of which those beyond 16 bits are written as two halves.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.eat(b'\\')?;
        self.eat(b'u')?;
        let second = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |n, byte| Some(n * 16 + char::from(*byte).to_digit(16)?))
    }
}
