//! How written JSON looks: numbers and strings as the language has them, indented or in one line.

use std::io::{self, Write};

use hsl_vm::NumberText;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::text::Strings;

/// One step of indentation.
const INDENT: &[u8] = b"    ";

pub(super) struct Layout {
    strings: Strings,
    pretty: Option<PrettyFormatter<'static>>,
}

impl Layout {
    pub(super) fn new(ascii: bool, pretty: bool) -> Self {
        Self {
            strings: Strings::new(ascii),
            pretty: pretty.then(|| PrettyFormatter::with_indent(INDENT)),
        }
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

    /// A string of the language, whose bytes need not be UTF-8.
    #[inline]
    fn write_byte_array<W: Write + ?Sized>(&mut self, out: &mut W, bytes: &[u8]) -> io::Result<()> {
        self.begin_string(out)?;
        self.strings.bytes(out, bytes)?;
        self.end_string(out)
    }

    #[inline]
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        self.strings.fragment(out, text)
    }
}
