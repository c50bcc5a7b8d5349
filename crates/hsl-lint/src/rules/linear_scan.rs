//! Long lists that a loop searches from the front.

use hsl_analysis::hir::{Expr, ExprId, ExprKind, Storage};

use crate::Pass;
use crate::lint::lint;
use crate::written::Write;

lint! {
    /// A loop searches a long list, which stays the same, in every round.
    ///
    /// # Why
    ///
    /// Each search looks at every element: twice as many on both sides are four times the work. A
    /// `Set` or `Map`, filled once before the loop, answers at once however long it is.
    ///
    /// A list is long when it is written out with more than 16 elements, or comes from a file or an
    /// answer (`json_decode`, `csv_decode`, `str_split`).
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $blocked = str_split("a.example b.example c.example", " ");
    /// foreach (["x.example", "b.example"] as $domain)
    ///     if (array_includes($domain, $blocked)) echo $domain;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $blocked = Set("string");
    /// foreach (str_split("a.example b.example c.example", " ") as $domain) $blocked->add($domain);
    /// foreach (["x.example", "b.example"] as $domain)
    ///     if ($blocked->has($domain)) echo $domain;
    /// ```
    LINEAR_SCAN = "HSL7003" "linear-scan" Info
        "A loop searches a long list in every round.", Expr(check)
}

/// Elements up to which a list is searched as fast as a set.
const FEW: usize = 16;

/// Functions that look at one element after the other, and which argument is the list.
const SEARCHES: [(&str, usize); 2] = [("array_includes", 1), ("in_array", 1)];

/// Functions that give lists of any length.
const MAKE: [&str; 4] = ["str_split", "explode", "json_decode", "csv_decode"];

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some((name, args)) = pass.builtin_call(id) else { return };
    let Some((_, at)) = SEARCHES.iter().find(|(search, _)| *search == name) else { return };
    let plain = args.iter().all(|arg| !arg.spread);
    let Some(list) = args.get(*at).filter(|_| plain && pass.around.looped(id)) else { return };
    // A list that is made where it is searched is another matter.
    let is_variable = matches!(pass.expr(list.value).kind, ExprKind::Variable(_));
    if is_variable && is_long(pass, list.value) {
        let finding = pass.finding(&LINEAR_SCAN, expr.at, "each round searches the whole list");
        pass.push(finding.help("fill a `Set` before the loop and ask it with `has`"));
    }
}

fn is_long(pass: &Pass<'_>, list: ExprId) -> bool {
    let made = pass.source(list);
    match &pass.expr(made).kind {
        ExprKind::Array(elements) => elements.len() > FEW && !pass.around.looped(made),
        ExprKind::Call { .. } => {
            let makes = pass.builtin_call(made).is_some_and(|(name, _)| MAKE.contains(&name));
            makes && !pass.around.looped(made)
        }
        ExprKind::Variable(_) => is_read_once(pass, made),
        _ => false,
    }
}

/// Whether a variable holds what a file says (`import $list from "list.csv"`) and nothing else.
fn is_read_once(pass: &Pass<'_>, id: ExprId) -> bool {
    let ExprKind::Variable(variable) = pass.expr(id).kind else { return false };
    let Some(function) = pass.around.function(id) else { return false };
    let own = pass.program.function(function);
    let is_data = own.body.iter().any(|stmt| {
        matches!(stmt.kind, hsl_analysis::hir::StmtKind::Data { variable: v, .. } if v == variable)
    });
    let changed = matches!(own.variable(variable).storage, Storage::Shared | Storage::Captured);
    let writes = pass.around.written.writes(function, variable);
    is_data && !changed && matches!(writes, [Write::Otherwise])
}
