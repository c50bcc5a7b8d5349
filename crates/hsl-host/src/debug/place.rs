//! From the line a user chose to the statements that stand there.
//!
//! Invariants: a breakpoint moves forward only, and never out of the block or function it was set
//! in; it covers every copy of its statement.
//!
//! Sources: style guide 2.4 point 5; breakpoint resolution of the adapter's behaviour.

use diagnostics::Span;
use hsl_vm::code::{FunctionId, Program, SourceFile};
use mta_control::debug::Range;

/// Where a breakpoint went in one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// First instruction of every copy of the statement.
    pub(crate) instructions: Vec<(FunctionId, u32)>,
    /// The statement.
    pub(crate) range: Range,
}

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
    line: u32,
    col: Option<u32>,
) -> Result<Place, NoPlace> {
    let source = program.files.iter().find(|f| &*f.name == file).ok_or(NoPlace::File)?;
    let statements: Vec<(FunctionId, u32, Span)> =
        program.statements(file).map(|(function, row)| (function, row.pc, row.span)).collect();
    let blocks = enclosing(program, file, &statements);
    let span = choose(source, &statements, &blocks, line, col).ok_or(NoPlace::Statement)?;
    let here = statements.iter().filter(|(_, _, other)| *other == span);
    let instructions = here.map(|(function, pc, _)| (*function, *pc)).collect();
    Ok(Place { instructions, range: range(source, span) })
}

/// One-based positions of a span.
pub(crate) fn range(source: &SourceFile, span: Span) -> Range {
    let start = source.location(span);
    let end = source.location(Span { start: span.end, end: span.end });
    Range { line: start.line, col: start.column, end_line: end.line, end_col: end.column }
}

/// Spans that a breakpoint may not leave: functions, and statements that hold other statements.
fn enclosing(program: &Program, file: &str, statements: &[(FunctionId, u32, Span)]) -> Vec<Span> {
    let id = program.files.iter().position(|f| &*f.name == file);
    let functions = program.functions.iter().filter(|f| Some(f.file as usize) == id);
    // The module's own function spans the file: it encloses everything and confines nothing.
    functions.map(|f| f.span).chain(statements.iter().map(|(_, _, span)| *span)).collect()
}

fn choose(
    source: &SourceFile,
    statements: &[(FunctionId, u32, Span)],
    blocks: &[Span],
    line: u32,
    col: Option<u32>,
) -> Option<Span> {
    let (begin, end) = line_bounds(source, line)?;
    let mut starts: Vec<Span> = statements.iter().map(|(_, _, span)| *span).collect();
    starts.sort_by_key(|span| (span.start, span.end));
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
    let block = blocks
        .iter()
        .copied()
        .filter(|span| span.start < begin && begin < span.end)
        .min_by_key(|span| span.end - span.start);
    let inside = |span: &Span| block.is_none_or(|block| span.end <= block.end);
    let next = starts.iter().copied().find(|span| span.start >= end && inside(span));
    // A line inside a long statement that holds no others means that statement.
    let leaf = || block.filter(|block| starts.contains(block) && !holds_others(&starts, *block));
    next.or_else(leaf)
}

fn holds_others(starts: &[Span], block: Span) -> bool {
    starts.iter().any(|span| block.start < span.start && span.end <= block.end)
}

/// Offsets of the line's first byte and of the next line's.
fn line_bounds(source: &SourceFile, line: u32) -> Option<(u32, u32)> {
    let begin = *source.lines.get(line.checked_sub(1)? as usize)?;
    let end = source.lines.get(line as usize).copied().unwrap_or(u32::MAX);
    Some((begin, end))
}
