//! What stands under the cursor.

mod literal;
mod module;
pub(crate) mod pattern;
mod word;

use diagnostics::Span;
use hsl_analysis::types::{Field, Instance, Key};
use hsl_analysis::{Access, Meaning, Symbol, SymbolId};
use hsl_decl::{Function, OptionDecl};
use hsl_syntax::ast::{AstNode, Expression, MemberExpression, SubscriptExpression, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::tokens::before;
use crate::written_pattern::{self, WrittenPattern};
use crate::{View, declared, docs};

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
    if let Some((markdown, span)) = key_at(view, node) {
        return Some(Hover { span, markdown });
    }
    if let Some((markdown, span)) = option_at(view, node) {
        return Some(Hover { span, markdown });
    }
    if let Some((markdown, span)) = word::page(view, node, offset) {
        return Some(Hover { span, markdown });
    }
    if let Some(WrittenPattern { body, modifiers, span }) = written_pattern::of_token(view, node) {
        return Some(Hover { span, markdown: pattern::page(&body, &modifiers) });
    }
    if let Some(markdown) = member_at(view, node) {
        return Some(Hover { span: span_of(node), markdown });
    }
    let named = |markdown: String| Hover { span: span_of(node), markdown };
    if let Some(page) = hook_variable(view, node) {
        return Some(named(page));
    }
    let Some(reference) = view.facts().reference_at(view.id()?, offset) else {
        let (markdown, span) = literal::page(view, node)?;
        return Some(Hover { span, markdown });
    };
    let markdown = match reference.meaning {
        Meaning::Function(function) => docs::function(function),
        Meaning::Class(class) => docs::class(class),
        Meaning::File(file) => module::page(view.resolved.program.files.get(file.index())?),
        Meaning::Symbol(id) if view.facts().symbol(id).name.starts_with('$') => {
            variable(view, id, node)
        }
        Meaning::Symbol(id) => own(view, id),
    };
    Some(Hover { span: reference.at.span, markdown })
}

/// Whether an offset lies in a text, which may name something of the project.
pub fn is_in_text(view: &View, offset: usize) -> bool {
    let node = token_at(view, offset);
    std::iter::successors(node, |node| node.parent()).take(3).any(|node| node.kind() == "string")
}

/// What the text at an offset holds, when that is written out.
pub fn text_at(view: &View, offset: usize) -> Option<Vec<u8>> {
    Some(literal::value(view, token_at(view, offset)?)?.0)
}

/// The token that an offset touches; of two, the one that is a name.
pub(crate) fn token_at(view: &View, offset: usize) -> Option<Node<'_>> {
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

/// A page about the key that a string in a subscript, or a name behind `->`, means.
fn key_at(view: &View, node: Node<'_>) -> Option<(String, Span)> {
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
    let ty = view.type_of(object)?;
    let field = ty.shape()?.field(&Key::of_text(&name.into()))?;
    Some((field_page(view, field), span_of(literal)))
}

fn field_page(view: &View, field: &Field) -> String {
    let shown = field.ty.display(&view.resolved.program);
    match field.decl {
        Some(decl) => docs::key(decl),
        None => {
            let missing = if field.optional { "\nMay be missing.\n" } else { "" };
            docs::code(&format!("{}: {shown}", field.key)) + missing
        }
    }
}

/// A page about the option that a key in an options array sets.
fn option_at(view: &View, node: Node<'_>) -> Option<(String, Span)> {
    let (_, option, literal) = option_of(view, node)?;
    Some((docs::option(option), span_of(literal)))
}

/// The call in whose options, or in an array of them, a text is a declared key; that key, and the whole
/// text.
pub(crate) fn option_of<'v>(
    view: &'v View,
    node: Node<'v>,
) -> Option<(&'static Function, &'static OptionDecl, Node<'v>)> {
    let literal =
        std::iter::successors(Some(node), |n| n.parent()).take(3).find(|n| n.kind() == "string")?;
    let key = view.text().get(literal.start_byte() + 1..literal.end_byte() - 1)?;
    let tokens = before(&view.parse, literal.start_byte());
    matches!(tokens.last()?.kind(), "[" | ",").then_some(())?;
    let array = declared::array(view, &tokens)?;
    Some((array.function, array.key(key)?, literal))
}

/// A page about a method or property of an object.
fn member_at(view: &View, node: Node<'_>) -> Option<String> {
    let access = MemberExpression::cast(node.parent()?)?;
    let name = std::str::from_utf8(access.name()?.text(view.text())).ok()?;
    let ty = view.type_of(access.object()?)?;
    ty.instances().iter().find_map(|instance| match *instance {
        Instance::Library(_) | Instance::Collection(_) => {
            let class = instance.library()?;
            if let Some(method) = class.method(name) {
                return Some(docs::function(method));
            }
            let property = class.properties.iter().find(|property| property.name == name)?;
            let head = docs::code(&format!("{}: {}", property.name, property.ty));
            Some(head + "\n" + property.doc + "\n")
        }
        Instance::Own(class) => {
            let class_symbol = view.class_symbol(class)?;
            let is_it = |s: &Symbol| s.container == Some(class_symbol) && *s.name == *name;
            let found = view.facts().symbols.iter().position(is_it);
            let property = view.types().properties(class).get(name);
            let ty = property.map(|ty| ty.display(&view.resolved.program).to_string());
            match (found, ty) {
                (Some(at), None) => Some(own(view, SymbolId(at as u32))),
                (_, Some(ty)) => Some(docs::code(&format!("{name}: {ty}"))),
                (None, None) => None,
            }
        }
        Instance::Named(_) | Instance::Generator(_) => None,
    })
}

fn hook_variable(view: &View, node: Node<'_>) -> Option<String> {
    let name = view.text().get(node.byte_range())?;
    let variables = view.unit.variables();
    let variable = variables.iter().find(|variable| variable.name.as_bytes() == name)?;
    Some(docs::variable(variable))
}

/// A page about a variable of the script: what it holds here, and where that was set.
fn variable(view: &View, id: SymbolId, node: Node<'_>) -> String {
    let symbol = view.facts().symbol(id);
    let ty = view.type_of_variable(node).filter(|ty| !ty.is_unknown() && !ty.is_never());
    let head = match ty {
        Some(ty) => format!("{}: {}", symbol.name, ty.display(&view.resolved.program)),
        None => symbol.name.to_string(),
    };
    let mut page = docs::code(&head);
    if hsl_decl::is_secret_name(&symbol.name) {
        page += docs::SECRET;
    }
    if let Some(line) = set_in(view, id, node) {
        page += &format!("\nSet in line {line}.\n");
    }
    if let Some(text) = &symbol.docs {
        page += &format!("\n{text}\n");
    }
    page
}

/// The line of the last assignment before a place, unless it is the place.
fn set_in(view: &View, id: SymbolId, node: Node<'_>) -> Option<usize> {
    let file = view.id()?;
    let before = |reference: &&hsl_analysis::Reference| {
        reference.at.file == file
            && reference.access != Access::Read
            && (reference.at.span.start as usize) < node.start_byte()
    };
    let last = view.facts().uses(id).filter(before).last()?;
    let text = view.text().get(..last.at.span.start as usize)?;
    Some(1 + text.iter().filter(|byte| **byte == b'\n').count())
}

/// A page about something else that the script defines.
fn own(view: &View, id: SymbolId) -> String {
    let symbol = view.facts().symbol(id);
    let mut head = symbol.signature.as_deref().unwrap_or(&symbol.name).to_owned();
    if let Some(result) = view.result_of(id).filter(|ty| !ty.is_unknown() && !ty.is_never()) {
        head += &format!(": {}", result.display(&view.resolved.program));
    }
    let page = docs::code(&head);
    match &symbol.docs {
        Some(text) => format!("{page}\n{text}\n"),
        None => page,
    }
}
