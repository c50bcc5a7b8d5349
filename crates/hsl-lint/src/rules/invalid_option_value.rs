//! Values that an option cannot have.

use diagnostics::nearest;
use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind};
use hsl_decl::{OptionDecl, Param, Ty};

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
    /// ```hsl
    /// echo aes_encrypt("text", "0123456789abcdef", "cbd") ?? "";
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
    let Some(first) = declared.first() else { return };
    let mut found = Vec::new();
    if let Some(options) = pass.options(first, args) {
        let keys: Vec<_> = declared.iter().map(|function| function.options).collect();
        array(pass, &keys, options, &mut found);
    }
    let places = args.iter().take_while(|arg| !arg.spread).enumerate();
    for (place, arg) in places.filter(|(place, _)| Some(*place) != first.options_at()) {
        let params: Option<Vec<_>> = declared.iter().map(|f| f.params.get(place)).collect();
        let Some(params) = params else { break };
        let keys: Vec<_> = params.iter().map(|param| param.keys).collect();
        array(pass, &keys, arg.value, &mut found);
        let other = |param: &&Param| no_such_string(pass, param.name, param.strings(), arg.value);
        refused(arg.value, params.iter().map(other), &mut found);
    }
    for (value, Refusal { message, near }) in found {
        let finding = pass.finding(&INVALID_OPTION_VALUE, pass.expr(value).at, message);
        pass.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
}

/// Looks at the values of an array whose keys are declared, once for each method that may be meant.
fn array(pass: &Pass<'_>, keys: &[&'static [OptionDecl]], given: ExprId, found: &mut Found) {
    let ExprKind::Array(elements) = &pass.expr(given).kind else { return };
    for element in elements {
        let Element::Pair(key, value) = *element else { continue };
        let Some(name) = pass.string(key) else { continue };
        let option = |keys: &&'static [OptionDecl]| {
            keys.iter().find(|option| option.name.as_bytes() == name)
        };
        let options: Option<Vec<_>> = keys.iter().map(option).collect();
        let Some(options) = options else { continue };
        refused(value, options.iter().map(|option| refusal(pass, option, value)), found);
        let own: Vec<_> = options.iter().map(|option| option.own_keys()).collect();
        array(pass, &own, value, found);
        let each: Vec<_> = options.iter().map(|option| option.keys_of_each()).collect();
        for element in listed(pass, value) {
            array(pass, &each, element, found);
        }
    }
}

/// The elements of a list that is written out.
fn listed(pass: &Pass<'_>, list: ExprId) -> Vec<ExprId> {
    let ExprKind::Array(elements) = &pass.expr(list).kind else { return Vec::new() };
    let element = |element: &Element| match *element {
        Element::Item(value) => Some(value),
        _ => None,
    };
    elements.iter().filter_map(element).collect()
}

/// Notes a value that each of several methods of one name refuses.
fn refused(value: ExprId, reasons: impl Iterator<Item = Option<Refusal>>, found: &mut Found) {
    let reasons: Option<Vec<_>> = reasons.collect();
    found.extend(reasons.and_then(|all| all.into_iter().next()).map(|reason| (value, reason)));
}

/// Values that are refused, and why.
type Found = Vec<(ExprId, Refusal)>;

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
    no_such_string(pass, option.name, option.strings(), value)
}

/// Why a string is none of a closed set.
fn no_such_string(
    pass: &Pass<'_>,
    name: &str,
    closed: &'static [&'static str],
    value: ExprId,
) -> Option<Refusal> {
    let text = String::from_utf8_lossy(pass.string(value)?).into_owned();
    if closed.is_empty() || closed.iter().any(|known| known.eq_ignore_ascii_case(&text)) {
        return None;
    }
    let message = format!("`{name}` is one of {}", closed.join(", "));
    Some(Refusal { message, near: nearest(&text, closed.iter().copied()) })
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
