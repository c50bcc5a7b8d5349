//! Writes values as JSON.

use hsl_vm::{Array, Value, write_number};

use super::{DEPTH_LIMIT, EncodeOptions};

/// The text of a value; none for what JSON cannot say.
pub(super) fn write(value: &Value, options: &EncodeOptions) -> Option<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), options };
    writer.value(value, 0)?;
    Some(writer.out)
}

struct Writer<'a> {
    out: Vec<u8>,
    options: &'a EncodeOptions,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        match value {
            Value::None => self.raw("null"),
            Value::Boolean(true) => self.raw("true"),
            Value::Boolean(false) => self.raw("false"),
            Value::Number(number) if number.is_finite() => self.number(*number),
            Value::String(text) => self.string(text),
            Value::Array(array) if depth < DEPTH_LIMIT => self.array(array, depth + 1)?,
            _ => return None,
        }
        Some(())
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: f64) {
        write_number(&mut self.out, number);
    }

    fn array(&mut self, array: &Array, depth: usize) -> Option<()> {
        let is_list = array.keys().enumerate().all(|(at, key)| key == hsl_vm::Key::from(at));
        let (open, close) = if is_list { (b'[', b']') } else { (b'{', b'}') };
        self.out.push(open);
        for (at, (key, value)) in array.iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.line(depth);
            if !is_list {
                self.string(&key.to_value().to_text());
                self.raw(if self.options.pretty_print { ": " } else { ":" });
            }
            self.value(value, depth)?;
        }
        if !array.is_empty() {
            self.line(depth - 1);
        }
        self.out.push(close);
        Some(())
    }

    fn line(&mut self, depth: usize) {
        if self.options.pretty_print {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + depth * 4, b' ');
        }
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for character in String::from_utf8_lossy(text).chars() {
            self.character(character);
        }
        self.out.push(b'"');
    }

    fn character(&mut self, character: char) {
        match character {
            '"' => self.raw("\\\""),
            '\\' => self.raw("\\\\"),
            '\n' => self.raw("\\n"),
            '\r' => self.raw("\\r"),
            '\t' => self.raw("\\t"),
            '\u{8}' => self.raw("\\b"),
            '\u{c}' => self.raw("\\f"),
            c if c < ' ' || (!c.is_ascii() && self.options.ensure_ascii) => self.escape(c),
            c => self.raw(c.encode_utf8(&mut [0; 4])),
        }
    }

    fn escape(&mut self, character: char) {
        for half in character.encode_utf16(&mut [0; 2]) {
            self.raw(&format!("\\u{half:04x}"));
        }
    }
}
