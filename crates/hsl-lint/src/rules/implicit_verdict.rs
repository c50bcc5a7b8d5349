//! Scripts that end without a verdict where that surprises.

use diagnostics::Span;
use hsl_analysis::hir::{FileId, Loc};
use hsl_decl::Hook;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A script of `rcptto`, `auth` or `eod` may end without a verdict.
    ///
    /// # Why
    ///
    /// The end of the script is a verdict too, and not the same in each hook: a recipient is
    /// accepted, a login is refused, and a message is deferred with nothing kept of it. Who forgot a
    /// branch gets one of these without a word; who means it writes it down.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if (!domain_includes($arguments["address"]["domain"], "shop.example")) Reject("Relaying denied");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (!domain_includes($arguments["address"]["domain"], "shop.example")) Reject("Relaying denied");
    /// Accept();
    /// ```
    IMPLICIT_VERDICT = "HSL2002" "implicit-verdict" Warning
        "A script may end without a verdict.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let Some((hook, meaning)) = pass.unit().hook.and_then(|hook| Some((hook, meaning(hook)?))) else {
        return;
    };
    let Some(entry) = pass.program.entry().filter(|_| !pass.broken) else { return };
    if !pass.flow().returns(entry.top) {
        return;
    }
    let at = end_of(pass, entry.file);
    let implicit = pass.catalog().hook(hook).map_or("", |decl| decl.implicit);
    let message = format!("the script may end here without a verdict, which {meaning}");
    let finding = pass.finding(&IMPLICIT_VERDICT, at, message);
    pass.push(finding.help(format!("write `{implicit}()` if that is meant")));
}

fn meaning(hook: Hook) -> Option<&'static str> {
    match hook {
        Hook::RcptTo => Some("accepts the recipient"),
        Hook::Auth => Some("refuses the login"),
        Hook::Eod => Some("defers the message and keeps nothing of it"),
        _ => None,
    }
}

/// The last character that says anything.
fn end_of(pass: &Pass<'_>, file: FileId) -> Loc {
    let end = pass.program.files[file.index()].text.trim_ascii_end().len();
    Loc { file, span: Span::new(end.saturating_sub(1), end) }
}
