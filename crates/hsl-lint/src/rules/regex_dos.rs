//! Regular expressions that a short text makes endless.

use std::borrow::Cow;

use diagnostics::Severity;
use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind, Loc};
use hsl_syntax::BinaryOp;
use hsl_vm::Regex;

use crate::Pass;
use crate::lint::lint;
use crate::regex::{Pump, Rate, pump, slow};
use crate::taint::{self, Sink};

lint! {
    /// A regular expression takes exponential time for some text, or is matched against text from
    /// outside and takes time that grows with the third power of its length or a higher one.
    ///
    /// # Why
    ///
    /// Where a part can match the same text in two ways, a text that repeats it and does not match in
    /// the end is tried in all of them: each repetition doubles the time. Loops in a row that match the
    /// same text (`.*,.*,.*`) share it out in all ways: twice the text takes eight times as long. The
    /// match gives up after `scripting.limits.regex` steps with an error, and the client is deferred
    /// after much work. The finding names such a text, and the engine was asked and did give up on it;
    /// where it did not, because it found a shorter way, the finding is a hint. Write each part so that
    /// it matches in one way only (`[^,]*,[^,]*`), or make it possessive (`++`).
    ///
    /// Not reported: patterns with lookaround, back references and other parts that are not judged.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if ("aaaa!" =~ #/^(a+)+$/) echo "yes";
    /// ```
    ///
    /// ```hsl eod
    /// $subject = $arguments["mail"]->getHeader("Subject") ?? "";
    /// if ($subject =~ #/^.*,.*,.*,x$/) Reject("no");
    /// $arguments["mail"]->queue("", "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if ("aaaa!" =~ #/^a+$/) echo "yes";
    /// ```
    ///
    /// ```hsl eod
    /// $subject = $arguments["mail"]->getHeader("Subject") ?? "";
    /// if ($subject =~ #/^[^,]*,[^,]*,[^,]*,x$/) Reject("no");
    /// $arguments["mail"]->queue("", "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// Source: CWE-1333.
    REGEX_DOS = "HSL4003" "regex-dos" Error
        "A regular expression takes far too long for some text.", Expr(check)
}

/// Repetitions of the witness: two to this power are more steps than any limit allows.
const TIMES: usize = 48;

/// Length of a witness of a power: a few lines of a header. The square of it is less than any limit.
const BYTES: usize = 2_000;

/// What may make a text fail in the end.
const ENDS: [u8; 4] = [b'!', b'\n', 0, b'a'];

/// A pattern with what it is matched against.
struct Match<'a> {
    at: Loc,
    pattern: Cow<'a, [u8]>,
    modifiers: Cow<'a, str>,
    subject: Option<ExprId>,
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some(found) = matched(pass, expr) else { return };
    // What a literal is matched against is known around it.
    let around = pass.around.parent(id).and_then(|parent| matched(pass, pass.expr(parent)));
    if around.is_some_and(|around| around.at == found.at) {
        return;
    }
    // Blanks and comments are not part of such a pattern.
    if found.modifiers.contains('x') {
        return;
    }
    let caseless = found.modifiers.contains('i');
    let witness = pump(&found.pattern, caseless).or_else(|| {
        let subject = found.subject.filter(|id| is_untrusted(pass, *id));
        subject.and_then(|_| slow(&found.pattern, caseless))
    });
    // Most patterns have no witness, so only the others are compiled; what does not compile is not
    // judged.
    let judged = witness.and_then(|pump| {
        let regex = Regex::new(&found.pattern, &found.modifiers).ok()?;
        judged(&regex, &pump)
    });
    let Some((text, severity)) = judged else { return };
    let message = match severity {
        Severity::Error => format!("the text `{text}` takes it too long"),
        _ => format!("the text `{text}` has far too many ways to be tried"),
    };
    let mut finding = pass.finding(&REGEX_DOS, found.at, message);
    finding.severity = severity;
    pass.push(finding.help("let each part match a text in one way only"));
}

/// The match that an expression is. A pattern that stands by itself may be matched against anything.
fn matched<'a>(pass: &'a Pass<'_>, expr: &'a Expr) -> Option<Match<'a>> {
    match &expr.kind {
        ExprKind::Regex { pattern, flags } => {
            let (pattern, modifiers) = (Cow::from(&**pattern), Cow::from(&**flags));
            Some(Match { at: expr.at, pattern, modifiers, subject: None })
        }
        ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, left, right } => {
            of_pattern(pass, *right, Some(*left))
        }
        ExprKind::Call { callee: Callee::Builtin(function), args }
            if function.name.starts_with("pcre_") && function.name != "pcre_quote" =>
        {
            let subject = function.params.iter().position(|param| param.name == "subject");
            let subject = subject.and_then(|at| args.get(at)).map(|arg| arg.value);
            of_pattern(pass, args.first().filter(|arg| !arg.spread)?.value, subject)
        }
        _ => None,
    }
}

fn of_pattern<'a>(
    pass: &'a Pass<'_>,
    pattern: ExprId,
    subject: Option<ExprId>,
) -> Option<Match<'a>> {
    let at = pass.expr(pattern).at;
    let (pattern, modifiers) = match &pass.expr(pattern).kind {
        ExprKind::Regex { pattern, flags } => (Cow::from(&**pattern), Cow::from(&**flags)),
        ExprKind::String(text) => {
            let regex = Regex::from_text(text).ok()?;
            (regex.pattern().to_vec().into(), regex.modifiers().to_owned().into())
        }
        _ => return None,
    };
    Some(Match { at, pattern, modifiers, subject })
}

fn is_untrusted(pass: &Pass<'_>, subject: ExprId) -> bool {
    taint::arrives(pass, Sink::Subject, pass.expr(subject).at)
}

/// The text as an expression, and how sure it is; none when no such text fails in the end.
fn judged(regex: &Regex, pump: &Pump) -> Option<(String, Severity)> {
    let (times, certain) = match pump.rate {
        Rate::Exponential => (TIMES, true),
        Rate::Power(power) => (pump.times(BYTES), power >= 3),
    };
    let mut failed = None;
    for end in ENDS {
        match regex.is_match(&pump.text(times, end)) {
            Err(_) => return Some((pump.shown(times, end), Severity::Error)),
            Ok(false) => _ = failed.get_or_insert(end),
            Ok(true) => {}
        }
    }
    let end = failed.filter(|_| certain)?;
    Some((pump.shown(times, end), Severity::Hint))
}
