//! Compression with deflate, in the frames of zlib and gzip or without one.
//!
//! *Invariants.* What is unpacked grows in steps, each of which the memory limit of the script allows:
//! a small text that unpacks to an endless one ends the script.
//!
//! *Sources.* RFC 1950, 1951 and 1952; the meaning of window bits is that of the zlib manual.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use hsl_macros::library;
use hsl_vm::{Cx, Str, Thrown};

/// Bytes of output that are made in one step.
const STEP: usize = 1 << 16;

/// Builtins of this topic.
#[library(topic = "compress")]
pub(crate) mod functions {
    use super::*;

    /// Compresses a string with deflate.
    ///
    /// `compression` is a level from 0 (stored) to 9 (smallest), 6 unless given; -1 is 6 too.
    /// `windowbits` is the size of the window as a power of two and the frame: 9 to 15 zlib (15
    /// unless given), -9 to -15 none, 25 to 31 gzip.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a level and for window bits that do not exist.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(zlib_compress(str_repeat("a", 1000))) < 30; // true
    /// echo zlib_uncompress(zlib_compress("text", 9, 31), 31); // text
    /// ```
    ///
    /// Source: RFC 1950, RFC 1951, RFC 1952. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn zlib_compress(
        cx: &mut Cx<'_>,
        string: Str,
        #[default(6)] compression: f64,
        #[default(15)] windowbits: f64,
    ) -> Result<Str, Thrown> {
        let level = match whole(compression) {
            Some(-1) => 6,
            Some(level @ 0..=9) => level as u32,
            _ => return Err(Thrown::error("zlib_compress: $compression must be 0 to 9")),
        };
        let frame = whole(windowbits).and_then(Frame::to_write).ok_or_else(|| {
            let known = "9 to 15, -9 to -15 or 25 to 31";
            Thrown::Error(format!("zlib_compress: $windowbits must be {known}"))
        })?;
        deflate(cx, &string, frame.compress(Compression::new(level))).map(Str::from)
    }

    /// Unpacks what deflate compressed.
    ///
    /// `windowbits` is the largest window that is accepted, as a power of two, and the frame: 8 to
    /// 15 zlib (15 unless given; 0 takes any window), -8 to -15 none, 24 to 31 gzip, 40 to 47 zlib or
    /// gzip. Several members of gzip give one text, and what follows the end is ignored. Corrupt and
    /// incomplete data gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for window bits that do not exist. Ends the script when the text would
    /// exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo zlib_uncompress(zlib_compress("text")); // text
    /// echo [zlib_uncompress("text") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 1950, RFC 1951, RFC 1952. Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "string or none")]
    fn zlib_uncompress(
        cx: &mut Cx<'_>,
        string: Str,
        #[default(15)] windowbits: f64,
    ) -> Result<Option<Str>, Thrown> {
        let frame = whole(windowbits).and_then(|bits| Frame::to_read(bits, &string));
        let frame = frame.ok_or_else(|| {
            let known = "0, 8 to 15, -8 to -15, 24 to 31 or 40 to 47";
            Thrown::Error(format!("zlib_uncompress: $windowbits must be {known}"))
        })?;
        cx.charge(string.len());
        Ok(inflate(cx, &string, frame)?.map(Str::from))
    }
}

/// What stands around the compressed data, and the size of the window as a power of two.
#[derive(Clone, Copy)]
enum Frame {
    Raw(u8),
    Zlib(u8),
    Gzip(u8),
}

impl Frame {
    fn to_write(bits: i32) -> Option<Self> {
        match bits {
            9..=15 => Some(Self::Zlib(bits as u8)),
            -15..=-9 => Some(Self::Raw(-bits as u8)),
            25..=31 => Some(Self::Gzip(bits as u8 - 16)),
            _ => None,
        }
    }

    /// A window of 8 bits is read as one of 9, as zlib does.
    fn to_read(bits: i32, data: &[u8]) -> Option<Self> {
        let window = |bits: i32| bits.max(9) as u8;
        match bits {
            0 => Some(Self::Zlib(15)),
            8..=15 => Some(Self::Zlib(window(bits))),
            -15..=-8 => Some(Self::Raw(window(-bits))),
            24..=31 => Some(Self::Gzip(window(bits - 16))),
            40..=47 if data.starts_with(GZIP) => Some(Self::Gzip(window(bits - 32))),
            40..=47 => Some(Self::Zlib(window(bits - 32))),
            _ => None,
        }
    }

    fn compress(self, level: Compression) -> Compress {
        match self {
            Self::Raw(bits) => Compress::new_with_window_bits(level, false, bits),
            Self::Zlib(bits) => Compress::new_with_window_bits(level, true, bits),
            Self::Gzip(bits) => Compress::new_gzip(level, bits),
        }
    }

    fn decompress(self) -> Decompress {
        match self {
            Self::Raw(bits) => Decompress::new_with_window_bits(false, bits),
            Self::Zlib(bits) => Decompress::new_with_window_bits(true, bits),
            Self::Gzip(bits) => Decompress::new_gzip(bits),
        }
    }
}

/// First bytes of a member of gzip (RFC 1952 §2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

fn whole(number: f64) -> Option<i32> {
    (number.fract() == 0.0 && number.abs() < 1000.0).then_some(number as i32)
}

fn deflate(cx: &mut Cx<'_>, text: &[u8], mut state: Compress) -> Result<Vec<u8>, Thrown> {
    // Deflate is some hundred times slower than a copy.
    cx.charge(text.len().saturating_mul(16));
    let mut out = Vec::new();
    loop {
        grow(cx, &mut out)?;
        let rest = &text[state.total_in() as usize..];
        let status = state.compress_vec(rest, &mut out, FlushCompress::Finish);
        match status {
            Ok(Status::StreamEnd) => return Ok(out),
            Ok(_) => {}
            Err(error) => return Err(Thrown::Error(format!("zlib_compress: {error}"))),
        }
    }
}

/// The text of compressed data; none when it is corrupt.
fn inflate(cx: &mut Cx<'_>, data: &[u8], frame: Frame) -> Result<Option<Vec<u8>>, Thrown> {
    let mut out = Vec::new();
    let mut rest = data;
    loop {
        let Some(read) = member(cx, rest, frame, &mut out)? else { return Ok(None) };
        rest = &rest[read..];
        if !matches!(frame, Frame::Gzip(_)) || !rest.starts_with(GZIP) {
            return Ok(Some(out));
        }
    }
}

/// Appends one text, and gives the length of its data.
fn member(
    cx: &mut Cx<'_>,
    data: &[u8],
    frame: Frame,
    out: &mut Vec<u8>,
) -> Result<Option<usize>, Thrown> {
    let mut state = frame.decompress();
    loop {
        grow(cx, out)?;
        let (read, made) = (state.total_in(), state.total_out());
        let rest = &data[read as usize..];
        match state.decompress_vec(rest, out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(Some(state.total_in() as usize)),
            Ok(_) if (read, made) != (state.total_in(), state.total_out()) => {}
            _ => return Ok(None),
        }
    }
}

/// Makes room for one more step.
fn grow(cx: &mut Cx<'_>, out: &mut Vec<u8>) -> Result<(), Thrown> {
    if out.capacity() - out.len() < STEP {
        // A growing vector doubles.
        cx.reserve(2 * out.capacity() + STEP)?;
        out.reserve(STEP);
    }
    Ok(())
}
