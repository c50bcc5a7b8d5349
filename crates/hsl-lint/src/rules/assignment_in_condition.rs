//! An assignment as a condition.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{Expr, ExprId, ExprKind};

use crate::lint::lint;
use crate::{Pass, Role};

lint! {
    /// An assignment is the condition of an `if`, a loop or a `? :`.
    ///
    /// # Why
    ///
    /// `=` where `==` was meant gives a condition that does not test what it seems to, and changes a
    /// variable. Who means it puts the assignment in brackets.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $a = 1;
    /// if ($a = 2) echo "two";
    /// ```
    ///
    /// ```hsl
    /// if ($at = str_find("a, b", "b")) echo $at;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $a = 1;
    /// if ($a == 2) echo "two";
    /// while (($a = $a - 1)) echo $a;
    /// ```
    ASSIGNMENT_IN_CONDITION = "HSL3005" "assignment-in-condition" Warning
        "An assignment is a condition.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let ExprKind::Assign { place, value } = expr.kind else { return };
    if pass.around.role(id) != Role::Condition || in_brackets(pass, expr) {
        return;
    }
    let finding = pass.finding(&ASSIGNMENT_IN_CONDITION, expr.at, "this assigns, it does not compare");
    let mut finding = finding
        .help("write `==` to compare, or put the assignment into brackets of its own");
    // What a call gives is kept to be used; nobody compares a variable that way by mistake for long.
    finding.fix = Some(match pass.expr(value).kind {
        ExprKind::Call { .. } | ExprKind::Cache { .. } => bracketed(expr),
        _ => compared(pass.expr(place), pass.expr(value)),
    });
    pass.push(finding);
}

/// The assignment says that it is meant.
fn bracketed(expr: &Expr) -> Fix {
    let Span { start, end } = expr.at.span;
    let brackets = [(start, "("), (end, ")")];
    let edits = brackets.map(|(at, text)| Edit { span: Span { start: at, end: at }, text: text.to_owned() });
    Fix { title: "Put the assignment into brackets".to_owned(), edits: edits.into(), safe: true }
}

fn compared(place: &Expr, value: &Expr) -> Fix {
    let span = Span { start: place.at.span.end, end: value.at.span.start };
    let edits = vec![Edit { span, text: " == ".to_owned() }];
    Fix { title: "Compare instead".to_owned(), edits, safe: false }
}

/// Whether the text has brackets around the assignment besides those of the statement.
fn in_brackets(pass: &Pass<'_>, expr: &Expr) -> bool {
    let text = &pass.program.files[expr.at.file.index()].text;
    let range = expr.at.span.range(text.len());
    let before = text[..range.start].trim_ascii_end();
    let before = before.strip_suffix(b"(").map(<[u8]>::trim_ascii_end);
    let after = text[range.end..].trim_ascii_start();
    let after = after.strip_prefix(b")").map(<[u8]>::trim_ascii_start);
    before.is_some_and(|text| text.ends_with(b"(")) && after.is_some_and(|text| text.starts_with(b")"))
}
