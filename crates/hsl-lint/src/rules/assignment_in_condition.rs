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
    let place = pass.expr(place).at;
    let value = pass.expr(value).at;
    let gap = Span { start: place.span.end, end: value.span.start };
    let finding = pass.finding(&ASSIGNMENT_IN_CONDITION, expr.at, "this assigns, it does not compare");
    let mut finding = finding
        .help("write `==` to compare, or put the assignment into brackets of its own");
    let compared = Edit { span: gap, text: " == ".to_owned() };
    finding.fix =
        Some(Fix { title: "Compare instead".to_owned(), edits: vec![compared], safe: false });
    pass.push(finding);
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
