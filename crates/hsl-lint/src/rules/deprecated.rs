//! Names kept for older scripts.

use diagnostics::{Edit, Fix};
use hsl_analysis::hir::{Arg, Callee, ExprKind, Loc};
use hsl_analysis::{Access, Meaning};
use hsl_decl::Function;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A function is used that is only kept for older scripts.
    ///
    /// # Why
    ///
    /// The newer name does the same, and documentation, completion and other people's scripts speak
    /// of it.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo explode(",", "a,b");
    /// ```
    ///
    /// ```hsl
    /// echo strtolower("A");
    /// ```
    ///
    /// ```hsl
    /// echo in_array("a", ["a", "b"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo str_split("a,b", ",");
    /// ```
    DEPRECATED = "HSL8001" "deprecated" Warning
        "A name is kept for older scripts only.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    for reference in &pass.facts.references {
        let Meaning::Function(function) = reference.meaning else { continue };
        let Some(newer) = function.deprecated.filter(|_| reference.access == Access::Read) else {
            continue;
        };
        let message = format!("`{}` is kept for older scripts", function.name);
        let mut finding = pass.finding(&DEPRECATED, reference.at, message);
        finding = finding.help(match function.differs {
            Some(differs) => format!("use `{newer}`, which {differs}"),
            None => format!("use `{newer}`"),
        });
        if let Some(mut edits) = arguments(pass, function, newer, reference.at) {
            edits.push(Edit { span: reference.at.span, text: newer.to_owned() });
            let safe = function.differs.is_none();
            finding.fix = Some(Fix { title: format!("Change to `{newer}`"), edits, safe });
        }
        pass.push(finding);
    }
}

/// Puts the arguments into the order of the newer function; none when it takes others.
fn arguments(pass: &Pass<'_>, old: &Function, newer: &str, name: Loc) -> Option<Vec<Edit>> {
    let order = order(old, pass.unit().function(newer)?)?;
    if order.iter().enumerate().all(|(at, from)| at == *from) {
        return Some(Vec::new());
    }
    let args = call(pass, name)?;
    let last = order.iter().enumerate().filter(|(at, from)| at != *from).map(|(at, _)| at).max()?;
    let moved: Vec<_> = (0..=last).filter(|at| order[*at] != *at).collect();
    // What is computed in another order must not notice.
    let busy = moved.iter().filter(|at| args.get(**at).is_some_and(|arg| !pass.is_idle(arg.value)));
    if args.len() <= last || args.iter().any(|arg| arg.spread) || busy.count() > 1 {
        return None;
    }
    let edit = |at: usize| {
        let [place, value] = [at, order[at]].map(|at| pass.expr(args[at].value).at);
        let text = String::from_utf8(pass.text(value).to_vec()).ok()?;
        Some(Edit { span: place.span, text })
    };
    moved.into_iter().map(edit).collect()
}

/// Which parameter of the old function each of the newer one is: by name, and the only one left over
/// by being left over.
fn order(old: &Function, newer: &Function) -> Option<Vec<usize>> {
    let position = |name: &str| old.params.iter().position(|param| param.name == name);
    let named: Vec<_> = newer.params.iter().map(|param| position(param.name)).collect();
    let mut left = (0..old.params.len()).filter(|at| !named.contains(&Some(*at)));
    let only = left.next();
    let unnamed = named.iter().filter(|at| at.is_none()).count();
    if old.params.len() != newer.params.len() || left.next().is_some() || unnamed > 1 {
        return None;
    }
    named.into_iter().map(|at| at.or(only)).collect()
}

/// The arguments of the call of a name.
fn call<'a>(pass: &Pass<'a>, name: Loc) -> Option<&'a [Arg]> {
    pass.program.exprs.iter().find_map(|expr| match &expr.kind {
        ExprKind::Call { callee: Callee::Builtin(_), args } => {
            let is_it = expr.at.file == name.file && expr.at.span.start == name.span.start;
            is_it.then_some(&**args)
        }
        _ => None,
    })
}
