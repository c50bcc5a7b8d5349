//! Scripts, functions and lines that are too large to be read.

use hsl_analysis::hir::{FileId, Function, Loc, Stmt, StmtKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A file, a function, a nesting or a line is larger than a reader can take in.
    ///
    /// # Why
    ///
    /// What cannot be overlooked is changed by guessing. The limits are generous: 1,000 lines in a
    /// file, 30 decisions in a function, statements 7 deep in each other, 8 parameters, and 160
    /// characters in a line, where it can be broken.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// function mail($from, $to, $subject, $body, $html, $files, $priority, $reply, $later) {
    ///     return [$from, $to, $subject, $body, $html, $files, $priority, $reply, $later];
    /// }
    /// echo mail(1, 2, 3, 4, 5, 6, 7, 8, 9);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// function mail($from, $to, $parts) {
    ///     return [$from, $to, $parts["subject"], $parts["body"]];
    /// }
    /// echo mail(1, 2, ["subject" => "hello", "body" => "..."]);
    /// ```
    SIZE_LIMITS = "HSL8002" "size-limits" Info
        "Something is too large to be read.", Function(check)
}

/// Lines of a file.
const LINES: usize = 1_000;
/// Characters of a line.
const WIDTH: usize = 160;
/// Characters in one piece, from which on a line is not broken any more.
const PIECE: usize = 60;
/// Ways that a function may branch.
const DECISIONS: usize = 30;
/// Statements around a statement.
const DEPTH: usize = 7;
/// Parameters of a function.
const PARAMETERS: usize = 8;

fn check(pass: &mut Pass<'_>, function: &Function) {
    if is_entry(pass, function) {
        (0..pass.program.files.len()).for_each(|number| of_text(pass, FileId(number as u32)));
    }
    if function.params.len() > PARAMETERS {
        let message = format!("{} parameters are more than {PARAMETERS}", function.params.len());
        pass.report(&SIZE_LIMITS, name_of(pass, function), message);
    }
    let decisions = decisions(&function.body);
    if decisions > DECISIONS {
        let message = format!("{decisions} decisions in one function are more than {DECISIONS}");
        pass.report(&SIZE_LIMITS, name_of(pass, function), message);
    }
    if let Some(at) = too_deep(&function.body, 0) {
        pass.report(&SIZE_LIMITS, at, format!("this stands in more than {DEPTH} statements"));
    }
}

/// Whether a function is the script itself, at which all files are looked at.
fn is_entry(pass: &Pass<'_>, function: &Function) -> bool {
    let entry = pass.program.entry();
    entry.is_some_and(|entry| std::ptr::eq(pass.program.function(entry.top), function))
}

/// The first line of a function.
fn name_of(pass: &Pass<'_>, function: &Function) -> Loc {
    let text = pass.text(function.at);
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'{')).unwrap_or(text.len());
    let mut at = function.at;
    at.span.end = at.span.start + end as u32;
    at
}

fn of_text(pass: &mut Pass<'_>, file: FileId) {
    let text = &pass.program.files[file.index()].text;
    let (mut start, mut found) = (0, Vec::new());
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    for (number, end) in ends.enumerate() {
        let line = &text[start..end];
        let span = diagnostics::Span::new(start, start + line.len());
        let characters = || String::from_utf8_lossy(line).chars().count();
        if number == LINES {
            found.push((span, format!("a file of more than {LINES} lines")));
        }
        if line.len() > WIDTH && can_be_broken(line) && characters() > WIDTH {
            found.push((span, format!("a line of more than {WIDTH} characters")));
        }
        start += line.len() + 1;
    }
    for (span, message) in found {
        pass.report(&SIZE_LIMITS, Loc { file, span }, message);
    }
}

fn can_be_broken(line: &[u8]) -> bool {
    line.split(u8::is_ascii_whitespace).all(|piece| piece.len() <= PIECE)
}

/// The places where a function takes one of several ways.
fn decisions(body: &[Stmt]) -> usize {
    let mut count = 0;
    let mut todo: Vec<&Stmt> = body.iter().collect();
    while let Some(stmt) = todo.pop() {
        count += match &stmt.kind {
            StmtKind::If { arms, .. } => arms.len(),
            StmtKind::While { .. } | StmtKind::For { .. } | StmtKind::Foreach { .. } => 1,
            // A table of cases is read as one.
            StmtKind::Switch { .. } | StmtKind::Try { .. } => 1,
            _ => 0,
        };
        todo.extend(stmt.kind.nested());
    }
    count
}

/// The first statement that stands too deep.
fn too_deep(body: &[Stmt], depth: usize) -> Option<Loc> {
    body.iter().find_map(|stmt| {
        let inner = match stmt.kind {
            StmtKind::Block(_) => depth,
            _ => depth + 1,
        };
        if inner > DEPTH + 1 {
            return Some(stmt.at);
        }
        let nested: Vec<&Stmt> = stmt.kind.nested().collect();
        nested.into_iter().find_map(|stmt| too_deep(std::slice::from_ref(stmt), inner))
    })
}
