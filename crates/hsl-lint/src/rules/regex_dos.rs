//! Regular expressions that a short text makes endless.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;
use hsl_vm::Regex;

use crate::Pass;
use crate::lint::lint;
use crate::regex::pump;

lint! {
    /// A regular expression takes exponential time for some text.
    ///
    /// # Why
    ///
    /// Where a part can match the same text in two ways, a text that repeats it and does not match in
    /// the end is tried in all of them: each repetition doubles the time. The match gives up after
    /// `scripting.limits.regex` steps with an error, and the client is deferred after much work. The
    /// finding names such a text; the engine was asked and did give up on it. Write each part so that
    /// it matches in one way only, or make it possessive (`++`).
    ///
    /// Not reported: patterns with lookaround, back references and other parts that are not judged, and
    /// those that take polynomial time.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if ("aaaa!" =~ #/^(a+)+$/) echo "yes";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if ("aaaa!" =~ #/^a+$/) echo "yes";
    /// ```
    ///
    /// Source: CWE-1333.
    REGEX_DOS = "HSL4003" "regex-dos" Error
        "A regular expression takes exponential time for some text.", Expr(check)
}

/// Repetitions of the witness: two to this power are more steps than any limit allows.
const TIMES: usize = 48;

/// What may make a text fail in the end.
const ENDS: [u8; 4] = [b'!', b'\n', 0, b'a'];

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let (at, regex) = match &expr.kind {
        ExprKind::Regex { pattern, flags } => (expr.at, Regex::new(pattern, flags)),
        ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, right, .. } => {
            let Some(text) = pass.string(*right) else { return };
            (pass.expr(*right).at, Regex::from_text(text))
        }
        ExprKind::Call { callee: Callee::Builtin(function), args }
            if function.name.starts_with("pcre_") && function.name != "pcre_quote" =>
        {
            let Some(pattern) = args.first().filter(|arg| !arg.spread) else { return };
            let Some(text) = pass.string(pattern.value) else { return };
            (pass.expr(pattern.value).at, Regex::from_text(text))
        }
        _ => return,
    };
    let Some(witness) = regex.ok().and_then(|regex| witness(&regex)) else { return };
    let finding = pass.finding(&REGEX_DOS, at, format!("the text {witness} takes it too long"));
    pass.push(finding.help("let each part match a text in one way only"));
}

/// A text that the engine gives up on, as an expression.
fn witness(regex: &Regex) -> Option<String> {
    let modifiers = regex.modifiers();
    // Blanks and comments are not part of such a pattern.
    if modifiers.contains('x') {
        return None;
    }
    let pump = pump(regex.pattern(), modifiers.contains('i'))?;
    let slow = |end: &u8| regex.is_match(&pump.text(TIMES, *end)).is_err();
    let end = ENDS.into_iter().find(slow)?;
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let prefix = match pump.prefix.is_empty() {
        true => String::new(),
        false => format!("\"{}\" . ", shown(&pump.prefix)),
    };
    Some(format!("`{prefix}\"{}\" × {TIMES} . \"{}\"`", shown(&pump.pump), shown(&[end])))
}
