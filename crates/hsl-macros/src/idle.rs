//! `idle = ["other", "other = value and $param = text", "$param = text*"]`: when an option has no
//! effect.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::settings::error;

/// The declaration of one of the texts.
pub(crate) fn declaration(text: &str, span: Span) -> syn::Result<TokenStream> {
    let conditions = text.split(" and ").map(|condition| self::condition(condition.trim(), span));
    let conditions = conditions.collect::<syn::Result<Vec<_>>>()?;
    Ok(quote!(::hsl_decl::Idle(&[#(#conditions),*])))
}

fn condition(text: &str, span: Span) -> syn::Result<TokenStream> {
    let (left, right) = match text.split_once(" = ") {
        Some((left, right)) => (left, Some(right)),
        None => (text, None),
    };
    let (name, param) = match left.strip_prefix('$') {
        Some(param) => (param, true),
        None => (left, false),
    };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return error(span, "a condition is `option`, `option = value` or `$parameter = text`");
    }
    let condition = match (param, right.map(|right| (right, right.strip_suffix('*')))) {
        (false, None) => quote!(Given(#name)),
        (false, Some((value, _))) => quote!(Is(#name, #value)),
        (true, Some((_, Some(start)))) => quote!(Begins(#name, #start)),
        (true, Some((value, None))) => quote!(Argument(#name, #value)),
        (true, None) => return error(span, "a parameter needs ` = ` and a text"),
    };
    Ok(quote!(::hsl_decl::Condition::#condition))
}
