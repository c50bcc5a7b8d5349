//! What an editor shows between the words: names of parameters, types of loops, results that may be
//! `none`, the hooks that reach a function of a library.

use diagnostics::Span;
use hsl_analysis::hir::{Arg, Callee, ExprId, ExprKind, Program};
use hsl_graph::{FileNo, Graph};
use hsl_syntax::ast::{AstNode, ForeachStatement, FunctionDefinition, Statement};
use hsl_syntax::tree_sitter::Node;

use crate::View;

/// What a hint tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintKind {
    /// The name of a parameter, before an argument.
    Parameter,
    /// A type, behind what has it.
    Type,
    /// That a result may be `none`, behind the call.
    MayBeNone,
    /// The hooks that reach a function, behind its parameters.
    Hooks,
    /// How long a function waits at most, behind its parameters; a script, before its first statement.
    Waits,
}

/// Text between the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where.
    pub offset: usize,
    /// The text.
    pub label: String,
    /// What it tells.
    pub kind: HintKind,
}

/// The hints of a piece of the text, in order.
pub fn hints(view: &View, piece: Span) -> Vec<Hint> {
    let mut hints = calls(view, piece);
    hints.extend(loops(view, piece));
    hints.sort_by_key(|hint| hint.offset);
    hints.dedup();
    hints
}

fn calls(view: &View, piece: Span) -> Vec<Hint> {
    let Some(file) = view.id() else { return Vec::new() };
    let program = &view.resolved.program;
    let mut hints = Vec::new();
    for expr in &program.exprs {
        let inside = expr.at.span.start < piece.end && expr.at.span.end > piece.start;
        if expr.at.file != file || !inside {
            continue;
        }
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                hints.extend(parameters(program, callee, args));
            }
            ExprKind::Assign { value, .. } => hints.extend(may_be_none(view, *value)),
            _ => {}
        }
    }
    hints
}

/// Names of the parameters that literals are given to, where there is more than one to take them
/// for.
fn parameters<'p>(
    program: &'p Program,
    callee: &'p Callee,
    args: &'p [Arg],
) -> impl Iterator<Item = Hint> + 'p {
    let literal = |arg: &Arg| {
        let kind = &program.expr(arg.value).kind;
        !arg.spread
            && matches!(
                kind,
                ExprKind::Number(_)
                    | ExprKind::String(_)
                    | ExprKind::Boolean(_)
                    | ExprKind::None
                    | ExprKind::Array(_)
            )
    };
    let positions = args.iter().take_while(|arg| !arg.spread).count();
    let given = args.iter().take(positions).enumerate().filter(move |(_, arg)| literal(arg));
    given.filter(|_| args.len() > 1).filter_map(move |(at, arg)| {
        let name = parameter(program, callee, at)?;
        let offset = program.expr(arg.value).at.span.start as usize;
        Some(Hint { offset, label: format!("{name}:"), kind: HintKind::Parameter })
    })
}

/// The name of a parameter; `options` tells nothing.
fn parameter<'p>(program: &'p Program, callee: &'p Callee, at: usize) -> Option<&'p str> {
    let name = match callee {
        Callee::Function(id) => own(program, *id, at)?,
        Callee::Class(class) => own(program, program.class(*class).constructor?, at)?,
        Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl) => decl.params.get(at)?.name,
        Callee::BuiltinClass(class) => class.constructor?.params.get(at)?.name,
        Callee::Method { .. } | Callee::Value(_) => return None,
    };
    (name != "options").then_some(name)
}

fn own(program: &Program, id: hsl_analysis::hir::FunctionId, at: usize) -> Option<&str> {
    let function = program.function(id);
    let param = function.params.get(at)?;
    Some(function.variable(param.variable).name.trim_start_matches('$'))
}

/// A result that may be `none`, where a library call gives it to a variable.
fn may_be_none(view: &View, value: ExprId) -> Option<Hint> {
    let expr = view.resolved.program.expr(value);
    let ExprKind::Call { callee, .. } = &expr.kind else { return None };
    matches!(callee, Callee::Builtin(_) | Callee::BuiltinStatic(..) | Callee::Method { .. })
        .then_some(())?;
    let ty = view.types().of(value)?;
    let both = ty.may_be_none() && !ty.is_none();
    both.then(|| Hint {
        offset: expr.at.span.end as usize,
        label: "| none".to_owned(),
        kind: HintKind::MayBeNone,
    })
}

/// The hooks that reach the functions of a library, by the graph of its project.
pub fn hook_hints(view: &View, graph: &Graph, file: FileNo, piece: Span) -> Vec<Hint> {
    let hint = |function: FunctionDefinition<'_>| {
        let end = function.parameters()?.span().end;
        let hooks = graph.hooks_at(file, function.body()?.span().start as usize + 1);
        let names: Vec<_> = hooks.iter().map(|hook| hook.as_str()).collect();
        let near = function.span().start < piece.end && end > piece.start;
        let (offset, label, kind) = (end as usize, names.join(", "), HintKind::Hooks);
        (near && !label.is_empty()).then_some(Hint { offset, label, kind })
    };
    let functions = view.parse.root().statements().filter_map(|statement| match statement {
        Statement::FunctionDefinition(function) => hint(function),
        _ => None,
    });
    if view.unit.library { functions.collect() } else { Vec::new() }
}

/// How long something that a file defines waits at most.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Where a function is defined; none for the script itself.
    pub function: Option<Span>,
    /// Seconds on its longest way.
    pub seconds: f64,
    /// Whether it may be more.
    pub open: bool,
}

/// Waits of the functions of a file and of the script that it is.
pub fn wait_hints(view: &View, waits: &[Wait], piece: Span) -> Vec<Hint> {
    let root = view.parse.root();
    let of_script = root.statements().next().map(|statement| statement.span().start);
    let hint = |wait: &Wait| {
        let offset = match wait.function {
            None => of_script?,
            Some(span) => {
                let range = span.range(view.text().len());
                let node = view.parse.tree.root_node();
                let node = node.descendant_for_byte_range(range.start, range.end)?;
                let mut nodes = std::iter::successors(Some(node), Node::parent);
                nodes.find_map(FunctionDefinition::cast)?.parameters()?.span().end
            }
        };
        let near = piece.start <= offset && offset <= piece.end;
        let label = match wait.open {
            true => format!("waits {} s or more", wait.seconds),
            false => format!("waits ≤ {} s", wait.seconds),
        };
        near.then_some(Hint { offset: offset as usize, label, kind: HintKind::Waits })
    };
    waits.iter().filter_map(hint).collect()
}

/// Types of the values of loops.
fn loops(view: &View, piece: Span) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut cursor = view.parse.tree.walk();
    loop {
        let node = cursor.node();
        let inside =
            node.start_byte() < piece.end as usize && node.end_byte() > piece.start as usize;
        if inside {
            hints.extend(loop_value(view, node));
            if cursor.goto_first_child() {
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return hints;
            }
        }
    }
}

fn loop_value(view: &View, node: Node<'_>) -> Option<Hint> {
    let value = ForeachStatement::cast(node)?.value()?;
    let ty = view.type_of_variable(value.syntax())?;
    let known = !ty.is_unknown() && !ty.is_never();
    known.then(|| Hint {
        offset: value.span().end as usize,
        label: format!(": {}", ty.display_short(&view.resolved.program)),
        kind: HintKind::Type,
    })
}
