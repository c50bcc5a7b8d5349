//! What stands under the cursor.

use diagnostics::Span;
use hsl_analysis::{Meaning, Symbol};
use hsl_decl::Key;
use hsl_syntax::ast::{AstNode, Expression, MemberExpression, SubscriptExpression, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::infer::Shape;
use crate::{View, docs};

/// A page about a piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The text it is about.
    pub span: Span,
    /// The page, in Markdown.
    pub markdown: String,
}

/// What is known about the name, key or file at an offset.
pub fn hover(view: &View, offset: usize) -> Option<Hover> {
    let node = token_at(view, offset)?;
    if let Some((key, span)) = key_at(view, node) {
        return Some(Hover { span, markdown: docs::key(key) });
    }
    if let Some(page) = member_at(view, node) {
        return Some(Hover { span: span_of(node), markdown: page });
    }
    let named = |page: String| Hover { span: span_of(node), markdown: page };
    if let Some(variable) = hook_variable(view, node) {
        return Some(named(variable));
    }
    let reference = view.facts().reference_at(view.id()?, offset)?;
    let markdown = match reference.meaning {
        Meaning::Function(function) => docs::function(function),
        Meaning::Class(class) => docs::class(class),
        Meaning::File(file) => {
            docs::code(view.resolved.program.files.get(file.index()).map(|f| &*f.name)?)
        }
        Meaning::Symbol(symbol) => own(view.facts().symbol(symbol)),
    };
    Some(Hover { span: reference.at.span, markdown })
}

/// The token that an offset touches; of two, the one that is a name.
fn token_at(view: &View, offset: usize) -> Option<Node<'_>> {
    let root = view.parse.tree.root_node();
    let at = |from: usize, to: usize| {
        root.descendant_for_byte_range(from, to).filter(|node| node.child_count() == 0)
    };
    let after = at(offset, (offset + 1).min(view.text().len()));
    match after.filter(|node| node.is_named()) {
        Some(node) => Some(node),
        None => offset.checked_sub(1).and_then(|from| at(from, offset)).or(after),
    }
}

/// The key that a string in a subscript, or a name behind `->`, means.
fn key_at<'v>(view: &'v View, node: Node<'v>) -> Option<(&'static Key, Span)> {
    let literal = std::iter::successors(Some(node), |n| n.parent())
        .take(3)
        .find(|n| n.kind() == "string" || n.kind() == "identifier")?;
    let parent = literal.parent()?;
    let (object, name) = if let Some(access) = SubscriptExpression::cast(parent) {
        let Expression::StringLiteral(key) = access.index()? else { return None };
        (access.object()?, key.value(view.text())?)
    } else {
        let access = MemberExpression::cast(parent)?;
        (access.object()?, access.name()?.text(view.text()).to_vec())
    };
    let Shape::Keys(keys) = view.shape(object)? else { return None };
    let key = keys.iter().find(|key| key.name.as_bytes() == name)?;
    Some((key, span_of(literal)))
}

/// A page about a method or property of a library class.
fn member_at(view: &View, node: Node<'_>) -> Option<String> {
    let access = MemberExpression::cast(node.parent()?)?;
    let Shape::Instance(class) = view.shape(access.object()?)? else { return None };
    let name = std::str::from_utf8(access.name()?.text(view.text())).ok()?;
    if let Some(method) = class.method(name) {
        return Some(docs::function(method));
    }
    let property = class.properties.iter().find(|property| property.name == name)?;
    Some(docs::code(&format!("{}: {}", property.name, property.ty)) + "\n" + property.doc + "\n")
}

fn hook_variable(view: &View, node: Node<'_>) -> Option<String> {
    let name = view.text().get(node.byte_range())?;
    let variables = view.unit.variables();
    let variable = variables.iter().find(|variable| variable.name.as_bytes() == name)?;
    Some(docs::variable(variable))
}

fn own(symbol: &Symbol) -> String {
    let page = docs::code(symbol.signature.as_deref().unwrap_or(&symbol.name));
    match &symbol.docs {
        Some(text) => format!("{page}\n{text}\n"),
        None => page,
    }
}
