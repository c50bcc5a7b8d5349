//! Values that an option cannot have.

use diagnostics::nearest;
use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind};
use hsl_decl::{OptionDecl, Ty};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// An option is given a value of a type or a name that it does not take.
    ///
    /// # Why
    ///
    /// The call raises an exception, but only when a message comes by that reaches it.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo dns_query("shop.example", ["timeout" => "fast"])["error"];
    /// ```
    ///
    /// ```hsl eod
    /// $arguments["mail"]->signDKIM("s", "shop.example", "key", ["algorithm" => "rsa-md5"]);
    /// $arguments["mail"]->queue("", "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo dns_query("shop.example", ["timeout" => 2])["error"];
    /// ```
    INVALID_OPTION_VALUE = "HSL3017" "invalid-option-value" Error
        "An option cannot have this value.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let (declared, args) = pass.declarations(id);
    let Some(options) = declared.first().and_then(|function| pass.options(function, args)) else {
        return;
    };
    let ExprKind::Array(elements) = &pass.expr(options).kind else { return };
    for element in elements {
        let Element::Pair(key, value) = *element else { continue };
        let Some(name) = pass.string(key) else { continue };
        let option = |f: &&hsl_decl::Function| {
            f.options.iter().find(|option| option.name.as_bytes() == name)
        };
        // Of several methods of one name each must refuse it.
        let options: Option<Vec<_>> = declared.iter().map(option).collect();
        let reasons = options.iter().flatten().map(|option| refusal(pass, option, value));
        let Some(reason) = reasons.collect::<Option<Vec<_>>>().and_then(|r| r.into_iter().next())
        else {
            continue;
        };
        let Refusal { message, near } = reason;
        let finding = pass.finding(&INVALID_OPTION_VALUE, pass.expr(value).at, message);
        pass.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
}

/// Why a value does not fit, and one that does.
struct Refusal {
    message: String,
    near: Option<&'static str>,
}

fn refusal(pass: &Pass<'_>, option: &OptionDecl, value: ExprId) -> Option<Refusal> {
    let given = literal(&pass.expr(value).kind)?;
    if !option.ty.overlaps(given) {
        let message = format!("`{}` takes {}, not {given}", option.name, option.ty);
        return Some(Refusal { message, near: None });
    }
    let text = String::from_utf8_lossy(pass.string(value)?).into_owned();
    let fits = |known: &&str| known.eq_ignore_ascii_case(&text);
    if option.values.is_empty() || option.values.iter().any(fits) {
        return None;
    }
    let message = format!("`{}` is one of {}", option.name, option.values.join(", "));
    Some(Refusal { message, near: nearest(&text, option.values.iter().copied()) })
}

/// The type of a literal; `none` may always stand for an option that is not given.
fn literal(kind: &ExprKind) -> Option<Ty> {
    match kind {
        ExprKind::String(_) | ExprKind::Interpolated(_) => Some(Ty::STRING),
        ExprKind::Number(_) => Some(Ty::NUMBER),
        ExprKind::Boolean(_) => Some(Ty::BOOLEAN),
        ExprKind::Array(_) => Some(Ty::ARRAY),
        ExprKind::Closure(_) => Some(Ty::FUNCTION),
        _ => None,
    }
}
