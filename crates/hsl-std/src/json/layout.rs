//! How written JSON looks: numbers as the language writes them, ASCII only if wanted, indented or in
//! one line.

use std::io::{self, Write};

use hsl_vm::NumberText;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// One step of indentation.
const INDENT: &[u8] = b"    ";

/// Bytes that are written at a time.
const GATHERED: usize = 192;
/// Bytes that a character may touch: two escapes, of which the last touches two more.
const MOST: usize = 14;

pub(super) struct Layout {
    ascii: bool,
    pretty: Option<PrettyFormatter<'static>>,
}

impl Layout {
    pub(super) fn new(ascii: bool, pretty: bool) -> Self {
        Self { ascii, pretty: pretty.then(|| PrettyFormatter::with_indent(INDENT)) }
    }
}

/// Methods of which either layout has its own.
macro_rules! either {
    ($($method:ident ( $($given:ident: $kind:ty),* );)*) => {
        $(
            #[inline]
            fn $method<W: Write + ?Sized>(&mut self, out: &mut W $(, $given: $kind)*) -> io::Result<()> {
                match &mut self.pretty {
                    Some(pretty) => pretty.$method(out $(, $given)*),
                    None => CompactFormatter.$method(out $(, $given)*),
                }
            }
        )*
    };
}

impl Formatter for Layout {
    either! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }

    #[inline]
    fn write_f64<W: Write + ?Sized>(&mut self, out: &mut W, number: f64) -> io::Result<()> {
        out.write_all(&NumberText::new(number))
    }

    #[inline]
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if self.ascii && !text.is_ascii() {
            return in_ascii(out, text);
        }
        out.write_all(text.as_bytes())
    }
}

/// Writes text that needs no escapes but for the characters beyond ASCII: one for each of their
/// units in UTF-16. It is gathered, so that the text grows a few times and not with each of them.
fn in_ascii<W: Write + ?Sized>(out: &mut W, text: &str) -> io::Result<()> {
    let mut gathered = [0; GATHERED];
    let mut length = 0;
    for character in text.chars() {
        if length > GATHERED - MOST {
            out.write_all(&gathered[..length])?;
            length = 0;
        }
        let place = &mut gathered[length..length + MOST];
        length += match u32::from(character) {
            ascii @ ..0x80 => {
                place[0] = ascii as u8;
                1
            }
            unit @ ..0x1_0000 => {
                place[..8].copy_from_slice(&escaped(unit as u16));
                6
            }
            _ => {
                let mut pair = [0; 2];
                character.encode_utf16(&mut pair);
                place[..8].copy_from_slice(&escaped(pair[0]));
                place[6..].copy_from_slice(&escaped(pair[1]));
                12
            }
        };
    }
    out.write_all(&gathered[..length])
}

/// The six bytes of an escape, and two without a meaning: eight are written in one step.
#[inline]
fn escaped(unit: u16) -> [u8; 8] {
    let [high, low] = unit.to_be_bytes().map(|byte| u64::from(HEX[usize::from(byte)]));
    (BEGIN | high << 16 | low << 32).to_le_bytes()
}

/// How an escape begins.
const BEGIN: u64 = u16::from_le_bytes(*b"\\u") as u64;

/// The two hexadecimal digits of each byte, the first lowest.
const HEX: [u16; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = u16::from_le_bytes([digits[byte >> 4], digits[byte & 15]]);
        byte += 1;
    }
    all
};
