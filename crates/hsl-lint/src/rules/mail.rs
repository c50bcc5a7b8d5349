//! Calls of methods on the message that was received, in the order of the text.

use hsl_analysis::hir::{Arg, Expr, ExprId, ExprKind, FunctionId, Loc};
use hsl_decl::Effect;

use crate::Pass;

/// A call of a method on the message.
pub(super) struct MailCall<'a> {
    pub(super) id: ExprId,
    pub(super) at: Loc,
    pub(super) method: &'a str,
    pub(super) args: &'a [Arg],
}

/// What a script itself does with the message that was received.
pub(super) struct MailUse<'a> {
    /// Calls of its methods, by place.
    pub(super) calls: Vec<MailCall<'a>>,
    /// Places where the message is given to something else.
    pub(super) given: Vec<Loc>,
}

/// The uses in a function itself; none when a part of them is in a loop, or in another file, so that
/// the order of the text is not the order of the calls.
pub(super) fn uses<'a>(pass: &Pass<'a>, function: FunctionId) -> Option<MailUse<'a>> {
    let (mut calls, mut given) = (Vec::new(), Vec::new());
    let file = pass.program.function(function).at.file;
    for (number, expr) in pass.program.exprs.iter().enumerate() {
        let id = ExprId(number as u32);
        if pass.around.function(id) != Some(function) || !pass.is_path(id, &["$arguments", "mail"])
        {
            continue;
        }
        if expr.at.file != file {
            return None;
        }
        match called(pass, id) {
            Called::Method(call) => calls.push(call),
            Called::Kept => {}
            Called::Given => given.push(expr.at),
        }
    }
    calls.sort_by_key(|call| call.at.span.end);
    Some(MailUse { calls, given })
}

enum Called<'a> {
    Method(MailCall<'a>),
    /// A variable stands for it; its uses are looked at themselves.
    Kept,
    Given,
}

fn called<'a>(pass: &Pass<'a>, id: ExprId) -> Called<'a> {
    let Some(parent) = pass.around.parent(id) else { return Called::Given };
    let call = pass.method_call(parent).filter(|(_, object, _)| *object == id);
    if let Some((method, _, args)) = call {
        let at = pass.expr(parent).at;
        return Called::Method(MailCall { id: parent, at, method, args });
    }
    match pass.expr(parent).kind {
        ExprKind::Assign { place, value } if is_variable(pass.expr(place)) => {
            if value == id || place == id { Called::Kept } else { Called::Given }
        }
        _ => Called::Given,
    }
}

fn is_variable(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(_))
}

/// Whether a method changes the message.
pub(super) fn changes(pass: &Pass<'_>, method: &str) -> bool {
    let classes =
        ["MailMessage", "MIMEPart"].into_iter().filter_map(|name| pass.unit().class(name));
    let mut methods = classes.filter_map(|class| class.method(method));
    methods.any(|method| method.effect == Effect::Mutates)
}
