//! What a selection grows to: token, expression, argument, call, statement, block, function, file.

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::Node;

/// The spans around an offset, smallest first, each larger than the one before.
pub fn selections(parse: &Parse, offset: usize) -> Vec<Span> {
    let offset = offset.min(parse.text.len());
    let mut spans: Vec<Span> = Vec::new();
    let mut node = token(parse, offset);
    while let Some(here) = node {
        for span in inside(here, offset).into_iter().chain([span_of(here)]) {
            let grows = spans.last().is_none_or(|last| {
                span != *last && span.start <= last.start && span.end >= last.end
            });
            if grows && span.end > span.start {
                spans.push(span);
            }
        }
        node = here.parent();
    }
    spans
}

/// The token that an offset touches; of two, the one that is a name or a value.
fn token(parse: &Parse, offset: usize) -> Option<Node<'_>> {
    let root = parse.tree.root_node();
    let after = root.descendant_for_byte_range(offset, (offset + 1).min(parse.text.len()));
    let before =
        offset.checked_sub(1).and_then(|from| root.descendant_for_byte_range(from, offset));
    let is_word = |node: &Node<'_>| node.is_named() && node.child_count() == 0;
    after.filter(is_word).or(before.filter(is_word)).or(after)
}

/// What stands between the brackets or quotes of a node, when the offset is there.
fn inside(node: Node<'_>, offset: usize) -> Option<Span> {
    let last = node.child_count().checked_sub(1)?;
    let (first, last) = (node.child(0)?, node.child(last)?);
    let pair = (first.kind(), last.kind());
    let is_pair = matches!(pair, ("(", ")") | ("[", "]") | ("{", "}") | ("\"", "\""));
    let span = Span::new(first.end_byte(), last.start_byte());
    (is_pair && span.touches(offset)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(marked: &str, expect: &[&str]) {
        let offset = marked.find("$0").expect("a cursor");
        let text = marked.replacen("$0", "", 1);
        let parse = hsl_syntax::parse(text.as_bytes());
        let found = selections(&parse, offset);
        let found: Vec<_> = found.iter().map(|span| &text[span.range(text.len())]).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_selection_grows_from_token_to_file() {
        check(
            "function f() { return g(1, [\"a\" => $$0x + 1]); }",
            &[
                "$x",
                "$x + 1",
                "\"a\" => $x + 1",
                "[\"a\" => $x + 1]",
                "1, [\"a\" => $x + 1]",
                "(1, [\"a\" => $x + 1])",
                "g(1, [\"a\" => $x + 1])",
                "return g(1, [\"a\" => $x + 1]);",
                " return g(1, [\"a\" => $x + 1]); ",
                "{ return g(1, [\"a\" => $x + 1]); }",
                "function f() { return g(1, [\"a\" => $x + 1]); }",
            ],
        );
    }

    #[test]
    fn the_inside_of_a_string_comes_before_the_string() {
        check("echo \"a$0 b\";", &["a b", "\"a b\"", "echo \"a b\";"]);
    }

    #[test]
    fn an_empty_or_broken_text_has_no_place_to_grow_from() {
        check("$0", &[]);
        check("f($0", &["f("]);
    }
}
