//! The symbols of a file as a tree.

use std::collections::HashSet;

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::ast::{
    ArrayElement, ArrayLiteralItem, AssignmentExpression, AstNode, BarrierStatement,
    CacheExpression, Expression, Member, Statement, span_of,
};
use hsl_syntax::tree_sitter::Node;

/// What an outline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineKind {
    /// Named function.
    Function,
    /// Class.
    Class,
    /// Function of a class.
    Method,
    /// `constructor`
    Constructor,
    /// Variable of a class.
    Property,
    /// Variable of the file.
    Variable,
    /// Imported module.
    Module,
    /// Lock of a `barrier`.
    Barrier,
    /// Name space of a `cache`.
    Cache,
    /// Key of a configuration file with keys below it.
    Section,
    /// Key of a configuration file with a value.
    Setting,
    /// Element of a list in a configuration file.
    Element,
}

/// One symbol with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineItem {
    /// Name as written.
    pub name: String,
    /// What it is.
    pub kind: OutlineKind,
    /// The whole definition.
    pub full: Span,
    /// The name in it.
    pub selection: Span,
    /// Symbols inside.
    pub children: Vec<OutlineItem>,
}

/// The outline of a file: functions, classes with their members, variables of the top level where
/// they are first assigned, imported modules; and, in what they stand in, the names of locks and of
/// caches.
pub fn outline(parse: &Parse) -> Vec<OutlineItem> {
    let mut items: Vec<OutlineItem> = Vec::new();
    let mut known = HashSet::new();
    for statement in parse.root().statements() {
        let shared = shared_names(parse, statement.syntax());
        let item = statement_item(parse, statement).filter(|item| {
            let is_new = known.insert(item.name.clone());
            item.kind != OutlineKind::Variable || is_new
        });
        match item {
            Some(item) if item.kind != OutlineKind::Variable => {
                items.push(with(item, shared));
            }
            item => items.extend(item.into_iter().chain(shared)),
        }
    }
    items
}

/// An item with more inside, each in the innermost that holds it.
fn with(mut item: OutlineItem, names: Vec<OutlineItem>) -> OutlineItem {
    for name in names {
        let holds = |inner: &&mut OutlineItem| {
            inner.full.start <= name.full.start && name.full.end <= inner.full.end
        };
        match item.children.iter_mut().find(holds) {
            Some(inner) => inner.children.push(name),
            None => item.children.push(name),
        }
    }
    item
}

/// The locks and name spaces of caches in a node that have a fixed name.
fn shared_names(parse: &Parse, node: Node<'_>) -> Vec<OutlineItem> {
    let mut found = Vec::new();
    let mut cursor = node.walk();
    loop {
        found.extend(shared_name(parse, cursor.node()));
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn shared_name(parse: &Parse, node: Node<'_>) -> Option<OutlineItem> {
    let (kind, value) = match (BarrierStatement::cast(node), CacheExpression::cast(node)) {
        (Some(barrier), _) => (OutlineKind::Barrier, barrier.key()?),
        (_, Some(cache)) => (OutlineKind::Cache, namespace(parse, cache)?),
        _ => return None,
    };
    let name = text(parse, value)?;
    let (full, selection) = (span_of(node), value.span());
    Some(OutlineItem { name, kind, full, selection, children: Vec::new() })
}

/// The value of the option that names a cache.
fn namespace<'t>(parse: &Parse, cache: CacheExpression<'t>) -> Option<Expression<'t>> {
    let elements = cache.options()?.items().filter_map(|item| match item {
        ArrayLiteralItem::ArrayElement(element) => Some(element),
        ArrayLiteralItem::SpreadElement(_) => None,
    });
    let mut named = elements.filter(|element| {
        element.key().and_then(|key| text(parse, key)).as_deref() == Some("namespace")
    });
    named.find_map(ArrayElement::value)
}

/// The text of a string without variables.
fn text(parse: &Parse, value: Expression<'_>) -> Option<String> {
    let bytes = match value {
        Expression::StringLiteral(string) => string.value(&parse.text)?,
        Expression::RawString(raw) => raw.value(&parse.text).to_vec(),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&bytes).into_owned()).filter(|name| !name.is_empty())
}

fn statement_item(parse: &Parse, statement: Statement<'_>) -> Option<OutlineItem> {
    let span = statement.span();
    match statement {
        Statement::FunctionDefinition(function) => {
            item(parse, OutlineKind::Function, span, function.name()?)
        }
        Statement::ClassDefinition(class) => {
            let mut found = item(parse, OutlineKind::Class, span, class.name()?)?;
            found.children = class.members().filter_map(|m| member_item(parse, m)).collect();
            Some(found)
        }
        Statement::NamespaceImport(import) => {
            item(parse, OutlineKind::Module, span, import.alias()?)
        }
        Statement::DataImport(import) => {
            item(parse, OutlineKind::Variable, span, import.variable()?)
        }
        Statement::ExpressionStatement(statement) => match statement.expression()? {
            Expression::AssignmentExpression(set) => variable_item(parse, span, set),
            _ => None,
        },
        _ => None,
    }
}

fn variable_item(parse: &Parse, full: Span, set: AssignmentExpression<'_>) -> Option<OutlineItem> {
    let Expression::Variable(variable) = set.left()? else { return None };
    item(parse, OutlineKind::Variable, full, variable)
}

fn member_item(parse: &Parse, member: Member<'_>) -> Option<OutlineItem> {
    let full = member.span();
    match member {
        Member::ConstructorDefinition(_) => {
            let selection =
                Span { start: full.start, end: full.start + "constructor".len() as u32 };
            let name = "constructor".to_owned();
            let kind = OutlineKind::Constructor;
            Some(OutlineItem { name, kind, full, selection, children: Vec::new() })
        }
        Member::MethodDefinition(method) => item(parse, OutlineKind::Method, full, method.name()?),
        Member::PropertyDefinition(property) => {
            item(parse, OutlineKind::Property, full, property.name()?)
        }
    }
}

fn item<'t>(
    parse: &Parse,
    kind: OutlineKind,
    full: Span,
    name: impl AstNode<'t>,
) -> Option<OutlineItem> {
    let text = String::from_utf8_lossy(parse.text_of(name)).into_owned();
    Some(OutlineItem { name: text, kind, full, selection: name.span(), children: Vec::new() })
}
