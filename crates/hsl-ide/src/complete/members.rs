//! Members of objects, classes and modules.

use diagnostics::Span;
use hsl_analysis::hir::{ClassId, FileId};
use hsl_analysis::types::{Instance, Type};
use hsl_analysis::{Meaning, Symbol, SymbolId, SymbolKind};
use hsl_decl::Class;
use hsl_syntax::ast::{AstNode, Expression, NamespaceImport, Statement};
use hsl_syntax::tree_sitter::Node;

use super::{Completion, CompletionKind};
use crate::View;
use crate::docs::Docs;

/// What may follow `->`.
pub(super) fn of(
    view: &View,
    receiver: Expression<'_>,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let Some((ty, seen)) = view.type_before(receiver, offset) else { return Vec::new() };
    let mut items = of_instances(&seen, &ty, replace);
    items.extend(super::keys::of_type(&seen, &ty, replace));
    items
}

/// Members of the objects of a type.
pub(super) fn of_instances(view: &View, ty: &Type, replace: Span) -> Vec<Completion> {
    let of = |instance: &Instance| match *instance {
        Instance::Library(_) | Instance::Collection(_) => {
            instance.library().map(|class| library(class, false, replace)).unwrap_or_default()
        }
        Instance::Own(class) => {
            let symbol = view.class_symbol(class);
            let mut items =
                symbol.map(|symbol| own(view, symbol, false, replace)).unwrap_or_default();
            properties(view, class, replace, &mut items);
            items
        }
        Instance::Named(_) | Instance::Generator(_) => Vec::new(),
    };
    ty.instances().iter().flat_map(of).collect()
}

/// Types of properties, and those that only the constructor or another function gives.
fn properties(view: &View, class: ClassId, replace: Span, items: &mut Vec<Completion>) {
    for (name, ty) in view.types().properties(class) {
        let detail = ty.display_short(&view.resolved.program).to_string();
        let may_be_none = ty.is_sometimes_none();
        match items.iter_mut().find(|item| item.label == **name) {
            Some(item) => {
                item.detail = item.detail.take().or(Some(detail));
                item.may_be_none |= may_be_none;
            }
            None => {
                let item = Completion::new(&**name, CompletionKind::Property, replace);
                items.push(item.detail(detail).perhaps_none(may_be_none));
            }
        }
    }
}

/// What may follow `Name::` or `static::`.
pub(super) fn of_class(
    view: &View,
    name: Node<'_>,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let text = view.text().get(name.byte_range()).unwrap_or_default();
    let Some(id) = view.id() else { return Vec::new() };
    if text == b"static" {
        let around = view.facts().symbols_in(id).find(|(_, symbol)| {
            symbol.kind == SymbolKind::Class
                && symbol.full.is_some_and(|full| full.span.touches(offset))
        });
        return around.map(|(class, _)| own(view, class, true, replace)).unwrap_or_default();
    }
    if let Some(file) = module(view, text) {
        let outer = view.facts().symbols_in(file).filter(|(_, s)| s.container.is_none());
        return outer.filter_map(|(_, symbol)| own_member(symbol, true, replace)).collect();
    }
    let named =
        |symbol: &Symbol| symbol.kind == SymbolKind::Class && symbol.name.as_bytes() == text;
    if let Some(at) = view.facts().symbols.iter().position(named) {
        return own(view, SymbolId(at as u32), true, replace);
    }
    let class = std::str::from_utf8(text).ok().and_then(|name| view.unit.class(name));
    class.map(|class| library(class, true, replace)).unwrap_or_default()
}

/// The file that `import * as name from "…"` imports.
fn module(view: &View, name: &[u8]) -> Option<FileId> {
    let imports = view.parse.root().statements().filter_map(|statement| match statement {
        Statement::NamespaceImport(import) => Some(import),
        _ => None,
    });
    let named = |import: &NamespaceImport<'_>| {
        import.alias().is_some_and(|alias| alias.text(view.text()) == name)
    };
    let path = imports.filter(named).find_map(NamespaceImport::path)?.span();
    let reference = view.facts().reference_at(view.id()?, path.start as usize + 1)?;
    match reference.meaning {
        Meaning::File(file) => Some(file),
        _ => None,
    }
}

fn library(class: &'static Class, of_class: bool, replace: Span) -> Vec<Completion> {
    let methods = class.members().filter(|method| method.is_static == of_class);
    let methods = methods.map(|method| {
        let mut item = Completion::new(method.name, CompletionKind::Method, replace)
            .detail(method.signature())
            .perhaps_none(method.returns.is_sometimes_none())
            .docs(Docs::Function(method));
        item.takes_arguments = true;
        item.deprecated = method.deprecated.is_some();
        item
    });
    let properties = class.properties.iter().filter(|_| !of_class).map(|property| {
        Completion::new(property.name, CompletionKind::Property, replace)
            .detail(property.ty)
            .perhaps_none(property.ty.is_sometimes_none())
            .docs(property.doc)
    });
    methods.chain(properties).collect()
}

fn own(view: &View, class: SymbolId, of_class: bool, replace: Span) -> Vec<Completion> {
    let members = view.facts().symbols.iter().filter(|symbol| symbol.container == Some(class));
    members.filter_map(|member| own_member(member, of_class, replace)).collect()
}

fn own_member(member: &Symbol, of_class: bool, replace: Span) -> Option<Completion> {
    let (kind, is_static) = match member.kind {
        SymbolKind::Method => (CompletionKind::Method, false),
        SymbolKind::StaticMethod | SymbolKind::Function => (CompletionKind::Method, true),
        SymbolKind::Property => (CompletionKind::Property, false),
        SymbolKind::StaticProperty | SymbolKind::Variable => (CompletionKind::Property, true),
        SymbolKind::Class => (CompletionKind::Class, true),
        _ => return None,
    };
    if is_static != of_class {
        return None;
    }
    let mut item =
        Completion::new(&*member.name, kind, replace).docs(member.docs.clone().unwrap_or_default());
    item.detail.clone_from(&member.signature);
    item.takes_arguments = kind == CompletionKind::Method;
    Some(item)
}
