//! The statement that was just finished, for formatting while typing.

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::tree_sitter::Node;

/// The statement, definition or block whose last token ends at `offset`, with only whitespace
/// between; none when something else ends there.
pub fn statement_before(parse: &Parse, offset: usize) -> Option<Span> {
    let before = parse.text.get(..offset)?.trim_ascii_end();
    let end = before.len();
    matches!(before.last()?, b';' | b'}').then_some(())?;
    let mut node = parse.tree.root_node().descendant_for_byte_range(end - 1, end)?;
    while !(is_statement(node) && node.end_byte() == end) {
        node = node.parent().filter(|parent| parent.end_byte() <= end || !is_statement(node))?;
    }
    // A block belongs to what it is the body of.
    while let Some(parent) = node.parent().filter(|up| is_statement(*up) && up.end_byte() == end) {
        node = parent;
    }
    Some(Span::new(node.start_byte(), end))
}

fn is_statement(node: Node<'_>) -> bool {
    let kind = node.kind();
    kind == "block" || kind.ends_with("_statement") || kind.ends_with("_definition")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(marked: &str, expect: Option<&str>) {
        let offset = marked.find("$0").expect("a cursor");
        let text = marked.replacen("$0", "", 1);
        let parse = hsl_syntax::parse(text.as_bytes());
        let found = statement_before(&parse, offset).map(|span| &text[span.range(text.len())]);
        assert_eq!(found, expect);
    }

    #[test]
    fn the_finished_statement_is_found() {
        check("a();b( 1 );$0 c();", Some("b( 1 );"));
        check("a(); if (1) { b(); }$0 c();", Some("if (1) { b(); }"));
        check("a(); if (1) { b();\n$0 }", Some("b();"));
        check("function f() {}\n$0", Some("function f() {}"));
    }

    #[test]
    fn the_middle_of_something_is_nothing() {
        check("a($0);", None);
        check("$0", None);
        check("$x = [1];$0", Some("$x = [1];"));
        check("for ($i = 0;$0 $i < 1;) {}", None);
    }
}
