//! Keys of variables of the hook that another hook has.

use diagnostics::nearest;
use hsl_analysis::hir::{Expr, ExprId, ExprKind, GlobalKind, Storage};
use hsl_analysis::types::Key;
use hsl_decl::Hook;
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A variable of the hook is read under a key that it does not have in this hook.
    ///
    /// # Why
    ///
    /// The value is always `none`. Often the key belongs to another hook, or it is misspelt. A key
    /// that `isset` or `??` asks for is not reported: a file may serve several hooks.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// if ($arguments["recipient"] == "postmaster") Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if ($arguments["recipient"] == "postmaster") Accept();
    /// ```
    KEY_NOT_IN_HOOK = "HSL2004" "key-not-in-hook" Warning
        "A variable of the hook has no such key here.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let (object, key, at) = match &expr.kind {
        ExprKind::Index { object, index } => match pass.string(*index) {
            Some(text) => (*object, Key::of_text(&text.into()), pass.expr(*index).at),
            None => return,
        },
        ExprKind::Member { object, name } => {
            (*object, Key::of_text(&name.as_bytes().into()), expr.at)
        }
        _ => return,
    };
    let Some(variable) = root(pass, object).filter(|_| !asked_for(pass, id)) else { return };
    let Some(hook) = pass.unit().hook.filter(|_| !pass.unit().library) else { return };
    let Some(known) = closed(pass, object, &key) else { return };
    let message = format!("{variable} has no key {key} in the {hook} hook");
    let finding = pass.finding(&KEY_NOT_IN_HOOK, at, message);
    let Key::Text(text) = &key else { return };
    let name = String::from_utf8_lossy(text);
    let elsewhere = hooks_with(pass, &variable, &name);
    pass.push(match nearest(&name, known.iter().copied()) {
        Some(similar) => finding.help(format!("did you mean {similar:?}?")),
        None if elsewhere.is_empty() => finding,
        None => finding.help(format!("it exists in {}", elsewhere.join(", "))),
    });
}

/// The keys of a value, when they are all declared and the one that is read is none of them.
fn closed(pass: &Pass<'_>, object: ExprId, key: &Key) -> Option<Vec<&'static str>> {
    let shape = pass.types().of(object)?.shape()?;
    let is_known = shape.rest.is_none() && !shape.fields.is_empty() && shape.field(key).is_none();
    let names = shape.fields.iter().map(|field| field.decl.map(|decl| decl.name));
    names.collect::<Option<Vec<_>>>().filter(|_| is_known)
}

/// The hooks whose variable has this key.
fn hooks_with(pass: &Pass<'_>, variable: &str, key: &str) -> Vec<&'static str> {
    let has = |hook: &Hook| {
        let decl = pass.catalog().hook(*hook);
        let variables = decl.into_iter().flat_map(|decl| decl.variables);
        let mut keys = variables.filter(|v| v.name == variable).flat_map(|v| v.keys);
        keys.any(|known| known.name == key)
    };
    Hook::ALL.into_iter().filter(has).map(Hook::as_str).collect()
}

/// The variable of the hook that an expression is, or is an element of.
fn root(pass: &Pass<'_>, mut id: ExprId) -> Option<String> {
    let variable = loop {
        match pass.expr(id).kind {
            ExprKind::Index { object, .. } | ExprKind::Member { object, .. } => id = object,
            ExprKind::Variable(variable) => break variable,
            _ => return None,
        }
    };
    let function = pass.program.function(pass.around.function(id)?);
    let variable = function.variable(variable);
    let Storage::Global(global) = variable.storage else { return None };
    let global = pass.program.global(global);
    (global.kind == GlobalKind::Hook && global.readonly).then(|| variable.name.to_string())
}

/// Whether `isset` or `??` asks for a place or for something in it.
fn asked_for(pass: &Pass<'_>, mut id: ExprId) -> bool {
    while let Some(around) = pass.around.parent(id) {
        match pass.expr(around).kind {
            ExprKind::Isset(_) => return true,
            ExprKind::Binary { op: BinaryOp::Coalesce, left, .. } => return left == id,
            ExprKind::Index { object, .. } | ExprKind::Member { object, .. } if object == id => {
                id = around;
            }
            _ => return false,
        }
    }
    false
}
