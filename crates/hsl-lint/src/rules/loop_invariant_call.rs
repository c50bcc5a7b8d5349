//! The same question in every round of a loop.

use hsl_analysis::hir::{
    ExprId, ExprKind, FunctionId, Part, Stmt, StmtKind, Storage, VarId,
};
use rustc_hash::FxHashSet;

use crate::Pass;
use crate::below;
use crate::lint::lint;

lint! {
    /// A lookup, or the compilation of a pattern, gets the same arguments in every round of a loop.
    ///
    /// # Why
    ///
    /// Each round waits for the same answer again. One call before the loop does.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $domain = "shop.example";
    /// foreach (["a", "b"] as $name)
    ///     if (isset(dns_query($domain)["result"])) echo $name;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $found = dns_query("shop.example");
    /// foreach (["a", "b"] as $name)
    ///     if (isset($found["result"])) echo $name;
    /// ```
    LOOP_INVARIANT_CALL = "HSL7001" "loop-invariant-call" Warning
        "A loop asks the same in every round.", Stmt(check)
}

/// Functions that only ask, and take their time.
const ASKING: [&str; 4] = ["dns_query", "spf_query", "pcre_compile", "json_decode"];

fn check(pass: &mut Pass<'_>, stmt: &Stmt) {
    // A loop that waits for something to change asks on purpose.
    if matches!(stmt.kind, StmtKind::Foreach { .. } | StmtKind::For { .. }) {
        in_loop(pass, stmt);
    }
}

fn in_loop(pass: &mut Pass<'_>, around: &Stmt) {
    let inside = below::inside(pass.program, around);
    let first = inside.first().and_then(|id| pass.around.function(*id));
    let Some(function) = first else { return };
    let Some(changing) = changing(pass, function, around, &inside) else { return };
    for id in inside {
        let Some((name, args)) = pass.builtin_call(id) else { continue };
        let asks = ASKING.contains(&name) && !args.is_empty();
        if asks && args.iter().all(|arg| !arg.spread && is_fixed(pass, arg.value, &changing)) {
            let message = format!("`{name}` gets the same arguments in every round");
            let finding = pass.finding(&LOOP_INVARIANT_CALL, pass.expr(id).at, message);
            pass.push(finding.help("call it once before the loop"));
        }
    }
}

/// The variables that a loop may change; none when code of the script's own runs in it.
fn changing(
    pass: &Pass<'_>,
    function: FunctionId,
    around: &Stmt,
    inside: &[ExprId],
) -> Option<FxHashSet<VarId>> {
    let mut changing = FxHashSet::default();
    let mut stmts = vec![around];
    while let Some(stmt) = stmts.pop() {
        match stmt.kind {
            StmtKind::Foreach { key, value, .. } => {
                changing.extend(key.into_iter().chain([value]));
            }
            StmtKind::Try { variable, .. } => _ = changing.insert(variable),
            StmtKind::Barrier { .. } | StmtKind::BindGlobal { .. } => return None,
            _ => {}
        }
        stmts.extend(stmt.kind.nested());
    }
    for id in inside {
        match &pass.expr(*id).kind {
            ExprKind::Call { callee, .. } | ExprKind::Cache { callee, .. } => {
                use hsl_analysis::hir::Callee;
                if !matches!(callee, Callee::Builtin(_) | Callee::BuiltinStatic(..) | Callee::Method { .. }) {
                    return None;
                }
            }
            ExprKind::Closure(_) | ExprKind::Destructure { .. } => return None,
            ExprKind::Assign { place, .. }
            | ExprKind::AssignOp { place, .. }
            | ExprKind::Update { place, .. }
            | ExprKind::Unset(place) => changing.extend(root(pass, *place)),
            _ => {}
        }
    }
    if let StmtKind::For { initializer, update, .. } = &around.kind {
        for id in [initializer, update].into_iter().flatten() {
            match pass.expr(*id).kind {
                ExprKind::Assign { place, .. }
                | ExprKind::AssignOp { place, .. }
                | ExprKind::Update { place, .. } => changing.extend(root(pass, place)),
                _ => return None,
            }
        }
    }
    let shared = pass.program.function(function).variables.iter().enumerate();
    let shared = shared.filter(|(_, v)| !matches!(v.storage, Storage::Local | Storage::Global(_)));
    changing.extend(shared.map(|(at, _)| VarId(at as u32)));
    Some(changing)
}

/// The variable that a place belongs to.
fn root(pass: &Pass<'_>, place: ExprId) -> Option<VarId> {
    let mut place = place;
    loop {
        match pass.expr(place).kind {
            ExprKind::Variable(variable) => return Some(variable),
            ExprKind::Index { object, .. }
            | ExprKind::Append { object }
            | ExprKind::Slice { object, .. }
            | ExprKind::Member { object, .. } => place = object,
            _ => return None,
        }
    }
}

/// Whether a value is the same in every round.
fn is_fixed(pass: &Pass<'_>, id: ExprId, changing: &FxHashSet<VarId>) -> bool {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        let kind = &pass.expr(id).kind;
        let fixed = match kind {
            ExprKind::Variable(variable) => !changing.contains(variable),
            ExprKind::Interpolated(parts) => parts.iter().all(|part| match part {
                Part::Text(_) => true,
                Part::Value(value) => !matches!(pass.expr(*value).kind, ExprKind::Global(_)),
            }),
            ExprKind::String(_)
            | ExprKind::Number(_)
            | ExprKind::Boolean(_)
            | ExprKind::None
            | ExprKind::Array(_)
            | ExprKind::Index { .. }
            | ExprKind::Binary { .. } => true,
            _ => false,
        };
        if !fixed {
            return false;
        }
        kind.operands(&mut |operand| todo.push(operand));
    }
    true
}
