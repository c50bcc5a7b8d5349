//! An `include` of definitions becomes an `import` of those that are used.

use std::collections::BTreeSet;
use std::sync::Arc;

use diagnostics::Edit;
use hsl_analysis::hir::FileId;
use hsl_analysis::{Meaning, analyze_alone};
use hsl_syntax::Parse;
use hsl_syntax::ast::{AstNode, Expression, IncludeStatement, Statement};

use super::Place;
use super::motion::is_constant;

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let include = place.around().find_map(IncludeStatement::cast)?;
    let node = include.syntax();
    let path = include.path()?;
    let file = included(place, path.span().start as usize)?;
    let known = place.view.resolved.program.files.get(file.index())?;
    let parse = hsl_syntax::parse(Arc::clone(&known.text));
    let stands = node.parent()?.kind() == "source_file" && is_only_one(place, file);
    if !stands || !only_defines(place, &known.name, &parse) {
        return None;
    }
    let names = used(place, file);
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let written = format!("import {{ {names} }} from {};", place.text(path.syntax())?);
    (!names.is_empty()).then(|| vec![place.replace(node, written)])
}

fn included(place: &Place<'_>, at: usize) -> Option<FileId> {
    let reference = place.view.facts().reference_at(place.view.id()?, at + 1)?;
    match reference.meaning {
        Meaning::File(file) => Some(file),
        _ => None,
    }
}

/// Whether nothing else brings the file in: an import would run it a second time.
fn is_only_one(place: &Place<'_>, file: FileId) -> bool {
    let all = place.view.facts().references.iter();
    all.filter(|reference| reference.meaning == Meaning::File(file)).count() == 1
}

/// Whether the file only defines functions, classes and constants, and names nothing that the
/// including file has.
fn only_defines(place: &Place<'_>, name: &Arc<str>, parse: &Parse) -> bool {
    let plain = |statement: Statement<'_>| match statement {
        Statement::FunctionDefinition(_) | Statement::ClassDefinition(_) => true,
        Statement::ExpressionStatement(set) => match set.expression() {
            Some(Expression::AssignmentExpression(set)) => {
                let is_variable = matches!(set.left(), Some(Expression::Variable(_)));
                is_variable && set.right().is_some_and(|value| is_constant(value.syntax()))
            }
            _ => false,
        },
        _ => false,
    };
    let alone = || analyze_alone(name, parse, &place.view.unit, None);
    parse.errors.is_empty()
        && parse.root().statements().all(plain)
        && !alone().has_errors()
        && globals_are_own(parse)
}

/// Whether every variable that its functions make global is one of the file.
fn globals_are_own(parse: &Parse) -> bool {
    let own: BTreeSet<&[u8]> = parse
        .root()
        .statements()
        .filter_map(|statement| match statement {
            Statement::ExpressionStatement(set) => match set.expression()? {
                Expression::AssignmentExpression(set) => Some(parse.text_of(set.left()?)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    !super::place::holds(parse.tree.root_node(), &|node| {
        node.kind() == "variable"
            && node.parent().is_some_and(|parent| parent.kind() == "global_statement")
            && !own.contains(parse.text_of(node))
    })
}

/// What this file uses of another, in alphabetical order.
fn used(place: &Place<'_>, file: FileId) -> BTreeSet<String> {
    let facts = place.view.facts();
    let here = place.view.id().into_iter().flat_map(|id| facts.references_in(id));
    let names = here.filter_map(|reference| {
        let Meaning::Symbol(id) = reference.meaning else { return None };
        let symbol = facts.symbol(id);
        let is_its = symbol.name_at.is_some_and(|at| at.file == file);
        (is_its && symbol.container.is_none()).then(|| symbol.name.to_string())
    });
    names.collect()
}
