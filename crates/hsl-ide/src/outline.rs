//! The symbols of a file as a tree.

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::ast::{AssignmentExpression, AstNode, Expression, Member, Statement};

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
/// they are first assigned, imported modules.
pub fn outline(parse: &Parse) -> Vec<OutlineItem> {
    let mut items: Vec<OutlineItem> = Vec::new();
    for statement in parse.root().statements() {
        let Some(item) = statement_item(parse, statement) else { continue };
        let known =
            |other: &OutlineItem| item.kind == OutlineKind::Variable && other.name == item.name;
        if !items.iter().any(known) {
            items.push(item);
        }
    }
    items
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
