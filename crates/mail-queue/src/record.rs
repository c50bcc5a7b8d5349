//! Framing of the segment log: segment headers, record headers and their checksums.
//!
//! A segment is a header of [`SEGMENT_HEADER`] bytes and then records: a header of [`HEADER`]
//! bytes, the meta part, the body part, zeros up to a multiple of 8.
//!
//! *Invariants.* A record header names its own offset, where its group begins and the salt of its
//! segment, all under its checksum: bytes inside a mail that look like a record are never taken for one, even when a
//! damaged region makes the reader search for the next record. Meta and body have checksums of
//! their own, so that a start reads the meta parts and skips the bodies.
//!
//! *Not here.* What stands in the meta part ([`crate::payload`]); see `docs/spool-format.md`.
//!
//! *Sources.* CRC32C: RFC 3720 appendix B.4 (Castagnoli polynomial).

/// Version of the format; written into every segment.
pub(crate) const VERSION: u32 = 1;
/// Size of a segment header.
pub(crate) const SEGMENT_HEADER: u64 = 40;
/// Size of a record header.
pub(crate) const HEADER: u64 = 48;

const SEGMENT_MAGIC: &[u8; 8] = b"MSTPSEG\n";
const RECORD_MAGIC: &[u8; 4] = b"MSR1";

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A body and the envelopes of its copies, whole.
    Message = 1,
    /// Changed fields of one copy.
    Update = 2,
    /// One copy needs nothing any more.
    Done = 3,
    /// The segment is complete; nothing follows.
    Seal = 4,
    /// A damaged region that was saved elsewhere; its content means nothing.
    Void = 5,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Message, Self::Update, Self::Done, Self::Seal, Self::Void]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// A record header without what follows from its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) meta_size: u32,
    pub(crate) meta_crc: u32,
    pub(crate) body_size: u32,
    pub(crate) body_crc: u32,
}

impl Header {
    /// A header over these parts.
    pub(crate) fn of(kind: Kind, meta: &[u8], body: &[u8]) -> Self {
        Self {
            kind,
            meta_size: meta.len() as u32,
            meta_crc: crc32c::crc32c(meta),
            body_size: body.len() as u32,
            body_crc: crc32c::crc32c(body),
        }
    }

    /// The size of the whole record on disk.
    pub(crate) fn record_size(&self) -> u64 {
        padded(HEADER + u64::from(self.meta_size) + u64::from(self.body_size))
    }

    /// The header as it stands at `offset` of the segment with `salt`, in the group that begins
    /// at `group`.
    pub(crate) fn encode(&self, salt: u64, offset: u64, group: u64) -> [u8; HEADER as usize] {
        let mut out = [0; HEADER as usize];
        out[..4].copy_from_slice(RECORD_MAGIC);
        out[4] = self.kind as u8;
        out[8..16].copy_from_slice(&salt.to_le_bytes());
        out[16..24].copy_from_slice(&offset.to_le_bytes());
        out[24..28].copy_from_slice(&self.meta_size.to_le_bytes());
        out[28..32].copy_from_slice(&self.meta_crc.to_le_bytes());
        out[32..36].copy_from_slice(&self.body_size.to_le_bytes());
        out[36..40].copy_from_slice(&self.body_crc.to_le_bytes());
        // A group is far shorter than 4 GiB; the distance is what a reader needs.
        out[40..44].copy_from_slice(&((offset - group) as u32).to_le_bytes());
        let crc = crc32c::crc32c(&out[..44]);
        out[44..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// The header in `bytes` if it is whole and belongs to this place, and where its group begins.
    pub(crate) fn decode(bytes: &[u8], salt: u64, offset: u64) -> Option<(Self, u64)> {
        let bytes = bytes.get(..HEADER as usize)?;
        let belongs = &bytes[..4] == RECORD_MAGIC
            && long(bytes, 8) == salt
            && long(bytes, 16) == offset
            && word(bytes, 44) == crc32c::crc32c(&bytes[..44]);
        let kind = Kind::from_byte(bytes[4])?;
        let header = Self {
            kind,
            meta_size: word(bytes, 24),
            meta_crc: word(bytes, 28),
            body_size: word(bytes, 32),
            body_crc: word(bytes, 36),
        };
        belongs.then(|| (header, offset.saturating_sub(word(bytes, 40).into())))
    }
}

/// The first bytes of segment `number`.
pub(crate) fn segment_header(number: u64, salt: u64) -> [u8; SEGMENT_HEADER as usize] {
    let mut out = [0; SEGMENT_HEADER as usize];
    out[..8].copy_from_slice(SEGMENT_MAGIC);
    out[8..12].copy_from_slice(&VERSION.to_le_bytes());
    out[16..24].copy_from_slice(&number.to_le_bytes());
    out[24..32].copy_from_slice(&salt.to_le_bytes());
    let crc = crc32c::crc32c(&out[..36]);
    out[36..].copy_from_slice(&crc.to_le_bytes());
    out
}

/// What the first bytes of a segment say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SegmentHeader {
    /// A segment of this version with this salt.
    Salt(u64),
    /// Written by a version that this program does not know.
    Newer(u32),
    /// Not a segment header, or a damaged one.
    Damaged,
}

/// Reads the header of segment `number`.
pub(crate) fn read_segment_header(bytes: &[u8], number: u64) -> SegmentHeader {
    let whole = bytes.len() as u64 >= SEGMENT_HEADER
        && &bytes[..8] == SEGMENT_MAGIC
        && word(bytes, 36) == crc32c::crc32c(&bytes[..36])
        && long(bytes, 16) == number;
    match whole.then(|| word(bytes, 8)) {
        Some(VERSION) => SegmentHeader::Salt(long(bytes, 24)),
        Some(version) => SegmentHeader::Newer(version),
        None => SegmentHeader::Damaged,
    }
}

/// The salt of segment `number` of a spool opened with `seed`.
///
/// A step of splitmix64: different for every segment, not guessable without the seed.
pub(crate) fn salt(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `size` rounded up to the alignment of records.
pub(crate) fn padded(size: u64) -> u64 {
    size.next_multiple_of(8)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_valid_only_in_its_own_place() {
        let header = Header::of(Kind::Message, b"meta", b"body!");
        let bytes = header.encode(7, 64, 40);
        assert_eq!(Header::decode(&bytes, 7, 64), Some((header, 40)));
        assert_eq!(Header::decode(&bytes, 8, 64), None);
        assert_eq!(Header::decode(&bytes, 7, 72), None);
        assert_eq!(header.record_size(), 64);
    }

    #[test]
    fn any_flipped_bit_of_a_header_is_seen() {
        let bytes = Header::of(Kind::Done, b"x", b"").encode(1, 2, 2);
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes;
            broken[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Header::decode(&broken, 1, 2), None, "bit {bit}");
        }
    }

    #[test]
    fn a_newer_segment_is_told_from_a_damaged_one() {
        let mut bytes = segment_header(3, 9);
        assert_eq!(read_segment_header(&bytes, 3), SegmentHeader::Salt(9));
        assert_eq!(read_segment_header(&bytes, 4), SegmentHeader::Damaged);
        bytes[8] = 2;
        assert_eq!(read_segment_header(&bytes, 3), SegmentHeader::Damaged);
        let crc = crc32c::crc32c(&bytes[..36]);
        bytes[36..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(read_segment_header(&bytes, 3), SegmentHeader::Newer(2));
    }
}
