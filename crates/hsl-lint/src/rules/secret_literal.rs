//! Passwords, tokens and private keys in the text of a program.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_decl::is_secret_name;

use crate::Pass;
use crate::lint::lint;
use crate::secret::{Kind, is_random, kind_of};
use crate::taint::name_of;

lint! {
    /// A password, token or private key stands in the program.
    ///
    /// # Why
    ///
    /// Whoever may read the repository, a packed configuration or a stack trace has it, also years
    /// later, and it cannot be changed without a new version. Keep it in a file that only the server
    /// can read, or in `pki.private`, and name it there. Known forms of tokens and private keys are
    /// found anywhere; other texts when the name that they get says what they are (`$db_password`,
    /// `"apikey" => …`) and they look random. No finding repeats the secret, and lines of the program
    /// are shown with asterisks in its place.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $apikey = "q8Zt4mVx92LkRw7b";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $apikey = str_strip(File::read("file://apikey.txt") ?? "");
    /// ```
    ///
    /// Source: CWE-798.
    SECRET_LITERAL = "HSL4006" "secret-literal" Error
        "A password, token or private key stands in the program.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let found = match &expr.kind {
        ExprKind::String(text) => kind_of(text).map(|kind| (id, kind)),
        ExprKind::Assign { place, value } => named(pass, *place, *value),
        ExprKind::Array(elements) => {
            let pairs = elements.iter().filter_map(|element| match element {
                hsl_analysis::hir::Element::Pair(key, value) => Some((*key, *value)),
                _ => None,
            });
            let found: Vec<_> = pairs.filter_map(|(key, value)| named(pass, key, value)).collect();
            found.into_iter().for_each(|found| tell(pass, found));
            None
        }
        _ => None,
    };
    if let Some(found) = found {
        tell(pass, found);
    }
}

/// A random text under a name that says what it is.
fn named(pass: &Pass<'_>, name: ExprId, value: ExprId) -> Option<(ExprId, Kind)> {
    // Known forms are found by themselves.
    let is_secret = |text: &&[u8]| is_random(text) && kind_of(text).is_none();
    pass.string(value).filter(is_secret)?;
    let key = pass.string(name).map(|key| String::from_utf8_lossy(key).into_owned());
    let name = key.or_else(|| name_of(pass, name))?;
    is_secret_name(&name).then_some((value, Kind::Named))
}

fn tell(pass: &mut Pass<'_>, (value, kind): (ExprId, Kind)) {
    let at = pass.expr(value).at;
    let finding = pass.finding(&SECRET_LITERAL, at, format!("{kind} stands in the program"));
    let help = "read it from a file that only the server may read, and replace it now";
    pass.push(finding.help(help).secret());
}
