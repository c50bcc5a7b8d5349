//! Bytes that a reader of a script does not see as what they are.

use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};

/// Characters that change the order in which text is shown.
const BIDI: [std::ops::RangeInclusive<char>; 2] =
    ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// The first byte of a script that is not UTF-8, the first NUL and the first control of direction.
pub(crate) fn suspicious(file: &Arc<str>, text: &[u8]) -> Vec<Diagnostic> {
    let warn = |start: usize, length: usize, message: &str, help: &str| {
        let span = Span::new(start, start + length);
        Diagnostic::new(&codes::SUSPICIOUS_BYTES, file, span, message).help(help)
    };
    let (mut foreign, mut bidi) = (None, None);
    let mut at = 0;
    // A text of ASCII, as most are, has neither.
    let chunks = (!text.is_ascii()).then(|| text.utf8_chunks());
    for chunk in chunks.into_iter().flatten() {
        let valid = chunk.valid();
        let mut marks = valid.char_indices().filter(|(_, c)| BIDI.iter().any(|r| r.contains(c)));
        bidi = bidi.or_else(|| marks.next().map(|(offset, c)| (at + offset, c.len_utf8())));
        at += valid.len();
        if foreign.is_none() && !chunk.invalid().is_empty() {
            foreign = Some((at, chunk.invalid().len()));
        }
        at += chunk.invalid().len();
    }
    let nul = memchr::memchr(0, text).map(|at| (at, 1));
    let escape = "write it as an escape, such as `\\xE9`";
    let found = [
        foreign.map(|(at, length)| warn(at, length, "this is not UTF-8", escape)),
        nul.map(|(at, length)| warn(at, length, "this is a NUL byte", escape)),
        bidi.map(|(at, length)| {
            let message = "an invisible character changes the order of what is shown here";
            warn(at, length, message, "remove it, or write its bytes as escapes")
        }),
    ];
    found.into_iter().flatten().collect()
}
