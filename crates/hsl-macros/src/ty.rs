//! Types written as the documentation writes them: `string, array or none`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use crate::settings::error;

/// The `Ty` expression of a text.
pub(crate) fn from_text(text: &str, span: Span) -> syn::Result<TokenStream> {
    let mut parts = Vec::new();
    let mut classes = Vec::new();
    let mut resources = Vec::new();
    for name in text.split(',').flat_map(|part| part.split(" or ")).map(str::trim) {
        match name {
            "any" => parts.push(quote!(::hsl_decl::Ty::ANY)),
            "none" => parts.push(quote!(::hsl_decl::Ty::NONE)),
            "boolean" => parts.push(quote!(::hsl_decl::Ty::BOOLEAN)),
            "number" => parts.push(quote!(::hsl_decl::Ty::NUMBER)),
            "string" => parts.push(quote!(::hsl_decl::Ty::STRING)),
            "array" => parts.push(quote!(::hsl_decl::Ty::ARRAY)),
            "function" => parts.push(quote!(::hsl_decl::Ty::FUNCTION)),
            "object" => parts.push(quote!(::hsl_decl::Ty::OBJECT)),
            "resource" => parts.push(quote!(::hsl_decl::Ty::RESOURCE)),
            "Regex" => parts.push(quote!(::hsl_decl::Ty::REGEX)),
            "never" => parts.push(quote!(::hsl_decl::Ty::NEVER)),
            name if name.ends_with("Resource") || name.ends_with("PrivateKey") => {
                resources.push(name);
            }
            name if name.starts_with(char::is_uppercase) => classes.push(name),
            _ => return error(span, &format!("unknown type `{name}`")),
        }
    }
    if !classes.is_empty() {
        parts.push(quote!(::hsl_decl::Ty::instance(&[#(#classes),*])));
    }
    if !resources.is_empty() {
        parts.push(quote!(::hsl_decl::Ty::resource(&[#(#resources),*])));
    }
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_default();
    Ok(parts.fold(first, |union, part| quote!(#union.or(#part))))
}

/// `T` when the type is `Outer<T>`.
pub(crate) fn inner<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == outer)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether the type is a reference, or has a lifetime.
pub(crate) fn is_borrowed(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return matches!(ty, Type::Reference(_)) };
    path.path.segments.last().is_some_and(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
        }
        _ => false,
    })
}

/// Whether the last segment of the type's path has this name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == name)
}
