//! Addresses treated as texts.

use hsl_analysis::hir::{Arg, Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A piece of an IP address, or a pattern, decides what network it is in.
    ///
    /// # Why
    ///
    /// The text `10.` begins 10.0.0.1, and `1` begins it as well; an IPv6 address has many spellings,
    /// and an IPv4 client may appear as `::ffff:10.0.0.1`. `inet_includes` knows networks of both.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// if ($arguments["remoteip"][0:3] == "10.") Accept();
    /// ```
    ///
    /// ```hsl connect
    /// if ($arguments["remoteip"] =~ #/^10\./) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl connect
    /// if (inet_includes($arguments["remoteip"], "10.0.0.0/8")) Accept();
    /// ```
    ///
    /// Source: RFC 4291 section 2.2.
    IP_AS_STRING = "HSL5010" "ip-as-string" Warning
        "An IP address is looked at as a text.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let suspect = match &expr.kind {
        ExprKind::Slice { object, .. } => Some(*object).filter(|_| is_compared(pass, id)),
        ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, left, .. } => Some(*left),
        ExprKind::Call { .. } => searched(pass, id),
        _ => None,
    };
    if suspect.is_some_and(|value| is_address(pass, value)) {
        let message = "this looks at the text of an IP address, not at the address";
        let finding = pass.finding(&IP_AS_STRING, expr.at, message);
        pass.push(finding.help("ask `inet_includes` whether it is in a network"));
    }
}

fn is_compared(pass: &Pass<'_>, id: ExprId) -> bool {
    let parent = pass.around.parent(id).map(|parent| &pass.expr(parent).kind);
    matches!(
        parent,
        Some(ExprKind::Binary {
            op: BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Identical
                | BinaryOp::NotIdentical,
            ..
        })
    )
}

/// The text that a call searches.
fn searched(pass: &Pass<'_>, id: ExprId) -> Option<ExprId> {
    let (name, args) = pass.builtin_call(id)?;
    let value = |arg: &Arg| (!arg.spread).then_some(arg.value);
    match name {
        "str_find" | "str_rfind" => value(args.first()?),
        "pcre_match" | "pcre_match_all" => value(args.get(1)?),
        _ => None,
    }
}

fn is_address(pass: &Pass<'_>, id: ExprId) -> bool {
    pass.path(id).is_some_and(|path| {
        let is_input = matches!(path[0], b"$arguments" | b"$connection");
        is_input && matches!(path[1..], [b"remoteip" | b"localip"])
    })
}
