//! One byte, one code point: any byte sequence parses, and offsets stay bytes.

/// The decoder that the parser reads its input with.
pub(crate) struct Bytes;

/// Stands for NUL, which a generated lexer takes for the end of the text.
const NUL: i32 = 0x100;

impl tree_sitter::Decode for Bytes {
    fn decode(bytes: &[u8]) -> (i32, u32) {
        match bytes.first() {
            None => (-1, 0),
            Some(0) => (NUL, 1),
            Some(byte) => (i32::from(*byte), 1),
        }
    }
}
