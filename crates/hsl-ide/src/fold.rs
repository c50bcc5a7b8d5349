//! What can be folded away.

use hsl_syntax::Parse;
use hsl_syntax::tree_sitter::Node;

/// Lines that fold into their first.
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
    let mut folds: Vec<Fold> = Vec::new();
    let mut cursor = parse.tree.walk();
    loop {
        add(&mut folds, cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                folds.retain(|fold| fold.last > fold.first);
                folds.sort_by_key(|fold| fold.first);
                return folds;
            }
        }
    }
}

fn add(folds: &mut Vec<Fold>, node: Node<'_>) {
    let first = node.start_position().row as u32;
    let last = node.end_position().row as u32;
    match node.kind() {
        // The closing bracket's line stays.
        "block" | "switch_body" | "class_definition" | "match_expression" | "array_literal"
        | "arguments" | "parameters" => {
            folds.push(Fold { first, last: last.saturating_sub(1), kind: FoldKind::Region });
        }
        "string" | "raw_string" => folds.push(Fold { first, last, kind: FoldKind::Region }),
        "comment" => join(folds, first, last, FoldKind::Comment),
        "symbol_import" | "namespace_import" | "data_import" | "include_statement" => {
            join(folds, first, last, FoldKind::Imports);
        }
        _ => {}
    }
}

/// Lengthens the fold of this kind that ends on the line before, or begins one.
fn join(folds: &mut Vec<Fold>, first: u32, last: u32, kind: FoldKind) {
    let before = folds.iter_mut().rev().find(|fold| fold.kind == kind);
    match before.filter(|fold| fold.last + 1 >= first && fold.last <= last) {
        Some(fold) => fold.last = last,
        None => folds.push(Fold { first, last, kind }),
    }
}
