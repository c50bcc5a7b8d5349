//! Where the class of a value is defined, or, of an array with known keys, where it is made.

use std::sync::Arc;

use hsl_analysis::hir::FileId;
use hsl_analysis::types::{Instance, Type};
use hsl_analysis::{Access, Meaning, SymbolId};
use hsl_syntax::Parse;
use hsl_syntax::ast::{AstNode, Expression, ReturnStatement, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::definition::{Target, of_symbol};
use crate::hover::token_at;

/// The classes of the script that the expression at an offset may be an instance of; else the array
/// literals that it may come from: those that are assigned to the variable, or that the function
/// returns whose result is.
pub fn type_definition(view: &View, offset: usize) -> Vec<Target> {
    let Some(node) = token_at(view, offset) else { return Vec::new() };
    let ty = type_around(view, node);
    let classes = ty.iter().flat_map(|ty| ty.instances().iter());
    let own = classes.filter_map(|instance| match *instance {
        Instance::Own(class) => view.class_symbol(class),
        _ => None,
    });
    let classes: Vec<_> = own.filter_map(|symbol| of_symbol(view, symbol)).collect();
    let has_shape = ty.as_ref().is_some_and(|ty| ty.shape().is_some());
    if classes.is_empty() && has_shape { shapes(view, node) } else { classes }
}

/// The classes of the library that the expression at an offset may be an instance of.
pub fn library_types(view: &View, offset: usize) -> Vec<&'static str> {
    let ty = token_at(view, offset).and_then(|node| type_around(view, node));
    let mut names = Vec::new();
    for class in ty.iter().flat_map(|ty| ty.instances()).filter_map(Instance::library) {
        if !names.contains(&class.name) {
            names.push(class.name);
        }
    }
    names
}

/// The type of the nearest expression that is an object, else of the variable.
fn type_around(view: &View, node: Node<'_>) -> Option<Type> {
    let around = std::iter::successors(Some(node), |node| node.parent()).take(4);
    around
        .filter_map(|node| Expression::cast(node).and_then(|e| view.type_of(e)))
        .find(|ty| !ty.instances().is_empty())
        .or_else(|| view.type_of_variable(node))
}

/// The array literals that a variable is set to.
fn shapes(view: &View, node: Node<'_>) -> Vec<Target> {
    let symbol = view.id().and_then(|file| {
        let reference = view.facts().reference_at(file, node.start_byte())?;
        match reference.meaning {
            Meaning::Symbol(symbol) => Some((file, symbol)),
            _ => None,
        }
    });
    let Some((file, symbol)) = symbol else { return Vec::new() };
    let mut found: Vec<Target> = Vec::new();
    let writes = view.facts().uses(symbol).filter(|used| used.access != Access::Read);
    for used in writes.filter(|used| used.at.file == file) {
        let span = used.at.span;
        let root = view.parse.tree.root_node();
        let variable = root.descendant_for_byte_range(span.start as usize, span.end as usize);
        let set = variable.and_then(|variable| variable.parent());
        let value = set.and_then(|set| set.child_by_field_name("right"));
        for target in value.map(|value| made_by(view, file, value)).unwrap_or_default() {
            if !found.contains(&target) {
                found.push(target);
            }
        }
    }
    found
}

/// The array literal that a value is, or that the called function returns.
fn made_by(view: &View, file: FileId, value: Node<'_>) -> Vec<Target> {
    match Expression::cast(value) {
        Some(Expression::ArrayLiteral(_)) => {
            vec![Target { file: Arc::clone(&view.file), span: span_of(value) }]
        }
        Some(Expression::CallExpression(call)) => {
            let callee = call.function().map(|callee| callee.span().start as usize);
            let reference = callee.and_then(|at| view.facts().reference_at(file, at));
            match reference.map(|reference| reference.meaning) {
                Some(Meaning::Symbol(function)) => returned(view, function),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The array literals that a function returns.
fn returned(view: &View, function: SymbolId) -> Vec<Target> {
    let Some(at) = view.facts().symbol(function).full else { return Vec::new() };
    let Some(file) = view.resolved.program.files.get(at.file.index()) else { return Vec::new() };
    let parse = hsl_syntax::parse(Arc::clone(&file.text));
    let target = |span| Target { file: Arc::clone(&file.name), span };
    literals(&parse, at.span.range(file.text.len())).into_iter().map(target).collect()
}

/// The array literals of the `return` statements in a range.
fn literals(parse: &Parse, range: std::ops::Range<usize>) -> Vec<diagnostics::Span> {
    let mut found = Vec::new();
    let mut cursor = parse.tree.walk();
    loop {
        let node = cursor.node();
        let is_inside = range.start < node.end_byte() && node.start_byte() < range.end;
        let value = ReturnStatement::cast(node).and_then(ReturnStatement::value);
        if let Some(Expression::ArrayLiteral(array)) = value.filter(|_| is_inside) {
            found.push(array.span());
        }
        if is_inside && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
