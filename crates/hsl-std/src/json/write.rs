//! Writes values as JSON.
//!
//! *Invariants.* The text is gathered in one buffer of the thread, which keeps at most [`KEPT`] bytes
//! of room between calls.

use std::cell::Cell;

use hsl_vm::{Array, Cx, Key, NumberText, Str, Thrown, Value};

use super::scan::plain;
use super::{DEPTH_LIMIT, EncodeOptions};

/// Room that a thread keeps for the next text.
const KEPT: usize = 1 << 16;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The text of a value; none for what JSON cannot say.
///
/// # Errors
/// When the text grows beyond what the script has left: arrays share what they hold, so a small value
/// can have an endless text.
pub(super) fn write(
    cx: &mut Cx<'_>,
    value: &Value,
    options: &EncodeOptions,
) -> Result<Option<Str>, Thrown> {
    let mut writer = Writer { out: BUFFER.take(), options, room: cx.room() };
    writer.out.clear();
    let written = writer.value(value, 0);
    let fits = cx.reserve(writer.out.len());
    let text = fits.map(|()| written.map(|()| Str::from(&writer.out[..])));
    if writer.out.capacity() <= KEPT {
        BUFFER.set(writer.out);
    }
    text
}

struct Writer<'a> {
    out: Vec<u8>,
    options: &'a EncodeOptions,
    room: usize,
}

impl Writer<'_> {
    /// Gives up where JSON has no word for a value, and where the text is too long.
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        if self.out.len() > self.room {
            return None;
        }
        match value {
            Value::None => self.raw(b"null"),
            Value::Boolean(true) => self.raw(b"true"),
            Value::Boolean(false) => self.raw(b"false"),
            Value::Number(number) if number.is_finite() => self.raw(&NumberText::new(*number)),
            Value::String(text) => self.string(text),
            Value::Array(array) if depth < DEPTH_LIMIT => self.array(array, depth + 1)?,
            _ => return None,
        }
        Some(())
    }

    #[inline]
    fn raw(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn array(&mut self, array: &Array, depth: usize) -> Option<()> {
        if let Some(list) = array.as_list() {
            return self.list(list, depth);
        }
        let mut at = 0;
        let in_order = array.visit(|key, _| {
            at += 1;
            matches!(key, Key::Int(n) if *n == at - 1).then_some(())
        });
        if in_order.is_some() {
            let list: Vec<Value> = array.values().cloned().collect();
            return self.list(&list, depth);
        }
        self.object(array, depth)
    }

    fn list(&mut self, list: &[Value], depth: usize) -> Option<()> {
        self.out.push(b'[');
        for (at, value) in list.iter().enumerate() {
            self.next(at, depth);
            self.value(value, depth)?;
        }
        self.close(list.is_empty(), b']', depth);
        Some(())
    }

    fn object(&mut self, array: &Array, depth: usize) -> Option<()> {
        self.out.push(b'{');
        let mut at = 0;
        array.visit(|key, value| {
            self.next(at, depth);
            at += 1;
            match key {
                Key::Str(text) => self.string(text),
                key => self.string(&key.to_value().to_text()),
            }
            self.raw(if self.options.pretty_print { b": " } else { b":" });
            self.value(value, depth)
        })?;
        self.close(array.is_empty(), b'}', depth);
        Some(())
    }

    /// Comes before an item.
    #[inline]
    fn next(&mut self, at: usize, depth: usize) {
        if at > 0 {
            self.out.push(b',');
        }
        self.line(depth);
    }

    fn close(&mut self, is_empty: bool, close: u8, depth: usize) {
        if !is_empty {
            self.line(depth - 1);
        }
        self.out.push(close);
    }

    #[inline]
    fn line(&mut self, depth: usize) {
        if self.options.pretty_print {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + depth * 4, b' ');
        }
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        let mut rest = text;
        loop {
            let (run, after) = rest.split_at(plain(rest));
            self.raw(run);
            rest = match after {
                [] => break,
                [byte, after @ ..] if byte.is_ascii() => {
                    self.escape_byte(*byte);
                    after
                }
                // Text beyond ASCII goes on up to the next byte that is.
                _ => self.beyond_ascii(after),
            };
        }
        self.out.push(b'"');
    }

    /// Writes the characters beyond ASCII at the start of a text, and gives what follows them.
    fn beyond_ascii<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let end = text.iter().position(u8::is_ascii).unwrap_or(text.len());
        let (run, after) = text.split_at(end);
        for chunk in run.utf8_chunks() {
            if self.options.ensure_ascii {
                chunk.valid().chars().for_each(|character| self.escape(character));
            } else {
                self.raw(chunk.valid().as_bytes());
            }
            match chunk.invalid() {
                [] => {}
                _ if self.options.ensure_ascii => self.escape(char::REPLACEMENT_CHARACTER),
                _ => self.raw("\u{fffd}".as_bytes()),
            }
        }
        after
    }

    fn escape_byte(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw(b"\\\""),
            b'\\' => self.raw(b"\\\\"),
            b'\n' => self.raw(b"\\n"),
            b'\r' => self.raw(b"\\r"),
            b'\t' => self.raw(b"\\t"),
            8 => self.raw(b"\\b"),
            12 => self.raw(b"\\f"),
            byte => self.escape(char::from(byte)),
        }
    }

    #[inline]
    fn escape(&mut self, character: char) {
        match u16::try_from(u32::from(character)) {
            Ok(unit) => self.escape_unit(unit),
            Err(_) => character.encode_utf16(&mut [0; 2]).iter().for_each(|u| self.escape_unit(*u)),
        }
    }

    #[inline]
    fn escape_unit(&mut self, unit: u16) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |shift: u16| DIGITS[usize::from(unit >> shift & 15)];
        self.raw(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
    }
}
