//! PEM: base64 between lines of dashes.
//!
//! Text before, between and after blocks is skipped. White space inside a block does not matter.
//!
//! *Invariants*: what was read is wiped when it goes, as it may be a key; encrypted blocks (with
//! header lines) are not read.
//!
//! *Sources*: RFC 7468.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Padding may be missing, as some programs leave it out.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One block.
pub(crate) struct Block<'a> {
    /// Words after `BEGIN`.
    pub(crate) label: &'a [u8],
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// The blocks of a text in order; none when one of them is broken.
pub(crate) fn blocks(text: &[u8]) -> Option<Vec<Block<'_>>> {
    let mut rest = text;
    let mut blocks = Vec::new();
    while let Some((_, after)) = cut(rest, BEGIN) {
        let (label, after) = cut(after, DASHES)?;
        let (body, after) = cut(after, END)?;
        rest = after.strip_prefix(label)?.strip_prefix(DASHES)?;
        blocks.push(Block { label, der: decode(body)? });
    }
    Some(blocks)
}

/// The first block with one of these labels.
pub(crate) fn first<'a>(text: &'a [u8], labels: &[&str]) -> Option<Block<'a>> {
    let fits = |block: &Block<'_>| labels.iter().any(|label| label.as_bytes() == block.label);
    blocks(text)?.into_iter().find(fits)
}

/// A block in lines of 64 characters.
pub fn encode(label: &str, der: &[u8]) -> String {
    let body = general_purpose::STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

fn decode(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
    packed.extend(body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(Vec::with_capacity(packed.len()));
    LENIENT.decode_vec(&*packed, &mut der).ok().map(|()| der)
}

fn cut<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_between_other_text() {
        let text =
            format!("subject: x\n{}\nmore\n{}", encode("A", b"one"), encode("B C", &[9; 100]));
        let found = blocks(text.as_bytes()).expect("is PEM");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].label, &found[0].der[..]), (&b"A"[..], &b"one"[..]));
        assert_eq!((found[1].label, &found[1].der[..]), (&b"B C"[..], &[9; 100][..]));
    }

    #[test]
    fn broken_blocks_are_refused() {
        for text in [
            "-----BEGIN A-----\nAAAA",
            "-----BEGIN A-----\nAAAA\n-----END B-----\n",
            "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END A-----\n",
            "-----BEGIN A-----\n!!!!\n-----END A-----\n",
        ] {
            assert!(blocks(text.as_bytes()).is_none(), "{text}");
        }
        assert!(blocks(b"no block").expect("no block").is_empty());
    }
}
