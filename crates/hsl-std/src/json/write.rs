//! From values to JSON.
//!
//! *Invariants.* The text is gathered in one buffer of the thread, which keeps at most [`KEPT`] bytes
//! of room between calls.

use std::cell::Cell;
use std::io;

use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};
use serde::ser::{Error, SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::layout::Layout;
use super::text::readable;
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
    let mut text = Bounded { out: BUFFER.take(), room: cx.room() };
    text.out.clear();
    let layout = Layout::new(options.ensure_ascii, options.pretty_print);
    let mut writer = serde_json::Serializer::with_formatter(&mut text, layout);
    let written = Node { value, depth: 0 }.serialize(&mut writer);
    let fits = cx.reserve(text.out.len());
    let whole = fits.map(|()| written.is_ok().then(|| Str::from(&text.out[..])));
    if text.out.capacity() <= KEPT {
        BUFFER.set(text.out);
    }
    whole
}

/// A text that gives up once it does not fit.
struct Bounded {
    out: Vec<u8>,
    room: usize,
}

impl io::Write for Bounded {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.extend_from_slice(bytes);
        if self.out.len() > self.room { Err(io::ErrorKind::OutOfMemory.into()) } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value within so many containers.
struct Node<'v> {
    value: &'v Value,
    depth: usize,
}

impl Serialize for Node<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::None => to.serialize_unit(),
            Value::Boolean(flag) => to.serialize_bool(*flag),
            Value::Number(number) if number.is_finite() => to.serialize_f64(*number),
            Value::String(text) => to.serialize_bytes(text),
            Value::Array(array) if self.depth < DEPTH_LIMIT => container(array, self.depth + 1, to),
            _ => Err(S::Error::custom("JSON has no word for this value")),
        }
    }
}

/// Arrays whose keys count from 0 are lists.
fn container<S: Serializer>(array: &Array, depth: usize, to: S) -> Result<S::Ok, S::Error> {
    let mut at = 0;
    let counts = |key: &Key, _: &Value| {
        at += 1;
        matches!(key, Key::Int(n) if *n == at - 1).then_some(())
    };
    if !array.is_list() && array.visit(counts).is_none() {
        return object(array, depth, to);
    }
    let mut list = to.serialize_seq(Some(array.len()))?;
    for value in array.values() {
        list.serialize_element(&Node { value, depth })?;
    }
    list.end()
}

fn object<S: Serializer>(array: &Array, depth: usize, to: S) -> Result<S::Ok, S::Error> {
    let mut object = to.serialize_map(Some(array.len()))?;
    let mut failed = None;
    let _ = array.visit(|key, value| {
        failed = object.serialize_entry(&Name(key), &Node { value, depth }).err();
        failed.is_none().then_some(())
    });
    match failed {
        Some(error) => Err(error),
        None => object.end(),
    }
}

struct Name<'k>(&'k Key);

impl Serialize for Name<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Key::Str(text) => to.serialize_str(&readable(text)),
            key => to.serialize_str(&key.to_value().to_text().to_lossy()),
        }
    }
}
