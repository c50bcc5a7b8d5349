//! How written JSON looks: numbers as the language writes them, ASCII only if wanted, indented or in
//! one line.

use std::io::{self, Write};

use hsl_vm::NumberText;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// One step of indentation.
const INDENT: &[u8] = b"    ";

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
        if self.ascii { in_ascii(out, text) } else { out.write_all(text.as_bytes()) }
    }
}

/// Writes text that needs no escapes but for the characters beyond ASCII: one for each of their
/// units in UTF-16.
fn in_ascii<W: Write + ?Sized>(out: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii()) {
        let (plain, beyond) = rest.split_at(at);
        out.write_all(plain.as_bytes())?;
        // What comes in a row is gathered, so that the text grows a few times and not with each unit.
        let (mut gathered, mut count, mut length) = ([[0; 6]; 32], 0, 0);
        for character in beyond.chars().take_while(|character| !character.is_ascii()) {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            let Some(places) = gathered.get_mut(count..count + units.len()) else { break };
            for (place, unit) in places.iter_mut().zip(units) {
                *place = escaped(*unit);
                count += 1;
            }
            length += character.len_utf8();
        }
        out.write_all(gathered[..count].as_flattened())?;
        rest = &beyond[length..];
    }
    out.write_all(rest.as_bytes())
}

#[inline]
fn escaped(unit: u16) -> [u8; 6] {
    let [high, low] = unit.to_be_bytes().map(|byte| HEX[usize::from(byte)]);
    [b'\\', b'u', high[0], high[1], low[0], low[1]]
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
