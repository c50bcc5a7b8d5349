//! Where a name is defined.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::hir::FileId;
use hsl_analysis::types::Instance;
use hsl_analysis::{Meaning, SymbolId};
use hsl_decl::Hook;
use hsl_syntax::ast::{AstNode, Expression, MemberExpression, SubscriptExpression};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::hover::{option_of, token_at};

/// A place in some file of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name of the file.
    pub file: Arc<str>,
    /// The name where it is defined; the start of the file for a file.
    pub span: Span,
}

/// The definition of the name, or the file of the path, at an offset.
pub fn definition(view: &View, offset: usize) -> Option<Target> {
    let reference = view.facts().reference_at(view.id()?, offset)?;
    match reference.meaning {
        Meaning::Symbol(symbol) => of_symbol(view, symbol),
        Meaning::File(file) => target(view, file, Span::default()),
        Meaning::Function(_) | Meaning::Class(_) => None,
    }
}

/// Where a symbol is defined.
pub(crate) fn of_symbol(view: &View, symbol: SymbolId) -> Option<Target> {
    let at = view.facts().symbol(symbol).name_at?;
    target(view, at.file, at.span)
}

fn target(view: &View, file: FileId, span: Span) -> Option<Target> {
    let file = view.resolved.program.files.get(file.index())?;
    Some(Target { file: Arc::clone(&file.name), span })
}

/// What has a page of the library instead of a definition in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryPage {
    /// A function or class.
    Name(&'static str),
    /// A hook, with its variables.
    Hook(Hook),
}

/// The page of what stands at an offset: of a function or class, of an option the function that takes
/// it, of a method its class, of a key of the hook's variables the hook.
pub fn library_page(view: &View, offset: usize) -> Option<LibraryPage> {
    let node = token_at(view, offset)?;
    let option = || option_taker(view, node);
    let named = option().or_else(|| class_of_method(view, node)).map(LibraryPage::Name);
    named.or_else(|| variable_of_hook(view, node)).or_else(|| {
        match view.facts().reference_at(view.id()?, offset)?.meaning {
            Meaning::Function(function) => Some(LibraryPage::Name(function.name)),
            Meaning::Class(class) => Some(LibraryPage::Name(class.name)),
            Meaning::Symbol(_) | Meaning::File(_) => None,
        }
    })
}

/// The function whose option a text is; of a method, its class.
fn option_taker(view: &View, node: Node<'_>) -> Option<&'static str> {
    let (function, ..) = option_of(view, node)?;
    let has =
        |class: &&hsl_decl::Class| class.members().any(|method| std::ptr::eq(method, function));
    let class = view.unit.catalog.classes().find(has);
    Some(class.map_or(function.name, |class| class.name))
}

fn class_of_method(view: &View, node: Node<'_>) -> Option<&'static str> {
    let access = MemberExpression::cast(node.parent()?)?;
    let name =
        std::str::from_utf8(access.name().filter(|name| name.syntax() == node)?.text(view.text()))
            .ok()?;
    let ty = view.type_of(access.object()?)?;
    ty.instances().iter().find_map(|instance| match *instance {
        Instance::Library(class) => {
            let is_property = || class.properties.iter().any(|property| property.name == name);
            (class.method(name).is_some() || is_property()).then_some(class.name)
        }
        _ => None,
    })
}

/// The hook that gives the variable whose key a text is.
fn variable_of_hook(view: &View, node: Node<'_>) -> Option<LibraryPage> {
    let hook = view.unit.hook?;
    let around = std::iter::successors(Some(node), |node| node.parent()).take(3);
    let mut around = around.filter(|node| node.kind() == "string").filter_map(|node| node.parent());
    let mut object = SubscriptExpression::cast(around.next()?)?.object()?;
    while let Expression::SubscriptExpression(outer) = object {
        object = outer.object()?;
    }
    let Expression::Variable(variable) = object else { return None };
    let name = view.text().get(variable.span().range(view.text().len()))?;
    let given = view.unit.variables();
    let is_known = given.iter().any(|v| v.name.as_bytes() == name && !v.keys.is_empty());
    is_known.then_some(LibraryPage::Hook(hook))
}
