//! Selected statements, or a selected expression, become a function.
//!
//! What they read is handed over, what they set and others read is given back.

use std::collections::BTreeMap;

use diagnostics::{Edit, Span};
use hsl_analysis::{Access, Meaning, SymbolId, SymbolKind};
use hsl_decl::Effect;
use hsl_syntax::ast::{AstNode, Expression, span_of};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::flow::{declares, ends_function, jumps_out};
use super::motion::is_function;
use super::place::{holds, insert, is_in_place, is_statement};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let name = place.fresh_function("extracted");
    if let Some(statements) = place.selected_statements() {
        return of_statements(place, &statements, &name);
    }
    of_expression(place, place.selected_expression()?, &name)
}

fn of_statements(place: &Place<'_>, statements: &[Node<'_>], name: &str) -> Option<Vec<Edit>> {
    let (first, last) = (*statements.first()?, *statements.last()?);
    let stays = |node: &Node<'_>| {
        !jumps_out(*node, true)
            && !ends_function(*node)
            && !declares(*node)
            && !leaves_class(place, *node)
    };
    if !statements.iter().all(stays) {
        return None;
    }
    let span = Span::new(first.start_byte(), last.end_byte());
    let passed = Passed::of(place, span, first, statements)?;
    let step = place.step();
    let body = place.moved(first, last, &step)?;
    let parameters = passed.inputs.join(", ");
    let call = format!("{name}({parameters})");
    let (back, call) = match &passed.outputs[..] {
        [] => (String::new(), format!("{call};")),
        [one] => (format!("{step}return {one};\n"), format!("{one} = {call};")),
        many => {
            let list = many.join(", ");
            (format!("{step}return [{list}];\n"), format!("[{list}] = {call};"))
        }
    };
    let function = format!("function {name}({parameters}) {{\n{step}{body}\n{back}}}");
    Some(placed(place, first, function, Edit { span, text: call }))
}

fn of_expression(place: &Place<'_>, value: Expression<'_>, name: &str) -> Option<Vec<Edit>> {
    let node = value.syntax();
    let is_simple = matches!(value, Expression::Variable(_) | Expression::Identifier(_));
    let is_callee = node.parent()?.child_by_field_name("function") == Some(node);
    let is_place = is_in_place(node)
        || node.parent().is_some_and(|parent| {
            let operator = parent.child_by_field_name("operator").map(|token| token.kind());
            parent.kind() == "case_label" || operator == Some("??")
        });
    let default = std::iter::successors(Some(node), |node| node.parent())
        .take_while(|node| !is_statement(*node))
        .any(|node| {
            matches!(
                node.kind(),
                "parameter" | "property_definition" | "array_pattern" | "cache_expression"
            )
        });
    if is_simple
        || is_callee
        || is_place
        || default
        || ends_function(node)
        || leaves_class(place, node)
    {
        return None;
    }
    let statement = super::place::statement_of(node)?;
    let passed = Passed::of(place, span_of(node), statement, &[])?;
    let changes = uses(place, span_of(node))?.values().any(|used| used.written_inside);
    if changes || !passed.outputs.is_empty() {
        return None;
    }
    let step = place.step();
    let parameters = passed.inputs.join(", ");
    let text = place.text(node)?;
    let function = format!("function {name}({parameters}) {{\n{step}return {text};\n}}");
    let call = place.replace(node, format!("{name}({parameters})"));
    Some(placed(place, statement, function, call))
}

/// The function behind the definition that the code stands in, or before the code when it stands at
/// the top.
fn placed(place: &Place<'_>, code: Node<'_>, function: String, call: Edit) -> Vec<Edit> {
    let top = std::iter::successors(Some(code), |node| node.parent())
        .take_while(|node| node.kind() != "source_file")
        .last()
        .unwrap_or(code);
    let definition = match top.kind() {
        "function_definition" | "class_definition" => {
            insert(top.end_byte(), format!("\n\n{function}"))
        }
        _ => {
            let at = place.line_start(top.start_byte());
            insert(at, format!("{function}\n\n"))
        }
    };
    vec![definition, call]
}

/// Whether the code names what only functions of its class, or of the function around it, may.
fn leaves_class(place: &Place<'_>, node: Node<'_>) -> bool {
    let around = std::iter::successors(Some(node), |node| node.parent());
    let in_class = around.into_iter().any(|node| node.kind() == "class_definition");
    // What is private there cannot be told from what is not.
    if in_class
        && holds(node, &|inner| matches!(inner.kind(), "member_expression" | "scoped_expression"))
    {
        return true;
    }
    let own = |inner: Node<'_>| match inner.kind() {
        "static" => true,
        "variable" => place.view.text().get(inner.byte_range()) == Some(b"$this"),
        "captures" => true,
        "identifier" => place.reference(inner).is_some_and(|reference| match reference.meaning {
            Meaning::Symbol(id) => {
                let symbol = place.view.facts().symbol(id);
                let is_callable = matches!(symbol.kind, SymbolKind::Function | SymbolKind::Class);
                is_callable && symbol.container.is_some()
            }
            _ => false,
        }),
        _ => false,
    };
    holds(node, &own)
}

/// What goes into the function and comes out of it: variables with `$`.
struct Passed {
    inputs: Vec<String>,
    outputs: Vec<String>,
}

/// How one variable is used.
#[derive(Default)]
struct Used {
    read_inside: bool,
    written_inside: bool,
    outside: bool,
    read_after: bool,
}

impl Passed {
    fn of(place: &Place<'_>, span: Span, first: Node<'_>, statements: &[Node<'_>]) -> Option<Self> {
        let in_loop = is_in_loop(first);
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for (symbol, used) in uses(place, span)? {
            let found = place.view.facts().symbol(symbol);
            let name = found.name.to_string();
            let is_set = statements.iter().any(|statement| sets(place, *statement, &name));
            let is_known = is_known(place, first, &name) || found.kind == SymbolKind::HookVariable;
            let goes_in =
                used.outside && is_known && (used.read_inside || used.written_inside && !is_set);
            let comes_out = used.written_inside && (used.read_after || in_loop && used.outside);
            if used.read_inside && used.outside && !is_known {
                return None;
            }
            // What is taken away somewhere may be missing here.
            if goes_in && is_unset(place, &name) {
                return None;
            }
            // What may not be set cannot be given back.
            if comes_out && !is_set && !goes_in {
                return None;
            }
            if goes_in {
                inputs.push(name.clone());
            }
            if comes_out {
                outputs.push(name);
            }
        }
        Some(Self { inputs, outputs })
    }
}

/// The variables that are used inside, in the order of their first use; none when functions share
/// one that is changed.
fn uses(place: &Place<'_>, span: Span) -> Option<BTreeMap<SymbolId, Used>> {
    let facts = place.view.facts();
    let file = place.view.id()?;
    let is_inside = |at: Span| span.start <= at.start && at.end <= span.end;
    let calls = calls_script(place, span);
    let mut all: BTreeMap<SymbolId, Used> = BTreeMap::new();
    for reference in facts.references_in(file).filter(|r| is_inside(r.at.span)) {
        let Meaning::Symbol(symbol) = reference.meaning else { continue };
        let found = facts.symbol(symbol);
        if !found.name.starts_with('$')
            || !matches!(
                found.kind,
                SymbolKind::Variable | SymbolKind::Parameter | SymbolKind::HookVariable
            )
        {
            continue;
        }
        let (start, end) = (reference.at.span.start as usize, reference.at.span.end as usize);
        let node = place.root().descendant_for_byte_range(start, end)?;
        if is_in_inner_function(node, span) {
            continue;
        }
        let used = all.entry(symbol).or_default();
        match reference.access {
            Access::Read => used.read_inside = true,
            Access::Write | Access::Definition => used.written_inside = true,
        }
        used.written_inside |= is_in_place(node) && !is_asked_for(node);
        // An operator that stores reads first.
        used.read_inside |= node.parent().is_some_and(reads_and_writes);
        let is_foreign = found.name_at.is_some_and(|at| at.file != file);
        let is_shared =
            is_foreign || place.is_shared(node) || found.kind == SymbolKind::HookVariable;
        if is_shared && (used.written_inside || calls) {
            return None;
        }
    }
    for (symbol, used) in &mut all {
        for reference in facts.uses(*symbol).filter(|r| r.at.file != file || !is_inside(r.at.span))
        {
            used.outside = true;
            used.read_after |= reference.at.span.start >= span.end;
        }
        used.outside |= facts.symbol(*symbol).kind == SymbolKind::HookVariable;
    }
    Some(all)
}

/// Whether a function that a script defines may run inside.
fn calls_script(place: &Place<'_>, span: Span) -> bool {
    let Some(code) = place.root().descendant_for_byte_range(span.start as usize, span.end as usize)
    else {
        return true;
    };
    holds(code, &|node| {
        let is_inside =
            span.start as usize <= node.start_byte() && node.end_byte() <= span.end as usize;
        let calls =
            || place.builtin(node).is_none_or(|function| function.effect == Effect::Callback);
        is_inside && node.kind() == "call_expression" && calls()
    })
}

/// Whether the node stands in an `isset`, which changes nothing.
fn is_asked_for(node: Node<'_>) -> bool {
    let around = std::iter::successors(node.parent(), |node| node.parent()).take(4);
    around
        .take_while(|node| node.kind() != "unset_expression")
        .any(|node| node.kind() == "isset_expression")
}

fn reads_and_writes(parent: Node<'_>) -> bool {
    let operator = parent.child_by_field_name("operator").map(|token| token.kind());
    match parent.kind() {
        "assignment_expression" => operator != Some("="),
        "prefix_update_expression"
        | "postfix_update_expression"
        | "subscript_expression"
        | "append_expression"
        | "slice_expression"
        | "member_expression" => true,
        _ => false,
    }
}

fn is_in_inner_function(node: Node<'_>, span: Span) -> bool {
    std::iter::successors(Some(node), |node| node.parent())
        .take_while(|node| {
            node.start_byte() >= span.start as usize && node.end_byte() <= span.end as usize
        })
        .any(is_function)
}

fn is_in_loop(node: Node<'_>) -> bool {
    std::iter::successors(node.parent(), |node| node.parent())
        .take_while(|node| !is_function(*node))
        .any(|node| {
            matches!(
                node.kind(),
                "while_statement" | "for_statement" | "foreach_statement" | "forever_statement"
            )
        })
}

/// Whether the variable is taken away anywhere in the file.
fn is_unset(place: &Place<'_>, name: &str) -> bool {
    holds(place.root(), &|node| {
        let operand = node.child_by_field_name("operand");
        node.kind() == "unset_expression" && operand.is_some_and(|node| is_named(place, node, name))
    })
}

/// Whether the statement sets the variable whatever happens.
fn sets(place: &Place<'_>, statement: Node<'_>, name: &str) -> bool {
    let expression = statement.child_by_field_name("expression");
    let pattern = expression.and_then(|expression| expression.child_by_field_name("pattern"));
    if pattern.is_some_and(|pattern| takes_apart(place, pattern, name)) {
        return true;
    }
    let set = expression.filter(|node| node.kind() == "assignment_expression");
    let plain = set.filter(|set| {
        set.child_by_field_name("operator").is_some_and(|operator| operator.kind() == "=")
    });
    plain
        .and_then(|set| set.child_by_field_name("left"))
        .is_some_and(|left| is_named(place, left, name))
}

/// Whether a pattern gives the variable a value.
fn takes_apart(place: &Place<'_>, pattern: Node<'_>, name: &str) -> bool {
    holds(pattern, &|node| {
        node.child_by_field_name("target").is_some_and(|target| is_named(place, target, name))
    })
}

fn is_named(place: &Place<'_>, node: Node<'_>, name: &str) -> bool {
    node.kind() == "variable" && place.text(node) == Some(name)
}

/// Whether the variable is set before the code in any case.
fn is_known(place: &Place<'_>, code: Node<'_>, name: &str) -> bool {
    let mut node = code;
    loop {
        let mut before = node.prev_named_sibling();
        while let Some(statement) = before {
            if sets(place, statement, name) {
                return true;
            }
            before = statement.prev_named_sibling();
        }
        let Some(parent) = node.parent() else { return false };
        if binds(place, parent, node, name) {
            return true;
        }
        if is_function(parent) {
            return false;
        }
        node = parent;
    }
}

/// Whether a node gives the variable a value for its child.
fn binds(place: &Place<'_>, parent: Node<'_>, child: Node<'_>, name: &str) -> bool {
    let is =
        |field| parent.child_by_field_name(field).is_some_and(|node| is_named(place, node, name));
    let is_child = |field| parent.child_by_field_name(field) == Some(child);
    match parent.kind() {
        "foreach_statement" => is_child("body") && (is("key") || is("value")),
        "try_statement" => is_child("handler") && is("variable"),
        "for_statement" => {
            let first = parent.child_by_field_name("initializer");
            let left = first.and_then(|first| first.child_by_field_name("left"));
            left.is_some_and(|left| is_named(place, left, name))
        }
        _ if is_function(parent) => {
            // What is captured need not be set.
            let parameters = parent.child_by_field_name("parameters");
            parameters.is_some_and(|list| holds(list, &|node| is_named(place, node, name)))
        }
        _ => false,
    }
}
