//! Byte strings.
//!
//! Short texts stand in the value itself. Longer ones are shared: those of a usual line length stand
//! in the allocation of the count, the others in a buffer of their own that grows in place while
//! nobody else holds the string.
//!
//! *Invariants*: a text that fits is short; the content never changes while more than one holder
//! exists; the remembered hash belongs to the content.

mod bytes;
mod hash;
mod short;
mod spare;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::rc::Rc;

use bytes::{Bytes, INLINE};
pub(crate) use hash::Keyed;
pub(super) use hash::hash_int;
use short::{ROOM, Short};

use super::memory;

/// An immutable byte string. Cloning shares it.
#[derive(Clone)]
pub struct Str(Form);

#[derive(Clone)]
enum Form {
    Short(Short),
    Long(Shared),
}

const _: () = assert!(size_of::<Str>() == 16);

/// A holder of a longer text. The last one leaves the allocation to a later text.
#[derive(Clone)]
struct Shared(Rc<Text>);

impl Shared {
    /// An empty text with room for this many bytes, and what `write` puts there. It is written where
    /// it stays.
    #[inline]
    fn with_room(room: usize, write: impl FnOnce(&mut Bytes)) -> Self {
        let mut text = spare::take();
        // Nobody else holds a spare text.
        if let Some(text) = Rc::get_mut(&mut text) {
            if room > INLINE {
                text.bytes = Bytes::Apart(Vec::with_capacity(room));
            }
            write(&mut text.bytes);
            memory::report(text.held());
        }
        Self(text)
    }

    /// The text for a change, which no other holder sees.
    #[inline(always)]
    fn change(&mut self) -> &mut Text {
        if Rc::strong_count(&self.0) > 1 {
            self.part_ways();
        }
        Rc::make_mut(&mut self.0)
    }

    /// Goes on with a text of its own.
    #[cold]
    #[inline(never)]
    fn part_ways(&mut self) {
        Rc::make_mut(&mut self.0);
    }

    /// The text for a change, when there is no other holder.
    #[inline]
    fn own(&mut self) -> Option<&mut Text> {
        Rc::get_mut(&mut self.0)
    }

    #[inline(never)]
    fn end(&mut self) {
        memory::report(-self.0.held());
        spare::keep(&mut self.0);
    }
}

impl Deref for Shared {
    type Target = Text;

    #[inline(always)]
    fn deref(&self) -> &Text {
        &self.0
    }
}

impl Drop for Shared {
    #[inline]
    fn drop(&mut self) {
        if Rc::strong_count(&self.0) == 1 {
            self.end();
        }
    }
}

struct Text {
    /// Hash of the bytes, 0 while unknown.
    hash: Cell<u32>,
    bytes: Bytes,
}

impl Text {
    /// The empty text.
    const fn new() -> Self {
        Self { hash: Cell::new(0), bytes: Bytes::EMPTY }
    }

    /// Lets go of the content, and of the buffer.
    #[inline]
    fn empty(&mut self) {
        self.hash.set(0);
        match &mut self.bytes {
            Bytes::Near { length, .. } => *length = 0,
            apart @ Bytes::Apart(_) => *apart = Bytes::EMPTY,
        }
    }

    /// Bytes that it holds.
    #[inline]
    const fn held(&self) -> isize {
        let own = size_of::<Self>() + 2 * size_of::<usize>();
        (own + self.bytes.held()) as isize
    }
}

impl Clone for Text {
    fn clone(&self) -> Self {
        let text = Self { hash: self.hash.clone(), bytes: self.bytes.clone() };
        memory::report(text.held());
        text
    }
}

impl Str {
    /// The empty string.
    pub const fn new() -> Self {
        Self(Form::Short(Short::EMPTY))
    }

    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Short(short) => short.as_bytes(),
            Form::Long(text) => text.bytes.as_slice(),
        }
    }

    /// The text, with bytes that are no UTF-8 replaced.
    pub fn to_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Several pieces joined.
    pub fn concat(pieces: &[&[u8]]) -> Self {
        let length = pieces.iter().map(|p| p.len()).sum();
        if length <= ROOM {
            let mut text = Short::EMPTY;
            pieces.iter().for_each(|p| text = text.with(p).unwrap_or(text));
            return Self(Form::Short(text));
        }
        let mut text = StrBuilder::with_capacity(length);
        pieces.iter().for_each(|p| text.push(p));
        text.finish()
    }

    /// The string of one byte.
    pub(crate) const fn byte(byte: u8) -> Self {
        Self(Form::Short(Short::byte(byte)))
    }

    #[inline(never)]
    fn long(bytes: &[u8]) -> Self {
        Self(Form::Long(Shared::with_room(bytes.len(), |place| place.push(bytes))))
    }

    /// Keeps a part of the string only; in place when nobody else holds it.
    pub fn keep(&mut self, kept: Range<usize>) {
        if kept.len() == self.len() {
            return;
        }
        if kept.len() > ROOM
            && let Form::Long(text) = &mut self.0
            && let Some(text) = text.own()
            && text.bytes.keep(kept.clone())
        {
            text.hash.set(0);
            return;
        }
        *self = self.get(kept).unwrap_or_default().into();
    }

    /// Turns its ASCII letters into lower case; in place when nobody else holds it.
    pub fn make_ascii_lowercase(&mut self) {
        self.change_case(u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase);
    }

    /// Turns its ASCII letters into upper case; in place when nobody else holds it.
    pub fn make_ascii_uppercase(&mut self) {
        self.change_case(u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase);
    }

    #[inline(always)]
    fn change_case(&mut self, differs: impl Fn(&u8) -> bool, change: impl Fn(&mut [u8])) {
        match &mut self.0 {
            Form::Short(short) => *short = short.mapped(change),
            Form::Long(text) => {
                if text.bytes.as_slice().iter().any(differs) {
                    let text = text.change();
                    text.hash.set(0);
                    change(text.bytes.as_mut_slice());
                }
            }
        }
    }

    /// Appends bytes; in place when nobody else holds the string.
    #[inline]
    pub fn append(&mut self, more: &[u8]) {
        match &mut self.0 {
            Form::Short(short) => match short.with(more) {
                Some(longer) => *short = longer,
                None => *self = outgrow(short.as_bytes(), more),
            },
            Form::Long(text) => append(text.change(), more),
        }
    }

    /// Appends the text of a number.
    pub fn append_number(&mut self, n: f64) {
        self.append(&crate::operators::NumberText::new(n));
    }

    /// Length and bytes of a short text as one number, different from those of every other one.
    #[inline(always)]
    pub(super) fn short_bits(&self) -> Option<u128> {
        match &self.0 {
            Form::Short(short) => Some(short.bits()),
            Form::Long(_) => None,
        }
    }

    /// Whether copying and dropping it needs no counting.
    #[inline(always)]
    pub(crate) const fn is_short(&self) -> bool {
        matches!(self.0, Form::Short(_))
    }

    /// Hash of the bytes, remembered for longer texts; never 0.
    #[inline]
    pub(crate) fn hash_code(&self) -> u32 {
        match &self.0 {
            Form::Short(short) => hash::hash_short(short.bits()),
            Form::Long(text) => text.hash_code(),
        }
    }
}

/// A string in the making that will hardly be short.
pub(crate) struct StrBuilder(Shared);

impl StrBuilder {
    /// An empty one with room for this many bytes.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Shared::with_room(capacity, |_| ()))
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn push(&mut self, more: &[u8]) {
        append(self.0.change(), more);
    }

    /// The string.
    pub(crate) fn finish(self) -> Str {
        match Short::of(self.0.bytes.as_slice()) {
            Some(short) => Str(Form::Short(short)),
            None => Str(Form::Long(self.0)),
        }
    }
}

/// A string in the making that may stay short.
pub(crate) struct ShortBuilder(Short);

impl ShortBuilder {
    /// An empty one.
    pub(crate) const fn new() -> Self {
        Self(Short::EMPTY)
    }

    /// Appends bytes, when the text stays short with them.
    #[inline(always)]
    pub(crate) fn push(&mut self, more: &[u8]) -> bool {
        self.replace(self.0.with(more))
    }

    /// The same for a string.
    #[inline(always)]
    pub(crate) fn push_str(&mut self, more: &Str) -> bool {
        match &more.0 {
            Form::Short(short) => self.replace(self.0.with_short(*short)),
            Form::Long(_) => false,
        }
    }

    /// The same for up to eight bytes in a word, the first lowest.
    #[inline(always)]
    pub(crate) fn push_packed(&mut self, bytes: u64, count: usize) -> bool {
        self.replace(self.0.with_packed(bytes, count))
    }

    #[inline(always)]
    fn replace(&mut self, longer: Option<Short>) -> bool {
        self.0 = longer.unwrap_or(self.0);
        longer.is_some()
    }

    /// The string.
    #[inline(always)]
    pub(crate) fn finish(self) -> Str {
        Str(Form::Short(self.0))
    }
}

/// A short text and what made it too long, with room for more of that kind.
#[cold]
fn outgrow(start: &[u8], more: &[u8]) -> Str {
    let mut text = StrBuilder::with_capacity(start.len() + more.len());
    text.push(start);
    text.push(more);
    text.finish()
}

#[inline]
fn append(text: &mut Text, more: &[u8]) {
    text.hash.set(0);
    let before = text.bytes.held();
    text.bytes.push(more);
    let after = text.bytes.held();
    if after != before {
        memory::report((after - before) as isize);
    }
}

impl Text {
    fn hash_code(&self) -> u32 {
        match self.hash.get() {
            0 => {
                let hash = hash::hash_long(self.bytes.as_slice());
                self.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }
}

impl PartialEq for Str {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Short(a), Form::Short(b)) => a.bits() == b.bits(),
            (Form::Long(a), Form::Long(b)) => Rc::ptr_eq(&a.0, &b.0) || a.same_text(b),
            _ => false,
        }
    }
}

impl Text {
    /// Whether the bytes are the same; remembered hashes that differ spare the look.
    fn same_text(&self, other: &Self) -> bool {
        let (a, b) = (self.hash.get(), other.hash.get());
        (a == b || a == 0 || b == 0) && self.bytes.as_slice() == other.bytes.as_slice()
    }
}

impl Default for Str {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Str {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash_code());
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_lossy(), f)
    }
}

impl From<&[u8]> for Str {
    #[inline]
    fn from(bytes: &[u8]) -> Self {
        match Short::of(bytes) {
            Some(short) => Self(Form::Short(short)),
            None => Self::long(bytes),
        }
    }
}

impl<const N: usize> From<&[u8; N]> for Str {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(&bytes[..])
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Self {
        if bytes.len() <= INLINE {
            Self::from(&bytes[..])
        } else {
            Self(Form::Long(Shared::with_room(0, |place| *place = Bytes::Apart(bytes))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Vec<Vec<u8>> {
        (0..140).map(|n| (0..n).map(|at| at as u8 ^ 0x5a).collect()).collect()
    }

    #[test]
    fn every_length_keeps_its_bytes() {
        for text in texts() {
            let string = Str::from(&text[..]);
            assert_eq!(string.as_bytes(), text);
            assert_eq!(string, Str::from(text.clone()));
            assert_eq!(string.is_short(), text.len() <= ROOM);
        }
    }

    #[test]
    fn appending_gives_what_joining_gives() {
        for a in texts() {
            for b in texts() {
                let mut grown = Str::from(&a[..]);
                let other = grown.clone();
                grown.append(&b);
                assert_eq!(grown.as_bytes(), [&a[..], &b[..]].concat());
                assert_eq!(grown, Str::concat(&[&a, &b]));
                assert_eq!(other.as_bytes(), a, "another holder sees no change");
            }
        }
    }

    #[test]
    fn parts_and_letters_change_in_place_and_for_nobody_else() {
        for text in texts() {
            let other = Str::from(&text[..]);
            for kept in [0..text.len(), 0..text.len() / 2, text.len() / 3..text.len()] {
                let mut part = Str::from(&text[..]);
                part.keep(kept.clone());
                assert_eq!(part, Str::from(&text[kept.clone()]));
                assert_eq!(part.is_short(), kept.len() <= ROOM);
                assert_eq!(part.hash_code(), Str::from(&text[kept.clone()]).hash_code());
                let mut shared = other.clone();
                shared.keep(kept.clone());
                assert_eq!(shared, part);
            }
            let mut lower = other.clone();
            lower.make_ascii_lowercase();
            assert_eq!(lower.as_bytes(), text.to_ascii_lowercase());
            let mut upper = lower.clone();
            upper.make_ascii_uppercase();
            assert_eq!(upper.as_bytes(), text.to_ascii_uppercase());
            assert_eq!(upper.hash_code(), Str::from(text.to_ascii_uppercase()).hash_code());
            assert_eq!(other.as_bytes(), text);
        }
    }

    #[test]
    fn equal_texts_hash_alike_and_the_last_byte_chooses_among_neighbours() {
        for text in texts().into_iter().skip(1) {
            let code = |last: u8| {
                let mut text = text.clone();
                *text.last_mut().unwrap() = last;
                Str::from(text).hash_code()
            };
            assert_eq!(code(b'1'), code(b'1'));
            assert_eq!(code(b'1') | 15, code(b'9') | 15, "{}", text.len());
            assert_ne!(code(b'1') | 15, code(b'A') | 15, "{}", text.len());
        }
    }

    #[test]
    fn a_zero_byte_at_the_end_counts() {
        assert_ne!(Str::from(b"a"), Str::from(b"a\0"));
        assert_ne!(Str::from(b"a").hash_code(), Str::from(b"a\0").hash_code());
    }
}
