//! From the line a user chose to the statements that stand there.
//!
//! Invariants: a breakpoint moves forward only, and never out of the block or function it was set
//! in; it covers every copy of its statement.
//!
//! Sources: style guide 2.4 point 5; breakpoint resolution of the adapter's behaviour.

use std::sync::Arc;

use diagnostics::Span;
use hsl_syntax::ast::AstNode as _;
use hsl_vm::code::{FunctionId, Program, SourceFile};
use mta_control::debug::Range;

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// The program does not use the file.
    File,
    /// Nothing to stop at from the line to the end of its block.
    Statement,
}

/// The statement at a one-based line, and byte column if the user chose one, or the next one of
/// the same block.
pub(crate) fn find(
    program: &Program,
    file: &str,
    shape: &Shape,
    line: u32,
    col: Option<u32>,
) -> Result<(Span, Range), NoPlace> {
    let source = program.files.iter().find(|f| &*f.name == file).ok_or(NoPlace::File)?;
    let spans = program.statements(file).map(|(_, row)| row.span);
    let mut starts: Vec<Span> = spans.filter(|span| span.start < shape.end).collect();
    starts.sort_by_key(|span| (span.start, span.end));
    let span = choose(source, &starts, &shape.blocks, line, col).ok_or(NoPlace::Statement)?;
    Ok((span, range(source, span)))
}

/// First instruction of every copy of a statement.
pub(crate) fn instructions(program: &Program, file: &str, span: Span) -> Vec<(FunctionId, u32)> {
    let rows = program.statements(file).filter(|(_, row)| row.span == span);
    rows.map(|(function, row)| (function, row.pc)).collect()
}

/// What a breakpoint may not leave.
pub(crate) struct Shape {
    /// Every block.
    blocks: Vec<Span>,
    /// Where the text of the author ends.
    end: u32,
}

impl Shape {
    /// The shape of a text; one that is not known has no bounds.
    pub(crate) fn of(text: Option<&Arc<[u8]>>) -> Self {
        let end = text.and_then(|text| u32::try_from(text.len()).ok()).unwrap_or(u32::MAX);
        Self { blocks: text.map(blocks).unwrap_or_default(), end }
    }
}

fn blocks(text: &Arc<[u8]>) -> Vec<Span> {
    let parse = hsl_syntax::parse(Arc::clone(text));
    let mut cursor = parse.root().syntax().walk();
    let mut blocks = Vec::new();
    loop {
        let node = cursor.node();
        if matches!(node.kind(), "block" | "switch_body") {
            blocks.push(Span::new(node.start_byte(), node.end_byte()));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return blocks;
            }
        }
    }
}

/// One-based positions of a span.
pub(crate) fn range(source: &SourceFile, span: Span) -> Range {
    let start = source.location(span);
    let end = source.location(Span { start: span.end, end: span.end });
    Range { line: start.line, col: start.column, end_line: end.line, end_col: end.column }
}

fn choose(
    source: &SourceFile,
    starts: &[Span],
    blocks: &[Span],
    line: u32,
    col: Option<u32>,
) -> Option<Span> {
    let (begin, end) = line_bounds(source, line)?;
    let on_line = || starts.iter().copied().filter(|span| begin <= span.start && span.start < end);
    if let Some(col) = col {
        let at = begin + col.saturating_sub(1);
        if let Some(found) = on_line().rfind(|span| span.start <= at) {
            return Some(found);
        }
    }
    if let Some(found) = on_line().next() {
        return Some(found);
    }
    let around = |span: &Span| span.start < begin && begin < span.end;
    let innermost = |spans: &[Span]| {
        spans.iter().copied().filter(around).min_by_key(|span| span.end - span.start)
    };
    // A line inside a long statement means that statement.
    if let Some(statement) = innermost(starts) {
        return Some(statement);
    }
    let block = innermost(blocks);
    let inside = |span: &Span| block.is_none_or(|block| span.end <= block.end);
    starts.iter().copied().find(|span| span.start >= end && inside(span))
}

/// Offsets of the line's first byte and of the next line's.
fn line_bounds(source: &SourceFile, line: u32) -> Option<(u32, u32)> {
    let begin = *source.lines.get(line.checked_sub(1)? as usize)?;
    let end = source.lines.get(line as usize).copied().unwrap_or(u32::MAX);
    Some((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hsl_compile::{MemorySources, Unit};

    /// Line and column of the statement that a breakpoint on a line moves to.
    fn placed(line: u32, col: Option<u32>) -> Option<(u32, u32)> {
        let text = "function f($x) {\n    // why\n    $y = [\n        $x,\n    ];\n    return $y;\n\n}\n\
                    $a = 1; $b = 2;\nwhile ($a < 3) {\n    $a += 1;\n\n}\nreturn f($b);\n";
        let sources = MemorySources::new().with("a.hsl", text);
        let unit = Unit::new(None, mta_hooks::catalog());
        let build = hsl_compile::build(&sources, "a.hsl", &unit, &mta_hooks::library(None));
        let shape = Shape::of(Some(&Arc::from(text.as_bytes())));
        let found = find(&build.program.unwrap(), "a.hsl", &shape, line, col);
        found.ok().map(|(_, range)| (range.line, range.col))
    }

    #[test]
    fn a_breakpoint_moves_forward_inside_its_block() {
        assert_eq!(placed(2, None), Some((3, 5)), "from a comment");
        assert_eq!(placed(4, None), Some((3, 5)), "inside a long statement");
        assert_eq!(placed(7, None), None, "blank end of a function");
        assert_eq!(placed(12, None), None, "blank end of a loop");
        assert_eq!(placed(14, None), Some((14, 1)));
        assert_eq!(placed(99, None), None);
        assert_eq!(placed(0, None), None);
    }

    #[test]
    fn a_column_chooses_among_the_statements_of_a_line() {
        assert_eq!(placed(9, None), Some((9, 1)));
        assert_eq!(placed(9, Some(8)), Some((9, 1)));
        assert_eq!(placed(9, Some(9)), Some((9, 9)));
    }
}
