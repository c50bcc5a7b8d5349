//! The hash of a body.
//!
//! The canonical form is made here: that of `mail-auth` is another one for some bodies, and takes eight
//! times as long (docs/adr/0012-mail-auth.md).
//!
//! *Invariants.* Memory is bounded whatever the length of lines; how the text is cut into chunks
//! does not matter. A lone LF counts as a line break, as it becomes one on the wire.
//!
//! *Sources.* RFC 6376 §3.4.3, §3.4.4 and §3.4.5.

use mail_auth::common::crypto::{Algorithm, HashContext, HashImpl, Sha1, Sha256};
use mail_auth::common::headers::Writer;

use super::Canonicalization;

/// A hash under way, of either kind.
type Context = <Sha256 as HashImpl>::Context;

/// How much text is looked at for whether it can be hashed as it is.
const BLOCK: usize = 2048;

/// Hashes a body in its canonical form.
pub struct BodyHash {
    context: Context,
    mode: Canonicalization,
    /// Bytes of the canonical form that still count; none for all.
    left: Option<u64>,
    length: u64,
    /// Line breaks that count only when text follows.
    breaks: u64,
    /// A blank that counts only when text follows on the line.
    blank: bool,
    /// A CR whose LF was not seen.
    cr: bool,
    in_line: bool,
    out: Vec<u8>,
}

impl BodyHash {
    /// A hash of the first `limit` bytes of the canonical form, or of all.
    pub fn new(mode: Canonicalization, algorithm: Algorithm, limit: Option<u64>) -> Self {
        let context = match algorithm {
            Algorithm::RsaSha1 => Sha1::hasher(),
            Algorithm::RsaSha256 | Algorithm::Ed25519Sha256 => Sha256::hasher(),
        };
        Self {
            context,
            mode,
            left: limit,
            length: 0,
            breaks: 0,
            blank: false,
            cr: false,
            in_line: false,
            out: Vec::new(),
        }
    }

    /// Adds text.
    pub fn push(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let block = &text[..text.len().min(BLOCK)];
            let lines = memchr::memrchr(b'\n', block).map_or(0, |end| end + 1);
            let at_start = !self.in_line && !self.cr && !self.blank;
            let length = match lines > 0 && at_start && is_canonical(&block[..lines], self.mode) {
                true => {
                    self.push_canonical(&block[..lines]);
                    lines
                }
                false => {
                    let length = if lines > 0 { lines } else { block.len() };
                    block[..length].iter().for_each(|&byte| self.byte(byte));
                    length
                }
            };
            text = &text[length..];
        }
    }

    /// The hash, and the length of the canonical form as far as it counted.
    pub fn finish(mut self) -> (Vec<u8>, u64) {
        if self.cr {
            self.content(b'\r');
        }
        if self.length > 0 || !self.out.is_empty() || self.mode == Canonicalization::Simple {
            self.flush();
            self.emit(b"\r\n");
        }
        (self.context.complete().as_ref().to_vec(), self.length)
    }

    /// Whole lines that are in canonical form.
    fn push_canonical(&mut self, lines: &[u8]) {
        let mut text = lines;
        let mut breaks = 0;
        while let Some(rest) = text.strip_suffix(b"\r\n") {
            (text, breaks) = (rest, breaks + 1);
        }
        if !text.is_empty() {
            self.take_breaks();
            self.flush();
            self.emit(text);
        }
        self.breaks += breaks;
    }

    fn byte(&mut self, byte: u8) {
        if std::mem::take(&mut self.cr) && byte != b'\n' {
            self.content(b'\r');
        }
        match byte {
            b'\r' => self.cr = true,
            b'\n' => {
                self.blank = false;
                self.in_line = false;
                self.breaks += 1;
            }
            b' ' | b'\t' if self.mode == Canonicalization::Relaxed => self.blank = true,
            byte => self.content(byte),
        }
    }

    fn content(&mut self, byte: u8) {
        self.in_line = true;
        self.take_breaks();
        if std::mem::take(&mut self.blank) {
            self.out.push(b' ');
        }
        self.out.push(byte);
        if self.out.len() >= BLOCK {
            self.flush();
        }
    }

    fn take_breaks(&mut self) {
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.out.extend_from_slice(b"\r\n");
            if self.out.len() >= BLOCK {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        let mut out = std::mem::take(&mut self.out);
        self.emit(&out);
        out.clear();
        self.out = out;
    }

    fn emit(&mut self, text: &[u8]) {
        let counted = match self.left {
            Some(left) => &text[..text.len().min(usize::try_from(left).unwrap_or(usize::MAX))],
            None => text,
        };
        self.left = self.left.map(|left| left - counted.len() as u64);
        self.length += counted.len() as u64;
        self.context.write(counted);
    }
}

/// Whether whole lines are in canonical form, blank ones at the end aside. Without branches, so that
/// the compiler looks at many bytes at once.
fn is_canonical(lines: &[u8], mode: Canonicalization) -> bool {
    let relaxed = mode == Canonicalization::Relaxed;
    let pairs = lines.iter().zip(&lines[1..]);
    let strange = pairs.fold(false, |strange, (&a, &b)| {
        let broken = (a == b'\r') != (b == b'\n');
        let blank = (a == b' ') & ((b == b' ') | (b == b'\r')) | (a == b'\t');
        strange | broken | (relaxed & blank)
    });
    !strange && lines.first() != Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_auth::common::crypto::HashAlgorithm;
    use proptest::prelude::*;

    /// The rules of RFC 6376 §3.4, one after the other.
    fn plain(text: &[u8], mode: Canonicalization) -> Vec<u8> {
        let text = String::from_utf8(text.to_vec()).unwrap().replace("\r\n", "\n");
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        if mode == Canonicalization::Relaxed {
            for line in &mut lines {
                let words: Vec<_> = line.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
                let lead = if line.starts_with([' ', '\t']) { " " } else { "" };
                *line = if words.is_empty() {
                    String::new()
                } else {
                    format!("{lead}{}", words.join(" "))
                };
            }
        }
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        match lines.is_empty() {
            true if mode == Canonicalization::Relaxed => Vec::new(),
            _ => (lines.join("\r\n") + "\r\n").into_bytes(),
        }
    }

    fn hash(text: &[u8]) -> Vec<u8> {
        HashAlgorithm::Sha256.hash(text).as_ref().to_vec()
    }

    fn ours(text: &[u8], mode: Canonicalization) -> Vec<u8> {
        let mut body = BodyHash::new(mode, Algorithm::RsaSha256, None);
        body.push(text);
        body.finish().0
    }

    /// Bodies of which `mail-auth` makes another form than RFC 6376 §3.4 says. Were there none, and were
    /// it as fast, this one could go.
    #[test]
    fn mail_auth_hashes_these_otherwise() {
        for (mode, text) in [
            (Canonicalization::Relaxed, "text\r\n \r\n"),
            (Canonicalization::Relaxed, " \r\n"),
            (Canonicalization::Relaxed, "a \rb\r\n"),
            (Canonicalization::Simple, "a\rb\r\n"),
        ] {
            let right = hash(&plain(text.as_bytes(), mode));
            assert_eq!(ours(text.as_bytes(), mode), right, "{text:?}");
            let theirs = HashAlgorithm::Sha256.hash(mode.canonical_body(text.as_bytes(), 0));
            assert_ne!(theirs.as_ref(), right, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn mail_auth_hashes_others_alike(lines in "([a\t ]{0,5}a[ \t]{0,3}\r\n|\r\n){0,40}", relaxed: bool) {
            let mode = [Canonicalization::Simple, Canonicalization::Relaxed][usize::from(relaxed)];
            let theirs = HashAlgorithm::Sha256.hash(mode.canonical_body(lines.as_bytes(), 0));
            prop_assert_eq!(ours(lines.as_bytes(), mode), theirs.as_ref());
        }

        #[test]
        fn the_hash_is_that_of_the_rules(
            parts in proptest::collection::vec("[a \t\r\n]{0,9}|(ab c\r\n){0,300}", 0..8),
            relaxed: bool,
            limit in proptest::option::of(0u64..40),
        ) {
            let mode = [Canonicalization::Simple, Canonicalization::Relaxed][usize::from(relaxed)];
            let text = parts.concat();
            let mut expected = plain(text.as_bytes(), mode);
            if let Some(limit) = limit {
                expected.truncate(limit as usize);
            }
            let mut whole = BodyHash::new(mode, Algorithm::RsaSha256, limit);
            whole.push(text.as_bytes());
            let mut chunked = BodyHash::new(mode, Algorithm::RsaSha256, limit);
            parts.iter().for_each(|part| chunked.push(part.as_bytes()));
            prop_assert_eq!(whole.finish(), (hash(&expected), expected.len() as u64));
            prop_assert_eq!(chunked.finish(), (hash(&expected), expected.len() as u64));
        }
    }
}
