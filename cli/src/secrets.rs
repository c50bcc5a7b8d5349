//! Private keys and other secrets in texts that are about to be shown.
//!
//! *Invariants.* What is masked keeps its length and its line ends, so that places stay what they are. The
//! text need not be well formed: findings about broken files show lines of them too.
//!
//! *Not here.* Values of scripts in the debugger, which declarations mask (`hsl_host::debug`).
//!
//! *Sources.* RFC 7468 (PEM).

use std::borrow::Cow;
use std::ops::Range;

use diagnostics::{Diagnostic, Edit, Fix, Span};

/// The key of a private key in configuration files.
const KEY: &[u8] = b"privatekey";

/// The same text with asterisks in place of private keys: of PEM blocks, of everything below a
/// `privatekey` but the name of its file, and of what stands between the quotes of `literals`.
pub(crate) fn masked(text: &[u8], literals: impl IntoIterator<Item = Span>) -> Cow<'_, [u8]> {
    let mut ranges = pem_blocks(text);
    ranges.extend(below_keys(text));
    ranges.extend(literals.into_iter().map(|span| inside(text, span)));
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

/// A finding whose words quote nothing that is masked: what of it stands at its place, or where its fix
/// edits, is replaced wherever its words repeat it. `shown` is the masked `text`.
pub(crate) fn veiled<'f>(
    finding: &'f Diagnostic,
    text: &[u8],
    shown: &[u8],
) -> Cow<'f, Diagnostic> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let places = edits.map(|edit| edit.span).chain([finding.span]);
    let hidden: Vec<_> = places.flat_map(|place| hidden_words(text, shown, place)).collect();
    if hidden.is_empty() {
        return Cow::Borrowed(finding);
    }
    let veil = |words: &mut String| {
        for word in &hidden {
            *words = words.replace(word, "***");
        }
    };
    let mut finding = finding.clone();
    veil(&mut finding.message);
    finding.help.iter_mut().for_each(veil);
    finding.labels.iter_mut().for_each(|label| veil(&mut label.message));
    // An edit would write the secret again.
    let is_hidden = |edit: &Edit| hidden.iter().any(|word| edit.text.contains(word));
    let repeats = |fix: &Fix| fix.edits.iter().any(is_hidden);
    finding.fix = finding.fix.take().filter(|fix| !repeats(fix));
    finding.fix.iter_mut().for_each(|fix| veil(&mut fix.title));
    Cow::Owned(finding)
}

/// The words of a place that are masked.
fn hidden_words(text: &[u8], shown: &[u8], place: Span) -> Vec<String> {
    let place = place.range(text.len().min(shown.len()));
    let bytes: Vec<u8> = text[place.clone()]
        .iter()
        .zip(&shown[place])
        .map(|(byte, shown)| if byte == shown { b' ' } else { *byte })
        .collect();
    let hidden = String::from_utf8_lossy(&bytes).into_owned();
    let is_part = |c: char| c.is_alphanumeric() || "+/=_-".contains(c);
    let words = hidden.split(|c| !is_part(c)).filter(|word| word.len() > 2);
    words.map(str::to_owned).collect()
}

/// What of a literal stands between its quotes.
fn inside(text: &[u8], literal: Span) -> Range<usize> {
    let range = literal.range(text.len());
    let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
    let written = &text[range.clone()];
    match written.len() > 1 && is_quote(written.first()) && is_quote(written.last()) {
        true => range.start + 1..range.end - 1,
        false => range,
    }
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
        let masked = masked(text.as_bytes(), []);
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
        let span = Span::new(12, 22);
        let finding = Diagnostic::new(&diagnostics::codes::SCHEMA, &"a.yaml".into(), span, message);
        let veiled = veiled(&finding, text, &masked(text, []));
        assert_eq!(veiled.message, "`privatekey` must be a mapping, not `***`");
    }

    #[test]
    fn a_literal_is_masked_between_its_quotes() {
        let text = b"$apikey = \"q8Zt4mVx92LkRw7b\"; // mine";
        let masked = masked(text, [Span::new(10, 28)]);
        assert_eq!(masked, b"$apikey = \"****************\"; // mine".as_slice());
        // A finding around it repeats neither the literal nor mangles other words.
        let message = "`$apikey` is \"q8Zt4mVx92LkRw7b\"";
        let code = &diagnostics::codes::SCHEMA;
        let finding = Diagnostic::new(code, &"a.hsl".into(), Span::new(0, 29), message)
            .replace("Remove it", "x(\"q8Zt4mVx92LkRw7b\")");
        let veiled = veiled(&finding, text, &masked);
        assert_eq!((&*veiled.message, &veiled.fix), ("`$apikey` is \"***\"", &None));
    }

    #[test]
    fn a_text_without_keys_is_not_copied() {
        assert!(matches!(masked(b"servers: []\n", []), Cow::Borrowed(_)));
    }
}
