//! Character sets: bytes to characters and back.
//!
//! *Sources.* The Encoding Standard of the WHATWG (crate `encoding_rs`); RFC 2781 (UTF-16); Unicode
//! Standard Annex 19 (UTF-32). The Encoding Standard reads `us-ascii` and `iso-8859-1` as windows-1252 and
//! cannot write UTF-16, so that these stand here.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

/// A character set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    Ascii,
    Latin1,
    Utf8,
    /// Units of so many bytes, 2 or 4.
    Wide(usize, Order),
    Web(&'static Encoding),
}

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    Low,
    High,
    /// What the byte order mark says; low without one.
    Marked,
}

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Problem {
    /// A sequence that means nothing.
    Malformed,
    /// The last sequence has no end.
    Incomplete,
}

impl Charset {
    /// The character set of a name.
    pub(super) fn find(name: &[u8]) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        Some(match &*lower {
            b"us-ascii" | b"ascii" | b"ansi_x3.4-1968" | b"iso646-us" => Self::Ascii,
            b"iso-8859-1" | b"iso8859-1" | b"iso_8859-1" | b"iso88591" | b"latin1" | b"l1" => {
                Self::Latin1
            }
            b"utf-8" | b"utf8" => Self::Utf8,
            b"utf-16" | b"utf16" => Self::Wide(2, Order::Marked),
            b"utf-16le" | b"utf16le" | b"ucs-2le" => Self::Wide(2, Order::Low),
            b"utf-16be" | b"utf16be" | b"ucs-2be" => Self::Wide(2, Order::High),
            b"utf-32" | b"utf32" => Self::Wide(4, Order::Marked),
            b"utf-32le" | b"utf32le" | b"ucs-4le" => Self::Wide(4, Order::Low),
            b"utf-32be" | b"utf32be" | b"ucs-4be" | b"ucs-4" => Self::Wide(4, Order::High),
            name => {
                Encoding::for_label_no_replacement(name).or_else(|| other(name)).map(Self::Web)?
            }
        })
    }

    /// The characters of bytes. Malformed sequences are left out when they are to be ignored.
    pub(super) fn decode(self, bytes: &[u8], ignore: bool) -> Result<String, Problem> {
        match self {
            Self::Ascii => byte_by_byte(bytes, ignore, u8::is_ascii),
            Self::Latin1 => byte_by_byte(bytes, ignore, |_| true),
            Self::Utf8 => utf8(bytes, ignore),
            Self::Wide(2, order) => utf16(bytes, order, ignore),
            Self::Wide(_, order) => utf32(bytes, order, ignore),
            Self::Web(encoding) => web(encoding, bytes, ignore),
        }
    }

    /// The bytes of characters; for one that does not exist here, those of what `similar` gives. None when that is
    /// nothing.
    pub(super) fn encode(
        self,
        text: &str,
        similar: impl Fn(char) -> Option<String>,
    ) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Ascii | Self::Latin1 => narrow(self, text, similar),
            Self::Wide(2, order) => {
                let units = text.encode_utf16();
                Some(wide(units.map(u16::to_le_bytes), [0xff, 0xfe], order))
            }
            Self::Wide(_, order) => {
                let units = text.chars().map(|c| u32::from(c).to_le_bytes());
                Some(wide(units, [0xff, 0xfe, 0, 0], order))
            }
            Self::Web(encoding) => encode_web(encoding, text, similar),
        }
    }

    /// Whether it has a character.
    pub(super) fn has(self, character: char) -> bool {
        match self {
            Self::Ascii => character.is_ascii(),
            Self::Latin1 => u32::from(character) < 256,
            Self::Utf8 | Self::Wide(..) => true,
            Self::Web(_) => self.encode(character.encode_utf8(&mut [0; 4]), |_| None).is_some(),
        }
    }
}

/// Names that POSIX systems use and the web does not.
fn other(name: &[u8]) -> Option<&'static Encoding> {
    Some(match name {
        b"eucjp" => encoding_rs::EUC_JP,
        b"euckr" => encoding_rs::EUC_KR,
        b"cp932" | b"ms932" => encoding_rs::SHIFT_JIS,
        b"cp936" | b"ms936" => encoding_rs::GBK,
        b"cp949" | b"uhc" => encoding_rs::EUC_KR,
        b"cp950" | b"big5hkscs" => encoding_rs::BIG5,
        _ => {
            return Encoding::for_label_no_replacement(
                &[b"windows-", name.strip_prefix(b"cp")?].concat(),
            );
        }
    })
}

fn byte_by_byte(
    bytes: &[u8],
    ignore: bool,
    known: impl Fn(&u8) -> bool,
) -> Result<String, Problem> {
    if !ignore && !bytes.iter().all(&known) {
        return Err(Problem::Malformed);
    }
    Ok(bytes.iter().filter(|byte| known(byte)).map(|byte| char::from(*byte)).collect())
}

fn utf8(bytes: &[u8], ignore: bool) -> Result<String, Problem> {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return Ok(out);
            }
            Err(error) => error,
        };
        match error.error_len() {
            _ if ignore => {}
            Some(_) => return Err(Problem::Malformed),
            None => return Err(Problem::Incomplete),
        }
        let (valid, after) = rest.split_at(error.valid_up_to());
        out.push_str(std::str::from_utf8(valid).unwrap_or_default());
        rest = &after[error.error_len().unwrap_or(after.len())..];
    }
}

/// The bytes behind the byte order mark, if one is expected, and whether the high byte comes first.
fn marked<const N: usize>(bytes: &[u8], low: [u8; N], order: Order) -> (&[u8], bool) {
    let mut high = low;
    high.reverse();
    match order {
        Order::Low => (bytes, false),
        Order::High => (bytes, true),
        Order::Marked if bytes.starts_with(&high) => (&bytes[N..], true),
        Order::Marked => (bytes.strip_prefix(&low[..]).unwrap_or(bytes), false),
    }
}

fn utf16(bytes: &[u8], order: Order, ignore: bool) -> Result<String, Problem> {
    let (bytes, high) = marked(bytes, [0xff, 0xfe], order);
    let (units, rest) = bytes.as_chunks::<2>();
    let unit =
        |unit: &[u8; 2]| if high { u16::from_be_bytes(*unit) } else { u16::from_le_bytes(*unit) };
    let open = units.last().is_some_and(|last| (0xd800..0xdc00).contains(&unit(last)));
    let whole = if open { &units[..units.len() - 1] } else { units };
    let mut out = String::with_capacity(bytes.len());
    for character in char::decode_utf16(whole.iter().map(unit)) {
        match character {
            Ok(character) => out.push(character),
            Err(_) if ignore => {}
            Err(_) => return Err(Problem::Malformed),
        }
    }
    let complete = rest.is_empty() && !open;
    if complete || ignore { Ok(out) } else { Err(Problem::Incomplete) }
}

fn utf32(bytes: &[u8], order: Order, ignore: bool) -> Result<String, Problem> {
    let (bytes, high) = marked(bytes, [0xff, 0xfe, 0, 0], order);
    let (units, rest) = bytes.as_chunks::<4>();
    let mut out = String::with_capacity(bytes.len());
    for unit in units {
        let number = if high { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
        match char::from_u32(number) {
            Some(character) => out.push(character),
            None if ignore => {}
            None => return Err(Problem::Malformed),
        }
    }
    if rest.is_empty() || ignore { Ok(out) } else { Err(Problem::Incomplete) }
}

/// Units, whose low byte stands first, in their order.
fn wide<const N: usize>(
    units: impl Iterator<Item = [u8; N]>,
    mark: [u8; N],
    order: Order,
) -> Vec<u8> {
    let mark = (order == Order::Marked).then_some(mark);
    let units = mark.into_iter().chain(units).map(|mut unit| {
        if order == Order::High {
            unit.reverse();
        }
        unit
    });
    units.flatten().collect()
}

fn web(encoding: &'static Encoding, bytes: &[u8], ignore: bool) -> Result<String, Problem> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut last = false;
    loop {
        out.reserve(rest.len() + 16);
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut out, last);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty if last => return Ok(out),
            // Only now it is sure that nothing follows.
            DecoderResult::InputEmpty => last = true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) if ignore => {}
            DecoderResult::Malformed(..) if last => return Err(Problem::Incomplete),
            DecoderResult::Malformed(..) => return Err(Problem::Malformed),
        }
    }
}

fn narrow(
    charset: Charset,
    text: &str,
    similar: impl Fn(char) -> Option<String>,
) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(byte) if charset.has(character) => out.push(byte),
            _ => out.extend(similar(character)?.chars().filter_map(|c| u8::try_from(c).ok())),
        }
    }
    Some(out)
}

fn encode_web(
    encoding: &'static Encoding,
    text: &str,
    similar: impl Fn(char) -> Option<String>,
) -> Option<Vec<u8>> {
    let mut encoder = encoding.new_encoder();
    let mut out = Vec::with_capacity(text.len());
    // What is still to write: similar text first.
    let mut pending = vec![(text.to_owned(), 0)];
    while let Some((text, at)) = pending.last_mut() {
        out.reserve(text.len() - *at + 16);
        let rest = &text[*at..];
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut out, false);
        *at += read;
        match result {
            EncoderResult::InputEmpty => drop(pending.pop()),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => pending.push((similar(character)?, 0)),
        }
    }
    // Some return to their first state at the end.
    out.reserve(16);
    let _ = encoder.encode_from_utf8_to_vec_without_replacement("", &mut out, true);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round(name: &str, text: &str, bytes: &[u8]) {
        let charset = Charset::find(name.as_bytes()).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(charset.encode(text, |_| None).as_deref(), Some(bytes), "{name}");
        assert_eq!(charset.decode(bytes, false).as_deref(), Ok(text), "{name}");
    }

    #[test]
    fn known_texts() {
        // As `iconv` of the GNU C library writes them.
        round("ISO-8859-1", "é", b"\xe9");
        round("windows-1252", "€", b"\x80");
        round("cp1251", "я", b"\xff");
        round("koi8-r", "Я", b"\xf1");
        round("iso-8859-15", "€", b"\xa4");
        round("utf-16be", "a😀", b"\0a\xd8\x3d\xde\x00");
        round("utf-16", "a", b"\xff\xfea\0");
        round("utf-32le", "😀", b"\x00\xf6\x01\x00");
        round("shift_jis", "日本", b"\x93\xfa\x96\x7b");
        round("euc-jp", "日本", b"\xc6\xfc\xcb\xdc");
        round("iso-2022-jp", "日a", b"\x1b$BF|\x1b(Ba");
        round("iso-2022-jp", "日", b"\x1b$BF|\x1b(B");
        round("gb18030", "中", b"\xd6\xd0");
        round("big5", "中", b"\xa4\xa4");
        round("euc-kr", "한", b"\xc7\xd1");
        assert_eq!(Charset::find(b"klingon"), None);
        assert_eq!(Charset::find(b"replacement"), None);
    }

    #[test]
    fn the_end_of_a_text_is_incomplete_and_the_rest_malformed() {
        let check = |name: &str, bytes: &[u8], problem| {
            let charset = Charset::find(name.as_bytes()).expect("is known");
            assert_eq!(charset.decode(bytes, false), Err(problem), "{name} {bytes:?}");
            assert_eq!(charset.decode(&[b"", bytes].concat(), true).as_deref(), Ok(""), "{name}");
        };
        check("utf-8", b"\xe2\x82", Problem::Incomplete);
        check("utf-8", b"\xff", Problem::Malformed);
        check("utf-16le", b"a", Problem::Incomplete);
        check("utf-16le", b"\x3d\xd8", Problem::Incomplete);
        check("utf-16le", b"\x00\xde", Problem::Malformed);
        check("utf-32be", b"\0\0\0", Problem::Incomplete);
        check("utf-32be", b"\0\x11\0\0", Problem::Malformed);
        check("shift_jis", b"\x93", Problem::Incomplete);
        check("us-ascii", b"\x80", Problem::Malformed);
    }
}
