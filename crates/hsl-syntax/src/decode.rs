//! One byte, one code point: any byte sequence parses, and offsets stay bytes.

/// The decoder that the parser reads its input with.
pub(crate) struct Bytes;

impl tree_sitter::Decode for Bytes {
    fn decode(bytes: &[u8]) -> (i32, u32) {
        bytes.first().map_or((-1, 0), |byte| (i32::from(*byte), 1))
    }
}
