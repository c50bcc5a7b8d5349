//! What can be folded away.

use diagnostics::LineIndex;
use hsl_syntax::Parse;
use hsl_syntax::tree_sitter::Node;

/// Lines that fold into their first, as editors count lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// First line, zero-based, which stays.
    pub first: u32,
    /// Last line that is hidden.
    pub last: u32,
    /// What it is.
    pub kind: FoldKind,
}

/// What a fold hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Code between brackets.
    Region,
    /// A comment, or lines of them.
    Comment,
    /// Imports that follow each other.
    Imports,
}

/// Every fold of a file, by first line.
pub fn folds(parse: &Parse) -> Vec<Fold> {
    let lines = LineIndex::of_editor(&parse.text);
    let mut folds: Vec<Fold> = Vec::new();
    let mut cursor = parse.tree.walk();
    loop {
        add(&mut folds, cursor.node(), &lines);
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                folds.extend(regions(parse, &lines));
                folds.retain(|fold| fold.last > fold.first);
                folds.sort_by_key(|fold| fold.first);
                return folds;
            }
        }
    }
}

/// What stands between `// region` and `// endregion`, one inside the other or not.
fn regions(parse: &Parse, lines: &LineIndex) -> Vec<Fold> {
    let mut open = Vec::new();
    let mut folds = Vec::new();
    let mut next = 0;
    for line in parse.text.split(|byte| *byte == b'\n') {
        let start = next;
        next += line.len() + 1;
        let Some(comment) = line.trim_ascii().strip_prefix(b"//") else { continue };
        let comment = comment.trim_ascii_start();
        let comment = comment.strip_prefix(b"#").unwrap_or(comment);
        let word = comment.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        match word {
            b"region" => open.push(row(lines, start)),
            b"endregion" => folds.extend(open.pop().map(|first| Fold {
                first,
                last: row(lines, start),
                kind: FoldKind::Region,
            })),
            _ => {}
        }
    }
    folds
}

/// The line of an offset.
fn row(lines: &LineIndex, offset: usize) -> u32 {
    lines.line_col(offset as u32).line
}

fn add(folds: &mut Vec<Fold>, node: Node<'_>, lines: &LineIndex) {
    let lines = || (row(lines, node.start_byte()), row(lines, node.end_byte()));
    match node.kind() {
        // The closing bracket's line stays.
        "block" | "switch_body" | "class_definition" | "match_expression" | "array_literal"
        | "arguments" | "parameters" => {
            let (first, last) = lines();
            folds.push(Fold { first, last: last.saturating_sub(1), kind: FoldKind::Region });
        }
        "string" | "raw_string" => {
            let (first, last) = lines();
            folds.push(Fold { first, last, kind: FoldKind::Region });
        }
        "comment" => join(folds, lines(), FoldKind::Comment),
        "symbol_import" | "namespace_import" | "data_import" | "include_statement" => {
            join(folds, lines(), FoldKind::Imports);
        }
        _ => {}
    }
}

/// Lengthens the fold of this kind that ends on the line before, or begins one.
fn join(folds: &mut Vec<Fold>, (first, last): (u32, u32), kind: FoldKind) {
    let before = folds.iter_mut().rev().find(|fold| fold.kind == kind);
    match before.filter(|fold| fold.last + 1 >= first && fold.last <= last) {
        Some(fold) => fold.last = last,
        None => folds.push(Fold { first, last, kind }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(u32, u32, FoldKind)]) {
        let found = folds(&hsl_syntax::parse(text.as_bytes()));
        let found: Vec<_> = found.iter().map(|fold| (fold.first, fold.last, fold.kind)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn regions_nest() {
        check(
            "// region outer\n$a = 1;\n//#region\n$b = 2;\n//#endregion\n$c = 3;\n// endregion\n$d = 4;\n// region open\n",
            &[(0, 6, FoldKind::Region), (2, 4, FoldKind::Region)],
        );
        check("a();\rif (1) {\r  b();\r}\r", &[(1, 2, FoldKind::Region)]);
        check("// regional news\n$a = 1;\n// endregion\n", &[]);
    }
}
