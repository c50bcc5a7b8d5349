//! Choices that leave something out, or have something twice.

use hsl_analysis::hir::{Expr, ExprId, ExprKind, Loc, MatchArm, StmtKind, Stmt, SwitchItem};
use rustc_hash::FxHashMap;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A `match` has no `default`, or a `match` or `switch` has the same value twice.
    ///
    /// # Why
    ///
    /// A `match` that finds nothing raises an exception, which ends the script with the hook's
    /// verdict for errors. Of two equal values the second is never chosen.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $transport = match ($arguments["address"]["domain"]) { "shop.example" => "a", "x.example" => "b" };
    /// Accept(["transportid" => $transport]);
    /// ```
    ///
    /// ```hsl
    /// switch (random_number(1, 3)) { case 1: echo "one"; break; case 1: echo "two"; break; }
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $transport = match ($arguments["address"]["domain"]) { "shop.example" => "a", default => "b" };
    /// Accept(["transportid" => $transport]);
    /// ```
    ///
    /// ```hsl
    /// switch (random_number(1, 3)) { case 1: echo "one"; break; case 2: echo "two"; break; }
    /// ```
    MISSING_DEFAULT = "HSL3011" "missing-default" Warning
        "A choice leaves values out, or has one twice.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let program = pass.program;
    for (number, expr) in program.exprs.iter().enumerate() {
        if let (ExprKind::Match { subject, arms }, true) =
            (&expr.kind, pass.around.reached(ExprId(number as u32)))
        {
            of_match(pass, expr, *subject, arms);
        }
    }
    for function in &program.functions {
        let mut todo: Vec<&Stmt> = function.body.iter().collect();
        while let Some(stmt) = todo.pop() {
            if let StmtKind::Switch { items, .. } = &stmt.kind {
                let cases = items.iter().filter_map(|item| match item {
                    SwitchItem::Case(value) => Some(*value),
                    _ => None,
                });
                twice(pass, cases.collect());
            }
            todo.extend(stmt.kind.nested());
        }
    }
}

fn of_match(pass: &mut Pass<'_>, expr: &Expr, subject: ExprId, arms: &[MatchArm]) {
    twice(pass, arms.iter().flat_map(|arm| arm.patterns.iter().copied()).collect());
    let complete = arms.iter().any(|arm| arm.patterns.is_empty());
    if !complete && !is_constant(&pass.expr(subject).kind) {
        let word = Loc { span: first_word(expr.at), ..expr.at };
        let finding = pass.finding(&MISSING_DEFAULT, word, "other values raise an exception here");
        pass.push(finding.help("add an arm `default => …`"));
    }
}

fn first_word(at: Loc) -> diagnostics::Span {
    diagnostics::Span { start: at.span.start, end: at.span.end.min(at.span.start + 5) }
}

fn is_constant(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_) | ExprKind::None
    )
}

/// Reports constants that stand in a list again.
fn twice(pass: &mut Pass<'_>, values: Vec<ExprId>) {
    let mut seen: FxHashMap<Vec<u8>, Loc> = FxHashMap::default();
    for id in values {
        let value = pass.expr(id);
        if !is_constant(&value.kind) {
            continue;
        }
        let written = pass.text(value.at).to_vec();
        let shown = String::from_utf8_lossy(&written).into_owned();
        match seen.get(&written) {
            Some(first) => {
                let message = format!("{shown} stands here again; this is never chosen");
                let finding = pass.finding(&MISSING_DEFAULT, value.at, message);
                pass.push(finding.label(first.span, "chosen instead"));
            }
            None => {
                seen.insert(written, value.at);
            }
        }
    }
}
