//! Arguments of library functions with what their parameters take.

use hsl_analysis::hir::{Arg, Callee, ExprId};
use hsl_decl::Ty;

/// An argument of a library function.
pub(super) struct Given {
    /// Name of the function.
    pub(super) name: &'static str,
    /// What the parameter takes.
    pub(super) ty: Ty,
    /// The argument.
    pub(super) value: ExprId,
}

/// The arguments of a call of the library; those behind a spread have no known parameter.
pub(super) fn to_library<'p>(
    callee: &'p Callee,
    args: &'p [Arg],
) -> impl Iterator<Item = Given> + use<'p> {
    let decl = match callee {
        Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl) => Some(*decl),
        Callee::BuiltinClass(class) => class.constructor,
        _ => None,
    };
    let plain = args.iter().take_while(|arg| !arg.spread).enumerate();
    decl.into_iter().flat_map(move |decl| {
        plain.clone().filter_map(|(at, arg)| {
            let last = decl.params.last().filter(|param| param.rest);
            let param = decl.params.get(at).or(last)?;
            // An argument that may be left out may also be `none`.
            let ty = if param.required { param.ty } else { param.ty.or(Ty::NONE) };
            Some(Given { name: decl.name, ty, value: arg.value })
        })
    })
}
