//! Flow of untrusted and of secret values to places where they do harm.
//!
//! Statements are walked in order, branches are joined, loops run until nothing is new; calls of
//! functions of the program take what their parameters let through. The program is walked until the
//! summaries of functions and shared variables come to rest.
//!
//! *Invariants.* What is not understood (calls of values, methods of scripts, properties) carries
//! nothing, so it is silent. A check by the script counts for the text of the expression that it
//! checked, until the variable in it is assigned.
//!
//! *Not here.* What rules say about it (`rules/`), where values come from and go (the declarations; [`roles`] asks them).

mod call;
mod expr;
mod flow;
mod guard;
mod learned;
mod roles;
mod stmt;
mod walk;

use diagnostics::Fix;
use hsl_analysis::hir::{Callee, ExprId, ExprKind, Loc};
use hsl_analysis::{Resolved, Unit};
pub(crate) use hsl_decl::Sink;

use crate::lint::Lint;
use crate::pass::Pass;
use roles::Roles;

/// A value that arrives where it does harm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reach {
    /// The expression that arrives.
    at: Loc,
    /// What it is used for there.
    sink: Sink,
    /// Where it was read.
    read: Loc,
}

/// Where values of a program come from and go.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    /// Everything that reaches a sink, in order.
    pub(crate) reached: Vec<Reach>,
    /// Variables and elements that hold what a peer wrote, in order.
    held: Vec<ExprId>,
}

/// Follows every value that is worth it.
pub(crate) fn follow(pass: &Pass<'_>) -> Flows {
    let roles = Roles::of(pass.unit());
    if reads_any(pass, &roles) { walk::Walk::over(pass, &roles) } else { Flows::default() }
}

/// Where variables and keys of a program hold what a peer wrote and nothing has checked.
pub fn untrusted(resolved: &Resolved, unit: &Unit<'_>) -> Vec<Loc> {
    let pass = Pass::new(resolved, unit);
    let named = follow(&pass).held.into_iter().map(|id| match pass.expr(id).kind {
        ExprKind::Index { index, .. } => pass.expr(index).at,
        _ => pass.expr(id).at,
    });
    named.collect()
}

/// Whether a program may read anything that is worth following: walks are dear.
fn reads_any(pass: &Pass<'_>, roles: &Roles<'_>) -> bool {
    pass.program.exprs.iter().any(|expr| match &expr.kind {
        ExprKind::Index { index, .. } => {
            pass.string(*index).is_some_and(|key| roles.has_source(key))
        }
        ExprKind::Call { callee, .. } | ExprKind::Cache { callee, .. } => match callee {
            Callee::Builtin(function) => roles::answers(function),
            Callee::Method { name, .. } => roles.reads(name),
            _ => false,
        },
        _ => false,
    })
}

/// Reports what reaches a sink, one finding for each place, with the way as labels.
pub(crate) fn report(
    pass: &mut Pass<'_>,
    lint: &'static Lint,
    sink: Sink,
    message: &str,
    help: &str,
) {
    report_with(pass, lint, sink, (message, help), |_, _| None);
}

/// Reports as [`report`] does, with a fix for what was read here and arrives there.
pub(crate) fn report_with(
    pass: &mut Pass<'_>,
    lint: &'static Lint,
    sink: Sink,
    (message, help): (&str, &str),
    fix: impl Fn(&Pass<'_>, (Loc, Loc)) -> Option<Fix>,
) {
    let mut reaches: Vec<_> = pass.reaches().iter().filter(|r| r.sink == sink).cloned().collect();
    reaches.dedup_by_key(|reach| reach.at);
    for Reach { at, read, .. } in reaches {
        let file = std::sync::Arc::clone(pass.program.file_name(read.file));
        let mut finding = pass.finding(lint, at, message).help(help);
        finding.fix = fix(pass, (read, at));
        if read != at {
            finding = finding.label_in(file, read.span, "it is read here");
        }
        pass.push(finding);
    }
}

/// Whether something arrives at a place to be used like this.
pub(crate) fn arrives(pass: &Pass<'_>, sink: Sink, at: Loc) -> bool {
    pass.reaches().iter().any(|reach| reach.sink == sink && reach.at == at)
}

/// The name of a variable, key or property that an expression reads or writes.
pub(crate) fn name_of(pass: &Pass<'_>, id: ExprId) -> Option<String> {
    match &pass.expr(id).kind {
        ExprKind::Variable(variable) => {
            let function = pass.program.function(pass.around.function(id)?);
            Some(function.variable(*variable).name.to_string())
        }
        ExprKind::Global(global) => Some(pass.program.global(*global).name.to_string()),
        ExprKind::Member { name, .. } => Some(name.to_string()),
        ExprKind::Index { index, .. } => {
            Some(String::from_utf8_lossy(pass.string(*index)?).into_owned())
        }
        _ => None,
    }
}
