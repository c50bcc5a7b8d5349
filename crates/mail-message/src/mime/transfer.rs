//! Transfer encodings.
//!
//! *Invariants.* What is encoded here decodes to the same bytes, has no line longer than 76 in the
//! encoded forms, and no line of it is a boundary that it must not have.
//!
//! *Sources.* RFC 2045 §6.7 and §6.8.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use super::boundary_line;

/// Longest line that may be sent (RFC 5322 §2.1.1).
const LONGEST: usize = 998;
/// Longest encoded line (RFC 2045 §6.7 rule 5, §6.8).
const LINE: usize = 76;

/// How the bytes of a part are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Short lines of ASCII.
    SevenBit,
    /// Short lines.
    EightBit,
    /// Anything.
    Binary,
    /// Mostly text.
    QuotedPrintable,
    /// Anything, as ASCII.
    Base64,
}

impl Encoding {
    /// The encoding of this name; names ignore case.
    pub fn find(name: &[u8]) -> Option<Self> {
        match name.trim_ascii().to_ascii_lowercase().as_slice() {
            b"7bit" => Some(Self::SevenBit),
            b"8bit" => Some(Self::EightBit),
            b"binary" => Some(Self::Binary),
            b"quoted-printable" => Some(Self::QuotedPrintable),
            b"base64" => Some(Self::Base64),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// The bytes behind an encoded text; what does not belong to the encoding is skipped.
    pub(crate) fn decode(self, text: Cow<'_, [u8]>) -> Vec<u8> {
        match self {
            Self::SevenBit | Self::EightBit | Self::Binary => text.into_owned(),
            Self::QuotedPrintable => decode_quoted(&text),
            Self::Base64 => decode_base64(&text),
        }
    }

    /// The encoded text; none when a boundary would stand in it.
    pub(crate) fn encode(self, data: &[u8], boundaries: &[Vec<u8>]) -> Option<Vec<u8>> {
        match self {
            Self::QuotedPrintable => Some(encode_quoted(data)),
            Self::Base64 => Some(encode_base64(data)),
            _ => (!has_boundary(data, boundaries)).then(|| data.to_vec()),
        }
    }

    /// The encoding that suits the data best.
    pub(crate) fn suiting(data: &[u8], boundaries: &[Vec<u8>]) -> Self {
        let plain = data.is_ascii()
            && memchr::memchr(0, data).is_none()
            && data.split(|&b| b == b'\n').all(|line| line.len() <= LONGEST)
            && !has_lone_break(data)
            && !has_boundary(data, boundaries);
        if plain {
            return Self::SevenBit;
        }
        let strange = data.iter().filter(|b| !matches!(b, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
        // A third more for base64, two more for each byte that is quoted.
        match strange.count() <= data.len() / 6 && !has_lone_break(data) {
            true => Self::QuotedPrintable,
            false => Self::Base64,
        }
    }
}

/// Whether a line of the text is one of the boundaries.
pub(crate) fn has_boundary(text: &[u8], boundaries: &[Vec<u8>]) -> bool {
    if boundaries.is_empty() || memchr::memmem::find(text, b"--").is_none() {
        return false;
    }
    text.split(|&b| b == b'\n')
        .filter(|line| line.starts_with(b"--"))
        .any(|line| boundaries.iter().any(|boundary| boundary_line(line, boundary).is_some()))
}

/// Whether there is a CR or LF that is not part of a line break.
fn has_lone_break(data: &[u8]) -> bool {
    memchr::memchr2_iter(b'\r', b'\n', data).any(|at| match data[at] {
        b'\r' => data.get(at + 1) != Some(&b'\n'),
        _ => at == 0 || data[at - 1] != b'\r',
    })
}

/// Lone line feeds become line breaks, as lines of text need them (RFC 2046 §4.1.1).
pub(crate) fn canonical_text(data: &[u8]) -> Cow<'_, [u8]> {
    let lone = |at: usize| at == 0 || data[at - 1] != b'\r';
    if !memchr::memchr_iter(b'\n', data).any(lone) {
        return data.into();
    }
    let mut out = Vec::with_capacity(data.len() + data.len() / 16);
    for (at, &byte) in data.iter().enumerate() {
        if byte == b'\n' && lone(at) {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out.into()
}

fn encode_base64(data: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(data);
    let mut out = Vec::with_capacity(text.len() + text.len() / 38 + 2);
    for (at, line) in text.as_bytes().chunks(LINE).enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(line);
    }
    out
}

fn decode_base64(text: &[u8]) -> Vec<u8> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    // Padding ends a text; another one may follow, as some programs encode in parts.
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for part in text.split(|&b| b == b'=') {
        let mut digits: Vec<u8> = part.iter().copied().filter(is_digit).collect();
        if digits.len() % 4 == 1 {
            digits.pop();
        }
        // Only digits of a possible number are left.
        out.extend(LENIENT.decode(digits).unwrap_or_default());
    }
    out
}

fn encode_quoted(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let mut lines = memchr::memmem::find_iter(data, b"\r\n");
    let mut at = 0;
    loop {
        let end = lines.next();
        quote_line(&data[at..end.unwrap_or(data.len())], &mut out);
        match end {
            Some(end) => {
                out.extend_from_slice(b"\r\n");
                at = end + 2;
            }
            None => return out,
        }
    }
}

fn quote_line(line: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8] = b"0123456789ABCDEF";
    let mut column = 0;
    for (at, &byte) in line.iter().enumerate() {
        let last = at + 1 == line.len();
        let plain = match byte {
            b' ' | b'\t' => !last,
            // A boundary begins with hyphens, and a lone dot or "From " means something to others.
            b'-' | b'.' | b'F' => column > 0,
            b'=' => false,
            byte => byte.is_ascii_graphic(),
        };
        let width = if plain { 1 } else { 3 };
        if column + width > LINE - usize::from(!last) {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        match plain && !(column == 0 && matches!(byte, b'-' | b'.' | b'F')) {
            true => out.push(byte),
            false => {
                out.extend_from_slice(&[
                    b'=',
                    HEX[usize::from(byte >> 4)],
                    HEX[usize::from(byte & 15)],
                ]);
                column += 2;
            }
        }
        column += 1;
    }
}

fn decode_quoted(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'=' => {
                if let (Some(high), Some(low)) = (digit(at), digit(at + 1)) {
                    out.push((high << 4 | low) as u8);
                    at += 2;
                } else if let Some(end) = soft_break(&text[at..]) {
                    at += end;
                } else {
                    out.push(b'=');
                }
            }
            b' ' | b'\t' => {
                // Blanks at the end of a line were added on the way (RFC 2045 §6.7 rule 3).
                let end = text[at..].iter().position(|b| !matches!(b, b' ' | b'\t'));
                let next = end.map_or(text.len(), |end| at + end);
                let ends = text[next..].starts_with(b"\r\n") || text[next..].starts_with(b"\n");
                if !ends && next < text.len() {
                    out.extend_from_slice(&text[at - 1..next]);
                }
                at = next;
            }
            byte => out.push(byte),
        }
    }
    out
}

/// Length of blanks and a line break, or of blanks that end the text.
fn soft_break(text: &[u8]) -> Option<usize> {
    let blanks = text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let rest = &text[blanks..];
    match rest {
        [] => Some(blanks),
        [b'\n', ..] => Some(blanks + 1),
        [b'\r', b'\n', ..] => Some(blanks + 2),
        _ => None,
    }
}
