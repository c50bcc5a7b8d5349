//! Writes values as JSON.
//!
//! *Invariants.* The text is gathered in one buffer of the thread, which keeps at most [`KEPT`] bytes
//! of room between calls.

use std::cell::Cell;

use hsl_vm::{Array, Cx, Key, NumberText, Str, Thrown, Value};

use super::scan::{plain, verbatim};
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
        if self.options.ensure_ascii {
            self.escaped(text);
        } else {
            self.unescaped(text);
        }
        self.out.push(b'"');
    }

    /// Writes text in ASCII.
    fn escaped(&mut self, text: &[u8]) {
        let mut rest = text;
        loop {
            let (run, after) = rest.split_at(plain(rest));
            self.raw(run);
            rest = match after {
                [] => return,
                [byte, after @ ..] if byte.is_ascii() => {
                    self.escape_byte(*byte);
                    after
                }
                _ => self.beyond_ascii(after),
            };
        }
    }

    /// Writes the characters beyond ASCII at the start of a text, and gives what follows them.
    fn beyond_ascii<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let mut rest = text;
        while rest.first().is_some_and(|byte| !byte.is_ascii()) {
            let units = self.units(rest);
            if units > 0 {
                rest = &rest[units..];
                continue;
            }
            // Four bytes are enough for a character, and for what is none.
            let chunk = rest[..rest.len().min(4)].utf8_chunks().next();
            let character = chunk.as_ref().and_then(|chunk| chunk.valid().chars().next());
            let length = match character {
                Some(character) => character.len_utf8(),
                None => chunk.map_or(1, |chunk| chunk.invalid().len()),
            };
            self.escape(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = &rest[length..];
        }
        rest
    }

    /// Writes the characters of two or three bytes at the start of a text, and gives their length.
    /// What they become is gathered, so that the text grows a few times and not with each of them.
    fn units(&mut self, text: &[u8]) -> usize {
        let (mut gathered, mut count, mut rest) = ([[0; 6]; 32], 0, text);
        while let Some((unit, after)) = one_unit(rest)
            && let Some(place) = gathered.get_mut(count)
        {
            *place = escaped_unit(unit);
            (count, rest) = (count + 1, after);
        }
        self.raw(gathered[..count].as_flattened());
        text.len() - rest.len()
    }

    /// Writes text as it is, but for what has to be escaped.
    fn unescaped(&mut self, text: &[u8]) {
        let mut rest = text;
        loop {
            let (run, after) = rest.split_at(verbatim(rest));
            for chunk in run.utf8_chunks() {
                self.raw(chunk.valid().as_bytes());
                if !chunk.invalid().is_empty() {
                    self.raw("\u{fffd}".as_bytes());
                }
            }
            let [byte, after @ ..] = after else { return };
            self.escape_byte(*byte);
            rest = after;
        }
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

    fn escape_unit(&mut self, unit: u16) {
        self.raw(&escaped_unit(unit));
    }
}

#[inline]
fn escaped_unit(unit: u16) -> [u8; 6] {
    let [high, low] = unit.to_be_bytes();
    let (high, low) = (HEX[usize::from(high)], HEX[usize::from(low)]);
    [b'\\', b'u', high[0], high[1], low[0], low[1]]
}

/// A character of two or three bytes at the start of a text, and what follows it.
#[inline]
fn one_unit(text: &[u8]) -> Option<(u16, &[u8])> {
    let bits = |byte: u8| u16::from(byte & 0x3f);
    let goes_on = |byte: u8| byte & 0xc0 == 0x80;
    match *text {
        [first @ 0xc2..=0xdf, second, ..] if goes_on(second) => {
            Some((u16::from(first & 0x1f) << 6 | bits(second), &text[2..]))
        }
        [first @ 0xe0..=0xef, second, third, ..] if goes_on(second) && goes_on(third) => {
            let unit = u16::from(first & 0xf) << 12 | bits(second) << 6 | bits(third);
            // Longer than it has to be, or half of a pair.
            let is_character = unit >= 0x800 && !(0xd800..0xe000).contains(&unit);
            is_character.then(|| (unit, &text[3..]))
        }
        _ => None,
    }
}

/// The two hexadecimal digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    all
};
