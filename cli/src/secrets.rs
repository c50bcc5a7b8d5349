//! Private keys in texts that are about to be shown.
//!
//! *Invariants.* What is masked keeps its length and its line ends, so that places stay what they are. The
//! text need not be well formed: findings about broken files show lines of them too.
//!
//! *Not here.* Values of scripts in the debugger, which declarations mask (`hsl_host::debug`).
//!
//! *Sources.* RFC 7468 (PEM).

use std::borrow::Cow;
use std::ops::Range;

use diagnostics::Diagnostic;

/// The key of a private key in configuration files.
const KEY: &[u8] = b"privatekey";

/// The same text with asterisks in place of private keys: of PEM blocks, and of everything below a
/// `privatekey` but the name of its file.
pub(crate) fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    let mut ranges = pem_blocks(text);
    ranges.extend(below_keys(text));
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = text.to_vec();
    for byte in ranges.into_iter().flat_map(|range| range.into_iter()) {
        if !shown[byte].is_ascii_whitespace() {
            shown[byte] = b'*';
        }
    }
    Cow::Owned(shown)
}

/// A finding whose words quote nothing that is masked: what stands at its place, or a part of it, is
/// replaced wherever its message, help or fix repeats it. `shown` is the masked `text`.
pub(crate) fn veiled<'f>(
    finding: &'f Diagnostic,
    text: &[u8],
    shown: &[u8],
) -> Cow<'f, Diagnostic> {
    let place = finding.span.range(text.len().min(shown.len()));
    if text[place.clone()] == shown[place.clone()] {
        return Cow::Borrowed(finding);
    }
    let hidden = String::from_utf8_lossy(&text[place]).into_owned();
    let is_part = |c: char| c.is_alphanumeric() || "+/=_-".contains(c);
    let parts: Vec<_> = hidden.split(|c| !is_part(c)).filter(|part| part.len() > 2).collect();
    let veil = |words: &mut String| {
        for part in &parts {
            *words = words.replace(part, "***");
        }
    };
    let mut finding = finding.clone();
    veil(&mut finding.message);
    finding.help.iter_mut().for_each(veil);
    // An edit would write the secret again.
    finding.fix = None;
    Cow::Owned(finding)
}

/// From the label that names a private key to the end of the block, or of the text.
fn pem_blocks(text: &[u8]) -> Vec<Range<usize>> {
    let (mut ranges, mut at) = (Vec::new(), 0);
    while let Some(label) = find(&text[at..], b"PRIVATE KEY-----") {
        let start = at + label + b"PRIVATE KEY-----".len();
        let end = find(&text[start..], b"-----END").map_or(text.len(), |end| start + end);
        ranges.push(start..end);
        // The label of the end holds the same words.
        at = text.len().min(end + b"-----END".len());
        at = find(&text[at..], b"KEY-----").map_or(text.len(), |end| at + end + b"KEY-----".len());
    }
    ranges
}

/// Values of `privatekey`, on its line and on the lines that are indented deeper.
fn below_keys(text: &[u8]) -> Vec<Range<usize>> {
    let (mut ranges, mut start) = (Vec::new(), 0);
    let mut deeper_than = None;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let indent = line.iter().take_while(|byte| b" -".contains(byte)).count();
        let blank = line.iter().all(u8::is_ascii_whitespace);
        if deeper_than.is_some_and(|column| !blank && indent <= column) {
            deeper_than = None;
        }
        let from = match find(line, KEY) {
            Some(at) => {
                deeper_than.get_or_insert(at.min(indent));
                Some(at + KEY.len())
            }
            None => deeper_than.filter(|_| find(line, b"path:").is_none()).map(|_| indent),
        };
        ranges.extend(
            from.and_then(|from| value(line, from)).map(|r| start + r.start..start + r.end),
        );
        start += line.len();
    }
    ranges
}

/// What of a line after `from` may be a key: not the name of a file.
fn value(line: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = &line[from..];
    let is_path = find(rest, b"path:").is_some() && find(rest, b"data").is_none();
    (!is_path && !rest.is_empty()).then_some(from..line.len())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hidden: &[&str], shown: &[&str]) {
        let masked = masked(text.as_bytes());
        let masked = String::from_utf8_lossy(&masked);
        assert_eq!(masked.len(), text.len());
        for secret in hidden {
            assert!(text.contains(secret) && !masked.contains(secret), "{masked}");
        }
        for word in shown {
            assert!(masked.contains(word), "{masked}");
        }
    }

    #[test]
    fn a_key_on_the_line_of_its_id_is_masked() {
        let pem = "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----";
        let text = format!("  - {{id: mx, privatekey: {{data: \"{pem}\"}}}}\n  - id: after\n");
        check(&text, &["MIIE"], &["id: mx, privatekey", "- id: after"]);
        check("- {id: mx, privatekey: {data: c2VjcmV0}}\n", &["c2VjcmV0"], &["id: mx"]);
    }

    #[test]
    fn a_key_in_a_block_is_masked_to_its_end() {
        let text = "- id: a\n  privatekey:\n    data: |\n      -----BEGIN RSA PRIVATE KEY-----\n      \
                    MIIEsecret\n      -----END RSA PRIVATE KEY-----\n- id: b\n  certificate: shown\n";
        check(text, &["MIIEsecret"], &["- id: b", "certificate: shown"]);
        check(
            "privatekey:\n  data: |\n    MIIE\n\n    MORE\nnext: 1\n",
            &["MIIE", "MORE"],
            &["next"],
        );
        check("privatekey: {path: /etc/key.pem}\n", &[], &["/etc/key.pem"]);
        check("privatekey:\n  path: /etc/key.pem\n  data: MIIE\n", &["MIIE"], &["/etc/key.pem"]);
    }

    #[test]
    fn a_block_without_an_end_is_masked_to_the_end_of_the_text() {
        check("x: |\n  -----BEGIN PRIVATE KEY-----\n  MIIE\ny: z\n", &["MIIE"], &["x: |"]);
    }

    #[test]
    fn what_is_masked_is_not_quoted() {
        let text = b"privatekey: MIIEsecret\n";
        let message = "`privatekey` must be a mapping, not `MIIEsecret`";
        let span = diagnostics::Span::new(12, 22);
        let finding = Diagnostic::new(&diagnostics::codes::SCHEMA, &"a.yaml".into(), span, message);
        let veiled = veiled(&finding, text, &masked(text));
        assert_eq!(veiled.message, "`privatekey` must be a mapping, not `***`");
    }

    #[test]
    fn a_text_without_keys_is_not_copied() {
        assert!(matches!(masked(b"servers: []\n"), Cow::Borrowed(_)));
    }
}
