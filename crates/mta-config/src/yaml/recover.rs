//! A tree for every text: while somebody types, the lines that break a document are left out.
//!
//! The parser is strict and stops at the first fault. The line of the fault, or what stands before it
//! (a fault often shows only behind its line), is blanked with as many spaces, so that every other
//! place keeps its offset, and the text is read again.

use std::ops::Range;
use std::sync::Arc;

use super::{Entry, Kind, Limits, Node, parse};
use diagnostics::Span;

/// Lines that are left out at most.
const ROUNDS: usize = 8;
/// Texts longer than this are read once only.
const LONGEST: usize = 1 << 20;

/// The tree of a text without the lines that are not well-formed; none where too much is wrong.
pub fn recover(text: &[u8]) -> Option<Node> {
    recover_or_whole(text).map(|(tree, _)| tree)
}

/// The same, and whether nothing had to be left out.
pub fn recover_or_whole(text: &[u8]) -> Option<(Node, bool)> {
    match read(text) {
        Ok(tree) => Some((tree, true)),
        Err(fault) => without_faults(text, fault).map(|tree| (tree, false)),
    }
}

/// The tree without the line of the first fault, and of those that follow.
fn without_faults(text: &[u8], fault: usize) -> Option<Node> {
    let (mut text, mut fault) = (text.to_vec(), fault);
    if text.len() > LONGEST {
        return None;
    }
    for _ in 0..ROUNDS {
        let tried = candidates(&text, fault).into_iter().map(|lines| {
            let mut without = text.clone();
            lines.into_iter().for_each(|line| without[line].fill(b' '));
            (read(&without), without)
        });
        // The first that helps furthest.
        let further = |best: &Reading, other: &Reading| reach(&other.0) > reach(&best.0);
        let best = tried.reduce(|best, other| if further(&best, &other) { other } else { best });
        match best? {
            (Ok(tree), _) => return Some(tree),
            (Err(next), without) => (fault, text) = (next, without),
        }
    }
    None
}

/// What a text gave, and the text.
type Reading = (Result<Node, usize>, Vec<u8>);

/// The tree, or where the first fault is.
fn read(text: &[u8]) -> Result<Node, usize> {
    let mut findings = Vec::new();
    let tree = parse(&Arc::from(""), text, Limits::default(), &mut findings);
    tree.ok_or_else(|| findings.iter().map(|f| f.span.start as usize).min().unwrap_or_default())
}

fn reach(read: &Result<Node, usize>) -> usize {
    match read {
        Ok(_) => usize::MAX,
        Err(fault) => *fault,
    }
}

/// What may be at fault: lines up to the fault that are neither keys nor elements, the line of the
/// fault, the line before it.
fn candidates(text: &[u8], fault: usize) -> Vec<Vec<Range<usize>>> {
    let lines = lines(text).into_iter().take_while(|line| line.start <= fault);
    let full = lines.filter(|line| !text[line.clone()].trim_ascii().is_empty());
    let last: Vec<_> = full.collect::<Vec<_>>().into_iter().rev().collect();
    let has_shape = |line: &&Range<usize>| {
        let line = text[(*line).clone()].trim_ascii();
        line.contains(&b':') || line.starts_with(b"-") || line.starts_with(b"#")
    };
    // The line of the fault may be the first behind those.
    let skipped = usize::from(last.first().is_some_and(|line| has_shape(&line)));
    let words = last.iter().skip(skipped).take_while(|line| !has_shape(line));
    let words: Vec<_> = words.cloned().collect();
    let single = last.into_iter().take(2).map(|line| vec![line]);
    [words].into_iter().filter(|words| !words.is_empty()).chain(single).collect()
}

/// The lines of a text without their ends.
pub fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &[u8]| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    };
    text.split(|byte| *byte == b'\n').map(line).collect()
}

/// The tree of an older text where it stands in a newer one; what was touched is left out.
pub fn moved(node: &Node, place: &impl Fn(Span) -> Option<Span>) -> Option<Node> {
    let span = place(node.span);
    let kind = match &node.kind {
        Kind::Scalar(scalar) => Kind::Scalar(scalar.clone()),
        Kind::List(items) => Kind::List(items.iter().filter_map(|i| moved(i, place)).collect()),
        Kind::Map(entries) => {
            let entry = |entry: &Entry| {
                let value = moved(&entry.value, place)?;
                Some(Entry { key: entry.key.clone(), key_span: place(entry.key_span)?, value })
            };
            Kind::Map(entries.iter().filter_map(entry).collect())
        }
    };
    let inside = match &kind {
        Kind::Scalar(_) => None,
        Kind::List(items) => items.iter().map(|item| item.span).reduce(Span::cover),
        Kind::Map(entries) => {
            entries.iter().map(|e| e.key_span.cover(e.value.span)).reduce(Span::cover)
        }
    };
    Some(Node { span: span.or(inside)?, tag: node.tag.clone(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> String {
        fn show(node: &Node) -> String {
            match &node.kind {
                Kind::Scalar(scalar) => scalar.text.clone(),
                Kind::List(items) => {
                    format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" "))
                }
                Kind::Map(entries) => {
                    let entry = |e: &Entry| format!("{}: {}", e.key, show(&e.value));
                    format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
                }
            }
        }
        recover(text.as_bytes()).map_or("nothing".to_owned(), |tree| show(&tree))
    }

    #[test]
    fn broken_lines_are_left_out() {
        let cases = [
            ("a: 1\nb\nc: 2\n", "{a: 1 c: 2}"),
            ("a:\n  b: 1\n  co\n  d: 2\ne: 3\n", "{a: {b: 1 d: 2} e: 3}"),
            ("a: {b: 1\nc: 2\n", "{c: 2}"),
            ("a: 1\na: 2\n", "{a: 1}"),
            ("a:\n  b\n  c\n  d: {e: 1}\n  f: 2\n", "{a: {d: {e: 1} f: 2}}"),
            ("a:\n  b\n  c: 2\n", "{a: {c: 2}}"),
            ("a: 1\nc: \"x\n", "{a: 1}"),
            ("", "{}"),
        ];
        for (text, expected) in cases {
            assert_eq!(keys(text), expected, "{text}");
        }
    }

    #[test]
    fn the_rest_keeps_its_place() {
        let text = b"a:\n  b\nc: 2\n";
        let found = recover(text).expect("a tree");
        assert_eq!(found.get("c").map(|node| node.span), Some(Span::new(10, 11)));
    }
}
